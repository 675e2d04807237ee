//! At which times of day an employer can be visited: its own hours, else those usual for its kind.

use crate::engagement::visit::optimise::problem::VisitTime;
use crate::facts::EmployerProfile;
use crate::model::Reason;
use crate::model::days::hours::{Stretch, minutes_of, time_text};
use crate::rules::visit::staffing::StaffingRules;

/// Times that would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Times {
    /// All of the same length, the preferred one first.
    pub times: Vec<VisitTime>,
    /// Minutes on site.
    pub minutes: i64,
    /// The employer has not said when its people are free.
    pub assumed: bool,
}

/// The times of an employer: a visit takes the usual minutes, or what the longest of its hours leaves.
///
/// # Errors
/// `own_hours_too_short` where none of its hours is long enough.
pub fn times(rules: &StaffingRules, profile: &EmployerProfile) -> Result<Times, Reason> {
    let usual = Stretch::new(minutes_of(&rules.hours.start).unwrap_or(0), minutes_of(&rules.hours.end).unwrap_or(0));
    let kind = rules.hours_of(profile.industry.as_deref());
    let hours = profile.visit_hours.as_ref().or(kind).map(|h| h.stretches().to_vec()).unwrap_or_default();
    let hours = if hours.is_empty() { usual.into_iter().collect() } else { hours };
    let longest = hours.iter().map(|s| s.minutes()).max().unwrap_or(0);
    let minutes = longest.min(usual.map_or(longest, Stretch::minutes));
    if minutes < rules.hours.least_minutes.max(1) {
        return Err(Reason::new("own_hours_too_short")
            .text("hours", hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
            .count("minutes", rules.hours.least_minutes));
    }
    let usual_starts: Vec<u16> =
        [&rules.hours.start, &rules.hours.afternoon].into_iter().filter_map(|text| minutes_of(text)).collect();
    let length = u16::try_from(minutes).unwrap_or(u16::MAX);
    let fits = |from: u16, within: &Stretch| {
        let to = from.checked_add(length)?;
        (within.from <= from && to <= within.to).then_some(from)
    };
    let mut starts: Vec<u16> = Vec::new();
    for stretch in &hours {
        let usual: Vec<u16> = usual_starts.iter().filter_map(|at| fits(*at, stretch)).collect();
        match usual.is_empty() {
            true => starts.extend(fits(stretch.from, stretch)),
            false => starts.extend(usual),
        }
    }
    let time = |(n, from): (usize, &u16)| VisitTime {
        start: time_text(*from),
        end: time_text(from + length),
        preferred: 1.0 / (n + 1) as f64,
    };
    Ok(Times { times: starts.iter().enumerate().map(time).collect(), minutes, assumed: profile.visit_hours.is_none() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::profile;
    use crate::model::days::hours::Hours;
    use crate::rules::Rules;

    fn of(industry: &str, hours: Option<&str>) -> Result<(Vec<String>, i64), String> {
        let mut employer = profile(100);
        employer.industry = Some(industry.into());
        employer.visit_hours = hours.map(|text| Hours::from_text(text).unwrap());
        let shown = |t: &VisitTime| format!("{}-{}", t.start, t.end);
        let found = times(&Rules::load(None).unwrap().staffing, &employer);
        found.map(|t| (t.times.iter().map(shown).collect(), t.minutes)).map_err(|r| r.rule.to_string())
    }

    #[test]
    fn an_employer_is_visited_when_its_people_are_free() {
        let list = |times: &[&str], minutes| Ok((times.iter().map(ToString::to_string).collect(), minutes));
        // Nothing said: offices in the morning or the afternoon, factories round their meals and at the change of shift.
        assert_eq!(of("信息技术", None), list(&["10:00-12:00", "14:00-16:00"], 120));
        assert_eq!(of("装备制造", None), list(&["11:30-13:30", "17:00-19:00"], 120));
        // Its own hours, whatever is usual; a short noon makes a short visit, and only as short ones elsewhere.
        assert_eq!(of("装备制造", Some("09:00-12:00")), list(&["10:00-12:00"], 120));
        assert_eq!(of("信息技术", Some("12:00-13:30")), list(&["12:00-13:30"], 90));
        assert_eq!(of("信息技术", Some("12:00-13:00,15:00-16:30")), list(&["15:00-16:30"], 90));
        assert_eq!(of("信息技术", Some("08:00-18:00")), list(&["10:00-12:00", "14:00-16:00"], 120));
        assert_eq!(of("信息技术", Some("12:00-12:30")), Err("own_hours_too_short".into()));
    }
}
