use crate::engagement::fixtures::{date, profile, visit};
use crate::engagement::visit::pack::brief::*;
use crate::engagement::visit::pack::offers::OfferView;
use crate::engagement::visit::pack::tests::sample;

#[test]
fn executives_have_a_track_with_a_host() {
    assert_eq!(sample(260, 2).brief.executives, None);
    let track = sample(260, 4).brief.executives.unwrap();
    assert_eq!((track.people, track.host.as_str(), track.arrive.as_deref()), (4, "冯六", Some("09:45")));
    assert_eq!(track.lines, [1, 2, 3, 4]);
    // No more lines than are printed.
    assert_eq!(sample(260, 9).brief.executives.unwrap().lines.len(), 6);
}

#[test]
fn a_large_employer_has_a_team_of_its_own() {
    let squad = sample(260, 2).brief.squad.unwrap();
    assert_eq!((squad.manager.as_str(), squad.adviser.as_str(), squad.retail.len()), ("林一", "郑四", 2));
    assert_eq!(sample(60, 0).brief.squad, None);
}

#[test]
fn the_quota_is_asked_for_the_goal() {
    let product = |product: &str| OfferView {
        key: format!("reserved_{product}"),
        kind: "reserved",
        text: None,
        product: Some(product.into()),
        until: None,
        unit_fen: None,
    };
    let offers = Offers { contribution: None, tier: None, list: vec![product("wealth"), product("large_cd")] };
    let goal = Goal {
        key: "product",
        product: Some("wealth".into()),
        people: Some(13),
        money_fen: None,
        reason: Reason::new("goal_product"),
    };
    let quota = |product: &str, people| Quota { product: product.into(), people };
    assert_eq!(quotas(&offers, &[goal]), [quota("wealth", Some(13)), quota("large_cd", None)]);
}

#[test]
fn a_visit_soon_after_another_is_its_second_half() {
    let (rules, needs) = (Rules::load(None).unwrap(), Needs::default());
    let told = |on: Option<&str>| {
        let (visit, profile) = (visit(1, 1, "2026-03-17", &[]), profile(260));
        let profile = EmployerProfile { last_visit: on.map(date), ..profile };
        last(&Made {
            rules: &rules,
            visit: &visit,
            profile: &profile,
            beside: None,
            needs: &needs,
            rm: "林一",
            salon: "none",
            per_session: 78,
            executive_track: false,
            team: &[],
            checklist: &[],
        })
    };
    // Eight days of February after the 20th, and seventeen of March.
    let soon = told(Some("2026-02-20")).unwrap();
    assert_eq!((soon.days, soon.second, soon.verdict), (25, true, None));
    assert!(!told(Some("2026-01-20")).unwrap().second);
    assert_eq!(told(None), None);
}
