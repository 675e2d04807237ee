//! Tiles of key figures: label, large value, note.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::render::table::Cell;
use crate::render::workbook::cells::{merge, write_cell};
use crate::render::workbook::layout::Layout;
use crate::render::workbook::{Figure, style, text};

/// A tile needs about this many characters for its value.
const NARROWEST: f64 = 17.0;

/// Writes the tiles in bands from `row` on; returns the row after them.
pub fn write(ws: &mut Worksheet, row: u32, layout: &Layout, figures: &[Figure]) -> Result<u32, XlsxError> {
    if figures.is_empty() {
        return Ok(row);
    }
    let most = ((layout.total() / NARROWEST) as usize).clamp(1, 8);
    let per_band = figures.len().div_ceil(figures.len().div_ceil(most));
    let runs = layout.runs(per_band);
    let mut row = row;
    for (band, tiles) in figures.chunks(runs.len()).enumerate() {
        if band > 0 {
            ws.set_row_height(row, 6.0)?;
            row += 1;
        }
        for (figure, run) in tiles.iter().zip(&runs) {
            let number = style::number(&figure.value, &figure.kind);
            let value = style::tile_value(number, figure.tone);
            merge(ws, row, *run, &text::free(&figure.label), &style::tile_label())?;
            merge(ws, row + 1, *run, "", &value)?;
            match figure.value {
                Cell::Empty => ws.write_string_with_format(row + 1, run.0, "—", &value).map(|_| ())?,
                _ => write_cell(ws, row + 1, run.0, &figure.value, &figure.kind, &value)?,
            }
            let note = figure.note.as_deref().unwrap_or_default();
            merge(ws, row + 2, *run, &text::free(note), &style::tile_note(figure.tone))?;
        }
        ws.set_row_height(row, 20.0)?.set_row_height(row + 1, 28.0)?.set_row_height(row + 2, 18.0)?;
        row += 3;
    }
    Ok(row)
}
