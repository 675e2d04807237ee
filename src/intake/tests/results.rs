//! Rows that did not happen, and wages that did not run through the bank, whatever the header says.

use crate::intake::tests::{File, codes, draw, drawn, read_table, read_with, rules, saved};
use crate::intake::*;
use crate::model::rows::Rows;

/// Yuan of all payments taken, or why none were, by codes.
fn paid(reading: &FileReading) -> Result<i64, Vec<String>> {
    if !reading.is_usable() {
        return Err(codes(reading).iter().map(|c| c.0.to_string()).filter(|c| c != "unit_assumed").collect());
    }
    match &reading.sheets[0].rows {
        Some(Rows::Payroll(rows)) => Ok(rows.iter().map(|r| r.amount.0).sum::<i64>() / 100),
        other => panic!("{other:?}"),
    }
}

/// Three payments of 1,000, 20,000 and 300,000 yuan, with a column of this header and these cells.
fn with_column(header: &str, cells: [&str; 3]) -> FileReading {
    read_table(&table(header, cells))
}

fn table(header: &str, [a, b, c]: [&str; 3]) -> String {
    format!(
        "| 序号 | 姓名 | 账号 | 金额(元) | 代发日期 | 代发单位 | {header} |
         | 1 | 甲一 | '6222000000000001 | 1000 | 2026-03-10 | 甲测试厂 | {a} |
         | 2 | 甲二 | '6222000000000002 | 20000 | 2026-03-10 | 甲测试厂 | {b} |
         | 3 | 甲三 | '6222000000000003 | 300000 | 2026-03-10 | 甲测试厂 | {c} |"
    )
}

fn unsure() -> Result<i64, Vec<String>> {
    Err(vec!["status_unsure".to_string()])
}

#[test]
fn wages_that_do_not_run_through_the_bank_are_left_out() {
    for (header, cells, yuan) in [
        ("发放方式", ["银行代发", "现金", "他行代发"], 1000),
        ("发放方式", ["转账", "暂扣", "现金发放"], 1000),
        ("支付方式", ["打卡", "打卡", "支票"], 21_000),
        ("发薪方式", ["我行", "跨行转账", "微信"], 1000),
        ("领取方式", ["银行卡", "领现", ""], 301_000),
        ("是否代发", ["是", "否", "是"], 301_000),
        ("是否银行代发", ["Y", "N", "N"], 1000),
        ("代发标志", ["1", "0", "1"], 301_000),
        ("是否现金", ["否", "是", "否"], 301_000),
        ("备注", ["3月工资", "现金", "暂扣（离职）"], 1000),
        ("代发状态", ["成功", "暂扣", "成功"], 301_000),
    ] {
        let reading = with_column(header, cells);
        assert_eq!(paid(&reading), Ok(yuan), "{header} {cells:?} {:?}", codes(&reading));
        assert!(codes(&reading).iter().any(|c| ["rows_not_by_bank", "rows_not_done"].contains(&c.0)), "{header}");
    }
    // An account in whose place stands how it was paid.
    let reading = read_table(&table("用途", ["工资", "工资", "工资"]).replace("'6222000000000002", "现金"));
    assert_eq!(paid(&reading), Ok(301_000));
    // Nobody can say what this is.
    assert_eq!(paid(&with_column("发放方式", ["银行代发", "另册", "银行代发"])), unsure());
}

#[test]
fn results_under_headers_nobody_foresaw_are_asked_about() {
    for (header, cells) in [
        ("银行意见", ["交易成功", "户名不符", "账户已销户"]),
        ("反馈栏", ["", "失败", ""]),
        ("核验", ["通过", "失败：户名不符", "通过"]),
        ("代发回单备忘", ["成功", "处理中", "成功"]),
        ("工资去向", ["银行代发", "现金", "银行代发"]),
        ("", ["", "失败", ""]),
    ] {
        let reading = with_column(header, cells);
        assert_eq!(paid(&reading), unsure(), "{header} {:?}", codes(&reading));
        assert!(reading.sheets[0].draft.is_some(), "{header}");
    }
    for (header, cells, yuan) in [
        ("回盘结果", ["成功", "失败", "户名不符"], 1000),
        ("返回信息", ["交易成功", "户名不符", "账户已销户"], 1000),
        ("响应信息", ["交易成功", "收款账户状态异常", "账号户名不匹配"], 1000),
        ("响应信息", ["交易成功", "无异常，交易成功", "成功"], 321_000),
        ("银行返回", ["入账成功", "退票-账户冻结", "入账成功"], 301_000),
    ] {
        let reading = with_column(header, cells);
        assert_eq!(paid(&reading), Ok(yuan), "{header} {:?}", codes(&reading));
    }
}

#[test]
fn codes_are_asked_about_once_unless_another_column_says_it() {
    for (header, cells) in [
        ("返回码", ["'0000", "E044", "E012"]),
        ("处理标志", ["1", "2", "0"]),
        ("交易状态", ["1", "1", "2"]),
        ("回盘处理码", ["'0000", "'0000", "E044"]),
        ("应答代码", ["00", "51", "14"]),
    ] {
        let reading = with_column(header, cells);
        assert_eq!(paid(&reading), unsure(), "{header}");
    }
    assert_eq!(paid(&with_column("返回码", ["'0000", "'0000", "'0000"])), Ok(321_000));
    let reading = with_column(
        "交易状态 | 返回码 | 返回信息",
        ["1 | '0000 | 交易成功", "2 | E044 | 户名不符", "0 | '2008 | 处理中"],
    );
    assert_eq!(paid(&reading), Ok(1000), "{:?}", codes(&reading));
}

#[test]
fn ordinary_columns_are_not_asked_about() {
    for (header, cells) in [
        ("部门", ["生产部", "销售部", "后勤"]),
        ("开户行", ["测试银行一支行", "测试银行", "测试银行二支行"]),
        ("工号", ["A01", "A02", "A03"]),
        ("合同状态", ["有效", "终止", "有效"]),
        ("工资条发送状态", ["成功", "失败", "成功"]),
        ("短信通知结果", ["成功", "失败", "成功"]),
        ("受理机构", ["8811", "8811", "8812"]),
        ("处理时间", ["101530", "101531", "101532"]),
        ("银行编码", ["'0102", "'0102", "'0103"]),
        ("交易类型", ["代付", "代付", "代付"]),
        ("岗位", ["出纳", "会计", "操作工"]),
        ("备注", ["退回上月扣款", "上月代发失败补发", "现金补贴"]),
        ("发放方式", ["银行代发", "银行代发", "银行代发"]),
        ("考勤情况", ["正常", "正常", "旷工"]),
    ] {
        let reading = with_column(header, cells);
        assert_eq!(paid(&reading), Ok(321_000), "{header} {:?}", codes(&reading));
        assert!(codes(&reading).is_empty(), "{header} {:?}", codes(&reading));
    }
}

#[test]
fn a_failure_far_down_and_a_second_remark_are_found() {
    let rows: Vec<String> = (1..=300)
        .map(|n| {
            let said = if n == 280 { "户名不符" } else { "" };
            format!(
                "| {n} | 甲{n}测试 | '{} | 10 | 2026-03-10 | 甲测试厂 | 3月工资 | {said} |",
                6_222_000_000_000_000_i64 + n
            )
        })
        .collect();
    let head = "| 序号 | 姓名 | 账号 | 金额(元) | 代发日期 | 代发单位 | 用途 | HEADER |";
    let read = |header: &str| read_table(&format!("{}\n{}", head.replace("HEADER", header), rows.join("\n")));
    assert_eq!(paid(&read("银行意见")), unsure());
    // 用途 is read as the remark; 备注 beside it is one too.
    assert_eq!(paid(&read("备注")), Ok(2990));
}

#[test]
fn what_a_person_has_said_of_a_column_holds_and_new_codes_are_asked_about() {
    let profile = |lines: &str| {
        let text = format!("kind = \"payroll\"\n[[column]]\nheader = \"返回码\"\nfield = \"status\"\n{lines}\n");
        Profile::parse(&text, &rules()).unwrap()
    };
    let read = |cells: [&str; 3], profile: Profile| {
        let mut book = rust_xlsxwriter::Workbook::new();
        draw(book.add_worksheet(), &table("返回码", cells));
        read_with(&saved("回盘.xlsx", book), &Hints { profiles: vec![profile], ..Hints::default() })
    };
    let said = || profile("done = [\"A1\"]\nnot_done = [\"E044\"]");
    assert_eq!(paid(&read(["A1", "E044", "A1"], said())), Ok(301_000));
    let asked = Err(vec!["rows_not_done".to_string(), "status_unsure".to_string()]);
    assert_eq!(paid(&read(["A1", "E044", "E999"], said())), asked);
    let ignored =
        Profile::parse("kind = \"payroll\"\n[[column]]\nheader = \"返回码\"\nignore = true\n", &rules()).unwrap();
    assert_eq!(paid(&read(["A1", "E044", "E999"], ignored)), Ok(321_000));
}

/// Two payments, of 5,000 and 6,000 yuan in all, with further columns.
fn with_parts(header: &str, cells: [&str; 2]) -> FileReading {
    read_with(&parts(header, cells), &Hints::default())
}

fn parts(header: &str, [a, b]: [&str; 2]) -> File {
    drawn(&format!(
        "| 姓名 | 账号 | {header} | 代发日期 | 代发单位 |
         | 甲一 | '6222000000000001 | {a} | 2026-03-10 | 甲测试厂 |
         | 甲二 | '6222000000000002 | {b} | 2026-03-10 | 甲测试厂 |"
    ))
}

#[test]
fn a_column_that_its_header_and_a_profile_know_is_taken_off_once() {
    let column = |header: &str| format!("[[column]]\nheader = \"{header}\"\nfield = \"paid_beside\"\n");
    let profile = ["不经银行发放金额", "其中不经银行发放"].map(column).concat();
    let profile = Profile::parse(&format!("kind = \"payroll\"\n{profile}"), &rules()).unwrap();
    let file = parts("实发工资 | 不经银行发放金额 | 其中不经银行发放", ["5000 | 1000 | 500", "6000 | 0 | 0"]);
    for profiles in [Vec::new(), vec![profile]] {
        let reading = read_with(&file, &Hints { profiles, ..Hints::default() });
        assert_eq!(paid(&reading), Ok(9500), "{:?}", codes(&reading));
    }
}

#[test]
fn the_part_that_runs_through_the_bank_is_the_amount() {
    for (header, cells, yuan) in [
        ("实发工资 | 其中：银行代发 | 其中：现金", ["5000 | 3000 | 2000", "6000 | 6000 | 0"], 9000),
        ("实发工资 | 其中：银行代发 | 其中：现金", ["5000 | 3000 | 2000", "6000 |  | 6000"], 3000),
        ("实发合计 | 其中:代发部分 | 现金部分", ["5000 | 3000 | 2000", "6000 | 6000 |"], 9000),
        ("卡发工资 | 现金工资 | 实发工资", ["3000 | 2000 | 5000", "6000 | 0 | 6000"], 9000),
        ("实发工资 | 打卡部分 | 现金部分", ["5000 | 3000 | 2000", "6000 | 6000 | 0"], 9000),
        ("实发工资 | 其中：现金", ["5000 | 2000", "6000 |"], 9000),
        ("实发工资 | 其中：他行 | 其中：现金", ["5000 | 1000 | 1000", "6000 | 6000 | 0"], 3000),
        ("实发工资(元) | 其中：银行代发(万元)", ["5000 | 0.3", "6000 | 0.6"], 9000),
        ("银行代发 | 其中：现金 | 实发工资", ["3000 | 2000 | 5000", "6000 | 0 | 6000"], 9000),
    ] {
        let reading = with_parts(header, cells);
        assert_eq!(paid(&reading), Ok(yuan), "{header} {:?}", codes(&reading));
    }
}

#[test]
fn parts_that_leave_it_open_are_asked_about_and_days_are_none() {
    let asked = Err(vec!["mapping_unsure".to_string()]);
    for (header, cells) in [
        ("实发工资 | 现金发放", ["5000 | 2000", "6000 | 0"]),
        ("实发工资 | 本行 | 转账", ["5000 | 2000 | 1000", "6000 | 100 | 6000"]),
        ("实发工资 | 银行发放部分", ["5000 | 3000", "6000 | 4000"]),
    ] {
        assert_eq!(paid(&with_parts(header, cells)), asked, "{header}");
    }
    for (header, cells) in [
        ("实发工资 | 打卡", ["5000 | 22", "6000 | 21"]),
        ("实发工资 | 现金补贴", ["5000 | 200", "6000 | 100"]),
        ("实发工资 | 银行", ["5000 | 测试银行", "6000 | 测试银行"]),
        ("实发工资 | 工资卡", ["5000 | '6222000000000011", "6000 | '6222000000000012"]),
        ("实发工资 | 其中：现金", ["5000 |", "6000 | 0"]),
        ("实发工资 | 暂扣款", ["5000 | 100", "6000 | 7000"]),
    ] {
        let reading = with_parts(header, cells);
        assert_eq!(paid(&reading), Ok(11_000), "{header} {:?}", codes(&reading));
    }
}
