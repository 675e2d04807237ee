//! Whose data show where: one marked person, paid, holding, with a task, and a marked contact of the employer go through
//! every command; each whole value found on the screen or in a file must be allowed there by `masking.toml`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use daifa::model::personal::MaskLevel;
use daifa::rules::Rules;
use daifa::rules::trust::masking::OutputMasking;

use crate::common::Bench;
use crate::common::office::Office;
use crate::trust::{connection, text};

const NAME: &str = "墨独一";
const PHONE: &str = "19987654321";
const ID_NUMBER: &str = "990001199003070013";
const ACCOUNT: &str = "6200000098765432107";
const CUSTOMER: &str = "KH77665544";
const CONTACT: &str = "联络独二";
const CONTACT_PHONE: &str = "19912345678";
/// A client nobody is in charge of, who stands in the outlet's list.
const UNOWNED: &str = "甲三";
const UNOWNED_PHONE: &str = "13800009999";

/// The check sign of the marked ID number, so that it is taken as one.
fn id_number() -> String {
    let body = &ID_NUMBER[..17];
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
    format!("{body}{}", ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize])
}

fn branch() -> Bench {
    let bench = Bench::new();
    let id = id_number();
    let employers = format!(
        "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 发薪日 | 归属网点 | 客户经理 | 关键联系人 | 联系电话 |
|---|
| D001 | 甲厂有限公司 | 制造业 | 2 | 每月10日 | 一网点 |  | {CONTACT} | {CONTACT_PHONE} |
| D002 | 乙厂有限公司 | 制造业 | 1 | 每月10日 | 一网点 | 林一 |  |  |"
    );
    let staff = "
| 工号 | 姓名 | 所属网点 | 岗位 | 资质 | 可外出 |
|---|
| 001 | 林一 | 一网点 | 客户经理 |  | 是 |
| 002 | 林二 | 一网点 | 柜员 |  | 是 |
| 003 | 林三 | 一网点 | 大堂经理 |  | 是 |
| 004 | 林四 | 一网点 | 柜员 |  | 是 |
| 005 | 林五 | 一网点 | 柜员 |  | 是 |
| 006 | 林六 | 一网点 | 柜员 |  | 是 |
| 007 | 林七 | 一网点 | 柜员 |  | 是 |
| 008 | 林八 | 一网点 | 柜员 |  | 是 |
| 009 | 林九 | 一网点 | 柜员 |  | 是 |";
    let holdings = |date: &str, aum: i64, plan: &str| {
        format!(
            "
| 客户号 | 客户姓名 | 手机号 | 证件号码 | 代发账号 | 代发单位 | 管户人 | 数据日期 | AUM余额(元) | 活期(元) | 手机银行 | 基金定投 | 是否同意电话营销 | 风险测评有效期 |
|---|
| {CUSTOMER} | {NAME} | {PHONE} | {id} | {ACCOUNT} | 甲厂有限公司 | 林一 | {date} | {aum} | {aum} | 是 | {plan} | 是 | 2026-12-31 |
| KH11112222 | 甲二 |  |  |  | 甲厂有限公司 | 林一 | {date} | 45000 | 45000 | 否 | 否 |  |  |
| KH55556666 | {UNOWNED} | {UNOWNED_PHONE} |  |  | 甲厂有限公司 |  | {date} | 45000 | 45000 | 是 | 否 | 是 | 2026-12-31 |
| KH33334444 | 乙一 |  |  |  | 乙厂有限公司 | 林一 | {date} | 500000 | 500000 | 是 | 是 | 是 | 2026-12-31 |"
        )
    };
    let paid = format!(
        "
| 序号 | 收款方户名 | 客户号 | 收款账号 | 金额 | 用途 | 代发日期 | 代发单位名称 |
|---|
| 1 | {NAME} | {CUSTOMER} | {ACCOUNT} | 5000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 2 | {NAME} | KH99990000 | 6200000012345432107 | 6000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
| 3 | 乙一 | KH33334444 |  | 5000 | 3月工资 | 2026-03-10 | 乙厂有限公司 |"
    );
    for (name, table) in [
        ("单位.xlsx", employers),
        ("人员.xlsx", staff.to_string()),
        ("前.xlsx", holdings("2026-03-09", 36_000, "否")),
        ("后.xlsx", holdings("2026-03-16", 38_000, "是")),
        ("工资.xlsx", paid),
    ] {
        std::fs::rename(bench.sheet(name, &table), bench.root().join("inbox").join(name)).unwrap();
    }
    std::fs::write(bench.root().join("rules/ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    bench
}

/// Everything a file says: itself, or all parts of a packed one.
pub fn said(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) else {
        return String::from_utf8_lossy(&bytes).into_owned();
    };
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
        text.push_str(&String::from_utf8_lossy(&part));
    }
    text
}

/// The output a file belongs to, by its number.
fn output_of(file: &str) -> &'static str {
    match file.chars().take(2).collect::<String>().as_str() {
        "03" => "pack",
        "04" if file.starts_with("04_员工营销维护表_") => "own_clients",
        "04" => "maintenance",
        "05" => "worklist",
        "06" => "outlet",
        "07" => "report",
        // All others have no business with people.
        _ => "none",
    }
}

fn allowed(levels: &OutputMasking) -> BTreeMap<&'static str, bool> {
    let whole = |level: MaskLevel| level == MaskLevel::Whole;
    BTreeMap::from([
        ("name", whole(levels.name)),
        ("phone", whole(levels.phone)),
        ("id_number", whole(levels.id_number)),
        ("account", whole(levels.account)),
        ("customer_number", whole(levels.customer_number)),
    ])
}

/// Whole values that stand in `text` although `output` may not show them.
fn leaks(text: &str, output: &str, rules: &Rules) -> Vec<&'static str> {
    let allowed = allowed(&rules.masking.of(output));
    let id = id_number();
    let marks = [
        ("name", NAME),
        ("phone", PHONE),
        ("id_number", id.as_str()),
        ("account", ACCOUNT),
        ("customer_number", CUSTOMER),
        ("name", CONTACT),
        ("phone", CONTACT_PHONE),
        ("phone", UNOWNED_PHONE),
    ];
    marks.into_iter().filter(|(kind, mark)| text.contains(mark) && !allowed[kind]).map(|(kind, _)| kind).collect()
}

#[test]
fn a_marked_person_shows_whole_only_where_the_rules_say_so() {
    let bench = branch();
    let rules = Rules::load(Some(&bench.root().join("rules"))).unwrap();
    let source = bench.root().join("inbox/后.xlsx");
    let source = text(&source).to_string();
    let mut screens = vec![bench.run(&["inspect", &source]), bench.run(&["inspect", &source, "--json"])];
    screens.push(bench.run(&["cycle", "--today", "2026-03-18"]).ok());
    let done = bench.root().join("inbox/done/2026-03-18/工资.xlsx");
    let done = text(&done).to_string();
    let commands: Vec<Vec<&str>> = vec![
        vec!["import", &done, "--again"],
        vec!["rank"],
        vec!["plan"],
        vec!["plan", "show"],
        vec!["pack", "--all"],
        vec!["track"],
        vec!["followup"],
        vec!["export"],
        vec!["report"],
        vec!["rules", "show"],
        vec!["doctor"],
        vec!["audit", "show"],
        vec!["audit", "verify"],
        vec!["key", "show"],
        vec!["purge", "--person", "P000001", "--dry-run"],
        vec!["purge", "--before", "2026-03-12", "--dry-run"],
    ];
    for command in &commands {
        for json in [false, true] {
            let mut arguments = [&command[..], &["--today", "2026-03-18"]].concat();
            arguments.extend(json.then_some("--json"));
            screens.push(bench.run(&arguments));
        }
    }
    for screen in &screens {
        let shown = format!("{}{}", screen.out(), screen.err());
        assert_eq!(leaks(&shown, "terminal", &rules), Vec::<&str>::new(), "{shown}");
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut open = vec![bench.root().join("out"), bench.root().join(".daifa")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().flatten().map(|e| e.path()));
            continue;
        }
        let relative = path.strip_prefix(bench.root()).unwrap().to_string_lossy().replace('\\', "/");
        let output = output_of(relative.split('/').nth(2).unwrap_or_default());
        let content = said(&path);
        assert_eq!(leaks(&content, output, &rules), Vec::<&str>::new(), "{relative}");
        *seen.entry(output).or_default() += usize::from(content.contains(NAME) || content.contains(CONTACT));
    }
    // The test would prove nothing if nobody were shown at all.
    assert!(seen["worklist"] > 0 && seen["own_clients"] > 0 && seen["pack"] > 0, "{seen:?}");
    let whole = |name: &str| said(&bench.root().join("out/2026-03-18").join(name)).contains(NAME);
    assert!(!whole("04_员工营销维护表.xlsx"));
    // The outlet is told whose task it is, and not under which number: that is the manager's.
    let levels = rules.masking.of("outlet");
    assert_eq!((levels.name, levels.phone), (MaskLevel::Whole, MaskLevel::Masked));
    let (mut outlet, content) = outlet_list(&bench);
    assert_eq!(outlet.cell(UNOWNED, "电话"), "138******99");
    assert!(!content.contains(UNOWNED_PHONE));
    let columns =
        "SELECT count(*) FROM audit WHERE action = 'export' AND mask_level = 'whole' AND columns LIKE '%name%'";
    assert!(connection(&bench).query_row(columns, [], |r| r.get::<_, i64>(0)).unwrap() > 0);
}

/// 06 of the day, opened, and all that it says.
fn outlet_list(bench: &Bench) -> (Office, String) {
    let path = bench.root().join("out/2026-03-18/06_网点任务下发_一网点_2026-03.xlsx");
    (Office::open(&path), said(&path))
}

#[test]
fn a_branch_decides_what_an_output_shows() {
    let bench = branch();
    let own = "[outputs.outlet]\nname = \"masked\"\n[outputs.maintenance]\nname = \"hidden\"\n[outputs.unmatched]\nname = \"hidden\"\n[outputs.worklist]\nname = \"masked\"\nphone = \"hidden\"\ncustomer_number = \"hidden\"\n";
    std::fs::write(bench.root().join("rules/masking.toml"), own).unwrap();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let day = bench.root().join("out/2026-03-18");
    let worklist =
        std::fs::read_dir(&day).unwrap().flatten().map(|e| e.path()).find(|p| text(p).contains("05_")).unwrap();
    let content = said(&worklist);
    assert!(content.contains("墨**") && !content.contains(NAME) && !content.contains(PHONE));
    let (mut outlet, content) = outlet_list(&bench);
    assert_eq!(outlet.cell("甲**", "电话"), "138******99");
    assert!(!content.contains(UNOWNED) && !content.contains(UNOWNED_PHONE));
    assert!(!said(&day.join("04_员工营销维护表.xlsx")).contains("墨**"));
}

#[test]
fn a_reveal_needs_a_purpose_and_is_recorded_with_it() {
    let bench = branch();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    assert_eq!(bench.run(&["track", "--json", "--reveal", "--today", "2026-03-18"]).code(), 2);
    let arguments = ["track", "--reveal", "--purpose", "核对流失名单", "--today", "2026-03-18"];
    let shown = bench.json(&arguments);
    assert!(shown.to_string().contains(CUSTOMER));
    let entries = bench.json(&["audit", "show", "--action", "reveal"]);
    assert_eq!(entries[0]["purpose"], "track: 核对流失名单");
    assert_eq!(entries[0]["columns"], "customer_number");
}

#[test]
fn every_output_the_code_asks_for_stands_in_the_rules() {
    let rules = Rules::load(None).unwrap();
    let mut asked = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().flatten().map(|e| e.path()));
        } else {
            let code = std::fs::read_to_string(&path).unwrap();
            for part in code.split("masking.of(\"").skip(1) {
                asked.push(part.split('"').next().unwrap().to_string());
            }
        }
    }
    assert!(asked.len() > 3, "{asked:?}");
    for output in asked {
        assert!(rules.masking.outputs.contains_key(&output), "{output} is not in masking.toml");
    }
}

#[test]
fn a_sheet_with_secrets_is_refused() {
    for header in
        ["取款密码", "PIN", "CVV2", "动态验证码", "CVN2", "PIN Code", "OTP", "PWD", "P.I.N.", "卡背面三位", "密鑰"]
    {
        let bench = Bench::new();
        let file = bench.sheet(
            "员工.xlsx",
            &format!("| 客户号 | 客户姓名 | {header} | 代发单位 | 数据日期 | AUM余额(元) |\n|---|\n| KH1 | 甲一 | 123456 | 甲厂 | 2026-03-16 | 1 |"),
        );
        let ran = bench.run(&["import", &file, "--json"]);
        assert_eq!(ran.code(), 1);
        assert!(ran.out().contains("secret_column") && !ran.out().contains("123456"), "{}", ran.out());
    }
}

/// The audit speaks of what a file has, not of what it might have shown.
#[test]
fn the_audit_names_the_personal_columns_a_file_has() {
    let bench = branch();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let entries = bench.json(&["audit", "show", "--action", "export"]);
    let of = |start: &str| {
        let mut all = entries.as_array().unwrap().iter();
        let found = all.find(|e| e["subject"].as_str().unwrap().rsplit('/').next().unwrap().starts_with(start));
        found.map(|e| (e["columns"].as_str().unwrap(), e["mask_level"].as_str().unwrap()))
    };
    assert_eq!(of("05_"), Some(("name,phone", "whole")));
    assert_eq!(of("06_"), Some(("name,phone", "whole")));
    // 关键人 of the employers on the list.
    assert_eq!(of("01_"), Some(("name", "masked")));
    assert!(!of("04_").unwrap().0.contains("customer_number"));
}

/// An outlet's workbook has names whole and phones masked: one level for both would be untrue of one.
#[test]
fn the_audit_tells_the_level_of_each_column() {
    let bench = branch();
    bench.run(&["cycle", "--today", "2026-03-18"]).ok();
    let entries = bench.json(&["audit", "show", "--action", "export"]);
    let levels = |start: &str| {
        let of = |e: &&serde_json::Value| e["subject"].as_str().unwrap().rsplit('/').next().unwrap().starts_with(start);
        entries.as_array().unwrap().iter().find(of).unwrap()["levels"].clone()
    };
    assert_eq!(levels("05_"), serde_json::json!({"name": "whole", "phone": "whole"}));
    assert_eq!(levels("06_"), serde_json::json!({"name": "whole", "phone": "masked"}));
    assert_eq!(levels("04_"), serde_json::json!({"name": "masked", "account": "masked"}));
    // 关键人.
    assert_eq!(levels("01_"), serde_json::json!({"name": "masked"}));
    let shown = bench.run(&["audit", "show", "--subject", "06_"]).out();
    assert!(shown.contains("个人信息：姓名（原样）、手机号（打码）"), "{shown}");
    let shown = bench.run(&["audit", "show", "--subject", "05_"]).out();
    assert!(shown.contains("个人信息：姓名、手机号（原样）"), "{shown}");
    let shown = bench.run(&["audit", "show", "--subject", "06_", "--lang", "en"]).out();
    assert!(shown.contains("personal data: name (whole), phone (masked)"), "{shown}");
    // An entry of an earlier version kept the barest level for all.
    let db = connection(&bench);
    db.execute_batch(
        "INSERT INTO audit SELECT max(seq) + 1, at, actor, action, purpose, 'out/old.xlsx', row_count, 'name,phone', 'whole',
           sha256, previous, hash FROM audit;",
    )
    .unwrap();
    let old = bench.json(&["audit", "show", "--subject", "old.xlsx"]);
    assert_eq!((&old[0]["columns"], &old[0]["levels"]), (&"name,phone".into(), &serde_json::Value::Null));
    let shown = bench.run(&["audit", "show", "--subject", "old.xlsx"]).out();
    assert!(shown.contains("个人信息：姓名、手机号（最多显示到：原样）"), "{shown}");
}

#[test]
fn a_note_that_speaks_of_a_password_is_no_column_of_passwords() {
    let bench = Bench::new();
    let contacts = "| 客户号 | 联系结果 | 联系日期 | 备注 |\n|---|\n| KH1 | 已接通 | 2026-03-16 | 客户忘记密码 |\n| KH2 | 已接通 | 2026-03-16 | 协助重置手机银行密码 |";
    let held = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 备注 |\n|---|\n| KH1 | 甲一 | 甲厂 | 2026-03-16 | 1 | 现场重置密码12人 |";
    for (name, table) in [("持有.xlsx", held), ("联系.xlsx", contacts)] {
        let report = bench.json(&["import", "--today", "2026-03-18", &bench.sheet(name, table)]);
        assert_eq!(report["files"][0]["outcome"], "imported", "{report}");
    }
}

#[test]
fn inspect_masks_the_rows_above_the_header_and_names_in_columns_of_no_known_meaning() {
    let bench = Bench::new();
    let table = "
| 甲厂代发员工 联系电话13912345678 |
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 介绍人 | 说明 |
|---|
| KH00001 | 甲一 | 甲厂 | 2026-03-16 | 1 | 墨独一 | 139-1234-5671 |
| KH00002 | 甲二 | 甲厂 | 2026-03-16 | 2 | 墨独二 | 无 |";
    let file = bench.sheet("持有.xlsx", table);
    for arguments in [vec!["inspect", &file], vec!["inspect", &file, "--json"]] {
        let shown = bench.run(&arguments).out();
        assert!(shown.contains("介绍人"), "{shown}");
        for whole in ["13912345678", "139-1234-5671", "墨独一", "墨独二"] {
            assert!(!shown.contains(whole), "{whole}: {shown}");
        }
    }
    // Of a sheet nobody knows the header is shown all the same.
    let unknown = "| 工号甲 | 介绍人 | 分数 |\n|---|\n| A1 | 墨独一 | 12 |\n| A2 | 墨独二 | 13 |\n| A3 | 墨独三 | 14 |";
    let shown = bench.run(&["inspect", &bench.sheet("别的.xlsx", unknown), "--json"]).out();
    assert!(shown.contains("介绍人") && !shown.contains("墨独"), "{shown}");
}

#[test]
fn numbers_in_names_of_sheets_are_masked_wherever_they_are_told() {
    let bench = Bench::new();
    let path = bench.path("持有.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    // The first is refused for its columns, the second brings a problem in a cell.
    for (name, headers) in
        [("乙13912345671", ["客户号", "客户姓名", "名称"]), ("甲13912345678", ["客户号", "客户姓名", "手机号"])]
    {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        let rows = [headers, ["KH00001", "甲一", "12"], ["KH00002", "甲二", "13"], ["KH00003", "甲三", "14"]];
        for (r, row) in rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                sheet.write_string(r as u32, c as u16, *cell).unwrap();
            }
        }
    }
    book.save(&path).unwrap();
    let file = path.to_str().unwrap();
    let mut told = vec![bench.run(&["inspect", file]).out(), bench.run(&["inspect", file, "--json"]).out()];
    for json in [&["--json"][..], &[]] {
        let ran = bench.run(&[&["import", file, "--today", "2026-03-18"], json].concat());
        told.extend([ran.out(), ran.err()]);
    }
    let mut open = vec![bench.root()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().flatten().map(|e| e.path()));
        } else if !text(&path).contains("daifa.db") {
            told.push(format!("{} {}", text(&path), said(&path)));
        }
    }
    assert!(told.iter().any(|t| t.contains("甲139******78")), "{told:?}");
    for whole in ["13912345678", "13912345671"] {
        assert!(!told.iter().any(|t| t.contains(whole)), "{whole}");
    }
}
