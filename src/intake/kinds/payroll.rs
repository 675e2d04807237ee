//! 代发批次 and pay sheets: one row per payment.

use crate::model::personal::Purpose;
use crate::model::rows::PayrollRow;
use crate::model::{Fen, Personal};

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::header::shared_fields::PAID_BESIDE;
use crate::intake::issue::{self, Fault};
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::kinds::holdings::key_of;
use crate::intake::rows::classify::RowClass;
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Defaults, Outcome, Seen, Tally};
use crate::intake::value::Read;

slots!(Slots {
    customer_number,
    name,
    account,
    id_type,
    id_number,
    employer,
    employer_number,
    credit_code,
    amount,
    purpose,
    payday,
    paid_beside
});

/// Payments a sum is made of: what equals one payment is no total.
const LEAST_SUMMED: usize = 2;

pub(crate) struct Payroll {
    slots: Slots,
    defaults: Defaults,
    seen: Seen,
    /// Money of the rows taken, as long as all of them carry a number.
    sum: Option<Fen>,
    /// All wages, where the amount is that of the bank's part.
    whole_pay: Option<Slot>,
    /// What is paid beside the bank and is to be taken off the amount.
    beside: Vec<Slot>,
    /// No numbered payment since the last total.
    below_total: bool,
    /// Money and number of the payments since the last total or heading.
    block: (Fen, usize),
    /// A total has stood between the rows before.
    totalled: bool,
    tally: Tally,
    rows: Vec<PayrollRow>,
}

impl Payroll {
    pub fn new(layout: &Layout, defaults: Defaults) -> Self {
        let slots = Slots::new(layout);
        Payroll {
            slots,
            defaults,
            seen: Seen::default(),
            sum: Some(Fen::ZERO),
            whole_pay: layout.whole_pay.map(Slot::of),
            beside: layout.further_of(PAID_BESIDE).chain(slots.paid_beside).collect(),
            below_total: false,
            block: (Fen::ZERO, 0),
            totalled: false,
            tally: Tally::default(),
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        if f.is_blank(s.amount) && self.whole_pay.is_some_and(|whole| !f.says_nothing(Some(whole))) {
            return Outcome::Skipped("not_by_bank");
        }
        let amount = match f.payment(s.amount) {
            Read::Value(fen) if fen.0 == 0 => return Outcome::Skipped("zero_amount"),
            Read::Nothing => return Outcome::Skipped("zero_amount"),
            Read::Value(fen) => fen,
            Read::Bad => return Outcome::Refused,
        };
        let amount = match self.by_bank(amount, f) {
            Some(Fen(0)) => return Outcome::Skipped("not_by_bank"),
            Some(amount) => amount,
            None => return Outcome::Refused,
        };
        let (employer, employer_number) = f.employer(s.employer, s.employer_number);
        let own_code = f.credit_code(s.credit_code);
        // What the title says of its employer says nothing of another that a row names.
        let of_title = || self.defaults.credit_code.clone().filter(|_| employer.is_none() && employer_number.is_none());
        let credit_code = own_code.clone().or_else(of_title);
        let employer = employer.or_else(|| self.defaults.employer.clone()).or(own_code);
        let payday = match self.defaults.payday {
            // A row of its own day must say it.
            None if s.payday.is_some() => f.required_date(s.payday),
            default => f.date(s.payday).or(default),
        };
        if s.payday.is_some() && !payday.is_some_and(|day| f.is_payday(day, s.payday)) {
            return Outcome::Refused;
        }
        let row = PayrollRow {
            row: f.row.index,
            customer_number: f.number(s.customer_number).map(Personal::new),
            name: f.name(s.name).map(Personal::new),
            account: f.account(s.account).map(Personal::new),
            id_number: f.id_number(s.id_number, s.id_type).map(Personal::new),
            left: f.remnants(s.customer_number, s.id_number, s.account),
            employer,
            employer_number,
            credit_code,
            amount,
            purpose: f.text(s.purpose),
            pay_kind: None,
            payday,
        };
        let pay_kind = row.purpose.as_deref().and_then(|p| f.sheet.lexicon.pay_kind(p)).or(self.defaults.pay_kind);
        let row = PayrollRow { pay_kind, ..row };
        let number = key_of([row.account.as_ref(), row.id_number.as_ref(), row.customer_number.as_ref()]);
        let number_is_known = number.is_some();
        // Nobody is paid what all the others are paid together, or stands below the total, and has no account.
        let could_have = s.account.or(s.id_number).or(s.customer_number).is_some();
        let below = self.below_total && self.sum.is_some();
        let summed = below || self.sum == Some(amount) || self.sums_block(amount);
        let of_group = || matches!(f.cell(s.name), Cell::Text(name) if f.sheet.totals.is_group(name));
        if !number_is_known && could_have && ((self.tally.rows >= LEAST_SUMMED && summed) || of_group()) {
            f.raise(issue::LOOKS_LIKE_TOTAL, s.name);
            self.end_block();
            return Outcome::Refused;
        }
        self.below_total &= !number_is_known;
        let Some(key) = number.or(row.name.as_ref().map(|n| n.unmask(Purpose::Store).as_str())) else {
            f.raise(issue::MISSING_VALUE, s.account.or(s.id_number).or(s.name));
            return Outcome::Refused;
        };
        let left = if number_is_known { String::new() } else { row.left.to_text() };
        let key = format!("{key}{left}|{}|{:?}", row.employer.as_deref().unwrap_or(""), row.payday);
        // A second payment (补发) is no error: it is taken, and told.
        if let Some((first, _)) = self.seen.earlier(&key, f.row.index, 0) {
            let column = s.name.or(s.account).map_or(0, |c| c.column as u32);
            let fault = Fault::new(issue::DUPLICATE_PERSON_IN_PAYROLL).count("first_row", first + 1);
            f.issues.add(fault, Some((f.row.index, column)));
        }
        self.sum = self.sum.filter(|_| number_is_known).map(|sum| sum + amount);
        self.block = (self.block.0 + amount, self.block.1 + 1);
        self.tally.add(row.payday, row.employer.is_some(), number_is_known);
        self.rows.push(row);
        Outcome::Taken
    }

    /// What of an amount runs through the bank; `None` where that cannot be read, or would be less than nothing.
    fn by_bank(&self, mut amount: Fen, f: &mut Fields<'_>) -> Option<Fen> {
        for slot in &self.beside {
            match f.side(Some(*slot)) {
                Read::Value(beside) if beside > amount || beside < Fen::ZERO => {
                    f.raise(issue::NEGATIVE_AMOUNT, Some(*slot));
                    return None;
                }
                Read::Value(beside) => amount = amount - beside,
                Read::Nothing => {}
                Read::Bad => return None,
            }
        }
        Some(amount)
    }

    /// Notes that the payments so far have been summed up, or that those of another group follow.
    fn end_block(&mut self) {
        self.block = (Fen::ZERO, 0);
        self.totalled = true;
    }

    /// Whether an amount is that of all payments of its group; of a single one only where groups have totals.
    fn sums_block(&self, amount: Fen) -> bool {
        let least = if self.totalled { 1 } else { LEAST_SUMMED };
        self.sum.is_some() && self.block.1 >= least && self.block.0 == amount
    }
}

impl Builder for Payroll {
    keeps_rows!(Payroll, defaults);

    /// What follows a total without a number of its own is nobody's payment, unless another page has begun.
    fn note_skipped(&mut self, class: RowClass) {
        self.below_total = match class {
            RowClass::Total => true,
            RowClass::HeaderRepeated | RowClass::TitleRepeated | RowClass::Section => false,
            _ => self.below_total,
        };
        if matches!(class, RowClass::Total | RowClass::Section) {
            self.end_block();
        }
    }

    fn money(&self, from: usize, each: &mut dyn FnMut(&'static str, Fen)) {
        self.rows[from..].iter().for_each(|r| each("amount", r.amount));
    }

    fn tally(&self) -> Option<&Tally> {
        Some(&self.tally)
    }

    fn is_unattached(&self, has_fallback: bool) -> bool {
        self.tally.undated || (self.tally.without_employer && !has_fallback)
    }

    fn lacks(&self, has_fallback: bool) -> Vec<Fault> {
        let lacks = [
            (self.tally.undated, issue::MISSING_PAYDAY),
            (self.tally.without_employer && !has_fallback, issue::MISSING_EMPLOYER),
            (self.tally.names_only(), issue::NAMES_ONLY),
        ];
        lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, code)| Fault::new(code)).collect()
    }
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
