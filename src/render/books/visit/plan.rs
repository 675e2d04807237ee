//! 进企计划表: which employer on which day with whom, every step dated, who is away when, and who could not be planned.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::engagement::visit::planned::{Step, TeamMember, Visit};
use crate::engagement::visit::schedule::Unplanned;
use crate::model::{Param, Reason, StaffId};
use crate::render::books::{Columns, Names, choice, day, known, table_sheet, tile, weekday};
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};
use crate::render::words::{Words, placeholders};
use crate::render::workbook::{Book, Part, Sheet};

/// The role that answers for a visit.
const LEAD: &str = "lead";

/// Visits as they fit on a terminal.
pub fn plan_table(visits: &[Visit], names: &Names, words: &Words) -> Table {
    let columns = Columns::new(words, "plan")
        .add("employer", Kind::Text)
        .add("date", Kind::Text)
        .add("alternatives", Kind::Text)
        .add("status", Kind::Text)
        .add("attendance", Kind::Count)
        .add("team_size", Kind::Count)
        .add("lead", Kind::Text);
    let mut table = columns.table();
    table.console = Some(["employer", "date", "alternatives", "status", "lead"].map(str::to_string).into());
    table.rows = by_date(visits)
        .into_iter()
        .map(|v| {
            Row::new(vec![
                Cell::Text(names.employer(v.employer_id)),
                Cell::Text(day(words, v.date)),
                Cell::Text(dates(words, &v.alternatives)),
                Cell::text(words.word(v.status.key())),
                Cell::Count(v.attendance),
                Cell::Count(v.team.len() as i64),
                names.owner(lead(v)),
            ])
        })
        .collect();
    table
}

/// Employers for whom no day was found, and the first day that would do.
pub fn unplanned_table(unplanned: &[Unplanned], names: &Names, words: &Words) -> Table {
    let columns = Columns::new(words, "unplanned")
        .wide("employer", Kind::Text, 28.0)
        .wide("reasons", Kind::Wrap, 60.0)
        .wide("earliest", Kind::Date, 14.0);
    let mut table = columns.table();
    table.rows = unplanned
        .iter()
        .map(|u| {
            let reasons: Vec<String> = u.reasons.iter().map(|r| refusal(words, r)).collect();
            let employer = Cell::Text(names.employer(u.employer_id));
            Row::new(vec![employer, Cell::Text(reasons.join("\n")), known(u.earliest, Cell::Date)])
        })
        .collect();
    table
}

/// `02_进企计划表.xlsx`.
pub fn plan_book(visits: &[Visit], unplanned: &[Unplanned], names: &Names, words: &Words) -> Book {
    let people: BTreeSet<StaffId> = visits.iter().flat_map(|v| v.team.iter().map(|m| m.staff_id)).collect();
    let tiles = vec![
        tile(words, "visits", Cell::Count(visits.len() as i64), Kind::Count),
        tile(words, "attendance", Cell::Count(visits.iter().map(|v| v.attendance).sum()), Kind::Count),
        tile(words, "people_sent", Cell::Count(people.len() as i64), Kind::Count),
        tile(words, "first_visit", Cell::or_empty(visits.iter().map(|v| v.date).min(), Cell::Date), Kind::Date),
        tile(words, "unplanned", Cell::Count(unplanned.len() as i64), Kind::Count),
    ];
    let mut list = visits_table(visits, names, words);
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
            table_sheet(words, "timeline", timeline_table(visits, names, words)),
            table_sheet(words, "roster", roster_table(visits, names, words)),
            table_sheet(words, "unplanned", unplanned_table(unplanned, names, words)),
        ],
    }
}

fn visits_table(visits: &[Visit], names: &Names, words: &Words) -> Table {
    let answers = choice(words, "client_answer", &["first_date", "other_date", "move", "declined", "waiting"]);
    let columns = Columns::new(words, "visits")
        .wide("employer", Kind::Text, 24.0)
        .wide("date", Kind::Date, 12.0)
        .wide("weekday", Kind::Text, 7.0)
        .wide("time", Kind::Text, 13.0)
        .wide("alternatives", Kind::Wrap, 18.0)
        .wide("status", Kind::Text, 9.0)
        .wide("topic", Kind::Wrap, 22.0)
        .wide("attendance", Kind::Count, 9.0)
        .wide("sessions", Kind::Count, 7.0)
        .wide("team_size", Kind::Count, 7.0)
        .wide("lead", Kind::Text, 10.0)
        .wide("team", Kind::Wrap, 36.0)
        .wide("grounds", Kind::Wrap, 46.0)
        .input("client_answer", answers, 15.0)
        .input("agreed_date", Kind::Date, 13.0)
        .input("remark", Kind::Text, 18.0)
        .hidden("row_key");
    let mut table = columns.table();
    table.freeze = 1;
    table.notes = vec![words.get("note.plan_order").to_string()];
    table.rows = by_date(visits)
        .into_iter()
        .map(|v| {
            Row::new(vec![
                Cell::Text(names.employer(v.employer_id)),
                Cell::Date(v.date),
                Cell::text(weekday(words, v.date)),
                Cell::Text(format!("{}–{}", v.start, v.end)),
                Cell::Text(v.alternatives.iter().map(|d| day(words, *d)).collect::<Vec<_>>().join("\n")),
                Cell::text(words.word(v.status.key())),
                Cell::text(words.get(&format!("topic_title.{}", v.topic))),
                Cell::Count(v.attendance),
                Cell::Count(v.sessions),
                Cell::Count(v.team.len() as i64),
                names.owner(lead(v)),
                Cell::Text(team(words, names, &v.team)),
                Cell::Text(grounds(words, &v.reasons)),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Text(v.visit_id.to_string()),
            ])
        })
        .collect();
    table
}

fn timeline_table(visits: &[Visit], names: &Names, words: &Words) -> Table {
    let columns = Columns::new(words, "timeline")
        .wide("due", Kind::Date, 12.0)
        .wide("weekday", Kind::Text, 7.0)
        .wide("employer", Kind::Text, 24.0)
        .wide("step", Kind::Text, 22.0)
        .wide("channel", Kind::Text, 20.0)
        .wide("owner", Kind::Text, 10.0)
        .wide("date", Kind::Date, 12.0)
        .input("done", choice(words, "done", &["yes", "part", "no"]), 11.0)
        .input("done_on", Kind::Date, 13.0)
        .input("remark", Kind::Text, 20.0);
    let mut table = columns.table();
    table.freeze = 4;
    let mut steps: Vec<(&Visit, usize, &Step)> =
        visits.iter().flat_map(|v| v.steps.iter().enumerate().map(move |(i, s)| (v, i, s))).collect();
    steps.sort_by_key(|(v, i, s)| (s.due, v.date, v.visit_id, *i));
    table.rows = steps
        .into_iter()
        .map(|(v, _, s)| {
            let row = Row::new(vec![
                Cell::Date(s.due),
                Cell::text(weekday(words, s.due)),
                Cell::Text(names.employer(v.employer_id)),
                Cell::text(words.get(&format!("step.{}", s.step))),
                Cell::or_empty(s.channel.as_ref(), |c| Cell::text(words.get(&format!("publicity.{c}")))),
                names.owner(s.owner),
                Cell::Date(v.date),
            ]);
            if s.due == v.date { row.tone(Tone::Good) } else { row }
        })
        .collect();
    table
}

/// People × dates: where each of ours is and in which role.
fn roster_table(visits: &[Visit], names: &Names, words: &Words) -> Table {
    let mut days: BTreeSet<NaiveDate> = BTreeSet::new();
    let mut people: BTreeMap<StaffId, BTreeMap<NaiveDate, Vec<String>>> = BTreeMap::new();
    for visit in visits {
        days.insert(visit.date);
        for member in &visit.team {
            let params = [
                ("employer", Param::Text(names.employer(visit.employer_id))),
                ("role", Param::Text(role(words, member))),
                ("arrive", Param::Text(member.arrive.clone())),
            ];
            let place = words.fill("note.roster_cell", &params);
            people.entry(member.staff_id).or_default().entry(visit.date).or_default().push(place);
        }
    }
    let mut columns = Columns::new(words, "roster")
        .wide("colleague", Kind::Text, 10.0)
        .wide("outlet", Kind::Text, 16.0)
        .wide("times", Kind::Count, 8.0);
    for date in &days {
        let title = format!("{}\n{}", date.format("%m-%d"), weekday(words, *date));
        columns = columns.push(Column::new(date.to_string(), title, Kind::Wrap).width(18.0));
    }
    let mut table = columns.table();
    table.freeze = 2;
    table.notes = vec![words.get("note.roster").to_string()];
    let mut rows: Vec<(String, StaffId)> = people.keys().map(|id| (outlet(names, *id), *id)).collect();
    rows.sort();
    for (outlet, id) in rows {
        let places = &people[&id];
        let times = places.values().map(Vec::len).sum::<usize>() as i64;
        let mut cells = vec![Cell::Text(names.colleague(id)), Cell::Text(outlet), Cell::Count(times)];
        cells.extend(days.iter().map(|d| Cell::or_empty(places.get(d), |p| Cell::Text(p.join("\n")))));
        table.rows.push(Row::new(cells));
    }
    if !table.rows.is_empty() {
        let sent = |d: &NaiveDate| people.values().filter(|p| p.contains_key(d)).count() as i64;
        let times: i64 = visits.iter().map(|v| v.team.len() as i64).sum();
        let mut cells = vec![Cell::text(words.get("common.total")), Cell::Empty, Cell::Count(times)];
        cells.extend(days.iter().map(|d| Cell::Count(sent(d))));
        table.rows.push(Row::new(cells).tone(Tone::Total));
    }
    table
}

fn by_date(visits: &[Visit]) -> Vec<&Visit> {
    let mut list: Vec<&Visit> = visits.iter().collect();
    list.sort_by_key(|v| (v.date, v.visit_id));
    list
}

fn lead(visit: &Visit) -> Option<StaffId> {
    visit.team.iter().find(|m| m.role == LEAD).map(|m| m.staff_id)
}

fn outlet(names: &Names, id: StaffId) -> String {
    names.staff.get(&id).map(|(_, outlet)| outlet.clone()).unwrap_or_default()
}

fn role(words: &Words, member: &TeamMember) -> String {
    words.get(&format!("role.{}", member.role)).to_string()
}

/// One line per role: `基础服务：甲、乙`.
fn team(words: &Words, names: &Names, team: &[TeamMember]) -> String {
    let mut roles: Vec<&str> = Vec::new();
    for member in team {
        if !roles.contains(&member.role.as_str()) {
            roles.push(&member.role);
        }
    }
    let line = |key: &&str| {
        let people: Vec<String> =
            team.iter().filter(|m| m.role == **key).map(|m| names.colleague(m.staff_id)).collect();
        let people = people.join(words.get("common.list_separator"));
        let role = words.get(&format!("role.{key}")).to_string();
        words.fill("note.labelled", &[("label", Param::Text(role)), ("text", Param::Text(people))])
    };
    roles.iter().map(line).collect::<Vec<_>>().join("\n")
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
