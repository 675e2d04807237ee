//! What becomes of a row: taken, passed over, refused; what it gets from the sheet; whether it came before.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use chrono::NaiveDate;

use crate::model::status::PayKind;

use crate::intake::issue::{self, Fault};
use crate::intake::rows::fields::Fields;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Taken,
    /// Left out for a reason that is no problem.
    Skipped(&'static str),
    /// Left out because of a problem, which has been reported.
    Refused,
}

/// What rows get that do not say it themselves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Defaults {
    pub employer: Option<String>,
    /// Its 统一社会信用代码.
    pub credit_code: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub payday: Option<NaiveDate>,
    pub pay_kind: Option<PayKind>,
}

/// Finds rows that come twice. It keeps hashes, not rows: a million rows take 36 MB, and none of them are personal data.
/// Two different keys meet by chance once in 40 million files of a million rows; then their contents tell them apart.
#[derive(Default)]
pub(crate) struct Seen(HashMap<u64, (u32, u32)>);

impl Seen {
    /// 0-based number of the earlier row with this key, and whether its content was the same; else notes this one.
    pub fn earlier(&mut self, key: &str, row: u32, content: u64) -> Option<(u32, bool)> {
        // Half of it: only rows with the same key are ever compared.
        let content = content as u32;
        match self.0.entry(hash_of(&key)) {
            std::collections::hash_map::Entry::Occupied(known) => Some((known.get().0, known.get().1 == content)),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert((row, content));
                None
            }
        }
    }

    /// A row that repeats an earlier one is left out, with a problem when the two differ; `content` is
    /// [`hash_of`] the row without its number.
    pub fn check(&mut self, key: &str, content: u64, f: &mut Fields<'_>) -> Outcome {
        let Some((first_row, same)) = self.earlier(key, f.row.index, content) else { return Outcome::Taken };
        let code = if same { issue::DUPLICATE_ROW } else { issue::CONFLICTING_ROWS };
        f.issues.add(Fault::new(code).count("first_row", first_row + 1), Some((f.row.index, 0)));
        if same { Outcome::Skipped("duplicate") } else { Outcome::Refused }
    }
}

/// A hash that is the same in every run.
pub(crate) fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What must be known of all rows together although they are handed on in pieces.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub rows: usize,
    /// The date of the first row, while all have the same.
    date: Option<NaiveDate>,
    several_dates: bool,
    /// Some row has no date.
    pub undated: bool,
    /// Some row has no employer.
    pub without_employer: bool,
    /// Some row carries a number to know the person by.
    keyed: bool,
}

impl Tally {
    pub fn add(&mut self, date: Option<NaiveDate>, employer: bool, keyed: bool) {
        if self.rows == 0 {
            self.date = date;
        }
        self.several_dates |= self.date != date;
        self.rows += 1;
        self.undated |= date.is_none();
        self.without_employer |= !employer;
        self.keyed |= keyed;
    }

    /// The one date of all rows.
    pub fn one_date(&self) -> Option<NaiveDate> {
        self.date.filter(|_| !self.several_dates)
    }

    /// Whether no row carries anything but a name to know the person by.
    pub fn names_only(&self) -> bool {
        self.rows > 0 && !self.keyed
    }
}
