//! 员工营销维护表: one row per employee, where the money went, what to do next, and what is typed into.

use chrono::NaiveDate;

use crate::engagement::contact::followup::CreditShare;
use crate::engagement::contact::track::{TrackedEmployer, money_of};
use crate::engagement::report::thresholds::Thresholds;
use crate::model::status::{Channel, Level, RateKind};
use crate::model::{Fen, Param, Products, Reason};
use crate::render::books::contact::blocked::blocked_table;
pub use crate::render::books::contact::blocked::{BlockedRow, UnmatchedRow, blocked_lines, unmatched_table};
use crate::render::books::contact::tasks::{RESULT_COLUMNS, TaskColumns, TaskRow, result_columns, tasks_table};
use crate::render::books::rates::Rates;
use crate::render::books::report::definitions;
use crate::render::books::{Columns, known, lines, product_names, reason_lines, table_sheet, text_or_empty, tile};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
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
    /// Signed key by which the typed cells come back.
    pub row_key: Option<String>,
}

/// What the maintenance table is made from.
#[derive(Debug, Clone, Copy)]
pub struct MaintenanceInput<'a> {
    pub thresholds: &'a Thresholds,
    pub products: &'a Products,
    pub data_date: Option<NaiveDate>,
    pub rows: &'a [MaintenanceRow],
    pub employers: &'a [TrackedEmployer],
    pub tasks: &'a [TaskRow],
    pub blocked: &'a [BlockedRow],
    pub unmatched: &'a [UnmatchedRow],
}

/// `70/30`; `None` without shares.
pub fn credit_text(shares: &[CreditShare]) -> Option<String> {
    let percent = |bp: i64| {
        let text = format!("{}.{:02}", bp / 100, bp % 100);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    (!shares.is_empty()).then(|| shares.iter().map(|s| percent(s.basis_points.0)).collect::<Vec<_>>().join("/"))
}

/// `04_员工营销维护表.xlsx`.
pub fn maintenance_book(input: &MaintenanceInput, words: &Words) -> Book {
    let tasks: Vec<&TaskRow> = input.tasks.iter().collect();
    let with = TaskColumns { phone: false, owner: true, on: true, inputs: false, marked: false };
    let mut blocked = table_sheet(words, "blocked", blocked_table(input.blocked, words));
    blocked.parts.insert(1, Part::Lines(blocked_lines(input.blocked, words)));
    Book {
        title: words.get("title.maintenance").to_string(),
        sheets: vec![
            guide_sheet(input, words),
            table_sheet(words, "employees", employees_table(input.rows, input.products, words)),
            table_sheet(words, "employer_sums", employers_table(input.employers, words)),
            money_sheet(input.employers, words),
            table_sheet(words, "tasks", tasks_table("tasks", &tasks, with, input.products, words)),
            blocked,
            table_sheet(words, "unmatched", unmatched_table(input.unmatched, words)),
            definitions::sheet(words, input.thresholds, definitions::MAINTENANCE),
        ],
    }
}

fn guide_sheet(input: &MaintenanceInput, words: &Words) -> Sheet {
    let name = words.get("sheet.guide");
    let tiles = vec![
        tile(words, "employees", Cell::Count(input.rows.len() as i64), Kind::Count),
        tile(words, "employers_tracked", Cell::Count(input.employers.len() as i64), Kind::Count),
        tile(words, "tasks", Cell::Count(input.tasks.len() as i64), Kind::Count),
        tile(words, "blocked", Cell::Count(input.blocked.len() as i64), Kind::Count),
        tile(words, "data_date", Cell::or_empty(input.data_date, Cell::Date), Kind::Date),
    ];
    let parts = vec![
        Part::Title(words.get("title.maintenance").to_string()),
        Part::Figures(tiles),
        Part::Lines(lines(words, "guide.maintenance")),
        Part::Table(fill_table(words)),
    ];
    Sheet::new(name, parts)
}

/// What is typed into which column.
pub(crate) fn fill_table(words: &Words) -> Table {
    let columns = Columns::new(words, "fill").wide("field", Kind::Text, 22.0).wide("how", Kind::Wrap, 72.0);
    let mut table = columns.table();
    table.rows = ["contact_result", "wanted_product", "wanted_amount", "next_contact", "remark"]
        .iter()
        .map(|key| {
            let field = Cell::text(words.get(&format!("column.{key}")));
            Row::new(vec![field, Cell::text(words.get(&format!("fill.{key}")))])
        })
        .collect();
    table
}

fn employees_table(rows: &[MaintenanceRow], products: &Products, words: &Words) -> Table {
    let keyed = rows.iter().any(|r| r.row_key.is_some());
    let averages = rows.iter().any(|r| r.aum_month_avg.is_some());
    let mut columns = Columns::new(words, "employees")
        .wide("employer", Kind::Text, 18.0)
        .wide("name", Kind::Text, 8.0)
        .wide("level", Kind::Text, 7.0)
        .wide("outlet", Kind::Text, 14.0)
        .wide("main_owner", Kind::Text, 10.0)
        .wide("assistant", Kind::Text, 10.0)
        .wide("credit", Kind::Text, 8.0)
        .wide("grade", Kind::Text, 8.0)
        .wide("payroll_month_avg", Kind::Yuan, 13.0)
        .wide("aum_balance", Kind::Yuan, 14.0);
    if averages {
        columns = columns.wide("aum_month_avg", Kind::Yuan, 14.0);
    }
    columns = columns
        .wide("since_last_month", Kind::Yuan, 13.0)
        .wide("since_year_start", Kind::Yuan, 13.0)
        .wide("since_visit", Kind::Yuan, 13.0)
        .wide("products", Kind::Count, 8.0)
        .wide("gained", Kind::Wrap, 14.0)
        .wide("lost", Kind::Wrap, 14.0);
    let rates = Rates::of(|kind| rows.iter().any(|r| rate_of(r, kind).is_some()));
    columns = rates
        .columns(columns, 10.0)
        .wide("main_destination", Kind::Text, 12.0)
        .wide("next_step", Kind::Wrap, 20.0)
        .wide("reasons", Kind::Wrap, 34.0)
        .wide("script", Kind::Text, 14.0)
        .wide("channel", Kind::Text, 10.0)
        .wide("due", Kind::Date, 12.0);
    columns = result_columns(columns, products, words);
    if keyed {
        columns = columns.hidden("row_key");
    }
    let mut table = columns.table();
    table.freeze = 2;
    table.notes = vec![words.get("note.employees").to_string()];
    table.rows = rows.iter().map(|r| employee_row(r, (&rates, averages, keyed), products, words)).collect();
    table
}

/// The rate, if it is one of this kind.
fn rate_of(row: &MaintenanceRow, kind: RateKind) -> Option<f64> {
    row.retention.filter(|_| row.retention_kind == Some(kind))
}

/// `averages`, `keyed`: whether the table has these columns.
fn employee_row(
    r: &MaintenanceRow,
    (rates, averages, keyed): (&Rates, bool, bool),
    products: &Products,
    words: &Words,
) -> Row {
    let names = |keys: &[String]| {
        if keys.is_empty() { Cell::Empty } else { Cell::Text(product_names(words, products, keys)) }
    };
    let mut cells = vec![
        Cell::text(&r.employer),
        Cell::text(&r.name),
        Cell::or_empty(r.level, |l| Cell::text(words.word(l.key()))),
        text_or_empty(&r.outlet),
        text_or_empty(&r.main_owner),
        text_or_empty(&r.assistant),
        text_or_empty(&r.credit),
        text_or_empty(&r.grade),
        Cell::or_empty(r.payroll_month_avg, Cell::Money),
        Cell::or_empty(r.aum, Cell::Money),
    ];
    if averages {
        cells.push(Cell::or_empty(r.aum_month_avg, Cell::Money));
    }
    cells.extend([
        Cell::or_empty(r.since_last_month, Cell::Money),
        Cell::or_empty(r.since_year_start, Cell::Money),
        Cell::or_empty(r.since_visit, Cell::Money),
        Cell::or_empty(r.products, Cell::Count),
        names(&r.gained),
        names(&r.lost),
    ]);
    cells.extend(rates.kinds().iter().map(|kind| Cell::or_empty(rate_of(r, *kind), Cell::Share)));
    cells.extend([
        text_or_empty(&r.main_destination),
        text_or_empty(&r.next_step),
        Cell::Text(reason_lines(words, &r.reasons)),
        Cell::or_empty(r.script.as_ref(), |s| Cell::text(words.get(&format!("script_title.{s}")))),
        Cell::or_empty(r.channel, |c| Cell::text(words.word(c.key()))),
        Cell::or_empty(r.due, Cell::Date),
    ]);
    cells.extend(vec![Cell::Empty; RESULT_COLUMNS]);
    if keyed {
        cells.push(text_or_empty(&r.row_key));
    }
    let mut row = Row::new(cells);
    if !r.gained.is_empty() {
        row = row.cell_tone(14 + usize::from(averages), Tone::Good);
    }
    if !r.lost.is_empty() {
        row = row.cell_tone(15 + usize::from(averages), Tone::Warn);
    }
    row
}

/// 单位汇总.
pub(crate) fn employers_table(employers: &[TrackedEmployer], words: &Words) -> Table {
    let columns = Columns::new(words, "employer_sums")
        .wide("employer", Kind::Text, 24.0)
        .wide("from", Kind::Date, 12.0)
        .wide("to", Kind::Date, 12.0)
        .wide("employees", Kind::Count, 8.0)
        .wide("joined", Kind::Count, 8.0)
        .wide("departed", Kind::Count, 8.0)
        .wide("gained_count", Kind::Count, 9.0)
        .wide("lost_count", Kind::Count, 9.0)
        .wide("aum_before", Kind::Wan, 12.0)
        .wide("aum_after", Kind::Wan, 12.0)
        .wide("aum_change", Kind::Wan, 12.0);
    let rates = rates_of(employers);
    let mut table = rates.columns(columns, 10.0).wide("band", Kind::Text, 12.0).table();
    let band_at = 11 + rates.kinds().len();
    table.freeze = 1;
    table.notes = vec![words.get("note.employer_sums").to_string()];
    table.rows = employers
        .iter()
        .map(|e| {
            // Without two snapshots nothing was compared: the sums are no figures.
            let compared = e.from.is_some() && e.to.is_some();
            let of = |cell: Cell| if compared { cell } else { Cell::text("—") };
            let mut cells = vec![
                Cell::text(&e.name),
                known(e.from, Cell::Date),
                known(e.to, Cell::Date),
                Cell::Count(e.employees),
                of(Cell::Count(e.joined)),
                of(Cell::Count(e.departed)),
                of(Cell::Count(e.gained)),
                of(Cell::Count(e.lost)),
                of(Cell::Money(e.aum_before_fen)),
                of(Cell::Money(e.aum_after_fen)),
                of(Cell::Money(e.aum_after_fen - e.aum_before_fen)),
            ];
            cells.extend(rates.cells(|kind| e.rate_of(kind)));
            cells.push(known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))));
            Row::new(cells).cell_tone(band_at, band_tone(e.band.as_deref()))
        })
        .collect();
    if employers.len() > 1 {
        let count = |f: fn(&TrackedEmployer) -> i64| Cell::Count(employers.iter().map(f).sum());
        let money = |f: fn(&TrackedEmployer) -> Fen| Cell::Money(employers.iter().map(f).sum());
        let mut cells = vec![
            Cell::text(words.get("common.total")),
            Cell::Empty,
            Cell::Empty,
            count(|e| e.employees),
            count(|e| e.joined),
            count(|e| e.departed),
            count(|e| e.gained),
            count(|e| e.lost),
            money(|e| e.aum_before_fen),
            money(|e| e.aum_after_fen),
            money(|e| e.aum_after_fen - e.aum_before_fen),
        ];
        cells.extend(rates.cells(|kind| money_of(employers, kind).2));
        cells.push(Cell::Empty);
        table.rows.push(Row::new(cells).tone(Tone::Total));
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
    let columns = Columns::new(words, "destinations")
        .wide("employer", Kind::Text, 24.0)
        .wide("destination", Kind::Text, 12.0)
        .wide("amount", Kind::Wan, 13.0)
        .wide("share", Kind::Share, 13.0)
        .wide("stays", Kind::Text, 13.0);
    let mut table = columns.table();
    table.notes = vec![words.get("note.destinations").to_string()];
    for employer in employers {
        for flow in &employer.outflows {
            let name = crate::render::books::destination_name(words, &flow.destination, flow.own_label.as_deref());
            let stays = words.get(if flow.stays { "common.yes" } else { "common.no" });
            table.rows.push(Row::new(vec![
                Cell::text(&employer.name),
                Cell::Text(name),
                Cell::Money(flow.amount_fen),
                Cell::Share(flow.share),
                Cell::text(stays),
            ]));
        }
    }
    table
}

/// 资金去向 of the latest payday that can be judged.
fn money_table(employers: &[TrackedEmployer], words: &Words) -> Table {
    let columns = Columns::new(words, "money")
        .wide("employer", Kind::Text, 24.0)
        .wide("payday", Kind::Date, 12.0)
        .wide("payroll", Kind::Wan, 13.0)
        .wide("retained", Kind::Wan, 13.0)
        .wide("outflow", Kind::Wan, 13.0);
    let rates = rates_of(employers);
    let columns = rates.columns(columns, 10.0).wide("band", Kind::Text, 12.0).wide("basis", Kind::Text, 20.0).wide(
        "main_destination",
        Kind::Text,
        22.0,
    );
    let mut table = columns.table();
    table.freeze = 1;
    table.notes = vec![words.get("note.money").to_string()];
    table.rows = employers
        .iter()
        .filter(|e| e.payday.is_some())
        .map(|e| {
            let rated = e.retention.is_some();
            let of = |fen: Fen| if rated { Cell::Money(fen) } else { Cell::text("—") };
            let mut cells = vec![
                Cell::text(&e.name),
                known(e.payday, Cell::Date),
                of(e.payroll_fen),
                of(e.retained_fen),
                of(e.payroll_fen - e.retained_fen),
            ];
            cells.extend(rates.cells(|kind| e.rate_of(kind)));
            cells.extend([
                known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))),
                Cell::Text(basis(words, e.basis.key(), e.approximate)),
                known(crate::render::books::main_destination(words, &e.outflows), Cell::Text),
            ]);
            Row::new(cells).cell_tone(5 + rates.kinds().len(), band_tone(e.band.as_deref()))
        })
        .collect();
    if table.rows.len() > 1 {
        // The two rates look over different days: their sums stand apart.
        for kind in rates.kinds() {
            let (payroll, retained, rate) = money_of(employers, *kind);
            let mut cells = vec![
                Cell::text(words.get("common.total")),
                Cell::Empty,
                Cell::Money(payroll),
                Cell::Money(retained),
                Cell::Money(payroll - retained),
            ];
            cells.extend(rates.cells(|shown| rate.filter(|_| shown == *kind)));
            table.rows.push(Row::new(cells).tone(Tone::Total));
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
