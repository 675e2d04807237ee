//! Who is in charge: of clients without a manager of their own, of needs given to nobody, before and after a handover.

use serde_json::{Value, json};

use super::{EMPLOYERS, HOLDINGS, STAFF, import, out};
use crate::common::Bench;
use crate::common::office::{Office, day};

/// As on other Mondays, but that the second employer has a manager, and one more client there, for whom nothing is to
/// be done.
fn monday() -> Bench {
    let bench = Bench::new();
    let employers = EMPLOYERS.replace("| 一网点 |  |", "| 一网点 | 林一 |");
    let fifth =
        "| KH5 | 乙一 | 13800000005 | 乙厂有限公司 |  | 一网点 | 2026-02-28 | 60000 | 60000 | 是 | 是 | 2026-12-31 |";
    let holdings = format!("{HOLDINGS}\n{fifth}");
    for (name, table) in [("人员", STAFF), ("单位", employers.as_str()), ("资产", holdings.as_str())] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    bench
}

#[test]
fn a_client_without_a_manager_is_his_employers_managers_in_every_place() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.json(&[arguments, &["--today", "2026-03-02"]].concat());
    assert_eq!(
        ran(&["followup"])["tasks"].as_array().unwrap().iter().filter(|t| t["employee_id"] == "P000005").count(),
        0
    );
    let mut own = Office::open(&out(&bench, "2026-03-02", "04_员工营销维护表_林一"));
    assert!(own.has("联系结果", "甲四") && own.has("联系结果", "乙一"));
    ran(&["need", "add", "P000005", "换工资卡"]);
    ran(&["need", "add", "乙厂有限公司", "食堂收款码"]);
    let told = |who: &str| {
        let shown = ran(&["show", who]);
        (shown["owner"].clone(), shown["needs"][0]["owner"].clone())
    };
    for who in ["P000005", "乙厂有限公司"] {
        assert_eq!(told(who), (json!("林一"), json!("林一")), "{who}");
    }
    let made = ran(&["handover", "林一", "林二"]);
    let list =
        |key: &str, of: &str| made[key].as_array().unwrap().iter().map(|v| v[of].clone()).collect::<Vec<Value>>();
    assert!(made["clients"].as_array().unwrap().contains(&json!("P000005")), "{made:#}");
    assert_eq!(list("needs", "text"), ["换工资卡", "食堂收款码"]);
    for who in ["P000001", "P000005", "乙厂有限公司"] {
        assert_eq!(told(who).0, "林二", "{who}");
    }
    assert_eq!(told("乙厂有限公司").1, "林二");
}

#[test]
fn a_contact_without_a_task_belongs_to_who_made_it_else_to_whose_client_it_is() {
    let bench = monday();
    let mut own = Office::open(&out(&bench, "2026-03-02", "04_员工营销维护表_林一"));
    own.type_into("乙一", "联系日期", day("2026-03-02"))
        .type_into("乙一", "联系结果", "有意向")
        .type_into("乙一", "意向产品", "基金")
        .type_into("乙一", "意向金额", 20_000.0);
    import(&bench, "2026-03-03", &own.save(&bench.path("04.xlsx")));
    let list = "| 客户号 | 联系日期 | 联系结果 |\n|---|\n| KH5 | 2026-03-03 | 考虑中 |";
    import(&bench, "2026-03-03", &bench.sheet("联系.xlsx", list));
    // Contacts and open opportunities of each colleague.
    let lines = || {
        let told = bench.json(&["report", "--today", "2026-03-03"]);
        let number = |line: &Value, key: &str| line[key].as_i64().unwrap();
        let line = |l: &Value| (l["staff_id"].clone(), number(l, "contacts"), number(l, "open_opportunities"));
        told["colleagues"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(lines(), [(json!("S001"), 2, 1)]);
    // The first was typed into the workbook of the one who had the client then; what the list tells is whose client it
    // is now.
    bench.run(&["handover", "林一", "林二", "--today", "2026-03-03"]).ok();
    assert_eq!(lines(), [(json!("S001"), 1, 0), (json!("S002"), 1, 1)]);
}
