//! What a list would lose if a later one of the same day took its place: asked, never done in silence.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::take::Taking;
use crate::model::problem::codes;
use crate::model::status::SheetKind;
use crate::model::{EmployerId, Param, ProductSet};

/// An earlier part of a day, and the one that has come now.
pub(crate) struct Loss {
    pub(crate) as_of: NaiveDate,
    pub(crate) employer: EmployerId,
    pub(crate) old: i64,
    pub(crate) part: i64,
    /// People of both.
    pub(crate) common: i64,
    /// People of the earlier only.
    pub(crate) gone: i64,
}

impl Taking<'_> {
    /// Asks where people stand in both, and the earlier tells of them what the later has no column for: of each person
    /// only one row of a day counts.
    pub(crate) fn ask_before_losing(&mut self, loss: &Loss) -> Result<(), AppError> {
        if loss.common == 0 {
            return Ok(());
        }
        let (old, new) = (self.store.told_by_part(loss.old)?, self.store.told_by_part(loss.part)?);
        let fields: Vec<&str> = old.fields.iter().copied().filter(|f| !new.fields.contains(f)).collect();
        let lost = self.names(&fields, old.covered.minus(new.covered));
        if lost.is_empty() {
            return Ok(());
        }
        let mut params = self.whose(loss)?;
        params.extend([("people", Param::Count(loss.common)), ("columns", Param::List(lost))]);
        self.raise(codes::COLUMNS_WOULD_BE_LOST, params);
        Ok(())
    }

    /// Asks where a sheet takes the place of another sheet of the same file and people are in the earlier only: a file
    /// does not correct itself.
    pub(crate) fn ask_before_dropping(&mut self, loss: &Loss) -> Result<(), AppError> {
        if loss.gone == 0 || self.store.told_by_part(loss.old)?.import_id != self.import_id {
            return Ok(());
        }
        let mut params = self.whose(loss)?;
        params.push(("people", Param::Count(loss.gone)));
        self.raise(codes::PEOPLE_WOULD_BE_LOST, params);
        Ok(())
    }

    fn whose(&self, loss: &Loss) -> Result<Vec<(&'static str, Param)>, AppError> {
        let name = self.store.employer_name(loss.employer)?.unwrap_or_default();
        Ok(vec![("employer", Param::Text(name)), ("date", Param::Date(loss.as_of))])
    }

    /// What the columns of fields and products are called; a balance is not named again as a product.
    fn names(&self, fields: &[&str], products: ProductSet) -> Vec<Param> {
        let columns = self.rules.columns.of(SheetKind::Holdings);
        let header = |field: &&str| columns.get(*field).and_then(|r| self.rules.columns.headers(r).into_iter().next());
        let mut names: Vec<Param> = fields.iter().filter_map(header).map(Param::Text).collect();
        let shown = fields.iter().filter_map(|f| self.rules.products.shown_by_amount(f));
        let shown = shown.fold(ProductSet::EMPTY, ProductSet::with);
        let products = self.products.0.iter().filter(|p| products.minus(shown).has(p.number));
        names.extend(products.map(|p| match &p.name {
            Some(name) => Param::Text(name.clone()),
            None => Param::Word { word: format!("product.{}", p.key) },
        }));
        names
    }
}
