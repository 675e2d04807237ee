//! The questions of a visit as forms: XLSForm for ODK and Kobo, text for 问卷星, and the workbook answers on paper are keyed
//! into. All take the same chosen questions as the printed form, under the same identifiers.

pub mod keying;
pub mod wjx;
pub mod xlsform;

#[cfg(test)]
mod tests;

use crate::engagement::visit::pack::QuestionView;
use crate::render::words::Words;

/// Ends of a scale.
const SCALE: (i64, i64) = (0, 10);
/// The question that asks for consent, and its option that gives none.
const CONSENT: &str = "consent";
/// An option that is ticked alone.
const NONE: &str = "none";

/// What a question is called wherever its answers come back from.
fn name(key: &str) -> String {
    format!("q_{key}")
}

/// The same of an option.
fn choice(key: &str, option: &str) -> String {
    format!("{key}_{option}")
}

/// The same of one option of many, or of a place in a ranking: the name systems give such a column when they export.
fn part(key: &str, option: &str) -> String {
    format!("{}/{}", name(key), choice(key, option))
}

/// The name of the `place`-th place of a ranking.
fn place(key: &str, place: i64) -> String {
    format!("{}_{place}", name(key))
}

fn text<'w>(words: &'w Words, question: &QuestionView) -> &'w str {
    words.get(&format!("question.{}.text", question.key))
}

fn option<'w>(words: &'w Words, question: &QuestionView, option: &str) -> &'w str {
    words.get(&format!("question.{}.option.{option}", question.key))
}
