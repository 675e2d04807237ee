//! Needs worked out by hand.

use super::*;
use crate::engagement::fixtures::{date, profile};
use crate::engagement::visit::pack::needs::*;
use crate::engagement::visit::ranking;

fn rules() -> Rules {
    Rules::load(None).unwrap()
}

/// An employer of 100 with holders of each product named, beside another of its industry.
fn two(own: &[(&str, i64)], other: &[(&str, i64)]) -> (EmployerProfile, Vec<EmployerProfile>) {
    let with = |id: i64, holders: &[(&str, i64)]| EmployerProfile {
        employer_id: EmployerId(id),
        holders: holders.iter().map(|(key, n)| (key.to_string(), *n)).collect(),
        coverage: [0, 100, 0, 0, 0, 0],
        executives: 0,
        affluent_heads: 0,
        ..profile(100)
    };
    (with(1, own), vec![with(1, own), with(2, other)])
}

fn found(rules: &Rules, profiles: &[EmployerProfile], outflow: &[(&str, i64)]) -> Needs {
    let today = date("2026-03-02");
    let beside = ranking::beside_peers(&rules.ranking, &rules.staffing, profiles, &[], &[], today);
    let outflow = outflow.iter().map(|(key, yuan)| (SharedText::from(*key), Fen::yuan(*yuan))).collect();
    let profile = &profiles[0];
    needs(rules, &Known { profile, beside: &beside[&profile.employer_id], outflow: &outflow }).on(today)
}

fn shown(needs: &Needs) -> Vec<(&str, i64)> {
    needs.list.iter().map(|n| (n.key.as_str(), n.points.0)).collect()
}

#[test]
fn a_gap_counts_by_how_far_it_is_from_the_peers_and_how_sticky_the_product_is() {
    let rules = rules();
    let (_, profiles) = two(
        &[("mobile_bank", 20), ("wealth", 10), ("online_bank", 40)],
        &[("mobile_bank", 80), ("wealth", 40), ("online_bank", 40)],
    );
    // mobile_bank: stickiness 1, (80 − 20) ÷ 80 = 0.75, 40 × 0.75 = 30.
    // wealth: stickiness 10, nine places × 4 % = 0.64, (40 − 10) ÷ 40 = 0.75: 40 × 0.75 × 0.64 = 19.2.
    // As many hold online_bank as at the peers: no need.
    assert_eq!(shown(&found(&rules, &profiles, &[])), [("product.mobile_bank", 30_000), ("product.wealth", 19_200)]);
}

#[test]
fn loans_are_no_gap_and_rare_products_are_not_compared() {
    let rules = rules();
    // Nobody has a mortgage here and half the peers do; of metal the peers have 4 %, below 5.
    let (_, profiles) = two(&[("mortgage", 0), ("metal", 0)], &[("mortgage", 50), ("metal", 4)]);
    assert_eq!(found(&rules, &profiles, &[]).list, []);
}

#[test]
fn a_product_no_list_covers_is_no_need() {
    let (_, profiles) = two(&[], &[("mobile_bank", 80)]);
    assert_eq!(found(&rules(), &profiles, &[]).list, []);
}

#[test]
fn without_peers_what_few_hold_counts_half() {
    let rules = rules();
    let (own, _) = two(&[("mobile_bank", 20), ("wealth", 60)], &[]);
    let needs = found(&rules, &[own], &[]);
    // (50 − 20) ÷ 50 = 0.6 of half of 40; wealth is held by more than half.
    assert_eq!(shown(&needs), [("product.mobile_bank", 12_000)]);
    assert_eq!((needs.list[0].reason.rule.as_str(), needs.list[0].peer), ("need_product_alone", None));
}

#[test]
fn without_peers_rare_products_are_no_gap() {
    let rules = rules();
    // Nobody has any of them; most people anywhere have no trust, no metal and no large certificate.
    let (own, _) = two(&[("trust", 0), ("metal", 0), ("large_cd", 0), ("mobile_bank", 50)], &[]);
    assert_eq!(found(&rules, &[own], &[]).list, []);
}

#[test]
fn a_product_without_stickiness_is_not_compared() {
    let mut rules = rules();
    let (_, profiles) = two(&[("mobile_bank", 20)], &[("mobile_bank", 80)]);
    assert_eq!(shown(&found(&rules, &profiles, &[])), [("product.mobile_bank", 30_000)]);
    rules.products.products.get_mut("mobile_bank").unwrap().stickiness = None;
    // At no points a need would not be shown: a step of nothing gives each the whole.
    rules.needs.product.stickiness_step = 0;
    assert_eq!(found(&rules, &profiles, &[]).list, []);
}

#[test]
fn money_that_leaves_counts_by_its_share_of_all_that_flows_out() {
    let rules = rules();
    let (_, profiles) = two(&[], &[]);
    let outflow = [("other_bank_self", 60), ("consumption", 30), ("third_party_pay", 10)];
    // 60 of 100 leave for the own account elsewhere: 30 × 0.6 = 18; spending is no leak, 10 % are too few.
    assert_eq!(shown(&found(&rules, &profiles, &outflow)), [("outflow.other_bank_self", 18_000)]);
}

#[test]
fn who_they_are_counts_whole() {
    let rules = rules();
    let (_, mut profiles) = two(&[], &[]);
    profiles[0].executives = rules.staffing.president.executives;
    profiles[0].affluent_heads = 5;
    profiles[0].agreement_end = Some(date("2026-05-31"));
    // 90 days to the end of May: the last day that counts.
    let expected = [("affluent", 15_000), ("executives", 15_000), ("agreement_end", 10_000)];
    assert_eq!(shown(&found(&rules, &profiles, &[])), expected);
    profiles[0].agreement_end = Some(date("2026-06-01"));
    profiles[0].affluent_heads = 4;
    assert_eq!(shown(&found(&rules, &profiles, &[])), [("executives", 15_000)]);
}

#[test]
fn less_aum_and_more_people_with_the_card_alone_are_needs() {
    let rules = rules();
    let (_, mut profiles) = two(&[], &[]);
    profiles[0].aum_month_avg_fen = Some(Fen::yuan(10_000 * 100));
    profiles[1].aum_month_avg_fen = Some(Fen::yuan(40_000 * 100));
    profiles[1].coverage = [0, 50, 50, 0, 0, 0];
    // (40,000 − 10,000) ÷ 40,000 = 0.75 of 20; all against half: (1 − 0.5) ÷ (1 − 0.5) = all of 20.
    assert_eq!(shown(&found(&rules, &profiles, &[])), [("coverage", 20_000), ("aum_per_head", 15_000)]);
}
