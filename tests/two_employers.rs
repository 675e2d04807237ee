//! People of two employers: both pay them, their money counts once, and who changes is nobody new.

use serde_json::Value;

use crate::common::Bench;

const TODAY: &str = "2026-03-18";

const EMPLOYERS: &str = "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 | 行业 | 归属网点 | 客户经理 |\n|---|\n\
    | D001 | 甲测试厂 | 3 | 10日 | 制造业 | 一网点 | 经理甲 |\n| D002 | 乙测试厂 | 3 | 10日 | 制造业 | 一网点 | 经理甲 |\n";

/// Holdings of a day: person, employer, yuan.
fn holdings(day: &str, people: &[(u32, &str, i64)]) -> String {
    let rows: String = people
        .iter()
        .map(|(n, employer, yuan)| {
            format!("| KH000{n} | 甲{n} | 622200000000000{n} | {employer}测试厂 | {day} | {yuan} | {yuan} | 经理甲 | 是 | 是 |\n")
        })
        .collect();
    let head = "| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) | 管户人 | 是否同意电话营销 | 是否同意接收营销短信 |\n|---|\n";
    format!("{head}{rows}")
}

fn wages(day: &str, employer: &str, yuan: i64, people: &[u32]) -> String {
    let row = |n: &u32| format!("| 甲{n} | 622200000000000{n} | {yuan} | {day} | {employer}测试厂 | 工资 |\n");
    let rows: String = people.iter().map(row).collect();
    format!("| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 | 用途 |\n|---|\n{rows}")
}

fn import(bench: &Bench, name: &str, table: &str) {
    let told = bench.json(&["import", &bench.sheet(name, table), "--today", TODAY]);
    assert_eq!(told["files"][0]["outcome"], "imported", "{told:#}");
}

fn track(bench: &Bench) -> Value {
    bench.json(&["track", "--today", TODAY])
}

/// Paid and kept, in yuan.
fn money(row: &Value) -> (i64, i64) {
    let yuan = |key: &str| row[key].as_i64().unwrap() / 100;
    (yuan("payroll_fen"), yuan("retained_fen"))
}

fn of<'t>(track: &'t Value, employer: &str) -> &'t Value {
    track["employers"].as_array().unwrap().iter().find(|e| e["name"] == format!("{employer}测试厂")).unwrap()
}

/// 甲 pays 1, 2 and 3 each 5,000, 乙 pays 3, 4 and 5 each 3,000; before payday everybody has 1,000, a week later 1,800,
/// but 3 has 9,800. 3 is on the list of 甲 only.
fn two_jobs() -> Bench {
    let bench = Bench::new();
    let list = |rich: i64, other: i64| {
        [(1, "甲", other), (2, "甲", other), (3, "甲", rich), (4, "乙", other), (5, "乙", other)]
    };
    import(&bench, "单位.xlsx", EMPLOYERS);
    import(&bench, "前.xlsx", &holdings("2026-03-09", &list(1000, 1000)));
    import(&bench, "后.xlsx", &holdings("2026-03-16", &list(9800, 1800)));
    import(&bench, "甲工资.xlsx", &wages("2026-03-10", "甲", 5000, &[1, 2, 3]));
    import(&bench, "乙工资.xlsx", &wages("2026-03-10", "乙", 3000, &[3, 4, 5]));
    bench
}

#[test]
fn what_stays_counts_once_so_that_person_employer_and_branch_add_up() {
    let track = track(&two_jobs());
    // 3 is of 甲: 8,800 stayed of the 8,000 that both paid. At 乙 the money is told to count at 甲.
    let third: Vec<&Value> =
        track["employees"].as_array().unwrap().iter().filter(|e| e["employee_id"] == "P000003").collect();
    assert!(third.iter().all(|e| e["status"] == "present"), "{third:#?}");
    assert_eq!(money(third[0]), (8000, 8800));
    assert_eq!((third[0].get("counted_at"), &third[1]["counted_at"]), (None, &third[0]["employer_id"]));
    assert_eq!((&third[1]["payroll_fen"], &third[1]["retained_fen"]), (&Value::Null, &Value::Null));
    // 甲: 800 + 800 + 8,800 of 5,000 + 5,000 + 8,000; 乙: 800 + 800 of 6,000; the branch 12,000 of 24,000.
    let rate = |row: &Value| (row["retention"].as_f64().unwrap() * 1000.0).round() / 1000.0;
    let (first, second) = (of(&track, "甲"), of(&track, "乙"));
    assert_eq!((money(first), rate(first)), ((18_000, 10_400), 0.578));
    assert_eq!((money(second), rate(second)), ((6_000, 1_600), 0.267));
    assert_eq!((money(&track["totals"]), rate(&track["totals"])), ((24_000, 12_000), 0.5));
    // Five people, three of them at either.
    assert_eq!((first["employees"].as_i64(), second["employees"].as_i64()), (Some(3), Some(3)));
    assert_eq!(track["totals"]["employees"], 5);
    // The money of 3 counts once before and after.
    assert_eq!(track["totals"]["aum_after_fen"], 1_700_000);
}

#[test]
fn wages_of_the_other_employer_count_only_in_the_window() {
    let bench = two_jobs();
    // 乙 has paid 3 in February too: nothing of what stays in March is of that.
    import(&bench, "乙二月.xlsx", &wages("2026-02-10", "乙", 90_000, &[3]));
    assert_eq!(money(of(&track(&bench), "甲")), (18_000, 10_400));
}

#[test]
fn who_changes_employer_is_nobody_new() {
    let bench = Bench::new();
    import(&bench, "单位.xlsx", EMPLOYERS);
    let list =
        |third: &'static str| [(1, "甲", 1000), (2, "甲", 1000), (3, third, 1000), (4, "乙", 1000), (5, "乙", 1000)];
    import(&bench, "前.xlsx", &holdings("2026-02-28", &list("甲")));
    import(&bench, "后.xlsx", &holdings("2026-03-16", &[&list("乙")[..], &[(6, "乙", 1000)]].concat()));
    for (day, first) in [("2026-01-09", 1), ("2026-02-10", 1)] {
        import(&bench, &format!("甲{day}.xlsx"), &wages(day, "甲", 5000, &[first, 2, 3]));
        import(&bench, &format!("乙{day}.xlsx"), &wages(day, "乙", 3000, &[4, 5]));
    }
    import(&bench, "甲三月.xlsx", &wages("2026-03-10", "甲", 5000, &[1, 2]));
    import(&bench, "乙三月.xlsx", &wages("2026-03-10", "乙", 3000, &[3, 4, 5, 6]));
    let track = track(&bench);
    // 6 is new, 3 is not.
    assert_eq!((of(&track, "乙")["joined"].as_i64(), of(&track, "甲")["departed"].as_i64()), (Some(1), Some(0)));
    let follow_up = bench.json(&["followup", "--today", TODAY]);
    let tasks = follow_up["tasks"].as_array().unwrap().iter().chain(follow_up["blocked"].as_array().unwrap());
    let joiners: Vec<&str> =
        tasks.filter(|t| t["rule"] == "new_joiner").map(|t| t["employee_id"].as_str().unwrap()).collect();
    assert_eq!(joiners, ["P000006"], "{follow_up:#}");
}
