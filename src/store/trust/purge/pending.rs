//! A removal from its beginning to its end: what it looks for is kept until every part of it is done, so that one that
//! was cut off can be gone on with.

use std::collections::HashSet;

use rusqlite::{OptionalExtension as _, params};

use crate::model::Personal;
use crate::model::personal::Purpose;
use crate::store::trust::keys::hex;
use crate::store::trust::purge::Traces;
use crate::store::{Store, StoreError};

impl Store {
    /// Keeps a removal as begun, under the number of its audit entry. To be called in its own transaction.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn begin_purge(&self, seq: i64, state: &str, traces: &Traces) -> Result<(), StoreError> {
        self.conn.execute("INSERT INTO purge_work (seq, state) VALUES (?1, ?2)", params![seq, state])?;
        let mut insert = self.conn.prepare("INSERT INTO purge_trace (kind, trace) VALUES (?1, ?2)")?;
        for id in &traces.people {
            insert.execute(params!["person", id.to_string()])?;
        }
        let texts = [
            ("value", traces.values.unmask(Purpose::Store)),
            ("name", traces.names.unmask(Purpose::Store)),
            ("task", &traces.tasks),
        ];
        for (kind, list) in texts {
            for text in list {
                insert.execute(params![kind, text])?;
            }
        }
        for (kind, list) in [("hmac", &traces.hmacs), ("phone", &traces.phones)] {
            for bytes in list {
                insert.execute(params![kind, hex(bytes)])?;
            }
        }
        Ok(())
    }

    /// A removal that is not at its end: its state and what it looks for (nothing once that was forgotten).
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn pending_purge(&self) -> Result<Option<(String, Traces)>, StoreError> {
        let state: Option<String> =
            self.conn.query_row("SELECT state FROM purge_work ORDER BY seq LIMIT 1", [], |r| r.get(0)).optional()?;
        let Some(state) = state else { return Ok(None) };
        let mut traces = Traces::default();
        let (mut values, mut names) = (HashSet::new(), HashSet::new());
        let mut statement = self.conn.prepare("SELECT kind, trace FROM purge_trace")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(1)?;
            let damaged = || StoreError::Damaged { what: "purge_trace" };
            let bytes = || -> Option<Vec<u8>> {
                let digits = (0..text.len()).step_by(2);
                digits.map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
            };
            match row.get::<_, String>(0)?.as_str() {
                "person" => {
                    traces.people.insert(text.parse().map_err(|()| damaged())?);
                }
                "value" => {
                    values.insert(text);
                }
                "name" => {
                    names.insert(text);
                }
                "task" => {
                    traces.tasks.insert(text);
                }
                "hmac" => {
                    traces.hmacs.insert(bytes().ok_or_else(damaged)?);
                }
                _ => {
                    traces.phones.insert(bytes().ok_or_else(damaged)?);
                }
            }
        }
        (traces.values, traces.names) = (Personal::new(values), Personal::new(names));
        Ok(Some((state, traces)))
    }

    /// Notes how far a removal is.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn note_purge(&self, seq: i64, state: &str) -> Result<(), StoreError> {
        self.conn.execute("UPDATE purge_work SET state = ?2 WHERE seq = ?1", params![seq, state])?;
        Ok(())
    }

    /// Forgets what a removal looks for: all that held it is dealt with. To be called in a transaction.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn forget_traces(&self) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM purge_trace", [])?;
        Ok(())
    }

    /// A removal is at its end.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn end_purge(&self, seq: i64) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM purge_work WHERE seq = ?1", [seq])?;
        Ok(())
    }
}
