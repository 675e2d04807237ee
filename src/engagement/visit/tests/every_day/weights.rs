//! Which days would do for an employer, and how well (`schedule.toml`).

use super::*;
use crate::engagement::fixtures::profile;
use crate::engagement::visit::schedule::{day_weight, paydays_around};
use crate::facts::EmployerProfile;
use crate::model::rows::{Paydays, Shift};
use crate::rules::Rules;
use crate::rules::visit::calendar::load;

/// What speaks against a day whenever wages are paid: all of it.
fn quiet(calendar: &Calendar, day: NaiveDate, labour: bool) -> BTreeSet<&'static str> {
    let mut against = BTreeSet::new();
    if calendar.works(day) == Some(false) {
        against.insert("day_off");
    }
    // 节前 5 天(制造、建筑 8 天),节后 8 天。
    let festival: Vec<NaiveDate> =
        calendar.off.iter().filter(|(d, name)| *name == "春节" && d.year() == day.year()).map(|(d, _)| *d).collect();
    let (first, last) = (*festival.first().unwrap(), *festival.last().unwrap());
    if days_after(first, if labour { -8 } else { -5 }) <= day && day <= days_after(last, 8) {
        against.insert("spring_festival");
    }
    // 月末最后 2 天至次月 5 日。
    let month_end = nominal(day.year(), day.month(), 31);
    if day.day() <= 5 || days_after(month_end, -2) < day {
        against.insert("month_turn");
    }
    // 报税截止前 3 天(15日,遇休顺延)。
    let deadline = calendar.walk(nominal(day.year(), day.month(), 15), 1).unwrap();
    if (0..3).any(|n| days_after(deadline, -n) == day) {
        against.insert("tax_filing");
    }
    // 季末最后 5 个工作日。
    let mut quarter_end = month_end;
    for _ in 0..5 {
        quarter_end = calendar.walk(quarter_end, -1).unwrap();
        if quarter_end == day && [3, 6, 9, 12].contains(&day.month()) {
            against.insert("quarter_end");
        }
        quarter_end = days_after(quarter_end, -1);
    }
    against
}

/// Days as seen from the paydays.
#[derive(Default)]
struct Marks {
    paid: BTreeSet<NaiveDate>,
    blocked: BTreeSet<NaiveDate>,
    best: BTreeSet<NaiveDate>,
    fair: BTreeSet<NaiveDate>,
}

impl Marks {
    fn of(calendar: &Calendar, paydays: &[u32], shift: Shift) -> Marks {
        let mut marks = Marks::default();
        let months = (2017..=2027).flat_map(|year| (1..=12).map(move |month| (year, month)));
        for (year, month) in months {
            for day in paydays {
                let due = nominal(year, month, *day);
                let paid = match shift {
                    Shift::Earlier => calendar.walk(due, -1),
                    Shift::Later => calendar.walk(due, 1),
                    Shift::Unmoved => None,
                };
                marks.payday(calendar, paid.unwrap_or(due));
            }
        }
        marks
    }

    fn payday(&mut self, calendar: &Calendar, paid: NaiveDate) {
        self.paid.insert(paid);
        // 发薪日及前 2 天不进企(日历日)。
        self.blocked.extend((0..=2).map(|n| days_after(paid, -n)));
        // 发薪后第 1 至 5 个工作日。
        let mut day = paid;
        for _ in 1..=5 {
            let Some(next) = calendar.walk(days_after(day, 1), 1) else { break };
            self.best.insert(next);
            day = next;
        }
        // 发薪前第 3 至 5 个工作日。
        let mut day = paid;
        for n in 1..=5 {
            let Some(before) = calendar.walk(days_after(day, -1), -1) else { break };
            if n >= 3 {
                self.fair.insert(before);
            }
            day = before;
        }
    }

    fn weight(&self, day: NaiveDate) -> Result<f64, String> {
        match day {
            day if self.blocked.contains(&day) => Err("near_payday".into()),
            day if self.best.contains(&day) => Ok(1.0),
            day if self.fair.contains(&day) => Ok(0.6),
            _ => Ok(0.4),
        }
    }
}

#[test]
fn no_day_off_and_no_quiet_time_whenever_wages_are_paid() {
    let (calendar, workdays, rules) = (Calendar::published(), load(None).unwrap(), Rules::load(None).unwrap().schedule);
    for (industry, labour) in [("信息技术", false), ("装备制造", true), ("建筑安装", true)] {
        let profile = EmployerProfile { industry: Some(industry.into()), paydays: Paydays(Vec::new()), ..profile(260) };
        for day in all_days() {
            let against = quiet(&calendar, day, labour);
            match day_weight(&rules, &workdays, &profile, day) {
                Ok(weight) => assert!(against.is_empty() && weight == 0.4, "{day}: {weight} {against:?}"),
                Err(reason) => assert!(against.contains(&*reason.rule), "{day}: {reason:?} {against:?}"),
            }
        }
    }
    let (profile, unknown) = (profile(260), |year| NaiveDate::from_ymd_opt(year, 6, 10).unwrap());
    for day in [unknown(2017), unknown(2027)] {
        assert_eq!(day_weight(&rules, &workdays, &profile, day).unwrap_err().rule, "calendar_unknown");
    }
}

fn weights_go_by_the_payday(shift: Shift) {
    let (calendar, workdays, rules) = (Calendar::published(), load(None).unwrap(), Rules::load(None).unwrap().schedule);
    let free: Vec<NaiveDate> = all_days().filter(|day| quiet(&calendar, *day, false).is_empty()).collect();
    // A third of the working days would do, or the test looks at nothing.
    assert!(free.len() > 1_000, "{}", free.len());
    let one = (1..=31).map(|day| vec![day]);
    for paydays in one.chain([vec![5, 20], vec![10, 25], vec![15, 31]]) {
        let marks = Marks::of(&calendar, &paydays, shift);
        let profile = EmployerProfile { paydays: Paydays(paydays.clone()), payday_shift: Some(shift), ..profile(260) };
        for day in &free {
            let found = day_weight(&rules, &workdays, &profile, *day).map_err(|reason| reason.rule.to_string());
            assert_eq!(found, marks.weight(*day), "{day} {paydays:?}");
        }
    }
}

#[test]
fn weights_go_by_a_payday_that_is_moved_to_the_working_day_before() {
    weights_go_by_the_payday(Shift::Earlier);
}

#[test]
fn weights_go_by_a_payday_that_is_moved_to_the_working_day_after() {
    weights_go_by_the_payday(Shift::Later);
}

#[test]
fn weights_go_by_a_payday_that_is_not_moved() {
    weights_go_by_the_payday(Shift::Unmoved);
}

/// Without a rule of its own an employer pays by the general one.
#[test]
fn paydays_lie_about_every_day() {
    let (calendar, workdays, rules) = (Calendar::published(), load(None).unwrap(), Rules::load(None).unwrap().schedule);
    for payday in [1, 10, 15, 31] {
        let marks = Marks::of(&calendar, &[payday], Shift::Earlier);
        let profile = EmployerProfile { paydays: Paydays(vec![payday]), payday_shift: None, ..profile(260) };
        for day in all_days() {
            let around = paydays_around(&rules, &workdays, &profile, day);
            assert_eq!(around.len(), 3, "{day}");
            // None within a fortnight is left out, and none is made up.
            let mut near = marks.paid.range(days_after(day, -14)..=days_after(day, 14));
            assert!(near.all(|paid| around.contains(paid)), "{day}: {around:?}");
            assert!(around.iter().all(|paid| marks.paid.contains(paid)), "{day}: {around:?}");
        }
    }
}

#[test]
fn days_before_a_payday_on_a_day_off_are_counted_without_it() {
    // Sunday 15 November 2026, paid all the same: the working days before are Friday the 13th, the 12th, 11th, 10th and 9th.
    let (workdays, rules) = (load(None).unwrap(), Rules::load(None).unwrap().schedule);
    let profile = EmployerProfile { paydays: Paydays(vec![15]), payday_shift: Some(Shift::Unmoved), ..profile(260) };
    let weight = |day| day_weight(&rules, &workdays, &profile, NaiveDate::from_ymd_opt(2026, 11, day).unwrap());
    assert_eq!([6, 9, 10, 11, 12].map(|day| weight(day).ok()), [Some(0.4), Some(0.6), Some(0.6), Some(0.6), Some(0.4)]);
}
