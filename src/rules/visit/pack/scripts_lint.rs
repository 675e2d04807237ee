//! What a script must not say (`scripts_lint.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptLintRules {
    pub general: LintGeneral,
    pub sms: SmsForm,
    /// Words that are forbidden by themselves.
    pub words: BTreeMap<String, ForbiddenWords>,
    /// Words that must not stand in one sentence.
    pub together: BTreeMap<String, ForbiddenTogether>,
    /// Words that need a figure in their sentence.
    pub without_figures: BTreeMap<String, ForbiddenWords>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintGeneral {
    /// Words that turn a forbidden word round.
    pub negations: Vec<String>,
    /// How many characters before the forbidden word a negation still counts.
    pub reach: usize,
    /// Headings of sections that list what must not be said.
    pub exempt_sections: Vec<String>,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForbiddenWords {
    pub words: Vec<String>,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForbiddenTogether {
    pub first: Vec<String>,
    pub second: Vec<String>,
    pub source: String,
}
