//! Matches that are asked for, and the ledger of what was decided.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::employer::UnsureEmployer;
use crate::model::matching::person::UnsurePerson;
use crate::model::matching::{Key, MatchReason, MatchSubject, Verdict};
use crate::model::{EmployeeId, EmployerId};
use crate::store::{Store, StoreError, now_utc};

/// Where and when a row was seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub import_id: i64,
    /// 1-based row of the sheet.
    pub line: i64,
    pub today: NaiveDate,
}

/// A match as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMatch {
    pub match_id: i64,
    pub subject: MatchSubject,
    pub reason: MatchReason,
    /// Where a person or payee was seen.
    pub employer: Option<EmployerId>,
    /// The payee's hash.
    pub payee: Option<[u8; 16]>,
    /// The number its rows are kept under meanwhile: an employee, or for `employer` an employer.
    pub provisional: Option<i64>,
    /// File where it was first seen, and the row.
    pub file: String,
    pub line: i64,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    /// Who might be meant (employees, or employers), and by which rules.
    pub candidates: Vec<(i64, Vec<String>)>,
    /// Whether rows still wait for the decision.
    pub waiting: bool,
    /// The decision in force.
    pub decision: Option<Decision>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub verdict: Verdict,
    /// The person or employer it is.
    pub target: Option<i64>,
    /// The person merged into `target`.
    pub other: Option<i64>,
    /// Day it was made.
    pub today: NaiveDate,
}

impl OpenMatch {
    /// Whether the user is still asked.
    pub fn is_open(&self) -> bool {
        self.waiting && self.decision.is_none()
    }
}

impl Store {
    /// Opens the match of a person's row, or notes that it was seen again; returns its number.
    /// `provisional` is the number its rows are kept under.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn open_person(
        &self,
        unsure: &UnsurePerson,
        employer: EmployerId,
        provisional: EmployeeId,
        seen: Seen,
    ) -> Result<i64, StoreError> {
        let id = match unsure.known {
            Some((id, _)) => self.seen_again(id, seen)?,
            None => {
                let subject = MatchSubject::Person;
                self.add_match(subject, unsure.reason, Some(employer), None, Some(provisional.0), seen)?
            }
        };
        let candidates = unsure.candidates.iter().map(|(who, rule)| (who.0, rule.key()));
        self.add_details(id, &unsure.keys, candidates.filter(|(who, _)| *who != provisional.0))?;
        Ok(id)
    }

    /// Opens the match of an employer, or notes that it was seen again; returns its number.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn open_employer(
        &self,
        unsure: &UnsureEmployer,
        provisional: EmployerId,
        seen: Seen,
    ) -> Result<i64, StoreError> {
        let id = match unsure.known {
            Some((id, _)) => self.seen_again(id, seen)?,
            None => self.add_match(MatchSubject::Employer, unsure.reason, None, None, Some(provisional.0), seen)?,
        };
        let candidates = unsure.candidates.iter().map(|(which, rule)| (which.0, rule.key()));
        self.add_details(id, &unsure.keys, candidates.filter(|(which, _)| *which != provisional.0))?;
        Ok(id)
    }

    pub(super) fn add_match(
        &self,
        subject: MatchSubject,
        reason: MatchReason,
        employer: Option<EmployerId>,
        payee: Option<[u8; 16]>,
        provisional: Option<i64>,
        seen: Seen,
    ) -> Result<i64, StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO open_match (subject, reason, employer_id, payee, provisional, first_import, last_import, line,
                   first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?8)",
            )?
            .execute(params![
                subject.key(),
                reason.key(),
                employer.map(|e| e.0),
                payee,
                provisional,
                seen.import_id,
                seen.line,
                seen.today
            ])?;
        Ok(self.conn.last_insert_rowid())
    }

    fn seen_again(&self, id: i64, seen: Seen) -> Result<i64, StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE open_match SET last_import = ?2, last_seen = max(last_seen, ?3) WHERE match_id = ?1",
            )?
            .execute(params![id, seen.import_id, seen.today])?;
        Ok(id)
    }

    pub(super) fn add_details(
        &self,
        id: i64,
        keys: &[Key],
        candidates: impl Iterator<Item = (i64, &'static str)>,
    ) -> Result<(), StoreError> {
        let mut key = self.conn.prepare_cached(
            "INSERT INTO match_key (scheme, hmac, match_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for (scheme, hmac) in keys {
            key.execute(params![scheme, hmac, id])?;
        }
        let mut candidate = self.conn.prepare_cached(
            "INSERT INTO match_candidate (match_id, candidate, rule) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for (who, rule) in candidates {
            candidate.execute(params![id, who, rule])?;
        }
        Ok(())
    }

    /// The matches that were opened for a number or name, and the numbers their rows are kept under; the latest last.
    pub(super) fn asked_for(&self, subject: &str, (scheme, hmac): Key) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT m.match_id, m.provisional FROM match_key k JOIN open_match m ON m.match_id = k.match_id
             WHERE k.scheme = ?1 AND k.hmac = ?2 AND m.subject = ?3 ORDER BY m.match_id",
        )?;
        let rows = statement.query_map(params![scheme, hmac, subject], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All matches by number, decided ones too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn matches(&self) -> Result<Vec<OpenMatch>, StoreError> {
        let mut candidates = self.conn.prepare_cached(
            "SELECT candidate, rule FROM match_candidate WHERE match_id = ?1 ORDER BY candidate, rule",
        )?;
        let mut statement = self.conn.prepare(
            "SELECT m.match_id, m.subject, m.reason, m.employer_id, m.payee, m.provisional, i.file, m.line, m.first_seen,
               m.last_seen, m.waiting, d.verdict, d.target, d.other, d.today
             FROM open_match m JOIN import i ON i.import_id = m.first_import
             LEFT JOIN current_decision d ON d.match_id = m.match_id ORDER BY m.match_id",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        let damaged = || StoreError::Damaged { what: "match" };
        while let Some(r) = rows.next()? {
            let match_id: i64 = r.get(0)?;
            let mut who: Vec<(i64, Vec<String>)> = Vec::new();
            let pairs = candidates.query_map([match_id], |c| Ok((c.get::<_, i64>(0)?, c.get::<_, String>(1)?)))?;
            for pair in pairs {
                let (id, rule) = pair?;
                match who.last_mut() {
                    Some((last, rules)) if *last == id => rules.push(rule),
                    _ => who.push((id, vec![rule])),
                }
            }
            let decision = match r.get::<_, Option<String>>(11)? {
                None => None,
                Some(verdict) => Some(Decision {
                    verdict: Verdict::from_key(&verdict).ok_or_else(damaged)?,
                    target: r.get(12)?,
                    other: r.get(13)?,
                    today: r.get(14)?,
                }),
            };
            found.push(OpenMatch {
                match_id,
                subject: MatchSubject::from_key(&r.get::<_, String>(1)?).ok_or_else(damaged)?,
                reason: MatchReason::from_key(&r.get::<_, String>(2)?).ok_or_else(damaged)?,
                employer: r.get::<_, Option<i64>>(3)?.map(EmployerId),
                payee: r.get(4)?,
                provisional: r.get(5)?,
                file: r.get(6)?,
                line: r.get(7)?,
                first_seen: r.get(8)?,
                last_seen: r.get(9)?,
                candidates: who,
                waiting: r.get(10)?,
                decision,
            });
        }
        Ok(found)
    }

    /// Whether a decision on this match is in force.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_decided(&self, match_id: i64) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM current_decision WHERE match_id = ?1)")?
            .query_row([match_id], |r| r.get(0))?)
    }

    /// How many matches are still asked for: of people and employers, and of payees.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open_matches(&self) -> Result<(i64, i64), StoreError> {
        Ok(self.conn.query_row(
            "SELECT count(CASE WHEN m.payee IS NULL THEN 1 END), count(m.payee) FROM open_match m WHERE m.waiting = 1
               AND NOT EXISTS (SELECT 1 FROM current_decision d WHERE d.match_id = m.match_id)",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?)
    }

    /// How many of them a file of an import speaks of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open_matches_of(&self, import_id: i64) -> Result<i64, StoreError> {
        Ok(self.conn.query_row(
            "SELECT count(*) FROM open_match m WHERE m.waiting = 1 AND (m.first_import = ?1 OR m.last_import = ?1)
               AND NOT EXISTS (SELECT 1 FROM current_decision d WHERE d.match_id = m.match_id)",
            [import_id],
            |r| r.get(0),
        )?)
    }

    /// Appends a decision; [`Store::apply_decisions`] puts it into force.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn decide_match(&self, match_id: i64, decision: &Decision) -> Result<(), StoreError> {
        let last: Option<i64> = self
            .conn
            .query_row("SELECT max(decision_id) FROM match_decision WHERE match_id = ?1", [match_id], |r| r.get(0))
            .optional()?
            .flatten();
        self.conn.execute(
            "INSERT INTO match_decision (match_id, verdict, target, other, supersedes, today, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![match_id, decision.verdict.key(), decision.target, decision.other, last, decision.today, now_utc()],
        )?;
        Ok(())
    }

    /// The number that now stands for an employee; `None` for one that does not exist.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn canonical_employee(&self, id: EmployeeId) -> Result<Option<EmployeeId>, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT COALESCE(a.canonical_id, e.employee_id) FROM employee e
                 LEFT JOIN employee_alias a ON a.employee_id = e.employee_id WHERE e.employee_id = ?1",
            )?
            .query_row([id.0], |r| r.get(0))
            .optional()?
            .map(EmployeeId))
    }

    /// People kept under a number of their own until it is decided who they are: nobody is to contact them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn provisional_people(&self) -> Result<std::collections::BTreeSet<EmployeeId>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT m.provisional FROM open_match m LEFT JOIN current_decision d ON d.match_id = m.match_id
             WHERE m.subject = 'person' AND COALESCE(d.verdict, 'skip') = 'skip'",
        )?;
        let rows = statement.query_map([], |r| Ok(EmployeeId(r.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
