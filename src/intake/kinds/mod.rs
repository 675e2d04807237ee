//! The kinds of sheet, one file each: from the cells of a row to the typed row of its kind.

pub(crate) mod builder;
pub(crate) mod contacts;
pub(crate) mod dues;
pub(crate) mod employers;
pub(crate) mod flows;
pub(crate) mod holdings;
pub(crate) mod holdings_pivot;
pub(crate) mod payroll;
pub(crate) mod person_columns;
pub(crate) mod sales;
pub(crate) mod staff;
pub(crate) mod targets;
pub(crate) mod visits;

use crate::intake::header::layout::Layout;
use crate::intake::kinds::builder::Builder;
use crate::intake::rows::outcome::Defaults;
use crate::model::status::SheetKind;
use crate::rules::Rules;

/// Makes the builder of a kind for a layout.
type Start = fn(&Layout, &Rules, Defaults) -> Box<dyn Builder>;

/// The columns a kind reads, and its builder: the one table of kinds. Headers stand in `columns.toml`.
fn entry(kind: SheetKind) -> (&'static [&'static str], Start) {
    match kind {
        SheetKind::Employers => (employers::FIELDS, |l, _, _| Box::new(employers::Employers::new(l))),
        SheetKind::Holdings => (holdings::FIELDS, |l, r, d| Box::new(holdings::Holdings::new(l, r, d))),
        SheetKind::Payroll => (payroll::FIELDS, |l, _, d| Box::new(payroll::Payroll::new(l, d))),
        SheetKind::Staff => (staff::FIELDS, |l, _, _| Box::new(staff::Staff::new(l))),
        SheetKind::Visits => (visits::FIELDS, |l, _, _| Box::new(visits::Visits::new(l))),
        SheetKind::Flows => (flows::FIELDS, |l, r, d| Box::new(flows::Flows::new(l, r, d))),
        SheetKind::Contacts => (contacts::FIELDS, |l, r, d| Box::new(contacts::Contacts::new(l, r, d))),
        SheetKind::Sales => (sales::FIELDS, |l, r, d| Box::new(sales::Sales::new(l, r, d))),
        // No layout is of this kind: workbooks of ours are read by their mark.
        SheetKind::Returned => (&[], |l, r, d| Box::new(contacts::Contacts::new(l, r, d))),
        SheetKind::Targets => (targets::FIELDS, |l, r, _| Box::new(targets::Targets::new(l, r))),
    }
}

/// A builder for the rows below a header.
pub(crate) fn builder(layout: &Layout, rules: &Rules, defaults: Defaults) -> Box<dyn Builder> {
    entry(layout.kind).1(layout, rules, defaults)
}

/// Keys in `columns.toml` of the columns a kind reads.
#[cfg(test)]
pub(crate) fn fields(kind: SheetKind) -> &'static [&'static str] {
    entry(kind).0
}
