//! Registers of visits: what a row tells completes what is known of the visit.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::kinds::gathered::Known;
use crate::app::import::take::Taking;
use crate::app::ledger::VisitPayload;
use crate::app::ledger::is_ahead;
use crate::app::ledger::is_held;
use crate::engagement::report::effect::VisitRecord;
use crate::model::EmployerId;
use crate::model::rows::VisitRow;
use crate::model::status::VisitStatus;
use crate::store::Store;
use crate::store::ledger::{StoredVisit, VisitOrigin};

impl Taking<'_> {
    pub(crate) fn visit_rows(&mut self, rows: &[VisitRow]) -> Result<(), AppError> {
        let mut known = match self.open.visits.known.take() {
            Some(known) => known,
            None => by_employer(self.store, self.today)?,
        };
        let hash = self.rules.hash_of(&["report"]);
        for row in rows {
            if row.date > self.today {
                self.open.visits.ahead += 1;
                self.leave_out(row.row, "lies_ahead");
                continue;
            }
            let employer = self.employer(&row.employer, row.row)?;
            let employer = self.store.canonical_employer(employer)?;
            self.visit(known.entry(employer).or_default(), employer, row, &hash)?;
        }
        self.open.visits.known = Some(known);
        Ok(())
    }

    /// Records one visit; `known` are the employer's.
    fn visit(
        &self,
        known: &mut Vec<StoredVisit>,
        employer: EmployerId,
        row: &VisitRow,
        rules_hash: &str,
    ) -> Result<(), AppError> {
        let tolerance = self.rules.schedule.proposal.held_within_days;
        // Held a few days off the plan it is still the planned visit.
        let near = |v: &StoredVisit| is_ahead(v.status) && (v.date - row.date).num_days().abs() <= tolerance;
        let same = known.iter().position(|v| v.date == row.date).or_else(|| known.iter().position(near));
        let (visit, before) = match same {
            Some(at) => (known[at].visit_id, VisitPayload::read(&known[at])?),
            None => (self.store.add_visit(employer, self.today)?, VisitPayload::default()),
        };
        let record = completed(row, before.record.unwrap_or_default());
        let status = match (record.first_follow_up, record.key_person_call) {
            (Some(_), Some(_)) => VisitStatus::Closed,
            (_, None) => VisitStatus::AwaitingCall,
            _ => VisitStatus::Held,
        };
        debug_assert!(is_held(status));
        let payload = VisitPayload { plan: before.plan, record: Some(record) }.to_json()?;
        let origin = VisitOrigin::Import;
        self.store.revise_visit(visit, status, row.date, &payload, origin, rules_hash, self.today)?;
        let date = row.date;
        let now = StoredVisit { visit_id: visit, employer_id: employer, status, date, payload, pinned: true };
        match same {
            Some(at) => known[at] = now,
            None => known.push(now),
        }
        Ok(())
    }
}

/// The row's values before those recorded earlier: a column that is absent, or a blank cell, tells nothing, so a shorter
/// register neither forgets a call nor opens a closed visit again.
fn completed(row: &VisitRow, earlier: VisitRecord) -> VisitRecord {
    VisitRecord {
        staff_count: row.staff_count.or(earlier.staff_count),
        attendance: row.attendance.or(earlier.attendance),
        interested: row.interested.or(earlier.interested),
        deals: row.deals.or(earlier.deals),
        first_follow_up: row.first_follow_up.or(earlier.first_follow_up),
        key_person_call: row.key_person_call.or(earlier.key_person_call),
        note: row.note.clone().or(earlier.note),
    }
}

fn by_employer(store: &Store, today: NaiveDate) -> Result<Known, AppError> {
    let mut known = Known::new();
    for visit in store.visits(today)? {
        known.entry(visit.employer_id).or_default().push(visit);
    }
    Ok(known)
}
