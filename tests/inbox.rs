//! What becomes of files: those of equal content, those put in another's place, and those stored before a run broke off.

use std::fs;
use std::path::{Path, PathBuf};

use daifa::app::import::ImportOptions;
use daifa::app::workspace::open::{InitOptions, OpenOptions, Workspace, init};
use daifa::app::{AppError, cycle};
use daifa::render::words::Lang;
use serde_json::Value;

use crate::common::{Bench, write_workbook};
use crate::trust::connection;

const DAY: &str = "2026-03-18";

/// A second column that is no flag: a warning, so that there is something to tell of the file.
const FIRST: &str = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 手机银行 |
|---|
| KH1 | 张一测试 | 甲厂有限公司 | 2026-03-09 | 36000 | 大概 |
| KH2 | 张二测试 | 甲厂有限公司 | 2026-03-09 | 45000 | 是 |";
const SECOND: &str = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 手机银行 |
|---|
| KH3 | 张三测试 | 乙厂有限公司 | 2026-03-09 | 12000 | 是 |
| KH4 | 张四测试 | 乙厂有限公司 | 2026-03-09 | 13000 | 否 |";
/// An amount that is none: the file is refused.
const WRONG: &str = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH1 | 张一测试 | 甲厂有限公司 | 2026-03-09 | 三万六 |";

/// Writes a table into the inbox, and copies of it under other names.
fn put(bench: &Bench, names: &[&str], table: &str) {
    let inbox = bench.root().join("inbox");
    write_workbook(&inbox.join(names[0]), table);
    for name in &names[1..] {
        fs::copy(inbox.join(names[0]), inbox.join(name)).unwrap();
    }
}

/// Name, outcome and rows taken of each file.
fn outcomes(report: &Value) -> Vec<(String, String, i64)> {
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let files = report["files"].as_array().unwrap().iter();
    files.map(|f| (text(&f["file"]), text(&f["outcome"]), f["rows_taken"].as_i64().unwrap())).collect()
}

fn told(report: &Value, code: &str) -> usize {
    report["problems"].as_array().unwrap().iter().filter(|p| p["code"] == code).count()
}

/// Names of the files in a folder of the workspace.
fn names(bench: &Bench, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(bench.root().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter(|e| e.path().is_file()).map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn of_two_files_of_equal_content_one_is_stored_and_both_have_a_row() {
    let bench = Bench::new();
    put(&bench, &["a.xlsx", "a(1).xlsx"], FIRST);
    put(&bench, &["b.xlsx"], SECOND);
    let inbox = bench.root().join("inbox");
    let report = bench.json(&["import", inbox.to_str().unwrap(), "--today", DAY]);
    let row = |name: &str, outcome: &str, rows| (name.to_string(), outcome.to_string(), rows);
    let expected = [row("a(1).xlsx", "imported", 2), row("a.xlsx", "unchanged", 0), row("b.xlsx", "imported", 2)];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(told(&report, "not_a_flag"), 1, "of the one that is stored");
    // Taken in anew, too, a content is stored once.
    let again = bench.json(&["import", inbox.to_str().unwrap(), "--again", "--today", DAY]);
    assert_eq!(outcomes(&again), expected);
    // A file named twice is one file.
    let file = inbox.join("b.xlsx");
    let twice = ["import", inbox.to_str().unwrap(), file.to_str().unwrap(), "--again", "--today", DAY];
    assert_eq!(outcomes(&bench.json(&twice)), expected);
}

#[test]
fn a_copy_of_a_refused_file_is_refused_with_its_own_problems_and_stays() {
    let bench = Bench::new();
    put(&bench, &["a.xlsx", "a(1).xlsx"], WRONG);
    put(&bench, &["b.xlsx"], SECOND);
    let ran = bench.run(&["cycle", "--json", "--today", DAY]);
    let report = &ran.json()["import"];
    let refused: Vec<String> = outcomes(report).into_iter().filter(|(_, o, _)| o == "refused").map(|f| f.0).collect();
    assert_eq!(refused, ["a(1).xlsx", "a.xlsx"]);
    assert_eq!(told(report, "amount_not_a_number"), 2);
    assert_eq!(names(&bench, "inbox"), ["a(1).xlsx", "a.xlsx"]);
}

/// The import of `b.xlsx` fails in the database, for a reason that lies in no file.
fn break_at_b(bench: &Bench) {
    let sql = "CREATE TRIGGER broken BEFORE INSERT ON import WHEN NEW.file = 'b.xlsx'
               BEGIN SELECT RAISE(ABORT, 'broken'); END";
    connection(bench).execute_batch(sql).unwrap();
}

#[test]
fn what_was_stored_before_an_error_is_told() {
    for command in ["import", "cycle"] {
        let bench = Bench::new();
        put(&bench, &["a.xlsx"], FIRST);
        put(&bench, &["b.xlsx", "c.xlsx"], SECOND);
        break_at_b(&bench);
        let inbox = bench.root().join("inbox");
        let mut arguments = vec![command, "--today", DAY];
        arguments.extend((command == "import").then_some(inbox.to_str().unwrap()));
        let ran = bench.run(&[&arguments[..], &["--json"]].concat());
        assert_eq!(ran.code(), 3, "{command}: {}", ran.err());
        assert!(ran.err().contains("\"code\":\"database\""), "{command}: {}", ran.err());
        let printed = ran.json();
        let report = if command == "import" { &printed } else { &printed["import"] };
        assert_eq!(outcomes(report), [("a.xlsx".to_string(), "imported".to_string(), 2)], "{command}");
        assert_eq!(told(report, "not_a_flag"), 1, "{command}");
        let file = report["report"].as_str().unwrap();
        let written = fs::read(bench.root().join(file)).unwrap();
        // Broken off again with nothing stored, it is not written over; the screen tells of known files.
        let shown = bench.run(&arguments).out();
        assert!(shown.contains("1个文件的内容已经入库"), "{command}: {shown}");
        assert!(written == fs::read(bench.root().join(file)).unwrap(), "{command}: the problems are lost");
        assert!(names(&bench, "inbox").contains(&"a.xlsx".to_string()), "{command}");
    }
}

/// A workspace opened in this process, so that its import can be watched.
fn opened() -> (tempfile::TempDir, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("工作区");
    let passphrase = Some("测试 用 的 一句 话".to_string());
    let recovery_copy = Some(dir.path().join("recovery.txt"));
    init(&root, &InitOptions { passphrase: passphrase.clone(), recovery_copy, ..InitOptions::default() }).unwrap();
    let options =
        OpenOptions { lang: Lang::ZhCn, today: DAY.parse().unwrap(), passphrase, recovery: None, beside: false };
    let workspace = Workspace::open(&root, &options).unwrap();
    (dir, workspace)
}

fn in_inbox(workspace: &Workspace, name: &str, table: &str) -> PathBuf {
    let path = workspace.root.join("inbox").join(name);
    write_workbook(&path, table);
    path
}

fn is_done(workspace: &Workspace, name: &str) -> bool {
    let done: &Path = &workspace.root.join("inbox/done").join(DAY);
    done.join(name).exists()
}

#[test]
fn what_was_stored_before_ctrl_c_is_told() {
    let (_dir, mut workspace) = opened();
    in_inbox(&workspace, "a.xlsx", FIRST);
    in_inbox(&workspace, "b.xlsx", SECOND);
    let options = ImportOptions::default();
    let stopped = cycle::cycle_watched(&mut workspace, &options, &mut |p| p.file_number < 2).unwrap_err();
    assert!(matches!(stopped.error, AppError::Interrupted { files: 1 }), "{}", stopped.error);
    assert_eq!(stopped.report.files.len(), 1);
    assert_eq!(stopped.report.problems.iter().filter(|p| p.code == "not_a_flag").count(), 1);
    assert!(!stopped.report.problem_counts.is_empty());
    let report = stopped.report.report.as_ref().unwrap();
    assert!(workspace.root.join(report).exists());
}

#[test]
fn a_file_put_in_the_place_of_one_that_was_imported_stays_in_the_inbox_and_is_told() {
    for delete in [false, true] {
        let (_dir, mut workspace) = opened();
        if delete {
            workspace.file.inbox.after_import = daifa::app::workspace::open::AfterImport::Delete;
        }
        let a = in_inbox(&workspace, "a.xlsx", FIRST);
        let b = in_inbox(&workspace, "b.xlsx", SECOND);
        // While the second is stored, somebody saves a correction over the first.
        let mut watch = |p: &daifa::app::import::Progress<'_>| {
            if p.file_number == 2 {
                write_workbook(&a, &FIRST.replace("36000", "37000"));
            }
            true
        };
        let done = cycle::cycle_watched(&mut workspace, &ImportOptions::default(), &mut watch).unwrap();
        assert_eq!((a.exists(), b.exists()), (true, false), "delete: {delete}");
        assert_eq!((is_done(&workspace, "a.xlsx"), is_done(&workspace, "b.xlsx")), (false, !delete));
        assert_eq!(done.stayed, ["a.xlsx"]);
        // The next cycle takes it in.
        let next = cycle::cycle(&mut workspace, &ImportOptions::default()).unwrap();
        assert_eq!((next.import.rows_taken(), next.stayed.len(), a.exists()), (2, 0, false));
    }
}
