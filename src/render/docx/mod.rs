//! Blocks → Word: A4 or A3, 宋体 text and 黑体 headings, page numbers, header rows that repeat, rows that stay whole.

mod finish;
mod look;
mod table;

use docx_rs::{
    AlignmentType, BorderType, BreakType, Docx, Footer, LineSpacing, LineSpacingType, NumPages, PageMargin, PageNum,
    PageOrientationType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Pic, Run, RunFonts,
    SpecialIndentType, Style, StyleType, Tab, TabValueType, TextBorder,
};

use crate::model::text::guarded;
use crate::render::RenderError;
use crate::render::document::{Block, Document, Inline, Item, printable};
use crate::render::docx::look::{Look, TEXT};
use crate::render::picture::{LINK, LOGO};
use crate::render::words::Words;

/// Size of the foot in half-points.
const FOOT: usize = 17;
const FOOT_STYLE: &str = "DaifaFooter";
const ACCENT: &str = "1F4E79";
const GREY: &str = "6B7280";
/// What Word measures pictures in.
const EMU_PER_MM: u32 = 36_000;
const EMU_PER_TWENTIETH: u32 = 635;

/// The document as the bytes of a .docx file; the same document gives the same bytes.
///
/// # Errors
/// The file cannot be put together (never because of the text).
pub fn write(document: &Document, words: &Words) -> Result<Vec<u8>, RenderError> {
    let look = Look::of(document);
    let (w, h) = if document.landscape { (look.page.1, look.page.0) } else { look.page };
    let margin = look.margin;
    let margins = PageMargin::new().top(margin).bottom(margin).left(margin).right(margin).header(600).footer(567);
    let text_width = w as usize - 2 * margin as usize;
    let mut docx = Docx::new()
        .page_size(w, h)
        .page_margin(margins)
        .default_fonts(text_font())
        .default_size(TEXT)
        .created_at("2026-01-01T00:00:00Z")
        .updated_at("2026-01-01T00:00:00Z")
        // Fields take their size from the paragraph's style only.
        .add_style(Style::new(FOOT_STYLE, StyleType::Paragraph).name(FOOT_STYLE).size(FOOT).color(GREY));
    // A poster is one sheet.
    if look.poster.is_none() {
        docx = docx.footer(footer(document, words, text_width));
    }
    if document.landscape {
        docx = docx.page_orient(PageOrientationType::Landscape);
    }
    let accent = document.accent.map_or_else(|| ACCENT.to_string(), |colour| colour.to_string());
    let mut writer =
        Writer { document, words, look, accent, headers: Vec::new(), size: look.text, tops: true, leads: false };
    let mut breaks = false;
    let level = |at: usize| match document.blocks.get(at) {
        Some(Block::Heading { level, .. }) => Some(*level),
        _ => None,
    };
    for (at, block) in document.blocks.iter().enumerate() {
        writer.tops = at == 0 || breaks;
        let around = at.checked_sub(1).and_then(level).zip(level(at + 1));
        writer.leads = around.is_some_and(|(above, below)| above < below);
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

struct Writer<'a> {
    document: &'a Document,
    words: &'a Words,
    look: Look,
    /// Colour of headings.
    accent: String,
    /// For each table in the order of the file, whether its first row is a header to repeat.
    headers: Vec<bool>,
    size: usize,
    /// Whether the block stands at the top of the document or of a page that is broken before it.
    tops: bool,
    /// Whether the block stands between a heading and one of a lower level: it says what the section is for and goes with both.
    leads: bool,
}

impl Writer<'_> {
    fn block(&mut self, block: &Block, width: usize, on_new_page: bool) -> Vec<Piece> {
        let paragraph = |p: Paragraph| Piece::Paragraph(Box::new(p.page_break_before(on_new_page)));
        match block {
            Block::Heading { level, text } => vec![paragraph(self.heading(*level, text))],
            // Where the branch has no mark of its own nothing stands for it.
            Block::Paragraph(text) if self.is_missing_logo(text) => Vec::new(),
            Block::Paragraph(text) => {
                let gap = self.look.poster.map_or(90, |poster| poster.gap);
                let spacing = self.lines(text, self.size, (0, gap), 330);
                let p = self.text(self.aligned(Paragraph::new()).line_spacing(spacing), text);
                vec![paragraph(if self.leads { p.keep_next(true) } else { p })]
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
            Block::Rule => {
                if let Some(poster) = self.look.poster {
                    self.size = poster.small;
                }
                vec![paragraph(rule())]
            }
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
            Inline::Strong(t) => {
                let run = self.run(t).bold().fonts(heading_font());
                p.add_run(if self.look.poster.is_some() { run.color(&self.accent) } else { run })
            }
            Inline::Picture { key, alt } => self.picture(p, key, alt),
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

    fn is_missing_logo(&self, text: &[Inline]) -> bool {
        let logo = |i: &Inline| matches!(i, Inline::Picture { key, .. } if key == LOGO);
        text.iter().all(logo) && !self.document.pictures.contains_key(LOGO)
    }

    /// The picture in its size; a code without a link says where the link is missing.
    fn picture(&self, paragraph: Paragraph, key: &str, alt: &str) -> Paragraph {
        let pictures = &self.document.pictures;
        let Some((at, picture)) = pictures.iter().enumerate().find_map(|(at, (k, p))| (k == key).then_some((at, p)))
        else {
            return match key {
                LOGO => paragraph,
                _ if key.starts_with(LINK) => {
                    let edge = TextBorder::new().border_type(BorderType::Dashed).size(8).space(4).color(GREY);
                    let text = run(self.words.get("document.no_link"), self.look.poster.map_or(TEXT, |p| p.small));
                    paragraph.add_run(text.color(GREY).text_border(edge))
                }
                _ => paragraph.add_run(self.run(&guarded(alt))),
            };
        };
        let height = EMU_PER_MM * if key.starts_with(LINK) { self.look.code } else { self.look.logo };
        let most = self.look.page.0.saturating_sub(2 * self.look.margin.unsigned_abs()) * EMU_PER_TWENTIETH;
        let (width, height) = fitted((picture.width, picture.height), height, most);
        let pic = Pic::new_with_dimensions(picture.png.clone(), picture.width, picture.height);
        // Its own number counts over all documents of a process.
        paragraph.add_run(Run::new().add_image(pic.id(format!("rIdPicture{at}")).size(width, height)))
    }

    /// Posters are centred.
    fn aligned(&self, paragraph: Paragraph) -> Paragraph {
        if self.look.poster.is_some() { paragraph.align(AlignmentType::Center) } else { paragraph }
    }

    /// Room around the paragraph (before and after) and between its lines. On a poster lines of letters have a height of
    /// their own: that of the font differs from PC to PC, and the page is to stay one.
    fn lines(&self, text: &[Inline], size: usize, (before, after): (u32, u32), line: i32) -> LineSpacing {
        let picture = text.iter().any(|i| matches!(i, Inline::Picture { .. }));
        match self.look.poster {
            Some(_) if !picture => {
                let height = i32::try_from(size * 13).unwrap_or(i32::MAX);
                LineSpacing::new().before(before).after(after).line(height).line_rule(LineSpacingType::Exact)
            }
            Some(_) => spacing(before, after, 240),
            None => spacing(before, after, line),
        }
    }

    fn heading(&self, level: u8, text: &[Inline]) -> Paragraph {
        let shown: String = text.iter().map(Inline::text).collect();
        let poster = self.look.poster;
        let size = self.look.heading(level);
        let room = match (poster, level) {
            (Some(poster), _) => (0, poster.gap),
            (None, 1) if self.tops => (0, 240),
            (None, 1) => (360, 240),
            (None, 2) => (280, 120),
            (None, 3) => (180, 80),
            (None, _) => (120, 60),
        };
        let colour = if level <= 2 { self.accent.as_str() } else { "1F2937" };
        let run = run(&shown, size).fonts(heading_font()).bold().color(colour);
        let p = Paragraph::new().add_run(run).line_spacing(self.lines(text, size, room, 300));
        let p = p.keep_next(true).outline_lvl(usize::from(level.max(1)) - 1);
        match level {
            1 => p.align(AlignmentType::Center),
            2 if poster.is_none() => underlined(p, 6),
            _ => self.aligned(p),
        }
    }
}

/// Width and height of a picture so high, or lower where it would be wider than `most`.
fn fitted((width, height): (u32, u32), high: u32, most: u32) -> (u32, u32) {
    let share = |a: u32, b: u32, whole: u32| {
        u32::try_from(u64::from(a) * u64::from(b) / u64::from(whole.max(1))).unwrap_or(u32::MAX)
    };
    let wide = share(width, high, height);
    if wide <= most { (wide, high) } else { (most, share(height, most, width)) }
}

fn run(text: &str, size: usize) -> Run {
    Run::new().add_text(printable(text)).size(size).fonts(text_font())
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
