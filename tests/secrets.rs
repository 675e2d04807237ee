//! Where secrets could slip out or be too weak: the desktop program that opens a page, a dump of the memory, a short
//! passphrase; and keys that are right and were told to be wrong.

use std::fs;
#[cfg(unix)]
use std::process::Command;
#[cfg(target_os = "linux")]
use std::process::Stdio;

use crate::common::Bench;
#[cfg(unix)]
use crate::durability::stage;
use crate::trust::{filled, run_with, text};

/// The error's code, as `--json` tells it.
fn code(output: &std::process::Output) -> String {
    let told: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
    told["error"]["code"].as_str().unwrap_or_default().to_string()
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_that_opens_the_page_is_given_no_secrets() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = filled();
    let opener = bench.path("bin/xdg-open");
    fs::create_dir_all(bench.path("bin")).unwrap();
    let seen = bench.path("环境");
    fs::write(&opener, format!("#!/bin/sh\nenv > '{0}.part'; mv '{0}.part' '{0}'\n", text(&seen))).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", text(&bench.path("bin")), std::env::var("PATH").unwrap());
    let root = bench.root();
    let arguments = ["cycle", "--open", "--today", "2026-03-18", "-w", text(&root)];
    let variables = [
        ("PATH", path.as_str()),
        ("DAIFA_PASSPHRASE", "一句 很长 的 话"),
        ("DAIFA_NEW_PASSPHRASE", "另一句 很长 的 话"),
    ];
    assert_eq!(run_with(&bench, &arguments, &variables).status.code(), Some(0));
    let start = std::time::Instant::now();
    while !seen.exists() && start.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let given = fs::read_to_string(&seen).unwrap();
    assert!(given.contains("PATH=") && !given.contains("DAIFA") && !given.contains("很长"), "{given}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_picture_of_the_memory() {
    let bench = filled();
    // It waits for a list on its input. The limit is lifted where it may be, or it would be none anyway.
    let script = "ulimit -S -c unlimited 2>/dev/null; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_daifa"), "purge", "--find", "-", "--dry-run", "-w"]);
    command.arg(bench.root()).env("DAIFA_KEY_FILE", bench.path("test.key"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let exe = format!("/proc/{}/cmdline", child.id());
    let start = std::time::Instant::now();
    let core = loop {
        let running = fs::read_to_string(&exe).unwrap_or_default().starts_with(env!("CARGO_BIN_EXE_daifa"));
        let text = fs::read_to_string(&limits).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with("Max core file size")).unwrap_or_default().to_string();
        let off = line.split_whitespace().nth(4) == Some("0") && line.split_whitespace().nth(5) == Some("0");
        if (running && off) || start.elapsed().as_secs() > 30 {
            break line;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}

#[test]
fn a_new_passphrase_must_be_long_and_an_old_short_one_still_opens() {
    let bench = Bench::empty();
    let root = bench.root();
    let (copy, made) = (bench.path("r.txt"), bench.path("b.daifa"));
    let init = ["init", text(&root), "--passphrase", "--recovery-copy", text(&copy), "--json"];
    for (passphrase, told) in [("1", "short_passphrase"), ("  1234567  ", "short_passphrase"), (" ", "no_passphrase")] {
        let refused = run_with(&bench, &init, &[("DAIFA_PASSPHRASE", passphrase)]);
        assert_eq!((refused.status.code(), code(&refused).as_str()), (Some(3), told), "{passphrase}");
        assert!(!root.exists());
    }
    assert_eq!(run_with(&bench, &init, &[("DAIFA_PASSPHRASE", "一句长话")]).status.code(), Some(0));
    let opens = ("DAIFA_PASSPHRASE", "一句长话");
    let rotate = ["key", "rotate", "--full", "-w", text(&root), "--json"];
    let rotated = run_with(&bench, &rotate, &[opens, ("DAIFA_NEW_PASSPHRASE", "短话")]);
    assert_eq!(code(&rotated), "short_passphrase");
    let phrase = bench.path("口令.txt");
    fs::write(&phrase, "短\n").unwrap();
    let backup = ["backup", text(&made), "--passphrase-file", text(&phrase), "-w", text(&root), "--json"];
    fs::write(root.join("rules/passphrase.toml"), "least = 2\n").unwrap();
    // The branch allows short ones: one is set, and goes on opening when it no longer would be.
    assert_eq!(run_with(&bench, &rotate, &[opens, ("DAIFA_NEW_PASSPHRASE", "短")]).status.code(), Some(0));
    fs::remove_file(root.join("rules/passphrase.toml")).unwrap();
    let opens = ("DAIFA_PASSPHRASE", "短");
    assert_eq!(run_with(&bench, &["audit", "verify", "-w", text(&root)], &[opens]).status.code(), Some(0));
    let refused = run_with(&bench, &backup, &[opens]);
    assert_eq!((code(&refused).as_str(), made.exists()), ("short_passphrase", false));
}

#[test]
fn a_recovery_copy_notepad_has_saved_is_the_same_key() {
    let bench = Bench::empty();
    let copy = bench.path("r.txt");
    bench.run(&["init", text(&bench.root()), "--recovery-copy", text(&copy)]).ok();
    let key = fs::read_to_string(&copy).unwrap();
    let utf16 = |big: bool| {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        format!("\u{feff}{}", key.replace('\n', "\r\n")).encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    for bytes in [format!("\u{feff}{key}").into_bytes(), utf16(false), utf16(true)] {
        fs::write(&copy, &bytes).unwrap();
        fs::remove_file(bench.path("test.key")).unwrap();
        bench.run(&["key", "recover", text(&copy)]).ok();
        bench.run(&["audit", "verify"]).ok();
    }
}

#[test]
fn a_damaged_backup_is_never_told_to_have_another_key() {
    let bench = filled();
    let file = bench.path("b.daifa");
    bench.run(&["backup", text(&file)]).ok();
    let whole = fs::read(&file).unwrap();
    let into = bench.path("x");
    let key = fs::read(bench.path("test.key")).unwrap();
    let bad = bench.path("bad.daifa");
    let restore = |more: &[&str]| {
        let arguments = [&["restore", text(&bad), "--into", text(&into), "--json", "-w", "."], more].concat();
        let ran = run_with(&bench, &arguments, &[]);
        let code = code(&ran);
        assert!(into.exists() == code.is_empty(), "{code}");
        code
    };
    let lines: Vec<usize> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i).take(2).collect();
    let sealed = lines[1] + 1;
    // Every character of the first lines, the beginning of what is sealed, and some further on.
    let places = (0..sealed + 24).step_by(3).chain((sealed..whole.len()).step_by(whole.len() / 7));
    let recovery = bench.path("test.recovery");
    let hex = crate::trust::database_key(&bench).to_hex();
    fs::write(&recovery, &hex).unwrap();
    for at in places {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&bad, &changed).unwrap();
        // One that makes the header of another version's form is told as such.
        for told in [restore(&[]), restore(&["--recovery", text(&recovery)])] {
            assert!(["backup_damaged", "newer_workspace"].contains(&told.as_str()), "byte {at}: {told}");
        }
    }
    // And another key is another key.
    fs::write(&bad, &whole).unwrap();
    let other = "0123456789abcdef".repeat(4);
    fs::write(&recovery, &other).unwrap();
    assert_eq!(restore(&["--recovery", text(&recovery)]), "wrong_key");
    fs::write(bench.path("test.key"), &other).unwrap();
    assert_eq!(restore(&[]), "wrong_key");
    fs::write(bench.path("test.key"), key).unwrap();
    assert_eq!(restore(&[]), "");
}

/// A sheet that is refused, so long that its marked copy finds no room where files may not grow any further.
#[cfg(unix)]
#[test]
fn a_marked_copy_that_finds_no_room_is_told_as_a_full_disk_and_nothing_else() {
    let bench = Bench::new();
    let sheet = bench.root().join("inbox/长表.csv");
    let rows: String = (0..60_000).map(|i| format!("KH{i},测试{i},甲厂有限公司,2026-03-09,三万六\n")).collect();
    fs::write(&sheet, format!("客户号,客户姓名,代发单位,数据日期,AUM余额(元)\n{rows}")).unwrap();
    let script = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_daifa"), "import", text(&sheet), "--json", "-w"]);
    command.arg(bench.root()).env("DAIFA_KEY_FILE", bench.path("test.key")).env("RUST_BACKTRACE", "0");
    let output = command.output().unwrap();
    let (exit, shown) = stage::told(&output);
    assert!(!shown.contains("panicked"), "{shown}");
    assert_eq!((exit, code(&output).as_str()), (4, "disk_full"), "{shown}");
}
