//! Workbooks that leave and come back: one machinery gives each its mark, signs the keys of its rows, and keeps what it was
//! sent with. A new one joins by its entry in `workbooks.toml` and a table with keys.

use chrono::NaiveDate;

use crate::app::workspace::open::Workspace;
use crate::model::returns::book::{Mark, SIGNED_NAME, WORKSPACE};
use crate::render::workbook::mark::{self, SentCell};
use crate::render::workbook::{Book, BookMark};
use crate::rules::hex_sha256;
use crate::rules::import::workbooks::WorkbookRules;
use crate::store::answers::{NewExport, SentValue};
use crate::store::sign::Signer;
use crate::store::{Store, StoreError};

/// What every workbook is given; nothing of it is the store, so that several threads make them.
pub(in crate::app) struct Dispatch<'a> {
    rules: &'a WorkbookRules,
    /// The workspace, as its own key signs it: a copy that was restored takes its workbooks back too.
    workspace: String,
    today: NaiveDate,
    signer: Signer,
}

/// A workbook ready to leave.
#[derive(Debug, Clone)]
pub(in crate::app) struct Leaving {
    export_id: String,
    book: &'static str,
    file: String,
    recipient: String,
    today: NaiveDate,
    pub rows: usize,
    values: Vec<SentValue>,
}

impl<'a> Dispatch<'a> {
    pub fn of(workspace: &'a Workspace) -> Dispatch<'a> {
        let signer = workspace.store.signer();
        let rules = &workspace.rules.workbooks;
        Dispatch { rules, workspace: signer.sign(WORKSPACE), today: workspace.today, signer }
    }

    /// Makes a workbook ready. The same day, recipient and contents are the same export, so that a run again sends nothing
    /// new; other contents are another one, for a copy of the first may still come back.
    pub fn ready(&self, book: &mut Book, kind: &'static str, file: &str, recipient: &str) -> Leaving {
        mark::sign(book, |id| self.signer.key(id));
        let rule = self.rules.books.get(kind);
        let fixed: Vec<String> = rule.map(|r| r.identity.iter().chain(&r.fixed).cloned().collect()).unwrap_or_default();
        let (rows, cells) = mark::sent(book, &fixed);
        // Whose row it is stands in its key; names stay in the vault.
        let kept = |cell: SentCell| {
            (!["name", SIGNED_NAME].contains(&cell.field.as_str())).then_some(SentValue {
                row_key: cell.key,
                field: cell.field,
                value: cell.text,
            })
        };
        let values: Vec<SentValue> = cells.into_iter().filter_map(kept).collect();
        let mut text = format!("{}\n{kind}\n{recipient}\n{rows}", self.today);
        for SentValue { row_key, field, value } in &values {
            text.push_str(&format!("\n{row_key}\t{field}\t{value}"));
        }
        let export_id = format!("X{}", &hex_sha256(text.as_bytes())[..12]);
        let mut mark = Mark {
            version: self.rules.version,
            workspace: self.workspace.clone(),
            export: export_id.clone(),
            book: kind.to_string(),
            signature: String::new(),
        };
        mark.signature = self.signer.sign(&mark.text());
        book.mark = Some(BookMark { mark, fixed });
        let (file, recipient) = (file.to_string(), recipient.to_string());
        Leaving { export_id, book: kind, file, recipient, today: self.today, rows, values }
    }
}

impl Leaving {
    /// Keeps it, for the merge when it comes back.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn record(&self, store: &Store) -> Result<(), StoreError> {
        let Leaving { export_id, book, file, recipient, today, rows, values } = self;
        let export = NewExport { export_id, book, file, recipient, today: *today, rows: *rows as i64 };
        store.record_export(&export, values)
    }
}
