//! Lists of employers: each firm once, under the name it is known by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::engagement::import::matching::employer::{self, NameFit};
use crate::intake::SheetReading;
use crate::model::matching::employer::{EmployerCandidates, EmployerKeys, EmployerMatch, whole_name};
use crate::model::problem::codes;
use crate::model::rows::EmployerRow;
use crate::model::{EmployerId, Param, ProductSet};
use crate::store::import::imports::PartBasis;

fn keys(row: &EmployerRow) -> EmployerKeys<'_> {
    EmployerKeys {
        credit_code: row.credit_code.as_deref(),
        bank_number: row.bank_number.as_deref(),
        name: Some(&row.name),
    }
}

/// The list, stored as a whole.
#[derive(Default)]
pub struct Employers(Vec<EmployerRow>);

impl Kind for Employers {
    type Row = EmployerRow;

    fn rows(&mut self, _: &mut Ctx<'_>, rows: Vec<EmployerRow>) -> Result<(), AppError> {
        self.0.extend(rows);
        Ok(())
    }

    /// Rows that are surely somebody's come first, so that of two firms with names alike the one that is known keeps its
    /// own row wherever the other stands.
    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        let mut rows = std::mem::take(&mut self.0);
        if rows.is_empty() {
            return Ok(());
        }
        let as_of = ctx.sheet.as_of.unwrap_or(ctx.today);
        let snapshot = ctx.store.add_snapshot(ctx.import_id, "employers", as_of, ProductSet::EMPTY)?;
        let mut fits = BTreeMap::new();
        for row in &rows {
            fits.insert(row.row, employer::name_fit(&ctx.order.employer, &candidates(ctx, keys(row))?));
        }
        rows.sort_by_key(|row| fits.get(&row.row).copied());
        let mut had: BTreeMap<EmployerId, String> = BTreeMap::new();
        let mut made = BTreeSet::new();
        for row in &rows {
            let keys = keys(row);
            let candidates = candidates(ctx, keys)?;
            let mut found = employer::find(&ctx.order.employer, &candidates);
            let claimed = match &found {
                EmployerMatch::Found(id) => Some(*id),
                EmployerMatch::Unsure(unsure) => unsure.known.map(|(_, id)| id),
                EmployerMatch::Nobody => None,
            };
            let whole = whole_name(&row.name);
            if let Some(claimed) = claimed
                && had.get(&ctx.store.canonical_employer(claimed)?).is_some_and(|name| *name != whole)
                && employer::name_fit(&ctx.order.employer, &candidates) != NameFit::ByNumber
            {
                found = EmployerMatch::Unsure(employer::another_of_a_list(&ctx.order.employer, &candidates));
            }
            let by_name = matches!(found, EmployerMatch::Found(_));
            let id = match found {
                EmployerMatch::Found(id) => id,
                EmployerMatch::Nobody => ctx.store.add_employer(keys, &row.name)?,
                EmployerMatch::Unsure(unsure) => ctx.unsure_employer(&unsure, keys, row.row)?,
            };
            if by_name {
                // So is found again which of the firms with names alike this row was taken for.
                ctx.store.add_employer_name(id, &row.name)?;
            }
            let canonical = ctx.store.canonical_employer(id)?;
            had.insert(canonical, whole);
            ctx.store.complete_employer(id, keys)?;
            renamed(ctx, id, row, as_of)?;
            let mut older = ctx.store.current_parts("employers", id, as_of)?;
            if canonical != id {
                // A second row for one firm, because somebody decided so, stands beside the first: it can be undone.
                older.retain(|part| !made.contains(part));
            }
            let part = ctx.store.add_part(snapshot, id, PartBasis::Full, &older)?;
            ctx.store.add_employer_state(part, id, row)?;
            made.insert(part);
        }
        Ok(())
    }
}

/// What is known of the employers a row may name.
fn candidates(ctx: &Ctx<'_>, keys: EmployerKeys) -> Result<EmployerCandidates, AppError> {
    Ok(ctx.store.employer_candidates(ctx.order.employer.iter().map(|s| s.rule), keys)?)
}

/// Notes the name of an employer that was found by its numbers.
fn renamed(ctx: &mut Ctx<'_>, id: EmployerId, row: &EmployerRow, as_of: NaiveDate) -> Result<(), AppError> {
    if row.credit_code.is_none() && row.bank_number.is_none() {
        return Ok(());
    }
    if let Some(former) = ctx.store.rename_employer(id, &row.name, as_of)? {
        let params = vec![("former", Param::Text(former)), ("employer", Param::Text(row.name.clone()))];
        ctx.raise(codes::EMPLOYER_RENAMED, params);
    }
    Ok(())
}
