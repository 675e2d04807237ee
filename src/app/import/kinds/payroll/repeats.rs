//! Payroll runs that repeat others, of the same file or of files before: what they are to one another is decided in
//! `engagement::import::repeats`; here that is kept and told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::Ctx;
use crate::engagement::import::repeats::{self, Answer, Doubt, Relation, Run};
use crate::model::days::period::days_after;
use crate::model::problem::codes;
use crate::model::runs::Purpose;
use crate::model::status::PayKind;
use crate::model::{EmployerId, Param, Severity};
use crate::store::import::repeats::KnownRun;

/// The sheets of a file that another of its sheets has the payments of.
#[derive(Default)]
struct Repeated {
    sheets: Vec<String>,
    payments: usize,
}

/// A run another is compared with, and what it is called by.
struct Other {
    run_id: i64,
    /// Its file, or its sheet where it is in the same file.
    name: String,
    same_file: bool,
    run: Run,
}

/// A run of a sheet that is read to its end.
pub struct SheetRun {
    pub run_id: i64,
    pub sheet: String,
    pub employer: EmployerId,
    pub payday: NaiveDate,
    pub kind: PayKind,
    pub purpose: Purpose,
    pub planned: Option<bool>,
}

/// Decides, now that all payments of the file are there, which of them count already.
pub fn settle(ctx: &mut Ctx<'_>, runs: &[SheetRun]) -> Result<(), AppError> {
    let repeated = repeated_in_file(ctx, runs)?;
    for (at, run) in runs.iter().enumerate().filter(|(at, _)| !repeated.contains(at)) {
        let others = others(ctx, runs, at, &repeated)?;
        if !others.is_empty() {
            let whole = run_of(ctx, run)?;
            settle_run(ctx, run, &whole, &others)?;
        }
    }
    Ok(())
}

fn run_of(ctx: &Ctx<'_>, run: &SheetRun) -> Result<Run, AppError> {
    Ok(Run {
        employer: ctx.store.canonical_employer(run.employer)?,
        payday: run.payday,
        kind: run.kind,
        purpose: run.purpose.clone(),
        planned: run.planned,
        paid: ctx.store.paid_in_run(run.run_id)?,
    })
}

/// Runs in force that may be the same payments: of other files, and of other sheets as far as they were not found
/// to be so already.
fn others(ctx: &Ctx<'_>, runs: &[SheetRun], at: usize, repeated: &BTreeSet<usize>) -> Result<Vec<Other>, AppError> {
    let rules = &ctx.rules.repeats;
    let run = &runs[at];
    let first = days_after(run.payday, -rules.near.calendar_days);
    let last = days_after(run.payday, rules.near.calendar_days);
    let mut known = ctx.store.runs_between(run.employer, first, last)?;
    known.extend(ctx.store.runs_elsewhere(run.run_id, first, last, rules.least_between_employers)?);
    let mut others = Vec::new();
    for found in known {
        let same_file = found.import_id == ctx.import_id;
        let own = runs[..at].iter().enumerate().find(|(_, r)| r.run_id == found.run_id);
        let name = match own {
            Some((at, own)) if own.sheet != run.sheet && !repeated.contains(&at) => own.sheet.clone(),
            None if !same_file => found.file.clone(),
            _ => continue,
        };
        others.push(other(ctx, found, name, same_file)?);
    }
    Ok(others)
}

fn other(ctx: &Ctx<'_>, known: KnownRun, name: String, same_file: bool) -> Result<Other, AppError> {
    let KnownRun { run_id, employer, payday, kind, purpose, planned, .. } = known;
    let paid = ctx.store.paid_in_run(run_id)?;
    Ok(Other { run_id, name, same_file, run: Run { employer, payday, kind, purpose, planned, paid } })
}

/// Runs of the file that other sheets have the payments of, by their place in `runs`.
fn repeated_in_file(ctx: &mut Ctx<'_>, runs: &[SheetRun]) -> Result<BTreeSet<usize>, AppError> {
    let mut by_employer: BTreeMap<EmployerId, Vec<usize>> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        by_employer.entry(run.employer).or_default().push(at);
    }
    let mut dropped = BTreeMap::new();
    let mut told: BTreeMap<&str, Repeated> = BTreeMap::new();
    for group in by_employer.into_values().filter(|group| sheets(runs, group.iter()).len() > 1) {
        let whole: BTreeMap<usize, Run> =
            group.iter().map(|at| Ok((*at, run_of(ctx, &runs[*at])?))).collect::<Result<_, AppError>>()?;
        for (part, by) in repeats::file::repeated(&whole, |at| runs[at].sheet.as_str()) {
            ctx.store.supersede_runs(runs[by].run_id, &[runs[part].run_id])?;
            let told = told.entry(&runs[by].sheet).or_default();
            told.payments += whole[&part].paid.len();
            if !told.sheets.contains(&runs[part].sheet) {
                told.sheets.push(runs[part].sheet.clone());
            }
            dropped.insert(part, by);
        }
    }
    for (sheet, Repeated { sheets, payments }) in told {
        let sheets = Param::List(sheets.into_iter().map(Param::Text).collect());
        let params =
            vec![("sheets", sheets), ("payments", Param::Count(payments as i64)), ("other", Param::Text(sheet.into()))];
        ctx.raise_of(sheet, codes::SHEETS_REPEAT, params);
    }
    Ok(dropped.into_keys().collect())
}

fn settle_run(ctx: &mut Ctx<'_>, at: &SheetRun, run: &Run, others: &[Other]) -> Result<(), AppError> {
    let (rules, days, answer) = (&ctx.rules.repeats, ctx.workdays, ctx.answer);
    if answer != Answer::Additional
        && let Some(parts) = summed_up(run, others)
    {
        let ids: Vec<i64> = parts.iter().map(|o| o.run_id).collect();
        ctx.store.supersede_runs(at.run_id, &ids)?;
        return tell_replaced(ctx, at, run, &parts);
    }
    let related = others.iter().map(|o| (repeats::compare(rules, days, run, &o.run, o.same_file, answer), o));
    let related: Vec<(Relation, &Other)> = related.filter(|(relation, _)| *relation != Relation::Separate).collect();
    // What is asked about does not count meanwhile, even where the file is taken with its other rows.
    let asked: Vec<_> = related.iter().filter(|(r, _)| matches!(r, Relation::Unclear(..))).collect();
    if let Some((_, first)) = asked.first() {
        ctx.store.supersede_runs(first.run_id, &[at.run_id])?;
        for (relation, other) in asked {
            if let Relation::Unclear(doubt, payments) = relation {
                ask(ctx, at, run, other, *doubt, *payments)?;
            }
        }
        return Ok(());
    }
    let replaced: Vec<&Other> =
        related.iter().filter(|(r, _)| *r == Relation::Replaces).map(|(_, other)| *other).collect();
    if !replaced.is_empty() {
        let ids: Vec<i64> = replaced.iter().map(|o| o.run_id).collect();
        ctx.store.supersede_runs(at.run_id, &ids)?;
        tell_replaced(ctx, at, run, &replaced)?;
    }
    for (relation, other) in &related {
        keep(ctx, at, run, relation, other)?;
    }
    Ok(())
}

/// Keeps and tells what is neither asked nor replaced.
fn keep(ctx: &mut Ctx<'_>, at: &SheetRun, run: &Run, relation: &Relation, other: &Other) -> Result<(), AppError> {
    let (code, payments) = match relation {
        Relation::Known => {
            ctx.store.supersede_runs(other.run_id, &[at.run_id])?;
            (codes::RUN_KNOWN, run.paid.len())
        }
        Relation::Overlaps(lines) => {
            ctx.store.shadow_payments(at.run_id, lines, other.run_id)?;
            (codes::RUN_KNOWN, lines.len())
        }
        Relation::Beside => (codes::RUN_BESIDE, run.paid.len()),
        Relation::InBoth(payments) => (codes::PAYMENTS_IN_BOTH, *payments),
        Relation::Apart(payments) if run.purpose.of_other_months(&other.run.purpose) => {
            (codes::RUN_APART.as_bad_as(Severity::Note), *payments)
        }
        Relation::Apart(payments) => (codes::RUN_APART, *payments),
        Relation::Separate | Relation::Replaces | Relation::Unclear(..) => return Ok(()),
    };
    let mut params = both(ctx, at, run, other)?;
    params.push(("payments", Param::Count(payments as i64)));
    ctx.raise_of(&at.sheet, code, params);
    Ok(())
}

fn tell_replaced(ctx: &mut Ctx<'_>, at: &SheetRun, run: &Run, replaced: &[&Other]) -> Result<(), AppError> {
    let Some(first) = replaced.first() else { return Ok(()) };
    let mut params = both(ctx, at, run, first)?;
    let mut names: Vec<&str> = replaced.iter().map(|o| o.name.as_str()).collect();
    names.dedup();
    params.retain(|(key, _)| *key != "other");
    params.push(("other", Param::List(names.into_iter().map(|n| Param::Text(n.into())).collect())));
    params.push(("payments", Param::Count(run.paid.len() as i64)));
    ctx.raise_of(&at.sheet, codes::RUN_CORRECTED, params);
    Ok(())
}

fn ask(
    ctx: &mut Ctx<'_>,
    at: &SheetRun,
    run: &Run,
    other: &Other,
    doubt: Doubt,
    payments: usize,
) -> Result<(), AppError> {
    let code = match doubt {
        Doubt::Day => codes::RUN_DAY_UNCLEAR,
        Doubt::Employer => codes::RUN_EMPLOYER_UNCLEAR,
        Doubt::Part => codes::RUN_PART_UNCLEAR,
    };
    let mut params = both(ctx, at, run, other)?;
    params.push(("payments", Param::Count(payments as i64)));
    if doubt == Doubt::Employer {
        let name = ctx.store.employer_name(other.run.employer)?.unwrap_or_default();
        params.push(("other_employer", Param::Text(name)));
    }
    ctx.raise_of(&at.sheet, code, params);
    Ok(())
}

/// Which two runs are meant, and how many payments the one at hand has.
fn both(ctx: &Ctx<'_>, at: &SheetRun, run: &Run, other: &Other) -> Result<Vec<(&'static str, Param)>, AppError> {
    let name = ctx.store.employer_name(at.employer)?.unwrap_or_default();
    Ok(vec![
        ("employer", Param::Text(name)),
        ("date", Param::Date(at.payday)),
        ("of", Param::Count(run.paid.len() as i64)),
        ("other", Param::Text(other.name.clone())),
        ("other_date", Param::Date(other.run.payday)),
        ("other_of", Param::Count(other.run.paid.len() as i64)),
    ])
}

/// Runs of several files that a run pays together what it pays.
fn summed_up<'o>(run: &Run, others: &'o [Other]) -> Option<Vec<&'o Other>> {
    let parts: Vec<&Other> = others
        .iter()
        .filter(|o| !o.same_file && o.run.employer == run.employer && o.run.payday == run.payday)
        .collect();
    let runs: Vec<&Run> = parts.iter().map(|o| &o.run).collect();
    (parts.len() > 1 && repeats::is_sum_of(run, &runs)).then_some(parts)
}

fn sheets<'r>(runs: &'r [SheetRun], group: impl Iterator<Item = &'r usize>) -> BTreeSet<&'r str> {
    group.map(|at| runs[*at].sheet.as_str()).collect()
}
