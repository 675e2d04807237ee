//! 进企月历: our people by outlet against the days of a month, one block a month.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use unicode_width::UnicodeWidthChar as _;

use crate::engagement::visit::diary::is_agreed;
use crate::engagement::visit::planned::Visit;
use crate::model::days::period::{month_end, month_start};
use crate::model::{EmployerId, Param, StaffId, VisitId};
use crate::render::books::columns::Columns;
use crate::render::books::visit::context::{PlanContext, outlet};
use crate::render::books::weekday;
use crate::render::free_text;
use crate::render::table::{Cell, Column, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Part, Sheet};

/// Width of a day's column in characters: 31 of them fit across A4 at four fifths of their size.
const DAY_WIDTH: f64 = 5.0;
/// Characters of a line in it, a Chinese one counting two.
const DAY_LINE: usize = 4;
/// Lines a visit's name takes in it.
const DAY_LINES: usize = 2;
const NAME_WIDTH: f64 = 10.0;

/// A row of a month.
enum Line {
    Outlet(String),
    Colleague(StaffId),
}

/// What stands in a cell: how each visit is called there, and in which tone.
type Days = BTreeMap<(StaffId, NaiveDate), (Vec<String>, Tone)>;

/// The sheet with a block for every month in which somebody goes out or may.
pub(super) fn month_sheet(visits: &[Visit], context: &PlanContext<'_>, words: &Words) -> Sheet {
    let name = words.get("sheet.months");
    let days = days(visits, context);
    let mut months: BTreeSet<NaiveDate> = days.keys().map(|(_, day)| month_start(*day)).collect();
    if months.is_empty() {
        months.insert(month_start(context.today));
    }
    let mut parts = vec![Part::Title(name.to_string())];
    parts.extend(months.into_iter().map(|month| Part::Table(month_table(month, &days, context, words))));
    // Below the last block, which then is no list to be filtered.
    parts.push(Part::Lines(vec![words.get("note.months").to_string()]));
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

fn month_table(month: NaiveDate, days: &Days, context: &PlanContext<'_>, words: &Words) -> Table {
    let shown = month.iter_days().take_while(|day| *day <= month_end(month));
    let colleague = |line: &Line| match line {
        Line::Outlet(outlet) => Cell::text(outlet),
        Line::Colleague(id) => Cell::Text(context.names.colleague(*id)),
    };
    let mut columns = Columns::<Line>::new(words, "months")
        .row_tone(|line| if matches!(line, Line::Outlet(_)) { Tone::Total } else { Tone::Normal })
        .wide("colleague", Kind::Text, NAME_WIDTH, colleague);
    for day in shown {
        let own = move |line: &Line| match line {
            Line::Colleague(id) => days.get(&(*id, day)),
            Line::Outlet(_) => None,
        };
        let empty = if day == context.today {
            Tone::Now
        } else if context.workdays.is_workday(day) == Some(false) {
            Tone::Off
        } else {
            Tone::Normal
        };
        let head = Column::new(day.to_string(), day_title(day, context, words), Kind::Wrap).width(DAY_WIDTH);
        columns = columns
            .push(head, move |line| Cell::or_empty(own(line), |(visits, _)| Cell::Text(visits.join("\n"))))
            .tone(move |line| match line {
                Line::Colleague(_) => own(line).map_or(empty, |(_, tone)| *tone),
                Line::Outlet(_) => Tone::Total,
            });
    }
    let params = [("year", Param::Text(month.year().to_string())), ("month", Param::Text(month.month().to_string()))];
    let title = words.fill("date.month", &params);
    let mut table = columns.titled(&title, words.get("table.months.empty"), lines(month, days, context, words));
    table.freeze = 1;
    table
}

fn day_title(day: NaiveDate, context: &PlanContext<'_>, words: &Words) -> String {
    let mut title = format!("{}\n{}", day.day(), weekday(words, day));
    if day == context.today {
        title.push('\n');
        title.push_str(words.get("note.months_today"));
    }
    title
}

/// The colleagues who go out in a month, each below their outlet.
fn lines(month: NaiveDate, days: &Days, context: &PlanContext<'_>, words: &Words) -> Vec<Line> {
    let people: BTreeSet<StaffId> =
        days.keys().filter(|(_, day)| month_start(*day) == month).map(|(id, _)| *id).collect();
    let mut people: Vec<(String, StaffId)> =
        people.into_iter().map(|id| (outlet(&context.names, id, words), id)).collect();
    people.sort();
    let mut lines = Vec::new();
    let mut last = None;
    for (outlet, id) in people {
        if last.as_ref() != Some(&outlet) {
            lines.push(Line::Outlet(outlet.clone()));
            last = Some(outlet);
        }
        lines.push(Line::Colleague(id));
    }
    lines
}

/// Who is where on which day. A day with several visits has the tone of the surest.
fn days(visits: &[Visit], context: &PlanContext<'_>) -> Days {
    let short = short_names(visits, context);
    let mut days: Days = BTreeMap::new();
    let mut sorted: Vec<&Visit> = visits.iter().collect();
    // Of two on one day the earlier stands above.
    sorted.sort_by(|a, b| (&a.start, a.visit_id).cmp(&(&b.start, b.visit_id)));
    for visit in sorted {
        let first = if is_agreed(visit.status) { Tone::Good } else { Tone::Warn };
        let dates = [(visit.date, first)].into_iter().chain(visit.alternatives.iter().map(|day| (*day, Tone::Faint)));
        for (day, tone) in dates {
            for member in visit.team_on(day) {
                let (names, shown) = days.entry((member.staff_id, day)).or_insert((Vec::new(), tone));
                let name = short[&visit.visit_id].clone();
                // One colleague may have two roles.
                if !names.contains(&name) {
                    names.push(name);
                }
                if surety(tone) > surety(*shown) {
                    *shown = tone;
                }
            }
        }
    }
    days
}

fn surety(tone: Tone) -> u8 {
    match tone {
        Tone::Good => 2,
        Tone::Warn => 1,
        _ => 0,
    }
}

/// How visits are called in a cell: by the beginning of the employer's name; by number where that is not one employer's only.
fn short_names(visits: &[Visit], context: &PlanContext<'_>) -> BTreeMap<VisitId, String> {
    let short = |visit: &Visit| in_cell(&free_text::shown("", &context.names.employer(visit.employer_id)));
    let mut whose: BTreeMap<String, BTreeSet<EmployerId>> = BTreeMap::new();
    for visit in visits {
        whose.entry(short(visit)).or_default().insert(visit.employer_id);
    }
    let name = |visit: &Visit| {
        let name = short(visit);
        if whose[&name].len() > 1 { in_cell(&visit.visit_id.to_string()) } else { name }
    };
    visits.iter().map(|visit| (visit.visit_id, name(visit))).collect()
}

/// As much of a name as a cell holds, broken into its lines.
fn in_cell(name: &str) -> String {
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for c in name.chars().filter(|c| !c.is_whitespace()) {
        let width = c.width().unwrap_or(0);
        if taken + width > DAY_LINE {
            if lines.len() == DAY_LINES {
                break;
            }
            lines.push(String::new());
            taken = 0;
        }
        taken += width;
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_to_two_lines() {
        assert_eq!(in_cell("云启信息有限公司"), "云启\n信息");
        assert_eq!(in_cell("甲单位"), "甲单\n位");
        assert_eq!(in_cell("Acme Trading"), "Acme\nTrad");
        assert_eq!(in_cell("A甲乙"), "A甲\n乙");
        assert_eq!(in_cell("V0001"), "V000\n1");
    }
}
