//! Doors into the readers for the fuzz targets (`fuzz/`), and the corpus of those replayed as a test. What a door is
//! given may be anything; that it comes back is all that is asked.

use std::io::Cursor;

use chrono::NaiveDate;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::file::formula;
use crate::intake::file::input::Input;
use crate::intake::file::open::Book;
use crate::intake::file::package::archive;
use crate::intake::file::package::xml::position;
use crate::intake::file::request::Request;
use crate::intake::file::scan::SheetScan;
use crate::intake::header::detect::Aliases;
use crate::intake::mapping::profile::Profile;
use crate::intake::sheet::hints::Hints;
use crate::intake::sheet::walk::{Table, Tools};
use crate::intake::value::amount::money::{self, Unit};
use crate::intake::value::lexicon::{self, Lexicon};
use crate::intake::value::totals::Totals;
use crate::intake::value::{date, identity, payday};
use crate::model::status::SheetKind;
use crate::rules::Rules;

/// The shipped rules, ready to use.
pub struct Doors {
    rules: Rules,
    lexicon: Lexicon,
    aliases: Aliases,
}

impl Doors {
    /// # Panics
    /// When the shipped rules cannot be read, which a test excludes.
    pub fn new() -> Doors {
        let rules = Rules::load(None).expect("the shipped rules are good");
        Doors { lexicon: Lexicon::new(&rules.import), aliases: Aliases::new(&rules), rules }
    }

    /// The look into an archive before any reader sees it.
    pub fn guard(&self, bytes: &[u8]) {
        let _ = archive::scan(&mut Cursor::new(bytes), &self.rules.limits.zip);
    }

    /// A whole file, every cell of every sheet.
    pub fn cells(&self, bytes: &[u8]) {
        let wanted = Request::new("fuzz", &self.rules.limits, None);
        let Ok(mut book) = Book::open(Input::memory(bytes.to_vec()), &wanted) else { return };
        for sheet in 0..book.sheets.len() {
            let _ = book.rows(sheet, &mut |row: &mut Row| {
                row.cells.iter().for_each(|c| drop(c.stored()));
                true
            });
        }
    }

    /// A sheet drawn as text, `|` between cells: titles, header, rows, each value read as its column wants it. A cell
    /// is a formula after `=`, an error after `#`, a day number after `@`, else a number if it can be one.
    pub fn table(&self, text: &str) {
        let hints = Hints::default();
        let tools = Tools {
            rules: &self.rules,
            lexicon: &self.lexicon,
            aliases: &self.aliases,
            hints: &hints,
            date1904: text.len() % 2 == 1,
            stem: text.lines().next().unwrap_or_default(),
        };
        let mut on = |_| true;
        let mut table = Table::new(&tools, "fuzz", "fuzz", SheetScan::default(), &mut on);
        for (index, line) in text.lines().enumerate() {
            let cells = line.split('|').map(cell).collect();
            if !table.row(&mut Row::new(index as u32, cells)) {
                break;
            }
        }
        table.finish(Ok(crate::intake::file::cell::Reading::default()));
    }

    /// A mapping profile; one that is good is written out and read again.
    ///
    /// # Panics
    /// When a good profile is not the same after that.
    pub fn profile(&self, text: &str) {
        let Ok(profile) = Profile::parse(text, &self.rules) else { return };
        assert!(Profile::from_stored(&profile.to_toml()).as_ref() == Some(&profile), "a profile survives being stored");
    }

    /// A text as every kind of value, and as a number where it is one.
    pub fn values(&self, text: &str) {
        let base = NaiveDate::from_ymd_opt(2026, 3, 18);
        for unit in [Unit::Yuan, Unit::HundredMillion] {
            let _ = self.lexicon.amount(text, unit);
        }
        let _ = (date::parse(text, base), date::in_title(text), date::month(text), date::end_of_month(text));
        let _ = (
            payday::read(text, &self.lexicon.payday),
            payday::shift(text, &self.lexicon.payday),
            date::stretches(text, base),
            date::is_placeholder(text),
        );
        let _ = (identity::id_number(text), identity::account(text), identity::other_document(text));
        let _ = (identity::number_text(text), identity::credit_code(text), identity::phone(text));
        let _ = (self.lexicon.flag(text), self.lexicon.level(text), self.lexicon.risk(text));
        let _ = (self.lexicon.is_secret(text), self.lexicon.pay_kind(text));
        let totals = Totals::new(SheetKind::Payroll, &self.rules);
        let _ = (totals.is_label(text), totals.is_word(text), totals.is_rest(text), totals.is_group(text));
        let _ = (self.lexicon.account_class(text), self.lexicon.is_guide_sheet(text), lexicon::name(text));
        let row = Row::new(3, vec![Cell::Number(1.0), Cell::NoValue(text.to_string()), Cell::Empty]);
        let _ = (formula::work_out(text, &row, &formula::Effort::new()), position(text), self.aliases.unit_of(text));
        let _ = crate::intake::title::labels::read(&[vec![text.to_string()]], &self.rules.import.title, &self.aliases);
        if let Ok(number) = text.trim().parse::<f64>() {
            let _ = (money::from_number(number, Unit::TenThousand), date::from_number(number, true));
            let _ = (date::paydays_from_number(number, false), identity::id_from_number(number));
            let _ = (identity::account_from_number(number), identity::number_from_number(number));
        }
    }
}

impl Default for Doors {
    fn default() -> Self {
        Doors::new()
    }
}

fn cell(text: &str) -> Cell {
    match text.chars().next() {
        None => Cell::Empty,
        Some('=') => Cell::NoValue(text[1..].to_string()),
        Some('#') => Cell::Error(text.to_string()),
        Some('@') => match text[1..].parse::<i64>().ok().and_then(chrono::Duration::try_days) {
            Some(days) => NaiveDate::from_ymd_opt(1899, 12, 30)
                .and_then(|d| d.checked_add_signed(days))
                .and_then(|d| d.and_hms_opt(0, 0, 0))
                .map_or(Cell::Empty, Cell::Moment),
            None => Cell::Bool(true),
        },
        Some(_) => text.parse().map_or_else(|_| Cell::Text(text.to_string()), Cell::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in `fuzz/corpus/<target>` and what crashed once (`fuzz/crashes/<target>`) comes back.
    #[test]
    fn the_corpus_comes_back() {
        let doors = Doors::new();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        let mut replayed = 0;
        for folder in ["corpus", "crashes"] {
            for target in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
                for file in std::fs::read_dir(target.path()).unwrap().flatten() {
                    let bytes = std::fs::read(file.path()).unwrap();
                    let text = String::from_utf8_lossy(&bytes);
                    match target.file_name().to_string_lossy().as_ref() {
                        "guard" => doors.guard(&bytes),
                        "table" => doors.table(&text),
                        "values" => doors.values(&text),
                        "profile" => doors.profile(&text),
                        _ => doors.cells(&bytes),
                    }
                    replayed += 1;
                }
            }
        }
        assert!(replayed > 20, "the corpus is there");
    }
}
