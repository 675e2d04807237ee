//! 人员排班: where each of our people goes, one table a person.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::visit::diary::{is_agreed, is_offered};
use crate::engagement::visit::planned::{TeamMember, Visit};
use crate::model::{Param, StaffId};
use crate::render::books::columns::Columns;
use crate::render::books::visit::context::{PlanContext, by_date, outlet, role, where_at};
use crate::render::books::weekday;
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Part, Sheet};

/// A colleague at a visit on one of its days, each of which has its own people.
type Place<'v> = (&'v Visit, NaiveDate, &'v TeamMember);

/// The sheet, its people by outlet.
pub(super) fn roster_sheet(visits: &[Visit], context: &PlanContext<'_>, words: &Words) -> Sheet {
    let mut people: BTreeMap<StaffId, Vec<Place<'_>>> = BTreeMap::new();
    for visit in by_date(visits) {
        let others = visit.alternatives.iter().copied().filter(|_| is_offered(visit.status));
        for day in std::iter::once(visit.date).chain(others) {
            for member in visit.team_on(day) {
                people.entry(member.staff_id).or_default().push((visit, day, member));
            }
        }
    }
    people.values_mut().for_each(|places| places.sort_by(|a, b| (a.1, &a.0.start).cmp(&(b.1, &b.0.start))));
    let mut order: Vec<(String, StaffId)> = people.keys().map(|id| (outlet(&context.names, *id, words), *id)).collect();
    order.sort();
    let name = words.get("sheet.roster");
    let mut parts = vec![Part::Title(name.to_string()), Part::Lines(vec![words.get("note.roster").to_string()])];
    for (n, (outlet, id)) in order.into_iter().enumerate() {
        // Each is given his own page.
        parts.extend((n > 0).then_some(Part::NewPage));
        let (first, others): (Vec<&Place<'_>>, Vec<&Place<'_>>) =
            people[&id].iter().partition(|(v, day, _)| v.date == *day);
        let params = [
            ("colleague", Param::Text(context.names.colleague(id))),
            ("outlet", Param::Text(outlet)),
            ("times", Param::Count(first.len() as i64)),
            ("others", Param::Count(others.len() as i64)),
        ];
        let key = if others.is_empty() { "note.roster_person" } else { "note.roster_person_others" };
        let title = words.fill(key, &params);
        parts.push(Part::Table(person_table(&title, &people[&id], context, words)));
    }
    if people.is_empty() {
        parts.push(Part::Table(person_table("", &[], context, words)));
    }
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

fn person_table(title: &str, places: &[Place<'_>], context: &PlanContext<'_>, words: &Words) -> Table {
    let which = |(v, day, _): &Place<'_>| {
        let key = match (is_agreed(v.status), v.date == *day) {
            (true, _) => "agreed",
            (false, true) => "first",
            (false, false) => "other",
        };
        Cell::text(words.get(&format!("roster_day.{key}")))
    };
    let tone = |(v, day, _): &Place<'_>| match (is_agreed(v.status), v.date == *day) {
        (true, _) => Tone::Good,
        (false, true) => Tone::Normal,
        (false, false) => Tone::Muted,
    };
    Columns::<Place<'_>>::new(words, "roster")
        .row_tone(tone)
        .wide("visit_id", Kind::Number, 8.0, |(v, ..)| Cell::Text(v.visit_id.to_string()))
        .wide("date", Kind::Date, 12.0, |(_, day, _)| Cell::Date(*day))
        .wide("weekday", Kind::Text, 7.0, |(_, day, _)| Cell::text(weekday(words, *day)))
        .wide("which", Kind::Text, 10.0, which)
        .wide("time", Kind::Text, 13.0, |(v, ..)| Cell::Text(format!("{}–{}", v.start, v.end)))
        .wide("employer", Kind::Text, 26.0, |(v, ..)| Cell::Text(context.names.employer(v.employer_id)))
        .wide("role", Kind::Text, 13.0, |(.., m)| Cell::Text(role(words, m)))
        .wide("arrive", Kind::Text, 10.0, |(.., m)| Cell::text(&m.arrive))
        .wide("place", Kind::Wrap, 36.0, |(v, ..)| Cell::or_empty(where_at(v, context.places), Cell::Text))
        .wide("status", Kind::Text, 10.0, |(v, ..)| Cell::text(words.word(v.status.key())))
        .titled(title, words.get("table.roster.empty"), places)
}
