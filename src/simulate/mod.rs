//! Floor 4: the seeded generator of sample branches. [`outline()`] settles what must be known of all employers,
//! [`Walk`] makes the people of one employer after the other, writes them down the way such people's spreadsheets look
//! and sums them up for checking: nobody is remembered but by whoever takes the rows. Pure: files are written by `app`.

mod answers;
mod balances;
pub mod branch;
mod codes;
mod deeds;
mod dice;
mod employers;
mod group;
mod pay;
mod people;
pub mod settings;
pub mod sheets;
mod staff;
#[cfg(test)]
mod tests;
pub mod truth;
mod walk;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::model::days::period::{day_of_month, days_after, months_before};
use crate::model::status::PayKind;
use crate::simulate::settings::Settings;

pub use answers::Asked;
pub use branch::BranchSpec;
pub use truth::Truth;
pub use walk::Walk;

use branch::{Outline, Run, Snapshot, SnapshotRole, Visit, Window};

/// Whether employers and employees of `spec` leave room for the story beside `min_heads` people for every other employer.
pub fn room_for_story(rules: &Settings, spec: &BranchSpec) -> bool {
    let heads: usize = rules.story.values().map(|s| s.heads).sum();
    let others = spec.employers.saturating_sub(rules.story.len());
    spec.employers >= rules.story.len() && spec.months >= 3 && spec.employees >= heads + others * rules.branch.min_heads
}

/// What is settled of a branch before its people are made. Same rules and spec: same branch.
pub fn outline(rules: &Settings, spec: &BranchSpec) -> Outline {
    let months = spec.months.clamp(1, 24);
    let spec = BranchSpec { months, story: spec.story && room_for_story(rules, spec), ..*spec };
    let runs = runs(rules, months);
    let outlets = staff::outlets(rules, &spec);
    let staff = staff::roster(rules, outlets.len());
    let employers = employers::cast(rules, &spec, &staff, outlets.len());
    let (snapshots, windows) = calendar(rules, &runs, spec.story);
    let visits = visits(rules, &employers);
    let mut people = 0;
    let before = |e: &branch::Employer| {
        people += e.heads;
        people - e.heads
    };
    let people_before = employers.iter().map(before).collect();
    Outline { spec, outlets, staff, employers, people_before, people, runs, snapshots, windows, visits }
}

/// Wage runs of the months, then the bonus run.
fn runs(rules: &Settings, months: u32) -> Vec<Run> {
    let b = &rules.branch;
    let mut list: Vec<Run> = (0..months)
        .rev()
        .map(|back| {
            let month = months_before(b.last_month, back);
            Run { date: earlier_on_weekend(day_of_month(month, b.payday)), month, kind: PayKind::Wage }
        })
        .collect();
    if b.bonus_employers > 0 {
        list.push(Run { date: b.bonus_day, month: b.last_month, kind: PayKind::Bonus });
    }
    list
}

fn earlier_on_weekend(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => days_after(date, -1),
        Weekday::Sun => days_after(date, -2),
        _ => date,
    }
}

/// The day before and the window's end of the last two (with the story three) paydays, and the month end between.
fn calendar(rules: &Settings, runs: &[Run], story: bool) -> (Vec<Snapshot>, Vec<Window>) {
    use SnapshotRole::{EarlyAfter, EarlyBefore, LastAfter, LastBefore, MonthEnd, PreviousAfter, PreviousBefore};
    let wages: Vec<NaiveDate> = runs.iter().filter(|r| r.kind == PayKind::Wage).map(|r| r.date).collect();
    let mut snapshots = Vec::new();
    let mut windows = Vec::new();
    let mut window = |payday: NaiveDate, before, after, snapshots: &mut Vec<Snapshot>| {
        windows.push(Window { payday, before: snapshots.len(), after: snapshots.len() + 1 });
        snapshots.push(Snapshot { role: before, date: days_after(payday, -1) });
        snapshots.push(Snapshot { role: after, date: days_after(payday, rules.branch.window_days) });
    };
    let n = wages.len();
    if story && n >= 3 {
        window(wages[n - 3], EarlyBefore, EarlyAfter, &mut snapshots);
    }
    if n >= 2 {
        window(wages[n - 2], PreviousBefore, PreviousAfter, &mut snapshots);
    }
    snapshots.push(Snapshot { role: MonthEnd, date: days_after(rules.branch.last_month, -1) });
    window(wages[n - 1], LastBefore, LastAfter, &mut snapshots);
    (snapshots, windows)
}

fn visits(rules: &Settings, employers: &[branch::Employer]) -> Vec<Visit> {
    let mut list: Vec<_> = rules.visits.iter().collect();
    list.sort_by_key(|(key, v)| (v.order, (*key).clone()));
    list.into_iter()
        .filter_map(|(key, v)| {
            let employer = employers.iter().position(|e| e.story.as_ref() == Some(key))?;
            Some(Visit {
                employer,
                short_name: v.short_name.clone(),
                date: v.date,
                staff: v.staff,
                attendance: v.attendance,
                interested: v.interested,
                deals: v.deals,
                first_follow_up: v.first_follow_up,
                key_person_call: v.key_person_call,
                note: v.note.clone(),
            })
        })
        .collect()
}
