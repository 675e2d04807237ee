//! Writes the files of a generated branch: workbooks with a fixed creation time, text, and the truth as JSON.
//! Same branch, same bytes.

mod text;
mod workbook;

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::workspace::open::failed;
use crate::engagement::visit::pack::questionnaire::{Chosen, choose};
use crate::output;
use crate::render::words::{Lang, Words};
use crate::rules::Rules;
use crate::simulate::settings::Settings;
use crate::simulate::sheets::SampleFormat;
use crate::simulate::{self, Asked, BranchSpec, Truth, Walk};

/// Whom the questionnaire is put to, and the kind of employer.
const ASKED: (&str, &str) = ("staff", "office");

/// What branch to generate.
#[derive(Debug, Clone, Copy)]
pub struct SimulateOptions {
    pub seed: u64,
    pub employers: usize,
    pub employees: usize,
    pub months: u32,
    /// Put the hand-set story in, where there is room for it.
    pub story: bool,
    pub format: Format,
}

/// What the files are to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Workbooks as people have them, among them a text file of a system.
    #[default]
    Sample,
    /// Plain text of everybody, written employer by employer: any size in the same memory.
    Csv,
}

/// Generates a branch into `dir`; returns the files. Of text `watch` is told how many people are written, of how many, and
/// says whether to go on.
///
/// # Errors
/// The shipped rules, a file that cannot be written; [`AppError::MakingStopped`] when `watch` says no.
pub fn simulate(
    dir: &Path,
    options: &SimulateOptions,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<PathBuf>, AppError> {
    let SimulateOptions { seed, employers, employees, months, story, format } = *options;
    let spec = BranchSpec { seed, employers, employees, months, story };
    let shipped = Settings::shipped()?;
    match format {
        Format::Sample => sample(dir, &shipped, &spec),
        Format::Csv => text::write(dir, &shipped.exporting(), &spec, &asked()?, watch),
    }
}

/// Writes the files people have, workbooks above all; a workbook is put together in memory.
fn sample(dir: &Path, rules: &Settings, spec: &BranchSpec) -> Result<Vec<PathBuf>, AppError> {
    fs::create_dir_all(dir).map_err(|e| failed(dir, &e))?;
    let outline = simulate::outline(rules, spec);
    let (files, truth) = Walk::new(rules, &outline, &[]).collect();
    let mut written = Vec::with_capacity(files.len() + 1);
    for file in &files {
        let made = match file.format {
            SampleFormat::Xlsx => workbook::workbook(file).map_err(io::Error::other),
            SampleFormat::CsvGbk | SampleFormat::CsvUtf8 => text::text(file),
        };
        let bytes = made.map_err(|e| failed(&dir.join(&file.path), &e))?;
        written.push(output::write(dir, &file.path, &bytes)?.path);
    }
    written.push(write_truth(dir, &truth)?);
    Ok(written)
}

/// Writes `truth.json`.
fn write_truth(dir: &Path, truth: &Truth) -> Result<PathBuf, AppError> {
    let mut out = BufWriter::new(output::grow(dir, "truth.json")?);
    let json = serde_json::to_writer_pretty(&mut out, truth).map_err(io::Error::from);
    let ended = json.and_then(|()| writeln!(out)).and_then(|()| out.flush());
    let whole = out.into_inner().map_err(|e| failed(dir, e.error()))?;
    ended.map_err(|e| whole.failed(e))?;
    Ok(whole.finish()?.place()?.path)
}

/// The questionnaire of the shipped rules in the words of the sheets, which are Chinese.
fn asked() -> Result<Vec<Asked>, AppError> {
    let rules = Rules::load(None)?;
    let words = Words::load(Lang::ZhCn, None)?;
    let asked = |Chosen { key, question, .. }: Chosen<'_>| Asked {
        key: key.to_string(),
        text: words.get(&format!("question.{key}.text")).to_string(),
        kind: question.kind,
        most: question.most.max(1) as usize,
        options: question
            .options
            .iter()
            .map(|o| (o.clone(), words.get(&format!("question.{key}.option.{o}")).to_string()))
            .collect(),
    };
    let (group, kind) = ASKED;
    Ok(choose(&rules.questionnaire, group, &[], kind).into_iter().map(asked).collect())
}

#[cfg(test)]
mod tests;
