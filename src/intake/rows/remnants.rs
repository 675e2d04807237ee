//! What a row leaves of numbers that were masked before they came, or of which it gives only the last digits.

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::Slot;
use crate::intake::rows::fields::Fields;
use crate::intake::value::key;
use crate::model::Personal;
use crate::model::matching::remnant::{self, Remnants};

/// Digits the end of a number has at least: a spreadsheet program drops zeros before `1`.
const TAIL_DIGITS: usize = 4;
/// Digits it has at most; more are a number of its own.
const LONGEST_TAIL: usize = 8;

/// Bytes beyond which a text gives no end of a number.
const LONGEST_TEXT: usize = 40;

/// Whether nothing of a number can be masked: it is all digits, as most are.
fn is_whole(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_long(text: &str) -> bool {
    text.len() > LONGEST_TAIL && is_whole(text)
}

impl Fields<'_> {
    /// What is left of the row's masked numbers.
    pub(crate) fn remnants(
        &self,
        customer_number: Option<Slot>,
        id_number: Option<Slot>,
        account: Option<Slot>,
    ) -> Remnants {
        let left = |slot: Option<Slot>| match self.cell(slot) {
            Cell::Text(text) if !is_whole(text) => {
                let text = key(text);
                remnant::is_masked(&text).then(|| remnant::left_of(&text).map(Personal::new))?
            }
            _ => None,
        };
        Remnants {
            customer_number: left(customer_number),
            id_number: left(id_number),
            account: left(account).or_else(|| self.tail(account).map(Personal::new)),
        }
    }

    /// Whether the cell gives only the end of an account.
    pub(crate) fn is_tail(&self, slot: Option<Slot>) -> bool {
        self.tail(slot).is_some()
    }

    fn tail(&self, slot: Option<Slot>) -> Option<String> {
        let slot = slot?;
        let digits = match self.cell(Some(slot)) {
            Cell::Text(text) if text.len() > LONGEST_TEXT || is_long(text) => return None,
            Cell::Text(text) => {
                let text = key(text);
                let said = self.sheet.lexicon.after_tail_word(&text);
                let headed = || self.heads_tails(slot).then_some(text.as_str());
                let digits = said.or_else(headed)?.trim_matches([':', '(', ')', '[', ']']);
                digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.to_string())?
            }
            Cell::Number(n) if n.fract() == 0.0 && *n >= 0.0 && self.heads_tails(slot) => format!("{n:.0}"),
            _ => return None,
        };
        let fits = (1..=LONGEST_TAIL).contains(&digits.len());
        fits.then(|| remnant::tail(&format!("{digits:0>TAIL_DIGITS$}")))?
    }

    fn heads_tails(&self, slot: Slot) -> bool {
        let header = key(self.sheet.layout.header(slot.column));
        self.sheet.lexicon.after_tail_word(&header).is_some()
    }
}
