//! Sheets of transactions: where the money of a payday went, each transaction once.

use serde_json::Value;

use super::{codes, find, import, paid};
use crate::common::Bench;

const FLOWS: &str = "
| 客户号 | 交易日期 | 方向 | 交易金额 | 对手类型 |
|---|
| KH1 | 2026-03-09 | 支出 | 900 | 取现 |
| KH1 | 2026-03-10 | 支出 | 2000 | 他行同名 |
| KH1 | 2026-03-16 | 支出 | 1000 | 第三方支付 |
| KH1 | 2026-03-17 | 支出 | 5000 | 消费 |
| KH2 | 2026-03-11 | 支出 | 3000 | 第三方支付 |
| KH2 | 2026-03-11 | 支出 | 3000 | 第三方支付 |
| KH2 | 2026-03-12 | 收入 | 9000 | 转入 |
| KH3 | 2026-03-12 | 支出 | 1000 | 购买理财 |";

#[test]
fn the_money_of_a_payday_is_followed_from_payday_to_the_end_of_the_window() {
    let bench = paid();
    let file = bench.sheet("流水.xlsx", FLOWS);
    import(&bench, "2026-03-18", &[file]);
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    let employer = find(&track["employers"], "employer_id", "E00001");
    // From the 10th to the 16th: 2,000 to another bank, 1,000 + 3,000 + 3,000 through third parties, 1,000 into wealth
    // products. The 9th lies before, the 17th after; what came in does not count.
    let shown: Vec<(&str, i64, bool)> = employer["outflows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| (o["destination"].as_str().unwrap(), o["amount_fen"].as_i64().unwrap(), o["stays"].as_bool().unwrap()))
        .collect();
    let expected =
        [("third_party_pay", 700_000, false), ("other_bank_self", 200_000, false), ("wealth_purchase", 100_000, true)];
    assert_eq!(shown, expected);
    assert!((employer["outflows"][0]["share"].as_f64().unwrap() - 0.7).abs() < 1e-12);
    let main = |id: &str| find(&track["employees"], "employee_id", id)["main_destination"].clone();
    assert_eq!(
        [main("P000001"), main("P000002"), main("P000003")],
        ["other_bank_self", "third_party_pay", "wealth_purchase"]
    );
    assert_eq!(main("P000004"), Value::Null);
    assert_eq!(find(&track["employers"], "employer_id", "E00002")["outflows"], Value::Array(Vec::new()));
}

#[test]
fn what_two_exports_tell_of_one_transaction_counts_once() {
    let bench = paid();
    let first = bench.sheet("流水一.xlsx", FLOWS);
    let overlapping = format!("{FLOWS}\n| KH4 | 2026-03-13 | 支出 | 4000 | 取现 |");
    let second = bench.sheet("流水二.xlsx", &overlapping);
    import(&bench, "2026-03-18", &[first.clone(), second]);
    let outflows = |id: &str| {
        let track = bench.json(&["track", "--today", "2026-03-18"]);
        let list = find(&track["employers"], "employer_id", id)["outflows"].clone();
        list.as_array().unwrap().iter().map(|o| o["amount_fen"].as_i64().unwrap()).sum::<i64>()
    };
    // 7,000 + 2,000 + 1,000, not twice; and the 4,000 that only the second tells.
    assert_eq!((outflows("E00001"), outflows("E00002")), (1_000_000, 400_000));
    // Taken in anew, the first is out of sight and back again: still once.
    bench.run(&["import", &first, "--again", "--today", "2026-03-18"]).ok();
    assert_eq!((outflows("E00001"), outflows("E00002")), (1_000_000, 400_000));
}

/// What left with each destination by the tenth's payday, in yuan.
fn outflows(bench: &Bench) -> Vec<(String, i64)> {
    let track = bench.json(&["track", "--today", "2026-03-18"]);
    let employer = find(&track["employers"], "employer_id", "E00001");
    let list = employer["outflows"].as_array().unwrap();
    list.iter().map(|o| (o["destination"].as_str().unwrap().into(), o["amount_fen"].as_i64().unwrap() / 100)).collect()
}

#[test]
fn a_transaction_two_files_tell_of_with_two_amounts_is_asked_for() {
    let bench = paid();
    let flows = |name: &str, rows: &str| {
        bench.sheet(name, &format!("\n| 客户号 | 交易日期 | 方向 | 交易金额 | 对手类型 | 流水号 |\n|---|\n{rows}"))
    };
    let first =
        flows("一.xlsx", "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |\n| KH2 | 2026-03-10 | 支出 | 70 | 取现 | L2 |");
    import(&bench, "2026-03-18", &[first]);
    // A fee beside a payment that is told again, another person's and money back are no contradiction.
    let ordinary = flows(
        "二.xlsx",
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |\n| KH1 | 2026-03-10 | 支出 | 2 | 取现手续费 | L1 |\n\
         | KH3 | 2026-03-10 | 支出 | 30 | 取现 | L1 |\n| KH2 | 2026-03-10 | 收入 | 40 | 退款 | L2 |",
    );
    let report = import(&bench, "2026-03-18", &[ordinary]);
    assert!(!codes(&report).iter().any(|(code, _)| *code == "flow_amount_differs"), "{report:#}");
    assert_eq!(outflows(&bench).iter().map(|(_, yuan)| yuan).sum::<i64>(), 500 + 70 + 2 + 30);
    let other =
        flows("三.xlsx", "| KH4 | 2026-03-11 | 支出 | 5 | 取现 | L9 |\n| KH2 | 2026-03-10 | 支出 | 90 | 取现 | L2 |");
    let run = |more: &[&str]| bench.json(&[&["import", "--today", "2026-03-18", &other], more].concat());
    let report = run(&[]);
    assert_eq!(report["files"][0]["outcome"], "refused", "{report:#}");
    assert!(codes(&report).contains(&("flow_amount_differs", Some("A3"))), "{report:#}");
    // The good rows alone leave the known amount as it was.
    let report = run(&["--accept-valid-rows"]);
    assert_eq!(report["files"][0]["rows_taken"], 1, "{report:#}");
    assert_eq!(outflows(&bench).iter().map(|(_, yuan)| yuan).sum::<i64>(), 602);
    // Said to be right, it takes the other's place: 90 for 70.
    let report = run(&["--again", "--correction"]);
    assert_eq!(report["files"][0]["outcome"], "imported", "{report:#}");
    assert_eq!(outflows(&bench).iter().map(|(_, yuan)| yuan).sum::<i64>(), 622);
}
