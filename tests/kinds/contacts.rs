//! What came of contacts, on sheets of their own and on worklists that come back.

use super::{codes, import, paid, tasks};
use crate::common::Bench;

#[test]
fn a_result_closes_or_dates_anew_and_overdue_counts_what_is_open() {
    let bench = paid();
    let issued = tasks(&bench, "2026-03-18");
    // Ⅱ类户 of three people, due ten working days after the 18th.
    let second_class: Vec<_> = issued.iter().filter(|t| t.1 == "upgrade_account").collect();
    assert_eq!(second_class.iter().map(|t| t.2.as_str()).collect::<Vec<_>>(), ["2026-04-01"; 3], "{issued:?}");
    let overdue = |today: &str| bench.json(&["report", "--today", today])["tasks"]["overdue"].as_i64().unwrap();
    assert_eq!(overdue("2026-04-02"), 3);
    let contacts = format!(
        "
| 任务编号 | 客户号 | 事项 | 联系结果 | 联系日期 | 渠道 | 下次联系日 |
|---|
| {} |  |  | 已成交 | 2026-03-20 | 电话 |  |
|  | KH2 | Ⅱ类户升级 | 有意向 | 2026-03-20 | 电话 | 2026-04-08 |
|  | KH3 | Ⅱ类户升级 | 未接 | 2026-03-20 | 电话 |  |
| T000000000000 |  |  | 未接 | 2026-03-20 | 电话 |  |",
        second_class[0].3
    );
    let file = bench.sheet("联系.xlsx", &contacts);
    let report = import(&bench, "2026-04-02", std::slice::from_ref(&file));
    assert_eq!(codes(&report), [("contact_without_task", Some("A4")), ("contact_without_person", Some("A5"))]);
    // The first is done with, the second moved to the 8th; only the third person's task of the other employer is late.
    let open: Vec<(String, String)> =
        tasks(&bench, "2026-04-02").into_iter().filter(|t| t.1 == "upgrade_account").map(|t| (t.0, t.2)).collect();
    let expected = [("P000002", "2026-04-08"), ("P000004", "2026-04-01")].map(|(p, d)| (p.to_string(), d.to_string()));
    assert_eq!(open, expected);
    assert_eq!(overdue("2026-04-02"), 1);
    assert_eq!(overdue("2026-04-09"), 2);
    // The same sheet under another name changes nothing.
    let again = bench.sheet("联系_副本.xlsx", &format!("{contacts}\n"));
    bench.run(&["import", &again, "--today", "2026-04-02"]).ok();
    assert_eq!(overdue("2026-04-02"), 1);
    // Taken back and in anew with the second person's refusal: that task ends too.
    let corrected = bench.sheet("联系更正.xlsx", &contacts.replace("有意向 | 2026-03-20", "拒绝营销 | 2026-03-21"));
    import(&bench, "2026-04-02", &[corrected]);
    assert_eq!(tasks(&bench, "2026-04-02").iter().filter(|t| t.1 == "upgrade_account").count(), 1);
    // The contacts are older than the day, but were told after it: tasks that stay still rest on them.
    bench.run(&["purge", "--before", "2026-03-25", "--yes", "--today", "2026-04-02"]).ok();
    let findings = bench.json(&["doctor", "--today", "2026-04-02"]);
    let references = findings.as_array().unwrap().iter().find(|f| f["check"] == "foreign_keys").unwrap();
    assert_eq!(references["state"], "ok", "{references}");
}

/// The signed key of a task's row in the worklist of 18 March.
fn row_mark(bench: &Bench, task: &str) -> String {
    let out = bench.root().join("out/2026-03-18");
    let mut paths = std::fs::read_dir(out).unwrap().flatten().map(|e| e.path());
    let own = |p: &std::path::PathBuf| p.file_name().unwrap().to_string_lossy().starts_with("05_每日工作清单_林一");
    let path = paths.find(own).unwrap();
    let csv = bench.run(&["inspect", path.to_str().unwrap(), "--cells"]).ok().out();
    let at = csv.find(task).unwrap();
    csv[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect()
}

#[test]
fn a_worklist_that_comes_back_is_a_sheet_of_contacts() {
    let bench = paid();
    // Near the next threshold: a product is offered to both.
    let near = "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 账户类别 | 数据日期 | AUM余额(元) | 活期(元) | 手机银行 | 基金定投 | 是否同意电话营销 | 风险测评有效期 |
|---|
| KH1 | 甲1 | 甲厂有限公司 | 林一 | Ⅱ类 | 2026-03-17 | 40000 | 40000 | 是 | 是 | 是 | 2026-12-31 |
| KH2 | 甲2 | 甲厂有限公司 | 林一 | Ⅱ类 | 2026-03-17 | 40000 | 40000 | 是 | 是 | 是 | 2026-12-31 |
| KH3 | 甲3 | 甲厂有限公司 | 林一 | Ⅰ类 | 2026-03-17 | 2500 | 2500 | 是 | 是 | 是 | 2026-12-31 |";
    import(&bench, "2026-03-18", &[bench.sheet("近.xlsx", near)]);
    let sold_to = |day: &str| -> Vec<String> {
        let follow_up = bench.json(&["followup", "--today", day]);
        let selling = follow_up["tasks"].as_array().unwrap().iter().filter(|t| t["marketing"] == true);
        selling.map(|t| t["employee_id"].as_str().unwrap().to_string()).collect()
    };
    let offered = sold_to("2026-03-18");
    assert!(offered.contains(&"P000001".to_string()) && offered.contains(&"P000002".to_string()), "{offered:?}");
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let issued = tasks(&bench, "2026-03-18");
    let task = issued.iter().find(|t| t.0 == "P000001").unwrap();
    // As an RM sends it back: the signed key of the row, the result chosen from the list, the day in the title.
    let key = row_mark(&bench, &task.3);
    assert!(key.len() > task.3.len(), "{key} carries its signature");
    let sheet = |key: &str| {
        format!(
            "
| 林一 每日工作清单 2026-03-18（周三） |  |  |  |
| 姓名 | 单位 | 联系结果 | 行标识（勿改） |
|---|
| 甲1 | 甲厂有限公司 | 无需求 | {key} |
| 甲2 | 甲厂有限公司 |  | x |"
        )
    };
    // An invented signature is nobody's, whatever the name beside it.
    let forged = bench.sheet("伪造.xlsx", &sheet(&format!("{}.0000000000000000", task.3)));
    let report = import(&bench, "2026-03-19", &[forged]);
    assert_eq!(codes(&report), [("contact_without_person", Some("A3"))]);
    assert!(tasks(&bench, "2026-03-19").iter().any(|t| t.3 == task.3));
    let returned = bench.sheet("05_每日工作清单_林一_2026-03-18.xlsx", &sheet(&key));
    import(&bench, "2026-03-19", &[returned]);
    assert!(!tasks(&bench, "2026-03-19").iter().any(|t| t.3 == task.3));
    // Nothing needed: thirty days without selling to that person.
    let offered = sold_to("2026-03-19");
    assert!(!offered.contains(&"P000001".to_string()) && offered.contains(&"P000002".to_string()), "{offered:?}");
}

#[test]
fn a_returned_sheet_tells_each_result_once_and_of_the_person_it_names() {
    let bench = paid();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let issued = tasks(&bench, "2026-03-18");
    let mark = |person: &str| row_mark(&bench, &issued.iter().find(|t| t.0 == person).unwrap().3);
    let (first, second) = (mark("P000001"), mark("P000002"));
    let sheet = |name: &str, rows: &[(&str, &str, &str)]| {
        let rows: String =
            rows.iter().map(|(n, result, key)| format!("| {n} | 甲厂有限公司 | {result} | {key} |\n")).collect();
        bench.sheet(name, &format!("| 姓名 | 单位 | 联系结果 | 行标识（勿改） |\n|---|\n{rows}"))
    };
    let due = |day: &str, task: &str| {
        let task = issued.iter().find(|t| t.0 == task).unwrap();
        tasks(&bench, day).into_iter().find(|t| t.3 == task.3).map(|t| t.2)
    };
    // Sorted without the hidden column: the rows say one person and the marks another.
    let sorted = sheet("排序.xlsx", &[("甲2", "无需求", &first), ("甲1", "有意向", &second)]);
    let told = import(&bench, "2026-03-19", &[sorted]);
    assert_eq!(codes(&told), [("contact_name_differs", Some("A2")), ("contact_name_differs", Some("A3"))]);
    assert_eq!((&told["files"][0]["rows_taken"], &told["files"][0]["rows_skipped"]), (&0.into(), &2.into()));
    // The sheet comes back a week later with the week before still in it: nothing of that is told anew.
    let week = sheet("第一周.xlsx", &[("甲1", "考虑中", &first)]);
    import(&bench, "2026-03-19", &[week]);
    let dated = due("2026-03-20", "P000001");
    let next = sheet("第二周.xlsx", &[("甲1", "考虑中", &first), ("甲2", "未接", &second)]);
    let told = import(&bench, "2026-03-26", &[next]);
    assert_eq!((&told["files"][0]["rows_taken"], &told["files"][0]["rows_skipped"]), (&1.into(), &1.into()));
    assert_eq!(due("2026-03-26", "P000001"), dated);
    // Another colleague says otherwise on the same day.
    let other = sheet("网点.xlsx", &[("甲2", "有意向", &second)]);
    assert!(codes(&import(&bench, "2026-03-26", &[other])).contains(&("contact_conflicts", Some("A2"))));
}

/// A call that was dated and of which nothing came back may have been made: it keeps the caps, under its own name.
#[test]
fn nobody_is_said_to_have_been_contacted_who_was_not() {
    let bench = paid();
    let held = |date: &str, aum: i64| {
        format!(
            "
| 客户号 | 客户姓名 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 最近动账日期 | 手机银行 | 是否同意电话营销 | 风险测评有效期 |
|---|
| KH7 | 丙7 | 丙厂有限公司 | 林一 | {date} | {aum} | 2025-09-01 | 否 | 是 | 2026-12-31 |"
        )
    };
    let part = |name: &str, date: &str, aum| {
        let file = bench.sheet(name, &held(date, aum));
        bench.run(&["import", "--today", date, &file]).ok();
    };
    let blocked = |day: &str| {
        let follow_up = bench.json(&["followup", "--today", day]);
        let list = follow_up["blocked"].as_array().unwrap().clone();
        list.iter().map(|b| b["by"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    // 35,000 yuan: a call on the 18th, near 50,000. On the 20th that is reached, and the silent account comes up.
    part("初.xlsx", "2026-03-17", 35_000);
    let first = bench.json(&["followup", "--today", "2026-03-18"]);
    let near = first["tasks"].as_array().unwrap().iter().find(|t| t["rule"] == "near_threshold").unwrap();
    assert_eq!((&near["channel"], &near["on"]), (&"phone".into(), &"2026-03-18".into()));
    part("后来.xlsx", "2026-03-20", 60_000);
    assert_eq!(blocked("2026-03-20"), ["result_missing"]);
    let shown = bench.run(&["followup", "--today", "2026-03-20"]).out();
    assert!(shown.contains("结果未回填"), "{shown}");
    // Told of, it is a contact that was made.
    let told = bench
        .sheet("联系.xlsx", "| 客户号 | 联系结果 | 联系日期 | 联系方式 |\n|---|\n| KH7 | 未接 | 2026-03-18 | 电话 |");
    bench.run(&["import", "--today", "2026-03-20", &told]).ok();
    assert_eq!(blocked("2026-03-20"), ["cap_reached"]);
    assert!(!bench.run(&["followup", "--today", "2026-03-20"]).out().contains("结果未回填"));
}
