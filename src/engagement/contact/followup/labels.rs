//! What the conditions of a rule say of a person, with the person's figures in it.

use chrono::NaiveDate;

use crate::facts::employee::employee_facts::EmployeeFacts;
use crate::model::text::shared::SharedText;
use crate::model::{Fen, Param, Reason};
use crate::rules::contact::followup::{FollowupRule, SettingRule};

/// A label and those of the person's figures that it names.
#[derive(Debug)]
pub(super) struct Label {
    pub text: SharedText,
    figures: Vec<&'static str>,
}

/// What labels can name, in the order in which reasons have them.
const FIGURES: [&str; 13] = [
    "aum",
    "bonus",
    "wage",
    "wage_mean",
    "payroll",
    "retained",
    "rate",
    "surplus",
    "due_date",
    "first_paid",
    "last_paid",
    "next_tier",
    "gap",
];

impl Label {
    pub fn of(text: SharedText) -> Label {
        let figures = FIGURES.into_iter().filter(|name| text.contains(&format!("{{{name}}}"))).collect();
        Label { text, figures }
    }
}

/// A condition's reason with those of the person's figures that its label names: `{aum}`, `{bonus}` …
pub(super) fn condition_reason(key: &SharedText, label: &Label, rule: &FollowupRule, person: &EmployeeFacts) -> Reason {
    let reason = Reason { own_label: Some(label.text.clone()), ..Reason::new(key.clone()) };
    label.figures.iter().fold(reason, |reason, name| {
        // An unknown figure is said to be so, never shown as zero.
        reason.with(name, figure(name, rule, person).unwrap_or(Param::Text("—".into())))
    })
}

/// A person's figure by its name among [`FIGURES`].
fn figure(name: &str, rule: &FollowupRule, person: &EmployeeFacts) -> Option<Param> {
    let money = |fen: Option<Fen>| fen.map(|fen| Param::Money { fen });
    let day = |date: Option<NaiveDate>| date.map(Param::Date);
    match name {
        "aum" => money(person.aum),
        "bonus" => money(Some(person.bonus)),
        "wage" => money(Some(person.wage)),
        "wage_mean" => money(person.wage_mean),
        "payroll" => money(person.payroll),
        // Below nought more went out than the pay: of the pay nothing is left.
        "retained" => money(person.retained.map(|fen| fen.max(Fen::ZERO))),
        "rate" => {
            let rate = person.retained.zip(person.payroll).and_then(|(r, p)| r.share_of(p));
            rate.map(|share| Param::Share { share })
        }
        "surplus" => money(person.demand_change),
        "due_date" => day(person.due_date),
        "first_paid" => day(person.first_paid),
        "last_paid" => day(person.last_paid),
        "next_tier" => money(next_tier(rule, person)),
        "gap" => money(next_tier(rule, person).zip(person.aum).map(|(next, aum)| next - aum)),
        _ => None,
    }
}

/// The lowest of the rule's `tier_…` settings above the person's AUM.
fn next_tier(rule: &FollowupRule, person: &EmployeeFacts) -> Option<Fen> {
    let aum = person.aum?;
    let tiers = rule.settings.iter().filter(|(name, _)| name.starts_with("tier_")).filter_map(|(_, s)| match s {
        SettingRule::Yuan { yuan } => Some(Fen::yuan(*yuan)),
        _ => None,
    });
    tiers.filter(|tier| *tier > aum).min()
}
