//! What text beginning with a tag is: an XML spreadsheet, a web page, or a web page packed with its parts (MHTML).

use encoding_rs::Encoding;
use mailparse::ParsedMail;

/// How much of a text is looked at to tell what it is.
const START: usize = 64 << 10;
/// How many bytes tell a packed page.
pub(crate) const PACKED_START: usize = 1024;
/// Parts inside parts of a packed page.
const DEPTH: usize = 4;

/// Kinds of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    SheetXml,
    Page,
    /// A whole OpenDocument spreadsheet as one text.
    FlatOds,
    OtherXml,
}

/// Tells markup by its start; `None` for other text.
pub(crate) fn kind(text: &str) -> Option<Markup> {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let mut start = text.chars();
    let (first, second) = (start.next()?, start.next()?);
    if first != '<' || !(second.is_ascii_alphabetic() || matches!(second, '!' | '?')) {
        return None;
    }
    let end = (0..=START.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let start = &text[..end];
    if crate::intake::file::xml2003::is_sheet_xml(start) {
        return Some(Markup::SheetXml);
    }
    let lower = start.to_ascii_lowercase();
    if lower.contains("<office:document ") && lower.contains("urn:oasis:names:tc:opendocument") {
        return Some(Markup::FlatOds);
    }
    let page = ["<html", "<!doctype html", "<table", "<body", "<meta", "<style", "<div", "<head"];
    if page.iter().any(|p| lower.contains(p)) {
        return Some(Markup::Page);
    }
    Some(Markup::OtherXml)
}

/// The encoding a text declares for itself: `encoding="GBK"` or `charset=gb2312` in its first kilobytes.
pub(crate) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    if !start.trim_start().starts_with('<') {
        return None;
    }
    ["charset=", "encoding="].iter().find_map(|key| {
        let (_, rest) = start.split_once(key)?;
        let label = rest.trim_start_matches(['"', '\'', ' ']);
        let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(label.len());
        Encoding::for_label(&label.as_bytes()[..end])
    })
}

/// Whether a file is a packed page, as Excel's "single file web page" and some portals write it.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(PACKED_START)]).to_ascii_lowercase();
    start.trim_start().starts_with("mime-version:")
        || (start.contains("\nmime-version:") && start.contains("content-type:"))
}

/// The web pages in a packed page, one after the other; `None` when it holds none.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mail = mailparse::parse_mail(bytes.trim_ascii_start()).ok()?;
    let mut pages = Vec::new();
    collect(&mail, DEPTH, &mut pages);
    (!pages.is_empty()).then(|| pages.concat().into_bytes())
}

fn collect(part: &ParsedMail<'_>, depth: usize, pages: &mut Vec<String>) {
    if part.ctype.mimetype.eq_ignore_ascii_case("text/html") {
        // Parts without a charset of their own name it inside the page.
        let body = part.get_body_raw().unwrap_or_default();
        let encoding = part
            .ctype
            .params
            .get("charset")
            .and_then(|c| Encoding::for_label(c.as_bytes()))
            .filter(|e| *e != encoding_rs::WINDOWS_1252)
            .or_else(|| declared(&body))
            .unwrap_or(encoding_rs::UTF_8);
        pages.push(encoding.decode(&body).0.into_owned());
    }
    if depth > 0 {
        part.subparts.iter().for_each(|p| collect(p, depth - 1, pages));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_by_its_start() {
        for (text, expected) in [
            ("\r\n <html xmlns:x='urn:schemas-microsoft-com:office:excel'>", Some(Markup::Page)),
            ("<?xml version='1.0'?><!DOCTYPE html><html>", Some(Markup::Page)),
            (
                "<?xml version='1.0'?>\n<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'><style:a/>",
                Some(Markup::FlatOds),
            ),
            ("<TABLE border=1>", Some(Markup::Page)),
            ("<?xml version='1.0'?><a/>", Some(Markup::OtherXml)),
            ("<?xml?><ss:Workbook xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>", Some(Markup::SheetXml)),
            ("姓名,金额\n<甲>,1", None),
            ("<18岁,2\n", None),
            ("<", None),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn pages_are_unpacked() {
        let packed = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td x=3Dy>=BC=D7</table>\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n";
        assert!(is_packed(packed.as_bytes()));
        let page = String::from_utf8(unpack(packed.as_bytes()).unwrap()).unwrap();
        assert_eq!(page.trim(), "<table><tr><td x=y>甲</table>");
    }
}
