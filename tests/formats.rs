//! Every format that arrives is taken in the same way.

use std::fs;

use crate::common::Bench;

/// Imports a file of these bytes and gives the report.
fn imported(name: &str, bytes: &[u8]) -> serde_json::Value {
    let bench = Bench::new();
    fs::write(bench.path(name), bytes).unwrap();
    bench.json(&["import", bench.path(name).to_str().unwrap(), "--today", "2026-03-18"])
}

fn codes(report: &serde_json::Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect()
}

const PAGE: &str = "<!DOCTYPE html><html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=\"gb2312\">\
<style>td{mso-number-format:\"\\@\"}</style></head><body><h3>代发工资明细</h3><div>单位名称：甲厂</div><div>代发日期：2026-03-10</div>\
<table border=1><tr><th rowspan=2>姓名</th><th rowspan=2>账号</th><th colspan=2>金额（元）</th></tr><tr><th>实发金额</th><th>备注</th></tr>\
<tr><td>甲一&nbsp;</td><td style='mso-number-format:\"\\@\"'>6200000000000000001</td><td align=right>1,234.50</td><td>3月工资</td></tr>\
<tr><td>乙二<td>6200000000000000002<td>2,000.00<td></tr><tr><td colspan=2>合计</td><td>3,234.50</td></tr></table></body></html>";

#[test]
fn a_page_from_a_banks_portal_is_a_pay_sheet() {
    let (bytes, _, _) = encoding_rs::GBK.encode(PAGE);
    let report = imported("代发明细.xls", &bytes);
    let file = &report["files"][0];
    assert_eq!(file["outcome"], "imported", "{report}");
    assert_eq!(file["kinds"], serde_json::json!(["payroll"]));
    assert_eq!((&file["rows_taken"], &file["date"]), (&2.into(), &"2026-03-10".into()));
    assert!(!codes(&report).contains(&"encoding_assumed"), "the page names its encoding");
}

#[test]
fn an_xml_spreadsheet_is_a_pay_sheet() {
    let row = |cells: [&str; 4]| {
        let cells: String = cells.iter().map(|c| format!("<Cell><Data ss:Type=\"String\">{c}</Data></Cell>")).collect();
        format!("<Row>{cells}</Row>")
    };
    let text = format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"明细\"><Table>{}{}{}\
         <Row ss:Hidden=\"1\"><Cell><Data ss:Type=\"String\">丙三</Data></Cell></Row></Table></Worksheet></Workbook>",
        row(["姓名", "账号", "实发金额", "代发日期"]),
        row(["甲一", "6200000000000000001", "1234.5", "2026-03-10"]),
        row(["乙二", "6200000000000000002", "2000", "2026-03-10"]),
    );
    let bench = Bench::new();
    fs::write(bench.path("明细.xls"), text).unwrap();
    let path = bench.path("明细.xls");
    let report = bench.json(&["import", path.to_str().unwrap(), "--employer", "甲厂", "--today", "2026-03-18"]);
    assert_eq!(report["files"][0]["rows_taken"], 2, "{report}");
    assert!(codes(&report).contains(&"hidden_rows_skipped"));
}

#[test]
fn a_protected_workbook_opens_with_the_password_file() {
    let bench = Bench::new();
    let locked = |name: &str| format!("{}/tests/locked/{name}", env!("CARGO_MANIFEST_DIR"));
    for name in ["agile.xlsx", "standard.xlsx"] {
        let shut = bench.run(&["inspect", &locked(name), "--json"]);
        assert_eq!(codes(&shut.json()), ["encrypted_file"]);
        let open = bench.json(&["inspect", &locked(name), "--password-file", &locked("passwords.txt")]);
        assert_eq!(
            (&open["sheets"][0]["kind"], &open["sheets"][0]["rows"]),
            (&"employers".into(), &2.into()),
            "{open}"
        );
    }
    let shut = bench.run(&["inspect", &locked("calc.ods"), "--json"]);
    assert_eq!(codes(&shut.json()), ["encrypted_file"], "its content is no broken XML");
    let none = bench.run(&["import", &locked("agile.xlsx"), "--password-file", "没有.txt"]);
    assert_eq!(none.code(), 4);
    assert!(none.err().contains("没有.txt"), "{}", none.err());
}

#[test]
fn one_bad_file_does_not_keep_the_others_out() {
    let bench = Bench::new();
    fs::create_dir(bench.path("一批")).unwrap();
    let table = "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 |\n|---|\n| D001 | 甲厂 | 3 | 10日 |";
    bench.sheet("一批/单位.xlsx", table);
    fs::write(bench.path("一批/坏.xls"), [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0xFF; 4096]].concat())
        .unwrap();
    let report = bench.json(&["import", bench.path("一批").to_str().unwrap(), "--today", "2026-03-18"]);
    let outcomes: Vec<&str> =
        report["files"].as_array().unwrap().iter().filter_map(|f| f["outcome"].as_str()).collect();
    assert!(outcomes.contains(&"imported") && outcomes.contains(&"refused"), "{report}");
}

#[test]
fn long_numbers_of_other_systems_keep_their_digits() {
    // Region 99 is not given out; the check digit is worked out after GB 11643.
    let bench = Bench::new();
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 证件号码 | 工资卡号 |\n|---|
                 | KH1 | 甲一 | 甲厂 | 2026-03-16 | 1000 | 111 | 222 |
                 | KH2 | 乙二 | 甲厂 | 2026-03-16 | 2000 | 333 | 444 |";
    let path = bench.sheet("持有.xlsx", table);
    let bytes = fs::read(&path).unwrap();
    let changed = crate::common::cases::rewritten(
        &bytes,
        "xl/worksheets/sheet1.xml",
        &[
            ("<v>111</v>", "<v>990000199003070013</v>"),
            ("<v>222</v>", "<v>6217000000000000123</v>"),
            ("<v>333</v>", "<v>1.10105199003070E+17</v>"),
            ("<v>444</v>", "<v>6217000000000000000</v>"),
        ],
    );
    fs::write(&path, changed).unwrap();
    let report = bench.json(&["import", &path, "--today", "2026-03-18"]);
    let told: Vec<String> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|p| Some(format!("{} {}", p["code"].as_str()?, p["cell"].as_str()?)))
        .collect();
    assert_eq!(told, ["ruined_id_number F3", "ruined_account G3"], "{report}");
}

#[test]
fn hidden_rows_hidden_sheets_and_merges_are_seen_in_every_format() {
    // Made by LibreOffice: row 3 and column D hidden, E2:E4 merged, a hidden sheet.
    for format in ["xls", "ods"] {
        let bench = Bench::new();
        let file = format!("{}/tests/formats_files/hidden.{format}", env!("CARGO_MANIFEST_DIR"));
        let report = bench.json(&["import", &file, "--today", "2026-03-18"]);
        assert_eq!(report["files"][0]["outcome"], "imported", "{format}: {report}");
        assert_eq!(report["files"][0]["rows_taken"], 2, "{format}: the merged employer holds for the row below");
        let told = codes(&report);
        for code in ["hidden_rows_skipped", "hidden_columns_read", "hidden_sheet_skipped"] {
            assert!(told.contains(&code), "{format}: {told:?}");
        }
    }
}

#[test]
fn a_word_its_reader_stumbles_over_keeps_no_workbook_out() {
    let bench = Bench::new();
    let table = "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 |\n|---|\n| D001 | 甲厂 | 3 | 10日 |";
    let path = bench.sheet("单位.xlsx", table);
    let bytes = fs::read(&path).unwrap();
    let rewritten = crate::common::cases::rewritten;
    let odd =
        rewritten(&bytes, "xl/worksheets/sheet1.xml", &[("<dimension ref=\"A1:D2\"/>", "<dimension ref=\"1:2\"/>")]);
    let odd = rewritten(&odd, "xl/workbook.xml", &[("sheetId=\"1\"", "sheetId=\"1\" state=\"show\"")]);
    fs::write(&path, odd).unwrap();
    let report = bench.json(&["import", &path, "--today", "2026-03-18"]);
    assert_eq!(report["files"][0]["rows_taken"], 1, "{report}");
}

#[test]
fn formulas_without_result_are_worked_out_in_every_format() {
    // Made by programs that cannot work them out: the one stores 0, the other nothing.
    for format in ["xls", "ods"] {
        let bench = Bench::new();
        let file = format!("{}/tests/formats_files/formulas.{format}", env!("CARGO_MANIFEST_DIR"));
        let report = bench.json(&["import", &file, "--today", "2026-03-18"]);
        assert_eq!(report["files"][0]["rows_taken"], 2, "{format}: {report}");
        assert!(codes(&report).contains(&"formulas_worked_out"), "{format}: {report}");
    }
}
