//! Payroll runs: rows → runs per employer, payday, kind and purpose; payees that match nobody are kept.

use std::path::Path;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::kinds::gathered::Runs;
use crate::app::import::kinds::gathered::SheetRun;
use crate::app::import::take::Taking;
use crate::app::import::take::lacking;
use crate::engagement::import::repeats::purpose;
use crate::intake::SheetReading;
use crate::model::matching::RowKind;
use crate::model::matching::person::{PersonKeys, PersonMatch};
use crate::model::problem::codes;
use crate::model::rows::PayrollRow;
use crate::model::runs::Purpose;
use crate::model::status::PayKind;
use crate::model::{EmployeeId, EmployerId, Param};

impl Taking<'_> {
    pub(crate) fn payroll_rows(&mut self, rows: &[PayrollRow]) -> Result<(), AppError> {
        for row in rows {
            let payday = row.payday.or(self.sheet.payday).ok_or_else(|| lacking("payday"))?;
            let sheet = || self.sheet.employer.clone().or_else(|| self.sheet.fallback_employer.clone());
            let named = row.employer.clone().or_else(sheet);
            let named = named.ok_or_else(|| lacking("employer"))?;
            let numbers = [row.credit_code.as_deref(), row.employer_number.as_deref()];
            let employer = self.numbered_employer(&named, numbers, row.row)?;
            let purpose = self.purpose(row.purpose.as_deref().unwrap_or_default());
            let run = self.run(employer, payday, row.pay_kind.unwrap_or(PayKind::Wage), purpose)?;
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
        Ok(match identify::person(self.store, steps, RowKind::Payroll, employer, keys, row.name.as_ref())? {
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

    /// What a row's purpose says of its payment.
    fn purpose(&mut self, text: &str) -> Purpose {
        if let Some(known) = self.open.runs.purposes.get(text) {
            return known.clone();
        }
        let purpose = purpose::read(text, purpose::Place::Cell, &self.rules.repeats.words);
        self.open.runs.purposes.insert(text.to_string(), purpose.clone());
        purpose
    }

    fn run(
        &mut self,
        employer: EmployerId,
        payday: NaiveDate,
        kind: PayKind,
        purpose: Purpose,
    ) -> Result<i64, AppError> {
        let key = (employer, payday, kind, purpose);
        if let Some(run) = self.open.runs.runs.get(&key) {
            return Ok(*run);
        }
        let run = self.store.add_run(self.import_id, employer, payday, kind)?;
        self.open.runs.runs.insert(key, run);
        Ok(run)
    }

    /// Notes the sheet's runs with what its title and names say of them; returns how many payees match nobody. What
    /// they repeat is decided when the whole file is read.
    pub(crate) fn settle_runs(&mut self, open: Runs, sheet: &SheetReading) -> Result<usize, AppError> {
        if !open.runs.is_empty() {
            let words = &self.rules.repeats.words;
            let stem = Path::new(self.file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let texts = [sheet.title.join(" "), sheet.sheet.clone(), stem];
            let said = texts.each_ref().map(|text| purpose::read(text, purpose::Place::Title, words));
            let planned = texts.iter().find_map(|text| purpose::is_planned(text, words));
            for ((employer, payday, kind, mut purpose), run_id) in open.runs {
                for more in &said {
                    if purpose.months.is_empty() {
                        purpose.months.clone_from(&more.months);
                    }
                    purpose.marks.extend(more.marks.iter().cloned());
                }
                // A list of a day that has not come can only be a plan.
                let planned = planned.or((self.today < payday).then_some(true));
                self.store.describe_run(run_id, &purpose, planned)?;
                let sheet = sheet.sheet.clone();
                self.runs.push(SheetRun { run_id, sheet, employer, payday, kind, purpose, planned });
            }
        }
        if open.unmatched > 0 {
            let params = vec![("payees", Param::Count(open.unmatched as i64))];
            self.raise(codes::PAYEES_UNMATCHED, params);
        }
        Ok(open.unmatched)
    }
}

fn keys(row: &PayrollRow) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: row.customer_number.as_ref(),
        id_number: row.id_number.as_ref(),
        account: row.account.as_ref(),
        left: Some(&row.left),
    }
}
