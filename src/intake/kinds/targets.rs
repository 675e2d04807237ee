//! 指标任务表: one row per outlet, indicator and period.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::model::activity::{FigureUnit, TargetRow};
use crate::rules::Rules;
use crate::rules::report::targets::{BasisRule, TargetRules};

use crate::intake::header::layout::{Layout, Slot, Spread};
use crate::intake::issue::{self, Fault};
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::Outcome;
use crate::intake::value::Read;
use crate::intake::value::amount::money::Unit;
use crate::intake::value::amount::ratio::Ratio;
use crate::intake::value::amount::unit::unit_words;
use crate::intake::value::key;

slots!(Slots { outlet, indicator, basis, period, from, to, value, unit });

/// A share without a sign of percent: above this it is a percentage.
const WHOLE: i64 = 1_000_000;

pub(crate) struct Targets {
    slots: Slots,
    indicators: HashMap<String, String>,
    kinds: HashMap<String, FigureUnit>,
    bases: Vec<Basis>,
    units: Vec<(String, Option<Unit>)>,
    /// Columns of values, where there are several.
    spread: Vec<Spread>,
    seen: HashMap<(String, String, NaiveDate, NaiveDate), (u32, i64)>,
    rows: Vec<TargetRow>,
}

/// The words that say which of its meanings an indicator has, longest first, and what they make of each.
struct Basis {
    words: Vec<String>,
    indicators: BTreeMap<String, String>,
}

/// An indicator as named.
struct Named {
    key: String,
    /// It has several meanings, and the name does not say which.
    assumed: bool,
}

impl Targets {
    pub fn new(layout: &Layout, rules: &Rules) -> Self {
        let TargetRules { indicators, bases, .. } = &rules.targets;
        let words = indicators.iter().flat_map(|(k, rule)| rule.words.iter().map(move |w| (key(w), k.clone())));
        let basis = |rule: &BasisRule| {
            let mut words: Vec<String> = rule.words.iter().map(|w| key(w)).collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
            Basis { words, indicators: rule.indicators.clone() }
        };
        Targets {
            slots: Slots::new(layout),
            indicators: words.collect(),
            kinds: indicators.iter().map(|(k, rule)| (k.clone(), rule.unit)).collect(),
            bases: bases.values().map(basis).collect(),
            units: unit_words(&rules.import.units),
            spread: layout.spread().to_vec(),
            seen: HashMap::new(),
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let Some(outlet) = f.name(s.outlet) else {
            f.raise(issue::MISSING_VALUE, s.outlet);
            return Outcome::Refused;
        };
        let of_row = f.text(s.indicator);
        if self.spread.is_empty() {
            return self.take(f, outlet, of_row, None, s.value);
        }
        let mut outcomes = Vec::new();
        for Spread { slot, indicator, period } in self.spread.clone() {
            // No target for this indicator or month.
            if f.says_nothing(Some(slot)) {
                continue;
            }
            let text = indicator.or_else(|| of_row.clone());
            outcomes.push(self.take(f, outlet.clone(), text, period, Some(slot)));
            if outcomes.last() == Some(&Outcome::Skipped("unknown_indicator")) {
                break;
            }
        }
        let first = outcomes.first().copied().unwrap_or(Outcome::Skipped("blank"));
        let told = [Outcome::Taken, Outcome::Refused];
        told.into_iter().find(|o| outcomes.contains(o)).unwrap_or(first)
    }

    /// Takes one value; `stretch`: what its header says of the time.
    fn take(
        &mut self,
        f: &mut Fields<'_>,
        outlet: String,
        text: Option<String>,
        stretch: Option<(NaiveDate, NaiveDate)>,
        value: Option<Slot>,
    ) -> Outcome {
        let s = self.slots;
        let Some(text) = text else {
            f.raise(issue::MISSING_VALUE, s.indicator);
            return Outcome::Refused;
        };
        let (name, inside) = self.name_and_unit(&key(&text));
        let basis = f.text(s.basis).map(|t| key(&t)).unwrap_or_default();
        let found = self.named(&name, &basis).or_else(|| self.named(&key(&text), &basis));
        let known = found.and_then(|named| self.kinds.get(&named.key).map(|unit| (*unit, named)));
        let Some((unit, named)) = known else {
            f.raise(issue::UNKNOWN_INDICATOR, s.indicator);
            return Outcome::Skipped("unknown_indicator");
        };
        if named.assumed {
            let column = s.indicator.or(value).map_or(0, |slot| slot.column);
            let fault = Fault::new(issue::TARGET_BASIS_ASSUMED).text("column", f.sheet.layout.header(column));
            let fault = fault.word("indicator", format!("indicator.{}", named.key));
            f.issues.add(fault, Some((f.row.index, column as u32)));
        }
        let indicator = named.key;
        let Some((first_day, last_day)) = stretch.or_else(|| self.period(f)) else {
            f.raise(issue::UNKNOWN_PERIOD, s.period.or(s.to).or(value));
            return Outcome::Refused;
        };
        let word = f.text(s.unit).map(|t| key(&t)).unwrap_or_default();
        let Some(amount) = self.value(f, unit, [word.as_str(), inside.as_str()], value) else {
            return Outcome::Refused;
        };
        let row = TargetRow { row: f.row.index, outlet, indicator, first_day, last_day, value: amount };
        let place = (row.outlet.clone(), row.indicator.clone(), first_day, last_day);
        if let Some((first, known)) = self.seen.get(&place) {
            let same = *known == amount;
            let code = if same { issue::DUPLICATE_ROW } else { issue::CONFLICTING_ROWS };
            f.issues.add(Fault::new(code).count("first_row", first + 1), Some((row.row, 0)));
            return if same { Outcome::Skipped("duplicate") } else { Outcome::Refused };
        }
        self.seen.insert(place, (row.row, amount));
        self.rows.push(row);
        Outcome::Taken
    }

    /// `AUM(月日均)(万元)` → `AUM月日均` and its unit: what stands in brackets is a unit or belongs to the name.
    fn name_and_unit(&self, text: &str) -> (String, String) {
        let (mut name, mut unit) = (String::new(), String::new());
        for part in text.split(['(', ')']).filter(|part| !part.is_empty()) {
            let is_unit = !name.is_empty() && self.units.iter().any(|(word, _)| word == part);
            if is_unit { unit = part.to_string() } else { name.push_str(part) }
        }
        (name, unit)
    }

    /// The indicator a name means; `basis`: what a column of its own says of its meaning.
    fn named(&self, name: &str, basis: &str) -> Option<Named> {
        // A remark in that column that says nothing of the kind changes nothing.
        let speaks = |b: &Basis| b.words.iter().any(|word| basis.contains(word));
        let text = format!("{name}{}", if self.bases.iter().any(speaks) { basis } else { "" });
        for b in &self.bases {
            let rest = b.words.iter().fold(text.clone(), |rest, word| rest.replace(word, ""));
            let plain = self.indicators.get(&rest.replace(['-', '_', ':', ',', '、', '(', ')'], ""));
            if let Some(meant) = plain.filter(|_| rest != text).and_then(|plain| b.indicators.get(plain)) {
                return Some(Named { key: meant.clone(), assumed: false });
            }
        }
        let plain = self.indicators.get(&text)?;
        let assumed = self.bases.iter().any(|b| b.indicators.contains_key(plain));
        Some(Named { key: plain.clone(), assumed })
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
    fn value(&self, f: &mut Fields<'_>, unit: FigureUnit, words: [&str; 2], slot: Option<Slot>) -> Option<i64> {
        let slot = slot?;
        let stated = words.iter().filter_map(|word| self.units.iter().find(|(w, _)| w == word)).map(|(_, u)| *u).next();
        match unit {
            FigureUnit::Fen => self.money(f, slot, stated.flatten()),
            FigureUnit::Count => {
                let count = f.count(Some(slot));
                if count.is_none() && f.is_blank(Some(slot)) {
                    f.raise(issue::MISSING_VALUE, Some(slot));
                }
                count
            }
            FigureUnit::Share => self.ratio(f, slot).map(|r| match r {
                Ratio { millionths, percent: true } => millionths,
                // 35 beside 占比%, or under a header that says so.
                Ratio { millionths, .. } if stated == Some(None) || millionths > WHOLE => millionths / 100,
                Ratio { millionths, .. } => millionths,
            }),
            FigureUnit::Ratio => self.ratio(f, slot).map(|r| r.millionths),
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
    keeps_rows!(Targets);
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
