//! What can be wrong with a mapping profile.

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

/// What is wrong with the text of a profile (`word.slip_<key>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    Missing,
    Unknown,
    Value,
    Form,
}

impl Slip {
    /// Key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Slip::Missing => "slip_missing",
            Slip::Unknown => "slip_unknown",
            Slip::Value => "slip_value",
            Slip::Form => "slip_form",
        }
    }

    /// From what the TOML reader says: the slip and the name it puts between backquotes.
    pub(crate) fn of(message: &str) -> (Slip, String) {
        let name = message.split('`').nth(1).unwrap_or_default().to_string();
        match message {
            m if m.starts_with("missing field") => (Slip::Missing, name),
            m if m.starts_with("unknown field") => (Slip::Unknown, name),
            m if m.starts_with("unknown variant") || m.starts_with("invalid") && m.contains("expected") => {
                (Slip::Value, name)
            }
            _ => (Slip::Form, String::new()),
        }
    }
}
