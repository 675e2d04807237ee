//! Handbooks worked out by hand.

use super::*;
use crate::engagement::fixtures::{date, visit};
use crate::engagement::visit::pack::needs::Need;

fn needs(kind: &str, list: &[(&str, i64)]) -> Needs {
    let need = |(key, points): &(&str, i64)| {
        let points = Points(points * 1000);
        Need { key: key.to_string(), own: None, peer: None, points, reason: Reason::new("need_product").points(points) }
    };
    Needs { kind: kind.into(), list: list.iter().map(need).collect(), agreement: None }
}

/// People come from many places and lack what is done on a phone.
fn factory() -> Needs {
    needs("factory", &[("product.mobile_bank", 30), ("product.quick_pay", 20), ("coverage", 18), ("outflow.cash", 8)])
}

/// Nothing on the phone is lacking; deposits and what is saved month by month are.
fn school() -> Needs {
    let lack = [("product.term_deposit", 22), ("product.fund_plan", 20), ("product.pension", 9), ("aum_per_head", 6)];
    needs("school", &lack)
}

/// The handbook for the visit of 17 March to which the lead and these roles go.
fn of(needs: &Needs, roles: &[&str]) -> HandbookView {
    let team: Vec<(i64, &str)> = std::iter::once("lead").chain(roles.iter().copied()).map(|r| (1, r)).collect();
    handbook(&Rules::load(None).unwrap(), &visit(1, 1, "2026-03-17", &team), "临江路1号", needs)
}

fn shown(list: &[ChosenView]) -> Vec<(&str, i64)> {
    list.iter().map(|c| (c.key.as_str(), c.points.0)).collect()
}

fn products(handbook: &HandbookView) -> Vec<&str> {
    handbook.bridges.iter().map(|b| b.product.as_str()).collect()
}

#[test]
fn a_factory_gets_what_its_people_need() {
    let handbook = of(&factory(), &["basic"]);
    // new_joiner: 30 + 18 + 60 for a factory; small_surplus: 18 + 60; inactive, with 30 + 20, comes fourth.
    assert_eq!(shown(&handbook.follow_up), [("interested", 0), ("new_joiner", 108_000), ("small_surplus", 78_000)]);
    assert_eq!(handbook.follow_up[1].reasons.len(), 3);
    // cannot_use: 30 + 60 for a factory; tired and send_home: 60 in this order; no_time: 30; wallet before limit_low: 20.
    let objections =
        [("cannot_use", 90_000), ("tired", 60_000), ("send_home", 60_000), ("no_time", 30_000), ("wallet", 20_000)];
    assert_eq!(shown(&handbook.objections), objections);
    assert_eq!(products(&handbook), ["mobile_bank", "quick_pay"]);
    assert_eq!(handbook.why.as_deref(), Some("product.mobile_bank"));
}

#[test]
fn a_school_gets_others() {
    let handbook = of(&school(), &["wealth"]);
    // maturity: 22 + 60 for a school; small_surplus before risk_test: both answer the 20 of the instalment plan.
    assert_eq!(shown(&handbook.follow_up), [("interested", 0), ("maturity", 82_000), ("small_surplus", 20_000)]);
    // rate: 22 + 6 + 60; locked: 9 + 60; told_employer: 60; lost before no_money: 20.
    let objections =
        [("rate", 88_000), ("locked", 69_000), ("told_employer", 60_000), ("lost", 20_000), ("no_money", 20_000)];
    assert_eq!(shown(&handbook.objections), objections);
    assert_eq!(products(&handbook), ["term_deposit", "fund_plan", "pension"]);
    assert!(handbook.wealth && !handbook.loan);
}

#[test]
fn loans_are_spoken_of_where_somebody_for_loans_comes() {
    assert_eq!(products(&of(&factory(), &["basic", "loan"])), ["mobile_bank", "quick_pay", "car_loan"]);
    assert_eq!(products(&of(&school(), &["loan"])), ["term_deposit", "fund_plan", "pension", "mortgage"]);
    let rules = Rules::load(None).unwrap();
    for roles in [&["basic", "wealth"][..], &[]] {
        for needs in [factory(), school(), needs("builder", &[])] {
            let handbook = of(&needs, roles);
            assert!(products(&handbook).iter().all(|p| rules.scripts.bridges[*p].role.is_none()), "{roles:?}");
            assert!(handbook.objections.iter().all(|o| o.key != "loan_rate"), "{roles:?}");
        }
    }
}

#[test]
fn the_call_has_the_days_that_are_really_kept() {
    let rules = Rules::load(None).unwrap();
    let mut visit = visit(1, 1, "2026-03-17", &[(1, "lead")]);
    let days = |visit: &Visit| {
        let handbook = handbook(&rules, visit, "", &factory());
        (handbook.agreed, handbook.days)
    };
    let (first, second) = (date("2026-03-17"), date("2026-03-19"));
    assert_eq!(days(&visit), (false, vec![first, second]));
    visit.status = VisitStatus::Confirmed;
    assert_eq!(days(&visit), (true, vec![first]));
    visit.status = VisitStatus::AwaitingBooking;
    visit.alternatives.clear();
    assert_eq!(days(&visit), (false, vec![first]));
}

#[test]
fn what_is_offered_no_more_is_not_spoken_of() {
    let mut rules = Rules::load(None).unwrap();
    let visit = visit(1, 1, "2026-03-17", &[(1, "lead")]);
    let mut bridges = |until: &str| {
        rules.products.products.get_mut("fund_plan").unwrap().until = Some(date(until));
        handbook(&rules, &visit, "", &school()).bridges
    };
    assert!(bridges("2026-03-16").iter().all(|b| b.product != "fund_plan"));
    let last_day = bridges("2026-03-17");
    assert_eq!(last_day[1].product, "fund_plan");
    assert_eq!(last_day[1].until, Some(date("2026-03-17")));
}

#[test]
fn figures_are_those_of_the_visit_and_the_rules() {
    let handbook = of(&school(), &[]);
    // 10:00 to 12:00; the talk from the 10th to the 25th minute; 8 minutes for each; 30 days from 17 March.
    assert_eq!((handbook.minutes.session, handbook.minutes.talk, handbook.minutes.each), (Some(120), Some(15), 8));
    assert_eq!(handbook.second_by, date("2026-04-16"));
    assert_eq!(handbook.place, "临江路1号");
}

#[test]
fn an_employer_nothing_is_known_of_gets_the_usual_words() {
    let handbook = of(&Needs::default(), &[]);
    assert_eq!((handbook.kind.as_str(), handbook.why), ("office", None));
    assert_eq!(shown(&handbook.follow_up), [("interested", 0)]);
    assert!(handbook.bridges.is_empty() && handbook.objections.is_empty());
    // A kind a branch has added to its rules has no words of its own.
    assert_eq!(of(&needs("clinic", &[]), &[]).kind, "office");
}

#[test]
fn the_catalogue_names_what_there_is() {
    let rules = Rules::load(None).unwrap();
    let scripts = &rules.scripts;
    let plain = ["aum_per_head", "coverage", "retention", "executives", "affluent", "agreement_end"];
    let known = |need: &String| match (need.strip_prefix("product."), need.strip_prefix("outflow.")) {
        (Some(product), _) => rules.products.products.contains_key(product),
        (_, Some(destination)) => rules.needs.outflow.leaving.iter().any(|d| d == destination),
        _ => plain.contains(&need.as_str()),
    };
    let used = scripts.scripts.values().map(|s| (&s.needs, &s.kinds));
    let used = used.chain(scripts.objections.values().map(|o| (&o.needs, &o.kinds)));
    for (needs, kinds) in used.chain([(&scripts.handbook.why, &scripts.kinds)]) {
        assert!(needs.iter().all(known), "{needs:?}");
        assert!(kinds.iter().all(|k| rules.staffing.turnout.kinds.contains_key(k)), "{kinds:?}");
    }
    assert!(scripts.kinds.contains(&rules.staffing.turnout.fallback));
    for (product, bridge) in &scripts.bridges {
        assert!(rules.products.products.contains_key(product), "{product}");
        assert!(bridge.role.as_ref().is_none_or(|role| rules.staffing.roles.contains_key(role)), "{product}");
    }
}
