//! How sure a column must be before it is used (`recognise.toml`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::status::SheetKind;

/// Weights and thresholds of recognition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecogniseRules {
    pub source: String,
    /// Rows below the header whose contents are looked at.
    pub sample_rows: usize,
    /// With fewer cells than this nothing is concluded from contents.
    pub min_cells: usize,
    /// Share of cells of one class from which the whole column counts as of that class.
    pub whole_share: f64,
    /// Share of cells of an expected class from which contents bear the header out.
    pub fitting_share: f64,
    /// Confidence from which a column is used without asking.
    pub sure: f64,
    /// Confidence below which a field is not even proposed.
    pub worth_proposing: f64,
    /// Product words that are not known, listed in one message.
    pub unknown_words: usize,
    pub confidence: Confidences,
    pub pay_list: PayListRules,
    pub classes: Classes,
    pub around: AroundRules,
    /// Kind of sheet → field → classes its cells may be of.
    pub content: BTreeMap<SheetKind, BTreeMap<String, Vec<Content>>>,
    pub long: LongRules,
    pub bank_part: BankPart,
}

/// Confidence (0–1) of each way of knowing a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidences {
    pub alias: f64,
    pub alias_fitting: f64,
    pub alias_contradicted: f64,
    pub twin: f64,
    pub part_of_header: f64,
    pub checked_without_header: f64,
    pub content_only: f64,
    pub loose_content: f64,
}

/// By what an employer's pay list or roster is told from the list of the bank's own staff.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayListRules {
    /// In headers of parts of a wage.
    pub words: Vec<String>,
    /// So many such columns make a pay list of a sheet of no known kind.
    pub parts: usize,
    /// In headers of an employer's roster of its people.
    pub roster: Vec<String>,
    pub source: String,
}

/// Which classes of contents say how much.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// A column full of one of these is not what another field's header says.
    pub telling: Vec<Content>,
    /// Known by a check digit or a fixed form.
    pub checked: Vec<Content>,
}

/// Words around a known wording: groups above it, brackets behind it, levels below it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AroundRules {
    /// With one of these in it, it is another column.
    pub other: Vec<String>,
    /// The figures of now.
    pub now: Vec<String>,
    /// A group made of these says nothing of its own.
    pub groups: Vec<String>,
    /// The same over wordings that tell of a product or of the kind of sheet by themselves.
    pub product_groups: Vec<String>,
    /// A bracket with one of these in it says how to fill the column in.
    pub notes: Vec<String>,
}

/// Headers of the part of the wages that runs through the bank, or does not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankPart {
    /// Share (0–1) of the whole that a part has in some row.
    pub least_share: f64,
    /// Of the words before: it is a part of another column.
    pub of_which: Vec<String>,
    pub before: Vec<String>,
    pub bank: Vec<String>,
    pub beside: Vec<String>,
    pub endings: Vec<String>,
}

/// Sheets with a row per person and product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongRules {
    /// Balance fields that must occur before their sum counts as AUM.
    pub aum_needs: Vec<String>,
    /// Balance fields that are summed.
    pub aum_parts: Vec<String>,
    /// Between several products in one cell.
    pub separators: Vec<String>,
}

/// What a cell looks like (`word.content_<key>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    IdNumber,
    Phone,
    /// 16 to 19 digits that are no ID number.
    Account,
    CreditCode,
    Date,
    Amount,
    Flag,
    PersonName,
    FirmName,
}

impl Content {
    pub const ALL: [Content; 9] = [
        Content::IdNumber,
        Content::Phone,
        Content::Account,
        Content::CreditCode,
        Content::Date,
        Content::Amount,
        Content::Flag,
        Content::PersonName,
        Content::FirmName,
    ];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Content::IdNumber => "id_number",
            Content::Phone => "phone",
            Content::Account => "account",
            Content::CreditCode => "credit_code",
            Content::Date => "date",
            Content::Amount => "amount",
            Content::Flag => "flag",
            Content::PersonName => "person_name",
            Content::FirmName => "firm_name",
        }
    }
}

impl RecogniseRules {
    /// Classes the cells of a field may be of; empty where contents say nothing.
    pub fn expected(&self, kind: SheetKind, field: &str) -> &[Content] {
        self.content.get(&kind).and_then(|f| f.get(field)).map_or(&[], Vec::as_slice)
    }
}
