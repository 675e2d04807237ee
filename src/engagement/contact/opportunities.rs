//! 商机: what clients were interested in, how far it has come, and what became of it in the data.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::contact::task_id::task_id;
use crate::model::status::ContactResult;
use crate::model::{EmployeeId, Fen};

/// How far a sale is (意向 → 预约 → 成交, or 放弃).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 意向
    Interested,
    /// 预约
    Booked,
    /// 成交 as told; it has not appeared in the data yet.
    Deal,
    /// 成交, and the client holds it.
    Bought,
    /// 放弃
    Dropped,
}

impl Stage {
    /// Key of the word for it.
    pub fn key(self) -> &'static str {
        match self {
            Stage::Interested => "interested",
            Stage::Booked => "booked",
            Stage::Deal => "deal",
            Stage::Bought => "bought",
            Stage::Dropped => "dropped",
        }
    }

    /// Whether somebody still has to do something about it.
    pub fn is_open(self) -> bool {
        matches!(self, Stage::Interested | Stage::Booked)
    }
}

/// A contact as far as it tells of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talked {
    pub on: NaiveDate,
    pub result: ContactResult,
    /// Key of the product, or its name as written.
    pub product: Option<String>,
    pub amount: Option<Fen>,
    pub next: Option<NaiveDate>,
}

/// One sale that may come about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opportunity {
    pub opportunity_id: String,
    /// Key of the product, or its name as written.
    pub product: String,
    /// As told last.
    pub amount_fen: Option<Fen>,
    pub stage: Stage,
    /// Day of the first contact about it, and of the latest.
    pub since: NaiveDate,
    pub told_on: NaiveDate,
    /// The next contact agreed upon.
    pub next: Option<NaiveDate>,
}

/// What came of one client's contacts, which are given in the order in which they were made; by product. An interest
/// after a deal, a purchase or a refusal begins anew. `held`: whether the data tell that the client bought the product
/// on the first day or later, and before the other day where there is one.
pub fn of(
    person: EmployeeId,
    contacts: &[Talked],
    held: impl Fn(&str, NaiveDate, Option<NaiveDate>) -> bool,
) -> Vec<Opportunity> {
    let mut all: BTreeMap<&str, Vec<Opportunity>> = BTreeMap::new();
    for contact in contacts {
        let stage = match contact.result {
            ContactResult::Interested | ContactResult::Considering => Stage::Interested,
            ContactResult::Booked => Stage::Booked,
            ContactResult::Deal => Stage::Deal,
            ContactResult::Refused | ContactResult::NoNeed | ContactResult::Left => Stage::Dropped,
            // Nobody was reached, or the matter was another one.
            _ => continue,
        };
        let Some(product) = contact.product.as_deref() else {
            // Who wants nothing wants none of what was talked about.
            if stage == Stage::Dropped {
                let open = all.values_mut().flatten().filter(|o| o.stage.is_open());
                open.for_each(|o| (o.stage, o.told_on, o.next) = (stage, contact.on, None));
            }
            continue;
        };
        let known = all.entry(product).or_default();
        let over = |o: &Opportunity| !o.stage.is_open() || held(product, o.since, Some(contact.on));
        let begins = match stage {
            // Nothing can be given up but what is still open.
            Stage::Dropped if known.last().is_none_or(|o| !o.stage.is_open()) => continue,
            Stage::Interested | Stage::Booked => known.last().is_none_or(over),
            _ => known.is_empty(),
        };
        if begins {
            known.push(Opportunity {
                opportunity_id: id(person, product, contact.on, known.is_empty()),
                product: product.to_string(),
                amount_fen: None,
                stage,
                since: contact.on,
                told_on: contact.on,
                next: None,
            });
        }
        let Some(told) = known.last_mut() else { continue };
        (told.stage, told.told_on) = (stage, contact.on);
        told.amount_fen = contact.amount.or(told.amount_fen);
        told.next = contact.next.filter(|_| stage.is_open());
    }
    for of_product in all.values_mut() {
        for place in 0..of_product.len() {
            let until = of_product.get(place + 1).map(|next| next.since);
            let told = &mut of_product[place];
            if held(&told.product, told.since, until) {
                (told.stage, told.next) = (Stage::Bought, None);
            }
        }
    }
    let mut list: Vec<Opportunity> = all.into_values().flatten().collect();
    list.sort_by(|a, b| (b.told_on, &a.product, b.since).cmp(&(a.told_on, &b.product, a.since)));
    list
}

/// Number of an opportunity: the first of a product bears that of the product alone, later ones that of their day too.
fn id(person: EmployeeId, product: &str, since: NaiveDate, first: bool) -> String {
    let episode = if first { product.to_string() } else { format!("{product}/{since}") };
    format!("O{}", task_id("opportunity", person, &episode).trim_start_matches('T'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;

    fn talked(on: &str, result: ContactResult, product: Option<&str>, amount: Option<i64>) -> Talked {
        Talked {
            on: date(on),
            result,
            product: product.map(str::to_string),
            amount: amount.map(Fen::yuan),
            next: (result == ContactResult::Booked).then(|| date("2026-03-20")),
        }
    }

    /// `held`: the product is bought after all contacts.
    fn stages(contacts: &[Talked], held: bool) -> Vec<(String, Stage, Option<Fen>)> {
        let of = of(EmployeeId(7), contacts, |_, _, until| held && until.is_none());
        of.into_iter().map(|o| (o.product, o.stage, o.amount_fen)).collect()
    }

    #[test]
    fn an_opportunity_goes_from_interest_to_a_booking_to_a_deal_and_is_closed_by_what_is_held() {
        use ContactResult::{Booked, Deal, Interested, NoAnswer, NoNeed};
        let mut contacts = vec![talked("2026-03-02", Interested, Some("fund"), Some(20_000))];
        let fund = |stage, yuan| vec![("fund".to_string(), stage, Some(Fen::yuan(yuan)))];
        assert_eq!(stages(&contacts, false), fund(Stage::Interested, 20_000));
        contacts.push(talked("2026-03-05", NoAnswer, None, None));
        contacts.push(talked("2026-03-06", Booked, Some("fund"), None));
        assert_eq!(stages(&contacts, false), fund(Stage::Booked, 20_000));
        // Nothing wanted now: what was open is given up; what was sold is not.
        let mut dropped = contacts.clone();
        dropped.push(talked("2026-03-07", NoNeed, None, None));
        assert_eq!(stages(&dropped, false), fund(Stage::Dropped, 20_000));
        contacts.push(talked("2026-03-08", Deal, Some("fund"), Some(30_000)));
        assert_eq!(stages(&contacts, false), fund(Stage::Deal, 30_000));
        contacts.push(talked("2026-03-09", NoNeed, None, None));
        assert_eq!(stages(&contacts, false), fund(Stage::Deal, 30_000));
        assert_eq!(stages(&contacts, true), fund(Stage::Bought, 30_000));
        assert!(stages(&[talked("2026-03-02", NoNeed, Some("fund"), None)], false).is_empty());
    }

    /// Day of the first contact, stage and amount of each, when the fund was bought on a day.
    fn told(contacts: &[Talked], bought: Option<&str>) -> Vec<(String, Stage, Option<i64>)> {
        let bought = bought.map(date);
        let held = |_: &str, since: NaiveDate, until: Option<NaiveDate>| {
            bought.is_some_and(|day| day >= since && until.is_none_or(|until| day < until))
        };
        let of = of(EmployeeId(7), contacts, held);
        let ids: std::collections::BTreeSet<&str> = of.iter().map(|o| o.opportunity_id.as_str()).collect();
        assert_eq!(ids.len(), of.len());
        of.iter().map(|o| (o.since.to_string(), o.stage, o.amount_fen.map(|fen| fen.0 / 100))).collect()
    }

    #[test]
    fn an_interest_after_a_deal_or_a_refusal_is_a_new_opportunity() {
        use ContactResult::{Deal, Interested, NoNeed};
        let fund = |on, result, amount| talked(on, result, Some("fund"), amount);
        let was = |since: &str, stage: Stage, yuan: Option<i64>| (since.to_string(), stage, yuan);
        let first = fund("2026-03-02", Interested, Some(20_000));
        let again = fund("2026-04-02", Interested, None);
        for (ends, stage) in [(Deal, Stage::Deal), (NoNeed, Stage::Dropped)] {
            let all = [first.clone(), fund("2026-03-05", ends, None), again.clone()];
            let (before, new) = (was("2026-03-02", stage, Some(20_000)), was("2026-04-02", Stage::Interested, None));
            assert_eq!(told(&all, None), [new.clone(), before.clone()]);
            // What is bought before the new one began was the first; what is bought later, the second.
            let bought = |since: &str, yuan: Option<i64>| was(since, Stage::Bought, yuan);
            assert_eq!(told(&all, Some("2026-03-10")), [new, bought("2026-03-02", Some(20_000))]);
            assert_eq!(told(&all, Some("2026-04-10")), [bought("2026-04-02", None), before]);
        }
        // Bought without anybody's telling of it.
        let bought = [was("2026-04-02", Stage::Interested, None), was("2026-03-02", Stage::Bought, Some(20_000))];
        assert_eq!(told(&[first.clone(), again.clone()], Some("2026-03-10")), bought);
        // An interest told twice is one, and what was sold is not given up.
        assert_eq!(told(&[first.clone(), again], None), [was("2026-03-02", Stage::Interested, Some(20_000))]);
        let sold = [first, fund("2026-03-05", Deal, None), fund("2026-03-06", NoNeed, None)];
        assert_eq!(told(&sold, None), [was("2026-03-02", Stage::Deal, Some(20_000))]);
    }
}
