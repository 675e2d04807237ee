//! Putting decisions into force: aliases, what moves with them, what they hide.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use crate::store::{Store, StoreError};

/// Tables whose rows belong to an employer: kind in the log, table, key.
const MOVING: [(&str, &str, &str); 3] =
    [("part", "snapshot_part", "part_id"), ("run", "payroll_run", "run_id"), ("visit", "visit", "visit_id")];

/// Numbers that stand for others, as a forest.
#[derive(Default)]
struct Aliases(BTreeMap<i64, i64>);

impl Aliases {
    fn root(&self, id: i64) -> i64 {
        let mut at = id;
        while let Some(next) = self.0.get(&at) {
            at = *next;
        }
        at
    }

    fn add(&mut self, from: i64, to: i64) {
        let (from, to) = (self.root(from), self.root(to));
        if from != to {
            self.0.insert(from, to);
        }
    }
}

impl Store {
    /// Puts the decisions in force into effect; payees found by name or decision wait again, see
    /// [`Store::waiting_payees`]. To be called inside a transaction.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn apply_decisions(&self) -> Result<(), StoreError> {
        let mut people = self.aliased("employee")?;
        let mut employers = self.aliased("employer")?;
        self.rebuild_aliases()?;
        people.extend(self.aliased("employee")?);
        employers.extend(self.aliased("employer")?);
        if !employers.is_empty() {
            self.move_employers()?;
        }
        if !people.is_empty() || !employers.is_empty() {
            let list = |ids: &BTreeSet<i64>| ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            let whose = format!("employee_id IN ({}) OR employer_id IN ({})", list(&people), list(&employers));
            self.settle_employees(&whose)?;
        }
        self.rebuild_shadows()?;
        self.rebuild_unsure()?;
        self.conn
            .execute_batch("DELETE FROM payee_match; UPDATE open_match SET waiting = 0 WHERE payee IS NOT NULL;")?;
        Ok(())
    }

    /// Both ends of all aliases of employees or employers.
    fn aliased(&self, of: &str) -> Result<BTreeSet<i64>, StoreError> {
        let mut statement =
            self.conn.prepare(&format!("SELECT {of}_id FROM {of}_alias UNION SELECT canonical_id FROM {of}_alias"))?;
        let rows = statement.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Works the aliases out anew from the decisions in force.
    fn rebuild_aliases(&self) -> Result<(), StoreError> {
        let mut employees = Aliases::default();
        let mut employers = Aliases::default();
        let mut statement = self.conn.prepare(
            "SELECT m.subject, m.provisional, d.verdict, d.target, d.other FROM current_decision d
             JOIN open_match m ON m.match_id = d.match_id
             WHERE d.target IS NOT NULL ORDER BY d.decision_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let (subject, provisional): (String, Option<i64>) = (r.get(0)?, r.get(1)?);
            let (target, other): (i64, Option<i64>) = (r.get(3)?, r.get(4)?);
            let aliases = if subject == "employer" { &mut employers } else { &mut employees };
            for from in other.into_iter().chain(provisional) {
                aliases.add(from, target);
            }
        }
        for (table, column, aliases) in
            [("employee_alias", "employee_id", employees), ("employer_alias", "employer_id", employers)]
        {
            self.conn.execute(&format!("DELETE FROM {table}"), [])?;
            let sql = format!("INSERT INTO {table} ({column}, canonical_id) VALUES (?1, ?2)");
            let mut insert = self.conn.prepare(&sql)?;
            for id in aliases.0.keys() {
                insert.execute(params![id, aliases.root(*id)])?;
            }
        }
        Ok(())
    }

    /// Parts, runs and visits go back to whose they were, then to whose they are now.
    fn move_employers(&self) -> Result<(), StoreError> {
        for (kind, table, key) in MOVING {
            self.conn.execute_batch(&format!(
                "UPDATE {table} SET employer_id =
                   (SELECT m.was FROM employer_moved m WHERE m.kind = '{kind}' AND m.row_id = {table}.{key})
                 WHERE {key} IN (SELECT row_id FROM employer_moved WHERE kind = '{kind}');
                 DELETE FROM employer_moved WHERE kind = '{kind}';
                 INSERT INTO employer_moved (kind, row_id, was)
                   SELECT '{kind}', {key}, employer_id FROM {table}
                   WHERE employer_id IN (SELECT employer_id FROM employer_alias);
                 UPDATE {table} SET employer_id =
                   (SELECT a.canonical_id FROM employer_alias a WHERE a.employer_id = {table}.employer_id)
                 WHERE employer_id IN (SELECT employer_id FROM employer_alias);"
            ))?;
        }
        Ok(())
    }

    /// Notes that a row just added for `was` stands with the employer that `was` is now known to be.
    pub(in crate::store) fn note_moved(&self, kind: &str, row: i64, was: i64) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("INSERT INTO employer_moved (kind, row_id, was) VALUES (?1, ?2, ?3)")?
            .execute(params![kind, row, was])?;
        Ok(())
    }

    /// Settles the people an import spoke of, now that it is withdrawn and its file was perhaps taken in anew.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn settle_people_of(&self, import_id: i64) -> Result<(), StoreError> {
        let people = format!(
            "employee_id IN (SELECT COALESCE(a.canonical_id, h.employee_id) FROM snapshot s
               JOIN snapshot_part p ON p.snapshot_id = s.snapshot_id JOIN holding h ON h.part_id = p.part_id
               LEFT JOIN employee_alias a ON a.employee_id = h.employee_id WHERE s.import_id = {import_id})"
        );
        self.settle_employees(&people)
    }

    /// People belong to the employer of their latest row, and have been known since their earliest; `whose` picks them.
    fn settle_employees(&self, whose: &str) -> Result<(), StoreError> {
        let rows = |pick: &str, order: &str| {
            format!(
                "(SELECT {pick} FROM holding h JOIN snapshot_part p ON p.part_id = h.part_id
                  JOIN snapshot s ON s.snapshot_id = p.snapshot_id
                  WHERE (h.employee_id = employee.employee_id OR h.employee_id IN
                    (SELECT a.employee_id FROM employee_alias a WHERE a.canonical_id = employee.employee_id))
                    AND p.superseded_by IS NULL ORDER BY s.as_of {order}, p.part_id {order} LIMIT 1)"
            )
        };
        self.conn.execute_batch(&format!(
            "UPDATE employee SET employer_id = COALESCE({}, employer_id), first_seen = COALESCE({}, first_seen)
             WHERE {whose}",
            rows("p.employer_id", "DESC"),
            rows("s.as_of", "ASC"),
        ))?;
        Ok(())
    }

    /// Of several rows of one person at one employer and date the newest part's is seen, the person's own before an
    /// alias's. There are several where parts stand side by side, or where aliases join people or employers.
    pub(crate) fn rebuild_shadows(&self) -> Result<(), StoreError> {
        self.conn.execute_batch(
            "DELETE FROM holding_shadow;
             INSERT INTO holding_shadow (part_id, employee_id)
             SELECT part_id, employee_id FROM (
               SELECT h.part_id, h.employee_id, row_number() OVER (
                 PARTITION BY p.employer_id, p.as_of, COALESCE(a.canonical_id, h.employee_id)
                 ORDER BY h.part_id DESC, a.canonical_id IS NOT NULL, h.employee_id DESC) AS place
               FROM (
                 SELECT part_id, employee_id FROM holding WHERE employee_id IN
                   (SELECT employee_id FROM employee_alias UNION SELECT canonical_id FROM employee_alias)
                 UNION
                 SELECT part_id, employee_id FROM holding WHERE part_id IN
                   (SELECT part_id FROM (SELECT part_id, count(*) OVER (PARTITION BY employer_id, as_of) AS parts
                                         FROM current_part WHERE kind = 'holdings') WHERE parts > 1)
               ) h
               JOIN current_part p ON p.part_id = h.part_id
               LEFT JOIN employee_alias a ON a.employee_id = h.employee_id
             ) WHERE place > 1;",
        )?;
        Ok(())
    }

    /// Everybody an undecided row might be.
    fn rebuild_unsure(&self) -> Result<(), StoreError> {
        self.conn.execute_batch(
            "DELETE FROM unsure_employee;
             INSERT INTO unsure_employee (employee_id)
             SELECT m.provisional FROM open_match m
             WHERE m.subject = 'person' AND NOT EXISTS (SELECT 1 FROM current_decision d WHERE d.match_id = m.match_id)
             UNION
             SELECT COALESCE(a.canonical_id, c.candidate) FROM open_match m
             JOIN match_candidate c ON c.match_id = m.match_id
             LEFT JOIN employee_alias a ON a.employee_id = c.candidate
             WHERE m.subject = 'person' AND NOT EXISTS (SELECT 1 FROM current_decision d WHERE d.match_id = m.match_id);",
        )?;
        Ok(())
    }
}
