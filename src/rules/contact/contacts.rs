//! What a contact's result means (`contacts.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::status::{Channel, ContactResult};

/// Results and channels as they are written, and what a result does to its task.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactRules {
    pub source: String,
    /// Which of two results of one day is acted upon until somebody has said which holds: the first.
    pub cautious: Vec<ContactResult>,
    /// Results that hold although something else in the row of a returned workbook cannot be read.
    pub firm: Vec<ContactResult>,
    pub results: BTreeMap<ContactResult, ResultRule>,
    pub channels: BTreeMap<Channel, Vec<String>>,
    pub relations: RelationRules,
}

/// The three relations (账户, 契约, 情感).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationRules {
    /// Days in which the client has to have been reached for 情感 to be there.
    pub personal_days: i64,
    pub source: String,
}

/// One result.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRule {
    pub words: Vec<String>,
    /// The task is done with; else it is dated anew.
    pub closes: bool,
    /// Working days after the contact, where no next date is given.
    #[serde(default)]
    pub again_workdays: i64,
    /// Whether it counts as a touch.
    pub counts: bool,
}
