//! Alerts on the days round the turn of a month and the end of an agreement.

use super::*;
use crate::engagement::fixtures::{date, profile, workdays_2026};
use crate::model::rows::Paydays;
use crate::model::{Fen, Param};

/// The alert of `today` for an employer paid last on `last`.
fn alert(profile: &EmployerProfile, last: &str, today: &str) -> Option<Alert> {
    let rules = Rules::load(None).unwrap();
    let one = std::slice::from_ref(profile);
    let paid = Payments { last: Some(date(last)), earlier: [None, None] };
    find(&rules, &workdays_2026(), one, |_| paid, date(today)).pop()
}

/// Rule, the date named `name` of its first reason, and since when.
fn told(alert: Option<Alert>, name: &str) -> Option<(String, String, String)> {
    let alert = alert?;
    let reason = &alert.reasons[0];
    let named = reason.params.iter().find_map(|(n, p)| match p {
        Param::Date(d) if n == name => Some(d.to_string()),
        _ => None,
    });
    Some((reason.rule.to_string(), named?, alert.since.to_string()))
}

fn missed(alert: &Option<Alert>) -> Option<Param> {
    alert.as_ref()?.reasons[0].params.iter().find(|(n, _)| n == "missed").map(|(_, p)| p.clone())
}

#[test]
fn wages_that_did_not_come_are_told_until_they_come() {
    // Paid in February, due on Tuesday 10 March; two working days later it is the 12th.
    let employer = profile(100);
    let late = Some(("payroll_late".into(), "2026-03-10".into(), "2026-03-12".into()));
    assert_eq!(alert(&employer, "2026-02-10", "2026-03-11"), None);
    for today in ["2026-03-12", "2026-03-31", "2026-04-01", "2026-04-10", "2026-05-04", "2026-11-30"] {
        assert_eq!(told(alert(&employer, "2026-02-10", today), "due"), late, "{today}");
    }
    // On 13 April the payday of April is one working day old, on the 14th two.
    assert_eq!(missed(&alert(&employer, "2026-02-10", "2026-04-13")), Some(Param::Count(1)));
    assert_eq!(missed(&alert(&employer, "2026-02-10", "2026-04-14")), Some(Param::Count(2)));
    // Settled late, or by the next payday's money paid early.
    for last in ["2026-03-20", "2026-04-03", "2026-04-10"] {
        assert_eq!(alert(&employer, last, "2026-04-13"), None, "{last}");
    }
}

#[test]
fn the_next_payday_is_missed_after_a_late_one() {
    // Paid on 20 March for the 10th: due again on Friday 10 April, late from Tuesday 14.
    let employer = profile(100);
    assert_eq!(
        told(alert(&employer, "2026-03-20", "2026-05-06"), "due"),
        Some(("payroll_late".into(), "2026-04-10".into(), "2026-04-14".into()))
    );
    // Two paydays a month: the 10th is paid, the 25th is not; 27 March is two working days later.
    let twice = EmployerProfile { paydays: Paydays(vec![10, 25]), ..profile(100) };
    assert_eq!(
        told(alert(&twice, "2026-03-10", "2026-04-01"), "due"),
        Some(("payroll_late".into(), "2026-03-25".into(), "2026-03-27".into()))
    );
    // Nobody knows when it pays.
    let unknown = EmployerProfile { paydays: Paydays(Vec::new()), ..profile(100) };
    assert_eq!(alert(&unknown, "2026-02-10", "2026-04-01"), None);
}

#[test]
fn a_year_whose_days_off_are_unknown_does_not_settle_what_was_late_before() {
    let employer = profile(100);
    assert_eq!(
        told(alert(&employer, "2026-11-10", "2027-01-05"), "due"),
        Some(("payroll_late".into(), "2026-12-10".into(), "2026-12-14".into()))
    );
    assert_eq!(missed(&alert(&employer, "2026-11-10", "2027-02-05")), Some(Param::Count(1)));
}

#[test]
fn an_agreement_is_told_before_it_ends_and_until_it_is_renewed() {
    // 90 days before 30 April are 30 January.
    let employer = EmployerProfile { agreement_end: Some(date("2026-04-30")), ..profile(100) };
    let told = |today: &str| told(alert(&employer, today, today), "end").map(|(rule, _, since)| (rule, since));
    let rule = |rule: &str| Some((rule.to_string(), "2026-01-30".to_string()));
    assert_eq!(told("2026-01-29"), None);
    assert_eq!(told("2026-01-30"), rule("agreement_ending"));
    assert_eq!(told("2026-04-30"), rule("agreement_ending"));
    for today in ["2026-05-01", "2026-06-10", "2026-12-31"] {
        assert_eq!(told(today), rule("agreement_ended"), "{today}");
    }
    let renewed = EmployerProfile { agreement_end: Some(date("2028-04-30")), ..profile(100) };
    assert_eq!(alert(&renewed, "2026-05-01", "2026-05-01"), None);
}

#[test]
fn a_fall_is_told_from_the_payday_that_showed_it() {
    let employer = EmployerProfile {
        paid_heads: 86,
        prior_paid_heads: Some(100),
        payroll_fen: Fen::yuan(86),
        prior_payroll_fen: Some(Fen::yuan(100)),
        agreement_end: Some(date("2026-04-30")),
        ..profile(100)
    };
    let found = alert(&employer, "2026-03-10", "2026-03-18").unwrap();
    let rules: Vec<&str> = found.reasons.iter().map(|r| r.rule.as_str()).collect();
    assert_eq!(rules, ["heads_falling", "agreement_ending"]);
    // The agreement came first.
    assert_eq!((found.since, found.due), (date("2026-01-30"), date("2026-03-23")));
    let only = EmployerProfile { agreement_end: None, ..employer };
    assert_eq!(alert(&only, "2026-03-10", "2026-03-18").map(|a| a.since), Some(date("2026-03-10")));
}

#[test]
fn a_month_half_paid_does_not_hide_what_the_whole_one_before_it_showed() {
    // Paid on the 10th and the 25th: in March 86 heads after 100, of April only the first half is known.
    let half = EmployerProfile {
        paydays: Paydays(vec![10, 25]),
        paid_heads: 86,
        prior_paid_heads: Some(86),
        payroll_fen: Fen::yuan(4_300),
        prior_payroll_fen: Some(Fen::yuan(8_600)),
        ..profile(100)
    };
    let month = |heads, wages, last| Some(MonthPay { heads, wages: Fen::yuan(wages), last_payday: date(last) });
    let found = |earlier| {
        let (rules, one) = (Rules::load(None).unwrap(), std::slice::from_ref(&half));
        let paid = Payments { last: Some(date("2026-04-10")), earlier };
        find(&rules, &workdays_2026(), one, |_| paid, date("2026-04-13")).pop()
    };
    let march = month(86, 8_600, "2026-03-25");
    let alert = found([march, month(100, 10_000, "2026-02-25")]).unwrap();
    // 14 % fewer heads, and as much less pay: less than a fifth. Half of April's pay is no fall.
    assert_eq!((alert.reasons.len(), alert.reasons[0].rule.as_str()), (1, "heads_falling"));
    assert_eq!(alert.since, date("2026-03-25"));
    assert_eq!(found([march, None]), None);
    assert_eq!(found([None, None]), None);
}

#[test]
fn a_month_paid_before_its_day_is_complete() {
    // Wages of 10 March came on Friday the 6th.
    let employer = EmployerProfile { paid_heads: 80, prior_paid_heads: Some(100), ..profile(100) };
    let found = alert(&employer, "2026-03-06", "2026-03-18").unwrap();
    assert_eq!((found.reasons[0].rule.as_str(), found.since), ("heads_falling", date("2026-03-06")));
}
