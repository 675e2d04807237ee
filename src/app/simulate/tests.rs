use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use sha2::{Digest, Sha256};

use proptest::prelude::*;

use super::*;
use crate::simulate::sheets::{Cell, RowKind, SampleFile};

fn made(spec: BranchSpec) -> Vec<SampleFile> {
    let rules = Settings::shipped().unwrap();
    let outline = simulate::outline(&rules, &spec);
    Walk::new(&rules, &outline, &[]).collect().0
}

/// The files under `dir` by their path in it, with their SHA-256.
fn hashes(dir: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(dir).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if !name.starts_with('.') && !name.ends_with(".md") {
                let sum = Sha256::digest(fs::read(&path).unwrap());
                found.insert(name, sum.iter().map(|b| format!("{b:02x}")).collect());
            }
        }
    }
    found
}

#[test]
fn the_sample_set_is_what_the_seed_gives() {
    let dir = tempfile::tempdir().unwrap();
    sample(dir.path(), &Settings::shipped().unwrap(), &BranchSpec::SAMPLE).unwrap();
    let kept = hashes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"));
    let made = hashes(dir.path());
    let differ: Vec<&String> =
        made.keys().chain(kept.keys()).filter(|name| made.get(*name) != kept.get(*name)).collect();
    assert!(differ.is_empty(), "write anew with `daifa simulate --out samples`: {differ:?}");
}

#[test]
fn a_workbook_reads_back_with_merges_total_and_hidden_row() {
    let files = made(BranchSpec { seed: 3, employers: 9, employees: 240, months: 2, story: false });
    let file = files.iter().find(|f| f.path.contains("代发单位清单")).unwrap();
    let bytes = workbook::workbook(file).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let cells = book.worksheet_range("代发单位").unwrap();
    let text = |r: u32, c: u32| cells.get_value((r, c)).cloned().unwrap_or(Data::Empty).to_string();
    assert_eq!(text(0, 0), "临江支行代发单位清单");
    assert_eq!((text(2, 0).as_str(), text(2, 8).as_str()), ("基本信息", "代发情况"));
    assert_eq!((text(3, 1).as_str(), text(3, 9).as_str()), ("代发单位名称", "月均代发额(万元)"));
    assert_eq!((text(2, 19).as_str(), text(3, 19).as_str()), ("备注", ""));
    // Nine employers and a hidden one, then the total.
    assert_eq!(text(14, 0), "合        计");
    let sum: f64 =
        (4..14).filter_map(|r| cells.get_value((r, 8)).and_then(|d| d.to_string().parse::<f64>().ok())).sum();
    assert_eq!(sum, 240.0);
    assert_eq!(book.sheet_names(), ["代发单位", "填写说明"]);
}

#[test]
fn text_is_gb18030_with_windows_line_ends() {
    let files = made(BranchSpec { seed: 3, employers: 2, employees: 30, months: 3, story: false });
    let file = files.iter().find(|f| f.format == SampleFormat::CsvGbk).unwrap();
    let bytes = text::text(file).unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let (decoded, _, bad) = encoding_rs::GB18030.decode(&bytes);
    assert!(!bad && decoded.starts_with("序号,收款方户名,收款账号,金额,用途,代发日期,代发单位名称\r\n"));
    assert_eq!(decoded.lines().count(), 31);
}

/// A text file as it was written.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn column(&self, name: &str) -> usize {
        self.header.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name} in {:?}", self.header))
    }

    fn sum(&self, name: &str) -> i64 {
        let column = self.column(name);
        self.rows.iter().map(|row| fen(&row[column])).sum()
    }
}

/// Text files of a branch by path without ending, the truth among them, and what was written.
struct Exported {
    tables: BTreeMap<String, Table>,
    truth: serde_json::Value,
}

fn exported(spec: &BranchSpec) -> Exported {
    let dir = tempfile::tempdir().unwrap();
    let BranchSpec { seed, employers, employees, months, story } = *spec;
    let options = SimulateOptions { seed, employers, employees, months, story, format: Format::Csv };
    let written = simulate(dir.path(), &options, &mut |_, _| true).unwrap();
    let mut tables = BTreeMap::new();
    for path in written.iter().filter(|p| !p.ends_with("truth.json")) {
        let bytes = fs::read(path).unwrap();
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect()).collect();
        let name = path.strip_prefix(dir.path()).unwrap().with_extension("");
        let name = name.to_str().unwrap().replace('\\', "/");
        tables.insert(name, Table { header: rows.remove(0), rows });
    }
    assert_eq!(hashes(dir.path()).len(), tables.len() + 1, "nothing but the files and the truth");
    let truth = serde_json::from_slice(&fs::read(dir.path().join("truth.json")).unwrap()).unwrap();
    Exported { tables, truth }
}

/// Yuan as a text file writes them; nothing is nothing.
fn fen(text: &str) -> i64 {
    if text.is_empty() { 0 } else { (text.parse::<f64>().unwrap() * 100.0).round() as i64 }
}

/// The same value as a text file has it, whichever way the sheet writes it.
fn as_text(cell: &Cell, heading: &str, wan: bool) -> String {
    let iso = |y: &str, m: &str, d: &str| format!("{y}-{m:0>2}-{d:0>2}");
    match cell {
        Cell::Empty => String::new(),
        Cell::Date(day) => day.to_string(),
        Cell::Number(n, _) if heading.ends_with("(元)") => {
            (n * if wan { 1_000_000.0 } else { 100.0 }).round().to_string()
        }
        Cell::Text(t) if heading.ends_with("(元)") => fen(&t.replace(',', "")).to_string(),
        Cell::Number(n, _) => n.to_string(),
        Cell::Text(t) if ["日期", "日", "有效期"].iter().any(|end| heading.ends_with(end)) => {
            let parts: Vec<&str> = t.split(['年', '月', '日']).collect();
            match parts[..] {
                [y, m, d, ""] => iso(y, m, d),
                [t] if t.len() == 8 && t.bytes().all(|b| b.is_ascii_digit()) => iso(&t[..4], &t[4..6], &t[6..]),
                _ => t.to_string(),
            }
        }
        Cell::Text(t) => t.to_string(),
    }
}

/// The rows of a sheet by the headings of the text file, and those of the text file, both as text.
fn compared(old: &SampleFile, new: &Table) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let sheet = &old.sheets[0];
    let kind = |wanted: RowKind| sheet.rows.iter().filter(move |r| r.kind == wanted && !r.hidden);
    let wan = kind(RowKind::Remark).any(|r| r.cells.contains(&Cell::text("单位:万元")));
    let mut headings: Vec<String> = Vec::new();
    for row in kind(RowKind::Header) {
        headings.resize(row.cells.len(), String::new());
        for (heading, cell) in headings.iter_mut().zip(&row.cells) {
            if let Cell::Text(t) = cell {
                *heading = t.to_string();
            }
        }
    }
    let bare: Vec<String> = new.header.iter().map(|h| h.trim_end_matches("(元)").to_string()).collect();
    assert_eq!(headings, bare, "{}", old.path);
    let was = kind(RowKind::Data)
        .map(|r| r.cells.iter().zip(&new.header).map(|(c, h)| as_text(c, h, wan)).collect())
        .collect();
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| text.len() < 15 && !text.starts_with("00"));
    let is = new.rows.iter().map(|row| {
        let cells = row.iter().zip(&new.header).map(|(text, heading)| match number(text) {
            _ if text.is_empty() => String::new(),
            _ if heading.ends_with("(元)") => fen(text).to_string(),
            Some(n) => n.to_string(),
            None => text.clone(),
        });
        cells.collect()
    });
    (was, is.collect())
}

/// Text files say what the sheets say, cell by cell; where they say more, they say that as well.
fn same_as_sheets(spec: &BranchSpec) {
    let rules = Settings::shipped().unwrap();
    let story: Vec<&str> = rules.activity.flows.keys().map(|k| rules.story[k].name.as_str()).collect();
    let new = exported(spec);
    let old = made(*spec);
    for file in &old {
        let path = file.path.rsplit_once('.').unwrap().0;
        let table = new.tables.get(path).unwrap_or_else(|| panic!("{path} in {:?}", new.tables.keys()));
        let (mut was, mut is) = compared(file, table);
        if path.contains("资金流水") {
            let (employer, reference) = (table.column("代发单位"), table.column("流水号"));
            is.retain(|row| story.contains(&row[employer].as_str()));
            is.iter_mut().chain(&mut was).for_each(|row| drop(row.remove(reference)));
        } else if path.contains("联系结果") {
            is.truncate(rules.activity.contacts_told);
        } else if path.contains("购买明细") {
            is.sort();
            was.sort();
        }
        assert_eq!(was.len(), is.len(), "{path}");
        for (was, is) in was.iter().zip(&is) {
            assert_eq!(was, is, "{path}");
        }
    }
    let more: Vec<&String> =
        new.tables.keys().filter(|p| !old.iter().any(|f| f.path.starts_with(&format!("{p}.")))).collect();
    assert!(more.iter().all(|p| p.starts_with("问卷/") || p.contains("资金流水")), "{more:?}");
}

#[test]
fn text_says_what_the_sheets_of_the_sample_say() {
    same_as_sheets(&BranchSpec::SAMPLE);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn text_says_what_the_sheets_say(seed: u64, employers in 1usize..14, employees in 1usize..300, months in 1u32..6) {
        same_as_sheets(&BranchSpec { seed, employers, employees, months, story: false });
    }
}

/// What the truth sums up is counted again in the files, the slow way.
#[test]
fn the_totals_are_those_of_the_files() {
    let Exported { tables, truth } = exported(&BranchSpec::SAMPLE);
    let totals = &truth["totals"];
    let named = |part: &str| tables.iter().filter(|(p, _)| p.contains(part)).map(|(_, t)| t).collect::<Vec<_>>();
    let mut days: BTreeMap<String, BTreeMap<&str, &Vec<String>>> = BTreeMap::new();
    let mut lists: BTreeMap<String, &Table> = BTreeMap::new();
    for table in ["持有产品", "员工明细", "员工资产"].into_iter().flat_map(named) {
        let (day, number) = (table.rows[0][table.column("数据日期")].clone(), table.column("客户号"));
        assert_eq!(totals["holdings"][&day]["records"], table.rows.len());
        assert_eq!(totals["holdings"][&day]["aum_fen"], table.sum("AUM余额(元)"));
        days.insert(day.clone(), table.rows.iter().map(|row| (row[number].as_str(), row)).collect());
        lists.insert(day, table);
    }
    assert_eq!(days.len(), 7);
    assert_eq!(totals["holdings"].as_object().unwrap().len(), 7);
    for (before, after) in days.keys().zip(days.keys().skip(1)) {
        let (old, new) = (&days[before], &days[after]);
        let change = &totals["changes"][after];
        assert_eq!(change["since"], **before);
        let both: Vec<(&Vec<String>, &Vec<String>)> =
            old.iter().filter_map(|(number, row)| Some((*row, *new.get(number)?))).collect();
        let held = |(a, b): &(&Vec<String>, &Vec<String>), column: &str| {
            (fen(&a[lists[before].column(column)]), fen(&b[lists[after].column(column)]))
        };
        let count = |wanted: &dyn Fn(i64, i64) -> bool, column: &str| {
            both.iter().map(|pair| held(pair, column)).filter(|(a, b)| wanted(*a, *b)).count()
        };
        let of = |key: &str, part: &str| change[key][part].as_u64().unwrap_or(0) as usize;
        assert_eq!(change["on_both"], both.len());
        assert_eq!(change["joined"], new.len() - both.len());
        assert_eq!(change["left"], old.len() - both.len());
        assert_eq!(change["rose"], count(&|a, b| b > a, "AUM余额(元)"));
        assert_eq!(change["fell"], count(&|a, b| b < a, "AUM余额(元)"));
        assert_eq!(change["stayed"], count(&|a, b| b == a, "AUM余额(元)"));
        let moved = both.iter().map(|pair| held(pair, "AUM余额(元)")).map(|(a, b)| b - a).sum::<i64>();
        assert_eq!(change["change_fen"], moved);
        for (key, column) in [("demand", "活期(元)"), ("wealth", "理财(元)"), ("bond", "国债(元)")] {
            assert_eq!(of("gained", key), count(&|a, b| a == 0 && b > 0, column), "{after} {key}");
            assert_eq!(of("lost", key), count(&|a, b| a > 0 && b == 0, column), "{after} {key}");
        }
    }
    for table in ["代发明细", "代发导出"].into_iter().flat_map(named) {
        let (day, account) = (&table.rows[0][table.column("代发日期")], table.column("收款账号"));
        let payees: std::collections::BTreeSet<&str> = table.rows.iter().map(|r| r[account].as_str()).collect();
        assert_eq!(totals["payroll"][day]["amount_fen"], table.sum("金额(元)"));
        assert_eq!(totals["payroll"][day]["heads"], payees.len());
    }
    let flows = named("资金流水")[0];
    for (to, sum) in totals["flows"].as_object().unwrap() {
        let (place, amount) = (flows.column("对手类型"), flows.column("交易金额(元)"));
        let rows: Vec<_> = flows.rows.iter().filter(|r| r[place] == *to).collect();
        assert_eq!(sum["rows"], rows.len());
        assert_eq!(sum["amount_fen"], rows.iter().map(|r| fen(&r[amount])).sum::<i64>());
    }
    let contacts = named("联系结果")[0];
    for (result, count) in totals["contacts"].as_object().unwrap() {
        let place = contacts.column("联系结果");
        assert_eq!(*count, contacts.rows.iter().filter(|r| r[place] == *result).count());
    }
}

#[test]
fn answers_are_on_file_as_they_are_counted() {
    let spec = BranchSpec { seed: 5, employers: 9, employees: 600, months: 2, story: false };
    let Exported { tables, truth } = exported(&spec);
    let answers = &tables["问卷/服务问卷_20260310"];
    let first = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"];
    assert_eq!(answers.header[..6], first);
    assert_eq!(answers.header[6], "1、工资到账后，主要用在哪里？");
    assert_eq!(answers.header.len(), 6 + 8, "eight questions are put to staff");
    let counted = &truth["totals"]["answers"];
    assert_eq!(counted["respondents"], answers.rows.len());
    // 600 people of whom 12 % answer.
    assert!((40..110).contains(&answers.rows.len()), "{}", answers.rows.len());
    let moments: Vec<_> = answers
        .rows
        .iter()
        .map(|r| chrono::NaiveDateTime::parse_from_str(&r[1], "%Y/%m/%d %H:%M:%S").unwrap())
        .collect();
    assert!(moments.is_sorted(), "in order of time");
    let ticked = |column: usize, text: &str| {
        answers.rows.iter().filter(|r| r[column].split('┋').any(|option| option == text)).count()
    };
    let questions = &counted["questions"];
    assert_eq!(questions["whereabouts"]["daily"], ticked(6, "日常开销"));
    assert_eq!(questions["surplus"]["untold"], ticked(7, "不便填写"));
    assert_eq!(questions["recommend"]["9"], ticked(11, "9"));
    assert_eq!(questions["consent"]["none"], answers.rows.iter().filter(|r| r[13] == "都不同意").count());
}

#[test]
fn a_large_branch_has_no_two_of_a_name() {
    let rules = Settings::shipped().unwrap().exporting();
    let spec = BranchSpec { seed: 1, employers: 5_000, employees: 130_000, months: 2, story: false };
    let outline = simulate::outline(&rules, &spec);
    let distinct = |names: Vec<&str>| {
        let count = names.len();
        (names.into_iter().collect::<std::collections::BTreeSet<_>>().len(), count)
    };
    for (found, all) in [
        distinct(outline.employers.iter().map(|e| e.name.as_str()).collect()),
        distinct(outline.employers.iter().map(|e| e.number.as_str()).collect()),
        distinct(outline.staff.iter().map(|s| s.name.as_str()).collect()),
        distinct(outline.outlets.iter().map(String::as_str).collect()),
    ] {
        assert_eq!(found, all);
    }
    // One outlet for thirty employers.
    assert_eq!((outline.employers.len(), outline.outlets.len()), (5_000, 166));
    assert!(outline.employers.iter().any(|e| e.name.starts_with("甲子八三")), "the 83rd time through the cycle");
}

#[test]
fn who_stops_it_finds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options =
        SimulateOptions { seed: 1, employers: 9, employees: 300, months: 2, story: false, format: Format::Csv };
    let stopped = simulate(dir.path(), &options, &mut |people, _| people < 100);
    assert!(matches!(stopped, Err(AppError::MakingStopped)));
    assert_eq!(hashes(dir.path()), BTreeMap::new());
}
