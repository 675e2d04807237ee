//! What others wrote never steers the terminal, and a command shown for copying does only what it says.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::common::{Bench, Ran};

/// Escape sequences, a bell, C1 controls, a carriage return, turned text, a line separator.
const HOSTILE: &str = "甲\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\u{85}\u{8}\r\u{7f}\u{202e}txt\u{2066}\u{2028}乙";

/// Characters that reach a terminal and do more there than stand.
fn steering(text: &str) -> Vec<char> {
    let steers = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(steers).collect()
}

fn harmless(what: &str, ran: &Ran) {
    for shown in [ran.out(), ran.err()] {
        assert_eq!(steering(&shown), Vec::<char>::new(), "{what}: {shown:?}");
    }
}

fn hostile_csv() -> String {
    let cell = HOSTILE.replace('\r', "");
    format!(
        "客户号,客户姓名,代发单位,数据日期,AUM余额(元),{cell}\nKH1,{cell},厂{cell},2026-03-16,1,{cell}\nKH2,甲二,厂{cell},2026-03-16,x{cell},2\n"
    )
}

#[test]
fn nothing_others_wrote_steers_the_terminal() {
    let bench = Bench::empty();
    let branch = format!("支行{HOSTILE}");
    harmless("init", &bench.run(&["init", bench.root().to_str().unwrap(), "--branch", &branch]));
    let taken = bench.path(&format!("持有{HOSTILE}.csv"));
    std::fs::write(&taken, hostile_csv()).unwrap();
    let refused = bench.path(&format!("工资{HOSTILE}.csv"));
    let unsure = "姓名,卡号,卡号,金额,代发日期,代发单位\n甲子,6200000000001496,6200000000001497,1,2026-03-10,甲厂\n甲丑,6200000000001498,6200000000001499,1,2026-03-10,甲厂\n甲寅,6200000000001488,6200000000001489,1,2026-03-10,甲厂\n";
    std::fs::write(&refused, unsure).unwrap();
    std::fs::copy(&taken, bench.root().join("inbox").join(taken.file_name().unwrap())).unwrap();
    let (taken, refused) = (taken.to_str().unwrap(), refused.to_str().unwrap());
    let absent = format!("{HOSTILE}不在.xlsx");
    let commands: Vec<Vec<&str>> = vec![
        vec!["import", taken, "--accept-valid-rows"],
        vec!["import", refused],
        vec!["import", &absent],
        vec!["inspect", taken],
        vec!["inspect", taken, "--cells"],
        vec!["inspect", &absent],
        vec!["inspect", taken, "--sheet", HOSTILE],
        vec!["cycle"],
        vec!["rank"],
        vec!["plan"],
        vec!["plan", "show"],
        vec!["pack", HOSTILE],
        vec!["pack", "--all"],
        vec!["track"],
        vec!["track", "--employer", HOSTILE],
        vec!["followup"],
        vec!["export"],
        vec!["report"],
        vec!["layouts", "show"],
        vec!["layouts", "forget", HOSTILE],
        vec!["match", "show"],
        vec!["rules", "show"],
        vec!["doctor"],
        vec!["audit", "show"],
        vec!["audit", "show", "--subject", HOSTILE],
        vec!["key", "show"],
        vec!["purge", "--person", HOSTILE, "--dry-run"],
        vec!["restore", &absent, HOSTILE],
        vec![HOSTILE],
        vec!["rank", HOSTILE],
        vec!["rank", "--today", HOSTILE],
    ];
    for command in &commands {
        for extra in [&[][..], &["--json"][..], &["--lang", "en"][..]] {
            let arguments = [&command[..], extra].concat();
            let ran = bench.run(&arguments);
            harmless(&format!("{arguments:?}"), &ran);
            if extra == ["--json"] && !ran.out().is_empty() && !command.contains(&"--cells") {
                serde_json::from_str::<serde_json::Value>(&ran.out()).unwrap_or_else(|e| panic!("{command:?} {e}"));
            }
        }
    }
    // JSON says what is there.
    let seen = bench.json(&["inspect", taken]);
    assert_eq!(seen["file"], Path::new(taken).file_name().unwrap().to_str().unwrap());
}

#[test]
fn the_name_of_the_holder_steers_nothing() {
    let bench = Bench::new();
    let holder = serde_json::json!({ "user": HOSTILE, "pid": 1, "since": "2026-03-18T01:02:03Z" });
    let lock = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(bench.root().join(".daifa/lock"))
        .unwrap();
    lock.lock().unwrap();
    std::fs::write(bench.root().join(".daifa/holder"), holder.to_string()).unwrap();
    let ran = bench.run(&["rank"]);
    assert_eq!(ran.code(), 3);
    harmless("busy", &ran);
}

/// The command shown goes through a shell: nothing in the names runs, and the file is found.
#[test]
fn a_command_for_copying_is_one_for_the_shell() {
    let unsure = "姓名,卡号,卡号,金额,代发日期,代发单位\n甲子,6200000000001496,6200000000001497,1,2026-03-10,甲厂\n甲丑,6200000000001498,6200000000001499,1,2026-03-10,甲厂\n甲寅,6200000000001488,6200000000001489,1,2026-03-10,甲厂\n";
    for name in [
        "a$(touch ran)b",
        "a`touch ran`b",
        "a'b\"c d",
        "a;touch ran;b",
        "-rf",
        "a&touch ran&b",
        "~",
        "a\\b",
        "*",
        "甲\u{1b}[31m乙",
    ] {
        let bench = Bench::new();
        let file = bench.path(&format!("{name}.csv"));
        std::fs::write(&file, unsure).unwrap();
        // Relative, as it is typed in the folder of the files.
        let given = format!("./{name}.csv");
        let given = if name == "-rf" { given } else { given.trim_start_matches("./").to_string() };
        let ran = bench.run(&["import", &given, "--employer", "$(touch ran) & 厂", "--today", "2026-03-18"]);
        let shown = format!("{}{}", ran.out(), ran.err());
        let line = shown
            .lines()
            .map(str::trim)
            // The table of problems shows its form too.
            .rfind(|l| l.starts_with("daifa import ") && l.contains("--profile "))
            .unwrap_or_else(|| panic!("{name}: {shown}"));
        // What a program of this name would be given.
        let script = format!("daifa() {{ printf '%s\\n' \"$@\"; }}; {line}");
        let told = Command::new("bash").arg("-c").arg(&script).current_dir(bench.path("")).output().unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        let arguments: Vec<&str> = told.lines().collect();
        assert!(!bench.path("ran").exists(), "{line}");
        let path = bench.path("").join(arguments[1]).canonicalize().unwrap();
        assert_eq!(path, file.canonicalize().unwrap(), "{line}");
        assert!(!arguments[1].starts_with('-'), "{line}");
        assert!(arguments.contains(&"$(touch ran) & 厂"), "{line}");
        assert_eq!(steering(line), Vec::<char>::new());
    }
}
