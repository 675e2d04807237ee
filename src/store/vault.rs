//! The vault, asked for single people: who stands behind the numbers that are shown, and nobody else.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension as _;

use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::people::Person;
use crate::store::{Store, StoreError};

/// Pages kept in memory by what reads tables from end to end, in KiB: more of them would be kept and never read again.
const READING_KIB: i64 = 49_152;

/// Fewer digits than this are no end of a phone number: too many people have them.
const PHONE_TAIL: usize = 4;

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
        let Some(mut person) = self.entry(id)? else { return Ok(None) };
        let mut statement = self.conn.prepare_cached(
            "SELECT employee_id FROM employee_alias WHERE canonical_id = ?1 ORDER BY employee_id DESC",
        )?;
        let aliases = statement.query_map([id.0], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        for alias in aliases {
            if let Some(known) = self.entry(EmployeeId(alias))? {
                person.complete(known);
            }
        }
        Ok(Some(person))
    }

    /// The vault's entries of these people. Asked for in the order of their numbers, in which they lie beside each other.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn people_among(
        &self,
        ids: impl IntoIterator<Item = EmployeeId>,
    ) -> Result<BTreeMap<EmployeeId, Person>, StoreError> {
        let mut ids: Vec<EmployeeId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let people = ids.into_iter().map(|id| Ok(self.person(id)?.map(|person| (id, person))));
        people.filter_map(Result::transpose).collect()
    }

    /// People who have this number of any kind, or this name, or a phone that ends like this; at most `most`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn people_called(&self, text: &str, most: usize) -> Result<Vec<EmployeeId>, StoreError> {
        let digits = text.len() >= PHONE_TAIL && text.bytes().all(|b| b.is_ascii_digit());
        let mut statement = self.conn.prepare_cached(
            "SELECT DISTINCT COALESCE(a.canonical_id, p.employee_id) FROM person p
             LEFT JOIN employee_alias a ON a.employee_id = p.employee_id
             WHERE p.customer_number = ?1 OR p.account = ?1 OR p.id_number = ?1 OR p.name = ?1
               OR (?2 AND substr(p.phone, -length(?1)) = ?1)
             ORDER BY 1 LIMIT ?3",
        )?;
        let rows = statement.query_map(rusqlite::params![text, digits, most as i64], |r| r.get(0).map(EmployeeId))?;
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
            "SELECT customer_number, name, id_number, phone, account FROM person WHERE employee_id = ?1",
        )?;
        let found = statement.query_row([id.0], |r| {
            let text = |i: usize| r.get::<_, Option<String>>(i).map(|t| t.map(Personal::new));
            Ok(Person {
                customer_number: text(0)?,
                name: text(1)?,
                id_number: text(2)?,
                phone: text(3)?,
                account: text(4)?,
            })
        });
        Ok(found.optional()?)
    }
}
