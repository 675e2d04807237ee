//! Numbers of people in free text: each way they are written in notes goes into every column of free text and through
//! every command; whole it stands nowhere outside the encrypted store.

use std::path::{Path, PathBuf};

use daifa::model::text::free_text::narrow;

use crate::common::Bench;
use crate::trust::text;
use crate::trust_masking::said;

/// As written, and its digits.
const PAYLOADS: [(&str, &str); 8] = [
    ("19900000002", "19900000002"),
    ("199-0000-0003", "19900000003"),
    ("１９９００００００04", "19900000004"),
    ("+86 199 0000 0005", "19900000005"),
    ("990001199003070013", "990001199003070013"),
    ("990001 19900307 0024", "990001199003070024"),
    ("6200000098765432107", "6200000098765432107"),
    ("6200 0000 9876 5432 208", "6200000098765432208"),
];

/// Its name holds a number.
const EMPLOYER: &str = "乙厂199-0000-0003有限公司";

/// The payloads of a text, each once: `甲 … 乙 …`.
fn all(word: &str) -> String {
    PAYLOADS.map(|(written, _)| format!("{word}{written}转告")).join("，")
}

/// Numbers whose digits stand in `text`, blanks and signs between them aside.
fn found(text: &str) -> Vec<&'static str> {
    let digits: String = text.chars().map(narrow).filter(|c| c.is_alphanumeric()).collect();
    PAYLOADS.iter().map(|(_, number)| *number).filter(|n| digits.contains(n)).collect()
}

fn branch() -> Bench {
    let bench = Bench::new();
    let tables = [
        (
            "单位.xlsx",
            format!(
                "
| 代发单位编号 | 代发单位名称 | 行业 | 地址 | 代发人数 | 发薪日 | 归属网点 | 客户经理 | 关键联系人 | 职务 | 联系电话 | 备注 |
|---|
| D001 | 甲厂有限公司 | 制造业{} | 东路{} | 2 | 每月10日 | 一网点 | 林一 | 联络独二 | 财务{} | 19912345678 | {} |
| D002 | {EMPLOYER} | 制造业{} | 西路{} | 2 | 每月10日 | 一网点 | 林一 | 联络独三 | 会计{} | 19912345679 | {} |",
                PAYLOADS[0].0,
                all("号"),
                PAYLOADS[1].0,
                all("找"),
                PAYLOADS[2].0,
                all("院"),
                PAYLOADS[4].0,
                all("问"),
            ),
        ),
        (
            "人员.xlsx",
            format!(
                "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 | 理财{} | 是 |
{}",
                PAYLOADS[2].0,
                (2..10).map(|n| format!("| 00{n} | 林{n} | 一网点 | 柜员 |  | 是 |")).collect::<Vec<_>>().join("\n")
            ),
        ),
        ("前.xlsx", holdings("2026-03-09", 36_000, "否")),
        ("后.xlsx", holdings("2026-03-16", 38_000, "是")),
        (
            "工资.xlsx",
            "
| 序号 | 收款方户名 | 客户号 | 收款账号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | 甲子 | KH00000001 |  | 5000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 2 | 甲丑 | KH00000002 |  | 6000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 3 | 乙子 | KH00000003 |  | 6000 | 3月工资 | 2026-03-10 | 乙厂199-0000-0003有限公司 |
| 4 | 乙丑 | KH00000004 |  | 6000 | 3月工资 | 2026-03-10 | 乙厂199-0000-0003有限公司 |"
                .to_string(),
        ),
        (
            "进企.xlsx",
            format!(
                "
| 单位 | 进企日期 | 参加人数 | 意向人数 | 备注 |
|---|
| 甲厂有限公司 | 2026-03-11 | 20 | 5 | {} |",
                all("请回电")
            ),
        ),
        (
            "联系.xlsx",
            format!(
                "
| 客户号 | 联系结果 | 联系日期 | 意向产品 | 备注 |
|---|
| KH00000001 | 已接通 | 2026-03-16 | 理财{} | {} |",
                PAYLOADS[0].0,
                all("改打")
            ),
        ),
        (
            "销售.xlsx",
            format!(
                "
| 客户号 | 产品名称 | 购买日期 | 购买金额 |
|---|
| KH00000001 | 稳健{} | 2026-03-12 | 10000 |",
                PAYLOADS[4].0
            ),
        ),
        // Refused: a draft is written, the problems are told.
        (
            "别的.xlsx",
            format!(
                "
| {} |
| 工号甲 | 请转告经办的同事们改打{}号 | 这一列请联系经办人的电话{} | 分数 |
|---|
| A1 | 东 | 1 | 12 |
| A2 | 西 | 2 | 13 |
| A3 | 东 | 3 | 14 |
| A4 | 西 | 4 | 15 |",
                all("填表"),
                PAYLOADS[0].0,
                PAYLOADS[1].0
            ),
        ),
    ];
    for (name, table) in tables {
        std::fs::rename(bench.sheet(name, &table), bench.root().join("inbox").join(name)).unwrap();
    }
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    bench
}

fn holdings(date: &str, aum: i64, plan: &str) -> String {
    format!(
        "
| 客户号 | 客户姓名 | 手机号 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 手机银行 | 基金定投 | 是否同意电话营销 | 备注 | 家属{} |
|---|
| KH00000001 | 甲子 | 19987654321 | 甲厂有限公司 | 林一 | {date} | {aum} | {aum} | 是 | {plan} | 是 | {} | 无 |
| KH00000002 | 甲丑 | 19987654322 | 甲厂有限公司 | 林一 | {date} | 45000 | 45000 | 否 | 否 | 是 | {} | 无 |
| KH00000003 | 乙子 | 19987654323 | {EMPLOYER} | 林一 | {date} | 500 | 500 | 否 | 否 | 是 | | 无 |
| KH00000004 | 乙丑 | 19987654324 | {EMPLOYER} | 林一 | {date} | 900 | 900 | 否 | 否 | 是 | | 无 |",
        PAYLOADS[5].0,
        all("转"),
        PAYLOADS[6].0
    )
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folder.exists().then(|| folder.to_path_buf()).into_iter().collect();
    while let Some(path) = open.pop() {
        match path.is_dir() {
            true => open.extend(std::fs::read_dir(&path).unwrap().flatten().map(|e| e.path())),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn no_number_in_free_text_leaves_the_store_whole() {
    let bench = branch();
    let cycle = bench.run(&["cycle", "--today", "2026-03-18"]);
    let report = bench.json(&["report", "--today", "2026-03-18"]);
    // The test would prove nothing if the notes did not arrive, or nothing were planned.
    let note = report["effects"][0]["note"].as_str().unwrap_or_default().to_string();
    assert!(note.contains("请回电199******02转告"), "{report}\n{}\n{}", cycle.out(), cycle.err());
    let refused = text(&bench.root().join("inbox/别的.xlsx")).to_string();
    let done = text(&bench.root().join("inbox/done/2026-03-18/后.xlsx")).to_string();
    let mut told = vec![("cycle".to_string(), format!("{}{}", cycle.out(), cycle.err()))];
    let commands: Vec<Vec<&str>> = vec![
        vec!["inspect", &refused],
        vec!["inspect", &done],
        vec!["import", &refused],
        vec!["import", &done, "--again"],
        vec!["rank"],
        vec!["plan"],
        vec!["plan", "show"],
        vec!["pack", "--all"],
        vec!["track"],
        vec!["followup"],
        vec!["export"],
        vec!["report"],
        vec!["layouts", "show"],
        vec!["match", "show"],
        vec!["calendar", "show"],
        vec!["doctor"],
        vec!["audit", "show"],
        vec!["key", "show"],
        vec!["purge", "--person", "P000001", "--dry-run"],
        vec!["cycle"],
    ];
    for command in &commands {
        for json in [false, true] {
            let mut arguments = [&command[..], &["--today", "2026-03-18"]].concat();
            arguments.extend(json.then_some("--json"));
            let ran = bench.run(&arguments);
            told.push((arguments.join(" "), format!("{}{}", ran.out(), ran.err())));
        }
    }
    for (what, shown) in &told {
        assert_eq!(found(shown), Vec::<&str>::new(), "{what}: {shown}");
    }
    let written: Vec<PathBuf> =
        ["out", "profiles", ".daifa"].iter().flat_map(|f| files(&bench.root().join(f))).collect();
    for file in &written {
        assert_eq!(found(&said(file)), Vec::<&str>::new(), "{}", file.display());
    }
    let names: String = written.iter().map(|f| text(f).to_string()).collect();
    for part in ["01_", "02_", "03_进企资料包", "04_", "05_", "06_", "07_", "_标注", "profiles"] {
        assert!(names.contains(part), "{part} is missing: {names}");
    }
}

/// Lists that lie on their side, a person to a column: nothing but the file itself may keep the names.
#[test]
fn headers_that_are_people_are_not_written_down() {
    const NAMES: [&str; 5] = ["沈独一", "韩独二", "欧阳独三", "墨独四", "阿依·独五"];
    let people = NAMES.join(" | ");
    let tables = [
        // Understood in nothing.
        format!(
            "| 项目甲 | {people} |\n|---|\n| 电话 | 1 | 2 | 3 | 4 | 5 |\n| 分数 | 7 | 8 | 9 | 6 | 5 |\n| 名次 | 1 | 2 | 3 | 4 | 5 |"
        ),
        // The first column says what the rows are; one header is a whole number.
        format!(
            "| 客户姓名 | {people} | 19900000002 |\n|---|\n| 客户号 | 11 | 12 | 13 | 14 | 15 | 16 |\n| 手机号 | 1 | 2 | 3 | 4 | 5 | 6 |\n| AUM余额(元) | 1 | 2 | 3 | 4 | 5 | 6 |"
        ),
        // Understood, with columns that are called after people.
        format!(
            "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | {people} | 转19900000002 |\n|---|\n| KH1 | 甲一 | 甲厂 | 2026-03-16 | 1 | 1 | 2 | 3 | 4 | 5 | 6 |\n| KH2 | 甲二 | 甲厂 | 2026-03-16 | 2 | 1 | 2 | 3 | 4 | 5 | 6 |"
        ),
        // A column that has to be asked for is one of them.
        format!(
            "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | {people} |\n|---|\n| KH1 | 甲一 | 甲厂 | 2026-03-16 | 1 | 2 | 3 | 4 | 5 |\n| KH2 | 甲二 | 甲厂 | 2026-03-16 | 2 | 2 | 3 | 4 | 5 |"
        ),
    ];
    for (n, table) in tables.iter().enumerate() {
        let bench = Bench::new();
        let file = bench.sheet("横表.xlsx", table);
        let mut told = Vec::new();
        for arguments in
            [vec!["inspect", &file], vec!["import", &file, "--today", "2026-03-18"], vec!["layouts", "show"]]
        {
            for json in [&["--json"][..], &[]] {
                let ran = bench.run(&[&arguments[..], json].concat());
                told.push(format!("{arguments:?} {}{}", ran.out(), ran.err()));
            }
        }
        for file in ["out", "profiles", "inbox", ".daifa"].iter().flat_map(|f| files(&bench.root().join(f))) {
            told.push(format!("{} {}", file.display(), said(&file)));
        }
        for shown in &told {
            let whole: Vec<&&str> =
                NAMES.iter().chain(&["19900000002"]).filter(|name| shown.contains(**name)).collect();
            assert!(whole.is_empty(), "table {n}, {whole:?}: {shown}");
        }
    }
}

/// A draft without the headers is completed by the letters of the columns and imported.
#[test]
fn a_draft_without_headers_is_of_use() {
    let bench = Bench::new();
    let table = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 沈独一 | 韩独二 |\n|---|\n| KH1 | 甲一 | 甲厂 | 2026-03-16 | 100 | 东 |\n| KH2 | 甲二 | 甲厂 | 2026-03-16 | 200 | 西 |\n| KH3 | 甲三 | 甲厂 | 2026-03-16 | 300 | 东 |";
    let file = bench.sheet("持有.xlsx", table);
    let report = bench.json(&["import", &file, "--today", "2026-03-18"]);
    let profile = bench.root().join(report["files"][0]["profiles"][0].as_str().unwrap());
    let draft = std::fs::read_to_string(&profile).unwrap();
    assert!(
        draft.contains("# E列，样式 999，内容像金额，列名像姓名，未写出") && draft.contains("at = \"E\""),
        "{draft}"
    );
    let place = draft.find("at = \"E\"").unwrap();
    let (before, after) = draft.split_at(place);
    let line = after.lines().nth(1).unwrap();
    let completed = format!("{before}{}", after.replacen(line, "field = \"aum\"", 1));
    std::fs::write(&profile, completed).unwrap();
    let again = bench.json(&["import", &file, "--today", "2026-03-18", "--profile", text(&profile)]);
    assert_eq!(again["files"][0]["outcome"], "imported", "{again}");
    assert_eq!(again["files"][0]["rows_taken"], 3);
    // Remembered: the next sheet of the layout is not asked about.
    let next = bench.sheet("下月.xlsx", &table.replace("2026-03-16", "2026-03-17"));
    let taken = bench.json(&["import", &next, "--today", "2026-03-18"]);
    assert_eq!(taken["files"][0]["outcome"], "imported", "{taken}");
}
