//! The one gate for text on its way out: whatever is printed, filled into a document or written into a workbook has the
//! numbers of people in it masked. What a column or key of personal data may show is decided before, by `masking.toml`.

use std::borrow::Cow;

use serde_json::Value;

use crate::model::text::free_text::mask_numbers;
use crate::render::table::{Cell, Column};

/// Keys (of JSON, of placeholders, of columns) whose text is no free text.
const SPARED: [&[&str]; 4] = [
    // Personal data, shown as far as the purpose of the output needs it.
    &["phone", "id_number", "account", "customer_number"],
    // Where a file is: a name that is changed leads nowhere.
    &[
        "file",
        "files",
        "path",
        "folder",
        "href",
        "report",
        "marked_copy",
        "profile",
        "profiles",
        "stayed",
        "backups",
        "key_file",
        "recovery_copy",
        "recovery_copies_here",
        "subject",
        "command",
    ],
    // Made by the program: hashes, identifiers, instants.
    &[
        "sha256",
        "hash",
        "previous",
        "head",
        "fingerprint",
        "uuid",
        "task_id",
        "row_key",
        "export_id",
        "rules_hash",
        "at",
        "created",
        "since",
    ],
    // Sentences of the catalogue, whose placeholders have passed the gate; forms of cells (`9999-99`).
    &["label", "found", "repair", "shape"],
];

/// Whether what stands under a key is left as it is.
fn spares(key: &str) -> bool {
    SPARED.iter().any(|keys| keys.contains(&key))
}

/// Text as it may stand under `key`.
pub fn shown<'t>(key: &str, text: &'t str) -> Cow<'t, str> {
    // Most text has no number at all.
    if spares(key) || !text.chars().any(char::is_numeric) { Cow::Borrowed(text) } else { mask_numbers(text).into() }
}

/// A table's cell as it may leave.
pub fn cell<'c>(column: &Column, cell: &'c Cell) -> Cow<'c, Cell> {
    let masked = |text: &str| match shown(&column.key, text) {
        Cow::Owned(masked) if masked != text => Some(masked),
        _ => None,
    };
    match cell {
        Cell::Text(text) => masked(text).map_or(Cow::Borrowed(cell), |text| Cow::Owned(Cell::Text(text))),
        Cell::Link { text, target } => {
            masked(text).map_or(Cow::Borrowed(cell), |text| Cow::Owned(Cell::Link { text, target: target.clone() }))
        }
        _ => Cow::Borrowed(cell),
    }
}

/// Masks every text of a JSON value.
pub fn mask(value: &mut Value) {
    mask_under("", value);
}

fn mask_under(key: &str, value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(masked) = shown(key, text) {
                *text = masked;
            }
        }
        // The items of a list are what its key says.
        Value::Array(items) => items.iter_mut().for_each(|item| mask_under(key, item)),
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| mask_under(key, value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::table::Kind;
    use serde_json::json;

    #[test]
    fn free_text_is_masked_and_what_the_program_made_is_not() {
        let mut value = json!({
            "note": "改打199-0000-0002", "list": ["19900000002", {"text": "6200 0000 9876 5432 208"}], "n": 19900000002i64,
            "sha256": "19900000002a", "files": ["明细19900000002.xlsx"], "phone": "19900000002",
        });
        mask(&mut value);
        let masked = json!({
            "note": "改打199******02", "list": ["199******02", {"text": "**** 2208"}], "n": 19900000002i64,
            "sha256": "19900000002a", "files": ["明细19900000002.xlsx"], "phone": "19900000002",
        });
        assert_eq!(value, masked);
    }

    #[test]
    fn a_cell_is_masked_unless_its_column_holds_personal_data() {
        let column = |key: &str| Column::new(key, "", Kind::Text);
        let text = Cell::text("转19900000002");
        assert_eq!(*cell(&column("note"), &text), Cell::text("转199******02"));
        assert_eq!(*cell(&column("phone"), &text), text);
        let link = Cell::Link { text: "转19900000002".into(), target: "a.xlsx".into() };
        assert_eq!(cell(&column("name"), &link).shown(&Kind::Text), "转199******02");
    }
}
