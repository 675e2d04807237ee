//! People, payees and employers that are not sure: asked for, decided, remembered, taken back.

mod employers;
mod zeros;

use serde_json::Value;

use crate::common::Bench;

const ACCOUNT_1: &str = "6200000000000001";
const ACCOUNT_2: &str = "6200000000000002";

fn holdings(date: &str, rows: &str) -> String {
    format!(
        "| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) |\n|---|\n{}",
        rows.replace("DATE", date)
    )
}

fn payroll(rows: &str) -> String {
    format!("| 序号 | 收款方户名 | 收款账号 | 金额 | 用途 | 代发日期 | 代发单位名称 |\n|---|\n{rows}")
}

fn import(bench: &Bench, name: &str, table: &str) -> Value {
    bench.json(&["import", "--today", "2026-03-18", &bench.sheet(name, table)])
}

fn open(bench: &Bench) -> Vec<Value> {
    bench.json(&["match", "show"]).as_array().unwrap().clone()
}

fn decide(bench: &Bench, arguments: &[&str]) -> Value {
    bench.json(&[&["match", "decide", "--today", "2026-03-18"], arguments].concat())
}

fn track(bench: &Bench) -> Value {
    bench.json(&["track", "--today", "2026-03-18"])
}

/// Status and AUM at the end, in yuan, of everybody tracked.
fn people(bench: &Bench) -> Vec<(String, String, Option<i64>)> {
    let track = track(bench);
    let rows = track["employees"].as_array().unwrap().iter();
    rows.map(|e| {
        let text = |key: &str| e[key].as_str().unwrap().to_string();
        (text("employee_id"), text("status"), e["aum_after_fen"].as_i64().map(|fen| fen / 100))
    })
    .collect()
}

fn person(id: &str, status: &str, yuan: Option<i64>) -> (String, String, Option<i64>) {
    (id.to_string(), status.to_string(), yuan)
}

fn codes(report: &Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect()
}

/// KH1 with the first account and KH2 with the second; a week later a row has KH1 and the second account.
fn numbers_of_two_people(bench: &Bench) -> Value {
    let before = holdings(
        "2026-03-09",
        &format!(
            "| KH1 | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | DATE | 1000 | 1000 |
             | KH2 | 甲二 | {ACCOUNT_2} | 甲厂有限公司 | DATE | 2000 | 2000 |"
        ),
    );
    import(bench, "前.xlsx", &before);
    let after = holdings(
        "2026-03-16",
        &format!(
            "| KH1 | 甲一 | {ACCOUNT_2} | 甲厂有限公司 | DATE | 1500 | 1500 |
             | KH2 | 甲二 |  | 甲厂有限公司 | DATE | 2600 | 2600 |"
        ),
    );
    import(bench, "后.xlsx", &after)
}

#[test]
fn numbers_of_two_people_in_one_row_are_asked_for_and_given_to_neither() {
    let bench = Bench::new();
    let report = numbers_of_two_people(&bench);
    assert!(codes(&report).contains(&"people_unsure"));
    assert_eq!(report["files"][0]["open_matches"], 1);
    let open = open(&bench);
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["reason"], "numbers_disagree");
    assert_eq!((&open[0]["file"], &open[0]["line"]), (&"后.xlsx".into(), &2.into()));
    let ids: Vec<&str> = open[0]["candidates"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["P000001", "P000002"]);
    assert_eq!(open[0]["candidates"][0]["name"], "甲**");
    assert_eq!(open[0]["candidates"][1]["account"], "**** 0002");
    // Nobody is said to have come or gone, and the employer's sum is whole: 1,500 + 2,600.
    let expected = [
        person("P000001", "unknown", None),
        person("P000002", "present", Some(2600)),
        person("P000003", "unknown", Some(1500)),
    ];
    assert_eq!(people(&bench), expected);
    assert_eq!(track(&bench)["employers"][0]["departed"], 0);
}

#[test]
fn a_decision_gives_the_rows_to_the_person_and_holds_for_the_next_file() {
    let bench = Bench::new();
    numbers_of_two_people(&bench);
    let decided = decide(&bench, &["1", "--same", "P000001"]);
    assert_eq!(decided["decision"]["target"], "P000001");
    assert_eq!(open(&bench), Vec::<Value>::new());
    let now = [person("P000001", "present", Some(1500)), person("P000002", "present", Some(2600))];
    assert_eq!(people(&bench), now);
    // The same numbers again, with another amount: taken for the same person without a word.
    let next = holdings(
        "2026-03-17",
        &format!(
            "| KH1 | 甲一 | {ACCOUNT_2} | 甲厂有限公司 | DATE | 1700 | 1700 |
             | KH2 | 甲二 |  | 甲厂有限公司 | DATE | 2600 | 2600 |"
        ),
    );
    let report = import(&bench, "再后.xlsx", &next);
    assert!(!codes(&report).contains(&"people_unsure"), "{report}");
    assert_eq!(open(&bench), Vec::<Value>::new());
    assert_eq!(people(&bench), [person("P000001", "present", Some(1700)), person("P000002", "present", Some(2600))]);
}

#[test]
fn a_decision_survives_taking_the_file_in_anew() {
    let bench = Bench::new();
    numbers_of_two_people(&bench);
    decide(&bench, &["1", "--same", "P000001"]);
    let again = bench.path("后.xlsx");
    bench.run(&["import", "--again", "--today", "2026-03-18", again.to_str().unwrap()]).ok();
    assert_eq!(open(&bench), Vec::<Value>::new());
    let expected = [person("P000001", "present", Some(1500)), person("P000002", "present", Some(2600))];
    assert_eq!(people(&bench), expected);
}

#[test]
fn a_decision_can_be_taken_back_and_made_otherwise() {
    let bench = Bench::new();
    numbers_of_two_people(&bench);
    let asked = people(&bench);
    decide(&bench, &["1", "--same", "P000001"]);
    decide(&bench, &["1", "--undo"]);
    assert_eq!(open(&bench).len(), 1);
    assert_eq!(people(&bench), asked);
    decide(&bench, &["1", "--new"]);
    // Somebody else: the first is gone, the third has come.
    let expected = [
        person("P000001", "departed", None),
        person("P000002", "present", Some(2600)),
        person("P000003", "joined", Some(1500)),
    ];
    assert_eq!(people(&bench), expected);
    let audit = bench.json(&["audit", "show"]);
    let entries = audit.as_array().unwrap();
    let decisions: Vec<&str> =
        entries.iter().filter(|e| e["action"] == "match").map(|e| e["purpose"].as_str().unwrap()).collect();
    assert_eq!(decisions, ["same", "undo", "new"]);
    bench.run(&["audit", "verify"]).ok();
}

#[test]
fn two_people_who_are_one_are_merged_and_parted_again() {
    let bench = Bench::new();
    let before = holdings(
        "2026-03-09",
        &format!(
            "| KH1 | 甲一 |  | 甲厂有限公司 | DATE | 1000 | 1000 |
             |  | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | DATE | 300 | 300 |"
        ),
    );
    import(&bench, "前.xlsx", &before);
    let after = holdings("2026-03-16", &format!("| KH1 | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | DATE | 1500 | 1500 |"));
    import(&bench, "后.xlsx", &after);
    import(
        &bench,
        "工资.xlsx",
        &payroll(&format!("| 1 | 甲一 | {ACCOUNT_1} | 500 | 3月工资 | 2026-03-10 | 甲厂有限公司 |")),
    );
    let flows = format!(
        "| 账号 | 交易日期 | 方向 | 交易金额 | 对手类型 |\n|---|\n| {ACCOUNT_1} | 2026-03-11 | 支出 | 400 | 取现 |"
    );
    import(&bench, "流水.xlsx", &flows);
    assert_eq!(open(&bench)[0]["reason"], "numbers_disagree");
    decide(&bench, &["1", "--merge", "P000001", "P000002"]);
    // Of the two rows of the 9th the person's own is seen; the payment to the other number is theirs.
    let tracked = track(&bench);
    assert_eq!(tracked["employees"].as_array().unwrap().len(), 1);
    let one = &tracked["employees"][0];
    assert_eq!((&one["employee_id"], &one["status"]), (&"P000001".into(), &"present".into()));
    assert_eq!((&one["aum_before_fen"], &one["aum_after_fen"]), (&100_000.into(), &150_000.into()));
    assert_eq!((&one["payroll_fen"], &one["retained_fen"]), (&50_000.into(), &50_000.into()));
    assert_eq!(one["main_destination"], "cash");
    decide(&bench, &["1", "--undo"]);
    assert_eq!(track(&bench)["employees"].as_array().unwrap().len(), 3);
}

#[test]
fn the_same_name_with_another_number_is_somebody_else() {
    let bench = Bench::new();
    let sheet =
        |date: &str, number: &str| holdings(date, &format!("| {number} | 甲一 |  | 甲厂有限公司 | DATE | 10 | 10 |"));
    import(&bench, "前.xlsx", &sheet("2026-03-09", "KH1"));
    import(&bench, "后.xlsx", &sheet("2026-03-16", "KH9"));
    assert_eq!(open(&bench), Vec::<Value>::new());
    let status = |at: usize| people(&bench)[at].1.clone();
    assert_eq!((status(0).as_str(), status(1).as_str()), ("departed", "joined"));
}

#[test]
fn an_account_whose_customer_number_is_another_is_asked_for() {
    let bench = Bench::new();
    let sheet = |date: &str, number: &str| {
        holdings(date, &format!("| {number} | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | DATE | 10 | 10 |"))
    };
    import(&bench, "前.xlsx", &sheet("2026-03-09", "KH1"));
    import(&bench, "后.xlsx", &sheet("2026-03-16", "KH9"));
    assert_eq!(open(&bench)[0]["reason"], "number_contradicts");
    decide(&bench, &["1", "--same", "P000001"]);
    assert_eq!(people(&bench), [person("P000001", "present", Some(10))]);
    // From now on the second customer number is theirs, also alone.
    let alone = sheet("2026-03-17", "KH9").replace(ACCOUNT_1, "");
    import(&bench, "再后.xlsx", &alone);
    assert_eq!(people(&bench), [person("P000001", "present", Some(10))]);
}

/// Two lists and a payment by name alone, imported in this order.
fn by_name(order: [&str; 3]) -> (usize, usize) {
    let bench = Bench::new();
    for name in order {
        let table = match name {
            "工资.xlsx" => payroll("| 1 | 甲一 |  | 500 | 3月工资 | 2026-03-10 | 甲厂有限公司 |"),
            "一.xlsx" => holdings("2026-03-09", "| KH1 | 甲一 |  | 甲厂有限公司 | DATE | 10 | 10 |"),
            _ => holdings("2026-03-09", "| KH2 | 甲一 |  | 甲厂有限公司 | DATE | 20 | 20 |"),
        };
        import(&bench, name, &table);
    }
    let open = open(&bench);
    let payees: Vec<&Value> = open.iter().filter(|m| m["subject"] == "payee").collect();
    (payees.len(), payees[0]["candidates"].as_array().unwrap().len())
}

#[test]
fn a_name_two_people_have_matches_neither_whatever_comes_first() {
    for order in
        [["工资.xlsx", "一.xlsx", "二.xlsx"], ["一.xlsx", "工资.xlsx", "二.xlsx"], ["二.xlsx", "一.xlsx", "工资.xlsx"]]
    {
        assert_eq!(by_name(order), (1, 2), "{order:?}");
    }
}

#[test]
fn a_payee_nobody_knows_is_decided_once_for_all_paydays() {
    let bench = Bench::new();
    let list =
        |date: &str, yuan: i64| holdings(date, &format!("| KH1 | 甲一 |  | 甲厂有限公司 | DATE | {yuan} | {yuan} |"));
    import(&bench, "前.xlsx", &list("2026-03-09", 1000));
    import(&bench, "后.xlsx", &list("2026-03-16", 1600));
    let paid = |day: &str| payroll(&format!("| 1 | 甲一 | {ACCOUNT_1} | 2000 | 工资 | {day} | 甲厂有限公司 |"));
    let report = import(&bench, "3月.xlsx", &paid("2026-03-10"));
    assert_eq!(report["files"][0]["unmatched_payees"], 1);
    let asked = open(&bench);
    assert_eq!((&asked[0]["subject"], &asked[0]["reason"]), (&"payee".into(), &"nobody".into()));
    // Who has the name is shown, but never taken: the payment has a number.
    assert_eq!(asked[0]["candidates"][0]["id"], "P000001");
    assert_eq!(asked[0]["seen"]["account"], "**** 0001");
    decide(&bench, &["1", "--same", "P000001"]);
    let retained = || track(&bench)["employees"][0]["retained_fen"].clone();
    assert_eq!(retained(), 60_000, "1,600 less 1,000");
    let report = import(&bench, "2月.xlsx", &paid("2026-02-10"));
    assert_eq!(report["files"][0]["unmatched_payees"], 0);
    assert_eq!(open(&bench), Vec::<Value>::new());
    decide(&bench, &["1", "--undo"]);
    assert_eq!(retained(), Value::Null);
    assert_eq!(open(&bench).len(), 1);
    decide(&bench, &["1", "--skip"]);
    assert_eq!(open(&bench), Vec::<Value>::new());
}

const TWO_OF_A_NAME: &str = "
| 代发单位编号 | 代发单位名称 | 代发人数 |
|---|
| D001 | 佳和商贸有限公司 | 3 |
| D002 | 佳和商贸集团有限公司 | 4 |";

#[test]
fn nobody_is_contacted_before_it_is_decided_who_it_is() {
    let bench = Bench::new();
    let sheet = |date: &str, rows: &str| {
        let head = "| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) | 是否同意电话营销 |";
        format!("{head}\n|---|\n{}", rows.replace("DATE", date))
    };
    let rows = format!("| KH1 | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | DATE | 45000 | 是 |");
    import(&bench, "前.xlsx", &sheet("2026-03-09", &rows));
    import(&bench, "后.xlsx", &sheet("2026-03-16", &rows.replace("KH1", "KH9")));
    let follow_up = || bench.json(&["followup", "--today", "2026-03-18"]);
    let waiting = follow_up();
    assert_eq!(waiting["tasks"], serde_json::json!([]));
    assert_eq!(
        (&waiting["blocked"][0]["by"], &waiting["blocked"][0]["employee_id"]),
        (&"identity_open".into(), &"P000002".into())
    );
    decide(&bench, &["1", "--same", "P000001"]);
    assert_eq!(follow_up()["tasks"][0]["employee_id"], "P000001");
}

#[test]
fn flows_of_a_merged_number_are_the_persons() {
    let bench = Bench::new();
    let list = |date: &str, number: &str, yuan: i64| {
        holdings(date, &format!("| {number} | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | DATE | {yuan} | {yuan} |"))
    };
    import(&bench, "前.xlsx", &list("2026-03-09", "KH1", 1000));
    import(
        &bench,
        "工资.xlsx",
        &payroll(&format!("| 1 | 甲一 | {ACCOUNT_1} | 2000 | 工资 | 2026-03-10 | 甲厂有限公司 |")),
    );
    import(&bench, "后.xlsx", &list("2026-03-16", "KH9", 1600));
    let flows = "| 客户号 | 交易日期 | 方向 | 交易金额 | 对手类型 |\n|---|\n| KH9 | 2026-03-11 | 支出 | 700 | 消费 |";
    import(&bench, "流水.xlsx", flows);
    let outflows = || track(&bench)["employers"][0]["outflows"].clone();
    assert_eq!(outflows(), serde_json::json!([]));
    decide(&bench, &["1", "--same", "P000001"]);
    assert_eq!(outflows()[0]["amount_fen"], 70_000);
}

#[test]
fn doctor_and_import_tell_what_is_open() {
    let bench = Bench::new();
    numbers_of_two_people(&bench);
    let doctor = bench.json(&["doctor", "--today", "2026-03-18"]);
    let finding = doctor.as_array().unwrap().iter().find(|f| f["check"] == "matches").unwrap().clone();
    assert_eq!((&finding["ok"], &finding["detail"]), (&false.into(), &"1".into()));
    let shown = bench.run(&["match", "show"]).ok().out();
    for text in ["待核对的客户、收款人和单位", "甲**", "**** 0002", "P000002", "--merge"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(!shown.contains(ACCOUNT_2) && !shown.contains("甲二"), "{shown}");
}

#[test]
fn what_cannot_be_decided_so_is_refused_and_changes_nothing() {
    let bench = Bench::new();
    numbers_of_two_people(&bench);
    for (arguments, code) in [
        (vec!["9", "--new"], "unknown_match"),
        (vec!["1", "--same", "P000099"], "unknown_person"),
        (vec!["1", "--same", "甲一"], "unknown_person"),
        (vec!["1", "--same", "P000003"], "match_not_so"),
        (vec!["1", "--merge", "P000001", "P000001"], "match_not_so"),
        (vec!["1", "--employer", "E00001"], "match_not_so"),
        (vec!["1", "--undo"], "match_not_decided"),
    ] {
        let ran = bench.run(&[&["match", "decide", "--json"], &arguments[..]].concat());
        assert_eq!(ran.code(), 1, "{arguments:?}");
        let error: Value = serde_json::from_str(&ran.err()).unwrap();
        assert_eq!(error["error"]["code"], code, "{arguments:?}");
    }
    assert_eq!(bench.run(&["match", "decide", "1"]).code(), 2);
    assert_eq!(bench.run(&["match", "decide", "1", "--new", "--skip"]).code(), 2);
    assert_eq!(open(&bench).len(), 1);
}

#[test]
fn two_rows_of_one_name_without_numbers_are_not_taken_for_one_person() {
    let sheet = |date: &str, rows: &str| {
        format!("| 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) |\n|---|\n{}", rows.replace("DATE", date))
    };
    let bench = Bench::new();
    let rows = "| 丙测试 | 甲厂有限公司 | DATE | 3000 | 3000 |
         | 丙测试 | 甲厂有限公司 | DATE | 4000 | 4000 |
         | 丁测试 | 甲厂有限公司 | DATE | 500 | 500 |";
    let first = import(&bench, "前.xlsx", &sheet("2026-03-09", rows));
    assert!(codes(&first).contains(&"people_unsure"), "{first}");
    assert!(!codes(&first).contains(&"person_twice"), "{first}");
    let asked = open(&bench);
    assert_eq!((asked.len(), asked[0]["reason"].as_str()), (1, Some("same_name")), "{asked:?}");
    let sums = |bench: &Bench| {
        let people = people(bench);
        (people.len(), people.iter().filter_map(|p| p.2).sum::<i64>())
    };
    // The same two a week later: two again, nobody joined or departed for sure, and no new question.
    let again = import(&bench, "后.xlsx", &sheet("2026-03-16", &rows.replace("4000", "4100")));
    assert!(!codes(&again).contains(&"person_twice"), "{again}");
    assert_eq!(sums(&bench), (3, 7600));
    assert!(people(&bench).iter().all(|p| p.1 == "present"), "{:?}", people(&bench));
    assert_eq!(open(&bench).len(), 1);
}
