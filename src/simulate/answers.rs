//! What people tick on the service questionnaire. Anonymous: an answer knows its employer, not the person.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::branch::Outline;
use super::dice::{Dice, stream};
use crate::model::days::period::days_after;
use crate::rules::visit::pack::questionnaire::QuestionKind;
use crate::simulate::settings::Settings;

/// Most options of a scale: 0 to 10.
const POINTS: usize = 11;

/// The hours in which people answer.
const OPENS: (i64, i64) = (9, 17);

/// A question as it is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub key: String,
    pub text: String,
    pub kind: QuestionKind,
    /// Most options that may be ticked.
    pub most: usize,
    /// Key and text; none of a scale. One with the key `none` is ticked alone.
    pub options: Vec<(String, String)>,
}

impl Asked {
    /// The text of a choice: an option, or a point of the scale.
    pub fn choice(&self, index: usize) -> (String, String) {
        self.options.get(index).cloned().unwrap_or_else(|| (index.to_string(), index.to_string()))
    }
}

/// One filled-in questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub at: NaiveDateTime,
    pub seconds: i64,
    /// By question, indexes of the options ticked, ascending (ranked: first place first); of a scale the point.
    pub ticked: Vec<Vec<usize>>,
}

/// Answers of `people` of the employer at `index`, in order of time. Employers answer one after the other, between the
/// last payday and the report day.
pub(super) fn answers(
    rules: &Settings,
    outline: &Outline,
    index: usize,
    people: usize,
    asked: &[Asked],
) -> Vec<Answer> {
    let mut dice = Dice::new(outline.spec.seed, stream::ANSWERS + index as u64);
    let count = (0..people).filter(|_| dice.chance(rules.exports.answer_percent)).count() as i64;
    (0..count)
        .map(|n| {
            let employers = outline.employers.len() as i64;
            let share = (index as i64 * count + n, employers * count);
            Answer {
                at: moment(last_payday(outline), rules.branch.report_day, share),
                seconds: dice.within(rules.exports.answer_seconds),
                ticked: asked.iter().map(|q| tick(q, &mut dice)).collect(),
            }
        })
        .collect()
}

/// The last payday; the report day where nobody is ever paid.
pub(super) fn last_payday(outline: &Outline) -> NaiveDate {
    outline.windows.last().map_or(NaiveDate::MIN, |w| w.payday)
}

/// The moment after `part` of `whole` of the open hours between two days, the first of them and the last left out.
fn moment(after: NaiveDate, before: NaiveDate, (part, whole): (i64, i64)) -> NaiveDateTime {
    let days = ((before - after).num_days() - 1).max(1);
    let day_seconds = (OPENS.1 - OPENS.0) * 3_600;
    let second = (i128::from(days * day_seconds) * i128::from(part) / i128::from(whole.max(1))) as i64;
    let (day, second) = (second / day_seconds, second % day_seconds);
    days_after(after, 1 + day).and_time(NaiveTime::MIN) + TimeDelta::seconds(OPENS.0 * 3_600 + second)
}

fn tick(question: &Asked, dice: &mut Dice) -> Vec<usize> {
    let options = question.options.len();
    match question.kind {
        // The better of two draws: most people are content.
        QuestionKind::Scale => vec![dice.below(POINTS).max(dice.below(POINTS))],
        QuestionKind::Single => vec![dice.below(options)],
        // Nobody writes.
        QuestionKind::Text => Vec::new(),
        QuestionKind::Ranking => {
            let mut order: Vec<usize> = (0..options).collect();
            dice.shuffle(&mut order);
            order.into_iter().take(question.most).collect()
        }
        QuestionKind::Multi => {
            let alone = question.options.iter().position(|(key, _)| key == "none");
            let mut order: Vec<usize> = (0..options).collect();
            dice.shuffle(&mut order);
            let wanted = 1 + dice.below(question.most.min(options));
            if order.first() == alone.as_ref() {
                return order.into_iter().take(1).collect();
            }
            let mut ticked: Vec<usize> = order.into_iter().filter(|o| Some(*o) != alone).take(wanted).collect();
            ticked.sort_unstable();
            ticked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_spread_over_the_open_hours() {
        let day = |d: u32| NaiveDate::from_ymd_opt(2026, 3, d).unwrap();
        let at = |part| moment(day(10), day(13), (part, 4)).to_string();
        // Two days of eight hours between 10 and 13 March.
        assert_eq!(at(0), "2026-03-11 09:00:00");
        assert_eq!(at(1), "2026-03-11 13:00:00");
        assert_eq!(at(2), "2026-03-12 09:00:00");
        assert_eq!(at(3), "2026-03-12 13:00:00");
    }

    #[test]
    fn no_more_is_ticked_than_may_be_and_none_stands_alone() {
        let option = |key: &str| (key.to_string(), key.to_string());
        let options = vec![option("a"), option("b"), option("none"), option("c")];
        let multi =
            Asked { key: "q".into(), text: "?".into(), kind: QuestionKind::Multi, most: 2, options: options.clone() };
        let single = Asked { kind: QuestionKind::Single, most: 1, ..multi.clone() };
        let scale = Asked { kind: QuestionKind::Scale, options: Vec::new(), ..multi.clone() };
        let mut dice = Dice::new(1, 2);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let ticked = tick(&multi, &mut dice);
            assert!(!ticked.contains(&2) || ticked == [2], "{ticked:?}");
            assert!(ticked.is_sorted() && (1..=2).contains(&ticked.len()));
            seen.insert(ticked);
            assert!(tick(&single, &mut dice)[0] < 4 && tick(&scale, &mut dice)[0] <= 10);
        }
        // a, b, c, none alone; three pairs.
        assert_eq!(seen.len(), 7);
    }
}
