//! Limits and word lists for reading sheets (`import.toml`).

pub mod columns;
pub mod matching;
pub mod recognise;
pub mod repeats;
pub mod scale;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::Severity;
use crate::model::status::SheetKind;

/// How sheets are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRules {
    pub source: String,
    /// The header is looked for in the first so many rows.
    pub header_depth: u32,
    /// Largest file taken, in bytes.
    pub max_bytes: u64,
    /// Cells right of this column are left out.
    pub max_columns: u32,
    /// Problems of one code listed per sheet; the rest is only counted.
    pub max_problems_per_code: usize,
    /// Places the report names of each code.
    pub report_places: usize,
    pub preview_rows: usize,
    /// Rows handed on together from reading to storing.
    pub rows_per_piece: usize,
    /// A header row knows at least so many columns.
    pub min_columns: usize,
    /// Merged regions from which a sheet without a header counts as a form.
    pub form_merges: usize,
    pub zip: ZipLimits,
    pub marked_copy: MarkedCopyRules,
    pub reader: ReaderLimits,
    pub words: Words,
    pub sample: SampleWords,
    pub units: UnitWords,
    pub row_status: RowStatus,
    pub title: TitleWords,
    pub plain_marks: PlainMarks,
    pub payday: PaydayShiftWords,
    pub days: DayLimits,
    pub due: DueWords,
    pub own_books: OwnBooks,
    pub pay: PayWords,
    pub levels: LevelWords,
    /// Risk level 1–5 → how it is written.
    pub risk: BTreeMap<String, Vec<String>>,
    /// Account class 1–3 → how it is written.
    pub account_class: BTreeMap<String, Vec<String>>,
    /// F, M → how it is written.
    pub gender: BTreeMap<String, Vec<String>>,
}

/// Words for what becomes of a payday on a day off.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaydayShiftWords {
    /// Paid on the day all the same; looked for first, for they may hold the others.
    pub unmoved: Vec<String>,
    pub earlier: Vec<String>,
    pub later: Vec<String>,
    pub days_off: Vec<String>,
    /// What such a clause begins with.
    pub openers: Vec<String>,
    pub source: String,
}

/// Days on which something can have happened.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayLimits {
    /// Before this day nothing was paid, bought or counted that these sheets tell of.
    pub earliest: NaiveDate,
    /// Pay sheets are made at most so many days before the payday.
    pub payday_ahead: i64,
    /// A next contact is at most so many days ahead.
    pub next_contact_ahead: i64,
    /// A column that stands at one and the same time, no more than so many seconds before midnight, means the next day.
    pub before_midnight_seconds: u32,
    /// Times that far apart, in seconds, are one and the same.
    pub same_time_seconds: u32,
}

/// Sheets of the workbooks this program writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnBooks {
    /// Names of sheets that are filled in and come back.
    pub back: Vec<String>,
    /// Names of sheets that are only to be read.
    pub side: Vec<String>,
    /// So many of these names in one workbook, in Chinese and one of them of a sheet that comes back, make it one of ours,
    /// should a program have taken its stamp away.
    pub least: usize,
}

/// Words in headers of days and amounts that fall due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueWords {
    /// Words that do not say what falls due: what a header has beside them tells days and amounts of one product.
    pub plain: Vec<String>,
}

/// What yields and marks of purchases mean that carry no sign of percent. Shares: 1 is 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainMarks {
    /// A yield below this is a share.
    pub yield_share_below: f64,
    /// From this on it is a percentage; between the two it is asked for.
    pub yield_percent_from: f64,
    /// A mark to take profit or stop loss below this is a share of gain or loss, from it on a net value.
    pub price_from: f64,
}

/// Bounds on a zipped workbook, checked while inflating.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZipLimits {
    pub max_entries: usize,
    pub max_entry_bytes: u64,
    pub max_total_bytes: u64,
    /// Smallest compressed ÷ inflated size of a part.
    pub min_ratio: f64,
    /// Longest text between two tags, and longest tag, in bytes.
    pub max_text_bytes: usize,
    /// Entries of the table of shared texts, all of which are held in memory.
    pub max_strings: usize,
    /// Merged regions and hidden rows of a sheet together.
    pub max_marks: usize,
    /// Bytes of text all cells of a file may have together, however often they share one.
    pub free_text_bytes: u64,
    /// Beyond [`Self::free_text_bytes`], so many times the file's inflated size.
    pub max_text_ratio: u64,
    /// Archives inside archives are looked through to this depth.
    pub max_depth: u32,
    /// Longest archive inside another one, in bytes: it is whole in memory while it is looked through.
    pub max_nested_bytes: u64,
}

/// Copies of files with the cells marked that have problems.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkedCopyRules {
    /// Mildest severity of a cell's problem that makes a copy.
    pub from: Severity,
    /// Rows of a sheet that are copied whole; of the rest only those with problems.
    pub max_rows: u32,
    /// Notes on one sheet; further cells are only coloured.
    pub max_notes: usize,
}

/// Bounds on the process that reads a file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderLimits {
    /// Longest time it may work without sending anything.
    pub silence_seconds: u32,
    /// As much longer for each MiB of the file: most formats are loaded whole before anything can be sent.
    pub silence_seconds_per_mib: u32,
    /// Longest time it may work on one file.
    pub work_seconds: u32,
    /// Most memory it may hold, in bytes.
    pub max_memory: u64,
}

/// Words found in cells.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub yes: Vec<String>,
    pub no: Vec<String>,
    /// Written where there is no value.
    pub nothing: Vec<String>,
    /// Of these, the words for not knowing: a balance is unknown then, not 0.
    pub unknown: Vec<String>,
    /// Written for a date that never comes.
    pub no_end: Vec<String>,
    pub month_end: Vec<String>,
    /// Before the last digits of an account, in a cell or a header.
    pub number_tail: Vec<String>,
    pub total: Vec<String>,
    /// In the place of a name: what is left of the others, their average, what they are compared with.
    pub rest: Vec<String>,
    /// Words such a name ends with.
    pub rest_endings: Vec<String>,
    /// Before and after the number of a row that counts the others (`共2人`).
    pub count_before: Vec<String>,
    pub count_after: Vec<String>,
    /// Ends of a text that stands alone in its row and heads a group of people.
    pub section: Vec<String>,
    /// The same in a list of employers, whose own names end in more ways.
    pub section_of_employers: Vec<String>,
    /// Written for what the row above says.
    pub ditto: Vec<String>,
    /// Texts in a row that numbers the columns.
    pub column_number_label: Vec<String>,
    pub footer: Vec<String>,
    pub template_hint: Vec<String>,
    pub guide_sheet: Vec<String>,
    pub secret: Vec<String>,
    /// Latin words that hold a secret's word and are none.
    pub not_secret: Vec<String>,
}

/// Words of rows a template brings along to show how it is filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleWords {
    /// Alone in a cell, or around what says whom the row is about.
    pub words: Vec<String>,
    /// Only before what says whom the row is about.
    pub before: Vec<String>,
    /// How a remark speaks of its own row.
    pub row: Vec<String>,
    /// What a remark wants done with it.
    pub remove: Vec<String>,
    /// What it does not want done.
    pub keep: Vec<String>,
    /// Stand for the true part of a firm's name.
    pub blanks: Vec<String>,
    /// Names of nobody.
    pub nobody: Vec<String>,
    /// Names everybody takes for an example.
    pub people: Vec<String>,
    /// Runs of digits that no true number has.
    pub filler: Vec<String>,
}

/// Words of units in headers and above them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitWords {
    pub yuan: Vec<String>,
    pub thousand: Vec<String>,
    pub ten_thousand: Vec<String>,
    pub million: Vec<String>,
    pub hundred_million: Vec<String>,
    pub percent: Vec<String>,
    pub per_mille: Vec<String>,
    /// Words before or after a unit that do not change it.
    pub around: Vec<String>,
    /// Before a unit's word that makes part of an amount (`几万元`).
    pub not_before: Vec<String>,
    /// After a unit's word that is no unit (`万元以上`).
    pub not_after: Vec<String>,
    pub plain: Vec<String>,
    /// Our own money in a column of currencies.
    pub own: Vec<String>,
    /// Units of money or of other things that no amount may be in.
    pub other: Vec<String>,
    pub sentence: UnitSentences,
}

/// How a sentence says a unit: `以下金额均以万元为单位`, `金额单位统一为万元`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitSentences {
    /// Before the unit, where a tail stands behind it.
    pub by: Vec<String>,
    pub tails: Vec<String>,
    /// Tails that begin other words too: behind them the sentence breaks.
    pub closed: Vec<String>,
    /// What has the unit, where it stands behind a joiner.
    pub subjects: Vec<String>,
    /// Words between subject and joiner.
    pub fillers: Vec<String>,
    pub joiners: Vec<String>,
    /// Words that begin another clause right behind a unit.
    pub breaks: Vec<String>,
    /// Units of `other` that are none of money.
    pub measures: Vec<String>,
    /// Words of sentences that speak of something else than money.
    pub not_money: Vec<String>,
}

/// Words of the columns that say whether what a row tells of happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowStatus {
    pub done: Vec<String>,
    pub not_done: Vec<String>,
    /// Parts of a longer text that say it did not happen, in a column that speaks of nothing else.
    pub within: Vec<String>,
    /// Before such a part they turn it round.
    pub negations: Vec<String>,
    /// Parts of headers under which codes stand for results, and parts that make other columns of them.
    pub result_headers: Vec<String>,
    pub result_others: Vec<String>,
    /// Parts of headers of columns whose words are about other things than the row.
    pub other_things: Vec<String>,
    /// What a kind of sheet has beside these.
    pub of: BTreeMap<SheetKind, RowStatusOf>,
}

/// The same for one kind of sheet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowStatusOf {
    #[serde(default)]
    pub done: Vec<String>,
    #[serde(default)]
    pub not_done: Vec<String>,
    /// Fields of free text that may begin with such a word.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// Its rows are events: columns nobody reads are looked at, and codes nobody knows are asked about.
    #[serde(default)]
    pub events: bool,
    /// Ways of paying through the bank.
    #[serde(default)]
    pub by_bank: Vec<String>,
    /// Ways of paying that are not, and parts of their names.
    #[serde(default)]
    pub beside_bank: Vec<String>,
    #[serde(default)]
    pub beside_within: Vec<String>,
}

/// Labels in the rows above the header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleWords {
    pub employer: Vec<String>,
    /// Labels of an employer's 统一社会信用代码.
    pub credit_code: Vec<String>,
    pub as_of: Vec<String>,
    pub payday: Vec<String>,
    pub month: Vec<String>,
    pub unit: Vec<String>,
    pub ignore: Vec<String>,
    /// Labels of dates that are neither the data's nor the payday.
    pub other_dates: Vec<String>,
    /// After a month: its last day.
    pub month_end: Vec<String>,
    /// Between the two dates of a stretch.
    pub until: Vec<String>,
    /// In brackets after an employer's name.
    pub seal: Vec<String>,
    /// Before an employer's name in a title.
    pub before_employer: Vec<String>,
    pub employer_endings: Vec<String>,
    pub payroll_words: Vec<String>,
}

/// Words in a payment's purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayWords {
    /// Words of wages, which the name of a file may have beside those of a bonus.
    pub wage: Vec<String>,
    /// Beginnings of brackets that do not change what a payment is for.
    pub aside: Vec<String>,
    pub other: Vec<String>,
    pub bonus: Vec<String>,
}

/// Words of an employee's level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelWords {
    pub executive: Vec<String>,
    pub manager: Vec<String>,
    pub staff: Vec<String>,
}
