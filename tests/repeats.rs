//! The same payments twice, and two payments that only look alike: what of them counts, and what is said.

use serde_json::Value;

use crate::common::Bench;

const TODAY: &str = "2026-03-18";

/// Six people of 甲测试厂 with holdings round the 10th of March; 乙测试厂 is known too.
fn branch() -> Bench {
    let bench = Bench::new();
    let employers = "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 | 行业 |\n|---|\n\
                     | D001 | 甲测试厂 | 6 | 10日 | 制造业 |\n| D002 | 乙测试厂 | 6 | 10日 | 制造业 |\n";
    let holdings = |day: &str, yuan: i64| {
        let rows: String = (1..=6)
            .map(|n| format!("| KH000{n} | 甲{n} | '{} | 甲测试厂 | {day} | {yuan} | {yuan} |\n", account(n)))
            .collect();
        let head = "| 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) |\n|---|\n";
        format!("{head}{}", rows.replace('\'', ""))
    };
    let files = [
        bench.sheet("单位.xlsx", employers),
        bench.sheet("前.xlsx", &holdings("2026-03-06", 1000)),
        bench.sheet("后.xlsx", &holdings("2026-03-16", 1500)),
    ];
    for file in files {
        imported(&bench, &file, &[]);
    }
    bench
}

fn account(person: i64) -> String {
    format!("622200000000000{person}")
}

/// `"1 5000, 2 6000"` as rows of a payroll list with a purpose.
fn list(day: &str, employer: &str, purpose: &str, paid: &str) -> String {
    let rows: String = paid
        .split(',')
        .map(|payment| {
            let (person, yuan) = payment.trim().split_once(' ').unwrap();
            format!("| 甲{person} | {} | {yuan} | {day} | {employer} | {purpose} |\n", account(person.parse().unwrap()))
        })
        .collect();
    format!("| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 | 用途 |\n|---|\n{rows}")
}

fn wages(day: &str, paid: &str) -> String {
    list(day, "甲测试厂", "", paid)
}

const SIX: &str = "1 5000, 2 6000, 3 7000, 4 8000, 5 9000, 6 9500";
const DAY: &str = "2026-03-10";

fn import(bench: &Bench, path: &str, more: &[&str]) -> Value {
    let today: &[&str] = if more.contains(&"--today") { &[] } else { &["--today", TODAY] };
    bench.json(&[&["import", path], today, more].concat())
}

fn imported(bench: &Bench, path: &str, more: &[&str]) -> Value {
    let told = import(bench, path, more);
    assert_eq!(told["files"][0]["outcome"], "imported", "{told:#}");
    told
}

fn refused(bench: &Bench, path: &str, more: &[&str]) -> Value {
    let told = import(bench, path, more);
    assert_eq!(told["files"][0]["outcome"], "refused", "{told:#}");
    told
}

/// What was said of the runs: codes, with the place and the words.
fn said(told: &Value) -> Vec<(String, String, String)> {
    const OURS: [&str; 9] = [
        "run_beside",
        "run_corrected",
        "run_known",
        "sheets_repeat",
        "run_apart",
        "payments_in_both",
        "run_day_unclear",
        "run_employer_unclear",
        "run_part_unclear",
    ];
    let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_string();
    let problems = told["problems"].as_array().unwrap().iter();
    problems
        .map(|p| (text(p, "code"), text(p, "sheet"), text(p, "found")))
        .filter(|(code, ..)| OURS.contains(&code.as_str()))
        .collect()
}

fn codes(told: &Value) -> Vec<String> {
    said(told).into_iter().map(|(code, ..)| code).collect()
}

/// Yuan paid in the window of the latest payday by 甲测试厂 and 乙测试厂 together.
fn paid(bench: &Bench) -> i64 {
    let track = bench.json(&["track", "--today", TODAY]);
    track["totals"]["payroll_fen"].as_i64().unwrap() / 100
}

#[test]
fn a_summary_sheet_and_its_departments_are_one_payment() {
    let parts = ["1 5000, 2 6000", "3 7000, 4 8000", "5 9000, 6 9500"].map(|p| wages(DAY, p));
    let whole = wages(DAY, SIX);
    let names = ["一车间", "二车间", "三车间"];
    let departments: Vec<(&str, &str)> = names.iter().zip(&parts).map(|(n, p)| (*n, p.as_str())).collect();
    for whole_first in [true, false] {
        let bench = branch();
        let mut sheets = departments.clone();
        sheets.insert(if whole_first { 0 } else { 3 }, ("汇总", &whole));
        let told = imported(&bench, &bench.book("工资.xlsx", &sheets), &[]);
        let said = said(&told);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((said[0].0.as_str(), said[0].1.as_str()), ("sheets_repeat", "汇总"));
        let mut named = names.iter().map(|n| said[0].2.find(n).unwrap());
        assert!(named.all(|at| at > 0) && said[0].2.contains("6笔"), "{}", said[0].2);
        assert_eq!(paid(&bench), 44_500);
    }
}

#[test]
fn a_summary_adds_up_who_is_paid_by_two_departments() {
    let bench = branch();
    let sheets = [
        ("汇总", wages(DAY, "1 5000, 2 6000, 3 7000")),
        ("一车间", wages(DAY, "1 5000, 3 3000")),
        ("二车间", wages(DAY, "2 6000, 3 4000")),
    ];
    let sheets: Vec<(&str, &str)> = sheets.iter().map(|(n, t)| (*n, t.as_str())).collect();
    imported(&bench, &bench.book("工资.xlsx", &sheets), &[]);
    assert_eq!(paid(&bench), 18_000);
}

#[test]
fn sheets_that_are_nearly_the_same_are_asked_about() {
    let bench = branch();
    let sheets = [("汇总", wages(DAY, SIX)), ("一车间", wages(DAY, "1 5000, 2 6600"))];
    let sheets: Vec<(&str, &str)> = sheets.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let told = refused(&bench, &bench.book("工资.xlsx", &sheets), &[]);
    assert_eq!(codes(&told), ["run_part_unclear"]);
    assert!(said(&told)[0].2.contains("汇总"), "{told:#}");
}

#[test]
fn department_files_beside_a_summary_file_count_once() {
    for whole_first in [true, false] {
        let bench = branch();
        let mut files = vec![
            ("一车间.xlsx", wages(DAY, "1 5000, 2 6000")),
            ("二车间.xlsx", wages(DAY, "3 7000, 4 8000")),
            ("三车间.xlsx", wages(DAY, "5 9000, 6 9500")),
        ];
        files.insert(if whole_first { 0 } else { 3 }, ("汇总.xlsx", wages(DAY, SIX)));
        for (name, table) in files {
            let told = imported(&bench, &bench.sheet(name, &table), &[]);
            for (code, _, words) in said(&told) {
                let (expected, other) = if whole_first {
                    ("run_known", "汇总.xlsx")
                } else {
                    ("run_corrected", "一车间.xlsx、二车间.xlsx")
                };
                assert!(code == expected && words.contains(other), "{code} {words}");
            }
        }
        assert_eq!(paid(&bench), 44_500);
    }
}

#[test]
fn the_mended_file_counts_instead_of_its_good_rows() {
    let bench = branch();
    let whole = wages(DAY, "1 5000, 2 5000, 3 5000, 4 7000, 5 5000, 6 5000");
    let broken = whole.replace("| 5000 |", "| 五千整元吧 |").replacen("| 五千整元吧 |", "| 5000 |", 1);
    let first = bench.sheet("p.xlsx", &broken);
    assert_eq!(imported(&bench, &first, &["--accept-valid-rows"])["files"][0]["rows_taken"], 2);
    assert_eq!(paid(&bench), 12_000);
    let told = imported(&bench, &bench.sheet("p.xlsx", &whole), &[]);
    assert_eq!(codes(&told), ["run_corrected"]);
    assert_eq!(paid(&bench), 32_000);
}

#[test]
fn a_neighbouring_day_is_asked_about_and_each_answer_counts_as_it_says() {
    for (answer, yuan, code) in [
        (None, 44_500, "run_day_unclear"),
        (Some("--correction"), 44_500, "run_corrected"),
        (Some("--additional"), 89_000, ""),
    ] {
        let bench = branch();
        imported(&bench, &bench.sheet("一.xlsx", &wages(DAY, SIX)), &[]);
        let second = bench.sheet("二.xlsx", &wages("2026-03-09", SIX));
        let told = match answer {
            None => refused(&bench, &second, &[]),
            Some(answer) => imported(&bench, &second, &[answer]),
        };
        assert!(codes(&told).iter().all(|c| c == code) && codes(&told).is_empty() == code.is_empty(), "{told:#}");
        assert!(said(&told).iter().all(|(.., words)| words.contains("一.xlsx") && words.contains(DAY)));
        assert_eq!(paid(&bench), yuan, "{answer:?}");
    }
}

#[test]
fn a_file_taken_with_its_good_rows_does_not_count_what_is_asked_about() {
    let bench = branch();
    imported(&bench, &bench.sheet("一.xlsx", &wages(DAY, SIX)), &[]);
    let second = bench.sheet("二.xlsx", &wages("2026-03-09", SIX));
    let told = imported(&bench, &second, &["--accept-valid-rows"]);
    assert_eq!(codes(&told), ["run_day_unclear"]);
    assert_eq!(paid(&bench), 44_500);
    imported(&bench, &second, &["--again", "--additional"]);
    assert_eq!(paid(&bench), 89_000);
}

#[test]
fn the_actual_day_goes_before_the_planned_one_in_either_order() {
    let plan = ("代发计划.xlsx", wages(DAY, SIX));
    // One payment of the plan was not made.
    let actual = ("实际代发.xlsx", wages("2026-03-09", "1 5000, 2 6000, 3 7000, 4 8000, 5 9000"));
    for files in [[&plan, &actual], [&actual, &plan]] {
        let bench = branch();
        for (name, table) in files {
            imported(&bench, &bench.sheet(name, table), &[]);
        }
        assert_eq!(paid(&bench), 35_000);
        assert_eq!(bench.json(&["track", "--today", TODAY])["employers"][0]["payday"], "2026-03-09");
    }
    // A list imported before its day can only be a plan.
    let bench = branch();
    imported(&bench, &bench.sheet("一.xlsx", &plan.1), &["--today", "2026-03-05"]);
    let told = imported(&bench, &bench.sheet("二.xlsx", &actual.1), &[]);
    assert_eq!(codes(&told), ["run_corrected"]);
    assert_eq!(paid(&bench), 35_000);
}

#[test]
fn exports_of_one_day_that_overlap_count_each_payment_once() {
    let bench = branch();
    let (first, second) = (wages(DAY, "1 5000, 2 6000, 3 7000"), wages(DAY, "3 7000, 4 8000, 5 9000, 6 9500"));
    imported(&bench, &bench.sheet("上午.xlsx", &first), &[]);
    let second = bench.sheet("下午.xlsx", &second);
    let told = imported(&bench, &second, &[]);
    assert_eq!(codes(&told), ["run_known"]);
    assert!(said(&told)[0].2.contains("4笔代发，有1笔已在上午.xlsx"), "{told:#}");
    assert_eq!(paid(&bench), 44_500);
    // The first is withdrawn: what the second repeated of it counts there again.
    let path = bench.path("上午.xlsx");
    imported(&bench, path.to_str().unwrap(), &["--again", "--payday", "2026-01-10", "--employer", "乙测试厂"]);
    imported(&bench, &second, &["--again", "--additional"]);
    imported(&bench, path.to_str().unwrap(), &["--again"]);
    assert_eq!(paid(&bench), 44_500);
}

#[test]
fn the_same_payments_under_another_employer_are_asked_about() {
    for (answer, yuan) in [(None, 44_500), (Some("--correction"), 0), (Some("--additional"), 89_000)] {
        let bench = branch();
        imported(&bench, &bench.sheet("一.xlsx", &wages(DAY, SIX)), &[]);
        let second = bench.sheet("二.xlsx", &list(DAY, "乙测试厂", "", SIX));
        match answer {
            None => {
                let told = refused(&bench, &second, &[]);
                assert_eq!(codes(&told), ["run_employer_unclear"]);
                let words = &said(&told)[0].2;
                assert!(words.contains("一.xlsx里“甲测试厂”") && words.contains("“乙测试厂”"), "{words}");
            }
            Some(answer) => drop(imported(&bench, &second, &[answer])),
        }
        // The people are of 甲测试厂: if both pay them, all of it is held against what they keep there.
        let track = bench.json(&["track", "--today", TODAY]);
        let of = track["employers"].as_array().unwrap().iter().find(|e| e["name"] == "甲测试厂").unwrap();
        assert_eq!(of["payroll_fen"], yuan * 100, "{answer:?}");
    }
}

#[test]
fn two_months_paid_on_one_day_are_two_payments() {
    let equal = "1 5000, 2 5000, 3 5000, 4 5000, 5 5000, 6 5000";
    let of = |purpose: &str| list(DAY, "甲测试厂", purpose, equal);
    // Said in the purpose, in the files' names, in the sheets' names.
    let bench = branch();
    imported(&bench, &bench.sheet("a.xlsx", &of("2月工资")), &[]);
    let told = imported(&bench, &bench.sheet("b.xlsx", &of("3月工资")), &[]);
    assert_eq!(codes(&told), ["run_apart"]);
    assert_eq!(paid(&bench), 60_000);
    let bench = branch();
    imported(&bench, &bench.sheet("2月工资.xlsx", &of("工资")), &[]);
    imported(&bench, &bench.sheet("3月工资.xlsx", &of("代发工资")), &[]);
    assert_eq!(paid(&bench), 60_000);
    let bench = branch();
    imported(&bench, &bench.book("工资.xlsx", &[("2月工资", &of("")), ("3月工资", &of(""))]), &[]);
    assert_eq!(paid(&bench), 60_000);
    // And in one sheet: the second of each person's payments is for another month.
    let bench = branch();
    let rows: String = of("3月工资").lines().skip(2).map(|l| format!("{l}\n")).collect();
    imported(&bench, &bench.sheet("两个月.xlsx", &(of("2月工资") + &rows)), &[]);
    assert_eq!(paid(&bench), 60_000);
    // The same month twice is once, whatever else the purpose says.
    let bench = branch();
    imported(&bench, &bench.sheet("a.xlsx", &of("3月工资")), &[]);
    let told = imported(&bench, &bench.sheet("b.xlsx", &of("2026年3月份工资")), &[]);
    assert_eq!(codes(&told), ["run_corrected"]);
    assert_eq!(paid(&bench), 30_000);
}
