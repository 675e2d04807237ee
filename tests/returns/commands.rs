//! Commands that say what a workbook could say; needs, and handing clients over.

use serde_json::Value;

use super::visits::branch;
use super::{EMPLOYERS, STAFF, codes, import, monday, out, sorted, task_of};
use crate::common::Bench;
use crate::common::office::{Office, day};

#[test]
fn a_command_says_the_same_as_a_workbook_with_the_same_checks() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.run(&[arguments, &["--today", "2026-03-03", "--json"]].concat());
    let tried = ran(&["contact", "add", "P000001", "--result", "已预约", "--next", "2026-03-11", "--dry-run"]).json();
    assert_eq!(
        (&tried["effects"][1]["effect"], &tried["effects"][1]["on"]),
        (&"appointment".into(), &"2026-03-11".into()),
        "{tried:#}"
    );
    assert!(task_of(&bench, "2026-03-03", "P000001").unwrap()["appointment"].is_null(), "only tried");
    let taken =
        ran(&["contact", "add", "P000001", "--result", "booked", "--next", "2026-03-11", "--product", "基金"]).json();
    assert!(taken["contact_id"].is_i64(), "{taken:#}");
    assert_eq!(task_of(&bench, "2026-03-03", "P000001").unwrap()["appointment"], "2026-03-11");
    // The workbook that says the same adds nothing; one that says otherwise is a conflict.
    let path = out(&bench, "2026-03-02", "05_每日工作清单_林一");
    let mut same = Office::open(&path);
    same.type_into("甲一", "联系日期", day("2026-03-03")).type_into("甲一", "联系结果", "已预约");
    assert_eq!(codes(&import(&bench, "2026-03-03", &same.save(&bench.path("同.xlsx")))), []);
    let mut other = Office::open(&path);
    other.type_into("甲一", "联系日期", day("2026-03-03")).type_into("甲一", "联系结果", "无需求");
    let told = import(&bench, "2026-03-03", &other.save(&bench.path("异.xlsx")));
    assert_eq!(sorted(&told), ["contact_conflicts"], "{told:#}");
    // Nothing is written of what cannot be.
    for refused in [
        &["contact", "add", "P000002", "--result", "差不多"][..],
        &["contact", "add", "P000002", "--result", "未接", "--on", "2026-03-04"],
        &["contact", "add", "P000002", "--result", "未接", "--next", "2026-03-01"],
        &["contact", "add", "P000002", "--result", "未接", "--task", "T000000000000"],
        &["contact", "add", "P000099", "--result", "未接"],
        &["contact", "add", "甲厂", "--result", "未接"],
        &["task", "done", "T000000000000"],
    ] {
        assert_eq!(ran(refused).code(), 1, "{refused:?}");
    }
    let told = ran(&["contact", "add", "P000002", "--result", "有意"]).err();
    assert!(told.contains("not_listed") && told.contains("有意向、") && told.contains("拒绝营销"), "{told}");
    let unclear = ran(&["contact", "add", "甲", "--result", "未接"]);
    assert!(unclear.json()["candidates"].is_array() && unclear.code() == 1);
    assert_eq!(ran(&["show", "P000002"]).json()["contacts"], serde_json::json!([]));
    // A complaint stops everything until it is settled.
    ran(&["contact", "add", "P000003", "--result", "投诉"]).ok();
    let complaint = task_of(&bench, "2026-03-04", "P000003").unwrap();
    // It goes to the president, not to the manager.
    assert_eq!((&complaint["rule"], &complaint["owner"]), (&"complaint".into(), &"S002".into()));
    let task = complaint["task_id"].as_str().unwrap().to_string();
    // The client stays in the manager's list, the task stands in the president's.
    bench.run(&["cycle", "--today", "2026-03-04"]).ok();
    let mut own = Office::open(&out(&bench, "2026-03-04", "04_员工营销维护表_林一"));
    assert_eq!(
        (own.cell("甲三", "下一步"), own.cell("甲三", "上次联系")),
        (String::new(), "2026-03-03 电话 投诉".into())
    );
    let mut head = Office::open(&out(&bench, "2026-03-04", "05_每日工作清单_林二"));
    assert_eq!(head.cell("甲三", "事项"), "投诉处理");
    bench.run(&["task", "done", &task, "--on", "2026-03-05", "--today", "2026-03-05"]).ok();
    let contacts = bench.json(&["show", "P000003", "--today", "2026-03-05"]);
    assert_eq!(contacts["contacts"][0]["result"], "settled", "{contacts:#}");
}

#[test]
fn a_need_and_a_handover_hold_the_same_day_and_stand_in_the_list_that_is_signed() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.run(&[arguments, &["--today", "2026-03-03", "--json"]].concat());
    let need = ran(&["need", "add", "P000001", "换工资卡", "--owner", "林一", "--due", "2026-03-10"]).json();
    assert_eq!(need["state"], "open");
    assert_eq!(ran(&["need", "add", "甲厂", "食堂收款码", "--dry-run"]).code(), 0);
    assert_eq!(ran(&["need", "add", "甲厂", "食堂收款码", "--owner", "没有这人"]).code(), 1);
    ran(&["contact", "add", "P000002", "--result", "已预约", "--next", "2026-03-09"]).ok();
    let tried = ran(&["handover", "林一", "林二", "--dry-run"]).json();
    assert_eq!(tried["clients"].as_array().unwrap().len(), 3, "{tried:#}");
    assert_eq!(task_of(&bench, "2026-03-03", "P000001").unwrap()["owner"], "S001");
    let made = ran(&["handover", "001", "林二"]).json();
    assert_eq!((&made["promises"][0]["on"], &made["needs"][0]["text"]), (&"2026-03-09".into(), &"换工资卡".into()));
    for who in ["P000001", "P000002", "P000003"] {
        assert_eq!(task_of(&bench, "2026-03-03", who).unwrap()["owner"], "S002", "{who}");
    }
    let mut list = Office::open(&out(&bench, "2026-03-03", "10_交接单_林一_林二"));
    assert!(list.has("上次联系", "甲一") && list.has("上次联系", "甲三"));
    // Done with, and given back.
    assert_eq!(ran(&["need", "done", "N1", "--note", "已换"]).json()["state"], "done");
    assert_eq!(ran(&["need", "done", "N1"]).code(), 1);
    assert_eq!(ran(&["show", "P000001"]).json()["needs"][0]["state"], "done");
    ran(&["handover", "林二", "林一"]).ok();
    assert_eq!(task_of(&bench, "2026-03-03", "P000001").unwrap()["owner"], "S001");
    for (to, code) in [("林一", "same_colleague"), ("林", "unknown_colleague")] {
        let refused = ran(&["handover", "林一", to]);
        assert!(refused.code() == 1 && refused.err().contains(code), "{to}: {}", refused.err());
    }
}

#[test]
fn who_has_refused_is_told_of_though_no_rule_speaks_of_him() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.run(&[arguments, &["--today", "2026-03-03", "--json"]].concat());
    ran(&["contact", "add", "P000003", "--result", "拒绝营销", "--channel", "电话"]).ok();
    let page = ran(&["show", "P000003"]).json();
    assert_eq!((&page["stopped"], &ran(&["show", "P000001"]).json()["stopped"]), (&"refused".into(), &Value::Null));
    let made = ran(&["handover", "林一", "林二"]).json();
    let blocked: Vec<&Value> = made["blocked"].as_array().unwrap().iter().collect();
    assert!(blocked.iter().any(|b| b["employee_id"] == "P000003" && b["by"] == "refused"), "{blocked:?}");
    // Said again as something else, it stays asked about: a refusal is not taken back by the way.
    let again = ran(&["contact", "add", "P000003", "--task", task_id(&page).as_str(), "--result", "有意向"]).json();
    assert!(again["effects"].to_string().contains("conflict"), "{again:#}");
}

/// The only task on a client's page.
fn task_id(page: &Value) -> String {
    page["tasks"][0]["task_id"].as_str().unwrap().to_string()
}

#[test]
fn a_step_is_named_by_its_short_name_and_one_of_several_with_its_channel() {
    let bench = branch();
    let done = |step: &str| bench.run(&["step", "done", "V0001", step, "--today", "2026-03-03", "--json"]);
    assert_eq!(done("预约").code(), 0);
    let several = done("宣传").err();
    assert!(several.contains("not_listed") && several.contains("宣传（"), "{several}");
    assert!(!several.contains("预约（"), "{several}");
    let none = done("放假").err();
    assert!(none.contains("not_listed") && none.contains("预约（"), "{none}");
}

#[test]
fn who_says_it_anew_takes_back_what_he_said_himself() {
    let bench = monday();
    let told = |arguments: &[&str]| {
        let add = ["contact", "add", "P000001", "--today", "2026-03-03", "--json"];
        let added = bench.run(&[&add[..], arguments].concat()).json();
        let page = bench.json(&["show", "P000001", "--today", "2026-03-03"]);
        (added["effects"].to_string().contains("conflict"), page["contacts"][0]["result"].as_str().unwrap().to_string())
    };
    assert_eq!(told(&["--result", "有意向"]), (false, "interested".into()));
    assert_eq!(told(&["--result", "考虑中"]), (false, "considering".into()));
    // The same by somebody else is asked about: 林一 has filled in his list.
    let mut list = Office::open(&out(&bench, "2026-03-02", "05_每日工作清单_林一"));
    list.type_into("甲一", "联系日期", day("2026-03-03")).type_into("甲一", "联系结果", "无需求");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("林一.xlsx")));
    assert_eq!(sorted(&told), ["contact_conflicts"]);
}

#[test]
fn what_a_client_likes_and_what_ties_him_to_the_bank_stand_on_his_page() {
    let bench = monday();
    let ran = |arguments: &[&str]| bench.run(&[arguments, &["--today", "2026-03-03", "--json"]].concat());
    for (kind, text) in
        [("投资喜好", "只买定期"), ("异议", "嫌理财利率低"), ("权益", "机场贵宾厅还有2次"), ("watch", "厂里的会计")]
    {
        ran(&["need", "add", "P000001", text, "--kind", kind]).ok();
    }
    let told = ran(&["need", "add", "P000001", "换工资卡", "--kind", "喜好"]).err();
    assert!(told.contains("not_listed") && told.contains("需求、权益、投资喜好、异议、重点关注"), "{told}");
    ran(&["contact", "add", "P000001", "--result", "考虑中", "--channel", "电话"]).ok();
    let page = ran(&["show", "P000001"]).json();
    let kept: Vec<(&str, &str)> = page["needs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| (n["kind"].as_str().unwrap(), n["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kept,
        [
            ("preference", "只买定期"),
            ("objection", "嫌理财利率低"),
            ("benefit", "机场贵宾厅还有2次"),
            ("watch", "厂里的会计")
        ]
    );
    assert_eq!(page["watched"], true);
    let personal = &page["relations"][2];
    assert_eq!(
        (&personal["kind"], &personal["there"], &personal["contacts"], &personal["last"]),
        (&"personal".into(), &true.into(), &1.into(), &"2026-03-03".into())
    );
    let screen = bench.run(&["show", "P000001", "--today", "2026-03-03"]).ok().out();
    for text in ["☆甲*", "三种关系", "近期联系上1次，最近2026-03-03", "重点关注", "机场贵宾厅还有2次"]
    {
        assert!(screen.contains(text), "{text}: {screen}");
    }
    // His line in the lists says it too, before the last contact.
    bench.run(&["cycle", "--today", "2026-03-04"]).ok();
    let mut own = Office::open(&out(&bench, "2026-03-04", "04_员工营销维护表_林一"));
    assert_eq!(
        own.cell("甲一", "上次联系"),
        "☆ 厂里的会计\n投资喜好：只买定期\n异议：嫌理财利率低\n权益：机场贵宾厅还有2次\n2026-03-03 电话 考虑中"
    );
    // Watched no more.
    ran(&["need", "done", "N4"]).ok();
    assert_eq!(ran(&["show", "P000001"]).json()["watched"], false);
}

#[test]
fn a_handover_tells_what_falls_due_in_sixty_days() {
    let bench = Bench::new();
    // On the 3rd of March: the day before, the day itself, the 59th, 60th and 61st day from then.
    let days = ["2026-03-02", "2026-03-03", "2026-05-01", "2026-05-02", "2026-05-03"];
    let mut holdings = String::from(
        "| 客户号 | 客户姓名 | 代发单位 | 管户人 | 网点 | 数据日期 | AUM余额(元) | 活期(元) | 到期日 |\n|---|\n",
    );
    for (n, due) in days.iter().enumerate() {
        holdings += &format!("| KH{n} | 甲{n} | 甲厂有限公司 | 林一 | 一网点 | 2026-02-28 | 45000 | 45000 | {due} |\n");
    }
    for (name, table) in [("人员", STAFF), ("单位", EMPLOYERS), ("资产", &holdings)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    let tried = bench.json(&["handover", "林一", "林二", "--dry-run", "--today", "2026-03-03"]);
    let due: Vec<&str> = tried["maturities"].as_array().unwrap().iter().map(|m| m["due"].as_str().unwrap()).collect();
    assert_eq!(due, days[1..4]);
}

#[test]
fn long_lists_of_an_employer_say_how_many_more_there_are() {
    let bench = branch();
    let mut contacts = String::from("| 客户号 | 联系结果 | 联系日期 | 渠道 |\n|---|\n");
    for n in 0..26 {
        contacts += &format!("| 甲{n} | 未接 | 2026-03-03 | 电话 |\n");
    }
    bench.run(&["import", "--today", "2026-03-03", &bench.sheet("联系.xlsx", &contacts)]).ok();
    let show = |more: &[&str]| bench.run(&[&["show", "甲厂有限公司", "--today", "2026-03-04"][..], more].concat()).ok();
    let first = show(&["--json"]).json();
    assert_eq!((first["contacts"].as_array().unwrap().len(), &first["more"]["contacts"]), (24, &2.into()));
    let said = show(&[]).out();
    assert!(said.contains("另有2行没有列出；全部列出：daifa show E00001 --all"), "{said}");
    let all = show(&["--all", "--json"]).json();
    assert_eq!((all["contacts"].as_array().unwrap().len(), &all["more"]), (26, &serde_json::json!({})));
    assert!(!show(&["--all"]).out().contains("没有列出"));
}
