//! What a list would lose if a later one of the same day took its place: asked, never done in silence.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::Ctx;
use crate::model::problem::codes;
use crate::model::status::SheetKind;
use crate::model::{EmployerId, Param, ProductSet};

/// An earlier part of a day, and the one that has come now.
pub struct Loss {
    pub as_of: NaiveDate,
    pub employer: EmployerId,
    pub old: i64,
    pub part: i64,
    /// People of both.
    pub common: i64,
    /// People of the earlier only.
    pub gone: i64,
}

/// Asks where people stand in both, and the earlier tells of them what the later has no column for: of each person
/// only one row of a day counts.
pub fn ask_before_losing(ctx: &mut Ctx<'_>, loss: &Loss) -> Result<(), AppError> {
    if loss.common == 0 {
        return Ok(());
    }
    let (old, new) = (ctx.store.told_by_part(loss.old)?, ctx.store.told_by_part(loss.part)?);
    let fields: Vec<&str> = old.fields.iter().copied().filter(|f| !new.fields.contains(f)).collect();
    let lost = names(ctx, &fields, old.covered.minus(new.covered));
    if lost.is_empty() {
        return Ok(());
    }
    let mut params = whose(ctx, loss)?;
    params.extend([("people", Param::Count(loss.common)), ("columns", Param::List(lost))]);
    ctx.raise(codes::COLUMNS_WOULD_BE_LOST, params);
    Ok(())
}

/// Asks where a sheet takes the place of another sheet of the same file and people are in the earlier only: a file
/// does not correct itctx.
pub fn ask_before_dropping(ctx: &mut Ctx<'_>, loss: &Loss) -> Result<(), AppError> {
    if loss.gone == 0 || ctx.store.told_by_part(loss.old)?.import_id != ctx.import_id {
        return Ok(());
    }
    let mut params = whose(ctx, loss)?;
    params.push(("people", Param::Count(loss.gone)));
    ctx.raise(codes::PEOPLE_WOULD_BE_LOST, params);
    Ok(())
}

fn whose(ctx: &Ctx<'_>, loss: &Loss) -> Result<Vec<(&'static str, Param)>, AppError> {
    let name = ctx.store.employer_name(loss.employer)?.unwrap_or_default();
    Ok(vec![("employer", Param::Text(name)), ("date", Param::Date(loss.as_of))])
}

/// What the columns of fields and products are called; a balance is not named again as a product.
fn names(ctx: &Ctx<'_>, fields: &[&str], products: ProductSet) -> Vec<Param> {
    let columns = ctx.rules.columns.of(SheetKind::Holdings);
    let header = |field: &&str| columns.get(*field).and_then(|r| ctx.rules.columns.headers(r).into_iter().next());
    let mut names: Vec<Param> = fields.iter().filter_map(header).map(Param::Text).collect();
    let shown = fields.iter().filter_map(|f| ctx.rules.products.shown_by_amount(f));
    let shown = shown.fold(ProductSet::EMPTY, ProductSet::with);
    let products = ctx.products.0.iter().filter(|p| products.minus(shown).has(p.number));
    names.extend(products.map(|p| match &p.name {
        Some(name) => Param::Text(name.clone()),
        None => Param::Word { word: format!("product.{}", p.key) },
    }));
    names
}
