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
    use crate::engagement::visit::staffing::{Colleague, StaffNeed};
    use crate::model::days::workdays::Workdays;
    use crate::model::outlet::OutletSetting;
    use crate::model::{Fen, StaffId};
    use crate::rules::Rules;

    #[test]
    fn the_stamp_knows_each_part_a_plan_is_found_from() {
        let overlay = tempfile::tempdir().unwrap();
        std::fs::write(overlay.path().join("schedule.toml"), "[capacity]\nvisits_per_day = 3\n").unwrap();
        let (rules, other_rules) = (Rules::load(None).unwrap(), Rules::load(Some(overlay.path())).unwrap());
        let (workdays, no_workdays) = (workdays_2026(), Workdays::default());
        let (employer, larger) = (profile(60), profile(61));
        let (needs, school) = (NeedsOf::new(), Needs { kind: "school".into(), ..Needs::default() });
        let input = ScheduleInput {
            rules: &rules,
            workdays: &workdays,
            today: date("2026-03-02"),
            colleagues: &[],
            standing: &[],
            outlets: &[],
            needs: &needs,
        };
        let wanted = Wanted { profile: &employer, gain: Fen(100), offered: Vec::new(), need: None };
        let of = |input: ScheduleInput<'_>| stamp(&input, std::slice::from_ref(&wanted));
        let free = of(input);
        assert_eq!(free, of(input));

        let colleague = Colleague {
            staff_id: StaffId(1),
            name: "甲".into(),
            outlet: "一网点".into(),
            position: None,
            qualifications: Vec::new(),
            may_go_out: true,
            leave: Vec::new(),
            used: 0,
        };
        let taken = Standing {
            employer_id: EmployerId(2),
            date: date("2026-03-17"),
            time: None,
            district: None,
            terminals: 0,
            team: vec![StaffId(1)],
        };
        let outlet = OutletSetting { name: "一网点".into(), district: None, terminals: Some(2) };
        let needs_of = |id| NeedsOf::from([(EmployerId(id), school.clone())]);
        assert_ne!(free, of(ScheduleInput { rules: &other_rules, ..input }));
        assert_ne!(free, of(ScheduleInput { workdays: &no_workdays, ..input }));
        assert_ne!(free, of(ScheduleInput { today: date("2026-03-03"), ..input }));
        assert_ne!(free, of(ScheduleInput { colleagues: std::slice::from_ref(&colleague), ..input }));
        assert_ne!(free, of(ScheduleInput { standing: std::slice::from_ref(&taken), ..input }));
        assert_ne!(free, of(ScheduleInput { outlets: std::slice::from_ref(&outlet), ..input }));
        assert_ne!(free, of(ScheduleInput { needs: &needs_of(1), ..input }));
        // Those of an employer that is not wanted are no part of it.
        assert_eq!(free, of(ScheduleInput { needs: &needs_of(2), ..input }));

        let need = StaffNeed {
            attendance: 20,
            sessions: 1,
            per_session: 20,
            start: "10:00".into(),
            end: "11:30".into(),
            topic_role: None,
            roles: Vec::new(),
            reasons: Vec::new(),
        };
        let others = [
            Wanted { profile: &larger, ..wanted.clone() },
            Wanted { gain: Fen(101), ..wanted.clone() },
            Wanted { offered: vec![(date("2026-03-17"), Vec::new())], ..wanted.clone() },
            Wanted { need: Some(need), ..wanted.clone() },
        ];
        for other in others {
            assert_ne!(free, stamp(&input, std::slice::from_ref(&other)), "{other:?}");
        }
        assert_ne!(free, stamp(&input, &[]));
    }

    #[test]
    fn what_is_kept_reads_back() {
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
