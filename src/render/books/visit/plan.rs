//! 进企计划表: which employer on which day with whom, every step dated, who is away when, and who could not be planned.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::engagement::visit::optimise::check::Violation;
use crate::engagement::visit::planned::{PlanChange, Step, Visit};
use crate::engagement::visit::schedule::Unplanned;
use crate::model::{Param, Reason, StaffId};
use crate::render::books::columns::Columns;
pub use crate::render::books::visit::context::{Places, PlanContext, Typed};
use crate::render::books::visit::context::{by_date, team};
use crate::render::books::visit::month::month_sheet;
use crate::render::books::visit::roster::roster_sheet;
use crate::render::books::{Names, choice, day, known, said, table_sheet, tile, weekday};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::{Words, placeholders};
use crate::render::workbook::{Book, Part, Sheet};

/// The role that answers for a visit.
const LEAD: &str = "lead";

/// Visits as they fit on a terminal.
pub fn plan_table(visits: &[Visit], names: &Names, words: &Words) -> Table {
    let placed = visits.iter().any(|v| v.place.is_some());
    let mut columns = Columns::<Visit>::new(words, "plan")
        .add("visit_id", Kind::Number, |v| Cell::Text(v.visit_id.to_string()))
        .add("employer", Kind::Text, |v| Cell::Text(names.employer(v.employer_id)))
        .add("date", Kind::Text, |v| Cell::Text(day(words, v.date)))
        .add("alternatives", Kind::Text, |v| Cell::Text(dates(words, &v.alternatives)))
        .add("status", Kind::Text, |v| Cell::text(words.word(v.status.key())))
        .add("attendance", Kind::Count, |v| Cell::Count(v.attendance))
        .add("team_size", Kind::Count, |v| Cell::Count(v.team.len() as i64))
        .add("lead", Kind::Text, |v| names.owner(lead(v)));
    let mut console = vec!["visit_id", "employer", "date", "alternatives", "status", "lead"];
    // Seldom said, and there is little room.
    if placed {
        columns = columns.add("place", Kind::Text, place);
        console.push("place");
    }
    let mut table = columns.table(by_date(visits));
    table.console = Some(console.into_iter().map(str::to_string).collect());
    table
}

/// Employers for whom no day was found, and the first day that would do.
pub fn unplanned_table(unplanned: &[Unplanned], names: &Names, words: &Words) -> Table {
    let reasons = |u: &Unplanned| u.reasons.iter().map(|r| refusal(words, r)).collect::<Vec<_>>().join("\n");
    Columns::<Unplanned>::new(words, "unplanned")
        .wide("employer", Kind::Text, 28.0, |u| Cell::Text(names.employer(u.employer_id)))
        .wide("reasons", Kind::Wrap, 60.0, |u| Cell::Text(reasons(u)))
        .wide("earliest", Kind::Date, 14.0, |u| known(u.earliest, Cell::Date))
        .table(unplanned)
}

/// What a plan made anew would change.
pub fn changes_table(changes: &[PlanChange], names: &Names, words: &Words) -> Table {
    Columns::<PlanChange>::new(words, "plan_changes")
        .add("visit_id", Kind::Number, |c| known(c.visit_id, |id| Cell::Text(id.to_string())))
        .add("employer", Kind::Text, |c| Cell::Text(names.employer(c.employer_id)))
        .add("change", Kind::Text, |c| Cell::text(words.get(&format!("plan_change.{}", c.what))))
        .add("before_days", Kind::Wrap, |c| Cell::Text(dates(words, &c.from)))
        .add("after_days", Kind::Wrap, |c| Cell::Text(dates(words, &c.to)))
        .table(changes)
}

/// Rules a plan made elsewhere breaks.
pub fn violations_table(violations: &[Violation], words: &Words) -> Table {
    Columns::<Violation>::new(words, "violations")
        .add("violation", Kind::Text, |v| Cell::text(words.get(&format!("violation.{}", v.rule))))
        .add("date", Kind::Date, |v| known(v.day, Cell::Date))
        .add("employer", Kind::Text, |v| known(v.employer.clone(), Cell::Text))
        .table(violations)
}

/// `02_进企计划表.xlsx`.
pub fn plan_book(visits: &[Visit], unplanned: &[Unplanned], context: &PlanContext<'_>, words: &Words) -> Book {
    let (typed, names) = (context.typed, &context.names);
    let people: BTreeSet<StaffId> = visits.iter().flat_map(|v| v.team.iter().map(|m| m.staff_id)).collect();
    let tiles = vec![
        tile(words, "visits", Cell::Count(visits.len() as i64), Kind::Count),
        tile(words, "attendance", Cell::Count(visits.iter().map(|v| v.attendance).sum()), Kind::Count),
        tile(words, "people_sent", Cell::Count(people.len() as i64), Kind::Count),
        tile(words, "first_visit", Cell::or_empty(visits.iter().map(|v| v.date).min(), Cell::Date), Kind::Date),
        tile(words, "unplanned", Cell::Count(unplanned.len() as i64), Kind::Count),
    ];
    let mut list = visits_table(visits, typed, names, words);
    list.title.clear();
    let name = words.get("sheet.plan");
    let parts = vec![Part::Title(name.to_string()), Part::Figures(tiles), Part::Table(list)];
    let mut first = Sheet::new(name, parts);
    first.landscape = true;
    first.tab = Some(Tone::Good);
    Book {
        title: words.get("title.plan").to_string(),
        sheets: vec![
            first,
            month_sheet(visits, context, words),
            table_sheet(words, "timeline", timeline_table(visits, typed, names, words)),
            roster_sheet(visits, context, words),
            table_sheet(words, "unplanned", unplanned_table(unplanned, names, words)),
        ],
        mark: None,
    }
}

fn visits_table(visits: &[Visit], typed: &Typed, names: &Names, words: &Words) -> Table {
    let answers = choice(words, "client_answer", &["first_date", "other_date", "move", "declined", "waiting"]);
    let alternatives = |v: &Visit| v.alternatives.iter().map(|d| day(words, *d)).collect::<Vec<_>>().join("\n");
    let mut columns = Columns::<Visit>::new(words, "visits")
        .wide("visit_id", Kind::Number, 8.0, |v| Cell::Text(v.visit_id.to_string()))
        .wide("employer", Kind::Text, 24.0, |v| Cell::Text(names.employer(v.employer_id)))
        .wide("date", Kind::Date, 12.0, |v| Cell::Date(v.date))
        .wide("weekday", Kind::Text, 7.0, |v| Cell::text(weekday(words, v.date)))
        .wide("time", Kind::Text, 13.0, |v| Cell::Text(format!("{}–{}", v.start, v.end)))
        .wide("alternatives", Kind::Wrap, 18.0, |v| Cell::Text(alternatives(v)))
        .wide("answer_by", Kind::Date, 12.0, |v| Cell::or_empty(v.answer_by, Cell::Date))
        .wide("status", Kind::Text, 9.0, |v| Cell::text(words.word(v.status.key())))
        .wide("topic", Kind::Wrap, 22.0, |v| Cell::text(words.get(&format!("topic_title.{}", v.topic))));
    if visits.iter().any(|v| v.place.is_some()) {
        columns = columns.wide("place", Kind::Wrap, 18.0, place);
    }
    let mut table = columns
        .wide("attendance", Kind::Count, 9.0, |v| Cell::Count(v.attendance))
        .wide("sessions", Kind::Count, 7.0, |v| Cell::Count(v.sessions))
        .wide("team_size", Kind::Count, 7.0, |v| Cell::Count(v.team.len() as i64))
        .wide("lead", Kind::Text, 10.0, |v| names.owner(lead(v)))
        .wide("team", Kind::Wrap, 36.0, |v| Cell::Text(team(words, names, &v.team)))
        .wide("grounds", Kind::Wrap, 46.0, |v| Cell::Text(grounds(words, &v.reasons)))
        .typed("client_answer", answers, 15.0, |v| {
            said(words, "client_answer", before(typed, &visit_key(v), "client_answer"))
        })
        .typed("agreed_date", Kind::Date, 13.0, |v| date_cell(before(typed, &visit_key(v), "agreed_date")))
        .typed("rest_until", Kind::Date, 13.0, |v| date_cell(before(typed, &visit_key(v), "rest_until")))
        .typed("remark", Kind::Text, 18.0, |v| Cell::or_empty(before(typed, &visit_key(v), "remark"), Cell::text))
        .hidden("row_key", |v| Cell::Text(visit_key(v)))
        .table(by_date(visits));
    table.freeze = 2;
    table.notes = vec![words.get("note.plan_order").to_string()];
    table
}

fn timeline_table(visits: &[Visit], typed: &Typed, names: &Names, words: &Words) -> Table {
    let mut steps: Vec<(&Visit, usize, &Step)> =
        visits.iter().flat_map(|v| v.steps.iter().enumerate().map(move |(i, s)| (v, i, s))).collect();
    steps.sort_by_key(|(v, i, s)| (s.due, v.date, v.visit_id, *i));
    let channel = |c: &String| Cell::text(words.get(&format!("publicity.{c}")));
    let mut table = Columns::<(&Visit, usize, &Step)>::new(words, "timeline")
        .row_tone(|(v, _, s)| if s.due == v.date { Tone::Good } else { Tone::Normal })
        .wide("due", Kind::Date, 12.0, |(_, _, s)| Cell::Date(s.due))
        .wide("weekday", Kind::Text, 7.0, |(_, _, s)| Cell::text(weekday(words, s.due)))
        .wide("visit_id", Kind::Number, 8.0, |(v, ..)| Cell::Text(v.visit_id.to_string()))
        .wide("employer", Kind::Text, 24.0, |(v, ..)| Cell::Text(names.employer(v.employer_id)))
        .wide("step", Kind::Text, 22.0, |(_, _, s)| Cell::text(words.get(&format!("step.{}", s.step))))
        .wide("channel", Kind::Text, 20.0, |(_, _, s)| Cell::or_empty(s.channel.as_ref(), channel))
        .wide("owner", Kind::Text, 10.0, |(_, _, s)| names.owner(s.owner))
        .wide("date", Kind::Date, 12.0, |(v, ..)| Cell::Date(v.date))
        .typed("done", choice(words, "done", &["yes", "part", "no"]), 11.0, |(v, _, s)| {
            said(words, "done", before(typed, &step_key(v, s), "done"))
        })
        .typed("done_on", Kind::Date, 13.0, |(v, _, s)| date_cell(before(typed, &step_key(v, s), "done_on")))
        .typed("remark", Kind::Text, 20.0, |(v, _, s)| {
            Cell::or_empty(before(typed, &step_key(v, s), "remark"), Cell::text)
        })
        .hidden("row_key", |(v, _, s)| Cell::Text(step_key(v, s)))
        .table(steps);
    table.freeze = 5;
    table
}

/// The steps of one visit and what was told of them, for the terminal.
pub fn steps_table(visit: &Visit, names: &Names, words: &Words) -> Table {
    let done = |s: &Step| Cell::or_empty(s.done.as_ref(), |d| Cell::text(words.get(&format!("done.{}", d.state))));
    Columns::<Step>::new(words, "steps")
        .add("due", Kind::Date, |s| Cell::Date(s.due))
        .add("step", Kind::Text, |s| Cell::text(words.get(&format!("step.{}", s.step))))
        .add("owner", Kind::Text, |s| names.owner(s.owner))
        .add("done", Kind::Text, done)
        .add("done_on", Kind::Date, |s| Cell::or_empty(s.done.as_ref().and_then(|d| d.on), Cell::Date))
        .table(&visit.steps)
}

/// The key of an offer: another date is another one.
fn visit_key(visit: &Visit) -> String {
    format!("{}/{}", visit.visit_id, visit.date)
}

fn step_key(visit: &Visit, step: &Step) -> String {
    format!("{}/{}", visit.visit_id, step.key())
}

/// What was typed before.
pub(super) fn before<'t>(typed: &'t Typed, key: &str, field: &str) -> Option<&'t str> {
    typed.get(key)?.get(field).map(String::as_str)
}

fn date_cell(day: Option<&str>) -> Cell {
    Cell::or_empty(day.and_then(|day| day.parse().ok()), Cell::Date)
}

fn lead(visit: &Visit) -> Option<StaffId> {
    visit.team.iter().find(|m| m.role == LEAD).map(|m| m.staff_id)
}

fn place(visit: &Visit) -> Cell {
    Cell::or_empty(visit.place.as_ref(), Cell::text)
}

fn dates(words: &Words, dates: &[NaiveDate]) -> String {
    if dates.is_empty() {
        return "—".to_string();
    }
    dates.iter().map(|d| day(words, *d)).collect::<Vec<_>>().join(words.get("common.list_separator"))
}

/// Reasons one below the other. Points of topics weigh one topic against another and mean nothing here.
fn grounds(words: &Words, reasons: &[Reason]) -> String {
    reasons.iter().map(|r| words.reason(r)).collect::<Vec<_>>().join("\n")
}

/// A reason against a day; the schedule counts at the end how many days of the horizon it was against.
fn refusal(words: &Words, reason: &Reason) -> String {
    let text = words.reason(reason);
    // A reason that itself speaks of days means days of its own.
    let own = placeholders(words.get(&format!("reason.{}", reason.rule))).contains(&"days");
    match reason.params.last() {
        Some((name, Param::Count(days))) if name == "days" && !own => {
            words.fill("note.refused_days", &[("reason", Param::Text(text)), ("days", Param::Count(*days))])
        }
        _ => text,
    }
}
