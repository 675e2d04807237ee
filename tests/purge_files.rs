//! Removals and the files of the workspace: those of days removed by age, and a removal that was cut off before its end.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::durability::stage::{copy_folder, program, scratch, told};
use crate::trust::{connection, database_key, text};
use crate::trust_purge::{count, filled, purge};

fn names(done: &Value, keep: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let list = done["files"].as_array().unwrap().iter().filter(|f| keep(f));
    list.map(|f| f["file"].as_str().unwrap().to_string()).collect()
}

#[test]
fn by_age_the_files_of_the_days_removed_are_listed_and_removed_when_asked() {
    let bench = filled();
    fs::create_dir(bench.root().join("out/2026-01-20")).unwrap();
    fs::write(bench.root().join("out/2026-01-20/清单_已填.csv"), "姓名,结果\n某人,已接通\n").unwrap();
    let both = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH000001 | 甲一 | 甲厂有限公司 | 2026-01-30 | 36000 |
| KH000002 | 甲二 | 甲厂有限公司 | 2026-03-17 | 45000 |";
    fs::rename(bench.sheet("跨月.xlsx", both), bench.root().join("inbox/跨月.xlsx")).unwrap();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let listed = purge(&bench, &["--before", "2026-02-01", "--dry-run"]);
    assert_eq!(listed["people"], json!([]), "everybody has later data");
    let all = names(&listed, |_| true);
    let of_inbox: BTreeSet<&str> = all.iter().map(String::as_str).filter(|f| f.starts_with("inbox/")).collect();
    let expected = ["一月.xlsx", "工资一月.xlsx", "跨月.xlsx"].map(|f| format!("inbox/done/2026-03-18/{f}"));
    assert_eq!(of_inbox, expected.iter().map(String::as_str).collect());
    assert!(all.contains("out/2026-01-20/清单_已填.csv"), "{all:?}");
    assert!(!all.iter().any(|f| f.starts_with("out/2026-03-18/")), "{all:?}");
    let later = BTreeSet::from(["inbox/done/2026-03-18/跨月.xlsx".to_string()]);
    assert_eq!(names(&listed, |f| f["later"] == true), later);
    // What went from the database is known to have been of these files afterwards too.
    let kept = purge(&bench, &["--before", "2026-02-01", "--yes"]);
    assert_eq!(names(&kept, |_| true), all);
    let done = purge(&bench, &["--before", "2026-02-01", "--yes", "--files"]);
    assert_eq!(names(&done, |f| f["removed"] == true), &all - &later);
    for file in &all {
        assert_eq!(bench.root().join(file).exists(), later.contains(file), "{file}");
    }
    let certificates = fs::read_dir(bench.root().join("out/2026-03-18")).unwrap().flatten();
    assert_eq!(certificates.filter(|e| e.file_name().to_string_lossy().contains("删除证明")).count(), 4);
}

#[test]
fn a_certificate_of_an_earlier_day_stays() {
    let bench = filled();
    bench.json(&["purge", "--person", "P000001", "--yes", "--today", "2026-01-20"]);
    let listed = purge(&bench, &["--before", "2026-02-01", "--yes", "--files"]);
    let certificates = names(&listed, |f| f["file"].as_str().unwrap().contains("删除证明"));
    assert_eq!(certificates, BTreeSet::new());
    let day = fs::read_dir(bench.root().join("out/2026-01-20")).unwrap().flatten();
    assert_eq!(day.filter(|e| e.file_name().to_string_lossy().contains("删除证明")).count(), 2);
}

#[test]
fn our_own_marked_copies_are_looked_into() {
    let bench = filled();
    let wrong = "
| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH000001 | 甲一 | 123 | 甲厂有限公司 | 2026-03-17 | 36000 |";
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("错.xlsx", wrong)]).ok();
    assert!(bench.root().join("out/2026-03-18/08_标注/错_标注.xlsx").exists());
    let listed = purge(&bench, &["--person", "P000002", "--dry-run"]);
    assert_eq!(names(&listed, |f| f["unreadable"] == true), BTreeSet::new());
}

fn counted(root: &Path, key: &str, sql: &str) -> i64 {
    let conn = rusqlite::Connection::open(root.join("daifa.db")).unwrap();
    conn.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    conn.query_row(sql, [], |r| r.get(0)).unwrap()
}

/// Nothing is left to do: no traces, one certificate, none of the files, no free page.
fn is_at_its_end(root: &Path, key: &str, case: &str) {
    let count = |sql: &str| counted(root, key, sql);
    assert_eq!(count("SELECT count(*) FROM person"), 1, "{case}");
    for table in ["purge_trace", "purge_work"] {
        assert_eq!(count(&format!("SELECT count(*) FROM {table}")), 0, "{case}: {table}");
    }
    assert_eq!(count("SELECT count(*) FROM audit WHERE action = 'purge'"), 1, "{case}");
    let seq = count("SELECT seq FROM audit WHERE action = 'purge'");
    let day = root.join("out/2026-03-18");
    let json = fs::read_to_string(day.join(format!("删除证明_{seq}.json"))).unwrap();
    let certificate: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&certificate["people"], &certificate["remaining"]), (&json!(["P000002"]), &json!([])), "{case}");
    assert_eq!(certificate["compacted"], json!({"free_pages": 0, "log_bytes": 0}), "{case}");
    let files = names(&certificate, |f| f["removed"] == true);
    assert!(files.contains("inbox/done/2026-03-18/一月.xlsx"), "{case}: {files:?}");
    assert!(files.iter().all(|f| !root.join(f).exists()), "{case}");
    assert!(day.join(format!("删除证明_{seq}.docx")).exists(), "{case}");
    let others = fs::read_dir(&day).unwrap().flatten().filter(|e| e.file_name().to_string_lossy().contains("删除证明"));
    assert_eq!(others.count(), 2, "{case}");
}

#[test]
fn a_removal_that_is_killed_is_brought_to_its_end_by_the_same_command() {
    let kills = crate::durability::kill::a_tenth_or(8);
    let bench = filled();
    let database_key = database_key(&bench).to_hex();
    let scratch = scratch();
    let run = |root: &Path| {
        let arguments = ["purge", "--person", "P000002", "--yes", "--files", "--today", "2026-03-18", "-w", text(root)];
        program(&bench.path("test.key"), &arguments)
    };
    let whole = scratch.path().join("whole");
    copy_folder(&bench.root(), &whole);
    let start = Instant::now();
    let undisturbed = run(&whole).output().unwrap();
    let takes = start.elapsed();
    assert_eq!(told(&undisturbed), (0, String::new()));
    is_at_its_end(&whole, &database_key, "undisturbed");
    let mut begun = 0;
    for number in 0..kills {
        let root = scratch.path().join(format!("{number}"));
        copy_folder(&bench.root(), &root);
        let mut child = run(&root).spawn().unwrap();
        // Some after a while, some when the first file is gone.
        let first = root.join("inbox/done/2026-03-18/一月.xlsx");
        let moment = takes * (number + 1) / (kills + 1);
        let start = Instant::now();
        while start.elapsed() < moment || (number % 2 == 1 && first.exists() && start.elapsed() < takes * 3) {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().ok();
        child.wait().unwrap();
        begun += usize::from(!first.exists());
        // Another command first: it does not need to know.
        if number % 4 == 1 {
            let other = program(&bench.path("test.key"), &["rank", "--today", "2026-03-18", "-w", text(&root)]);
            assert!({ other }.output().unwrap().status.success());
        }
        // One that was just at its end when it was killed finds nobody any more.
        let ended = counted(&root, &database_key, "SELECT count(*) FROM person") == 1
            && counted(&root, &database_key, "SELECT count(*) FROM purge_work") == 0;
        let again = run(&root).output().unwrap();
        let case = format!("killed after {moment:?}");
        let (code, error) = told(&again);
        assert!(code == i32::from(ended), "{case}: {error}");
        is_at_its_end(&root, &database_key, &case);
    }
    assert!(begun > 0, "some kills must meet a removal that has begun with the files");
}

#[test]
fn a_step_that_fails_after_the_database_is_done_once_more() {
    let bench = filled();
    let seq = count(&bench, "SELECT max(seq) + 1 FROM audit");
    let (day, aside) = (bench.root().join("out/2026-03-18"), bench.root().join("out/旧"));
    fs::rename(&day, &aside).unwrap();
    fs::write(&day, "in the place of the day's folder").unwrap();
    let arguments = ["--person", "P000002", "--yes", "--files"];
    let failed = bench.run(&[&["purge", "--today", "2026-03-18"], &arguments[..]].concat());
    assert_ne!(failed.code(), 0);
    assert_eq!(count(&bench, "SELECT count(*) FROM purge_work"), 1);
    assert_eq!(count(&bench, "SELECT count(*) FROM purge_trace"), 0, "what was looked for is forgotten by then");
    // A reader is told nothing of it, and is not kept from working.
    bench.run(&["audit", "verify", "--today", "2026-03-18"]).ok();
    fs::remove_file(&day).unwrap();
    fs::rename(&aside, &day).unwrap();
    let done = purge(&bench, &arguments);
    assert_eq!((&done["resumed"], &done["people"]), (&json!(true), &json!(["P000002"])));
    assert!(day.join(format!("删除证明_{seq}.docx")).is_file());
    assert_eq!(count(&bench, "SELECT count(*) FROM purge_work"), 0);
    assert_eq!(connection(&bench).query_row("PRAGMA integrity_check", [], |r| r.get::<_, String>(0)).unwrap(), "ok");
}
