//! Entries of a calendar (日历) in words.

use crate::engagement::visit::diary::{Entry, Part, Surety, is_offered};
use crate::engagement::visit::planned::{Step, Visit, time_of_day};
use crate::model::{Param, StaffId};
use crate::render::books::visit::context::{Places, role, team};
use crate::render::books::visit::part::step_name;
use crate::render::books::{Names, day};
use crate::render::calendar::{Event, Status, When};
use crate::render::words::Words;

/// What entries are told with.
#[derive(Debug, Clone, Copy)]
pub struct DiaryContext<'a> {
    pub names: Names<'a>,
    pub places: &'a Places,
    /// What tells the events of one workspace from those of another.
    pub workspace: &'a str,
    pub words: &'a Words,
}

/// The event of an entry. `own`: whose calendar it stands in; `None` for that of an outlet, whose events are others, so that
/// who is taken off a visit may have both.
pub fn event(entry: &Entry<'_>, own: Option<StaffId>, context: &DiaryContext<'_>) -> Event {
    let (visit, words) = (entry.visit, context.words);
    let title = summary(entry, context);
    let mut lines = vec![labelled(words, "visit_id", entry.visit_id.to_string())];
    match entry.step {
        Some(step) => lines.extend(of_step(visit, step, words)),
        None => lines.extend(of_day(entry, own, context)),
    }
    Event {
        uid: uid(entry, own, context.workspace),
        sequence: entry.sequence,
        when: when(entry),
        status: match entry.surety {
            Surety::Offered => Status::Tentative,
            Surety::Agreed => Status::Confirmed,
            Surety::Cancelled => Status::Cancelled,
        },
        summary: match entry.surety {
            // Some programs show a cancelled event as any other.
            Surety::Cancelled => words.fill("diary.cancelled", &[("title", Param::Text(title))]),
            _ => title,
        },
        description: lines.join("\n"),
        location: match entry.step {
            Some(_) => String::new(),
            None => context.places.get(&visit.employer_id).cloned().unwrap_or_default(),
        },
    }
}

fn uid(entry: &Entry<'_>, own: Option<StaffId>, workspace: &str) -> String {
    let whose = if own.is_some() { "" } else { "-team" };
    let part = match &entry.part {
        Part::Day(1) => String::new(),
        Part::Day(n) => format!("-{n}"),
        Part::Step(key) => format!("-step-{}", key.replace(':', "-")),
    };
    format!("{}{whose}{part}@{workspace}", entry.visit_id)
}

fn when(entry: &Entry<'_>) -> When {
    let (from, until) = (time_of_day(&entry.visit.start), time_of_day(&entry.visit.end));
    match (entry.step, from, until) {
        (None, Some(from), Some(until)) if from < until => When::Hours(entry.day, from, until),
        _ => When::Day(entry.day),
    }
}

fn summary(entry: &Entry<'_>, context: &DiaryContext<'_>) -> String {
    let (visit, words) = (entry.visit, context.words);
    let employer = ("employer", Param::Text(context.names.employer(visit.employer_id)));
    if let Some(step) = entry.step {
        let name = step_name(&step.step, step.channel.as_deref(), words);
        return words.fill("diary.step", &[("step", Param::Text(name)), employer]);
    }
    let key = match (&entry.part, is_offered(visit.status)) {
        (Part::Day(1), false) => "diary.visit",
        (Part::Day(1), true) => "diary.offered",
        _ => "diary.alternative",
    };
    words.fill(key, &[employer])
}

fn of_step(visit: &Visit, step: &Step, words: &Words) -> Vec<String> {
    let mut lines = vec![labelled(words, "date", day(words, visit.date))];
    let detail = format!("step_detail.{}", step.step);
    if words.has(&detail) {
        lines.push(words.get(&detail).to_string());
    }
    lines
}

fn of_day(entry: &Entry<'_>, own: Option<StaffId>, context: &DiaryContext<'_>) -> Vec<String> {
    let (visit, words) = (entry.visit, context.words);
    let mut lines = Vec::new();
    if entry.surety != Surety::Cancelled {
        lines.push(labelled(words, "status", words.word(visit.status.key()).to_string()));
    }
    if entry.surety == Surety::Offered {
        let offered: Vec<String> = [visit.date].iter().chain(&visit.alternatives).map(|d| day(words, *d)).collect();
        let offered = offered.join(words.get("common.list_separator"));
        lines.push(words.fill("diary.dates", &[("dates", Param::Text(offered))]));
    }
    if let Some(member) = visit.team.iter().find(|member| Some(member.staff_id) == own) {
        let params = [("role", Param::Text(role(words, member))), ("arrive", Param::Text(member.arrive.clone()))];
        lines.push(words.fill("diary.own", &params));
    }
    lines.push(team(words, &context.names, &visit.team));
    lines
}

fn labelled(words: &Words, column: &str, text: String) -> String {
    let label = words.get(&format!("column.{column}")).to_string();
    words.fill("note.labelled", &[("label", Param::Text(label)), ("text", Param::Text(text))])
}
