//! What documents are made of.

use crate::render::table::Tone;

#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Level 1 is the document's title.
    Heading {
        level: u8,
        text: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    List(Vec<Item>),
    Table(Grid),
    Callout {
        tone: Tone,
        label: Option<String>,
        blocks: Vec<Block>,
    },
    PageBreak,
    Rule,
}

/// An entry of a list; nested lists follow their entry at a higher level.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// 0 = outermost.
    pub level: u8,
    /// `None` = a bullet.
    pub number: Option<u64>,
    pub text: Vec<Inline>,
}

/// A table of a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    /// Empty where the table has no header.
    pub header: Vec<Vec<Inline>>,
    pub rows: Vec<Vec<Vec<Inline>>>,
    pub align: Vec<Align>,
    /// Shares of the width, one per column.
    pub widths: Vec<f64>,
}

impl Grid {
    pub fn columns(&self) -> usize {
        self.rows.iter().map(Vec::len).chain([self.header.len()]).max().unwrap_or(0)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    Text(String),
    Strong(String),
    Link {
        text: String,
        target: String,
    },
    /// A picture of the document's own, by its key; `alt` says what it shows.
    Picture {
        key: String,
        alt: String,
    },
    Break,
}

impl Inline {
    pub fn text(&self) -> &str {
        match self {
            Inline::Text(t) | Inline::Strong(t) | Inline::Link { text: t, .. } => t,
            Inline::Picture { .. } => "",
            Inline::Break => "\n",
        }
    }
}
