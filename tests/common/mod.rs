//! Sheets drawn as tables, workspaces in temporary folders, the real program run on them.

pub mod cases;
pub mod drawing;
#[cfg(unix)]
pub mod hostile;
pub mod locked;
pub mod office;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, Once, OnceLock};

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use drawing::draw;

/// A workspace that disappears with the test; its key lies beside it, outside the folder.
pub struct Bench {
    dir: tempfile::TempDir,
    /// One daifa at a time: tests that share a workspace run side by side.
    turn: Mutex<()>,
}

impl Bench {
    /// An initialised workspace: a copy of one that is made once a run. Copies have one uuid, one key and one recovery
    /// copy.
    pub fn new() -> Bench {
        static MADE: OnceLock<Prepared> = OnceLock::new();
        Bench::copy_of(&MADE, Bench::anew)
    }

    /// An initialised workspace with a key of its own: where two must come to the same, or must not open each other.
    pub fn anew() -> Bench {
        let bench = Bench::empty();
        bench.run(&["init", bench.root().to_str().unwrap(), "--branch", "测试支行"]).ok();
        bench
    }

    /// The demo: a copy of one that is played once a run.
    pub fn demo() -> Bench {
        static PLAYED: OnceLock<Prepared> = OnceLock::new();
        Bench::copy_of(&PLAYED, || {
            let bench = Bench::empty();
            bench.run(&["demo", bench.root().to_str().unwrap()]).ok();
            bench
        })
    }

    /// A copy of a prepared workspace, key and files beside it included. It is made by the first test that asks for it;
    /// what is kept is what was read then, so no test sees what another has done.
    pub fn copy_of(prepared: &OnceLock<Prepared>, make: impl FnOnce() -> Bench) -> Bench {
        let copy = Bench::empty();
        prepared.get_or_init(|| Prepared::of(make().dir.path())).write(copy.dir.path());
        copy
    }

    /// Only the folder.
    pub fn empty() -> Bench {
        Bench { dir: scratch(), turn: Mutex::new(()) }
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("工作区")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs `daifa` with these arguments in the workspace.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daifa"));
        command.args(arguments).current_dir(self.dir.path()).env("DAIFA_KEY_FILE", self.path("test.key"));
        command.env("COLUMNS", "80").env_remove("DAIFA_PASSPHRASE");
        if !arguments.contains(&"-w") && !matches!(arguments.first(), Some(&"init" | &"demo" | &"inspect")) {
            command.arg("-w").arg(self.root());
        }
        let _turn = self.turn.lock().unwrap();
        Ran(command.output().unwrap())
    }

    /// Runs with `--json` and reads what was printed.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        ran.json()
    }

    /// Writes named sheets, each a table drawn in text, as one workbook; returns its path.
    pub fn book(&self, name: &str, sheets: &[(&str, &str)]) -> String {
        let path = self.path(name);
        let mut workbook = Workbook::new();
        for (sheet, table) in sheets {
            draw(workbook.add_worksheet().set_name(*sheet).unwrap(), table);
        }
        workbook.save(&path).unwrap();
        path.to_str().unwrap().to_string()
    }

    /// Writes a table drawn in text as a workbook; returns its path.
    pub fn sheet(&self, name: &str, table: &str) -> String {
        let path = self.path(name);
        write_workbook(&path, table);
        path.to_str().unwrap().to_string()
    }
}

/// What a run printed, and its exit code.
pub struct Ran(Output);

impl Ran {
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Asserts success.
    pub fn ok(self) -> Ran {
        assert_eq!(self.code(), 0, "{}\n{}", self.out(), self.err());
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out()).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.out(), self.err()))
    }
}

/// A folder as it was: path below it, rights, contents (none of a folder); each folder before what is in it.
pub struct Prepared(Vec<(PathBuf, fs::Permissions, Option<Vec<u8>>)>);

impl Prepared {
    fn of(root: &Path) -> Prepared {
        let mut all = Vec::new();
        let mut open = vec![root.to_path_buf()];
        while let Some(path) = open.pop() {
            let contents = if path.is_dir() {
                open.extend(fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
                None
            } else {
                Some(fs::read(&path).unwrap())
            };
            let below = path.strip_prefix(root).unwrap().to_path_buf();
            all.push((below, fs::metadata(&path).unwrap().permissions(), contents));
        }
        Prepared(all)
    }

    fn write(&self, root: &Path) {
        for (below, rights, contents) in &self.0 {
            let path = root.join(below);
            match contents {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::create_dir_all(&path).unwrap(),
            }
            fs::set_permissions(&path, rights.clone()).unwrap();
        }
    }
}

/// A folder that goes with the test; in memory where there is such a disk, unless `TMPDIR` names another.
pub fn scratch() -> tempfile::TempDir {
    const IN_MEMORY: &str = "/dev/shm";
    static SWEPT: Once = Once::new();
    if std::env::var_os("TMPDIR").is_some() || !Path::new("/proc/self").exists() {
        return tempfile::tempdir().unwrap();
    }
    SWEPT.call_once(|| sweep(Path::new(IN_MEMORY)));
    let prefix = format!("{SCRATCH}{}-", std::process::id());
    let made = tempfile::Builder::new().prefix(&prefix).tempdir_in(IN_MEMORY);
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

/// How folders in memory are called; the number of the process follows.
const SCRATCH: &str = "daifa-test-";

/// Removes what runs that have ended left: what is kept for all tests of a run is not removed by it.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(SCRATCH).and_then(|rest| rest.split_once('-')).map(|(process, _)| process);
        let process = process.filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        if process.is_some_and(|p| !Path::new("/proc").join(p).exists()) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// Copies a folder with everything in it, rights included.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
}

/// A drawn table as the first sheet of a workbook.
pub fn write_workbook(path: &Path, table: &str) {
    let mut workbook = Workbook::new();
    draw(workbook.add_worksheet(), table);
    workbook.save(path).unwrap();
}
