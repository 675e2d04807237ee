//! Floor 1: thresholds, lists and aliases as data. Every file is compiled in and can be overlaid by a file of the
//! same name in the workspace's `rules/`: per key, lists are replaced, `enabled = false` removes an entry,
//! an unknown key is an error.

pub mod calendar;
pub mod checklists;
pub mod columns;
pub mod contact_policy;
pub mod contacts;
pub mod disk;
pub mod documents;
pub mod facts;
pub mod flows;
pub mod followup;
pub mod import;
pub mod masking;
pub mod matching;
mod overlay;
pub mod passphrase;
pub mod products;
pub mod purge;
pub mod questionnaire;
pub mod ranking;
pub mod recognise;
pub mod report;
pub mod retention;
pub mod scale;
pub mod schedule;
pub mod scripts;
pub mod scripts_lint;
pub mod simulate;
pub mod simulate_activity;
pub mod staffing;
pub mod targets;
pub mod timeline;
pub mod topics;
pub mod worklist;

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use overlay::{Origin, RulesError};

/// Names each rules file once: its field, its type, its file.
macro_rules! rule_files {
    ($($(#[$doc:meta])* $field:ident: $ty:ty),+ $(,)?) => {
        /// All rules in force: the shipped ones with the workspace's own over them.
        #[derive(Debug, Clone)]
        pub struct Rules {
            $($(#[$doc])* pub $field: $ty,)+
            /// Where each value came from, by file and key path.
            pub origins: BTreeMap<String, Origin>,
            hashes: BTreeMap<&'static str, String>,
        }

        impl Rules {
            /// The shipped rules with the files of `overlay` (a workspace's `rules/`) over them.
            ///
            /// # Errors
            /// A file that is not TOML, a key that is not known, a value of the wrong type: with file and key.
            pub fn load(overlay: Option<&Path>) -> Result<Rules, RulesError> {
                crate::rules::overlay::refuse_unknown_files(overlay, &[$(stringify!($field)),+])?;
                let mut origins = BTreeMap::new();
                let mut hashes = BTreeMap::new();
                $(let $field: $ty = {
                    let file = stringify!($field);
                    let (value, text) = crate::rules::overlay::load(file, include_str!(concat!(stringify!($field), ".toml")), overlay, &mut origins)?;
                    hashes.insert(file, hex_sha256(text.as_bytes()));
                    value
                };)+
                Ok(Rules { $($field,)+ origins, hashes })
            }
        }
    };
}

rule_files! {
    /// What is brought to a visit.
    checklists: crate::rules::checklists::ChecklistRules,
    /// Headers by which sheets and columns are known.
    columns: crate::rules::columns::ColumnRules,
    /// Who may be contacted how often and how.
    contact_policy: crate::rules::contact_policy::ContactPolicy,
    /// What a contact's result means.
    contacts: crate::rules::contacts::ContactRules,
    /// Disks a workspace must not lie on.
    disk: crate::rules::disk::DiskRules,
    /// The documents of a pack.
    documents: crate::rules::documents::DocumentRules,
    /// How the figures are defined.
    facts: crate::rules::facts::FactRules,
    /// Where the money of a payday goes.
    flows: crate::rules::flows::FlowRules,
    /// When an employee is contacted, why and with what.
    followup: crate::rules::followup::FollowupRules,
    /// Limits and word lists for reading sheets.
    import: crate::rules::import::ImportRules,
    /// How much of personal data each output shows.
    masking: crate::rules::masking::MaskingRules,
    /// By what people and employers of a sheet are found again.
    matching: crate::rules::matching::MatchingRules,
    /// How long a new passphrase must be.
    passphrase: crate::rules::passphrase::PassphraseRules,
    /// What can be held, and how a sheet shows it.
    products: crate::rules::products::ProductRules,
    /// Which removals of people are asked about.
    purge: crate::rules::purge::PurgeRules,
    /// The service questionnaire.
    questionnaire: crate::rules::questionnaire::QuestionnaireRules,
    /// Target ranking.
    ranking: crate::rules::ranking::RankingRules,
    /// How sure a column must be before it is used.
    recognise: crate::rules::recognise::RecogniseRules,
    /// Alerts and the judgement of visits.
    report: crate::rules::report::ReportRules,
    /// Retention after payday.
    retention: crate::rules::retention::RetentionRules,
    /// When the size of amounts shows a wrong unit.
    scale: crate::rules::scale::ScaleRules,
    /// When visits can be held.
    schedule: crate::rules::schedule::ScheduleRules,
    /// What to say, by script.
    scripts: crate::rules::scripts::ScriptRules,
    /// What must not be said.
    scripts_lint: crate::rules::scripts_lint::ScriptLintRules,
    /// The generated sample branch: its cast, proportions and sheets.
    simulate: crate::rules::simulate::SimulateRules,
    /// How many people go to an employer, and who.
    staffing: crate::rules::staffing::StaffingRules,
    /// The indicators outlets have targets for.
    targets: crate::rules::targets::TargetRules,
    /// Steps before and after a visit.
    timeline: crate::rules::timeline::TimelineRules,
    /// What a visit is about.
    topics: crate::rules::topics::TopicRules,
    /// What fits into an RM's day.
    worklist: crate::rules::worklist::WorklistRules,
}

impl Rules {
    /// Hash over the effective text of the named files, in the order given; stands on every plan and task.
    pub fn hash_of(&self, files: &[&str]) -> String {
        let joined: String =
            files.iter().map(|f| self.hashes.get(f).map_or("", String::as_str)).collect::<Vec<_>>().join(":");
        hex_sha256(joined.as_bytes())[..16].to_string()
    }

    /// Hash over all files.
    pub fn hash(&self) -> String {
        let files: Vec<&str> = self.hashes.keys().copied().collect();
        self.hash_of(&files)
    }
}

/// Lower-case hexadecimal SHA-256.
pub fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(file: &str, text: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(file), text).unwrap();
        dir
    }

    #[test]
    fn a_workspace_changes_one_key_and_leaves_the_rest() {
        let dir = workspace("products.toml", "[products.fund]\nstickiness = 1\n");
        let rules = Rules::load(Some(dir.path())).unwrap();
        assert_eq!(rules.products.products["fund"].stickiness, Some(1));
        assert_eq!(rules.products.products["fund"].number, 10);
        assert_eq!(rules.origins["products.products.fund.stickiness"].from, "rules/products.toml");
        assert_eq!(rules.origins["products.products.fund.number"].from, "shipped");
        assert_ne!(rules.hash(), Rules::load(None).unwrap().hash());
    }

    #[test]
    fn enabled_false_removes_an_entry() {
        let dir = workspace("products.toml", "[products.trust]\nenabled = false\n");
        assert!(!Rules::load(Some(dir.path())).unwrap().products.products.contains_key("trust"));
    }

    #[test]
    fn misspelt_keys_and_files_are_refused() {
        let dir = workspace("products.toml", "[products.fund]\nstikiness = 1\n");
        assert!(Rules::load(Some(dir.path())).unwrap_err().to_string().contains("stikiness"));
        let dir = workspace("product.toml", "");
        assert!(matches!(Rules::load(Some(dir.path())), Err(RulesError::UnknownFile { .. })));
    }
}
