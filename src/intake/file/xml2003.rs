//! XML spreadsheets of 2003 (`<Workbook><Worksheet><Table><Row><Cell><Data>`), which many systems write as `.xls`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::intake::file::cell::{Cell, Gather, Reading, Row, text_cell};
use crate::intake::file::scan::SheetInfo;
use crate::intake::file::scan::SheetScan;
use crate::intake::issue::{self, Fault};
use crate::intake::value::amount::number_format::NumberFormat;

/// Elements inside elements; a spreadsheet needs fewer than ten.
const DEPTH: usize = 64;
const MAX_ROWS: u32 = 1_048_576;
/// Longest text of a cell, in characters, as in Excel.
const CELL_CHARS: usize = 32_767;

/// An XML spreadsheet and where its sheets begin.
pub(crate) struct SheetXml {
    text: String,
    offsets: Vec<usize>,
    /// Formats that show a number otherwise than it is stored, by the style of the cell.
    formats: BTreeMap<String, NumberFormat>,
}

/// What the spreadsheet says of itself.
pub(crate) struct Opened {
    pub book: SheetXml,
    pub sheets: Vec<SheetInfo>,
    pub date1904: bool,
}

/// Whether a decoded text is such a spreadsheet: the namespace stands in its first element.
pub(crate) fn is_sheet_xml(start: &str) -> bool {
    start.contains("urn:schemas-microsoft-com:office:spreadsheet")
        && (start.contains("<Workbook") || start.contains(":Workbook"))
}

impl SheetXml {
    /// Finds the sheets, and what stands beside their values.
    ///
    /// # Errors
    /// Text that is no well-formed XML, or that declares a document type.
    pub fn open(text: String) -> Result<Opened, Fault> {
        let mut sheets: Vec<SheetInfo> = Vec::new();
        let mut offsets = Vec::new();
        let mut date1904 = false;
        let mut reader = reader_of(&text);
        let mut depth = 0usize;
        let mut place = Place::default();
        let mut visible = false;
        let (mut formats, mut style) = (BTreeMap::new(), None);
        loop {
            let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|_| broken())?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let empty = matches!(event, Event::Empty(_));
                    depth += usize::from(!empty);
                    if depth > DEPTH {
                        return Err(broken());
                    }
                    match tag.local_name().into_inner() {
                        "Worksheet" => {
                            offsets.push(before);
                            place = Place::default();
                            let name = text_of(tag, "Name").unwrap_or_default();
                            sheets.push(SheetInfo { name, ..SheetInfo::default() });
                        }
                        "Date1904" => date1904 = true,
                        "Style" => style = text_of(tag, "ID"),
                        "NumberFormat" => {
                            let format = text_of(tag, "Format").and_then(|code| format_of(&code));
                            formats.extend(style.clone().zip(format));
                        }
                        "Visible" => visible = !empty,
                        name => {
                            if let Some(sheet) = sheets.last_mut() {
                                place.take(name, tag, &mut sheet.scan);
                            }
                        }
                    }
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    visible = false;
                }
                Event::Text(text) if visible && text.contains("Hidden") => {
                    if let Some(sheet) = sheets.last_mut() {
                        sheet.hidden = true;
                    }
                }
                Event::DocType(_) => return Err(Fault::new(issue::DOCTYPE_REFUSED).text("part", "XML")),
                Event::Eof => break,
                _ => {}
            }
        }
        Ok(Opened { book: SheetXml { text, offsets, formats }, sheets, date1904 })
    }

    /// Hands over the rows of a sheet.
    ///
    /// # Errors
    /// XML that is broken inside the sheet.
    pub fn rows(
        &self,
        sheet: usize,
        max_columns: usize,
        each: &mut dyn FnMut(&mut Row) -> bool,
    ) -> Result<Reading, Fault> {
        let Some(start) = self.offsets.get(sheet) else { return Ok(Reading::default()) };
        let mut reader = reader_of(self.text.get(*start..).unwrap_or_default());
        let mut place = Place::default();
        let mut gather = Gather::new(max_columns, each);
        let mut scan = SheetScan::default();
        let mut cell = Open::default();
        loop {
            let event = reader.read_event().map_err(|_| Fault::new(issue::UNREADABLE_SHEET))?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let empty = matches!(event, Event::Empty(_));
                    let name = tag.local_name().into_inner();
                    match name {
                        "Cell" => {
                            place.take(name, tag, &mut scan);
                            scan.merges.clear();
                            let formula = text_of(tag, "Formula").unwrap_or_default();
                            let style = text_of(tag, "StyleID").unwrap_or_default();
                            cell = Open { formula, style, ..Open::default() };
                            if empty && !gather.put((place.row, place.column), cell.value(&self.formats)) {
                                return Ok(gather.reading);
                            }
                        }
                        // A comment holds data of its own.
                        "Comment" => cell.comment = !empty,
                        "Data" if !cell.comment => {
                            cell.inside = !empty;
                            cell.kind = text_of(tag, "Type").unwrap_or_default();
                        }
                        "Row" => {
                            place.take(name, tag, &mut scan);
                            scan.hidden_rows.clear();
                        }
                        _ => {}
                    }
                }
                Event::Text(text) if cell.inside => cell.push(text),
                Event::CData(text) if cell.inside => cell.push(text),
                Event::GeneralRef(name) if cell.inside => cell.push(&entity(name)),
                Event::End(tag) => match tag.local_name().into_inner() {
                    "Data" => cell.inside = false,
                    "Comment" => cell.comment = false,
                    "Cell" if !gather.put((place.row, place.column), cell.value(&self.formats)) => {
                        return Ok(gather.reading);
                    }
                    "Worksheet" => break,
                    _ => {}
                },
                Event::DocType(_) | Event::Eof => break,
                _ => {}
            }
        }
        gather.flush();
        Ok(gather.reading)
    }
}

fn reader_of(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    reader
}

fn broken() -> Fault {
    Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts")
}

/// Where in a sheet the reader is; rows and columns are 0-based, and both count on from the last one unless they
/// give their own number.
#[derive(Default)]
struct Place {
    row: u32,
    column: u32,
    next_row: u32,
    next_column: u32,
    next_sheet_column: u32,
}

impl Place {
    fn take(&mut self, name: &str, tag: &BytesStart<'_>, scan: &mut SheetScan) {
        let number = |key: &str| text_of(tag, key).and_then(|v| v.trim().parse::<u32>().ok());
        let own = number("Index").filter(|i| (1..=MAX_ROWS).contains(i)).map(|i| i - 1);
        let hidden = || text_of(tag, "Hidden").is_some_and(|v| v.trim() == "1");
        let span = || number("Span").unwrap_or(0).min(MAX_ROWS);
        match name {
            "Row" => {
                self.row = own.unwrap_or(self.next_row);
                let last = self.row.saturating_add(span()).min(MAX_ROWS);
                if hidden() {
                    scan.hidden_rows.extend(self.row..=last);
                }
                self.next_row = last + 1;
                self.next_column = 0;
            }
            "Column" => {
                let first = own.unwrap_or(self.next_sheet_column);
                let last = first.saturating_add(span()).min(MAX_ROWS);
                if hidden() {
                    scan.hidden_columns.push((first, last));
                }
                self.next_sheet_column = last + 1;
            }
            "Cell" => {
                self.column = own.unwrap_or(self.next_column);
                let across = self.column.saturating_add(number("MergeAcross").unwrap_or(0)).min(MAX_ROWS);
                let down = self.row.saturating_add(number("MergeDown").unwrap_or(0)).min(MAX_ROWS);
                if (across, down) != (self.column, self.row) {
                    scan.merges.push((self.row, self.column, down, across));
                }
                self.next_column = across + 1;
            }
            _ => {}
        }
    }
}

/// The cell whose data are being collected.
#[derive(Default)]
struct Open {
    kind: String,
    text: String,
    formula: String,
    style: String,
    inside: bool,
    comment: bool,
}

impl Open {
    fn push(&mut self, text: &str) {
        if self.text.len() < CELL_CHARS * 4 {
            self.text.push_str(text);
        }
    }

    /// What the cell holds; it is empty afterwards.
    fn value(&mut self, formats: &BTreeMap<String, NumberFormat>) -> Cell {
        let open = std::mem::take(self);
        if open.kind.is_empty() && !open.formula.is_empty() {
            // References are relative (`RC[-1]`) in this format; they cannot be worked out again.
            return Cell::NoValue(String::new());
        }
        let trimmed = open.text.trim();
        match open.kind.as_str() {
            "Number" => match number(trimmed) {
                Some(Cell::Number(n)) => Cell::of_number(n, formats.get(&open.style)),
                found => found.unwrap_or_else(|| text_cell(open.text)),
            },
            "Boolean" => Cell::Bool(matches!(trimmed, "1" | "true")),
            "DateTime" => moment(trimmed).unwrap_or_else(|| text_cell(open.text)),
            "Error" => Cell::Error(trimmed.to_string()),
            _ => text_cell(open.text),
        }
    }
}

/// A format by its code, or by the name this way of writing has for it.
fn format_of(code: &str) -> Option<NumberFormat> {
    NumberFormat::parse(if code == "Percent" { "0.00%" } else { code })
}

fn number(text: &str) -> Option<Cell> {
    // Long digits are a number only in name; as text none of them is lost.
    if text.len() >= 16 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Cell::Text(text.to_string()));
    }
    text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Cell::Number)
}

fn moment(text: &str) -> Option<Cell> {
    let at: NaiveDateTime = text.parse().ok()?;
    // Times of day stand on the day before the calendar begins.
    if at.date() == chrono::NaiveDate::from_ymd_opt(1899, 12, 31)? && at.time() != NaiveTime::MIN {
        return Some(Cell::Span(f64::from(at.time().num_seconds_from_midnight()) / 86_400.0));
    }
    Some(Cell::Moment(at))
}

/// Value of the attribute with this name, whatever its prefix.
fn text_of(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name)?;
    Some(quick_xml::escape::unescape(&found.value).map_or_else(|_| found.value.to_string(), Cow::into_owned))
}

/// What a reference to a character or a predefined entity stands for.
pub(crate) fn entity(name: &quick_xml::events::BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        Ok(None) => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(sheets: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">{sheets}</Workbook>"
        )
    }

    fn rows(book: &SheetXml, sheet: usize) -> Vec<String> {
        let mut rows = Vec::new();
        book.rows(sheet, 50, &mut |row| {
            let cells: Vec<String> = row.cells.iter().map(Cell::stored).collect();
            rows.push(format!("{}:{}", row.index, cells.join("|")));
            true
        })
        .unwrap();
        rows
    }

    #[test]
    fn cells_types_and_places() {
        let text = book(
            "<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook><Worksheet ss:Name=\"甲&amp;乙\"><Table ss:ExpandedRowCount=\"9999999\">
             <Column ss:Width=\"9\"/><Column ss:Index=\"3\" ss:Span=\"1\" ss:Hidden=\"1\"/>
             <Row><Cell ss:MergeAcross=\"2\" ss:MergeDown=\"1\"><Data ss:Type=\"String\">标题 &lt;&#65;&gt; & B</Data></Cell><Cell><Data ss:Type=\"String\">右</Data></Cell></Row>
             <Row ss:Index=\"5\" ss:Hidden=\"1\"><Cell ss:Index=\"2\"><Data ss:Type=\"Number\">110101199003070128</Data></Cell></Row>
             <Row><Cell><ss:Data ss:Type=\"String\" xmlns=\"http://www.w3.org/TR/REC-html40\"><B>粗</B>体</ss:Data><Comment><Data>注</Data></Comment></Cell>
             <Cell><Data ss:Type=\"DateTime\">2026-03-10T00:00:00.000</Data></Cell><Cell><Data ss:Type=\"Boolean\">1</Data></Cell>
             <Cell><Data ss:Type=\"Error\">#N/A</Data></Cell><Cell ss:Formula=\"=RC[-1]\"/><Cell><Data ss:Type=\"Number\">12.50</Data></Cell>
             <Cell><Data ss:Type=\"DateTime\">1899-12-31T06:00:00.000</Data></Cell></Row></Table></Worksheet>
             <Worksheet ss:Name=\"藏\"><Table/><WorksheetOptions xmlns=\"urn:x\"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>",
        );
        assert!(is_sheet_xml(&text));
        let opened = SheetXml::open(text).unwrap();
        assert!(opened.date1904);
        let names: Vec<(&str, bool)> = opened.sheets.iter().map(|s| (s.name.as_str(), s.hidden)).collect();
        assert_eq!(names, [("甲&乙", false), ("藏", true)]);
        let scan = &opened.sheets[0].scan;
        assert_eq!(scan.merges, vec![(0, 0, 1, 2)]);
        assert_eq!(scan.hidden_rows, vec![4]);
        assert_eq!(scan.hidden_columns, vec![(2, 3)]);
        assert_eq!(
            rows(&opened.book, 0),
            ["0:标题 <A> & B|||右", "4:|110101199003070128", "5:粗体|2026-03-10|TRUE|#N/A||12.5|0.25"]
        );
        assert!(rows(&opened.book, 1).is_empty());
    }

    #[test]
    fn numbers_are_seen_as_their_styles_show_them() {
        let text = book(
            "<Styles><Style ss:ID=\"s1\"><NumberFormat ss:Format=\"0.00&quot;万元&quot;\"/></Style><Style ss:ID=\"s2\"><Font/></Style>
             <Style ss:ID=\"s3\"><NumberFormat ss:Format=\"Percent\"/></Style></Styles><Worksheet ss:Name=\"甲\"><Table><Row>
             <Cell ss:StyleID=\"s1\"><Data ss:Type=\"Number\">3.5</Data></Cell><Cell ss:StyleID=\"s2\"><Data ss:Type=\"Number\">3.5</Data></Cell>
             <Cell ss:StyleID=\"s3\"><Data ss:Type=\"Number\">0.032</Data></Cell></Row></Table></Worksheet>",
        );
        let opened = SheetXml::open(text).unwrap();
        let mut seen = Vec::new();
        let each = &mut |row: &mut Row| {
            seen.extend(row.cells.iter().map(Cell::seen));
            true
        };
        opened.book.rows(0, 50, each).unwrap();
        assert_eq!(seen, ["3.5万元", "3.5", "3.2%"]);
    }

    #[test]
    fn doctypes_depth_and_broken_xml_are_refused() {
        let fault = |text: String| SheetXml::open(text).err().unwrap().code;
        assert_eq!(fault(format!("<!DOCTYPE a [<!ENTITY b 'c'>]>{}", book(""))), issue::DOCTYPE_REFUSED);
        assert_eq!(fault(book(&"<a>".repeat(DEPTH + 1))), issue::UNREADABLE_FILE);
        assert_eq!(fault(book("<Worksheet><Table></Worksheet>")), issue::UNREADABLE_FILE);
    }
}
