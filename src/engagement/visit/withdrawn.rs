//! Offers that were taken back although their employers have not spoken: whoever was offered a day is to be told that it
//! holds no more.

use chrono::NaiveDate;

use crate::engagement::visit::planned::{Step, Visit};
use crate::engagement::visit::schedule::Unplanned;
use crate::model::status::VisitStatus;
use crate::model::{Param, Reason, VisitId};

/// The step that is left of such a visit: to tell the employer.
pub const NOTICE: &str = "notice";

/// Tells of an offer that its last day went to an employer that agreed on it.
pub const YIELDED: &str = "day_yielded_last";

/// Tell of an offer that a plan made anew has no place for it: with the reason, and without one.
const DROPPED: [&str; 2] = ["offer_dropped_for", "offer_dropped"];

/// Of all visits as they stand on `today`, those taken back of which the employers are still to be told, by day: until it is
/// `told`, all days that were offered have passed, or there is a later visit of the employer, of which he hears instead.
pub fn withdrawn(visits: Vec<Visit>, told: impl Fn(VisitId) -> bool, today: NaiveDate) -> Vec<Visit> {
    let later =
        |visit: &Visit| visits.iter().any(|v| v.employer_id == visit.employer_id && v.visit_id > visit.visit_id);
    let counts = |visit: &&Visit| {
        visit.status == VisitStatus::Moved && today <= last_day(visit) && !told(visit.visit_id) && !later(visit)
    };
    let mut list: Vec<Visit> = visits.iter().filter(counts).cloned().collect();
    list.iter_mut().for_each(|visit| leave_notice(visit, today));
    list.sort_by_key(|visit| (visit.date, visit.visit_id));
    list
}

/// The last day that was offered.
fn last_day(visit: &Visit) -> NaiveDate {
    visit.alternatives.iter().copied().fold(visit.date, NaiveDate::max)
}

/// Of a visit that was taken back nothing is to be done but to tell the employer, by whoever was to book it.
pub fn leave_notice(visit: &mut Visit, today: NaiveDate) {
    if visit.status != VisitStatus::Moved {
        return;
    }
    let booked_by = visit.steps.iter().find(|step| step.step == "booking").and_then(|step| step.owner);
    let lead = visit.team.iter().find(|member| member.role == "lead").map(|member| member.staff_id);
    visit.steps =
        vec![Step { step: NOTICE.to_string(), due: today, channel: None, owner: booked_by.or(lead), done: None }];
}

/// Tells of an offer whose time for an answer is not over that a plan made anew has no place for it, and what is `against`
/// its employer, where that is known.
pub fn no_longer_planned(visit: &Visit, against: Option<&Reason>) -> Reason {
    let reason = Reason::new(if against.is_some() { DROPPED[0] } else { DROPPED[1] }).date("date", visit.date);
    match against {
        Some(rule) => {
            let (phrase, params) = (format!("reason.{}", rule.rule), rule.params.clone());
            reason.with("reason", Param::Phrase { phrase, params })
        }
        None => reason,
    }
}

/// Why it was taken back: for an employer that agreed first, by a plan made anew, or as nobody answered.
pub fn why(visit: &Visit) -> Reason {
    let told = |rules: &[&str]| visit.reasons.iter().find(|r| rules.contains(&r.rule.as_str()));
    match (told(&[YIELDED]), told(&DROPPED)) {
        (Some(_), _) => Reason::new("offer_yielded").date("date", visit.date),
        (None, Some(dropped)) => dropped.clone(),
        (None, None) => Reason::new("proposal_dropped").date("date", visit.date),
    }
}

/// Puts what is still to be told before the other reasons of employers that have no visit.
pub fn tell(unplanned: &mut Vec<Unplanned>, withdrawn: &[Visit]) {
    for visit in withdrawn {
        let reason = why(visit);
        match unplanned.iter_mut().find(|u| u.employer_id == visit.employer_id) {
            Some(known) if known.reasons.contains(&reason) => {}
            Some(known) => known.reasons.insert(0, reason),
            None => unplanned.push(Unplanned { employer_id: visit.employer_id, reasons: vec![reason], earliest: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, visit};
    use crate::model::{EmployerId, StaffId};

    /// A visit of the 17th that was also offered on the 19th and then taken back.
    fn taken_back(id: i64, employer: i64) -> Visit {
        let mut visit = visit(id, employer, "2026-03-17", &[(1, "lead")]);
        visit.status = VisitStatus::Moved;
        visit
    }

    fn ids(visits: &[Visit]) -> Vec<i64> {
        visits.iter().map(|v| v.visit_id.0).collect()
    }

    #[test]
    fn an_employer_is_to_be_told_until_it_was_or_the_days_have_passed() {
        let all = || vec![taken_back(1, 1), visit(2, 2, "2026-03-18", &[])];
        let open = |told: bool, today: &str| ids(&withdrawn(all(), |_| told, date(today)));
        assert_eq!(open(false, "2026-03-09"), [1]);
        assert_eq!(open(true, "2026-03-09"), Vec::<i64>::new());
        // The other day that was offered is the 19th.
        assert_eq!(open(false, "2026-03-19"), [1]);
        assert_eq!(open(false, "2026-03-20"), Vec::<i64>::new());
    }

    #[test]
    fn an_employer_with_a_later_visit_hears_of_that_one() {
        let later = visit(3, 1, "2026-04-07", &[]);
        assert_eq!(ids(&withdrawn(vec![taken_back(1, 1), later], |_| false, date("2026-03-09"))), Vec::<i64>::new());
        // An earlier one says nothing of it.
        let earlier = visit(1, 1, "2026-02-10", &[]);
        assert_eq!(ids(&withdrawn(vec![earlier, taken_back(2, 1)], |_| false, date("2026-03-09"))), [2]);
    }

    #[test]
    fn telling_is_all_that_is_left_to_do_and_is_for_who_was_to_book() {
        let mut visit = taken_back(1, 1);
        leave_notice(&mut visit, date("2026-03-09"));
        let steps: Vec<(&str, Option<StaffId>)> = visit.steps.iter().map(|s| (s.step.as_str(), s.owner)).collect();
        assert_eq!(steps, [(NOTICE, Some(StaffId(1)))], "nobody was to book it: the lead");
        let mut booked = taken_back(1, 1);
        booked.steps[0] = Step { step: "booking".into(), owner: Some(StaffId(7)), ..booked.steps[0].clone() };
        leave_notice(&mut booked, date("2026-03-09"));
        assert_eq!(booked.steps[0].owner, Some(StaffId(7)));
        // One that stands keeps its steps.
        let mut stands = crate::engagement::fixtures::visit(2, 1, "2026-03-17", &[]);
        leave_notice(&mut stands, date("2026-03-09"));
        assert_eq!(stands.steps.len(), 2);
    }

    #[test]
    fn what_is_to_be_told_stands_once_and_first() {
        let visit = taken_back(1, 1);
        let known = Reason::new("visited_recently");
        let mut unplanned =
            vec![Unplanned { employer_id: EmployerId(1), reasons: vec![known.clone()], earliest: None }];
        let dropped = Reason::new("proposal_dropped").date("date", date("2026-03-17"));
        for _ in 0..2 {
            tell(&mut unplanned, std::slice::from_ref(&visit));
            assert_eq!(unplanned[0].reasons, [dropped.clone(), known.clone()]);
        }
        // A day that went to another employer is told as such.
        let mut yielded = taken_back(2, 2);
        let last = Reason::new(YIELDED).date("date", date("2026-03-17")).text("employer", "丙单位");
        yielded.reasons.insert(0, last);
        tell(&mut unplanned, &[yielded]);
        let expected = Reason::new("offer_yielded").date("date", date("2026-03-17"));
        assert_eq!((unplanned[1].employer_id, &unplanned[1].reasons[..]), (EmployerId(2), &[expected][..]));
    }

    #[test]
    fn what_a_fresh_plan_has_no_place_for_says_so_and_not_that_nobody_answered() {
        let told = |against: Option<Reason>| {
            let mut visit = taken_back(1, 1);
            let dropped = no_longer_planned(&visit, against.as_ref());
            visit.reasons.insert(0, dropped);
            why(&visit)
        };
        let rank = Reason::new("no_target").count("rank", 9);
        let phrase = Param::Phrase { phrase: "reason.no_target".into(), params: rank.params.clone() };
        let expected = Reason::new("offer_dropped_for").date("date", date("2026-03-17")).with("reason", phrase);
        assert_eq!(told(Some(rank)), expected);
        assert_eq!(told(None), Reason::new("offer_dropped").date("date", date("2026-03-17")));
        // It gave its other day to another employer before: that is no reason here.
        let mut unanswered = taken_back(2, 2);
        unanswered.reasons.insert(0, Reason::new("day_yielded").date("date", date("2026-03-19")));
        assert_eq!(why(&unanswered).rule, "proposal_dropped");
    }
}
