//! Colleagues: rows → staff, and who of those known is missing from a list.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::model::Param;
use crate::model::problem::codes;
use crate::model::rows::StaffRow;
use crate::store::import::staff::StaffMember;

/// The colleagues of a file, of all its sheets.
#[derive(Default)]
pub struct Staff {
    /// Those known before; `None` until the first row of the file.
    known: Option<Vec<StaffMember>>,
    /// Numbers and names of its rows.
    listed: BTreeSet<String>,
    /// Outlets its rows name.
    outlets: BTreeSet<String>,
}

impl Kind for Staff {
    type Row = StaffRow;

    /// The sheets of a file are one list.
    fn begin(&mut self) {}

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<StaffRow>) -> Result<(), AppError> {
        if self.known.is_none() {
            self.known = Some(ctx.store.staff()?);
        }
        for row in &rows {
            ctx.store.put_staff(row)?;
            self.listed.extend([row.number.clone(), row.name.clone()]);
            self.outlets.extend(row.outlet.clone());
        }
        Ok(())
    }

    /// Asks about colleagues a list does not have: a list of a part ends nobody, and one of all does not say who has left.
    fn finish(self, ctx: &mut Ctx<'_>) -> Result<(), AppError> {
        let Staff { known, listed, outlets } = self;
        let known = known.unwrap_or_default();
        let has = |m: &&StaffMember| listed.contains(&m.row.number) || listed.contains(&m.row.name);
        // Of a list that names outlets only theirs can be missing; one without any has to have somebody of those known.
        let expected = |m: &&StaffMember| match (&m.row.outlet, outlets.is_empty()) {
            (Some(outlet), false) => outlets.contains(outlet),
            (None, false) => false,
            (_, true) => known.iter().any(|m| has(&m)),
        };
        let missing = known.iter().filter(|m| !m.row.is_away_always() && expected(m) && !has(m));
        let names: Vec<String> = missing.map(|m| m.row.name.clone()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let people = Param::Count(names.len() as i64);
        let shown = ctx.rules.recognise.unknown_words;
        let more = if names.len() > shown { "…" } else { "" };
        let names = Param::Text(names[..names.len().min(shown)].join("、") + more);
        ctx.raise(codes::STAFF_MISSING, vec![("people", people), ("names", names)]);
        Ok(())
    }
}
