//! What has come back, on the terminal.

use crate::engagement::contact::returns::{ExportState, OpenConflict, Reminder};
use crate::model::{Fen, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::{lines, product_name, table_sheet};
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Table};
use crate::render::words::Words;
use crate::render::workbook::Book;

/// Workbooks that were sent.
pub fn status_table(exports: &[ExportState], words: &Words) -> Table {
    Columns::<ExportState>::new(words, "returns_status")
        .add("workbook", Kind::Wrap, |e| Cell::text(&e.workbook))
        .add("recipient", Kind::Text, |e| Cell::text(&e.recipient))
        .add("sent_on", Kind::Date, |e| Cell::Date(e.sent_on))
        .add("rows", Kind::Count, |e| Cell::Count(e.rows))
        .add("answered", Kind::Count, |e| Cell::Count(e.answered))
        .add("conflicts", Kind::Count, |e| Cell::Count(e.conflicts))
        .table(exports)
}

/// Who is to be reminded.
pub fn reminders_table(reminders: &[Reminder], words: &Words) -> Table {
    Columns::<Reminder>::new(words, "returns_remind")
        .add("recipient", Kind::Text, |r| Cell::text(&r.recipient))
        .add("workbook", Kind::Wrap, |r| Cell::text(&r.workbook))
        .add("days", Kind::Count, |r| Cell::Count(r.days))
        .table(reminders)
}

/// What people say differently, a row per value; the number in front is what `--take` takes.
pub fn conflicts_table(conflicts: &[OpenConflict], products: &Products, words: &Words) -> Table {
    let rows: Vec<(&OpenConflict, usize)> =
        conflicts.iter().flat_map(|c| (0..c.values.len()).map(move |at| (c, at))).collect();
    let first = |at: usize, cell: Cell| if at == 0 { cell } else { Cell::Empty };
    Columns::<(&OpenConflict, usize)>::new(words, "returns_conflicts")
        .add("conflict", Kind::Text, move |(c, at)| first(*at, Cell::text(&c.conflict_id)))
        .add("what", Kind::Wrap, move |(c, at)| {
            let day = c.day.map(|d| format!(" {}", figures::date(d))).unwrap_or_default();
            let column = words.get(&format!("column.{}", c.field));
            first(*at, Cell::Text(format!("{}{day} {column}", c.about)))
        })
        .add("number", Kind::Text, |(_, at)| Cell::Text((at + 1).to_string()))
        .add("value", Kind::Wrap, move |(c, at)| {
            Cell::Text(value_text(&c.field, c.values[*at].value.as_deref(), products, words))
        })
        .add("by", Kind::Wrap, move |(c, at)| {
            let said = &c.values[*at];
            let cell = said.cell.as_deref().map(|cell| format!(" {cell}")).unwrap_or_default();
            Cell::Text(format!("{} {}{cell}", said.by, source(words, &said.file)))
        })
        .table(&rows)
}

/// `09_待核定.xlsx`: what people filled in differently, to be settled by whoever decides and returned.
pub fn conflicts_book(conflicts: &[OpenConflict], products: &Products, words: &Words) -> Book {
    let said = |c: &OpenConflict, at: usize| {
        let Some(value) = c.values.get(at) else { return Cell::Empty };
        let text = value_text(&c.field, value.value.as_deref(), products, words);
        let cell = value.cell.as_deref().map(|cell| format!(" {cell}")).unwrap_or_default();
        Cell::Text(format!("{text}\n{} {}{cell}", value.by, source(words, &value.file)))
    };
    let most = conflicts.iter().map(|c| c.values.len()).max().unwrap_or(0);
    let mut columns = Columns::<OpenConflict>::new(words, "conflicts")
        .wide("conflict", Kind::Text, 12.0, |c| Cell::text(&c.conflict_id))
        .wide("about", Kind::Wrap, 30.0, |c| Cell::text(&c.about))
        .wide("contact_date", Kind::Date, 12.0, |c| Cell::or_empty(c.day, Cell::Date))
        .wide("field", Kind::Text, 12.0, |c| Cell::text(words.get(&format!("column.{}", c.field))));
    for at in 0..most {
        let title = words.fill("note.nth_value", &[("number", Param::Count(at as i64 + 1))]);
        let head = Column::new(format!("value_{}", at + 1), title, Kind::Wrap).width(30.0);
        columns = columns.push(head, move |c| said(c, at));
    }
    let mut table = columns
        .input("settled_value", Kind::Text, 22.0)
        .hidden("row_key", |c| Cell::text(&c.conflict_id))
        .table(conflicts);
    table.freeze = 1;
    table.notes = lines(words, "note.conflicts");
    let title = words.get("title.conflicts").to_string();
    Book { title, sheets: vec![table_sheet(words, "conflicts", table)], mark: None }
}

/// Where something was said: the file, or that it was a command, which is kept by its name.
fn source<'a>(words: &'a Words, file: &'a str) -> &'a str {
    let command = format!("said_by.{}", file.replace(' ', "_"));
    if words.has(&command) { words.get(&command) } else { file }
}

/// A value as it is kept, in words.
pub fn value_text(field: &str, value: Option<&str>, products: &Products, words: &Words) -> String {
    let Some(value) = value else { return words.get("common.none").to_string() };
    let listed = |family: &str| words.get(&format!("{family}.{value}")).to_string();
    match field {
        "contact_result" => listed("contact_result"),
        "actual_channel" => words.word(value).to_string(),
        "wanted_product" | "deal_product" => product_name(words, products, value).to_string(),
        "wanted_amount" => value.parse().map_or_else(|_| value.to_string(), |fen| figures::yuan(Fen(fen))),
        "rm_opinion" => listed("opinion"),
        "approval" | "client_answer" | "done" => listed(field),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::Lang;

    #[test]
    fn a_command_is_told_in_words_and_a_file_by_its_name() {
        let words = Words::load(Lang::ZhCn, None).unwrap();
        for command in ["contact", "plan"] {
            assert_eq!(source(&words, command), "在命令行登记");
        }
        assert_eq!(source(&words, "returns settle"), "在命令行核定");
        assert_eq!(source(&words, "05_每日工作清单_林一.xlsx"), "05_每日工作清单_林一.xlsx");
    }
}
