//! What managers are told: indicators beside earlier months, the way of visits, outlets, three sentences.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::contact::track::Outflow;
use crate::engagement::report::alerts::Alert;
use crate::engagement::report::contacts::{ColleagueLine, ContactFigures};
use crate::engagement::report::effect::{Verdict, VisitEffect};
use crate::engagement::report::targets::{self, Light, TargetLine};
use crate::engagement::visit::timeline::LateStep;
use crate::facts::EmployerProfile;
pub use crate::facts::inputs::SnapshotCoverage;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::facts::standing_at::StandingAt;
use crate::model::activity::FigureUnit;
use crate::model::status::{AumBasis, RateKind, VisitStatus};
use crate::model::{EmployerId, Fen, Reason, StaffId, VisitId};
use crate::rules::report::ReportRules;

/// One figure beside earlier ones; money in fen. `None` = unknown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    /// `employers`, `effective_heads`, `payroll`, `aum`, `aum_month_avg`, `aum_per_head`,
    /// `aum_month_avg_per_head`, `retention`, `period_retention`, `products_per_head`,
    /// `products_proper_per_head`, `three_plus`, `three_plus_no_channels`, `three_plus_proper`.
    pub key: &'static str,
    pub unit: FigureUnit,
    pub current: Option<f64>,
    pub last_month: Option<f64>,
    pub year_start: Option<f64>,
    pub last_year: Option<f64>,
    /// The branch's own target in force today, or the sum of its outlets'.
    pub target: Option<f64>,
    /// 完成率.
    pub completion: Option<f64>,
    /// 时序差; `None` also for stocks and rates.
    pub schedule_gap: Option<f64>,
    pub light: Option<Light>,
}

/// Sums of the branch, or of an outlet, at one point in time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    pub employers: i64,
    pub headcount: i64,
    /// AUM余额 and AUM月日均, each with the heads it is of.
    pub balance: Option<(Fen, i64)>,
    pub month_average: Option<(Fen, i64)>,
    pub products: i64,
    /// Without channels and pay cards.
    pub products_proper: i64,
    /// Heads with three or more: of all products, without channels, without channels and pay cards.
    pub three_plus: i64,
    pub three_plus_no_channels: i64,
    pub three_plus_proper: i64,
}

impl Standing {
    /// The AUM of this basis.
    pub fn aum(&self, basis: AumBasis) -> Option<Fen> {
        self.both(basis).map(|(aum, _)| aum)
    }

    /// AUM ÷ heads, of the employers whose AUM is known.
    pub fn per_head(&self, basis: AumBasis) -> Option<Fen> {
        self.both(basis).and_then(|(aum, heads)| aum.per_head(heads))
    }

    fn both(&self, basis: AumBasis) -> Option<(Fen, i64)> {
        match basis {
            AumBasis::Balance => self.balance,
            AumBasis::MonthAverage => self.month_average,
        }
    }

    /// The basis a table of AUM is shown by: balances, as all changes are; the average where there is nothing else.
    pub fn basis(&self) -> AumBasis {
        if self.balance.is_none() && self.month_average.is_some() { AumBasis::MonthAverage } else { AumBasis::Balance }
    }
}

/// 进企计划→完成→7日回访→闭环.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VisitFunnel {
    pub planned: i64,
    pub confirmed: i64,
    pub held: i64,
    pub called_in_time: i64,
    pub closed: i64,
    pub interested: i64,
    pub contacted_in_time: i64,
    pub deals: i64,
    pub overdue: i64,
}

/// One outlet.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OutletLine {
    pub rank: usize,
    pub outlet: String,
    pub employers: i64,
    pub headcount: i64,
    /// By the basis of the report's outlets; `None` when no employer's is known.
    pub aum_fen: Option<Fen>,
    pub aum_per_head_fen: Option<Fen>,
    pub aum_change_fen: Option<Fen>,
    /// 7日留存率.
    pub retention: Option<f64>,
    /// 周期留存率, of the employers for whom no other is known.
    pub period_retention: Option<f64>,
    pub products_per_head: Option<f64>,
    pub visits_planned: i64,
    pub visits_held: i64,
    pub open_tasks: i64,
    pub overdue_tasks: i64,
    /// 红黄绿 by the weakest of its targets; `None`: no target, or no figure for any.
    pub light: Option<Light>,
    /// Targets on course, and all targets with a figure.
    pub on_course: i64,
    pub targets: i64,
    /// Indicator of the weakest target, and its completion ÷ expected progress.
    pub weakest: Option<String>,
    pub weakest_progress: Option<f64>,
}

impl OutletLine {
    /// Sums up the outlet's targets.
    pub fn take_targets(&mut self, lines: &[TargetLine]) {
        let Some((light, on_course, all, weakest)) = targets::standing(lines, Some(&self.outlet)) else { return };
        (self.light, self.on_course, self.targets) = (Some(light), on_course, all);
        self.weakest = Some(weakest.indicator.clone());
        self.weakest_progress = weakest.progress;
    }
}

/// A visit that is coming.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextVisit {
    pub visit_id: VisitId,
    pub employer_id: EmployerId,
    pub name: String,
    pub date: NaiveDate,
    pub status: VisitStatus,
    pub lead: Option<StaffId>,
}

/// The dashboard of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub today: NaiveDate,
    pub coverage: Vec<SnapshotCoverage>,
    /// Employers in all, for the completeness of the data.
    pub employers: i64,
    pub indicators: Vec<Indicator>,
    pub funnel: VisitFunnel,
    pub outlets: Vec<OutletLine>,
    /// Which AUM the outlets are shown by.
    pub outlets_aum_basis: AumBasis,
    pub alerts: Vec<Alert>,
    /// Steps of visits so late that the manager is told, the latest first.
    pub late_steps: Vec<LateStep>,
    pub next_visits: Vec<NextVisit>,
    pub effects: Vec<VisitEffect>,
    pub retention: Vec<RetentionLine>,
    /// Employees by number of products: 0, 1, 2, 3, 4, 5+.
    pub product_distribution: [i64; 6],
    pub tasks: TaskCounts,
    /// Contacts of the month and sales that may come about.
    pub contacts: ContactFigures,
    /// The same by colleague, with the states of their tasks.
    pub colleagues: Vec<ColleagueLine>,
    /// 成绩, 问题, 本周督办.
    pub sentences: Vec<Reason>,
    /// Targets in force today: the branch's first, then by outlet.
    pub targets: Vec<TargetLine>,
}

/// Retention of an employer over one payday, with its band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetentionLine {
    #[serde(flatten)]
    pub retention: EmployerRetention,
    /// Key of the band (`retention.toml`); `None` when the 7-day rate is unknown.
    pub band: Option<String>,
    /// Where the money went, largest first; only for the latest payday that can be judged, empty without flows.
    pub outflows: Vec<Outflow>,
}

impl std::ops::Deref for RetentionLine {
    type Target = EmployerRetention;
    fn deref(&self) -> &EmployerRetention {
        &self.retention
    }
}

/// Tasks by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TaskCounts {
    pub open: i64,
    pub overdue: i64,
    /// Open and not late, but no day before the deadline has room.
    pub no_room: i64,
    /// Open, dated on an earlier day, and nothing was told (待反馈): the sum of that of all colleagues.
    pub awaiting: i64,
    pub blocked: i64,
    pub awaiting_consent: i64,
}

/// Sums of the employers `keep` admits.
pub fn sum_standing(standing: &[StandingAt], keep: impl Fn(EmployerId) -> bool) -> Option<Standing> {
    let kept: Vec<&StandingAt> = standing.iter().filter(|s| keep(s.employer_id)).collect();
    (!kept.is_empty()).then(|| Standing {
        employers: kept.len() as i64,
        headcount: kept.iter().map(|s| s.headcount).sum(),
        balance: common_aum(&kept, AumBasis::Balance),
        month_average: common_aum(&kept, AumBasis::MonthAverage),
        products: kept.iter().map(|s| s.products_total).sum(),
        products_proper: kept.iter().map(|s| s.products_proper).sum(),
        three_plus: kept.iter().map(|s| s.three_plus).sum(),
        three_plus_no_channels: kept.iter().map(|s| s.three_plus_no_channels).sum(),
        three_plus_proper: kept.iter().map(|s| s.three_plus_proper).sum(),
    })
}

/// The AUM of one basis and the heads it is of. Employers of whom no AUM is known are left out; where one is known by the
/// other basis alone there is no sum of this one.
fn common_aum(standing: &[&StandingAt], basis: AumBasis) -> Option<(Fen, i64)> {
    let known: Vec<&StandingAt> =
        standing.iter().copied().filter(|s| s.aum.is_some() || s.aum_month_avg.is_some()).collect();
    let sum: Option<Fen> = known.iter().map(|s| s.aum_of(basis)).sum();
    sum.filter(|_| !known.is_empty()).map(|sum| (sum, known.iter().map(|s| s.headcount).sum()))
}

/// Σ retained ÷ Σ payroll of the employers `keep` admits, over one slot, where the rate is of this kind.
pub fn retention_of(
    retention: &[EmployerRetention],
    kind: RateKind,
    slot: i64,
    keep: impl Fn(EmployerId) -> bool,
) -> Option<f64> {
    let known = || retention.iter().filter(|r| r.slot == slot && r.rate_of(kind).is_some() && keep(r.employer_id));
    known().map(|r| r.retained).sum::<Fen>().share_of(known().map(|r| r.payroll).sum())
}

/// The four points in time an indicator is shown at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    pub current: Option<Standing>,
    pub last_month: Option<Standing>,
    pub year_start: Option<Standing>,
    pub last_year: Option<Standing>,
}

/// Indicators of first screen (a). Pay figures: effective heads and wages of the current and the former month.
pub fn indicators(points: &Points, profiles: &[EmployerProfile], retention: &[EmployerRetention]) -> Vec<Indicator> {
    let standing = |key, unit, figure: &dyn Fn(&Standing) -> Option<f64>| Indicator {
        key,
        unit,
        current: points.current.as_ref().and_then(figure),
        last_month: points.last_month.as_ref().and_then(figure),
        year_start: points.year_start.as_ref().and_then(figure),
        last_year: points.last_year.as_ref().and_then(figure),
        target: None,
        completion: None,
        schedule_gap: None,
        light: None,
    };
    let now = |key, unit, current: Option<f64>, last_month: Option<f64>| Indicator {
        key,
        unit,
        current,
        last_month,
        year_start: None,
        last_year: None,
        target: None,
        completion: None,
        schedule_gap: None,
        light: None,
    };
    let ratio = |a: i64, b: i64| (b > 0).then(|| a as f64 / b as f64);
    let paying: Vec<&EmployerProfile> = profiles.iter().filter(|p| p.payroll_fen.0 > 0).collect();
    let effective: i64 = profiles.iter().map(|p| p.effective_heads).sum();
    let payroll: Fen = profiles.iter().map(|p| p.payroll_fen).sum();
    let before: Option<Fen> = profiles.iter().map(|p| p.prior_payroll_fen).fold(None, |sum, f| match (sum, f) {
        (Some(s), Some(f)) => Some(s + f),
        (sum, f) => sum.or(f),
    });
    let rate = |kind: RateKind| {
        // Only when the payday before is known of the same employers: else the change is one of the list.
        let known = |slot| retention.iter().filter(|r| r.slot == slot && r.rate_of(kind).is_some()).count();
        let before = (known(1) == known(2)).then(|| retention_of(retention, kind, 2, |_| true)).flatten();
        now(kind.key(), FigureUnit::Share, retention_of(retention, kind, 1, |_| true), before)
    };
    // Nobody has asked for the period rate where nothing is known by it.
    let period = Some(rate(RateKind::Period)).filter(|i| i.current.is_some());
    let aum = |key, figure: fn(&Standing, AumBasis) -> Option<Fen>, basis: AumBasis| {
        standing(key, FigureUnit::Fen, &|s| figure(s, basis).map(|fen| fen.0 as f64))
    };
    let mut indicators = vec![
        now("employers", FigureUnit::Count, Some(paying.len() as f64), None),
        now("effective_heads", FigureUnit::Count, Some(effective as f64), None),
        now("payroll", FigureUnit::Fen, Some(payroll.0 as f64), before.map(|f| f.0 as f64)),
        aum("aum", Standing::aum, AumBasis::Balance),
        aum("aum_month_avg", Standing::aum, AumBasis::MonthAverage),
        aum("aum_per_head", Standing::per_head, AumBasis::Balance),
        aum("aum_month_avg_per_head", Standing::per_head, AumBasis::MonthAverage),
        rate(RateKind::Week),
        standing("products_per_head", FigureUnit::Ratio, &|s| ratio(s.products, s.headcount)),
        standing("products_proper_per_head", FigureUnit::Ratio, &|s| ratio(s.products_proper, s.headcount)),
        standing("three_plus", FigureUnit::Share, &|s| ratio(s.three_plus, s.headcount)),
        standing("three_plus_no_channels", FigureUnit::Share, &|s| ratio(s.three_plus_no_channels, s.headcount)),
        standing("three_plus_proper", FigureUnit::Share, &|s| ratio(s.three_plus_proper, s.headcount)),
    ];
    let beside = indicators.iter().position(|i| i.key == RateKind::Week.key()).map_or(0, |at| at + 1);
    indicators.splice(beside..beside, period);
    indicators
}

/// Puts the branch's targets beside the figures they are for.
pub fn add_targets(indicators: &mut [Indicator], targets: &[TargetLine]) {
    for indicator in indicators {
        let own = |t: &&TargetLine| t.outlet.is_none() && t.indicator == indicator.key;
        if let Some(line) = targets.iter().find(own) {
            indicator.target = Some(line.target);
            (indicator.completion, indicator.schedule_gap, indicator.light) =
                (line.completion, line.schedule_gap, line.light);
        }
    }
}

/// 成绩, 问题, 本周督办, in this order, each from the figures and never without them.
pub fn sentences(
    rules: &ReportRules,
    indicators: &[Indicator],
    effects: &[VisitEffect],
    alerts: &[Alert],
    tasks: &TaskCounts,
) -> Vec<Reason> {
    let value = |key: &str| indicators.iter().find(|i| i.key == key);
    let worked = effects.iter().find(|e| e.verdict == Verdict::Worked);
    let rise = |key: &str| value(key).and_then(|i| Some((i.current?, i.last_month?)));
    let by_average = value("aum").is_none_or(|i| i.current.is_none());
    let (moved, up) = if by_average {
        (rise("aum_month_avg"), "sentence_aum_month_avg_up")
    } else {
        (rise("aum"), "sentence_aum_up")
    };
    let achievement = match (worked, moved) {
        (Some(e), _) => Reason::new(match e.basis.kind() {
            Some(RateKind::Period) => "sentence_visit_worked_by_period",
            _ => "sentence_visit_worked",
        })
        .text("employer", e.name.clone())
        .share("before", e.retention_before.unwrap_or_default())
        .share("after", e.retention_after.unwrap_or_default()),
        (None, Some((now, before))) if now > before => Reason::new(up).money("change", Fen((now - before) as i64)),
        _ => Reason::new("sentence_nothing_yet"),
    };
    let failed = effects.iter().find(|e| e.verdict == Verdict::Failed);
    let retention = value("retention").and_then(|i| i.current);
    let period = value("period_retention").and_then(|i| i.current);
    let problem = match (failed, retention, period) {
        (Some(e), ..) => Reason::new("sentence_visit_failed")
            .text("employer", e.name.clone())
            .count("days", e.first_contact_days.unwrap_or(rules.effect.first_contact_days)),
        (None, Some(rate), _) => Reason::new("sentence_retention").share("rate", rate),
        (None, None, Some(rate)) => Reason::new("sentence_period_retention").share("rate", rate),
        _ => Reason::new("sentence_no_retention"),
    };
    let order = match alerts.first() {
        Some(a) => Reason::new("sentence_alert")
            .text("employer", a.name.clone())
            .count("alerts", alerts.len() as i64)
            .date("due", a.due)
            .count("tasks", tasks.open),
        None => Reason::new("sentence_tasks").count("tasks", tasks.open).count("overdue", tasks.overdue),
    };
    vec![achievement, problem, order]
}

/// Outlets by 7-day retention (by the period rate where no outlet has another), then AUM per head; the unknown last.
pub fn rank_outlets(lines: &mut [OutletLine]) {
    let by_week = lines.iter().any(|l| l.retention.is_some());
    let order = |l: &OutletLine| {
        let rate = if by_week { l.retention } else { l.period_retention };
        rate.map_or(i64::MIN, |v| (v * 1e9) as i64)
    };
    lines.sort_by_key(|l| (std::cmp::Reverse(order(l)), std::cmp::Reverse(l.aum_per_head_fen), l.outlet.clone()));
    for (index, line) in lines.iter_mut().enumerate() {
        line.rank = index + 1;
    }
}

/// Profiles by outlet; employers without one under an empty name.
pub fn by_outlet(profiles: &[EmployerProfile]) -> BTreeMap<String, Vec<&EmployerProfile>> {
    let mut outlets: BTreeMap<String, Vec<&EmployerProfile>> = BTreeMap::new();
    for p in profiles {
        outlets.entry(p.outlet.clone().unwrap_or_default()).or_default().push(p);
    }
    outlets
}
