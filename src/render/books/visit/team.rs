//! 人员分工表: who does what, by when, and what is brought.

use std::borrow::Borrow;

use crate::engagement::visit::pack::{ItemView, MemberView, PackContext, StepView};
use crate::model::Param;
use crate::render::books::columns::Columns;
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Table};
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
    Book { title, sheets, mark: None }
}

/// A column titled by the words of this workbook.
fn head(words: &Words, key: &str, kind: Kind, width: f64) -> Column {
    Column::new(key, words.get(&format!("team_book.{key}")), kind).width(width)
}

fn done(words: &Words) -> Column {
    let choices = ["yes", "part", "no"].map(|c| words.get(&format!("team_book.{c}")).to_string());
    head(words, "done", Kind::Choice(choices.to_vec()), 10.0).input()
}

fn table<T, R: Borrow<T>>(words: &Words, key: &str, columns: Columns<T>, rows: impl IntoIterator<Item = R>) -> Table {
    columns.titled(words.get(&format!("team_book.{key}")), words.get("team_book.none"), rows)
}

fn team_table(ctx: &PackContext, words: &Words) -> Table {
    let head = |key: &str, kind: Kind, width: f64| head(words, key, kind, width);
    let carry = |m: &MemberView| {
        let items = m.carry.iter().map(|i| Param::Word { word: format!("item.{i}") }).collect();
        Cell::text(words.param(&Param::List(items)))
    };
    let columns = Columns::<MemberView>::new(words, "team")
        .push(head("name", Kind::Text, 10.0), |m| Cell::text(&m.name))
        .push(head("outlet", Kind::Text, 16.0), |m| Cell::text(&m.outlet))
        .push(head("role", Kind::Text, 12.0), |m| Cell::text(words.get(&format!("role.{}", m.role))))
        .push(head("duty", Kind::Wrap, 46.0), |m| Cell::text(words.get(&format!("role_duty.{}", m.role))))
        .push(head("arrive", Kind::Text, 10.0), |m| Cell::text(&m.arrive))
        .push(head("carry", Kind::Wrap, 36.0), carry)
        .push(head("contact", Kind::Text, 16.0).input(), |_| Cell::Empty);
    table(words, "team", columns, &ctx.team)
}

fn timeline_table(ctx: &PackContext, words: &Words) -> Table {
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
        .push(head("owner", Kind::Text, 12.0), |s| Cell::text(&s.owner))
        .push(done(words), |_| Cell::Empty)
        .push(head("note", Kind::Wrap, 20.0).input(), |_| Cell::Empty);
    table(words, "timeline", columns, &ctx.steps)
}

fn goods_table(ctx: &PackContext, words: &Words) -> Table {
    let head = |key: &str, kind: Kind, width: f64| head(words, key, kind, width);
    let names = Kind::Choice(ctx.team.iter().map(|m| m.name.clone()).collect());
    let columns = Columns::<(&str, &ItemView)>::new(words, "goods")
        .push(head("group", Kind::Text, 14.0), |(group, _)| Cell::text(words.get(&format!("group.{group}"))))
        .push(head("item", Kind::Wrap, 48.0), |(_, i)| Cell::text(words.get(&format!("item.{}", i.item))))
        .push(head("quantity", Kind::Count, 8.0), |(_, i)| Cell::or_empty(i.quantity, Cell::Count))
        .push(head("role", Kind::Text, 12.0), |(_, i)| Cell::text(words.get(&format!("role.{}", i.role))))
        .push(head("owner", names, 12.0).input(), |(_, i)| Cell::text(&i.owner))
        .push(done(words), |_| Cell::Empty)
        .push(head("note", Kind::Wrap, 24.0).input(), |_| Cell::Empty);
    let items = ctx.checklist.iter().flat_map(|g| g.items.iter().map(|i| (g.group.as_str(), i)));
    table(words, "goods", columns, items)
}
