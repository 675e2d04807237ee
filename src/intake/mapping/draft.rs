//! A mapping profile made ready for a sheet that could not be understood for sure: the best guess for every column,
//! what else it could be, and the form of its cells, never the cells themselves.

use crate::model::status::SheetKind;
use crate::rules::import::recognise::Content;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::detect::Aliases;
use crate::intake::header::groups::header_cells;
use crate::intake::header::layout::{ColumnReading, How, Layout, Withheld};
use crate::intake::mapping::sample::{Doubt, Sample, shape};

/// A profile to be completed by a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub sheet: String,
    /// Best guess; `None` where nothing is known.
    pub kind: Option<SheetKind>,
    /// First row of the header, from 1, and how many there are.
    pub header_row: u32,
    pub header_rows: u32,
    pub columns: Vec<DraftColumn>,
}

/// One column of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftColumn {
    /// 0-based.
    pub index: u32,
    pub header: String,
    /// The header is somebody's, and `header` only shows it masked: the column is told by its place.
    pub withheld: Option<Withheld>,
    /// Forms of its cells (`9999-99-99`, `字字字`), different ones only.
    pub shapes: Vec<String>,
    /// What all its cells look like.
    pub content: Option<Content>,
    pub field: Option<String>,
    pub how: Option<How>,
    /// 0 to 1.
    pub confidence: f64,
    /// Other fields it could be.
    pub alternatives: Vec<String>,
    /// Whether this is what the user is asked for.
    pub unsure: bool,
    /// Words of a column of results: it happened, it did not, nobody knows.
    pub words: Option<[Vec<String>; 3]>,
}

/// Different forms of cells shown per column.
const SHAPES: usize = 2;

/// A draft from a layout and what is unsure in it.
pub(crate) fn of_layout(sheet: &str, layout: &Layout, head: &[Row], doubts: &[Doubt], sample: &Sample<'_>) -> Draft {
    let (first, last) = layout.at;
    let columns = layout.columns().iter().filter(|c| !c.header.is_empty()).map(|c| {
        let doubt = doubts.iter().find(|d| d.column == c.index as usize);
        draft_column(c, layout, doubt, sample)
    });
    let mut columns: Vec<DraftColumn> = columns.collect();
    columns.extend(without_header(layout, sample));
    columns.sort_by_key(|c| c.index);
    Draft {
        sheet: sheet.to_string(),
        kind: Some(layout.kind),
        header_row: head[first].index + 1,
        header_rows: (last - first + 1) as u32,
        columns,
    }
}

/// Columns of something that no header stands above: what is lacking may be among them.
fn without_header<'d>(layout: &'d Layout, sample: &'d Sample<'_>) -> impl Iterator<Item = DraftColumn> + 'd {
    let width = sample.rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let headed = |c: &usize| layout.column(*c).is_some();
    let columns = (0..width).filter(move |c| !headed(c) && sample.counts(*c).cells > 0);
    columns.map(|index| {
        let reading = ColumnReading::without_header(index);
        DraftColumn { unsure: !layout.missing.is_empty(), ..draft_column(&reading, layout, None, sample) }
    })
}

fn draft_column(column: &ColumnReading, layout: &Layout, doubt: Option<&Doubt>, sample: &Sample<'_>) -> DraftColumn {
    let rules = &sample.rules.recognise;
    let counts = sample.counts(column.index as usize);
    let twin = layout.twins.iter().find(|t| t.column == column.index as usize).map(|t| t.field.clone());
    let field = if column.field.is_none() && doubt.is_some() { twin } else { column.field.clone() };
    let mut alternatives: Vec<String> = sample
        .candidates(layout.kind, &counts, true)
        .into_iter()
        .filter(|(_, confidence)| *confidence >= rules.worth_proposing)
        .map(|(field, _)| field)
        .filter(|f| field.as_ref() != Some(f))
        .collect();
    alternatives.truncate(5);
    DraftColumn {
        index: column.index,
        header: column.header.clone(),
        withheld: column.withheld,
        shapes: shapes(column.index as usize, sample),
        content: counts.whole(rules),
        field,
        how: column.how,
        confidence: column.confidence,
        alternatives,
        unsure: doubt.is_some(),
        words: None,
    }
}

pub(crate) fn shapes(column: usize, sample: &Sample<'_>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for cell in sample.rows.iter().map(|r| r.cell(column)).filter(|c| !c.is_blank()) {
        let form = shape(cell);
        if !list.contains(&form) {
            list.push(form);
        }
        if list.len() >= SHAPES {
            break;
        }
    }
    list
}

/// The row that is the header of a sheet without any known one: the first row of texts above columns of other things.
/// `None` where no row is certain to be: a row of data must not be taken for one, for its texts would be written down.
pub(crate) fn likely_header(head: &[Row]) -> Option<usize> {
    (0..head.len().saturating_sub(1)).find(|i| is_header(&head[*i], &head[i + 1..]))
}

/// Texts only, all different, above rows of which most columns hold something else: digits, days, numbers, or the same
/// few words again and again.
fn is_header(row: &Row, below: &[Row]) -> bool {
    const LEAST: usize = 3;
    let texts: Vec<(usize, &str)> = row
        .cells
        .iter()
        .enumerate()
        .filter_map(|(i, c)| if let Cell::Text(t) = c { Some((i, t.trim())) } else { None })
        .filter(|(_, t)| !t.is_empty())
        .collect();
    let only_texts = row.cells.iter().all(|c| c.is_blank() || matches!(c, Cell::Text(_)));
    let mut different: Vec<&str> = texts.iter().map(|(_, t)| *t).collect();
    different.sort_unstable();
    different.dedup();
    let wordy = |t: &str| t.chars().filter(char::is_ascii_digit).count() * 2 < t.chars().count() && t.len() <= 60;
    if !only_texts || texts.len() < LEAST || different.len() < texts.len() || !texts.iter().all(|(_, t)| wordy(t)) {
        return false;
    }
    let numeric = |c: &Cell| match c {
        Cell::Text(t) => t.chars().filter(char::is_ascii_digit).count() * 2 >= t.trim().chars().count().max(1),
        other => !other.is_blank(),
    };
    let other_things = texts
        .iter()
        .filter(|(i, _)| {
            let cells: Vec<&Cell> = below.iter().map(|r| r.cell(*i)).filter(|c| !c.is_blank()).collect();
            let numbers = cells.iter().filter(|c| numeric(c)).count();
            !cells.is_empty() && (numbers * 10 >= cells.len() * 8 || repeats(&cells, row.cell(*i)))
        })
        .count();
    other_things * 2 >= texts.len()
}

/// Whether cells take few different values, the header's text not being one of them.
fn repeats(cells: &[&Cell], header: &Cell) -> bool {
    let mut values: Vec<String> = cells.iter().map(|c| c.stored()).collect();
    values.sort_unstable();
    values.dedup();
    values.len() * 2 <= cells.len() && !values.contains(&header.stored())
}

/// A draft of which nothing is known but the form of the cells.
pub(crate) fn bare(sheet: &str, head: &[Row], first: usize, aliases: &Aliases, sample: &Sample<'_>) -> Draft {
    let mut withheld = aliases.withheld(head, (first, first));
    let columns = header_cells(&head[first..=first]).into_iter().map(|(index, parts)| {
        let counts = sample.counts(index);
        let (withheld, shown) = withheld.remove(&index).unzip();
        DraftColumn {
            index: index as u32,
            header: shown.unwrap_or_else(|| parts.join(" ")),
            withheld,
            shapes: shapes(index, sample),
            content: counts.whole(&sample.rules.recognise),
            field: None,
            how: None,
            confidence: 0.0,
            alternatives: Vec::new(),
            unsure: true,
            words: None,
        }
    });
    Draft {
        sheet: sheet.to_string(),
        kind: None,
        header_row: head[first].index + 1,
        header_rows: 1,
        columns: columns.collect(),
    }
}
