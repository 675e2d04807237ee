//! 指标任务表: one row per outlet, indicator and period.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::model::activity::{TargetRow, TargetUnit};
use crate::model::rows::Rows;
use crate::rules::Rules;
use crate::rules::report::targets::TargetRules;

use crate::intake::header::detect::unit_words;
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue::{self, Fault};
use crate::intake::kinds::builder::Builder;
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::Outcome;
use crate::intake::value::Read;
use crate::intake::value::lexicon::key;
use crate::intake::value::money::Unit;
use crate::intake::value::ratio::Ratio;

slots!(Slots { outlet, indicator, period, from, to, value, unit });

/// A share without a sign of percent: above this it is a percentage.
const WHOLE: i64 = 1_000_000;

pub(crate) struct Targets {
    slots: Slots,
    indicators: HashMap<String, (String, TargetUnit)>,
    units: Vec<(String, Option<Unit>)>,
    seen: HashMap<(String, String, NaiveDate, NaiveDate), (u32, i64)>,
    rows: Vec<TargetRow>,
}

impl Targets {
    pub fn new(layout: &Layout, rules: &Rules) -> Self {
        let TargetRules { indicators, .. } = &rules.targets;
        let words =
            indicators.iter().flat_map(|(k, rule)| rule.words.iter().map(move |w| (key(w), (k.clone(), rule.unit))));
        Targets {
            slots: Slots::new(layout),
            indicators: words.collect(),
            units: unit_words(&rules.import.units),
            seen: HashMap::new(),
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let (Some(outlet), Some(text)) = (f.name(s.outlet), f.text(s.indicator)) else {
            f.raise(issue::MISSING_VALUE, if f.is_blank(s.outlet) { s.outlet } else { s.indicator });
            return Outcome::Refused;
        };
        // AUM余额(万元): the unit stands beside the indicator's name.
        let text = key(&text);
        let (name, inside) = text.split_once('(').map_or((text.as_str(), ""), |(n, u)| (n, u.trim_end_matches(')')));
        let found = self.indicators.get(name).or_else(|| self.indicators.get(&text));
        let Some((indicator, unit)) = found.cloned() else {
            f.raise(issue::UNKNOWN_INDICATOR, s.indicator);
            return Outcome::Skipped("unknown_indicator");
        };
        let Some((first_day, last_day)) = self.period(f) else {
            f.raise(issue::UNKNOWN_PERIOD, s.period.or(s.to));
            return Outcome::Refused;
        };
        let word = f.text(s.unit).map(|t| key(&t)).unwrap_or_default();
        let Some(value) = self.value(f, unit, [word.as_str(), inside]) else { return Outcome::Refused };
        let row = TargetRow { row: f.row.index, outlet, indicator, first_day, last_day, value };
        let place = (row.outlet.clone(), row.indicator.clone(), first_day, last_day);
        if let Some((first, known)) = self.seen.get(&place) {
            let same = *known == value;
            let code = if same { issue::DUPLICATE_ROW } else { issue::CONFLICTING_ROWS };
            f.issues.add(Fault::new(code).count("first_row", first + 1), Some((row.row, 0)));
            return if same { Outcome::Skipped("duplicate") } else { Outcome::Refused };
        }
        self.seen.insert(place, (row.row, value));
        self.rows.push(row);
        Outcome::Taken
    }

    /// From the period's words, else from two dates; an end alone begins with its year.
    fn period(&self, f: &mut Fields<'_>) -> Option<(NaiveDate, NaiveDate)> {
        let s = self.slots;
        if let Some(found) = f.period(s.period) {
            return Some(found);
        }
        let to = f.date(s.to)?;
        let from = f.date(s.from).or_else(|| NaiveDate::from_ymd_opt(chrono::Datelike::year(&to), 1, 1))?;
        (from <= to).then_some((from, to))
    }

    /// `words`: what the row says of its unit.
    fn value(&self, f: &mut Fields<'_>, unit: TargetUnit, words: [&str; 2]) -> Option<i64> {
        let slot = self.slots.value?;
        let stated = words.iter().filter_map(|word| self.units.iter().find(|(w, _)| w == word)).map(|(_, u)| *u).next();
        match unit {
            TargetUnit::Fen => self.money(f, slot, stated.flatten()),
            TargetUnit::Count => {
                let count = f.count(Some(slot));
                if count.is_none() && f.is_blank(Some(slot)) {
                    f.raise(issue::MISSING_VALUE, Some(slot));
                }
                count
            }
            TargetUnit::Share => self.ratio(f, slot).map(|r| match r {
                Ratio { millionths, percent: true } => millionths,
                // 35 beside 占比%, or under a header that says so.
                Ratio { millionths, .. } if stated == Some(None) || millionths > WHOLE => millionths / 100,
                Ratio { millionths, .. } => millionths,
            }),
            TargetUnit::Ratio => self.ratio(f, slot).map(|r| r.millionths),
        }
    }

    fn ratio(&self, f: &mut Fields<'_>, slot: Slot) -> Option<Ratio> {
        let ratio = f.ratio(Some(slot));
        if ratio.is_none() {
            f.raise(issue::MISSING_VALUE, Some(slot));
        }
        ratio
    }

    /// An amount needs its unit from somewhere: 8500 may be yuan or ten thousands of them.
    fn money(&self, f: &mut Fields<'_>, slot: Slot, stated: Option<Unit>) -> Option<i64> {
        let own = f.text(Some(slot)).is_some_and(|t| t.contains(['元', '万', '亿']));
        let unit = stated.or(slot.unit).or(f.sheet.unit);
        if unit.is_none() && !own {
            f.raise(issue::TARGET_WITHOUT_UNIT, Some(slot));
            return None;
        }
        match f.payment(Some(Slot { unit, ..slot })) {
            Read::Value(fen) => Some(fen.0),
            Read::Nothing => {
                f.raise(issue::MISSING_VALUE, Some(slot));
                None
            }
            Read::Bad => None,
        }
    }
}

impl Builder for Targets {
    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        self.push(f)
    }

    fn waiting(&self) -> usize {
        self.rows.len()
    }

    fn drain(&mut self) -> Rows {
        Rows::Targets(std::mem::take(&mut self.rows))
    }
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
