//! Columns that say whether what a row tells of happened: 处理状态, 交易结果, 冲正标志, 失败原因. A row that says it did not
//! is left out and counted; a word nobody knows is told, and its row is taken.

use std::collections::{BTreeMap, HashSet};

use crate::model::Fen;
use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue::{self, Fault};
use crate::intake::rows::fields::Fields;
use crate::intake::value::Read;
use crate::intake::value::lexicon::{Lexicon, key};
use crate::intake::value::money::{self, Unit};

/// Characters of a word, and different words, that are shown.
const SHOWN: usize = 12;
const SHOWN_WORDS: usize = 5;

/// What a column's words mean.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sense {
    /// A word of the lists.
    Status,
    /// Such a word, or a yes: it happened.
    Valid,
    /// Such a word, or a yes: it was undone.
    Reversed,
    /// Whatever stands there: it failed.
    Failure,
    /// Free text that may begin with a word for what did not happen.
    Remark,
}

/// Rows left out for what one column says.
#[derive(Default)]
struct LeftOut {
    rows: usize,
    words: Vec<String>,
}

pub(crate) struct Happened {
    columns: Vec<(Sense, Slot)>,
    done: HashSet<String>,
    not_done: HashSet<String>,
    left_out: BTreeMap<usize, LeftOut>,
    /// Where a minus takes back what another row says: such a row is asked about, not left out.
    taken_back: Option<Slot>,
}

impl Happened {
    pub fn new(layout: &Layout, rules: &Rules) -> Happened {
        let words = &rules.import.row_status;
        let own = words.of.get(&layout.kind);
        let remarks = own.map(|w| w.remarks.as_slice()).unwrap_or_default();
        let sense = |field: &str| match field {
            "status" => Some(Sense::Status),
            "valid" => Some(Sense::Valid),
            "reversed" => Some(Sense::Reversed),
            "failure" => Some(Sense::Failure),
            field => remarks.iter().any(|r| r == field).then_some(Sense::Remark),
        };
        let keys = |all: &[String], own: Option<&Vec<String>>| -> HashSet<String> {
            all.iter().chain(own.into_iter().flatten()).map(|w| key(w)).collect()
        };
        let columns = layout.fields.iter().map(|(f, s)| (f, *s)).chain(layout.sums.iter().map(|(f, s)| (f, *s)));
        Happened {
            columns: columns.filter_map(|(field, slot)| Some((sense(field)?, slot))).collect(),
            done: keys(&words.done, own.map(|w| &w.done)),
            not_done: keys(&words.not_done, own.map(|w| &w.not_done)),
            left_out: BTreeMap::new(),
            taken_back: match layout.kind {
                SheetKind::Payroll | SheetKind::Sales => layout.slot("amount"),
                _ => None,
            },
        }
    }

    /// Whether a row is to count.
    pub fn counts(&mut self, f: &mut Fields<'_>) -> bool {
        let mut unknown = Vec::new();
        for (sense, slot) in &self.columns {
            let text = f.stored(*slot);
            if f.sheet.lexicon.is_nothing(&text) {
                continue;
            }
            match self.says(*sense, &text, f.sheet.lexicon) {
                Some(true) => {}
                Some(false) if self.taken_back.is_some_and(|s| is_negative(f.row.cell(s.column))) => return true,
                Some(false) => {
                    let left_out = self.left_out.entry(slot.column).or_default();
                    left_out.rows += 1;
                    let word: String = text.chars().take(SHOWN).collect();
                    if left_out.words.len() < SHOWN_WORDS && !left_out.words.contains(&word) {
                        left_out.words.push(word);
                    }
                    return false;
                }
                None => unknown.push(*slot),
            }
        }
        for slot in unknown {
            f.raise(issue::UNKNOWN_STATUS, Some(slot));
        }
        true
    }

    /// What was left out, column by column.
    pub fn told(&self, layout: &Layout) -> Vec<Fault> {
        let fault = |(column, left_out): (&usize, &LeftOut)| {
            let fault = Fault::new(issue::ROWS_NOT_DONE).count("rows", left_out.rows);
            fault.text("column", layout.header(*column)).text("words", left_out.words.join("、"))
        };
        self.left_out.iter().map(fault).collect()
    }

    /// Whether it happened, as far as a cell tells.
    fn says(&self, sense: Sense, text: &str, lexicon: &Lexicon) -> Option<bool> {
        let flag = || if let Read::Value(flag) = lexicon.flag(text) { Some(flag) } else { None };
        match sense {
            Sense::Status => self.word(text),
            Sense::Valid => self.word(text).or_else(flag),
            Sense::Reversed => self.word(text).or_else(|| flag().map(|yes| !yes)),
            // A code of zeros is that of success.
            Sense::Failure => Some(self.word(text) == Some(true) || text.chars().all(|c| c == '0')),
            Sense::Remark => {
                let text = key(text);
                let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                Some(!self.not_done.contains(first))
            }
        }
    }

    /// What a text or one of its parts says: `失败(账号不存在)`, `1-成功`. What undoes beats what was done.
    fn word(&self, text: &str) -> Option<bool> {
        let whole = key(text);
        if self.done.contains(&whole) {
            return Some(true);
        }
        let parts: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(key).chain([whole]).collect();
        match parts.iter().any(|p| self.not_done.contains(p)) {
            true => Some(false),
            false => parts.iter().any(|p| self.done.contains(p)).then_some(true),
        }
    }
}

fn is_negative(cell: &Cell) -> bool {
    match cell {
        Cell::Number(n) => *n < 0.0,
        Cell::Text(text) => money::parse(text, Unit::Yuan).is_ok_and(|a| a.fen < Fen::ZERO),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::tests::codes;
    use crate::intake::tests::read_table;
    use crate::intake::tests::rows_of;
    use crate::intake::tests::skipped;

    /// Rows taken, rows left out, codes that are not about the title.
    fn read_rows(table: &str) -> (usize, Vec<u32>, Vec<&'static str>) {
        let reading = read_table(table);
        let out = skipped(&reading).into_iter().filter(|(_, why)| *why == "not_done").map(|(row, _)| row + 1).collect();
        let told = reading.problems.iter().map(|p| p.code).filter(|c| *c != "unit_assumed" && *c != "names_only");
        (reading.sheets[0].row_count.unwrap_or_default(), out, told.collect())
    }

    #[test]
    fn payments_that_failed_are_left_out_and_told() {
        let table = "| 姓名 | 账号 | 实发金额 | 代发日期 | 代发单位 | 处理状态 | 交易结果 | 失败原因 | 备注 |
             | 张一测试 | '6200000000000000001 | 5000 | 2026-03-10 | 甲厂 | 成功 | 1-交易成功 |  | 3月工资 |
             | 张二测试 | '6200000000000000002 | 6000 | 2026-03-10 | 甲厂 | 失败 |  | 户名不符 | 3月工资 |
             | 张三测试 | '6200000000000000003 | 7000 | 2026-03-10 | 甲厂 |  | 账号不存在 |  |  |
             | 张四测试 | '6200000000000000004 | 7000 | 2026-03-10 | 甲厂 |  |  | 户名不符 |  |
             | 张五测试 | '6200000000000000005 | 7000 | 2026-03-10 | 甲厂 |  |  | 0000 | 退回：户名不符 |
             | 张六测试 | '6200000000000000006 | 7000 | 2026-03-10 | 甲厂 | 神秘 |  | - | 退回上月扣款 |";
        let (taken, out, told) = read_rows(table);
        assert_eq!((taken, out), (2, vec![3, 4, 5, 6]));
        assert_eq!(told, ["unknown_status", "rows_not_done", "rows_not_done", "rows_not_done"]);
        let reading = read_table(table);
        assert_eq!(codes(&reading)[0], ("unknown_status", Some("F7")));
    }

    #[test]
    fn a_minus_that_takes_a_payment_back_is_asked_about() {
        let (taken, out, told) = read_rows(
            "| 姓名 | 账号 | 实发金额 | 代发日期 | 代发单位 | 备注 |
             | 张一测试 | '6200000000000000001 | 5000 | 2026-03-10 | 甲厂 |  |
             | 张一测试 | '6200000000000000001 | '(5000) | 2026-03-10 | 甲厂 | 退回 |",
        );
        assert_eq!((taken, out, told), (1, vec![], vec!["negative_amount"]));
    }

    #[test]
    fn purchases_undone_and_sales_are_no_purchases() {
        let (taken, out, told) = read_rows(
            "| 客户号 | 业务类型 | 产品名称 | 购买日期 | 购买金额(元) | 交易状态 |
             | K1 | 申购 | 稳健90天理财 | 2026-03-05 | 50000 | 成功 |
             | K1 | 赎回 | 稳健90天理财 | 2026-03-12 | 50000 | 成功 |
             | K2 | 认购 | 稳健90天理财 | 2026-03-12 | 50000 | 已撤单 |
             | K2 | 认购 | 稳健90天理财 | 2026-03-12 | 50000 |  |",
        );
        assert_eq!((taken, out, told), (2, vec![3, 4], vec!["rows_not_done", "rows_not_done"]));
    }

    #[test]
    fn flows_reversed_and_visits_cancelled_are_left_out() {
        let (taken, out, told) = read_rows(
            "| 客户号 | 交易日期 | 借贷标志 | 交易金额 | 对手类型 | 冲正标志 | 交易状态 |
             | K1 | 2026-03-10 | 借 | 500 | 取现 | N | 成功 |
             | K2 | 2026-03-10 | 借 | 800 | 取现 | Y |  |
             | K3 | 2026-03-10 | 借 | 900 | 取现 | 正常 | 已冲正 |
             | K4 | 2026-03-10 | 借 | 900 | 取现 | 未冲正 |  |",
        );
        assert_eq!((taken, out, told), (2, vec![3, 4], vec!["rows_not_done", "rows_not_done"]));
        let (taken, out, told) = read_rows(
            "| 单位名称 | 进企日期 | 我行人数 | 到场人数 | 状态 |
             | 甲厂 | 2026-03-05 | 3 | 30 | 已完成 |
             | 甲厂 | 2026-03-12 | 3 |  | 已取消 |
             | 乙厂 | 2026-03-13 | 3 |  | 延期 |",
        );
        assert_eq!((taken, out, told), (1, vec![3, 4], vec!["rows_not_done"]));
    }

    #[test]
    fn employers_gone_and_holdings_ended_are_left_out() {
        let (taken, out, told) = read_rows(
            "| 代发单位编号 | 代发单位名称 | 代发人数 | 发薪日 | 协议状态 |
             | D1 | 甲厂 | 30 | 10日 | 正常 |
             | D2 | 乙厂 | 20 | 10日 | 已终止 |
             | D3 | 丙厂 | 20 | 10日 | 洽谈 |",
        );
        assert_eq!((taken, out, told), (2, vec![3], vec!["unknown_status", "rows_not_done"]));
        let (taken, out, told) = read_rows(
            "| 客户号 | 代发单位 | 数据日期 | 产品名称 | 余额(元) | 状态 |
             | K1 | 甲厂 | 2026-03-16 | 稳健理财 | 100 | 持有 |
             | K1 | 甲厂 | 2026-03-16 | 稳健理财 | 900 | 已到期 |
             | K2 | 甲厂 | 2026-03-16 | 活期 | 500 | 正常 |",
        );
        assert_eq!((taken, out, told), (2, vec![3], vec!["rows_not_done"]));
    }

    #[test]
    fn colleagues_who_left_are_kept_as_never_there() {
        let reading = read_table(
            "| 工号 | 姓名 | 所属网点 | 岗位 | 状态 | 可外出 |
             | 001 | 某甲 | 一测网点 | 客户经理 | 在岗 | 是 |
             | 002 | 某乙 | 一测网点 | 客户经理 | 离职 | 是 |",
        );
        let rows: Vec<crate::model::rows::StaffRow> = rows_of!(reading, Staff);
        assert!(rows[0].leave.is_empty() && rows[1].leave.len() == 1);
        assert_eq!(codes(&reading), [("rows_not_done", None)]);
    }
}
