//! What a workspace holds, read beside the program: every table of the database and every file given out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use daifa::store::Store;
use daifa::store::trust::keys::SecretKey;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};

/// Tables by what writes them; each group changes in one transaction of its own. What is in none of these is input.
const GROUPS: &[(&str, &[&str])] = &[
    ("visits", &["visit", "visit_revision"]),
    ("tasks", &["task", "task_event"]),
    ("exports", &["export", "export_value"]),
    ("audit", &["audit"]),
    // Who is who is worked out again after all files of an import are in.
    (
        "matched",
        &[
            "unmatched_payee",
            "open_match",
            "match_key",
            "match_candidate",
            "employee_alias",
            "employer_alias",
            "employer_moved",
            "payee_match",
            "holding_shadow",
            "unsure_employee",
        ],
    ),
    (
        "derived",
        &[
            "pay_period",
            "pay_window",
            "change_window",
            "product_number",
            "fact_stamp",
            "attributed_part",
            "employer_products",
            "employer_standing",
            "moved_employer",
        ],
    ),
];

/// A digest of each table, and of each file under `out/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// Every column but recorded instants.
    pub tables: BTreeMap<String, String>,
    /// By group; in that of the inputs, payments count without whom they were matched to.
    pub groups: BTreeMap<String, String>,
    pub schema_version: i64,
    /// By path below the workspace.
    pub out: BTreeMap<String, String>,
    /// `(path, hash)` of each export in the audit.
    pub exported: Vec<(String, String)>,
    /// Each workbook that comes back with all the values it was sent with.
    pub sent: BTreeSet<String>,
}

impl State {
    /// Reads a workspace without touching it: the database is copied first, as a kill left it, with its log.
    pub fn read(root: &Path, key: &str) -> State {
        let copy = super::stage::scratch();
        for name in ["daifa.db", "daifa.db-wal"] {
            if root.join(name).exists() {
                fs::copy(root.join(name), copy.path().join(name)).unwrap();
            }
        }
        let conn = Connection::open(copy.path().join("daifa.db")).unwrap();
        conn.pragma_update(None, "key", format!("x'{key}'")).unwrap();
        let mut state = State { out: files(root, "out"), ..State::default() };
        sound(&conn);
        // What the start page is made from tells of the run itself, as the page does; what was foreseen of the next plan only
        // saves time.
        conn.execute("DELETE FROM fact_stamp WHERE fact IN ('start_page', 'foreseen')", []).unwrap();
        state.schema_version = conn.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
        let tables = column(&conn, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
        let mut groups: BTreeMap<String, Sha256> = BTreeMap::new();
        for table in tables {
            let all = digest(&conn, &table, &[]);
            let counted = if table == "payment" { digest(&conn, &table, &["employee_id"]) } else { all.clone() };
            let group = group_of(&table);
            groups.entry(group.to_string()).or_default().update(format!("{table} {counted}\n"));
            if table != "audit" {
                state.tables.insert(table, all);
            }
        }
        state.groups = groups.into_iter().map(|(group, sum)| (group, hex(&sum.finalize()))).collect();
        let sent = "SELECT e.export_id || ' ' || e.recipient || ' ' || COALESCE((SELECT group_concat(line, ' ') FROM
              (SELECT v.row_key || '.' || v.field || '=' || COALESCE(v.value, '') AS line FROM export_value v
               WHERE v.export_id = e.export_id ORDER BY v.row_key, v.field)), '') FROM export e";
        state.sent = column(&conn, sent).into_iter().collect();
        let pairs = "SELECT subject || '\n' || sha256 FROM audit WHERE action = 'export'";
        let split = |pair: String| pair.split_once('\n').map(|(a, b)| (a.to_string(), b.to_string()));
        state.exported = column(&conn, pairs).into_iter().filter_map(split).collect();
        for folder in column(&conn, "SELECT subject FROM audit WHERE action = 'set_aside'") {
            // It lay beside the folder it lies in now.
            let (void, name) = folder.rsplit_once('/').unwrap();
            let was = format!("{}/{name}/", void.rsplit_once('/').unwrap().0);
            let file = |(path, hash): &(String, String)| {
                Some((format!("{folder}/{}", path.strip_prefix(&was)?), hash.clone()))
            };
            let moved: Vec<(String, String)> = state.exported.iter().filter_map(file).collect();
            state.exported.extend(moved);
        }
        drop(conn);
        let store = Store::open(&copy.path().join("daifa.db"), &SecretKey::from_hex(key).unwrap()).unwrap();
        assert_eq!(store.audit_verify().unwrap().broken_at, None);
        state
    }
}

/// The database is whole, its encryption fits, no row hangs in the air, and each migration was taken whole.
fn sound(conn: &Connection) {
    assert_eq!(column(conn, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(column(conn, "PRAGMA cipher_integrity_check"), Vec::<String>::new());
    assert_eq!(column(conn, "SELECT \"table\" FROM pragma_foreign_key_check"), Vec::<String>::new());
    let version: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
    let noted = column(conn, "SELECT CAST(version AS TEXT) FROM migration ORDER BY version");
    assert_eq!(noted, (1..=version).map(|v| v.to_string()).collect::<Vec<_>>());
}

fn group_of(table: &str) -> &str {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/facts");
    let worked_out = |folder: &str| {
        let statement = facts.join(folder).join(format!("{table}.sql"));
        statement.exists() || statement.with_extension("rs").exists()
    };
    if ["", "employee", "pay", "kept"].into_iter().any(worked_out) {
        return "derived";
    }
    GROUPS.iter().find(|(_, tables)| tables.contains(&table)).map_or("inputs", |(group, _)| group)
}

fn column(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |r| r.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Digest of a table's rows in their order by all columns, without recorded instants and the columns left out.
fn digest(conn: &Connection, table: &str, without: &[&str]) -> String {
    let columns = column(conn, &format!("SELECT name FROM pragma_table_info('{table}')"));
    let instant = |c: &String| c.ends_with("_at") || c == "at";
    let columns: Vec<String> = columns
        .into_iter()
        .filter(|c| !instant(c) && !without.contains(&c.as_str()))
        .map(|c| format!("\"{c}\""))
        .collect();
    let columns = columns.join(", ");
    let mut statement = conn.prepare(&format!("SELECT {columns} FROM \"{table}\" ORDER BY {columns}")).unwrap();
    let width = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut sum = Sha256::new();
    while let Some(row) = rows.next().unwrap() {
        for index in 0..width {
            match row.get_ref(index).unwrap() {
                ValueRef::Null => sum.update(b"n"),
                ValueRef::Integer(i) => sum.update([b"i".as_slice(), &i.to_le_bytes()].concat()),
                ValueRef::Real(r) => sum.update([b"r".as_slice(), &r.to_le_bytes()].concat()),
                ValueRef::Text(t) => sum.update([b"t".as_slice(), &t.len().to_le_bytes(), t].concat()),
                ValueRef::Blob(b) => sum.update([b"b".as_slice(), &b.len().to_le_bytes(), b].concat()),
            }
        }
    }
    hex(&sum.finalize())
}

/// Digests of the files below a folder of the workspace, by path below the workspace.
pub fn files(root: &Path, below: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.join(below)];
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, hex(&Sha256::digest(fs::read(&path).unwrap())));
            }
        }
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
