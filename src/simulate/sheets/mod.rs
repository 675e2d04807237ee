//! The truth written down as such people write it: titles, units, merged headers, totals with blanks, footers,
//! numbers as text, dates in several forms. Abstract sheets only; `app` makes files of them.

mod activity;
mod holdings;
mod lists;
mod payroll;
mod style;

use chrono::NaiveDate;

use super::branch::{Branch, SnapshotRole};
use crate::model::status::PayKind;
use crate::rules::simulate::{FileRule, Folder, SimulateRules};

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleFile {
    /// Folder and file name, with `/`.
    pub path: String,
    pub format: SampleFormat,
    pub sheets: Vec<SampleSheet>,
}

/// How the file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    Xlsx,
    /// GB18030 text, first sheet only.
    CsvGbk,
}

/// One sheet as a grid from A1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleSheet {
    pub name: String,
    pub rows: Vec<SampleRow>,
    pub merges: Vec<Merge>,
    /// Rows kept in view while scrolling: all up to the end of the header.
    pub frozen: u32,
    /// Column widths in characters.
    pub widths: Vec<u32>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRow {
    pub kind: RowKind,
    pub hidden: bool,
    pub cells: Vec<Cell>,
}

/// What a row is for; decides how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    Title,
    /// Unit and date rows above the header.
    Remark,
    Header,
    Data,
    Total,
    Footer,
}

/// A merged range, 0-based and inclusive; its text is the cell at the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    /// A number and the decimals it is shown with.
    Number(f64, u8),
    /// A real date (a serial in the file).
    Date(NaiveDate),
}

impl Cell {
    fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    fn count(n: i64) -> Cell {
        Cell::Number(n as f64, 0)
    }
}

/// All files of the branch, in order of path.
pub fn sheets(rules: &SimulateRules, branch: &Branch) -> Vec<SampleFile> {
    let f = &rules.files;
    let mut list = vec![
        lists::employers(rules, branch, &f.employers),
        lists::staff(rules, branch, &f.staff),
        lists::visits(rules, branch, &f.visits, rules.branch.plan_day),
        lists::visits(rules, branch, &f.visits_last, rules.branch.report_day),
    ];
    let last = branch.runs.iter().rposition(|r| r.kind == PayKind::Wage);
    for (r, run) in branch.runs.iter().enumerate() {
        let file = match run.kind {
            PayKind::Bonus => &f.bonus,
            _ if Some(r) == last => &f.wage_last,
            _ if last.is_some_and(|l| (l - r) % 2 == 0) => &f.wage_text,
            _ => &f.wage,
        };
        list.push(payroll::run(rules, branch, r, file));
    }
    for (k, snapshot) in branch.snapshots.iter().enumerate() {
        let file = match snapshot.role {
            SnapshotRole::EarlyBefore | SnapshotRole::EarlyAfter => &f.early,
            SnapshotRole::PreviousBefore | SnapshotRole::PreviousAfter => &f.previous,
            SnapshotRole::MonthEnd => &f.month_end,
            SnapshotRole::LastBefore => &f.last_before,
            SnapshotRole::LastAfter => &f.last_after,
        };
        list.push(holdings::snapshot(rules, branch, k, file));
    }
    list.extend(activity::flows(rules, branch));
    list.extend([activity::contacts(rules, branch), activity::sales(rules, branch), activity::targets(rules, branch)]);
    // A run without payments (no employer pays a bonus) has no sheet.
    list.retain(|f| f.sheets.iter().any(|s| s.rows.iter().any(|r| r.kind == RowKind::Data)));
    list.sort_by(|a, b| a.path.cmp(&b.path));
    list
}

/// The names of the two folders: the days they are at hand.
fn folder<C>(rules: &SimulateRules, file: &FileRule<C>) -> NaiveDate {
    match file.folder {
        Folder::Plan => rules.branch.plan_day,
        Folder::Report => rules.branch.report_day,
    }
}

/// Puts titles, header, rows, total and footer together.
/// `header` is the lower header row; `date` fills the placeholders of name and titles.
fn assemble<C>(
    rules: &SimulateRules,
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

impl SampleSheet {
    fn push(&mut self, kind: RowKind, cells: Vec<Cell>) {
        self.rows.push(SampleRow { kind, hidden: false, cells });
    }
}

fn data(cells: Vec<Cell>) -> SampleRow {
    SampleRow { kind: RowKind::Data, hidden: false, cells }
}
