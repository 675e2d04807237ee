//! How many people go to an employer, and who may take which role (`staffing.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::days::hours;

/// Turn-out, team sizes, roles.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffingRules {
    pub hours: Hours,
    pub turnout: Turnouts,
    /// By key; ordered by `up_to`.
    pub sizes: BTreeMap<String, TeamSize>,
    pub basic: BasicService,
    pub specialists: BTreeMap<String, Specialist>,
    /// Salon of a topic → the role it calls for.
    pub topic_specialists: BTreeMap<String, String>,
    pub terminals: Terminals,
    pub president: President,
    pub outlet: OutletShare,
    pub roles: BTreeMap<String, Role>,
}

/// Usual hours on site, `10:00` local time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    #[serde(deserialize_with = "hours::time_of_rules")]
    pub start: String,
    #[serde(deserialize_with = "hours::time_of_rules")]
    pub end: String,
    /// Before and after these no session is held, whoever sets its time.
    #[serde(deserialize_with = "hours::time_of_rules")]
    pub earliest: String,
    #[serde(deserialize_with = "hours::time_of_rules")]
    pub latest: String,
    /// Minutes between two sessions of one visit; each lasts as long as the hours.
    pub gap_minutes: i64,
    /// Beginning of a visit in the afternoon, where the employer's own hours leave the choice.
    #[serde(deserialize_with = "hours::time_of_rules")]
    pub afternoon: String,
    /// Hours of an employer that are shorter are of no use.
    pub least_minutes: i64,
    /// No session is longer, whoever sets its time.
    pub most_minutes: i64,
    pub source: String,
}

/// Portable terminals (PAD).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terminals {
    /// Whoever brings this item has one.
    pub item: String,
    /// What an outlet of which nobody said it has.
    pub per_outlet: i64,
    pub source: String,
}

/// Share of an employer's people who come, by kind of employer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turnouts {
    /// Key of the kind taken when no industry word matches.
    pub fallback: String,
    pub kinds: BTreeMap<String, Turnout>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turnout {
    /// Whole per cent.
    pub percent: i64,
    /// Words found in the employer's industry.
    pub industries: Vec<String>,
    /// When their people are free, where the employer has not said so.
    pub hours: hours::Hours,
    pub source: String,
}

/// Team of `people` for up to `up_to` visitors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamSize {
    pub up_to: i64,
    pub people: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicService {
    /// Minutes one person takes.
    pub minutes_each: i64,
    /// Per cent of the visitors who have something done.
    pub served_percent: i64,
    /// At least so many: opening a card takes two.
    pub least: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specialist {
    /// Who gets the next free seat first.
    pub order: i64,
    /// One for so many visitors.
    pub per: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct President {
    pub executives: i64,
    pub source: String,
}

/// How much of an outlet may be away on one day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletShare {
    pub numerator: i64,
    pub denominator: i64,
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub order: i64,
    /// Words of the position that qualify.
    pub positions: Vec<String>,
    /// Words of a qualification that qualify.
    pub qualifications: Vec<String>,
    /// Minutes before the start.
    pub arrive_before: i64,
    /// Keys of what the person brings (`item.<key>`).
    pub carry: Vec<String>,
    pub source: String,
}

impl StaffingRules {
    /// The kind of employer and its turn-out in per cent; `None` when the fallback names no kind.
    pub fn turnout_of(&self, industry: Option<&str>) -> Option<(&str, i64)> {
        let by_word = industry.and_then(|industry| {
            self.turnout.kinds.iter().find(|(_, t)| t.industries.iter().any(|w| industry.contains(w.as_str())))
        });
        by_word
            .or_else(|| self.turnout.kinds.get_key_value(&self.turnout.fallback))
            .map(|(key, t)| (key.as_str(), t.percent))
    }

    /// When the people of an employer of this industry are free, as a rule; `None` when the fallback names no kind.
    pub fn hours_of(&self, industry: Option<&str>) -> Option<&hours::Hours> {
        self.turnout_of(industry).and_then(|(kind, _)| self.turnout.kinds.get(kind)).map(|t| &t.hours)
    }

    /// Terminals that people in these roles bring.
    pub fn terminals_of<'r>(&self, roles: impl IntoIterator<Item = (&'r str, i64)>) -> i64 {
        let brings = |role: &str| self.roles.get(role).is_some_and(|r| r.carry.contains(&self.terminals.item));
        roles.into_iter().filter(|(role, _)| brings(role)).map(|(_, n)| n).sum()
    }

    /// Minutes before a visit by which the first of a team is there.
    pub fn set_up_minutes(&self) -> i64 {
        self.roles.values().map(|r| r.arrive_before).max().unwrap_or(0)
    }

    /// The most visitors one session takes.
    pub fn largest_session(&self) -> i64 {
        self.sizes.values().map(|s| s.up_to).max().unwrap_or(i64::MAX)
    }

    /// Team size for one session; the largest for more than the largest.
    pub fn team_size(&self, attendance: i64) -> i64 {
        let fitting = self.sizes.values().filter(|s| s.up_to >= attendance).min_by_key(|s| s.up_to);
        fitting.or_else(|| self.sizes.values().max_by_key(|s| s.up_to)).map_or(0, |s| s.people)
    }

    /// Most people of an outlet of `size` who may be away together: its share, and one at least where others stay.
    pub fn may_leave(&self, size: i64) -> i64 {
        if self.outlet.denominator <= 0 {
            return size;
        }
        ((size * self.outlet.numerator) / self.outlet.denominator).max(i64::from(size > 1 && self.outlet.numerator > 0))
    }

    /// Role keys in their order.
    pub fn role_keys(&self) -> Vec<&str> {
        let mut keys: Vec<(i64, &str)> = self.roles.iter().map(|(k, r)| (r.order, k.as_str())).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, k)| k).collect()
    }
}
