//! 目标单位名单, 进企计划表.

use crate::engagement::report::thresholds;
use crate::engagement::visit::planned::{Step, TeamMember, Visit};
use crate::engagement::visit::ranking::{LeftOut, Opinion, Ranked, Ranking};
use crate::engagement::visit::schedule::Unplanned;
use crate::model::status::{AumBasis, VisitStatus};
use crate::model::{Points, VisitId};
use crate::render::books::tests::*;
use crate::render::books::visit::plan::{Typed, plan_book, plan_table};
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
        penetration: BTreeMap::from([("mobile_bank".to_string(), 0.6), ("fund_plan".to_string(), 0.02)]),
        retention: None,
        period_retention: None,
        deposit_multiple: Some(0.6),
        uplift_fen: Fen::yuan(1_930_000),
        score: Points(48_750),
        target,
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

fn ranking() -> Ranking {
    let left_out = LeftOut {
        employer_id: EmployerId(9),
        name: "丙单位".into(),
        reasons: vec![Reason::new("visited_recently").date("date", date("2026-01-20")).count("days", 90)],
        earliest: None,
    };
    Ranking { ranked: vec![ranked(1, true), ranked(2, true), ranked(3, false)], left_out: vec![left_out] }
}

#[test]
fn the_target_list_shows_why_and_counts_targets_only() {
    let (rules, ranking) = (Rules::load(None).unwrap(), ranking());
    let products = rules.products.catalogue();
    let context =
        RankContext { thresholds: &thresholds::of(&rules), products: &products, data_date: Some(date("2026-02-28")) };
    check(|words| rank_book(&ranking, &context, words));
    let book = rank_book(&ranking, &context, &words());
    let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["目标单位", "产品渗透", "暂不安排及原因", "口径说明"]);
    // Two targets of 1,930,000 each.
    assert_eq!(figure(&book.sheets[0], "目标单位（户）").value, Cell::Count(2));
    assert_eq!(figure(&book.sheets[0], "提升空间合计（万元）").value, Cell::Money(Fen::yuan(3_860_000)));
    assert_eq!(summary(&ranking.ranked, &words()), "目标单位2户，提升空间合计386万元");
    let list = table(&book, "目标单位");
    assert_eq!(column(list, "target"), ["目标", "目标", "", ""]);
    assert_eq!(column(list, "headcount"), ["100", "100", "100", "300"]);
    assert_eq!(column(list, "retention")[0], "—");
    assert_eq!(column(list, "stated_headcount")[0], "—");
    assert_eq!(
        column(list, "reasons")[0],
        "贡献系数0.25，低于0.70（22.5分）\n人均AUM 9,500.00元，比同业4万元低76.2%（26.3分）"
    );
    let tones: Vec<Tone> = list.rows.iter().map(|r| r.tone).collect();
    assert_eq!(tones, [Tone::Good, Tone::Good, Tone::Normal, Tone::Total]);
    let left_out = table(&book, "暂不安排及原因");
    assert_eq!(column(left_out, "reasons"), ["2026-01-20已进企，90天内不再安排"]);
    assert_eq!(column(left_out, "earliest"), ["—"]);
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
    let context = RankContext { thresholds: &thresholds::of(&rules), products: &products, data_date: None };
    for (lang, name, shown) in [
        (Lang::ZhCn, "目标单位", ["（9.0分）", "（7.1分）", "（5.1分）"]),
        (Lang::En, "Targets", ["(9.0 points)", "(7.1 points)", "(5.1 points)"]),
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
    let context = RankContext { thresholds: &thresholds::of(&rules), products: &products, data_date: None };
    let book = rank_book(&ranking, &context, &words());
    let shares = table(&book, "产品渗透");
    assert_eq!(column(shares, "fund_plan"), ["2.0%", "—", "2.0%"]);
    assert!(!titles(shares).contains(&"信用卡"));
}

#[test]
fn the_ranking_fits_a_terminal() {
    let shown = console::table(&rank_table(&ranking().ranked, &words()), 80, false);
    for title in ["名次", "单位", "人均AUM余额（元）", "贡献系数", "7日留存率", "得分"] {
        assert!(shown.contains(title), "{title} is missing:\n{shown}");
    }
}

fn visit(id: i64, employer: i64, day: &str, team: &[(i64, &str)]) -> Visit {
    let step =
        |step: &str, due: &str| Step { step: step.into(), due: date(due), channel: None, owner: None, done: None };
    Visit {
        visit_id: VisitId(id),
        employer_id: EmployerId(employer),
        status: VisitStatus::AwaitingBooking,
        date: date(day),
        alternatives: vec![date("2026-03-19")],
        start: "10:00".into(),
        end: "12:00".into(),
        place: None,
        attendance: 78,
        sessions: 1,
        team: team
            .iter()
            .map(|(id, role)| TeamMember { staff_id: StaffId(*id), role: role.to_string(), arrive: "09:15".into() })
            .collect(),
        team_by_hand: false,
        topic: "card_safety".into(),
        timeline_version: 1,
        steps: vec![step("approval", "2026-03-02"), step("visit", day)],
        reasons: vec![Reason::new("after_payday").date("payday", date("2026-03-10")).count("workdays", 5)],
        declined: None,
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

#[test]
fn the_plan_is_dated_staffed_and_explained() {
    let ((visits, unplanned), (employers, staff)) = (plan(), who());
    let names = Names { employers: &employers, staff: &staff };
    check(|words| plan_book(&visits, &unplanned, &Typed::new(), &names, words));
    let book = plan_book(&visits, &unplanned, &Typed::new(), &names, &words());
    let list = table(&book, "进企计划");
    assert_eq!(column(list, "employer"), ["甲单位", "乙单位"]);
    assert_eq!(column(list, "weekday"), ["周二", "周三"]);
    assert_eq!(column(list, "alternatives")[0], "2026-03-19（周四）");
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
    // 员工甲 goes twice, 员工乙 once: three places, two people on the 17th.
    let roster = table(&book, "人员排班");
    assert_eq!(column(roster, "times"), ["2", "1", "3"]);
    assert_eq!(column(roster, "2026-03-17"), ["甲单位 现场负责人 09:15到", "甲单位 基础服务 09:15到", "2"]);
    assert_eq!(column(roster, "2026-03-18"), ["乙单位 基础服务 09:15到", "", "1"]);
    let none = table(&book, "暂不安排及原因");
    assert_eq!(column(none, "employer"), ["E00007"]);
    let why = &column(none, "reasons")[0];
    assert!(why.starts_with("临近发薪日2026-03-10，此类共3天\n"), "{why}");
    // The days of a reason that has days of its own are its own.
    assert!(why.contains("仅4天") && !why.contains("5天"), "{why}");
}

#[test]
fn an_empty_plan_says_so() {
    let (employers, staff) = who();
    let names = Names { employers: &employers, staff: &staff };
    check(|words| plan_book(&[], &[], &Typed::new(), &names, words));
    let shown = console::table(&plan_table(&[], &names, &words()), 80, false);
    assert!(shown.contains("没有待进企的场次"), "{shown}");
}
