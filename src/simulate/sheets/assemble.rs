//! Puts titles, header, rows and footer of a generated sheet together.

use chrono::NaiveDate;

use super::sample::{Cell, Merge, RowKind, SampleFile, SampleFormat, SampleRow, SampleSheet};
use super::style;
use crate::simulate::settings::{FileRule, Folder, Settings};

/// The names of the two folders: the days they are at hand.
pub(super) fn folder<C>(rules: &Settings, file: &FileRule<C>) -> NaiveDate {
    match file.folder {
        Folder::Plan => rules.branch.plan_day,
        Folder::Report => rules.branch.report_day,
    }
}

/// Puts titles, header, rows, total and footer together.
/// `header` is the lower header row; `date` fills the placeholders of name and titles.
pub(super) fn assemble<C>(
    rules: &Settings,
    file: &FileRule<C>,
    date: NaiveDate,
    header: Vec<String>,
    rows: Vec<SampleRow>,
    signed: Option<(&str, &str)>,
) -> SampleFile {
    let width = header.len() as u32;
    let mut sheet = SampleSheet { name: file.sheet.clone(), ..SampleSheet::default() };
    for (i, title) in file.titles.iter().enumerate() {
        let top = sheet.rows.len() as u32;
        sheet.merges.push(Merge { top, left: 0, bottom: top, right: width - 1 });
        let kind = if i == 0 { RowKind::Title } else { RowKind::Remark };
        sheet.push(kind, vec![Cell::text(style::fill(title, date))]);
    }
    add_header(&mut sheet, file, header);
    sheet.frozen = sheet.rows.len() as u32;
    sheet.rows.extend(rows);
    if let (true, Some((maker, checker))) = (file.footer, signed) {
        sheet.push(RowKind::Footer, Vec::new());
        let text = rules.words.footer.replace("{maker}", maker).replace("{checker}", checker);
        sheet.push(RowKind::Footer, vec![Cell::text(text)]);
    }
    sheet.widths = style::widths(&sheet);
    let mut sheets = vec![sheet];
    if !file.notes.is_empty() {
        let mut notes =
            SampleSheet { name: rules.words.note_sheet.clone(), widths: vec![60], ..SampleSheet::default() };
        notes.push(RowKind::Title, vec![Cell::text(rules.words.note_sheet.clone())]);
        file.notes.iter().for_each(|line| notes.push(RowKind::Remark, vec![Cell::text(line.clone())]));
        sheets.push(notes);
    }
    let format = if file.name.ends_with(".csv") { SampleFormat::CsvGbk } else { SampleFormat::Xlsx };
    let path = format!("{}/{}", folder(rules, file), style::fill(&file.name, date));
    SampleFile { path, format, sheets }
}

/// One header row, or two: groups over their columns, and columns without a group merged downward.
fn add_header<C>(sheet: &mut SampleSheet, file: &FileRule<C>, header: Vec<String>) {
    let top = sheet.rows.len() as u32;
    if file.groups.is_empty() {
        sheet.push(RowKind::Header, header.into_iter().map(Cell::text).collect());
        return;
    }
    let mut upper = Vec::new();
    let mut lower: Vec<Cell> = header.iter().map(Cell::text).collect();
    for group in &file.groups {
        let left = upper.len() as u32;
        for i in 0..group.span {
            let column = left as usize + i;
            if group.title.is_empty() {
                upper.push(std::mem::replace(&mut lower[column], Cell::Empty));
                sheet.merges.push(Merge { top, left: column as u32, bottom: top + 1, right: column as u32 });
            } else {
                upper.push(if i == 0 { Cell::text(group.title.clone()) } else { Cell::Empty });
            }
        }
        if !group.title.is_empty() && group.span > 1 {
            sheet.merges.push(Merge { top, left, bottom: top, right: left + group.span as u32 - 1 });
        }
    }
    sheet.push(RowKind::Header, upper);
    sheet.push(RowKind::Header, lower);
}
