//! Files made to do harm, and the real program measured on them.

use std::fs::File;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;

/// What a run of the program came to.
#[derive(Debug)]
pub struct Run {
    /// `None` when it was ended by a signal.
    pub exit: Option<i32>,
    pub out: String,
    pub err: String,
    /// Time worked, its reading process included: waiting for a busy PC is no fault of the file.
    pub seconds: f64,
    /// The most memory resident at once, of the program or of a reader it started, whichever had more.
    pub mib: u64,
}

impl Run {
    /// Codes of the problems told.
    pub fn codes(&self) -> Vec<String> {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&self.out) else { return Vec::new() };
        let list = value["problems"].as_array().cloned().unwrap_or_else(|| vec![value]);
        list.iter().filter_map(|p| Some(p["code"].as_str()?.to_string())).collect()
    }
}

/// Seconds after which a run is ended.
const PATIENCE: u64 = 60;

/// Runs `daifa inspect` with these arguments on a file.
pub fn inspect(path: &Path, arguments: &[&str]) -> Run {
    let path = path.to_str().unwrap();
    measured(&[&["inspect", "--json"], arguments, &[path]].concat(), &[])
}

/// Runs `daifa` with these arguments and variables and measures it.
pub fn measured(arguments: &[&str], variables: &[(&str, &Path)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let start = Instant::now();
    // The address space is capped, so that a fault is seen and the machine survives it.
    let child = Command::new("sh")
        .args(["-c", "ulimit -v 4194304; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_daifa")])
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .spawn()
        .unwrap();
    let (status, usage) = wait(child, start);
    let read = |path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 << 20 } else { 1 << 10 };
    let exit = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
    let time = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    let seconds = time(usage.ru_utime) + time(usage.ru_stime);
    Run { exit, out: read(out), err: read(err), seconds, mib: usage.ru_maxrss as u64 / unit }
}

/// A long text written piece by piece: the maker's own memory counts into what its children are measured to have.
#[derive(Clone, Default)]
pub struct Long {
    pub before: String,
    pub piece: String,
    pub times: usize,
    pub after: String,
}

impl Long {
    pub fn new(before: impl Into<String>, piece: &str, times: usize, after: impl Into<String>) -> Long {
        Long { before: before.into(), piece: piece.into(), times, after: after.into() }
    }

    pub fn write(&self, to: &mut impl Write) {
        to.write_all(self.before.as_bytes()).unwrap();
        let many = (1 << 16) / self.piece.len().max(1);
        let block = self.piece.repeat(many.max(1));
        let mut left = self.times;
        while left > 0 {
            let now = left.min(many.max(1));
            to.write_all(&block.as_bytes()[..now * self.piece.len()]).unwrap();
            left -= now;
        }
        to.write_all(self.after.as_bytes()).unwrap();
    }
}

impl From<String> for Long {
    fn from(text: String) -> Long {
        Long { before: text, ..Long::default() }
    }
}

impl From<&str> for Long {
    fn from(text: &str) -> Long {
        text.to_string().into()
    }
}

/// Waits for a child and for what it used; ended when it takes too long.
fn wait(child: Child, start: Instant) -> (i32, libc::rusage) {
    let id = libc::pid_t::try_from(child.id()).unwrap();
    let (mut status, mut ended) = (0, false);
    // SAFETY: plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    while !ended {
        // SAFETY: `id` is our own child, waited for here only; both pointers are to locals of the right type.
        ended = unsafe { libc::wait4(id, &mut status, libc::WNOHANG, &mut usage) } == id;
        if !ended {
            if start.elapsed() > Duration::from_secs(PATIENCE) {
                // SAFETY: the child has not been waited for, so its number is still its own.
                unsafe { libc::kill(id, libc::SIGKILL) };
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    (status, usage)
}

/// Parts as a zip archive.
pub fn zipped(parts: &[(&str, Long)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, body) in parts {
        zip.start_file(*name, options).unwrap();
        body.write(&mut zip);
    }
    zip.finish().unwrap().into_inner()
}

pub const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
pub const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// `xl/workbook.xml` with these many sheets.
pub fn workbook(sheets: usize) -> String {
    let list: String = (1..=sheets).map(|n| format!(r#"<sheet name="s{n}" sheetId="{n}" r:id="rId{n}"/>"#)).collect();
    format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    )
}

/// `xl/_rels/workbook.xml.rels`: each sheet's part, and the shared strings.
pub fn relations(targets: impl Iterator<Item = String>) -> String {
    let list: String = targets
        .enumerate()
        .map(|(i, t)| format!(r#"<Relationship Id="rId{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{t}"/>"#, i + 1))
        .collect();
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{list}<Relationship Id="strings" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
    )
}

/// An xlsx of one sheet with these insides of `<worksheet>`, and these of `<sst>`.
pub fn xlsx(sheet: impl Into<Long>, strings: impl Into<Long>) -> Vec<u8> {
    let main = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
    let around = |root: &str, inside: Long| Long {
        before: format!("<{root} {main}>{}", inside.before),
        after: format!("{}</{root}>", inside.after),
        ..inside
    };
    zipped(&[
        ("[Content_Types].xml", TYPES.into()),
        ("_rels/.rels", ROOT.into()),
        ("xl/workbook.xml", workbook(1).into()),
        ("xl/_rels/workbook.xml.rels", relations(std::iter::once("worksheets/sheet1.xml".to_string())).into()),
        ("xl/sharedStrings.xml", around("sst", strings.into())),
        ("xl/worksheets/sheet1.xml", around("worksheet", sheet.into())),
    ])
}

/// An ods with these insides of `<table:table>`.
pub fn ods(table: impl Into<Long>) -> Vec<u8> {
    let table = table.into();
    let open = r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="s">"#;
    let close = "</table:table></office:spreadsheet></office:body></office:document-content>";
    let manifest = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".into()),
        (
            "content.xml",
            Long { before: format!("{open}{}", table.before), after: format!("{}{close}", table.after), ..table },
        ),
        ("META-INF/manifest.xml", manifest.into()),
    ])
}

/// Cells of a row of inline strings.
pub fn inline_row(row: usize, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(c, t)| format!(r#"<c r="{}{row}" t="inlineStr"><is><t>{t}</t></is></c>"#, (b'A' + c as u8) as char))
        .collect();
    format!(r#"<row r="{row}">{cells}</row>"#)
}
