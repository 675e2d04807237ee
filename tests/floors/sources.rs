//! The sources as modules, and which module uses which: every path of a file is read, whether it begins with `crate`,
//! `super`, `self` or a module below, also inside macros. Only what is compiled for tests alone is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// A module by its names below the crate: `["intake", "file", "cell"]`.
pub type Module = Vec<String>;

pub struct Source {
    /// Below `src/`, with `/` between folders.
    pub path: String,
    pub module: Module,
    /// All of the file.
    pub text: String,
    /// The file without what is compiled for tests alone.
    pub code: String,
    /// Absolute paths it names, as they are written.
    paths: BTreeSet<Module>,
    /// Names it gives to paths for others: `pub use`.
    exports: BTreeMap<String, Module>,
}

impl Source {
    /// First name of its path: the floor.
    pub fn floor(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    /// Floors its paths name, whatever these give on from others.
    pub fn floors_named(&self) -> BTreeSet<&str> {
        self.paths.iter().filter_map(|p| p.first()).map(String::as_str).collect()
    }
}

fn files_below(dir: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// All sources but those that are compiled for tests alone.
pub fn read() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    files_below(&root, &mut files);
    let named: Vec<(String, PathBuf)> = files
        .into_iter()
        .map(|file| (file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"), file))
        .collect();
    let texts: Vec<(String, Module, String)> =
        named.iter().map(|(path, file)| (path.clone(), module_of(path), fs::read_to_string(file).unwrap())).collect();
    let for_tests: BTreeSet<Module> =
        texts.iter().flat_map(|(_, module, text)| declared_for_tests(module, text)).collect();
    let is_for_tests = |module: &Module| for_tests.iter().any(|t| module.starts_with(t));
    texts
        .into_iter()
        .filter(|(_, module, _)| !is_for_tests(module))
        .map(|(path, module, text)| source(path, module, text))
        .collect()
}

fn module_of(path: &str) -> Module {
    let mut names: Module = path.trim_end_matches(".rs").split('/').map(str::to_string).collect();
    if names.last().is_some_and(|n| n == "mod") || names == ["lib"] {
        names.pop();
    }
    names
}

/// Whether an item is there for tests alone: `#[cfg(test)]`, `#[cfg(any(test, fuzzing))]`, `#[test]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| {
        let tokens = quote_of(a);
        a.path().is_ident("test") || (a.path().is_ident("cfg") && tokens.contains("test") && !tokens.contains("not"))
    })
}

fn quote_of(attribute: &Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

fn declared_for_tests(module: &Module, text: &str) -> Vec<Module> {
    let file = syn::parse_file(text).unwrap();
    let found = file.items.iter().filter_map(|item| match item {
        Item::Mod(inner) if inner.content.is_none() && is_for_tests(&inner.attrs) => {
            Some(module.iter().cloned().chain([inner.ident.to_string()]).collect())
        }
        _ => None,
    });
    found.collect()
}

fn source(path: String, module: Module, text: String) -> Source {
    let mut file = syn::parse_file(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
    file.items.retain(|item| !is_for_tests(attributes(item)));
    let children = file.items.iter().filter_map(|item| match item {
        Item::Mod(inner) if inner.content.is_none() => Some(inner.ident.to_string()),
        _ => None,
    });
    let mut walk =
        Walk { here: module.clone(), children: children.collect(), paths: BTreeSet::new(), exports: BTreeMap::new() };
    walk.visit_file(&file);
    let Walk { paths, exports, .. } = walk;
    Source { code: without_tests(&text), path, module, text, paths, exports }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

/// The text without comments and without the blocks that follow `#[cfg(test)]`.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        if line.trim() == "#[cfg(test)]" {
            let indent = line.len() - line.trim_start().len();
            let closes = |l: &str| {
                l.len() - l.trim_start().len() == indent && (l.trim_end().ends_with('}') || l.trim_end().ends_with(';'))
            };
            while lines.next().is_some_and(|l| !closes(l)) {}
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Gathers the paths of a file.
struct Walk {
    here: Module,
    children: BTreeSet<String>,
    paths: BTreeSet<Module>,
    exports: BTreeMap<String, Module>,
}

impl Walk {
    /// The names of a path from the crate down; `None` for another crate's.
    fn absolute(&self, names: &[String]) -> Option<Module> {
        let (first, rest) = names.split_first()?;
        let from = |base: &[String], rest: &[String]| Some(base.iter().chain(rest).cloned().collect());
        match first.as_str() {
            "crate" => from(&[], rest),
            "self" => from(&self.here, rest),
            "super" => {
                let up = names.iter().take_while(|n| *n == "super").count();
                from(&self.here[..self.here.len().checked_sub(up)?], &names[up..])
            }
            child if self.children.contains(child) => from(&self.here, names),
            _ => None,
        }
    }

    fn note(&mut self, names: &[String]) {
        let path = self.absolute(names);
        self.paths.extend(path);
    }

    fn tree(&mut self, tree: &UseTree, before: &[String], public: bool) {
        let with = |name: String| -> Module { before.iter().cloned().chain([name]).collect() };
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(path.ident.to_string()), public),
            UseTree::Group(group) => group.items.iter().for_each(|t| self.tree(t, before, public)),
            UseTree::Glob(_) => self.note(before),
            UseTree::Name(name) => {
                let own = name.ident == "self";
                let names = if own { before.to_vec() } else { with(name.ident.to_string()) };
                self.end(&names, names.last().cloned().unwrap_or_default(), public);
            }
            UseTree::Rename(name) => self.end(&with(name.ident.to_string()), name.rename.to_string(), public),
        }
    }

    fn end(&mut self, names: &[String], known_as: String, public: bool) {
        self.note(names);
        if public && let Some(path) = self.absolute(names) {
            self.exports.insert(known_as, path);
        }
    }
}

impl<'ast> Visit<'ast> for Walk {
    /// Who may see a thing is no use of the module named.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.tree(&item.tree, &[], !matches!(item.vis, syn::Visibility::Inherited));
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_for_tests(&item.attrs) {
            return;
        }
        self.here.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Module = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if names.len() > 1 {
            self.note(&names);
        }
        visit::visit_path(self, path);
    }

    /// Paths inside macros are not parsed: they are found among the tokens.
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let text = mac.tokens.to_string().replace(" :: ", "::").replace(":: ", "::");
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
            let names: Module = word.split("::").map(str::to_string).collect();
            if names.len() > 1 && names.iter().all(|n| !n.is_empty()) {
                self.note(&names);
            }
        }
        visit::visit_macro(self, mac);
    }
}

/// Which module uses which others of the crate.
pub fn uses(sources: &[Source]) -> BTreeMap<Module, BTreeSet<Module>> {
    let known: BTreeMap<&Module, &Source> = sources.iter().map(|s| (&s.module, s)).collect();
    sources
        .iter()
        .map(|source| {
            let used = source.paths.iter().map(|p| defined_in(p, source, &known));
            (source.module.clone(), used.filter(|m| *m != source.module && known.contains_key(m)).collect())
        })
        .collect()
}

/// The module a path leads to: the deepest whose names it begins with, or where that one's `pub use` leads.
fn defined_in(path: &Module, from: &Source, known: &BTreeMap<&Module, &Source>) -> Module {
    let mut path = path.clone();
    for _ in 0..8 {
        let depth = (0..=path.len()).rev().find(|n| known.contains_key(&path[..*n].to_vec())).unwrap_or(0);
        let module = path[..depth].to_vec();
        let exported = path.get(depth).and_then(|name| known.get(&module)?.exports.get(name));
        match exported {
            Some(further) if module != from.module => {
                path = further.iter().chain(&path[depth + 1..]).cloned().collect();
            }
            _ => return module,
        }
    }
    path
}

/// Groups of modules that use one another in a circle, the largest first.
pub fn circles(uses: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reach = |from: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(at) = open.pop() {
            let next = uses.get(&at).into_iter().flatten();
            open.extend(next.filter(|m| seen.insert((*m).clone())).cloned());
        }
        seen
    };
    let all: BTreeMap<&Module, BTreeSet<Module>> = uses.keys().map(|m| (m, reach(m))).collect();
    let mut found: Vec<Vec<Module>> = Vec::new();
    for (module, reached) in &all {
        if reached.contains(*module) && !found.iter().flatten().any(|m| m == *module) {
            found.push(reached.iter().filter(|m| all[*m].contains(*module)).cloned().collect());
        }
    }
    found.sort_by_key(|c| std::cmp::Reverse(c.len()));
    found
}
