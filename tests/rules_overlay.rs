//! A rule, a column alias, a document: one data file each (and a template).

use std::fs;

use crate::common::Bench;

const HOLDINGS: &str = "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额 | 手机银行 | 同意电话营销 |
|---|
| KH1 | 甲一 | 甲厂 | 2026-03-16 | 88000 | 否 | 是 |
| KH2 | 甲二 | 甲厂 | 2026-03-16 | 100 | 是 | 是 |
";

#[test]
fn a_new_follow_up_rule_is_one_entry() {
    let bench = Bench::new();
    bench.run(&["import", &bench.sheet("持有.xlsx", HOLDINGS), "--today", "2026-03-18"]).ok();
    assert!(bench.json(&["followup", "--today", "2026-03-18"])["tasks"].as_array().unwrap().is_empty());
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let rule = readme.split("```toml\n").skip(1).find(|b| b.contains("[rules.")).unwrap().split("```").next().unwrap();
    fs::write(bench.root().join("rules/followup.toml"), rule).unwrap();
    let tasks = bench.json(&["followup", "--today", "2026-03-18"]);
    let tasks = tasks["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["employee_id"], "P000001");
    assert_eq!(tasks[0]["rule"], "mobile_bank_gap");
    assert_eq!(tasks[0]["due"], "2026-03-20");
    assert_eq!(tasks[0]["reasons"][0]["label"], "AUM 不低于起点且未开手机银行");
    let origin = bench.json(&["rules", "show", "mobile_bank_gap.priority", "--origin"]);
    assert_eq!(origin[0]["from"], "rules/followup.toml");
}

#[test]
fn conditions_can_read_facts_and_nothing_else() {
    for (sql, why) in [
        ("customer_number IS NOT NULL", "a column of the vault"),
        ("employee_id IN (SELECT employee_id FROM person)", "another table"),
        ("\"aum_fenn\" > 0", "a misspelt quoted name, which SQLite would read as text"),
        ("1 = 1) OR (1 = 1", "brackets that end the condition"),
        ("aum_fen > $nowhere", "a setting that is not set"),
        ("load_extension('x') = 1", "a function that is not listed"),
    ] {
        let bench = Bench::new();
        bench.run(&["import", &bench.sheet("持有.xlsx", HOLDINGS), "--today", "2026-03-18"]).ok();
        let rule = format!(
            "[rules.bad]\npriority = 1\nlabel = \"x\"\nscript = \"inactive\"\nepisode = \"state\"\n\
             due = {{ workdays = 1 }}\nwhen = [{{ label = \"x\", sql = '''{sql}''' }}]\nsource = \"x\"\n"
        );
        fs::write(bench.root().join("rules/followup.toml"), rule).unwrap();
        let ran = bench.run(&["followup", "--today", "2026-03-18"]);
        assert_eq!(ran.code(), 5, "{why}: {}", ran.out());
    }
}

#[test]
fn a_column_alias_is_one_entry() {
    let bench = Bench::new();
    let table = HOLDINGS.replace("AUM余额", "资产合计数");
    let file = bench.sheet("持有.xlsx", &table);
    let seen = bench.json(&["inspect", &file, "-w", bench.root().to_str().unwrap()]);
    assert!(seen["sheets"][0]["columns"][4]["field"].is_null());
    let shipped = daifa::rules::Rules::load(None).unwrap();
    let aliases = &shipped.origins["columns.holdings.aum.aliases"].value;
    let with_own = aliases.replacen('[', "[\"资产合计数\", ", 1);
    fs::write(bench.root().join("rules/columns.toml"), format!("[holdings.aum]\naliases = {with_own}\n")).unwrap();
    let seen = bench.json(&["inspect", &file, "-w", bench.root().to_str().unwrap()]);
    assert_eq!(seen["sheets"][0]["columns"][4]["field"], "aum");
}

#[test]
fn a_misspelt_rule_is_told_with_its_file() {
    let bench = Bench::new();
    fs::write(bench.root().join("rules/ranking.toml"), "[uplift]\nlenght = 3\n").unwrap();
    let ran = bench.run(&["rank"]);
    assert_eq!(ran.code(), 5);
    assert!(ran.err().contains("ranking.toml") && ran.err().contains("lenght"), "{}", ran.err());
}

#[test]
fn a_product_of_the_banks_own_is_one_entry_and_a_column() {
    let bench = Bench::new();
    let rules = bench.root().join("rules");
    let product = "[products.structured]\nnumber = 21\nfamily = \"asset\"\namount = \"structured\"\nname = \"结构性存款\"\nsource = \"本行\"\n";
    fs::write(rules.join("products.toml"), product).unwrap();
    fs::write(rules.join("columns.toml"), "[holdings.structured]\naliases = [\"结构性存款\"]\n").unwrap();
    fs::write(rules.join("ranking.toml"), "[eligibility]\nmin_effective_heads = 0\n").unwrap();
    let sheet = |date: &str, second: &str| {
        format!(
            "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 结构性存款(元) |\n|---|\n\
             | KH1 | 甲一 | 甲厂 | {date} | 88000 | 50000 |\n| KH2 | 甲二 | 甲厂 | {date} | 9000 | {second} |"
        )
    };
    let files =
        [bench.sheet("前.xlsx", &sheet("2026-03-09", "0")), bench.sheet("后.xlsx", &sheet("2026-03-16", "8000"))];
    bench.run(&["import", &files[0], &files[1], "--today", "2026-03-18"]).ok();
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    assert_eq!(track["employees"][1]["gained"], serde_json::json!(["structured"]));
    assert_eq!(bench.json(&["rank", "--today", "2026-03-18"])[0]["penetration"]["structured"], 1.0);
    // Follow-up rules can ask for it: on the 9th KH2 had none.
    let rule = "[rules.structured_gap]\npriority = 99\nlabel = \"未购结构性存款\"\nmarketing = false\nscript = \"new_joiner\"\n\
                episode = \"state\"\ndue = { workdays = 2 }\nwhen = [{ label = \"未购\", sql = \"has_structured = 0\" }]\nsource = \"本行\"\n";
    fs::write(rules.join("followup.toml"), rule).unwrap();
    let gap = |today: &str| {
        let told = bench.json(&["followup", "--today", today]);
        let tasks = told["tasks"].as_array().unwrap().iter().filter(|t| t["rule"] == "structured_gap");
        tasks.map(|t| t["employee_id"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(gap("2026-03-10"), ["P000002"]);
    assert!(gap("2026-03-18").is_empty());
}
