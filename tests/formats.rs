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
