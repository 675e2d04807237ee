//! What is wrong is told with place, fact and repair; the store stays as it was.

use std::fs;

use crate::common::Bench;

#[test]
fn a_bad_cell_keeps_the_whole_file_out_unless_good_rows_are_accepted() {
    let bench = Bench::new();
    let file = bench.sheet(
        "持有.xlsx",
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额 |
         |---|
         | KH1 | 甲一 | 甲厂 | 2026-03-16 | 1000 |
         | KH2 | 甲二 | 甲厂 | 2026-03-16 | 约一千 |",
    );
    let ran = bench.run(&["import", &file, "--today", "2026-03-18", "--json"]);
    assert_eq!(ran.code(), 1);
    let report = ran.json();
    assert_eq!(report["files"][0]["outcome"], "refused");
    let problem = report["problems"].as_array().unwrap().iter().find(|p| p["severity"] == "error").unwrap();
    assert_eq!((problem["code"].as_str(), problem["cell"].as_str()), (Some("amount_not_a_number"), Some("E3")));
    assert!(bench.run(&["rank", "--today", "2026-03-18"]).code() != 0, "nothing may have entered the store");

    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--accept-valid-rows"]);
    assert_eq!((&report["files"][0]["outcome"], &report["files"][0]["rows_taken"]), (&"imported".into(), &1.into()));
    assert!(bench.root().join("out/2026-03-18/08_导入报告.xlsx").exists());
}

#[test]
fn missing_unreadable_and_unknown_files_have_their_own_words_and_codes() {
    let bench = Bench::new();
    let missing = bench.run(&["import", "没有这个文件.xlsx"]);
    assert_eq!(missing.code(), 4);
    assert!(missing.err().contains("没有这个文件.xlsx"));

    fs::write(bench.path("坏.xlsx"), b"PK\x03\x04 not a workbook").unwrap();
    let broken = bench.run(&["import", bench.path("坏.xlsx").to_str().unwrap(), "--json"]);
    assert_eq!(broken.code(), 1);
    assert_eq!(broken.json()["files"][0]["outcome"], "refused");

    let file = bench.sheet("别的.xlsx", "| 菜名 | 价格 |\n|---|\n| 面 | 12 |\n| 饭 | 10 |");
    let unknown = bench.run(&["import", &file, "--json"]);
    assert_eq!(unknown.code(), 1);
    assert_eq!(unknown.json()["problems"][0]["code"], "unknown_kind");
}

#[test]
fn no_workspace_a_wrong_key_and_a_newer_workspace_are_told_apart() {
    let bench = Bench::empty();
    let none = bench.run(&["rank"]);
    assert_eq!(none.code(), 3);
    assert!(none.err().contains("daifa init"), "{}", none.err());

    let bench = Bench::new();
    fs::write(bench.path("test.key"), "00".repeat(32)).unwrap();
    let wrong = bench.run(&["rank", "--json"]);
    assert_eq!(wrong.code(), 3);
    assert!(wrong.err().contains("wrong_key"), "{}", wrong.err());

    let bench = Bench::new();
    let settings = bench.root().join("daifa.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let format = text.lines().find(|l| l.starts_with("format")).unwrap().to_string();
    fs::write(&settings, text.replace(&format, "format = 99\nshape = \"new\"")).unwrap();
    let newer = bench.run(&["rank", "--json"]);
    assert_eq!(newer.code(), 3);
    assert!(newer.err().contains("newer_workspace"), "{}", newer.err());
}

#[test]
fn a_lost_key_comes_back_from_the_recovery_copy() {
    let bench = Bench::empty();
    let root = bench.root();
    let copy = bench.path("恢复.txt");
    bench.run(&["init", root.to_str().unwrap(), "--recovery-copy", copy.to_str().unwrap()]).ok();
    let text = fs::read_to_string(copy).unwrap();
    assert_eq!(text.trim().len(), 64);
    assert!(!fs::read(root.join("daifa.db")).unwrap().starts_with(b"SQLite format 3"), "the database is encrypted");
    assert!(!fs::read_to_string(root.join("daifa.toml")).unwrap().contains(text.trim()), "the key lies only wrapped");
    // The key file is gone with the old PC; the copy takes its place.
    fs::rename(bench.path("恢复.txt"), bench.path("test.key")).unwrap();
    bench.run(&["audit", "verify"]).ok();
}

#[test]
fn init_leaves_a_folder_with_something_in_it_alone() {
    let bench = Bench::new();
    assert_eq!(bench.run(&["init", bench.root().to_str().unwrap()]).code(), 3);
    fs::create_dir(bench.path("别的")).unwrap();
    fs::write(bench.path("别的/重要.txt"), "x").unwrap();
    assert_eq!(bench.run(&["init", bench.path("别的").to_str().unwrap()]).code(), 3);
    assert_eq!(fs::read_dir(bench.path("别的")).unwrap().count(), 1);
}

#[test]
fn what_somebody_typed_into_a_file_survives_the_next_run() {
    let bench = Bench::new();
    let file = bench
        .sheet("单位.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 |\n|---|\n| D001 | 甲厂 | 3 | 10日 |");
    bench.run(&["import", &file, "--today", "2026-03-18"]).ok();
    bench.run(&["rank", "--today", "2026-03-18"]).ok();
    let day = bench.root().join("out/2026-03-18");
    let list = day.join("01_目标单位名单.xlsx");
    bench.run(&["rank", "--today", "2026-03-18"]).ok();
    let files = || fs::read_dir(&day).unwrap().count();
    let before = files();
    fs::write(&list, b"typed by hand").unwrap();
    bench.run(&["rank", "--today", "2026-03-18"]).ok();
    assert_eq!(files(), before + 1, "untouched files are replaced, an edited one is kept");
    assert_eq!(fs::read(day.join("01_目标单位名单_人工修改1.xlsx")).unwrap(), b"typed by hand");
    assert!(fs::read(&list).unwrap().starts_with(b"PK"));
}

#[test]
fn a_second_daifa_waits_its_turn() {
    let bench = Bench::new();
    let lock = fs::File::create(bench.root().join(".daifa/lock")).unwrap();
    lock.lock().unwrap();
    let busy = bench.run(&["rank", "--json"]);
    assert_eq!(busy.code(), 3);
    assert!(busy.err().contains("busy"), "{}", busy.err());
}

#[test]
fn a_changed_audit_entry_is_found() {
    let bench = Bench::new();
    let file = bench
        .sheet("单位.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 |\n|---|\n| D001 | 甲厂 | 3 | 10日 |");
    bench.run(&["import", &file]).ok();
    let state = bench.json(&["audit", "verify"]);
    assert!(state["entries"].as_i64().unwrap() >= 2);
    assert_eq!(state["broken_at"], serde_json::Value::Null);
    let entries = bench.json(&["audit", "show"]);
    assert_eq!(entries[0]["action"], "import");
}
