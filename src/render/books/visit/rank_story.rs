//! The ranking told: an employer in a sentence, its measures and peers, what other rules change, what ranks were worth.

use serde::Serialize;

use crate::engagement::visit::ranking::Ranked;
use crate::engagement::visit::ranking::backtest::Backtested;
use crate::engagement::visit::ranking::last_visit::{LastVisit, VisitResult};
use crate::engagement::visit::ranking::story::{Measure, PeerShown, Story, Unit};
use crate::engagement::visit::ranking::what_if::Change;
use crate::model::money::{PERCENT_PLACES, as_shown};
use crate::model::{Fen, Param};
use crate::render::books::columns::Columns;
use crate::render::books::known;
use crate::render::figures;
use crate::render::table::{Cell, Kind, Table};
use crate::render::words::Words;

/// Peers named on the terminal; all are in the JSON.
const PEERS_NAMED: usize = 10;

/// A story with its sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToldStory<'a> {
    pub sentence: String,
    #[serde(flatten)]
    pub story: &'a Story,
}

/// The story as a program reads it.
pub fn told<'a>(story: &'a Story, words: &Words) -> ToldStory<'a> {
    let sentence = match &story.ranked {
        Some(ranked) => sentence(ranked, words),
        None => words.reasons(&story.reasons),
    };
    ToldStory { sentence, story }
}

/// Why an employer stands where it does: `人均AUM比同业低76.2%，贡献系数0.25，提升空间193万元，每人时约15万元`.
pub fn sentence(ranked: &Ranked, words: &Words) -> String {
    let mut parts = about(ranked, words);
    if ranked.uplift_fen > Fen::ZERO {
        parts.push(words.fill("rank_sentence.uplift", &[("uplift", Param::Money { fen: ranked.uplift_fen })]));
    }
    parts.extend(by_the_hour(ranked, words));
    parts.join(words.get("rank_sentence.separator"))
}

/// The same where the uplift stands in a column beside it.
pub fn short_sentence(ranked: &Ranked, words: &Words) -> String {
    let parts: Vec<String> = about(ranked, words).into_iter().chain(by_the_hour(ranked, words)).collect();
    parts.join(words.get("rank_sentence.separator"))
}

/// What is said of the employer itself; what is not known is not spoken of.
fn about(ranked: &Ranked, words: &Words) -> Vec<String> {
    let gap = ranked.aum_per_head_fen.zip(ranked.peer_per_head_fen).filter(|(_, peer)| *peer > Fen::ZERO);
    let per_head = match gap.map(|(own, peer)| (peer - own).0 as f64 / peer.0 as f64) {
        None => words.get("rank_sentence.no_peers").to_string(),
        Some(gap) if as_shown(gap * 100.0, PERCENT_PLACES) > 0.0 => {
            words.fill("rank_sentence.per_head", &[("gap", Param::Share { share: gap })])
        }
        Some(_) => words.get("rank_sentence.per_head_as_peers").to_string(),
    };
    let contribution = ranked.contribution.map(|c| words.fill("rank_sentence.contribution", &[("c", Param::Ratio(c))]));
    let rate = |key: &str, rate: Option<f64>| Some(words.fill(key, &[("rate", Param::Share { share: rate? })]));
    let retention = rate("rank_sentence.retention", ranked.retention)
        .or_else(|| rate("rank_sentence.period_retention", ranked.period_retention));
    [Some(per_head), contribution, retention].into_iter().flatten().collect()
}

fn by_the_hour(ranked: &Ranked, words: &Words) -> Option<String> {
    let gain = ranked.gain_per_hour_fen.filter(|gain| *gain > Fen::ZERO)?;
    Some(words.fill("rank_sentence.by_the_hour", &[("gain", Param::Money { fen: gain })]))
}

/// What came of the last visit: counts the register has and the verdict; `None` where there was no visit.
fn visit_parts(visit: &LastVisit, words: &Words) -> Option<Vec<String>> {
    visit.on?;
    let Some(VisitResult { attendance, interested, deals, verdict, .. }) = &visit.result else {
        return Some(vec![words.get("last_visit.unknown").to_string()]);
    };
    let counts = [("attendance", attendance), ("interested", interested), ("deals", deals)];
    let count =
        |(key, n): (&str, &Option<i64>)| Some(words.fill(&format!("last_visit.{key}"), &[("n", Param::Count((*n)?))]));
    let counts: Vec<String> = counts.into_iter().filter_map(count).collect();
    let counts = (!counts.is_empty()).then(|| counts.join(words.get("rank_sentence.separator")));
    Some(counts.into_iter().chain([words.get(&format!("verdict.{}", verdict.key())).to_string()]).collect())
}

/// 上次进企及结论, one below the other: the day, the counts, the verdict; empty where there was no visit.
pub(super) fn last_visit(visit: &LastVisit, words: &Words) -> Cell {
    let Some((on, parts)) = visit.on.zip(visit_parts(visit, words)) else { return Cell::Empty };
    Cell::Text([vec![figures::date(on)], parts].concat().join("\n"))
}

/// The same in a sentence, with what was badly done.
fn visit_sentence(visit: &LastVisit, words: &Words) -> Option<String> {
    let mut parts = visit_parts(visit, words)?;
    let reasons = visit.result.as_ref().map(|result| words.reasons(&result.reasons)).filter(|text| !text.is_empty());
    parts.extend(reasons);
    let params = [
        ("date", Param::Date(visit.on?)),
        ("days", Param::Count(visit.days?)),
        ("told", Param::Text(parts.join(words.get("rank_sentence.separator")))),
    ];
    Some(words.fill("last_visit.sentence", &params))
}

/// The paragraph above an employer's tables: its place and why, and what came of the last visit.
pub fn paragraph(told: &ToldStory, words: &Words) -> String {
    let place = place(told, words);
    match visit_sentence(&told.story.visit, words) {
        Some(visit) => {
            words.fill("rank_sentence.with_visit", &[("place", Param::Text(place)), ("visit", Param::Text(visit))])
        }
        None => place,
    }
}

fn place(told: &ToldStory, words: &Words) -> String {
    let story = told.story;
    let mut params = vec![
        ("id", Param::Text(story.employer_id.to_string())),
        ("name", Param::Text(story.name.clone())),
        ("sentence", Param::Text(told.sentence.clone())),
    ];
    let (Some(rank), Some(score)) = (story.rank, story.score) else {
        return match story.earliest {
            Some(earliest) => {
                params.push(("earliest", Param::Date(earliest)));
                words.fill("rank_sentence.left_out_until", &params)
            }
            None => words.fill("rank_sentence.left_out", &params),
        };
    };
    params.push(("rank", Param::Count(rank as i64)));
    params.push(("score", Param::Text(figures::points(score))));
    params.push(("confidence", Param::Share { share: story.confidence.unwrap_or_default() }));
    words.fill(if story.target { "rank_sentence.story_target" } else { "rank_sentence.story" }, &params)
}

/// The employer's measures beside what they are held against, and how those are made that are no plain counts.
pub fn measures_table(story: &Story, words: &Words) -> Table {
    let shown = |m: &Measure, value: Option<f64>| {
        known(value, |v| {
            let param = match m.unit {
                Unit::Fen => Param::Money { fen: Fen(v.round_ties_even() as i64) },
                Unit::Ratio => Param::Ratio(v),
                Unit::Share => Param::Share { share: v },
            };
            Cell::Text(words.param(&param))
        })
    };
    let gap = |m: &Measure| {
        let (own, peer) = m.own.zip(m.peer).filter(|(_, peer)| *peer > 0.0)?;
        Some((own - peer) / peer)
    };
    let mut table = Columns::<Measure>::new(words, "rank_measures")
        .add("measure", Kind::Wrap, |m| Cell::text(words.get(&format!("measure.{}", m.key))))
        .add("own", Kind::Text, move |m| shown(m, m.own))
        .add("peer", Kind::Text, move |m| shown(m, m.peer))
        .add("gap", Kind::Share, move |m| known(gap(m), Cell::Share))
        .add("points", Kind::Points, |m| Cell::Points(m.points))
        .table(&story.measures);
    let interpolated = story.basis.loss_interpolated.iter().map(|n| Param::Count(*n)).collect();
    let params = [
        ("percentile", Param::Share { share: story.basis.uplift_percentile }),
        ("source", Param::Text(story.basis.loss_source.clone())),
        ("interpolated", Param::List(interpolated)),
    ];
    table.notes = vec![words.fill("rank_sentence.measures", &params)];
    table
}

/// Whom the employer is compared with.
pub fn peers_table(story: &Story, words: &Words) -> Table {
    let mut table = Columns::<PeerShown>::new(words, "rank_peers")
        .add("employer", Kind::Text, |p| Cell::text(&p.name))
        .add("headcount", Kind::Count, |p| Cell::Count(p.heads))
        .add("aum_per_head", Kind::Yuan, |p| Cell::Money(p.aum_per_head_fen))
        .table(story.peers.iter().take(PEERS_NAMED));
    let industry = story.industry.clone().unwrap_or_else(|| words.get("rank_sentence.no_industry").to_string());
    let params = [("industry", Param::Text(industry)), ("peers", Param::Count(story.peers.len() as i64))];
    table.notes = vec![words.fill("rank_sentence.peers", &params)];
    table
}

/// What other rules would change.
pub fn changes_table(changes: &[Change], words: &Words) -> Table {
    let rank = |rank: Option<usize>| known(rank, |r| Cell::Count(r as i64));
    let mark = |target: bool| if target { Cell::text(words.get("note.target_mark")) } else { Cell::Empty };
    Columns::<Change>::new(words, "rank_changes")
        .add("employer", Kind::Text, |c| Cell::text(&c.name))
        .add("rank_before", Kind::Count, move |c| rank(c.rank_before))
        .add("rank_after", Kind::Count, move |c| rank(c.rank_after))
        .add("score_before", Kind::Points, |c| known(c.score_before, Cell::Points))
        .add("score_after", Kind::Points, |c| known(c.score_after, Cell::Points))
        .add("target_before", Kind::Text, move |c| mark(c.target_before))
        .add("target_after", Kind::Text, move |c| mark(c.target_after))
        .table(changes)
}

/// What past ranks were worth, in a sentence.
pub fn backtested(result: &Backtested, words: &Words) -> String {
    let ratio = |value: Option<f64>| Param::Ratio(value.unwrap_or_default());
    let params = [
        ("pairs", Param::Count(result.pairs as i64)),
        ("employers", Param::Count(result.employers as i64)),
        ("correlation", ratio(result.correlation)),
        ("low", ratio(result.low)),
        ("high", ratio(result.high)),
    ];
    words.fill(&format!("backtest.{}", result.verdict.key()), &params)
}
