//! Reads the amounts of a row: balances, payments, in the unit that the row, its column or its sheet says, or that the
//! cell itself shows.

use crate::model::Fen;

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::Slot;
use crate::intake::issue::{self, Code};
use crate::intake::rows::fields::Fields;
use crate::intake::value::Read;
use crate::intake::value::amount::money::{self, Amount, NoAmount, Unit};
use crate::intake::value::amount::unit_sentences::{Said, Units};

/// Whether an amount has a minus.
pub(crate) fn is_negative(cell: &Cell) -> bool {
    match cell {
        Cell::Number(n) => *n < 0.0,
        Cell::Shown(shown) => shown.value < 0.0,
        Cell::Text(text) => money::is_negative(text),
        _ => false,
    }
}

impl Fields<'_> {
    /// An amount; [`Read::Bad`] is reported with `bad`.
    fn amount(&mut self, slot: Option<Slot>, bad: Code, required: bool) -> Read<Amount> {
        if !self.present(slot, required) {
            return if matches!(self.cell(slot), Cell::Error(_) | Cell::NoValue(_)) {
                Read::Bad
            } else {
                Read::Nothing
            };
        }
        let unit = self.own.unit.or(slot.and_then(|s| s.unit)).or(self.sheet.unit).unwrap_or_default();
        let result = match self.cell(slot) {
            Cell::Number(n) | Cell::Digits { value: n, .. } => money::from_number(*n, unit),
            Cell::Shown(_) => match self.shown_amount(slot) {
                Ok(result) => result,
                Err(code) => {
                    self.raise(code, slot);
                    return Read::Bad;
                }
            },
            Cell::Text(text) if self.sheet.lexicon.is_nothing(text) => return Read::Nothing,
            Cell::Text(text) if self.sheet.decimal_comma => {
                self.sheet.lexicon.amount(&money::with_decimal_point(text), unit)
            }
            Cell::Text(text) => self.sheet.lexicon.amount(text, unit),
            _ => Err(NoAmount::NotANumber),
        };
        match result {
            Ok(amount) if amount.fen != Fen::ZERO && self.own.clashes(slot) => {
                if let Some(said) = self.own.told() {
                    self.raise(issue::NOT_YUAN, Some(said));
                }
                Read::Bad
            }
            Ok(amount) => Read::Value(amount),
            Err(NoAmount::NotANumber) => {
                self.raise(bad, slot);
                Read::Bad
            }
            Err(NoAmount::TooLarge) => {
                self.raise(issue::NUMBER_TOO_LARGE, slot);
                Read::Bad
            }
        }
    }

    /// An amount as its format shows it: `3.50万元`, or 3.5000 for 35000 under 万元.
    ///
    /// # Errors
    /// The unit beside it is none of money, or only the format knows what the number is counted in.
    fn shown_amount(&self, slot: Option<Slot>) -> Result<Result<Amount, NoAmount>, Code> {
        let Cell::Shown(shown) = self.cell(slot) else { return Ok(Err(NoAmount::NotANumber)) };
        let unit = self.own.unit.or(slot.and_then(|s| s.unit)).or(self.sheet.unit);
        if shown.percent {
            return Ok(Err(NoAmount::NotANumber));
        }
        match self.sheet.units.beside(&shown.beside) {
            Said::One(own) => Ok(money::from_number(shown.seen, own)),
            Said::Unclear(_) => Err(issue::NOT_YUAN),
            Said::Nothing if shown.shift == 0 || self.sheet.unit_told || shown.value == 0.0 => {
                Ok(money::from_number(shown.seen, unit.unwrap_or_default()))
            }
            Said::Nothing if unit.is_some_and(|u| u.power_of_ten() == Some(shown.shift)) => {
                Ok(money::from_number(shown.value, Unit::Yuan))
            }
            Said::Nothing => Err(issue::SHOWN_SCALED),
        }
    }

    /// A balance: column absent or 未知 = unknown, cell empty = zero, cell unreadable = an error of the row, for a total
    /// that leaves it out would be wrong without a word.
    pub fn balance(&mut self, slot: Option<Slot>) -> Option<Fen> {
        slot?;
        if matches!(self.cell(slot), Cell::Text(text) if self.sheet.lexicon.is_unknown(text)) {
            self.raise(issue::NOT_A_NUMBER, slot);
            return None;
        }
        match self.amount(slot, issue::AMOUNT_NOT_A_NUMBER, false) {
            Read::Value(amount) => {
                if amount.fen < Fen::ZERO {
                    self.raise(issue::NEGATIVE_BALANCE, slot);
                }
                Some(amount.fen)
            }
            Read::Nothing => Some(Fen::ZERO),
            Read::Bad => {
                self.unreadable_balance = true;
                None
            }
        }
    }

    /// An amount that may be left out.
    pub fn money(&mut self, slot: Option<Slot>) -> Option<Fen> {
        match self.amount(slot, issue::NOT_A_NUMBER, false) {
            Read::Value(amount) => Some(amount.fen),
            _ => None,
        }
    }

    /// The amount of a payment: exact to the fen and not negative.
    pub fn payment(&mut self, slot: Option<Slot>) -> Read<Fen> {
        match self.signed_payment(slot) {
            Read::Value(fen) if fen < Fen::ZERO => {
                self.raise(issue::NEGATIVE_AMOUNT, slot);
                Read::Bad
            }
            read => read,
        }
    }

    /// The amount of a payment whose sign says which way it went.
    pub fn signed_payment(&mut self, slot: Option<Slot>) -> Read<Fen> {
        match self.amount(slot, issue::AMOUNT_NOT_A_NUMBER, true) {
            Read::Value(amount) => {
                if amount.rounded {
                    self.raise(issue::AMOUNT_ROUNDED, slot);
                }
                Read::Value(amount.fen)
            }
            Read::Nothing if self.cell(slot).is_blank() => {
                self.raise(issue::MISSING_VALUE, slot);
                Read::Bad
            }
            Read::Nothing => Read::Nothing,
            Read::Bad => Read::Bad,
        }
    }

    /// The amount of a payment in one of two columns, of which the other may hold it.
    pub fn side(&mut self, slot: Option<Slot>) -> Read<Fen> {
        if self.is_blank(slot) { Read::Nothing } else { self.signed_payment(slot) }
    }
}
