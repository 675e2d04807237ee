//! Every builder with small values made by hand: columns, order, sums, and what is unknown.

mod dashboard;
mod employees;
mod imports;
mod penetration;
mod targets;
mod visits;

use std::collections::BTreeMap;

use crate::engagement::contact::followup::{CreditShare, Task};
use crate::engagement::contact::track::TrackedEmployer;
use crate::engagement::fixtures::date;
use crate::model::status::{Channel, RetentionBasis};
use crate::model::{BasisPoints, EmployeeId, EmployerId, Fen, Place, Problem, Reason, Severity, StaffId};
use crate::render::books::{EmployerNames, Names, StaffNames};
use crate::render::table::{Cell, Row, Table};
use crate::render::words::{Lang, Words};
use crate::render::workbook::{self, Book, Part, Sheet};

fn words() -> Words {
    Words::load(Lang::ZhCn, None).unwrap()
}

/// Two employers and two colleagues.
fn who() -> (EmployerNames, StaffNames) {
    let employers = BTreeMap::from([(EmployerId(1), "甲单位".to_string()), (EmployerId(2), "乙单位".to_string())]);
    let place = |name: &str, outlet: &str| (name.to_string(), outlet.to_string());
    let staff = BTreeMap::from([(StaffId(1), place("员工甲", "东网点")), (StaffId(2), place("员工乙", "西网点"))]);
    (employers, staff)
}

/// The book is written in both languages, and no word is missing in it.
fn check(book: impl Fn(&Words) -> Book) {
    for lang in [Lang::ZhCn, Lang::En] {
        let words = Words::load(lang, None).unwrap();
        let book = book(&words);
        let shown = format!("{book:?}");
        let missing = shown.split('⟦').skip(1).filter_map(|t| t.split('⟧').next()).collect::<Vec<_>>();
        assert_eq!(missing, Vec::<&str>::new(), "{}", lang.tag());
        assert!(workbook::write(&book, &words).unwrap().len() > 1000);
        for table in book.sheets.iter().flat_map(tables) {
            assert!(!table.empty.is_empty() || table.key == "export", "{} says nothing when empty", table.key);
            assert!(table.rows.iter().all(|r| r.cells.len() <= table.columns.len()), "{}", table.key);
        }
    }
}

fn tables(sheet: &Sheet) -> impl Iterator<Item = &Table> {
    sheet.parts.iter().filter_map(|p| match p {
        Part::Table(t) => Some(t),
        _ => None,
    })
}

fn sheet<'b>(book: &'b Book, name: &str) -> &'b Sheet {
    book.sheets.iter().find(|s| s.name == name).unwrap()
}

/// The only table of a sheet.
fn table<'b>(book: &'b Book, name: &str) -> &'b Table {
    tables(sheet(book, name)).next().unwrap()
}

fn titles(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|c| c.title.as_str()).collect()
}

/// The cells of a column, as they are shown.
fn column(table: &Table, key: &str) -> Vec<String> {
    let at = table.columns.iter().position(|c| c.key == key).unwrap();
    let shown = |r: &Row| r.cells.get(at).unwrap_or(&Cell::Empty).shown(&table.columns[at].kind);
    table.rows.iter().map(shown).collect()
}

fn figure<'b>(sheet: &'b Sheet, label: &str) -> &'b workbook::Figure {
    let figures = sheet.parts.iter().filter_map(|p| match p {
        Part::Figures(list) => Some(list),
        _ => None,
    });
    figures.flatten().find(|f| f.label == label).unwrap()
}

fn lines(sheet: &Sheet) -> Vec<&str> {
    let lines = sheet.parts.iter().filter_map(|p| match p {
        Part::Lines(list) => Some(list),
        _ => None,
    });
    lines.flatten().map(String::as_str).collect()
}

/// 100,000 yuan paid, `kept` of it still there; AUM from 1,000,000 to 1,050,000.
fn tracked(id: i64, kept: Option<i64>) -> TrackedEmployer {
    TrackedEmployer {
        employer_id: EmployerId(id),
        name: who().0[&EmployerId(id)].clone(),
        from: kept.map(|_| date("2026-02-28")),
        to: kept.map(|_| date("2026-03-16")),
        employees: 10,
        joined: 1,
        departed: 2,
        gained: 3,
        lost: 4,
        aum_before_fen: Fen::yuan(if kept.is_some() { 1_000_000 } else { 0 }),
        aum_after_fen: Fen::yuan(if kept.is_some() { 1_050_000 } else { 0 }),
        payday: Some(date("2026-03-10")),
        payroll_fen: Fen::yuan(100_000),
        retained_fen: Fen::yuan(kept.unwrap_or(0)),
        retention: kept.map(|k| k as f64 / 100_000.0),
        band: kept.map(|_| "pass_through".to_string()),
        basis: if kept.is_some() { RetentionBasis::Balances } else { RetentionBasis::Unknown },
        approximate: kept.is_some(),
        outflows: Vec::new(),
    }
}

fn task(id: i64, rule: &str, channel: Channel, on: Option<&str>) -> Task {
    Task {
        must: false,
        state: Default::default(),
        appointment: None,
        not_before: None,
        task_id: format!("T{id}"),
        employee_id: EmployeeId(id),
        employer_id: EmployerId(1),
        owner: Some(StaffId(1)),
        credit: vec![CreditShare { staff_id: StaffId(1), basis_points: BasisPoints::WHOLE }],
        rule: rule.into(),
        product: Some("fund_plan".into()),
        script: "small_surplus".into(),
        channel,
        due: date("2026-03-25"),
        on: on.map(date),
        reasons: vec![Reason::new("risk_test_first")],
        episode: String::new(),
        priority: 70,
        marketing: true,
    }
}

fn problem(code: &'static str, severity: Severity) -> Problem {
    let place = Place { file: "甲.xlsx".into(), sheet: None, cell: Some("B2".into()) };
    Problem { code, severity, place, params: vec![("column", crate::model::Param::Text("金额".into()))] }
}

/// How large a sheet across A4 is printed that is as wide as its widest table. A4 has 297 mm less two margins of 0.4 inch, 1,045 of Excel's pixels of 1/96 inch. A column of n characters takes
/// 7 n + 5 of them; at 70 % the 10 points of a cell are 7, the least that is read with ease.
fn printed(book: &Book, name: &str) -> f64 {
    assert!(sheet(book, name).landscape, "{name}");
    let wide =
        |t: &Table| -> f64 { t.columns.iter().filter(|c| !c.hidden).map(|c| c.width.unwrap() * 7.0 + 5.0).sum() };
    1045.0 / tables(sheet(book, name)).map(wide).fold(0.0, f64::max)
}
