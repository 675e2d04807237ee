//! The plan as it stands, with nothing new planned: for the files that tell of it after a change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::app::visit::notices;
use crate::app::visit::plan::{self, Foreseen, Plan};
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::pack::needs::{self, Needs};
use crate::engagement::visit::proposals::Wanted;
use crate::engagement::visit::schedule::{ScheduleInput, Unplanned};
use crate::facts;
use crate::model::{EmployerId, Reason};
use crate::rules::hex_sha256;

/// Name of the stamp under which is kept what the next plan would say.
const FORESEEN: &str = "foreseen";

/// What the next plan would say, with the stamp of all it was found from.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    stamp: String,
    foreseen: Foreseen,
}

/// The visits still to come as they stand, and why the other employers have none: as the next plan would tell it, which is
/// only foreseen. Employers it would offer a day are among them with that day.
///
/// # Errors
/// As [`plan::plan`].
pub fn as_it_stands(workspace: &mut Workspace) -> Result<Plan, AppError> {
    workspace.refresh_facts()?;
    let visits = plan::told_today(workspace, plan::show(workspace)?)?;
    let known = kept(workspace)?;
    let mut anew = None;
    let (next, assumed) = plan::foreseen(workspace, |input, wanted| {
        let stamp = stamp(input, wanted);
        // A change of a place, a topic or a step takes no day and nobody: what was found for the change before holds.
        if let Some(known) = known.filter(|known| known.stamp == stamp) {
            return Ok(known.foreseen);
        }
        let foreseen = Foreseen::of(input, wanted);
        anew = Some(Kept { stamp, foreseen: foreseen.clone() });
        Ok(foreseen)
    })?;
    if let Some(anew) = anew {
        let json = serde_json::to_string(&anew);
        let json = json.map_err(|e| AppError::Inner { what: FORESEEN, reason: e.to_string() })?;
        facts::put_stamp(&workspace.store, FORESEEN, &json)?;
    }
    let Foreseen { days, unplanned, worth } = next;
    let ahead: BTreeSet<EmployerId> = visits.iter().map(|visit| visit.employer_id).collect();
    let mut unplanned: Vec<Unplanned> = unplanned.into_iter().filter(|u| !ahead.contains(&u.employer_id)).collect();
    let new = days.into_iter().filter(|(employer, _)| !ahead.contains(employer));
    unplanned.extend(new.map(|(employer_id, day)| Unplanned {
        employer_id,
        reasons: vec![Reason::new("planned_next").date("date", day)],
        earliest: Some(day),
    }));
    notices::tell(workspace, &mut unplanned)?;
    Ok(Plan { visits, unplanned, worth, assumed, changed: Vec::new() })
}

/// What was foreseen last. What another version kept another way is found anew.
fn kept(workspace: &Workspace) -> Result<Option<Kept>, AppError> {
    let kept = facts::stamp_of(&workspace.store, FORESEEN)?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
}

/// All a plan is found from, as one hash: the day, the rules, the calendar, our people and outlets, the days and people that
/// are taken, and the employers wanted, with the program that finds it.
fn stamp(input: &ScheduleInput<'_>, wanted: &[Wanted<'_>]) -> String {
    let ScheduleInput { rules, workdays, today, colleagues, standing, outlets, needs } = input;
    let needs: Vec<&Needs> = wanted.iter().map(|w| needs::of(needs, w.profile.employer_id)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let of = (version, rules.hash(), today, workdays, colleagues, standing, outlets, wanted, needs);
    hex_sha256(format!("{of:?}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, profile, workdays_2026};
    use crate::engagement::visit::pack::needs::NeedsOf;
    use crate::engagement::visit::proposals::Worth;
    use crate::engagement::visit::schedule::Standing;
    use crate::model::{Fen, StaffId};
    use crate::rules::Rules;

    #[test]
    fn what_is_kept_reads_back_and_fits_the_same_input_only() {
        let (rules, workdays, employer) = (Rules::load(None).unwrap(), workdays_2026(), profile(60));
        let stamp_of = |standing: &[Standing], today: &str, gain: i64| {
            let wanted = Wanted { profile: &employer, gain: Fen(gain), offered: Vec::new(), need: None };
            let (workdays, today) = (&workdays, date(today));
            let (rules, needs) = (&rules, &NeedsOf::new());
            let input = ScheduleInput { rules, workdays, today, colleagues: &[], standing, outlets: &[], needs };
            stamp(&input, &[wanted])
        };
        let taken = Standing {
            employer_id: EmployerId(2),
            date: date("2026-03-17"),
            time: None,
            district: None,
            terminals: 0,
            team: vec![StaffId(1)],
        };
        let free = stamp_of(&[], "2026-03-02", 100);
        assert_eq!(free, stamp_of(&[], "2026-03-02", 100));
        assert_ne!(free, stamp_of(std::slice::from_ref(&taken), "2026-03-02", 100));
        assert_ne!(free, stamp_of(&[], "2026-03-03", 100));
        assert_ne!(free, stamp_of(&[], "2026-03-02", 101));
        let reasons = vec![
            Reason::new("near_payday").date("payday", date("2026-03-10")).count("days", 3).count("days", 5),
            Reason::new("others_gain_more").money("gain", Fen(1_050)),
        ];
        let waits = Unplanned { employer_id: EmployerId(7), reasons, earliest: Some(date("2026-04-20")) };
        let worth = Worth { gain_fen: Fen(5), bound_fen: Fen(8), gap: 0.375 };
        let foreseen = Foreseen { days: vec![(EmployerId(3), date("2026-03-19"))], unplanned: vec![waits], worth };
        let json = serde_json::to_string(&foreseen).unwrap();
        assert_eq!(serde_json::from_str::<Foreseen>(&json).unwrap(), foreseen);
    }
}
