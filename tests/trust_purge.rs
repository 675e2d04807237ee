//! Removing people, by person and by age: what goes, what stays, and that nothing of them is left.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::common::{Bench, Prepared};
use crate::trust::{connection, text};

/// Two people, of whom the second is to go; the payroll also holds a payee nobody knows.
pub fn filled() -> Bench {
    static FILLED: OnceLock<Prepared> = OnceLock::new();
    Bench::copy_of(&FILLED, filled_anew)
}

fn filled_anew() -> Bench {
    let bench = Bench::new();
    let holdings = |date: &str| {
        format!(
            "
| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH000001 | 甲一 | 19900000001 | 甲厂有限公司 | {date} | 36000 |
| KH000002 | 甲二 | 19900000002 | 甲厂有限公司 | {date} | 45000 |"
        )
    };
    let paid = |day: &str| {
        format!(
            "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲一 | KH000001 | 5000 | 工资 | {day} | 甲厂有限公司 |
| 2 | 甲二 | KH000002 | 6000 | 工资 | {day} | 甲厂有限公司 |
| 3 | 某人 | KH000003 | 7000 | 工资 | {day} | 甲厂有限公司 |"
        )
    };
    for (name, table) in [
        ("一月.xlsx", holdings("2026-01-31")),
        ("三月.xlsx", holdings("2026-03-16")),
        ("工资一月.xlsx", paid("2026-01-10")),
        ("工资三月.xlsx", paid("2026-03-10")),
    ] {
        let target = bench.root().join("inbox").join(name);
        fs::rename(bench.sheet(name, &table), target).unwrap();
    }
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    bench
}

pub fn purge(bench: &Bench, arguments: &[&str]) -> Value {
    bench.json(&[&["purge", "--today", "2026-03-18"], arguments].concat())
}

pub fn count(bench: &Bench, sql: &str) -> i64 {
    connection(bench).query_row(sql, [], |r| r.get(0)).unwrap()
}

/// (heads, fen) of the wages of March as the employer's facts have them.
fn wages(bench: &Bench) -> (i64, i64) {
    bench.run(&["track", "--today", "2026-03-18"]).ok();
    let read = |r: &rusqlite::Row| Ok((r.get(0)?, r.get(1)?));
    connection(bench).query_row("SELECT paid_heads, payroll_fen FROM employer_pay", [], read).unwrap()
}

#[test]
fn a_person_goes_and_the_employers_wages_stay() {
    let bench = filled();
    let before = wages(&bench);
    assert_eq!(before, (3, 1_800_000));
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    let rows = |table: &str| {
        let list = done["removed"].as_array().unwrap();
        list.iter()
            .find(|r| r["table"] == table)
            .map_or((0, false), |r| (r["rows"].as_i64().unwrap(), r["made_anonymous"].as_bool().unwrap()))
    };
    assert_eq!(rows("person"), (1, false));
    assert_eq!(rows("identity"), (1, false));
    assert_eq!(rows("holding"), (2, false));
    assert_eq!(rows("payment"), (2, true));
    assert_eq!(done["remaining"], serde_json::json!([]));
    assert_eq!(done["compacted"], serde_json::json!({"free_pages": 0, "log_bytes": 0}));
    assert_eq!(wages(&bench), before, "amounts and heads stay");
    assert_eq!(count(&bench, "SELECT count(*) FROM person WHERE name = '甲一'"), 1);
    assert_eq!(count(&bench, "SELECT count(*) FROM payment WHERE employee_id = 2"), 0);
    // The two payments of one person still count as one head.
    assert_eq!(count(&bench, "SELECT count(DISTINCT payee) FROM payment"), 3);
    bench.run(&["audit", "verify"]).ok();
    assert_eq!(bench.json(&["audit", "show", "--action", "purge"])[0]["subject"], "P000002");
    assert_eq!(bench.run(&["purge", "--person", "P000002", "--yes"]).code(), 1, "there is nobody left to remove");
}

#[test]
fn the_number_of_somebody_removed_is_not_given_out_again() {
    let bench = filled();
    purge(&bench, &["--person", "P000002", "--yes"]);
    let file = bench.sheet(
        "新人.xlsx",
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH000009 | 甲九 | 甲厂有限公司 | 2026-03-17 | 100 |",
    );
    bench.run(&["import", &file, "--today", "2026-03-18"]).ok();
    let ids: i64 = count(&bench, "SELECT max(employee_id) FROM person WHERE name = '甲九'");
    assert_eq!(ids, 3);
}

#[test]
fn people_are_found_by_their_numbers_which_the_command_line_never_sees() {
    let bench = filled();
    let list = bench.path("名单.txt");
    fs::write(&list, "KH000001\r\n19900000002\r\n").unwrap();
    let shown = purge(&bench, &["--find", text(&list), "--dry-run"]);
    assert_eq!(
        (shown["rehearsal"].as_bool(), shown["people"].clone()),
        (Some(true), serde_json::json!(["P000001", "P000002"]))
    );
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 2, "a rehearsal removes nobody");
    fs::write(&list, "KH000001\nKH000077\n").unwrap();
    let refused = bench.run(&["purge", "--find", text(&list), "--yes", "--json"]);
    assert_eq!(refused.code(), 1);
    assert!(refused.err().contains("nobody_fits") && !refused.err().contains("KH000077"), "{}", refused.err());
    let mut child = Command::new(env!("CARGO_BIN_EXE_daifa"))
        .args(["purge", "--find", "-", "--yes", "-w", text(&bench.root())])
        .env("DAIFA_KEY_FILE", bench.path("test.key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"KH000001\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 1);
}

#[test]
fn nothing_goes_without_a_yes() {
    let bench = filled();
    let refused = bench.run(&["purge", "--person", "P000001", "--json"]);
    assert!(refused.err().contains("purge_unconfirmed"), "{}", refused.err());
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 2);
    assert_eq!(bench.run(&["purge", "--yes"]).code(), 2, "whose data?");
}

#[test]
fn files_that_hold_the_person_are_listed_and_removed_when_asked() {
    let bench = filled();
    fs::write(bench.root().join("out/笔记.csv"), "电话,备注\n199-0000-0002,回电\n").unwrap();
    fs::write(bench.root().join("out/同名.txt"), "甲二 来过").unwrap();
    fs::write(bench.root().join("out/无关.txt"), "KH0000021 19900000001").unwrap();
    let (chinese, _, _) = encoding_rs::GBK.encode("客户号：KH000002，甲厂");
    fs::write(bench.root().join("inbox/旧.txt"), &chinese).unwrap();
    let listed = purge(&bench, &["--person", "P000002", "--dry-run"]);
    let files = |v: &Value, key: &str| -> BTreeSet<String> {
        let list = v["files"].as_array().unwrap().iter().filter(|f| f[key] == true);
        list.map(|f| f["file"].as_str().unwrap().to_string()).collect()
    };
    let all: BTreeSet<String> =
        listed["files"].as_array().unwrap().iter().map(|f| f["file"].as_str().unwrap().to_string()).collect();
    for expected in [
        "out/笔记.csv",
        "inbox/旧.txt",
        "inbox/done/2026-03-18/一月.xlsx",
        "inbox/done/2026-03-18/工资三月.xlsx",
        "out/2026-03-18/04_员工营销维护表.xlsx",
    ] {
        assert!(all.contains(expected), "{expected} is not among {all:?}");
    }
    assert!(!all.contains("out/无关.txt"));
    assert_eq!(files(&listed, "name_only"), BTreeSet::from(["out/同名.txt".to_string()]));
    let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
    assert_eq!(files(&done, "removed"), all.iter().filter(|f| *f != "out/同名.txt").cloned().collect());
    assert!(!bench.root().join("out/笔记.csv").exists());
    assert!(bench.root().join("out/同名.txt").exists());
}

#[test]
fn the_certificate_names_nobody_and_lists_the_backups() {
    let bench = filled();
    bench.run(&["backup", text(&bench.path("b.daifa"))]).ok();
    let done = purge(&bench, &["--person", "P000002", "--yes"]);
    assert_eq!(done["backups"].as_array().unwrap().len(), 1);
    let seq = done["audit"]["seq"].as_i64().unwrap();
    let folder = bench.root().join("out/2026-03-18");
    let json = fs::read_to_string(folder.join(format!("删除证明_{seq}.json"))).unwrap();
    let docx = fs::File::open(folder.join(format!("删除证明_{seq}.docx"))).unwrap();
    let mut document = String::new();
    let mut archive = zip::ZipArchive::new(docx).unwrap();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut document).unwrap();
    for held in [&json, &document] {
        assert!(held.contains("P000002") && held.contains(done["audit"]["hash"].as_str().unwrap()));
        assert!(!held.contains('⟦'), "a word is missing");
        for personal in ["甲二", "KH000002", "19900000002"] {
            assert!(!held.contains(personal));
        }
    }
}

#[test]
fn by_age_what_is_older_goes_and_who_has_nothing_left() {
    let bench = filled();
    let file = bench.sheet(
        "离职.xlsx",
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH000008 | 甲八 | 乙厂有限公司 | 2026-01-31 | 100 |",
    );
    bench.run(&["import", &file, "--today", "2026-03-18"]).ok();
    let before = wages(&bench);
    let done = purge(&bench, &["--before", "2026-02-01", "--yes"]);
    assert_eq!(done["people"], serde_json::json!(["P000003"]), "甲八 was last seen in January");
    assert_eq!(count(&bench, "SELECT count(*) FROM holding"), 2);
    assert_eq!(count(&bench, "SELECT count(*) FROM payment WHERE employee_id IS NOT NULL"), 2, "those of March");
    assert_eq!(count(&bench, "SELECT count(*) FROM payment"), 6);
    assert_eq!(count(&bench, "SELECT count(*) FROM unmatched_payee"), 1);
    assert_eq!(wages(&bench), before);
    bench.run(&["audit", "verify"]).ok();
    assert_eq!(count(&bench, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

#[test]
fn a_place_the_removal_does_not_know_stops_it() {
    let bench = filled();
    connection(&bench)
        .execute_batch(
            "CREATE TABLE stray (trace BLOB) STRICT;
             INSERT INTO stray SELECT hmac FROM identity WHERE employee_id = 2;",
        )
        .unwrap();
    let refused = bench.run(&["purge", "--person", "P000002", "--yes", "--json"]);
    assert!(refused.err().contains("purge_incomplete") && refused.err().contains("stray.trace"), "{}", refused.err());
    assert_eq!(count(&bench, "SELECT count(*) FROM person"), 2, "all of it or nothing");
    assert!(bench.json(&["audit", "show", "--action", "purge"]).as_array().unwrap().is_empty());
}

#[test]
fn every_table_that_can_lose_rows_has_a_name_for_people() {
    let bench = Bench::new();
    let words = daifa::render::words::Words::load(daifa::render::words::Lang::En, None).unwrap();
    let conn = connection(&bench);
    let mut tables = conn
        .prepare(
            "SELECT DISTINCT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
             AND c.name IN ('employee_id', 'task_id', 'customer_number', 'id_number', 'phone', 'account') AND t.name <> 'purged'",
        )
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    let unnamed: Vec<&String> = tables.iter().filter(|t| !words.has(&format!("stored.{t}"))).collect();
    assert_eq!(unnamed, Vec::<&String>::new());
}

#[test]
fn numbers_in_notes_are_blotted_out_and_a_shared_phone_stays_with_the_other() {
    let bench = filled();
    connection(&bench)
        .execute_batch(
            "UPDATE person SET account = '6200000000000000007';
             CREATE TABLE remark (note TEXT) STRICT;
             INSERT INTO remark VALUES ('电话19900000002，KH0000021'), ('6200000000000000007');",
        )
        .unwrap();
    purge(&bench, &["--person", "P000002", "--yes"]);
    let note = |n: i64| -> String {
        connection(&bench).query_row("SELECT note FROM remark WHERE rowid = ?1", [n], |r| r.get(0)).unwrap()
    };
    assert_eq!(note(1), "电话***，KH0000021");
    assert_eq!(note(2), "6200000000000000007", "the other has this account too");
    assert_eq!(count(&bench, "SELECT count(*) FROM person WHERE account = '6200000000000000007'"), 1);
}
