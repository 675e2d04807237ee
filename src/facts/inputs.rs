//! What the pure decisions about dates need to know: paydays and snapshot dates per employer, and the state of the input.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use crate::model::EmployerId;
use crate::store::{Store, StoreError};

/// Dates known of an employer, each list ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployerDates {
    /// Days on which wages were paid.
    pub wage_paydays: Vec<NaiveDate>,
    /// Dates with a holdings snapshot.
    pub snapshots: Vec<NaiveDate>,
}

/// Dates per employer up to `as_of`.
///
/// # Errors
/// The database cannot be read.
pub fn employer_dates(store: &Store, as_of: NaiveDate) -> Result<BTreeMap<EmployerId, EmployerDates>, StoreError> {
    let mut dates: BTreeMap<EmployerId, EmployerDates> = BTreeMap::new();
    let mut statement = store.conn.prepare(
        "SELECT DISTINCT employer_id, payday FROM current_run WHERE pay_kind = 'wage' AND payday <= ?1
         ORDER BY employer_id, payday",
    )?;
    let rows = statement.query_map([as_of], |r| Ok((EmployerId(r.get(0)?), r.get(1)?)))?;
    for row in rows {
        let (employer, day) = row?;
        dates.entry(employer).or_default().wage_paydays.push(day);
    }
    let mut statement = store.conn.prepare(
        "SELECT DISTINCT employer_id, as_of FROM current_part WHERE kind = 'holdings' AND as_of <= ?1
         ORDER BY employer_id, as_of",
    )?;
    let rows = statement.query_map([as_of], |r| Ok((EmployerId(r.get(0)?), r.get(1)?)))?;
    for row in rows {
        let (employer, day) = row?;
        dates.entry(employer).or_default().snapshots.push(day);
    }
    Ok(dates)
}

/// Date of the newest holdings up to `as_of`.
///
/// # Errors
/// The database cannot be read.
pub fn newest_snapshot(store: &Store, as_of: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
    let newest = "SELECT max(as_of) FROM current_part WHERE kind = 'holdings' AND as_of <= ?1";
    Ok(store.conn.query_row(newest, [as_of], |r| r.get(0))?)
}

/// Date of the newest holdings up to `as_of` that have anybody in them.
///
/// # Errors
/// The database cannot be read.
pub fn newest_holdings(store: &Store, as_of: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
    let newest =
        "SELECT p.as_of FROM (SELECT DISTINCT as_of FROM current_part WHERE kind = 'holdings' AND as_of <= ?1) p
         WHERE EXISTS (SELECT 1 FROM current_holding h WHERE h.as_of = p.as_of)
         ORDER BY p.as_of DESC LIMIT 1";
    Ok(store.conn.query_row(newest, [as_of], |r| r.get(0)).optional()?)
}

/// Text that changes whenever anything the facts rest on changes, for inputs up to `as_of`.
///
/// # Errors
/// The database cannot be read.
pub fn revision(store: &Store, as_of: NaiveDate) -> Result<String, StoreError> {
    let (imports, parts, runs, matches): (i64, String, String, String) = store.conn.query_row(
        "SELECT (SELECT count(*) FROM import),
           (SELECT count(*) || '/' || COALESCE(max(part_id), 0) FROM current_part WHERE as_of <= ?1),
           (SELECT count(*) || '/' || COALESCE(max(run_id), 0) FROM current_run WHERE payday <= ?1),
           (SELECT count(*) || '/' || (SELECT count(*) FROM payee_match) || '/' ||
              (SELECT COALESCE(max(decision_id), 0) FROM match_decision) FROM unmatched_payee)",
        params![as_of],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
    )?;
    Ok(format!("{imports}:{parts}:{runs}:{matches}"))
}

/// One snapshot date and how much of the branch it covers: shown as the data's completeness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotCoverage {
    pub as_of: NaiveDate,
    pub employers: i64,
    pub employees: i64,
    pub files: i64,
    /// Highest revision of an employer's part: above 1 after a correction or a second file of the day.
    pub revision: i64,
}

/// Holdings snapshots up to `as_of`, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn snapshot_coverage(store: &Store, as_of: NaiveDate) -> Result<Vec<SnapshotCoverage>, StoreError> {
    let mut statement = store.conn.prepare(
        // Counted list by list: what stands in `current_holding`, without looking up who each row is.
        "SELECT as_of, count(DISTINCT employer_id), sum(people), count(DISTINCT import_id), max(revision)
         FROM (SELECT p.as_of, p.employer_id, s.import_id, p.revision,
                 COALESCE(t.people, (SELECT count(*) FROM holding h WHERE h.part_id = p.part_id
                    AND NOT EXISTS (SELECT 1 FROM holding_shadow w
                      WHERE w.part_id = h.part_id AND w.employee_id = h.employee_id))) AS people
               FROM current_part p JOIN snapshot s ON s.snapshot_id = p.snapshot_id
               LEFT JOIN attributed_part t ON t.part_id = p.part_id
               WHERE p.kind = 'holdings' AND p.as_of <= ?1)
         WHERE people > 0 GROUP BY as_of ORDER BY as_of DESC",
    )?;
    let rows = statement.query_map([as_of], |r| {
        Ok(SnapshotCoverage {
            as_of: r.get(0)?,
            employers: r.get(1)?,
            employees: r.get(2)?,
            files: r.get(3)?,
            revision: r.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
