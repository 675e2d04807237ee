//! 员工营销维护表: one row per employee, where the money went, what to do next, and what is typed into.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::contact::followup::CreditShare;
use crate::engagement::contact::track::{Outflow, TrackedEmployer, money_of};
use crate::engagement::report::thresholds::Thresholds;
use crate::model::status::{Channel, Level, RateKind};
use crate::model::{Fen, Param, Products, Reason};
use crate::render::books::columns::Columns;
pub use crate::render::books::contact::blocked::{
    BlockedRow, UnmatchedRow, UnownedRow, blocked_lines, unmatched_table,
};
use crate::render::books::contact::blocked::{blocked_columns, unowned_table};
use crate::render::books::contact::tasks::{TaskColumns, TaskRow, tasks_columns};
use crate::render::books::rates::Rates;
use crate::render::books::report::definitions;
use crate::render::books::{
    destination_name, known, lines, main_destination, product_names, reason_lines, table_sheet, text_or_empty, tile,
};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// One employee, names already masked. `None` = unknown, shown as an empty cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MaintenanceRow {
    pub employer: String,
    pub name: String,
    pub level: Option<Level>,
    pub outlet: Option<String>,
    pub main_owner: Option<String>,
    pub assistant: Option<String>,
    /// `70/30`, see [`credit_text`].
    pub credit: Option<String>,
    pub grade: Option<String>,
    /// 月均代发额.
    pub payroll_month_avg: Option<Fen>,
    /// AUM余额 and, where the sheets give it, AUM月日均.
    pub aum: Option<Fen>,
    pub aum_month_avg: Option<Fen>,
    /// Changes of the balance.
    pub since_last_month: Option<Fen>,
    pub since_year_start: Option<Fen>,
    pub since_visit: Option<Fen>,
    pub products: Option<i64>,
    /// Product keys.
    pub gained: Vec<String>,
    pub lost: Vec<String>,
    /// 1.0 = 100 %; may be negative or above 1.
    pub retention: Option<f64>,
    /// Which rate that is.
    pub retention_kind: Option<RateKind>,
    pub main_destination: Option<String>,
    pub next_step: Option<String>,
    pub reasons: Vec<Reason>,
    /// Script key.
    pub script: Option<String>,
    pub channel: Option<Channel>,
    pub due: Option<NaiveDate>,
    /// The person's number: a removal knows the row by it.
    pub person: Option<String>,
}

/// What the maintenance table is made from.
#[derive(Debug, Clone, Copy)]
pub struct MaintenanceInput<'a> {
    pub thresholds: &'a Thresholds,
    pub products: &'a Products,
    pub data_date: Option<NaiveDate>,
    /// The lists told row by row: how many rows they have, and which columns.
    pub people: &'a People,
    pub tasks: u64,
    /// Blocked people by cause.
    pub blocked: &'a BTreeMap<&'static str, i64>,
    pub employers: &'a [TrackedEmployer],
    pub unmatched: &'a [UnmatchedRow],
    /// Whom nobody is in charge of.
    pub unowned: &'a [UnownedRow],
}

/// How many people 员工明细 has, and which columns somebody fills.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct People {
    pub rows: u64,
    /// Somebody's AUM月日均 is known.
    pub averages: bool,
    /// Kinds of rates that are known of somebody.
    pub rates: Vec<RateKind>,
}

/// Numbers of the long lists of the book.
pub const EMPLOYEES: usize = 0;
pub const TASKS: usize = 1;
pub const BLOCKED: usize = 2;

/// The columns of the long lists, for making their rows.
pub(crate) struct Lists<'a> {
    pub employees: Columns<'a, MaintenanceRow>,
    pub tasks: Columns<'a, TaskRow>,
    pub blocked: Columns<'a, BlockedRow>,
}

impl<'a> Lists<'a> {
    pub fn new(people: &People, products: &'a Products, thresholds: &'a Thresholds, words: &'a Words) -> Lists<'a> {
        Lists {
            employees: employees_columns(people, products, words),
            tasks: tasks_columns("tasks", TASK_COLUMNS, products, words),
            blocked: blocked_columns(thresholds, words),
        }
    }
}

const TASK_COLUMNS: TaskColumns =
    TaskColumns { phone: false, owner: true, on: true, inputs: false, client: false, last: false, marked: false };

/// `70/30`; `None` without shares.
pub fn credit_text(shares: &[CreditShare]) -> Option<String> {
    let percent = |bp: i64| {
        let text = format!("{}.{:02}", bp / 100, bp % 100);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    (!shares.is_empty()).then(|| shares.iter().map(|s| percent(s.basis_points.0)).collect::<Vec<_>>().join("/"))
}

/// `04_员工营销维护表.xlsx`, its long lists still to be told.
pub fn maintenance_book(input: &MaintenanceInput, words: &Words) -> Book {
    let lists = Lists::new(input.people, input.products, input.thresholds, words);
    let frozen = |table: Table, freeze: usize| Table { freeze, ..table };
    let mut employees = frozen(lists.employees.table([] as [MaintenanceRow; 0]), 2);
    employees.notes = vec![words.get("note.employees").to_string()];
    let employees = long_sheet(words, "employees", employees, EMPLOYEES, input.people.rows);
    let tasks = frozen(lists.tasks.table([] as [TaskRow; 0]), 1);
    let tasks = long_sheet(words, "tasks", tasks, TASKS, input.tasks);
    let blocked = frozen(lists.blocked.table([] as [BlockedRow; 0]), 1);
    let mut blocked = long_sheet(words, "blocked", blocked, BLOCKED, people_blocked(input));
    blocked.parts.insert(1, Part::Lines(blocked_lines(input.blocked, input.thresholds, words)));
    Book {
        title: words.get("title.maintenance").to_string(),
        sheets: vec![
            guide_sheet(input, words),
            employees,
            table_sheet(words, "employer_sums", employers_table(input.employers, words)),
            money_sheet(input.employers, words),
            tasks,
            blocked,
            table_sheet(words, "to_assign", unowned_table(input.unowned, words)),
            table_sheet(words, "unmatched", unmatched_table(input.unmatched, words)),
            definitions::sheet(words, input.thresholds, definitions::MAINTENANCE),
        ],
        mark: None,
    }
}

/// A sheet of one table whose rows come later.
fn long_sheet(words: &Words, key: &str, table: Table, list: usize, rows: u64) -> Sheet {
    let mut sheet = table_sheet(words, key, table);
    for part in &mut sheet.parts {
        if let Part::Table(table) = part {
            *part = Part::Long { table: std::mem::take(table), list, rows };
        }
    }
    sheet
}

fn people_blocked(input: &MaintenanceInput) -> u64 {
    input.blocked.values().sum::<i64>().unsigned_abs()
}

fn guide_sheet(input: &MaintenanceInput, words: &Words) -> Sheet {
    let name = words.get("sheet.guide");
    let tiles = vec![
        tile(words, "employees", Cell::Count(input.people.rows as i64), Kind::Count),
        tile(words, "employers_tracked", Cell::Count(input.employers.len() as i64), Kind::Count),
        tile(words, "tasks", Cell::Count(input.tasks as i64), Kind::Count),
        tile(words, "blocked", Cell::Count(people_blocked(input) as i64), Kind::Count),
        tile(words, "data_date", Cell::or_empty(input.data_date, Cell::Date), Kind::Date),
    ];
    let parts = vec![
        Part::Title(words.get("title.maintenance").to_string()),
        Part::Figures(tiles),
        Part::Lines(lines(words, "guide.maintenance")),
    ];
    Sheet::new(name, parts)
}

fn employees_columns<'a>(people: &People, products: &'a Products, words: &'a Words) -> Columns<'a, MaintenanceRow> {
    let averages = people.averages;
    let names = move |keys: &[String]| {
        if keys.is_empty() { Cell::Empty } else { Cell::Text(product_names(words, products, keys)) }
    };
    let mut columns = Columns::<MaintenanceRow>::new(words, "employees")
        .wide("employer", Kind::Text, 18.0, |r| Cell::text(&r.employer))
        .wide("name", Kind::Text, 8.0, |r| Cell::text(&r.name))
        .wide("level", Kind::Text, 7.0, |r| Cell::or_empty(r.level, |l| Cell::text(words.word(l.key()))))
        .wide("outlet", Kind::Text, 14.0, |r| text_or_empty(&r.outlet))
        .wide("main_owner", Kind::Text, 10.0, |r| text_or_empty(&r.main_owner))
        .wide("assistant", Kind::Text, 10.0, |r| text_or_empty(&r.assistant))
        .wide("credit", Kind::Text, 8.0, |r| text_or_empty(&r.credit))
        .wide("grade", Kind::Text, 8.0, |r| text_or_empty(&r.grade))
        .wide("payroll_month_avg", Kind::Yuan, 13.0, |r| Cell::or_empty(r.payroll_month_avg, Cell::Money))
        .wide("aum_balance", Kind::Yuan, 14.0, |r| Cell::or_empty(r.aum, Cell::Money));
    if averages {
        columns = columns.wide("aum_month_avg", Kind::Yuan, 14.0, |r| Cell::or_empty(r.aum_month_avg, Cell::Money));
    }
    columns = columns
        .wide("since_last_month", Kind::Yuan, 13.0, |r| Cell::or_empty(r.since_last_month, Cell::Money))
        .wide("since_year_start", Kind::Yuan, 13.0, |r| Cell::or_empty(r.since_year_start, Cell::Money))
        .wide("since_visit", Kind::Yuan, 13.0, |r| Cell::or_empty(r.since_visit, Cell::Money))
        .wide("products", Kind::Count, 8.0, |r| Cell::or_empty(r.products, Cell::Count))
        .wide("gained", Kind::Wrap, 14.0, move |r| names(&r.gained))
        .tone(|r| if r.gained.is_empty() { Tone::Normal } else { Tone::Good })
        .wide("lost", Kind::Wrap, 14.0, move |r| names(&r.lost))
        .tone(|r| if r.lost.is_empty() { Tone::Normal } else { Tone::Warn });
    for kind in Rates::of(|kind| people.rates.contains(&kind)).kinds() {
        let kind = *kind;
        columns = columns.wide(kind.key(), Kind::Share, 10.0, move |r| Cell::or_empty(rate_of(r, kind), Cell::Share));
    }
    let script = move |key: &String| Cell::text(words.get(&format!("script_title.{key}")));
    let columns = columns
        .wide("main_destination", Kind::Text, 12.0, |r| text_or_empty(&r.main_destination))
        .wide("next_step", Kind::Wrap, 20.0, |r| text_or_empty(&r.next_step))
        .wide("reasons", Kind::Wrap, 34.0, |r| Cell::Text(reason_lines(words, &r.reasons)))
        .wide("script", Kind::Text, 14.0, move |r| Cell::or_empty(r.script.as_ref(), script))
        .wide("channel", Kind::Text, 10.0, |r| Cell::or_empty(r.channel, |c| Cell::text(words.word(c.key()))))
        .wide("due", Kind::Date, 12.0, |r| Cell::or_empty(r.due, Cell::Date));
    columns.hidden("task_mark", |r| text_or_empty(&r.person))
}

/// The rate, if it is one of this kind.
fn rate_of(row: &MaintenanceRow, kind: RateKind) -> Option<f64> {
    row.retention.filter(|_| row.retention_kind == Some(kind))
}

/// 单位汇总.
pub(crate) fn employers_table(employers: &[TrackedEmployer], words: &Words) -> Table {
    let of = |e: &TrackedEmployer, cell: Cell| if e.is_compared() { cell } else { Cell::text("—") };
    let columns = Columns::<TrackedEmployer>::new(words, "employer_sums")
        .wide("employer", Kind::Text, 24.0, |e| Cell::text(&e.name))
        .wide("from", Kind::Date, 12.0, |e| known(e.from, Cell::Date))
        .wide("to", Kind::Date, 12.0, |e| known(e.to, Cell::Date))
        .wide("employees", Kind::Count, 8.0, |e| Cell::Count(e.employees))
        .wide("joined", Kind::Count, 8.0, |e| of(e, Cell::Count(e.joined)))
        .wide("departed", Kind::Count, 8.0, |e| of(e, Cell::Count(e.departed)))
        .wide("gained_count", Kind::Count, 9.0, |e| of(e, Cell::Count(e.gained)))
        .wide("lost_count", Kind::Count, 9.0, |e| of(e, Cell::Count(e.lost)))
        .wide("aum_before", Kind::Wan, 12.0, |e| of(e, Cell::Money(e.aum_before_fen)))
        .wide("aum_after", Kind::Wan, 12.0, |e| of(e, Cell::Money(e.aum_after_fen)))
        .wide("aum_change", Kind::Wan, 12.0, |e| of(e, Cell::Money(e.aum_after_fen - e.aum_before_fen)));
    let rates = rates_of(employers);
    let mut table = rates
        .columns(columns, 10.0, TrackedEmployer::rate_of)
        .wide("band", Kind::Text, 12.0, |e| known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))))
        .tone(|e| band_tone(e.band.as_deref()))
        .table(employers);
    table.freeze = 1;
    table.notes = vec![words.get("note.employer_sums").to_string()];
    if employers.len() > 1 {
        let count = |f: fn(&TrackedEmployer) -> i64| Cell::Count(employers.iter().map(f).sum());
        let money = |f: fn(&TrackedEmployer) -> Fen| Cell::Money(employers.iter().map(f).sum());
        let sums = [
            ("employer", Cell::text(words.get("common.total"))),
            ("employees", count(|e| e.employees)),
            ("joined", count(|e| e.joined)),
            ("departed", count(|e| e.departed)),
            ("gained_count", count(|e| e.gained)),
            ("lost_count", count(|e| e.lost)),
            ("aum_before", money(|e| e.aum_before_fen)),
            ("aum_after", money(|e| e.aum_after_fen)),
            ("aum_change", money(|e| e.aum_after_fen - e.aum_before_fen)),
        ];
        table.add_total(sums.into_iter().chain(rates.cells(|kind| money_of(employers, kind).2)));
    }
    table
}

fn rates_of(employers: &[TrackedEmployer]) -> Rates {
    Rates::of(|kind| employers.iter().any(|e| e.rate_of(kind).is_some()))
}

/// 资金去向: what stayed and what went out, and, where flows were imported, where to.
fn money_sheet(employers: &[TrackedEmployer], words: &Words) -> Sheet {
    let mut sheet = table_sheet(words, "money", money_table(employers, words));
    let destinations = destinations_table(employers, words);
    if !destinations.rows.is_empty() {
        sheet.parts.push(Part::Table(destinations));
    }
    sheet
}

/// One row per employer and destination, largest first.
fn destinations_table(employers: &[TrackedEmployer], words: &Words) -> Table {
    let name = |flow: &Outflow| destination_name(words, &flow.destination, flow.own_label.as_deref());
    let stays = |flow: &Outflow| words.get(if flow.stays { "common.yes" } else { "common.no" });
    let mut table = Columns::<(&TrackedEmployer, &Outflow)>::new(words, "destinations")
        .wide("employer", Kind::Text, 24.0, |(employer, _)| Cell::text(&employer.name))
        .wide("destination", Kind::Text, 12.0, |(_, flow)| Cell::Text(name(flow)))
        .wide("amount", Kind::Wan, 13.0, |(_, flow)| Cell::Money(flow.amount_fen))
        .wide("share", Kind::Share, 13.0, |(_, flow)| Cell::Share(flow.share))
        .wide("stays", Kind::Text, 13.0, |(_, flow)| Cell::text(stays(flow)))
        .table(employers.iter().flat_map(|e| e.outflows.iter().map(move |flow| (e, flow))));
    table.notes = vec![words.get("note.destinations").to_string()];
    table
}

/// 资金去向 of the latest payday that can be judged.
fn money_table(employers: &[TrackedEmployer], words: &Words) -> Table {
    let of = |e: &TrackedEmployer, fen: Fen| if e.retention.is_some() { Cell::Money(fen) } else { Cell::text("—") };
    let columns = Columns::<TrackedEmployer>::new(words, "money")
        .wide("employer", Kind::Text, 24.0, |e| Cell::text(&e.name))
        .wide("payday", Kind::Date, 12.0, |e| known(e.payday, Cell::Date))
        .wide("payroll", Kind::Wan, 13.0, |e| of(e, e.payroll_fen))
        .wide("retained", Kind::Wan, 13.0, |e| of(e, e.retained_fen))
        .wide("outflow", Kind::Wan, 13.0, |e| of(e, e.payroll_fen - e.retained_fen));
    let rates = rates_of(employers);
    let mut table = rates
        .columns(columns, 10.0, TrackedEmployer::rate_of)
        .wide("band", Kind::Text, 12.0, |e| known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))))
        .tone(|e| band_tone(e.band.as_deref()))
        .wide("basis", Kind::Text, 20.0, |e| Cell::Text(basis(words, e.basis.key(), e.approximate)))
        .wide("main_destination", Kind::Text, 22.0, |e| known(main_destination(words, &e.outflows), Cell::Text))
        .table(employers.iter().filter(|e| e.payday.is_some()));
    table.freeze = 1;
    table.notes = vec![words.get("note.money").to_string()];
    if table.rows.len() > 1 {
        // The two rates look over different days: their sums stand apart.
        for kind in rates.kinds() {
            let (payroll, retained, rate) = money_of(employers, *kind);
            let sums = [
                ("employer", Cell::text(words.get("common.total"))),
                ("payroll", Cell::Money(payroll)),
                ("retained", Cell::Money(retained)),
                ("outflow", Cell::Money(payroll - retained)),
            ];
            table.add_total(sums.into_iter().chain(rates.cells(|shown| rate.filter(|_| shown == *kind))));
        }
    }
    table
}

/// `余额口径（近似）`.
pub(crate) fn basis(words: &Words, key: &str, approximate: bool) -> String {
    let text = words.get(&format!("basis.{key}")).to_string();
    if approximate && key != "unknown" {
        words.fill("basis.approximate", &[("basis", Param::Text(text))])
    } else {
        text
    }
}

/// The shipped bands have tones; bands of a workspace's own have none.
pub(crate) fn band_tone(band: Option<&str>) -> Tone {
    match band {
        Some("pass_through") => Tone::Bad,
        Some("low") => Tone::Warn,
        Some("high") => Tone::Good,
        _ => Tone::Normal,
    }
}
