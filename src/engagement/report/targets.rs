//! Targets of outlets: how far they have got, and how far they should be by now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::activity::{FigureUnit, TargetRow};
use crate::rules::report::CourseRules;
use crate::rules::report::targets::{Course, IndicatorRule, TargetRules};

/// 红黄绿.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    Red,
    Amber,
    Green,
}

impl Light {
    /// Key of the word for it (`light.<key>`).
    pub fn key(self) -> &'static str {
        match self {
            Light::Red => "red",
            Light::Amber => "amber",
            Light::Green => "green",
        }
    }
}

/// One target in force today. Figures in fen, as counts, shares or ratios, as `unit` says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetLine {
    /// `None`: the whole branch.
    pub outlet: Option<String>,
    /// Key of the indicator (`targets.toml`).
    pub indicator: String,
    pub unit: FigureUnit,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub target: f64,
    /// The figure itself, its rise since the day before the period, or what added up within it.
    pub current: Option<f64>,
    /// 完成率: `current` ÷ `target`.
    pub completion: Option<f64>,
    /// 应达进度: the share of the period that has passed; 1 for stocks and rates.
    pub expected: f64,
    /// 时序差: `completion` − `expected`; `None` for stocks and rates, which have no course in time.
    pub schedule_gap: Option<f64>,
    /// `completion` ÷ `expected`.
    pub progress: Option<f64>,
    pub light: Option<Light>,
}

/// What a target's figure is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `None`: the whole branch.
    pub outlet: Option<&'a str>,
    pub indicator: &'a str,
    pub course: Course,
    pub first_day: NaiveDate,
}

/// What targets are judged from.
#[derive(Debug, Clone, Copy)]
pub struct TargetInput<'a> {
    pub rules: &'a TargetRules,
    pub course: &'a CourseRules,
    pub targets: &'a [TargetRow],
    /// Name of the branch: its own targets are those of the whole.
    pub branch: &'a str,
    /// The outlets that are ranked.
    pub outlets: &'a BTreeSet<String>,
    pub today: NaiveDate,
}

/// The targets in force today, the branch's first, then by outlet; of several periods the shortest counts.
/// Where the branch has no target of its own, those of all outlets are added up, if they can be.
pub fn lines(input: &TargetInput, figure: impl Fn(Asked) -> Option<f64>) -> Vec<TargetLine> {
    let mut chosen: BTreeMap<(Option<&str>, &str), &TargetRow> = BTreeMap::new();
    for target in input.targets.iter().filter(|t| (t.first_day..=t.last_day).contains(&input.today)) {
        let whole = target.outlet == input.branch || input.rules.branch_words.contains(&target.outlet);
        let outlet = (!whole).then_some(target.outlet.as_str());
        let length = |t: &TargetRow| (t.last_day - t.first_day, std::cmp::Reverse(t.first_day));
        let best = chosen.entry((outlet, target.indicator.as_str())).or_insert(target);
        if length(target) < length(best) {
            *best = target;
        }
    }
    let mut lines: Vec<TargetLine> = chosen
        .iter()
        .filter(|((outlet, _), _)| outlet.is_none_or(|o| input.outlets.contains(o)))
        .filter_map(|((outlet, indicator), target)| {
            let rule = input.rules.indicators.get(*indicator)?;
            Some(line(input, rule, *outlet, target, target.value, &figure))
        })
        .collect();
    for (indicator, rule) in input.rules.indicators.iter().filter(|(key, rule)| is_additive(key, rule)) {
        if let Some((first, sum)) = sum_of_outlets(input, &chosen, indicator) {
            lines.push(line(input, rule, None, first, sum, &figure));
        }
    }
    lines.sort_by(|a, b| (&a.outlet, &a.indicator).cmp(&(&b.outlet, &b.indicator)));
    lines
}

/// Whether the branch's figure is the sum of the outlets'.
fn is_additive(indicator: &str, rule: &IndicatorRule) -> bool {
    matches!(rule.unit, FigureUnit::Fen | FigureUnit::Count) && !indicator.ends_with("_per_head")
}

/// The sum over all outlets, when each has a target of one and the same period and the branch has none.
fn sum_of_outlets<'t>(
    input: &TargetInput,
    chosen: &BTreeMap<(Option<&str>, &str), &'t TargetRow>,
    indicator: &str,
) -> Option<(&'t TargetRow, i64)> {
    if chosen.contains_key(&(None, indicator)) {
        return None;
    }
    let all: Option<Vec<&TargetRow>> =
        input.outlets.iter().map(|o| chosen.get(&(Some(o.as_str()), indicator)).copied()).collect();
    let all = all?;
    let first = *all.first()?;
    let same = all.iter().all(|t| (t.first_day, t.last_day) == (first.first_day, first.last_day));
    same.then(|| (first, all.iter().map(|t| t.value).sum()))
}

fn line(
    input: &TargetInput,
    rule: &IndicatorRule,
    outlet: Option<&str>,
    row: &TargetRow,
    value: i64,
    figure: impl Fn(Asked) -> Option<f64>,
) -> TargetLine {
    let (unit, target) = match rule.unit {
        FigureUnit::Fen => (FigureUnit::Fen, value as f64),
        FigureUnit::Count => (FigureUnit::Count, value as f64),
        FigureUnit::Share => (FigureUnit::Share, value as f64 / 1e6),
        FigureUnit::Ratio => (FigureUnit::Ratio, value as f64 / 1e6),
    };
    let asked = Asked { outlet, indicator: &row.indicator, course: rule.course, first_day: row.first_day };
    let current = figure(asked);
    let completion = current.filter(|_| target > 0.0).map(|c| c / target);
    let expected = match rule.course {
        Course::Level => 1.0,
        Course::Gain | Course::Flow => passed(row.first_day, row.last_day, input.today),
    };
    let progress = completion.map(|c| c / expected);
    let course = input.course;
    TargetLine {
        outlet: outlet.map(str::to_string),
        indicator: row.indicator.clone(),
        unit,
        first_day: row.first_day,
        last_day: row.last_day,
        target,
        current,
        completion,
        expected,
        schedule_gap: completion.filter(|_| rule.course != Course::Level).map(|c| c - expected),
        progress,
        light: progress.map(|p| match p {
            p if p < course.red_below => Light::Red,
            p if p < course.green_from => Light::Amber,
            _ => Light::Green,
        }),
    }
}

/// Share of a period that has passed by the end of `today`, in calendar days.
fn passed(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> f64 {
    let days = |to: NaiveDate| ((to - first).num_days() + 1) as f64;
    (days(today.min(last)) / days(last)).max(0.0)
}

/// How an outlet (or the branch) stands: its worst light, targets on course, all targets, the weakest.
pub fn standing<'l>(lines: &'l [TargetLine], outlet: Option<&str>) -> Option<(Light, i64, i64, &'l TargetLine)> {
    let own: Vec<&TargetLine> = lines.iter().filter(|l| l.outlet.as_deref() == outlet && l.light.is_some()).collect();
    let progress = |l: &TargetLine| l.progress.unwrap_or_default();
    let weakest = own.iter().copied().min_by(|a, b| progress(a).total_cmp(&progress(b)))?;
    let green = own.iter().filter(|l| l.light == Some(Light::Green)).count();
    Some((weakest.light?, green as i64, own.len() as i64, weakest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;
    use crate::rules::Rules;

    fn row(outlet: &str, indicator: &str, from: &str, to: &str, value: i64) -> TargetRow {
        TargetRow {
            row: 0,
            outlet: outlet.into(),
            indicator: indicator.into(),
            first_day: date(from),
            last_day: date(to),
            value,
        }
    }

    fn judged(targets: &[TargetRow], today: &str, figure: f64) -> Vec<TargetLine> {
        let rules = Rules::load(None).unwrap();
        let outlets = ["一网点", "二网点"].map(String::from).into();
        let input = TargetInput {
            rules: &rules.targets,
            course: &rules.report.course,
            targets,
            branch: "测试支行",
            outlets: &outlets,
            today: date(today),
        };
        lines(&input, |_| Some(figure))
    }

    #[test]
    fn what_adds_up_is_held_against_the_time_that_has_passed() {
        // 18 March is day 77 of the 90 of the first quarter.
        let targets = [row("一网点", "visits", "2026-01-01", "2026-03-31", 4)];
        let light = |done: f64| judged(&targets, "2026-03-18", done)[0].light;
        let line = &judged(&targets, "2026-03-18", 3.0)[0];
        assert_eq!((line.completion, line.expected), (Some(0.75), 77.0 / 90.0));
        assert!((line.schedule_gap.unwrap() + 0.105_555).abs() < 1e-5);
        // 0.75 ÷ 0.8556 = 0.8766
        assert_eq!((light(3.0), light(4.0), light(3.2)), (Some(Light::Red), Some(Light::Green), Some(Light::Amber)));
    }

    #[test]
    fn a_rate_is_held_against_its_target_alone() {
        let targets = [row("一网点", "retention", "2026-01-01", "2026-12-31", 300_000)];
        let line = &judged(&targets, "2026-01-02", 0.27)[0];
        assert!((line.completion.unwrap() - 0.9).abs() < 1e-12);
        assert_eq!((line.expected, line.schedule_gap), (1.0, None));
    }

    #[test]
    fn the_shortest_period_counts_and_outlets_add_up() {
        let targets = [
            row("一网点", "visits", "2026-01-01", "2026-12-31", 20),
            row("一网点", "visits", "2026-03-01", "2026-03-31", 2),
            row("二网点", "visits", "2026-03-01", "2026-03-31", 3),
            row("一网点", "visits", "2025-01-01", "2025-12-31", 9),
            row("别处", "visits", "2026-03-01", "2026-03-31", 7),
        ];
        let shown: Vec<(Option<String>, f64)> =
            judged(&targets, "2026-03-18", 1.0).into_iter().map(|l| (l.outlet, l.target)).collect();
        let outlet = |name: &str| Some(name.to_string());
        assert_eq!(shown, [(None, 5.0), (outlet("一网点"), 2.0), (outlet("二网点"), 3.0)]);
        // With different periods there is no sum.
        let shown = judged(&targets[..1].iter().chain(&targets[2..3]).cloned().collect::<Vec<_>>(), "2026-03-18", 1.0);
        assert!(shown.iter().all(|l| l.outlet.is_some()));
    }
}
