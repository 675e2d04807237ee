//! A unit of money said in a sentence or note, wherever it stands: sheet in, amounts or a question out.

use rust_xlsxwriter::Workbook;

use crate::intake::tests::{codes, draw, read_table, read_text, read_with, rows_of, saved, written};
use crate::intake::*;
use crate::model::Fen;
use crate::model::product::Amount;
use crate::model::rows::{HoldingRow, PayrollRow};

const HEAD: &str = "| 收款账号 | 户名 | 金额 | 代发日期 | 代发单位 |";
const ROWS: &str = "| '6200000000000000001 | 张测试 | 500000 | 2026-03-11 | 乙测试有限公司 |
                    | '6200000000000000002 | 李测试 | 500000 | 2026-03-11 | 乙测试有限公司 |";

fn amounts(reading: &FileReading) -> Vec<Fen> {
    let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
    rows.iter().map(|r| r.amount).collect()
}

#[test]
fn a_sheet_of_explanations_says_the_unit_of_the_others() {
    let book = |guide: &str, first: bool, head: &str| {
        let mut book = Workbook::new();
        let mut sheets = [("填写说明", format!("| 一、每人一行 |\n| {guide} |")), ("代发", format!("{head}\n{ROWS}"))];
        if !first {
            sheets.reverse();
        }
        for (name, table) in sheets {
            draw(book.add_worksheet().set_name(name).unwrap(), &table);
        }
        read_with(&saved("表.xlsx", book), &Hints::default())
    };
    let asked = |reading: &FileReading| reading.problems.iter().any(|p| p.code == "unit_unclear");
    for first in [true, false] {
        for guide in ["二、金额以分为单位", "金额单位：万元", "备注：以下金额均以万元为单位"]
        {
            let reading = book(guide, first, HEAD);
            assert!(asked(&reading) && !reading.is_usable(), "{guide}: {:?}", codes(&reading));
            // A header says it more surely.
            let reading = book(guide, first, &HEAD.replace("金额", "金额（元）"));
            assert!(!asked(&reading) && reading.is_usable(), "{guide}: {:?}", codes(&reading));
        }
        let reading = book("二、金额单位：元", first, HEAD);
        assert!(!asked(&reading) && reading.is_usable(), "{:?}", codes(&reading));
    }
}

#[test]
fn fen_are_never_taken_for_yuan() {
    let asked = |reading: &FileReading, what: &str| {
        // 金额(分) may be another column altogether: that is asked first.
        let unclear = codes(reading).iter().filter(|c| matches!(c.0, "unit_unclear" | "mapping_unsure")).count();
        assert!(unclear > 0 && !reading.is_usable(), "{what}: {:?}", codes(reading));
    };
    for note in [
        "注意：本文件中的金额均以分为单位！",
        "说明：1.账号为文本格式；2.金额以分为单位；3.不得有空行",
        "说明 | 金额以分为单位",
        "备注： || 金额单位为分",
        "备注 | 本表金额均以“分”为单位，不含小数点",
        "金额单位统一为分",
        "填表须知：金额以分填写。",
    ] {
        asked(&read_table(&format!("| {note} |\n{HEAD}\n{ROWS}")), note);
        asked(&read_table(&format!("{HEAD}\n{ROWS}\n| {note} |")), note);
        asked(&read_table(&format!("{HEAD}\n{ROWS}\n| 合计 | | 1000000 | | |\n| {note} |\n| 制表：王测试 |")), note);
        asked(&read_table(&format!("| 乙测试有限公司3月工资表 |\n| 单位：元 |\n| {note} |\n{HEAD}\n{ROWS}")), note);
    }
    // Beside the table: right of the header, and in the first row.
    let beside = |head: &str, row: &str| {
        let rows = ROWS.replacen("乙测试有限公司 |", &format!("乙测试有限公司 |{row}"), 1);
        read_table(&format!("{HEAD}{head}\n{rows}"))
    };
    asked(&beside(" 说明：金额以分为单位 |", ""), "header");
    asked(&beside("", " 说明：金额以分为单位 |"), "row");
    asked(&read_table(&format!("{}\n{ROWS}", HEAD.replace("金额", "金额（以分为单位）"))), "in the header");
    asked(&read_table(&format!("{}\n{ROWS}", HEAD.replace("金额", "金额(分)"))), "in the header, alone");
    let text = "账号,户名,金额,代发日期,代发单位\n6200000000000000001,张测试,500000,2026-03-11,乙测试有限公司\n";
    for comment in
        ["#金额以分为单位", "# 注意：金额,以分为单位", "//金额均以分为单位！", "；金额单位：分", "--以分为单位"]
    {
        asked(&read_text(&format!("{comment}\n{text}")), comment);
        asked(&read_text(&format!("{text}{comment}\n")), comment);
    }
    let named = written("代发_以分为单位.csv", text.as_bytes());
    asked(&read_with(&named, &Hints::default()), "file name");
}

#[test]
fn a_banks_own_text_file_in_fen_is_asked_about() {
    let text = "#总计信息\n#注意：本文件中的金额均以分为单位！\n#币种|日期|总计标志|总金额|总笔数|\nRMB|20260310|1|1000000|2|\n#明细指令信息\n\
        #币种|日期|明细标志|顺序号|付款账号开户行|付款账号|付款账号名称|收款账号开户行|收款账号|收款账号名称|金额|汇款用途|备注信息|汇款方式|\n\
        RMB|20260310|2|1|临江支行|1001200330040050060|乙测试有限公司|临江支行|6200000000000000001|张测试|500000|工资||1|\n\
        RMB|20260310|2|2|临江支行|1001200330040050060|乙测试有限公司|临江支行|6200000000000000002|李测试|500000|工资||1|\n*\n";
    let reading = read_text(text);
    assert!(codes(&reading).iter().any(|c| c.0 == "unit_unclear"), "{:?}", codes(&reading));
    assert!(!reading.is_usable());
}

#[test]
fn ten_thousands_in_a_sentence_are_read() {
    for note in [
        "以下金额均以万元为单位",
        "说明：本表金额单位统一为万元",
        "备注 | 表中金额以人民币万元计",
        "注：表中数据以万元列示，保留两位小数",
    ] {
        let reading = read_table(&format!(
            "| {note} |\n| 客户号 | 代发单位 | 数据日期 | AUM余额 |\n| K1 | 甲厂 | 2026-03-16 | 3.5 |"
        ));
        let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
        assert_eq!(rows[0].amounts[Amount::Aum], Some(Fen::yuan(35_000)), "{note}");
        assert_eq!(codes(&reading), [], "{note}");
    }
    // Below the rows, which have been read without: asked.
    let reading = read_table(
        "| 客户号 | 代发单位 | 数据日期 | AUM余额 |\n| K1 | 甲厂 | 2026-03-16 | 3.5 |\n| 以上金额均以万元为单位 |",
    );
    assert!(codes(&reading).contains(&("unit_unclear", None)), "{:?}", codes(&reading));
    // Said above, repeated below.
    let reading = read_table(
        "| 单位：万元 |\n| 客户号 | 代发单位 | 数据日期 | AUM余额 |\n| K1 | 甲厂 | 2026-03-16 | 3.5 |\n| 注：以上金额均以万元为单位 |",
    );
    assert_eq!(codes(&reading), []);
    // Said above otherwise than below.
    let reading = read_table(
        "| 单位：元 |\n| 客户号 | 代发单位 | 数据日期 | AUM余额 |\n| K1 | 甲厂 | 2026-03-16 | 3.5 |\n| 注：以上金额均以万元为单位 |",
    );
    assert_eq!(codes(&reading), [("unit_unclear", None)]);
    // The command's word is the last.
    let hints = Hints { unit: Some(Unit::TenThousand), ..Hints::default() };
    let text = "客户号,代发单位,数据日期,AUM余额\nK1,甲厂,2026-03-16,3.5\n#以上金额均以万元为单位\n";
    let reading = read_with(&written("表.csv", text.as_bytes()), &hints);
    let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
    assert_eq!((rows.len(), rows[0].amounts[Amount::Aum]), (1, Some(Fen::yuan(35_000))), "the comment is nobody");
}

#[test]
fn sentences_about_something_else_ask_nothing() {
    for note in [
        "说明：金额以元为单位，精确到分",
        "说明：人数以人为单位，按支行统计",
        "备注：以部门为单位分别填写",
        "注：金额保留到分位",
        "说明 | 工资以月为单位发放，金额以人民币元计",
        "用人单位：千山测试有限公司",
        "备注：积分以分为单位",
        "以下空白",
    ] {
        for table in [format!("| {note} |\n{HEAD}\n{ROWS}"), format!("{HEAD}\n{ROWS}\n| {note} |")] {
            let reading = read_table(&table);
            assert_eq!(amounts(&reading), [Fen::yuan(500_000); 2], "{note}");
            assert!(reading.is_usable(), "{note}: {:?}", codes(&reading));
        }
    }
}
