//! The catalogue of scripts (`scripts.toml`); the texts are templates, cut into sections by their headings.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRules {
    /// Headings of the sections by key: the channels, `points`, `never`.
    pub sections: BTreeMap<String, String>,
    pub scripts: BTreeMap<String, ScriptRule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRule {
    pub order: i64,
    pub kind: ScriptKind,
    /// Template under `templates/<lang>/`.
    pub template: String,
    /// Channels for which it has a section, the usual one first.
    pub channels: Vec<String>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptKind {
    /// A scene of the visit.
    Scene,
    /// Named by a follow-up rule.
    Rule,
    Objection,
}

impl ScriptRules {
    /// The section of a rendered script for a channel (or `points`, `never`): what stands under its heading.
    /// `None` when the script has no such section.
    pub fn section<'a>(&self, text: &'a str, key: &str) -> Option<&'a str> {
        let heading = self.sections.get(key)?;
        let mut start = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let title = line.trim_start().strip_prefix('#').map(|t| t.trim_start_matches('#').trim());
            match (start, title) {
                (None, Some(t)) if t == heading => start = Some(at + line.len()),
                (Some(from), Some(_)) => return Some(text[from..at].trim()),
                _ => {}
            }
            at += line.len();
        }
        start.map(|from| text[from..].trim())
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Rules;

    #[test]
    fn a_section_ends_at_the_next_heading() {
        let scripts = Rules::load(None).unwrap().scripts;
        let text = "## 甲\n适用\n\n#### 电话\n您好。\n第二句。\n\n#### 短信\n【甲】乙\n";
        assert_eq!(scripts.section(text, "phone"), Some("您好。\n第二句。"));
        assert_eq!(scripts.section(text, "sms"), Some("【甲】乙"));
        assert_eq!(scripts.section(text, "wecom"), None);
    }
}
