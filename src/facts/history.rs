//! What is known of one person, or of one employer, over time.

use chrono::NaiveDate;
use rusqlite::{named_params, params};
use serde::Serialize;

use crate::model::status::{ChangeStatus, Channel, ContactResult};
use crate::model::{EmployeeId, EmployerId, Fen, ProductSet, Products};
use crate::store::{Store, StoreError};

/// What a list told of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldingOn {
    pub as_of: NaiveDate,
    pub employer_id: EmployerId,
    pub aum_fen: Option<Fen>,
    pub aum_month_avg_fen: Option<Fen>,
    pub demand_fen: Option<Fen>,
    /// Keys of the products held.
    pub products: Vec<String>,
    pub due_date: Option<NaiveDate>,
    pub due_amount_fen: Option<Fen>,
}

/// The change between the two lists that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeBetween {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub status: ChangeStatus,
    pub gained: Vec<String>,
    pub lost: Vec<String>,
    pub aum_before_fen: Option<Fen>,
    pub aum_after_fen: Option<Fen>,
}

/// What a person was paid on a day, and what of it stayed where that can be judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaidOn {
    pub payday: NaiveDate,
    pub employer_id: EmployerId,
    /// wage, bonus or other.
    pub kind: String,
    pub amount_fen: Fen,
    /// `None`: unknown, or it counts at another employer.
    pub retained_fen: Option<Fen>,
}

/// What an employer paid its people on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmployerPaidOn {
    pub payday: NaiveDate,
    pub kind: String,
    /// Payees, known to us or not.
    pub heads: i64,
    pub payroll_fen: Fen,
}

/// A contact that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactTold {
    pub contact_id: i64,
    pub on: NaiveDate,
    pub channel: Option<Channel>,
    pub result: ContactResult,
    /// Key of the product, or its name as written: the one bought, else the one asked about.
    pub product: Option<String>,
    pub amount_fen: Option<Fen>,
    pub next: Option<NaiveDate>,
    pub note: Option<String>,
    /// The file that told it.
    pub by: String,
    pub task_id: Option<String>,
}

/// A task that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskIssued {
    pub task_id: String,
    pub rule: String,
    pub issued: NaiveDate,
    /// The day it was first dated on.
    pub dated: NaiveDate,
    /// As it was last told.
    pub channel: Option<Channel>,
    /// Its reason was found gone, and has not come back.
    pub lapsed: Option<NaiveDate>,
    /// By when it was to be done, as it was issued.
    pub deadline: NaiveDate,
}

/// What the lists in force up to `today` told of a person, newest first; at most `most` of them.
///
/// # Errors
/// The database cannot be read.
pub fn holdings(
    store: &Store,
    products: &Products,
    who: EmployeeId,
    today: NaiveDate,
    most: usize,
) -> Result<Vec<HoldingOn>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT h.as_of, h.employer_id, h.aum_fen, h.aum_month_avg_fen, h.demand_fen, h.products, h.due_date, h.due_amount_fen
         FROM (SELECT ?1 AS id UNION SELECT employee_id FROM employee_alias WHERE canonical_id = ?1) own
         CROSS JOIN current_holding h ON h.recorded_id = own.id
         WHERE h.as_of <= ?2 ORDER BY h.as_of DESC, h.part_id DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(params![who.0, today, most as i64], |r| {
        let fen = |at: usize| r.get::<_, Option<i64>>(at).map(|f| f.map(Fen));
        Ok(HoldingOn {
            as_of: r.get(0)?,
            employer_id: EmployerId(r.get(1)?),
            aum_fen: fen(2)?,
            aum_month_avg_fen: fen(3)?,
            demand_fen: fen(4)?,
            products: products.keys(ProductSet(r.get(5)?)),
            due_date: r.get(6)?,
            due_amount_fen: fen(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The change of a person's holdings; `None`: nothing is compared.
///
/// # Errors
/// The database cannot be read.
pub fn change(store: &Store, products: &Products, who: EmployeeId) -> Result<Option<ChangeBetween>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT w.from_as_of, w.to_as_of, c.status, c.gained, c.lost, c.aum_before_fen, c.aum_after_fen
         FROM holding_change c JOIN change_window w ON w.employer_id = c.employer_id WHERE c.employee_id = ?1",
    )?;
    let mut rows = statement.query([who.0])?;
    let Some(r) = rows.next()? else { return Ok(None) };
    let status: String = r.get(2)?;
    Ok(Some(ChangeBetween {
        from: r.get(0)?,
        to: r.get(1)?,
        status: ChangeStatus::from_key(&status).unwrap_or(ChangeStatus::Unknown),
        gained: products.keys(ProductSet(r.get(3)?)),
        lost: products.keys(ProductSet(r.get(4)?)),
        aum_before_fen: r.get::<_, Option<i64>>(5)?.map(Fen),
        aum_after_fen: r.get::<_, Option<i64>>(6)?.map(Fen),
    }))
}

/// What a person was paid up to `today`, newest first; at most `most` paydays.
///
/// # Errors
/// The database cannot be read.
pub fn paydays(store: &Store, who: EmployeeId, today: NaiveDate, most: usize) -> Result<Vec<PaidOn>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT r.payday, r.employer_id, r.pay_kind, CAST(sum(p.amount_fen) AS BIGINT),
           (SELECT t.retained_fen FROM payday_retention t
            WHERE t.employee_id = $who AND t.employer_id = r.employer_id AND t.payday = r.payday)
         FROM current_run r
         JOIN matched_payment p ON p.run_id = r.run_id
         WHERE p.employee_id = $who AND r.payday <= $today AND r.run_id IN (
           SELECT p2.run_id FROM payment p2 WHERE p2.employee_id IN (
             SELECT $who UNION SELECT employee_id FROM employee_alias WHERE canonical_id = $who)
           UNION
           SELECT p3.run_id FROM payee_match m
           JOIN payroll_run r3 ON r3.employer_id = m.employer_id
           JOIN payment p3 ON p3.run_id = r3.run_id AND p3.payee = m.payee
           WHERE m.employee_id = $who)
         GROUP BY r.payday, r.employer_id, r.pay_kind ORDER BY r.payday DESC, r.employer_id, r.pay_kind LIMIT $most",
    )?;
    let asked = named_params! {"$who": who.0, "$today": today, "$most": most as i64};
    let rows = statement.query_map(asked, |r| {
        Ok(PaidOn {
            payday: r.get(0)?,
            employer_id: EmployerId(r.get(1)?),
            kind: r.get(2)?,
            amount_fen: Fen(r.get(3)?),
            retained_fen: r.get::<_, Option<i64>>(4)?.map(Fen),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What an employer paid up to `today`, newest first; at most `most` paydays.
///
/// # Errors
/// The database cannot be read.
pub fn employer_paydays(
    store: &Store,
    employer: EmployerId,
    today: NaiveDate,
    most: usize,
) -> Result<Vec<EmployerPaidOn>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT r.payday, r.pay_kind, count(DISTINCT p.payee), CAST(sum(p.amount_fen) AS BIGINT)
         FROM current_run r JOIN matched_payment p ON p.run_id = r.run_id
         WHERE r.employer_id = ?1 AND r.payday <= ?2
         GROUP BY r.payday, r.pay_kind ORDER BY r.payday DESC, r.pay_kind LIMIT ?3",
    )?;
    let rows = statement.query_map(params![employer.0, today, most as i64], |r| {
        Ok(EmployerPaidOn { payday: r.get(0)?, kind: r.get(1)?, heads: r.get(2)?, payroll_fen: Fen(r.get(3)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A person's contacts up to `today`, newest first; at most `most`.
///
/// # Errors
/// The database cannot be read.
pub fn contacts(store: &Store, who: EmployeeId, today: NaiveDate, most: usize) -> Result<Vec<ContactTold>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT c.contact_id, c.date, c.channel, c.result, COALESCE(c.deal_product, c.wanted_product), c.amount_fen,
           c.next_contact, c.note, i.file, c.task_id
         FROM current_contact c
         JOIN contact o ON o.contact_id = c.contact_id
         JOIN activity a ON a.activity_id = o.activity_id
         JOIN import i ON i.import_id = a.import_id
         WHERE c.employee_id = ?1 AND c.date <= ?2 ORDER BY c.date DESC, c.contact_id DESC LIMIT ?3",
    )?;
    let mut rows = statement.query(params![who.0, today, most as i64])?;
    let mut contacts = Vec::new();
    while let Some(r) = rows.next()? {
        let (channel, result): (Option<String>, String) = (r.get(2)?, r.get(3)?);
        contacts.push(ContactTold {
            contact_id: r.get(0)?,
            on: r.get(1)?,
            channel: channel.as_deref().and_then(Channel::from_key),
            result: ContactResult::from_key(&result).ok_or(StoreError::Damaged { what: "contact" })?,
            product: r.get(4)?,
            amount_fen: r.get::<_, Option<i64>>(5)?.map(Fen),
            next: r.get(6)?,
            note: r.get(7)?,
            by: r.get(8)?,
            task_id: r.get(9)?,
        });
    }
    Ok(contacts)
}

/// Tasks that were issued for a person up to `today`, newest first; at most `most`.
///
/// # Errors
/// The database cannot be read.
pub fn tasks(store: &Store, who: EmployeeId, today: NaiveDate, most: usize) -> Result<Vec<TaskIssued>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT t.task_id, t.rule, min(e.today), e.due,
           COALESCE((SELECT m.channel FROM task_event m WHERE m.task_id = t.task_id AND m.event = 'moved'
             AND m.today <= ?2 ORDER BY m.today DESC, m.event_id DESC LIMIT 1), e.channel),
           (SELECT CASE WHEN m.event = 'lapsed' THEN m.today END FROM task_event m
             WHERE m.task_id = t.task_id AND m.event IN ('moved', 'lapsed') AND m.today <= ?2
             ORDER BY m.today DESC, m.event_id DESC LIMIT 1),
           COALESCE(e.deadline, e.due) FROM task t
         JOIN task_event e ON e.task_id = t.task_id AND e.event = 'issued' AND e.today <= ?2
         WHERE t.employee_id IN
           (SELECT ?1 UNION ALL SELECT employee_id FROM employee_alias WHERE canonical_id = ?1)
         GROUP BY t.task_id ORDER BY min(e.today) DESC, t.task_id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![who.0, today, most as i64], |r| {
        let channel: Option<String> = r.get(4)?;
        Ok(TaskIssued {
            task_id: r.get(0)?,
            rule: r.get(1)?,
            issued: r.get(2)?,
            dated: r.get(3)?,
            channel: channel.as_deref().and_then(Channel::from_key),
            lapsed: r.get(5)?,
            deadline: r.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
