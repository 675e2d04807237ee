//! The terminal: tables for people, JSON for programs, errors with place, fact and repair.

use std::io::IsTerminal as _;

use serde::Serialize;
use serde_json::Value;

use crate::app::AppError;
use crate::app::Written;
use crate::app::error::Spec;
use crate::app::freshness::Freshness;
use crate::cli::terminal;
use crate::model::{Param, Problem, Reason};
use crate::render::table::Table;
use crate::render::words::Words;
use crate::render::{console, free_text};

/// Where results go.
pub struct Screen {
    pub words: Words,
    pub json: bool,
    width: usize,
    colour: bool,
}

impl Screen {
    pub fn new(words: Words, json: bool) -> Screen {
        Screen { words, json, width: terminal::width().clamp(40, 160), colour: terminal::colour() }
    }

    /// Prints a line; nothing when JSON is wanted.
    pub fn line(&self, text: &str) {
        if !self.json {
            terminal::out(text);
        }
    }

    /// Prints text in lines that fit the terminal, each after `indent`; text of files and people cannot steer it.
    pub fn wrapped(&self, indent: &str, text: &str) {
        for line in console::wrap(text, self.width.saturating_sub(indent.len())) {
            self.line(&format!("{indent}{line}"));
        }
    }

    /// Prints a line of the catalogue.
    pub fn say(&self, key: &str, params: &[(&str, Param)]) {
        self.line(&self.words.fill(key, params));
    }

    /// Prints a line of the catalogue in lines that fit the terminal.
    pub fn say_wrapped(&self, key: &str, params: &[(&str, Param)]) {
        self.wrapped("", &self.words.fill(key, params));
    }

    /// Says on stderr what goes on, for somebody who sits before it; nothing when JSON is wanted.
    pub fn aside(&self, key: &str) {
        if !self.json {
            terminal::err(self.words.get(key));
        }
    }

    /// Says on stderr how the work is done, also where JSON is wanted: whoever reads it is to know.
    pub fn aside_notice(&self, code: &str, key: &str, params: &[(&str, Param)]) {
        let text = self.words.fill(key, params);
        match self.json {
            true => terminal::err_json(&notice(code, &text, params).to_string()),
            false => self.err_wrapped(&text),
        }
    }

    /// Says before anything else that the data are older than the rules allow: with the results, or with JSON on stderr.
    pub fn stale(&self, freshness: Freshness) {
        let Some((key, params)) = freshness.notice() else { return };
        match self.json {
            true => self.aside_notice(freshness.code(), key, &params),
            false => self.wrapped("", &self.words.fill(key, &params)),
        }
    }

    /// Prints text to stderr, in lines that fit where somebody sits before it.
    fn err_wrapped(&self, text: &str) {
        if std::io::stderr().is_terminal() {
            console::wrap(text, self.width).iter().for_each(|line| terminal::err(line));
        } else {
            terminal::err(text);
        }
    }

    /// Prints text as it is, also with `--json`; whether anybody takes it still.
    pub fn raw(&self, text: &str) -> bool {
        terminal::raw(text)
    }

    /// Says which file was written.
    pub fn wrote(&self, written: &Written) {
        self.say("wrote", &[("file", Param::Text(written.path.display().to_string()))]);
    }

    /// Says where the first file is, and of the others, which lie in one folder, only how many and where (`key`).
    pub fn wrote_with_folder(&self, written: &[Written], key: &str) {
        written.first().into_iter().for_each(|file| self.wrote(file));
        if let Some(folder) = written.get(1).and_then(|file| file.path.parent()) {
            let files = Param::Count(written.len() as i64 - 1);
            self.say(key, &[("folder", Param::Text(folder.display().to_string())), ("files", files)]);
        }
    }

    /// Prints a table; nothing when JSON is wanted.
    pub fn table(&self, table: &Table) {
        if !self.json {
            terminal::table(console::table(table, self.width, self.colour).trim_end_matches('\n'));
        }
    }

    /// Prints a value as JSON, its reasons and problems with labels; nothing when tables are wanted.
    ///
    /// # Errors
    /// The value cannot be written as JSON.
    pub fn value(&self, value: &impl Serialize) -> Result<(), AppError> {
        if self.json {
            let json = self.labelled(value)?;
            terminal::json(&serde_json::to_string_pretty(&json).map_err(json_error)?);
        }
        Ok(())
    }

    /// Prints a value as JSON while it is put together, for what is too much to be held at once. It is printed as it is:
    /// what of it comes from files is to be [`Screen::labelled`] piece by piece.
    ///
    /// # Errors
    /// The value cannot be written as JSON. That nobody reads it any more is none.
    pub fn stream(&self, value: &impl Serialize) -> Result<(), AppError> {
        if !self.json {
            return Ok(());
        }
        let mut out = terminal::JsonOut::default();
        let mut serializer = serde_json::Serializer::pretty(&mut out);
        match value.serialize(&mut serializer) {
            Err(error) if !error.is_io() => return Err(json_error(error)),
            _ => out.end(),
        }
        Ok(())
    }

    /// A value as JSON with labels, for commands that add to it.
    pub fn labelled(&self, value: &impl Serialize) -> Result<Value, AppError> {
        let mut json = serde_json::to_value(value).map_err(json_error)?;
        free_text::mask(&mut json);
        self.label(&mut json);
        Ok(json)
    }

    /// The same of a value whose `reasons` are at hand: a hundred thousand of them need not be read from JSON again.
    ///
    /// # Errors
    /// As [`Screen::labelled`].
    pub fn labelled_by(&self, value: &impl Serialize, reasons: &[Reason]) -> Result<Value, AppError> {
        let mut json = serde_json::to_value(value).map_err(json_error)?;
        let items = json.get_mut("reasons").and_then(Value::as_array_mut).into_iter().flatten();
        for (item, reason) in items.zip(reasons) {
            if let Value::Object(map) = item {
                map.shift_remove("own_label");
                map.insert("label".into(), Value::String(self.words.reason(reason)));
            }
        }
        free_text::mask(&mut json);
        self.label(&mut json);
        Ok(json)
    }

    /// Adds `label` to every reason, and `title`, `found`, `repair` to every problem: the only thing `--lang` changes.
    fn label(&self, json: &mut Value) {
        match json {
            Value::Array(items) => items.iter_mut().for_each(|i| self.label(i)),
            Value::Object(map) => {
                if map.contains_key("label") {
                    // Labelled before, by a command that has added to the value since.
                } else if map.contains_key("rule") && map.contains_key("params") && map.contains_key("points") {
                    if let Ok(reason) = serde_json::from_value::<Reason>(Value::Object(map.clone())) {
                        map.shift_remove("own_label");
                        map.insert("label".into(), Value::String(self.words.reason(&reason)));
                    }
                } else if map.contains_key("code") && map.contains_key("severity") {
                    self.label_problem(map);
                } else {
                    map.values_mut().for_each(|v| self.label(v));
                }
            }
            _ => {}
        }
    }

    fn label_problem(&self, map: &mut serde_json::Map<String, Value>) {
        let code = map.get("code").and_then(Value::as_str).unwrap_or_default().to_string();
        let params: Vec<(String, Param)> = map
            .get("params")
            .and_then(Value::as_object)
            .map(|p| p.iter().filter_map(|(k, v)| Some((k.clone(), serde_json::from_value(v.clone()).ok()?))).collect())
            .unwrap_or_default();
        let mut borrowed: Vec<(&str, Param)> = params.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        for place in ["file", "sheet", "cell"].into_iter().filter(|p| !params.iter().any(|(k, _)| k == p)) {
            let text = map.get(place).and_then(Value::as_str).unwrap_or_default();
            borrowed.push((place, Param::Text(text.to_string())));
        }
        for part in ["title", "found", "repair"] {
            let text = self.words.fill(&format!("problem.{code}.{part}"), &borrowed);
            map.insert(part.into(), Value::String(text));
        }
    }

    /// Says on stderr what is wrong with a file whose content is being printed.
    pub fn warn(&self, problem: &Problem) {
        let text = self.words.problem(problem);
        let label = |key: &str| self.words.get(key).to_string();
        let lines = [
            format!("{}{}", label("error.label.title"), text.title),
            format!("{}{}", label("error.label.found"), text.found),
            format!("{}{}", label("error.label.repair"), text.repair),
        ];
        for line in lines.iter().flat_map(|text| console::wrap(text, self.width)) {
            terminal::err(&line);
        }
    }

    /// Prints an error to stderr: title, what was found, how to mend it; with `--json` as an object.
    pub fn error(&self, error: &AppError) {
        let Spec { code, params, reasons, .. } = error.spec();
        let part = |name: &str| self.words.fill(&format!("error.{code}.{name}"), &params);
        let mut found = part("found");
        if !reasons.is_empty() {
            // Chinese has no blank behind a sign.
            found.push_str(if found.is_ascii() { " " } else { "" });
            found.push_str(&self.words.reasons(reasons));
        }
        if self.json {
            let told = serde_json::json!({
                "error": {
                    "code": code, "title": part("title"), "found": found, "repair": part("repair"),
                    // For whoever looks after the program: as it and its libraries say it, in English.
                    "detail": error.to_string(),
                }
            });
            terminal::err_json(&told.to_string());
        } else {
            let told = [("title", part("title")), ("found", found), ("repair", part("repair"))];
            for (label, text) in told {
                self.err_wrapped(&format!("{}{text}", self.words.get(&format!("error.label.{label}"))));
            }
        }
    }
}

/// Something to know beside the result, for programs.
fn notice(code: &str, label: &str, params: &[(&str, Param)]) -> Value {
    let params: serde_json::Map<String, Value> =
        params.iter().map(|(name, p)| (name.to_string(), serde_json::to_value(p).unwrap_or_default())).collect();
    serde_json::json!({ "notice": { "code": code, "params": params, "label": label } })
}

fn json_error(error: serde_json::Error) -> AppError {
    AppError::Inner { what: "JSON", reason: error.to_string() }
}
