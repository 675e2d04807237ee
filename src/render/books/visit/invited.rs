//! 邀约名单.xlsx: who is invited by name in the rounds before a visit, and the list of those who come, for what was signed.

use crate::engagement::visit::pack::PackContext;
use crate::engagement::visit::pack::invited::{GuestView, SignerView};
use crate::engagement::visit::planned::VisitPart;
use crate::model::returns::book::{EMPTY_LINE, SIGNED_NAME};
use crate::render::books::columns::Columns;
use crate::render::books::contact::tasks::CHANNELS;
use crate::render::books::visit::context::Typed;
use crate::render::books::visit::plan::{before, date_cell};
use crate::render::books::{choice, lines, said};
use crate::render::figures;
use crate::render::table::{Cell, Column, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// Two sheets; what people answer and what they have signed is typed into them.
///
/// `typed`: what was typed before, by key of the row and field.
pub fn invited_book(ctx: &PackContext, typed: &Typed, words: &Words) -> Book {
    let title = words.get("invited_book.title").to_string();
    let when =
        format!("{} {}", figures::date(ctx.visit.date), ctx.visit.times.join(words.get("common.list_separator")));
    let sheet = |name: &str, says: &str, mut table: Table| {
        table.title.clear();
        let name = words.get(&format!("sheet.{name}")).to_string();
        let mut told = vec![format!("{} · {when}", ctx.unit.name)];
        told.extend(lines(words, &format!("invited_book.{says}")));
        let parts = vec![Part::Title(name.clone()), Part::Lines(told), Part::Table(table)];
        Sheet { landscape: true, ..Sheet::new(name, parts) }
    };
    let sheets = vec![
        sheet("invited", "return", invited_table(ctx, typed, words)),
        sheet("signing", "signing", signing_table(ctx, typed, words)),
    ];
    Book { title, sheets, mark: None }
}

fn row_key(ctx: &PackContext, part: VisitPart<'_>) -> String {
    format!("{}/{part}", ctx.visit.visit_id)
}

fn invited_table(ctx: &PackContext, typed: &Typed, words: &Words) -> Table {
    let key = move |g: &GuestView| row_key(ctx, VisitPart::Guest(g.employee_id));
    let text = move |g: &GuestView, field: &str| Cell::or_empty(before(typed, &key(g), field), Cell::text);
    let word = |key: &str| words.word(key).to_string();
    let channels = |g: &GuestView| match &g.channels[..] {
        [] => Cell::text(words.get("invited_book.in_person")),
        list => {
            let list: Vec<String> = list.iter().map(|c| word(c.key())).collect();
            Cell::Text(list.join(words.get("common.list_separator")))
        }
    };
    let used = Kind::Choice(CHANNELS.iter().map(|c| word(c.key())).collect());
    let answers = choice(words, "guest_answer", &["yes", "no", "unanswered", "open"]);
    let asked = |g: &GuestView| if g.answer.is_some() { Tone::Muted } else { Tone::Normal };
    let mut columns = Columns::<GuestView>::new(words, "invited")
        .row_tone(asked)
        .wide("name", Kind::Text, 10.0, |g| Cell::text(&g.name))
        .wide("level", Kind::Text, 7.0, |g| Cell::or_empty(g.level, |l| Cell::Text(word(l.key()))))
        .wide("reasons", Kind::Wrap, 24.0, |g| Cell::Text(words.reasons(&g.reasons)))
        .wide("channel", Kind::Wrap, 16.0, channels)
        .wide("owner", Kind::Text, 10.0, |g| Cell::text(&g.owner));
    for round in &ctx.invitation.rounds {
        let title = words.get(&format!("step.{}", round.step));
        let due = round.due;
        // Who has answered is not asked again.
        columns = columns.push(Column::new(&round.step, title, Kind::Date).width(11.0), move |g: &GuestView| {
            if g.answer.is_some() { Cell::text(words.get("invited_book.answered")) } else { Cell::Date(due) }
        });
    }
    let mut table = columns
        .typed("guest_answer", answers, 9.0, move |g| {
            said(words, "guest_answer", before(typed, &key(g), "guest_answer"))
        })
        .typed("actual_channel", used, 11.0, move |g| {
            Cell::or_empty(before(typed, &key(g), "actual_channel"), |c| Cell::text(words.word(c)))
        })
        .typed("contact_date", Kind::Date, 12.0, move |g| date_cell(before(typed, &key(g), "contact_date")))
        .typed("remark", Kind::Wrap, 20.0, move |g| text(g, "remark"))
        .hidden("row_key", move |g| Cell::Text(key(g)))
        .table(&ctx.guests.invited);
    table.freeze = 1;
    table
}

fn signing_table(ctx: &PackContext, typed: &Typed, words: &Words) -> Table {
    let key = move |s: &SignerView| match s.employee_id {
        Some(id) => row_key(ctx, VisitPart::Signer(id)),
        None => format!("{}/{EMPTY_LINE}{}", ctx.visit.visit_id, s.number),
    };
    let name = |s: &SignerView| Cell::or_empty(Some(&s.name).filter(|name| !name.is_empty()), Cell::text);
    let tick = || choice(words, "consent_tick", &["ticked", "crossed"]);
    let mut columns = Columns::<SignerView>::new(words, "signing")
        .wide("number", Kind::Count, 6.0, |s| Cell::Count(s.number))
        .typed(SIGNED_NAME, Kind::Text, 12.0, name)
        .typed("signed_phone", Kind::Text, 12.0, |_| Cell::Empty);
    for field in ["consent_phone", "consent_sms", "consent_wecom"] {
        columns =
            columns.typed(field, tick(), 8.0, move |s| said(words, "consent_tick", before(typed, &key(s), field)));
    }
    columns
        .typed("consent_none", choice(words, "consent_tick", &["ticked"]), 8.0, move |s| {
            said(words, "consent_tick", before(typed, &key(s), "consent_none"))
        })
        .typed("signed_on", Kind::Date, 12.0, move |s| date_cell(before(typed, &key(s), "signed_on")))
        .hidden("row_key", move |s| Cell::Text(key(s)))
        .table(&ctx.guests.signers)
}
