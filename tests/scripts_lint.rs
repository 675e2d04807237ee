//! What scripts must not say: how much of it is found, in every kind of file, and that nothing leaves with it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use daifa::engagement::visit::lint::Linter;
use daifa::rules::Rules;
use serde_json::Value;

use crate::common::Bench;

/// Of the forbidden sentences the rules were made with so many are to be caught, of the others so many may be refused.
const CAUGHT: f64 = 0.95;
const REFUSED: f64 = 0.03;

/// A sentence, and `ok` or the rule it breaks.
struct Sentence {
    id: String,
    expected: String,
    text: String,
}

fn sentences(file: &str) -> Vec<Sentence> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scripts_lint").join(file);
    let read = fs::read_to_string(path).unwrap();
    let sentence = |line: &str| {
        let mut parts = line.splitn(3, '\t').map(|part| part.trim().to_string());
        let mut part = || parts.next().unwrap_or_else(|| panic!("{file}: {line}"));
        Sentence { id: part(), expected: part(), text: part() }
    };
    read.lines().filter(|line| !line.trim().is_empty()).map(sentence).collect()
}

/// Measures the rules on a file of sentences: the share that is to be caught, and the share that may be refused.
fn measure(file: &str, least: f64, most: f64) {
    let rules = Rules::load(None).unwrap();
    let linter = Linter::new(&rules.scripts_lint).unwrap();
    let (plain, forbidden): (Vec<Sentence>, Vec<Sentence>) =
        sentences(file).into_iter().partition(|s| s.expected == "ok");
    let found = |s: &Sentence| linter.lint(&s.text);
    let missed: Vec<String> = forbidden
        .iter()
        .filter(|s| found(s).is_empty())
        .map(|s| format!("{} {} {}", s.id, s.expected, s.text))
        .collect();
    let refused: Vec<String> =
        plain.iter().filter_map(|s| Some(format!("{} {} {:?}", s.id, s.text, found(s).first()?))).collect();
    let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
    let caught = 1.0 - share(missed.len(), forbidden.len());
    println!("{file}: {caught:.3} of {} caught, {} of {} refused", forbidden.len(), refused.len(), plain.len());
    assert!(!forbidden.is_empty() && !plain.is_empty(), "{file} has both");
    assert!(caught >= least, "{file}: {caught:.3} caught; missed: {missed:#?}");
    assert!(share(refused.len(), plain.len()) <= most, "{file}: refused: {refused:#?}");
}

#[test]
fn forbidden_sentences_are_caught_and_plain_ones_pass() {
    measure("sentences.tsv", CAUGHT, REFUSED);
}

/// Sentences nobody who wrote the rules has seen, so that they tell what is to be expected of new ones.
#[test]
fn of_sentences_never_seen_four_of_five_are_caught() {
    measure("unseen.tsv", 0.80, 0.05);
}

#[test]
fn the_sentences_the_rules_were_made_with_are_told_apart() {
    measure("own.tsv", CAUGHT, REFUSED);
}

#[test]
fn every_rule_has_sentences_of_its_own() {
    let rules = Rules::load(None).unwrap().scripts_lint;
    let own = sentences("own.tsv");
    for rule in own.iter().map(|s| s.expected.as_str()).filter(|rule| *rule != "ok") {
        assert!(rules.rules.contains_key(rule), "{rule}");
    }
    for rule in [
        "guarantee",
        "gift_with_wealth",
        "unsupported",
        "missing_risk",
        "pressure",
        "channel_hopping",
        "operating_for_client",
        "belittling",
        "third_party_promise",
    ] {
        assert!(own.iter().filter(|s| s.expected == rule).count() >= 20, "{rule}");
    }
}

fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|p| format!("<w:p><w:r><w:t>{p}</w:t></w:r></w:p>")).collect();
    let xml = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(xml.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn every_kind_of_file_is_looked_through() {
    let bench = Bench::new();
    let path = |name: &str| bench.path(name).to_str().unwrap().to_string();
    fs::write(path("话术.md"), "## 电话\n\n您好。\n这款产品保本稳赚。\n\n#### 禁语\n\n“保本”\n").unwrap();
    fs::write(path("话术.txt"), "您好。\r\n今天不办，明天就没有了。\r\n").unwrap();
    fs::write(path("话术.docx"), docx(&["您好。", "", "签了就送一桶油。"])).unwrap();
    let sheet =
        bench.sheet("话术.xlsx", "\n| 场景 | 说法 |\n|---|\n| 到期 | 您好。 |\n| 邀约 | 手机拿来，我给您点两下。 |");
    for (file, line, rule, text) in [
        (path("话术.md"), 4, "guarantee", "保本"),
        (path("话术.txt"), 2, "pressure", "今天不办，明天"),
        (path("话术.docx"), 3, "gift_with_wealth", "签了就送"),
        (sheet, 3, "operating_for_client", "手机拿来"),
    ] {
        let ran = bench.run(&["scripts", "check", &file, "--json"]);
        assert_eq!(ran.code(), 1, "{file}: {}", ran.err());
        let found = ran.json();
        let lines: Vec<&Value> = found.as_array().unwrap().iter().map(|f| &f["line"]).collect();
        assert!(lines.iter().all(|l| **l == line), "{file}: {found}");
        let first = &found[0];
        assert_eq!((&first["rule"], &first["line"]), (&rule.into(), &line.into()), "{file}");
        assert!(first["text"].as_str().unwrap().starts_with(text), "{first}");
        assert_eq!(first["file"], Path::new(&file).file_name().unwrap().to_str().unwrap());
        for key in ["source", "repair", "label"] {
            assert!(!first[key].as_str().unwrap().is_empty(), "{key}: {first}");
        }
    }
    fs::write(path("好.md"), "理财非存款，产品有风险。\n").unwrap();
    let ran = bench.run(&["scripts", "check", &path("好.md")]);
    assert_eq!((ran.code(), ran.out().contains("没有查出")), (0, true), "{}", ran.out());
    let ran = bench.run(&["scripts", "check", &path("没有.md"), "--json"]);
    assert!(ran.code() == 1 && ran.err().contains("没有.md"), "{}", ran.err());
}

#[test]
fn without_files_all_templates_are_looked_through() {
    let bench = Bench::new();
    assert_eq!(bench.json(&["scripts", "check"]), serde_json::json!([]), "the shipped ones");
    let folder = bench.root().join("templates/zh-CN/scripts");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("closing.md"), "## 促成\n\n#### 面谈\n\n这款产品保本稳赚。\n").unwrap();
    let ran = bench.run(&["scripts", "check", "--json"]);
    assert_eq!(ran.code(), 1);
    let found = &ran.json()[0];
    assert_eq!((&found["file"], &found["line"]), (&"templates/zh-CN/scripts/closing.md".into(), &5.into()));
}

#[test]
fn a_template_that_promises_capital_stops_the_pack() {
    let bench = Bench::new();
    let samples = format!("{}/samples/2026-03-02", env!("CARGO_MANIFEST_DIR"));
    bench.run(&["import", &samples, "--today", "2026-03-02"]).ok();
    bench.run(&["plan", "--today", "2026-03-02"]).ok();
    let folder = bench.root().join("templates/zh-CN/scripts");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("closing.md"), "## 促成\n\n#### 面谈\n\n这款产品保本稳赚。\n").unwrap();
    let ran = bench.run(&["pack", "--all", "--today", "2026-03-02", "--json"]);
    assert_eq!(ran.code(), 5, "{}", ran.err());
    for told in ["forbidden_words", "templates/zh-CN/scripts/closing.md", "第5行", "保本"] {
        assert!(ran.err().contains(told), "{told}: {}", ran.err());
    }
    let packs = bench.root().join("out/2026-03-02/03_进企资料包");
    let made = packs.read_dir().into_iter().flatten().flatten().flat_map(|e| e.path().read_dir().into_iter().flatten());
    assert_eq!(made.count(), 0, "nothing of a visit is written");
    fs::remove_file(folder.join("closing.md")).unwrap();
    bench.run(&["pack", "--all", "--today", "2026-03-02"]).ok();
}
