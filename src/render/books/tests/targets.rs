//! 01: the target list and its measures.

use crate::engagement::report::effect::Verdict;
use crate::engagement::report::thresholds;
use crate::engagement::visit::ranking::last_visit::{LastVisit, VisitResult};
use crate::engagement::visit::ranking::trend::RetentionTrend;
use crate::engagement::visit::ranking::{LeftOut, Opinion, Ranked, Ranking};
use crate::model::Points;
use crate::model::status::{AumBasis, RateKind};
use crate::render::books::tests::*;
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
