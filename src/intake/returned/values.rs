//! What a cell of a workbook that comes back says, in one way of writing.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::intake::file::cell::Cell;
use crate::intake::issue::{self, Code};
use crate::intake::value::amount::money::{self, Unit};
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::mentions::WordList;
use crate::intake::value::product::ProductWords;
use crate::intake::value::{clean, date, squeeze};
use crate::model::days::period::days_after;
use crate::rules::Rules;
use crate::rules::import::limits::DayLimits;
use crate::rules::import::workbooks::{FieldKind, FieldRule};

/// Reads what was typed.
pub struct TypedReader {
    results: WordList,
    channels: WordList,
    products: ProductWords,
    choices: BTreeMap<String, WordList>,
    kinds: BTreeMap<String, FieldKind>,
    /// The usual words of columns chosen from a list.
    lists: BTreeMap<String, Vec<String>>,
    lexicon: Lexicon,
    days: DayLimits,
    today: Option<NaiveDate>,
    date1904: bool,
}

impl TypedReader {
    pub fn new(rules: &Rules, today: Option<NaiveDate>, date1904: bool) -> TypedReader {
        let results = rules.contacts.results.iter().map(|(key, r)| (key.to_string(), r.words.as_slice()));
        let channels = rules.contacts.channels.iter().map(|(key, words)| (key.to_string(), words.as_slice()));
        let fields = &rules.workbooks.fields;
        let choice = |words: &BTreeMap<String, Vec<String>>| {
            WordList::in_order(words.iter().map(|(key, words)| (key.clone(), words.as_slice())))
        };
        let usual = |words: &Vec<String>| words.first().cloned();
        let list = |rule: &FieldRule| -> Vec<String> {
            match rule.kind {
                FieldKind::Result => rules.contacts.results.values().filter_map(|r| usual(&r.words)).collect(),
                FieldKind::Channel => rules.contacts.channels.values().filter_map(usual).collect(),
                FieldKind::Choice => rule.words.values().filter_map(usual).collect(),
                _ => Vec::new(),
            }
        };
        TypedReader {
            results: WordList::in_order(results),
            channels: WordList::longest_first(channels),
            products: ProductWords::new(rules, std::iter::empty()),
            choices: fields.iter().map(|(field, rule)| (field.clone(), choice(&rule.words))).collect(),
            kinds: fields.iter().map(|(field, rule)| (field.clone(), rule.kind)).collect(),
            lists: fields.iter().map(|(field, rule)| (field.clone(), list(rule))).collect(),
            lexicon: Lexicon::new(&rules.import),
            days: rules.limits.days,
            today,
            date1904,
        }
    }

    /// The words of which one is to be typed into a column, as they are usually written; none where it has no such list.
    pub fn list_of(&self, field: &str) -> &[String] {
        self.lists.get(field).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a text says, as if it stood in a cell of the column.
    ///
    /// # Errors
    /// It is nothing that may stand there.
    pub fn text(&self, field: &str, text: &str) -> Result<Option<String>, Code> {
        self.cell(field, &Cell::Text(text.to_string()))
    }

    /// Days as ISO, keys of what is chosen from a list, money in fen, other texts cleaned; `None`: nothing was typed.
    ///
    /// # Errors
    /// It is nothing that may stand in this column.
    pub fn cell(&self, field: &str, cell: &Cell) -> Result<Option<String>, Code> {
        match cell {
            Cell::Error(_) | Cell::NoValue(_) => return Err(issue::RETURN_VALUE),
            cell if cell.is_blank() => return Ok(None),
            _ => {}
        }
        let seen = clean(&cell.seen());
        if seen.is_empty() || (matches!(cell, Cell::Text(_)) && self.lexicon.is_nothing(&seen)) {
            return Ok(None);
        }
        let Some(kind) = self.kinds.get(field) else { return Err(issue::RETURN_VALUE) };
        let listed = |found: Option<&str>| found.map(str::to_string).ok_or(issue::RETURN_NOT_IN_LIST);
        Ok(Some(match kind {
            FieldKind::Text => seen,
            FieldKind::Result => listed(self.results.find_whole(&seen))?,
            FieldKind::Channel => listed(self.channels.find(&seen))?,
            FieldKind::Product => listed(self.products.product(&seen))?,
            FieldKind::Choice => listed(self.choices.get(field).and_then(|words| words.find_whole(&seen)))?,
            FieldKind::Money => self.money(cell, &seen)?,
            FieldKind::Date | FieldKind::Day => self.day(*kind, cell)?.to_string(),
        }))
    }

    fn money(&self, cell: &Cell, seen: &str) -> Result<String, Code> {
        let amount = match cell.number() {
            Some(n) => money::from_number(n, Unit::Yuan),
            None => self.lexicon.amount(seen, Unit::Yuan),
        };
        let fen = amount.map_err(|_| issue::RETURN_VALUE)?.fen;
        if fen.0 < 0 { Err(issue::RETURN_VALUE) } else { Ok(fen.0.to_string()) }
    }

    fn day(&self, kind: FieldKind, cell: &Cell) -> Result<NaiveDate, Code> {
        let day = match cell {
            Cell::Moment(at) => Some(at.date()),
            Cell::Text(text) => {
                let serial = || squeeze(text).parse::<f64>().ok().and_then(|n| date::from_number(n, self.date1904));
                date::parse(text, self.today).or_else(serial)
            }
            cell => cell.number().and_then(|n| date::from_number(n, self.date1904)),
        };
        let day = day.filter(|day| *day >= self.days.earliest).ok_or(issue::RETURN_VALUE)?;
        let Some(today) = self.today else { return Ok(day) };
        if kind == FieldKind::Day && day > today {
            return Err(issue::RETURN_DAY_AHEAD);
        }
        // A year that was mistyped.
        if day > days_after(today, self.days.next_contact_ahead) {
            return Err(issue::RETURN_VALUE);
        }
        Ok(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_takes_what_belongs_there() {
        let rules = Rules::load(None).unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 3, 10);
        let reader = TypedReader::new(&rules, today, false);
        let read = |field: &str, text: &str| reader.text(field, text).map_err(|code| code.id);
        let is = |value: &str| Ok(Some(value.to_string()));
        assert_eq!(read("contact_result", "未接(占线)"), is("no_answer"));
        assert_eq!(read("contact_result", "差不多"), Err("return_not_in_list"));
        assert_eq!(read("actual_channel", "致电"), is("phone"));
        assert_eq!(read("wanted_product", "基金"), is("fund"));
        assert_eq!(read("wanted_amount", "5万"), is("5000000"));
        assert_eq!(read("wanted_amount", "-3"), Err("return_value"));
        assert_eq!(read("contact_date", "3月9日"), is("2026-03-09"));
        assert_eq!(read("contact_date", "2026-03-11"), Err("return_day_ahead"));
        assert_eq!(read("next_contact", "2026/3/20"), is("2026-03-20"));
        assert_eq!(read("next_contact", "下周"), Err("return_value"));
        assert_eq!(read("next_contact", "2036-03-20"), Err("return_value"));
        assert_eq!(read("remark", " 周末联系 "), is("周末联系"));
        assert_eq!(read("remark", ""), Ok(None));
        assert_eq!(read("approval", "不同意"), is("no"));
        assert_eq!(read("rm_opinion", "Strike"), is("strike"));
        assert_eq!(reader.list_of("done"), ["未完成", "部分完成", "已完成"]);
        for field in ["contact_result", "actual_channel", "client_answer"] {
            let list = reader.list_of(field);
            assert!(list.len() > 3 && list.iter().all(|word| read(field, word).is_ok()), "{field}: {list:?}");
        }
        assert!(reader.list_of("remark").is_empty());
    }
}
