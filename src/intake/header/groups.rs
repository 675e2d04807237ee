//! What stands around a known wording in a header: groups above it, brackets behind it, levels below it. It may say
//! nothing, or make another column of it.

use crate::rules::Rules;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::value::date;
use crate::intake::value::key;

/// What the text around a wording does to it; the worst of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Addition {
    /// Nothing: 客户信息, 必填, 期末.
    Plain,
    /// Not known: a wording that is neither.
    Unknown,
    /// It is another column: 上年末, 较年初, 紧急联系人.
    Other,
}

/// The words of the rules, ready to compare.
pub(crate) struct Around {
    other: Vec<String>,
    now: Vec<String>,
    groups: Vec<String>,
    product_groups: Vec<String>,
    notes: Vec<String>,
    /// 截至 and the like, before a day.
    as_of: Vec<String>,
}

impl Around {
    pub fn new(rules: &Rules) -> Around {
        let around = &rules.recognise.around;
        let keys = |list: &[String]| -> Vec<String> {
            let mut keys: Vec<String> = list.iter().map(|w| key(w)).collect();
            keys.sort_by_key(|w| std::cmp::Reverse(w.len()));
            keys
        };
        Around {
            other: keys(&around.other),
            now: keys(&around.now),
            groups: keys(&around.groups),
            product_groups: keys(&around.product_groups),
            notes: keys(&around.notes),
            as_of: keys(&rules.import.title.as_of),
        }
    }

    /// Whether a text makes another column of whatever it stands beside.
    pub fn is_other(&self, text: &str) -> bool {
        let text = key(text);
        self.other.iter().any(|w| text.contains(w.as_str()))
    }

    /// Whether a text is one of the words that stand around headers.
    pub fn knows(&self, key: &str) -> bool {
        [&self.now, &self.groups, &self.product_groups].into_iter().flatten().any(|word| word == key)
    }

    /// What a group above does to the wording below; `telling` wordings are clear under groups of products too.
    pub fn above(&self, group: &str, telling: bool) -> Addition {
        if self.is_other(group) {
            return Addition::Other;
        }
        let text = key(group);
        let mut rest = text.trim_start_matches(|c: char| "一二三四五六七八九十()、.".contains(c) || c.is_ascii_digit());
        if rest.is_empty() || self.is_present(&text) {
            return Addition::Plain;
        }
        // A group is made of such words throughout: 客户基本信息, but not 客户经理信息.
        let more: &[String] = if telling { &self.product_groups } else { &[] };
        while !rest.is_empty() {
            let word = self.groups.iter().chain(&self.now).chain(more).find_map(|w| rest.strip_prefix(w.as_str()));
            match word {
                Some(after) => rest = after,
                None => return Addition::Unknown,
            }
        }
        Addition::Plain
    }

    /// What a level below does to the wording above.
    pub fn below(&self, text: &str) -> Addition {
        match self.is_other(text) {
            true => Addition::Other,
            false if self.is_present(&key(text)) => Addition::Plain,
            false => Addition::Unknown,
        }
    }

    /// What brackets do that hold neither a unit nor one of the plain remarks.
    pub fn bracket(&self, inside: &str) -> Addition {
        if self.is_other(inside) {
            return Addition::Other;
        }
        let note = self.notes.iter().any(|w| inside.contains(w.as_str()));
        if note || self.is_present(inside) { Addition::Plain } else { Addition::Unknown }
    }

    /// The figures of now: 本期, 期末, or a day or month of their own.
    fn is_present(&self, key: &str) -> bool {
        let day = self.as_of.iter().find_map(|w| key.strip_prefix(w.as_str())).unwrap_or(key).trim_start_matches(':');
        // Any year will do for a day without one.
        let some_year = chrono::NaiveDate::from_ymd_opt(2000, 1, 1);
        self.now.iter().any(|w| w == key) || date::parse(day, some_year).is_some() || date::month(day).is_some()
    }
}

/// Notes in the first rows where merged headings end; `merges`: first row and column, last row and column.
pub(crate) fn end_headings(rows: &mut [Row], merges: &[(u32, u32, u32, u32)]) {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let last = rows.last().map_or(0, |r| r.index);
    for (top, left, bottom, right) in merges.iter().filter(|m| m.0 <= last) {
        let beside = *right as usize + 1;
        if left == right || beside >= width {
            continue;
        }
        let heads = rows.iter_mut().filter(|r| (*top..=*bottom).contains(&r.index));
        heads.filter(|r| matches!(r.cell(beside), Cell::Empty)).for_each(|r| {
            r.ends.insert(beside);
        });
    }
}

/// Whether the row below a header belongs to it: nothing but words, all of them below headings that span several columns.
pub(crate) fn continues(upper: &Row, lower: &Row) -> bool {
    let width = upper.cells.len().max(lower.cells.len());
    let blank = |c: usize| text_of(upper.cell(c)).is_empty();
    let (mut headed, mut spanned) = (false, false);
    for column in 0..width {
        let heading = text_of(upper.cell(column));
        let word = text_of(lower.cell(column));
        headed = !heading.is_empty() || (headed && !upper.ends.contains(&column));
        if word.is_empty() && lower.cell(column).is_blank() {
            continue;
        }
        if word.is_empty() || word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')) {
            return false;
        }
        if heading.is_empty() {
            spanned |= headed;
        } else if heading != word && (!blank(column + 1) || text_of(lower.cell(column + 1)).is_empty()) {
            return false;
        }
    }
    spanned && lower.index == upper.index + 1
}

/// Whether a row may belong to a header: words, and among them at most a year or a day to head a column.
pub(crate) fn may_head(row: &Row) -> bool {
    let (mut words, mut days) = (0, 0);
    for cell in &row.cells {
        match cell {
            Cell::Number(n) if is_year(*n) => days += 1,
            Cell::Shown(shown) if is_year(shown.value) => days += 1,
            Cell::Moment(_) => days += 1,
            Cell::Text(text) => words += usize::from(!text.trim().is_empty()),
            Cell::Empty | Cell::NoValue(_) => {}
            _ => return false,
        }
    }
    days == 0 || words > days
}

/// `2026`, as a column of that year's figures is headed.
fn is_year(number: f64) -> bool {
    number.fract() == 0.0 && date::month(&format!("{number:.0}-1")).is_some()
}

/// The texts of a row of groups, by column; none of a row with a single text, which is a title.
pub(crate) fn groups_of(row: &Row) -> Vec<String> {
    let mut texts: Vec<String> = row.cells.iter().map(text_of).collect();
    // Where a merged heading ends, nothing is above.
    for end in &row.ends {
        texts.resize(texts.len().max(end + 1), String::new());
        texts[*end] = " ".to_string();
    }
    if texts.iter().filter(|t| !t.trim().is_empty()).count() > 1 { texts } else { Vec::new() }
}

/// The group a column stands below: the nearest to the left.
pub(crate) fn group_over(groups: &[String], column: usize) -> Option<&String> {
    groups.iter().take(column + 1).rev().find(|t| !t.is_empty())
}

/// Bytes beyond which a text heads no column; looking one up is work for every kind of sheet and every row.
const LONGEST_HEADER: usize = 600;
/// The columns with a header and the parts of it, top down: a heading over several columns stands in the first of them.
pub(crate) fn header_cells(rows: &[Row]) -> Vec<(usize, Vec<String>)> {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let levels = rows.len();
    let mut above = vec![String::new(); levels];
    let mut columns = Vec::new();
    for column in 0..width {
        let texts: Vec<String> = rows.iter().map(|r| text_of(r.cell(column))).collect();
        if texts.iter().all(String::is_empty) {
            continue;
        }
        let mut parts = Vec::new();
        for level in 0..levels {
            let deeper = texts[level + 1..].iter().any(|t| !t.is_empty());
            if !texts[level].is_empty() {
                above[level].clone_from(&texts[level]);
                above[level + 1..].iter_mut().for_each(String::clear);
                parts.push(texts[level].clone());
            } else if rows[level].ends.contains(&column) {
                above[level..].iter_mut().for_each(String::clear);
            } else if deeper && !above[level].is_empty() {
                parts.push(above[level].clone());
            }
        }
        parts.dedup();
        columns.push((column, parts));
    }
    columns
}

/// The words of a cell, as far as it can head a column.
pub(crate) fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.len() <= LONGEST_HEADER => text.split_whitespace().collect::<Vec<_>>().join(""),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Around {
        Around::new(&Rules::load(None).unwrap())
    }

    fn row(index: u32, line: &str) -> Row {
        let cell = |c: &str| if c.is_empty() { Cell::Empty } else { Cell::Text(c.to_string()) };
        Row::new(index, line.split('|').map(cell).collect())
    }

    #[test]
    fn groups_and_brackets_say_nothing_or_something_else() {
        let around = around();
        for (group, telling, expected) in [
            ("客户基本信息", false, Addition::Plain),
            ("一、员工信息", false, Addition::Plain),
            ("本期", false, Addition::Plain),
            ("2026年2月", false, Addition::Plain),
            ("截至3月16日", false, Addition::Plain),
            ("产品余额", true, Addition::Plain),
            ("贷款", false, Addition::Unknown),
            ("客户经理信息", false, Addition::Unknown),
            ("餐补", true, Addition::Unknown),
            ("紧急联系人", false, Addition::Other),
            ("上年末", true, Addition::Other),
        ] {
            assert_eq!(around.above(group, telling), expected, "{group}");
        }
        assert_eq!(around.bracket("上年末,元"), Addition::Other);
        assert_eq!(around.bracket("餐补"), Addition::Unknown);
        assert_eq!(around.bracket("须与身份证一致"), Addition::Plain);
    }

    #[test]
    fn a_row_below_spanning_headings_belongs_to_the_header() {
        let below = |upper: &str, lower: &str| continues(&row(1, upper), &row(2, lower));
        assert!(below("客户号|姓名|AUM||", "||上期|本期|增减"));
        assert!(below("客户号|姓名|AUM|", "客户号|姓名|上期|本期"));
        assert!(!below("客户号|姓名|AUM|", "K001|甲一|1000|2000"));
        assert!(!below("客户号|姓名|AUM|", "||1000|2000"));
        assert!(!below("客户号|姓名||AUM", "K001|甲一|甲厂|1000"));
        assert!(!below("客户号|姓名|AUM", "||本期"));
        assert!(!continues(&row(1, "客户号|AUM|"), &row(3, "|上期|本期")));
    }

    #[test]
    fn a_heading_ends_where_its_merged_cells_end() {
        let headers = |merges: &[(u32, u32, u32, u32)]| {
            let mut rows = [row(0, "客户|产品|||备注"), row(1, "姓名|理财|基金|合计|")];
            end_headings(&mut rows, merges);
            header_cells(&rows).into_iter().map(|(_, parts)| parts.concat()).collect::<Vec<_>>()
        };
        assert_eq!(headers(&[(0, 1, 0, 2)]), ["客户姓名", "产品理财", "产品基金", "合计", "备注"]);
        assert_eq!(headers(&[]), ["客户姓名", "产品理财", "产品基金", "产品合计", "备注"]);
    }
}
