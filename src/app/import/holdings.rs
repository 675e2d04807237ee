//! Holdings: rows → employees → parts of snapshots.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{AppError, Taking, lacking};
use crate::intake::SheetReading;
use crate::model::product::ProductFamily;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Param, ProductSet, Severity};
use crate::store::holdings::ProductCounts;
use crate::store::imports::PartBasis;
use crate::store::people::{Person, PersonKeys};

/// Rows of one employer at one date, one per employee.
type Parts<'r> = BTreeMap<(NaiveDate, EmployerId), BTreeMap<EmployeeId, &'r HoldingRow>>;

impl Taking<'_> {
    pub(super) fn holding_rows(&mut self, sheet: &SheetReading, rows: &[HoldingRow]) -> Result<(), AppError> {
        let mut parts: Parts = BTreeMap::new();
        let (mut twice, mut homeless) = (0, 0);
        for row in rows {
            let as_of = row.as_of.or(sheet.as_of).ok_or_else(|| lacking("as_of"))?;
            let employer = match row.employer.as_deref().or(sheet.employer.as_deref()) {
                Some(named) => Some(self.employer(&sheet.sheet, named)?),
                None => self.store.employer_of(keys(row))?,
            };
            let Some(employer) = employer else {
                homeless += 1;
                continue;
            };
            let employee = self.employee(employer, row, as_of)?;
            twice += i64::from(parts.entry((as_of, employer)).or_default().insert(employee, row).is_some());
        }
        if twice > 0 {
            self.raise("person_twice", Severity::Warning, &sheet.sheet, vec![("rows", Param::Count(twice))]);
        }
        if homeless > 0 {
            self.raise(
                "rows_without_employer",
                Severity::Warning,
                &sheet.sheet,
                vec![("rows", Param::Count(homeless))],
            );
        }
        let covered = sheet.covered;
        let mut snapshots: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for ((as_of, employer), people) in parts {
            let snapshot = match snapshots.get(&as_of) {
                Some(id) => *id,
                None => {
                    let id = self.store.add_snapshot(self.import_id, "holdings", as_of, covered)?;
                    snapshots.insert(as_of, id);
                    id
                }
            };
            self.part(sheet, snapshot, as_of, employer, &people)?;
        }
        Ok(())
    }

    fn employee(&mut self, employer: EmployerId, row: &HoldingRow, seen: NaiveDate) -> Result<EmployeeId, AppError> {
        let id = match self.store.match_payee(employer, keys(row), row.name.as_ref())? {
            Some(id) => {
                self.store.see_employee(id, employer, seen)?;
                id
            }
            None => self.store.add_employee(employer, seen)?,
        };
        let person = Person {
            customer_number: row.customer_number.clone(),
            name: row.name.clone(),
            id_number: row.id_number.clone(),
            phone: row.phone.clone(),
            account: row.account.clone(),
        };
        self.store.remember_person(id, employer, &person)?;
        Ok(id)
    }

    fn part(
        &mut self,
        sheet: &SheetReading,
        snapshot: i64,
        as_of: NaiveDate,
        employer: EmployerId,
        people: &BTreeMap<EmployeeId, &HoldingRow>,
    ) -> Result<(), AppError> {
        let rules = &self.rules.facts.snapshot;
        let mut corrected = Vec::new();
        let mut beside = Vec::new();
        let mut known_people: BTreeSet<EmployeeId> = people.keys().copied().collect();
        for old in self.store.current_parts("holdings", employer, as_of)? {
            let before = self.store.part_employees(old)?;
            let common = before.iter().filter(|e| people.contains_key(e)).count();
            let larger = before.len().max(people.len()).max(1);
            if common as f64 >= rules.correction_overlap * larger as f64 {
                corrected.push(old);
            } else {
                known_people.extend(before);
                beside.push(old);
            }
        }
        let roster = self.store.last_roster_size(employer, as_of)?;
        let partial = (known_people.len() as f64) < rules.full_part_share * roster as f64;
        let basis = if partial { PartBasis::Partial } else { PartBasis::Full };
        let part = self.store.add_part(snapshot, employer, basis, &corrected)?;
        for (employee, row) in people {
            let products = row.products;
            self.store.add_holding(part, *employee, row, products, self.counts(products))?;
        }
        self.store.supersede_rows(part, &beside)?;
        let name =
            || -> Result<Param, AppError> { Ok(Param::Text(self.store.employer_name(employer)?.unwrap_or_default())) };
        if partial {
            let params = vec![
                ("employer", name()?),
                ("people", Param::Count(known_people.len() as i64)),
                ("before", Param::Count(roster)),
            ];
            self.raise("partial_roster", Severity::Warning, &sheet.sheet, params);
        }
        if !corrected.is_empty() {
            let params = vec![("employer", name()?), ("date", Param::Date(as_of))];
            self.raise("part_corrected", Severity::Note, &sheet.sheet, params);
        }
        Ok(())
    }

    fn counts(&self, products: ProductSet) -> ProductCounts {
        let of = |family| products.and(self.products.family(family)).count();
        ProductCounts { all: products.count(), asset: of(ProductFamily::Asset) }
    }
}

fn keys(row: &HoldingRow) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: row.customer_number.as_ref(),
        id_number: row.id_number.as_ref(),
        account: row.account.as_ref(),
    }
}
