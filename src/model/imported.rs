//! What an import did with a file, sheet by sheet: shown in the import report and printed as JSON.

use serde::Serialize;

use crate::model::personal::{mask_account, mask_id_number, mask_name, mask_phone};
use crate::model::problem::codes::MORE_PROBLEMS;
use crate::model::problem::{Place, Problem, Severity};
use crate::model::reason::Param;
use crate::model::status::SheetKind;
pub use crate::model::text::free_text::mask_numbers;
use chrono::NaiveDate;

/// Name of the property of a workbook by which a marked copy that hides something is known again: imported, it would
/// bring stars for names.
pub const MARKED_COPY: &str = "daifa_marked_copy";

/// The moment of creation all our workbooks bear, so that equal ones are equal byte for byte; by it they are known again.
pub const BOOK_STAMP: &str = "2026-01-01T00:00:00Z";

/// What was made of one sheet.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SheetOutcome {
    pub sheet: String,
    /// `None`: not understood, or left out (hidden, a page of instructions).
    pub kind: Option<SheetKind>,
    /// First and last row of the header, counted from 1 as in Excel.
    pub header_rows: Option<(u32, u32)>,
    /// Unit of money above the header (`word.unit_<key>`).
    pub unit: Option<String>,
    /// Date of the snapshot or payday, when there is one for all rows.
    pub date: Option<NaiveDate>,
    /// The one employer of all rows, from the title or the command.
    pub employer: Option<String>,
    pub rows_taken: usize,
    pub rows_skipped: usize,
    /// Of those skipped, rows that say something and were not taken all the same.
    pub rows_not_taken: usize,
    pub columns: Vec<ColumnOutcome>,
    pub skipped: Vec<SkippedRows>,
}

/// What a column was taken for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ColumnOutcome {
    /// As in Excel: `A`, `AB`.
    pub column: String,
    /// 0-based.
    pub index: u32,
    pub header: String,
    /// `header` is masked, for it is somebody's name or number.
    #[serde(skip)]
    pub withheld: bool,
    /// Key of the field; `None`: not used.
    pub field: Option<String>,
    /// The field's usual header.
    pub name: Option<String>,
    /// Unit of its values (`word.unit_<key>`), where it has one.
    pub unit: Option<String>,
    /// Where the unit comes from: `command`, `header`, `title`, `assumed`.
    pub unit_from: Option<&'static str>,
    /// How the field was recognised (`word.how_<key>`).
    pub how: Option<&'static str>,
    /// How sure that is, 0 to 1; `None` for a column that is not used.
    pub confidence: Option<f64>,
}

/// Rows left out for one reason (`word.skip_<reason>`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedRows {
    pub reason: &'static str,
    pub rows: usize,
    /// First and last row of each run, counted from 1 as in Excel.
    pub ranges: Vec<(u32, u32)>,
}

/// Reasons for which rows are left out that say something: somebody has to see to them. All others are no data, or have
/// been taken before.
const NOT_TAKEN: [&str; 6] =
    ["problem", "another_name", "no_employer", "person_unknown", "lies_ahead", "unknown_indicator"];

impl SkippedRows {
    /// Whether rows left out for this reason say something that was not taken.
    pub fn is_not_taken(reason: &str) -> bool {
        NOT_TAKEN.contains(&reason)
    }

    /// Rows (0-based) with their reasons → runs, reasons in order of their first row.
    pub fn gather(rows: impl IntoIterator<Item = (u32, &'static str)>) -> Vec<SkippedRows> {
        let mut list: Vec<SkippedRows> = Vec::new();
        for (row, reason) in rows {
            let row = row + 1;
            let at = list.iter().position(|s| s.reason == reason).unwrap_or_else(|| {
                list.push(SkippedRows { reason, rows: 0, ranges: Vec::new() });
                list.len() - 1
            });
            let skipped = &mut list[at];
            skipped.rows += 1;
            match skipped.ranges.last_mut() {
                Some((_, last)) if *last + 1 == row => *last = row,
                _ => skipped.ranges.push((row, row)),
            }
        }
        list
    }

    /// Whether a row (counted from 1) is one of them.
    pub fn holds(&self, row: u32) -> bool {
        let after = self.ranges.partition_point(|(_, last)| *last < row);
        self.ranges.get(after).is_some_and(|(first, _)| *first <= row)
    }
}

/// What a file changed in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Brought {
    pub new_employers: i64,
    pub new_employees: i64,
    /// Employers' parts of snapshots, one per employer and date.
    pub parts: i64,
    /// Older parts these replaced.
    pub replaced_parts: i64,
    pub payroll_runs: i64,
    /// Older runs these replaced.
    pub replaced_runs: i64,
}

/// All problems of one code: how many, and the first of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProblemCount {
    #[serde(flatten)]
    pub first: Problem,
    /// Also those beyond the limit of the list.
    pub count: usize,
    pub places: Vec<Place>,
}

impl ProblemCount {
    /// Problems by code, worst first, then most frequent, then by code; of each the first `places`.
    pub fn gather(problems: &[Problem], places: usize) -> Vec<ProblemCount> {
        let mut list: Vec<ProblemCount> = Vec::new();
        for problem in problems.iter().filter(|p| p.code != MORE_PROBLEMS.id) {
            let known = list.iter_mut().find(|c| c.first.code == problem.code && c.first.severity == problem.severity);
            match known {
                Some(known) => {
                    known.count += 1;
                    if known.places.len() < places {
                        known.places.push(problem.place.clone());
                    }
                }
                None => {
                    let place = vec![problem.place.clone()];
                    list.push(ProblemCount { first: problem.clone(), count: 1, places: place });
                }
            }
        }
        for (code, rest) in problems.iter().filter_map(left_out) {
            if let Some(known) = list.iter_mut().find(|c| c.first.code == code) {
                known.count += rest;
            }
        }
        list.sort_by_key(|c| (c.first.severity, std::cmp::Reverse(c.count), c.first.code));
        list
    }
}

/// The code a note counts further problems of, and how many.
fn left_out(problem: &Problem) -> Option<(&str, usize)> {
    if problem.code != MORE_PROBLEMS.id {
        return None;
    }
    let of = |name: &str| problem.params.iter().find(|(n, _)| *n == name).map(|(_, p)| p);
    match (of("code"), of("count")) {
        (Some(Param::Word { word }), Some(Param::Count(n))) => {
            let code = word.strip_prefix("problem.")?.strip_suffix(".title")?;
            Some((code, usize::try_from(*n).unwrap_or(0)))
        }
        _ => None,
    }
}

/// Errors and warnings of a file, or of one of its sheets, the rest of cut lists included.
pub fn count_of(problems: &[Problem], severity: Severity, file: &str, sheet: Option<&str>) -> usize {
    let inside = |p: &&Problem| p.place.file == file && sheet.is_none_or(|s| p.place.sheet.as_deref() == Some(s));
    let own = || problems.iter().filter(inside);
    let of_code = |code: &str| own().find(|p| p.code == code).map(|p| p.severity);
    let rest = own().filter_map(left_out).filter(|(code, _)| of_code(code) == Some(severity)).map(|(_, n)| n);
    own().filter(|p| p.severity == severity).count()
        - own().filter(|p| p.code == MORE_PROBLEMS.id && p.severity == severity).count()
        + rest.sum::<usize>()
}

/// A kind of personal data, by which a column is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonalField {
    Name,
    Phone,
    IdNumber,
    Account,
    CustomerNumber,
}

impl PersonalField {
    /// What a column with this field holds; the `name` of a list of employers is a company's.
    pub fn of(kind: Option<SheetKind>, field: &str) -> Option<PersonalField> {
        match field {
            "name" if kind == Some(SheetKind::Employers) => None,
            "name" | "contact_name" => Some(PersonalField::Name),
            "phone" | "contact_phone" => Some(PersonalField::Phone),
            "id_number" => Some(PersonalField::IdNumber),
            "account" => Some(PersonalField::Account),
            "customer_number" => Some(PersonalField::CustomerNumber),
            _ => None,
        }
    }

    /// The key in the audit.
    pub fn key(self) -> &'static str {
        match self {
            PersonalField::Name => "name",
            PersonalField::Phone => "phone",
            PersonalField::IdNumber => "id_number",
            PersonalField::Account => "account",
            PersonalField::CustomerNumber => "customer_number",
        }
    }

    /// The value as the field masks it.
    pub fn mask(self, text: &str) -> String {
        let text = text.trim();
        match self {
            PersonalField::Name => mask_name(text),
            PersonalField::Phone => mask_phone(text),
            PersonalField::IdNumber => mask_id_number(text),
            PersonalField::Account | PersonalField::CustomerNumber => mask_account(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_rows_become_runs() {
        let list = SkippedRows::gather([(4, "blank"), (5, "blank"), (9, "total"), (10, "blank")]);
        assert_eq!(list[0], SkippedRows { reason: "blank", rows: 3, ranges: vec![(5, 6), (11, 11)] });
        assert_eq!(list[1], SkippedRows { reason: "total", rows: 1, ranges: vec![(10, 10)] });
        assert!(list[0].holds(6) && list[0].holds(11) && !list[0].holds(7) && !list[0].holds(12));
    }

    fn problem(code: &'static str, severity: Severity, cell: &str) -> Problem {
        let place = Place { file: "甲.xlsx".into(), sheet: Some("表".into()), cell: Some(cell.into()) };
        Problem { code, severity, place, params: Vec::new() }
    }

    #[test]
    fn problems_are_counted_by_code_with_those_the_list_leaves_out() {
        let mut list = vec![
            problem("bad_phone", Severity::Warning, "C2"),
            problem("bad_phone", Severity::Warning, "C3"),
            problem("missing_value", Severity::Error, "B9"),
        ];
        let mut more = problem(MORE_PROBLEMS.id, Severity::Note, "");
        more.params =
            vec![("code", Param::Word { word: "problem.bad_phone.title".into() }), ("count", Param::Count(40))];
        list.push(more);
        let counts = ProblemCount::gather(&list, 1);
        let shown: Vec<_> = counts.iter().map(|c| (c.first.code, c.count, c.places.len())).collect();
        assert_eq!(shown, [("missing_value", 1, 1), ("bad_phone", 42, 1)]);
        assert_eq!(count_of(&list, Severity::Warning, "甲.xlsx", None), 42);
        assert_eq!(count_of(&list, Severity::Error, "甲.xlsx", Some("表")), 1);
        assert_eq!(count_of(&list, Severity::Note, "甲.xlsx", None), 0);
        assert_eq!(count_of(&list, Severity::Warning, "乙.xlsx", None), 0);
    }

    #[test]
    fn the_name_of_an_employer_is_not_personal() {
        assert_eq!(PersonalField::of(Some(SheetKind::Employers), "name"), None);
        assert_eq!(PersonalField::of(Some(SheetKind::Payroll), "name"), Some(PersonalField::Name));
        assert_eq!(PersonalField::of(None, "amount"), None);
    }
}
