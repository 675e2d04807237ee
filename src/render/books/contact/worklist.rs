//! 每日工作清单 of one colleague, and 网点任务下发: the workbook an outlet fills in and sends back.

use chrono::NaiveDate;

use crate::engagement::contact::track::TrackedEmployer;
use crate::engagement::report::summary::NextVisit;
use crate::model::{Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::contact::maintenance::{employers_table, fill_table};
use crate::render::books::contact::tasks::{CHANNELS, TaskColumns, TaskRow, by_channel, tasks_table};
use crate::render::books::{Names, lines, table_sheet, tile, weekday};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
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
    pub date: NaiveDate,
    /// All open tasks of the colleague, most urgent first, names and phones as the purpose allows.
    pub tasks: &'a [TaskRow],
    /// The scripts of those tasks, in their order.
    pub scripts: &'a [ScriptText],
    pub products: &'a Products,
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
    let with = TaskColumns { phone: true, owner: false, on: false, inputs: true, marked: false };
    let mut list = tasks_table("today", &by_channel(&today), with, input.products, words);
    list.title.clear();
    list.notes = lines(words, "note.phone_hours");
    let mut first =
        Sheet::new(words.get("sheet.today"), vec![Part::Title(title.clone()), Part::Figures(tiles), Part::Table(list)]);
    first.landscape = true;
    first.tab = Some(Tone::Good);
    let mut later: Vec<&TaskRow> = later.iter().collect();
    // Dated ones in order of their day; what has no room yet stands last.
    later.sort_by_key(|t| (t.on.is_none(), t.on));
    let with = TaskColumns { phone: false, on: true, inputs: false, marked: true, ..with };
    let later = tasks_table("later", &later, with, input.products, words);
    let scripts = table_sheet(words, "scripts", scripts_table(input.scripts, words));
    Book { title, sheets: vec![first, scripts, table_sheet(words, "later", later)] }
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

/// What an outlet gets.
#[derive(Debug, Clone, Copy)]
pub struct OutletInput<'a> {
    pub outlet: &'a str,
    /// First day of the month the tasks are for.
    pub month: NaiveDate,
    /// Names the export: by it the returned workbook is known again.
    pub export_id: &'a str,
    pub tasks: &'a [TaskRow],
    pub employers: &'a [TrackedEmployer],
    pub visits: &'a [NextVisit],
    pub names: Names<'a>,
    pub products: &'a Products,
}

/// `06_网点任务下发_<网点>_<月份>.xlsx`.
pub fn outlet_book(input: &OutletInput, words: &Words) -> Book {
    let month = input.month.format("%Y-%m").to_string();
    let params = [("outlet", Param::Text(input.outlet.to_string())), ("month", Param::Text(month.clone()))];
    let title = words.fill("title.outlet", &params);
    let tiles = vec![
        tile(words, "tasks", Cell::Count(input.tasks.len() as i64), Kind::Count),
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
    let with = TaskColumns { phone: true, owner: true, on: true, inputs: true, marked: false };
    let tasks = tasks_table("tasks", &by_channel(input.tasks), with, input.products, words);
    Book {
        title,
        sheets: vec![
            guide,
            table_sheet(words, "tasks", tasks),
            table_sheet(words, "employer_sums", employers_table(input.employers, words)),
            table_sheet(words, "next_visits", next_visits_table(input.visits, &input.names, words)),
            export_sheet(input, &month),
        ],
    }
}

/// 下周进企.
pub(crate) fn next_visits_table(visits: &[NextVisit], names: &Names, words: &Words) -> Table {
    Columns::<NextVisit>::new(words, "next_visits")
        .wide("employer", Kind::Text, 24.0, |v| Cell::text(&v.name))
        .wide("date", Kind::Date, 12.0, |v| Cell::Date(v.date))
        .wide("weekday", Kind::Text, 9.0, |v| Cell::text(weekday(words, v.date)))
        .wide("status", Kind::Text, 10.0, |v| Cell::text(words.word(v.status.key())))
        .wide("lead", Kind::Text, 12.0, |v| names.owner(v.lead))
        .table(visits)
}

/// Keys and values the return is recognised by, on a sheet nobody sees; read by machine, so no words.
fn export_sheet(input: &OutletInput, month: &str) -> Sheet {
    let columns = ["key", "value"].map(|k| crate::render::table::Column::new(k, k, Kind::Text));
    let mut table = Table::new("export", "", columns.into());
    let entries = [("export_id", input.export_id), ("outlet", input.outlet), ("month", month)];
    table.rows = entries.iter().map(|(k, v)| Row::new(vec![Cell::text(*k), Cell::text(*v)])).collect();
    let mut sheet = Sheet::new("export", vec![Part::Table(table)]);
    sheet.very_hidden = true;
    sheet
}

fn count(tasks: &[TaskRow], keep: impl Fn(&TaskRow) -> bool) -> i64 {
    tasks.iter().filter(|t| keep(t)).count() as i64
}
