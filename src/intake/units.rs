//! Units of money: which column has which, and where it is said.

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::columns::Shape;

use super::value::money::Unit;
use super::{ColumnReading, SheetReading};

/// Whether a field holds money.
pub(super) fn is_money(rules: &Rules, kind: SheetKind, field: &str) -> bool {
    matches!(field, "aum" | "aum_month_avg" | "monthly_payroll" | "due_amount" | "amount")
        || rules.columns.of(kind).get(field).is_some_and(|r| r.shape == Some(Shape::Amount))
}

/// Unit of a column and where it comes from: `command` (`asked`), `header`, `title`, or `assumed` (yuan) for money
/// without a word about it.
pub fn unit_of(
    rules: &Rules,
    sheet: &SheetReading,
    column: &ColumnReading,
    asked: Option<Unit>,
) -> Option<(String, &'static str)> {
    let kind = sheet.kind?;
    let field = column.field.as_deref()?;
    if let Some(unit) = asked.filter(|_| is_money(rules, kind, field)) {
        return Some((unit.key().to_string(), "command"));
    }
    if let Some(unit) = &column.unit {
        return Some((unit.clone(), "header"));
    }
    if !is_money(rules, kind, field) {
        return None;
    }
    Some(match &sheet.unit {
        Some(unit) => (unit.clone(), "title"),
        None => (Unit::Yuan.key().to_string(), "assumed"),
    })
}
