//! Headers that are people rather than words: of a list that was turned on its side, or of a column called after
//! somebody. Nothing keeps them but the file itself: what is told, drafted or remembered of a column shows them masked.

use std::collections::BTreeMap;

use crate::model::imported::PersonalField;
use crate::model::personal::mask_name;
use crate::model::text::free_text::mask_numbers;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::detect::Aliases;
use crate::intake::header::groups::header_cells;
use crate::intake::header::layout::{Layout, Withheld};
use crate::intake::header::names::{NAME, is_chinese};
use crate::intake::value::key;

/// Fields of a person in the first column from which on the sheet lies on its side.
const LEAST_FIELDS: usize = 2;

impl Aliases {
    /// Whether a text could be a name: as long as one, and made of nothing that stands in headers.
    pub(crate) fn may_be_name(&self, text: &str) -> bool {
        let parts: Vec<&str> = text.split('·').collect();
        let foreign = parts.len() > 1 && parts.iter().all(|p| !p.is_empty() && p.chars().all(is_chinese));
        let chinese = text.chars().all(is_chinese) && NAME.contains(&text.chars().count());
        (chinese || foreign) && !text.chars().skip(1).any(|c| self.names.is_never(c)) && !self.speaks_of_known(text)
    }

    /// Whether a text looks like a person's name by itself.
    pub(crate) fn is_name(&self, text: &str) -> bool {
        let text = key(text);
        (self.names.has_surname(&text) || text.contains('·')) && self.may_be_name(&text)
    }

    /// The header columns of `rows` from `at.0` to `at.1` that are not to be written down, each with what to show instead.
    pub(crate) fn withheld(&self, rows: &[Row], at: (usize, usize)) -> BTreeMap<usize, (Withheld, String)> {
        let cells = header_cells(&rows[at.0..=at.1]);
        let named = |parts: &[String]| parts.iter().any(|p| self.is_name(p));
        let possible = |parts: &[String]| parts.iter().any(|p| self.may_be_name(&key(p)));
        let names = cells.iter().filter(|(_, parts)| named(parts)).count();
        let candidates = cells.iter().filter(|(_, parts)| possible(parts)).count();
        // Beside several names the rest of the like are names too, of rarer families.
        let among_names = names >= 2 && names * 2 >= candidates;
        let first = cells.first().map(|(column, _)| *column);
        let on_its_side = first.is_some_and(|column| self.fields_downwards(rows, column) >= LEAST_FIELDS);
        let shown = |column: usize, parts: &[String]| {
            let number = || {
                let text = parts.join(" ");
                let masked = mask_numbers(&text);
                (masked != text).then_some((Withheld::Number, masked))
            };
            let beside = on_its_side && Some(column) != first && !self.speaks_of_known(&key(&parts.concat()));
            let name = named(parts) || (among_names && possible(parts)) || beside;
            let masked = || parts.iter().map(|p| mask_name(p)).collect::<Vec<_>>().join(" ");
            number().or_else(|| name.then(|| (Withheld::Name, masked())))
        };
        cells.iter().filter_map(|(column, parts)| Some((*column, shown(*column, parts)?))).collect()
    }

    /// What a text heads of a person, in sheets of any kind.
    fn personal_field(&self, header: &str) -> Option<PersonalField> {
        let header = key(header);
        self.heads(&header).find_map(|(kind, field)| PersonalField::of(Some(kind), field))
    }

    /// Whether a known header stands in a text (as [`key`] gives it), or a word that stands around headers.
    fn speaks_of_known(&self, text: &str) -> bool {
        let known = |part: &str| self.heads(part).next().is_some() || self.around.knows(part);
        let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        // A single character says nothing.
        let parts =
            starts.iter().enumerate().flat_map(|(n, from)| starts.iter().skip(n + 2).map(|to| &text[*from..*to]));
        self.around.is_other(text) || parts.into_iter().any(known)
    }

    /// How many different fields of a person a column names, top down.
    fn fields_downwards(&self, rows: &[Row], column: usize) -> usize {
        let mut fields: Vec<PersonalField> = rows
            .iter()
            .filter_map(|row| match row.cell(column) {
                Cell::Text(text) => self.personal_field(text),
                _ => None,
            })
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    /// Takes the headers that are people out of a layout.
    pub(crate) fn withhold(&self, layout: &mut Layout, rows: &[Row]) {
        for (column, (why, shown)) in self.withheld(rows, layout.at) {
            let unread = layout.column(column).is_some_and(|c| c.field.is_none());
            if unread || why == Withheld::Number {
                layout.withhold(column, shown, why);
            }
        }
    }
}
