//! What the database says of itself: its tables, columns and references to people.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::trust::purge::Removed;

/// Tables and columns, as the database has them.
pub(super) struct Schema {
    /// Columns by table.
    pub columns: BTreeMap<String, Vec<(String, String)>>,
    /// (table, column) that refer to `employee`.
    pub references: BTreeSet<(String, String)>,
}

impl Schema {
    pub fn read(conn: &Connection) -> Result<Schema, StoreError> {
        let mut columns: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let mut statement = conn.prepare(
            "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid",
        )?;
        let rows = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?)))?;
        for row in rows {
            let (table, column, kind) = row?;
            columns.entry(table).or_default().push((column, kind));
        }
        let mut references: BTreeSet<(String, String)> = conn
            .prepare(
                "SELECT t.name, f.\"from\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
                 WHERE t.type = 'table' AND f.\"table\" = 'employee'",
            )?
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        // Facts refer to employees without saying so to the database.
        for (table, columns) in &columns {
            if table != "purged" && columns.iter().any(|(c, _)| c == "employee_id") {
                references.insert((table.clone(), "employee_id".to_string()));
            }
        }
        Ok(Schema { columns, references })
    }

    pub fn has(&self, table: &str, column: &str) -> bool {
        self.columns.get(table).is_some_and(|c| c.iter().any(|(name, _)| name == column))
    }
}

impl Schema {
    /// Whether the column is a foreign key to `employee`: facts, which are worked out anew, are not.
    pub fn refers(&self, conn: &Connection, table: &str, column: &str) -> bool {
        let sql = "SELECT count(*) FROM pragma_foreign_key_list(?1) WHERE \"table\" = 'employee' AND \"from\" = ?2";
        conn.query_row(sql, [table, column], |r| r.get::<_, i64>(0)).is_ok_and(|n| n > 0)
    }

    /// Tables of dated records of people: they refer to an employee and say when it was.
    pub fn dated(&self) -> Vec<(String, String)> {
        let of_people = |t: &String| self.references.iter().any(|(table, _)| table == t);
        let mut dated = Vec::new();
        for table in self.columns.keys().filter(|t| of_people(t)) {
            let column = ["date", "bought_on"].into_iter().find(|c| self.has(table, c));
            dated.extend(column.map(|c| (table.clone(), c.to_string())));
        }
        dated
    }
}

/// What became of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Became {
    Removed,
    Anonymous,
    Blotted,
}

/// Rows by table and by what became of them.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<(String, Became), i64>);

impl Counts {
    pub fn add(&mut self, table: &str, rows: usize, made_anonymous: bool) {
        self.count(table, rows, if made_anonymous { Became::Anonymous } else { Became::Removed });
    }

    /// Rows out of whose words numbers were taken.
    pub fn add_blotted(&mut self, table: &str, rows: usize) {
        self.count(table, rows, Became::Blotted);
    }

    pub fn add_again(&mut self, removed: &Removed) {
        let rows = usize::try_from(removed.rows).unwrap_or(0);
        if removed.blotted {
            self.add_blotted(&removed.table, rows);
        } else {
            self.add(&removed.table, rows, removed.made_anonymous);
        }
    }

    fn count(&mut self, table: &str, rows: usize, became: Became) {
        *self.0.entry((table.to_string(), became)).or_default() += rows as i64;
    }

    pub fn list(self) -> Vec<Removed> {
        let rows = self.0.into_iter().filter(|(_, rows)| *rows > 0);
        let removed = |((table, became), rows)| Removed {
            table,
            rows,
            made_anonymous: became != Became::Removed,
            blotted: became == Became::Blotted,
        };
        rows.map(removed).collect()
    }
}
