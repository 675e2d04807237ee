//! Visits in the ledger: read as values, and kept together with what is still to be written of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::engagement::report::effect::{HeldVisit, VisitRecord};
use crate::engagement::visit::planned::Visit;
use crate::facts;
use crate::model::status::VisitStatus;
use crate::model::{EmployerId, VisitId};
use crate::store::ledger::{StoredVisit, VisitOrigin};
use crate::store::trust::worked_out::FILES_BEHIND;
use crate::store::{Store, StoreError};

/// What a revision of a visit holds: the plan, and, once it was held, what is known of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitPayload {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Visit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<VisitRecord>,
}

impl VisitPayload {
    pub fn read(stored: &StoredVisit) -> Result<VisitPayload, AppError> {
        serde_json::from_str(&stored.payload).map_err(|_| StoreError::Damaged { what: "visit" }.into())
    }

    pub fn to_json(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(|e| AppError::Inner { what: "visit", reason: e.to_string() })
    }
}

/// Whether a visit in this state has taken place.
pub fn is_held(status: VisitStatus) -> bool {
    matches!(status, VisitStatus::Held | VisitStatus::AwaitingCall | VisitStatus::Closed)
}

/// Whether a visit in this state is still to come.
pub fn is_ahead(status: VisitStatus) -> bool {
    matches!(
        status,
        VisitStatus::AwaitingApproval | VisitStatus::AwaitingBooking | VisitStatus::Confirmed | VisitStatus::Preparing
    )
}

/// The latest visit held per employer up to `today`.
pub fn last_held(store: &Store, today: NaiveDate) -> Result<BTreeMap<EmployerId, NaiveDate>, StoreError> {
    let mut last: BTreeMap<EmployerId, NaiveDate> = BTreeMap::new();
    for visit in store.visits(today)?.into_iter().filter(|v| is_held(v.status) && v.date <= today) {
        let day = last.entry(visit.employer_id).or_insert(visit.date);
        *day = (*day).max(visit.date);
    }
    Ok(last)
}

/// Visits held up to `today`.
pub fn held(store: &Store, today: NaiveDate) -> Result<Vec<HeldVisit>, AppError> {
    store
        .visits(today)?
        .iter()
        .filter(|v| is_held(v.status) && v.date <= today)
        .map(|v| {
            Ok(HeldVisit {
                visit_id: v.visit_id,
                employer_id: v.employer_id,
                date: v.date,
                record: VisitPayload::read(v)?.record.unwrap_or_default(),
            })
        })
        .collect()
}

/// Plans of visits held whose key person has still to be called, by id, as they stand.
pub fn awaiting_call(store: &Store, today: NaiveDate) -> Result<Vec<Visit>, AppError> {
    let mut plans = Vec::new();
    for stored in store.visits(today)?.iter().filter(|v| v.status == VisitStatus::AwaitingCall) {
        plans.extend(VisitPayload::read(stored)?.plan.map(|plan| Visit { status: stored.status, ..plan }));
    }
    Ok(plans)
}

/// Plans of visits still to come, by id.
pub fn ahead(store: &Store, today: NaiveDate) -> Result<Vec<Visit>, AppError> {
    let mut plans = Vec::new();
    for stored in store.visits(today)?.iter().filter(|v| is_ahead(v.status)) {
        plans.extend(VisitPayload::read(stored)?.plan);
    }
    Ok(plans)
}

/// Every visit that was planned, with its revisions known on `today`, the one that holds last. A revision without a plan of
/// its own goes on from the plan before it.
///
/// # Errors
/// The store cannot be read.
pub fn histories(store: &Store, today: NaiveDate) -> Result<Vec<Vec<Visit>>, AppError> {
    let mut histories: Vec<Vec<Visit>> = Vec::new();
    for stored in store.visit_revisions(today)? {
        let known = histories.last_mut().filter(|h| h.last().is_some_and(|v| v.visit_id == stored.visit_id));
        let before = known.as_ref().and_then(|history| history.last().cloned());
        let Some(plan) = VisitPayload::read(&stored)?.plan.or(before) else { continue };
        let StoredVisit { visit_id, employer_id, status, .. } = stored;
        let visit = Visit { visit_id, employer_id, status, ..plan };
        match known {
            Some(history) => history.push(visit),
            None => histories.push(vec![visit]),
        }
    }
    Ok(histories)
}

/// Adds revisions of visits as they are planned now, and keeps with them that the files of those that changed are behind.
/// To be called in a transaction: wherever a run is cut off, a later one knows what it has to make up for.
///
/// # Errors
/// The store cannot be read or written.
pub fn revise(
    store: &Store,
    visits: &[Visit],
    origin: VisitOrigin,
    rules_hash: &str,
    today: NaiveDate,
) -> Result<(), AppError> {
    let mut changed = BTreeSet::new();
    for visit in visits {
        let json = VisitPayload { plan: Some(visit.clone()), record: None }.to_json()?;
        let before = store.revisions_of(visit.visit_id, today)?.pop();
        store.revise_visit(visit.visit_id, visit.status, visit.date, &json, origin, rules_hash, today)?;
        // One that is pinned, or given back to the plan, as it is tells nothing else than before.
        let differs = |before: &StoredVisit| {
            (before.status, before.date, before.payload.as_str()) != (visit.status, visit.date, json.as_str())
        };
        if before.is_none_or(|(before, _)| differs(&before)) {
            changed.insert(visit.visit_id);
        }
    }
    fall_behind(store, changed)
}

/// Visits whose files are behind: they changed, and no run has written all files since.
///
/// # Errors
/// The store cannot be read.
pub fn behind(store: &Store) -> Result<BTreeSet<VisitId>, AppError> {
    let kept = facts::stamp_of(store, FILES_BEHIND)?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

/// Keeps that the files of these visits, too, are behind.
///
/// # Errors
/// The store cannot be read or written.
pub fn fall_behind(store: &Store, visits: impl IntoIterator<Item = VisitId>) -> Result<(), AppError> {
    let before = behind(store)?;
    let mut all = before.clone();
    all.extend(visits);
    if all == before {
        return Ok(());
    }
    let json = serde_json::to_string(&all);
    let json = json.map_err(|e| AppError::Inner { what: FILES_BEHIND, reason: e.to_string() })?;
    Ok(facts::put_stamp(store, FILES_BEHIND, &json)?)
}

/// All files that tell of visits were written: none is behind. Nothing of it is kept, as in a run that had none to write.
///
/// # Errors
/// The store cannot be written.
pub fn caught_up(store: &Store) -> Result<(), AppError> {
    Ok(facts::forget_stamp(store, FILES_BEHIND)?)
}
