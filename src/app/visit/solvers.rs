//! The plan's problem for other solvers, and their plans checked.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::visit::plan;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::optimise::check::{self, Levels, Violation};
use crate::engagement::visit::optimise::problem::{Problem, Solution};
use crate::engagement::visit::optimise::{self, Budget};
use crate::engagement::visit::proposals;
use crate::files;
use crate::model::Fen;

/// A plan is no longer than this, in bytes.
const LONGEST: u64 = 64 << 20;

/// What [`plan::plan`] would optimise, for other solvers; nothing is written.
///
/// # Errors
/// As [`plan::plan`].
pub fn problem(workspace: &mut Workspace) -> Result<Problem, AppError> {
    let scene = plan::scene(workspace, false)?;
    let standing = scene.standing(workspace);
    let input = scene.input(workspace, &standing);
    Ok(proposals::problem(&input, &scene.wanted()))
}

/// Writes a problem as JSON.
///
/// # Errors
/// The file cannot be written.
pub fn write_problem(problem: &Problem, file: &Path) -> Result<(), AppError> {
    let json =
        serde_json::to_string_pretty(problem).map_err(|e| AppError::Inner { what: "plan", reason: e.to_string() })?;
    let failed = |e: std::io::Error| AppError::File { path: file.to_path_buf(), reason: e.to_string() };
    let mut out = files::create_new(file).map_err(failed)?;
    out.write_all(json.as_bytes()).map_err(failed)
}

/// What a plan made elsewhere is worth, and which rules it breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    pub feasible: bool,
    pub violations: Vec<Violation>,
    pub levels: Levels,
    pub bound_fen: Fen,
    /// Share of the bound that may be missing at level 1.
    pub gap: f64,
}

/// Checks a plan made elsewhere against what [`plan::plan`] would optimise; nothing is written.
///
/// # Errors
/// A file that cannot be read or is no plan; else as [`plan::plan`].
pub fn check_solution(workspace: &mut Workspace, file: &Path) -> Result<Checked, AppError> {
    let text = files::read_text(file, LONGEST)
        .map_err(|e| AppError::File { path: file.to_path_buf(), reason: e.to_string() })?;
    let solution: Solution =
        serde_json::from_str(&text).map_err(|e| AppError::NoSolution { path: file.to_path_buf(), line: e.line() })?;
    check(workspace, &solution)
}

fn check(workspace: &mut Workspace, solution: &Solution) -> Result<Checked, AppError> {
    let problem = problem(workspace)?;
    let budget = Budget::of(&workspace.rules.schedule.budget);
    let too_many = || AppError::Inner { what: "plan", reason: "roles".into() };
    let bound = optimise::solve(&problem, budget).map_err(|_| too_many())?.bound_fen;
    let (violations, levels) = (check::violations(&problem, solution), check::levels(&problem, solution));
    let gap = if bound > levels.gain_fen { 1.0 - levels.gain_fen as f64 / bound as f64 } else { 0.0 };
    Ok(Checked { feasible: violations.is_empty(), violations, levels, bound_fen: Fen(bound), gap })
}
