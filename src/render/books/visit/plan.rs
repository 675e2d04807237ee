//! 进企计划表: which employer on which day with whom, every step dated, who is away when, and who could not be planned.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::engagement::visit::optimise::check::Violation;
use crate::engagement::visit::planned::{PlanChange, Step, Visit};
use crate::engagement::visit::schedule::Unplanned;
use crate::engagement::visit::withdrawn;
use crate::model::{Param, Reason, StaffId, VisitId};
use crate::render::books::columns::Columns;
pub use crate::render::books::visit::context::{Places, PlanContext, Typed};
use crate::render::books::visit::context::{by_date, team};
use crate::render::books::visit::month::month_sheet;
use crate::render::books::visit::roster::roster_sheet;
pub use crate::render::books::visit::support::lacking_table;
use crate::render::books::visit::support::support_sheet;
use crate::render::books::{Names, choice, day, known, said, table_sheet, tile, weekday};
use crate::render::figures;
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::{Words, placeholders};
use crate::render::workbook::{Book, Part, Sheet};

/// The role that answers for a visit.
const LEAD: &str = "lead";

/// Visits as they fit on a terminal.
pub fn plan_table(visits: &[Visit], pinned: &BTreeSet<VisitId>, names: &Names, words: &Words) -> Table {
    // What has no room goes on below: who is visited, when and where is not to be cut.
    let columns = Columns::<Visit>::new(words, "plan")
        .add("visit_id", Kind::Number, |v| Cell::Text(v.visit_id.to_string()))
        .add("employer", Kind::Wrap, |v| Cell::Text(names.employer(v.employer_id)))
        .add("date", Kind::Number, |v| Cell::Text(listed_day(words, figures::date(v.date), v.date)))
        .add("alternatives", Kind::Number, |v| Cell::Text(other_days(words, &v.alternatives)))
        .add("status", Kind::Wrap, |v| Cell::Text(status(words, v, pinned, words.get("common.list_separator"))))
        .add("lead", Kind::Wrap, |v| names.owner(lead(v)));
    // Seldom said, and there is little room.
    let placed = visits.iter().any(|v| v.place.is_some());
    let columns = if placed { columns.add("place", Kind::Wrap, place) } else { columns };
    columns.table(by_date(visits))
}

/// How a visit stands; `between` stands before what is said of a pinned one.
fn status(words: &Words, visit: &Visit, pinned: &BTreeSet<VisitId>, between: &str) -> String {
    let status = words.word(visit.status.key());
    if pinned.contains(&visit.visit_id) {
        format!("{status}{between}{}", words.get("note.pinned"))
    } else {
        status.to_string()
    }
}

/// `2026-03-17 周二`.
fn listed_day(words: &Words, shown: String, date: NaiveDate) -> String {
    let weekday = Param::Text(weekday(words, date).to_string());
    words.fill("note.day_in_list", &[("date", Param::Text(shown)), ("weekday", weekday)])
}

/// The other days of an offer, `03-19 周四`: their year is that of the first one, or the next.
fn other_days(words: &Words, days: &[NaiveDate]) -> String {
    if days.is_empty() {
        return "—".to_string();
    }
    let shown = |d: &NaiveDate| listed_day(words, d.format("%m-%d").to_string(), *d);
    days.iter().map(shown).collect::<Vec<_>>().join(words.get("common.list_separator"))
}

/// Employers for whom no day was found, and the first day that would do.
pub fn unplanned_table(unplanned: &[Unplanned], names: &Names, words: &Words) -> Table {
    let between = format!("{}\n", words.get("common.reason_separator").trim_end());
    let reasons = |u: &Unplanned| u.reasons.iter().map(|r| refusal(words, r)).collect::<Vec<_>>().join(&between);
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

/// Offers that were let go of because nobody answered them, and their new days.
pub fn told_anew_table(changes: &[PlanChange], names: &Names, words: &Words) -> Table {
    Table { title: words.get("note.told_anew").to_string(), ..changes_table(changes, names, words) }
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
    let mut list = visits_table(visits, context, words);
    list.title.clear();
    let name = words.get("sheet.plan");
    let said = |r: &Reason| words.fill("note.plan_assumed", &[("reason", Param::Text(words.reason(r)))]);
    let mut parts = vec![Part::Title(name.to_string()), Part::Figures(tiles), Part::Table(list)];
    if !context.assumed.is_empty() {
        parts.push(Part::Lines(context.assumed.iter().map(said).collect()));
    }
    let mut first = Sheet::new(name, parts);
    first.landscape = true;
    first.tab = Some(Tone::Good);
    let mut sheets = vec![
        first,
        table_sheet(words, "grounds", grounds_table(visits, names, words)),
        month_sheet(visits, context, words),
        table_sheet(words, "timeline", timeline_table(visits, typed, names, words)),
        roster_sheet(visits, context, words),
        support_sheet(context, words),
        table_sheet(words, "unplanned", unplanned_table(unplanned, names, words)),
    ];
    if !context.withdrawn.is_empty() {
        sheets.push(table_sheet(words, "withdrawn", withdrawn_table(context.withdrawn, typed, names, words)));
    }
    Book { title: words.get("title.plan").to_string(), sheets, mark: None }
}

/// 待告知单位: offers that were taken back, to be ticked off once the employer was told.
fn withdrawn_table(visits: &[Visit], typed: &Typed, names: &Names, words: &Words) -> Table {
    let steps = visits.iter().flat_map(|v| v.steps.iter().map(move |s| (v, s)));
    let days = |v: &Visit| std::iter::once(&v.date).chain(&v.alternatives).map(|d| day(words, *d)).collect::<Vec<_>>();
    let columns = Columns::<(&Visit, &Step)>::new(words, "withdrawn")
        .wide("visit_id", Kind::Number, 8.0, |(v, _)| Cell::Text(v.visit_id.to_string()))
        .wide("employer", Kind::Text, 24.0, |(v, _)| Cell::Text(names.employer(v.employer_id)))
        .wide("offered_days", Kind::Wrap, 18.0, |(v, _)| Cell::Text(days(v).join("\n")))
        .wide("reasons", Kind::Wrap, 46.0, |(v, _)| Cell::Text(words.reason(&withdrawn::why(v))))
        .wide("step", Kind::Text, 26.0, |(_, s)| Cell::text(words.get(&format!("step.{}", s.step))))
        .wide("owner", Kind::Text, 10.0, |(_, s)| names.owner(s.owner));
    let mut table = step_columns(columns, typed, words, |(v, s)| step_key(v, s)).table(steps);
    table.freeze = 2;
    table
}

/// The columns in which is typed how far a step is; `key` is that of its row.
fn step_columns<'a, T: 'a>(
    columns: Columns<'a, T>,
    typed: &'a Typed,
    words: &'a Words,
    key: impl Fn(&T) -> String + Copy + 'a,
) -> Columns<'a, T> {
    columns
        .typed("done", choice(words, "done", &["yes", "part", "no"]), 11.0, move |row| {
            said(words, "done", before(typed, &key(row), "done"))
        })
        .typed("done_on", Kind::Date, 13.0, move |row| date_cell(before(typed, &key(row), "done_on")))
        .typed("remark", Kind::Text, 20.0, move |row| Cell::or_empty(before(typed, &key(row), "remark"), Cell::text))
        .hidden("row_key", move |row| Cell::Text(key(row)))
}

fn visits_table(visits: &[Visit], context: &PlanContext<'_>, words: &Words) -> Table {
    let (typed, names) = (context.typed, &context.names);
    let answers = choice(words, "client_answer", &["first_date", "other_date", "move", "declined", "waiting"]);
    let alternatives = |v: &Visit| -> String {
        let shown = |d: &NaiveDate| listed_day(words, d.format("%m-%d").to_string(), *d);
        v.alternatives.iter().map(shown).collect::<Vec<_>>().join("\n")
    };
    let mut table = Columns::<Visit>::new(words, "visits")
        .wide("visit_id", Kind::Number, 7.0, |v| Cell::Text(v.visit_id.to_string()))
        .wide("employer", Kind::Wrap, 20.0, |v| Cell::Text(names.employer(v.employer_id)))
        .wide("date", Kind::Date, 11.0, |v| Cell::Date(v.date))
        .wide("weekday", Kind::Text, 6.0, |v| Cell::text(weekday(words, v.date)))
        .wide("time", Kind::Text, 12.0, |v| Cell::Text(format!("{}–{}", v.start, v.end)))
        .wide("alternatives", Kind::Wrap, 13.0, |v| Cell::Text(alternatives(v)))
        .wide("answer_by", Kind::Date, 11.0, |v| Cell::or_empty(v.answer_by, Cell::Date))
        .wide("status", Kind::Wrap, 8.0, |v| Cell::Text(status(words, v, context.pinned, "\n")))
        .wide("attendance", Kind::Count, 7.0, |v| Cell::Count(v.attendance))
        .wide("lead", Kind::Text, 8.0, |v| names.owner(lead(v)))
        .wide("team", Kind::Wrap, 26.0, |v| Cell::Text(team(words, names, &v.team)))
        .wide("lacking", Kind::Wrap, 20.0, |v| Cell::Text(lacks(words, v)))
        .tone(|v| if v.lacking.is_empty() { Tone::Normal } else { Tone::Bad })
        .typed("client_answer", answers, 13.0, |v| {
            said(words, "client_answer", before(typed, &visit_key(v), "client_answer"))
        })
        .typed("agreed_date", Kind::Date, 11.0, |v| date_cell(before(typed, &visit_key(v), "agreed_date")))
        .typed("rest_until", Kind::Date, 11.0, |v| date_cell(before(typed, &visit_key(v), "rest_until")))
        .typed("remark", Kind::Text, 13.0, |v| Cell::or_empty(before(typed, &visit_key(v), "remark"), Cell::text))
        .hidden("row_key", |v| Cell::Text(visit_key(v)))
        .table(by_date(visits));
    table.freeze = 2;
    table.notes = vec![words.get("note.plan_order").to_string()];
    table
}

/// 场次说明: what each visit is about, where, how large, and why it is as it is.
fn grounds_table(visits: &[Visit], names: &Names, words: &Words) -> Table {
    let columns = Columns::<Visit>::new(words, "grounds")
        .wide("visit_id", Kind::Number, 8.0, |v| Cell::Text(v.visit_id.to_string()))
        .wide("employer", Kind::Wrap, 24.0, |v| Cell::Text(names.employer(v.employer_id)))
        .wide("date", Kind::Date, 12.0, |v| Cell::Date(v.date))
        .wide("topic", Kind::Wrap, 26.0, |v| Cell::text(words.get(&format!("topic_title.{}", v.topic))));
    let placed = visits.iter().any(|v| v.place.is_some());
    let columns = if placed { columns.wide("place", Kind::Wrap, 20.0, place) } else { columns };
    columns
        .wide("sessions", Kind::Count, 7.0, |v| Cell::Count(v.sessions))
        .wide("team_size", Kind::Count, 7.0, |v| Cell::Count(v.team.len() as i64))
        .wide("grounds", Kind::Wrap, 64.0, |v| Cell::Text(grounds(words, &v.reasons)))
        .table(by_date(visits))
}

fn timeline_table(visits: &[Visit], typed: &Typed, names: &Names, words: &Words) -> Table {
    let mut steps: Vec<(&Visit, usize, &Step)> =
        visits.iter().flat_map(|v| v.steps.iter().enumerate().map(move |(i, s)| (v, i, s))).collect();
    steps.sort_by_key(|(v, i, s)| (s.due, v.date, v.visit_id, *i));
    let channel = |c: &String| Cell::text(words.get(&format!("publicity.{c}")));
    let columns = Columns::<(&Visit, usize, &Step)>::new(words, "timeline")
        .row_tone(|(v, _, s)| if s.due == v.date { Tone::Good } else { Tone::Normal })
        .wide("visit_id", Kind::Number, 8.0, |(v, ..)| Cell::Text(v.visit_id.to_string()))
        .wide("due", Kind::Date, 12.0, |(_, _, s)| Cell::Date(s.due))
        .wide("weekday", Kind::Text, 7.0, |(_, _, s)| Cell::text(weekday(words, s.due)))
        .wide("employer", Kind::Text, 24.0, |(v, ..)| Cell::Text(names.employer(v.employer_id)))
        .wide("step", Kind::Text, 22.0, |(_, _, s)| Cell::text(words.get(&format!("step.{}", s.step))))
        .wide("channel", Kind::Text, 20.0, |(_, _, s)| Cell::or_empty(s.channel.as_ref(), channel))
        .wide("owner", Kind::Text, 10.0, |(_, _, s)| names.owner(s.owner))
        .wide("date", Kind::Date, 12.0, |(v, ..)| Cell::Date(v.date));
    let mut table = step_columns(columns, typed, words, |(v, _, s)| step_key(v, s)).table(steps);
    table.freeze = 5;
    table
}

/// The steps of one visit and what was told of them, for the terminal.
pub fn steps_table(visit: &Visit, names: &Names, words: &Words) -> Table {
    let done = |s: &Step| Cell::or_empty(s.done.as_ref(), |d| Cell::text(words.get(&format!("done.{}", d.state))));
    Columns::<Step>::new(words, "steps")
        .add("visit_id", Kind::Number, |_| Cell::Text(visit.visit_id.to_string()))
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

pub(super) fn date_cell(day: Option<&str>) -> Cell {
    Cell::or_empty(day.and_then(|day| day.parse().ok()), Cell::Date)
}

fn lead(visit: &Visit) -> Option<StaffId> {
    visit.team.iter().find(|m| m.role == LEAD).map(|m| m.staff_id)
}

fn place(visit: &Visit) -> Cell {
    Cell::or_empty(visit.place.as_ref(), Cell::text)
}

pub(super) fn dates(words: &Words, dates: &[NaiveDate]) -> String {
    if dates.is_empty() {
        return "—".to_string();
    }
    dates.iter().map(|d| day(words, *d)).collect::<Vec<_>>().join(words.get("common.list_separator"))
}

/// What a smaller team cannot do, one role below the other.
fn lacks(words: &Words, visit: &Visit) -> String {
    let line = |(role, n): &(String, i64)| words.fill(&format!("lacks.{role}"), &[("n", Param::Count(*n))]);
    visit.lacking.iter().map(line).collect::<Vec<_>>().join("\n")
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
