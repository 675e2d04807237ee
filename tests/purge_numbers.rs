//! Numbers of people that read as something else: a day, a month, an amount, an employer's number.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::common::Bench;
use crate::trust::{connection, text};
use crate::trust_purge::{count, purge};

/// Two people, of whom the second has `number` as a customer number; the employer has `bank` as its own.
fn with_number(number: &str, bank: &str) -> Bench {
    let bench = Bench::new();
    let holdings = |date: &str| {
        format!(
            "
| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | 最近交易日期 | AUM余额(元) |
|---|
| KH000001 | 甲一 | 19900000001 | 甲厂有限公司 | {date} | 2026-03-10 | 36000 |
| {number} | 甲二 | 19900000002 | 甲厂有限公司 | {date} | 2026-03-10 | 45000 |"
        )
    };
    let paid = format!(
        "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲一 | KH000001 | 5000 | 工资 | 2026-03-10 | 甲厂有限公司 |
| 2 | 甲二 | {number} | 6000 | 工资 | 2026-03-10 | 甲厂有限公司 |"
    );
    let employers = format!(
        "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 | 关键联系人 | 联系电话 |
|---|
| {bank} | 甲厂有限公司 | 制造业 | 2 | 每月10日 | 一网点 | 林一 | 联络独二 | 0571-88881234 |"
    );
    for (name, table) in [
        ("单位.xlsx", employers),
        ("三月九.xlsx", holdings("2026-03-09")),
        ("三月十六.xlsx", holdings("2026-03-16")),
        ("工资三月.xlsx", paid),
    ] {
        fs::rename(bench.sheet(name, &table), bench.root().join("inbox").join(name)).unwrap();
    }
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    bench
}

/// Every text of every table but the audit, as `table.column: text`.
fn texts(bench: &Bench) -> BTreeSet<String> {
    let conn = connection(bench);
    let columns: Vec<(String, String)> = conn
        .prepare(
            "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.type = 'TEXT' AND t.name NOT IN ('audit', 'migration', 'fact_stamp')",
        )
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut found = BTreeSet::new();
    for (table, column) in columns {
        let mut statement =
            conn.prepare(&format!("SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''")).unwrap();
        let list = statement.query_map([], |r| r.get::<_, String>(0)).unwrap();
        found.extend(list.map(|text| format!("{table}.{column}: {}", text.unwrap())));
    }
    found
}

#[test]
fn a_customer_number_that_reads_as_a_day_or_a_month_leaves_every_day_as_it_was() {
    for number in ["20260310", "202603", "2026"] {
        let bench = with_number(number, "D001");
        let before = texts(&bench);
        fs::write(bench.root().join("out/日程.txt"), "2026-03-10 走访,20260310 回访,202603 小结,2026 年计划\n")
            .unwrap();
        let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
        let rewritten: Vec<String> =
            texts(&bench).into_iter().filter(|t| t.contains("***") && !before.contains(t)).collect();
        assert_eq!(rewritten, Vec::<String>::new(), "{number}");
        for command in ["rank", "track", "followup", "report", "plan", "cycle"] {
            let ran = bench.run(&[command, "--today", "2026-03-18"]);
            assert_eq!((ran.code(), ran.err()), (0, String::new()), "{number}: {command}");
        }
        assert!(bench.root().join("out/日程.txt").exists(), "{number}: {}", done["files"]);
        let removed: BTreeSet<&str> = done["files"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["removed"] == true)
            .map(|f| f["file"].as_str().unwrap())
            .collect();
        // The files with the person's own row, by number and name (four digits are too few, the phone tells there); that
        // of the employers has nothing of the person.
        let rows = ["三月九.xlsx", "三月十六.xlsx", "工资三月.xlsx"];
        for file in &rows[..if number.len() > 4 { 3 } else { 2 }] {
            let file = format!("inbox/done/2026-03-18/{file}");
            assert!(removed.contains(file.as_str()), "{number}: {file} is not among {removed:?}");
        }
        assert!(!removed.contains("inbox/done/2026-03-18/单位.xlsx"), "{number}: {removed:?}");
    }
}

#[test]
fn a_customer_number_equal_to_the_employers_own_leaves_the_employer_as_it_was() {
    let bench = with_number("DF00001", "DF00001");
    let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
    assert_eq!(done["people"], json!(["P000002"]));
    assert_eq!(count(&bench, "SELECT count(*) FROM employer WHERE bank_number = 'DF00001'"), 1);
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 1);
    let listed = |file: &str| done["files"].as_array().unwrap().iter().find(|f| f["file"] == file).cloned();
    let employers = listed("inbox/done/2026-03-18/单位.xlsx").unwrap_or(Value::Null);
    assert_ne!(employers["removed"], json!(true), "the number stands there for the employer");
    assert!(bench.root().join("inbox/done/2026-03-18/单位.xlsx").exists());
    assert!(!bench.root().join("inbox/done/2026-03-18/工资三月.xlsx").exists());
}

fn note(bench: &Bench, note: &str) {
    let table = format!("| 客户号 | 联系结果 | 联系日期 | 备注 |\n|---|\n| KH000001 | 已接通 | 2026-03-12 | {note} |");
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("联系.xlsx", &table)]).ok();
}

fn noted(bench: &Bench) -> String {
    connection(bench).query_row("SELECT note FROM contact WHERE date = '2026-03-12'", [], |r| r.get(0)).unwrap()
}

#[test]
fn a_number_that_may_be_a_day_goes_from_a_note_only_beside_something_sure() {
    for (said, kept, doubtful) in [
        ("20260310再访", "20260310再访", 1),
        ("2026-03-10再访", "2026-03-10再访", 0),
        ("甲二的客户号20260310", "甲二的客户号***", 0),
        ("20260310 电话19900000002", "*** 电话***", 0),
        ("甲二2026-03-10来过", "甲二2026-03-10来过", 0),
    ] {
        let bench = with_number("20260310", "D001");
        note(&bench, said);
        let done = purge(&bench, &["--person", "P000002", "--yes"]);
        assert_eq!(noted(&bench), kept, "{said}");
        let rows: i64 = done["remaining"].as_array().unwrap().iter().map(|r| r["rows"].as_i64().unwrap()).sum();
        let sure = done["remaining"].as_array().unwrap().iter().filter(|r| r["doubtful"] == false).count();
        assert_eq!((rows, sure), (doubtful, 0), "{said}: {}", done["remaining"]);
    }
}

#[test]
fn a_note_that_names_a_person_by_our_number_or_by_a_task_keeps_nobody_in() {
    let bench = with_number("KH000002", "D001");
    let task = "0f3c5a7b9d1e2468";
    connection(&bench).execute("INSERT INTO task VALUES (?1, 'inactive', 2, 1, '2026-03-18', '')", [task]).unwrap();
    note(&bench, &format!("与P000002同来，见任务{task}，P0000021不是"));
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!(done["remaining"], json!([]));
    assert_eq!(noted(&bench), "与***同来,见任务***,P0000021不是");
}

#[test]
fn a_removal_after_which_the_reports_would_fail_is_not_done() {
    let bench = with_number("KH000002", "D001");
    // A column whose text is no day: as a removal of an earlier version left it.
    connection(&bench)
        .execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE payroll_run SET payday = '***' WHERE run_id = 1;")
        .unwrap();
    let refused = bench.run(&["purge", "--person", "P000002", "--yes", "--json", "--today", "2026-03-18"]);
    assert_eq!(refused.code(), 1, "{}", refused.err());
    assert!(refused.err().contains("purge_breaks_reports"), "{}", refused.err());
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 2, "all of it or nothing");
}

#[test]
fn nothing_but_a_day_can_be_written_where_days_stand() {
    let bench = with_number("KH000002", "D001");
    for sql in [
        "UPDATE payroll_run SET payday = '***'",
        "UPDATE snapshot SET as_of = '2026-02-30'",
        "UPDATE holding SET last_transaction = '2026-3-1'",
        "UPDATE employee SET first_seen = ''",
    ] {
        let refused = connection(&bench).execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("CHECK constraint failed"), "{sql}: {refused}");
    }
}

#[test]
fn a_removal_out_of_proportion_is_told_and_asked_about() {
    let bench = with_number("KH000002", "D001");
    let rows: Vec<String> =
        (1..=1_040).map(|n| format!("| KH000001 | 已接通 | 2026-03-12 | 第{n}次，转告19900000002 |")).collect();
    let table = format!("| 客户号 | 联系结果 | 联系日期 | 备注 |\n|---|\n{}", rows.join("\n"));
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("联系.xlsx", &table)]).ok();
    let shown = purge(&bench, &["--person", "P000002", "--dry-run"]);
    let unusual = shown["unusual"].as_array().unwrap();
    assert_eq!(unusual.len(), 1, "{unusual:?}");
    assert_eq!(unusual[0]["rule"], json!("purge_notes"));
    let all: i64 = shown["removed"].as_array().unwrap().iter().map(|r| r["rows"].as_i64().unwrap()).sum();
    let said = bench.run(&["purge", "--person", "P000002", "--dry-run", "--today", "2026-03-18"]);
    assert!(said.out().contains(&format!("--rows {all}")), "{}", said.out());
    for wrong in [&[][..], &["--rows", "1"]] {
        let refused =
            bench.run(&[&["purge", "--person", "P000002", "--yes", "--json", "--today", "2026-03-18"], wrong].concat());
        assert_eq!(refused.code(), 1);
        assert!(refused.err().contains("purge_out_of_proportion"), "{}", refused.err());
        assert_eq!(count(&bench, "SELECT count(*) FROM person"), 2);
    }
    // As it is shown in texts, with a comma between the thousands, it is taken too.
    assert!(all > 1_000);
    let shown = format!("{},{:03}", all / 1_000, all % 1_000);
    let done = purge(&bench, &["--person", "P000002", "--yes", "--rows", &shown]);
    assert_eq!(done["people"], json!(["P000002"]));
}

#[test]
fn a_usual_removal_is_not_asked_about() {
    let bench = with_number("KH000002", "D001");
    assert_eq!(purge(&bench, &["--person", "P000002", "--dry-run"])["unusual"], json!([]));
    let list = bench.path("名单.txt");
    fs::write(&list, "KH000002\n").unwrap();
    assert_eq!(purge(&bench, &["--find", text(&list), "--yes"])["people"], json!(["P000002"]));
}

#[test]
fn words_in_the_place_of_a_number_are_nobodys() {
    let bench = with_number("客户号待补", "D001");
    note(&bench, "等客户号待补后再联系");
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!((&done["people"], &done["remaining"]), (&json!(["P000002"]), &json!([])));
    assert_eq!(noted(&bench), "等客户号待补后再联系");
}

#[test]
fn a_rule_that_cannot_be_used_is_told_as_such_and_not_as_the_removals_fault() {
    let bench = with_number("KH000002", "D001");
    let rule = "[rules.bonus]\nwhen = [{ label = \"x\", sql = \"bonus_fen >= (SELECT 1)\" }]\n";
    fs::write(bench.root().join("rules/followup.toml"), rule).unwrap();
    let told = |arguments: &[&str]| bench.run(&[arguments, &["--json", "--today", "2026-03-18"]].concat()).err();
    let followup = told(&["followup"]);
    assert!(followup.contains("\"error\""), "{followup}");
    assert_eq!(told(&["purge", "--person", "P000002", "--dry-run"]), followup);
}

#[test]
fn a_database_whose_days_an_earlier_version_has_blotted_out_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let old = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old/2");
    let root = folder.path().join("ws");
    crate::durability::stage::copy_folder(&old, &root);
    let conn = rusqlite::Connection::open(root.join("daifa.db")).unwrap();
    let key = fs::read_to_string(old.join("recovery.txt")).unwrap();
    conn.pragma_update(None, "key", format!("x'{}'", key.trim())).unwrap();
    conn.execute_batch("UPDATE payroll_run SET payday = '***'").unwrap();
    drop(conn);
    let arguments = ["rank", "--json", "--today", "2026-03-18", "-w", text(&root)];
    let output = crate::durability::stage::program(&old.join("test.key"), &arguments).output().unwrap();
    let (code, error) = crate::durability::stage::told(&output);
    assert!(code == 3 && error.contains("days_lost") && error.contains("restore"), "{code}: {error}");
}
