//! The JSON of `docs/json.md`, on a branch of two employers and three people.

use std::sync::OnceLock;

use crate::common::{Bench, Prepared};

fn small() -> Bench {
    static SMALL: OnceLock<Prepared> = OnceLock::new();
    Bench::copy_of(&SMALL, small_anew)
}

fn small_anew() -> Bench {
    let bench = Bench::new();
    let employers = "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 | 协议到期日 |
|---|
| D001 | 甲厂有限公司 | 制造业 | 2 | 每月10日 | 一网点 | 林一 | 2026-05-31 |
| D002 | 乙厂有限公司 | 制造业 | 1 | 每月10日 | 一网点 | 林一 |  |";
    // A third of nine may leave: one to lead, two for basic service.
    let staff: String = ["客户经理", "柜员", "大堂经理", "柜员", "柜员", "柜员", "柜员", "柜员", "柜员"]
        .iter()
        .zip("一二三四五六七八九".chars())
        .enumerate()
        .map(|(i, (position, n))| format!("| 00{} | 林{n} | 一网点 | {position} |  | 是 |\n", i + 1))
        .collect();
    let staff = format!("| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |\n|---|\n{staff}");
    let holdings = |date: &str, first: i64, plan: &str| {
        format!(
            "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 手机银行 | 基金定投 | 是否同意电话营销 | 风险测评有效期 |
|---|
| KH1 | 甲一 | 甲厂有限公司 | 林一 | {date} | {first} | {first} | 是 | {plan} | 是 | 2026-12-31 |
| KH2 | 甲二 | 甲厂有限公司 | 林一 | {date} | 45000 | 45000 | 否 | 否 |  |  |
| KH3 | 乙一 | 乙厂有限公司 | 林一 | {date} | 500000 | 500000 | 是 | 是 | 是 | 2026-12-31 |"
        )
    };
    let paid = "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲一 | KH1 | 5000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 2 | 甲二 | KH2 | 6000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 3 | 乙一 | KH3 | 5000 | 3月工资 | 2026-03-10 | 乙厂有限公司 |";
    let files = [
        bench.sheet("单位.xlsx", employers),
        bench.sheet("人员.xlsx", &staff),
        bench.sheet("前.xlsx", &holdings("2026-03-09", 36_000, "否")),
        bench.sheet("后.xlsx", &holdings("2026-03-16", 38_000, "是")),
        bench.sheet("工资.xlsx", paid),
    ];
    let arguments: Vec<&str> =
        ["import", "--today", "2026-03-18"].into_iter().chain(files.iter().map(String::as_str)).collect();
    bench.run(&arguments).ok();
    // A branch this small has no employer large enough to be ranked: its own rule says otherwise.
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    bench
}

#[test]
fn every_document_has_the_documented_shape() {
    let bench = small();
    for (name, arguments) in [
        ("rank", vec!["rank"]),
        ("plan", vec!["plan"]),
        ("track", vec!["track"]),
        ("followup", vec!["followup"]),
        ("report", vec!["report"]),
        ("calendar", vec!["calendar", "--from", "2026-02-14", "--to", "2026-02-15"]),
    ] {
        let arguments = [arguments, vec!["--today", "2026-03-18"]].concat();
        insta::assert_json_snapshot!(name, bench.json(&arguments));
    }
}

#[test]
fn reveal_adds_the_customer_number_and_is_recorded() {
    let bench = small();
    let before = bench.json(&["audit", "show"]).as_array().unwrap().len();
    let plain = bench.json(&["track", "--today", "2026-03-18", "甲厂"]);
    assert!(plain["employees"][0].get("customer_number").is_none());
    let revealed = bench.json(&["track", "--today", "2026-03-18", "甲厂", "--reveal", "--purpose", "核对"]);
    assert_eq!(revealed["employees"][0]["customer_number"], "KH1");
    let audit = bench.json(&["audit", "show"]);
    let entry = &audit[before];
    assert_eq!((entry["action"].as_str(), entry["rows"].as_i64()), (Some("reveal"), Some(2)));
}

#[test]
fn language_changes_labels_and_nothing_else() {
    let bench = small();
    let strip = |mut v: serde_json::Value| {
        fn walk(v: &mut serde_json::Value) {
            match v {
                serde_json::Value::Object(map) => {
                    map.remove("label");
                    map.values_mut().for_each(walk);
                }
                serde_json::Value::Array(list) => list.iter_mut().for_each(walk),
                _ => {}
            }
        }
        walk(&mut v);
        v
    };
    let chinese = bench.json(&["rank", "--today", "2026-03-18"]);
    let english = bench.json(&["rank", "--today", "2026-03-18", "--lang", "en"]);
    assert_ne!(chinese, english);
    assert_eq!(strip(chinese), strip(english));
}

#[test]
fn a_worklist_of_an_earlier_run_goes_when_its_recipient_has_no_tasks_now() {
    let bench = small();
    let day = bench.root().join("out/2026-03-18");
    let worklists = || {
        let names = std::fs::read_dir(&day).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned());
        names.filter(|n| n.starts_with("05_")).collect::<Vec<_>>()
    };
    bench.run(&["export", "--today", "2026-03-18"]).ok();
    assert_eq!(worklists().len(), 1);
    let off: String = daifa::rules::Rules::load(None)
        .unwrap()
        .followup
        .rules
        .keys()
        .map(|key| format!("[rules.{key}]\nenabled = false\n"))
        .collect();
    std::fs::write(bench.root().join("rules/followup.toml"), off).unwrap();
    bench.run(&["export", "--today", "2026-03-18"]).ok();
    assert!(worklists().is_empty(), "{:?}", worklists());
}
