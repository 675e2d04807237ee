//! What may be said of two products and what must not, as keys of the words (`compare.may.<key>`, `compare.must_not.<key>`):
//! nothing is said that the figures do not show.

use crate::engagement::visit::pack::compare::{Comparison, Leader, Side};

/// Sentences that may be said, in their order.
pub fn may(comparison: &Comparison) -> Vec<&'static str> {
    let Comparison { own, other, leader, break_even_idle_days, .. } = comparison;
    let higher_rate = other.rate > own.rate;
    let narrowed = other.effective_rate - own.effective_rate < other.rate - own.rate;
    let mut keys = vec!["basis"];
    keys.extend(idle(comparison).then_some("tied"));
    keys.push(match leader {
        Leader::Own => "own_leads",
        Leader::Other => "other_leads",
        Leader::Neither => "equal",
    });
    match leader {
        Leader::Other if higher_rate && narrowed => keys.push("idle_eats"),
        Leader::Own if higher_rate => keys.push("idle_turns"),
        _ => {}
    }
    match (leader, break_even_idle_days) {
        (Leader::Other, Some(_)) => keys.push("break_even"),
        (Leader::Own, Some(_)) => keys.push("break_even_past"),
        (Leader::Own, None) => keys.push("never"),
        _ => {}
    }
    keys.extend((own.days != other.days).then_some("terms_differ"));
    keys.extend(extras(comparison).then_some("extras"));
    keys
}

/// What must not be said, in its order.
pub fn must_not(comparison: &Comparison) -> Vec<&'static str> {
    let mut keys = vec![match comparison.leader {
        Leader::Own => "other_worse",
        Leader::Other => "own_better",
        Leader::Neither => "either_better",
    }];
    keys.extend(["promise", "without_figures"]);
    keys.extend(idle(comparison).then_some("rate_only"));
    keys.extend((comparison.own.days != comparison.other.days).then_some("interest_alone"));
    keys.extend(extras(comparison).then_some("extras_in_rate"));
    keys
}

/// Whether money lies without interest in either.
fn idle(comparison: &Comparison) -> bool {
    comparison.own.idle_days > 0 || comparison.other.idle_days > 0
}

/// Whether points or gifts come with either.
fn extras(comparison: &Comparison) -> bool {
    let with = |side: &Side| side.points_fen.is_some_and(|p| p.0 > 0) || !side.gifts.is_empty();
    with(&comparison.own) || with(&comparison.other)
}
