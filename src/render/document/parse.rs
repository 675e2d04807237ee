//! Markdown → blocks.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::render::document::{Align, Block, Grid, Inline, Item};
use crate::render::table::Tone;

/// Stands for `**` while Markdown is parsed: CommonMark does not close bold after a Chinese colon.
const STRONG: char = '\u{fdd0}';
/// Stands for `_` in lines to write on, which Markdown would take for rules or emphasis.
const WRITE_IN: char = '\u{fdd1}';
/// A cell does not make its column narrower or wider than this, in characters.
const COLUMN: (f64, f64) = (5.0, 36.0);

/// Blocks of a Markdown text; never fails, what is not understood stays text.
pub fn parse(markdown: &str) -> Vec<Block> {
    let source = prepare(markdown);
    let mut builder = Builder { frames: vec![Vec::new()], ..Builder::default() };
    for event in Parser::new_ext(&source, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS) {
        builder.take(event);
    }
    builder.frames.into_iter().flatten().collect()
}

/// Puts the stand-ins in; escaped characters keep their backslash and are left alone.
fn prepare(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().filter(|c| !matches!(*c, STRONG | WRITE_IN)).peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '*' | '_' => {
                let mut run = 1;
                while chars.next_if_eq(&c).is_some() {
                    run += 1;
                }
                match (c, run) {
                    ('*', 2) => out.push(STRONG),
                    ('_', 3..) => out.extend(std::iter::repeat_n(WRITE_IN, run)),
                    _ => out.extend(std::iter::repeat_n(c, run)),
                }
            }
            _ => out.push(c),
        }
    }
    out
}

#[derive(Default)]
struct Builder {
    /// Blocks of the document and of the call-outs being read.
    frames: Vec<Vec<Block>>,
    text: Vec<Inline>,
    strong: bool,
    soft_break: bool,
    link: Option<String>,
    /// Key and description of the picture being read.
    picture: Option<(String, String)>,
    /// Next number of each list being read, outermost first; `None` = bullets.
    lists: Vec<Option<u64>>,
    items: Vec<Item>,
    html: String,
    widths: Option<Vec<f64>>,
    grid: Grid,
    row: Vec<Vec<Inline>>,
}

impl Builder {
    fn take(&mut self, event: Event) {
        if let Some((_, alt)) = &mut self.picture {
            match event {
                Event::Text(t) | Event::Code(t) => alt.push_str(&t.replace([STRONG, WRITE_IN], "")),
                Event::End(TagEnd::Image) => self.end_picture(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(t) | Event::Code(t) | Event::InlineMath(t) | Event::DisplayMath(t) => self.push(&t),
            Event::FootnoteReference(t) => self.push(&t),
            Event::Html(t) => self.html.push_str(&t),
            Event::InlineHtml(t) => self.inline_html(&t),
            Event::SoftBreak => self.soft_break = true,
            Event::HardBreak => self.push_break(),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(done) => self.push(if done { "☑ " } else { "□ " }),
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::BlockQuote(_) => self.frames.push(Vec::new()),
            Tag::List(first) => {
                self.flush_item();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush_item();
                let level = self.lists.len().saturating_sub(1) as u8;
                let number = match self.lists.last_mut() {
                    Some(Some(next)) => {
                        *next += 1;
                        Some(*next - 1)
                    }
                    _ => None,
                };
                self.items.push(Item { level, number, text: Vec::new() });
            }
            Tag::Table(align) => {
                let align = align.iter().map(|a| match a {
                    Alignment::Right => Align::Right,
                    Alignment::Center => Align::Centre,
                    Alignment::Left | Alignment::None => Align::Left,
                });
                self.grid = Grid { align: align.collect(), ..Grid::default() };
            }
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.into_string()),
            Tag::Image { dest_url, .. } => self.picture = Some((dest_url.into_string(), String::new())),
            Tag::HtmlBlock => self.html.clear(),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => self.finish(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::CodeBlock => {
                if self.lists.is_empty() {
                    self.finish();
                } else {
                    self.flush_item();
                }
            }
            TagEnd::Heading(level) => {
                let text = self.inlines();
                self.block(Block::Heading { level: level as u8, text });
            }
            TagEnd::Item => self.flush_item(),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    let items = std::mem::take(&mut self.items);
                    self.block(Block::List(items));
                }
            }
            TagEnd::BlockQuote(_) => self.end_callout(),
            TagEnd::TableCell => {
                let cell = self.inlines();
                self.row.push(cell);
            }
            TagEnd::TableHead => self.grid.header = std::mem::take(&mut self.row),
            TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                self.grid.rows.push(row);
            }
            TagEnd::Table => self.end_table(),
            TagEnd::Link => self.link = None,
            TagEnd::HtmlBlock => self.end_html(),
            _ => {}
        }
    }

    /// Ends a paragraph.
    fn finish(&mut self) {
        let text = self.inlines();
        match text.as_slice() {
            [] => {}
            [Inline::Text(t)] if t.trim() == "\\pagebreak" => self.block(Block::PageBreak),
            _ => self.block(Block::Paragraph(text)),
        }
    }

    fn flush_item(&mut self) {
        let text = self.inlines();
        if let (Some(item), false) = (self.items.last_mut(), text.is_empty()) {
            if !item.text.is_empty() {
                item.text.push(Inline::Break);
            }
            item.text.extend(text);
        }
    }

    fn end_picture(&mut self) {
        if let Some((key, alt)) = self.picture.take() {
            self.soft_break = false;
            self.text.push(Inline::Picture { key, alt });
        }
    }

    fn end_callout(&mut self) {
        let mut blocks = self.frames.pop().unwrap_or_default();
        let (mut tone, mut label) = (Tone::Normal, None);
        if let Some(Block::Paragraph(text)) = blocks.first_mut()
            && let Some(Inline::Text(first)) = text.first_mut()
            && let Some((head, rest)) = first.strip_prefix("[!").and_then(|t| t.split_once(']'))
        {
            let (key, own) = head.split_once('|').unwrap_or((head, head));
            (tone, label) = (callout_tone(key.trim()), Some(own.trim().to_string()));
            *first = rest.trim_start().to_string();
            if first.is_empty() {
                text.remove(0);
            }
            if matches!(text.first(), Some(Inline::Break)) {
                text.remove(0);
            }
            if text.is_empty() {
                blocks.remove(0);
            }
        }
        self.block(Block::Callout { tone, label, blocks });
    }

    fn end_table(&mut self) {
        let mut grid = std::mem::take(&mut self.grid);
        if grid.header.iter().all(Vec::is_empty) {
            grid.header.clear();
        }
        let columns = grid.columns();
        let stated = self.widths.take().filter(|w| w.len() == columns && w.iter().all(|w| *w > 0.0));
        grid.widths = stated.unwrap_or_else(|| (0..columns).map(|c| natural_width(&grid, c)).collect());
        self.block(Block::Table(grid));
    }

    /// Comments with a meaning take effect, others go; anything else that looks like HTML is text.
    fn end_html(&mut self) {
        let html = std::mem::take(&mut self.html);
        let mut rest = html.as_str();
        while let Some(start) = rest.find("<!--") {
            self.push(rest[..start].trim());
            let comment = &rest[start + 4..];
            let (inside, after) = comment.split_once("-->").unwrap_or((comment, ""));
            self.directive(inside.trim());
            rest = after;
        }
        self.push(rest.trim());
        self.finish();
    }

    fn directive(&mut self, text: &str) {
        if text == "pagebreak" {
            self.finish();
            self.block(Block::PageBreak);
        } else if let Some(list) = text.strip_prefix("widths:") {
            self.widths = list.split(',').map(|w| w.trim().parse().ok()).collect();
        }
    }

    fn inline_html(&mut self, html: &str) {
        match html.trim_matches(['<', '>', '/', ' ']) {
            "br" => self.push_break(),
            _ if html.starts_with("<!--") => {}
            _ => self.push(html),
        }
    }

    fn push_break(&mut self) {
        self.soft_break = false;
        self.text.push(Inline::Break);
    }

    fn push(&mut self, text: &str) {
        let text = text.replace(WRITE_IN, "_");
        let text = text.trim_end_matches('\n');
        if std::mem::take(&mut self.soft_break) && self.wants_blank(text) {
            self.piece(" ");
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.push_break();
            }
            for (j, piece) in line.split(STRONG).enumerate() {
                if j > 0 {
                    self.strong = !self.strong;
                }
                self.piece(piece);
            }
        }
    }

    /// Chinese lines are joined without a blank.
    fn wants_blank(&self, next: &str) -> bool {
        let narrow = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c.width() == Some(1));
        narrow(self.text.last().and_then(|i| i.text().chars().last()))
            && narrow(next.trim_start_matches(STRONG).chars().next())
    }

    fn piece(&mut self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        let new = match (&self.link, self.strong) {
            (Some(target), _) => Inline::Link { text: piece.to_string(), target: target.clone() },
            (None, true) => Inline::Strong(piece.to_string()),
            (None, false) => Inline::Text(piece.to_string()),
        };
        match (self.text.last_mut(), &new) {
            (Some(Inline::Text(t)), Inline::Text(more)) | (Some(Inline::Strong(t)), Inline::Strong(more)) => {
                t.push_str(more);
            }
            (Some(Inline::Link { text, target }), Inline::Link { text: more, target: same }) if target == same => {
                text.push_str(more);
            }
            _ => self.text.push(new),
        }
    }

    fn inlines(&mut self) -> Vec<Inline> {
        self.strong = false;
        self.soft_break = false;
        std::mem::take(&mut self.text)
    }

    fn block(&mut self, block: Block) {
        if let Some(frame) = self.frames.last_mut() {
            frame.push(block);
        }
    }
}

/// Words of templates that set the tone of a call-out.
fn callout_tone(key: &str) -> Tone {
    match key {
        "good" | "要点" | "做法" | "示例" => Tone::Good,
        "warn" | "注意" | "提醒" | "合规提示" => Tone::Warn,
        "bad" | "禁止" | "禁语" | "严禁" => Tone::Bad,
        "muted" | "说明" => Tone::Muted,
        _ => Tone::Normal,
    }
}

fn natural_width(grid: &Grid, column: usize) -> f64 {
    let cells = grid.rows.iter().chain([&grid.header]).filter_map(|r| r.get(column));
    let width = |cell: &Vec<Inline>| {
        let text: String = cell.iter().map(Inline::text).collect();
        text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0) as f64 + 1.0
    };
    cells.map(width).fold(COLUMN.0, f64::max).min(COLUMN.1)
}
