//! Columns that say whether what a row tells of happened: 处理状态, 交易结果, 冲正标志, 失败原因; and whether it ran through
//! the bank: 发放方式. A row that says it did not is left out and counted; a word nobody knows is told, and its row is
//! taken; codes, and words of a column that nobody reads, are asked about once for the column.

use std::collections::BTreeMap;

use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue::{self, Fault};
use crate::intake::rows::amounts::is_negative;
use crate::intake::rows::fields::Fields;
use crate::intake::rows::status_words::{Question, SHOWN_WORDS, Says, StatusWords, is_code, shown};
use crate::intake::rows::unread::Unread;
use crate::intake::value::Read;
use crate::intake::value::key;
use crate::intake::value::lexicon::Lexicon;

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
    /// How it was paid, or a yes: through the bank.
    Method,
    /// Free text that may begin with a word for what did not happen.
    Remark,
    /// An account, in whose place may stand how it was paid.
    Account,
}

/// Why a row does not count, as the reason it is skipped for.
pub(crate) type Reason = &'static str;

/// Rows left out for what one column says.
#[derive(Default)]
struct LeftOut {
    rows: usize,
    words: Vec<String>,
}

/// A column that is read.
struct Column {
    sense: Sense,
    slot: Slot,
    /// What a profile says its words mean.
    own: Option<StatusWords>,
}

pub(crate) struct Happened {
    columns: Vec<Column>,
    words: StatusWords,
    /// Columns nobody reads.
    unread: Unread,
    left_out: BTreeMap<(usize, bool), LeftOut>,
    asked: BTreeMap<usize, Question>,
    /// Where a minus takes back what another row says: such a row is asked about, not left out.
    taken_back: Option<Slot>,
    /// Rows are events: a code that nobody knows is asked about.
    events: bool,
}

impl Happened {
    pub fn new(layout: &Layout, rules: &Rules) -> Happened {
        let own = rules.import.row_status.of.get(&layout.kind);
        let remarks = own.map(|w| w.remarks.as_slice()).unwrap_or_default();
        let words = StatusWords::new(layout.kind, rules);
        let by_bank = words.knows_methods();
        let sense = |field: &str| match field {
            "status" => Some(Sense::Status),
            "valid" => Some(Sense::Valid),
            "reversed" => Some(Sense::Reversed),
            "failure" => Some(Sense::Failure),
            "method" => Some(Sense::Method),
            "account" if by_bank => Some(Sense::Account),
            field => remarks.iter().any(|r| r == field).then_some(Sense::Remark),
        };
        let fields = layout.fields().chain(layout.further());
        let column = |(field, slot): (&String, Slot)| {
            let own = layout.statuses.get(&slot.column);
            Some(Column { sense: sense(field)?, slot, own: own.map(|(d, n)| StatusWords::of_profile(d, n)) })
        };
        let mut columns: Vec<Column> = fields.filter_map(column).collect();
        let further = further_remarks(layout, rules, remarks);
        let unread = Unread::new(layout, rules, &further);
        columns.extend(further.into_iter().map(|slot| Column { sense: Sense::Remark, slot, own: None }));
        Happened {
            columns,
            words,
            unread,
            left_out: BTreeMap::new(),
            asked: BTreeMap::new(),
            taken_back: match layout.kind {
                SheetKind::Payroll | SheetKind::Sales => layout.slot("amount"),
                _ => None,
            },
            events: own.is_some_and(|w| w.events),
        }
    }

    /// Why a row is not to count; `None` for one that is.
    pub fn left_out(&mut self, f: &mut Fields<'_>) -> Option<Reason> {
        let (mut unknown, mut codes) = (Vec::new(), Vec::new());
        let mut decided = false;
        for column in &self.columns {
            let (sense, slot) = (column.sense, column.slot);
            let text = f.stored(slot);
            if f.sheet.lexicon.is_nothing(&text) {
                continue;
            }
            let says = self.says(column, &text, f.sheet.lexicon);
            match says {
                Says::Done => decided |= !matches!(sense, Sense::Method),
                Says::Nothing => {}
                Says::NotDone if self.taken_back.is_some_and(|s| is_negative(f.row.cell(s.column))) => return None,
                Says::NotDone | Says::BesideBank => {
                    let beside = says == Says::BesideBank;
                    let left_out = self.left_out.entry((slot.column, beside)).or_default();
                    left_out.rows += 1;
                    let word = shown(&text);
                    if left_out.words.len() < SHOWN_WORDS && !left_out.words.contains(&word) {
                        left_out.words.push(word);
                    }
                    return Some(if beside { "not_by_bank" } else { "not_done" });
                }
                Says::Unknown if column.own.is_some() || sense == Sense::Method => {
                    codes.push((slot.column, sense, text))
                }
                Says::Unknown if self.events && is_code(&text) => codes.push((slot.column, sense, text)),
                Says::Unknown => unknown.push(slot),
            }
        }
        for slot in unknown {
            f.raise(issue::UNKNOWN_STATUS, Some(slot));
        }
        for (column, sense, text) in codes {
            // Another column has said it in words.
            if sense == Sense::Method || !decided {
                self.ask(column, sense, &text);
            }
        }
        if !decided {
            self.unread.look(f, &self.words);
        }
        None
    }

    fn ask(&mut self, column: usize, sense: Sense, text: &str) {
        let field = match sense {
            Sense::Method => "method",
            Sense::Valid => "valid",
            Sense::Reversed => "reversed",
            _ => "status",
        };
        let question = self.asked.entry(column).or_insert_with(|| Question { column, field, ..Question::default() });
        question.add(Says::Unknown, text);
    }

    /// What was left out, column by column.
    pub fn told(&self, layout: &Layout) -> Vec<Fault> {
        let fault = |((column, beside), left_out): (&(usize, bool), &LeftOut)| {
            let code = if *beside { issue::ROWS_NOT_BY_BANK } else { issue::ROWS_NOT_DONE };
            let fault = Fault::new(code).count("rows", left_out.rows);
            fault.text("column", layout.header(*column)).text("words", left_out.words.join("、"))
        };
        self.left_out.iter().map(fault).collect()
    }

    /// What has to be asked, column by column.
    pub fn questions(&self) -> Vec<Question> {
        self.asked.values().cloned().chain(self.unread.questions()).collect()
    }

    /// What a cell says, as far as it is known.
    fn says(&self, column: &Column, text: &str, lexicon: &Lexicon) -> Says {
        if let Some(own) = &column.own {
            match own.word(text) {
                Says::Unknown => {}
                Says::NotDone if column.sense == Sense::Method => return Says::BesideBank,
                says => return says,
            }
        }
        let flag = |yes: Says, no: Says| match lexicon.flag(text) {
            Read::Value(true) => yes,
            Read::Value(false) => no,
            _ => Says::Unknown,
        };
        let or = |says: Says, other: &dyn Fn() -> Says| if says == Says::Unknown { other() } else { says };
        match column.sense {
            Sense::Status => self.words.status(text),
            Sense::Valid => or(self.words.status(text), &|| flag(Says::Done, Says::NotDone)),
            Sense::Reversed => or(self.words.word(text), &|| flag(Says::NotDone, Says::Done)),
            // A code of zeros is that of success.
            Sense::Failure if self.words.word(text) == Says::Done || text.chars().all(|c| c == '0') => Says::Done,
            Sense::Failure => Says::NotDone,
            Sense::Method => or(self.words.method(text), &|| {
                if lexicon.is_flag_word(text) || is_binary(text) {
                    flag(Says::Done, Says::BesideBank)
                } else {
                    Says::Unknown
                }
            }),
            Sense::Remark => self.words.opening(text),
            Sense::Account if self.words.is_beside(text) => Says::BesideBank,
            Sense::Account => Says::Nothing,
        }
    }
}

/// Columns headed like a remark that nobody reads, because another one is read already.
fn further_remarks(layout: &Layout, rules: &Rules, remarks: &[String]) -> Vec<Slot> {
    let columns = rules.columns.of(layout.kind);
    let aliases = || remarks.iter().filter_map(|r| columns.get(r)).flat_map(|r| r.aliases.iter());
    let is_remark = |header: &str| aliases().any(|a| key(a) == key(header));
    let unread = layout.columns().iter().filter(|c| c.field.is_none() && is_remark(&c.header));
    unread.map(|c| Slot::of(c.index as usize)).filter(|s| !layout.ignored.contains(&s.column)).collect()
}

fn is_binary(text: &str) -> bool {
    matches!(key(text).as_str(), "0" | "1")
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
