//! 被拦截名单 and 未匹配收款人: people nobody may contact now, and payees that fit nobody.

use chrono::NaiveDate;

use crate::model::{Fen, Param};
use crate::render::books::{Columns, known};
use crate::render::table::{Cell, Kind, Row, Table};
use crate::render::words::Words;

/// Why somebody may not be contacted now, in the order in which it is told.
pub(crate) const BLOCKS: [&str; 7] =
    ["consent_missing", "refused", "resting", "cap_reached", "result_missing", "open_complaint", "identity_open"];

/// Somebody a rule speaks of but whom nobody may contact now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedRow {
    pub name: String,
    pub employer: String,
    /// Label of the follow-up rule.
    pub rule: String,
    /// A key of `BLOCKS`.
    pub by: &'static str,
    pub owner: Option<String>,
}

/// A payee that fits nobody with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmatchedRow {
    pub employer: String,
    pub payday: NaiveDate,
    /// Line of the payroll sheet.
    pub line: i64,
    pub name: Option<String>,
    pub account: Option<String>,
    pub amount: Fen,
}

pub(crate) fn blocked_table(blocked: &[BlockedRow], words: &Words) -> Table {
    let columns = Columns::new(words, "blocked")
        .wide("name", Kind::Text, 10.0)
        .wide("employer", Kind::Text, 24.0)
        .wide("matter", Kind::Text, 16.0)
        .wide("by", Kind::Text, 18.0)
        .wide("how", Kind::Wrap, 48.0)
        .wide("main_owner", Kind::Text, 10.0);
    let mut table = columns.table();
    table.freeze = 1;
    table.rows = blocked
        .iter()
        .map(|b| {
            Row::new(vec![
                Cell::text(&b.name),
                Cell::text(&b.employer),
                Cell::text(&b.rule),
                Cell::text(words.get(&format!("block.{}", b.by))),
                Cell::text(words.get(&format!("block_how.{}", b.by))),
                known(b.owner.clone(), Cell::Text),
            ])
        })
        .collect();
    table
}

/// `待取得同意 12 人：…` and so on, one line per cause.
pub fn blocked_lines(blocked: &[BlockedRow], words: &Words) -> Vec<String> {
    BLOCKS
        .iter()
        .filter_map(|by| {
            let n = blocked.iter().filter(|b| b.by == *by).count() as i64;
            let params = [
                ("label", Param::Text(words.get(&format!("block.{by}")).to_string())),
                ("people", Param::Count(n)),
                ("how", Param::Text(words.get(&format!("block_how.{by}")).to_string())),
            ];
            (n > 0).then(|| words.fill("note.blocked", &params))
        })
        .collect()
}

pub fn unmatched_table(unmatched: &[UnmatchedRow], words: &Words) -> Table {
    let columns = Columns::new(words, "unmatched")
        .wide("employer", Kind::Text, 24.0)
        .wide("payday", Kind::Date, 12.0)
        .wide("line", Kind::Count, 8.0)
        .wide("name", Kind::Text, 10.0)
        .wide("account", Kind::Text, 14.0)
        .wide("amount", Kind::Yuan, 14.0);
    let mut table = columns.table();
    table.freeze = 1;
    table.notes = vec![words.get("note.unmatched").to_string()];
    table.rows = unmatched
        .iter()
        .map(|u| {
            Row::new(vec![
                Cell::text(&u.employer),
                Cell::Date(u.payday),
                Cell::Count(u.line),
                known(u.name.clone(), Cell::Text),
                known(u.account.clone(), Cell::Text),
                Cell::Money(u.amount),
            ])
        })
        .collect();
    table
}
