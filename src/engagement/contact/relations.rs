//! What ties a client to the bank: 账户, 契约, 情感 (core-and-basics). The more of them there are, the harder it is to leave.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::days::period::days_after;
use crate::model::product::ProductFamily;
use crate::model::status::{ContactResult, RelationKind};
use crate::model::{ProductSet, Products};

/// One of the three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    pub kind: RelationKind,
    /// `None`: no list tells.
    pub there: Option<bool>,
    /// Keys of the products it rests on; of 情感 none.
    pub products: Vec<String>,
    /// How often the client was reached in the time that counts; 0 for the others.
    pub contacts: i64,
    /// The last payday, or the last day the client was reached.
    pub last: Option<NaiveDate>,
}

/// What the lists and the contacts say of a client.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// Products held, and those a list tells of at all.
    pub held: ProductSet,
    pub covered: ProductSet,
    /// The last payday on which wages came into an account here.
    pub paid: Option<NaiveDate>,
    /// Contacts: the day and what came of it.
    pub contacts: &'k [(NaiveDate, ContactResult)],
}

/// 账户: a pay card is held, or wages come in. 契约: any other product is held. 情感: the client was reached in the last
/// `days` days.
pub fn relations(known: Known<'_>, products: &Products, days: i64, today: NaiveDate) -> Vec<Relation> {
    let of = |card: bool| products.0.iter().filter(move |p| (p.family == ProductFamily::Card) == card);
    let held =
        |card: bool| -> Vec<String> { of(card).filter(|p| known.held.has(p.number)).map(|p| p.key.clone()).collect() };
    let told = |card: bool| of(card).any(|p| known.covered.has(p.number));
    let there = |held: &[String], told: bool| if held.is_empty() { told.then_some(false) } else { Some(true) };
    let (cards, contracts) = (held(true), held(false));
    let since = days_after(today, -days);
    let reached: Vec<NaiveDate> =
        known.contacts.iter().filter(|(on, result)| *on <= today && result.reached()).map(|(on, _)| *on).collect();
    let lately = reached.iter().filter(|on| **on > since).count() as i64;
    vec![
        Relation {
            kind: RelationKind::Account,
            there: if known.paid.is_some() { Some(true) } else { there(&cards, told(true)) },
            products: cards,
            contacts: 0,
            last: known.paid,
        },
        Relation {
            kind: RelationKind::Contract,
            there: there(&contracts, told(false)),
            products: contracts,
            contacts: 0,
            last: None,
        },
        Relation {
            kind: RelationKind::Personal,
            there: Some(lately > 0),
            products: Vec::new(),
            contacts: lately,
            last: reached.into_iter().max(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn told(held: &[&str], covered: &[&str], paid: Option<&str>, contacts: &[(&str, ContactResult)]) -> Vec<String> {
        let products = Rules::load(None).unwrap().products.catalogue();
        let set = |keys: &[&str]| {
            let numbers = keys.iter().map(|key| products.by_key(key).unwrap().number);
            ProductSet(numbers.fold(0, |set, number| set | 1 << number))
        };
        let contacts: Vec<(NaiveDate, ContactResult)> =
            contacts.iter().map(|(on, result)| (on.parse().unwrap(), *result)).collect();
        let known = Known {
            held: set(held),
            covered: set(covered),
            paid: paid.map(|day| day.parse().unwrap()),
            contacts: &contacts,
        };
        let relations = relations(known, &products, 90, "2026-04-01".parse().unwrap());
        let shown = |r: &Relation| {
            let last = r.last.map_or_else(|| "-".to_string(), |day| day.to_string());
            format!("{} {:?} {} {} {last}", r.kind, r.there, r.products.join("+"), r.contacts)
        };
        relations.iter().map(shown).collect()
    }

    #[test]
    fn each_rests_on_what_is_known() {
        let all = ["pay_card", "mobile_bank", "fund"];
        assert_eq!(
            told(&["pay_card", "fund"], &all, Some("2026-03-10"), &[("2026-03-12", ContactResult::Interested)]),
            [
                "account Some(true) pay_card 0 2026-03-10",
                "contract Some(true) fund 0 -",
                "personal Some(true)  1 2026-03-12"
            ]
        );
        // A list that has no column for products does not say that nothing is held.
        assert_eq!(told(&[], &[], None, &[]), ["account None  0 -", "contract None  0 -", "personal Some(false)  0 -"]);
        assert_eq!(told(&[], &all, None, &[])[..2], ["account Some(false)  0 -", "contract Some(false)  0 -"]);
        // Wages come in: there is an account, whatever the list calls its card.
        assert_eq!(told(&[], &all, Some("2026-03-10"), &[])[0], "account Some(true)  0 2026-03-10");
    }

    #[test]
    fn somebody_who_was_not_reached_or_long_ago_is_not_close() {
        // 90 days before 1 April: 1 January.
        let on = |day, result| told(&[], &[], None, &[(day, result)])[2].clone();
        assert_eq!(on("2026-01-02", ContactResult::Reached), "personal Some(true)  1 2026-01-02");
        assert_eq!(on("2026-01-01", ContactResult::Reached), "personal Some(false)  0 2026-01-01");
        assert_eq!(on("2026-03-30", ContactResult::NoAnswer), "personal Some(false)  0 -");
    }
}
