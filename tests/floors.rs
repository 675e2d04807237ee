//! The floors of the house: what each module may use, read from its paths; and what else of its order can be seen in the
//! sources.

mod sources;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use daifa::model::problem::codes;
use sources::{Source, circles, uses};

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

/// Rooms inside a floor from the ground up: each may use those before it. What is named by no room stands above them all.
const ROOMS: &[(&str, &[&str])] = &[
    ("intake", &["issue", "value", "file", "sandbox", "header", "title", "rows", "kinds", "mapping", "sheet"]),
    (
        "app",
        &[
            "detail",
            "error",
            "ledger",
            "identify",
            "workspace",
            "freshness",
            "employers",
            "directory",
            "recipients",
            "rules",
            "reveal",
            "scripts",
            "simulate",
            "visit",
            "contact",
            "report",
            "outputs",
            "import",
            "cycle",
            "demo",
            "trust",
        ],
    ),
];

/// Files a folder may hold beside its `mod.rs`.
const FOLDER: usize = 16;

#[test]
fn every_module_uses_only_floors_below_it() {
    let mut wrong = Vec::new();
    for source in sources::read() {
        let Some((own, allowed)) = FLOORS.iter().find(|(name, _)| *name == source.floor()) else { continue };
        for other in source.floors_named() {
            if other != *own && FLOORS.iter().any(|(name, _)| *name == other) && !allowed.contains(&other) {
                wrong.push(format!("{} uses {other}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_uses_only_rooms_below_it() {
    let sources = sources::read();
    let mut wrong = Vec::new();
    for (module, used) in uses(&sources) {
        let Some((floor, rooms)) = ROOMS.iter().find(|(name, _)| module.first().is_some_and(|m| m == name)) else {
            continue;
        };
        let height =
            |m: &[String]| m.get(1).and_then(|room| rooms.iter().position(|r| r == room)).unwrap_or(rooms.len());
        for other in used.iter().filter(|u| u.first().is_some_and(|f| f == floor)) {
            if height(other) > height(&module) {
                wrong.push(format!("{} uses {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_more_than_two_files_use_one_another_in_a_circle() {
    let sources = sources::read();
    let wide = circles(&uses(&sources)).into_iter().filter(|c| c.len() > 2);
    let wrong: Vec<Vec<String>> = wide.map(|c| c.iter().map(|m| m.join("::")).collect()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_folder_holds_few_enough_files_to_be_read_at_a_glance() {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources::read().iter().filter(|s| !s.path.ends_with("mod.rs")) {
        let folder = source.path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_string());
        *folders.entry(folder).or_default() += 1;
    }
    folders.retain(|_, files| *files > FOLDER);
    assert!(folders.is_empty(), "{folders:?}");
}

/// A kind of sheet is known in its file, its entry of data and the tables that are one line a kind; elsewhere its name
/// stands only where a rule is about that kind alone.
#[test]
fn the_files_of_kinds_are_named_in_their_table_only() {
    let sources = sources::read();
    let kinds: Vec<&Source> =
        sources.iter().filter(|s| s.module.starts_with(&["intake".into(), "kinds".into()])).collect();
    let table = &kinds.iter().find(|s| s.module.len() == 2).expect("the table of kinds").code;
    // Workbooks of ours are known by their mark, and have no columns to be found by.
    let own = daifa::model::status::SheetKind::Returned;
    for kind in daifa::model::status::SheetKind::ALL.iter().filter(|kind| **kind != own) {
        let (name, file) = (format!("{kind:?}"), kind.key());
        assert!(kinds.iter().any(|s| s.module.last().is_some_and(|m| m == file)), "intake/kinds/{file}.rs");
        assert_eq!(table.matches(&format!("SheetKind::{name}")).count(), 1, "{name} in the table of kinds");
        let columns = include_str!("../src/rules/import/columns.toml");
        assert!(columns.contains(&format!("[{file}")), "{file} in columns.toml");
        let others = uses(&sources).into_iter().filter(|(module, used)| {
            !module.starts_with(&["intake".into(), "kinds".into()])
                && used.iter().any(|u| *u == ["intake".to_string(), "kinds".into(), file.to_string()])
        });
        let others: Vec<String> = others.map(|(module, _)| module.join("::")).collect();
        assert!(others.is_empty(), "{file} is used by {others:?}");
    }
}

#[test]
fn codes_of_problems_stand_in_their_catalogue_only() {
    // Keys of other things that are called the same.
    let also = ["marked_copy", "unknown_indicator"];
    let codes = || codes::OF_SHEETS.iter().chain(codes::OF_DATA).map(|c| c.id).filter(|id| !also.contains(id));
    let mut wrong = Vec::new();
    for source in sources::read().iter().filter(|s| s.path != "model/problem/codes.rs") {
        let found = codes().filter(|id| source.code.contains(&format!("\"{id}\"")));
        wrong.extend(found.map(|id| format!("{} contains \"{id}\"", source.path)));
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
    for source in sources::read() {
        if !matches!(source.floor(), "engagement" | "simulate" | "model") {
            continue;
        }
        for word in forbidden.iter().filter(|w| source.text.contains(**w)) {
            wrong.push(format!("{} contains {word}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_command_line_prints_and_reads_the_clock() {
    let mut wrong = Vec::new();
    for source in sources::read().iter().filter(|s| !matches!(s.floor(), "cli" | "main")) {
        for word in ["println!(", "print!(", "Local::now"].iter().filter(|w| source.code.contains(**w)) {
            wrong.push(format!("{} contains {word}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_one_place_writes_to_the_terminal() {
    let words = ["println!(", "print!(", "write!(std::io::", "writeln!(std::io::", "stdout().write", "stderr().write"];
    let all = sources::read();
    let printing = |source: &&Source| words.iter().any(|w| source.code.contains(w));
    let cli = all.iter().filter(|s| s.floor() == "cli");
    let writers: Vec<&str> = cli.filter(printing).map(|s| s.path.as_str()).collect();
    assert_eq!(writers, ["cli/terminal.rs"]);
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
    ("app/workspace/out.rs", "gives a file somebody typed into another name, in one step"),
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
    for source in sources::read().iter().filter(|s| s.path != "output.rs") {
        let name = &source.path;
        for word in words.iter().filter(|w| source.code.contains(**w)) {
            match WRITERS.iter().find(|(writer, _)| writer == name) {
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
    let (mut wrong, mut read) = (Vec::new(), 0);
    let entries = ["", "employee", "pay"].into_iter().flat_map(|folder| fs::read_dir(dir.join(folder)).unwrap());
    for entry in entries.flatten().filter(|e| e.path().extension().is_some_and(|x| x == "sql")) {
        read += 1;
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
    assert!(wrong.is_empty() && read > 15, "{read} read: {wrong:#?}");
}

#[test]
fn files_are_no_longer_than_500_lines() {
    let long = sources::read().into_iter().filter(|s| s.text.lines().count() > 500).map(|s| s.path);
    let long: Vec<String> = long.collect();
    assert!(long.is_empty(), "{long:#?}");
}
