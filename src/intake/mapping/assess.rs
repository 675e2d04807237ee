//! Columns by what stands in them: bears out the headers, contradicts them, or fills in where they say nothing.
//! What stays unsure is asked for, not guessed.

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::columns::Shape;
use crate::rules::import::recognise::{Content, RecogniseRules};

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{ColumnReading, How, Layout, Slot, Twin};
use crate::intake::kinds::holdings_pivot::PRODUCT;
use crate::intake::mapping::shares::ask_for_shares;
use crate::intake::rows::unit;
use crate::intake::value::date::{self, DateOrder};
use crate::intake::value::identity::{self, Identifier};
use crate::intake::value::lexicon::{Lexicon, key};
use crate::intake::value::money::{self, Unit};
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

    fn expected(&self, kind: SheetKind, field: &str) -> Vec<Content> {
        match self.rules.columns.of(kind).get(field).and_then(|r| r.shape) {
            Some(Shape::Amount) => vec![Content::Amount],
            // A count or a day of opening says yes as well as 是 does.
            Some(Shape::Flag) => vec![Content::Flag, Content::Amount, Content::Date],
            None => self.rules.recognise.expected(kind, field).to_vec(),
        }
    }

    /// Confidence in a field that a header names, given what stands below it.
    fn confidence(&self, kind: SheetKind, field: &str, counts: &Counts) -> f64 {
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
    fn known_products(&self, layout: &Layout, column: usize) -> f64 {
        let words = ProductWords::new(self.rules, layout.products.iter());
        let further = layout.sums.iter().filter(|(f, _)| f == PRODUCT).map(|(_, s)| s.column);
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

/// Gives every column its confidence, fills in what contents show beyond doubt, and tells what has to be asked.
///
/// What a person has confirmed (`by_person`) is not asked again.
pub(crate) fn assess(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>, by_person: bool) -> Vec<Doubt> {
    let rules = &sample.rules.recognise;
    let mut doubts = Vec::new();
    settle_twins(layout, aliases, sample, &mut doubts);
    unit::find(layout, aliases, sample);
    let kind = layout.kind;
    if !by_person {
        ask_for_shares(layout, aliases, sample, &mut doubts);
    }
    for i in 0..layout.columns.len() {
        let column = layout.columns[i].index as usize;
        let Some(field) = layout.columns[i].field.clone() else { continue };
        if (by_person && layout.columns[i].how != Some(How::Alias)) || doubts.iter().any(|d| d.column == column) {
            continue;
        }
        let counts = sample.counts(column);
        let confidence = match (kind, field.as_str()) {
            (SheetKind::Holdings, PRODUCT) if layout.slot(PRODUCT).is_some_and(|s| s.column != column) => {
                rules.confidence.alias
            }
            (SheetKind::Holdings, PRODUCT) => sample.known_products(layout, column),
            _ => sample.confidence(kind, &field, &counts),
        };
        let contradicted = confidence < rules.sure;
        let partly = layout.loose.contains(&column) && layout.columns[i].how == Some(How::Alias);
        let confidence = if partly { confidence.min(rules.confidence.part_of_header) } else { confidence };
        layout.columns[i].confidence = confidence;
        if confidence >= rules.sure {
            continue;
        }
        let free = |f: &String| !layout.fields.contains_key(f) && aliases.matters(kind, f);
        let looks_needed = contradicted && sample.candidates(kind, &counts, true).iter().any(|(f, _)| free(f));
        if aliases.matters(kind, &field) || looks_needed {
            doubts.push(Doubt { column, confidence });
        } else if partly {
            // Rather unknown than somebody else's.
            layout.fields.remove(&field);
            layout.twins.retain(|t| t.field != field);
            layout.columns[i].take_field(None, How::Alias);
        }
    }
    fill_in(layout, sample);
    aliases.weigh(layout);
    if !layout.missing.is_empty() {
        doubts.extend(guesses(layout, aliases, sample));
    }
    doubts
}

/// Of two columns of one field the one whose contents fit is used; where both fit and differ, somebody has to say.
fn settle_twins(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>, doubts: &mut Vec<Doubt>) {
    let rules = &sample.rules.recognise;
    for twin in std::mem::take(&mut layout.twins) {
        let Twin { column, first, field } = &twin;
        let same = sample.rows.iter().all(|r| r.cell(*first) == r.cell(*column));
        let (a, b) = (sample.counts(*first), sample.counts(*column));
        let expected = sample.expected(layout.kind, field);
        let fits = |c: &Counts| expected.iter().any(|e| c.share(*e) >= rules.fitting_share);
        let used = layout.fields.get(field).is_some_and(|s| s.column == *first);
        if used && !same && (a.cells == 0 || !fits(&a)) && fits(&b) {
            move_field(layout, field, *first, *column);
            continue;
        }
        let plausible = b.cells > 0 && (fits(&b) || !fits(&a));
        let asks = used && !same && plausible && aliases.matters(layout.kind, field);
        if asks {
            let confidence = rules.confidence.twin;
            for c in [*first, *column] {
                if let Some(reading) = layout.column_mut(c) {
                    reading.confidence = confidence;
                }
                doubts.push(Doubt { column: c, confidence });
            }
        }
        layout.twins.push(twin);
    }
}

fn move_field(layout: &mut Layout, field: &str, from: usize, to: usize) {
    let Some(slot) = layout.fields.get(field).copied() else { return };
    layout.fields.insert(field.to_string(), Slot { column: to, ..slot });
    for (column, given) in [(from, None), (to, Some(field))] {
        if let Some(reading) = layout.column_mut(column) {
            reading.take_field(given, How::Alias);
        }
    }
}

/// A column without a header whose numbers carry a check digit is what they say it is, if only one column is.
fn fill_in(layout: &mut Layout, sample: &Sample<'_>) {
    let rules = &sample.rules.recognise;
    let width = sample.rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let mut found: Vec<(String, f64, usize)> = Vec::new();
    for column in (0..width).filter(|c| !layout.columns.iter().any(|r| r.index as usize == *c)) {
        let candidates = sample.candidates(layout.kind, &sample.counts(column), false);
        if let [(field, confidence)] = &candidates[..] {
            found.push((field.clone(), *confidence, column));
        }
    }
    for (field, confidence, column) in &found {
        let alone = found.iter().filter(|(f, ..)| f == field).count() == 1;
        if !alone || *confidence < rules.sure || layout.fields.contains_key(field) {
            continue;
        }
        layout.fields.insert(field.clone(), Slot { column: *column, unit: None, date: DateOrder::Auto });
        let mut reading = ColumnReading::without_header(*column);
        reading.take_field(Some(field), How::Content);
        reading.confidence = *confidence;
        layout.columns.push(reading);
    }
    layout.columns.sort_by_key(|c| c.index);
}

/// Columns that could be what is missing.
fn guesses(layout: &mut Layout, aliases: &Aliases, sample: &Sample<'_>) -> Vec<Doubt> {
    let lacking = aliases.lacking(layout);
    let kind = layout.kind;
    let mut doubts = Vec::new();
    for reading in layout.columns.iter_mut().filter(|c| c.field.is_none()) {
        let counts = sample.counts(reading.index as usize);
        let best = sample.candidates(kind, &counts, true).into_iter().find(|(f, _)| lacking.contains(f));
        let Some((field, confidence)) = best else { continue };
        if confidence >= sample.rules.recognise.worth_proposing {
            reading.take_field(Some(&field), How::Content);
            reading.confidence = confidence;
            doubts.push(Doubt { column: reading.index as usize, confidence });
        }
    }
    doubts
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
    if !(digits && plain.len() > 12) && money::parse(text, Unit::Yuan).is_ok() {
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
    use crate::intake::header::detect::Found;
    use chrono::NaiveDate;
    use proptest::prelude::*;

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

    /// What has to be asked, by header, and the fields that are used.
    fn assessed(header: &str, rows: &[&str]) -> (Vec<String>, Vec<String>) {
        let rules = Rules::load(None).unwrap();
        let (aliases, lexicon) = (Aliases::new(&rules), Lexicon::new(&rules.import));
        let cells = |line: &&str| {
            let cell = |c: &str| match c.trim() {
                "" => Cell::Empty,
                c => c.parse().ok().filter(|_| c.len() < 12).map_or_else(|| text(c), Cell::Number),
            };
            Row { index: 0, cells: line.split('|').map(cell).collect() }
        };
        let rows: Vec<Row> = [header].iter().chain(rows).map(cells).collect();
        let below: Vec<&Row> = rows[1..].iter().collect();
        let (Found::Layout(mut layout) | Found::Incomplete(mut layout) | Found::Doubtful(_, mut layout)) =
            aliases.find(&rows[..1], None, 2)
        else {
            panic!("no header found")
        };
        let sample = Sample { rows: &below, rules: &rules, lexicon: &lexicon };
        let doubts = assess(&mut layout, &aliases, &sample, false);
        let asked = doubts.iter().map(|d| layout.header(d.column).to_string()).collect();
        (asked, layout.fields.keys().cloned().collect())
    }

    #[test]
    fn of_twins_the_one_whose_contents_fit_is_used() {
        let (asked, fields) = assessed(
            "姓名|卡号|卡号|金额",
            &["甲一|某银行|6200000000000000001|5", "甲二|某银行|6200000000000000002|6"],
        );
        assert_eq!((asked.len(), fields), (0, vec!["account".to_string(), "amount".into(), "name".into()]));
        // Two remarks do not matter, two accounts do.
        assert_eq!(
            assessed("姓名|卡号|金额|手机|备注|备注", &["甲一|6200000000000000001|5||a|b"]).0,
            Vec::<String>::new()
        );
        assert_eq!(
            assessed("姓名|卡号|卡号|金额", &["甲一|6200000000000000001|6300000000000000001|5"]).0,
            ["卡号", "卡号"]
        );
        // The same account twice is one account.
        assert_eq!(
            assessed("姓名|卡号|卡号|金额", &["甲一|6200000000000000001|6200000000000000001|5"]).0,
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_only_part_of_a_header_tells_is_asked_for_or_left_alone() {
        let rows = ["甲一|6200000000000000001|300", "甲二|6200000000000000002|315", "甲三|6200000000000000003|330"];
        assert_eq!(assessed("姓名|卡号|金额(餐补)", &rows).0, ["金额(餐补)"]);
        let rows = ["1|甲|5|13800000001", "2|乙|6|13800000002", "3|丙|7|13800000003"];
        let (asked, fields) = assessed("客户号|姓名|AUM(元)|手机号码(座机)", &rows);
        assert!(asked.is_empty() && !fields.contains(&"phone".to_string()));
    }

    #[test]
    fn contents_that_matter_under_a_wrong_header_are_asked_for() {
        let ids = ["甲一|000000199001010018|5", "甲二|000000199001010026|6", "甲三|000000199001010034|7"];
        assert_eq!(assessed("姓名|卡号|金额", &ids).0, ["卡号"]);
        // Too few cells to say.
        assert_eq!(assessed("姓名|卡号|金额", &ids[..2]).0, Vec::<String>::new());
        // A column of somebody else's phones under a header nobody knows is left alone.
        let (asked, fields) = assessed(
            "客户号|姓名|AUM(元)|紧急联系人电话",
            &["1|甲|5|13800000001", "2|乙|6|13800000002", "3|丙|7|13800000003"],
        );
        assert!(asked.is_empty() && !fields.contains(&"phone".to_string()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_in_a_sheet_panics(rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,20}", 0..6), 0..8)) {
            let rules = Rules::load(None).unwrap();
            let (aliases, lexicon) = (Aliases::new(&rules), Lexicon::new(&rules.import));
            let rows: Vec<Row> = rows
                .into_iter()
                .map(|r| Row { index: 0, cells: r.into_iter().map(Cell::Text).collect() })
                .collect();
            let below: Vec<&Row> = rows.iter().collect();
            let sample = Sample { rows: &below, rules: &rules, lexicon: &lexicon };
            for kind in SheetKind::ALL {
                if let Some(mut layout) = rows.first().and_then(|_| aliases.layout_of(*kind, &rows, 0, 1)) {
                    assess(&mut layout, &aliases, &sample, false);
                }
            }
        }
    }
}
