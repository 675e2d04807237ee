//! One employer as of a date: people, pay, assets and coverage.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::rows::Paydays;
use crate::model::{EmployerId, Fen, StaffId};

/// What is known of one employer. `None` means unknown, never zero.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EmployerProfile {
    pub employer_id: EmployerId,
    pub name: String,
    pub industry: Option<String>,
    pub nature: Option<String>,
    pub payroll_type: Option<String>,
    pub address: Option<String>,
    pub outlet: Option<String>,
    pub rm: Option<StaffId>,
    /// The sheet's own number of people.
    pub stated_headcount: Option<i64>,
    /// Employees with a record.
    pub headcount: i64,
    pub paid_heads: i64,
    pub prior_paid_heads: Option<i64>,
    pub effective_heads: i64,
    pub payroll_fen: Fen,
    pub prior_payroll_fen: Option<Fen>,
    pub payroll_month_avg_fen: Fen,
    pub paydays: Paydays,
    pub agreement_end: Option<NaiveDate>,
    pub last_visit: Option<NaiveDate>,
    pub open_complaint: bool,
    pub as_of: Option<NaiveDate>,
    pub aum_fen: Option<Fen>,
    pub aum_month_avg_fen: Option<Fen>,
    pub demand_fen: Option<Fen>,
    pub products_total: i64,
    pub asset_products_total: i64,
    pub executives: i64,
    /// People with an AUM of 50,000 yuan or more.
    pub affluent_heads: i64,
    /// Heads by product key.
    pub holders: BTreeMap<String, i64>,
    /// Heads with 0, 1, 2, 3, 4, 5 or more products.
    pub coverage: [i64; 6],
}
