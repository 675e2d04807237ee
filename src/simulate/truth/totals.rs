//! Sums over all employers: by day, by change, by where the pay went, by contact and by answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{DateTruth, EmployerTruth, RunTruth};
use crate::model::money::Fen;
use crate::simulate::answers::Asked;
use crate::simulate::branch::{CLASSES, Employee, Outline};
use crate::simulate::group::Group;

/// Keys of the classes of assets, in their order.
const CLASS_KEYS: [&str; CLASSES] =
    ["demand", "term", "large_cd", "wealth", "cash_management", "fund", "insurance", "metal", "bond"];

/// The whole branch in figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Totals {
    pub payroll: BTreeMap<NaiveDate, RunTruth>,
    pub holdings: BTreeMap<NaiveDate, DateTruth>,
    /// By date of a list, what is different from the list before it.
    pub changes: BTreeMap<NaiveDate, ChangeTruth>,
    /// By destination, what left after the last payday.
    pub flows: BTreeMap<String, SumTruth>,
    /// Contacts by result, as the sheet words it.
    pub contacts: BTreeMap<String, usize>,
    pub answers: AnswersTruth,
}

/// What changed between two lists.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChangeTruth {
    /// Date of the list before.
    pub since: Option<NaiveDate>,
    /// People on both, on the later alone, on the earlier alone. A list of some employers has no others' people.
    pub on_both: usize,
    pub joined: usize,
    pub left: usize,
    /// Of those on both, whose AUM rose, fell, stayed.
    pub rose: usize,
    pub fell: usize,
    pub stayed: usize,
    /// Change of AUM of those on both.
    pub change_fen: Fen,
    /// Of those on both, by class of assets, who holds some and held none, and the other way round.
    pub gained: BTreeMap<&'static str, usize>,
    pub lost: BTreeMap<&'static str, usize>,
}

/// Rows and their sum.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SumTruth {
    pub rows: usize,
    pub amount_fen: Fen,
}

/// The questionnaire in figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AnswersTruth {
    pub respondents: usize,
    /// By question and option, how often it was ticked; of a scale the points.
    pub questions: BTreeMap<String, BTreeMap<String, usize>>,
}

pub(super) struct Sums<'a> {
    outline: &'a Outline,
    asked: &'a [Asked],
    totals: Totals,
}

impl<'a> Sums<'a> {
    pub(super) fn new(outline: &'a Outline, asked: &'a [Asked]) -> Sums<'a> {
        Sums { outline, asked, totals: Totals::default() }
    }

    pub(super) fn add(&mut self, group: &Group, employer: &EmployerTruth) {
        for (date, run) in &employer.payroll {
            let sum = self.totals.payroll.entry(*date).or_default();
            sum.heads += run.heads;
            sum.unmatched += run.unmatched;
            sum.amount_fen = sum.amount_fen + run.amount_fen;
        }
        for (date, held) in &employer.holdings {
            let sum = self.totals.holdings.entry(*date).or_default();
            sum.records += held.records;
            sum.aum_fen = sum.aum_fen + held.aum_fen;
        }
        group.people.employees.iter().for_each(|person| self.add_changes(person));
        for flow in &group.flows {
            let sum = entry(&mut self.totals.flows, flow.to);
            sum.rows += 1;
            sum.amount_fen = sum.amount_fen + flow.amount;
        }
        for contact in &group.contacts {
            *entry(&mut self.totals.contacts, &contact.told.result) += 1;
        }
        self.totals.answers.respondents += group.answers.len();
        for (question, ticked) in group.answers.iter().flat_map(|a| self.asked.iter().zip(&a.ticked)) {
            let sums = entry(&mut self.totals.answers.questions, &question.key);
            ticked.iter().for_each(|o| *entry(sums, &question.choice(*o).0) += 1);
        }
    }

    fn add_changes(&mut self, person: &Employee) {
        for (days, held) in self.outline.snapshots.windows(2).zip(person.holdings.windows(2)) {
            let change = self.totals.changes.entry(days[1].date).or_default();
            change.since = Some(days[0].date);
            let (before, after) = match (&held[0], &held[1]) {
                (Some(before), Some(after)) => (before, after),
                (None, Some(_)) => {
                    change.joined += 1;
                    continue;
                }
                (Some(_), None) => {
                    change.left += 1;
                    continue;
                }
                (None, None) => continue,
            };
            change.on_both += 1;
            let difference = after.aum() - before.aum();
            change.change_fen = change.change_fen + difference;
            match difference.cmp(&Fen::ZERO) {
                std::cmp::Ordering::Greater => change.rose += 1,
                std::cmp::Ordering::Less => change.fell += 1,
                std::cmp::Ordering::Equal => change.stayed += 1,
            }
            for (class, key) in CLASS_KEYS.into_iter().enumerate() {
                match (before.assets[class] > Fen::ZERO, after.assets[class] > Fen::ZERO) {
                    (false, true) => *change.gained.entry(key).or_default() += 1,
                    (true, false) => *change.lost.entry(key).or_default() += 1,
                    _ => {}
                }
            }
        }
    }

    pub(super) fn end(self) -> Totals {
        self.totals
    }
}

/// The entry of a key.
fn entry<'m, V: Default>(map: &'m mut BTreeMap<String, V>, key: &str) -> &'m mut V {
    map.entry(key.to_string()).or_default()
}
