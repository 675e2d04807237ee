//! What has come back of the workbooks that were sent, and where people say different things.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::returns::answer::Subject;

/// A workbook that was sent, and what has come back of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportState {
    pub export_id: String,
    pub workbook: String,
    pub recipient: String,
    pub sent_on: NaiveDate,
    /// Rows that can be answered.
    pub rows: i64,
    /// Rows of which something was said.
    pub answered: i64,
    pub conflicts: i64,
}

/// Somebody whose workbook has not come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    pub recipient: String,
    pub export_id: String,
    pub workbook: String,
    /// Days since it was sent.
    pub days: i64,
}

/// Different values of one field of one matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenConflict {
    pub conflict_id: String,
    /// Task, person, employer, visit or step.
    pub row: String,
    /// The same in words: client (masked), employer, matter.
    pub about: String,
    /// The day of the contact.
    pub day: Option<NaiveDate>,
    pub field: String,
    pub values: Vec<ConflictValue>,
    #[serde(skip)]
    pub subject: Option<Subject>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictValue {
    /// As it is kept; `null`: emptied.
    pub value: Option<String>,
    pub by: String,
    pub at: String,
    pub file: String,
    pub cell: Option<String>,
    #[serde(skip)]
    pub export_id: Option<String>,
}

/// What the workbooks of one kind for one recipient have in common, day by day: kind and name of the file without its
/// day or month. Two colleagues of one name have files of different names.
pub fn series(book: &str, file: &str, sent_on: NaiveDate) -> (String, String) {
    let dated = [format!("_{sent_on}"), format!("_{}", sent_on.format("%Y-%m"))];
    (book.to_string(), dated.iter().fold(file.to_string(), |name, day| name.replace(day, "")))
}

/// The days a workbook that has not come back has been out, once its recipient is to be reminded of it.
pub fn days_out(sent_on: NaiveDate, today: NaiveDate, remind_days: i64) -> Option<i64> {
    let days = (today - sent_on).num_days();
    (days >= remind_days).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::rules::Rules;

    #[test]
    fn the_workbooks_of_one_recipient_are_those_of_one_name_but_for_the_day() {
        let of = |file: &str, day: &str| series("worklist", file, date(day)).1;
        assert_eq!(of("05_每日工作清单_林一_2026-03-02.xlsx", "2026-03-02"), "05_每日工作清单_林一.xlsx");
        assert_eq!(of("05_每日工作清单_林一_2026-03-03.xlsx", "2026-03-03"), "05_每日工作清单_林一.xlsx");
        assert_eq!(of("05_每日工作清单_林一001_2026-03-03.xlsx", "2026-03-03"), "05_每日工作清单_林一001.xlsx");
        assert_eq!(of("06_网点任务下发_一网点_2026-03.xlsx", "2026-03-03"), "06_网点任务下发_一网点.xlsx");
    }

    #[test]
    fn a_workbook_is_asked_for_from_the_day_of_its_rule_on() {
        let books = Rules::load(None).unwrap().workbooks.books;
        let out = |book: &str, today: &str| days_out(date("2026-03-02"), date(today), books[book].remind_days);
        // A week for an outlet's list, a day for that of one day.
        assert_eq!(["2026-03-08", "2026-03-09", "2026-03-10"].map(|day| out("outlet", day)), [None, Some(7), Some(8)]);
        assert_eq!(
            ["2026-03-02", "2026-03-03", "2026-03-04"].map(|day| out("worklist", day)),
            [None, Some(1), Some(2)]
        );
    }
}
