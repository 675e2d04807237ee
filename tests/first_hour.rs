//! The first hour of somebody who has the program and no help: the demo opened on a later day, data that are too old, a
//! mistake in a file of one's own, a question whose answers work.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use serde_json::Value;

use crate::common::{Bench, Ran};

/// One demo for the tests that only look at it.
fn demo() -> &'static Bench {
    static DEMO: OnceLock<Bench> = OnceLock::new();
    DEMO.get_or_init(Bench::demo)
}

fn notice(ran: &Ran, code: &str) -> Value {
    let lines: Vec<Value> = ran.err().lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let found = lines.into_iter().find(|l| l["notice"]["code"] == code);
    found.unwrap_or_else(|| panic!("no notice {code}: {}", ran.err()))["notice"].clone()
}

/// Whatever day it is, every command works for the day the demo was played, and says so.
#[test]
fn a_demo_opened_on_a_later_day_works_for_the_day_it_remembers() {
    let bench = demo();
    let said = bench.json(&["rank", "--today", "2026-03-18"]);
    let targets = |ranked: &Value| ranked.as_array().unwrap().iter().filter(|r| r["target"] == true).count();
    assert_eq!(targets(&said), 4);
    let ran = bench.run(&["rank", "--json"]).ok();
    assert_eq!(ran.json(), said, "without a day it is the day remembered");
    assert_eq!(notice(&ran, "demo_day")["params"]["date"], "2026-03-18");
    for command in [&["rank"][..], &["plan", "show"], &["track"], &["followup"], &["report"], &["doctor"]] {
        let ran = bench.run(command).ok();
        let first = ran.err().lines().next().unwrap_or_default().to_string();
        assert_eq!(first, "演示工作区：按 2026-03-18 办理，不是今天；要按别的日期，加 --today。", "{command:?}");
        assert!(!ran.out().contains("已过期"), "{command:?}: {}", ran.out());
        let said = bench.run(&[command, &["--today", "2026-03-18"]].concat()).ok();
        // Free space differs from one moment to the next.
        let fixed = |out: String| out.lines().filter(|l| !l.ends_with(" MB")).map(str::to_string).collect::<Vec<_>>();
        assert_eq!(fixed(ran.out()), fixed(said.out()), "{command:?}");
        assert_eq!(said.err(), "", "a day that is said is not told: {command:?}");
    }
    let english = bench.run(&["rank", "--lang", "en"]).ok().err();
    assert!(english.starts_with("A demo workspace: this is for 2026-03-18, not for today"), "{english}");
    let calendar = bench.run(&["calendar", "--json"]).ok();
    assert_eq!(calendar.json()[0]["date"], "2026-01-01");
}

/// 16 March and 45 days are 30 April; 30 November is 214 days later.
#[test]
fn what_is_too_old_is_said_before_anything_else_and_no_empty_list_is_made() {
    let bench = demo();
    const LATE: &str = "2026-11-30";
    let said = "数据截至 2026-03-16，已过期 214 天";
    for command in [&["rank"][..], &["plan"], &["followup"], &["export"]] {
        let ran = bench.run(&[command, &["--today", LATE]].concat());
        assert_eq!((ran.code(), ran.out().as_str()), (1, ""), "{command:?}");
        let told = ran.err();
        assert!(told.contains(said) && told.contains("可用 --today 2026-03-16"), "{command:?}: {told}");
        let json = bench.run(&[command, &["--json", "--today", LATE]].concat());
        let error: Value = serde_json::from_str(json.err().trim()).unwrap();
        assert_eq!(error["error"]["code"], "data_stale", "{command:?}");
    }
    for command in [&["plan", "show"][..], &["track"], &["pack", "--all"], &["report"]] {
        let ran = bench.run(&[command, &["--today", LATE]].concat()).ok();
        assert!(ran.out().starts_with(said), "{command:?}: {}", ran.out());
        assert!(ran.out().lines().next().unwrap().len() > said.len(), "{command:?}");
        let json = bench.run(&[command, &["--json", "--today", LATE]].concat()).ok();
        let notice = notice(&json, "data_stale");
        assert_eq!((&notice["params"]["overdue"], &notice["params"]["data_date"]), (&214.into(), &"2026-03-16".into()));
        json.json();
    }
    // Only the report has something to say of figures that are known still.
    let written = fs::read_dir(bench.root().join("out").join(LATE)).unwrap().flatten().map(|e| e.file_name());
    assert_eq!(written.collect::<Vec<_>>(), ["07_督导看板.xlsx"]);
    let english = bench.run(&["track", "--lang", "en", "--today", LATE]).ok().out();
    assert!(english.starts_with("The data are of 2026-03-16 and 214 days too old"), "{english}");
    // The last day on which they are young enough, and the day after.
    assert!(!bench.run(&["track", "--today", "2026-04-30"]).ok().out().contains("已过期"));
    assert!(bench.run(&["track", "--today", "2026-05-01"]).ok().out().contains("已过期 1 天"));
}

/// What is new is taken in all the same; the page everybody opens says it at the top.
#[test]
fn a_cycle_on_old_data_says_so_first_and_on_the_start_page() {
    let bench = Bench::demo();
    let page = |day: &str| fs::read_to_string(bench.root().join(format!("out/{day}/00_先看这里.html"))).unwrap();
    assert!(!page("2026-03-18").contains("已过期"));
    let ran = bench.run(&["cycle", "--today", "2026-06-01"]);
    assert_eq!(ran.code(), 1, "{}", ran.err());
    assert!(ran.out().starts_with("数据截至 2026-03-16，已过期 32 天"), "{}", ran.out());
    assert!(page("2026-06-01").contains("已过期 32 天"));
}

#[test]
fn employers_without_holdings_rank_nobody_and_the_reason_is_said_first() {
    let bench = Bench::new();
    let file = bench.sheet("单位.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 |\n|---|\n| D001 | 甲厂 | 30 |");
    bench.run(&["import", &file, "--today", "2026-03-18"]).ok();
    let shown = bench.run(&["rank", "--today", "2026-03-18"]).ok().out();
    assert!(shown.starts_with("到 2026-03-18 为止还没有员工持有产品数据"), "{shown}");
}

/// Words of Latin script in a text, but for those a user has written or must type.
fn english(text: &str, kept: &[&str]) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 1);
    words.filter(|w| !kept.contains(w)).map(str::to_string).collect()
}

#[test]
fn mistakes_in_ones_own_files_are_told_in_chinese_with_place_and_name() {
    let bench = Bench::demo();
    // Where, what, and what must be told of it.
    let mistakes = [
        ("rules/products.toml", "[products.fund]\nstikiness = 1\n", "没有 products.fund.stikiness 这一项"),
        ("rules/products.toml", "[products.fund]\nstickiness = \"x\"\n", "products.fund.stickiness 的值不对"),
        ("rules/products.toml", "[products.neu]\nnumber = 99\n", "缺少 products.neu."),
        ("rules/products.toml", "a = 1\n\n[products.fund\n", "第3行：写法不对"),
        ("rules/import.toml", "header_depth = 40\n", "没有 header_depth 这一项，它写在 limits.toml 里"),
        ("rules/nix.toml", "", "nix.toml 不是规则文件"),
        ("calendars/2027.json", "{}", "第1行：缺少 year"),
        ("calendars/2027.json", "{\"year\": 2027, \"days\": []}", "没有写任何一天"),
        ("calendars/2027.json", "{\"year\": \"x\"}", "有一处的值不对"),
        ("templates/zh-CN/messages/x.toml", "[demo]\nday = \"{nix}\"\n", "demo.day 里用了 {nix}"),
        ("templates/zh-CN/messages/x.toml", "nix = \"x\"\n", "没有 nix 这一项"),
        ("templates/zh-CN/start_here.md", "a\n{{ branch | nix }}", "start_here.md 第2行：没有 nix 这个过滤器"),
        ("templates/zh-CN/start_here.md", "{{ nix }}", "用了 nix，"),
        ("templates/zh-CN/start_here.md", "{{ sentences + 1 }}", "第1行：写法不对，或者内容的类型不合"),
        ("rules/followup.toml", "[rules.inactive]\nwhen = [{ label = \"x\", sql = \"nix = 1\" }]\n", "没有 nix 这一列"),
        ("rules/followup.toml", "[rules.inactive]\nwhen = [{ label = \"x\", sql = \"aum > \" }]\n", "附近的写法不对"),
        ("daifa.toml", "format = \"x\"\n", "第1行"),
    ];
    let kept = [
        "import",
        "limits",
        "header",
        "depth",
        "daifa",
        "toml",
        "json",
        "md",
        "rules",
        "templates",
        "calendars",
        "zh",
        "CN",
        "messages",
        "products",
        "fund",
        "neu",
        "stikiness",
        "stickiness",
        "family",
        "nix",
        "year",
        "demo",
        "day",
        "start_here",
        "start",
        "here",
        "out",
        "inactive",
        "aum",
        "employee_facts",
        "employee",
        "facts",
        "followup",
        "enabled",
        "false",
        "number",
        "txt",
        "sql",
    ];
    for (file, text, told) in mistakes {
        let path = bench.root().join(file);
        let before = fs::read(&path).ok();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let ran = bench.run(&["cycle"]);
        match before {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert!(ran.code() > 2, "{file}: {}", ran.err());
        let shown = ran.err().replace(bench.root().to_str().unwrap(), "");
        let found = shown.lines().find(|l| l.starts_with("情况：")).unwrap_or_default();
        assert!(found.contains(told), "{file} {text}: {shown}");
        let mut known: Vec<&str> = kept.to_vec();
        // The list of rules files stands in the words of the rules folder.
        if file.ends_with("nix.toml") {
            known.extend(found.split(|c: char| !c.is_ascii_alphabetic()));
        }
        assert_eq!(english(found, &known), Vec::<String>::new(), "{file}: {found}");
    }
}

/// What the system says of a file, in Chinese; what it said itself, for whoever looks after the program, in the JSON.
#[cfg(unix)]
#[test]
fn what_the_system_says_is_told_in_chinese_and_kept_in_the_json() {
    let bench = Bench::new();
    let long = "长".repeat(200);
    let ran = bench.run(&["init", bench.path(&long).to_str().unwrap()]);
    assert_eq!(ran.code(), 4);
    assert!(ran.err().contains("名称过长"), "{}", ran.err());
    assert!(!ran.err().contains("os error"), "{}", ran.err());
    let json = bench.run(&["init", bench.path(&long).to_str().unwrap(), "--json"]);
    let error: Value = serde_json::from_str(json.err().trim()).unwrap();
    assert!(error["error"]["detail"].as_str().unwrap().contains("os error 36"), "{error}");
    fs::remove_file(bench.path("test.key")).unwrap();
    let ran = bench.run(&["rank"]);
    assert_eq!(ran.code(), 3);
    assert!(ran.err().contains("test.key：找不到文件或文件夹。"), "{}", ran.err());
    let english = bench.run(&["rank", "--lang", "en"]).err();
    assert!(english.contains("test.key: there is no such file or folder."), "{english}");
}

/// At 80 columns, in both languages, what is to be done about a sheet stands there to its end.
#[test]
fn no_repair_is_cut_off() {
    let bench = Bench::new();
    let file = bench.sheet(
        "持有产品.xlsx",
        "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH1 | 甲一 | 甲厂 | 2026-03-16 | 十块 |\n| KH2 | 甲二 | 甲厂 | 2026-13-77 | 5 |",
    );
    for lang in ["zh-CN", "en"] {
        let import = ["import", &file, "--today", "2026-03-18", "--lang", lang];
        let report = bench.json(&import);
        let shown = bench.run(&import).out();
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let problems = report["problems"].as_array().unwrap();
        assert!(!problems.is_empty());
        for problem in problems {
            let repair = problem["repair"].as_str().unwrap();
            // Each part between signs stands whole, whatever lines it is broken into beside other columns.
            assert!(repair.is_empty() || shown.contains(&repair[..repair.char_indices().nth(4).map_or(0, |c| c.0)]));
            let tail: String = bare(repair).chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect();
            assert!(bare(&shown).contains(&tail), "{lang}: «{tail}» of «{repair}» is missing in\n{shown}");
        }
        let table = shown.lines().skip_while(|l| !l.contains("改法") && !l.contains("Repair"));
        assert!(table.clone().count() > 3 && table.clone().all(|l| !l.contains('…')), "{lang}\n{shown}");
    }
}

#[test]
fn the_doctor_knows_files_that_were_set_aside() {
    let bench = Bench::new();
    let file = bench.sheet("单位.xlsx", "| 代发单位编号 | 代发单位名称 | 代发人数 |\n|---|\n| D001 | 甲厂 | 30 |");
    bench.run(&["import", &file, "--today", "2026-03-18"]).ok();
    let list = bench.root().join("out/2026-03-18/01_目标单位名单.xlsx");
    for lang in ["zh-CN", "zh-CN", "en"] {
        bench.run(&["rank", "--today", "2026-03-18"]).ok();
        fs::write(&list, b"typed by hand").unwrap();
        bench.run(&["rank", "--today", "2026-03-18", "--lang", lang]).ok();
    }
    // One that only looks like it stands for a file nobody has written.
    fs::write(list.with_file_name("别的_人工修改1.xlsx"), b"x").unwrap();
    let found = bench.json(&["doctor", "--today", "2026-03-18"]);
    let by_check: BTreeMap<&str, &Value> =
        found.as_array().unwrap().iter().map(|f| (f["check"].as_str().unwrap(), f)).collect();
    let set_aside = &by_check["set_aside_files"];
    let names: Vec<&str> = set_aside["files"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    let name = |tail: &str| format!("out/2026-03-18/01_目标单位名单_{tail}.xlsx");
    assert_eq!(names, [name("edited1"), name("人工修改1"), name("人工修改2")]);
    assert_eq!((&set_aside["ok"], &set_aside["state"]), (&true.into(), &"note".into()));
    assert_eq!(by_check["orphan_files"]["files"], serde_json::json!(["out/2026-03-18/别的_人工修改1.xlsx"]));
    let shown = bench.run(&["doctor", "--today", "2026-03-18"]).out();
    assert!(shown.contains("人工修改后改名保留的文件（个）：这些文件生成后有人填写过"), "{shown}");
}

const PEOPLE: &str = "
| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH1 | 甲一 | 6200000000000001 | 甲厂 | 2026-03-16 | 1 |
| KH2 | 甲二 | 6200000000000002 | 甲厂 | 2026-03-16 | 1 |
| KH3 | 乙三 | 6200000000000003 | 甲厂 | 2026-03-16 | 1 |
| KH4 | 甲四 | 6200000000000004 | 乙厂 | 2026-03-16 | 1 |";

/// 甲二 is paid; 甲贰 under another account may be somebody misspelt; 丙五 is nobody of the employer's.
const PAID: &str = "
| 序号 | 收款方户名 | 收款账号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲二 | 6200000000000002 | 2000 | 工资 | 2026-03-10 | 甲厂 |
| 2 | 甲壹 | 6200000000000011 | 2000 | 工资 | 2026-03-10 | 甲厂 |
| 3 | 丙五 | 6200000000000015 | 2000 | 工资 | 2026-03-10 | 甲厂 |";

fn import(bench: &Bench, name: &str, table: &str) {
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet(name, table)]).ok();
}

/// Every choice offered works with the numbers shown beside it; every other one is refused.
#[test]
fn a_question_offers_what_works_and_shows_the_numbers_it_asks_for() {
    let bench = Bench::new();
    import(&bench, "持有.xlsx", PEOPLE);
    import(&bench, "发薪.xlsx", PAID);
    let asked = bench.json(&["match", "show"]);
    let asked = asked.as_array().unwrap();
    let choices: Vec<&Value> = asked.iter().map(|m| &m["choices"]).collect();
    assert_eq!(choices, [&serde_json::json!(["same", "skip"]), &serde_json::json!(["skip"])]);
    // Of 甲厂, of the surname 甲, not paid on the day: only the first.
    let candidates: Vec<&str> =
        asked[0]["candidates"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(candidates, ["P000001"]);
    assert_eq!(asked[0]["candidates"][0]["rules"], serde_json::json!(["same_surname"]));
    let shown = bench.run(&["match", "show"]).ok().out();
    assert!(shown.contains("就是这位 --same P000001；"), "{shown}");
    assert!(shown.lines().any(|l| l == "daifa match decide 1 --same P000001"), "{shown}");
    for never in ["--new", "--merge", "--employer", "P000456", "E00045"] {
        assert!(!shown.contains(never), "{never} is offered: {shown}");
    }
    assert!(shown.lines().all(|l| !l.contains('…')), "{shown}");
    for (number, option) in [("1", &["--new"][..]), ("1", &["--merge", "P000001", "P000002"]), ("2", &["--new"])] {
        let refused = bench.run(&[&["match", "decide", number], option].concat());
        assert_eq!(refused.code(), 1, "{number} {option:?}");
    }
    bench.run(&["match", "decide", "1", "--same", "P000001", "--today", "2026-03-18"]).ok();
    bench.run(&["match", "decide", "2", "--skip", "--today", "2026-03-18"]).ok();
    let decided = bench.json(&["match", "show", "--all"]);
    assert_eq!(decided[1]["choices"], serde_json::json!(["undo"]), "{decided}");
    bench.run(&["match", "decide", "2", "--undo", "--today", "2026-03-18"]).ok();
}

#[test]
fn of_two_people_who_may_be_one_the_question_offers_to_make_them_one() {
    let bench = Bench::new();
    import(&bench, "持有.xlsx", PEOPLE);
    // A row with the number of the first and the account of the second.
    let mixed = "
| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH1 | 甲一 | 6200000000000002 | 甲厂 | 2026-03-17 | 1 |
| KH2 | 甲二 |  | 甲厂 | 2026-03-17 | 1 |
| KH3 | 乙三 | 6200000000000003 | 甲厂 | 2026-03-17 | 1 |";
    import(&bench, "后.xlsx", mixed);
    let asked = bench.json(&["match", "show"]);
    assert_eq!(asked[0]["choices"], serde_json::json!(["same", "new", "merge", "skip"]), "{asked}");
    let shown = bench.run(&["match", "show", "--lang", "en"]).ok().out();
    let bare: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(bare.contains("--merge P000001 P000002"), "{shown}");
    bench.run(&["match", "decide", "1", "--merge", "P000001", "P000002", "--today", "2026-03-18"]).ok();
    assert!(bench.json(&["match", "show"]).as_array().unwrap().is_empty());
}
