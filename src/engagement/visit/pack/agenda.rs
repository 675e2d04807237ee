//! How the day runs, session by session; how many can be served in it; and what the room must hold.

use serde::Serialize;

use crate::engagement::visit::pack::views::{ChecklistView, MemberView, SessionView};
use crate::engagement::visit::planned::{Visit, minutes_after, minutes_between};
use crate::rules::Rules;
use crate::rules::visit::timeline::{AgendaRule, Anchor, OfSessions};

/// Slots of the agenda by their keys (`timeline.toml`).
const TALK: &str = "salon";
const SERVICE: &str = "service";
/// Salon of topics that have no talk.
const NO_TALK: &str = "none";
/// Who serves at the counters, and the item of the checklist that tables are.
const COUNTER_ROLE: &str = "basic";
const TABLES: &str = "tables";

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgendaView {
    pub item: String,
    pub from: String,
    pub until: String,
    pub role: String,
    /// Names of those in the role; empty while nobody is named.
    pub who: Vec<String>,
}

/// One session with its slots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionPlan {
    pub number: i64,
    pub from: String,
    pub until: String,
    pub people: i64,
    pub slots: Vec<AgendaView>,
    pub service: Service,
}

/// Whether the time for basic service is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Service {
    pub minutes: i64,
    /// What one person takes.
    pub minutes_each: i64,
    pub counters: i64,
    /// People who want something done.
    pub wanted: i64,
    /// As many of them as there is time for; the rest is put down for another day (`later`).
    pub served: i64,
    pub later: i64,
}

/// The role, or the lead where nobody in the team has it.
pub(super) fn role_or_lead(role: &str, team: &[MemberView]) -> String {
    if team.iter().any(|m| m.role == role) { role.to_string() } else { "lead".to_string() }
}

/// Names of those in a role.
pub(super) fn names(role: &str, team: &[MemberView]) -> Vec<String> {
    team.iter().filter(|m| m.role == role).map(|m| m.name.clone()).collect()
}

/// The sessions of a visit with their slots. `salon`: that of the topic; without a talk the service begins in its place.
pub fn agenda(
    rules: &Rules,
    visit: &Visit,
    salon: &str,
    sessions: &[SessionView],
    team: &[MemberView],
) -> Vec<SessionPlan> {
    let mut slots: Vec<(&String, &AgendaRule)> = rules.timeline.agenda.iter().collect();
    slots.sort_by_key(|(key, slot)| (slot.order, *key));
    let talk = rules.timeline.agenda.get(TALK).filter(|_| salon == NO_TALK);
    let last = sessions.len() as i64;
    let held = |slot: &AgendaRule, session: &SessionView| match slot.session {
        OfSessions::Each => true,
        OfSessions::First => session.number == 1,
        OfSessions::Last => session.number == last,
    };
    let role = |key: &str, slot: &AgendaRule| {
        let of_salon = rules.staffing.topic_specialists.get(salon).filter(|_| key == TALK);
        role_or_lead(of_salon.unwrap_or(&slot.role), team)
    };
    let plan = |session: &SessionView| {
        let shown = slots.iter().filter(|(key, slot)| held(slot, session) && !(talk.is_some() && key.as_str() == TALK));
        let view = |(key, slot): &(&String, &AgendaRule)| {
            let (from, until) = times(slot, talk, &session.from, &session.until);
            let role = role(key, slot);
            AgendaView { item: key.to_string(), from, until, who: names(&role, team), role }
        };
        SessionPlan {
            number: session.number,
            from: session.from.clone(),
            until: session.until.clone(),
            people: session.people,
            slots: shown.map(view).collect(),
            service: service(rules, visit, talk, session.people, team),
        }
    };
    sessions.iter().map(plan).collect()
}

/// Beginning and end of a slot in a session; what follows `dropped` begins in its place.
fn times(slot: &AgendaRule, dropped: Option<&AgendaRule>, start: &str, end: &str) -> (String, String) {
    let anchor = if slot.from == Anchor::Start { start } else { end };
    let follows = |d: &&AgendaRule| slot.from == d.from && d.until == Some(slot.minutes);
    let minutes = dropped.filter(follows).map_or(slot.minutes, |d| d.minutes);
    let until = match (slot.until, slot.until_end) {
        (Some(minutes), _) => minutes_after(anchor, minutes),
        (None, Some(minutes)) => minutes_after(end, minutes),
        (None, None) => end.to_string(),
    };
    (minutes_after(anchor, minutes), until)
}

fn service(rules: &Rules, visit: &Visit, talk: Option<&AgendaRule>, people: i64, team: &[MemberView]) -> Service {
    let rule = &rules.staffing.basic;
    let slot = rules.timeline.agenda.get(SERVICE);
    let minutes = slot.and_then(|slot| {
        let (from, until) = times(slot, talk, &visit.start, &visit.end);
        minutes_between(&from, &until)
    });
    let minutes = minutes.unwrap_or(0);
    let counters = team.iter().filter(|m| m.role == COUNTER_ROLE).count() as i64;
    let wanted = percent_up(people, rule.served_percent);
    // Nobody begins with a client there is no time for.
    let served = wanted.min(counters * (minutes / rule.minutes_each.max(1)));
    Service { minutes, minutes_each: rule.minutes_each, counters, wanted, served, later: wanted - served }
}

/// So many per cent, rounded up.
fn percent_up(n: i64, percent: i64) -> i64 {
    (n.max(0) * percent + 99).div_euclid(100)
}

/// What the employer is asked to provide, and how stations are laid out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Room {
    pub counters: i64,
    /// Places to talk to one person alone.
    pub corners: i64,
    /// As in the checklist.
    pub tables: Option<i64>,
    pub chairs: i64,
    pub terminals: i64,
    pub sockets: i64,
    /// Whether the employer has a room for it; `None`: nobody has said.
    pub private_corner: Option<bool>,
}

/// The room for the largest session.
pub fn room(
    rules: &Rules,
    per_session: i64,
    private_corner: Option<bool>,
    team: &[MemberView],
    checklist: &[ChecklistView],
) -> Room {
    let specialists = team.iter().filter(|m| rules.staffing.specialists.contains_key(&m.role)).count() as i64;
    let terminals = rules.staffing.terminals_of(team.iter().map(|m| (m.role.as_str(), 1)));
    let tables = checklist.iter().flat_map(|group| &group.items).find(|i| i.item == TABLES);
    Room {
        counters: team.iter().filter(|m| m.role == COUNTER_ROLE).count() as i64,
        corners: specialists.max(1),
        tables: tables.and_then(|i| i.quantity),
        chairs: percent_up(per_session, rules.goals.room.seat_percent),
        terminals,
        sockets: terminals * rules.goals.room.sockets_each,
        private_corner,
    }
}

#[cfg(test)]
mod tests;
