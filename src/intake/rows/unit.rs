//! Columns that say in which money, or in which unit, the amounts of their row are: 币种, 金额单位.

use crate::intake::file::cell::Row;
use crate::intake::header::detect::Aliases;
use crate::intake::header::layout::{SheetContext, Slot};
use crate::intake::header::shared_fields::ROW_UNIT;
use crate::intake::header::units;
use crate::intake::value::amount::money::Unit;

/// What a row says of its own amounts.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowUnit {
    pub unit: Option<Unit>,
    /// The column that gives the unit.
    given_in: Option<Slot>,
    /// A column that names other money, or what is no unit of money.
    not_yuan: Option<Slot>,
    told: bool,
}

impl RowUnit {
    /// `asked`: the user said a unit for all amounts, which holds whatever the sheet says.
    pub(crate) fn of(row: &Row, sheet: &SheetContext<'_>, aliases: &Aliases, asked: bool) -> RowUnit {
        let mut own = RowUnit::default();
        for slot in ROW_UNIT.iter().filter_map(|f| sheet.layout.slot(f)) {
            let text = row.cell(slot.column).stored();
            if sheet.lexicon.is_nothing(&text) || aliases.unit_text.is_own(&text) {
                continue;
            }
            match units::said(&text, aliases, true).unit() {
                Some(_) if asked => {}
                Some(unit) => (own.unit, own.given_in) = (Some(unit), Some(slot)),
                None => own.not_yuan = own.not_yuan.or(Some(slot)),
            }
        }
        own
    }

    /// Whether an amount of a column cannot be read as yuan in this row.
    pub fn clashes(&self, slot: Option<Slot>) -> bool {
        let of_header = slot.and_then(|s| s.unit);
        self.not_yuan.is_some() || self.unit.zip(of_header).is_some_and(|(own, header)| own != header)
    }

    /// The column to name for it, once a row.
    pub fn told(&mut self) -> Option<Slot> {
        let first = !std::mem::replace(&mut self.told, true);
        self.not_yuan.or(self.given_in).filter(|_| first)
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::tests::codes;
    use crate::intake::tests::read_table;
    use crate::intake::tests::rows_of;
    use crate::intake::tests::skipped;
    use crate::model::Fen;
    use crate::model::activity::FlowRow;
    use crate::model::product::Amount;
    use crate::model::rows::HoldingRow;
    use crate::model::rows::PayrollRow;

    #[test]
    fn amounts_in_other_money_are_refused() {
        let reading = read_table(
            "| 客户号 | 交易日期 | 借贷标志 | 交易金额 | 对手类型 | 币种 |
             | K1 | 2026-03-10 | 借 | 500 | 取现 | 人民币 |
             | K2 | 2026-03-10 | 借 | 800 | 取现 | 美元 |
             | K3 | 2026-03-10 | 借 | 90000 | 取现 | JPY |
             | K4 | 2026-03-10 | 借 | 600 | 取现 | CNY-人民币 |",
        );
        let rows: Vec<FlowRow> = rows_of!(reading, Flows);
        assert_eq!(rows.iter().map(|r| r.amount).collect::<Vec<_>>(), [Fen::yuan(500), Fen::yuan(600)]);
        assert_eq!(codes(&reading), [("not_yuan", Some("F3")), ("not_yuan", Some("F4"))]);
        // Who has some in other money is not known in part.
        let reading = read_table(
            "| 客户号 | 代发单位 | 数据日期 | 产品 | 币种 | 余额 |
             | K1 | 甲厂 | 2026-03-16 | 活期 | 人民币 | 1000 |
             | K1 | 甲厂 | 2026-03-16 | 活期 | 美元 | 500 |
             | K2 | 甲厂 | 2026-03-16 | 定期 |  | 2000 |
             | K3 | 甲厂 | 2026-03-16 | 活期 | 美元 | 0 |",
        );
        let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
        assert_eq!((rows.len(), rows[0].amounts[Amount::Term]), (2, Some(Fen::yuan(2000))));
        assert!(codes(&reading).contains(&("not_yuan", Some("E3"))));
    }

    #[test]
    fn a_row_may_give_its_own_unit() {
        let reading = read_table(
            "| 客户号 | 代发单位 | 数据日期 | AUM余额 | 金额单位 |
             | K1 | 甲厂 | 2026-03-16 | 1.5 | 万元 |
             | K2 | 甲厂 | 2026-03-16 | 2 | 元 |
             | K3 | 甲厂 | 2026-03-16 | 2 | 百元 |",
        );
        let rows: Vec<HoldingRow> = rows_of!(reading, Holdings);
        let aum: Vec<_> = rows.iter().map(|r| r.amounts[Amount::Aum]).collect();
        assert_eq!(aum, [Some(Fen::yuan(15_000)), Some(Fen::yuan(2))]);
        assert_eq!(codes(&reading), [("not_yuan", Some("E4"))]);
        // 单位 beside the employer, and a header that says another unit.
        let reading = read_table(
            "| 客户号 | 代发单位 | 数据日期 | 产品 | 余额 | 单位 |
             | K1 | 甲厂 | 2026-03-16 | 贵金属 | 50 | 克 |
             | K2 | 甲厂 | 2026-03-16 | 活期 | 1000 | 元 |",
        );
        assert_eq!((codes(&reading)[0], skipped(&reading)[0]), (("not_yuan", Some("F2")), (1, "problem")));
        let reading = read_table(
            "| 客户号 | 代发单位 | 数据日期 | AUM余额(元) | 金额单位 |
             | K1 | 甲厂 | 2026-03-16 | 1.5 | 万元 |",
        );
        assert_eq!(codes(&reading)[0], ("not_yuan", Some("E2")));
    }

    #[test]
    fn a_unit_of_money_is_no_employer() {
        for unit in ["单位：分", "单位：百元", "单位：美元", "币种：港币", "单位：人民币分"] {
            let reading = read_table(&format!(
                "| 甲测试有限公司3月代发明细 | {unit} | 代发日期：2026-03-10 |
                 | 姓名 | 账号 | 金额 |
                 | 张一测试 | '6200000000000000001 | 500000 |"
            ));
            assert_eq!(codes(&reading), [("unit_unclear", None)], "{unit}");
        }
        for unit in ["单位：元", "币种：人民币", "单位：元 币种：人民币", "币种：人民币 单位：元"]
        {
            let reading = read_table(&format!(
                "| 甲测试有限公司3月代发明细 | {unit} | 代发日期：2026-03-10 |
                 | 姓名 | 账号 | 金额 |
                 | 张一测试 | '6200000000000000001 | 500000 |"
            ));
            let rows: Vec<PayrollRow> = rows_of!(reading, Payroll);
            assert_eq!((rows[0].amount, rows[0].employer.as_deref()), (Fen::yuan(500_000), Some("甲测试有限公司")));
        }
    }
}
