//! Wages paid on another day than the employer's own rule for days off gives: told, for the rule decides when the program
//! reminds, warns and plans.

use crate::app::error::AppError;
use crate::app::import::ctx::Ctx;
use crate::engagement::visit::paydays::against_rule;
use crate::model::Param;
use crate::model::problem::codes;

/// Tells of each employer the latest payment that contradicts the rule its list states.
pub fn check(ctx: &mut Ctx<'_>) -> Result<(), AppError> {
    for stated in ctx.store.stated_paydays(ctx.import_id)? {
        let against = against_rule(ctx.workdays, &stated.paydays, stated.shift, &stated.paid);
        let Some(last) = against.last() else { continue };
        let params = vec![
            ("employer", Param::Text(stated.name.clone())),
            ("rule", Param::Word { word: format!("word.payday_{}", stated.shift.key()) }),
            ("due", Param::Date(last.due)),
            ("expected", Param::Date(last.expected)),
            ("paid", Param::Date(last.paid)),
        ];
        ctx.raise(codes::PAYDAY_RULE_DIFFERS, params);
    }
    Ok(())
}
