//! Payroll runs: rows → runs per employer, payday, kind and purpose; payees that match nobody are kept.

mod repeats;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::ctx::{Ctx, Kind, lacking};
use crate::app::import::kinds::payroll::repeats::SheetRun;
use crate::engagement::import::repeats::purpose;
use crate::intake::SheetReading;
use crate::model::matching::RowKind;
use crate::model::matching::person::{PersonKeys, PersonMatch};
use crate::model::problem::codes;
use crate::model::rows::PayrollRow;
use crate::model::runs::Purpose;
use crate::model::status::PayKind;
use crate::model::{EmployeeId, EmployerId, Param};

/// Payroll runs.
#[derive(Default)]
pub struct Payroll {
    sheet: Runs,
    /// Those of the sheets settled so far.
    runs: Vec<SheetRun>,
}

/// The runs a sheet has opened.
#[derive(Default)]
struct Runs {
    runs: BTreeMap<(EmployerId, NaiveDate, PayKind, Purpose), i64>,
    /// What the texts of the purpose column say.
    purposes: BTreeMap<String, Purpose>,
    unmatched: usize,
}

impl Kind for Payroll {
    type Row = PayrollRow;

    fn begin(&mut self) {
        self.sheet = Runs::default();
    }

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<PayrollRow>) -> Result<(), AppError> {
        ctx.people.fetch(rows.iter().map(keys))?;
        for row in &rows {
            let payday = row.payday.or(ctx.sheet.payday).ok_or_else(|| lacking("payday"))?;
            let sheet = || ctx.sheet.employer.clone().or_else(|| ctx.sheet.fallback_employer.clone());
            let named = row.employer.clone().or_else(sheet);
            let named = named.ok_or_else(|| lacking("employer"))?;
            let numbers = [row.credit_code.as_deref(), row.employer_number.as_deref()];
            let employer = ctx.numbered_employer(&named, numbers, row.row)?;
            let purpose = self.sheet.purpose(ctx, row.purpose.as_deref().unwrap_or_default());
            let run = self.sheet.run(ctx, employer, payday, row.pay_kind.unwrap_or(PayKind::Wage), purpose)?;
            let payee = ctx.store.payee_hash(keys(row), row.name.as_ref());
            let (employee, found) = person_of(ctx, employer, row)?;
            self.sheet.unmatched += usize::from(!found);
            ctx.store.add_payment(run, employee, payee, row)?;
        }
        Ok(())
    }

    /// Notes the sheet's runs with what its title and names say of them; what they repeat is decided when the
    /// whole file is read.
    fn settle(&mut self, ctx: &mut Ctx<'_>, sheet: &SheetReading) -> Result<(), AppError> {
        let open = std::mem::take(&mut self.sheet);
        if !open.runs.is_empty() {
            let words = &ctx.rules.repeats.words;
            let stem = Path::new(ctx.file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
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
                let planned = planned.or((ctx.today < payday).then_some(true));
                ctx.store.describe_run(run_id, &purpose, planned)?;
                let sheet = sheet.sheet.clone();
                self.runs.push(SheetRun { run_id, sheet, employer, payday, kind, purpose, planned });
            }
        }
        if open.unmatched > 0 {
            let params = vec![("payees", Param::Count(open.unmatched as i64))];
            ctx.raise(codes::PAYEES_UNMATCHED, params);
        }
        ctx.add_unmatched(open.unmatched);
        Ok(())
    }

    fn finish(self, ctx: &mut Ctx<'_>) -> Result<(), AppError> {
        repeats::settle(ctx, &self.runs)
    }
}

impl Runs {
    /// What a row's purpose says of its payment.
    fn purpose(&mut self, ctx: &Ctx<'_>, text: &str) -> Purpose {
        if let Some(known) = self.purposes.get(text) {
            return known.clone();
        }
        let purpose = purpose::read(text, purpose::Place::Cell, &ctx.rules.repeats.words);
        self.purposes.insert(text.to_string(), purpose.clone());
        purpose
    }

    fn run(
        &mut self,
        ctx: &Ctx<'_>,
        employer: EmployerId,
        payday: NaiveDate,
        kind: PayKind,
        purpose: Purpose,
    ) -> Result<i64, AppError> {
        let key = (employer, payday, kind, purpose);
        if let Some(run) = self.runs.get(&key) {
            return Ok(*run);
        }
        let run = ctx.store.add_run(ctx.import_id, employer, payday, kind)?;
        self.runs.insert(key, run);
        Ok(run)
    }
}

/// The person of a payment, and whether it is known who that is. A name alone is looked at again after the import,
/// when everybody of the name is known: until then the payment stays with nobody.
fn person_of(
    ctx: &mut Ctx<'_>,
    employer: EmployerId,
    row: &PayrollRow,
) -> Result<(Option<EmployeeId>, bool), AppError> {
    let keys = keys(row);
    Ok(
        match identify::person(&mut ctx.people, &ctx.order.person, RowKind::Payroll, employer, keys, row.name.as_ref())?
        {
            PersonMatch::Found { .. } if keys.is_empty() => (None, true),
            PersonMatch::Found { id, fresh } => {
                ctx.compare_name(id, row.name.as_ref(), row.row)?;
                if fresh {
                    ctx.people.learn_keys(id, keys)?;
                }
                (Some(id), true)
            }
            PersonMatch::Zeros { id, short, fresh } => {
                ctx.compare_name(id, row.name.as_ref(), row.row)?;
                if fresh {
                    ctx.people.learn_keys(id, keys.without(&short))?;
                }
                (Some(id), true)
            }
            PersonMatch::Unsure(unsure) => (unsure.known.map(|(_, id)| id), unsure.known.is_some()),
            PersonMatch::Nobody => (None, false),
        },
    )
}

fn keys(row: &PayrollRow) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: row.customer_number.as_ref(),
        id_number: row.id_number.as_ref(),
        account: row.account.as_ref(),
        left: Some(&row.left),
    }
}
