//! Sheets of targets with a column per indicator or per month, instead of one column of values.

use std::cmp::Reverse;

use chrono::{Datelike as _, NaiveDate};

use crate::model::status::SheetKind;
use crate::rules::report::targets::TargetRules;

use crate::intake::file::cell::Row;
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{How, Layout, Meaning, Slot};
use crate::intake::title::dates;
use crate::intake::value::key;
use crate::intake::value::{period, squeeze};

/// First and last day.
type Period = (NaiveDate, NaiveDate);

/// Fields a column may have beside those of values.
const AROUND: [&str; 4] = ["serial", "outlet", "unit", "note"];
/// Levels of headers looked at.
const LEVELS: usize = 2;
/// Months or quarters side by side, at least.
const LEAST_PERIODS: usize = 2;

/// What is looked at.
pub(crate) struct Search<'s> {
    pub rows: &'s [Row],
    pub rules: &'s TargetRules,
    pub aliases: &'s Aliases,
    /// Names of the sheet and of the file.
    pub names: [&'s str; 2],
    pub today: Option<NaiveDate>,
    /// The sheet is no sheet of another kind, or the user says that it is one of targets.
    pub free: bool,
}

/// What a header says of the values below it.
#[derive(Default)]
struct Head {
    indicator: Option<String>,
    period: Option<Period>,
    /// It has a word for targets.
    is_target: bool,
}

impl Search<'_> {
    /// The layout of such a sheet; its title or headers have to say that it has targets, for what was reached looks the same.
    pub fn find(&self) -> Option<Layout> {
        let places =
            (0..self.rows.len()).flat_map(|first| (1..=LEVELS.min(self.rows.len() - first)).map(move |n| (first, n)));
        let found = places.filter_map(|(first, levels)| self.at(first, levels));
        // Of equal readings the one with fewer levels: a title above a header adds nothing.
        found.max_by_key(|l| (l.spread().len(), Reverse(l.at.1 - l.at.0), Reverse(l.at.0)))
    }

    fn at(&self, first: usize, levels: usize) -> Option<Layout> {
        let mut layout = self.aliases.layout_of(SheetKind::Targets, self.rows, first, levels)?;
        layout.slot("outlet")?;
        let above = self.rows[..first].iter().flat_map(|r| r.cells.iter()).map(|c| squeeze(&c.shown()));
        let texts: Vec<String> = above.chain(self.names.map(squeeze)).filter(|t| !t.is_empty()).collect();
        let year = texts.iter().find_map(|t| dates::year(t)).or(self.today.map(|d| d.year()));
        let base = year.and_then(|y| NaiveDate::from_ymd_opt(y, 7, 2));
        let by_row = layout.slot("indicator").is_some();
        let heads: Vec<(usize, Head)> =
            layout
                .columns()
                .iter()
                .enumerate()
                .filter(|(_, c)| {
                    !c.field.as_deref().is_some_and(|f| AROUND.contains(&f) || f == "indicator" || f == "period")
                })
                .map(|(at, c)| (at, self.head(&c.header, base)))
                .filter(|(_, head)| {
                    if by_row { head.period.is_some() && head.indicator.is_none() } else { head.indicator.is_some() }
                })
                .collect();
        let enough = if by_row { heads.len() >= LEAST_PERIODS } else { !heads.is_empty() };
        let in_headers = heads.iter().any(|(_, head)| head.is_target);
        let says = |words: &[String]| texts.iter().any(|t| words.iter().any(|w| t.contains(w.as_str())));
        let wide = &self.rules.wide;
        let said = in_headers || (says(&wide.said) && !says(&wide.reached));
        // Another kind's sheet has columns of its own beside these.
        let read = heads.len()
            + layout.columns().iter().filter(|c| c.field.as_deref().is_some_and(|f| AROUND.contains(&f))).count();
        if !enough || !said || !(self.free || read >= layout.columns().len()) {
            return None;
        }
        let of_names = texts.iter().find_map(|t| period_in(t, base));
        for (at, head) in heads.into_iter().filter(|(_, head)| head.is_target || !in_headers) {
            let reading = &layout.columns()[at];
            let slot = Slot { unit: reading.money_unit(), ..Slot::of(reading.index as usize) };
            let period = head.period.or(of_names.filter(|_| layout.slot("period").or(layout.slot("to")).is_none()));
            layout.assign(slot, Meaning::Values(head.indicator, period), How::Alias);
            layout.set_confidence(slot.column, 1.0);
        }
        if let Some(slot) = layout.slot("value") {
            layout.assign(slot, Meaning::Nothing, How::Alias);
        }
        layout.twins.clear();
        layout.missing.clear();
        layout.complete = true;
        Some(layout)
    }

    /// `一季度 AUM净增目标(万元)`, `1月`, `进企场次(任务数)`: the stretch of time, the indicator, a word for targets.
    fn head(&self, header: &str, base: Option<NaiveDate>) -> Head {
        let mut text = key(header);
        let mut head = Head::default();
        while let Some((open, close)) = text.find('(').and_then(|open| Some((open, open + text[open..].find(')')?))) {
            let inside = text[open + 1..close].to_string();
            let is_target = self.rules.wide.words.iter().any(|w| inside == key(w));
            // AUM(月日均): which of its meanings the indicator has.
            if self.bases().any(|w| inside == w) {
                text.replace_range(open..=close, &inside);
                continue;
            }
            // 3+占比(%), AUM(万元): anything else may be what was reached.
            if !is_target
                && self.aliases.unit_of(&inside).is_none()
                && !inside.contains(['%', '元', '个', '户', '场', '次'])
            {
                return Head::default();
            }
            head.is_target |= is_target;
            text.replace_range(open..=close, "");
        }
        for start in
            text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]).collect::<Vec<_>>().into_iter().rev()
        {
            if let Some(found) = period::parse(&text[..start], base).filter(|_| is_named(&text[..start])) {
                head.period = Some(found);
                text.replace_range(..start, "");
                break;
            }
        }
        loop {
            if self.indicator(&text).is_some() {
                break;
            }
            let without = |w: String| text.strip_suffix(&w).or_else(|| text.strip_prefix(&w)).map(str::to_string);
            let Some(rest) = self.rules.wide.words.iter().map(|w| key(w)).find_map(without) else { break };
            head.is_target = true;
            text = rest;
        }
        // AUM净增万元
        let tails = text.char_indices().map(|(at, _)| at).filter(|at| self.aliases.unit_of(&text[*at..]).is_some());
        let before = tails.map(|at| text[..at].trim_end_matches(['/', '-', '_'])).find_map(|t| self.indicator(t));
        head.indicator = self.indicator(&text).or(before);
        if head.indicator.is_none() && !text.is_empty() {
            return Head::default();
        }
        head
    }

    /// The text, if it names an indicator, with or without the words that say which of its meanings it has.
    fn indicator(&self, text: &str) -> Option<String> {
        let known = |text: &str| self.rules.indicators.values().flat_map(|rule| &rule.words).any(|w| key(w) == text);
        let bare = self.bases().fold(text.to_string(), |rest, word| rest.replace(&word, ""));
        (!text.is_empty() && (known(text) || known(&bare))).then(|| text.to_string())
    }

    fn bases(&self) -> impl Iterator<Item = String> + '_ {
        let mut words: Vec<String> = self.rules.bases.values().flat_map(|b| &b.words).map(|w| key(w)).collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
        words.into_iter()
    }
}

/// Whether a text names a stretch of time in words: bare digits may be anything.
fn is_named(text: &str) -> bool {
    text.contains(['年', '季', '月', 'Q', 'H'])
}

/// The longest stretch of time a text names; part of a day is none.
fn period_in(text: &str, base: Option<NaiveDate>) -> Option<Period> {
    let mut best: Option<(usize, Period)> = None;
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for (i, start) in places.iter().enumerate() {
        for end in places[i + 1..].iter().take(LONGEST) {
            let part = &text[*start..*end];
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            if digit(text[*end..].chars().next()) || digit(text[..*start].chars().next_back()) || !is_named(part) {
                continue;
            }
            if let Some(found) =
                period::parse(part, base).filter(|_| best.is_none_or(|(length, _)| part.len() > length))
            {
                best = Some((part.len(), found));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Characters of the longest stretch of time: `2026年01月01日至2026年03月31日`.
const LONGEST: usize = 24;
