//! Targets and visits: what managers, the president and employers say of them stands in the next ranking and plan.

use calamine::Data;
use serde_json::Value;

use super::{codes, import, out, sorted};
use crate::common::Bench;
use crate::common::office::{Office, day};

const MORE: &str = "
| 单位编号 | 单位名称 | 行业 | 代发人数 | 月均代发额(万元) | 发薪日 | 主办网点 | 客户经理 |
|---|
| DW01 | 甲厂有限公司 | 制造业 | 60 | 30 | 10 | 一网点 | 林一 |
| DW02 | 乙厂有限公司 | 制造业 | 60 | 30 | 10 | 一网点 | 林一 |
| DW03 | 丙厂有限公司 | 制造业 | 60 | 30 | 10 | 一网点 | 林一 |";

/// Three employers of thirty people each; the first two have little.
pub fn branch() -> Bench {
    let bench = Bench::new();
    let mut paid = String::from("| 姓名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位 |\n|---|\n");
    let mut holdings =
        String::from("| 客户号 | 客户姓名 | 手机号 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) |\n|---|\n");
    let firms = [("甲厂有限公司", 2_000), ("乙厂有限公司", 3_000), ("丙厂有限公司", 90_000)];
    for (number, (firm, aum)) in firms.into_iter().enumerate() {
        for n in 0..30 {
            let letter = firm.chars().next().unwrap();
            holdings += &format!(
                "| {letter}{n} | 客{letter}{n} | 139{number}00000{n:02} | {firm} | 2026-02-28 | {aum} | {aum} |\n"
            );
            for month in ["2025-12", "2026-01", "2026-02"] {
                paid += &format!("| 客{letter}{n} | {letter}{n} | 5000 | 工资 | {month}-10 | {firm} |\n");
            }
        }
    }
    let staff: String = (1..=9)
        .map(|n| {
            let position = ["客户经理", "理财经理", "大堂经理"][n % 3];
            format!("| 00{n} | 林{n} | 一网点 | {position} | 理财 | 是 |\n")
        })
        .collect();
    let staff = format!(
        "| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |\n|---|\n{staff}| 010 | 林行 | 一网点 | 支行行长 |  | 是 |\n"
    );
    for (name, table) in [("人员", staff.as_str()), ("单位", MORE), ("资产", &holdings), ("代发", &paid)] {
        let file = bench.sheet(&format!("{name}.xlsx"), table);
        bench.run(&["import", "--today", "2026-03-02", &file]).ok();
    }
    bench.run(&["cycle", "--today", "2026-03-02"]).ok();
    bench
}

fn targets(bench: &Bench, today: &str) -> Vec<String> {
    let ranking = bench.json(&["rank", "--today", today]);
    let names = ranking.as_array().unwrap().iter().filter(|r| r["target"] == true);
    let mut names: Vec<String> = names.map(|r| r["name"].as_str().unwrap().to_string()).collect();
    names.sort();
    names
}

#[test]
fn what_the_manager_and_the_president_say_of_a_target_holds_in_the_next_ranking() {
    let bench = branch();
    assert_eq!(targets(&bench, "2026-03-03"), ["乙厂有限公司", "甲厂有限公司"]);
    let mut list = Office::open(&out(&bench, "2026-03-02", "01_目标单位名单"));
    let file = list
        .type_into("甲厂有限公司", "客户经理意见", "剔除")
        .type_into("甲厂有限公司", "剔除理由", "正在搬迁")
        .type_into("乙厂有限公司", "客户经理意见", "确认")
        .save(&bench.path("01.xlsx"));
    let told = import(&bench, "2026-03-03", &file);
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&2.into(), Vec::new()), "{told:#}");
    assert_eq!(targets(&bench, "2026-03-04"), ["乙厂有限公司"]);
    let plan = bench.json(&["plan", "--today", "2026-03-04"]);
    // It still has a visit, which says so.
    let stands = plan["visits"].as_array().unwrap().iter().find(|v| v["employer_id"] == "E00001").unwrap();
    let told = stands["reasons"][0]["label"].as_str().unwrap();
    assert!(told.starts_with("客户经理2026-03-03在名单上剔除：正在搬迁"), "{told}");
    // The next list shows what was said; typed over, the new word holds, and the president's is the last.
    bench.run(&["rank", "--today", "2026-03-04"]).ok();
    let mut list = Office::open(&out(&bench, "2026-03-04", "01_目标单位名单"));
    assert_eq!(list.cell("乙厂有限公司", "客户经理意见"), "确认");
    let file = list.type_into("乙厂有限公司", "行长审批", "不同意").save(&bench.path("01行长.xlsx"));
    import(&bench, "2026-03-04", &file);
    assert!(targets(&bench, "2026-03-05").is_empty());
}

#[test]
fn a_target_struck_off_while_its_days_are_offered_is_told_with_what_to_do() {
    let bench = branch();
    let mut list = Office::open(&out(&bench, "2026-03-02", "01_目标单位名单"));
    list.type_into("甲厂有限公司", "客户经理意见", "剔除").type_into("甲厂有限公司", "剔除理由", "正在搬迁");
    import(&bench, "2026-03-03", &list.save(&bench.path("01.xlsx")));
    // The offer stands: nobody but people takes it back.
    let plan = bench.json(&["plan", "--today", "2026-03-04"]);
    let of = |employer: &str| {
        plan["visits"].as_array().unwrap().iter().find(|v| v["employer_id"] == employer).unwrap().clone()
    };
    let (struck, other) = (of("E00001"), of("E00002"));
    let id = struck["visit_id"].as_str().unwrap();
    let told = format!(
        "客户经理2026-03-03在名单上剔除：正在搬迁，但报给单位的日期还在：不去的，用 daifa plan cancel {id} 取消并告知单位；\
         仍要去的，在原来那份01名单上改回意见，再放入 inbox 导入"
    );
    assert_eq!((&struck["status"], &struck["reasons"][0]["label"]), (&"awaiting_booking".into(), &told.clone().into()));
    assert!(!other.to_string().contains("visit_not_wanted"), "{other:#}");
    // It is told and not kept.
    let kept = bench.json(&["plan", "show", "--today", "2026-03-04"]);
    assert!(!kept.to_string().contains("visit_not_wanted"), "{kept:#}");
    let shown: String = bench.run(&["plan", "--today", "2026-03-04"]).ok().out().split_whitespace().collect();
    let squeezed: String = told.split_whitespace().collect();
    assert!(shown.contains(&format!("注意：{squeezed}。")), "{shown}");
    let book = Office::open(&out(&bench, "2026-03-04", "02_进企计划表"));
    let grounds = book.pages.iter().find(|p| p.name == "场次说明").unwrap();
    assert_eq!(grounds.rows.iter().flatten().filter(|c| c.to_string().contains(&told)).count(), 1);
    let page = |today: &str| {
        bench.run(&["cycle", "--today", today]).ok();
        std::fs::read_to_string(out(&bench, today, "00_先看这里")).unwrap()
    };
    assert!(page("2026-03-04").contains("名单上剔除或未同意，场次还在"));
    // The president disagrees, on the same list: the visit is as it was.
    list.type_into("甲厂有限公司", "行长审批", "不同意");
    import(&bench, "2026-03-04", &list.save(&bench.path("01行长.xlsx")));
    assert!(!bench.json(&["plan", "--today", "2026-03-05"]).to_string().contains("visit_not_wanted"));
    assert!(!page("2026-03-05").contains("名单上剔除或未同意"));
}

#[test]
fn the_agreed_day_and_what_is_done_stand_in_the_next_plan() {
    let bench = branch();
    let plan = bench.json(&["plan", "show", "--today", "2026-03-02"]);
    let visits = plan["visits"].as_array().unwrap();
    let of = |name: &str| {
        let ranking = bench.json(&["rank", "--today", "2026-03-02"]);
        let ranked = ranking.as_array().unwrap().iter().find(|r| r["name"] == name).unwrap().clone();
        visits.iter().find(|v| v["employer_id"] == ranked["employer_id"]).unwrap().clone()
    };
    let (first, second) = (of("甲厂有限公司"), of("乙厂有限公司"));
    let mut list = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
    list.type_into("甲厂有限公司", "单位答复", "同意首选日期")
        .type_into("乙厂有限公司", "单位答复", "婉拒")
        .type_into("乙厂有限公司", "再访日", day("2026-06-01"))
        .type_into("乙厂有限公司", "备注", "年底太忙");
    let steps = list.pages.iter().position(|p| p.name == "倒排时间表").unwrap();
    let row = list.pages[steps].rows.iter().position(|r| r.contains(&Data::String("甲厂有限公司".into()))).unwrap();
    let header = list.pages[steps].rows.iter().position(|r| r.contains(&Data::String("事项".into()))).unwrap();
    let at =
        |title: &str| list.pages[steps].rows[header].iter().position(|c| *c == Data::String(title.into())).unwrap();
    let (done, on, step) = (at("完成情况"), at("完成日期"), list.pages[steps].rows[row][at("事项")].to_string());
    list.pages[steps].rows[row][done] = "已完成".into();
    list.pages[steps].rows[row][on] = day("2026-03-03");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("02.xlsx")));
    assert_eq!(codes(&told), [], "{told:#}");
    let plan = bench.json(&["plan", "--today", "2026-03-04"]);
    let visits = plan["visits"].as_array().unwrap();
    let now = visits.iter().find(|v| v["visit_id"] == first["visit_id"]).unwrap();
    assert_eq!((&now["status"], &now["date"]), (&"confirmed".into(), &first["date"]));
    let told_done = now["steps"].as_array().unwrap().iter().find(|s| s["done"].is_object()).unwrap();
    assert_eq!((&told_done["done"]["state"], &told_done["done"]["on"]), (&"yes".into(), &"2026-03-03".into()));
    assert!(!visits.iter().any(|v| v["visit_id"] == second["visit_id"]), "declined");
    // Nobody asks before the day that was given; then the employer is asked again.
    let mut list = Office::open(&out(&bench, "2026-03-04", "02_进企计划表"));
    assert_eq!(list.cell(&step, "完成情况"), "已完成");
    assert_eq!(list.cell("甲厂有限公司", "单位答复"), "同意首选日期");
    // By command, and the same of a step; another word of the same offer in a workbook is asked about.
    bench.run(&["step", "done", "V0001", "booking", "--on", "2026-03-04", "--today", "2026-03-04"]).ok();
    let mut other = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
    let file = other.type_into("甲厂有限公司", "单位答复", "婉拒").save(&bench.path("02另一份.xlsx"));
    assert_eq!(sorted(&import(&bench, "2026-03-05", &file)), ["contact_conflicts"]);
    let plan = bench.json(&["plan", "show", "--today", "2026-03-05"]);
    assert_eq!(plan["visits"][0]["status"], "confirmed");
    assert_eq!(bench.run(&["step", "done", "V0001", "no such", "--today", "2026-03-05"]).code(), 1);
    assert_eq!(
        bench.run(&["step", "done", "V0001", "booking", "--on", "2026-03-09", "--today", "2026-03-05"]).code(),
        1
    );
}

#[test]
fn an_answer_to_an_offer_that_was_moved_since_moves_nothing() {
    let bench = branch();
    let shown = |today: &str| {
        let plan = bench.json(&["plan", "show", "--today", today]);
        let visit = plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").unwrap();
        (visit["date"].as_str().unwrap().to_string(), visit["status"].as_str().unwrap().to_string())
    };
    let names = bench.json(&["rank", "--today", "2026-03-02"]);
    let plan = bench.json(&["plan", "show", "--today", "2026-03-02"]);
    let visit = plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").unwrap().clone();
    let ranked = names.as_array().unwrap().iter().find(|r| r["employer_id"] == visit["employer_id"]).unwrap();
    let employer = ranked["name"].as_str().unwrap().to_string();
    let other = "2026-04-22";
    assert_ne!(visit["date"], other);
    bench.run(&["plan", "move", "V0001", "--date", other, "--today", "2026-03-03"]).ok();
    let answers = |column: &str, text: &str, name: &str| {
        let mut list = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
        let file = list.type_into(&employer, column, text).save(&bench.path(name));
        import(&bench, "2026-03-04", &file)
    };
    let told = answers("单位答复", "同意首选日期", "同意.xlsx");
    assert_eq!(sorted(&told), ["return_not_applied"]);
    let reason = format!("答复的是{}这个日期，这场进企后来已改到{other}。", visit["date"].as_str().unwrap());
    assert_eq!(told["problems"][0]["params"]["reason"], reason);
    let place = Office::open(&out(&bench, "2026-03-02", "02_进企计划表")).place(&employer, "单位答复");
    assert_eq!(codes(&told)[0].1, Some(place));
    assert_eq!(shown("2026-03-04"), (other.to_string(), "awaiting_booking".to_string()));
    // An answer that was put into the plan is not put there again because of a remark in another copy.
    let again = branch();
    let mut list = Office::open(&out(&again, "2026-03-02", "02_进企计划表"));
    let agreed = list.type_into(&employer, "单位答复", "同意首选日期").save(&again.path("同意.xlsx"));
    assert_eq!(sorted(&import(&again, "2026-03-03", &agreed)), Vec::<String>::new());
    again.run(&["plan", "move", "V0001", "--date", other, "--today", "2026-03-04"]).ok();
    let mut list = Office::open(&out(&again, "2026-03-02", "02_进企计划表"));
    let note = list.type_into(&employer, "备注", "问过门卫").save(&again.path("备注.xlsx"));
    assert_eq!(sorted(&import(&again, "2026-03-05", &note)), Vec::<String>::new());
    let plan = again.json(&["plan", "show", "--today", "2026-03-05"]);
    let now = plan["visits"].as_array().unwrap().iter().find(|v| v["visit_id"] == "V0001").unwrap();
    assert_eq!(now["date"], other);
}

#[test]
fn a_step_whose_name_has_wide_brackets_is_the_one_that_was_sent() {
    let bench = branch();
    let mut list = Office::open(&out(&bench, "2026-03-02", "02_进企计划表"));
    list.type_into("预约（两个备选日）", "完成情况", "部分完成");
    let told = import(&bench, "2026-03-03", &list.save(&bench.path("02.xlsx")));
    assert_eq!((&told["files"][0]["rows_taken"], codes(&told)), (&1.into(), Vec::new()), "{told:#}");
}

#[test]
fn a_list_that_comes_back_tells_of_other_visits_what_the_command_tells() {
    let (bench, today) = (branch(), "2026-03-02");
    let plan = bench.json(&["plan", "show", "--today", today]);
    let [agreed, other] = plan["visits"].as_array().unwrap().as_slice() else { panic!("{plan:#}") };
    let name = |of: &Value| if of["employer_id"] == "E00001" { "甲厂有限公司" } else { "乙厂有限公司" };
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let visit = text(&agreed["visit_id"]);
    let (first, second) = (text(&other["date"]), text(&other["alternatives"][0]));
    let tried = bench.json(&["plan", "confirm", &visit, "--date", &second, "--dry-run", "--today", today]);
    let reasons = tried["visits"][0]["reasons"].as_array().unwrap();
    let room = reasons.iter().find(|r| r["rule"] == "made_room").unwrap();
    let list = || Office::open(&out(&bench, today, "02_进企计划表"));
    let moved = list()
        .type_into(name(agreed), "单位答复", "另定日期")
        .type_into(name(agreed), "商定日期", day(&second))
        .save(&bench.path("商定.xlsx"));
    let told = import(&bench, today, &moved);
    assert_eq!(sorted(&told), ["return_made_room"]);
    assert_eq!(told["problems"][0]["found"], format!("{}。", text(&room["label"])));
    // Declined after all, the day goes back.
    let declined = list().type_into(name(agreed), "单位答复", "婉拒").save(&bench.path("婉拒.xlsx"));
    let told = import(&bench, today, &declined);
    assert_eq!(sorted(&told), ["return_given_back"]);
    let back = format!("{}（{}）拿回了让出的日期，现在是{first}、{second}。", text(&other["visit_id"]), name(other));
    assert_eq!(told["problems"][0]["found"], back);
}
