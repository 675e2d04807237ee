//! What one import changed: counted for its report.

use rusqlite::params;

use crate::model::imported::Brought;

use crate::store::{Store, StoreError};

/// The largest numbers given so far; employers and employees get theirs in order of import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    employers: i64,
    employees: i64,
}

impl Store {
    /// Where the numbering stands before an import.
    pub fn marks(&self) -> Result<Marks, StoreError> {
        let sql = "SELECT COALESCE((SELECT max(employer_id) FROM employer), 0),
                          COALESCE((SELECT max(employee_id) FROM employee), 0)";
        Ok(self.conn.query_row(sql, [], |r| Ok(Marks { employers: r.get(0)?, employees: r.get(1)? }))?)
    }

    /// What an import brought since `before`.
    pub fn brought(&self, import_id: i64, before: Marks) -> Result<Brought, StoreError> {
        let now = self.marks()?;
        let sql = "SELECT
            (SELECT count(*) FROM snapshot_part p JOIN snapshot s ON s.snapshot_id = p.snapshot_id WHERE s.import_id = ?1),
            (SELECT count(*) FROM snapshot_part o JOIN snapshot_part p ON p.part_id = o.superseded_by
             JOIN snapshot s ON s.snapshot_id = p.snapshot_id WHERE s.import_id = ?1 AND o.part_id <> p.part_id),
            (SELECT count(*) FROM payroll_run WHERE import_id = ?1),
            (SELECT count(*) FROM payroll_run o JOIN payroll_run r ON r.run_id = o.superseded_by
             WHERE r.import_id = ?1 AND o.run_id <> r.run_id)";
        let brought = |r: &rusqlite::Row<'_>| {
            Ok(Brought {
                new_employers: now.employers - before.employers,
                new_employees: now.employees - before.employees,
                parts: r.get(0)?,
                replaced_parts: r.get(1)?,
                payroll_runs: r.get(2)?,
                replaced_runs: r.get(3)?,
            })
        };
        Ok(self.conn.query_row(sql, params![import_id], brought)?)
    }
}
