//! What stands around the tables of a sheet: titles, footers, headings of groups, several blocks.

use crate::intake::tests::blocks::payments;
use crate::intake::tests::{codes, d, draw, read_table, read_with, rows_of, saved, skipped};
use crate::intake::*;
use crate::model::Fen;
use crate::model::personal::Purpose;
use crate::model::product::Amount;
use crate::model::rows::{EmployerRow, HoldingRow, StaffRow};

/// Names and AUM in yuan.
fn held(reading: &FileReading) -> Vec<(String, i64)> {
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let name = |r: &HoldingRow| r.name.as_ref().map(|n| n.unmask(Purpose::Store).clone()).unwrap_or_default();
    rows.iter().map(|r| (name(r), r.amounts[Amount::Aum].unwrap_or(Fen(-100)).0 / 100)).collect()
}

fn aum(title: &str, header: &str) -> (Option<i64>, Vec<String>) {
    let reading = read_table(&format!(
        "| 代发客户资产明细 ||||
         | {title} ||||
         | 客户号 | 客户姓名 | 代发单位 | 数据日期 | {header} |
         | K001 | 张一测试 | 甲测试厂 | 2026-03-16 | 3.5 |"
    ));
    let codes = codes(&reading).into_iter().map(|(c, _)| c.to_string()).collect();
    let held = reading.sheets[0].rows.is_some().then(|| held(&reading)[0].1);
    (held, codes)
}

#[test]
fn the_title_of_every_page_changes_nothing() {
    let reading = read_table(
        "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 |||
         | 姓名 | 账号 | 实发金额 |
         | 张一测试 | '6200000000000000001 | 5000 |
         | 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 |||
         | 姓名 | 账号 | 实发金额 |
         | 李二测试 | '6200000000000000002 | 6000 |
         | 退休人员 |||
         | 王三测试 | '6200000000000000003 | 7000 |",
    );
    assert_eq!(payments(&reading).len(), 3);
    assert!(codes(&reading).is_empty(), "{:?}", codes(&reading));
}

#[test]
fn footers_and_headings_are_no_employers() {
    let reading = read_table(
        "| 代发单位名称 | 代发人数 | 发薪日 | 归属网点 |
         | 制造业： ||||
         | 甲测试厂 | 30 | 10日 | 一测网点 |
         | 一测支行 ||||
         | 乙测试厂 | 30 | 10日 | 一测网点 |
         | 丙测试 ||||
         | 县测试局宣传部 ||||
         | 合计 | 60 |||
         | 制表人：某甲 ||||
         | 填报说明：人数按上月 ||||
         | 截至2026年3月16日 ||||",
    );
    let rows: Vec<EmployerRow> = rows_of!(reading, Employers);
    let names: Vec<&str> = rows.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["甲测试厂", "乙测试厂", "丙测试", "县测试局宣传部"]);
    assert_eq!(
        skipped(&reading),
        vec![(1, "section"), (3, "section"), (7, "total"), (8, "footer"), (9, "footer"), (10, "title_repeated")]
    );
    // A name that is part of the title is none.
    let reading = read_table("| 甲测试厂等代发单位清单 |||\n| 代发单位名称 | 代发人数 | 归属网点 |\n| 甲测试厂 |||");
    assert_eq!(reading.sheets[0].row_count, Some(1));
    // A list of names alone is a list.
    let reading = read_table("| 代发单位名称 | 代发人数 | 归属网点 |\n| 甲测试厂 |||\n| 乙测试 |||\n| 丙测试公司 |||");
    assert_eq!(reading.sheets[0].row_count, Some(3));
}

#[test]
fn footers_and_headings_are_no_people() {
    let reading = read_table(
        "| 截至2026-03-16 单位名称：甲测试厂 |||
         | 姓名 | 工资卡号 | AUM余额(元) |
         | 研发部 |||
         | 张一测试 | '6200000000000000001 | 1000 |
         | 二、生产车间： |||
         | 乙测试有限公司 |||
         | 李二测试 | '6200000000000000002 | 2000 |
         | 王三测试 |||
         | 合计 || 3000 |
         | 制表人：某甲 || 审核：某乙 |
         | 注：以上数据截至3月16日 |||",
    );
    assert_eq!(held(&reading), [("张一测试".into(), 1000), ("李二测试".into(), 2000), ("王三测试".into(), 0)]);
    let reading = read_table(
        "| 截至2026-03-16 ||||
         | 客户号 | 客户姓名 | 代发单位 | AUM余额(元) |
         | 一测网点 ||||
         | K001 | 张一测试 | 甲测试厂 | 1000 |
         | 制表人：某甲 ||||
         | 审核：某乙 || 日期：2026-03-17 ||",
    );
    assert_eq!(held(&reading), [("张一测试".into(), 1000)]);
    let reading = read_table(
        "| 姓名 | 所属网点 | 岗位 |
         | 某甲测试 | 一测网点 | 客户经理 |
         | 制表人：某丙 |||
         | 共2人 |||",
    );
    let rows: Vec<StaffRow> = rows_of!(reading, Staff);
    assert_eq!(rows.len(), 1);
    assert_eq!(skipped(&reading), vec![(2, "footer"), (3, "total")]);
}

#[test]
fn a_remark_that_speaks_of_signing_is_no_footer() {
    let reading = read_table(
        "| 甲测试厂工资 发薪日：2026-03-10 ||||
         | 姓名 | 账号 | 实发金额 | 备注 |
         | 张一测试 | '6200000000000000001 | 5000 ||
         | 李二测试 | '6200000000000000002 || 经办人代领 |
         | 王三测试 ||| 审核中 |
         | 赵四测试 | '6200000000000000004 | 7000 ||",
    );
    assert_eq!(codes(&reading), vec![("missing_value", Some("C4")), ("missing_value", Some("C5"))]);
}

#[test]
fn totals_in_many_words_pay_nobody() {
    for label in [
        "|| TOTAL || 11000 |",
        "| Total ||| 11000 |",
        "|| 总金额 || 11000 |",
        "|| 实发总额 || 11000 |",
        "|| 以上共2人 || 11000 |",
        "|| 共计贰人 || 11000 |",
        "|| 全厂合计人民币 || 11000 |",
        "| 工资总额 ||| 11000 |",
        "| 共2人 ||| 11000 |",
    ] {
        let reading = read_table(&format!(
            "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 |||||
             | 序号 | 姓名 | 账号 | 实发金额 | 备注 |
             | 1 | 张一测试 | '6200000000000000001 | 5000 ||
             | 2 | 李二测试 | '6200000000000000002 | 6000 ||
             {label}"
        ));
        assert_eq!(payments(&reading).len(), 2, "{label}");
        assert_eq!(skipped(&reading), vec![(4, "total")], "{label}");
    }
}

#[test]
fn a_name_with_the_sum_of_all_is_asked_about() {
    let sheet = |numbers: [&str; 3]| {
        read_table(&format!(
            "| 甲测试厂工资 发薪日：2026-03-10 |||
             | 姓名 | 账号 | 实发金额 |
             | 张一测试 | {} | 5000 |
             | 李二测试 | {} | 5000 |
             | 甲测试厂三月 | {} | 10000 |",
            numbers[0], numbers[1], numbers[2]
        ))
    };
    let (a, b, c) = ("'6200000000000000001", "'6200000000000000002", "'6200000000000000003");
    assert_eq!(codes(&sheet([a, b, ""])), vec![("looks_like_total", Some("A5"))]);
    assert_eq!(payments(&sheet([a, b, c])).len(), 3);
    // Where nobody has an account, ten thousand is what a third may earn.
    assert_eq!(payments(&sheet(["", "", ""])).len(), 3);
}

#[test]
fn subtotals_of_products_are_not_added_again() {
    let reading = read_table(
        "| 截至2026-03-16 |||||
         | 客户号 | 客户姓名 | 代发单位 | 产品名称 | 余额(元) |
         | K001 | 张一测试 | 甲测试厂 | 活期 | 100 |
         | K001 | 张一测试 | 甲测试厂 | 定期 | 200 |
         | K001 | 张一测试 | 甲测试厂 | 小计 | 300 |",
    );
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!(
        (rows.len(), rows[0].amounts[Amount::Demand], rows[0].amounts[Amount::Term]),
        (1, Some(Fen::yuan(100)), Some(Fen::yuan(200)))
    );
    assert_eq!(skipped(&reading), vec![(4, "total")]);
}

#[test]
fn numbers_of_columns_are_no_row() {
    for (label, header) in
        [("| 1 | 2 | 3 | 4 |", "序号"), ("| (1) | (2) | (3) | （4） |", "序号"), ("| 栏次 | 1 | 2 | 3 |", "栏次")]
    {
        let reading = read_table(&format!(
            "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 ||||
             | {header} | 姓名 | 账号 | 实发金额 |
             {label}
             | 1 | 张一测试 | '6200000000000000001 | 5000 |"
        ));
        assert_eq!(payments(&reading).len(), 1, "{label}");
        assert_eq!(skipped(&reading), vec![(2, "column_numbers")], "{label}");
    }
}

#[test]
fn another_table_below_is_told() {
    let reading = read_table(
        "| 甲测试有限公司2026年3月工资表 发薪日：2026-03-10 |||
         | 姓名 | 账号 | 实发金额 |
         | 张一测试 | '6200000000000000001 | 5000 |
         | 退休人员 |||
         | 姓名 | 实发金额 | 账号 |
         | 李二测试 | 6000 | '6200000000000000002 |",
    );
    assert_eq!(codes(&reading), vec![("second_table", None)]);
    assert!(!reading.is_usable());
}

#[test]
fn ditto_means_the_row_above() {
    for word in ["同上", "〃"] {
        let reading = read_table(&format!(
            "| 客户号 | 客户姓名 | 代发单位 | 数据日期 | AUM余额(元) |
             | K001 | 张一测试 | 甲测试厂 | 2026-03-16 | 1000 |
             | K002 | 李二测试 | {word} | 2026-03-16 | 2000 |
             | K003 | 王三测试 | {word} | 2026-03-16 | 2000 |"
        ));
        let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
        assert!(rows.iter().all(|r| r.employer.as_deref() == Some("甲测试厂")), "{word}");
    }
}

#[test]
fn units_of_titles_and_headers() {
    for title in ["单位：万元、人", "（人民币：万元）", "资产明细表（万元）", "本表均以万元为单位"]
    {
        assert_eq!(aum(title, "AUM余额"), (Some(35_000), vec![]), "{title}");
    }
    for header in [
        "AUM余额（万元，时点）",
        "AUM余额(万元)(时点)",
        "AUM余额（折人民币万元）",
        "AUM余额(时点/万元)",
        "AUM余额(截至3月16日,万元)",
        "AUM余额（万元/人）",
        "AUM余额(w)",
        "AUM余额（万）",
        "AUM余额-万元",
    ] {
        assert_eq!(aum("", header), (Some(35_000), vec![]), "{header}");
    }
    assert_eq!(aum("", "AUM余额(千)").0, Some(3_500));
    for (title, header) in [("单位：元、万元", "AUM余额"), ("金额万元明细", "AUM余额")] {
        assert_eq!(aum(title, header), (None, vec!["unit_unclear".to_string()]), "{title} {header}");
    }
    // The column says it itself.
    assert_eq!(aum("单位：元、万元", "AUM余额(万元)"), (Some(35_000), vec![]));
    assert_eq!(aum("50万元以上客户", "AUM余额"), (Some(3), vec!["unit_assumed".to_string()]));
}

#[test]
fn a_heading_over_some_columns_gives_them_its_unit_only() {
    let table = "| 持有明细 截至2026-03-16 ||||||||
         ||||| 金融资产(万元) ||||
         | 客户号 | 客户姓名 | 代发单位 | 风险等级 | AUM余额 | 活期 | 住房贷款 | 到期日 |
         | K001 | 张一测试 | 甲测试厂 | C1 | 3.5 | 1.5 | 300000 | 2026-05-01 |";
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    draw(sheet, table);
    sheet.merge_range(1, 4, 1, 5, "金融资产(万元)", &rust_xlsxwriter::Format::new()).unwrap();
    let reading = read_with(&saved("a.xlsx", book), &Hints::default());
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let amounts = &rows[0].amounts;
    assert_eq!((amounts[Amount::Aum], amounts[Amount::Demand]), (Some(Fen::yuan(35_000)), Some(Fen::yuan(15_000))));
    assert_eq!(amounts[Amount::Mortgage], Some(Fen::yuan(300_000)));
    // Not merged, it may stand over any number of columns.
    assert_eq!(codes(&read_table(table)), vec![("unit_unclear", None)]);
}

#[test]
fn a_merged_heading_ends_with_its_merge() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    draw(
        sheet,
        "| 持有明细 截至2026-03-16 |||||||
         | 客户号 | 客户姓名 | 代发单位 | 产品余额(万元) |||||
         ||||| 活期 | 定期 | 房贷余额 | 消费贷 |
         | K001 | 张一测试 | 甲测试厂 || 1 | 2.5 | 300000 | 5 |",
    );
    sheet.merge_range(1, 3, 1, 5, "产品余额(万元)", &rust_xlsxwriter::Format::new()).unwrap();
    let reading = read_with(&saved("a.xlsx", book), &Hints::default());
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    let amounts = &rows[0].amounts;
    assert_eq!((amounts[Amount::Demand], amounts[Amount::Term]), (Some(Fen::yuan(10_000)), Some(Fen::yuan(25_000))));
    assert_eq!(
        (amounts[Amount::Mortgage], amounts[Amount::ConsumerLoan]),
        (Some(Fen::yuan(300_000)), Some(Fen::yuan(5)))
    );
}

#[test]
fn days_of_titles_and_names() {
    let sheet = |title: &str, name: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let table = format!(
            "| 代发客户资产明细 ||||
             | {title} ||||
             | 客户号 | 客户姓名 | 代发单位 | AUM余额(元) |
             | K001 | 张一测试 | 甲测试厂 | 1000 |"
        );
        draw(book.add_worksheet(), &table);
        let reading = read_with(&saved(name, book), &Hints::default());
        let codes: Vec<String> = codes(&reading).into_iter().map(|(c, _)| c.to_string()).collect();
        (reading.sheets[0].as_of, codes)
    };
    for title in [
        "统计区间：2026-01-01至2026-03-16",
        "（2026年3月1日-2026年3月16日）",
        "对比基期：2025-12-31 报告期：2026-03-16",
        "2026-03-16 填表时间：2026-03-18",
    ] {
        assert_eq!(sheet(title, "a.xlsx"), (d("2026-03-16"), vec![]), "{title}");
    }
    assert_eq!(sheet("2026年2月末", "a.xlsx"), (d("2026-02-28"), vec![]));
    assert_eq!(sheet("填表时间：2026-03-18", "a.xlsx"), (None, vec!["missing_as_of".into()]));
    assert_eq!(sheet("2026-02-28 2026-03-16", "a.xlsx"), (None, vec!["dates_unclear".into()]));
    let from_name = vec!["as_of_from_file_name".to_string()];
    assert_eq!(sheet("", "代发_20260101-20260316.xlsx"), (d("2026-03-16"), from_name));
    assert_eq!(sheet("", "代发_20260316_20260318.xlsx"), (None, vec!["missing_as_of".into()]));
}

#[test]
fn sheets_named_after_their_day() {
    let book_of = |names: [&str; 2]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        for name in names {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            draw(sheet, "| 客户号 | 代发单位 | AUM余额(元) |\n| K001 | 甲测试厂 | 1000 |");
        }
        let reading = read_with(&saved("导出20260316.xlsx", book), &Hints::default());
        reading.sheets.iter().map(|s| s.as_of).collect::<Vec<_>>()
    };
    assert_eq!(book_of(["20260131", "20260228"]), [d("2026-01-31"), d("2026-02-28")]);
    assert_eq!(book_of(["2026年1月", "2026年3月"]), [d("2026-01-31"), d("2026-03-16")]);
    assert_eq!(book_of(["1月", "3月"]), [None, d("2026-03-16")]);
    assert_eq!(book_of(["Sheet1", "网点2"]), [d("2026-03-16"), d("2026-03-16")]);
}

#[test]
fn paydays_of_titles() {
    let payday = |title: &str| {
        let reading = read_table(&format!(
            "| 工资发放表 |||
             | {title} |||
             | 姓名 | 账号 | 金额 | 代发单位 |
             | 张一测试 | '6200000000000000001 | 5000 | 甲测试厂 |"
        ));
        (reading.sheets[0].payday, codes(&reading).iter().map(|c| c.0.to_string()).collect::<Vec<_>>())
    };
    assert_eq!(payday("2026年2月工资（2026年3月10日发放）"), (d("2026-03-10"), vec![]));
    assert_eq!(payday("考勤区间：2026-02-01至2026-02-28 发放日期：2026-03-10"), (d("2026-03-10"), vec![]));
    for title in [
        "2026年2月工资 填报时间：2026-03-12",
        "计薪期间：2026年2月1日-2026年2月28日",
        "2026年2月1日-2026年2月28日",
        "2026年3月底薪",
    ] {
        assert_eq!(payday(title), (None, vec!["missing_payday".into()]), "{title}");
    }
}

#[test]
fn days_without_a_year_take_the_nearest_the_file_tells() {
    let visit = |title: &str, first: &str, name: &str, today: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let table = format!(
            "| {title} |||||
             | 单位名称 | 进企日期 | 我行人数 | 到场人数 | 意向人数 |
             | 甲测试厂 | {first} | 5 | 60 | 18 |
             | 乙测试厂 | 3月5日 | 5 | 60 | 18 |"
        );
        draw(book.add_worksheet(), &table);
        let hints = Hints { today: today.parse().ok(), ..Hints::default() };
        let reading = read_with(&saved(name, book), &hints);
        let rows: Vec<crate::model::rows::VisitRow> = rows_of!(reading, Visits);
        Some(rows[1].date)
    };
    assert_eq!(visit("2025年进企服务台账", "3月2日", "a.xlsx", "2026-03-18"), d("2025-03-05"));
    assert_eq!(visit("进企服务台账", "3月2日", "a_20240310.xlsx", "2026-03-18"), d("2024-03-05"));
    assert_eq!(visit("进企服务台账", "2025-03-02", "a.xlsx", "2026-03-18"), d("2025-03-05"));
    assert_eq!(visit("进企服务台账", "3月2日", "a.xlsx", "2026-03-18"), d("2026-03-05"));
}

#[test]
fn a_quarter_takes_the_year_of_the_title() {
    let reading = read_table(
        "| 2026年指标任务表 ||||
         | 网点 | 指标 | 期间 | 目标值(万元) |
         | 支行合计 | AUM净增 | 一季度 | 20000 |",
    );
    let rows: Vec<crate::model::activity::TargetRow> = rows_of!(reading, Targets);
    assert_eq!((rows[0].outlet.as_str(), Some(rows[0].first_day)), ("支行合计", d("2026-01-01")));
}

#[test]
fn sales_tell_that_yuan_was_assumed() {
    let sale = |title: &str| {
        let reading = read_table(&format!(
            "| {title} ||||
             | 客户号 | 产品名称 | 购买日期 | 购买金额 |
             | K001 | 稳健90天理财 | 2026-03-05 | 5 |"
        ));
        let rows: Vec<crate::model::activity::SaleRow> = rows_of!(reading, Sales);
        (rows[0].amount, codes(&reading).iter().any(|(c, _)| *c == "unit_assumed"))
    };
    assert_eq!(sale("产品购买明细 单位：万元、%"), (Fen::yuan(50_000), false));
    assert_eq!(sale("产品购买明细"), (Fen::yuan(5), true));
}
