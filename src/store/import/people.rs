//! The vault: who the employee numbers are, and finding them again.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::person::PersonKeys;
use crate::model::matching::remnant::{self, Remnants};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};

use crate::store::trust::purge::PHONE;
use crate::store::{Store, StoreError};

/// A person as the vault has them. A number with a star in it is what is left of one that came masked.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub customer_number: Option<Personal<String>>,
    pub name: Option<Personal<String>>,
    pub id_number: Option<Personal<String>>,
    pub phone: Option<Personal<String>>,
    pub account: Option<Personal<String>>,
}

impl Person {
    /// Takes over what is not known yet.
    fn complete(&mut self, other: Person) {
        let fill = |own: &mut Option<Personal<String>>, other: Option<Personal<String>>| {
            let whole = |n: &Personal<String>| !remnant::is_remnant(n.unmask(Purpose::Store));
            *own = match (own.take(), other) {
                (Some(own), Some(other)) if !whole(&own) && whole(&other) => Some(other),
                (own, other) => own.or(other),
            };
        };
        fill(&mut self.customer_number, other.customer_number);
        fill(&mut self.name, other.name);
        fill(&mut self.id_number, other.id_number);
        fill(&mut self.phone, other.phone);
        fill(&mut self.account, other.account);
    }

    fn keys(&self) -> PersonKeys<'_> {
        PersonKeys {
            customer_number: self.customer_number.as_ref(),
            id_number: self.id_number.as_ref(),
            account: self.account.as_ref(),
            left: None,
        }
    }
}

impl Store {
    pub(crate) fn identity_hmac(&self, scheme: &str, value: &Personal<String>) -> [u8; 16] {
        self.hmac16(scheme, value.unmask(Purpose::Store))
    }

    pub(crate) fn name_hmac(&self, name: &Personal<String>) -> [u8; 16] {
        self.hmac16("name", name.unmask(Purpose::Store))
    }

    /// The employee whom all numbers given speak of that are known at all; `None` when they speak of several.
    pub fn find_employee(&self, keys: PersonKeys) -> Result<Option<EmployeeId>, StoreError> {
        let mut found = None;
        for (scheme, value) in keys.by_scheme() {
            let Some(value) = value else { continue };
            let Some(whose) = self.whose((scheme, self.identity_hmac(scheme, value)))? else { continue };
            if found.is_some_and(|known| known != whose.now) {
                return Ok(None);
            }
            found = Some(whose.now);
        }
        Ok(found)
    }

    /// Keeps what is left of a person's masked numbers where no whole number is known.
    pub fn remember_remnants(&self, id: EmployeeId, left: &Remnants) -> Result<(), StoreError> {
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

    /// The employer of a person already known: for rows that do not name one.
    pub fn employer_of(&self, keys: PersonKeys) -> Result<Option<EmployerId>, StoreError> {
        let Some(id) = self.find_employee(keys)? else { return Ok(None) };
        let employer = self
            .conn
            .prepare_cached("SELECT employer_id FROM employee WHERE employee_id = ?1")?
            .query_row([id.0], |r| r.get(0))
            .optional()?;
        Ok(employer.map(EmployerId))
    }

    /// Everybody's employer.
    pub fn employers_of_people(&self) -> Result<BTreeMap<EmployeeId, EmployerId>, StoreError> {
        let mut statement = self.conn.prepare("SELECT employee_id, employer_id FROM employee")?;
        let rows = statement.query_map([], |r| Ok((EmployeeId(r.get(0)?), EmployerId(r.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds an employee first seen on `seen`; who it is tells [`Store::remember_person`].
    pub fn add_employee(&self, employer: EmployerId, seen: NaiveDate) -> Result<EmployeeId, StoreError> {
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

    /// Moves the employee to `employer` when `seen` is no older than all snapshots in force that know them, and keeps the earliest date.
    pub fn see_employee(&self, id: EmployeeId, employer: EmployerId, seen: NaiveDate) -> Result<(), StoreError> {
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

    /// Whether the vault knows the person by another name. A name with a star in it was masked by whoever sent it.
    pub fn has_another_name(&self, id: EmployeeId, name: &Personal<String>) -> Result<bool, StoreError> {
        let known: Option<Option<String>> = self
            .conn
            .prepare_cached("SELECT name FROM person WHERE employee_id = ?1")?
            .query_row([id.0], |r| r.get(0))
            .optional()?;
        let name = name.unmask(Purpose::Store);
        Ok(known.flatten().is_some_and(|known| known != *name && !known.contains('*') && !name.contains('*')))
    }

    /// Keeps who the employee is: known values are kept where the sheet is silent. With `fresh` numbers among them every
    /// number that is nobody's yet finds them from now on.
    pub fn remember_person(
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
            self.bind_keys(id, person.keys())?;
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

    /// A phone that is about to be replaced stays known by its hash: a removal of the person looks for it too.
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

    /// Numbers a payment shows of somebody known by another number find them from now on; none that is known changes.
    pub fn learn_keys(&self, id: EmployeeId, keys: PersonKeys) -> Result<(), StoreError> {
        let plain = |p: Option<&Personal<String>>| p.map(|p| p.unmask(Purpose::Store).clone());
        self.conn
            .prepare_cached(
                "UPDATE person SET
                   customer_number = CASE WHEN instr(customer_number, '*') > 0 THEN COALESCE(?2, customer_number)
                                          ELSE COALESCE(customer_number, ?2) END,
                   id_number = CASE WHEN instr(id_number, '*') > 0 THEN COALESCE(?3, id_number)
                                    ELSE COALESCE(id_number, ?3) END,
                   account = CASE WHEN instr(account, '*') > 0 THEN COALESCE(?4, account)
                                  ELSE COALESCE(account, ?4) END
                 WHERE employee_id = ?1",
            )?
            .execute(params![id.0, plain(keys.customer_number), plain(keys.id_number), plain(keys.account)])?;
        self.bind_keys(id, keys)
    }

    fn bind_keys(&self, id: EmployeeId, keys: PersonKeys) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO identity (scheme, hmac, employee_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for (scheme, value) in keys.by_scheme() {
            if let Some(value) = value {
                statement.execute(params![scheme, self.identity_hmac(scheme, value), id.0])?;
            }
        }
        Ok(())
    }

    /// A payee's hash for counting heads: by the strongest key the payment carries; people of one name are told apart
    /// by what is left of their masked numbers.
    pub fn payee_hash(&self, keys: PersonKeys, name: Option<&Personal<String>>) -> [u8; 16] {
        let strongest = keys.by_scheme().into_iter().rev().find_map(|(s, v)| v.map(|v| self.identity_hmac(s, v)));
        let by_name = |name: &Personal<String>| match keys.left() {
            Some(left) => self.hmac16("name", &format!("{}{}", name.unmask(Purpose::Store), left.to_text())),
            None => self.name_hmac(name),
        };
        strongest.or_else(|| name.map(by_name)).unwrap_or([0; 16])
    }

    /// The vault's entries of all employees of `employer`, or of everybody.
    pub fn people(&self, employer: Option<EmployerId>) -> Result<BTreeMap<EmployeeId, Person>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT p.employee_id, p.customer_number, p.name, p.id_number, p.phone, p.account
             FROM person p JOIN employee e ON e.employee_id = p.employee_id
             WHERE ?1 IS NULL OR e.employer_id = ?1",
        )?;
        let rows = statement.query_map([employer.map(|e| e.0)], |r| {
            let text = |i: usize| r.get::<_, Option<String>>(i).map(|t| t.map(Personal::new));
            let person = Person {
                customer_number: text(1)?,
                name: text(2)?,
                id_number: text(3)?,
                phone: text(4)?,
                account: text(5)?,
            };
            Ok((EmployeeId(r.get(0)?), person))
        })?;
        let mut people: BTreeMap<EmployeeId, Person> = rows.collect::<Result<_, _>>()?;
        let mut statement =
            self.conn.prepare("SELECT employee_id, canonical_id FROM employee_alias ORDER BY employee_id DESC")?;
        let aliases = statement.query_map([], |r| Ok((EmployeeId(r.get(0)?), EmployeeId(r.get(1)?))))?;
        for alias in aliases {
            let (alias, canonical) = alias?;
            let Some(known) = people.get(&alias).cloned() else { continue };
            if let Some(person) = people.get_mut(&canonical) {
                person.complete(known);
            }
        }
        Ok(people)
    }
}
