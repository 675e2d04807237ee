//! What has been sent and has not come back, of colleagues who bear one name too.

use serde_json::Value;

use super::{EMPLOYERS, HOLDINGS, STAFF};
use crate::common::Bench;

#[test]
fn two_colleagues_of_one_name_each_have_their_lines() {
    let bench = Bench::new();
    // Both are 林一; the third client is the second one's.
    let staff = STAFF.replace("| 002 | 林二 | 一网点 | 支行行长", "| 002 | 林一 | 一网点 | 客户经理");
    let holdings = HOLDINGS.replace("林一", "001");
    let holdings =
        holdings.replace("甲三 | 13800000003 | 甲厂有限公司 | 001", "甲三 | 13800000003 | 甲厂有限公司 | 002");
    let employers = EMPLOYERS.replace("林一", "");
    for (name, table) in [("人员", &staff), ("单位", &employers), ("资产", &holdings)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    // The lists of Tuesday take the place of Monday's.
    for day in ["2026-03-02", "2026-03-03"] {
        bench.run(&["cycle", "--today", day]).ok();
    }
    let names = |told: Value| {
        let text = |line: &Value| line["workbook"].as_str().unwrap().to_string();
        told.as_array().unwrap().iter().map(text).filter(|name| !name.starts_with("06")).collect::<Vec<_>>()
    };
    let all = [
        "04_员工营销维护表_林一S001.xlsx",
        "04_员工营销维护表_林一S002.xlsx",
        "05_每日工作清单_林一S001_2026-03-03.xlsx",
        "05_每日工作清单_林一S002_2026-03-03.xlsx",
    ];
    let asked = |what: &str, key: &str| bench.json(&["returns", what, "--today", "2026-03-10"])[key].clone();
    assert_eq!(names(asked("status", "exports")), all);
    assert_eq!(names(asked("remind", "reminders")), all);
}
