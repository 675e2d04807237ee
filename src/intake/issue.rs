//! The catalogue of problems a sheet can have, and their collection without flooding.
//! Words for each code: `templates/<lang>/messages/problems.toml`.

use std::collections::BTreeMap;

use crate::model::problem::cell_name;
use crate::model::{Param, Place, Problem, Severity};

/// One kind of problem: its stable code, how bad it is, and the names of its arguments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Code {
    pub id: &'static str,
    pub severity: Severity,
    pub params: &'static [&'static str],
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $severity:ident $id:literal [$($param:literal),*];)+) => {
        $($(#[$doc])* pub const $name: Code =
            Code { id: $id, severity: Severity::$severity, params: &[$($param),*] };)+

        /// Every code of the catalogue.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    // The file as a whole.
    UNREADABLE_FILE = Error "unreadable_file" ["reason"];
    FILE_TOO_LARGE = Error "file_too_large" ["megabytes", "limit"];
    /// Somebody wrote to it while it was read.
    FILE_CHANGED = Error "file_changed" [];
    EMPTY_FILE = Error "empty_file" [];
    ENCRYPTED_FILE = Error "encrypted_file" [];
    /// None of the passwords given opens it.
    WRONG_PASSWORD = Error "wrong_password" [];
    READER_CRASHED = Error "reader_crashed" [];
    READER_OUT_OF_MEMORY = Error "reader_out_of_memory" ["megabytes"];
    READER_TIMED_OUT = Error "reader_timed_out" ["seconds"];
    NOT_A_WORKBOOK = Error "not_a_workbook" ["looks_like"];
    /// Entry count, inflated size or ratio beyond the limits.
    HOSTILE_ARCHIVE = Error "hostile_archive" ["reason"];
    DOCTYPE_REFUSED = Error "doctype_refused" ["part"];
    /// One of our own marked copies instead of the file.
    MARKED_COPY = Error "marked_copy" [];
    /// One of our own workbooks, with nothing in it that comes back.
    OWN_WORKBOOK = Error "own_workbook" [];
    UNKNOWN_ENCODING = Error "unknown_encoding" [];
    ENCODING_ASSUMED = Note "encoding_assumed" ["encoding"];
    // A sheet as a whole.
    UNREADABLE_SHEET = Error "unreadable_sheet" [];
    NO_SUCH_SHEET = Error "no_such_sheet" ["wanted", "sheets"];
    EMPTY_SHEET = Note "empty_sheet" [];
    HIDDEN_SHEET_SKIPPED = Note "hidden_sheet_skipped" [];
    GUIDE_SHEET_SKIPPED = Note "guide_sheet_skipped" [];
    /// A sheet beside the one that comes back, in a workbook of ours.
    OWN_SHEET_SKIPPED = Note "own_sheet_skipped" [];
    UNKNOWN_KIND = Error "unknown_kind" ["depth"];
    AMBIGUOUS_KIND = Error "ambiguous_kind" ["first", "second"];
    /// A column or two that cannot do without a person's word.
    MAPPING_UNSURE = Error "mapping_unsure" ["columns"];
    PROFILE_MISMATCH = Error "profile_mismatch" ["columns"];
    MAPPING_REMEMBERED = Note "mapping_remembered" [];
    FORM_NOT_TABLE = Error "form_not_table" ["merges"];
    MISSING_REQUIRED_COLUMN = Error "missing_required_column" ["kind", "columns"];
    SECRET_COLUMN = Error "secret_column" ["header"];
    AMBIGUOUS_HEADER = Warning "ambiguous_header" ["header", "used"];
    COLUMNS_LEFT_OUT = Warning "columns_left_out" ["limit"];
    MISSING_AS_OF = Error "missing_as_of" [];
    AS_OF_AHEAD = Error "as_of_ahead" ["date"];
    AS_OF_FROM_FILE_NAME = Note "as_of_from_file_name" ["date"];
    PAYDAY_FROM_FILE_NAME = Note "payday_from_file_name" ["date"];
    AS_OF_FROM_SHEET_NAME = Note "as_of_from_sheet_name" ["date"];
    PAYDAY_FROM_SHEET_NAME = Note "payday_from_sheet_name" ["date"];
    /// The row below the header is a part of it: days or units.
    HEADER_GOES_ON = Error "header_goes_on" ["row", "text"];
    /// A heading stands over several columns with values.
    HEADING_OVER_SEVERAL = Error "heading_over_several" ["header", "columns"];
    /// The title gives several days, and no label says which counts.
    DATES_UNCLEAR = Error "dates_unclear" ["dates"];
    MISSING_PAYDAY = Error "missing_payday" [];
    MISSING_EMPLOYER = Error "missing_employer" [];
    /// Rows without an employer; their people may be known from earlier data.
    ROWS_NAME_NO_EMPLOYER = Note "rows_name_no_employer" [];
    /// Another title further down, which says something else from there on.
    NEW_BLOCK = Note "new_block" ["row", "said"];
    /// A firm's bare name between rows of another's.
    SECTION_IS_EMPLOYER = Error "section_is_employer" ["row", "name", "employer"];
    /// A firm's bare name above rows that name no employer.
    FIRM_ABOVE_ROWS = Error "firm_above_rows" ["row", "name"];
    /// Another table further down, with its columns in another order.
    SECOND_TABLE = Error "second_table" ["row"];
    UNIT_ASSUMED = Note "unit_assumed" ["columns"];
    /// A unit's word that does not say one unit.
    UNIT_UNCLEAR = Error "unit_unclear" ["text"];
    /// About 10,000 times off the column's own history or the payroll files; raised by the import.
    UNIT_SUSPECT = Error "unit_suspect" ["column", "median", "times", "size", "basis", "unit", "likely"];
    UNKNOWN_PRODUCTS = Warning "unknown_products" ["words"];
    /// Rows whose own columns say that what they tell of did not happen.
    ROWS_NOT_DONE = Warning "rows_not_done" ["rows", "column", "words"];
    /// Payments that did not run through the bank.
    ROWS_NOT_BY_BANK = Warning "rows_not_by_bank" ["rows", "column", "words"];
    /// Codes, or words under a header nobody foresaw, that may stand for what did not happen.
    STATUS_UNSURE = Error "status_unsure" ["column", "words"];
    /// Rows a template brings along.
    SAMPLE_ROWS = Warning "sample_rows" ["rows", "row"];
    NO_ROWS = Warning "no_rows" [];
    /// Rows there are, but every amount is 0.
    NO_AMOUNTS = Warning "no_amounts" ["rows"];
    NAMES_ONLY = Warning "names_only" [];
    HIDDEN_ROWS_SKIPPED = Warning "hidden_rows_skipped" ["rows"];
    HIDDEN_COLUMNS_READ = Note "hidden_columns_read" ["columns"];
    FORMULAS_WORKED_OUT = Note "formulas_worked_out" ["cells"];
    MORE_PROBLEMS = Note "more_problems" ["code", "count"];
    // A cell or row.
    MISSING_VALUE = Error "missing_value" ["column"];
    AMOUNT_NOT_A_NUMBER = Error "amount_not_a_number" ["column"];
    CONTACT_WITHOUT_RESULT = Warning "contact_without_result" ["column"];
    NEXT_CONTACT_UNLIKELY = Warning "next_contact_unlikely" ["column", "date"];
    NOT_A_NUMBER = Warning "not_a_number" ["column"];
    NOT_A_COUNT = Warning "not_a_count" ["column"];
    NUMBER_TOO_LARGE = Error "number_too_large" ["column"];
    /// An amount in another money, or in a unit that is none of money.
    NOT_YUAN = Error "not_yuan" ["column"];
    /// A number format shows the amount divided by a power of ten, and no unit goes with it.
    SHOWN_SCALED = Error "shown_scaled" ["column", "seen", "stored"];
    NEGATIVE_AMOUNT = Error "negative_amount" ["column"];
    NEGATIVE_BALANCE = Warning "negative_balance" ["column"];
    AMOUNT_ROUNDED = Warning "amount_rounded" ["column"];
    NOT_A_DATE = Warning "not_a_date" ["column"];
    /// Moments of which nobody can say which day they mean.
    MOMENT_UNCLEAR = Error "moment_unclear" ["column", "moments"];
    DATE_REQUIRED = Error "date_required" ["column"];
    DATE_AHEAD = Error "date_ahead" ["column", "date"];
    NOT_A_PAYDAY = Warning "not_a_payday" ["column"];
    NOT_A_FLAG = Warning "not_a_flag" ["column"];
    UNKNOWN_WORD = Warning "unknown_word" ["column"];
    /// Nobody knows whether what the row tells of happened.
    UNKNOWN_STATUS = Warning "unknown_status" ["column"];
    BAD_ID_NUMBER = Warning "bad_id_number" ["column"];
    SUSPICIOUS_ID_NUMBER = Warning "suspicious_id_number" ["column"];
    RUINED_ID_NUMBER = Warning "ruined_id_number" ["column"];
    MASKED_ID_NUMBER = Warning "masked_id_number" ["column"];
    RUINED_ACCOUNT = Warning "ruined_account" ["column"];
    BAD_ACCOUNT = Warning "bad_account" ["column"];
    BAD_CUSTOMER_NUMBER = Warning "bad_customer_number" ["column"];
    BAD_CREDIT_CODE = Warning "bad_credit_code" ["column"];
    BAD_PHONE = Warning "bad_phone" ["column"];
    ERROR_CELL = Warning "error_cell" ["column"];
    ERROR_CELL_REQUIRED = Error "error_cell_required" ["column"];
    FORMULA_WITHOUT_VALUE = Warning "formula_without_value" ["column"];
    FORMULA_WITHOUT_VALUE_REQUIRED = Error "formula_without_value_required" ["column"];
    /// A comma too many: cells stand under other headers than their own.
    ROW_SLIPPED = Error "row_slipped" [];
    /// One balance for several products.
    SEVERAL_PRODUCTS = Error "several_products" ["column"];
    DUPLICATE_ROW = Warning "duplicate_row" ["first_row"];
    CONFLICTING_ROWS = Error "conflicting_rows" ["first_row"];
    DUPLICATE_PERSON_IN_PAYROLL = Warning "duplicate_person_in_payroll" ["first_row"];
    /// What is left of others, or how many they are, in the place of an employer's name.
    NOT_AN_EMPLOYER = Error "not_an_employer" ["column"];
    LOOKS_LIKE_TOTAL = Error "looks_like_total" ["column"];
    UNKNOWN_DIRECTION = Error "unknown_direction" ["column"];
    UNKNOWN_DESTINATION = Warning "unknown_destination" ["column"];
    UNKNOWN_RESULT = Error "unknown_result" ["column"];
    UNKNOWN_INDICATOR = Warning "unknown_indicator" ["column"];
    UNKNOWN_PERIOD = Error "unknown_period" ["column"];
    /// An indicator of several meanings, and nothing says which.
    TARGET_BASIS_ASSUMED = Note "target_basis_assumed" ["column", "indicator"];
    TARGET_WITHOUT_UNIT = Error "target_without_unit" ["column"];
    ROW_AFTER_TABLE = Warning "row_after_table" [];
    UNREADABLE_CELL = Warning "unreadable_cell" [];
}

/// A problem whose file and sheet are not known yet where it is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub code: Code,
    pub params: Vec<(&'static str, Param)>,
}

impl Fault {
    pub fn new(code: Code) -> Fault {
        Fault { code, params: Vec::new() }
    }

    pub fn text(mut self, name: &'static str, text: impl Into<String>) -> Fault {
        self.params.push((name, Param::Text(text.into())));
        self
    }

    pub fn word(mut self, name: &'static str, word: impl Into<String>) -> Fault {
        self.params.push((name, Param::Word { word: word.into() }));
        self
    }

    pub fn count(mut self, name: &'static str, n: impl TryInto<i64>) -> Fault {
        self.params.push((name, Param::Count(n.try_into().unwrap_or(i64::MAX))));
        self
    }

    pub fn date(mut self, name: &'static str, date: chrono::NaiveDate) -> Fault {
        self.params.push((name, Param::Date(date)));
        self
    }

    /// The fault as a problem of a file, a sheet, a 0-based (row, column).
    pub fn at(self, file: &str, sheet: Option<&str>, cell: Option<(u32, u32)>) -> Problem {
        Problem {
            code: self.code.id,
            severity: self.code.severity,
            place: Place {
                file: file.to_string(),
                sheet: sheet.map(str::to_string),
                cell: cell.map(|(row, column)| cell_name(row, column)),
            },
            params: self.params,
        }
    }
}

/// The problems of one sheet; of each code only so many are listed, the rest is counted.
#[derive(Debug)]
pub struct Issues {
    file: String,
    sheet: String,
    limit: usize,
    list: Vec<Problem>,
    counts: BTreeMap<&'static str, usize>,
    errors: usize,
}

impl Issues {
    pub fn new(file: &str, sheet: &str, limit: usize) -> Issues {
        Issues {
            file: file.to_string(),
            sheet: sheet.to_string(),
            limit,
            list: Vec::new(),
            counts: BTreeMap::new(),
            errors: 0,
        }
    }

    pub fn add(&mut self, fault: Fault, cell: Option<(u32, u32)>) {
        let count = self.counts.entry(fault.code.id).or_default();
        *count += 1;
        self.errors += usize::from(fault.code.severity == Severity::Error);
        if *count <= self.limit {
            self.list.push(fault.at(&self.file, Some(&self.sheet), cell));
        }
    }

    /// Problems so far, listed or not.
    pub fn raised(&self) -> usize {
        self.counts.values().sum()
    }

    /// Errors so far, listed or not: a row that adds one is not taken.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// All problems, with a note for each code that was cut short.
    pub fn finish(mut self) -> Vec<Problem> {
        for (code, count) in self.counts {
            if count > self.limit {
                let rest = Fault::new(MORE_PROBLEMS)
                    .word("code", format!("problem.{code}.title"))
                    .count("count", count - self.limit);
                self.list.push(rest.at(&self.file, Some(&self.sheet), None));
            }
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_flood_is_counted() {
        let mut issues = Issues::new("a.xlsx", "Sheet1", 2);
        for row in 0..5 {
            issues.add(Fault::new(NOT_A_DATE).text("column", "出生日期"), Some((row, 1)));
        }
        let list = issues.finish();
        assert_eq!(list.len(), 3);
        assert_eq!(list[1].place.cell.as_deref(), Some("B2"));
        assert_eq!(list[2].code, "more_problems");
        assert_eq!(list[2].params[1], ("count", Param::Count(3)));
    }

    /// Placeholders of a text.
    fn names(text: &str) -> Vec<String> {
        text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(n, _)| n.to_string()).collect()
    }

    #[test]
    fn every_code_has_words_that_can_be_filled() {
        for text in [
            include_str!("../../templates/zh-CN/messages/problems.toml"),
            include_str!("../../templates/en/messages/problems.toml"),
        ] {
            let table: toml::Table = text.parse().unwrap();
            let words = table["problem"].as_table().unwrap();
            assert_eq!(words.len(), ALL.len());
            for code in ALL {
                let entry = words.get(code.id).unwrap_or_else(|| panic!("no words for {}", code.id));
                for part in ["title", "found", "repair"] {
                    for name in names(entry[part].as_str().unwrap()) {
                        let known =
                            code.params.contains(&name.as_str()) || ["file", "sheet", "cell"].contains(&name.as_str());
                        assert!(known, "{}.{part} uses {{{name}}}", code.id);
                    }
                }
            }
        }
    }

    #[test]
    fn codes_are_unique() {
        let mut ids: Vec<&str> = ALL.iter().map(|c| c.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
    }
}
