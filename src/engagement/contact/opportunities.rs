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

/// What came of one client's contacts, which are given in the order in which they were made; by product. `held`: whether
/// the data tell that the client bought the product on that day or later.
pub fn of(person: EmployeeId, contacts: &[Talked], held: impl Fn(&str, NaiveDate) -> bool) -> Vec<Opportunity> {
    let mut all: BTreeMap<&str, Opportunity> = BTreeMap::new();
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
                let open = all.values_mut().filter(|o| o.stage.is_open());
                open.for_each(|o| (o.stage, o.told_on, o.next) = (stage, contact.on, None));
            }
            continue;
        };
        if stage == Stage::Dropped && !all.contains_key(product) {
            continue;
        }
        let told = all.entry(product).or_insert_with(|| Opportunity {
            opportunity_id: format!("O{}", task_id("opportunity", person, product).trim_start_matches('T')),
            product: product.to_string(),
            amount_fen: None,
            stage,
            since: contact.on,
            told_on: contact.on,
            next: None,
        });
        (told.stage, told.told_on) = (stage, contact.on);
        told.amount_fen = contact.amount.or(told.amount_fen);
        told.next = contact.next.filter(|_| stage.is_open());
    }
    let mut list: Vec<Opportunity> = all.into_values().collect();
    for told in list.iter_mut().filter(|o| o.stage != Stage::Bought) {
        if held(&told.product, told.since) {
            (told.stage, told.next) = (Stage::Bought, None);
        }
    }
    list.sort_by(|a, b| (b.told_on, &a.product).cmp(&(a.told_on, &b.product)));
    list
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

    fn stages(contacts: &[Talked], held: bool) -> Vec<(String, Stage, Option<Fen>)> {
        let of = of(EmployeeId(7), contacts, |_, _| held);
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
}
