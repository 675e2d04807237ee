//! The person of a row: whose its numbers are, else who has its name.

use std::cmp::Ordering;

use crate::model::EmployeeId;
use crate::model::matching::person::{
    Namesake, Namesakes, PersonKeys, PersonMatch, PersonNumbers, Reach, UnsurePerson, bare_number, whole_number,
    zeros_apart,
};
use crate::model::matching::remnant::{Known, Remnants};
use crate::model::matching::{Hit, Key, MatchReason, PersonRule, PersonStep, RowKind};

type PersonHit = Hit<PersonRule, EmployeeId>;

/// The rules used for a kind of row, in their order.
pub fn used(steps: &[PersonStep], row: RowKind) -> Vec<&PersonStep> {
    steps.iter().filter(|s| s.rows.contains(&row)).collect()
}

/// Who the numbers of a row speak of by the rules used; `None` where none of them is anybody's.
pub fn by_numbers(steps: &[&PersonStep], keys: PersonKeys, numbers: &PersonNumbers) -> Option<PersonMatch> {
    let PersonNumbers { hits, known } = numbers;
    let first = hits.iter().find_map(|h| h.whose)?;
    let disagree = hits.iter().any(|h| h.whose.is_some_and(|w| w.now != first.now));
    let contradicting = contradicting(steps, hits, known);
    let fresh = |short: &[PersonRule]| hits.iter().any(|h| h.whose.is_none() && !short.contains(&h.rule));
    let reason = match (disagree, contradicting.is_empty()) {
        (false, true) => return Some(PersonMatch::Found { id: first.recorded, fresh: fresh(&[]) }),
        (false, false) if let Some(short) = short_of_zeros(&contradicting, keys, known) => {
            return Some(PersonMatch::Zeros { id: first.recorded, fresh: fresh(&short), short });
        }
        (false, false) => MatchReason::NumberContradicts,
        (true, _) => MatchReason::NumbersDisagree,
    };
    let sought = hits.iter().filter(|h| h.whose.is_some()).chain(contradicting).map(|h| h.key).collect();
    let candidates = hits.iter().filter_map(|h| Some((h.whose?.now, h.rule))).collect();
    Some(PersonMatch::Unsure(UnsurePerson { reason, candidates, known: None, keys: all_keys(hits), sought }))
}

/// Whether a match opened before for all that is sought is about the same: not of somebody else than the one kept under
/// its number, who is known by these.
pub fn is_the_same(steps: &[&PersonStep], hits: &[PersonHit], unsure: &UnsurePerson, known: &[Known]) -> bool {
    contradicting(steps, hits, known).iter().all(|h| unsure.sought.contains(&h.key))
}

/// Numbers nobody has yet, of a kind of which those found are known by another one, where the rules by which they were
/// found do not allow that. The strictest of those rules counts only when they disagree; else the first.
fn contradicting<'h>(steps: &[&PersonStep], hits: &'h [PersonHit], known: &[Known]) -> Vec<&'h PersonHit> {
    let pointing: Vec<&PersonHit> = hits.iter().filter(|h| h.whose.is_some()).collect();
    let agree = pointing.windows(2).all(|w| w[0].whose.map(|w| w.now) == w[1].whose.map(|w| w.now));
    let counting = if agree { &pointing[..pointing.len().min(1)] } else { &pointing[..] };
    let is_strict = |rule| {
        let mut found_by = steps.iter().filter(|s| counting.iter().any(|h| h.rule == s.rule));
        found_by.any(|s| s.contradicted_by.contains(&rule))
    };
    let has_another = |rule| known.iter().any(|k| whole_number(k, rule).is_some());
    hits.iter().filter(|h| h.whose.is_none() && is_strict(h.rule) && has_another(h.rule)).collect()
}

/// Where all contradicting numbers are those known of the person but for leading zeros: which of them lack zeros that
/// the known one has. `None` where one of them is another number.
fn short_of_zeros(contradicting: &[&PersonHit], keys: PersonKeys, known: &[Known]) -> Option<Vec<PersonRule>> {
    let mut short = Vec::new();
    for hit in contradicting {
        let (_, given) = keys.of(hit.rule)?;
        let mut numbers = known.iter().filter_map(|k| whole_number(k, hit.rule));
        if numbers.find_map(|known| zeros_apart(given, known))? == Ordering::Less {
            short.push(hit.rule);
        }
    }
    Some(short)
}

/// Which people of its name to look for where no number of a row is anybody's; `None`: it is nobody known. Of a row
/// without numbers whose kind has no rule on names it can only be somebody known by nothing but the name either: two
/// lists of names fit together, a name is never put to somebody with numbers.
pub fn reach(steps: &[&PersonStep], row: RowKind, keys: PersonKeys) -> Option<Reach> {
    match row {
        _ if keys.is_empty() && steps.iter().any(|s| s.rule == PersonRule::NameAtEmployer) => Some(Reach::Anybody),
        RowKind::Holdings if keys.is_empty() => Some(Reach::Unnumbered),
        // As a spreadsheet loses zeros, letter case or hyphens.
        RowKind::Holdings => keys.customer_number.map(|n| Reach::Alike(bare_number(n))),
        RowKind::Payroll => None,
    }
}

/// Who a row speaks of none of whose numbers is anybody's, from the people of its name within [`reach`].
pub fn by_name(row: RowKind, keys: PersonKeys, hits: &[PersonHit], found: &Namesakes) -> PersonMatch {
    let asked = |reason, candidates, keys: Vec<Key>| {
        let sought = keys.clone();
        PersonMatch::Unsure(UnsurePerson { reason, candidates, known: None, keys, sought })
    };
    if !keys.is_empty() {
        // Numbers nobody has, but one much like that of a namesake.
        let candidates: Vec<_> = found.people.iter().map(|p| (p.whose.now, PersonRule::CustomerNumber)).collect();
        if candidates.is_empty() {
            return PersonMatch::Nobody;
        }
        return asked(MatchReason::NumberContradicts, candidates, all_keys(hits));
    }
    let (meant, others) = told_apart(&found.people, keys.left());
    match (&meant[..], &others[..]) {
        ([], []) => PersonMatch::Nobody,
        // A list of people that tells two of a name apart speaks of two; a payment may be to either.
        ([], _) if row == RowKind::Holdings => PersonMatch::Nobody,
        ([], _) => asked(MatchReason::NumberContradicts, of_the_name(others), Vec::new()),
        ([only], _) => PersonMatch::Found { id: only.whose.recorded, fresh: false },
        // Of these only, and what is decided of the name alone is not decided of what is left of a number.
        _ if keys.left().is_some() => asked(MatchReason::SameName, of_the_name(meant), Vec::new()),
        _ => PersonMatch::Unsure(same_name(found)),
    }
}

/// The question which of the people of a name a row with nothing but the name is of.
pub fn same_name(found: &Namesakes) -> UnsurePerson {
    let (keys, sought) = (found.keys.clone(), found.keys.clone());
    UnsurePerson { reason: MatchReason::SameName, candidates: of_the_name(&found.people), known: None, keys, sought }
}

/// The only one of a name whom nothing left of a row's numbers contradicts; `None` when there are several or none.
pub fn only_one(found: &Namesakes, left: &Remnants) -> Option<EmployeeId> {
    match told_apart(&found.people, Some(left).filter(|left| !left.is_empty())).0[..] {
        [only] => Some(only.whose.now),
        _ => None,
    }
}

/// These people as candidates by their name.
pub fn of_the_name<'n>(people: impl IntoIterator<Item = &'n Namesake>) -> Vec<(EmployeeId, PersonRule)> {
    people.into_iter().map(|p| (p.whose.now, PersonRule::NameAtEmployer)).collect()
}

/// Who of a name may be meant by what is left of a row's numbers (those it fits, else those whose numbers say nothing),
/// and the others.
fn told_apart<'n>(people: &'n [Namesake], left: Option<&Remnants>) -> (Vec<&'n Namesake>, Vec<&'n Namesake>) {
    let Some(left) = left else { return (people.iter().collect(), Vec::new()) };
    let (mut fitting, mut silent, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for person in people {
        match left.fit(&person.known) {
            Some(true) => fitting.push(person),
            Some(false) => others.push(person),
            None => silent.push(person),
        }
    }
    // A single visible letter fits too many to speak against those nobody knows a number of.
    if fitting.is_empty() || !left.is_telling() {
        fitting.extend(silent);
    } else {
        others.extend(silent);
    }
    (fitting, others)
}

fn all_keys(hits: &[PersonHit]) -> Vec<Key> {
    hits.iter().map(|h| h.key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Personal;
    use crate::model::matching::Whose;
    use crate::rules::Rules;

    const RULES: [PersonRule; 3] = [PersonRule::CustomerNumber, PersonRule::IdNumber, PersonRule::Account];

    fn steps() -> Vec<PersonStep> {
        Rules::load(None).unwrap().matching.in_order().person
    }

    /// Customer number, ID number, account; `-` for none.
    fn three(text: &str) -> Known {
        let mut numbers = text.split(' ').map(|n| (n != "-").then(|| Personal::new(n.to_string())));
        [(); 3].map(|()| numbers.next().unwrap())
    }

    fn keys_of<'a>(three: &'a Known, left: Option<&'a Remnants>) -> PersonKeys<'a> {
        let [customer_number, id_number, account] = three.each_ref().map(Option::as_ref);
        PersonKeys { customer_number, id_number, account, left }
    }

    fn key_of(rule: PersonRule) -> Key {
        (rule.key(), [1; 16])
    }

    /// A row's numbers and whose they are: `1`, `1>2` for one recorded who is another now, `?` for nobody's.
    fn hits(row: &str, owners: &str) -> Vec<PersonHit> {
        let id = |text: &str| EmployeeId(text.parse().unwrap());
        let owner = |text: &str| match text.split_once('>') {
            Some((recorded, now)) => Some(Whose { recorded: id(recorded), now: id(now) }),
            None => (text != "?").then(|| Whose { recorded: id(text), now: id(text) }),
        };
        let given = RULES.into_iter().zip(three(row)).zip(owners.split(' '));
        given
            .filter(|((_, n), _)| n.is_some())
            .map(|((rule, _), o)| Hit { rule, key: key_of(rule), whose: owner(o) })
            .collect()
    }

    fn told(found: Option<&PersonMatch>) -> String {
        let fresh = |fresh: bool| if fresh { " fresh" } else { "" };
        match found {
            None => "-".into(),
            Some(PersonMatch::Nobody) => "nobody".into(),
            Some(PersonMatch::Found { id, fresh: f }) => format!("{}{}", id.0, fresh(*f)),
            Some(PersonMatch::Zeros { id, short, fresh: f }) => {
                let short: String = short.iter().map(|rule| format!(" {}", rule.key())).collect();
                format!("{} zeros{short}{}", id.0, fresh(*f))
            }
            Some(PersonMatch::Unsure(unsure)) => {
                let who = unsure.candidates.iter().map(|(id, rule)| format!(" {} {}", id.0, rule.key()));
                format!("{}:{}", unsure.reason.key(), who.collect::<Vec<_>>().join(","))
            }
        }
    }

    fn numbered(steps: &[PersonStep], row: &str, owners: &str, known: &[&str]) -> Option<PersonMatch> {
        let known = known.iter().map(|k| three(k)).collect();
        let numbers = PersonNumbers { hits: hits(row, owners), known };
        by_numbers(&used(steps, RowKind::Holdings), keys_of(&three(row), None), &numbers)
    }

    #[test]
    fn numbers_find_the_only_one_they_speak_of() {
        let steps = steps();
        for (row, owners, known, expected) in [
            ("K1 - -", "1 - -", &[][..], "1"),
            ("K1 I1 A1", "1 1 1", &[], "1"),
            ("K1 I1 A1", "? ? ?", &[], "-"),
            ("- - -", "- - -", &[], "-"),
            // Kept under the number that was recorded, and the same person all the same.
            ("K1 I1 -", "5>1 1 -", &[], "5"),
            ("K1 I1 -", "1 ? -", &["K1 - -"], "1 fresh"),
            // One customer has one ID number, and the other way round.
            ("K1 I2 -", "1 ? -", &["K1 I1 -"], "number_contradicts: 1 customer_number"),
            ("K2 I1 -", "? 1 -", &["K1 I1 -"], "number_contradicts: 1 id_number"),
            ("K2 - A1", "? - 1", &["K1 - A1"], "number_contradicts: 1 account"),
            // Known under two numbers since somebody decided so: each of them counts.
            ("K1 I2 -", "1 ? -", &["K1 - -", "- I1 -"], "number_contradicts: 1 customer_number"),
            // But several accounts, and what is left of a masked number is none to differ from.
            ("K1 - A2", "1 - ?", &["K1 - A1"], "1 fresh"),
            ("K1 I2 -", "1 ? -", &["K1 3*1 -"], "1 fresh"),
            ("K1 I2 -", "1 2 -", &[], "numbers_disagree: 1 customer_number, 2 id_number"),
            ("K1 I3 A2", "1 ? 2", &["K1 I1 -", "- - A2"], "numbers_disagree: 1 customer_number, 2 account"),
        ] {
            assert_eq!(told(numbered(&steps, row, owners, known).as_ref()), expected, "{row} {owners} {known:?}");
        }
    }

    #[test]
    fn a_number_that_lost_its_zeros_is_the_known_one() {
        let steps = steps();
        for (row, known, expected) in [
            ("123 I1 -", "00123 I1 -", "1 zeros customer_number"),
            ("00123 I1 -", "123 I1 -", "1 zeros fresh"),
            ("1123 I1 -", "00123 I1 -", "number_contradicts: 1 id_number"),
            ("0 I1 -", "000 I1 -", "number_contradicts: 1 id_number"),
        ] {
            assert_eq!(told(numbered(&steps, row, "? 1 -", &[known]).as_ref()), expected, "{row} {known}");
        }
        let both = numbered(&steps, "123 I1 A2", "? 1 ?", &["00123 I1 A1"]);
        assert_eq!(told(both.as_ref()), "1 zeros customer_number fresh");
        let one = numbered(&steps, "123 I2 A1", "? ? 1", &["00123 I1 A1"]);
        assert_eq!(told(one.as_ref()), "number_contradicts: 1 account");
    }

    #[test]
    fn a_workspace_may_say_what_contradicts_and_what_is_used() {
        let mut steps = steps();
        steps.iter_mut().find(|s| s.rule == PersonRule::IdNumber).unwrap().contradicted_by.clear();
        assert_eq!(told(numbered(&steps, "K2 I1 -", "? 1 -", &["K1 I1 -"]).as_ref()), "1 fresh");
        steps.iter_mut().for_each(|s| s.rows.retain(|row| *row != RowKind::Payroll));
        assert!(used(&steps, RowKind::Payroll).is_empty());
    }

    #[test]
    fn a_question_asked_before_is_not_that_of_somebody_else() {
        let (steps, row, owners) = (steps(), "K2 I2 A1", "? ? 1");
        let Some(PersonMatch::Unsure(unsure)) = numbered(&steps, row, owners, &["K1 - A1"]) else { panic!() };
        assert_eq!(unsure.sought, [key_of(PersonRule::Account), key_of(PersonRule::CustomerNumber)]);
        let is_of =
            |kept: &str| is_the_same(&used(&steps, RowKind::Holdings), &hits(row, owners), &unsure, &[three(kept)]);
        assert!(is_of("K2 - -") && is_of("- - -"));
        assert!(!is_of("K2 I1 -"));
    }

    #[test]
    fn names_are_looked_for_where_no_number_is_anybodys() {
        let (all, mut steps_without) = (steps(), steps());
        steps_without.retain(|s| s.rule != PersonRule::NameAtEmployer);
        let alike = Some(Reach::Alike("12a".into()));
        for (steps, row, numbers, expected) in [
            (&all, RowKind::Payroll, "- - -", Some(Reach::Anybody)),
            (&all, RowKind::Payroll, "K1 - -", None),
            (&all, RowKind::Holdings, "- - -", Some(Reach::Unnumbered)),
            (&all, RowKind::Holdings, "00-12A - -", alike),
            (&all, RowKind::Holdings, "- I1 A1", None),
            (&steps_without, RowKind::Payroll, "- - -", None),
            (&steps_without, RowKind::Holdings, "- - -", Some(Reach::Unnumbered)),
        ] {
            let found = reach(&used(steps, row), row, keys_of(&three(numbers), None));
            assert_eq!(found, expected, "{row:?} {numbers}");
        }
    }

    fn namesakes(accounts: &[&str]) -> Namesakes {
        let person = |(n, account): (usize, &&str)| {
            let id = EmployeeId(n as i64 + 1);
            Namesake { whose: Whose { recorded: id, now: id }, known: vec![three(&format!("- - {account}"))] }
        };
        let people = accounts.iter().enumerate().map(person).collect();
        Namesakes { people, keys: vec![("name", [0; 16]), ("employer", [0; 16])] }
    }

    #[test]
    fn a_name_is_taken_where_one_has_it_and_what_is_left_of_numbers_tells_them_apart() {
        use RowKind::{Holdings, Payroll};
        for (row, left, accounts, expected) in [
            (Payroll, "", &[][..], "nobody"),
            (Payroll, "", &["-"], "1"),
            (Payroll, "", &["-", "-"], "same_name: 1 name_at_employer, 2 name_at_employer"),
            (Payroll, "*0002", &["62220001", "62220002"], "2"),
            (Payroll, "*0002", &["-", "62220002"], "2"),
            (Payroll, "*0002", &["-", "62220001"], "1"),
            (Payroll, "*0002", &["62220002", "62170002"], "same_name: 1 name_at_employer, 2 name_at_employer"),
            // One visible letter speaks against nobody whose number is unknown.
            (Payroll, "*2", &["-", "62220002"], "same_name: 2 name_at_employer, 1 name_at_employer"),
            (Payroll, "*0003", &["62220001"], "number_contradicts: 1 name_at_employer"),
            (Holdings, "*0003", &["62220001"], "nobody"),
        ] {
            let remnant = (!left.is_empty()).then(|| Personal::new(left.to_string()));
            let left = Remnants { account: remnant, ..Remnants::default() };
            let nothing = three("- - -");
            let found = by_name(row, keys_of(&nothing, Some(&left)), &[], &namesakes(accounts));
            assert_eq!(told(Some(&found)), expected, "{row:?} {left:?} {accounts:?}");
            if let PersonMatch::Unsure(unsure) = found {
                assert_eq!(unsure.keys.len(), if left.is_empty() { 2 } else { 0 }, "{left:?} {accounts:?}");
                assert_eq!(unsure.keys, unsure.sought);
            }
        }
    }

    #[test]
    fn a_namesake_with_a_number_much_alike_is_asked_for() {
        let row = three("12 - A1");
        let found = by_name(RowKind::Holdings, keys_of(&row, None), &hits("12 - A1", "? - ?"), &namesakes(&["-"]));
        assert_eq!(told(Some(&found)), "number_contradicts: 1 customer_number");
        let found = by_name(RowKind::Holdings, keys_of(&row, None), &[], &namesakes(&[]));
        assert_eq!(told(Some(&found)), "nobody");
    }

    #[test]
    fn the_only_one_of_a_name() {
        let left = Remnants { account: Some(Personal::new("*0002".into())), ..Remnants::default() };
        assert_eq!(only_one(&namesakes(&["-"]), &Remnants::default()), Some(EmployeeId(1)));
        assert_eq!(only_one(&namesakes(&["-", "-"]), &Remnants::default()), None);
        assert_eq!(only_one(&namesakes(&["62220001", "62220002"]), &left), Some(EmployeeId(2)));
    }
}
