//! The employer of a row or of a text: whose its numbers are, else who has its name, the whole name before one like it.

use crate::model::EmployerId;
use crate::model::matching::employer::{
    AskedEmployer, EmployerCandidates, EmployerMatch, EmployerName, UnsureEmployer, whole_name,
};
use crate::model::matching::{EmployerRule, EmployerStep, Key, MatchReason};

/// How surely a row of a list names an employer; the surer comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameFit {
    /// By a number that somebody has.
    ByNumber,
    /// By the whole name somebody is known by.
    Whole,
    /// By a name like somebody's, or not at all.
    Other,
}

/// An employer a name leads to.
struct Named {
    id: EmployerId,
    /// Known by this very name, and sure to be an employer.
    whole: bool,
}

/// The employer a row names by the rules of `steps` in their order.
pub fn find(steps: &[EmployerStep], known: &EmployerCandidates) -> EmployerMatch {
    by_numbers(steps, known).or_else(|| by_name(steps, known)).unwrap_or(EmployerMatch::Nobody)
}

/// How surely a row of a list names an employer.
pub fn name_fit(steps: &[EmployerStep], known: &EmployerCandidates) -> NameFit {
    if by_numbers(steps, known).is_some() {
        NameFit::ByNumber
    } else if known.name.iter().any(|name| named(known, name).iter().any(|n| n.whole)) {
        NameFit::Whole
    } else {
        NameFit::Other
    }
}

/// The question about a row that is found by its name only, where the employer found is another row's of the list.
pub fn another_of_a_list(steps: &[EmployerStep], known: &EmployerCandidates) -> UnsureEmployer {
    let (asked, named) = match (step_of(steps, EmployerRule::NormalisedName), &known.name) {
        (Some(step), Some(name)) => (asked_by_whole_name(step, known, name), fitting(step, known, name)),
        _ => (None, Vec::new()),
    };
    let whole_key = known.name.iter().map(|n| n.whole_key);
    same_name(asked, &named, number_keys(known).chain(whole_key).collect())
}

/// `None` where no number is anybody's.
fn by_numbers(steps: &[EmployerStep], known: &EmployerCandidates) -> Option<EmployerMatch> {
    let numbers = &known.numbers;
    let (rule, first) = numbers.iter().find_map(|h| Some((h.rule, h.whose?)))?;
    let strict = step_of(steps, rule).map_or(&[][..], |s| &s.contradicted_by);
    let against = numbers.iter().filter(|h| h.whose.is_none() && strict.contains(&h.rule));
    let contradicting: Vec<Key> = against.filter(|h| has(known, first.now, h.rule)).map(|h| h.key).collect();
    let disagree = numbers.iter().any(|h| h.whose.is_some_and(|w| w.now != first.now));
    let reason = match (disagree, contradicting.is_empty()) {
        (false, true) => return Some(EmployerMatch::Found(first.recorded)),
        (false, false) => MatchReason::NumberContradicts,
        (true, _) => MatchReason::NumbersDisagree,
    };
    let pointing = numbers.iter().filter(|h| h.whose.is_some()).map(|h| h.key);
    let sought: Vec<Key> = pointing.chain(contradicting).collect();
    Some(EmployerMatch::Unsure(UnsureEmployer {
        reason,
        candidates: numbers.iter().filter_map(|h| Some((h.whose?.now, h.rule))).collect(),
        known: asked_for(known, &sought).map(|a| (a.match_id, a.kept_under)),
        keys: number_keys(known).collect(),
    }))
}

/// By name alone, or with numbers nobody has yet; `None` where nobody is known by it.
fn by_name(steps: &[EmployerStep], known: &EmployerCandidates) -> Option<EmployerMatch> {
    let (step, name) = (step_of(steps, EmployerRule::NormalisedName)?, known.name.as_ref()?);
    let named = fitting(step, known, name);
    let keys_with = |key: Key| number_keys(known).chain([key]).collect::<Vec<Key>>();
    if let Some(asked) = asked_by_whole_name(step, known, name) {
        return Some(if asked.decided {
            EmployerMatch::Found(asked.kept_under)
        } else {
            EmployerMatch::Unsure(same_name(Some(asked), &named, keys_with(name.whole_key)))
        });
    }
    let mut whole = named.iter().filter(|n| n.whole);
    if let (Some(only), None) = (whole.next(), whole.next()) {
        return Some(EmployerMatch::Found(only.id));
    }
    let keys = keys_with(name.like_key);
    match (asked_for(known, &keys), &named[..]) {
        (None, []) => None,
        (None, [only]) => Some(EmployerMatch::Found(only.id)),
        // Asked for before: what was decided, or is still open, holds for the same name again.
        (asked, named) => Some(EmployerMatch::Unsure(same_name(asked, named, keys))),
    }
}

fn same_name(asked: Option<&AskedEmployer>, named: &[Named], keys: Vec<Key>) -> UnsureEmployer {
    UnsureEmployer {
        reason: MatchReason::SameName,
        candidates: named.iter().map(|n| (n.id, EmployerRule::NormalisedName)).collect(),
        known: asked.map(|a| (a.match_id, a.kept_under)),
        keys,
    }
}

/// Employers met by this name or one like it, each once. One kept only until it is decided who it is counts only where
/// it was asked for by its whole name: then the name is its own.
fn named(known: &EmployerCandidates, name: &EmployerName) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for one in known.named.iter().filter(|n| !n.provisional || n.own_name) {
        let whole = !one.provisional && (one.noted || whole_name(&one.name) == name.whole);
        match found.iter_mut().find(|n| n.id == one.id) {
            Some(same) => same.whole |= whole,
            None => found.push(Named { id: one.id, whole }),
        }
    }
    found
}

/// Employers of a name, without those whose numbers are known to be others.
fn fitting(step: &EmployerStep, known: &EmployerCandidates, name: &EmployerName) -> Vec<Named> {
    named(known, name).into_iter().filter(|n| fits(step, known, n.id)).collect()
}

/// The match that was opened for a whole name, unless the numbers say that it was another employer's.
fn asked_by_whole_name<'k>(
    step: &EmployerStep,
    known: &'k EmployerCandidates,
    name: &EmployerName,
) -> Option<&'k AskedEmployer> {
    asked_for(known, &[name.whole_key]).filter(|a| fits(step, known, a.kept_under))
}

fn fits(step: &EmployerStep, known: &EmployerCandidates, id: EmployerId) -> bool {
    !known.numbers.iter().any(|h| step.contradicted_by.contains(&h.rule) && has(known, id, h.rule))
}

/// Whether the employer is known by a number of this kind.
fn has(known: &EmployerCandidates, id: EmployerId, rule: EmployerRule) -> bool {
    known.known.get(&id).is_some_and(|kinds| kinds.contains(&rule))
}

/// The latest match that was opened for all of these keys.
fn asked_for<'k>(known: &'k EmployerCandidates, sought: &[Key]) -> Option<&'k AskedEmployer> {
    known.asked.iter().rfind(|a| sought.iter().all(|key| a.keys.contains(key)))
}

fn step_of(steps: &[EmployerStep], rule: EmployerRule) -> Option<&EmployerStep> {
    steps.iter().find(|s| s.rule == rule)
}

fn number_keys(known: &EmployerCandidates) -> impl Iterator<Item = Key> {
    known.numbers.iter().map(|h| h.key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::matching::employer::NamedEmployer;
    use crate::model::matching::{Hit, Whose};
    use crate::rules::Rules;

    const CODE: EmployerRule = EmployerRule::CreditCode;
    const NUMBER: EmployerRule = EmployerRule::EmployerNumber;
    const WHOLE: Key = ("whole", [0; 16]);
    const LIKE: Key = ("like", [0; 16]);

    fn steps() -> Vec<EmployerStep> {
        Rules::load(None).unwrap().matching.in_order().employer
    }

    fn key_of(rule: EmployerRule) -> Key {
        (rule.key(), [0; 16])
    }

    /// Nothing but what a test says: numbers with whose they are, the kinds of numbers employers are known by.
    fn known(numbers: &[(EmployerRule, Option<i64>)], kinds: &[(i64, &[EmployerRule])]) -> EmployerCandidates {
        let whose = |id: i64| Whose { recorded: EmployerId(id), now: EmployerId(id) };
        let hit =
            |(rule, id): &(EmployerRule, Option<i64>)| Hit { rule: *rule, key: key_of(*rule), whose: id.map(whose) };
        EmployerCandidates {
            numbers: numbers.iter().map(hit).collect(),
            known: kinds.iter().map(|(id, kinds)| (EmployerId(*id), kinds.to_vec())).collect(),
            ..EmployerCandidates::default()
        }
    }

    /// The same for a row with the name 甲厂.
    fn named_so(mut known: EmployerCandidates, named: &[(i64, &str)]) -> EmployerCandidates {
        known.name = Some(EmployerName { whole: "甲厂".into(), whole_key: WHOLE, like_key: LIKE });
        let one = |(id, name): &(i64, &str)| NamedEmployer {
            id: EmployerId(*id),
            name: name.to_string(),
            noted: false,
            provisional: false,
            own_name: false,
        };
        known.named = named.iter().map(one).collect();
        known
    }

    fn asked(mut known: EmployerCandidates, keys: &[Key], decided: bool) -> EmployerCandidates {
        let match_id = known.asked.len() as i64 + 1;
        known.asked.push(AskedEmployer { match_id, kept_under: EmployerId(9), keys: keys.to_vec(), decided });
        known
    }

    fn told(found: &EmployerMatch) -> String {
        match found {
            EmployerMatch::Found(id) => id.0.to_string(),
            EmployerMatch::Nobody => "nobody".into(),
            EmployerMatch::Unsure(unsure) => {
                let which = unsure.candidates.iter().map(|(id, rule)| format!(" {} {}", id.0, rule.key()));
                let before =
                    unsure.known.map_or(String::new(), |(id, kept)| format!(" (match {id}, kept under {})", kept.0));
                format!("{}:{}{before}", unsure.reason.key(), which.collect::<Vec<_>>().join(","))
            }
        }
    }

    #[test]
    fn numbers_find_the_only_one_they_speak_of() {
        let both = [key_of(CODE), key_of(NUMBER)];
        let code_known = known(&[(CODE, None), (NUMBER, Some(1))], &[(1, &[CODE, NUMBER])]);
        for (candidates, expected) in [
            (known(&[(CODE, Some(1))], &[]), "1"),
            (known(&[(CODE, Some(1)), (NUMBER, None)], &[(1, &[CODE, NUMBER])]), "1"),
            (known(&[(CODE, None), (NUMBER, Some(1))], &[(1, &[NUMBER])]), "1"),
            (code_known.clone(), "number_contradicts: 1 employer_number"),
            (asked(code_known.clone(), &both, true), "number_contradicts: 1 employer_number (match 1, kept under 9)"),
            (asked(code_known.clone(), &both[..1], true), "number_contradicts: 1 employer_number"),
            (known(&[(CODE, Some(1)), (NUMBER, Some(2))], &[]), "numbers_disagree: 1 credit_code, 2 employer_number"),
            // A name beside them changes nothing.
            (named_so(known(&[(CODE, Some(1))], &[]), &[(2, "甲厂")]), "1"),
            (known(&[(CODE, None)], &[]), "nobody"),
        ] {
            assert_eq!(told(&find(&steps(), &candidates)), expected, "{candidates:?}");
        }
        // Several matches were opened for the same: the latest.
        let twice = asked(asked(code_known, &both, false), &both, false);
        assert!(told(&find(&steps(), &twice)).contains("match 2"));
    }

    #[test]
    fn the_whole_name_goes_before_one_like_it() {
        let none = || known(&[], &[]);
        let provisional = |own_name| {
            let mut candidates = named_so(none(), &[(1, "甲厂"), (2, "甲厂")]);
            candidates.named[1] = NamedEmployer { provisional: true, own_name, ..candidates.named[1].clone() };
            candidates
        };
        let noted = {
            let mut candidates = named_so(none(), &[(1, "甲厂有限公司"), (2, "乙厂")]);
            candidates.named[1].noted = true;
            candidates
        };
        for (candidates, expected) in [
            (none(), "nobody"),
            (named_so(none(), &[]), "nobody"),
            (named_so(none(), &[(1, "甲厂")]), "1"),
            (named_so(none(), &[(1, "甲厂有限公司")]), "1"),
            (named_so(none(), &[(1, "甲厂有限公司"), (2, "甲厂")]), "2"),
            (named_so(none(), &[(1, "甲厂有限公司"), (1, "甲厂有限公司")]), "1"),
            (noted, "2"),
            (
                named_so(none(), &[(1, "甲厂有限公司"), (2, "甲厂集团")]),
                "same_name: 1 normalised_name, 2 normalised_name",
            ),
            (named_so(none(), &[(1, "甲厂"), (2, "甲厂")]), "same_name: 1 normalised_name, 2 normalised_name"),
            // One kept until it is decided who it is has the name only where it was asked for by it.
            (provisional(false), "1"),
            (provisional(true), "1"),
        ] {
            assert_eq!(told(&find(&steps(), &candidates)), expected, "{candidates:?}");
        }
    }

    #[test]
    fn a_name_with_other_numbers_is_another_employer() {
        let row = |kinds| named_so(known(&[(CODE, None)], kinds), &[(1, "甲厂")]);
        assert_eq!(told(&find(&steps(), &row(&[(1, &[CODE])]))), "nobody");
        assert_eq!(told(&find(&steps(), &row(&[(1, &[NUMBER])]))), "1");
        let two = named_so(known(&[(CODE, None)], &[(1, &[CODE])]), &[(1, "甲厂"), (2, "甲厂集团")]);
        assert_eq!(told(&find(&steps(), &two)), "2");
    }

    #[test]
    fn what_was_asked_of_a_name_holds_for_it_again() {
        let row = |kinds| named_so(known(&[(CODE, None)], kinds), &[(1, "甲厂")]);
        for (candidates, expected) in [
            (asked(row(&[]), &[WHOLE], true), "9"),
            (asked(row(&[]), &[WHOLE], false), "same_name: 1 normalised_name (match 1, kept under 9)"),
            // By its numbers that one was another.
            (asked(row(&[(9, &[CODE])]), &[WHOLE], true), "1"),
            (
                asked(named_so(known(&[], &[]), &[(1, "甲厂集团")]), &[LIKE], true),
                "same_name: 1 normalised_name (match 1, kept under 9)",
            ),
            (asked(row(&[]), &[LIKE], true), "1"),
        ] {
            assert_eq!(told(&find(&steps(), &candidates)), expected, "{candidates:?}");
        }
    }

    #[test]
    fn the_surest_row_of_a_list_comes_first() {
        let row = |whose, name| named_so(known(&[(CODE, whose)], &[]), &[(1, name)]);
        assert_eq!(name_fit(&steps(), &row(Some(1), "乙厂")), NameFit::ByNumber);
        assert_eq!(name_fit(&steps(), &row(None, "甲厂")), NameFit::Whole);
        assert_eq!(name_fit(&steps(), &row(None, "甲厂集团")), NameFit::Other);
        assert_eq!(name_fit(&steps(), &known(&[], &[])), NameFit::Other);
        assert!(NameFit::ByNumber < NameFit::Whole && NameFit::Whole < NameFit::Other);
        let another = another_of_a_list(&steps(), &asked(row(None, "甲厂"), &[WHOLE, key_of(CODE)], true));
        assert_eq!(another.keys, [key_of(CODE), WHOLE]);
        assert_eq!(told(&EmployerMatch::Unsure(another)), "same_name: 1 normalised_name (match 1, kept under 9)");
    }
}
