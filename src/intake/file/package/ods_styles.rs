//! The number formats of OpenDocument sheets: styles of cells, which name styles of numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::intake::file::package::style_codes::{LIMIT, value};
use crate::intake::file::scan::Styles;
use crate::intake::value::amount::number_format::{Look, NumberFormat};

/// Styles of cells by name, and their formats.
#[derive(Clone, Default)]
pub(crate) struct NamedStyles {
    numbers: Arc<BTreeMap<String, u32>>,
    pub styles: Styles,
}

impl NamedStyles {
    /// The styles of several parts; later ones come over earlier ones of the same name.
    pub fn read<'t>(parts: impl IntoIterator<Item = &'t [u8]>) -> NamedStyles {
        let mut found = Found::default();
        parts.into_iter().for_each(|part| found.read(&String::from_utf8_lossy(part)));
        let mut numbers = BTreeMap::new();
        let mut styles = Vec::new();
        for name in found.cells.keys() {
            if let Some(format) = found.format(name) {
                numbers.insert(name.clone(), u32::try_from(styles.len()).unwrap_or(u32::MAX));
                styles.push(Some(format));
            }
        }
        NamedStyles { numbers: Arc::new(numbers), styles: Arc::new(styles) }
    }

    /// The number of a cell style, if it shows numbers otherwise than they are stored.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// The beginning of a part up to its sheets.
pub(crate) fn head(part: impl Read) -> Vec<u8> {
    const BODY: &[u8] = b"<office:body";
    let mut bytes = Vec::new();
    let mut part = part.take(LIMIT);
    let mut block = [0u8; 64 << 10];
    while let Ok(n @ 1..) = part.read(&mut block) {
        let from = bytes.len().saturating_sub(BODY.len());
        bytes.extend_from_slice(&block[..n]);
        if let Some(at) = memchr::memmem::find(&bytes[from..], BODY) {
            bytes.truncate(from + at);
            break;
        }
    }
    bytes
}

/// A style of cells: its style of numbers, and the style it is made after.
#[derive(Default)]
struct CellStyle {
    format: Option<String>,
    parent: Option<String>,
}

/// A style of numbers: how it shows them, unless one of the conditions names another.
#[derive(Default)]
struct NumberStyle {
    look: Look,
    /// A point that is only drawn between digits, and the digits behind it.
    drawn: i32,
    others: Vec<(String, String)>,
}

#[derive(Default)]
struct Found {
    cells: BTreeMap<String, CellStyle>,
    numbers: BTreeMap<String, NumberStyle>,
}

/// Styles made one after another at most.
const MOST_PARENTS: usize = 20;

impl Found {
    fn format(&self, cell: &str) -> Option<NumberFormat> {
        let mut seen = BTreeSet::new();
        let mut name = cell;
        let format = loop {
            let style = self.cells.get(name)?;
            if let Some(format) = &style.format {
                break format;
            }
            name = style.parent.as_deref().filter(|p| seen.len() < MOST_PARENTS && seen.insert(p.to_string()))?;
        };
        let main = self.numbers.get(format)?;
        let others = main.others.iter().filter_map(|(condition, name)| {
            Some((condition.strip_prefix("value()")?.to_string(), self.numbers.get(name)?.look.clone()))
        });
        NumberFormat::of_looks(others, main.look.clone())
    }

    fn read(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        // The style of numbers being read, and the element whose text is wanted.
        let mut open: Option<(String, NumberStyle)> = None;
        let mut text_of: Option<String> = None;
        let (mut drawn_at, mut digits) = (None, false);
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    let empty = matches!(event, Event::Empty(_));
                    let name = tag.local_name().into_inner();
                    match (name, &mut open) {
                        ("number-style" | "currency-style" | "percentage-style", None) => {
                            let percent = name == "percentage-style";
                            let look = Look { percent, shift: if percent { -2 } else { 0 }, ..Look::default() };
                            open = value(tag, "name").map(|n| (n, NumberStyle { look, ..NumberStyle::default() }));
                            digits = false;
                        }
                        ("style", None) if value(tag, "family").as_deref() == Some("table-cell") => {
                            let style = CellStyle {
                                format: value(tag, "data-style-name"),
                                parent: value(tag, "parent-style-name"),
                            };
                            self.cells.extend(value(tag, "name").map(|n| (n, style)));
                        }
                        ("number", Some((_, style))) => {
                            digits = true;
                            style.take_number(tag);
                        }
                        ("map", Some((_, style))) => {
                            style.others.extend(value(tag, "condition").zip(value(tag, "apply-style-name")))
                        }
                        ("embedded-text", Some(_)) if !empty => {
                            drawn_at = value(tag, "position").and_then(|p| p.parse::<i32>().ok());
                            text_of = Some(String::new());
                        }
                        ("text" | "currency-symbol", Some(_)) if !empty => text_of = Some(String::new()),
                        _ => {}
                    }
                }
                Event::Text(text) => text_of.iter_mut().for_each(|t| t.push_str(&text)),
                Event::GeneralRef(name) => {
                    let c = name.resolve_char_ref().ok().flatten();
                    text_of.iter_mut().for_each(|t| t.extend(c));
                }
                Event::End(tag) => match (tag.local_name().into_inner(), &mut open) {
                    ("embedded-text", Some((_, style))) if text_of.take().is_some_and(|t| t.trim() == ".") => {
                        style.drawn = style.drawn.max(drawn_at.unwrap_or(0));
                    }
                    ("text" | "currency-symbol", Some((_, style))) => {
                        let text = text_of.take().unwrap_or_default().replace('%', "");
                        let side = if digits { &mut style.look.after } else { &mut style.look.before };
                        side.push_str(text.trim());
                    }
                    ("number-style" | "currency-style" | "percentage-style", Some(_)) => {
                        if let Some((name, mut style)) = open.take() {
                            style.look.shift += style.drawn;
                            self.numbers.insert(name, style);
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

impl NumberStyle {
    fn take_number(&mut self, tag: &BytesStart<'_>) {
        let number = |name: &str| value(tag, name).and_then(|v| v.parse::<f64>().ok());
        // A display factor of 1000 shows thousands.
        let factor = number("display-factor").filter(|f| *f > 0.0).map_or(0.0, f64::log10).round();
        self.look.shift += factor as i32;
        let plain = number("decimal-places").unwrap_or(0.0) == 0.0 && value(tag, "grouping").as_deref() != Some("true");
        let zeros = number("min-integer-digits").filter(|_| plain).unwrap_or(0.0);
        self.look.zeros = zeros as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_of_numbers_by_the_cells_that_have_them() {
        let text = "<office:automatic-styles>\
            <number:number-style style:name=\"N1\"><number:number number:decimal-places=\"2\" number:min-integer-digits=\"1\"/><number:text>万元</number:text></number:number-style>\
            <number:number-style style:name=\"N2\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"5\"><number:embedded-text number:position=\"4\">.</number:embedded-text></number:number></number:number-style>\
            <number:number-style style:name=\"N3\"><number:number number:decimal-places=\"0\" number:display-factor=\"1000\"/></number:number-style>\
            <number:number-style style:name=\"N4\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"6\"/></number:number-style>\
            <number:percentage-style style:name=\"N5\"><number:number number:decimal-places=\"1\"/><number:text>%</number:text></number:percentage-style>\
            <number:number-style style:name=\"N6\"><number:number number:decimal-places=\"2\" number:grouping=\"true\"/></number:number-style>\
            <number:number-style style:name=\"N7P0\"><number:number number:decimal-places=\"1\" number:display-factor=\"1000\"/><number:text>千</number:text></number:number-style>\
            <number:number-style style:name=\"N7\"><number:number number:decimal-places=\"0\"/><style:map style:condition=\"value()&gt;=1000\" style:apply-style-name=\"N7P0\"/></number:number-style>\
            <style:style style:name=\"ce1\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>\
            <style:style style:name=\"ce2\" style:family=\"table-cell\" style:data-style-name=\"N2\"><style:table-cell-properties/></style:style>\
            <style:style style:name=\"ce3\" style:family=\"table-cell\" style:data-style-name=\"N3\"/>\
            <style:style style:name=\"ce4\" style:family=\"table-cell\" style:data-style-name=\"N4\"/>\
            <style:style style:name=\"ce5\" style:family=\"table-cell\" style:data-style-name=\"N5\"/>\
            <style:style style:name=\"ce6\" style:family=\"table-cell\" style:data-style-name=\"N6\"/>\
            <style:style style:name=\"ce7\" style:family=\"table-cell\" style:data-style-name=\"N7\"/>\
            <style:style style:name=\"ce8\" style:family=\"table-cell\" style:parent-style-name=\"ce1\"/>\
            <style:style style:name=\"ce9\" style:family=\"table-cell\" style:parent-style-name=\"ce9\"/>\
            </office:automatic-styles>";
        let body = format!("{text}<office:body><style:style style:name=\"ce1\" style:family=\"table-cell\"/>");
        let styles = NamedStyles::read([head(body.as_bytes()).as_slice()]);
        let seen = |name: &str, value: f64| {
            let format = styles.styles[styles.number(name)? as usize].as_ref()?;
            format.look(value).map(|l| l.text(value))
        };
        for (name, value, text) in [
            ("ce1", 3.5, Some("3.5万元")),
            ("ce2", 35_000.0, Some("3.5")),
            ("ce3", 35_000.0, Some("35")),
            ("ce4", 7.0, Some("000007")),
            ("ce5", 0.032, Some("3.2%")),
            ("ce6", 35_000.0, None),
            ("ce7", 35_000.0, Some("35千")),
            ("ce8", 3.5, Some("3.5万元")),
            ("ce9", 3.5, None),
        ] {
            assert_eq!(seen(name, value).as_deref(), text, "{name}");
        }
    }
}
