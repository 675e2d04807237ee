//! The employers: those with a story, then invented others until the branch is full.

use std::collections::BTreeSet;

use super::branch::{BranchSpec, Employer, RetentionTarget, Staff};
use super::codes;
use super::dice::{Dice, stream};
use crate::model::days::period::days_after;
use crate::model::money::{Fen, split_exactly};
use crate::simulate::settings::{IndustryRule, Settings, StoryRule};

/// All employers; their `heads` sum to the employees of `spec`.
pub(super) fn cast(rules: &Settings, spec: &BranchSpec, staff: &[Staff], outlets: usize) -> Vec<Employer> {
    let mut dice = Dice::new(spec.seed, stream::EMPLOYERS);
    let mut list = Vec::new();
    if spec.story {
        let mut story: Vec<_> = rules.story.iter().collect();
        story.sort_by_key(|(key, s)| (s.order, (*key).clone()));
        for (key, s) in story {
            list.push(told(rules, key, s, list.len(), &mut dice));
        }
    }
    let taken: usize = list.iter().map(|e| e.heads).sum();
    let others = spec.employers.saturating_sub(list.len());
    let round = round_of_industries(rules);
    let heads = share_heads(rules, spec.employees.saturating_sub(taken), others, &mut dice);
    for (i, heads) in heads.into_iter().enumerate() {
        if let Some((key, industry)) = round.get(i % round.len().max(1)) {
            list.push(invented(rules, key, industry, (i, list.len()), heads, &mut dice));
        }
    }
    for (i, employer) in list.iter_mut().enumerate() {
        place(rules, employer, i, staff, outlets, &mut dice);
    }
    compare(&mut list);
    list
}

/// Employers of an industry in which one was visited keep in the early window what they keep in the next.
fn compare(list: &mut [Employer]) {
    let visited: BTreeSet<String> =
        list.iter().filter(|e| e.retention.early.is_some()).map(|e| e.industry.clone()).collect();
    for employer in list.iter_mut().filter(|e| visited.contains(&e.industry)) {
        employer.retention.early.get_or_insert(employer.retention.previous);
    }
}

/// The industries in turn, each as often as its share, spread out.
fn round_of_industries(rules: &Settings) -> Vec<(&String, &IndustryRule)> {
    let mut industries: Vec<_> = rules.industries.iter().collect();
    industries.sort_by_key(|(key, r)| (r.order, (*key).clone()));
    let most = industries.iter().map(|(_, r)| r.share).max().unwrap_or(0);
    (0..most).flat_map(|turn| industries.iter().filter(move |(_, r)| turn < r.share).copied()).collect()
}

/// People for each of the others: the minimum, and the rest by drawn weights.
fn share_heads(rules: &Settings, people: usize, others: usize, dice: &mut Dice) -> Vec<usize> {
    let least = rules.branch.min_heads.min(people / others.max(1));
    let weights: Vec<i64> = (0..others).map(|_| dice.between(1, 10)).collect();
    let rest = (people - least * others) as i64;
    split_exactly(rest, &weights).into_iter().map(|n| least + n as usize).collect()
}

fn told(rules: &Settings, key: &str, s: &StoryRule, index: usize, dice: &mut Dice) -> Employer {
    let industry = rules.industries.get(&s.industry);
    let nature = s.nature.clone().or_else(|| industry.map(|i| i.nature.clone())).unwrap_or_default();
    let usual = blank(rules, index, dice);
    let payroll_type = s.payroll_type.clone().unwrap_or_else(|| rules.words.wage_type.clone());
    Employer {
        story: Some(key.to_string()),
        name: s.name.clone(),
        industry: s.industry.clone(),
        nature,
        pension: payroll_type == rules.words.pension_type,
        payroll_type,
        heads: s.heads,
        executives: s.executives.unwrap_or_else(|| executives(rules, s.heads)),
        rich: s.rich.clone(),
        wage: Fen::yuan(s.wage),
        aum_per_head: Fen::yuan(s.aum),
        retention: RetentionTarget { early: s.retention.early, previous: s.retention.previous, last: s.retention.last },
        unpaid_last: s.unpaid_last,
        gain_percent: rules.people.gain_percent * s.gain_factor.unwrap_or(1),
        last_visit: s.last_visit.or(usual.last_visit),
        agreement_end: s.agreement_end.or(usual.agreement_end),
        open_complaint: s.open_complaint,
        ..usual
    }
}

fn invented(
    rules: &Settings,
    key: &str,
    industry: &IndustryRule,
    (i, index): (usize, usize),
    heads: usize,
    dice: &mut Dice,
) -> Employer {
    let again = again(rules, i / 60);
    let suffix = dice.word(&industry.suffixes);
    let rate = dice.within(industry.retention);
    Employer {
        name: format!("{}{}{again}{suffix}", nth(&rules.branch.stems, i), nth(&rules.branch.branches, i)),
        industry: key.to_string(),
        nature: industry.nature.clone(),
        heads,
        executives: executives(rules, heads),
        wage: Fen::yuan(dice.within(industry.wage) / 50 * 50),
        aum_per_head: Fen::yuan(dice.within(industry.aum) / 100 * 100),
        retention: RetentionTarget { early: None, previous: rate, last: rate + dice.between(-100, 100) },
        bonus: i < rules.branch.bonus_employers,
        ..blank(rules, index, dice)
    }
}

/// What tells names of the sexagenary cycle apart when it is gone through again: nothing the first time, then 二, 三, ….
pub(super) fn again(rules: &Settings, ring: usize) -> String {
    let digit = |d: u8| rules.people.digits.get(usize::from(d - b'0')).map_or("", String::as_str);
    if ring == 0 { String::new() } else { (ring + 1).to_string().bytes().map(digit).collect() }
}

/// The word at `i`, round and round.
pub(super) fn nth(words: &[String], i: usize) -> &str {
    words.get(i % words.len().max(1)).map_or("", String::as_str)
}

fn executives(rules: &Settings, heads: usize) -> usize {
    (heads * rules.people.executive_percent / 100).max(1).min(heads)
}

/// What every employer has: number, contact, address, payday, agreement.
fn blank(rules: &Settings, index: usize, dice: &mut Dice) -> Employer {
    let b = &rules.branch;
    let district = dice.word(&b.districts);
    let address = rules
        .words
        .address
        .replace("{district}", &district)
        .replace("{street}", &dice.word(&b.streets))
        .replace("{number}", &dice.between(1, 200).to_string());
    let people = &rules.people;
    Employer {
        number: format!("DF{:05}", index + 1),
        story: None,
        name: String::new(),
        credit_code: String::new(),
        industry: String::new(),
        nature: String::new(),
        payroll_type: rules.words.wage_type.clone(),
        pension: false,
        address,
        district,
        heads: 0,
        executives: 0,
        rich: Vec::new(),
        wage: Fen::ZERO,
        aum_per_head: Fen::ZERO,
        retention: RetentionTarget { early: None, previous: 0, last: 0 },
        bonus: false,
        unpaid_last: 0,
        gain_percent: people.gain_percent,
        contact: format!("{}{}", dice.word(&people.surnames), nth(&b.stems, index)),
        contact_title: dice.word(&rules.words.contact_titles),
        contact_phone: codes::phone(&people.phone_prefix, 9_000_000 + index),
        outlet: 0,
        rm: 0,
        payday: dice.word(&rules.words.paydays),
        // Long enough ago not to count as a recent visit; some were never visited.
        last_visit: dice.chance(55).then(|| days_after(b.plan_day, -dice.between(150, 500))),
        agreement_end: Some(days_after(b.report_day, dice.between(160, 900))),
        open_complaint: false,
    }
}

/// Outlet and relationship manager in turn; the credit code by the kind of employer.
fn place(rules: &Settings, e: &mut Employer, index: usize, staff: &[Staff], outlets: usize, dice: &mut Dice) {
    let rms: Vec<usize> = (0..staff.len()).filter(|s| staff[*s].role == "rm" && staff[*s].outlet < outlets).collect();
    if let Some(rm) = rms.get(index % rms.len().max(1)) {
        e.rm = *rm;
        e.outlet = staff[*rm].outlet;
    }
    let kind = if e.nature == rules.branch.institution { "12" } else { "91" };
    e.credit_code = codes::credit_code(kind, index * 37 + dice.between(1, 30) as usize);
}
