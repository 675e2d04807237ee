//! Delimited text, read row by row: what separates its columns, and which of its lines are blank.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};

use csv::ReaderBuilder;

use crate::intake::file::cell::{Cell, Reading, Row, text_cell};
use crate::intake::file::encoding::{Text, not_readable};
use crate::intake::issue::{self, Fault};

/// A delimited text file, read row by row.
pub struct Delimited {
    text: Text,
    separator: u8,
}

impl Delimited {
    /// # Errors
    /// A document of another kind.
    pub fn new(text: Text) -> Result<Delimited, Fault> {
        if text.is_blank() {
            return Err(Fault::new(issue::EMPTY_FILE));
        }
        let start = text.start().trim_start().chars().take(16).collect::<String>().to_ascii_lowercase();
        for (marker, word) in [("%pdf", "format_pdf"), ("{\\rtf", "format_rtf")] {
            if start.starts_with(marker) {
                return Err(Fault::new(issue::NOT_A_WORKBOOK).word("looks_like", word));
            }
        }
        Ok(Delimited { separator: separator(text.start()), text })
    }

    /// Lines: no fewer than rows.
    pub fn lines(&self) -> u64 {
        self.text.line_ends() + 1
    }

    /// Hands the rows to `each`, top down.
    ///
    /// # Errors
    /// A text the reader cannot take apart.
    pub fn rows(&mut self, max_columns: usize, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<Reading, Fault> {
        let lines = Lines::new(self.text.decoded()?);
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(self.separator).from_reader(lines);
        let mut reading = Reading::default();
        let mut rows = 0u32;
        let mut record = csv::StringRecord::new();
        let mut row = Row::default();
        // Records are numbered, not lines: that is the row a spreadsheet program shows. Blank lines count too.
        while reader.read_record(&mut record).map_err(|e| fault_of(&e))? {
            let blank = reader.get_mut().record_began(record.position().map_or(0, csv::Position::byte));
            row.index = rows.saturating_add(blank);
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

fn fault_of(error: &csv::Error) -> Fault {
    match error.kind() {
        csv::ErrorKind::Io(e) if e.kind() != ErrorKind::FileTooLarge => not_readable(),
        _ => Fault::new(issue::HOSTILE_ARCHIVE).word("reason", "reason_text_too_long"),
    }
}

/// Bytes of the longest record: one quote that is never closed makes one of all that follows.
const LONGEST_RECORD: usize = 16 << 20;

/// A text on its way to the CSV reader, which skips blank lines without a word: here they are counted. It ends in an
/// error when one record takes too much of it.
struct Lines<R> {
    text: R,
    /// Bytes since the last record ended.
    taken: usize,
    /// Bytes handed on.
    given: u64,
    /// Line ends in a row just before `given`, where they began, and the last of their bytes.
    open: Option<(Run, u8)>,
    /// Line ends in a row that a record may end with, in order, as long as none has begun behind them.
    runs: VecDeque<Run>,
}

/// Line ends in a row; CRLF is one.
#[derive(Clone, Copy)]
struct Run {
    start: u64,
    /// First byte behind them.
    end: u64,
    line_ends: u32,
}

impl<R: Read> Lines<R> {
    fn new(text: R) -> Lines<R> {
        Lines { text, taken: 0, given: 0, open: None, runs: VecDeque::new() }
    }

    /// Blank lines before the record that began at `at`, which is where the CSV reader left off with the one before: in
    /// the midst of the line ends behind it.
    fn record_began(&mut self, at: u64) -> u32 {
        self.taken = 0;
        while self.runs.front().is_some_and(|run| run.end < at) {
            self.runs.pop_front();
        }
        let run = self.runs.front().filter(|run| run.start <= at);
        // The first of them ended a record, unless it is the first of all.
        run.map_or(0, |run| if run.start == 0 { run.line_ends } else { run.line_ends - 1 })
    }

    fn follow(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let line_end = matches!(byte, b'\r' | b'\n');
            match &mut self.open {
                Some((run, last)) if line_end => {
                    run.end += 1;
                    run.line_ends += u32::from(!(*byte == b'\n' && *last == b'\r'));
                    *last = *byte;
                }
                None if line_end => {
                    self.open = Some((Run { start: self.given, end: self.given + 1, line_ends: 1 }, *byte));
                }
                Some((run, _)) => {
                    // A single one between two records tells of no blank line.
                    if run.line_ends > 1 || run.start == 0 {
                        self.runs.push_back(*run);
                    }
                    self.open = None;
                }
                None => {}
            }
            self.given += 1;
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.text.read(buffer)?;
        self.follow(&buffer[..n]);
        self.taken += n;
        if self.taken > LONGEST_RECORD { Err(ErrorKind::FileTooLarge.into()) } else { Ok(n) }
    }
}

fn cell(field: &str) -> Cell {
    // `="0012"` and a leading apostrophe are how exports keep spreadsheet programs from touching digits.
    let inner = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
    text_cell(inner.to_string())
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
    use encoding_rs::GB18030;

    use super::*;
    use crate::intake::file::encoding::CHUNK;
    use crate::intake::file::input::Input;

    fn delimited(bytes: &[u8]) -> Result<Delimited, &'static str> {
        Text::open(Input::memory(bytes.to_vec())).and_then(Delimited::new).map_err(|f| f.code.id)
    }

    fn read(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let mut rows = Vec::new();
        let mut text = delimited(bytes).ok().unwrap();
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
        for (bytes, code) in [
            (&b"\n \n\n"[..], issue::EMPTY_FILE.id),
            (b"%PDF-1.7", issue::NOT_A_WORKBOOK.id),
            (b"\x01\x02\x00\x07\x00\x00", issue::NOT_A_WORKBOOK.id),
            (b"a\x01b,c\n", issue::NOT_A_WORKBOOK.id),
            (b"\xff\xff,c\n", issue::UNKNOWN_ENCODING.id),
            (b"\xEF\xBB\xBFa,\xff\n", issue::UNKNOWN_ENCODING.id),
        ] {
            assert_eq!(delimited(bytes).err(), Some(code), "{bytes:?}");
        }
    }

    #[test]
    fn a_record_without_end_is_refused() {
        let read = |text: String| {
            let mut rows = 0;
            let each = &mut |_: &mut Row| {
                rows += 1;
                true
            };
            let outcome = delimited(text.as_bytes()).ok().unwrap().rows(9, each);
            (rows, outcome.err().map(|f| f.code))
        };
        let endless = format!("姓名,金额\n甲,\"{}", "1\n".repeat(LONGEST_RECORD));
        assert_eq!(read(endless), (1, Some(issue::HOSTILE_ARCHIVE)));
        // As many bytes in records that do end are no matter.
        assert_eq!(read("1\n".repeat(LONGEST_RECORD / 2 + 9)), (LONGEST_RECORD / 2 + 9, None));
    }

    /// What a text looks like when all of it lies in memory: the rows whose cells are not all in blank lines.
    fn numbered(text: &str) -> Vec<u32> {
        let unified = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut rows = Vec::new();
        let (mut row, mut quoted, mut filled) = (0, false, false);
        for c in unified.chars() {
            if c == '\n' && !quoted {
                if filled {
                    rows.push(row);
                }
                (row, filled) = (row + 1, false);
            } else {
                quoted ^= c == '"';
                filled = true;
            }
        }
        if filled {
            rows.push(row);
        }
        rows
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(48))]

        /// Wherever the pieces end that are decoded and handed on, characters, CRLF and blank lines stay whole.
        #[test]
        fn long_texts_are_numbered_and_decoded_across_pieces(
            lines in proptest::collection::vec(
                ("((甲|姓名|a|🀀|😀x){1,3}|\"两\n\n行\"|\"\r\n\"|)", "(\n|\r\n|\r|\n\n|\r\n\r\n\r\n)"),
                1..60,
            ),
            filler in 0usize..20,
            chinese: bool,
        ) {
            let body: String = lines.iter().map(|(line, end)| format!("{line},1{end}")).collect();
            // A cell as long as a piece, give or take, so that what follows lies across its end.
            let text = format!("{},1\n{body}", "x".repeat(CHUNK - 12 + filler));
            let bytes = if chinese { GB18030.encode(&text).0.into_owned() } else { text.clone().into_bytes() };
            proptest::prop_assert_eq!(Text::open(Input::memory(bytes.clone())).ok().unwrap().whole().unwrap(), text.clone());
            let rows: Vec<u32> = read(&bytes).into_iter().map(|r| r.0).collect();
            proptest::prop_assert_eq!(rows, numbered(&text));
        }
    }
}
