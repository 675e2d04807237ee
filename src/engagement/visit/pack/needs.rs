//! What an employer's staff lack beside the peers' (`needs.toml`): topic, products, questions, scripts and goals of a visit
//! follow from it.

pub mod found;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::{EmployerId, Points, Reason};

/// Before the key of a product, or of a destination of money, in the key of a need.
pub const PRODUCT: &str = "product.";
pub const OUTFLOW: &str = "outflow.";

const AGREEMENT_END: &str = "agreement_end";

/// One thing an employer's staff lack, or are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Need {
    /// `product.<product>`, `outflow.<destination>`, `aum_per_head`, `coverage`, `retention`, `executives`, `affluent` or
    /// `agreement_end`.
    pub key: String,
    /// Own figure and that of the peers: shares 0–1, but fen per head for `aum_per_head` and people for `executives`.
    pub own: Option<f64>,
    /// `None`: there is nothing to compare with.
    pub peer: Option<f64>,
    pub points: Points,
    pub reason: Reason,
}

/// The needs of one employer, the greatest first; ties by key.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Needs {
    /// Kind of the employer (`staffing.toml`, `[turnout.kinds]`): `office`, `school`, `hospital`, `factory`.
    pub kind: String,
    pub list: Vec<Need>,
    /// What the end of the payroll agreement counts for visits before it; [`Needs::on`] tells for which. `None`: not known.
    pub agreement: Option<AgreementEnd>,
}

/// The end of the payroll agreement as a need.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementEnd {
    pub date: NaiveDate,
    /// Calendar days before the end from which it is a need; on the last day it still is.
    pub days: i64,
    pub need: Need,
}

/// Needs by employer.
pub type NeedsOf = BTreeMap<EmployerId, Needs>;

static NONE: Needs = Needs { kind: String::new(), list: Vec::new(), agreement: None };

/// The needs of an employer; none where nothing is known of it.
pub fn of(needs: &NeedsOf, employer: EmployerId) -> &Needs {
    needs.get(&employer).unwrap_or(&NONE)
}

impl Needs {
    /// The need with this key.
    pub fn of(&self, key: &str) -> Option<&Need> {
        self.list.iter().find(|n| n.key == key)
    }

    /// The needs for a visit on a day: the end of the agreement is one where it comes soon after it.
    pub fn on(&self, date: NaiveDate) -> Needs {
        let mut needs = self.clone();
        let soon = |a: &&AgreementEnd| (0..=a.days).contains(&(a.date - date).num_days());
        needs.list.retain(|need| need.key != AGREEMENT_END);
        needs.list.extend(self.agreement.as_ref().filter(soon).map(|a| a.need.clone()));
        order(&mut needs.list);
        needs
    }

    /// Products the staff lack, the widest gap first.
    pub fn products(&self) -> impl Iterator<Item = (&str, &Need)> {
        self.list.iter().filter_map(|n| Some((n.key.strip_prefix(PRODUCT)?, n)))
    }
}

/// The greatest first; what would be shown as nothing is no need.
fn order(list: &mut Vec<Need>) {
    list.retain(|need| need.points >= Points::LEAST_SHOWN);
    list.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.key.cmp(&b.key)));
}
