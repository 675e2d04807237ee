//! What the lists of a day tell: the numbers that commands ask for, the same day and channel wherever a task stands,
//! and that somebody is away.

use serde_json::Value;

use crate::common::Bench;
use crate::common::office::Office;

const TODAY: &str = "2026-03-02";

/// 林一, with this `leave`, and his employer.
fn branch(leave: &str) -> Bench {
    let bench = Bench::new();
    let staff = format!(
        "| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 | 休假 |\n|---|\n\
         | 001 | 林一 | 一网点 | 客户经理 |  | 是 | {leave} |\n| 002 | 林二 | 一网点 | 支行行长 |  | 是 |  |"
    );
    let employers = "| 单位编号 | 单位名称 | 行业 | 代发人数 | 发薪日 | 主办网点 | 客户经理 |\n|---|\n\
         | DW01 | 甲厂有限公司 | 制造业 | 60 | 10 | 一网点 | 林一 |";
    for (name, table) in [("人员", staff.as_str()), ("单位", employers)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", TODAY, &file]).ok();
    }
    clients(&bench, TODAY, "2026-02-28", "是");
    bench
}

/// Three clients of 林一 short of the next tier; `phone`: whether they may be called.
fn clients(bench: &Bench, today: &str, as_of: &str, phone: &str) {
    let mut table = String::from(
        "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) |\
         是否同意电话营销 | 是否同意企微营销 | 风险测评有效期 |\n|---|\n",
    );
    for (n, name) in ["甲一", "甲二", "甲三"].iter().enumerate() {
        let who = format!("KH{n} | {name} | 1380000000{n} | 甲厂有限公司 | 林一 | 一网点");
        table.push_str(&format!("| {who} | {as_of} | 45000 | 45000 | {phone} | 是 | 2026-12-31 |\n"));
    }
    let file = bench.sheet(&format!("资产{as_of}.xlsx"), &table);
    bench.run(&["import", "--today", today, &file]).ok();
}

/// Columns of a terminal a line takes.
fn width(line: &str) -> usize {
    line.chars().map(|c| if c > '\u{2e80}' { 2 } else { 1 }).sum()
}

fn tasks(bench: &Bench, today: &str) -> Vec<Value> {
    bench.json(&["followup", "--today", today])["tasks"].as_array().unwrap().clone()
}

#[test]
fn the_numbers_that_commands_ask_for_stand_in_the_lists() {
    let bench = branch("");
    let tasks = tasks(&bench, TODAY);
    assert_eq!(tasks.len(), 3, "{tasks:#?}");
    let text = |task: &Value, key: &str| task[key].as_str().unwrap().to_string();
    for lang in ["zh-CN", "en"] {
        let list = bench.run(&["followup", "--today", TODAY, "--lang", lang]).ok().out();
        for task in &tasks {
            let (number, client) = (text(task, "task_id"), text(task, "employee_id"));
            assert!(list.lines().any(|line| line.contains(&number) && line.contains(&client)), "{number}: {list}");
            let shown = bench.run(&["show", &client, "--today", TODAY, "--lang", lang]).ok().out();
            assert!(shown.contains(&number), "{shown}");
            assert!(list.lines().chain(shown.lines()).all(|line| width(line) <= 80), "{list}\n{shown}");
        }
    }
    // Typed as it stands there it is taken.
    bench.run(&["task", "done", &text(&tasks[0], "task_id"), "--today", TODAY]).ok();
}

#[test]
fn the_day_and_the_deadline_of_a_task_are_the_same_in_both_lists_of_a_colleague() {
    let bench = branch("");
    std::fs::write(bench.root().join("rules/worklist.toml"), "[day]\nphone = 1\n").unwrap();
    bench.run(&["cycle", "--today", TODAY]).ok();
    let folder = bench.root().join("out").join(TODAY);
    let mut own = Office::open(&folder.join("04_员工营销维护表_林一.xlsx"));
    let mut list = Office::open(&folder.join(format!("05_每日工作清单_林一_{TODAY}.xlsx")));
    // One call a day; five working days for each.
    for (who, on) in [("甲一", "2026-03-02"), ("甲二", "2026-03-03"), ("甲三", "2026-03-04")] {
        assert_eq!((own.cell(who, "安排日期"), own.cell(who, "截止日")), (on.into(), "2026-03-09".into()), "{who}");
    }
    assert_eq!(list.cell("甲一", "截止日"), "2026-03-09");
    // The later ones stand on a page of their own.
    list.pages.retain(|page| page.name == "后续任务");
    for (who, on) in [("甲二", "2026-03-03"), ("甲三", "2026-03-04")] {
        assert_eq!((list.cell(who, "安排日期"), list.cell(who, "截止日")), (on.into(), "2026-03-09".into()), "{who}");
    }
}

#[test]
fn the_history_of_a_client_tells_the_tasks_as_the_lists_of_the_day_do() {
    let bench = branch("");
    let told = |today: &str| {
        let task = tasks(&bench, today).into_iter().find(|t| t["employee_id"] == "P000001").unwrap();
        let shown = bench.json(&["show", "P000001", "--today", today]);
        let of = |task: &Value| ["task_id", "channel", "due", "state"].map(|key| task[key].clone());
        assert_eq!(of(&shown["tasks"][0]), of(&task), "{shown:#}");
        task
    };
    assert_eq!(told(TODAY)["channel"], "phone");
    // They are not to be called any more: the task goes on by another channel.
    clients(&bench, "2026-03-04", "2026-03-03", "否");
    assert_eq!(told("2026-03-04")["channel"], "wecom");
    // And so it is for a day that is looked back upon.
    assert_eq!(bench.json(&["show", "P000001", "--today", "2026-03-03"])["tasks"][0]["channel"], "phone");
    assert_eq!(told("2026-03-10")["state"], "missed");
}

#[test]
fn a_colleague_who_is_away_is_told_of_where_his_work_is_looked_for() {
    let bench = branch("2026-03-02至2026-03-06");
    bench.run(&["cycle", "--today", TODAY]).ok();
    let folder = bench.root().join("out").join(TODAY);
    let list = Office::open(&folder.join(format!("05_每日工作清单_林一_{TODAY}.xlsx")));
    let first: Vec<String> = list.pages[0].rows.iter().take(5).flatten().map(ToString::to_string).collect();
    let says = |text: &str| first.iter().any(|cell| cell.contains(text));
    assert!(says("2026-03-02至2026-03-06不在岗：名下3项任务没有人代办"), "{first:?}");
    assert!(says("请林二指定由谁来办"), "{first:?}");
    let mut outlet = Office::open(&folder.join("06_网点任务下发_一网点_2026-03.xlsx"));
    assert_eq!(outlet.cell("林一", "在岗情况"), "不在岗，至2026-03-06");
    let page = std::fs::read_to_string(folder.join("00_先看这里.html")).unwrap();
    let plain = page.replace("<strong>", "").replace("</strong>", "");
    let told = "待指定负责人 3 项（林一今天不在岗，名下 3 项没有人办）：由林二指定";
    assert!(plain.contains(told), "{plain}");
}
