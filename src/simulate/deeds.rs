//! What people did: where their pay went, whom we spoke to, what they bought.

use chrono::NaiveDate;

use super::branch::{Employee, Holding, Outline, SnapshotRole, Workforce, class};
use crate::model::days::period::days_after;
use crate::model::money::Fen;
use crate::simulate::settings::Settings;
use crate::simulate::settings::activity::{ContactRule, FlowRule};

/// Classes of assets that are bought, by their keys.
const CLASSES: [(&str, usize); 7] = [
    ("term", class::TERM),
    ("large_cd", class::LARGE_CD),
    ("wealth", class::WEALTH),
    ("fund", class::FUND),
    ("insurance", class::INSURANCE),
    ("metal", class::METAL),
    ("bond", class::BOND),
];

/// Money that left after payday.
pub(super) struct Flow<'a> {
    /// Index into the employees of the workforce.
    pub employee: usize,
    pub day: NaiveDate,
    pub amount: Fen,
    pub to: &'a str,
}

/// Somebody we spoke to, and what came of it.
pub(super) struct Contact<'a> {
    /// Index into the employees of the workforce.
    pub employee: usize,
    pub told: &'a ContactRule,
}

/// A product somebody bought.
pub(super) struct Purchase {
    pub day: NaiveDate,
    /// Key of the class of assets.
    pub class: &'static str,
    pub amount: Fen,
    pub due: Option<NaiveDate>,
}

/// After the last payday: what of the pay did not stay went to two destinations.
pub(super) fn flows<'a>(rules: &'a Settings, outline: &Outline, people: &Workforce) -> Vec<Flow<'a>> {
    let (Some(window), Some(rule)) = (outline.windows.last(), flow_rule(rules, outline, people.employer)) else {
        return Vec::new();
    };
    let (first, last) = (window.payday, outline.snapshots[window.after].date);
    let mut paid = vec![Fen::ZERO; people.employees.len()];
    for p in people.payments.iter().filter(|p| (first..=last).contains(&outline.runs[p.run].date)) {
        if let Some(e) = p.employee {
            paid[e] = paid[e] + p.amount;
        }
    }
    let mut list = Vec::new();
    for (employee, e) in people.employees.iter().enumerate() {
        let (Some(before), Some(after)) = (held(e, window.before), held(e, window.after)) else { continue };
        let out = paid[employee] - (after.aum() - before.aum());
        if out <= Fen::ZERO {
            continue;
        }
        let serial = people.before + employee;
        let main = Fen(out.0 * rule.main_percent / 100 / 100 * 100);
        for (amount, to, day) in [(main, &rule.main, serial % 3), (out - main, &rule.other, 2 + serial % 4)] {
            if amount > Fen::ZERO {
                let day = days_after(first, day as i64).min(last);
                list.push(Flow { employee, day, amount, to });
            }
        }
    }
    list
}

/// Where the money of an employer's people goes: by the story; where everybody is written down, the others' in turn.
fn flow_rule<'a>(rules: &'a Settings, outline: &Outline, employer: usize) -> Option<&'a FlowRule> {
    let told = outline.employers[employer].story.as_ref().and_then(|s| rules.activity.flows.get(s));
    let others = &rules.exports.flows;
    told.or_else(|| others.get(employer % others.len().max(1)).filter(|_| rules.exporting))
}

/// Contacts with people with an account of the second class: all of them have something to be done. `told` counts those
/// of the employers before, too.
pub(super) fn contacts<'a>(
    rules: &'a Settings,
    outline: &Outline,
    people: &Workforce,
    told: &mut usize,
) -> Vec<Contact<'a>> {
    let a = &rules.activity;
    let most = if rules.exporting { usize::MAX } else { a.contacts_told };
    let Some(month_end) = outline.snapshots.iter().position(|s| s.role == SnapshotRole::MonthEnd) else {
        return Vec::new();
    };
    let mut list = Vec::new();
    for (employee, e) in people.employees.iter().enumerate() {
        let refused = [e.consent_sms, e.consent_phone, e.consent_wecom].iter().flatten().any(|c| c.key() == "refused");
        let here = e.account_class == 2 && !e.closed && !refused && held(e, month_end).is_some();
        if here && *told < most && !a.contacts.is_empty() {
            list.push(Contact { employee, told: &a.contacts[*told % a.contacts.len()] });
            *told += 1;
        }
    }
    list
}

/// Whoever holds a class of assets that was not held the time before has bought it the day before.
pub(super) fn purchases(outline: &Outline, e: &Employee) -> Vec<Purchase> {
    let mut list = Vec::new();
    for (k, snapshot) in outline.snapshots.iter().enumerate().skip(1) {
        let (Some(before), Some(after)) = (held(e, k - 1), held(e, k)) else { continue };
        for (key, class) in CLASSES {
            if before.assets[class] == Fen::ZERO && after.assets[class] > Fen::ZERO {
                let due = after.due.filter(|_| matches!(key, "term" | "wealth")).map(|(date, _)| date);
                let day = days_after(snapshot.date, -1);
                list.push(Purchase { day, class: key, amount: after.assets[class], due });
            }
        }
    }
    list.sort_by_key(|p| (p.day, p.class));
    list
}

/// What somebody holds at a snapshot.
pub(super) fn held(e: &Employee, snapshot: usize) -> Option<&Holding> {
    e.holdings.get(snapshot).and_then(Option::as_ref)
}
