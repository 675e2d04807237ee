//! Ranks employers with low AUM.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::app::employers::employer_named;
use crate::app::error::AppError;
use crate::app::visit::held;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::answers;
use crate::engagement::report::effect::VisitEffect;
use crate::engagement::visit::pack::needs::{NeedsOf, found};
use crate::engagement::visit::ranking::backtest::{self, Backtested, Pair};
use crate::engagement::visit::ranking::story::{self, Story};
use crate::engagement::visit::ranking::what_if::{self, Change};
use crate::engagement::visit::ranking::{self, Opinion, Ranked, Ranking};
use crate::facts::pay::payday_outflow;
use crate::facts::pay::payday_retention::{self, EmployerRetention};
use crate::facts::standing_at::{StandingAt, Standings};
use crate::facts::{EmployerProfile, employer_profile, inputs};
use crate::model::days::period::days_after;
use crate::model::returns::answer::Subject;
use crate::model::{EmployerId, Fen, Reason};
use crate::rules::Rules;
use crate::rules::visit::ranking::RankingRules;
use crate::store::answers::About;

/// Profiles of all employers as known today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn profiles(workspace: &Workspace) -> Result<Vec<EmployerProfile>, AppError> {
    let mut profiles = employer_profile::all(&workspace.store, workspace.today, &workspace.products)?;
    let over = workspace.store.handovers(workspace.today)?;
    for profile in profiles.iter_mut().filter(|_| !over.is_empty()) {
        profile.rm = profile.rm.map(|rm| over.get(&rm).copied().unwrap_or(rm));
    }
    if profiles.is_empty() { Err(AppError::NothingImported) } else { Ok(profiles) }
}

/// What a ranking is made from, as known today.
struct Known {
    profiles: Vec<EmployerProfile>,
    retention: Vec<EmployerRetention>,
    /// Every visit held, judged.
    visits: Vec<VisitEffect>,
    opinions: BTreeMap<EmployerId, Opinion>,
}

impl Known {
    fn load(workspace: &mut Workspace) -> Result<Known, AppError> {
        workspace.refresh_facts()?;
        workspace.store.read_through()?;
        Known::read(workspace)
    }

    /// The same where the facts are fresh.
    fn read(workspace: &Workspace) -> Result<Known, AppError> {
        let (profiles, retention) = (profiles(workspace)?, payday_retention::by_employer(&workspace.store)?);
        // Who bought what is nothing the ranking tells.
        let visits = held::judged(workspace, &profiles, &retention, &[])?;
        Ok(Known { profiles, retention, visits, opinions: opinions(workspace)? })
    }

    fn ranked_by(&self, rules: &RankingRules, workspace: &Workspace) -> Ranking {
        let (staffing, today) = (&workspace.rules.staffing, workspace.today);
        ranking::rank(rules, staffing, &self.profiles, &self.retention, &self.opinions, &self.visits, today)
    }
}

/// The ranking of today.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read.
pub fn rank(workspace: &mut Workspace) -> Result<Ranking, AppError> {
    Ok(Known::load(workspace)?.ranked_by(&workspace.rules.ranking, workspace))
}

/// The figures of every employer beside its peers, those that are not ranked among them. The facts are fresh.
///
/// # Errors
/// As [`rank`].
pub fn beside_peers(workspace: &Workspace) -> Result<BTreeMap<EmployerId, Ranked>, AppError> {
    let Known { profiles, retention, visits, .. } = &Known::read(workspace)?;
    let (rules, today) = (&workspace.rules, workspace.today);
    Ok(ranking::beside_peers(&rules.ranking, &rules.staffing, profiles, retention, visits, today))
}

/// What the staff of every employer lack. The facts are fresh.
///
/// # Errors
/// As [`rank`].
pub fn needs(workspace: &Workspace) -> Result<NeedsOf, AppError> {
    let Known { profiles, retention, visits, .. } = &Known::read(workspace)?;
    let (rules, today) = (&workspace.rules, workspace.today);
    let beside = ranking::beside_peers(&rules.ranking, &rules.staffing, profiles, retention, visits, today);
    needs_from(workspace, profiles, &beside)
}

/// The same where the figures beside the peers are known.
///
/// # Errors
/// The store cannot be read.
pub fn needs_from(
    workspace: &Workspace,
    profiles: &[EmployerProfile],
    beside: &BTreeMap<EmployerId, Ranked>,
) -> Result<NeedsOf, AppError> {
    let (flows, none) = (payday_outflow::sums(&workspace.store)?, BTreeMap::new());
    let of = |profile: &EmployerProfile| {
        let id = profile.employer_id;
        let outflow = flows.get(&id).unwrap_or(&none);
        let known = found::Known { profile, beside: beside.get(&id)?, outflow };
        Some((id, found::needs(&workspace.rules, &known)))
    };
    Ok(profiles.iter().filter_map(of).collect())
}

/// The place of the employer called `text` in today's ranking, and why.
///
/// # Errors
/// No employer or several are called so, nothing has been imported, or the store cannot be read.
pub fn story(workspace: &mut Workspace, text: &str) -> Result<Story, AppError> {
    let id = employer_named(workspace, text)?;
    let known = Known::load(workspace)?;
    let rules = &workspace.rules.ranking;
    let ranking = known.ranked_by(rules, workspace);
    story::story(rules, &ranking, &known.profiles, id).ok_or_else(|| AppError::UnknownEmployer { text: text.into() })
}

/// What today's ranking would be by the rules in force with the file `over` over them. Nothing is written.
///
/// # Errors
/// The file cannot be read or is no ranking.toml, nothing has been imported, or the store cannot be read.
pub fn what_if(workspace: &mut Workspace, over: &Path) -> Result<Vec<Change>, AppError> {
    // The rules in force were usable when the workspace was opened: what is wrong is wrong in `over`.
    let tried = Rules::ranking_with(Some(&workspace.root.join("rules")), over).map_err(AppError::RulesTried)?;
    let known = Known::load(workspace)?;
    let before = known.ranked_by(&workspace.rules.ranking, workspace);
    Ok(what_if::changes(&before, &known.ranked_by(&tried, workspace)))
}

/// How well the rankings of earlier lists found the employers whose AUM per head grew until today's. Each is what
/// [`rank`] made of what was known on the day of its list.
///
/// # Errors
/// Nothing has been imported, or the store cannot be read or written.
pub fn backtest(workspace: &mut Workspace) -> Result<Backtested, AppError> {
    let today = workspace.today;
    let pairs = pairs(workspace);
    // The facts are of one day: those of today are what the next command looks for.
    workspace.today = today;
    workspace.refresh_facts()?;
    Ok(backtest::backtest(&workspace.rules.ranking.backtest, &pairs?))
}

/// Scores of earlier days beside the growth since. Leaves the workspace on another day.
fn pairs(workspace: &mut Workspace) -> Result<Vec<Pair>, AppError> {
    let lists = inputs::snapshot_coverage(&workspace.store, workspace.today)?;
    let Some(latest) = lists.first().map(|l| l.as_of) else { return Ok(Vec::new()) };
    let now = standing(workspace, latest)?;
    let apart = workspace.rules.ranking.backtest.min_days;
    let (mut pairs, mut after) = (Vec::new(), latest);
    for day in lists.iter().map(|l| l.as_of) {
        // Lists of the same weeks would say the same again.
        if day > days_after(after, -apart) {
            continue;
        }
        after = day;
        let then = standing(workspace, day)?;
        workspace.today = day;
        let ranking = rank(workspace)?;
        pairs.extend(ranking.ranked.iter().filter_map(|r| {
            let (then, now) = (then.get(&r.employer_id)?, now.get(&r.employer_id)?);
            let days = (now.as_of - then.as_of).num_days();
            let (before, after) = per_head(then, now)?;
            let growth = backtest::growth(before, after, days).filter(|_| days >= apart)?;
            Some(Pair { employer_id: r.employer_id, score: r.score, growth })
        }));
    }
    Ok(pairs)
}

/// AUM per head, fen, on both days by the same AUM: the monthly average where both have it, else the balance.
fn per_head(then: &StandingAt, now: &StandingAt) -> Option<(f64, f64)> {
    let (before, after) = then.aum_month_avg.zip(now.aum_month_avg).or(then.aum.zip(now.aum))?;
    let per_head = |aum: Fen, heads: i64| (heads > 0).then(|| aum.0 as f64 / heads as f64);
    per_head(before, then.headcount).zip(per_head(after, now.headcount))
}

/// Where employers stood on a day, from lists that were not stale then.
fn standing(workspace: &Workspace, day: NaiveDate) -> Result<BTreeMap<EmployerId, StandingAt>, AppError> {
    let rules = &workspace.rules.facts;
    let standings = Standings::new(&workspace.store, &workspace.products, rules.many_products.least)?;
    let all = standings.at(day, days_after(day, -rules.snapshot.max_age_days))?;
    Ok(all.into_iter().map(|s| (s.employer_id, s)).collect())
}

/// Employers our own people want no visit to, as they have said on lists that came back, and why.
pub(super) fn not_wanted(workspace: &Workspace) -> Result<BTreeMap<EmployerId, Reason>, AppError> {
    let rules = &workspace.rules.ranking.eligibility;
    let said = opinions(workspace)?.into_iter();
    Ok(said.filter_map(|(id, opinion)| Some((id, opinion.in_force(rules, workspace.today)?.0))).collect())
}

/// What was said of employers on lists that came back, up to today; where people differ, nothing until it is settled.
fn opinions(workspace: &Workspace) -> Result<BTreeMap<EmployerId, Opinion>, AppError> {
    let mut opinions = BTreeMap::new();
    for (subject, mut said) in workspace.store.answers_about(About::Employers)? {
        said.retain(|answer| answer.told_on <= workspace.today);
        let Subject::Employer(id) = subject else { continue };
        let merged = answers::merge(&said.iter().collect::<Vec<_>>());
        let text = |field: &str| merged.value(field).map(str::to_string);
        let opinion = Opinion {
            rm_opinion: text("rm_opinion"),
            strike_reason: text("strike_reason"),
            approval: text("approval"),
            said_on: said.iter().map(|answer| answer.told_on).max(),
        };
        opinions.insert(id, opinion);
    }
    Ok(opinions)
}
