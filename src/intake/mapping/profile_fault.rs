//! What can be wrong with a mapping profile.

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
