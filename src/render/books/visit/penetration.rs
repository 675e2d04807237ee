//! What an employer's people hold beside those of its peers: products and how many of them, in 01 and on the terminal.

use std::collections::{BTreeMap, BTreeSet};

use crate::engagement::visit::ranking::shares::{CoverageGap, ProductGap};
use crate::engagement::visit::ranking::story::Story;
use crate::engagement::visit::ranking::{Ranked, Ranking};
use crate::model::money::{PERCENT_PLACES, as_shown};
use crate::model::product::Product;
use crate::model::{EmployerId, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::{known, product_name};
use crate::render::table::{Cell, Column, Kind, Table, Tone};
use crate::render::words::Words;

/// Products named of those an employer lags behind with; the sheet has all.
const LAGS_NAMED: usize = 3;

/// A difference of shares, in percentage points.
fn points(gap: Option<f64>) -> Cell {
    known(gap, |gap| Cell::Ratio(gap * 100.0))
}

/// Products some employer's lists cover, in the order of the catalogue.
fn covered<'a>(ranking: &Ranking, products: &'a Products) -> Vec<&'a Product> {
    let keys: BTreeSet<&str> = ranking.ranked.iter().flat_map(|r| r.penetration.keys().map(String::as_str)).collect();
    products.0.iter().filter(|p| keys.contains(p.key.as_str())).collect()
}

fn begun<'a>(words: &'a Words, table: &'static str) -> Columns<'a, Ranked> {
    let columns = Columns::<Ranked>::new(words, table);
    let columns = columns.wide("rank", Kind::Count, 5.0, |r| Cell::Count(r.rank as i64));
    columns.wide("employer", Kind::Wrap, 16.0, |r| Cell::text(&r.name))
}

fn done(columns: Columns<'_, Ranked>, ranking: &Ranking, note: &str) -> Table {
    let mut table = columns.table(&ranking.ranked);
    table.freeze = 2;
    table.notes = vec![note.to_string()];
    table
}

/// Who holds which product.
pub(super) fn penetration_table(ranking: &Ranking, products: &Products, words: &Words) -> Table {
    let mut columns = begun(words, "penetration")
        .wide("headcount", Kind::Count, 7.0, |r| Cell::Count(r.headcount))
        .wide("stated_headcount", Kind::Count, 7.0, |r| known(r.stated_headcount, Cell::Count));
    for product in covered(ranking, products) {
        let head = Column::new(&product.key, words.product(product), Kind::Share).width(7.0);
        let head = head.group(words.get("group.penetration"));
        columns = columns.push(head, move |r| known(r.penetration.get(&product.key).copied(), Cell::Share));
    }
    done(columns, ranking, words.get("note.penetration"))
}

/// How far each product lies behind the peers, and with which the employer lags most.
pub(super) fn gap_table(ranking: &Ranking, products: &Products, words: &Words) -> Table {
    let lagging: BTreeMap<EmployerId, Vec<ProductGap>> =
        ranking.ranked.iter().map(|r| (r.employer_id, lags(r))).collect();
    let lagging = &lagging;
    let mut columns = begun(words, "penetration_gap")
        .wide("lags", Kind::Wrap, 26.0, |r| Cell::Text(lag_lines(&lagging[&r.employer_id], products, words)));
    for product in covered(ranking, products) {
        let head = Column::new(&product.key, words.product(product), Kind::Ratio).width(7.0);
        let head = head.group(words.get("group.penetration_gap"));
        let is_lag = move |r: &Ranked| lagging[&r.employer_id].iter().any(|g| g.product == product.key);
        columns = columns.push(head, move |r| points(r.product_gap(&product.key)));
        columns = columns.tone(move |r| if is_lag(r) { Tone::Warn } else { Tone::Normal });
    }
    done(columns, ranking, words.get("note.penetration_gap"))
}

/// The products the employer lags behind its peers most with, by the figures as they are shown.
fn lags(ranked: &Ranked) -> Vec<ProductGap> {
    let mut gaps = ranked.product_gaps();
    gaps.retain(|g| g.gap.is_some_and(|gap| as_shown(gap * 100.0, PERCENT_PLACES) < 0.0));
    gaps.truncate(LAGS_NAMED);
    gaps
}

/// `基金定投低22.0个百分点`, one below the other.
fn lag_lines(lags: &[ProductGap], products: &Products, words: &Words) -> String {
    let line = |lag: &ProductGap| {
        let points = as_shown(-lag.gap.unwrap_or_default() * 100.0, PERCENT_PLACES);
        let product = Param::Text(product_name(words, products, &lag.product).to_string());
        words.fill("note.lag", &[("product", product), ("points", Param::Text(format!("{points:.1}")))])
    };
    lags.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Columns of one kind, by the number of products: key, how it is shown, and the figure.
type Figures = (&'static str, Kind, fn(&CoverageGap) -> Cell);

/// How many products people hold: heads, their shares and those of the peers.
pub(super) fn coverage_table(ranking: &Ranking, words: &Words) -> Table {
    let mut columns = begun(words, "coverage").wide("headcount", Kind::Count, 7.0, |r| Cell::Count(r.headcount));
    let parts: [Figures; 3] = [
        ("coverage", Kind::Count, |c| Cell::Count(c.heads)),
        ("coverage_own", Kind::Share, |c| known(c.own, Cell::Share)),
        ("coverage_peer", Kind::Share, |c| known(c.peer, Cell::Share)),
    ];
    for (part, kind, cell) in parts {
        for products in 0..=5 {
            let title = words.get(&format!("column.coverage_{products}"));
            let head = Column::new(format!("{part}_{products}"), title, kind.clone()).width(7.0);
            let head = head.group(words.get(&format!("group.{part}")));
            columns = columns.push(head, move |r| cell(&r.coverage_gaps()[products]));
        }
    }
    done(columns, ranking, words.get("note.coverage"))
}

/// An employer's products beside those of its peers, the largest lag first.
pub fn products_of(story: &Story, products: &Products, words: &Words) -> Table {
    let mut table = Columns::<ProductGap>::new(words, "rank_products")
        .add("product", Kind::Text, |g| Cell::text(product_name(words, products, &g.product)))
        .add("own", Kind::Share, |g| Cell::Share(g.own))
        .add("peer", Kind::Share, |g| known(g.peer, Cell::Share))
        .add("gap", Kind::Ratio, |g| points(g.gap))
        .table(&story.products);
    table.notes = vec![words.get("note.penetration_gap").to_string()];
    table
}

/// How many products its people hold beside those of its peers.
pub fn coverage_of(story: &Story, words: &Words) -> Table {
    let mut table = Columns::<CoverageGap>::new(words, "rank_coverage")
        .add("products", Kind::Text, |c| Cell::text(words.get(&format!("column.coverage_{}", c.products))))
        .add("people", Kind::Count, |c| Cell::Count(c.heads))
        .add("own", Kind::Share, |c| known(c.own, Cell::Share))
        .add("peer", Kind::Share, |c| known(c.peer, Cell::Share))
        .add("gap", Kind::Ratio, |c| points(c.gap))
        .table(&story.coverage);
    table.notes = vec![words.get("note.coverage").to_string()];
    table
}
