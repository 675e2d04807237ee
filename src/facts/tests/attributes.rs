//! Lists added one after the other leave what all lists together tell.

use proptest::prelude::*;

use super::{rows, settings};
use crate::facts::FactSettings;
use crate::facts::kept::employee_attributes;
use crate::model::days::period::days_after;
use crate::store::Store;
use crate::store::trust::keys::SecretKey;

/// A person's row: outlet, risk level, day of the last login, end and amount of a deposit.
type Told = (i64, Option<u8>, Option<i64>, Option<u8>, Option<u8>, Option<i64>);

#[derive(Debug, Clone)]
enum Step {
    /// A list of an employer, so many days after the first.
    List { employer: i64, day: i64, rows: Vec<Told> },
    /// Another takes the place of one of the lists there are.
    Superseded(prop::sample::Index),
    /// One of the lists is removed for good, as a purge does.
    Removed(prop::sample::Index),
    /// One person is another.
    Alias(i64, i64),
    /// So many days go by.
    Later(i64),
    /// Somebody belongs to another employer now.
    Moved(i64, i64),
}

fn step() -> impl Strategy<Value = Step> {
    let told = (
        1..6i64,
        prop::option::of(0..3u8),
        prop::option::of(1..4i64),
        prop::option::of(1..9u8),
        prop::option::of(1..9u8),
        prop::option::of(0..9i64),
    );
    let list = (1..3i64, 0..40i64, prop::collection::vec(told, 0..6)).prop_map(|(employer, day, rows)| Step::List {
        employer,
        day: day * 10,
        rows,
    });
    prop_oneof![
        8 => list,
        1 => any::<prop::sample::Index>().prop_map(Step::Superseded),
        1 => any::<prop::sample::Index>().prop_map(Step::Removed),
        1 => (1..6i64, 1..6i64).prop_map(|(a, b)| Step::Alias(a.max(b), a.min(b))),
        2 => (0..200i64).prop_map(Step::Later),
        1 => (1..6i64, 1..3i64).prop_map(|(who, employer)| Step::Moved(who, employer)),
    ]
}

const KNOWN: &str =
    "SELECT employee_id, outlet, risk_level, last_login, due_date, due_amount_fen FROM employee_attributes
                     ORDER BY employee_id";

fn take(store: &Store, number: i64, step: &Step, today: &mut FactSettings) {
    let execute = |sql: &str| store.conn.execute_batch(sql).unwrap();
    match step {
        Step::List { employer, day, rows } => {
            let as_of = days_after("2026-01-01".parse().unwrap(), *day);
            execute(&format!(
                "INSERT INTO snapshot VALUES ({number}, 1, 'holdings', '{as_of}', 0);
                 INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision)
                   VALUES ({number}, {number}, {employer}, 'full', 1);"
            ));
            for (who, outlet, risk, login, due, amount) in rows {
                let text = |n: &Option<u8>, before: &str| n.map_or("NULL".into(), |n| format!("'{before}{n}'"));
                let whole = |n: &Option<i64>| n.map_or("NULL".into(), |n| n.to_string());
                execute(&format!(
                    "INSERT INTO holding (part_id, employee_id, products, product_count, asset_product_count, outlet,
                       risk_level, last_login, due_date, due_amount_fen) VALUES ({number}, {who}, 0, 0, 0, {}, {}, {}, {}, {})
                     ON CONFLICT DO NOTHING",
                    text(outlet, "网点"),
                    whole(risk),
                    text(login, "2026-01-0"),
                    text(due, "2026-05-0"),
                    whole(amount),
                ));
            }
        }
        Step::Superseded(which) | Step::Removed(which) => {
            let parts: Vec<i64> = super::rows(store, "SELECT part_id FROM snapshot_part ORDER BY 1")
                .iter()
                .map(|p| p.parse().unwrap())
                .collect();
            if parts.is_empty() {
                return;
            }
            let part = which.get(&parts);
            if matches!(step, Step::Superseded(_)) {
                execute(&format!("UPDATE snapshot_part SET superseded_by = part_id WHERE part_id = {part}"));
            } else {
                execute(&format!(
                    "DELETE FROM holding_shadow; DELETE FROM holding WHERE part_id = {part};
                     DELETE FROM snapshot_part WHERE part_id = {part}; DELETE FROM attributed_part;"
                ));
            }
        }
        Step::Alias(from, to) if from != to => execute(&format!(
            "INSERT INTO employee_alias SELECT {from}, {to} WHERE NOT EXISTS
               (SELECT 1 FROM employee_alias WHERE employee_id IN ({from}, {to}) OR canonical_id IN ({from}, {to}))"
        )),
        Step::Alias(..) => {}
        Step::Later(days) => {
            today.as_of = days_after(today.as_of, *days);
            today.attributes_oldest = days_after(today.attributes_oldest, *days);
        }
        Step::Moved(who, employer) => {
            execute(&format!("UPDATE employee SET employer_id = {employer} WHERE employee_id = {who}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn lists_one_after_the_other_leave_what_all_together_tell(steps in prop::collection::vec(step(), 1..14)) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
        store.conn.execute_batch(
            "INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2026-03-12', '2026-03-12T00:00:00Z');
             INSERT INTO employer (employer_id, name, name_key) VALUES (1, '甲', '甲'), (2, '乙', '乙');
             INSERT INTO employee (employee_id, employer_id, first_seen)
               VALUES (1, 1, '2026-01-01'), (2, 1, '2026-01-01'), (3, 2, '2026-01-01'), (4, 2, '2026-01-01'), (5, 2, '2026-01-01');",
        ).unwrap();
        let first = "2026-06-01".parse().unwrap();
        let mut today = FactSettings { as_of: first, attributes_oldest: days_after(first, -200), ..settings() };
        for (number, step) in (1..).zip(&steps) {
            take(&store, number, step, &mut today);
            store.rebuild_shadows().unwrap();
            employee_attributes::refresh(&store, &today).unwrap();
            let added = rows(&store, KNOWN);
            store.conn.execute_batch("SAVEPOINT whole; DELETE FROM employee_attributes;").unwrap();
            for employer in [1, 2] {
                employee_attributes::work_out(&store, &today, employer).unwrap();
            }
            let whole = rows(&store, KNOWN);
            store.conn.execute_batch("ROLLBACK TO whole; RELEASE whole;").unwrap();
            prop_assert_eq!(added, whole, "after step {}: {:?}", number, &steps[..number as usize]);
        }
    }
}
