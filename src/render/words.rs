//! Words of a language: every label, reason, problem and unit the user sees, from `templates/<lang>/messages/*.toml`.
//! The shipped files are compiled in; a workspace's files of the same place lie over them; a key another language
//! lacks falls back to Chinese.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::Mutex;

use include_dir::{Dir, include_dir};
use thiserror::Error;
use toml::{Table, Value};

use crate::files;
use crate::model::product::Product;
use crate::model::{Fen, Param, Problem, Reason};
use crate::render::{figures, free_text};

/// All of `templates/`, compiled in.
pub(super) static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Families of keys a workspace may add to: it can have products and rules of its own.
const OPEN_FAMILIES: [&str; 3] = ["product.", "reason.", "word."];

/// From this amount on sentences speak of 万元.
const WAN_FROM: Fen = Fen::yuan(10_000);

/// Language of what the user sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    ZhCn,
    En,
}

impl Lang {
    /// The folder under `templates/`, and the language tag of HTML.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::En => "en",
        }
    }
}

impl FromStr for Lang {
    type Err = ();

    fn from_str(text: &str) -> Result<Lang, ()> {
        [Lang::ZhCn, Lang::En].into_iter().find(|l| l.tag().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A file of words that cannot be used.
#[derive(Debug, Error)]
pub enum WordsError {
    #[error("words file {file} cannot be read: {source}")]
    Unreadable { file: String, source: std::io::Error },
    #[error("words file {file} is not usable: {reason}")]
    Invalid { file: String, reason: String },
    #[error("words file {file} gives {key} twice")]
    Twice { file: String, key: String },
    #[error("words file {file} has the key {key}, which is not known")]
    UnknownKey { file: String, key: String },
    #[error("words file {file} uses {{{name}}} in {key}, which is not filled there")]
    UnknownPlaceholder { file: String, key: String, name: String },
}

/// A problem in words: what it is, what was found, how to repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemText {
    pub title: String,
    pub found: String,
    pub repair: String,
}

/// The words of one language by dotted key.
#[derive(Debug)]
pub struct Words {
    lang: Lang,
    entries: BTreeMap<String, String>,
    /// `⟦key⟧` of every key asked for in vain, kept so that `get` can lend it; bounded by the keys in the code.
    missing: Mutex<BTreeMap<String, &'static str>>,
}

impl Words {
    /// The shipped words with those of `overlay` (a workspace's `templates/`) over them.
    ///
    /// # Errors
    /// A file that is not TOML, a key given twice, a workspace key or placeholder that nothing uses.
    pub fn load(lang: Lang, overlay: Option<&Path>) -> Result<Words, WordsError> {
        let mut entries = shipped(Lang::ZhCn)?;
        if lang != Lang::ZhCn {
            entries.extend(shipped(lang)?);
        }
        let known = entries.clone();
        for (file, text) in overlay.map(|dir| workspace_files(dir, lang)).transpose()?.unwrap_or_default() {
            for (key, value) in flatten(&file, &text)? {
                match known.get(&key) {
                    Some(own) => {
                        let names = placeholders(own);
                        if let Some(name) = placeholders(&value).into_iter().find(|n| !names.contains(n)) {
                            return Err(WordsError::UnknownPlaceholder { file, key, name: name.to_string() });
                        }
                    }
                    None if OPEN_FAMILIES.iter().any(|f| key.starts_with(f)) => {}
                    None => return Err(WordsError::UnknownKey { file, key }),
                }
                entries.insert(key, value);
            }
        }
        Ok(Words { lang, entries, missing: Mutex::default() })
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The words under a dotted key; a key that is missing is shown as `⟦key⟧`.
    pub fn get(&self, key: &str) -> &str {
        if let Some(text) = self.entries.get(key) {
            return text;
        }
        let mut missing = self.missing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        missing.entry(key.to_string()).or_insert_with(|| Box::leak(format!("⟦{key}⟧").into_boxed_str()))
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The words under `key` with `{name}` replaced by the parameter of that name; one not given is shown as `⟦name⟧`.
    pub fn fill(&self, key: &str, params: &[(&str, Param)]) -> String {
        self.fill_text(self.get(key), &|name| params.iter().find(|(n, _)| *n == name).map(|(n, p)| self.named(n, p)))
    }

    /// A parameter as it may stand under its name.
    fn named(&self, name: &str, param: &Param) -> String {
        let text = self.param(param);
        match param {
            Param::Text(_) | Param::List(_) => free_text::shown(name, &text).into_owned(),
            _ => text,
        }
    }

    /// A parameter as it stands in a sentence: `9,500.00元`, `1,234.6万元`, `31.2%`, `2026-03-10`.
    pub fn param(&self, param: &Param) -> String {
        match param {
            Param::Count(n) => figures::count(*n),
            Param::Ratio(r) => figures::ratio(*r),
            Param::Date(d) => figures::date(*d),
            Param::Text(t) => t.clone(),
            Param::Money { fen } => self.money(*fen),
            Param::Share { share } => figures::percent(*share),
            Param::Word { word } => self.word(word).to_string(),
            Param::Phrase { phrase, params } => {
                let params: Vec<(&str, Param)> = params.iter().map(|(name, p)| (name.as_str(), p.clone())).collect();
                let detail = format!("detail.{phrase}");
                self.fill(if self.has(&detail) || !self.has(phrase) { &detail } else { phrase }, &params)
            }
            Param::List(items) => {
                items.iter().map(|p| self.param(p)).collect::<Vec<_>>().join(self.get("common.list_separator"))
            }
        }
    }

    /// Money with its unit: 元 with fen, from 10,000 元 on 万元 with one decimal (languages without 万: always yuan).
    pub fn money(&self, fen: Fen) -> String {
        let wan = self.lang == Lang::ZhCn && (fen >= WAN_FROM || fen <= -WAN_FROM);
        let (key, amount) =
            if wan { ("unit.wan_amount", figures::wan_short(fen)) } else { ("unit.yuan_amount", figures::yuan(fen)) };
        self.fill_text(self.get(key), &|name| (name == "amount").then(|| amount.clone()))
    }

    /// A word of the catalogue: `word.<key>`, else `product.<key>`, else the entry `key` itself.
    pub fn word(&self, key: &str) -> &str {
        let word = format!("word.{key}");
        let product = format!("product.{key}");
        if self.has(&word) {
            self.get(&word)
        } else if self.has(&product) {
            self.get(&product)
        } else if self.has(key) {
            self.get(key)
        } else {
            self.get(&word)
        }
    }

    /// A product's name: its own, if a workspace's rules give one, else the catalogue's.
    pub fn product<'a>(&'a self, product: &'a Product) -> &'a str {
        match &product.name {
            Some(name) => name,
            None => self.get(&format!("product.{}", product.key)),
        }
    }

    /// A reason in words: the label its rule carries itself, else `reason.<rule>`.
    pub fn reason(&self, reason: &Reason) -> String {
        let key = format!("reason.{}", reason.rule);
        let text = reason.own_label.as_deref().unwrap_or_else(|| self.get(&key));
        self.fill_text(text, &|name| reason.params.iter().find(|(n, _)| n == name).map(|(n, p)| self.named(n, p)))
    }

    /// Reasons joined as one sentence part.
    pub fn reasons(&self, reasons: &[Reason]) -> String {
        reasons.iter().map(|r| self.reason(r)).collect::<Vec<_>>().join(self.get("common.reason_separator"))
    }

    /// A problem in words; `{file}`, `{sheet}` and `{cell}` may be used beside its own parameters.
    pub fn problem(&self, problem: &Problem) -> ProblemText {
        let fill = |part: &str| {
            self.fill_text(self.get(&format!("problem.{}.{part}", problem.code)), &|name| {
                let own = problem.params.iter().find(|(n, _)| *n == name).map(|(n, p)| self.named(n, p));
                own.or_else(|| match name {
                    "file" => Some(problem.place.file.clone()),
                    "sheet" => {
                        Some(free_text::shown(name, problem.place.sheet.as_deref().unwrap_or_default()).into_owned())
                    }
                    "cell" => Some(problem.place.cell.clone().unwrap_or_default()),
                    _ => None,
                })
            })
        };
        ProblemText { title: fill("title"), found: fill("found"), repair: fill("repair") }
    }

    fn fill_text(&self, text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, name, after)) = next_placeholder(rest) {
            out.push_str(before);
            out.push_str(&value(name).unwrap_or_else(|| format!("⟦{name}⟧")));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Names of the placeholders in a text, in order of appearance.
pub fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, name, after)) = next_placeholder(rest) {
        names.push(name);
        rest = after;
    }
    names
}

/// What stands before the next `{name}`, the name, and what stands after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|i| from + i) {
        let name_length = text[open + 1..]
            .find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))
            .unwrap_or(text.len() - open - 1);
        let close = open + 1 + name_length;
        if name_length > 0 && text[close..].starts_with('}') {
            return Some((&text[..open], &text[open + 1..close], &text[close + 1..]));
        }
        from = open + 1;
    }
    None
}

/// The compiled-in files of a language, merged; a key must stand in one file only.
fn shipped(lang: Lang) -> Result<BTreeMap<String, String>, WordsError> {
    let mut entries = BTreeMap::new();
    let files = SHIPPED.get_dir(format!("{}/messages", lang.tag())).into_iter().flat_map(Dir::files);
    for file in files.filter(|f| f.path().extension().is_some_and(|e| e == "toml")) {
        let name = file.path().display().to_string();
        let text = file.contents_utf8().ok_or_else(|| WordsError::Unreadable {
            file: name.clone(),
            source: std::io::ErrorKind::InvalidData.into(),
        })?;
        for (key, value) in flatten(&name, text)? {
            if entries.insert(key.clone(), value).is_some() {
                return Err(WordsError::Twice { file: name, key });
            }
        }
    }
    Ok(entries)
}

/// The workspace's files of a language, in the order of their names.
fn workspace_files(templates: &Path, lang: Lang) -> Result<Vec<(String, String)>, WordsError> {
    let folder = templates.join(lang.tag()).join("messages");
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let file = path.display().to_string();
            match files::read_own_text(&path, files::LONGEST_TEXT) {
                Ok(text) => Ok((file, text)),
                Err(source) => Err(WordsError::Unreadable { file, source }),
            }
        })
        .collect()
}

/// `[a.b] c = "…"` → `a.b.c`.
fn flatten(file: &str, text: &str) -> Result<Vec<(String, String)>, WordsError> {
    let invalid = |reason: String| WordsError::Invalid { file: file.to_string(), reason };
    // Windows Notepad writes a byte order mark.
    let table: Table =
        text.trim_start_matches('\u{feff}').parse().map_err(|e: toml::de::Error| invalid(e.to_string()))?;
    let mut out = Vec::new();
    let mut open: Vec<(String, Value)> = table.into_iter().rev().collect();
    while let Some((key, value)) = open.pop() {
        match value {
            Value::String(text) => out.push((key, text)),
            Value::Table(inner) => open.extend(inner.into_iter().rev().map(|(k, v)| (format!("{key}.{k}"), v))),
            _ => return Err(invalid(format!("{key} must be text"))),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
