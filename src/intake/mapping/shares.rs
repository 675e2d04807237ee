//! Columns that are only a part of what a field means: one for wages and one for a bonus, one for each month.

use std::collections::BTreeSet;

use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{ColumnReading, Layout};
use crate::intake::mapping::sample::{Doubt, Sample};
use crate::intake::value::key;

/// Asks where a field's column stands beside others of which it may be only a part, or that are parts of it: one for
/// wages and one for a bonus, or one for each month.
pub(crate) fn ask_for_shares(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>, doubts: &mut Vec<Doubt>) {
    let kind = layout.kind;
    for (field, rule) in sample.rules.columns.of(kind).iter().filter(|(_, r)| !r.parts.is_empty()) {
        let Some(used) = layout.slot(field).map(|s| s.column) else { continue };
        let is_part = |c: &ColumnReading| rule.parts.iter().any(|p| key(p) == key(&c.header));
        let of_month = |c: &ColumnReading| month_of(&c.header).and_then(|h| aliases.field_of(kind, h)) == Some(field);
        let filled = |c: &&ColumnReading| sample.counts(c.index as usize).cells > 0;
        let parts: Vec<usize> =
            layout.columns().iter().filter(|c| is_part(c)).filter(filled).map(|c| c.index as usize).collect();
        let months: Vec<usize> =
            layout.columns().iter().filter(|c| of_month(c)).filter(filled).map(|c| c.index as usize).collect();
        let mut asked = if months.len() > 1 { months } else { Vec::new() };
        if parts.len() > 1 && parts.contains(&used) {
            asked.extend(parts);
        }
        if !asked.is_empty() && !asked.contains(&used) {
            asked.push(used);
        }
        let confidence = sample.rules.recognise.confidence.twin;
        for column in asked.into_iter().filter(|c| doubts.iter().all(|d| d.column != *c)).collect::<BTreeSet<_>>() {
            layout.set_confidence(column, confidence);
            doubts.push(Doubt { column, confidence });
        }
    }
}

/// What stands behind a month in a header: `1月实发工资`, `2026年1月实发工资`.
fn month_of(header: &str) -> Option<&str> {
    let (month, rest) = header.split_once('月')?;
    let part = |c: char| {
        c.is_numeric() || matches!(c, '年' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
    };
    let rest = rest.trim_start_matches('份');
    (!month.is_empty() && month.chars().all(part) && !rest.is_empty()).then_some(rest)
}
