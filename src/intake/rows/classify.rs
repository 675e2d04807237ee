//! Rows around the data, told by their words and form: titles, footers, headings of groups, totals, numbered columns.

use std::collections::HashSet;

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::TitleWords;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::Layout;
use crate::intake::rows::samples::Samples;
use crate::intake::title::labels::{self, Labels};
use crate::intake::value::lexicon::{Lexicon, key};
use crate::intake::value::totals::{NUMERALS, Totals};

/// The words of such rows, for one sheet.
pub(crate) struct Scraps {
    titles: TitleWords,
    labels: Labels,
    pub totals: Totals,
    pub samples: Samples,
    sections: Vec<String>,
    ditto: HashSet<String>,
    number_labels: HashSet<String>,
    /// Whether a text at the end of which a firm's word stands is data of its own.
    firms_are_data: bool,
}

impl Scraps {
    pub fn new(layout: &Layout, rules: &Rules) -> Scraps {
        let words = &rules.import.words;
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect::<Vec<_>>();
        let of_employers = layout.kind == SheetKind::Employers;
        let sections = if of_employers { &words.section_of_employers } else { &words.section };
        Scraps {
            labels: Labels::new(&rules.import.title),
            titles: rules.import.title.clone(),
            totals: Totals::new(layout.kind, rules),
            samples: Samples::new(layout, rules),
            sections: keys(sections),
            ditto: keys(&words.ditto).into_iter().collect(),
            number_labels: keys(&words.column_number_label).into_iter().collect(),
            firms_are_data: of_employers || layout.kind == SheetKind::Visits,
        }
    }

    /// A title's row: it begins with one of the title's labels, or names the employer whose pay sheet follows.
    pub fn is_title(&self, row: &Row, complete: bool) -> bool {
        let mut filled = row.cells.iter().filter(|c| !c.is_blank());
        let Some(Cell::Text(first)) = filled.next() else { return false };
        if first.len() > LONGEST_TITLE {
            return false;
        }
        let labelled = |same_cell| labels::is_labelled(first, &self.labels, &self.titles, same_cell);
        if complete {
            // Most rows are data: no more than a look.
            return (first.contains([':', '：']) || filled.next().is_none()) && labelled(true);
        }
        labelled(true) || labelled(false) || labels::employer_in(first, &self.titles).is_some()
    }

    /// A signature or remark below a table. `alone`: nothing else stands in the row.
    pub fn is_footer(&self, text: &str, alone: bool, lexicon: &Lexicon) -> bool {
        let signed = text.contains([':', '：']);
        (signed || alone) && lexicon.is_footer(text) && (signed || !lexicon.is_firm(text))
    }

    /// The heading of a group, alone in its row.
    pub fn is_section(&self, text: &str, lexicon: &Lexicon) -> bool {
        if text.len() > LONGEST_TITLE {
            return false;
        }
        let text = key(text);
        if text.ends_with(':') || numbered_heading(&text) {
            return true;
        }
        if lexicon.is_firm(&text) {
            return !self.firms_are_data;
        }
        self.sections.iter().any(|w| text.ends_with(w.as_str()))
    }

    /// The same as in the row above.
    pub fn is_ditto(&self, cell: &Cell) -> bool {
        matches!(cell, Cell::Text(text) if text.len() <= LONGEST_DITTO && self.ditto.contains(&key(text)))
    }

    /// `1 2 3 4` or `(1) (2) (3)` under a header: the columns are counted.
    pub fn counts_columns(&self, row: &Row) -> bool {
        let mut expected = None;
        let mut counted = 0;
        for cell in row.cells.iter().filter(|c| !c.is_blank()) {
            let number = match cell {
                Cell::Number(n) if n.fract() == 0.0 && (0.0..1000.0).contains(n) => Some(*n as u32),
                Cell::Text(text) => {
                    let text = key(text);
                    let digits = text.trim_matches(['(', ')', '[', ']', '<', '>']);
                    match digits.parse::<u32>() {
                        Ok(n) => Some(n),
                        Err(_) if self.number_labels.contains(&text) => None,
                        Err(_) => return false,
                    }
                }
                _ => return false,
            };
            if let Some(n) = number {
                // They begin with the first column, or with one that has no number.
                if !expected.map_or(n <= 1, |wanted| wanted == n) {
                    return false;
                }
                expected = Some(n + 1);
                counted += 1;
            }
        }
        counted >= LEAST_COUNTED
    }
}

/// Columns that are counted at least: of two a row of data may count up by chance.
const LEAST_COUNTED: usize = 3;
/// Bytes beyond which a text says something of its own.
const LONGEST_DITTO: usize = 12;
/// Bytes beyond which a text is no title, whatever words it has. Every cell of a sheet may hold 32,767 characters.
pub(crate) const LONGEST_TITLE: usize = 600;

/// `一、生产部`, `(二)研发部`.
fn numbered_heading(text: &str) -> bool {
    let text = text.trim_start_matches('(');
    let rest = text.trim_start_matches(|c| NUMERALS.contains(c));
    rest.len() < text.len() && rest.starts_with(['、', ')'])
}
