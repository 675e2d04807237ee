//! What a visit that is changed by hand is checked against, and how it is put on another day.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};

use crate::app::error::AppError;
use crate::app::visit::{plan, rank};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::pack::needs::{self, Needs, NeedsOf};
use crate::engagement::visit::planned::{TeamMember, Visit};
use crate::engagement::visit::schedule::{self, ScheduleInput, Standing};
use crate::engagement::visit::staffing::{self, Colleague, StaffNeed};
use crate::engagement::visit::{by_hand, timeline, topics};
use crate::facts::EmployerProfile;
use crate::model::{EmployerId, Reason, StaffId, VisitId};
use crate::store::ledger::StoredVisit;

/// What a changed visit is checked against: the employers, our people, and the other visits.
pub(super) struct Scene {
    profiles: Vec<EmployerProfile>,
    pub needs: NeedsOf,
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
        let needs = rank::needs(workspace)?;
        let ahead = plan::stored_ahead(workspace)?.into_iter().filter(|(v, _)| v.visit_id != visit);
        let of = |id: EmployerId| profiles.iter().find(|p| p.employer_id == id);
        let others = ahead.flat_map(|(_, v)| plan::standing(workspace, &v, of(v.employer_id))).collect();
        Ok(Scene { colleagues: plan::colleagues(workspace)?, needs, others, profiles })
    }

    /// `None`: an employer of whom nothing is known today.
    pub fn profile(&self, employer: EmployerId) -> Option<&EmployerProfile> {
        self.profiles.iter().find(|p| p.employer_id == employer)
    }

    /// What an employer is called; its number where nothing is known of it today.
    pub fn name(&self, employer: EmployerId) -> String {
        self.profile(employer).map_or_else(|| employer.to_string(), |profile| profile.name.clone())
    }

    pub fn input<'a>(&'a self, workspace: &'a Workspace) -> ScheduleInput<'a> {
        ScheduleInput {
            rules: &workspace.rules,
            workdays: &workspace.workdays,
            today: workspace.today,
            colleagues: &self.colleagues,
            standing: &self.others,
            outlets: &workspace.file.outlets,
            needs: &self.needs,
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

    /// The people a visit needs for the visitors expected, at its hours and with the specialist its topic calls for.
    pub fn need(&self, workspace: &Workspace, visit: &Visit) -> StaffNeed {
        self.need_for(workspace, visit, &visit.topic)
    }

    /// The same with the specialist the best topic for a day calls for, whoever comes now; a topic somebody has
    /// chosen stays.
    pub fn best_need(&self, workspace: &Workspace, visit: &Visit, date: NaiveDate) -> StaffNeed {
        let needs = needs::of(&self.needs, visit.employer_id);
        let best = topics::choose(&workspace.rules.topics, needs, date);
        let best = best.filter(|_| by_hand::topic_was_found(&visit.reasons));
        self.need_for(workspace, visit, best.as_ref().map_or(&visit.topic, |best| &best.topic))
    }

    fn need_for(&self, workspace: &Workspace, visit: &Visit, topic: &str) -> StaffNeed {
        let rules = &workspace.rules;
        let executives = self.profile(visit.employer_id).map_or(0, |p| p.executives);
        let hours = (visit.start.as_str(), visit.end.as_str());
        let need = staffing::for_visitors(&rules.staffing, visit.attendance, executives, hours);
        match rules.topics.topics.get(topic) {
            Some(topic) => staffing::with_topic(&rules.staffing, need, &topic.salon),
            None => need,
        }
    }

    /// Whom other visits of a day take from a visit.
    pub fn taken(&self, workspace: &Workspace, visit: &Visit, date: NaiveDate) -> BTreeSet<StaffId> {
        match self.profile(visit.employer_id) {
            Some(profile) => self.input(workspace).taken(profile, visit.time(), date, &self.others),
            None => self.others.iter().filter(|o| o.date == date).flat_map(|o| o.team.iter().copied()).collect(),
        }
    }

    /// Why some of a team cannot go to a visit on a day.
    pub fn away(&self, workspace: &Workspace, visit: &Visit, team: &[TeamMember], date: NaiveDate) -> Vec<Reason> {
        let taken = self.taken(workspace, visit, date);
        let who = team.iter().filter_map(|m| self.colleagues.iter().find(|c| c.staff_id == m.staff_id));
        who.filter_map(|c| by_hand::away(c, date, &taken)).collect()
    }

    /// Why a team cannot go to a visit on a day: people who cannot, and terminals others have taken.
    pub fn against(&self, workspace: &Workspace, visit: &Visit, team: &[TeamMember], date: NaiveDate) -> Vec<Reason> {
        let mut reasons = self.away(workspace, visit, team, date);
        if let Some(profile) = self.profile(visit.employer_id) {
            let wanted = workspace.rules.staffing.terminals_of(team.iter().map(|m| (m.role.as_str(), 1)));
            let input = self.input(workspace);
            reasons.extend(input.terminals_short(profile, visit.time(), date, &self.others, wanted));
        }
        reasons
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
        let all: BTreeSet<StaffId> = team.iter().map(|m| m.staff_id).chain(others).collect();
        let away: Vec<&str> = all.into_iter().filter_map(outlet).collect();
        team.iter().filter_map(|m| outlet(m.staff_id)).filter(|of| !of.is_empty()).all(|of| {
            let size = self.colleagues.iter().filter(|c| c.outlet == of).count() as i64;
            away.iter().filter(|o| **o == of).count() as i64 <= workspace.rules.staffing.may_leave(size)
        })
    }

    /// Whether a team can go to a visit on a day: it has not passed, has room for the visit, and the people are free and may be lent.
    pub fn is_free(&self, workspace: &Workspace, visit: &Visit, team: &[TeamMember], day: NaiveDate) -> bool {
        day >= workspace.today
            && !self.is_full(workspace, day)
            && self.against(workspace, visit, team, day).is_empty()
            && self.may_be_lent(workspace, team, day)
    }

    /// Takes back an offer's other days that have passed, or been given to others meanwhile.
    pub fn drop_taken(&self, workspace: &Workspace, visit: &mut Visit) {
        let gone = |(n, day): &(usize, &NaiveDate)| !self.is_free(workspace, visit, visit.team_of(n + 1), **day);
        let gone: BTreeSet<NaiveDate> = visit.alternatives.iter().enumerate().filter(gone).map(|(_, d)| *d).collect();
        visit.keep_alternatives(|day| !gone.contains(&day));
    }

    /// Dates a visit: why it is on that day, what the season makes of its topic, and the steps. Its team is not asked about.
    pub fn date(
        &self,
        workspace: &Workspace,
        visit: &mut Visit,
        profile: &EmployerProfile,
        date: NaiveDate,
        why: Reason,
    ) {
        visit.reasons.retain(|r| !by_hand::DATE_REASONS.contains(&r.rule.as_str()));
        visit.reasons.insert(0, why);
        settle_topic(workspace, visit, needs::of(&self.needs, profile.employer_id), date, false);
        visit.date = date;
        visit.lacking = by_hand::lacks(&self.need(workspace, visit), &visit.team);
        plan::date_steps(workspace, visit, profile, &self.colleagues);
    }

    /// Puts an offer on one of its other days, its team with it: the day was found like the first one.
    pub fn date_offered(&self, workspace: &Workspace, visit: &mut Visit, profile: &EmployerProfile, date: NaiveDate) {
        let why = schedule::date_reason(&self.input(workspace), profile, date);
        self.date(workspace, visit, profile, date, why);
    }

    /// What speaks for a day somebody has chosen.
    pub fn chosen_day(&self, workspace: &Workspace, profile: &EmployerProfile, date: NaiveDate) -> Reason {
        by_hand::chosen_day(schedule::date_reason(&self.input(workspace), profile, date))
    }

    /// Puts an offer on one of its other days with the people who were kept free for it: what was promised is not asked
    /// about again, but for people who cannot go any more and time for publicity. Tells whether it did.
    pub fn take_offered(&self, workspace: &Workspace, visit: &mut Visit, date: NaiveDate) -> bool {
        let Some(n) = visit.alternatives.iter().position(|day| *day == date) else { return false };
        let Some(team) = visit.alternative_teams.get(n).filter(|team| !team.is_empty()).cloned() else { return false };
        let late = timeline::too_late(&workspace.rules.timeline, date, workspace.today);
        let Some(profile) = self.profile(visit.employer_id) else { return false };
        let free = self.against(workspace, visit, &team, date).is_empty() && self.may_be_lent(workspace, &team, date);
        if late.is_some_and(|r| r.rule != "lead_too_short") || !free {
            return false;
        }
        visit.team = team;
        by_hand::arrive(&workspace.rules.staffing, &mut visit.team, &visit.start);
        self.date_offered(workspace, visit, profile, date);
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
        let need = self.best_need(workspace, visit, date);
        if visit.team_by_hand {
            // The day alone, with nobody to be found.
            let nobody = StaffNeed { roles: Vec::new(), ..need };
            self.team_on(workspace, profile, &nobody, date).map_err(refused)?;
            let away = self.against(workspace, visit, &visit.team, date);
            if !away.is_empty() {
                return Err(refused(away));
            }
        } else {
            let (covered, team) = self.team_on(workspace, profile, &need, date).map_err(refused)?;
            visit.team = team;
            let of_team = |r: &Reason| r.rule == "team_reduced" || r.rule == staffing::TOPIC_SPECIALIST;
            visit.reasons.retain(|r| !of_team(r));
            visit.reasons.extend(covered.reasons.into_iter().filter(of_team));
            by_hand::arrive(&workspace.rules.staffing, &mut visit.team, &visit.start);
            settle_topic(workspace, visit, needs::of(&self.needs, visit.employer_id), date, true);
        }
        let why = self.chosen_day(workspace, profile, date);
        self.date(workspace, visit, profile, date, why);
        Ok(())
    }
}

/// Gives a visit on `date` whose topic nobody has chosen the best one whose specialist comes, where its own was found for
/// another month, is for another kind of employer or season by the rules of today, or is one nobody of its team speaks of.
/// `other_team`: others come than before, so that a better topic may be held.
pub(super) fn settle_topic(workspace: &Workspace, visit: &mut Visit, needs: &Needs, date: NaiveDate, other_team: bool) {
    let (rules, specialists) = (&workspace.rules.topics, &workspace.rules.staffing.topic_specialists);
    let comes = |role: &str| visit.team.iter().any(|m| m.role == role);
    let called = |topic: &str| topics::specialist(rules, specialists, topic);
    let holds = visit.date.month() == date.month()
        && topics::fits(rules, &visit.topic, &needs.kind, date)
        && called(&visit.topic).is_none_or(|role| comes(role));
    if (holds && !other_team) || !by_hand::topic_was_found(&visit.reasons) {
        return;
    }
    let Some(best) = topics::choose_with(rules, specialists, needs, date, &comes) else { return };
    let why = called(&best.topic).map(|role| staffing::called_for(role));
    visit.reasons.retain(|r| r.rule != staffing::TOPIC_SPECIALIST || why.as_ref() == Some(r));
    if holds && best.topic == visit.topic {
        return;
    }
    visit.topic = best.topic;
    visit.reasons.retain(|r| !by_hand::is_of_topic(r));
    visit.reasons.extend(best.reasons);
}

/// Refuses a second visit of an employer that has one to come, other than `own`.
///
/// # Errors
/// There is one, or the store cannot be read.
pub(super) fn alone(workspace: &Workspace, employer: EmployerId, own: Option<VisitId>) -> Result<(), AppError> {
    let stands = |(stored, _): &(StoredVisit, Visit)| stored.employer_id == employer && Some(stored.visit_id) != own;
    match plan::stored_ahead(workspace)?.into_iter().find(stands) {
        Some((stored, _)) => Err(AppError::VisitStands { visit: stored.visit_id, date: stored.date }),
        None => Ok(()),
    }
}
