//! Payees that match nobody, for the console and the maintenance table.

use crate::app::error::AppError;
use crate::app::reveal;
use crate::app::reveal::ShownPerson;
use crate::app::workspace::open::Workspace;
use crate::render::books::contact::blocked::UnmatchedRow;
use crate::store::import::people::Person;

/// Payees that match nobody, named as the masking rules allow.
pub fn unmatched_rows(workspace: &Workspace) -> Result<Vec<UnmatchedRow>, AppError> {
    let levels = workspace.rules.masking.of("unmatched");
    Ok(workspace
        .store
        .unmatched_payees(workspace.today)?
        .into_iter()
        .map(|u| {
            let person = Person { name: u.name, account: u.account, ..Person::default() };
            let ShownPerson { name, account, .. } = reveal::show(Some(&person), &levels);
            UnmatchedRow {
                employer: u.employer,
                payday: u.payday,
                line: u.line,
                name: (!name.is_empty()).then_some(name),
                account: (!account.is_empty()).then_some(account),
                amount: u.amount,
            }
        })
        .collect())
}
