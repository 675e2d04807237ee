//! Rows that a template brings along to show how it is filled in: 示例, 某某公司, 此行为示例请删除. They are nobody's.

use std::collections::HashSet;

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::SampleWords;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::Layout;
use crate::intake::issue::{self, Fault};
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::{key, keyed};

/// Bytes beyond which a text says something of its own.
const LONGEST: usize = 120;
/// Fields whose cells say who a row is about.
const WHO: [&str; 7] = ["serial", "name", "employer", "customer_number", "bank_number", "account", "id_number"];
/// Those of them that hold numbers.
const NUMBERS: [&str; 3] = ["account", "id_number", "customer_number"];

/// The words of such rows, for one sheet, and the rows found.
pub(crate) struct Samples {
    words: SampleWords,
    /// Columns that say who a row is about.
    who: Vec<usize>,
    numbers: Vec<usize>,
    person: Option<usize>,
    employer: Option<usize>,
    people: HashSet<String>,
    /// How many rows were found, and the first of them (0-based).
    rows: usize,
    first: u32,
}

impl Samples {
    pub fn new(layout: &Layout, rules: &Rules) -> Samples {
        let words = &rules.import.sample;
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect::<Vec<_>>();
        let column = |field: &&str| layout.slot(field).map(|s| s.column);
        let (name, of_employers) = (column(&"name"), layout.kind == SheetKind::Employers);
        Samples {
            words: SampleWords {
                words: keys(&words.words),
                before: keys(&words.before),
                row: keys(&words.row),
                remove: keys(&words.remove),
                keep: keys(&words.keep),
                blanks: keys(&words.blanks),
                nobody: keys(&words.nobody),
                people: Vec::new(),
                filler: keys(&words.filler),
            },
            who: WHO.iter().filter_map(column).collect(),
            numbers: NUMBERS.iter().filter_map(column).collect(),
            person: name.filter(|_| !of_employers),
            employer: if of_employers { name } else { column(&"employer") },
            people: keys(&words.people).into_iter().collect(),
            rows: 0,
            first: 0,
        }
    }

    /// Whether a row only shows how to fill in the sheet.
    pub fn is_sample(&self, row: &Row, lexicon: &Lexicon) -> bool {
        let mut first = true;
        for (column, cell) in row.cells.iter().enumerate() {
            let Cell::Text(text) = cell else {
                first &= cell.is_blank();
                continue;
            };
            // Most rows are data: no more than a look.
            if text.len() <= LONGEST && text.contains(TELLING) {
                let text = keyed(text);
                if self.says_so(&text, first || self.who.contains(&column))
                    || (self.employer == Some(column) && self.is_no_firm(&text, lexicon))
                    || (self.person == Some(column) && self.words.nobody.iter().any(|w| *w == text))
                {
                    return true;
                }
            }
            first &= cell.is_blank();
        }
        self.is_made_up(row)
    }

    /// Notes a row that was left out.
    pub fn note(&mut self, row: u32) {
        if self.rows == 0 {
            self.first = row;
        }
        self.rows += 1;
    }

    /// What was left out.
    pub fn told(&self) -> Option<Fault> {
        let fault = || Fault::new(issue::SAMPLE_ROWS).count("rows", self.rows).count("row", self.first + 1);
        (self.rows > 0).then(fault)
    }

    /// A cell with nothing but such a word (`示例1`, `(样例)`), one of who the row is about that begins or ends with it
    /// (`示例：张三`, `张三（示例）`), or a remark that the row is to be removed.
    fn says_so(&self, text: &str, who: bool) -> bool {
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric() || c.is_ascii_digit());
        if self.words.words.iter().any(|w| w == bare) {
            return true;
        }
        if who {
            let named = text.trim_start_matches(['(', '[', '【']);
            let mark = |r: &str| r.is_empty() || r.starts_with([':', ')', ']', '】', '-', ',']);
            let leads = |w: &String| named.strip_prefix(w.as_str()).is_some_and(mark);
            let trails = |w: &String| text.trim_end_matches([')', ']', '】']).ends_with(w.as_str());
            if self.words.words.iter().any(|w| named.starts_with(w.as_str()) || trails(w))
                || self.words.before.iter().any(leads)
            {
                return true;
            }
        }
        let has = |list: &[String]| list.iter().any(|w| text.contains(w.as_str()));
        has(&self.words.remove) && (has(&self.words.words) || (has(&self.words.row) && !has(&self.words.keep)))
    }

    /// 某某科技有限公司, XX公司.
    fn is_no_firm(&self, text: &str, lexicon: &Lexicon) -> bool {
        let blank = || self.words.blanks.iter().any(|w| text.contains(w.as_str()));
        self.words.nobody.iter().any(|w| w == text)
            || (blank() && (lexicon.is_firm(text) || text.ends_with(['位', '业'])))
    }

    /// One of the names that everybody takes for an example, with a number nobody has.
    fn is_made_up(&self, row: &Row) -> bool {
        let named = self.person.map(|c| row.cell(c));
        let Some(Cell::Text(name)) = named.filter(|c| matches!(c, Cell::Text(t) if t.len() <= LONGEST)) else {
            return false;
        };
        let filler = |c: &usize| {
            let number = row.cell(*c).stored().to_uppercase();
            self.words.filler.iter().any(|w| number.contains(w.as_str()))
        };
        self.people.contains(&*keyed(name)) && self.numbers.iter().any(filler)
    }
}

/// Characters of which a text that says so has at least one.
const TELLING: [char; 18] =
    ['例', '样', '某', '×', 'X', 'x', 'Ｘ', '○', '〇', '＊', '删', '清', '勿', '参', '如', 'E', 'e', 'Ｅ'];
