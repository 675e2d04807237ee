//! The truth written down as such people write it: titles, units, merged headers, totals with blanks, footers,
//! numbers as text, dates in several forms. Abstract rows only, employer by employer; `app` makes files of them.

mod activity;
mod answers;
mod draft;
mod holdings;
mod lists;
mod payroll;
mod sample;
mod style;

pub use crate::simulate::sheets::sample::{Cell, Merge, RowKind, SampleFile, SampleFormat, SampleRow, SampleSheet};

pub(super) use draft::{Draft, Sources, finished};

use super::answers::Asked;
use super::branch::SnapshotRole;
use crate::model::status::PayKind;

/// All files of the branch, in order of path.
pub(super) fn drafts<'a>(from: Sources<'a>, asked: &'a [Asked]) -> Vec<Draft<'a>> {
    let (rules, outline) = (from.rules, from.outline);
    let f = &rules.files;
    let mut list = vec![
        lists::employers(from, &f.employers),
        lists::staff(from, &f.staff),
        lists::visits(from, &f.visits, rules.branch.plan_day),
        lists::visits(from, &f.visits_last, rules.branch.report_day),
    ];
    let last = outline.runs.iter().rposition(|r| r.kind == PayKind::Wage);
    for (r, run) in outline.runs.iter().enumerate() {
        let file = match run.kind {
            PayKind::Bonus => &f.bonus,
            _ if Some(r) == last => &f.wage_last,
            _ if last.is_some_and(|l| (l - r) % 2 == 0) => &f.wage_text,
            _ => &f.wage,
        };
        list.push(payroll::run(from, r, file));
    }
    for (k, snapshot) in outline.snapshots.iter().enumerate() {
        let file = match snapshot.role {
            SnapshotRole::EarlyBefore | SnapshotRole::EarlyAfter => &f.early,
            SnapshotRole::PreviousBefore | SnapshotRole::PreviousAfter => &f.previous,
            SnapshotRole::MonthEnd => &f.month_end,
            SnapshotRole::LastBefore => &f.last_before,
            SnapshotRole::LastAfter => &f.last_after,
        };
        list.push(holdings::snapshot(from, k, file));
    }
    list.extend(activity::flows(from));
    list.extend([activity::contacts(from), activity::sales(from), activity::targets(from)]);
    if rules.exporting {
        list.push(answers::answers(from, asked));
    }
    list.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    list
}
