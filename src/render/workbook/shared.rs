//! What the sheets of one workbook share while it is written.

use rust_xlsxwriter::Worksheet;

use crate::render::words::Words;
use crate::render::workbook::style::Styles;

/// What the sheets of one workbook share while it is written.
pub(super) struct Shared<'a> {
    pub words: &'a Words,
    pub styles: Styles,
    pub title: &'a str,
    /// Lists too long for a drop-down's own text, one per column.
    pub choices: HiddenSheet,
    /// Data of the charts, block under block.
    pub charts: HiddenSheet,
}

/// A very-hidden sheet that is kept only if something was written to it.
pub(super) struct HiddenSheet {
    pub name: String,
    pub worksheet: Worksheet,
    /// Columns (choices) or rows (charts) taken.
    pub used: u32,
}

impl HiddenSheet {
    pub fn new(name: String) -> HiddenSheet {
        let mut worksheet = Worksheet::new();
        // The name was made unique and valid before; a refusal would leave the default name and show in the tests.
        let _ = worksheet.set_name(&name);
        worksheet.set_very_hidden(true);
        HiddenSheet { name, worksheet, used: 0 }
    }
}
