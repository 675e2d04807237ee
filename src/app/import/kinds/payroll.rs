//! Payroll runs: rows → runs per employer, payday and kind; payees that match nobody are kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::import::AppError;
use crate::app::import::take::{Taking, lacking};
use crate::model::matching::RowKind;
use crate::model::rows::PayrollRow;
use crate::model::status::PayKind;
use crate::model::{EmployeeId, EmployerId, Param, Severity};
use crate::store::StoreError;
use crate::store::import::matching::PersonMatch;
use crate::store::import::people::PersonKeys;

/// The runs a sheet has opened.
#[derive(Default)]
pub(crate) struct Runs {
    runs: BTreeMap<(EmployerId, NaiveDate, PayKind), i64>,
    unmatched: usize,
}

impl Taking<'_> {
    pub(crate) fn payroll_rows(&mut self, rows: &[PayrollRow]) -> Result<(), AppError> {
        for row in rows {
            let payday = row.payday.or(self.sheet.payday).ok_or_else(|| lacking("payday"))?;
            let sheet = || self.sheet.employer.clone().or_else(|| self.sheet.fallback_employer.clone());
            let named = row.employer.clone().or_else(sheet);
            let named = named.ok_or_else(|| lacking("employer"))?;
            let employer = self.numbered_employer(&named, row.employer_number.as_deref(), row.row)?;
            let run = self.run(employer, payday, row.pay_kind.unwrap_or(PayKind::Wage))?;
            let payee = self.store.payee_hash(keys(row), row.name.as_ref());
            let (employee, found) = self.payee(employer, row)?;
            self.open.runs.unmatched += usize::from(!found);
            self.store.add_payment(run, employee, payee, row)?;
        }
        Ok(())
    }

    /// The person of a payment, and whether it is known who that is. A name alone is looked at again after the import,
    /// when everybody of the name is known: until then the payment stays with nobody.
    fn payee(&mut self, employer: EmployerId, row: &PayrollRow) -> Result<(Option<EmployeeId>, bool), AppError> {
        let (keys, steps) = (keys(row), &self.order.person);
        Ok(match self.store.match_person(steps, RowKind::Payroll, employer, keys, row.name.as_ref())? {
            PersonMatch::Found { .. } if keys.is_empty() => (None, true),
            PersonMatch::Found { id, fresh } => {
                self.compare_name(id, row.name.as_ref(), row.row)?;
                if fresh {
                    self.store.learn_keys(id, keys)?;
                }
                (Some(id), true)
            }
            PersonMatch::Zeros { id, short, fresh } => {
                self.compare_name(id, row.name.as_ref(), row.row)?;
                if fresh {
                    self.store.learn_keys(id, keys.without(&short))?;
                }
                (Some(id), true)
            }
            PersonMatch::Unsure(unsure) => (unsure.known.map(|(_, id)| id), unsure.known.is_some()),
            PersonMatch::Nobody => (None, false),
        })
    }

    fn run(&mut self, employer: EmployerId, payday: NaiveDate, kind: PayKind) -> Result<i64, AppError> {
        if let Some(run) = self.open.runs.runs.get(&(employer, payday, kind)) {
            return Ok(*run);
        }
        let run = self.store.add_run(self.import_id, employer, payday, kind)?;
        self.open.runs.runs.insert((employer, payday, kind), run);
        Ok(run)
    }

    /// Decides, now that all payments are there, which runs are corrected; returns how many payees match nobody.
    pub(crate) fn settle_runs(&mut self, open: Runs) -> Result<usize, AppError> {
        for ((employer, payday, kind), run) in open.runs {
            let (mut corrected, mut beside) = (Vec::new(), false);
            for old in self.store.current_runs(employer, payday, kind)? {
                if old == run {
                    continue;
                }
                // A second file of the day with the same people and amounts corrects the first; other amounts are on
                // top, and told: only the user knows whether they put the first right.
                let same_people = self.in_common([old, run], |runs| self.store.payees_in_runs(runs))?;
                if self.in_common([old, run], |runs| self.store.payments_in_runs(runs))?
                    || (self.correction && same_people)
                {
                    corrected.push(old);
                } else {
                    beside |= same_people;
                }
            }
            self.store.supersede_runs(run, &corrected)?;
            let name = self.store.employer_name(employer)?.unwrap_or_default();
            let params = || vec![("employer", Param::Text(name.clone())), ("date", Param::Date(payday))];
            if !corrected.is_empty() {
                self.raise("run_corrected", Severity::Note, params());
            }
            if beside {
                self.raise("run_beside", Severity::Warning, params());
            }
        }
        if open.unmatched > 0 {
            let params = vec![("payees", Param::Count(open.unmatched as i64))];
            self.raise("payees_unmatched", Severity::Warning, params);
        }
        Ok(open.unmatched)
    }

    /// Whether two runs have most of what `count` counts in common.
    fn in_common(&self, runs: [i64; 2], count: impl Fn(&[i64]) -> Result<i64, StoreError>) -> Result<bool, AppError> {
        let (one, other) = (count(&runs[..1])?, count(&runs[1..])?);
        let common = (one + other - count(&runs)?) as f64;
        Ok(common >= self.rules.facts.snapshot.correction_overlap * one.max(other).max(1) as f64)
    }
}

fn keys(row: &PayrollRow) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: row.customer_number.as_ref(),
        id_number: row.id_number.as_ref(),
        account: row.account.as_ref(),
    }
}
