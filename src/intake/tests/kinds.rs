//! Flows, contacts, purchases and targets, drawn as text tables.

use crate::intake::tests::{codes, d, read_table, rows_of, rules, skipped};
use crate::model::Fen;
use crate::model::activity::{ContactRow, FlowRow, Mark, SaleRow, TargetRow};
use crate::model::status::{Channel, ContactResult};

#[test]
fn flows_with_a_direction_or_two_columns_and_their_destinations() {
    let reading = read_table(
        "| 客户号 | 交易日期 | 方向 | 交易金额 | 对手类型 | 流水号 |
         | KH1 | 2026-03-10 | 支出 | '1,200.50 | 他行同名 | L1 |
         | KH1 | 2026-03-10 | 借 | 300 | 支付宝-财付通 | L2 |
         | KH1 | 2026-03-10 | 借 | 300 | 支付宝-财付通 | L2 |
         | KH1 | 2026-03-11 | 收入 | 50 | 退款 | L3 |
         | KH2 | 2026-03-12 | 出 | 10 | 神秘渠道 | L4 |
         | KH2 | 2026-03-12 | 不知 | 10 | 取现 | L5 |",
    );
    let rows: Vec<FlowRow> = rows_of!(reading, Flows);
    let shown: Vec<(bool, i64, &str)> = rows.iter().map(|r| (r.outward, r.amount.0, r.destination.as_str())).collect();
    let expected = [
        (true, 120_050, "other_bank_self"),
        (true, 30_000, "third_party_pay"),
        (false, 5_000, "other"),
        (true, 1_000, "other"),
    ];
    assert_eq!(shown, expected);
    let expected =
        vec![("duplicate_row", Some("A4")), ("unknown_destination", Some("E6")), ("unknown_direction", Some("C7"))];
    assert_eq!(codes(&reading), expected);
    let reading = read_table(
        "| 账号 | 记账日期 | 支出金额 | 收入金额 | 摘要 |
         | '6217000000000000018 | 20260310 | 500 |  | ATM取现 |
         | '6217000000000000018 | 20260311 |  | 8000 | 工资 |",
    );
    let rows: Vec<FlowRow> = rows_of!(reading, Flows);
    assert_eq!((rows[0].outward, rows[0].destination.as_str()), (true, "cash"));
    assert_eq!((rows[1].outward, rows[1].amount), (false, Fen::yuan(8_000)));
    // One column and nothing that says which way: asked for, not guessed.
    let reading = read_table("| 客户号 | 交易日期 | 对手类型 | 发生额 |\n| KH1 | 2026-03-10 | 取现 | 100 |");
    assert_eq!(codes(&reading)[0], ("unknown_direction", Some("D2")));
}

#[test]
fn money_at_other_institutions_does_not_stay() {
    let words = [
        "他行信用卡还款",
        "支付宝-花呗还款",
        "微信-他行理财申购",
        "转账至他行理财账户",
        "京东白条还款",
        "余额宝基金申购",
    ];
    let words = words.into_iter().chain(["他行同名转账", "信用卡还款", "理财申购"]);
    let rows: String = words.map(|w| format!("| KH1 | 2026-03-11 | 借 | 500 | {w} |\n")).collect();
    let reading = read_table(&format!("| 客户号 | 交易日期 | 借贷标志 | 交易金额 | 摘要 |\n{rows}"));
    let rows: Vec<FlowRow> = rows_of!(reading, Flows);
    let shown: Vec<&str> = rows.iter().map(|r| r.destination.as_str()).collect();
    let (others, pay) = ("other_bank_others", "third_party_pay");
    assert_eq!(shown[..6], [others, pay, others, others, pay, pay]);
    assert_eq!(shown[6..], ["other_bank_self", "loan_repayment", "wealth_purchase"]);
}

#[test]
fn unreadable_money_in_either_of_two_columns_refuses_the_row() {
    let reading = read_table(
        "| 账号 | 记账日期 | 支出金额 | 收入金额 | 摘要 |
         | '6217000000000000018 | 20260310 | '1.2.3 |  | ATM取现 |
         | '6217000000000000018 | 20260311 | 五个万 | 300 | 工资 |
         | '6217000000000000018 | 20260312 | 12.346 | - | ATM取现 |
         | '6217000000000000018 | 20260314 | 0 | 20 | 工资 |",
    );
    let rows: Vec<FlowRow> = rows_of!(reading, Flows);
    let shown: Vec<(bool, Fen)> = rows.iter().map(|r| (r.outward, r.amount)).collect();
    assert_eq!(shown, [(true, Fen(1_235)), (false, Fen::yuan(20))]);
    assert_eq!(skipped(&reading), vec![(1, "problem"), (2, "problem")]);
    let expected =
        vec![("amount_not_a_number", Some("C2")), ("amount_not_a_number", Some("C3")), ("amount_rounded", Some("C4"))];
    assert_eq!(codes(&reading), expected);
}

#[test]
fn contacts_with_results_and_products_in_peoples_words() {
    let reading = read_table(
        "| 任务编号 | 客户号 | 事项 | 联系结果 | 联系日期 | 渠道 | 意向产品 | 意向金额 | 下次联系日 | 备注 |
         | T0123456789ab |  |  | 有意向 | 2026-03-04 | 电话 | 稳健90天理财 | 5万 | 2026-03-09 | 下周到行 |
         |  | KH2 | 不动户 | 未接通 | 3月5日 | 企微 |  |  |  |  |
         |  | KH3 | 不动户 |  |  |  |  |  |  |  |
         |  | KH4 |  | 看心情 | 2026-03-05 |  |  |  |  |  |",
    );
    let rows: Vec<ContactRow> = rows_of!(reading, Contacts);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].result, rows[0].channel), (ContactResult::Interested, Some(Channel::Phone)));
    assert_eq!((rows[0].wanted_product.as_deref(), rows[0].amount), (Some("wealth"), Some(Fen::yuan(50_000))));
    assert_eq!((rows[0].date, rows[0].next_contact), (d("2026-03-04"), d("2026-03-09")));
    assert_eq!((rows[1].result, rows[1].channel), (ContactResult::NoAnswer, Some(Channel::Wecom)));
    assert_eq!(skipped(&reading), vec![(3, "no_result"), (4, "problem")]);
    assert!(codes(&reading).contains(&("unknown_result", Some("D5"))));
}

#[test]
fn purchases_with_prices_yields_and_marks() {
    let reading = read_table(
        "| 客户号 | 产品名称 | 产品类型 | 购买日期 | 购买金额(万元) | 净值 | 预期收益率 | 止盈 | 止损 | 到期日 |
         | KH1 | 甲子稳健三号 | 理财 | 2026-03-12 | 5 | 1.0234 | '3.2% | '8% | 0.95 | 2026-09-12 |
         | KH2 | 乙丑沪深基金 |  | 2026-03-13 | 0.5 |  | 3.2 |  |  |  |
         | KH3 | 丙寅 |  | 2026-03-13 | -1 |  | 0.028 |  |  |  |",
    );
    let rows: Vec<SaleRow> = rows_of!(reading, Sales);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].product.as_deref(), rows[0].amount), (Some("wealth"), Fen::yuan(50_000)));
    assert_eq!((rows[0].price_micro, rows[0].yield_ppm), (Some(1_023_400), Some(32_000)));
    assert_eq!((rows[0].take_profit, rows[0].stop_loss), (Some(Mark::Share(80_000)), Some(Mark::Price(950_000))));
    assert_eq!(rows[0].due_date, d("2026-09-12"));
    assert_eq!((rows[1].product.as_deref(), rows[1].yield_ppm), (Some("fund"), Some(32_000)));
    assert_eq!(codes(&reading), vec![("negative_amount", Some("E4"))]);
}

/// A long list of holdings, a purchase and a wish name products in the same words.
#[test]
fn a_product_is_the_same_in_every_kind_of_sheet() {
    let numbers = rules().products;
    for (word, product) in [
        ("定期开放理财", "wealth"),
        ("债券基金", "fund"),
        ("货币基金定投", "fund_plan"),
        ("信托理财", "wealth"),
        ("整存整取定期存款", "term_deposit"),
        ("大额存单2026年第1期", "large_cd"),
        ("某某货币市场基金A", "cash_management"),
        ("分红型终身寿险", "insurance"),
    ] {
        let held = read_table(&format!(
            "| 客户号 | 代发单位 | 数据日期 | 产品 | 余额 |
             | K1 | 甲厂 | 2026-03-16 | {word} | 1000 |"
        ));
        let rows: Vec<crate::model::rows::HoldingRow> = rows_of!(held, Holdings);
        assert!(rows[0].products.has(numbers.products[product].number), "{word} held");
        let wished = read_table(&format!(
            "| 客户号 | 联系结果 | 联系日期 | 意向产品 |
             | K1 | 有意向 | 2026-03-04 | {word} |"
        ));
        let rows: Vec<ContactRow> = rows_of!(wished, Contacts);
        assert_eq!(rows[0].wanted_product.as_deref(), Some(product), "{word} wished for");
        let sold = read_table(&format!(
            "| 客户号 | 产品名称 | 产品类型 | 购买日期 | 购买金额 |
             | K1 | 甲乙一号 | {word} | 2026-03-12 | 5000 |
             | K2 | {word} |  | 2026-03-12 | 5000 |"
        ));
        let rows: Vec<SaleRow> = rows_of!(sold, Sales);
        assert_eq!(rows[0].product.as_deref(), Some(product), "{word} as what was sold");
        assert_eq!(rows[1].product.as_deref(), Some(product), "{word} as the name of what was sold");
    }
}

#[test]
fn targets_need_their_unit_and_their_period() {
    let reading = read_table(
        "| 网点 | 指标 | 期间 | 目标值 | 单位 |
         | 一网点 | AUM | 2026年 | 8500 | 万元 |
         | 一网点 | AUM净增(万元) | 2026年一季度 | 120.5 |  |
         | 一网点 | 7日留存率 | 2026年3月 | 35 | % |
         | 一网点 | 进企场次 | 2026Q1 | 4 | 场 |
         | 一网点 | 人均产品数 | 2026年 | 4.2 |  |
         | 二网点 | AUM | 2026年 | 8500 |  |
         | 二网点 | AUM | 2026年 | 8500万元 |  |
         | 二网点 | 信用卡发卡 | 2026年 | 30 | 张 |
         | 二网点 | 进企场次 | 年初 | 4 |  |",
    );
    let rows: Vec<TargetRow> = rows_of!(reading, Targets);
    let shown: Vec<(&str, i64)> = rows.iter().map(|r| (r.indicator.as_str(), r.value)).collect();
    let expected = [
        ("aum", 8_500_000_000),
        ("aum_gain", 120_500_000),
        ("retention", 350_000),
        ("visits", 4),
        ("products_per_head", 4_200_000),
        ("aum", 8_500_000_000),
    ];
    assert_eq!(shown, expected);
    assert_eq!((Some(rows[1].first_day), Some(rows[1].last_day)), (d("2026-01-01"), d("2026-03-31")));
    let expected =
        vec![("target_without_unit", Some("D7")), ("unknown_indicator", Some("B9")), ("unknown_period", Some("C10"))];
    let told: Vec<_> = codes(&reading).into_iter().filter(|(code, _)| *code != "target_basis_assumed").collect();
    assert_eq!(told, expected);
}

#[test]
fn a_target_says_which_of_two_figures_it_means() {
    let rows = |names: &[&str]| {
        let known = ["进企场次"].iter().chain(names);
        let lines: String = known.map(|n| format!("| 一网点 | {n} | 2026年 | 5 |\n")).collect();
        let reading = read_table(&format!("| 网点 | 指标 | 期间 | 目标值(万元) |\n{lines}"));
        let rows: Vec<TargetRow> = rows_of!(reading, Targets);
        let told: Vec<String> = codes(&reading).iter().map(|(code, _)| code.to_string()).collect();
        (rows.into_iter().skip(1).map(|r| r.indicator).collect::<Vec<_>>(), told)
    };
    let said = |name: &str| {
        let (keys, told) = rows(&[name]);
        assert_eq!((keys.len(), told.len()), (1, 0), "{name}: {keys:?} {told:?}");
        keys[0].clone()
    };
    for name in ["AUM余额", "AUM时点余额", "时点AUM", "AUM(余额)", "AUM余额(万元)", "金融资产余额", "管理资产时点数"]
    {
        assert_eq!(said(name), "aum", "{name}");
    }
    for name in
        ["AUM月日均", "月日均AUM", "AUM（月日均）（万元）", "AUM月日均余额", "金融资产月日均", "代发客户AUM当月日均"]
    {
        assert_eq!(said(name), "aum_month_avg", "{name}");
    }
    assert_eq!(said("AUM余额较年初净增"), "aum_gain");
    assert_eq!(said("AUM月日均净增(万元)"), "aum_month_avg_gain");
    assert_eq!([said("人均AUM月日均"), said("人均AUM余额")], ["aum_month_avg_per_head", "aum_per_head"]);
    // Nothing is said: the balance, and a word about it.
    assert_eq!(rows(&["AUM"]), (vec!["aum".to_string()], vec!["target_basis_assumed".to_string()]));
    assert_eq!(rows(&["AUM净增(万元)"]).1, ["target_basis_assumed"]);
    // Neither of the two, or both: not taken for one of them.
    for name in ["AUM年日均", "AUM（季日均）", "AUM日均", "AUM余额与AUM月日均"] {
        assert_eq!(rows(&[name]), (vec![], vec!["unknown_indicator".to_string()]), "{name}");
    }
}

#[test]
fn a_column_may_say_which_figure_a_target_means() {
    let reading = read_table(
        "| 网点 | 指标 | 口径 | 期间 | 目标值 | 单位 |
         | 一网点 | AUM | 月日均 | 2026年 | 8500 | 万元 |
         | 一网点 | AUM | 时点 | 2026年 | 9000 | 万元 |
         | 一网点 | 留存率 | 周期（月末对月末） | 2026年 | 5 | % |
         | 一网点 | 进企场次 | 不含二次进企 | 2026年 | 4 | 场 |
         | 二网点 | AUM余额 | 月日均 | 2026年 | 1 | 万元 |
         | 三网点 | AUM月日均 | 时点 | 2026年 | 1 | 万元 |",
    );
    let rows: Vec<TargetRow> = rows_of!(reading, Targets);
    let keys: Vec<&str> = rows.iter().map(|r| r.indicator.as_str()).collect();
    assert_eq!(keys, ["aum_month_avg", "aum", "period_retention", "visits", "aum_month_avg"]);
    // The name says one and the column the other.
    assert_eq!(codes(&reading), [("unknown_indicator", Some("B7"))]);
}

#[test]
fn a_payroll_run_is_not_taken_for_a_list_of_employers() {
    let refused = |table: &str| -> Vec<String> {
        let reading = read_table(table);
        assert!(reading.sheets[0].row_count.is_none() && reading.sheets[0].draft.is_some(), "{:?}", reading.problems);
        reading.problems.iter().map(|p| p.code.to_string()).collect()
    };
    let unknown = "| 序号 | 姓名 | 进卡 | 发薪日期 | 代发单位 |
                   | 1 | 甲一 | 5000 | 2026-03-10 | 甲厂 |
                   | 2 | 甲二 | 6000 | 2026-03-10 | 甲厂 |
                   | 3 | 甲三 | 7000 | 2026-03-10 | 乙厂 |";
    assert_eq!(refused(unknown), ["mapping_unsure"]);
    let short = "| 姓名 | 卡号 | 进卡 | 发薪日 | 单位名称 |
                 | 甲一 | '6200000000000000001 | 5000 | 2026-03-10 | 甲厂 |
                 | 甲二 | '6200000000000000002 | 6000 | 2026-03-10 | 甲厂 |";
    assert_eq!(refused(short), ["ambiguous_kind"]);
    let headless = "| 序号 | 姓名 || 开户行 || 代发日期 | 代发单位 |
                    | 1 | 甲一 | '6200000000000000001 | 某行 | 5000 | 2026-03-10 | 甲厂 |
                    | 2 | 甲二 | '6200000000000000002 | 某行 | 5000 | 2026-03-10 | 甲厂 |
                    | 3 | 甲三 | '6200000000000000003 | 某行 | 5000 | 2026-03-10 | 甲厂 |";
    assert_eq!(refused(headless), ["ambiguous_kind"]);
    let known = read_table(&unknown.replace("进卡", "到手工资"));
    let rows: Vec<crate::model::rows::PayrollRow> = rows_of!(known, Payroll);
    assert_eq!(rows.len(), 3);
    // A short list of employers stays one.
    let list = read_table("| 单位名称 | 发薪日 |\n| 甲厂 | 每月10日 |\n| 乙厂 | 每月15日 |");
    let rows: Vec<crate::model::rows::EmployerRow> = rows_of!(list, Employers);
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_sign_is_the_direction_where_there_is_no_other() {
    let reading = read_table(
        "| 客户号 | 交易日期 | 交易金额 | 对手类型 |
         | KH1 | 2026-03-10 | -500 | 取现 |
         | KH1 | 2026-03-11 | 8000 | 工资 |
         | KH1 | 2026-03-11 | '-1,000.50 | 取现 |",
    );
    let rows: Vec<FlowRow> = rows_of!(reading, Flows);
    let shown: Vec<(bool, i64)> = rows.iter().map(|r| (r.outward, r.amount.0)).collect();
    assert_eq!(shown, [(true, 50_000), (false, 800_000), (true, 100_050)]);
    assert_eq!(codes(&reading), vec![]);
    let reading = read_table(
        "| 客户号 | 交易日期 | 借贷标志 | 交易金额 | 对手类型 |
         | KH1 | 2026-03-10 | D-借 | 500 | 取现 |
         | KH1 | 2026-03-11 | 贷方(收入) | 8000 | 工资 |
         | KH1 | 2026-03-12 | 支取 | 8 | 取现 |
         | KH1 | 2026-03-12 | 借/贷 | 8 | 取现 |
         | KH1 | 2026-03-12 | 支出 | -8 | 取现 |",
    );
    let rows: Vec<FlowRow> = rows_of!(reading, Flows);
    assert_eq!(rows.iter().map(|r| r.outward).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(codes(&reading), vec![("unknown_direction", Some("C5")), ("negative_amount", Some("D6"))]);
}

#[test]
fn shares_of_gain_or_loss_are_no_prices() {
    let reading = read_table(
        "| 客户号 | 产品名称 | 购买日期 | 购买金额 | 止盈 | 止损 | 预期收益率(%) |
         | KH1 | 稳健90天理财 | 2026-03-05 | 50000 | 0.08 | -0.05 | 0.95 |
         | KH2 | 稳健90天理财 | 2026-03-05 | 50000 | 8% | -5% | 1.05 |
         | KH3 | 稳健90天理财 | 2026-03-05 | 50000 | 1.2 | 0.9 | '0.85 |",
    );
    let rows: Vec<SaleRow> = rows_of!(reading, Sales);
    let share = |n| Some(Mark::Share(n));
    assert_eq!((rows[0].take_profit, rows[0].stop_loss), (share(80_000), share(-50_000)));
    assert_eq!((rows[1].take_profit, rows[1].stop_loss), (share(80_000), share(-50_000)));
    assert_eq!((rows[2].take_profit, rows[2].stop_loss), (Some(Mark::Price(1_200_000)), Some(Mark::Price(900_000))));
    assert_eq!(rows.iter().map(|r| r.yield_ppm).collect::<Vec<_>>(), [Some(9_500), Some(10_500), Some(8_500)]);
}

#[test]
fn one_number_of_a_transaction_has_one_amount() {
    let head = "| 客户号 | 交易日期 | 方向 | 交易金额 | 摘要 | 流水号 |";
    let read = |rows: &str| {
        let reading = read_table(&format!("{head}\n{rows}"));
        let rows: Vec<FlowRow> = rows_of!(reading, Flows);
        let codes: Vec<(String, Option<String>)> = codes(&reading)
            .into_iter()
            .filter(|(c, _)| *c != "unknown_destination")
            .map(|(c, at)| (c.to_string(), at.map(str::to_string)))
            .collect();
        (rows.iter().map(|r| r.amount.0 / 100).collect::<Vec<_>>(), codes)
    };
    let told = |code: &str, at: &str| vec![(code.to_string(), Some(at.to_string()))];
    // Another amount, also where a long number comes on another day: asked for.
    for (second, day) in [("L1", "2026-03-10"), ("L1", "2026-03-10 15:00:00")] {
        let rows =
            format!("| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |\n| KH1 | {day} | 支出 | 600 | 取现 | {second} |");
        assert_eq!(read(&rows), (vec![500], told("conflicting_rows", "A3")), "{day}");
    }
    let long = "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | 'CORE20260310000123 |
                | KH1 | 2026-03-11 | 支出 | 600 | 更正 | 'CORE20260310000123 |";
    assert_eq!(read(long), (vec![500], told("conflicting_rows", "A3")));
    let same = "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |\n| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |";
    assert_eq!(read(same), (vec![500], told("duplicate_row", "A3")));
    // No alarm: a batch of several people, a fee beside its payment, interest beside what is repaid, money back, numbers
    // that begin anew every day, and numbers a program has rounded.
    for ordinary in [
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | P1 |\n| KH2 | 2026-03-10 | 支出 | 600 | 取现 | P1 |\n| KH3 | 2026-03-10 | 支出 | 500 | 取现 | P1 |",
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |\n| KH1 | 2026-03-10 | 支出 | 2 | 取现手续费 | L1 |",
        "| KH1 | 2026-03-10 | 支出 | 500 | 贷款还款本金 | L1 |\n| KH1 | 2026-03-10 | 支出 | 42 | 贷款还款利息 | L1 |",
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | L1 |\n| KH1 | 2026-03-10 | 收入 | 600 | 退款 | L1 |",
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | '0001 |\n| KH1 | 2026-03-11 | 支出 | 600 | 取现 | '0001 |",
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | '2.02603E+17 |\n| KH1 | 2026-03-10 | 支出 | 600 | 取现 | '2.02603E+17 |",
        "| KH1 | 2026-03-10 | 支出 | 500 | 取现 | 202603100000001000 |\n| KH1 | 2026-03-10 | 支出 | 600 | 取现 | 202603100000001000 |",
    ] {
        let (rows, codes) = read(ordinary);
        assert_eq!((rows.len(), codes), (ordinary.lines().count(), vec![]), "{ordinary}");
    }
}
