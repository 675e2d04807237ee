//! The floors of the house: what each module may use, read from its `crate::…` paths.

use std::fs;
use std::path::{Path, PathBuf};

/// Floors from the ground up, and what each may import beside itself.
const FLOORS: &[(&str, &[&str])] = &[
    ("children", &[]),
    ("files", &[]),
    ("model", &[]),
    ("rules", &["files", "model"]),
    ("intake", &["children", "files", "model", "rules"]),
    ("store", &["files", "model"]),
    ("facts", &["model", "store"]),
    ("engagement", &["model", "rules", "facts"]),
    ("simulate", &["model", "rules"]),
    ("render", &["children", "files", "model", "engagement"]),
    ("output", &["files"]),
    ("app", &["files", "model", "rules", "intake", "store", "facts", "engagement", "simulate", "render", "output"]),
    ("cli", &["app", "children", "files", "model", "render"]),
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files
        .into_iter()
        .map(|path| {
            let relative = path.strip_prefix(&src).unwrap().to_path_buf();
            let floor = relative.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_string();
            let text = fs::read_to_string(&path).unwrap();
            (floor, relative, text)
        })
        .collect()
}

/// Modules named in `crate::x` and `crate::{x, y}`; the tests of a file may use more than its code.
fn uses(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for part in code.split("crate::").skip(1) {
        let names = match part.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().to_string(),
            None => part.to_string(),
        };
        let names: Vec<&str> = if part.starts_with('{') { names.split(',').collect() } else { vec![&names] };
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() && name.chars().next().is_some_and(char::is_lowercase) {
                found.push(name);
            }
        }
    }
    found
}

fn is_test_file(path: &Path) -> bool {
    let in_folder = path.iter().any(|part| part == "tests");
    in_folder || path.file_stem().is_some_and(|s| s.to_string_lossy().ends_with("tests") || s == "fixtures")
}

#[test]
fn every_module_uses_only_floors_below_it() {
    let mut wrong = Vec::new();
    for (floor, path, text) in all_sources() {
        let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == floor) else { continue };
        if is_test_file(&path) {
            continue;
        }
        for used in uses(&text) {
            if used != floor && FLOORS.iter().any(|(n, _)| *n == used) && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn decisions_are_pure() {
    let forbidden = [
        "std::fs",
        "std::io",
        "std::env",
        "println!",
        "eprintln!",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "rusqlite",
        "SELECT ",
    ];
    let mut wrong = Vec::new();
    for (floor, path, text) in all_sources() {
        if !matches!(floor.as_str(), "engagement" | "simulate" | "model") {
            continue;
        }
        for word in forbidden.iter().filter(|w| text.contains(**w)) {
            wrong.push(format!("{} contains {word}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_command_line_prints_and_reads_the_clock() {
    let mut wrong = Vec::new();
    for (floor, path, text) in all_sources() {
        if floor == "cli" || floor == "main" || is_test_file(&path) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["println!(", "print!(", "Local::now"].iter().filter(|w| code.contains(**w)) {
            wrong.push(format!("{} contains {word}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_one_place_writes_to_the_terminal() {
    let words = ["println!(", "print!(", "write!(std::io::", "writeln!(std::io::", "stdout().write", "stderr().write"];
    let all = all_sources();
    let cli = all.iter().filter(|(floor, path, _)| floor == "cli" && !path.ends_with("terminal.rs"));
    let printing = |text: &str| words.iter().any(|w| text.contains(w));
    let wrong: Vec<String> =
        cli.filter(|(_, _, text)| printing(text)).map(|(_, path, _)| path.display().to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(all.iter().any(|(_, path, text)| path.ends_with("cli/terminal.rs") && printing(text)));
}

/// Who may write files beside `output.rs`, and why.
const WRITERS: &[(&str, &str)] = &[
    ("files.rs", "opens what is not written whole: locks, the note of who holds them, files that must be new"),
    ("store/mod.rs", "asks whether the database may be written"),
    ("store/trust/keys.rs", "a key file is replaced in one step"),
    (
        "app/trust/backup.rs",
        "a backup lies wherever the user says; it grows beside its place and gets its name when whole",
    ),
    ("app/cycle.rs", "moves imported sheets within the inbox, in one step"),
    ("app/workspace/open.rs", "gives a file somebody typed into another name, in one step"),
];

#[test]
fn files_are_written_whole_by_the_one_writer() {
    let words = [
        "fs::write",
        "File::create",
        "File::options",
        "OpenOptions::new",
        "fs::copy",
        "fs::rename",
        "hard_link",
        "tempfile",
    ];
    let mut wrong = Vec::new();
    let mut needed = Vec::new();
    for (_, path, text) in all_sources() {
        let name = path.to_string_lossy().replace('\\', "/");
        if name == "output.rs" || is_test_file(&path) {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for word in words.iter().filter(|w| code.contains(**w)) {
            match WRITERS.iter().find(|(writer, _)| *writer == name) {
                Some(_) => needed.push(name.clone()),
                None => wrong.push(format!("{name} contains {word}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let idle: Vec<_> = WRITERS.iter().filter(|(writer, _)| !needed.iter().any(|n| n == writer)).collect();
    assert!(idle.is_empty(), "these write nothing any more: {idle:?}");
}

#[test]
fn sql_of_facts_keeps_to_what_both_engines_share() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/facts");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten().filter(|e| e.path().extension().is_some_and(|x| x == "sql")) {
        let text = fs::read_to_string(entry.path()).unwrap();
        let code: String = text.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join(" ");
        for word in ["group_concat", "percentile", " LIKE ", "date(", "julianday", "ifnull", "round("] {
            if code.to_lowercase().contains(&word.to_lowercase()) {
                wrong.push(format!("{}: {word}", entry.path().display()));
            }
        }
        // Thresholds come as parameters: a number above one hundred is one.
        let numbers = code.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<i64>().ok());
        wrong.extend(numbers.filter(|n| *n > 100).map(|n| format!("{}: {n}", entry.path().display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_no_longer_than_500_lines() {
    let long: Vec<String> = all_sources()
        .into_iter()
        .filter(|(_, _, text)| text.lines().count() > 500)
        .map(|(_, path, _)| path.display().to_string())
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
