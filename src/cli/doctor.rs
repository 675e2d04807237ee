use clap::Args;

use super::{Global, Screen};
use crate::app::AppError;
use crate::app::doctor::{self as app, Finding};
use crate::render::table::{Cell, Column, Kind, Row, Table, Tone};

/// Check the workspace: database, audit chain, rules, calendar, data
#[derive(Debug, Args)]
pub struct DoctorArgs {}

pub fn run(_args: &DoctorArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let findings = app::doctor(&mut workspace)?;
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
        Column::new("detail", title("detail"), Kind::Text),
    ];
    let mut table = Table::new("doctor", title("title"), columns);
    for finding in findings {
        let state = words.get(if finding.ok { "doctor.ok" } else { "doctor.look" });
        let check = words.get(&format!("doctor.{}", finding.check));
        let cells = vec![Cell::text(check), Cell::text(state), Cell::text(finding.detail.as_str())];
        table.rows.push(Row::new(cells).tone(if finding.ok { Tone::Normal } else { Tone::Bad }));
    }
    screen.table(&table);
}
