//! How one file of the set looks.

use serde::Deserialize;

/// How one file looks. A name ending in `.csv` is text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule<C> {
    pub folder: Folder,
    pub name: String,
    pub sheet: String,
    /// Rows above the header.
    pub titles: Vec<String>,
    #[serde(default)]
    pub unit: Unit,
    pub dates: DateStyle,
    /// Of text.
    #[serde(default)]
    pub encoding: Encoding,
    #[serde(default)]
    pub zero: ZeroStyle,
    /// Amounts as text with thousands separators.
    #[serde(default)]
    pub text_numbers: bool,
    #[serde(default)]
    pub total: bool,
    #[serde(default)]
    pub footer: bool,
    #[serde(default)]
    pub hidden_row: bool,
    /// Upper level of a two-level header; an empty title joins the two levels.
    #[serde(default)]
    pub groups: Vec<HeaderGroup>,
    pub columns: Vec<C>,
    /// Lines of a second sheet with filling rules.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A merged cell of the upper header row over `span` columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderGroup {
    pub title: String,
    pub span: usize,
}

/// When the file is at hand: for planning, or for the report after payday. Answers lie apart from both: an import of a
/// day's folder has nothing to do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    Plan,
    Report,
    Survey,
}

/// Unit of amounts: 元 or 万元.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    #[default]
    Yuan,
    Wan,
}

/// How text is encoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    #[default]
    Gb18030,
    /// With a byte order mark.
    Utf8,
}

/// What stands where nothing is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroStyle {
    #[default]
    Blank,
    Zero,
    Dash,
}

/// 2026-03-10 as a real date, `20260310`, written out as the words say, `2026-03-10` as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateStyle {
    Serial,
    Compact,
    Written,
    Dashed,
}

impl<C> FileRule<C> {
    /// One header row and the data, amounts in yuan, dates as ISO has them. UTF-8 with a byte order mark: what the mark says
    /// nobody has to guess, and Excel opens it; GB18030 is in the sample.
    pub(super) fn plain(&mut self) {
        if let Some(stem) = self.name.strip_suffix(".xlsx") {
            self.name = format!("{stem}.csv");
        }
        self.titles.clear();
        self.groups.clear();
        self.notes.clear();
        self.unit = Unit::Yuan;
        self.dates = DateStyle::Serial;
        self.encoding = Encoding::Utf8;
        (self.text_numbers, self.total, self.footer, self.hidden_row) = (false, false, false, false);
    }
}
