//! Writes the files of a generated branch: workbooks with a fixed creation time, GB18030 text, and the truth as JSON.
//! Same branch, same bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::app::error::AppError;
use crate::app::workspace::open::failed;
use crate::model::text::guarded;
use crate::output;
use crate::simulate::settings::Settings;
use crate::simulate::sheets::{Cell, RowKind, SampleFile, SampleFormat, SampleSheet};
use crate::simulate::{self, BranchSpec, Truth};

/// What branch to generate.
#[derive(Debug, Clone, Copy)]
pub struct SimulateOptions {
    pub seed: u64,
    pub employers: usize,
    pub employees: usize,
    pub months: u32,
    /// Put the hand-set story in, where there is room for it.
    pub story: bool,
}

/// Generates a branch into `dir`; returns the files.
///
/// # Errors
/// The shipped rules or a file that cannot be written.
pub fn simulate(dir: &Path, options: &SimulateOptions) -> Result<Vec<PathBuf>, AppError> {
    let rules = Settings::shipped()?;
    let SimulateOptions { seed, employers, employees, months, story } = *options;
    let made = simulate::branch(&rules, &BranchSpec { seed, employers, employees, months, story });
    write(dir, &simulate::sheets(&rules, &made), &simulate::truth(&made))
}

/// Writes `files` under `dir` and the truth as `truth.json` beside them; returns the paths in order.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(dir: &Path, files: &[SampleFile], truth: &Truth) -> Result<Vec<PathBuf>, AppError> {
    fs::create_dir_all(dir).map_err(|e| failed(dir, &e))?;
    let mut written = Vec::with_capacity(files.len() + 1);
    for file in files {
        let made = match file.format {
            SampleFormat::Xlsx => workbook(file).map_err(io::Error::other),
            SampleFormat::CsvGbk => text(file),
        };
        let bytes = made.map_err(|e| failed(&dir.join(&file.path), &e))?;
        written.push(output::write(dir, &file.path, &bytes)?.path);
    }
    let json = serde_json::to_string_pretty(truth)
        .map_err(|e| AppError::Inner { what: "truth.json", reason: e.to_string() })?;
    written.push(output::write(dir, "truth.json", format!("{json}\n").as_bytes())?.path);
    Ok(written)
}

/// The formats of a workbook; every cell of a kind shares one.
struct Formats {
    title: Format,
    remark: Format,
    header: Format,
    footer: Format,
    total: [Format; 3],
    date: Format,
    decimals: [Format; 2],
}

impl Formats {
    fn new() -> Formats {
        let plain = Format::new();
        let bold = Format::new().set_bold();
        let (two, four) = ("#,##0.00", "#,##0.0000");
        Formats {
            title: Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Center),
            remark: Format::new().set_align(FormatAlign::Right),
            header: Format::new()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_border(FormatBorder::Thin)
                .set_background_color(Color::RGB(0x00DD_EBF7)),
            footer: plain.clone(),
            total: [bold.clone(), bold.clone().set_num_format(two), bold.set_num_format(four)],
            date: plain.clone().set_num_format("yyyy/m/d"),
            decimals: [plain.clone().set_num_format(two), plain.set_num_format(four)],
        }
    }

    fn of(&self, kind: RowKind, cell: &Cell) -> Option<&Format> {
        let decimals = match cell {
            Cell::Number(_, decimals) => usize::from(*decimals).div_ceil(2).min(2),
            _ => 0,
        };
        match kind {
            RowKind::Title => Some(&self.title),
            RowKind::Remark => Some(&self.remark),
            RowKind::Header => Some(&self.header),
            RowKind::Footer => Some(&self.footer),
            RowKind::Total => Some(&self.total[decimals]),
            RowKind::Data if matches!(cell, Cell::Date(_)) => Some(&self.date),
            RowKind::Data => decimals.checked_sub(1).map(|d| &self.decimals[d]),
        }
    }
}

fn workbook(file: &SampleFile) -> Result<Vec<u8>, XlsxError> {
    let created = ExcelDateTime::parse_from_str("2026-01-01T00:00:00")?;
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let formats = Formats::new();
    for sheet in &file.sheets {
        let ws = book.add_worksheet();
        ws.set_name(&sheet.name)?;
        fill(ws, sheet, &formats)?;
    }
    book.save_to_buffer()
}

fn fill(ws: &mut Worksheet, sheet: &SampleSheet, formats: &Formats) -> Result<(), XlsxError> {
    for (c, width) in sheet.widths.iter().enumerate() {
        ws.set_column_width(c as u16, *width)?;
    }
    ws.set_freeze_panes(sheet.frozen, 0)?;
    // Merged first: the texts of merged ranges are then written over with their own kind.
    for m in &sheet.merges {
        let kind = sheet.rows.get(m.top as usize).map_or(RowKind::Title, |r| r.kind);
        let format = formats.of(kind, &Cell::Empty).cloned().unwrap_or_default();
        if (m.top, m.left) != (m.bottom, m.right) {
            ws.merge_range(m.top, m.left as u16, m.bottom, m.right as u16, "", &format)?;
        }
    }
    for (r, row) in sheet.rows.iter().enumerate() {
        let r = r as u32;
        if row.hidden {
            ws.set_row_hidden(r)?;
        }
        for (c, cell) in row.cells.iter().enumerate() {
            put(ws, (r, c as u16), cell, formats.of(row.kind, cell))?;
        }
    }
    Ok(())
}

fn put(ws: &mut Worksheet, (r, c): (u32, u16), cell: &Cell, format: Option<&Format>) -> Result<(), XlsxError> {
    match (cell, format) {
        (Cell::Empty, _) => {}
        (Cell::Text(t), Some(f)) => drop(ws.write_string_with_format(r, c, t, f)?),
        (Cell::Text(t), None) => drop(ws.write_string(r, c, t)?),
        (Cell::Number(n, _), Some(f)) => drop(ws.write_number_with_format(r, c, *n, f)?),
        (Cell::Number(n, _), None) => drop(ws.write_number(r, c, *n)?),
        (Cell::Date(d), f) => {
            let date = ExcelDateTime::parse_from_str(&d.to_string())?;
            let plain = Format::new();
            ws.write_datetime_with_format(r, c, &date, f.unwrap_or(&plain))?;
        }
    }
    Ok(())
}

/// GB18030, comma-separated, lines ended as Windows does.
fn text(file: &SampleFile) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in file.sheets.iter().take(1).flat_map(|s| &s.rows) {
        let record = row.cells.iter().map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(t) => guarded(t).into_owned(),
            Cell::Number(n, decimals) => format!("{n:.*}", usize::from(*decimals)),
            Cell::Date(d) => d.to_string(),
        });
        writer.write_record(record)?;
    }
    let utf8 = writer.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
    let text = String::from_utf8(utf8).map_err(io::Error::other)?;
    Ok(encoding_rs::GB18030.encode(&text).0.into_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::simulate::{BranchSpec, branch, sheets, truth};

    fn made(spec: BranchSpec) -> (Vec<SampleFile>, Truth) {
        let rules = Settings::shipped().unwrap();
        let branch = branch(&rules, &spec);
        (sheets(&rules, &branch), truth(&branch))
    }

    /// The files under `dir` by their path in it, with their SHA-256.
    fn hashes(dir: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut open = vec![dir.to_path_buf()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(dir).unwrap().to_string_lossy().replace('\\', "/");
                if path.is_dir() {
                    open.push(path);
                } else if !name.starts_with('.') && !name.ends_with(".md") {
                    let sum = Sha256::digest(fs::read(&path).unwrap());
                    found.insert(name, sum.iter().map(|b| format!("{b:02x}")).collect());
                }
            }
        }
        found
    }

    #[test]
    fn the_sample_set_is_what_the_seed_gives() {
        let (files, truth) = made(BranchSpec::SAMPLE);
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files, &truth).unwrap();
        let kept = hashes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"));
        let made = hashes(dir.path());
        let differ: Vec<&String> =
            made.keys().chain(kept.keys()).filter(|name| made.get(*name) != kept.get(*name)).collect();
        assert!(differ.is_empty(), "write anew with `daifa simulate --out samples --story`: {differ:?}");
    }

    #[test]
    fn a_workbook_reads_back_with_merges_total_and_hidden_row() {
        let (files, _) = made(BranchSpec { seed: 3, employers: 9, employees: 240, months: 2, story: false });
        let file = files.iter().find(|f| f.path.contains("代发单位清单")).unwrap();
        let bytes = workbook(file).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let cells = book.worksheet_range("代发单位").unwrap();
        let text = |r: u32, c: u32| cells.get_value((r, c)).cloned().unwrap_or(Data::Empty).to_string();
        assert_eq!(text(0, 0), "临江支行代发单位清单");
        assert_eq!((text(2, 0).as_str(), text(2, 8).as_str()), ("基本信息", "代发情况"));
        assert_eq!((text(3, 1).as_str(), text(3, 9).as_str()), ("代发单位名称", "月均代发额(万元)"));
        assert_eq!((text(2, 19).as_str(), text(3, 19).as_str()), ("备注", ""));
        // Nine employers and a hidden one, then the total.
        assert_eq!(text(14, 0), "合        计");
        let sum: f64 =
            (4..14).filter_map(|r| cells.get_value((r, 8)).and_then(|d| d.to_string().parse::<f64>().ok())).sum();
        assert_eq!(sum, 240.0);
        assert_eq!(book.sheet_names(), ["代发单位", "填写说明"]);
    }

    #[test]
    fn text_is_gb18030_with_windows_line_ends() {
        let (files, _) = made(BranchSpec { seed: 3, employers: 2, employees: 30, months: 3, story: false });
        let file = files.iter().find(|f| f.format == SampleFormat::CsvGbk).unwrap();
        let bytes = text(file).unwrap();
        assert!(std::str::from_utf8(&bytes).is_err());
        let (decoded, _, bad) = encoding_rs::GB18030.decode(&bytes);
        assert!(!bad && decoded.starts_with("序号,收款方户名,收款账号,金额,用途,代发日期,代发单位名称\r\n"));
        assert_eq!(decoded.lines().count(), 31);
    }
}
