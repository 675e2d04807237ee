//! Lists from which rows were left out: whoever is missing from one may stand in such a row, and is not lost.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::kinds::gathered::LeftOut;
use crate::app::import::kinds::gathered::Strangers;
use crate::app::import::take::Taking;
use crate::model::matching::employer::EmployerMatch;
use crate::model::problem::codes;
use crate::model::{EmployeeId, EmployerId, Param};

impl Taking<'_> {
    /// What was left out of a sheet, by whose it may be; `rows` by the employer named there.
    pub(crate) fn left_out_of(
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
    pub(crate) fn is_short(
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
    pub(crate) fn tell_short(&mut self, left_out: &LeftOut) {
        if left_out.short > 0 {
            let rows = left_out.rows + left_out.anybodys + left_out.strangers.rows;
            let params = vec![("rows", Param::Count(rows)), ("employers", Param::Count(left_out.short))];
            self.raise(codes::ROSTER_ROWS_LEFT_OUT, params);
        }
    }
}
