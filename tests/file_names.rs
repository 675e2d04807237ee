//! Names of files that come in, and what is made of them: one file's name or one file's output stops no other file.

#[cfg(unix)]
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::Bench;

const DAY: &str = "2026-03-18";

/// A payroll run with two columns of accounts: refused, with a mapping profile made ready.
fn unsure(n: usize) -> String {
    let row =
        |i: usize| format!("甲{i},620000000000000{n:03}{i},630000000000000{n:03}{i},5000,2026-03-10,甲厂有限公司\n");
    format!("姓名,卡号,卡号,金额,代发日期,代发单位\n{}", (1..4).map(row).collect::<String>())
}

/// Holdings with a bad phone: taken in, with a marked copy.
fn marked(n: usize) -> String {
    format!("客户号,手机号,代发单位,数据日期,AUM余额(元)\nKH{n:05},123,甲厂有限公司,2026-03-{:02},1000\n", 1 + n % 9)
}

const GOOD: &str = "客户号,代发单位,数据日期,AUM余额(元)\nKH90001,乙厂有限公司,2026-03-09,1000\n";

fn inbox(bench: &Bench, name: &str, text: &str) {
    fs::write(bench.root().join("inbox").join(name), text).unwrap();
}

fn file<'r>(report: &'r Value, name: &str) -> &'r Value {
    report["files"].as_array().unwrap().iter().find(|f| f["file"] == name).unwrap_or_else(|| panic!("{name}: {report}"))
}

/// Codes of a file's problems.
fn codes<'r>(report: &'r Value, name: &str) -> Vec<&'r str> {
    let own = report["problems"].as_array().unwrap().iter().filter(|p| p["file"] == name);
    own.filter_map(|p| p["code"].as_str()).collect()
}

/// Why Windows would not take the name, if it would not.
#[cfg(unix)]
fn fault(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap().trim_end().to_uppercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|n| n.chars().count() == 1 && "0123456789¹²³".contains(n));
    match () {
        () if name.len() > 255 => Some("too long"),
        () if name.chars().any(|c| c < ' ' || "<>:\"/\\|?*".contains(c)) => Some("a character"),
        () if name.ends_with(['.', ' ']) => Some("its end"),
        () if ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str()) || numbered("COM") || numbered("LPT") => {
            Some("a device")
        }
        () => None,
    }
}

/// Names this system takes and others do not, or not with something behind them.
#[cfg(unix)]
fn odd_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "CON.csv",
        "con.csv",
        "COM1.csv",
        "lpt9.csv",
        "LPT¹.csv",
        "nul.csv",
        "a?b.csv",
        "a:b.csv",
        "a<b>|.csv",
        "A_B.csv",
        "尾点..csv",
        "尾空 .csv",
        "换\n行.csv",
        "铃\u{7}.csv",
        "\u{202e}vsc.csv",
        "$(x).csv",
        "`x`.csv",
        "-x.csv",
        "没有扩展名",
    ]
    .map(str::to_string)
    .into();
    // As long as names may be: with another extension they are too long.
    names.push(format!("{}.csv", "x".repeat(251)));
    names.push(format!("{}.csv", "x".repeat(247)));
    names.push(format!("{}.csv", "长".repeat(83)));
    names.push(format!("{}文.csv", "长".repeat(82)));
    names
}

#[cfg(unix)]
#[test]
fn a_cycle_goes_on_whatever_the_files_are_called() {
    let bench = Bench::new();
    let names = odd_names();
    for (n, name) in names.iter().enumerate() {
        inbox(&bench, name, &unsure(n));
    }
    inbox(&bench, "好.csv", GOOD);
    let ran = bench.run(&["cycle", "--today", DAY, "--json"]);
    assert_eq!(ran.code(), 1, "{}", ran.err());
    let cycle = ran.json();
    let report = &cycle["import"];
    assert_eq!(file(report, "好.csv")["outcome"], "imported");
    assert!(cycle["files"].as_array().unwrap().iter().any(|f| f.as_str().unwrap().ends_with("07_督导看板.xlsx")));
    let mut drafts = BTreeSet::new();
    for name in &names {
        assert!(codes(report, name).contains(&"profile_written"), "{name:?}: {:?}", codes(report, name));
        let profiles = file(report, name)["profiles"].as_array().unwrap();
        assert_eq!(profiles.len(), 1, "{name:?}");
        let profile = profiles[0].as_str().unwrap();
        let draft = profile.strip_prefix("profiles/").unwrap();
        assert_eq!(fault(draft), None, "{name:?} gives {draft:?}");
        assert!(bench.root().join(profile).is_file(), "{draft:?}");
        assert!(drafts.insert(draft.to_lowercase()), "{name:?}: another file has {draft:?}");
    }
    // A second run finds each of them as it is.
    let again = bench.run(&["cycle", "--today", DAY, "--json"]).json();
    for name in &names {
        assert_eq!(file(&again["import"], name)["profiles"], file(report, name)["profiles"], "{name:?}");
    }
}

#[cfg(unix)]
#[test]
fn marked_copies_have_names_of_their_own_that_every_system_takes() {
    let bench = Bench::new();
    let names = odd_names();
    for (n, name) in names.iter().enumerate() {
        inbox(&bench, name, &marked(n));
    }
    let report = &bench.run(&["cycle", "--today", DAY, "--json"]).ok().json()["import"];
    let mut copies = BTreeSet::new();
    for name in &names {
        let copy = file(report, name)["marked_copy"].as_str().unwrap_or_else(|| panic!("{name:?} has no copy"));
        let own = copy.rsplit_once('/').unwrap().1;
        assert_eq!(fault(own), None, "{name:?} gives {own:?}");
        assert!(bench.root().join(copy).is_file() && copies.insert(own.to_lowercase()), "{name:?}: {own:?}");
    }
    let left: Vec<_> = fs::read_dir(bench.root().join("inbox")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["done"]);
}

#[cfg(unix)]
#[test]
fn a_corrected_file_with_the_longest_name_leaves_the_inbox_too() {
    let bench = Bench::new();
    // Bytes, of which file systems take 255: with a number behind it the name is too long.
    let name = format!("{}.csv", "x".repeat(250));
    for amount in ["1000", "2000", "3000"] {
        inbox(&bench, &name, &GOOD.replace("1000", amount));
        let cycle = bench.run(&["cycle", "--today", DAY, "--json"]).ok().json();
        assert_eq!(cycle["not_moved"], serde_json::json!([]));
        assert!(!bench.root().join("inbox").join(&name).exists(), "{amount}");
    }
    assert_eq!(fs::read_dir(bench.root().join("inbox/done").join(DAY)).unwrap().count(), 3);
}

#[test]
fn an_output_of_one_file_that_cannot_be_written_is_its_problem_alone() {
    let bench = Bench::new();
    inbox(&bench, "甲.csv", &unsure(1));
    inbox(&bench, "乙.csv", &marked(1));
    inbox(&bench, "好.csv", GOOD);
    // In the places of folders stand files.
    fs::write(bench.root().join("profiles"), "x").unwrap();
    fs::create_dir_all(bench.root().join("out").join(DAY)).unwrap();
    fs::write(bench.root().join("out").join(DAY).join("08_标注"), "x").unwrap();
    fs::write(bench.root().join("inbox/done"), "x").unwrap();
    let ran = bench.run(&["cycle", "--today", DAY, "--json"]);
    assert_eq!(ran.code(), 1, "{}", ran.err());
    let cycle = ran.json();
    let report = &cycle["import"];
    let of = |name: &str| codes(report, name);
    assert!(of("甲.csv").contains(&"profile_not_written"), "{:?}", of("甲.csv"));
    assert!(of("乙.csv").contains(&"marked_copy_not_written"), "{:?}", of("乙.csv"));
    assert_eq!(file(report, "乙.csv")["outcome"], "imported");
    assert_eq!(file(report, "好.csv")["outcome"], "imported");
    let counted = report["problem_counts"].as_array().unwrap().iter().any(|c| c["code"] == "marked_copy_not_written");
    assert!(counted, "{}", report["problem_counts"]);
    // `done` in the inbox is a file nobody could read, too.
    assert_eq!(cycle["not_moved"], serde_json::json!(["乙.csv", "好.csv"]));
    for output in ["08_导入报告.xlsx", "07_督导看板.xlsx", "00_先看这里.html"] {
        assert!(bench.root().join("out").join(DAY).join(output).is_file(), "{output}");
    }
    assert!(bench.run(&["cycle", "--today", DAY]).out().contains("没能移出 inbox"));
}

/// Names of the folders that were passed over, and how many files were seen in each.
fn passed_over(report: &Value) -> Vec<(&str, i64)> {
    let problems = report["problems"].as_array().unwrap().iter().filter(|p| p["code"] == "folder_passed_over");
    problems.map(|p| (p["file"].as_str().unwrap(), p["params"]["files"].as_i64().unwrap())).collect()
}

#[test]
fn the_inbox_is_read_with_its_folders_and_other_folders_inside_folders_are_told_of() {
    let bench = Bench::new();
    let inbox = bench.root().join("inbox");
    let put = |path: &Path| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, GOOD).unwrap();
    };
    for name in [
        "三月/甲.csv",
        "三月/更深/乙.csv",
        "三月/~$甲.csv",
        "三月/说明.md",
        "三月/.git/x.csv",
        "done/2026-02-01/旧.csv",
    ] {
        put(&inbox.join(name));
    }
    fs::create_dir_all(inbox.join("空/也空")).unwrap();
    let cycle = bench.run(&["cycle", "--today", DAY, "--json"]).ok().json();
    let files: Vec<&str> =
        cycle["import"]["files"].as_array().unwrap().iter().map(|f| f["file"].as_str().unwrap()).collect();
    assert_eq!((files, passed_over(&cycle["import"])), (vec!["乙.csv", "甲.csv"], Vec::new()));
    // What was taken in goes to `done`, wherever it lay.
    assert!(!inbox.join("三月/甲.csv").exists() && !inbox.join("三月/更深/乙.csv").exists());
    assert!(inbox.join("done").join(DAY).join("甲.csv").exists());
    let report = bench.json(&["import", inbox.join("done").to_str().unwrap(), "--today", DAY]);
    assert_eq!(passed_over(&report), [("done/2026-02-01", 1), (&*format!("done/{DAY}"), 2)]);
    let other = bench.path("别处");
    put(&other.join("三月/甲.csv"));
    put(&other.join("好.csv"));
    let report = bench.json(&["import", other.to_str().unwrap(), "--today", DAY]);
    assert_eq!(passed_over(&report), [("别处/三月", 1)]);
}
