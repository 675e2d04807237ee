//! Databases of every schema that was shipped, with rows in every table, opened by today's program.
//!
//! The rows are drawn in SQL, not written by today's code: `rows/NNNN.sql` fills the tables that migration NNNN made,
//! `rows/NNNN_until_MMMM.sql` what a later one took away. A new migration needs its checksum here and rows there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use rusqlite::Connection;

use super::*;
use crate::store::Store;
use crate::store::trust::keys::SecretKey;

/// SHA-256 of each migration as it was shipped: a shipped one is never changed, for databases hold its checksum.
const SHIPPED: &[&str] = &[
    "93b8eeb7515031805800d777f4cf8c881095cd66c2798a924f347acd92d18eb8",
    "d3b067a1912e324ef291f709404676f4f5645901bb522d7889674cdf028029b9",
    "3b5ad4e8bbfbe798e347216575003ebe7a1275cc6c917387b16bd7e7708678fb",
    "3c08e6dbea05c5618bfecc3ba8f4fd0d17a0e262be6471c46796f8dea562b3cd",
    "cf3fa95bf3485c49fdd400e4055e9f3f5de64ad8cbb0dae4e447af61ac8dcbf7",
    "3d7ae9179f3721ea20f2f4a541fee4261f01f904b570b6fae741578ce9e12106",
    "b4d53ab330c0cfda0828eb7fe582d61799c016a61009531736b33591e7d02cb8",
    "0048b63781bbb047cbfe214d192264c1a267230ea35628891a377f560e1a72f5",
    "824524d808843da69efcd97f4b4f81598dbcdb9629f51ab607b7a19d402eaa13",
    "c541fb0cfd8768947af9927139004396911220697975941cfed6bfe623ae67c4",
    "e9582b85e9d7c524d029e259a5065c577ce7f69b648ac2f26a4978644a78590e",
    "dfee0af9882236f59a533711081f6f73a58a08c88641c41fd1bca1651c0c2735",
    "4ae1d4aa997d583ba96cbbd033c1ce30833155990f0befa51b41c04773c05913",
    "cb0325fb577773f1b71fc54c3f7975130417e150d44bb07dfca28142606c862c",
    "3ff25896f941d5cd0562d21aeb4620000ca3ed01d6e99e57a1d8994cd100e481",
    "2e1beb25bfebeae1480e2846e742bf1223ac247ced85b74aa3cdf3dc55e136b4",
    "cc1d1f5bb4fcecf67291efb86fd33d67ae816008e17aa4c164f08f4f871f8f2b",
    "fa179ea874ff05bd5ecf31d658a46e43a2538a334ba0ac7f954112616592b478",
    "d0db49f44fbc7d3f29606ee1fc2aedf193ec7d43f3aeeb49f1d4df2eb5cd95c2",
    "02ada351147c49f06f7b9eb7f4d5b24231d2a46d20dd73394abef111126b1b31",
    "68065c102ab21a85b44a2213077fa4f673d9c6e29d1b1eb41dab3d45033421cc",
    "987c54d4aaa279188bd9b56e163c2db0168989928dfc9cc302d49f08be44fbd0",
    "b13fed6e7bcbf8916638720f7e3c8ec3f377b5c8af481751362dd2a3ba363882",
    "f1e0cdbdd41a05c2138b1cd357943c3b2124c9346117273f6bb3630c1f7adcb8",
    "f2147a09f4c67fa45a8b27c246314c6aa6c4f0425ded1212d2ce094339e43f65",
];

/// Rows, with the first and the last schema that takes them.
const ROWS: &[(i64, i64, &str)] = &[
    (1, i64::MAX, include_str!("rows/0001-0009/0001.sql")),
    (1, 10, include_str!("rows/0001-0009/0001_until_0010.sql")),
    (2, i64::MAX, include_str!("rows/0001-0009/0002.sql")),
    (2, 13, include_str!("rows/0001-0009/0002_until_0013.sql")),
    (3, i64::MAX, include_str!("rows/0001-0009/0003.sql")),
    (4, i64::MAX, include_str!("rows/0001-0009/0004.sql")),
    (5, i64::MAX, include_str!("rows/0001-0009/0005.sql")),
    (6, i64::MAX, include_str!("rows/0001-0009/0006.sql")),
    (7, i64::MAX, include_str!("rows/0001-0009/0007.sql")),
    (9, i64::MAX, include_str!("rows/0001-0009/0009.sql")),
    (10, i64::MAX, include_str!("rows/0010-0019/0010.sql")),
    (13, i64::MAX, include_str!("rows/0010-0019/0013.sql")),
    (14, i64::MAX, include_str!("rows/0010-0019/0014.sql")),
    (14, 15, include_str!("rows/0010-0019/0014_until_0015.sql")),
    (14, 17, include_str!("rows/0010-0019/0014_until_0017.sql")),
    (15, 16, include_str!("rows/0010-0019/0015_until_0016.sql")),
    (16, i64::MAX, include_str!("rows/0010-0019/0016.sql")),
    (17, i64::MAX, include_str!("rows/0010-0019/0017.sql")),
    (18, i64::MAX, include_str!("rows/0010-0019/0018.sql")),
    (19, i64::MAX, include_str!("rows/0010-0019/0019.sql")),
    (20, i64::MAX, include_str!("rows/0020-0029/0020.sql")),
    (21, i64::MAX, include_str!("rows/0020-0029/0021.sql")),
    (23, i64::MAX, include_str!("rows/0020-0029/0023.sql")),
];

/// Columns a migration took away: its number, the table, the column.
const TAKEN_AWAY: &[(i64, &str, &str)] = &[
    (11, "holding", "superseded"),
    (16, "employee_facts", "has_cash_management"),
    (16, "employee_facts", "has_credit_card"),
    (16, "employee_facts", "has_custody"),
    (16, "employee_facts", "has_fund"),
    (16, "employee_facts", "has_fund_plan"),
    (16, "employee_facts", "has_mobile_bank"),
    (16, "employee_facts", "has_online_bank"),
    (16, "employee_facts", "has_pension"),
    (16, "employee_facts", "has_quick_pay"),
    (16, "employee_facts", "has_wealth"),
    (16, "employee_facts", "has_wecom"),
];

/// Tables of facts that migrations up to this one have emptied: facts are worked out anew before they are next read.
const EMPTIED: &[(i64, &str)] = &[
    (16, "fact_stamp"),
    (16, "payday_retention"),
    (16, "payday_outflow"),
    (17, "fact_stamp"),
    (17, "employee_attributes"),
    (18, "attributed_part"),
    (18, "several_payee"),
    (18, "fact_stamp"),
];

/// Tables to whose rows a migration added some.
const ADDED_TO: &[(i64, &str)] = &[(23, "answer"), (23, "answer_value")];

/// A database of an earlier schema.
struct Old {
    path: PathBuf,
    key: SecretKey,
    _folder: tempfile::TempDir,
}

impl Old {
    /// A copy of the database drawn for `version`; each is drawn once a run.
    fn of(version: i64) -> Old {
        static DRAWN: Mutex<BTreeMap<i64, Vec<u8>>> = Mutex::new(BTreeMap::new());
        let old = Old::empty();
        let mut drawn = DRAWN.lock().unwrap();
        let bytes = drawn.entry(version).or_insert_with(|| Old::empty().draw(version));
        std::fs::write(&old.path, bytes).unwrap();
        old
    }

    /// In memory where there is such a disk: what is tested is not whether it reaches the platter.
    fn empty() -> Old {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let key = SecretKey::from_hex(&"07".repeat(32)).unwrap();
        Old { path: folder.path().join("daifa.db"), key, _folder: folder }
    }

    /// The migrations up to `version`, run one after the other, then the rows; what the file holds then.
    fn draw(&self, version: i64) -> Vec<u8> {
        let conn = self.connect();
        conn.execute_batch(
            "BEGIN;
             CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;",
        )
        .unwrap();
        for (number, ((name, sql), checksum)) in (1..=version).zip(MIGRATIONS.iter().zip(SHIPPED)) {
            conn.execute_batch(sql).unwrap();
            conn.execute("INSERT INTO migration VALUES (?1, ?2, ?3)", (number, name, checksum)).unwrap();
        }
        for (from, until, sql) in ROWS {
            if (*from..=*until).contains(&version) {
                conn.execute_batch(sql).unwrap_or_else(|e| panic!("{version}, rows of {from}: {e}"));
            }
        }
        let marks = format!("PRAGMA application_id = 1684105574; PRAGMA user_version = {version}; COMMIT;");
        conn.execute_batch(&marks).unwrap();
        drop(conn);
        std::fs::read(&self.path).unwrap()
    }

    fn connect(&self) -> Connection {
        let conn = Connection::open(&self.path).unwrap();
        conn.pragma_update(None, "key", format!("x'{}'", self.key.to_hex())).unwrap();
        conn
    }

    /// Changed by `sql`, as no program of ours would.
    fn with(self, sql: &str) -> Old {
        self.connect().execute_batch(sql).unwrap();
        self
    }

    fn open(&self) -> Result<Store, StoreError> {
        Store::open(&self.path, &self.key)
    }

    /// The error opening ends with, and that nothing in the database has changed.
    fn refused(&self) -> StoreError {
        let before = tables(&self.connect());
        let error = self.open().expect_err("opened");
        assert_eq!(tables(&self.connect()), before, "{error}");
        error
    }
}

/// One row: its values as SQL literals, by column.
type Row = BTreeMap<String, String>;

/// All rows of all tables.
fn tables(conn: &Connection) -> BTreeMap<String, Vec<Row>> {
    names(conn, "table").into_iter().map(|table| (table.clone(), all_rows(conn, &table))).collect()
}

fn names(conn: &Connection, what: &str) -> Vec<String> {
    lines(conn, &format!("SELECT name FROM sqlite_schema WHERE type = '{what}' AND name NOT LIKE 'sqlite_%'"))
}

fn all_rows(conn: &Connection, table: &str) -> Vec<Row> {
    let columns = lines(conn, &format!("SELECT name FROM pragma_table_info('{table}')"));
    let quoted: Vec<String> = columns.iter().map(|c| format!("quote(\"{c}\")")).collect();
    let mut statement = conn.prepare(&format!("SELECT {} FROM \"{table}\"", quoted.join(", "))).unwrap();
    let row = |r: &rusqlite::Row<'_>| columns.iter().enumerate().map(|(i, c)| Ok((c.clone(), r.get(i)?))).collect();
    let mut rows: Vec<Row> = statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap();
    rows.sort();
    rows
}

/// The rows of a query of one column of text.
fn lines(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |r| r.get::<_, String>(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_shipped_migration_is_as_it_was_shipped() {
    let now: Vec<String> = MIGRATIONS.iter().map(|(_, sql)| checksum(sql)).collect();
    assert_eq!(now, SHIPPED);
}

#[test]
fn every_table_of_every_schema_has_rows() {
    for version in 1..=version() {
        let of = tables(&Old::of(version).connect());
        let empty: Vec<&String> = of.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
        assert!(empty.is_empty(), "{version}: draw rows of {empty:?} in src/store/schema/rows");
    }
}

#[test]
fn every_row_of_every_schema_is_kept() {
    for version in 1..=version() {
        let old = Old::of(version);
        let before = tables(&old.connect());
        let store = old.open().unwrap();
        let after = tables(&store.conn);
        for (table, rows) in before {
            if EMPTIED.iter().any(|(by, of)| *of == table && version < *by) {
                assert!(after[&table].is_empty(), "{version}: {table} is to be worked out anew");
                continue;
            }
            if table == "migration" {
                continue;
            }
            // What was a table may be a view by now.
            let now = after.get(&table).cloned().unwrap_or_else(|| all_rows(&store.conn, &table));
            let columns = |rows: &[Row]| rows[0].keys().cloned().collect::<Vec<_>>();
            let kept = columns(&now);
            let lost: Vec<String> = columns(&rows).into_iter().filter(|c| !kept.contains(c)).collect();
            let taken = |c: &&(i64, &str, &str)| c.1 == table && version < c.0;
            let told: Vec<&str> = TAKEN_AWAY.iter().filter(taken).map(|c| c.2).collect();
            assert_eq!(lost, told, "{version}: columns of {table}");
            let shared = |rows: &[Row], of: &[Row]| {
                let mut list: Vec<Row> = rows.to_vec();
                list.iter_mut().for_each(|r| r.retain(|c, _| of[0].contains_key(c)));
                list.sort();
                list
            };
            let (mut now, before) = (shared(&now, &rows), shared(&rows, &now));
            if ADDED_TO.iter().any(|(by, of)| *of == table && version < *by) {
                now.retain(|row| before.contains(row));
            }
            assert_eq!(now, before, "{version}: rows of {table}");
        }
    }
}

#[test]
fn every_schema_becomes_the_one_of_a_new_database() {
    let folder = tempfile::tempdir().unwrap();
    let new = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
    let schema = |conn: &Connection| {
        lines(conn, "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY type, name")
    };
    for found in 1..=version() {
        let old = Old::of(found);
        let store = old.open().unwrap();
        assert_eq!(schema(&store.conn), schema(&new.conn), "{found}");
        assert_eq!(store.conn.pragma_query_value(None, "user_version", |r| r.get::<_, i64>(0)).unwrap(), version());
        let noted = lines(&store.conn, "SELECT checksum FROM migration ORDER BY version");
        assert_eq!(noted, SHIPPED, "{found}");
        assert_eq!(lines(&store.conn, "PRAGMA integrity_check"), ["ok"], "{found}");
        assert_eq!(lines(&store.conn, "SELECT \"table\" FROM pragma_foreign_key_check"), [""; 0], "{found}");
        drop(store);
        old.open().unwrap();
    }
}

/// What the views show of the rows drawn, worked out by hand: the first schema whose rows they are, the query, its lines.
const SHOWN: &[(i64, &str, &[&str])] = &[
    (
        1,
        "SELECT run_id || ' ' || payday || ' ' || pay_kind FROM current_run WHERE run_id < 4 ORDER BY run_id",
        &["2 2026-02-15 wage", "3 2026-02-20 bonus"],
    ),
    (1, "SELECT visit_id || ' ' || revision || ' ' || date FROM current_visit", &["1 2 2026-03-18"]),
    (1, "SELECT file FROM current_import ORDER BY import_id", &["一月.xlsx", "一月更正.xlsx", "二月.xlsx"]),
    // The corrected sheet of January and that of February; the alias (5) stands behind the person's own row.
    (
        1,
        "SELECT part_id || ' ' || employee_id || ' ' || as_of || ' ' || COALESCE(aum_fen, '-') || ' ' || covered
         FROM current_holding WHERE part_id NOT IN (15, 16) ORDER BY part_id, employee_id",
        &[
            "13 1 2026-01-31 110 14",
            "13 2 2026-01-31 200 14",
            "14 1 2026-02-28 150 6",
            "14 3 2026-02-28 - 6",
            "22 4 2026-01-31 400 14",
        ],
    ),
    (
        5,
        "SELECT run_id || ' ' || line || ' ' || employee_id FROM matched_payment ORDER BY run_id, line",
        &["1 1 1", "2 1 1", "2 2 2", "3 1 4"],
    ),
    (13, "SELECT run_id || ' ' || purpose || ' ' || planned FROM payroll_run WHERE run_id = 4", &["4 2026-02 1"]),
    (1, "SELECT DISTINCT purpose || COALESCE(planned, '-') FROM payroll_run WHERE run_id < 4", &["-"]),
    // The sheet that was withdrawn tells of nothing.
    (
        4,
        "SELECT employee_id || ' ' || outward || ' ' || amount_fen FROM current_flow ORDER BY outward",
        &["1 0 5", "1 1 20"],
    ),
    (4, "SELECT employee_id || ' ' || amount_fen || ' ' || price FROM current_sale", &["4 1000 1000000"]),
    (
        4,
        "SELECT contact_id || ' ' || COALESCE(task_id, '-') FROM current_contact ORDER BY contact_id",
        &["1 T0000000000000001", "2 -"],
    ),
    // A contact of before there were answers is one; what nobody is known of is none.
    (
        4,
        "SELECT a.task_id || ' ' || a.employee_id || ' ' || a.answered_on || ' ' || v.field || ' ' || v.value
         FROM answer a JOIN answer_value v ON v.answer_id = a.answer_id WHERE a.task_id IS NOT NULL ORDER BY v.field",
        &[
            "T0000000000000001 1 2026-03-04 actual_channel phone",
            "T0000000000000001 1 2026-03-04 contact_result interested",
            "T0000000000000001 1 2026-03-04 next_contact 2026-03-11",
            "T0000000000000001 1 2026-03-04 remark 测试备注",
        ],
    ),
    (4, "SELECT indicator || ' ' || value FROM current_target", &["aum 900"]),
    (5, "SELECT decision_id || ' ' || verdict FROM current_decision", &["2 same"]),
    // All names the employers were met by; a schema before names had a table of their own gives them too.
    (1, "SELECT name_key FROM employer_name WHERE employer_id < 3 ORDER BY employer_id", &["甲测试", "乙测试"]),
];

#[test]
fn what_is_shown_of_every_schema_is_what_was_in_it() {
    for version in 1..=version() {
        let old = Old::of(version);
        let store = old.open().unwrap();
        for (since, sql, expected) in SHOWN {
            if *since <= version {
                assert_eq!(lines(&store.conn, sql), *expected, "{version}: {sql}");
            }
        }
        for view in names(&store.conn, "view") {
            store.conn.prepare(&format!("SELECT * FROM {view}")).unwrap_or_else(|e| panic!("{version}: {view}: {e}"));
        }
    }
}

/// Until format 11 a row that another part had replaced had a flag; since then it is found out.
#[test]
fn a_row_that_was_flagged_as_replaced_is_out_of_sight_again() {
    for version in 1..11 {
        let old = Old::of(version);
        let store = old.open().unwrap();
        store.apply_decisions().unwrap();
        let second = "SELECT part_id || ' ' || aum_fen FROM current_holding WHERE employer_id = 2 ORDER BY part_id";
        assert_eq!(lines(&store.conn, second), ["16 420", "22 400"], "{version}");
    }
}

/// A value each column refuses.
const REFUSED: &[(&str, &str, &[&str])] = &[
    ("'2026-02-30'", "import", &["today", "imported_at"]),
    ("'***'", "employee", &["first_seen"]),
    ("'2026-2-3'", "snapshot", &["as_of"]),
    ("'***'", "employer_state", &["last_visit", "agreement_end"]),
    ("'20260203'", "holding", &["birth", "last_transaction", "last_login", "risk_until", "due_date"]),
    ("'***'", "payroll_run", &["payday"]),
    ("'***'", "visit_revision", &["date", "today", "recorded_at"]),
    ("'***'", "task_event", &["due", "today", "recorded_at"]),
    ("'***'", "export", &["today"]),
    ("'***'", "flow", &["date"]),
    ("'***'", "sale", &["bought_on", "due_date"]),
    ("'***'", "contact", &["date", "next_contact"]),
    ("'***'", "target", &["first_day", "last_day"]),
    ("'***'", "open_match", &["first_seen", "last_seen"]),
    ("'***'", "match_decision", &["today", "recorded_at"]),
    ("'***'", "layout", &["today", "recorded_at"]),
    ("'***'", "purged", &["purged_at"]),
    ("'***'", "import_span", &["first_day", "last_day"]),
    ("'***'", "audit", &["at"]),
    ("2", "activity", &["withdrawn"]),
    ("2", "flow", &["outward"]),
    ("2", "employer_state", &["open_complaint"]),
    ("2", "staff", &["may_go_out"]),
    ("2", "payroll_run", &["planned"]),
    ("2", "snapshot_part", &["outlets_whole"]),
    ("2", "open_match", &["waiting"]),
    ("x'00'", "identity", &["hmac"]),
    ("x'00'", "payment", &["payee"]),
    ("'other'", "snapshot", &["kind"]),
    ("'other'", "snapshot_part", &["basis"]),
    ("'none'", "payroll_run", &["pay_kind"]),
    ("'other'", "task_event", &["event"]),
    ("'other'", "layout", &["origin"]),
    ("'other'", "employee_pay", &["wage_fen"]),
    ("NULL", "holding", &["products"]),
    ("77", "payment", &["employee_id"]),
];

#[test]
fn what_a_column_refuses_it_refuses_after_every_migration() {
    for version in 1..=version() {
        let old = Old::of(version);
        let filled = tables(&old.connect());
        let store = old.open().unwrap();
        for (wrong, table, columns) in REFUSED {
            if !filled.contains_key(*table) {
                continue;
            }
            for column in *columns {
                let written = store.conn.execute(&format!("UPDATE {table} SET {column} = {wrong}"), []);
                assert!(written.is_err(), "{version}: {table}.{column} takes {wrong}");
                if !matches!(*table, "audit" | "match_decision") {
                    let same = store.conn.execute(&format!("UPDATE {table} SET {column} = {column}"), []);
                    assert!(same.is_ok_and(|rows| rows > 0), "{version}: {table}.{column} takes nothing");
                }
            }
        }
    }
}

#[test]
fn a_database_of_an_unknown_schema_is_refused_and_stays_as_it_is() {
    let next = version() + 1;
    let newer = Old::of(version()).with(&format!("PRAGMA user_version = {next}"));
    assert!(
        matches!(newer.refused(), StoreError::NewerWorkspace { found, known } if (found, known) == (next, next - 1))
    );
    for version in 1..=version() {
        let changed = format!("UPDATE migration SET checksum = 'x' WHERE version = {version}");
        let error = Old::of(version).with(&changed).refused();
        assert!(matches!(error, StoreError::ForeignMigration { version: told } if told == version), "{error}");
        let missing = format!("DELETE FROM migration WHERE version = {version}");
        let error = Old::of(version).with(&missing).refused();
        assert!(matches!(error, StoreError::ForeignMigration { version: told } if told == version), "{error}");
        let error = Old::of(version).with("PRAGMA application_id = 7").refused();
        assert!(matches!(error, StoreError::NotOurs), "{error}");
        let error = Old::of(version).with("DROP TABLE migration").refused();
        assert!(matches!(error, StoreError::Damaged { what: "migration" }), "{error}");
    }
}

/// Days that had been blotted out are told; what was there stays, with the migrations before.
#[test]
fn days_that_are_lost_stop_the_migration_and_nothing_is_lost_besides() {
    for version in 1..12 {
        let old = Old::of(version).with("UPDATE payroll_run SET payday = '***' WHERE run_id = 3");
        let before = tables(&old.connect());
        assert!(matches!(old.open(), Err(StoreError::DaysLost)), "{version}");
        let conn = old.connect();
        assert_eq!(conn.pragma_query_value(None, "user_version", |r| r.get::<_, i64>(0)).unwrap(), 11, "{version}");
        for table in ["payroll_run", "payment", "snapshot", "audit"] {
            assert_eq!(all_rows(&conn, table), before[table], "{version}: {table}");
        }
        conn.execute_batch("UPDATE payroll_run SET payday = '2026-02-20' WHERE run_id = 3").unwrap();
        drop(conn);
        old.open().unwrap();
    }
}
