//! Plans visits, tells of those still to come, and takes what is told of their steps.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::ledger::VisitPayload;
use crate::app::visit::{answers, notices, rank};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::diary::is_offered;
use crate::engagement::visit::pack::needs::NeedsOf;
pub use crate::engagement::visit::planned::{NOT_WANTED, Visit};
use crate::engagement::visit::planned::{PlanChange, TeamMember};
use crate::engagement::visit::proposals::{self, Proposals, Proposed, Wanted, Worth};
use crate::engagement::visit::ranking::{Ranked, Ranking};
use crate::engagement::visit::schedule::{self, ScheduleInput, Standing, Unplanned};
use crate::engagement::visit::staffing::{self, Colleague};
use crate::engagement::visit::{timeline, withdrawn};
use crate::facts::EmployerProfile;
use crate::model::days::period::days_after;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Reason, StaffId, VisitId};
use crate::store::ledger::{StoredVisit, VisitOrigin};

/// Rules files a plan rests on; their hash stands on every revision.
pub(super) const RULES: &[&str] = &["needs", "ranking", "schedule", "staffing", "timeline", "topics"];

/// Visits still to come, by date, and who could not be planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    pub visits: Vec<Visit>,
    pub unplanned: Vec<Unplanned>,
    /// Of the visits that are new.
    #[serde(flatten)]
    pub worth: Worth,
    /// What nobody has said of employers and outlets, and what was taken for it.
    pub assumed: Vec<Reason>,
    /// Offers nobody answered in time that have other days now: their employers are to be told.
    pub changed: Vec<PlanChange>,
}

/// Our people as the schedule sees them.
///
/// # Errors
/// The store cannot be read.
pub fn colleagues(workspace: &Workspace) -> Result<Vec<Colleague>, AppError> {
    Ok(workspace
        .store
        .staff()?
        .into_iter()
        .map(|s| Colleague {
            staff_id: s.staff_id,
            name: s.row.name,
            outlet: s.row.outlet.unwrap_or_default(),
            position: s.row.position,
            qualifications: s.row.qualifications,
            may_go_out: s.row.may_go_out.unwrap_or(true),
            leave: s.row.leave,
            used: 0,
        })
        .collect())
}

/// Plans the targets of today's ranking beside the visits that stand: none that was offered, agreed on or pinned is
/// changed. Offers nobody answered in time are let go, and their employers planned anew. With nothing changed, nothing is
/// added to the ledger.
///
/// # Errors
/// Nothing has been imported, or the store cannot be written.
pub fn plan(workspace: &mut Workspace) -> Result<Plan, AppError> {
    let scene = scene(workspace, false)?;
    let mut plan = plan_on(workspace, scene)?;
    notices::tell(workspace, &mut plan.unplanned)?;
    Ok(plan)
}

/// Plans on what is given; what is let go of and not planned anew is given up.
pub(super) fn plan_on(workspace: &mut Workspace, scene: Scene) -> Result<Plan, AppError> {
    let wanted = scene.wanted();
    let standing = scene.standing(workspace);
    let input = scene.input(workspace, &standing);
    let Proposals { proposed, mut unplanned, worth } = proposals::propose(&input, &wanted);
    let assumed = scene.assumed(&input, &wanted);
    drop(wanted);
    let against: BTreeMap<EmployerId, Vec<Reason>> =
        scene.free.iter().map(|(v, _)| (v.employer_id, scene.against(v.employer_id, None))).collect();
    let Scene { ranking, profiles, kept, free, declined, colleagues, fresh, .. } = scene;
    let by_id: BTreeMap<EmployerId, &EmployerProfile> = profiles.iter().map(|p| (p.employer_id, p)).collect();
    let mut plans = told_today(workspace, kept.into_iter().map(|(_, visit)| visit).collect())?;
    let mut replaced: BTreeSet<VisitId> = BTreeSet::new();
    let mut changed: Vec<PlanChange> = Vec::new();
    let mut new = Vec::new();
    for proposal in proposed {
        let Some(profile) = by_id.get(&proposal.employer_id).copied() else { continue };
        let before = free.iter().find(|(v, _)| v.employer_id == proposal.employer_id);
        replaced.extend(before.map(|(v, _)| v.visit_id));
        let days: Vec<NaiveDate> = proposal.alternatives.iter().map(|(day, _)| *day).collect();
        match before {
            // Offered as it is.
            Some((_, visit)) if fresh && visit.date == proposal.date && visit.alternatives == days => {
                // Its days stay; who goes, when, about what and why may be another way now.
                let mut now = draft(workspace, profile, &colleagues, proposal, Some(visit.visit_id));
                (now.answer_by, now.place) = (visit.answer_by, visit.place.clone());
                date_steps(workspace, &mut now, profile, &colleagues);
                if now == *visit { plans.push(now) } else { new.push(now) }
            }
            _ => {
                let mut visit = draft(workspace, profile, &colleagues, proposal, before.map(|(v, _)| v.visit_id));
                if let Some((_, offered)) = before.filter(|_| !fresh) {
                    visit.reasons.insert(0, Reason::new("not_answered_in_time"));
                    changed.extend(PlanChange::of(offered, &visit));
                }
                new.push(visit);
            }
        }
    }
    plans.extend(record(workspace, new)?);
    // Proposals nobody answered whose employer gets no new date now are given up, or they would stand for ever.
    let give_up = |(stored, mut visit): (StoredVisit, Visit)| {
        if still_stands(workspace, &stored, &visit) {
            let waits = unplanned.iter().find(|u| u.employer_id == visit.employer_id).map(|u| &u.reasons);
            let why = waits.or_else(|| against.get(&visit.employer_id)).and_then(|reasons| reasons.first());
            let dropped = withdrawn::no_longer_planned(&visit, why);
            visit.reasons.insert(0, dropped);
        }
        Visit { status: VisitStatus::Moved, ..visit }
    };
    let given_up: Vec<Visit> = free.into_iter().filter(|(v, _)| !replaced.contains(&v.visit_id)).map(give_up).collect();
    let given_up = record(workspace, given_up)?;
    plans.sort_by_key(|v| (v.date, v.visit_id));
    tell_done(workspace, &mut plans)?;
    unplanned.extend(not_wanted(ranking, declined));
    withdrawn::tell(&mut unplanned, &given_up);
    // Whoever was added by hand has a visit, whatever the rules say.
    let visited: BTreeSet<EmployerId> = plans.iter().map(|visit| visit.employer_id).collect();
    unplanned.retain(|u| !visited.contains(&u.employer_id));
    Ok(Plan { visits: plans, unplanned, worth, assumed, changed })
}

/// Employers no visit is looked for: those that have declined, and those the ranking leaves out.
fn not_wanted(ranking: Ranking, declined: Vec<Unplanned>) -> Vec<Unplanned> {
    let left_out: BTreeSet<EmployerId> = ranking.left_out.iter().map(|l| l.employer_id).collect();
    let declined = declined.into_iter().filter(|d| !left_out.contains(&d.employer_id));
    let out = ranking.left_out.into_iter().map(|l| Unplanned {
        employer_id: l.employer_id,
        reasons: l.reasons,
        earliest: l.earliest,
    });
    declined.chain(out).collect()
}

/// What the next plan would say of the employers it looks for a visit for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Foreseen {
    /// The days of its new visits, earliest first.
    pub days: Vec<(EmployerId, NaiveDate)>,
    pub unplanned: Vec<Unplanned>,
    pub worth: Worth,
}

impl Foreseen {
    pub(super) fn of(input: &ScheduleInput<'_>, wanted: &[Wanted<'_>]) -> Foreseen {
        let Proposals { proposed, unplanned, worth } = proposals::propose(input, wanted);
        let mut days: Vec<(EmployerId, NaiveDate)> = proposed.iter().map(|p| (p.employer_id, p.date)).collect();
        days.sort_by_key(|(_, day)| *day);
        Foreseen { days, unplanned, worth }
    }
}

/// What the next plan would say, with nothing planned, and what it would take for granted; `foresee` plans the employers
/// wanted beside the visits that stand, as [`Foreseen::of`] does.
///
/// # Errors
/// As [`plan`], and what `foresee` fails with.
pub(super) fn foreseen(
    workspace: &mut Workspace,
    foresee: impl FnOnce(&ScheduleInput<'_>, &[Wanted<'_>]) -> Result<Foreseen, AppError>,
) -> Result<(Foreseen, Vec<Reason>), AppError> {
    let scene = scene(workspace, false)?;
    let wanted = scene.wanted();
    let standing = scene.standing(workspace);
    let input = scene.input(workspace, &standing);
    let mut next = foresee(&input, &wanted)?;
    let assumed = scene.assumed(&input, &wanted);
    drop(wanted);
    next.unplanned.extend(not_wanted(scene.ranking, scene.declined));
    Ok((next, assumed))
}

/// What a plan is made from.
pub(super) struct Scene {
    ranking: Ranking,
    pub(super) needs: NeedsOf,
    profiles: Vec<EmployerProfile>,
    /// Visits that stand.
    kept: Vec<(StoredVisit, Visit)>,
    /// Offers that are let go: nobody answered in time, or all is planned anew.
    free: Vec<(StoredVisit, Visit)>,
    /// Employers with a visit that stands, or that have declined and are not to be asked yet.
    busy: BTreeSet<EmployerId>,
    /// Those that have declined, with what they said and when they are asked again.
    declined: Vec<Unplanned>,
    pub(super) colleagues: Vec<Colleague>,
    fresh: bool,
}

/// `fresh`: every offer that is neither agreed on nor pinned may be changed.
pub(super) fn scene(workspace: &mut Workspace, fresh: bool) -> Result<Scene, AppError> {
    let ranking = rank::rank(workspace)?;
    let needs = rank::needs(workspace)?;
    let profiles = rank::profiles(workspace)?;
    let ahead = stored_ahead(workspace)?;
    let stands = |s: &StoredVisit, v: &Visit| if fresh { s.pinned } else { still_stands(workspace, s, v) };
    let (kept, free): (Vec<_>, Vec<_>) = ahead.into_iter().partition(|(s, v)| stands(s, v));
    let mut busy: BTreeSet<EmployerId> = kept.iter().map(|(v, _)| v.employer_id).collect();
    let rest = workspace.rules.ranking.eligibility.revisit_days;
    let mut declined = Vec::new();
    for stored in workspace.store.visits(workspace.today)?.iter().filter(|v| v.status == VisitStatus::Declined) {
        let said = VisitPayload::read(stored)?.plan.and_then(|plan| plan.declined).unwrap_or_default();
        let again = said.rest_until.unwrap_or_else(|| days_after(stored.date, rest));
        if workspace.today < again && busy.insert(stored.employer_id) {
            let reason = match said.reason.filter(|reason| !reason.trim().is_empty()) {
                Some(reason) => Reason::new("declined_for").text("reason", reason),
                None => Reason::new("declined"),
            };
            let reasons = vec![reason.date("date", again)];
            declined.push(Unplanned { employer_id: stored.employer_id, reasons, earliest: Some(again) });
        }
    }
    let colleagues = colleagues(workspace)?;
    Ok(Scene { ranking, needs, profiles, kept, free, busy, declined, colleagues, fresh })
}

impl Scene {
    /// Targets that have no visit yet.
    pub(super) fn wanted(&self) -> Vec<Wanted<'_>> {
        let by_id: BTreeMap<EmployerId, &EmployerProfile> = self.profiles.iter().map(|p| (p.employer_id, p)).collect();
        let targets = self.ranking.ranked.iter().filter(|r| r.target);
        let targets = targets.filter(|r| !self.busy.contains(&r.employer_id));
        let days = |(_, visit): &(StoredVisit, Visit)| -> Vec<(NaiveDate, Vec<TeamMember>)> {
            let days = std::iter::once(visit.date).chain(visit.alternatives.iter().copied());
            days.enumerate().map(|(n, day)| (day, visit.team_of(n).to_vec())).collect()
        };
        let offered = |id: EmployerId| -> Vec<(NaiveDate, Vec<TeamMember>)> {
            self.free.iter().filter(|(v, _)| self.fresh && v.employer_id == id).flat_map(days).collect()
        };
        let wanted = |r: &Ranked| {
            let profile = by_id.get(&r.employer_id)?;
            Some(Wanted { profile, gain: r.uplift_fen, offered: offered(r.employer_id), need: None })
        };
        targets.filter_map(wanted).collect()
    }

    /// What is planned beside the visits that stand.
    pub(super) fn input<'s>(&'s self, workspace: &'s Workspace, standing: &'s [Standing]) -> ScheduleInput<'s> {
        ScheduleInput {
            rules: &workspace.rules,
            workdays: &workspace.workdays,
            today: workspace.today,
            colleagues: &self.colleagues,
            standing,
            outlets: &workspace.file.outlets,
            needs: &self.needs,
        }
    }

    /// What is taken for granted of the employers that have a visit, and of those one is looked for.
    fn assumed(&self, input: &ScheduleInput<'_>, wanted: &[Wanted<'_>]) -> Vec<Reason> {
        let planned = self.kept.iter().map(|(v, _)| v.employer_id).chain(wanted.iter().map(|w| w.profile.employer_id));
        let planned: BTreeSet<EmployerId> = planned.collect();
        let planned: Vec<&EmployerProfile> =
            self.profiles.iter().filter(|p| planned.contains(&p.employer_id)).collect();
        proposals::assumed(input, &planned)
    }

    /// What the rules have against a visit to an employer; nothing against a target.
    /// `day`: that of the visit, where it is known: what is over by then is not against it.
    pub(super) fn against(&self, employer: EmployerId, day: Option<NaiveDate>) -> Vec<Reason> {
        let still = |earliest: Option<NaiveDate>| earliest.zip(day).is_none_or(|(earliest, day)| day < earliest);
        let declined = self
            .declined
            .iter()
            .filter(|u| u.employer_id == employer && still(u.earliest))
            .flat_map(|u| u.reasons.clone());
        let out = self.ranking.left_out.iter().filter(|l| l.employer_id == employer && still(l.earliest));
        let out = out.flat_map(|l| l.reasons.clone());
        let ranked = self.ranking.ranked.iter().filter(|r| r.employer_id == employer && !r.target);
        let no_target = ranked.map(|r| Reason::new("no_target").count("rank", r.rank as i64));
        declined.chain(out).chain(no_target).collect()
    }

    pub(super) fn standing(&self, workspace: &Workspace) -> Vec<Standing> {
        let by_id: BTreeMap<EmployerId, &EmployerProfile> = self.profiles.iter().map(|p| (p.employer_id, p)).collect();
        let of = |visit: &Visit| standing(workspace, visit, by_id.get(&visit.employer_id).copied());
        self.kept.iter().flat_map(|(_, visit)| of(visit)).collect()
    }
}

/// Visits still to come as they stand in the ledger, by date.
///
/// # Errors
/// The store cannot be read.
pub fn show(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let mut plans: Vec<Visit> = stored_ahead(workspace)?.into_iter().map(|(_, v)| v).collect();
    plans.sort_by_key(|v| (v.date, v.visit_id));
    tell_done(workspace, &mut plans)?;
    Ok(plans)
}

/// Offers somebody has pinned or changed: planning leaves them alone. What is agreed on it leaves alone anyway.
///
/// # Errors
/// The store cannot be read.
pub fn pinned(workspace: &Workspace) -> Result<BTreeSet<VisitId>, AppError> {
    let stored = workspace.store.visits(workspace.today)?;
    Ok(stored.into_iter().filter(|v| v.pinned && is_offered(v.status)).map(|v| v.visit_id).collect())
}

/// All visits that were planned, whatever has become of them, by id.
///
/// # Errors
/// The store cannot be read.
pub fn all(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let stored = workspace.store.visits(workspace.today)?;
    let plans = stored.iter().filter_map(|stored| VisitPayload::read(stored).map(|held| held.plan).transpose());
    plans.collect()
}

/// Tells of each step what was told of it.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn tell_done(workspace: &Workspace, visits: &mut [Visit]) -> Result<(), AppError> {
    let mut done = answers::steps_done(&workspace.store, workspace.today)?;
    for visit in visits {
        let id = visit.visit_id;
        visit.steps.iter_mut().for_each(|step| step.done = done.remove(&(id, step.key())));
    }
    Ok(())
}

/// Visits still to come with their plans, by id.
///
/// # Errors
/// The store cannot be read.
pub(super) fn stored_ahead(workspace: &Workspace) -> Result<Vec<(StoredVisit, Visit)>, AppError> {
    let mut ahead = Vec::new();
    for stored in workspace.store.visits(workspace.today)?.into_iter().filter(|v| ledger::is_ahead(v.status)) {
        if let Some(plan) = VisitPayload::read(&stored)?.plan {
            ahead.push((stored, plan));
        }
    }
    Ok(ahead)
}

/// Visits with what is to be known of them today: their day has gone by without a record, their employers were struck off the
/// target list since, or have said something of themselves that a visit goes against.
///
/// # Errors
/// The store cannot be read.
pub(super) fn told_today(workspace: &Workspace, mut visits: Vec<Visit>) -> Result<Vec<Visit>, AppError> {
    let not_wanted = rank::not_wanted(workspace)?;
    let profiles = rank::profiles(workspace)?;
    for visit in &mut visits {
        let profile = profiles.iter().find(|p| p.employer_id == visit.employer_id);
        let against = profile.and_then(|profile| schedule::against_visit(&workspace.rules, profile, visit));
        visit.tell(not_wanted.get(&visit.employer_id), against.as_ref(), workspace.today);
    }
    Ok(visits)
}

/// A visit the employer or a user has spoken on stands; an offer stands while its dates are kept for an answer and one of
/// them leaves time for publicity.
fn still_stands(workspace: &Workspace, stored: &StoredVisit, visit: &Visit) -> bool {
    let first = days_after(workspace.today, workspace.rules.timeline.lead.publicity_days);
    let waits = visit.answer_by.is_none_or(|last| workspace.today <= last);
    stored.pinned || (waits && std::iter::once(&visit.date).chain(&visit.alternatives).any(|d| first <= *d))
}

/// The days a visit holds: its own, and while it is an offer the other ones too, each with its people.
pub(super) fn standing(workspace: &Workspace, visit: &Visit, profile: Option<&EmployerProfile>) -> Vec<Standing> {
    let rules = &workspace.rules.staffing;
    let district = profile.and_then(|profile| schedule::district_of(&workspace.file.outlets, profile));
    let of = |date: NaiveDate, team: &[TeamMember]| Standing {
        employer_id: visit.employer_id,
        date,
        time: visit.time(),
        district: district.clone(),
        terminals: rules.terminals_of(team.iter().map(|m| (m.role.as_str(), 1))),
        team: team.iter().map(|m| m.staff_id).collect(),
    };
    let teams = visit.alternative_teams.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
    let others = visit.alternatives.iter().zip(teams).map(|(day, team)| of(*day, team));
    std::iter::once(of(visit.date, &visit.team)).chain(others).collect()
}

/// A proposal as a visit that is still to be booked; `before`: the visit it takes the place of.
pub(super) fn draft(
    workspace: &Workspace,
    profile: &EmployerProfile,
    colleagues: &[Colleague],
    proposal: Proposed,
    before: Option<VisitId>,
) -> Visit {
    let mut visit = Visit {
        visit_id: before.unwrap_or(VisitId(0)),
        employer_id: profile.employer_id,
        status: VisitStatus::AwaitingBooking,
        date: proposal.date,
        alternatives: proposal.alternatives.iter().map(|(day, _)| *day).collect(),
        alternative_teams: proposal.alternatives.into_iter().map(|(_, team)| team).collect(),
        answer_by: Some(timeline::answer_by(&workspace.rules.schedule, &workspace.workdays, workspace.today)),
        start: proposal.need.start,
        end: proposal.need.end,
        place: None,
        attendance: proposal.need.attendance,
        sessions: proposal.need.sessions,
        team: proposal.team,
        team_by_hand: false,
        topic: proposal.topic,
        lacking: proposal.lacking,
        timeline_version: 0,
        steps: Vec::new(),
        reasons: proposal.reasons,
        declined: None,
    };
    date_steps(workspace, &mut visit, profile, colleagues);
    visit
}

/// Who decides for the branch, and is told of what is long overdue; `None`: nobody qualifies.
pub(in crate::app) fn manager(workspace: &Workspace, colleagues: &[Colleague]) -> Option<StaffId> {
    let rules = &workspace.rules.staffing;
    colleagues.iter().find(|c| staffing::qualifies(rules, "president", c)).map(|c| c.staff_id)
}

/// Dates the steps of a visit by its day and team, and tells which rounds of invitation have none.
pub(super) fn date_steps(
    workspace: &Workspace,
    visit: &mut Visit,
    profile: &EmployerProfile,
    colleagues: &[Colleague],
) {
    let rules = &workspace.rules;
    let lead = visit.team.iter().find(|m| m.role == "lead").map(|m| m.staff_id);
    let manager = manager(workspace, colleagues);
    let owners: BTreeMap<String, StaffId> =
        [("rm", profile.rm.or(lead)), ("lead", lead), ("manager", manager), ("office", manager)]
            .into_iter()
            .filter_map(|(k, who)| Some((k.to_string(), who?)))
            .collect();
    // Whatever the payday, the second month after the visit has one.
    let last = days_after(visit.date, 62);
    let paydays = schedule::paydays_between(&rules.schedule, &workspace.workdays, profile, visit.date, last);
    let dated = timeline::steps(
        &rules.timeline,
        visit.date,
        workspace.today,
        &workspace.workdays,
        &rules.timeline.publicity.channels,
        &owners,
        paydays.into_iter().find(|payday| *payday > visit.date),
    );
    visit.reasons.retain(|r| r.rule != "round_dropped");
    visit.reasons.extend(dated.dropped);
    (visit.steps, visit.timeline_version) = (dated.steps, rules.timeline.version);
    if let Some(last) = visit.answer_by {
        timeline::wait_for_answer(&rules.timeline, &mut visit.steps, last);
    }
}

/// Adds the plan's own revisions of visits.
pub(super) fn record(workspace: &mut Workspace, mut visits: Vec<Visit>) -> Result<Vec<Visit>, AppError> {
    let (hash, today) = (workspace.rules.hash_of(RULES), workspace.today);
    workspace.store.transaction(|store| {
        for visit in visits.iter_mut().filter(|visit| visit.visit_id == VisitId(0)) {
            visit.visit_id = store.add_visit(visit.employer_id, today)?;
        }
        ledger::revise(store, &visits, VisitOrigin::Plan, &hash, today)?;
        Ok(visits)
    })
}
