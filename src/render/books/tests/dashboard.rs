//! 督导看板.

use crate::engagement::report::alerts::Alert;
use crate::engagement::report::effect::{Verdict, VisitEffect, VisitRecord};
use crate::engagement::report::summary::{Indicator, OutletLine, Report, RetentionLine, TaskCounts, VisitFunnel};
use crate::engagement::report::targets::{Light, TargetLine};
use crate::engagement::report::thresholds;
use crate::engagement::visit::timeline::LateStep;
use crate::facts::inputs::SnapshotCoverage;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::VisitId;
use crate::model::activity::FigureUnit;
use crate::model::status::AumBasis;
use crate::render::books::report::dashboard::{DashboardContext, dashboard_book};
use crate::render::books::tests::*;
use crate::render::table::Tone;
use crate::render::workbook::Chart;
use crate::rules::Rules;

fn indicator(key: &'static str, unit: FigureUnit, current: Option<f64>, last_month: Option<f64>) -> Indicator {
    Indicator {
        key,
        unit,
        current,
        last_month,
        year_start: None,
        last_year: None,
        target: None,
        completion: None,
        schedule_gap: None,
        light: None,
    }
}

fn retention(id: i64, slot: i64, rate: Option<f64>) -> RetentionLine {
    let band = rate.map(|r| if r < 0.1 { "pass_through" } else { "medium" }.to_string());
    let retention = EmployerRetention {
        employer_id: EmployerId(id),
        slot,
        payday: date("2026-03-10"),
        window_end: date("2026-03-16"),
        before_as_of: rate.map(|_| date("2026-03-09")),
        after_as_of: rate.map(|_| date("2026-03-16")),
        basis: if rate.is_some() { RetentionBasis::Balances } else { RetentionBasis::Unknown },
        approximate: false,
        people: rate.map_or(0, |_| 10),
        payroll: Fen::yuan(100_000),
        retained: Fen::yuan(rate.map_or(0, |r| (r * 100_000.0) as i64)),
        rate,
    };
    RetentionLine { retention, band, outflows: Vec::new() }
}

fn report() -> Report {
    let coverage =
        SnapshotCoverage { as_of: date("2026-03-16"), employers: 9, employees: 1_200, files: 2, revision: 1 };
    let outlet = OutletLine {
        rank: 1,
        outlet: String::new(),
        employers: 2,
        headcount: 20,
        aum_fen: Some(Fen::yuan(200_000)),
        aum_per_head_fen: Some(Fen::yuan(10_000)),
        aum_change_fen: Some(Fen::yuan(-1)),
        retention: None,
        period_retention: None,
        products_per_head: Some(1.5),
        visits_planned: 1,
        visits_held: 0,
        open_tasks: 3,
        overdue_tasks: 1,
        light: Some(Light::Red),
        on_course: 1,
        targets: 2,
        weakest: Some("retention".into()),
        weakest_progress: Some(0.625),
    };
    let effect = VisitEffect {
        visit_id: VisitId(1),
        employer_id: EmployerId(1),
        name: "甲单位".into(),
        date: date("2026-01-21"),
        record: VisitRecord { staff_count: Some(6), attendance: Some(9), ..VisitRecord::default() },
        first_contact_days: None,
        first_contact_in_time: Some(false),
        key_person_call_in_time: Some(false),
        retention_before: Some(0.2),
        payday_before: Some(date("2026-01-09")),
        retention_after: None,
        payday_after: None,
        basis: RetentionBasis::Unknown,
        peers: 1,
        peer_retention_after: None,
        peer_retention_before: None,
        buyers: Some(2),
        sales_fen: Some(Fen::yuan(50_000)),
        verdict: Verdict::TooFew,
        reasons: vec![Reason::new("sample_too_small").count("peers", 1).count("people", 0)],
    };
    let late = LateStep {
        visit_id: VisitId(3),
        employer_id: EmployerId(1),
        date: date("2026-03-31"),
        step: "publicity".into(),
        channel: Some("poster".into()),
        role: Some("rm".into()),
        owner: Some(StaffId(2)),
        due: date("2026-03-09"),
        days: 9,
    };
    Report {
        late_steps: vec![late],
        contacts: Default::default(),
        colleagues: Vec::new(),
        today: date("2026-03-18"),
        coverage: vec![coverage],
        employers: 10,
        indicators: vec![
            indicator("employers", FigureUnit::Count, Some(10.0), None),
            indicator("payroll", FigureUnit::Fen, Some(1e9), Some(1.1e9)),
            indicator("aum_per_head", FigureUnit::Fen, Some(950_000.0), Some(900_000.0)),
            indicator("retention", FigureUnit::Share, Some(0.312), Some(0.3)),
            indicator("three_plus", FigureUnit::Share, None, Some(0.3)),
        ],
        funnel: VisitFunnel { planned: 3, held: 2, ..VisitFunnel::default() },
        outlets: vec![outlet],
        outlets_aum_basis: AumBasis::Balance,
        alerts: vec![Alert {
            employer_id: EmployerId(2),
            name: "乙单位".into(),
            reasons: vec![Reason::new("agreement_ending").date("end", date("2026-04-30")).count("days", 43)],
            owner: Some(StaffId(2)),
            due: date("2026-03-25"),
            since: date("2026-01-30"),
        }],
        next_visits: Vec::new(),
        effects: vec![effect],
        retention: vec![
            retention(1, 1, Some(0.31)),
            retention(2, 1, Some(0.08)),
            retention(3, 1, None),
            retention(3, 2, None),
        ],
        product_distribution: [0, 6, 3, 1, 0, 0],
        tasks: TaskCounts { open: 3, overdue: 1, no_room: 0, awaiting: 0, blocked: 2, awaiting_consent: 2 },
        sentences: vec![
            Reason::new("sentence_nothing_yet"),
            Reason::new("sentence_retention").share("rate", 0.312),
            Reason::new("sentence_tasks").count("tasks", 3).count("overdue", 1),
        ],
        targets: vec![visits_target()],
    }
}

fn visits_target() -> TargetLine {
    TargetLine {
        outlet: None,
        indicator: "visits".into(),
        unit: FigureUnit::Count,
        first_day: date("2026-01-01"),
        last_day: date("2026-03-31"),
        target: 4.0,
        current: Some(3.0),
        completion: Some(0.75),
        expected: 0.8,
        schedule_gap: Some(-0.05),
        progress: Some(0.9375),
        light: Some(Light::Amber),
    }
}

fn with_book<T>(report: &Report, look: impl FnOnce(&Book) -> T) -> T {
    let (rules, (employers, staff)) = (Rules::load(None).unwrap(), who());
    let products = rules.products.catalogue();
    let names = Names { employers: &employers, staff: &staff };
    let context = DashboardContext {
        thresholds: &thresholds::of(&rules),
        products: &products,
        top_alerts: 5,
        branch: "临江支行",
        names,
    };
    check(|words| dashboard_book(report, &context, words));
    look(&dashboard_book(report, &context, &words()))
}

fn charts(sheet: &Sheet) -> Vec<&Chart> {
    let charts = sheet.parts.iter().filter_map(|p| match p {
        Part::Chart(c) => Some(c),
        _ => None,
    });
    charts.collect()
}

#[test]
fn the_first_screen_says_how_complete_the_data_are_and_what_to_do() {
    with_book(&report(), |book| {
        let first = sheet(book, "督导看板");
        let shown = lines(first);
        assert!(shown[0].contains("2026-03-16") && shown[0].contains("9/10户"), "{}", shown[0]);
        assert!(shown.iter().any(|l| l.starts_with("成绩") && l.contains("看不出")), "{shown:?}");
        assert!(shown.iter().any(|l| l.starts_with("问题") && l.contains("31.2%")), "{shown:?}");
        assert!(shown.iter().any(|l| l.starts_with("本周督办") && l.contains("3项")), "{shown:?}");
        assert!(shown.iter().any(|l| l.ends_with("（2026-01-30起；员工乙，2026-03-25前办结）")), "{shown:?}");
        assert!(shown.contains(&"没有排定的进企。"), "{shown:?}");
    });
}

#[test]
fn indicators_stand_beside_earlier_ones_and_the_unknown_is_a_dash() {
    with_book(&report(), |book| {
        let first = sheet(book, "督导看板");
        let table = tables(first).next().unwrap();
        assert_eq!(titles(table), ["指标", "本期", "较上月", "较年初", "同比", "完成率", "时序差"]);
        assert_eq!(column(table, "current"), ["10", "1,000.0", "9,500.00", "31.2%", "—"]);
        assert_eq!(column(table, "on_month"), ["—", "−100万元", "+500.00元", "+1.2个百分点", "—"]);
        assert!(column(table, "completion").iter().all(|c| c == "—"));
        let payroll = figure(first, "月代发额（万元）");
        assert_eq!((payroll.note.as_deref(), payroll.tone), (Some("较上月减少100万元"), Tone::Bad));
        assert_eq!(figure(first, "逾期未办（项）").value, Cell::Count(1));
    });
}

#[test]
fn charts_leave_out_what_is_unknown() {
    with_book(&report(), |book| {
        let charts = charts(sheet(book, "督导看板"));
        // The lowest rate stands first; the employer without one is not drawn.
        assert_eq!(charts[0].categories, ["乙单位", "甲单位"]);
        assert_eq!(charts[0].series[0].1, [0.08, 0.31]);
        assert_eq!(charts[1].series[0].1, [0.0, 6.0, 3.0, 1.0, 0.0, 0.0]);
    });
}

#[test]
fn the_sheets_behind_show_dashes_where_nothing_is_known() {
    with_book(&report(), |book| {
        let outlets = table(book, "网点排名");
        assert_eq!((column(outlets, "outlet"), column(outlets, "retention")), (vec!["未知".into()], vec!["—".into()]));
        assert_eq!([column(outlets, "light"), column(outlets, "on_course")], [["红"], ["1/2"]]);
        assert_eq!(column(outlets, "weakest"), ["7日留存率（进度62.5%）"]);
        let targets = table(book, "指标完成");
        assert_eq!([column(targets, "outlet"), column(targets, "light")], [["全支行"], ["黄"]]);
        assert_eq!([column(targets, "target_value"), column(targets, "current")], [["4"], ["3"]]);
        assert_eq!([column(targets, "completion"), column(targets, "expected")], [["75.0%"], ["80.0%"]]);
        assert_eq!(column(targets, "schedule_gap"), ["−5.0个百分点"]);
        let effects = table(book, "成效对比");
        assert_eq!([column(effects, "buyers"), column(effects, "sales")], [["2"], ["5.0"]]);
        assert_eq!(column(effects, "verdict"), ["样本不足，暂不下结论"]);
        assert_eq!(column(effects, "first_contact_days"), ["—"]);
        let detail = table(book, "留存明细");
        // A payday that cannot be judged is listed once, for the latest.
        assert_eq!(column(detail, "retention"), ["31.0%", "8.0%", "—"]);
        assert_eq!(column(detail, "band"), ["中", "资金过路", "—"]);
        assert_eq!(column(detail, "payroll")[2], "—");
        let tones = |key: &str| detail.at(key).map(|at| detail.rows.iter().map(|r| r.tone_of(at)).collect::<Vec<_>>());
        assert_eq!(tones("band"), Some(vec![Tone::Normal, Tone::Bad, Tone::Normal]));
        assert_eq!(tones("retention"), Some(vec![Tone::Normal; 3]));
        let late = table(book, "超期事项");
        let told = ["visit_id", "employer", "step", "role", "owner", "due", "days_late"].map(|key| column(late, key));
        let expected = ["V0003", "甲单位", "宣传（张贴海报）", "主维护人", "员工乙", "2026-03-09", "9"];
        assert_eq!(told, expected.map(|text| vec![text.to_string()]));
        let alerts = table(book, "预警单位");
        assert_eq!(titles(alerts), ["单位", "预警原因", "起始日", "责任人", "办结日期"]);
        assert_eq!([column(alerts, "since"), column(alerts, "owner")], [["2026-01-30"], ["员工乙"]]);
    });
}

#[test]
fn a_branch_without_data_is_told_so() {
    let empty = Report {
        coverage: Vec::new(),
        employers: 0,
        indicators: Vec::new(),
        funnel: VisitFunnel::default(),
        outlets: Vec::new(),
        alerts: Vec::new(),
        effects: Vec::new(),
        retention: Vec::new(),
        targets: Vec::new(),
        product_distribution: [0; 6],
        tasks: TaskCounts::default(),
        ..report()
    };
    with_book(&empty, |book| {
        let shown = lines(sheet(book, "督导看板"));
        assert!(shown[0].contains("请先导入"), "{shown:?}");
        assert!(shown.contains(&"没有预警单位。"), "{shown:?}");
    });
}
