//! 人员分工表: who does what, by when, and what is brought.

use crate::engagement::visit::pack::{ItemView, MemberView, PackContext, StepView};
use crate::model::Param;
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Row, Table};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// Three sheets: duties, timeline counted back from the visit, checklist. Only "done", contact and note are typed into.
pub fn team_book(ctx: &PackContext, words: &Words) -> Book {
    let word = |key: &str| words.get(&format!("team_book.{key}")).to_string();
    let title = word("title");
    let when =
        format!("{} {}", figures::date(ctx.visit.date), ctx.visit.times.join(words.get("common.list_separator")));
    let lines = vec![format!("{} · {when}", ctx.unit.name)];
    let sheet = |name: &str, table: Table| {
        let parts = vec![Part::Title(title.clone()), Part::Lines(lines.clone()), Part::Table(table)];
        Sheet { landscape: true, ..Sheet::new(word(name), parts) }
    };
    let sheets = vec![
        sheet("team", team_table(ctx, words)),
        sheet("timeline", timeline_table(ctx, words)),
        sheet("goods", goods_table(ctx, words)),
    ];
    Book { title, sheets }
}

/// Columns by key, titled by the words of this workbook.
fn column(words: &Words, key: &str, kind: Kind, width: f64) -> Column {
    Column::new(key, words.get(&format!("team_book.{key}")), kind).width(width)
}

fn done_column(words: &Words) -> Column {
    let choices = ["yes", "part", "no"].map(|c| words.get(&format!("team_book.{c}")).to_string());
    column(words, "done", Kind::Choice(choices.to_vec()), 10.0).input()
}

fn table(words: &Words, key: &str, columns: Vec<Column>, rows: Vec<Row>) -> Table {
    let mut table = Table::new(key, words.get(&format!("team_book.{key}")), columns);
    table.rows = rows;
    table.empty = words.get("team_book.none").to_string();
    table
}

fn team_table(ctx: &PackContext, words: &Words) -> Table {
    let columns = vec![
        column(words, "name", Kind::Text, 10.0),
        column(words, "outlet", Kind::Text, 16.0),
        column(words, "role", Kind::Text, 12.0),
        column(words, "duty", Kind::Wrap, 46.0),
        column(words, "arrive", Kind::Text, 10.0),
        column(words, "carry", Kind::Wrap, 36.0),
        column(words, "contact", Kind::Text, 16.0).input(),
    ];
    let row = |m: &MemberView| {
        let carry = m.carry.iter().map(|i| Param::Word { word: format!("item.{i}") }).collect();
        Row::new(vec![
            Cell::text(&m.name),
            Cell::text(&m.outlet),
            Cell::text(words.get(&format!("role.{}", m.role))),
            Cell::text(words.get(&format!("role_duty.{}", m.role))),
            Cell::text(&m.arrive),
            Cell::text(words.param(&Param::List(carry))),
            Cell::Empty,
        ])
    };
    table(words, "team", columns, ctx.team.iter().map(row).collect())
}

fn timeline_table(ctx: &PackContext, words: &Words) -> Table {
    let columns = vec![
        column(words, "due", Kind::Date, 12.0),
        column(words, "weekday", Kind::Text, 8.0),
        column(words, "step", Kind::Text, 24.0),
        column(words, "channel", Kind::Text, 24.0),
        column(words, "how", Kind::Wrap, 44.0),
        column(words, "owner", Kind::Text, 12.0),
        done_column(words),
        column(words, "note", Kind::Wrap, 20.0).input(),
    ];
    let row = |s: &StepView| {
        let how = match &s.channel {
            Some(channel) => format!("publicity_who.{channel}"),
            None => format!("step_detail.{}", s.step),
        };
        Row::new(vec![
            Cell::Date(s.due),
            Cell::text(words.get(figures::weekday_key(s.due))),
            Cell::text(words.get(&format!("step.{}", s.step))),
            Cell::or_empty(s.channel.as_ref(), |c| Cell::text(words.get(&format!("publicity.{c}")))),
            Cell::text(words.get(&how)),
            Cell::text(&s.owner),
            Cell::Empty,
            Cell::Empty,
        ])
    };
    table(words, "timeline", columns, ctx.steps.iter().map(row).collect())
}

fn goods_table(ctx: &PackContext, words: &Words) -> Table {
    let names: Vec<String> = ctx.team.iter().map(|m| m.name.clone()).collect();
    let columns = vec![
        column(words, "group", Kind::Text, 14.0),
        column(words, "item", Kind::Wrap, 48.0),
        column(words, "quantity", Kind::Count, 8.0),
        column(words, "role", Kind::Text, 12.0),
        column(words, "owner", Kind::Choice(names), 12.0).input(),
        done_column(words),
        column(words, "note", Kind::Wrap, 24.0).input(),
    ];
    let row = |group: &str, i: &ItemView| {
        Row::new(vec![
            Cell::text(words.get(&format!("group.{group}"))),
            Cell::text(words.get(&format!("item.{}", i.item))),
            Cell::or_empty(i.quantity, Cell::Count),
            Cell::text(words.get(&format!("role.{}", i.role))),
            Cell::text(&i.owner),
            Cell::Empty,
            Cell::Empty,
        ])
    };
    let rows = ctx.checklist.iter().flat_map(|g| g.items.iter().map(move |i| row(&g.group, i))).collect();
    table(words, "goods", columns, rows)
}
