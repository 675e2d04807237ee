//! The files an import leaves in the day's folder: its report, and marked copies of files to be mended.

use crate::app::error::AppError;
use crate::app::import::marked_copy;
use crate::app::import::outcome::FileOutcome;
use crate::app::import::outcome::ImportReport;
use crate::app::import::outcome::Outcome;
use crate::app::import::stopped::Stopped;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::model::Severity;
use crate::model::imported::{ProblemCount, count_of};
use crate::output::Written;
use crate::render::books::import::issues::FileLine;
use crate::render::books::import::report::{self, ImportReportInput, ImportedFile};
use crate::render::workbook;

/// The report of an import.
pub const IMPORT_REPORT: &str = "08_导入报告.xlsx";

/// Files of an import as the list of problems shows them.
pub fn file_lines(report: &ImportReport) -> Vec<FileLine> {
    let problems = |f: &FileOutcome| {
        let of = |s| count_of(&report.problems, s, &f.file, None) as i64;
        of(Severity::Error) + of(Severity::Warning)
    };
    report
        .files
        .iter()
        .map(|f| FileLine {
            file: f.file.clone(),
            kind: f.kinds.first().copied(),
            rows_taken: f.rows_taken as i64,
            rows_skipped: (f.rows_skipped - f.rows_not_taken) as i64,
            rows_not_taken: f.rows_not_taken as i64,
            problems: problems(f),
            outcome: f.outcome.shown(),
        })
        .collect()
}

/// 08_导入报告.xlsx, and the marked copies of files with problems in their cells.
///
/// # Errors
/// A file cannot be made or written.
pub fn write(workspace: &Workspace, report: &mut ImportReport) -> Result<Vec<Written>, AppError> {
    let before = report.problems.len();
    let mut written = marked_copy::write_all(workspace, &mut report.files, &mut report.problems)?;
    if report.problems.len() > before {
        report.problem_counts = ProblemCount::gather(&report.problems, workspace.rules.limits.report_places);
    }
    let folder = format!("{}/", workspace.out_folder());
    let lines = file_lines(report);
    let files: Vec<ImportedFile> = report
        .files
        .iter()
        .zip(lines)
        .map(|(file, line)| ImportedFile {
            line,
            sheets: &file.sheets,
            brought: file.brought,
            unmatched: file.unmatched_payees as i64,
            open_matches: file.open_matches,
            profiles: file.profiles.len(),
            marked: file.marked_copy.as_deref().and_then(|path| path.strip_prefix(&folder)),
        })
        .collect();
    let input = ImportReportInput { files: &files, problems: &report.problems, counts: &report.problem_counts };
    let note = OutNote { purpose: "import", rows: report.problems.len(), columns: Vec::new(), mask_level: "none" };
    let bytes = workbook::write(&report::import_report_book(&input, &workspace.words), &workspace.words)?;
    written.push(workspace.write_out(IMPORT_REPORT, &bytes, note)?);
    report.report = Some(format!("{folder}{IMPORT_REPORT}"));
    Ok(written)
}

/// Writes the report of an import that broke off, as far as it came; where it stored and refused nothing there is nothing
/// to tell, and the report of an earlier run stays. Where the disk is the trouble, nothing more is written to it.
pub fn write_stopped(workspace: &Workspace, mut stopped: Stopped) -> Stopped {
    let disk = ["disk_full", "disk_failure", "read_only", "no_write_access"].contains(&stopped.error.spec().code);
    if !disk && stopped.report.files.iter().any(|f| f.outcome != Outcome::Unchanged) {
        // What broke off the import is what is told, also where it lets no report be written.
        write(workspace, &mut stopped.report).ok();
    }
    stopped
}
