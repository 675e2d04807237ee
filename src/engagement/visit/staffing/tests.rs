use proptest::prelude::*;

use crate::engagement::fixtures::{date, profile};
use crate::engagement::visit::staffing::*;
use crate::model::Param;
use crate::rules::Rules;

fn rules() -> StaffingRules {
    Rules::load(None).unwrap().staffing
}

fn colleague(n: i64, outlet: &str, position: &str, qualifications: &[&str]) -> Colleague {
    Colleague {
        staff_id: StaffId(n),
        name: format!("员{n}"),
        outlet: outlet.into(),
        position: Some(position.into()),
        qualifications: qualifications.iter().map(|q| q.to_string()).collect(),
        may_go_out: true,
        leave: Vec::new(),
        used: 0,
    }
}

fn call<'a>(rm: Option<i64>, out: &'a BTreeSet<StaffId>, closed: &'a BTreeSet<String>) -> DayCall<'a> {
    DayCall {
        date: date("2026-03-17"),
        start: "10:00",
        rm: rm.map(StaffId),
        unavailable: out,
        away: out,
        closed_outlets: closed,
    }
}

#[test]
fn team_sizes_change_where_the_table_does() {
    let rules = rules();
    let size = |n| for_attendance(&rules, n, 0).people();
    assert_eq!([1, 30, 31, 80, 81, 120].map(size), [3, 3, 5, 5, 7, 7]);
    let more = for_attendance(&rules, 121, 0);
    // Two sessions of 61 and 60: a team of five serves both.
    assert_eq!((more.sessions, more.per_session, more.people()), (2, 61, 5));
    assert!(more.reasons.iter().any(|r| r.rule == "several_sessions"));
}

#[test]
fn roles_of_small_middle_and_large_visits() {
    let rules = rules();
    let roles = |n, executives| {
        let need = for_attendance(&rules, n, executives);
        ["lead", "president", "basic", "wealth", "loan"].map(|r| need.of(r))
    };
    assert_eq!(roles(20, 0), [1, 0, 2, 0, 0]);
    assert_eq!(roles(78, 2), [1, 0, 2, 1, 1]);
    assert_eq!(roles(78, 3), [1, 1, 2, 1, 1]);
    // 120 × 35 % = 42 served × 8 minutes ÷ 120 minutes = 2.8 → 3.
    assert_eq!(roles(120, 0), [1, 0, 3, 2, 1]);
}

#[test]
fn basic_service_beyond_the_table_makes_the_team_larger() {
    let mut rules = rules();
    rules.basic.served_percent = 100;
    // 80 × 8 ÷ 120 = 5.33 → 6, and a lead.
    let need = for_attendance(&rules, 80, 0);
    assert_eq!((need.people(), need.of("basic")), (7, 6));
}

#[test]
fn turn_out_follows_the_industry() {
    let rules = rules();
    let attendance = |industry: Option<&str>, heads| {
        need(&rules, &EmployerProfile { industry: industry.map(str::to_string), ..profile(heads) }).attendance
    };
    assert_eq!(attendance(Some("信息技术"), 260), 78);
    assert_eq!(attendance(Some("制造业"), 420), 63);
    assert_eq!(attendance(Some("教育"), 100), 25);
    assert_eq!(attendance(Some("医疗卫生"), 101), 26);
    assert_eq!(attendance(None, 100), 30);
}

fn branch() -> Vec<Colleague> {
    let mut people = vec![
        colleague(1, "甲", "客户经理", &[]),
        colleague(2, "甲", "理财经理", &["理财"]),
        colleague(3, "乙", "个贷经理", &["个贷"]),
        colleague(4, "乙", "柜员", &[]),
        colleague(5, "甲", "大堂经理", &[]),
        colleague(6, "丙", "客户经理", &["理财"]),
    ];
    for n in 7..=20 {
        let mut stays = colleague(n, ["甲", "乙", "丙"][n as usize % 3], "柜员", &[]);
        stays.may_go_out = false;
        people.push(stays);
    }
    people
}

#[test]
fn the_employers_own_manager_leads() {
    let (rules, none, open) = (rules(), BTreeSet::new(), BTreeSet::new());
    let need = for_attendance(&rules, 78, 0);
    let team = assign(&rules, &need, &branch(), &call(Some(6), &none, &open)).unwrap();
    let shown: Vec<(&str, i64, &str)> =
        team.iter().map(|m| (m.role.as_str(), m.staff_id.0, m.arrive.as_str())).collect();
    // S001 is a manager too and does basic service; the two specialists are the only ones of their kind.
    assert_eq!(
        shown,
        [
            ("lead", 6, "09:00"),
            ("basic", 1, "09:15"),
            ("basic", 4, "09:15"),
            ("wealth", 2, "09:30"),
            ("loan", 3, "09:30")
        ]
    );
}

#[test]
fn what_is_lacking_is_named_by_role() {
    let (rules, open) = (rules(), BTreeSet::new());
    let need = for_attendance(&rules, 78, 0);
    let out = BTreeSet::from([StaffId(3)]);
    let reasons = assign(&rules, &need, &branch(), &call(None, &out, &open)).unwrap_err();
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0].rule, "staff_short");
    assert_eq!(reasons[0].params[0].1, Param::Word { word: "role.loan".into() });
    assert_eq!(reasons[0].params[1].1, Param::Count(1));
}

#[test]
fn leave_and_closed_outlets_keep_people_at_home() {
    let (rules, none) = (rules(), BTreeSet::new());
    let need = for_attendance(&rules, 78, 0);
    let mut people = branch();
    people[1].leave.push((date("2026-03-16"), date("2026-03-17")));
    people[5].may_go_out = false;
    assert!(assign(&rules, &need, &people, &call(None, &none, &BTreeSet::new())).is_err());
    assert!(assign(&rules, &need, &branch(), &call(None, &none, &BTreeSet::from(["甲".to_string()]))).is_err());
}

#[test]
fn the_least_used_goes_first() {
    let (rules, none, open) = (rules(), BTreeSet::new(), BTreeSet::new());
    let mut people: Vec<Colleague> = (1..=12).map(|n| colleague(n, "", "客户经理", &[])).collect();
    for (i, p) in people.iter_mut().enumerate() {
        p.used = if i < 9 { 5 } else { 1 };
    }
    let team = assign(&rules, &for_attendance(&rules, 20, 0), &people, &call(None, &none, &open)).unwrap();
    assert_eq!(team.iter().map(|m| m.staff_id.0).collect::<BTreeSet<_>>(), BTreeSet::from([10, 11, 12]));
}

/// Tries every way of seating, to know whether there is any.
fn possible(seats: &[&str], rules: &StaffingRules, people: &[Colleague], out: &mut Vec<StaffId>) -> bool {
    let Some((role, rest)) = seats.split_first() else { return true };
    for p in people.iter().filter(|p| p.may_go_out && qualifies(rules, role, p)) {
        let size = people.iter().filter(|q| q.outlet == p.outlet).count() as i64;
        let gone = people.iter().filter(|q| q.outlet == p.outlet && out.contains(&q.staff_id)).count() as i64;
        // One may always be lent where others stay.
        if out.contains(&p.staff_id) || ((gone + 1) * 3 > size && (gone > 0 || size < 2)) {
            continue;
        }
        out.push(p.staff_id);
        if possible(rest, rules, people, out) {
            return true;
        }
        out.pop();
    }
    false
}

proptest! {
    #[test]
    fn a_team_is_found_exactly_when_there_is_one(
        kinds in prop::collection::vec((0usize..4, 0usize..3, any::<bool>(), 0i64..4), 3..16),
        attendance in 1i64..80,
    ) {
        let rules = rules();
        let positions = ["客户经理", "理财经理", "个贷经理", "柜员"];
        let people: Vec<Colleague> = kinds.iter().enumerate().map(|(i, (position, outlet, out, used))| Colleague {
            may_go_out: *out,
            used: *used,
            ..colleague(i as i64 + 1, ["甲", "乙", "丙"][*outlet], positions[*position], &[])
        }).collect();
        let need = for_attendance(&rules, attendance, 0);
        let seats: Vec<&str> = need.roles.iter().flat_map(|(r, n)| vec![r.as_str(); *n as usize]).collect();
        let (none, open) = (BTreeSet::new(), BTreeSet::new());
        let result = assign(&rules, &need, &people, &call(Some(1), &none, &open));
        prop_assert_eq!(result.is_ok(), possible(&seats, &rules, &people, &mut Vec::new()));
        if let Ok(team) = result {
            let ids: BTreeSet<StaffId> = team.iter().map(|m| m.staff_id).collect();
            prop_assert_eq!(ids.len(), team.len());
            for outlet in ["甲", "乙", "丙"] {
                let size = people.iter().filter(|p| p.outlet == outlet).count();
                let gone = people.iter().filter(|p| p.outlet == outlet && ids.contains(&p.staff_id)).count();
                prop_assert!(gone * 3 <= size || (gone == 1 && size > 1));
            }
        }
    }
}

#[test]
fn whom_a_topic_calls_for_comes_beside_and_is_done_without_last() {
    let rules = rules();
    let plain = for_attendance(&rules, 20, 0);
    assert_eq!((plain.people(), plain.of("wealth")), (3, 0));
    let with = with_topic(&rules, plain.clone(), "wealth");
    assert_eq!((with.people(), with.of("wealth"), with.of("basic")), (4, 1, 2));
    assert!(with.reasons.iter().any(|r| r.rule == TOPIC_SPECIALIST));
    // A topic that calls for nobody changes nothing.
    assert_eq!(with_topic(&rules, plain, "lecture").people(), 3);
    // Of eighty visitors a wealth and a loan specialist come anyway; the loan one is spared before the topic's.
    let large = with_topic(&rules, for_attendance(&rules, 78, 0), "wealth");
    let fewer: Vec<StaffNeed> = std::iter::successors(large.reduced(&rules), |n| n.reduced(&rules)).collect();
    let last = fewer.last().unwrap();
    assert_eq!((last.of("wealth"), last.of("loan"), last.of("basic")), (0, 0, rules.basic.least));
    assert!(last.reasons.iter().all(|r| r.rule != TOPIC_SPECIALIST));
    let before_last = &fewer[fewer.len() - 2];
    assert_eq!((before_last.of("wealth"), before_last.of("loan"), before_last.of("basic")), (1, 0, rules.basic.least));
}
