//! Facts of those alone whom something has touched are what working everybody's out again tells.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{products, rows, settings};
use crate::facts::inputs::{EmployerDates, employer_dates};
use crate::facts::kept::tables::{FIRST, TABLES};
use crate::facts::standing_at::Standings;
use crate::facts::{ChangeWindow, FactSettings, PayPeriod, PayWindow, Windows, rebuild};
use crate::model::EmployerId;
use crate::model::days::period::{days_after, month_end, months_before};
use crate::store::Store;
use crate::store::trust::keys::SecretKey;

const EMPLOYERS: i64 = 7;
const PEOPLE: i64 = 10;

#[derive(Debug, Clone)]
enum Step {
    /// A list of an employer: of everybody or not, and of each person products, AUM and a due date. Who stands in it
    /// belongs to the employer from now on, or stays where they were.
    List {
        employer: i64,
        day: i64,
        full: bool,
        joins: bool,
        rows: Vec<(i64, i64, i64, Option<i64>)>,
    },
    /// Wages or a bonus: of people, or of a payee nobody knows.
    Run {
        employer: i64,
        day: i64,
        wage: bool,
        rows: Vec<(Option<i64>, i64)>,
    },
    /// A list or a run is withdrawn.
    WithdrawnList(Index),
    WithdrawnRun(Index),
    /// The payee of an employer whom nobody knew is this person.
    Known(i64, i64),
    /// One person is another; one employer is another.
    Alias(i64, i64),
    Unsure(i64),
    Decided(i64),
    Sale {
        who: i64,
        bought: i64,
        due: i64,
    },
    Outflow {
        who: i64,
        day: i64,
    },
    FirstSeen(i64, i64),
    Moved(i64, i64),
    /// So many days go by, or back.
    Days(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let (employer, who, day) = (|| 1..=EMPLOYERS, || 1..=PEOPLE, || 0..12i64);
    let told = (who(), 0..8i64, 0..9i64, prop::option::of(0..20i64));
    prop_oneof![
        6 => (employer(), day(), any::<bool>(), any::<bool>(), prop::collection::vec(told, 0..5)).prop_map(
            |(employer, day, full, joins, rows)| Step::List { employer, day, full, joins, rows }),
        6 => (employer(), day(), prop::bool::weighted(0.8), prop::collection::vec((prop::option::weighted(0.8, who()), 1..9i64), 1..4))
            .prop_map(|(employer, day, wage, rows)| Step::Run { employer, day, wage, rows }),
        1 => any::<Index>().prop_map(Step::WithdrawnList),
        1 => any::<Index>().prop_map(Step::WithdrawnRun),
        1 => (employer(), who()).prop_map(|(e, w)| Step::Known(e, w)),
        1 => (who(), who()).prop_map(|(a, b)| Step::Alias(a.max(b), a.min(b))),
        1 => who().prop_map(Step::Unsure),
        1 => who().prop_map(Step::Decided),
        2 => (who(), day(), 0..20i64).prop_map(|(who, bought, due)| Step::Sale { who, bought, due }),
        1 => (who(), day()).prop_map(|(who, day)| Step::Outflow { who, day }),
        1 => (who(), day()).prop_map(|(who, day)| Step::FirstSeen(who, day)),
        2 => (who(), employer()).prop_map(|(w, e)| Step::Moved(w, e)),
        3 => (-30..60i64).prop_map(Step::Days),
    ]
}

/// A day, counted in steps of ten from the first.
fn day(step: i64) -> chrono::NaiveDate {
    days_after("2026-01-01".parse().unwrap(), step * 10)
}

fn take(store: &Store, number: i64, step: &Step, today: &mut FactSettings) {
    let execute = |sql: &str| store.conn.execute_batch(sql).unwrap();
    let withdraw = |table: &str, id: &str, which: &Index| {
        let all = rows(store, &format!("SELECT {id} FROM {table} ORDER BY 1"));
        if !all.is_empty() {
            let one = which.get(&all);
            execute(&format!("UPDATE {table} SET superseded_by = {id} WHERE {id} = {one}"));
        }
    };
    match step {
        Step::List { employer, day: at, full, joins, rows } => {
            let (as_of, basis) = (day(*at), if *full { "full" } else { "partial" });
            execute(&format!(
                "INSERT INTO snapshot VALUES ({number}, 1, 'holdings', '{as_of}', 6);
                 INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision)
                   VALUES ({number}, {number}, {employer}, '{basis}', 1);"
            ));
            for (who, products, aum, due) in rows {
                let due = due.map_or("NULL".to_string(), |due| format!("'{}'", day(due)));
                execute(&format!(
                    "INSERT INTO holding (part_id, employee_id, products, product_count, asset_product_count, aum_fen,
                       demand_fen, due_date) VALUES ({number}, {who}, {products}, 1, 0, {aum}, {aum}, {due})
                     ON CONFLICT DO NOTHING;"
                ));
                if *joins {
                    execute(&format!("UPDATE employee SET employer_id = {employer} WHERE employee_id = {who}"));
                }
            }
        }
        Step::Run { employer, day: at, wage, rows } => {
            let (payday, kind) = (day(*at), if *wage { "wage" } else { "bonus" });
            execute(&format!("INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind)
                                VALUES ({number}, 1, {employer}, '{payday}', '{kind}')"));
            for (line, (who, amount)) in rows.iter().enumerate() {
                let who = who.map_or("NULL".to_string(), |who| who.to_string());
                execute(&format!("INSERT INTO payment (run_id, line, employee_id, payee, amount_fen)
                                    VALUES ({number}, {line}, {who}, zeroblob(16), {amount})"));
            }
        }
        Step::WithdrawnList(which) => withdraw("snapshot_part", "part_id", which),
        Step::WithdrawnRun(which) => withdraw("payroll_run", "run_id", which),
        Step::Known(employer, who) => {
            execute(&format!("INSERT OR REPLACE INTO payee_match VALUES ({employer}, zeroblob(16), {who})"));
        }
        Step::Alias(from, to) => execute(&format!(
            "INSERT INTO employee_alias SELECT {from}, {to} WHERE {from} <> {to} AND NOT EXISTS
               (SELECT 1 FROM employee_alias WHERE employee_id IN ({from}, {to}) OR canonical_id IN ({from}, {to}))"
        )),
        Step::Unsure(who) => execute(&format!("INSERT OR IGNORE INTO unsure_employee VALUES ({who})")),
        Step::Decided(who) => execute(&format!("DELETE FROM unsure_employee WHERE employee_id = {who}")),
        Step::Sale { who, bought, due } => execute(&format!(
            "INSERT INTO sale (activity_id, line, employee_id, product_name, bought_on, amount_fen, due_date, occurrence)
               VALUES (1, {number}, {who}, '甲', '{}', 100, '{}', {number})",
            day(*bought),
            day(*due)
        )),
        Step::Outflow { who, day: at } => execute(&format!(
            "INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, occurrence)
               VALUES (1, {number}, {who}, '{}', 1, 10, 'other_bank', {number})",
            day(*at)
        )),
        Step::FirstSeen(who, at) => {
            execute(&format!("UPDATE employee SET first_seen = '{}' WHERE employee_id = {who}", day(*at)));
        }
        Step::Moved(who, employer) => {
            execute(&format!("UPDATE employee SET employer_id = {employer} WHERE employee_id = {who}"));
        }
        Step::Days(days) => {
            for day in [&mut today.as_of, &mut today.oldest, &mut today.attributes_oldest] {
                *day = days_after(*day, *days);
            }
        }
    }
}

/// Windows like those of the rules: before and after each payday the nearest lists, and the two newest lists.
fn windows(dates: &BTreeMap<EmployerId, EmployerDates>) -> Windows {
    let mut windows = Windows::default();
    for (employer, known) in dates {
        if let Some(last) = known.wage_paydays.last() {
            windows.pay_periods.extend((0..4).map(|back| {
                let first_day = months_before(*last, back);
                PayPeriod {
                    employer_id: *employer,
                    months_back: i64::from(back),
                    first_day,
                    last_day: month_end(first_day),
                }
            }));
        }
        windows.pay.extend(known.wage_paydays.iter().rev().zip(1..).map(|(payday, slot)| {
            let after_as_of = known.snapshots.iter().copied().find(|d| d >= payday);
            PayWindow {
                employer_id: *employer,
                slot,
                payday: *payday,
                window_end: after_as_of.unwrap_or(days_after(*payday, 20)),
                before_as_of: known.snapshots.iter().copied().rfind(|d| d < payday),
                after_as_of,
                basis: "aum",
                approximate: false,
            }
        }));
        if let [.., from, to] = known.snapshots[..] {
            windows.change.push(ChangeWindow { employer_id: *employer, from, to });
        }
    }
    windows
}

/// All that is worked out, table by table.
fn all(store: &Store) -> Vec<String> {
    // Of the attributes what these lists tell; which of them told it is no fact.
    let attributes = "(SELECT employee_id, due_date, due_amount_fen FROM employee_attributes)";
    let own = [(attributes, ""), ("employer_products", "")];
    let tables = FIRST.iter().chain(TABLES).chain(&own);
    let mut all: Vec<String> =
        tables.flat_map(|(table, _)| rows(store, &format!("SELECT '{table}', * FROM {table}"))).collect();
    all.sort();
    all
}

/// Works the facts out after each step, and everybody's again beside them; says where the two differ.
fn differing(steps: &[Step]) -> Option<(usize, Vec<String>, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
    store
        .conn
        .execute_batch(&format!(
            "INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2026-03-12', '2026-03-12T00:00:00Z');
             INSERT INTO activity VALUES (1, 1, 0);
             INSERT INTO employer (employer_id, name, name_key)
               WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {EMPLOYERS}) SELECT n, n, n FROM n;
             INSERT INTO employee (employee_id, employer_id, first_seen)
               WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {PEOPLE})
               SELECT n, 1 + n % {EMPLOYERS}, '2026-01-01' FROM n;"
        ))
        .unwrap();
    let first = "2026-03-01".parse().unwrap();
    let mut today = FactSettings {
        as_of: first,
        oldest: days_after(first, -60),
        attributes_oldest: days_after(first, -90),
        ..settings()
    };
    for (at, step) in steps.iter().enumerate() {
        take(&store, at as i64 + 1, step, &mut today);
        store.rebuild_shadows().unwrap();
        let windows = windows(&employer_dates(&store, today.as_of).unwrap());
        rebuild(&store, &today, &windows, &products(), "stamp").unwrap();
        let touched = all(&store);
        store.conn.execute_batch("SAVEPOINT again; DELETE FROM fact_stamp; DELETE FROM attributed_part;").unwrap();
        rebuild(&store, &today, &windows, &products(), "stamp").unwrap();
        let again = all(&store);
        store.conn.execute_batch("ROLLBACK TO again; RELEASE again;").unwrap();
        // Where employers stood, on days before and after their lists: as kept, and summed up.
        let mut standing = [Vec::new(), Vec::new()];
        let ways = [Standings::new(&store, &products(), 2).unwrap(), Standings::unkept(&store, &products(), 2)];
        for (told, way) in standing.iter_mut().zip(&ways) {
            for at in [today.as_of, days_after(today.as_of, -20), days_after(today.as_of, -50)] {
                told.extend(way.at(at, days_after(at, -60)).unwrap().iter().map(|s| format!("{s:?}")));
            }
        }
        let counted = rows(
            &store,
            "SELECT t.part_id, people, (SELECT count(*) FROM current_holding h WHERE h.part_id = t.part_id) AS counted
             FROM attributed_part t WHERE people <> counted",
        );
        standing[0].extend(counted);
        let [touched, again] = [[touched, standing[0].clone()].concat(), [again, standing[1].clone()].concat()];
        if touched != again {
            return Some((at, touched, again));
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn facts_of_those_touched_are_what_all_worked_out_again_tells(steps in prop::collection::vec(step(), 1..20)) {
        prop_assert_eq!(differing(&steps), None);
    }
}

/// The deposit that ends first is no longer ahead: the purchase beside it is due next, though neither has changed.
#[test]
fn what_is_due_next_changes_as_days_go_by() {
    // Due on 12 March by the list, and on 11 April by the purchase.
    let list =
        |employer, due| Step::List { employer, day: 5, full: true, joins: true, rows: vec![(employer, 0, 1, due)] };
    let mut steps: Vec<Step> = (2..=EMPLOYERS).map(|employer| list(employer, None)).collect();
    steps.extend([list(1, Some(7)), Step::Sale { who: 1, bought: 5, due: 10 }, Step::Days(20)]);
    assert_eq!(differing(&steps), None);
}

/// A payday that has not come counts in no window, whatever else is worked out beside it.
#[test]
fn what_is_paid_later_counts_from_its_day() {
    // Run on 12 March, today, and on 22 March, within the window of the first.
    let run = |day, wage, who| Step::Run { employer: 2, day, wage, rows: vec![(who, 1)] };
    let list = Step::List { employer: 1, day: 0, full: false, joins: false, rows: vec![] };
    let mut steps = vec![Step::Days(11), run(7, true, None), list, run(8, false, Some(1))];
    assert_eq!(differing(&steps), None);
    steps.push(Step::Days(10));
    assert_eq!(differing(&steps), None);
}

/// Who stands in two lists of one employer and day counts in the newer one alone.
#[test]
fn people_of_a_list_beside_another_one_are_counted_once() {
    let list = |who| Step::List { employer: 1, day: 5, full: false, joins: false, rows: who };
    let steps = [list(vec![(2, 0, 0, None), (3, 0, 0, None)]), list(vec![(2, 0, 0, None)])];
    assert_eq!(differing(&steps), None);
}
