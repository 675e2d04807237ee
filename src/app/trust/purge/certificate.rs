//! What says that a removal was done: 删除证明, for the file and for a program.

use crate::app::error::AppError;
use crate::app::trust::purge::outcome::Purged;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::output::Written;
use crate::render::document::Document;
use crate::render::docx;
use crate::render::words::Words;

pub(super) fn json_error(error: &serde_json::Error) -> AppError {
    AppError::Inner { what: "purge", reason: error.to_string() }
}

/// 删除证明_<entry>.docx and .json. Written once more by a removal that was cut off after it, they are the same.
pub(super) fn write(workspace: &Workspace, purged: &Purged) -> Result<Vec<Written>, AppError> {
    let seq = purged.audit.as_ref().map_or(0, |a| a.seq);
    let json = serde_json::to_string_pretty(purged).map_err(|e| json_error(&e))?;
    let mut context = serde_json::to_value(purged).map_err(|e| json_error(&e))?;
    for list in ["removed", "remaining"] {
        for entry in context.get_mut(list).and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
            let table = entry.get("table").and_then(serde_json::Value::as_str).unwrap_or_default().to_string();
            entry["label"] = label_of(&table, &workspace.words).into();
        }
    }
    context["branch"] = workspace.file.branch.clone().into();
    context["date"] = workspace.today.to_string().into();
    context["sha256"] = crate::rules::hex_sha256(json.as_bytes()).into();
    let markdown = workspace.templates.render("purge_certificate.md", &context)?;
    let document = Document::new(workspace.words.get("purge.certificate").to_string(), &markdown);
    let note = || OutNote { purpose: "purge", rows: purged.people.len(), columns: Vec::new(), mask_level: "none" };
    Ok(vec![
        workspace.write_out(&format!("删除证明_{seq}.json"), json.as_bytes(), note())?,
        workspace.write_out(&format!("删除证明_{seq}.docx"), &docx::write(&document, &workspace.words)?, note())?,
    ])
}

/// What people call the records of a table; a table without such a word is shown by its own name.
pub fn label_of(table: &str, words: &Words) -> String {
    let key = format!("stored.{table}");
    if words.has(&key) { words.get(&key).to_string() } else { table.to_string() }
}
