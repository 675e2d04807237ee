//! The catalogue of scripts (`scripts.toml`), and by what an employer's handbook is put together from it; the texts are
//! templates, cut into sections by their headings.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRules {
    /// Kinds of employers that have words of their own (`script_<what>.<kind>`).
    pub kinds: Vec<String>,
    /// Headings of the sections by key: the channels, `points`, `never`; in whatever language a script is written.
    pub sections: BTreeMap<String, Vec<String>>,
    pub handbook: HandbookRules,
    pub minutes: SpokenMinutes,
    /// From a card matter to a product, by product.
    pub bridges: BTreeMap<String, BridgeRule>,
    pub objections: BTreeMap<String, ObjectionRule>,
    pub scripts: BTreeMap<String, ScriptRule>,
}

/// What goes into an employer's handbook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandbookRules {
    /// At most so many scripts of follow-up, those that always belong to it included.
    pub follow_up: usize,
    /// At most so many bridges to products the staff lack.
    pub bridges: usize,
    /// At most so many to what a specialist of its own comes for.
    pub specialist_bridges: usize,
    pub objections: usize,
    /// Points of an entry that is made for the kind of employer.
    pub kind: i64,
    /// At most so many needs count for an entry, the greatest first.
    pub most_needs: usize,
    /// Needs that can be told to the employer as the reason of the visit.
    pub why: Vec<String>,
    /// When people are called, as it is printed.
    pub call_hours: Vec<String>,
    /// The second visit is held within so many calendar days.
    pub second_visit_days: u64,
    pub source: String,
}

/// How long what is said may take.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenMinutes {
    pub booking: i64,
    pub invitation: i64,
    pub opening: i64,
    /// Asked of an executive.
    pub executive: i64,
    pub second_visit: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeRule {
    pub order: i64,
    /// The card matter it starts from (`card_matter.<matter>`).
    pub matter: String,
    /// Only where somebody with this role comes, and then whether or not the product is lacked.
    #[serde(default)]
    pub role: Option<String>,
    /// Kinds of employers for which it is made.
    #[serde(default)]
    pub kinds: Vec<String>,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRule {
    pub order: i64,
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Heard from these kinds alone.
    #[serde(default)]
    pub only: bool,
    /// Only where somebody with this role comes.
    #[serde(default)]
    pub role: Option<String>,
    pub source: String,
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
    /// Needs of an employer's staff that bring it into the handbook.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Kinds of employers for which it belongs into the handbook.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// In every handbook.
    #[serde(default)]
    pub always: bool,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptKind {
    /// A scene of the visit: filled for an employer, in its handbook alone.
    Scene,
    /// Named by a follow-up rule: filled for a colleague's list too, from the branch and the colleague alone.
    Rule,
    /// As a scene.
    Objection,
}

impl ScriptRules {
    /// The section of a rendered script for a channel (or `points`, `never`): what stands under one of its headings.
    /// `None` when the script has no such section.
    pub fn section<'a>(&self, text: &'a str, key: &str) -> Option<&'a str> {
        let headings = self.sections.get(key)?;
        let mut start = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let title = line.trim_start().strip_prefix('#').map(|t| t.trim_start_matches('#').trim());
            match (start, title) {
                (None, Some(t)) if headings.iter().any(|h| h == t) => start = Some(at + line.len()),
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

    #[test]
    fn sections_are_found_in_either_language() {
        let scripts = Rules::load(None).unwrap().scripts;
        let text = "## A\n\n#### Phone\nHello.\n\n#### Never say\n\"Sure gain\".\n";
        assert_eq!(scripts.section(text, "phone"), Some("Hello."));
        assert_eq!(scripts.section(text, "never"), Some("\"Sure gain\"."));
        assert_eq!(scripts.section(text, "points"), None);
    }
}
