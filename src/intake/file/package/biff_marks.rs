//! Hidden rows and columns, and merged regions, of the binary formats: the records of `.xls` streams and of `.xlsb`
//! parts, for which their readers have no calls.

use encoding_rs::{Encoding, GBK};

use crate::intake::file::package::style_codes::Codes;
use crate::intake::file::scan::{CellFormats, SheetScan, Styles};

/// Records looked at in an `.xls` stream; sheets that claim to lie on top of each other end here.
const MAX_RECORDS: usize = 50_000_000;

/// What each sheet of an `.xls` workbook stream says beside its values, in the order of the sheets.
pub(crate) fn sheets(stream: &[u8]) -> Vec<SheetScan> {
    const BOUND_SHEET: u16 = 0x85;
    const END: u16 = 0x0A;
    let mut budget = MAX_RECORDS;
    let mut starts = Vec::new();
    let mut codes = Codes::default();
    let (mut wide, mut encoding) = (false, GBK);
    for (kind, body) in records(stream, 0) {
        match kind {
            // Of the last version texts are Unicode.
            0x809 => wide = short(body, 0) == Some(0x600),
            // CODEPAGE
            0x42 => encoding = short(body, 0).and_then(code_page).unwrap_or(GBK),
            // FORMAT
            0x41E => {
                if let (Some(id), Some(code)) = (short(body, 0), format_code(body, wide, encoding)) {
                    codes.code(id.into(), code);
                }
            }
            // XF
            0xE0 => codes.cell(short(body, 2).map_or(0, u32::from)),
            BOUND_SHEET => starts.extend(long(body, 0)),
            END => break,
            _ => {}
        }
    }
    let styles = codes.finish();
    starts.into_iter().map(|start| sheet(stream, start as usize, &styles, &mut budget)).collect()
}

fn code_page(number: u16) -> Option<&'static Encoding> {
    Encoding::for_label(match number {
        936 => b"gbk",
        950 => b"big5",
        1252 => b"windows-1252",
        _ => return None,
    })
}

/// The code of a FORMAT record.
fn format_code(body: &[u8], wide: bool, encoding: &'static Encoding) -> Option<String> {
    if !wide {
        let length = usize::from(*body.get(2)?);
        return Some(encoding.decode_without_bom_handling(body.get(3..3 + length)?).0.into_owned());
    }
    let length = usize::from(short(body, 2)?);
    if body.get(4)? & 1 == 0 {
        return Some(body.get(5..5 + length)?.iter().map(|b| char::from(*b)).collect());
    }
    let units = body.get(5..5 + length * 2)?.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect())
}

/// What the sheet beginning at a byte says beside its values.
pub(crate) fn sheet_at(stream: &[u8], start: usize) -> SheetScan {
    let mut budget = MAX_RECORDS;
    sheet(stream, start, &Styles::default(), &mut budget)
}

fn sheet(stream: &[u8], start: usize, styles: &Styles, budget: &mut usize) -> SheetScan {
    const BEGIN: [u16; 4] = [0x009, 0x209, 0x409, 0x809];
    let mut scan = SheetScan { formats: CellFormats::new(styles), ..SheetScan::default() };
    let mut depth = 0;
    for (kind, body) in records(stream, start) {
        *budget = budget.saturating_sub(1);
        match kind {
            kind if BEGIN.contains(&kind) => depth += 1,
            0x0A => depth -= 1,
            // ROW
            0x208 if depth == 1 && short(body, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                scan.hidden_rows.extend(short(body, 0).map(u32::from));
            }
            // COLINFO
            0x7D if depth == 1 && short(body, 8).is_some_and(|flags| flags & 1 != 0) => {
                if let (Some(first), Some(last)) = (short(body, 0), short(body, 2)) {
                    scan.hidden_columns.push((first.into(), last.into()));
                }
            }
            _ if depth == 1 && scan.formats.matter() => note_format(&mut scan.formats, kind, body),
            _ => {}
        }
        if depth <= 0 || *budget == 0 {
            break;
        }
    }
    scan.formats.sort();
    scan
}

/// Notes the style of the number a record holds: NUMBER, RK, FORMULA, or several of MULRK.
fn note_format(formats: &mut CellFormats, kind: u16, body: &[u8]) {
    let (Some(row), Some(column)) = (short(body, 0), short(body, 2)) else { return };
    let numbers = match kind {
        0x203 | 0x27E | 0x06 | 0x206 | 0x406 => 1,
        0xBD => body.len().saturating_sub(6) / 6,
        _ => return,
    };
    for n in 0..numbers {
        if let Some(style) = short(body, 4 + n * 6) {
            let row = u32::from(row);
            formats.note((row, row), u32::from(column).saturating_add(n as u32), style.into());
        }
    }
}

pub(crate) fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = stream.get(at..)?;
        let length = usize::from(short(rest, 2)?);
        let body = rest.get(4..4 + length)?;
        at += 4 + length;
        Some((short(rest, 0)?, body))
    })
}

/// Cuts a part of an `.xlsb` workbook into records as it is inflated.
#[derive(Default)]
pub(crate) struct Parts {
    /// Bytes of the head of a record that is not whole yet.
    head: Vec<u8>,
    /// The record being read: its kind, what is left of it, its first bytes.
    body: Option<(u32, usize)>,
    kept: Vec<u8>,
}

/// Bytes of a record that are kept: a sheet's name and its relation fit.
const KEPT: usize = 1024;

impl Parts {
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(u32, &[u8])) {
        loop {
            if let Some((kind, left)) = self.body {
                let n = left.min(bytes.len());
                let room = KEPT.saturating_sub(self.kept.len());
                self.kept.extend_from_slice(&bytes[..n.min(room)]);
                bytes = &bytes[n..];
                if n < left {
                    self.body = Some((kind, left - n));
                    return;
                }
                each(kind, &self.kept);
                self.kept.clear();
                self.body = None;
            }
            let Some((first, rest)) = bytes.split_first() else { return };
            self.head.push(*first);
            bytes = rest;
            self.body = head(&self.head);
            if self.body.is_some() || self.head.len() > 6 {
                self.head.clear();
            }
        }
    }
}

/// Kind and length of a record, once its head is whole: both are written in sevens of bits.
fn head(bytes: &[u8]) -> Option<(u32, usize)> {
    let two = bytes.first()? & 0x80 != 0;
    let kind = u32::from(bytes[0] & 0x7F) | if two { u32::from(bytes.get(1)? & 0x7F) << 7 } else { 0 };
    let mut length = 0usize;
    for (i, b) in bytes.iter().skip(1 + usize::from(two)).enumerate().take(4) {
        length |= usize::from(b & 0x7F) << (7 * i);
        if b & 0x80 == 0 || i == 3 {
            return Some((kind, length));
        }
    }
    None
}

/// What the records of a sheet part say beside its values.
pub(crate) struct BinarySheet {
    scan: SheetScan,
    row: u32,
}

impl BinarySheet {
    pub fn new(styles: &Styles) -> BinarySheet {
        BinarySheet { scan: SheetScan { formats: CellFormats::new(styles), ..SheetScan::default() }, row: 0 }
    }

    pub fn take(&mut self, kind: u32, body: &[u8]) {
        let scan = &mut self.scan;
        match kind {
            // BrtRowHdr
            0 => {
                self.row = long(body, 0).unwrap_or(self.row);
                scan.rows = Some(scan.rows.unwrap_or(0) + 1);
                if body.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    scan.hidden_rows.push(self.row);
                }
            }
            // BrtCellRk, BrtCellReal, BrtFmlaNum
            2 | 5 | 9 => {
                if let (Some(column), Some(style)) = (long(body, 0), long(body, 4)) {
                    scan.formats.note((self.row, self.row), column, style & 0x00FF_FFFF);
                }
            }
            // BrtColInfo
            60 if short(body, 16).is_some_and(|flags| flags & 1 != 0) => {
                scan.hidden_columns.extend(long(body, 0).zip(long(body, 4)));
            }
            // BrtMergeCell
            176 => {
                if let (Some(top), Some(bottom), Some(left), Some(right)) =
                    (long(body, 0), long(body, 4), long(body, 8), long(body, 12))
                    && top <= bottom
                    && left <= right
                {
                    scan.merges.push((top, left, bottom, right));
                }
            }
            _ => {}
        }
    }

    /// Merged regions and hidden rows so far.
    pub fn marks(&self) -> usize {
        self.scan.merges.len() + self.scan.hidden_rows.len() + self.scan.hidden_columns.len()
    }

    pub fn finish(mut self) -> SheetScan {
        self.scan.formats.sort();
        self.scan
    }
}

/// Name and relation of the sheet a record of the workbook part declares (BrtBundleSh).
pub(crate) fn declared(kind: u32, body: &[u8]) -> Option<(String, String)> {
    if kind != 156 {
        return None;
    }
    let (relation, after) = wide(body, 8)?;
    let (name, _) = wide(body, after)?;
    Some((name, relation))
}

pub(crate) fn wide(body: &[u8], at: usize) -> Option<(String, usize)> {
    let length = usize::try_from(long(body, at)?).ok()?;
    let end = (at + 4).checked_add(length.checked_mul(2)?)?;
    let units = body.get(at + 4..end)?.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
    Some((char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect(), end))
}

pub(crate) fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
    }

    #[test]
    fn hidden_rows_of_an_old_stream() {
        let row = |number: u16, flags: u16| {
            let mut body = vec![0u8; 16];
            body[..2].copy_from_slice(&number.to_le_bytes());
            body[12..14].copy_from_slice(&flags.to_le_bytes());
            record(0x208, &body)
        };
        let mut bound = vec![0u8; 8];
        let globals = record(0x809, &[0; 16]).len() + 4 + bound.len() + 4;
        bound[..4].copy_from_slice(&(globals as u32).to_le_bytes());
        let column = [1, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0];
        let stream = [
            record(0x809, &[0; 16]),
            record(0x85, &bound),
            record(0x0A, &[]),
            record(0x809, &[0; 16]),
            record(0x7D, &column),
            row(4, 0x100),
            row(7, 0x120),
            record(0x809, &[0; 16]),
            row(8, 0x120),
            record(0x0A, &[]),
            record(0x0A, &[]),
            row(9, 0x120),
        ]
        .concat();
        let scans = sheets(&stream);
        assert_eq!(scans.len(), 1);
        assert_eq!((&scans[0].hidden_rows[..], &scans[0].hidden_columns[..]), (&[7][..], &[(1, 2)][..]));
        for end in 0..stream.len() {
            sheets(&stream[..end]);
        }
    }

    #[test]
    fn records_of_a_binary_part_in_pieces() {
        let mut row = vec![0u8; 20];
        row[0] = 5;
        row[11] = 0x10;
        let merge: Vec<u8> = [2u32, 4, 0, 1].iter().flat_map(|n| n.to_le_bytes()).collect();
        let part = [&[0u8, 20][..], &row, &[0xB0, 0x01, 16], &merge, &[0x81, 0x01, 0x00]].concat();
        for size in [1, 2, 7, 100] {
            let mut sheet = BinarySheet::new(&Styles::default());
            let mut parts = Parts::default();
            for piece in part.chunks(size) {
                parts.feed(piece, |kind, body| sheet.take(kind, body));
            }
            let scan = sheet.finish();
            assert_eq!((&scan.hidden_rows[..], &scan.merges[..]), (&[5][..], &[(2, 0, 4, 1)][..]), "{size}");
        }
    }
}
