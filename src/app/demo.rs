//! The samples, played as a branch would live through them: the plan day, then eight days after payday.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::app::cycle;
use crate::app::cycle::Cycle;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::import::ImportOptions;
use crate::app::outputs;
use crate::app::visit::change;
use crate::app::workspace::open::InitOptions;
use crate::app::workspace::open::OpenOptions;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::init;
use crate::model::Fen;
use crate::output;
use crate::render::table::Cell;
use crate::render::words::Lang;
use crate::store::trust::keys::SecretKey;

/// The invented branch of the samples.
const BRANCH: &str = "临江支行";

static SAMPLES: Dir = include_dir!("$CARGO_MANIFEST_DIR/samples");

/// What the demo did.
#[derive(Debug, Clone, Serialize)]
pub struct Demo {
    pub workspace: PathBuf,
    /// The day the workspace remembers: the last one played.
    pub today: Option<NaiveDate>,
    /// One per date, oldest first.
    pub cycles: Vec<(NaiveDate, Cycle)>,
}

/// What a colleague of the samples types into the rows of a worklist, first row first.
const WEEK: &str = include_str!("demo/demo.toml");

#[derive(Debug, Deserialize)]
struct Week {
    told: Vec<BTreeMap<String, toml::Value>>,
}

/// A colleague's week: the worklist of the day with a week of answers typed in.
fn week(workspace: &Workspace, done: &Cycle) -> Result<Option<(String, Vec<u8>)>, AppError> {
    let inner = |reason: String| AppError::Inner { what: "demo.toml", reason };
    let typed: Week = toml::from_str(WEEK).map_err(|e| inner(e.to_string()))?;
    let cell = |value: &toml::Value| match value {
        toml::Value::Integer(yuan) => Cell::Money(Fen::yuan(*yuan)),
        toml::Value::Datetime(day) => day.to_string().parse().map_or_else(|_| Cell::Text(day.to_string()), Cell::Date),
        other => Cell::Text(other.as_str().unwrap_or_default().to_string()),
    };
    let rows: Vec<BTreeMap<String, Cell>> =
        typed.told.iter().map(|row| row.iter().map(|(field, value)| (field.clone(), cell(value))).collect()).collect();
    let Some(stages) = &done.stages else { return Ok(None) };
    let directory = Directory::load(workspace)?;
    outputs::filled_worklist(workspace, (&stages.track, &stages.report, &stages.follow_up), &directory, &rows)
}

/// Makes a workspace in `dir` and plays the cycle at each date of the samples; between them the best employer agrees
/// to the date proposed, and a colleague types a week into the list of the first day, which comes back on the second.
///
/// # Errors
/// The folder holds something else, or a stage fails.
pub fn demo(dir: &Path, lang: Lang) -> Result<Demo, AppError> {
    let fixed = SecretKey::from_hex(&crate::rules::hex_sha256(b"daifa demo"));
    let mut days: Vec<(NaiveDate, &Dir)> =
        SAMPLES.dirs().filter_map(|d| Some((d.path().to_str()?.parse().ok()?, d))).collect();
    days.sort_by_key(|(day, _)| *day);
    let last = days.last().map(|(day, _)| *day);
    let options =
        InitOptions { branch: Some(BRANCH.to_string()), fixed_hmac_key: fixed, today: last, ..InitOptions::default() };
    let made = init(dir, &options)?;
    let mut cycles: Vec<(NaiveDate, Cycle)> = Vec::new();
    let mut back: Option<(String, Vec<u8>)> = None;
    for (today, day) in days {
        if let Some((file, bytes)) = back.take() {
            output::write(dir, &format!("inbox/{file}"), &bytes)?;
        }
        for file in day.files() {
            let name = file.path().file_name().unwrap_or_default().to_string_lossy();
            output::write(dir, &format!("inbox/{name}"), file.contents())?;
        }
        let mut workspace =
            Workspace::open(dir, &OpenOptions { lang, today, passphrase: None, recovery: None, beside: false })?;
        let done = cycle::cycle(&mut workspace, &ImportOptions::default())?;
        let best = done.stages.as_ref().and_then(|s| s.ranking.ranked.first()).map(|r| r.employer_id.to_string());
        if let Some(best) = best.filter(|_| cycles.is_empty()) {
            change::confirm(&mut workspace, &best, None)?;
            back = week(&workspace, &done)?;
        }
        cycles.push((today, done));
    }
    Ok(Demo { workspace: made.root, today: last, cycles })
}
