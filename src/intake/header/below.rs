//! What the rows right below a header say of it: that it goes on, or that a heading is over more than one column.

use crate::model::problem::column_letters;
use crate::rules::Rules;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::scan::SheetScan;
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::Layout;
use crate::intake::issue::{self, Fault};
use crate::intake::value::{date, squeeze};

/// Refuses a row of nothing but days or units right below the header, as long as no column says it with its own words:
/// without that row the columns would mean something else.
pub(crate) fn header_goes_on(layout: &Layout, head: &[Row], aliases: &Aliases) -> Result<(), Fault> {
    let last = layout.at.1;
    let Some(below) = head.get(last + 1).filter(|r| r.index == head[last].index + 1) else { return Ok(()) };
    let filled: Vec<&Cell> = below.cells.iter().filter(|c| !c.is_blank()).collect();
    let is_unit = |c: &&&Cell| matches!(c, Cell::Text(text) if aliases.unit_of(text).is_some());
    let units = filled.iter().filter(is_unit).count();
    let days = filled.iter().filter(|c| is_day(c)).count();
    if units + days < filled.len() || (units == 0 && days < 2) {
        return Ok(());
    }
    let text: Vec<String> = filled.iter().map(|c| squeeze(&c.stored())).collect();
    Err(Fault::new(issue::HEADER_GOES_ON).count("row", below.index + 1).text("text", text.join("、")))
}

fn is_day(cell: &Cell) -> bool {
    match cell {
        Cell::Moment(_) => true,
        Cell::Text(text) => date::parse(text, None).is_some() || date::month(&squeeze(text)).is_some(),
        _ => false,
    }
}

/// Refuses a heading that matters and is merged over several columns with values: nobody can say which of them is meant.
pub(crate) fn heading_over_several(
    layout: &Layout,
    head: &[Row],
    scan: &SheetScan,
    rules: &Rules,
    aliases: &Aliases,
) -> Result<(), Fault> {
    let (first, last) = layout.at;
    let (first, row) = (head[first].index, head[last].index);
    for (field, slot) in layout.fields() {
        let shaped = rules.columns.of(layout.kind).get(field).is_some_and(|r| r.shape.is_some());
        if !shaped && !aliases.matters(layout.kind, field) {
            continue;
        }
        let over = |m: &&(u32, u32, u32, u32)| {
            (first..=row).contains(&m.0) && m.2 >= row && m.1 as usize == slot.column && m.3 > m.1
        };
        let Some((_, left, _, right)) = scan.merges.iter().find(over) else { continue };
        let filled = |r: &Row| (*left..=*right).filter(|c| !r.cell(*c as usize).is_blank()).count();
        if head[last + 1..].iter().any(|r| filled(r) > 1) {
            let columns: Vec<String> = (*left..=*right).map(column_letters).collect();
            let fault = Fault::new(issue::HEADING_OVER_SEVERAL).text("header", layout.header(slot.column));
            return Err(fault.text("columns", columns.join("、")));
        }
    }
    Ok(())
}
