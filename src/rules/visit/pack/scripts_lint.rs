//! What a script must not say (`scripts_lint.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptLintRules {
    pub general: LintGeneral,
    pub sms: SmsForm,
    /// What is written otherwise, and what it stands for: other characters, misspellings that are meant.
    pub variants: BTreeMap<String, String>,
    /// Words that patterns share, by name.
    pub lists: BTreeMap<String, Vec<String>>,
    /// What is forbidden, by the key of its words (`script_fault.<rule>`, `script_repair.<rule>`).
    pub rules: BTreeMap<String, LintRule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintGeneral {
    /// Words that turn what is said behind them round.
    pub negations: Vec<String>,
    /// How many characters before the forbidden words a negation still counts, in one clause.
    pub reach: usize,
    /// Words that contain a negation and are none.
    pub not_negations: Vec<String>,
    /// Negations that also turn round what has a negation itself: 不承诺不亏.
    pub strong_negations: Vec<String>,
    /// As `reach`, for these.
    pub strong_reach: usize,
    /// Patterns that turn round what is said before them: …的说法不能用.
    pub turned_after: Vec<String>,
    /// Patterns of sentences that forbid or warn: nothing in them is a fault.
    pub excuse: Vec<String>,
    /// Headings of sections and columns that list what must not be said.
    pub exempt_sections: Vec<String>,
    /// Lines that end such a section where there are no headings.
    pub section_titles: Vec<String>,
    /// Patterns with which a line begins that belongs to the one before it: 风险提示.
    pub notices: Vec<String>,
    /// A section of so few lines is one text.
    pub section_lines: usize,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsForm {
    /// Most characters, with signature and the hint how to refuse.
    pub limit: usize,
    pub ending: String,
    pub source: String,
}

/// What must not be said, as patterns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintRule {
    /// Forbidden unless a negation stands before.
    #[serde(default)]
    pub patterns: Vec<String>,
    /// Forbidden although, or because, they have a negation: 没有不保本的.
    #[serde(default)]
    pub always: Vec<String>,
    /// What else in the sentence makes it no fault.
    #[serde(default)]
    pub excuse: Vec<String>,
    /// The same, whatever `despite` says.
    #[serde(default)]
    pub absolve: Vec<String>,
    /// What in the sentence makes the excuse none.
    #[serde(default)]
    pub despite: Vec<String>,
    /// The whole line is looked at instead of each sentence, and excuses count in what belongs to it, too.
    #[serde(default)]
    pub whole_line: bool,
    pub source: String,
}
