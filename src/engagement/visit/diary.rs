//! What a calendar (日历) tells a colleague or an outlet: the days of visits, the steps to be done, and what an earlier
//! calendar told that holds no more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::engagement::visit::planned::{Step, Visit};
use crate::model::days::period::days_after;
use crate::model::status::VisitStatus;
use crate::model::{StaffId, VisitId};

/// So many days an entry is told after its day.
const KEPT_DAYS: i64 = 7;
/// The step that is the visit itself, which has an entry of its own.
const VISIT_STEP: &str = "visit";
/// State of a step of which nothing is left to do.
const DONE: &str = "yes";

/// Whose calendar it is.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// The visits a colleague goes to, and the steps he owns.
    Colleague(StaffId),
    /// The visits any of an outlet's people goes to.
    Outlet(&'a BTreeSet<StaffId>),
}

/// What of a visit an entry is about; the same from revision to revision, whatever day it is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A day of the visit: 1 for the date itself, 2 and on for the other dates that are offered.
    Day(usize),
    /// A step by its key.
    Step(String),
}

/// How sure an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surety {
    Offered,
    Agreed,
    /// An earlier calendar may have told it, and it holds no more.
    Cancelled,
}

/// One entry of a calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'v> {
    pub visit_id: VisitId,
    pub part: Part,
    pub day: NaiveDate,
    pub surety: Surety,
    /// How many revisions the visit has had: later news of an entry has a higher number.
    pub sequence: usize,
    /// The visit as the entry tells it: as it stands, of a cancelled entry as it stood last with it.
    pub visit: &'v Visit,
    pub step: Option<&'v Step>,
}

/// Entries of all visits, each with its revisions from the first to the one that holds, by day.
pub fn entries<'v>(histories: &'v [Vec<Visit>], reader: Reader<'_>, today: NaiveDate) -> Vec<Entry<'v>> {
    let mut all: Vec<Entry<'v>> = histories.iter().flat_map(|history| of_visit(history, reader)).collect();
    all.retain(|entry| entry.day >= days_after(today, -KEPT_DAYS));
    all.sort_by(|a, b| (a.day, a.visit_id, &a.part).cmp(&(b.day, b.visit_id, &b.part)));
    all
}

fn of_visit<'v>(history: &'v [Visit], reader: Reader<'_>) -> Vec<Entry<'v>> {
    let Some((now, before)) = history.split_last() else { return Vec::new() };
    let entry = |visit: &'v Visit, part: Part, (day, step): Told<'v>, surety: Surety| Entry {
        visit_id: now.visit_id,
        part,
        day,
        surety,
        sequence: history.len(),
        visit,
        step,
    };
    let current = told(now, reader);
    let mut list: Vec<Entry<'v>> = Vec::new();
    let mut gone: BTreeSet<Part> = BTreeSet::new();
    // From the latest on, so that each is cancelled on the day on which it was told last.
    for earlier in before.iter().rev() {
        for (part, told) in told(earlier, reader) {
            if !current.contains_key(&part) && !is_over(now, &part) && gone.insert(part.clone()) {
                list.push(entry(earlier, part, told, Surety::Cancelled));
            }
        }
    }
    for (part, told) in current {
        if told.1.is_some_and(is_done) {
            continue;
        }
        let offered = matches!(part, Part::Day(_)) && is_offered(now.status);
        list.push(entry(now, part, told, if offered { Surety::Offered } else { Surety::Agreed }));
    }
    list
}

/// The day of an entry, and its step if it is one.
type Told<'v> = (NaiveDate, Option<&'v Step>);

/// What one revision tells the reader.
fn told<'v>(visit: &'v Visit, reader: Reader<'_>) -> BTreeMap<Part, Told<'v>> {
    let mut parts = BTreeMap::new();
    // Other people may be kept free for each day.
    let goes = |n: usize| {
        visit.team_of(n).iter().any(|member| match reader {
            Reader::Colleague(id) => member.staff_id == id,
            Reader::Outlet(people) => people.contains(&member.staff_id),
        })
    };
    let offered = is_offered(visit.status);
    let days = std::iter::once(visit.date).chain(visit.alternatives.iter().copied().filter(|_| offered));
    for (n, day) in days.enumerate().filter(|(n, _)| (offered || is_agreed(visit.status)) && goes(*n)) {
        parts.insert(Part::Day(n + 1), (day, None));
    }
    let Reader::Colleague(id) = reader else { return parts };
    if matches!(visit.status, VisitStatus::Moved | VisitStatus::Declined) {
        return parts;
    }
    for step in visit.steps.iter().filter(|step| step.owner == Some(id) && step.step != VISIT_STEP) {
        parts.insert(Part::Step(step.key()), (step.due, Some(step)));
    }
    parts
}

/// A visit that was held is no more told of, and not cancelled either.
fn is_over(now: &Visit, part: &Part) -> bool {
    *part == Part::Day(1) && matches!(now.status, VisitStatus::Held | VisitStatus::AwaitingCall | VisitStatus::Closed)
}

fn is_done(step: &Step) -> bool {
    step.done.as_ref().is_some_and(|done| done.state == DONE)
}

/// Whether the employer has still to say which day it is.
pub fn is_offered(status: VisitStatus) -> bool {
    matches!(status, VisitStatus::AwaitingApproval | VisitStatus::AwaitingBooking)
}

/// Whether the day is agreed and still to come.
pub fn is_agreed(status: VisitStatus) -> bool {
    matches!(status, VisitStatus::Confirmed | VisitStatus::Preparing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, visit};
    use crate::engagement::visit::planned::StepDone;

    const TODAY: &str = "2026-03-02";

    fn step(key: &str, due: &str, owner: i64, done: bool) -> Step {
        let done = done.then(|| StepDone { state: "yes".into(), on: None, note: None });
        Step { step: key.into(), due: date(due), channel: None, owner: Some(StaffId(owner)), done }
    }

    fn shown(histories: &[Vec<Visit>], reader: Reader<'_>) -> Vec<(String, Part, Surety, usize)> {
        let list = entries(histories, reader, date(TODAY));
        list.into_iter().map(|e| (e.day.to_string(), e.part, e.surety, e.sequence)).collect()
    }

    #[test]
    fn an_offered_visit_has_an_entry_a_date_for_each_who_goes() {
        let offered = visit(1, 1, "2026-03-17", &[(1, "lead"), (2, "basic")]);
        let histories = [vec![offered]];
        let both = [
            ("2026-03-17".to_string(), Part::Day(1), Surety::Offered, 1),
            ("2026-03-19".to_string(), Part::Day(2), Surety::Offered, 1),
        ];
        assert_eq!(shown(&histories, Reader::Colleague(StaffId(2))), both);
        assert_eq!(shown(&histories, Reader::Outlet(&BTreeSet::from([StaffId(2), StaffId(9)]))), both);
        assert!(shown(&histories, Reader::Colleague(StaffId(9))).is_empty());
    }

    #[test]
    fn an_agreed_day_cancels_the_other_one() {
        let offered = visit(1, 1, "2026-03-17", &[(1, "lead")]);
        let agreed = Visit { status: VisitStatus::Confirmed, alternatives: Vec::new(), ..offered.clone() };
        let expected = [
            ("2026-03-17".to_string(), Part::Day(1), Surety::Agreed, 2),
            ("2026-03-19".to_string(), Part::Day(2), Surety::Cancelled, 2),
        ];
        assert_eq!(shown(&[vec![offered, agreed]], Reader::Colleague(StaffId(1))), expected);
    }

    #[test]
    fn what_was_declined_and_who_goes_no_more_is_cancelled() {
        let offered = visit(1, 1, "2026-03-17", &[(1, "lead"), (2, "basic")]);
        let agreed = Visit {
            status: VisitStatus::Confirmed,
            date: date("2026-03-20"),
            alternatives: Vec::new(),
            team: offered.team[..1].to_vec(),
            ..offered.clone()
        };
        let declined = Visit { status: VisitStatus::Declined, ..agreed.clone() };
        let moved = [vec![offered.clone(), agreed.clone()]];
        assert_eq!(
            shown(&moved, Reader::Colleague(StaffId(2))),
            [
                ("2026-03-17".to_string(), Part::Day(1), Surety::Cancelled, 2),
                ("2026-03-19".to_string(), Part::Day(2), Surety::Cancelled, 2),
            ]
        );
        // The one who leads had it on the 20th last.
        assert_eq!(
            shown(&[vec![offered, agreed, declined]], Reader::Colleague(StaffId(1))),
            [
                ("2026-03-19".to_string(), Part::Day(2), Surety::Cancelled, 3),
                ("2026-03-20".to_string(), Part::Day(1), Surety::Cancelled, 3),
            ]
        );
    }

    #[test]
    fn steps_stand_with_their_owner_until_they_are_done() {
        let mut planned = visit(1, 1, "2026-03-17", &[(1, "lead")]);
        planned.steps = vec![
            step("booking", "2026-03-02", 3, true),
            step("thanks", "2026-03-19", 3, false),
            step("visit", "2026-03-17", 3, false),
            step("approval", "2026-03-02", 4, false),
            // Eight days past.
            step("confirm", "2026-02-22", 3, false),
        ];
        let expected = [("2026-03-19".to_string(), Part::Step("thanks".into()), Surety::Agreed, 1)];
        assert_eq!(shown(&[vec![planned.clone()]], Reader::Colleague(StaffId(3))), expected);
        // After the visit what follows it is still to be done, and the visit is not cancelled.
        let held = Visit { status: VisitStatus::AwaitingCall, ..planned.clone() };
        let held = [vec![planned.clone(), held]];
        let expected = [("2026-03-19".to_string(), Part::Step("thanks".into()), Surety::Agreed, 2)];
        assert_eq!(shown(&held, Reader::Colleague(StaffId(3))), expected);
        let only_day = shown(&held, Reader::Colleague(StaffId(1)));
        assert_eq!(only_day, [("2026-03-19".to_string(), Part::Day(2), Surety::Cancelled, 2)]);
        // Given up, none of it is to be done.
        let given_up = Visit { status: VisitStatus::Moved, ..planned.clone() };
        let gone = shown(&[vec![planned, given_up]], Reader::Colleague(StaffId(3)));
        assert_eq!(
            gone,
            [
                ("2026-03-02".to_string(), Part::Step("booking".into()), Surety::Cancelled, 2),
                ("2026-03-19".to_string(), Part::Step("thanks".into()), Surety::Cancelled, 2),
            ]
        );
    }
}
