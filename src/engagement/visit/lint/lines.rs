//! The lines of a script: which of them list what must not be said, and which belong together.

use crate::rules::visit::pack::scripts_lint::LintGeneral;

/// A line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 1-based, in the script.
    pub number: usize,
    /// What it says; cells of columns that list what must not be said are blank.
    pub text: String,
    /// Whether it stands where such things are listed.
    pub exempt: bool,
    /// Which section it stands in; `None` before the first heading.
    pub section: Option<usize>,
}

/// The lines that are not blank.
pub fn of(script: &str, general: &LintGeneral) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut exempt = false;
    let mut section = None;
    // Columns of the table one is in that list what must not be said.
    let mut columns: Option<Vec<usize>> = None;
    for (i, written) in script.lines().enumerate() {
        let trimmed = written.trim();
        if trimmed.is_empty() {
            columns = None;
            continue;
        }
        let heading = trimmed.starts_with('#');
        let (title, rest) = title(trimmed);
        let named = |titles: &[String]| titles.iter().any(|t| *t == title);
        if heading {
            section = Some(section.map_or(0, |s| s + 1));
        }
        if heading || (rest.is_empty() && (named(&general.exempt_sections) || named(&general.section_titles))) {
            exempt = named(&general.exempt_sections);
        }
        let mut text = written.to_string();
        if trimmed.starts_with('|') {
            let exempt_columns = columns.get_or_insert_with(|| {
                let named = |cell: &str| general.exempt_sections.iter().any(|t| t == self::title(cell.trim()).0);
                written.split('|').enumerate().filter(|(_, cell)| named(cell)).map(|(at, _)| at).collect()
            });
            let blank = |(at, cell): (usize, &str)| match exempt_columns.contains(&at) {
                true => " ".repeat(cell.chars().count()),
                false => cell.to_string(),
            };
            text = written.split('|').enumerate().map(blank).collect::<Vec<_>>().join("|");
        } else {
            columns = None;
        }
        let listed = exempt || named(&general.exempt_sections);
        lines.push(Line { number: i + 1, text, exempt: listed, section });
    }
    lines
}

/// A line's title without the signs around it, and what it says behind a colon.
fn title(line: &str) -> (&str, &str) {
    let (title, rest) = line.split_once([':', '：']).unwrap_or((line, ""));
    (title.trim_matches(|c: char| c.is_whitespace() || "#*_-【】[]>".contains(c)), rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn shown(script: &str) -> Vec<(usize, bool, Option<usize>)> {
        let rules = Rules::load(None).unwrap().scripts_lint;
        of(script, &rules.general).into_iter().map(|l| (l.number, l.exempt, l.section)).collect()
    }

    #[test]
    fn sections_that_list_what_must_not_be_said_are_known_by_their_heading() {
        let expected = [(1, false, Some(0)), (2, true, Some(1)), (3, true, Some(1)), (5, false, Some(2))];
        assert_eq!(shown("## 甲\n#### 禁语\n乙\n\n#### 电话"), expected);
        let expected = [(1, true, None), (2, true, None), (3, false, None), (4, false, None), (5, true, None)];
        assert_eq!(shown("【禁语】\n乙\n要点：\n丙\n禁语：丁"), expected);
    }

    #[test]
    fn a_column_that_lists_what_must_not_be_said_is_blank() {
        let rules = Rules::load(None).unwrap().scripts_lint;
        let lines = of("| 场景 | 禁语 |\n|---|---|\n| 甲 | 乙丙 |\n丁|戊", &rules.general);
        let texts: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["| 场景 |    |", "|---|   |", "| 甲 |    |", "丁|戊"]);
    }
}
