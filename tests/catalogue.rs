//! The catalogue of problems, `docs/issues.md`: every code has words and a case, and the page is what the program says
//! of the cases. `DAIFA_RENEW=1 cargo test --test integration catalogue` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use daifa::model::problem::codes::{self, Code};
use serde_json::Value;

use crate::common::cases::{Case, CaseSheet, Told};
use crate::errors::{found, text, told};

/// Codes whose cause cannot be put into a file, with the reason, and where they are checked: a module of `tests` with
/// those below it, or a file of `src`.
const WITHOUT_CASE: &[(&str, &str, &[&str])] = &[
    (
        "file_changed",
        "要在读取期间改动文件才会出现，没有文件能重现；由导入的测试检查。",
        &["rewritten", "src/intake/tests/changed.rs"],
    ),
    ("folder_passed_over", "导入的文件夹里还有文件夹才会出现；由文件名的测试检查。", &["file_names"]),
    ("profile_not_written", "工作区不能写入才会出现；由文件名的测试检查。", &["file_names"]),
    ("marked_copy_not_written", "输出文件夹不能写入才会出现；由文件名的测试检查。", &["file_names"]),
    ("marked_copy_not_removed", "旧副本正被其他程序占用才会出现，没有文件能重现。", &[]),
    (
        "reader_crashed",
        "只在读取程序自身中断时出现，没有文件能可靠地重现；由读取程序的单元测试检查。",
        &["src/intake/sandbox/parent.rs"],
    ),
    ("contact_name_differs", "行标识由各工作区自己的密钥签出，写不进样例文件；由下发表往返的测试检查。", &["returns"]),
    ("contact_conflicts", "要有已下发的任务才会出现；由下发表往返的测试检查。", &["returns"]),
    (
        "return_mark_broken",
        "工作簿的标记由各工作区自己的密钥签出，写不进样例文件；由下发表往返的测试检查（以下同）。",
        &["returns"],
    ),
    ("return_keys_lost", "同上。", &["returns"]),
    ("return_column_lost", "同上。", &["returns"]),
    ("return_value", "同上。", &["returns"]),
    ("return_not_in_list", "同上。", &["returns"]),
    ("return_day_ahead", "同上。", &["returns"]),
    ("return_foreign", "同上。", &["returns"]),
    ("return_newer", "同上。", &["returns"]),
    ("return_rows_deleted", "同上。", &["returns"]),
    ("return_row_twice", "同上。", &["returns"]),
    ("return_row_foreign", "同上。", &["returns"]),
    ("return_fixed_changed", "同上。", &["returns"]),
    ("signer_unknown", "同上。", &["returns"]),
    ("return_not_applied", "同上。", &["returns"]),
    ("return_made_room", "同上。", &["returns"]),
    ("return_given_back", "同上。", &["returns"]),
];

/// Every code there are words for, in the order of the message files.
fn codes() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/zh-CN/messages");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    // What the sheets themselves can have comes first.
    files.sort_by_key(|p| (!p.ends_with("problems.toml"), p.clone()));
    let mut list = Vec::new();
    for file in files {
        let table: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
        list.extend(table.get("problem").and_then(|p| p.as_table()).into_iter().flat_map(|t| t.keys().cloned()));
    }
    list
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let cases: BTreeSet<String> = Case::all().into_iter().map(|c| c.code).collect();
    let codes = codes();
    let excepted = |code: &str| WITHOUT_CASE.iter().any(|(c, reason, _)| *c == code && !reason.is_empty());
    let missing: Vec<&String> = codes.iter().filter(|c| !cases.contains(*c) && !excepted(c)).collect();
    assert!(missing.is_empty(), "no tests/errors/<code>/case.md for {missing:?} (tests/common/cases.rs says how)");
    let idle: Vec<&String> = cases.iter().filter(|c| !codes.contains(c) || excepted(c)).collect();
    assert!(idle.is_empty(), "cases of codes that are not in the catalogue: {idle:?}");
    let catalogue: Vec<&Code> = codes::OF_SHEETS.iter().chain(codes::OF_DATA).collect();
    for (case, told) in told() {
        if let Some(code) = catalogue.iter().find(|c| c.id == case.code)
            && let Some(problem) = found(case, told)
        {
            let given: BTreeSet<&str> =
                problem["params"].as_object().into_iter().flatten().map(|(k, _)| k.as_str()).collect();
            assert_eq!(given, code.params.iter().copied().collect(), "arguments of {}", code.id);
        }
    }
}

#[test]
fn codes_without_a_case_are_checked_where_it_is_said() {
    for (code, _, sources) in WITHOUT_CASE {
        let named = [format!("\"{code}\""), format!("::{}", code.to_uppercase())];
        for source in *sources {
            let text = test_source(source);
            assert!(named.iter().any(|name| text.contains(name)), "{code} is not in {source}");
        }
        // Another program would have to hold a file open as only Windows lets it.
        assert_eq!(sources.is_empty(), *code == "marked_copy_not_removed", "{code}");
    }
}

/// What stands in the tests called like that: of a file of `src` all from the tests on, where they are part of it.
fn test_source(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if name.ends_with(".rs") {
        let text = fs::read_to_string(root.join(name)).unwrap();
        return text.split_once("#[cfg(test)]").map(|(_, tests)| tests.to_string()).unwrap_or(text);
    }
    let below = fs::read_dir(root.join("tests").join(name)).into_iter().flatten().flatten().map(|e| e.path());
    let below = below.filter(|path| path.extension().is_some_and(|e| e == "rs"));
    let files = [root.join(format!("tests/{name}.rs"))].into_iter().chain(below);
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn the_catalogue_in_the_docs_is_the_one_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/issues.md");
    let now = catalogue();
    if std::env::var_os("DAIFA_RENEW").is_some() {
        fs::write(&path, &now).unwrap();
    }
    // A checkout on Windows may have changed the line endings.
    let written = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let differ = written.lines().zip(now.lines()).position(|(a, b)| a != b);
    let line = differ.unwrap_or_else(|| written.lines().count().min(now.lines().count()));
    assert!(
        written == now,
        "docs/issues.md is not what the program says, from line {}:\n- {}\n+ {}\nDAIFA_RENEW=1 writes it anew; look at it \
         and commit it",
        line + 1,
        written.lines().nth(line).unwrap_or_default(),
        now.lines().nth(line).unwrap_or_default(),
    );
}

/// Headings of the catalogue, and which problems stand under them.
const GROUPS: [(&str, &str); 4] = [
    ("文件", "整个文件打不开、不安全，或者要整个留意的。"),
    ("工作表", "一张工作表认不出、缺内容，或者按某种推断读取的。"),
    ("单元格和行", "某一格、某一行的内容。"),
    ("入库与匹配", "表格本身读得出来，但与工作区里已有的数据要核对的。"),
];

fn group(code: &str, problem: &Value) -> usize {
    let of_sheets = codes::OF_SHEETS.iter().any(|c| c.id == code);
    match (of_sheets, &problem["sheet"], &problem["cell"]) {
        (false, ..) => 3,
        (_, Value::Null, _) => 0,
        (_, _, Value::Null) => 1,
        _ => 2,
    }
}

/// `docs/issues.md`.
fn catalogue() -> String {
    let mut parts: [Vec<String>; 4] = Default::default();
    let all = told();
    for code in codes() {
        let Some((case, told)) = all.iter().find(|(c, _)| c.code == code) else { continue };
        if let Some(problem) = found(case, told) {
            parts[group(&code, problem)].push(entry(case, told, problem));
        }
    }
    let mut out = String::from(
        "# 问题一览\n\n\
         导入和查看表格时可能提示的全部问题。每条写明代码、程度、何时出现、程序怎么说、怎么处理，并附一个能重现的例子\
         （在 `tests/errors/<代码>/`，每次测试都会跑一遍；本页由测试按程序的实际输出写成，不会与程序脱节）。\n\n\
         程度有三种：\n\n\
         | 程度 | JSON 里的写法 | 意思 |\n|---|---|---|\n\
         | 错误 | `error` | 这一行（或整张表、整个文件）不能采用。默认整个文件不入库；加 `--accept-valid-rows` 只采用合格的行 |\n\
         | 提醒 | `warning` | 已采用，但应有人核对 |\n\
         | 说明 | `note` | 只是告知，例如隐藏的行没有读取 |\n\n\
         例子里：`'` 开头的是文本格式的单元格，`=` 开头的是没有保存结果的公式。\n",
    );
    for ((name, about), entries) in GROUPS.iter().zip(parts) {
        write!(out, "\n## {name}\n\n{about}\n\n{}", entries.join("\n")).unwrap();
    }
    if !WITHOUT_CASE.is_empty() {
        out.push_str("\n## 没有例子的代码\n\n");
        WITHOUT_CASE.iter().for_each(|(code, reason, _)| writeln!(out, "- `{code}`：{reason}").unwrap());
    }
    out
}

fn entry(case: &Case, told: &Told, problem: &Value) -> String {
    let severity = match text(problem, "severity") {
        "error" => "错误",
        "warning" => "提醒",
        _ => "说明",
    };
    let outcome = match told.outcome.as_deref() {
        Some("imported") => "；文件已入库",
        Some("refused") => "；文件没有入库",
        _ => "",
    };
    let place = problem["cell"].as_str().map_or(String::new(), |c| format!("；位置 {c}"));
    let mut out = format!("### {}（`{}`）\n\n", text(problem, "title"), case.code);
    writeln!(out, "- 程度：{severity}{place}{outcome}").unwrap();
    writeln!(out, "- 例如：{}", case.why).unwrap();
    writeln!(out, "- 程序说：{}", text(problem, "found")).unwrap();
    writeln!(out, "- 怎么办：{}", text(problem, "repair")).unwrap();
    for file in &case.files {
        for rule in file.extras.iter().filter(|e| e.what == "规则") {
            writeln!(out, "\n工作区规则 `limits.toml` 里写了：`{}`", rule.rest).unwrap();
        }
        for sheet in file.sheets.iter().filter(|s| !s.rows.is_empty()) {
            let name = sheet.name.as_ref().map_or(String::new(), |n| format!("，工作表“{n}”"));
            write!(out, "\n`{}`{name}{}：\n\n{}", file.name, extras(sheet), drawn(sheet)).unwrap();
        }
    }
    if let Some(command) = &case.command {
        let last = &case.files.last().unwrap().name;
        writeln!(out, "\n命令：`daifa {}`", shown(command, last)).unwrap();
    }
    out
}

/// A command as typed beside its files.
fn shown(command: &[String], file: &str) -> String {
    ["{case}/", "{beside}/"]
        .iter()
        .fold(command.join(" ").replace("{file}", file), |line, place| line.replace(place, ""))
}

/// What the table cannot show, in words.
fn extras(sheet: &CaseSheet) -> String {
    let list: Vec<String> = sheet
        .extras
        .iter()
        .filter(|e| e.what != "改写")
        .map(|e| match e.what.as_str() {
            "单元格" => e.rest.replace(' ', " 是"),
            "编码" => format!("{} 编码", e.rest),
            what => format!("{what} {}", e.rest).trim_end().to_string(),
        })
        .collect();
    if list.is_empty() { String::new() } else { format!("（{}）", list.join("，")) }
}

fn drawn(sheet: &CaseSheet) -> String {
    let width = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for (i, row) in sheet.rows.iter().enumerate() {
        let cells = (0..width).map(|c| row.get(c).map_or("", String::as_str));
        writeln!(out, "|{}|", cells.map(|c| format!(" {c} ")).collect::<Vec<_>>().join("|")).unwrap();
        if i == 0 {
            writeln!(out, "|{}", "---|".repeat(width)).unwrap();
        }
    }
    out
}
