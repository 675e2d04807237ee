use crate::engagement::fixtures::visit;
use crate::engagement::visit::pack::agenda::*;
use crate::model::StaffId;

fn team(roles: &[&str]) -> Vec<MemberView> {
    let member = |(n, role): (usize, &&str)| MemberView {
        staff_id: StaffId(n as i64),
        name: format!("员工{n}"),
        outlet: String::new(),
        role: role.to_string(),
        arrive: "09:00".into(),
        carry: Vec::new(),
    };
    roles.iter().enumerate().map(member).collect()
}

fn session(number: i64, from: &str, until: &str, people: i64) -> SessionView {
    SessionView { number, from: from.into(), until: until.into(), people }
}

fn slot<'p>(plan: &'p SessionPlan, key: &str) -> Option<(&'p str, &'p str)> {
    plan.slots.iter().find(|a| a.item == key).map(|a| (a.from.as_str(), a.until.as_str()))
}

#[test]
fn as_many_are_served_as_there_is_time_for() {
    let (rules, visit) = (Rules::load(None).unwrap(), visit(1, 1, "2026-03-17", &[]));
    let one = [session(1, "10:00", "12:00", 78)];
    let of = |salon: &str, roles: &[&str]| agenda(&rules, &visit, salon, &one, &team(roles)).remove(0);

    // 10:25–11:50 are 85 minutes, ten times eight for each of two counters; 35 % of 78 are 27.3.
    let with_talk = of("lecture", &["lead", "basic", "basic"]).service;
    assert_eq!((with_talk.minutes, with_talk.wanted, with_talk.served, with_talk.later), (85, 28, 20, 8));
    // Without a talk the service begins at 10:10: 100 minutes, twelve each.
    let plan = of("none", &["lead", "basic", "basic"]);
    assert_eq!((slot(&plan, "salon"), slot(&plan, "service")), (None, Some(("10:10", "11:50"))));
    assert_eq!((plan.service.minutes, plan.service.served, plan.service.later), (100, 24, 4));
    // Three counters have time for thirty.
    let three = of("lecture", &["lead", "basic", "basic", "basic"]).service;
    assert_eq!((three.served, three.later), (28, 0));
    let nobody = of("lecture", &["lead"]).service;
    assert_eq!((nobody.counters, nobody.served, nobody.later), (0, 0, 28));
}

#[test]
fn each_session_has_its_own_times() {
    let (rules, visit) = (Rules::load(None).unwrap(), visit(1, 1, "2026-03-17", &[]));
    let sessions = [session(1, "10:00", "12:00", 65), session(2, "14:00", "16:00", 64)];
    let plans = agenda(&rules, &visit, "lecture", &sessions, &team(&["lead", "basic"]));
    assert_eq!(slot(&plans[0], "arrive"), Some(("09:00", "09:45")));
    assert_eq!((slot(&plans[1], "arrive"), slot(&plans[0], "debrief")), (None, None));
    assert_eq!(slot(&plans[1], "opening"), Some(("14:00", "14:10")));
    assert_eq!(slot(&plans[1], "service"), Some(("14:25", "15:50")));
    assert_eq!(slot(&plans[1], "debrief"), Some(("16:00", "16:30")));
    // 35 % of 65 are 22.75, of 64 22.4.
    assert_eq!((plans[0].service.wanted, plans[1].service.wanted), (23, 23));
}

#[test]
fn the_salon_is_led_by_whoever_it_calls_for() {
    let (rules, visit) = (Rules::load(None).unwrap(), visit(1, 1, "2026-03-17", &[]));
    let one = [session(1, "10:00", "12:00", 30)];
    let led = |salon: &str, roles: &[&str]| {
        let plan = agenda(&rules, &visit, salon, &one, &team(roles)).remove(0);
        let talk = plan.slots.into_iter().find(|a| a.item == "salon").unwrap();
        (talk.role, talk.who)
    };
    assert_eq!(led("loan", &["lead", "wealth", "loan"]), ("loan".to_string(), vec!["员工2".to_string()]));
    assert_eq!(led("wealth", &["lead", "basic"]), ("lead".to_string(), vec!["员工0".to_string()]));
}

#[test]
fn the_room_holds_the_largest_session() {
    let rules = Rules::load(None).unwrap();
    let team = team(&["lead", "basic", "basic", "wealth", "loan"]);
    let room = room(&rules, 65, Some(false), &team, &[]);
    // Half of 65, rounded up; a terminal with two sockets for each of two at the counters.
    assert_eq!((room.counters, room.corners, room.chairs), (2, 2, 33));
    assert_eq!((room.terminals, room.sockets, room.private_corner), (2, 4, Some(false)));
}
