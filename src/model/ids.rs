//! Surrogate numbers, given in import order; everything outside the vault knows people and employers only by these.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! surrogate {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $width:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{:0", $width, "}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ();
            /// Reads the shown form (letter and digits, any width, either case).
            fn from_str(text: &str) -> Result<Self, ()> {
                let text = text.trim();
                let mut letters = text.chars();
                match letters.next() {
                    Some(c) if c.eq_ignore_ascii_case(&$letter) => {
                        let digits = letters.as_str();
                        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                            return Err(());
                        }
                        digits.parse().map($name).map_err(|_| ())
                    }
                    _ => Err(()),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|()| serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    };
}

surrogate!(
    /// A payroll employee, shown as `P000123`.
    EmployeeId, 'P', 6
);
surrogate!(
    /// A payroll employer, shown as `E00045`.
    EmployerId, 'E', 5
);
surrogate!(
    /// A colleague who can be sent to a visit or own a follow-up, shown as `S003`.
    StaffId, 'S', 3
);
surrogate!(
    /// An on-site visit, shown as `V0007`.
    VisitId, 'V', 4
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_form_reads_back() {
        assert_eq!(EmployeeId(123).to_string(), "P000123");
        assert_eq!(EmployerId(45).to_string(), "E00045");
        assert_eq!("e45".parse(), Ok(EmployerId(45)));
        assert_eq!("P45".parse::<EmployerId>(), Err(()));
        assert_eq!("E".parse::<EmployerId>(), Err(()));
        assert_eq!("E+4".parse::<EmployerId>(), Err(()));
    }
}
