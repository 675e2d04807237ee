//! What may be spoken of and offered at a visit (`offers.toml`): an entry that has expired is not told.

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::visit::pack::needs::Needs;
use crate::model::Fen;
use crate::model::money::{RATIO_PLACES, as_shown, round_half_even};
use crate::rules::Rules;
use crate::rules::visit::offer::offers::Offer;

/// The offers of an employer and the tier they are by.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Offers {
    /// 贡献系数; `None`: unknown, and so is the tier.
    pub contribution: Option<f64>,
    /// Key of the tier.
    pub tier: Option<String>,
    pub list: Vec<OfferView>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfferView {
    pub key: String,
    /// `merchant`, `reserved` or `rate`.
    pub kind: &'static str,
    /// What is said; `None`: the words `offer.<key>`.
    pub text: Option<String>,
    pub product: Option<String>,
    /// The last day on which it holds, where it has one.
    pub until: Option<NaiveDate>,
    /// What it costs us for each interested person.
    pub unit_fen: Option<Fen>,
}

/// Whether a product is offered on the day and is spoken of before everybody.
pub fn presentable(rules: &Rules, product: &str, on: NaiveDate) -> bool {
    rules.products.products.get(product).is_some_and(|p| {
        in_force(p.from, p.until, on) && p.risk.is_none_or(|risk| risk <= rules.offers.products.most_risk)
    })
}

fn in_force(from: Option<NaiveDate>, until: Option<NaiveDate>, on: NaiveDate) -> bool {
    from.is_none_or(|from| from <= on) && until.is_none_or(|until| on <= until)
}

/// The offers for an employer with these needs on the day of the visit; `comes`: whether somebody in a role comes.
pub fn offers(
    rules: &Rules,
    needs: &Needs,
    contribution: Option<f64>,
    on: NaiveDate,
    comes: &dyn Fn(&str) -> bool,
) -> Offers {
    let tier = contribution.and_then(|own| tier(rules, own));
    let fits = |offer: &Offer| {
        let everybody = offer.kinds.is_empty() && offer.needs.is_empty();
        let of_tier = offer.tiers.is_empty() || tier.as_ref().is_some_and(|tier| offer.tiers.contains(tier));
        let called_for = offer.kinds.contains(&needs.kind) || offer.needs.iter().any(|key| needs.of(key).is_some());
        let sold = offer.product.as_deref().is_none_or(|product| presentable(rules, product, on));
        in_force(offer.from, offer.until, on)
            && of_tier
            && (everybody || called_for)
            && sold
            && offer.role.as_deref().is_none_or(comes)
    };
    let mut held: Vec<(&String, &Offer)> = rules.offers.offers.iter().filter(|(_, offer)| fits(offer)).collect();
    held.sort_by_key(|(key, offer)| (offer.order, *key));
    let view = |(key, offer): (&String, &Offer)| OfferView {
        key: key.clone(),
        kind: offer.kind.key(),
        text: offer.text.clone(),
        product: offer.product.clone(),
        until: offer.until,
        unit_fen: offer.unit_yuan.map(fen),
    };
    Offers { contribution, list: held.into_iter().map(view).collect(), tier }
}

/// Yuan of the rules as fen.
pub(super) fn fen(yuan: f64) -> Fen {
    Fen(round_half_even(yuan * 100.0))
}

/// The highest tier the coefficient reaches as it is shown.
fn tier(rules: &Rules, contribution: f64) -> Option<String> {
    let own = as_shown(contribution, RATIO_PLACES);
    let reached = rules.offers.tiers.iter().filter(|(_, tier)| tier.from <= own);
    reached.max_by(|a, b| a.1.from.total_cmp(&b.1.from)).map(|(key, _)| key.clone())
}

#[cfg(test)]
mod tests;
