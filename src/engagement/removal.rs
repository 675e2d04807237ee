//! Whether a removal of people is out of proportion, so that somebody looks at it twice.

use crate::model::Reason;
use crate::rules::trust::purge::Unusual;

/// What a removal does, and what there was before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// People removed, and whether they were named one by one.
    pub people: i64,
    pub named: bool,
    /// Rows of theirs that go.
    pub rows: i64,
    /// Rows of others out of whose words numbers go.
    pub notes: i64,
    /// All people there were, with the rows of all of them.
    pub all_people: i64,
    pub all_rows: i64,
}

/// What is unusual about it; nothing when it is as removals are.
pub fn unusual(rules: &Unusual, extent: &Extent) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let people = extent.people.max(1);
    if extent.notes > rules.notes_per_person.saturating_mul(people) {
        reasons.push(Reason::new("purge_notes").count("notes", extent.notes).count("people", extent.people));
    }
    if !extent.named {
        return reasons;
    }
    let usual = extent.all_rows.checked_div(extent.all_people).unwrap_or(0).saturating_mul(people);
    if extent.rows >= rules.rows_at_least && extent.rows > usual.saturating_mul(rules.rows_times_usual) {
        reasons.push(Reason::new("purge_rows").count("rows", extent.rows).count("usual", usual));
    }
    let share = extent.people as f64 / extent.all_people.max(1) as f64;
    if extent.people >= rules.people_at_least && share > rules.share_of_people {
        reasons.push(Reason::new("purge_people").count("people", extent.people).share("share", share));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Unusual = Unusual {
        notes_per_person: 20,
        rows_times_usual: 10,
        rows_at_least: 500,
        share_of_people: 0.5,
        people_at_least: 20,
    };

    fn of(people: i64, rows: i64, notes: i64) -> Vec<String> {
        // A branch of 100 people with 60 rows each.
        let extent = Extent { people, named: true, rows, notes, all_people: 100, all_rows: 6_000 };
        unusual(&RULES, &extent).into_iter().map(|r| r.rule.to_string()).collect()
    }

    #[test]
    fn what_is_far_from_usual_is_named_and_nothing_else() {
        assert_eq!(of(1, 60, 3), Vec::<String>::new());
        assert_eq!(of(1, 60, 20), Vec::<String>::new());
        assert_eq!(of(1, 60, 21), ["purge_notes"]);
        assert_eq!(of(2, 120, 40), Vec::<String>::new());
        assert_eq!(of(1, 600, 0), Vec::<String>::new(), "ten times as many is the edge");
        assert_eq!(of(1, 601, 0), ["purge_rows"]);
        assert_eq!(of(50, 3_000, 0), Vec::<String>::new());
        assert_eq!(of(51, 3_060, 0), ["purge_people"]);
        assert_eq!(of(0, 0, 30), ["purge_notes"], "a contact of an employer has no number");
    }

    #[test]
    fn small_numbers_and_removals_by_age_are_not_asked_about() {
        let small = Extent { people: 3, named: true, rows: 400, notes: 0, all_people: 4, all_rows: 40 };
        assert_eq!(unusual(&RULES, &small), []);
        let aged = Extent { people: 90, named: false, rows: 50_000, notes: 0, all_people: 100, all_rows: 51_000 };
        assert_eq!(unusual(&RULES, &aged), []);
    }
}
