//! A branch as the bank's systems give it out (`settings.toml`, `[exports]`): plain text instead of workbooks people have
//! dressed, and everybody's flows, contacts and answers instead of a sample's.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::simulate::settings::activity::FlowRule;
use crate::simulate::settings::file::FileRule;

/// What plain text of everybody has beside the sample.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportRules {
    /// What outlets beyond those with a name are called; `{name}` is of the sexagenary cycle.
    pub outlet: String,
    /// The heading of a column of amounts, which no title says the unit of.
    pub yuan: String,
    /// Where the money of employers without a story goes, in turn.
    pub flows: Vec<FlowRule>,
    pub survey_folder: String,
    /// Share of people who fill in the questionnaire.
    pub answer_percent: i64,
    pub answer_seconds: [i64; 2],
    pub answer_spent: String,
    pub answer_source: String,
    pub answer_address: String,
    pub answers: FileRule<AnswerColumn>,
    pub answer_headers: BTreeMap<AnswerColumn, String>,
    pub source: String,
}

/// Columns of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerColumn {
    Serial,
    Submitted,
    Seconds,
    Source,
    /// The employer's number.
    SourceDetail,
    Address,
    /// One for each question.
    Questions,
}

#[cfg(test)]
mod tests {
    use crate::simulate::settings::Settings;

    #[test]
    fn every_column_of_answers_has_a_heading_and_flows_go_somewhere() {
        let e = Settings::shipped().unwrap().exports;
        assert!(e.answers.columns.iter().all(|c| e.answer_headers.contains_key(c)));
        assert!(!e.flows.is_empty());
    }
}
