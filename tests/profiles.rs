//! Sheets whose columns are not sure, other banks' and other languages' sheets, and layouts that are remembered.

use serde_json::Value;

use crate::common::Bench;

/// `header: field how` of every column of the first sheet.
fn columns(inspected: &Value) -> Vec<String> {
    let text = |v: &Value| v.as_str().unwrap_or("-").to_string();
    let columns = inspected["sheets"][0]["columns"].as_array().unwrap();
    columns.iter().map(|c| format!("{}: {} {}", text(&c["header"]), text(&c["field"]), text(&c["how"]))).collect()
}

fn codes(report: &Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect()
}

/// A payroll run with two columns of accounts, both good.
const TWO_ACCOUNTS: &str = "
| 姓名 | 卡号 | 卡号 | 金额 | 代发日期 | 代发单位 |
|---|
| 甲一 | 6200000000000000001 | 6300000000000000001 | 5000 | 2026-03-10 | 甲厂有限公司 |
| 甲二 | 6200000000000000002 | 6300000000000000002 | 6000 | 2026-03-10 | 甲厂有限公司 |
| 甲三 | 6200000000000000003 | 6300000000000000003 | 7000 | 2026-03-10 | 甲厂有限公司 |";

#[test]
fn two_columns_of_one_field_are_asked_for_not_guessed() {
    let bench = Bench::new();
    let file = bench.sheet("工资.xlsx", TWO_ACCOUNTS);
    let ran = bench.run(&["import", &file, "--today", "2026-03-18", "--json"]);
    assert_eq!(ran.code(), 1);
    let report = ran.json();
    assert_eq!(report["files"][0]["outcome"], "refused");
    assert_eq!(report["files"][0]["profiles"], serde_json::json!(["profiles/工资.toml"]));
    assert!(codes(&report).contains(&"mapping_unsure"));
    let audit = bench.json(&["audit", "show"]);
    assert!(!audit.as_array().unwrap().iter().any(|e| e["action"] == "import"), "nothing was taken in");

    let path = bench.root().join("profiles/工资.toml");
    let draft = std::fs::read_to_string(&path).unwrap();
    // The forms of the cells, never what stands in them.
    assert!(draft.contains("9999999999999999999") && draft.contains("字字"), "{draft}");
    assert!(!draft.contains("6200000000000000001") && !draft.contains("甲一"), "{draft}");
    assert_eq!(draft.matches("请核对").count(), 3, "once above, then at both columns: {draft}");

    // As it stands it still gives the account twice: a person has to choose.
    let undecided = bench.run(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/工资.toml"]);
    assert_eq!(undecided.code(), 5);
    assert!(undecided.err().contains("account"), "{}", undecided.err());

    let decided = draft.replacen("field = \"account\"", "ignore = true", 1);
    std::fs::write(&path, decided).unwrap();
    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/工资.toml"]);
    assert_eq!((&report["files"][0]["outcome"], &report["files"][0]["rows_taken"]), (&"imported".into(), &3.into()));

    // The next month's file is not asked about.
    let next = bench.sheet("工资4月.xlsx", &TWO_ACCOUNTS.replace("2026-03-10", "2026-04-10"));
    let report = bench.json(&["import", &next, "--today", "2026-04-18"]);
    assert_eq!(report["files"][0]["outcome"], "imported");
    assert!(codes(&report).contains(&"mapping_remembered"));
}

#[test]
fn every_option_of_a_draft_can_be_switched_on_as_it_stands() {
    let bench = Bench::new();
    let file = bench.sheet("工资.xlsx", &TWO_ACCOUNTS.replace("| 卡号 | 卡号 | 金额 |", "| 卡号 | 备注 | 进卡 |"));
    bench.run(&["import", &file, "--today", "2026-03-18"]);
    let path = bench.root().join("profiles/工资.toml");
    let draft = std::fs::read_to_string(&path).unwrap();
    let switched_on = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.contains(" = ") && rest.contains("  # ") => rest.to_string(),
        _ => line.to_string(),
    };
    let lines: Vec<String> = draft.lines().map(switched_on).collect();
    assert_eq!(draft.lines().zip(&lines).filter(|(a, b)| a != b).count(), 10, "{draft}");
    std::fs::write(&path, lines.join("\n")).unwrap();
    // The unit is now 万元: 5,000 万元 to one person is more than it looks.
    let report =
        bench.run(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/工资.toml", "--json"]).json();
    assert!(report["files"].is_array(), "{report}");
    let inspected = bench.run(&["inspect", &file, "--profile", path.to_str().unwrap(), "--json"]).json();
    assert_eq!(inspected["sheets"][0]["unit"], "ten_thousand");
}

#[test]
fn the_command_to_go_on_is_told() {
    let bench = Bench::new();
    let file = bench.sheet("工资.xlsx", TWO_ACCOUNTS);
    let ran = bench.run(&["import", &file, "--today", "2026-03-18"]);
    let line = ran.out().lines().map(str::trim).find(|l| l.starts_with("daifa import")).unwrap_or_default().to_string();
    assert!(line.starts_with(&format!("daifa import {file} --profile profiles/工资.toml")), "{}", ran.out());
}

#[test]
fn an_unknown_header_above_amounts_is_proposed_as_the_amount() {
    let bench = Bench::new();
    let sheet = TWO_ACCOUNTS.replace("| 金额 |", "| 进卡 |").replace("| 卡号 | 卡号 |", "| 卡号 | 银行 |");
    let sheet = ["6300000000000000001", "6300000000000000002", "6300000000000000003"]
        .iter()
        .fold(sheet, |s, account| s.replace(account, "某银行"));
    let file = bench.sheet("工资.xlsx", &sheet);
    let report = bench.run(&["import", &file, "--today", "2026-03-18", "--json"]).json();
    let problem = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "mapping_unsure").unwrap();
    assert_eq!(problem["params"]["columns"], "进卡");
    // The guess is right, so the profile is good as it was written.
    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/工资.toml"]);
    assert_eq!(report["files"][0]["rows_taken"], 3);
}

#[test]
fn a_header_its_contents_contradict_is_not_believed() {
    let bench = Bench::new();
    let sheet = "
| 姓名 | 卡号 | 金额 | 代发日期 | 代发单位 |
|---|
| 甲一 | 6200000000000000001 | 2026-03-10 | 5000 | 甲厂有限公司 |
| 甲二 | 6200000000000000002 | 2026-03-10 | 6000 | 甲厂有限公司 |
| 甲三 | 6200000000000000003 | 2026-03-10 | 7000 | 甲厂有限公司 |";
    let file = bench.sheet("错位.xlsx", sheet);
    let report = bench.run(&["import", &file, "--json"]).json();
    let problem = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "mapping_unsure").unwrap();
    assert_eq!(problem["params"]["columns"], "金额");
    let inspected = bench.run(&["inspect", &file, "--json"]).json();
    let column = &inspected["sheets"][0]["columns"][2];
    assert_eq!((&column["field"], &column["confidence"]), (&"amount".into(), &0.3.into()));
}

#[test]
fn a_column_without_header_is_known_by_check_digits() {
    let bench = Bench::new();
    // ID numbers of nobody: region 000000 is not given out; check digits by the standard's weights.
    let sheet = "
| 姓名 |  | 金额 | 代发日期 | 代发单位 |
|---|
| 甲一 | 000000199001010018 | 5000 | 2026-03-10 | 甲厂有限公司 |
| 甲二 | 000000199001010026 | 6000 | 2026-03-10 | 甲厂有限公司 |
| 甲三 | 000000199001010034 | 7000 | 2026-03-10 | 甲厂有限公司 |";
    let file = bench.sheet("无表头.xlsx", sheet);
    let inspected = bench.run(&["inspect", &file, "--json"]).json();
    assert_eq!(columns(&inspected)[1], ": id_number content");
    assert_eq!(inspected["sheets"][0]["columns"][1]["confidence"], 0.85);
    assert_eq!(codes(&inspected), Vec::<&str>::new(), "no longer known by names only");
}

/// Two months of one file, as a Spanish bank publishes them: 0/1 per product, no employer.
const SPANISH: &str = "fecha_dato;ncodpers;sexo;renta;ind_cco_fin_ult1;ind_tjcr_fin_ult1;ind_fond_fin_ult1;ind_plan_fin_ult1;ind_dela_fin_ult1;ind_deco_fin_ult1
28/02/2026;1001;V;87.218,10;S;N;S;N;N;N
28/02/2026;1002;H;35.548,74;S;N;N;N;N;S
28/02/2026;1003;H;NA;S;S;N;N;S;N
28/03/2026;1001;V;87.218,10;S;S;S;N;N;N
28/03/2026;1002;H;35.548,74;S;N;N;N;N;N
28/03/2026;1003;H;NA;N;S;N;S;N;S
";

const SPANISH_PROFILE: &str = r#"
kind = "holdings"
date = "dmy"
decimal = "comma"
yes = ["S"]
fallback_employer = "西语客户"

[[column]]
header = "fecha_dato"
field = "as_of"

[[column]]
header = "ncodpers"
field = "客户号"

[[column]]
header = "renta"
field = "aum"
unit = "元"

[[column]]
header = "ind_tjcr_fin_ult1"
product = "credit_card"

[[column]]
header = "ind_fond_fin_ult1"
product = "基金"

[[column]]
header = "ind_plan_fin_ult1"
product = "pension"

# 长短期存款都算定期:有一项即为持有。
[[column]]
header = "ind_dela_fin_ult1"
product = "term_deposit"

[[column]]
header = "ind_deco_fin_ult1"
product = "term_deposit"
"#;

#[test]
fn a_profile_reads_another_language_with_many_months_in_one_file() {
    let bench = Bench::new();
    let file = bench.path("clientes.csv");
    std::fs::write(&file, SPANISH).unwrap();
    let file = file.to_str().unwrap();
    let unknown = bench.run(&["import", file, "--json"]);
    assert_eq!(unknown.code(), 1);
    assert_eq!(unknown.json()["files"][0]["profiles"], serde_json::json!(["profiles/clientes.toml"]));

    let profile = bench.path("es.toml");
    std::fs::write(&profile, SPANISH_PROFILE).unwrap();
    let profile = profile.to_str().unwrap();
    let report = bench.json(&["import", file, "--today", "2026-03-30", "--profile", profile]);
    assert_eq!(report["files"][0]["rows_taken"], 6, "{report:#}");
    let track = bench.json(&["track", "--today", "2026-03-30", "--from", "2026-02-28"]);
    assert_eq!(track["employers"][0]["name"], "西语客户");
    let people = track["employees"].as_array().unwrap();
    let change = |i: usize| (people[i]["gained"].clone(), people[i]["lost"].clone());
    // 1001 takes a credit card; 1002 loses the only deposit; 1003 swaps one deposit for another and takes a pension plan.
    assert_eq!(change(0), (serde_json::json!(["credit_card"]), serde_json::json!([])));
    assert_eq!(change(1), (serde_json::json!([]), serde_json::json!(["term_deposit"])));
    assert_eq!(change(2), (serde_json::json!(["pension"]), serde_json::json!([])));
    assert_eq!(people[0]["aum_after_fen"], 8_721_810);
}

#[test]
fn a_changed_layout_is_not_silently_taken() {
    let bench = Bench::new();
    let file = bench.path("clientes.csv");
    std::fs::write(&file, SPANISH).unwrap();
    let profile = bench.path("es.toml");
    std::fs::write(&profile, SPANISH_PROFILE).unwrap();
    let import = |text: &str, name: &str| {
        let path = bench.path(name);
        std::fs::write(&path, text).unwrap();
        bench.run(&["import", path.to_str().unwrap(), "--today", "2026-06-01", "--json"]).json()
    };
    let (file, profile) = (file.to_str().unwrap(), profile.to_str().unwrap());
    bench.run(&["import", file, "--today", "2026-03-30", "--profile", profile]).ok();
    let april = SPANISH.replace("/02/2026", "/04/2026").replace("/03/2026", "/05/2026");
    let renamed = import(&april.replace("ind_tjcr_fin_ult1", "ind_tarjeta"), "renombrado.csv");
    assert_eq!(renamed["files"][0]["outcome"], "refused");
    assert!(codes(&renamed).contains(&"unknown_kind"), "{:?}", codes(&renamed));
    let same = import(&april, "abril.csv");
    assert_eq!(same["files"][0]["outcome"], "imported", "{same:#}");
    assert!(codes(&same).contains(&"mapping_remembered"));

    // Forgotten, it is unknown again; remembering and forgetting stand in the audit.
    let shown = bench.json(&["layouts", "show"]);
    assert_eq!((&shown[0]["origin"], shown.as_array().unwrap().len()), (&"profile".into(), 1));
    let number = shown[0]["fingerprint"].as_str().unwrap();
    bench.run(&["layouts", "forget", &number[..8]]).ok();
    let june = import(&april.replace("/04/2026", "/06/2026").replace("/05/2026", "/07/2026"), "junio.csv");
    assert_eq!(june["files"][0]["outcome"], "refused");
    let audit = bench.json(&["audit", "show"]);
    let rules: Vec<&str> = audit
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["action"] == "rules")
        .filter_map(|e| e["purpose"].as_str())
        .collect();
    assert_eq!(rules, ["layout_remembered:holdings", "layout_forgotten:holdings"]);
    assert_eq!(bench.run(&["layouts", "forget", "ffffffff"]).code(), 1);
}

#[test]
fn what_is_wrong_in_a_profile_is_told_with_its_place() {
    let bench = Bench::new();
    let file = bench.sheet("工资.xlsx", TWO_ACCOUNTS);
    let refused = |text: &str| {
        let profile = bench.path("p.toml");
        std::fs::write(&profile, text).unwrap();
        let ran = bench.run(&["import", &file, "--profile", profile.to_str().unwrap(), "--json"]);
        assert_eq!(ran.code(), 5, "{text}\n{}", ran.out());
        let error: Value = serde_json::from_str(&ran.err()).unwrap();
        (error["error"]["code"].as_str().unwrap().to_string(), error["error"]["found"].as_str().unwrap().to_string())
    };
    let (code, found) = refused("kind = \"payroll\"\nheader_rov = 2\n");
    assert!(code == "profile_syntax" && found.contains("第2行没有这一项：header_rov。"), "{found}");
    let (_, found) = refused("header_rows = 2\n");
    assert!(found.contains("没有写 kind。"), "{found}");
    assert_eq!(refused("kind = \"payroll\"\nheader_rows = 0\n[[column]]\nfield = \"amount\"\n").0, "profile_nameless");
    let column = |what: &str| format!("kind = \"payroll\"\n[[column]]\nheader = \"金额\"\n{what}\n");
    for (what, expected) in [
        ("field = \"phone\"", "profile_field"),
        ("product = \"fund\"", "profile_product"),
        ("", "profile_column"),
        ("field = \"amount\"\nignore = true", "profile_column"),
        ("field = \"amount\"\nunit = \"斤\"", "profile_unit"),
        ("field = \"amount\"\nat = \"5\"", "profile_place"),
    ] {
        assert_eq!(refused(&column(what)).0, expected, "{what}");
    }
    assert_eq!(bench.run(&["import", &file, "--profile", "没有.toml"]).code(), 4);

    // A profile of another sheet does not fit, and says which columns it misses.
    let profile = bench.path("p.toml");
    std::fs::write(&profile, column("field = \"amount\"").replace("金额", "进卡")).unwrap();
    let report = bench.run(&["import", &file, "--profile", profile.to_str().unwrap(), "--json"]).json();
    let problem = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "profile_mismatch").unwrap();
    assert_eq!(problem["params"]["columns"], "进卡");
}

#[test]
fn a_sure_layout_is_remembered_until_the_rules_change() {
    let bench = Bench::new();
    let sheet = |date: &str| {
        format!(
            "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 掌银开通与否 |
|---|
| KH1 | 甲一 | 甲厂有限公司 | {date} | 1000 | 是 |
| KH2 | 甲二 | 甲厂有限公司 | {date} | 2000 | 否 |"
        )
    };
    let import =
        |date: &str| bench.json(&["import", &bench.sheet(&format!("{date}.xlsx"), &sheet(date)), "--today", date]);
    assert!(!codes(&import("2026-03-09")).contains(&"mapping_remembered"));
    assert!(codes(&import("2026-03-16")).contains(&"mapping_remembered"));
    // A header added to the rules is recognised from then on.
    let rules = "[holdings.has_mobile_bank]\naliases = [\"掌银开通与否\"]\n";
    std::fs::write(bench.root().join("rules/columns.toml"), rules).unwrap();
    assert!(!codes(&import("2026-03-23")).contains(&"mapping_remembered"));
    let shown = bench.json(&["layouts", "show"]);
    assert_eq!(shown[0]["columns"][5]["field"], "has_mobile_bank");
}

#[test]
fn a_long_sheet_becomes_a_row_per_person() {
    let bench = Bench::new();
    let sheet = |date: &str, rows: &str| {
        format!(
            "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品名称 | 余额(元) |\n|---|\n{}",
            rows.replace("DATE", date)
        )
    };
    // Rows of one person stand apart; two deposits are one product; KH3 has nothing left but the current account.
    let before = sheet(
        "2026-03-09",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 活期 | 1000 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 活期 | 500 |
         | KH1 | 甲一 | 甲厂有限公司 | DATE | 定期存款 | 20000 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 理财 | 30000 |
         | KH1 | 甲一 | 甲厂有限公司 | DATE | 定期存款 | 5000 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 基金 | 100 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 稳利三号 | 70 |",
    );
    let after = sheet(
        "2026-03-16",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 定期存款 | 26000 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 理财 | 400 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 活期 | 30000 |",
    );
    let files = [bench.sheet("前.xlsx", &before), bench.sheet("后.xlsx", &after)];
    let report = bench.json(&["import", "--today", "2026-03-18", &files[0], &files[1]]);
    assert_eq!((&report["files"][0]["rows_taken"], &report["files"][1]["rows_taken"]), (&3.into(), &3.into()));
    let unknown = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "unknown_products").unwrap();
    assert_eq!(unknown["params"]["words"], "稳利三号");

    let track = bench.json(&["track", "--today", "2026-03-18", "--from", "2026-03-09"]);
    let people = track["employees"].as_array().unwrap();
    let change = |i: usize| (people[i]["gained"].clone(), people[i]["lost"].clone());
    assert_eq!(change(0), (serde_json::json!([]), serde_json::json!([])));
    assert_eq!(change(1), (serde_json::json!(["wealth"]), serde_json::json!([])));
    // The later sheet has no funds at all, so whether KH3 sold them is unknown.
    assert_eq!(change(2), (serde_json::json!([]), serde_json::json!(["wealth"])));
    // Neither sheet lists every class of assets: AUM is unknown, not the sum of some.
    assert_eq!((&people[0]["aum_before_fen"], &people[0]["aum_after_fen"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_long_sheet_that_lists_everything_gives_aum() {
    let bench = Bench::new();
    let sheet = |date: &str, more: i64| {
        format!(
            "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品类型 | 余额(万元) |
|---|
| KH1 | 甲一 | 甲厂有限公司 | {date} | 活期 | 1 |
| KH1 | 甲一 | 甲厂有限公司 | {date} | 定期 | 2 |
| KH1 | 甲一 | 甲厂有限公司 | {date} | 理财 | 3 |
| KH1 | 甲一 | 甲厂有限公司 | {date} | 基金 | 4 |
| KH1 | 甲一 | 甲厂有限公司 | {date} | 房贷 | 90 |
| KH2 | 甲二 | 甲厂有限公司 | {date} | 保险 | {more} |"
        )
    };
    let files = [bench.sheet("前.xlsx", &sheet("2026-03-09", 5)), bench.sheet("后.xlsx", &sheet("2026-03-16", 6))];
    bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
    let track = bench.json(&["track", "--today", "2026-03-18", "--from", "2026-03-09"]);
    let aum: Vec<&Value> = track["employees"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|p| [&p["aum_before_fen"], &p["aum_after_fen"]])
        .collect();
    // 1 + 2 + 3 + 4 万元, the mortgage not counted; 5 and 6 万元.
    assert_eq!(aum, [10_000_000, 10_000_000, 5_000_000, 6_000_000]);
}

#[test]
fn several_products_in_one_cell_are_each_held() {
    let bench = Bench::new();
    let sheet = |date: &str, products: [&str; 3]| {
        let row = |n: usize| format!("| KH{n} | 甲{n} | 甲厂有限公司 | {date} | {} |", products[n]);
        format!("| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 持有产品 |\n|---|\n{}", [0, 1, 2].map(row).join("\n"))
    };
    let files = [
        bench.sheet("前.xlsx", &sheet("2026-03-09", ["理财、基金", "手机银行", "基金"])),
        bench.sheet("后.xlsx", &sheet("2026-03-16", ["基金", "手机银行/理财", "基金；手机银行"])),
    ];
    bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
    let track = bench.json(&["track", "--today", "2026-03-18", "--from", "2026-03-09"]);
    let change = |i: usize| (track["employees"][i]["gained"].clone(), track["employees"][i]["lost"].clone());
    assert_eq!(change(0), (serde_json::json!([]), serde_json::json!(["wealth"])));
    assert_eq!(change(1), (serde_json::json!(["wealth"]), serde_json::json!([])));
    assert_eq!(change(2), (serde_json::json!(["mobile_bank"]), serde_json::json!([])));
}

#[test]
fn words_of_a_profile_name_the_products_of_a_long_sheet() {
    let bench = Bench::new();
    let sheet = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品名称 | 余额(元) |
|---|
| KH1 | 甲一 | 甲厂有限公司 | 2026-03-16 | 稳利三号 | 1000 |
| KH2 | 甲二 | 甲厂有限公司 | 2026-03-16 | 稳利五号 | 2000 |
| KH3 | 甲三 | 甲厂有限公司 | 2026-03-16 | 活钱宝 | 3000 |";
    let file = bench.sheet("长表.xlsx", sheet);
    // None of the words is known: asked for, not taken as a sheet of people without products.
    let report = bench.run(&["import", &file, "--today", "2026-03-18", "--json"]).json();
    let problem = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "mapping_unsure").unwrap();
    assert_eq!(problem["params"]["columns"], "产品名称");
    let path = bench.root().join("profiles/长表.toml");
    let words = "\n[products]\n\"*稳利*\" = \"理财\"\n\"活钱宝\" = \"cash_management\"\n";
    let draft = std::fs::read_to_string(&path).unwrap() + words;
    std::fs::write(&path, draft).unwrap();
    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--profile", "profiles/长表.toml"]);
    assert_eq!(report["files"][0]["rows_taken"], 3);
    assert!(!codes(&report).contains(&"unknown_products"));
}

#[test]
fn a_person_with_an_unreadable_row_is_left_out_of_a_long_sheet() {
    let bench = Bench::new();
    let sheet = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | 产品 | 余额(元) |
|---|
| KH1 | 甲一 | 甲厂有限公司 | 2026-03-16 | 活期 | 1000 |
| KH2 | 甲二 | 甲厂有限公司 | 2026-03-16 | 活期 | 1000 |
| KH1 | 甲一 | 甲厂有限公司 | 2026-03-16 | 理财 | 约三万 |";
    let file = bench.sheet("长表.xlsx", sheet);
    assert_eq!(bench.run(&["import", &file, "--today", "2026-03-18"]).code(), 1);
    let report = bench.json(&["import", &file, "--today", "2026-03-18", "--accept-valid-rows"]);
    assert_eq!(report["files"][0]["rows_taken"], 1, "KH1 would seem to have no wealth product");
}
