//! Columns that nobody reads, in which words may stand for what did not happen: a result under a header nobody foresaw.

use std::collections::HashMap;

use crate::rules::Rules;

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::rows::fields::Fields;
use crate::intake::rows::status_words::{Question, Says, StatusWords, is_code};
use crate::intake::value::key;

/// Bytes beyond which a text is no such word.
const LONGEST: usize = 60;
/// Different texts that are remembered of a column: one with more holds no such words.
const DIFFERENT: usize = 64;

/// Columns beyond the header's last that are looked at: what is added to a finished sheet has often no header.
const BEYOND: usize = 2;

/// One such column.
struct Column {
    index: usize,
    /// Its header speaks of a result: codes in it count.
    of_results: bool,
    /// What each text seen so far says.
    seen: HashMap<String, Says>,
    question: Question,
}

#[derive(Default)]
pub(crate) struct Unread(Vec<Column>);

impl Unread {
    /// The columns of a sheet whose rows are events, without those of `read`, those a person has set aside, and those that
    /// speak of other things (合同状态, 短信发送结果).
    pub fn new(layout: &Layout, rules: &Rules, read: &[Slot]) -> Unread {
        let words = &rules.import.row_status;
        if !words.of.get(&layout.kind).is_some_and(|w| w.events) {
            return Unread::default();
        }
        let has = |list: &[String], header: &str| list.iter().any(|w| header.contains(key(w).as_str()));
        let width = layout.columns().iter().map(|c| c.index as usize + 1).max().unwrap_or(0);
        let columns = (0..width + BEYOND).filter_map(|index| {
            let reading = layout.column(index);
            let header = reading.map(|c| key(&c.header)).unwrap_or_default();
            let known = reading.is_some_and(|c| c.field.is_some())
                || read.iter().any(|s| s.column == index)
                || layout.ignored.contains(&index)
                || layout.slots().any(|s| s.column == index);
            (!known && !has(&words.other_things, &header)).then(|| Column {
                index,
                of_results: has(&words.result_headers, &header) && !has(&words.result_others, &header),
                seen: HashMap::new(),
                question: Question { column: index, field: "status", ..Question::default() },
            })
        });
        Unread(columns.collect())
    }

    /// Looks at a row that would count.
    pub fn look(&mut self, f: &Fields<'_>, words: &StatusWords) {
        for column in &mut self.0 {
            let number;
            let text = match f.row.cell(column.index) {
                Cell::Text(text) if text.len() <= LONGEST => text.trim(),
                Cell::Number(n) if column.of_results => {
                    number = n.to_string();
                    number.as_str()
                }
                _ => continue,
            };
            if text.is_empty() || column.seen.contains_key(text) || column.seen.len() >= DIFFERENT {
                continue;
            }
            let says = column.says(text, words);
            column.seen.insert(text.to_string(), says);
            if says != Says::Nothing && !f.sheet.lexicon.is_nothing(text) {
                if words.is_beside(text) {
                    column.question.field = "method";
                }
                column.question.add(says, text);
            }
        }
    }

    /// The columns in which something stands that did not happen, or that nobody knows.
    pub fn questions(&self) -> impl Iterator<Item = Question> + '_ {
        let asked =
            |c: &&Column| c.seen.values().any(|s| matches!(s, Says::NotDone | Says::BesideBank | Says::Unknown));
        self.0.iter().filter(asked).map(|c| c.question.clone())
    }
}

impl Column {
    fn says(&self, text: &str, words: &StatusWords) -> Says {
        match words.opening(text) {
            Says::Nothing => {}
            says => return says,
        }
        match if self.of_results { words.status(text) } else { words.word(text) } {
            Says::Unknown if self.of_results && is_code(text) => Says::Unknown,
            Says::Unknown => Says::Nothing,
            says => says,
        }
    }
}
