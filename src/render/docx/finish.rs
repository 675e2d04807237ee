//! What docx-rs cannot say, put into the parts' XML before they are packed.

use std::io::Cursor;

use docx_rs::Docx;

use crate::render::RenderError;
use crate::render::document::printable;

/// Packs the document: header rows repeat (`headers` says for each table whether it has one), ids are per document,
/// the footer's reference stands where the schema wants it.
pub fn pack(docx: Docx, headers: &[bool], title: &str) -> Result<Vec<u8>, RenderError> {
    let failed = |e: &dyn std::fmt::Display| RenderError::Document(e.to_string());
    let mut parts = docx.build();
    let mut next_id = 1;
    let document = text(&parts.document)?;
    let document = number_pictures(&footer_first(&repeat_headers(&document, headers)));
    parts.document = number_paragraphs(&document, &mut next_id).into_bytes();
    for footer in &mut parts.footers {
        *footer = number_paragraphs(&text(footer)?, &mut next_id).into_bytes();
    }
    parts.doc_props.core = name_it(&text(&parts.doc_props.core)?, title).into_bytes();
    let mut bytes = Cursor::new(Vec::new());
    parts.pack(&mut bytes).map_err(|e| failed(&e))?;
    Ok(bytes.into_inner())
}

fn text(part: &[u8]) -> Result<String, RenderError> {
    String::from_utf8(part.to_vec()).map_err(|e| RenderError::Document(e.to_string()))
}

/// Marks the first row after the n-th `<w:tblGrid>`.
fn repeat_headers(xml: &str, headers: &[bool]) -> String {
    const GRID: &str = "<w:tblGrid";
    const KEEP: &str = "<w:cantSplit />";
    let mut out = String::with_capacity(xml.len());
    let mut parts = xml.split(GRID);
    out.push_str(parts.next().unwrap_or_default());
    for (i, part) in parts.enumerate() {
        out.push_str(GRID);
        match (headers.get(i), part.split_once(KEEP)) {
            (Some(true), Some((before, after))) => out.extend([before, KEEP, "<w:tblHeader />", after]),
            _ => out.push_str(part),
        }
    }
    out
}

/// The schema has references before page sizes; docx-rs writes them after.
fn footer_first(xml: &str) -> String {
    let Some((before, section)) = xml.rsplit_once("<w:sectPr>") else { return xml.to_string() };
    let Some(start) = section.find("<w:footerReference") else { return xml.to_string() };
    let Some(length) = section[start..].find("/>") else { return xml.to_string() };
    let (reference, end) = (&section[start..start + length + 2], start + length + 2);
    format!("{before}<w:sectPr>{reference}{}{}", &section[..start], &section[end..])
}

/// docx-rs counts paragraphs over all documents of a process.
fn number_paragraphs(xml: &str, next: &mut u32) -> String {
    const MARK: &str = "w14:paraId=\"";
    let mut out = String::with_capacity(xml.len());
    let mut parts = xml.split(MARK);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let rest = part.split_once('"').map_or("", |(_, rest)| rest);
        out.push_str(&format!("{MARK}{next:08X}\"{rest}"));
        *next += 1;
    }
    out
}

/// docx-rs gives all pictures of a document one number, and readers want one each.
fn number_pictures(xml: &str) -> String {
    const MARK: &str = "<wp:docPr id=\"1\" name=\"Figure\"";
    let mut out = String::with_capacity(xml.len());
    for (i, part) in xml.split(MARK).enumerate() {
        if i > 0 {
            out.push_str(&format!("<wp:docPr id=\"{i}\" name=\"Figure {i}\""));
        }
        out.push_str(part);
    }
    out
}

/// docx-rs knows neither title nor author; the author is left empty.
fn name_it(core: &str, title: &str) -> String {
    let title = printable(title).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let core = core.replace(">unknown<", "><");
    match core.split_once("<dc:creator") {
        Some((before, after)) if !core.contains("<dc:title") => {
            format!("{before}<dc:title>{title}</dc:title><dc:creator{after}")
        }
        _ => core,
    }
}
