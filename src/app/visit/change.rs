//! Takes the employer's answer: confirmed, moved, declined.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::ledger::VisitPayload;
use crate::app::visit::{answers, plan, rank};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::{Declined, TeamMember, Visit};
use crate::engagement::visit::schedule::{self, ScheduleInput, Standing};
use crate::engagement::visit::staffing::{self, Colleague, StaffNeed};
use crate::engagement::visit::{by_hand, timeline};
use crate::facts::EmployerProfile;
use crate::model::returns::answer::Subject;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Reason, StaffId, VisitId};
use crate::store::ledger::{StoredVisit, VisitOrigin};

/// Steps that are done once the employer has agreed.
const BOOKED: [&str; 2] = ["booking", "confirm"];

/// The employer agreed: on the proposed date, or on another.
///
/// # Errors
/// No such visit, or a day on which it cannot be held, with the reasons.
pub fn confirm(workspace: &mut Workspace, visit: &str, date: Option<NaiveDate>) -> Result<Visit, AppError> {
    let (_, before) = find(workspace, visit)?;
    let confirmed = change(workspace, visit, date, VisitStatus::Confirmed)?;
    let same = date.is_none_or(|date| date == before.date);
    let answer = if same { "first_date" } else { "move" };
    said(workspace, &before, answer, &[("agreed_date", Some(confirmed.date.to_string()))])?;
    booked(workspace, confirmed)
}

/// Keeps that what leads to an agreement is done, and tells the visit's steps with what is known of them.
///
/// # Errors
/// The store cannot be read or written.
pub(super) fn booked(workspace: &Workspace, visit: Visit) -> Result<Visit, AppError> {
    let mut visits = [visit];
    plan::tell_done(workspace, &mut visits)?;
    let [visit] = &visits;
    let open = visit.steps.iter().filter(|s| BOOKED.contains(&s.step.as_str()) && !s.is_done());
    for step in open {
        let values = [("done", Some("yes".to_string())), ("done_on", Some(workspace.today.to_string()))];
        answers::say(workspace, &Subject::Step(visit.visit_id, step.key()), &values)?;
    }
    plan::tell_done(workspace, &mut visits)?;
    let [visit] = visits;
    Ok(visit)
}

/// Keeps what a command says of an offer beside what workbooks say of it: another answer is then a conflict.
///
/// # Errors
/// The store cannot be read or written.
pub(super) fn said(
    workspace: &Workspace,
    before: &Visit,
    answer: &str,
    more: &[(&str, Option<String>)],
) -> Result<(), AppError> {
    let values = [&[("client_answer", Some(answer.to_string()))], more].concat();
    let id = answers::say(workspace, &answers::offer(before), &values)?;
    Ok(workspace.store.note_applied([id], workspace.today)?)
}

/// The employer agreed, as a workbook says.
///
/// # Errors
/// As [`confirm`].
pub(super) fn agree(workspace: &mut Workspace, visit: &str, date: NaiveDate) -> Result<Visit, AppError> {
    let (_, before) = find(workspace, visit)?;
    if before.status == VisitStatus::Confirmed && before.date == date {
        return Ok(before);
    }
    change(workspace, visit, Some(date), VisitStatus::Confirmed)
}

/// The dates that are offered beside the `first` one of the offer that was answered.
///
/// # Errors
/// As [`confirm`].
pub(super) fn offers(workspace: &Workspace, visit: &str, first: NaiveDate) -> Result<Vec<NaiveDate>, AppError> {
    let visit = find(workspace, visit)?.1;
    Ok(std::iter::once(visit.date).chain(visit.alternatives).filter(|day| *day != first).collect())
}

/// The day of a visit that somebody put on another day than the one that was offered.
///
/// # Errors
/// The store cannot be read.
pub(super) fn moved_since(
    workspace: &Workspace,
    visit: VisitId,
    offered: NaiveDate,
) -> Result<Option<NaiveDate>, AppError> {
    let found = plan::stored_ahead(workspace)?.into_iter().find(|(stored, _)| stored.visit_id == visit);
    Ok(found.filter(|(stored, _)| stored.pinned && stored.date != offered).map(|(stored, _)| stored.date))
}

/// Another date is wanted; it has still to be agreed.
///
/// # Errors
/// As [`confirm`].
pub fn move_to(workspace: &mut Workspace, visit: &str, date: NaiveDate) -> Result<Visit, AppError> {
    change(workspace, visit, Some(date), VisitStatus::AwaitingBooking)
}

/// The employer declined (婉拒).
///
/// # Errors
/// No such visit.
pub fn cancel(
    workspace: &mut Workspace,
    visit: &str,
    reason: Option<String>,
    rest_until: Option<NaiveDate>,
) -> Result<Visit, AppError> {
    let (_, before) = find(workspace, visit)?;
    let declined = decline(workspace, visit, reason.clone(), rest_until)?;
    said(workspace, &before, "declined", &[("remark", reason), ("rest_until", rest_until.map(|d| d.to_string()))])?;
    Ok(declined)
}

/// The employer declined, as a workbook says.
///
/// # Errors
/// As [`cancel`].
pub(super) fn decline(
    workspace: &mut Workspace,
    visit: &str,
    reason: Option<String>,
    rest_until: Option<NaiveDate>,
) -> Result<Visit, AppError> {
    let (_, mut plan) = find(workspace, visit)?;
    plan.status = VisitStatus::Declined;
    plan.declined = Some(Declined { reason, rest_until });
    revise(workspace, &plan)?;
    Ok(plan)
}

/// A visit by its number or by its employer's.
///
/// # Errors
/// No such visit, or one that is not to come any more.
pub(super) fn find(workspace: &Workspace, text: &str) -> Result<(StoredVisit, Visit), AppError> {
    let unknown = || AppError::UnknownVisit { text: text.to_string() };
    let visit_id = text.parse::<VisitId>().ok();
    let employer = match visit_id {
        Some(_) => None,
        None => crate::app::employers::employer_named(workspace, text).ok(),
    };
    let all = workspace.store.visits(workspace.today)?;
    let fits = |v: &&StoredVisit| Some(v.visit_id) == visit_id || Some(v.employer_id) == employer;
    if !all.iter().any(|v| fits(&v)) {
        return Err(unknown());
    }
    let found = plan::stored_ahead(workspace)?.into_iter().find(|(v, _)| fits(&v));
    found.ok_or_else(|| AppError::VisitOver { text: text.to_string() })
}

/// What a changed visit is checked against: the employers, our people, and the other visits.
pub(super) struct Scene {
    profiles: Vec<EmployerProfile>,
    pub colleagues: Vec<Colleague>,
    pub others: Vec<Standing>,
}

impl Scene {
    /// All but one visit.
    ///
    /// # Errors
    /// Nothing has been imported, or the store cannot be read.
    pub fn without(workspace: &mut Workspace, visit: VisitId) -> Result<Scene, AppError> {
        workspace.refresh_facts()?;
        let profiles = rank::profiles(workspace)?;
        let ahead = plan::stored_ahead(workspace)?.into_iter().filter(|(v, _)| v.visit_id != visit);
        let others = ahead.flat_map(|(_, v)| plan::standing(&v)).collect();
        Ok(Scene { colleagues: plan::colleagues(workspace)?, others, profiles })
    }

    /// `None`: an employer of whom nothing is known today.
    pub fn profile(&self, employer: EmployerId) -> Option<&EmployerProfile> {
        self.profiles.iter().find(|p| p.employer_id == employer)
    }

    pub fn input<'a>(&'a self, workspace: &'a Workspace) -> ScheduleInput<'a> {
        ScheduleInput {
            rules: &workspace.rules,
            workdays: &workspace.workdays,
            today: workspace.today,
            colleagues: &self.colleagues,
            standing: &self.others,
        }
    }

    /// The team for a visit of `need` on a day, or the largest smaller one, with the need it covers.
    ///
    /// # Errors
    /// What is against the day, for the whole team.
    pub fn team_on(
        &self,
        workspace: &Workspace,
        profile: &EmployerProfile,
        need: &StaffNeed,
        date: NaiveDate,
    ) -> Result<(StaffNeed, Vec<TeamMember>), Vec<Reason>> {
        let input = self.input(workspace);
        let team = |need: &StaffNeed| schedule::team_for(&input, profile, need, &self.others, date);
        let refused = match team(need) {
            Ok((_, team)) => return Ok((need.clone(), team)),
            Err(reasons) => reasons,
        };
        let rules = &workspace.rules.staffing;
        let smaller = std::iter::successors(need.reduced(rules), |n| n.reduced(rules));
        let mut found = smaller.filter_map(|n| team(&n).ok().map(|(_, team)| (n, team)));
        found.next().ok_or(refused)
    }

    /// Why some of a team cannot go on a day.
    pub fn away(&self, team: &[TeamMember], date: NaiveDate) -> Vec<Reason> {
        let taken: BTreeSet<StaffId> =
            self.others.iter().filter(|o| o.date == date).flat_map(|o| o.team.iter().copied()).collect();
        let who = team.iter().filter_map(|m| self.colleagues.iter().find(|c| c.staff_id == m.staff_id));
        who.filter_map(|c| by_hand::away(c, date, &taken)).collect()
    }

    /// Whether as many visits as fit are on a day, or may be.
    pub fn is_full(&self, workspace: &Workspace, day: NaiveDate) -> bool {
        let held = self.others.iter().filter(|o| o.date == day).count();
        held >= workspace.rules.schedule.capacity.visits_per_day
    }

    /// Whether the outlets may lend a team on a day, beside whom they lend already.
    pub fn may_be_lent(&self, workspace: &Workspace, team: &[TeamMember], day: NaiveDate) -> bool {
        let outlet = |id: StaffId| self.colleagues.iter().find(|c| c.staff_id == id).map(|c| c.outlet.as_str());
        let others = self.others.iter().filter(|o| o.date == day).flat_map(|o| o.team.iter().copied());
        let away: Vec<&str> = team.iter().map(|m| m.staff_id).chain(others).filter_map(outlet).collect();
        team.iter().filter_map(|m| outlet(m.staff_id)).filter(|of| !of.is_empty()).all(|of| {
            let size = self.colleagues.iter().filter(|c| c.outlet == of).count() as i64;
            away.iter().filter(|o| **o == of).count() as i64 <= workspace.rules.staffing.may_leave(size)
        })
    }

    /// Takes back an offer's other days that have passed, or been given to others meanwhile.
    pub fn drop_taken(&self, workspace: &Workspace, visit: &mut Visit) {
        let gone = |(n, day): &(usize, &NaiveDate)| {
            **day < workspace.today
                || self.is_full(workspace, **day)
                || !self.away(visit.team_of(n + 1), **day).is_empty()
                || !self.may_be_lent(workspace, visit.team_of(n + 1), **day)
        };
        let gone: BTreeSet<NaiveDate> = visit.alternatives.iter().enumerate().filter(gone).map(|(_, d)| *d).collect();
        visit.keep_alternatives(|day| !gone.contains(&day));
    }

    /// Puts an offer on one of its other days with the people who were kept free for it: what was promised is not asked
    /// about again, but for people who cannot go any more and time for publicity. Tells whether it did.
    fn take_offered(&self, workspace: &Workspace, visit: &mut Visit, date: NaiveDate) -> bool {
        let Some(n) = visit.alternatives.iter().position(|day| *day == date) else { return false };
        let Some(team) = visit.alternative_teams.get(n).filter(|team| !team.is_empty()).cloned() else { return false };
        let late = timeline::too_late(&workspace.rules.timeline, date, workspace.today);
        let Some(profile) = self.profile(visit.employer_id) else { return false };
        let free = self.away(&team, date).is_empty() && self.may_be_lent(workspace, &team, date);
        if late.is_some_and(|r| r.rule != "lead_too_short") || !free {
            return false;
        }
        visit.team = team;
        by_hand::arrive(&workspace.rules.staffing, &mut visit.team, &visit.start);
        visit.reasons.retain(|r| !schedule::DATE_REASONS.contains(&r.rule.as_str()));
        visit.reasons.insert(0, schedule::date_reason(&self.input(workspace), profile, date));
        visit.date = date;
        plan::date_steps(workspace, visit, profile, &self.colleagues);
        true
    }

    /// Puts a visit on a day: the day is checked, people are found who are free (those somebody has chosen are only checked),
    /// and the steps are dated anew.
    ///
    /// # Errors
    /// What is against the day.
    pub fn put_on(&self, workspace: &Workspace, visit: &mut Visit, date: NaiveDate) -> Result<(), AppError> {
        let refused = |reasons: Vec<Reason>| AppError::DateRefused { date, reasons };
        let Some(profile) = self.profile(visit.employer_id) else {
            return Err(AppError::UnknownEmployer { text: visit.employer_id.to_string() });
        };
        if let Some(reason) = timeline::too_late(&workspace.rules.timeline, date, workspace.today) {
            return Err(refused(vec![reason]));
        }
        let need = staffing::for_attendance(&workspace.rules.staffing, visit.attendance, profile.executives);
        if visit.team_by_hand {
            // The day alone, with nobody to be found.
            let nobody = StaffNeed { roles: Vec::new(), ..need };
            self.team_on(workspace, profile, &nobody, date).map_err(refused)?;
            let away = self.away(&visit.team, date);
            if !away.is_empty() {
                return Err(refused(away));
            }
        } else {
            let (covered, team) = self.team_on(workspace, profile, &need, date).map_err(refused)?;
            visit.team = team;
            visit.reasons.retain(|r| r.rule != "team_reduced");
            visit.reasons.extend(covered.reasons.into_iter().filter(|r| r.rule == "team_reduced"));
            by_hand::arrive(&workspace.rules.staffing, &mut visit.team, &visit.start);
        }
        visit.reasons.retain(|r| !schedule::DATE_REASONS.contains(&r.rule.as_str()));
        visit.reasons.insert(0, schedule::date_reason(&self.input(workspace), profile, date));
        visit.date = date;
        plan::date_steps(workspace, visit, profile, &self.colleagues);
        Ok(())
    }
}

fn change(
    workspace: &mut Workspace,
    text: &str,
    date: Option<NaiveDate>,
    status: VisitStatus,
) -> Result<Visit, AppError> {
    let (stored, mut plan) = find(workspace, text)?;
    let chosen = date.unwrap_or(plan.date);
    if chosen < workspace.today {
        return Err(AppError::DateRefused { date: chosen, reasons: vec![Reason::new("day_passed")] });
    }
    let scene = Scene::without(workspace, stored.visit_id)?;
    // Somebody has spoken: it is no matter any more what became of an earlier offer.
    plan.reasons.retain(|r| r.rule != "not_answered_in_time");
    let mut yielded = Vec::new();
    if let Some(date) = date.filter(|d| *d != plan.date) {
        plan.reasons.retain(|r| r.rule != MADE_ROOM);
        if !scene.take_offered(workspace, &mut plan, date) {
            match status {
                VisitStatus::Confirmed => yielded = make_room(workspace, scene, &mut plan, date)?,
                // What nobody has agreed on takes no day from anybody.
                _ => scene.put_on(workspace, &mut plan, date)?,
            }
        }
    }
    plan.keep_alternatives(|d| status != VisitStatus::Confirmed && d != chosen);
    plan.answer_by = plan.answer_by.filter(|_| status != VisitStatus::Confirmed);
    plan.status = status;
    plan::record(workspace, yielded)?;
    revise(workspace, &plan)?;
    Ok(plan)
}

/// Tells which offers made room for a day.
pub const MADE_ROOM: &str = "made_room";

/// Puts a visit on a day somebody has spoken for. Where offers that nobody has answered hold its people or its place, they
/// yield, as few as need be: those first that lose only their second day. Tells them as they are then; one that has no day
/// left is given up, and planned anew.
fn make_room(
    workspace: &mut Workspace,
    mut scene: Scene,
    plan: &mut Visit,
    date: NaiveDate,
) -> Result<Vec<Visit>, AppError> {
    let refused = match scene.put_on(workspace, plan, date) {
        Ok(()) => return Ok(Vec::new()),
        Err(refused) => refused,
    };
    let mut offers: Vec<Visit> = plan::stored_ahead(workspace)?
        .into_iter()
        .filter(|(stored, visit)| !stored.pinned && visit.visit_id != plan.visit_id)
        .map(|(_, visit)| visit)
        .filter(|visit| visit.date == date || visit.alternatives.contains(&date))
        .collect();
    offers.sort_by_key(|visit| (visit.date == date, visit.alternatives.is_empty(), visit.visit_id));
    let before = plan.clone();
    let mut yielded: Vec<(Visit, Vec<Standing>)> = Vec::new();
    for visit in offers {
        let holds = |held: &Standing| held.employer_id == visit.employer_id && held.date == date;
        let (taken, others) = scene.others.into_iter().partition(holds);
        scene.others = others;
        yielded.push((visit, taken));
        if scene.put_on(workspace, plan, date).is_ok() {
            // Whoever need not have yielded keeps the day.
            for n in (0..yielded.len()).rev() {
                let kept = scene.others.len();
                scene.others.extend(yielded[n].1.iter().cloned());
                let mut again = before.clone();
                match scene.put_on(workspace, &mut again, date) {
                    Ok(()) => {
                        *plan = again;
                        yielded.remove(n);
                    }
                    Err(_) => scene.others.truncate(kept),
                }
            }
            let mut yielded: Vec<Visit> = yielded.into_iter().map(|(visit, _)| visit).collect();
            yielded.iter_mut().for_each(|visit| yield_day(workspace, &scene, visit, date));
            let visits = yielded.iter().map(|v| v.visit_id.to_string()).collect::<Vec<_>>().join(" ");
            plan.reasons.push(Reason::new(MADE_ROOM).date("date", date).text("visits", visits));
            return Ok(yielded);
        }
    }
    Err(refused)
}

/// Takes a day from an offer: its other day is the first one then.
fn yield_day(workspace: &Workspace, scene: &Scene, visit: &mut Visit, date: NaiveDate) {
    visit.reasons.retain(|r| r.rule != "day_yielded");
    visit.reasons.insert(0, Reason::new("day_yielded").date("date", date));
    if visit.date != date {
        visit.keep_alternatives(|day| day != date);
        return;
    }
    let Some(next) = visit.alternatives.first().copied() else {
        visit.status = VisitStatus::Moved;
        return;
    };
    if let Some(team) = visit.alternative_teams.first().filter(|team| !team.is_empty()) {
        visit.team = team.clone();
    }
    visit.keep_alternatives(|day| day != next);
    visit.date = next;
    if let Some(profile) = scene.profile(visit.employer_id) {
        plan::date_steps(workspace, visit, profile, &scene.colleagues);
    }
}

/// Adds a user's revision of a visit: from then on planning leaves it alone.
///
/// # Errors
/// The store cannot be written.
pub(super) fn revise(workspace: &mut Workspace, plan: &Visit) -> Result<(), AppError> {
    let (hash, today) = (workspace.rules.hash_of(plan::RULES), workspace.today);
    let json = VisitPayload { plan: Some(plan.clone()), record: None }.to_json()?;
    workspace.store.transaction(|store| {
        store.revise_visit(plan.visit_id, plan.status, plan.date, &json, VisitOrigin::User, &hash, today)?;
        Ok(())
    })
}
