//! The rows of the sheet with the mark.

use std::collections::BTreeMap;

use crate::intake::value::{clean, squeeze};
use crate::model::returns::book::{COLUMN, KEY, Mark, TYPED};

/// A column of a sheet as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentColumn {
    pub field: String,
    /// Without blanks and line breaks.
    pub header: String,
    /// Typed into; else it is to come back as it was sent.
    pub typed: bool,
}

/// All that the sheet with the mark says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Marked {
    pub mark: Mark,
    sheets: BTreeMap<String, Vec<SentColumn>>,
}

impl Marked {
    /// `None`: lines are missing.
    pub fn of(rows: &[Vec<String>]) -> Option<Marked> {
        let mut values: BTreeMap<&str, &str> = BTreeMap::new();
        let mut sheets: BTreeMap<String, Vec<SentColumn>> = BTreeMap::new();
        for row in rows {
            let at = |index: usize| row.get(index).map(String::as_str).unwrap_or_default();
            if at(0) == COLUMN {
                let column = SentColumn { field: clean(at(2)), header: squeeze(at(3)), typed: at(4) == TYPED };
                sheets.entry(clean(at(1))).or_default().push(column);
            } else {
                values.insert(at(0), at(1));
            }
        }
        let text = |name: &str| values.get(name).map(|v| clean(v)).filter(|v| !v.is_empty());
        let mark = Mark {
            version: text("version")?.parse::<f64>().ok()? as i64,
            workspace: text("workspace")?,
            export: text("export")?,
            book: text("book")?,
            signature: text("signature")?,
        };
        let keyed = |columns: &Vec<SentColumn>| columns.iter().any(|c| c.field == KEY);
        (!sheets.is_empty() && sheets.values().all(keyed)).then_some(Marked { mark, sheets })
    }

    /// Whether the workbook was sent with a sheet of this name.
    pub fn names(&self, sheet: &str) -> bool {
        self.sheets.contains_key(&clean(sheet))
    }

    /// Columns a sheet may have: those it was sent with; those of sheets that are gone, where it was given another name.
    pub fn of_sheet(&self, name: &str, all: &[String]) -> Vec<Vec<SentColumn>> {
        match self.sheets.get(&clean(name)) {
            Some(columns) => vec![columns.clone()],
            None => {
                let gone = |sheet: &&String| !all.iter().any(|n| clean(n) == **sheet);
                self.sheets.keys().filter(gone).map(|sheet| self.sheets[sheet].clone()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(drawn: &[&[&str]]) -> Vec<Vec<String>> {
        drawn.iter().map(|r| r.iter().map(|c| c.to_string()).collect()).collect()
    }

    #[test]
    fn a_renamed_sheet_is_known_by_the_columns_of_the_one_that_is_gone() {
        let drawn: &[&[&str]] = &[
            &["version", "1"],
            &["workspace", "w"],
            &["export", "X1"],
            &["book", "worklist"],
            &["signature", "s"],
            &["column", "今日任务", "remark", "备 注", "typed"],
            &["column", "今日任务", "row_key", "行标识", ""],
        ];
        let marked = Marked::of(&rows(drawn)).unwrap();
        assert_eq!(marked.mark.text(), "1|w|X1|worklist");
        let names = |list: &[&str]| list.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(marked.of_sheet("今日任务", &names(&["今日任务", "话术"])).len(), 1);
        assert_eq!(marked.of_sheet("话术", &names(&["今日任务", "话术"])).len(), 0);
        let renamed = marked.of_sheet("周一", &names(&["周一", "话术"]));
        assert_eq!(renamed[0][0], SentColumn { field: "remark".into(), header: "备注".into(), typed: true });
        for gone in 0..drawn.len() {
            let mut fewer = rows(drawn);
            fewer.remove(gone);
            // Without a column that is typed into the others still are.
            assert_eq!(Marked::of(&fewer).is_some(), gone == 5, "{gone}");
        }
    }
}
