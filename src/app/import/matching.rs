//! Rows whose person or employer is not sure: kept under a number of their own, asked for, told.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::ctx::Ctx;
use crate::model::matching::employer::{EmployerKeys, EmployerMatch, UnsureEmployer};
use crate::model::matching::person::UnsurePerson;
use crate::model::problem::codes;
use crate::model::{EmployeeId, EmployerId, Param};
use crate::store::import::matching::Seen;

impl Ctx<'_> {
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
        let name = keys.name.or(keys.credit_code).unwrap_or_default();
        let id = match unsure.known {
            Some((_, id)) => id,
            None => self.store.add_employer(EmployerKeys::default(), name)?,
        };
        self.store.complete_employer(id, keys)?;
        let number = self.store.open_employer(unsure, id, self.seen(row))?;
        if !self.store.is_decided(number)? {
            let candidates = unsure.candidates.len() as i64;
            let params = vec![("employer", Param::Text(name.into())), ("candidates", Param::Count(candidates))];
            self.raise(codes::EMPLOYER_UNSURE, params);
        }
        Ok(id)
    }

    /// The employer a row names by name and, where it has them, by credit code and number: these come first, as in an
    /// employers' list, and a name that is not that of their employer is told. A code in the name's place is no name.
    pub(super) fn numbered_employer(
        &mut self,
        name: &str,
        [credit_code, bank_number]: [Option<&str>; 2],
        row: u32,
    ) -> Result<EmployerId, AppError> {
        let nameless = credit_code == Some(name);
        if bank_number.is_none() && (credit_code.is_none() || nameless) {
            return self.employer(name, row);
        }
        let all = [credit_code.unwrap_or_default(), bank_number.unwrap_or_default(), name].join("\n");
        if let Some(id) = self.known_employer(&all) {
            return Ok(id);
        }
        let keys = EmployerKeys { credit_code, bank_number, name: Some(name).filter(|_| !nameless) };
        let id = match identify::employer(self.store, &self.order.employer, keys)? {
            EmployerMatch::Found(id) => {
                self.store.complete_employer(id, keys)?;
                if !nameless {
                    self.compare_employer_name(id, name)?;
                }
                id
            }
            EmployerMatch::Unsure(unsure) => self.unsure_employer(&unsure, keys, row)?,
            EmployerMatch::Nobody => {
                self.raise(codes::EMPLOYER_ADDED, vec![("employer", Param::Text(name.into()))]);
                self.store.add_employer(keys, name)?
            }
        };
        self.know_employer(&all, id);
        Ok(id)
    }

    /// Tells when an employer found by its number is not known by the name beside it.
    fn compare_employer_name(&mut self, id: EmployerId, name: &str) -> Result<(), AppError> {
        let keys = EmployerKeys { name: Some(name), ..EmployerKeys::default() };
        let found = self.store.canonical_employer(id)?;
        let mut named = match identify::employer(self.store, &self.order.employer, keys)? {
            EmployerMatch::Found(id) => vec![id],
            EmployerMatch::Unsure(unsure) => unsure.candidates.into_iter().map(|(id, _)| id).collect(),
            EmployerMatch::Nobody => Vec::new(),
        };
        for id in &mut named {
            *id = self.store.canonical_employer(*id)?;
        }
        if !named.contains(&found) {
            let known = self.store.employer_name(found)?.unwrap_or_default();
            let params = vec![("employer", Param::Text(known)), ("name", Param::Text(name.into()))];
            self.raise(codes::EMPLOYER_NAME_DIFFERS, params);
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
                self.people.see_employee(id, employer, seen)?;
                id
            }
            None => self.people.add_employee(employer, seen)?,
        };
        let number = self.store.open_person(unsure, employer, id, self.seen(row))?;
        Ok((id, !self.store.is_decided(number)?))
    }
}
