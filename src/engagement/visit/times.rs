//! At which times of day an employer can be visited: its own hours, else those usual for its kind.

use crate::engagement::visit::optimise::problem::VisitTime;
use crate::facts::EmployerProfile;
use crate::model::Reason;
use crate::model::days::hours::{Stretch, minutes_of, time_text};
use crate::rules::visit::staffing::StaffingRules;

/// The times of an employer, all of the same length, the preferred one first: a visit takes the usual minutes, or what the
/// longest of its hours leaves, and none is outside the hours in which employers are visited at all.
///
/// # Errors
/// `own_hours_too_short` where none of its hours is long enough.
pub fn times(rules: &StaffingRules, profile: &EmployerProfile) -> Result<Vec<VisitTime>, Reason> {
    let at = |text: &str| minutes_of(text).unwrap_or_default();
    let usual = Stretch::new(at(&rules.hours.start), at(&rules.hours.end));
    let kind = rules.hours_of(profile.industry.as_deref());
    let said = profile.visit_hours.as_ref().or(kind).map(|h| h.stretches().to_vec());
    let said = said.or_else(|| Some(vec![usual?])).unwrap_or_default();
    let (earliest, latest) = (at(&rules.hours.earliest), at(&rules.hours.latest));
    let open: Vec<Stretch> = said.iter().filter_map(|s| Stretch::new(s.from.max(earliest), s.to.min(latest))).collect();
    let longest = open.iter().map(|s| s.to - s.from).max().unwrap_or(0);
    let length = usual.map_or(longest, |usual| longest.min(usual.to - usual.from));
    if i64::from(length) < rules.hours.least_minutes.max(1) {
        return Err(Reason::new("own_hours_too_short")
            .text("hours", said.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
            .count("minutes", rules.hours.least_minutes));
    }
    let usual_starts: Vec<u16> = [&rules.hours.start, &rules.hours.afternoon].map(|text| at(text)).to_vec();
    let fits = |from: u16, within: &Stretch| within.from <= from && from + length <= within.to;
    let mut starts: Vec<u16> = Vec::new();
    for stretch in &open {
        let usual: Vec<u16> = usual_starts.iter().copied().filter(|at| fits(*at, stretch)).collect();
        match usual.is_empty() {
            true => starts.extend(Some(stretch.from).filter(|from| fits(*from, stretch))),
            false => starts.extend(usual),
        }
    }
    let time = |(n, from): (usize, &u16)| VisitTime {
        start: time_text(*from),
        end: time_text(from + length),
        preferred: 1.0 / (n + 1) as f64,
    };
    Ok(starts.iter().enumerate().map(time).collect())
}

/// Beginning and end of the preferred time, else the usual ones.
pub fn first<'t>(rules: &'t StaffingRules, times: &'t [VisitTime]) -> (&'t str, &'t str) {
    times.first().map_or((&rules.hours.start, &rules.hours.end), |t| (&t.start, &t.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::profile;
    use crate::model::days::hours::Hours;
    use crate::rules::Rules;

    fn of(industry: &str, hours: Option<&str>) -> Result<Vec<String>, String> {
        let mut employer = profile(100);
        employer.industry = Some(industry.into());
        employer.visit_hours = hours.map(|text| Hours::from_text(text).unwrap());
        let shown = |t: &VisitTime| format!("{}-{}", t.start, t.end);
        let found = times(&Rules::load(None).unwrap().staffing, &employer);
        found.map(|times| times.iter().map(shown).collect()).map_err(|r| r.rule.to_string())
    }

    #[test]
    fn an_employer_is_visited_when_its_people_are_free() {
        let list = |times: &[&str]| Ok(times.iter().map(ToString::to_string).collect());
        // Nothing said: offices in the morning or the afternoon, factories round their meals and at the change of shift.
        assert_eq!(of("信息技术", None), list(&["10:00-12:00", "14:00-16:00"]));
        assert_eq!(of("装备制造", None), list(&["11:30-13:30", "17:00-19:00"]));
        // Its own hours, whatever is usual; a short noon makes a short visit, and only as short ones elsewhere.
        assert_eq!(of("装备制造", Some("09:00-12:00")), list(&["10:00-12:00"]));
        assert_eq!(of("信息技术", Some("12:00-13:30")), list(&["12:00-13:30"]));
        assert_eq!(of("信息技术", Some("12:00-13:00,15:00-16:30")), list(&["15:00-16:30"]));
        assert_eq!(of("信息技术", Some("08:00-18:00")), list(&["10:00-12:00", "14:00-16:00"]));
        assert_eq!(of("信息技术", Some("12:00-12:30")), Err("own_hours_too_short".into()));
        // Nobody is visited before eight or after eight, whatever the employer says.
        assert_eq!(of("信息技术", Some("06:00-09:30")), list(&["08:00-09:30"]));
        assert_eq!(of("信息技术", Some("19:30-24:00")), Err("own_hours_too_short".into()));
    }
}
