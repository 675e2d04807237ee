//! 目标单位名单: who is to be visited first, why, and who is left out.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::engagement::report::thresholds::Thresholds;
use crate::engagement::visit::ranking::{LeftOut, Ranked, Ranking};
use crate::model::rows::Paydays;
use crate::model::status::{AumBasis, RateKind};
use crate::model::{EmployerId, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::rates::Rates;
use crate::render::books::report::definitions;
use crate::render::books::visit::penetration::{coverage_table, gap_table, penetration_table};
use crate::render::books::visit::rank_story::{last_visit, sentence, short_sentence};
use crate::render::books::{StaffNames, choice, known, reason_lines, said, table_sheet, text_or_empty, tile};
use crate::render::table::{Cell, Column, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Part, Sheet};

/// What the list is shown with.
#[derive(Debug, Clone, Copy)]
pub struct RankContext<'a> {
    pub thresholds: &'a Thresholds,
    pub products: &'a Products,
    /// Newest snapshot the figures rest on.
    pub data_date: Option<NaiveDate>,
    /// Our own people by number.
    pub staff: &'a StaffNames,
    /// 关键人 as the masking rules let the list show them; of whom none is known, there is none.
    pub contacts: &'a BTreeMap<EmployerId, String>,
}

/// The ranking as it fits on a terminal: what a lead decides by.
pub fn rank_table(ranked: &[Ranked], words: &Words) -> Table {
    Columns::<Ranked>::new(words, "rank")
        .row_tone(tone)
        .add("rank", Kind::Count, |r| Cell::Count(r.rank as i64))
        .add("target", Kind::Text, |r| mark(r, words))
        .add("employer", Kind::Text, |r| Cell::text(&r.name))
        .add("uplift", Kind::Wan, |r| Cell::Money(r.uplift_fen))
        .add("score", Kind::Points, |r| Cell::Points(r.score))
        .add("sentence", Kind::Wrap, |r| Cell::Text(short_sentence(r, words)))
        .table(ranked)
}

/// 目标, or nothing.
fn mark(ranked: &Ranked, words: &Words) -> Cell {
    if ranked.target { Cell::text(words.get("note.target_mark")) } else { Cell::Empty }
}

fn rate_of(ranked: &Ranked, kind: RateKind) -> Option<f64> {
    match kind {
        RateKind::Week => ranked.retention,
        RateKind::Period => ranked.period_retention,
    }
}

/// Which AUM the ranking is by.
fn basis_of(ranked: &[Ranked]) -> AumBasis {
    ranked.first().map_or(AumBasis::Balance, |r| r.aum_basis)
}

fn rates_of(ranked: &[Ranked]) -> Rates {
    Rates::of(|kind| ranked.iter().any(|r| rate_of(r, kind).is_some()))
}

/// `目标单位12户，提升空间合计3,860万元`.
pub fn summary(ranked: &[Ranked], words: &Words) -> String {
    let uplift = targets(ranked).map(|r| r.uplift_fen).sum();
    let count = targets(ranked).count() as i64;
    words.fill("note.rank_summary", &[("targets", Param::Count(count)), ("uplift", Param::Money { fen: uplift })])
}

/// Employers that are not ranked, and why.
pub fn left_out_table(left_out: &[LeftOut], words: &Words) -> Table {
    let mut table = Columns::<LeftOut>::new(words, "left_out")
        .wide("employer", Kind::Text, 28.0, |l| Cell::text(&l.name))
        .wide("reasons", Kind::Wrap, 60.0, |l| Cell::Text(reason_lines(words, &l.reasons)))
        .add("earliest", Kind::Date, |l| known(l.earliest, Cell::Date))
        .wide("last_visit", Kind::Wrap, 24.0, |l| last_visit(&l.visit, words))
        .table(left_out);
    // A terminal has no room for what came of the visit; `rank EMPLOYER` tells it.
    table.console = Some(["employer", "reasons", "earliest"].map(str::to_string).to_vec());
    table
}

/// `01_目标单位名单.xlsx`.
pub fn rank_book(ranking: &Ranking, context: &RankContext, words: &Words) -> Book {
    let tiles = vec![
        tile(words, "targets", Cell::Count(targets(&ranking.ranked).count() as i64), Kind::Count),
        tile(words, "uplift", Cell::Money(targets(&ranking.ranked).map(|r| r.uplift_fen).sum()), Kind::Wan),
        tile(words, "ranked", Cell::Count(ranking.ranked.len() as i64), Kind::Count),
        tile(words, "left_out", Cell::Count(ranking.left_out.len() as i64), Kind::Count),
        tile(words, "data_date", Cell::or_empty(context.data_date, Cell::Date), Kind::Date),
    ];
    let mut list = decision_table(ranking, context, words);
    list.title.clear();
    let name = words.get("sheet.target_employers");
    let parts = vec![Part::Title(name.to_string()), Part::Figures(tiles), Part::Table(list)];
    let mut first = Sheet::new(name, parts);
    first.landscape = true;
    first.tab = Some(Tone::Good);
    Book {
        title: words.get("title.rank").to_string(),
        sheets: vec![
            first,
            table_sheet(words, "target_measures", measures_table(ranking, context, words)),
            table_sheet(words, "penetration", penetration_table(ranking, context.products, words)),
            table_sheet(words, "penetration_gap", gap_table(ranking, context.products, words)),
            table_sheet(words, "coverage", coverage_table(ranking, words)),
            table_sheet(words, "left_out", left_out_table(&ranking.left_out, words)),
            definitions::sheet(words, context.thresholds, definitions::RANKING),
        ],
        mark: None,
    }
}

fn targets(ranked: &[Ranked]) -> impl Iterator<Item = &Ranked> {
    ranked.iter().filter(|r| r.target)
}

fn tone(ranked: &Ranked) -> Tone {
    if ranked.target { Tone::Good } else { Tone::Normal }
}

/// What a lead decides by, and where the decision is typed. It is printed on its own and brings no coefficient.
fn decision_table(ranking: &Ranking, context: &RankContext, words: &Words) -> Table {
    let manager = |r: &Ranked| r.rm.and_then(|rm| context.staff.get(&rm)).map(|(name, _)| name.clone());
    let paydays = |r: &Ranked| (!r.paydays.is_empty()).then(|| Paydays(r.paydays.clone()).to_text());
    let mut table = Columns::<Ranked>::new(words, "targets")
        .row_tone(tone)
        .wide("rank", Kind::Count, 5.0, |r| Cell::Count(r.rank as i64))
        .wide("target", Kind::Text, 5.0, |r| mark(r, words))
        .wide("employer", Kind::Text, 24.0, |r| Cell::text(&r.name))
        .wide("sentence", Kind::Wrap, 36.0, |r| Cell::Text(sentence(r, words)))
        .wide("uplift", Kind::Wan, 10.0, |r| Cell::Money(r.uplift_fen))
        .wide("rm", Kind::Text, 8.0, move |r| Cell::or_empty(manager(r), Cell::Text))
        .wide("outlet", Kind::Wrap, 11.0, |r| text_or_empty(&r.outlet))
        .wide("payroll_month_avg", Kind::Wan, 9.0, |r| Cell::or_empty(r.payroll_month_avg_fen, Cell::Money))
        .wide("paydays", Kind::Text, 7.0, move |r| Cell::or_empty(paydays(r), Cell::Text))
        .wide("agreement_end", Kind::Date, 11.0, |r| Cell::or_empty(r.agreement_end, Cell::Date))
        .wide("last_visit", Kind::Wrap, 18.0, |r| last_visit(&r.visit, words))
        .wide("key_person", Kind::Wrap, 11.0, |r| {
            Cell::or_empty(context.contacts.get(&r.employer_id).cloned(), Cell::Text)
        })
        .typed("rm_opinion", choice(words, "opinion", &["confirm", "strike"]), 10.0, |r| {
            said(words, "opinion", r.opinion.rm_opinion.as_deref())
        })
        .typed("strike_reason", Kind::Text, 14.0, |r| text_or_empty(&r.opinion.strike_reason))
        .typed("approval", choice(words, "approval", &["yes", "no"]), 10.0, |r| {
            said(words, "approval", r.opinion.approval.as_deref())
        })
        .hidden("row_key", |r| Cell::Text(r.employer_id.to_string()))
        .table(&ranking.ranked);
    table.freeze = 3;
    table.notes = vec![words.get("note.rank_order").to_string()];
    if !ranking.ranked.is_empty() {
        table.add_total([
            ("employer", Cell::text(words.get("common.total"))),
            ("uplift", Cell::Money(ranking.ranked.iter().map(|r| r.uplift_fen).sum())),
        ]);
    }
    table
}

/// The figures and coefficients behind the list, in the same order.
fn measures_table(ranking: &Ranking, context: &RankContext, words: &Words) -> Table {
    let basis = basis_of(&ranking.ranked);
    let goal = words.fill("column.uplift_per_head", context.thresholds);
    let columns = Columns::<Ranked>::new(words, "target_measures")
        .row_tone(tone)
        .wide("rank", Kind::Count, 5.0, |r| Cell::Count(r.rank as i64))
        .wide("employer", Kind::Wrap, 18.0, |r| Cell::text(&r.name))
        .wide("industry", Kind::Wrap, 7.0, |r| known(r.industry.clone(), Cell::Text))
        .wide("score", Kind::Points, 6.0, |r| Cell::Points(r.score))
        .wide("rank_confidence", Kind::Share, 7.0, |r| Cell::Share(r.confidence))
        .wide("reasons", Kind::Wrap, 31.0, |r| Cell::Text(reason_lines(words, &r.reasons)))
        .wide("contribution", Kind::Ratio, 7.0, |r| known(r.contribution, Cell::Ratio))
        .aum("aum", basis, Kind::Wan, 9.0, |r| known(r.aum_fen, Cell::Money))
        .aum("aum_per_head", basis, Kind::Yuan, 10.0, |r| known(r.aum_per_head_fen, Cell::Money))
        .aum("peer_per_head", basis, Kind::Yuan, 10.0, |r| known(r.peer_per_head_fen, Cell::Money))
        .push(Column::new("uplift_per_head", goal, Kind::Yuan).width(10.0), |r| {
            known(r.uplift_per_head_fen, Cell::Money)
        })
        .wide("gain_per_hour", Kind::Yuan, 11.0, |r| known(r.gain_per_hour_fen, Cell::Money))
        .wide("staff_hours", Kind::Ratio, 7.0, |r| Cell::Ratio(r.staff_hours));
    let mut table = rates_of(&ranking.ranked)
        .columns(columns, 8.0, rate_of)
        .wide("retention_change", Kind::Ratio, 8.0, |r| known(r.retention_trend, |t| Cell::Ratio(t.change * 100.0)))
        .wide("deposit_multiple", Kind::Ratio, 7.0, |r| known(r.deposit_multiple, Cell::Ratio))
        .wide("products_per_head", Kind::Ratio, 8.0, |r| known(r.products_per_head, Cell::Ratio))
        .wide("loss_index", Kind::Ratio, 8.0, |r| known(r.loss_index, Cell::Ratio))
        .wide("headcount", Kind::Count, 6.0, |r| Cell::Count(r.headcount))
        .wide("effective_heads", Kind::Count, 7.0, |r| Cell::Count(r.effective_heads))
        .table(&ranking.ranked);
    table.freeze = 2;
    let one_basis = words.get(&format!("aum_{basis}.note"));
    table.notes = vec![one_basis.to_string(), words.fill("note.loss_index", context.thresholds)];
    if !ranking.ranked.is_empty() {
        // Sums of what can be summed; rates stay empty.
        let count = |f: fn(&Ranked) -> i64| Cell::Count(ranking.ranked.iter().map(f).sum());
        table.add_total([
            ("employer", Cell::text(words.get("common.total"))),
            ("headcount", count(|r| r.headcount)),
            ("effective_heads", count(|r| r.effective_heads)),
            ("aum", Cell::Money(ranking.ranked.iter().map(|r| r.aum_fen.unwrap_or_default()).sum())),
        ]);
    }
    table
}
