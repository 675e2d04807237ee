//! Which payments of a sheet count: not those that failed, that ran beside the bank, or that a template brought along.

use serde_json::Value;

use crate::common::Bench;

const HEAD: &str = "| 姓名 | 账号 | 实发金额 | 代发日期 | 代发单位 | ";

/// A payroll run of 1,000, 20,000 and 300,000 yuan with further columns.
fn run(header: &str, cells: [&str; 3], payday: &str) -> String {
    let row = |(n, cell): (usize, &str)| {
        let amount = [1_000, 20_000, 300_000][n];
        format!("| 甲{n}测试 | 622200000000000{n} | {amount} | {payday} | 甲测试厂 | {cell} |")
    };
    format!("{HEAD}{header} |\n|---|\n{}", cells.into_iter().enumerate().map(row).collect::<Vec<_>>().join("\n"))
}

fn import(bench: &Bench, name: &str, table: &str, more: &[&str]) -> Value {
    let path = bench.sheet(name, table);
    bench.run(&[&["import", &path, "--today", "2026-04-18", "--json"], more].concat()).json()
}

fn outcome(report: &Value) -> (&str, i64) {
    (report["files"][0]["outcome"].as_str().unwrap(), report["files"][0]["rows_taken"].as_i64().unwrap_or_default())
}

fn codes(report: &Value) -> Vec<&str> {
    report["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect()
}

#[test]
fn codes_are_answered_once_and_the_answer_is_remembered() {
    let bench = Bench::new();
    let asked = import(&bench, "回盘.xlsx", &run("返回码", ["0000", "E044", "E9"], "2026-03-10"), &[]);
    assert_eq!(outcome(&asked).0, "refused", "{asked:#}");
    assert_eq!(codes(&asked).iter().filter(|c| **c == "status_unsure").count(), 1);
    let path = bench.root().join("profiles/回盘.toml");
    let draft = std::fs::read_to_string(&path).unwrap();
    assert!(
        draft.contains("field = \"status\"") && draft.contains("E044") && draft.contains("not_done = []"),
        "{draft}"
    );
    assert!(!draft.contains("甲1测试") && !draft.contains("6222000000000001"), "{draft}");
    std::fs::write(&path, draft.replace("not_done = []", "not_done = [\"E044\", \"E9\"]")).unwrap();
    let answered = import(
        &bench,
        "回盘.xlsx",
        &run("返回码", ["0000", "E044", "E9"], "2026-03-10"),
        &["--profile", "profiles/回盘.toml"],
    );
    assert_eq!(outcome(&answered), ("imported", 1), "{answered:#}");
    // The next month is not asked about, but for a code nobody has spoken of.
    let next = import(&bench, "回盘4月.xlsx", &run("返回码", ["0000", "0000", "E9"], "2026-04-10"), &[]);
    assert_eq!(outcome(&next), ("imported", 2), "{next:#}");
    let other = import(&bench, "回盘5月.xlsx", &run("返回码", ["0000", "0000", "E777"], "2026-04-15"), &[]);
    assert_eq!(outcome(&other).0, "refused", "{other:#}");
    assert!(codes(&other).contains(&"status_unsure"));
}

#[test]
fn words_under_a_header_nobody_foresaw_are_confirmed_as_they_stand() {
    let bench = Bench::new();
    let sheet = run("银行意见", ["交易成功", "户名不符", ""], "2026-03-10");
    assert_eq!(outcome(&import(&bench, "回盘.xlsx", &sheet, &[])).0, "refused");
    let answered = import(&bench, "回盘.xlsx", &sheet, &["--profile", "profiles/回盘.toml"]);
    assert_eq!(outcome(&answered), ("imported", 2), "{answered:#}");
    assert!(codes(&answered).contains(&"rows_not_done"));
}

#[test]
fn cash_and_parts_are_not_counted_as_paid_through_the_bank() {
    let bench = Bench::new();
    let cash = import(&bench, "三月.xlsx", &run("发放方式", ["银行代发", "现金", "他行代发"], "2026-03-10"), &[]);
    assert_eq!(outcome(&cash), ("imported", 1), "{cash:#}");
    let told = cash["problems"].as_array().unwrap().iter().find(|p| p["code"] == "rows_not_by_bank").unwrap();
    assert_eq!((&told["params"]["rows"], &told["params"]["words"]), (&2.into(), &"现金、他行代发".into()));
    let parts = run("其中：银行代发 | 其中：现金", ["400 | 600", "20000 | 0", " | 300000"], "2026-04-10");
    let parts = import(&bench, "四月.xlsx", &parts, &[]);
    assert_eq!(outcome(&parts), ("imported", 2), "{parts:#}");
}

#[test]
fn samples_of_a_template_make_nobody() {
    let bench = Bench::new();
    let employers = "
        | 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 |
        |---|
        | 示例 | 某某科技有限公司 | 100 | 10日 |
        | D001 | 甲测试厂 | 2 | 10日 |
        |  | 其他 | 30 |  |
        |  | 2户 | 132 |  |";
    let report = import(&bench, "单位.xlsx", employers, &[]);
    assert_eq!(outcome(&report), ("imported", 1), "{report:#}");
    assert!(codes(&report).contains(&"sample_rows"));
    let paid = run("备注", ["此行为示例，请删除", "3月工资", "3月工资"], "2026-03-10");
    let report = import(&bench, "工资.xlsx", &paid, &[]);
    assert_eq!(outcome(&report), ("imported", 2), "{report:#}");
}
