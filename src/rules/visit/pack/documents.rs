//! The documents of a pack: one entry each (`documents.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::status::{DocumentStyle, Paper};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRules {
    pub limits: TemplateLimits,
    pub documents: BTreeMap<String, DocumentRule>,
}

/// What filling one of the workspace's own templates may take.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateLimits {
    pub seconds: u32,
    /// Memory.
    pub megabytes: u32,
    /// The text made.
    pub output_megabytes: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRule {
    pub order: i64,
    pub output: OutputKind,
    /// Of the Chinese document, without extension.
    pub file_name: String,
    /// Of the English one, so that neither is written over the other; without it the Chinese name with `_en`.
    #[serde(default)]
    pub file_name_en: Option<String>,
    /// Template under `templates/<lang>/`; none for what is built from the questions or the team.
    pub template: Option<String>,
    /// What is made where there is no template; 人员分工表 unless given.
    pub form: Option<FormKind>,
    /// The group of the questionnaire it puts its questions to.
    pub audience: Option<String>,
    pub landscape: bool,
    #[serde(default)]
    pub paper: Paper,
    #[serde(default)]
    pub style: DocumentStyle,
    /// It names clients, and not the employer's contact.
    #[serde(default)]
    pub guests: bool,
    /// A letter to some of them: made only where somebody is invited by letter.
    #[serde(default)]
    pub letters: bool,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    Docx,
    Html,
    Xlsx,
    Txt,
}

/// What is made of the questions beside the form to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// XLSForm, for ODK and Kobo.
    Xlsform,
    /// Text that 问卷星 makes a questionnaire of.
    Wjx,
    /// The workbook into which answers on paper are keyed.
    Keying,
}

impl DocumentRule {
    /// The file's name without extension; `english`: of the English document.
    pub fn name(&self, english: bool) -> String {
        match &self.file_name_en {
            Some(name) if english => name.clone(),
            None if english => format!("{}_en", self.file_name),
            _ => self.file_name.clone(),
        }
    }
}

impl DocumentRules {
    /// Documents in the order in which they are made.
    pub fn ordered(&self) -> Vec<(&str, &DocumentRule)> {
        let mut list: Vec<(&str, &DocumentRule)> = self.documents.iter().map(|(k, d)| (k.as_str(), d)).collect();
        list.sort_by_key(|(k, d)| (d.order, *k));
        list
    }
}

impl OutputKind {
    pub fn extension(self) -> &'static str {
        match self {
            OutputKind::Docx => "docx",
            OutputKind::Html => "html",
            OutputKind::Xlsx => "xlsx",
            OutputKind::Txt => "txt",
        }
    }
}
