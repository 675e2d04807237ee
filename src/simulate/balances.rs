//! What everybody holds at each date. The month-end snapshot is drawn first (its sum per employer is exact); the
//! other dates follow from what is kept and spent, so that each employer's retention after payday is exact to the fen.

use chrono::Datelike;

use super::branch::{
    CLASSES, Employee, Employer, FLAGS, Holding, Outline, Payment, Run, Snapshot, SnapshotRole, Window, class, flag,
};
use super::dice::{Dice, stream};
use crate::model::days::period::days_after;
use crate::model::money::{Fen, split_exactly};
use crate::model::status::{Level, PayKind};
use crate::simulate::settings::{ClassRule, FlagRule, Settings};

/// Least AUM anybody has, and what stays on the card at the month end; yuan.
const FLOOR: i64 = 30;

/// Rounds of evening out before the rest is spread over everybody.
const ROUNDS: usize = 12;

/// What balances follow from.
struct Scene<'a> {
    rules: &'a Settings,
    runs: &'a [Run],
    snapshots: &'a [Snapshot],
    windows: &'a [Window],
}

/// Fills `holdings` of the employees of the employer at `e`.
pub(super) fn fill(rules: &Settings, outline: &Outline, e: usize, payments: &[Payment], employees: &mut [Employee]) {
    let Outline { runs, snapshots, windows, .. } = outline;
    let scene = Scene { rules, runs, snapshots, windows };
    let pay = pay_by_window(&scene, payments, employees.len());
    let mut dice = Dice::new(outline.spec.seed, stream::BALANCES + e as u64);
    let early = Dice::new(outline.spec.seed, stream::EARLY + e as u64);
    fill_employer(&scene, &outline.employers[e], employees, &pay, &mut dice, early);
}

/// Fen paid to each employee within each window.
fn pay_by_window(scene: &Scene, payments: &[Payment], people: usize) -> Vec<Vec<i64>> {
    let mut pay = vec![vec![0; scene.windows.len()]; people];
    for p in payments {
        let date = scene.runs[p.run].date;
        for (w, window) in scene.windows.iter().enumerate() {
            let inside = scene.snapshots[window.before].date < date && date <= scene.snapshots[window.after].date;
            if let (true, Some(i)) = (inside, p.employee) {
                pay[i][w] += p.amount.0;
            }
        }
    }
    pay
}

fn fill_employer(
    scene: &Scene,
    employer: &Employer,
    people: &mut [Employee],
    pay: &[Vec<i64>],
    dice: &mut Dice,
    mut apart: Dice,
) {
    let aum = month_end_aum(scene, employer, people, dice);
    let habit: Vec<i64> = people.iter().map(|_| dice.shape(&scene.rules.people.keep_spread)).collect();
    let n = scene.windows.len();
    let column = |w: usize| pay.iter().map(|p| p[w]).collect::<Vec<i64>>();
    // Kept in the window before the month end: never more than there is at the month end.
    let previous = match n.checked_sub(2) {
        Some(w) => {
            let most: Vec<i64> = aum.iter().map(|a| (a - FLOOR) * 100).collect();
            kept(&column(w), employer.retention.previous, &habit, &most, None, dice)
        }
        None => vec![0; people.len()],
    };
    let early = match (n.checked_sub(3), employer.retention.early) {
        (Some(w), Some(rate)) => {
            // Those who are only compared with have draws of their own: their later dates do not depend on it.
            let told = employer.story.as_ref().and_then(|key| scene.rules.story.get(key));
            let dice = if told.is_some_and(|s| s.retention.early.is_some()) { &mut *dice } else { &mut apart };
            Some(kept(&column(w), rate, &habit, &column(w), None, dice))
        }
        _ => None,
    };
    let mut tracks: Vec<Track> = (0..people.len())
        .map(|i| Track::new(scene, employer, aum[i], previous[i], early.as_ref().map(|c| c[i]), dice))
        .collect();
    let before_last = scene.windows[n - 1].before;
    let least: Vec<i64> = tracks.iter().map(|t| -t.at[before_last][class::DEMAND] / 2).collect();
    let most: Vec<i64> = column(n - 1).iter().map(|p| p * 11 / 10).collect();
    let last = kept(&column(n - 1), employer.retention.last, &habit, &most, Some(&least), dice);
    for (track, change) in tracks.iter_mut().zip(last) {
        track.keep_last(scene, change);
        track.gain(scene, employer, dice);
    }
    for (person, track) in people.iter_mut().zip(&tracks) {
        write_down(scene, employer, person, track, dice);
    }
}

/// Month-end AUM in whole yuan; people with a record then have the employer's mean exactly.
fn month_end_aum(scene: &Scene, employer: &Employer, people: &[Employee], dice: &mut Dice) -> Vec<i64> {
    let p = &scene.rules.people;
    let mut rich = employer.rich.iter();
    let last = scene.runs.iter().filter(|r| r.kind == PayKind::Wage).count() - 1;
    let mut fixed = vec![None; people.len()];
    let mut weights = Vec::new();
    for (i, person) in people.iter().enumerate() {
        let draw = dice.shape(&p.aum_spread);
        let level = match person.level {
            Level::Executive => p.executive_aum,
            Level::Manager => p.manager_aum,
            Level::Staff => 100,
        };
        // Savings grow with the years at work.
        let age = 40 + (age_years(scene, person) - 20).clamp(0, 45) * 3;
        if person.first_run == last && last > 0 {
            // Joined after the month end: a new card with little on it.
            fixed[i] = Some(dice.between(FLOOR, 2_000));
        } else if let (Level::Executive, Some(yuan)) = (person.level, rich.as_slice().first()) {
            fixed[i] = Some(*yuan);
            rich.next();
        }
        weights.push(if fixed[i].is_some() { 0 } else { draw * level * age * person.base_pay / 1_000 });
    }
    let joined = people.iter().filter(|x| x.first_run == last && last > 0).count();
    let named: i64 = employer.rich[..employer.rich.len() - rich.len()].iter().sum();
    let free = fixed.iter().filter(|f| f.is_none()).count() as i64;
    let whole = employer.aum_per_head.0 / 100 * (people.len() - joined) as i64 - named - FLOOR * free;
    let parts = split_exactly(whole.max(0), &weights);
    fixed.into_iter().zip(parts).map(|(f, part)| f.unwrap_or(part + FLOOR)).collect()
}

/// Age on the plan day, years not yet full counted as none.
fn age_years(scene: &Scene, person: &Employee) -> i64 {
    (scene.rules.branch.plan_day - person.birth).num_days() / 365
}

/// How much of each payment is still there at the window's end, in fen; the sum is `rate` of the payroll exactly as
/// far as `most` and `least` (default: three tenths of the pay gone besides) allow.
fn kept(pay: &[i64], rate: i64, habit: &[i64], most: &[i64], least: Option<&[i64]>, dice: &mut Dice) -> Vec<i64> {
    let target = (i128::from(pay.iter().sum::<i64>()) * i128::from(rate) / 10_000) as i64;
    let high: Vec<i64> =
        pay.iter().zip(most).map(|(p, m)| if *p > 0 { (*m).min(p * 11 / 10).max(0) } else { 0 }).collect();
    let low: Vec<i64> = pay
        .iter()
        .enumerate()
        .map(|(i, p)| if *p > 0 { (-p * 3 / 10).max(least.map_or(i64::MIN, |l| l[i])).min(0) } else { 0 })
        .collect();
    let mut kept: Vec<i64> = (0..pay.len())
        .map(|i| {
            let noise = i128::from(dice.between(70, 130));
            let share = i128::from(pay[i]) * i128::from(rate) * i128::from(habit[i]) * noise / 10_000 / 10_000 / 100;
            (share as i64).clamp(low[i], high[i])
        })
        .collect();
    // Those who keep something keep a little more or less, so that those who spend it all go on doing so.
    for _ in 0..ROUNDS {
        let gap = target - kept.iter().sum::<i64>();
        if gap == 0 {
            break;
        }
        let weights: Vec<i64> =
            kept.iter().zip(&high).map(|(k, h)| if *k > 0 && (gap < 0 || k < h) { *k } else { 0 }).collect();
        for ((k, part), h) in kept.iter_mut().zip(split_exactly(gap.abs(), &weights)).zip(&high) {
            *k = if part == 0 { *k } else { (*k + gap.signum() * part).clamp(0, *h) };
        }
    }
    let gap = target - kept.iter().sum::<i64>();
    let slack: Vec<i64> = (0..pay.len()).map(|i| if gap > 0 { high[i] - kept[i] } else { kept[i] - low[i] }).collect();
    let room: i64 = slack.iter().sum();
    let parts = split_exactly(gap.abs().min(room), &slack);
    for (k, part) in kept.iter_mut().zip(parts) {
        *k += gap.signum() * part;
    }
    kept
}

/// One person's assets at every snapshot, in fen.
struct Track {
    at: Vec<[i64; CLASSES]>,
    month_end: usize,
    fund_plan_since: Option<usize>,
}

impl Track {
    /// All dates but the last: from the month end back through the windows, and on to the eve of the last payday.
    fn new(scene: &Scene, employer: &Employer, aum: i64, previous: i64, early: Option<i64>, dice: &mut Dice) -> Track {
        let place = |role: SnapshotRole| scene.snapshots.iter().position(|s| s.role == role);
        let month_end = place(SnapshotRole::MonthEnd).unwrap_or(0);
        let held = compose(scene, employer, aum * 100, previous.max(0) + FLOOR * 100, dice);
        let mut at = vec![held; scene.snapshots.len()];
        let spent_after = previous.max(0) / 2;
        if let (Some(before), Some(after)) = (place(SnapshotRole::PreviousBefore), place(SnapshotRole::PreviousAfter)) {
            at[after][class::DEMAND] += spent_after;
            at[before][class::DEMAND] += spent_after - previous;
            if let (Some(b), Some(a)) = (place(SnapshotRole::EarlyBefore), place(SnapshotRole::EarlyAfter)) {
                let change = early.unwrap_or(0);
                at[a][class::DEMAND] = at[before][class::DEMAND] + change.max(0) + dice.between(0, 20_000);
                at[b][class::DEMAND] = at[a][class::DEMAND] - change;
            }
        }
        let mut track = Track { at, month_end, fund_plan_since: None };
        let spent = previous.max(0) * 35 / 100 + dice.between(0, FLOOR * 50);
        track.change_from(month_end + 1, class::DEMAND, -spent);
        track.lose(scene, dice);
        track
    }

    fn change_from(&mut self, from: usize, class: usize, fen: i64) {
        self.at[from..].iter_mut().for_each(|a| a[class] += fen);
    }

    /// What falls due after the month end is taken out of the bank, or left on the card.
    fn lose(&mut self, scene: &Scene, dice: &mut Dice) {
        for class in [class::TERM, class::WEALTH, class::CASH_MANAGEMENT, class::FUND] {
            let fen = self.at[self.month_end][class];
            if fen > 0 && dice.chance(scene.rules.people.loss_percent) {
                let from = self.month_end + 1;
                self.change_from(from, class, -fen);
                if dice.chance(50) {
                    self.change_from(from, class::DEMAND, fen);
                }
            }
        }
    }

    fn keep_last(&mut self, scene: &Scene, change: i64) {
        let window = scene.windows[scene.windows.len() - 1];
        self.at[window.after][class::DEMAND] = self.at[window.before][class::DEMAND] + change;
    }

    /// Money on the card goes into a product some time between two snapshots; the AUM stays as it is.
    fn gain(&mut self, scene: &Scene, employer: &Employer, dice: &mut Dice) {
        for k in 1..self.at.len() {
            if !dice.chance(gain_percent(scene, employer, k)) {
                continue;
            }
            if dice.chance(15) {
                self.fund_plan_since.get_or_insert(k);
                continue;
            }
            let choices = [class::CASH_MANAGEMENT, class::WEALTH, class::TERM, class::FUND];
            let class = choices[dice.below(choices.len())];
            let Some(rule) = class_rule(scene.rules, class) else { continue };
            if self.at.iter().any(|a| a[class] > 0) {
                continue;
            }
            let spare = self.at[k..].iter().map(|a| a[class::DEMAND]).min().unwrap_or(0);
            // The month end stands in whole yuan, and so do purchases.
            let fen = spare * dice.between(30, 70) / 100 / (rule.step * 100) * (rule.step * 100);
            if fen >= rule.min * 100 {
                self.change_from(k, class, fen);
                self.change_from(k, class::DEMAND, -fen);
            }
        }
    }
}

/// Draws who holds what at the month end; `floor` fen at least stay on the card.
fn compose(scene: &Scene, employer: &Employer, aum: i64, floor: i64, dice: &mut Dice) -> [i64; CLASSES] {
    let mut held = [0; CLASSES];
    let mut order: Vec<(usize, ClassRule)> =
        (1..CLASSES).filter_map(|c| class_rule(scene.rules, c).map(|r| (c, r))).collect();
    order.sort_by_key(|(c, r)| (r.order, *c));
    let mut free = aum - floor;
    for (class, rule) in order {
        let eager = if aum >= 10_000_000 { 2 } else { 1 };
        let holds = dice.chance((rule.percent * eager * stickiness(employer) / 100).min(92));
        let step = rule.step * 100;
        let fen = free.max(0) * dice.between(25, 65) / 100 / step * step;
        if holds && fen >= rule.min * 100 {
            held[class] = fen;
            free -= fen;
        }
    }
    held[class::DEMAND] = aum - held.iter().sum::<i64>();
    held
}

/// Chance of taking something up before snapshot `k`: the employer's own after a visit, else the usual one.
fn gain_percent(scene: &Scene, employer: &Employer, k: usize) -> i64 {
    let visited = employer.last_visit.is_some_and(|day| day < scene.snapshots[k].date);
    if visited { employer.gain_percent } else { scene.rules.people.gain_percent }
}

/// How much people of this employer take up, in percent of the usual: follows AUM per head.
fn stickiness(employer: &Employer) -> i64 {
    (employer.aum_per_head.0 / 50_000).clamp(30, 160)
}

fn class_rule(rules: &Settings, class: usize) -> Option<ClassRule> {
    let c = &rules.classes;
    match class {
        class::TERM => Some(c.term),
        class::LARGE_CD => Some(c.large_cd),
        class::WEALTH => Some(c.wealth),
        class::CASH_MANAGEMENT => Some(c.cash_management),
        class::FUND => Some(c.fund),
        class::INSURANCE => Some(c.insurance),
        class::METAL => Some(c.metal),
        class::BOND => Some(c.bond),
        _ => None,
    }
}

fn flag_rules(rules: &Settings) -> [FlagRule; FLAGS] {
    let f = &rules.flags;
    [f.fund_plan, f.mobile_bank, f.online_bank, f.quick_pay, f.wecom, f.credit_card, f.custody, f.pension]
}

/// Turns a track into the holdings of a person, for the dates with a record.
fn write_down(scene: &Scene, employer: &Employer, person: &mut Employee, track: &Track, dice: &mut Dice) {
    let rules = flag_rules(scene.rules);
    // From which snapshot on each flag is held, and until which.
    let spans: Vec<(usize, usize)> = rules
        .iter()
        .map(|r| {
            let percent = r.percent * (100 - r.sway + r.sway * stickiness(employer) / 100) / 100;
            let end = scene.snapshots.len();
            if dice.chance(percent) {
                (0, if dice.chance(scene.rules.people.loss_percent) { track.month_end + 1 } else { end })
            } else {
                // Channels and cards are taken up less often than money is moved.
                let since = (1..end).find(|k| dice.chance(gain_percent(scene, employer, *k)) && dice.chance(40));
                (since.unwrap_or(end), end)
            }
        })
        .collect();
    let asleep = days_after(scene.rules.branch.plan_day, -dice.between(98, 260));
    let horizon = if dice.chance(25) { 40 } else { 420 };
    let due = days_after(scene.rules.branch.plan_day, dice.between(1, horizon));
    for (k, snapshot) in scene.snapshots.iter().enumerate() {
        let awake = (dice.between(0, 18), dice.between(0, 40));
        if !has_record(scene, employer, person, snapshot) {
            continue;
        }
        let mut flags = [false; FLAGS];
        for (f, (from, until)) in spans.iter().enumerate() {
            flags[f] = *from <= k && k < *until;
        }
        flags[flag::FUND_PLAN] |= track.fund_plan_since.is_some_and(|since| since <= k);
        let assets = track.at[k].map(Fen);
        let last_transaction = if person.inactive { asleep } else { days_after(snapshot.date, -awake.0) };
        let last_login = if person.inactive { asleep } else { days_after(snapshot.date, -awake.1) };
        let maturing = [class::TERM, class::LARGE_CD, class::WEALTH].into_iter().find(|c| assets[*c].0 > 0);
        let next = if due < snapshot.date { days_after(due, 365) } else { due };
        person.holdings[k] = Some(Holding {
            month_average: month_average(scene, track, k),
            flags,
            last_transaction,
            last_login: flags[flag::MOBILE_BANK].then_some(last_login),
            due: maturing.map(|c| (next, assets[c])),
            assets,
        });
    }
}

/// The early snapshots cover visited employers and those of their industries only; who joins has a record from the eve of the first payday on,
/// who closed the account none after the month end.
fn has_record(scene: &Scene, employer: &Employer, person: &Employee, snapshot: &Snapshot) -> bool {
    let early = matches!(snapshot.role, SnapshotRole::EarlyBefore | SnapshotRole::EarlyAfter);
    let last = matches!(snapshot.role, SnapshotRole::LastBefore | SnapshotRole::LastAfter);
    let joined = person.first_run == 0 || days_after(scene.runs[person.first_run].date, -1) <= snapshot.date;
    (!early || employer.retention.early.is_some()) && joined && !(last && person.closed)
}

/// Mean AUM from the first of the snapshot's month, as far as the snapshots tell; whole yuan.
fn month_average(scene: &Scene, track: &Track, k: usize) -> Fen {
    let date = scene.snapshots[k].date;
    let aum = |i: usize| track.at[i].iter().sum::<i64>();
    let mut sum = 0i128;
    let mut day = 0;
    for i in 0..=k {
        let d = scene.snapshots[i].date;
        if (d.year(), d.month()) == (date.year(), date.month()) {
            sum += i128::from(aum(i)) * i128::from(d.day() - day);
            day = d.day();
        }
    }
    Fen((sum / i128::from(day.max(1)) / 100 * 100) as i64)
}
