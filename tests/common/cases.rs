//! The cases of `tests/errors/<code>/case.md`: sheets drawn as tables, what is run on them, what must come of it.
//!
//! A case begins with one paragraph that says what is wrong. Then stand, each under a `##` heading:
//! - files, in the order they are imported, the last being the one looked at. A file beside the case is taken as it
//!   is; any other is drawn: tables (`'` before a cell makes it text, `=` a formula without result, an ISO date a
//!   date), further sheets under `###` headings, and lines `- …` for what a table cannot show (see [`Extra`]);
//! - `命令`: arguments in place of `import FILE`, where `{file}` is the last file and `{beside}` the case's folder;
//! - `结果`: severity, cell (`-` for a sheet or file), outcome of the file (`-` where there is none).

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::Value;

use super::Bench;
use super::drawing::put;

/// One reproducing case.
pub struct Case {
    pub code: String,
    /// What is wrong, in Chinese, for the catalogue.
    pub why: String,
    pub files: Vec<CaseFile>,
    pub command: Option<Vec<String>>,
    pub severity: String,
    pub cell: Option<String>,
    pub outcome: Option<String>,
    folder: PathBuf,
}

pub struct CaseFile {
    pub name: String,
    pub sheets: Vec<CaseSheet>,
    pub extras: Vec<Extra>,
}

#[derive(Default)]
pub struct CaseSheet {
    pub name: Option<String>,
    /// Rows of cells as drawn.
    pub rows: Vec<Vec<String>>,
    pub extras: Vec<Extra>,
}

/// A line `- …`: its first word and the rest.
pub struct Extra {
    pub what: String,
    pub rest: String,
}

/// What a run said.
pub struct Told {
    pub problems: Vec<Value>,
    pub outcome: Option<String>,
}

impl Case {
    /// All cases, by code.
    pub fn all() -> Vec<Case> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
        let mut cases: Vec<Case> = fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.join("case.md").is_file())
            .map(|p| Case::read(&p))
            .collect();
        cases.sort_by(|a, b| a.code.cmp(&b.code));
        cases
    }

    fn read(folder: &Path) -> Case {
        let code = folder.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(folder.join("case.md")).unwrap();
        let mut case = Case {
            code,
            why: String::new(),
            files: Vec::new(),
            command: None,
            severity: String::new(),
            cell: None,
            outcome: None,
            folder: folder.to_path_buf(),
        };
        let mut section = "";
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            if let Some(sheet) = line.strip_prefix("### ") {
                let sheet = CaseSheet { name: Some(sheet.to_string()), ..CaseSheet::default() };
                case.files.last_mut().expect("a file before its sheets").sheets.push(sheet);
            } else if let Some(heading) = line.strip_prefix("## ") {
                section = heading;
                if !matches!(section, "命令" | "结果") {
                    let name = section.to_string();
                    case.files.push(CaseFile { name, sheets: Vec::new(), extras: Vec::new() });
                }
            } else {
                case.take(section, line);
            }
        }
        assert!(!case.severity.is_empty(), "{}: no 结果", case.code);
        case
    }

    fn take(&mut self, section: &str, line: &str) {
        match section {
            "" => self.why.push_str(line),
            "命令" => self.command = Some(line.split_whitespace().map(str::to_string).collect()),
            "结果" => {
                let mut words = line.split_whitespace();
                let mut word = || words.next().filter(|w| *w != "-").map(str::to_string);
                self.severity = word().expect("a severity");
                (self.cell, self.outcome) = (word(), word());
            }
            _ => {
                let file = self.files.last_mut().expect("a file");
                if let Some(extra) = line.strip_prefix("- ") {
                    let (what, rest) = extra.split_once(' ').unwrap_or((extra, ""));
                    let extra = Extra { what: what.to_string(), rest: rest.to_string() };
                    match file.sheets.last_mut() {
                        Some(sheet) => sheet.extras.push(extra),
                        None => file.extras.push(extra),
                    }
                } else if line.starts_with('|') && !line.starts_with("|-") {
                    if file.sheets.is_empty() {
                        file.sheets.push(CaseSheet::default());
                    }
                    let inside = line.strip_prefix('|').and_then(|l| l.strip_suffix('|')).expect("a row between bars");
                    let row = inside.split('|').map(|c| c.trim().to_string()).collect();
                    file.sheets.last_mut().expect("a sheet").rows.push(row);
                } else {
                    assert!(line.starts_with("|-"), "{}: what is this? {line}", self.code);
                }
            }
        }
    }

    /// Runs the case in a workspace of its own.
    pub fn run(&self) -> Told {
        let bench = Bench::new();
        for rule in self.files.iter().flat_map(|f| &f.extras).filter(|e| e.what == "规则") {
            fs::create_dir_all(bench.root().join("rules")).unwrap();
            fs::write(bench.root().join("rules/limits.toml"), &rule.rest).unwrap();
        }
        let paths: Vec<String> = self.files.iter().map(|f| self.write(f, &bench)).collect();
        let (last, before) = paths.split_last().expect("a file");
        for path in before {
            bench.run(&["import", path, "--today", TODAY]).ok();
        }
        let beside = self.folder.to_string_lossy();
        let arguments: Vec<String> = match &self.command {
            Some(words) => words.iter().map(|w| w.replace("{file}", last).replace("{beside}", &beside)).collect(),
            None => ["import", last, "--today", TODAY].map(str::to_string).into(),
        };
        let value = bench.json(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let problems = match value["problems"].as_array() {
            Some(list) => list.clone(),
            None => vec![value.clone()],
        };
        Told { problems, outcome: value["files"][0]["outcome"].as_str().map(str::to_string) }
    }

    fn write(&self, file: &CaseFile, bench: &Bench) -> String {
        let path = bench.path(&file.name);
        let beside = self.folder.join(&file.name);
        if beside.is_file() {
            fs::copy(beside, &path).unwrap();
        } else if let Some(extra) = file.extras.iter().find(|e| e.what == "大小") {
            // Only claimed: the file has holes, the disk stays as it is.
            let size = extra.rest.trim_end_matches("MB").parse::<u64>().unwrap() << 20;
            fs::File::create(&path).unwrap().set_len(size).unwrap();
        } else if file.name.ends_with(".csv") {
            let lines: Vec<String> = file.sheets[0].rows.iter().map(|r| r.join(",")).collect();
            let text = lines.join("\r\n") + "\r\n";
            let gbk = file.sheets[0].extras.iter().any(|e| e.what == "编码" && e.rest == "GBK");
            let bytes = if gbk { encoding_rs::GBK.encode(&text).0.into_owned() } else { text.into_bytes() };
            fs::write(&path, bytes).unwrap();
        } else {
            fs::write(&path, drawn(file)).unwrap();
        }
        path.to_str().unwrap().to_string()
    }
}

/// The day of every run.
const TODAY: &str = "2026-03-18";

/// Stands where a formula has no result, until it is taken out: the writer always stores one.
const NO_RESULT: &str = "987654.25";

/// A file's tables as a workbook.
fn drawn(file: &CaseFile) -> Vec<u8> {
    let mut book = Workbook::new();
    let mut edits = Vec::new();
    let unset = Extra { what: "改写".into(), rest: format!("<v>{NO_RESULT}</v> => ") };
    let empty = [CaseSheet::default()];
    for sheet in if file.sheets.is_empty() { &empty[..] } else { &file.sheets } {
        let page = book.add_worksheet();
        if let Some(name) = &sheet.name {
            page.set_name(name).unwrap();
        }
        draw(page, sheet);
        let number = 1 + edits.len();
        edits.push((
            format!("xl/worksheets/sheet{number}.xml"),
            sheet
                .extras
                .iter()
                .filter(|e| e.what == "改写")
                .chain(sheet.rows.iter().flatten().any(|c| c.starts_with('=')).then_some(&unset))
                .collect::<Vec<_>>(),
        ));
    }
    let bytes = book.save_to_buffer().unwrap();
    let edits: BTreeMap<String, Vec<&Extra>> = edits.into_iter().filter(|(_, list)| !list.is_empty()).collect();
    if edits.is_empty() { bytes } else { edited(&bytes, &edits) }
}

fn draw(page: &mut Worksheet, sheet: &CaseSheet) {
    let mut rows: Vec<&Vec<String>> = sheet.rows.iter().collect();
    for extra in sheet.extras.iter().filter(|e| e.what == "末行重复") {
        let last = *rows.last().unwrap();
        rows.extend(std::iter::repeat_n(last, extra.rest.trim_end_matches('次').parse().unwrap()));
    }
    for (r, row) in rows.into_iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            put(page, r as u32, c as u16, cell, NO_RESULT);
        }
    }
    for Extra { what, rest } in &sheet.extras {
        match what.as_str() {
            "隐藏工作表" => {
                page.set_hidden(true);
            }
            "隐藏行" => {
                page.set_row_hidden(rest.parse::<u32>().unwrap() - 1).unwrap();
            }
            "隐藏列" => {
                page.set_column_hidden(place(&format!("{rest}1")).1).unwrap();
            }
            "合并" => {
                let (from, to) = rest.split_once(':').unwrap();
                let ((top, left), (bottom, right)) = (place(from), place(to));
                let text = sheet.rows.get(top as usize).and_then(|r| r.get(left as usize)).map_or("", String::as_str);
                page.merge_range(top, left, bottom, right, text, &Format::new()).unwrap();
            }
            "单元格" => {
                let (at, text) = rest.split_once(' ').unwrap();
                let (row, column) = place(at);
                put(page, row, column, text, NO_RESULT);
            }
            "末行重复" | "改写" | "编码" => {}
            other => panic!("no such extra: {other}"),
        }
    }
}

/// `B3` as row and column from 0.
fn place(cell: &str) -> (u32, u16) {
    let split = cell.find(|c: char| c.is_ascii_digit()).unwrap();
    let column = cell[..split].bytes().fold(0u16, |n, b| n * 26 + u16::from(b - b'A' + 1));
    (cell[split..].parse::<u32>().unwrap() - 1, column - 1)
}

/// The workbook with texts of one part replaced, as `(old, new)`.
pub fn rewritten(bytes: &[u8], part: &str, edits: &[(&str, &str)]) -> Vec<u8> {
    let extra = |(old, new): &(&str, &str)| Extra { what: "改写".into(), rest: format!("{old} => {new}") };
    let extras: Vec<Extra> = edits.iter().map(extra).collect();
    edited(bytes, &BTreeMap::from([(part.to_string(), extras.iter().collect())]))
}

/// The workbook with texts of its parts replaced: `- 改写 OLD => NEW`.
fn edited(bytes: &[u8], edits: &BTreeMap<String, Vec<&Extra>>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut part = from.by_index(i).unwrap();
        let name = String::from_utf8(part.name_raw().to_vec()).unwrap();
        let mut body = Vec::new();
        part.read_to_end(&mut body).unwrap();
        for edit in edits.get(&name).into_iter().flatten() {
            let (old, new) = edit.rest.split_once(" => ").unwrap();
            let text = String::from_utf8(body).unwrap();
            assert!(text.contains(old), "{name} has no {old}: {text}");
            body = text.replace(old, new).into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&body).unwrap();
    }
    to.finish().unwrap().into_inner()
}
