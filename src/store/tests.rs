//! How the database is opened, and what is left when it cannot grow.

use crate::store::*;

fn store(folder: &tempfile::TempDir) -> Store {
    Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap()
}

#[test]
fn what_is_committed_is_on_the_disk_and_rows_cannot_hang_in_the_air() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let pragma = |name: &str| {
        let value = |r: &rusqlite::Row<'_>| r.get::<_, rusqlite::types::Value>(0);
        format!("{:?}", store.conn.pragma_query_value(None, name, value).unwrap())
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    // 2 = FULL: the log reaches the disk before a commit returns.
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
}

#[test]
fn a_full_disk_is_told_and_the_transaction_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let pages: i64 = store.conn.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
    let limit = format!("PRAGMA max_page_count = {}", pages + 2);
    store.conn.query_row(&limit, [], |r| r.get::<_, i64>(0)).unwrap();
    let long = "x".repeat(4096);
    let filled = store.transaction(|store| {
        for n in 0..100 {
            store.conn.execute("INSERT INTO workspace (name, value) VALUES (?1, ?2)", (format!("n{n}"), &long))?;
        }
        Ok::<(), StoreError>(())
    });
    assert!(matches!(filled, Err(StoreError::DiskFull)), "{filled:?}");
    let left: i64 =
        store.conn.query_row("SELECT count(*) FROM workspace WHERE value = ?1", [&long], |r| r.get(0)).unwrap();
    assert_eq!(left, 0);
    assert!(store.conn.is_autocommit(), "no transaction may stay open");
    store
        .transaction(|store| store.conn.execute("UPDATE workspace SET value = value", []).map_err(StoreError::from))
        .unwrap();
}

#[test]
fn a_database_that_is_gone_or_was_emptied_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daifa.db");
    let key = SecretKey::random().unwrap();
    assert!(Store::open(&path, &key).is_err());
    assert!(!path.exists(), "opening makes no database");
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(Store::open(&path, &key), Err(StoreError::Emptied)));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    // Made with the right key, but nothing of ours in it.
    std::fs::remove_file(&path).unwrap();
    drop(connect(&path, &key, OpenFlags::SQLITE_OPEN_CREATE).unwrap());
    assert!(matches!(Store::open(&path, &key), Err(StoreError::Emptied)));
}

#[test]
fn a_key_for_hashes_that_is_gone_is_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("daifa.db"), SecretKey::random().unwrap());
    let store = Store::create(&path, &key, None).unwrap();
    store.conn.execute("DELETE FROM workspace WHERE name = 'hmac_key'", []).unwrap();
    drop(store);
    assert!(matches!(Store::open(&path, &key), Err(StoreError::Damaged { what: "hmac_key" })));
}

#[test]
fn a_staff_list_without_some_columns_keeps_what_was_known() {
    use crate::model::rows::{StaffRow, StaffUntold};
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let full = StaffRow {
        number: "101".into(),
        name: "甲测试".into(),
        outlet: Some("一测网点".into()),
        position: Some("客户经理".into()),
        qualifications: vec!["理财".into()],
        may_go_out: Some(false),
        leave: vec![(day, day)],
        daily_limit: Some(20),
        ..StaffRow::default()
    };
    store.put_staff(&full).unwrap();
    let of = |row: &StaffRow| {
        store.put_staff(row).unwrap();
        store.staff().unwrap().remove(0).row
    };
    let all = StaffUntold {
        outlet: true,
        position: true,
        qualifications: true,
        may_go_out: true,
        leave: true,
        daily_limit: true,
    };
    let slim = StaffRow { number: "101".into(), name: "甲测试".into(), untold: all, ..StaffRow::default() };
    assert_eq!(of(&slim), full, "columns that are absent");
    let blank = StaffRow { outlet: full.outlet.clone(), untold: StaffUntold::default(), ..slim };
    assert_eq!(of(&blank), blank, "cells that are blank");
}
