//! 人员排班: where each of our people goes, one table a person.

use std::collections::BTreeMap;

use crate::engagement::visit::diary::is_agreed;
use crate::engagement::visit::planned::{TeamMember, Visit};
use crate::model::{Param, StaffId};
use crate::render::books::columns::Columns;
use crate::render::books::visit::context::{PlanContext, by_date, outlet, role};
use crate::render::books::{day, weekday};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Part, Sheet};

/// A colleague at a visit.
type Place<'v> = (&'v Visit, &'v TeamMember);

/// The sheet, its people by outlet.
pub(super) fn roster_sheet(visits: &[Visit], context: &PlanContext<'_>, words: &Words) -> Sheet {
    let mut people: BTreeMap<StaffId, Vec<Place<'_>>> = BTreeMap::new();
    for visit in by_date(visits) {
        for member in &visit.team {
            people.entry(member.staff_id).or_default().push((visit, member));
        }
    }
    let mut order: Vec<(String, StaffId)> = people.keys().map(|id| (outlet(&context.names, *id, words), *id)).collect();
    order.sort();
    let name = words.get("sheet.roster");
    let mut parts = vec![Part::Title(name.to_string()), Part::Lines(vec![words.get("note.roster").to_string()])];
    parts.extend(order.into_iter().map(|(outlet, id)| {
        let params = [
            ("colleague", Param::Text(context.names.colleague(id))),
            ("outlet", Param::Text(outlet)),
            ("times", Param::Count(people[&id].len() as i64)),
        ];
        let title = words.fill("note.roster_person", &params);
        Part::Table(person_table(&title, &people[&id], context, words))
    }));
    if people.is_empty() {
        parts.push(Part::Table(person_table("", &[], context, words)));
    }
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

fn person_table(title: &str, places: &[Place<'_>], context: &PlanContext<'_>, words: &Words) -> Table {
    let alternatives = |v: &Visit| v.alternatives.iter().map(|d| day(words, *d)).collect::<Vec<_>>().join("\n");
    Columns::<Place<'_>>::new(words, "roster")
        .row_tone(|(v, _)| if is_agreed(v.status) { Tone::Good } else { Tone::Normal })
        .wide("date", Kind::Date, 12.0, |(v, _)| Cell::Date(v.date))
        .wide("weekday", Kind::Text, 7.0, |(v, _)| Cell::text(weekday(words, v.date)))
        .wide("time", Kind::Text, 13.0, |(v, _)| Cell::Text(format!("{}–{}", v.start, v.end)))
        .wide("employer", Kind::Text, 26.0, |(v, _)| Cell::Text(context.names.employer(v.employer_id)))
        .wide("role", Kind::Text, 13.0, |(_, m)| Cell::Text(role(words, m)))
        .wide("arrive", Kind::Text, 10.0, |(_, m)| Cell::text(&m.arrive))
        .wide("place", Kind::Wrap, 32.0, |(v, _)| {
            Cell::or_empty(v.place.as_ref().or_else(|| context.places.get(&v.employer_id)), Cell::text)
        })
        .wide("status", Kind::Text, 10.0, |(v, _)| Cell::text(words.word(v.status.key())))
        .wide("alternatives", Kind::Wrap, 20.0, |(v, _)| Cell::Text(alternatives(v)))
        .titled(title, words.get("table.roster.empty"), places)
}
