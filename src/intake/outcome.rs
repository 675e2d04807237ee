//! What becomes of a row: taken, passed over, refused; what it gets from the sheet; whether it came before.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::model::status::PayKind;

use super::fields::Fields;
use super::issue::{self, Fault};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Taken,
    /// Left out for a reason that is no problem.
    Skipped(&'static str),
    /// Left out because of a problem, which has been reported.
    Refused,
}

/// What rows get that do not say it themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub employer: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub payday: Option<NaiveDate>,
    pub pay_kind: Option<PayKind>,
}

/// Finds rows that come twice.
#[derive(Default)]
pub(super) struct Seen(HashMap<String, usize>);

impl Seen {
    /// Position of the earlier row with this key; else notes that this one stands at `position`.
    pub fn earlier(&mut self, key: String, position: usize) -> Option<usize> {
        match self.0.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => Some(*known.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(position);
                None
            }
        }
    }

    /// A row that repeats an earlier one is left out; `compare` gives that one's row number and whether they are equal.
    pub fn check(
        &mut self,
        key: String,
        position: usize,
        f: &mut Fields<'_>,
        compare: impl FnOnce(usize) -> (u32, bool),
    ) -> Outcome {
        let Some(first) = self.earlier(key, position) else { return Outcome::Taken };
        let (first_row, same) = compare(first);
        let code = if same { issue::DUPLICATE_ROW } else { issue::CONFLICTING_ROWS };
        f.issues.add(Fault::new(code).count("first_row", first_row + 1), Some((f.row.index, 0)));
        if same { Outcome::Skipped("duplicate") } else { Outcome::Refused }
    }
}
