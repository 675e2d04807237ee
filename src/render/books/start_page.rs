//! 00_先看这里.html: what to do first, and the way to every file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::engagement::contact::followup::Task;
use crate::engagement::contact::unowned::{Lack, Unowned};
use crate::engagement::report::summary::Report;
use crate::engagement::visit::diary::is_offered;
use crate::engagement::visit::planned::{NOT_WANTED, Visit};
use crate::engagement::visit::ranking::Ranking;
use crate::engagement::visit::schedule::Unplanned;
use crate::engagement::visit::timeline::{Escalated, is_to_do};
use crate::engagement::visit::withdrawn;
use crate::model::{Fen, Param, Points, Problem, Severity, StaffId};
use crate::render::books::import::issues::{FileLine, Outcome};
use crate::render::books::visit::part::step_name;
use crate::render::books::weeks::{WeekLine, weeks};
use crate::render::books::{Names, day, weekday};
use crate::render::words::Words;

/// Targets, visits and steps listed on the page.
const LISTED: usize = 6;
/// Steps listed.
const LISTED_STEPS: usize = 30;
/// Visits listed whose steps the manager is told of.
const LISTED_LATE: usize = 10;
/// Days ahead for which steps of visits are listed.
const STEP_DAYS: i64 = 7;

/// What the page is made from.
#[derive(Debug, Clone)]
pub struct StartPageInput<'a> {
    pub branch: &'a str,
    pub today: NaiveDate,
    pub data_date: Option<NaiveDate>,
    /// What is to be said of data that are too old, if they are.
    pub stale: Option<&'a str>,
    pub ranking: &'a Ranking,
    pub plan: PlanPart,
    pub tasks: &'a [Task],
    pub blocked: i64,
    /// Whom nobody is in charge of today.
    pub unowned: &'a [Unowned],
    pub report: &'a Report,
    /// Files of the day, relative to the page.
    pub files: &'a [String],
    pub imported: &'a [FileLine],
    pub problems: &'a [Problem],
    pub names: Names<'a>,
}

/// What the page tells of the plan from.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    pub today: NaiveDate,
    /// Visits to come.
    pub visits: &'a [Visit],
    /// Visits held whose follow-up is still open.
    pub held: &'a [Visit],
    /// Offers that were taken back, of which the employers are still to be told.
    pub withdrawn: &'a [Visit],
    /// Visits with steps so late that the manager is told.
    pub escalated: &'a [Escalated<'a>],
    /// After how many days he is.
    pub escalate_days: i64,
    pub unplanned: &'a [Unplanned],
    pub names: Names<'a>,
}

/// All the template needs. It can be kept, so that the page is made anew with another plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartPage {
    pub title: String,
    pub branch: String,
    pub today: NaiveDate,
    pub weekday: String,
    pub data_date: Option<NaiveDate>,
    /// What is to be said of data that are too old; empty when they are not.
    pub stale: String,
    /// 成绩, 问题, 本周督办.
    pub sentences: Vec<String>,
    pub targets: Vec<TargetLine>,
    pub target_count: i64,
    pub uplift_fen: Fen,
    #[serde(flatten)]
    pub plan: PlanPart,
    pub alerts: Vec<AlertLine>,
    pub tasks: i64,
    pub tasks_today: i64,
    pub overdue: i64,
    pub blocked: i64,
    /// For how many somebody is to be named, by whom, and of whom they are who is away.
    pub to_assign: i64,
    pub deciders: Vec<String>,
    pub away: Vec<AwayLine>,
    #[serde(flatten)]
    pub links: Links,
    pub imported: i64,
    pub rows: i64,
    pub refused: Vec<String>,
    pub problems: i64,
}

/// What the page tells of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanPart {
    pub visits: Vec<VisitLine>,
    /// How many visits and steps there are beside those listed. Pages kept by earlier versions lack it.
    #[serde(default)]
    pub visits_more: i64,
    #[serde(default)]
    pub steps_more: i64,
    /// Visits of this week and the next by day; empty when there are none.
    pub weeks: Vec<WeekLine>,
    pub unplanned: i64,
    pub steps: Vec<StepLine>,
    /// Offers that wait for an answer, the first to be answered first.
    pub offers: Vec<OfferLine>,
    /// Offers that were taken back, of which the employers are still to be told.
    pub notices: Vec<NoticeLine>,
    /// Visits our own people want no more, as the target list says. Pages kept by earlier versions lack it.
    #[serde(default)]
    pub unwanted: Vec<NoticeLine>,
    /// Of what the manager is told, after how many days, and of how many visits in all.
    pub escalated: Vec<LateLine>,
    pub escalate_days: i64,
    pub escalated_visits: i64,
}

/// The files the page leads to: those at the top, then those for single recipients and visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    pub files: Vec<FileLink>,
    pub worklists: Vec<FileLink>,
    pub outlets: Vec<FileLink>,
    /// Files for the calendars of colleagues and outlets.
    pub calendars: Vec<FileLink>,
    /// Copies of files to be mended, their cells marked.
    pub marked: Vec<FileLink>,
    pub packs: Vec<PackLinks>,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetLine {
    pub rank: usize,
    pub name: String,
    pub points: Points,
    pub reason: String,
}

/// One visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitLine {
    pub visit: String,
    pub name: String,
    pub date: NaiveDate,
    pub weekday: String,
    pub status: String,
    pub lead: String,
}

/// Something to be done within a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepLine {
    pub visit: String,
    pub due: NaiveDate,
    pub name: String,
    pub step: String,
    pub owner: String,
}

/// An offer that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferLine {
    pub visit: String,
    pub name: String,
    /// The last day for the answer.
    pub by: NaiveDate,
    /// Days by which it has passed; 0: it has not.
    pub late: i64,
    /// The days offered, best first.
    pub days: Vec<String>,
    pub lead: String,
}

/// An offer that was taken back, or should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    pub visit: String,
    pub name: String,
    pub reason: String,
    /// Who is to tell the employer, or decides.
    pub owner: String,
}

/// A visit with steps that are long overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateLine {
    pub visit: String,
    pub name: String,
    pub steps: Vec<String>,
    /// Who has them in hand.
    pub owners: Vec<String>,
    /// By how many days the first is late.
    pub days: i64,
}

/// A colleague who is away, and how many tasks nobody does meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwayLine {
    pub name: String,
    pub tasks: i64,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertLine {
    pub name: String,
    pub reason: String,
    /// First day on which one of its reasons held.
    pub since: NaiveDate,
    pub owner: String,
    pub due: NaiveDate,
}

/// A link: `href` is the file's path beside the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLink {
    pub name: String,
    pub href: String,
}

/// The documents of one visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackLinks {
    pub visit: String,
    pub files: Vec<FileLink>,
}

/// Puts the page together.
pub fn start_page(input: StartPageInput<'_>, words: &Words) -> StartPage {
    let targets: Vec<_> = input.ranking.ranked.iter().filter(|r| r.target).collect();
    let owner = |id| input.names.colleague(id);
    StartPage {
        title: words
            .fill("title.start", &[("branch", Param::Text(input.branch.into())), ("date", Param::Date(input.today))]),
        branch: input.branch.to_string(),
        today: input.today,
        weekday: weekday(words, input.today).to_string(),
        data_date: input.data_date,
        stale: input.stale.unwrap_or_default().to_string(),
        sentences: input.report.sentences.iter().map(|s| words.reason(s)).collect(),
        target_count: targets.len() as i64,
        uplift_fen: targets.iter().map(|t| t.uplift_fen).sum(),
        targets: targets
            .iter()
            .take(LISTED)
            .map(|t| TargetLine {
                rank: t.rank,
                name: t.name.clone(),
                points: t.score,
                reason: t.reasons.first().map(|r| words.reason(r)).unwrap_or_default(),
            })
            .collect(),
        alerts: input
            .report
            .alerts
            .iter()
            .take(LISTED)
            .map(|a| AlertLine {
                name: a.name.clone(),
                reason: words.reasons(&a.reasons),
                since: a.since,
                owner: a.owner.map(owner).unwrap_or_default(),
                due: a.due,
            })
            .collect(),
        tasks: input.tasks.len() as i64,
        tasks_today: input.tasks.iter().filter(|t| t.on == Some(input.today)).count() as i64,
        overdue: input.report.tasks.overdue,
        blocked: input.blocked,
        to_assign: input.unowned.len() as i64,
        deciders: input
            .unowned
            .iter()
            .filter_map(|u| u.decides)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(owner)
            .collect(),
        away: away(&input),
        links: Links::to(input.files),
        imported: input.imported.iter().filter(|f| f.outcome == Outcome::Taken).count() as i64,
        rows: input.imported.iter().map(|f| f.rows_taken).sum(),
        refused: input.imported.iter().filter(|f| f.outcome == Outcome::Refused).map(|f| f.file.clone()).collect(),
        problems: input.problems.iter().filter(|p| p.severity != Severity::Note).count() as i64,
        plan: input.plan,
    }
}

/// Puts together what it tells of the plan.
pub fn plan_part(input: &PlanInput<'_>, words: &Words) -> PlanPart {
    let all_steps = steps(input, words);
    PlanPart {
        visits: input
            .visits
            .iter()
            .take(LISTED)
            .map(|v| VisitLine {
                visit: v.visit_id.to_string(),
                name: input.names.employer(v.employer_id),
                date: v.date,
                weekday: weekday(words, v.date).to_string(),
                status: words.word(v.status.key()).to_string(),
                lead: lead(v, &input.names),
            })
            .collect(),
        visits_more: input.visits.len().saturating_sub(LISTED) as i64,
        weeks: weeks(input.visits, input.today, &input.names, words),
        unplanned: input.unplanned.len() as i64,
        steps_more: all_steps.len().saturating_sub(LISTED_STEPS) as i64,
        steps: all_steps.into_iter().take(LISTED_STEPS).collect(),
        offers: offers(input, words),
        notices: notices(input, words),
        unwanted: unwanted(input, words),
        escalated: escalated(input, words),
        escalate_days: input.escalate_days,
        escalated_visits: input.escalated.len() as i64,
    }
}

impl Links {
    /// Links to files of the day, whose paths are relative to the page.
    pub fn to(all: &[String]) -> Links {
        let is = |prefix: &str| all.iter().filter(|f| f.starts_with(prefix)).map(|f| link(f)).collect::<Vec<_>>();
        let top = |f: &&String| !f.contains('/') && !f.starts_with("05_") && !f.starts_with("06_");
        Links {
            files: all.iter().filter(top).map(|f| link(f)).collect(),
            worklists: is("05_"),
            outlets: is("06_"),
            calendars: is("02_日历/"),
            marked: is("08_标注/"),
            packs: packs(all),
        }
    }
}

/// Who leads a visit.
fn lead(visit: &Visit, names: &Names) -> String {
    let lead = visit.team.iter().find(|m| m.role == "lead");
    lead.map(|m| names.colleague(m.staff_id)).unwrap_or_default()
}

/// Offers by the last day for their answer: what is overdue comes first.
fn offers(input: &PlanInput, words: &Words) -> Vec<OfferLine> {
    let waiting = input.visits.iter().filter(|v| is_offered(v.status));
    let mut offers: Vec<(NaiveDate, &Visit)> = waiting.filter_map(|v| Some((v.answer_by?, v))).collect();
    offers.sort_by_key(|(by, v)| (*by, v.visit_id));
    let line = |(by, v): (NaiveDate, &Visit)| OfferLine {
        visit: v.visit_id.to_string(),
        name: input.names.employer(v.employer_id),
        by,
        late: (input.today - by).num_days().max(0),
        days: std::iter::once(&v.date).chain(&v.alternatives).map(|d| day(words, *d)).collect(),
        lead: lead(v, &input.names),
    };
    offers.into_iter().take(LISTED_STEPS).map(line).collect()
}

/// Offers that were taken back, by day.
fn notices(input: &PlanInput, words: &Words) -> Vec<NoticeLine> {
    let line = |v: &Visit| NoticeLine {
        visit: v.visit_id.to_string(),
        name: input.names.employer(v.employer_id),
        reason: words.reason(&withdrawn::why(v)),
        owner: v.steps.iter().find_map(|s| s.owner).map(|o| input.names.colleague(o)).unwrap_or_default(),
    };
    input.withdrawn.iter().take(LISTED_STEPS).map(line).collect()
}

/// Visits our own people want no more, by day.
fn unwanted(input: &PlanInput, words: &Words) -> Vec<NoticeLine> {
    let line = |v: &Visit| {
        let reason = v.reasons.iter().find(|r| r.rule == NOT_WANTED)?;
        let name = input.names.employer(v.employer_id);
        let (visit, owner) = (v.visit_id.to_string(), lead(v, &input.names));
        Some(NoticeLine { visit, name, reason: words.reason(reason), owner })
    };
    input.visits.iter().filter_map(line).take(LISTED_STEPS).collect()
}

/// Colleagues who are away, by number.
fn away(input: &StartPageInput) -> Vec<AwayLine> {
    let mut tasks: BTreeMap<StaffId, i64> = BTreeMap::new();
    for owner in input.unowned.iter().filter(|u| u.lack == Lack::Away).flat_map(|u| &u.owners) {
        *tasks.entry(*owner).or_default() += 1;
    }
    tasks.into_iter().map(|(id, tasks)| AwayLine { name: input.names.colleague(id), tasks }).collect()
}

/// Steps that are to be done and due within a week, or were due in the last, the earliest first: what prepares visits ahead,
/// and what follows those held.
fn steps(input: &PlanInput, words: &Words) -> Vec<StepLine> {
    let mut steps: Vec<StepLine> = input
        .held
        .iter()
        .chain(input.visits)
        .flat_map(|v| v.steps.iter().map(move |s| (v, s)))
        .filter(|(v, s)| is_to_do(v, s, input.today))
        .filter(|(_, s)| (-STEP_DAYS..=STEP_DAYS).contains(&(s.due - input.today).num_days()))
        .map(|(v, s)| StepLine {
            visit: v.visit_id.to_string(),
            due: s.due,
            name: input.names.employer(v.employer_id),
            step: step_name(&s.step, s.channel.as_deref(), words),
            owner: s.owner.map(|o| input.names.colleague(o)).unwrap_or_default(),
        })
        .collect();
    steps.sort_by_key(|s| s.due);
    steps
}

/// What the manager is told of, a line for each visit.
fn escalated(input: &PlanInput, words: &Words) -> Vec<LateLine> {
    let line = |late: &Escalated| {
        let mut owners: Vec<String> = Vec::new();
        for owner in late.steps.iter().filter_map(|s| s.owner).map(|o| input.names.colleague(o)) {
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        LateLine {
            visit: late.visit.visit_id.to_string(),
            name: input.names.employer(late.visit.employer_id),
            steps: late.steps.iter().map(|s| step_name(&s.step, s.channel.as_deref(), words)).collect(),
            owners,
            days: late.days,
        }
    };
    input.escalated.iter().take(LISTED_LATE).map(line).collect()
}

fn packs(files: &[String]) -> Vec<PackLinks> {
    let mut packs: Vec<PackLinks> = Vec::new();
    for file in files.iter().filter(|f| f.starts_with("03_")) {
        let parts: Vec<&str> = file.split('/').collect();
        let [_, visit, _] = parts[..] else { continue };
        match packs.last_mut().filter(|p| p.visit == visit) {
            Some(pack) => pack.files.push(link(file)),
            None => packs.push(PackLinks { visit: visit.to_string(), files: vec![link(file)] }),
        }
    }
    packs
}

fn link(file: &str) -> FileLink {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    FileLink { name: name.to_string(), href: file.to_string() }
}
