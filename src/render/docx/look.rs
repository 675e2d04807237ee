//! How large things are: one table for text read at a desk and one for posters, by paper.

use crate::model::status::{DocumentStyle, Paper};
use crate::render::document::Document;

/// Text in half-points, lengths in twentieths of a point, pictures in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Page in portrait.
    pub page: (u32, u32),
    pub margin: i32,
    pub text: usize,
    pub table: usize,
    /// Of each level of heading; the last for all below.
    pub headings: [usize; 4],
    /// Side of a QR code and height of the branch's mark.
    pub code: u32,
    pub logo: u32,
    /// Set on posters: everything is centred, lines have a height of their own whatever the font, and table rows at least this
    /// one. The sizes fill most of a page and leave room for a title of two lines, a long address and a mark.
    pub poster: Option<Poster>,
}

/// See [`Look::poster`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Poster {
    /// Least height of a row.
    pub row: u32,
    /// Room after a paragraph.
    pub gap: u32,
    /// Text after a rule: the small print at the foot.
    pub small: usize,
}

/// 五号 text, smaller in tables, in half-points.
pub(super) const TEXT: usize = 21;
const SMALL: usize = 19;

const A4: (u32, u32) = (11_906, 16_838);
const A3: (u32, u32) = (16_838, 23_811);

const DESK: Look = Look {
    page: A4,
    margin: 1_077,
    text: TEXT,
    table: SMALL,
    headings: [36, 28, 24, 22],
    code: 30,
    logo: 12,
    poster: None,
};

const POSTER_A4: Look = Look {
    page: A4,
    margin: 900,
    text: 34,
    table: 32,
    headings: [76, 40, 36, 22],
    code: 36,
    logo: 14,
    poster: Some(Poster { row: 1_060, gap: 200, small: 22 }),
};

/// √2 times A4, as the sheet is.
const POSTER_A3: Look = Look {
    page: A3,
    margin: 1_270,
    text: 48,
    table: 45,
    headings: [107, 56, 50, 31],
    code: 51,
    logo: 20,
    poster: Some(Poster { row: 1_500, gap: 280, small: 31 }),
};

impl Look {
    pub(super) fn of(document: &Document) -> Look {
        match (document.style, document.paper) {
            (DocumentStyle::Text, Paper::A4) => DESK,
            (DocumentStyle::Text, Paper::A3) => Look { page: A3, ..DESK },
            (DocumentStyle::Poster, Paper::A4) => POSTER_A4,
            (DocumentStyle::Poster, Paper::A3) => POSTER_A3,
        }
    }

    /// Size of a heading.
    pub(super) fn heading(&self, level: u8) -> usize {
        self.headings[usize::from(level.clamp(1, 4)) - 1]
    }
}
