//! Finding people and what identifies them: in the database, in notes, in the text of files.

use std::collections::{BTreeSet, HashSet};

use rusqlite::params;
use rusqlite::types::ValueRef;

use super::super::{Store, StoreError};
use super::schema::Schema;
use super::{BLOT, Remaining, SHORTEST_VALUE, Traces};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, Personal};

/// Parts of `text` that could be a number or key: runs of letters and digits, also with blanks or dashes between taken out.
pub fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    let plain = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_string);
    let joined = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == ' ' || c == '-'))
        .filter(|t| t.contains([' ', '-']))
        .map(|t| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    plain.chain(joined)
}

/// `text` with every such number in it blotted out; `None` when there is none.
pub(super) fn redact(text: &str, values: &HashSet<String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let of_a_run = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside = of_a_run(first);
        let end = rest.find(|c: char| of_a_run(c) != inside).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        if !inside {
            out.push_str(run);
        } else if values.contains(&run.chars().filter(char::is_ascii_alphanumeric).collect::<String>()) {
            out.push_str(BLOT);
        } else {
            for word in run.split_inclusive([' ', '-']) {
                let number = word.trim_end_matches([' ', '-']);
                out.push_str(if values.contains(number) { BLOT } else { number });
                out.push_str(&word[number.len()..]);
            }
        }
    }
    (out != text).then_some(out)
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
            let hmac = self.hmac16(scheme, text);
            let sql = "SELECT employee_id FROM identity WHERE scheme = ?1 AND hmac = ?2";
            found.extend(self.ids(sql, params![scheme, hmac])?);
        }
        found.extend(self.ids(
            "SELECT employee_id FROM person WHERE ?1 IN (phone, customer_number, id_number, account)",
            params![text],
        )?);
        Ok(found.into_iter().map(EmployeeId).collect())
    }

    /// What identifies these people, as far as the database knows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn traces(&self, people: BTreeSet<EmployeeId>) -> Result<Traces, StoreError> {
        let people = self.with_other_numbers(people)?;
        let (mut values, mut names) = (HashSet::new(), HashSet::new());
        let (mut hmacs, mut tasks) = (HashSet::new(), HashSet::new());
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
                    values.extend(value.filter(|v| !v.is_empty()));
                }
                names.extend(row.get::<_, Option<String>>(4)?.filter(|n| !n.is_empty()));
            }
            hmacs.extend(identity.query_map([id.0], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?);
            tasks.extend(task.query_map([id.0], |r| r.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?);
        }
        self.leave_to_others(&people, &mut values)?;
        Ok(Traces { people, values: Personal::new(values), names: Personal::new(names), tasks, hmacs })
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
    fn leave_to_others(&self, people: &BTreeSet<EmployeeId>, values: &mut HashSet<String>) -> Result<(), StoreError> {
        let mut statement =
            self.conn.prepare("SELECT employee_id, customer_number, id_number, phone, account FROM person")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if people.contains(&EmployeeId(row.get(0)?)) {
                continue;
            }
            for column in 1..=4 {
                if let Some(value) = row.get::<_, Option<String>>(column)? {
                    values.remove(&value);
                }
            }
        }
        Ok(())
    }

    /// Looks through every text and every hash of every table for the people; nothing found is the proof. The audit and
    /// the names of imported files stay as they were written: what they hold is told, not removed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn remaining(&self, traces: &Traces) -> Result<Vec<Remaining>, StoreError> {
        let schema = Schema::read(&self.conn)?;
        let values: HashSet<&str> = traces
            .values
            .unmask(Purpose::Store)
            .iter()
            .map(String::as_str)
            .filter(|v| v.len() >= SHORTEST_VALUE)
            .collect();
        let numbers: HashSet<String> = traces.people.iter().map(ToString::to_string).collect();
        let mut found = Vec::new();
        for (table, columns) in &schema.columns {
            let kept = table == "audit" || table == "purged";
            for (column, kind) in columns {
                let refers = schema.references.contains(&(table.clone(), column.clone()))
                    || (table == "employee" && column == "employee_id");
                if !refers && !matches!(kind.as_str(), "TEXT" | "BLOB" | "ANY") {
                    continue;
                }
                let mut statement = self.conn.prepare(&format!("SELECT \"{column}\" FROM \"{table}\""))?;
                let mut rows = statement.query([])?;
                let mut hits = 0;
                while let Some(row) = rows.next()? {
                    let hit = match row.get_ref(0)? {
                        ValueRef::Integer(id) => refers && traces.people.contains(&EmployeeId(id)),
                        ValueRef::Blob(bytes) => traces.hmacs.contains(bytes),
                        ValueRef::Text(text) => {
                            let text = String::from_utf8_lossy(text);
                            values.contains(&*text)
                                || tokens(&text).any(|t| {
                                    values.contains(t.as_str())
                                        || (!kept && (numbers.contains(&t) || traces.tasks.contains(&t)))
                                })
                        }
                        _ => false,
                    };
                    hits += i64::from(hit);
                }
                if hits > 0 {
                    found.push(Remaining { table: table.clone(), column: column.clone(), rows: hits });
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_blotted_out_and_nothing_beside_them() {
        let values: HashSet<String> = ["19900000002", "KH000002"].map(str::to_string).into();
        let said = |text: &str| redact(text, &values).unwrap_or_else(|| "as it was".to_string());
        assert_eq!(said("电话19900000002，已约"), "电话***，已约");
        assert_eq!(said("199-0000-0002"), "***");
        assert_eq!(said("{\"note\":\"KH000002 and KH0000021\"}"), "{\"note\":\"*** and KH0000021\"}");
        assert_eq!(said("KH0000021 19900000003"), "as it was");
        assert_eq!(said(""), "as it was");
    }
}
