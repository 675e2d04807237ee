//! The employer of a row or of a text.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};

use crate::model::EmployerId;
use crate::model::matching::{EmployerRule, EmployerStep, MatchReason};
use crate::store::employers::{EmployerKeys, name_key};
use crate::store::{Store, StoreError};

use super::Key;

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

    /// By name alone, or with numbers nobody has yet.
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
        let name = name_key(name);
        let mut seen: Vec<Key> = hits.iter().map(|h| h.key).collect();
        seen.push(("employer_name", self.hmac16("employer_name", &name)));
        let known = self.covering("employer", &seen)?.map(|(id, which)| (id, EmployerId(which)));
        let mut candidates = Vec::new();
        for id in self.employers_named(&name)? {
            let mut fits = true;
            for hit in hits.iter().filter(|h| step.contradicted_by.contains(&h.rule)) {
                fits &= !self.employer_has(id, hit.rule)?;
            }
            if fits {
                candidates.push((EmployerId(id), EmployerRule::NormalisedName.key()));
            }
        }
        match (known, &candidates[..]) {
            (None, []) => Ok(EmployerMatch::Nobody),
            (None, [(only, _)]) => Ok(EmployerMatch::Found(*only)),
            // Asked for before: what was decided, or is still open, holds for the same name again.
            _ => {
                let reason = MatchReason::SameName;
                Ok(EmployerMatch::Unsure(UnsureEmployer { reason, candidates, known, keys: seen }))
            }
        }
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

    /// Employers met by this name. One kept only until it is decided who it is does not count.
    fn employers_named(&self, name_key: &str) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT DISTINCT COALESCE(a.canonical_id, n.employer_id) AS whose FROM employer_name n
             LEFT JOIN employer_alias a ON a.employer_id = n.employer_id
             WHERE n.name_key = ?1 AND NOT EXISTS (
               SELECT 1 FROM open_match m LEFT JOIN current_decision d ON d.match_id = m.match_id
               WHERE m.subject = 'employer' AND m.provisional = n.employer_id AND COALESCE(d.verdict, '') <> 'new')
             ORDER BY whose",
        )?;
        let rows = statement.query_map(params![name_key], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
