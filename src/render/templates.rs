//! Templates of documents and scripts: Tera 2 over `templates/<lang>/`, a workspace's own files first, then the
//! language's, then Chinese. Values are escaped for Markdown (`.md`) or HTML (`.html`): imported text is never markup.

mod apart;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use include_dir::Dir;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};
use thiserror::Error;

pub use crate::render::templates::apart::{COMMAND as FILL_COMMAND, FillLimits, Request, answer, fill_with};

use crate::files::{self, Found};
use crate::model::personal::{mask_name, mask_phone};
use crate::model::{Fen, Param, Points, Reason};
use crate::render::words::{Lang, SHIPPED, Words, WordsError};
use crate::render::{figures, free_text};

/// Longest template that is read, in bytes: the shipped ones are below 10,000.
const LONGEST: u64 = 1 << 20;

/// A template that cannot be used or filled.
#[derive(Debug, Error)]
pub enum TemplateError {
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error("template {file} cannot be read: {source}")]
    Unreadable { file: String, source: std::io::Error },
    #[error("template {file} prints all it is given, personal data included")]
    PrintsAll { file: String },
    #[error("template {name} uses {variable}, which is not given")]
    Undefined { name: String, variable: String },
    #[error("template {name} takes more time, memory or space than a document may")]
    TooMuch { name: String },
    #[error("template cannot be used: {0}")]
    Tera(#[from] tera::Error),
}

/// A template as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSource {
    /// `templates/<language>/<name>` for one of the workspace's own, `<name>` for a shipped one.
    pub file: String,
    pub text: String,
    /// It is one of the workspace's own.
    pub own: bool,
}

/// All templates of a language, compiled.
#[derive(Debug)]
pub struct Templates {
    markdown: Tera,
    html: Tera,
    /// Language and folder, when the workspace has templates of its own.
    own: Option<(Lang, PathBuf)>,
    /// As they are written, by name.
    sources: BTreeMap<String, TemplateSource>,
    /// Set when they are filled in a process of their own.
    apart: Option<apart::Apart>,
}

impl Templates {
    /// The shipped templates with those of `overlay` (a workspace's `templates/`) over them.
    ///
    /// # Errors
    /// A template that does not compile, with its line; one that names an unknown filter or prints its whole context.
    pub fn load(lang: Lang, overlay: Option<&Path>) -> Result<Templates, TemplateError> {
        let words = Arc::new(Words::load(lang, overlay)?);
        let mut sources = BTreeMap::new();
        shipped(Lang::ZhCn, &mut sources);
        shipped(lang, &mut sources);
        let shipped = sources.clone();
        let mut own = None;
        if let Some(dir) = overlay.filter(|dir| dir.join(lang.tag()).symlink_metadata().is_ok()) {
            own = workspace(&dir.join(lang.tag()), &mut sources)?.then(|| (lang, dir.to_path_buf()));
        }
        let is_own = |name: &String, text: &String| shipped.get(name) != Some(text);
        let written = |(name, text): (&String, &String)| {
            let own = is_own(name, text);
            let file = if own { format!("templates/{}/{name}", lang.tag()) } else { name.clone() };
            (name.clone(), TemplateSource { file, text: text.clone(), own })
        };
        let written = sources.iter().map(written).collect();
        let (html, markdown): (Vec<_>, Vec<_>) = sources.into_iter().partition(|(name, _)| name.ends_with(".html"));
        Ok(Templates {
            markdown: engine(markdown, ".md", escape_markdown, &words)?,
            html: engine(html, ".html", tera::escape_html, &words)?,
            own,
            sources: written,
            apart: None,
        })
    }

    /// The same, with the workspace's own templates filled in a process of their own, within these limits: what they do is
    /// not known. Without any, nothing changes.
    #[must_use]
    pub fn limited(mut self, limits: FillLimits) -> Templates {
        self.apart = self.own.as_ref().and_then(|(lang, overlay)| apart::Apart::new(*lang, overlay, limits));
        self
    }

    /// Fills `name` (`visit_plan.md`) from the fields of `context`.
    ///
    /// # Errors
    /// An unknown template, a variable the context has not (also inside a condition), a value of the wrong type; one of the
    /// workspace's that takes too much.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, TemplateError> {
        match &self.apart {
            Some(apart) => {
                let context = serde_json::to_value(context).map_err(|e| tera::Error::message(e.to_string()))?;
                apart.fill(name, context)
            }
            None => self.fill_here(name, context, u64::MAX),
        }
    }

    /// Fills a template in this process; the text is at most `longest` bytes long.
    fn fill_here(&self, name: &str, context: &impl Serialize, longest: u64) -> Result<String, TemplateError> {
        let engine = if name.ends_with(".html") { &self.html } else { &self.markdown };
        let mut context = serde_json::to_value(context).map_err(|e| tera::Error::message(e.to_string()))?;
        free_text::mask(&mut context);
        let context = Context::from_serialize(&context)?;
        // A misspelt name in a condition would be false without a word.
        let mut used: Vec<&str> = engine.get_template_variables(name)?.into_iter().collect();
        used.sort_unstable();
        match used.into_iter().find(|v| !context.contains_key(v)) {
            Some(variable) => Err(TemplateError::Undefined { name: name.to_string(), variable: variable.to_string() }),
            None => {
                let mut text = Bounded { bytes: Vec::new(), longest, full: false };
                let filled = engine.render_to(name, &context, &mut text);
                if text.full {
                    return Err(TemplateError::TooMuch { name: name.to_string() });
                }
                filled?;
                Ok(String::from_utf8_lossy(&text.bytes).into_owned())
            }
        }
    }

    /// All templates as they are written, the workspace's own first.
    pub fn sources(&self) -> Vec<&TemplateSource> {
        let mut sources: Vec<&TemplateSource> = self.sources.values().collect();
        sources.sort_by_key(|source| !source.own);
        sources
    }

    /// The file and 1-based line of the template that says this, as far as one does.
    pub fn place_of(&self, said: &str) -> Option<(&TemplateSource, usize)> {
        self.sources().into_iter().find_map(|source| {
            let line = source.text.lines().position(|line| line.contains(said))?;
            Some((source, line + 1))
        })
    }

    /// Whether a template is one of the workspace's own.
    pub fn is_own(&self, name: &str) -> bool {
        self.sources.get(name).is_some_and(|source| source.own)
    }

    /// Names of all templates, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.markdown.get_template_names().chain(self.html.get_template_names()).collect();
        names.sort_unstable();
        names
    }
}

/// Takes so many bytes and refuses more.
struct Bounded {
    bytes: Vec<u8>,
    longest: u64,
    full: bool,
}

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if (self.bytes.len() + bytes.len()) as u64 > self.longest {
            self.full = true;
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn shipped(lang: Lang, sources: &mut BTreeMap<String, String>) {
    let Some(root) = SHIPPED.get_dir(lang.tag()) else { return };
    let mut open: Vec<&Dir> = vec![root];
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs().filter(|d| d.path() != root.path().join("messages")));
        for file in dir.files() {
            let name = file.path().strip_prefix(root.path()).unwrap_or(file.path());
            if let Some(text) = file.contents_utf8() {
                sources.insert(slashed(name), text.to_string());
            }
        }
    }
}

/// Adds a workspace's own; says whether there are any.
fn workspace(root: &Path, sources: &mut BTreeMap<String, String>) -> Result<bool, TemplateError> {
    let mut any = false;
    let unreadable = |p: &Path, source| TemplateError::Unreadable { file: p.display().to_string(), source };
    for (path, kind) in files::below(root).map_err(|e| unreadable(root, e))? {
        let template = path.extension().is_some_and(|e| e == "md" || e == "html" || e == "txt");
        // A link may lead to a whole folder of templates: it is refused when it is opened.
        if !path.starts_with(root.join("messages")) && (template || kind == Found::Link) {
            let text = files::read_own_text(&path, LONGEST).map_err(|e| unreadable(&path, e))?;
            if text.contains("__tera_context") {
                return Err(TemplateError::PrintsAll { file: path.display().to_string() });
            }
            let name = path.strip_prefix(root).unwrap_or(&path);
            sources.insert(slashed(name), text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
            any = true;
        }
    }
    Ok(any)
}

/// The same template name on every system.
fn slashed(path: &Path) -> String {
    path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<Cow<str>>>().join("/")
}

fn engine(
    sources: Vec<(String, String)>,
    escaped: &'static str,
    escape: tera::EscapeFn,
    words: &Arc<Words>,
) -> Result<Tera, TemplateError> {
    let mut tera = Tera::default();
    tera.autoescape_on(vec![escaped]);
    tera.set_escape_fn(escape);
    register_filters(&mut tera, words);
    tera.add_raw_templates(sources)?;
    Ok(tera)
}

/// Money values are fen, shares 0–1, dates ISO text; what is unknown (null) is shown as a dash.
fn register_filters(tera: &mut Tera, words: &Arc<Words>) {
    let w = words.clone();
    // 9,500.00元, 1,234.6万元
    filter(tera, "money", move |fen: i64| w.money(Fen(fen)));
    // 12,345.00
    filter(tera, "yuan", |fen: i64| figures::yuan(Fen(fen)));
    // 1,234.6 (in 万元)
    filter(tera, "wan", |fen: i64| figures::wan(Fen(fen)));
    filter(tera, "count", figures::count);
    filter(tera, "percent", figures::percent);
    filter(tera, "ratio", figures::ratio);
    // Points come as thousandths.
    filter(tera, "points", |thousandths: i64| figures::points(Points(thousandths)));
    let w = words.clone();
    filter(tera, "date", move |d: NaiveDate| w.fill("date.long", &date_params(d)));
    let w = words.clone();
    // 3月10日
    filter(tera, "day", move |d: NaiveDate| w.fill("date.day", &date_params(d)));
    let w = words.clone();
    filter(tera, "weekday", move |d: NaiveDate| w.get(figures::weekday_key(d)).to_string());
    filter(tera, "iso", figures::date);
    filter(tera, "mask_name", |t: String| mask_name(&t));
    filter(tera, "mask_phone", |t: String| mask_phone(&t));
    let w = words.clone();
    filter(tera, "reason", move |r: Reason| w.reason(&r));
    let w = words.clone();
    filter(tera, "reasons", move |r: Vec<Reason>| w.reasons(&r));
    let w = words.clone();
    filter(tera, "param", move |p: Param| w.param(&p));
    let w = words.clone();
    // `{{ role | word(of="role") }}` → the entry role.<key>; without `of` the catalogue's word.
    tera.register_filter("word", move |key: &str, kw: Kwargs, _: &State| -> TeraResult<String> {
        match kw.get::<&str>("of")? {
            Some(family) => Ok(w.get(&format!("{family}.{key}")).to_string()),
            None => Ok(w.word(key).to_string()),
        }
    });
}

/// What the words of a date are filled with.
pub(super) fn date_params(date: NaiveDate) -> [(&'static str, Param); 3] {
    let text = |n: i64| Param::Text(n.to_string());
    [("year", text(date.year().into())), ("month", text(date.month().into())), ("day", text(date.day().into()))]
}

/// A filter over values of one type; null is a dash.
fn filter<T: DeserializeOwned>(
    tera: &mut Tera,
    name: &'static str,
    show: impl Fn(T) -> String + Send + Sync + 'static,
) {
    tera.register_filter(name, move |value: Value, _: Kwargs, _: &State| -> TeraResult<String> {
        if value.is_none() {
            return Ok("—".to_string());
        }
        let json = serde_json::to_value(&value).map_err(|e| tera::Error::message(e.to_string()))?;
        let typed = serde_json::from_value(json).map_err(|e| tera::Error::message(format!("{name}: {e}")))?;
        Ok(show(typed))
    });
}

/// A value inside Markdown: nothing in it is markup, line breaks stay inside their paragraph or cell.
fn escape_markdown(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let text = text.trim().replace("\r\n", "\n");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (i, c) in text.char_indices() {
        let next = text[i + c.len_utf8()..].chars().next();
        // At the start of a line these make lists, headings and rules; a sign before a figure does not.
        let opens_block = match c {
            '-' | '+' | '=' | '#' => i == 0 && next.is_none_or(|n| !n.is_ascii_digit()),
            '.' | ')' => i > 0 && i == digits && next.is_none_or(char::is_whitespace),
            _ => false,
        };
        match c {
            '\n' | '\r' => out.write_all(b"<br>")?,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~' => write!(out, "\\{c}")?,
            _ if opens_block => write!(out, "\\{c}")?,
            _ => write!(out, "{c}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::document::Block;
    use crate::render::document::Inline;
    use crate::render::document::parse;
    use proptest::prelude::*;
    use serde_json::json;

    fn templates(file: &str, text: &str) -> Result<Templates, TemplateError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("zh-CN")).unwrap();
        std::fs::write(dir.path().join("zh-CN").join(file), text).unwrap();
        Templates::load(Lang::ZhCn, Some(dir.path()))
    }

    fn rendered(text: &str, context: serde_json::Value) -> String {
        templates("x.md", text).unwrap().render("x.md", &context).unwrap()
    }

    #[test]
    fn values_are_shown_by_filters() {
        let context =
            json!({"fen": 1_234_600_000_000i64, "small": 950_000, "share": 0.312, "day": "2026-03-10", "none": null});
        assert_eq!(
            rendered("{{ fen | money }} {{ small | money }} {{ fen | wan }}", context.clone()),
            "1,234,600万元 9,500.00元 1,234,600.0"
        );
        assert_eq!(
            rendered("{{ day | date }}({{ day | weekday }}) {{ day | day }} {{ day | iso }}", context.clone()),
            "2026年3月10日(周二) 3月10日 2026-03-10"
        );
        assert_eq!(rendered("{{ share | percent }} {{ none | money }} {{ none | date }}", context), "31.2% — —");
        let context = json!({"k": "fund", "s": "confirmed", "n": "甲子丑", "r": Reason::new("x").count("n", 3)});
        assert_eq!(
            rendered("{{ k | word }}{{ s | word }}{{ k | word(of=\"product\") }}{{ n | mask_name }}", context.clone()),
            "基金已确认基金甲\\*\\*"
        );
        assert_eq!(rendered("{{ r | reason }}", context), "⟦reason.x⟧");
    }

    #[test]
    fn a_misspelt_variable_is_an_error_even_in_a_condition() {
        let templates =
            templates("x.md", "{% if nmae %}x{% endif %}{% for p in list %}{{ p }}{{ loop.index }}{% endfor %}")
                .unwrap();
        let error = templates.render("x.md", &json!({"name": 1, "list": [1]})).unwrap_err();
        assert!(matches!(error, TemplateError::Undefined { variable, .. } if variable == "nmae"));
        assert_eq!(templates.render("x.md", &json!({"nmae": false, "list": ["a"]})).unwrap(), "a1");
    }

    #[test]
    fn templates_that_cannot_work_are_refused_when_loaded() {
        assert!(matches!(templates("x.md", "{{ a | nofilter }}"), Err(TemplateError::Tera(_))));
        assert!(matches!(templates("x.md", "{{ __tera_context }}"), Err(TemplateError::PrintsAll { .. })));
    }

    #[test]
    fn html_is_escaped_as_html() {
        let templates = templates("x.html", "<p title=\"{{ t }}\">{{ t }}</p>").unwrap();
        let shown = templates.render("x.html", &json!({"t": "<a href='x'>\"&"})).unwrap();
        assert!(!shown.contains("<a") && !shown.contains("\"\"") && shown.contains("&lt;a"), "{shown}");
    }

    #[test]
    fn every_shipped_template_compiles_in_both_languages() {
        for lang in [Lang::ZhCn, Lang::En] {
            Templates::load(lang, None).unwrap();
        }
    }

    proptest! {
        #[test]
        fn a_value_stays_text_in_markdown(value in "[-#*_>|\\[\\]!<a甲1.)`\\\\&~=+ ]{1,30}") {
            prop_assume!(!value.trim().is_empty());
            let mut out = Vec::new();
            escape_markdown(&value, &mut out).unwrap();
            let blocks = parse(&String::from_utf8(out).unwrap());
            let Some(Block::Paragraph(inlines)) = blocks.first() else { panic!("{blocks:?}") };
            prop_assert_eq!(blocks.len(), 1);
            prop_assert_eq!(inlines, &vec![Inline::Text(value.trim().to_string())]);
        }
    }
}
