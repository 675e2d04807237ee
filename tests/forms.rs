//! The questionnaire of a visit as forms: the same questions on paper, on line and for keying.

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx, open_workbook};

use crate::common::Bench;
use crate::returns::visits::branch;

const DAY: &str = "2026-03-02";
const FIRM: &str = "甲厂有限公司";
/// What staff is asked everywhere.
const CORE: [&str; 5] = ["inconvenience", "interests", "recommend", "service_way", "consent"];

fn pack(bench: &Bench) -> PathBuf {
    let packs = bench.root().join("out").join(DAY).join("03_进企资料包");
    let mut folders = fs::read_dir(packs).unwrap().flatten().map(|e| e.path());
    folders.find(|p| p.to_string_lossy().ends_with(FIRM)).unwrap()
}

fn sheet(folder: &Path, file: &str, sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(folder.join(file)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn all_forms_of_a_visit_ask_the_same_questions() {
    let bench = branch();
    let folder = pack(&bench);
    let survey = sheet(&folder, "问卷_XLSForm.xlsx", "survey");
    let names: Vec<&str> = survey.iter().filter_map(|row| row[1].strip_prefix("q_")).collect();
    for key in CORE {
        assert!(names.contains(&key), "{key}: {names:?}");
    }
    assert!(names.len() <= 10, "{names:?}");
    // Keyed under the same names, in the same order.
    let keyed = sheet(&folder, "问卷录入.xlsx", "员工问卷录入");
    let ids = keyed.iter().find(|row| row[0] == "visit").unwrap();
    let mut keys: Vec<&str> = Vec::new();
    for id in ids.iter().filter_map(|id| id.strip_prefix("q_")) {
        let key = id.split('/').next().unwrap();
        if keys.last() != Some(&key) {
            keys.push(key);
        }
    }
    assert_eq!(keys, names);
    let label = |name: &str| survey.iter().find(|row| row[1] == name).unwrap()[2].clone();
    let text = fs::read_to_string(folder.join("问卷星导入.txt")).unwrap();
    let mut rest = text.as_str();
    for (number, name) in (1..).zip(&names) {
        let question = format!("\n\n{number}. {}", label(&format!("q_{name}")));
        let at = rest.find(&question).unwrap_or_else(|| panic!("{question} in {text}"));
        rest = &rest[at..];
    }
    assert!(text.ends_with("[填空题]（选填）\n"), "{text}");
}

#[test]
fn a_keyed_book_that_is_imported_is_known_as_ours() {
    let bench = branch();
    for name in ["问卷录入.xlsx", "问卷_XLSForm.xlsx"] {
        let file = pack(&bench).join(name);
        let ran = bench.run(&["import", "--today", DAY, file.to_str().unwrap(), "--json"]);
        let told = ran.json();
        let codes: Vec<&str> =
            told["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"own_workbook"), "{name}: {told:#}");
        assert!(!codes.contains(&"unknown_kind"), "{name}: {told:#}");
        assert!(ran.out().contains("问卷录入的答案暂不读入"), "{name}: {}", ran.out());
    }
}
