//! Floor 1: thresholds, lists and aliases as data. Every file is compiled in and can be overlaid by a file of the
//! same name in the workspace's `rules/`: per key, lists are replaced, `enabled = false` removes an entry,
//! an unknown key is an error.

pub mod contact;
pub mod facts;
pub mod import;
mod overlay;
pub mod products;
pub mod report;
pub mod trust;
pub mod visit;

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use crate::rules::overlay::{Origin, RulesError};

/// Names each rules file once: its text, its field (also its name in a workspace) and its type.
macro_rules! rule_files {
    ($($(#[$doc:meta])* $text:literal => $field:ident: $ty:ty),+ $(,)?) => {
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
                overlay::refuse_unknown_files(overlay, &[$(stringify!($field)),+])?;
                let mut origins = BTreeMap::new();
                let mut hashes = BTreeMap::new();
                $(let $field: $ty = {
                    let file = stringify!($field);
                    let (value, text) = overlay::load(file, include_str!($text), overlay, None, &mut origins)?;
                    hashes.insert(file, hex_sha256(text.as_bytes()));
                    value
                };)+
                Ok(Rules { $($field,)+ origins, hashes })
            }

            /// The shipped file that has a key of this path, for whoever looks for it in another one.
            pub fn file_of(key: &str) -> Option<String> {
                let all = Rules::load(None).ok()?.origins;
                let has = |stem: &str| {
                    all.keys().filter_map(|k| k.strip_prefix(stem)?.strip_prefix('.')?.strip_prefix(key)).any(|rest| {
                        rest.is_empty() || rest.starts_with('.')
                    })
                };
                [$(stringify!($field)),+].into_iter().find(|stem| has(stem)).map(|stem| format!("{stem}.toml"))
            }
        }
    };
}

rule_files! {
    /// What is brought to a visit.
    "visit/pack/checklists.toml" => checklists: visit::pack::checklists::ChecklistRules,
    /// Headers by which sheets and columns are known.
    "import/columns.toml" => columns: import::columns::ColumnRules,
    /// What may be written of two products beside each other.
    "visit/pack/compare.toml" => compare: visit::pack::compare::CompareRules,
    /// Who may be contacted how often and how.
    "contact/contact_policy.toml" => contact_policy: contact::contact_policy::ContactPolicy,
    /// What a contact's result means.
    "contact/contacts.toml" => contacts: contact::contacts::ContactRules,
    /// Disks a workspace must not lie on.
    "trust/disk.toml" => disk: trust::disk::DiskRules,
    /// The documents of a pack.
    "visit/pack/documents.toml" => documents: visit::pack::documents::DocumentRules,
    /// How the figures are defined.
    "facts.toml" => facts: facts::FactRules,
    /// Where the money of a payday goes.
    "contact/flows.toml" => flows: contact::flows::FlowRules,
    /// When an employee is contacted, why and with what.
    "contact/followup.toml" => followup: contact::followup::FollowupRules,
    /// Word lists for reading sheets.
    "import.toml" => import: import::ImportRules,
    /// Bounds on reading sheets.
    "import/limits.toml" => limits: import::limits::ImportLimits,
    /// How much of personal data each output shows.
    "trust/masking.toml" => masking: trust::masking::MaskingRules,
    /// By what people and employers of a sheet are found again.
    "import/matching.toml" => matching: import::matching::MatchingRules,
    /// How long a new passphrase must be.
    "trust/passphrase.toml" => passphrase: trust::passphrase::PassphraseRules,
    /// What can be held, and how a sheet shows it.
    "products.toml" => products: products::ProductRules,
    /// Which removals of people are asked about.
    "trust/purge.toml" => purge: trust::purge::PurgeRules,
    /// How the goals of a visit, its cost and its room are reckoned.
    "visit/offer/goals.toml" => goals: visit::offer::goals::GoalRules,
    /// What counts as a need of an employer's staff.
    "visit/offer/needs.toml" => needs: visit::offer::needs::NeedRules,
    /// The service questionnaire.
    "visit/pack/questionnaire.toml" => questionnaire: visit::pack::questionnaire::QuestionnaireRules,
    /// Target ranking.
    "visit/ranking.toml" => ranking: visit::ranking::RankingRules,
    /// What may be offered at a visit.
    "visit/offer/offers.toml" => offers: visit::offer::offers::OfferRules,
    /// How sure a column must be before it is used.
    "import/recognise.toml" => recognise: import::recognise::RecogniseRules,
    /// When two payroll runs are the same payments.
    "import/repeats.toml" => repeats: import::repeats::RepeatRules,
    /// Alerts and the judgement of visits.
    "report.toml" => report: report::ReportRules,
    /// Retention after payday.
    "contact/retention.toml" => retention: contact::retention::RetentionRules,
    /// When the size of amounts shows a wrong unit.
    "import/scale.toml" => scale: import::scale::ScaleRules,
    /// When visits can be held.
    "visit/schedule.toml" => schedule: visit::schedule::ScheduleRules,
    /// What to say, by script.
    "visit/pack/scripts.toml" => scripts: visit::pack::scripts::ScriptRules,
    /// What must not be said.
    "visit/pack/scripts_lint.toml" => scripts_lint: visit::pack::scripts_lint::ScriptLintRules,
    /// How many people go to an employer, and who.
    "visit/staffing.toml" => staffing: visit::staffing::StaffingRules,
    /// The indicators outlets have targets for.
    "report/targets.toml" => targets: report::targets::TargetRules,
    /// Themes of salons and lectures.
    "visit/offer/themes.toml" => themes: visit::offer::themes::ThemeRules,
    /// Steps before and after a visit.
    "visit/timeline.toml" => timeline: visit::timeline::TimelineRules,
    /// What a visit is about.
    "visit/pack/topics.toml" => topics: visit::pack::topics::TopicRules,
    /// Workbooks that leave and come back.
    "import/workbooks.toml" => workbooks: import::workbooks::WorkbookRules,
    /// What fits into an RM's day.
    "contact/worklist.toml" => worklist: contact::worklist::WorklistRules,
}

impl Rules {
    /// The ranking rules with `over`, a file of the shape of a workspace's `ranking.toml`, over those in force.
    ///
    /// # Errors
    /// As [`Rules::load`], and where `over` cannot be read.
    pub fn ranking_with(overlay: Option<&Path>, over: &Path) -> Result<visit::ranking::RankingRules, RulesError> {
        let (shipped, mut origins) = (include_str!("visit/ranking.toml"), BTreeMap::new());
        Ok(overlay::load("ranking", shipped, overlay, Some(over), &mut origins)?.0)
    }

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
    fn a_file_that_is_only_tried_lies_over_the_rules_in_force() {
        let own = workspace("ranking.toml", "[month_average]\npayday_days = 5\n[contribution]\nlow = 0.6\n");
        let tried = workspace("别的.toml", "[contribution]\nlow = 0.5\n");
        let with = |file: &Path| Rules::ranking_with(Some(own.path()), file);
        let rules = with(&tried.path().join("别的.toml")).unwrap();
        assert_eq!((rules.month_average.payday_days, rules.contribution.low, rules.contribution.points), (5, 0.5, 30));
        let wrong = workspace("ranking.toml", "[contribution]\nlo = 0.5\n");
        let told = with(&wrong.path().join("ranking.toml")).unwrap_err().to_string();
        assert!(told.contains("lo") && told.contains(&wrong.path().display().to_string()), "{told}");
        assert!(matches!(with(&tried.path().join("none.toml")), Err(RulesError::Unreadable { .. })));
    }

    #[test]
    fn misspelt_keys_and_files_are_refused() {
        let dir = workspace("products.toml", "[products.fund]\nstikiness = 1\n");
        assert!(Rules::load(Some(dir.path())).unwrap_err().to_string().contains("stikiness"));
        let dir = workspace("product.toml", "");
        assert!(matches!(Rules::load(Some(dir.path())), Err(RulesError::UnknownFile { .. })));
    }
}
