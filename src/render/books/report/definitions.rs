//! 口径说明: how each figure is made, with the thresholds the rules give.

use crate::engagement::report::thresholds::Thresholds;
use crate::render::books::columns::Columns;
use crate::render::books::table_sheet;
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;
use crate::render::workbook::Sheet;

/// What the ranking's figures mean.
pub const RANKING: &[&str] = &[
    "headcount",
    "effective_heads",
    "aum_balance",
    "aum_month_avg",
    "aum_rank",
    "aum_per_head",
    "contribution",
    "peer_per_head",
    "products_per_head",
    "retention",
    "period_retention",
    "retention_change",
    "deposit_multiple",
    "uplift",
    "gain_per_hour",
    "coverage_index",
    "penetration_gap",
    "score",
    "confidence",
    "target",
    "left_out",
    "verdict",
];

/// What the dashboard's figures mean.
pub const DASHBOARD: &[&str] = &[
    "completeness",
    "employers",
    "effective_heads",
    "payroll",
    "aum_balance",
    "aum_month_avg",
    "aum_dashboard",
    "aum_per_head",
    "retention",
    "period_retention",
    "retention_basis",
    "bands",
    "products_per_head",
    "three_plus",
    "changes",
    "completion",
    "schedule_gap",
    "light",
    "main_destination",
    "funnel",
    "alerts",
    "purchases",
    "verdict",
];

/// What the maintenance table's figures mean.
pub const MAINTENANCE: &[&str] = &[
    "aum_balance",
    "aum_month_avg",
    "changes_table",
    "gained_lost",
    "retention",
    "period_retention",
    "retention_basis",
    "bands",
    "credit",
];

/// One row per term: `definition.<key>.term` and `definition.<key>.text`, filled from the rules.
pub fn table(words: &Words, thresholds: &Thresholds, keys: &[&str]) -> Table {
    Columns::<&str>::new(words, "definitions")
        .wide("term", Kind::Text, 20.0, |key| Cell::text(words.get(&format!("definition.{key}.term"))))
        .wide("text", Kind::Wrap, 92.0, |key| Cell::text(words.fill(&format!("definition.{key}.text"), thresholds)))
        .table(keys)
}

/// The sheet 口径说明.
pub fn sheet(words: &Words, thresholds: &Thresholds, keys: &[&str]) -> Sheet {
    table_sheet(words, "definitions", table(words, thresholds, keys))
}
