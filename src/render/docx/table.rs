//! Tables and call-outs (which are tables of one cell).

use docx_rs::{
    AlignmentType, BorderType, HeightRule, Paragraph, Shading, ShdType, Table, TableAlignmentType, TableBorder,
    TableBorderPosition, TableBorders, TableCell, TableCellBorder, TableCellBorderPosition, TableCellMargins,
    TableLayoutType, TableRow, VAlignType, WidthType,
};

use crate::render::document::{Align, Block, Grid, Inline};
use crate::render::docx::look::TEXT;
use crate::render::docx::{Piece, Writer, heading_font, run, spacing};
use crate::render::table::Tone;

const LINE: &str = "B5C0CC";
const HEADER: &str = "E3ECF5";

impl Writer<'_> {
    pub(super) fn grid(&mut self, grid: &Grid, width: usize) -> Table {
        let widths = shares(&grid.widths, grid.columns(), width);
        self.headers.push(!grid.header.is_empty());
        let size = std::mem::replace(&mut self.size, self.look.table);
        let mut rows = Vec::with_capacity(grid.rows.len() + 1);
        if !grid.header.is_empty() {
            rows.push(self.row(&grid.header, grid, &widths, true));
        }
        rows.extend(grid.rows.iter().map(|row| self.row(row, grid, &widths, false)));
        self.size = size;
        base(rows, widths, width).set_borders(all_borders())
    }

    fn row(&self, cells: &[Vec<Inline>], grid: &Grid, widths: &[usize], header: bool) -> TableRow {
        let cells = widths.iter().enumerate().map(|(i, width)| {
            let text = cells.get(i).map(Vec::as_slice).unwrap_or_default();
            let align = match grid.align.get(i) {
                _ if header => AlignmentType::Center,
                Some(Align::Right) => AlignmentType::Right,
                Some(Align::Centre) => AlignmentType::Center,
                _ => AlignmentType::Left,
            };
            let spacing = self.lines(text, self.size, (30, 30), 270);
            let p = Paragraph::new().align(align).line_spacing(spacing);
            let cell = TableCell::new().width(*width, WidthType::Dxa).vertical_align(VAlignType::Center);
            if header {
                let shown: String = text.iter().map(Inline::text).collect();
                cell.add_paragraph(p.add_run(self.run(&shown).bold().fonts(heading_font()))).shading(fill(HEADER))
            } else {
                cell.add_paragraph(self.text(p, text))
            }
        });
        let row = TableRow::new(cells.collect()).cant_split();
        match self.look.poster {
            Some(poster) => row.row_height(poster.row as f32).height_rule(HeightRule::AtLeast),
            None => row,
        }
    }

    pub(super) fn callout(&mut self, tone: Tone, label: Option<&str>, blocks: &[Block], width: usize) -> Table {
        let (background, edge) = match tone {
            Tone::Good => ("EAF5EE", "4C9A5F"),
            Tone::Warn | Tone::Faint => ("FFF6E0", "E0A030"),
            Tone::Bad => ("FDECEC", "C0504D"),
            Tone::Muted | Tone::Off => ("F4F5F7", "A6ACB5"),
            Tone::Normal | Tone::Total | Tone::Now => ("EDF3FA", "2F6DA8"),
        };
        self.headers.push(false);
        let side =
            |at, colour: &str, size| TableCellBorder::new(at).color(colour).size(size).border_type(BorderType::Single);
        let mut cell = TableCell::new()
            .width(width, WidthType::Dxa)
            .shading(fill(background))
            .clear_all_border()
            .set_border(side(TableCellBorderPosition::Left, edge, 24));
        if let Some(label) = label {
            let run = run(label, TEXT).bold().color(edge).fonts(heading_font());
            cell = cell.add_paragraph(Paragraph::new().line_spacing(spacing(40, 20, 280)).keep_next(true).add_run(run));
        }
        for block in blocks {
            for piece in self.block(block, width.saturating_sub(400), false) {
                cell = match piece {
                    Piece::Paragraph(p) => cell.add_paragraph(*p),
                    Piece::Table(t) => cell.add_table(*t),
                    Piece::Break => cell,
                };
            }
        }
        if label.is_none() && blocks.is_empty() {
            // Word refuses a cell without a paragraph.
            cell = cell.add_paragraph(Paragraph::new());
        }
        base(vec![TableRow::new(vec![cell]).cant_split()], vec![width], width)
            .set_borders(TableBorders::with_empty())
            .margins(TableCellMargins::new().margin(70, 160, 50, 200))
    }
}

fn base(rows: Vec<TableRow>, widths: Vec<usize>, width: usize) -> Table {
    Table::new(rows)
        .set_grid(widths)
        .width(width, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
        .margins(TableCellMargins::new().margin(20, 90, 20, 90))
}

fn all_borders() -> TableBorders {
    use TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    [Top, Bottom, Left, Right, InsideH, InsideV].into_iter().fold(TableBorders::with_empty(), |borders, at| {
        borders.set(TableBorder::new(at).color(LINE).size(4).border_type(BorderType::Single))
    })
}

fn fill(colour: &str) -> Shading {
    Shading::new().shd_type(ShdType::Clear).color("auto").fill(colour)
}

/// The width cut by the columns' shares; the last column takes what rounding leaves.
fn shares(weights: &[f64], columns: usize, width: usize) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let mut widths: Vec<usize> = if weights.len() == columns && total > 0.0 {
        weights.iter().map(|w| (w / total * width as f64) as usize).collect()
    } else {
        vec![width / columns.max(1); columns]
    };
    let rest = width.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}
