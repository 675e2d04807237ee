//! The person of a row.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::remnant::Remnants;
use crate::model::matching::{MatchReason, PersonRule, PersonStep, RowKind};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::matching::Key;
use crate::store::import::people::PersonKeys;
use crate::store::{Store, StoreError};

/// What the rules say of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonMatch {
    /// Exactly one fits. `fresh`: the row carries numbers not known of the person yet.
    Found {
        id: EmployeeId,
        fresh: bool,
    },
    /// Exactly one fits, and the only numbers that differ from those known do so by leading zeros alone, as spreadsheets
    /// lose them. `short`: the row's are the ones that lack them; they find nobody and take nothing's place.
    Zeros {
        id: EmployeeId,
        short: Vec<PersonRule>,
        fresh: bool,
    },
    Nobody,
    Unsure(UnsurePerson),
}

/// A row that fits nobody for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsurePerson {
    pub reason: MatchReason,
    /// Who might be meant, and by which rule.
    pub candidates: Vec<(EmployeeId, &'static str)>,
    /// The match opened for these numbers before, and the number its rows are kept under.
    pub known: Option<(i64, EmployeeId)>,
    /// Hashes of all numbers of the row.
    pub(super) keys: Vec<Key>,
}

/// A number of the row and whose it is.
struct Hit<'s> {
    step: &'s PersonStep,
    key: Key,
    /// The number as recorded, and after aliases.
    whose: Option<(i64, i64)>,
}

impl Store {
    /// Finds the person of a row by the rules of `steps` in their order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn match_person(
        &self,
        steps: &[PersonStep],
        row: RowKind,
        employer: EmployerId,
        keys: PersonKeys,
        name: Option<&Personal<String>>,
    ) -> Result<PersonMatch, StoreError> {
        let used: Vec<&PersonStep> = steps.iter().filter(|s| s.rows.contains(&row)).collect();
        let mut hits = Vec::new();
        for step in &used {
            if let Some((scheme, value)) = keys.of(step.rule) {
                let key = (scheme, self.identity_hmac(scheme, value));
                hits.push(Hit { step, key, whose: self.whose(key)? });
            }
        }
        let found: BTreeSet<i64> = hits.iter().filter_map(|h| h.whose.map(|w| w.1)).collect();
        let Some((raw, _)) = hits.iter().find_map(|h| h.whose) else {
            return match name {
                Some(name) if keys.is_empty() => self.match_by_name(&used, row, employer, name, keys.left()),
                Some(name) if row == RowKind::Holdings => self.match_by_likeness(&hits, employer, keys, name),
                _ => Ok(PersonMatch::Nobody),
            };
        };
        let contradicting = self.contradicting(&hits, &found)?;
        let reason = match (found.len(), contradicting.is_empty()) {
            (1, true) => {
                let fresh = hits.iter().any(|h| h.whose.is_none());
                return Ok(PersonMatch::Found { id: EmployeeId(raw), fresh });
            }
            (1, false) if let Some(short) = self.short_of_zeros(&found, &hits, &contradicting, keys)? => {
                let fresh = hits.iter().any(|h| h.whose.is_none() && !short.contains(&h.step.rule));
                return Ok(PersonMatch::Zeros { id: EmployeeId(raw), short, fresh });
            }
            (1, false) => MatchReason::NumberContradicts,
            _ => MatchReason::NumbersDisagree,
        };
        let pointing = hits.iter().filter(|h| h.whose.is_some()).map(|h| h.key);
        let required: Vec<Key> = pointing.chain(contradicting.iter().copied()).collect();
        let mut known = self.covering("person", &required)?.map(|(id, who)| (id, EmployeeId(who)));
        if let Some((_, who)) = known {
            // The same question, but of somebody else than the one kept under its number?
            let against = self.contradicting(&hits, &BTreeSet::from([who.0]))?;
            if against.iter().any(|key| !contradicting.contains(key)) {
                known = None;
            }
        }
        let candidates = hits.iter().filter_map(|h| h.whose.map(|w| (EmployeeId(w.1), h.step.rule.key()))).collect();
        let keys = hits.iter().map(|h| h.key).collect();
        Ok(PersonMatch::Unsure(UnsurePerson { reason, candidates, known, keys }))
    }

    /// A row with numbers nobody has, where the customer number is that of a namesake at the employer but for leading
    /// zeros, letter case or hyphens, as a spreadsheet loses them: asked for.
    fn match_by_likeness(
        &self,
        hits: &[Hit],
        employer: EmployerId,
        keys: PersonKeys,
        name: &Personal<String>,
    ) -> Result<PersonMatch, StoreError> {
        let Some(number) = keys.customer_number.map(|n| bare_number(n.unmask(Purpose::Store))) else {
            return Ok(PersonMatch::Nobody);
        };
        // `bare_number` in SQL: a name may be that of hundreds.
        let mut statement = self.conn.prepare_cached(
            "SELECT DISTINCT COALESCE(a.canonical_id, n.employee_id) AS whose
             FROM name_at_employer n JOIN person p ON p.employee_id = n.employee_id
             LEFT JOIN employee_alias a ON a.employee_id = n.employee_id
             WHERE n.hmac = ?2
               AND n.employer_id IN (SELECT ?1 UNION SELECT employer_id FROM employer_alias WHERE canonical_id = ?1)
               AND ltrim(replace(lower(p.customer_number), '-', ''), '0') = ?3
             ORDER BY whose",
        )?;
        let employer = self.canonical_employer(employer)?;
        let candidates: Vec<(EmployeeId, &'static str)> = statement
            .query_map(params![employer.0, self.name_hmac(name), number], |r| Ok(EmployeeId(r.get(0)?)))?
            .map(|id| Ok((id?, PersonRule::CustomerNumber.key())))
            .collect::<Result<_, StoreError>>()?;
        if candidates.is_empty() {
            return Ok(PersonMatch::Nobody);
        }
        let keys: Vec<Key> = hits.iter().map(|h| h.key).collect();
        let known = self.covering("person", &keys)?.map(|(id, who)| (id, EmployeeId(who)));
        Ok(PersonMatch::Unsure(UnsurePerson { reason: MatchReason::NumberContradicts, candidates, known, keys }))
    }

    /// Where all contradicting numbers are those known of the person but for leading zeros: which of them lack zeros that
    /// the known one has. `None` where one of them is another number.
    fn short_of_zeros(
        &self,
        people: &BTreeSet<i64>,
        hits: &[Hit],
        contradicting: &[Key],
        keys: PersonKeys,
    ) -> Result<Option<Vec<PersonRule>>, StoreError> {
        let bare = |number: &str| number.trim_start_matches('0').to_string();
        let mut short = Vec::new();
        for hit in hits.iter().filter(|h| contradicting.contains(&h.key)) {
            let Some((_, given)) = keys.of(hit.step.rule) else { return Ok(None) };
            let given = given.unmask(Purpose::Store);
            let known = self.numbers_of(people, hit.step.rule)?;
            let Some(known) = known.iter().find(|k| !bare(k).is_empty() && bare(k) == bare(given)) else {
                return Ok(None);
            };
            if given.len() < known.len() {
                short.push(hit.step.rule);
            }
        }
        Ok(Some(short))
    }

    /// The whole numbers of one kind by which these people are known.
    fn numbers_of(&self, people: &BTreeSet<i64>, rule: PersonRule) -> Result<Vec<String>, StoreError> {
        let Some(column) = column_of(rule) else { return Ok(Vec::new()) };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {column} FROM person WHERE instr({column}, '*') = 0 AND (employee_id = ?1 OR employee_id IN
               (SELECT employee_id FROM employee_alias WHERE canonical_id = ?1)) ORDER BY employee_id"
        ))?;
        let mut numbers = Vec::new();
        for id in people {
            for number in statement.query_map([id], |r| r.get(0))? {
                numbers.push(number?);
            }
        }
        Ok(numbers)
    }

    /// Numbers nobody has yet, of a kind of which one of `people` is known by another one, where the rules by which
    /// they were found do not allow that. The strictest of those rules counts only when they disagree; else the first.
    fn contradicting(&self, hits: &[Hit], people: &BTreeSet<i64>) -> Result<Vec<Key>, StoreError> {
        let pointing: Vec<&Hit> = hits.iter().filter(|h| h.whose.is_some()).collect();
        let agree = pointing.windows(2).all(|w| w[0].whose.map(|w| w.1) == w[1].whose.map(|w| w.1));
        let counting = if agree { &pointing[..pointing.len().min(1)] } else { &pointing[..] };
        let mut found = Vec::new();
        for hit in hits.iter().filter(|h| h.whose.is_none()) {
            let strict = counting.iter().any(|h| h.step.contradicted_by.contains(&hit.step.rule));
            if strict && self.has_another(people, hit.step.rule)? {
                found.push(hit.key);
            }
        }
        Ok(found)
    }

    /// Who has this number: as recorded, and after aliases.
    fn whose(&self, (scheme, hmac): Key) -> Result<Option<(i64, i64)>, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT i.employee_id, COALESCE(a.canonical_id, i.employee_id) FROM identity i
                 LEFT JOIN employee_alias a ON a.employee_id = i.employee_id WHERE i.scheme = ?1 AND i.hmac = ?2",
            )?
            .query_row(params![scheme, hmac], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?)
    }

    /// Whether one of these people is known by a number of this kind.
    fn has_another(&self, people: &BTreeSet<i64>, rule: PersonRule) -> Result<bool, StoreError> {
        Ok(!self.numbers_of(people, rule)?.is_empty())
    }

    /// A row without numbers. Where the rule on names is not for its kind, it can only be somebody known by nothing
    /// but the name either: two lists of names fit together, a name is never put to somebody with numbers.
    fn match_by_name(
        &self,
        used: &[&PersonStep],
        row: RowKind,
        employer: EmployerId,
        name: &Personal<String>,
        left: Option<&Remnants>,
    ) -> Result<PersonMatch, StoreError> {
        let by_name = used.iter().any(|s| s.rule == PersonRule::NameAtEmployer);
        if !by_name && row == RowKind::Payroll {
            return Ok(PersonMatch::Nobody);
        }
        let found = self.namesakes(self.people_named(employer, name, !by_name)?, left)?;
        match (&found.meant[..], &found.others[..]) {
            ([], []) => Ok(PersonMatch::Nobody),
            // A list of people that tells two of a name apart speaks of two; a payment may be to either.
            ([], _) if row == RowKind::Holdings => Ok(PersonMatch::Nobody),
            ([], _) => Ok(PersonMatch::Unsure(UnsurePerson {
                reason: MatchReason::NumberContradicts,
                candidates: by_the_name(&found.others),
                known: None,
                keys: Vec::new(),
            })),
            ([(raw, _)], _) => Ok(PersonMatch::Found { id: EmployeeId(*raw), fresh: false }),
            (meant, _) => {
                let mut unsure = self.same_name(employer, name, !by_name)?;
                if left.is_some() {
                    // Of these only, and what is decided of the name alone is not decided of the number.
                    unsure.candidates = by_the_name(meant);
                    unsure.known = None;
                    unsure.keys.clear();
                }
                Ok(PersonMatch::Unsure(unsure))
            }
        }
    }

    /// Which of the people of a name may be meant by what is left of a row's numbers: those it fits, else those whose
    /// numbers say nothing.
    pub(in crate::store) fn namesakes(
        &self,
        named: Vec<(i64, i64)>,
        left: Option<&Remnants>,
    ) -> Result<Namesakes, StoreError> {
        let Some(left) = left.filter(|left| !left.is_empty()) else {
            return Ok(Namesakes { meant: named, others: Vec::new() });
        };
        let (mut fitting, mut silent, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for person in named {
            match left.fit(&self.known_numbers(person.1)?) {
                Some(true) => fitting.push(person),
                Some(false) => others.push(person),
                None => silent.push(person),
            }
        }
        // A single visible letter fits too many to speak against those nobody knows a number of.
        if fitting.is_empty() || !left.is_telling() {
            fitting.extend(silent);
            return Ok(Namesakes { meant: fitting, others });
        }
        others.extend(silent);
        Ok(Namesakes { meant: fitting, others })
    }

    /// Everybody of `employer` a row with nothing but this name may be of; `only_by_name`: who is known by no number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn same_name(
        &self,
        employer: EmployerId,
        name: &Personal<String>,
        only_by_name: bool,
    ) -> Result<UnsurePerson, StoreError> {
        let found = self.people_named(employer, name, only_by_name)?;
        let candidates = by_the_name(&found);
        let keys = vec![("name", self.name_hmac(name)), ("employer", self.employer_hmac(employer)?)];
        let known = self.covering("person", &keys)?.map(|(id, who)| (id, EmployeeId(who)));
        Ok(UnsurePerson { reason: MatchReason::SameName, candidates, known, keys })
    }

    fn employer_hmac(&self, employer: EmployerId) -> Result<[u8; 16], StoreError> {
        Ok(self.hmac16("employer", &self.canonical_employer(employer)?.to_string()))
    }

    /// Everybody of this name at an employer, one entry per person: the number recorded and that after aliases.
    pub(in crate::store) fn people_named(
        &self,
        employer: EmployerId,
        name: &Personal<String>,
        only_by_name: bool,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let canonical = self.canonical_employer(employer)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT min(n.employee_id), COALESCE(a.canonical_id, n.employee_id) AS whose
             FROM name_at_employer n LEFT JOIN employee_alias a ON a.employee_id = n.employee_id
             JOIN person p ON p.employee_id = n.employee_id
             WHERE n.hmac = ?2
               AND n.employer_id IN (SELECT ?1 UNION SELECT employer_id FROM employer_alias WHERE canonical_id = ?1)
               AND (?3 = 0 OR NOT (COALESCE(instr(p.customer_number, '*') = 0, 0) OR COALESCE(instr(p.id_number, '*') = 0, 0)
                                   OR COALESCE(instr(p.account, '*') = 0, 0)))
             GROUP BY whose ORDER BY whose",
        )?;
        let rows = statement
            .query_map(params![canonical.0, self.name_hmac(name), only_by_name], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The column of the people's table that holds a number of this kind.
fn column_of(rule: PersonRule) -> Option<&'static str> {
    match rule {
        PersonRule::CustomerNumber => Some("customer_number"),
        PersonRule::IdNumber => Some("id_number"),
        PersonRule::Account => Some("account"),
        PersonRule::NameAtEmployer => None,
    }
}

/// The people of a name, as numbers recorded and after aliases.
#[derive(Debug, Default)]
pub(in crate::store) struct Namesakes {
    /// Who may be meant.
    pub meant: Vec<(i64, i64)>,
    /// Who is not meant: what is left of the row's numbers is not of theirs, or is more likely another's.
    pub others: Vec<(i64, i64)>,
}

fn by_the_name(people: &[(i64, i64)]) -> Vec<(EmployeeId, &'static str)> {
    people.iter().map(|(_, canonical)| (EmployeeId(*canonical), PersonRule::NameAtEmployer.key())).collect()
}

/// A number without what spreadsheets and people leave out or add: leading zeros, letter case, hyphens.
fn bare_number(number: &str) -> String {
    let plain: String = number.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    plain.trim_start_matches('0').to_string()
}
