//! What changed between two lists, joined and grouped: both say the same of any lists.

use proptest::prelude::*;

use super::{rows, settings};
use crate::facts::ChangeWindow;
use crate::facts::kept::employee_attributes;
use crate::facts::settings::{Batch, bind};
use crate::facts::windows::write_change_windows;
use crate::model::EmployerId;
use crate::store::Store;
use crate::store::trust::keys::SecretKey;

const JOINED: &str = include_str!("../employee/holding_change.sql");
const GROUPED: &str = include_str!("holding_change_grouped.sql");
const DAYS: [&str; 3] = ["2026-01-31", "2026-02-10", "2026-03-10"];

/// A list: employer, day, whether of everybody, the outlets it tells of and whether it has everybody of them, products it
/// covers, and its rows: person, products, AUM, outlet.
#[derive(Debug, Clone)]
struct List {
    employer: i64,
    day: usize,
    full: bool,
    outlets: Vec<u8>,
    whole: bool,
    covered: i64,
    rows: Vec<(i64, i64, Option<i64>, Option<u8>)>,
}

fn list() -> impl Strategy<Value = List> {
    let row = (1..9i64, 0..16i64, prop::option::of(0..9i64), prop::option::weighted(0.8, 0..2u8));
    (
        1..3i64,
        0..3usize,
        any::<bool>(),
        prop::sample::subsequence(vec![0u8, 1], 0..=2),
        any::<bool>(),
        0..16i64,
        prop::collection::vec(row, 0..7),
    )
        .prop_map(|(employer, day, full, outlets, whole, covered, rows)| List {
            employer,
            day,
            full,
            outlets,
            whole,
            covered,
            rows,
        })
}

fn put(store: &Store, number: i64, list: &List) {
    let List { employer, day, full, outlets, whole, covered, rows } = list;
    let basis = if *full { "full" } else { "partial" };
    let execute = |sql: String| store.conn.execute_batch(&sql).unwrap();
    execute(format!(
        "INSERT INTO snapshot VALUES ({number}, 1, 'holdings', '{}', {covered});
         INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision, outlet_set_id, outlets_whole)
           VALUES ({number}, {number}, {employer}, '{basis}', 1, {}, {});",
        DAYS[*day],
        if outlets.is_empty() { "NULL".to_string() } else { number.to_string() },
        i64::from(*whole),
    ));
    outlets.iter().for_each(|o| execute(format!("INSERT INTO outlet_set VALUES ({number}, '网点{o}')")));
    for (who, products, aum, outlet) in rows {
        let aum = aum.map_or("NULL".into(), |n| n.to_string());
        let outlet = outlet.map_or("NULL".into(), |o| format!("'网点{o}'"));
        execute(format!(
            "INSERT INTO holding (part_id, employee_id, products, product_count, asset_product_count, aum_fen, outlet)
             VALUES ({number}, {who}, {products}, 0, 0, {aum}, {outlet}) ON CONFLICT DO NOTHING"
        ));
    }
}

/// What a query says, row by row, in the order of people.
fn told(store: &Store, sql: &str) -> Vec<String> {
    store.conn.execute_batch("DELETE FROM holding_change").unwrap();
    let columns = crate::facts::settings::columns_of(store, sql).unwrap();
    let mut statement = store.conn.prepare(&format!("INSERT INTO holding_change ({columns}) {sql}")).unwrap();
    bind(&mut statement, &settings(), Batch::ALL).unwrap();
    statement.raw_execute().unwrap();
    rows(store, "SELECT * FROM holding_change ORDER BY employee_id")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn joined_lists_tell_what_grouped_ones_tell(
        lists in prop::collection::vec(list(), 1..9),
        employers in prop::collection::vec(1..3i64, 8),
        alias in prop::option::weighted(0.4, (2..9i64, 1..2i64)),
        unsure in prop::collection::btree_set(1..9i64, 0..3),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
        store.conn.execute_batch(
            "INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2026-03-12', '2026-03-12T00:00:00Z');
             INSERT INTO employer (employer_id, name, name_key) VALUES (1, '甲', '甲'), (2, '乙', '乙');",
        ).unwrap();
        for (who, employer) in (1..).zip(&employers) {
            let sql = format!("INSERT INTO employee (employee_id, employer_id, first_seen) VALUES ({who}, {employer}, '2026-01-01')");
            store.conn.execute_batch(&sql).unwrap();
        }
        (1..).zip(&lists).for_each(|(number, list)| put(&store, number, list));
        if let Some((from, to)) = alias {
            store.conn.execute_batch(&format!("INSERT INTO employee_alias VALUES ({from}, {to})")).unwrap();
        }
        for who in &unsure {
            store.conn.execute_batch(&format!("INSERT INTO unsure_employee VALUES ({who})")).unwrap();
        }
        store.rebuild_shadows().unwrap();
        employee_attributes::refresh(&store, &settings()).unwrap();
        let day = |at: usize| DAYS[at].parse().unwrap();
        let windows = [1, 2].map(|e| ChangeWindow { employer_id: EmployerId(e), from: day(1), to: day(2) });
        write_change_windows(&store, &windows).unwrap();
        prop_assert_eq!(told(&store, JOINED), told(&store, GROUPED));
    }
}
