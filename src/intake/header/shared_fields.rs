//! Names of columns that mean the same in every kind of sheet, or that several rooms ask for by name.

/// Columns that say whether what a row tells of happened, and whether it ran through the bank (see
/// [`crate::intake::rows::status`]).
pub(crate) const ROW_STATUS: [&str; 5] = ["status", "valid", "reversed", "failure", "method"];

/// The columns of what is paid beside the bank and is part of the amount (其中：现金).
pub(crate) const PAID_BESIDE: &str = "paid_beside";

/// The column of units of money (金额单位).
pub(crate) const AMOUNT_UNIT: &str = "amount_unit";

/// Columns that say in which money, or in which unit, the amounts of their row are.
pub(crate) const ROW_UNIT: [&str; 2] = ["currency", AMOUNT_UNIT];

/// The column of products in a long sheet of holdings.
pub(crate) const PRODUCT: &str = "product";

/// Fields that may stand in sheets of any kind, and so say little about which one it is.
pub(crate) fn says_little(field: &str) -> bool {
    matches!(field, "serial" | "note") || ROW_STATUS.contains(&field) || ROW_UNIT.contains(&field)
}

/// Fields of which every column is read, and not only the one with the best header.
pub(crate) fn in_several_columns(field: &str) -> bool {
    field == PRODUCT || field == PAID_BESIDE || ROW_STATUS.contains(&field) || is_due(field)
}

/// Days and amounts that fall due: each of several products may have columns of its own.
pub(crate) fn is_due(field: &str) -> bool {
    matches!(field, "due_date" | "due_amount")
}
