//! 导入报告 and the first sheet of a marked copy.

use crate::model::Param;
use crate::model::imported::{Brought, ColumnOutcome, ProblemCount, SheetOutcome, SkippedRows};
use crate::model::status::SheetKind;
use crate::render::books::import::issues::{FileLine, Outcome, counts_table, files_table, issues_table};
use crate::render::books::import::marked_copy::{CopiedSheet, MarkedInput, summary_sheet};
use crate::render::books::import::report::{ImportReportInput, ImportedFile, import_report_book};
use crate::render::books::tests::*;
use crate::render::table::Tone;
use crate::render::workbook::Sheet;

fn file(name: &str, taken: i64, outcome: Outcome) -> FileLine {
    FileLine {
        file: name.into(),
        kind: Some(SheetKind::Payroll),
        rows_taken: taken,
        rows_skipped: 3,
        rows_not_taken: 1,
        problems: 1,
        outcome,
    }
}

fn at(code: &'static str, severity: Severity, sheet: &str, cell: &str) -> Problem {
    let mut problem = problem(code, severity);
    problem.place = Place { file: "甲.xlsx".into(), sheet: Some(sheet.into()), cell: Some(cell.into()) };
    problem.params.push(("first_row", Param::Count(5)));
    problem
}

fn problems() -> Vec<Problem> {
    vec![
        at("duplicate_row", Severity::Warning, "工资", "A9"),
        at("missing_value", Severity::Error, "工资", "D7"),
        at("missing_value", Severity::Error, "工资", "D8"),
    ]
}

fn pay_sheet() -> SheetOutcome {
    let column = |index: u32, header: &str, field: Option<&str>, unit: Option<(&str, &'static str)>| ColumnOutcome {
        column: crate::model::problem::column_letters(index),
        index,
        header: header.into(),
        withheld: false,
        field: field.map(str::to_string),
        name: field.map(|f| format!("{f}列")),
        unit: unit.map(|u| u.0.to_string()),
        unit_from: unit.map(|u| u.1),
        how: field.map(|_| "content"),
        confidence: field.map(|_| 0.95),
    };
    SheetOutcome {
        sheet: "工资".into(),
        kind: Some(SheetKind::Payroll),
        header_rows: Some((3, 3)),
        date: Some(date("2026-03-10")),
        rows_skipped: 3,
        columns: vec![
            column(0, "序号", None, None),
            column(1, "金额(万元)", Some("amount"), Some(("ten_thousand", "header"))),
        ],
        skipped: SkippedRows::gather([(7, "blank"), (8, "blank"), (20, "total")]),
        ..SheetOutcome::default()
    }
}

/// Where the link in a cell of a table leads, as a row of the sheet it leads to (0-based).
fn target(table: &Table, row: usize, key: &str) -> (String, u32) {
    let at = table.columns.iter().position(|c| c.key == key).unwrap();
    let Cell::Link { target, .. } = &table.rows[row].cells[at] else { panic!("{key} of row {row} is no link") };
    let (sheet, cell) = target.strip_prefix("internal:'").unwrap().split_once("'!").unwrap();
    (sheet.to_string(), crate::model::problem::cell_position(cell).unwrap().0)
}

#[test]
fn errors_stand_before_warnings_and_files_add_up() {
    let files = [file("甲.xlsx", 2_400, Outcome::Taken), file("乙.xlsx", 0, Outcome::Refused)];
    let list = issues_table(&problems(), &words());
    assert_eq!(column(&list, "severity"), ["错误", "错误", "提醒"]);
    assert_eq!(column(&list, "cell"), ["D7", "D8", "A9"]);
    let files = files_table(&files, &words());
    assert_eq!(column(&files, "rows_taken"), ["2,400", "0", "2,400"]);
    assert_eq!(column(&files, "rows_skipped"), ["3", "3", "6"]);
    assert_eq!(column(&files, "rows_not_taken"), ["1", "1", "2"]);
    let counts = counts_table(&ProblemCount::gather(&problems(), 3), &words());
    assert_eq!(column(&counts, "count"), ["2", "1"]);
    assert_eq!(column(&counts, "first_place"), ["甲.xlsx·工资 D7、D8", "甲.xlsx·工资 A9"]);
}

#[test]
fn the_report_leads_from_a_file_to_its_problems_columns_and_rows() {
    // Nobody sees the sheet with our mark in a workbook that comes back.
    let mark = SheetOutcome { sheet: "daifa".into(), ..SheetOutcome::default() };
    let (problems, sheets) = (problems(), [pay_sheet(), mark]);
    let counts = ProblemCount::gather(&problems, 3);
    let files = [
        ImportedFile {
            line: file("乙.xlsx", 0, Outcome::Refused),
            sheets: &[],
            brought: None,
            unmatched: 0,
            open_matches: 0,
            profiles: 0,
            marked: None,
        },
        ImportedFile {
            line: file("甲.xlsx", 40, Outcome::Taken),
            sheets: &sheets,
            brought: Some(Brought { new_employees: 2, parts: 1, replaced_parts: 1, ..Brought::default() }),
            unmatched: 4,
            open_matches: 2,
            profiles: 1,
            marked: Some("08_标注/甲_标注.xlsx"),
        },
    ];
    let input = ImportReportInput { files: &files, problems: &problems, counts: &counts };
    check(|words| import_report_book(&input, words));
    let book = import_report_book(&input, &words());
    let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["总览", "问题", "列对应", "跳过的行"]);
    let overview: Vec<&Table> = tables(&book.sheets[0]).collect();
    assert_eq!(column(overview[0], "errors"), ["0", "2", "2"]);
    assert_eq!(column(overview[0], "money_unit"), ["", "万元（表头）", ""]);
    assert_eq!(column(overview[1], "new_employees"), ["2"]);
    assert_eq!(
        (column(overview[1], "unmatched"), column(overview[1], "open_matches")),
        (vec!["4".into()], vec!["2".into()])
    );
    // On the sheet of problems: title, table title, note, header, two codes, gap, table title, header, three problems.
    assert_eq!(target(overview[0], 1, "see_issues"), ("问题".to_string(), 9));
    // On the others: title, note, header, rows.
    assert_eq!(target(overview[0], 1, "see_columns"), ("列对应".to_string(), 3));
    assert_eq!(target(overview[0], 1, "see_skipped"), ("跳过的行".to_string(), 3));
    let by_code = tables(&book.sheets[1]).next().unwrap();
    assert_eq!((target(by_code, 0, "cell").1, target(by_code, 1, "cell").1), (9, 11));
    assert_eq!(column(table(&book, "跳过的行"), "row_numbers"), ["8–9", "21"]);
    assert_eq!(column(table(&book, "列对应"), "field"), ["未采用", "amount列"]);
    assert_eq!(column(table(&book, "列对应"), "how"), ["", "内容"]);
    assert_eq!(column(table(&book, "列对应"), "confidence"), ["", "95.0%"]);
    assert_eq!(figure(&book.sheets[0], "错误（处）").tone, Tone::Bad);
    let steps = lines(&book.sheets[0]).join("\n");
    assert!(steps.contains("1个文件有拿不准的列") && steps.contains("2处身份待确认"), "{steps}");
    assert!(lines(&book.sheets[0])[0].starts_with("1个文件没有入库"));

    let none = ImportReportInput { files: &[], problems: &[], counts: &[] };
    check(|words| import_report_book(&none, words));
    assert_eq!(lines(&import_report_book(&none, &words()).sheets[0]), ["没有需要处理的问题。"]);
}

#[test]
fn the_first_sheet_of_a_copy_leads_to_the_cells_and_says_what_is_missing() {
    let problems = problems();
    let counts = ProblemCount::gather(&problems, 1);
    let copied = [
        CopiedSheet { own: "工资".into(), shown: Some("工资".into()), left_out: true },
        CopiedSheet { own: "密".into(), shown: None, left_out: false },
    ];
    let input = MarkedInput {
        file: "甲.xlsx",
        outcome: Outcome::Refused,
        masked: true,
        sheets: &copied,
        problems: &problems,
        counts: &counts,
        max_rows: 100,
    };
    let book = |words: &Words| Book { title: "t".into(), sheets: vec![summary_sheet(&input, words)], mark: None };
    check(book);
    let sheet: Sheet = summary_sheet(&input, &words());
    let list: Vec<&Table> = tables(&sheet).collect();
    assert_eq!(target(list[0], 0, "cell"), ("工资".to_string(), 6));
    assert_eq!(column(list[1], "cell"), ["D7", "D8", "A9"]);
    let told = lines(&sheet).join("\n");
    assert!(told.contains("没有入库") && told.contains("已打码"), "{told}");
    assert!(told.contains("没有抄写的工作表：密") && told.contains("第100行以后"), "{told}");
}
