//! What is known of a client, beside his tasks: AUM, what is held, what falls due, what was said last.

use chrono::NaiveDate;

use crate::model::activity::LastContact;
use crate::model::status::NeedKind;
use crate::model::{Fen, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::{product_name, product_names};
use crate::render::figures;
use crate::render::table::{Cell, Kind};
use crate::render::words::Words;

/// What is known of a client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientLine {
    pub aum: Option<Fen>,
    /// Product keys.
    pub held: Vec<String>,
    /// What falls due next, and how much, where that is known.
    pub maturity: Option<(NaiveDate, Option<Fen>)>,
    pub last: Option<LastContact>,
    /// What is kept of the client and holds: ☆, likings, objections, wishes.
    pub kept: Vec<(NeedKind, String)>,
}

/// AUM, what is held, what falls due and what was said last.
pub(crate) fn client_columns<'a, T: 'a>(
    columns: Columns<'a, T>,
    client: impl Fn(&T) -> &ClientLine + Copy + 'a,
    products: &'a Products,
    words: &'a Words,
) -> Columns<'a, T> {
    let held = move |keys: &[String]| {
        if keys.is_empty() { Cell::Empty } else { Cell::Text(product_names(words, products, keys)) }
    };
    let columns = columns
        .wide("aum_balance", Kind::Yuan, 13.0, move |t| Cell::or_empty(client(t).aum, Cell::Money))
        .wide("held", Kind::Wrap, 18.0, move |t| held(&client(t).held))
        .wide("maturity", Kind::Wrap, 14.0, move |t| {
            Cell::or_empty(client(t).maturity, |(day, amount)| Cell::Text(maturity_text(day, amount, words)))
        });
    last_contact_column(columns, client, products, words)
}

/// What is kept of the client, and what was said last.
pub(crate) fn last_contact_column<'a, T: 'a>(
    columns: Columns<'a, T>,
    client: impl Fn(&T) -> &ClientLine + Copy + 'a,
    products: &'a Products,
    words: &'a Words,
) -> Columns<'a, T> {
    columns.wide("last_contact", Kind::Wrap, 27.0, move |t| {
        let client = client(t);
        let kept = client.kept.iter().map(|(kind, text)| kept_text(*kind, text, words));
        let last = client.last.as_ref().map(|last| last_contact_text(last, products, words));
        let lines: Vec<String> = kept.chain(last).collect();
        if lines.is_empty() { Cell::Empty } else { Cell::Text(lines.join("\n")) }
    })
}

/// `☆ 厂里的会计`, `异议：嫌利率低`.
fn kept_text(kind: NeedKind, text: &str, words: &Words) -> String {
    let kept = [
        ("kind", Param::Text(words.get(&format!("need_kind.{}", kind.key())).to_string())),
        ("text", Param::Text(text.to_string())),
    ];
    words.fill(if kind == NeedKind::Watch { "note.watched" } else { "note.kept" }, &kept)
}

/// `2026-04-10 50,000.00元`.
fn maturity_text(day: NaiveDate, amount: Option<Fen>, words: &Words) -> String {
    match amount {
        Some(amount) => {
            words.fill("note.maturity", &[("date", Param::Date(day)), ("amount", Param::Text(figures::yuan(amount)))])
        }
        None => figures::date(day),
    }
}

/// `2026-03-10 电话 有意向 基金 20,000.00元`, then the day agreed upon and the note, each on a line of its own.
fn last_contact_text(last: &LastContact, products: &Products, words: &Words) -> String {
    let channel = last.channel.map(|c| words.word(c.key()).to_string());
    let result = last.result.map(|r| words.get(&format!("contact_result.{}", r.key())).to_string());
    let product = last.product.as_ref().map(|p| product_name(words, products, p).to_string());
    let amount = last.amount.map(|a| words.fill("note.yuan", &[("amount", Param::Text(figures::yuan(a)))]));
    let first = [Some(figures::date(last.on)), channel, result, product, amount];
    let mut lines = vec![first.into_iter().flatten().collect::<Vec<_>>().join(" ")];
    lines.extend(last.next.map(|day| words.fill("note.next_contact", &[("date", Param::Date(day))])));
    lines.extend(last.note.clone());
    lines.join("\n")
}
