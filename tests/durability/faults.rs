//! A full disk, folders that must not be written, a locked database, two daifa at once: each is really caused, is told
//! with its own code, and nothing is lost.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::stage::{SECOND, Stage, copy_folder, scratch};
use super::state::State;
use super::work::{Work, works};

/// A copy of one of the stage's workspaces.
fn copy_of(base: &str) -> (TempDir, PathBuf) {
    let folder = scratch();
    let root = folder.path().join("工作区");
    copy_folder(&Stage::get().path(base), &root);
    (folder, root)
}

fn daifa(root: &Path, arguments: &[&str]) -> Command {
    let arguments = [arguments, &["--json", "--today", SECOND, "-w", root.to_str().unwrap()]].concat();
    Stage::get().command(&arguments)
}

/// Exit code and the error's code, as `--json` tells it.
fn error_of(output: &Output) -> (i32, String) {
    let told: Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
    (output.status.code().unwrap_or(-1), told["error"]["code"].as_str().unwrap_or_default().to_string())
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// An import that has the workspace and stands still.
fn standing_import(root: &Path) -> Child {
    let files = Stage::get().files(SECOND);
    let arguments: Vec<&str> = ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let child = daifa(root, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let holder = root.join(".daifa/holder");
    let patience = Instant::now();
    while !fs::read_to_string(&holder).is_ok_and(|text| text.contains(&format!("\"pid\":{},", child.id()))) {
        assert!(patience.elapsed() < Duration::from_secs(60), "the import never took the workspace");
        std::thread::sleep(Duration::from_micros(100));
    }
    signal(&child, "STOP");
    child
}

#[test]
fn a_second_daifa_is_told_who_has_the_workspace_and_the_first_is_not_disturbed() {
    let (_folder, root) = copy_of("new");
    let mut first = standing_import(&root);
    for second in [&["report"][..], &["import", Stage::get().path("sim/2026-03-18").to_str().unwrap()]] {
        let output = daifa(&root, second).output().unwrap();
        assert_eq!(error_of(&output), (3, "busy".to_string()));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(&first.id().to_string()), "{text}");
    }
    signal(&first, "CONT");
    assert_eq!(first.wait().unwrap().code(), Some(0));
    let key = Stage::get().database_key();
    assert_eq!(State::read(&root, &key).tables, import_undisturbed());
}

#[test]
fn a_second_daifa_waits_for_a_short_first() {
    let (_folder, root) = copy_of("new");
    let mut first = standing_import(&root);
    let second = daifa(&root, &["doctor"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    signal(&first, "CONT");
    assert_eq!(first.wait().unwrap().code(), Some(0));
    let output = second.wait_with_output().unwrap();
    assert_eq!(error_of(&output).1, "", "{}", String::from_utf8_lossy(&output.stderr));
    let doctor: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = doctor.as_array().unwrap().iter().find(|f| f["check"] == "files").unwrap();
    let taken = Stage::get().files(SECOND).len() + 2;
    assert_eq!(files["detail"], taken.to_string(), "the second sees all the first has done");
}

/// Tables after an import of the second day's files into `new`.
fn import_undisturbed() -> std::collections::BTreeMap<String, String> {
    let (_folder, root) = copy_of("new");
    let files = Stage::get().files(SECOND);
    let arguments: Vec<&str> = ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();
    assert_eq!(daifa(&root, &arguments).output().unwrap().status.code(), Some(0));
    State::read(&root, &Stage::get().database_key()).tables
}

#[test]
fn a_database_another_program_writes_to_is_given_up_after_a_while_and_nothing_is_lost() {
    let (_folder, root) = copy_of("new");
    let key = Stage::get().database_key();
    let before = State::read(&root, &key);
    let other = rusqlite::Connection::open(root.join("daifa.db")).unwrap();
    other.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; CREATE TABLE other (x INTEGER);").unwrap();
    let sheets = Stage::get().path("sim/2026-03-18");
    let start = Instant::now();
    let output = daifa(&root, &["import", sheets.to_str().unwrap()]).output().unwrap();
    assert_eq!(error_of(&output), (3, "locked".to_string()), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(start.elapsed() >= Duration::from_secs(5), "it must wait for a short lock");
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    assert_eq!(State::read(&root, &key).tables, before.tables);
    assert_eq!(daifa(&root, &["import", sheets.to_str().unwrap()]).output().unwrap().status.code(), Some(0));
    assert_eq!(State::read(&root, &key).tables, import_undisturbed());
}

#[test]
fn ctrl_c_during_an_import_says_what_was_taken_and_loses_nothing() {
    let works = works(Stage::get());
    let import = works.iter().find(|w| w.name == "import").unwrap();
    let (mut stopped, mut started) = (0, 0);
    for tenth in 0..20 {
        let (_folder, root) = copy_of("new");
        let files = Stage::get().files(SECOND);
        let arguments: Vec<&str> = ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();
        let start = Instant::now();
        let child = daifa(&root, &arguments).spawn().unwrap();
        // From the moment it has the workspace, in steps, until runs end before they are stopped.
        while !root.join(".daifa/holder").exists() && start.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(Duration::from_millis(20 * tenth));
        Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let left = State::read(&root, &import.key);
        let taken = import.inputs.iter().position(|known| *known == left.groups["inputs"]);
        let taken = taken.expect("a file is half in");
        let case = format!("stopped after {} ms", 20 * tenth);
        match error_of(&output) {
            (130, told) if told == "interrupted" => {
                stopped += 1;
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(text.contains(&format!(" {taken} ")), "{case}: {taken} files are in: {text}");
            }
            (0, _) => {
                started += 1;
                assert_eq!(taken, files.len(), "{case}");
            }
            // Stopped by the system before it listened: as a kill.
            (-1, _) => assert_eq!(taken, 0, "{case}"),
            other => panic!("{case}: {other:?} {}", String::from_utf8_lossy(&output.stderr)),
        }
        assert_eq!(import.run(&root).status.code(), Some(import.code), "{case}");
        import.ends_as_undisturbed(&root, &case);
        if stopped > 2 && started > 0 {
            break;
        }
    }
    assert!(stopped > 0, "no run was stopped in its middle");
}

/// Runs the program as a user whom permissions bind: `nobody` when the tests run as root, whom nothing binds.
struct Bound {
    _folder: TempDir,
    root: PathBuf,
    program: PathBuf,
    key: PathBuf,
    nobody: bool,
}

const NOBODY: u32 = 65534;

impl Bound {
    fn new(base: &str) -> Bound {
        let (folder, root) = copy_of(base);
        let nobody =
            fs::metadata("/proc/self").map_or_else(|_| false, |m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
        let key = folder.path().join("test.key");
        fs::copy(Stage::get().path("test.key"), &key).unwrap();
        // The build's own folder may be closed to others.
        let program = folder.path().join("daifa");
        fs::copy(env!("CARGO_BIN_EXE_daifa"), &program).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let bound = Bound { _folder: folder, root, program, key, nobody };
        bound.allow(&bound.root, true);
        for file in [&bound.key, &bound.program] {
            bound.give(file);
        }
        bound
    }

    fn give(&self, path: &Path) {
        if self.nobody {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// Gives or takes the permission to write `path` and all below it.
    fn allow(&self, path: &Path, write: bool) {
        self.give(path);
        let folder = path.is_dir();
        let mode = match (folder, write) {
            (true, true) => 0o755,
            (true, false) => 0o555,
            (false, true) => 0o644,
            (false, false) => 0o444,
        };
        if folder {
            for entry in fs::read_dir(path).unwrap().flatten() {
                self.allow(&entry.path(), write);
            }
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).args(["--json", "--today", SECOND, "-w"]).arg(&self.root);
        command.env("DAIFA_KEY_FILE", &self.key).env_remove("DAIFA_PASSPHRASE").stdin(Stdio::null());
        if self.nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap()
    }
}

#[test]
fn what_must_not_be_written_is_told_before_anything_is_done() {
    let key = Stage::get().database_key();
    let bound = Bound::new("tracked");
    let before = State::read(&bound.root, &key);
    let cases: [(PathBuf, i32, &str); 3] = [
        (bound.root.clone(), 4, "no_write_access"),
        (bound.root.join("daifa.db"), 3, "read_only"),
        (bound.root.join("out"), 4, "no_write_access"),
    ];
    for (path, code, told) in cases {
        bound.allow(&path, false);
        let output = bound.run(&["report"]);
        assert_eq!(error_of(&output), (code, told.to_string()), "{path:?} {}", String::from_utf8_lossy(&output.stderr));
        bound.allow(&path, true);
        let after = State::read(&bound.root, &key);
        assert_eq!((&after.groups["inputs"], &after.out), (&before.groups["inputs"], &before.out));
    }
    assert_eq!(bound.run(&["report"]).status.code(), Some(0), "it goes on where permission is given back");
}

/// The work a full disk is tried on: one that writes to the database, and one that also writes many files.
fn disturbed() -> Vec<Work> {
    works(Stage::get()).into_iter().filter(|w| ["import", "cycle"].contains(&w.name)).collect()
}

/// Checks what a run left for which there was no space; whether there was enough.
fn check_left(work: &Work, root: &Path, output: &Output, case: &str) -> bool {
    let (code, told) = error_of(output);
    let enough = told.is_empty() && code == work.code;
    assert!(
        enough || ["disk_full", "disk_failure"].contains(&told.as_str()),
        "{case}: {code} {told} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    work.is_old_or_new(&State::read(root, &work.key), case);
    let again = work.run(root);
    assert_eq!(again.status.code(), Some(work.code), "{case}: {}", String::from_utf8_lossy(&again.stderr));
    work.ends_as_undisturbed(root, case);
    enough
}

#[test]
fn files_that_may_not_grow_any_further_cost_nothing_that_was_there() {
    for work in disturbed() {
        let mut enough = Vec::new();
        // Units of 512 bytes: 4 KiB to 2 MiB.
        for limit in [8, 32, 64, 128, 192, 256, 384, 512, 768, 4096] {
            let folder = scratch();
            let root = folder.path().join("工作区");
            copy_folder(&work.base, &root);
            // The signal for a file too large would end the process; a full quota only fails the write.
            let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\"");
            let mut command = Command::new("sh");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_daifa")]).args(&work.arguments);
            command.args(["--json", "-w", root.to_str().unwrap()]).env("DAIFA_KEY_FILE", &work.key_file);
            let output = command.output().unwrap();
            let case = format!("{} with files of at most {} KiB", work.name, limit / 2);
            enough.push(check_left(&work, &root, &output, &case));
        }
        assert!(!enough[0] && enough[enough.len() - 1], "{}: from too little to enough: {enough:?}", work.name);
    }
}

/// Runs a script with a disk of `kib` KiB at `$D`; None where the system does not let us make one.
#[cfg(target_os = "linux")]
fn on_small_disk(work: &Work, kib: u64, left: &Path) -> Option<Output> {
    let at = scratch();
    let allowed = Command::new("unshare").args(["-rm", "true"]).output().is_ok_and(|o| o.status.success());
    if !allowed {
        return None;
    }
    let script = "mount -t tmpfs -o size=${KIB}k tmpfs \"$D\" && cp -r \"$BASE\" \"$D/ws\" || exit 99
        \"$0\" \"$@\" --json -w \"$D/ws\"; code=$?; cp -r \"$D/ws\" \"$LEFT\"; exit $code";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, env!("CARGO_BIN_EXE_daifa")]).args(&work.arguments);
    command.env("KIB", kib.to_string()).env("D", at.path()).env("BASE", &work.base).env("LEFT", left);
    Some(command.env("DAIFA_KEY_FILE", &work.key_file).output().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_nothing_that_was_there() {
    for work in disturbed() {
        let base: u64 = folder_kib(&work.base);
        let mut enough = Vec::new();
        for more in [64, 128, 200, 300, 400, 600, 800, 1200, 8000] {
            let folder = scratch();
            let left = folder.path().join("工作区");
            let Some(output) = on_small_disk(&work, base + more, &left) else {
                println!("no disk can be made here; the limit on files stands for it");
                return;
            };
            let case = format!("{} with {more} KiB left", work.name);
            assert_ne!(output.status.code(), Some(99), "{case}: {}", String::from_utf8_lossy(&output.stderr));
            enough.push(check_left(&work, &left, &output, &case));
        }
        assert!(!enough[0] && enough[enough.len() - 1], "{}: from too little to enough: {enough:?}", work.name);
    }
}

/// Space a folder takes on a disk of 4 KiB blocks.
#[cfg(target_os = "linux")]
fn folder_kib(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().flatten();
    4 + entries
        .map(|e| if e.path().is_dir() { folder_kib(&e.path()) } else { e.metadata().unwrap().len().div_ceil(4096) * 4 })
        .sum::<u64>()
}
