//! One row per employer: who they are, what they pay, what their people hold.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::named_params;
use serde::Serialize;

use crate::model::days::hours::Hours;
use crate::model::rows::{Paydays, Shift};
use crate::model::{EmployerId, Fen, Products, StaffId};
use crate::store::{Store, StoreError};

/// An employer as known on a day.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EmployerProfile {
    pub employer_id: EmployerId,
    pub name: String,
    pub industry: Option<String>,
    pub nature: Option<String>,
    pub payroll_type: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    /// When its people are free (可进企时段).
    pub visit_hours: Option<Hours>,
    /// Whether there is a room to talk to one person alone (私密区).
    pub private_corner: Option<bool>,
    pub outlet: Option<String>,
    /// The relationship manager, when the name or number fits exactly one colleague.
    pub rm: Option<StaffId>,
    /// The sheet's own number of people.
    pub stated_headcount: Option<i64>,
    /// Employees with a record.
    pub headcount: i64,
    /// Payees of the latest month with wages.
    pub paid_heads: i64,
    pub prior_paid_heads: Option<i64>,
    /// 有效代发人数.
    pub effective_heads: i64,
    /// Wages of the latest month.
    pub payroll_fen: Fen,
    pub prior_payroll_fen: Option<Fen>,
    /// 月均代发额 over the recent months (fewer when fewer are known).
    pub payroll_month_avg_fen: Fen,
    pub paydays: Paydays,
    /// The employer's own rule for paydays on a day off; `None`: the general one.
    pub payday_shift: Option<Shift>,
    pub agreement_end: Option<NaiveDate>,
    pub last_visit: Option<NaiveDate>,
    pub open_complaint: bool,
    /// Date of the holdings snapshot the figures rest on; `None`: no snapshot, or a stale one.
    pub as_of: Option<NaiveDate>,
    pub aum_fen: Option<Fen>,
    pub aum_month_avg_fen: Option<Fen>,
    pub demand_fen: Option<Fen>,
    /// Products of all employees together, channels included.
    pub products_total: i64,
    pub asset_products_total: i64,
    pub executives: i64,
    /// Heads with an AUM at or above the affluent threshold.
    pub affluent_heads: i64,
    /// Holders per product key; a product no sheet covers is absent.
    pub holders: BTreeMap<String, i64>,
    /// Heads with 0, 1, 2, 3, 4 and 5 or more products.
    pub coverage: [i64; 6],
}

/// Profiles of all employers, by id. `today` bounds what is known of visits and agreements.
///
/// # Errors
/// The database cannot be read.
pub fn all(store: &Store, today: NaiveDate, products: &Products) -> Result<Vec<EmployerProfile>, StoreError> {
    let mut statement = store.conn.prepare(include_str!("employer_profile.sql"))?;
    let staff = store.staff()?;
    let rm_id = |text: Option<String>| {
        let text = text?;
        let mut fitting = staff.iter().filter(|s| s.row.name == text || s.row.number == text);
        fitting.next().filter(|_| fitting.next().is_none()).map(|s| s.staff_id)
    };
    let fen = |r: &rusqlite::Row, i: usize| r.get::<_, Option<i64>>(i).map(|f| f.map(Fen));
    let count = |r: &rusqlite::Row, i: usize| r.get::<_, Option<i64>>(i).map(|n| n.unwrap_or(0));
    let rows = statement.query_map(named_params! {"$today": today}, |r| {
        let months = count(r, 35)?;
        let recent = count(r, 34)?;
        let stated_month: Option<i64> = r.get(13)?;
        let average =
            if months > 0 { Fen(recent).per_head(months).unwrap_or_default() } else { Fen(stated_month.unwrap_or(0)) };
        let stated_visit: Option<NaiveDate> = r.get(11)?;
        let paydays = r.get::<_, Option<String>>(9)?.unwrap_or_default();
        let held: Option<NaiveDate> = r.get(36)?;
        Ok(EmployerProfile {
            employer_id: EmployerId(r.get(0)?),
            name: r.get(1)?,
            industry: r.get(2)?,
            nature: r.get(3)?,
            payroll_type: r.get(4)?,
            address: r.get(5)?,
            district: r.get(37)?,
            visit_hours: r.get::<_, Option<String>>(38)?.as_deref().and_then(Hours::from_text),
            private_corner: r.get(39)?,
            outlet: r.get(6)?,
            rm: rm_id(r.get(7)?),
            stated_headcount: r.get(8)?,
            paydays: Paydays::from_text(&paydays),
            payday_shift: Shift::from_text(&paydays),
            agreement_end: r.get(10)?,
            last_visit: stated_visit.filter(|d| *d <= today).max(held),
            open_complaint: r.get::<_, Option<bool>>(12)?.unwrap_or(false),
            as_of: r.get(14)?,
            headcount: count(r, 15)?,
            aum_fen: fen(r, 16)?,
            aum_month_avg_fen: fen(r, 17)?,
            demand_fen: fen(r, 18)?,
            products_total: count(r, 19)?,
            asset_products_total: count(r, 20)?,
            executives: count(r, 21)?,
            affluent_heads: count(r, 22)?,
            coverage: [count(r, 23)?, count(r, 24)?, count(r, 25)?, count(r, 26)?, count(r, 27)?, count(r, 28)?],
            paid_heads: count(r, 29)?,
            prior_paid_heads: r.get(30)?,
            effective_heads: count(r, 31)?,
            payroll_fen: Fen(count(r, 32)?),
            prior_payroll_fen: fen(r, 33)?,
            payroll_month_avg_fen: average,
            holders: BTreeMap::new(),
        })
    })?;
    let mut profiles: Vec<EmployerProfile> = rows.collect::<Result<_, _>>()?;
    let mut holders = holders(store, products)?;
    for profile in &mut profiles {
        profile.holders = holders.remove(&profile.employer_id).unwrap_or_default();
    }
    Ok(profiles)
}

fn holders(store: &Store, products: &Products) -> Result<BTreeMap<EmployerId, BTreeMap<String, i64>>, StoreError> {
    let mut statement =
        store.conn.prepare("SELECT employer_id, product, holders FROM employer_products WHERE known > 0")?;
    let rows = statement.query_map([], |r| Ok((EmployerId(r.get(0)?), r.get::<_, i64>(1)?, r.get::<_, i64>(2)?)))?;
    let mut all: BTreeMap<EmployerId, BTreeMap<String, i64>> = BTreeMap::new();
    for row in rows {
        let (employer, number, holders) = row?;
        if let Some(product) = products.0.iter().find(|p| i64::from(p.number) == number) {
            all.entry(employer).or_default().insert(product.key.clone(), holders);
        }
    }
    Ok(all)
}
