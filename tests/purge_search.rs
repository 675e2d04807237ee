//! Looking through files for people who are removed: what is packed, what hides its text, what is made to do harm. The
//! search stays within the bounds of an import, and a removal that was cut off says so when it is gone on with.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};

use serde_json::Value;

use crate::common::Bench;
use crate::common::hostile::{Run, measured};
use crate::trust::{connection, text};
use crate::trust_purge::{count, filled, purge};

/// What became of each file outside the outputs: `removed`, `unreadable`, `name_only`, `doubtful`, or `stays`.
fn files(done: &Value) -> BTreeMap<String, &'static str> {
    let state = |file: &Value| {
        let flags = ["removed", "unreadable", "name_only", "doubtful"];
        flags.into_iter().find(|flag| file[*flag] == true).unwrap_or("stays")
    };
    let list = done["files"].as_array().unwrap().iter();
    list.map(|f| (f["file"].as_str().unwrap().to_string(), state(f))).filter(|(f, _)| !f.starts_with("out/")).collect()
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(body).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A small archive with one part of 480 MiB.
fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..480 {
        zip.write_all(&blanks).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives_inside_archives_profiles_and_hidden_sheets_are_looked_into() {
    let bench = filled();
    let inner = zipped(&[("往来/名单.txt", "客户号KH000002\n".as_bytes())]);
    fs::write(bench.root().join("inbox/往来.zip"), zipped(&[("三月.zip", &inner)])).unwrap();
    fs::write(bench.root().join("inbox/无关.zip"), zipped(&[("三月.zip", &zipped(&[("a.txt", b"KH000001")]))]))
        .unwrap();
    fs::create_dir_all(bench.root().join("profiles")).unwrap();
    fs::write(bench.root().join("profiles/横排.toml"), "[columns]\n\"KH000002\" = \"ignore\"\n").unwrap();
    fs::write(bench.root().join("profiles/姓名.toml"), "[columns]\n\"甲二\" = \"ignore\"\n").unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "无关").unwrap();
    let hidden = book.add_worksheet();
    hidden.set_hidden(true);
    hidden.write(1, 0, 19_900_000_002_f64).unwrap();
    book.save(bench.root().join("inbox/隐藏.xlsx")).unwrap();
    let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
    let files = files(&done);
    for (file, state) in [
        ("inbox/往来.zip", Some("removed")),
        ("inbox/无关.zip", None),
        ("profiles/横排.toml", Some("removed")),
        ("profiles/姓名.toml", Some("name_only")),
        ("inbox/隐藏.xlsx", Some("removed")),
    ] {
        assert_eq!(files.get(file).copied(), state, "{file}: {files:?}");
        assert_eq!(bench.root().join(file).exists(), state != Some("removed"), "{file}");
    }
}

#[test]
fn what_hides_its_text_is_named_to_be_looked_at() {
    let bench = filled();
    let inbox = bench.root().join("inbox");
    for (name, bytes) in [
        ("证件.png", b"\x89PNG\r\n\x1a\n0000".to_vec()),
        ("合同.pdf", b"%PDF-1.7 0000".to_vec()),
        ("往来.rar", b"Rar!\x1a\x07\x00".to_vec()),
        ("坏.xlsx", b"PK\x03\x04 broken".to_vec()),
        ("炸弹.zip", bomb()),
    ] {
        fs::write(inbox.join(name), bytes).unwrap();
    }
    fs::write(bench.path("别处.txt"), "KH000002").unwrap();
    std::os::unix::fs::symlink(bench.path("别处.txt"), inbox.join("链接.txt")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(inbox.join("管道")).status().unwrap().success());
    let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
    let files = files(&done);
    for name in ["证件.png", "合同.pdf", "往来.rar", "坏.xlsx", "炸弹.zip", "链接.txt", "管道"] {
        assert_eq!(files.get(&format!("inbox/{name}")).copied(), Some("unreadable"), "{files:?}");
        assert!(inbox.join(name).exists(), "{name}");
    }
    assert!(bench.path("别处.txt").exists());
}

fn measured_purge(bench: &Bench) -> Run {
    let arguments = ["purge", "--person", "P000002", "--dry-run", "--json", "--today", "2026-03-18", "-w"];
    measured(&[&arguments[..], &[text(&bench.root())]].concat(), &[("DAIFA_KEY_FILE", &bench.path("test.key"))])
}

#[test]
fn a_search_takes_no_more_memory_than_reading_a_file_may() {
    let bench = filled();
    let usual = measured_purge(&bench);
    assert_eq!(usual.exit, Some(0), "{}", usual.err);
    fs::write(bench.root().join("inbox/炸弹.xlsx"), bomb()).unwrap();
    // Chinese of another encoding, with bytes of none: it was decoded four times over.
    let (line, _, _) = encoding_rs::GBK.encode("客户,备注,甲厂有限公司,KH000001,已约好下周三上午\n");
    let mut long = line.repeat(120_000);
    long.extend([0, 0xFF]);
    fs::write(bench.root().join("inbox/长.csv"), long).unwrap();
    let run = measured_purge(&bench);
    assert_eq!(run.exit, Some(0), "{}", run.err);
    assert!(run.mib < usual.mib + 64, "{} MiB, without these files {}", run.mib, usual.mib);
}

/// As a removal leaves it that is killed when the database is done and the files are not.
fn cut_off(bench: &Bench, remove_files: bool) {
    let kept: Vec<(String, Vec<u8>)> = ["一月.xlsx", "三月.xlsx"]
        .into_iter()
        .map(|name| {
            let path = format!("inbox/done/2026-03-18/{name}");
            let bytes = fs::read(bench.root().join(&path)).unwrap();
            (path, bytes)
        })
        .collect();
    let wall = bench.root().join("inbox/墙.txt");
    fs::write(&wall, "KH000002").unwrap();
    purge(bench, &["--person", "P000002", "--yes"]);
    let conn = connection(bench);
    let seq: i64 = conn.query_row("SELECT max(seq) FROM audit WHERE action = 'purge'", [], |r| r.get(0)).unwrap();
    let certificate = bench.root().join(format!("out/2026-03-18/删除证明_{seq}.json"));
    let mut purged: Value = serde_json::from_str(&fs::read_to_string(&certificate).unwrap()).unwrap();
    purged["files"] = serde_json::json!([]);
    purged["compacted"] = Value::Null;
    let state = serde_json::json!({
        "purged": purged, "remove_files": remove_files, "aged": null, "searched": false, "up_to": null, "forgotten": false
    });
    conn.execute("INSERT INTO purge_work (seq, state) VALUES (?1, ?2)", (seq, state.to_string())).unwrap();
    for (kind, trace) in [("person", "P000002"), ("value", "KH000002"), ("value", "19900000002"), ("name", "甲二")] {
        conn.execute("INSERT INTO purge_trace (kind, trace) VALUES (?1, ?2)", (kind, trace)).unwrap();
    }
    for (path, bytes) in kept {
        fs::write(bench.root().join(path), bytes).unwrap();
    }
}

#[test]
fn a_removal_that_was_cut_off_says_what_it_does_when_it_goes_on_and_comes_to_its_end() {
    let bench = filled();
    cut_off(&bench, true);
    fs::write(bench.root().join("inbox/炸弹.xlsx"), bomb()).unwrap();
    let ran = bench.run(&["rank", "--today", "2026-03-18"]);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert!(ran.err().contains("正在接着做"), "{}", ran.err());
    assert_eq!(count(&bench, "SELECT count(*) FROM purge_work"), 0);
    for file in ["inbox/墙.txt", "inbox/done/2026-03-18/一月.xlsx", "inbox/done/2026-03-18/三月.xlsx"] {
        assert!(!bench.root().join(file).exists(), "{file}");
    }
    assert!(bench.root().join("inbox/炸弹.xlsx").exists());
    let again = bench.run(&["rank", "--today", "2026-03-18"]);
    assert_eq!(again.err(), "");
}

/// A file and a folder of another user's, which may not be looked into, in the inbox: they are told, and all the rest is done.
#[test]
fn what_may_not_be_read_is_named_and_stops_nothing() {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;
    let bench = filled();
    let inbox = bench.root().join("inbox");
    fs::write(inbox.join("关.csv"), "KH000002\n").unwrap();
    fs::create_dir(inbox.join("关着")).unwrap();
    fs::write(inbox.join("关着/内.csv"), "KH000002\n").unwrap();
    // SAFETY: asks the system for a number.
    let is_root = unsafe { libc::geteuid() } == 0;
    let closed = |path: &std::path::Path| fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    let as_user = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_daifa"));
        command.args(arguments).env("DAIFA_KEY_FILE", bench.path("test.key")).current_dir(bench.path(""));
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output()
    };
    if is_root {
        let mut open = vec![bench.path("")];
        while let Some(path) = open.pop() {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
            open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|e| e.path()));
        }
        if !as_user(&["--version"]).is_ok_and(|o| o.status.success()) {
            eprintln!("another user cannot run the program from where it lies: not tried");
            return;
        }
    }
    closed(&inbox.join("关.csv"));
    closed(&inbox.join("关着"));
    for whose in [&["--before", "2026-02-01"][..], &["--person", "P000002"]] {
        let arguments = [&["purge", "--yes", "--files", "--json", "--today", "2026-03-18"], whose].concat();
        let output = as_user(&[&arguments[..], &["-w", text(&bench.root())]].concat()).unwrap();
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{whose:?}: {shown}");
        let done: Value = serde_json::from_slice(&output.stdout).unwrap();
        let files = files(&done);
        for file in ["inbox/关.csv", "inbox/关着"] {
            assert_eq!(files.get(file).copied(), Some("unreadable"), "{whose:?}: {files:?}");
        }
    }
    fs::set_permissions(inbox.join("关着"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_removal_cut_off_without_files_removes_them_too_when_asked_for_them_now() {
    let bench = filled();
    cut_off(&bench, false);
    let done = purge(&bench, &["--person", "P000002", "--yes", "--files"]);
    assert_eq!((&done["resumed"], &done["people"]), (&Value::Bool(true), &serde_json::json!(["P000002"])));
    assert_eq!(files(&done).get("inbox/墙.txt").copied(), Some("removed"));
    assert!(!bench.root().join("inbox/墙.txt").exists());
}

#[test]
fn a_removal_cut_off_without_files_lets_them_stay_when_nobody_asks() {
    let bench = filled();
    cut_off(&bench, false);
    bench.run(&["rank", "--today", "2026-03-18"]);
    assert_eq!(count(&bench, "SELECT count(*) FROM purge_work"), 0);
    assert!(bench.root().join("inbox/墙.txt").exists());
}
