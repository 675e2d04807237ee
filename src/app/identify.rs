//! Finding people and employers again: the store tells what is known, `engagement` decides.

#[cfg(test)]
mod tests;

use crate::engagement::import::matching::payee::PayeeMatch;
use crate::engagement::import::matching::{employer, payee, person};
use crate::model::matching::employer::{EmployerKeys, EmployerMatch};
use crate::model::matching::person::{PersonKeys, PersonMatch, PersonNumbers, Reach, UnsurePerson};
use crate::model::matching::remnant::Remnants;
use crate::model::matching::{EmployerRule, EmployerStep, MatchOrder, PersonStep, RowKind};
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::matching::AskPeople;
use crate::store::{Store, StoreError};

/// The person of a row by the rules of `steps` in their order.
///
/// # Errors
/// The store cannot be read.
pub fn person(
    people: &mut impl AskPeople,
    steps: &[PersonStep],
    row: RowKind,
    employer: EmployerId,
    keys: PersonKeys,
    name: Option<&Personal<String>>,
) -> Result<PersonMatch, StoreError> {
    let steps = person::used(steps, row);
    let numbers = people.person_numbers(steps.iter().map(|s| s.rule), keys)?;
    let found = match person::by_numbers(&steps, keys, &numbers) {
        Some(found) => found,
        None => match (name, person::reach(&steps, row, keys)) {
            (Some(name), Some(reach)) => {
                person::by_name(row, keys, &numbers.hits, &people.namesakes(employer, name, &reach, keys.left())?)
            }
            _ => PersonMatch::Nobody,
        },
    };
    Ok(match found {
        PersonMatch::Unsure(unsure) => PersonMatch::Unsure(asked_before(people, &steps, &numbers, unsure)?),
        sure => sure,
    })
}

/// The question which of the people of a name, known by no number, a row with nothing but the name is of.
///
/// # Errors
/// The store cannot be read.
pub fn same_name(
    people: &mut impl AskPeople,
    employer: EmployerId,
    name: &Personal<String>,
) -> Result<UnsurePerson, StoreError> {
    let unsure = person::same_name(&people.namesakes(employer, name, &Reach::Unnumbered, None)?);
    asked_before(people, &[], &PersonNumbers::default(), unsure)
}

/// Adds the match that was opened for the same question before.
fn asked_before(
    people: &mut impl AskPeople,
    steps: &[&PersonStep],
    numbers: &PersonNumbers,
    unsure: UnsurePerson,
) -> Result<UnsurePerson, StoreError> {
    let known = match people.asked_of_person(&unsure.sought)? {
        Some((id, who)) => {
            person::is_the_same(steps, &numbers.hits, &unsure, &people.known_numbers(who)?).then_some((id, who))
        }
        None => None,
    };
    Ok(UnsurePerson { known, ..unsure })
}

/// The only person of a name at an employer whom nothing `left` of masked numbers contradicts.
///
/// # Errors
/// The store cannot be read.
pub fn person_named(
    people: &mut impl AskPeople,
    employer: EmployerId,
    name: &Personal<String>,
    left: &Remnants,
) -> Result<Option<EmployeeId>, StoreError> {
    Ok(person::only_one(&people.namesakes(employer, name, &Reach::Anybody, Some(left))?, left))
}

/// The employer of a row by the rules of `steps` in their order.
///
/// # Errors
/// The store cannot be read.
pub fn employer(store: &Store, steps: &[EmployerStep], keys: EmployerKeys) -> Result<EmployerMatch, StoreError> {
    Ok(employer::find(steps, &store.employer_candidates(steps.iter().map(|s| s.rule), keys)?))
}

/// What the rules say of a text in another sheet: a credit code, a number, or a name.
///
/// # Errors
/// The store cannot be read.
pub fn employer_by_text(store: &Store, steps: &[EmployerStep], text: &str) -> Result<EmployerMatch, StoreError> {
    for keys in [
        EmployerKeys { credit_code: Some(text), ..EmployerKeys::default() },
        EmployerKeys { bank_number: Some(text), ..EmployerKeys::default() },
    ] {
        let found = employer(store, steps, keys)?;
        if found != EmployerMatch::Nobody {
            return Ok(found);
        }
    }
    employer(store, steps, EmployerKeys { name: Some(text), ..EmployerKeys::default() })
}

/// The only employer a text names, whatever rules a workspace has for sheets: its credit code, its number, its name.
///
/// # Errors
/// The store cannot be read.
pub fn only_employer(store: &Store, text: &str) -> Result<Option<EmployerId>, StoreError> {
    let step = |rule| EmployerStep { rule, contradicted_by: Vec::new() };
    let steps = [EmployerRule::CreditCode, EmployerRule::EmployerNumber, EmployerRule::NormalisedName].map(step);
    match employer_by_text(store, &steps, text)? {
        EmployerMatch::Found(id) => Ok(Some(store.canonical_employer(id)?)),
        EmployerMatch::Unsure(_) | EmployerMatch::Nobody => Ok(None),
    }
}

/// Puts the decisions in force into effect and tries all payees without a person again: by number for good, by name or
/// decision until something changes, else they are asked for. To be called inside a transaction, after every import and
/// every decision.
///
/// # Errors
/// The store cannot be written.
pub fn rematch(store: &Store, order: &MatchOrder) -> Result<(), StoreError> {
    store.apply_decisions()?;
    for waiting in store.waiting_payees()? {
        let (keys, name) = (waiting.keys(), waiting.name.as_ref());
        let found = person(&mut &*store, &order.person, RowKind::Payroll, waiting.employer, keys, name)?;
        let decided = waiting.asked.and_then(|asked| asked.decision);
        match payee::answer(decided, !keys.is_empty(), found) {
            PayeeMatch::Decided(id) => store.put_payee(&waiting, store.canonical_employee(id)?.unwrap_or(id))?,
            PayeeMatch::Named(id) => store.put_payee(&waiting, id)?,
            PayeeMatch::Numbered { id, fresh } => store.take_payee(&waiting, id, fresh)?,
            PayeeMatch::Asked { reason, mut candidates } => {
                if let Some(name) = name {
                    // Who has the name is worth showing, though it never decides beside a number.
                    let named = store.namesakes(waiting.employer, name, &Reach::Anybody, None)?;
                    candidates.extend(person::of_the_name(&named.people));
                }
                store.ask_payee(&waiting, reason, &candidates)?;
            }
        }
    }
    Ok(())
}
