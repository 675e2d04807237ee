//! What a row below the header is, told by its words and form: data, or a title, a footer, the heading of a group, a
//! total, numbered columns …

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::TitleWords;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::Layout;
use crate::intake::rows::samples::Samples;
use crate::intake::title::labels::{self, Labels};
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::totals::{NUMERALS, Totals};
use crate::intake::value::{key, keyed};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowClass {
    /// To be read.
    Data,
    Blank,
    /// The header again.
    HeaderRepeated,
    /// `1 2 3 4` below the header.
    ColumnNumbers,
    /// It shows how the sheet is filled in.
    Sample,
    /// The title again, or another one.
    TitleRepeated,
    /// A signature or remark below the table.
    Footer,
    /// The heading of a group, or a text alone.
    Section,
    Total,
    /// Words on how to fill in the sheet.
    TemplateHint,
    /// A number in the first column and nothing else.
    SerialOnly,
    /// Something incomplete below the footer.
    AfterTable,
}

impl RowClass {
    /// Stable key (`word.skip_<key>`).
    pub fn key(self) -> &'static str {
        match self {
            RowClass::Data => "data",
            RowClass::Blank => "blank",
            RowClass::HeaderRepeated => "header_repeated",
            RowClass::ColumnNumbers => "column_numbers",
            RowClass::Sample => "sample",
            RowClass::TitleRepeated => "title_repeated",
            RowClass::Footer => "footer",
            RowClass::Section => "section",
            RowClass::Total => "total",
            RowClass::TemplateHint => "template_hint",
            RowClass::SerialOnly => "serial_only",
            RowClass::AfterTable => "after_table",
        }
    }
}

/// Where in its table a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// It is the first below a header.
    pub below_header: bool,
    /// A footer stands above it, and no title or header since.
    pub below_footer: bool,
}

impl Place {
    /// Of the first row below the sheet's header.
    pub const FIRST: Place = Place { below_header: true, below_footer: false };

    /// Of the row that follows one of this class.
    pub fn after(self, class: RowClass) -> Place {
        let below_footer = match class {
            RowClass::Footer => true,
            RowClass::HeaderRepeated | RowClass::TitleRepeated => false,
            _ => self.below_footer,
        };
        Place { below_header: class == RowClass::HeaderRepeated, below_footer }
    }
}

/// What rows of one sheet are told by: its columns, its title, the words of the rules.
pub(crate) struct Classifier {
    /// Groups of columns of which a data row fills at least one.
    required: Vec<Vec<usize>>,
    /// Columns with a field, and their headers.
    read: Vec<(usize, String)>,
    /// Where each header of such a column stands, there and elsewhere.
    places: HashMap<String, Vec<usize>>,
    /// Columns of numbers that one person or employer has.
    numbers: Vec<usize>,
    name: Option<usize>,
    employer: Option<usize>,
    serial: Option<usize>,
    product: Option<usize>,
    /// More than one field has a column.
    several: bool,
    /// The rows of the sheet's title.
    title: Vec<String>,
    title_words: TitleWords,
    labels: Labels,
    pub totals: Totals,
    pub samples: Samples,
    sections: Vec<String>,
    ditto: HashSet<String>,
    number_labels: HashSet<String>,
    /// Whether a text at the end of which a firm's word stands is data of its own.
    firms_are_data: bool,
}

impl Classifier {
    /// For a sheet with this header and title.
    pub fn new(layout: &Layout, rules: &Rules, title: &[String]) -> Classifier {
        let words = &rules.import.words;
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect::<Vec<_>>();
        let of_employers = layout.kind == SheetKind::Employers;
        let sections = if of_employers { &words.section_of_employers } else { &words.section };
        let columns = rules.columns.of(layout.kind);
        let mut required: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (field, slot) in layout.fields() {
            if let Some(group) = columns.get(field).and_then(|r| r.required.as_deref()) {
                required.entry(group).or_default().push(slot.column);
            }
        }
        let read = layout.columns().iter().filter(|c| c.field.is_some());
        let read: Vec<(usize, String)> = read.map(|c| (c.index as usize, c.header.clone())).collect();
        let used: HashSet<String> = read.iter().map(|(_, header)| key(header)).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for column in layout.columns().iter().filter(|c| used.contains(&key(&c.header))) {
            places.entry(key(&column.header)).or_default().push(column.index as usize);
        }
        let column = |field: &str| layout.slot(field).map(|s| s.column);
        Classifier {
            required: required.into_values().collect(),
            read,
            places,
            numbers: NUMBERS.iter().filter_map(|f| column(f)).collect(),
            name: column("name"),
            employer: column("employer"),
            serial: column("serial"),
            product: column("product"),
            several: layout.fields().len() > 1,
            title: keys(title).into_iter().filter(|t| !t.is_empty()).collect(),
            labels: Labels::new(&rules.import.title),
            title_words: rules.import.title.clone(),
            totals: Totals::new(layout.kind, rules),
            samples: Samples::new(layout, rules),
            sections: keys(sections),
            ditto: keys(&words.ditto).into_iter().collect(),
            number_labels: keys(&words.column_number_label).into_iter().collect(),
            firms_are_data: of_employers || layout.kind == SheetKind::Visits,
        }
    }

    /// Whether every required group has something in it.
    pub fn is_complete(&self, row: &Row) -> bool {
        self.required.iter().all(|group| group.iter().any(|c| !row.cell(*c).is_blank()))
    }

    /// What a row is; `complete`: [`Classifier::is_complete`] said so before cells were filled in from above.
    pub fn classify(&self, row: &Row, complete: bool, place: Place, lexicon: &Lexicon) -> RowClass {
        let mut filled = row.cells.iter().enumerate().filter(|(_, c)| !c.is_blank());
        let Some((first_column, first)) = filled.next() else { return RowClass::Blank };
        let count = 1 + filled.count();
        if self.repeats_header(row) {
            return RowClass::HeaderRepeated;
        }
        if place.below_header && self.counts_columns(row) {
            return RowClass::ColumnNumbers;
        }
        if self.samples.is_sample(row, lexicon) {
            return RowClass::Sample;
        }
        // Whoever has a number of their own is no total, whatever the name.
        let numbered = self.numbers.iter().any(|c| *c != first_column && is_number(row.cell(*c)));
        if !numbered && self.is_title(row, complete) {
            return RowClass::TitleRepeated;
        }
        if let (Cell::Text(text), false) = (first, numbered) {
            if self.is_footer(text, count == 1, lexicon) {
                return RowClass::Footer;
            }
            if count == 1 && self.is_of_title(text, complete) {
                return RowClass::TitleRepeated;
            }
            if count == 1 && self.several && self.is_section(text, lexicon) {
                return RowClass::Section;
            }
        }
        if self.is_total(row, numbered) {
            return RowClass::Total;
        }
        let hints = || texts(row).all(|t| lexicon.is_template_hint(t));
        if complete {
            return if hints() && count == texts(row).count() { RowClass::TemplateHint } else { RowClass::Data };
        }
        if !numbered && texts(row).enumerate().any(|(i, t)| (i == 0 && lexicon.is_footer(t)) || signs(t, lexicon)) {
            return RowClass::Footer;
        }
        if let Cell::Text(text) = first {
            if count <= 3 && self.is_of_title(text, complete) {
                return RowClass::TitleRepeated;
            }
            if hints() {
                return RowClass::TemplateHint;
            }
            if count == 1 && (text.len() > LONGEST_TITLE || key(text).parse::<f64>().is_err()) {
                return RowClass::Section;
            }
        }
        if count == 1 && (self.serial == Some(first_column) || first_column == 0) {
            return RowClass::SerialOnly;
        }
        if place.below_footer { RowClass::AfterTable } else { RowClass::Data }
    }

    /// Whether a row is the header of another table: the same words, but some in other columns.
    pub fn heads_another(&self, row: &Row) -> bool {
        let (mut filled, mut same, mut moved) = (0, 0, 0);
        for (at, cell) in row.cells.iter().enumerate().filter(|(_, c)| !c.is_blank()) {
            let Cell::Text(text) = cell else { return false };
            filled += 1;
            if let Some(places) = self.places.get(&*keyed(text)) {
                if places.contains(&at) { same += 1 } else { moved += 1 }
            }
            // Most rows are data: no more than a look.
            if filled == 2 && same + moved == 0 {
                return false;
            }
        }
        moved > 0 && same + moved >= LEAST_HEADERS && (same + moved) * 2 >= filled
    }

    fn repeats_header(&self, row: &Row) -> bool {
        let mut same = 0;
        for (column, header) in &self.read {
            match row.cell(*column) {
                Cell::Text(text) => {
                    let text = text.trim();
                    // Of several levels only the lowest may be repeated.
                    let equal = header.ends_with(text)
                        || (text.contains(char::is_whitespace)
                            && header.ends_with(&text.split_whitespace().collect::<String>()));
                    same += usize::from(!text.is_empty() && equal);
                }
                Cell::Empty => {}
                _ => return false,
            }
        }
        same >= 2 && same * 2 >= self.read.len()
    }

    /// A text that stands in the sheet's title; that of a row of data only where it is all of a row of the title.
    fn is_of_title(&self, text: &str, complete: bool) -> bool {
        if text.len() > LONGEST_TITLE {
            return false;
        }
        let text = keyed(text);
        // A name that stands in the title too is no title.
        let part = |t: &String| *t == text || (!complete && text.chars().count() > 3 && t.contains(&*text));
        self.title.iter().any(part)
    }

    fn is_total(&self, row: &Row, numbered: bool) -> bool {
        let text_of = |column: &Option<usize>| match column.map(|c| row.cell(c)) {
            Some(Cell::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        // The label stands first, or where the name would; a remark may speak of totals too.
        let mut labels = texts(row).take(1).chain([&self.name, &self.employer].into_iter().filter_map(text_of));
        let mut rest = [&self.name, &self.serial].into_iter().filter_map(text_of);
        (!numbered && (labels.any(|t| self.totals.is_label(t)) || rest.any(|t| self.totals.is_rest(t))))
            // A person's own numbers may stand beside the total of their products.
            || text_of(&self.product).is_some_and(|t| self.totals.is_word(t))
    }

    /// A title's row: it begins with one of the title's labels, or names the employer whose pay sheet follows.
    fn is_title(&self, row: &Row, complete: bool) -> bool {
        let mut filled = row.cells.iter().filter(|c| !c.is_blank());
        let Some(Cell::Text(first)) = filled.next() else { return false };
        if first.len() > LONGEST_TITLE {
            return false;
        }
        let labelled = |same_cell| labels::is_labelled(first, &self.labels, &self.title_words, same_cell);
        if complete {
            // Most rows are data: no more than a look.
            return (first.contains([':', '：']) || filled.next().is_none()) && labelled(true);
        }
        labelled(true) || labelled(false) || labels::employer_in(first, &self.title_words).is_some()
    }

    /// A signature or remark below a table. `alone`: nothing else stands in the row.
    fn is_footer(&self, text: &str, alone: bool, lexicon: &Lexicon) -> bool {
        let signed = text.contains([':', '：']);
        (signed || alone) && lexicon.is_footer(text) && (signed || !lexicon.is_firm(text))
    }

    /// The heading of a group, alone in its row.
    fn is_section(&self, text: &str, lexicon: &Lexicon) -> bool {
        if text.len() > LONGEST_TITLE {
            return false;
        }
        let text = key(text);
        if text.ends_with(':') || numbered_heading(&text) {
            return true;
        }
        if lexicon.is_firm(&text) {
            return !self.firms_are_data;
        }
        self.sections.iter().any(|w| text.ends_with(w.as_str()))
    }

    /// The same as in the row above.
    pub fn is_ditto(&self, cell: &Cell) -> bool {
        matches!(cell, Cell::Text(text) if text.len() <= LONGEST_DITTO && self.ditto.contains(&*keyed(text)))
    }

    /// `1 2 3 4` or `(1) (2) (3)` under a header: the columns are counted.
    fn counts_columns(&self, row: &Row) -> bool {
        let mut expected = None;
        let mut counted = 0;
        for cell in row.cells.iter().filter(|c| !c.is_blank()) {
            let number = match cell {
                Cell::Number(n) if n.fract() == 0.0 && (0.0..1000.0).contains(n) => Some(*n as u32),
                Cell::Text(text) => {
                    let text = key(text);
                    let digits = text.trim_matches(['(', ')', '[', ']', '<', '>']);
                    match digits.parse::<u32>() {
                        Ok(n) => Some(n),
                        Err(_) if self.number_labels.contains(&text) => None,
                        Err(_) => return false,
                    }
                }
                _ => return false,
            };
            if let Some(n) = number {
                // They begin with the first column, or with one that has no number.
                if !expected.map_or(n <= 1, |wanted| wanted == n) {
                    return false;
                }
                expected = Some(n + 1);
                counted += 1;
            }
        }
        counted >= LEAST_COUNTED
    }
}

/// Fields of numbers that one person or employer has.
const NUMBERS: [&str; 5] = ["account", "id_number", "customer_number", "bank_number", "credit_code"];
/// Headers a row holds at least, for another table to begin.
const LEAST_HEADERS: usize = 2;
/// Columns that are counted at least: of two a row of data may count up by chance.
const LEAST_COUNTED: usize = 3;
/// Bytes beyond which a text says something of its own.
const LONGEST_DITTO: usize = 12;
/// Bytes beyond which a text is no title, whatever words it has. Every cell of a sheet may hold 32,767 characters.
const LONGEST_TITLE: usize = 600;

/// `一、生产部`, `(二)研发部`.
fn numbered_heading(text: &str) -> bool {
    let text = text.trim_start_matches('(');
    let rest = text.trim_start_matches(|c| NUMERALS.contains(c));
    rest.len() < text.len() && rest.starts_with(['、', ')'])
}

/// The texts of a row, from the left.
fn texts(row: &Row) -> impl Iterator<Item = &str> {
    let texts =
        row.cells.iter().filter_map(|cell| if let Cell::Text(text) = cell { Some(text.as_str()) } else { None });
    texts.filter(|text| !text.trim().is_empty())
}

/// Something to know a person or firm by: no label and no remark.
fn is_number(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => text.chars().any(char::is_numeric) && !text.contains([':', '：']),
        cell => !cell.is_blank(),
    }
}

/// `审核：某乙` anywhere in a row; a remark that begins with such a word says more.
fn signs(text: &str, lexicon: &Lexicon) -> bool {
    lexicon.is_footer(text) && text.contains([':', '：'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::header::detect::Aliases;

    const IN_TABLE: Place = Place { below_header: false, below_footer: false };
    const BELOW_FOOTER: Place = Place { below_header: false, below_footer: true };

    /// Cells between bars; digits are numbers.
    fn row(line: &str) -> Row {
        let cell = |text: &str| match text {
            "" => Cell::Empty,
            text => text.parse().map_or_else(|_| Cell::Text(text.to_string()), Cell::Number),
        };
        Row::new(0, line.split('|').map(cell).collect())
    }

    fn class_of(line: &str, place: Place) -> RowClass {
        let rules = Rules::load(None).unwrap();
        let header = [row("序号|姓名|账号|实发金额|备注")];
        let layout = Aliases::new(&rules).layout_of(SheetKind::Payroll, &header, 0, 1).unwrap();
        let classifier = Classifier::new(&layout, &rules, &["甲厂三月工资表".to_string()]);
        let row = row(line);
        classifier.classify(&row, classifier.is_complete(&row), place, &Lexicon::new(&rules.import))
    }

    #[test]
    fn rows_are_told_by_their_words_and_form() {
        for (line, class) in [
            ("1|张测试|K1|300|", RowClass::Data),
            ("1|张测试|K1||", RowClass::Data),
            ("||||", RowClass::Blank),
            ("序号|姓名|账号|实发金额|", RowClass::HeaderRepeated),
            ("示例|张测试|K1|300|", RowClass::Sample),
            ("甲厂三月工资表||||", RowClass::TitleRepeated),
            ("单位名称：乙厂||||", RowClass::TitleRepeated),
            ("制表人：某甲||||", RowClass::Footer),
            ("||||审核：某乙", RowClass::Footer),
            ("一、生产部||||", RowClass::Section),
            ("乙有限公司||||", RowClass::Section),
            ("合计|||300|", RowClass::Total),
            ("|生产部小计||300|", RowClass::Total),
            ("7||||", RowClass::SerialOnly),
            ("1|2|3|4|5", RowClass::Data),
        ] {
            assert_eq!(class_of(line, IN_TABLE), class, "{line}");
        }
    }

    #[test]
    fn somebody_with_a_number_of_their_own_is_no_total() {
        assert_eq!(class_of("1|合计|K1|300|", IN_TABLE), RowClass::Data);
        assert_eq!(class_of("1|合计||300|", IN_TABLE), RowClass::Total);
    }

    #[test]
    fn some_rows_are_told_by_their_place_too() {
        assert_eq!(class_of("1|2|3|4|5", Place::FIRST), RowClass::ColumnNumbers);
        assert_eq!(class_of("||||7月", IN_TABLE), RowClass::Section);
        assert_eq!(class_of("|||300|", IN_TABLE), RowClass::Data);
        assert_eq!(class_of("|||300|", BELOW_FOOTER), RowClass::AfterTable);
        assert_eq!(class_of("1|张测试|K1|300|", BELOW_FOOTER), RowClass::Data);
    }

    #[test]
    fn a_footer_holds_until_another_title_or_header() {
        let after = |classes: &[RowClass]| classes.iter().fold(Place::FIRST, |place, class| place.after(*class));
        assert_eq!(after(&[RowClass::Data, RowClass::Footer, RowClass::Total]), BELOW_FOOTER);
        assert_eq!(after(&[RowClass::Footer, RowClass::TitleRepeated]), IN_TABLE);
        assert_eq!(after(&[RowClass::Footer, RowClass::HeaderRepeated]), Place::FIRST);
    }
}
