//! The schema as append-only migrations with checksums.

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use crate::store::StoreError;

#[cfg(test)]
mod tests;

/// `PRAGMA application_id` of a daifa database: "daif".
const APPLICATION_ID: i64 = 0x6461_6966;

/// In order; a shipped one is never changed.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_spine", include_str!("migrations/0001-0009/0001_spine.sql")),
    ("0002_facts", include_str!("migrations/0001-0009/0002_facts.sql")),
    ("0003_column_scale", include_str!("migrations/0001-0009/0003_column_scale.sql")),
    ("0004_kinds", include_str!("migrations/0001-0009/0004_kinds.sql")),
    ("0005_matching", include_str!("migrations/0001-0009/0005_matching.sql")),
    ("0006_trust", include_str!("migrations/0001-0009/0006_trust.sql")),
    ("0007_layouts", include_str!("migrations/0001-0009/0007_layouts.sql")),
    ("0008_activity_alias", include_str!("migrations/0001-0009/0008_activity_alias.sql")),
    ("0009_facts_by_employer", include_str!("migrations/0001-0009/0009_facts_by_employer.sql")),
    ("0010_purge", include_str!("migrations/0010-0019/0010_purge.sql")),
    ("0011_withdrawal", include_str!("migrations/0010-0019/0011_withdrawal.sql")),
    ("0012_days", include_str!("migrations/0010-0019/0012_days.sql")),
    ("0013_repeats", include_str!("migrations/0010-0019/0013_repeats.sql")),
    ("0014_two_employers", include_str!("migrations/0010-0019/0014_two_employers.sql")),
    ("0015_outlets", include_str!("migrations/0010-0019/0015_outlets.sql")),
    ("0016_facts", include_str!("migrations/0010-0019/0016_facts.sql")),
    ("0017_lists", include_str!("migrations/0010-0019/0017_lists.sql")),
    ("0018_touched", include_str!("migrations/0010-0019/0018_touched.sql")),
    ("0019_answers", include_str!("migrations/0010-0019/0019_answers.sql")),
    ("0020_returns", include_str!("migrations/0020-0029/0020_returns.sql")),
    ("0021_need_kind", include_str!("migrations/0020-0029/0021_need_kind.sql")),
    ("0022_current_sale", include_str!("migrations/0020-0029/0022_current_sale.sql")),
    ("0023_contacts_answered", include_str!("migrations/0020-0029/0023_contacts_answered.sql")),
    ("0024_task_deadline", include_str!("migrations/0020-0029/0024_task_deadline.sql")),
    ("0025_visit_hours", include_str!("migrations/0020-0029/0025_visit_hours.sql")),
];

/// Version of the schema this program writes.
pub fn version() -> i64 {
    MIGRATIONS.len() as i64
}

/// Whether nothing was ever made in the database.
///
/// # Errors
/// The database cannot be read.
pub(super) fn is_blank(conn: &Connection) -> Result<bool, StoreError> {
    let application: i64 = conn.pragma_query_value(None, "application_id", |r| r.get(0))?;
    let found: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0))?;
    Ok(application == 0 && found == 0)
}

/// Brings the database to [`version`]; each migration in its own transaction.
///
/// # Errors
/// A database of another program, of a newer daifa, or whose past migrations differ from ours.
pub(super) fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    let application: i64 = conn.pragma_query_value(None, "application_id", |r| r.get(0))?;
    let found: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0))?;
    if found > version() {
        return Err(StoreError::NewerWorkspace { found, known: version() });
    }
    if application != APPLICATION_ID && (application != 0 || found != 0) {
        return Err(StoreError::NotOurs);
    }
    let known = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
    if found > 0 && conn.query_row(known, [], |r| r.get::<_, i64>(0))? == 0 {
        return Err(StoreError::Damaged { what: "migration" });
    }
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;",
    )?;
    for (index, (name, sql)) in MIGRATIONS.iter().enumerate() {
        let number = index as i64 + 1;
        let checksum = checksum(sql);
        if number <= found {
            let applied: Option<String> = conn
                .query_row("SELECT checksum FROM migration WHERE version = ?1", [number], |r| r.get(0))
                .optional()?;
            if applied.as_deref() != Some(checksum.as_str()) {
                return Err(StoreError::ForeignMigration { version: number });
            }
            continue;
        }
        let tx = conn.transaction()?;
        tx.execute_batch(sql).map_err(|e| match e.sqlite_error_code() {
            // The only constraints that come to tables with rows in them.
            Some(rusqlite::ErrorCode::ConstraintViolation) => StoreError::DaysLost,
            _ if e.to_string().contains("constraint failed") => StoreError::DaysLost,
            _ => e.into(),
        })?;
        tx.execute(
            "INSERT INTO migration (version, name, checksum) VALUES (?1, ?2, ?3)",
            params![number, name, checksum],
        )?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}

/// Line endings do not count: a checkout on Windows may have changed them.
fn checksum(sql: &str) -> String {
    Sha256::digest(sql.replace("\r\n", "\n").as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}
