//! What other rules would change in the ranking.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engagement::visit::ranking::{Ranked, Ranking};
use crate::model::{EmployerId, Points};

/// An employer whose place, score or mark would change; `None`: it is not ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub employer_id: EmployerId,
    pub name: String,
    pub rank_before: Option<usize>,
    pub rank_after: Option<usize>,
    pub score_before: Option<Points>,
    pub score_after: Option<Points>,
    pub target_before: bool,
    pub target_after: bool,
}

/// All that would change, in the order of the ranking after it; who is ranked no more stands last.
pub fn changes(before: &Ranking, after: &Ranking) -> Vec<Change> {
    let of = |ranking: &'_ Ranking| -> BTreeMap<EmployerId, Ranked> {
        ranking.ranked.iter().map(|r| (r.employer_id, r.clone())).collect()
    };
    let (was, is) = (of(before), of(after));
    let gone = before.ranked.iter().filter(|r| !is.contains_key(&r.employer_id));
    let change = |r: &Ranked| {
        let (was, is) = (was.get(&r.employer_id), is.get(&r.employer_id));
        Change {
            employer_id: r.employer_id,
            name: r.name.clone(),
            rank_before: was.map(|r| r.rank),
            rank_after: is.map(|r| r.rank),
            score_before: was.map(|r| r.score),
            score_after: is.map(|r| r.score),
            target_before: was.is_some_and(|r| r.target),
            target_after: is.is_some_and(|r| r.target),
        }
    };
    let all = after.ranked.iter().chain(gone).map(change);
    all.filter(|c| {
        c.rank_before != c.rank_after || c.score_before != c.score_after || c.target_before != c.target_after
    })
    .collect()
}
