//! Finding people and what identifies them: in the database, in notes, in the text of files.

use std::collections::{BTreeSet, HashSet};

use rusqlite::params;
use rusqlite::types::ValueRef;

use crate::model::matching::remnant::is_remnant;
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, Personal};
use crate::store::trust::purge::columns::{Holds, held_in};
use crate::store::trust::purge::numbers::plain;
use crate::store::trust::purge::schema::Schema;
use crate::store::trust::purge::terms::{OF_THE_REMOVAL, Remaining, SHORTEST_VALUE, Traces};
use crate::store::trust::purge::text::{Finder, Found, PHONE, Sought};
use crate::store::trust::purge::words::each_word;
use crate::store::{Store, StoreError};

/// Numbers of files that have letters too may be this short (`KH1`): a file is not changed, only listed.
const SHORTEST_IN_FILES: usize = 3;

/// An employer's contact as the database has them.
#[derive(Debug, Clone)]
pub struct Contact {
    pub phone: Personal<String>,
    pub name: Option<Personal<String>>,
}

impl Store {
    /// Employees whom a customer, ID, account or phone number (or `P000123`) fits.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn people_of(&self, text: &Personal<String>) -> Result<Vec<EmployeeId>, StoreError> {
        let text = text.unmask(Purpose::Store).trim();
        let mut found: BTreeSet<i64> = BTreeSet::new();
        if let Ok(id) = text.parse::<EmployeeId>() {
            found.extend(self.ids("SELECT employee_id FROM person WHERE employee_id = ?1", params![id.0])?);
        }
        for scheme in ["customer", "id_number", "account"] {
            let sql = "SELECT employee_id FROM identity WHERE scheme = ?1 AND hmac = ?2";
            for written in [text.to_string(), plain(text)] {
                found.extend(self.ids(sql, params![scheme, self.hmac16(scheme, &written)])?);
            }
        }
        let wanted = plain(text);
        let mut statement =
            self.conn.prepare("SELECT employee_id, customer_number, id_number, phone, account FROM person")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 1..=4 {
                if row
                    .get_ref(column)?
                    .as_str_or_null()
                    .unwrap_or_default()
                    .is_some_and(|v| plain(v) == wanted && !wanted.is_empty())
                {
                    found.insert(row.get(0)?);
                }
            }
        }
        Ok(found.into_iter().map(EmployeeId).collect())
    }

    /// Phones and names of employers' contacts whom a phone number fits, as they stand in the database.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn contacts_of(&self, text: &Personal<String>) -> Result<Vec<Contact>, StoreError> {
        let wanted = plain(text.unmask(Purpose::Store));
        let mut statement =
            self.conn.prepare("SELECT DISTINCT phone, name FROM key_person WHERE phone IS NOT NULL ORDER BY 1, 2")?;
        let rows = statement.query_map([], |r| {
            Ok(Contact { phone: Personal::new(r.get(0)?), name: r.get::<_, Option<_>>(1)?.map(Personal::new) })
        })?;
        let all: Vec<Contact> = rows.collect::<Result<_, _>>()?;
        let fits = |c: &Contact| !wanted.is_empty() && plain(c.phone.unmask(Purpose::Store)) == wanted;
        Ok(all.into_iter().filter(fits).collect())
    }

    /// What identifies these people and contacts of employers, as far as the database knows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn traces(&self, people: BTreeSet<EmployeeId>, contacts: &[Contact]) -> Result<Traces, StoreError> {
        let people = self.with_other_numbers(people)?;
        let (mut values, mut names) = (HashSet::new(), HashSet::new());
        let (mut hmacs, mut tasks, mut phones) = (HashSet::new(), HashSet::new(), HashSet::new());
        let mut former = self.conn.prepare("SELECT hmac FROM former_phone WHERE employee_id = ?1")?;
        let mut person = self
            .conn
            .prepare("SELECT customer_number, id_number, phone, account, name FROM person WHERE employee_id = ?1")?;
        let mut identity = self.conn.prepare("SELECT hmac FROM identity WHERE employee_id = ?1")?;
        let mut task = self.conn.prepare("SELECT task_id FROM task WHERE employee_id = ?1")?;
        for id in &people {
            let mut rows = person.query([id.0])?;
            while let Some(row) = rows.next()? {
                for column in 0..4 {
                    let value: Option<String> = row.get(column)?;
                    // What is left of a masked number is not theirs alone.
                    values.extend(value.filter(|v| !v.is_empty() && !is_remnant(v)));
                }
                names.extend(row.get::<_, Option<String>>(4)?.filter(|n| !n.is_empty()));
            }
            hmacs.extend(identity.query_map([id.0], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?);
            tasks.extend(task.query_map([id.0], |r| r.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?);
            phones.extend(former.query_map([id.0], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?);
        }
        for contact in contacts {
            values.insert(contact.phone.unmask(Purpose::Store).clone());
            names.extend(contact.name.as_ref().map(|n| n.unmask(Purpose::Store).clone()));
        }
        self.leave_to_others(&people, &mut values, &mut phones)?;
        Ok(Traces { people, values: Personal::new(values), names: Personal::new(names), tasks, hmacs, phones })
    }

    /// The people with the other numbers they were known under before somebody decided that they are the same.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn with_other_numbers(&self, mut people: BTreeSet<EmployeeId>) -> Result<BTreeSet<EmployeeId>, StoreError> {
        let pairs: Vec<(i64, i64)> = self
            .conn
            .prepare("SELECT employee_id, canonical_id FROM employee_alias")?
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut known = 0;
        while known != people.len() {
            known = people.len();
            for (one, other) in pairs.iter().map(|(a, b)| (EmployeeId(*a), EmployeeId(*b))) {
                if people.contains(&one) || people.contains(&other) {
                    people.extend([one, other]);
                }
            }
        }
        Ok(people)
    }

    /// A phone or account that somebody else has too does not identify: it stays with the other.
    fn leave_to_others(
        &self,
        people: &BTreeSet<EmployeeId>,
        values: &mut HashSet<String>,
        phones: &mut HashSet<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let mut of_others = HashSet::new();
        let mut statement =
            self.conn.prepare("SELECT employee_id, customer_number, id_number, phone, account FROM person")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if people.contains(&EmployeeId(row.get(0)?)) {
                continue;
            }
            for column in 1..=4 {
                of_others.extend(row.get_ref(column)?.as_str_or_null().unwrap_or_default().map(plain));
            }
            if let Some(phone) = row.get_ref(3)?.as_str_or_null().unwrap_or_default().filter(|_| !phones.is_empty()) {
                phones.remove(&self.hmac16(PHONE, phone)[..]);
            }
        }
        values.retain(|v| !of_others.contains(&plain(v)));
        let mut statement = self.conn.prepare("SELECT employee_id, hmac FROM former_phone")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()?.filter(|_| !phones.is_empty()) {
            if !people.contains(&EmployeeId(row.get(0)?)) {
                phones.remove(row.get_ref(1)?.as_blob().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// What finds these people in texts; numbers shorter than `shortest` are not looked for.
    fn finder_of(&self, traces: &Traces, shortest: usize) -> Result<Finder, StoreError> {
        let sought = Sought {
            values: traces.values.unmask(Purpose::Store).clone(),
            shortest,
            of_others: self.numbers_of_no_person()?,
            names: traces.names.unmask(Purpose::Store).clone(),
            hashes: Some(&traces.hmacs),
            phones: Some(&traces.phones),
        };
        Ok(Finder::new(sought, self.mac.clone()))
    }

    /// Numbers and codes of employers and colleagues: a person may have the same.
    fn numbers_of_no_person(&self) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT bank_number FROM employer WHERE bank_number IS NOT NULL
                   UNION SELECT credit_code FROM employer WHERE credit_code IS NOT NULL UNION SELECT number FROM staff";
        let mut statement = self.conn.prepare(sql)?;
        let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
        rows.map(|number| Ok(plain(&number?))).collect()
    }

    /// What finds these people in the database's own texts.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) fn finder(&self, traces: &Traces) -> Result<Finder, StoreError> {
        self.finder_of(traces, SHORTEST_VALUE)
    }

    /// What finds these people in files that others have made.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn finder_in_files(&self, traces: &Traces) -> Result<Finder, StoreError> {
        self.finder_of(traces, SHORTEST_IN_FILES)
    }

    /// What finds these people in texts of ours, by our own numbers and tasks.
    pub fn finder_of_ids(&self, traces: &Traces) -> Finder {
        let ids = traces.people.iter().map(ToString::to_string).chain(traces.tasks.iter().cloned());
        Finder::new(
            Sought { values: ids.collect(), shortest: SHORTEST_IN_FILES, ..Sought::default() },
            self.mac.clone(),
        )
    }

    /// Looks through every text and every hash of every table for the people; nothing found is the proof. The audit and
    /// the names of imported files stay as they were written: what they hold is told, not removed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn remaining(&self, traces: &Traces) -> Result<Vec<Remaining>, StoreError> {
        let schema = Schema::read(&self.conn)?;
        let (finder, ids) = (self.finder(traces)?, self.finder_of_ids(traces));
        let mut found = Vec::new();
        for (table, columns) in schema.columns.iter().filter(|(t, _)| !OF_THE_REMOVAL.contains(&t.as_str())) {
            let kept = table == "audit" || table == "purged";
            for (column, kind) in columns {
                let refers = schema.references.contains(&(table.clone(), column.clone()))
                    || (table == "employee" && column == "employee_id");
                let holds = held_in(column).filter(|_| !kept);
                let fixed = kind == "TEXT" && holds == Some(Holds::Fixed);
                if !refers && (fixed || !matches!(kind.as_str(), "TEXT" | "BLOB" | "ANY")) {
                    continue;
                }
                let mut statement = self.conn.prepare(&format!("SELECT \"{column}\" FROM \"{table}\""))?;
                let mut rows = statement.query([])?;
                let (mut sure, mut doubtful) = (0, 0);
                while let Some(row) = rows.next()? {
                    let hit = match row.get_ref(0)? {
                        ValueRef::Integer(id) => sure_if(refers && traces.people.contains(&EmployeeId(id))),
                        ValueRef::Blob(bytes) => sure_if(traces.hmacs.contains(bytes) || traces.phones.contains(bytes)),
                        ValueRef::Text(text) => {
                            let text = String::from_utf8_lossy(text);
                            let in_words = |text: &str| match ids.find(text) {
                                Found::Sure if !kept => Found::Sure,
                                _ => finder.find(text),
                            };
                            match holds {
                                // As they are removed: everybody's numbers are too many to be hashed.
                                Some(Holds::Number) if table == "person" => sure_if(finder.is_present(&text)),
                                Some(Holds::Number) => sure_if(finder.is(&text)),
                                Some(Holds::Json) => {
                                    let mut best = Found::Nothing;
                                    let json = each_word(&text, &mut |word| best = best.max(in_words(word)));
                                    if json.is_some() { best } else { in_words(&text) }
                                }
                                _ => in_words(&text),
                            }
                        }
                        _ => Found::Nothing,
                    };
                    sure += i64::from(hit == Found::Sure);
                    doubtful += i64::from(hit == Found::Doubtful);
                }
                for (rows, doubtful) in [(sure, false), (doubtful, true)].into_iter().filter(|(rows, _)| *rows > 0) {
                    found.push(Remaining { table: table.clone(), column: column.clone(), rows, doubtful });
                }
            }
        }
        Ok(found)
    }
}

fn sure_if(hit: bool) -> Found {
    if hit { Found::Sure } else { Found::Nothing }
}
