//! Numbers that lost their leading zeros, one by one and in whole columns.

use serde_json::Value;

use super::{codes, decide, holdings, import, open, people};
use crate::common::Bench;

#[test]
fn a_number_that_lost_its_zeros_is_asked_for_when_the_name_fits() {
    let sheet = |date: &str, numbers: [&str; 3]| {
        let row =
            |(number, name): (&&str, &str)| format!("| '{number} | {name} || 甲厂有限公司 | DATE | 3000 | 3000 |");
        let rows: Vec<String> = numbers.iter().zip(["甲测试", "乙测试", "丙测试"]).map(row).collect();
        holdings(date, &rows.join("\n"))
    };
    let bench = Bench::new();
    import(&bench, "前.xlsx", &sheet("2026-03-09", ["00000023", "k001", "00000031"]));
    assert_eq!(open(&bench).len(), 0);
    let report = import(&bench, "后.xlsx", &sheet("2026-03-16", ["23", "K001", "32"]));
    assert!(codes(&report).contains(&"people_unsure"), "{report}");
    let asked = open(&bench);
    assert_eq!(asked.len(), 2, "{asked:?}");
    // The answer holds from then on.
    decide(&bench, &["1", "--same", "P000001"]);
    decide(&bench, &["2", "--same", "P000002"]);
    let again = import(&bench, "再后.xlsx", &sheet("2026-03-17", ["23", "K001", "32"]));
    assert!(!codes(&again).contains(&"people_unsure"), "{again}");
}

/// How many people there are, and their AUM in yuan.
fn all(bench: &Bench) -> (usize, i64) {
    let people = people(bench);
    (people.len(), people.iter().filter_map(|p| p.2).sum())
}

/// Four people; `number` writes the customer number, `account` the card of each.
fn numbered(date: &str, number: impl Fn(u32) -> String, account: impl Fn(u32) -> String) -> String {
    let row = |n: u32| {
        let (number, account, aum) = (number(n), account(n), 1000 * n);
        format!("| {number} | 甲{n}测试 | {account} | 甲厂有限公司 | DATE | {aum} | {aum} |")
    };
    holdings(date, &(1..=4).map(row).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_column_that_lost_its_zeros_is_told_once_and_nobody_counts_twice() {
    let whole = |n: u32| format!("{:08}", 120 + n);
    let short = |n: u32| (120 + n).to_string();
    let card = |n: u32| format!("622200000000000{n}");
    let report_of = |report: &Value| {
        let told = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "zeros_lost").cloned();
        told.map(|p| (p["params"]["column"].as_str().unwrap().to_string(), p["params"]["rows"].as_i64().unwrap()))
    };
    let bench = Bench::new();
    import(&bench, "前.xlsx", &numbered("2026-03-09", whole, card));
    let after = import(&bench, "后.xlsx", &numbered("2026-03-16", short, card));
    assert_eq!(report_of(&after), Some(("客户号".to_string(), 4)), "{after:#}");
    assert!(open(&bench).is_empty());
    assert_eq!(all(&bench), (4, 10_000));
    // A payment with the same short numbers is theirs, and the next whole list knows everybody by their own number.
    let paid: Vec<String> = (1..=4)
        .map(|n| format!("| {} | 甲{n}测试 | {} | 5000 | 2026-03-10 | 甲厂有限公司 |", short(n), card(n)))
        .collect();
    let paid = format!("| 客户号 | 姓名 | 账号 | 实发金额 | 代发日期 | 代发单位 |\n|---|\n{}", paid.join("\n"));
    assert!(!codes(&import(&bench, "工资.xlsx", &paid)).contains(&"payees_unmatched"));
    let again = import(&bench, "再后.xlsx", &numbered("2026-03-17", whole, |_| String::new()));
    assert_eq!((report_of(&again), all(&bench), open(&bench).len()), (None, (4, 10_000), 0));
}

#[test]
fn zeros_found_again_are_the_same_people_and_other_numbers_are_asked_about() {
    let card = |n: u32| format!("622200000000000{n}");
    let bench = Bench::new();
    import(&bench, "前.xlsx", &numbered("2026-03-09", |n| (120 + n).to_string(), card));
    let after = import(&bench, "后.xlsx", &numbered("2026-03-16", |n| format!("{:08}", 120 + n), card));
    assert!(!codes(&after).contains(&"people_unsure"), "{after:#}");
    assert_eq!((all(&bench), open(&bench).len()), ((4, 10_000), 0));
    // Zeros inside or at the end make another number of it.
    let other = import(&bench, "另.xlsx", &numbered("2026-03-17", |n| format!("{}0", 120 + n), card));
    assert!(codes(&other).contains(&"people_unsure"), "{other:#}");
}
