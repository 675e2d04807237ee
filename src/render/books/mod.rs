//! Values → the workbooks and console tables people get. Every builder is pure: it shows what was decided and decides
//! nothing. Titles of columns stand under `table.<table>.<column>`, or `column.<column>` where all tables say the same.

mod columns;
pub mod contact;
pub mod import;
mod rates;
pub mod report;
pub mod start_page;
pub mod visit;
mod weeks;

#[cfg(test)]
mod handbook_tests;
#[cfg(test)]
mod number_tests;
#[cfg(test)]
mod pack_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::contact::track::Outflow;
use crate::model::product::ProductFamily;
use crate::model::{EmployerId, Param, Points, Products, Reason, StaffId};
use crate::render::figures;
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;
use crate::render::workbook::{Figure, Part, Sheet};

/// Names of employers by id.
pub type EmployerNames = BTreeMap<EmployerId, String>;
/// Name and outlet of our own people by id.
pub type StaffNames = BTreeMap<StaffId, (String, String)>;

/// Results of a contact as keys of `contact_result.<key>`, in the order of the drop-down (PRACTICE).
pub const CONTACT_RESULTS: [&str; 11] = [
    "interested",
    "considering",
    "no_need",
    "no_answer",
    "wrong_number",
    "booked",
    "deal",
    "refused",
    "left",
    "complaint",
    "settled",
];

/// Who is who, for values that know ids only.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub employers: &'a EmployerNames,
    pub staff: &'a StaffNames,
}

impl Names<'_> {
    /// The employer's name; its number where the name is not given.
    pub fn employer(&self, id: EmployerId) -> String {
        self.employers.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// The colleague's name; the number where the name is not given.
    pub fn colleague(&self, id: StaffId) -> String {
        self.staff.get(&id).map_or_else(|| id.to_string(), |(name, _)| name.clone())
    }

    fn owner(&self, id: Option<StaffId>) -> Cell {
        known(id, |id| Cell::Text(self.colleague(id)))
    }
}

/// The value, or a dash where it is unknown: for figures that are read, not worked on further.
fn known<T>(value: Option<T>, make: impl FnOnce(T) -> Cell) -> Cell {
    value.map_or_else(|| Cell::text("—"), make)
}

/// Text, or an empty cell.
fn text_or_empty(value: &Option<String>) -> Cell {
    Cell::or_empty(value.clone(), Cell::Text)
}

/// A sheet under its name in the words with one table, which needs no title of its own.
fn table_sheet(words: &Words, key: &str, mut table: Table) -> Sheet {
    table.title.clear();
    let name = words.get(&format!("sheet.{key}"));
    let mut sheet = Sheet::new(name, vec![Part::Title(name.to_string()), Part::Table(table)]);
    sheet.landscape = true;
    sheet
}

/// A tile with its label from `figure.<key>`; an unknown value shows as a dash.
fn tile(words: &Words, key: &str, value: Cell, kind: Kind) -> Figure {
    let label = words.get(&format!("figure.{key}")).to_string();
    // As text a date runs on over a narrow column, where a number would turn into ####.
    let value = if let Cell::Date(date) = value { Cell::Text(figures::date(date)) } else { value };
    Figure { label, value, kind, note: None, tone: crate::render::table::Tone::Normal }
}

/// Reasons one below the other, each with its points where it has any; the points shown add up to the score shown.
fn reason_lines(words: &Words, reasons: &[Reason]) -> String {
    let points: Vec<Points> = reasons.iter().map(|r| r.points).collect();
    let line = |(r, tenths): (&Reason, i64)| {
        let text = words.reason(r);
        if r.points.0 == 0 {
            return text;
        }
        let points = Param::Text(figures::tenths(tenths));
        words.fill("note.reason_points", &[("reason", Param::Text(text)), ("points", points)])
    };
    reasons.iter().zip(Points::shown_parts(&points)).map(line).collect::<Vec<_>>().join("\n")
}

/// Products by name, joined; keys the catalogue does not know stand as they are in the words.
fn product_names<'k>(words: &Words, products: &Products, keys: impl IntoIterator<Item = &'k String>) -> String {
    let names: Vec<&str> = keys.into_iter().map(|k| product_name(words, products, k)).collect();
    names.join(words.get("common.list_separator"))
}

fn product_name<'a>(words: &'a Words, products: &'a Products, key: &str) -> &'a str {
    products.by_key(key).map_or_else(|| words.word(key), |p| words.product(p))
}

/// Where money went: the branch's own name for it, else ours.
pub fn destination_name(words: &Words, key: &str, own: Option<&str>) -> String {
    own.map_or_else(|| words.get(&format!("destination.{key}")).to_string(), str::to_string)
}

/// 主要去向 and its share of what went out: `他行同名 62.0%`.
fn main_destination(words: &Words, outflows: &[Outflow]) -> Option<String> {
    let first = outflows.first()?;
    let params = [
        ("destination", Param::Text(destination_name(words, &first.destination, first.own_label.as_deref()))),
        ("share", Param::Share { share: first.share }),
    ];
    Some(words.fill("note.main_destination", &params))
}

/// What can be sold: the drop-down of 意向产品.
fn offers(words: &Words, products: &Products) -> Kind {
    let sold = products.0.iter().filter(|p| p.family != ProductFamily::Card);
    Kind::Choice(sold.map(|p| words.product(p).to_string()).collect())
}

/// A drop-down with the words `<family>.<key>`.
fn choice(words: &Words, family: &str, keys: &[&str]) -> Kind {
    Kind::Choice(keys.iter().map(|k| words.get(&format!("{family}.{k}")).to_string()).collect())
}

/// What was chosen from a drop-down before.
fn said(words: &Words, family: &str, key: Option<&str>) -> Cell {
    Cell::or_empty(key, |key| Cell::text(words.get(&format!("{family}.{key}"))))
}

/// `2026-03-17（周二）`.
fn day(words: &Words, date: NaiveDate) -> String {
    words.fill("note.day", &[("date", Param::Date(date)), ("weekday", Param::Text(weekday(words, date).to_string()))])
}

fn weekday(words: &Words, date: NaiveDate) -> &str {
    words.get(figures::weekday_key(date))
}

/// The sentences `<key>.1`, `<key>.2` … as far as they go.
fn lines(words: &Words, key: &str) -> Vec<String> {
    filled_lines(words, key, &[])
}

/// The same, whose placeholders are these.
fn filled_lines(words: &Words, key: &str, params: &[(&str, Param)]) -> Vec<String> {
    let keys = (1..).map(|n| format!("{key}.{n}"));
    keys.take_while(|k| words.has(k)).map(|k| words.fill(&k, params)).collect()
}
