//! The truth written down as such people write it: titles, units, merged headers, totals with blanks, footers,
//! numbers as text, dates in several forms. Abstract sheets only; `app` makes files of them.

mod activity;
mod assemble;
mod holdings;
mod lists;
mod payroll;
mod sample;
mod style;

pub use crate::simulate::sheets::sample::{Cell, Merge, RowKind, SampleFile, SampleFormat, SampleRow, SampleSheet};

use super::branch::{Branch, SnapshotRole};
use crate::model::status::PayKind;
use crate::simulate::settings::Settings;

/// All files of the branch, in order of path.
pub fn sheets(rules: &Settings, branch: &Branch) -> Vec<SampleFile> {
    let f = &rules.files;
    let mut list = vec![
        lists::employers(rules, branch, &f.employers),
        lists::staff(rules, branch, &f.staff),
        lists::visits(rules, branch, &f.visits, rules.branch.plan_day),
        lists::visits(rules, branch, &f.visits_last, rules.branch.report_day),
    ];
    let last = branch.runs.iter().rposition(|r| r.kind == PayKind::Wage);
    for (r, run) in branch.runs.iter().enumerate() {
        let file = match run.kind {
            PayKind::Bonus => &f.bonus,
            _ if Some(r) == last => &f.wage_last,
            _ if last.is_some_and(|l| (l - r) % 2 == 0) => &f.wage_text,
            _ => &f.wage,
        };
        list.push(payroll::run(rules, branch, r, file));
    }
    for (k, snapshot) in branch.snapshots.iter().enumerate() {
        let file = match snapshot.role {
            SnapshotRole::EarlyBefore | SnapshotRole::EarlyAfter => &f.early,
            SnapshotRole::PreviousBefore | SnapshotRole::PreviousAfter => &f.previous,
            SnapshotRole::MonthEnd => &f.month_end,
            SnapshotRole::LastBefore => &f.last_before,
            SnapshotRole::LastAfter => &f.last_after,
        };
        list.push(holdings::snapshot(rules, branch, k, file));
    }
    list.extend(activity::flows(rules, branch));
    list.extend([activity::contacts(rules, branch), activity::sales(rules, branch), activity::targets(rules, branch)]);
    // A run without payments (no employer pays a bonus) has no sheet.
    list.retain(|f| f.sheets.iter().any(|s| s.rows.iter().any(|r| r.kind == RowKind::Data)));
    list.sort_by(|a, b| a.path.cmp(&b.path));
    list
}
