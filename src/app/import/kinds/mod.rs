//! What becomes of the rows of each kind of sheet, one file per kind. A new kind is its file and its line in the table.

mod activity;
mod contacts;
mod employers;
mod flows;
mod holdings;
mod paydays;
mod payroll;
mod returned;
mod sales;
mod staff;
mod targets;
mod visits;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind as _};
use crate::intake::{SheetHead, SheetReading};
use crate::model::rows::Rows;
use crate::model::status::SheetKind;

macro_rules! kinds {
    ($($kind:ident in $module:ident;)+) => {
        /// The state of each kind while one file is taken in.
        #[derive(Default)]
        pub struct Kinds {
            $($module: $module::$kind,)+
        }

        impl Kinds {
            /// A sheet begins: its rows follow.
            pub fn begin(&mut self, ctx: &mut Ctx<'_>, head: SheetHead) {
                match head.kind {
                    $(SheetKind::$kind => self.$module.begin(),)+
                }
                ctx.sheet = head;
            }

            /// Stores the next rows of the sheet.
            pub fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Rows) -> Result<(), AppError> {
                match rows {
                    $(Rows::$kind(rows) => self.$module.rows(ctx, rows),)+
                }
            }

            /// Settles what only all rows of a sheet together tell.
            pub fn settle(&mut self, ctx: &mut Ctx<'_>, sheet: &SheetReading) -> Result<(), AppError> {
                ctx.people.flush()?;
                match ctx.sheet.kind {
                    $(SheetKind::$kind => self.$module.settle(ctx, sheet)?,)+
                }
                ctx.settle_listed();
                Ok(())
            }

            /// Settles what only all sheets of a file together tell.
            pub fn finish(self, ctx: &mut Ctx<'_>) -> Result<(), AppError> {
                $(self.$module.finish(ctx)?;)+
                ctx.people.flush()?;
                paydays::check(ctx)
            }
        }
    };
}

// In the order in which they finish a file.
kinds! {
    Employers in employers;
    Holdings in holdings;
    Staff in staff;
    Payroll in payroll;
    Visits in visits;
    Flows in flows;
    Contacts in contacts;
    Sales in sales;
    Targets in targets;
    Returned in returned;
}
