//! A visit (进企服务) as the plan decides it and the pack prepares it.

use std::fmt;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::model::days::hours::{Stretch, minutes_of};
use crate::model::status::VisitStatus;
use crate::model::{EmployeeId, EmployerId, Reason, StaffId, VisitId};

/// Told of a visit whose day has gone by without a record.
const RECORD_MISSING: &str = "record_missing";
/// Told of a visit our own people want no more, as the target list that came back says.
pub const NOT_WANTED: &str = "visit_not_wanted";
/// Tells what an employer has said of itself that its visit goes against.
pub const AGAINST_EMPLOYER: &str = "against_employer";

/// One visit to one employer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    pub status: VisitStatus,
    pub date: NaiveDate,
    /// Further dates offered to the key person, best first.
    pub alternatives: Vec<NaiveDate>,
    /// Who is kept free for each of them, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternative_teams: Vec<Vec<TeamMember>>,
    /// The last day on which the dates are kept for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<NaiveDate>,
    /// `10:00`, local time.
    pub start: String,
    pub end: String,
    /// Where it is held, when somebody said so; else at the employer's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// People expected to come.
    pub attendance: i64,
    /// Rounds into which they are split; one team serves all of them.
    pub sessions: i64,
    pub team: Vec<TeamMember>,
    /// People lacking by role: what the visit needs and nobody could be found for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<(String, i64)>,
    /// Somebody chose the team: it is checked, and never made anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub team_by_hand: bool,
    /// Key of the topic (`topics.toml`).
    pub topic: String,
    /// Version of the timeline the steps were dated by; 0 before there were versions.
    #[serde(default)]
    pub timeline_version: i64,
    pub steps: Vec<Step>,
    pub reasons: Vec<Reason>,
    /// 婉拒: why, and until when nobody asks again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<Declined>,
}

impl Visit {
    /// Who goes on the n-th day offered: 0 is the visit's own, 1 the first of the others.
    pub fn team_of(&self, n: usize) -> &[TeamMember] {
        let kept = n.checked_sub(1).and_then(|n| self.alternative_teams.get(n)).filter(|team| !team.is_empty());
        kept.map_or(&self.team, Vec::as_slice)
    }

    /// From when to when on its day; `None` where it takes the whole day: several sessions do.
    pub fn time(&self) -> Option<Stretch> {
        let one = Stretch::new(minutes_of(&self.start)?, minutes_of(&self.end)?);
        one.filter(|_| self.sessions <= 1)
    }

    /// The same by day.
    pub fn team_on(&self, day: NaiveDate) -> &[TeamMember] {
        let other = self.alternatives.iter().position(|d| *d == day).filter(|_| day != self.date);
        self.team_of(other.map_or(0, |n| n + 1))
    }

    /// Keeps only those of the other dates that are still offered, each with who is kept free for it.
    pub fn keep_alternatives(&mut self, keep: impl Fn(NaiveDate) -> bool) {
        let teams = std::mem::take(&mut self.alternative_teams).into_iter().chain(std::iter::repeat(Vec::new()));
        let days = std::mem::take(&mut self.alternatives).into_iter().zip(teams).filter(|(day, _)| keep(*day));
        (self.alternatives, self.alternative_teams) = days.unzip();
    }

    /// Tells first what is to be known of it today and is not kept with it: its day has gone by without a record, or our own
    /// people want no visit, for the reason given. Whoever has added it against that reason knows.
    pub fn tell(&mut self, not_wanted: Option<&Reason>, against: Option<&Reason>, today: NaiveDate) {
        if self.date < today {
            self.reasons.insert(0, Reason::new(RECORD_MISSING).date("date", self.date));
        } else if let Some(said) = not_wanted.map(Reason::as_phrase)
            && !self.reasons.iter().flat_map(|r| &r.params).any(|(_, param)| *param == said)
        {
            let reason = Reason::new(NOT_WANTED).with("reason", said);
            self.reasons.insert(0, reason.text("visit", self.visit_id.to_string()));
        }
        if let Some(said) = against.filter(|_| self.date >= today) {
            let reason = Reason::new(AGAINST_EMPLOYER).with("reason", said.as_phrase());
            self.reasons.insert(0, reason.text("visit", self.visit_id.to_string()));
        }
    }

    /// The visit without what is told of it today alone.
    pub fn as_kept(&self) -> Visit {
        let mut kept = self.clone();
        kept.reasons.retain(|r| ![RECORD_MISSING, NOT_WANTED, AGAINST_EMPLOYER].contains(&r.rule.as_str()));
        kept
    }
}

/// What a fresh plan would do otherwise with one visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanChange {
    /// `None`: it is new.
    pub visit_id: Option<VisitId>,
    pub employer_id: EmployerId,
    /// `date`, `alternatives`, `team`, `added` or `dropped`.
    pub what: &'static str,
    pub from: Vec<NaiveDate>,
    pub to: Vec<NaiveDate>,
    /// The employer has been offered days before.
    pub told: bool,
}

impl PlanChange {
    /// What is another way with an offer; `None`: its days are the same, in the same order.
    pub fn of(before: &Visit, now: &Visit) -> Option<PlanChange> {
        let days =
            |v: &Visit| -> Vec<NaiveDate> { std::iter::once(v.date).chain(v.alternatives.iter().copied()).collect() };
        let (from, to) = (days(before), days(now));
        let what = if before.date == now.date { "alternatives" } else { "date" };
        let change = || PlanChange {
            visit_id: Some(before.visit_id),
            employer_id: before.employer_id,
            what,
            from: from.clone(),
            to: to.clone(),
            told: true,
        };
        (from != to).then(change)
    }
}

/// What an employer that declined said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    pub reason: Option<String>,
    /// `None`: as long as after a visit.
    pub rest_until: Option<NaiveDate>,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDone {
    /// `yes`, `part` or `no`.
    pub state: String,
    pub on: Option<NaiveDate>,
    pub note: Option<String>,
}

/// One of our people in a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMember {
    pub staff_id: StaffId,
    /// `lead`, `president`, `basic`, `wealth`, `loan`.
    pub role: String,
    /// When to be on site, `09:15`.
    pub arrive: String,
}

/// Something to be done for a visit by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Key of the step (`timeline.toml`): `approval`, `booking`, … `effect`.
    pub step: String,
    pub due: NaiveDate,
    /// The publicity channel, where the step is one of several.
    pub channel: Option<String>,
    pub owner: Option<StaffId>,
    /// What was told of it; not part of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<StepDone>,
}

impl Step {
    /// Whether it was told to be done, and done whole.
    pub fn is_done(&self) -> bool {
        self.done.as_ref().is_some_and(|done| done.state == "yes")
    }

    /// Names the step inside its visit: `booking`, `publicity:poster`.
    pub fn key(&self) -> String {
        VisitPart::Step(&self.step, self.channel.as_deref()).to_string()
    }
}

/// Something inside a visit that people are asked about, by what stays the same whatever is planned anew: a colleague is
/// himself in whatever row or role he stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitPart<'k> {
    /// The offer of a day.
    Offer(NaiveDate),
    /// One of our people at it.
    Member(StaffId),
    /// Something on the checklist.
    Item(&'k str),
    /// Somebody on the named list of the invitation.
    Guest(EmployeeId),
    /// The same person's line on the list that is signed (签到暨营销授权登记表).
    Signer(EmployeeId),
    /// A step, and the publicity channel where there are several.
    Step(&'k str, Option<&'k str>),
}

const GUEST: &str = "guest";
const SIGNER: &str = "signer";
const MEMBER: &str = "member";
const ITEM: &str = "item";

impl fmt::Display for VisitPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VisitPart::Offer(day) => day.fmt(f),
            VisitPart::Member(id) => write!(f, "{MEMBER}:{id}"),
            VisitPart::Item(key) => write!(f, "{ITEM}:{key}"),
            VisitPart::Guest(id) => write!(f, "{GUEST}:{id}"),
            VisitPart::Signer(id) => write!(f, "{SIGNER}:{id}"),
            VisitPart::Step(step, Some(channel)) => write!(f, "{step}:{channel}"),
            VisitPart::Step(step, None) => f.write_str(step),
        }
    }
}

impl<'k> VisitPart<'k> {
    /// Reads the shown form.
    pub fn of(key: &'k str) -> VisitPart<'k> {
        if let Ok(day) = key.parse() {
            return VisitPart::Offer(day);
        }
        match key.split_once(':') {
            Some((MEMBER, id)) => id.parse().map_or(VisitPart::Step(key, None), VisitPart::Member),
            Some((GUEST, id)) => id.parse().map_or(VisitPart::Step(key, None), VisitPart::Guest),
            Some((SIGNER, id)) => id.parse().map_or(VisitPart::Step(key, None), VisitPart::Signer),
            Some((ITEM, item)) => VisitPart::Item(item),
            Some((step, channel)) => VisitPart::Step(step, Some(channel)),
            None => VisitPart::Step(key, None),
        }
    }
}

/// `10:00` as a time of day; `None` when it is none.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// `10:00` moved by minutes, either way, within the same day; an unreadable time stays as it is.
pub fn minutes_after(text: &str, minutes: i64) -> String {
    let Some(time) = time_of_day(text) else { return text.to_string() };
    let (moved, over) = time.overflowing_add_signed(chrono::TimeDelta::minutes(minutes));
    if over == 0 { moved.format("%H:%M").to_string() } else { text.to_string() }
}

/// Minutes from one time of day to a later one; `None` when either is no time or they are the wrong way round.
pub fn minutes_between(start: &str, end: &str) -> Option<i64> {
    let minutes = (time_of_day(end)? - time_of_day(start)?).num_minutes();
    (minutes > 0).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, visit};
    use crate::model::Param;

    #[test]
    fn the_parts_of_a_visit_read_back() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 17).unwrap();
        let parts = [
            (VisitPart::Offer(day), "2026-03-17"),
            (VisitPart::Member(StaffId(7)), "member:S007"),
            (VisitPart::Item("pad"), "item:pad"),
            (VisitPart::Guest(EmployeeId(12)), "guest:P000012"),
            (VisitPart::Signer(EmployeeId(12)), "signer:P000012"),
            (VisitPart::Step("booking", None), "booking"),
            (VisitPart::Step("publicity", Some("poster")), "publicity:poster"),
        ];
        for (part, key) in parts {
            assert_eq!((part.to_string().as_str(), VisitPart::of(key)), (key, part));
        }
    }

    #[test]
    fn what_is_told_of_a_visit_today_stands_first_and_is_not_kept() {
        let struck = Reason::new("struck_off_for").text("reason", "正在搬迁");
        let offered = visit(3, 1, "2026-03-17", &[(1, "lead")]);
        let told = |not_wanted: Option<&Reason>, today: &str| {
            let mut visit = offered.clone();
            visit.tell(not_wanted, None, date(today));
            assert_eq!(visit.as_kept(), offered);
            visit.reasons.truncate(visit.reasons.len() - offered.reasons.len());
            visit.reasons
        };
        let phrase = Param::Phrase {
            phrase: "reason.struck_off_for".into(),
            params: vec![("reason".into(), Param::Text("正在搬迁".into()))],
        };
        let not_wanted = Reason::new("visit_not_wanted").with("reason", phrase.clone()).text("visit", "V0003");
        assert_eq!(told(Some(&struck), "2026-03-17"), [not_wanted]);
        assert_eq!(told(None, "2026-03-17"), Vec::<Reason>::new());
        // Its day has gone by: nothing is to be called off any more.
        let missing = Reason::new("record_missing").date("date", date("2026-03-17"));
        assert_eq!(told(Some(&struck), "2026-03-18"), [missing]);
        // Somebody has added it although the employer was struck off; struck off once more, it is told.
        let mut added = offered.clone();
        added.reasons.push(Reason::new("added_against_rules").with("reason", phrase));
        let known = added.clone();
        added.tell(Some(&struck), None, date("2026-03-17"));
        assert_eq!(added, known);
        added.tell(Some(&Reason::new("struck_off_for").text("reason", "停产")), None, date("2026-03-17"));
        assert_eq!(added.reasons[0].rule, "visit_not_wanted");
    }

    #[test]
    fn times_move_within_the_day() {
        assert_eq!(minutes_after("10:00", -45), "09:15");
        assert_eq!(minutes_after("10:00", 120), "12:00");
        assert_eq!(minutes_after("23:50", 20), "23:50");
        assert_eq!(minutes_after("上午", 20), "上午");
        assert_eq!(minutes_between("10:00", "12:00"), Some(120));
        assert_eq!(minutes_between("12:00", "10:00"), None);
    }
}
