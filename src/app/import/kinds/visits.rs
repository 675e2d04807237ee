//! Registers of visits: what a row tells completes what is known of the visit.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::import::ctx::{Ctx, Kind};
use crate::app::ledger::VisitPayload;
use crate::app::ledger::is_ahead;
use crate::app::ledger::is_held;
use crate::engagement::report::effect::VisitRecord;
use crate::intake::SheetReading;
use crate::model::problem::codes;
use crate::model::rows::VisitRow;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, Param};
use crate::store::Store;
use crate::store::ledger::{StoredVisit, VisitOrigin};

/// Visits of each employer: read once for a sheet, kept up with its rows.
type Known = BTreeMap<EmployerId, Vec<StoredVisit>>;

/// What is gathered of visits.
#[derive(Default)]
pub struct Visits {
    known: Option<Known>,
    /// Visits that lie ahead.
    ahead: i64,
}

impl Kind for Visits {
    type Row = VisitRow;

    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<VisitRow>) -> Result<(), AppError> {
        let known = match &mut self.known {
            Some(known) => known,
            None => self.known.insert(by_employer(ctx.store, ctx.today)?),
        };
        let hash = ctx.rules.hash_of(&["report"]);
        for row in &rows {
            if row.date > ctx.today {
                self.ahead += 1;
                ctx.leave_out(row.row, "lies_ahead");
                continue;
            }
            let employer = ctx.employer(&row.employer, row.row)?;
            let employer = ctx.store.canonical_employer(employer)?;
            record(ctx, known.entry(employer).or_default(), employer, row, &hash)?;
        }
        Ok(())
    }

    fn settle(&mut self, ctx: &mut Ctx<'_>, _: &SheetReading) -> Result<(), AppError> {
        if self.ahead > 0 {
            ctx.raise(codes::VISIT_NOT_HELD_YET, vec![("rows", Param::Count(self.ahead))]);
        }
        Ok(())
    }
}

/// Records one visit; `known` are the employer's.
fn record(
    ctx: &Ctx<'_>,
    known: &mut Vec<StoredVisit>,
    employer: EmployerId,
    row: &VisitRow,
    rules_hash: &str,
) -> Result<(), AppError> {
    let tolerance = ctx.rules.schedule.proposal.held_within_days;
    // Held a few days off the plan it is still the planned visit.
    let near = |v: &StoredVisit| is_ahead(v.status) && (v.date - row.date).num_days().abs() <= tolerance;
    let same = known.iter().position(|v| v.date == row.date).or_else(|| known.iter().position(near));
    let (visit, before) = match same {
        Some(at) => (known[at].visit_id, VisitPayload::read(&known[at])?),
        None => (ctx.store.add_visit(employer, ctx.today)?, VisitPayload::default()),
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
    ctx.store.revise_visit(visit, status, row.date, &payload, origin, rules_hash, ctx.today)?;
    let date = row.date;
    let now = StoredVisit { visit_id: visit, employer_id: employer, status, date, payload, pinned: true };
    match same {
        Some(at) => known[at] = now,
        None => known.push(now),
    }
    Ok(())
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
