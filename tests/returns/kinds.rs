//! Every kind of workbook that is to come back does: made, filled in wherever it may be, and taken back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calamine::Data;
use daifa::rules::Rules;
use daifa::rules::import::workbooks::{FieldKind, WorkbookRules};

use super::visits::branch;
use super::{import, monday};
use crate::common::office::{Office, Page, day};

/// All workbooks of a day.
fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().flatten().map(|e| e.path()));
        } else if path.extension().is_some_and(|e| e == "xlsx") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The lines of the sheet with the mark.
fn mark(list: &Office) -> Vec<Vec<String>> {
    let page = list.pages.iter().find(|p| p.name == "daifa");
    page.map(|p| p.rows.iter().map(|r| r.iter().map(Data::to_string).collect()).collect()).unwrap_or_default()
}

fn kind_of(list: &Office) -> Option<String> {
    mark(list).into_iter().find(|line| line[0] == "book").map(|line| line[1].clone())
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Types something into every cell for it of the first row that has a key; `note` where anything may stand, `signer` as the
/// name of whoever signs. Whether there is such a row.
fn fill(list: &mut Office, rules: &WorkbookRules, note: &str, signer: &str) -> bool {
    let columns: Vec<Vec<String>> = mark(list).into_iter().filter(|line| line[0] == "column").collect();
    for page in &mut list.pages {
        let own: Vec<&Vec<String>> = columns.iter().filter(|line| line[1] == page.name).collect();
        let place = |page: &Page, header: &str| {
            page.rows.iter().enumerate().find_map(|(row, cells)| {
                let is = |c: &Data| without_blanks(&c.to_string()) == without_blanks(header);
                cells.iter().position(is).map(|at| (row, at))
            })
        };
        let Some((header, key)) = own.iter().find(|line| line[2] == "row_key").and_then(|line| place(page, &line[3]))
        else {
            continue;
        };
        let keyed = |cells: &Vec<Data>| cells.get(key).is_some_and(|c| *c != Data::Empty);
        let Some(row) = page.rows.iter().skip(header + 1).position(keyed).map(|at| header + 1 + at) else { continue };
        for line in own.iter().filter(|line| line.get(4).is_some_and(|typed| typed == "typed")) {
            let field = &rules.fields[&line[2]];
            let value: Data = match field.kind {
                FieldKind::Day | FieldKind::Date => day("2026-03-02"),
                FieldKind::Channel => "电话".into(),
                FieldKind::Result => "未接".into(),
                FieldKind::Product => "基金".into(),
                FieldKind::Money => Data::Float(1_000.0),
                // Whoever signs is known at the employer; only a namesake is told apart by the phone.
                FieldKind::Text if line[2] == "signed_name" => signer.into(),
                FieldKind::Text if line[2] == "signed_phone" => Data::Empty,
                FieldKind::Text => note.into(),
                FieldKind::Choice => field.words.values().next().unwrap()[0].as_str().into(),
            };
            let (_, at) = place(page, &line[3]).unwrap();
            page.rows[row][at] = value;
        }
        return true;
    }
    false
}

#[test]
fn every_kind_that_is_to_come_back_comes_back_filled_in() {
    let rules = Rules::load(None).unwrap().workbooks;
    let mut taken: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut marks: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let (lists, visits) = (monday(), branch());
    for bench in [&lists, &visits] {
        // What 02 says may set the packs of a visit aside.
        let mut paths = workbooks(&bench.root().join("out/2026-03-02"));
        paths.sort_by_key(|path| path.ends_with("02_进企计划表.xlsx"));
        for path in paths {
            let mut list = Office::open(&path);
            let Some(kind) = kind_of(&list) else { continue };
            let letter = path.to_string_lossy().chars().find(|c| "甲乙丙".contains(*c)).unwrap_or('甲');
            if taken.contains_key(&kind) || !fill(&mut list, &rules, "备注甲", &format!("客{letter}7")) {
                continue;
            }
            let told = import(bench, "2026-03-03", &list.save(&bench.path(&format!("{kind}.xlsx"))));
            let file = &told["files"][0];
            assert_eq!((&file["outcome"], &file["rows_taken"]), (&"imported".into(), &1.into()), "{kind} {told:#}");
            marks.insert(kind.clone(), mark(&list));
            taken.insert(kind, path);
        }
    }
    // Another copy that says something else is to be settled, in a workbook of its own.
    let mut other = Office::open(&taken["worklist"]);
    fill(&mut other, &rules, "备注乙", "");
    import(&lists, "2026-03-03", &other.save(&lists.path("另一份.xlsx")));
    lists.run(&["cycle", "--today", "2026-03-03"]).ok();
    let conflicts = workbooks(&lists.root().join("out/2026-03-03")).into_iter().find(|path| {
        let list = Office::open(path);
        kind_of(&list).as_deref() == Some("conflicts")
    });
    let path = conflicts.unwrap();
    let mut list = Office::open(&path);
    assert!(fill(&mut list, &rules, "备注乙", ""));
    let told = import(&lists, "2026-03-03", &list.save(&lists.path("conflicts.xlsx")));
    assert_eq!(told["files"][0]["rows_taken"], 1, "{told:#}");
    marks.insert("conflicts".to_string(), mark(&list));
    taken.insert("conflicts".to_string(), path);
    assert_eq!(taken.keys().collect::<Vec<_>>(), rules.books.keys().collect::<Vec<_>>());
    // Nothing is asked for that has no rule, and no rule speaks of a column that no workbook has.
    for (kind, columns) in &marks {
        let typed = columns.iter().filter(|line| line.get(4).is_some_and(|typed| typed == "typed"));
        let mut typed: Vec<&String> = typed.map(|line| &line[2]).collect();
        typed.sort();
        typed.dedup();
        let mut fields: Vec<&String> = rules.books[kind].fields.iter().collect();
        fields.sort();
        assert_eq!(typed, fields, "{kind}");
    }
}
