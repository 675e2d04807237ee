//! A wrong unit is caught: a column 10,000 times off its own history, or off the payroll files.

use crate::app::error::AppError;
use crate::intake::{ColumnScale, SheetReading};
use crate::model::problem::codes;
use crate::model::status::SheetKind;
use crate::model::{Fen, Param, Place, Problem, Severity};
use crate::rules::import::scale::{Against, ScaleReference, ScaleRules};
use crate::store::Store;
use crate::store::import::scales::ScaleRecord;

/// What a column was compared with (`word.scale_<key>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    History,
    Payroll,
}

/// Compares every money column of a file, and keeps their sizes for the next one. A suspect column is an error unless
/// the user has said that the unit is right.
pub(super) fn check(
    store: &Store,
    rules: &ScaleRules,
    import_id: i64,
    file: &str,
    sheets: &[SheetReading],
    unit_is_right: bool,
) -> Result<Vec<Problem>, AppError> {
    let mut problems = Vec::new();
    for sheet in sheets.iter().filter(|s| s.row_count.is_some()) {
        let Some(kind) = sheet.kind else { continue };
        for scale in &sheet.scales {
            if let Some((ratio, basis)) = suspicion(store, rules, import_id, kind, scale)? {
                problems.push(problem(file, sheet, scale, ratio, basis, unit_is_right));
            }
            let ColumnScale { field, unit, values, median } = *scale;
            let record = ScaleRecord { sheet: &sheet.sheet, kind, field, unit, amounts: values, median };
            store.add_scale(import_id, record)?;
        }
    }
    Ok(problems)
}

fn suspicion(
    store: &Store,
    rules: &ScaleRules,
    import_id: i64,
    kind: SheetKind,
    scale: &ColumnScale,
) -> Result<Option<(f64, Basis)>, AppError> {
    if scale.values < rules.min_amounts {
        return Ok(None);
    }
    let mut history = store.scale_history(import_id, kind, scale.field, rules.history)?;
    history.sort_unstable();
    if let Some(usual) = history.get(history.len().saturating_sub(1) / 2) {
        return Ok(is_off(rules, ratio(scale.median, *usual)).map(|r| (r, Basis::History)));
    }
    let references = rules.reference.values().filter(|r| r.kind == kind && r.field == scale.field);
    for reference in references {
        let usual = match reference.against {
            Against::Payment => store.median_payment(import_id)?,
            Against::RunTotal => store.median_run_total(import_id)?,
        };
        let found = usual.and_then(|u| is_out_of_range(rules, reference, ratio(scale.median, u)));
        if let Some(ratio) = found {
            return Ok(Some((ratio, Basis::Payroll)));
        }
    }
    Ok(None)
}

fn ratio(ours: Fen, usual: Fen) -> f64 {
    ours.0 as f64 / (usual.0 as f64).max(1.0)
}

/// The ratio, when it is about as large (or small) as a mistaken unit makes it.
fn is_off(rules: &ScaleRules, ratio: f64) -> Option<f64> {
    let times = ratio.max(1.0 / ratio);
    (times >= rules.factor / rules.tolerance && times <= rules.factor * rules.tolerance).then_some(ratio)
}

/// The ratio, when it is unusual and a mistaken unit explains it.
fn is_out_of_range(rules: &ScaleRules, reference: &ScaleReference, ratio: f64) -> Option<f64> {
    let usual = reference.low..=reference.high;
    let mended = if ratio < reference.low { ratio * rules.factor } else { ratio / rules.factor };
    (!usual.contains(&ratio) && usual.contains(&mended)).then_some(ratio)
}

/// To one digit: the medians are no more exact than that.
fn about(n: f64) -> i64 {
    let power = 10f64.powf(n.max(1.0).log10().floor());
    ((n / power).round() * power) as i64
}

/// The unit the amounts are probably in, having been read in `unit`.
fn likely_unit(unit: &str, too_large: bool) -> &'static str {
    match (unit, too_large) {
        ("hundred_million", true) => "ten_thousand",
        ("ten_thousand", false) => "hundred_million",
        (_, true) => "yuan",
        (_, false) => "ten_thousand",
    }
}

fn problem(
    file: &str,
    sheet: &SheetReading,
    scale: &ColumnScale,
    ratio: f64,
    basis: Basis,
    unit_is_right: bool,
) -> Problem {
    let header = sheet.columns.iter().find(|c| c.field.as_deref() == Some(scale.field));
    let word = |w: String| Param::Word { word: w };
    let basis = match basis {
        Basis::History => "scale_history",
        Basis::Payroll => "scale_payroll",
    };
    let size = if ratio > 1.0 { "scale_larger" } else { "scale_smaller" };
    let place = Place { file: file.to_string(), sheet: Some(sheet.sheet.clone()), cell: None };
    let code = if unit_is_right { codes::UNIT_SUSPECT.as_bad_as(Severity::Note) } else { codes::UNIT_SUSPECT };
    code.at(
        place,
        vec![
            ("column", Param::Text(header.map_or_else(|| scale.field.to_string(), |c| c.header.clone()))),
            ("median", Param::Money { fen: Fen(about(scale.median.0 as f64)) }),
            ("times", Param::Count(about(ratio.max(1.0 / ratio)))),
            ("size", word(size.into())),
            ("basis", word(basis.into())),
            ("unit", word(format!("unit_{}", scale.unit))),
            ("likely", word(format!("unit_{}", likely_unit(scale.unit, ratio > 1.0)))),
        ],
    )
}
