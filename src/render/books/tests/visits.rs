//! 目标单位名单, 进企计划表.

use crate::engagement::fixtures::{visit, workdays_2026};
use crate::engagement::report::effect::Verdict;
use crate::engagement::report::thresholds;
use crate::engagement::visit::planned::{Step, Visit};
use crate::engagement::visit::ranking::last_visit::{LastVisit, VisitResult};
use crate::engagement::visit::ranking::trend::RetentionTrend;
use crate::engagement::visit::ranking::{LeftOut, Opinion, Ranked, Ranking};
use crate::engagement::visit::schedule::Unplanned;
use crate::engagement::visit::staffing::support::SupportRequest;
use crate::engagement::visit::withdrawn;
use crate::model::Points;
use crate::model::days::workdays::Workdays;
use crate::model::status::{AumBasis, RateKind, VisitStatus};
use crate::render::books::start_page::{NoticeLine, PlanInput, PlanPart, plan_part};
use crate::render::books::tests::*;
use crate::render::books::visit::plan::{Places, PlanContext, Typed, plan_book, plan_table};
use crate::render::books::visit::rank::{RankContext, rank_book, rank_table, summary};
use crate::render::console;
use crate::render::table::Tone;
use crate::rules::Rules;

fn ranked(rank: usize, target: bool) -> Ranked {
    Ranked {
        opinion: Opinion::default(),
        rank,
        employer_id: EmployerId(rank as i64),
        name: format!("第{rank}单位"),
        industry: None,
        headcount: 100,
        stated_headcount: None,
        effective_heads: 90,
        aum_basis: AumBasis::Balance,
        aum_fen: Some(Fen::yuan(950_000)),
        aum_per_head_fen: Some(Fen::yuan(9_500)),
        peer_per_head_fen: Some(Fen::yuan(40_000)),
        contribution: Some(0.25),
        products_per_head: Some(1.5),
        coverage: [0, 60, 30, 10, 0, 0],
        peer_coverage: (rank == 1).then_some([0.05, 0.4, 0.3, 0.15, 0.1, 0.0]),
        penetration: BTreeMap::from([("mobile_bank".to_string(), 0.6), ("fund_plan".to_string(), 0.02)]),
        peer_penetration: BTreeMap::new(),
        retention: None,
        period_retention: None,
        retention_trend: (rank == 1).then_some(RetentionTrend {
            kind: RateKind::Period,
            now: 0.3,
            payday: date("2026-02-10"),
            before: 0.32,
            payday_before: date("2026-01-09"),
            change: -0.02,
        }),
        loss_index: Some(57.0),
        peer_loss_index: Some(27.0),
        deposit_multiple: Some(0.6),
        uplift_fen: Fen::yuan(1_930_000),
        uplift_percentile: 0.75,
        uplift_per_head_fen: Some(Fen::yuan(28_800)),
        staff_hours: 10.5,
        gain_per_hour_fen: Some(Fen(18_380_952)),
        score: Points(48_750),
        confidence: 0.8,
        target,
        outlet: Some("东网点".into()),
        rm: Some(StaffId(1)),
        payroll_month_avg_fen: (rank == 1).then_some(Fen::yuan(1_600_000)),
        paydays: vec![10, 25],
        agreement_end: Some(date("2026-12-31")),
        visit: LastVisit::default(),
        reasons: vec![
            Reason::new("low_contribution").ratio("coefficient", 0.25).ratio("low", 0.7).points(Points(22_500)),
            Reason::new("low_per_head")
                .money("own", Fen::yuan(9_500))
                .money("peer", Fen::yuan(40_000))
                .share("gap", 0.7625)
                .points(Points(26_250)),
        ],
    }
}

/// Two targets and another, and one that is left out.
pub(super) fn ranking() -> Ranking {
    let left_out = LeftOut {
        employer_id: EmployerId(9),
        name: "丙单位".into(),
        reasons: vec![Reason::new("visited_recently").date("date", date("2026-01-20")).count("days", 90)],
        earliest: None,
        visit: LastVisit { on: Some(date("2026-01-20")), days: Some(41), result: None },
    };
    Ranking { ranked: vec![ranked(1, true), ranked(2, true), ranked(3, false)], left_out: vec![left_out] }
}

#[test]
fn the_target_list_shows_why_and_counts_targets_only() {
    let (rules, mut ranking) = (Rules::load(None).unwrap(), ranking());
    // Of the second the register knows the last visit, and who bought is not among what it tells.
    ranking.ranked[1].visit = LastVisit {
        on: Some(date("2025-10-15")),
        days: Some(138),
        result: Some(VisitResult {
            attendance: Some(9),
            interested: Some(0),
            deals: None,
            verdict: Verdict::Failed,
            reasons: vec![],
        }),
    };
    let products = rules.products.catalogue();
    let staff = who().1;
    let context = RankContext {
        thresholds: &thresholds::of(&rules),
        products: &products,
        data_date: Some(date("2026-02-28")),
        staff: &staff,
        contacts: &BTreeMap::from([(EmployerId(1), "财务经理 李*".to_string())]),
    };
    check(|words| rank_book(&ranking, &context, words));
    let book = rank_book(&ranking, &context, &words());
    let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["目标单位", "指标明细", "产品渗透", "渗透差距", "产品覆盖", "暂不安排及原因", "口径说明"]);
    // Two targets of 1,930,000 each.
    assert_eq!(figure(&book.sheets[0], "目标单位（户）").value, Cell::Count(2));
    assert_eq!(figure(&book.sheets[0], "提升空间合计（万元）").value, Cell::Money(Fen::yuan(3_860_000)));
    assert_eq!(summary(&ranking.ranked, &words()), "目标单位2户，提升空间合计386万元");
    let list = table(&book, "目标单位");
    assert_eq!(column(list, "target"), ["目标", "目标", "", ""]);
    // 1,930,000 ÷ 10.5 hours are 183,809.52 yuan.
    assert_eq!(column(list, "sentence")[0], "人均AUM比同业低76.2%，贡献系数0.25，提升空间193万元，每人时约18.4万元");
    // What is not known stays empty, and is not nought.
    assert_eq!(column(list, "payroll_month_avg")[..2], ["160.0", ""]);
    assert_eq!((&column(list, "rm")[0][..], &column(list, "paydays")[0][..]), ("员工甲", "10,25"));
    assert_eq!(column(list, "last_visit")[..2], ["", "2025-10-15\n到场9人，有意向0人\n失败"]);
    assert_eq!(column(list, "agreement_end")[0], "2026-12-31");
    assert_eq!(column(list, "key_person")[..2], ["财务经理 李*", ""]);
    let typed: Vec<&str> = list.columns.iter().filter(|c| c.input).map(|c| c.key.as_str()).collect();
    assert_eq!(typed, ["rm_opinion", "strike_reason", "approval"]);
    // The sentence comes before any coefficient: they stand on a sheet of their own, in the same order, and nothing of it
    // is answered.
    assert!(list.at("contribution").is_none() && list.at("score").is_none());
    let measures = table(&book, "指标明细");
    assert!(measures.at("row_key").is_none() && !measures.columns.iter().any(|c| c.input));
    assert_eq!(column(measures, "employer"), ["第1单位", "第2单位", "第3单位", "合计"]);
    assert_eq!(column(measures, "headcount"), ["100", "100", "100", "300"]);
    assert_eq!(column(measures, "retention")[0], "—");
    // Down by two points; of the others no earlier rate is known.
    assert_eq!(column(measures, "retention_change")[..2], ["-2.00", "—"]);
    assert_eq!(column(measures, "loss_index")[0], "57.00");
    let goal = &measures.columns[measures.at("uplift_per_head").unwrap()];
    assert_eq!(
        (&goal.title[..], &column(measures, "uplift_per_head")[0][..]),
        ("同业75.0%分位人均（元）", "28,800.00")
    );
    assert!(measures.notes[1].contains("100、62、52、42、27、12") && measures.notes[1].contains("2、4个的为线性插值"));
    assert!(measures.notes[1].contains("core-and-basics"), "{}", measures.notes[1]);
    assert_eq!(column(measures, "rank_confidence")[0], "80.0%");
    assert_eq!(column(table(&book, "产品渗透"), "stated_headcount")[0], "—");
    assert_eq!(
        column(measures, "reasons")[0],
        "贡献系数0.25，低于0.70（22.5分）\n人均AUM 9,500.00元，比同业4万元低76.2%（26.3分）"
    );
    let tones: Vec<Tone> = list.rows.iter().map(|r| r.tone).collect();
    assert_eq!(tones, [Tone::Good, Tone::Good, Tone::Normal, Tone::Total]);
    let left_out = table(&book, "暂不安排及原因");
    assert_eq!(column(left_out, "reasons"), ["2026-01-20已进企，90天内不再安排"]);
    assert_eq!(column(left_out, "earliest"), ["—"]);
    assert_eq!(column(left_out, "last_visit"), ["2026-01-20\n台账未登记结果"]);
}

/// How large a sheet across A4 is printed that is as wide as its widest table. A4 has 297 mm less two margins of 0.4 inch, 1,045 of Excel's pixels of 1/96 inch. A column of n characters takes
/// 7 n + 5 of them; at 70 % the 10 points of a cell are 7, the least that is read with ease.
fn printed(book: &Book, name: &str) -> f64 {
    assert!(sheet(book, name).landscape, "{name}");
    let wide =
        |t: &Table| -> f64 { t.columns.iter().filter(|c| !c.hidden).map(|c| c.width.unwrap() * 7.0 + 5.0).sum() };
    1045.0 / tables(sheet(book, name)).map(wide).fold(0.0, f64::max)
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

#[test]
fn all_sheets_of_the_list_print_on_a4_at_a_size_that_can_be_read() {
    let rules = Rules::load(None).unwrap();
    let products = rules.products.catalogue();
    let context = RankContext {
        thresholds: &thresholds::of(&rules),
        products: &products,
        data_date: None,
        staff: &BTreeMap::new(),
        contacts: &BTreeMap::new(),
    };
    let mut ranking = ranking();
    // Both kinds of rates: as wide as it gets.
    (ranking.ranked[0].retention, ranking.ranked[1].period_retention) = (Some(0.3), Some(0.2));
    // And every product of the catalogue.
    ranking.ranked[0].penetration = products.0.iter().map(|p| (p.key.clone(), 0.5)).collect();
    let book = rank_book(&ranking, &context, &words());
    for name in ["目标单位", "指标明细", "产品渗透", "渗透差距", "产品覆盖"] {
        assert!(printed(&book, name) >= 0.7, "{name}: {}", printed(&book, name));
    }
}

#[test]
fn points_are_shown_so_that_they_add_up_in_every_language() {
    let (rules, mut ranking) = (Rules::load(None).unwrap(), ranking());
    // 9.05 + 7.06 + 5.07 = 21.18, shown 21.2; rounded one by one they would make 21.3.
    ranking.ranked.truncate(1);
    ranking.ranked[0].score = Points(21_180);
    ranking.ranked[0].reasons = [("low_contribution", 9_050), ("few_products", 7_060), ("low_retention", 5_070)]
        .map(|(rule, points)| Reason::new(rule).points(Points(points)))
        .to_vec();
    let products = rules.products.catalogue();
    let context = RankContext {
        thresholds: &thresholds::of(&rules),
        products: &products,
        data_date: None,
        staff: &BTreeMap::new(),
        contacts: &BTreeMap::new(),
    };
    for (lang, name, shown) in [
        (Lang::ZhCn, "指标明细", ["（9.0分）", "（7.1分）", "（5.1分）"]),
        (Lang::En, "Measures", ["(9.0 points)", "(7.1 points)", "(5.1 points)"]),
    ] {
        let book = rank_book(&ranking, &context, &Words::load(lang, None).unwrap());
        let list = table(&book, name);
        let reasons = &column(list, "reasons")[0];
        assert!(reasons.lines().zip(shown).all(|(line, points)| line.ends_with(points)), "{reasons}");
        assert_eq!(column(list, "score")[0], "21.2");
    }
}

#[test]
fn products_no_sheet_covers_have_no_column_and_no_share() {
    let (rules, mut ranking) = (Rules::load(None).unwrap(), ranking());
    ranking.ranked[1].penetration.remove("fund_plan");
    let products = rules.products.catalogue();
    let context = RankContext {
        thresholds: &thresholds::of(&rules),
        products: &products,
        data_date: None,
        staff: &BTreeMap::new(),
        contacts: &BTreeMap::new(),
    };
    let book = rank_book(&ranking, &context, &words());
    let shares = table(&book, "产品渗透");
    assert_eq!(column(shares, "fund_plan"), ["2.0%", "—", "2.0%"]);
    assert!(!titles(shares).contains(&"信用卡"));
}

#[test]
fn the_ranking_fits_a_terminal() {
    for lang in [Lang::ZhCn, Lang::En] {
        let words = Words::load(lang, None).unwrap();
        let table = rank_table(&ranking().ranked, &words);
        let shown = console::table(&table, 80, false);
        for title in table.columns.iter().map(|c| &c.title) {
            assert!(shown.contains(title), "{title} is missing:\n{shown}");
        }
        // The two targets are marked, the third line is none.
        let mark = words.get("note.target_mark");
        assert_eq!(column(&table, "target"), [mark, mark, ""]);
    }
}

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
        Told { workdays: workdays_2026(), typed: Typed::new(), places, support, withdrawn, employers, staff }
    }

    fn context(&self) -> PlanContext<'_> {
        PlanContext {
            today: date("2026-03-02"),
            workdays: &self.workdays,
            typed: &self.typed,
            names: Names { employers: &self.employers, staff: &self.staff },
            places: &self.places,
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
    let shown = console::table(&plan_table(&visits, &names, &words()), 80, false);
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
    let shown = console::table(&plan_table(&[], &told.context().names, &words()), 80, false);
    assert!(shown.contains("没有待进企的场次"), "{shown}");
}
