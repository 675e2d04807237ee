use crate::engagement::fixtures::date;
use crate::engagement::visit::pack::needs::Need;
use crate::engagement::visit::pack::offers::*;
use crate::model::{Points, Reason};

fn needs(kind: &str, keys: &[&str]) -> Needs {
    let need = |key: &&str| Need {
        key: key.to_string(),
        own: None,
        peer: None,
        points: Points(10_000),
        reason: Reason::new("need_product"),
    };
    Needs { kind: kind.into(), list: keys.iter().map(need).collect(), agreement: None }
}

fn keys(rules: &Rules, needs: &Needs, contribution: Option<f64>, on: &str, roles: &[&str]) -> Vec<String> {
    let found = offers(rules, needs, contribution, date(on), &|role| roles.contains(&role));
    found.list.into_iter().map(|o| o.key).collect()
}

#[test]
fn an_offer_that_has_expired_is_not_told() {
    let mut rules = Rules::load(None).unwrap();
    rules.offers.offers.get_mut("commute").unwrap().until = Some(date("2026-03-16"));
    let office = needs("office", &[]);
    assert_eq!(keys(&rules, &office, None, "2026-03-16", &[]), ["commute"]);
    assert_eq!(keys(&rules, &office, None, "2026-03-17", &[]), Vec::<String>::new());
}

#[test]
fn offers_are_for_the_kind_and_the_needs() {
    let rules = Rules::load(None).unwrap();
    let on = "2026-03-17";
    assert_eq!(keys(&rules, &needs("factory", &[]), None, on, &[]), ["canteen", "supermarket"]);
    assert_eq!(
        keys(&rules, &needs("school", &["product.large_cd"]), None, on, &[]),
        ["canteen", "books", "reserved_cd"]
    );
}

#[test]
fn loans_are_spoken_of_only_where_somebody_comes_for_them() {
    let rules = Rules::load(None).unwrap();
    let of = |contribution, roles: &[&str]| keys(&rules, &needs("", &[]), contribution, "2026-03-17", roles);
    assert_eq!(of(Some(0.7), &[]), ["fees_growing"]);
    assert_eq!(of(Some(0.7), &["loan"]), ["linkage_growing", "fees_growing"]);
    assert_eq!(of(Some(0.69), &["loan"]), ["linkage_start"]);
    assert_eq!(of(Some(1.2), &["loan"]), ["linkage_core", "fees_growing"]);
    // Of what is not known there is no tier.
    assert_eq!(of(None, &["loan"]), Vec::<String>::new());
}

#[test]
fn what_is_too_risky_or_not_sold_is_not_spoken_of() {
    let mut rules = Rules::load(None).unwrap();
    let on = date("2026-03-17");
    // Trusts are of level 4, and three is the most.
    assert!(presentable(&rules, "fund_plan", on) && !presentable(&rules, "trust", on));
    rules.products.products.get_mut("large_cd").unwrap().until = Some(date("2026-03-16"));
    assert!(!presentable(&rules, "large_cd", on));
    let wanted = needs("", &["product.large_cd"]);
    assert_eq!(keys(&rules, &wanted, None, "2026-03-17", &[]), Vec::<String>::new());
    assert_eq!(keys(&rules, &wanted, None, "2026-03-16", &[]), ["reserved_cd"]);
}
