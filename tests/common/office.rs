//! A workbook in the hands of somebody with an office program: opened, typed into, sorted, saved. What is saved has the
//! cells, their kinds of value and the hidden sheets and columns, and nothing else of ours: no styles, no properties, no
//! validations.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, SheetVisible, Xlsx};
use daifa::model::problem::cell_name;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// A page and its cells.
#[derive(Clone)]
pub struct Page {
    pub name: String,
    hidden: bool,
    pub rows: Vec<Vec<Data>>,
}

/// An open workbook.
#[derive(Clone)]
pub struct Office {
    pub pages: Vec<Page>,
}

impl Office {
    pub fn open(path: &Path) -> Office {
        let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let sheets = book.sheets_metadata().to_vec();
        let page = |sheet: &calamine::Sheet| {
            let range = book.worksheet_range(&sheet.name).unwrap();
            let (top, left) = range.start().unwrap_or_default();
            let mut rows = vec![Vec::new(); top as usize];
            rows.extend(range.rows().map(|r| [vec![Data::Empty; left as usize], r.to_vec()].concat()));
            Page { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible, rows }
        };
        Office { pages: sheets.iter().map(page).collect() }
    }

    /// The page with this column.
    fn page(&mut self, column: &str) -> &mut Page {
        let has = |p: &Page| !p.hidden && p.header(column).is_some();
        self.pages.iter_mut().find(|p| has(p)).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// Types into the cell of `column` in the row that holds `row` in some cell.
    pub fn type_into(&mut self, row: &str, column: &str, value: impl Into<Data>) -> &mut Office {
        let page = self.page(column);
        let (_, at) = page.header(column).unwrap();
        let found = page.row_of(row);
        let cells = &mut page.rows[found];
        if cells.len() <= at {
            cells.resize(at + 1, Data::Empty);
        }
        cells[at] = value.into();
        self
    }

    /// What stands in the cell of `column` in the row that holds `row`.
    pub fn cell(&mut self, row: &str, column: &str) -> String {
        let page = self.page(column);
        let (_, at) = page.header(column).unwrap();
        let found = page.row_of(row);
        text(page.rows[found].get(at).unwrap_or(&Data::Empty))
    }

    /// Where that cell stands: `P9`.
    pub fn place(&mut self, row: &str, column: &str) -> String {
        let page = self.page(column);
        let (_, at) = page.header(column).unwrap();
        cell_name(page.row_of(row) as u32, at as u32)
    }

    /// Gives a column another title; an empty one leaves the cell empty.
    pub fn rename(&mut self, column: &str, title: &str) -> &mut Office {
        let page = self.page(column);
        let (row, at) = page.header(column).unwrap();
        page.rows[row][at] = if title.is_empty() { Data::Empty } else { title.into() };
        self
    }

    /// Writes a new row below the page with these columns.
    pub fn append(&mut self, cells: &[(&str, &str)]) -> &mut Office {
        let page = self.page(cells[0].0);
        let mut row = Vec::new();
        for (column, text) in cells {
            let (_, at) = page.header(column).unwrap();
            row.resize(row.len().max(at + 1), Data::Empty);
            row[at] = (*text).into();
        }
        page.rows.push(row);
        self
    }

    /// Whether some row of the page with this column holds `row`.
    pub fn has(&mut self, column: &str, row: &str) -> bool {
        self.page(column).rows.iter().any(|r| r.iter().any(|c| text(c) == row))
    }

    /// Hides the page with this column.
    pub fn hide(&mut self, column: &str) -> &mut Office {
        self.page(column).hidden = true;
        self
    }

    /// Turns the rows below the header of the page with this column around, hidden column included.
    pub fn sort_backwards(&mut self, column: &str) -> &mut Office {
        let page = self.page(column);
        let first = page.header(column).unwrap().0 + 1;
        page.rows[first..].reverse();
        self
    }

    /// Deletes the row that holds `row`.
    pub fn delete(&mut self, row: &str, column: &str) -> &mut Office {
        let page = self.page(column);
        let found = page.row_of(row);
        page.rows.remove(found);
        self
    }

    /// Copies the row that holds `row` below itself.
    pub fn copy_row(&mut self, row: &str, column: &str) -> &mut Office {
        let page = self.page(column);
        let found = page.row_of(row);
        let copy = page.rows[found].clone();
        page.rows.insert(found + 1, copy);
        self
    }

    /// Puts a column in front of that one.
    pub fn insert_column(&mut self, before: &str, title: &str) -> &mut Office {
        let page = self.page(before);
        let (header, at) = page.header(before).unwrap();
        for (row, cells) in page.rows.iter_mut().enumerate() {
            if cells.len() > at {
                let cell = if row == header { Data::String(title.into()) } else { Data::Empty };
                cells.insert(at, cell);
            }
        }
        self
    }

    /// Saves it as an office program does.
    pub fn save(&self, path: &Path) -> String {
        let mut book = Workbook::new();
        let day = Format::new().set_num_format("yyyy/m/d");
        let shown = self.pages.iter().position(|page| !page.hidden);
        for (place, page) in self.pages.iter().enumerate() {
            let sheet = book.add_worksheet().set_name(&page.name).unwrap();
            sheet.set_hidden(page.hidden);
            // The sheet a workbook opens with cannot be hidden, and else it is the first.
            if shown == Some(place) {
                sheet.set_active(true);
            }
            for (row, cells) in page.rows.iter().enumerate() {
                for (column, cell) in cells.iter().enumerate() {
                    let (row, column) = (row as u32, column as u16);
                    match cell {
                        Data::Empty => continue,
                        Data::Float(n) => sheet.write_number(row, column, *n).unwrap(),
                        Data::Int(n) => sheet.write_number(row, column, *n as f64).unwrap(),
                        Data::Bool(b) => sheet.write_boolean(row, column, *b).unwrap(),
                        Data::DateTime(at) => sheet.write_number_with_format(row, column, at.as_f64(), &day).unwrap(),
                        other => sheet.write_string(row, column, text(other)).unwrap(),
                    };
                }
            }
        }
        book.save(path).unwrap();
        path.to_str().unwrap().to_string()
    }
}

impl Page {
    /// Row and column of a header; of `意向金额（元）` the words before the bracket suffice.
    fn header(&self, column: &str) -> Option<(usize, usize)> {
        let plain = |cell: &Data| text(cell).replace(['\n', '\r'], "").split('（').next().unwrap().to_string();
        self.rows.iter().enumerate().find_map(|(row, cells)| {
            let at = cells.iter().position(|c| plain(c) == column)?;
            (cells.iter().filter(|c| **c != Data::Empty).count() > 3).then_some((row, at))
        })
    }

    fn row_of(&self, row: &str) -> usize {
        let found = self.rows.iter().position(|r| r.iter().any(|c| text(c) == row));
        found.unwrap_or_else(|| panic!("no row {row} in {}", self.name))
    }
}

/// A day as a cell of a workbook.
pub fn day(text: &str) -> Data {
    let day = ExcelDateTime::parse_from_str(text).unwrap();
    Data::DateTime(calamine::ExcelDateTime::new(day.to_excel(), calamine::ExcelDateTimeType::DateTime, false))
}

fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        cell => cell.to_string(),
    }
}

/// Has LibreOffice save a workbook in another format; `None` where it is not installed.
pub fn resaved(path: &Path, format: &str) -> Option<PathBuf> {
    let to = path.parent()?.join(format!("另存为_{format}"));
    std::fs::create_dir_all(&to).unwrap();
    let home = to.join("home");
    let mut office = Command::new("soffice");
    office.arg(format!("-env:UserInstallation=file://{}", home.display()));
    office.args(["--headless", "--convert-to", format, "--outdir"]).arg(&to).arg(path);
    let ran = office.output().ok()?;
    assert!(ran.status.success(), "{ran:?}");
    Some(to.join(path.with_extension(format).file_name()?))
}
