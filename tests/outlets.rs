//! Lists of some outlets only: whoever belongs to another one has not departed.

use serde_json::Value;

use crate::common::Bench;

const TODAY: &str = "2026-03-18";

/// Holdings of people with their outlets, or without that column where `column` is false. Ten of one outlet, six of
/// another.
fn holdings(day: &str, people: &[u32], column: bool) -> String {
    let outlet = |n: u32| if n <= 10 { "一网点" } else { "二网点" };
    let rows: String = people
        .iter()
        .map(|n| {
            let outlet = if column { format!("{} | ", outlet(*n)) } else { String::new() };
            format!("| KH{n:04} | 甲{n} | 甲测试厂 | {outlet}{day} | 1000 |\n")
        })
        .collect();
    let outlet = if column { "归属网点 | " } else { "" };
    format!("| 客户号 | 客户姓名 | 代发单位 | {outlet}数据日期 | AUM余额(元) |\n|---|\n{rows}")
}

fn people(range: std::ops::RangeInclusive<u32>) -> Vec<u32> {
    range.collect()
}

fn import(bench: &Bench, path: &str) -> Vec<String> {
    let told = bench.json(&["import", path, "--today", TODAY]);
    assert_eq!(told["files"][0]["outcome"], "imported", "{told:#}");
    let codes = told["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap().to_string());
    codes.filter(|c| ["outlets_missing", "partial_roster"].contains(&c.as_str())).collect()
}

/// People by status, and those the sums are of.
fn shown(bench: &Bench) -> (usize, usize, usize, i64) {
    let track = bench.json(&["track", "--today", TODAY]);
    let count = |status: &str| {
        let list = track["employees"].as_array().unwrap().iter();
        list.filter(|e| e["status"] == status).count()
    };
    let report = bench.json(&["report", "--today", TODAY]);
    let heads = report["product_distribution"].as_array().unwrap().iter().filter_map(Value::as_i64).sum();
    (count("present"), count("unknown"), count("departed"), heads)
}

/// All sixteen in February, then these in March.
fn after(name: &str, before: bool, table: &str) -> (Vec<String>, (usize, usize, usize, i64)) {
    let bench = Bench::new();
    import(&bench, &bench.sheet("前.xlsx", &holdings("2026-02-28", &people(1..=16), before)));
    let told = import(&bench, &bench.sheet(name, table));
    (told, shown(&bench))
}

const DAY: &str = "2026-03-16";

#[test]
fn people_of_the_other_outlet_are_unknown_by_column_title_or_name() {
    let one = |column| holdings(DAY, &people(1..=10), column);
    let unknown = (vec!["outlets_missing".to_string()], (10, 6, 0, 16));
    assert_eq!(after("后.xlsx", true, &one(true)), unknown, "the column");
    assert_eq!(after("后_一网点.xlsx", true, &one(false)), unknown, "the file's name");
    let titled = format!("| 一网点代发员工持有产品 |\n{}", one(false));
    assert_eq!(after("后.xlsx", true, &titled), unknown, "the title");
    assert_eq!(after("后_一网点.xlsx", false, &one(false)), unknown, "the name alone, and nobody's outlet is known");
}

#[test]
fn who_is_missing_from_an_outlet_of_the_list_has_departed() {
    // 10 left; 11 to 16 are of the other outlet.
    let (told, shown) = after("后.xlsx", true, &holdings(DAY, &people(1..=9), true));
    assert_eq!((told.len(), shown), (1, (9, 6, 1, 16)));
    // Both outlets are there: 10 and 16 left.
    let both = [people(1..=9), people(11..=15)].concat();
    assert_eq!(after("后.xlsx", true, &holdings(DAY, &both, true)), (vec![], (14, 0, 2, 14)));
    // No outlet is said anywhere: who is missing has left.
    assert_eq!(after("后.xlsx", false, &holdings(DAY, &people(1..=10), false)), (vec![], (10, 0, 6, 10)));
}

#[test]
fn the_lists_of_all_outlets_together_are_whole() {
    let bench = Bench::new();
    import(&bench, &bench.sheet("前.xlsx", &holdings("2026-02-28", &people(1..=16), true)));
    // 10 and 16 have left: told when both lists are there, in two files or two sheets.
    assert_eq!(import(&bench, &bench.sheet("后1.xlsx", &holdings(DAY, &people(1..=9), true))), ["outlets_missing"]);
    assert!(import(&bench, &bench.sheet("后2.xlsx", &holdings(DAY, &people(11..=15), true))).is_empty());
    assert_eq!(shown(&bench), (14, 0, 2, 14));
    let bench = Bench::new();
    import(&bench, &bench.sheet("前.xlsx", &holdings("2026-02-28", &people(1..=16), true)));
    let (one, two) = (holdings(DAY, &people(1..=9), true), holdings(DAY, &people(11..=15), true));
    assert!(import(&bench, &bench.book("后.xlsx", &[("甲", &one), ("乙", &two)])).is_empty());
    assert_eq!(shown(&bench), (14, 0, 2, 14));
}

#[test]
fn an_outlet_seen_for_the_first_time_brings_no_joiners() {
    let bench = Bench::new();
    import(&bench, &bench.sheet("前.xlsx", &holdings("2026-02-28", &people(1..=10), true)));
    import(&bench, &bench.sheet("后.xlsx", &holdings(DAY, &people(1..=16), true)));
    let track = bench.json(&["track", "--today", TODAY]);
    assert_eq!(track["employers"][0]["joined"], 0, "{track:#}");
}

#[test]
fn one_person_of_an_outlet_of_their_own_does_not_hold_up_a_long_list() {
    // A hundred and one: the last alone in their outlet. The list counts, and nobody knows whether they left.
    let bench = Bench::new();
    let list = |day: &str, people: std::ops::RangeInclusive<u32>| {
        let row = |n: u32| {
            let outlet = if n <= 100 { "一网点" } else { "二网点" };
            format!("| KH{n:04} | 甲{n} | 甲测试厂 | {outlet} | {day} | 1000 |\n")
        };
        let rows: String = people.map(row).collect();
        format!("| 客户号 | 客户姓名 | 代发单位 | 归属网点 | 数据日期 | AUM余额(元) |\n|---|\n{rows}")
    };
    import(&bench, &bench.sheet("前.xlsx", &list("2026-02-28", 1..=101)));
    import(&bench, &bench.sheet("后.xlsx", &list(DAY, 1..=100)));
    assert_eq!(shown(&bench), (100, 1, 0, 100));
}

#[test]
fn old_lists_with_outlets_can_be_removed() {
    let bench = Bench::new();
    import(&bench, &bench.sheet("前.xlsx", &holdings("2026-02-28", &people(1..=16), true)));
    import(&bench, &bench.sheet("后.xlsx", &holdings(DAY, &people(1..=10), true)));
    bench.run(&["purge", "--before", "2026-03-01", "--yes", "--today", TODAY]).ok();
    assert_eq!(shown(&bench).3, 10);
}
