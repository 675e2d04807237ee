//! Pay lists and rosters of employers, which look like the list of the bank's own staff: 工号, 姓名, 部门, 基本工资, 扣款.

use crate::model::status::SheetKind;
use crate::rules::import::recognise::Content;

use crate::intake::file::cell::Row;
use crate::intake::header::detect::Found;
use crate::intake::header::layout::Layout;
use crate::intake::issue::{self, Fault};
use crate::intake::mapping::draft;
use crate::intake::sheet::walk::Table;
use crate::intake::value::key;

/// Columns that only the list of the bank's own staff has.
const OWN: [&str; 4] = ["qualifications", "may_go_out", "leave", "daily_limit"];
/// Columns that the list of the bank's own staff mostly has.
const LIKELY_OWN: [&str; 2] = ["outlet", "position"];

/// What a sheet is after all.
pub(crate) enum Settled {
    /// As it was found.
    Same(Found),
    /// A pay list without the amount that is paid out.
    WithoutNet(Box<Layout>),
}

impl Table<'_> {
    /// Looks whether what was found is a pay list of an employer, or may be its roster.
    pub(crate) fn settle_pay_list(&self, found: Found, head: &[Row]) -> Settled {
        let (list, at) = match &found {
            Found::Layout(layout) | Found::Doubtful(layout, _) => (Some((**layout).clone()), layout.at),
            Found::Ambiguous(one, other) if [one, other].contains(&&SheetKind::Staff) => match self.as_staff(head) {
                // Outlets speak for the bank: somebody has to say.
                Some(staff) if staff.slot("outlet").is_none() => (Some(staff.clone()), staff.at),
                _ => return Settled::Same(found),
            },
            Found::Incomplete(layout) => (None, layout.at),
            Found::Nothing => match draft::likely_header(head) {
                Some(first) => (None, (first, first)),
                None => return Settled::Same(found),
            },
            Found::Ambiguous(..) => return Settled::Same(found),
        };
        let taken_for_one = match &list {
            Some(list) if list.kind == SheetKind::Staff => !OWN.iter().any(|f| list.slot(f).is_some()),
            Some(list) => self.may_be_payroll(list, head).is_some(),
            None => true,
        };
        let pay = self.tools.aliases.layout_of(SheetKind::Payroll, head, at.0, at.1 + 1 - at.0);
        let Some(pay) = pay.filter(|pay| taken_for_one && (list.is_some() || pay.slot("name").is_some())) else {
            return Settled::Same(found);
        };
        let parts = self.parts_of_pay(&pay, head);
        let has_net = pay.slot("amount").is_some();
        let least = self.tools.rules.recognise.pay_list.parts;
        match list {
            Some(list) if list.kind == SheetKind::Staff => match (has_net && pay.complete, parts) {
                (true, _) => Settled::Same(Found::Layout(Box::new(pay))),
                (false, 1..) => Settled::WithoutNet(Box::new(pay)),
                (false, 0) if self.may_be_roster(&list) => {
                    Settled::Same(Found::Ambiguous(SheetKind::Staff, SheetKind::Payroll))
                }
                (false, 0) => Settled::Same(found),
            },
            _ if !has_net && parts >= least => Settled::WithoutNet(Box::new(pay)),
            _ => Settled::Same(found),
        }
    }

    fn as_staff(&self, head: &[Row]) -> Option<Layout> {
        let min = self.tools.rules.limits.min_columns;
        match self.tools.aliases.find(&head[..head.len().min(self.depth())], Some(SheetKind::Staff), min) {
            Found::Layout(layout) => Some(*layout),
            _ => None,
        }
    }

    /// How many columns are parts of a wage: by their header, with amounts below it.
    fn parts_of_pay(&self, pay: &Layout, head: &[Row]) -> usize {
        let rows: Vec<&Row> = head[pay.at.1 + 1..].iter().collect();
        let sample = self.sample(&rows);
        let rules = &self.tools.rules.recognise;
        let words: Vec<String> = rules.pay_list.words.iter().map(|w| key(w)).collect();
        let is_part = |header: &str, column: usize| {
            let header = key(header);
            let counts = sample.counts(column);
            words.iter().any(|w| header.contains(w.as_str()))
                && (counts.cells == 0 || counts.share(Content::Amount) >= rules.fitting_share)
        };
        pay.columns().iter().filter(|c| c.field.is_none() && is_part(&c.header, c.index as usize)).count()
    }

    /// Whether a list of numbers and names, without outlets or positions, has columns that an employer's roster has.
    fn may_be_roster(&self, staff: &Layout) -> bool {
        let words: Vec<String> = self.tools.rules.recognise.pay_list.roster.iter().map(|w| key(w)).collect();
        let theirs = |header: &str| words.iter().any(|w| key(header).contains(w.as_str()));
        !LIKELY_OWN.iter().any(|f| staff.slot(f).is_some())
            && staff.columns().iter().any(|c| c.field.is_none() && theirs(&c.header))
    }

    /// Asks for the amount that is paid out.
    pub(crate) fn ask_for_net(&mut self, pay: &Layout, head: &[Row]) {
        self.reading.kind = Some(pay.kind);
        self.reading.columns = pay.columns().to_vec();
        self.reading.header_rows = Some((head[pay.at.0].index, head[pay.at.1].index));
        self.reading.draft = Some(self.draft(pay, &[], head));
        let fault = Fault::new(issue::MISSING_REQUIRED_COLUMN)
            .word("kind", format!("sheet.{}", pay.kind))
            .text("columns", pay.missing.join("、"));
        self.refuse(fault);
    }
}
