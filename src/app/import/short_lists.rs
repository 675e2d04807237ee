//! Lists from which rows were left out: whoever is missing from one may stand in such a row, and is not lost.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::import::AppError;
use crate::app::import::take::Taking;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Param, Personal, Severity};
use crate::store::import::matching::EmployerMatch;
use crate::store::import::people::Person;

/// Rows of people that a sheet's lists may lack.
pub(super) struct LeftOut {
    /// Rows with an error or hidden, of which an employer is named.
    of: BTreeMap<EmployerId, i64>,
    /// Such rows that may be any employer's.
    anybodys: i64,
    strangers: Strangers,
    /// Lists that lack some.
    short: i64,
    rows: i64,
}

/// Rows whose employer nobody knows: by which of customer, ID and account number they know their people, and the names.
#[derive(Default)]
pub(super) struct Strangers {
    rows: i64,
    names: BTreeMap<[bool; 3], BTreeSet<Option<Personal<String>>>>,
}

impl Strangers {
    pub(super) fn add(&mut self, row: &HoldingRow) {
        self.rows += 1;
        let by = [row.customer_number.is_some(), row.id_number.is_some(), row.account.is_some()];
        self.names.entry(by).or_default().insert(row.name.clone());
    }

    /// Whether one of them may be this person: known by none of the row's numbers, which would have found them, nor by
    /// another name.
    fn may_be(&self, person: &Person) -> bool {
        let known = [person.customer_number.is_some(), person.id_number.is_some(), person.account.is_some()];
        let named =
            |names: &BTreeSet<_>| person.name.is_none() || names.contains(&None) || names.contains(&person.name);
        self.names.iter().any(|(by, names)| !(0..3).any(|i| by[i] && known[i]) && named(names))
    }
}

impl Taking<'_> {
    /// What was left out of a sheet, by whose it may be; `rows` by the employer named there.
    pub(super) fn left_out_of(
        &self,
        rows: &BTreeMap<Option<String>, i64>,
        strangers: Strangers,
    ) -> Result<LeftOut, AppError> {
        let mut left_out = LeftOut { of: BTreeMap::new(), anybodys: 0, strangers, short: 0, rows: 0 };
        for (text, rows) in rows {
            match text.as_deref().map(|text| self.match_employer(text)).transpose()? {
                Some(EmployerMatch::Found(employer)) => *left_out.of.entry(employer).or_default() += rows,
                // None of those with a list here.
                Some(EmployerMatch::Nobody) => {}
                Some(EmployerMatch::Unsure(_)) | None => left_out.anybodys += rows,
            }
        }
        Ok(left_out)
    }

    /// Whether an employer's list of the day, standing in these parts, lacks people of the rows left out.
    pub(super) fn is_short(
        &mut self,
        employer: EmployerId,
        as_of: NaiveDate,
        parts: &[i64],
        left_out: &mut LeftOut,
    ) -> Result<bool, AppError> {
        let own = left_out.of.get(&employer).copied().unwrap_or(0) + left_out.anybodys;
        if own > 0 || left_out.strangers.rows > 0 {
            let missing = self.store.missing_since(employer, as_of, parts)?;
            let short = if own > 0 {
                // Of a first list nobody knows who is missing.
                !missing.is_empty() || self.store.last_roster_size(employer, as_of)? == 0
            } else {
                self.are_strangers(&missing, employer, &left_out.strangers)?
            };
            if short {
                left_out.short += 1;
                left_out.rows += left_out.of.get(&employer).copied().unwrap_or(0);
                self.short.insert((as_of, employer));
            }
        }
        Ok(self.short.contains(&(as_of, employer)))
    }

    fn are_strangers(
        &self,
        missing: &[EmployeeId],
        employer: EmployerId,
        strangers: &Strangers,
    ) -> Result<bool, AppError> {
        if missing.is_empty() {
            return Ok(false);
        }
        let people = self.store.people(Some(employer))?;
        Ok(missing.iter().filter_map(|id| people.get(id)).any(|person| strangers.may_be(person)))
    }

    /// Tells that lists are short.
    pub(super) fn tell_short(&mut self, left_out: &LeftOut) {
        if left_out.short > 0 {
            let rows = left_out.rows + left_out.anybodys + left_out.strangers.rows;
            let params = vec![("rows", Param::Count(rows)), ("employers", Param::Count(left_out.short))];
            self.raise("roster_rows_left_out", Severity::Warning, params);
        }
    }
}
