//! A workspace's own templates: those made to do harm are stopped, others give what the shipped ones give.

use std::fs;
use std::time::{Duration, Instant};

use crate::common::Bench;
use crate::trust::filled;

const DAY: &str = "2026-03-18";
const LIMITS: &str = "[limits]\nseconds = 3\nmegabytes = 64\noutput_megabytes = 1\n";

/// A template's name and text.
type File = (String, String);

/// A workspace whose start page is this template, beside others.
fn with_template(text: &str, others: &[File]) -> Bench {
    let bench = filled();
    let folder = bench.root().join("templates/zh-CN");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("start_here.md"), text).unwrap();
    for (name, text) in others {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(bench.root().join("rules/documents.toml"), LIMITS).unwrap();
    bench
}

#[test]
fn templates_that_loop_or_double_are_stopped() {
    let many = "range(end=100000)";
    let long = "{% set a = \"0123456789\" %}".to_string();
    let cases: Vec<(&str, String, Vec<File>)> = vec![
        (
            "loops without output",
            format!(
                "{{% for a in {many} %}}{{% for b in {many} %}}{{% for c in {many} %}}{{% endfor %}}{{% endfor %}}{{% endfor %}}"
            ),
            vec![],
        ),
        (
            "loops with output",
            format!("{{% for a in {many} %}}{{% for b in {many} %}}行行行{{% endfor %}}{{% endfor %}}"),
            vec![],
        ),
        ("doubling", long.clone() + &"{% set a = a ~ a %}".repeat(60), vec![]),
        ("doubling in blocks", long.clone() + &"{% set a %}{{ a }}{{ a }}{% endset %}".repeat(60), vec![]),
        (
            "squaring",
            "{% set a = \"00000000\" %}".to_string() + &"{% set a = a | replace(from=\"0\", to=a) %}".repeat(12),
            vec![],
        ),
        (
            "files that take each other twice",
            "{% include \"f0.md\" %}".to_string(),
            (0..60)
                .map(|i| (format!("f{i}.md"), format!("{{% include \"f{0}.md\" %}}{{% include \"f{0}.md\" %}}", i + 1)))
                .chain([("f60.md".to_string(), "x".to_string())])
                .collect(),
        ),
    ];
    for (case, text, others) in cases {
        let bench = with_template(&text, &others);
        let start = Instant::now();
        let ran = bench.run(&["cycle", "--today", DAY, "--json"]);
        assert!(start.elapsed() < Duration::from_secs(60), "{case} took {:?}", start.elapsed());
        assert_eq!(ran.code(), 5, "{case}: {}", ran.err());
        assert!(
            ran.err().contains("template_too_much") && ran.err().contains("start_here.md"),
            "{case}: {}",
            ran.err()
        );
    }
}

#[test]
fn a_template_of_the_workspaces_own_gives_what_the_shipped_one_gives() {
    let page = |bench: &Bench| {
        bench.run(&["cycle", "--today", DAY]).ok();
        fs::read_to_string(bench.root().join("out").join(DAY).join("00_先看这里.html")).unwrap()
    };
    let shipped = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/zh-CN/start_here.md")).unwrap();
    assert_eq!(page(&with_template(&shipped, &[])), page(&filled()));
    let bench = with_template(&(shipped + "\n\n{{ nmae }}"), &[]);
    let ran = bench.run(&["cycle", "--today", DAY]);
    assert!(ran.code() == 5 && ran.err().contains("nmae"), "{}", ran.err());
}
