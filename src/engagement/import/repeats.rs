//! Whether two payroll runs are the same payments: a summary beside the sheets it sums up, a part before the whole, a
//! planned day beside the actual one, exports that overlap, a correction; or two payments that only look alike.

pub mod file;
pub mod purpose;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::days::period::days_after;
use crate::model::days::workdays::Workdays;
use crate::model::runs::{Paid, Purpose};
use crate::model::status::PayKind;
use crate::model::{EmployerId, Fen};
use crate::rules::import::repeats::{NearRules, RepeatRules};

/// A run as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub employer: EmployerId,
    pub payday: NaiveDate,
    pub kind: PayKind,
    pub purpose: Purpose,
    /// Whether it was written before the money was paid; `None`: unknown.
    pub planned: Option<bool>,
    pub paid: Vec<Paid>,
}

/// What the user has said beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer {
    #[default]
    Nothing,
    /// The later run puts the earlier right.
    Correction,
    /// The later run was paid beside the earlier.
    Additional,
}

/// What two runs are to one another; the later is the one that has come now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// Two payments, nothing to tell.
    Separate,
    /// The same payments: the later counts instead of the earlier.
    Replaces,
    /// The same payments: the earlier counts, the later does not.
    Known,
    /// These lines of the later are in the earlier already and count once; the others count too.
    Overlaps(Vec<i64>),
    /// The same people with other amounts: both count.
    Beside,
    /// So many payments stand in both, and both count.
    InBoth(usize),
    /// So many payments are the same but for another month or reason: both count.
    Apart(usize),
    /// So many payments are the same, and what that means cannot be seen.
    Unclear(Doubt, usize),
}

/// What cannot be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Whether the neighbouring day is the same payday.
    Day,
    /// Whose payment it is.
    Employer,
    /// Whether the payments that are not in both were corrected, left out or paid beside.
    Part,
}

/// How much two runs have in common.
struct Common {
    later: usize,
    earlier: usize,
    /// Payments with the same payee and amount, each counted as often as it stands in both.
    same: usize,
    /// Their lines in the later run.
    lines: Vec<i64>,
    people: usize,
    later_people: usize,
    earlier_people: usize,
    /// People of both with other amounts.
    changed: usize,
}

impl Common {
    fn of(later: &Run, earlier: &Run) -> Common {
        let [mut ours, theirs] = by_payee([&later.paid, &earlier.paid]);
        let (later_people, earlier_people) = (ours.len(), theirs.len());
        let (mut lines, mut people, mut changed) = (Vec::new(), 0, 0);
        for (payee, amounts) in &mut ours {
            let Some(known) = theirs.get(payee) else { continue };
            people += 1;
            let all = amounts.len();
            let mut left: Vec<Fen> = known.iter().map(|(amount, _)| *amount).collect();
            let found = amounts.iter().filter_map(|(amount, line)| {
                let at = left.iter().position(|known| known == amount)?;
                left.swap_remove(at);
                Some(*line)
            });
            let found: Vec<i64> = found.collect();
            changed += usize::from(found.len() < all.max(known.len()));
            lines.extend(found);
        }
        lines.sort_unstable();
        Common {
            later: later.paid.len(),
            earlier: earlier.paid.len(),
            same: lines.len(),
            lines,
            people,
            later_people,
            earlier_people,
            changed,
        }
    }

    fn larger(&self) -> usize {
        self.later.max(self.earlier)
    }

    fn smaller(&self) -> usize {
        self.later.min(self.earlier)
    }

    /// All payments of the smaller run are in the larger.
    fn is_contained(&self) -> bool {
        self.same == self.smaller()
    }
}

type ByPayee = BTreeMap<Vec<u8>, Vec<(Fen, i64)>>;

/// Payments of two runs by payee. A payee is known by the employee, else by the number, else by a name that only one
/// payee of the other run has.
fn by_payee(runs: [&[Paid]; 2]) -> [ByPayee; 2] {
    let mut people: BTreeMap<[u8; 16], i64> = BTreeMap::new();
    let mut named: BTreeMap<[u8; 16], BTreeSet<Vec<u8>>> = BTreeMap::new();
    for paid in runs.into_iter().flatten() {
        people.extend(paid.person.map(|person| (paid.payee, person)));
    }
    let key = |paid: &Paid| match paid.person.or_else(|| people.get(&paid.payee).copied()) {
        Some(person) => person.to_be_bytes().to_vec(),
        None => paid.payee.to_vec(),
    };
    for paid in runs.into_iter().flatten().filter(|p| p.name.is_some_and(|name| name != p.payee)) {
        named.entry(paid.name.unwrap_or_default()).or_default().insert(key(paid));
    }
    let by_name = |paid: &Paid| match named.get(&paid.payee) {
        Some(keys) if keys.len() == 1 && paid.name == Some(paid.payee) => keys.iter().next().cloned(),
        _ => None,
    };
    runs.map(|run| {
        let mut list = ByPayee::new();
        for paid in run {
            list.entry(by_name(paid).unwrap_or_else(|| key(paid))).or_default().push((paid.amount, paid.line));
        }
        list
    })
}

/// What a run that has come now is to one that is there already. `same_file`: both stand in sheets of one file.
pub fn compare(
    rules: &RepeatRules,
    days: &Workdays,
    later: &Run,
    earlier: &Run,
    same_file: bool,
    answer: Answer,
) -> Relation {
    let same_day = later.payday == earlier.payday;
    if later.kind != earlier.kind || (!same_day && !is_near(&rules.near, days, later.payday, earlier.payday)) {
        return Relation::Separate;
    }
    let common = Common::of(later, earlier);
    let alike = common.same > 0 && share(common.same, common.larger()) >= rules.same_share;
    let relation = if later.employer != earlier.employer {
        of_two_employers(rules, later, earlier, &common, alike, answer)
    } else if !same_day {
        of_two_days(later, earlier, &common, alike, answer)
    } else {
        of_one_day(rules, later, earlier, &common, same_file, answer)
    };
    match relation {
        // Even then one sheet of a file may be what another sums up.
        Relation::Known | Relation::Replaces if same_file => relation,
        _ if answer == Answer::Additional => Relation::Separate,
        _ => relation,
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn of_two_employers(
    rules: &RepeatRules,
    later: &Run,
    earlier: &Run,
    common: &Common,
    alike: bool,
    answer: Answer,
) -> Relation {
    if !alike || common.same < rules.least_between_employers || later.purpose.is_apart(&earlier.purpose) {
        return Relation::Separate;
    }
    match answer {
        Answer::Correction => Relation::Replaces,
        _ => Relation::Unclear(Doubt::Employer, common.same),
    }
}

fn of_two_days(later: &Run, earlier: &Run, common: &Common, alike: bool, answer: Answer) -> Relation {
    let same = common.same > 0 && (alike || common.is_contained());
    if !same || later.purpose.is_apart(&earlier.purpose) {
        return Relation::Separate;
    }
    match planned_first(later, earlier) {
        Some(relation) => relation,
        None if answer == Answer::Correction => Relation::Replaces,
        None => Relation::Unclear(Doubt::Day, common.same),
    }
}

/// What was paid goes before what was planned.
fn planned_first(later: &Run, earlier: &Run) -> Option<Relation> {
    match (later.planned == Some(true), earlier.planned == Some(true)) {
        (false, true) => Some(Relation::Replaces),
        (true, false) => Some(Relation::Known),
        _ => None,
    }
}

fn of_one_day(
    rules: &RepeatRules,
    later: &Run,
    earlier: &Run,
    common: &Common,
    same_file: bool,
    answer: Answer,
) -> Relation {
    let same_people = share(common.people, common.later_people.max(common.earlier_people)) >= rules.same_share;
    let much = share(common.same, common.smaller()) >= rules.same_share;
    let corrects = answer == Answer::Correction && !same_file && same_people;
    if later.purpose.is_apart(&earlier.purpose) && !corrects {
        return if common.same > 0 && much { Relation::Apart(common.same) } else { Relation::Separate };
    }
    if corrects {
        return Relation::Replaces;
    }
    if let Some(relation) = planned_first(later, earlier).filter(|_| same_people && common.same > 0) {
        return relation;
    }
    if common.same == 0 {
        return if same_people { Relation::Beside } else { Relation::Separate };
    }
    if common.same == common.earlier {
        return Relation::Replaces;
    }
    let alike = share(common.same, common.larger()) >= rules.same_share;
    // A list that is much smaller is a part of the larger one; else it may be a correction that leaves somebody out.
    if common.same == common.later && (same_file || !alike) {
        Relation::Known
    } else if common.changed > 0 && alike && !same_file {
        Relation::Replaces
    } else if common.changed == 0 && !alike && !same_file {
        Relation::Overlaps(common.lines.clone())
    } else if much {
        Relation::Unclear(Doubt::Part, common.same)
    } else {
        Relation::InBoth(common.same)
    }
}

/// Whether two days may be the planned and the actual one of the same payday. A year without a calendar counts its
/// weekdays.
pub fn is_near(rules: &NearRules, days: &Workdays, one: NaiveDate, other: NaiveDate) -> bool {
    use chrono::Datelike as _;
    let (from, to) = (one.min(other), one.max(other));
    let calendar = (to - from).num_days();
    if calendar > rules.calendar_days {
        return false;
    }
    let between = days.between(from, to).unwrap_or_else(|| {
        (1..=calendar).filter(|n| days_after(from, *n).weekday().number_from_monday() < 6).count() as i64
    });
    between <= rules.workdays
}

/// Whether a run pays every payee exactly what the others pay together: a summary of them, whatever its rows are for.
pub fn is_sum_of(whole: &Run, parts: &[&Run]) -> bool {
    let together: Vec<Paid> = parts.iter().flat_map(|p| p.paid.iter().copied()).collect();
    let [whole, together] = by_payee([&whole.paid, &together]);
    let sum = |list: &[(Fen, i64)]| list.iter().map(|(amount, _)| *amount).sum::<Fen>();
    whole.len() == together.len()
        && whole.iter().all(|(payee, list)| together.get(payee).is_some_and(|other| sum(list) == sum(other)))
}

/// Whether every payment of a run stands in one of the others.
pub fn is_within(part: &Run, others: &[&Run]) -> bool {
    let together = Run { paid: others.iter().flat_map(|o| o.paid.iter().copied()).collect(), ..part.clone() };
    let common = Common::of(part, &together);
    common.same == common.later && common.same > 0
}
