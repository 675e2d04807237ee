//! Text files: what they are encoded in, what separates their columns.

use std::borrow::Cow;

use csv::ReaderBuilder;
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::issue::{self, Fault};
use super::sheet::{Cell, Reading, Row, text_cell};

/// A delimited text file, read row by row.
pub struct Delimited {
    text: String,
    separator: u8,
}

impl Delimited {
    /// # Errors
    /// A document of another kind.
    pub fn new(text: String) -> Result<Delimited, Fault> {
        let start = text.trim_start().chars().take(16).collect::<String>().to_ascii_lowercase();
        if text.trim().is_empty() {
            return Err(Fault::new(issue::EMPTY_FILE));
        }
        for (marker, word) in [("%pdf", "format_pdf"), ("{\\rtf", "format_rtf")] {
            if start.starts_with(marker) {
                return Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", word));
            }
        }
        Ok(Delimited { separator: separator(&text), text })
    }

    /// Lines: no fewer than rows.
    pub fn lines(&self) -> u64 {
        self.text.bytes().filter(|b| *b == b'\n').count() as u64 + 1
    }

    /// Hands the rows to `each`, top down.
    ///
    /// # Errors
    /// A text the reader cannot take apart.
    pub fn rows(&self, max_columns: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<Reading, Fault> {
        let taken = std::cell::Cell::new(0);
        let bounded = Bounded { rest: self.text.as_bytes(), taken: &taken };
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(self.separator).from_reader(bounded);
        let mut reading = Reading::default();
        let mut rows = 0u32;
        let mut record = csv::StringRecord::new();
        let mut row = Row::default();
        // Records are numbered, not lines: that is the row a spreadsheet program shows. Blank lines count too.
        while reader
            .read_record(&mut record)
            .map_err(|_| Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_text_too_long"))?
        {
            taken.set(0);
            let blank = blank_lines(&self.text, record.position().map_or(0, csv::Position::byte));
            row.index = rows.saturating_add(u32::try_from(blank).unwrap_or(u32::MAX));
            rows = row.index.saturating_add(1);
            reading.cut |= record.len() > max_columns;
            row.cells.clear();
            row.cells.extend(record.iter().take(max_columns).map(cell));
            if !each(&mut row) {
                break;
            }
        }
        Ok(reading)
    }
}

/// Bytes of the longest record: one quote that is never closed makes one of all that follows.
const LONGEST_RECORD: usize = 16 << 20;

/// A text that ends in an error when a record takes too much of it; `taken` is set to 0 after each.
struct Bounded<'t> {
    rest: &'t [u8],
    taken: &'t std::cell::Cell<usize>,
}

impl std::io::Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.rest.read(buffer)?;
        self.taken.set(self.taken.get() + n);
        if self.taken.get() > LONGEST_RECORD { Err(std::io::ErrorKind::FileTooLarge.into()) } else { Ok(n) }
    }
}

/// Blank lines at `start`, where the CSV reader ended the record before. It skips them without a word.
fn blank_lines(text: &str, start: u64) -> usize {
    let bytes = text.as_bytes();
    let mut at = usize::try_from(start).unwrap_or(usize::MAX);
    // Of CRLF it has taken only the first.
    if at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n') {
        at += 1;
    }
    let mut blank = 0;
    while let Some(byte @ (b'\r' | b'\n')) = bytes.get(at) {
        at += if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
        blank += 1;
    }
    blank
}

fn cell(field: &str) -> Cell {
    // `="0012"` and a leading apostrophe are how exports keep spreadsheet programs from touching digits.
    let inner = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
    text_cell(inner.to_string())
}

/// The text of a file, and a note when its encoding was a guess. Byte order marks first, then UTF-8 strictly, then what
/// the text says of itself, and GB18030 only when that fails: UTF-8 read as GBK gives wrong characters without any
/// error.
///
/// # Errors
/// Bytes that are no text.
pub fn decode(bytes: Vec<u8>) -> Result<(String, Option<Fault>), Fault> {
    let (text, encoding, declared) = decoded(bytes)?;
    let guessed = encoding != UTF_8 && !declared;
    Ok((text, guessed.then(|| Fault::new(issue::ENCODING_ASSUMED).text("encoding", encoding.name()))))
}

/// Text, encoding, and whether the text itself names it.
fn decoded(bytes: Vec<u8>) -> Result<(String, &'static Encoding, bool), Fault> {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(&bytes[length..]);
        return if bad { Err(Fault::new(issue::UNKNOWN_ENCODING)) } else { Ok((text.into_owned(), encoding, false)) };
    }
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = sample.iter().filter(|b| **b == 0).count();
    if zeros > 0 {
        let odd = sample.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
        let encoding = if odd * 2 >= zeros { UTF_16LE } else { UTF_16BE };
        let (text, bad) = encoding.decode_without_bom_handling(&bytes);
        let texty = !bad && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'));
        return if texty {
            Ok((text.into_owned(), encoding, false))
        } else {
            Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_binary"))
        };
    }
    let decoded = match String::from_utf8(bytes) {
        Ok(text) => (text, UTF_8, false),
        Err(error) => {
            let bytes = error.as_bytes();
            let whole = |encoding: &'static Encoding| {
                encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
            };
            let declared = super::markup::declared(bytes);
            let as_declared = declared.and_then(|e| whole(e).map(|text| (text, e, true)));
            let guessed = || whole(GB18030).map(|text| (text, GB18030, false));
            as_declared.or_else(guessed).ok_or_else(|| Fault::new(issue::UNKNOWN_ENCODING))?
        }
    };
    if decoded.0.chars().take(4096).any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{c}')) {
        return Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", "format_binary"));
    }
    Ok(decoded)
}

/// The separator most lines agree on: the one giving most columns in the fullest of the first lines.
fn separator(text: &str) -> u8 {
    let mut best = (0usize, b',');
    for candidate in [b',', b'\t', b';', b'|'] {
        let mut counts: Vec<usize> = text.lines().take(30).map(|line| outside_quotes(line, candidate)).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        // Lines that agree on their number of separators say more than one line full of commas.
        let score =
            counts.iter().filter(|n| **n > 0).map(|n| (*n).min(50) * counts.iter().filter(|m| *m == n).count()).max();
        if score.unwrap_or(0) > best.0 {
            best = (score.unwrap_or(0), candidate);
        }
    }
    best.1
}

fn outside_quotes(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for b in line.bytes() {
        if b == b'"' {
            quoted = !quoted;
        } else if b == separator && !quoted {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let (text, _) = decode(bytes.to_vec()).unwrap();
        let mut rows = Vec::new();
        let text = Delimited::new(text).unwrap();
        text.rows(100, &mut |r| {
            rows.push((r.index, r.cells.iter().map(Cell::stored).collect()));
            true
        })
        .unwrap();
        rows
    }

    fn strings(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|c| (*c).to_string()).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "姓名,金额\n甲,\"1,234.50\"\n";
        let expected = vec![(0, strings(&["姓名", "金额"])), (1, strings(&["甲", "1,234.50"]))];
        assert_eq!(read(text.as_bytes()), expected);
        assert_eq!(read(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()), expected);
        assert_eq!(read(&GB18030.encode(text).0), expected);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&[&b"\xFF\xFE"[..], &utf16].concat()), expected);
    }

    #[test]
    fn separators_are_sniffed() {
        assert_eq!(read("a;b;c\n1,5;2;3\n".as_bytes())[1].1, strings(&["1,5", "2", "3"]));
        assert_eq!(read("a\tb\n1,234\t2\n".as_bytes())[1].1, strings(&["1,234", "2"]));
        assert_eq!(read("a,b\n=\"00123\",2\n".as_bytes())[1].1, strings(&["00123", "2"]));
    }

    #[test]
    fn blank_lines_keep_row_numbers() {
        let rows: Vec<u32> = read(b"title\n\n\na,b\n1,2\n\n3,4\n").into_iter().map(|r| r.0).collect();
        assert_eq!(rows, vec![0, 3, 4, 6]);
        let rows: Vec<u32> =
            read(b"title\r\n\r\n\r\na,b\r\n1,2\r\n\r\n\"3\r\n\r\n\",4\r\n\r\n5,6").into_iter().map(|r| r.0).collect();
        assert_eq!(rows, vec![0, 3, 4, 6, 8]);
        let rows: Vec<u32> = read(b"\r\na,5\" b\r\n\r\n1,2\r\n").into_iter().map(|r| r.0).collect();
        assert_eq!(rows, vec![1, 3]);
        let rows: Vec<u32> = read(b"a,\"x\n\ny\"\n1,2\n").into_iter().map(|r| r.0).collect();
        assert_eq!(rows, vec![0, 1]);
    }

    #[test]
    fn other_documents_and_binaries_are_refused() {
        assert_eq!(Delimited::new("\n \n\n".into()).err().unwrap().code, issue::EMPTY_FILE);
        assert_eq!(Delimited::new("%PDF-1.7".into()).err().unwrap().code, issue::NOT_A_WORKBOOK);
        assert_eq!(decode(b"\x01\x02\x00\x07\x00\x00".to_vec()).err().unwrap().code, issue::NOT_A_WORKBOOK);
    }

    #[test]
    fn a_record_without_end_is_refused() {
        let read = |text: String| {
            let mut rows = 0;
            let each = &mut |_: &mut Row| {
                rows += 1;
                true
            };
            let outcome = Delimited::new(text).unwrap().rows(9, each);
            (rows, outcome.err().map(|f| f.code))
        };
        let endless = format!("姓名,金额\n甲,\"{}", "1\n".repeat(LONGEST_RECORD));
        assert_eq!(read(endless), (1, Some(issue::HOSTILE_ARCHIVE)));
        // As many bytes in records that do end are no matter.
        assert_eq!(read("1\n".repeat(LONGEST_RECORD / 2 + 9)), (LONGEST_RECORD / 2 + 9, None));
    }

    #[test]
    fn what_a_page_says_of_its_encoding_is_no_guess() {
        let page = "<meta charset=gb2312><table><tr><td>甲</table>";
        let (text, note) = decode(GB18030.encode(page).0.into_owned()).unwrap();
        assert_eq!((text.as_str(), note), (page, None));
        assert!(decode(GB18030.encode("姓名").0.into_owned()).unwrap().1.is_some());
    }
}
