//! The latest known value of each attribute of each employee. A list newer than all that are known of its people is added
//! to what is known (`employee_attributes_added.sql`): a year of lists is not gone through for every new one. Who stands
//! in a list that is no newer, or of whom something is too old, is worked out from all lists (`employee_attributes.sql`).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::params;

use crate::facts::settings::{Batch, FactSettings, bind, columns_of, put_stamp, stamp_of};
use crate::store::trust::archive::ATTRIBUTES;
use crate::store::{Store, StoreError};

/// Name of the stamp.
const STAMP: &str = "attributes";

const ALL: &str = include_str!("../employee/employee_attributes.sql");
const ADDED: &str = include_str!("../employee/employee_attributes_added.sql");

/// Columns in which the largest value holds; in the others of [`ATTRIBUTES`] a newer list's takes the place of an older one's.
const LARGEST: [&str; 3] = ["birth", "last_transaction", "last_login"];

/// Of whose people lists were gone through again.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::facts) enum Reworked {
    Everybody,
    /// By number.
    Employers(BTreeSet<i64>),
}

/// Brings the table to today's lists.
pub(in crate::facts) fn refresh(store: &Store, settings: &FactSettings) -> Result<Reworked, StoreError> {
    let stamp = stamp(store)?;
    let known = stamp_of(store, STAMP)?;
    let visible = parts(store, settings)?;
    let before: BTreeSet<i64> = ids(store, "SELECT part_id FROM attributed_part")?;
    // Nothing is noted after a removal either: what is known of somebody must not outlive the lists it came from.
    let stale =
        before.is_empty() || known.as_deref() != Some(stamp.as_str()) || gone(store, settings, &before, &visible)?;
    if stale {
        store.conn.execute_batch("DELETE FROM employee_attributes;")?;
    }
    let new: Vec<(i64, NaiveDate)> =
        visible.iter().filter(|(part, _)| stale || !before.contains(part)).copied().collect();
    let again = add(store, settings, &new)?;
    for employer in &again {
        let delete = "DELETE FROM employee_attributes WHERE employee_id IN
                        (SELECT employee_id FROM employee WHERE employer_id = ?1)";
        store.conn.prepare_cached(delete)?.execute([employer])?;
        work_out(store, settings, *employer)?;
    }
    let visible: BTreeSet<i64> = visible.into_iter().map(|(part, _)| part).collect();
    for part in before.difference(&visible) {
        store.conn.prepare_cached("DELETE FROM attributed_part WHERE part_id = ?1")?.execute([part])?;
    }
    put_stamp(store, STAMP, &stamp)?;
    Ok(if stale { Reworked::Everybody } else { Reworked::Employers(again) })
}

/// What decisions have made of people: whose rows are whose.
fn stamp(store: &Store) -> Result<String, StoreError> {
    let sql = "SELECT (SELECT COALESCE(max(decision_id), 0) FROM match_decision) || '/' || count(*) || '/' ||
                 COALESCE(sum(employee_id), 0) || '/' || COALESCE(sum(canonical_id), 0) FROM employee_alias";
    Ok(store.conn.query_row(sql, [], |r| r.get(0))?)
}

/// Lists in force that are looked at, by day.
fn parts(store: &Store, settings: &FactSettings) -> Result<Vec<(i64, NaiveDate)>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT part_id, as_of FROM current_part WHERE kind = 'holdings' AND as_of <= ?1 AND as_of >= ?2
         ORDER BY as_of, part_id",
    )?;
    let rows =
        statement.query_map(params![settings.as_of, settings.attributes_oldest], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a list that was in the table is no longer looked at for another reason than its age.
fn gone(
    store: &Store,
    settings: &FactSettings,
    before: &BTreeSet<i64>,
    visible: &[(i64, NaiveDate)],
) -> Result<bool, StoreError> {
    let visible: BTreeSet<i64> = visible.iter().map(|(part, _)| *part).collect();
    let aged = "SELECT EXISTS (SELECT 1 FROM current_part WHERE part_id = ?1 AND as_of < ?2)";
    for part in before.difference(&visible) {
        let aged: bool =
            store.conn.prepare_cached(aged)?.query_row(params![part, settings.attributes_oldest], |r| r.get(0))?;
        if !aged {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Adds the lists whose people are known from older ones only; returns the employers of people to be worked out from all.
fn add(store: &Store, settings: &FactSettings, new: &[(i64, NaiveDate)]) -> Result<BTreeSet<i64>, StoreError> {
    let old =
        "SELECT DISTINCT e.employer_id FROM employee_attributes t JOIN employee e ON e.employee_id = t.employee_id
               WHERE t.known_from < ?1";
    let mut again: BTreeSet<i64> = store
        .conn
        .prepare_cached(old)?
        .query_map([settings.attributes_oldest], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    let newer = "SELECT DISTINCT e.employer_id FROM current_holding h
                 JOIN employee_attributes t ON t.employee_id = h.employee_id AND t.known_to >= h.as_of
                 JOIN employee e ON e.employee_id = h.employee_id
                 WHERE h.part_id = ?1";
    let columns = columns_of(store, ADDED)?;
    let told = |column: &str| format!("{column} = COALESCE(excluded.{column}, {column})");
    let largest = |c: &str| format!("{c} = COALESCE(max({c}, excluded.{c}), excluded.{c}, {c})");
    // Everything known comes from the new list, if it tells all that was known.
    let tells = |column: &str| format!("(excluded.{column} IS NOT NULL OR {column} IS NULL)");
    let exceeds = |c: &str| format!("({c} IS NULL OR excluded.{c} >= {c})");
    let latest = || ATTRIBUTES.into_iter().filter(|column| !LARGEST.contains(column));
    let all: Vec<String> = latest().map(tells).chain(LARGEST.map(exceeds)).collect();
    let set: Vec<String> = latest().map(told).chain(LARGEST.map(largest)).collect();
    let mut insert = store.conn.prepare(&format!(
        "INSERT INTO employee_attributes ({columns}) {ADDED}
         ON CONFLICT (employee_id) DO UPDATE SET {},
           due_amount_fen = CASE WHEN excluded.due_date IS NULL THEN due_amount_fen ELSE excluded.due_amount_fen END,
           known_from = CASE WHEN {} THEN excluded.known_from ELSE known_from END,
           known_to = excluded.known_to",
        set.join(", "),
        all.join(" AND ")
    ))?;
    for (part, _) in new {
        again.extend(
            store
                .conn
                .prepare_cached(newer)?
                .query_map([part], |r| r.get::<_, i64>(0))?
                .collect::<Result<Vec<_>, _>>()?,
        );
        // Each row that counts is added to somebody: so many stand in the list.
        let people = insert.execute([part])?;
        store
            .conn
            .prepare_cached("INSERT OR REPLACE INTO attributed_part (part_id, people) VALUES (?1, ?2)")?
            .execute([*part, people as i64])?;
    }
    if !new.is_empty() {
        // Beside another list of the same day somebody in an older one counts no longer.
        store.conn.execute_batch(
            "UPDATE attributed_part
             SET people = (SELECT count(*) FROM current_holding h WHERE h.part_id = attributed_part.part_id)
             WHERE part_id IN (SELECT part_id FROM (SELECT part_id, count(*) OVER (PARTITION BY employer_id, as_of) AS lists
                                                    FROM current_part WHERE kind = 'holdings') WHERE lists > 1)",
        )?;
    }
    Ok(again)
}

/// Works out the people of an employer from all lists.
pub(in crate::facts) fn work_out(store: &Store, settings: &FactSettings, employer: i64) -> Result<(), StoreError> {
    let columns = columns_of(store, ALL)?;
    let mut statement = store.conn.prepare_cached(&format!("INSERT INTO employee_attributes ({columns}) {ALL}"))?;
    bind(&mut statement, settings, Batch { first: employer, last: employer })?;
    statement.raw_execute()?;
    Ok(())
}

fn ids(store: &Store, sql: &str) -> Result<BTreeSet<i64>, StoreError> {
    Ok(store.conn.prepare_cached(sql)?.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?)
}
