//! Rows whose person or employer is not sure: kept under a number of their own, asked for, told.

use chrono::NaiveDate;

use super::AppError;
use super::take::Taking;
use crate::model::rows::EmployerRow;
use crate::model::{EmployeeId, EmployerId, Param, Severity};
use crate::store::employers::EmployerKeys;
use crate::store::matching::{Seen, UnsureEmployer, UnsurePerson};

impl Taking<'_> {
    fn seen(&self, row: u32) -> Seen {
        Seen { import_id: self.import_id, line: i64::from(row) + 1, today: self.today }
    }

    /// The number under which the rows of an employer that is not sure are kept.
    pub(super) fn unsure_employer(
        &mut self,
        unsure: &UnsureEmployer,
        keys: EmployerKeys,
        row: u32,
    ) -> Result<EmployerId, AppError> {
        let name = keys.name.unwrap_or_default();
        let id = match unsure.known {
            Some((_, id)) => id,
            None => self.store.add_employer(EmployerKeys::default(), name)?,
        };
        self.store.complete_employer(id, keys)?;
        let number = self.store.open_employer(unsure, id, self.seen(row))?;
        if !self.store.is_decided(number)? {
            let candidates = unsure.candidates.len() as i64;
            let params = vec![("employer", Param::Text(name.into())), ("candidates", Param::Count(candidates))];
            self.raise("employer_unsure", Severity::Warning, params);
        }
        Ok(id)
    }

    /// Notes the name of an employer that was found by its numbers.
    pub(super) fn renamed(&mut self, id: EmployerId, row: &EmployerRow, as_of: NaiveDate) -> Result<(), AppError> {
        if row.credit_code.is_none() && row.bank_number.is_none() {
            return Ok(());
        }
        if let Some(former) = self.store.rename_employer(id, &row.name, as_of)? {
            let params = vec![("former", Param::Text(former)), ("employer", Param::Text(row.name.clone()))];
            self.raise("employer_renamed", Severity::Note, params);
        }
        Ok(())
    }

    /// The number under which the rows of a person who is not sure are kept; tells whether it is still asked for.
    pub(super) fn unsure_person(
        &mut self,
        unsure: &UnsurePerson,
        employer: EmployerId,
        row: u32,
        seen: NaiveDate,
    ) -> Result<(EmployeeId, bool), AppError> {
        let id = match unsure.known {
            Some((_, id)) => {
                self.store.see_employee(id, employer, seen)?;
                id
            }
            None => self.store.add_employee(employer, seen)?,
        };
        let number = self.store.open_person(unsure, employer, id, self.seen(row))?;
        Ok((id, !self.store.is_decided(number)?))
    }
}
