//! 每日工作清单 of one colleague, and 网点任务下发: the workbook an outlet fills in and sends back.

use chrono::NaiveDate;

use crate::engagement::contact::track::TrackedEmployer;
use crate::engagement::report::summary::NextVisit;
use crate::engagement::report::thresholds::Thresholds;
use crate::engagement::visit::timeline::LateStep;
use crate::model::rows::StaffRow;
use crate::model::{Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::contact::clients::fill_table;
use crate::render::books::contact::maintenance::employers_table;
use crate::render::books::contact::tasks::{CHANNELS, TaskColumns, TaskRow, by_channel, tasks_table};
use crate::render::books::visit::late::late_steps;
use crate::render::books::{Names, filled_lines, lines, table_sheet, tile, weekday};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// What to say for one script: as rendered, in plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptText {
    /// Script key (`script_title.<key>`).
    pub script: String,
    /// Section key: a channel, `points` or `never`.
    pub section: String,
    pub text: String,
}

/// One colleague's tasks. They are told apart by the day they are dated on.
#[derive(Debug, Clone, Copy)]
pub struct WorklistInput<'a> {
    pub colleague: &'a str,
    /// He is away today.
    pub away: Option<&'a AwayNote>,
    pub date: NaiveDate,
    /// All open tasks of the colleague in the order in which they are worked through, names and phones as the purpose
    /// allows.
    pub tasks: &'a [TaskRow],
    /// The scripts of those tasks, in their order.
    pub scripts: &'a [ScriptText],
    pub thresholds: &'a Thresholds,
    pub products: &'a Products,
    /// Steps of visits are overdue.
    pub late: Option<LateNote<'a>>,
}

/// Steps of visits that are overdue, as a colleague's list tells them.
#[derive(Debug, Clone, Copy)]
pub struct LateNote<'a> {
    /// The latest first: the colleague's own, and those of others he is told of.
    pub steps: &'a [LateStep],
    /// How many of them are others'.
    pub of_others: i64,
    /// Days by more than which those are late.
    pub escalate_days: i64,
    pub names: Names<'a>,
}

/// What the list of a colleague says who is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwayNote {
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// Tasks nobody does today.
    pub tasks: i64,
    /// Who names somebody for them.
    pub decides: Vec<String>,
    /// What was promised to clients and others keep.
    pub promised: i64,
    pub stand_ins: Vec<String>,
}

/// Who does the work of a colleague who is away, and that nobody does the rest.
fn away_lines(away: &AwayNote, words: &Words) -> Vec<String> {
    let joined = |names: &[String]| Param::Text(names.join(words.get("common.list_separator")));
    let params = [
        ("from", Param::Date(away.from)),
        ("until", Param::Date(away.until)),
        ("tasks", Param::Count(away.tasks)),
        ("decides", joined(&away.decides)),
        ("promised", Param::Count(away.promised)),
        ("names", joined(&away.stand_ins)),
    ];
    let for_good = StaffRow::always().is_some_and(|(_, last)| away.until == last);
    let keys = [
        if for_good { "note.away_for_good" } else { "note.away" },
        if away.decides.is_empty() { "note.away_nobody_decides" } else { "note.away_decides" },
    ];
    let promised = (away.promised > 0).then_some("note.away_promised");
    keys.into_iter().chain(promised).map(|key| words.fill(key, &params)).collect()
}

/// `05_每日工作清单_<姓名>_<日期>.xlsx`.
pub fn worklist_book(input: &WorklistInput, words: &Words) -> Book {
    let (today, later): (Vec<TaskRow>, Vec<TaskRow>) =
        input.tasks.iter().cloned().partition(|t| t.on.is_some_and(|d| d <= input.date));
    let title = [
        ("name", Param::Text(input.colleague.to_string())),
        ("date", Param::Date(input.date)),
        ("weekday", Param::Text(weekday(words, input.date).to_string())),
    ];
    let title = words.fill("title.worklist", &title);
    let mut tiles = vec![tile(words, "today", Cell::Count(today.len() as i64), Kind::Count)];
    tiles.extend(CHANNELS.iter().map(|c| {
        let mut tile = tile(words, "today", Cell::Count(count(&today, |t| t.channel == *c)), Kind::Count);
        tile.label = words.word(c.key()).to_string();
        tile
    }));
    tiles.push(tile(words, "later", Cell::Count(later.len() as i64), Kind::Count));
    tiles.push(tile(words, "later_overdue", Cell::Count(count(&later, |t| t.missed)), Kind::Count));
    let with =
        TaskColumns { phone: true, owner: false, on: false, inputs: true, client: true, last: true, marked: false };
    let mut list = tasks_table("today", &by_channel(&today), with, input.products, words);
    list.title.clear();
    list.notes = filled_lines(words, "note.phone_hours", input.thresholds);
    let mut parts = vec![Part::Title(title.clone())];
    parts.extend(input.away.map(|away| Part::Lines(away_lines(away, words))));
    parts.extend(input.late.map(|late| Part::Lines(late_lines(&late, words))));
    parts.extend([Part::Figures(tiles), Part::Table(list)]);
    let mut first = Sheet::new(words.get("sheet.today"), parts);
    first.landscape = true;
    first.tab = Some(Tone::Good);
    let later: Vec<&TaskRow> = later.iter().collect();
    let with = TaskColumns { phone: false, on: true, inputs: false, client: false, marked: true, ..with };
    let later = tasks_table("later", &later, with, input.products, words);
    let scripts = table_sheet(words, "scripts", scripts_table(input.scripts, words));
    let mut sheets = vec![first, scripts, table_sheet(words, "later", later)];
    if let Some(late) = &input.late {
        sheets.insert(1, late_sheet(late, words));
    }
    Book { title, sheets, mark: None }
}

/// How many steps of visits are overdue, and how many of others.
fn late_lines(late: &LateNote, words: &Words) -> Vec<String> {
    let own = late.steps.len() as i64 - late.of_others;
    let own = (own > 0).then(|| words.fill("note.late_own", &[("steps", Param::Count(own))]));
    let params = [("steps", Param::Count(late.of_others)), ("days", Param::Count(late.escalate_days))];
    let others = (late.of_others > 0).then(|| words.fill("note.late_others", &params));
    own.into_iter().chain(others).collect()
}

/// 超期事项: the steps, and by which command each is ticked off.
fn late_sheet(late: &LateNote, words: &Words) -> Sheet {
    let mut table = late_steps(&late.names, words)
        .wide("tick_off", Kind::Text, 40.0, |l| Cell::Text(format!("daifa step done {} {}", l.visit_id, l.key())))
        .table(late.steps);
    table.freeze = 2;
    table.notes = vec![words.get("note.late_tick_off").to_string()];
    let mut sheet = table_sheet(words, "late_steps", table);
    sheet.tab = Some(Tone::Bad);
    sheet
}

/// 话术: what to say, beside the tasks that need it.
fn scripts_table(scripts: &[ScriptText], words: &Words) -> Table {
    Columns::<ScriptText>::new(words, "scripts")
        .row_tone(|s| if s.section == "never" { Tone::Warn } else { Tone::Normal })
        .wide("script", Kind::Text, 18.0, |s| Cell::text(words.get(&format!("script_title.{}", s.script))))
        .wide("section", Kind::Text, 12.0, |s| Cell::text(words.get(&format!("script_section.{}", s.section))))
        .wide("text", Kind::Wrap, 100.0, |s| Cell::text(&s.text))
        .table(scripts)
}

/// How many tasks stand on the list of a colleague.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColleagueTasks {
    pub name: String,
    pub today: i64,
    /// Dated on later days.
    pub later: i64,
    /// For which there is no room yet.
    pub waiting: i64,
    /// Of somebody who is away today the last day of it.
    pub away_until: Option<NaiveDate>,
}

/// What an outlet gets.
#[derive(Debug, Clone, Copy)]
pub struct OutletInput<'a> {
    pub outlet: &'a str,
    /// First day of the month the tasks are for.
    pub month: NaiveDate,
    /// Tasks nobody owns.
    pub tasks: &'a [TaskRow],
    /// What the outlet's colleagues have on their own lists.
    pub colleagues: &'a [ColleagueTasks],
    pub employers: &'a [TrackedEmployer],
    pub visits: &'a [NextVisit],
    pub names: Names<'a>,
    pub products: &'a Products,
}

/// `06_网点任务下发_<网点>_<月份>.xlsx`.
pub fn outlet_book(input: &OutletInput, words: &Words) -> Book {
    let month = input.month.format("%Y-%m").to_string();
    let params = [("outlet", Param::Text(input.outlet.to_string())), ("month", Param::Text(month))];
    let title = words.fill("title.outlet", &params);
    let tiles = vec![
        tile(words, "unowned", Cell::Count(input.tasks.len() as i64), Kind::Count),
        tile(words, "colleague_tasks", Cell::Count(input.colleagues.iter().map(|c| c.today).sum()), Kind::Count),
        tile(words, "employers_tracked", Cell::Count(input.employers.len() as i64), Kind::Count),
        tile(words, "next_visits", Cell::Count(input.visits.len() as i64), Kind::Count),
    ];
    let guide = Sheet::new(
        words.get("sheet.guide"),
        vec![
            Part::Title(title.clone()),
            Part::Figures(tiles),
            Part::Lines(lines(words, "guide.outlet")),
            Part::Table(fill_table(words)),
        ],
    );
    let with =
        TaskColumns { phone: true, owner: true, on: true, inputs: true, client: true, last: true, marked: false };
    let tasks = tasks_table("unowned", &by_channel(input.tasks), with, input.products, words);
    Book {
        title,
        sheets: vec![
            guide,
            table_sheet(words, "unowned", tasks),
            table_sheet(words, "colleague_tasks", colleagues_table(input.colleagues, words)),
            table_sheet(words, "employer_sums", employers_table(input.employers, words)),
            table_sheet(words, "next_visits", next_visits_table(input.visits, &input.names, words)),
        ],
        mark: None,
    }
}

/// 各客户经理任务: what stands on whose list, so that it stands there only.
fn colleagues_table(colleagues: &[ColleagueTasks], words: &Words) -> Table {
    let mut table = Columns::<ColleagueTasks>::new(words, "colleague_tasks")
        .wide("colleague", Kind::Text, 16.0, |c| Cell::text(&c.name))
        .wide("today", Kind::Count, 12.0, |c| Cell::Count(c.today))
        .wide("later", Kind::Count, 12.0, |c| Cell::Count(c.later))
        .wide("waiting", Kind::Count, 12.0, |c| Cell::Count(c.waiting))
        .wide("away", Kind::Text, 22.0, |c| Cell::or_empty(c.away_until, |until| Cell::Text(away_until(until, words))))
        .tone(|c| if c.away_until.is_some() { Tone::Warn } else { Tone::Normal })
        .table(colleagues);
    if colleagues.len() > 1 {
        let sum = |of: fn(&ColleagueTasks) -> i64| Cell::Count(colleagues.iter().map(of).sum());
        table.add_total([
            ("colleague", Cell::text(words.get("common.total"))),
            ("today", sum(|c| c.today)),
            ("later", sum(|c| c.later)),
            ("waiting", sum(|c| c.waiting)),
        ]);
    }
    table
}

/// `不在岗，至2026-03-20`.
fn away_until(until: NaiveDate, words: &Words) -> String {
    match StaffRow::always() {
        Some((_, last)) if last == until => words.get("note.gone").to_string(),
        _ => words.fill("note.away_until", &[("until", Param::Date(until))]),
    }
}

/// 下周进企.
pub(crate) fn next_visits_table(visits: &[NextVisit], names: &Names, words: &Words) -> Table {
    Columns::<NextVisit>::new(words, "next_visits")
        .wide("visit_id", Kind::Number, 8.0, |v| Cell::Text(v.visit_id.to_string()))
        .wide("employer", Kind::Text, 24.0, |v| Cell::text(&v.name))
        .wide("date", Kind::Date, 12.0, |v| Cell::Date(v.date))
        .wide("weekday", Kind::Text, 9.0, |v| Cell::text(weekday(words, v.date)))
        .wide("status", Kind::Text, 10.0, |v| Cell::text(words.word(v.status.key())))
        .wide("lead", Kind::Text, 12.0, |v| names.owner(v.lead))
        .table(visits)
}

fn count(tasks: &[TaskRow], keep: impl Fn(&TaskRow) -> bool) -> i64 {
    tasks.iter().filter(|t| keep(t)).count() as i64
}
