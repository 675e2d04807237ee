//! What goes into an employer's handbook of scripts (话术手册), and why (`scripts.toml`): by its kind, by what its staff lack
//! and by who comes.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::engagement::visit::pack::needs::Needs;
use crate::engagement::visit::planned::{Visit, minutes_between};
use crate::model::status::VisitStatus;
use crate::model::{Points, Reason};
use crate::rules::Rules;
use crate::rules::visit::pack::scripts::{HandbookRules, ScriptKind};

/// What the handbook of one employer is filled with. Keys stand for words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandbookView {
    /// Kind of the employer as it is spoken to (`unit_noun.<kind>`, `script_….<kind>`); never empty.
    pub kind: String,
    /// The need that is told to the employer as the reason of the visit (`script_why.<need>`); `None`: none is known.
    pub why: Option<String>,
    /// Where the visit is held, or a line to write it on.
    pub place: String,
    /// The days to offer, best first; one when it is agreed on, or when no other stands.
    pub days: Vec<NaiveDate>,
    /// Whether the employer has agreed on the day.
    pub agreed: bool,
    /// Channels of publicity to be agreed on, in their order.
    pub channels: Vec<String>,
    /// Whether somebody for wealth products comes.
    pub wealth: bool,
    /// Whether somebody for loans comes.
    pub loan: bool,
    pub bridges: Vec<BridgeView>,
    /// The greatest first.
    pub objections: Vec<ChosenView>,
    /// Scripts of follow-up, those of every handbook first, then the greatest.
    pub follow_up: Vec<ChosenView>,
    pub minutes: MinutesView,
    pub call_hours: Vec<String>,
    /// The last day for the second visit.
    pub second_by: NaiveDate,
}

/// A way from a card matter to a product.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeView {
    pub product: String,
    /// `card_matter.<matter>`.
    pub matter: String,
    /// The last day on which the product is offered, where there is one.
    pub until: Option<NaiveDate>,
    /// Why it is spoken of; empty for what a specialist comes for.
    pub reasons: Vec<Reason>,
}

/// An entry of the catalogue with what speaks for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChosenView {
    pub key: String,
    pub points: Points,
    pub reasons: Vec<Reason>,
}

/// Minutes that are named in what is said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MinutesView {
    pub booking: i64,
    pub invitation: i64,
    pub opening: i64,
    pub executive: i64,
    pub second_visit: i64,
    /// For one person at the service desk.
    pub each: i64,
    /// Of the talk; `None`: the day has none.
    pub talk: Option<i64>,
    /// Of a session from beginning to end.
    pub session: Option<i64>,
}

/// The handbook of a visit, held at `place`, to an employer with these needs.
pub fn handbook(rules: &Rules, visit: &Visit, place: &str, needs: &Needs) -> HandbookView {
    let handbook = &rules.scripts.handbook;
    let comes = |role: &str| visit.team.iter().any(|m| m.role == role);
    let kind = if rules.scripts.kinds.contains(&needs.kind) { &needs.kind } else { &rules.staffing.turnout.fallback };
    let agreed = !matches!(visit.status, VisitStatus::AwaitingApproval | VisitStatus::AwaitingBooking);
    let others = visit.alternatives.iter().copied().filter(|day| !agreed && *day != visit.date);
    let mut channels: Vec<String> = Vec::new();
    for channel in visit.steps.iter().filter_map(|s| s.channel.as_ref()) {
        if !channels.contains(channel) {
            channels.push(channel.clone());
        }
    }
    let talk = rules.timeline.agenda.get("salon").and_then(|slot| Some(slot.until? - slot.minutes));
    let minutes = &rules.scripts.minutes;
    HandbookView {
        kind: kind.clone(),
        why: needs.list.iter().find(|n| handbook.why.contains(&n.key)).map(|n| n.key.clone()),
        place: place.to_string(),
        days: std::iter::once(visit.date).chain(others).collect(),
        agreed,
        channels,
        wealth: comes("wealth"),
        loan: comes("loan"),
        bridges: bridges(rules, visit, needs, &comes),
        objections: objections(rules, needs, &comes),
        follow_up: follow_up(rules, needs),
        minutes: MinutesView {
            booking: minutes.booking,
            invitation: minutes.invitation,
            opening: minutes.opening,
            executive: minutes.executive,
            second_visit: minutes.second_visit,
            each: rules.staffing.basic.minutes_each,
            talk,
            session: minutes_between(&visit.start, &visit.end),
        },
        call_hours: handbook.call_hours.clone(),
        second_by: visit.date.checked_add_days(Days::new(handbook.second_visit_days)).unwrap_or(visit.date),
    }
}

/// Bridges to what the staff lack, the widest gap first; then to what a specialist comes for.
fn bridges(rules: &Rules, visit: &Visit, needs: &Needs, comes: &dyn Fn(&str) -> bool) -> Vec<BridgeView> {
    let view = |product: &str, reasons: Vec<Reason>| {
        let bridge = rules.scripts.bridges.get(product)?;
        let offered = rules.products.products.get(product)?;
        let stands = offered.from.is_none_or(|d| d <= visit.date) && offered.until.is_none_or(|d| visit.date <= d);
        stands.then(|| BridgeView {
            product: product.to_string(),
            matter: bridge.matter.clone(),
            until: offered.until,
            reasons,
        })
    };
    let gaps = needs
        .products()
        .filter(|(product, _)| rules.scripts.bridges.get(*product).is_some_and(|bridge| bridge.role.is_none()));
    let gaps = gaps.filter_map(|(product, need)| view(product, vec![need.reason.clone()]));
    let mut special: Vec<_> = rules.scripts.bridges.iter().collect();
    special.retain(|(_, b)| b.role.as_deref().is_some_and(comes) && b.kinds.contains(&needs.kind));
    special.sort_by_key(|(key, b)| (b.order, *key));
    let special = special.into_iter().filter_map(|(product, _)| view(product, Vec::new()));
    let handbook = &rules.scripts.handbook;
    gaps.take(handbook.bridges).chain(special.take(handbook.specialist_bridges)).collect()
}

fn objections(rules: &Rules, needs: &Needs, comes: &dyn Fn(&str) -> bool) -> Vec<ChosenView> {
    let handbook = &rules.scripts.handbook;
    let heard = rules
        .scripts
        .objections
        .iter()
        .filter(|(_, o)| o.role.as_deref().is_none_or(comes) && (!o.only || o.kinds.contains(&needs.kind)));
    let chosen = heard.filter_map(|(key, o)| Some((o.order, speaks_for(handbook, needs, key, &o.needs, &o.kinds)?)));
    greatest(chosen.collect(), handbook.objections)
}

fn follow_up(rules: &Rules, needs: &Needs) -> Vec<ChosenView> {
    let handbook = &rules.scripts.handbook;
    let scripts = rules.scripts.scripts.iter().filter(|(_, s)| s.kind == ScriptKind::Rule);
    let (always, others): (Vec<_>, Vec<_>) = scripts.partition(|(_, s)| s.always);
    let mut chosen: Vec<ChosenView> = always
        .into_iter()
        .map(|(key, _)| ChosenView { key: key.clone(), points: Points(0), reasons: vec![Reason::new("script_always")] })
        .collect();
    let fit = others
        .into_iter()
        .filter_map(|(key, s)| Some((s.order, speaks_for(handbook, needs, key, &s.needs, &s.kinds)?)));
    chosen.extend(greatest(fit.collect(), handbook.follow_up.saturating_sub(chosen.len())));
    chosen
}

/// What speaks for an entry: the needs it answers, the greatest first, and that it is made for such employers. `None` when
/// nothing does.
fn speaks_for(
    rules: &HandbookRules,
    needs: &Needs,
    key: &str,
    by_needs: &[String],
    by_kinds: &[String],
) -> Option<ChosenView> {
    let answers = needs.list.iter().filter(|need| by_needs.contains(&need.key));
    let mut reasons: Vec<Reason> = answers.take(rules.most_needs).map(|need| need.reason.clone()).collect();
    if by_kinds.contains(&needs.kind) {
        let reason = Reason::new("topic_kind").word("kind", format!("turnout.{}", needs.kind));
        reasons.push(reason.points(Points(rules.kind * 1000)));
    }
    let points = reasons.iter().map(|r| r.points).sum();
    (!reasons.is_empty()).then(|| ChosenView { key: key.to_string(), points, reasons })
}

/// The `most` entries with the most points, ties in the order of the catalogue.
fn greatest(mut list: Vec<(i64, ChosenView)>, most: usize) -> Vec<ChosenView> {
    list.sort_by(|(order_a, a), (order_b, b)| {
        b.points.cmp(&a.points).then(order_a.cmp(order_b)).then_with(|| a.key.cmp(&b.key))
    });
    list.into_iter().take(most).map(|(_, chosen)| chosen).collect()
}

#[cfg(test)]
mod tests;
