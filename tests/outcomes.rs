//! What is said of a visit, of an employer in danger and before a payday, over the days: sheets in, figures and words out.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use serde_json::Value;

use crate::common::Bench;

const EMPLOYERS: [&str; 3] = ["甲厂有限公司", "乙厂有限公司", "丙厂有限公司"];

fn employers(agreement_end: &str) -> String {
    let row = |(n, name): (usize, &&str)| {
        format!("| D00{} | {name} | 制造业 | 1 | 每月10日 | 一网点 | 林一 | {agreement_end} |\n", n + 1)
    };
    let rows: String = EMPLOYERS.iter().enumerate().map(row).collect();
    let header = "| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 | 协议到期日 |";
    format!("{header}\n|---|\n{rows}")
}

const STAFF: &str = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |";

/// 10,000 yuan for one person of each employer.
fn wages(payday: &str) -> String {
    let row = |(n, name): (usize, &&str)| {
        format!("| {0} | 甲{0} | KH{0} | 10000 | {1}月工资 | {payday} | {name} |\n", n + 1, &payday[5..7])
    };
    let rows: String = EMPLOYERS.iter().enumerate().map(row).collect();
    format!("| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |\n|---|\n{rows}")
}

/// AUM in yuan of the person of each employer; who has none is not in the sheet.
fn holdings(date: &str, aum: [Option<i64>; 3]) -> String {
    let row = |(n, aum): (usize, Option<i64>)| {
        let (aum, name) = (aum?, EMPLOYERS[n]);
        let n = n + 1;
        Some(format!("| KH{n} | 甲{n} | {name} | 林一 | {date} | {aum} | {aum} | 否 | 是 | 是 | 2026-12-31 |\n"))
    };
    let rows: String = aum.into_iter().enumerate().filter_map(row).collect();
    let header = "| 客户号 | 客户姓名 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 现金管理类 | 是否同意电话营销 | 是否同意企微营销 | 风险测评有效期 |";
    format!("{header}\n|---|\n{rows}")
}

fn import(bench: &Bench, today: &str, sheets: &[(&str, String)]) {
    let files: Vec<String> = sheets.iter().map(|(name, table)| bench.sheet(&format!("{name}.xlsx"), table)).collect();
    let words = ["import", "--today", today].into_iter().chain(files.iter().map(String::as_str));
    let report = bench.json(&words.collect::<Vec<_>>());
    for file in report["files"].as_array().unwrap() {
        assert_eq!(file["outcome"], "imported", "{report:#}");
    }
}

/// The visit of 20 January to the first employer, badly done. The kept share of each payday's 10,000 in per cent,
/// of the first employer and of the two others; `None`: no balances are known of them.
fn visited(months: &[Month]) -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.root().join("rules/report.toml"), "[effect]\npeople = 1\n").unwrap();
    let visits = "
| 单位名称 | 进企日期 | 我行人数 | 到场人数 | 意向人数 | 成交人数 | 首次跟进日期 |
|---|
| 甲厂有限公司 | 2026-01-20 | 6 | 9 | 2 | 0 | 2026-02-02 |";
    import(&bench, "2026-01-21", &[("单位", employers("")), ("人员", STAFF.into()), ("台账", visits.into())]);
    for Month { days: [payday, before, after], own, others } in months {
        let at = |n: i64| [own.map(|o| 50_000 + n * o * 100), others.map(|o| 80_000 + n * o * 100)];
        let spread = |[own, others]: [Option<i64>; 2]| [own, others, others];
        let mut sheets = vec![(format!("工资{payday}"), wages(payday))];
        for (n, day) in [(0, before), (1, after)] {
            if own.is_some() || others.is_some() {
                sheets.push((format!("资产{day}"), holdings(day, spread(at(n)))));
            }
        }
        let sheets: Vec<(&str, String)> = sheets.iter().map(|(n, t)| (n.as_str(), t.clone())).collect();
        import(&bench, "2026-03-18", &sheets);
    }
    bench
}

const JANUARY: [&str; 3] = ["2026-01-09", "2026-01-08", "2026-01-15"];
const FEBRUARY: [&str; 3] = ["2026-02-10", "2026-02-09", "2026-02-16"];
const MARCH: [&str; 3] = ["2026-03-10", "2026-03-09", "2026-03-16"];

/// A payday with the days of the balances before and after it, and what is kept in per cent.
struct Month {
    days: [&'static str; 3],
    own: Option<i64>,
    others: Option<i64>,
}

fn month(days: [&'static str; 3], own: Option<i64>, others: Option<i64>) -> Month {
    Month { days, own, others }
}

fn effect(bench: &Bench, today: &str, lang: &str) -> Value {
    bench.json(&["report", "--today", today, "--lang", lang])["effects"][0].clone()
}

/// All texts of a sheet of the dashboard.
fn sheet_texts(bench: &Bench, today: &str, sheet: &str) -> Vec<String> {
    let path = bench.root().join(format!("out/{today}/07_督导看板.xlsx"));
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.used_cells().map(|(_, _, value)| value.to_string()).collect()
}

#[test]
fn a_failed_visit_stays_failed_whatever_march_brings() {
    // 15 % before, 14 % after, the others 15 % both times; in March the employer keeps 40 %.
    let known =
        [month(JANUARY, Some(15), Some(15)), month(FEBRUARY, Some(14), Some(15)), month(MARCH, Some(40), Some(15))];
    let bench = visited(&known);
    let found = effect(&bench, "2026-03-18", "zh-CN");
    assert_eq!((found["verdict"].as_str(), found["payday_after"].as_str()), (Some("failed"), Some("2026-02-10")));
    assert_eq!((found["retention_after"].as_f64(), found["peers"].as_i64()), (Some(0.14), Some(2)));
    let labels: Vec<&str> = found["reasons"].as_array().unwrap().iter().map(|r| r["label"].as_str().unwrap()).collect();
    assert_eq!(labels[1], "同期未进企的同业2户由15.0%变为15.0%");
    assert!(sheet_texts(&bench, "2026-03-18", "成效对比").contains(&"失败".to_string()));
}

#[test]
fn what_is_unknown_of_a_visit_is_said_to_be_so() {
    // The others' January is unknown; read as nothing, their 60 % in February would have made up for the visit.
    let peers = visited(&[month(JANUARY, Some(15), None), month(FEBRUARY, Some(40), Some(60))]);
    let found = effect(&peers, "2026-03-18", "zh-CN");
    assert_eq!((found["verdict"].as_str(), found["peers"].as_i64()), (Some("too_few"), Some(0)));
    assert_eq!(found["peer_retention_before"], Value::Null);
    let texts = sheet_texts(&peers, "2026-03-18", "成效对比");
    assert!(texts.contains(&"样本不足，暂不下结论".to_string()), "{texts:?}");
    assert!(texts.iter().any(|t| t.contains("两次发薪都有数据的可比同业0户")), "{texts:?}");
    // The first payday after the visit is unknown; that of March does not stand for it.
    let own = visited(&[
        month(JANUARY, Some(15), Some(15)),
        month(FEBRUARY, None, Some(15)),
        month(MARCH, Some(40), Some(15)),
    ]);
    let last = |lang: &str| {
        let found = effect(&own, "2026-03-18", lang);
        assert_eq!((found["verdict"].as_str(), &found["retention_after"]), (Some("too_few"), &Value::Null));
        found["reasons"].as_array().unwrap().last().unwrap()["label"].as_str().unwrap().to_string()
    };
    assert_eq!(last("zh-CN"), "发薪日2026-02-10前后的数据不全，留存未知，暂不下结论");
    assert_eq!(last("en"), "data round payday 2026-02-10 are missing, retention unknown: no conclusion");
}

#[test]
fn an_alert_stays_over_the_month_until_it_is_settled() {
    let bench = Bench::new();
    let sheets = [("单位", employers("2026-03-25")), ("人员", STAFF.into()), ("二月", wages("2026-02-10"))];
    import(&bench, "2026-02-11", &sheets);
    let alerts = |today: &str, lang: &str| {
        let report = bench.json(&["report", "--today", today, "--lang", lang]);
        let of = |a: &&Value| a["name"] == "甲厂有限公司";
        let alert = report["alerts"].as_array().unwrap().iter().find(of).cloned();
        alert.map(|a| {
            let labels = a["reasons"].as_array().unwrap().iter().map(|r| r["label"].as_str().unwrap().to_string());
            (a["since"].as_str().unwrap().to_string(), labels.collect::<Vec<_>>())
        })
    };
    // The agreement ends on 25 March, ninety days after 25 December.
    let since = "2025-12-25".to_string();
    let (first, labels) = alerts("2026-03-18", "zh-CN").unwrap();
    assert_eq!(first, since);
    assert_eq!(labels[0], "应于2026-03-10代发，至今未到（漏1次）；上次代发2026-02-10");
    assert_eq!(labels[1], "代发协议2026-03-25到期（距今7天）");
    // A new month has begun, the agreement has run out: both are still true.
    for today in ["2026-04-01", "2026-04-13"] {
        let (first, labels) = alerts(today, "zh-CN").unwrap();
        assert_eq!((first, labels[0].contains("应于2026-03-10代发")), (since.clone(), true), "{today}");
        assert!(labels[1].starts_with("代发协议已于2026-03-25到期"), "{today}: {labels:?}");
    }
    let (_, labels) = alerts("2026-04-20", "en").unwrap();
    assert_eq!(labels[0], "due 2026-03-10, not paid yet (2 missed); last paid 2026-02-10");
    assert_eq!(labels[1], "agreement ended 2026-03-25 (26 days ago), no renewal known");
    bench.run(&["report", "--today", "2026-04-20"]).ok();
    let texts = sheet_texts(&bench, "2026-04-20", "预警单位");
    assert!(texts.contains(&"起始日".to_string()), "{texts:?}");
    let first = sheet_texts(&bench, "2026-04-20", "督导看板");
    assert!(first.iter().any(|t| t.contains("（2025-12-25起；")), "{first:?}");
    // Paid, then renewed.
    import(&bench, "2026-04-20", &[("四月", wages("2026-04-10"))]);
    assert_eq!(alerts("2026-04-20", "zh-CN").unwrap().1.len(), 1);
    import(&bench, "2026-04-20", &[("单位续签", employers("2028-03-25"))]);
    assert_eq!(alerts("2026-04-20", "zh-CN"), None);
}

#[test]
fn a_reminder_before_payday_does_not_outlive_it() {
    for march_is_imported in [true, false] {
        let bench = Bench::new();
        // 10,000 paid, 500 left after a week; the same in March.
        let all = |aum: i64| [Some(aum); 3];
        let sheets = [
            ("单位", employers("")),
            ("人员", STAFF.into()),
            ("二月", wages("2026-02-10")),
            ("前", holdings("2026-02-09", all(5_000))),
            ("后", holdings("2026-02-16", all(5_500))),
        ];
        import(&bench, "2026-02-18", &sheets);
        let tasks = |today: &str| {
            let report = bench.json(&["followup", "--today", today]);
            report["tasks"].as_array().unwrap().clone()
        };
        let reminders =
            |today: &str| tasks(today).into_iter().filter(|t| t["rule"] == "before_payday").collect::<Vec<_>>();
        let before = reminders("2026-03-06");
        assert_eq!(before.len(), 3);
        assert_eq!((&before[0]["due"], &before[0]["episode"]), (&"2026-03-09".into(), &"2026-03-10".into()));
        assert_eq!(reminders("2026-03-09").iter().map(|t| &t["task_id"]).collect::<Vec<_>>().len(), 3);
        if march_is_imported {
            import(&bench, "2026-03-10", &[("三月", wages("2026-03-10"))]);
        }
        for day in 10..=17 {
            let today = format!("2026-03-{day}");
            assert_eq!(reminders(&today), Vec::<Value>::new(), "{today}");
            let behind = |t: &&Value| t["due"].as_str().unwrap() < today.as_str();
            assert_eq!(tasks(&today).iter().filter(behind).count(), 0, "{today}");
            let report = bench.json(&["report", "--today", &today]);
            assert_eq!(report["tasks"]["overdue"], 0, "{today}");
        }
        if march_is_imported {
            let sheets =
                [("三月前", holdings("2026-03-09", all(6_000))), ("三月后", holdings("2026-03-16", all(6_400)))];
            import(&bench, "2026-03-18", &sheets);
            let next = reminders("2026-03-18");
            assert_eq!((&next[0]["due"], &next[0]["episode"]), (&"2026-04-09".into(), &"2026-04-10".into()));
            assert_ne!(next[0]["task_id"], before[0]["task_id"]);
        }
    }
}

#[test]
fn a_fall_is_told_until_the_next_month_is_complete() {
    let bench = Bench::new();
    let list = "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 |
|---|
| D001 | 甲厂有限公司 | 制造业 | 10 | 10日/25日 |";
    let paid = |payday: &str, heads: usize| {
        let row = |n: usize| format!("| {n} | 甲{n} | KH{n} | 5000 | 工资 | {payday} | 甲厂有限公司 |\n");
        let rows: String = (1..=heads).map(row).collect();
        format!("| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |\n|---|\n{rows}")
    };
    let of = |bench: &Bench, today: &str| {
        let report = bench.json(&["report", "--today", today]);
        let alert = &report["alerts"][0];
        let reasons = alert["reasons"].as_array().into_iter().flatten();
        (reasons.map(|r| r["label"].as_str().unwrap().to_string()).collect::<Vec<_>>(), alert["since"].clone())
    };
    let told = |since: &str| {
        (
            vec!["代发人数由10人减至8人，下降20.0%".to_string(), "月代发额由10万元降至8万元，下降20.0%".into()],
            Value::from(since),
        )
    };
    // Ten people on both days of February, eight on both of March.
    let days = [("2026-02-10", 10), ("2026-02-25", 10), ("2026-03-10", 8), ("2026-03-25", 8)];
    let mut sheets = vec![("单位", list.to_string())];
    sheets.extend(days.iter().map(|(day, heads)| (*day, paid(day, *heads))));
    import(&bench, "2026-03-26", &sheets);
    assert_eq!(of(&bench, "2026-03-26"), told("2026-03-25"));
    // The first half of April: as few, and only half as much; March is still the latest whole month.
    import(&bench, "2026-04-10", &[("2026-04-10", paid("2026-04-10", 8))]);
    assert_eq!(of(&bench, "2026-04-13"), told("2026-03-25"));
    // April is complete, and like March.
    import(&bench, "2026-04-24", &[("2026-04-24", paid("2026-04-24", 8))]);
    assert_eq!(of(&bench, "2026-04-27"), (Vec::new(), Value::Null));
}
