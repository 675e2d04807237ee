use std::collections::BTreeSet;

use crate::engagement::fixtures::{date, profile, workdays_2026};
use crate::engagement::visit::pack::*;
use crate::engagement::visit::{ranking, staffing, timeline};

/// The employer beside one other of its industry, and what its staff lack.
fn beside(rules: &Rules, profile: &EmployerProfile) -> (Ranked, Needs) {
    let other = EmployerProfile {
        employer_id: EmployerId(2),
        aum_fen: Some(Fen::yuan(40_000 * profile.headcount)),
        aum_month_avg_fen: Some(Fen::yuan(40_000 * profile.headcount)),
        holders: profile.holders.iter().map(|(key, n)| (key.clone(), (n * 2).min(profile.headcount))).collect(),
        coverage: [0, 0, profile.headcount, 0, 0, 0],
        ..profile.clone()
    };
    let profiles = [profile.clone(), other];
    let today = date("2026-03-02");
    let beside = ranking::beside_peers(&rules.ranking, &rules.staffing, &profiles, &[], &[], today);
    let beside = beside[&profile.employer_id].clone();
    let known = needs::found::Known { profile, beside: &beside, outflow: &BTreeMap::new() };
    let needs = needs::found::needs(rules, &known).on(today);
    (beside, needs)
}

/// A pack for an employer of `headcount`, as the plan of 2026-03-02 would make it.
pub(crate) fn sample(headcount: i64, executives: i64) -> PackContext {
    sample_with(headcount, executives, &|_| {})
}

/// The same for an employer that differs from the usual one.
pub(crate) fn sample_with(headcount: i64, executives: i64, change: &dyn Fn(&mut EmployerProfile)) -> PackContext {
    let rules = Rules::load(None).unwrap();
    let mut profile = profile(headcount);
    profile.executives = executives;
    change(&mut profile);
    profile.rm = Some(StaffId(1));
    profile.agreement_end = Some(date("2027-12-31"));
    let colleague = |n: i64, name: &str, position: &str, qualification: &str| Colleague {
        staff_id: StaffId(n),
        name: name.into(),
        outlet: "江北支行".into(),
        position: Some(position.into()),
        qualifications: vec![qualification.into()],
        may_go_out: true,
        leave: Vec::new(),
        used: 0,
    };
    let mut people = vec![
        colleague(1, "林一", "客户经理", ""),
        colleague(2, "周二", "柜员", ""),
        colleague(3, "吴三", "大堂经理", ""),
        colleague(4, "郑四", "理财经理", "理财"),
        colleague(5, "王五", "个贷经理", "个贷"),
        colleague(6, "冯六", "支行行长", ""),
        colleague(7, "陈七", "理财经理", "基金"),
        colleague(8, "褚八", "柜员", ""),
    ];
    people.extend((9..40).map(|n| colleague(n, "员工", "后台", "")));
    let need = staffing::need(&rules.staffing, &profile);
    let (none, open) = (BTreeSet::new(), BTreeSet::new());
    let call = staffing::DayCall {
        date: date("2026-03-17"),
        start: "10:00",
        rm: profile.rm,
        unavailable: &none,
        away: &none,
        closed_outlets: &open,
    };
    let owners = BTreeMap::from([("rm", 1), ("lead", 1), ("manager", 6)].map(|(k, n)| (k.to_string(), StaffId(n))));
    let channels = &rules.timeline.publicity.channels;
    let visit = Visit {
        visit_id: VisitId(1),
        employer_id: profile.employer_id,
        status: VisitStatus::Preparing,
        date: call.date,
        alternatives: vec![date("2026-03-19")],
        alternative_teams: Vec::new(),
        answer_by: None,
        start: "10:00".into(),
        end: "12:00".into(),
        place: None,
        attendance: need.attendance,
        sessions: need.sessions,
        team: staffing::assign(&rules.staffing, &need, &people, &call).unwrap(),
        lacking: Vec::new(),
        team_by_hand: false,
        // In season in March; it has a talk.
        topic: "tax_and_pension".into(),
        timeline_version: rules.timeline.version,
        steps: timeline::steps(
            &rules.timeline,
            call.date,
            date("2026-03-02"),
            &workdays_2026(),
            channels,
            &owners,
            None,
        )
        .steps,
        reasons: need.reasons.clone(),
        declined: None,
    };
    let contact = Some(KeyPerson { name: "甲**".into(), title: "财务经理".into(), phone: "100******00".into() });
    let (beside, needs) = beside(&rules, &profile);
    let (rules, visit, profile) = (&rules, &visit, &profile);
    let input = PackInput {
        rules,
        branch: "临江支行",
        visit,
        profile,
        beside: Some(&beside),
        needs: &needs,
        people: &people,
        contact,
    };
    pack(&input)
}

#[test]
fn figures_of_the_unit_are_those_of_its_profile() {
    let unit = sample(260, 2).unit;
    assert_eq!(unit.aum_per_head_fen, Some(Fen::yuan(9_500)));
    // 9,500 ÷ 16,000 per head.
    assert_eq!(unit.settling, Some(0.593_75));
    assert_eq!(unit.products_per_head, Some(2.0));
    assert_eq!(unit.coverage.iter().map(|c| c.heads).sum::<i64>(), 260);
    assert_eq!(unit.card_only_share, Some(104.0 / 260.0));
}

#[test]
fn the_day_runs_from_arrival_to_debrief() {
    let pack = sample(260, 2);
    let slot =
        |key: &str| pack.agenda[0].slots.iter().find(|a| a.item == key).map(|a| (a.from.as_str(), a.until.as_str()));
    assert_eq!(slot("arrive"), Some(("09:00", "09:45")));
    assert_eq!(slot("service"), Some(("10:25", "11:50")));
    assert_eq!(slot("debrief"), Some(("12:00", "12:30")));
    assert_eq!(pack.invitation.rounds.len(), 3);
    // 2 executives and 13 affluent people.
    assert_eq!(pack.invitation.people, 15);
}

#[test]
fn quantities_follow_the_visitors_and_the_team() {
    let pack = sample(260, 2);
    assert_eq!(pack.visit.attendance, 78);
    let item = |key: &str| pack.checklist.iter().flat_map(|g| &g.items).find(|i| i.item == key).unwrap().clone();
    // 78 × 120 % = 93.6 → 94; a badge for each of five; a terminal for each of two at basic service.
    assert_eq!(item("questionnaire").quantity, Some(94));
    assert_eq!(item("badge").quantity, Some(5));
    assert_eq!(item("pad").quantity, Some(2));
    assert_eq!(item("risk_form").owner, "郑四");
    assert_eq!(item("room").quantity, None);
}

#[test]
fn a_small_team_gives_the_specialists_work_to_the_lead() {
    let pack = sample(60, 0);
    assert_eq!(pack.team.len(), 3);
    let corner = pack.agenda[0].slots.iter().find(|a| a.item == "corner").unwrap();
    assert_eq!(corner.role, "lead");
    assert!(pack.checklist.iter().flat_map(|g| &g.items).all(|i| i.item != "questionnaire_exec"));
}

#[test]
fn what_only_a_specialist_can_use_is_not_brought_without_one() {
    let pack = sample(60, 0);
    assert!(pack.team.iter().all(|m| m.role != "loan" && m.role != "wealth"), "{:?}", pack.team);
    let items: Vec<&str> = pack.checklist.iter().flat_map(|g| &g.items).map(|i| i.item.as_str()).collect();
    for item in ["loan_sheet", "loan_form", "product_sheet", "risk_form", "tablet", "qa_rate"] {
        assert!(!items.contains(&item), "{item}");
    }
    // The lead leads whoever asks to the corner, and shows the slides.
    assert!(items.contains(&"corner") && items.contains(&"slides"));
    // 129 come in two sessions, 65 to the larger one: leaflets for 129 × 100 %, 65 at a time; two posters serve both.
    let pack = sample(430, 0);
    let item = |key: &str| pack.checklist.iter().flat_map(|g| &g.items).find(|i| i.item == key).unwrap();
    assert_eq!((item("fraud_leaflet").quantity, item("fraud_leaflet").per_session), (Some(129), Some(65)));
    assert_eq!((item("poster_stand").quantity, item("poster_stand").per_session), (Some(2), None));
}

#[test]
fn sessions_follow_one_another_and_share_the_people() {
    let pack = sample(430, 0);
    let shown: Vec<(&str, &str, i64)> =
        pack.sessions.iter().map(|s| (s.from.as_str(), s.until.as_str(), s.people)).collect();
    assert_eq!(shown, [("10:00", "12:00", 65), ("14:00", "16:00", 64)]);
}

#[test]
fn every_item_carried_is_in_the_checklists_or_a_record_of_its_own() {
    let rules = Rules::load(None).unwrap();
    for group in rules.checklists.items.values() {
        assert!(rules.checklists.groups.contains_key(&group.group));
        assert!(rules.staffing.roles.contains_key(&group.role));
    }
    for topic in rules.topics.topics.values() {
        let known = |need: &String| match need.strip_prefix(needs::PRODUCT) {
            Some(product) => rules.products.products.contains_key(product),
            None => true,
        };
        assert!(
            topic.needs.iter().all(known) && topic.kinds.iter().all(|k| rules.staffing.turnout.kinds.contains_key(k))
        );
    }
}
