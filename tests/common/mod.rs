//! Sheets drawn as tables, workspaces in temporary folders, the real program run on them.

pub mod cases;
#[cfg(unix)]
pub mod hostile;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::Value;

/// A workspace that disappears with the test; its key lies beside it, outside the folder.
pub struct Bench {
    dir: tempfile::TempDir,
    /// One daifa at a time: tests that share a workspace run side by side.
    turn: Mutex<()>,
}

impl Bench {
    /// An initialised workspace.
    pub fn new() -> Bench {
        let bench = Bench::empty();
        bench.run(&["init", bench.root().to_str().unwrap(), "--branch", "测试支行"]).ok();
        bench
    }

    /// Only the folder.
    pub fn empty() -> Bench {
        Bench { dir: tempfile::tempdir().unwrap(), turn: Mutex::new(()) }
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

/// A table drawn with `|` as the first sheet of a workbook. Lines of dashes are left out; what reads as a number is
/// written as one, unless it is longer than fifteen digits or begins with 0.
pub fn write_workbook(path: &Path, table: &str) {
    let mut workbook = Workbook::new();
    draw(workbook.add_worksheet(), table);
    workbook.save(path).unwrap();
}

fn draw(sheet: &mut Worksheet, table: &str) {
    let lines = table.lines().map(str::trim).filter(|l| l.starts_with('|') && !l.starts_with("|-"));
    for (row, line) in lines.enumerate() {
        for (column, cell) in line.trim_matches('|').split('|').map(str::trim).enumerate() {
            let (row, column) = (row as u32, column as u16);
            match cell.parse::<f64>() {
                Ok(n) if cell.len() < 15 && !(cell.starts_with('0') && cell.len() > 1 && !cell.contains('.')) => {
                    sheet.write(row, column, n).unwrap();
                }
                _ if cell.is_empty() => {}
                _ => {
                    sheet.write(row, column, cell).unwrap();
                }
            }
        }
    }
}
