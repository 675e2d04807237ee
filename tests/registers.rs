//! Lists that tell less, or otherwise, than the one before: registers of visits, lists of employers.

use serde_json::Value;

use crate::common::Bench;

fn import(bench: &Bench, name: &str, table: &str) -> Value {
    bench.json(&["import", "--today", "2026-03-31", &bench.sheet(name, table)])
}

/// What is more than a note.
fn codes(report: &Value) -> Vec<&str> {
    let problems = report["problems"].as_array().unwrap().iter().filter(|p| p["severity"] != "note");
    problems.map(|p| p["code"].as_str().unwrap()).collect()
}

fn decide(bench: &Bench, arguments: &[&str]) -> Value {
    bench.json(&[&["match", "decide", "--today", "2026-03-31"], arguments].concat())
}

/// A sheet with one person of each of these employers.
fn people(of: &[&str]) -> String {
    let row = |(n, name): (usize, &&str)| format!("| KH{n} | 张一测试 | {name} | 2026-03-30 | 10 |\n");
    let rows: String = of.iter().enumerate().map(row).collect();
    format!("| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n{rows}")
}

/// Number, name and headcount said of the employers somebody works at, in order of number.
fn employers(bench: &Bench) -> Vec<(String, String, Option<i64>)> {
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    import(bench, "人.xlsx", &people(&["恒远集团有限公司", "恒远有限公司"]));
    let ranked = bench.json(&["rank", "--today", "2026-03-31"]);
    let text = |e: &Value, key: &str| e[key].as_str().unwrap().to_string();
    let mut rows: Vec<_> = ranked
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (text(e, "employer_id"), text(e, "name"), e["stated_headcount"].as_i64()))
        .collect();
    rows.sort();
    rows
}

fn employer(id: &str, name: &str, heads: i64) -> (String, String, Option<i64>) {
    (id.to_string(), name.to_string(), Some(heads))
}

const CLOSED: &str = "
| 单位名称 | 进企日期 | 我行人数 | 到场人数 | 意向人数 | 首次跟进日期 | 关键人回访日期 | 备注 |
|---|
| 甲厂有限公司 | 2026-03-12 | 2 | 30 | 12 | 2026-03-13 | 2026-03-16 | 午休时间办理 |";

#[test]
fn a_register_with_fewer_columns_keeps_what_was_known_of_a_visit() {
    let bench = Bench::new();
    import(&bench, "台账.xlsx", CLOSED);
    let before = bench.json(&["report", "--today", "2026-03-31"]);
    assert_eq!(before["funnel"]["closed"], 1, "{before:#}");
    let slim = "
| 单位名称 | 进企日期 | 成交户数 |
|---|
| 甲厂有限公司 | 2026-03-12 | 4 |";
    import(&bench, "简表.xlsx", slim);
    let after = bench.json(&["report", "--today", "2026-03-31"]);
    let funnel = |key: &str| (before["funnel"][key].clone(), after["funnel"][key].clone());
    for key in ["held", "closed", "called_in_time", "contacted_in_time", "interested", "overdue"] {
        assert_eq!(funnel(key).0, funnel(key).1, "{key}");
    }
    assert_eq!(after["funnel"]["deals"], 4);
    let record = &after["effects"][0];
    assert_eq!((&record["attendance"], &record["deals"]), (&30.into(), &4.into()), "{record}");
    assert_eq!(record["note"], "午休时间办理");
    // Blank cells tell nothing either; what is written anew holds.
    let blank = CLOSED.replace("| 2 | 30 | 12 | 2026-03-13 | 2026-03-16 | 午休时间办理 |", "|  | 31 |  |  |  |  |");
    import(&bench, "空格.xlsx", &blank);
    let after = bench.json(&["report", "--today", "2026-03-31"]);
    assert_eq!((&after["funnel"]["closed"], &after["effects"][0]["attendance"]), (&1.into(), &31.into()));
}

#[test]
fn columns_that_come_one_after_the_other_close_a_visit_together() {
    let bench = Bench::new();
    let row = |header: &str, day: &str| {
        format!("| 单位名称 | 进企日期 | {header} |\n|---|\n| 甲厂有限公司 | 2026-03-12 | {day} |")
    };
    let closed = || bench.json(&["report", "--today", "2026-03-31"])["funnel"]["closed"].clone();
    import(&bench, "一.xlsx", &row("首次跟进日期", "2026-03-13"));
    assert_eq!(closed(), 0);
    import(&bench, "二.xlsx", &row("关键人回访日期", "2026-03-16"));
    assert_eq!(closed(), 1);
}

#[test]
fn a_long_register_is_taken_whole() {
    let bench = Bench::new();
    let row = |n: usize| format!("| 测试{}厂 | 2026-{:02}-{:02} | {} |\n", n / 50, n % 2 + 1, n % 25 + 1, n % 40);
    let rows: String = (0..5000).map(row).collect();
    import(&bench, "台账.xlsx", &format!("| 单位名称 | 进企日期 | 到场人数 |\n|---|\n{rows}"));
    assert_eq!(bench.json(&["report", "--today", "2026-03-31"])["funnel"]["held"], 5000);
}

const LIST: &str = "
| 代发单位名称 | 代发人数 | 归属网点 |
|---|
| 恒远集团有限公司 | 500 | 城东支行 |
| 恒远有限公司 | 100 | 城西支行 |";

#[test]
fn two_firms_of_one_list_are_not_taken_for_one() {
    let bench = Bench::new();
    let report = import(&bench, "单位.xlsx", LIST);
    assert_eq!(codes(&report), ["employer_unsure"], "{report:#}");
    assert_eq!(report["files"][0]["open_matches"], 1);
    let open = bench.json(&["match", "show"]);
    assert_eq!((&open[0]["seen"]["name"], &open[0]["line"]), (&"恒远有限公司".into(), &3.into()));
    assert_eq!(open[0]["candidates"][0]["name"], "恒远集团有限公司");
    let both = [employer("E00001", "恒远集团有限公司", 500), employer("E00002", "恒远有限公司", 100)];
    assert_eq!(employers(&bench), both);
    // The same list again: no new question, and each row at its firm, whichever comes first.
    let lines: Vec<&str> = LIST.trim().lines().collect();
    let turned = [lines[0], lines[1], lines[3], lines[2]].join("\n");
    let report = import(&bench, "单位倒序.xlsx", &turned);
    assert_eq!(codes(&report), ["employer_unsure"], "{report:#}");
    assert_eq!(bench.json(&["match", "show"]).as_array().unwrap().len(), 1);
    assert_eq!(employers(&bench), both);
    // Decided: a firm of its own; nothing is asked for any more.
    decide(&bench, &["1", "--new"]);
    let report = import(&bench, "单位再来.xlsx", &turned.replace("500", "501"));
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
    assert_eq!(employers(&bench)[0], employer("E00001", "恒远集团有限公司", 501));
    assert_eq!(employers(&bench)[1], both[1]);
}

#[test]
fn two_names_of_one_list_decided_to_be_one_firm_stay_one() {
    let bench = Bench::new();
    import(&bench, "单位.xlsx", LIST);
    decide(&bench, &["1", "--employer", "E00001"]);
    assert_eq!(employers(&bench).len(), 1);
    let report = import(&bench, "单位再来.xlsx", &LIST.replace("500", "501"));
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
    assert_eq!(employers(&bench).len(), 1);
    assert_eq!(bench.json(&["match", "show"]), serde_json::json!([]));
    // Taken back, both rows of the second list are seen again too.
    decide(&bench, &["1", "--undo"]);
    let both = [employer("E00001", "恒远集团有限公司", 501), employer("E00002", "恒远有限公司", 100)];
    assert_eq!(employers(&bench), both);
}

#[test]
fn a_known_name_goes_before_one_that_only_resembles_it() {
    let bench = Bench::new();
    let known = "| 代发单位名称 | 代发人数 |\n|---|\n| 恒远集团有限公司 | 500 |";
    bench.json(&["import", "--today", "2026-03-01", &bench.sheet("旧.xlsx", known)]);
    // The row that is written otherwise stands first: still the other one is the firm that is known.
    let lines: Vec<&str> = LIST.trim().lines().collect();
    let report = import(&bench, "新.xlsx", &[lines[0], lines[1], lines[3], lines[2]].join("\n"));
    assert_eq!(codes(&report), ["employer_unsure"], "{report:#}");
    let both = [employer("E00001", "恒远集团有限公司", 500), employer("E00002", "恒远有限公司", 100)];
    assert_eq!(employers(&bench), both);
    // Another sheet names them: each by its own name; a name that fits both is asked for.
    let asked = |name: &str, file: &str| {
        let report = import(&bench, file, &people(&[name]));
        codes(&report).contains(&"employer_unsure")
    };
    assert!(!asked("恒远集团有限公司", "一.xlsx"));
    assert!(asked("恒远有限公司", "二.xlsx"));
    assert!(asked("恒远", "三.xlsx"));
    decide(&bench, &["1", "--new"]);
    assert!(!asked("恒远 有限公司", "四.xlsx"));
    let open = bench.json(&["match", "show"]);
    assert_eq!((&open[0]["seen"]["name"], &open[1]), (&"恒远".into(), &Value::Null));
    assert_eq!(open[0]["candidates"].as_array().unwrap().len(), 2);
}

#[test]
fn one_firm_written_twice_with_its_number_is_one() {
    let bench = Bench::new();
    let list = "
| 代发单位编号 | 代发单位名称 | 代发人数 |
|---|
| D001 | 恒远集团有限公司 | 500 |
| D002 | 恒远有限公司 | 100 |";
    let report = import(&bench, "单位.xlsx", list);
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
    assert_eq!(employers(&bench).len(), 2);
    // Without numbers a month later: by their whole names.
    let slim = LIST.replace("500", "501");
    let report = import(&bench, "简表.xlsx", &slim);
    assert_eq!(codes(&report), Vec::<&str>::new(), "{report:#}");
    let both = [employer("E00001", "恒远集团有限公司", 501), employer("E00002", "恒远有限公司", 100)];
    assert_eq!(employers(&bench), both);
}

#[test]
fn which_words_do_not_tell_firms_apart_is_a_rule() {
    let bench = Bench::new();
    let known = "| 代发单位名称 | 代发人数 |\n|---|\n| 恒远集团有限公司 | 500 |";
    import(&bench, "旧.xlsx", known);
    assert_eq!(codes(&import(&bench, "一.xlsx", &people(&["恒远"]))), Vec::<&str>::new());
    std::fs::write(bench.root().join("rules/matching.toml"), "[firm]\nwords = [\"有限公司\"]\n").unwrap();
    // From now on a group and a firm without the word are two, those known before too.
    assert_eq!(codes(&import(&bench, "二.xlsx", &people(&["恒远有限公司"]))), ["employer_added"]);
    assert_eq!(codes(&import(&bench, "三.xlsx", &people(&["恒远集团"]))), Vec::<&str>::new());
    assert_eq!(codes(&import(&bench, "单位.xlsx", LIST)), Vec::<&str>::new());
}
