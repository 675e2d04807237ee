//! Console tables of `track` and `follow-up`.

use std::collections::BTreeMap;

use crate::engagement::contact::followup::{Blocked, Task};
use crate::engagement::contact::track::{Track, TrackedEmployer};
use crate::model::Products;
use crate::model::status::RateKind;
use crate::model::text::shared::SharedText;
use crate::render::books::columns::Columns;
use crate::render::books::contact::blocked::BLOCKS;
use crate::render::books::contact::maintenance;
use crate::render::books::contact::tasks::TaskRow;
use crate::render::books::rates::Rates;
use crate::render::books::{known, product_name};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;

/// One line per employer, with the sums.
pub fn track_table(track: &Track, words: &Words) -> Table {
    let of = |e: &TrackedEmployer, cell: Cell| if e.is_compared() { cell } else { Cell::text("—") };
    let rates = Rates::of(|kind| track.employers.iter().any(|e| e.rate_of(kind).is_some()));
    let columns = Columns::<TrackedEmployer>::new(words, "track")
        .add("employer", Kind::Text, |e| Cell::text(&e.name))
        .add("employees", Kind::Count, |e| Cell::Count(e.employees))
        .add("gained_count", Kind::Count, |e| of(e, Cell::Count(e.gained)))
        .add("lost_count", Kind::Count, |e| of(e, Cell::Count(e.lost)))
        .add("aum_change", Kind::Wan, |e| of(e, Cell::Money(e.aum_after_fen - e.aum_before_fen)));
    let columns = rates
        .columns(columns, 10.0, TrackedEmployer::rate_of)
        .add("band", Kind::Text, |e| known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))))
        .tone(|e| maintenance::band_tone(e.band.as_deref()))
        .add("basis", Kind::Text, |e| Cell::Text(maintenance::basis(words, e.basis.key(), e.approximate)));
    let mut table = columns.table(&track.employers);
    let band = rates.kinds().contains(&RateKind::Week).then_some("band");
    let console = ["employer", "gained_count", "lost_count", "aum_change"].into_iter().chain(rates.keys()).chain(band);
    table.console = Some(console.map(str::to_string).collect());
    if track.employers.len() > 1 {
        let t = &track.totals;
        let sums = [
            ("employer", Cell::text(words.get("common.total"))),
            ("employees", Cell::Count(t.employees)),
            ("gained_count", Cell::Count(t.gained)),
            ("lost_count", Cell::Count(t.lost)),
            ("aum_change", Cell::Money(t.aum_after_fen - t.aum_before_fen)),
        ];
        table.add_total(sums.into_iter().chain(rates.cells(|kind| match kind {
            RateKind::Week => t.retention,
            RateKind::Period => t.period_retention,
        })));
    }
    table
}

/// Tasks and blocked people per rule; `labels` has the rules' keys and labels, most urgent first. Rules that did not
/// fire are left out.
pub fn rules_table(labels: &[(String, String)], tasks: &[Task], blocked: &[Blocked], words: &Words) -> Table {
    // What seldom happens has no column of its own unless it did.
    let usual = |by: &str| matches!(by, "consent_missing" | "refused" | "resting" | "cap_reached" | "open_complaint");
    let shown: Vec<&str> = BLOCKS.into_iter().filter(|by| usual(by) || blocked.iter().any(|b| b.by == *by)).collect();
    let mut counts: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut add = |rule, at: usize| counts.entry(rule).or_insert_with(|| vec![0; shown.len() + 1])[at] += 1;
    tasks.iter().for_each(|task| add(&task.rule, 0));
    for person in blocked {
        if let Some(at) = shown.iter().position(|by| *by == person.by) {
            add(&person.rule, at + 1);
        }
    }
    let fired = labels.iter().filter_map(|(key, label)| Some((label.as_str(), counts.get(key.as_str())?)));
    let mut rows: Vec<(&str, Vec<i64>, Tone)> = fired.map(|(label, n)| (label, n.clone(), Tone::Normal)).collect();
    if rows.len() > 1 {
        let sums = (0..=shown.len()).map(|at| counts.values().map(|c| c[at]).sum()).collect();
        rows.push((words.get("common.total"), sums, Tone::Total));
    }
    let columns = Columns::<(&str, Vec<i64>, Tone)>::new(words, "matters")
        .row_tone(|(.., tone)| *tone)
        .add("matter", Kind::Text, |(label, ..)| Cell::text(*label))
        .add("tasks", Kind::Count, |(_, counts, _)| Cell::Count(counts[0]));
    let blocks = shown.iter().enumerate();
    let columns = blocks.fold(columns, |columns, (at, by)| {
        columns.add(by, Kind::Count, move |(_, counts, _)| Cell::Count(counts[at + 1]))
    });
    columns.table(rows)
}

/// The first `most` tasks, as they fit on a terminal.
pub fn first_tasks_table(tasks: &[TaskRow], most: usize, products: &Products, words: &Words) -> Table {
    let product = |key: &SharedText| Cell::text(product_name(words, products, key));
    // What other commands ask for stands first; what a narrow terminal has no room for, last.
    Columns::<TaskRow>::new(words, "first_tasks")
        .add("task_id", Kind::Number, |t| Cell::text(&t.task_id))
        .add("client_id", Kind::Number, |t| Cell::text(&t.client_id))
        .add("name", Kind::Text, |t| Cell::text(&t.name))
        .add("matter", Kind::Text, |t| Cell::text(&t.rule))
        .add("channel", Kind::Text, |t| Cell::text(words.word(t.channel.key())))
        .add("due", Kind::Date, |t| Cell::Date(t.due))
        .tone(|t| if t.missed { Tone::Bad } else { Tone::Normal })
        .add("main_owner", Kind::Text, |t| known(t.owner.clone(), Cell::Text))
        .add("employer", Kind::Text, |t| Cell::text(&t.employer))
        .add("product", Kind::Text, |t| known(t.product.as_ref(), product))
        .table(tasks.iter().take(most))
}
