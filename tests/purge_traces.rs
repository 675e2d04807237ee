//! What is left of people who are removed: their numbers in notes, however they are written, numbers they had before,
//! contacts of employers, and people somebody has decided on.

use std::fs;

use serde_json::{Value, json};

use crate::common::Bench;
use crate::trust::{connection, text};
use crate::trust_purge::{count, filled, purge};

/// A week later the second person has another phone and another card.
fn with_former_numbers() -> Bench {
    let bench = filled();
    for (name, date, phone, card) in [
        ("旧.xlsx", "2026-03-17", "19900000002", "6200000000000000007"),
        ("新.xlsx", "2026-03-18", "19911112222", "6200000000000000008"),
    ] {
        let table = format!(
            "| 客户号 | 客户姓名 | 手机号 | 代发账号 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH000002 | 甲二 | {phone} | {card} | 甲厂有限公司 | {date} | 45000 |"
        );
        bench.run(&["import", "--today", "2026-03-18", &bench.sheet(name, &table)]).ok();
    }
    bench
}

fn notes(bench: &Bench) -> Vec<String> {
    let conn = connection(bench);
    let mut statement = conn.prepare("SELECT note FROM contact ORDER BY contact_id").unwrap();
    statement.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Takes in contacts of the first person, each with one of these notes.
fn note(bench: &Bench, notes: &[&str]) {
    let rows: Vec<String> = notes
        .iter()
        .enumerate()
        .map(|(i, n)| format!("| KH000001 | 已接通 | 2026-03-{:02} | {n} |", i % 17 + 1))
        .collect();
    let table = format!("| 客户号 | 联系结果 | 联系日期 | 备注 |\n|---|\n{}", rows.join("\n"));
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("联系.xlsx", &table)]).ok();
}

#[test]
fn a_customer_number_beside_a_phone_with_blanks_does_not_stop_a_removal() {
    let bench = filled();
    note(&bench, &["KH000002 199 0000 0002"]);
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!(done["remaining"], json!([]));
    assert_eq!(notes(&bench), ["*** ***"]);
}

#[test]
fn numbers_in_notes_go_however_they_are_written() {
    let bench = with_former_numbers();
    note(
        &bench,
        &[
            "电话+8619911112222",
            "86-199-1111-2222",
            "199 1111 2222 2026-03-20再约",
            "199.1111.2222",
            "(199)1111 2222",
            "电话19911112222ok",
            "kh000002",
            "１９９１１１１２２２２",
            "旧电话199-0000-0002",
            "旧卡6200 0000 0000 0000 007",
            "新卡6200000000000000008",
            "金额45000，KH0000021，19900000001",
        ],
    );
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!(done["remaining"], json!([]));
    let expected = [
        "电话+86***",
        "86-***",
        "*** 2026-03-20再约",
        "***",
        "(***",
        "电话***ok",
        "***",
        "***",
        "旧电话***",
        "旧卡***",
        "新卡***",
        "金额45000,KH0000021,19900000001",
    ];
    assert_eq!(notes(&bench), expected);
    assert_eq!(count(&bench, "SELECT count(*) FROM former_phone"), 0);
}

#[test]
fn a_phone_somebody_else_has_now_is_not_looked_for() {
    let bench = with_former_numbers();
    let table = "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH000001 | 甲一 | 19900000002 | 甲厂有限公司 | 2026-03-18 | 36000 |";
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("换号.xlsx", table)]).ok();
    note(&bench, &["电话19900000002"]);
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!(done["remaining"], json!([]));
    assert_eq!(notes(&bench), ["电话19900000002"]);
    assert_eq!(count(&bench, "SELECT count(*) FROM person WHERE phone = '19900000002'"), 1);
}

#[test]
fn files_that_hold_a_number_in_any_way_of_writing_or_a_former_one_are_found() {
    let bench = with_former_numbers();
    let inbox = bench.root().join("inbox");
    let cases = [
        ("小写.txt", "客户kh000002"),
        ("旧卡.csv", "账号,金额\n6200000000000000007,5000\n"),
        ("旧电话.txt", "电话19900000002"),
        ("全角.txt", "１９９１１１１２２２２"),
        ("区号.txt", "+8619911112222"),
        ("点.txt", "199.1111.2222"),
    ];
    for (name, content) in cases {
        fs::write(inbox.join(name), content).unwrap();
    }
    let drawn = bench.sheet("旧卡.xlsx", "| 户名 | 账号 |\n|---|\n| 某人 | 6200000000000000007 |");
    fs::rename(drawn, inbox.join("旧卡.xlsx")).unwrap();
    fs::write(inbox.join("无关.txt"), "19911112223 KH0000021 6200000000000000009").unwrap();
    let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
    for (name, _) in cases {
        assert!(!inbox.join(name).exists(), "{name}: {}", done["files"]);
    }
    assert!(!inbox.join("旧卡.xlsx").exists());
    assert!(inbox.join("无关.txt").exists());
}

#[test]
fn the_contact_of_an_employer_is_found_by_the_phone_and_removed() {
    let bench = filled();
    let employers = |bank: &str| {
        format!(
            "| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 | 关键联系人 | 联系电话 |\n|---|\n| {bank} | 甲厂有限公司 | 制造业 | 3 | 每月10日 | 一网点 | 林一 | 联络独二 | 0571-88881234 |"
        )
    };
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("单位.xlsx", &employers("D001"))]).ok();
    fs::write(bench.root().join("inbox/通讯录.txt"), "联络 0571 8888 1234").unwrap();
    let list = bench.path("名单.txt");
    fs::write(&list, "057188881234\n").unwrap();
    let done = purge(&bench, &["--find", text(&list), "--yes", "--files"]);
    assert_eq!((&done["people"], &done["contacts"]), (&json!([]), &json!(1)));
    assert_eq!(done["remaining"], json!([]));
    assert_eq!(count(&bench, "SELECT count(*) FROM key_person"), 0);
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 2, "employees stay");
    assert!(!bench.root().join("inbox/通讯录.txt").exists());
    assert_eq!(bench.json(&["audit", "show", "--action", "purge"])[0]["subject"], "contacts 1");
    assert_eq!(bench.run(&["purge", "--find", text(&list), "--yes"]).code(), 1, "there is nobody left to remove");
}

const ACCOUNT_1: &str = "6200000000000001";
const ACCOUNT_2: &str = "6200000000000002";

/// KH1 has the first account and KH2 the second; a week later a row has KH1 and the second account, and somebody has
/// decided (or not) that it is KH1.
fn decided(verdict: Option<&[&str]>) -> Bench {
    let bench = Bench::new();
    let sheet = |date: &str, rows: [[&str; 3]; 2]| {
        let rows = rows
            .map(|[number, name, account]| format!("| {number} | {name} | {account} | 甲厂有限公司 | {date} | 1000 |"));
        format!("| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n{}", rows.join("\n"))
    };
    let import = |name: &str, table: &str| {
        bench.run(&["import", "--today", "2026-03-18", &bench.sheet(name, table)]).ok();
    };
    import("前.xlsx", &sheet("2026-03-09", [["KH00001", "甲一", ACCOUNT_1], ["KH00002", "甲二", ACCOUNT_2]]));
    import("后.xlsx", &sheet("2026-03-16", [["KH00001", "甲一", ACCOUNT_2], ["KH00002", "甲二", ""]]));
    if let Some(verdict) = verdict {
        bench.json(&[&["match", "decide", "--today", "2026-03-18", "1"], verdict].concat());
    }
    bench
}

fn people(bench: &Bench) -> Vec<String> {
    let tracked = bench.json(&["track", "--today", "2026-03-18"]);
    tracked["employees"].as_array().unwrap().iter().map(|e| e["employee_id"].as_str().unwrap().to_string()).collect()
}

#[test]
fn people_somebody_has_decided_on_go_with_their_other_numbers() {
    let bench = decided(Some(&["--same", "P000001"]));
    // Named by the number under which the rows in question were kept.
    let done = purge(&bench, &["--person", "P000003", "--yes"]);
    assert_eq!((&done["people"], &done["remaining"]), (&json!(["P000001", "P000003"]), &json!([])));
    assert_eq!(people(&bench), ["P000002"]);
    for (table, rows) in [("employee_alias", 0), ("person", 1), ("employee", 1), ("holding", 2)] {
        assert_eq!(count(&bench, &format!("SELECT count(*) FROM {table}")), rows, "{table}");
    }
    assert_eq!(count(&bench, "SELECT count(*) FROM match_candidate WHERE candidate <> 2"), 0);
    assert_eq!(bench.json(&["match", "show"]), json!([]), "nobody is asked for any more");
    assert_eq!(count(&bench, "SELECT count(*) FROM current_decision WHERE verdict <> 'skip'"), 0);
    assert_eq!(count(&bench, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    bench.run(&["audit", "verify"]).ok();
    bench.run(&["match", "decide", "1", "--undo", "--today", "2026-03-18"]);
    assert_eq!(people(&bench), ["P000002"], "a decision taken back brings nobody back");
}

#[test]
fn a_candidate_goes_and_the_rows_in_question_stay_with_the_other() {
    let bench = decided(Some(&["--same", "P000001"]));
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!((&done["people"], &done["remaining"]), (&json!(["P000002"]), &json!([])));
    assert_eq!(people(&bench), ["P000001"]);
    assert_eq!(count(&bench, "SELECT count(*) FROM employee_alias"), 1, "the decision on the other holds");
}

#[test]
fn people_of_a_question_nobody_has_answered_go_too() {
    let bench = decided(None);
    let done = purge(&bench, &["--person", "P000001", "--person", "P000002", "--person", "P000003", "--yes"]);
    assert_eq!((done["people"].as_array().map(Vec::len), &done["remaining"]), (Some(3), &json!([])));
    assert_eq!(people(&bench), Vec::<String>::new());
    assert_eq!(bench.json(&["match", "show"]), json!([]));
    assert_eq!(count(&bench, "SELECT count(*) FROM match_key"), 0);
}

#[test]
fn a_payee_somebody_has_decided_on_keeps_only_the_amount() {
    let bench = Bench::new();
    let held = format!(
        "| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH00001 | 甲一 | {ACCOUNT_1} | 甲厂有限公司 | 2026-03-09 | 1000 |"
    );
    let paid = "| 序号 | 收款方户名 | 收款账号 | 金额 | 用途 | 代发日期 | 代发单位名称 |\n|---|\n| 1 | 甲壹 | 6200000000000009 | 500 | 3月工资 | 2026-03-10 | 甲厂有限公司 |";
    for (name, table) in [("前.xlsx", held.as_str()), ("工资.xlsx", paid)] {
        bench.run(&["import", "--today", "2026-03-18", &bench.sheet(name, table)]).ok();
    }
    bench.run(&["track", "--today", "2026-03-18"]).ok();
    bench.json(&["match", "decide", "--today", "2026-03-18", "1", "--same", "P000001"]);
    let done = purge(&bench, &["--person", "P000001", "--yes"]);
    assert_eq!(done["remaining"], json!([]));
    let left: Value = json!({
        "payments": count(&bench, "SELECT count(*) FROM payment"),
        "known": count(&bench, "SELECT count(*) FROM payment WHERE employee_id IS NOT NULL"),
        "matched": count(&bench, "SELECT count(*) FROM payee_match"),
        "payees": count(&bench, "SELECT count(*) FROM unmatched_payee"),
    });
    assert_eq!(left, json!({"payments": 1, "known": 0, "matched": 0, "payees": 0}));
}
