//! Mapping profiles: read for an import, made ready where something has to be asked.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::import::own_fault;
use crate::app::workspace::open::Workspace;
use crate::app::workspace::open::failed;
use crate::files;
use crate::intake::{Draft, DraftColumn, FileReading, Profile};
use crate::model::imported::mask_numbers;
use crate::model::problem::{codes, column_letters};
use crate::model::status::SheetKind;
use crate::model::text::argument;
use crate::model::text::file_name::{folded, safe_name, with_tail};
use crate::model::{Param, Place, Problem, Products};
use crate::output;
use crate::render::words::Words;
use crate::rules::Rules;
use crate::rules::import::columns::Shape;

/// Folder of the profiles made ready.
const FOLDER: &str = "profiles";

/// Reads and checks profiles; a path that does not lead to a file from here is tried from the workspace.
///
/// # Errors
/// No such file, or what is wrong in it.
pub fn load_all(paths: &[PathBuf], workspace: Option<&Path>, rules: &Rules) -> Result<Vec<Profile>, AppError> {
    let load = |path: &PathBuf| {
        let inside = workspace.map(|w| w.join(path)).filter(|p| !path.is_file() && p.is_file());
        let path = inside.unwrap_or_else(|| path.clone());
        let text = files::read_text(&path, files::LONGEST_TEXT).map_err(|e| failed(&path, &e))?;
        Profile::parse(&text, rules).map_err(|fault| AppError::Profile { path, fault })
    };
    paths.iter().map(load).collect()
}

/// Writes the profiles a file's sheets need; returns their paths, relative to the workspace, and what is to be told of
/// them. What somebody has written into an earlier one stays.
///
/// # Errors
/// Nothing that concerns this file alone: a profile that cannot be written is among what is to be told.
pub fn write_drafts(workspace: &Workspace, reading: &FileReading) -> Result<(Vec<String>, Vec<Problem>), AppError> {
    let stem = Path::new(&reading.file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let drafts: Vec<&Draft> = reading.sheets.iter().filter_map(|s| s.draft.as_ref()).collect();
    let (mut written, mut told) = (Vec::new(), Vec::new());
    for draft in &drafts {
        let sheet = mask_numbers(&draft.sheet);
        let name = safe_name(&if drafts.len() > 1 { format!("{stem}_{sheet}") } else { stem.clone() });
        let text = draft_text(&reading.file, draft, &workspace.rules, &workspace.products, &workspace.words);
        let path = free_path(&workspace.root, &name, text.as_bytes());
        match output::write(&workspace.root, &path, text.as_bytes()) {
            Ok(_) => {
                let place = Place { file: reading.file.clone(), sheet: None, cell: None };
                // It stands in a command for copying.
                let params = vec![("profile", Param::Text(argument(&path)))];
                told.push(codes::PROFILE_WRITTEN.at(place, params));
                written.push(path);
            }
            Err(error) => told.push(own_fault::problem_of(codes::PROFILE_NOT_WRITTEN, &reading.file, error.into())?),
        }
    }
    Ok((written, told))
}

/// The first of `name.toml`, `name_2.toml` … that is not there or holds just this. Nor may another file be there whose
/// name is told apart by capitals alone: on Windows both would be one.
fn free_path(root: &Path, name: &str, bytes: &[u8]) -> String {
    let entries = std::fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten();
    let there: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    let own = |n: usize| with_tail(name, &if n > 1 { format!("_{n}.toml") } else { ".toml".to_string() });
    let holds =
        |name: &str| files::read(&root.join(FOLDER).join(name), files::LONGEST_TEXT).is_ok_and(|there| there == bytes);
    let free = |own: &String| {
        let mut same = there.iter().filter(|other| folded(other) == folded(own));
        same.all(|other| other == own && holds(own))
    };
    let name = (1..).map(own).find(free).unwrap_or_else(|| own(1));
    format!("{FOLDER}/{name}")
}

/// A draft as TOML with comments in the user's language.
fn draft_text(file: &str, draft: &Draft, rules: &Rules, products: &Products, words: &Words) -> String {
    let text = |t: &str| Param::Text(t.to_string());
    let mut out = String::new();
    let comment = |out: &mut String, key: &str, params: &[(&str, Param)]| {
        for line in words.fill(&format!("profile.{key}"), params).lines() {
            out.push_str(&format!("# {line}\n"));
        }
    };
    let sheet = mask_numbers(&draft.sheet);
    comment(&mut out, "intro", &[("file", text(file)), ("sheet", text(&sheet))]);
    let kinds: Vec<String> = SheetKind::ALL
        .iter()
        .filter(|k| **k != SheetKind::Returned)
        .map(|k| format!("{k} {}", words.get(&format!("sheet.{k}"))))
        .collect();
    comment(&mut out, "kinds", &[("kinds", text(&kinds.join(words.get("profile.separator"))))]);
    let kind = draft.kind.unwrap_or(SheetKind::Holdings);
    out.push_str(&format!("kind = \"{kind}\"\n"));
    // A name with somebody's number in it is not written down: the header alone says which sheet it is.
    if sheet == draft.sheet {
        out.push_str(&format!("sheet = {}\n", quoted(&sheet)));
    }
    out.push_str(&format!("header_row = {}\nheader_rows = {}\n\n", draft.header_row, draft.header_rows));
    comment(&mut out, "options", &[]);
    out.push('\n');
    for column in &draft.columns {
        out.push('\n');
        push_column(&mut out, column, kind, rules, words);
    }
    out.push('\n');
    let fields: Vec<String> = rules
        .columns
        .of(kind)
        .iter()
        .filter(|(_, rule)| rule.shape != Some(Shape::Flag))
        .map(|(field, _)| format!("{field} {}", usual_header(rules, kind, field)))
        .collect();
    comment(&mut out, "fields", &[("fields", text(&wrapped(&fields, words)))]);
    if kind == SheetKind::Holdings {
        let list: Vec<String> = products.0.iter().map(|p| format!("{} {}", p.key, words.product(p))).collect();
        comment(&mut out, "products", &[("products", text(&wrapped(&list, words)))]);
    }
    out
}

/// Some to a line, so that nobody has to scroll sideways.
fn wrapped(list: &[String], words: &Words) -> String {
    let separator = words.get("profile.separator");
    list.chunks(5).map(|c| c.join(separator)).collect::<Vec<_>>().join("\n")
}

fn push_column(out: &mut String, column: &DraftColumn, kind: SheetKind, rules: &Rules, words: &Words) {
    let mut notes = vec![words.fill("profile.at", &[("column", Param::Text(column_letters(column.index)))])];
    if !column.shapes.is_empty() {
        let shapes = column.shapes.join(words.get("profile.separator"));
        notes.push(words.fill("profile.shape", &[("shape", Param::Text(shapes))]));
    }
    if let Some(content) = column.content {
        let word = words.word(&format!("content_{}", content.key())).to_string();
        notes.push(words.fill("profile.looks", &[("content", Param::Text(word))]));
    }
    if column.field.is_some() {
        notes.push(words.fill("profile.confidence", &[("confidence", Param::Share { share: column.confidence })]));
    }
    if let Some(why) = column.withheld {
        notes.push(words.get(&format!("profile.withheld_{}", why.key())).to_string());
    }
    if column.unsure {
        notes.push(words.get("profile.unsure").to_string());
    }
    out.push_str(&format!("[[column]]\n# {}\n", notes.join(words.get("profile.separator"))));
    if !column.header.is_empty() && column.withheld.is_none() {
        out.push_str(&format!("header = {}\n", quoted(&column.header)));
    }
    out.push_str(&format!("at = \"{}\"\n", column_letters(column.index)));
    match &column.field {
        Some(field) => out.push_str(&format!("field = \"{field}\"  # {}\n", usual_header(rules, kind, field))),
        None => out.push_str("ignore = true\n"),
    }
    if let Some(lists) = &column.words {
        push_words(out, lists, words);
    }
    if !column.alternatives.is_empty() {
        let others: Vec<String> =
            column.alternatives.iter().map(|f| format!("{f} {}", usual_header(rules, kind, f))).collect();
        let others = Param::Text(others.join(words.get("profile.separator")));
        out.push_str(&format!("# {}\n", words.fill("profile.alternatives", &[("fields", others)])));
    }
}

/// What the words of a column of results mean, as far as it is known, and which are still to be placed.
fn push_words(out: &mut String, [done, not_done, unknown]: &[Vec<String>; 3], words: &Words) {
    let list = |words: &[String]| words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(", ");
    let note = match unknown.is_empty() {
        true => words.get("profile.status_checked").to_string(),
        false => {
            let unknown = Param::Text(unknown.join(words.get("profile.separator")));
            words.fill("profile.status_words", &[("words", unknown)])
        }
    };
    out.push_str(&format!("# {note}\ndone = [{}]\nnot_done = [{}]\n", list(done), list(not_done)));
}

/// What messages call a field: the first of its headers.
fn usual_header(rules: &Rules, kind: SheetKind, field: &str) -> String {
    let rule = rules.columns.of(kind).get(field);
    rule.and_then(|r| rules.columns.headers(r).into_iter().next()).unwrap_or_else(|| field.to_string())
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}
