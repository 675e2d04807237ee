//! One employer's place told, other rules tried, past ranks tested: on the demo.

use std::fs;

use serde_json::Value;

use crate::common::Bench;
use crate::common::office::Office;

const DAY: &str = "2026-03-02";

#[test]
fn an_employer_is_told_with_its_measures_and_peers() {
    let bench = Bench::demo();
    let ranked = bench.json(&["rank", "--today", DAY]);
    let first = &ranked[0];
    let id = first["employer_id"].as_str().unwrap();
    let story = bench.json(&["rank", id, "--today", DAY]);
    for key in ["employer_id", "name", "rank", "target", "score", "confidence", "reasons"] {
        assert_eq!(story[key], first[key], "{key}");
    }
    assert!(story["sentence"].as_str().unwrap().starts_with("人均AUM比同业低"), "{story}");
    let points = story["measures"].as_array().unwrap().iter().map(|m| m["points"].as_i64().unwrap());
    assert_eq!(points.sum::<i64>(), story["score"].as_i64().unwrap());
    let own = story["measures"].as_array().unwrap().iter().find(|m| m["key"] == "aum_per_head_fen").unwrap();
    assert_eq!((own["own"].as_f64(), own["peer"].as_f64()), (Some(947_242.0), Some(3_964_009.0)));
    let measure = |key: &str| story["measures"].as_array().unwrap().iter().find(|m| m["key"] == key).unwrap();
    assert_eq!(measure("loss_index")["own"], first["loss_index"]);
    assert_eq!(measure("uplift_per_head_fen")["peer"].as_f64(), first["uplift_per_head_fen"].as_f64());
    let basis =
        serde_json::json!({"uplift_percentile": 0.75, "loss_source": "core-and-basics", "loss_interpolated": [2, 4]});
    assert_eq!(story["basis"], basis);
    let peers = story["peers"].as_array().unwrap();
    assert!(!peers.is_empty() && peers.iter().all(|p| p["employer_id"] != first["employer_id"]), "{story}");
    // The name serves as well, and the terminal has the same.
    let shown = bench.run(&["rank", first["name"].as_str().unwrap(), "--today", DAY]).ok().out();
    let joined: String = shown.split_whitespace().collect();
    assert!(
        joined.contains("相对流失指数来自行业流失图表（出处core-and-basics")
            && joined.contains("2、4个产品的为线性插值"),
        "{shown}"
    );
    assert!(shown.contains("第1名") && shown.contains("目标单位") && shown.contains("对照的同业单位"), "{shown}");
}

#[test]
fn what_its_people_hold_is_told_beside_the_peers() {
    let bench = Bench::demo();
    let ranked = bench.json(&["rank", "--today", DAY]);
    let first = &ranked[0];
    let story = bench.json(&["rank", first["employer_id"].as_str().unwrap(), "--today", DAY]);
    let products = story["products"].as_array().unwrap();
    assert_eq!(products.len(), first["penetration"].as_object().unwrap().len());
    assert!(products.len() >= 10, "{story}");
    for told in products {
        let key = told["product"].as_str().unwrap();
        assert_eq!((&told["own"], &told["peer"]), (&first["penetration"][key], &first["peer_penetration"][key]));
        let gap = told["own"].as_f64().unwrap() - told["peer"].as_f64().unwrap();
        assert!((told["gap"].as_f64().unwrap() - gap).abs() < 1e-9, "{told}");
    }
    // The furthest behind first.
    let gaps: Vec<f64> = products.iter().map(|p| p["gap"].as_f64().unwrap()).collect();
    assert!(gaps[0] < 0.0 && gaps.is_sorted(), "{gaps:?}");
    let coverage = story["coverage"].as_array().unwrap();
    let sum = |key: &str| coverage.iter().map(|c| c[key].as_f64().unwrap()).sum::<f64>();
    assert_eq!((coverage.len(), sum("heads")), (6, first["headcount"].as_f64().unwrap()));
    assert!((sum("own") - 1.0).abs() < 1e-9 && (sum("peer") - 1.0).abs() < 1e-9 && sum("gap").abs() < 1e-9, "{story}");
    let shown = bench.run(&["rank", "云启信息", "--today", DAY]).ok().out();
    assert!(shown.contains("各产品持有率与同业") && shown.contains("持有产品数与同业"), "{shown}");
    // Who is left out is not compared.
    let left_out = bench.json(&["rank", "建宏劳务", "--today", DAY]);
    assert_eq!((&left_out["products"], &left_out["coverage"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn an_employer_that_is_left_out_is_told_why() {
    let bench = Bench::demo();
    let story = bench.json(&["rank", "建宏劳务", "--today", DAY]);
    assert_eq!((&story["rank"], &story["score"], &story["target"]), (&Value::Null, &Value::Null, &false.into()));
    assert_eq!(story["reasons"][0]["rule"], "left_out_dispatch");
    assert_ne!(bench.run(&["rank", "没有这家单位", "--today", DAY]).code(), 0);
    assert_eq!(bench.run(&["rank", "建宏劳务", "--backtest"]).code(), 2);
}

#[test]
fn other_rules_are_tried_and_nothing_is_written() {
    let bench = Bench::demo();
    let file = bench.path("试算.toml");
    let path = file.to_str().unwrap();
    fs::write(&file, "[contribution]\nlow = 0.01\n").unwrap();
    let before = bench.json(&["rank", "--today", DAY]);
    let told = bench.json(&["rank", "--what-if", path, "--today", DAY]);
    let changes = told["changes"].as_array().unwrap();
    let lost = changes.iter().filter(|c| c["target_before"] == true && c["target_after"] == false).count();
    let targets = before.as_array().unwrap().iter().filter(|r| r["target"] == true).count();
    assert!(targets > 0 && lost == targets, "{told}");
    assert!(changes.iter().all(|c| c["rank_before"].is_number() && c["rank_after"].is_number()), "{told}");
    assert_eq!(bench.json(&["rank", "--today", DAY]), before);
    // What changes nothing shows nothing; what is misspelt is told with its place.
    fs::write(&file, "").unwrap();
    assert_eq!(bench.json(&["rank", "--what-if", path, "--today", DAY])["changes"], serde_json::json!([]));
    fs::write(&file, "[contribution]\nlov = 0.5\n").unwrap();
    let wrong = bench.run(&["rank", "--what-if", path, "--today", DAY]);
    assert_eq!(wrong.code(), 5);
    assert!(wrong.err().contains("试算.toml") && wrong.err().contains("contribution.lov"), "{}", wrong.err());
}

/// What is wrong is wrong in the file that was given: nobody is sent to the rules folder, which is in order.
#[test]
fn a_mistake_in_a_file_that_is_tried_is_told_of_that_file() {
    let bench = Bench::demo();
    let file = bench.path("试算.toml");
    let refused = || {
        let ran = bench.run(&["rank", "--what-if", file.to_str().unwrap(), "--today", DAY]);
        assert_eq!(ran.code(), 5, "{}", ran.out());
        let told = ran.err();
        assert!(told.contains("试算的规则文件有误") && told.contains(file.to_str().unwrap()), "{told}");
        assert!(!told.contains("rules 文件夹") && !told.contains("移走"), "{told}");
        told
    };
    assert!(refused().contains("找不到文件"));
    for (text, place) in [
        ("[contribution]\nlow = 0.5\nlow = 0.6\n", "第3行"),
        ("[contribution]\nlow = \"半\"\n", "contribution.low"),
        ("[contributions]\nlow = 0.5\n", "contributions"),
    ] {
        fs::write(&file, text).unwrap();
        let told = refused();
        assert!(told.contains(place), "{place}: {told}");
    }
    // The workspace's own file is told of as such.
    fs::write(bench.root().join("rules/ranking.toml"), "[contribution]\nlov = 0.5\n").unwrap();
    let own = bench.run(&["rank", "--today", DAY]);
    assert_eq!(own.code(), 5);
    assert!(own.err().contains("rules 文件夹里的这个文件"), "{}", own.err());
}

#[test]
fn a_part_of_a_name_that_several_have_lists_them() {
    let bench = Bench::demo();
    let ran = bench.run(&["rank", "临江", "--today", DAY]);
    assert_eq!(ran.code(), 1);
    let shown = ran.out();
    for name in ["临江市三中", "临江建安有限公司", "临江养老服务中心"] {
        assert!(shown.contains(name), "{name}: {shown}");
    }
    let told = bench.json(&["rank", "临江", "--today", DAY]);
    let candidates = told["candidates"].as_array().unwrap();
    assert!(candidates.len() >= 3, "{told}");
    for candidate in candidates {
        assert!(candidate["name"].as_str().unwrap().contains("临江"), "{candidate}");
        // Its number serves.
        let id = candidate["id"].as_str().unwrap();
        assert_eq!(bench.json(&["rank", id, "--today", DAY])["name"], candidate["name"]);
    }
    // Other commands name them as well.
    let other = bench.run(&["track", "临江", "--today", DAY]);
    assert_eq!(other.code(), 1);
    assert!(other.err().contains("符合的单位不止一家") && other.err().contains("临江市三中"), "{}", other.err());
}

/// Of the twenty 有限公司 twelve are named: first those that have a visit, or the one that is meant may be missing.
#[test]
fn a_visit_is_not_unknown_because_several_employers_share_the_part_of_a_name() {
    let bench = Bench::demo();
    let today = "2026-03-18";
    for command in [
        &["plan", "confirm", "有限公司"][..],
        &["plan", "set", "有限公司", "--start", "11:00"],
        &["plan", "pin", "有限公司"],
        &["plan", "cancel", "有限公司"],
        &["plan", "reopen", "有限公司"],
        &["plan", "undo", "有限公司"],
        &["step", "done", "有限公司", "预约"],
    ] {
        let ran = bench.run(&[command, &["--today", today]].concat());
        let told: String = ran.err().split_whitespace().collect();
        assert_eq!(ran.code(), 1, "{command:?}: {told}");
        assert!(told.contains("符合的单位不止一家") && told.contains("的有20家"), "{command:?}: {told}");
        assert!(told.contains("E00027己卯食品有限公司") && !told.contains("没有这个场次"), "{command:?}: {told}");
    }
    // A part that one employer has is enough; what nobody is called, or who has no visit, is unknown.
    let pinned = bench.json(&["plan", "pin", "己卯", "--dry-run", "--today", today]);
    assert_eq!(pinned["visits"][0]["employer_id"], "E00027");
    for nobody in ["没有这家单位", "安和物业", "V9999"] {
        let ran = bench.run(&["plan", "pin", nobody, "--today", today]);
        assert!(ran.code() == 1 && ran.err().contains("没有这个场次"), "{nobody}: {}", ran.err());
    }
}

/// 26 employers begin alike: the terminal names 24 and says that there are two more, a program reads all.
#[test]
fn more_candidates_than_are_shown_are_counted() {
    let bench = Bench::new();
    let rows: String = ('a'..='z').map(|c| format!("| DW{c} | 临江{c}厂 | 30 |\n")).collect();
    let file = bench.sheet("单位.xlsx", &format!("| 单位编号 | 单位名称 | 代发人数 |\n|---|\n{rows}"));
    bench.run(&["import", "--today", DAY, &file]).ok();
    let ran = bench.run(&["show", "临江", "--today", DAY]);
    assert_eq!(ran.code(), 1);
    let shown = ran.out();
    assert!(shown.contains("临江x厂") && !shown.contains("临江y厂") && shown.contains("还有2个没有列出"), "{shown}");
    let all = bench.run(&["show", "临江", "--json", "--today", DAY]).json();
    assert_eq!(all["candidates"].as_array().unwrap().len(), 26);
    // Where all are shown there are no more.
    assert!(!bench.run(&["show", "江a", "--today", DAY]).out().contains("没有列出"));
}

#[test]
fn the_list_says_how_many_it_does_not_show() {
    let bench = Bench::demo();
    let all = bench.json(&["rank", "--today", DAY]).as_array().unwrap().len();
    let shown = |arguments: &[&str]| -> String {
        let ran = bench.run(&[&["rank", "--today", DAY], arguments].concat()).ok();
        // A sentence breaks where the line ends.
        ran.out().split_whitespace().collect()
    };
    let (first, hint) = (shown(&[]), format!("还有{}户没有显示：加--top{all}全部显示", all - 12));
    assert!(first.contains(&hint), "{hint}: {first}");
    assert!(!shown(&["--top", &all.to_string()]).contains("没有显示"));
    assert!(shown(&["--top", &(all - 1).to_string()]).contains("还有1户没有显示"));
}

#[test]
fn the_last_visit_is_told_with_its_counts_and_verdict() {
    let bench = Bench::demo();
    let effects = bench.json(&["report", "--today", DAY])["effects"].clone();
    let effect = effects.as_array().unwrap().iter().find(|e| e["name"] == "华彩印务有限公司").unwrap();
    let story = bench.json(&["rank", "华彩印务", "--today", DAY]);
    // Ten days of January, 28 of February, two of March.
    assert_eq!((&story["last_visit"], &story["last_visit_days"]), (&"2026-01-21".into(), &40.into()), "{story}");
    let result = &story["last_visit_result"];
    assert_eq!((&result["attendance"], &result["interested"], &result["deals"]), (&9.into(), &2.into(), &0.into()));
    assert_eq!((&result["verdict"], &result["reasons"]), (&effect["verdict"], &effect["reasons"]));
    let shown: String = bench.run(&["rank", "华彩印务", "--today", DAY]).ok().out().split_whitespace().collect();
    assert!(shown.contains("上次进企2026-01-21（40天前）：到场9人，有意向2人，成交0户，"), "{shown}");
    // It is left out for the visit; the workbook tells why and what came of it.
    let book = Office::open(&bench.root().join("out").join(DAY).join("01_目标单位名单.xlsx"));
    let page = |name: &str| book.pages.iter().find(|p| p.name == name).unwrap();
    let left = page("暂不安排及原因").rows.iter().find(|r| r.iter().any(|c| *c == "华彩印务有限公司"));
    let told = left.unwrap().iter().any(|c| c.to_string().starts_with("2026-01-21\n到场9人，有意向2人，成交0户\n"));
    assert!(told, "{left:?}");
    // Who was never visited has no result, and no nought in its place.
    let never = bench.json(&["rank", "云启信息", "--today", DAY]);
    assert_eq!((&never["last_visit_days"], &never["last_visit_result"]), (&Value::Null, &Value::Null));
    let names = |name: &str| page(name).rows.iter().any(|r| r.iter().any(|c| *c == "云启信息有限公司"));
    assert!(names("目标单位") && names("指标明细"));
}

#[test]
fn the_trend_of_retention_is_that_of_the_last_two_paydays() {
    let bench = Bench::demo();
    let day = "2026-03-18";
    let rates = bench.json(&["report", "--today", day])["retention"].clone();
    let line = |id: &Value, slot: i64| {
        rates.as_array().unwrap().iter().find(|r| r["employer_id"] == *id && r["slot"] == slot).cloned()
    };
    let mut known = 0;
    for ranked in bench.json(&["rank", "--today", day]).as_array().unwrap() {
        let (trend, id) = (&ranked["retention_trend"], &ranked["employer_id"]);
        let [latest, earlier] = [1, 2].map(|slot| line(id, slot).unwrap_or_default());
        if trend.is_null() {
            let comparable = latest["rate"].is_number() && latest["basis"] == earlier["basis"];
            assert!(!(comparable && earlier["rate"].is_number()), "{ranked}");
            continue;
        }
        known += 1;
        assert_eq!((&trend["payday"], &trend["payday_before"]), (&latest["payday"], &earlier["payday"]), "{ranked}");
        assert_eq!((&trend["now"], &trend["before"]), (&latest["rate"], &earlier["rate"]), "{ranked}");
        let change = trend["now"].as_f64().unwrap() - trend["before"].as_f64().unwrap();
        assert!((trend["change"].as_f64().unwrap() - change).abs() < 1e-12, "{ranked}");
    }
    assert!(known > 0, "of nobody two paydays are known");
}

#[test]
fn past_ranks_are_tested_and_the_day_stays_what_it_was() {
    let bench = Bench::demo();
    let before = bench.json(&["rank"]);
    let result = bench.json(&["rank", "--backtest"]);
    let verdict = result["verdict"].as_str().unwrap();
    assert!(["too_few", "found", "not_found"].contains(&verdict), "{result}");
    assert!(result["employers"].as_u64() <= result["pairs"].as_u64(), "{result}");
    if let Some(correlation) = result["correlation"].as_f64() {
        assert!((-1.0..=1.0).contains(&correlation), "{result}");
    }
    assert_eq!(bench.json(&["rank"]), before);
    // One list has nothing after it.
    let none = bench.json(&["rank", "--backtest", "--today", DAY]);
    assert!(none["pairs"].is_u64(), "{none}");
}
