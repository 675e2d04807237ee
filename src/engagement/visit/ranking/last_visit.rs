//! What came of the last visit, as far as the register of visits tells.

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::report::effect::{Verdict, VisitEffect};
use crate::facts::EmployerProfile;
use crate::model::Reason;

/// The last visit of an employer; all unknown where there was none.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LastVisit {
    #[serde(rename = "last_visit")]
    pub on: Option<NaiveDate>,
    /// Days from it to the day of the ranking.
    #[serde(rename = "last_visit_days")]
    pub days: Option<i64>,
    /// `None`: the register does not know the visit.
    #[serde(rename = "last_visit_result")]
    pub result: Option<VisitResult>,
}

/// Its counts and the judgement on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VisitResult {
    pub attendance: Option<i64>,
    pub interested: Option<i64>,
    pub deals: Option<i64>,
    pub verdict: Verdict,
    /// Why the verdict is so, and what was badly done.
    pub reasons: Vec<Reason>,
}

/// The last visit by the employer's own date and the visits that were judged. A list may know a later visit than the
/// register: that one has no result, and none of an earlier visit takes its place.
pub(super) fn last_visit(profile: &EmployerProfile, judged: &[VisitEffect], today: NaiveDate) -> LastVisit {
    let Some(on) = profile.last_visit else { return LastVisit::default() };
    let that = |e: &&VisitEffect| e.employer_id == profile.employer_id && e.date == on;
    let result = judged.iter().filter(that).max_by_key(|e| e.visit_id).map(|e| VisitResult {
        attendance: e.record.attendance,
        interested: e.record.interested,
        deals: e.record.deals,
        verdict: e.verdict,
        reasons: e.reasons.clone(),
    });
    LastVisit { on: Some(on), days: Some((today - on).num_days()), result }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, profile};
    use crate::engagement::report::effect::VisitRecord;
    use crate::model::VisitId;
    use crate::model::status::RetentionBasis;

    fn judged(id: i64, on: &str, attendance: i64, verdict: Verdict) -> VisitEffect {
        VisitEffect {
            visit_id: VisitId(id),
            employer_id: profile(10).employer_id,
            name: "云启信息".into(),
            date: date(on),
            record: VisitRecord { attendance: Some(attendance), ..VisitRecord::default() },
            first_contact_days: None,
            first_contact_in_time: None,
            key_person_call_in_time: None,
            retention_before: None,
            payday_before: None,
            retention_after: None,
            payday_after: None,
            basis: RetentionBasis::Unknown,
            peers: 0,
            peer_retention_after: None,
            peer_retention_before: None,
            buyers: None,
            sales_fen: None,
            verdict,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn the_result_is_that_of_the_last_visit_alone() {
        let visits = [judged(1, "2025-10-15", 40, Verdict::Worked), judged(2, "2026-01-20", 9, Verdict::Failed)];
        let on = |day: Option<&str>| EmployerProfile { last_visit: day.map(date), ..profile(10) };
        let of = |day| last_visit(&on(day), &visits, date("2026-03-02"));
        // 11 days of January, 28 of February, 2 of March.
        let told = of(Some("2026-01-20"));
        let result = told.result.unwrap();
        assert_eq!((told.days, result.attendance, result.verdict), (Some(41), Some(9), Verdict::Failed));
        // Nothing else is known: no count is nought.
        assert_eq!((result.interested, result.deals), (None, None));
        // A list tells of a visit the register does not have; nobody was ever there.
        let later = of(Some("2026-02-20"));
        assert_eq!((later.on, later.days, later.result), (Some(date("2026-02-20")), Some(10), None));
        assert_eq!(of(None), LastVisit::default());
        let other = EmployerProfile { employer_id: crate::model::EmployerId(7), ..on(Some("2026-01-20")) };
        assert_eq!(last_visit(&other, &visits, date("2026-03-02")).result, None);
    }
}
