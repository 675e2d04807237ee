//! 进企服务台账: one row per visit that was held.

use crate::model::rows::VisitRow;

use crate::intake::header::layout::Layout;
use crate::intake::issue;
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Outcome, Seen, hash_of};

slots!(Slots { employer, date, staff_count, attendance, interested, deals, first_follow_up, key_person_call, note });

pub(crate) struct Visits {
    slots: Slots,
    seen: Seen,
    rows: Vec<VisitRow>,
}

impl Visits {
    pub fn new(layout: &Layout) -> Self {
        Visits { slots: Slots::new(layout), seen: Seen::default(), rows: Vec::new() }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let employer = f.name(s.employer);
        if employer.is_none() {
            f.raise(issue::MISSING_VALUE, s.employer);
        }
        let date = f.required_date(s.date);
        let (Some(employer), Some(date)) = (employer, date) else { return Outcome::Refused };
        let mut row = VisitRow {
            row: 0,
            employer,
            date,
            staff_count: f.count(s.staff_count),
            attendance: f.count(s.attendance),
            interested: f.count(s.interested),
            deals: f.count(s.deals),
            first_follow_up: f.date(s.first_follow_up),
            key_person_call: f.date(s.key_person_call),
            note: f.text(s.note),
        };
        let outcome = self.seen.check(&format!("{}|{date}", row.employer), hash_of(&row), f);
        if outcome == Outcome::Taken {
            row.row = f.row.index;
            self.rows.push(row);
        }
        outcome
    }
}

impl Builder for Visits {
    keeps_rows!(Visits);
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
