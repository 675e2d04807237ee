//! The visits of this week and the next, day by day.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::engagement::visit::planned::Visit;
use crate::model::days::period::days_after;
use crate::render::books::Names;
use crate::render::words::Words;

/// Days of a week.
const WEEK: i64 = 7;

/// A week from Monday to Sunday.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekLine {
    /// The week after that of today.
    pub next: bool,
    pub days: Vec<WeekDay>,
}

/// A day of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekDay {
    pub date: NaiveDate,
    pub today: bool,
    pub visits: Vec<DayVisit>,
}

/// A visit that is on a day, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayVisit {
    pub name: String,
    pub status: String,
    /// The day is one of the other dates that are offered.
    pub alternative: bool,
}

/// Both weeks; none where neither has a visit.
pub(super) fn weeks(visits: &[Visit], today: NaiveDate, names: &Names<'_>, words: &Words) -> Vec<WeekLine> {
    let monday = days_after(today, -i64::from(today.weekday().num_days_from_monday()));
    let day = |date: NaiveDate| {
        let visit = |visit: &Visit| {
            let alternative = visit.alternatives.contains(&date);
            (alternative || visit.date == date).then(|| DayVisit {
                name: names.employer(visit.employer_id),
                status: words.word(visit.status.key()).to_string(),
                alternative,
            })
        };
        WeekDay { date, today: date == today, visits: visits.iter().filter_map(visit).collect() }
    };
    let week = |next: bool| {
        let first = days_after(monday, if next { WEEK } else { 0 });
        WeekLine { next, days: (0..WEEK).map(|n| day(days_after(first, n))).collect() }
    };
    let weeks = vec![week(false), week(true)];
    let nothing = weeks.iter().flat_map(|week| &week.days).all(|day| day.visits.is_empty());
    if nothing { Vec::new() } else { weeks }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::engagement::fixtures::{date, visit};
    use crate::model::EmployerId;
    use crate::render::words::Lang;

    #[test]
    fn visits_of_two_weeks_stand_on_their_days() {
        let employers = BTreeMap::from([(EmployerId(1), "甲单位".to_string())]);
        let staff = BTreeMap::new();
        let names = Names { employers: &employers, staff: &staff };
        let words = Words::load(Lang::ZhCn, None).unwrap();
        // Tuesday the 17th, or Thursday the 19th.
        let visits = [visit(1, 1, "2026-03-17", &[(1, "lead")])];
        // A Sunday: its week goes back to Monday the 9th.
        let weeks_of = |today: &str| weeks(&visits, date(today), &names, &words);
        let shown = weeks_of("2026-03-15");
        assert_eq!((shown[0].days[0].date, shown[1].days[6].date), (date("2026-03-09"), date("2026-03-22")));
        assert!(shown[0].days[6].today && shown[0].days.iter().all(|day| day.visits.is_empty()));
        let on = |n: usize| shown[1].days[n].visits.clone();
        let expected = DayVisit { name: "甲单位".into(), status: "待预约".into(), alternative: false };
        assert_eq!(on(1), std::slice::from_ref(&expected));
        assert_eq!(on(3), [DayVisit { alternative: true, ..expected }]);
        assert!(weeks_of("2026-03-02").is_empty(), "the second week ends on the 15th");
    }
}
