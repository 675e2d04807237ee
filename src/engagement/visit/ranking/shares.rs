//! Shares of an employer's people beside those of its peers' people: who holds a product, and who holds how many.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engagement::visit::ranking::peers::{drawn, is_peer};
use crate::facts::EmployerProfile;
use crate::rules::visit::ranking::RankingRules;

/// Holders of a product beside those of the peers; all are shares 0–1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductGap {
    /// Key of the product.
    pub product: String,
    pub own: f64,
    /// `None`: no other employer's lists cover the product.
    pub peer: Option<f64>,
    /// Own less that of the peers: below nought the employer lags behind.
    pub gap: Option<f64>,
}

/// People with so many products beside those of the peers; shares 0–1 but for the heads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageGap {
    /// 0 to 5; 5 stands for five or more.
    pub products: usize,
    pub heads: i64,
    /// `None`: nobody is on record.
    pub own: Option<f64>,
    /// `None`: nobody to be compared with.
    pub peer: Option<f64>,
    /// Own less that of the peers.
    pub gap: Option<f64>,
}

/// What a share of people is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What<'a> {
    /// Those who hold the product with this key.
    Holders(&'a str),
    /// Those who hold so many products.
    Products(usize),
}

/// People of several employers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct People {
    employers: i64,
    /// All of them.
    heads: i64,
    /// Those of whom it is so.
    of_them: i64,
}

impl People {
    fn add(&mut self, more: People) {
        self.employers += more.employers;
        self.heads += more.heads;
        self.of_them += more.of_them;
    }

    fn without(self, less: People) -> People {
        People {
            employers: self.employers - less.employers,
            heads: self.heads - less.heads,
            of_them: self.of_them - less.of_them,
        }
    }

    fn share(self) -> Option<f64> {
        (self.heads > 0).then(|| self.of_them as f64 / self.heads as f64)
    }
}

/// Sums over all employers others are compared with; what is left without an employer's own people are its peers', so
/// that a thousand employers with twenty products need no million of sums each.
pub(super) struct Shares<'a> {
    rules: &'a RankingRules,
    all: BTreeMap<What<'a>, People>,
    by_industry: BTreeMap<(&'a str, What<'a>), People>,
}

/// What is known of an employer's people: a product its lists do not cover is not among it.
fn known(profile: &EmployerProfile) -> impl Iterator<Item = (What<'_>, People)> {
    let people = |heads: i64, of_them: i64| People { employers: 1, heads, of_them };
    let held: i64 = profile.coverage.iter().sum();
    let holders = profile.holders.iter().map(move |(key, n)| (What::Holders(key), people(profile.headcount, *n)));
    holders.chain((0..).zip(profile.coverage).map(move |(n, heads)| (What::Products(n), people(held, heads))))
}

impl<'a> Shares<'a> {
    pub fn new(rules: &'a RankingRules, profiles: &'a [EmployerProfile]) -> Shares<'a> {
        let (mut all, mut by_industry) = (BTreeMap::<_, People>::new(), BTreeMap::<_, People>::new());
        for profile in profiles.iter().filter(|p| is_peer(rules, p)) {
            for (what, people) in known(profile) {
                all.entry(what).or_default().add(people);
                if let Some(industry) = &profile.industry {
                    by_industry.entry((industry.as_str(), what)).or_default().add(people);
                }
            }
        }
        Shares { rules, all, by_industry }
    }

    /// Shares of holders among the peers by product key, of the products the employer's own lists cover too.
    pub fn penetration(&self, profile: &'a EmployerProfile) -> BTreeMap<String, f64> {
        let shares = known(profile).filter_map(|(what, own)| match what {
            What::Holders(key) => Some((key.to_string(), self.of_others(profile, what, own)?)),
            What::Products(_) => None,
        });
        shares.collect()
    }

    /// Shares of the peers' people with 0, 1, 2, 3, 4 and 5 or more products; `None`: there are no peers.
    pub fn coverage(&self, profile: &'a EmployerProfile) -> Option<[f64; 6]> {
        let mut shares = [0.0; 6];
        for (what, own) in known(profile) {
            if let What::Products(n) = what {
                shares[n] = self.of_others(profile, what, own)?;
            }
        }
        Some(shares)
    }

    fn of_others(&self, profile: &'a EmployerProfile, what: What<'a>, own: People) -> Option<f64> {
        let own = if is_peer(self.rules, profile) { own } else { People::default() };
        let others = |people: Option<&People>| people.copied().unwrap_or_default().without(own);
        let industry = profile.industry.as_deref();
        let same = industry.map_or(People::default(), |name| others(self.by_industry.get(&(name, what))));
        let all = others(self.all.get(&what)).share()?;
        Some(drawn(self.rules.per_head.shrinkage_k, same.employers as f64, same.share(), all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::profile;
    use crate::model::EmployerId;
    use crate::rules::Rules;

    /// An employer of `heads` people, of whom `n` hold 手机银行 where its lists cover it.
    fn employer(id: i64, industry: Option<&str>, heads: i64, mobile: Option<i64>) -> EmployerProfile {
        let holders = mobile.map(|n| ("mobile_bank".to_string(), n)).into_iter();
        EmployerProfile {
            employer_id: EmployerId(id),
            industry: industry.map(str::to_string),
            holders: holders.chain([("pay_card".to_string(), heads)]).collect(),
            coverage: [0, heads / 2, 0, heads / 2, 0, 0],
            ..profile(heads)
        }
    }

    /// Three of industry A and one of B.
    fn four() -> Vec<EmployerProfile> {
        vec![
            employer(1, Some("A"), 100, Some(20)),
            employer(2, Some("A"), 100, Some(50)),
            employer(3, Some("A"), 300, Some(240)),
            employer(4, Some("B"), 100, Some(10)),
        ]
    }

    /// Of the employer at this place.
    fn mobile(profiles: &[EmployerProfile], at: usize) -> Option<f64> {
        let rules = Rules::load(None).unwrap().ranking;
        Shares::new(&rules, profiles).penetration(&profiles[at]).get("mobile_bank").copied()
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-12)
    }

    #[test]
    fn holders_among_the_peers_are_counted_without_the_employer_and_shrunk() {
        // The two others of A: 290 ÷ 400 = 0.725; all three: 300 ÷ 500 = 0.6; (2 × 0.725 + 5 × 0.6) ÷ 7 = 4.45 ÷ 7.
        assert!(near(mobile(&four(), 0), 4.45 / 7.0), "{:?}", mobile(&four(), 0));
        // Nobody else is in B: all others, 310 ÷ 500.
        assert!(near(mobile(&four(), 3), 0.62), "{:?}", mobile(&four(), 3));
        // Without an industry as well.
        let mut profiles = four();
        profiles[0].industry = None;
        assert!(near(mobile(&profiles, 0), 0.6));
        // The only one has no peers.
        profiles.truncate(1);
        let alone = &profiles[..];
        let rules = Rules::load(None).unwrap().ranking;
        let coverage = Shares::new(&rules, alone).coverage(&alone[0]);
        assert_eq!((mobile(alone, 0), coverage), (None, None));
    }

    #[test]
    fn a_product_without_data_says_nothing_on_either_side() {
        let mut profiles = four();
        // The lists of the largest have no such column: it is nobody's peer in it. (1 × 0.5 + 5 × 60 ÷ 200) ÷ 6.
        profiles[2].holders.remove("mobile_bank");
        assert!(near(mobile(&profiles, 0), 2.0 / 6.0), "{:?}", mobile(&profiles, 0));
        assert_eq!(mobile(&profiles, 2), None);
        // The own lists have it, those of no other.
        profiles.iter_mut().skip(1).for_each(|p| {
            p.holders.remove("mobile_bank");
        });
        assert_eq!(mobile(&profiles, 0), None);
    }

    #[test]
    fn who_is_no_peer_is_compared_and_is_not_counted() {
        let mut profiles = four();
        profiles[2].nature = Some("劳务派遣".into());
        // (1 × 0.5 + 5 × 60 ÷ 200) ÷ 6 of the two others.
        assert!(near(mobile(&profiles, 0), 2.0 / 6.0));
        // Its own 240 are not taken from what they are not part of: (2 × 70 ÷ 200 + 5 × 80 ÷ 300) ÷ 7.
        assert!(near(mobile(&profiles, 2), (0.7 + 4.0 / 3.0) / 7.0), "{:?}", mobile(&profiles, 2));
    }

    #[test]
    fn the_numbers_of_products_of_the_peers_are_shares_of_all_their_people() {
        let mut profiles = four();
        profiles[1].coverage = [10, 40, 30, 15, 5, 0];
        profiles[2].coverage = [0, 60, 90, 90, 45, 15];
        profiles.truncate(3);
        let rules = Rules::load(None).unwrap().ranking;
        let shares = Shares::new(&rules, &profiles).coverage(&profiles[0]).unwrap();
        // Both others are of the industry, which is all there is: 10, 100, 120, 105, 50, 15 of 400.
        for (share, heads) in shares.iter().zip([10.0, 100.0, 120.0, 105.0, 50.0, 15.0]) {
            assert!(near(Some(*share), heads / 400.0), "{shares:?}");
        }
    }
}
