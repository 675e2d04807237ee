//! Payees that no number has found yet: found now, by name or decision, or asked for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::person::PersonKeys;
use crate::model::matching::remnant::{Remnants, is_remnant};
use crate::model::matching::{MatchReason, MatchSubject, PersonRule, Verdict};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::matching::open::Seen;
use crate::store::import::people::Person;
use crate::store::{Store, StoreError};

/// One payee of an employer who waits, as the first payment names them.
pub struct WaitingPayee {
    pub employer: EmployerId,
    /// The match opened for the payee before.
    pub asked: Option<AskedPayee>,
    pub name: Option<Personal<String>>,
    payee: [u8; 16],
    customer_number: Option<Personal<String>>,
    id_number: Option<Personal<String>>,
    account: Option<Personal<String>>,
    /// What is left of masked numbers.
    left: Remnants,
    first: Seen,
    last: (i64, NaiveDate),
}

impl WaitingPayee {
    /// What the payee can be found by.
    pub fn keys(&self) -> PersonKeys<'_> {
        PersonKeys {
            customer_number: self.customer_number.as_ref(),
            id_number: self.id_number.as_ref(),
            account: self.account.as_ref(),
            left: Some(&self.left),
        }
    }
}

/// What is known of a payee's match.
#[derive(Debug, Clone, Copy)]
pub struct AskedPayee {
    pub match_id: i64,
    /// What was decided, and with whom it is.
    pub decision: Option<(Verdict, Option<EmployeeId>)>,
}

/// A number kept of a payee: whole, or what is left of it.
fn parted(number: Option<String>) -> (Option<Personal<String>>, Option<Personal<String>>) {
    match number {
        Some(left) if is_remnant(&left) => (None, Some(Personal::new(left))),
        whole => (whole.map(Personal::new), None),
    }
}

/// Matches of payees, by employer and payee.
type Known = BTreeMap<(EmployerId, [u8; 16]), AskedPayee>;

impl Store {
    /// All payees without a person, in the order of their first payments.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn waiting_payees(&self) -> Result<Vec<WaitingPayee>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT employer_id, payee, customer_number, name, id_number, account, import_id, line, today, last_import, last_day
             FROM (
               SELECT r.employer_id, p.payee, u.customer_number, u.name, u.id_number, u.account, r.import_id, u.run_id,
                 u.line, i.today, max(r.import_id) OVER same AS last_import, max(i.today) OVER same AS last_day,
                 row_number() OVER (PARTITION BY r.employer_id, p.payee, u.customer_number, u.id_number
                                    ORDER BY u.run_id, u.line) AS place
               FROM unmatched_payee u
               JOIN payroll_run r ON r.run_id = u.run_id AND r.superseded_by IS NULL
               JOIN import i ON i.import_id = r.import_id
               JOIN payment p ON p.run_id = u.run_id AND p.line = u.line
               WINDOW same AS (PARTITION BY r.employer_id, p.payee, u.customer_number, u.id_number)
             ) WHERE place = 1 ORDER BY run_id, line",
        )?;
        let rows = statement.query_map([], |r| {
            let (customer_number, left_customer) = parted(r.get(2)?);
            let (id_number, left_id) = parted(r.get(4)?);
            let (account, left_account) = parted(r.get(5)?);
            Ok(WaitingPayee {
                employer: EmployerId(r.get(0)?),
                asked: None,
                payee: r.get(1)?,
                customer_number,
                name: r.get::<_, Option<String>>(3)?.map(Personal::new),
                id_number,
                account,
                left: Remnants { customer_number: left_customer, id_number: left_id, account: left_account },
                first: Seen { import_id: r.get(6)?, line: r.get(7)?, today: r.get(8)? },
                last: (r.get(9)?, r.get(10)?),
            })
        })?;
        let mut waiting: Vec<WaitingPayee> = rows.collect::<Result<_, _>>()?;
        let known = if waiting.is_empty() { Known::new() } else { self.known_payees()? };
        for payee in &mut waiting {
            payee.asked = known.get(&(self.canonical_employer(payee.employer)?, payee.payee)).copied();
        }
        Ok(waiting)
    }

    fn known_payees(&self) -> Result<Known, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT COALESCE(a.canonical_id, m.employer_id), m.payee, m.match_id, d.verdict, d.target FROM open_match m
             LEFT JOIN employer_alias a ON a.employer_id = m.employer_id
             LEFT JOIN current_decision d ON d.match_id = m.match_id
             WHERE m.payee IS NOT NULL ORDER BY d.decision_id NULLS FIRST, m.match_id",
        )?;
        let rows = statement.query_map([], |r| {
            let verdict: Option<String> = r.get(3)?;
            let target = r.get::<_, Option<i64>>(4)?.map(EmployeeId);
            let decision = verdict.and_then(|v| Verdict::from_key(&v)).map(|v| (v, target));
            Ok(((EmployerId(r.get(0)?), r.get(1)?), AskedPayee { match_id: r.get(2)?, decision }))
        })?;
        Ok(rows.collect::<Result<_, rusqlite::Error>>()?)
    }

    /// All payments of the payee are the person's, until decisions are applied again.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn put_payee(&self, payee: &WaitingPayee, id: EmployeeId) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO payee_match (employer_id, payee, employee_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![payee.employer.0, payee.payee, id.0])?;
        Ok(())
    }

    /// All payments of the payee are the person's for good, and where it has `fresh` numbers they find the person
    /// from now on.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn take_payee(&self, payee: &WaitingPayee, id: EmployeeId, fresh: bool) -> Result<(), StoreError> {
        let lines = "SELECT u.run_id, u.line FROM unmatched_payee u JOIN payroll_run r ON r.run_id = u.run_id
                     JOIN payment p ON p.run_id = u.run_id AND p.line = u.line
                     WHERE r.employer_id = ?1 AND p.payee = ?2 AND u.customer_number IS ?4 AND u.id_number IS ?5";
        let plain = |p: &Option<Personal<String>>| p.as_ref().map(|p| p.unmask(Purpose::Store).clone());
        let (customer_number, id_number) = (plain(&payee.customer_number), plain(&payee.id_number));
        self.conn
            .prepare_cached(&format!("UPDATE payment SET employee_id = ?3 WHERE (run_id, line) IN ({lines})"))?
            .execute(params![payee.employer.0, payee.payee, id.0, customer_number, id_number])?;
        // ?3 stands there only so that both statements take the same parameters.
        self.conn
            .prepare_cached(&format!("DELETE FROM unmatched_payee WHERE ?3 = ?3 AND (run_id, line) IN ({lines})"))?
            .execute(params![payee.employer.0, payee.payee, id.0, customer_number, id_number])?;
        if fresh {
            self.learn_keys(id, payee.keys())?;
        }
        Ok(())
    }

    /// Opens the match of a payee, or notes that it is asked for again.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn ask_payee(
        &self,
        payee: &WaitingPayee,
        reason: MatchReason,
        candidates: &[(EmployeeId, PersonRule)],
    ) -> Result<(), StoreError> {
        let id = match payee.asked {
            Some(asked) => asked.match_id,
            None => {
                self.add_match(MatchSubject::Payee, reason, Some(payee.employer), Some(payee.payee), None, payee.first)?
            }
        };
        self.conn
            .prepare_cached(
                "UPDATE open_match SET waiting = 1, reason = ?2, last_import = ?3, last_seen = ?4 WHERE match_id = ?1",
            )?
            .execute(params![id, reason.key(), payee.last.0, payee.last.1])?;
        self.conn.prepare_cached("DELETE FROM match_candidate WHERE match_id = ?1")?.execute([id])?;
        self.add_details(id, &[], candidates.iter().map(|(who, rule)| (who.0, rule.key())))
    }

    /// The newest payroll run of an employer that pays this payee.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn run_of_payee(&self, employer: EmployerId, payee: [u8; 16]) -> Result<Option<i64>, StoreError> {
        let newest = "SELECT max(p.run_id) FROM payment p JOIN payroll_run r ON r.run_id = p.run_id
                      WHERE r.employer_id = ?1 AND p.payee = ?2 AND r.superseded_by IS NULL";
        let employer = self.canonical_employer(employer)?.0;
        Ok(self.conn.prepare_cached(newest)?.query_row(params![employer, payee], |r| r.get(0))?)
    }

    /// People of an employer whom a payroll run does not pay, by number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn unpaid_in(&self, employer: EmployerId, run: i64) -> Result<Vec<EmployeeId>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT e.employee_id FROM employee e
             WHERE e.employer_id IN (SELECT ?1 UNION SELECT employer_id FROM employer_alias WHERE canonical_id = ?1)
               AND NOT EXISTS (SELECT 1 FROM employee_alias a WHERE a.employee_id = e.employee_id)
               AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.employee_id = e.employee_id AND p.run_id = ?2)
               AND NOT EXISTS (SELECT 1 FROM payee_match m JOIN payment p ON p.payee = m.payee AND p.run_id = ?2
                               WHERE m.employee_id = e.employee_id)
             ORDER BY e.employee_id",
        )?;
        let rows =
            statement.query_map(params![self.canonical_employer(employer)?.0, run], |r| Ok(EmployeeId(r.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Name and account of a payee who waits, for showing them masked.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn payee_shown(&self, employer: EmployerId, payee: [u8; 16]) -> Result<Person, StoreError> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT u.name, u.account FROM payment p JOIN payroll_run r ON r.run_id = p.run_id
                 JOIN unmatched_payee u ON u.run_id = p.run_id AND u.line = p.line
                 WHERE p.payee = ?2 AND r.employer_id = ?1 ORDER BY p.run_id, p.line LIMIT 1",
            )?
            .query_row(params![self.canonical_employer(employer)?.0, payee], |r| {
                let text = |i: usize| r.get::<_, Option<String>>(i).map(|t| t.map(Personal::new));
                Ok(Person { name: text(0)?, account: text(1)?, ..Person::default() })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }
}
