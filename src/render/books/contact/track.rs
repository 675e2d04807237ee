//! Console tables of `track` and `follow-up`.

use std::collections::BTreeMap;

use crate::engagement::contact::followup::{Blocked, Task};
use crate::engagement::contact::track::Track;
use crate::model::Products;
use crate::model::status::RateKind;
use crate::render::books::contact::blocked::BLOCKS;
use crate::render::books::contact::maintenance;
use crate::render::books::contact::tasks::TaskRow;
use crate::render::books::rates::Rates;
use crate::render::books::{Columns, known, product_name};
use crate::render::table::{Cell, Kind, Row, Table, Tone};
use crate::render::words::Words;

/// One line per employer, with the sums.
pub fn track_table(track: &Track, words: &Words) -> Table {
    let columns = Columns::new(words, "track")
        .add("employer", Kind::Text)
        .add("employees", Kind::Count)
        .add("gained_count", Kind::Count)
        .add("lost_count", Kind::Count)
        .add("aum_change", Kind::Wan);
    let rates = Rates::of(|kind| track.employers.iter().any(|e| e.rate_of(kind).is_some()));
    let columns = rates.columns(columns, 10.0).add("band", Kind::Text).add("basis", Kind::Text);
    let mut table = columns.table();
    let band = rates.kinds().contains(&RateKind::Week).then_some("band");
    let console = ["employer", "gained_count", "lost_count", "aum_change"].into_iter().chain(rates.keys()).chain(band);
    table.console = Some(console.map(str::to_string).collect());
    let band_at = 5 + rates.kinds().len();
    for e in &track.employers {
        let compared = e.from.is_some() && e.to.is_some();
        let of = |cell: Cell| if compared { cell } else { Cell::text("—") };
        let mut cells = vec![
            Cell::text(&e.name),
            Cell::Count(e.employees),
            of(Cell::Count(e.gained)),
            of(Cell::Count(e.lost)),
            of(Cell::Money(e.aum_after_fen - e.aum_before_fen)),
        ];
        cells.extend(rates.cells(|kind| e.rate_of(kind)));
        cells.push(known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))));
        cells.push(Cell::Text(maintenance::basis(words, e.basis.key(), e.approximate)));
        table.rows.push(Row::new(cells).cell_tone(band_at, maintenance::band_tone(e.band.as_deref())));
    }
    if track.employers.len() > 1 {
        let t = &track.totals;
        let mut cells = vec![
            Cell::text(words.get("common.total")),
            Cell::Count(t.employees),
            Cell::Count(t.gained),
            Cell::Count(t.lost),
            Cell::Money(t.aum_after_fen - t.aum_before_fen),
        ];
        cells.extend(rates.cells(|kind| match kind {
            RateKind::Week => t.retention,
            RateKind::Period => t.period_retention,
        }));
        table.rows.push(Row::new(cells).tone(Tone::Total));
    }
    table
}

/// Tasks and blocked people per rule; `labels` has the rules' keys and labels, most urgent first. Rules that did not
/// fire are left out.
pub fn rules_table(labels: &[(String, String)], tasks: &[Task], blocked: &[Blocked], words: &Words) -> Table {
    // What seldom happens has no column of its own unless it did.
    let seldom = |by: &str| matches!(by, "result_missing" | "identity_open");
    let shown: Vec<&str> = BLOCKS.into_iter().filter(|by| !seldom(by) || blocked.iter().any(|b| b.by == *by)).collect();
    let mut columns = Columns::new(words, "matters").add("matter", Kind::Text).add("tasks", Kind::Count);
    for by in &shown {
        columns = columns.add(by, Kind::Count);
    }
    let mut table = columns.table();
    let mut counts: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut add = |rule, at: usize| counts.entry(rule).or_insert_with(|| vec![0; shown.len() + 1])[at] += 1;
    tasks.iter().for_each(|task| add(&task.rule, 0));
    for person in blocked {
        if let Some(at) = shown.iter().position(|by| *by == person.by) {
            add(&person.rule, at + 1);
        }
    }
    let row = |label: &str, counts: &[i64]| {
        Row::new(std::iter::once(Cell::text(label)).chain(counts.iter().map(|n| Cell::Count(*n))).collect())
    };
    table.rows = labels.iter().filter_map(|(key, label)| Some(row(label, counts.get(key.as_str())?))).collect();
    if table.rows.len() > 1 {
        let sums: Vec<i64> = (0..=shown.len()).map(|at| counts.values().map(|c| c[at]).sum()).collect();
        table.rows.push(row(words.get("common.total"), &sums).tone(Tone::Total));
    }
    table
}

/// The first `most` tasks, as they fit on a terminal.
pub fn first_tasks_table(tasks: &[TaskRow], most: usize, products: &Products, words: &Words) -> Table {
    let columns = Columns::new(words, "first_tasks")
        .add("name", Kind::Text)
        .add("employer", Kind::Text)
        .add("matter", Kind::Text)
        .add("product", Kind::Text)
        .add("channel", Kind::Text)
        .add("due", Kind::Date)
        .add("main_owner", Kind::Text);
    let mut table = columns.table();
    table.rows = tasks
        .iter()
        .take(most)
        .map(|t| {
            Row::new(vec![
                Cell::text(&t.name),
                Cell::text(&t.employer),
                Cell::text(&t.rule),
                known(t.product.as_ref(), |k| Cell::text(product_name(words, products, k))),
                Cell::text(words.word(t.channel.key())),
                Cell::Date(t.due),
                known(t.owner.clone(), Cell::Text),
            ])
        })
        .collect();
    table
}
