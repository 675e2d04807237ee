//! Scripts as text: the paragraphs of a document, the rows of a workbook, the lines of a text.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::Path;

use encoding_rs::{Encoding, GB18030, UTF_8};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::intake::cells::{Cells, shown};
use crate::intake::file::cell::Row;
use crate::intake::file::package::archive;
use crate::intake::file::source::{Source, file_name};
use crate::intake::file::xml2003::entity;
use crate::intake::issue::{self, Fault};
use crate::intake::sheet::hints::Hints;
use crate::model::problem::Problem;
use crate::rules::import::limits::ImportLimits;

/// A script: line n of the text is line n of the file, paragraph n of a document, row n of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    pub text: String,
}

/// Longest text or document read, in bytes: a book of scripts has some hundred thousand.
const LONGEST: u64 = 16 << 20;
/// Tables inside tables; word processors show no more.
const DEPTH: usize = 64;

/// The scripts of a file: one of each sheet of a workbook, else one.
///
/// # Errors
/// A file that cannot be read, is too large, or is not what its name says.
pub fn scripts(path: &Path, limits: &ImportLimits) -> Result<Vec<Script>, Problem> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if ["xlsx", "xls", "xlsm", "xlsb", "ods", "et", "csv"].contains(&extension.as_str()) {
        return sheets(path, limits);
    }
    let limits = ImportLimits { max_bytes: limits.max_bytes.min(LONGEST), ..limits.clone() };
    let fail = |fault: Fault| fault.at(&file_name(path), None, None);
    let (file, source) = Source::open(path, &limits).map_err(fail)?;
    let read = if extension == "docx" { document(file, &limits) } else { plain(file) };
    let text = read.map_err(fail)?;
    if !source.is_unchanged() {
        return Err(fail(Fault::new(issue::FILE_CHANGED)));
    }
    Ok(vec![Script { sheet: None, text }])
}

fn unreadable(reason: &str) -> Fault {
    Fault::new(issue::UNREADABLE_FILE).word("reason", reason)
}

/// UTF-8, what a byte order mark says, or what Windows writes in Chinese.
fn plain(mut file: File) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|_| unreadable("reason_io"))?;
    let marked = Encoding::for_bom(&bytes);
    let skipped = marked.map_or(0, |(_, mark)| mark);
    let encodings = marked.map_or(vec![UTF_8, GB18030], |(encoding, _)| vec![encoding]);
    let decoded =
        encodings.into_iter().find_map(|e| e.decode_without_bom_handling_and_without_replacement(&bytes[skipped..]));
    decoded.map(std::borrow::Cow::into_owned).ok_or_else(|| Fault::new(issue::UNKNOWN_ENCODING))
}

/// Each row of a sheet as a row of a table in text.
fn sheets(path: &Path, limits: &ImportLimits) -> Result<Vec<Script>, Problem> {
    let mut cells = Cells::open(path, limits, &Hints::default())?;
    let mut scripts = Vec::new();
    for (index, name) in cells.sheets().into_iter().enumerate() {
        let mut rows: Vec<(u32, String)> = Vec::new();
        cells.rows(index, &mut |row: &mut Row| {
            let texts: Vec<String> = row.cells.iter().map(|cell| shown(cell).replace(['\n', '\r'], ";")).collect();
            rows.push((row.index, format!("|{}|", texts.join("|"))));
            true
        })?;
        rows.sort_by_key(|(row, _)| *row);
        let mut text = String::new();
        let mut line = 0;
        for (row, written) in rows {
            (line..row).for_each(|_| text.push('\n'));
            line = row;
            text.push_str(&written);
        }
        scripts.push(Script { sheet: Some(name), text });
    }
    Ok(scripts)
}

/// The paragraphs of a document, headings as in Markdown, each row of a table on the line of its first paragraph.
fn document(mut file: File, limits: &ImportLimits) -> Result<String, Fault> {
    archive::scan(&mut file, &limits.zip)?;
    file.rewind().map_err(|_| unreadable("reason_io"))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|_| unreadable("reason_broken_zip"))?;
    let part = archive.by_name("word/document.xml").map_err(|_| unreadable("reason_broken_parts"))?;
    let mut reader = Reader::from_reader(BufReader::new(part.take(limits.zip.max_entry_bytes)));
    reader.config_mut().check_end_names = true;
    let mut paragraphs = Paragraphs::default();
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).map_err(|_| unreadable("reason_broken_parts"))? {
            Event::DocType(_) => return Err(Fault::new(issue::DOCTYPE_REFUSED).text("part", "word/document.xml")),
            Event::Start(tag) => paragraphs.begin(&tag)?,
            Event::Empty(tag) => {
                paragraphs.begin(&tag)?;
                paragraphs.end(tag.local_name().into_inner());
            }
            Event::End(tag) => paragraphs.end(tag.local_name().into_inner()),
            Event::Text(text) => paragraphs.say(&text.xml10_content()),
            Event::CData(text) => paragraphs.say(&text.xml10_content()),
            Event::GeneralRef(name) => paragraphs.say(&entity(&name)),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    Ok(paragraphs.lines.join("\n"))
}

/// What has been read of a document.
#[derive(Default)]
struct Paragraphs {
    lines: Vec<String>,
    /// The paragraph one is in.
    text: String,
    heading: bool,
    /// Whether what is read now is written text.
    written: bool,
    tables: usize,
    cells: Vec<String>,
    /// Paragraphs of the row one is in.
    in_row: usize,
}

impl Paragraphs {
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        match tag.local_name().into_inner() {
            "t" => self.written = true,
            "tab" => self.text.push(' '),
            "br" | "cr" => self.text.push(';'),
            "p" => {
                self.text.clear();
                self.heading = false;
            }
            "pStyle" => {
                let style =
                    tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == "val");
                self.heading = style.is_some_and(|s| is_heading(&s.value));
            }
            "tbl" if self.tables == DEPTH => return Err(unreadable("reason_broken_parts")),
            "tbl" => self.tables += 1,
            "tr" if self.tables == 1 => {
                self.cells.clear();
                self.in_row = 0;
            }
            "tc" if self.tables == 1 => self.cells.push(String::new()),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.written = false,
            "p" => self.paragraph(),
            "tbl" => self.tables = self.tables.saturating_sub(1),
            "tr" if self.tables == 1 && self.in_row > 0 => {
                self.lines.push(format!("|{}|", self.cells.join("|")));
                // Every paragraph counts as a line; the row goes on.
                self.lines.extend((1..self.in_row).map(|_| "|".to_string()));
            }
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if self.tables == 0 {
            self.lines.push(if self.heading { format!("# {text}") } else { text });
            return;
        }
        self.in_row += 1;
        if let Some(cell) = self.cells.last_mut() {
            cell.push_str(if cell.is_empty() { "" } else { ";" });
            cell.push_str(&text.replace('|', " "));
        }
    }

    fn say(&mut self, text: &str) {
        if self.written {
            self.text.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c }));
        }
    }
}

/// Whether a style of paragraphs is one of headings: as Word, WPS and LibreOffice call them.
fn is_heading(style: &str) -> bool {
    let style = style.to_lowercase();
    style.starts_with("heading")
        || style.starts_with("标题")
        || (style.len() == 1 && style.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::package::archive::tests::zipped;
    use crate::rules::Rules;

    fn read(name: &str, bytes: &[u8]) -> Result<String, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        scripts(&path, &Rules::load(None).unwrap().limits).map(|all| all[0].text.clone())
    }

    fn docx(body: &str) -> Result<String, Problem> {
        let xml = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        read("a.docx", &zipped(&[("word/document.xml", xml.as_bytes())]))
    }

    #[test]
    fn paragraphs_of_a_document_are_lines() {
        let body = "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>禁语</w:t></w:r></w:p><w:p/>\
            <w:p><w:r><w:t>甲&amp;</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>";
        assert_eq!(docx(body).unwrap(), "# 禁语\n\n甲& 乙;丙");
    }

    #[test]
    fn a_row_of_a_table_stands_on_the_line_of_its_first_paragraph() {
        let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        let cell = |inner: String| format!("<w:tc>{inner}</w:tc>");
        let body =
            format!("{}<w:tbl><w:tr>{}{}</w:tr></w:tbl>{}", p("前"), cell(p("甲") + &p("乙")), cell(p("丙|")), p("后"));
        assert_eq!(docx(&body).unwrap(), "前\n|甲;乙|丙 |\n|\n|\n后");
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let code = |read: Result<String, Problem>| read.unwrap_err().code;
        assert_eq!(code(read("a.docx", b"no archive")), issue::UNREADABLE_FILE.id);
        assert_eq!(code(read("a.docx", &zipped(&[("x.xml", b"<a/>")]))), issue::UNREADABLE_FILE.id);
        assert_eq!(code(docx("<w:p>")), issue::UNREADABLE_FILE.id);
        let doctype = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>";
        assert_eq!(code(read("a.docx", &zipped(&[("word/document.xml", doctype)]))), issue::DOCTYPE_REFUSED.id);
    }

    #[test]
    fn texts_are_read_as_they_are_encoded() {
        assert_eq!(read("a.txt", "\u{feff}保本".as_bytes()).unwrap(), "保本");
        assert_eq!(read("a.txt", &GB18030.encode("保本").0).unwrap(), "保本");
    }
}
