//! Follow-up rules (`followup.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::status::{Channel, ContactResult};

/// Rules by key, and what holds for all of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowupRules {
    pub rules: BTreeMap<String, FollowupRule>,
    pub risk_test: RiskTest,
    pub limit: Limit,
    pub elder: Elder,
    pub credit: Credit,
}

/// When an employee is to be contacted, why and with what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowupRule {
    /// Higher goes first.
    pub priority: i64,
    /// Shown name.
    pub label: String,
    /// Marketing (default) is bound by consent and caps; service is not.
    #[serde(default = "yes")]
    pub marketing: bool,
    /// Products to offer, best first: the first that is not held and fits the person's risk level. None: only service.
    #[serde(default)]
    pub products: Vec<String>,
    pub script: String,
    pub episode: Episode,
    pub due: Due,
    pub when: Vec<Condition>,
    /// The task comes of this result of a contact, until something ends what the result stops (`contact_policy.toml`); no
    /// condition and no bound on contacts concerns it.
    #[serde(default)]
    pub after: Option<ContactResult>,
    /// Positions whose first holder is in charge, best first: at the client's outlet, else anywhere. None: the owner.
    #[serde(default)]
    pub goes_to: Vec<String>,
    /// How it is done, where the client's own channels do not matter.
    #[serde(default)]
    pub channel: Option<Channel>,
    #[serde(default)]
    pub settings: BTreeMap<String, SettingRule>,
    #[serde(default)]
    pub from: Option<chrono::NaiveDate>,
    #[serde(default)]
    pub until: Option<chrono::NaiveDate>,
    pub source: String,
}

/// One condition: what it says, and the SQL boolean over `employee_facts`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub label: String,
    /// What it says of a person whose money after payday is known by month ends alone; none: the same.
    #[serde(default)]
    pub period_label: Option<String>,
    pub sql: String,
}

/// What makes two firings of a rule the same task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Episode {
    /// The latest payday that can be judged; for a task due before a payday, the payday it stands before.
    Payday,
    Month,
    State,
    DueDate,
    FirstPaid,
    LastPaid,
}

/// By when.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Due {
    /// Working days from today.
    Workdays { workdays: i64 },
    /// Calendar days before the next payday (`payday`: not earlier than that, done by the day before payday),
    /// or before the maturity (`due_date`: done by then).
    Before { before: Before, days: i64 },
}

impl Due {
    /// Whether the task stands before a payday and ends with it.
    pub fn is_before_payday(&self) -> bool {
        matches!(self, Due::Before { before: Before::Payday, .. })
    }
}

/// What [`Due::Before`] counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    Payday,
    DueDate,
}

/// A value the conditions name with `$`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum SettingRule {
    Yuan {
        yuan: i64,
    },
    DaysAgo {
        days_ago: i64,
    },
    DaysAhead {
        days_ahead: i64,
    },
    /// First day of the month so many months ago.
    MonthsAgo {
        months_ago: u32,
    },
    Whole(i64),
    Ratio(f64),
    Text(String),
}

/// Products that need a valid risk test, and the script that asks for one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskTest {
    pub products: Vec<String>,
    pub script: String,
    pub source: String,
}

/// Tasks per person at a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub per_person: usize,
    pub source: String,
}

/// From which age extra care is told with an offer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elder {
    pub age: u32,
    pub source: String,
}

/// Credit in basis points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    pub main: i64,
    pub assistant: i64,
    pub source: String,
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use crate::rules::Rules;

    #[test]
    fn what_a_rule_says_by_its_own_channel_has_a_script() {
        let rules = Rules::load(None).unwrap();
        let own = rules.followup.rules.iter().filter_map(|(key, rule)| Some((key, &rule.script, rule.channel?)));
        let mut seen = 0;
        for (key, script, channel) in own {
            let channels = &rules.scripts.scripts[script].channels;
            assert!(channels.iter().any(|c| c == channel.key()), "{key}: {} is not in {channels:?}", channel.key());
            seen += 1;
        }
        assert!(seen > 1, "{seen}");
    }
}
