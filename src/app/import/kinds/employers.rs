//! Lists of employers: each firm once, under the name it is known by.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::error::AppError;
use crate::app::import::take::Taking;
use crate::engagement::import::matching::employer::{self, NameFit};
use crate::model::matching::employer::{EmployerCandidates, EmployerKeys, EmployerMatch, whole_name};
use crate::model::rows::EmployerRow;
use crate::model::{EmployerId, ProductSet};
use crate::store::import::imports::PartBasis;

fn keys(row: &EmployerRow) -> EmployerKeys<'_> {
    EmployerKeys {
        credit_code: row.credit_code.as_deref(),
        bank_number: row.bank_number.as_deref(),
        name: Some(&row.name),
    }
}

impl Taking<'_> {
    /// Stores a whole list. Rows that are surely somebody's come first, so that of two firms with names alike the one
    /// that is known keeps its own row wherever the other stands.
    pub(crate) fn settle_employers(&mut self, mut rows: Vec<EmployerRow>) -> Result<(), AppError> {
        if rows.is_empty() {
            return Ok(());
        }
        let as_of = self.sheet.as_of.unwrap_or(self.today);
        let snapshot = self.store.add_snapshot(self.import_id, "employers", as_of, ProductSet::EMPTY)?;
        let mut fits = BTreeMap::new();
        for row in &rows {
            fits.insert(row.row, employer::name_fit(&self.order.employer, &self.candidates(keys(row))?));
        }
        rows.sort_by_key(|row| fits.get(&row.row).copied());
        let mut had: BTreeMap<EmployerId, String> = BTreeMap::new();
        let mut made = BTreeSet::new();
        for row in &rows {
            let keys = keys(row);
            let candidates = self.candidates(keys)?;
            let mut found = employer::find(&self.order.employer, &candidates);
            let claimed = match &found {
                EmployerMatch::Found(id) => Some(*id),
                EmployerMatch::Unsure(unsure) => unsure.known.map(|(_, id)| id),
                EmployerMatch::Nobody => None,
            };
            let whole = whole_name(&row.name);
            if let Some(claimed) = claimed
                && had.get(&self.store.canonical_employer(claimed)?).is_some_and(|name| *name != whole)
                && employer::name_fit(&self.order.employer, &candidates) != NameFit::ByNumber
            {
                found = EmployerMatch::Unsure(employer::another_of_a_list(&self.order.employer, &candidates));
            }
            let by_name = matches!(found, EmployerMatch::Found(_));
            let id = match found {
                EmployerMatch::Found(id) => id,
                EmployerMatch::Nobody => self.store.add_employer(keys, &row.name)?,
                EmployerMatch::Unsure(unsure) => self.unsure_employer(&unsure, keys, row.row)?,
            };
            if by_name {
                // So is found again which of the firms with names alike this row was taken for.
                self.store.add_employer_name(id, &row.name)?;
            }
            let canonical = self.store.canonical_employer(id)?;
            had.insert(canonical, whole);
            self.store.complete_employer(id, keys)?;
            self.renamed(id, row, as_of)?;
            let mut older = self.store.current_parts("employers", id, as_of)?;
            if canonical != id {
                // A second row for one firm, because somebody decided so, stands beside the first: it can be undone.
                older.retain(|part| !made.contains(part));
            }
            let part = self.store.add_part(snapshot, id, PartBasis::Full, &older)?;
            self.store.add_employer_state(part, id, row)?;
            made.insert(part);
        }
        Ok(())
    }

    /// What is known of the employers a row may name.
    fn candidates(&self, keys: EmployerKeys) -> Result<EmployerCandidates, AppError> {
        Ok(self.store.employer_candidates(self.order.employer.iter().map(|s| s.rule), keys)?)
    }
}
