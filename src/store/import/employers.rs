//! Employers, their state at each date, and their contact (vault).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::employer::{EmployerKeys, name_key, whole_name};
use crate::model::personal::Purpose;
use crate::model::rows::EmployerRow;
use crate::model::{EmployerId, Personal};

use crate::store::{Store, StoreError};

/// The contact through whom visits are arranged (关键人).
#[derive(Debug, Clone, Default)]
pub struct KeyPerson {
    pub name: Option<Personal<String>>,
    pub title: Option<String>,
    pub phone: Option<Personal<String>>,
}

/// How a whole name stands among the keys an employer is known by: no key begins so.
pub(crate) fn noted(whole_name: &str) -> String {
    format!("={whole_name}")
}

impl Store {
    /// Says which words do not tell companies apart, the longer before those within them; employers known under keys of
    /// other words can be found by the new ones after [`Store::renew_name_keys`].
    pub fn set_firm_words(&mut self, words: Vec<String>) {
        self.firm_words = words;
    }

    pub(crate) fn name_key(&self, name: &str) -> String {
        name_key(&self.firm_words, name)
    }

    /// Employers whose names have another key by the words of today: number, name, key so far.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn old_name_keys(&self) -> Result<Vec<(EmployerId, String, String)>, StoreError> {
        let mut statement = self.conn.prepare("SELECT employer_id, name, name_key FROM employer")?;
        let all = statement.query_map([], |r| Ok((EmployerId(r.get(0)?), r.get::<_, String>(1)?, r.get(2)?)))?;
        let all: Vec<(EmployerId, String, String)> = all.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|(_, name, key)| self.name_key(name) != *key).collect())
    }

    /// Gives these employers the keys of today.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn renew_name_keys(&self, old: &[(EmployerId, String, String)]) -> Result<(), StoreError> {
        for (id, name, key) in old {
            let delete = "DELETE FROM employer_name WHERE employer_id = ?1 AND name_key = ?2";
            self.conn.execute(delete, params![id.0, key])?;
            let update = "UPDATE employer SET name_key = ?2 WHERE employer_id = ?1";
            self.conn.execute(update, params![id.0, self.name_key(name)])?;
            self.add_employer_name(*id, name)?;
        }
        Ok(())
    }

    /// Outlets that employers and colleagues belong to.
    pub fn outlet_names(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT outlet FROM staff WHERE outlet IS NOT NULL
             UNION SELECT s.outlet FROM employer_state s JOIN current_part p ON p.part_id = s.part_id
               WHERE s.outlet IS NOT NULL",
        )?;
        let rows = statement.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds an employer.
    pub fn add_employer(&self, keys: EmployerKeys, name: &str) -> Result<EmployerId, StoreError> {
        self.conn.execute(
            "INSERT INTO employer (name, name_key, bank_number, credit_code) VALUES (?1, ?2, ?3, ?4)",
            params![name, self.name_key(name), keys.bank_number, keys.credit_code],
        )?;
        let id = EmployerId(self.conn.last_insert_rowid());
        self.add_employer_name(id, name)?;
        Ok(id)
    }

    /// From now on the employer is found by this name too.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn add_employer_name(&self, id: EmployerId, name: &str) -> Result<(), StoreError> {
        let mut add = self.conn.prepare_cached(
            "INSERT INTO employer_name (name_key, employer_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?;
        for key in [self.name_key(name), noted(&whole_name(name))] {
            add.execute(params![key, id.0])?;
        }
        Ok(())
    }

    /// Notes the name an employers' sheet of `as_of` has for an employer found by number: from now on the name finds it
    /// too, and it is shown under it unless a later sheet is known. Returns the former name when it has a new one.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn rename_employer(&self, id: EmployerId, name: &str, as_of: NaiveDate) -> Result<Option<String>, StoreError> {
        let (former, former_key): (String, String) = self
            .conn
            .prepare_cached("SELECT name, name_key FROM employer WHERE employer_id = ?1")?
            .query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?)))?;
        if former == name {
            return Ok(None);
        }
        let key = self.name_key(name);
        self.add_employer_name(id, name)?;
        let latest: Option<NaiveDate> = self
            .conn
            .prepare_cached("SELECT max(as_of) FROM current_part WHERE kind = 'employers' AND employer_id = ?1")?
            .query_row([id.0], |r| r.get(0))?;
        if latest.is_some_and(|d| d > as_of) {
            return Ok(None);
        }
        self.conn
            .prepare_cached("UPDATE employer SET name = ?2, name_key = ?3 WHERE employer_id = ?1")?
            .execute(params![id.0, name, key])?;
        Ok((key != former_key).then_some(former))
    }

    /// Fills numbers that were unknown when the employer was first seen; known ones stay, those of others are not taken.
    pub fn complete_employer(&self, id: EmployerId, keys: EmployerKeys) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE employer SET
               bank_number = COALESCE(bank_number,
                 CASE WHEN NOT EXISTS (SELECT 1 FROM employer o WHERE o.bank_number = ?2) THEN ?2 END),
               credit_code = COALESCE(credit_code,
                 CASE WHEN NOT EXISTS (SELECT 1 FROM employer o WHERE o.credit_code = ?3) THEN ?3 END)
             WHERE employer_id = ?1",
            params![id.0, keys.bank_number, keys.credit_code],
        )?;
        Ok(())
    }

    /// Records an employer's row of a sheet in its part.
    pub fn add_employer_state(&self, part: i64, id: EmployerId, row: &EmployerRow) -> Result<(), StoreError> {
        self.conn.prepare_cached(
            "INSERT INTO employer_state (part_id, employer_id, industry, nature, payroll_type, address, district, outlet,
               rm, stated_headcount, monthly_payroll_fen, paydays, last_visit, agreement_end, open_complaint, note, visit_hours,
               private_corner)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            part,
            id.0,
            row.industry,
            row.nature,
            row.payroll_type,
            row.address,
            row.district,
            row.outlet,
            row.rm,
            row.stated_headcount,
            row.monthly_payroll.map(|f| f.0),
            row.paydays.as_ref().map(|p| p.with_shift(row.payday_shift)),
            row.last_visit,
            row.agreement_end,
            row.open_complaint,
            row.note,
            row.visit_hours.as_ref().map(ToString::to_string),
            row.private_corner,
        ])?;
        let shown = |p: &Option<Personal<String>>| p.as_ref().map(|p| p.unmask(Purpose::Store).clone());
        self.conn.execute(
            "INSERT INTO key_person (part_id, name, title, phone) VALUES (?1, ?2, ?3, ?4)",
            params![part, shown(&row.contact_name), row.contact_title, shown(&row.contact_phone)],
        )?;
        Ok(())
    }

    /// The employer's contact as last reported on or before `today`.
    pub fn key_person(&self, id: EmployerId, today: NaiveDate) -> Result<KeyPerson, StoreError> {
        Ok(self
            .conn
            .query_row(
                "SELECT k.name, k.title, k.phone FROM key_person k
                 JOIN current_part p ON p.part_id = k.part_id
                 WHERE p.kind = 'employers' AND p.employer_id = ?1 AND p.as_of <= ?2 AND k.name IS NOT NULL
                 ORDER BY p.as_of DESC, p.part_id DESC LIMIT 1",
                params![id.0, today],
                |r| {
                    Ok(KeyPerson {
                        name: r.get::<_, Option<String>>(0)?.map(Personal::new),
                        title: r.get(1)?,
                        phone: r.get::<_, Option<String>>(2)?.map(Personal::new),
                    })
                },
            )
            .optional()?
            .unwrap_or_default())
    }

    pub fn employer_name(&self, id: EmployerId) -> Result<Option<String>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT name FROM employer WHERE employer_id = ?1")?
            .query_row([id.0], |r| r.get(0))
            .optional()?)
    }

    /// All employers by id, with their names; without those known to be others.
    pub fn employers(&self) -> Result<Vec<(EmployerId, String)>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT employer_id, name FROM employer WHERE employer_id NOT IN (SELECT employer_id FROM employer_alias)
             ORDER BY employer_id",
        )?;
        let rows = statement.query_map([], |r| Ok((EmployerId(r.get(0)?), r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
