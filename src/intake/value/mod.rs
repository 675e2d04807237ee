//! Cell contents → values. Each parser says what a text means or that it means nothing it knows; none guesses.

pub mod amount;
pub mod date;
mod entity;
pub mod hours;
pub mod identity;
pub mod lexicon;
pub(crate) mod mentions;
pub mod payday;
pub mod period;
pub(crate) mod product;
pub(crate) mod stamp;
pub(crate) mod totals;
pub(crate) mod traditional;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::intake::value::traditional::simplified;

/// Outcome of reading a cell as a value of some type.
#[derive(Debug, Clone, PartialEq)]
pub enum Read<T> {
    Value(T),
    /// The cell is empty, or says 无, -, N/A.
    Nothing,
    /// There is something, but not such a value.
    Bad,
}

/// Text that is in its final form already, as most cells are: no normalising needed.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| (c.is_ascii_graphic() && c != '&') || matches!(c, '\u{4e00}'..='\u{9fff}'))
        && !text.starts_with('\'')
}

/// Full-width forms narrowed, HTML entities read, blanks at the ends and invisible characters removed.
pub fn clean(text: &str) -> String {
    if is_plain(text) {
        return text.to_string();
    }
    let text = without_entities(text);
    text.nfkc().filter(|c| !is_invisible(*c)).collect::<String>().trim().trim_start_matches('\'').trim().to_string()
}

/// [`clean`], and no blanks inside.
pub fn squeeze(text: &str) -> String {
    squeezed(text).into_owned()
}

/// The same; most texts are so already.
pub(crate) fn squeezed(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    let squeezed =
        without_entities(text).nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect::<String>();
    squeezed.trim_start_matches('\'').to_string().into()
}

/// How words are compared: narrow, without blanks, capitals, simplified, one way of writing 账.
pub fn key(text: &str) -> String {
    keyed(text).into_owned()
}

/// The same; most texts are so already, numbers all of them.
pub(crate) fn keyed(text: &str) -> Cow<'_, str> {
    let text = squeezed(text);
    let is_so = |c: char| {
        if c.is_ascii() {
            !c.is_ascii_lowercase()
        } else {
            matches!(c, '\u{4e00}'..='\u{9fff}') && c != '帐' && simplified(c) == c
        }
    };
    if text.chars().all(is_so) {
        return text;
    }
    text.to_uppercase().chars().map(simplified).collect::<String>().replace('帐', "账").into()
}

fn without_entities(text: &str) -> Cow<'_, str> {
    match entity::decoded(text) {
        Some(plain) => plain.into(),
        None => text.into(),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !c.is_whitespace())
}
