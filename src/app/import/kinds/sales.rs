//! Purchases: rows → what the people they speak of have bought.

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::app::import::kinds::activity::{Activity, keys};
use crate::intake::SheetReading;
use crate::model::activity::SaleRow;

/// What is gathered of purchases.
#[derive(Default)]
pub struct Sales(Activity);

impl Kind for Sales {
    type Row = SaleRow;

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<SaleRow>) -> Result<(), AppError> {
        let entry = self.0.entry(ctx)?;
        ctx.people.fetch(rows.iter().map(|row| keys(&row.who)))?;
        for row in &rows {
            let Some(employee) = self.0.person(ctx, &row.who, row.row)? else { continue };
            let occurrence = self.0.occurrence(&(employee, &row.product_name, row.bought_on, row.amount));
            ctx.store.add_sale(entry, employee, row, occurrence)?;
        }
        Ok(())
    }

    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        self.0.tell_unknown(ctx);
        Ok(())
    }
}
