//! Whose facts no longer fit. An employer has a stamp of what its facts rest on: its lists, its pay runs, the windows
//! decided for it, who of its people is not sure. Facts of employers whose stamp has changed are worked out anew, and of
//! those who share people with them. Everybody's are after a change of rules or of who is who, which may touch anyone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::NaiveDate;
use rusqlite::{Row, params};
use sha2::{Digest as _, Sha256};

use crate::facts::kept::employee_attributes::Reworked;
use crate::facts::kept::tables::{Whose, work_out};
use crate::facts::settings::{Batch, FactSettings, all_employers, batched, put_stamp, stamp_of};
use crate::facts::windows::Windows;
use crate::model::Products;
use crate::store::{Store, StoreError};

/// Names of the stamps: what concerns everybody, the day, and before the number each employer's.
const RULES: &str = "rules";
const DAY: &str = "day";
const OF_EMPLOYER: &str = "employer:";

/// People of employers in `temp.touched`, in their lists or paid by them, who belong to another one.
const SHARED: &str = "INSERT OR IGNORE INTO temp.touched
    SELECT DISTINCT e.employer_id
    FROM temp.touched d
    JOIN snapshot_part p ON p.employer_id = d.employer_id
    JOIN holding h ON h.part_id = p.part_id
    LEFT JOIN employee_alias a ON a.employee_id = h.employee_id
    JOIN employee e ON e.employee_id = COALESCE(a.canonical_id, h.employee_id)
    WHERE e.employer_id <> d.employer_id";

/// What several employers pay somebody counts at one of them, whose place the others decide.
const SEVERAL: &str = "INSERT OR IGNORE INTO temp.touched
    SELECT o.employer_id
    FROM (
      SELECT s.employee_id FROM several_payee s JOIN temp.touched d ON d.employer_id = s.employer_id
      UNION
      SELECT s.employee_id FROM several_payee s
      JOIN employee e ON e.employee_id = s.employee_id
      JOIN temp.touched d ON d.employer_id = e.employer_id
      UNION
      SELECT r.employee_id FROM (
        SELECT employee_id AS recorded_id, employee_id FROM several_payee
        UNION
        SELECT a.employee_id, s.employee_id FROM several_payee s JOIN employee_alias a ON a.canonical_id = s.employee_id
      ) r
      CROSS JOIN holding h ON h.employee_id = r.recorded_id
      JOIN snapshot_part p ON p.part_id = h.part_id
      JOIN temp.touched d ON d.employer_id = p.employer_id
    ) people
    JOIN (
      SELECT employee_id, employer_id FROM several_payee
      UNION
      SELECT s.employee_id, e.employer_id FROM several_payee s JOIN employee e ON e.employee_id = s.employee_id
    ) o ON o.employee_id = people.employee_id";

/// Employers of people whose own due date lies between two days, beside one of their purchases: which of the two comes
/// next depends on the day.
const DUE_BETWEEN: &str = "INSERT OR IGNORE INTO temp.touched
    SELECT DISTINCT e.employer_id
    FROM next_due s
    JOIN employee_attributes t ON t.employee_id = s.employee_id
    JOIN employee e ON e.employee_id = s.employee_id
    WHERE t.due_date >= ?1 AND t.due_date < ?2";

/// Finds whose facts are to be worked out: fills `temp.touched` and, where not everybody is in it, the tables by which
/// employers hang together. To be called when the windows are written and the attributes are those of today.
pub(in crate::facts) fn find(
    store: &Store,
    settings: &FactSettings,
    products: &Products,
    windows: &Windows,
    attributes: &Reworked,
) -> Result<Whose, StoreError> {
    store.conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS touched (employer_id INTEGER PRIMARY KEY) STRICT; DELETE FROM temp.touched;",
    )?;
    let rules = rules_stamp(store, settings, products)?;
    let own = own_stamps(store, settings, windows)?;
    let kept = kept_stamps(store)?;
    let day = stamp_of(store, DAY)?.and_then(|day| day.parse::<NaiveDate>().ok());
    let differs = |id: &&i64| own.get(*id) != kept.get(*id);
    let changed: BTreeSet<i64> = own.keys().chain(kept.keys()).filter(differs).copied().collect();
    put_own(store, &own, &changed)?;
    let fits = stamp_of(store, RULES)?.as_deref() == Some(rules.as_str());
    if fits {
        let moved = "DELETE FROM employer_standing WHERE employer_id IN (SELECT employer_id FROM moved_employer)";
        store.conn.execute_batch(moved)?;
    } else {
        store.conn.execute_batch("DELETE FROM employer_standing")?;
    }
    put_stamp(store, RULES, &rules)?;
    put_stamp(store, DAY, &settings.as_of.to_string())?;
    let (Some(day), Reworked::Employers(reworked), true) = (day, attributes, fits) else {
        return Ok(Whose::Everybodys);
    };
    // To go through the lists for shared people costs more than it saves when most are touched anyway.
    if changed.len() * 2 > own.len().max(1) {
        return Ok(Whose::Everybodys);
    }
    touch(store, changed.iter().chain(reworked))?;
    store.conn.execute_batch("INSERT OR IGNORE INTO temp.touched SELECT employer_id FROM moved_employer")?;
    store.conn.execute_batch(SHARED)?;
    // Those who are no longer paid by several, and those who now are.
    store.conn.execute_batch(SEVERAL)?;
    work_out(store, settings, "several_payee", Whose::Touched, &batches(store)?)?;
    store.conn.execute_batch(SEVERAL)?;
    let due_before = next_due(store)?;
    work_out(store, settings, "next_due", Whose::Touched, &[])?;
    let due_now = next_due(store)?;
    for who in due_before.symmetric_difference(&due_now).map(|(who, ..)| who) {
        let own = "INSERT OR IGNORE INTO temp.touched SELECT employer_id FROM employee WHERE employee_id = ?1";
        store.conn.prepare_cached(own)?.execute([who])?;
    }
    let (earlier, later) = (day.min(settings.as_of), day.max(settings.as_of));
    store.conn.execute(DUE_BETWEEN, params![earlier, later])?;
    Ok(Whose::Touched)
}

/// What is to be forgotten once the facts are worked out.
pub(in crate::facts) fn done(store: &Store) -> Result<(), StoreError> {
    Ok(store.conn.execute_batch("DELETE FROM temp.touched; DELETE FROM moved_employer;")?)
}

/// The employers in `temp.touched`, in batches with nobody else among them.
pub(in crate::facts) fn batches(store: &Store) -> Result<Vec<Batch>, StoreError> {
    let touched: BTreeSet<i64> = ids(store, "SELECT employer_id FROM temp.touched")?;
    let employers = all_employers(store)?;
    let runs = employers.chunk_by(|(a, _), (b, _)| touched.contains(a) == touched.contains(b));
    Ok(runs.filter(|run| touched.contains(&run[0].0)).flat_map(batched).collect())
}

fn touch<'a>(store: &Store, employers: impl Iterator<Item = &'a i64>) -> Result<(), StoreError> {
    let mut insert = store.conn.prepare_cached("INSERT OR IGNORE INTO temp.touched VALUES (?1)")?;
    for employer in employers {
        insert.execute([employer])?;
    }
    Ok(())
}

/// What may change the facts of anybody: thresholds, products, and who is who.
fn rules_stamp(store: &Store, settings: &FactSettings, products: &Products) -> Result<String, StoreError> {
    let FactSettings { affluent, of_months, usual_months, effective_months, effective_month, many_products, .. } =
        settings;
    let people: String = store.conn.query_row(
        "SELECT COALESCE((SELECT max(decision_id) FROM match_decision), 0)
           || '/' || (SELECT count(*) || ',' || COALESCE(sum(employee_id * canonical_id), 0) FROM employee_alias)
           || '/' || (SELECT count(*) || ',' || COALESCE(sum(employer_id * canonical_id), 0) FROM employer_alias)
           || '/' || (SELECT count(*) || ',' || COALESCE(sum(part_id + employee_id), 0) FROM holding_shadow)
           || '/' || (SELECT count(*) || ',' || COALESCE(sum(b.superseded_by = b.run_id), 0)
                      FROM payment_shadow s JOIN payroll_run b ON b.run_id = s.by_run)",
        [],
        |r| r.get(0),
    )?;
    let text = format!(
        "{affluent:?} {of_months} {usual_months} {effective_months} {effective_month:?} {many_products} {products:?} {people}"
    );
    Ok(hash(&text))
}

/// What the facts of each employer rest on, as hash.
fn own_stamps(store: &Store, settings: &FactSettings, windows: &Windows) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut texts: BTreeMap<i64, String> = BTreeMap::new();
    let mut add = |id: i64, what: std::fmt::Arguments| {
        // Writing into text does not fail.
        texts.entry(id).or_default().write_fmt(what).ok();
    };
    for p in &windows.pay_periods {
        add(p.employer_id.0, format_args!("{p:?}"));
    }
    for w in &windows.pay {
        add(w.employer_id.0, format_args!("{w:?}"));
    }
    for w in &windows.change {
        add(w.employer_id.0, format_args!("{w:?}"));
    }
    let days = params![settings.as_of, settings.oldest];
    let asked: [(&str, &[&dyn rusqlite::ToSql]); 4] = [
        (
            "SELECT c.employer_id, c.part_id || c.as_of || c.basis || (c.as_of >= ?2) || COALESCE(p.outlet_set_id, '')
               || p.outlets_whole
             FROM current_part c JOIN snapshot_part p ON p.part_id = c.part_id
             WHERE c.kind = 'holdings' AND c.as_of <= ?1 ORDER BY c.employer_id, c.part_id",
            days,
        ),
        (
            "SELECT employer_id, run_id || payday || pay_kind FROM current_run WHERE payday <= ?1
             ORDER BY employer_id, run_id",
            &days[..1],
        ),
        ("SELECT employer_id, count(*) || '/' || sum(employee_id) FROM payee_match GROUP BY employer_id", &[]),
        (
            "SELECT e.employer_id, count(*) || '/' || sum(u.employee_id) FROM unsure_employee u
             JOIN employee e ON e.employee_id = u.employee_id GROUP BY e.employer_id",
            &[],
        ),
    ];
    for (sql, parameters) in asked {
        let mut statement = store.conn.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            add(row.get(0)?, format_args!("|{}", row.get::<_, String>(1)?));
        }
    }
    Ok(texts.into_iter().map(|(id, text)| (id, hash(&text))).collect())
}

fn kept_stamps(store: &Store) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut statement = store.conn.prepare_cached(
        "SELECT CAST(substr(fact, length(?1) + 1) AS INTEGER), stamp FROM fact_stamp
         WHERE substr(fact, 1, length(?1)) = ?1",
    )?;
    let rows = statement.query_map([OF_EMPLOYER], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn put_own(store: &Store, own: &BTreeMap<i64, String>, changed: &BTreeSet<i64>) -> Result<(), StoreError> {
    let mut forget = store.conn.prepare_cached("DELETE FROM fact_stamp WHERE fact = ?1")?;
    for id in changed {
        let name = format!("{OF_EMPLOYER}{id}");
        match own.get(id) {
            Some(stamp) => put_stamp(store, &name, stamp)?,
            None => drop(forget.execute([name])?),
        }
    }
    Ok(())
}

/// What falls due next of each person's purchases.
fn next_due(store: &Store) -> Result<BTreeSet<(i64, String, i64)>, StoreError> {
    let mut statement =
        store.conn.prepare_cached("SELECT employee_id, due_date, COALESCE(due_amount_fen, 0) FROM next_due")?;
    let rows = statement.query_map([], |r: &Row| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn ids(store: &Store, sql: &str) -> Result<BTreeSet<i64>, StoreError> {
    Ok(store.conn.prepare_cached(sql)?.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?)
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest[..16].iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").ok();
        hex
    })
}
