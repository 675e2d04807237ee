//! Native charts, their data on the hidden sheet.

use rust_xlsxwriter::{
    Chart as NativeChart, ChartAxis, ChartAxisLabelPosition, ChartDataLabel, ChartEmptyCells, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color, Format, ObjectMovement, Worksheet, XlsxError,
};

use crate::render::workbook::cells::write_text;
use crate::render::workbook::layout::Layout;
use crate::render::workbook::shared::{HiddenSheet, Shared};
use crate::render::workbook::style::{ACCENT, FONT};
use crate::render::workbook::{Chart, ChartKind, text};

const COLOURS: [u32; 6] = [ACCENT, 0xE08E45, 0x5B9A68, 0xB85C5C, 0x8E7CC3, 0x7F8C8D];
/// Height in pixels of a row nobody has set.
const ROW: u32 = 20;
/// Each of two charts beside each other has at least this many pixels.
const NARROWEST: u32 = 380;

/// Writes charts from `row` on, two beside each other where there is room; returns the row after them.
pub fn write(
    ws: &mut Worksheet,
    row: u32,
    layout: &Layout,
    charts: &[&Chart],
    shared: &mut Shared,
) -> Result<u32, XlsxError> {
    let halves = layout.runs(2);
    let pairs = charts.len() > 1 && halves.len() == 2 && halves.iter().all(|h| layout.pixels(*h) >= NARROWEST);
    let runs = if pairs { halves } else { vec![(0, layout.last())] };
    let mut row = row;
    for band in charts.chunks(runs.len()) {
        for (chart, run) in band.iter().zip(&runs) {
            let mut native = native(chart, shared)?;
            native.set_width(layout.pixels(*run).saturating_sub(8).min(1100)).set_height(chart.rows * ROW - 6);
            native.set_object_movement(ObjectMovement::DontMoveOrSizeWithCells);
            ws.insert_chart_with_offset(row, run.0, &native, 4, 3)?;
        }
        row += band.iter().map(|c| c.rows).max().unwrap_or(0);
    }
    Ok(row)
}

fn native(chart: &Chart, shared: &mut Shared) -> Result<NativeChart, XlsxError> {
    let top = write_data(chart, &mut shared.charts)?;
    let sheet = shared.charts.name.as_str();
    let mut native = NativeChart::new(match chart.kind {
        ChartKind::Column => ChartType::Column,
        ChartKind::Bar => ChartType::Bar,
        ChartKind::Line => ChartType::Line,
        ChartKind::StackedColumn => ChartType::ColumnStacked,
    });
    let last = top + chart.categories.len().max(1) as u32;
    for (i, _) in chart.series.iter().enumerate() {
        let column = i as u16 + 1;
        let series = native.add_series();
        series.set_name((sheet, top, column));
        series.set_categories((sheet, top + 1, 0, last, 0)).set_values((sheet, top + 1, column, last, column));
        let colour = Color::RGB(COLOURS[i % COLOURS.len()]);
        let mut look = ChartFormat::new();
        match chart.kind {
            ChartKind::Line => look.set_line(ChartLine::new().set_color(colour).set_width(2.25)),
            _ => look.set_solid_fill(ChartSolidFill::new().set_color(colour)),
        };
        series.set_format(&mut look).set_gap(70);
        if chart.series.len() == 1 && chart.categories.len() <= 12 {
            let mut label = ChartDataLabel::new();
            label.show_value().set_num_format(&chart.number_format).set_font(&font(8.0));
            series.set_data_label(&label);
        }
    }
    let mut title = font(11.0);
    title.set_bold();
    // A leading `=` would be taken for a reference.
    native.title().set_name(text::free(&chart.title).trim_start_matches('=')).set_font(&title).set_overlay(false);
    let values = |axis: &mut ChartAxis| {
        let grid = ChartLine::new().set_color(Color::RGB(0xE3E6EA)).clone();
        axis.set_num_format(&chart.number_format).set_font(&font(8.0));
        axis.set_major_gridlines(true).set_major_gridlines_line(&grid);
    };
    // The library's x axis is the lower one, which in a lying chart holds the values.
    if chart.kind == ChartKind::Bar {
        values(native.x_axis());
        native.y_axis().set_font(&font(8.0)).set_reverse();
        native.y_axis().set_major_gridlines(false);
        native.x_axis().set_label_position(ChartAxisLabelPosition::High);
    } else {
        values(native.y_axis());
        native.x_axis().set_font(&font(8.0));
    }
    if chart.series.len() > 1 {
        native.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(8.0));
    } else {
        native.legend().set_hidden();
    }
    let mut frame = ChartFormat::new();
    frame.set_border(ChartLine::new().set_color(Color::RGB(0xD5DAE1)));
    native.chart_area().set_format(&mut frame);
    native.show_empty_cells_as(ChartEmptyCells::Gaps).show_hidden_data();
    Ok(native)
}

fn font(size: f64) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name(FONT).set_size(size);
    font
}

/// A block of the hidden sheet: names on top, categories at the left. Returns its first row.
fn write_data(chart: &Chart, sheet: &mut HiddenSheet) -> Result<u32, XlsxError> {
    let top = sheet.used;
    let ws = &mut sheet.worksheet;
    let plain = Format::default();
    write_text(ws, top, 0, &text::free(&chart.title), &plain)?;
    for (row, category) in chart.categories.iter().enumerate() {
        write_text(ws, top + 1 + row as u32, 0, &text::free(category), &plain)?;
    }
    for (i, (name, values)) in chart.series.iter().enumerate() {
        let column = i as u16 + 1;
        write_text(ws, top, column, &text::free(name), &plain)?;
        for (row, value) in values.iter().enumerate().take(chart.categories.len()).filter(|(_, v)| v.is_finite()) {
            ws.write_number(top + 1 + row as u32, column, *value)?;
        }
    }
    sheet.used += chart.categories.len().max(1) as u32 + 2;
    Ok(top)
}
