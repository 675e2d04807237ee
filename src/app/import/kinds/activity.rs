//! What flows, purchases and contacts share: the entry of a sheet's rows in the store, and whom a row speaks of.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::ctx::Ctx;
use crate::model::activity::Who;
use crate::model::matching::person::PersonKeys;
use crate::model::problem::codes;
use crate::model::{EmployeeId, Param};

/// What is gathered while the rows of a sheet come.
#[derive(Default)]
pub struct Activity {
    /// The rows' own entry in the store.
    id: Option<i64>,
    /// Equal rows of the sheet, to tell them apart.
    seen: HashMap<[u8; 32], i64>,
    /// Rows of people nobody knows.
    unknown: i64,
}

impl Activity {
    /// The entry of the sheet's rows in the store, made with the first of them.
    pub fn entry(&mut self, ctx: &Ctx<'_>) -> Result<i64, AppError> {
        let id = match self.id {
            Some(id) => id,
            None => ctx.store.add_activity(ctx.import_id)?,
        };
        self.id = Some(id);
        Ok(id)
    }

    /// That entry, if a row has come.
    pub fn made(&self) -> Option<i64> {
        self.id
    }

    /// How many rows equal to this one the sheet has had, this one included.
    pub fn occurrence(&mut self, row: &impl std::fmt::Debug) -> i64 {
        let key = Sha256::digest(format!("{row:?}").as_bytes()).into();
        let n = self.seen.entry(key).or_insert(0);
        *n += 1;
        *n
    }

    /// The person of a row; a row of somebody nobody knows is left out and counted.
    pub fn person(&mut self, ctx: &mut Ctx<'_>, who: &Who, row: u32) -> Result<Option<EmployeeId>, AppError> {
        let person = person(ctx, who)?;
        if person.is_none() {
            self.unknown += 1;
            ctx.leave_out(row, "person_unknown");
        }
        Ok(person)
    }

    /// Tells how many rows were of people nobody knows.
    pub fn tell_unknown(&self, ctx: &mut Ctx<'_>) {
        if self.unknown > 0 {
            ctx.raise(codes::PEOPLE_UNKNOWN, vec![("rows", Param::Count(self.unknown))]);
        }
    }
}

/// What a row knows its person by.
pub fn keys(who: &Who) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: who.customer_number.as_ref(),
        id_number: who.id_number.as_ref(),
        account: who.account.as_ref(),
        left: None,
    }
}

/// The employee a row speaks of: by number, or by name inside the employer it names.
pub fn person(ctx: &mut Ctx<'_>, who: &Who) -> Result<Option<EmployeeId>, AppError> {
    if who.has_number() {
        return Ok(ctx.people.find_employee(keys(who))?);
    }
    let named = who.employer.as_deref().or(ctx.sheet.employer.as_deref());
    let employer = match named {
        Some(text) => identify::only_employer(ctx.store, text)?,
        None => None,
    };
    match (employer, &who.name) {
        (Some(employer), Some(name)) => Ok(identify::person_named(&mut ctx.people, employer, name, &who.left)?),
        _ => Ok(None),
    }
}
