//! 支援申请: what each outlet is asked for, to be printed and signed.

use crate::engagement::visit::staffing::support::{Ground, SupportRequest};
use crate::model::Param;
use crate::render::books::columns::Columns;
use crate::render::books::visit::context::PlanContext;
use crate::render::books::{Names, weekday};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Part, Sheet};

/// The sheet: a table for each outlet, who, when, how many and with which skill, and where it is signed.
pub(super) fn support_sheet(context: &PlanContext<'_>, words: &Words) -> Sheet {
    let name = words.get("sheet.support");
    let mut parts = vec![Part::Title(name.to_string()), Part::Lines(vec![words.get("note.support").to_string()])];
    let mut outlets: Vec<Option<&str>> = context.support.iter().map(|r| r.outlet.as_deref()).collect();
    outlets.dedup();
    for (n, outlet) in outlets.into_iter().enumerate() {
        // Each outlet is given its own page to sign.
        parts.extend((n > 0).then_some(Part::NewPage));
        let asked: Vec<&SupportRequest> = context.support.iter().filter(|r| r.outlet.as_deref() == outlet).collect();
        let title = match outlet {
            Some(outlet) => words.fill("note.support_outlet", &[("outlet", Param::Text(outlet.to_string()))]),
            None => words.get("note.support_above").to_string(),
        };
        parts.push(Part::Table(outlet_table(&title, asked, &context.names, words)));
        parts.push(Part::Lines(vec![words.get("note.support_signed").to_string()]));
    }
    if context.support.is_empty() {
        parts.push(Part::Table(outlet_table("", Vec::new(), &context.names, words)));
    }
    let mut sheet = Sheet::new(name, parts);
    sheet.landscape = true;
    sheet
}

fn outlet_table(title: &str, asked: Vec<&SupportRequest>, names: &Names, words: &Words) -> Table {
    let who = |r: &SupportRequest| {
        let list: Vec<String> = r.staff.iter().map(|id| names.colleague(*id)).collect();
        Cell::or_empty((!list.is_empty()).then(|| list.join(words.get("common.list_separator"))), Cell::Text)
    };
    let tone = |r: &SupportRequest| if r.ground == Ground::Borrowed { Tone::Normal } else { Tone::Bad };
    Columns::<SupportRequest>::new(words, "support")
        .row_tone(tone)
        .wide("visit_id", Kind::Number, 8.0, |r| Cell::Text(r.visit_id.to_string()))
        .wide("date", Kind::Date, 12.0, |r| Cell::Date(r.date))
        .wide("weekday", Kind::Text, 7.0, |r| Cell::text(weekday(words, r.date)))
        .wide("arrive", Kind::Text, 10.0, |r| Cell::text(&r.arrive))
        .wide("employer", Kind::Text, 26.0, |r| Cell::Text(names.employer(r.employer_id)))
        .wide("role", Kind::Text, 13.0, |r| Cell::text(words.get(&format!("role.{}", r.role))))
        .wide("skill", Kind::Wrap, 24.0, |r| Cell::text(words.get(&format!("role_skill.{}", r.role))))
        .wide("people", Kind::Count, 7.0, |r| Cell::Count(r.people))
        .wide("colleagues", Kind::Wrap, 20.0, who)
        .wide("ground", Kind::Wrap, 30.0, |r| Cell::text(ground(words, r)))
        .titled(title, words.get("table.support.empty"), asked)
}

/// What a terminal shows: what lacks, and who can be asked.
pub fn lacking_table(asked: &[SupportRequest], names: &Names, words: &Words) -> Table {
    let above = || words.get("note.support_above").to_string();
    Columns::<SupportRequest>::new(words, "lacking")
        .row_tone(|_| Tone::Bad)
        .add("visit_id", Kind::Number, |r| Cell::Text(r.visit_id.to_string()))
        .add("employer", Kind::Text, |r| Cell::Text(names.employer(r.employer_id)))
        .add("date", Kind::Date, |r| Cell::Date(r.date))
        .add("role", Kind::Text, |r| Cell::text(words.get(&format!("role.{}", r.role))))
        .add("people", Kind::Count, |r| Cell::Count(r.people))
        .add("outlet", Kind::Text, |r| Cell::Text(r.outlet.clone().unwrap_or_else(above)))
        .table(asked.iter().filter(|r| r.ground != Ground::Borrowed))
}

fn ground(words: &Words, asked: &SupportRequest) -> String {
    let key = match asked.ground {
        Ground::Borrowed => "support_ground.borrowed",
        Ground::Free => "support_ground.free",
        Ground::BeyondShare => "support_ground.beyond_share",
        Ground::Nobody => "support_ground.nobody",
    };
    let text = words.get(key).to_string();
    if asked.alternative {
        let alternative = words.get("support_ground.alternative");
        return format!("{text}{alternative}");
    }
    text
}
