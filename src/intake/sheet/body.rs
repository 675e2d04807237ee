//! The data part of a sheet: what its rows need before they are read, and which of them are no data.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::formula;
use crate::intake::file::scan::SheetScan;
use crate::intake::header::layout::Layout;
use crate::intake::kinds;
use crate::intake::kinds::builder::{Builder, Gathered};
use crate::intake::rows::classify::{LONGEST_TITLE, Scraps};
use crate::intake::rows::day_columns::DayColumns;
use crate::intake::rows::fill_down::{Fill, fillable, fills};
use crate::intake::rows::magnitude::{ColumnScale, Magnitudes};
use crate::intake::rows::outcome::Defaults;
use crate::intake::rows::shifted::Ends;
use crate::intake::rows::status::Happened;
use crate::intake::value::lexicon::{self, Lexicon, key};
use crate::intake::value::money::Unit;

/// A column of money without a unit: one cell of those that show their own, and one of those that do not.
#[derive(Default)]
pub(crate) struct Unitless {
    pub column: usize,
    pub shown: Option<String>,
    pub bare: Option<String>,
    /// Both were seen, and that was said.
    pub told: bool,
}

/// Everything below the header.
pub(crate) struct Body {
    pub layout: Layout,
    pub unit: Option<Unit>,
    pub base: Option<NaiveDate>,
    pub builder: Box<dyn Builder>,
    pub happened: Happened,
    /// Where rows of a text file end.
    pub ends: Option<Ends>,
    /// What the builder has been given for rows that do not say it themselves.
    pub defaults: Defaults,
    /// What the moments in columns of days mean.
    pub days: DayColumns,
    /// Columns of money whose unit nothing says but, perhaps, their cells.
    pub unitless: Vec<Unitless>,
    pub scraps: Scraps,
    /// No row since the header.
    fresh: bool,
    /// Columns in which 同上 may stand, with what stood in the row above.
    above: Vec<(usize, Cell)>,
    /// Where each header stands.
    headers: HashMap<String, Vec<usize>>,
    /// Groups of columns of which a data row fills at least one.
    pub required: Vec<Vec<usize>>,
    pub fills: Vec<Fill>,
    pub titles: Vec<String>,
    /// A firm's bare name since the last data, with its row.
    pub section: Option<(u32, String)>,
    pub ended: bool,
    pub hidden: usize,
    pub worked_out: i64,
    /// Rows taken, handed on or not.
    pub taken: usize,
    /// Sizes of the money in each column.
    pub magnitudes: BTreeMap<&'static str, Magnitudes>,
}

impl Body {
    /// A body about to read its first row.
    pub fn new(layout: Layout, rules: &Rules, scan: &SheetScan, defaults: Defaults, titles: &[String]) -> Body {
        let columns = rules.columns.of(layout.kind);
        let mut required: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (field, slot) in &layout.fields {
            if let Some(group) = columns.get(field).and_then(|r| r.required.as_deref()) {
                required.entry(group).or_default().push(slot.column);
            }
        }
        Body {
            builder: kinds::builder(&layout, rules, defaults.clone()),
            happened: Happened::new(&layout, rules),
            ends: scan.delimited.then(|| Ends::new(&layout, rules)),
            defaults,
            days: DayColumns::default(),
            unitless: Vec::new(),
            scraps: Scraps::new(&layout, rules),
            fresh: true,
            above: fillable(columns, &layout).map(|column| (column, Cell::Empty)).collect(),
            headers: headers(&layout),
            required: required.into_values().collect(),
            fills: fills(scan, columns, &layout),
            titles: titles.iter().map(|t| key(t)).filter(|t| !t.is_empty()).collect(),
            layout,
            unit: None,
            base: None,
            section: None,
            ended: false,
            hidden: 0,
            worked_out: 0,
            taken: 0,
            magnitudes: BTreeMap::new(),
        }
    }

    /// Notes that the builder took a row.
    pub fn count(&mut self) {
        self.taken += 1;
        self.measure(self.builder.waiting().saturating_sub(1));
    }

    /// Notes how large the money of the rows from `from` on is.
    fn measure(&mut self, from: usize) {
        let magnitudes = &mut self.magnitudes;
        self.builder.money(from, &mut |field, fen| magnitudes.entry(field).or_default().add(fen));
    }

    /// Ends a sheet whose rows are gathered from several of its own.
    pub fn gather(&mut self) -> Gathered {
        let gathered = self.builder.gather();
        if gathered.made {
            self.taken = self.builder.waiting();
            self.measure(0);
        }
        gathered
    }

    /// How large the money of each column is.
    pub fn scales(&self) -> Vec<ColumnScale> {
        let unit = |field: &str| self.layout.slot(field).and_then(|s| s.unit).or(self.unit).unwrap_or_default();
        let scale = |(field, m): (&&'static str, &Magnitudes)| {
            Some(ColumnScale { field, unit: unit(field).key(), values: m.values(), median: m.median()? })
        };
        self.magnitudes.iter().filter_map(scale).collect()
    }

    /// Gives the cells of a vertical merge the value of its first.
    pub fn fill_down(&mut self, row: &mut Row) {
        self.fills.iter_mut().for_each(|fill| fill.fill_down(row));
    }

    /// Replaces formulas without result by what they come to.
    pub fn work_out(&mut self, row: &mut Row) {
        let effort = formula::Effort::new();
        for slot in self.layout.slots() {
            if let Cell::NoValue(text) = row.cell(slot.column)
                && let Some(value) = formula::work_out(text, row, &effort)
            {
                row.cells[slot.column] = Cell::Number(value);
                self.worked_out += 1;
            }
        }
    }

    /// Whether every required group has something in it.
    pub fn is_complete(&self, row: &Row) -> bool {
        self.required.iter().all(|group| group.iter().any(|c| !row.cell(*c).is_blank()))
    }

    /// Puts what stood in the row above where a row says 同上.
    pub fn same_as_above(&mut self, row: &mut Row, complete: bool) {
        for (column, above) in &mut self.above {
            if self.scraps.is_ditto(row.cell(*column)) {
                row.cells[*column] = above.clone();
            } else if complete {
                above.clone_from(row.cell(*column));
            }
        }
    }

    /// Why a row that is not read would be no data.
    pub fn would_be_no_data(&mut self, row: &Row, complete: bool, lexicon: &Lexicon) -> Option<&'static str> {
        let (fresh, ended) = (self.fresh, self.ended);
        let reason = self.no_data(row, complete, lexicon);
        (self.fresh, self.ended) = (fresh, ended);
        reason
    }

    /// The employer a row names, or its sheet for it.
    pub fn employer_of(&self, row: &Row, lexicon: &Lexicon) -> Option<String> {
        let named = self.layout.slot("employer").map(|s| row.cell(s.column).stored());
        let named = named.filter(|text| !lexicon.is_nothing(text)).map(|text| lexicon::name(&text));
        named.filter(|name| !name.is_empty()).or_else(|| self.defaults.employer.clone())
    }

    /// The column in which a row that would make an employer of it names none (其他, `2户`). Where nothing else says whose
    /// the row is, it is left for others to say.
    pub fn no_employer(&self, row: &mut Row) -> Option<usize> {
        let makes_employers = matches!(self.layout.kind, SheetKind::Holdings | SheetKind::Payroll | SheetKind::Visits);
        let column = self.layout.slot("employer").filter(|_| makes_employers)?.column;
        let Cell::Text(text) = row.cell(column) else { return None };
        if !self.scraps.totals.is_rest(text) {
            return None;
        }
        if self.layout.kind == SheetKind::Holdings && self.defaults.employer.is_none() {
            row.cells[column] = Cell::Empty;
            return None;
        }
        Some(column)
    }

    /// Why a row is no data.
    pub fn no_data(&mut self, row: &Row, complete: bool, lexicon: &Lexicon) -> Option<&'static str> {
        let fresh = std::mem::replace(&mut self.fresh, false);
        let mut filled = row.cells.iter().enumerate().filter(|(_, c)| !c.is_blank());
        let Some((first_column, first)) = filled.next() else { return Some("blank") };
        let count = 1 + filled.count();
        if self.repeats_header(row) {
            (self.ended, self.fresh) = (false, true);
            return Some("header_repeated");
        }
        if fresh && self.scraps.counts_columns(row) {
            return Some("column_numbers");
        }
        if self.scraps.samples.is_sample(row, lexicon) {
            return Some("sample");
        }
        let texts = || {
            row.cells.iter().filter_map(|c| {
                if let Cell::Text(t) = c { Some(t.as_str()) } else { None }.filter(|t| !t.trim().is_empty())
            })
        };
        // Whoever has a number of their own is no total, whatever the name.
        let numbered = ["account", "id_number", "customer_number", "bank_number", "credit_code"]
            .iter()
            .filter_map(|f| self.layout.slot(f))
            .any(|s| s.column != first_column && is_number(row.cell(s.column)));
        let title = |text: &str| {
            if text.len() > LONGEST_TITLE {
                return false;
            }
            let text = key(text);
            // A name that stands in the title too is no title.
            let part = |t: &String| *t == text || (!complete && text.chars().count() > 3 && t.contains(&text));
            self.titles.iter().any(part)
        };
        if !numbered && self.scraps.is_title(row, complete) {
            self.ended = false;
            return Some("title_repeated");
        }
        if let (Cell::Text(text), false) = (first, numbered) {
            if self.scraps.is_footer(text, count == 1, lexicon) {
                self.ended = true;
                return Some("footer");
            }
            if count == 1 && title(text) {
                self.ended = false;
                return Some("title_repeated");
            }
            if count == 1 && self.layout.fields.len() > 1 && self.scraps.is_section(text, lexicon) {
                return Some("section");
            }
        }
        // The label stands first, or where the name would; a remark may speak of totals too.
        let text_of = |field: &&str| match self.layout.slot(field).map(|s| row.cell(s.column)) {
            Some(Cell::Text(t)) => Some(t.as_str()),
            _ => None,
        };
        let named = ["name", "employer"].iter().filter_map(text_of);
        let totals = &self.scraps.totals;
        if !numbered
            && (texts().next().into_iter().chain(named).any(|t| totals.is_label(t))
                || ["name", "serial"].iter().filter_map(text_of).any(|t| totals.is_rest(t)))
        {
            return Some("total");
        }
        // A person's own numbers may stand beside the total of their products.
        if ["product"].iter().filter_map(text_of).any(|t| totals.is_word(t)) {
            return Some("total");
        }
        if complete {
            let hint = texts().all(|t| lexicon.is_template_hint(t)) && count == texts().count();
            return hint.then_some("template_hint");
        }
        if !numbered && texts().enumerate().any(|(i, t)| (i == 0 && lexicon.is_footer(t)) || signs(t, lexicon)) {
            self.ended = true;
            return Some("footer");
        }
        if let Cell::Text(text) = first {
            if count <= 3 && title(text) {
                self.ended = false;
                return Some("title_repeated");
            }
            if texts().all(|t| lexicon.is_template_hint(t)) {
                return Some("template_hint");
            }
            if count == 1 && (text.len() > LONGEST_TITLE || key(text).parse::<f64>().is_err()) {
                return Some("section");
            }
        }
        let serial = self.layout.slot("serial").map(|s| s.column);
        if count == 1 && (serial == Some(first_column) || first_column == 0) {
            return Some("serial_only");
        }
        self.ended.then_some("after_table")
    }

    /// Whether a row is the header of another table: the same words, but some in other columns.
    pub fn heads_another(&self, row: &Row) -> bool {
        let (mut filled, mut same, mut moved) = (0, 0, 0);
        for (at, cell) in row.cells.iter().enumerate().filter(|(_, c)| !c.is_blank()) {
            let Cell::Text(text) = cell else { return false };
            filled += 1;
            if let Some(places) = self.headers.get(&key(text)) {
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
        let (mut mapped, mut same) = (0, 0);
        for column in self.layout.columns.iter().filter(|c| c.field.is_some()) {
            mapped += 1;
            match row.cell(column.index as usize) {
                Cell::Text(text) => {
                    let text = text.trim();
                    // Of several levels only the lowest may be repeated.
                    let equal = column.header.ends_with(text)
                        || (text.contains(char::is_whitespace)
                            && column.header.ends_with(&text.split_whitespace().collect::<String>()));
                    same += usize::from(!text.is_empty() && equal);
                }
                Cell::Empty => {}
                _ => return false,
            }
        }
        same >= 2 && same * 2 >= mapped
    }
}

/// Headers a row holds at least, for another table to begin.
const LEAST_HEADERS: usize = 2;

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

/// Columns of each header, of those with a field.
fn headers(layout: &Layout) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    let used: HashSet<String> = layout.columns.iter().filter(|c| c.field.is_some()).map(|c| key(&c.header)).collect();
    for column in &layout.columns {
        let header = key(&column.header);
        if used.contains(&header) {
            places.entry(header).or_default().push(column.index as usize);
        }
    }
    places
}
