//! What a header means: which column holds which field, in which unit, and how that is known.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use crate::model::status::SheetKind;

use crate::rules::import::limits::DayLimits;

use crate::intake::file::cell::Row;
use crate::intake::header::groups::header_cells;
use crate::intake::value::amount::money::Unit;
use crate::intake::value::amount::unit::UnitText;
use crate::intake::value::date::DateOrder;
use crate::intake::value::key;
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::totals::Totals;

/// How a column was recognised (`word.how_<key>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By its header.
    Alias,
    /// By what stands in it.
    Content,
    /// The user's mapping profile says so.
    Profile,
    /// The same layout was confirmed before.
    Remembered,
    /// A workbook of ours says so itself.
    Sent,
}

impl How {
    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            How::Alias => "alias",
            How::Content => "content",
            How::Profile => "profile",
            How::Remembered => "remembered",
            How::Sent => "sent",
        }
    }
}

/// One column with a header.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnReading {
    /// 0-based.
    pub index: u32,
    /// As written, blanks removed; several levels joined by a blank.
    pub header: String,
    /// Key in `columns.toml` of what is read, or asked about; `None` for a column that is not used.
    pub field: Option<String>,
    /// Unit from the header: `yuan`, `ten_thousand` …, `share`.
    pub unit: Option<String>,
    /// `None` for a column that nothing is known of.
    pub how: Option<How>,
    /// How sure the field is, 0 to 1.
    pub confidence: f64,
    /// The header is somebody's: `header` shows it masked.
    pub withheld: Option<Withheld>,
}

impl ColumnReading {
    /// A column of something that no header stands above.
    pub(crate) fn without_header(index: usize) -> ColumnReading {
        ColumnReading {
            index: index as u32,
            header: String::new(),
            field: None,
            unit: None,
            how: None,
            confidence: 0.0,
            withheld: None,
        }
    }

    /// A column of a workbook of ours.
    pub(crate) fn sent(index: u32, header: &str, field: &str) -> ColumnReading {
        ColumnReading {
            index,
            header: header.to_string(),
            field: Some(field.to_string()),
            unit: None,
            how: Some(How::Sent),
            confidence: 1.0,
            withheld: None,
        }
    }

    /// Unit of money from the header.
    pub(crate) fn money_unit(&self) -> Option<Unit> {
        self.unit.as_deref().and_then(Unit::from_key)
    }

    fn show(&mut self, field: Option<&str>, how: How) {
        self.field = field.map(str::to_string);
        self.how = field.map(|_| how);
        self.confidence = 0.0;
    }
}

/// Why a header is not written down (`profile.withheld_<key>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It looks like somebody's name.
    Name,
    /// A number as long as a phone's, an ID's or an account's stands in it.
    Number,
}

impl Withheld {
    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Withheld::Name => "name",
            Withheld::Number => "number",
        }
    }
}

/// A column of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    pub column: usize,
    /// Unit the header gives; `None` where it gives none.
    pub unit: Option<Unit>,
    /// Order of day, month and year, where a profile says it.
    pub date: DateOrder,
}

impl Slot {
    /// A column of which nothing else is known.
    pub(crate) fn of(column: usize) -> Slot {
        Slot { column, unit: None, date: DateOrder::Auto }
    }
}

/// What [`Layout::assign`] makes of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning<'m> {
    /// It is not read.
    Nothing,
    /// It is the column of a field, and the one that was means nothing any more.
    Field(&'m str),
    /// It is read beside the column of the field.
    Further(&'m str),
    /// It says yes or no to a product, by its number, and is shown as a field.
    Flag(u8, Option<&'m str>),
    /// It holds values of a wide sheet of targets: their indicator and stretch of time, as in [`Spread`].
    Values(Option<String>, Option<(NaiveDate, NaiveDate)>),
    /// It may be the column of a field: somebody has to say. It is not read.
    Perhaps(&'m str),
}

/// Where AUM comes from when a long sheet has no column for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AumSource {
    /// The sum, if the sheet has all the classes the rules ask for; else unknown.
    #[default]
    Auto,
    /// The sum: the sheet lists everything a person has.
    Sum,
}

/// A second column whose header names a field as well as the first does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    pub column: usize,
    /// The column that is used.
    pub first: usize,
    pub field: String,
}

/// A column of values in a sheet of targets that has several: what its header says of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    pub slot: Slot,
    /// As the rules write it; `None` where the row says it.
    pub indicator: Option<String>,
    /// First and last day; `None` where the row says it, or nothing does.
    pub period: Option<(NaiveDate, NaiveDate)>,
}

/// A header that was understood. What its columns mean is written by [`Layout::assign`] alone.
#[derive(Debug, Clone)]
pub struct Layout {
    pub kind: SheetKind,
    /// First and last header row, as positions among the rows looked at.
    pub at: (usize, usize),
    /// From the left.
    columns: Vec<ColumnReading>,
    fields: BTreeMap<String, Slot>,
    flags: Vec<(u8, Slot)>,
    further: Vec<(String, Slot)>,
    spread: Vec<Spread>,
    pub twins: Vec<Twin>,
    /// Words of a profile in a column of products → product.
    pub products: BTreeMap<String, String>,
    /// What a profile says the words of a column of results mean: it happened, it did not.
    pub statuses: BTreeMap<usize, (Vec<String>, Vec<String>)>,
    /// The column of all wages, where the amount's is that of what runs through the bank.
    pub whole_pay: Option<usize>,
    /// Columns a person has set aside.
    pub ignored: Vec<usize>,
    /// Where AUM comes from in a long sheet.
    pub aum: AumSource,
    /// Some payments of the first rows are negative.
    pub signed: bool,
    /// Required groups without a column, named by the first alias of each of their fields.
    pub missing: Vec<String>,
    /// Columns whose field only a part of the header tells.
    pub(crate) loose: Vec<usize>,
    /// Completeness, score and number of the fields that whole headers tell.
    pub(crate) firm: (bool, usize, usize),
    pub(crate) score: usize,
    pub(crate) complete: bool,
}

impl Layout {
    /// A header of which no column is known yet; `at`: its first and last row.
    pub(crate) fn new(kind: SheetKind, at: (usize, usize)) -> Layout {
        Layout {
            kind,
            at,
            columns: Vec::new(),
            fields: BTreeMap::new(),
            flags: Vec::new(),
            further: Vec::new(),
            spread: Vec::new(),
            twins: Vec::new(),
            products: BTreeMap::new(),
            statuses: BTreeMap::new(),
            whole_pay: None,
            ignored: Vec::new(),
            aum: AumSource::Auto,
            signed: false,
            missing: Vec::new(),
            loose: Vec::new(),
            firm: (false, 0, 0),
            score: 0,
            complete: false,
        }
    }

    /// Columns with a header, or read without one, from the left.
    pub fn columns(&self) -> &[ColumnReading] {
        &self.columns
    }

    /// What is known of a column.
    pub fn column(&self, column: usize) -> Option<&ColumnReading> {
        self.columns.iter().find(|c| c.index as usize == column)
    }

    /// Header text of a column.
    pub fn header(&self, column: usize) -> &str {
        self.column(column).map_or("", |c| c.header.as_str())
    }

    /// The column of a field.
    pub fn slot(&self, field: &str) -> Option<Slot> {
        self.fields.get(field).copied()
    }

    /// The fields that have a column, by key.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&String, Slot)> {
        self.fields.iter().map(|(field, slot)| (field, *slot))
    }

    /// Further columns of fields that have one.
    pub fn further(&self) -> impl Iterator<Item = (&String, Slot)> {
        self.further.iter().map(|(field, slot)| (field, *slot))
    }

    /// Further columns of a field.
    pub fn further_of(&self, field: &str) -> impl Iterator<Item = Slot> {
        self.further.iter().filter(move |(f, _)| f == field).map(|(_, slot)| *slot)
    }

    /// Yes/no columns a profile gives to products, by product number.
    pub fn flags(&self) -> &[(u8, Slot)] {
        &self.flags
    }

    /// Columns of values of a wide sheet of targets.
    pub fn spread(&self) -> &[Spread] {
        &self.spread
    }

    /// All columns that are read.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let flags = self.flags.iter().map(|(_, s)| *s);
        self.fields.values().copied().chain(flags).chain(self.further.iter().map(|(_, s)| *s))
    }

    /// Adds a column that means nothing yet, with its header.
    pub(crate) fn add(&mut self, reading: ColumnReading) {
        let at = self.columns.partition_point(|c| c.index < reading.index);
        self.columns.insert(at, reading);
    }

    /// Gives a column a meaning in place of the one it had; its confidence is to be set anew.
    pub(crate) fn assign(&mut self, slot: Slot, meaning: Meaning<'_>, how: How) {
        let column = slot.column;
        if self.column(column).is_none() {
            self.add(ColumnReading::without_header(column));
        }
        self.fields.retain(|_, s| s.column != column);
        self.further.retain(|(_, s)| s.column != column);
        self.flags.retain(|(_, s)| s.column != column);
        self.spread.retain(|s| s.slot.column != column);
        let shown = match &meaning {
            Meaning::Nothing => None,
            Meaning::Field(field) | Meaning::Further(field) | Meaning::Perhaps(field) => Some(*field),
            Meaning::Flag(_, shown) => *shown,
            Meaning::Values(..) => Some("value"),
        };
        self.reading(column, |c| c.show(shown, how));
        match meaning {
            Meaning::Field(field) => {
                if let Some(other) = self.fields.insert(field.to_string(), slot) {
                    self.reading(other.column, |c| c.show(None, how));
                }
            }
            Meaning::Further(field) => self.further.push((field.to_string(), slot)),
            Meaning::Flag(product, _) => self.flags.push((product, slot)),
            Meaning::Values(indicator, period) => self.spread.push(Spread { slot, indicator, period }),
            Meaning::Nothing | Meaning::Perhaps(_) => {}
        }
    }

    /// Notes how sure the meaning of a column is.
    pub(crate) fn set_confidence(&mut self, column: usize, confidence: f64) {
        self.reading(column, |c| c.confidence = confidence);
    }

    /// Gives the amounts of a column their unit.
    pub(crate) fn set_unit(&mut self, column: usize, unit: Unit) {
        self.reading(column, |c| c.unit = Some(unit.key().to_string()));
        let ours = self.fields.values_mut().chain(self.further.iter_mut().map(|(_, slot)| slot));
        ours.filter(|s| s.column == column).for_each(|s| s.unit = Some(unit));
    }

    /// Takes one unit for what headers give one for.
    pub(crate) fn override_units(&mut self, unit: Unit) {
        self.fields.values_mut().chain(self.further.iter_mut().map(|(_, slot)| slot)).for_each(|s| s.unit = None);
        let given = self.columns.iter_mut().filter(|c| c.unit.is_some());
        given.for_each(|c| c.unit = Some(unit.key().to_string()));
    }

    /// Shows another header than the one that stands there.
    pub(crate) fn withhold(&mut self, column: usize, shown: String, why: Withheld) {
        self.reading(column, |c| (c.header, c.withheld) = (shown, Some(why)));
    }

    fn reading(&mut self, column: usize, change: impl FnOnce(&mut ColumnReading)) {
        if let Some(reading) = self.columns.iter_mut().find(|c| c.index as usize == column) {
            change(reading);
        }
    }
}

/// Names a layout whatever its data: hash of the header's texts in order and of the number of its rows. Blanks, widths,
/// letter case and columns without a header make no difference; a column added, renamed, or with another unit does.
pub fn fingerprint(rows: &[Row]) -> String {
    let mut digest = Sha256::new();
    digest.update((rows.len() as u64).to_le_bytes());
    for (_, parts) in header_cells(rows) {
        let text = key(&parts.concat());
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize()[..16].iter().map(|b| format!("{b:02x}")).collect()
}

/// What is the same for all rows of a sheet.
pub struct SheetContext<'s> {
    pub layout: &'s Layout,
    pub lexicon: &'s Lexicon,
    pub totals: &'s Totals,
    pub date1904: bool,
    /// Unit from the title for money columns without their own.
    pub unit: Option<Unit>,
    /// Day by which dates without a year are completed.
    pub base: Option<NaiveDate>,
    /// What has happened has happened by this day.
    pub today: Option<NaiveDate>,
    pub days: DayLimits,
    /// Texts write a comma before the decimals.
    pub decimal_comma: bool,
    /// Words of units, for what a cell itself shows.
    pub(crate) units: &'s UnitText,
    /// A person has said `unit` of this very file.
    pub unit_told: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::cell::Cell;
    use proptest::prelude::*;

    fn row(cells: &[String]) -> Row {
        let cells = cells.iter().map(|c| if c.is_empty() { Cell::Empty } else { Cell::Text(c.clone()) }).collect();
        Row::new(0, cells)
    }

    fn of(cells: &[&str]) -> String {
        fingerprint(&[row(&cells.iter().map(|c| c.to_string()).collect::<Vec<_>>())])
    }

    #[test]
    fn a_layout_is_told_by_its_headers_and_their_order() {
        let known = of(&["姓名", "银行帐号", "金额(元)"]);
        assert_eq!(of(&["姓　名", "银行账号", "金额（元）", "", ""]), known);
        assert_eq!(of(&["姓名", "", "银行账号", "金额(元)"]), known, "a column without header");
        assert_eq!(of(&["姓\n名", " 银行账号", "金额\u{a0}(元)"]), known);
        for other in [
            &["姓名", "银行账号", "金额(万元)"][..],
            &["银行账号", "姓名", "金额(元)"],
            &["姓名", "银行账号", "金额(元)", "备注"],
            &["姓名银行账号", "金额(元)"],
        ] {
            assert_ne!(of(other), known, "{other:?}");
        }
        let two = [row(&["产品".into(), String::new()]), row(&["理财".into(), "基金".into()])];
        let one = [row(&["产品理财".into(), "产品基金".into()])];
        assert_ne!(fingerprint(&two), fingerprint(&one));
    }

    #[test]
    fn a_column_means_one_thing_at_a_time() {
        let mut layout = Layout::new(SheetKind::Payroll, (0, 0));
        layout.assign(Slot::of(2), Meaning::Field("amount"), How::Profile);
        layout.assign(Slot::of(0), Meaning::Field("name"), How::Alias);
        layout.assign(Slot::of(1), Meaning::Further("method"), How::Alias);
        layout.assign(Slot::of(0), Meaning::Field("amount"), How::Alias);
        layout.assign(Slot::of(1), Meaning::Perhaps("name"), How::Content);
        let shown: Vec<_> = layout.columns().iter().map(|c| (c.field.as_deref(), c.how)).collect();
        assert_eq!(shown, [(Some("amount"), Some(How::Alias)), (Some("name"), Some(How::Content)), (None, None)]);
        assert_eq!(layout.slots().collect::<Vec<_>>(), [Slot::of(0)]);
        assert_eq!((layout.slot("amount"), layout.slot("name")), (Some(Slot::of(0)), None));
    }

    proptest! {
        #[test]
        fn blanks_and_width_make_no_difference(headers in proptest::collection::vec("[a-zA-Z0-9()%姓名金额]{1,8}", 1..8), trailing in 0usize..4) {
            let wide: Vec<String> = headers
                .iter()
                .map(|h| h.chars().flat_map(|c| [' ', if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }]).collect())
                .chain(std::iter::repeat_n(String::new(), trailing))
                .collect();
            prop_assert_eq!(fingerprint(&[row(&headers)]), fingerprint(&[row(&wide)]));
        }
    }
}
