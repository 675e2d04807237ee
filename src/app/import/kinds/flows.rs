//! Flows: rows → what came in and went out of the accounts of the people they speak of.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::app::import::kinds::activity::{Activity, keys};
use crate::engagement::import::repeats::Answer;
use crate::intake::SheetReading;
use crate::model::activity::FlowRow;
use crate::model::problem::codes;

/// What is gathered of flows.
#[derive(Default)]
pub struct Flows(Activity);

impl Kind for Flows {
    type Row = FlowRow;

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<FlowRow>) -> Result<(), AppError> {
        let entry = self.0.entry(ctx)?;
        ctx.people.fetch(rows.iter().map(|row| keys(&row.who)))?;
        for row in &rows {
            let Some(employee) = self.0.person(ctx, &row.who, row.row)? else { continue };
            let same = (employee, row.date, row.outward, row.amount, &row.destination, &row.reference);
            ctx.store.add_flow(entry, employee, row, self.0.occurrence(&same))?;
        }
        Ok(())
    }

    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        if let Some(entry) = self.0.made() {
            settle_amounts(ctx, entry)?;
        }
        self.0.tell_unknown(ctx);
        Ok(())
    }
}

/// Asks about transactions an earlier file has under the same number with another amount: counted twice they would be
/// wrong. A file that is said to correct takes their place.
fn settle_amounts(ctx: &mut Ctx<'_>, activity: i64) -> Result<(), AppError> {
    let told = ctx.store.flows_told_otherwise(activity, ctx.rules.flows.unique_reference)?;
    let mut lines: BTreeSet<i64> = BTreeSet::new();
    for (line, [old_activity, old_line]) in told {
        if ctx.answer == Answer::Correction {
            ctx.store.remove_flow(old_activity, old_line)?;
        } else {
            lines.insert(line);
        }
    }
    for line in lines {
        let row = u32::try_from(line - 1).unwrap_or(u32::MAX);
        ctx.store.remove_flow(activity, line)?;
        ctx.list(codes::FLOW_AMOUNT_DIFFERS, row);
        ctx.leave_out(row, "problem");
    }
    Ok(())
}
