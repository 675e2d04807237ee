//! How large the money of each column was, import by import.

use rusqlite::{OptionalExtension as _, params};

use crate::model::Fen;
use crate::model::status::SheetKind;

use crate::store::{Store, StoreError};

/// One money column of an imported sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScaleRecord<'a> {
    pub sheet: &'a str,
    pub kind: SheetKind,
    pub field: &'a str,
    /// Unit it was read in.
    pub unit: &'a str,
    /// Amounts that are not zero.
    pub amounts: u64,
    pub median: Fen,
}

impl Store {
    /// Keeps a column's size.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn add_scale(&self, import_id: i64, scale: ScaleRecord<'_>) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO column_scale (import_id, sheet, kind, field, unit, amounts, median_fen)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                import_id,
                scale.sheet,
                scale.kind.key(),
                scale.field,
                scale.unit,
                scale.amounts as i64,
                scale.median.0
            ])?;
        Ok(())
    }

    /// Medians of a column in the latest `limit` imports before `import_id`, newest first; withdrawn ones do not count.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn scale_history(
        &self,
        import_id: i64,
        kind: SheetKind,
        field: &str,
        limit: usize,
    ) -> Result<Vec<Fen>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.median_fen FROM column_scale c JOIN current_import i ON i.import_id = c.import_id
             WHERE c.kind = ?2 AND c.field = ?3 AND c.import_id < ?1
             ORDER BY c.import_id DESC, c.sheet LIMIT ?4",
        )?;
        let rows = statement.query_map(params![import_id, kind.key(), field, limit as i64], |r| r.get(0).map(Fen))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Median of the wage payments taken in by imports before `import_id`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn median_payment(&self, import_id: i64) -> Result<Option<Fen>, StoreError> {
        self.median(
            "SELECT c.median_fen FROM column_scale c JOIN current_import i ON i.import_id = c.import_id
             WHERE c.kind = 'payroll' AND c.field = 'amount' AND c.import_id < ?1",
            import_id,
        )
    }

    /// Median of whole current wage runs taken in by imports before `import_id`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn median_run_total(&self, import_id: i64) -> Result<Option<Fen>, StoreError> {
        self.median(
            "SELECT sum(p.amount_fen) FROM payment p JOIN current_run c ON c.run_id = p.run_id
             JOIN payroll_run r ON r.run_id = c.run_id
             WHERE c.pay_kind = 'wage' AND r.import_id < ?1 GROUP BY c.run_id",
            import_id,
        )
    }

    /// The lower median of a column of amounts.
    fn median(&self, amounts: &str, import_id: i64) -> Result<Option<Fen>, StoreError> {
        let sql = format!(
            "WITH a(fen) AS ({amounts}) SELECT fen FROM a ORDER BY fen LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM a)"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([import_id], |r| r.get(0).map(Fen)).optional()?)
    }
}
