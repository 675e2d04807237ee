//! Rows of text files with a comma too many: an amount such as 5,000.00 without quotes is two cells, and all that follows
//! stands under other headers than its own.

use crate::rules::Rules;

use crate::intake::file::cell::{Cell, Row};
use crate::intake::header::layout::Layout;
use crate::intake::header::units::is_money;
use crate::intake::value::squeeze;

/// Fields of free text: nothing but three digits is no remark.
const REMARKS: [&str; 4] = ["note", "purpose", "remark", "summary"];

/// Where the cells of a row may stand, and where its amounts are.
pub(crate) struct Ends {
    /// The last column with a header; `None` where no column has one.
    last: Option<usize>,
    amounts: Vec<usize>,
    remarks: Vec<usize>,
}

impl Ends {
    pub fn new(layout: &Layout, rules: &Rules) -> Ends {
        let known = layout.columns().iter().filter(|c| !c.header.is_empty() || c.field.is_some());
        let headed = layout.columns().iter().any(|c| !c.header.is_empty());
        let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
            layout.fields().filter(|(f, _)| wanted(f)).map(|(_, s)| s.column).collect()
        };
        Ends {
            last: known.map(|c| c.index as usize).max().filter(|_| headed),
            amounts: of(&|f| is_money(rules, layout.kind, f)),
            remarks: of(&|f| REMARKS.contains(&f)),
        }
    }

    /// The cell at which a row has slipped, if it has.
    pub fn slipped(&self, row: &Row) -> Option<usize> {
        let cut = self.amounts.iter().copied().find(|c| self.is_cut(row, *c));
        let beyond = || {
            let after = self.last? + 1;
            (after..row.cells.len()).find(|c| !row.cell(*c).is_blank())
        };
        cut.or_else(beyond)
    }

    /// Whether an amount goes on in the next cell: `5` and `000.00`.
    fn is_cut(&self, row: &Row, column: usize) -> bool {
        let (Cell::Text(start), Cell::Text(rest)) = (row.cell(column), row.cell(column + 1)) else { return false };
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let start = squeeze(start);
        let start = start.trim_start_matches(['-', '¥', '￥']);
        if start.len() > 3 || !digits(start) || start.starts_with('0') {
            return false;
        }
        let rest = squeeze(rest);
        let (whole, fraction) = rest.split_once('.').map_or((rest.as_str(), None), |(w, f)| (w, Some(f)));
        if whole.len() != 3 || !digits(whole) || fraction.is_some_and(|f| !digits(f)) {
            return false;
        }
        if self.amounts.contains(&(column + 1)) {
            // Two amounts side by side, unless none is written like this.
            return whole.starts_with('0');
        }
        fraction.is_some() || self.remarks.contains(&(column + 1))
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::tests::codes;
    use crate::intake::tests::read_text;

    #[test]
    fn an_amount_cut_at_its_comma_is_refused() {
        let pay = |rows: &str| {
            let text = format!("单位名称：甲厂\n代发日期：2026-03-10\n姓名,账号,实发金额\n{rows}");
            let reading = read_text(&text);
            let codes: Vec<_> =
                codes(&reading).into_iter().map(|(c, at)| (c.to_string(), at.map(str::to_string))).collect();
            (reading.sheets[0].row_count, codes)
        };
        let (taken, told) = pay("张一测试,6200000000000000001,5,000.00\n张二测试,6200000000000000002,600.50\n");
        assert_eq!((taken, told), (Some(1), vec![("row_slipped".into(), Some("C4".into()))]));
        // Quoted, or nothing behind the last separator: right.
        let (taken, told) = pay("张一测试,6200000000000000001,\"5,000.00\",,\n张二测试,6200000000000000002,600.50\n");
        assert_eq!((taken, told), (Some(2), vec![]));
        // What has no header is not passed over.
        let (taken, told) = pay("张一测试,6200000000000000001,5000,奖\n张二测试,6200000000000000002,600.50\n");
        assert_eq!((taken, told), (Some(1), vec![("row_slipped".into(), Some("D4".into()))]));
    }

    #[test]
    fn the_rest_of_an_amount_is_no_remark() {
        let reading = read_text(
            "单位名称：甲厂,,,\n代发日期：2026-03-10,,,\n姓名,账号,实发金额,备注
张一测试,6200000000000000001,5,000.00
张二测试,6200000000000000002,600.50,奖
张三测试,6200000000000000003,12,345.00
张四测试,6200000000000000004,8,500
张五测试,6200000000000000005,850,3月",
        );
        let slipped: Vec<_> =
            codes(&reading).into_iter().filter(|(c, _)| *c == "row_slipped").map(|(_, at)| at).collect();
        assert_eq!(slipped, [Some("C4"), Some("C6"), Some("C7")]);
        assert_eq!(reading.sheets[0].row_count, Some(2));
        // Two balances side by side are two balances.
        let reading = read_text(
            "客户号,代发单位,数据日期,AUM余额(元),活期余额(元)\nK1,甲厂,2026-03-16,5,500.00\nK2,甲厂,2026-03-16,5,000.00\n",
        );
        assert_eq!(codes(&reading), [("row_slipped", Some("D3"))]);
    }
}
