//! Which lists of holdings old months can do without, and which attributes of the rows that stay are told again later.
//!
//! A month keeps its last whole list and whatever is compared with others; a month without a whole list keeps all of its
//! lists, for people may stand in one of them only. Attributes are known from the latest list that tells them
//! (`facts/employee/employee_attributes.sql`): what is known today stays known, in the next list that stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::EmployerId;
use crate::model::days::period::{days_after, month_end};

/// An employer's lists of a day, told by the day.
pub type ListDay = (EmployerId, NaiveDate);

/// A day on which employers' latest lists are compared with today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// `None`: all employers.
    pub employer: Option<EmployerId>,
    pub day: NaiveDate,
}

/// What decides over lists.
#[derive(Debug, Default)]
pub struct Lists {
    /// Days with lists in force, ascending by employer; whether one of them is a whole list.
    pub days: BTreeMap<EmployerId, BTreeMap<NaiveDate, bool>>,
    /// Lists some window compares.
    pub in_windows: BTreeSet<ListDay>,
    pub compared: Vec<Compared>,
    /// Days a list may be old to count at a compared day.
    pub max_age: i64,
}

/// Lists before `before` that nothing needs.
pub fn superfluous(lists: &Lists, before: NaiveDate) -> Vec<ListDay> {
    let mut gone = Vec::new();
    for (employer, days) in &lists.days {
        let compared: BTreeSet<NaiveDate> = lists
            .compared
            .iter()
            .filter(|c| c.employer.is_none_or(|e| e == *employer))
            .filter_map(|c| latest(days, days_after(c.day, -lists.max_age), c.day))
            .collect();
        let spare = |day: &NaiveDate| {
            let later = day.succ_opt().unwrap_or(NaiveDate::MAX);
            *day < before
                && later <= month_end(*day)
                && days.range(later..=month_end(*day)).any(|(_, whole)| *whole)
                && !compared.contains(day)
                && !lists.in_windows.contains(&(*employer, *day))
        };
        gone.extend(days.keys().filter(|day| spare(day)).map(|day| (*employer, *day)));
    }
    gone
}

/// The latest whole list of these days, or else the latest at all (`facts/latest_list.sql`).
fn latest(days: &BTreeMap<NaiveDate, bool>, oldest: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
    if oldest > day {
        return None;
    }
    let known = || days.range(oldest..=day).rev();
    known().find(|(_, whole)| **whole).or_else(|| known().next()).map(|(day, _)| *day)
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its list is removed.
    Gone,
    /// Its list stays and is from before the day.
    Old,
    /// From the day on: left as it is, but where something known would be lost.
    Recent,
}

/// How the value known of an attribute is picked among a person's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The latest one; `true`: older ones stay all the same.
    Latest(bool),
    Largest,
}

/// A person's row in a list, by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub as_of: NaiveDate,
    pub fate: Fate,
    /// Attributes in the order of the columns; each may have something that goes with it.
    pub values: Vec<Option<(String, Option<String>)>>,
}

/// Takes out of a person's rows what nothing needs. `rows` ascend by day, none is later than today; what is from before
/// `oldest` is known no more. Returns which of them are no longer what they were.
pub fn thin(rows: &mut [Told], columns: &[Known], oldest: NaiveDate) -> Vec<usize> {
    let before: Vec<Told> = rows.to_vec();
    for (column, known) in columns.iter().enumerate() {
        keep_known(rows, column, *known, oldest);
        let mut later: Option<(NaiveDate, String)> = None;
        for row in rows.iter_mut().rev().filter(|r| r.fate != Fate::Gone) {
            let Some((value, _)) = row.values[column].clone() else { continue };
            let again = later.as_ref().is_some_and(|(day, best)| match known {
                Known::Latest(_) => *day > row.as_of,
                Known::Largest => *day > row.as_of && *best >= value,
            });
            if row.fate == Fate::Old && *known != Known::Latest(true) && (again || row.as_of < oldest) {
                row.values[column] = None;
            } else if later.as_ref().is_none_or(|(_, best)| *known == Known::Largest && *best < value) {
                later = Some((row.as_of, value));
            }
        }
    }
    (0..rows.len()).filter(|i| rows[*i].fate != Fate::Gone && rows[*i] != before[*i]).collect()
}

/// What is known from a removed list alone goes into the next one that stays.
fn keep_known(rows: &mut [Told], column: usize, known: Known, oldest: NaiveDate) {
    let key = |row: &Told| {
        let (value, _) = row.values[column].as_ref()?;
        (row.as_of >= oldest).then(|| match known {
            Known::Latest(_) => (row.as_of.to_string(), value.clone()),
            Known::Largest => (String::new(), value.clone()),
        })
    };
    let best = rows.iter().filter_map(key).max();
    let Some(from) = rows.iter().rev().find(|r| best.is_some() && key(r) == best) else { return };
    if rows.iter().any(|r| r.fate != Fate::Gone && key(r) == best) {
        return;
    }
    let (day, value) = (from.as_of, from.values[column].clone());
    if let Some(next) = rows.iter_mut().find(|r| r.fate != Fate::Gone && r.as_of >= day) {
        next.values[column] = value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engagement::fixtures::date;

    /// `2025-01-10 whole` a line.
    fn lists(of: &[(i64, &str)]) -> Lists {
        let mut lists = Lists { max_age: 45, ..Lists::default() };
        for (employer, drawn) in of {
            for line in drawn.lines().map(str::trim).filter(|l| !l.is_empty()) {
                let (day, basis) = line.split_once(' ').unwrap();
                lists.days.entry(EmployerId(*employer)).or_default().insert(date(day), basis == "whole");
            }
        }
        lists
    }

    fn days(gone: &[ListDay]) -> Vec<String> {
        gone.iter().map(|(employer, day)| format!("{} {day}", employer.0)).collect()
    }

    #[test]
    fn a_month_keeps_its_last_whole_list_and_what_came_after() {
        let lists = lists(&[
            (1, "2025-01-10 whole\n2025-01-20 part\n2025-01-27 whole\n2025-01-30 part\n2025-02-28 whole"),
            (2, "2025-01-10 part\n2025-01-31 part"),
            (3, "2025-03-10 whole\n2025-03-31 whole"),
        ]);
        assert_eq!(days(&superfluous(&lists, date("2025-03-01"))), ["1 2025-01-10", "1 2025-01-20"]);
        assert_eq!(days(&superfluous(&lists, date("2025-01-15"))), ["1 2025-01-10"]);
        // The day may lie within a month: its last list is later.
        assert_eq!(days(&superfluous(&lists, date("2025-03-15")))[2..], ["3 2025-03-10"]);
    }

    #[test]
    fn what_is_compared_stays() {
        let all = "2025-01-06 whole\n2025-01-09 whole\n2025-01-13 part\n2025-01-17 whole\n2025-01-31 whole";
        let mut lists = lists(&[(1, all), (2, all)]);
        lists.in_windows.extend([(EmployerId(1), date("2025-01-09")), (EmployerId(1), date("2025-01-17"))]);
        let of = |employer: Option<i64>, day: &str| Compared { employer: employer.map(EmployerId), day: date(day) };
        // On the 15th the whole list of the 9th is the latest, the partial one is not.
        lists.compared = vec![of(Some(2), "2025-01-15"), of(None, "2025-01-08"), of(None, "2025-05-01")];
        assert_eq!(days(&superfluous(&lists, date("2025-02-01"))), ["1 2025-01-13", "2 2025-01-13", "2 2025-01-17"]);
    }

    const COLUMNS: [Known; 2] = [Known::Latest(false), Known::Largest];

    fn row(day: &str, fate: Fate, values: [&str; 2]) -> Told {
        let value = |v: &str| (!v.is_empty()).then(|| (v.to_string(), None));
        Told { as_of: date(day), fate, values: values.map(value).to_vec() }
    }

    fn shown(rows: &[Told]) -> Vec<String> {
        let value = |v: &Option<(String, Option<String>)>| v.as_ref().map_or("-", |(v, _)| v).to_string();
        let kept = rows.iter().filter(|r| r.fate != Fate::Gone);
        kept.map(|r| format!("{} {}", r.as_of, r.values.iter().map(value).collect::<Vec<_>>().join(" "))).collect()
    }

    #[test]
    fn what_a_newer_list_tells_goes_and_what_is_known_from_one_alone_stays() {
        let oldest = date("2024-06-01");
        let mut rows = [
            row("2024-05-31", Fate::Old, ["grade1", "2024-05-01"]),
            row("2025-01-31", Fate::Old, ["grade2", "2025-01-20"]),
            row("2025-02-28", Fate::Old, ["grade3", "2025-01-10"]),
            row("2025-03-31", Fate::Recent, ["", ""]),
        ];
        assert_eq!(thin(&mut rows, &COLUMNS, oldest), [0, 1]);
        assert_eq!(
            shown(&rows),
            // The largest day stays, and the smaller one told later: it will be known when the larger one is too old.
            ["2024-05-31 - -", "2025-01-31 - 2025-01-20", "2025-02-28 grade3 2025-01-10", "2025-03-31 - -"]
        );
    }

    #[test]
    fn what_a_removed_list_alone_tells_goes_into_the_next_one() {
        let mut rows = [
            row("2025-01-10", Fate::Old, ["a", "2025-01-02"]),
            row("2025-02-10", Fate::Gone, ["b", "2025-02-03"]),
            row("2025-02-28", Fate::Old, ["", "2025-02-01"]),
            row("2025-03-31", Fate::Recent, ["", "2025-02-02"]),
        ];
        assert_eq!(thin(&mut rows, &COLUMNS, date("2024-06-01")), [0, 2]);
        assert_eq!(shown(&rows), ["2025-01-10 - -", "2025-02-28 b 2025-02-03", "2025-03-31 - 2025-02-02"]);
        // Known no more today: nothing is carried.
        let mut old = [row("2025-02-10", Fate::Gone, ["b", ""]), row("2025-02-28", Fate::Old, ["", ""])];
        assert_eq!(thin(&mut old, &COLUMNS, date("2025-02-20")), Vec::<usize>::new());
        assert_eq!(shown(&old), ["2025-02-28 - -"]);
    }

    /// What is known of a person, as the facts have it.
    fn known(rows: &[Told], oldest: NaiveDate) -> Vec<Option<String>> {
        let of = |column: usize, known: Known| {
            let told = |r: &&Told| r.fate != Fate::Gone && r.as_of >= oldest && r.values[column].is_some();
            let value = |r: &Told| r.values[column].clone().unwrap().0;
            match known {
                Known::Latest(_) => rows.iter().filter(told).map(|r| (r.as_of, value(r))).max().map(|(_, v)| v),
                Known::Largest => rows.iter().filter(told).map(value).max(),
            }
        };
        COLUMNS.iter().enumerate().map(|(i, k)| of(i, *k)).collect()
    }

    proptest! {
        /// Whatever is removed, as long as a later list has the person: the same is known.
        #[test]
        fn the_same_is_known_afterwards(
            drawn in prop::collection::vec((0i64..60, any::<bool>(), 0u8..4, 0u8..4), 1..9),
            before in 0i64..61, oldest in 0i64..60,
        ) {
            let start = date("2025-01-01");
            let value = |n: u8| (n > 0).then(|| (n.to_string(), None));
            let mut rows: Vec<Told> = drawn
                .iter()
                .map(|(day, gone, a, b)| Told {
                    as_of: days_after(start, *day),
                    fate: match (*day < before, gone) {
                        (true, true) => Fate::Gone,
                        (true, false) => Fate::Old,
                        _ => Fate::Recent,
                    },
                    values: vec![value(*a), value(*b)],
                })
                .collect();
            rows.sort_by_key(|r| r.as_of);
            rows.last_mut().unwrap().fate = Fate::Recent;
            let oldest = days_after(start, oldest);
            let mut whole = rows.clone();
            whole.iter_mut().for_each(|r| r.fate = Fate::Recent);
            let expected = known(&whole, oldest);
            thin(&mut rows, &COLUMNS, oldest);
            prop_assert_eq!(known(&rows, oldest), expected);
        }
    }
}
