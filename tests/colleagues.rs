//! What colleagues have done and have still to do, counted by hand over a few clients: 各人办理 in 07; and whom nobody is
//! in charge of.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::common::Bench;
use crate::common::office::Office;

const STAFF: &str = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |
| 002 | 林二 | 二网点 | 客户经理 |  | 是 |
| 003 | 林三 | 二网点 | 支行行长 |  | 是 |";

/// Clients of 林一 by what becomes of their tasks, and how many of each.
const CLIENTS: [(&str, usize); 7] = [
    ("deal", 3),
    ("no_need", 3),
    ("interested", 5),
    ("considering", 1),
    ("no_answer", 3),
    ("missed", 3),
    ("ceased", 1),
];

/// All clients, short of the next tier. `later`: six more of 林一; `risen`: one of these and one of the first are not any
/// longer.
fn holdings(day: &str, later: bool, risen: bool) -> String {
    let group = |name: &str, count: usize, place: &'static str| {
        (0..count).map(|n| (format!("{name}{n}"), place)).collect::<Vec<(String, &'static str)>>()
    };
    let own = "甲厂有限公司 | 林一 | 一网点";
    let mut clients: Vec<(String, &str)> = CLIENTS.iter().flat_map(|&(name, count)| group(name, count, own)).collect();
    clients.extend(group("second", 2, "乙厂有限公司 | 林二 | 二网点"));
    clients.extend(group("nobody", 4, "丙厂有限公司 |  | 二网点"));
    if later {
        clients.extend(group("later", 5, own));
        clients.extend(group("lapsed", 1, own));
    }
    let mut table = String::from(
        "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) | 是否同意电话营销 | 是否同意企微营销 | 风险测评有效期 |\n|---|\n",
    );
    for (n, (key, place)) in clients.iter().enumerate() {
        let above = risen && (key.starts_with("ceased") || key.starts_with("lapsed"));
        let aum = if above { 60_000 } else { 45_000 };
        writeln!(table, "| {key} | 甲{n} | 138{n:08} | {place} | {day} | {aum} | {aum} | 是 | 是 | 2026-12-31 |")
            .unwrap();
    }
    table
}

fn import(bench: &Bench, today: &str, name: &str, table: &str) {
    let file = bench.sheet(&format!("{name}.xlsx"), table);
    let told = bench.json(&["import", "--today", today, &file]);
    assert_eq!(told["files"][0]["outcome"], "imported", "{told:#}");
}

/// Tasks of the 2nd of March, told of on the 4th; more of the 6th; the branch as it stands on Wednesday the 11th, when
/// a colleague's day holds two calls.
fn branch() -> Bench {
    let bench = Bench::new();
    import(&bench, "2026-03-02", "人员", STAFF);
    import(&bench, "2026-03-02", "二月底", &holdings("2026-02-28", false, false));
    bench.run(&["followup", "--today", "2026-03-02"]).ok();
    let mut contacts = String::from(
        "| 客户号 | 事项 | 联系日期 | 实际渠道 | 联系结果 | 意向产品 | 意向金额(元) | 备注 |\n|---|\n\
         | interested0 |  | 2026-02-27 | 电话 | 有意向 | 基金 | 70000 |  |\n",
    );
    let said = [
        ("deal", 3, "已成交 | 保险 | 40000 |  |"),
        ("no_need", 3, "无需求 |  |  |  |"),
        ("interested", 5, "有意向 | 基金 | 20000 |  |"),
        ("considering", 1, "考虑中 |  |  | 到月底再说 |"),
        ("no_answer", 3, "未接 |  |  | 改天再打 |"),
        ("second", 1, "已成交 | 保险 | 50000 |  |"),
        ("nobody", 4, "未接 |  |  |  |"),
    ];
    for (group, count, what) in said {
        for n in 0..count {
            writeln!(contacts, "| {group}{n} | 临界客户 | 2026-03-03 | 电话 | {what}").unwrap();
        }
    }
    import(&bench, "2026-03-04", "联系结果", &contacts);
    import(&bench, "2026-03-06", "三月五日", &holdings("2026-03-05", true, false));
    bench.run(&["followup", "--today", "2026-03-06"]).ok();
    import(&bench, "2026-03-11", "三月十日", &holdings("2026-03-10", true, true));
    std::fs::write(bench.root().join("rules/worklist.toml"), "[day]\nphone = 2\n").unwrap();
    bench.run(&["cycle", "--today", "2026-03-11"]).ok();
    bench
}

#[test]
fn the_figures_of_each_colleague_are_those_counted_by_hand() {
    let bench = branch();
    let told = bench.json(&["report", "--today", "2026-03-11"]);
    let line = |who: Value| {
        let found = told["colleagues"].as_array().unwrap().iter().find(|l| l["staff_id"] == who);
        found.unwrap_or_else(|| panic!("{who} is not in {told:#}")).clone()
    };
    // Contacts of the month: 3 deals, 3 without need, 5 interested, 1 considering, 3 unanswered: 15. The one of February
    // is not among them. Reached are all but the unanswered: 12 of 15. New is what was said of a product or an amount,
    // or noted: 3 + 5 + 1; a note about somebody who did not answer is nothing new.
    // Open opportunities: the 5 who are interested, 20,000 yuan each, the later amount of the first in place of the
    // earlier; 3 deals of 40,000.
    // Ended: 3 deals and 3 without need are done. Two have lost their reason and are lapsed, one after its day, the
    // 9th, and one of the 6th before it, the 13th. No payday or maturity has come meanwhile: none is missed.
    // Open: 5 interested, 1 considering, 3 unanswered, 3 nobody told of, 5 of the 6th: 17. Past their day are the 3: 3
    // overdue. Nothing has been told of the 3 and the 5, which were dated on the 2nd and the 6th: 8 awaiting.
    // Two calls a day on the 11th, 12th and 13th are six: the 3 unanswered, due on the 12th, and 3 interested, due on
    // the 13th. 2 are dated today; the 2 others interested and the 5 of the 6th have no room, 7; the one considering has
    // until the 17th.
    let first = json!({
        "staff_id": "S001", "outlet": "一网点",
        "open": 17, "overdue": 3, "today": 2, "awaiting": 8, "no_room": 7, "missed": 0, "done": 6, "lapsed": 2,
        "contacts": 15, "reached": 12, "reached_share": 0.8, "new_information": 9,
        "open_opportunities": 5, "open_amount_fen": 10_000_000, "deals": 3, "deal_amount_fen": 12_000_000,
    });
    assert_eq!(line("S001".into()), first);
    // One deal of 50,000; the other task is past its day, and nothing was told of it.
    let second = json!({
        "staff_id": "S002", "outlet": "二网点",
        "open": 1, "overdue": 1, "today": 0, "awaiting": 1, "no_room": 0, "missed": 0, "done": 1, "lapsed": 0,
        "contacts": 1, "reached": 1, "reached_share": 1.0, "new_information": 1,
        "open_opportunities": 0, "open_amount_fen": 0, "deals": 1, "deal_amount_fen": 5_000_000,
    });
    assert_eq!(line("S002".into()), second);
    // Four who did not answer and whom nobody is in charge of: nobody has a day for them either.
    let nobody = json!({
        "staff_id": null, "outlet": "",
        "open": 4, "overdue": 0, "today": 0, "awaiting": 0, "no_room": 4, "missed": 0, "done": 0, "lapsed": 0,
        "contacts": 4, "reached": 0, "reached_share": 0.0, "new_information": 0,
        "open_opportunities": 0, "open_amount_fen": 0, "deals": 0, "deal_amount_fen": 0,
    });
    assert_eq!(line(Value::Null), nobody);
    assert_eq!(told["colleagues"].as_array().unwrap().len(), 3);
    // In all 15 + 1 + 4 contacts, 12 + 1 of them reached.
    let all = json!({
        "contacts": 20, "reached": 13, "reached_share": 0.65, "new_information": 10,
        "open_opportunities": 5, "open_amount_fen": 10_000_000, "deals": 4, "deal_amount_fen": 17_000_000,
    });
    assert_eq!(told["contacts"], all);
    // 17 + 1 + 4 open tasks, 3 + 1 overdue, 7 + 4 without room, 8 + 1 awaiting.
    let tasks = json!({
        "open": 22, "overdue": 4, "no_room": 11, "awaiting": 9,
        "blocked": told["tasks"]["blocked"], "awaiting_consent": 0,
    });
    assert_eq!(told["tasks"], tasks);
    let of_outlets = |key: &str| -> i64 {
        told["outlets"].as_array().unwrap().iter().map(|outlet| outlet[key].as_i64().unwrap()).sum()
    };
    assert_eq!((of_outlets("open_tasks"), of_outlets("overdue_tasks")), (22, 4));
}

#[test]
fn what_has_lapsed_stays_so_when_its_day_passes_and_is_open_again_with_its_reason() {
    let bench = branch();
    let lapsed = |today: &str| -> Vec<(Value, Value)> {
        let told = bench.json(&["followup", "--today", today]);
        let ended = told["ended"].as_array().unwrap().iter().filter(|e| e["state"] == "lapsed");
        ended.map(|e| (e["employee_id"].clone(), e["on"].clone())).collect()
    };
    let first = lapsed("2026-03-11");
    assert_eq!(first.iter().map(|(_, on)| on).collect::<Vec<_>>(), ["2026-03-11", "2026-03-11"]);
    // The day of one of them, the 13th, has passed since.
    assert_eq!(lapsed("2026-03-16"), first);
    let state = |today: &str| -> Vec<Value> {
        let shown = first.iter().map(|(who, _)| bench.json(&["show", who.as_str().unwrap(), "--today", today]));
        shown.map(|shown| shown["tasks"][0]["state"].clone()).collect()
    };
    assert_eq!(state("2026-03-16"), ["lapsed", "lapsed"]);
    // In April they are of last month.
    assert_eq!(lapsed("2026-04-01"), []);
    import(&bench, "2026-04-02", "三月底", &holdings("2026-03-31", true, false));
    assert_eq!(lapsed("2026-04-02"), []);
    assert_eq!(state("2026-04-02"), ["missed", "missed"]);
}

#[test]
fn the_dashboard_shows_the_figures_of_each_colleague_under_their_names() {
    let bench = branch();
    let mut book = Office::open(&bench.root().join("out/2026-03-11/07_督导看板.xlsx"));
    // Amounts in 10,000 yuan. No two figures of the first that stand side by side are alike.
    let shown = [
        ("网点", "一网点", ""),
        ("未办", "17", "22"),
        ("逾期未办", "3", "4"),
        ("待反馈", "8", "9"),
        ("今日", "2", "2"),
        ("期内排不下", "7", "11"),
        ("本月办结", "6", "7"),
        ("本月过期未办", "0", "0"),
        ("本月失效", "2", "2"),
        ("本月联络", "15", "20"),
        ("联络达成率", "0.8", "0.65"),
        ("新信息获取", "9", "10"),
        ("待跟进商机", "5", "5"),
        ("商机金额", "10", "10"),
        ("本月成交", "3", "4"),
        ("成交金额", "12", "17"),
    ];
    // The page is found by a column that no other has.
    book.pages.retain(|page| page.name == "各人办理");
    for (column, of_first, of_all) in shown {
        let cells = (book.cell("林一", column), book.cell("合计", column));
        assert_eq!(cells, (of_first.to_string(), of_all.to_string()), "{column}");
    }
}

#[test]
fn a_client_is_large_enough_to_be_told_of_from_200_000_yuan_on() {
    let bench = Bench::new();
    import(&bench, "2026-03-02", "人员", STAFF);
    let large = "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) |
|---|
| KH1 | 甲一 | 丁厂有限公司 |  | 二网点 | 2026-02-28 | 199999.99 | 199999.99 |
| KH2 | 乙一 | 丁厂有限公司 |  | 二网点 | 2026-02-28 | 200000 | 200000 |
| KH3 | 丙一 | 丁厂有限公司 |  | 二网点 | 2026-02-28 | 200000.01 | 200000.01 |";
    import(&bench, "2026-03-02", "资产", large);
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    let mut all = Office::open(&bench.root().join("out/2026-03-02/04_员工营销维护表.xlsx"));
    for who in ["乙**", "丙**"] {
        let told = (all.cell(who, "情况"), all.cell(who, "由谁指定"));
        assert_eq!(told, ("大额客户无人负责".to_string(), "林三".to_string()), "{who}");
    }
    assert!(!all.has("由谁指定", "甲**"));
}

#[test]
fn a_large_client_for_whom_lists_name_two_colleagues_is_told_of_with_both() {
    let bench = Bench::new();
    import(&bench, "2026-03-02", "人员", STAFF);
    let list = |name: &str, rows: &[(String, String, &str, i64)], place: (&str, &str)| {
        let mut table = String::from(
            "| 客户号 | 客户姓名 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) |\n|---|\n",
        );
        let (employer, outlet) = place;
        for (number, client, manager, aum) in rows {
            let place = format!("{employer}有限公司 | {manager} | {outlet}");
            writeln!(table, "| {number} | {client} | {place} | 2026-02-28 | {aum} | {aum} |").unwrap();
        }
        import(&bench, "2026-03-02", name, &table);
    };
    let of = |number: &str, client: &str, manager: &'static str, aum: i64| {
        (number.to_string(), client.to_string(), manager, aum)
    };
    // Paid by two employers, whose lists name two, one by name and number, or two for somebody who is not large.
    let first =
        [of("KH1", "甲一", "林一", 200_000), of("KH2", "乙一", "001", 200_000), of("KH3", "丙一", "林一", 199_999)];
    let second =
        [of("KH1", "甲一", "林二", 200_000), of("KH2", "乙一", "林一", 200_000), of("KH3", "丙一", "林二", 199_999)];
    list("甲厂", &first, ("甲厂", "一网点"));
    list("乙厂", &second, ("乙厂", "二网点"));
    // Two files of one employer and day stand side by side; the tenth of the first is the first of the second.
    let many = |from: usize, manager: &'static str| {
        let name = |n: usize| match n {
            19 => "丁一".to_string(),
            n => format!("戊{}", "一二三四五六七八九".chars().nth(n % 9).unwrap()),
        };
        let client = |n: usize| of(&format!("KH{n}"), &name(n), manager, 200_000);
        (from..from + 10).map(client).collect::<Vec<_>>()
    };
    list("丙厂一", &many(10, "林一"), ("丙厂", "一网点"));
    list("丙厂二", &many(19, "林二"), ("丙厂", "二网点"));
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    let mut all = Office::open(&bench.root().join("out/2026-03-02/04_员工营销维护表.xlsx"));
    all.pages.retain(|page| page.name == "待指定负责人");
    for who in ["甲**", "丁**"] {
        let told = ["情况", "主维护人", "由谁指定"].map(|column| all.cell(who, column));
        assert_eq!(told, ["大额客户不止一人负责", "林一、林二", "林三"], "{who}");
    }
    for who in ["乙**", "丙**", "戊**"] {
        assert!(!all.has("由谁指定", who), "{who}");
    }
    // Whoever has taken over from the other is in charge alone.
    bench.run(&["handover", "林二", "林一", "--today", "2026-03-03"]).ok();
    bench.run(&["cycle", "--today", "2026-03-03"]).ok();
    let mut all = Office::open(&bench.root().join("out/2026-03-03/04_员工营销维护表.xlsx"));
    all.pages.retain(|page| page.name == "待指定负责人");
    assert!(all.pages[0].rows.iter().flatten().all(|cell| *cell != "大额客户不止一人负责"));
}
