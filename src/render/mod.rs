//! Floor 5: values → words, tables, workbooks, documents. Nothing here decides, ranks or queries.
//!
//! One abstract [`table::Table`] serves the console and the workbook; one middle shape, [`document::Document`],
//! made from a template's Markdown, serves Word and HTML.

pub mod books;
pub mod calendar;
pub mod compare;
pub mod console;
pub mod document;
pub mod docx;
pub mod figures;
pub mod form;
pub mod free_text;
pub mod html;
pub mod picture;
pub mod publicity;
pub mod table;
pub mod templates;
pub mod words;
pub mod workbook;

use thiserror::Error;

/// Something that could not be turned into a file.
#[derive(Debug, Error)]
pub enum RenderError {
    #[error("workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("there is no space in {path}")]
    Full { path: String },
    #[error("document cannot be written: {0}")]
    Document(String),
}
