//! What others may have put in a file's or folder's place: links that lead out of the workspace, pipes and devices that keep
//! a reader waiting, rights for everybody. Tried with the real program; a run that waits fails the test.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{Bench, write_workbook};
use crate::trust::{filled, text};

const DAY: &str = "2026-03-18";
/// Seconds a run may take that reads nothing worth mentioning, on a busy PC.
const PATIENCE: u64 = 60;

const HOLDINGS: &str = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH3 | 张三测试 | 乙厂有限公司 | 2026-03-09 | 12000 |";

/// Runs `daifa` on the bench's workspace; one that does not end is ended, and fails.
fn run(bench: &Bench, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daifa"));
    command.args(arguments).args(["--json", "--today", DAY]).current_dir(bench.path(""));
    if !["restore", "init"].contains(&arguments[0]) {
        command.arg("-w").arg(bench.root());
    }
    command.env("DAIFA_KEY_FILE", bench.path("test.key")).env_remove("DAIFA_PASSPHRASE");
    let streams = [bench.path("stdout"), bench.path("stderr")];
    let [out, err] = streams.each_ref().map(|path| fs::File::create(path).unwrap());
    let mut child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if start.elapsed() > Duration::from_secs(PATIENCE) => {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{arguments:?} does not end");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let [stdout, stderr] = streams.map(|path| fs::read(path).unwrap());
    Output { status, stdout, stderr }
}

/// Exit code, the error's code and what was found.
fn told(output: &Output) -> (i32, String, String) {
    let told: Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
    let part = |name: &str| told["error"][name].as_str().unwrap_or_default().to_string();
    (output.status.code().unwrap_or(-1), part("code"), part("found"))
}

#[track_caller]
fn refused(output: &Output, code: &str, place: &Path) {
    let (exit, told, found) = told(output);
    assert_eq!(told, code, "{exit} {}", String::from_utf8_lossy(&output.stderr));
    assert!(exit != 0 && found.contains(text(place)), "{found} does not name {place:?}");
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A folder outside the workspace with a file in it.
fn elsewhere(bench: &Bench) -> PathBuf {
    let folder = bench.path("别处");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("别人的.txt"), "别人的").unwrap();
    folder
}

#[test]
fn a_link_in_the_place_of_a_folder_or_file_of_the_workspace_is_refused_and_nothing_behind_it_touched() {
    for name in [
        ".daifa/tmp",
        ".daifa",
        ".daifa/lock",
        ".daifa/backups",
        "inbox",
        "inbox/done",
        "out",
        "rules",
        "templates",
        "calendars",
        "profiles",
        "daifa.db-wal",
        "daifa.db-shm",
    ] {
        let bench = filled();
        let folder = elsewhere(&bench);
        let place = bench.root().join(name);
        let (is_folder, is_there) = (place.is_dir(), place.symlink_metadata().is_ok());
        if is_folder {
            fs::remove_dir_all(&place).unwrap();
        } else if is_there {
            fs::remove_file(&place).unwrap();
        }
        let behind = if is_folder || !is_there { folder.clone() } else { folder.join("别人的.txt") };
        symlink(&behind, &place).unwrap();
        for command in [&["cycle"][..], &["report"], &["purge", "--before", "2020-01-01", "--yes"]] {
            refused(&run(&bench, command), "link_refused", &place);
        }
        let entries: Vec<_> = fs::read_dir(&folder).unwrap().flatten().map(|e| e.file_name()).collect();
        assert_eq!(entries, ["别人的.txt"], "{name}");
        assert_eq!(fs::read_to_string(folder.join("别人的.txt")).unwrap(), "别人的", "{name}");
    }
}

#[test]
fn a_folder_of_the_day_that_is_a_link_is_refused_before_anything_is_made_behind_it() {
    let bench = filled();
    let folder = elsewhere(&bench);
    let place = bench.root().join(format!("out/{DAY}"));
    fs::remove_dir_all(&place).unwrap();
    symlink(&folder, &place).unwrap();
    refused(&run(&bench, &["report"]), "link_refused", &place);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_link_among_rules_words_templates_or_holidays_is_refused() {
    for name in ["rules/ranking.toml", "templates/zh-CN/x.md", "templates/zh-CN/messages/x.toml", "calendars/2027.json"]
    {
        let bench = filled();
        let target = elsewhere(&bench).join("别人的.txt");
        let place = bench.root().join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        symlink(&target, &place).unwrap();
        refused(&run(&bench, &["rank"]), "link_refused", &place);
    }
}

#[test]
fn a_link_in_the_inbox_is_not_imported_and_one_that_is_named_is() {
    let bench = filled();
    let sheet = elsewhere(&bench).join("乙厂.xlsx");
    write_workbook(&sheet, HOLDINGS);
    let link = bench.root().join("inbox/乙厂.xlsx");
    symlink(&sheet, &link).unwrap();
    let cycle = run(&bench, &["cycle"]);
    let report: Value = serde_json::from_slice(&cycle.stdout).unwrap();
    assert_eq!((cycle.status.code(), &report["import"]["files"][0]["outcome"]), (Some(1), &"refused".into()));
    let problem = &report["import"]["problems"][0];
    assert_eq!(problem["code"], "unreadable_file");
    assert!(problem["found"].as_str().unwrap().contains("链接"), "{problem}");
    assert!(link.is_symlink() && !bench.root().join(format!("inbox/done/{DAY}")).exists());
    let named = run(&bench, &["import", text(&link)]);
    let report: Value = serde_json::from_slice(&named.stdout).unwrap();
    assert_eq!(report["files"][0]["outcome"], "imported", "{report}");
}

#[test]
fn what_a_workspace_holds_is_its_owners_alone() {
    let bench = Bench::new();
    let sheet = bench.root().join("inbox/甲厂.xlsx");
    write_workbook(&sheet, HOLDINGS);
    fs::set_permissions(&sheet, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(run(&bench, &["cycle"]).status.code(), Some(0));
    bench.run(&["backup", text(&bench.path("b.daifa"))]).ok();
    let restored = bench.path("恢复");
    assert_eq!(
        run(&bench, &["restore", text(&bench.path("b.daifa")), "--into", text(&restored)]).status.code(),
        Some(0)
    );
    let mut open = vec![bench.root(), restored];
    let mut looked_at = 0;
    while let Some(path) = open.pop() {
        let (folder, mode) = (path.is_dir(), fs::metadata(&path).unwrap().permissions().mode() & 0o777);
        let script = path.extension().is_some_and(|e| e == "sh");
        assert_eq!(mode, if folder || script { 0o700 } else { 0o600 }, "{path:?} has {mode:o}");
        looked_at += usize::from(!folder);
        if folder {
            open.extend(fs::read_dir(path).unwrap().flatten().map(|e| e.path()));
        }
    }
    assert!(bench.root().join(format!("inbox/done/{DAY}/甲厂.xlsx")).exists() && looked_at > 20, "{looked_at}");
}

#[test]
fn a_key_file_others_can_read_is_closed_to_them_and_it_is_said() {
    let bench = filled();
    let key = bench.path("test.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let first = bench.run(&["audit", "verify"]).ok();
    assert!(first.err().contains("密钥文件") && first.err().contains("自己能读"), "{}", first.err());
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(bench.run(&["audit", "verify"]).ok().err(), "");
    let link = bench.path("link.key");
    symlink(&key, &link).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    bench.run(&["audit", "verify"]).ok();
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_pipe_or_device_that_is_named_is_refused_at_once() {
    let bench = filled();
    let fifo = bench.path("管道");
    pipe(&fifo);
    bench.run(&["backup", text(&bench.path("b.daifa"))]).ok();
    let into = bench.path("恢复");
    let backup = bench.path("b.daifa");
    let another = text(&bench.path("c.daifa")).to_string();
    let sheet = bench.sheet("乙厂.xlsx", HOLDINGS);
    for place in [fifo.as_path(), Path::new("/dev/zero")] {
        let named = text(place);
        let commands: &[&[&str]] = &[
            &["inspect", named],
            &["inspect", named, "--cells"],
            &["inspect", &sheet, "--password-file", named],
            &["import", &sheet, "--password-file", named],
            &["import", &sheet, "--profile", named],
            &["purge", "--find", named, "--dry-run"],
            &["calendar", "add", named],
            &["backup", &another, "--passphrase-file", named],
            &["restore", named, "--into", text(&into)],
            &["restore", text(&backup), "--into", text(&into), "--recovery", named],
            &["key", "recover", named],
        ];
        for command in commands {
            refused(&run(&bench, command), "not_a_file", place);
        }
        let import = run(&bench, &["import", named]);
        let report: Value = serde_json::from_slice(&import.stdout).unwrap();
        assert_eq!(report["problems"][0]["code"], "unreadable_file", "{report}");
    }
}

#[test]
fn a_pipe_in_the_place_of_a_file_of_the_workspace_is_refused_at_once() {
    for name in [
        ".daifa/lock",
        ".daifa/backups",
        "daifa.toml",
        "daifa.db",
        "rules/ranking.toml",
        "templates/zh-CN/x.md",
        "templates/zh-CN/messages/x.toml",
        "calendars/2027.json",
    ] {
        let bench = filled();
        let place = bench.root().join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::remove_file(&place).ok();
        pipe(&place);
        refused(&run(&bench, &["rank"]), "not_a_file", &place);
    }
    let bench = filled();
    let key = bench.path("test.key");
    fs::remove_file(&key).unwrap();
    pipe(&key);
    refused(&run(&bench, &["rank"]), "not_a_file", &key);
}

#[test]
fn pipes_in_the_inbox_and_among_the_outputs_stop_nobody() {
    let bench = filled();
    assert_eq!(run(&bench, &["cycle"]).status.code(), Some(0));
    let out = bench.root().join("out").join(DAY);
    let written = |out: &Path| {
        let mut names: Vec<_> = fs::read_dir(out).unwrap().flatten().map(|e| e.file_name()).collect();
        names.sort();
        names
    };
    let before = written(&out);
    for name in before.iter().filter(|name| out.join(name).is_file()) {
        fs::remove_file(out.join(name)).unwrap();
        pipe(&out.join(name));
    }
    pipe(&bench.root().join("inbox/管道.xlsx"));
    fs::remove_file(bench.root().join(".daifa/holder")).unwrap();
    pipe(&bench.root().join(".daifa/holder"));
    let cycle = run(&bench, &["cycle"]);
    let report: Value = serde_json::from_slice(&cycle.stdout).unwrap();
    assert_eq!(report["import"]["problems"][0]["code"], "unreadable_file", "{report}");
    for name in &before {
        assert!(out.join(name).is_file() || out.join(name).is_dir(), "{name:?} was not written");
    }
    assert_eq!(run(&bench, &["doctor"]).status.code(), Some(0));
}
