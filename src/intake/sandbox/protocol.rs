//! What a reading process sends: frames of a length and a body. The receiving side takes nothing on trust.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::intake::file::cell::{Reading, Row};
use crate::intake::file::scan::SheetInfo;
use crate::intake::issue::{self, Fault};
use crate::model::Param;

/// Longest body of a frame.
pub(crate) const FRAME_LIMIT: usize = 64 << 20;
/// Rows are sent when so many bytes of them have come together.
const BATCH: usize = 64 << 10;

/// The beginning of the conversation.
#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    pub sheets: Vec<SheetInfo>,
    pub date1904: bool,
    pub notes: Vec<WireFault>,
}

/// A frame's body.
#[derive(Serialize, Deserialize)]
pub(crate) enum Frame {
    Opened(Opened),
    /// The file is unusable.
    Refused(WireFault),
    /// Rows of this sheet follow.
    Sheet(u32),
    /// So many rows follow in the same body.
    Rows(u32),
    /// The sheet is read to its end.
    End(Reading),
    /// The sheet cannot be read to its end.
    Broken(WireFault),
    Done,
}

/// A fault on its way; its code and names are looked up again on the other side.
#[derive(Serialize, Deserialize)]
pub(crate) struct WireFault {
    code: String,
    params: Vec<(String, WireParam)>,
}

#[derive(Serialize, Deserialize)]
enum WireParam {
    Text(String),
    Word(String),
    Count(i64),
}

impl From<Fault> for WireFault {
    fn from(fault: Fault) -> WireFault {
        let param = |param: Param| match param {
            Param::Text(text) => Some(WireParam::Text(text)),
            Param::Word { word } => Some(WireParam::Word(word)),
            Param::Count(n) => Some(WireParam::Count(n)),
            // No fault of a file as such carries anything else.
            _ => None,
        };
        let params = fault.params.into_iter().filter_map(|(name, p)| Some((name.to_string(), param(p)?))).collect();
        WireFault { code: fault.code.id.to_string(), params }
    }
}

impl WireFault {
    /// The fault, if it is one of the catalogue.
    pub fn fault(self) -> Option<Fault> {
        let code = *issue::OF_SHEETS.iter().find(|c| c.id == self.code)?;
        let mut fault = Fault::new(code);
        for (name, param) in self.params {
            let name = *code.params.iter().find(|n| **n == name)?;
            let param = match param {
                WireParam::Text(text) => Param::Text(text),
                WireParam::Word(word) => Param::Word { word },
                WireParam::Count(n) => Param::Count(n),
            };
            fault.params.push((name, param));
        }
        Some(fault)
    }
}

/// Sends frames.
pub(crate) struct Sender<W: Write> {
    out: W,
    rows: Vec<u8>,
    count: u32,
}

impl<W: Write> Sender<W> {
    pub fn new(out: W) -> Sender<W> {
        Sender { out, rows: Vec::new(), count: 0 }
    }

    /// # Errors
    /// Nobody listens any more, or a frame is too long.
    pub fn send(&mut self, frame: &Frame) -> io::Result<()> {
        self.flush_rows()?;
        let body = postcard::to_allocvec(frame).map_err(io::Error::other)?;
        self.body(&body)
    }

    /// # Errors
    /// Nobody listens any more, or the row is too long for a frame.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        let before = std::mem::take(&mut self.rows);
        self.rows = postcard::to_extend(row, before).map_err(io::Error::other)?;
        self.count += 1;
        if self.rows.len() >= BATCH { self.flush_rows() } else { Ok(()) }
    }

    fn flush_rows(&mut self) -> io::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let mut body = postcard::to_allocvec(&Frame::Rows(self.count)).map_err(io::Error::other)?;
        body.append(&mut self.rows);
        self.count = 0;
        self.body(&body)
    }

    fn body(&mut self, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len()).ok().filter(|n| *n as usize <= FRAME_LIMIT);
        let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(body)
    }
}

/// The next frame's body; `None` at the end of the stream.
///
/// # Errors
/// A stream that ends inside a frame, or a frame longer than any is.
pub(crate) fn receive(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0u8; 4];
    match from.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > FRAME_LIMIT {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Memory grows with what really comes, not with what is announced.
    let mut body = Vec::new();
    from.take(length as u64).read_to_end(&mut body)?;
    if body.len() == length { Ok(Some(body)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Takes a frame apart; what follows its head are rows.
pub(crate) fn parse(body: &[u8]) -> Option<(Frame, &[u8])> {
    postcard::take_from_bytes(body).ok()
}

/// Takes the next row off a frame of rows; no row is wider than `max_columns`.
pub(crate) fn next_row<'b>(rest: &mut &'b [u8], max_columns: usize) -> Option<Row> {
    let (row, after): (Row, &'b [u8]) = postcard::take_from_bytes(rest).ok()?;
    *rest = after;
    (row.cells.len() <= max_columns).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::file::cell::Cell;
    use proptest::prelude::*;

    #[test]
    fn rows_and_faults_come_through_unchanged() {
        let at = chrono::NaiveDate::from_ymd_opt(2026, 3, 10).unwrap().and_hms_milli_opt(1, 2, 3, 4).unwrap();
        let cells = vec![
            Cell::Empty,
            Cell::Text("甲".into()),
            Cell::Number(-0.1),
            Cell::Digits { value: 1e17, digits: "100000000000000001".into() },
            Cell::Bool(true),
            Cell::Moment(at),
            Cell::Span(0.25),
            Cell::Error("#N/A".into()),
            Cell::NoValue("A1+1".into()),
        ];
        let mut sender = Sender::new(Vec::new());
        let row = Row::new(7, cells);
        sender.row(&row).unwrap();
        sender.row(&row).unwrap();
        let fault = Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_io");
        sender.send(&Frame::Broken(fault.clone().into())).unwrap();
        let mut bytes = &sender.out[..];
        let body = receive(&mut bytes).unwrap().unwrap();
        let Some((Frame::Rows(2), mut rest)) = parse(&body) else { panic!("not two rows") };
        for _ in 0..2 {
            let back = next_row(&mut rest, 9).unwrap();
            assert!(back.index == 7 && back.cells == row.cells);
        }
        assert!(next_row(&mut rest, 9).is_none());
        let body = receive(&mut bytes).unwrap().unwrap();
        let Some((Frame::Broken(back), _)) = parse(&body) else { panic!("no fault") };
        assert_eq!(back.fault(), Some(fault));
        assert!(receive(&mut bytes).unwrap().is_none());
        assert!(receive(&mut &[255u8, 255, 255, 255, 0][..]).is_err());
        assert!(receive(&mut &[9u8, 0, 0, 0, 1][..]).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some((frame, mut rest)) = parse(&body) {
                if let Frame::Refused(fault) | Frame::Broken(fault) = frame {
                    fault.fault();
                }
                while next_row(&mut rest, 50).is_some_and(|_| !rest.is_empty()) {}
            }
        }
    }
}
