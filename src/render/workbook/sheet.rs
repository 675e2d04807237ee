//! One sheet: its parts from top to bottom, then panes, filter and print set-up.

use rust_xlsxwriter::{DataValidation, DataValidationRule, ExcelDateTime, Format, Formula, Worksheet, XlsxError};

use crate::render::RenderError;
use crate::render::free_text;
use crate::render::table::{Cell, Column, Kind, Row, Table};
use crate::render::workbook::cells::{merge, span, write_cell, write_text};
use crate::render::workbook::layout::Layout;
use crate::render::workbook::shared::{HiddenSheet, Shared};
use crate::render::workbook::style::{self, Look};
use crate::render::workbook::{Feed, Part, Sheet, chart, figures, text};

/// A header lower than this is not frozen: it would take the screen.
const LOWEST_FROZEN: u32 = 8;
/// A sheet with key figures and not more rows than this is printed on one page.
const LONGEST_BOARD: u32 = 60;
/// With charts, which stay legible when they shrink, so many.
const LONGEST_CHART_BOARD: u32 = 100;
/// Excel's limit for the text of a drop-down list.
const LONGEST_LIST: usize = 255;
/// Columns of fewer characters are those of a grid, which is not filtered.
const NARROWEST_FILTERED: f64 = 6.0;
pub const A4: u8 = 9;

/// Where the rows of a table stand.
struct Placed {
    /// First row of the header (the group's, if there is one).
    header: u32,
    first: u32,
    /// Last row of data, or of the sentence in place of it.
    last: u32,
    /// Rows of data.
    rows: u32,
}

/// Writes a sheet into a new worksheet; the rows of its long lists come from `feed`.
pub fn write(mut ws: Worksheet, sheet: &Sheet, shared: &mut Shared, feed: Feed<'_>) -> Result<Worksheet, RenderError> {
    let layout = Layout::of(sheet);
    for (i, width) in layout.widths.iter().enumerate() {
        ws.set_column_width(i as u16, *width)?;
        if layout.hidden[i] {
            ws.set_column_hidden(i as u16)?;
        }
    }
    let mut row = 0;
    let (mut placed, mut breaks) = (Vec::new(), Vec::new());
    let mut parts = sheet.parts.iter().peekable();
    while let Some(part) = parts.next() {
        match part {
            Part::Title(title) => {
                span(&mut ws, row, &layout, title, &style::title(), 28.0)?;
                row += 1;
            }
            Part::Lines(lines) => {
                for line in lines {
                    span(&mut ws, row, &layout, line, &style::text(), style::LINE + 2.0)?;
                    row += 1;
                }
            }
            Part::Figures(list) => row = figures::write(&mut ws, row, &layout, list)?,
            Part::Table(table) => {
                let place = write_table(&mut ws, row, &layout, table, None, shared)?;
                row = place.last + 1;
                placed.push((table, place));
            }
            Part::Long { table, list, .. } => {
                let place = write_table(&mut ws, row, &layout, table, Some((*list, &mut *feed)), shared)?;
                row = place.last + 1;
                placed.push((table, place));
            }
            Part::NewPage => {
                breaks.push(row);
                continue;
            }
            Part::Chart(first) => {
                let mut charts = vec![first];
                while let Some(Part::Chart(next)) = parts.peek() {
                    charts.push(next);
                    parts.next();
                }
                row = chart::write(&mut ws, row, &layout, &charts, shared)?;
            }
        }
        if parts.peek().is_some() && !matches!(part, Part::Title(_)) {
            ws.set_row_height(row, 8.0)?;
            row += 1;
        }
    }
    let ends_in_table = matches!(sheet.parts.last(), Some(Part::Table(_) | Part::Long { .. }));
    if let ([(table, place)], true) = (placed.as_slice(), ends_in_table) {
        let columns = table.columns.len().saturating_sub(1) as u16;
        if place.rows > 0 {
            ws.autofilter(place.first - 1, 0, place.last, columns)?;
        }
        ws.set_repeat_rows(place.header, place.first - 1)?;
        if place.first <= LOWEST_FROZEN {
            ws.set_freeze_panes(place.first, table.freeze.min(table.columns.len()) as u16)?;
        }
    }
    set_up_page(&mut ws, sheet, &layout, shared)?;
    let charts = sheet.parts.iter().any(|p| matches!(p, Part::Chart(_)));
    let longest = if charts { LONGEST_CHART_BOARD } else { LONGEST_BOARD };
    if row <= longest && sheet.parts.iter().any(|p| matches!(p, Part::Figures(_))) {
        ws.set_print_fit_to_pages(1, 1);
    }
    if !breaks.is_empty() {
        // They hold beside a sheet that is fitted in width alone.
        ws.set_page_breaks(&breaks)?;
    }
    Ok(ws)
}

/// See [`super::row_of`]: the same counting as in [`write`] and [`write_table`].
pub fn row_of(parts: &[Part], table: usize, row: usize) -> Option<u32> {
    let (mut top, mut seen) = (0, 0);
    for part in parts {
        match part {
            Part::NewPage => {}
            Part::Title(_) => top += 1,
            Part::Lines(lines) => top += lines.len() as u32 + 1,
            Part::Table(t) => {
                let groups = t.columns.iter().any(|c| c.group.is_some());
                let heads = [!t.title.is_empty(), t.keyed, groups, true].into_iter().map(u32::from).sum::<u32>();
                let first = top + t.notes.len() as u32 + heads;
                if seen == table {
                    return (row < t.rows.len()).then_some(first + row as u32);
                }
                seen += 1;
                top = first + t.rows.len().max(1) as u32 + 1;
            }
            // Their height depends on the widths or is known only later: nothing links to a table below them.
            Part::Figures(_) | Part::Chart(_) | Part::Long { .. } => return None,
        }
    }
    None
}

fn set_up_page(ws: &mut Worksheet, sheet: &Sheet, layout: &Layout, shared: &Shared) -> Result<(), XlsxError> {
    let words = shared.words;
    ws.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    ws.set_print_center_horizontally(true).set_screen_gridlines(false);
    if sheet.landscape || layout.wide() {
        ws.set_landscape();
    }
    let literal = |t: &str| text::free(t).replace('&', "&&");
    let pages =
        [words.get("common.page_before"), "&P", words.get("common.page_between"), "&N", words.get("common.page_after")];
    // 255 characters is all a footer holds.
    let title: String = literal(shared.title).chars().take(60).collect();
    ws.set_footer(format!("&L&\"{0}\"&8{title}&R&\"{0}\"&8{1}", style::FONT, pages.concat()));
    if let Some(tone) = sheet.tab {
        ws.set_tab_color(style::tab(tone));
    }
    Ok(())
}

fn write_table(
    ws: &mut Worksheet,
    top: u32,
    layout: &Layout,
    table: &Table,
    more: Option<(usize, Feed<'_>)>,
    shared: &mut Shared,
) -> Result<Placed, RenderError> {
    let mut row = top;
    if !table.title.is_empty() {
        span(ws, row, layout, &table.title, &style::table_title(), 22.0)?;
        row += 1;
    }
    for note in &table.notes {
        span(ws, row, layout, note, &style::note(), style::LINE)?;
        row += 1;
    }
    if table.keyed {
        for (i, column) in table.columns.iter().enumerate() {
            write_text(ws, row, i as u16, &text::clean(&column.key), &Format::default())?;
        }
        ws.set_row_hidden(row)?;
        row += 1;
    }
    let header = row;
    if table.columns.iter().any(|c| c.group.is_some()) {
        write_groups(ws, row, table)?;
        row += 1;
    }
    let mut lines = 1;
    for (i, column) in table.columns.iter().enumerate() {
        // The button of the filter covers some of it; a column narrower than any list's has none.
        let room = if layout.widths[i] < NARROWEST_FILTERED { layout.widths[i] } else { layout.widths[i] - 3.0 };
        let title = text::header(&column.title, room);
        write_text(ws, row, i as u16, &title, &style::header(column.input))?;
        lines = lines.max(text::lines(&title, room));
    }
    ws.set_row_height(row, lines as f64 * style::LINE + 7.0)?;
    let first = row + 1;
    let inputs = table.columns.iter().any(|c| c.input);
    let mut rows = 0;
    let mut add = |data: &Row| -> Result<(), RenderError> {
        write_row(ws, first + rows, layout, table, data, inputs, shared)?;
        rows += 1;
        Ok(())
    };
    table.rows.iter().try_for_each(&mut add)?;
    if let Some((list, feed)) = more {
        feed(list, &mut |data| add(&data))?;
    }
    let mut last = row + rows;
    if rows == 0 && !table.columns.is_empty() {
        let to = table.columns.len() as u16 - 1;
        merge(ws, first, (0, to), &text::clean(&table.empty), &style::empty())?;
        ws.set_row_height(first, 22.0)?;
        last = first;
    } else {
        for (i, column) in table.columns.iter().enumerate() {
            add_validation(ws, i as u16, (first, last), column, shared)?;
        }
    }
    Ok(Placed { header, first, last, rows })
}

/// Spanning headers; neighbours of one group are merged.
fn write_groups(ws: &mut Worksheet, row: u32, table: &Table) -> Result<(), XlsxError> {
    let mut from = 0;
    while from < table.columns.len() {
        let group = &table.columns[from].group;
        let same = table.columns[from..].iter().take_while(|c| group.is_some() && c.group == *group).count().max(1);
        let format = if group.is_some() { style::group_header() } else { style::header(table.columns[from].input) };
        let shown = text::clean(group.as_deref().unwrap_or_default());
        merge(ws, row, (from as u16, (from + same - 1) as u16), &shown, &format)?;
        from += same;
    }
    ws.set_row_height(row, 20.0)?;
    Ok(())
}

fn write_row(
    ws: &mut Worksheet,
    row: u32,
    layout: &Layout,
    table: &Table,
    data: &Row,
    inputs: bool,
    shared: &mut Shared,
) -> Result<(), XlsxError> {
    let mut lines = 1;
    for (i, column) in table.columns.iter().enumerate() {
        let cell = &*free_text::cell(column, data.cells.get(i).unwrap_or(&Cell::Empty));
        let wrap = column.kind == Kind::Wrap;
        if wrap && !column.hidden {
            lines = lines.max(text::lines(&cell.shown(&column.kind), layout.widths[i]));
        }
        let look = Look {
            number: style::number(cell, &column.kind),
            align: style::align(cell, &column.kind),
            tone: data.tone_of(i),
            input: column.input,
            wrap,
            quote: matches!(cell, Cell::Text(t) | Cell::Link { text: t, .. } if text::looks_like_formula(t)),
            link: matches!(cell, Cell::Link { .. }),
        };
        write_cell(ws, row, i as u16, cell, &column.kind, shared.styles.cell(look))?;
    }
    // Rows somebody types into keep the height Excel finds for them.
    if lines > 1 || !inputs {
        ws.set_row_height(row, lines as f64 * style::LINE + 4.0)?;
    }
    Ok(())
}

/// Drop-downs, and checks of what is typed into an input column.
fn add_validation(
    ws: &mut Worksheet,
    column: u16,
    rows: (u32, u32),
    of: &Column,
    shared: &mut Shared,
) -> Result<(), XlsxError> {
    let check = match &of.kind {
        Kind::Choice(list) if !list.is_empty() => {
            let list: Vec<String> = list.iter().map(|c| text::clean(c)).collect();
            let literal = list.iter().map(|c| c.encode_utf16().count() + 1).sum::<usize>() <= LONGEST_LIST
                && list.iter().all(|c| !c.contains([',', '"']) && !c.starts_with('='));
            let rule = DataValidation::new();
            let rule = if literal {
                rule.allow_list_strings(&list)?
            } else {
                rule.allow_list_formula(range_of(&mut shared.choices, &list)?)
            };
            Some((rule, "choice"))
        }
        Kind::Date if of.input => {
            let (from, to) = (ExcelDateTime::from_ymd(2000, 1, 1)?, ExcelDateTime::from_ymd(2100, 1, 1)?);
            Some((DataValidation::new().allow_date(DataValidationRule::Between(from, to)), "date"))
        }
        kind if of.input && kind.is_figure() => {
            Some((DataValidation::new().allow_decimal_number(DataValidationRule::Between(-1e12, 1e12)), "number"))
        }
        _ => None,
    };
    if let Some((rule, name)) = check {
        let words = shared.words;
        let rule = rule
            .set_error_title(words.get(&format!("book.{name}_title")))?
            .set_error_message(words.get(&format!("book.{name}_text")))?;
        ws.add_data_validation(rows.0, column, rows.1, column, &rule)?;
    }
    Ok(())
}

/// Puts a list into the next column of the hidden sheet and refers to it.
fn range_of(sheet: &mut HiddenSheet, list: &[String]) -> Result<Formula, XlsxError> {
    let column = sheet.used as u16;
    for (row, item) in list.iter().enumerate() {
        write_text(&mut sheet.worksheet, row as u32, column, item, &Format::default())?;
    }
    sheet.used += 1;
    let letters = crate::model::problem::column_letters(u32::from(column));
    Ok(Formula::new(format!("={}!${letters}$1:${letters}${}", text::quoted(&sheet.name), list.len())))
}
