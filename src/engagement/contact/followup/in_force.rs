//! Which rules are in force on a day, and the values their conditions name.

use chrono::NaiveDate;

use crate::facts::condition::Setting;
use crate::model::Fen;
use crate::model::days::period::{days_after, is_within, months_before};
use crate::rules::contact::followup::{FollowupRule, SettingRule};

/// The settings of a rule as values for its conditions; `today` is always there.
pub fn settings(rule: &FollowupRule, today: NaiveDate) -> Vec<(String, Setting)> {
    let value = |s: &SettingRule| match s {
        SettingRule::Yuan { yuan } => Setting::Whole(Fen::yuan(*yuan).0),
        SettingRule::DaysAgo { days_ago } => Setting::Text(days_after(today, -days_ago).to_string()),
        SettingRule::DaysAhead { days_ahead } => Setting::Text(days_after(today, *days_ahead).to_string()),
        SettingRule::MonthsAgo { months_ago } => Setting::Text(months_before(today, *months_ago).to_string()),
        SettingRule::Whole(n) => Setting::Whole(*n),
        SettingRule::Ratio(x) => Setting::Ratio(*x),
        SettingRule::Text(t) => Setting::Text(t.clone()),
    };
    let own = rule.settings.iter().map(|(k, s)| (k.clone(), value(s)));
    own.chain([("today".to_string(), Setting::Text(today.to_string()))]).collect()
}

/// Whether a rule is in force on `today`.
pub fn in_force(rule: &FollowupRule, today: NaiveDate) -> bool {
    is_within(today, rule.from, rule.until)
}
