//! 产品对比: our product beside the one of another bank, for a client who weighs them.

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::workspace::open::{OutNote, Workspace, failed};
use crate::engagement::visit::pack::compare::file::parse;
use crate::engagement::visit::pack::compare::{self as engagement, Comparison, Side};
use crate::files;
use crate::model::Fen;
use crate::model::text::file_name::safe_name;
use crate::output::Written;
use crate::render::compare::{self as render, CompareRow, Said};
use crate::render::document::Document;
use crate::render::docx;
use crate::render::words::Words;
use crate::rules::Rules;
use crate::rules::visit::calendar;

/// Both products, what is said of them, and the page that was written where there is a workspace.
#[derive(Debug)]
pub struct Compared {
    pub comparison: Comparison,
    pub said: Said,
    pub written: Option<Written>,
}

/// The comparison for programs.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    own: &'a Side,
    other: &'a Side,
    difference_fen: Fen,
    break_even_idle_days: Option<f64>,
    #[serde(flatten)]
    said: &'a Said,
}

impl Compared {
    pub fn answer(&self) -> Answer<'_> {
        let Comparison { own, other, difference, break_even_idle_days, .. } = &self.comparison;
        Answer {
            own,
            other,
            difference_fen: *difference,
            break_even_idle_days: *break_even_idle_days,
            said: &self.said,
        }
    }
}

/// All `compare.md` needs.
#[derive(Debug, Serialize)]
struct Page<'a> {
    branch: &'a str,
    date: NaiveDate,
    from: NaiveDate,
    amount: String,
    own: &'a str,
    other: &'a str,
    notes: Option<&'a str>,
    other_idle: i64,
    break_even: Option<f64>,
    rows: Vec<CompareRow>,
    #[serde(flatten)]
    said: &'a Said,
}

/// Puts the products of a file beside each other, and in a workspace writes the page for it.
///
/// # Errors
/// The file cannot be read or used; the page cannot be made or written.
pub fn compare(file: &Path, workspace: Option<&Workspace>, words: &Words) -> Result<Compared, AppError> {
    let text = files::read_text(file, files::LONGEST_TEXT).map_err(|e| failed(file, &e))?;
    let (bounds, workdays) = match workspace {
        Some(workspace) => (workspace.rules.compare.bounds.clone(), workspace.workdays.clone()),
        None => (Rules::load(None)?.compare.bounds, calendar::load(None)?),
    };
    let wrong = |fault| AppError::Compare { path: file.to_path_buf(), fault: Box::new(fault) };
    let terms = parse(&text, &bounds).map_err(wrong)?;
    let comparison = engagement::compare(&terms, &workdays).map_err(wrong)?;
    let said = render::said(&comparison, workspace.map_or(words, |w| &w.words));
    let written = workspace.map(|w| write(w, &comparison, &said)).transpose()?;
    Ok(Compared { comparison, said, written })
}

/// `产品对比_<本行产品>_<他行产品>.docx`.
fn write(workspace: &Workspace, comparison: &Comparison, said: &Said) -> Result<Written, AppError> {
    let Comparison { own, other, .. } = comparison;
    let words = &workspace.words;
    let page = Page {
        branch: &workspace.file.branch,
        date: workspace.today,
        from: comparison.from,
        amount: render::to_the_fen(comparison.amount, words),
        own: &own.name,
        other: &other.name,
        notes: comparison.notes.as_deref(),
        other_idle: other.idle_days,
        break_even: comparison.break_even_idle_days,
        rows: render::rows(comparison, words),
        said,
    };
    let markdown = workspace.templates.render("compare.md", &page)?;
    let document = Document::new(words.get("compare.title"), &markdown);
    let name = format!("{}.docx", safe_name(&format!("产品对比_{}_{}", own.name, other.name)));
    let note = OutNote { purpose: "compare", rows: 2, columns: Vec::new(), mask_level: "none" };
    workspace.write_out(&name, &docx::write(&document, words)?, note)
}
