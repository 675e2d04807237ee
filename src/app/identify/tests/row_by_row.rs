//! The slow, obvious way to take a row in: one statement after the other, each row written before the next is looked at.
//! The batch way must leave the same store.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::person::PersonKeys;
use crate::model::matching::remnant::Remnants;
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::people::Person;
use crate::store::trust::purge::PHONE;
use crate::store::{Store, StoreError};

pub trait RowByRow {
    /// Keeps what is left of a person's masked numbers where no whole number is known.
    fn remember_remnants(&self, id: EmployeeId, left: &Remnants) -> Result<(), StoreError>;

    /// Adds an employee first seen on `seen`; who it is tells [`Store::remember_person`].
    fn add_employee(&self, employer: EmployerId, seen: NaiveDate) -> Result<EmployeeId, StoreError>;

    /// Moves the employee to `employer` when `seen` is no older than all snapshots in force that know them, and keeps the earliest date.
    fn see_employee(&self, id: EmployeeId, employer: EmployerId, seen: NaiveDate) -> Result<(), StoreError>;

    /// Keeps who the employee is: known values are kept where the sheet is silent. With `fresh` numbers among them every
    /// number that is nobody's yet finds them from now on.
    fn remember_person(
        &self,
        id: EmployeeId,
        employer: EmployerId,
        person: &Person,
        fresh: bool,
    ) -> Result<(), StoreError>;

    /// A phone that is about to be replaced stays known by its hash: a removal of the person looks for it too.
    fn keep_former_phone(&self, id: EmployeeId, phone: &Personal<String>) -> Result<(), StoreError>;

    /// Every number that is nobody's yet finds the employee from now on.
    fn bind(&self, id: EmployeeId, keys: PersonKeys) -> Result<(), StoreError>;

    /// Puts a row of the person into a part, in the place of one that is there.
    fn replace_holding(&self, part: i64, id: EmployeeId) -> Result<(), StoreError>;

    /// The rows of a table in the order of their columns, as text.
    fn rows_of(&self, table: &str) -> Vec<String>;
}

impl RowByRow for Store {
    fn remember_remnants(&self, id: EmployeeId, left: &Remnants) -> Result<(), StoreError> {
        for (place, (_, left)) in left.by_scheme().into_iter().enumerate() {
            let Some(left) = left else { continue };
            let column = ["customer_number", "id_number", "account"][place];
            self.conn
                .prepare_cached(&format!(
                    "UPDATE person SET {column} = ?2 WHERE employee_id = ?1 AND {column} IS NOT ?2
                       AND ({column} IS NULL OR instr({column}, '*') > 0)"
                ))?
                .execute(params![id.0, left.unmask(Purpose::Store)])?;
        }
        Ok(())
    }

    fn add_employee(&self, employer: EmployerId, seen: NaiveDate) -> Result<EmployeeId, StoreError> {
        let employer = self.canonical_employer(employer)?;
        self.conn
            .prepare_cached(
                "INSERT INTO employee (employee_id, employer_id, first_seen) VALUES (1 + max(
                   COALESCE((SELECT max(employee_id) FROM employee), 0),
                   COALESCE((SELECT max(employee_id) FROM purged), 0)), ?1, ?2)",
            )?
            .execute(params![employer.0, seen])?;
        Ok(EmployeeId(self.conn.last_insert_rowid()))
    }

    fn see_employee(&self, id: EmployeeId, employer: EmployerId, seen: NaiveDate) -> Result<(), StoreError> {
        let employer = self.canonical_employer(employer)?;
        self.conn
            .prepare_cached(
                "UPDATE employee SET first_seen = min(first_seen, ?3),
                   employer_id = CASE WHEN employer_id <> ?2 AND ?3 >= COALESCE(
                     (SELECT max(s.as_of) FROM holding h JOIN snapshot_part p ON p.part_id = h.part_id
                      JOIN snapshot s ON s.snapshot_id = p.snapshot_id
                      WHERE h.employee_id = ?1 AND p.superseded_by IS NULL), '') THEN ?2 ELSE employer_id END
                 WHERE employee_id = ?1 AND (first_seen > ?3 OR employer_id <> ?2)",
            )?
            .execute(params![id.0, employer.0, seen])?;
        Ok(())
    }

    fn remember_person(
        &self,
        id: EmployeeId,
        employer: EmployerId,
        person: &Person,
        fresh: bool,
    ) -> Result<(), StoreError> {
        let plain = |p: &Option<Personal<String>>| p.as_ref().map(|p| p.unmask(Purpose::Store).clone());
        if let Some(phone) = &person.phone {
            self.keep_former_phone(id, phone)?;
        }
        self.conn
            .prepare_cached(
                // A row that tells nothing new writes nothing: most rows of a later snapshot.
                "INSERT INTO person (employee_id, customer_number, name, id_number, phone, account)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (employee_id) DO UPDATE SET customer_number = COALESCE(?2, customer_number),
                   name = COALESCE(?3, name), id_number = COALESCE(?4, id_number), phone = COALESCE(?5, phone),
                   account = COALESCE(?6, account)
                 WHERE customer_number IS NOT COALESCE(?2, customer_number) OR name IS NOT COALESCE(?3, name)
                   OR id_number IS NOT COALESCE(?4, id_number) OR phone IS NOT COALESCE(?5, phone)
                   OR account IS NOT COALESCE(?6, account)",
            )?
            .execute(params![
                id.0,
                plain(&person.customer_number),
                plain(&person.name),
                plain(&person.id_number),
                plain(&person.phone),
                plain(&person.account)
            ])?;
        if fresh {
            self.bind(id, person.keys())?;
        }
        if let Some(name) = &person.name {
            self.conn
                .prepare_cached(
                    "INSERT INTO name_at_employer (employer_id, hmac, employee_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute(params![employer.0, self.name_hmac(name), id.0])?;
        }
        Ok(())
    }

    fn keep_former_phone(&self, id: EmployeeId, phone: &Personal<String>) -> Result<(), StoreError> {
        let former: Option<String> = self
            .conn
            .prepare_cached("SELECT phone FROM person WHERE employee_id = ?1 AND phone <> ?2")?
            .query_row(params![id.0, phone.unmask(Purpose::Store)], |r| r.get(0))
            .optional()?;
        if let Some(former) = former {
            self.conn
                .prepare_cached("INSERT INTO former_phone (employee_id, hmac) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![id.0, self.hmac16(PHONE, &former)])?;
        }
        Ok(())
    }

    fn bind(&self, id: EmployeeId, keys: PersonKeys) -> Result<(), StoreError> {
        for (scheme, value) in keys.by_scheme() {
            let Some(value) = value else { continue };
            self.conn
                .prepare_cached(
                    "INSERT INTO identity (scheme, hmac, employee_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute(params![scheme, self.identity_hmac(scheme, value), id.0])?;
        }
        Ok(())
    }

    fn replace_holding(&self, part: i64, id: EmployeeId) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM holding WHERE part_id = ?1 AND employee_id = ?2", params![part, id.0])?;
        self.conn.execute(
            "INSERT INTO holding (part_id, employee_id, products, product_count, asset_product_count) VALUES (?1, ?2, 0, 0, 0)",
            params![part, id.0],
        )?;
        Ok(())
    }

    fn rows_of(&self, table: &str) -> Vec<String> {
        let mut statement = self.conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let row = |r: &rusqlite::Row| -> rusqlite::Result<String> {
            let cells: Result<Vec<String>, _> = (0..columns).map(|i| r.get_ref(i).map(|v| format!("{v:?}"))).collect();
            Ok(format!("{table}: {}", cells?.join(" | ")))
        };
        let mut rows: Vec<String> = statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap();
        rows.sort();
        rows
    }
}
