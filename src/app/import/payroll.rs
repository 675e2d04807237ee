//! Payroll runs: rows → runs per employer, payday and kind; payees that match nobody are kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{AppError, Taking, lacking};
use crate::intake::SheetReading;
use crate::model::rows::PayrollRow;
use crate::model::status::PayKind;
use crate::model::{EmployerId, Param, Severity};
use crate::store::people::PersonKeys;

impl Taking<'_> {
    /// Returns how many payees match nobody.
    pub(super) fn payroll_rows(&mut self, sheet: &SheetReading, rows: &[PayrollRow]) -> Result<usize, AppError> {
        let mut runs: BTreeMap<(EmployerId, NaiveDate, PayKind), Vec<&PayrollRow>> = BTreeMap::new();
        for row in rows {
            let payday = row.payday.or(sheet.payday).ok_or_else(|| lacking("payday"))?;
            let named = row.employer.as_deref().or(sheet.employer.as_deref()).ok_or_else(|| lacking("employer"))?;
            let employer = self.employer(&sheet.sheet, named)?;
            runs.entry((employer, payday, row.pay_kind.unwrap_or(PayKind::Wage))).or_default().push(row);
        }
        let mut unmatched = 0;
        for ((employer, payday, kind), rows) in runs {
            unmatched += self.run(sheet, employer, payday, kind, &rows)?;
        }
        if unmatched > 0 {
            let params = vec![("payees", Param::Count(unmatched as i64))];
            self.raise("payees_unmatched", Severity::Warning, &sheet.sheet, params);
        }
        Ok(unmatched)
    }

    fn run(
        &mut self,
        sheet: &SheetReading,
        employer: EmployerId,
        payday: NaiveDate,
        kind: PayKind,
        rows: &[&PayrollRow],
    ) -> Result<usize, AppError> {
        let hashes: Vec<[u8; 16]> = rows.iter().map(|r| self.store.payee_hash(keys(r), r.name.as_ref())).collect();
        let ours: BTreeSet<([u8; 16], i64)> = hashes.iter().zip(rows).map(|(h, r)| (*h, r.amount.0)).collect();
        // A second file of the day with the same people and amounts corrects the first; other amounts are paid on top.
        let corrected: Vec<i64> = self
            .store
            .current_runs(employer, payday, kind)?
            .into_iter()
            .filter(|run| {
                let common = run.payees.iter().filter(|p| ours.contains(p)).count() as f64;
                let larger = run.payees.len().max(rows.len()).max(1) as f64;
                common >= self.rules.facts.snapshot.correction_overlap * larger
            })
            .map(|run| run.run_id)
            .collect();
        let run = self.store.add_run(self.import_id, employer, payday, kind, &corrected)?;
        let mut unmatched = 0;
        for (row, payee) in rows.iter().zip(hashes) {
            let employee = self.store.match_payee(employer, keys(row), row.name.as_ref())?;
            unmatched += usize::from(employee.is_none());
            self.store.add_payment(run, employee, payee, row)?;
        }
        if !corrected.is_empty() {
            let name = self.store.employer_name(employer)?.unwrap_or_default();
            let params = vec![("employer", Param::Text(name)), ("date", Param::Date(payday))];
            self.raise("run_corrected", Severity::Note, &sheet.sheet, params);
        }
        Ok(unmatched)
    }
}

fn keys(row: &PayrollRow) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: row.customer_number.as_ref(),
        id_number: row.id_number.as_ref(),
        account: row.account.as_ref(),
    }
}
