//! How much of personal data each output shows (`masking.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::personal::MaskLevel;

/// Levels by output.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskingRules {
    pub outputs: BTreeMap<String, OutputMasking>,
}

/// Levels by kind of data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputMasking {
    pub name: MaskLevel,
    pub phone: MaskLevel,
    pub customer_number: MaskLevel,
    pub source: String,
}

impl MaskingRules {
    /// Levels of an output; one the rules do not name is masked throughout.
    pub fn of(&self, output: &str) -> OutputMasking {
        self.outputs.get(output).cloned().unwrap_or(OutputMasking {
            name: MaskLevel::Masked,
            phone: MaskLevel::Masked,
            customer_number: MaskLevel::Hidden,
            source: String::new(),
        })
    }
}
