//! Scores, peers and reasons, worked out by hand.

use super::criteria::low_retention;
use super::*;
use crate::engagement::fixtures::{date, profile};
use crate::model::Param;
use crate::model::status::RetentionBasis;
use crate::rules::Rules;

fn employer(id: i64, industry: &str, heads: i64, aum_per_head: i64, pay: i64) -> EmployerProfile {
    EmployerProfile {
        employer_id: EmployerId(id),
        industry: Some(industry.into()),
        aum_fen: Some(Fen::yuan(aum_per_head * heads)),
        aum_month_avg_fen: None,
        payroll_month_avg_fen: Fen::yuan(pay * heads),
        coverage: [0, heads, 0, 0, 0, 0],
        products_total: heads,
        ..profile(heads)
    }
}

/// Three employers of 100: 10,000 / 40,000 / 70,000 yuan a head, each paying 10,000 a month.
fn three() -> Vec<EmployerProfile> {
    vec![
        employer(1, "A", 100, 10_000, 10_000),
        employer(2, "A", 100, 40_000, 10_000),
        employer(3, "A", 100, 70_000, 10_000),
    ]
}

fn rank_of(profiles: &[EmployerProfile]) -> Ranking {
    ranking_by(&Rules::load(None).unwrap(), profiles)
}

fn ranking_by(rules: &Rules, profiles: &[EmployerProfile]) -> Ranking {
    rank(&rules.ranking, &rules.staffing, profiles, &[], &BTreeMap::new(), &[], date("2026-03-02"))
}

#[test]
fn the_points_of_the_reasons_are_worked_out_by_hand() {
    let ranking = rank_of(&three());
    let first = &ranking.ranked[0];
    assert_eq!(first.employer_id, EmployerId(1));
    // Share of AUM 1/12, of payroll 1/3: coefficient 0.25; (0.7 − 0.25) / 0.7 × 30 = 19.286 points.
    assert_eq!(first.contribution, Some(0.25));
    assert_eq!(first.reasons[0].points, Points(19_286));
    // The two others have 55,000 a head whichever the shrinkage; (55,000 − 10,000) / 55,000 × 30 = 24.545 points.
    assert_eq!(first.peer_per_head_fen, Some(Fen::yuan(55_000)));
    assert_eq!(first.reasons[1].points, Points(24_545));
    // 75th percentile of 1, 4, 7 is 5.5; (55,000 − 10,000) × 100.
    assert_eq!(first.uplift_fen, Fen::yuan(4_500_000));
    assert_eq!((first.uplift_percentile, first.uplift_per_head_fen), (0.75, Some(Fen::yuan(55_000))));
    // All have one product: index 62, as the others have.
    assert_eq!((first.loss_index, first.peer_loss_index), (Some(62.0), Some(62.0)));
    // 30 visitors take three people for 2 + 1.5 hours; 4,500,000 ÷ 10.5 are more than 300,000: all 20 points.
    assert_eq!((first.staff_hours, first.gain_per_hour_fen), (10.5, Some(Fen(42_857_143))));
    assert_eq!((first.reasons[2].rule.as_str(), first.reasons[2].points), ("gain_per_staff_hour", Points(20_000)));
    // All hold one product, as the others do: nothing is said of it.
    assert_eq!(first.reasons.len(), 3);
    assert_eq!(first.score, Points(63_831));
    // Of the five criteria retention is not known: no points, and less confidence.
    assert_eq!(first.confidence, 0.8);
    assert!(first.target && !ranking.ranked[1].target && !ranking.ranked[2].target);
}

/// Two schools with 10,000 yuan a head beside one with 100,000: their 75th percentile is 55,000, 45,000 more a head.
#[test]
fn a_small_gain_for_five_guests_does_not_stand_before_a_large_one() {
    let profiles = vec![
        employer(1, "学校", 20, 10_000, 10_000),
        employer(2, "学校", 206, 10_000, 10_000),
        employer(3, "学校", 100, 100_000, 10_000),
    ];
    let mut rules = Rules::load(None).unwrap();
    // The means of their peers differ a little: let them be alike in all but the size of the gain.
    rules.ranking.per_head.points = 0;
    let order = |rules: &Rules| ranking_by(rules, &profiles).ranked;
    let found = order(&rules);
    assert_eq!(found[0].employer_id, EmployerId(2));
    // 52 visitors, five people, 17.5 hours: 529,714 yuan by the hour.
    assert_eq!((found[0].uplift_fen, found[0].staff_hours), (Fen::yuan(9_270_000), 17.5));
    // Five visitors, three people, 10.5 hours: 85,714 yuan by the hour, 85,714 ÷ 300,000 × 20 = 5.714 points.
    assert_eq!((found[1].uplift_fen, found[1].staff_hours), (Fen::yuan(900_000), 10.5));
    assert_eq!(found[0].score.0 - found[1].score.0, 20_000 - 5_714);
    assert!(found[0].target && found[1].target);
    // Without the criterion they are equal, and the number decides.
    rules.ranking.staff_hours.points = 0;
    assert_eq!(order(&rules)[0].employer_id, EmployerId(1));
}

#[test]
fn the_points_of_all_criteria_add_up_to_a_hundred() {
    let rules = Rules::load(None).unwrap().ranking;
    let points = [rules.contribution.points, rules.per_head.points, rules.coverage.points, rules.retention.points];
    assert_eq!(points.iter().sum::<i64>() + rules.staff_hours.points, 100);
}

#[test]
fn a_small_industry_borrows_strength_from_all() {
    let mut profiles = three();
    profiles.push(employer(4, "B", 100, 10_000, 10_000));
    // Nobody else is in industry B: the three others have 40,000.
    assert_eq!(ranked(&profiles, 4).peer_per_head_fen, Some(Fen::yuan(40_000)));
    assert!(ranked(&profiles, 4).target);
    profiles.push(employer(5, "B", 100, 30_000, 10_000));
    // One other in B has 30,000; all four others 37,500: (1·30,000 + 5·37,500) ÷ 6 = 36,250.
    assert_eq!(ranked(&profiles, 4).peer_per_head_fen, Some(Fen::yuan(36_250)));
}

fn ranked(profiles: &[EmployerProfile], id: i64) -> Ranked {
    rank_of(profiles).ranked.into_iter().find(|r| r.employer_id == EmployerId(id)).unwrap()
}

#[test]
fn an_employer_with_most_heads_of_its_industry_is_not_compared_with_itself() {
    // 640 of 1,000 heads of the industry, 10,000 a head; the others 40,000. With itself the mean was 20,800.
    let large = employer(1, "A", 640, 10_000, 10_000);
    let profiles = vec![large, employer(2, "A", 200, 40_000, 10_000), employer(3, "A", 160, 40_000, 10_000)];
    let first = ranked(&profiles, 1);
    assert_eq!(first.peer_per_head_fen, Some(Fen::yuan(40_000)));
    let reason = first.reasons.iter().find(|r| r.rule == "low_per_head").unwrap();
    assert_eq!(reason.points, Points(22_500));
    assert!(reason.params.contains(&("gap".into(), Param::Share { share: 0.75 })));
    // The only employer of a branch has nobody to be compared with.
    assert_eq!(ranked(&profiles[..1], 1).peer_per_head_fen, None);
}

#[test]
fn what_reads_the_same_is_not_said_to_be_lower() {
    // Two employers with equal wages; the first has share s of all AUM: coefficient 2s.
    let with = |aum: i64| {
        let mut profiles = vec![employer(1, "A", 100, 10_000, 10_000), employer(2, "A", 100, 10_000, 10_000)];
        profiles[0].aum_fen = Some(Fen(aum));
        profiles[1].aum_fen = Some(Fen(200_000_000 - aum));
        ranked(&profiles, 1)
    };
    let says = |r: &Ranked, rule: &str| r.reasons.iter().any(|x| x.rule == rule);
    // 0.6999 and 0.6951 are shown as 0.70, 0.6949 as 0.69.
    for (aum, lower) in [(69_990_000, false), (69_510_000, false), (69_490_000, true)] {
        let first = with(aum);
        assert_eq!((says(&first, "low_contribution"), first.target), (lower, lower), "{aum}");
        assert!(says(&first, "low_per_head"));
    }
    // 0.2 % less a head is 0.06 points of 30, 1,500 yuan in 10.5 hours 0.01 of 20: less than is shown, and not said.
    let near = with(99_900_000);
    assert_eq!((near.reasons.len(), near.score), (0, Points(0)));
    let rate = |rate: f64| low_retention(&Rules::load(None).unwrap().ranking, Some(rate)).is_some();
    assert_eq!([0.4996, 0.4994, 0.4900].map(rate), [false, false, true]);
}

#[test]
fn few_products_are_fewer_than_others_have() {
    let mut profiles = three();
    let hold = |p: &mut EmployerProfile, coverage: [i64; 6], total: i64| {
        (p.coverage, p.products_total) = (coverage, total);
    };
    hold(&mut profiles[0], [0, 50, 50, 0, 0, 0], 150);
    hold(&mut profiles[1], [0, 0, 0, 0, 0, 100], 585);
    hold(&mut profiles[2], [0, 0, 0, 100, 0, 0], 300);
    let of = |id: i64| ranked(&profiles, id).reasons.into_iter().find(|r| r.rule == "few_products");
    // (62 + 52) ÷ 2 ÷ 100 × 10 = 5.7 points; the others hold 885 ÷ 200 = 4.43 each.
    let first = of(1).unwrap();
    assert_eq!(first.points, Points(5_700));
    let shown: Vec<&str> = first.params.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(shown, ["per_head", "peer", "single"]);
    assert!(first.params.contains(&("peer".into(), Param::Ratio(4.425))));
    assert!(of(2).is_none(), "5.85 are not few");
    // Its own index is 57; the two others have (12 + 42) ÷ 2 = 27.
    assert_eq!((ranked(&profiles, 1).loss_index, ranked(&profiles, 1).peer_loss_index), (Some(57.0), Some(27.0)));
    // 3 against (150 + 585) ÷ 200 = 3.675: index 42 × 10 = 4.2 points.
    assert_eq!(of(3).map(|r| r.points), Some(Points(4_200)));
}

proptest::proptest! {
    #[test]
    fn every_reason_has_points_and_they_add_up_to_the_score(
        drawn in proptest::collection::vec((20i64..900, 0i64..90_000, 1i64..30_000, 0i64..6), 1..8),
    ) {
        let profiles: Vec<EmployerProfile> = drawn
            .iter()
            .enumerate()
            .map(|(i, (heads, aum, pay, products))| {
                let mut p = employer(i as i64 + 1, ["A", "B"][i % 2], *heads, *aum, *pay);
                p.coverage = [0; 6];
                p.coverage[*products as usize] = *heads;
                p.products_total = heads * products;
                p
            })
            .collect();
        for r in rank_of(&profiles).ranked {
            let points: Vec<Points> = r.reasons.iter().map(|x| x.points).collect();
            proptest::prop_assert_eq!(points.iter().copied().sum::<Points>(), r.score);
            proptest::prop_assert!(points.iter().all(|p| *p >= Points::LEAST_SHOWN));
            let shown = Points::shown_parts(&points);
            proptest::prop_assert_eq!(shown.iter().sum::<i64>(), r.score.tenths());
            proptest::prop_assert!(shown.iter().all(|t| *t > 0));
        }
    }
}

#[test]
fn who_is_left_out_is_told_why() {
    let mut profiles = three();
    profiles[0].nature = Some("劳务派遣".into());
    profiles[1].last_visit = Some(date("2026-01-20"));
    profiles[2].effective_heads = 19;
    let ranking = rank_of(&profiles);
    let why: Vec<_> = ranking.left_out.iter().map(|l| (l.reasons[0].rule.as_str(), l.earliest)).collect();
    assert_eq!(
        why,
        [("left_out_dispatch", None), ("visited_recently", Some(date("2026-04-20"))), ("too_few_heads", None)]
    );
}

#[test]
fn who_was_struck_off_is_ranked_again_after_the_days_of_the_rules() {
    let said = |rm: &str, approval: Option<&str>| {
        let opinion = Opinion {
            rm_opinion: Some(rm.into()),
            approval: approval.map(str::to_string),
            said_on: Some(date("2026-03-02")),
            ..Opinion::default()
        };
        BTreeMap::from([(EmployerId(1), opinion)])
    };
    let on = |opinions: &BTreeMap<EmployerId, Opinion>, today: &str| {
        let rules = Rules::load(None).unwrap();
        let ranking = rank(&rules.ranking, &rules.staffing, &three(), &[], opinions, &[], date(today));
        ranking.left_out.into_iter().map(|l| (l.reasons[0].rule.to_string(), l.earliest)).next()
    };
    // The 180th day after the 2nd of March is the 29th of August.
    for (opinions, rule) in [(said("strike", None), "struck_off"), (said("confirm", Some("no")), "not_approved")] {
        let left_out = Some((rule.to_string(), Some(date("2026-08-29"))));
        assert_eq!(on(&opinions, "2026-08-28"), left_out);
        assert_eq!(on(&opinions, "2026-08-29"), None);
        assert_eq!(on(&opinions, "2026-08-30"), None);
    }
    // Not approved is the striking off: the employer stays.
    assert_eq!(on(&said("strike", Some("no")), "2026-03-03"), None);
}

#[test]
fn the_trend_of_retention_is_told_and_an_unknown_rate_is_none() {
    let payday = |id: i64, slot: i64, rate: Option<f64>| EmployerRetention {
        employer_id: EmployerId(id),
        slot,
        payday: date(if slot == 1 { "2026-02-10" } else { "2026-01-09" }),
        window_end: date("2026-02-17"),
        before_as_of: None,
        after_as_of: None,
        basis: if rate.is_some() { RetentionBasis::Balances } else { RetentionBasis::Unknown },
        approximate: false,
        people: 100,
        payroll: Fen::yuan(1_000_000),
        retained: Fen::ZERO,
        rate,
    };
    let retention = [payday(1, 1, Some(0.25)), payday(1, 2, Some(0.5)), payday(2, 1, Some(0.25)), payday(2, 2, None)];
    let rules = Rules::load(None).unwrap();
    let (none, today) = (BTreeMap::new(), date("2026-03-02"));
    let ranking = rank(&rules.ranking, &rules.staffing, &three(), &retention, &none, &[], today);
    let of = |id: i64| ranking.ranked.iter().find(|r| r.employer_id == EmployerId(id)).unwrap();
    // 25 % after 50 %: down by 25 points. The second's rate before is not known, the third's never was.
    assert_eq!(of(1).retention_trend.map(|t| (t.before, t.change)), Some((0.5, -0.25)));
    assert_eq!((of(2).retention, of(2).retention_trend), (Some(0.25), None));
    assert_eq!((of(3).retention, of(3).retention_trend), (None, None));
}

#[test]
fn products_are_told_beside_the_peers_and_the_furthest_behind_first() {
    let mut profiles = three();
    let holders = |list: &[(&str, i64)]| list.iter().map(|(key, n)| (key.to_string(), *n)).collect();
    profiles[0].holders = holders(&[("mobile_bank", 20), ("wealth", 9), ("pension", 1), ("fund", 3)]);
    profiles[1].holders = holders(&[("mobile_bank", 60), ("wealth", 5), ("fund", 10)]);
    profiles[2].holders = holders(&[("mobile_bank", 40), ("wealth", 5)]);
    profiles[0].coverage = [0, 60, 40, 0, 0, 0];
    profiles[1].coverage = [0, 20, 30, 50, 0, 0];
    profiles[2].coverage = [0, 40, 50, 10, 0, 0];
    let first = ranked(&profiles, 1);
    // Shares to a thousandth, as sums of floating point are not exact.
    let told = |share: Option<f64>| share.map(|share| (share * 1000.0).round() as i64);
    let gaps: Vec<(String, Option<i64>, Option<i64>)> =
        first.product_gaps().into_iter().map(|g| (g.product, told(g.peer), told(g.gap))).collect();
    // 20 % against 100 of 200; 3 % against 10 of 100, the third has no such column; 9 % against 10 of 200.
    let expected = [
        ("mobile_bank", Some(500), Some(-300)),
        ("fund", Some(100), Some(-70)),
        ("wealth", Some(50), Some(40)),
        ("pension", None, None),
    ];
    assert_eq!(gaps, expected.map(|(product, peer, gap)| (product.to_string(), peer, gap)));
    // 60 of 200 have one product, 80 two, 60 three.
    let held: Vec<(i64, Option<i64>, Option<i64>)> =
        first.coverage_gaps().into_iter().map(|c| (c.heads, told(c.own), told(c.peer))).collect();
    assert_eq!(held[1..4], [(60, Some(600), Some(300)), (40, Some(400), Some(400)), (0, Some(0), Some(300))]);
    // The only employer has nobody beside it.
    let alone = ranked(&profiles[..1], 1);
    assert!(alone.product_gaps().iter().all(|g| g.peer.is_none() && g.gap.is_none()));
    assert!(alone.coverage_gaps().iter().all(|c| c.own.is_some() && c.peer.is_none() && c.gap.is_none()));
}
