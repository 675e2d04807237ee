//! Whether the newest data are young enough for the day the work is done for. Lists made from older ones would be empty, or
//! would say what is no longer so: whoever asks for them is told instead.

use chrono::NaiveDate;

use crate::model::Param;

/// How the newest holdings stand to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    Stale(Stale),
    /// Employers are known, but no holdings up to the day.
    NoHoldings {
        today: NaiveDate,
    },
}

/// Data older than the rules allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale {
    /// Date of the newest holdings up to the day.
    pub data_date: NaiveDate,
    pub today: NaiveDate,
    /// The age the rules allow, in days.
    pub max_age: i64,
}

impl Stale {
    /// Days since the data were last young enough.
    pub fn overdue(self) -> i64 {
        (self.today - self.data_date).num_days() - self.max_age
    }

    /// Arguments of the words.
    pub fn params(self) -> Vec<(&'static str, Param)> {
        vec![
            ("data_date", Param::Date(self.data_date)),
            ("today", Param::Date(self.today)),
            ("overdue", Param::Count(self.overdue())),
            ("max_age", Param::Count(self.max_age)),
        ]
    }
}

impl Freshness {
    /// Stable code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Freshness::Fresh => "data_fresh",
            Freshness::Stale(_) => "data_stale",
            Freshness::NoHoldings { .. } => "no_holdings",
        }
    }

    /// Key and arguments of what is to be said of it, if anything is.
    pub fn notice(self) -> Option<(&'static str, Vec<(&'static str, Param)>)> {
        match self {
            Freshness::Fresh => None,
            Freshness::Stale(stale) => Some(("stale.notice", stale.params())),
            Freshness::NoHoldings { today } => Some(("stale.missing", vec![("today", Param::Date(today))])),
        }
    }

    /// Whether the data are too old for lists.
    pub fn is_stale(self) -> bool {
        matches!(self, Freshness::Stale(_))
    }
}

/// As young as the rules want it; what has never been imported is told where it is used.
pub fn judge(newest: Option<NaiveDate>, employers: bool, today: NaiveDate, max_age: i64) -> Freshness {
    match newest {
        Some(data_date) if (today - data_date).num_days() > max_age => {
            Freshness::Stale(Stale { data_date, today, max_age })
        }
        None if employers => Freshness::NoHoldings { today },
        _ => Freshness::Fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn data_may_be_as_old_as_the_rules_say_and_not_a_day_older() {
        let data = Some(day("2026-03-16"));
        // 16 March and 45 days: 30 April.
        assert_eq!(judge(data, true, day("2026-04-30"), 45), Freshness::Fresh);
        let Freshness::Stale(stale) = judge(data, true, day("2026-05-01"), 45) else { panic!("not stale") };
        assert_eq!((stale.data_date, stale.overdue()), (day("2026-03-16"), 1));
        // 30 November: 259 days after 16 March.
        let Freshness::Stale(stale) = judge(data, true, day("2026-11-30"), 45) else { panic!("not stale") };
        assert_eq!(stale.overdue(), 214);
    }

    #[test]
    fn employers_without_holdings_are_no_ground_for_a_list() {
        let today = day("2026-03-02");
        assert_eq!(judge(None, true, today, 45), Freshness::NoHoldings { today });
        // Nothing at all is told by the command itself.
        assert_eq!(judge(None, false, today, 45), Freshness::Fresh);
    }
}
