//! The people of the next rows: what is known of them is fetched together and what becomes of them is written together,
//! both in the order of the keys; in between it is kept in memory, as if every row were written at once. Row by row, an
//! import asked a branch's indices about eight times, each time in another place.

mod people;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use rusqlite::params;

use crate::model::matching::person::PersonKeys;
use crate::model::matching::remnant::Known;
use crate::model::matching::{Key, Whose};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::holdings::Holding;
use crate::store::import::people::Person;
use crate::store::{Store, StoreError};

/// A name's hash at an employer.
type Named = (EmployerId, [u8; 16]);

/// People as the store has them, with what is not written yet. Nothing else may write people or holdings meanwhile;
/// whoever reads them from the store calls [`PeopleBatch::flush`] first.
pub struct PeopleBatch<'s> {
    store: &'s Store,
    most: usize,
    /// Numbers that were looked up, and whose they are.
    whose: HashMap<Key, Option<Whose<EmployeeId>>>,
    people: HashMap<EmployeeId, Kept>,
    /// Who has been met by a name, under the numbers recorded.
    named: HashMap<Named, BTreeSet<EmployeeId>>,
    /// Who has been met by a name that was not looked up.
    met: HashMap<Named, Vec<EmployeeId>>,
    aliases: Option<Aliases>,
    /// The highest number given to anybody so far.
    last: Option<i64>,
    waiting: Waiting,
    /// Rows that took the place of an earlier row of the same person in the same part.
    twice: i64,
}

/// Numbers that stand for others; few, and the same during an import.
struct Aliases {
    employers: BTreeMap<EmployerId, EmployerId>,
    /// Those for whom a person stands, by the person's number.
    people: BTreeMap<EmployeeId, Vec<EmployeeId>>,
    /// Who stands for a number.
    canonical: BTreeMap<EmployeeId, EmployeeId>,
}

/// An employee and who it is.
struct Kept {
    employer: EmployerId,
    first_seen: NaiveDate,
    /// `None`: the vault has no entry yet.
    person: Option<Person>,
    /// The customer number as [`bare_number`] has it.
    bare: Option<String>,
}

impl Kept {
    fn numbers(&self) -> Option<Known> {
        let p = self.person.as_ref()?;
        Some([p.customer_number.clone(), p.id_number.clone(), p.account.clone()])
    }
}

/// What is to be written.
#[derive(Default)]
struct Waiting {
    added: BTreeSet<EmployeeId>,
    moved: BTreeSet<EmployeeId>,
    told: BTreeSet<EmployeeId>,
    keys: Vec<(Key, EmployeeId)>,
    names: Vec<(Named, EmployeeId)>,
    former_phones: Vec<(EmployeeId, [u8; 16])>,
    holdings: Vec<Holding>,
    /// The latest day of a person's rows among them.
    seen: HashMap<EmployeeId, NaiveDate>,
}

impl<'s> PeopleBatch<'s> {
    /// Of nobody yet; up to `most` people or rows are kept in memory.
    pub fn new(store: &'s Store, most: usize) -> PeopleBatch<'s> {
        PeopleBatch {
            store,
            most,
            whose: HashMap::new(),
            people: HashMap::new(),
            named: HashMap::new(),
            met: HashMap::new(),
            aliases: None,
            last: None,
            waiting: Waiting::default(),
            twice: 0,
        }
    }

    /// Goes on to the rows with these numbers, of whom all that is known is fetched. The rows before are written and
    /// forgotten once there are enough of them: the fewer times, the fewer pages of the indices are taken up again.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn fetch<'r>(&mut self, rows: impl Iterator<Item = PersonKeys<'r>>) -> Result<(), StoreError> {
        if self.people.len().max(self.waiting.holdings.len()) >= self.most {
            self.flush()?;
            self.whose.clear();
            self.people.clear();
            self.named.clear();
            self.met.clear();
        }
        let mut keys: Vec<Key> = Vec::new();
        for row in rows {
            let given = row.by_scheme().into_iter().filter_map(|(scheme, value)| Some((scheme, value?)));
            keys.extend(given.map(|(scheme, value)| (scheme, self.store.identity_hmac(scheme, value))));
        }
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| !self.whose.contains_key(key));
        let mut found = BTreeSet::new();
        for key in keys {
            let whose = self.store.whose(key)?;
            found.extend(whose.into_iter().flat_map(|w| [w.recorded, w.now]));
            self.whose.insert(key, whose);
        }
        for id in found {
            self.kept(id)?;
        }
        Ok(())
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let conn = &self.store.conn;
        let mut insert =
            conn.prepare_cached("INSERT INTO employee (employee_id, employer_id, first_seen) VALUES (?1, ?2, ?3)")?;
        let mut update =
            conn.prepare_cached("UPDATE employee SET employer_id = ?2, first_seen = ?3 WHERE employee_id = ?1")?;
        for (write, ids) in [(&mut insert, &waiting.added), (&mut update, &waiting.moved)] {
            for kept in ids.iter().filter_map(|id| Some((id, self.people.get(id)?))) {
                write.execute(params![kept.0.0, kept.1.employer.0, kept.1.first_seen])?;
            }
        }
        let mut write = conn.prepare_cached(
            "INSERT INTO person (employee_id, customer_number, name, id_number, phone, account)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (employee_id) DO UPDATE SET customer_number = ?2, name = ?3, id_number = ?4, phone = ?5,
               account = ?6",
        )?;
        fn plain(value: &Option<Personal<String>>) -> Option<&str> {
            value.as_ref().map(|v| v.unmask(Purpose::Store).as_str())
        }
        for id in &waiting.told {
            let Some(person) = self.people.get(id).and_then(|kept| kept.person.as_ref()) else { continue };
            write.execute(params![
                id.0,
                plain(&person.customer_number),
                plain(&person.name),
                plain(&person.id_number),
                plain(&person.phone),
                plain(&person.account)
            ])?;
        }
        waiting.keys.sort_unstable_by_key(|(key, _)| *key);
        let mut write = conn.prepare_cached(
            "INSERT INTO identity (scheme, hmac, employee_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for ((scheme, hmac), id) in &waiting.keys {
            write.execute(params![scheme, hmac, id.0])?;
        }
        waiting.names.sort_unstable();
        waiting.names.dedup();
        let mut write = conn.prepare_cached(
            "INSERT INTO name_at_employer (employer_id, hmac, employee_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for ((employer, hmac), id) in &waiting.names {
            write.execute(params![employer.0, hmac, id.0])?;
        }
        let mut write =
            conn.prepare_cached("INSERT INTO former_phone (employee_id, hmac) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
        for (id, hmac) in &waiting.former_phones {
            write.execute(params![id.0, hmac])?;
        }
        // Rows of one person and part stay in their order: the last one holds.
        waiting.holdings.sort_by_key(|h| (h.part, h.employee));
        self.twice += self.store.put_holdings(&waiting.holdings)?;
        Ok(())
    }

    /// How many rows took the place of an earlier one since this was asked last; of those written.
    pub fn take_twice(&mut self) -> i64 {
        std::mem::take(&mut self.twice)
    }
}
