//! Problems of a sheet as they are found, and their collection without flooding; the codes are those of the catalogue.

use std::collections::BTreeMap;

use crate::model::problem::cell_name;
pub use crate::model::problem::codes::*;
use crate::model::{Param, Place, Problem, Severity};

/// A problem whose file and sheet are not known yet where it is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub code: Code,
    pub params: Vec<(&'static str, Param)>,
}

impl Fault {
    pub fn new(code: Code) -> Fault {
        Fault { code, params: Vec::new() }
    }

    pub fn text(mut self, name: &'static str, text: impl Into<String>) -> Fault {
        self.params.push((name, Param::Text(text.into())));
        self
    }

    pub fn word(mut self, name: &'static str, word: impl Into<String>) -> Fault {
        self.params.push((name, Param::Word { word: word.into() }));
        self
    }

    pub fn count(mut self, name: &'static str, n: impl TryInto<i64>) -> Fault {
        self.params.push((name, Param::Count(n.try_into().unwrap_or(i64::MAX))));
        self
    }

    pub fn date(mut self, name: &'static str, date: chrono::NaiveDate) -> Fault {
        self.params.push((name, Param::Date(date)));
        self
    }

    /// The fault as a problem of a file, a sheet, a 0-based (row, column).
    pub fn at(self, file: &str, sheet: Option<&str>, cell: Option<(u32, u32)>) -> Problem {
        let place = Place {
            file: file.to_string(),
            sheet: sheet.map(str::to_string),
            cell: cell.map(|(row, column)| cell_name(row, column)),
        };
        self.code.at(place, self.params)
    }
}

/// The problems of one sheet; of each code only so many are listed, the rest is counted.
#[derive(Debug)]
pub struct Issues {
    file: String,
    sheet: String,
    limit: usize,
    list: Vec<Problem>,
    counts: BTreeMap<&'static str, usize>,
    errors: usize,
}

impl Issues {
    pub fn new(file: &str, sheet: &str, limit: usize) -> Issues {
        Issues {
            file: file.to_string(),
            sheet: sheet.to_string(),
            limit,
            list: Vec::new(),
            counts: BTreeMap::new(),
            errors: 0,
        }
    }

    pub fn add(&mut self, fault: Fault, cell: Option<(u32, u32)>) {
        let count = self.counts.entry(fault.code.id).or_default();
        *count += 1;
        self.errors += usize::from(fault.code.severity == Severity::Error);
        if *count <= self.limit {
            self.list.push(fault.at(&self.file, Some(&self.sheet), cell));
        }
    }

    /// Problems so far, listed or not.
    pub fn raised(&self) -> usize {
        self.counts.values().sum()
    }

    /// Errors so far, listed or not: a row that adds one is not taken.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// All problems, with a note for each code that was cut short.
    pub fn finish(mut self) -> Vec<Problem> {
        for (code, count) in self.counts {
            if count > self.limit {
                let rest = Fault::new(MORE_PROBLEMS)
                    .word("code", format!("problem.{code}.title"))
                    .count("count", count - self.limit);
                self.list.push(rest.at(&self.file, Some(&self.sheet), None));
            }
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_flood_is_counted() {
        let mut issues = Issues::new("a.xlsx", "Sheet1", 2);
        for row in 0..5 {
            issues.add(Fault::new(NOT_A_DATE).text("column", "出生日期"), Some((row, 1)));
        }
        let list = issues.finish();
        assert_eq!(list.len(), 3);
        assert_eq!(list[1].place.cell.as_deref(), Some("B2"));
        assert_eq!(list[2].code, "more_problems");
        assert_eq!(list[2].params[1], ("count", Param::Count(3)));
    }
}
