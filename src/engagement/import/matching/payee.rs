//! Payees whom no number had found when they were paid: tried again whenever more is known.

use crate::model::EmployeeId;
use crate::model::matching::person::PersonMatch;
use crate::model::matching::{MatchReason, PersonRule, Verdict};

/// Whose the payments of a payee are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayeeMatch {
    /// By a decision, or those of the row their numbers are asked for with: until something changes.
    Decided(EmployeeId),
    /// By the name alone: until something changes.
    Named(EmployeeId),
    /// By number: for good. `fresh`: the payment carries numbers that are to find the person from now on.
    Numbered {
        id: EmployeeId,
        fresh: bool,
    },
    Asked {
        reason: MatchReason,
        candidates: Vec<(EmployeeId, PersonRule)>,
    },
}

/// What becomes of a payee: `decided` is what a user said and of whom, `numbered` whether the payments carry a whole
/// number, `found` what the rules say.
pub fn answer(decided: Option<(Verdict, Option<EmployeeId>)>, numbered: bool, found: PersonMatch) -> PayeeMatch {
    if let Some((Verdict::Same, Some(target))) = decided {
        return PayeeMatch::Decided(target);
    }
    match found {
        PersonMatch::Found { id, .. } if !numbered => PayeeMatch::Named(id),
        PersonMatch::Found { id, fresh } => PayeeMatch::Numbered { id, fresh },
        // The payment's own number is short of zeros: it is that of nobody.
        PersonMatch::Zeros { id, .. } => PayeeMatch::Numbered { id, fresh: false },
        PersonMatch::Nobody => PayeeMatch::Asked { reason: MatchReason::Nobody, candidates: Vec::new() },
        PersonMatch::Unsure(unsure) => match unsure.known {
            // The numbers are those of a person's row that is asked for: one answer is enough.
            Some((_, id)) => PayeeMatch::Decided(id),
            None => PayeeMatch::Asked { reason: unsure.reason, candidates: unsure.candidates },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::matching::person::UnsurePerson;

    const ONE: EmployeeId = EmployeeId(1);
    const TWO: EmployeeId = EmployeeId(2);

    fn unsure(known: Option<(i64, EmployeeId)>) -> PersonMatch {
        let candidates = vec![(ONE, PersonRule::Account)];
        let reason = MatchReason::NumberContradicts;
        PersonMatch::Unsure(UnsurePerson { reason, candidates, known, keys: Vec::new(), sought: Vec::new() })
    }

    #[test]
    fn a_decision_goes_before_numbers_and_numbers_before_names() {
        let found = |fresh| PersonMatch::Found { id: ONE, fresh };
        let zeros = PersonMatch::Zeros { id: ONE, short: vec![PersonRule::CustomerNumber], fresh: true };
        let asked = |reason, candidates: &[(EmployeeId, PersonRule)]| PayeeMatch::Asked {
            reason,
            candidates: candidates.to_vec(),
        };
        for (decided, numbered, match_, expected) in [
            (Some((Verdict::Same, Some(TWO))), true, found(true), PayeeMatch::Decided(TWO)),
            (Some((Verdict::Same, Some(TWO))), false, PersonMatch::Nobody, PayeeMatch::Decided(TWO)),
            (Some((Verdict::Skip, None)), false, found(false), PayeeMatch::Named(ONE)),
            (Some((Verdict::Skip, None)), true, PersonMatch::Nobody, asked(MatchReason::Nobody, &[])),
            (None, false, found(false), PayeeMatch::Named(ONE)),
            (None, true, found(true), PayeeMatch::Numbered { id: ONE, fresh: true }),
            (None, true, zeros, PayeeMatch::Numbered { id: ONE, fresh: false }),
            (None, true, PersonMatch::Nobody, asked(MatchReason::Nobody, &[])),
            (None, true, unsure(Some((7, TWO))), PayeeMatch::Decided(TWO)),
            (None, true, unsure(None), asked(MatchReason::NumberContradicts, &[(ONE, PersonRule::Account)])),
        ] {
            let told = format!("{decided:?} {numbered} {match_:?}");
            assert_eq!(answer(decided, numbered, match_), expected, "{told}");
        }
    }
}
