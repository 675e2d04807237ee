//! Colours and formats: 微软雅黑, thin borders, gentle fills.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

use crate::render::table::{Cell, Kind, Tone};

pub const FONT: &str = "微软雅黑";
/// Accent of titles, headers and the first series of a chart.
pub const ACCENT: u32 = 0x1F4E79;
const BORDER: u32 = 0xC3CBD5;
const HEADER: u32 = 0xDCE6F1;
const GROUP: u32 = 0xC9D8EA;
const INPUT: u32 = 0xFFFBE6;
const INPUT_HEADER: u32 = 0xFFE9A8;
const TILE: u32 = 0xF2F6FA;
const GREY: u32 = 0x6B7280;

/// Height in points of a line of 10-point text.
pub const LINE: f64 = 15.0;

/// What a data cell looks like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Look {
    pub number: &'static str,
    pub align: Align,
    pub tone: Tone,
    pub input: bool,
    pub wrap: bool,
    pub quote: bool,
    pub link: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// Formats made once per workbook.
#[derive(Debug, Default)]
pub struct Styles(BTreeMap<Look, Format>);

impl Styles {
    pub fn cell(&mut self, look: Look) -> &Format {
        self.0.entry(look).or_insert_with_key(data)
    }
}

/// Excel's number format of a cell in a column of `kind`.
pub fn number(cell: &Cell, kind: &Kind) -> &'static str {
    match cell {
        Cell::Empty => match kind {
            Kind::Count => "#,##0",
            Kind::Yuan => "#,##0.00",
            Kind::Wan => "#,##0.0",
            Kind::Share => "0.0%",
            Kind::Ratio => "0.00",
            Kind::Points => "0.0",
            Kind::Date => "yyyy-mm-dd",
            Kind::Text | Kind::Wrap | Kind::Number | Kind::Choice(_) => "General",
        },
        Cell::Text(_) | Cell::Link { .. } => "General",
        Cell::Count(_) => "#,##0",
        Cell::Money(_) if *kind == Kind::Wan => "#,##0.0",
        Cell::Money(_) => "#,##0.00",
        Cell::Share(_) => "0.0%",
        Cell::Ratio(_) => "0.00",
        Cell::Points(_) => "0.0",
        Cell::Date(_) => "yyyy-mm-dd",
    }
}

pub fn align(cell: &Cell, kind: &Kind) -> Align {
    match (cell, kind) {
        (Cell::Date(_), _) | (Cell::Empty, Kind::Date) | (_, Kind::Choice(_)) => Align::Centre,
        _ if cell.is_figure() || kind.is_figure() => Align::Right,
        _ => Align::Left,
    }
}

fn data(look: &Look) -> Format {
    let mut format = base(10.0).set_border(FormatBorder::Thin).set_border_color(Color::RGB(BORDER));
    format = match look.align {
        Align::Left => format.set_align(FormatAlign::Left),
        Align::Centre => format.set_align(FormatAlign::Center),
        Align::Right => format.set_align(FormatAlign::Right),
    };
    if look.number != "General" {
        format = format.set_num_format(look.number);
    }
    if look.input {
        format = format.set_background_color(Color::RGB(INPUT));
    }
    let (fill, font, bold) = tone(look.tone);
    if let Some(fill) = fill {
        format = format.set_background_color(Color::RGB(fill));
    }
    if let Some(font) = font {
        format = format.set_font_color(Color::RGB(font));
    }
    if bold {
        format = format.set_bold();
    }
    if look.wrap {
        format = format.set_text_wrap();
    }
    if look.quote {
        format = format.set_quote_prefix();
    }
    if look.link {
        format = format.set_font_color(Color::RGB(0x1A5FB4)).set_underline(FormatUnderline::Single);
    }
    format
}

/// Fill, font colour and weight of a tone.
fn tone(tone: Tone) -> (Option<u32>, Option<u32>, bool) {
    match tone {
        Tone::Normal => (None, None, false),
        Tone::Total => (Some(0xEDF0F4), None, true),
        Tone::Good => (Some(0xE6F4EA), Some(0x1B5E20), false),
        Tone::Warn => (Some(0xFFF3D1), Some(0x7A4F00), false),
        Tone::Faint => (Some(0xFFFBEF), Some(0x9A7A3A), false),
        Tone::Off => (Some(0xF1F2F4), Some(0x8A8F98), false),
        Tone::Now => (Some(0xE3F0FF), None, false),
        Tone::Bad => (Some(0xFCE4E4), Some(0x9C1C1C), false),
        Tone::Muted => (None, Some(0x8A8F98), false),
    }
}

/// Colour of a sheet's tab.
pub fn tab(tone: Tone) -> Color {
    Color::RGB(match tone {
        Tone::Normal | Tone::Total | Tone::Now => ACCENT,
        Tone::Good => 0x4C9A5F,
        Tone::Warn | Tone::Faint => 0xE0A030,
        Tone::Bad => 0xC0504D,
        Tone::Muted | Tone::Off => 0xA6ACB5,
    })
}

pub fn title() -> Format {
    base(16.0).set_bold().set_font_color(Color::RGB(ACCENT))
}

pub fn table_title() -> Format {
    base(12.0).set_bold().set_font_color(Color::RGB(ACCENT))
}

/// Paragraphs.
pub fn text() -> Format {
    base(10.0).set_text_wrap()
}

/// Notes of a table.
pub fn note() -> Format {
    base(9.0).set_text_wrap().set_font_color(Color::RGB(GREY))
}

pub fn header(input: bool) -> Format {
    header_fill(if input { INPUT_HEADER } else { HEADER })
}

pub fn group_header() -> Format {
    header_fill(GROUP)
}

fn header_fill(fill: u32) -> Format {
    base(10.0)
        .set_bold()
        .set_font_color(Color::RGB(0x1F3864))
        .set_background_color(Color::RGB(fill))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(BORDER))
        .set_align(FormatAlign::Center)
        .set_text_wrap()
}

/// The sentence in place of rows.
pub fn empty() -> Format {
    base(10.0).set_font_color(Color::RGB(GREY)).set_border(FormatBorder::Thin).set_border_color(Color::RGB(BORDER))
}

pub fn tile_label() -> Format {
    tile(9.0).set_font_color(Color::RGB(GREY))
}

pub fn tile_value(number: &str, of: Tone) -> Format {
    let colour = tone(of).1.unwrap_or(ACCENT);
    let format = tile(17.0).set_bold().set_font_color(Color::RGB(colour));
    if number == "General" { format } else { format.set_num_format(number) }
}

pub fn tile_note(of: Tone) -> Format {
    tile(9.0).set_font_color(Color::RGB(tone(of).1.unwrap_or(GREY)))
}

/// White borders part the tiles.
fn tile(size: f64) -> Format {
    base(size)
        .set_background_color(Color::RGB(TILE))
        .set_border_left(FormatBorder::Thick)
        .set_border_left_color(Color::White)
        .set_border_right(FormatBorder::Thick)
        .set_border_right_color(Color::White)
        .set_align(FormatAlign::Left)
        .set_indent(1)
}

fn base(size: f64) -> Format {
    Format::new().set_font_name(FONT).set_font_size(size).set_align(FormatAlign::VerticalCenter)
}
