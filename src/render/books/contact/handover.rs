//! 交接单: clients, promises, needs, maturities, and who must not be called.

use chrono::NaiveDate;

use crate::engagement::contact::history::NeedTold;
use crate::model::{Fen, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::contact::client_line::{ClientLine, client_columns};
use crate::render::books::{known, lines, product_name, table_sheet, tile};
use crate::render::table::{Cell, Kind, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// A client who is handed over.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HandoverClient {
    pub name: String,
    pub phone: Option<String>,
    pub employer: String,
    pub client: ClientLine,
}

/// A day agreed upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverPromise {
    pub on: NaiveDate,
    pub name: String,
    /// Key of the product.
    pub product: Option<String>,
}

/// Something that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverMaturity {
    pub due: NaiveDate,
    pub name: String,
    pub amount: Option<Fen>,
}

/// Somebody nobody may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverBlocked {
    pub name: String,
    /// `block.<key>`.
    pub by: &'static str,
}

/// What the workbook is made from.
#[derive(Debug, Clone, Copy)]
pub struct HandoverInput<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub date: NaiveDate,
    pub clients: &'a [HandoverClient],
    pub promises: &'a [HandoverPromise],
    pub needs: &'a [NeedTold],
    pub maturities: &'a [HandoverMaturity],
    pub blocked: &'a [HandoverBlocked],
    pub products: &'a Products,
}

/// `10_交接单_<移交人>_<接收人>_<日期>.xlsx`.
pub fn handover_book(input: &HandoverInput, words: &Words) -> Book {
    let params = [
        ("from", Param::Text(input.from.to_string())),
        ("to", Param::Text(input.to.to_string())),
        ("date", Param::Date(input.date)),
    ];
    let title = words.fill("title.handover", &params);
    let count = |key: &str, n: usize| tile(words, key, Cell::Count(n as i64), Kind::Count);
    let tiles = vec![
        count("clients", input.clients.len()),
        count("promises", input.promises.len()),
        count("needs", input.needs.len()),
        count("maturities", input.maturities.len()),
        count("not_to_call", input.blocked.len()),
    ];
    let product = |key: &String| Cell::text(product_name(words, input.products, key));
    let promises = Columns::<HandoverPromise>::new(words, "handover_promises")
        .wide("on", Kind::Date, 13.0, |p| Cell::Date(p.on))
        .wide("name", Kind::Text, 12.0, |p| Cell::text(&p.name))
        .wide("product", Kind::Text, 20.0, |p| Cell::or_empty(p.product.as_ref(), product))
        .table(input.promises);
    let first = Sheet {
        tab: Some(Tone::Good),
        ..Sheet::new(
            words.get("sheet.handover"),
            vec![
                Part::Title(title.clone()),
                Part::Figures(tiles),
                Part::Lines(lines(words, "guide.handover")),
                Part::Table(promises),
            ],
        )
    };
    let clients = Columns::<HandoverClient>::new(words, "handover_clients")
        .wide("name", Kind::Text, 10.0, |c| Cell::text(&c.name))
        .wide("employer", Kind::Text, 20.0, |c| Cell::text(&c.employer))
        .wide("phone", Kind::Text, 14.0, |c| known(c.phone.clone(), Cell::Text));
    let mut clients =
        client_columns(clients, |c: &HandoverClient| &c.client, input.products, words).table(input.clients);
    clients.freeze = 1;
    let needs = Columns::<NeedTold>::new(words, "needs")
        .wide("need", Kind::Text, 9.0, |n| Cell::Text(format!("N{}", n.need_id)))
        .wide("need_kind", Kind::Text, 11.0, |n| Cell::text(words.get(&format!("need_kind.{}", n.kind.key()))))
        .wide("need_text", Kind::Wrap, 48.0, |n| Cell::text(&n.text))
        .wide("due", Kind::Date, 12.0, |n| known(n.due, Cell::Date))
        .table(input.needs);
    let maturities = Columns::<HandoverMaturity>::new(words, "handover_maturities")
        .wide("due", Kind::Date, 13.0, |m| Cell::Date(m.due))
        .wide("name", Kind::Text, 12.0, |m| Cell::text(&m.name))
        .wide("amount", Kind::Yuan, 16.0, |m| known(m.amount, Cell::Money))
        .table(input.maturities);
    let blocked = Columns::<HandoverBlocked>::new(words, "handover_blocked")
        .wide("name", Kind::Text, 12.0, |b| Cell::text(&b.name))
        .wide("reason", Kind::Text, 24.0, |b| Cell::text(words.get(&format!("block.{}", b.by))))
        .table(input.blocked);
    Book {
        title,
        sheets: vec![
            first,
            table_sheet(words, "handover_clients", clients),
            table_sheet(words, "needs", needs),
            table_sheet(words, "maturities", maturities),
            table_sheet(words, "not_to_call", blocked),
        ],
        mark: None,
    }
}
