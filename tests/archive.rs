//! Old months thinned: what would go is shown first, today's answers and the months stay as they were.

use serde_json::{Value, json};

use crate::common::Bench;
use crate::trust_purge::count;

const TODAY: &str = "2026-03-20";

/// A list of two people on a day; the third column is AUM in yuan by person, the fourth their manager where it is told.
fn list(bench: &Bench, day: &str, aum: [i64; 2], rm: [&str; 2]) {
    let table = format!(
        "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 活期余额(元) | 客户经理 | 手机银行 |
|---|
| KH000001 | 甲一 | 甲厂有限公司 | {day} | {} | {} | {} | 是 |
| KH000002 | 甲二 | 甲厂有限公司 | {day} | {} | {} | {} | 否 |",
        aum[0], aum[0], rm[0], aum[1], aum[1], rm[1]
    );
    let file = bench.sheet(&format!("持有{day}.xlsx"), &table);
    bench.run(&["import", &file, "--today", TODAY]).ok();
}

fn filled() -> Bench {
    let bench = Bench::new();
    for (day, aum, rm) in [
        // A whole month: the list of the 31st stays.
        ("2025-10-08", [100, 200], ["周经理", "吴经理"]),
        ("2025-10-20", [110, 210], ["周经理", "郑经理"]),
        ("2025-10-31", [120, 220], ["周经理", ""]),
        // The lists of the 9th and the 17th are those of the payday between them.
        ("2025-11-09", [130, 230], ["周经理", ""]),
        ("2025-11-13", [131, 231], ["周经理", ""]),
        ("2025-11-17", [140, 240], ["周经理", ""]),
        ("2025-11-30", [150, 250], ["周经理", ""]),
        ("2025-12-31", [160, 260], ["周经理", ""]),
        ("2026-02-28", [180, 280], ["", ""]),
        ("2026-03-16", [190, 290], ["王经理", ""]),
    ] {
        list(&bench, day, aum, rm);
    }
    for day in ["2025-11-10", "2026-03-10"] {
        let table = format!(
            "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲一 | KH000001 | 5000 | 工资 | {day} | 甲厂有限公司 |
| 2 | 甲二 | KH000002 | 6000 | 工资 | {day} | 甲厂有限公司 |"
        );
        let file = bench.sheet(&format!("工资{day}.xlsx"), &table);
        bench.run(&["import", &file, "--today", TODAY]).ok();
    }
    bench
}

fn answers(bench: &Bench) -> Vec<Value> {
    let told = |command: &str| bench.json(&[command, "--today", TODAY]);
    let mut report = told("report");
    // It tells which lists there are.
    report.as_object_mut().unwrap().remove("coverage");
    vec![told("rank"), told("track"), told("followup"), report]
}

fn archive(bench: &Bench, more: &[&str]) -> Value {
    bench.json(&[&["archive", "--before", "2026-01", "--today", TODAY], more].concat())
}

/// Yuan of AUM and of demand deposits on a day, and how many products both have, with which.
fn standing(bench: &Bench, day: &str) -> Vec<i64> {
    let of = |what: &str| {
        let sql = format!(
            "SELECT {what} FROM holding h JOIN snapshot_part p ON p.part_id = h.part_id
             JOIN snapshot s ON s.snapshot_id = p.snapshot_id WHERE s.as_of = '{day}'"
        );
        count(bench, &sql)
    };
    ["sum(aum_fen) / 100", "sum(demand_fen) / 100", "sum(product_count)", "sum(products)", "sum(s.covered & ~h.untold)"]
        .map(of)
        .into()
}

#[test]
fn old_months_keep_what_is_compared_and_today_stays_as_it_was() {
    let bench = filled();
    let before = answers(&bench);
    let preview = archive(&bench, &[]);
    assert_eq!(
        (&preview["preview"], &preview["audit"], &preview["size_after"]),
        (&json!(true), &json!(null), &json!(null))
    );
    // Ten lists of two people; those of 8 and 20 October and of 13 November go. The manager of the second person is known
    // from 20 October alone; the first one's of 16 March makes all older ones needless.
    assert_eq!(preview["had"], json!({"lists": 10, "rows": 20}));
    assert_eq!(preview["kept"], json!({"lists": 7, "rows": 14}));
    let removed = json!([
        {"table": "holding", "rows": 6, "attributes": false},
        {"table": "snapshot_part", "rows": 3, "attributes": false},
        {"table": "snapshot", "rows": 3, "attributes": false},
        {"table": "holding", "rows": 6, "attributes": true},
    ]);
    assert_eq!(preview["removed"], removed);
    assert_eq!(count(&bench, "SELECT count(*) FROM holding"), 20, "a preview changes nothing");
    let size = &preview["size"];
    assert_eq!(size["bytes_per_employee_month"].as_u64(), size["bytes"].as_u64().map(|b| b / 20));

    let then = (standing(&bench, "2025-10-31"), standing(&bench, "2025-11-17"));
    assert_eq!((&then.0[..2], &then.1[..2]), (&[340, 340][..], &[380, 380][..]));
    let done = archive(&bench, &["--yes"]);
    assert_eq!((&done["preview"], &done["removed"], &done["kept"]), (&json!(false), &removed, &preview["kept"]));
    assert!(done["size_after"]["bytes"].as_u64() <= size["bytes"].as_u64());
    assert_eq!(answers(&bench), before);
    assert_eq!((standing(&bench, "2025-10-31"), standing(&bench, "2025-11-17")), then);
    // The managers that were told again later are gone, the one known from a list that went is not.
    assert_eq!(count(&bench, "SELECT count(*) FROM holding WHERE rm = '周经理'"), 0);
    assert_eq!(count(&bench, "SELECT count(*) FROM holding WHERE rm = '郑经理'"), 1);
    assert_eq!(count(&bench, "SELECT count(*) FROM payment"), 4);
    let entries = bench.json(&["audit", "show", "--action", "archive"]);
    assert_eq!(entries.as_array().unwrap().len(), 1);
    assert_eq!((&entries[0]["subject"], &entries[0]["rows"]), (&json!("before 2026-01-01"), &json!(18)));
    assert_eq!(archive(&bench, &["--yes"])["removed"], json!([]), "there is nothing left to do");
}

#[test]
fn a_day_too_recent_is_refused_with_the_latest_one() {
    let bench = Bench::new();
    let refused = bench.run(&["archive", "--before", "2026-03", "--today", TODAY]);
    assert_eq!(refused.code(), 1);
    assert!(refused.err().contains("2026-02-01"), "{}", refused.err());
    assert_eq!(bench.run(&["archive", "--before", "去年", "--today", TODAY]).code(), 2);
    let shown = bench.run(&["archive", "--before", "2026-02-01", "--today", TODAY]);
    assert!(shown.out().contains("没有可以精简的记录"), "{}", shown.out());
}

#[test]
fn the_doctor_tells_how_heavy_a_person_and_month_is() {
    let bench = crate::trust::filled();
    let found = bench.json(&["doctor", "--today", "2026-03-18"]);
    let size = found.as_array().unwrap().iter().find(|f| f["check"] == "size").unwrap()["size"].clone();
    assert_eq!(size["employee_months"], 2);
    assert_eq!(size["bytes_per_employee_month"].as_u64(), size["bytes"].as_u64().map(|b| b / 2));
}
