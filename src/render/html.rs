//! Blocks → one self-contained page: nothing is fetched, nothing runs, it prints on A4.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::status::{DocumentStyle, Paper};
use crate::model::text::guarded;
use crate::render::document::{Align, Block, Document, Grid, Inline, Item, printable};
use crate::render::picture::{LINK, LOGO};
use crate::render::table::Tone;
use crate::render::words::Words;

const STYLE: &str = include_str!("html.css");

/// The document as one HTML page.
pub fn write(document: &Document, words: &Words) -> String {
    let mut out = String::new();
    let paper = if document.paper == Paper::A3 { "A3" } else { "A4" };
    let page = format!("{paper}{}", if document.landscape { " landscape" } else { "" });
    out.push_str("<!DOCTYPE html>\n");
    out.push_str(&format!("<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n", words.lang().tag()));
    // Pictures are part of the page.
    let pictures = if document.pictures.is_empty() { "" } else { "; img-src data:" };
    out.push_str(&format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{pictures}\">\n",
    ));
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str(&format!(
        "<title>{}</title>\n<style>\n@page {{ size: {page}; margin: 16mm; }}\n{STYLE}{}</style>\n",
        escape(&document.title),
        document.accent.map(|colour| format!("h1, h2 {{ color: #{colour}; }}\n")).unwrap_or_default()
    ));
    let class = match (document.style, document.landscape) {
        (DocumentStyle::Poster, _) => " class=\"poster\"",
        (DocumentStyle::Text, true) => " class=\"wide\"",
        (DocumentStyle::Text, false) => "",
    };
    out.push_str(&format!("</head>\n<body{class}>\n<main>\n"));
    Page { document, words }.blocks(&mut out, &document.blocks);
    out.push_str("</main>\n");
    if let Some(footer) = &document.footer {
        out.push_str(&format!("<footer>{}</footer>\n", escape(&guarded(footer))));
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// A document while it is written.
struct Page<'a> {
    document: &'a Document,
    words: &'a Words,
}

impl Page<'_> {
    fn blocks(&self, out: &mut String, list: &[Block]) {
        for block in list {
            match block {
                Block::Heading { level, text } => {
                    let level = (*level).clamp(1, 6);
                    out.push_str(&format!("<h{level}>{}</h{level}>\n", self.inlines(text)));
                }
                Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>\n", self.inlines(text))),
                Block::List(items) => self.list_of(out, items),
                Block::Table(grid) => self.table(out, grid),
                Block::Callout { tone, label, blocks: inner } => {
                    out.push_str(&format!("<aside class=\"{}\">\n", tone_class(*tone)));
                    if let Some(label) = label {
                        out.push_str(&format!("<strong class=\"label\">{}</strong>\n", escape(label)));
                    }
                    self.blocks(out, inner);
                    out.push_str("</aside>\n");
                }
                Block::PageBreak => out.push_str("<div class=\"page\"></div>\n"),
                Block::Rule => out.push_str("<hr>\n"),
            }
        }
    }

    /// Nested lists are flat items with levels; each run of a level becomes its own list.
    fn list_of(&self, out: &mut String, items: &[Item]) {
        let mut open: Vec<&str> = Vec::new();
        for item in items {
            let tag = if item.number.is_some() { "ol" } else { "ul" };
            let depth = usize::from(item.level) + 1;
            while open.len() > depth || (open.len() == depth && open.last() != Some(&tag)) {
                close(out, &mut open);
            }
            if open.len() == depth {
                out.push_str("</li>\n");
            }
            while open.len() < depth {
                match item.number.filter(|n| *n != 1) {
                    Some(start) => out.push_str(&format!("<ol start=\"{start}\">\n")),
                    None => out.push_str(&format!("<{tag}>\n")),
                }
                open.push(tag);
                if open.len() < depth {
                    out.push_str("<li>");
                }
            }
            let boxed = item.number.is_none() && item.text.first().is_some_and(|t| t.text().starts_with(['□', '☑']));
            out.push_str(&format!("<li{}>{}", if boxed { " class=\"box\"" } else { "" }, self.inlines(&item.text)));
        }
        while !open.is_empty() {
            close(out, &mut open);
        }
    }

    fn table(&self, out: &mut String, grid: &Grid) {
        out.push_str("<div class=\"table\"><table>\n<colgroup>");
        let total: f64 = grid.widths.iter().sum();
        for width in &grid.widths {
            out.push_str(&format!("<col style=\"width:{:.1}%\">", width / total.max(1e-9) * 100.0));
        }
        out.push_str("</colgroup>\n");
        if !grid.header.is_empty() {
            out.push_str("<thead><tr>");
            for cell in &grid.header {
                out.push_str(&format!("<th>{}</th>", self.inlines(cell)));
            }
            out.push_str("</tr></thead>\n");
        }
        out.push_str("<tbody>\n");
        for row in &grid.rows {
            out.push_str("<tr>");
            for (i, cell) in row.iter().enumerate() {
                let class = match grid.align.get(i) {
                    Some(Align::Right) => " class=\"right\"",
                    Some(Align::Centre) => " class=\"centre\"",
                    _ => "",
                };
                out.push_str(&format!("<td{class}>{}</td>", self.inlines(cell)));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table></div>\n");
    }

    fn inlines(&self, text: &[Inline]) -> String {
        let mut out = String::new();
        for inline in text {
            match inline {
                Inline::Text(t) => out.push_str(&escape(t)),
                Inline::Strong(t) => out.push_str(&format!("<strong>{}</strong>", escape(t))),
                Inline::Break => out.push_str("<br>"),
                Inline::Picture { key, alt } => out.push_str(&self.picture(key, alt)),
                Inline::Link { text, target } => match address(target) {
                    Some(href) => out.push_str(&format!("<a href=\"{}\">{}</a>", escape(&href), escape(text))),
                    None => out.push_str(&escape(text)),
                },
            }
        }
        out
    }

    /// The picture as part of the page; a code without a link says where the link is missing.
    fn picture(&self, key: &str, alt: &str) -> String {
        let class = if key.starts_with(LINK) { "code" } else { "logo" };
        match self.document.pictures.get(key) {
            Some(picture) => {
                let data = STANDARD.encode(&picture.png);
                format!("<img class=\"{class}\" src=\"data:image/png;base64,{data}\" alt=\"{}\">", escape(alt))
            }
            None if key.starts_with(LINK) => {
                format!("<span class=\"missing\">{}</span>", escape(self.words.get("document.no_link")))
            }
            None if key == LOGO => String::new(),
            None => escape(&guarded(alt)),
        }
    }
}

fn close(out: &mut String, open: &mut Vec<&str>) {
    if let Some(tag) = open.pop() {
        out.push_str(&format!("</li>\n</{tag}>\n"));
    }
}

/// Web addresses and files below the page; nothing else may be linked to.
fn address(target: &str) -> Option<String> {
    let target = target.trim();
    if ["https://", "http://", "mailto:"].iter().any(|s| target.starts_with(s)) || target.starts_with('#') {
        return Some(target.to_string());
    }
    if target.is_empty() || target.starts_with(['/', '\\']) || target.contains([':', '\\']) {
        return None;
    }
    // File names hold characters that mean something in addresses.
    Some(target.chars().fold(String::new(), |mut out, c| {
        match c {
            '%' => out.push_str("%25"),
            '#' => out.push_str("%23"),
            '?' => out.push_str("%3F"),
            ' ' => out.push_str("%20"),
            _ => out.push(c),
        }
        out
    }))
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Normal | Tone::Total | Tone::Now => "note",
        Tone::Good => "good",
        Tone::Warn | Tone::Faint => "warn",
        Tone::Bad => "bad",
        Tone::Muted | Tone::Off => "muted",
    }
}

fn escape(text: &str) -> String {
    printable(text).chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::picture::{Picture, Pictures};
    use crate::render::words::Lang;
    use proptest::prelude::*;

    fn page(markdown: &str) -> String {
        write(&Document::new("题", markdown), &Words::load(Lang::ZhCn, None).unwrap())
    }

    #[test]
    fn lists_nest_as_html_wants() {
        let shown = page("1. 甲\n   - 乙\n   - □ 丙\n2. 丁\n");
        let body = "<ol>\n<li>甲<ul>\n<li>乙</li>\n<li class=\"box\">□ 丙</li>\n</ul>\n</li>\n<li>丁</li>\n</ol>\n";
        assert!(shown.contains(body), "{shown}");
    }

    #[test]
    fn only_safe_targets_are_linked() {
        let shown = page(
            "[a](https://example.com/?x=1) [b](03_进企资料包/甲%.docx) [c](javascript:alert) [d](/etc/x) [e](file:///x)",
        );
        assert!(
            shown.contains(
                "<a href=\"https://example.com/?x=1\">a</a> <a href=\"03_进企资料包/甲%25.docx\">b</a> c d e"
            ),
            "{shown}"
        );
    }

    #[test]
    fn pictures_are_part_of_the_page_and_a_missing_link_is_told() {
        let code = Picture::code("https://example.com/m").unwrap();
        let mut document =
            Document::new("题", "![](logo)\n\n![手机\"银行](link:a) ![b](link:b) ![甲](https://example.com/x.png)");
        document.pictures = Pictures::from([("link:a".to_string(), code.clone())]);
        let shown = write(&document, &Words::load(Lang::ZhCn, None).unwrap());
        let data = STANDARD.encode(&code.png);
        let image = format!("<img class=\"code\" src=\"data:image/png;base64,{data}\" alt=\"手机&quot;银行\">");
        assert!(shown.contains(&image) && shown.contains("img-src data:"), "{shown}");
        assert!(shown.contains("<span class=\"missing\">二维码：请在 daifa.toml 填写链接</span> 甲"), "{shown}");
        assert_eq!(shown.matches("src=").count(), 1);
    }

    #[test]
    fn headings_take_the_branchs_colour() {
        let mut document = Document::new("题", "# 甲");
        let words = Words::load(Lang::ZhCn, None).unwrap();
        assert!(!write(&document, &words).contains("#8B0000"));
        document.accent = "#8b0000".parse().ok();
        document.paper = Paper::A3;
        let shown = write(&document, &words);
        assert!(shown.contains("h1, h2 { color: #8B0000; }") && shown.contains("size: A3;"), "{shown}");
    }

    #[test]
    fn nothing_is_fetched() {
        let shown = page("# 甲\n\n> [!bad|红线] 乙\n\n| 甲 | 乙 |\n|---|--:|\n| 1 | 2 |\n");
        assert!(!shown.contains("src=") && !shown.contains("url(") && !shown.contains("<script"));
        assert!(shown.contains("<aside class=\"bad\">\n<strong class=\"label\">红线</strong>\n<p>乙</p>\n</aside>"));
        assert!(shown.contains("<td class=\"right\">2</td>"));
    }

    proptest! {
        #[test]
        fn text_cannot_become_markup(text in "[<>\"'&a-z/=甲 ]{1,40}") {
            let shown = escape(&text);
            prop_assert!(!shown.contains(['<', '>', '"', '\'']));
            // A browser shows the text again.
            let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
            let read = entities.iter().fold(shown, |text, (entity, of)| text.replace(entity, of));
            prop_assert_eq!(read, text);
        }
    }
}
