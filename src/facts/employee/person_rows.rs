//! What tracking looks at, person by person: the change of holdings, the latest payday that can be judged, and where its
//! money went. The tables are read side by side in the order of the people, so that no more than one is in memory.

use rusqlite::{CachedStatement, Row, Rows};

use crate::facts::employee::holding_change::{self, HoldingChange};
use crate::facts::pay::payday_outflow::{self, PaydayOutflow};
use crate::facts::pay::payday_retention::{self, PaydayRetention};
use crate::model::text::shared::Texts;
use crate::model::{EmployeeId, EmployerId};
use crate::store::{Store, StoreError};

/// Everything known of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRows {
    pub employee_id: EmployeeId,
    /// At the employer whose person it is.
    pub change: Option<HoldingChange>,
    /// By employer: one row for each that pays them.
    pub paid: Vec<PaydayRetention>,
    /// By employer and destination.
    pub flows: Vec<PaydayOutflow>,
}

/// Everybody whom an employer has on its list or pays.
const OF_EMPLOYER: &str = "SELECT employee_id FROM holding_change WHERE employer_id = ?1
   UNION
   SELECT p.employee_id FROM pay_window w
   JOIN current_run r ON r.employer_id = w.employer_id AND r.payday BETWEEN w.first_day AND w.window_end
   JOIN matched_payment p ON p.run_id = r.run_id
   WHERE w.employer_id = ?1 AND w.slot = 1 AND p.employee_id IS NOT NULL";

/// Of whom to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    All,
    /// Everybody whom the employer has on its list or pays.
    OfEmployer(EmployerId),
    /// Those with these numbers and between them.
    Between(EmployeeId, EmployeeId),
}

impl Who {
    fn condition(self) -> String {
        match self {
            Who::All => String::new(),
            Who::OfEmployer(_) => format!("AND employee_id IN ({OF_EMPLOYER})"),
            Who::Between(..) => "AND employee_id BETWEEN ?1 AND ?2".into(),
        }
    }

    fn bind(self, statement: &mut CachedStatement<'_>) -> rusqlite::Result<()> {
        match self {
            Who::All => Ok(()),
            Who::OfEmployer(employer) => statement.raw_bind_parameter(1, employer.0),
            Who::Between(first, last) => {
                statement.raw_bind_parameter(1, first.0)?;
                statement.raw_bind_parameter(2, last.0)
            }
        }
    }
}

/// Tells of people by id.
///
/// # Errors
/// The database cannot be read; what `see` fails with.
pub fn each<E: From<StoreError>>(
    store: &Store,
    who: Who,
    mut see: impl FnMut(&PersonRows) -> Result<(), E>,
) -> Result<(), E> {
    let sql = |columns: &str, table: &str, which: &str, order: &str| {
        let only = who.condition();
        format!("SELECT {columns} FROM {table} WHERE {which} {only} ORDER BY employee_id{order}")
    };
    let after_person = |columns: &str| format!("employee_id, {columns}");
    let changes = sql(holding_change::COLUMNS, "holding_change", "1", "");
    let paid = sql(&after_person(payday_retention::COLUMNS), "payday_retention", "slot = 1", ", employer_id");
    let flows = sql(&after_person(payday_outflow::COLUMNS), "payday_outflow", "slot = 1", ", employer_id, destination");
    let prepare = |sql: &str| store.conn.prepare_cached(sql).map_err(StoreError::from);
    let (mut changes, mut paid, mut flows) = (prepare(&changes)?, prepare(&paid)?, prepare(&flows)?);
    let texts = Texts::default();
    let mut changes = Side::new(&mut changes, who, holding_change::read)?;
    let mut paid = Side::new(&mut paid, who, payday_retention::read)?;
    let mut flows = Side::new(&mut flows, who, |r| payday_outflow::read(r, &texts))?;
    let mut person = PersonRows { employee_id: EmployeeId(0), change: None, paid: Vec::new(), flows: Vec::new() };
    while let Some(id) = [changes.person(), paid.person()].into_iter().flatten().min() {
        person.employee_id = id;
        person.paid.clear();
        person.flows.clear();
        person.change = None;
        changes.take_of(id, |change| person.change = Some(change))?;
        paid.take_of(id, |row| person.paid.push(row))?;
        // Of nobody beside those: flows are followed from a payday on.
        while flows.person().is_some_and(|flowing| flowing < id) {
            flows.step()?;
        }
        flows.take_of(id, |row| person.flows.push(row))?;
        see(&person)?;
    }
    Ok(())
}

/// Whether an employer has anybody on its list or pays anybody.
///
/// # Errors
/// The database cannot be read.
pub fn has_any(store: &Store, employer: EmployerId) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM holding_change WHERE employer_id = ?1) OR EXISTS ({OF_EMPLOYER} LIMIT 1)"
    );
    Ok(store.conn.prepare_cached(&sql)?.query_row([employer.0], |r| r.get(0))?)
}

/// One of the tables, a row ahead.
struct Side<'s, T, R> {
    rows: Rows<'s>,
    read: R,
    next: Option<(EmployeeId, T)>,
}

impl<'s, T, R: FnMut(&Row<'_>) -> rusqlite::Result<T>> Side<'s, T, R> {
    fn new(statement: &'s mut CachedStatement<'_>, who: Who, read: R) -> Result<Self, StoreError> {
        who.bind(statement)?;
        let mut side = Side { rows: statement.raw_query(), read, next: None };
        side.step()?;
        Ok(side)
    }

    fn person(&self) -> Option<EmployeeId> {
        self.next.as_ref().map(|(id, _)| *id)
    }

    fn step(&mut self) -> Result<(), StoreError> {
        self.next = match self.rows.next()? {
            Some(r) => Some((EmployeeId(r.get(0)?), (self.read)(r)?)),
            None => None,
        };
        Ok(())
    }

    /// Takes all rows of a person, who is the next or none.
    fn take_of(&mut self, id: EmployeeId, mut take: impl FnMut(T)) -> Result<(), StoreError> {
        while self.person() == Some(id) {
            let taken = self.next.take();
            self.step()?;
            if let Some((_, row)) = taken {
                take(row);
            }
        }
        Ok(())
    }
}
