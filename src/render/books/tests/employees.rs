//! 员工营销维护表, 每日工作清单, 网点任务下发, console tables of track and follow-up.

use std::collections::BTreeMap;

use crate::engagement::contact::followup::Blocked;
use crate::engagement::contact::track::{Track, TrackTotals};
use crate::engagement::report::summary::NextVisit;
use crate::engagement::report::thresholds;
use crate::engagement::visit::timeline::LateStep;
use crate::model::VisitId;
use crate::model::activity::LastContact;
use crate::model::status::{ContactResult, Level, RateKind, VisitStatus};
use crate::render::books::contact::blocked::BLOCKS;
use crate::render::books::contact::client_line::ClientLine;
use crate::render::books::contact::clients::*;
use crate::render::books::contact::maintenance::*;
use crate::render::books::contact::tasks::TaskRow;
use crate::render::books::contact::track::{first_tasks_table, rules_table, track_table};
use crate::render::books::contact::worklist::{
    AwayNote, ColleagueTasks, LateNote, OutletInput, WorklistInput, outlet_book, worklist_book,
};
use crate::render::books::tests::*;
use crate::render::table::Kind;
use crate::render::workbook::Take;
use crate::rules::Rules;

/// PRACTICE, 员工营销维护表: the columns before those that are typed into.
const SHOWN: &str = "单位|姓名|层级|网点|主维护人|协办人|分成%|等级|月均代发额|AUM余额|AUM月日均|AUM余额较上月|AUM余额较年初|AUM余额较进企前|产品数|新增产品|流失产品|7日留存率|主要去向|下一步|理由|话术|渠道|截止日";
const TYPED: &str = "联系日期|实际渠道|联系结果|意向产品|意向金额|下次联系日|备注";

fn full_row() -> MaintenanceRow {
    MaintenanceRow {
        employer: "甲单位".into(),
        name: "甲**".into(),
        level: Some(Level::Executive),
        credit: Some("70/30".into()),
        payroll_month_avg: Some(Fen::yuan(16_000)),
        aum_month_avg: Some(Fen::yuan(9_500)),
        since_last_month: Some(Fen::ZERO),
        gained: vec!["fund_plan".into(), "wealth".into()],
        lost: vec!["term_deposit".into()],
        retention: Some(-0.05),
        retention_kind: Some(RateKind::Week),
        person: Some("P000001".into()),
        script: Some("small_surplus".into()),
        channel: Some(Channel::Phone),
        due: Some(date("2026-03-25")),
        ..MaintenanceRow::default()
    }
}

fn task_row(id: i64, channel: Channel, on: Option<&str>) -> TaskRow {
    let task = task(id, "small_surplus", channel, on);
    TaskRow::of(&task, format!("客户{id}"), "甲单位".into(), "小额结余".into())
}

fn with_book<T>(rows: &[MaintenanceRow], look: impl FnOnce(&Book) -> T) -> T {
    let rules = Rules::load(None).unwrap();
    let products = rules.products.catalogue();
    let blocked =
        |by| BlockedRow {
            name: "乙**".into(), employer: "甲单位".into(), rule: "临界客户".into(), by, owner: None
        };
    let unmatched = UnmatchedRow {
        employer: "乙单位".into(),
        payday: date("2026-03-10"),
        line: 12,
        name: None,
        account: Some("**** 0000".into()),
        amount: Fen::yuan(8_000),
    };
    let thresholds = thresholds::of(&rules);
    let known = |kind| rows.iter().any(|r| r.retention.is_some() && r.retention_kind == Some(kind));
    let people = People {
        rows: rows.len() as u64,
        averages: rows.iter().any(|r| r.aum_month_avg.is_some()),
        rates: RateKind::ALL.iter().copied().filter(|kind| known(*kind)).collect(),
    };
    let input = MaintenanceInput {
        thresholds: &thresholds,
        products: &products,
        data_date: Some(date("2026-03-16")),
        people: &people,
        employers: &[tracked(1, Some(8_000)), tracked(2, None)],
        tasks: 1,
        blocked: &BTreeMap::from([("consent_missing", 2), ("refused", 1)]),
        unmatched: &[unmatched],
        unowned: &[UnownedRow {
            lack: "vip",
            name: "丙**".into(),
            decides: Some("林一".into()),
            ..UnownedRow::default()
        }],
    };
    let tasks = [task_row(1, Channel::Phone, None)];
    let blocked = [blocked("consent_missing"), blocked("consent_missing"), blocked("refused")];
    let book = |words: &Words| {
        let lists = Lists::new(&people, &products, &thresholds, words);
        let mut feed = |list: usize, take: Take<'_>| match list {
            EMPLOYEES => rows.iter().try_for_each(|r| take(lists.employees.row(r))),
            TASKS => tasks.iter().try_for_each(|t| take(lists.tasks.row(t))),
            _ => blocked.iter().try_for_each(|b| take(lists.blocked.row(b))),
        };
        maintenance_book(&input, words).filled(&mut feed).unwrap()
    };
    check(book);
    look(&book(&words()))
}

#[test]
fn the_columns_are_those_of_practice_and_nothing_is_typed_into_the_branchs_table() {
    with_book(&[full_row()], |book| {
        let list = table(book, "员工明细");
        let plain: Vec<&str> = titles(list).iter().map(|t| t.split('（').next().unwrap()).collect();
        assert_eq!(plain, SHOWN.split('|').chain(["内部标记"]).collect::<Vec<_>>());
        assert!(book.sheets.iter().flat_map(tables).all(|t| t.columns.iter().all(|c| !c.input)));
        // By this a removal knows whose row it is.
        assert!(list.columns.last().unwrap().hidden);
        assert_eq!(column(list, "task_mark"), ["P000001"]);
    });
}

#[test]
fn a_colleague_types_seven_columns_into_the_list_of_his_own_clients() {
    let rules = Rules::load(None).unwrap();
    let products = rules.products.catalogue();
    let last = LastContact {
        on: date("2026-03-10"),
        channel: Some(Channel::Phone),
        result: Some(ContactResult::Interested),
        product: Some("fund".into()),
        amount: Some(Fen::yuan(20_000)),
        next: Some(date("2026-03-14")),
        note: Some("周末再谈".into()),
    };
    let client = ClientLine {
        kept: Vec::new(),
        aum: Some(Fen::yuan(45_000)),
        held: vec!["wealth".into(), "fund_plan".into()],
        maturity: Some((date("2026-04-10"), Some(Fen::yuan(50_000)))),
        last: Some(last),
    };
    let own = OwnClient { row_key: "T1".into(), name: "甲一".into(), client, ..OwnClient::default() };
    let clients = [own, OwnClient { row_key: "P000002".into(), name: "甲二".into(), ..OwnClient::default() }];
    let input = OwnClientsInput { colleague: "林一", data_date: None, clients: &clients, products: &products };
    check(|words| own_clients_book(&input, words));
    let book = own_clients_book(&input, &words());
    let list = table(&book, "员工明细");
    let typed: Vec<&str> =
        list.columns.iter().filter(|c| c.input).map(|c| c.title.split('（').next().unwrap()).collect();
    assert_eq!(typed, TYPED.split('|').collect::<Vec<_>>());
    let kind = |key: &str| list.columns.iter().find(|c| c.key == key).unwrap().kind.clone();
    let Kind::Choice(results) = kind("contact_result") else { panic!("no drop-down") };
    assert_eq!(results.join("|"), "有意向|考虑中|无需求|未接|空号|已预约|已成交|拒绝营销|已离职|投诉|投诉已处理");
    let Kind::Choice(offers) = kind("wanted_product") else { panic!("no drop-down") };
    assert!(offers.contains(&"基金定投".to_string()) && !offers.contains(&"工资卡".to_string()));
    assert_eq!(column(list, "held"), ["理财、基金定投", ""]);
    assert_eq!(column(list, "maturity"), ["2026-04-10 50,000.00元", ""]);
    assert_eq!(
        column(list, "last_contact"),
        ["2026-03-10 电话 有意向 基金 20,000.00元\n约定2026-03-14再联系\n周末再谈", ""]
    );
    assert_eq!(column(list, "row_key"), ["T1", "P000002"]);
}

#[test]
fn what_is_unknown_of_an_employee_is_empty_and_what_is_nil_is_zero() {
    with_book(&[full_row()], |book| {
        let list = table(book, "员工明细");
        assert_eq!(column(list, "since_last_month"), ["0.00"]);
        assert_eq!(column(list, "gained"), ["基金定投、理财"]);
        assert_eq!(column(list, "retention"), ["-5.0%"]);
        for key in ["grade", "aum_balance", "since_visit", "products", "main_destination", "next_step", "reasons"] {
            assert_eq!(column(list, key), [""], "{key}");
        }
    });
}

#[test]
fn employers_not_compared_are_dashes_and_rates_are_sums_over_sums() {
    with_book(&[], |book| {
        let sums = table(book, "单位汇总");
        assert_eq!(column(sums, "employer"), ["甲单位", "乙单位", "合计"]);
        assert_eq!(column(sums, "gained_count")[..2], ["3", "—"]);
        assert_eq!(column(sums, "aum_change"), ["5.0", "—", "5.0"]);
        // 8,000 of 100,000; the employer without snapshots counts neither above nor below the line.
        assert_eq!(column(sums, "retention"), ["8.0%", "—", "8.0%"]);
        let money = table(book, "资金去向");
        assert_eq!(column(money, "payroll"), ["10.0", "—", "10.0"]);
        assert_eq!(column(money, "outflow"), ["9.2", "—", "9.2"]);
        assert_eq!(column(money, "basis")[..2], ["余额口径（近似）", "未知"]);
        let blocked = lines(sheet(book, "被拦截名单"));
        assert!(blocked[0].starts_with("待取得同意 2人：") && blocked[1].starts_with("拒绝营销 1人："), "{blocked:?}");
        assert_eq!(column(table(book, "未匹配收款人"), "name"), ["—"]);
    });
}

#[test]
fn an_empty_maintenance_table_says_what_is_missing() {
    let rules = Rules::load(None).unwrap();
    let products = rules.products.catalogue();
    let input = MaintenanceInput {
        thresholds: &thresholds::of(&rules),
        products: &products,
        data_date: None,
        people: &People::default(),
        employers: &[],
        tasks: 0,
        blocked: &BTreeMap::new(),
        unmatched: &[],
        unowned: &[],
    };
    let book = |words: &Words| maintenance_book(&input, words).filled(&mut |_, _| Ok(())).unwrap();
    check(book);
    let book = book(&words());
    assert!(table(&book, "资金去向").rows.is_empty() && table(&book, "单位汇总").rows.is_empty());
    assert_eq!(figure(&book.sheets[0], "数据日期").value, Cell::Empty);
}

#[test]
fn credit_is_shown_in_per_cent() {
    let share = |bp| CreditShare { staff_id: StaffId(1), basis_points: BasisPoints(bp) };
    assert_eq!(credit_text(&[share(7000), share(3000)]).as_deref(), Some("70/30"));
    assert_eq!(credit_text(&[share(3334), share(3333), share(3333)]).as_deref(), Some("33.34/33.33/33.33"));
    assert_eq!(credit_text(&[share(10_000)]).as_deref(), Some("100"));
    assert_eq!(credit_text(&[]), None);
}

#[test]
fn a_worklist_parts_today_from_later_and_goes_by_channel() {
    let rules = Rules::load(None).unwrap();
    let products = rules.products.catalogue();
    let tasks = vec![
        task_row(1, Channel::Sms, Some("2026-03-18")),
        task_row(2, Channel::Phone, Some("2026-03-18")),
        TaskRow { missed: true, ..task_row(3, Channel::Phone, None) },
        task_row(4, Channel::Phone, Some("2026-03-19")),
        task_row(5, Channel::Meeting, Some("2026-03-17")),
        task_row(6, Channel::Phone, Some("2026-03-18")),
    ];
    let input = WorklistInput {
        colleague: "员工甲",
        away: None,
        date: date("2026-03-18"),
        tasks: &tasks,
        scripts: &[],
        thresholds: &thresholds::of(&rules),
        products: &products,
        late: None,
    };
    check(|words| worklist_book(&input, words));
    let book = worklist_book(&input, &words());
    let today = tables(&book.sheets[0]).next().unwrap();
    // A task of the day before that is still open is today's; inside a channel the order is kept.
    assert_eq!(column(today, "name"), ["客户5", "客户2", "客户6", "客户1"]);
    assert_eq!(column(today, "row_key"), ["T5", "T2", "T6", "T1"]);
    assert_eq!(column(today, "phone")[0], "—");
    assert_eq!(figure(&book.sheets[0], "电话").value, Cell::Count(2));
    let later = table(&book, "后续任务");
    // What is late is not put behind the others.
    assert_eq!(column(later, "name"), ["客户3", "客户4"]);
    assert_eq!(column(later, "on"), ["—", "2026-03-19"]);
    assert_eq!(figure(&book.sheets[0], "后续任务（项）").value, Cell::Count(2));
    assert_eq!(figure(&book.sheets[0], "其中已逾期（项）").value, Cell::Count(1));
    // By these a removal knows whose rows they are.
    assert_eq!(column(later, "task_mark"), ["T3", "T4"]);
    assert!(later.columns.iter().any(|c| c.key == "task_mark" && c.hidden));
    assert!(later.columns.iter().all(|c| !c.input));
    assert!(later.at("last_contact").is_some() && later.at("aum_balance").is_none());
    // Its head stays in view though it stands below figures and notes.
    let bytes = crate::render::workbook::write(&book, &words()).unwrap();
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut package.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
    assert!(sheet.contains("<pane xSplit=\"1\" ySplit=\"8\""), "{}", &sheet[..sheet.len().min(2_000)]);
}

#[test]
fn the_days_somebody_is_left_alone_are_those_of_the_policy() {
    let mut rules = Rules::load(None).unwrap();
    rules.contact_policy.rest.no_need_days = 45;
    rules.contact_policy.after.get_mut(&ContactResult::Complaint).unwrap().days = 60;
    let thresholds = thresholds::of(&rules);
    let counts = BTreeMap::from([("resting", 1), ("open_complaint", 1), ("client_complaint", 1)]);
    let told = blocked_lines(&counts, &thresholds, &words());
    let days: Vec<bool> = told.iter().zip(["45天", "60天", "60天"]).map(|(line, days)| line.contains(days)).collect();
    assert_eq!(days, [true; 3], "{told:?}");
    let products = rules.products.catalogue();
    let (colleague, date) = ("员工甲", date("2026-03-18"));
    let input = WorklistInput {
        colleague,
        away: None,
        date,
        tasks: &[],
        scripts: &[],
        thresholds: &thresholds,
        products: &products,
        late: None,
    };
    let notes = &tables(&worklist_book(&input, &words()).sheets[0]).next().unwrap().notes.join("");
    assert!(notes.contains("45天") && !notes.contains("30天"), "{notes}");
}

#[test]
fn overdue_steps_of_visits_stand_in_the_list_of_whoever_has_them_in_hand() {
    let rules = Rules::load(None).unwrap();
    let (products, thresholds) = (rules.products.catalogue(), thresholds::of(&rules));
    let (employers, staff) = who();
    let step = |visit: i64, step: &str, channel: Option<&str>, owner: i64, due: &str, days: i64| LateStep {
        visit_id: VisitId(visit),
        employer_id: EmployerId(1),
        date: date("2026-03-24"),
        step: step.into(),
        channel: channel.map(str::to_string),
        role: Some("rm".into()),
        owner: Some(StaffId(owner)),
        due: date(due),
        days,
    };
    // 员工乙 has the first in hand, and 员工甲 is told of it.
    let steps =
        [step(2, "publicity", Some("poster"), 2, "2026-03-09", 9), step(3, "invite_7", None, 1, "2026-03-17", 1)];
    let names = Names { employers: &employers, staff: &staff };
    let input = WorklistInput {
        colleague: "员工甲",
        away: None,
        date: date("2026-03-18"),
        tasks: &[],
        scripts: &[],
        thresholds: &thresholds,
        products: &products,
        late: Some(LateNote { steps: &steps, of_others: 1, escalate_days: 7, names }),
    };
    check(|words| worklist_book(&input, words));
    let book = worklist_book(&input, &words());
    let said = lines(&book.sheets[0]).join("");
    assert!(said.contains("您有1项已超期") && said.contains("别人经办的1项进企事项超期7天以上"), "{said}");
    let late = table(&book, "超期事项");
    assert_eq!(column(late, "visit_id"), ["V0002", "V0003"]);
    assert_eq!(column(late, "owner"), ["员工乙", "员工甲"]);
    assert_eq!([column(late, "due"), column(late, "days_late")], [["2026-03-09", "2026-03-17"], ["9", "1"]]);
    // As it is to be typed.
    let commands = ["daifa step done V0002 publicity:poster", "daifa step done V0003 invite_7"];
    assert_eq!(column(late, "tick_off"), commands);
    // Nothing overdue, no sheet.
    let book = worklist_book(&WorklistInput { late: None, ..input }, &words());
    assert!(book.sheets.iter().all(|sheet| sheet.name != "超期事项"));
}

#[test]
fn the_list_of_somebody_who_is_away_says_so_first() {
    let rules = Rules::load(None).unwrap();
    let (products, thresholds) = (rules.products.catalogue(), thresholds::of(&rules));
    let said = |away: &AwayNote| {
        let input = WorklistInput {
            colleague: "员工甲",
            away: Some(away),
            date: date("2026-03-18"),
            tasks: &[],
            scripts: &[],
            thresholds: &thresholds,
            products: &products,
            late: None,
        };
        check(|words| worklist_book(&input, words));
        let book = worklist_book(&input, &words());
        assert!(matches!(book.sheets[0].parts[..2], [Part::Title(_), Part::Lines(_)]));
        lines(&book.sheets[0]).join("")
    };
    let mut away = AwayNote {
        from: date("2026-03-16"),
        until: date("2026-03-20"),
        tasks: 3,
        decides: vec!["行长甲".into()],
        promised: 2,
        stand_ins: vec!["员工乙".into()],
    };
    let told = said(&away);
    for part in ["2026-03-16至2026-03-20不在岗", "3项任务没有人代办", "请行长甲指定", "2项由员工乙代办"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    (away.promised, away.decides, away.until) = (0, Vec::new(), date("9999-12-31"));
    let told = said(&away);
    assert!(told.starts_with("已不在岗") && told.contains("请支行指定") && !told.contains("约好"), "{told}");
}

#[test]
fn an_outlet_fills_in_what_nobody_owns_and_sees_how_much_the_others_have() {
    let (rules, (employers, staff)) = (Rules::load(None).unwrap(), who());
    let products = rules.products.catalogue();
    let visit = NextVisit {
        visit_id: VisitId(1),
        employer_id: EmployerId(1),
        name: "甲单位".into(),
        date: date("2026-03-24"),
        status: VisitStatus::Confirmed,
        lead: None,
    };
    let input = OutletInput {
        outlet: "东网点",
        month: date("2026-03-01"),
        tasks: &[task_row(1, Channel::Sms, None)],
        colleagues: &[
            ColleagueTasks {
                name: "员工甲".into(),
                today: 3,
                later: 2,
                waiting: 1,
                away_until: Some(date("2026-03-20")),
            },
            ColleagueTasks { name: "员工乙".into(), today: 1, ..ColleagueTasks::default() },
        ],
        employers: &[tracked(1, Some(8_000))],
        visits: &[visit],
        names: Names { employers: &employers, staff: &staff },
        products: &products,
    };
    check(|words| outlet_book(&input, words));
    let book = outlet_book(&input, &words());
    assert_eq!(column(table(&book, "无人负责"), "row_key"), ["T1"]);
    assert_eq!(column(table(&book, "各人任务"), "today"), ["3", "1", "4"]);
    assert_eq!(column(table(&book, "各人任务"), "away"), ["不在岗，至2026-03-20", "", ""]);
    // One employer needs no sum below it.
    assert_eq!(column(table(&book, "单位汇总"), "employer"), ["甲单位"]);
    assert_eq!(column(table(&book, "近期进企"), "lead"), ["—"]);
}

#[test]
fn the_console_counts_tasks_and_blocks_per_rule() {
    let rules = Rules::load(None).unwrap();
    let tasks = [task(1, "small_surplus", Channel::Sms, None), task(2, "bonus", Channel::Sms, None)];
    let blocked = |by| Blocked {
        employee_id: EmployeeId(3),
        employer_id: EmployerId(1),
        rule: "small_surplus".into(),
        by,
        owner: None,
        rules: Vec::new(),
        next_permitted: None,
    };
    let all = BLOCKS.map(blocked);
    let blocked = ["consent_missing", "refused", "consent_missing"].map(blocked);
    let mut list: Vec<_> = rules.followup.rules.iter().collect();
    list.sort_by_key(|(key, rule)| (std::cmp::Reverse(rule.priority), (*key).clone()));
    let labels: Vec<(String, String)> = list.into_iter().map(|(k, r)| (k.clone(), r.label.clone())).collect();
    let table = rules_table(&labels, &tasks, &blocked, &words());
    // The bonus goes first: its rule has the higher priority.
    assert_eq!(column(&table, "matter"), ["大额奖金", "小额结余", "合计"]);
    assert_eq!(column(&table, "tasks"), ["1", "1", "2"]);
    assert_eq!(column(&table, "consent_missing"), ["0", "2", "2"]);
    assert_eq!(column(&table, "refused"), ["0", "1", "1"]);
    assert!(table.at("client_complaint").is_none(), "what did not happen has no column of its own");
    let table = rules_table(&labels, &tasks, &all, &words());
    assert_eq!(table.columns.len(), BLOCKS.len() + 2);
    assert!(table.columns.iter().all(|c| !c.title.contains('⟦')), "{:?}", table.columns);
    let rows = [task_row(1, Channel::Sms, None), task_row(2, Channel::Phone, None)];
    let first = first_tasks_table(&rows, 1, &rules.products.catalogue(), &words());
    assert_eq!(column(&first, "name"), ["客户1"]);
    assert_eq!(column(&first, "channel"), ["短信"]);
}

#[test]
fn the_console_shows_what_became_of_each_employer() {
    let employers = vec![tracked(1, Some(8_000)), tracked(2, None)];
    let totals = TrackTotals {
        employers: 2,
        employees: 20,
        gained: 3,
        lost: 4,
        aum_before_fen: Fen::yuan(1_000_000),
        aum_after_fen: Fen::yuan(1_050_000),
        payroll_fen: Fen::yuan(100_000),
        retained_fen: Fen::yuan(8_000),
        retention: Some(0.08),
        ..TrackTotals::default()
    };
    let track = Track { from: None, to: None, employers, totals };
    let table = track_table(&track, &words());
    assert_eq!(column(&table, "aum_change"), ["5.0", "—", "5.0"]);
    assert_eq!(column(&table, "band"), ["资金过路", "—", ""]);
    assert_eq!(column(&table, "retention"), ["8.0%", "—", "8.0%"]);
}
