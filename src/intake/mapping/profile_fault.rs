//! What can be wrong with a mapping profile.

use crate::model::Param;
pub use crate::model::slip::Slip;
use crate::model::status::SheetKind;

/// Why a profile cannot be used (`error.profile_<code>`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileFault {
    /// Not TOML, a key that is not known, a value of the wrong type; the line counts from 1.
    Syntax {
        line: usize,
        reason: Slip,
        /// The key or word it is about, if one is.
        name: String,
    },
    /// A column, counted from 1, with neither a header nor letters.
    Nameless {
        number: usize,
    },
    /// Not exactly one of `field`, `product`, `ignore`.
    Column {
        column: String,
    },
    /// No such field in sheets of this kind.
    Field {
        column: String,
        field: String,
        kind: SheetKind,
    },
    Product {
        column: String,
        product: String,
    },
    Unit {
        unit: String,
    },
    /// Letters that are no column, a header row 0, more than three levels.
    Place {
        value: String,
    },
    /// Two columns of one field that is neither a balance nor the product.
    Twice {
        field: String,
    },
}

impl ProfileFault {
    /// Key of the words for what is wrong in a profile.
    pub fn code(&self) -> &'static str {
        match self {
            ProfileFault::Syntax { .. } => "profile_syntax",
            ProfileFault::Nameless { .. } => "profile_nameless",
            ProfileFault::Column { .. } => "profile_column",
            ProfileFault::Field { .. } => "profile_field",
            ProfileFault::Product { .. } => "profile_product",
            ProfileFault::Unit { .. } => "profile_unit",
            ProfileFault::Place { .. } => "profile_place",
            ProfileFault::Twice { .. } => "profile_twice",
        }
    }

    /// Arguments of those words.
    pub fn params(&self) -> Vec<(&'static str, Param)> {
        let text = |t: &String| Param::Text(t.clone());
        match self {
            ProfileFault::Syntax { line, reason, name } => vec![
                ("line", Param::Count(*line as i64)),
                ("reason", Param::Word { word: reason.key().to_string() }),
                ("name", text(name)),
            ],
            ProfileFault::Nameless { number } => vec![("number", Param::Count(*number as i64))],
            ProfileFault::Column { column } => vec![("column", text(column))],
            ProfileFault::Field { column, field, kind } => {
                vec![("column", text(column)), ("field", text(field)), ("kind", Param::Text(kind.to_string()))]
            }
            ProfileFault::Product { column, product } => vec![("column", text(column)), ("product", text(product))],
            ProfileFault::Unit { unit } => vec![("unit", text(unit))],
            ProfileFault::Place { value } => vec![("value", text(value))],
            ProfileFault::Twice { field } => vec![("field", text(field))],
        }
    }
}
