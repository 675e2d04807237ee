use clap::Args;

use crate::app::AppError;
use crate::app::freshness;
use crate::app::freshness::Freshness;
use crate::app::trust::doctor as app;
use crate::app::trust::doctor::Finding;
use crate::app::trust::doctor::State;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};

/// Check the workspace: database, audit chain, rules, calendar, data
#[derive(Debug, Args)]
pub struct DoctorArgs {}

pub fn run(_args: &DoctorArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let findings = match global.open() {
        Ok(mut workspace) => {
            // What is damaged is told below.
            screen.stale(freshness::freshness(&workspace).unwrap_or(Freshness::Fresh));
            app::doctor(&mut workspace)
        }
        Err(error) => app::unopened(&global.root(), &error).ok_or(error)?,
    };
    screen.value(&findings)?;
    show(&findings, screen);
    Ok(i32::from(findings.iter().any(|f| !f.ok)))
}

/// The findings as a table.
pub fn show(findings: &[Finding], screen: &Screen) {
    let words = &screen.words;
    let title = |key: &str| words.get(&format!("table.doctor.{key}")).to_string();
    let columns = vec![
        Column::new("check", title("check"), Kind::Text),
        Column::new("state", title("state"), Kind::Text),
        Column::new("detail", title("detail"), Kind::Wrap),
    ];
    let mut table = Table::new("doctor", title("title"), columns);
    for finding in findings {
        let (state, tone) = match finding.state {
            State::Ok => ("doctor.ok", Tone::Normal),
            State::Note => ("doctor.note", Tone::Warn),
            State::Bad => ("doctor.look", Tone::Bad),
            State::Failed => ("doctor.failed", Tone::Bad),
        };
        let check = words.get(&format!("doctor.{}", finding.check));
        let kept = format!("audit_purpose.{}", finding.detail);
        let told = finding.error.map(|code| format!("error.{code}.title"));
        let detail = match told {
            Some(key) => words.get(&key),
            None if finding.check == "key" && words.has(&kept) => words.get(&kept),
            None => &finding.detail,
        };
        let cells = vec![Cell::text(check), Cell::text(words.get(state)), Cell::text(detail)];
        table.rows.push(Row::new(cells).tone(tone));
    }
    screen.table(&table);
    for finding in findings.iter().filter(|f| f.state != State::Ok) {
        let check = words.get(&format!("doctor.{}", finding.check));
        let advice = if finding.state == State::Failed { "failed" } else { finding.check };
        let advice = words.get(&format!("doctor.advice.{advice}"));
        screen.wrapped("", &format!("{check}{}{advice}", words.get("common.colon")));
        finding.files.iter().for_each(|file| screen.line(&format!("  {file}")));
    }
}
