//! The vault: who the employee numbers are, and finding them again.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::person::PersonKeys;
use crate::model::matching::remnant;
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};

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
    pub(crate) fn complete(&mut self, other: Person) {
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

    /// Its whole numbers and what is left of others, as they were given.
    pub(crate) fn keys(&self) -> PersonKeys<'_> {
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

    /// Everybody's employer.
    pub fn employers_of_people(&self) -> Result<BTreeMap<EmployeeId, EmployerId>, StoreError> {
        let mut statement = self.conn.prepare("SELECT employee_id, employer_id FROM employee")?;
        let rows = statement.query_map([], |r| Ok((EmployeeId(r.get(0)?), EmployerId(r.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
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

    /// The highest number anybody has or had.
    pub(in crate::store) fn last_employee(&self) -> Result<i64, StoreError> {
        let last = "SELECT max(COALESCE((SELECT max(employee_id) FROM employee), 0),
                               COALESCE((SELECT max(employee_id) FROM purged), 0))";
        Ok(self.conn.query_row(last, [], |r| r.get(0))?)
    }

    /// The latest day of a snapshot in force that has a row under this number.
    pub(in crate::store) fn last_seen(&self, id: EmployeeId) -> Result<Option<NaiveDate>, StoreError> {
        let last = "SELECT max(s.as_of) FROM holding h JOIN snapshot_part p ON p.part_id = h.part_id
                    JOIN snapshot s ON s.snapshot_id = p.snapshot_id
                    WHERE h.employee_id = ?1 AND p.superseded_by IS NULL";
        Ok(self.conn.prepare_cached(last)?.query_row([id.0], |r| r.get(0))?)
    }

    /// An employee as recorded: employer, day first seen, and who it is.
    pub(in crate::store) fn employee(
        &self,
        id: EmployeeId,
    ) -> Result<Option<(EmployerId, NaiveDate, Option<Person>)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT e.employer_id, e.first_seen, p.employee_id, p.customer_number, p.name, p.id_number, p.phone, p.account
             FROM employee e LEFT JOIN person p ON p.employee_id = e.employee_id WHERE e.employee_id = ?1",
        )?;
        let found = statement.query_row([id.0], |r| {
            let text = |i: usize| r.get::<_, Option<String>>(i).map(|t| t.map(Personal::new));
            let person = match r.get::<_, Option<i64>>(2)? {
                None => None,
                Some(_) => Some(Person {
                    customer_number: text(3)?,
                    name: text(4)?,
                    id_number: text(5)?,
                    phone: text(6)?,
                    account: text(7)?,
                }),
            };
            Ok((EmployerId(r.get(0)?), r.get(1)?, person))
        });
        Ok(found.optional()?)
    }

    /// Numbers of employees that stand for another, and whom for.
    pub(in crate::store) fn employee_aliases(&self) -> Result<Vec<(EmployeeId, EmployeeId)>, StoreError> {
        let mut statement = self.conn.prepare("SELECT employee_id, canonical_id FROM employee_alias")?;
        let rows = statement.query_map([], |r| Ok((EmployeeId(r.get(0)?), EmployeeId(r.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
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
