//! Paydays as employers state them, beside the days on which wages were paid.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::params;

use crate::model::EmployerId;
use crate::model::rows::{Paydays, Shift};

use crate::store::{Store, StoreError};

/// An employer with a rule of its own for paydays on a day off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedPaydays {
    pub employer: EmployerId,
    pub name: String,
    pub paydays: Paydays,
    pub shift: Shift,
    /// Days on which wages were paid, ascending: all, where the import brings the rule; else those it brings itself.
    pub paid: Vec<NaiveDate>,
}

impl Store {
    /// Employers with a rule of their own of which an import brings the rule or wages.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn stated_paydays(&self, import_id: i64) -> Result<Vec<StatedPaydays>, StoreError> {
        let mut paid: BTreeMap<i64, Vec<(NaiveDate, bool)>> = BTreeMap::new();
        let mut statement = self.conn.prepare_cached(
            "SELECT employer_id, payday, max(import_id = ?1) FROM payroll_run
             WHERE superseded_by IS NULL AND pay_kind = 'wage' GROUP BY employer_id, payday ORDER BY employer_id, payday",
        )?;
        let rows =
            statement.query_map([import_id], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, NaiveDate>(1)?, r.get(2)?)))?;
        for row in rows {
            let (employer, day, brought) = row?;
            paid.entry(employer).or_default().push((day, brought));
        }
        let mut statement = self.conn.prepare_cached(
            "SELECT e.employer_id, e.name, substr(max(p.as_of || s.paydays), 11), max(n.import_id = ?1)
             FROM employer_state s JOIN current_part p ON p.part_id = s.part_id
             JOIN snapshot_part q ON q.part_id = p.part_id JOIN snapshot n ON n.snapshot_id = q.snapshot_id
             JOIN employer e ON e.employer_id = p.employer_id
             WHERE p.kind = 'employers' AND s.paydays IS NOT NULL GROUP BY e.employer_id ORDER BY e.employer_id",
        )?;
        let rows = statement.query_map(params![import_id], |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?, r.get::<_, bool>(3)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (id, name, text, brought) = row?;
            let Some(shift) = Shift::from_text(&text) else { continue };
            let days = paid.remove(&id).unwrap_or_default();
            let paid: Vec<NaiveDate> = days.into_iter().filter(|(_, by)| *by || brought).map(|(day, _)| day).collect();
            if !paid.is_empty() {
                let paydays = Paydays::from_text(&text);
                found.push(StatedPaydays { employer: EmployerId(id), name, paydays, shift, paid });
            }
        }
        Ok(found)
    }
}
