//! 人员分工表: who does what, by when, and what is brought. It comes back with what was typed into it.

use std::borrow::Borrow;

use crate::engagement::visit::pack::{ItemView, MemberView, PackContext, StepView, WRITE_IN};
use crate::engagement::visit::planned::VisitPart;
use crate::model::Param;
use crate::render::books::columns::Columns;
use crate::render::books::visit::plan::{Typed, before};
use crate::render::books::{choice, said};
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Table};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// Three sheets: duties, timeline counted back from the visit, checklist. Phones, who brings something, what is done and
/// remarks are typed into.
///
/// `typed`: what was typed before, by key of the row and field.
pub fn team_book(ctx: &PackContext, typed: &Typed, words: &Words) -> Book {
    let word = |key: &str| words.get(&format!("team_book.{key}")).to_string();
    let title = word("title");
    let when =
        format!("{} {}", figures::date(ctx.visit.date), ctx.visit.times.join(words.get("common.list_separator")));
    let lines = vec![format!("{} · {when}", ctx.unit.name), word("return")];
    let sheet = |name: &str, table: Table| {
        let parts = vec![Part::Title(title.clone()), Part::Lines(lines.clone()), Part::Table(table)];
        Sheet { landscape: true, ..Sheet::new(word(name), parts) }
    };
    let sheets = vec![
        sheet("team", team_table(ctx, typed, words)),
        sheet("timeline", timeline_table(ctx, typed, words)),
        sheet("goods", goods_table(ctx, typed, words)),
    ];
    Book { title, sheets, mark: None }
}

/// A column titled by the words of this workbook.
fn head(words: &Words, key: &str, kind: Kind, width: f64) -> Column {
    Column::new(key, words.get(&format!("team_book.{key}")), kind).width(width)
}

fn table<T, R: Borrow<T>>(words: &Words, key: &str, columns: Columns<T>, rows: impl IntoIterator<Item = R>) -> Table {
    columns.titled(words.get(&format!("team_book.{key}")), words.get("team_book.none"), rows)
}

/// The key of a row: a step has that of the plan, so that both speak of the same.
fn row_key(ctx: &PackContext, part: VisitPart<'_>) -> String {
    format!("{}/{part}", ctx.visit.visit_id)
}

/// What was typed into a column of text.
fn text(ctx: &PackContext, typed: &Typed, part: VisitPart<'_>, field: &str) -> Cell {
    Cell::or_empty(before(typed, &row_key(ctx, part), field), Cell::text)
}

fn team_table(ctx: &PackContext, typed: &Typed, words: &Words) -> Table {
    let head = |key: &str, kind: Kind, width: f64| head(words, key, kind, width);
    let carry = |m: &MemberView| {
        let items = m.carry.iter().map(|i| Param::Word { word: format!("item.{i}") }).collect();
        Cell::text(words.param(&Param::List(items)))
    };
    // A line to write a name on is no name that must stay.
    let member = |m: &MemberView| Cell::or_empty(Some(&m.name).filter(|name| *name != WRITE_IN), Cell::text);
    let columns = Columns::<MemberView>::new(words, "team")
        .push(head("member", Kind::Text, 10.0), member)
        .push(head("outlet", Kind::Text, 16.0), |m| Cell::text(&m.outlet))
        .push(head("role", Kind::Text, 12.0), |m| Cell::text(words.get(&format!("role.{}", m.role))))
        .push(head("duty", Kind::Wrap, 46.0), |m| Cell::text(words.get(&format!("role_duty.{}", m.role))))
        .push(head("arrive", Kind::Text, 10.0), |m| Cell::text(&m.arrive))
        .push(head("carry", Kind::Wrap, 36.0), carry)
        .typed("phone", Kind::Text, 16.0, |m| text(ctx, typed, m.part(), "phone"))
        .typed("remark", Kind::Wrap, 20.0, |m| text(ctx, typed, m.part(), "remark"))
        .hidden("row_key", |m| Cell::Text(row_key(ctx, m.part())));
    table(words, "team", columns, &ctx.team)
}

fn timeline_table(ctx: &PackContext, typed: &Typed, words: &Words) -> Table {
    let head = |key: &str, kind: Kind, width: f64| head(words, key, kind, width);
    let channel = |c: &String| Cell::text(words.get(&format!("publicity.{c}")));
    let how = |s: &StepView| match &s.channel {
        Some(channel) => Cell::text(words.get(&format!("publicity_who.{channel}"))),
        None => Cell::text(words.get(&format!("step_detail.{}", s.step))),
    };
    let columns = Columns::<StepView>::new(words, "timeline")
        .push(head("due", Kind::Date, 12.0), |s| Cell::Date(s.due))
        .push(head("weekday", Kind::Text, 8.0), |s| Cell::text(words.get(figures::weekday_key(s.due))))
        .push(head("step", Kind::Text, 24.0), |s| Cell::text(words.get(&format!("step.{}", s.step))))
        .push(head("channel", Kind::Text, 24.0), |s| Cell::or_empty(s.channel.as_ref(), channel))
        .push(head("how", Kind::Wrap, 44.0), how)
        .wide("owner", Kind::Text, 12.0, |s| Cell::text(&s.owner))
        .typed("done", states(words), 10.0, |s| done(ctx, typed, s.part(), words))
        .typed("remark", Kind::Wrap, 20.0, |s| text(ctx, typed, s.part(), "remark"))
        .hidden("row_key", |s| Cell::Text(row_key(ctx, s.part())));
    table(words, "timeline", columns, &ctx.steps)
}

fn goods_table(ctx: &PackContext, typed: &Typed, words: &Words) -> Table {
    let head = |key: &str, kind: Kind, width: f64| head(words, key, kind, width);
    let names = Kind::Choice(ctx.team.iter().map(|m| m.name.clone()).collect());
    // Whoever was put down by hand goes before the first colleague with the role.
    let owner = |i: &ItemView| {
        let by_hand = before(typed, &row_key(ctx, i.part()), "owner");
        Cell::text(by_hand.unwrap_or(&i.owner))
    };
    let columns = Columns::<(&str, &ItemView)>::new(words, "goods")
        .push(head("group", Kind::Text, 14.0), |(group, _)| Cell::text(words.get(&format!("group.{group}"))))
        .push(head("item", Kind::Wrap, 48.0), |(_, i)| Cell::text(words.get(&format!("item.{}", i.item))))
        .push(head("quantity", Kind::Count, 8.0), |(_, i)| Cell::or_empty(i.quantity, Cell::Count))
        .push(head("role", Kind::Text, 12.0), |(_, i)| Cell::text(words.get(&format!("role.{}", i.role))))
        .typed("owner", names, 12.0, |(_, i)| owner(i))
        .typed("done", states(words), 10.0, |(_, i)| done(ctx, typed, i.part(), words))
        .typed("remark", Kind::Wrap, 24.0, |(_, i)| text(ctx, typed, i.part(), "remark"))
        .hidden("row_key", |(_, i)| Cell::Text(row_key(ctx, i.part())));
    let items = ctx.checklist.iter().flat_map(|g| g.items.iter().map(|i| (g.group.as_str(), i)));
    table(words, "goods", columns, items)
}

/// How far something is.
fn states(words: &Words) -> Kind {
    choice(words, "done", &["yes", "part", "no"])
}

fn done(ctx: &PackContext, typed: &Typed, part: VisitPart<'_>, words: &Words) -> Cell {
    said(words, "done", before(typed, &row_key(ctx, part), "done"))
}
