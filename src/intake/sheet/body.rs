//! The data part of a sheet: what its rows need before they are read, and which of them are no data.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::formula;
use crate::intake::file::scan::SheetScan;
use crate::intake::header::layout::Layout;
use crate::intake::kinds;
use crate::intake::kinds::builder::{Builder, Gathered};
use crate::intake::mapping::draft::Draft;
use crate::intake::rows::classify::{Classifier, Place, RowClass};
use crate::intake::rows::day_columns::DayColumns;
use crate::intake::rows::fill_down::{Fill, fillable, fills};
use crate::intake::rows::magnitude::{ColumnScale, Magnitudes};
use crate::intake::rows::outcome::Defaults;
use crate::intake::rows::shifted::Ends;
use crate::intake::rows::status::Happened;
use crate::intake::value::amount::money::Unit;
use crate::intake::value::lexicon::{self, Lexicon};

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
    pub classifier: Classifier,
    /// Of the next row.
    pub place: Place,
    /// Columns in which 同上 may stand, with what stood in the row above.
    above: Vec<(usize, Cell)>,
    fills: Vec<Fill>,
    /// Rows since the last data that may be another title.
    pub titles: Vec<Row>,
    /// The profile to answer in, should the words of a column have to be asked about.
    pub answer: Option<Draft>,
    /// A firm's bare name since the last data, with its row.
    pub section: Option<(u32, String)>,
    pub hidden: usize,
    pub worked_out: i64,
    /// Rows taken, handed on or not.
    pub taken: usize,
    /// Sizes of the money in each column.
    pub magnitudes: BTreeMap<&'static str, Magnitudes>,
}

impl Body {
    /// A body about to read its first row.
    pub fn new(layout: Layout, rules: &Rules, scan: &SheetScan, defaults: Defaults, title: &[String]) -> Body {
        let columns = rules.columns.of(layout.kind);
        Body {
            builder: kinds::builder(&layout, rules, defaults.clone()),
            happened: Happened::new(&layout, rules),
            ends: scan.delimited.then(|| Ends::new(&layout, rules)),
            defaults,
            days: DayColumns::default(),
            unitless: Vec::new(),
            classifier: Classifier::new(&layout, rules, title),
            place: Place::FIRST,
            above: fillable(columns, &layout).map(|column| (column, Cell::Empty)).collect(),
            fills: fills(scan, columns, &layout),
            titles: Vec::new(),
            answer: None,
            layout,
            unit: None,
            base: None,
            section: None,
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

    /// Puts what stood in the row above where a row says 同上.
    pub fn same_as_above(&mut self, row: &mut Row, complete: bool) {
        for (column, above) in &mut self.above {
            if self.classifier.is_ditto(row.cell(*column)) {
                row.cells[*column] = above.clone();
            } else if complete {
                above.clone_from(row.cell(*column));
            }
        }
    }

    /// What a row is; nothing is noted of it.
    pub fn classify(&self, row: &Row, complete: bool, lexicon: &Lexicon) -> RowClass {
        self.classifier.classify(row, complete, self.place, lexicon)
    }

    /// Goes on to the row after one of this class.
    pub fn advance(&mut self, class: RowClass) {
        self.place = self.place.after(class);
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
        if !self.classifier.totals.is_rest(text) {
            return None;
        }
        if self.layout.kind == SheetKind::Holdings && self.defaults.employer.is_none() {
            row.cells[column] = Cell::Empty;
            return None;
        }
        Some(column)
    }
}
