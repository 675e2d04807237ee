//! Visits that people add and change themselves, as easily as on paper and with the same checks.

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::directory::colleague;
use crate::app::employers::employer_named;
use crate::app::error::AppError;
use crate::app::ledger::{self, VisitPayload};
use crate::app::visit::change::{self, Scene, find, revise};
use crate::app::visit::{answers, plan};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::by_hand::{self, NEED_REASONS};
use crate::engagement::visit::planned::{TeamMember, Visit, minutes_between, time_of_day};
use crate::engagement::visit::proposals::Proposed;
use crate::engagement::visit::schedule;
use crate::engagement::visit::staffing::{self, Colleague, StaffNeed};
use crate::engagement::visit::timeline;
use crate::facts::EmployerProfile;
use crate::intake::same_words;
use crate::model::days::period::days_after;
use crate::model::returns::answer::Subject;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Reason, VisitId};
use crate::store::ledger::StoredVisit;

/// What is to be another way; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Who goes, by name or number.
    pub team: Option<Vec<String>>,
    pub lead: Option<String>,
    /// `10:00`.
    pub start: Option<String>,
    pub end: Option<String>,
    /// Key or title of the topic.
    pub topic: Option<String>,
    /// Empty: at the employer's own address again.
    pub place: Option<String>,
    /// People expected.
    pub attendance: Option<i64>,
}

/// How a visit stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stood {
    pub status: VisitStatus,
    pub date: NaiveDate,
}

/// Adds a visit of an employer for which none is planned, on a day or on the best one that is free.
///
/// # Errors
/// No such employer, one of which nothing is known today or that has a visit to come; a day on which it cannot be held, or
/// no day at all, with the reasons.
pub fn add(
    workspace: &mut Workspace,
    employer: &str,
    date: Option<NaiveDate>,
    attendance: Option<i64>,
) -> Result<Visit, AppError> {
    let id = employer_named(workspace, employer)?;
    alone(workspace, id, None)?;
    let scene = Scene::without(workspace, VisitId(0))?;
    let profile = scene.profile(id).ok_or_else(|| AppError::UnknownEmployer { text: employer.to_string() })?;
    let rules = &workspace.rules.staffing;
    let need = match attendance {
        Some(n) => by_hand::need_given(rules, n, profile.executives),
        None => staffing::need(rules, profile),
    };
    let (date, alternatives) = match date {
        Some(date) => (date, Vec::new()),
        None => best_days(workspace, &scene, profile, &need)?,
    };
    if let Some(reason) = timeline::too_late(&workspace.rules.timeline, date, workspace.today) {
        return Err(AppError::DateRefused { date, reasons: vec![reason] });
    }
    let refused = |reasons| AppError::DateRefused { date, reasons };
    let (covered, team) = scene.team_on(workspace, profile, &need, date).map_err(refused)?;
    // Each day that is offered has its people kept free.
    let kept = |day: NaiveDate| Some((day, scene.team_on(workspace, profile, &covered, day).ok()?.1));
    let alternatives = alternatives.into_iter().filter_map(kept).collect();
    let mut reasons = vec![schedule::date_reason(&scene.input(workspace), profile, date)];
    reasons.push(Reason::new("added_by_hand").date("on", workspace.today));
    reasons.extend(covered.reasons.iter().cloned());
    let proposal = Proposed { employer_id: id, date, alternatives, need: covered, team, reasons };
    let mut visit = plan::draft(workspace, profile, &scene.colleagues, proposal, None);
    visit.visit_id = workspace.store.add_visit(id, workspace.today)?;
    revise(workspace, &visit)?;
    Ok(visit)
}

/// The best day on which the visit can be held, and others to be offered beside it: with the whole team, else with the
/// largest that can be found.
fn best_days(
    workspace: &Workspace,
    scene: &Scene,
    profile: &EmployerProfile,
    need: &StaffNeed,
) -> Result<(NaiveDate, Vec<NaiveDate>), AppError> {
    let rules = &workspace.rules.schedule;
    let first = timeline::earliest_visit(&workspace.rules.timeline, workspace.today);
    let until = days_after(first, rules.horizon.days);
    let mut against: Vec<Reason> = Vec::new();
    let mut possible: Vec<(bool, f64, NaiveDate)> = Vec::new();
    for day in first.iter_days().take_while(|d| *d <= until) {
        match scene.team_on(workspace, profile, need, day) {
            Ok((covered, _)) => {
                let weight = schedule::day_weight(rules, &workspace.workdays, profile, day).unwrap_or_default();
                possible.push((covered.people() < need.people(), weight, day));
            }
            Err(reasons) => {
                for reason in reasons {
                    if against.iter().all(|known| known.rule != reason.rule) {
                        against.push(reason);
                    }
                }
            }
        }
    }
    possible.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    let mut days: Vec<NaiveDate> = Vec::new();
    for (.., day) in possible {
        let apart = |d: &NaiveDate| (day - *d).num_days().abs() >= rules.proposal.apart_days;
        if days.len() < rules.proposal.dates && days.iter().all(apart) {
            days.push(day);
        }
    }
    if days.is_empty() {
        return Err(AppError::NoFreeDay { until, reasons: against });
    }
    let others = days.split_off(1);
    Ok((days[0], others))
}

/// Refuses a second visit of an employer that has one to come, other than `own`.
fn alone(workspace: &Workspace, employer: EmployerId, own: Option<VisitId>) -> Result<(), AppError> {
    let stands = |(stored, _): &(StoredVisit, Visit)| stored.employer_id == employer && Some(stored.visit_id) != own;
    match plan::stored_ahead(workspace)?.into_iter().find(stands) {
        Some((stored, _)) => Err(AppError::VisitStands { visit: stored.visit_id, date: stored.date }),
        None => Ok(()),
    }
}

/// Changes what is given of a visit.
///
/// # Errors
/// No such visit, colleague or topic; people who cannot go that day, with the reasons; times that are none.
pub fn set(workspace: &mut Workspace, visit: &str, changes: &Changes) -> Result<Visit, AppError> {
    let (stored, mut plan) = find(workspace, visit)?;
    let scene = Scene::without(workspace, stored.visit_id)?;
    times(&mut plan, changes)?;
    if let Some(place) = &changes.place {
        plan.place = Some(place.trim().to_string()).filter(|place| !place.is_empty());
    }
    if let Some(topic) = &changes.topic {
        plan.topic = topic_named(workspace, topic)?;
        plan.reasons.retain(|r| !r.rule.starts_with("topic_"));
    }
    let rules = &workspace.rules.staffing;
    let executives = scene.profile(plan.employer_id).map_or(0, |p| p.executives);
    if let Some(attendance) = changes.attendance {
        let need = by_hand::need_given(rules, attendance, executives);
        expect(&mut plan, &need);
        if !plan.team_by_hand && changes.team.is_none() {
            team_for(workspace, &scene, &mut plan, &need)?;
        }
    }
    if let Some(team) = chosen(workspace, &scene, &plan, changes, executives)? {
        plan.team = team;
        plan.team_by_hand = true;
    }
    by_hand::arrive(rules, &mut plan.team, &plan.start);
    if changes.team.is_some() || changes.lead.is_some() || changes.attendance.is_some() {
        other_days(workspace, &scene, &mut plan, executives);
    }
    if plan.team_by_hand {
        let need = staffing::for_attendance(rules, plan.attendance, executives);
        plan.reasons.retain(|r| r.rule != "team_reduced" && r.rule != "team_smaller");
        plan.reasons.extend(by_hand::lacking(&need, &plan.team));
    }
    own_steps(&mut plan, &stored, workspace, &scene)?;
    revise(workspace, &plan)?;
    Ok(plan)
}

/// Keeps people free for the other days as they are to go now: those who were chosen, else a team for the new need. A day
/// on which they cannot is no longer offered.
fn other_days(workspace: &Workspace, scene: &Scene, plan: &mut Visit, executives: i64) {
    let need = staffing::for_attendance(&workspace.rules.staffing, plan.attendance, executives);
    let profile = scene.profile(plan.employer_id);
    let team = |day: NaiveDate| -> Option<Vec<TeamMember>> {
        if plan.team_by_hand {
            return scene.away(&plan.team, day).is_empty().then(|| plan.team.clone());
        }
        Some(scene.team_on(workspace, profile?, &need, day).ok()?.1)
    };
    let kept: Vec<(NaiveDate, Vec<TeamMember>)> =
        plan.alternatives.iter().filter_map(|day| Some((*day, team(*day)?))).collect();
    (plan.alternatives, plan.alternative_teams) = kept.into_iter().unzip();
}

/// Another lead owns his steps; their days stay as they are.
fn own_steps(plan: &mut Visit, stored: &StoredVisit, workspace: &Workspace, scene: &Scene) -> Result<(), AppError> {
    let before = VisitPayload::read(stored)?.plan;
    let lead = |visit: &Visit| visit.team.iter().find(|m| m.role == "lead").map(|m| m.staff_id);
    let (Some(before), Some(profile)) = (before, scene.profile(plan.employer_id)) else { return Ok(()) };
    if lead(&before) != lead(plan) {
        let mut dated = plan.clone();
        plan::date_steps(workspace, &mut dated, profile, &scene.colleagues);
        for step in &mut plan.steps {
            if let Some(same) = dated.steps.iter().find(|s| s.key() == step.key()) {
                step.owner = same.owner;
            }
        }
    }
    Ok(())
}

/// When the visit begins and ends.
fn times(plan: &mut Visit, changes: &Changes) -> Result<(), AppError> {
    if changes.start.is_none() && changes.end.is_none() {
        return Ok(());
    }
    let start = changes.start.clone().unwrap_or_else(|| plan.start.clone());
    let end = changes.end.clone().unwrap_or_else(|| plan.end.clone());
    match (time_of_day(&start), time_of_day(&end), minutes_between(&start, &end)) {
        (Some(from), Some(until), Some(_)) => {
            (plan.start, plan.end) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            Ok(())
        }
        _ => Err(AppError::TimeRefused { start, end }),
    }
}

/// The key of the topic a text names, by key or title.
fn topic_named(workspace: &Workspace, text: &str) -> Result<String, AppError> {
    let topics = &workspace.rules.topics.topics;
    let title = |key: &str| workspace.words.get(&format!("topic_title.{key}")).to_string();
    let found = topics.keys().find(|key| *key == text.trim() || same_words(&title(key), text));
    let list = || topics.keys().map(|key| format!("{}（{key}）", title(key))).collect();
    found.cloned().ok_or_else(|| AppError::NotListed { field: "topic".into(), text: text.to_string(), list: list() })
}

/// How many come, in how many rounds, and why.
fn expect(plan: &mut Visit, need: &StaffNeed) {
    (plan.attendance, plan.sessions) = (need.attendance, need.sessions);
    let known = |r: &Reason| NEED_REASONS.contains(&r.rule.as_str());
    let place = plan.reasons.iter().position(known).unwrap_or(plan.reasons.len());
    plan.reasons.retain(|r| !known(r));
    let behind = plan.reasons.split_off(place);
    plan.reasons.extend(need.reasons.iter().cloned());
    plan.reasons.extend(behind);
}

/// Finds a team for the need on the visit's own day, which is not asked about again.
fn team_for(workspace: &Workspace, scene: &Scene, plan: &mut Visit, need: &StaffNeed) -> Result<(), AppError> {
    let date = plan.date;
    let rules = &workspace.rules;
    let others = || scene.others.iter().filter(|o| o.date == date);
    let taken = others().flat_map(|o| o.team.iter().copied()).collect();
    let mut people = scene.colleagues.clone();
    for person in &mut people {
        person.used += scene.others.iter().filter(|o| o.team.contains(&person.staff_id)).count() as i64;
    }
    let pension_day = rules.schedule.pension_day.days.contains(&chrono::Datelike::day(&date));
    let closed = people.iter().filter(|_| pension_day).map(|p| p.outlet.clone()).collect();
    let call = staffing::DayCall {
        date,
        start: &plan.start,
        rm: scene.profile(plan.employer_id).and_then(|p| p.rm),
        unavailable: &taken,
        closed_outlets: &closed,
    };
    let found = by_hand::largest_team(&rules.staffing, need, &people, &call);
    let (covered, team) = found.map_err(|reasons| AppError::TeamRefused { date, reasons })?;
    plan.team = team;
    plan.reasons.extend(covered.reasons.into_iter().filter(|r| r.rule == "team_reduced"));
    Ok(())
}

/// The team somebody has chosen, whole or by its lead; `None` when nobody has.
fn chosen(
    workspace: &Workspace,
    scene: &Scene,
    plan: &Visit,
    changes: &Changes,
    executives: i64,
) -> Result<Option<Vec<TeamMember>>, AppError> {
    let rules = &workspace.rules.staffing;
    let refused = |reasons| AppError::TeamRefused { date: plan.date, reasons };
    let team = match (&changes.team, &changes.lead) {
        (Some(names), _) => {
            let mut people: Vec<&Colleague> = Vec::new();
            for name in names.iter().filter(|name| !name.trim().is_empty()) {
                let who = named(workspace, scene, name)?;
                if people.iter().all(|p| p.staff_id != who.staff_id) {
                    people.push(who);
                }
            }
            if people.is_empty() {
                return Err(AppError::UnknownColleague { text: names.join(",") });
            }
            let need = staffing::for_attendance(rules, plan.attendance, executives);
            by_hand::seat(rules, &need, &people, &plan.start).map_err(refused)?
        }
        (None, Some(name)) => {
            let who = named(workspace, scene, name)?;
            let led = by_hand::led_by(rules, &plan.team, who, &scene.colleagues, &plan.start);
            led.map_err(|reason| refused(vec![reason]))?
        }
        (None, None) => return Ok(None),
    };
    let away = scene.away(&team, plan.date);
    if away.is_empty() { Ok(Some(team)) } else { Err(refused(away)) }
}

fn named<'s>(workspace: &Workspace, scene: &'s Scene, text: &str) -> Result<&'s Colleague, AppError> {
    let id = colleague(workspace, text)?;
    let found = scene.colleagues.iter().find(|c| c.staff_id == id);
    found.ok_or_else(|| AppError::UnknownColleague { text: text.to_string() })
}

/// Keeps a visit as it stands: planning leaves it alone from then on.
///
/// # Errors
/// No such visit.
pub fn pin(workspace: &mut Workspace, visit: &str) -> Result<Visit, AppError> {
    let (_, plan) = find(workspace, visit)?;
    revise(workspace, &plan)?;
    Ok(plan)
}

/// Takes up a visit the employer had declined, on its day or another: it is to be booked again. What was said then stays in
/// the revisions; the employer no longer rests.
///
/// # Errors
/// No such visit, one that was not declined, an employer with another visit to come, or a day on which it cannot be held.
pub fn reopen(workspace: &mut Workspace, visit: &str, date: Option<NaiveDate>) -> Result<Visit, AppError> {
    let (stored, mut plan) = plan::find_any(workspace, visit)?;
    if stored.status != VisitStatus::Declined {
        return Err(AppError::NotDeclined { text: visit.to_string() });
    }
    alone(workspace, stored.employer_id, Some(stored.visit_id))?;
    let scene = Scene::without(workspace, stored.visit_id)?;
    let date = date.unwrap_or(plan.date);
    scene.put_on(workspace, &mut plan, date)?;
    let late = |d: &NaiveDate| timeline::too_late(&workspace.rules.timeline, *d, workspace.today).is_some();
    plan.keep_alternatives(|d| d != date && !late(&d));
    scene.drop_taken(workspace, &mut plan);
    plan.status = VisitStatus::AwaitingBooking;
    plan.declined = None;
    revise(workspace, &plan)?;
    change::said(workspace, &plan, "waiting", &[])?;
    Ok(plan)
}

/// Takes back what a user said last of a visit: it stands as before, by a further revision. Taken back twice it stands as it
/// did at first. Tells the visit, and how it stood until now.
///
/// # Errors
/// No such visit, or one that was held since; nothing to take back; a day that has passed, another visit of the employer, or
/// people who have been given to others meanwhile.
pub fn undo(workspace: &mut Workspace, visit: &str) -> Result<(Visit, Stood), AppError> {
    let (stored, undone) = plan::find_any(workspace, visit)?;
    if !ledger::is_ahead(stored.status) && stored.status != VisitStatus::Declined {
        return Err(AppError::VisitOver { text: visit.to_string() });
    }
    let revisions = workspace.store.revisions_of(stored.visit_id, workspace.today)?;
    let differs = |r: &StoredVisit| (r.status, r.date, &r.payload) != (stored.status, stored.date, &stored.payload);
    // What a list told after the user is not the user's to take back, and neither is what the program planned before him.
    let own = revisions.last().is_some_and(|(_, by_user)| *by_user);
    let earlier = revisions.iter().rev().skip(1);
    let before = earlier.skip_while(|(r, by_user)| *by_user && !differs(r)).map(|(r, _)| r).next();
    let before = before.filter(|r| own && differs(r));
    let restored = match before {
        Some(before) => VisitPayload::read(before)?.plan,
        None => None,
    };
    let Some(mut restored) = restored else { return Err(AppError::NothingToUndo { text: visit.to_string() }) };
    if ledger::is_ahead(restored.status) {
        let date = restored.date;
        if date < workspace.today {
            return Err(AppError::DateRefused { date, reasons: vec![Reason::new("day_passed")] });
        }
        alone(workspace, stored.employer_id, Some(stored.visit_id))?;
        let scene = Scene::without(workspace, stored.visit_id)?;
        if scene.is_full(workspace, date) || !scene.may_be_lent(workspace, &restored.team, date) {
            return Err(AppError::DateRefused { date, reasons: vec![Reason::new("day_full").date("date", date)] });
        }
        let away = scene.away(&restored.team, date);
        if !away.is_empty() {
            return Err(AppError::TeamRefused { date, reasons: away });
        }
        scene.drop_taken(workspace, &mut restored);
    }
    revise(workspace, &restored)?;
    said_before(workspace, &undone, &restored)?;
    let mut told = [restored];
    plan::tell_done(workspace, &mut told)?;
    let [restored] = told;
    Ok((restored, Stood { status: stored.status, date: stored.date }))
}

/// What the employer has answered is what the visit says again, also where it is asked about; an agreement that is taken
/// back is no step that is done.
fn said_before(workspace: &Workspace, undone: &Visit, restored: &Visit) -> Result<(), AppError> {
    if undone.status == restored.status && undone.date == restored.date {
        return Ok(());
    }
    let agreed = ("agreed_date", Some(restored.date.to_string()));
    match restored.status {
        VisitStatus::Confirmed => {
            change::said(workspace, restored, "first_date", &[agreed])?;
            change::booked(workspace, restored.clone())?;
        }
        VisitStatus::Declined => change::said(workspace, restored, "declined", &[])?,
        _ => change::said(workspace, restored, "waiting", &[])?,
    }
    let agreed = undone.status == VisitStatus::Confirmed && restored.status != VisitStatus::Confirmed;
    for step in undone.steps.iter().filter(|s| agreed && s.step == "confirm") {
        let subject = Subject::Step(undone.visit_id, step.key());
        answers::say(workspace, &subject, &[("done", Some("no".to_string()))])?;
    }
    Ok(())
}
