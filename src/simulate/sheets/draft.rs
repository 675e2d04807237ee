//! A generated sheet in the making: what stands above its rows, where the rows come from, what stands below.

use chrono::NaiveDate;

use super::sample::{Cell, Merge, RowKind, SampleFile, SampleFormat, SampleRow, SampleSheet, row};
use super::style;
use crate::simulate::branch::Outline;
use crate::simulate::group::Group;
use crate::simulate::settings::Settings;
use crate::simulate::settings::file::{Encoding, FileRule, Folder};

/// What sheets are made from.
#[derive(Clone, Copy)]
pub(in crate::simulate) struct Sources<'a> {
    pub rules: &'a Settings,
    pub outline: &'a Outline,
}

/// Takes the rows of a sheet, one after the other.
pub(in crate::simulate) type Out<'o> = dyn FnMut(SampleRow<'_>) + 'o;

/// The rows of a sheet.
pub(in crate::simulate) trait Rows {
    /// Those for which nobody's people are needed.
    fn start(&mut self, _out: &mut Out) {}

    /// Those of one employer's people; employers come in order.
    fn of(&mut self, _group: &Group, _out: &mut Out) {}

    /// Those that come after all people.
    fn end(&mut self, _out: &mut Out) {}
}

/// A file with a sheet that grows.
pub(in crate::simulate) struct Draft<'a> {
    pub file: SampleFile,
    pub rows: Box<dyn Rows + 'a>,
    footer: Option<String>,
}

impl<'a> Draft<'a> {
    /// `header` is the lower header row; `date` fills the placeholders of name and titles.
    pub(super) fn new<C>(
        from: Sources<'a>,
        file: &FileRule<C>,
        date: NaiveDate,
        header: Vec<String>,
        rows: impl Rows + 'a,
    ) -> Draft<'a> {
        let words = &from.rules.words;
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
        let mut sheets = vec![sheet];
        if !file.notes.is_empty() {
            let mut notes = SampleSheet { name: words.note_sheet.clone(), widths: vec![60], ..SampleSheet::default() };
            notes.push(RowKind::Title, vec![Cell::text(words.note_sheet.clone())]);
            file.notes.iter().for_each(|line| notes.push(RowKind::Remark, vec![Cell::text(line.clone())]));
            sheets.push(notes);
        }
        let format = match file.encoding {
            _ if !file.name.ends_with(".csv") => SampleFormat::Xlsx,
            Encoding::Gb18030 => SampleFormat::CsvGbk,
            Encoding::Utf8 => SampleFormat::CsvUtf8,
        };
        let path = format!("{}/{}", folder(from.rules, file.folder), style::fill(&file.name, date));
        let footer = signed(from.outline).filter(|_| file.footer);
        Draft {
            file: SampleFile { path, format, sheets },
            rows: Box::new(rows),
            footer: footer.map(|(maker, checker)| words.footer.replace("{maker}", maker).replace("{checker}", checker)),
        }
    }

    /// Gives what comes after all people.
    pub fn end(&mut self, out: &mut Out) {
        self.rows.end(out);
        if let Some(text) = &self.footer {
            out(row(RowKind::Footer, Vec::new()));
            out(row(RowKind::Footer, vec![Cell::text(text)]));
        }
    }
}

/// Files with all their rows: those that have any data, with the widths of their columns.
pub(in crate::simulate) fn finished(mut files: Vec<SampleFile>) -> Vec<SampleFile> {
    files.retain(|f| f.sheets.iter().any(|s| s.rows.iter().any(|r| r.kind == RowKind::Data)));
    files.iter_mut().for_each(|f| f.sheets[0].widths = style::widths(&f.sheets[0]));
    files
}

/// Folders are called after the days their files are at hand.
fn folder(rules: &Settings, folder: Folder) -> String {
    match folder {
        Folder::Plan => rules.branch.plan_day.to_string(),
        Folder::Report => rules.branch.report_day.to_string(),
        Folder::Survey => rules.exports.survey_folder.clone(),
    }
}

/// Who made the sheets and who checked them: the last and the first of the staff.
fn signed(outline: &Outline) -> Option<(&str, &str)> {
    Some((outline.staff.last()?.name.as_str(), outline.staff.first()?.name.as_str()))
}

/// One header row, or two: groups over their columns, and columns without a group merged downward.
fn add_header<C>(sheet: &mut SampleSheet, file: &FileRule<C>, header: Vec<String>) {
    let top = sheet.rows.len() as u32;
    if file.groups.is_empty() {
        sheet.push(RowKind::Header, header.into_iter().map(Cell::text).collect());
        return;
    }
    let mut upper = Vec::new();
    let mut lower: Vec<Cell> = header.into_iter().map(Cell::text).collect();
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
