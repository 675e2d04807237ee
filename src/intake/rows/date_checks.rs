//! Days a row speaks of: those that cannot be, of another time or ahead of what can have happened, and days of the month.

use chrono::NaiveDate;

use crate::model::days::hours::Hours;
use crate::model::days::period::days_after;

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::Slot;
use crate::intake::issue::{self, Fault};
use crate::intake::rows::fields::Fields;
use crate::intake::value::date;
use crate::intake::value::hours;
use crate::intake::value::payday::{self, Said};
use crate::model::rows::{Paydays, Shift};

impl Fields<'_> {
    /// Whether something can have happened on a day; reports one that has not come or is of another time.
    pub fn has_come(&mut self, day: NaiveDate, slot: Option<Slot>) -> bool {
        self.is_between(day, slot, self.sheet.today)
    }

    /// The same for a payday: pay sheets are made some days ahead.
    pub fn is_payday(&mut self, day: NaiveDate, slot: Option<Slot>) -> bool {
        let ahead = self.sheet.days.payday_ahead;
        self.is_between(day, slot, self.sheet.today.map(|today| days_after(today, ahead)))
    }

    /// Whether a next contact is after the one it follows, and not years away; reports one that is not.
    pub fn is_next_contact(&mut self, day: NaiveDate, after: Option<NaiveDate>, slot: Option<Slot>) -> bool {
        let after = after.or(self.sheet.today);
        let last = after.map(|after| days_after(after, self.sheet.days.next_contact_ahead));
        let likely = after.is_none_or(|after| day >= after) && last.is_none_or(|last| day <= last);
        if let (false, Some(slot)) = (likely, slot) {
            let fault = Fault::new(issue::NEXT_CONTACT_UNLIKELY).text("column", self.sheet.layout.header(slot.column));
            self.issues.add(fault.date("date", day), Some((self.row.index, slot.column as u32)));
        }
        likely
    }

    fn is_between(&mut self, day: NaiveDate, slot: Option<Slot>, last: Option<NaiveDate>) -> bool {
        if day < self.sheet.days.earliest {
            self.raise(issue::DATE_REQUIRED, slot);
            return false;
        }
        let ahead = last.is_some_and(|last| day > last);
        if let (true, Some(slot)) = (ahead, slot) {
            let fault = Fault::new(issue::DATE_AHEAD).text("column", self.sheet.layout.header(slot.column));
            self.issues.add(fault.date("date", day), Some((self.row.index, slot.column as u32)));
        }
        !ahead
    }

    /// Days of the month on which wages are paid, and the employer's own rule for days off where the cell states one.
    pub fn paydays(&mut self, slot: Option<Slot>) -> (Option<Paydays>, Option<Shift>) {
        if !self.present(slot, false) {
            return (None, None);
        }
        let days = |found: Option<Paydays>| found.map(|days| (days, None));
        let found = match self.cell(slot) {
            cell @ (Cell::Number(_) | Cell::Shown(_)) => {
                days(cell.number().and_then(|n| date::paydays_from_number(n, self.sheet.date1904)))
            }
            Cell::Moment(at) => Some((Paydays(vec![chrono::Datelike::day(at)]), None)),
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => return (None, None),
            Cell::Text(text) => payday::read(text, &self.sheet.lexicon.payday),
            _ => None,
        };
        if found.is_none() {
            self.raise(issue::NOT_A_PAYDAY, slot);
        }
        found.map_or((None, None), |(days, shift)| (Some(days), shift))
    }

    /// Hours of a day.
    pub fn hours(&mut self, slot: Option<Slot>) -> Option<Hours> {
        let text = self.text(slot)?;
        let found = hours::read(&text, &self.sheet.lexicon.hours);
        if found.is_none() {
            self.raise(issue::NOT_HOURS, slot);
        }
        found
    }

    /// The rule for days off of a column of its own.
    pub fn payday_shift(&mut self, slot: Option<Slot>) -> Option<Shift> {
        self.word(slot, |lexicon, text| match payday::shift(text, &lexicon.payday) {
            Said::Shift(shift) => Some(shift),
            Said::Nothing | Said::Unclear => None,
        })
    }
}
