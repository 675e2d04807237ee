//! 被拦截名单 and 未匹配收款人: people nobody may contact now, and payees that fit nobody.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::report::thresholds::Thresholds;
use crate::model::{Fen, Param};
use crate::render::books::columns::Columns;
use crate::render::books::known;
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;

/// Why somebody may not be contacted now, in the order in which it is told.
pub(crate) const BLOCKS: [&str; 11] = [
    "consent_missing",
    "refused",
    "resting",
    "cap_reached",
    "result_missing",
    "open_complaint",
    "client_complaint",
    "wrong_number",
    "left",
    "stopped",
    "identity_open",
];

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

pub(crate) fn blocked_columns<'a>(thresholds: &'a Thresholds, words: &'a Words) -> Columns<'a, BlockedRow> {
    Columns::<BlockedRow>::new(words, "blocked")
        .wide("name", Kind::Text, 10.0, |b| Cell::text(&b.name))
        .wide("employer", Kind::Text, 24.0, |b| Cell::text(&b.employer))
        .wide("matter", Kind::Text, 16.0, |b| Cell::text(&b.rule))
        .wide("by", Kind::Text, 18.0, |b| Cell::text(words.get(&format!("block.{}", b.by))))
        .wide("how", Kind::Wrap, 48.0, |b| Cell::Text(words.fill(&format!("block_how.{}", b.by), thresholds)))
        .wide("main_owner", Kind::Text, 10.0, |b| known(b.owner.clone(), Cell::Text))
}

/// `待取得同意 12 人：…` and so on, one line per cause.
pub fn blocked_lines(blocked: &BTreeMap<&'static str, i64>, thresholds: &Thresholds, words: &Words) -> Vec<String> {
    BLOCKS
        .iter()
        .filter_map(|by| {
            let n = blocked.get(by).copied().unwrap_or_default();
            let params = [
                ("label", Param::Text(words.get(&format!("block.{by}")).to_string())),
                ("people", Param::Count(n)),
                ("how", Param::Text(words.fill(&format!("block_how.{by}"), thresholds))),
            ];
            (n > 0).then(|| words.fill("note.blocked", &params))
        })
        .collect()
}

pub fn unmatched_table(unmatched: &[UnmatchedRow], words: &Words) -> Table {
    let mut table = Columns::<UnmatchedRow>::new(words, "unmatched")
        .wide("employer", Kind::Text, 24.0, |u| Cell::text(&u.employer))
        .wide("payday", Kind::Date, 12.0, |u| Cell::Date(u.payday))
        .wide("line", Kind::Count, 8.0, |u| Cell::Count(u.line))
        .wide("name", Kind::Text, 10.0, |u| known(u.name.clone(), Cell::Text))
        .wide("account", Kind::Text, 14.0, |u| known(u.account.clone(), Cell::Text))
        .wide("amount", Kind::Yuan, 14.0, |u| Cell::Money(u.amount))
        .table(unmatched);
    table.freeze = 1;
    table.notes = vec![words.get("note.unmatched").to_string()];
    table
}

/// Somebody for whom one colleague is to be named, name already masked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnownedRow {
    /// `lack.<key>`.
    pub lack: &'static str,
    pub name: String,
    pub employer: String,
    /// Label of the rule.
    pub rule: Option<String>,
    /// Who is away; all who are in charge, where there are several.
    pub owner: Option<String>,
    /// Who names somebody.
    pub decides: Option<String>,
}

/// 待指定负责人.
pub(crate) fn unowned_table(rows: &[UnownedRow], words: &Words) -> Table {
    let mut table = Columns::<UnownedRow>::new(words, "to_assign")
        .wide("lack", Kind::Text, 18.0, |r| Cell::text(words.get(&format!("lack.{}", r.lack))))
        .wide("name", Kind::Text, 10.0, |r| Cell::text(&r.name))
        .wide("employer", Kind::Text, 24.0, |r| Cell::text(&r.employer))
        .wide("matter", Kind::Text, 16.0, |r| Cell::or_empty(r.rule.clone(), Cell::Text))
        .wide("main_owner", Kind::Text, 12.0, |r| Cell::or_empty(r.owner.clone(), Cell::Text))
        .wide("decides", Kind::Text, 12.0, |r| known(r.decides.clone(), Cell::Text))
        .table(rows);
    table.freeze = 1;
    table
}
