use crate::engagement::fixtures::visit;
use crate::engagement::visit::pack::goals::*;
use crate::engagement::visit::pack::views::ItemView;
use crate::model::{Points, StaffId};

fn rules() -> Rules {
    Rules::load(None).unwrap()
}

/// Needs of an office: product, own share and that of the peers.
fn lacking(products: &[(&str, f64, Option<f64>)]) -> Needs {
    let need = |(product, own, peer): &(&str, f64, Option<f64>)| Need {
        key: format!("product.{product}"),
        own: Some(*own),
        peer: *peer,
        points: Points(10_000),
        reason: Reason::new("need_product"),
    };
    Needs { kind: "office".into(), list: products.iter().map(need).collect(), agreement: None }
}

fn of<'g>(goals: &'g [Goal], key: &str, product: Option<&str>) -> &'g Goal {
    goals.iter().find(|g| g.key == key && g.product.as_deref() == product).unwrap()
}

#[test]
fn goals_follow_from_guests_gaps_and_uplift() {
    let visit = visit(1, 1, "2026-03-17", &[]);
    let needs = lacking(&[("pension", 0.02, Some(0.30)), ("fund_plan", 0.10, Some(0.11)), ("wealth", 0.05, None)]);
    let goals = goals(&rules(), &needs, &visit, 260, Some(Fen::yuan(1_000_000)));
    let people = |key, product| of(&goals, key, product).people;
    // 78 guests: 62.4, 15.6 and 3.9 of them.
    assert_eq!(people("guests", None), Some(78));
    assert_eq!(people("questionnaires", None), Some(62));
    assert_eq!(people("interested", None), Some(16));
    assert_eq!(people("potential_vip", None), Some(4));
    // 28 % of 78 are 21.84, and 60 % of those 13.1; 1 % of 78 and 60 % of that are less than one.
    assert_eq!(people("product", Some("pension")), Some(13));
    assert_eq!(people("product", Some("fund_plan")), None);
    assert_eq!(of(&goals, "product", Some("fund_plan")).reason.rule, "goal_below_one");
    // Nobody to compare with: not known, and not nought.
    assert_eq!(people("product", Some("wealth")), None);
    assert_eq!(of(&goals, "product", Some("wealth")).reason.rule, "goal_no_peers");
    // 1,000,000 × 78 ÷ 260 = 300,000, of which 10 %.
    assert_eq!(of(&goals, "aum", None).money_fen, Some(Fen::yuan(30_000)));
}

#[test]
fn what_is_unknown_has_no_goal() {
    let (rules, mut visit) = (rules(), visit(1, 1, "2026-03-17", &[]));
    let aum = |uplift, heads| {
        let goals = goals(&rules, &Needs::default(), &visit, heads, uplift);
        let goal = of(&goals, "aum", None);
        (goal.money_fen, goal.reason.rule.to_string())
    };
    assert_eq!(aum(None, 260), (None, "goal_no_peers".to_string()));
    assert_eq!(aum(Some(Fen::ZERO), 260), (None, "goal_no_uplift".to_string()));
    assert_eq!(aum(Some(Fen::yuan(100)), 0), (None, "goal_no_peers".to_string()));
    visit.attendance = 0;
    let none = goals(&rules, &Needs::default(), &visit, 0, None);
    assert_eq!((none.len(), none[0].people, &*none[0].reason.rule), (1, None, "goal_no_guests"));
}

#[test]
fn what_is_not_for_everybody_has_no_goal() {
    let visit = visit(1, 1, "2026-03-17", &[]);
    let goals = goals(&rules(), &lacking(&[("trust", 0.0, Some(0.5))]), &visit, 260, None);
    assert!(goals.iter().all(|g| g.product.is_none()));
}

fn member(id: i64, role: &str) -> MemberView {
    MemberView {
        staff_id: StaffId(id),
        name: "林一".into(),
        outlet: String::new(),
        role: role.into(),
        arrive: "09:00".into(),
        carry: Vec::new(),
    }
}

fn goods() -> Vec<ChecklistView> {
    let item = |item: &str, quantity| ItemView {
        item: item.into(),
        quantity: Some(quantity),
        per_session: None,
        role: "lead".into(),
        owner: "林一".into(),
    };
    // The room has no price.
    let items = vec![item("questionnaire", 94), item("gift", 86), item("room", 1)];
    vec![ChecklistView { group: "materials".into(), items }]
}

#[test]
fn hours_goods_and_offers_make_the_cost() {
    let (mut rules, mut visit) = (rules(), visit(1, 1, "2026-03-17", &[]));
    let team = [member(1, "lead"), member(2, "basic"), member(3, "basic")];
    let offer = OfferView {
        key: "card_bind".into(),
        kind: "merchant",
        text: None,
        product: None,
        until: None,
        unit_fen: Some(Fen::yuan(2)),
    };
    let one = cost(&rules, &visit, &team, &goods(), std::slice::from_ref(&offer), Some(16));
    // They come 60, 45 and 45 minutes before, stay for 120 and 30 after: 150 + 3 × 150 = 600 minutes, 60 yuan an hour.
    assert_eq!(one.hours, Some(10.0));
    let lines: Vec<(&str, Fen)> = one.lines.iter().map(|l| (l.key, l.fen)).collect();
    // 94 × 0.3; 86 × 15; 16 × 2.
    assert_eq!(
        lines,
        [("hours", Fen::yuan(600)), ("material", Fen(2_820)), ("gift", Fen::yuan(1_290)), ("offer", Fen::yuan(32))]
    );
    assert_eq!(one.total_fen, Some(Fen(195_020)));

    // Two sessions of 120 minutes with 120 between them: 150 + 3 × (360 + 30) = 1,320 minutes.
    visit.sessions = 2;
    assert_eq!(cost(&rules, &visit, &team, &[], &[], None).total_fen, Some(Fen::yuan(1_320)));
    // No gift costs more than the cap.
    rules.goals.cost.gift_most_yuan = 10;
    let capped = cost(&rules, &visit, &team, &goods(), &[], None);
    assert_eq!(capped.lines.iter().find(|l| l.key == "gift").map(|l| l.fen), Some(Fen::yuan(860)));
}

#[test]
fn a_cost_without_a_team_is_not_added_up() {
    let visit = visit(1, 1, "2026-03-17", &[]);
    let cost = cost(&rules(), &visit, &[], &goods(), &[], None);
    assert_eq!((cost.hours, cost.total_fen, cost.lines.len()), (None, None, 2));
}
