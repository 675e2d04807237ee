//! The middle shape of every document: a template's Markdown becomes blocks, blocks become Word or HTML.
//!
//! The subset: headings, paragraphs, lists (nested, numbered, `- [ ]`), tables, rules, links, `**bold**` (which works
//! beside Chinese punctuation too), `<br>`, and
//! - `\pagebreak` or `<!-- pagebreak -->` on a line of its own: a new page;
//! - `<!-- widths: 2,5,3 -->` before a table: its columns' shares of the width;
//! - `> [!注意] …`: a call-out; `> [!warn|合规提示] …` gives it a label of its own;
//! - a table whose header cells are all empty has no header (forms);
//! - `![手机银行](link:mobile_bank)`, `![](logo)`: a picture given with the document; no other address shows one;
//! - `______` is a line to write on and □ a box to tick: plain text.

mod blocks;
mod guard;
mod parse;

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

pub use crate::render::document::blocks::{Align, Block, Grid, Inline, Item};
pub use crate::render::document::parse::parse;

use crate::model::status::{DocumentStyle, Paper};
use crate::render::free_text;
use crate::render::picture::Pictures;

/// A document ready to be written as Word or HTML.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Title in the file's properties and the browser's tab; the visible title is the first heading.
    pub title: String,
    /// Stands at the left of every page's foot, beside the page number.
    pub footer: Option<String>,
    pub landscape: bool,
    pub paper: Paper,
    pub style: DocumentStyle,
    /// Colour of the headings, where the branch has one of its own.
    pub accent: Option<Colour>,
    /// What its text may show.
    pub pictures: Pictures,
    pub blocks: Vec<Block>,
}

impl Document {
    /// The document a rendered template describes.
    pub fn new(title: impl Into<String>, markdown: &str) -> Document {
        let title = free_text::shown("title", &title.into()).into_owned();
        Document { title, blocks: guard::guarded(parse(markdown)), ..Document::default() }
    }
}

/// A colour of the screen, written `#1F4E79`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl FromStr for Colour {
    type Err = ();

    fn from_str(text: &str) -> Result<Colour, ()> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = u32::from_str_radix(digits.ok_or(())?, 16).map_err(|_| ())?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Colour([red, green, blue]))
    }
}

/// Six hexadecimal digits, as Word has them.
impl Display for Colour {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Colour([red, green, blue]) = self;
        write!(f, "{red:02X}{green:02X}{blue:02X}")
    }
}

/// Characters XML 1.0 and Word take.
pub(super) fn printable(text: &str) -> String {
    let bad = |c: char| (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(|c| !bad(*c)).collect()
}

#[cfg(test)]
mod tests;
