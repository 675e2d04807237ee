//! The steps before and after a visit, counted back from its day (PRACTICE: order of work).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::planned::{Step, Visit, VisitPart};
use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Reason, StaffId, VisitId};
use crate::rules::visit::schedule::ScheduleRules;
use crate::rules::visit::timeline::{StepAnchor, StepRule, TimelineRules};

/// The dated steps of a visit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dated {
    pub steps: Vec<Step>,
    /// Rounds of invitation for which there is no day left, by reason `round_dropped`.
    pub dropped: Vec<Reason>,
}

/// Steps of a visit on `visit` planned on `today`, in order. `channels` are the publicity channels the employer
/// allows; `owners` maps owner keys (`manager`, `rm`, `lead`, `office`) to people; `payday` is the first one after the
/// visit: steps anchored to it are left out where it is not known.
///
/// Calendar days fall back to a working day, after the visit never onto or before it. Steps whose day is past fall
/// on `today`, unless the visit itself is past. In a year without a published calendar the nominal day stands. No two
/// rounds of invitation share a day.
pub fn steps(
    rules: &TimelineRules,
    visit: NaiveDate,
    today: NaiveDate,
    workdays: &Workdays,
    channels: &[String],
    owners: &BTreeMap<String, StaffId>,
    payday: Option<NaiveDate>,
) -> Dated {
    let mut steps = Vec::new();
    for (key, rule) in rules.ordered() {
        let Some(nominal) = due(rule, visit, payday, workdays) else { continue };
        let due = if today <= visit { nominal.max(today) } else { nominal };
        let step = |channel: Option<String>| Step {
            step: key.to_string(),
            due,
            channel,
            owner: owners.get(&rule.owner).copied(),
            done: None,
        };
        if rule.per_channel {
            steps.extend(channels.iter().map(|c| step(Some(c.clone()))));
        } else {
            steps.push(step(None));
        }
    }
    // Of a visit that is past nothing is put off to today.
    let first = (today <= visit).then_some(today);
    let dropped = part_rounds(rules, &mut steps, first, workdays);
    Dated { steps, dropped }
}

/// Dates the steps of an offer by the last day for its answer: what is asked of the employer is due by then, and the answer
/// itself on that day, so that no two days are told for it.
pub fn wait_for_answer(rules: &TimelineRules, steps: &mut [Step], last: NaiveDate) {
    for step in steps {
        match rules.steps.get(&step.step) {
            Some(rule) if rule.is_answer => step.due = last,
            Some(rule) if rule.by_answer => step.due = step.due.min(last),
            _ => {}
        }
    }
}

fn due(rule: &StepRule, visit: NaiveDate, payday: Option<NaiveDate>, workdays: &Workdays) -> Option<NaiveDate> {
    let from = match rule.anchor {
        StepAnchor::Visit => visit,
        StepAnchor::Payday => payday?,
    };
    if rule.offset == 0 {
        return Some(from);
    }
    let calendar = days_after(from, rule.offset);
    let day = if rule.workdays { workdays.add(from, rule.offset) } else { workdays.on_or_before(calendar) };
    let follows = rule.anchor == StepAnchor::Payday || rule.offset > 0;
    Some(match day {
        Some(day) if follows && day <= visit => {
            let first = calendar.max(days_after(visit, 1));
            workdays.on_or_after(first).unwrap_or(first)
        }
        Some(day) => day,
        None => calendar,
    })
}

/// Moves rounds of invitation that fall on one day apart: from the visit backwards each goes to the working day before the
/// next round at the latest. One that would come before `first` is dropped; the later round is worth more.
fn part_rounds(
    rules: &TimelineRules,
    steps: &mut Vec<Step>,
    first: Option<NaiveDate>,
    workdays: &Workdays,
) -> Vec<Reason> {
    let mut rounds: Vec<(i64, &str)> =
        rules.steps.iter().filter(|(_, r)| r.round).map(|(key, r)| (r.offset, key.as_str())).collect();
    rounds.sort_unstable();
    let (mut next, mut dropped): (Option<NaiveDate>, Vec<Reason>) = (None, Vec::new());
    for (_, key) in rounds.into_iter().rev() {
        let Some(wanted) = steps.iter().find(|s| s.step == key).map(|s| s.due) else { continue };
        let due = match next {
            Some(next) if wanted >= next => workdays.add(next, -1).unwrap_or_else(|| days_after(next, -1)),
            _ => wanted,
        };
        match next {
            Some(next) if first.is_some_and(|first| due < first) => {
                steps.retain(|s| s.step != key);
                dropped.insert(0, Reason::new("round_dropped").word("step", format!("step.{key}")).date("next", next));
            }
            _ => {
                steps.iter_mut().filter(|s| s.step == key).for_each(|s| s.due = due);
                next = Some(due);
            }
        }
    }
    dropped
}

/// A visit with steps that are so late that the manager is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalated<'v> {
    pub visit: &'v Visit,
    /// In order; never empty.
    pub steps: Vec<&'v Step>,
    /// Days by which the first of them is late.
    pub days: i64,
}

/// Whether a step is still to be done: once a visit was held, or its day has gone by, what was to prepare it is no more.
pub fn is_to_do(visit: &Visit, step: &Step, today: NaiveDate) -> bool {
    let held = matches!(visit.status, VisitStatus::Held | VisitStatus::AwaitingCall | VisitStatus::Closed);
    !step.is_done() && (visit.date < step.due || (today <= visit.date && !held))
}

/// Visits with steps that are to be done and later than the rules allow, the latest first.
pub fn escalated<'v>(
    rules: &TimelineRules,
    visits: impl Iterator<Item = &'v Visit>,
    today: NaiveDate,
) -> Vec<Escalated<'v>> {
    let late = |step: &Step| (today - step.due).num_days();
    let mut found: Vec<Escalated> = visits
        .filter_map(|visit| {
            let counts = |s: &&Step| late(s) > rules.overdue.escalate_days && is_to_do(visit, s, today);
            let steps: Vec<&Step> = visit.steps.iter().filter(counts).collect();
            let days = steps.iter().map(|s| late(s)).max()?;
            Some(Escalated { visit, steps, days })
        })
        .collect();
    found.sort_by_key(|e| (-e.days, e.visit.visit_id));
    found
}

/// A step of a visit that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LateStep {
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    /// Day of the visit.
    pub date: NaiveDate,
    /// Key of the step (`timeline.toml`).
    pub step: String,
    /// The publicity channel, where the step is one of several.
    pub channel: Option<String>,
    /// Key of the role that has it in hand: `manager`, `rm`, `lead`, `office`; `None`: the rules do not know the step any
    /// more.
    pub role: Option<String>,
    pub owner: Option<StaffId>,
    pub due: NaiveDate,
    /// Calendar days by which it is late.
    pub days: i64,
}

impl LateStep {
    /// Names the step inside its visit, as [`Step::key`].
    pub fn key(&self) -> String {
        VisitPart::Step(&self.step, self.channel.as_deref()).to_string()
    }
}

/// Steps that are to be done and whose day has passed, the latest first.
pub fn overdue_steps<'v>(
    rules: &TimelineRules,
    visits: impl Iterator<Item = &'v Visit>,
    today: NaiveDate,
) -> Vec<LateStep> {
    let mut late = Vec::new();
    for visit in visits {
        let overdue = visit.steps.iter().filter(|step| step.due < today && is_to_do(visit, step, today));
        late.extend(overdue.map(|step| LateStep {
            visit_id: visit.visit_id,
            employer_id: visit.employer_id,
            date: visit.date,
            step: step.step.clone(),
            channel: step.channel.clone(),
            role: rules.steps.get(&step.step).map(|rule| rule.owner.clone()),
            owner: step.owner,
            due: step.due,
            days: (today - step.due).num_days(),
        }));
    }
    // Steps of a visit that are equally late stay in their order.
    late.sort_by_key(|l| (-l.days, l.visit_id));
    late
}

/// The steps of [`escalated`] one by one, the latest first.
pub fn late_steps<'v>(
    rules: &TimelineRules,
    visits: impl Iterator<Item = &'v Visit>,
    today: NaiveDate,
) -> Vec<LateStep> {
    let mut late = overdue_steps(rules, visits, today);
    late.retain(|step| is_for_manager(rules, step));
    late
}

fn is_for_manager(rules: &TimelineRules, step: &LateStep) -> bool {
    step.days > rules.overdue.escalate_days
}

/// Which of the steps that are `overdue` a colleague is told of: his own, and if he is the `manager` those of others that are
/// later than the rules allow.
pub fn told_of(rules: &TimelineRules, overdue: &[LateStep], who: StaffId, manager: Option<StaffId>) -> Vec<LateStep> {
    let is_told = |step: &&LateStep| step.owner == Some(who) || (manager == Some(who) && is_for_manager(rules, step));
    overdue.iter().filter(is_told).cloned().collect()
}

/// The first day that leaves time for review of materials and for publicity.
pub fn earliest_visit(rules: &TimelineRules, today: NaiveDate) -> NaiveDate {
    days_after(today, rules.least_lead())
}

/// The last working day on which an offer made today is kept; where all days until then are off, the first working day after
/// them, on which somebody can answer again.
pub fn answer_by(rules: &ScheduleRules, workdays: &Workdays, today: NaiveDate) -> NaiveDate {
    let last = days_after(today, rules.proposal.answer_days.max(1));
    let before = workdays.on_or_before(last).filter(|day| *day > today);
    before.or_else(|| workdays.on_or_after(last)).unwrap_or(last)
}

/// Why `visit` cannot be prepared from `today` on; `None` when it can.
pub fn too_late(rules: &TimelineRules, visit: NaiveDate, today: NaiveDate) -> Option<Reason> {
    let days = (visit - today).num_days();
    let earliest = earliest_visit(rules, today);
    if days < rules.lead.publicity_days {
        let reason = Reason::new("publicity_too_short").count("days", days);
        return Some(reason.count("least", rules.lead.publicity_days).date("earliest", earliest));
    }
    (visit < earliest).then(|| {
        Reason::new("lead_too_short").count("days", days).count("least", rules.least_lead()).date("earliest", earliest)
    })
}

#[cfg(test)]
mod tests;
