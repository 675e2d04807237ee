//! What was done about clients this month, in all and by colleague: contacts, what they brought, what is left to do.

use serde::Serialize;

use crate::model::status::ContactResult;
use crate::model::{Fen, StaffId};

/// Contacts of the month, and sales that may come about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ContactFigures {
    pub contacts: i64,
    /// Of them those in which the client was reached.
    pub reached: i64,
    /// 联络达成率: reached ÷ contacts.
    pub reached_share: Option<f64>,
    /// 新信息获取: contacts that brought an interest, an amount or a note.
    pub new_information: i64,
    /// 待跟进销售机会, and their amounts as far as they were told.
    pub open_opportunities: i64,
    pub open_amount_fen: Fen,
    /// 销售业绩: deals told this month.
    pub deals: i64,
    pub deal_amount_fen: Fen,
}

impl ContactFigures {
    /// Takes in a contact of the month.
    pub fn contact(&mut self, result: ContactResult, brought: bool, amount: Option<Fen>) {
        self.contacts += 1;
        let reached = result.reached();
        self.reached += i64::from(reached);
        self.reached_share = Some(self.reached as f64 / self.contacts as f64);
        self.new_information += i64::from(brought && reached);
        if result == ContactResult::Deal {
            self.deals += 1;
            self.deal_amount_fen = self.deal_amount_fen + amount.unwrap_or_default();
        }
    }

    /// Takes in a sale that may come about.
    pub fn opportunity(&mut self, amount: Option<Fen>) {
        self.open_opportunities += 1;
        self.open_amount_fen = self.open_amount_fen + amount.unwrap_or_default();
    }
}

/// What one colleague has done and has still to do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ColleagueLine {
    /// `None`: what is nobody's.
    pub staff_id: Option<StaffId>,
    pub outlet: String,
    pub open: i64,
    /// Of them those whose deadline has passed.
    pub overdue: i64,
    /// Dated on today or before.
    pub today: i64,
    /// 待反馈: open, dated on an earlier day, and nothing was told.
    pub awaiting: i64,
    /// Open, and no room is left before the deadline.
    pub no_room: i64,
    /// Ended this month: by the day they were to be done before, by a contact, with their reason.
    pub missed: i64,
    pub done: i64,
    pub lapsed: i64,
    #[serde(flatten)]
    pub figures: ContactFigures,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_who_were_tried_and_deals_are_summed() {
        let mut figures = ContactFigures::default();
        assert_eq!(figures.reached_share, None);
        figures.contact(ContactResult::NoAnswer, true, None);
        figures.contact(ContactResult::Interested, true, Some(Fen::yuan(10)));
        figures.contact(ContactResult::Deal, false, Some(Fen::yuan(5)));
        figures.contact(ContactResult::Deal, false, None);
        assert_eq!((figures.contacts, figures.reached, figures.reached_share), (4, 3, Some(0.75)));
        assert_eq!((figures.new_information, figures.deals, figures.deal_amount_fen), (1, 2, Fen::yuan(5)));
    }
}
