//! Taking people's numbers out of words: of columns somebody typed into, and of words inside JSON.

use rusqlite::types::Value;

use crate::store::trust::purge::columns::{Holds, held_in};
use crate::store::trust::purge::schema::{Counts, Schema};
use crate::store::trust::purge::terms::OF_THE_REMOVAL;
use crate::store::trust::purge::text::Finder;
use crate::store::{Store, StoreError};

impl Store {
    /// Blots the people's numbers, ours of them and their tasks' out of what somebody typed: notes of visits, contacts,
    /// other people's records. Days, keys and codes are never rewritten, whatever they read as.
    pub(super) fn redact_words(
        &self,
        finder: Finder,
        ids: Finder,
        schema: &Schema,
        removed: &mut Counts,
    ) -> Result<(), StoreError> {
        let blot = move |text: &str| {
            let first = finder.blot(text);
            ids.blot(first.as_deref().unwrap_or(text)).or(first)
        };
        let in_json = blot.clone();
        self.function("redacted", move |text| blot(text).map_or(Value::Null, Value::Text))?;
        self.function("redacted_json", move |text| words_of_json(text, &in_json).map_or(Value::Null, Value::Text))?;
        let kept = |table: &str| table == "audit" || OF_THE_REMOVAL.contains(&table);
        for (table, columns) in schema.columns.iter().filter(|(t, _)| !kept(t)) {
            for (column, _) in columns.iter().filter(|(c, kind)| kind == "TEXT" && !(table == "import" && c == "file"))
            {
                let by = match held_in(column) {
                    Some(Holds::Words) => "redacted",
                    Some(Holds::Json) => "redacted_json",
                    _ => continue,
                };
                let sql = format!(
                    "UPDATE \"{table}\" SET \"{column}\" = {by}(\"{column}\") WHERE {by}(\"{column}\") IS NOT NULL"
                );
                removed.add_blotted(table, self.conn.execute(&sql, [])?);
            }
        }
        self.conn.remove_function("redacted_json", 1)?;
        Ok(self.conn.remove_function("redacted", 1)?)
    }
}

/// JSON whose words are changed by `blot`; `None` where nothing is changed.
fn words_of_json(text: &str, blot: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut changed = false;
    let value = each_word(text, &mut |word| {
        if let Some(blotted) = blot(word) {
            *word = blotted;
            changed = true;
        }
    });
    match value {
        Some(value) => changed.then(|| value.to_string()),
        None => blot(text),
    }
}

/// Calls `each` for the words in JSON: the texts under keys that are called as columns of words are. `None` where the text
/// is no JSON: it is words as a whole then.
pub(super) fn each_word(text: &str, each: &mut dyn FnMut(&mut String)) -> Option<serde_json::Value> {
    fn walk(value: &mut serde_json::Value, words: bool, each: &mut dyn FnMut(&mut String)) {
        match value {
            serde_json::Value::String(text) if words => each(text),
            serde_json::Value::Array(list) => list.iter_mut().for_each(|v| walk(v, words, each)),
            serde_json::Value::Object(map) => {
                for (key, value) in map.iter_mut() {
                    walk(value, matches!(held_in(key), Some(Holds::Words | Holds::Number)), each);
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).ok()?;
    walk(&mut value, false, each);
    Some(value)
}
