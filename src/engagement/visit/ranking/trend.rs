//! How retention moved from one payday to the next.

use chrono::NaiveDate;
use serde::Serialize;

use crate::facts::pay::payday_retention::EmployerRetention;
use crate::model::status::RateKind;

/// The rate of the latest payday against that of the one before, both of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RetentionTrend {
    pub kind: RateKind,
    pub now: f64,
    pub payday: NaiveDate,
    pub before: f64,
    pub payday_before: NaiveDate,
    /// Difference of the two shares: 0.05 is five percentage points.
    pub change: f64,
}

/// The trend of one employer by its paydays in any order. Nothing is said where the rate of either payday is unknown or the
/// two are of different kinds: an unknown rate is not nought, and no earlier payday takes the place of the one before.
pub(super) fn trend(paydays: &[&EmployerRetention]) -> Option<RetentionTrend> {
    let of = |slot: i64| paydays.iter().find(|r| r.slot == slot);
    let (latest, earlier) = (of(1)?, of(2)?);
    let kind = latest.basis.kind()?;
    let (now, before) = (latest.rate_of(kind)?, earlier.rate_of(kind)?);
    Some(RetentionTrend {
        kind,
        now,
        payday: latest.payday,
        before,
        payday_before: earlier.payday,
        change: now - before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::model::status::RetentionBasis;
    use crate::model::{EmployerId, Fen};

    fn payday(slot: i64, basis: RetentionBasis, rate: Option<f64>) -> EmployerRetention {
        EmployerRetention {
            employer_id: EmployerId(1),
            slot,
            payday: date(if slot == 1 { "2026-03-10" } else { "2026-02-10" }),
            window_end: date("2026-03-17"),
            before_as_of: None,
            after_as_of: None,
            basis,
            approximate: false,
            people: 10,
            payroll: Fen::ZERO,
            retained: Fen::ZERO,
            rate,
        }
    }

    #[test]
    fn the_latest_payday_is_held_against_the_one_before() {
        use RetentionBasis::{Balances, Flows, Period};
        let of = |latest: (RetentionBasis, Option<f64>), earlier: (RetentionBasis, Option<f64>)| {
            trend(&[&payday(2, earlier.0, earlier.1), &payday(1, latest.0, latest.1)])
        };
        let found = of((Balances, Some(0.5)), (Flows, Some(0.25))).unwrap();
        assert_eq!((found.kind, found.now, found.before, found.change), (RateKind::Week, 0.5, 0.25, 0.25));
        assert_eq!((found.payday, found.payday_before), (date("2026-03-10"), date("2026-02-10")));
        // Nought is a rate, unknown is none; month ends are not held against weeks.
        assert_eq!(of((Period, Some(0.0)), (Period, Some(0.5))).map(|t| t.change), Some(-0.5));
        assert_eq!(of((Balances, Some(0.5)), (Balances, None)), None);
        assert_eq!(of((Balances, None), (Balances, Some(0.5))), None);
        assert_eq!(of((Balances, Some(0.5)), (Period, Some(0.5))), None);
        assert_eq!(trend(&[&payday(1, Balances, Some(0.5))]), None);
    }
}
