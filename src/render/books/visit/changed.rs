//! A visit that was changed by hand: what of it is another way now, for the terminal.

use chrono::NaiveDate;

use crate::engagement::visit::planned::Visit;
use crate::model::Param;
use crate::render::books::columns::Columns;
use crate::render::books::visit::context::team;
use crate::render::books::visit::plan::dates;
use crate::render::books::{Names, day};
use crate::render::figures;
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;

/// One thing that is said of a visit.
struct Item {
    title: String,
    before: String,
    after: String,
}

/// What was changed of a visit, before and after; where it is new or stands as it stood, all that is known of it.
pub fn changed_table(before: Option<&Visit>, after: &Visit, names: &Names, words: &Words) -> Table {
    let title = |key: &str| words.get(&format!("column.{key}")).to_string();
    let now = said_of(after, names, words);
    let then = before.map_or_else(|| now.clone(), |visit| said_of(visit, names, words));
    let items = then.into_iter().zip(now).map(|((key, before), (_, after))| Item { title: title(key), before, after });
    let (changed, same): (Vec<Item>, Vec<Item>) = items.partition(|item| item.before != item.after);
    let or_none = |text: &str| Cell::text(if text.is_empty() { "—" } else { text });
    let columns = Columns::<Item>::new(words, "visit_changed").add("item", Kind::Wrap, |i| Cell::text(&i.title));
    let (columns, items): (_, Vec<Item>) = if changed.is_empty() {
        (columns, same.into_iter().filter(|item| !item.after.is_empty()).collect())
    } else {
        (columns.add("before", Kind::Wrap, move |i| or_none(&i.before)), changed)
    };
    let columns = columns.add("after", Kind::Wrap, move |i| or_none(&i.after));
    let employer = names.employer(after.employer_id);
    let title = words.fill(
        "note.visit_of",
        &[("visit", Param::Text(after.visit_id.to_string())), ("employer", Param::Text(employer))],
    );
    columns.titled(&title, words.get("table.plan.empty"), items)
}

/// The titles of what was changed of a visit, in the order of [`changed_table`].
pub fn changed_titles(before: &Visit, after: &Visit, names: &Names, words: &Words) -> Vec<String> {
    let pairs = said_of(before, names, words).into_iter().zip(said_of(after, names, words));
    let changed = pairs.filter(|(before, after)| before != after);
    changed.map(|((key, _), _)| words.get(&format!("column.{key}")).to_string()).collect()
}

/// All that can be changed of a visit, by the key of its column, in the order in which it is told.
fn said_of(visit: &Visit, names: &Names, words: &Words) -> Vec<(&'static str, String)> {
    let days = |list: &[NaiveDate]| if list.is_empty() { String::new() } else { dates(words, list) };
    let rest = visit.declined.as_ref().and_then(|declined| declined.rest_until);
    let team = team(words, names, &visit.team).replace('\n', words.get("common.reason_separator"));
    vec![
        ("status", words.word(visit.status.key()).to_string()),
        ("date", day(words, visit.date)),
        ("alternatives", days(&visit.alternatives)),
        ("answer_by", visit.answer_by.map(figures::date).unwrap_or_default()),
        ("time", format!("{}–{}", visit.start, visit.end)),
        ("place", visit.place.clone().unwrap_or_default()),
        ("attendance", figures::count(visit.attendance)),
        ("sessions", figures::count(visit.sessions)),
        ("topic", words.get(&format!("topic_title.{}", visit.topic)).to_string()),
        ("team", team),
        ("rest_until", rest.map(figures::date).unwrap_or_default()),
    ]
}
