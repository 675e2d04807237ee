//! Holdings: rows → employees → parts of snapshots.

mod outlets;
mod replaced;
mod short_lists;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::ctx::{Ctx, Kind, lacking};
use crate::app::import::kinds::holdings::outlets::{Elsewhere, OutletSets};
use crate::app::import::kinds::holdings::replaced::Loss;
use crate::app::import::kinds::holdings::short_lists::{LeftOut, Strangers};
use crate::engagement::import::rosters::{self, Extent, ListOutlets};
use crate::intake::SheetReading;
use crate::model::matching::person::{PersonKeys, PersonMatch};
use crate::model::matching::{PersonRule, RowKind};
use crate::model::problem::codes;
use crate::model::product::ProductFamily;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Param, Personal, ProductSet, Severity};
use crate::store::import::holdings::{Holding, ProductCounts};
use crate::store::import::imports::PartBasis;
use crate::store::import::people::Person;

/// Lists of people and what they hold.
#[derive(Default)]
pub struct Holdings {
    sheet: Parts,
    /// Lists from which rows of people were left out, of all sheets of the file.
    short: BTreeSet<(NaiveDate, EmployerId)>,
    /// Lists without some outlets, of all sheets of the file.
    elsewhere: Vec<Elsewhere>,
    outlets: OutletSets,
}

/// The parts a sheet has opened: one per date and employer.
#[derive(Default)]
struct Parts {
    snapshots: BTreeMap<NaiveDate, i64>,
    parts: BTreeMap<(NaiveDate, EmployerId), i64>,
    /// Who a name alone was taken for: the next row of the name is somebody else.
    named: BTreeSet<(NaiveDate, EmployeeId)>,
    /// Outlets of the rows, of all employers.
    outlets: BTreeMap<NaiveDate, BTreeSet<String>>,
    /// Rows of people whose employer nobody knows.
    without_employer: i64,
    /// What those rows know the people by.
    strangers: Strangers,
    /// Rows of people somebody has to decide on.
    unsure: i64,
    /// People whose number is the known one but for leading zeros, by the number's kind.
    zeros: BTreeMap<PersonRule, i64>,
}

impl Kind for Holdings {
    type Row = HoldingRow;

    fn begin(&mut self) {
        self.sheet = Parts::default();
    }

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<HoldingRow>) -> Result<(), AppError> {
        ctx.people.fetch(rows.iter().map(keys))?;
        for row in rows {
            let as_of = row.as_of.or(ctx.sheet.as_of).ok_or_else(|| lacking("as_of"))?;
            let named = row.employer.clone().or_else(|| ctx.sheet.employer.clone());
            let employer = match named {
                Some(named) => Some(ctx.numbered_employer(&named, [None, row.employer_number.as_deref()], row.row)?),
                None => match (ctx.people.employer_of(keys(&row))?, ctx.sheet.fallback_employer.clone()) {
                    (None, Some(named)) => Some(ctx.employer(&named, row.row)?),
                    (known, _) => known,
                },
            };
            let Some(employer) = employer else {
                self.sheet.without_employer += 1;
                self.sheet.strangers.add(&row);
                ctx.leave_out(row.row, "no_employer");
                continue;
            };
            let (employee, asked) = self.sheet.employee(ctx, employer, &row, as_of)?;
            self.sheet.unsure += i64::from(asked);
            let part = self.sheet.part(ctx, as_of, employer)?;
            if let Some(outlet) = &row.outlet {
                let outlets = self.sheet.outlets.entry(as_of).or_default();
                if !outlets.contains(outlet) {
                    outlets.insert(outlet.clone());
                }
            }
            let counts = counts(ctx, row.products);
            ctx.people.put_holding(Holding { part, employee, row, counts }, as_of);
        }
        Ok(())
    }

    /// Decides for each part, now that all its people are there, what it replaces and whether it is the whole roster.
    fn settle(&mut self, ctx: &mut Ctx<'_>, sheet: &SheetReading) -> Result<(), AppError> {
        let open = std::mem::take(&mut self.sheet);
        let twice = ctx.people.take_twice();
        let covered = sheet.covered;
        let rows = |n| vec![("rows", Param::Count(n))];
        if twice > 0 {
            ctx.raise(codes::PERSON_TWICE, rows(twice));
        }
        if open.unsure > 0 {
            ctx.raise(codes::PEOPLE_UNSURE, rows(open.unsure));
        }
        for (rule, people) in &open.zeros {
            let header = ctx.rules.columns.holdings.get(rule.key()).and_then(|c| c.aliases.first());
            let params =
                vec![("column", Param::Text(header.cloned().unwrap_or_default())), ("rows", Param::Count(*people))];
            ctx.raise(codes::ZEROS_LOST, params);
        }
        if open.without_employer > 0 {
            // Where nobody's employer is known nothing of the sheet would be taken.
            let code = codes::ROWS_WITHOUT_EMPLOYER;
            let code = if open.parts.is_empty() { code.as_bad_as(Severity::Error) } else { code };
            ctx.raise(code, rows(open.without_employer));
        }
        if covered != ctx.sheet.covered {
            for snapshot in open.snapshots.values() {
                ctx.store.set_covered(*snapshot, covered)?;
            }
        }
        let mut left_out = LeftOut::of(ctx, &sheet.left_out, open.strangers)?;
        let said = if open.parts.is_empty() { None } else { outlets::said(ctx, sheet)? };
        let rows: BTreeMap<NaiveDate, Rc<BTreeSet<String>>> =
            open.outlets.into_iter().map(|(as_of, rows)| (as_of, Rc::new(rows))).collect();
        for ((as_of, employer), part) in open.parts {
            let rows = rows.get(&as_of).cloned().into_iter().collect();
            let outlets = ListOutlets { rows, said: said.clone(), ..ListOutlets::default() };
            self.settle_part(ctx, as_of, employer, part, outlets, &mut left_out)?;
        }
        left_out.tell(ctx);
        Ok(())
    }

    fn finish(self, ctx: &mut Ctx<'_>) -> Result<(), AppError> {
        outlets::tell_elsewhere(ctx, self.elsewhere)
    }
}

impl Holdings {
    fn settle_part(
        &mut self,
        ctx: &mut Ctx<'_>,
        as_of: NaiveDate,
        employer: EmployerId,
        part: i64,
        outlets: ListOutlets,
        left_out: &mut LeftOut,
    ) -> Result<(), AppError> {
        let rules = &ctx.rules.facts.snapshot;
        let people = ctx.store.people_in_parts(&[part])?;
        let (mut corrected, mut beside) = (Vec::new(), Vec::new());
        for old in ctx.store.current_parts("holdings", employer, as_of)? {
            if old == part {
                continue;
            }
            let before = ctx.store.people_in_parts(&[old])?;
            let common = before + people - ctx.store.people_in_parts(&[old, part])?;
            let loss = Loss { as_of, employer, old, part, common, gone: before - common };
            replaced::ask_before_losing(ctx, &loss)?;
            let larger = before.max(people).max(1);
            if common as f64 >= rules.correction_overlap * larger as f64 {
                replaced::ask_before_dropping(ctx, &loss)?;
                corrected.push(old);
            } else {
                beside.push(old);
            }
        }
        let parts = [&[part][..], &beside].concat();
        let known_people = ctx.store.people_in_parts(&parts)?;
        let roster = ctx.store.last_roster_size(employer, as_of)?;
        self.outlets.put(ctx, part, &outlets)?;
        let elsewhere = outlets::missing_elsewhere(ctx, as_of, employer, &parts, outlets, &mut self.outlets)?;
        let extent = rosters::extent(rules, known_people, roster, elsewhere);
        ctx.store.supersede_parts(part, &corrected)?;
        let name = ctx.store.employer_name(employer)?.unwrap_or_default();
        if extent != Extent::Whole {
            ctx.store.set_basis(part, PartBasis::Partial)?;
            ctx.store.set_outlets_whole(part, extent == Extent::Outlets)?;
        }
        if elsewhere > 0 {
            self.elsewhere.push(Elsewhere { sheet: ctx.sheet.sheet.clone(), as_of, employer, people: elsewhere });
        } else if extent == Extent::Part {
            let params = vec![
                ("employer", Param::Text(name.clone())),
                ("people", Param::Count(known_people)),
                ("before", Param::Count(roster)),
            ];
            ctx.raise(codes::PARTIAL_ROSTER, params);
        }
        if left_out.is_short(ctx, (as_of, employer), &parts, &mut self.short)? {
            // None of the day's parts is the whole list, for the people of the rows left out are in none.
            for part in beside.iter().chain([&part]) {
                ctx.store.set_basis(*part, PartBasis::Partial)?;
                ctx.store.set_outlets_whole(*part, false)?;
            }
        }
        if !corrected.is_empty() {
            let params = vec![("employer", Param::Text(name)), ("date", Param::Date(as_of))];
            ctx.raise(codes::PART_CORRECTED, params);
        }
        Ok(())
    }
}

impl Parts {
    /// The sheet's part of this date and employer.
    fn part(&mut self, ctx: &Ctx<'_>, as_of: NaiveDate, employer: EmployerId) -> Result<i64, AppError> {
        if let Some(part) = self.parts.get(&(as_of, employer)) {
            return Ok(*part);
        }
        let snapshot = match self.snapshots.get(&as_of) {
            Some(id) => *id,
            None => {
                let id = ctx.store.add_snapshot(ctx.import_id, "holdings", as_of, ctx.sheet.covered)?;
                self.snapshots.insert(as_of, id);
                id
            }
        };
        let part = ctx.store.add_part(snapshot, employer, PartBasis::Full, &[])?;
        self.parts.insert((as_of, employer), part);
        Ok(part)
    }

    /// The number a row is kept under, and whether somebody has to decide whose it is.
    fn employee(
        &mut self,
        ctx: &mut Ctx<'_>,
        employer: EmployerId,
        row: &HoldingRow,
        seen: NaiveDate,
    ) -> Result<(EmployeeId, bool), AppError> {
        let steps = &ctx.order.person;
        let mut found =
            identify::person(&mut ctx.people, steps, RowKind::Holdings, employer, keys(row), row.name.as_ref())?;
        if let Some(name) = row.name.as_ref().filter(|_| keys(row).is_empty()) {
            found = self.another_of_the_name(ctx, found, employer, name, seen)?;
        }
        let mut short = Vec::new();
        let (id, asked, fresh) = match found {
            PersonMatch::Found { id, fresh } => {
                ctx.compare_name(id, row.name.as_ref(), row.row)?;
                ctx.people.see_employee(id, employer, seen)?;
                (id, false, fresh)
            }
            PersonMatch::Zeros { id, short: lacking, fresh } => {
                ctx.compare_name(id, row.name.as_ref(), row.row)?;
                ctx.people.see_employee(id, employer, seen)?;
                short = lacking;
                (id, false, fresh)
            }
            PersonMatch::Nobody => (ctx.people.add_employee(employer, seen)?, false, true),
            PersonMatch::Unsure(unsure) => {
                let (id, asked) = ctx.unsure_person(&unsure, employer, row.row, seen)?;
                (id, asked, true)
            }
        };
        // A number that lost its zeros never takes the place of the whole one.
        let whole = |number: &Option<Personal<String>>, rule| number.clone().filter(|_| !short.contains(&rule));
        let person = Person {
            customer_number: whole(&row.customer_number, PersonRule::CustomerNumber),
            name: row.name.clone(),
            id_number: whole(&row.id_number, PersonRule::IdNumber),
            phone: row.phone.clone(),
            account: whole(&row.account, PersonRule::Account),
        };
        for rule in &short {
            *self.zeros.entry(*rule).or_default() += 1;
        }
        ctx.people.remember_person(id, employer, person, fresh)?;
        ctx.people.remember_remnants(id, &row.left)?;
        if keys(row).is_empty() {
            self.named.insert((seen, id));
        }
        Ok((id, asked))
    }

    /// A row with nothing but a name, when the sheet had one of that name already: a list names each person once, so
    /// it is taken for the next person of the name, or for one nobody knows yet, and asked for.
    fn another_of_the_name(
        &self,
        ctx: &mut Ctx<'_>,
        found: PersonMatch,
        employer: EmployerId,
        name: &Personal<String>,
        seen: NaiveDate,
    ) -> Result<PersonMatch, AppError> {
        let had = |id: EmployeeId| self.named.contains(&(seen, id));
        let mut unsure = match found {
            PersonMatch::Found { id, .. } if had(id) => identify::same_name(&mut ctx.people, employer, name)?,
            PersonMatch::Unsure(unsure) if unsure.known.is_some_and(|(_, id)| had(id)) => unsure,
            other => return Ok(other),
        };
        let free = unsure.candidates.iter().map(|(id, _)| *id).find(|id| !had(*id));
        unsure.known = match (unsure.known, free) {
            (Some((asked, _)), Some(id)) => Some((asked, id)),
            (Some((asked, id)), None) if !had(id) => Some((asked, id)),
            _ => None,
        };
        Ok(PersonMatch::Unsure(unsure))
    }
}

fn counts(ctx: &Ctx<'_>, products: ProductSet) -> ProductCounts {
    let of = |family| products.and(ctx.products.family(family)).count();
    ProductCounts { all: products.count(), asset: of(ProductFamily::Asset) }
}

fn keys(row: &HoldingRow) -> PersonKeys<'_> {
    PersonKeys {
        customer_number: row.customer_number.as_ref(),
        id_number: row.id_number.as_ref(),
        account: row.account.as_ref(),
        left: Some(&row.left),
    }
}
