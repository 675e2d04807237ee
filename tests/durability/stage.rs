//! Workspaces to be disturbed: made once, copied for each disturbance, with the real program run on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

pub use crate::common::{copy_folder, scratch};

/// The day of the first cycle.
pub const FIRST: &str = "2026-03-02";
/// The day of the second.
pub const SECOND: &str = "2026-03-18";

/// The workspaces every test starts from, and the keys that open them.
pub struct Stage {
    dir: TempDir,
}

impl Stage {
    /// An invented branch: `new` knows its employers and a payroll whose people nobody knows yet, `known` all files
    /// of the first day, `scheduled` its visits too, `planned` the first day's cycle with the second day's files in the inbox, `tracked` the
    /// second day's files as well.
    pub fn get() -> &'static Stage {
        static STAGE: OnceLock<Stage> = OnceLock::new();
        STAGE.get_or_init(|| {
            let stage = Stage { dir: scratch() };
            stage.build();
            stage
        })
    }

    fn build(&self) {
        let path = |name: &str| self.path(name).to_str().unwrap().to_string();
        let ok = |arguments: &[&str]| {
            let ran = self.command(arguments).output().unwrap();
            assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        };
        ok(&[
            "simulate",
            "--out",
            &path("sim"),
            "--employers",
            "6",
            "--employees",
            "40",
            "--months",
            "3",
            "--seed",
            "15",
        ]);
        ok(&["init", &path("new"), "--branch", "测试支行", "--recovery-copy", &path("recovery.txt")]);
        fs::write(self.path("new/rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 3\n").unwrap();
        let at = |folder: &str, day: &str, rest: &[&str]| {
            let folder = path(folder);
            ok(&[&["-w", &folder, "--today", day], rest].concat());
        };
        let first = self.files(FIRST);
        let early =
            first.iter().map(String::as_str).filter(|f| f.contains("代发单位清单") || f.contains("代发明细.xlsx"));
        at("new", FIRST, &["import"].into_iter().chain(early).collect::<Vec<_>>());
        copy_folder(&self.path("new"), &self.path("known"));
        at("known", FIRST, &["import", &path("sim/2026-03-02")]);
        copy_folder(&self.path("known"), &self.path("scheduled"));
        at("scheduled", FIRST, &["plan"]);
        copy_folder(&self.path("known"), &self.path("planned"));
        at("planned", FIRST, &["cycle"]);
        copy_folder(&self.path("planned"), &self.path("tracked"));
        at("tracked", SECOND, &["import", &path("sim/2026-03-18")]);
        for file in self.files(SECOND) {
            let name = Path::new(&file).file_name().unwrap().to_owned();
            fs::copy(&file, self.path("planned/inbox").join(name)).unwrap();
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Sheets of a day, in order of name.
    pub fn files(&self, day: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path("sim").join(day)).unwrap().flatten();
        let mut files: Vec<String> = entries.map(|e| e.path().to_str().unwrap().to_string()).collect();
        files.sort();
        files
    }

    /// The database key of every workspace here, in hexadecimal digits.
    pub fn database_key(&self) -> String {
        fs::read_to_string(self.path("recovery.txt")).unwrap().trim().to_string()
    }

    /// The real program with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        program(&self.path("test.key"), arguments)
    }
}

/// The real program with its key file.
pub fn program(key: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daifa"));
    command.args(arguments).env("DAIFA_KEY_FILE", key).env("COLUMNS", "80").env_remove("DAIFA_PASSPHRASE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run printed on stderr and its exit code.
pub fn told(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}
