//! 02 and what the start page tells of the plan.

use std::collections::BTreeSet;

use crate::engagement::fixtures::{visit, workdays_2026};
use crate::engagement::visit::planned::{Step, Visit};
use crate::engagement::visit::schedule::Unplanned;
use crate::engagement::visit::staffing::support::SupportRequest;
use crate::engagement::visit::withdrawn;
use crate::model::VisitId;
use crate::model::days::workdays::Workdays;
use crate::model::status::VisitStatus;
use crate::render::books::start_page::{NoticeLine, PlanInput, PlanPart, plan_part};
use crate::render::books::tests::*;
use crate::render::books::visit::plan::{Places, PlanContext, Typed, plan_book, plan_table};
use crate::render::console;
use crate::render::table::Tone;

fn plan() -> (Vec<Visit>, Vec<Unplanned>) {
    // Given in the wrong order on purpose.
    let visits =
        vec![visit(2, 2, "2026-03-18", &[(1, "basic")]), visit(1, 1, "2026-03-17", &[(1, "lead"), (2, "basic")])];
    let reasons = vec![
        Reason::new("near_payday").date("payday", date("2026-03-10")).count("days", 3),
        Reason::new("publicity_too_short")
            .count("days", 4)
            .count("least", 7)
            .date("earliest", date("2026-03-17"))
            .count("days", 5),
    ];
    let unplanned = Unplanned { employer_id: EmployerId(7), reasons, earliest: Some(date("2026-04-20")) };
    (visits, vec![unplanned])
}

/// What a plan is told with on 2 March 2026.
struct Told {
    workdays: Workdays,
    typed: Typed,
    places: Places,
    pinned: BTreeSet<VisitId>,
    support: Vec<SupportRequest>,
    withdrawn: Vec<Visit>,
    employers: EmployerNames,
    staff: StaffNames,
}

impl Told {
    fn new() -> Told {
        let (employers, staff) = who();
        let places = BTreeMap::from([(EmployerId(1), "临江路1号".to_string())]);
        let (support, withdrawn) = (Vec::new(), Vec::new());
        let pinned = BTreeSet::new();
        Told { workdays: workdays_2026(), typed: Typed::new(), places, pinned, support, withdrawn, employers, staff }
    }

    fn context(&self) -> PlanContext<'_> {
        PlanContext {
            today: date("2026-03-02"),
            workdays: &self.workdays,
            typed: &self.typed,
            names: Names { employers: &self.employers, staff: &self.staff },
            places: &self.places,
            pinned: &self.pinned,
            support: &self.support,
            assumed: &[],
            withdrawn: &self.withdrawn,
        }
    }
}

#[test]
fn the_plan_is_dated_staffed_and_explained() {
    let ((visits, unplanned), told) = (plan(), Told::new());
    let (context, names) = (told.context(), told.context().names);
    check(|words| plan_book(&visits, &unplanned, &context, words));
    let book = plan_book(&visits, &unplanned, &context, &words());
    let sheets: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(sheets, ["进企计划", "场次说明", "进企月历", "倒排时间表", "人员排班", "支援申请", "暂不安排及原因"]);
    let list = table(&book, "进企计划");
    assert_eq!(column(list, "employer"), ["甲单位", "乙单位"]);
    assert_eq!(column(list, "weekday"), ["周二", "周三"]);
    assert_eq!(column(list, "alternatives")[0], "03-19 周四");
    assert_eq!(column(list, "team")[0], "现场负责人：员工甲\n基础服务：员工乙");
    // Nobody leads the second visit.
    assert_eq!(column(list, "lead"), ["员工甲", "—"]);
    // By these a visit is confirmed, and a step told of.
    assert_eq!(column(list, "visit_id"), ["V0001", "V0002"]);
    let shown = console::table(&plan_table(&visits, &told.pinned, &names, &words()), 80, false);
    assert!(shown.contains("V0001") && shown.contains("V0002"), "{shown}");
    // A row answers to the offer of its date.
    assert_eq!(column(list, "row_key"), ["V0001/2026-03-17", "V0002/2026-03-18"]);
    let inputs: Vec<&str> = list.columns.iter().filter(|c| c.input).map(|c| c.key.as_str()).collect();
    assert_eq!(inputs, ["client_answer", "agreed_date", "rest_until", "remark"]);
    let steps = table(&book, "倒排时间表");
    assert_eq!(column(steps, "due"), ["2026-03-02", "2026-03-02", "2026-03-17", "2026-03-18"]);
    assert_eq!(column(steps, "employer"), ["甲单位", "乙单位", "甲单位", "乙单位"]);
    // What is told of a visit begins with its number.
    for name in ["进企计划", "场次说明", "倒排时间表", "人员排班", "支援申请"] {
        for told in tables(sheet(&book, name)) {
            assert_eq!(told.columns[0].key, "visit_id", "{name}");
        }
    }
    assert_eq!(column(steps, "visit_id"), ["V0001", "V0002", "V0001", "V0002"]);
    // With the number as far as the step, which stay in sight.
    let frozen: Vec<&str> = steps.columns[..steps.freeze].iter().map(|c| c.key.as_str()).collect();
    assert_eq!(frozen, ["visit_id", "due", "weekday", "employer", "step"]);
    // 员工甲 of 东网点 goes twice, 员工乙 once: a table each.
    let roster: Vec<&Table> = tables(sheet(&book, "人员排班")).collect();
    let titles: Vec<&str> = roster.iter().map(|t| t.title.as_str()).collect();
    assert_eq!(titles, ["员工甲（东网点）　外出2次，另留备选2天", "员工乙（西网点）　外出1次，另留备选1天"]);
    assert_eq!(column(roster[0], "visit_id"), ["V0001", "V0002", "V0001", "V0002"]);
    assert_eq!(column(roster[0], "date"), ["2026-03-17", "2026-03-18", "2026-03-19", "2026-03-19"]);
    assert_eq!(column(roster[0], "which"), ["首选", "首选", "备选", "备选"]);
    assert_eq!(column(roster[0], "role"), ["现场负责人", "基础服务", "现场负责人", "基础服务"]);
    assert_eq!(column(roster[0], "arrive"), ["09:15"; 4]);
    // Nobody knows where 乙单位 is.
    assert_eq!(column(roster[0], "place"), ["临江路1号", "", "临江路1号", ""]);
    assert_eq!(column(roster[1], "employer"), ["甲单位", "甲单位"]);
    let none = table(&book, "暂不安排及原因");
    assert_eq!(column(none, "employer"), ["E00007"]);
    let why = &column(none, "reasons")[0];
    assert!(why.starts_with("临近发薪日2026-03-10，此类共3天；\n"), "{why}");
    // The days of a reason that has days of its own are its own.
    assert!(why.contains("仅4天") && !why.contains("5天"), "{why}");
}

#[test]
fn a_pinned_offer_is_marked_where_it_stands() {
    let ((visits, _), mut told) = (plan(), Told::new());
    told.pinned.insert(VisitId(2));
    let book = plan_book(&visits, &[], &told.context(), &words());
    assert_eq!(column(table(&book, "进企计划"), "status"), ["待预约", "待预约\n已锁定"]);
    assert!(printed(&book, "进企计划") >= 0.7, "{}", printed(&book, "进企计划"));
    let shown = console::table(&plan_table(&visits, &told.pinned, &told.context().names, &words()), 80, false);
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains("已锁定")).collect();
    assert!(lines.len() == 1 && lines[0].contains("V0002") && lines[0].contains("待预约、已锁定"), "{shown}");
}

#[test]
fn a_month_shows_who_is_where_on_which_day() {
    let ((mut visits, _), told) = (plan(), Told::new());
    visits[1].status = VisitStatus::Confirmed;
    visits[1].alternatives.clear();
    visits[0].alternatives.push(date("2026-04-07"));
    let book = plan_book(&visits, &[], &told.context(), &words());
    let months: Vec<&Table> = tables(sheet(&book, "进企月历")).collect();
    assert_eq!(months.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(), ["2026年3月", "2026年4月"]);
    let march = months[0];
    // A name and 31 days.
    assert_eq!(march.columns.len(), 32);
    assert_eq!(column(march, "colleague"), ["东网点", "员工甲", "西网点", "员工乙"]);
    assert_eq!(column(march, "2026-03-17"), ["", "甲单\n位", "", "甲单\n位"]);
    assert_eq!(column(march, "2026-03-18"), ["", "乙单\n位", "", ""]);
    assert_eq!(column(march, "2026-03-19"), ["", "乙单\n位", "", ""]);
    let tone = |row: usize, day: &str| march.rows[row].tone_of(march.at(day).unwrap());
    // Agreed, first offered, offered as well.
    assert_eq!((tone(1, "2026-03-17"), tone(1, "2026-03-18")), (Tone::Good, Tone::Warn));
    assert_eq!((tone(1, "2026-03-19"), tone(3, "2026-03-19")), (Tone::Faint, Tone::Normal));
    // A Saturday, today, and the outlet's row on both.
    assert_eq!((tone(1, "2026-03-14"), tone(1, "2026-03-02")), (Tone::Off, Tone::Now));
    assert_eq!((tone(0, "2026-03-14"), tone(0, "2026-03-02")), (Tone::Total, Tone::Total));
    let title = |day: &str| march.columns[march.at(day).unwrap()].title.clone();
    assert_eq!((title("2026-03-02"), title("2026-03-17")), ("2\n周一\n今天".into(), "17\n周二".into()));
    // In April only 员工甲 may go; the month has 30 days, the 6th is a holiday.
    assert_eq!((months[1].columns.len(), column(months[1], "colleague")), (31, vec!["东网点".into(), "员工甲".into()]));
    assert_eq!(months[1].rows[1].tone_of(months[1].at("2026-04-06").unwrap()), Tone::Off);
}

#[test]
fn two_visits_of_one_day_stand_both_in_its_cell_and_in_the_roster_by_time() {
    let ((mut visits, _), told) = (plan(), Told::new());
    // 乙单位 in the morning and agreed, 甲单位 in the afternoon and not yet.
    visits[0].date = date("2026-03-17");
    visits[0].status = VisitStatus::Confirmed;
    visits.iter_mut().for_each(|visit| visit.alternatives.clear());
    (visits[0].start, visits[0].end) = ("09:30".into(), "11:00".into());
    (visits[1].start, visits[1].end) = ("14:00".into(), "16:00".into());
    let book = plan_book(&visits, &[], &told.context(), &words());
    let march = table(&book, "进企月历");
    assert_eq!(column(march, "2026-03-17"), ["", "乙单\n位\n甲单\n位", "", "甲单\n位"]);
    assert_eq!(march.rows[1].tone_of(march.at("2026-03-17").unwrap()), Tone::Good);
    let roster = table(&book, "人员排班");
    assert_eq!(roster.title, "员工甲（东网点）　外出2次");
    assert_eq!(column(roster, "date"), ["2026-03-17", "2026-03-17"]);
    assert_eq!(column(roster, "time"), ["09:30–11:00", "14:00–16:00"]);
    assert_eq!(column(roster, "employer"), ["乙单位", "甲单位"]);
}

#[test]
fn who_is_to_be_told_that_a_day_is_taken_back_can_be_ticked_off() {
    let ((visits, _), mut told) = (plan(), Told::new());
    let mut taken_back = visit(3, 2, "2026-03-17", &[(1, "lead")]);
    taken_back.status = VisitStatus::Moved;
    withdrawn::leave_notice(&mut taken_back, date("2026-03-09"));
    told.withdrawn = vec![taken_back];
    told.typed = BTreeMap::from([("V0003/notice".into(), BTreeMap::from([("done".into(), "part".into())]))]);
    check(|words| plan_book(&visits, &[], &told.context(), words));
    let book = plan_book(&visits, &[], &told.context(), &words());
    let list = table(&book, "待告知单位");
    let shown = ["visit_id", "employer", "offered_days", "reasons", "step", "owner", "done", "row_key"]
        .map(|key| column(list, key).concat());
    let expected = [
        "V0003",
        "乙单位",
        "2026-03-17（周二）\n2026-03-19（周四）",
        "原定2026-03-17的场次到期未答复，已取消，请告知单位",
        "告知单位（原定日期已取消）",
        "员工甲",
        "部分完成",
        "V0003/notice",
    ];
    assert_eq!(shown, expected);
    let inputs: Vec<&str> = list.columns.iter().filter(|c| c.input).map(|c| c.key.as_str()).collect();
    assert_eq!(inputs, ["done", "done_on", "remark"]);
}

#[test]
fn an_offer_a_fresh_plan_has_no_place_for_is_not_called_unanswered() {
    let mut told = Told::new();
    let mut dropped = visit(3, 2, "2026-03-17", &[(1, "lead")]);
    let why = withdrawn::no_longer_planned(&dropped, Some(&Reason::new("no_target").count("rank", 9)));
    dropped.reasons.insert(0, why);
    dropped.status = VisitStatus::Moved;
    withdrawn::leave_notice(&mut dropped, date("2026-03-09"));
    told.withdrawn = vec![dropped];
    check(|words| plan_book(&[], &[], &told.context(), words));
    let book = plan_book(&[], &[], &told.context(), &words());
    assert_eq!(
        column(table(&book, "待告知单位"), "reasons"),
        ["重排后不再安排原定2026-03-17的场次：不是目标单位，排在第9位；请告知单位"]
    );
}

#[test]
fn employers_that_begin_alike_are_told_apart_by_the_visits_numbers() {
    let mut told = Told::new();
    told.employers.insert(EmployerId(1), "临江市第一中学".into());
    told.employers.insert(EmployerId(2), "临江市第二中学".into());
    let (visits, _) = plan();
    let book = plan_book(&visits, &[], &told.context(), &words());
    let march = table(&book, "进企月历");
    assert_eq!(column(march, "2026-03-17")[1], "V000\n1");
    assert_eq!(column(march, "2026-03-18")[1], "V000\n2");
}

/// What the start page of 18 March 2026 tells of these visits.
fn on_the_page(visits: &[Visit], held: &[Visit], withdrawn: &[Visit]) -> PlanPart {
    let (employers, staff) = who();
    let input = PlanInput {
        today: date("2026-03-18"),
        visits,
        held,
        withdrawn,
        escalated: &[],
        escalate_days: 7,
        unplanned: &[],
        names: Names { employers: &employers, staff: &staff },
    };
    plan_part(&input, &words())
}

#[test]
fn the_page_lists_offers_by_the_day_of_their_answer() {
    let offer = |id: i64, employer: i64, by: Option<&str>| Visit {
        answer_by: by.map(date),
        ..visit(id, employer, "2026-03-31", &[(1, "lead")])
    };
    let agreed = Visit { status: VisitStatus::Confirmed, ..offer(4, 2, Some("2026-03-17")) };
    let visits = [offer(1, 1, Some("2026-03-20")), offer(2, 2, Some("2026-03-16")), offer(3, 1, None), agreed];
    let told: Vec<(String, String, i64)> =
        on_the_page(&visits, &[], &[]).offers.into_iter().map(|o| (o.visit, o.name, o.late)).collect();
    assert_eq!(told, [("V0002".to_string(), "乙单位".to_string(), 2), ("V0001".to_string(), "甲单位".to_string(), 0)]);
    let first = &on_the_page(&visits, &[], &[]).offers[0];
    assert_eq!((first.days.join(" "), &first.lead[..]), ("2026-03-31（周二） 2026-03-19（周四）".into(), "员工甲"));
}

#[test]
fn the_page_asks_for_nothing_that_prepares_a_visit_that_was_held() {
    let step = |key: &str, due: &str| Step {
        step: key.into(),
        due: date(due),
        channel: None,
        owner: Some(StaffId(1)),
        done: None,
    };
    let mut held = visit(1, 1, "2026-03-17", &[]);
    held.status = VisitStatus::AwaitingCall;
    held.steps = vec![step("invite_1", "2026-03-16"), step("visit", "2026-03-17"), step("thanks", "2026-03-19")];
    let mut ahead = visit(2, 2, "2026-03-24", &[]);
    ahead.steps = vec![step("equipment_check", "2026-03-17")];
    let told: Vec<(String, String)> =
        on_the_page(&[ahead], &[held], &[]).steps.into_iter().map(|s| (s.visit, s.step)).collect();
    assert_eq!(
        told,
        [("V0002".to_string(), "物料设备检查".to_string()), ("V0001".to_string(), "致谢关键人".to_string())]
    );
}

#[test]
fn the_page_says_whom_to_tell_of_a_day_that_is_taken_back() {
    let mut taken_back = visit(3, 2, "2026-03-24", &[(2, "lead")]);
    taken_back.status = VisitStatus::Moved;
    withdrawn::leave_notice(&mut taken_back, date("2026-03-18"));
    let told = on_the_page(&[], &[], &[taken_back]).notices;
    let expected = NoticeLine {
        visit: "V0003".into(),
        name: "乙单位".into(),
        reason: "原定2026-03-24的场次到期未答复，已取消，请告知单位".into(),
        owner: "员工乙".into(),
    };
    assert_eq!(told, [expected]);
}

#[test]
fn the_page_reads_back_as_it_was_kept() {
    let part = on_the_page(&[visit(1, 1, "2026-03-24", &[(1, "lead")])], &[], &[]);
    assert!(!part.visits.is_empty() && !part.weeks.is_empty());
    let kept = serde_json::to_string(&part).unwrap();
    assert_eq!(serde_json::from_str::<PlanPart>(&kept).unwrap(), part);
}

#[test]
fn an_empty_plan_says_so() {
    let told = Told::new();
    check(|words| plan_book(&[], &[], &told.context(), words));
    let shown = console::table(&plan_table(&[], &told.pinned, &told.context().names, &words()), 80, false);
    assert!(shown.contains("没有待进企的场次"), "{shown}");
}

#[test]
fn the_plan_prints_on_a4_at_a_size_that_can_be_read() {
    let ((mut visits, unplanned), told) = (plan(), Told::new());
    visits[0].place = Some("三楼会议室".into());
    let book = plan_book(&visits, &unplanned, &told.context(), &words());
    for name in ["进企计划", "场次说明", "进企月历", "倒排时间表", "人员排班", "支援申请", "暂不安排及原因"]
    {
        assert!(printed(&book, name) >= 0.7, "{name}: {}", printed(&book, name));
    }
}
