//! On which days an employer can be visited, how well, and with whom beside the visits that stand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::engagement::visit::pack::needs::NeedsOf;
use crate::engagement::visit::paydays::paid_on;
use crate::engagement::visit::planned::{TeamMember, Visit};
use crate::engagement::visit::staffing::{self, Colleague, DayCall, StaffNeed};
use crate::engagement::visit::times;
use crate::facts::EmployerProfile;
use crate::model::days::hours::Stretch;
use crate::model::days::period::{day_of_month, days_after, month_end, month_start, next_month};
use crate::model::days::workdays::Workdays;
use crate::model::outlet::OutletSetting;
use crate::model::{EmployerId, Reason, StaffId};
use crate::rules::Rules;
use crate::rules::visit::schedule::ScheduleRules;

/// A day that is taken: a visit is held on it, or it is offered and may be. People of the team are taken with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub employer_id: EmployerId,
    pub date: NaiveDate,
    /// `None`: all day.
    pub time: Option<Stretch>,
    /// 区 of the employer.
    pub district: Option<String>,
    /// Portable terminals that are taken with it.
    pub terminals: i64,
    pub team: Vec<StaffId>,
}

/// An employer for whom no day was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unplanned {
    pub employer_id: EmployerId,
    pub reasons: Vec<Reason>,
    /// The first day that would do, as far as the calendar is known.
    pub earliest: Option<NaiveDate>,
}

/// What a schedule is made from.
#[derive(Debug, Clone, Copy)]
pub struct ScheduleInput<'a> {
    pub rules: &'a Rules,
    pub workdays: &'a Workdays,
    pub today: NaiveDate,
    pub colleagues: &'a [Colleague],
    pub standing: &'a [Standing],
    /// What the branch says of its outlets.
    pub outlets: &'a [OutletSetting],
    /// What the staff of the employers lack.
    pub needs: &'a NeedsOf,
}

impl ScheduleInput<'_> {
    /// 区 of an employer.
    pub fn district(&self, profile: &EmployerProfile) -> Option<String> {
        district_of(self.outlets, profile)
    }

    /// Portable terminals the outlets that have people have together, and how many of these outlets nobody has given a
    /// number for: each counts as the rules say. `None`: no outlet is known, and nobody knows how many there are.
    pub fn terminals(&self) -> Option<(i64, i64)> {
        let rules = &self.rules.staffing.terminals;
        let names: BTreeSet<&str> =
            self.colleagues.iter().map(|c| c.outlet.as_str()).filter(|o| !o.is_empty()).collect();
        let said = |name: &str| self.outlets.iter().find(|o| o.name == name).and_then(|o| o.terminals).map(i64::from);
        let all = names.iter().map(|name| said(name).unwrap_or(rules.per_outlet)).sum();
        (!names.is_empty()).then(|| (all, names.iter().filter(|name| said(name).is_none()).count() as i64))
    }

    /// Whether somebody can go to two visits of a day, each given by its time and district: both
    /// districts are known, and the way and the set-up fit between them.
    fn leaves_time(&self, a: (Option<Stretch>, Option<&str>), b: (Option<Stretch>, Option<&str>)) -> bool {
        let (Some(one), Some(other)) = (a.1, b.1) else { return false };
        let travel = &self.rules.schedule.travel;
        let Some(way) = (if one == other { Some(travel.within_minutes) } else { travel.across() }) else {
            return false;
        };
        let gap = way + self.rules.staffing.set_up_minutes();
        let after = |first: Stretch, then: Stretch| i64::from(then.from) - i64::from(first.to) >= gap;
        match (a.0, b.0) {
            (Some(a), Some(b)) => after(a, b) || after(b, a),
            _ => false,
        }
    }

    /// Whom other visits of a day take from a visit of an employer at a time of day.
    pub fn taken(
        &self,
        profile: &EmployerProfile,
        time: Option<Stretch>,
        date: NaiveDate,
        others: &[Standing],
    ) -> BTreeSet<StaffId> {
        let district = self.district(profile);
        let on = || others.iter().filter(|t| t.employer_id != profile.employer_id && t.date == date);
        let most = self.rules.schedule.capacity.visits_per_person.max(1);
        let mut goes: BTreeMap<StaffId, i64> = BTreeMap::new();
        for visit in on() {
            // Whoever has no time for both counts as if there were no more to give.
            let free = self.leaves_time((time, district.as_deref()), (visit.time, visit.district.as_deref()));
            visit.team.iter().for_each(|id| *goes.entry(*id).or_default() += if free { 1 } else { most });
        }
        goes.into_iter().filter(|(_, n)| *n >= most).map(|(id, _)| id).collect()
    }

    /// What is against `wanted` more terminals for a visit of an employer at a time of day: those of other visits of the day
    /// are taken, but where people go on from one to the other their terminals do too.
    pub fn terminals_short(
        &self,
        profile: &EmployerProfile,
        time: Option<Stretch>,
        date: NaiveDate,
        others: &[Standing],
        wanted: i64,
    ) -> Option<Reason> {
        let (all, _) = self.terminals()?;
        let district = self.district(profile);
        let halves = self.rules.schedule.capacity.visits_per_person > 1;
        let goes_on =
            |t: &&Standing| halves && self.leaves_time((time, district.as_deref()), (t.time, t.district.as_deref()));
        let on = others.iter().filter(|t| t.employer_id != profile.employer_id && t.date == date);
        let free = all - on.filter(|t| !goes_on(t)).map(|t| t.terminals).sum::<i64>();
        let short = || Reason::new("terminals_short").date("date", date).count("wanted", wanted);
        (wanted > free).then(|| short().count("free", free.max(0)))
    }
}

/// 区 of an employer: its own, else its outlet's.
pub fn district_of(outlets: &[OutletSetting], profile: &EmployerProfile) -> Option<String> {
    let of_outlet = || {
        let own = profile.outlet.as_deref()?;
        outlets.iter().find(|o| o.name == own)?.district.as_deref()
    };
    let own = profile.district.as_deref().map(str::trim).filter(|d| !d.is_empty());
    own.or_else(of_outlet).map(str::to_string)
}

/// What is against any visit to an employer, whatever the day.
pub fn against_any_day(rules: &Rules, profile: &EmployerProfile) -> Option<Reason> {
    if rules.schedule.private_corner.required && profile.private_corner == Some(false) {
        return Some(Reason::new("no_private_corner"));
    }
    times::times(&rules.staffing, profile).err()
}

/// What an employer says of itself that a visit planned before goes against: no place to talk alone, other hours.
pub fn against_visit(rules: &Rules, profile: &EmployerProfile, visit: &Visit) -> Option<Reason> {
    if let Some(reason) = against_any_day(rules, profile) {
        return Some(reason);
    }
    let (hours, time) = (profile.visit_hours.as_ref()?, visit.time()?);
    let within = hours.stretches().iter().any(|open| open.from <= time.from && time.to <= open.to);
    (!within).then(|| Reason::new("other_hours").text("hours", hours.to_string()).text("time", time.to_string()))
}

/// Whether a visit could be held on `date` beside those standing: its weight and team, or what is against it.
pub fn team_for(
    input: &ScheduleInput,
    profile: &EmployerProfile,
    need: &StaffNeed,
    taken: &[Standing],
    date: NaiveDate,
) -> Result<(f64, Vec<TeamMember>), Vec<Reason>> {
    let rules = &input.rules.schedule;
    if let Some(reason) = against_any_day(input.rules, profile) {
        return Err(vec![reason]);
    }
    let weight = day_weight(rules, input.workdays, profile, date).map_err(|r| vec![r])?;
    let others = || taken.iter().filter(|t| t.employer_id != profile.employer_id);
    if others().filter(|t| t.date == date).count() >= rules.capacity.visits_per_day {
        return Err(vec![Reason::new("day_full").date("date", date)]);
    }
    let time = need.time();
    let unavailable = input.taken(profile, time, date, taken);
    let wanted = need.terminals(&input.rules.staffing);
    if let Some(reason) = input.terminals_short(profile, time, date, taken, wanted) {
        return Err(vec![reason]);
    }
    let closed: BTreeSet<String> = if rules.pension_day.days.contains(&date.day()) {
        input.colleagues.iter().map(|c| c.outlet.clone()).collect()
    } else {
        BTreeSet::new()
    };
    let mut people = input.colleagues.to_vec();
    for person in &mut people {
        person.used += others().filter(|t| t.team.contains(&person.staff_id)).count() as i64;
    }
    let away: BTreeSet<StaffId> = others().filter(|t| t.date == date).flat_map(|t| t.team.iter().copied()).collect();
    let call = DayCall {
        date,
        start: &need.start,
        rm: profile.rm,
        unavailable: &unavailable,
        away: &away,
        closed_outlets: &closed,
    };
    let team = staffing::assign(&input.rules.staffing, need, &people, &call)?;
    Ok((weight, team))
}

/// Weight 0–1 of a day for an employer.
///
/// # Errors
/// The reason why no visit is held on it.
pub fn day_weight(
    rules: &ScheduleRules,
    workdays: &Workdays,
    profile: &EmployerProfile,
    date: NaiveDate,
) -> Result<f64, Reason> {
    match workdays.is_workday(date) {
        None => return Err(Reason::new("calendar_unknown").text("year", date.year().to_string())),
        Some(false) => return Err(Reason::new("day_off")),
        Some(true) => {}
    }
    if let Some(reason) = spring_festival(rules, workdays, profile, date) {
        return Err(reason);
    }
    finance_is_busy(rules, workdays, date)?;
    let paydays = paydays_around(rules, workdays, profile, date);
    for payday in &paydays {
        let before = (*payday - date).num_days();
        if (0..=rules.payday.blocked_before_days).contains(&before) {
            return Err(Reason::new("near_payday").date("payday", *payday));
        }
    }
    let p = &rules.payday;
    let after = |payday: &NaiveDate| workdays.between(*payday, date);
    if paydays.iter().filter_map(after).any(|n| (p.best_after_from..=p.best_after_to).contains(&n)) {
        return Ok(p.best);
    }
    // Counted without the payday, which may be a day off.
    let before = |payday: &NaiveDate| workdays.between(days_after(date, -1), days_after(*payday, -1));
    let fair = paydays.iter().filter_map(before).any(|n| (p.fair_before_from..=p.fair_before_to).contains(&n));
    Ok(if fair { p.fair } else { p.other })
}

/// Actual paydays of the month of `date` and its neighbours: on a day off moved by the employer's own rule, else by the
/// general one.
pub fn paydays_around(
    rules: &ScheduleRules,
    workdays: &Workdays,
    profile: &EmployerProfile,
    date: NaiveDate,
) -> Vec<NaiveDate> {
    let this = month_start(date);
    let months = [month_start(days_after(this, -1)), this, next_month(this)];
    let mut days: Vec<NaiveDate> = months
        .iter()
        .flat_map(|m| profile.paydays.0.iter().map(|d| day_of_month(*m, *d)))
        .map(|nominal| paid_on(workdays, nominal, profile.payday_shift.unwrap_or(rules.payday.shift)))
        .collect();
    days.sort_unstable();
    days
}

/// Actual paydays from the month before that of `from` to the month after that of `to`, ascending.
pub fn paydays_between(
    rules: &ScheduleRules,
    workdays: &Workdays,
    profile: &EmployerProfile,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<NaiveDate> {
    let months = std::iter::successors(Some(month_start(from)), |m| Some(next_month(*m)));
    let days: BTreeSet<NaiveDate> =
        months.take_while(|m| *m <= to).flat_map(|m| paydays_around(rules, workdays, profile, m)).collect();
    days.into_iter().collect()
}

/// The one of `scheduled` that money paid on `paid` belongs to: the nearest, whether paid early or late.
pub fn payday_of(scheduled: &[NaiveDate], paid: NaiveDate) -> Option<NaiveDate> {
    scheduled.iter().copied().min_by_key(|s| ((*s - paid).num_days().abs(), *s))
}

fn finance_is_busy(rules: &ScheduleRules, workdays: &Workdays, date: NaiveDate) -> Result<(), Reason> {
    let f = &rules.finance;
    let end = month_end(date);
    if (end - date).num_days() < f.month_end_days || date.day() <= f.month_start_day {
        return Err(Reason::new("month_turn"));
    }
    let nominal = day_of_month(date, f.tax_day);
    let deadline = workdays.on_or_after(nominal).unwrap_or(nominal);
    if (0..f.tax_before_days).contains(&(deadline - date).num_days()) {
        return Err(Reason::new("tax_filing").date("deadline", deadline));
    }
    if date.month().is_multiple_of(3) {
        let left = workdays.between(date, end).unwrap_or(i64::MAX);
        if left < f.quarter_end_workdays {
            return Err(Reason::new("quarter_end"));
        }
    }
    Ok(())
}

fn spring_festival(
    rules: &ScheduleRules,
    workdays: &Workdays,
    profile: &EmployerProfile,
    date: NaiveDate,
) -> Option<Reason> {
    let s = &rules.spring_festival;
    let labour =
        profile.industry.as_deref().is_some_and(|i| s.labour_industries.iter().any(|l| i.contains(l.as_str())));
    let before = if labour { s.labour_before_days } else { s.before_days };
    let off = |d: NaiveDate| {
        let day = workdays.day(d);
        day.workday == Some(false) && day.name.as_deref() == Some(s.holiday.as_str())
    };
    let blocked = (-s.after_days..=before).any(|n| off(days_after(date, n)));
    blocked.then(|| Reason::new("spring_festival"))
}

/// What speaks for a day.
pub fn date_reason(input: &ScheduleInput, profile: &EmployerProfile, date: NaiveDate) -> Reason {
    let rules = &input.rules.schedule;
    let weight = day_weight(rules, input.workdays, profile, date).unwrap_or(rules.payday.other);
    let paydays = paydays_around(rules, input.workdays, profile, date);
    let before = paydays.iter().rev().find(|p| **p < date);
    match before.filter(|_| weight >= rules.payday.best) {
        Some(payday) => Reason::new("after_payday")
            .date("payday", *payday)
            .count("workdays", input.workdays.between(*payday, date).unwrap_or_default()),
        None => Reason::new("best_free_day").ratio("weight", weight),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::engagement::fixtures::profile;
    use crate::engagement::fixtures::workdays_2026;

    fn weight(day: &str, industry: &str) -> Result<f64, String> {
        let rules = Rules::load(None).unwrap().schedule;
        let profile = EmployerProfile { industry: Some(industry.into()), ..profile(260) };
        day_weight(&rules, &workdays_2026(), &profile, date(day)).map_err(|r| r.rule.to_string())
    }

    #[test]
    fn days_round_a_payday_on_the_tenth() {
        assert_eq!(weight("2026-05-08", "信息技术"), Err("near_payday".into()));
        assert_eq!(weight("2026-03-10", "信息技术"), Err("near_payday".into()));
        assert_eq!(weight("2026-03-11", "信息技术"), Ok(1.0));
        // The fifth working day after the 10th is the 17th; the sixth is plain.
        assert_eq!(weight("2026-03-17", "信息技术"), Ok(1.0));
        assert_eq!(weight("2026-03-18", "信息技术"), Ok(0.4));
        // Taxes are filed by the 15th, a Sunday in March: the 16th, with the three days up to it.
        assert_eq!(weight("2026-03-16", "信息技术"), Err("tax_filing".into()));
        assert_eq!(weight("2026-03-14", "信息技术"), Err("day_off".into()));
    }

    #[test]
    fn the_spring_festival_of_2026_is_quiet_from_10_february_to_3_march() {
        let rules = Rules::load(None).unwrap().schedule;
        let quiet = |day: &str, industry: &str| {
            let profile = EmployerProfile { industry: Some(industry.into()), ..profile(260) };
            spring_festival(&rules, &workdays_2026(), &profile, date(day)).is_some()
        };
        assert!(!quiet("2026-02-09", "信息技术") && quiet("2026-02-10", "信息技术"));
        assert!(quiet("2026-03-03", "信息技术") && !quiet("2026-03-04", "信息技术"));
        assert!(!quiet("2026-02-06", "装备制造") && quiet("2026-02-07", "装备制造"));
    }

    #[test]
    fn finance_has_no_time_at_the_turn_of_month_and_quarter() {
        assert_eq!(weight("2026-04-30", "信息技术"), Err("month_turn".into()));
        assert_eq!(weight("2026-03-05", "信息技术"), Err("month_turn".into()));
        assert_eq!(weight("2026-03-25", "信息技术"), Err("quarter_end".into()));
        assert_eq!(weight("2026-03-24", "信息技术"), Ok(0.4));
        assert_eq!(weight("2027-03-24", "信息技术"), Err("calendar_unknown".into()));
    }
}
