//! Targets: rows → what each outlet is to reach.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::intake::SheetReading;
use crate::model::Param;
use crate::model::activity::TargetRow;
use crate::model::problem::codes;

/// What is gathered of targets.
#[derive(Default)]
pub struct Targets {
    /// Targets that were known with another amount.
    changed: i64,
    outlets: BTreeSet<String>,
}

impl Kind for Targets {
    type Row = TargetRow;

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<TargetRow>) -> Result<(), AppError> {
        for row in &rows {
            self.changed += i64::from(ctx.store.put_target(ctx.import_id, row)?);
            self.outlets.insert(row.outlet.clone());
        }
        Ok(())
    }

    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        if self.changed > 0 {
            ctx.raise(codes::TARGETS_CHANGED, vec![("rows", Param::Count(self.changed))]);
        }
        let known = if self.outlets.is_empty() { BTreeSet::new() } else { ctx.store.outlet_names()? };
        let branch = |o: &String| ctx.branch == o || ctx.rules.targets.branch_words.contains(o);
        let strange = self.outlets.iter().filter(|o| !known.contains(*o) && !branch(o));
        let names: Vec<Param> = strange.cloned().map(Param::Text).collect();
        if !names.is_empty() {
            ctx.raise(codes::OUTLETS_UNKNOWN, vec![("outlets", Param::List(names))]);
        }
        Ok(())
    }
}
