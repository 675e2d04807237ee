//! The figures that targets are held against.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::ledger::is_held;
use crate::app::workspace::open::Workspace;
use crate::engagement::report::summary::{Standing, retention_of, sum_standing};
use crate::engagement::report::targets::{self, Asked, TargetInput, TargetLine};
use crate::facts::EmployerProfile;
use crate::facts::employee::purchases::Purchase;
use crate::facts::pay::payday_retention::EmployerRetention;
use crate::facts::standing_at::{StandingAt, Standings};
use crate::model::days::period::days_after;
use crate::model::status::{AumBasis, RateKind};
use crate::model::{EmployerId, Fen};
use crate::rules::report::targets::Course;
use crate::store::ledger::StoredVisit;

/// What the figures are taken from.
pub(super) struct Scene<'a> {
    pub workspace: &'a Workspace,
    pub standings: &'a Standings<'a>,
    pub profiles: &'a [EmployerProfile],
    pub retention: &'a [EmployerRetention],
    /// Where employers stand today.
    pub current: &'a [StandingAt],
    pub visits: &'a [StoredVisit],
    pub purchases: &'a [Purchase],
}

/// The targets in force today with their figures.
pub(super) fn judge(scene: &Scene) -> Result<Vec<TargetLine>, AppError> {
    let workspace = scene.workspace;
    let stored = workspace.store.targets()?;
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    // Where employers stood before each period whose rise is asked for.
    let gains =
        |indicator: &str| workspace.rules.targets.indicators.get(indicator).is_some_and(|r| r.course == Course::Gain);
    let starts: BTreeSet<NaiveDate> = stored.iter().filter(|t| gains(&t.indicator)).map(|t| t.first_day).collect();
    let mut before = Vec::new();
    for day in starts {
        before.push((day, crate::app::report::dashboard::standing(workspace, scene.standings, days_after(day, -1))?));
    }
    let outlets: BTreeSet<String> = scene.profiles.iter().filter_map(|p| p.outlet.clone()).collect();
    let input = TargetInput {
        rules: &workspace.rules.targets,
        course: &workspace.rules.report.course,
        targets: &stored,
        branch: &workspace.file.branch,
        outlets: &outlets,
        today: workspace.today,
    };
    let figure = |asked: Asked| {
        let start = before.iter().find(|(day, _)| *day == asked.first_day).map_or(&[][..], |(_, s)| s.as_slice());
        scene.figure(asked, start)
    };
    Ok(targets::lines(&input, figure))
}

impl Scene<'_> {
    /// One figure of an outlet or the branch; `None` when it is not known.
    fn figure(&self, asked: Asked, start: &[StandingAt]) -> Option<f64> {
        let members: BTreeSet<EmployerId> = self
            .profiles
            .iter()
            .filter(|p| asked.outlet.is_none() || p.outlet.as_deref() == asked.outlet)
            .map(|p| p.employer_id)
            .collect();
        let inside = |id: EmployerId| members.contains(&id);
        let own = || self.profiles.iter().filter(|p| inside(p.employer_id));
        let now = sum_standing(self.current, inside);
        let per_head = |of: fn(&Standing) -> i64| {
            now.as_ref().filter(|n| n.headcount > 0).map(|n| of(n) as f64 / n.headcount as f64)
        };
        let money = |fen: Option<Fen>| fen.map(|fen| fen.0 as f64);
        let days = asked.first_day..=self.workspace.today;
        match asked.indicator {
            "employers" => Some(own().filter(|p| p.payroll_fen.0 > 0).count() as f64),
            "effective_heads" => Some(own().map(|p| p.effective_heads).sum::<i64>() as f64),
            "payroll" => Some(own().map(|p| p.payroll_fen).sum::<Fen>().0 as f64),
            "aum" => money(now.as_ref().and_then(|n| n.aum(AumBasis::Balance))),
            "aum_month_avg" => money(now.as_ref().and_then(|n| n.aum(AumBasis::MonthAverage))),
            "aum_gain" => money(self.gain(start, AumBasis::Balance, inside)),
            "aum_month_avg_gain" => money(self.gain(start, AumBasis::MonthAverage, inside)),
            "aum_per_head" => money(now.as_ref().and_then(|n| n.per_head(AumBasis::Balance))),
            "aum_month_avg_per_head" => money(now.as_ref().and_then(|n| n.per_head(AumBasis::MonthAverage))),
            "retention" => retention_of(self.retention, RateKind::Week, 1, inside),
            "period_retention" => retention_of(self.retention, RateKind::Period, 1, inside),
            "products_per_head" => per_head(|n| n.products),
            "products_proper_per_head" => per_head(|n| n.products_proper),
            "three_plus" => per_head(|n| n.three_plus),
            "three_plus_no_channels" => per_head(|n| n.three_plus_no_channels),
            "three_plus_proper" => per_head(|n| n.three_plus_proper),
            "visits" => {
                let held = |v: &&StoredVisit| inside(v.employer_id) && is_held(v.status) && days.contains(&v.date);
                Some(self.visits.iter().filter(held).count() as f64)
            }
            "sales" => {
                // Without any sales sheet nothing is known, which is not nothing sold.
                let sold = |p: &&Purchase| !p.by_contact;
                self.purchases.iter().any(|p| !p.by_contact).then(|| {
                    let within = |p: &&Purchase| sold(p) && inside(p.employer_id) && days.contains(&p.on);
                    self.purchases.iter().filter(within).filter_map(|p| p.amount).sum::<Fen>().0 as f64
                })
            }
            _ => None,
        }
    }

    /// The rise of AUM since the day before the period, when the same employers are known on both days.
    fn gain(&self, start: &[StandingAt], basis: AumBasis, inside: impl Fn(EmployerId) -> bool) -> Option<Fen> {
        let then: Vec<&StandingAt> = start.iter().filter(|s| inside(s.employer_id)).collect();
        let now: Vec<&StandingAt> = self.current.iter().filter(|s| inside(s.employer_id)).collect();
        let sum = |standing: &[&StandingAt]| standing.iter().map(|s| s.aum_of(basis)).sum::<Option<Fen>>();
        let same = !now.is_empty()
            && then.len() == now.len()
            && then.iter().zip(&now).all(|(t, n)| t.employer_id == n.employer_id && t.as_of < n.as_of);
        if same { Some(sum(&now)? - sum(&then)?) } else { None }
    }
}
