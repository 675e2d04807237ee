//! What every kind of sheet does with its rows.

use crate::intake::issue::Fault;
use crate::intake::rows::classify::RowClass;
use crate::intake::rows::fields::Fields;
use crate::intake::rows::outcome::{Defaults, Outcome, Tally};
use crate::model::rows::Rows;
use crate::model::{Fen, ProductSet};

/// The rows of one kind being made.
pub(crate) trait Builder {
    /// Takes a row of data.
    fn push(&mut self, f: &mut Fields<'_>) -> Outcome;

    /// Leaves out a row of something that did not happen, or did not run through the bank (`word.skip_<reason>`).
    fn push_not_done(&mut self, _f: &mut Fields<'_>, reason: &'static str) -> Outcome {
        Outcome::Skipped(reason)
    }

    /// What rows get from here on that do not say it themselves.
    fn set_defaults(&mut self, _defaults: &Defaults) {}

    /// Notes a row that is no data.
    fn note_skipped(&mut self, _class: RowClass) {}

    /// Rows made and not handed on yet.
    fn waiting(&self) -> usize;

    /// Takes the rows that are waiting.
    fn drain(&mut self) -> Rows;

    /// The money of the rows that are waiting, from the one at `from` on, by field.
    fn money(&self, _from: usize, _each: &mut dyn FnMut(&'static str, Fen)) {}

    /// Ends a sheet whose rows are gathered from several of its own.
    fn gather(&mut self) -> Gathered {
        Gathered::default()
    }

    /// Products the sheet tells of, as far as is known so far.
    fn covered(&self) -> ProductSet {
        ProductSet::EMPTY
    }

    /// What must be known of all rows together, for kinds whose rows belong to a day.
    fn tally(&self) -> Option<&Tally> {
        None
    }

    /// Whether rows can go nowhere: they have no day, or no employer where there must be one, and the sheet gives none.
    fn is_unattached(&self, _has_fallback: bool) -> bool {
        false
    }

    /// What the rows lack, all together; `has_fallback`: the sheet names an employer for people nobody knows.
    fn lacks(&self, _has_fallback: bool) -> Vec<Fault> {
        Vec::new()
    }
}

/// What gathering came to.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The rows were made only now, out of several each.
    pub made: bool,
    /// Rows (0-based) of people left out because one of their rows could not be read.
    pub dropped: Vec<u32>,
    /// Words for products that nobody knows.
    pub unknown: Vec<String>,
}

/// What all builders do alike, inside their `impl Builder`: a row is taken by the kind's own `push` and waits in its `rows`.
/// With `defaults`, what rows get from the sheet is kept in a field of that name.
macro_rules! keeps_rows {
    ($kind:ident, defaults) => {
        fn set_defaults(&mut self, defaults: &$crate::intake::rows::outcome::Defaults) {
            self.defaults.clone_from(defaults);
        }

        $crate::intake::kinds::builder::keeps_rows!($kind);
    };
    ($kind:ident) => {
        fn push(&mut self, f: &mut $crate::intake::rows::fields::Fields<'_>) -> $crate::intake::rows::outcome::Outcome {
            self.push(f)
        }

        fn waiting(&self) -> usize {
            self.rows.len()
        }

        fn drain(&mut self) -> $crate::model::rows::Rows {
            $crate::model::rows::Rows::$kind(std::mem::take(&mut self.rows))
        }
    };
}
pub(crate) use keeps_rows;
