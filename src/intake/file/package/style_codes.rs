//! Number formats while they are collected, and what their readers share.

use std::collections::BTreeMap;
use std::sync::Arc;

use quick_xml::events::BytesStart;

use crate::intake::file::scan::Styles;
use crate::intake::value::amount::number_format::NumberFormat;

/// Styles longer than this are not looked at.
pub(crate) const LIMIT: u64 = 16 << 20;

/// Formats every Excel workbook has without saying so and that show a number otherwise than it is stored.
const BUILT_IN: [(u32, &str); 2] = [(9, "0%"), (10, "0.00%")];

/// Formats while they are collected: their codes by id, and the ids of the cell styles.
#[derive(Default)]
pub(crate) struct Codes {
    codes: BTreeMap<u32, String>,
    cells: Vec<u32>,
}

impl Codes {
    pub fn code(&mut self, id: u32, code: String) {
        self.codes.insert(id, code);
    }

    /// The next cell style has this format.
    pub fn cell(&mut self, id: u32) {
        self.cells.push(id);
    }

    /// The formats by cell style; empty when all show what is stored.
    pub fn finish(self) -> Styles {
        let built_in = BUILT_IN.iter().map(|(id, code)| (*id, (*code).to_string()));
        let codes: BTreeMap<u32, String> = built_in.chain(self.codes).collect();
        let formats: BTreeMap<u32, NumberFormat> =
            codes.iter().filter_map(|(id, code)| Some((*id, NumberFormat::parse(code)?))).collect();
        let styles: Vec<_> = self.cells.iter().map(|id| formats.get(id).cloned()).collect();
        Arc::new(if styles.iter().all(Option::is_none) { Vec::new() } else { styles })
    }
}

/// Value of the attribute with this name, whatever its prefix.
pub(crate) fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name)?;
    Some(quick_xml::escape::unescape(&found.value).map_or_else(|_| found.value.to_string(), |v| v.into_owned()))
}
