//! Files in, facts out: what is taken, what is kept apart, what changes nothing.

use crate::common::Bench;

const EMPLOYERS: &str = "
| 代发单位编号 | 代发单位名称 | 行业 | 代发人数 | 月均代发额(万元) | 发薪日 | 归属网点 | 客户经理 |
|---|
| D001 | 甲厂有限公司 | 制造业 | 3 | 1.5 | 每月10日 | 一网点 | 林一 |
| D002 | 乙厂有限公司 | 制造业 | 2 | 1 | 10号 | 二网点 | 周二 |
";

fn holdings(date: &str, rows: &str) -> String {
    format!(
        "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) | 理财(元) | 手机银行 | 基金定投 |
|---|
{}",
        rows.replace("DATE", date)
    )
}

fn payroll(rows: &str) -> String {
    format!("| 序号 | 收款方户名 | 客户号 | 金额 | 用途 | 代发日期 | 代发单位名称 |\n|---|\n{rows}")
}

/// Two employers, three people of the first before and after a payday on the 10th.
fn two_snapshots(bench: &Bench) {
    let before = holdings(
        "2026-03-09",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 1000 | 1000 | 0 | 是 | 否 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 20000 | 5000 | 15000 | 是 | 否 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 500 | 500 | 0 | 否 | 否 |",
    );
    let after = holdings(
        "2026-03-16",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 2500 | 2500 | 0 | 是 | 是 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 19000 | 19000 | 0 | 是 | 否 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 1500 | 1500 | 0 | 是 | 否 |",
    );
    let paid = payroll(
        "| 1 | 甲一 | KH1 | 5000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
         | 2 | 甲二 | KH2 | 6000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |
         | 3 | 甲三 | KH3 | 4000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |",
    );
    let files = [
        bench.sheet("单位.xlsx", EMPLOYERS),
        bench.sheet("前.xlsx", &before),
        bench.sheet("后.xlsx", &after),
        bench.sheet("工资.xlsx", &paid),
    ];
    let arguments: Vec<&str> =
        ["import", "--today", "2026-03-18"].into_iter().chain(files.iter().map(String::as_str)).collect();
    bench.run(&arguments).ok();
}

#[test]
fn gains_losses_and_retention_are_those_counted_by_hand() {
    let bench = Bench::new();
    two_snapshots(&bench);
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    let people = track["employees"].as_array().unwrap();
    assert_eq!(people[0]["gained"], serde_json::json!(["fund_plan"]));
    assert_eq!(people[1]["lost"], serde_json::json!(["wealth"]));
    assert_eq!(people[2]["gained"], serde_json::json!(["mobile_bank"]));
    // 1,500 of 5,000; −1,000 of 6,000; 1,000 of 4,000.
    let rates: Vec<f64> = people.iter().map(|p| p["retention"].as_f64().unwrap()).collect();
    assert_eq!(rates, [0.3, -1000.0 / 6000.0, 0.25]);
    // Together 1,500 of 15,000: a rate of sums, not a mean of rates.
    assert_eq!(track["employers"][0]["retention"], 0.1);
    assert_eq!(track["employers"][0]["retained_fen"], 150_000);
    assert_eq!(track["employers"][0]["payroll_fen"], 1_500_000);
    assert_eq!(track["employers"][0]["basis"], "balances");
}

#[test]
fn the_same_file_twice_changes_nothing_and_says_so() {
    let bench = Bench::new();
    two_snapshots(&bench);
    let before = bench.json(&["track", "--today", "2026-03-18"]);
    let again = bench.json(&["import", "--today", "2026-03-18", bench.path("后.xlsx").to_str().unwrap()]);
    assert_eq!(again["files"][0]["outcome"], "unchanged");
    assert_eq!(again["files"][0]["rows_taken"], 0);
    assert_eq!(bench.json(&["track", "--today", "2026-03-18"]), before);
}

#[test]
fn a_corrected_file_replaces_only_its_part() {
    let bench = Bench::new();
    two_snapshots(&bench);
    let corrected = holdings(
        "2026-03-16",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 2500 | 2500 | 0 | 是 | 是 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 23000 | 8000 | 15000 | 是 | 否 |
         | KH3 | 甲三 | 甲厂有限公司 | DATE | 1500 | 1500 | 0 | 是 | 否 |",
    );
    let file = bench.sheet("后_更正.xlsx", &corrected);
    let report = bench.json(&["import", "--today", "2026-03-18", &file]);
    assert!(report["problems"].as_array().unwrap().iter().any(|p| p["code"] == "part_corrected"));
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    assert_eq!(track["employees"][1]["lost"], serde_json::json!([]));
    // 1,500 + 3,000 + 1,000 of 15,000.
    assert_eq!(track["employers"][0]["retained_fen"], 550_000);
}

#[test]
fn two_outlets_files_of_one_date_both_count() {
    let bench = Bench::new();
    let rows = |numbers: [u8; 2]| {
        let row = |n: u8| format!("| KH{n} | 甲{n} | 甲厂有限公司 | DATE | 100 | 100 | 0 | 是 | 否 |");
        holdings("2026-03-16", &numbers.map(row).join("\n"))
    };
    let files = [bench.sheet("一网点.xlsx", &rows([1, 2])), bench.sheet("二网点.xlsx", &rows([3, 4]))];
    bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
    let ranked = bench.json(&["doctor", "--today", "2026-03-18"]);
    assert_eq!(ranked.as_array().unwrap().iter().find(|f| f["check"] == "data").unwrap()["detail"], "2026-03-16");
    let track = bench.json(&["track", "--today", "2026-03-18", "--from", "2026-03-01"]);
    assert_eq!(track["employees"].as_array().unwrap().len(), 0);
    let inside = bench.json(&["rank", "--today", "2026-03-18"]);
    assert_eq!(inside.as_array().map(Vec::len), Some(0), "too few heads to be ranked");
}

#[test]
fn an_absent_column_is_unknown_and_an_empty_cell_is_not_held() {
    let bench = Bench::new();
    let before = holdings("2026-03-09", "| KH1 | 甲一 | 甲厂有限公司 | DATE | 1000 | 1000 | 800 | 是 | 是 |");
    // No column for 基金定投, and an empty cell under 理财.
    let after = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) | 理财(元) | 手机银行 |\n|---|\n\
                 | KH1 | 甲一 | 甲厂有限公司 | 2026-03-16 | 1000 | 1000 |  | 是 |";
    let files = [bench.sheet("前.xlsx", &before), bench.sheet("后.xlsx", after)];
    bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    assert_eq!(track["employees"][0]["lost"], serde_json::json!(["wealth"]));
}

#[test]
fn a_missing_person_has_departed_from_a_full_list_and_is_unknown_in_a_partial_one() {
    let people = |numbers: std::ops::RangeInclusive<u8>, date: &str| {
        let row = |n: u8| format!("| KH{n} | 甲{n} | 甲厂有限公司 | DATE | 100 | 100 | 0 | 是 | 否 |");
        holdings(date, &numbers.map(row).collect::<Vec<_>>().join("\n"))
    };
    let status_of_the_last = |after: std::ops::RangeInclusive<u8>| {
        let bench = Bench::new();
        let files = [
            bench.sheet("前.xlsx", &people(1..=10, "2026-03-09")),
            bench.sheet("后.xlsx", &people(after, "2026-03-16")),
        ];
        bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
        bench.json(&["track", "--today", "2026-03-18"])["employees"][9]["status"].clone()
    };
    assert_eq!(status_of_the_last(1..=9), "departed");
    assert_eq!(status_of_the_last(1..=5), "unknown");
}

#[test]
fn payees_that_match_nobody_are_kept_and_matched_when_they_become_known() {
    let bench = Bench::new();
    let paid = payroll("| 1 | 甲一 | KH1 | 5000 | 3月工资 | 2026-03-10 | 甲厂有限公司 |");
    let report = bench.json(&["import", "--today", "2026-03-18", &bench.sheet("工资.xlsx", &paid)]);
    assert_eq!(report["files"][0]["unmatched_payees"], 1);
    // The doctor counts what `match show` lists; that a payee is not known yet is nothing to mend.
    let doctor = bench.json(&["doctor", "--today", "2026-03-18"]);
    let open = doctor.as_array().unwrap().iter().find(|f| f["check"] == "matches").unwrap();
    let listed = bench.json(&["match", "show", "--today", "2026-03-18"]).as_array().unwrap().len();
    assert_eq!((&open["detail"], &open["ok"]), (&listed.to_string().into(), &true.into()));
    let after = holdings("2026-03-16", "| KH1 | 甲一 | 甲厂有限公司 | DATE | 2500 | 2500 | 0 | 是 | 是 |");
    let before = after.replace("2026-03-16", "2026-03-09").replace("2500", "1000");
    bench
        .run(&["import", "--today", "2026-03-18", &bench.sheet("后.xlsx", &after), &bench.sheet("前.xlsx", &before)])
        .ok();
    let doctor = bench.json(&["doctor", "--today", "2026-03-18"]);
    assert_eq!(doctor.as_array().unwrap().iter().find(|f| f["check"] == "unmatched").unwrap()["detail"], "0");
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    assert_eq!(track["employees"][0]["retention"], 0.3);
}

fn people(numbers: std::ops::RangeInclusive<u8>, date: &str) -> String {
    let row = |n: u8| format!("| KH{n} | 甲{n} | 甲厂有限公司 | DATE | 100 | 100 | 0 | 是 | 否 |");
    holdings(date, &numbers.map(row).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_short_list_of_the_same_day_does_not_replace_the_long_one() {
    let bench = Bench::new();
    let files = [
        bench.sheet("全部.xlsx", &people(1..=10, "2026-03-16")),
        bench.sheet("重点.xlsx", &people(1..=3, "2026-03-16").replace("| 100 | 100 |", "| 900 | 900 |")),
    ];
    bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
    let before = bench.sheet("前.xlsx", &people(1..=10, "2026-03-09"));
    bench.run(&["import", "--today", "2026-03-18", &before]).ok();
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    // Seven at 100 and three at 900 yuan.
    assert_eq!(track["employers"][0]["employees"], 10);
    assert_eq!(track["employers"][0]["aum_after_fen"], 340_000);
}

#[test]
fn a_partial_list_does_not_become_the_whole_employer() {
    let bench = Bench::new();
    let ranking = "[eligibility]\nmin_effective_heads = 0\n";
    std::fs::write(bench.root().join("rules/ranking.toml"), ranking).unwrap();
    let files = [
        bench.sheet("全部.xlsx", &people(1..=10, "2026-03-09")),
        bench.sheet("部分.xlsx", &people(1..=4, "2026-03-16")),
    ];
    bench.run(&["import", "--today", "2026-03-18", &files[0], &files[1]]).ok();
    assert_eq!(bench.json(&["rank", "--today", "2026-03-18"])[0]["headcount"], 10);
}

#[test]
fn two_companies_of_one_name_stay_apart_and_a_slim_list_forgets_nothing() {
    let bench = Bench::new();
    let full = "
| 代发单位编号 | 代发单位名称 | 企业性质 | 代发人数 | 发薪日 |
|---|
| D001 | 佳和商贸有限公司 | 劳务派遣 | 3 | 10日 |
| D002 | 佳和商贸集团有限公司 | 民营企业 | 4 | 10日 |";
    let slim = "
| 代发单位编号 | 代发单位名称 | 代发人数 |
|---|
| D001 | 佳和商贸有限公司 | 5 |";
    bench.run(&["import", "--today", "2026-03-01", &bench.sheet("单位.xlsx", full)]).ok();
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("简表.xlsx", slim)]).ok();
    let plan = bench.json(&["plan", "--today", "2026-03-18"]);
    let reasons = |id: &str| {
        let entry = plan["unplanned"].as_array().unwrap().iter().find(|u| u["employer_id"] == id).unwrap();
        entry["reasons"][0]["rule"].as_str().unwrap().to_string()
    };
    assert_eq!(reasons("E00001"), "left_out_dispatch");
    assert_eq!(reasons("E00002"), "too_few_heads");
}

#[test]
fn a_refusal_ends_an_open_task_and_a_complaint_stops_selling() {
    let bench = Bench::new();
    let sheet = |date: &str, phone: &str| {
        format!(
            "
| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) | 是否同意电话营销 |
|---|
| KH1 | 甲一 | 甲厂有限公司 | {date} | 45000 | {phone} |"
        )
    };
    bench.run(&["import", "--today", "2026-03-10", &bench.sheet("一.xlsx", &sheet("2026-03-09", "是"))]).ok();
    let first = bench.json(&["followup", "--today", "2026-03-10"]);
    assert_eq!(first["tasks"][0]["channel"], "phone");
    bench.run(&["import", "--today", "2026-03-18", &bench.sheet("二.xlsx", &sheet("2026-03-16", "否"))]).ok();
    let then = bench.json(&["followup", "--today", "2026-03-18"]);
    assert_eq!(then["tasks"].as_array().unwrap().len(), 0);
    assert!(then["blocked"][0]["by"] == "consent_missing" || then["blocked"][0]["by"] == "refused");

    let bench = Bench::new();
    let employers = "
| 代发单位编号 | 代发单位名称 | 代发人数 | 是否有未结投诉 |
|---|
| D001 | 甲厂有限公司 | 3 | 是 |";
    let files = [bench.sheet("单位.xlsx", employers), bench.sheet("一.xlsx", &sheet("2026-03-09", "是"))];
    bench.run(&["import", "--today", "2026-03-10", &files[0], &files[1]]).ok();
    let blocked = bench.json(&["followup", "--today", "2026-03-10"]);
    assert_eq!(blocked["blocked"][0]["by"], "open_complaint");
}

#[test]
fn a_wrong_payday_is_put_right_by_importing_again() {
    let bench = Bench::new();
    two_snapshots(&bench);
    let paid = "
| 序号 | 收款方户名 | 客户号 | 金额 | 用途 |
|---|
| 1 | 甲一 | KH1 | 1000 | 3月奖金补发 |";
    let file = bench.sheet("补发.xlsx", paid);
    let import = |payday: &str, again: &[&str]| {
        let arguments = ["import", &file, "--today", "2026-03-18", "--employer", "甲厂有限公司", "--payday", payday];
        bench.json(&[&arguments[..], again].concat())["files"][0]["outcome"].clone()
    };
    assert_eq!(import("2026-03-17", &[]), "imported");
    let payroll = || bench.json(&["track", "--today", "2026-03-18"])["employers"][0]["payroll_fen"].clone();
    assert_eq!(payroll(), 1_500_000, "the 17th lies outside the window");
    assert_eq!(import("2026-03-12", &[]), "unchanged");
    assert_eq!(import("2026-03-12", &["--again"]), "imported");
    assert_eq!(payroll(), 1_600_000);
    assert_eq!(import("2026-03-12", &["--again"]), "imported");
    assert_eq!(payroll(), 1_600_000, "taken in once, however often");
}

#[test]
fn rows_that_could_not_be_stored_do_not_count_as_taken() {
    let bench = Bench::new();
    two_snapshots(&bench);
    // KH1 is known and so is the employer; nobody knows KH9.
    let table = "| 客户号 | 客户姓名 | 数据日期 | AUM余额(元) |\n|---|\n\
                 | KH1 | 甲一 | 2026-03-17 | 1000 |\n\
                 | KH9 | 乙九 | 2026-03-17 | 2000 |\n";
    let file = bench.sheet("无单位.xlsx", table);
    let report = bench.json(&["import", "--today", "2026-03-18", &file]);
    let taken = &report["files"][0];
    assert_eq!(
        (&taken["outcome"], &taken["rows_taken"], &taken["rows_skipped"]),
        (&"imported".into(), &1.into(), &1.into())
    );
    let skipped = &taken["sheets"][0]["skipped"][0];
    assert_eq!((&skipped["reason"], &skipped["rows"]), (&"no_employer".into(), &1.into()));
}

/// Longer than what is handed to the store at once.
#[test]
fn one_row_without_its_day_or_employer_refuses_its_file_by_name() {
    let bench = Bench::new();
    let sheet = |name: &str, header: &str, cells: &dyn Fn(usize) -> String| {
        let rows: String = (1..=700).map(|n| format!("| 甲{n} | KH{n} | 5000 | {} |\n", cells(n))).collect();
        bench.sheet(name, &format!("| 姓名 | 客户号 | 金额 | {header} |\n|---|\n{rows}"))
    };
    let day = |n: usize| if n == 640 { "本月10号" } else { "2026-03-10" }.to_string();
    let both = |n: usize| format!("{} | 2026-03-10", if n == 640 { "" } else { "甲厂有限公司" });
    let files = [
        sheet("日期.xlsx", "发薪日", &day),
        sheet("单位.xlsx", "代发单位 | 发薪日", &both),
        sheet("没有日期.xlsx", "备注", &|_| "工资".to_string()),
    ];
    let said = ["--today", "2026-03-18", "--employer", "甲厂有限公司"];
    for more in [&[][..], &["--accept-valid-rows"]] {
        for (file, code, cell) in [(0, "date_required", Some("D641")), (2, "missing_payday", None)] {
            let told = bench.json(&[&["import", &files[file]][..], &said, more].concat());
            let same = |p: &serde_json::Value| p["code"] == code && p["cell"].as_str() == cell;
            assert!(told["problems"].as_array().unwrap().iter().any(same), "{code}: {told:#}");
            let outcome = if cell.is_some() && !more.is_empty() { "imported" } else { "refused" };
            assert_eq!(told["files"][0]["outcome"], outcome);
        }
        let told = bench.json(&[&["import", &files[1], "--today", "2026-03-18"][..], more].concat());
        assert_eq!(told["files"][0]["outcome"], "refused", "{told:#}");
        assert!(told["problems"].as_array().unwrap().iter().any(|p| p["code"] == "missing_employer"), "{told:#}");
    }
}

#[test]
fn a_payday_of_another_time_is_none() {
    let bench = Bench::new();
    for (day, code) in [("2027-03-10", Some("date_ahead")), ("1926-03-10", Some("date_required")), ("2026-03-25", None)]
    {
        let file = bench.sheet(
            &format!("{day}.xlsx"),
            &payroll(&format!("| 1 | 甲一 | KH1 | 5000 | 3月工资 | {day} | 甲厂有限公司 |")),
        );
        let told = bench.json(&["import", &file, "--today", "2026-03-18"]);
        let codes: Vec<&str> = told["problems"].as_array().unwrap().iter().filter_map(|p| p["code"].as_str()).collect();
        assert_eq!(code.is_some_and(|code| codes.contains(&code)), code.is_some(), "{day}: {codes:?}");
        assert_eq!(told["files"][0]["outcome"] == "refused", code.is_some(), "{day}");
    }
}

#[test]
fn a_list_of_the_same_day_with_other_columns_is_asked_for() {
    let sheet = |columns: &str, rows: &str| {
        format!("| 客户号 | 客户姓名 | 代发单位 | 数据日期 | {columns} |\n|---|\n{rows}").replace("DATE", "2026-03-16")
    };
    let codes = |report: &serde_json::Value| -> Vec<String> {
        let problems = report["problems"].as_array().unwrap().iter();
        problems.map(|p| p["code"].as_str().unwrap().to_string()).collect()
    };
    let bench = Bench::new();
    let assets = sheet(
        "AUM余额(元)",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 100 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 200 |",
    );
    let channels = sheet(
        "手机银行",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 是 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 否 |",
    );
    let (first, second) = (bench.sheet("一_资产.xlsx", &assets), bench.sheet("一_电子.xlsx", &channels));
    let report = bench.run(&["import", "--json", "--today", "2026-03-18", &first, &second]);
    let report: serde_json::Value = serde_json::from_str(&report.out()).unwrap();
    assert!(codes(&report).contains(&"columns_would_be_lost".to_string()), "{report}");
    let outcomes: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|f| f["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|o| **o == "refused").count(), 1, "{outcomes:?}");
    // One sheet with the columns of both is taken.
    let both = sheet(
        "AUM余额(元) | 手机银行",
        "| KH1 | 甲一 | 甲厂有限公司 | DATE | 100 | 是 |
         | KH2 | 甲二 | 甲厂有限公司 | DATE | 200 | 否 |",
    );
    let both = bench.json(&["import", "--today", "2026-03-18", &bench.sheet("一_全.xlsx", &both)]);
    assert!(codes(&both).contains(&"part_corrected".to_string()), "{both}");
    // Whoever means to replace it says so.
    let taken = bench.sheet("一_替换.xlsx", &channels.replace("否", "是"));
    let taken = bench.json(&["import", "--accept-valid-rows", "--today", "2026-03-18", &taken]);
    assert_eq!(taken["files"][0]["outcome"], "imported");
}
