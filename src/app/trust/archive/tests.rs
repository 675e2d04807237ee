//! What is worked out today is the same before and after, whatever lists there are.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::engagement::windows;
use crate::facts::{self, inputs};
use crate::model::{Fen, Products};
use crate::store::trust::keys::SecretKey;

/// Today; some months of the lists below are before the day that is drawn, some are after it.
const TODAY: &str = "2026-03-20";

/// A person's row: number, AUM, products, grade, last login, due day.
type Drawn = (i64, i64, i64, Option<u8>, Option<u8>, Option<u8>);

/// A list: employer, days before today, whether it is whole, whether another has replaced it, rows.
type DrawnList = (i64, i64, bool, bool, Vec<Drawn>);

fn list() -> impl Strategy<Value = DrawnList> {
    let optional = || prop::option::of(1..9u8);
    let row = (1..7i64, 0..900i64, 0..8i64, optional(), optional(), optional());
    (1..3i64, 0..55i64, prop::bool::weighted(0.8), prop::bool::weighted(0.1), prop::collection::vec(row, 1..6))
}

fn branch(lists: &[DrawnList], paydays: &[(i64, i64, i64)]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
    let run = |sql: &str| store.conn.execute_batch(sql).unwrap();
    run("BEGIN;
         INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2026-03-12', '2026-03-12T00:00:00Z');
         INSERT INTO employer (employer_id, name, name_key) VALUES (1, '甲', '甲'), (2, '乙', '乙');
         INSERT INTO employee (employee_id, employer_id, first_seen) VALUES (1, 1, '2025-01-10'), (2, 1, '2025-01-10'),
           (3, 1, '2025-01-10'), (4, 2, '2025-01-10'), (5, 2, '2025-01-10'), (6, 2, '2025-01-10');
         INSERT INTO employee_alias VALUES (6, 5);");
    let day = |before: i64| days_after(TODAY.parse().unwrap(), -before);
    let mut taken = std::collections::BTreeSet::new();
    for ((employer, ago, whole, replaced, rows), part) in lists.iter().zip(1..) {
        // Every eighth day, so that some lie beside paydays and some at month ends.
        let as_of = day(ago * 8);
        if !replaced && !taken.insert((*employer, as_of)) {
            continue;
        }
        let by = if *replaced { part.to_string() } else { "NULL".into() };
        let basis = if *whole { "full" } else { "partial" };
        run(&format!(
            "INSERT INTO snapshot VALUES ({part}, 1, 'holdings', '{as_of}', 7);
             INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision, superseded_by)
               VALUES ({part}, {part}, {employer}, '{basis}', 1, {by});"
        ));
        for (who, aum, products, grade, login, due) in rows {
            let text = |t: Option<String>| t.map_or("NULL".into(), |t| format!("'{t}'"));
            run(&format!(
                "INSERT INTO holding (part_id, employee_id, aum_fen, demand_fen, products, product_count,
                   asset_product_count, grade, last_login, due_date, due_amount_fen)
                 VALUES ({part}, {who}, {aum}, {aum}, {products}, 1, 0, {}, {}, {}, {}) ON CONFLICT DO NOTHING;",
                text(grade.map(|n| format!("G{n}"))),
                text(login.map(|n| format!("2026-01-0{n}"))),
                text(due.map(|n| format!("2026-05-0{n}"))),
                due.map_or("NULL".into(), |n| (i64::from(n) * 100).to_string()),
            ));
        }
    }
    for ((employer, ago, who), number) in paydays.iter().zip(1..) {
        run(&format!(
            "INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind)
               VALUES ({number}, 1, {employer}, '{}', 'wage');
             INSERT INTO payment (run_id, line, employee_id, payee, amount_fen)
               VALUES ({number}, 1, {who}, x'0101010101010101010101010101010{who}', 50);
             INSERT INTO activity VALUES ({number}, 1, 0);
             INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, occurrence)
               VALUES ({number}, 1, {who}, '{}', 1, 20, 'other_bank', 1);",
            day(*ago),
            day(ago - 1),
        ));
    }
    run("INSERT INTO holding_shadow SELECT part_id, 6 FROM holding WHERE employee_id = 6
           AND part_id IN (SELECT part_id FROM holding WHERE employee_id = 5);
         COMMIT;");
    (folder, store)
}

fn settings(rules: &Rules) -> FactSettings {
    let today: NaiveDate = TODAY.parse().unwrap();
    FactSettings {
        as_of: today,
        oldest: days_after(today, -rules.facts.snapshot.max_age_days),
        // Some lists are too old for their attributes.
        attributes_oldest: days_after(today, -300),
        affluent: Fen(400),
        of_months: 3,
        usual_months: 3,
        effective_months: 1,
        effective_month: Fen(10),
        many_products: 2,
    }
}

/// Rows of all that is worked out, but the attributes of people in no current list and flows of earlier paydays.
fn worked_out(store: &Store, rules: &Rules) -> (Windows, Vec<String>) {
    let today = TODAY.parse().unwrap();
    let dates = inputs::employer_dates(store, today).unwrap();
    let windows = windows::decide(&rules.retention, &rules.facts, &dates, &BTreeMap::new(), today);
    facts::rebuild(store, &settings(rules), &windows, &Products(Vec::new()), "stamp").unwrap();
    let mut all = Vec::new();
    for (table, order, fitting) in [
        ("employee_facts", "employee_id", "1"),
        ("employer_facts", "employer_id", "1"),
        ("employer_pay", "employer_id", "1"),
        ("holding_change", "employee_id", "1"),
        ("payday_retention", "employee_id, slot, employer_id", "1"),
        ("payday_outflow", "employee_id, slot, employer_id", "slot = 1"),
        ("pay_window", "employer_id, slot", "1"),
        ("change_window", "employer_id", "1"),
    ] {
        let sql = format!("SELECT * FROM {table} WHERE {fitting} ORDER BY {order}");
        let mut statement = store.conn.prepare(&sql).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |r| {
            let cell = |i| r.get::<_, rusqlite::types::Value>(i).map(|v| format!("{v:?}"));
            Ok((0..width).map(cell).collect::<Result<Vec<_>, _>>()?.join(" "))
        });
        all.extend(rows.unwrap().map(|row| format!("{table}: {}", row.unwrap())));
    }
    (windows, all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn today_is_the_same_before_and_after(
        lists_drawn in prop::collection::vec(list(), 4..40),
        paydays in prop::collection::vec((1..3i64, 2..400i64, 1..6i64), 0..6),
        before_day in 51..420i64,
    ) {
        let rules = Rules::load(None).unwrap();
        let (_folder, store) = branch(&lists_drawn, &paydays);
        let (windows, expected) = worked_out(&store, &rules);
        let today: NaiveDate = TODAY.parse().unwrap();
        let starts = [month_start(today), "2026-01-01".parse().unwrap()];
        let days = starts.map(|d| days_after(d, -1)).into_iter().chain([today]);
        let compared = days.map(|day| Compared { employer: None, day }).collect();
        let lists = lists(&store, &rules, &windows, compared, today).unwrap();
        let before = days_after(today, -before_day);
        let begun = store.begin().unwrap();
        let thinned = thin_store(&store, &lists, &settings(&rules), before);
        store.end(begun, thinned).unwrap();
        prop_assert_eq!(store.foreign_key_faults().unwrap(), 0);
        prop_assert_eq!(worked_out(&store, &rules).1, expected);
        // Once is enough.
        let again = super::lists(&store, &rules, &windows, lists.compared, today).unwrap();
        prop_assert_eq!(thin_store(&store, &again, &settings(&rules), before).unwrap(), Vec::new());
    }
}
