//! Values that identify a person. They cannot be printed or serialised by accident.

use std::fmt;

/// Personal data: no `Display`, no `Serialize`, and a `Debug` that shows nothing.
/// Only [`Personal::unmask`] gives the value out, to a named [`Purpose`] that the caller has put into the audit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Personal<T>(T);

/// Why personal data are taken out of their wrapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Written into the encrypted store, or hashed for the identity table.
    Store,
    /// Shown with most of it blanked (张**).
    Mask,
    /// A relationship manager's own worklist or an outlet's own workbook, whole where the masking rules say so.
    Worklist,
    /// `--reveal`, asked for by the user.
    Reveal,
}

impl<T> Personal<T> {
    pub fn new(value: T) -> Self {
        Personal(value)
    }

    /// The value itself. Every call outside `store` and `render` must be preceded by an audit entry.
    pub fn unmask(&self, _purpose: Purpose) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

/// How much of a kind of personal data an output shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskLevel {
    /// As stored.
    Whole,
    /// 张**, 138******78, 3****************X, **** 1496.
    Masked,
    /// Left out.
    Hidden,
}

/// How a kind of personal data stands in one file or list, all its cells taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnLevel {
    Masked,
    /// Masked but for some cells, which are whole.
    Partly,
    Whole,
}

impl ColumnLevel {
    pub const ALL: [ColumnLevel; 3] = [ColumnLevel::Masked, ColumnLevel::Partly, ColumnLevel::Whole];

    /// Stable key, in the audit and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            ColumnLevel::Masked => "masked",
            ColumnLevel::Partly => "partly",
            ColumnLevel::Whole => "whole",
        }
    }

    pub fn from_key(key: &str) -> Option<ColumnLevel> {
        ColumnLevel::ALL.into_iter().find(|level| level.key() == key)
    }

    /// The level of cells of both kinds.
    #[must_use]
    pub fn with(self, other: ColumnLevel) -> ColumnLevel {
        if self == other { self } else { ColumnLevel::Partly }
    }
}

/// 张三丰 → 张**: the first character and two stars, whatever the length, which would say something too.
pub fn mask_name(name: &str) -> String {
    name.chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

/// 13812345678 → 138******78.
pub fn mask_phone(phone: &str) -> String {
    mask_between(phone, 3, 2)
}

/// 320101199003070x1X → 3****************X.
pub fn mask_id_number(id: &str) -> String {
    mask_between(id, 1, 1)
}

/// An account → **** and its last four digits.
pub fn mask_account(account: &str) -> String {
    let chars: Vec<char> = account.chars().collect();
    if chars.len() <= 4 {
        return "****".into();
    }
    format!("**** {}", chars[chars.len() - 4..].iter().collect::<String>())
}

fn mask_between(text: &str, front: usize, back: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= front + back {
        return "*".repeat(chars.len());
    }
    let stars = chars.len() - front - back;
    format!(
        "{}{}{}",
        chars[..front].iter().collect::<String>(),
        "*".repeat(stars),
        chars[chars.len() - back..].iter().collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_are_those_of_the_field() {
        assert_eq!(mask_name("甲子"), "甲**");
        assert_eq!(mask_name("甲子丑寅"), "甲**");
        assert_eq!(mask_phone("13800000078"), "138******78");
        assert_eq!(mask_id_number("30000000000000000X"), "3****************X");
        assert_eq!(mask_account("6200000000001496"), "**** 1496");
        assert_eq!(mask_account("1496"), "****");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Personal::new("甲子")), "Personal(…)");
    }

    proptest! {
        #[test]
        fn a_masked_account_keeps_at_most_four_digits(account in "[0-9]{1,19}") {
            let shown = mask_account(&account).chars().filter(char::is_ascii_digit).count();
            prop_assert!(shown <= 4);
            prop_assert!(shown < account.len());
        }

        #[test]
        fn a_masked_id_keeps_two_characters(id in "[0-9]{3,18}") {
            prop_assert_eq!(mask_id_number(&id).chars().filter(|c| *c != '*').count(), 2);
        }
    }
}
