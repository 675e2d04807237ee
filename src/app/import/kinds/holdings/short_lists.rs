//! Lists from which rows were left out: whoever is missing from one may stand in such a row, and is not lost.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::Ctx;
use crate::model::matching::employer::EmployerMatch;
use crate::model::problem::codes;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Param, Personal};
use crate::store::import::people::Person;

/// Rows of people that a sheet's lists may lack.
pub struct LeftOut {
    /// Rows with an error or hidden, of which an employer is named.
    of: BTreeMap<EmployerId, i64>,
    /// Such rows that may be any employer's.
    anybodys: i64,
    strangers: Strangers,
    /// Lists that lack some.
    short: i64,
    rows: i64,
}

impl LeftOut {
    /// What was left out of a sheet, by whose it may be; `rows` by the employer named there.
    pub fn of(ctx: &Ctx<'_>, rows: &BTreeMap<Option<String>, i64>, strangers: Strangers) -> Result<LeftOut, AppError> {
        let mut left_out = LeftOut { of: BTreeMap::new(), anybodys: 0, strangers, short: 0, rows: 0 };
        for (text, rows) in rows {
            match text.as_deref().map(|text| ctx.match_employer(text)).transpose()? {
                Some(EmployerMatch::Found(employer)) => *left_out.of.entry(employer).or_default() += rows,
                // None of those with a list here.
                Some(EmployerMatch::Nobody) => {}
                Some(EmployerMatch::Unsure(_)) | None => left_out.anybodys += rows,
            }
        }
        Ok(left_out)
    }

    /// Whether an employer's list of the day, standing in these parts, lacks people of the rows left out; `short` are the
    /// lists of the whole file that do.
    pub fn is_short(
        &mut self,
        ctx: &Ctx<'_>,
        (as_of, employer): (NaiveDate, EmployerId),
        parts: &[i64],
        short: &mut BTreeSet<(NaiveDate, EmployerId)>,
    ) -> Result<bool, AppError> {
        let named = self.of.get(&employer).copied().unwrap_or(0);
        let own = named + self.anybodys;
        if own > 0 || self.strangers.rows > 0 {
            let missing = ctx.store.missing_since(employer, as_of, parts)?;
            let lacks = if own > 0 {
                // Of a first list nobody knows who is missing.
                !missing.is_empty() || ctx.store.last_roster_size(employer, as_of)? == 0
            } else {
                self.strangers.may_be_of(ctx, &missing, employer)?
            };
            if lacks {
                self.short += 1;
                self.rows += named;
                short.insert((as_of, employer));
            }
        }
        Ok(short.contains(&(as_of, employer)))
    }

    /// Tells that lists are short.
    pub fn tell(&self, ctx: &mut Ctx<'_>) {
        if self.short > 0 {
            let rows = self.rows + self.anybodys + self.strangers.rows;
            let params = vec![("rows", Param::Count(rows)), ("employers", Param::Count(self.short))];
            ctx.raise(codes::ROSTER_ROWS_LEFT_OUT, params);
        }
    }
}

/// Rows whose employer nobody knows: by which of customer, ID and account number they know their people, and the names.
#[derive(Default)]
pub struct Strangers {
    rows: i64,
    names: BTreeMap<[bool; 3], BTreeSet<Option<Personal<String>>>>,
}

impl Strangers {
    pub fn add(&mut self, row: &HoldingRow) {
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

    /// Whether somebody of those missing at an employer may be one of them.
    fn may_be_of(&self, ctx: &Ctx<'_>, missing: &[EmployeeId], employer: EmployerId) -> Result<bool, AppError> {
        if missing.is_empty() {
            return Ok(false);
        }
        let people = ctx.store.people(Some(employer))?;
        Ok(missing.iter().filter_map(|id| people.get(id)).any(|person| self.may_be(person)))
    }
}
