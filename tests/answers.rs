//! What is told of contacts changes the next list: results in, tasks and those nobody may call out.

use serde_json::Value;

use crate::common::Bench;

/// People short of the next tier who may be called: number, phone.
fn holdings(date: &str, people: &[(i64, &str)]) -> String {
    let row = |(n, phone): &(i64, &str)| {
        format!("| KH{n} | 甲{n} | {phone} | 甲厂有限公司 | 林一 | {date} | 45000 | 45000 | 是 | 是 | 2026-12-31 |\n")
    };
    let rows: String = people.iter().map(row).collect();
    let header = "| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 是否同意电话营销 | 是否同意企微营销 | 风险测评有效期 |";
    format!("{header}\n|---|\n{rows}")
}

const STAFF: &str = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |";

fn import(bench: &Bench, today: &str, name: &str, table: &str) {
    let file = bench.sheet(&format!("{name}.xlsx"), table);
    let report = bench.json(&["import", "--today", today, &file]);
    assert_eq!(report["files"][0]["outcome"], "imported", "{report:#}");
}

/// Four people of one employer with their first tasks of the 2nd of March, told of on the 3rd.
fn told(results: &[&str]) -> Bench {
    let bench = Bench::new();
    import(&bench, "2026-03-02", "人员", STAFF);
    let phones = [(1, "13800000001"), (2, "13800000002"), (3, "13800000003"), (4, "13800000004")];
    import(&bench, "2026-03-02", "资产", &holdings("2026-02-28", &phones));
    assert_eq!(tasks(&bench, "2026-03-02").len(), 4);
    let header = "| 客户号 | 事项 | 联系日期 | 实际渠道 | 联系结果 | 意向产品 | 下次联系日 |\n|---|\n";
    import(&bench, "2026-03-03", "联系结果", &format!("{header}{}", results.join("\n")));
    bench
}

/// Tasks by person.
fn tasks(bench: &Bench, today: &str) -> Vec<(String, Value)> {
    let told = bench.json(&["followup", "--today", today]);
    let mut tasks: Vec<(String, Value)> = told["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["employee_id"].as_str().unwrap().to_string(), t.clone()))
        .collect();
    tasks.sort_by(|a, b| a.0.cmp(&b.0));
    tasks
}

/// Who is blocked by what.
fn blocked(bench: &Bench, today: &str) -> Vec<(String, String)> {
    let told = bench.json(&["followup", "--today", today]);
    let text = |v: &Value| v.as_str().unwrap().to_string();
    told["blocked"].as_array().unwrap().iter().map(|b| (text(&b["employee_id"]), text(&b["by"]))).collect()
}

fn channels(bench: &Bench, today: &str) -> Vec<(String, String)> {
    tasks(bench, today).into_iter().map(|(who, t)| (who, t["channel"].as_str().unwrap().to_string())).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
}

#[test]
fn who_has_left_complains_or_has_a_wrong_number_is_not_called() {
    let bench = told(&[
        "| KH1 | 临界客户 | 2026-03-03 | 电话 | 已离职 |  |  |",
        "| KH2 | 临界客户 | 2026-03-03 | 电话 | 空号 |  |  |",
        "| KH3 | 临界客户 | 2026-03-03 | 电话 | 投诉 |  |  |",
    ]);
    let told = blocked(&bench, "2026-03-04");
    assert_eq!(told, pairs(&[("P000001", "left"), ("P000003", "client_complaint")]));
    // The second is asked by another channel; the fourth's task goes on.
    // The complaint goes to somebody in charge, the number is to be mended.
    let all = tasks(&bench, "2026-03-04");
    let told: Vec<(&str, &str, &str)> = all
        .iter()
        .map(|(who, t)| (who.as_str(), t["rule"].as_str().unwrap(), t["channel"].as_str().unwrap()))
        .collect();
    let expected = [
        ("P000002", "near_threshold", "wecom"),
        ("P000002", "mend_number", "meeting"),
        ("P000003", "complaint", "meeting"),
        ("P000004", "near_threshold", "phone"),
    ];
    let mut sorted = told.clone();
    sorted.sort_by_key(|t| (t.0, t.1 == "mend_number"));
    assert_eq!(sorted, expected);
    // A later list has the first again and another number of the second; the complaint is settled, which takes 30 days.
    let phones = [(1, "13800000001"), (2, "13800000022"), (3, "13800000003"), (4, "13800000004")];
    import(&bench, "2026-03-12", "资产三月", &holdings("2026-03-11", &phones));
    let header = "| 客户号 | 联系日期 | 联系结果 |\n|---|\n";
    import(&bench, "2026-03-12", "办结", &format!("{header}| KH3 | 2026-03-12 | 投诉已处理 |"));
    assert_eq!(blocked(&bench, "2026-04-10"), pairs(&[("P000003", "client_complaint")]));
    // Until then it says which day that is.
    let told = &bench.json(&["followup", "--today", "2026-04-10"])["blocked"][0];
    assert_eq!((&told["next_permitted"], &told["by"]), (&Value::from("2026-04-11"), &Value::from("client_complaint")));
    let called = channels(&bench, "2026-04-11");
    let all = [("P000001", "phone"), ("P000002", "phone"), ("P000003", "phone"), ("P000004", "phone")];
    assert_eq!(called.iter().filter(|(who, _)| who != "P000002").cloned().collect::<Vec<_>>(), {
        let mut expected = pairs(&all);
        expected.remove(1);
        expected
    });
}

#[test]
fn a_number_that_was_mended_stays_so_when_more_is_told_of_the_call() {
    let bench = told(&["| KH2 | 临界客户 | 2026-03-03 | 电话 | 空号 |  |  |"]);
    let of = |today: &str, rule: &str| {
        tasks(&bench, today).into_iter().find(|(who, t)| who == "P000002" && t["rule"] == rule).map(|(_, t)| t)
    };
    let task = of("2026-03-02", "near_threshold").unwrap()["task_id"].as_str().unwrap().to_string();
    assert!(of("2026-03-04", "mend_number").is_some());
    let phones = [(1, "13800000001"), (2, "13800000022"), (3, "13800000003"), (4, "13800000004")];
    import(&bench, "2026-03-06", "资产三月", &holdings("2026-03-05", &phones));
    assert!(of("2026-03-06", "mend_number").is_none());
    let more = ["--task", &task, "--on", "2026-03-03", "--result", "空号", "--note", "打了两遍"];
    bench.run(&[&["contact", "add", "P000002"], &more[..], &["--today", "2026-03-06"]].concat()).ok();
    assert_eq!(shown(&bench, "P000002").0["contacts"][0]["note"], "打了两遍");
    assert!(of("2026-03-06", "mend_number").is_none());
}

#[test]
fn a_complaint_ends_when_its_own_task_says_that_it_is_settled() {
    let bench = told(&["| KH3 | 临界客户 | 2026-03-03 | 电话 | 投诉 |  |  |"]);
    let before = tasks(&bench, "2026-03-02").into_iter().find(|(who, _)| who == "P000003").unwrap().1;
    let of = |today: &str| {
        let complaint = |(who, t): &(String, Value)| who == "P000003" && t["rule"] == "complaint";
        tasks(&bench, today).into_iter().find(complaint).map(|(_, t)| t["task_id"].as_str().unwrap().to_string())
    };
    let complaint = of("2026-03-04").unwrap();
    // That the client was reached in another matter, or about the complaint, settles nothing.
    let done = |task: &str, day: &str| bench.run(&["task", "done", task, "--on", day, "--today", day]).ok();
    done(before["task_id"].as_str().unwrap(), "2026-03-05");
    assert_eq!(of("2026-03-06").as_ref(), Some(&complaint));
    let reached = ["--result", "已联系", "--task", &complaint, "--today", "2026-03-06"];
    bench.run(&[&["contact", "add", "P000003"], &reached[..]].concat()).ok();
    assert_eq!(of("2026-03-09").as_ref(), Some(&complaint));
    done(&complaint, "2026-03-10");
    assert_eq!(of("2026-03-11"), None);
}

#[test]
fn an_appointment_stands_on_its_day_with_what_it_is_about() {
    let bench = told(&["| KH4 | 临界客户 | 2026-03-03 | 电话 | 已预约 | 基金 | 2026-03-11 |"]);
    for today in ["2026-03-04", "2026-03-09", "2026-03-11"] {
        let (_, task) = tasks(&bench, today).into_iter().find(|(who, _)| who == "P000004").unwrap();
        let day = Value::from("2026-03-11");
        assert_eq!([&task["on"], &task["due"], &task["appointment"]], [&day, &day, &day], "{today}");
        assert_eq!((task["product"].as_str(), task["rule"].as_str()), (Some("fund"), Some("near_threshold")));
        assert_eq!(task["reasons"][0]["label"], "2026-03-03与客户约定2026-03-11再联系");
    }
    // The state has passed by then, and no rule speaks of the client: the promise stands.
    let richer = holdings("2026-03-05", &[(4, "13800000004")]).replace("45000", "150000");
    import(&bench, "2026-03-06", "资产三月", &richer);
    let (_, task) = tasks(&bench, "2026-03-06").into_iter().find(|(who, _)| who == "P000004").unwrap();
    assert_eq!(task["on"], "2026-03-11");
    // Kept: nothing is left of it.
    let header = "| 客户号 | 事项 | 联系日期 | 联系结果 |\n|---|\n";
    import(&bench, "2026-03-12", "成交", &format!("{header}| KH4 | 临界客户 | 2026-03-11 | 已成交 |"));
    assert!(tasks(&bench, "2026-03-12").iter().all(|(who, _)| who != "P000004"));
}

/// What `show` says of somebody, and its exit code.
fn shown(bench: &Bench, who: &str) -> (Value, i32) {
    let ran = bench.run(&["show", who, "--json", "--today", "2026-03-12"]);
    (ran.json(), ran.code())
}

#[test]
fn a_client_s_history_stands_on_one_page() {
    let bench = told(&["| KH4 | 临界客户 | 2026-03-03 | 电话 | 已预约 | 基金 | 2026-03-20 |"]);
    let later = holdings("2026-03-10", &[(4, "13800000004")]).replace("45000", "48000");
    import(&bench, "2026-03-11", "资产三月", &later);
    for who in ["P000004", "KH4", "甲4", "0004"] {
        let (of, code) = shown(&bench, who);
        assert_eq!((of["id"].as_str(), of["kind"].as_str(), code), (Some("P000004"), Some("employee"), 0), "{who}");
        let of_days: Vec<&Value> = of["holdings"].as_array().unwrap().iter().map(|h| &h["as_of"]).collect();
        assert_eq!(of_days, ["2026-03-10", "2026-02-28"]);
        assert_eq!(
            (&of["changes"]["aum_before_fen"], &of["changes"]["aum_after_fen"]),
            (&4_500_000.into(), &4_800_000.into())
        );
        let contact = &of["contacts"][0];
        assert_eq!([&contact["result"], &contact["next"], &contact["product"]], ["booked", "2026-03-20", "fund"]);
        assert_eq!((&of["appointments"][0]["next"], &of["owner"]), (&"2026-03-20".into(), &"林一".into()));
        assert_eq!((&of["tasks"][0]["state"], &of["tasks"][0]["due"]), (&"open".into(), &"2026-03-20".into()));
    }
    // The name is masked, and several who fit are named.
    assert!(!shown(&bench, "P000004").0.to_string().contains("甲4"));
    let (employer, code) = shown(&bench, "甲厂");
    assert_eq!(
        (employer["id"].as_str(), employer["profile"]["headcount"].as_i64(), code),
        (Some("E00001"), Some(4), 0)
    );
    // What was said and agreed with its people, and what is to be done for them, each with whom; nobody by name.
    let of = |list: &str, key: &str| employer[list][0][key].clone();
    let who = Value::from("P000004");
    assert_eq!([of("contacts", "employee_id"), of("contacts", "result")], [who.clone(), "booked".into()]);
    assert_eq!([of("appointments", "employee_id"), of("appointments", "next")], [who.clone(), "2026-03-20".into()]);
    assert_eq!([of("opportunities", "employee_id"), of("opportunities", "product")], [who.clone(), "fund".into()]);
    let due: Vec<(&Value, &Value)> =
        employer["tasks"].as_array().unwrap().iter().map(|t| (&t["employee_id"], &t["due"])).collect();
    assert_eq!((due.len(), *due.last().unwrap()), (4, (&who, &"2026-03-20".into())));
    assert_eq!(employer["task_states"], serde_json::json!({"open": 1, "missed": 3}));
    assert!(!employer.to_string().contains("甲4"));
    let (nobody, code) = shown(&bench, "99998888");
    assert_eq!((nobody["candidates"].as_array().map(Vec::len), code), (Some(0), 1));
}

#[test]
fn a_wrong_number_goes_with_its_person_and_with_its_age() {
    for removal in [&["purge", "--person", "P000002", "--yes"][..], &["purge", "--before", "2026-03-10", "--yes"]] {
        let bench = told(&["| KH2 | 临界客户 | 2026-03-03 | 电话 | 空号 |  |  |"]);
        bench.run(&[removal, &["--today", "2026-03-12"]].concat()).ok();
        let sound = bench.json(&["doctor"]);
        let keys = sound.as_array().unwrap().iter().find(|f| f["check"] == "foreign_keys").unwrap();
        assert_eq!(keys["ok"], true, "{removal:?}");
    }
}
