//! The rows below a header: what the cells of a column look like, and how well that fits what the header says.

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::columns::Shape;
use crate::rules::import::recognise::{Content, RecogniseRules};

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::Layout;
use crate::intake::header::shared_fields::PRODUCT;
use crate::intake::value::amount::money::Unit;
use crate::intake::value::date;
use crate::intake::value::identity::{self, Identifier};
use crate::intake::value::key;
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::product::ProductWords;
use crate::intake::value::{Read, squeeze};

/// The rows below a header, and what is needed to judge them.
pub(crate) struct Sample<'s> {
    pub rows: &'s [&'s Row],
    pub rules: &'s Rules,
    pub lexicon: &'s Lexicon,
}

/// How many cells of a column are of which class.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counts {
    pub cells: usize,
    of: [usize; Content::ALL.len()],
}

impl Counts {
    /// Share (0–1) of the cells that are of a class.
    pub fn share(&self, content: Content) -> f64 {
        if self.cells == 0 { 0.0 } else { self.of[content as usize] as f64 / self.cells as f64 }
    }

    /// The class the whole column is of; of several the most telling.
    pub fn whole(&self, rules: &RecogniseRules) -> Option<Content> {
        let enough = self.cells >= rules.min_cells;
        Content::ALL.into_iter().find(|c| enough && self.share(*c) >= rules.whole_share)
    }
}

/// What has to be asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Doubt {
    pub column: usize,
    pub confidence: f64,
}

impl Sample<'_> {
    /// What a column's cells look like.
    pub fn counts(&self, column: usize) -> Counts {
        let mut counts = Counts::default();
        for cell in self.rows.iter().map(|r| r.cell(column)) {
            if cell.is_blank() || matches!(cell, Cell::Text(t) if self.lexicon.is_nothing(t)) {
                continue;
            }
            counts.cells += 1;
            for content in classes(cell, self.lexicon) {
                counts.of[content as usize] += 1;
            }
        }
        counts
    }

    pub fn expected(&self, kind: SheetKind, field: &str) -> Vec<Content> {
        match self.rules.columns.of(kind).get(field).and_then(|r| r.shape) {
            Some(Shape::Amount) => vec![Content::Amount],
            // A count or a day of opening says yes as well as 是 does.
            Some(Shape::Flag) => vec![Content::Flag, Content::Amount, Content::Date],
            None => self.rules.recognise.expected(kind, field).to_vec(),
        }
    }

    /// Confidence in a field that a header names, given what stands below it.
    pub fn confidence(&self, kind: SheetKind, field: &str, counts: &Counts) -> f64 {
        let rules = &self.rules.recognise;
        let expected = self.expected(kind, field);
        if expected.is_empty() || counts.cells == 0 {
            return rules.confidence.alias;
        }
        if expected.iter().any(|c| counts.share(*c) >= rules.fitting_share) {
            return rules.confidence.alias_fitting;
        }
        let other = counts.whole(rules).filter(|c| rules.classes.telling.contains(c));
        if other.is_some() { rules.confidence.alias_contradicted } else { rules.confidence.alias }
    }

    /// Confidence in a column of products: of its words at least one must be known.
    pub fn known_products(&self, layout: &Layout, column: usize) -> f64 {
        let words = ProductWords::new(self.rules, layout.products.iter());
        let further = layout.further_of(PRODUCT).map(|s| s.column);
        let columns: Vec<usize> = std::iter::once(column).chain(further).collect();
        let cells = columns.iter().flat_map(|c| self.rows.iter().map(|r| r.cell(*c)));
        let texts: Vec<String> = cells.filter(|c| !c.is_blank()).map(Cell::stored).collect();
        let rules = &self.rules.recognise;
        let between = |c: char| rules.long.separators.iter().any(|s| s.starts_with(c));
        let known = |t: &String| words.named(t).is_some() || t.split(between).any(|p| words.named(p).is_some());
        match texts.len() {
            n if n < rules.min_cells => rules.confidence.alias,
            _ if texts.iter().any(known) => rules.confidence.alias_fitting,
            _ => rules.confidence.alias_contradicted,
        }
    }

    /// Fields that a column's contents fit, in order of their keys.
    pub fn candidates(&self, kind: SheetKind, counts: &Counts, headed: bool) -> Vec<(String, f64)> {
        let rules = &self.rules.recognise;
        let Some(whole) = counts.whole(rules) else { return Vec::new() };
        let checked = rules.classes.checked.contains(&whole);
        let confidence = match (checked, headed) {
            (true, false) => rules.confidence.checked_without_header,
            (true, true) => rules.confidence.content_only,
            (false, _) if rules.classes.telling.contains(&whole) && whole != Content::Date => {
                rules.confidence.content_only
            }
            _ => rules.confidence.loose_content,
        };
        let fields = self.rules.columns.of(kind).iter().filter(|(f, r)| match r.shape {
            Some(_) => false,
            None => self.rules.recognise.expected(kind, f).contains(&whole),
        });
        fields.map(|(f, _)| (f.clone(), confidence)).collect()
    }
}

/// What a cell looks like; a number of eight digits that is a day counts as a day only.
pub(crate) fn classes(cell: &Cell, lexicon: &Lexicon) -> Vec<Content> {
    match cell {
        Cell::Moment(_) => vec![Content::Date],
        Cell::Bool(_) => vec![Content::Flag],
        Cell::Number(n) if *n == 0.0 || *n == 1.0 => vec![Content::Amount, Content::Flag],
        Cell::Number(n) if n.fract() == 0.0 && (19_500_101.0..=20_991_231.0).contains(n) => {
            vec![if date::from_number(*n, false).is_some() { Content::Date } else { Content::Amount }]
        }
        Cell::Number(n) if n.fract() == 0.0 && (1e10..1e15).contains(n) => of_text(&format!("{n:.0}"), lexicon),
        Cell::Number(n) if n.abs() < 1e12 => vec![Content::Amount],
        Cell::Text(text) => of_text(text, lexicon),
        Cell::Shown(shown) => classes(&Cell::Number(shown.value), lexicon),
        _ => Vec::new(),
    }
}

fn of_text(text: &str, lexicon: &Lexicon) -> Vec<Content> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let plain = squeeze(text);
    let digits = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
    if identity::is_id_number(&plain.to_ascii_uppercase()) {
        return vec![Content::IdNumber];
    }
    if !digits && matches!(identity::credit_code(&plain), Read::Value(_)) {
        return vec![Content::CreditCode];
    }
    if digits && plain.len() == 11 && plain.starts_with('1') && !plain[1..2].contains(['0', '1', '2']) {
        return vec![Content::Phone];
    }
    if digits && (16..=19).contains(&plain.len()) && matches!(identity::account(&plain), Identifier::Value(_)) {
        // An ID number with a wrong check digit is a bad ID number, no account.
        return if plain.len() == 18 && identity::birth_of(&plain).is_some() {
            Vec::new()
        } else {
            vec![Content::Account]
        };
    }
    if date::parse(text, None).is_some() && !(digits && plain.len() != 8) {
        return vec![Content::Date];
    }
    if lexicon.is_flag_word(text) {
        return vec![Content::Flag];
    }
    if !(digits && plain.len() > 12) && lexicon.amount(text, Unit::Yuan).is_ok() {
        let flag = matches!(plain.as_str(), "0" | "1");
        return if flag { vec![Content::Amount, Content::Flag] } else { vec![Content::Amount] };
    }
    let word = key(text);
    let letters = word.chars().count();
    let chinese = word.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '·'));
    if lexicon.is_firm(&word) {
        vec![Content::FirmName]
    } else if chinese && ((2..=4).contains(&letters) || word.contains('·')) {
        vec![Content::PersonName]
    } else {
        Vec::new()
    }
}

/// Bytes beyond which a text is a remark.
const LONGEST: usize = 160;

/// The form of a text without its content: digits as 9, Latin letters as A, other letters as 字.
pub(crate) fn shape(cell: &Cell) -> String {
    let text = cell.stored();
    text.trim()
        .chars()
        .take(40)
        .map(|c| match c {
            c if c.is_numeric() => '9',
            c if c.is_ascii_alphabetic() => 'A',
            c if c.is_alphabetic() => '字',
            c if c.is_ascii_punctuation() || c == ' ' => c,
            _ => '·',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn text(t: &str) -> Cell {
        Cell::Text(t.to_string())
    }

    fn of(cell: &Cell) -> Vec<Content> {
        classes(cell, &Lexicon::new(&Rules::load(None).unwrap().import))
    }

    #[test]
    fn cells_are_told_by_their_form_and_check_digits() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 10).and_then(|d| d.and_hms_opt(0, 0, 0)).unwrap();
        for (cell, expected) in [
            (text("000000199001010018"), vec![Content::IdNumber]),
            // A wrong check digit: no ID number, and no account either.
            (text("000000199001010019"), vec![]),
            (text("13800000078"), vec![Content::Phone]),
            (Cell::Number(13_800_000_078.0), vec![Content::Phone]),
            (text("6200 0000 0000 0000 001"), vec![Content::Account]),
            (text("91350100M000100Y43"), vec![Content::CreditCode]),
            (text("2026年3月10日"), vec![Content::Date]),
            (text("20260310"), vec![Content::Date]),
            (Cell::Number(20_260_310.0), vec![Content::Date]),
            (Cell::Moment(day), vec![Content::Date]),
            (text("1,234.50"), vec![Content::Amount]),
            (text("5万"), vec![Content::Amount]),
            (Cell::Number(52_000.0), vec![Content::Amount]),
            (Cell::Number(1.0), vec![Content::Amount, Content::Flag]),
            (text("已开通"), vec![Content::Flag]),
            (text("甲子丑"), vec![Content::PersonName]),
            (text("云启信息有限公司"), vec![Content::FirmName]),
            (text("请于每月十日前发放工资"), vec![]),
        ] {
            assert_eq!(of(&cell), expected, "{}", cell.stored());
        }
    }

    #[test]
    fn forms_say_nothing_of_the_content() {
        for (cell, form) in
            [("2026-03-10", "9999-99-99"), ("张三", "字字"), ("AB 12.5万", "AA 99.9字"), ("138****0078", "999****9999")]
        {
            assert_eq!(shape(&text(cell)), form);
        }
    }
}
