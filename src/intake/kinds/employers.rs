//! 代发单位: one row per employer.

use crate::model::rows::EmployerRow;
use crate::model::{Fen, Personal};

use crate::intake::header::layout::Layout;
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Outcome, Seen, hash_of};
use crate::intake::value::{lexicon, payday};

slots!(Slots {
    bank_number,
    name,
    credit_code,
    industry,
    nature,
    address,
    district,
    visit_hours,
    private_corner,
    stated_headcount,
    payroll_type,
    monthly_payroll,
    paydays,
    payday_shift,
    contact_name,
    contact_title,
    contact_phone,
    outlet,
    rm,
    last_visit,
    agreement_end,
    open_complaint,
    note,
});

pub(crate) struct Employers {
    slots: Slots,
    seen: Seen,
    rows: Vec<EmployerRow>,
}

impl Employers {
    pub fn new(layout: &Layout) -> Self {
        Employers { slots: Slots::new(layout), seen: Seen::default(), rows: Vec::new() }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let Some(name) = f.name(s.name) else {
            f.raise(crate::intake::issue::MISSING_VALUE, s.name);
            return Outcome::Refused;
        };
        let note = f.text(s.note);
        let (paydays, shift) = f.paydays(s.paydays);
        let remarked = || note.as_deref().and_then(|n| payday::shift_in_remark(n, &f.sheet.lexicon.payday));
        let payday_shift = shift.or_else(remarked);
        let payday_shift = f.payday_shift(s.payday_shift).or(payday_shift);
        let mut row = EmployerRow {
            row: 0,
            bank_number: f.number(s.bank_number),
            name,
            credit_code: f.credit_code(s.credit_code),
            industry: f.text(s.industry),
            nature: f.text(s.nature),
            address: f.text(s.address),
            district: f.text(s.district),
            visit_hours: f.hours(s.visit_hours),
            private_corner: f.flag(s.private_corner),
            stated_headcount: f.count(s.stated_headcount),
            payroll_type: f.text(s.payroll_type),
            monthly_payroll: f.money(s.monthly_payroll),
            paydays,
            payday_shift,
            contact_name: f.text(s.contact_name).map(|n| Personal::new(lexicon::name(&n))),
            contact_title: f.text(s.contact_title),
            contact_phone: f.phone(s.contact_phone).map(Personal::new),
            outlet: f.text(s.outlet),
            rm: f.name(s.rm),
            last_visit: f.date(s.last_visit),
            // 2026年12月: through its last day.
            agreement_end: f.snapshot_date(s.agreement_end),
            open_complaint: f.flag(s.open_complaint),
            note,
        };
        let key = row.credit_code.as_deref().or(row.bank_number.as_deref()).unwrap_or(&row.name).to_string();
        let outcome = self.seen.check(&key, hash_of(&row), f);
        if outcome == Outcome::Taken {
            row.row = f.row.index;
            self.rows.push(row);
        }
        outcome
    }
}

impl Builder for Employers {
    keeps_rows!(Employers);

    fn money(&self, from: usize, each: &mut dyn FnMut(&'static str, Fen)) {
        self.rows[from..].iter().filter_map(|r| r.monthly_payroll).for_each(|f| each("monthly_payroll", f));
    }
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
