//! Workbooks that are fine but for a word their reader stumbles over: a claimed range without columns (`1:4`), a sheet
//! whose state is none of the standard's. Those words are taken out, and nothing else is touched.

use std::io::{Cursor, Read, Seek, Write};

use crate::intake::file::package::xml::{attribute, local_name, position};
use crate::intake::issue::{self, Fault};

/// Whether a reader stumbles over this tag of a workbook or sheet.
pub(crate) fn is_odd(tag: &[u8]) -> bool {
    match local_name(tag) {
        b"dimension" => attribute(tag, b"ref").is_some_and(|r| {
            let text = String::from_utf8_lossy(r);
            !text.split(':').all(|p| position(p).is_some())
        }),
        b"sheet" => attribute(tag, b"state").is_some_and(|s| !matches!(s, b"visible" | b"hidden" | b"veryHidden")),
        _ => false,
    }
}

/// The workbook without such tags' odd words. Only for workbooks that [`super::guard::scan`] found small enough.
///
/// # Errors
/// An archive that cannot be read.
pub(crate) fn mended(input: &mut (impl Read + Seek)) -> Result<Vec<u8>, Fault> {
    rewritten(input).map_err(|_| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_zip"))
}

fn rewritten(input: &mut (impl Read + Seek)) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut from = zip::ZipArchive::new(input)?;
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for i in 0..from.len() {
        let mut part = from.by_index(i)?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        if name.ends_with('/') {
            continue;
        }
        let mut body = Vec::new();
        part.read_to_end(&mut body)?;
        if name.to_ascii_lowercase().ends_with(".xml") {
            body = without_odd_words(&body);
        }
        to.start_file(name, stored)?;
        to.write_all(&body)?;
    }
    Ok(to.finish()?.into_inner())
}

fn without_odd_words(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(start) = memchr::memchr(b'<', rest) {
        let Some(length) = memchr::memchr(b'>', &rest[start..]) else { break };
        let tag = &rest[start + 1..start + length];
        out.extend_from_slice(&rest[..start]);
        if !is_odd(tag) {
            out.extend_from_slice(&rest[start..=start + length]);
        } else if local_name(tag) == b"sheet" {
            out.extend_from_slice(b"<");
            out.extend_from_slice(&without_state(tag));
            out.extend_from_slice(b">");
        } else if !tag.ends_with(b"/") {
            out.extend_from_slice(b"<dimension ref=\"A1\">");
        }
        rest = &rest[start + length + 1..];
    }
    out.extend_from_slice(rest);
    out
}

/// A tag without its attribute `state`.
fn without_state(tag: &[u8]) -> Vec<u8> {
    let whole = || tag.to_vec();
    let Some(at) = tag.windows(7).position(|w| w[0].is_ascii_whitespace() && &w[1..] == b"state=") else {
        return whole();
    };
    let Some(quote) = tag.get(at + 7) else { return whole() };
    match memchr::memchr(*quote, &tag[at + 8..]) {
        Some(end) => [&tag[..at], &tag[at + 9 + end..]].concat(),
        None => whole(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_odd_words_go() {
        let body = b"<a><dimension ref=\"1:4\"/><dimension ref=\"A1:B2\"/><sheet name='x' state=\"show\" r:id='r'/><sheet state='hidden'/></a>";
        let expected = b"<a><dimension ref=\"A1:B2\"/><sheet name='x' r:id='r'/><sheet state='hidden'/></a>";
        assert_eq!(without_odd_words(body), expected);
    }
}
