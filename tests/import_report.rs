//! The report of an import and the marked copies: opened as a person would, by cell, note and link.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx};

use crate::common::Bench;

const DAY: &str = "2026-03-18";

type Book = Xlsx<Cursor<Vec<u8>>>;

fn open(path: &Path) -> Book {
    calamine::open_workbook_from_rs(Cursor::new(std::fs::read(path).unwrap())).unwrap()
}

/// All cells of a sheet that hold something, by their names.
fn cells(book: &mut Book, sheet: &str) -> BTreeMap<String, Data> {
    let range = book.worksheet_range(sheet).unwrap();
    let (top, left) = range.start().unwrap();
    let name = |r: usize, c: usize| daifa::model::problem::cell_name(top + r as u32, left + c as u32);
    range.used_cells().map(|(r, c, value)| (name(r, c), value.clone())).collect()
}

fn text(value: &str) -> Data {
    Data::String(value.into())
}

/// Name and content of every part of a package.
fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut package = zip::ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..package.len() {
        let mut part = package.by_index(index).unwrap();
        let name = part.name().unwrap().to_string();
        let mut text = String::new();
        if name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml") {
            part.read_to_string(&mut text).unwrap();
        }
        found.insert(name, text);
    }
    found
}

/// Text of the notes by cell, over all sheets.
fn notes(path: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (_, xml) in parts(path).iter().filter(|(name, _)| name.starts_with("xl/comments")) {
        for note in xml.split("<comment ").skip(1) {
            let cell = note.split("ref=\"").nth(1).unwrap().split('"').next().unwrap();
            let inner: String =
                note.split("<t").skip(1).filter_map(|t| t.split_once('>')?.1.split('<').next()).collect();
            found.insert(cell.to_string(), inner);
        }
    }
    found
}

/// Targets of the links inside a workbook: sheet and cell.
fn links(path: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, xml) in parts(path).iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
        for link in xml.split("<hyperlink ").skip(1).filter(|l| l.contains("location=\"")) {
            let target = link.split("location=\"").nth(1).unwrap().split('"').next().unwrap();
            let (sheet, cell) = target.rsplit_once('!').unwrap();
            found.push((sheet.trim_matches('\'').replace("&apos;", "'").to_string(), cell.to_string()));
        }
    }
    found
}

/// Six people, four of them with something wrong; invented numbers throughout.
const HOLDINGS: &str = "
| 临江支行代发员工持有产品明细（数据日期：2026-03-16） |
| 序号 | 客户号 | 客户姓名 | 手机号码 | 代发单位 | AUM余额(元) | 手机银行 | 家庭情况 |
|---|
| 1 | KH10001 | 甲一 | 10012345678 | 甲厂有限公司 | 12000 | 是 | 联系10012345699 |
| 2 | KH10002 | 乙二 | 10012 | 甲厂有限公司 | 3000 | 否 | =1+1 |
| 3 | KH10003 | 丙三 | 10012345670 | 甲厂有限公司 | 约三千 | 否 | |
| 合计 | | | | | 15000 | | |";

fn import(bench: &Bench, file: &str, more: &[&str]) -> serde_json::Value {
    bench.json(&[&["import", file, "--today", DAY], more].concat())
}

fn out(bench: &Bench, relative: &str) -> PathBuf {
    bench.root().join(relative)
}

#[test]
fn a_marked_copy_has_every_cell_at_its_place_masked_and_the_wrong_ones_marked() {
    let bench = Bench::new();
    let report = import(&bench, &bench.sheet("持有.xlsx", HOLDINGS), &[]);
    let file = &report["files"][0];
    assert_eq!(
        (&file["outcome"], &file["marked_copy"]),
        (&"refused".into(), &format!("out/{DAY}/08_标注/持有_标注.xlsx").into())
    );
    let path = out(&bench, file["marked_copy"].as_str().unwrap());
    let mut book = open(&path);
    assert_eq!(book.sheet_names(), ["问题汇总", "Sheet1"]);
    let copied = cells(&mut book, "Sheet1");
    let expected = [
        ("A1", text("临江支行代发员工持有产品明细（数据日期：2026-03-16）")),
        ("C2", text("客户姓名")),
        ("A3", Data::Float(1.0)),
        ("B3", text("**** 0001")),
        ("C3", text("甲**")),
        ("D3", text("100******78")),
        ("E3", text("甲厂有限公司")),
        ("F3", Data::Float(12_000.0)),
        // Of a column that is not used only the header is left.
        ("H2", text("家庭情况")),
        ("H3", text("***")),
        ("H4", text("***")),
        // What is wrong is shown as it stands.
        ("D4", text("10012")),
        ("F5", text("约三千")),
        ("A6", text("合计")),
        ("F6", Data::Float(15_000.0)),
    ];
    for (cell, value) in expected {
        // A number in the sheet is a number of the copy; the bad phone was typed as one.
        let shown = match &copied[cell] {
            Data::Float(n) if matches!(value, Data::String(_)) => text(&n.to_string()),
            other => other.clone(),
        };
        assert_eq!(shown, value, "{cell}");
    }
    let notes = notes(&path);
    assert!(notes["F5"].contains("金额不是数字") && notes["F5"].contains("请改为数字"), "{}", notes["F5"]);
    assert!(notes["D4"].contains("电话号码不对"), "{}", notes["D4"]);
    assert!(notes["F2"].contains("作为") && notes["H2"].contains("没有采用"), "{notes:?}");
    assert!(!parts(&path).values().any(|xml| xml.contains("<f>")), "no formula leaves");
    let summary = cells(&mut open(&path), "问题汇总");
    assert!(summary.values().any(|v| matches!(v, Data::String(t) if t.contains("不能拿来导入"))));
}

#[test]
fn every_link_leads_to_a_cell_that_is_there() {
    let bench = Bench::new();
    let employers = "| 代发单位编号 | 代发单位名称 | 代发人数 |\n|---|\n| D1 | 甲厂有限公司 | 三十 |";
    let files = [bench.sheet("持有.xlsx", HOLDINGS), bench.sheet("单位.xlsx", employers)];
    let report = bench.json(&["import", &files[0], &files[1], "--today", DAY]);
    assert_eq!(report["report"], format!("out/{DAY}/08_导入报告.xlsx"));
    let written = report["files"].as_array().unwrap().iter().filter_map(|f| f["marked_copy"].as_str());
    let books: Vec<PathBuf> = written.chain(report["report"].as_str()).map(|p| out(&bench, p)).collect();
    assert_eq!(books.len(), 3);
    for path in &books {
        let (links, mut book) = (links(path), open(path));
        assert!(links.len() >= 2, "{}: {links:?}", path.display());
        for (sheet, cell) in links {
            let there = cells(&mut book, &sheet);
            assert!(there.contains_key(&cell), "{}: {sheet}!{cell} is empty", path.display());
        }
    }
    // From the overview to the lines of the very file.
    let overview = cells(&mut open(&books[2]), "总览");
    let row = overview.iter().find(|(_, v)| **v == text("持有.xlsx")).unwrap().0.trim_start_matches('A').to_string();
    let link = |column: &str| {
        let xml = &parts(&books[2])["xl/worksheets/sheet1.xml"];
        let at = xml.split("<hyperlink ").find(|l| l.contains(&format!("ref=\"{column}{row}\""))).unwrap().to_string();
        let target = at.split("location=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
        let (sheet, cell) = target.rsplit_once('!').unwrap();
        let line = cell.trim_start_matches('A').to_string();
        (cells(&mut open(&books[2]), sheet.trim_matches('\'')), line)
    };
    let (issues, line) = link("L");
    assert_eq!((&issues[&format!("A{line}")], &issues[&format!("B{line}")]), (&text("错误"), &text("持有.xlsx")));
    let (columns, line) = link("M");
    assert_eq!((&columns[&format!("A{line}")], &columns[&format!("D{line}")]), (&text("持有.xlsx"), &text("序号")));
    let (skipped, line) = link("N");
    assert_eq!((&skipped[&format!("C{line}")], &skipped[&format!("E{line}")]), (&text("有问题未采用"), &text("5")));
}

#[test]
fn the_report_tells_columns_units_rows_and_changes_as_json() {
    let bench = Bench::new();
    let good = HOLDINGS.replace("约三千", "3000").replace("10012 ", "10012345671 ");
    let report = import(&bench, &bench.sheet("持有.xlsx", &good), &[]);
    let (file, sheet) = (&report["files"][0], &report["files"][0]["sheets"][0]);
    assert_eq!(
        (&file["outcome"], &sheet["rows_taken"], &sheet["rows_skipped"]),
        (&"imported".into(), &3.into(), &1.into())
    );
    assert_eq!(sheet["header_rows"], serde_json::json!([2, 2]));
    let column = |letter: &str| {
        let columns = sheet["columns"].as_array().unwrap();
        columns.iter().find(|c| c["column"] == letter).unwrap().clone()
    };
    assert_eq!((column("F")["field"].clone(), column("F")["unit"].clone()), ("aum".into(), "yuan".into()));
    assert_eq!(column("F")["unit_from"], "header");
    assert_eq!(
        (column("F")["how"].clone(), column("H")["confidence"].clone()),
        ("alias".into(), serde_json::Value::Null)
    );
    assert!(column("F")["confidence"].as_f64().unwrap() > 0.5);
    assert_eq!(column("H")["field"], serde_json::Value::Null);
    assert_eq!(sheet["skipped"], serde_json::json!([{ "reason": "total", "rows": 1, "ranges": [[6, 6]] }]));
    let expected = serde_json::json!({
        "new_employers": 1, "new_employees": 3, "parts": 1, "replaced_parts": 0, "payroll_runs": 0, "replaced_runs": 0
    });
    assert_eq!(file["brought"], expected);
    // One thing was only remarked, on no cell: nothing to colour.
    assert_eq!(file["marked_copy"], serde_json::Value::Null);
    let codes = report["problem_counts"].as_array().unwrap();
    assert!(
        codes.iter().any(|c| c["code"] == "employer_added" && c["count"] == 1 && c["title"].is_string()),
        "{codes:?}"
    );
    // The same day's data once more, two people changed: nobody is new, the older part is replaced.
    let again = import(&bench, &bench.sheet("更正.xlsx", &good.replace("12000", "13000")), &[]);
    assert_eq!(again["files"][0]["brought"]["replaced_parts"], 1);
    assert_eq!(again["files"][0]["brought"]["new_employees"], 0);
}

#[test]
fn a_mended_file_loses_its_copy_and_one_somebody_has_typed_into_stays() {
    let bench = Bench::new();
    let copy = out(&bench, &format!("out/{DAY}/08_标注/持有_标注.xlsx"));
    let good = HOLDINGS.replace("约三千", "3000").replace("10012 ", "10012345671 ");
    import(&bench, &bench.sheet("持有.xlsx", HOLDINGS), &[]);
    assert!(copy.exists());
    import(&bench, &bench.sheet("持有.xlsx", &good), &[]);
    assert!(!copy.exists());

    import(&bench, &bench.sheet("持有.xlsx", &HOLDINGS.replace("12000", "12001")), &[]);
    let typed = [std::fs::read(&copy).unwrap(), b"typed".to_vec()].concat();
    std::fs::write(&copy, &typed).unwrap();
    import(&bench, &bench.sheet("持有.xlsx", &good.replace("12000", "12001")), &[]);
    assert_eq!(std::fs::read(&copy).unwrap(), typed);
}

#[test]
fn text_files_are_copied_too_and_secrets_never() {
    let bench = Bench::new();
    let csv = "代发单位编号,代发单位名称,代发人数,联系人,联系电话\r\nD1,=甲厂,三十,甲一,10012345678\r\n";
    std::fs::write(bench.path("单位.csv"), csv).unwrap();
    let report = import(&bench, bench.path("单位.csv").to_str().unwrap(), &[]);
    let path = out(&bench, report["files"][0]["marked_copy"].as_str().unwrap());
    let copied = cells(&mut open(&path), "单位");
    let row: Vec<&Data> = ["A2", "B2", "C2", "D2", "E2"].iter().map(|c| &copied[*c]).collect();
    assert_eq!(row, [&text("D1"), &text("=甲厂"), &text("三十"), &text("甲**"), &text("100******78")]);

    let secret = "| 姓名 | 账号 | 金额 | 密码 |\n|---|\n| 甲一 | 6200000000000001 | 约 | 123456 |";
    let report = import(&bench, &bench.sheet("工资.xlsx", secret), &[]);
    assert_eq!(report["files"][0]["marked_copy"], serde_json::Value::Null);
    let name = bench.root().join(format!("out/{DAY}/08_标注/工资_标注.xlsx"));
    assert!(!name.exists());
}

#[test]
fn the_same_import_gives_the_same_copy_and_the_audit_knows_it() {
    let copy = |bench: &Bench| {
        let report = import(bench, &bench.sheet("持有.xlsx", HOLDINGS), &[]);
        std::fs::read(out(bench, report["files"][0]["marked_copy"].as_str().unwrap())).unwrap()
    };
    let (one, other) = (Bench::new(), Bench::anew());
    assert!(copy(&one) == copy(&other), "two copies of one file differ");
    let audit = one.json(&["audit", "show"]);
    let entry = audit.as_array().unwrap().iter().find(|e| e["subject"].as_str().unwrap().contains("标注")).unwrap();
    // The phone that is wrong is shown whole.
    assert_eq!((&entry["action"], &entry["mask_level"]), (&"export".into(), &"whole".into()));
    assert_eq!(entry["columns"], "name,phone,customer_number");
    let levels = serde_json::json!({"name": "masked", "phone": "partly", "customer_number": "masked"});
    assert_eq!(entry["levels"], levels);

    let strict = Bench::new();
    std::fs::write(
        strict.root().join("rules/masking.toml"),
        "[outputs.marked_copy]\nproblem_cells = \"masked\"\nname = \"hidden\"\n",
    )
    .unwrap();
    let report = import(&strict, &strict.sheet("持有.xlsx", HOLDINGS), &[]);
    let copied = cells(&mut open(&out(&strict, report["files"][0]["marked_copy"].as_str().unwrap())), "Sheet1");
    assert_eq!((&copied["D4"], &copied["C4"]), (&text("*****"), &text("***")));
}

#[test]
fn of_a_long_sheet_only_rows_with_problems_are_copied_beyond_the_limit() {
    let bench = Bench::new();
    std::fs::write(bench.root().join("rules/limits.toml"), "[marked_copy]\nmax_rows = 4\nmax_notes = 1\n").unwrap();
    let report = import(&bench, &bench.sheet("持有.xlsx", HOLDINGS), &[]);
    let path = out(&bench, report["files"][0]["marked_copy"].as_str().unwrap());
    let copied = cells(&mut open(&path), "Sheet1");
    assert!(copied.contains_key("A4") && copied.contains_key("F5") && !copied.contains_key("A6"));
    assert_eq!(notes(&path).len(), 1);
    let summary = cells(&mut open(&path), "问题汇总");
    let told = |part: &str| summary.values().any(|v| matches!(v, Data::String(t) if t.contains(part)));
    assert!(told("第4行以后只抄写有问题的行"), "{summary:?}");
}

#[test]
fn a_masked_copy_is_not_taken_for_the_file_and_a_whole_one_is() {
    let bench = Bench::new();
    let report = import(&bench, &bench.sheet("持有.xlsx", HOLDINGS), &[]);
    let copy = out(&bench, report["files"][0]["marked_copy"].as_str().unwrap());
    let refused = import(&bench, copy.to_str().unwrap(), &["--accept-valid-rows"]);
    assert_eq!(
        (&refused["files"][0]["outcome"], &refused["problems"][0]["code"]),
        (&"refused".into(), &"marked_copy".into())
    );

    let open = Bench::new();
    let levels = ["name", "phone", "customer_number", "id_number", "account", "problem_cells", "unmapped"];
    let rules: String = levels.iter().map(|l| format!("{l} = \"whole\"\n")).collect();
    std::fs::write(open.root().join("rules/masking.toml"), format!("[outputs.marked_copy]\n{rules}")).unwrap();
    let plain = HOLDINGS.replace("联系10012345699", "已婚");
    let report = import(&open, &open.sheet("持有.xlsx", &plain), &[]);
    let copy = out(&open, report["files"][0]["marked_copy"].as_str().unwrap());
    let taken = import(&open, copy.to_str().unwrap(), &["--accept-valid-rows"]);
    assert_eq!((&taken["files"][0]["outcome"], &taken["files"][0]["rows_taken"]), (&"imported".into(), &2.into()));
}
