//! Sheets without a header: a profile names their columns by letters, and one is made ready where contents tell enough.

use crate::model::problem::column_letters;
use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::recognise::Content;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::mapping::draft::{self, Draft, DraftColumn};
use crate::intake::mapping::profile::{Profile, ProfileColumn, column_index};
use crate::intake::mapping::sample::{Sample, classes};

/// Puts the header the profile speaks for above the first row of data, and gives the profile of a sheet that has it.
pub(crate) fn with_header(profile: &Profile, head: &mut Vec<Row>, rules: &Rules) -> Profile {
    let first = match profile.header_row {
        Some(row) => head.iter().position(|r| r.index + 1 >= row),
        None => {
            let used: Vec<usize> =
                profile.columns.iter().filter(|c| !c.ignore).filter_map(|c| column_index(c.at.as_deref()?)).collect();
            head.iter().position(|r| used.iter().all(|c| !r.cell(*c).is_blank()))
        }
    };
    let first = first.unwrap_or(0);
    let index = head.get(first).map_or(0, |r| r.index);
    let mut cells: Vec<Cell> = Vec::new();
    let columns = profile.columns.iter().map(|column| {
        let at = column.at.as_deref().and_then(column_index).unwrap_or_default();
        let header = name_of(column, at, profile.kind, rules);
        if cells.len() <= at {
            cells.resize(at + 1, Cell::Empty);
        }
        cells[at] = Cell::Text(header.clone());
        ProfileColumn { header, ..column.clone() }
    });
    let columns = columns.collect();
    head.insert(first, Row::new(index, cells));
    Profile { header_row: Some(index + 1), header_rows: Some(1), columns, ..profile.clone() }
}

/// What messages call a column that has no header.
fn name_of(column: &ProfileColumn, at: usize, kind: SheetKind, rules: &Rules) -> String {
    let usual = |field: &String| {
        let rule = rules.columns.of(kind).get(field);
        rule.and_then(|r| rules.columns.headers(r).into_iter().next()).unwrap_or_else(|| field.clone())
    };
    match (&column.field, &column.product) {
        _ if !column.header.is_empty() => column.header.clone(),
        (Some(field), _) => usual(field),
        (None, Some(product)) => product.clone(),
        (None, None) => column_letters(at as u32),
    }
}

/// A profile for rows without any header, where one column at least is of numbers nobody could mistake.
pub(crate) fn draft(sheet: &str, head: &[Row], kind: Option<SheetKind>, sample: &Sample<'_>) -> Option<Draft> {
    let rules = &sample.rules.recognise;
    let width = head.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let whole = |column: usize| sample.counts(column).whole(rules);
    let numbers = |c: &Content| rules.classes.checked.contains(c) || *c == Content::Account;
    let (sure, content) = (0..width).find_map(|c| Some((c, whole(c).filter(numbers)?)))?;
    let first = head.iter().position(|r| classes(r.cell(sure), sample.lexicon).contains(&content))?;
    let contents: Vec<Option<Content>> =
        (0..width).map(|c| whole(c).filter(|w| *w != Content::Amount || !counts_up(&head[first..], c))).collect();
    let has = |content| contents.contains(&Some(content));
    let paid = has(Content::Amount) && (has(Content::Account) || has(Content::IdNumber));
    let kind = kind.or_else(|| paid.then_some(SheetKind::Payroll));
    let columns = (0..width).filter(|c| sample.counts(*c).cells > 0).map(|column| {
        let content = contents[column];
        let alone = content.is_some() && contents.iter().filter(|c| **c == content).count() == 1;
        let fields: Vec<String> = match (kind, content) {
            (Some(kind), Some(_)) => {
                sample.candidates(kind, &sample.counts(column), true).into_iter().map(|(f, _)| f).collect()
            }
            _ => Vec::new(),
        };
        DraftColumn {
            index: column as u32,
            header: String::new(),
            withheld: None,
            shapes: draft::shapes(column, sample),
            content: whole(column),
            confidence: if alone { rules.confidence.loose_content } else { 0.0 },
            field: fields.first().filter(|_| alone).cloned(),
            how: None,
            alternatives: fields.into_iter().skip(usize::from(alone)).collect(),
            unsure: true,
            words: None,
        }
    });
    let columns = columns.collect();
    Some(Draft { sheet: sheet.to_string(), kind, header_row: head[first].index + 1, header_rows: 0, columns })
}

/// Whether a column only numbers the rows, from 1 on.
fn counts_up(rows: &[Row], column: usize) -> bool {
    let number = |r: &Row| r.cell(column).stored().trim().parse::<f64>().ok();
    let begins = rows.first().and_then(number) == Some(1.0);
    begins && rows.windows(2).all(|w| number(&w[0]).zip(number(&w[1])).is_some_and(|(a, b)| b == a + 1.0))
}
