//! Removing people for good, and showing that nothing of them is left.
//!
//! What is removed is found through the schema: every table that refers to an employee, and every column that holds an
//! identifying value, so that a table added later is not forgotten. Payments keep their amount under a random payee:
//! an employer's totals and heads stay as they were, and nobody can tell whose money it was.

mod age;
mod columns;
mod find;
mod numbers;
mod pending;
mod schema;
mod terms;
mod text;
mod words;

pub use crate::store::trust::purge::terms::{Compacted, Remaining, Removed, Traces};
use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;

use crate::model::EmployeeId;

pub use crate::store::trust::purge::age::AgedImport;
use crate::store::trust::purge::columns::NUMBERS;
pub use crate::store::trust::purge::find::Contact;
use crate::store::trust::purge::schema::{Counts, Schema};
pub(crate) use crate::store::trust::purge::text::PHONE;
pub use crate::store::trust::purge::text::{Finder, Found};
use crate::store::trust::worked_out::day_of_page;
use crate::store::{Store, StoreError, now_utc};

/// Tables that only say who somebody is: a person with nothing but these has nothing left.
const VAULT: [&str; 7] =
    ["person", "identity", "name_at_employer", "employee_alias", "payee_match", "unsure_employee", "former_phone"];

impl Store {
    pub(crate) fn ids(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<i64>, StoreError> {
        Ok(self.conn.prepare_cached(sql)?.query_map(params, |r| r.get(0))?.collect::<Result<_, _>>()?)
    }

    /// How many people there are, and how many rows refer to them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn people_and_their_rows(&self) -> Result<(i64, i64), StoreError> {
        let schema = Schema::read(&self.conn)?;
        let count = |table: &str| -> Result<i64, StoreError> {
            Ok(self.conn.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |r| r.get(0))?)
        };
        let tables: BTreeSet<&String> = schema.references.iter().map(|(table, _)| table).collect();
        let mut rows = count("employee")?;
        for table in tables {
            rows += count(table)?;
        }
        Ok((count("employee")?, rows))
    }

    /// Removes the people from every table. To be called inside a transaction.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn remove_people(&self, traces: &Traces) -> Result<Vec<Removed>, StoreError> {
        let schema = Schema::read(&self.conn)?;
        self.mark(traces)?;
        let mut removed = Counts::default();
        let finder = self.finder(traces)?;
        self.blind_payments(
            "p.employee_id IN (SELECT employee_id FROM temp.purging) OR p.payee IN (SELECT hmac FROM temp.purging_hmac)
             OR EXISTS (SELECT 1 FROM payee_match m JOIN payroll_run r ON r.employer_id = m.employer_id
                        WHERE r.run_id = p.run_id AND m.payee = p.payee
                          AND m.employee_id IN (SELECT employee_id FROM temp.purging))",
            &mut removed,
        )?;
        self.close_matches(&mut removed)?;
        // What is known of anybody is worked out anew from what stays.
        self.conn.execute_batch("DELETE FROM attributed_part;")?;
        self.remove_tasks(
            "task_id IN (SELECT task_id FROM task WHERE employee_id IN (SELECT employee_id FROM temp.purging))",
            &schema,
            &mut removed,
        )?;
        self.remove_values(&finder, &schema, &mut removed)?;
        for table in schema.columns.keys().filter(|t| *t != "identity" && schema.has(t, "hmac")) {
            let sql = format!("DELETE FROM \"{table}\" WHERE hmac IN (SELECT hmac FROM temp.purging_hmac)");
            removed.add(table, self.conn.execute(&sql, [])?, false);
        }
        for table in schema.columns.keys().filter(|t| *t != "payment" && schema.has(t, "payee")) {
            let sql = format!(
                "UPDATE \"{table}\" SET payee = randomblob(16) WHERE payee IN (SELECT hmac FROM temp.purging_hmac)"
            );
            removed.add(table, self.conn.execute(&sql, [])?, true);
        }
        for (table, column) in schema.references.iter().filter(|(t, _)| t != "payment" && t != "employee") {
            let sql = format!("DELETE FROM \"{table}\" WHERE \"{column}\" IN (SELECT employee_id FROM temp.purging)");
            removed.add(table, self.conn.execute(&sql, [])?, false);
        }
        let gone = self
            .conn
            .execute("DELETE FROM employee WHERE employee_id IN (SELECT employee_id FROM temp.purging)", [])?;
        removed.add("employee", gone, false);
        self.conn.execute(
            "INSERT INTO purged (employee_id, purged_at) SELECT employee_id, ?1 FROM temp.purging WHERE true
             ON CONFLICT DO NOTHING",
            [now_utc()],
        )?;
        let ids = self.finder_of_ids(traces);
        self.forget_worked_out()?;
        // Words in stamps are not looked through later: a page with anything of theirs goes as a whole.
        self.forget_start_page_unless(|page| [&finder, &ids].iter().all(|f| f.find(page) == Found::Nothing))?;
        self.redact_words(finder, ids, &schema, &mut removed)?;
        Ok(removed.list())
    }

    /// Removes rows that hold one of the people's numbers in a column of its own.
    fn remove_values(&self, finder: &Finder, schema: &Schema, removed: &mut Counts) -> Result<(), StoreError> {
        for (table, columns) in &schema.columns {
            for column in NUMBERS.iter().filter(|c| columns.iter().any(|(name, _)| name == *c)) {
                let (finder, present) = (finder.clone(), table == "person");
                self.function("theirs", move |text| {
                    let theirs = if present { finder.is_present(text) } else { finder.is(text) };
                    Value::Integer(i64::from(theirs))
                })?;
                let sql = format!("DELETE FROM \"{table}\" WHERE theirs(\"{column}\")");
                removed.add(table, self.conn.execute(&sql, [])?, false);
            }
        }
        Ok(self.conn.remove_function("theirs", 1)?)
    }

    /// Makes a function of texts known to the database; of what is no text it is `NULL`.
    fn function(
        &self,
        name: &str,
        of: impl Fn(&str) -> Value + Send + std::panic::UnwindSafe + 'static,
    ) -> Result<(), StoreError> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        Ok(self.conn.create_scalar_function(name, 1, flags, move |context| {
            Ok(context.get_raw(0).as_str().map_or(Value::Null, &of))
        })?)
    }

    /// Removes what is dated before `day`, with everybody of whom nothing is left then; returns these too, and the files
    /// all this came from. To be called inside a transaction.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn remove_before(&self, day: NaiveDate) -> Result<(Traces, Vec<Removed>, Vec<AgedImport>), StoreError> {
        let schema = Schema::read(&self.conn)?;
        self.keep_spans(day)?;
        self.forget_start_page_unless(|page| day_of_page(page).is_some_and(|of| of >= day))?;
        let files = self.imports_before(day)?;
        self.conn.execute_batch("PRAGMA defer_foreign_keys = ON;")?;
        let mut removed = Counts::default();
        let day_text = day.to_string();
        let parts = "SELECT p.part_id FROM snapshot_part p JOIN snapshot s ON s.snapshot_id = p.snapshot_id
                     WHERE s.as_of < ?1";
        let held = format!("{parts} AND s.kind = 'holdings'");
        for (table, column, of) in [
            ("holding_further", "part_id", held.as_str()),
            ("holding", "part_id", held.as_str()),
            ("key_person", "part_id", parts),
            ("snapshot_part", "part_id", held.as_str()),
        ] {
            let sql = format!("DELETE FROM {table} WHERE {column} IN ({of})");
            removed.add(table, self.conn.execute(&sql, [&day_text])?, false);
        }
        self.conn.execute_batch("DELETE FROM attributed_part;")?;
        let unused = "DELETE FROM outlet_set WHERE set_id NOT IN
                      (SELECT outlet_set_id FROM snapshot_part WHERE outlet_set_id IS NOT NULL)";
        removed.add("outlet_set", self.conn.execute(unused, [])?, false);
        let sql = "DELETE FROM snapshot WHERE as_of < ?1 AND kind = 'holdings'";
        removed.add("snapshot", self.conn.execute(sql, [&day_text])?, false);
        // The dates are ours, checked above: no text of a user's stands in the SQL.
        let runs = format!("SELECT run_id FROM payroll_run WHERE payday < '{day_text}'");
        self.blind_payments(&format!("p.run_id IN ({runs})"), &mut removed)?;
        let old =
            format!("task_id IN (SELECT task_id FROM task_event GROUP BY task_id HAVING max(today) < '{day_text}')");
        self.remove_tasks(&old, &schema, &mut removed)?;
        for (table, column) in schema.dated() {
            // A contact on which a task rests that stays is a part of that task.
            let rested = schema.has(&table, "contact_id");
            let rest = "AND contact_id NOT IN (SELECT contact_id FROM task_event WHERE contact_id IS NOT NULL)";
            let sql = format!("DELETE FROM \"{table}\" WHERE \"{column}\" < ?1 {}", if rested { rest } else { "" });
            removed.add(&table, self.conn.execute(&sql, [&day_text])?, false);
        }
        let keeps: Vec<String> = schema
            .references
            .iter()
            .filter(|(t, c)| t != "employee" && !VAULT.contains(&t.as_str()) && schema.refers(&self.conn, t, c))
            .map(|(t, c)| format!("AND NOT EXISTS (SELECT 1 FROM \"{t}\" x WHERE x.\"{c}\" = e.employee_id)"))
            .collect();
        let sql = format!("SELECT employee_id FROM employee e WHERE first_seen < ?1 {}", keeps.join(" "));
        let people = self.ids(&sql, [&day_text])?.into_iter().map(EmployeeId).collect();
        let traces = self.traces(people, &[])?;
        for more in self.remove_people(&traces)? {
            removed.add_again(&more);
        }
        Ok((traces, removed.list(), files))
    }

    /// Questions about the people are asked no more, and decisions on them no longer hold: decisions are never removed,
    /// so a later one stands over them.
    fn close_matches(&self, removed: &mut Counts) -> Result<(), StoreError> {
        let purging = "(SELECT employee_id FROM temp.purging)";
        let now = now_utc();
        self.conn.execute(
            &format!(
                "INSERT INTO match_decision (match_id, verdict, supersedes, today, recorded_at)
                 SELECT m.match_id, 'skip', d.decision_id, substr(?1, 1, 10), ?1
                 FROM open_match m LEFT JOIN current_decision d ON d.match_id = m.match_id
                 WHERE m.subject <> 'employer'
                   AND (m.provisional IN {purging} OR d.target IN {purging} OR d.other IN {purging})"
            ),
            [now],
        )?;
        let sql = format!(
            "DELETE FROM match_candidate WHERE candidate IN {purging}
             AND match_id IN (SELECT match_id FROM open_match WHERE subject <> 'employer')"
        );
        removed.add("match_candidate", self.conn.execute(&sql, [])?, false);
        Ok(())
    }

    /// Fills the temporary tables the removal works with.
    fn mark(&self, traces: &Traces) -> Result<(), StoreError> {
        self.conn.execute_batch(
            "PRAGMA defer_foreign_keys = ON;
             CREATE TEMP TABLE IF NOT EXISTS purging (employee_id INTEGER PRIMARY KEY);
             CREATE TEMP TABLE IF NOT EXISTS purging_hmac (hmac BLOB PRIMARY KEY);
             DELETE FROM temp.purging; DELETE FROM temp.purging_hmac;",
        )?;
        let mut person = self.conn.prepare("INSERT INTO temp.purging VALUES (?1)")?;
        let mut hmac = self.conn.prepare("INSERT INTO temp.purging_hmac VALUES (?1)")?;
        for id in &traces.people {
            person.execute([id.0])?;
        }
        for bytes in &traces.hmacs {
            hmac.execute([bytes])?;
        }
        Ok(())
    }

    /// Gives the payments that fit a random payee, the same for the same person, and forgets unmatched payees among them.
    fn blind_payments(&self, fitting: &str, removed: &mut Counts) -> Result<(), StoreError> {
        let payee = "CASE WHEN p.employee_id IS NOT NULL THEN 'E' || p.employee_id ELSE hex(p.payee) END";
        self.conn.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.blinding;
             CREATE TEMP TABLE blinding (payee TEXT PRIMARY KEY, blind BLOB NOT NULL);
             INSERT INTO temp.blinding SELECT payee, randomblob(16)
               FROM (SELECT DISTINCT {payee} AS payee FROM payment p WHERE {fitting});"
        ))?;
        let sql = format!(
            "DELETE FROM unmatched_payee WHERE (run_id, line) IN (SELECT p.run_id, p.line FROM payment p WHERE {fitting})"
        );
        removed.add("unmatched_payee", self.conn.execute(&sql, [])?, false);
        let sql = format!(
            "UPDATE payment AS p SET employee_id = NULL, payee = (SELECT blind FROM temp.blinding b WHERE b.payee = {payee})
             WHERE {fitting}"
        );
        removed.add("payment", self.conn.execute(&sql, [])?, true);
        self.conn.execute_batch("DROP TABLE temp.blinding;")?;
        Ok(())
    }

    /// Removes tasks, what happened to them, and their rows in workbooks sent out.
    fn remove_tasks(&self, fitting: &str, schema: &Schema, removed: &mut Counts) -> Result<(), StoreError> {
        let keys = format!("SELECT task_id FROM task WHERE {fitting}");
        let sql = format!("DELETE FROM export_value WHERE substr(row_key, 1, instr(row_key, '.') - 1) IN ({keys})");
        removed.add("export_value", self.conn.execute(&sql, [])?, false);
        let beside: Vec<&String> = schema.columns.keys().filter(|t| *t != "task" && schema.has(t, "task_id")).collect();
        self.conn.execute_batch(&format!(
            "DROP TABLE IF EXISTS temp.purging_task; CREATE TEMP TABLE purging_task AS {keys};"
        ))?;
        for table in beside.into_iter().map(String::as_str).chain(["task"]) {
            let sql = format!("DELETE FROM \"{table}\" WHERE task_id IN (SELECT task_id FROM temp.purging_task)");
            removed.add(table, self.conn.execute(&sql, [])?, false);
        }
        self.conn.execute_batch("DROP TABLE temp.purging_task;")?;
        Ok(())
    }

    /// Writes the database file anew, so that no removed row stays in a free page or in the log.
    ///
    /// # Errors
    /// No room for the new file, or somebody else reads in the database.
    pub fn compact(&self, path: &std::path::Path) -> Result<Compacted, StoreError> {
        self.conn.pragma_update(None, "secure_delete", true)?;
        self.conn.execute_batch("VACUUM")?;
        self.empty_log()?;
        let mut log = path.as_os_str().to_os_string();
        log.push("-wal");
        let free_pages = self.conn.query_row("PRAGMA freelist_count", [], |r| r.get(0))?;
        Ok(Compacted { free_pages, log_bytes: std::fs::metadata(log).map_or(0, |m| m.len()) })
    }
}
