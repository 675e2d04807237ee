//! What is known of the employers a row or a text may name.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};

use crate::model::EmployerId;
use crate::model::matching::employer::{
    AskedEmployer, EmployerCandidates, EmployerKeys, EmployerName, NamedEmployer, whole_name,
};
use crate::model::matching::{EmployerRule, Hit, Key, Whose};
use crate::store::import::employers::noted;
use crate::store::{Store, StoreError};

/// Scheme of the keys of questions about a whole name.
const WHOLE_NAME: &str = "employer_whole_name";

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

    /// Numbers of employers that stand for another, and which.
    pub(in crate::store) fn employer_aliases(&self) -> Result<BTreeMap<EmployerId, EmployerId>, StoreError> {
        let mut statement = self.conn.prepare("SELECT employer_id, canonical_id FROM employer_alias")?;
        let rows = statement.query_map([], |r| Ok((EmployerId(r.get(0)?), EmployerId(r.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is known of the employers that a row with these numbers, as far as the rules look at them, and this name may
    /// name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn employer_candidates(
        &self,
        rules: impl Iterator<Item = EmployerRule>,
        keys: EmployerKeys,
    ) -> Result<EmployerCandidates, StoreError> {
        let mut found = EmployerCandidates::default();
        for rule in rules {
            let (scheme, column, value) = match rule {
                EmployerRule::CreditCode => ("credit_code", "credit_code", keys.credit_code),
                EmployerRule::EmployerNumber => ("employer_number", "bank_number", keys.bank_number),
                EmployerRule::NormalisedName => continue,
            };
            let Some(value) = value else { continue };
            let key = (scheme, self.hmac16(scheme, value));
            found.numbers.push(Hit { rule, key, whose: self.employer_by(column, value)? });
        }
        let mut sought: Vec<Key> = found.numbers.iter().map(|h| h.key).collect();
        if let Some(name) = keys.name {
            let (whole, like) = (whole_name(name), self.name_key(name));
            found.named = self.employers_named(&whole, &like)?;
            let whole_key = (WHOLE_NAME, self.hmac16(WHOLE_NAME, &whole));
            let like_key = ("employer_name", self.hmac16("employer_name", &like));
            sought.extend([whole_key, like_key]);
            found.name = Some(EmployerName { whole, whole_key, like_key });
        }
        found.asked = self.asked_employers(&sought)?;
        if !found.numbers.is_empty() {
            let owners = found.numbers.iter().filter_map(|h| Some(h.whose?.now));
            let others = found.named.iter().map(|n| n.id).chain(found.asked.iter().map(|a| a.kept_under));
            for id in owners.chain(others).collect::<Vec<_>>() {
                found.known.insert(id, self.known_kinds(id)?);
            }
        }
        Ok(found)
    }

    fn employer_by(&self, column: &str, value: &str) -> Result<Option<Whose<EmployerId>>, StoreError> {
        let sql = format!(
            "SELECT e.employer_id, COALESCE(a.canonical_id, e.employer_id) FROM employer e
             LEFT JOIN employer_alias a ON a.employer_id = e.employer_id WHERE e.{column} = ?1"
        );
        let whose = |r: &rusqlite::Row| Ok(Whose { recorded: EmployerId(r.get(0)?), now: EmployerId(r.get(1)?) });
        Ok(self.conn.prepare_cached(&sql)?.query_row([value], whose).optional()?)
    }

    /// The kinds of numbers an employer is known by.
    fn known_kinds(&self, id: EmployerId) -> Result<Vec<EmployerRule>, StoreError> {
        let (credit_code, number): (bool, bool) = self
            .conn
            .prepare_cached(
                "SELECT count(credit_code) > 0, count(bank_number) > 0 FROM employer WHERE employer_id = ?1
                   OR employer_id IN (SELECT employer_id FROM employer_alias WHERE canonical_id = ?1)",
            )?
            .query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let kinds = [(credit_code, EmployerRule::CreditCode), (number, EmployerRule::EmployerNumber)];
        Ok(kinds.into_iter().filter(|(has, _)| *has).map(|(_, rule)| rule).collect())
    }

    /// Employers met by a whole name, or by one with the same key.
    fn employers_named(&self, whole: &str, like: &str) -> Result<Vec<NamedEmployer>, StoreError> {
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
        let rows = statement.query_map(params![like, noted(whole), WHOLE_NAME], |r| {
            Ok(NamedEmployer {
                id: EmployerId(r.get(0)?),
                noted: r.get(1)?,
                name: r.get(2)?,
                provisional: r.get(3)?,
                own_name: r.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Matches of employers that were opened for one of these numbers and names, the latest last.
    fn asked_employers(&self, keys: &[Key]) -> Result<Vec<AskedEmployer>, StoreError> {
        let mut asked = BTreeMap::new();
        for key in keys {
            for (match_id, which) in self.asked_for("employer", *key)? {
                let decided = self.is_decided(match_id)?;
                let new = AskedEmployer { match_id, kept_under: EmployerId(which), keys: Vec::new(), decided };
                asked.entry(match_id).or_insert(new).keys.push(*key);
            }
        }
        Ok(asked.into_values().collect())
    }
}
