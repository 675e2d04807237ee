//! 人员: one row per colleague.

use chrono::NaiveDate;

use crate::model::rows::{StaffRow, StaffUntold};

use crate::intake::header::layout::Layout;
use crate::intake::issue;
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Outcome, Seen, hash_of};

slots!(Slots { number, name, outlet, position, qualifications, may_go_out, leave, daily_limit });

pub(crate) struct Staff {
    slots: Slots,
    /// A column says who is away.
    has_status: bool,
    seen: Seen,
    rows: Vec<StaffRow>,
}

impl Staff {
    pub fn new(layout: &Layout) -> Self {
        let has_status = layout.slot("status").is_some();
        Staff { slots: Slots::new(layout), has_status, seen: Seen::default(), rows: Vec::new() }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        self.push_with(f, None)
    }

    /// Takes a colleague who is not at work: on leave on every day there is. Left out, whoever is known already would stay
    /// available.
    fn push_away(&mut self, f: &mut Fields<'_>) -> Outcome {
        self.push_with(f, Some(StaffRow::always().into_iter().collect()))
    }

    fn push_with(&mut self, f: &mut Fields<'_>, away: Option<Vec<(NaiveDate, NaiveDate)>>) -> Outcome {
        let s = self.slots;
        let Some(name) = f.name(s.name) else {
            f.raise(issue::MISSING_VALUE, s.name);
            return Outcome::Refused;
        };
        let number = match (f.number(s.number), s.number) {
            (Some(number), _) => number,
            // A sheet without 工号 knows its people by name.
            (None, None) => name.clone(),
            (None, Some(_)) => {
                f.raise(issue::MISSING_VALUE, s.number);
                return Outcome::Refused;
            }
        };
        let mut untold = StaffUntold::default();
        let leave = away.unwrap_or_else(|| f.told(s.leave, &mut untold.leave, Fields::leave));
        // Whoever is said to be there is not away any more, whatever an earlier list said.
        untold.leave &= s.leave.is_some() || !self.has_status;
        let mut row = StaffRow {
            row: 0,
            number,
            name,
            outlet: f.told(s.outlet, &mut untold.outlet, Fields::text),
            position: f.told(s.position, &mut untold.position, Fields::text),
            qualifications: f
                .told(s.qualifications, &mut untold.qualifications, Fields::text)
                .map(|t| words(&t))
                .unwrap_or_default(),
            may_go_out: f.told(s.may_go_out, &mut untold.may_go_out, Fields::flag),
            leave,
            daily_limit: f.told(s.daily_limit, &mut untold.daily_limit, Fields::count),
            untold,
        };
        let outcome = self.seen.check(&row.number, hash_of(&row), f);
        if outcome == Outcome::Taken {
            row.row = f.row.index;
            self.rows.push(row);
        }
        outcome
    }
}

/// `理财、基金/保险` as three words.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '/' | ';' | '|' | '+' | '┋'))
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .map(str::to_string)
        .collect()
}

impl Builder for Staff {
    keeps_rows!(Staff);

    /// A colleague who is not at work is kept as never there.
    fn push_not_done(&mut self, f: &mut Fields<'_>, _reason: &'static str) -> Outcome {
        self.push_away(f)
    }
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
