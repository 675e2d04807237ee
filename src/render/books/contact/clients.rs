//! 员工营销维护表 of one colleague: his clients by name, what they have, what was said last, what is next, and what is typed in.

use chrono::NaiveDate;

use crate::model::status::{Channel, Level};
use crate::model::{Fen, Param, Products, Reason};
use crate::render::books::columns::Columns;
use crate::render::books::contact::client_line::{ClientLine, client_columns};
use crate::render::books::contact::tasks::result_columns;
use crate::render::books::{known, lines, reason_lines, table_sheet, text_or_empty, tile};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// A client of the colleague.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnClient {
    /// The task's number, else the client's: by it the row comes back.
    pub row_key: String,
    pub employer: String,
    pub name: String,
    pub phone: Option<String>,
    pub level: Option<Level>,
    pub grade: Option<String>,
    pub client: ClientLine,
    pub since_last_month: Option<Fen>,
    /// Label of the rule of the most urgent task.
    pub next_step: Option<String>,
    pub reasons: Vec<Reason>,
    /// Script key.
    pub script: Option<String>,
    pub channel: Option<Channel>,
    /// By when.
    pub due: Option<NaiveDate>,
    /// The day the task is dated on; `None` = no room yet.
    pub on: Option<NaiveDate>,
    /// The task's own deadline has passed.
    pub missed: bool,
}

/// What the workbook is made from.
#[derive(Debug, Clone, Copy)]
pub struct OwnClientsInput<'a> {
    pub colleague: &'a str,
    pub data_date: Option<NaiveDate>,
    pub clients: &'a [OwnClient],
    pub products: &'a Products,
}

/// `04_员工营销维护表_<姓名>.xlsx`.
pub fn own_clients_book(input: &OwnClientsInput, words: &Words) -> Book {
    let title = words.fill("title.own_clients", &[("name", Param::Text(input.colleague.to_string()))]);
    let with_task = input.clients.iter().filter(|c| c.due.is_some()).count() as i64;
    let aum: Fen = input.clients.iter().filter_map(|c| c.client.aum).sum();
    let tiles = vec![
        tile(words, "clients", Cell::Count(input.clients.len() as i64), Kind::Count),
        tile(words, "with_task", Cell::Count(with_task), Kind::Count),
        tile(words, "clients_aum", Cell::Money(aum), Kind::Wan),
        tile(words, "data_date", Cell::or_empty(input.data_date, Cell::Date), Kind::Date),
    ];
    let guide = Sheet::new(
        words.get("sheet.guide"),
        vec![
            Part::Title(title.clone()),
            Part::Figures(tiles),
            Part::Lines(lines(words, "guide.own_clients")),
            Part::Table(fill_table(words)),
        ],
    );
    let mut list = clients_table(input, words);
    list.freeze = 2;
    let mut clients = table_sheet(words, "employees", list);
    clients.tab = Some(Tone::Good);
    Book { title, sheets: vec![clients, guide], mark: None }
}

fn clients_table(input: &OwnClientsInput, words: &Words) -> Table {
    let script = move |key: &String| Cell::text(words.get(&format!("script_title.{key}")));
    let columns = Columns::<OwnClient>::new(words, "own_clients")
        .wide("name", Kind::Text, 9.0, |c| Cell::text(&c.name))
        .wide("employer", Kind::Text, 18.0, |c| Cell::text(&c.employer))
        .wide("phone", Kind::Text, 13.0, |c| known(c.phone.clone(), Cell::Text))
        .wide("level", Kind::Text, 7.0, |c| Cell::or_empty(c.level, |l| Cell::text(words.word(l.key()))))
        .wide("grade", Kind::Text, 8.0, |c| text_or_empty(&c.grade));
    let columns = client_columns(columns, |c: &OwnClient| &c.client, input.products, words)
        .wide("since_last_month", Kind::Yuan, 12.0, |c| Cell::or_empty(c.since_last_month, Cell::Money))
        .wide("next_step", Kind::Wrap, 16.0, |c| text_or_empty(&c.next_step))
        .wide("reasons", Kind::Wrap, 30.0, |c| Cell::Text(reason_lines(words, &c.reasons)))
        .wide("script", Kind::Text, 14.0, move |c| Cell::or_empty(c.script.as_ref(), script))
        .wide("channel", Kind::Text, 9.0, |c| Cell::or_empty(c.channel, |c| Cell::text(words.word(c.key()))))
        .wide("due", Kind::Date, 11.0, |c| Cell::or_empty(c.due, Cell::Date))
        .tone(|c| if c.missed { Tone::Bad } else { Tone::Normal })
        .wide("on", Kind::Date, 11.0, |c| Cell::or_empty(c.on, Cell::Date));
    result_columns(columns, input.products, words).hidden("row_key", |c| Cell::text(&c.row_key)).table(input.clients)
}

/// What is typed into which column.
pub(crate) fn fill_table(words: &Words) -> Table {
    Columns::<&str>::new(words, "fill")
        .wide("field", Kind::Text, 22.0, |key| Cell::text(words.get(&format!("column.{key}"))))
        .wide("how", Kind::Wrap, 72.0, |key| Cell::text(words.get(&format!("fill.{key}"))))
        .table([
            "contact_date",
            "actual_channel",
            "contact_result",
            "wanted_product",
            "wanted_amount",
            "next_contact",
            "remark",
        ])
}
