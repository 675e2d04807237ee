//! Workbooks of generated sheets.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::simulate::sheets::{Cell, RowKind, SampleFile, SampleSheet};

/// The formats of a workbook; every cell of a kind shares one.
struct Formats {
    title: Format,
    remark: Format,
    header: Format,
    footer: Format,
    total: [Format; 3],
    date: Format,
    decimals: [Format; 2],
}

impl Formats {
    fn new() -> Formats {
        let plain = Format::new();
        let bold = Format::new().set_bold();
        let (two, four) = ("#,##0.00", "#,##0.0000");
        Formats {
            title: Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Center),
            remark: Format::new().set_align(FormatAlign::Right),
            header: Format::new()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_border(FormatBorder::Thin)
                .set_background_color(Color::RGB(0x00DD_EBF7)),
            footer: plain.clone(),
            total: [bold.clone(), bold.clone().set_num_format(two), bold.set_num_format(four)],
            date: plain.clone().set_num_format("yyyy/m/d"),
            decimals: [plain.clone().set_num_format(two), plain.set_num_format(four)],
        }
    }

    fn of(&self, kind: RowKind, cell: &Cell) -> Option<&Format> {
        let decimals = match cell {
            Cell::Number(_, decimals) => usize::from(*decimals).div_ceil(2).min(2),
            _ => 0,
        };
        match kind {
            RowKind::Title => Some(&self.title),
            RowKind::Remark => Some(&self.remark),
            RowKind::Header => Some(&self.header),
            RowKind::Footer => Some(&self.footer),
            RowKind::Total => Some(&self.total[decimals]),
            RowKind::Data if matches!(cell, Cell::Date(_)) => Some(&self.date),
            RowKind::Data => decimals.checked_sub(1).map(|d| &self.decimals[d]),
        }
    }
}

/// The bytes of a workbook with a fixed creation time.
pub(super) fn workbook(file: &SampleFile) -> Result<Vec<u8>, XlsxError> {
    let created = ExcelDateTime::parse_from_str("2026-01-01T00:00:00")?;
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let formats = Formats::new();
    for sheet in &file.sheets {
        let ws = book.add_worksheet();
        ws.set_name(&sheet.name)?;
        fill(ws, sheet, &formats)?;
    }
    book.save_to_buffer()
}

fn fill(ws: &mut Worksheet, sheet: &SampleSheet, formats: &Formats) -> Result<(), XlsxError> {
    for (c, width) in sheet.widths.iter().enumerate() {
        ws.set_column_width(c as u16, *width)?;
    }
    ws.set_freeze_panes(sheet.frozen, 0)?;
    // Merged first: the texts of merged ranges are then written over with their own kind.
    for m in &sheet.merges {
        let kind = sheet.rows.get(m.top as usize).map_or(RowKind::Title, |r| r.kind);
        let format = formats.of(kind, &Cell::Empty).cloned().unwrap_or_default();
        if (m.top, m.left) != (m.bottom, m.right) {
            ws.merge_range(m.top, m.left as u16, m.bottom, m.right as u16, "", &format)?;
        }
    }
    for (r, row) in sheet.rows.iter().enumerate() {
        let r = r as u32;
        if row.hidden {
            ws.set_row_hidden(r)?;
        }
        for (c, cell) in row.cells.iter().enumerate() {
            put(ws, (r, c as u16), cell, formats.of(row.kind, cell))?;
        }
    }
    Ok(())
}

fn put(ws: &mut Worksheet, (r, c): (u32, u16), cell: &Cell, format: Option<&Format>) -> Result<(), XlsxError> {
    match (cell, format) {
        (Cell::Empty, _) => {}
        (Cell::Text(t), Some(f)) => drop(ws.write_string_with_format(r, c, t.as_ref(), f)?),
        (Cell::Text(t), None) => drop(ws.write_string(r, c, t.as_ref())?),
        (Cell::Number(n, _), Some(f)) => drop(ws.write_number_with_format(r, c, *n, f)?),
        (Cell::Number(n, _), None) => drop(ws.write_number(r, c, *n)?),
        (Cell::Date(d), f) => {
            let date = ExcelDateTime::parse_from_str(&d.to_string())?;
            let plain = Format::new();
            ws.write_datetime_with_format(r, c, &date, f.unwrap_or(&plain))?;
        }
    }
    Ok(())
}
