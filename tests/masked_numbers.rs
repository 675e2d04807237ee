//! People of one name, told apart by what is left of their masked numbers.

use serde_json::Value;

use crate::common::Bench;

const HOLDINGS: &str = "
    | 客户号 | 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) | 活期(元) |
    | KH1 | 张测试 | 6222000000000001 | 甲测试厂 | DATE | 1000 | 1000 |
    | KH2 | 李测试 | 6222000000000002 | 甲测试厂 | DATE | 2000 | 2000 |
    | KH3 | 张测试 | 6222000000000003 | 甲测试厂 | DATE | 3000 | 3000 |";

/// The two of one name on both sides of the payday, then a pay list.
fn paid(pay: &str) -> Bench {
    let bench = Bench::new();
    for day in ["2026-03-09", "2026-03-16"] {
        let holdings = bench.sheet(&format!("持有{day}.xlsx"), &HOLDINGS.replace("DATE", day));
        bench.run(&["import", "--today", "2026-03-20", &holdings]).ok();
    }
    let pay = bench.sheet("代发.xlsx", pay);
    bench.run(&["import", "--today", "2026-03-20", &pay]).ok();
    bench
}

/// What each person was paid, in yuan.
fn wages(bench: &Bench) -> Vec<(String, Option<i64>)> {
    let track = bench.json(&["track", "--today", "2026-03-20"]);
    let wage = |e: &Value| (e["employee_id"].as_str().unwrap().to_string(), e["payroll_fen"].as_i64().map(|f| f / 100));
    track["employees"].as_array().unwrap().iter().map(wage).collect()
}

fn is(wages: &[(&str, Option<i64>)]) -> Vec<(String, Option<i64>)> {
    wages.iter().map(|(id, yuan)| (id.to_string(), *yuan)).collect()
}

fn open(bench: &Bench) -> Vec<Value> {
    bench.json(&["match", "show"]).as_array().unwrap().clone()
}

/// A pay list of the three; the accounts of 张, 李 and the other 张 are given, and its header.
fn pay_list(header: &str, accounts: [&str; 3]) -> String {
    let [first, second, third] = accounts;
    format!(
        "| 姓名 | {header} | 金额 | 代发日期 | 代发单位 |
         | 张测试 | {first} | 5000 | 2026-03-10 | 甲测试厂 |
         | 李测试 | {second} | 6000 | 2026-03-10 | 甲测试厂 |
         | 张测试 | {third} | 7000 | 2026-03-10 | 甲测试厂 |"
    )
}

#[test]
fn two_of_one_name_with_other_last_digits_are_two() {
    for (header, accounts) in [
        ("账号", ["6222********0001", "6222********0002", "6222********0003"]),
        ("账号", ["****0001", "****0002", "****0003"]),
        ("账号", ["6222 **** **** 0001", "6222 **** **** 0002", "6222 **** **** 0003"]),
        ("账号", ["6222＊＊＊＊＊＊＊＊0001", "6222＊＊＊＊＊＊＊＊0002", "6222＊＊＊＊＊＊＊＊0003"]),
        ("银行卡号", ["6222xxxxxxxx0001", "6222xxxxxxxx0002", "6222xxxxxxxx0003"]),
        ("账号", ["尾号0001", "尾号0002", "尾号0003"]),
        ("卡号后四位", ["0001", "0002", "0003"]),
        // The zeros are lost with the number.
        ("卡号后四位", ["1", "2", "3"]),
    ] {
        let bench = paid(&pay_list(header, accounts));
        let expected = is(&[("P000001", Some(5000)), ("P000002", Some(6000)), ("P000003", Some(7000))]);
        assert_eq!(wages(&bench), expected, "{header} {accounts:?}");
        assert_eq!(open(&bench), Vec::<Value>::new(), "{header} {accounts:?}");
    }
}

#[test]
fn the_same_last_digits_are_asked_for_once_each() {
    // Both end in 1: nobody can say which of the two it is.
    let bench = paid(&pay_list("账号", ["*1", "6222********0002", "*3"]).replace("*3", "62*"));
    let asked = open(&bench);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["reason"], "same_name");
    assert_eq!(wages(&bench), is(&[("P000001", Some(5000)), ("P000002", Some(6000)), ("P000003", None)]));
}

#[test]
fn digits_of_neither_are_asked_for_and_given_to_nobody() {
    let bench = paid(&pay_list("账号", ["6222********0001", "6222********0002", "6222********0009"]));
    let asked = open(&bench);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(
        (&asked[0]["reason"], &asked[0]["seen"]["account"]),
        (&"number_contradicts".into(), &"**** 0009".into())
    );
    let candidates: Vec<&str> =
        asked[0]["candidates"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(candidates, ["P000001", "P000003"]);
    assert_eq!(wages(&bench), is(&[("P000001", Some(5000)), ("P000002", Some(6000)), ("P000003", None)]));
    // Decided once, it holds for another month.
    bench.run(&["match", "decide", "1", "--same", "P000003", "--today", "2026-03-20"]).ok();
    let next = pay_list("账号", ["6222********0001", "6222********0002", "6222********0009"])
        .replace("2026-03-10", "2026-02-10")
        .replace("7000", "7100");
    bench.run(&["import", "--today", "2026-03-20", &bench.sheet("次.xlsx", &next)]).ok();
    assert_eq!(open(&bench), Vec::<Value>::new());
}

#[test]
fn the_only_one_of_a_name_with_another_number_is_not_taken_for_the_payee() {
    let one = "| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 |
               | 李测试 | 6222********0008 | 6000 | 2026-03-10 | 甲测试厂 |";
    let bench = paid(one);
    assert_eq!(open(&bench).len(), 1);
    assert_eq!(wages(&bench), is(&[("P000001", None), ("P000002", None), ("P000003", None)]));
}

#[test]
fn a_masked_number_of_somebody_without_a_known_number_asks_nothing() {
    let bench = Bench::new();
    let holdings = "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |
                    | KH1 | 张测试 | 甲测试厂 | DATE | 1000 |
                    | KH2 | 李测试 | 甲测试厂 | DATE | 2000 |";
    for day in ["2026-03-09", "2026-03-16"] {
        let sheet = bench.sheet(&format!("{day}.xlsx"), &holdings.replace("DATE", day));
        bench.run(&["import", "--today", "2026-03-20", &sheet]).ok();
    }
    let pay = "| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 |
               | 张测试 | 6222********0001 | 5000 | 2026-03-10 | 甲测试厂 |
               | 李测试 | 6222********0002 | 6000 | 2026-03-10 | 甲测试厂 |";
    bench.run(&["import", "--today", "2026-03-20", &bench.sheet("代发.xlsx", pay)]).ok();
    assert_eq!(wages(&bench), is(&[("P000001", Some(5000)), ("P000002", Some(6000))]));
    assert_eq!(open(&bench), Vec::<Value>::new());
}

#[test]
fn masked_numbers_of_both_lists_tell_the_two_apart() {
    let bench = Bench::new();
    let holdings = "| 客户姓名 | 工资卡号 | 代发单位 | 数据日期 | AUM余额(元) |
                    | 张测试 | 6222********0001 | 甲测试厂 | DATE | AMOUNT |
                    | 张测试 | 6222********0003 | 甲测试厂 | DATE | 3000 |";
    for (day, amount) in [("2026-03-09", "1000"), ("2026-03-16", "1500")] {
        let sheet = bench.sheet(&format!("{day}.xlsx"), &holdings.replace("DATE", day).replace("AMOUNT", amount));
        bench.run(&["import", "--today", "2026-03-20", &sheet]).ok();
    }
    let pay = "| 姓名 | 账号 | 金额 | 代发日期 | 代发单位 |
               | 张测试 | ****0003 | 7000 | 2026-03-10 | 甲测试厂 |
               | 张测试 | ****0001 | 5000 | 2026-03-10 | 甲测试厂 |";
    bench.run(&["import", "--today", "2026-03-20", &bench.sheet("代发.xlsx", pay)]).ok();
    assert_eq!(wages(&bench), is(&[("P000001", Some(5000)), ("P000002", Some(7000))]));
    assert_eq!(open(&bench), Vec::<Value>::new());
    let track = bench.json(&["track", "--today", "2026-03-20"]);
    assert_eq!(track["employees"][0]["aum_before_fen"], 100_000);
    assert_eq!(track["employees"][0]["aum_after_fen"], 150_000);
    assert_eq!(track["employees"][1]["aum_after_fen"], 300_000);
}

#[test]
fn masked_id_numbers_tell_the_two_apart_too() {
    let bench = Bench::new();
    // Numbers of nobody: region 000000 is not given out.
    let holdings = "| 客户姓名 | 证件号码 | 代发单位 | 数据日期 | AUM余额(元) |
                    | 张测试 | 000000199003070006 | 甲测试厂 | DATE | 1000 |
                    | 张测试 | 000000199103070011 | 甲测试厂 | DATE | 3000 |";
    for day in ["2026-03-09", "2026-03-16"] {
        let sheet = bench.sheet(&format!("{day}.xlsx"), &holdings.replace("DATE", day));
        bench.run(&["import", "--today", "2026-03-20", &sheet]).ok();
    }
    let pay = "| 姓名 | 身份证号 | 金额 | 代发日期 | 代发单位 |
               | 张测试 | 000000********0006 | 5000 | 2026-03-10 | 甲测试厂 |
               | 张测试 | 000000********0011 | 7000 | 2026-03-10 | 甲测试厂 |";
    bench.run(&["import", "--today", "2026-03-20", &bench.sheet("代发.xlsx", pay)]).ok();
    let wages = wages(&bench);
    assert_eq!(wages.first(), Some(&("P000001".to_string(), Some(5000))), "{wages:?}");
}

#[test]
fn flows_go_to_the_one_whose_digits_they_show() {
    let bench = paid(&pay_list("账号", ["6222********0001", "6222********0002", "6222********0003"]));
    let flows = "| 姓名 | 账号 | 代发单位 | 交易日期 | 方向 | 交易金额 | 对手类型 |
                 | 张测试 | 6222********0003 | 甲测试厂 | 2026-03-11 | 支出 | 4000 | 他行同名 |
                 | 李测试 | 6222********0009 | 甲测试厂 | 2026-03-11 | 支出 | 6000 | 他行同名 |";
    let report = bench.json(&["import", "--today", "2026-03-20", &bench.sheet("流水.xlsx", flows)]);
    let unknown = report["problems"].as_array().unwrap().iter().find(|p| p["code"] == "people_unknown");
    // The other number of 李 is not taken for hers.
    assert_eq!(unknown.unwrap()["params"]["rows"], 1);
    let track = bench.json(&["track", "--today", "2026-03-20"]);
    let to = |n: usize| track["employees"][n]["main_destination"].as_str().map(str::to_string);
    assert_eq!((to(0), to(1), to(2)), (None, None, Some("other_bank_self".into())));
}

#[test]
fn a_removal_takes_the_masked_payments_of_one_and_leaves_the_namesakes() {
    let bench = paid(&pay_list("账号", ["6222********0001", "6222********0002", "6222********0003"]));
    let done = bench.json(&["purge", "--person", "P000001", "--yes", "--today", "2026-03-20"]);
    let of = |table: &str| {
        done["removed"].as_array().unwrap().iter().find(|r| r["table"] == table).map(|r| r["rows"].clone())
    };
    assert_eq!(of("unmatched_payee"), Some(1.into()), "{done:#}");
    assert_eq!(wages(&bench), is(&[("P000002", Some(6000)), ("P000003", Some(7000))]));
}
