//! A payroll run as far as it is compared with another: who was paid how much, and what for.

use std::collections::BTreeSet;

use super::Fen;

/// One payment of a run, without who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// 1-based row of the sheet.
    pub line: i64,
    /// The strongest number of the payee, hashed; of one without numbers the name.
    pub payee: [u8; 16],
    /// The employee it belongs to, where that is known.
    pub person: Option<i64>,
    /// The payee's name, hashed as in `payee`.
    pub name: Option<[u8; 16]>,
    pub amount: Fen,
}

/// The month wages are for. Without a year it may be any year's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WageMonth {
    pub year: Option<i32>,
    /// 1–12.
    pub month: u32,
}

/// What tells two payments of one day apart: the months they are for, and words like 补发 or 第2批.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purpose {
    pub months: BTreeSet<WageMonth>,
    pub marks: BTreeSet<String>,
}

impl Purpose {
    /// As kept in the store: `2026-02 3 补发`; empty when nothing is known.
    pub fn key(&self) -> String {
        let month = |m: &WageMonth| match m.year {
            Some(year) => format!("{year}-{:02}", m.month),
            None => m.month.to_string(),
        };
        self.months.iter().map(month).chain(self.marks.iter().cloned()).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Purpose::key`] wrote.
    pub fn from_key(key: &str) -> Purpose {
        let mut purpose = Purpose::default();
        for part in key.split(' ').filter(|p| !p.is_empty()) {
            let (year, month) = match part.split_once('-') {
                Some((year, month)) => (year.parse().ok(), month),
                None => (None, part),
            };
            match month.parse() {
                Ok(month) => drop(purpose.months.insert(WageMonth { year, month })),
                Err(_) => drop(purpose.marks.insert(part.to_string())),
            }
        }
        purpose
    }

    /// Whether both say their months and have none in common.
    pub fn of_other_months(&self, other: &Purpose) -> bool {
        let same = |a: &WageMonth, b: &WageMonth| {
            a.month == b.month && (a.year.is_none() || b.year.is_none() || a.year == b.year)
        };
        let common = || self.months.iter().any(|a| other.months.iter().any(|b| same(a, b)));
        !self.months.is_empty() && !other.months.is_empty() && !common()
    }

    /// Whether these are two payments, even of the same people and amounts.
    pub fn is_apart(&self, other: &Purpose) -> bool {
        self.of_other_months(other) || self.marks != other.marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_read_as_it_was_kept() {
        let month = |year, month| WageMonth { year, month };
        let purpose = Purpose {
            months: [month(Some(2026), 2), month(None, 11)].into(),
            marks: ["补发".to_string(), "第2批".to_string()].into(),
        };
        assert_eq!(purpose.key(), "11 2026-02 第2批 补发");
        assert_eq!(Purpose::from_key(&purpose.key()), purpose);
        assert_eq!(Purpose::from_key(""), Purpose::default());
    }

    #[test]
    fn months_differ_only_where_both_are_said() {
        let of = Purpose::from_key;
        assert!(of("2").of_other_months(&of("3")) && of("2026-02").of_other_months(&of("2025-02")));
        assert!(!of("2").of_other_months(&of("2026-02")) && !of("").of_other_months(&of("3")));
        assert!(!of("1 2").of_other_months(&of("2 3")), "a month in common");
        assert!(of("").is_apart(&of("补发")) && !of("3").is_apart(&of("")));
    }
}
