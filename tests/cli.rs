//! Commands that need no workspace, and the shape of help.

use std::fs;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use unicode_width::UnicodeWidthStr as _;

use crate::common::Bench;

#[test]
fn the_calendar_knows_2026_and_does_not_guess_2027() {
    let bench = Bench::empty();
    let days = bench.json(&["calendar", "--from", "2026-02-13", "--to", "2026-02-15", "-w", "."]);
    assert_eq!(days[0], serde_json::json!({"date": "2026-02-13", "workday": true, "name": null}));
    assert_eq!(days[1], serde_json::json!({"date": "2026-02-14", "workday": true, "name": "春节"}));
    assert_eq!(days[2], serde_json::json!({"date": "2026-02-15", "workday": false, "name": "春节"}));
    let unknown = bench.json(&["calendar", "--from", "2027-03-01", "--to", "2027-03-01", "-w", "."]);
    assert_eq!(unknown[0]["workday"], serde_json::Value::Null);
}

#[test]
fn a_year_is_added_from_a_file() {
    let bench = Bench::new();
    let notice = r#"{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#;
    fs::write(bench.path("2027.json"), notice).unwrap();
    bench.run(&["calendar", "add", bench.path("2027.json").to_str().unwrap()]).ok();
    let days = bench.json(&["calendar", "--from", "2027-01-01", "--to", "2027-01-04"]);
    assert_eq!(days[0]["workday"], false);
    assert_eq!(days[3]["workday"], true);
    fs::write(bench.path("bad.json"), "{}").unwrap();
    assert_eq!(bench.run(&["calendar", "add", bench.path("bad.json").to_str().unwrap()]).code(), 5);
}

#[test]
fn cells_are_printed_as_they_are_stored() {
    let bench = Bench::empty();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(1, 1, "张 三,\"甲\"").unwrap();
    sheet.write(1, 2, 0.1 + 0.2).unwrap();
    sheet.write(2, 1, true).unwrap();
    sheet.write_with_format(2, 2, ExcelDateTime::parse_from_str("2026-03-10").unwrap(), &date).unwrap();
    sheet.write_formula(3, 1, Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(3, 2, "007").unwrap();
    workbook.save(bench.path("存.xlsx")).unwrap();
    let out = bench.run(&["inspect", bench.path("存.xlsx").to_str().unwrap(), "--cells"]).ok().out();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[1], ",\"张 三,\"\"甲\"\"\",0.30000000000000004");
    assert_eq!(lines[2], ",TRUE,2026-03-10");
    assert!(lines[3].ends_with(",007"), "{}", lines[3]);
}

#[test]
fn help_and_wrong_arguments_are_in_the_users_language() {
    let bench = Bench::empty();
    let help = bench.run(&["--help", "-w", "."]);
    assert_eq!(help.code(), 0);
    assert!(help.out().contains("用法"), "{}", help.out());
    let english = bench.run(&["rank", "--help", "--lang", "en", "-w", "."]);
    assert!(english.out().contains("Usage"), "{}", english.out());
    assert_eq!(bench.run(&["nonsense", "-w", "."]).code(), 2);
}

/// Every command as it is called: the words behind `daifa`.
fn calls() -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut open: Vec<(Vec<String>, clap::Command)> = vec![(Vec::new(), daifa::cli::command())];
    while let Some((call, command)) = open.pop() {
        for inner in command.get_subcommands() {
            let inner_call = call.iter().cloned().chain([inner.get_name().to_string()]).collect();
            open.push((inner_call, inner.clone()));
        }
        found.push(call);
    }
    found
}

#[test]
fn help_fits_eighty_columns_and_names_values_in_the_users_language() {
    let bench = Bench::empty();
    for call in calls() {
        for lang in ["zh-CN", "en"] {
            let mut arguments: Vec<&str> = call.iter().map(String::as_str).collect();
            arguments.extend(["--help", "--lang", lang, "-w", "."]);
            let help = bench.run(&arguments).ok().out();
            for line in help.lines() {
                assert!(line.width() <= 80, "{call:?} {lang}: {line}");
            }
            let names = [('<', '>'), ('[', ']')].into_iter().flat_map(|(open, close)| {
                help.split(open).skip(1).filter_map(move |rest| rest.split_once(close)).map(|(name, _)| name)
            });
            for name in names {
                assert_eq!(name.is_ascii(), lang == "en", "{call:?} {lang}: {name}");
            }
        }
    }
}

#[test]
fn what_is_shown_fits_eighty_columns() {
    let bench = Bench::demo();
    let calls = [
        &["rank"][..],
        &["rank", "E00001"],
        &["plan", "show"],
        &["track"],
        &["followup"],
        &["show", "P000123"],
        &["show", "E00001"],
        &["show", "P999999"],
        &["returns", "status"],
        &["match", "show"],
        &["rules", "show", "followup"],
        &["doctor"],
    ];
    // Paths are not broken: they are copied.
    let folder = bench.path("").display().to_string();
    for call in calls {
        let shown = bench.run(call).out();
        for line in shown.lines().filter(|l| !l.contains(folder.trim_end_matches('/'))) {
            assert!(line.width() <= 80, "{call:?}: {line}");
        }
    }
    let shown = bench.run(&["followup"]).ok().out();
    let matters = shown.split("最先要做").next().unwrap_or_default();
    assert!(!matters.contains('…'), "{matters}");
}

#[test]
fn the_passphrase_opens_what_it_closed() {
    let bench = Bench::empty();
    let root = bench.root();
    let run = |arguments: &[&str], passphrase: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_daifa"))
            .args(arguments)
            .env("DAIFA_KEY_FILE", bench.path("test.key"))
            .env("DAIFA_PASSPHRASE", passphrase)
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(run(&["init", root.to_str().unwrap(), "--passphrase"], "一句 很长 的 话"), Some(0));
    let doctor = ["doctor", "-w", root.to_str().unwrap()];
    assert_eq!(run(&["audit", "verify", "-w", root.to_str().unwrap()], "一句 很长 的 话"), Some(0));
    assert_eq!(run(&doctor, "另一句"), Some(3));
}

#[test]
fn a_mistyped_command_line_is_told_in_the_users_language() {
    let told = |arguments: &[&str]| {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_daifa")).args(arguments).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(ran.stderr).unwrap()
    };
    let unit = told(&["import", "x.xlsx", "--unit", "wan"]);
    assert!(unit.starts_with("参数 --unit <单位> 的值“wan”不对。\n"), "{unit}");
    assert!(unit.contains("ten_thousand 万元"), "{unit}");
    assert!(told(&["import"]).starts_with("缺少必填的参数：<文件>...\n"));
    assert!(told(&["import", "x", "--as-of", "3月"]).contains("日期写作 2026-03-02。"));
    assert!(told(&["folowup"]).contains("是不是想写：daifa followup？"));
    assert!(told(&["rnak"]).contains("是不是想写：daifa rank"), "the nearest one first");
    assert!(told(&["confirm"]).contains("是不是想写：daifa plan confirm"));
    assert!(told(&["排名"]).contains("是不是想写：daifa rank"));
    assert!(told(&["match", "17"]).contains("可用的命令：show decide"));
    assert!(told(&["--lang", "en", "imprt"]).contains("Did you mean: daifa import"));
    assert!(told(&["rank", "--topp", "3"]).contains("是不是想写：--top？"));
    for mistake in [&["import"][..], &["key", "rotat"], &["purge", "--person", "P1", "--before", "2026-01-01"]] {
        let letters = told(mistake).replace("daifa", "");
        for english in ["error", "Usage", "required", "unexpected", "cannot", "help'"] {
            assert!(!letters.contains(english), "{mistake:?}: {letters}");
        }
    }
    let english = told(&["--lang", "en", "rank", "--top", "x"]);
    assert!(english.starts_with("the value \"x\" of --top <TOP> is not valid."), "{english}");
}
