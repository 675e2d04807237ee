//! No line of a document begins as a formula does: pages can be opened in a spreadsheet, and tables pasted into one.

use crate::model::text;
use crate::render::document::{Block, Inline};

/// The blocks with a `'` before every line that a spreadsheet would run.
pub(super) fn guarded(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.iter_mut().for_each(block);
    blocks
}

fn block(block: &mut Block) {
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => lines(text),
        Block::List(items) => items.iter_mut().for_each(|i| lines(&mut i.text)),
        Block::Table(grid) => grid.header.iter_mut().chain(grid.rows.iter_mut().flatten()).for_each(|c| lines(c)),
        Block::Callout { label, blocks, .. } => {
            if let Some(label) = label {
                *label = text::guarded(label).into_owned();
            }
            blocks.iter_mut().for_each(crate::render::document::guard::block);
        }
        Block::PageBreak | Block::Rule => {}
    }
}

fn lines(inlines: &mut [Inline]) {
    for line in inlines.split_mut(|i| *i == Inline::Break) {
        let whole: String = line.iter().map(Inline::text).collect();
        if text::guarded(&whole).len() == whole.len() {
            continue;
        }
        let first = line.iter_mut().find(|i| !matches!(i, Inline::Picture { .. }));
        if let Some(Inline::Text(t) | Inline::Strong(t) | Inline::Link { text: t, .. }) = first {
            t.insert(0, '\'');
        }
    }
}
