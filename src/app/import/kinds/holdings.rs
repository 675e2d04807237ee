//! Holdings: rows → employees → parts of snapshots.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::kinds::gathered::Elsewhere;
use crate::app::import::kinds::gathered::HoldingParts;
use crate::app::import::kinds::gathered::LeftOut;
use crate::app::import::kinds::replaced::Loss;
use crate::app::import::take::Taking;
use crate::app::import::take::lacking;
use crate::engagement::import::rosters::{self, Extent, ListOutlets};
use crate::intake::SheetReading;
use crate::model::matching::person::{PersonKeys, PersonMatch};
use crate::model::matching::{PersonRule, RowKind};
use crate::model::problem::codes;
use crate::model::product::ProductFamily;
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Param, Personal, ProductSet, Severity};
use crate::store::import::holdings::ProductCounts;
use crate::store::import::imports::PartBasis;
use crate::store::import::people::Person;

impl Taking<'_> {
    pub(crate) fn holding_rows(&mut self, rows: &[HoldingRow]) -> Result<(), AppError> {
        for row in rows {
            let as_of = row.as_of.or(self.sheet.as_of).ok_or_else(|| lacking("as_of"))?;
            let named = row.employer.clone().or_else(|| self.sheet.employer.clone());
            let employer = match named {
                Some(named) => Some(self.numbered_employer(&named, [None, row.employer_number.as_deref()], row.row)?),
                None => match (self.store.employer_of(keys(row))?, self.sheet.fallback_employer.clone()) {
                    (None, Some(named)) => Some(self.employer(&named, row.row)?),
                    (known, _) => known,
                },
            };
            let Some(employer) = employer else {
                self.open.holdings.without_employer += 1;
                self.open.holdings.strangers.add(row);
                self.leave_out(row.row, "no_employer");
                continue;
            };
            let (employee, asked) = self.employee(employer, row, as_of)?;
            self.open.holdings.unsure += i64::from(asked);
            let part = self.part(as_of, employer)?;
            if let Some(outlet) = &row.outlet {
                let outlets = self.open.holdings.outlets.entry(as_of).or_default();
                if !outlets.contains(outlet) {
                    outlets.insert(outlet.clone());
                }
            }
            let counts = self.counts(row.products);
            let first = self.store.put_holding(part, employee, row, row.products, counts)?;
            self.open.holdings.twice += i64::from(!first);
        }
        Ok(())
    }

    /// The sheet's part of this date and employer.
    fn part(&mut self, as_of: NaiveDate, employer: EmployerId) -> Result<i64, AppError> {
        if let Some(part) = self.open.holdings.parts.get(&(as_of, employer)) {
            return Ok(*part);
        }
        let snapshot = match self.open.holdings.snapshots.get(&as_of) {
            Some(id) => *id,
            None => {
                let id = self.store.add_snapshot(self.import_id, "holdings", as_of, self.sheet.covered)?;
                self.open.holdings.snapshots.insert(as_of, id);
                id
            }
        };
        let part = self.store.add_part(snapshot, employer, PartBasis::Full, &[])?;
        self.open.holdings.parts.insert((as_of, employer), part);
        Ok(part)
    }

    /// The number a row is kept under, and whether somebody has to decide whose it is.
    fn employee(
        &mut self,
        employer: EmployerId,
        row: &HoldingRow,
        seen: NaiveDate,
    ) -> Result<(EmployeeId, bool), AppError> {
        let steps = &self.order.person;
        let mut found = identify::person(self.store, steps, RowKind::Holdings, employer, keys(row), row.name.as_ref())?;
        if let Some(name) = row.name.as_ref().filter(|_| keys(row).is_empty()) {
            found = self.another_of_the_name(found, employer, name, seen)?;
        }
        let mut short = Vec::new();
        let (id, asked, fresh) = match found {
            PersonMatch::Found { id, fresh } => {
                self.compare_name(id, row.name.as_ref(), row.row)?;
                self.store.see_employee(id, employer, seen)?;
                (id, false, fresh)
            }
            PersonMatch::Zeros { id, short: lacking, fresh } => {
                self.compare_name(id, row.name.as_ref(), row.row)?;
                self.store.see_employee(id, employer, seen)?;
                short = lacking;
                (id, false, fresh)
            }
            PersonMatch::Nobody => (self.store.add_employee(employer, seen)?, false, true),
            PersonMatch::Unsure(unsure) => {
                let (id, asked) = self.unsure_person(&unsure, employer, row.row, seen)?;
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
            *self.open.holdings.zeros.entry(*rule).or_default() += 1;
        }
        self.store.remember_person(id, employer, &person, fresh)?;
        self.store.remember_remnants(id, &row.left)?;
        if keys(row).is_empty() {
            self.open.holdings.named.insert((seen, id));
        }
        Ok((id, asked))
    }

    /// A row with nothing but a name, when the sheet had one of that name already: a list names each person once, so
    /// it is taken for the next person of the name, or for one nobody knows yet, and asked for.
    fn another_of_the_name(
        &self,
        found: PersonMatch,
        employer: EmployerId,
        name: &Personal<String>,
        seen: NaiveDate,
    ) -> Result<PersonMatch, AppError> {
        let had = |id: EmployeeId| self.open.holdings.named.contains(&(seen, id));
        let mut unsure = match found {
            PersonMatch::Found { id, .. } if had(id) => identify::same_name(self.store, employer, name)?,
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

    /// Decides for each part, now that all its people are there, what it replaces and whether it is the whole roster.
    pub(crate) fn settle_holdings(&mut self, open: HoldingParts, sheet: &SheetReading) -> Result<(), AppError> {
        let covered = sheet.covered;
        let rows = |n| vec![("rows", Param::Count(n))];
        if open.twice > 0 {
            self.raise(codes::PERSON_TWICE, rows(open.twice));
        }
        if open.unsure > 0 {
            self.raise(codes::PEOPLE_UNSURE, rows(open.unsure));
        }
        for (rule, people) in &open.zeros {
            let header = self.rules.columns.holdings.get(rule.key()).and_then(|c| c.aliases.first());
            let params =
                vec![("column", Param::Text(header.cloned().unwrap_or_default())), ("rows", Param::Count(*people))];
            self.raise(codes::ZEROS_LOST, params);
        }
        if open.without_employer > 0 {
            // Where nobody's employer is known nothing of the sheet would be taken.
            let code = codes::ROWS_WITHOUT_EMPLOYER;
            let code = if open.parts.is_empty() { code.as_bad_as(Severity::Error) } else { code };
            self.raise(code, rows(open.without_employer));
        }
        if covered != self.sheet.covered {
            for snapshot in open.snapshots.values() {
                self.store.set_covered(*snapshot, covered)?;
            }
        }
        let mut left_out = self.left_out_of(&sheet.left_out, open.strangers)?;
        let said = if open.parts.is_empty() { None } else { self.outlet_said(sheet)? };
        for ((as_of, employer), part) in open.parts {
            let rows = open.outlets.get(&as_of).cloned().unwrap_or_default();
            let outlets = ListOutlets { rows, said: said.clone(), ..ListOutlets::default() };
            self.settle_part(as_of, employer, part, outlets, &mut left_out)?;
        }
        self.tell_short(&left_out);
        Ok(())
    }

    fn settle_part(
        &mut self,
        as_of: NaiveDate,
        employer: EmployerId,
        part: i64,
        outlets: ListOutlets,
        left_out: &mut LeftOut,
    ) -> Result<(), AppError> {
        let rules = &self.rules.facts.snapshot;
        let people = self.store.people_in_parts(&[part])?;
        let (mut corrected, mut beside) = (Vec::new(), Vec::new());
        for old in self.store.current_parts("holdings", employer, as_of)? {
            if old == part {
                continue;
            }
            let before = self.store.people_in_parts(&[old])?;
            let common = before + people - self.store.people_in_parts(&[old, part])?;
            let loss = Loss { as_of, employer, old, part, common, gone: before - common };
            self.ask_before_losing(&loss)?;
            let larger = before.max(people).max(1);
            if common as f64 >= rules.correction_overlap * larger as f64 {
                self.ask_before_dropping(&loss)?;
                corrected.push(old);
            } else {
                beside.push(old);
            }
        }
        let parts = [&[part][..], &beside].concat();
        let known_people = self.store.people_in_parts(&parts)?;
        let roster = self.store.last_roster_size(employer, as_of)?;
        self.store.put_outlets(part, &outlets.all())?;
        let elsewhere = self.missing_elsewhere(as_of, employer, &parts, outlets)?;
        let extent = rosters::extent(rules, known_people, roster, elsewhere);
        self.store.supersede_parts(part, &corrected)?;
        let name = self.store.employer_name(employer)?.unwrap_or_default();
        if extent != Extent::Whole {
            self.store.set_basis(part, PartBasis::Partial)?;
            self.store.set_outlets_whole(part, extent == Extent::Outlets)?;
        }
        if elsewhere > 0 {
            self.elsewhere.push(Elsewhere { sheet: self.sheet.sheet.clone(), as_of, employer, people: elsewhere });
        } else if extent == Extent::Part {
            let params = vec![
                ("employer", Param::Text(name.clone())),
                ("people", Param::Count(known_people)),
                ("before", Param::Count(roster)),
            ];
            self.raise(codes::PARTIAL_ROSTER, params);
        }
        if self.is_short(employer, as_of, &parts, left_out)? {
            // None of the day's parts is the whole list, for the people of the rows left out are in none.
            for part in beside.iter().chain([&part]) {
                self.store.set_basis(*part, PartBasis::Partial)?;
                self.store.set_outlets_whole(*part, false)?;
            }
        }
        if !corrected.is_empty() {
            let params = vec![("employer", Param::Text(name)), ("date", Param::Date(as_of))];
            self.raise(codes::PART_CORRECTED, params);
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
        left: Some(&row.left),
    }
}
