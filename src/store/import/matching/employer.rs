//! The employer of a row or of a text.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};

use crate::model::EmployerId;
use crate::model::matching::{EmployerRule, EmployerStep, MatchReason};
use crate::store::import::employers::{EmployerKeys, noted, whole_name};
use crate::store::import::matching::Key;
use crate::store::{Store, StoreError};

/// What the rules say of an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmployerMatch {
    Found(EmployerId),
    Nobody,
    Unsure(UnsureEmployer),
}

/// An employer that fits none for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsureEmployer {
    pub reason: MatchReason,
    /// Which might be meant, and by which rule.
    pub candidates: Vec<(EmployerId, &'static str)>,
    /// The match opened for this before, and the number its rows are kept under.
    pub known: Option<(i64, EmployerId)>,
    pub(super) keys: Vec<Key>,
}

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

struct Hit {
    rule: EmployerRule,
    key: Key,
    whose: Option<(i64, i64)>,
}

impl Store {
    /// The employer that now stands for `id`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn canonical_employer(&self, id: EmployerId) -> Result<EmployerId, StoreError> {
        let found: Option<i64> = self
            .conn
            .prepare_cached("SELECT canonical_id FROM employer_alias WHERE employer_id = ?1")?
            .query_row([id.0], |r| r.get(0))
            .optional()?;
        Ok(found.map_or(id, EmployerId))
    }

    /// Finds an employer by its numbers and name, by the rules of `steps` in their order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn match_employer(&self, steps: &[EmployerStep], keys: EmployerKeys) -> Result<EmployerMatch, StoreError> {
        let hits = self.number_hits(steps, keys)?;
        let found: BTreeSet<i64> = hits.iter().filter_map(|h| h.whose.map(|w| w.1)).collect();
        let Some(first) = hits.iter().find_map(|h| h.whose.map(|w| (h.rule, w))) else {
            return self.match_employer_name(steps, keys, &hits);
        };
        let against =
            |rule: EmployerRule| steps.iter().filter(move |s| s.rule == rule).flat_map(|s| &s.contradicted_by);
        let mut contradicting = Vec::new();
        for hit in hits.iter().filter(|h| h.whose.is_none()) {
            if against(first.0).any(|r| *r == hit.rule) && self.employer_has(first.1.1, hit.rule)? {
                contradicting.push(hit.key);
            }
        }
        let reason = match (found.len(), contradicting.is_empty()) {
            (1, true) => return Ok(EmployerMatch::Found(EmployerId(first.1.0))),
            (1, false) => MatchReason::NumberContradicts,
            _ => MatchReason::NumbersDisagree,
        };
        let pointing = hits.iter().filter(|h| h.whose.is_some()).map(|h| h.key);
        let required: Vec<Key> = pointing.chain(contradicting).collect();
        let candidates = hits.iter().filter_map(|h| h.whose.map(|w| (EmployerId(w.1), h.rule.key()))).collect();
        let known = self.covering("employer", &required)?.map(|(id, which)| (id, EmployerId(which)));
        let keys = hits.iter().map(|h| h.key).collect();
        Ok(EmployerMatch::Unsure(UnsureEmployer { reason, candidates, known, keys }))
    }

    /// The numbers of a row, and whose they are.
    fn number_hits(&self, steps: &[EmployerStep], keys: EmployerKeys) -> Result<Vec<Hit>, StoreError> {
        let mut hits = Vec::new();
        for step in steps {
            let (scheme, column, value) = match step.rule {
                EmployerRule::CreditCode => ("credit_code", "credit_code", keys.credit_code),
                EmployerRule::EmployerNumber => ("employer_number", "bank_number", keys.bank_number),
                EmployerRule::NormalisedName => continue,
            };
            let Some(value) = value else { continue };
            let whose = self.employer_by(column, value)?;
            hits.push(Hit { rule: step.rule, key: (scheme, self.hmac16(scheme, value)), whose });
        }
        Ok(hits)
    }

    /// By name alone, or with numbers nobody has yet: the whole name before one that only resembles it.
    fn match_employer_name(
        &self,
        steps: &[EmployerStep],
        keys: EmployerKeys,
        hits: &[Hit],
    ) -> Result<EmployerMatch, StoreError> {
        let Some(step) = steps.iter().find(|s| s.rule == EmployerRule::NormalisedName) else {
            return Ok(EmployerMatch::Nobody);
        };
        let Some(name) = keys.name else { return Ok(EmployerMatch::Nobody) };
        let unsure = |known, candidates, seen| {
            let reason = MatchReason::SameName;
            Ok(EmployerMatch::Unsure(UnsureEmployer { reason, candidates, known, keys: seen }))
        };
        let named = self.fitting(step, name, hits)?;
        if let Some(known) = self.asked_by_whole_name(step, name, hits)? {
            if self.is_decided(known.0)? {
                return Ok(EmployerMatch::Found(known.1));
            }
            return unsure(Some(known), candidates(&named), whole_name_keys(self, name, hits));
        }
        let mut whole = named.iter().filter(|n| n.whole).map(|n| n.id);
        if let (Some(only), None) = (whole.next(), whole.next()) {
            return Ok(EmployerMatch::Found(only));
        }
        let mut seen: Vec<Key> = hits.iter().map(|h| h.key).collect();
        seen.push(("employer_name", self.hmac16("employer_name", &self.name_key(name))));
        let known = self.covering("employer", &seen)?.map(|(id, which)| (id, EmployerId(which)));
        match (known, &candidates(&named)[..]) {
            (None, []) => Ok(EmployerMatch::Nobody),
            (None, [(only, _)]) => Ok(EmployerMatch::Found(*only)),
            // Asked for before: what was decided, or is still open, holds for the same name again.
            (known, candidates) => unsure(known, candidates.to_vec(), seen),
        }
    }

    /// How surely a row of a list names an employer.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn name_fit(&self, steps: &[EmployerStep], keys: EmployerKeys) -> Result<NameFit, StoreError> {
        let numbers = EmployerKeys { name: None, ..keys };
        if self.match_employer(steps, numbers)? != EmployerMatch::Nobody {
            return Ok(NameFit::ByNumber);
        }
        let whole = match keys.name {
            Some(name) => self.employers_named(name)?.iter().any(|n| n.whole),
            None => false,
        };
        Ok(if whole { NameFit::Whole } else { NameFit::Other })
    }

    /// The question about a row that is found by its name only, where the employer found is another row's of the list.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn another_of_a_list(&self, steps: &[EmployerStep], keys: EmployerKeys) -> Result<UnsureEmployer, StoreError> {
        let hits = self.number_hits(steps, keys)?;
        let name = keys.name.unwrap_or_default();
        let (known, named) = match steps.iter().find(|s| s.rule == EmployerRule::NormalisedName) {
            Some(step) => (self.asked_by_whole_name(step, name, &hits)?, self.fitting(step, name, &hits)?),
            None => (None, Vec::new()),
        };
        let keys = whole_name_keys(self, name, &hits);
        Ok(UnsureEmployer { reason: MatchReason::SameName, candidates: candidates(&named), known, keys })
    }

    /// The match that was opened for a whole name, unless the numbers say that it was another employer's.
    fn asked_by_whole_name(
        &self,
        step: &EmployerStep,
        name: &str,
        hits: &[Hit],
    ) -> Result<Option<(i64, EmployerId)>, StoreError> {
        let whole = whole_name_keys(self, name, &[]);
        let Some((id, which)) = self.covering("employer", &whole)? else { return Ok(None) };
        Ok(self.fits(step, which, hits)?.then_some((id, EmployerId(which))))
    }

    /// Employers of a name, without those whose numbers are known to be others.
    fn fitting(&self, step: &EmployerStep, name: &str, hits: &[Hit]) -> Result<Vec<Named>, StoreError> {
        let mut fitting = Vec::new();
        for named in self.employers_named(name)? {
            if self.fits(step, named.id.0, hits)? {
                fitting.push(named);
            }
        }
        Ok(fitting)
    }

    fn fits(&self, step: &EmployerStep, id: i64, hits: &[Hit]) -> Result<bool, StoreError> {
        let mut fits = true;
        for hit in hits.iter().filter(|h| step.contradicted_by.contains(&h.rule)) {
            fits &= !self.employer_has(id, hit.rule)?;
        }
        Ok(fits)
    }

    fn employer_by(&self, column: &str, value: &str) -> Result<Option<(i64, i64)>, StoreError> {
        let sql = format!(
            "SELECT e.employer_id, COALESCE(a.canonical_id, e.employer_id) FROM employer e
             LEFT JOIN employer_alias a ON a.employer_id = e.employer_id WHERE e.{column} = ?1"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([value], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
    }

    /// Whether the employer is known by a number of this kind.
    fn employer_has(&self, id: i64, rule: EmployerRule) -> Result<bool, StoreError> {
        let column = match rule {
            EmployerRule::CreditCode => "credit_code",
            EmployerRule::EmployerNumber => "bank_number",
            EmployerRule::NormalisedName => return Ok(false),
        };
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM employer WHERE {column} IS NOT NULL AND (employer_id = ?1 OR employer_id IN
               (SELECT employer_id FROM employer_alias WHERE canonical_id = ?1)))"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([id], |r| r.get(0))?)
    }

    /// Employers met by this name or one like it, each once. One kept only until it is decided who it is counts only
    /// where it was asked for by its whole name: then the name is its own.
    fn employers_named(&self, name: &str) -> Result<Vec<Named>, StoreError> {
        let whole = whole_name(name);
        let mut statement = self.conn.prepare_cached(
            "SELECT COALESCE(a.canonical_id, n.employer_id) AS whose, n.name_key = ?2, e.name,
               max(m.match_id IS NOT NULL AND COALESCE(d.verdict, '') <> 'new'),
               max(EXISTS (SELECT 1 FROM match_key k WHERE k.match_id = m.match_id AND k.scheme = ?3))
             FROM employer_name n JOIN employer e ON e.employer_id = n.employer_id
             LEFT JOIN employer_alias a ON a.employer_id = n.employer_id
             LEFT JOIN open_match m ON m.subject = 'employer' AND m.provisional = n.employer_id
             LEFT JOIN current_decision d ON d.match_id = m.match_id
             WHERE n.name_key IN (?1, ?2) GROUP BY n.employer_id, n.name_key ORDER BY whose",
        )?;
        let rows = statement.query_map(params![self.name_key(name), noted(&whole), WHOLE_NAME], |r| {
            let (id, known): (i64, String) = (r.get(0)?, r.get(2)?);
            let (noted, provisional, by_own_name): (bool, bool, bool) = (r.get(1)?, r.get(3)?, r.get(4)?);
            let named = Named { id: EmployerId(id), whole: !provisional && (noted || whole_name(&known) == whole) };
            Ok((!provisional || by_own_name).then_some(named))
        })?;
        let mut found: Vec<Named> = Vec::new();
        for row in rows {
            let Some(named) = row? else { continue };
            match found.iter_mut().find(|n| n.id == named.id) {
                Some(same) => same.whole |= named.whole,
                None => found.push(named),
            }
        }
        Ok(found)
    }
}

/// Scheme of the keys of questions about a whole name.
const WHOLE_NAME: &str = "employer_whole_name";

/// An employer a name leads to.
struct Named {
    id: EmployerId,
    /// Known by this very name, and sure to be an employer.
    whole: bool,
}

fn candidates(named: &[Named]) -> Vec<(EmployerId, &'static str)> {
    named.iter().map(|n| (n.id, EmployerRule::NormalisedName.key())).collect()
}

fn whole_name_keys(store: &Store, name: &str, hits: &[Hit]) -> Vec<Key> {
    let whole = (WHOLE_NAME, store.hmac16(WHOLE_NAME, &whole_name(name)));
    hits.iter().map(|h| h.key).chain([whole]).collect()
}
