//! 发薪后资金流水: one row per transaction of a person's pay account.

use std::collections::HashMap;

use crate::model::Fen;
use crate::model::activity::FlowRow;
use crate::model::personal::Purpose;
use crate::rules::Rules;
use crate::rules::contact::flows::{DestinationRule, OTHER};

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue;
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::kinds::holdings::key_of;
use crate::intake::kinds::person_columns::{read_who, who_slots};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Defaults, Outcome, Seen, hash_of};
use crate::intake::value::identity::Identifier;
use crate::intake::value::key;
use crate::intake::value::mentions::WordList;
use crate::intake::value::{Read, identity};

slots!(Slots {
    customer_number,
    name,
    id_type,
    id_number,
    account,
    employer,
    date,
    direction,
    amount,
    amount_out,
    amount_in,
    counterparty,
    channel,
    summary,
    reference,
});

pub(crate) struct Flows {
    slots: Slots,
    defaults: Defaults,
    /// Direction by word; `true` is outward.
    directions: HashMap<String, bool>,
    /// Amounts with a minus stand among those without: the sign is the direction.
    signed: bool,
    destinations: WordList,
    /// Words for parts of a transaction.
    parts: Vec<String>,
    /// As in the rules.
    unique_reference: usize,
    /// Rows with a transaction number, by what it stands for.
    seen: Seen,
    rows: Vec<FlowRow>,
}

impl Flows {
    pub fn new(layout: &Layout, rules: &Rules, defaults: Defaults) -> Self {
        let flows = &rules.flows;
        let mut directions: HashMap<String, bool> = flows.inward.iter().map(|w| (key(w), false)).collect();
        directions.extend(flows.out.iter().map(|w| (key(w), true)));
        let ordered = flows.ordered();
        let lists = |of: fn(&DestinationRule) -> &[String]| ordered.iter().map(move |(k, d)| (k.to_string(), of(d)));
        let destinations = lists(|d| d.first.as_slice()).chain(lists(|d| d.words.as_slice()));
        Flows {
            slots: Slots::new(layout),
            defaults,
            directions,
            signed: layout.signed,
            destinations: WordList::in_order(destinations),
            parts: flows.parts.clone(),
            unique_reference: flows.unique_reference,
            seen: Seen::default(),
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let who = read_who(who_slots!(s), f, self.defaults.employer.as_ref());
        let Some(date) = f.required_date(s.date).filter(|day| f.has_come(*day, s.date)) else {
            return Outcome::Refused;
        };
        let (outward, amount) = match self.amount(f) {
            Ok(found) => found,
            Err(outcome) => return outcome,
        };
        if !who.has_number() && who.name.is_none() {
            f.raise(issue::MISSING_VALUE, s.customer_number.or(s.account).or(s.id_number).or(s.name));
            return Outcome::Refused;
        }
        let destination = self.destination(f, outward);
        let reference = self.reference(f);
        let row = FlowRow { row: f.row.index, who, date, outward, amount, destination, reference };
        let outcome = self.told_before(&row, f);
        if outcome == Outcome::Taken {
            self.rows.push(row);
        }
        outcome
    }

    /// The transaction's number; one whose last digits a spreadsheet program has lost is none.
    fn reference(&self, f: &mut Fields<'_>) -> Option<String> {
        let slot = self.slots.reference;
        let ruined = match f.cell(slot) {
            Cell::Number(n) => identity::number_from_number(*n) == Identifier::Ruined,
            Cell::Digits { digits, .. } => identity::account_from_digits(digits) == Identifier::Ruined,
            Cell::Text(text) => identity::account(text) == Identifier::Ruined,
            _ => false,
        };
        if ruined { None } else { f.text(slot) }
    }

    /// One transaction is told twice, or once with another amount; without its number two equal ones are two. What one
    /// number stands for several times (a batch of several people, a fee beside its payment, money back) is not the same.
    fn told_before(&mut self, row: &FlowRow, f: &mut Fields<'_>) -> Outcome {
        let Some(reference) = &row.reference else { return Outcome::Taken };
        let who = key_of([row.who.account.as_ref(), row.who.customer_number.as_ref(), row.who.id_number.as_ref()]);
        let who = who.or(row.who.name.as_ref().map(|n| n.unmask(Purpose::Store).as_str())).unwrap_or_default();
        let day = if reference.chars().count() < self.unique_reference { row.date.to_string() } else { String::new() };
        let key = format!("{reference}|{who}|{}|{day}|{}", row.outward, self.part(f));
        self.seen.check(&key, hash_of(&(row.date, row.amount)), f)
    }

    /// The word for the part of a transaction that a row is, if it has one.
    fn part(&self, f: &mut Fields<'_>) -> &str {
        let s = self.slots;
        let texts: Vec<String> = [s.counterparty, s.channel, s.summary].into_iter().filter_map(|c| f.text(c)).collect();
        self.parts.iter().find(|p| texts.iter().any(|t| t.contains(p.as_str()))).map_or("", String::as_str)
    }

    /// Whether the money went out, and how much: from two columns, or from one and the word of its direction.
    fn amount(&self, f: &mut Fields<'_>) -> Result<(bool, Fen), Outcome> {
        let s = self.slots;
        if s.amount_out.is_some() || s.amount_in.is_some() {
            let side = |read: Read<Fen>| match read {
                Read::Value(fen) if fen.0 == 0 => Ok(None),
                Read::Value(fen) => Ok(Some(fen)),
                Read::Nothing => Ok(None),
                Read::Bad => Err(Outcome::Refused),
            };
            // Both are read before either refuses: all that is wrong is told.
            let (out, inward) = (side(f.side(s.amount_out)), side(f.side(s.amount_in)));
            let (outward, fen, slot) = match (out?, inward?) {
                (Some(fen), None) => (true, fen, s.amount_out),
                (None, Some(fen)) => (false, fen, s.amount_in),
                (None, None) => return Err(Outcome::Skipped("zero_amount")),
                (Some(_), Some(_)) => {
                    f.raise(issue::UNKNOWN_DIRECTION, s.amount_out);
                    return Err(Outcome::Refused);
                }
            };
            if fen < Fen::ZERO {
                f.raise(issue::NEGATIVE_AMOUNT, slot);
                return Err(Outcome::Refused);
            }
            return Ok((outward, fen));
        }
        let payment = if s.direction.is_none() { f.signed_payment(s.amount) } else { f.payment(s.amount) };
        let amount = match payment {
            Read::Value(fen) if fen.0 == 0 => return Err(Outcome::Skipped("zero_amount")),
            Read::Nothing => return Err(Outcome::Skipped("zero_amount")),
            Read::Value(fen) => fen,
            Read::Bad => return Err(Outcome::Refused),
        };
        // Without a column of directions the sign is the direction; where there is no sign, nothing is.
        if s.direction.is_none() && (amount < Fen::ZERO || self.signed) {
            return Ok((amount < Fen::ZERO, Fen(amount.0.abs())));
        }
        match f.text(s.direction).and_then(|t| self.direction(&t)) {
            Some(outward) => Ok((outward, amount)),
            None => {
                f.raise(issue::UNKNOWN_DIRECTION, s.direction.or(s.amount));
                Err(Outcome::Refused)
            }
        }
    }

    /// What a text says of the direction, whole or in its parts: `D-借`, `贷方(收入)`.
    fn direction(&self, text: &str) -> Option<bool> {
        let text = key(text);
        let parts = text.split(['(', ')', '-', '—', ':', '/']).filter(|p| !p.is_empty());
        let mut said = parts.filter_map(|p| self.directions.get(p));
        let whole = self.directions.get(&text).copied();
        whole.or_else(|| said.next().copied().filter(|first| said.all(|other| other == first)))
    }

    /// The first of the columns that says where the money went; what none of them tells is [`OTHER`].
    fn destination(&self, f: &mut Fields<'_>, outward: bool) -> String {
        let s = self.slots;
        let mut first_unknown: Option<Slot> = None;
        for slot in [s.counterparty, s.channel, s.summary].into_iter().flatten() {
            let Some(text) = f.text(Some(slot)) else { continue };
            if let Some(found) = self.destinations.find(&text) {
                return found.to_string();
            }
            first_unknown = first_unknown.or(Some(slot));
        }
        // Where money came from does not matter here.
        if let (true, Some(slot)) = (outward, first_unknown) {
            f.raise(issue::UNKNOWN_DESTINATION, Some(slot));
        }
        OTHER.to_string()
    }
}

impl Builder for Flows {
    keeps_rows!(Flows, defaults);
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
