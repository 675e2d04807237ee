//! Blocks → Word: A4, 宋体 text and 黑体 headings, page numbers, header rows that repeat, rows that stay whole.

mod finish;
mod table;

use docx_rs::{
    AlignmentType, BreakType, Docx, Footer, LineSpacing, LineSpacingType, NumPages, PageMargin, PageNum,
    PageOrientationType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, RunFonts,
    SpecialIndentType, Style, StyleType, Tab, TabValueType,
};

use crate::render::RenderError;
use crate::render::document::{Block, Document, Inline, Item, printable};
use crate::render::words::Words;

/// Sizes in half-points: 五号 text, smaller in tables.
const TEXT: usize = 21;
const SMALL: usize = 19;
const FOOT: usize = 17;
const FOOT_STYLE: &str = "DaifaFooter";
const ACCENT: &str = "1F4E79";
const GREY: &str = "6B7280";
/// A4 and its margins in twentieths of a point.
const A4: (u32, u32) = (11_906, 16_838);
const MARGIN: i32 = 1_077;

/// The document as the bytes of a .docx file; the same document gives the same bytes.
///
/// # Errors
/// The file cannot be put together (never because of the text).
pub fn write(document: &Document, words: &Words) -> Result<Vec<u8>, RenderError> {
    let (w, h) = if document.landscape { (A4.1, A4.0) } else { A4 };
    let margins = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN).header(600).footer(567);
    let text_width = w as usize - 2 * MARGIN as usize;
    let mut docx = Docx::new()
        .page_size(w, h)
        .page_margin(margins)
        .default_fonts(text_font())
        .default_size(TEXT)
        .created_at("2026-01-01T00:00:00Z")
        .updated_at("2026-01-01T00:00:00Z")
        // Fields take their size from the paragraph's style only.
        .add_style(Style::new(FOOT_STYLE, StyleType::Paragraph).name(FOOT_STYLE).size(FOOT).color(GREY))
        .footer(footer(document, words, text_width));
    if document.landscape {
        docx = docx.page_orient(PageOrientationType::Landscape);
    }
    let mut writer = Writer { headers: Vec::new(), size: TEXT };
    let mut breaks = false;
    for block in &document.blocks {
        for piece in writer.block(block, text_width, std::mem::take(&mut breaks)) {
            docx = match piece {
                Piece::Paragraph(p) => docx.add_paragraph(*p),
                Piece::Table(t) => docx.add_table(*t),
                Piece::Break => {
                    breaks = true;
                    docx
                }
            };
        }
    }
    finish::pack(docx, &writer.headers, &document.title)
}

/// What a block becomes.
enum Piece {
    Paragraph(Box<Paragraph>),
    Table(Box<docx_rs::Table>),
    /// The next piece starts a page.
    Break,
}

struct Writer {
    /// For each table in the order of the file, whether its first row is a header to repeat.
    headers: Vec<bool>,
    size: usize,
}

impl Writer {
    fn block(&mut self, block: &Block, width: usize, on_new_page: bool) -> Vec<Piece> {
        let paragraph = |p: Paragraph| Piece::Paragraph(Box::new(p.page_break_before(on_new_page)));
        match block {
            Block::Heading { level, text } => vec![paragraph(heading(*level, text))],
            Block::Paragraph(text) => {
                let spacing = spacing(0, 90, 330);
                vec![paragraph(self.text(Paragraph::new().line_spacing(spacing), text))]
            }
            Block::List(items) => items
                .iter()
                .enumerate()
                .map(|(i, item)| Piece::Paragraph(Box::new(self.item(item).page_break_before(on_new_page && i == 0))))
                .collect(),
            Block::Table(grid) => self.with_spacer(on_new_page, |w| w.grid(grid, width)),
            Block::Callout { tone, label, blocks } => {
                self.with_spacer(on_new_page, |w| w.callout(*tone, label.as_deref(), blocks, width))
            }
            Block::PageBreak => vec![Piece::Break],
            Block::Rule => vec![paragraph(rule())],
        }
    }

    /// Tables that touch would become one; a small empty paragraph follows each.
    fn with_spacer(&mut self, on_new_page: bool, table: impl FnOnce(&mut Self) -> docx_rs::Table) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if on_new_page {
            pieces.push(Piece::Paragraph(Box::new(spacer().page_break_before(true))));
        }
        pieces.push(Piece::Table(Box::new(table(self))));
        pieces.push(Piece::Paragraph(Box::new(spacer())));
        pieces
    }

    fn item(&self, item: &Item) -> Paragraph {
        let marker = match (item.number, item.level) {
            (Some(n), _) => format!("{n}."),
            (None, 0) => "•".to_string(),
            (None, _) => "–".to_string(),
        };
        // A box to tick is its own marker.
        let ticked = item.text.first().is_some_and(|t| t.text().starts_with(['□', '☑']));
        let hanging = if marker.len() > 3 { 480 } else { 380 };
        let left = 380 * i32::from(item.level) + hanging;
        let p = Paragraph::new()
            .line_spacing(spacing(0, 40, 310))
            .indent(Some(left), Some(SpecialIndentType::Hanging(hanging)), None, None)
            .add_tab(Tab::new().val(TabValueType::Left).pos(left as usize));
        let p = if ticked && item.number.is_none() { p } else { p.add_run(self.run(&marker).add_tab()) };
        self.text(p, &item.text)
    }

    fn text(&self, paragraph: Paragraph, text: &[Inline]) -> Paragraph {
        text.iter().fold(paragraph, |p, inline| match inline {
            Inline::Text(t) => p.add_run(self.run(t)),
            Inline::Strong(t) => p.add_run(self.run(t).bold().fonts(heading_font())),
            Inline::Link { text, target } => {
                let p = p.add_run(self.run(text));
                // On paper an address is only of use when it can be read.
                let shown = target.starts_with("http") && text != target;
                if shown { p.add_run(self.run(&format!("({target})")).color(GREY)) } else { p }
            }
            Inline::Break => p.add_run(Run::new().add_break(BreakType::TextWrapping)),
        })
    }

    fn run(&self, text: &str) -> Run {
        run(text, self.size)
    }
}

fn run(text: &str, size: usize) -> Run {
    Run::new().add_text(printable(text)).size(size).fonts(text_font())
}

fn heading(level: u8, text: &[Inline]) -> Paragraph {
    let shown: String = text.iter().map(Inline::text).collect();
    let (size, before, after) = match level {
        1 => (36, 0, 240),
        2 => (28, 280, 120),
        3 => (24, 180, 80),
        _ => (22, 120, 60),
    };
    let run = run(&shown, size).fonts(heading_font()).bold().color(if level <= 2 { ACCENT } else { "1F2937" });
    let p = Paragraph::new().add_run(run).line_spacing(spacing(before, after, 300));
    let p = p.keep_next(true).outline_lvl(usize::from(level.max(1)) - 1);
    match level {
        1 => p.align(AlignmentType::Center),
        2 => underlined(p, 6),
        _ => p,
    }
}

fn rule() -> Paragraph {
    underlined(Paragraph::new().line_spacing(spacing(40, 120, 160)), 4)
}

/// `size` in eighths of a point.
fn underlined(mut paragraph: Paragraph, size: usize) -> Paragraph {
    let line = ParagraphBorder::new(ParagraphBorderPosition::Bottom).color("B9C7D8").size(size).space(3);
    paragraph.property = paragraph.property.set_borders(ParagraphBorders::with_empty().set(line));
    paragraph
}

fn spacer() -> Paragraph {
    let exact = LineSpacing::new().before(0).after(0).line(120).line_rule(LineSpacingType::Exact);
    Paragraph::new().line_spacing(exact)
}

/// Before and after in twentieths of a point, lines in 240ths of their height.
fn spacing(before: u32, after: u32, line: i32) -> LineSpacing {
    LineSpacing::new().before(before).after(after).line(line).line_rule(LineSpacingType::Auto)
}

/// The hint gives □, — and quotation marks their Chinese shapes.
fn text_font() -> RunFonts {
    RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .cs("Times New Roman")
        .east_asia("宋体")
        .hint("eastAsia")
}

fn heading_font() -> RunFonts {
    RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial").east_asia("黑体").hint("eastAsia")
}

/// 第 X 页 / 共 Y 页 in the middle, or at the right when there is a text for the left.
fn footer(document: &Document, words: &Words, width: usize) -> Footer {
    let label = |key: &str| run(words.get(key), FOOT).color(GREY);
    let mut p = Paragraph::new().style(FOOT_STYLE);
    match &document.footer {
        Some(text) => {
            p = p.add_tab(Tab::new().val(TabValueType::Right).pos(width));
            p = p.add_run(run(text, FOOT).color(GREY).add_tab());
        }
        None => p = p.align(AlignmentType::Center),
    }
    p = p.add_run(label("common.page_before")).add_page_num(PageNum::new());
    p = p.add_run(label("common.page_between")).add_num_pages(NumPages::new());
    Footer::new().add_paragraph(p.add_run(label("common.page_after")))
}

#[cfg(test)]
mod tests;
