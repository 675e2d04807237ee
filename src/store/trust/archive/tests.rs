//! Lists drawn as tables, and what of them is left.

use crate::model::EmployerId;
use crate::store::Store;
use crate::store::trust::keys::SecretKey;

/// Lists `part | day | employer | basis | superseded by`, rows `part | person | aum | grade | due day | amount`.
fn branch(lists: &str, rows: &str) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
    let run = |sql: String| store.conn.execute_batch(&sql).unwrap();
    run("INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2025-03-12', '2025-03-12T00:00:00Z');
         INSERT INTO employer (employer_id, name, name_key) VALUES (1, '甲', '甲'), (2, '乙', '乙');
         INSERT INTO employee (employee_id, employer_id, first_seen) VALUES (1, 1, '2025-01-10'), (2, 1, '2025-01-10'),
           (3, 2, '2025-01-10'), (4, 2, '2025-01-10');"
        .into());
    for cells in drawn(lists) {
        let [part, day, employer, basis, by] = cells[..] else { panic!("{cells:?}") };
        let by = if by.is_empty() { "NULL" } else { by };
        run(format!(
            "INSERT INTO snapshot VALUES ({part}, 1, 'holdings', '{day}', 2);
             INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision, superseded_by)
               VALUES ({part}, {part}, {employer}, '{basis}', 1, {by});"
        ));
    }
    for cells in drawn(rows) {
        let [part, who, aum, grade, due, amount] = cells[..] else { panic!("{cells:?}") };
        let text = |t: &str| if t.is_empty() { "NULL".to_string() } else { format!("'{t}'") };
        run(format!(
            "INSERT INTO holding (part_id, employee_id, aum_fen, grade, due_date, due_amount_fen, products, product_count,
               asset_product_count) VALUES ({part}, {who}, {aum}, {}, {}, {}, 2, 1, 0);",
            text(grade),
            text(due),
            text(amount)
        ));
    }
    (folder, store)
}

fn drawn(table: &str) -> Vec<Vec<&str>> {
    let lines = table.lines().map(str::trim).filter(|l| !l.is_empty());
    lines.map(|l| l.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn texts(store: &Store, sql: &str) -> Vec<String> {
    let mut statement = store.conn.prepare(sql).unwrap();
    statement.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn days(of: &[(i64, &str)]) -> Vec<(EmployerId, chrono::NaiveDate)> {
    of.iter().map(|(e, day)| (EmployerId(*e), day.parse().unwrap())).collect()
}

const PARTS: &str = "SELECT CAST(part_id AS TEXT) FROM snapshot_part ORDER BY part_id";

#[test]
fn marked_lists_and_those_not_in_force_go_with_their_rows() {
    let (_folder, store) = branch(
        "| 13 | 2025-01-31 | 1 | full |    |
         | 12 | 2025-01-31 | 1 | full | 13 |
         | 11 | 2025-01-10 | 1 | full |    |
         | 21 | 2025-03-10 | 1 | full | 21 |",
        "| 11 | 1 | 100 | | | |
         | 12 | 1 | 110 | | | |
         | 13 | 1 | 120 | | | |
         | 21 | 1 | 130 | | | |",
    );
    let before = "2025-03-01".parse().unwrap();
    assert_eq!(store.mark_lists(&days(&[(1, "2025-01-10")]), before).unwrap(), 1);
    let removed = store.remove_marked(before).unwrap();
    let told: Vec<(&str, i64)> = removed.iter().map(|r| (r.table, r.rows)).collect();
    assert_eq!(told, [("holding", 2), ("snapshot_part", 2), ("snapshot", 2)]);
    // The withdrawn list of March is not before the day.
    assert_eq!(texts(&store, PARTS), ["13", "21"]);
    assert_eq!(store.foreign_key_faults().unwrap(), 0);
    let held = store.held_rows().unwrap();
    assert_eq!((held.lists, held.rows), (1, 1));
}

#[test]
fn a_list_that_alone_knows_somebody_of_another_employer_stays() {
    // Person 3 is with the second employer now and was in the first one's list of 10 January only; person 4 is also in
    // that of the 31st.
    let (_folder, store) = branch(
        "| 11 | 2025-01-10 | 1 | full | |
         | 12 | 2025-01-17 | 1 | full | |
         | 13 | 2025-01-31 | 1 | full | |
         | 21 | 2025-02-28 | 2 | full | |
         | 22 | 2025-03-31 | 2 | full | |",
        "| 11 | 3 | 100 | | | |
         | 12 | 4 | 100 | | | |
         | 13 | 4 | 100 | | | |
         | 22 | 3 | 100 | | | |
         | 22 | 4 | 100 | | | |",
    );
    let candidates = days(&[(1, "2025-01-10"), (1, "2025-01-17")]);
    let before = "2025-03-01".parse().unwrap();
    store.conn.execute_batch("INSERT INTO change_window VALUES (2, '2025-02-28', '2025-03-31')").unwrap();
    assert_eq!(store.mark_lists(&candidates, before).unwrap(), 1);
    assert_eq!(texts(&store, "SELECT as_of FROM temp.archiving_day"), ["2025-01-17"]);
    // What they had on the day itself is compared.
    store.conn.execute_batch("UPDATE change_window SET from_as_of = '2025-01-17'").unwrap();
    assert_eq!(store.mark_lists(&candidates, before).unwrap(), 0);
}

#[test]
fn balances_of_people_paid_by_several_employers_stay() {
    let (_folder, store) = branch(
        "| 11 | 2025-01-10 | 1 | full | |
         | 12 | 2025-01-17 | 1 | full | |
         | 13 | 2025-01-31 | 1 | full | |",
        "| 11 | 1 | 100 | | | |
         | 12 | 1 | 100 | | | |
         | 13 | 1 | 100 | | | |",
    );
    store
        .conn
        .execute_batch(
            "INSERT INTO several_payee (employee_id, employer_id) VALUES (1, 2);
             INSERT INTO several_pay (employee_id, employer_id, payday, amount_fen) VALUES (1, 2, '2025-01-12', 5);
             INSERT INTO pay_window (employer_id, slot, payday, first_day, window_end, before_as_of, after_as_of, basis, approximate)
               VALUES (2, 1, '2025-01-12', '2025-01-11', '2025-01-19', '2025-01-10', '2025-01-31', 'balances', 0);",
        )
        .unwrap();
    let before = "2025-03-01".parse().unwrap();
    assert_eq!(store.mark_lists(&days(&[(1, "2025-01-10"), (1, "2025-01-17")]), before).unwrap(), 1);
    assert_eq!(texts(&store, "SELECT as_of FROM temp.archiving_day"), ["2025-01-17"]);
}

#[test]
fn attributes_are_written_as_decided_and_amounts_stay() {
    let (_folder, store) = branch(
        "| 11 | 2025-01-10 | 1 | full | |
         | 12 | 2025-01-31 | 1 | full | |",
        "| 11 | 1 | 100 | A | 2025-02-01 | 900 |
         | 12 | 1 | 110 | B |            |     |
         | 12 | 2 | 120 | C | 2025-02-02 | 800 |",
    );
    store.conn.execute_batch("INSERT INTO employee_alias VALUES (2, 1)").unwrap();
    let before = "2025-03-01".parse().unwrap();
    store.mark_lists(&days(&[(1, "2025-01-10")]), before).unwrap();
    let seen = std::cell::RefCell::new(Vec::new());
    // Takes everything out of the last row and gives the second what the first has.
    let changed = store.thin_attributes("2025-03-31".parse().unwrap(), &|rows| {
        seen.borrow_mut().push(rows.iter().map(|r| (r.part, r.recorded.0, r.goes)).collect::<Vec<_>>());
        rows[1].values = rows[0].values.clone();
        rows[2].values.iter_mut().for_each(|v| *v = None);
        vec![1, 2]
    });
    assert_eq!(changed.unwrap(), 2);
    // One person with three rows: the second number is theirs too.
    assert_eq!(seen.into_inner(), [[(11, 1, true), (12, 1, false), (12, 2, false)]]);
    let rows = "SELECT employee_id || ' ' || aum_fen || ' ' || COALESCE(grade, '-') || ' ' || COALESCE(due_date, '-') || ' ' ||
                  COALESCE(due_amount_fen, '-') FROM holding WHERE part_id = 12 ORDER BY employee_id";
    assert_eq!(texts(&store, rows), ["1 110 A 2025-02-01 900", "2 120 - - -"]);
}

#[test]
fn flows_of_the_payday_looked_at_stay() {
    let (_folder, store) = branch("| 11 | 2025-01-10 | 1 | full | |", "| 11 | 1 | 100 | | | |");
    store
        .conn
        .execute_batch(
            "INSERT INTO activity VALUES (1, 1, 0);
             INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, occurrence) VALUES
               (1, 1, 1, '2025-01-11', 1, 1, 'other_bank', 1), (1, 2, 1, '2025-02-11', 1, 2, 'other_bank', 1),
               (1, 3, 1, '2025-02-25', 1, 3, 'other_bank', 1), (1, 4, 1, '2025-03-05', 1, 4, 'other_bank', 1),
               (1, 5, 2, '2025-02-11', 1, 5, 'other_bank', 1);
             INSERT INTO payday_retention (employee_id, slot, employer_id, payday, basis, approximate, counted_id) VALUES
               (1, 1, 1, '2025-02-10', 'unknown', 0, 1), (1, 2, 1, '2025-01-10', 'unknown', 0, 1);
             INSERT INTO pay_window (employer_id, slot, payday, first_day, window_end, basis, approximate) VALUES
               (1, 1, '2025-02-10', '2025-02-10', '2025-02-17', 'unknown', 0),
               (1, 2, '2025-01-10', '2025-01-10', '2025-01-17', 'unknown', 0);",
        )
        .unwrap();
    let before = "2025-03-01".parse().unwrap();
    store.mark_lists(&[], before).unwrap();
    store.remove_marked(before).unwrap();
    assert_eq!(texts(&store, "SELECT CAST(line AS TEXT) FROM flow ORDER BY line"), ["2", "4"]);
}
