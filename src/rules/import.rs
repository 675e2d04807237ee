//! Word lists for reading sheets (`import.toml`).

pub mod columns;
pub mod limits;
pub mod matching;
pub mod recognise;
pub mod repeats;
pub mod scale;
pub mod workbooks;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::days::hours::Hours;

use crate::model::status::SheetKind;

/// What is written in sheets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportRules {
    pub source: String,
    pub words: Words,
    pub sample: SampleWords,
    pub units: UnitWords,
    pub row_status: RowStatus,
    pub title: TitleWords,
    pub payday: PaydayShiftWords,
    /// Hours of a day, `09:00-12:00` → how they are said.
    pub visit_hours: BTreeMap<Hours, Vec<String>>,
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
