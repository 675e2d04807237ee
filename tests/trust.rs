//! What the software promises of audit, keys and backups, tried with the real program and, against the audit, with the
//! database opened behind its back.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use daifa::app::workspace::open::read_workspace_file;
use daifa::store::trust::keys::{self, SecretKey};
use rusqlite::Connection;

use crate::common::{Bench, Prepared};

const HOLDINGS: &str = "
| 客户号 | 客户姓名 | 证件号码 | 代发单位 | 数据日期 | AUM余额(元) |
|---|
| KH1 | 甲一 |  | 甲厂有限公司 | 2026-03-09 | 36000 |
| KH2 | 甲二 |  | 甲厂有限公司 | 2026-03-09 | 45000 |";

/// A workspace with one import.
pub fn filled() -> Bench {
    static FILLED: OnceLock<Prepared> = OnceLock::new();
    Bench::copy_of(&FILLED, filled_anew)
}

fn filled_anew() -> Bench {
    let bench = Bench::new();
    let file = bench.sheet("持有.xlsx", HOLDINGS);
    bench.run(&["import", &file, "--today", "2026-03-18"]).ok();
    bench
}

/// The database key, as the key file gives it.
pub fn database_key(bench: &Bench) -> SecretKey {
    let file = read_workspace_file(&bench.root()).unwrap();
    keys::unwrap(&file.key, &keys::read_key_file(&bench.path("test.key")).unwrap(), &file.uuid).unwrap()
}

pub fn connection(bench: &Bench) -> Connection {
    let conn = Connection::open(bench.root().join("daifa.db")).unwrap();
    conn.pragma_update(None, "key", format!("x'{}'", database_key(bench).to_hex())).unwrap();
    conn
}

/// The database as somebody opens it who has the key and no scruples.
pub fn behind_its_back(bench: &Bench) -> Connection {
    let conn = connection(bench);
    conn.execute_batch("DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays;").unwrap();
    conn
}

/// How many people the workspace knows.
fn people(bench: &Bench) -> i64 {
    connection(bench).query_row("SELECT count(*) FROM person WHERE name IS NOT NULL", [], |r| r.get(0)).unwrap()
}

/// Runs with further variables of the environment, in a workspace named by `-w` among the arguments.
pub fn run_with(bench: &Bench, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daifa"));
    command.args(arguments).current_dir(bench.path("")).env_remove("DAIFA_PASSPHRASE");
    command.env("DAIFA_KEY_FILE", bench.path("test.key")).stdin(std::process::Stdio::null());
    for (name, value) in variables {
        command.env(name, value);
    }
    command.output().unwrap()
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn an_entry_changed_removed_or_inserted_is_found() {
    for tamper in [
        "UPDATE audit SET actor = 'somebody else' WHERE seq = 2",
        "UPDATE audit SET row_count = 0 WHERE seq = 1",
        "UPDATE audit SET sha256 = previous, previous = sha256 WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = seq + 100 WHERE seq = (SELECT max(seq) FROM audit)",
        "INSERT INTO audit SELECT max(seq) + 1, at, actor, action, purpose, subject, row_count, columns, mask_level,
           sha256, hash, hash FROM audit",
    ] {
        let bench = filled();
        bench.run(&["rank", "--today", "2026-03-18"]).ok();
        bench.run(&["audit", "verify"]).ok();
        behind_its_back(&bench).execute_batch(tamper).unwrap();
        let found = bench.run(&["audit", "verify", "--json"]);
        assert_eq!(found.code(), 3, "{tamper}");
        assert!(found.err().contains("audit_broken"), "{tamper}: {}", found.err());
    }
}

#[test]
fn the_head_kept_elsewhere_finds_a_cut_and_a_rewritten_chain() {
    let bench = filled();
    bench.run(&["rank", "--today", "2026-03-18"]).ok();
    let head = bench.run(&["audit", "head"]).ok().out().trim().to_string();
    bench.run(&["audit", "verify", "--head", &head]).ok();
    bench.run(&["rank", "--today", "2026-03-19"]).ok();
    bench.run(&["audit", "verify", "--head", &head]).ok();
    let (seq, hash) = head.split_once(':').unwrap();
    let other = format!("{seq}:{}", hash.chars().rev().collect::<String>());
    assert!(bench.run(&["audit", "verify", "--json", "--head", &other]).err().contains("audit_rewritten"));
    // The chain that is left is sound in itself: only the head tells.
    behind_its_back(&bench).execute_batch(&format!("DELETE FROM audit WHERE seq >= {seq}")).unwrap();
    bench.run(&["audit", "verify"]).ok();
    assert!(bench.run(&["audit", "verify", "--json", "--head", &head]).err().contains("audit_cut_off"));
    assert_eq!(bench.run(&["audit", "verify", "--head", "nonsense"]).code(), 2);
}

#[test]
fn the_audit_is_shown_by_action_day_and_subject() {
    let bench = filled();
    bench.run(&["rank", "--today", "2026-03-18"]).ok();
    let shown = |arguments: &[&str]| bench.json(&[&["audit", "show"], arguments].concat()).as_array().unwrap().len();
    let all = shown(&[]);
    assert_eq!(shown(&["--action", "import"]), 1);
    // The import remembers the layout it was sure of, which is a change of rules.
    assert_eq!(shown(&["--action", "rules"]), 1);
    assert_eq!(shown(&["--action", "export"]), all - 2);
    assert_eq!(shown(&["--subject", "持有"]), 1);
    assert_eq!(shown(&["--since", "2020-01-01"]), all);
    assert_eq!(shown(&["--since", "2999-01-01"]), 0);
    assert_eq!(shown(&["--action", "import", "--subject", "01_"]), 0);
}

#[test]
fn a_file_taken_in_anew_is_noted_with_the_import_it_takes_the_place_of() {
    let bench = filled();
    let file = bench.path("持有.xlsx");
    for number in 1..=2 {
        bench.run(&["import", text(&file), "--again", "--today", "2026-03-18"]).ok();
        let noted = bench.json(&["audit", "show", "--action", "import"]);
        let last = &noted.as_array().unwrap()[number];
        assert_eq!(last["purpose"], format!("holdings: again, import {number} withdrawn"));
    }
    let shown = bench.run(&["audit", "show", "--action", "import"]).ok().out();
    assert!(shown.contains("员工持有产品（again, import 2 withdrawn）"), "{shown}");
}

#[test]
fn the_screen_shows_who_and_for_what_on_eighty_columns() {
    let bench = filled();
    let purpose = "核对甲厂两位员工三月份转出资金的去向以便支行行长回访时说明情况并当面致歉";
    bench.json(&["track", "--today", "2026-03-18", "--reveal", "--purpose", purpose]);
    let shown = bench.run(&["audit", "show", "--action", "reveal"]).ok().out();
    let joined: String = shown.split_whitespace().collect();
    assert!(joined.contains(purpose) && joined.contains("客户号（原样）"), "{shown}");
    assert!(shown.contains(&whoami::username().unwrap()) && shown.contains("查看完整号码"), "{shown}");
    let widest = shown.lines().map(unicode_width::UnicodeWidthStr::width).max();
    assert!(widest <= Some(80), "{shown}");
}

#[test]
fn a_changed_rules_file_is_recorded_with_both_hashes() {
    let bench = filled();
    let rules = bench.root().join("rules/ranking.toml");
    let recorded = || bench.json(&["audit", "show", "--action", "rules", "--subject", "/"]).as_array().unwrap().clone();
    assert!(recorded().is_empty());
    std::fs::write(&rules, "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    let added = recorded();
    assert_eq!((added.len(), added[0]["purpose"].as_str()), (1, Some("added")));
    assert_eq!(added[0]["subject"], "rules/ranking.toml");
    let first = added[0]["sha256"].as_str().unwrap().to_string();
    assert_eq!(recorded().len(), 1, "seen once is recorded once");
    std::fs::write(&rules, "[eligibility]\nmin_effective_heads = 1\n").unwrap();
    let changed = recorded();
    assert_eq!(changed[1]["purpose"], format!("changed, was {first}"));
    assert_ne!(changed[1]["sha256"], first.as_str());
    std::fs::remove_file(&rules).unwrap();
    let removed = recorded();
    assert_eq!(removed.len(), 3);
    assert_eq!(removed[2]["sha256"], "");
    let words = bench.root().join("templates/zh-CN/messages");
    std::fs::create_dir_all(&words).unwrap();
    std::fs::write(words.join("own.toml"), "[word]\nown = \"本行\"\n").unwrap();
    assert_eq!(recorded()[3]["subject"], "templates/zh-CN/messages/own.toml");
}

#[test]
fn a_rotated_key_file_opens_and_the_old_one_does_not() {
    for full in [false, true] {
        let bench = filled();
        let (old_key, old_database) = (std::fs::read(bench.path("test.key")).unwrap(), database_key(&bench));
        let recovery = bench.path("新恢复.txt");
        let mut arguments = vec!["key", "rotate", "--recovery-copy", text(&recovery)];
        arguments.extend(full.then_some("--full"));
        let changed = bench.json(&arguments);
        assert_eq!((changed["by"].as_str(), changed["full"].as_bool()), (Some("key_file"), Some(full)));
        assert_eq!(database_key(&bench) != old_database, full);
        bench.run(&["audit", "verify"]).ok();
        assert_eq!(bench.json(&["audit", "show", "--action", "key"])[0]["subject"], "key_file");
        assert_eq!(people(&bench), 2);
        // The recovery copy holds the key the database has now.
        let with = |key: &Path| {
            run_with(&bench, &["audit", "verify", "-w", text(&bench.root())], &[("DAIFA_KEY_FILE", text(key))])
        };
        assert_eq!(with(&recovery).status.code(), Some(0));
        let old = bench.path("old.key");
        std::fs::write(&old, old_key).unwrap();
        assert_eq!(with(&old).status.code(), Some(3), "full: {full}");
        assert!(!bench.path("test.key.new").exists());
    }
}

#[test]
fn a_key_goes_over_to_a_passphrase_and_back() {
    let bench = filled();
    let root = bench.root();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        run_with(&bench, &[arguments, &["-w", text(&root)]].concat(), variables).status.code()
    };
    let new = [("DAIFA_NEW_PASSPHRASE", "一句 很长 的 话")];
    assert_eq!(run(&["key", "rotate", "--passphrase"], &[]), Some(3), "no passphrase was given");
    assert_eq!(run(&["key", "rotate", "--passphrase"], &new), Some(0));
    assert_eq!(run(&["audit", "verify"], &[]), Some(3), "the key file alone opens nothing now");
    let opens = [("DAIFA_PASSPHRASE", "一句 很长 的 话")];
    assert_eq!(run(&["audit", "verify"], &opens), Some(0));
    assert_eq!(run(&["key", "rotate", "--key-file"], &opens), Some(0));
    assert_eq!(run(&["audit", "verify"], &[]), Some(0));
}

#[test]
fn a_recovery_copy_sets_up_a_new_key_file_on_another_pc() {
    let bench = filled();
    let recovery = std::fs::read_dir(bench.path("")).unwrap().flatten().map(|e| e.path());
    let recovery: PathBuf = recovery.into_iter().find(|p| text(p).ends_with(".recovery.txt")).unwrap();
    let other = bench.path("other.key");
    let run = |arguments: &[&str]| {
        let root = bench.root();
        let arguments = [arguments, &["-w", text(&root)]].concat();
        run_with(&bench, &arguments, &[("DAIFA_KEY_FILE", text(&other))]).status.code()
    };
    assert_eq!(run(&["audit", "verify"]), Some(3));
    std::fs::write(bench.path("wrong.txt"), format!("{}\n", "ab".repeat(32))).unwrap();
    assert_eq!(run(&["key", "recover", text(&bench.path("wrong.txt"))]), Some(3));
    assert_eq!(run(&["key", "recover", text(&recovery)]), Some(0));
    assert_eq!(run(&["audit", "verify"]), Some(0));
    let shown = run_with(&bench, &["key", "show", "-w", text(&bench.root())], &[("DAIFA_KEY_FILE", text(&other))]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let key = std::fs::read_to_string(&other).unwrap();
    assert!(shown.contains("other.key") && !shown.contains(key.trim()), "{shown}");
}

#[test]
fn killed_while_the_key_changes_it_opens_all_the_same() {
    let bench = filled();
    let mut stopped = 0;
    let noted = |bench: &Bench| bench.json(&["audit", "show", "--action", "key"]).as_array().unwrap().len();
    let (mut key, mut entries) = (database_key(&bench), 0);
    let rounds = crate::durability::kill::a_tenth_or(24);
    for round in 0..rounds {
        let mut child = Command::new(env!("CARGO_BIN_EXE_daifa"))
            .args(["key", "rotate", "--full", "-w", text(&bench.root())])
            .env("DAIFA_KEY_FILE", bench.path("test.key"))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Spread over the run's length, whatever the PC: 0 to 230 ms.
        std::thread::sleep(std::time::Duration::from_millis(230) * round / rounds);
        child.kill().unwrap();
        stopped += usize::from(!child.wait().unwrap().success());
        bench.run(&["audit", "verify"]).ok();
        let settled = read_workspace_file(&bench.root()).unwrap();
        assert!(settled.next_key.is_none() && settled.next_recovery.is_none());
        let (before, known) = (std::mem::replace(&mut key, database_key(&bench)), entries);
        entries = noted(&bench);
        assert!(key == before || entries > known, "a new key holds and the audit does not know of it");
    }
    assert!(stopped > 0, "no run was stopped in time");
    assert_eq!(people(&bench), 2);
}

#[test]
fn a_backup_comes_back_as_it_was() {
    let bench = filled();
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    let ranked = bench.json(&["rank", "--today", "2026-03-18"]);
    let file = bench.path("备份.daifa");
    let made = bench.json(&["backup", text(&file)]);
    assert_eq!(made["by"], "key_file");
    assert_eq!(bench.run(&["backup", text(&file)]).code(), 4, "an older backup is not written over");
    let bytes = std::fs::read(&file).unwrap();
    // Three bytes stand in so many by chance.
    for plain in ["甲厂", "甲一", "min_effective_heads", "SQLite format"] {
        assert!(!bytes.windows(plain.len()).any(|w| w == plain.as_bytes()), "{plain} stands in the backup");
    }
    let into = bench.path("恢复");
    let restored = bench.json(&["restore", text(&file), "--into", text(&into), "-w", "."]);
    assert_eq!(restored["needs_key"], false);
    let there = |arguments: &[&str]| bench.json(&[arguments, &["-w", text(&into)]].concat());
    assert_eq!(there(&["rank", "--today", "2026-03-18"]), ranked);
    assert_eq!(there(&["audit", "show", "--action", "restore"])[0]["sha256"], made["sha256"]);
    assert_eq!(bench.json(&["audit", "show", "--action", "backup"])[0]["sha256"], made["sha256"]);
    let again = bench.run(&["restore", text(&file), "--into", text(&into), "-w", ".", "--json"]);
    assert!(again.err().contains("workspace_exists"), "{}", again.err());
}

#[test]
fn a_backup_with_a_passphrase_opens_where_the_key_file_is_not() {
    let bench = filled();
    let (file, phrase, into) = (bench.path("b.daifa"), bench.path("phrase.txt"), bench.path("elsewhere"));
    std::fs::write(&phrase, "备份 用 的 一句 话\n").unwrap();
    bench.run(&["backup", text(&file), "--passphrase-file", text(&phrase)]).ok();
    let absent = bench.path("absent.key");
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let all = [&[("DAIFA_KEY_FILE", text(&absent))], variables].concat();
        run_with(&bench, arguments, &all)
    };
    let restore = ["restore", text(&file), "--into", text(&into)];
    assert_eq!(run(&restore, &[]).status.code(), Some(3));
    assert!(!into.exists(), "a failed restore leaves nothing");
    let done = run(&[&restore[..], &["--passphrase-file", text(&phrase)]].concat(), &[]);
    assert!(into.join("daifa.toml").exists(), "{}", String::from_utf8_lossy(&done.stderr));
    let verify = ["audit", "verify", "-w", text(&into)];
    assert_eq!(run(&verify, &[("DAIFA_PASSPHRASE", "备份 用 的 一句 话")]).status.code(), Some(0));
    assert_eq!(run(&verify, &[]).status.code(), Some(3));
}

#[test]
fn a_backup_changed_or_cut_anywhere_is_refused() {
    let bench = filled();
    let file = bench.path("b.daifa");
    bench.run(&["backup", text(&file)]).ok();
    let whole = std::fs::read(&file).unwrap();
    let into = bench.path("x");
    let refused = |bytes: &[u8]| {
        std::fs::write(bench.path("bad.daifa"), bytes).unwrap();
        let ran = bench.run(&["restore", text(&bench.path("bad.daifa")), "--into", text(&into), "-w", "."]);
        assert!(matches!(ran.code(), 3 | 4), "{} {}", ran.code(), ran.err());
        assert!(!into.exists());
    };
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        refused(&changed);
        refused(&whole[..at]);
    }
    refused(&[&whole[..], b"more"].concat());
}

#[test]
fn a_backup_is_made_while_another_daifa_is_at_work() {
    let bench = filled();
    let lock = std::fs::File::create(bench.root().join(".daifa/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(bench.run(&["rank"]).code(), 3);
    bench.run(&["backup", text(&bench.path("b.daifa"))]).ok();
    drop(lock);
    bench.run(&["audit", "verify"]).ok();
}
