//! Console tables of `track` and `follow-up`.

use std::collections::BTreeMap;

use crate::engagement::contact::followup::{Blocked, Task};
use crate::engagement::contact::track::Track;
use crate::model::Products;
use crate::render::books::contact::maintenance;
use crate::render::books::contact::tasks::TaskRow;
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
        .add("aum_change", Kind::Wan)
        .add("retention", Kind::Share)
        .add("band", Kind::Text)
        .add("basis", Kind::Text);
    let mut table = columns.table();
    let console = ["employer", "gained_count", "lost_count", "aum_change", "retention", "band"];
    table.console = Some(console.map(str::to_string).into());
    for e in &track.employers {
        let compared = e.from.is_some() && e.to.is_some();
        let of = |cell: Cell| if compared { cell } else { Cell::text("—") };
        let row = Row::new(vec![
            Cell::text(&e.name),
            Cell::Count(e.employees),
            of(Cell::Count(e.gained)),
            of(Cell::Count(e.lost)),
            of(Cell::Money(e.aum_after_fen - e.aum_before_fen)),
            known(e.retention, Cell::Share),
            known(e.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))),
            Cell::Text(maintenance::basis(words, e.basis.key(), e.approximate)),
        ]);
        table.rows.push(row.cell_tone(6, maintenance::band_tone(e.band.as_deref())));
    }
    if track.employers.len() > 1 {
        let t = &track.totals;
        let cells = vec![
            Cell::text(words.get("common.total")),
            Cell::Count(t.employees),
            Cell::Count(t.gained),
            Cell::Count(t.lost),
            Cell::Money(t.aum_after_fen - t.aum_before_fen),
            known(t.retention, Cell::Share),
        ];
        table.rows.push(Row::new(cells).tone(Tone::Total));
    }
    table
}

/// Tasks and blocked people per rule; `labels` has the rules' keys and labels, most urgent first. Rules that did not
/// fire are left out.
pub fn rules_table(labels: &[(String, String)], tasks: &[Task], blocked: &[Blocked], words: &Words) -> Table {
    let unsure = blocked.iter().any(|b| b.by == "identity_open");
    let mut columns = Columns::new(words, "matters")
        .add("matter", Kind::Text)
        .add("tasks", Kind::Count)
        .add("consent_missing", Kind::Count)
        .add("refused", Kind::Count)
        .add("resting", Kind::Count)
        .add("cap_reached", Kind::Count)
        .add("open_complaint", Kind::Count);
    if unsure {
        columns = columns.add("identity_open", Kind::Count);
    }
    let shown = if unsure { 7 } else { 6 };
    let mut table = columns.table();
    let mut counts: BTreeMap<&str, [i64; 7]> = BTreeMap::new();
    for task in tasks {
        counts.entry(&task.rule).or_default()[0] += 1;
    }
    for person in blocked {
        let at = match person.by {
            "consent_missing" => 1,
            "refused" => 2,
            "resting" => 3,
            "cap_reached" => 4,
            "open_complaint" => 5,
            _ => 6,
        };
        counts.entry(&person.rule).or_default()[at] += 1;
    }
    let fired = labels.iter().filter(|(key, _)| counts.contains_key(key.as_str()));
    for (key, label) in fired {
        let mut cells = vec![Cell::text(label)];
        cells.extend(counts[key.as_str()].iter().take(shown).map(|n| Cell::Count(*n)));
        table.rows.push(Row::new(cells));
    }
    if table.rows.len() > 1 {
        let mut cells = vec![Cell::text(words.get("common.total"))];
        cells.extend((0..shown).map(|i| Cell::Count(counts.values().map(|c| c[i]).sum())));
        table.rows.push(Row::new(cells).tone(Tone::Total));
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
