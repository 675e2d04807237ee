//! Facts over a small branch written straight into the tables.

mod attributes;
mod changes;
mod touched;

use rusqlite::types::Value;

use chrono::NaiveDate;

use super::employee::{employee_facts, holding_change, person_rows};
use super::kept::employee_attributes;
use super::kept::tables::{FIRST, TABLES, fill_all};
use super::settings::{Batch, batched_up_to};
use super::windows::write_windows;
use super::*;
use crate::model::product::{Product, ProductFamily};
use crate::model::{EmployerId, Fen, Products};
use crate::store::trust::keys::SecretKey;
use crate::store::{Store, StoreError};

#[test]
fn employers_are_put_together_up_to_a_number_of_people() {
    let batch = |first, last| Batch { first, last };
    assert_eq!(batched_up_to(&[], 10), []);
    assert_eq!(batched_up_to(&[(1, 4), (2, 6), (5, 1)], 10), [batch(1, 2), batch(5, 5)]);
    assert_eq!(batched_up_to(&[(1, 0), (3, 25), (4, 0), (7, 3)], 10), [batch(1, 1), batch(3, 3), batch(4, 7)]);
}

/// Three employers with a sheet of 2026-02-10 and one of 2026-03-10, the last one's second sheet a partial one.
/// People 1–3 at the first, 4–5 at the second, 6–8 at the third. Number 9 is the same person as 2, met at the third.
/// Whether 8 left is not known: a row that is not decided may be them. Person 6 is paid by the second employer too.
/// Person 1 sent money on twice and got some back; person 4 has three purchases, two of which end on one day, and person
/// 6 one that is made only tomorrow.
fn branch(folder: &tempfile::TempDir) -> Store {
    let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
    store
        .conn
        .execute_batch(
            "INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2026-03-12', '2026-03-12T00:00:00Z');
             INSERT INTO employer (employer_id, name, name_key) VALUES (1, '甲', '甲'), (2, '乙', '乙'), (5, '丙', '丙');
             INSERT INTO employee (employee_id, employer_id, first_seen) VALUES (1, 1, '2026-02-10'), (2, 1, '2026-02-10'),
               (3, 1, '2026-03-10'), (4, 2, '2026-02-10'), (5, 2, '2026-02-10'), (6, 5, '2026-02-10'),
               (7, 5, '2026-02-10'), (8, 5, '2026-02-10'), (9, 5, '2026-02-10');
             INSERT INTO employee_alias VALUES (9, 2);
             INSERT INTO unsure_employee VALUES (8);
             INSERT INTO snapshot VALUES (1, 1, 'holdings', '2026-02-10', 14), (2, 1, 'holdings', '2026-03-10', 6);
             INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision) VALUES (11, 1, 1, 'full', 1),
               (12, 1, 2, 'full', 1), (15, 1, 5, 'full', 1), (21, 2, 1, 'full', 1), (22, 2, 2, 'full', 1),
               (25, 2, 5, 'partial', 1);
             INSERT INTO holding (part_id, employee_id, risk_level, aum_fen, demand_fen, products, product_count,
               asset_product_count) VALUES
               (11, 1, NULL, 100, 100, 2, 1, 0), (11, 2, NULL, 200, 200, 10, 2, 0), (12, 4, NULL, 400, 400, 4, 1, 0),
               (12, 5, NULL, 500, 500, 2, 1, 0), (15, 6, NULL, 600, 600, 6, 2, 0), (15, 7, NULL, 700, 700, 2, 1, 0),
               (15, 8, NULL, 800, 800, 2, 1, 0), (15, 9, 3, 900, 900, 2, 1, 0), (21, 1, NULL, 150, 150, 4, 1, 0),
               (21, 2, NULL, 210, 210, 2, 1, 0), (21, 3, NULL, 30, 30, 2, 1, 0), (22, 4, NULL, 390, 390, 6, 2, 0),
               (25, 6, NULL, 610, 610, 2, 1, 0);
             INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind) VALUES
               (1, 1, 1, '2026-02-15', 'wage'), (2, 1, 2, '2026-02-15', 'wage'), (3, 1, 5, '2026-02-20', 'wage');
             INSERT INTO payment (run_id, line, employee_id, payee, amount_fen) VALUES
               (1, 1, 1, x'01010101010101010101010101010101', 50), (1, 2, 2, x'02020202020202020202020202020202', 60),
               (2, 1, 4, x'04040404040404040404040404040404', 70), (2, 2, NULL, x'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A', 80),
               (2, 3, 6, x'06060606060606060606060606060606', 30), (3, 1, 6, x'06060606060606060606060606060606', 90);
             INSERT INTO activity VALUES (1, 1, 0), (2, 1, 1);
             INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, occurrence) VALUES
               (1, 1, 1, '2026-02-15', 1, 20, 'other_bank', 0), (1, 2, 1, '2026-03-10', 1, 15, 'other_bank', 0),
               (1, 3, 1, '2026-02-16', 0, 5, 'other_bank', 0), (1, 4, 1, '2026-02-14', 1, 7, 'other_bank', 0),
               (1, 5, 1, '2026-03-11', 1, 8, 'other_bank', 0), (2, 1, 1, '2026-02-17', 1, 9, 'other_bank', 0);
             INSERT INTO sale (activity_id, line, employee_id, product_name, bought_on, amount_fen, due_date, occurrence)
               VALUES (1, 11, 4, '甲', '2026-02-11', 1000, '2026-04-01', 0), (1, 12, 4, '乙', '2026-02-12', 500, '2026-04-01', 0),
               (1, 13, 4, '丙', '2026-02-13', 300, '2026-05-01', 0), (1, 14, 6, '丁', '2026-03-13', 900, '2026-04-02', 0);",
        )
        .unwrap();
    store
}

/// All facts, for employers put together like this.
fn work_out_all(
    store: &Store,
    settings: &FactSettings,
    products: &Products,
    batches: &[Batch],
) -> Result<(), StoreError> {
    employee_attributes::refresh(store, settings)?;
    fill_all(store, settings, products, batches)
}

fn windows() -> Windows {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let of = |employer: i64| EmployerId(employer);
    let employers = [(1, "2026-02-15"), (2, "2026-02-15"), (5, "2026-02-20")];
    Windows {
        pay_periods: employers
            .map(|(e, _)| PayPeriod {
                employer_id: of(e),
                months_back: 0,
                first_day: day("2026-02-01"),
                last_day: day("2026-02-28"),
            })
            .into(),
        pay: employers
            .map(|(e, payday)| PayWindow {
                employer_id: of(e),
                slot: 1,
                payday: day(payday),
                window_end: day("2026-03-10"),
                before_as_of: Some(day("2026-02-10")),
                after_as_of: Some(day("2026-03-10")),
                basis: "aum",
                approximate: false,
            })
            .into(),
        change: employers
            .map(|(e, _)| ChangeWindow { employer_id: of(e), from: day("2026-02-10"), to: day("2026-03-10") })
            .into(),
    }
}

fn settings() -> FactSettings {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    FactSettings {
        as_of: day("2026-03-12"),
        oldest: day("2025-12-12"),
        attributes_oldest: day("2025-03-12"),
        affluent: Fen(400),
        of_months: 3,
        usual_months: 3,
        effective_months: 1,
        effective_month: Fen(60),
        many_products: 2,
    }
}

/// Products 1, 2 and 3: the sheets of February tell of all three, those of March of the first two.
fn products() -> Products {
    let product = |(number, key): (u8, &str)| {
        let family = ProductFamily::Channel;
        Product { number, key: key.into(), family, name: None }
    };
    Products([(1, "mobile_bank"), (2, "online_bank"), (3, "quick_pay")].map(product).into())
}

/// Rows as text, cells between bars; what is unknown is empty.
fn rows(store: &Store, sql: &str) -> Vec<String> {
    let mut statement = store.conn.prepare(sql).unwrap();
    let columns = statement.column_count();
    let cell = |value: Value| match value {
        Value::Null => String::new(),
        Value::Integer(n) => n.to_string(),
        Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    let row = |r: &rusqlite::Row<'_>| (0..columns).map(|c| r.get(c).map(cell)).collect::<Result<Vec<_>, _>>();
    statement.query_map([], row).unwrap().map(|r| r.unwrap().join("|")).collect()
}

/// What stands in the fact tables for [`branch`], worked out by hand: the columns asked for, and their rows.
const EXPECTED: &[(&str, &[&str])] = &[
    // The third employer's sheet knew the risk level of person 9, who is person 2.
    (
        "SELECT employee_id, risk_level FROM employee_attributes ORDER BY 1",
        &["1|", "2|3", "3|", "4|", "5|", "6|", "7|", "8|"],
    ),
    (
        "SELECT employee_id, employer_id, wage_fen, bonus_fen, prior_wage_fen, prior_months, recent_months, first_paid,
           last_paid FROM employee_pay ORDER BY 1",
        &[
            "1|1|50|0|0|0|1|2026-02-15|2026-02-15",
            "2|1|60|0|0|0|1|2026-02-15|2026-02-15",
            "4|2|70|0|0|0|1|2026-02-15|2026-02-15",
            "6|5|90|0|0|0|1|2026-02-20|2026-02-20",
        ],
    ),
    // Only person 6 is paid by somebody else too.
    ("SELECT employee_id, employer_id FROM several_payee", &["6|2"]),
    (
        "SELECT employee_id, employer_id, payday, amount_fen FROM several_pay ORDER BY 1, 2",
        &["6|2|2026-02-15|30", "6|5|2026-02-20|90"],
    ),
    // Person 6 is the fifth employer's, in whose window the wages of the second lie too. It begins the day after the
    // balances of 10 February.
    (
        "SELECT employee_id, employer_id, slot, place, first_day, last_day FROM several_window ORDER BY 1, 2",
        &["6|5|1|1|2026-02-11|2026-03-10"],
    ),
    (
        "SELECT employee_id, as_of, aum_fen, demand_fen FROM several_balance ORDER BY 1, 2",
        &["6|2026-02-10|600|600", "6|2026-03-10|610|610"],
    ),
    // 150 − 100, 210 − 200, 390 − 400, 610 − 600; the last is of the fifth employer, which is measured by the wages of
    // both (30 + 90).
    (
        "SELECT employee_id, employer_id, slot, payday, basis, counted_id, payroll_fen, aum_before_fen, aum_after_fen,
           retained_fen, demand_change_fen FROM payday_retention ORDER BY 1, 2",
        &[
            "1|1|1|2026-02-15|aum|1|50|100|150|50|50",
            "2|1|1|2026-02-15|aum|1|60|200|210|10|10",
            "4|2|1|2026-02-15|aum|2|70|400|390|-10|-10",
            "6|2|1|2026-02-15|aum|5|||||",
            "6|5|1|2026-02-20|aum|5|120|600|610|10|10",
        ],
    ),
    // 20 on payday and 15 on the window's last day; not what came in, what went before or after, or was withdrawn.
    (
        "SELECT employee_id, slot, employer_id, destination, amount_fen FROM payday_outflow ORDER BY 1",
        &["1|1|1|other_bank|35"],
    ),
    ("SELECT employee_id, due_date, due_amount_fen FROM next_due ORDER BY 1", &["4|2026-04-01|1500"]),
    // The third employer's latest full sheet is that of February; nobody told of product 3 in March.
    (
        "SELECT employee_id, employer_id, as_of, aum_fen, products, covered, product_count, risk_level,
           due_date, due_amount_fen, wage_fen, wage_mean_fen, paid_months, employer_last_payday,
           retained_fen, retention_basis FROM employee_facts ORDER BY 1",
        &[
            "1|1|2026-03-10|150|4|6|1||||50||1|2026-02-15|50|aum",
            "2|1|2026-03-10|210|2|6|1|3|||60||1|2026-02-15|10|aum",
            "3|1|2026-03-10|30|2|6|1||||0||0|2026-02-15||unknown",
            "4|2|2026-03-10|390|6|6|2||2026-04-01|1500|70||1|2026-02-15|-10|aum",
            "6|5|2026-02-10|600|6|14|2||||90||1|2026-02-20|10|aum",
            "7|5|2026-02-10|700|2|14|1||||0||0|2026-02-20||unknown",
            "8|5|2026-02-10|800|2|14|1||||0||0|2026-02-20||unknown",
        ],
    ),
    // Affluent from 400: the three of the third employer.
    (
        "SELECT employer_id, as_of, headcount, aum_fen, aum_month_avg_fen, demand_fen, products_total,
           asset_products_total, executives, affluent_heads, coverage_0, coverage_1, coverage_2, coverage_3
         FROM employer_facts ORDER BY 1",
        &[
            "1|2026-03-10|3|390||390|3|0|0|0|0|3|0|0",
            "2|2026-03-10|1|390||390|2|0|0|0|0|0|1|0",
            "5|2026-02-10|3|2100||2100|4|0|0|3|0|2|1|0",
        ],
    ),
    // Holders of each product beside the people whose sheet tells of it.
    (
        "SELECT employer_id, product, holders, known FROM employer_products ORDER BY 1, 2",
        &["1|1|2|3", "1|2|1|3", "1|3|0|0", "2|1|1|1", "2|2|1|1", "2|3|0|0", "5|1|3|3", "5|2|1|3", "5|3|0|3"],
    ),
    // Effective from 60 in one month; a payee nobody knows counts as a head, and so does one who belongs elsewhere.
    (
        "SELECT employer_id, paid_heads, prior_paid_heads, effective_heads, payroll_fen, prior_payroll_fen,
           recent_wage_fen, recent_months FROM employer_pay ORDER BY 1",
        &["1|2||1|110||110|1", "2|3||2|180||180|1", "5|1||1|90||90|1"],
    ),
    // Of the first employer's person 2 the sheet of March does not tell whether product 3 (bit 8) is still held.
    (
        "SELECT employee_id, employer_id, status, gained, lost, aum_before_fen, aum_after_fen FROM holding_change
         ORDER BY 1",
        &[
            "1|1|present|4|2|100|150",
            "2|1|present|0|0|200|210",
            "3|1|joined|0|0||30",
            "4|2|present|2|0|400|390",
            "5|2|departed|0|0|500|",
            "6|5|present|0|4|600|610",
            "7|5|unknown|0|0|700|",
            "8|5|unknown|0|0|800|",
        ],
    ),
];

#[test]
fn facts_are_those_worked_out_by_hand_however_the_employers_are_put_together() {
    let one_each = [1, 2, 5].map(|e| Batch { first: e, last: e });
    for batches in [&[Batch { first: 1, last: 5 }][..], &one_each, &[Batch { first: 1, last: 2 }, one_each[2]]] {
        let folder = tempfile::tempdir().unwrap();
        let store = branch(&folder);
        write_windows(&store, &windows()).unwrap();
        work_out_all(&store, &settings(), &products(), batches).unwrap();
        for (sql, expected) in EXPECTED {
            assert_eq!(rows(&store, sql), *expected, "{batches:?}: {sql}");
        }
    }
}

#[test]
fn clients_are_large_from_an_amount_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = branch(&folder);
    write_windows(&store, &windows()).unwrap();
    work_out_all(&store, &settings(), &products(), &[Batch { first: 1, last: 5 }]).unwrap();
    let from = |fen: i64| {
        let mut found = Vec::new();
        employee_facts::large(&store, Fen(fen), |id, _, _, _, _| found.push(id.0)).unwrap();
        found
    };
    // Person 4 has 390; 6, 7 and 8 have 600 and more, all others less.
    assert_eq!([389, 390, 391].map(from), [vec![4, 6, 7, 8], vec![4, 6, 7, 8], vec![6, 7, 8]]);
}

#[test]
fn every_fact_table_has_an_expectation() {
    for (table, _) in FIRST.iter().chain(TABLES) {
        let asked =
            |(sql, rows): &&(&str, &[&str])| sql.split_whitespace().any(|word| word == *table) && !rows.is_empty();
        assert!(EXPECTED.iter().any(|e| asked(&e)), "{table}");
    }
}

/// Nothing of an earlier filling stays: neither people who are gone nor figures of other rules.
#[test]
fn a_second_filling_leaves_nothing_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = branch(&folder);
    let all = [Batch { first: 1, last: 5 }];
    let poorer = FactSettings { affluent: Fen(1), ..settings() };
    write_windows(&store, &windows()).unwrap();
    work_out_all(&store, &poorer, &Products::default(), &all).unwrap();
    assert_eq!(rows(&store, "SELECT affluent_heads FROM employer_facts ORDER BY employer_id"), ["3", "1", "3"]);
    assert_eq!(rows(&store, "SELECT * FROM employer_products"), [""; 0]);
    work_out_all(&store, &settings(), &products(), &all).unwrap();
    for (sql, expected) in EXPECTED {
        assert_eq!(rows(&store, sql), *expected, "{sql}");
    }
}

#[test]
fn people_come_stay_and_go_between_two_sheets() {
    let folder = tempfile::tempdir().unwrap();
    let store = branch(&folder);
    let changes = holding_change::between(&store, &windows().change).unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|c| {
            let fen = |f: Option<Fen>| f.map(|f| f.0);
            (c.employee_id.0, c.status.key(), c.gained.0, c.lost.0, fen(c.aum_before), fen(c.aum_after))
        })
        .collect();
    // Only what both sheets cover counts (bits 1 and 2): the 8 person 2 lost is not among it.
    assert_eq!(
        told,
        [
            (1, "present", 4, 2, Some(100), Some(150)),
            (2, "present", 0, 0, Some(200), Some(210)),
            (3, "joined", 0, 0, None, Some(30)),
            (4, "present", 2, 0, Some(400), Some(390)),
            (5, "departed", 0, 0, Some(500), None),
            (6, "present", 0, 4, Some(600), Some(610)),
            (7, "unknown", 0, 0, Some(700), None),
            (8, "unknown", 0, 0, Some(800), None),
        ]
    );
}

/// What stands where of person 1, one of the first employer's, whose 8,000 stayed: employer, where it counts, wages, kept.
/// Each employer pays the person its part of `wages` on its payday, and waits until `ends`.
fn counted(store: &Store, wages: [i64; 3], ends: [&str; 3]) -> Vec<(i64, i64, Option<i64>, Option<i64>)> {
    let sql = "DELETE FROM payment; DELETE FROM payroll_run; DELETE FROM payday_retention;
         UPDATE holding SET aum_fen = 9000 WHERE part_id = 21 AND employee_id = 1;
         UPDATE holding SET aum_fen = 1000 WHERE part_id = 11 AND employee_id = 1;
         INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind) VALUES
           (1, 1, 1, '2026-02-15', 'wage'), (2, 1, 2, '2026-02-15', 'wage'), (3, 1, 5, '2026-02-20', 'wage');";
    store.conn.execute_batch(sql).unwrap();
    for (((run, employer), wage), end) in [(1, 1), (2, 2), (3, 5)].into_iter().zip(wages).zip(ends) {
        let window = "UPDATE pay_window SET window_end = ?2 WHERE employer_id = ?1";
        store.conn.execute(window, (employer, end)).unwrap();
        let payment = "INSERT INTO payment (run_id, line, employee_id, payee, amount_fen)
             SELECT ?1, 1, 1, zeroblob(16), ?2 WHERE ?2 > 0";
        store.conn.execute(payment, [run, wage]).unwrap();
    }
    work_out_all(store, &settings(), &Products::default(), &[1, 2, 5].map(|e| Batch { first: e, last: e })).unwrap();
    let mut rows = Vec::new();
    person_rows::each::<StoreError>(store, person_rows::Who::All, |person| {
        rows.extend(person.paid.iter().copied());
        Ok(())
    })
    .unwrap();
    rows.iter().map(|r| (r.employer_id.0, r.counted_at.0, r.payroll.map(|p| p.0), r.retained.map(|r| r.0))).collect()
}

#[test]
fn the_money_of_people_of_several_employers_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = branch(&folder);
    write_windows(&store, &windows()).unwrap();
    let end = "2026-03-10";
    // At the employer whose person it is, beside all that was paid: 5,000 + 3,000 + 8,000.
    assert_eq!(
        counted(&store, [5_000, 3_000, 8_000], [end; 3]),
        [(1, 1, Some(16_000), Some(8_000)), (2, 1, None, None), (5, 1, None, None)]
    );
    // Where that one does not pay, at the one that pays most.
    assert_eq!(counted(&store, [0, 3_000, 8_000], [end; 3]), [(2, 5, None, None), (5, 5, Some(11_000), Some(8_000))]);
    // The first two are judged before the third pays: its wages are in no window but its own.
    assert_eq!(
        counted(&store, [5_000, 3_000, 8_000], ["2026-02-18", "2026-02-18", end]),
        [(1, 1, Some(8_000), Some(8_000)), (2, 1, None, None), (5, 5, Some(8_000), Some(8_000))]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 32, ..Default::default() })]
    #[test]
    fn wages_of_several_employers_count_once_wherever_their_windows_end(
        wages in proptest::array::uniform3(1i64..1_000_000_000),
        ends in proptest::array::uniform3(proptest::sample::select(vec!["2026-02-18", "2026-02-25", "2026-03-10"])),
    ) {
        thread_local!(static STORE: (tempfile::TempDir, Store) = {
            let folder = tempfile::tempdir().unwrap();
            let store = branch(&folder);
            write_windows(&store, &windows()).unwrap();
            (folder, store)
        });
        let rows = STORE.with(|(_, store)| counted(store, wages, ends));
        // The third employer pays on the 20th, which may be too late for its own window and the first one's. The second's
        // counts nothing: its wages lie in the first one's.
        let late = ends[0] < "2026-02-20" && ends[2] < "2026-02-20";
        let paid = wages.iter().sum::<i64>() - if late { wages[2] } else { 0 };
        proptest::prop_assert_eq!(rows.iter().filter_map(|r| r.2).sum::<i64>(), paid, "{:?}", rows);
        proptest::prop_assert!(rows.iter().all(|r| (r.0 == r.1) == r.2.is_some()), "{:?}", rows);
    }
}

#[test]
fn somebody_of_another_employer_before_is_no_joiner() {
    let folder = tempfile::tempdir().unwrap();
    let store = branch(&folder);
    // Person 5 of the second employer is on the first one's list in March; person 3 was on nobody's before.
    store
        .conn
        .execute_batch(
            "UPDATE employee SET employer_id = 1 WHERE employee_id = 5;
             INSERT INTO holding (part_id, employee_id, aum_fen, demand_fen, products, product_count,
               asset_product_count) VALUES (21, 5, 520, 520, 4, 1, 0);",
        )
        .unwrap();
    let changes = holding_change::between(&store, &windows().change).unwrap();
    let told = |id: i64| {
        let c = changes.iter().find(|c| c.employee_id.0 == id).unwrap();
        (c.employer_id.0, c.status.key(), c.gained.0, c.lost.0, c.aum_before.map(|f| f.0))
    };
    assert_eq!(told(5), (1, "present", 4, 2, Some(500)));
    assert_eq!(told(3), (1, "joined", 0, 0, None));
    // The other employer's list is of an earlier day: that they were known before is all that can be said.
    store.conn.execute_batch("UPDATE snapshot SET as_of = '2026-02-01' WHERE snapshot_id = 1").unwrap();
    let mut windows = windows().change;
    windows[0].from = "2026-02-05".parse().unwrap();
    let changes = holding_change::between(&store, &windows).unwrap();
    assert_eq!(changes.iter().find(|c| c.employee_id.0 == 5).unwrap().status.key(), "unknown");
}

#[test]
fn people_of_outlets_a_list_does_not_have_are_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let store = branch(&folder);
    // The first employer's March list is of outlet A only, and lacks 1 (of A) and 2 (of B); 3 is new in A.
    store
        .conn
        .execute_batch(
            "UPDATE holding SET outlet = 'A' WHERE employee_id IN (1, 3);
             UPDATE holding SET outlet = 'B' WHERE employee_id = 2;
             DELETE FROM holding WHERE part_id = 21 AND employee_id IN (1, 2);
             INSERT INTO outlet_set VALUES (11, 'A'), (11, 'B'), (21, 'A');
             UPDATE snapshot_part SET outlet_set_id = part_id WHERE part_id IN (11, 21);",
        )
        .unwrap();
    let told = || -> Vec<(i64, String)> {
        let changes = holding_change::between(&store, &windows().change).unwrap();
        let own = changes.into_iter().filter(|c| c.employer_id.0 == 1);
        own.map(|c| (c.employee_id.0, c.status.key().to_string())).collect()
    };
    let of = |list: [&str; 3]| -> Vec<(i64, String)> { (1..).zip(list.map(String::from)).collect() };
    assert_eq!(told(), of(["departed", "unknown", "joined"]));
    // The same, known to be of the outlet only; and known to lack others for another reason.
    store.conn.execute_batch("UPDATE snapshot_part SET basis = 'partial' WHERE part_id = 21").unwrap();
    assert_eq!(told(), of(["unknown", "unknown", "joined"]));
    store.conn.execute_batch("UPDATE snapshot_part SET outlets_whole = 1 WHERE part_id = 21").unwrap();
    assert_eq!(told(), of(["departed", "unknown", "joined"]));
    // The February list was of B only: nobody knows whether 3 was in A then.
    store.conn.execute_batch("DELETE FROM outlet_set WHERE set_id = 11 AND outlet = 'A'").unwrap();
    assert_eq!(told(), of(["departed", "unknown", "unknown"]));
    // A list of all outlets beside it: whoever is in neither has left.
    store
        .conn
        .execute_batch(
            "INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision) VALUES (31, 2, 1, 'full', 2)",
        )
        .unwrap();
    assert_eq!(told(), of(["departed", "departed", "unknown"]));
}
