//! The catalogue of problems: every code there is, with how bad it is and what it is told with. Nowhere else does a code
//! stand as a text. Words for each: `problem.<code>` in `templates/<lang>/messages`.

use crate::model::{Param, Place, Problem, Severity};

/// One kind of problem: its stable code, how bad it is, and the names of its arguments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Code {
    pub id: &'static str,
    pub severity: Severity,
    pub params: &'static [&'static str],
}

impl Code {
    /// The code where it is worse, or less bad, than usual.
    #[must_use]
    pub const fn as_bad_as(self, severity: Severity) -> Code {
        Code { severity, ..self }
    }

    /// A problem of this code.
    pub fn at(self, place: Place, params: Vec<(&'static str, Param)>) -> Problem {
        Problem { code: self.id, severity: self.severity, place, params }
    }
}

macro_rules! codes {
    ($(#[$about:meta])* $list:ident: $($(#[$doc:meta])* $name:ident = $severity:ident $id:literal [$($param:literal),*];)+) => {
        $($(#[$doc])* pub const $name: Code =
            Code { id: $id, severity: Severity::$severity, params: &[$($param),*] };)+

        $(#[$about])*
        pub const $list: &[Code] = &[$($name),+];
    };
}

codes! {
    /// What a file, its sheets, rows and cells can have of themselves.
    OF_SHEETS:
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
    /// One of our own workbooks whose mark is damaged.
    RETURN_MARK_BROKEN = Error "return_mark_broken" [];
    /// The column with the keys of the rows is gone.
    RETURN_KEYS_LOST = Error "return_keys_lost" ["column"];
    /// A column to be typed into is gone, or bears another name.
    RETURN_COLUMN_LOST = Warning "return_column_lost" ["column"];
    RETURN_VALUE = Warning "return_value" ["column"];
    RETURN_NOT_IN_LIST = Warning "return_not_in_list" ["column"];
    RETURN_DAY_AHEAD = Warning "return_day_ahead" ["column"];
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
    NOT_HOURS = Warning "not_hours" ["column"];
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

codes! {
    /// What is only seen beside the data there are, or when something is written.
    OF_DATA:
    // People and employers.
    EMPLOYER_ADDED = Warning "employer_added" ["employer"];
    EMPLOYER_UNSURE = Warning "employer_unsure" ["employer", "candidates"];
    /// Found by its number, and not known by the name beside it.
    EMPLOYER_NAME_DIFFERS = Warning "employer_name_differs" ["employer", "name"];
    EMPLOYER_RENAMED = Note "employer_renamed" ["former", "employer"];
    NAME_DIFFERS = Warning "name_differs" [];
    PEOPLE_UNSURE = Warning "people_unsure" ["rows"];
    PEOPLE_UNKNOWN = Warning "people_unknown" ["rows"];
    /// Numbers that are known ones but for leading zeros.
    ZEROS_LOST = Warning "zeros_lost" ["column", "rows"];
    STAFF_MISSING = Warning "staff_missing" ["people", "names"];
    // Holdings.
    PERSON_TWICE = Warning "person_twice" ["rows"];
    /// An error where nobody's employer is known.
    ROWS_WITHOUT_EMPLOYER = Warning "rows_without_employer" ["rows"];
    PARTIAL_ROSTER = Warning "partial_roster" ["employer", "people", "before"];
    ROSTER_ROWS_LEFT_OUT = Warning "roster_rows_left_out" ["rows", "employers"];
    OUTLETS_MISSING = Warning "outlets_missing" ["people", "employers"];
    PART_CORRECTED = Note "part_corrected" ["employer", "date"];
    COLUMNS_WOULD_BE_LOST = Error "columns_would_be_lost" ["employer", "date", "people", "columns"];
    PEOPLE_WOULD_BE_LOST = Error "people_would_be_lost" ["employer", "date", "people"];
    // Payroll.
    PAYEES_UNMATCHED = Warning "payees_unmatched" ["payees"];
    PAYDAY_RULE_DIFFERS = Warning "payday_rule_differs" ["employer", "rule", "due", "expected", "paid"];
    SHEETS_REPEAT = Note "sheets_repeat" ["sheets", "payments", "other"];
    RUN_KNOWN = Note "run_known" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    RUN_CORRECTED = Note "run_corrected" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    RUN_BESIDE = Warning "run_beside" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    /// A note where the purposes name different months.
    RUN_APART = Warning "run_apart" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    PAYMENTS_IN_BOTH = Warning "payments_in_both" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    RUN_DAY_UNCLEAR = Error "run_day_unclear" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    RUN_EMPLOYER_UNCLEAR = Error "run_employer_unclear"
        ["employer", "date", "of", "other", "other_date", "other_of", "payments", "other_employer"];
    RUN_PART_UNCLEAR = Error "run_part_unclear" ["employer", "date", "of", "other", "other_date", "other_of", "payments"];
    // Visits, flows, targets, contacts.
    VISIT_NOT_HELD_YET = Warning "visit_not_held_yet" ["rows"];
    FLOW_AMOUNT_DIFFERS = Error "flow_amount_differs" [];
    TARGETS_CHANGED = Note "targets_changed" ["rows"];
    OUTLETS_UNKNOWN = Warning "outlets_unknown" ["outlets"];
    CONTACT_AHEAD = Warning "contact_ahead" ["rows"];
    CONTACT_DATE_ASSUMED = Note "contact_date_assumed" ["rows", "date"];
    /// Beside the number of another person's task.
    CONTACT_NAME_DIFFERS = Warning "contact_name_differs" [];
    CONTACT_CONFLICTS = Warning "contact_conflicts" ["column", "conflict"];
    // Workbooks that come back.
    RETURN_FOREIGN = Error "return_foreign" [];
    RETURN_NEWER = Error "return_newer" [];
    RETURN_ROWS_DELETED = Note "return_rows_deleted" ["rows"];
    RETURN_ROW_TWICE = Warning "return_row_twice" ["row"];
    RETURN_ROW_FOREIGN = Warning "return_row_foreign" [];
    RETURN_FIXED_CHANGED = Warning "return_fixed_changed" ["column", "sent"];
    SIGNER_UNKNOWN = Warning "signer_unknown" ["column"];
    RETURN_NOT_APPLIED = Warning "return_not_applied" ["column", "reason"];
    /// An offer nobody has answered yielded a day to one that is agreed on.
    RETURN_MADE_ROOM = Note "return_made_room" ["reason"];
    RETURN_GIVEN_BACK = Note "return_given_back" ["visit", "employer", "days"];
    CONTACT_WITHOUT_TASK = Warning "contact_without_task" [];
    CONTACT_WITHOUT_PERSON = Warning "contact_without_person" [];
    // Files and folders.
    FOLDER_PASSED_OVER = Warning "folder_passed_over" ["files"];
    PROFILE_WRITTEN = Note "profile_written" ["profile"];
    PROFILE_NOT_WRITTEN = Warning "profile_not_written" ["reason"];
    MARKED_COPY_NOT_WRITTEN = Warning "marked_copy_not_written" ["reason"];
    /// The copy of an earlier try.
    MARKED_COPY_NOT_REMOVED = Warning "marked_copy_not_removed" ["reason"];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Placeholders of a text.
    fn names(text: &str) -> Vec<String> {
        text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(n, _)| n.to_string()).collect()
    }

    fn fit(codes: &[Code], messages: &[&str]) {
        let tables: Vec<toml::Table> = messages.iter().map(|text| text.parse().unwrap()).collect();
        let words: Vec<_> = tables.iter().flat_map(|t| t["problem"].as_table().unwrap()).collect();
        assert_eq!(words.len(), codes.len());
        for code in codes {
            let entry = words.iter().find(|(id, _)| *id == code.id).map(|(_, entry)| entry);
            let entry = entry.unwrap_or_else(|| panic!("no words for {}", code.id));
            for part in ["title", "found", "repair"] {
                for name in names(entry[part].as_str().unwrap()) {
                    let known =
                        code.params.contains(&name.as_str()) || ["file", "sheet", "cell"].contains(&name.as_str());
                    assert!(known, "{}.{part} uses {{{name}}}", code.id);
                }
            }
        }
    }

    #[test]
    fn every_code_has_words_that_can_be_filled() {
        macro_rules! messages {
            ($lang:literal $name:literal) => {
                include_str!(concat!("../../../templates/", $lang, "/messages/", $name, ".toml"))
            };
        }
        fit(OF_SHEETS, &[messages!("zh-CN" "problems")]);
        fit(OF_SHEETS, &[messages!("en" "problems")]);
        fit(OF_DATA, &[messages!("zh-CN" "import"), messages!("zh-CN" "profiles")]);
        fit(OF_DATA, &[messages!("en" "import"), messages!("en" "profiles")]);
    }

    #[test]
    fn codes_are_unique() {
        let ids: BTreeSet<&str> = OF_SHEETS.iter().chain(OF_DATA).map(|c| c.id).collect();
        assert_eq!(ids.len(), OF_SHEETS.len() + OF_DATA.len());
    }
}
