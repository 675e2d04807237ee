//! Rows of what people did and what is asked of outlets: flows after payday, contacts, purchases, targets.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::matching::remnant::Remnants;
use crate::model::money::Fen;
use crate::model::personal::Personal;
use crate::model::status::{Channel, ContactResult};

/// By what a row names its person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Who {
    pub customer_number: Option<Personal<String>>,
    pub name: Option<Personal<String>>,
    pub id_number: Option<Personal<String>>,
    pub account: Option<Personal<String>>,
    /// What is left of numbers that came masked.
    pub left: Remnants,
    /// The employer as the row (or the sheet) has it; tells people of one name apart.
    pub employer: Option<String>,
}

impl Who {
    /// Whether nothing but a name is known, or not even that.
    pub fn has_number(&self) -> bool {
        self.customer_number.is_some() || self.id_number.is_some() || self.account.is_some()
    }
}

/// 资金流水: one transaction of one person. Who the money went to is kept as a destination only.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowRow {
    /// 0-based row of the sheet.
    pub row: u32,
    pub who: Who,
    pub date: NaiveDate,
    /// Money leaving the pay account; `false`: money coming in.
    pub outward: bool,
    /// Never negative.
    pub amount: Fen,
    /// Key of the destination (`flows.toml`).
    pub destination: String,
    /// 流水号.
    pub reference: Option<String>,
}

/// The latest contact with somebody, or what was noted last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastContact {
    pub on: NaiveDate,
    pub channel: Option<Channel>,
    /// `None`: only a note.
    pub result: Option<ContactResult>,
    /// Key of the product bought, else of the one asked about, or its name as written.
    pub product: Option<String>,
    pub amount: Option<Fen>,
    /// The next contact agreed upon.
    pub next: Option<NaiveDate>,
    pub note: Option<String>,
}

/// 联系结果: one contact.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRow {
    pub row: u32,
    /// The task's number or the signed key of a worklist's row, as written.
    pub task: Option<String>,
    pub who: Who,
    /// Label or key of the follow-up rule, where no task is named.
    pub rule: Option<String>,
    pub result: ContactResult,
    /// `None`: the day of the sheet, else the day it came in.
    pub date: Option<NaiveDate>,
    pub channel: Option<Channel>,
    /// Product keys; text nobody knows as it stands.
    pub wanted_product: Option<String>,
    pub deal_product: Option<String>,
    pub amount: Option<Fen>,
    pub next_contact: Option<NaiveDate>,
    pub note: Option<String>,
}

/// 产品购买明细: one purchase.
#[derive(Debug, Clone, PartialEq)]
pub struct SaleRow {
    pub row: u32,
    pub who: Who,
    /// The product as the sheet calls it.
    pub product_name: String,
    /// Key in `products.toml`, when its kind or name tells.
    pub product: Option<String>,
    pub bought_on: NaiveDate,
    pub amount: Fen,
    /// Price or net value per unit, in millionths of a yuan.
    pub price_micro: Option<i64>,
    /// Expected yearly yield in millionths (3.2 % = 32,000).
    pub yield_ppm: Option<i64>,
    pub take_profit: Option<Mark>,
    pub stop_loss: Option<Mark>,
    pub due_date: Option<NaiveDate>,
}

/// Where to take profit or stop a loss: a share of gain or loss, or a net value; both in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Share(i64),
    Price(i64),
}

/// What a target's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureUnit {
    Fen,
    Count,
    /// A share, kept in millionths (35 % = 350,000).
    Share,
    /// A plain ratio such as products per head, kept in millionths.
    Ratio,
}

/// 指标任务表: what an outlet is to reach in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRow {
    pub row: u32,
    pub outlet: String,
    /// Key of the indicator (`targets.toml`).
    pub indicator: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Fen, a count, or millionths, as the indicator's [`FigureUnit`] says.
    pub value: i64,
}
