use crate::engagement::visit::pack::needs::Need;
use crate::engagement::visit::pack::themes::*;
use crate::model::StaffId;
use crate::rules::Rules;

fn needs(kind: &str, list: &[(&str, i64)]) -> Needs {
    let need = |(key, points): &(&str, i64)| Need {
        key: key.to_string(),
        own: None,
        peer: None,
        points: Points(*points),
        reason: Reason::new("need_executives"),
    };
    Needs { kind: kind.into(), list: list.iter().map(need).collect(), agreement: None }
}

fn team(roles: &[&str]) -> Vec<MemberView> {
    let member = |role: &&str| MemberView {
        staff_id: StaffId(1),
        name: "林一".into(),
        outlet: String::new(),
        role: role.to_string(),
        arrive: "09:00".into(),
        carry: Vec::new(),
    };
    roles.iter().map(member).collect()
}

fn held(topic: &str, roles: &[&str]) -> Vec<(String, String)> {
    let rules = Rules::load(None).unwrap().themes;
    let salons = salons(&rules, &needs("office", &[]), topic, &team(roles));
    salons.into_iter().map(|s| (s.key, s.role)).collect()
}

#[test]
fn a_salon_is_held_by_its_specialist() {
    let pair = |key: &str, role: &str| (key.to_string(), role.to_string());
    assert!(held("none", &["lead", "basic"]).is_empty());
    assert_eq!(held("lecture", &["lead", "wealth"]), [pair("wealth", "wealth")]);
    assert_eq!(held("none", &["lead", "loan"]), [pair("loan", "loan")]);
    // The lead may speak of wealth, where that is the topic, and never of loans.
    assert_eq!(held("wealth", &["lead"]), [pair("wealth", "lead")]);
    assert!(held("loan", &["lead"]).is_empty());
}

#[test]
fn what_a_salon_speaks_of_is_for_the_kind() {
    let rules = Rules::load(None).unwrap().themes;
    let points = |kind: &str, list: &[(&str, i64)]| {
        salons(&rules, &needs(kind, list), "none", &team(&["wealth"])).remove(0).points
    };
    // What is needed most, then by their order.
    let office = points("office", &[("product.insurance", 9_000)]);
    assert_eq!(office, ["protection", "rates", "stock_market", "housing"]);
    assert_eq!(points("factory", &[]), ["rates", "family_shift", "idle_money", "protection"]);
}

#[test]
fn themes_are_for_the_groups_there_are() {
    let rules = Rules::load(None).unwrap().themes;
    let of = |needs: &Needs, roles: &[&str]| -> Vec<(String, Vec<String>)> {
        themes(&rules, needs, &|role| roles.contains(&role)).into_iter().map(|g| (g.group, g.themes)).collect()
    };
    let group = |key: &str, themes: [&str; 3]| (key.to_string(), themes.map(String::from).to_vec());
    assert_eq!(of(&needs("office", &[]), &[]), [group("office_worker", ["career", "work_life", "fitness"])]);
    // Few products a head call for the dormitory's bills; the others follow in their order.
    let factory = needs("factory", &[("coverage", 8_000)]);
    assert_eq!(of(&factory, &[]), [group("factory_worker", ["dormitory_life", "pay_card_use", "account_safety"])]);
    // Executives of a school: nothing of industry; loans only where somebody comes for them.
    let school = needs("school", &[("executives", 15_000)]);
    assert_eq!(of(&school, &[])[0], group("entrepreneur", ["tax_policy", "legal_risk", "outdoor"]));
    let office = needs("office", &[("executives", 15_000)]);
    assert_eq!(of(&office, &[])[0], group("entrepreneur", ["industry_policy", "tax_policy", "legal_risk"]));
    assert_eq!(of(&office, &["loan"])[0], group("entrepreneur", ["industry_policy", "tax_policy", "enterprise_loan"]));
}
