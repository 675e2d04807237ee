//! Lists of some outlets only: whoever belongs to another outlet is not missing from them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::Ctx;
use crate::engagement::import::rosters::{self, ListOutlets};
use crate::intake::SheetReading;
use crate::model::problem::codes;
use crate::model::{EmployerId, Param};

/// People missing from an employer's list who belong to outlets it does not have.
pub struct Elsewhere {
    pub sheet: String,
    pub as_of: NaiveDate,
    pub employer: EmployerId,
    pub people: i64,
}

/// Sets of outlets by their numbers: a sheet's lists share one.
#[derive(Default)]
pub struct OutletSets(BTreeMap<i64, Rc<BTreeSet<String>>>);

impl OutletSets {
    /// Notes the outlets that a list tells of.
    pub fn put(&mut self, ctx: &Ctx<'_>, part: i64, outlets: &ListOutlets) -> Result<(), AppError> {
        if outlets.is_empty() {
            return Ok(());
        }
        let same = |set: &Rc<BTreeSet<String>>| match &outlets.rows[..] {
            [rows] if !rows.is_empty() => Rc::ptr_eq(set, rows),
            _ => set.iter().map(String::as_str).eq(outlets.all()),
        };
        let number = match self.0.iter().find(|(_, set)| same(set)) {
            Some((number, _)) => *number,
            None => {
                let set = match &outlets.rows[..] {
                    [rows] if !rows.is_empty() => rows.clone(),
                    _ => Rc::new(outlets.all().map(str::to_string).collect()),
                };
                let number = ctx.store.add_outlet_set(part, &set)?;
                self.0.insert(number, set);
                number
            }
        };
        Ok(ctx.store.put_outlets(part, number)?)
    }

    fn of_parts(&mut self, ctx: &Ctx<'_>, parts: &[i64]) -> Result<Vec<Rc<BTreeSet<String>>>, AppError> {
        let mut sets: Vec<Rc<BTreeSet<String>>> = Vec::new();
        for part in parts {
            let Some(number) = ctx.store.outlet_set_of(*part)? else { continue };
            let set = match self.0.entry(number) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new.insert(Rc::new(ctx.store.outlet_set(number)?)).clone(),
            };
            if !sets.iter().any(|s| Rc::ptr_eq(s, &set)) {
                sets.push(set);
            }
        }
        Ok(sets)
    }
}

/// The outlet the sheet's title or name, or the file's, says the list is of.
pub fn said(ctx: &Ctx<'_>, sheet: &SheetReading) -> Result<Option<String>, AppError> {
    let stem = Path::new(ctx.file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let title = sheet.title.join(" ");
    let texts = [title.as_str(), &sheet.sheet, &stem];
    let known = ctx.store.known_outlets()?;
    Ok(rosters::outlet_said(&ctx.rules.facts.outlet, &texts, &known, ctx.branch))
}

/// How many of the people missing since the employer's last list belong to outlets that the day's lists, `parts`,
/// do not have.
pub fn missing_elsewhere(
    ctx: &Ctx<'_>,
    as_of: NaiveDate,
    employer: EmployerId,
    parts: &[i64],
    mut outlets: ListOutlets,
    sets: &mut OutletSets,
) -> Result<i64, AppError> {
    if outlets.is_empty() {
        return Ok(0);
    }
    let missing = ctx.store.missing_since(employer, as_of, parts)?;
    if missing.is_empty() {
        return Ok(0);
    }
    outlets.rows.extend(sets.of_parts(ctx, parts)?);
    outlets.before = sets.of_parts(ctx, &ctx.store.last_roster_parts(employer, as_of)?)?;
    let mut people = 0;
    for id in missing {
        let outlet = ctx.store.outlet_of(id, as_of)?;
        people += i64::from(outlets.is_elsewhere(outlet.as_deref()));
    }
    Ok(people)
}

/// Tells of lists that, when the whole file is read, still lack outlets.
pub fn tell_elsewhere(ctx: &mut Ctx<'_>, lists: Vec<Elsewhere>) -> Result<(), AppError> {
    let mut told: BTreeMap<String, (BTreeSet<EmployerId>, i64)> = BTreeMap::new();
    for Elsewhere { sheet, as_of, employer, people } in lists {
        let latest = ctx.store.current_parts("holdings", employer, as_of)?;
        if latest.len() > 1 && ctx.store.has_full_part(employer, as_of)? {
            continue;
        }
        let (employers, all) = told.entry(sheet).or_default();
        employers.insert(employer);
        *all += people;
    }
    for (sheet, (employers, people)) in told {
        let params = vec![("people", Param::Count(people)), ("employers", Param::Count(employers.len() as i64))];
        ctx.raise_of(&sheet, codes::OUTLETS_MISSING, params);
    }
    Ok(())
}
