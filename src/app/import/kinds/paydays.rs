//! Wages paid on another day than the employer's own rule for days off gives: told, for the rule decides when the program
//! reminds, warns and plans.

use crate::app::import::AppError;
use crate::app::import::take::Taking;
use crate::engagement::visit::paydays::against_rule;
use crate::model::Param;
use crate::model::problem::codes;

impl Taking<'_> {
    /// Tells of each employer the latest payment that contradicts the rule its list states.
    pub(crate) fn check_paydays(&mut self) -> Result<(), AppError> {
        for stated in self.store.stated_paydays(self.import_id)? {
            let against = against_rule(self.workdays, &stated.paydays, stated.shift, &stated.paid);
            let Some(last) = against.last() else { continue };
            let params = vec![
                ("employer", Param::Text(stated.name.clone())),
                ("rule", Param::Word { word: format!("word.payday_{}", stated.shift.key()) }),
                ("due", Param::Date(last.due)),
                ("expected", Param::Date(last.expected)),
                ("paid", Param::Date(last.paid)),
            ];
            self.raise(codes::PAYDAY_RULE_DIFFERS, params);
        }
        Ok(())
    }
}
