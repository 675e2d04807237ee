//! Headers drawn as lines, and what is made of them.

use crate::intake::file::cell::Cell;
use crate::intake::header::detect::*;

fn aliases() -> Aliases {
    Aliases::new(&Rules::load(None).unwrap())
}

fn rows(lines: &[&str]) -> Vec<Row> {
    lines
        .iter()
        .enumerate()
        .map(|(i, line)| {
            let cell = |c: &str| match c.trim() {
                "" => Cell::Empty,
                text => text.parse().map_or_else(|_| Cell::Text(text.to_string()), Cell::Number),
            };
            Row::new(i as u32, line.split('|').map(cell).collect())
        })
        .collect()
}

fn find(lines: &[&str]) -> Layout {
    match aliases().find(&rows(lines), None, 2) {
        Found::Layout(layout) => *layout,
        _ => panic!("no header found"),
    }
}

fn column(layout: &Layout, field: &str) -> Option<(usize, Option<Unit>)> {
    layout.slot(field).map(|s| (s.column, s.unit))
}

#[test]
fn a_header_below_titles_with_units_and_blanks() {
    let layout =
        find(&["云启信息2026年3月工资", "", "序号|姓  名|银行帐号|实发\u{a0}金额（元）| 备 注", "1|甲|6200|5000|"]);
    assert_eq!(layout.kind, SheetKind::Payroll);
    assert_eq!(layout.at, (2, 2));
    assert_eq!(column(&layout, "account"), Some((2, None)));
    assert_eq!(column(&layout, "amount"), Some((3, Some(Unit::Yuan))));
    assert_eq!(column(&layout, "purpose"), Some((4, None)));
}

#[test]
fn levels_are_joined() {
    let layout = find(&[
        "客户号|客户姓名|产品余额(万元)|||是否持有||手机银行||备注",
        "|||活期|定期|理财|基金|是否开通|是否活跃|",
    ]);
    // 产品余额 stands over columns C to E, the first of which has no lower heading.
    assert_eq!(layout.kind, SheetKind::Holdings);
    assert_eq!(layout.at, (0, 1));
    assert_eq!(column(&layout, "demand"), Some((3, Some(Unit::TenThousand))));
    assert_eq!(column(&layout, "has_wealth"), Some((5, None)));
    assert_eq!(column(&layout, "has_fund"), Some((6, None)));
    assert_eq!(column(&layout, "has_mobile_bank"), Some((7, None)));
    assert_eq!(column(&layout, "mobile_active"), Some((8, None)));
}

#[test]
fn kinds_are_told_apart() {
    for (line, kind) in [
        ("代发单位编号|代发单位名称|代发人数|代发金额(万元)|发薪日", SheetKind::Employers),
        ("客户号|客户名称|代发单位|AUM余额|手机银行", SheetKind::Holdings),
        ("序号|收款方户名|收款账号|金额|附言", SheetKind::Payroll),
        ("工号|姓名|所属网点|岗位|可外出", SheetKind::Staff),
        ("单位名称|进企日期|我行人数|到场人数|意向人数", SheetKind::Visits),
    ] {
        assert_eq!(find(&[line]).kind, kind, "{line}");
    }
}

#[test]
fn units_in_many_forms() {
    for (header, unit) in [
        ("AUM余额(万元)", Some(Unit::TenThousand)),
        ("AUM余额（单位：万元）", Some(Unit::TenThousand)),
        ("AUM余额｛万元｝", Some(Unit::TenThousand)),
        ("AUM余额‹万元>", Some(Unit::TenThousand)),
        ("AUM余额【元】", Some(Unit::Yuan)),
        ("AUM余额/万元", Some(Unit::TenThousand)),
        ("AUM余额亿元", Some(Unit::HundredMillion)),
        ("AUM余额", None),
    ] {
        let layout = find(&[&format!("客户号|姓名|{header}")]);
        assert_eq!(column(&layout, "aum"), Some((2, unit)), "{header}");
    }
}

#[test]
fn the_better_wording_wins_and_twins_are_told() {
    let layout = find(&["姓名|金额|实发金额|卡号|卡号"]);
    assert_eq!(column(&layout, "amount"), Some((2, None)));
    assert_eq!(layout.columns()[1].field, None);
    assert_eq!(layout.twins, vec![Twin { column: 4, first: 3, field: "account".to_string() }]);
}

#[test]
fn what_is_missing_is_named() {
    match aliases().find(&rows(&["姓名|部门|卡号"]), Some(SheetKind::Payroll), 2) {
        Found::Incomplete(layout) => assert_eq!(layout.missing, vec!["实发金额"]),
        _ => panic!("should be incomplete"),
    }
    assert!(matches!(aliases().find(&rows(&["a|b|c"]), None, 2), Found::Nothing));
}

#[test]
fn the_rest_of_a_header_may_make_another_column_of_it() {
    for (lines, field, expected) in [
        (&["客户号|姓名|AUM余额(元)|理财余额(元)|理财(较上月增减)"][..], "wealth", Some(3)),
        (&["客户号|姓名|AUM时点余额(元)|AUM余额(上年末,元)"], "aum", Some(2)),
        (&["客户号|姓名|AUM余额(上年末,元)|AUM时点余额(元)"], "aum", Some(3)),
        (&["客户号|姓名|AUM(元)|联系电话|手机号码(紧急联系人)"], "phone", Some(3)),
        (&["客户号|姓名|AUM(元)|手机号码(紧急联系人)"], "phone", None),
        (&["客户号|姓名|AUM(元)|定期(较年初增量)"], "term", None),
        (&["客户号|姓名|AUM(元)|AUM月日均(元)|AUM月日均(上年)(元)"], "aum_month_avg", Some(3)),
        // Groups in a row of their own.
        (&["客户号|姓名|AUM(元)|联系电话|紧急联系人||房贷|", "||||姓名|手机号码|余额|到期日"], "phone", Some(3)),
        (&["客户号|姓名|AUM(元)|联系电话|紧急联系人||房贷|", "||||姓名|手机号码|余额|到期日"], "name", Some(1)),
        (&["客户号|姓名|AUM(元)|联系电话|紧急联系人||房贷|", "||||姓名|手机号码|余额|到期日"], "mortgage", Some(6)),
        (&["客户信息|||紧急联系人|", "客户号|姓名|AUM(元)|联系人|手机号码"], "phone", None),
        (&["客户基本信息||理财|", "客户号|姓名|余额|到期日"], "due_date", Some(3)),
        (&["姓名|账号|餐补||应发|到手工资", "||天数|金额||"], "amount", Some(5)),
        (&["姓名|账号|金额(餐补)|应发|到手工资"], "amount", Some(4)),
        (&["付款方||收款方||金额", "户名|账号|户名|账号|"], "account", Some(3)),
    ] {
        let layout = find(lines);
        assert_eq!(column(&layout, field).map(|(c, _)| c), expected, "{lines:?}");
        assert!(expected.is_none_or(|c| !layout.loose.contains(&c)), "{lines:?}");
        assert_eq!(layout.at.1, lines.len() - 1, "{lines:?}");
    }
    for (lines, at) in [(&["姓名|账号|金额(餐补)"][..], 2), (&["姓名|账号|餐补|", "||天数|金额"], 3)]
    {
        assert_eq!(find(lines).loose, [at], "{lines:?}");
    }
}

#[test]
fn a_heading_over_several_columns_is_told_by_what_stands_below() {
    for (below, aum, loose) in [
        ("|||上期|本期|增减", Some(4), false),
        ("|||期末|期初|增减", Some(3), false),
        ("|||月初|月末|", Some(4), false),
        ("|||某某|某某二|", Some(3), true),
        ("|||上期|同期|增减", None, false),
    ] {
        let rows = ["截至2026-03-16", "客户号|客户姓名|手机银行|AUM余额(万元)||", below, "K001|甲一|是|1000|2000|1000"];
        let layout = find(&rows);
        assert_eq!(layout.at, (1, 2), "{below}");
        assert_eq!(column(&layout, "aum"), aum.map(|c| (c, Some(Unit::TenThousand))), "{below}");
        assert_eq!(aum.is_some_and(|c| layout.loose.contains(&c)), loose, "{below}");
    }
}

#[test]
fn years_and_days_may_head_columns_beside_words() {
    assert_eq!(find(&["客户号|客户姓名|代发单位|AUM余额(元)|2024|2025", "K001|甲一|甲厂|1000|5|6"]).at, (0, 0));
    let mut rows = rows(&["客户号|客户姓名|AUM余额(元)|", "K001|甲一|1000|"]);
    rows[0].cells[3] = Cell::Moment("2026-03-17T00:00:00".parse().unwrap());
    assert!(matches!(aliases().find(&rows, None, 2), Found::Layout(_)));
}
