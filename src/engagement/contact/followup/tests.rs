//! Tasks of one person over some days.

use super::*;
use crate::engagement::contact::worklist::date_tasks;
use crate::engagement::fixtures::{self, date};
use crate::model::Fen;
use crate::model::status::{Consent, ContactResult};
use crate::rules::contact::followup::Episode;

#[test]
fn a_reason_never_speaks_of_less_than_nothing() {
    let rules = Rules::load(None).unwrap();
    let rule = &rules.followup.rules["before_payday"];
    let person = |retained| EmployeeFacts { retained, ..fixtures::employee(1) };
    let told = |retained| {
        condition_reason(&"before_payday".into(), &Label::of("一周后留存{retained}".into()), rule, &person(retained))
            .params
    };
    let left = |fen| vec![("retained".to_string(), fen)];
    assert_eq!(told(Some(Fen(-3_500))), left(Param::Money { fen: Fen::ZERO }));
    assert_eq!(told(Some(Fen(3_892))), left(Param::Money { fen: Fen(3_892) }));
    assert_eq!(told(None), left(Param::Text("—".into())));
}

/// One person of one employer who is to be reminded before the 10th of each month, over some days.
struct Days {
    rules: Rules,
    person: EmployeeFacts,
    earlier: BTreeMap<String, Earlier>,
    feedback: BTreeMap<String, Heard>,
    past: BTreeMap<EmployeeId, Vec<(String, PastContact)>>,
    appointments: Vec<Appointment>,
    fired: Vec<&'static str>,
    put_off: BTreeSet<String>,
}

impl Days {
    fn new() -> Days {
        let person = EmployeeFacts { consent_wecom: Some(Consent::Given), ..fixtures::employee(1) };
        Days {
            rules: Rules::load(None).unwrap(),
            person,
            earlier: BTreeMap::new(),
            feedback: BTreeMap::new(),
            past: BTreeMap::new(),
            appointments: Vec::new(),
            fired: vec!["before_payday"],
            put_off: BTreeSet::new(),
        }
    }

    /// The tasks of `today`, dated, when the payday `judged` is the latest that can be judged; kept for later days.
    fn on(&mut self, today: &str, judged: &str) -> Vec<Task> {
        self.decided(today, judged).0
    }

    /// These, and who may not be contacted.
    fn decided(&mut self, today: &str, judged: &str) -> (Vec<Task>, Vec<Blocked>) {
        self.person.payday = Some(date(judged));
        let (owner, workdays) = (StaffId(1), fixtures::workdays_2026());
        let employers =
            BTreeMap::from([(EmployerId(1), EmployerProfile { rm: Some(owner), ..fixtures::profile(100) })]);
        let input = FollowupInput {
            positions: &[],
            rules: &self.rules,
            products: &self.rules.products.catalogue(),
            workdays: &workdays,
            today: date(today),
            employers: &employers,
            past: &self.past,
            earlier: &self.earlier,
            feedback: &self.feedback,
            appointments: &BTreeMap::from([(EmployeeId(1), self.appointments.clone())]),
            owners: &Owners::new(BTreeMap::new(), BTreeMap::from([(EmployerId(1), owner)])),
            texts: &Texts::default(),
        };
        let mut decider = Decider::new(input);
        decider.person(&self.person, self.fired.iter().copied());
        let (mut tasks, blocked, put_off) = decider.finish();
        self.put_off = put_off;
        let nobody_out = std::collections::BTreeSet::new();
        let worklist = &self.rules.worklist;
        date_tasks(worklist, &workdays, date(today), &nobody_out, |_, _| false, &mut tasks);
        let kept = |t: &Task| Earlier { channel: t.channel, due: t.due, marketing: t.marketing, owner: t.owner };
        self.earlier.extend(tasks.iter().map(|t| (t.task_id.clone(), kept(t))));
        (tasks, blocked)
    }
}

fn heard(on: &str, result: ContactResult, due: Option<&str>) -> Heard {
    Heard { on: date(on), result, due: due.map(date) }
}

#[test]
fn a_reminder_ends_with_its_payday() {
    let mut days = Days::new();
    let mut seen = Vec::new();
    for today in ["2026-03-02", "2026-03-06", "2026-03-09"] {
        let task = days.on(today, "2026-02-10").remove(0);
        assert_eq!((task.episode.as_str(), task.due), ("2026-03-10", date("2026-03-09")), "{today}");
        // Three days before is Saturday the 7th: from Friday on.
        assert_eq!(task.not_before, Some(date("2026-03-06")));
        assert_eq!(task.on, Some(date("2026-03-06").max(date(today))));
        seen.push(task.task_id);
    }
    assert!(seen.iter().all(|id| *id == seen[0]), "the same task on all days");
    // From the payday to the eve of its being judged: nothing overdue, no day in the next month.
    for day in date("2026-03-10").iter_days().take(8) {
        assert_eq!(days.on(&day.to_string(), "2026-02-10"), [], "{day}");
    }
    let next = days.on("2026-03-18", "2026-03-10").remove(0);
    assert_ne!(next.task_id, seen[0]);
    assert_eq!((next.episode.as_str(), next.due), ("2026-04-10", date("2026-04-09")));
}

#[test]
fn a_product_is_offered_between_its_dates() {
    let offered = |today: &str| {
        let mut days = Days::new();
        days.rules.followup.rules.get_mut("before_payday").unwrap().products = vec!["bond".into(), "custody".into()];
        let bond = days.rules.products.products.get_mut("bond").unwrap();
        (bond.from, bond.until) = (Some(date("2026-03-04")), Some(date("2026-03-05")));
        days.on(today, "2026-02-10").remove(0).product.unwrap()
    };
    assert_eq!(
        ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"].map(offered),
        ["custody", "bond", "bond", "custody"]
    );
}

#[test]
fn no_reminder_is_dated_on_its_payday_for_want_of_room() {
    let mut days = Days::new();
    days.rules.worklist.day.wecom = 0;
    let task = days.on("2026-03-06", "2026-02-10").remove(0);
    assert_eq!((task.channel, task.on), (Channel::Wecom, None));
}

#[test]
fn a_day_agreed_upon_with_the_client_outlives_the_payday() {
    let mut days = Days::new();
    let task = days.on("2026-03-06", "2026-02-10").remove(0);
    days.feedback.insert(task.task_id.clone(), heard("2026-03-06", ContactResult::Booked, Some("2026-03-16")));
    for today in ["2026-03-09", "2026-03-12", "2026-03-16"] {
        let agreed = days.on(today, "2026-02-10").remove(0);
        assert_eq!(
            (&agreed.task_id, agreed.due, agreed.on),
            (&task.task_id, date("2026-03-16"), Some(date("2026-03-16")))
        );
    }
    // Settled on that day: nothing is asked for again before the payday has been judged.
    days.feedback.insert(task.task_id.clone(), heard("2026-03-16", ContactResult::Deal, None));
    assert_eq!(days.on("2026-03-17", "2026-02-10"), []);
    assert_eq!(days.on("2026-03-18", "2026-03-10").remove(0).episode, "2026-04-10");
}

#[test]
fn a_rule_of_ones_own_rolls_on_to_the_next_payday() {
    // Once a state is entered, before a payday: one task, and its day never lies behind.
    let mut days = Days::new();
    days.rules.followup.rules.get_mut("before_payday").unwrap().episode = Episode::State;
    let first = days.on("2026-03-06", "2026-02-10").remove(0);
    assert_eq!(days.on("2026-03-12", "2026-02-10"), []);
    let later = days.on("2026-03-20", "2026-03-10").remove(0);
    assert_eq!((&later.task_id, later.due), (&first.task_id, date("2026-04-09")));
}

/// An appointment of the person, agreed upon on the 2nd of March.
fn agreed(next: &str, task: Option<(&str, &str)>, product: Option<&str>) -> Appointment {
    Appointment {
        task: task.map(|(id, rule)| (id.to_string(), rule.to_string())),
        agreed_on: date("2026-03-02"),
        next: date(next),
        channel: Some(Channel::Phone),
        product: product.map(String::from),
    }
}

#[test]
fn a_promise_is_kept_whatever_else_the_rules_say() {
    let mut days = Days::new();
    // Nothing fits into a day, and a rule that comes first fires: the day stays, with its product and channel.
    days.rules.worklist.day.phone = 0;
    days.fired = vec!["payroll_stopped"];
    days.appointments = vec![agreed("2026-03-11", Some(("T00000000000a", "bonus")), Some("fund"))];
    for today in ["2026-03-03", "2026-03-09", "2026-03-11"] {
        let told = days.on(today, "2026-02-10");
        let [task] = &told[..] else { panic!("{told:?}") };
        assert_eq!((task.task_id.as_str(), task.rule.as_str()), ("T00000000000a", "bonus"));
        assert_eq!((task.on, task.due, task.appointment), (Some(date("2026-03-11")), date("2026-03-11"), task.on));
        assert_eq!((task.channel, task.product.as_deref()), (Channel::Phone, Some("fund")));
        assert_eq!((&*task.reasons[0].rule, &*task.reasons.last().unwrap().rule), ("appointment", "also_fired"));
    }
    // Over, and nothing heard: it is said so, and dated as soon as there is room.
    days.rules.worklist.day.phone = 1;
    let late = days.on("2026-03-12", "2026-02-10").remove(0);
    assert_eq!((late.on, &*late.reasons[0].rule), (Some(date("2026-03-12")), "appointment_missed"));
}

#[test]
fn a_promise_without_a_task_needs_no_rule_to_fire() {
    let mut days = Days::new();
    days.fired = Vec::new();
    days.appointments = vec![agreed("2026-03-11", None, Some("家庭资产配置"))];
    let task = days.on("2026-03-03", "2026-02-10").remove(0);
    assert_eq!((task.rule.as_str(), task.on), ("appointment", Some(date("2026-03-11"))));
    assert_eq!(&*task.reasons[0].rule, "appointment_about");
    // Somebody who has left since is not called.
    let left = PastContact {
        on: date("2026-03-05"),
        channel: None,
        result: Some(ContactResult::Left),
        counts: true,
        lifted: None,
    };
    days.past.insert(EmployeeId(1), vec![(String::new(), left)]);
    days.person.as_of = date("2026-02-28");
    assert_eq!(days.on("2026-03-06", "2026-02-10"), []);
}

#[test]
fn who_is_away_on_the_day_gets_a_stand_in() {
    let share = |id| CreditShare { staff_id: StaffId(id), basis_points: BasisPoints(5_000) };
    let mut days = Days::new();
    days.fired = Vec::new();
    days.appointments = vec![agreed("2026-03-11", None, None)];
    let task = days.on("2026-03-03", "2026-02-10").remove(0);
    let dated = |away: &[i64]| {
        let mut tasks = [Task { on: None, credit: vec![share(1), share(2)], ..task.clone() }];
        let is_away = |who: StaffId, day: NaiveDate| day == date("2026-03-11") && away.contains(&who.0);
        let nobody_out = std::collections::BTreeSet::new();
        let (rules, workdays) = (&days.rules.worklist, fixtures::workdays_2026());
        date_tasks(rules, &workdays, date("2026-03-03"), &nobody_out, is_away, &mut tasks);
        let [task] = tasks;
        (task.owner.unwrap().0, task.on.unwrap().to_string(), task.reasons.last().unwrap().rule.to_string())
    };
    let on = |owner, told: &str| (owner, "2026-03-11".to_string(), told.to_string());
    assert_eq!(dated(&[]), on(1, "appointment"));
    assert_eq!(dated(&[1]), on(2, "stand_in"));
    assert_eq!(dated(&[1, 2]), on(1, "stand_in_wanted"));
}

#[test]
fn a_state_is_spoken_of_again_when_the_rest_is_over() {
    let mut days = Days::new();
    days.fired = vec!["upgrade_account"];
    let first = days.on("2026-03-02", "2026-02-10").remove(0);
    days.feedback.insert(first.task_id.clone(), heard("2026-03-03", ContactResult::NoNeed, None));
    assert_eq!(days.on("2026-04-01", "2026-02-10"), [], "the 30th day");
    let again = days.on("2026-04-02", "2026-02-10").remove(0);
    assert_ne!(again.task_id, first.task_id);
    assert_eq!(again.episode, "state/2026-03-03");
    // Said a second time; and what is done is done.
    days.feedback.insert(again.task_id.clone(), heard("2026-04-07", ContactResult::NoNeed, None));
    assert_eq!(days.on("2026-05-06", "2026-02-10"), []);
    assert_eq!(days.on("2026-05-07", "2026-02-10").remove(0).episode, "state/2026-04-07");
    days.feedback.insert(first.task_id.clone(), heard("2026-03-03", ContactResult::Deal, None));
    assert_eq!(days.on("2026-05-07", "2026-02-10"), []);
}

proptest::proptest! {
    #[test]
    fn no_appointment_is_moved_no_task_is_late_and_no_day_holds_more_than_it_may(
        wanted in proptest::collection::vec(
            (1i64..3, proptest::option::weighted(0.3, 0i64..20), proptest::bool::ANY, -3i64..25, 0i64..25),
            1..60,
        ),
        room in 0usize..4,
    ) {
        let mut days = Days::new();
        let (phone, meeting) = (room, room + 1);
        (days.rules.worklist.day.phone, days.rules.worklist.day.meeting) = (phone, meeting);
        days.fired = Vec::new();
        days.appointments = vec![agreed("2026-03-11", None, None)];
        let one = days.on("2026-03-03", "2026-02-10").remove(0);
        let today = date("2026-03-03");
        let mut tasks: Vec<Task> = wanted
            .iter()
            .map(|(owner, ahead, call, due, first)| Task {
                owner: Some(StaffId(*owner)),
                appointment: ahead.map(|days| days_after(today, days)),
                channel: if *call { Channel::Phone } else { Channel::Meeting },
                not_before: Some(days_after(today, *first)),
                due: days_after(today, *due),
                on: None,
                ..one.clone()
            })
            .collect();
        let (rules, workdays) = (&days.rules.worklist, fixtures::workdays_2026());
        date_tasks(rules, &workdays, today, &std::collections::BTreeSet::new(), |_, _| false, &mut tasks);
        let mut used: BTreeMap<(StaffId, Channel, NaiveDate), (usize, usize)> = BTreeMap::new();
        for task in &tasks {
            match (task.appointment, task.on) {
                (Some(day), on) => proptest::prop_assert_eq!(on, Some(day)),
                (None, Some(on)) => {
                    proptest::prop_assert!(task.not_before <= Some(on) && on <= task.due && today <= task.due);
                }
                // Whether there was room for it is seen below, when all days are filled.
                (None, None) => {}
            }
            let late = task.due < today;
            proptest::prop_assert_eq!(task.state == TaskState::Missed, late, "due {}", task.due);
            if let Some(day) = task.on {
                let (all, agreed) = used.entry((task.owner.unwrap(), task.channel, day)).or_default();
                *all += 1;
                *agreed += usize::from(task.appointment.is_some());
            }
        }
        for (&(_, channel, day), &(all, agreed)) in &used {
            let most = if channel == Channel::Phone { phone } else { meeting };
            proptest::prop_assert!(all <= most.max(agreed), "{channel:?} on {day}: {all}, {agreed} agreed upon");
        }
        // What has no day found none: each working day between its first and its last is full.
        for task in tasks.iter().filter(|task| task.on.is_none()) {
            let most = if task.channel == Channel::Phone { phone } else { meeting };
            let first = task.not_before.map_or(today, |first| first.max(today));
            let days = first.iter_days().take_while(|day| *day <= task.due);
            for day in days.filter(|day| workdays.is_workday(*day) == Some(true)) {
                let taken = used.get(&(task.owner.unwrap(), task.channel, day)).map_or(0, |(all, _)| *all);
                proptest::prop_assert!(taken >= most, "{:?} on {day}: {taken} of {most}", task.channel);
            }
        }
    }
}

#[test]
fn the_day_somebody_may_be_contacted_again_is_told_as_far_as_the_rules_look_ahead() {
    let told = |ahead: i64| {
        let mut days = Days::new();
        days.fired = vec!["bonus"];
        days.rules.worklist.horizon.permitted_days = ahead;
        let no_need = PastContact {
            on: date("2026-03-03"),
            channel: Some(Channel::Wecom),
            result: Some(ContactResult::NoNeed),
            counts: true,
            lifted: None,
        };
        days.past.insert(EmployeeId(1), vec![(String::new(), no_need)]);
        let (tasks, blocked) = days.decided("2026-03-09", "2026-02-10");
        let [blocked] = &blocked[..] else { panic!("{blocked:?}") };
        assert_eq!((tasks.len(), blocked.by), (0, "resting"));
        blocked.next_permitted
    };
    // The thirty days of rest are over on the 2nd of April, which is 24 days ahead.
    assert_eq!([23, 24, 25].map(told), [None, Some(date("2026-04-02")), Some(date("2026-04-02"))]);
}

#[test]
fn what_was_promised_to_somebody_without_a_risk_test_begins_with_the_test() {
    let told = |tested: Option<&str>, product| {
        let mut days = Days::new();
        (days.fired, days.person.risk_until) = (Vec::new(), tested.map(date));
        days.appointments = vec![agreed("2026-03-11", Some(("T00000000000a", "bonus")), Some(product))];
        let task = days.on("2026-03-03", "2026-02-10").remove(0);
        let first = task.reasons.iter().any(|r| &*r.rule == "risk_test_first");
        (task.product.unwrap().to_string(), first, task.script.to_string())
    };
    let of = |product: &str, first, script: &str| (product.to_string(), first, script.to_string());
    assert_eq!(told(Some("2026-12-31"), "fund"), of("fund", false, "bonus"));
    assert_eq!(told(None, "fund"), of("fund", true, "risk_test"));
    // A credit card needs none, whatever the rule itself would offer.
    assert_eq!(told(None, "credit_card"), of("credit_card", false, "bonus"));
}

#[test]
fn a_promise_is_not_lost_for_want_of_a_rule_or_of_an_owner() {
    let mut days = Days::new();
    days.fired = Vec::new();
    days.appointments = vec![agreed("2026-03-11", Some(("T00000000000a", "bonus")), None)];
    days.rules.followup.rules.remove("appointment");
    let task = days.on("2026-03-03", "2026-02-10").remove(0);
    assert_eq!((task.rule.as_str(), task.on), ("bonus", Some(date("2026-03-11"))));
    // Nobody is named for the client: the day stands all the same.
    let mut tasks = [Task { owner: None, on: None, ..task }];
    let (rules, workdays) = (&days.rules.worklist, fixtures::workdays_2026());
    let nobody_out = std::collections::BTreeSet::new();
    date_tasks(rules, &workdays, date("2026-03-03"), &nobody_out, |_, _| false, &mut tasks);
    assert_eq!(tasks[0].on, Some(date("2026-03-11")));
}

#[test]
fn a_task_that_goes_on_keeps_to_the_caps() {
    let task_on_the_4th = |wecom| {
        let mut days = Days::new();
        days.fired = vec!["bonus"];
        (days.person.aum, days.person.consent_phone) = (Some(Fen::yuan(20_000)), Some(Consent::Given));
        days.person.consent_wecom = wecom;
        assert_eq!(days.on("2026-03-02", "2026-02-10").remove(0).channel, Channel::Phone);
        // Somebody else calls the client about something else.
        let called = PastContact { result: Some(ContactResult::Reached), ..dated("2026-03-03", Channel::Phone) };
        days.past.insert(EmployeeId(1), vec![(String::new(), called)]);
        let (tasks, blocked) = days.decided("2026-03-04", "2026-02-10");
        (tasks.first().map(|t| t.channel), blocked.first().map(|b| (b.by, b.next_permitted)))
    };
    assert_eq!(task_on_the_4th(Some(Consent::Given)), (Some(Channel::Wecom), None));
    assert_eq!(task_on_the_4th(None), (None, Some(("cap_reached", Some(date("2026-03-10"))))));
}

#[test]
fn what_something_more_urgent_puts_off_still_has_its_reason() {
    let mut days = Days::new();
    days.fired = vec!["near_threshold"];
    let near = days.on("2026-03-02", "2026-02-10").remove(0).task_id;
    assert_eq!(days.put_off, BTreeSet::new());
    days.fired = vec!["near_threshold", "bonus"];
    let told = days.on("2026-03-03", "2026-02-10");
    assert_eq!(told.iter().map(|t| t.rule.as_str()).collect::<Vec<_>>(), ["bonus"], "one task of a person at a time");
    assert_eq!(days.put_off, BTreeSet::from([near]));
    // Its own reason is gone.
    days.fired = vec!["bonus"];
    days.on("2026-03-04", "2026-02-10");
    assert_eq!(days.put_off, BTreeSet::new());
}

fn dated(on: &str, channel: Channel) -> PastContact {
    PastContact::dated(date(on), channel)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Each day some rules fire, and what is dated on it is done, told of or not; now and then somebody calls without a
    /// task. Whatever goes on and is dated anew: no window holds more than the caps allow.
    #[test]
    fn no_cap_is_exceeded_however_tasks_go_on(
        told in proptest::collection::vec((0usize..8, 0usize..7, proptest::bool::weighted(0.1)), 30..60),
        consents in proptest::array::uniform3(proptest::bool::weighted(0.8)),
    ) {
        let mut days = Days::new();
        let consent = |given: bool| Some(if given { Consent::Given } else { Consent::Refused });
        days.person.aum = Some(Fen::yuan(20_000));
        days.person.consent_phone = consent(consents[0]);
        days.person.consent_wecom = consent(consents[1]);
        days.person.consent_sms = consent(consents[2]);
        let workdays = fixtures::workdays_2026();
        let first = date("2026-03-02");
        let rules = ["bonus", "near_threshold", "large_surplus"];
        // All contacts in their order, and which of them were made because of a task.
        let (mut all, mut asked): (Vec<PastContact>, Vec<usize>) = (Vec::new(), Vec::new());
        for (day, (fired, outcome, call)) in told.iter().enumerate() {
            let today = days_after(first, day as i64);
            if workdays.is_workday(today) != Some(true) {
                continue;
            }
            days.fired = rules.iter().enumerate().filter(|(at, _)| fired & (1 << at) != 0).map(|(_, rule)| *rule).collect();
            let tasks = days.on(&today.to_string(), "2026-02-10");
            let own = days.past.entry(EmployeeId(1)).or_default();
            for task in &tasks {
                let result = match outcome {
                    0 | 1 => None,
                    2 => Some((ContactResult::NoAnswer, Some(2))),
                    3 => Some((ContactResult::Considering, Some(5))),
                    4 => Some((ContactResult::Interested, Some(3))),
                    5 => Some((ContactResult::NoNeed, None)),
                    _ => Some((ContactResult::Reached, None)),
                };
                let known = own.iter().any(|(id, _)| *id == task.task_id);
                match (result, task.on) {
                    (Some((result, again)), Some(on)) if on == today => {
                        let made = PastContact { result: Some(result), ..PastContact::dated(today, task.channel) };
                        own.retain(|(id, contact)| *id != task.task_id || contact.result.is_some());
                        own.push((task.task_id.clone(), made));
                        let due = again.map(|n| workdays.add(today, n).unwrap());
                        days.feedback.insert(task.task_id.clone(), Heard { on: today, result, due });
                        asked.push(all.len());
                        all.push(made);
                    }
                    (None, Some(on)) if !known => own.push((task.task_id.clone(), PastContact::dated(on, task.channel))),
                    _ => {}
                }
            }
            if *call {
                let made = PastContact { result: Some(ContactResult::Reached), ..PastContact::dated(today, Channel::Phone) };
                own.push((String::new(), made));
                all.push(made);
            }
        }
        let policy = &days.rules.contact_policy;
        for at in asked {
            let contact = all[at];
            for (key, cap) in &policy.caps {
                let of = |p: &&PastContact| key == "all" || p.channel.is_some_and(|c| c.key() == key);
                if !of(&&contact) {
                    continue;
                }
                for window in &cap.windows {
                    // The window that ends with this contact.
                    let within = |p: &&PastContact| (contact.on - p.on).num_days() < window.days;
                    let held = all[..=at].iter().filter(of).filter(within).count() as i64;
                    proptest::prop_assert!(held <= window.most, "{key}: {held} in {} days up to {}", window.days, contact.on);
                }
            }
        }
    }
}
