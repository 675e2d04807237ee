//! When a person's money falls due: columns of days and of amounts, of which a sheet may have several.

use chrono::NaiveDate;

use crate::model::Fen;
use crate::rules::import::DueWords;

use crate::intake::header::layout::{Layout, Slot};
use crate::intake::rows::fields::Fields;
use crate::intake::value::key;

/// Something that falls due: its day, and how much where that is known.
pub(crate) type Due = (NaiveDate, Option<Fen>);

/// A column of days, with its own of amounts.
struct Pair {
    day: Slot,
    amount: Option<Slot>,
    /// The header names no product: it is the next of whatever the person has.
    general: bool,
}

/// The columns of days, each with its own of amounts.
pub(crate) struct Dues {
    pairs: Vec<Pair>,
    /// The only column of amounts, where nothing says whose of several days it is.
    shared: Option<Slot>,
}

impl Dues {
    /// `first`: the columns of day and amount with the best headers; the further ones stand among the layout's sums.
    pub fn new(layout: &Layout, words: &DueWords, first: [Option<Slot>; 2]) -> Dues {
        let (days, mut amounts) = (columns(layout, "due_date", first[0]), columns(layout, "due_amount", first[1]));
        let stem = |slot: &Slot| {
            let header = key(layout.header(slot.column));
            words.plain.iter().fold(header, |rest, word| rest.replace(&key(word), ""))
        };
        let beside = beside(&days, &amounts);
        let mut pairs: Vec<Pair> = Vec::new();
        for (at, day) in days.iter().enumerate() {
            let alone = |of: &[Slot]| of.iter().filter(|s| stem(s) == stem(day)).count() == 1;
            let same = || amounts.iter().find(|a| stem(a) == stem(day)).copied();
            let named = if alone(&days) && alone(&amounts) { same() } else { None };
            let amount = named.or_else(|| amounts.get(at).copied().filter(|_| beside));
            pairs.push(Pair { day: *day, amount, general: stem(day).is_empty() });
        }
        amounts.retain(|a| !pairs.iter().any(|pair| pair.amount.is_some_and(|own| own.column == a.column)));
        Dues { pairs, shared: if let [only] = amounts[..] { Some(only) } else { None } }
    }

    /// What of a row's falls due next, seen from `base`.
    pub fn next(&self, f: &mut Fields<'_>, base: Option<NaiveDate>) -> Option<Due> {
        let (mut general, mut named): (Vec<Due>, Vec<Due>) = (Vec::new(), Vec::new());
        let mut told = 0;
        for pair in &self.pairs {
            // An amount that cannot be read is worth its word, whichever day is next.
            let (amount, day) = (f.money(pair.amount), f.date(Some(pair.day)));
            told += usize::from(!f.says_nothing(Some(pair.day)));
            let list = if pair.general { &mut general } else { &mut named };
            list.extend(day.map(|day| (day, amount)));
        }
        let shared = f.money(self.shared);
        let next = |list: Vec<Due>| list.into_iter().reduce(|one, other| next_of(one, other, base));
        let mut due = match (next(named), next(general)) {
            // The next of all is one of those that are named.
            (Some(one), Some(all)) if one.0 == all.0 => Some((one.0, one.1.or(all.1))),
            (Some(one), Some(all)) => Some(next_of(one, all, base)),
            (named, general) => named.or(general),
        };
        if let (1, Some((_, amount @ None))) = (told, &mut due) {
            *amount = shared;
        }
        due
    }
}

/// Of two the earlier that is still to come on `base`; where both have passed, the later. What falls due on one day falls
/// due together.
pub(crate) fn next_of(one: Due, other: Due, base: Option<NaiveDate>) -> Due {
    if one.0 == other.0 {
        return (one.0, one.1.zip(other.1).map(|(a, b)| a + b));
    }
    let (earlier, later) = if one.0 < other.0 { (one, other) } else { (other, one) };
    if base.is_some_and(|base| earlier.0 < base) { later } else { earlier }
}

/// All columns of a field, from the left.
fn columns(layout: &Layout, field: &str, first: Option<Slot>) -> Vec<Slot> {
    let mut all: Vec<Slot> = first.into_iter().chain(layout.further_of(field)).collect();
    all.sort_by_key(|s| s.column);
    all
}

/// Whether days and amounts take turns, so that each day has its amount beside it; one of each are a pair wherever they stand.
fn beside(days: &[Slot], amounts: &[Slot]) -> bool {
    let turns = |first: &[Slot], second: &[Slot]| {
        let after = first.iter().zip(second).all(|(a, b)| a.column < b.column);
        after && second.iter().zip(first.iter().skip(1)).all(|(b, next)| b.column < next.column)
    };
    days.len() == amounts.len() && (turns(days, amounts) || turns(amounts, days))
}
