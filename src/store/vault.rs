//! The vault, asked for single people: who stands behind the numbers that are shown, and nobody else.

use rusqlite::{OptionalExtension as _, Row};

use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::people::Person;
use crate::store::{Store, StoreError};

/// Pages kept in memory by what reads tables from end to end, in KiB: more of them would be kept and never read again.
const READING_KIB: i64 = 49_152;

/// Fewer digits than this are no end of a phone number: too many people have them.
const PHONE_TAIL: usize = 4;

/// So many people are asked for at once.
const ASKED: usize = 1_000;

impl Store {
    /// From now on tables are read through, not looked up: few of their pages are kept.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read_through(&self) -> Result<(), StoreError> {
        Ok(self.conn.pragma_update(None, "cache_size", -READING_KIB)?)
    }

    /// The vault's entry of one person, with what other numbers of theirs add to it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn person(&self, id: EmployeeId) -> Result<Option<Person>, StoreError> {
        let mut found = None;
        self.each_person([id], |_, person| found = Some(person))?;
        Ok(found)
    }

    /// The vault's entries of these people, in the order asked for, in which they best lie beside each other.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn each_person(
        &self,
        ids: impl IntoIterator<Item = EmployeeId>,
        mut see: impl FnMut(EmployeeId, Person),
    ) -> Result<(), StoreError> {
        let entries = "SELECT p.employee_id, a.employee_id, p.customer_number, p.name, p.id_number, p.phone, p.account
                       FROM json_each(?1) asked
                       CROSS JOIN person p ON p.employee_id = asked.value
                       LEFT JOIN employee_alias a ON a.canonical_id = p.employee_id
                       ORDER BY asked.key, a.employee_id DESC";
        let mut own: Option<(EmployeeId, Person)> = None;
        self.each_among(entries, ids, |r| {
            let id = EmployeeId(r.get(0)?);
            if own.as_ref().is_none_or(|(last, _)| *last != id)
                && let Some((id, person)) = own.replace((id, read(r)?))
            {
                see(id, person);
            }
            if let (Some(alias), Some((_, person))) = (r.get::<_, Option<i64>>(1)?, &mut own)
                && let Some(known) = self.entry(EmployeeId(alias))?
            {
                person.complete(known);
            }
            Ok(())
        })?;
        if let Some((id, person)) = own {
            see(id, person);
        }
        Ok(())
    }

    /// Tells the rows of a statement that joins `json_each(?1)`, the numbers of these people, which are asked for many
    /// at a time: each statement of its own would take and give back a lock on the file.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) fn each_among(
        &self,
        select: &str,
        ids: impl IntoIterator<Item = EmployeeId>,
        mut see: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(select)?;
        let mut ids = ids.into_iter().peekable();
        while ids.peek().is_some() {
            let numbers: Vec<String> = ids.by_ref().take(ASKED).map(|id| id.0.to_string()).collect();
            let mut rows = statement.query([format!("[{}]", numbers.join(","))])?;
            while let Some(r) = rows.next()? {
                see(r)?;
            }
        }
        Ok(())
    }

    /// People who have this number of any kind, or this name, or a phone that ends like this.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn people_called(&self, text: &str) -> Result<Vec<EmployeeId>, StoreError> {
        let digits = text.len() >= PHONE_TAIL && text.bytes().all(|b| b.is_ascii_digit());
        let mut statement = self.conn.prepare_cached(
            "SELECT DISTINCT COALESCE(a.canonical_id, p.employee_id) FROM person p
             LEFT JOIN employee_alias a ON a.employee_id = p.employee_id
             WHERE p.customer_number = ?1 OR p.account = ?1 OR p.id_number = ?1 OR p.name = ?1
               OR (?2 AND substr(p.phone, -length(?1)) = ?1)
             ORDER BY 1",
        )?;
        let rows = statement.query_map(rusqlite::params![text, digits], |r| r.get(0).map(EmployeeId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The employer a person belongs to; `None`: nobody has the number any more.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn employer_of_person(&self, who: EmployeeId) -> Result<Option<EmployerId>, StoreError> {
        let of = "SELECT employer_id FROM employee WHERE employee_id = ?1";
        let found = self.conn.prepare_cached(of)?.query_row([who.0], |r| r.get(0).map(EmployerId));
        Ok(found.optional()?)
    }

    fn entry(&self, id: EmployeeId) -> Result<Option<Person>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT employee_id, NULL, customer_number, name, id_number, phone, account FROM person WHERE employee_id = ?1",
        )?;
        Ok(statement.query_row([id.0], read).optional()?)
    }
}

/// An entry, after two numbers.
fn read(r: &Row<'_>) -> rusqlite::Result<Person> {
    let text = |i: usize| r.get::<_, Option<String>>(i).map(|t| t.map(Personal::new));
    Ok(Person { customer_number: text(2)?, name: text(3)?, id_number: text(4)?, phone: text(5)?, account: text(6)? })
}
