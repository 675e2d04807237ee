//! Visits are changed by hand as easily as on paper: with the same checks, and nothing is written where one fails.

use chrono::{Days, NaiveDate};
use serde_json::Value;

use super::visits::branch;
use super::{import, out};
use crate::common::Bench;
use crate::common::office::{Office, day};

/// A command of the 3rd of March.
fn plan(bench: &Bench, arguments: &[&str]) -> Value {
    bench.json(&[&["plan"][..], arguments, &["--today", "2026-03-03"]].concat())["visits"][0].clone()
}

/// The same where it is refused: nothing is changed, and the code is told.
fn refused(bench: &Bench, arguments: &[&str], code: &str) {
    let before = shown(bench, "2026-03-03");
    let ran = bench.run(&[&["plan"][..], arguments, &["--today", "2026-03-03", "--json"]].concat());
    assert_eq!(ran.code(), 1, "{arguments:?}: {}", ran.err());
    assert!(ran.err().contains(code), "{arguments:?}: {}", ran.err());
    assert_eq!(shown(bench, "2026-03-03"), before, "{arguments:?}");
}

fn shown(bench: &Bench, today: &str) -> Vec<Value> {
    bench.json(&["plan", "show", "--today", today])["visits"].as_array().unwrap().clone()
}

fn of(visits: &[Value], id: &str) -> Value {
    visits.iter().find(|v| v["visit_id"] == id).unwrap_or_else(|| panic!("no {id}: {visits:#?}")).clone()
}

fn team(visit: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_string();
    visit["team"].as_array().unwrap().iter().map(|m| (text(&m["staff_id"]), text(&m["role"]))).collect()
}

fn rules(visit: &Value) -> Vec<String> {
    visit["reasons"].as_array().unwrap().iter().map(|r| r["rule"].as_str().unwrap().to_string()).collect()
}

/// The label of a reason.
fn label(visit: &Value, rule: &str) -> String {
    let reason = visit["reasons"].as_array().unwrap().iter().find(|r| r["rule"] == rule);
    reason.unwrap_or_else(|| panic!("no {rule}: {visit:#}"))["label"].as_str().unwrap().to_string()
}

fn done(visit: &Value, step: &str) -> Value {
    visit["steps"].as_array().unwrap().iter().find(|s| s["step"] == step).unwrap()["done"]["state"].clone()
}

#[test]
fn an_employer_that_is_no_target_gets_a_visit_by_hand() {
    let bench = branch();
    assert_eq!(shown(&bench, "2026-03-03").len(), 2);
    refused(&bench, &["add", "丙厂有限公司", "--date", "2026-03-10"], "date_refused");
    refused(&bench, &["add", "丁厂", "--date", "2026-04-22"], "unknown_employer");
    let dry = plan(&bench, &["add", "丙厂有限公司", "--date", "2026-04-22", "--dry-run"]);
    assert_eq!(dry["date"], "2026-04-22");
    assert_eq!(shown(&bench, "2026-03-03").len(), 2);
    let added = plan(&bench, &["add", "丙厂有限公司", "--date", "2026-04-22", "--attendance", "12"]);
    assert_eq!((&added["visit_id"], &added["status"]), (&"V0003".into(), &"awaiting_booking".into()));
    // Up to thirty visitors take three of us.
    assert_eq!((&added["date"], &added["attendance"], team(&added).len()), (&"2026-04-22".into(), &12.into(), 3));
    assert!(rules(&added).iter().any(|r| r == "attendance_given"), "{added:#}");
    // It is no target, and the visit says so.
    let against = label(&added, "added_against_rules");
    assert_eq!(against, "按规则不安排这家单位：不是目标单位，排在第3位；由人指定，照样安排");
    refused(&bench, &["add", "丙厂有限公司"], "visit_stands");
    // Planning leaves it alone.
    let kept = bench.json(&["plan", "--today", "2026-03-03"]);
    assert_eq!(of(kept["visits"].as_array().unwrap(), "V0003")["date"], "2026-04-22");
}

#[test]
fn what_the_rules_have_against_an_employer_is_said_and_stops_nobody() {
    let bench = branch();
    let list = "
| 单位编号 | 单位名称 | 行业 | 代发人数 | 发薪日 | 主办网点 | 客户经理 | 未结投诉 | 最近进企日期 |
|---|
| DW03 | 丙厂有限公司 | 制造业 | 60 | 10 | 一网点 | 林一 | 是 | 2026-02-01 |";
    bench.run(&["import", "--today", "2026-03-03", &bench.sheet("投诉.xlsx", list)]).ok();
    let arguments = ["plan", "add", "丙厂有限公司", "--today", "2026-03-03", "--dry-run"];
    let said = bench.run(&arguments).ok().out().replace('\n', "");
    for against in ["有未结投诉", "2026-02-01已进企，90天内不再安排"] {
        let note = format!("注意：按规则不安排这家单位：{against}；由人指定，照样安排。");
        assert!(said.contains(&note), "{said}");
    }
    assert!(!said.contains("不是目标单位"), "{said}");
}

#[test]
fn no_more_people_are_expected_than_the_employer_has() {
    let bench = branch();
    // The list of employers says sixty, of whom thirty are paid.
    refused(&bench, &["add", "丙厂有限公司", "--attendance", "61"], "attendance_refused");
    refused(&bench, &["set", "V0001", "--attendance", "61"], "attendance_refused");
    assert_eq!(plan(&bench, &["set", "V0001", "--attendance", "60"])["attendance"], 60);
    let told = bench.run(&["plan", "set", "V0001", "--attendance", "61", "--today", "2026-03-03"]).err();
    assert!(told.contains("写了到场 61 人") && told.contains("最多 60 人"), "{told}");
}

#[test]
fn without_a_date_the_best_free_day_is_taken() {
    let bench = branch();
    let added = plan(&bench, &["add", "丙厂有限公司", "--attendance", "12"]);
    assert_eq!(added["attendance"], 12);
    // Two days as in any plan, each with its people.
    assert_eq!(added["alternatives"].as_array().unwrap().len(), 1);
    assert_eq!(added["alternative_teams"][0].as_array().unwrap().len(), 3);
    let date = |v: &Value| -> NaiveDate { v.as_str().unwrap().parse().unwrap() };
    assert!(date(&added["date"]) >= date(&"2026-03-17".into()), "{added:#}");
    // One visit a day.
    assert!(shown(&bench, "2026-03-03").iter().filter(|v| v["date"] == added["date"]).count() == 1);
    assert!(!added["alternatives"].as_array().unwrap().contains(&added["date"]));
}

#[test]
fn only_what_is_given_of_a_visit_is_changed() {
    let bench = branch();
    let before = of(&shown(&bench, "2026-03-03"), "V0001");
    for hours in [["12:30", "12:00"], ["03:00", "23:00"], ["07:59", "12:00"], ["18:00", "20:01"], ["10:00", "10:00"]] {
        refused(&bench, &["set", "V0001", "--start", hours[0], "--end", hours[1]], "time_refused");
    }
    // Half a day is the most; the whole of it lies within the hours, but nobody stands there for so long.
    refused(&bench, &["set", "V0001", "--start", "08:00", "--end", "20:00"], "visit_too_long");
    refused(&bench, &["set", "V0001", "--start", "08:00", "--end", "12:01"], "visit_too_long");
    let told =
        bench.run(&["plan", "set", "V0001", "--start", "08:00", "--end", "20:00", "--today", "2026-03-03"]).err();
    for part in ["V0001改成08:00–20:00", "长达720分钟", "most_minutes"] {
        assert!(told.replace(['\n', ' '], "").contains(part), "{part}: {told}");
    }
    let longest = plan(&bench, &["set", "V0001", "--start", "08:00", "--end", "12:00", "--dry-run"]);
    assert_eq!((&longest["start"], &longest["end"]), (&"08:00".into(), &"12:00".into()));
    let told = bench.run(&["plan", "set", "V0001", "--start", "03:00", "--today", "2026-03-03"]).err();
    assert!(told.contains("08:00 至 20:00") && told.contains("staffing.toml"), "{told}");
    for day in ["2026-02-01", "2026-03-03"] {
        refused(&bench, &["cancel", "V0001", "--until", day], "day_past");
    }
    refused(&bench, &["set", "V0001", "--topic", "没有这个主题"], "not_listed");
    refused(&bench, &["set", "V0001", "--place", "三楼", "--team", "林3,林十一"], "unknown_colleague");
    // 林1 is no 客户经理 and may not lead.
    refused(&bench, &["set", "V0001", "--lead", "林1"], "team_refused");
    let arguments = ["set", "V0001", "--start", "9:30", "--place", "三楼会议室", "--topic", "card_safety"];
    let set = plan(&bench, &arguments);
    assert_eq!((&set["start"], &set["end"]), (&"09:30".into(), &before["end"]));
    assert_eq!((&set["place"], &set["topic"]), (&"三楼会议室".into(), &"card_safety".into()));
    assert_eq!((&set["date"], team(&set)), (&before["date"], team(&before)));
    // A lead is there an hour before.
    assert_eq!(set["team"][0]["arrive"], "08:30");
    // 林3 is 客户经理, 林2 大堂经理; a third is wanted.
    let chosen = plan(&bench, &["set", "V0001", "--team", "林3，002"]);
    let pair = |id: &str, role: &str| (id.to_string(), role.to_string());
    assert_eq!(team(&chosen), [pair("S003", "lead"), pair("S002", "basic")]);
    assert_eq!(chosen["place"], "三楼会议室");
    // What the rules would have sent is no reason any more.
    let why = rules(&chosen);
    assert!(["team_chosen", "team_smaller"].iter().all(|rule| why.iter().any(|r| r == rule)), "{chosen:#}");
    let sent = ["team_size", "basic_service", "lead_advises", "team_reduced"];
    assert!(!why.iter().any(|r| sent.contains(&r.as_str())), "{chosen:#}");
    assert!(why.iter().any(|r| r == "topic_chosen") && !why.iter().any(|r| r == "topic_season"), "{chosen:#}");
    let led = plan(&bench, &["set", "V0001", "--lead", "006"]);
    assert_eq!(team(&led), [pair("S006", "lead"), pair("S002", "basic")]);
    // Another number of visitors leaves a team that was chosen as it is.
    let more = plan(&bench, &["set", "V0001", "--attendance", "40"]);
    assert_eq!((&more["attendance"], team(&more)), (&40.into(), team(&led)));
    assert!(!rules(&more).iter().any(|r| sent.contains(&r.as_str())), "{more:#}");
    // One that was not is made anew.
    let other = plan(&bench, &["set", "V0002", "--attendance", "8"]);
    assert_eq!((&other["attendance"], team(&other).len()), (&8.into(), 3));
    let kept = bench.json(&["plan", "--today", "2026-03-04"]);
    let kept = of(kept["visits"].as_array().unwrap(), "V0001");
    assert_eq!((team(&kept), &kept["place"]), (team(&led), &"三楼会议室".into()));
}

#[test]
fn what_was_changed_is_shown_before_and_after() {
    let bench = branch();
    let arguments = ["set", "V0001", "--start", "9:30", "--place", "三楼会议室", "--attendance", "12"];
    let ran = |more: &[&str]| {
        let all = [&["plan"][..], &arguments, &["--today", "2026-03-03"], more].concat();
        bench.run(&all).ok()
    };
    let before = ran(&["--dry-run", "--json"]).json()["before"].clone();
    assert_eq!((&before["visit_id"], &before["start"]), (&"V0001".into(), &"11:30".into()));
    let shown = ran(&[]).out();
    let line = |begins: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.starts_with(begins));
        let line = line.unwrap_or_else(|| panic!("no {begins}:\n{shown}"));
        line.split_whitespace().map(str::to_string).collect()
    };
    assert_eq!(line("时间"), ["时间", "11:30–13:30", "09:30–13:30"]);
    assert_eq!(line("场地"), ["场地", "—", "三楼会议室"]);
    // Fifteen in a hundred of thirty, rounded up.
    assert_eq!(line("预计到场"), ["预计到场", "5", "12"]);
    assert!(!shown.contains("进企日期") && !shown.contains("主题"), "{shown}");
    // Where nothing is another way, all of it is shown.
    let pinned = bench.run(&["plan", "pin", "V0001", "--today", "2026-03-03"]).ok().out();
    assert!(["进企日期", "09:30–13:30", "主题", "人员分工"].iter().all(|part| pinned.contains(part)), "{pinned}");
}

#[test]
fn a_visit_on_another_day_has_other_reasons() {
    let bench = branch();
    // The one offered the fifth working day after the payday of March; the other one gives its days up.
    let visits = shown(&bench, "2026-03-03");
    let (offered, others): (Vec<&Value>, Vec<&Value>) = visits.iter().partition(|v| v["date"] == "2026-03-17");
    let ([first], [other]) = (&offered[..], &others[..]) else { panic!("{visits:#?}") };
    assert_eq!(label(first, "after_payday"), "发薪日2026-03-10后第5个工作日");
    assert_eq!(label(first, "topic_season"), "3月应季");
    plan(&bench, &["cancel", other["visit_id"].as_str().unwrap()]);
    let first = first["visit_id"].as_str().unwrap();
    // Eight working days after payday.
    let moved = plan(&bench, &["move", first, "--date", "2026-04-22"]);
    assert_eq!(moved["reasons"][0]["rule"], "day_chosen", "{moved:#}");
    assert!(!rules(&moved).iter().any(|r| r == "after_payday" || r == "best_free_day"), "{moved:#}");
    assert_eq!(label(&moved, "topic_season"), "4月应季");
    let again = plan(&bench, &["move", first, "--date", "2026-04-16"]);
    assert_eq!(label(&again, "after_payday"), "发薪日2026-04-10后第4个工作日");
    assert!(!rules(&again).iter().any(|r| r == "day_chosen"), "{again:#}");
}

#[test]
fn a_pin_that_is_taken_back_leaves_the_visit_to_planning() {
    let (undone, other) = (branch(), branch());
    plan(&undone, &["pin", "V0001"]);
    let told = undone.json(&["plan", "undo", "V0001", "--today", "2026-03-03"]);
    assert_eq!(told["pinned"], false);
    let before = of(&shown(&undone, "2026-03-03"), "V0001");
    let day: NaiveDate = before["date"].as_str().unwrap().parse().unwrap();
    let late = (day - Days::new(5)).to_string();
    let dated = |bench: &Bench| {
        let plan = bench.json(&["plan", "--today", &late]);
        plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").map(|v| v["date"].clone())
    };
    assert_eq!(dated(&undone), dated(&other));
    // Taken back twice it is pinned.
    let bench = branch();
    plan(&bench, &["pin", "V0001"]);
    plan(&bench, &["undo", "V0001"]);
    assert_eq!(bench.json(&["plan", "undo", "V0001", "--today", "2026-03-03"])["pinned"], true);
    assert_eq!(dated(&bench), Some(before["date"].clone()));
}

#[test]
fn the_plan_fits_a_terminal_with_the_places_where_visits_are_held() {
    let bench = branch();
    plan(&bench, &["set", "V0001", "--place", "开发区创新路八十八号行政楼三楼东侧多功能会议室"]);
    for lang in ["zh-CN", "en"] {
        let shown = bench.run(&["plan", "show", "--today", "2026-03-03", "--lang", lang]).ok().out();
        let widest = shown.lines().map(unicode_width::UnicodeWidthStr::width).max();
        assert!(widest <= Some(80) && !shown.contains('…'), "{shown}");
    }
}

#[test]
fn a_pinned_visit_keeps_its_day() {
    let (pinned, other) = (branch(), branch());
    let before = of(&shown(&pinned, "2026-03-03"), "V0001");
    assert_eq!(plan(&pinned, &["pin", "V0001", "--dry-run"])["date"], before["date"]);
    assert_eq!(plan(&pinned, &["pin", "V0001"])["date"], before["date"]);
    // It is told of an offer; what is agreed on stays anyway.
    plan(&pinned, &["confirm", "V0002"]);
    let told = pinned.json(&["plan", "show", "--today", "2026-03-03"]);
    assert_eq!(told["pinned"], serde_json::json!(["V0001"]));
    assert_eq!(other.json(&["plan", "show", "--today", "2026-03-03"])["pinned"], serde_json::json!([]));
    // Five days before there is no time left for publicity: nobody has answered, and the other gets a new date.
    let day: NaiveDate = before["date"].as_str().unwrap().parse().unwrap();
    let late = (day - Days::new(5)).to_string();
    let dated = |bench: &Bench| {
        let plan = bench.json(&["plan", "--today", &late]);
        plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").map(|v| v["date"].clone())
    };
    assert_eq!(dated(&pinned), Some(before["date"].clone()));
    assert_ne!(dated(&other), Some(before["date"].clone()));
}

#[test]
fn a_declined_visit_is_taken_up_again() {
    let bench = branch();
    let before = of(&shown(&bench, "2026-03-02"), "V0001");
    refused(&bench, &["reopen", "V0001"], "not_declined");
    let today = |arguments: &[&str], today: &str| bench.run(&[&["plan"][..], arguments, &["--today", today]].concat());
    today(&["cancel", "V0001", "--reason", "太忙", "--until", "2026-09-01"], "2026-03-02").ok();
    assert!(!shown(&bench, "2026-03-02").iter().any(|v| v["visit_id"] == "V0001"));
    // The same day it stands as before, and the employer no longer rests.
    today(&["reopen", "V0001"], "2026-03-02").ok();
    let again = of(&shown(&bench, "2026-03-02"), "V0001");
    assert_eq!((&again["status"], &again["date"]), (&"awaiting_booking".into(), &before["date"]));
    assert_eq!(again["declined"], Value::Null);
    // Ten days later its own day is too near; another one is asked for.
    today(&["cancel", "V0001"], "2026-03-12").ok();
    let near = bench.run(&["plan", "reopen", "V0001", "--today", "2026-03-12", "--json"]);
    let refused_then = before["date"].as_str().unwrap() < "2026-03-26";
    assert_eq!((near.code() == 1, near.err().contains("date_refused")), (refused_then, refused_then), "{}", near.err());
    if refused_then {
        today(&["reopen", "V0001", "--date", "2026-04-22"], "2026-03-12").ok();
        let planned = bench.json(&["plan", "--today", "2026-03-12"]);
        assert_eq!(of(planned["visits"].as_array().unwrap(), "V0001")["date"], "2026-04-22");
    }
}

/// What is typed of an employer in the list of the 2nd of March: answer, day agreed on, when to ask again, remark.
fn typed(bench: &Bench, firm: &str) -> [String; 4] {
    let mut list = Office::open(&out(bench, "2026-03-02", "02_进企计划表"));
    ["单位答复", "商定日期", "再访日", "备注"].map(|column| list.cell(firm, column))
}

#[test]
fn what_was_said_of_a_visit_and_holds_no_more_is_empty_in_the_list() {
    let (firm, today) = ("甲厂有限公司", "2026-03-02");
    let list = |bench: &Bench| Office::open(&out(bench, today, "02_进企计划表"));
    let run = |bench: &Bench, arguments: &[&str]| {
        let of_firm = [&["plan", arguments[0], firm][..], &arguments[1..], &["--today", today]].concat();
        bench.run(&of_firm).ok();
    };
    let bench = branch();
    let declined = list(&bench)
        .type_into(firm, "单位答复", "婉拒")
        .type_into(firm, "再访日", day("2026-06-01"))
        .type_into(firm, "备注", "年底太忙")
        .save(&bench.path("02.xlsx"));
    import(&bench, today, &declined);
    run(&bench, &["reopen"]);
    assert_eq!(typed(&bench, firm), ["待答复", "", "", ""]);
    // Taken back it is declined as it was; once more, nothing of that is left.
    run(&bench, &["undo"]);
    run(&bench, &["undo"]);
    assert_eq!(typed(&bench, firm), ["待答复", "", "", ""]);
    // A remark that is not the reason stays.
    let bench = branch();
    let noted = list(&bench).type_into(firm, "备注", "问过门卫").save(&bench.path("02.xlsx"));
    import(&bench, today, &noted);
    run(&bench, &["cancel", "--until", "2026-06-01"]);
    run(&bench, &["reopen"]);
    assert_eq!(typed(&bench, firm), ["待答复", "", "", "问过门卫"]);
    // Nor is a day agreed on any more when that is taken back.
    run(&bench, &["confirm"]);
    let agreed = shown(&bench, today).into_iter().find(|v| v["employer_id"] == "E00001").unwrap();
    assert_eq!(typed(&bench, firm)[..2], ["同意首选日期", agreed["date"].as_str().unwrap()]);
    run(&bench, &["undo"]);
    assert_eq!(typed(&bench, firm), ["待答复", "", "", "问过门卫"]);
}

#[test]
fn what_was_changed_last_is_taken_back() {
    let bench = branch();
    let before = of(&shown(&bench, "2026-03-03"), "V0001");
    refused(&bench, &["undo", "V0001"], "nothing_to_undo");
    let confirmed = plan(&bench, &["confirm", "V0001", "--date", "2026-04-22"]);
    assert_eq!((done(&confirmed, "booking"), done(&confirmed, "confirm")), ("yes".into(), "yes".into()));
    let undone = bench.json(&["plan", "undo", "V0001", "--today", "2026-03-03"]);
    assert_eq!(undone["was"], serde_json::json!({ "status": "confirmed", "date": "2026-04-22", "pinned": true }));
    let now = of(&shown(&bench, "2026-03-03"), "V0001");
    for key in ["status", "date", "alternatives", "team", "reasons"] {
        assert_eq!(now[key], before[key], "{key}");
    }
    // Nobody has agreed after all.
    assert_eq!(done(&now, "confirm"), "no");
    // Once more brings it back.
    plan(&bench, &["undo", "V0001"]);
    let again = of(&shown(&bench, "2026-03-03"), "V0001");
    assert_eq!((&again["status"], &again["date"]), (&"confirmed".into(), &"2026-04-22".into()));
    assert_eq!(done(&again, "confirm"), "yes");
    // What it would go back to has passed.
    let late = bench.run(&["plan", "undo", "V0001", "--today", "2026-04-21", "--json"]);
    if before["date"].as_str().unwrap() < "2026-04-21" {
        assert!(late.code() == 1 && late.err().contains("date_refused"), "{}", late.err());
        assert_eq!(of(&shown(&bench, "2026-04-21"), "V0001")["date"], "2026-04-22");
    }
}

#[test]
fn what_is_taken_back_is_told_by_what_it_is_where_the_day_is_the_same() {
    let bench = branch();
    let undo = |more: &[&str]| {
        let command = [&["plan", "undo", "V0001", "--today", "2026-03-03"][..], more].concat();
        bench.run(&command).ok().out().replace(['\n', ' '], "")
    };
    plan(&bench, &["set", "V0001", "--place", "食堂", "--topic", "card_safety"]);
    let tried = undo(&["--dry-run"]);
    assert!(tried.contains("V0001可以恢复原样，改回：场地、主题、锁定状态；没有改动。"), "{tried}");
    let told = undo(&[]);
    assert!(told.contains("V0001已恢复原样，改回了：场地、主题、锁定状态。") && !told.contains("刚才是"), "{told}");
    plan(&bench, &["pin", "V0001"]);
    let told = undo(&["--lang", "en"]);
    assert!(told.contains("V0001standsasbefore;changedback:pinning."), "{told}");
    // Another day is told with the one before.
    plan(&bench, &["confirm", "V0001", "--date", "2026-04-22"]);
    let told = undo(&[]);
    assert!(told.contains("刚才是2026-04-22、"), "{told}");
}

#[test]
fn neither_an_earlier_day_nor_an_empty_answer_wipes_anything() {
    let bench = branch();
    bench.run(&["plan", "confirm", "V0001", "--date", "2026-04-22", "--today", "2026-03-04"]).ok();
    bench.run(&["plan", "set", "V0002", "--place", "食堂", "--today", "2026-03-04"]).ok();
    let before = shown(&bench, "2026-03-04");
    for earlier in ["2026-03-03", "2026-03-02"] {
        bench.run(&["plan", "--today", earlier]).ok();
        assert_eq!(shown(&bench, "2026-03-04"), before, "after a run for {earlier}");
    }
    let mut list = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
    import(&bench, "2026-03-04", &list.type_into("甲厂有限公司", "单位答复", "").save(&bench.path("02.xlsx")));
    assert_eq!(shown(&bench, "2026-03-04"), before);
}

#[test]
fn what_is_long_overdue_is_told_to_the_manager_with_the_visits_number() {
    let bench = branch();
    let visit = plan(&bench, &["pin", "V0001"]);
    let approval = visit["steps"].as_array().unwrap().iter().find(|s| s["step"] == "approval").unwrap()["due"].clone();
    let due: NaiveDate = approval.as_str().unwrap().parse().unwrap();
    let page = |late: u64| {
        let day = (due + Days::new(late)).to_string();
        bench.run(&["cycle", "--today", &day]).ok();
        std::fs::read_to_string(out(&bench, &day, "00_先看这里")).unwrap()
    };
    let in_time = page(7);
    assert!(in_time.contains("V0001") && !in_time.contains("报行长"), "{in_time}");
    let late = page(8);
    assert!(late.contains("超期7天以上未办，报行长") && late.contains("8天"), "{late}");
}
