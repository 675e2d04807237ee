//! Columns of days that hold moments. The times of day in the whole column tell what is meant: those of a transaction
//! stand for their own day; a column that stands some seconds before midnight throughout was written by a program with
//! another clock and means the next day; what is mixed is asked about.

use chrono::NaiveDateTime;

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::limits::DayLimits;
use crate::rules::import::recognise::Content;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue::{self, Fault};
use crate::intake::value::date::{self, DateOrder};
use crate::intake::value::stamp::{self, Stamp, Time};

/// The columns of days of a sheet.
#[derive(Default)]
pub(crate) struct DayColumns {
    columns: Vec<DayColumn>,
    date1904: bool,
    limits: Option<DayLimits>,
}

struct DayColumn {
    slot: Slot,
    header: String,
    meaning: Meaning,
    /// Moments of another time than Beijing's: all of them or none.
    foreign: bool,
    /// What was seen in the first rows that bears that out.
    example: String,
}

/// What the moments of a column mean.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    /// Days, or moments that stand for their own day.
    Own {
        /// Moments were seen: one late in the evening is one of them.
        moments: bool,
        /// Something was seen at all.
        seen: bool,
    },
    /// The next day; all stand at about this time, in milliseconds of the day.
    Next(u32),
}

/// What a cell says of a day.
enum Said {
    Nothing,
    Day,
    Moment(Stamp),
}

/// A column whose days cannot be told, with the cell that shows it.
pub(crate) type Unclear = (Fault, (u32, u32));

impl DayColumns {
    /// What the first rows show.
    ///
    /// # Errors
    /// A column of which nobody can say which day its moments mean.
    pub fn of<'r>(
        layout: &Layout,
        rules: &Rules,
        date1904: bool,
        rows: impl Iterator<Item = &'r Row> + Clone,
    ) -> Result<DayColumns, Unclear> {
        let limits = rules.limits.days;
        let fields = layout.fields().filter(|(field, _)| is_day(rules, layout.kind, field));
        let mut columns = Vec::new();
        for (_, slot) in fields {
            let header = layout.header(slot.column).to_string();
            columns.push(column(slot, header, &limits, date1904, rows.clone())?);
        }
        Ok(DayColumns { columns, date1904, limits: Some(limits) })
    }

    /// Puts the day that is meant where a row has a moment of another one.
    ///
    /// # Errors
    /// A moment that does not go with the first rows of its column.
    pub fn settle(&self, row: &mut Row) -> Result<(), Unclear> {
        let Some(limits) = &self.limits else { return Ok(()) };
        for column in &self.columns {
            let cell = row.cell(column.slot.column);
            if column.is_plain(cell) {
                continue;
            }
            let said = said(cell, column.slot.date, self.date1904);
            match column.meant(&said, limits) {
                Some(Some(day)) => row.cells[column.slot.column] = Cell::Moment(day),
                Some(None) => {}
                None => return Err(column.unclear(row.index, cell)),
            }
        }
        Ok(())
    }
}

impl DayColumn {
    /// Most cells are days where days are expected: no more than a look.
    fn is_plain(&self, cell: &Cell) -> bool {
        let days = matches!(self.meaning, Meaning::Own { .. }) && !self.foreign;
        match cell {
            Cell::Text(text) => days && text.len() < SHORTEST_STAMP && !is_serial(text),
            Cell::Number(n) => days && n.fract() == 0.0,
            Cell::Moment(_) => false,
            _ => true,
        }
    }

    /// The day to put instead of what is said, if another; `None` where it does not go with the column.
    fn meant(&self, said: &Said, limits: &DayLimits) -> Option<Option<NaiveDateTime>> {
        let stamp = match said {
            Said::Nothing => return Some(None),
            Said::Day => return (!self.is_odd()).then_some(None),
            Said::Moment(stamp) => stamp,
        };
        if stamp.is_foreign() != self.foreign && !matches!(self.meaning, Meaning::Own { seen: false, .. }) {
            return None;
        }
        match (Time::of(stamp.at, limits), self.meaning) {
            (Time::Late(milli), Meaning::Next(usual)) if same(milli, usual, limits) => {
                Some(Some(stamp::next_day(stamp.at)))
            }
            (_, Meaning::Next(_)) => None,
            (Time::Late(_), Meaning::Own { moments: false, .. }) => None,
            (_, Meaning::Own { .. }) => Some(None),
        }
    }

    fn is_odd(&self) -> bool {
        self.foreign || matches!(self.meaning, Meaning::Next(_))
    }

    fn unclear(&self, row: u32, cell: &Cell) -> Unclear {
        let examples = [self.example.clone(), cell.shown()];
        unclear(&self.header, &examples, (row, self.slot.column))
    }
}

/// Bytes of the shortest text with a day and a time: `26年1月5日 1:00` is longer.
const SHORTEST_STAMP: usize = 13;

/// Whether a text is a serial day with a time: text files hold nothing else than texts.
fn is_serial(text: &str) -> bool {
    text.trim().split_once('.').is_some_and(|(day, time)| {
        day.len() == 5 && [day, time].iter().all(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn same(a: u32, b: u32, limits: &DayLimits) -> bool {
    a.abs_diff(b) <= limits.same_time_seconds * 1000
}

fn is_day(rules: &Rules, kind: SheetKind, field: &str) -> bool {
    rules.recognise.expected(kind, field).contains(&Content::Date)
}

fn said(cell: &Cell, order: DateOrder, date1904: bool) -> Said {
    let moment = match cell {
        Cell::Moment(at) => Some(Stamp::local(*at)),
        Cell::Number(n) if n.fract() != 0.0 => date::moment_from_number(*n, date1904).map(Stamp::local),
        Cell::Number(n) if date::from_number(*n, date1904).is_some() => return Said::Day,
        Cell::Text(text) if is_serial(text) => {
            text.trim().parse().ok().and_then(|n| date::moment_from_number(n, date1904)).map(Stamp::local)
        }
        Cell::Text(text) if text.len() >= SHORTEST_STAMP => date::moment(text),
        _ => None,
    };
    match (moment, cell) {
        (Some(stamp), _) => Said::Moment(stamp),
        (None, Cell::Text(text)) if date::parse_ordered(text, order, None).is_some() => Said::Day,
        _ => Said::Nothing,
    }
}

fn unclear(header: &str, examples: &[String], (row, column): (u32, usize)) -> Unclear {
    let mut examples: Vec<&str> = examples.iter().map(String::as_str).filter(|e| !e.is_empty()).collect();
    examples.dedup();
    let fault = Fault::new(issue::MOMENT_UNCLEAR).text("column", header).text("moments", examples.join("、"));
    (fault, (row, column as u32))
}

/// What the first rows of a column show.
fn column<'r>(
    slot: Slot,
    header: String,
    limits: &DayLimits,
    date1904: bool,
    rows: impl Iterator<Item = &'r Row>,
) -> Result<DayColumn, Unclear> {
    let mut seen = Seen::default();
    for row in rows {
        let cell = row.cell(slot.column);
        seen.take(said(cell, slot.date, date1904), limits, row.index, cell);
    }
    match seen.meaning(limits) {
        Ok(meaning) => {
            let example = seen.examples.first().map_or(String::new(), |e| e.1.clone());
            Ok(DayColumn { slot, header, meaning, foreign: seen.foreign > 0, example })
        }
        Err(at) => {
            let first = seen.examples.first().map_or(String::new(), |e| e.1.clone());
            let (row, other) = at;
            Err(unclear(&header, &[first, other], (row, slot.column)))
        }
    }
}

/// The moments of a column's first rows, by what their time of day says.
#[derive(Default)]
struct Seen {
    days: usize,
    late: Vec<u32>,
    utc: usize,
    others: usize,
    /// Moments written in another time than Beijing's.
    foreign: usize,
    /// One cell of each sort, in order, with its row.
    examples: Vec<(u32, String)>,
    sorts: Vec<(u8, bool)>,
}

impl Seen {
    fn take(&mut self, said: Said, limits: &DayLimits, row: u32, cell: &Cell) {
        let (sort, foreign) = match said {
            Said::Nothing => return,
            Said::Day => (0, false),
            Said::Moment(stamp) => (self.count(&stamp, limits), stamp.is_foreign()),
        };
        self.days += usize::from(sort == 0);
        self.foreign += usize::from(foreign);
        if !self.sorts.contains(&(sort, foreign)) {
            self.sorts.push((sort, foreign));
            self.examples.push((row, cell.shown()));
        }
    }

    /// Counts a moment; gives its sort, 0 for the midnight of a day.
    fn count(&mut self, stamp: &Stamp, limits: &DayLimits) -> u8 {
        match Time::of(stamp.at, limits) {
            Time::Midnight => 0,
            Time::Late(milli) => {
                self.late.push(milli);
                1
            }
            Time::UtcMidnight if stamp.offset.is_none() => {
                self.utc += 1;
                2
            }
            Time::UtcMidnight | Time::Other => {
                self.others += 1;
                3
            }
        }
    }

    /// # Errors
    /// Row and text of a cell that shows that nobody can say.
    fn meaning(&self, limits: &DayLimits) -> Result<Meaning, (u32, String)> {
        let unclear = || Err(self.examples.last().cloned().unwrap_or_default());
        let all = self.days + self.late.len() + self.utc + self.others;
        let moments = self.others + self.utc > 0;
        if self.foreign > 0 && self.foreign < all && self.has_native() {
            return unclear();
        }
        let one_time = self.late.iter().all(|m| same(*m, self.late[0], limits));
        let whole = self.late.len() == all;
        match self.late.len() {
            0 => {}
            // One alone may be a moment late in the evening, but not one of the times known for it.
            1 if whole && is_known(self.late[0]) => return Ok(Meaning::Next(self.late[0])),
            1 if whole => return unclear(),
            _ if whole && one_time => return Ok(Meaning::Next(self.late[0])),
            _ if whole || !moments => return unclear(),
            1 => {}
            _ if self.repeats(limits) => return unclear(),
            _ => {}
        }
        // Nothing but midnights of another clock.
        if self.utc > 0 && self.others + self.late.len() == 0 && (self.utc > 1 || self.days > 0) {
            return unclear();
        }
        Ok(Meaning::Own { moments: moments || !self.late.is_empty(), seen: all > 0 })
    }

    /// Whether days or moments without a time zone, or with Beijing's, stand beside those of another.
    fn has_native(&self) -> bool {
        self.sorts.iter().any(|(_, foreign)| !foreign)
    }

    /// Whether two late moments stand at one and the same time: so do no two of many.
    fn repeats(&self, limits: &DayLimits) -> bool {
        let mut late = self.late.clone();
        late.sort_unstable();
        late.windows(2).any(|w| same(w[0], w[1], limits))
    }
}

/// 23:59:17 and 23:54:17: Shanghai's own time before 1901 was 5 minutes and 43 seconds ahead of the zone's.
fn is_known(milli: u32) -> bool {
    let second = (milli + 500) / 1000 % 60;
    (16..=18).contains(&second)
}
