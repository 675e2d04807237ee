//! Steps of visits that are overdue, for managers and for whoever has them in hand.

use crate::engagement::visit::timeline::LateStep;
use crate::render::books::columns::Columns;
use crate::render::books::visit::part::step_name;
use crate::render::books::{Names, known};
use crate::render::table::{Cell, Kind, Tone};
use crate::render::words::Words;

/// Which visit and step, who has it in hand, since when and by how many days it is late.
pub(crate) fn late_steps<'a>(names: &'a Names<'a>, words: &'a Words) -> Columns<'a, LateStep> {
    let role = move |role: &String| {
        let key = format!("step_role.{role}");
        Cell::text(if words.has(&key) { words.get(&key) } else { role.as_str() })
    };
    Columns::<LateStep>::new(words, "late_steps")
        .wide("visit_id", Kind::Number, 8.0, move |l| Cell::Text(l.visit_id.to_string()))
        .wide("employer", Kind::Text, 24.0, move |l| Cell::Text(names.employer(l.employer_id)))
        .wide("date", Kind::Date, 12.0, move |l| Cell::Date(l.date))
        .wide("step", Kind::Text, 26.0, move |l| Cell::Text(step_name(&l.step, l.channel.as_deref(), words)))
        .wide("role", Kind::Text, 12.0, move |l| known(l.role.as_ref(), role))
        .wide("owner", Kind::Text, 12.0, move |l| names.owner(l.owner))
        .wide("due", Kind::Date, 12.0, move |l| Cell::Date(l.due))
        .wide("days_late", Kind::Count, 10.0, move |l| Cell::Count(l.days))
        .tone(|_| Tone::Bad)
}
