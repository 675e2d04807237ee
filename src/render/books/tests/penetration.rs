//! 渗透差距, 产品覆盖.

use crate::engagement::report::thresholds;
use crate::render::books::tests::targets::ranking;
use crate::render::books::tests::*;
use crate::render::books::visit::rank::{RankContext, rank_book};
use crate::render::table::Tone;
use crate::rules::Rules;

#[test]
fn products_stand_beside_the_peers_and_the_furthest_behind_are_named() {
    let (rules, mut ranking) = (Rules::load(None).unwrap(), ranking());
    let shares = |list: &[(&str, f64)]| list.iter().map(|(key, share)| (key.to_string(), *share)).collect();
    let first = &mut ranking.ranked[0];
    first.penetration =
        shares(&[("mobile_bank", 0.6), ("fund_plan", 0.02), ("wealth", 0.1), ("fund", 0.0), ("insurance", 0.2)]);
    // Nobody else's lists have 保险; 基金定投 is held by as many, as it is shown.
    first.peer_penetration = shares(&[("mobile_bank", 0.72), ("fund_plan", 0.0203), ("wealth", 0.05), ("fund", 0.005)]);
    // Behind with four: only three are named.
    ranking.ranked[1].penetration = shares(&[("mobile_bank", 0.1), ("wealth", 0.1), ("fund", 0.1), ("metal", 0.1)]);
    ranking.ranked[1].peer_penetration =
        shares(&[("mobile_bank", 0.5), ("wealth", 0.3), ("fund", 0.4), ("metal", 0.2)]);
    let products = rules.products.catalogue();
    let context = RankContext {
        thresholds: &thresholds::of(&rules),
        products: &products,
        data_date: None,
        staff: &BTreeMap::new(),
        contacts: &BTreeMap::new(),
    };
    check(|words| rank_book(&ranking, &context, words));
    let book = rank_book(&ranking, &context, &words());
    let gaps = table(&book, "渗透差距");
    let first =
        ["mobile_bank", "fund_plan", "wealth", "fund", "insurance", "metal"].map(|key| column(gaps, key)[0].clone());
    assert_eq!(first, ["-12.00", "-0.03", "5.00", "-0.50", "—", "—"]);
    let named = [
        "手机银行低12.0个百分点\n基金低0.5个百分点",
        "手机银行低40.0个百分点\n基金低30.0个百分点\n理财低20.0个百分点",
        "",
    ];
    assert_eq!(column(gaps, "lags"), named);
    let tone = |row: usize, key: &str| gaps.rows[row].tone_of(gaps.at(key).unwrap());
    assert_eq!(
        [tone(0, "mobile_bank"), tone(0, "fund_plan"), tone(0, "wealth")],
        [Tone::Warn, Tone::Normal, Tone::Normal]
    );
    assert_eq!((tone(1, "wealth"), tone(1, "metal")), (Tone::Warn, Tone::Normal));
    // 60 of 100 have one product, where the peers have 40 of 100; of the others there are no peers.
    let held = table(&book, "产品覆盖");
    let of = |key: &str| column(held, key)[..2].to_vec();
    assert_eq!(
        [of("coverage_1"), of("coverage_own_1"), of("coverage_peer_1"), of("coverage_peer_5")],
        [["60", "60"], ["60.0%", "60.0%"], ["40.0%", "—"], ["0.0%", "—"]]
    );
}
