//! How much of personal data each output shows (`masking.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::imported::PersonalField;
use crate::model::personal::MaskLevel;

/// Levels by output.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskingRules {
    pub outputs: BTreeMap<String, OutputMasking>,
    pub headers: HeaderMasking,
}

/// What a person's name looks like where a header should stand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderMasking {
    /// Surnames of one character.
    pub surnames: String,
    /// Surnames of two.
    pub compound: Vec<String>,
    /// Characters that stand in headers and hardly ever in names.
    pub never: String,
    pub source: String,
}

/// Levels by kind of data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputMasking {
    pub name: MaskLevel,
    pub phone: MaskLevel,
    pub customer_number: MaskLevel,
    #[serde(default = "masked")]
    pub id_number: MaskLevel,
    #[serde(default = "masked")]
    pub account: MaskLevel,
    /// Cells with a problem, in outputs that show a sheet's own cells; else as their column.
    #[serde(default = "masked")]
    pub problem_cells: MaskLevel,
    /// Columns nobody has said the meaning of, in outputs that show a sheet's own cells: `masked` hides long numbers only.
    #[serde(default = "hidden")]
    pub unmapped: MaskLevel,
    pub source: String,
}

fn masked() -> MaskLevel {
    MaskLevel::Masked
}

fn hidden() -> MaskLevel {
    MaskLevel::Hidden
}

impl OutputMasking {
    /// The level of one kind of personal data.
    pub fn level(&self, field: PersonalField) -> MaskLevel {
        match field {
            PersonalField::Name => self.name,
            PersonalField::Phone => self.phone,
            PersonalField::IdNumber => self.id_number,
            PersonalField::Account => self.account,
            PersonalField::CustomerNumber => self.customer_number,
        }
    }
}

impl MaskingRules {
    /// Levels of an output; one the rules do not name is masked throughout.
    pub fn of(&self, output: &str) -> OutputMasking {
        self.outputs.get(output).cloned().unwrap_or(OutputMasking {
            name: MaskLevel::Masked,
            phone: MaskLevel::Masked,
            customer_number: MaskLevel::Hidden,
            id_number: MaskLevel::Masked,
            account: MaskLevel::Masked,
            problem_cells: MaskLevel::Masked,
            unmapped: MaskLevel::Hidden,
            source: String::new(),
        })
    }
}
