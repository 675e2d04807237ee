//! A workspace that was damaged, emptied or left behind by a killed run, and who is said to have done what: tried with the
//! real program.

use std::fs;
use std::path::Path;

use daifa::app::workspace::open::read_workspace_file;

use crate::common::{Bench, Ran};
use crate::trust::{behind_its_back, connection, filled, run_with, text};

/// State of a check of `doctor`.
fn state(ran: &Ran, check: &str) -> String {
    let findings = ran.json();
    let found = findings.as_array().unwrap().iter().find(|f| f["check"] == check);
    found.map_or_else(|| format!("no {check}"), |f| f["state"].as_str().unwrap().to_string())
}

/// The states of all checks that are to be mended.
fn bad(ran: &Ran) -> Vec<String> {
    let findings = ran.json();
    let bad = findings.as_array().unwrap().iter().filter(|f| f["ok"] == false);
    bad.map(|f| format!("{} {}", f["check"].as_str().unwrap(), f["state"].as_str().unwrap())).collect()
}

#[test]
fn an_emptied_database_is_told_and_nothing_is_made_in_its_place() {
    let bench = filled();
    let database = bench.root().join("daifa.db");
    for name in ["daifa.db-wal", "daifa.db-shm"] {
        fs::remove_file(bench.root().join(name)).ok();
    }
    fs::write(&database, b"").unwrap();
    let sheet = bench.path("持有.xlsx");
    let backup = bench.path("b.daifa");
    for arguments in [&["audit", "verify"][..], &["import", text(&sheet)], &["backup", text(&backup)], &["rank"]] {
        let ran = bench.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code(), 3, "{arguments:?}");
        assert!(ran.err().contains("database_emptied"), "{arguments:?}: {}", ran.err());
    }
    let doctor = bench.run(&["doctor", "--json"]);
    assert_eq!((doctor.code(), state(&doctor, "integrity").as_str()), (1, "bad"));
    assert_eq!(fs::metadata(&database).unwrap().len(), 0, "somebody has written into it");
    assert!(!backup.exists() && !bench.root().join("daifa.db-wal").exists());
}

#[test]
fn doctor_shows_what_is_damaged_and_checks_the_rest() {
    let whole = filled();
    whole.run(&["rank", "--today", "2026-03-18"]).ok();
    // The log brought in: what is damaged below is all there is.
    whole.run(&["purge", "--before", "2020-01-01", "--yes"]).ok();
    let database = whole.root().join("daifa.db");
    fs::remove_file(whole.root().join("daifa.db-wal")).ok();
    let bytes = fs::read(&database).unwrap();
    let page = 4096;
    for (what, damage) in [
        ("the first page", 100..page),
        ("the second page", page + 100..page + 200),
        ("the middle", bytes.len() / 2..bytes.len() / 2 + 64),
        ("the last page", bytes.len() - 600..bytes.len() - 500),
    ] {
        let mut damaged = bytes.clone();
        damaged[damage].iter_mut().for_each(|b| *b ^= 0x5a);
        fs::write(&database, &damaged).unwrap();
        let doctor = whole.run(&["doctor", "--json"]);
        assert_eq!(doctor.code(), 1, "{what}: {}", doctor.err());
        assert_eq!(state(&doctor, "integrity"), "bad", "{what}: {:?}", bad(&doctor));
        assert_eq!(state(&doctor, "key"), "ok", "{what}");
        assert_eq!(state(&doctor, "disk"), "ok", "{what}");
    }
    for length in [page / 2, page, 3 * page, bytes.len() - 4 * page, bytes.len() - 100] {
        fs::write(&database, &bytes[..length]).unwrap();
        let doctor = whole.run(&["doctor", "--json"]);
        assert_eq!(doctor.code(), 1, "cut at {length}: {}", doctor.err());
        assert_eq!(state(&doctor, "integrity"), "bad", "cut at {length}: {:?}", bad(&doctor));
    }
}

#[test]
fn an_entry_that_is_no_text_or_a_table_that_is_gone_is_named() {
    for (tamper, seq) in [
        ("UPDATE audit SET subject = CAST(x'ff41' AS TEXT) WHERE seq = 2", 2),
        ("UPDATE audit SET actor = CAST(x'fffe' AS TEXT) WHERE seq = 1", 1),
        ("PRAGMA foreign_keys = off; DROP TABLE audit", 1),
    ] {
        let bench = filled();
        bench.run(&["rank", "--today", "2026-03-18"]).ok();
        behind_its_back(&bench).execute_batch(tamper).unwrap();
        let verify = bench.run(&["audit", "verify", "--json"]);
        assert_eq!(verify.code(), 3, "{tamper}");
        assert!(verify.err().contains("audit_broken"), "{tamper}: {}", verify.err());
        assert!(verify.err().contains(&format!("第{seq}条")), "{tamper}: {}", verify.err());
        let doctor = bench.run(&["doctor", "--json"]);
        assert_eq!((doctor.code(), state(&doctor, "audit").as_str()), (1, "bad"), "{tamper}");
        assert_eq!(state(&doctor, "matches"), "ok", "{tamper}");
        let shown = bench.run(&["doctor"]);
        assert!(shown.out().contains("审计记录被改动过"), "{tamper}: {}", shown.out());
    }
}

/// What a killed backup leaves: a whole copy of the database in a folder of its own.
fn killed_backup(root: &Path) -> std::path::PathBuf {
    let folder = root.join(".daifa/tmp/backup-Xy12");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(root.join("daifa.db"), folder.join("daifa.db")).unwrap();
    folder
}

#[test]
fn the_copy_a_killed_backup_left_goes_with_the_next_opening() {
    let bench = filled();
    let left = killed_backup(&bench.root());
    bench.run(&["audit", "verify"]).ok();
    assert!(!left.exists());
}

#[test]
fn beside_a_backup_at_work_nothing_is_cleared_purged_or_encrypted_anew() {
    let bench = filled();
    bench.run(&["audit", "verify"]).ok();
    let lock = fs::File::create(bench.root().join(".daifa/backups")).unwrap();
    lock.lock_shared().unwrap();
    let growing = killed_backup(&bench.root());
    bench.run(&["backup", text(&bench.path("beside.daifa"))]).ok();
    bench.run(&["rank", "--today", "2026-03-18"]).ok();
    bench.run(&["purge", "--before", "2027-01-01", "--dry-run"]).ok();
    assert!(growing.join("daifa.db").exists(), "the backup's copy was taken from it");
    for arguments in [&["purge", "--before", "2027-01-01", "--yes"][..], &["key", "rotate", "--full"]] {
        let ran = bench.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code(), 3, "{arguments:?}");
        assert!(ran.err().contains("backup_running"), "{arguments:?}: {}", ran.err());
    }
    assert!(read_workspace_file(&bench.root()).unwrap().next_key.is_none());
    drop(lock);
    bench.run(&["purge", "--before", "2027-01-01", "--yes"]).ok();
    assert!(!growing.exists());
    bench.run(&["key", "rotate", "--full"]).ok();
}

#[test]
fn a_killed_backup_leaves_nothing_behind_for_good() {
    let bench = filled();
    for round in 0..8_u64 {
        let target = bench.path(&format!("{round}.daifa"));
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_daifa"))
            .args(["backup", text(&target), "-w", text(&bench.root())])
            .env("DAIFA_KEY_FILE", bench.path("test.key"))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 20));
        child.kill().unwrap();
        child.wait().unwrap();
        bench.run(&["audit", "verify"]).ok();
        assert_eq!(fs::read_dir(bench.root().join(".daifa/tmp")).unwrap().count(), 0, "round {round}");
    }
}

/// A backup, begun.
fn backup_of(bench: &Bench, target: &Path) -> std::process::Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_daifa"))
        .args(["backup", text(target), "--json", "-w", text(&bench.root())])
        .env("DAIFA_KEY_FILE", bench.path("test.key"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_backup_beside_a_long_import_waits_for_it_and_is_never_there_unknown_to_the_audit() {
    let bench = filled();
    bench.run(&["audit", "verify"]).ok();
    // The import: it has the workspace, and the database from its first row to its last.
    let lock = fs::File::create(bench.root().join(".daifa/lock")).unwrap();
    lock.lock().unwrap();
    let import = connection(&bench);
    import.execute_batch("BEGIN IMMEDIATE").unwrap();
    let folders = ["waits", "killed", "lost"].map(|name| bench.path(name));
    let targets = folders.clone().map(|folder| folder.join("b.daifa"));
    let mut children: Vec<_> = folders
        .iter()
        .zip(&targets)
        .map(|(folder, target)| {
            fs::create_dir(folder).unwrap();
            backup_of(&bench, target)
        })
        .collect();
    // Longer than anybody waits for a short lock.
    std::thread::sleep(std::time::Duration::from_secs(7));
    for (child, target) in children.iter_mut().zip(&targets) {
        assert!(child.try_wait().unwrap().is_none(), "{} did not wait", target.display());
        assert!(!target.exists());
    }
    children[1].kill().unwrap();
    children[1].wait().unwrap();
    let left: Vec<_> = fs::read_dir(&folders[1]).unwrap().flatten().collect();
    assert!(left.iter().all(|e| e.metadata().unwrap().len() == 0), "a whole backup lies there: {left:?}");
    fs::remove_dir_all(&folders[2]).unwrap();
    import.execute_batch("COMMIT").unwrap();
    drop(lock);
    assert!(children[0].wait().unwrap().success());
    assert!(!children[2].wait().unwrap().success());
    let noted = |action: &str| bench.json(&["audit", "show", "--action", action]).as_array().unwrap().clone();
    let sha256 = daifa::rules::hex_sha256(&fs::read(&targets[0]).unwrap());
    assert!(noted("backup").iter().any(|e| e["sha256"] == sha256.as_str()));
    assert_eq!((noted("backup").len(), noted("backup_failed").len()), (2, 1));
    // Only the one that is there still holds anybody.
    let purged = bench.json(&["purge", "--before", "2020-01-01", "--dry-run"]);
    let backups = purged["backups"].as_array().unwrap();
    assert!(backups.len() == 1 && backups[0].as_str().unwrap().ends_with(&sha256), "{backups:?}");
    assert_eq!(fs::read_dir(bench.root().join(".daifa/tmp")).unwrap().count(), 0);
}

#[test]
fn a_backup_beside_a_program_that_keeps_the_database_leaves_no_file() {
    let bench = filled();
    bench.run(&["audit", "verify"]).ok();
    let other = connection(&bench);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let folder = bench.path("backups");
    fs::create_dir(&folder).unwrap();
    let ran = bench.run(&["backup", text(&folder.join("b.daifa")), "--json"]);
    assert_eq!(ran.code(), 3);
    assert!(ran.err().contains("\"locked\""), "{}", ran.err());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    other.execute_batch("ROLLBACK").unwrap();
    bench.run(&["backup", text(&folder.join("b.daifa"))]).ok();
}

#[test]
fn a_key_file_two_workspaces_share_goes_on_opening_both() {
    let bench = filled();
    let other = bench.path("另一个");
    bench.run(&["init", text(&other), "-w", "."]).ok();
    let verify = |root: &Path, key: &Path| {
        run_with(&bench, &["audit", "verify", "-w", text(root)], &[("DAIFA_KEY_FILE", text(key))]).status.code()
    };
    let key = bench.path("test.key");
    let before = bench.path("before.key");
    fs::copy(&key, &before).unwrap();
    for arguments in [&["key", "rotate"][..], &["key", "rotate", "--full"]] {
        let changed = bench.json(arguments);
        assert!(changed["keys_kept"].as_u64() >= Some(1), "{changed}");
        assert_eq!((verify(&bench.root(), &key), verify(&other, &key)), (Some(0), Some(0)));
    }
    assert_eq!(verify(&bench.root(), &before), Some(3), "the key of before opens the workspace no more");
    bench.run(&["key", "rotate", "-w", text(&other)]).ok();
    assert_eq!((verify(&bench.root(), &key), verify(&other, &key)), (Some(0), Some(0)));
    assert_eq!(verify(&other, &before), Some(3));
    // Another workspace's change that was cut off holds its only key in the file beside.
    let pending = bench.path("test.key.new");
    fs::write(&pending, format!("{}{}\n", fs::read_to_string(&key).unwrap(), "ab".repeat(32))).unwrap();
    bench.run(&["key", "rotate"]).ok();
    assert!(fs::read_to_string(&key).unwrap().contains(&"ab".repeat(32)), "another's new key was lost");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// The key file of a workspace lies under its number, so that a restored one has the same.
#[cfg(unix)]
#[test]
fn a_changed_key_of_a_restored_workspace_leaves_the_first_one_open() {
    let bench = Bench::empty();
    let home = bench.path("home");
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_daifa"));
        command.args(arguments).current_dir(bench.path("")).stdin(std::process::Stdio::null());
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join(".config"));
        let output = command.env_remove("DAIFA_KEY_FILE").env_remove("DAIFA_PASSPHRASE").output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    fs::create_dir(&home).unwrap();
    let (first, second, file) = (bench.path("k1"), bench.path("k2"), bench.path("b.daifa"));
    for arguments in [
        &["init", text(&first)][..],
        &["backup", text(&file), "-w", text(&first)],
        &["restore", text(&file), "--into", text(&second)],
    ] {
        // Of a workspace without data there is something to say.
        let (code, told) = run(arguments);
        assert!(code < Some(2) && told.is_empty(), "{arguments:?}: {told}");
    }
    // Each in turn, with and without a new key of the database, and once by way of a passphrase.
    for (changed, full) in [(&second, false), (&first, false), (&second, true), (&first, true)] {
        let mut arguments = vec!["key", "rotate", "-w", text(changed)];
        arguments.extend(full.then_some("--full"));
        assert_eq!(run(&arguments), (Some(0), String::new()));
        for root in [&first, &second] {
            assert_eq!(run(&["audit", "verify", "-w", text(root)]), (Some(0), String::new()), "{}", text(root));
        }
    }
}

#[test]
fn the_audit_knows_the_user_of_the_system_and_not_of_the_environment() {
    let bench = filled();
    let root = bench.root();
    let forged = [("USER", "审计组"), ("USERNAME", "审计组"), ("LOGNAME", "审计组")];
    let ran = run_with(&bench, &["rank", "--today", "2026-03-18", "-w", text(&root)], &forged);
    assert_eq!(ran.status.code(), Some(0));
    let user = whoami::username().unwrap();
    for entry in bench.json(&["audit", "show"]).as_array().unwrap() {
        assert_eq!(entry["actor"], user.as_str());
    }
}
