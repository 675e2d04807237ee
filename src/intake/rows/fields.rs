//! Reads the cells of one row as values and reports what is none.

use chrono::NaiveDate;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::{SheetContext, Slot};
use crate::intake::issue::{self, Code, Fault, Issues};
use crate::intake::rows::unit::RowUnit;
use crate::intake::value::amount::ratio::{self, Ratio};
use crate::intake::value::identity::{self, Identifier};
use crate::intake::value::lexicon::{self, Lexicon};
use crate::intake::value::{Read, clean, date, period, squeeze};

/// One row, with its problems going to `issues`.
pub struct Fields<'r> {
    pub row: &'r Row,
    pub sheet: &'r SheetContext<'r>,
    pub issues: &'r mut Issues,
    /// Set when a balance of the row could not be read.
    pub unreadable_balance: bool,
    /// What the row says of its own amounts.
    pub own: RowUnit,
}

impl<'r> Fields<'r> {
    pub(crate) fn cell(&self, slot: Option<Slot>) -> &'r Cell {
        const EMPTY: &Cell = &Cell::Empty;
        slot.map_or(EMPTY, |s| self.row.cell(s.column))
    }

    /// What a cell holds, whatever it is.
    pub fn stored(&self, slot: Slot) -> String {
        clean(&self.cell(Some(slot)).stored())
    }

    /// Reports a problem of a cell.
    pub fn raise(&mut self, code: Code, slot: Option<Slot>) {
        let column = slot.map_or(0, |s| s.column);
        let mut fault = Fault::new(code).text("column", self.sheet.layout.header(column));
        if let (issue::SHOWN_SCALED, Cell::Shown(shown)) = (code, self.cell(slot)) {
            fault = fault.text("seen", shown.text.clone()).text("stored", shown.value.to_string());
        }
        self.issues.add(fault, Some((self.row.index, column as u32)));
    }

    /// Whether there is anything to read; reports error literals and formulas without result.
    pub(crate) fn present(&mut self, slot: Option<Slot>, required: bool) -> bool {
        match self.cell(slot) {
            Cell::Error(_) => {
                self.raise(if required { issue::ERROR_CELL_REQUIRED } else { issue::ERROR_CELL }, slot);
                false
            }
            Cell::NoValue(_) => {
                let code = if required { issue::FORMULA_WITHOUT_VALUE_REQUIRED } else { issue::FORMULA_WITHOUT_VALUE };
                self.raise(code, slot);
                false
            }
            cell => !cell.is_blank(),
        }
    }

    /// Reads a cell, and notes when it tells nothing: no such column, 未知, or a cell that cannot be read. A blank one
    /// tells that there is none.
    pub fn told<T>(
        &mut self,
        slot: Option<Slot>,
        untold: &mut bool,
        read: impl FnOnce(&mut Self, Option<Slot>) -> T,
    ) -> T {
        let before = self.issues.raised();
        let unknown = matches!(self.cell(slot), Cell::Text(text) if self.sheet.lexicon.is_unknown(text));
        let value = read(self, slot);
        *untold = slot.is_none() || unknown || self.issues.raised() > before;
        value
    }

    /// Text as a person wrote it; words for "nothing" are none.
    pub fn text(&mut self, slot: Option<Slot>) -> Option<String> {
        if !self.present(slot, false) {
            return None;
        }
        let text = clean(&self.cell(slot).seen());
        (!self.sheet.lexicon.is_nothing(&text)).then_some(text)
    }

    /// A person's or a firm's name, in one way of writing.
    pub fn name(&mut self, slot: Option<Slot>) -> Option<String> {
        self.text(slot).map(|t| lexicon::name(&t)).filter(|t| !t.is_empty())
    }

    /// A number of people or things: `260`, `260人`.
    pub fn count(&mut self, slot: Option<Slot>) -> Option<i64> {
        if !self.present(slot, false) {
            return None;
        }
        let value = match self.cell(slot) {
            Cell::Number(n) | Cell::Digits { value: n, .. } => Some(*n),
            // Seen in thousands, nobody knows of what; with a word beside it the number is what it is.
            Cell::Shown(shown) => {
                (!shown.percent && (shown.shift == 0 || !shown.beside.is_empty())).then_some(shown.value)
            }
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => return None,
            Cell::Text(text) => {
                let text = squeeze(text);
                let text = text.trim_end_matches(['人', '户', '名', '笔', '位', '个', '张', '次']).replace(',', "");
                text.parse::<f64>().ok()
            }
            _ => None,
        };
        match value {
            Some(n) if n.fract() == 0.0 && (0.0..1e9).contains(&n) => Some(n as i64),
            _ => {
                self.raise(issue::NOT_A_COUNT, slot);
                None
            }
        }
    }

    /// Whether there is nothing in the cell.
    pub fn is_blank(&self, slot: Option<Slot>) -> bool {
        self.cell(slot).is_blank()
    }

    /// A plain decimal or a percentage, by its own sign or that of its header.
    pub fn ratio(&mut self, slot: Option<Slot>) -> Option<Ratio> {
        if !self.present(slot, false) {
            return None;
        }
        let reading = slot.and_then(|s| self.sheet.layout.column(s.column));
        let percent = reading.is_some_and(|c| c.unit.as_deref() == Some("share") || c.header.contains(['%', '％']));
        let found = match self.cell(slot) {
            Cell::Shown(shown) if shown.percent => ratio::from_share(shown.value),
            Cell::Shown(shown) if shown.shift == 0 => ratio::from_number(shown.value, percent),
            Cell::Number(n) => ratio::from_number(*n, percent),
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => return None,
            Cell::Text(text) => ratio::parse(text, percent),
            _ => None,
        };
        if found.is_none() {
            self.raise(issue::NOT_A_NUMBER, slot);
        }
        found
    }

    /// A year, half, quarter, month or stretch of days: first and last day.
    pub fn period(&mut self, slot: Option<Slot>) -> Option<(NaiveDate, NaiveDate)> {
        if !self.present(slot, false) {
            return None;
        }
        match self.cell(slot) {
            cell @ (Cell::Number(_) | Cell::Shown(_)) => cell.number().and_then(period::from_number),
            Cell::Text(text) => period::parse(text, self.sheet.base),
            // `2026-3` typed into a cell becomes the first day of that month.
            Cell::Moment(at) if chrono::Datelike::day(at) == 1 => {
                Some((at.date(), crate::model::days::period::month_end(at.date())))
            }
            _ => None,
        }
    }

    /// A date; placeholders for "never" are none.
    pub fn date(&mut self, slot: Option<Slot>) -> Option<NaiveDate> {
        match self.read_date(slot) {
            Read::Value(day) => Some(day),
            Read::Nothing => None,
            Read::Bad => {
                self.raise(issue::NOT_A_DATE, slot);
                None
            }
        }
    }

    /// A date the row cannot do without.
    pub fn required_date(&mut self, slot: Option<Slot>) -> Option<NaiveDate> {
        match self.read_date(slot) {
            Read::Value(day) => Some(day),
            _ => {
                self.raise(issue::DATE_REQUIRED, slot);
                None
            }
        }
    }

    fn read_date(&mut self, slot: Option<Slot>) -> Read<NaiveDate> {
        if !self.present(slot, false) {
            return Read::Nothing;
        }
        match self.cell(slot) {
            Cell::Moment(at) if date::is_placeholder_date(at.date()) => Read::Nothing,
            Cell::Moment(at) => Read::Value(at.date()),
            Cell::Number(0.0) => Read::Nothing,
            Cell::Number(n) if date::is_placeholder(&n.to_string()) => Read::Nothing,
            cell @ (Cell::Number(_) | Cell::Digits { .. } | Cell::Shown(_)) => {
                let day = cell.number().and_then(|n| date::from_number(n, self.sheet.date1904));
                day.map_or(Read::Bad, Read::Value)
            }
            Cell::Text(text) => {
                let lexicon = self.sheet.lexicon;
                if lexicon.is_nothing(text) || lexicon.is_no_end(text) || date::is_placeholder(text) {
                    return Read::Nothing;
                }
                let serial =
                    || squeeze(text).parse::<f64>().ok().and_then(|n| date::from_number(n, self.sheet.date1904));
                let order = slot.map_or(date::DateOrder::Auto, |s| s.date);
                date::parse_ordered(text, order, self.sheet.base).or_else(serial).map_or(Read::Bad, Read::Value)
            }
            _ => Read::Bad,
        }
    }

    /// The day a snapshot is of, or a term ends; a bare month means its last day.
    pub fn snapshot_date(&mut self, slot: Option<Slot>) -> Option<NaiveDate> {
        let month = match self.cell(slot) {
            Cell::Text(text) if date::parse(text, None).is_none() => date::end_of_month(text),
            Cell::Number(n) if n.fract() == 0.0 && (190_001.0..219_913.0).contains(n) => {
                date::end_of_month(&n.to_string())
            }
            _ => None,
        };
        month.or_else(|| self.date(slot))
    }

    pub fn leave(&mut self, slot: Option<Slot>) -> Vec<(NaiveDate, NaiveDate)> {
        if !self.present(slot, false) {
            return Vec::new();
        }
        let found = match self.cell(slot) {
            Cell::Text(text)
                if self.sheet.lexicon.is_nothing(text) || self.sheet.lexicon.flag(text) == Read::Value(false) =>
            {
                return Vec::new();
            }
            Cell::Text(text) => date::stretches(text, self.sheet.base),
            cell => {
                let day = match cell {
                    Cell::Moment(at) => Some(at.date()),
                    cell => cell.number().and_then(|n| date::from_number(n, self.sheet.date1904)),
                };
                day.map(|d| vec![(d, d)])
            }
        };
        if found.is_none() {
            self.raise(issue::NOT_A_DATE, slot);
        }
        found.unwrap_or_default()
    }

    /// Yes, no, or neither; a count above zero is yes.
    pub fn flag(&mut self, slot: Option<Slot>) -> Option<bool> {
        match self.read_flag(slot) {
            Read::Value(flag) => Some(flag),
            Read::Nothing => None,
            Read::Bad => {
                self.raise(issue::NOT_A_FLAG, slot);
                None
            }
        }
    }

    /// Whether the cell is empty or holds a word for nothing; one for not knowing says that much.
    pub fn says_nothing(&self, slot: Option<Slot>) -> bool {
        let lexicon = self.sheet.lexicon;
        let cell = self.cell(slot);
        cell.is_blank() || matches!(cell, Cell::Text(text) if lexicon.is_nothing(text) && !lexicon.is_unknown(text))
    }

    fn read_flag(&mut self, slot: Option<Slot>) -> Read<bool> {
        if !self.present(slot, false) {
            return Read::Nothing;
        }
        match self.cell(slot) {
            Cell::Bool(b) => Read::Value(*b),
            Cell::Number(n) | Cell::Digits { value: n, .. } => Read::Value(*n > 0.0),
            Cell::Shown(shown) => Read::Value(shown.value > 0.0),
            // A day on which it was opened.
            Cell::Moment(_) => Read::Value(true),
            Cell::Text(text) => self.sheet.lexicon.flag(text),
            _ => Read::Bad,
        }
    }

    /// A word of a fixed list.
    pub fn word<T>(&mut self, slot: Option<Slot>, known: impl FnOnce(&Lexicon, &str) -> Option<T>) -> Option<T> {
        let text = self.text(slot)?;
        let found = known(self.sheet.lexicon, &text);
        if found.is_none() {
            self.raise(issue::UNKNOWN_WORD, slot);
        }
        found
    }

    /// An ID number, unless the row says that the document is of another type.
    pub fn id_number(&mut self, slot: Option<Slot>, id_type: Option<Slot>) -> Option<String> {
        if !self.present(slot, false) {
            return None;
        }
        let other = self.text(id_type).is_some_and(|t| !t.contains("身份证") && !t.contains("户口"));
        let read = match self.cell(slot) {
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => Identifier::Nothing,
            Cell::Text(text) if other => identity::other_document(text),
            Cell::Text(text) => identity::id_number(text),
            Cell::Number(n) if other => identity::number_from_number(*n),
            Cell::Number(n) => identity::id_from_number(*n),
            Cell::Shown(shown) if other => identity::number_text(&shown.text),
            Cell::Shown(shown) => identity::id_number(&shown.text),
            Cell::Digits { digits, .. } if other => identity::number_from_digits(digits),
            Cell::Digits { digits, .. } => identity::id_from_digits(digits),
            _ => Identifier::Ruined,
        };
        self.identifier(read, slot, issue::BAD_ID_NUMBER, issue::RUINED_ID_NUMBER)
    }

    pub fn account(&mut self, slot: Option<Slot>) -> Option<String> {
        if !self.present(slot, false) || self.is_tail(slot) {
            return None;
        }
        let read = match self.cell(slot) {
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => Identifier::Nothing,
            Cell::Text(text) => identity::account(text),
            Cell::Number(n) => identity::account_from_number(*n),
            Cell::Shown(shown) => identity::account(&shown.text),
            Cell::Digits { digits, .. } => identity::account_from_digits(digits),
            _ => Identifier::Ruined,
        };
        self.identifier(read, slot, issue::BAD_ACCOUNT, issue::RUINED_ACCOUNT)
    }

    /// A customer's, employer's or colleague's number.
    pub fn number(&mut self, slot: Option<Slot>) -> Option<String> {
        if !self.present(slot, false) {
            return None;
        }
        let read = match self.cell(slot) {
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => Identifier::Nothing,
            Cell::Text(text) => identity::number_text(text),
            Cell::Shown(shown) => identity::number_text(&shown.text),
            Cell::Number(n) => identity::number_from_number(*n),
            Cell::Digits { digits, .. } => identity::number_from_digits(digits),
            _ => Identifier::Bad,
        };
        self.identifier(read, slot, issue::BAD_CUSTOMER_NUMBER, issue::RUINED_ACCOUNT)
    }

    fn identifier(&mut self, read: Identifier, slot: Option<Slot>, bad: Code, ruined: Code) -> Option<String> {
        let code = match read {
            Identifier::Value(value) => return Some(value),
            Identifier::Suspicious(value) => {
                self.raise(issue::SUSPICIOUS_ID_NUMBER, slot);
                return Some(value);
            }
            Identifier::Nothing => return None,
            Identifier::Bad => bad,
            Identifier::Ruined => ruined,
            Identifier::Masked => issue::MASKED_ID_NUMBER,
        };
        self.raise(code, slot);
        None
    }

    pub fn credit_code(&mut self, slot: Option<Slot>) -> Option<String> {
        let text = self.text(slot)?;
        match identity::credit_code(&text) {
            Read::Value(code) => Some(code),
            Read::Nothing => None,
            Read::Bad => {
                self.raise(issue::BAD_CREDIT_CODE, slot);
                None
            }
        }
    }

    pub fn phone(&mut self, slot: Option<Slot>) -> Option<String> {
        let text = self.text(slot)?;
        match identity::phone(&text) {
            Read::Value(phone) => Some(phone),
            Read::Nothing => None,
            // A masked phone is common and harmless: it is left out without a word.
            Read::Bad if text.contains('*') => None,
            Read::Bad => {
                self.raise(issue::BAD_PHONE, slot);
                None
            }
        }
    }
}

/// Names the columns of a kind once and looks them up in a layout.
macro_rules! slots {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        #[derive(Debug, Clone, Copy)]
        struct $name { $($field: Option<$crate::intake::header::layout::Slot>),+ }

        impl $name {
            fn new(layout: &$crate::intake::header::layout::Layout) -> Self {
                $name { $($field: layout.slot(stringify!($field))),+ }
            }

            /// Every field this kind reads; the rules may name no other.
            const FIELDS: &[&str] = &[$(stringify!($field)),+];
        }
    };
}
pub(crate) use slots;
