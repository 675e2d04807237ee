//! What holds of all that was said: a merge of copies that came back in any order, field by field.
//!
//! Every answer knows what it was asked over: a value typed over another one takes its place; one typed beside it, into
//! another copy, does not, and where the two differ somebody has to say which holds. As the whole of what was said
//! decides, and not its order, two copies end in the same state whichever comes first.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::returns::answer::{Answer, AnswerValue};

/// Different values of one field, each with the answers that say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub field: String,
    /// In the order of the first answer that says it; `None`: emptied.
    pub choices: Vec<(Option<String>, Vec<i64>)>,
}

/// What holds of one matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Fields on which all agree.
    pub values: BTreeMap<String, String>,
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    /// What is said in a field, if all agree.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.values.get(field).map(String::as_str)
    }
}

/// The answers about contacts with one client in one matter, by the day they speak of. A row that gives no day speaks of
/// the day another copy of the same workbook gives for it; where none does, of the day that was assumed first. What
/// settles a conflict goes with what it settled.
pub fn by_day(answers: &[Answer]) -> BTreeMap<NaiveDate, Vec<&Answer>> {
    let now = Days::of(answers, i64::MAX);
    let mut days: BTreeMap<NaiveDate, Vec<&Answer>> = BTreeMap::new();
    for answer in answers {
        let day = if answer.settles { settled_day(answers, answer, &now) } else { now.day(answer) };
        if let Some(day) = day {
            days.entry(day).or_default().push(answer);
        }
    }
    days
}

/// Of the workbooks the days that were given in them, and those that were assumed where none was.
#[derive(Default)]
struct Days<'a> {
    given: BTreeMap<&'a str, NaiveDate>,
    assumed: BTreeMap<&'a str, NaiveDate>,
}

impl<'a> Days<'a> {
    /// As known from the answers up to `upto`.
    fn of(answers: &'a [Answer], upto: i64) -> Days<'a> {
        let mut days = Days::default();
        for answer in answers.iter().filter(|a| !a.settles && a.answer_id <= upto) {
            let (Some(export), Some(day)) = (answer.export_id.as_deref(), answer.on) else { continue };
            if answer.assumed {
                days.assumed.entry(export).and_modify(|d| *d = day.min(*d)).or_insert(day);
            } else {
                days.given.entry(export).and_modify(|d| *d = day.max(*d)).or_insert(day);
            }
        }
        days
    }

    /// The day an answer speaks of; `None`: it speaks of none.
    fn day(&self, answer: &Answer) -> Option<NaiveDate> {
        let export = answer.export_id.as_deref().filter(|_| answer.assumed);
        let other = export.and_then(|e| self.given.get(e).or_else(|| self.assumed.get(e))).copied();
        answer.on.map(|day| other.unwrap_or(day))
    }
}

/// The day for which a settlement holds: its own as long as something that it settled speaks of that day, else the day
/// to which the first of that has moved. `None`: nothing of it is left, and there is nothing to settle any more.
fn settled_day(answers: &[Answer], settlement: &Answer, now: &Days<'_>) -> Option<NaiveDate> {
    let on = settlement.on?;
    let then = Days::of(answers, settlement.seen);
    let settled = answers.iter().filter(|a| !a.settles && a.answer_id <= settlement.seen && then.day(a) == Some(on));
    let days: Vec<NaiveDate> = settled.filter_map(|a| now.day(a)).collect();
    if days.contains(&on) { Some(on) } else { days.first().copied() }
}

/// What holds of the answers on one matter (and day).
pub fn merge(answers: &[&Answer]) -> Merged {
    let mut fields: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
    for answer in answers {
        for value in &answer.values {
            fields.entry(&value.field).or_default().push(Said {
                id: answer.answer_id,
                seen: answer.seen,
                settles: answer.settles,
                value: value.value.as_deref(),
                base: value.base.as_deref(),
            });
        }
    }
    let mut merged = Merged::default();
    for (field, said) in fields {
        let mut choices: Vec<(Option<String>, Vec<i64>)> = Vec::new();
        for one in said.iter().filter(|one| !said.iter().any(|later| later.replaces(one))) {
            match choices.iter_mut().find(|(value, _)| value.as_deref() == one.value) {
                Some((_, ids)) => ids.push(one.id),
                None => choices.push((one.value.map(str::to_string), vec![one.id])),
            }
        }
        match choices.as_slice() {
            [] => {}
            [(value, _)] => merged.values.extend(value.clone().map(|value| (field.to_string(), value))),
            _ => merged.conflicts.push(Conflict { field: field.to_string(), choices }),
        }
    }
    merged
}

/// One value of one answer.
struct Said<'a> {
    id: i64,
    seen: i64,
    settles: bool,
    value: Option<&'a str>,
    base: Option<&'a str>,
}

impl Said<'_> {
    /// Whether this takes the place of another one: it was typed over it, or settles it.
    fn replaces(&self, other: &Said<'_>) -> bool {
        self.id != other.id
            && other.id <= self.seen
            && (self.settles || (self.base == other.value && self.base != self.value))
    }
}

/// What a row says that its copies have not said before: values that no earlier answer from the same workbook has for the
/// same day. Without any there is nothing to keep, however often a copy comes back.
pub fn news(earlier: &[Answer], export: &str, on: Option<NaiveDate>, mut values: Vec<AnswerValue>) -> Vec<AnswerValue> {
    let said: BTreeSet<(&str, Option<&str>)> = earlier
        .iter()
        .filter(|a| a.export_id.as_deref() == Some(export) && (on.is_none() || a.assumed || a.on == on))
        .flat_map(|a| a.values.iter().map(|v| (v.field.as_str(), v.value.as_deref())))
        .collect();
    values.retain(|v| !said.contains(&(v.field.as_str(), v.value.as_deref())));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, d).unwrap()
    }

    fn typed(field: &str, value: Option<&str>, base: Option<&str>) -> AnswerValue {
        let (value, base) = (value.map(str::to_string), base.map(str::to_string));
        AnswerValue { field: field.to_string(), value, base, cell: None }
    }

    fn answer(
        id: i64,
        export: &str,
        on: Option<u32>,
        seen: i64,
        values: &[(&str, Option<&str>, Option<&str>)],
    ) -> Answer {
        let value = |(field, value, base): &(&str, Option<&str>, Option<&str>)| typed(field, *value, *base);
        Answer {
            answer_id: id,
            entry: (id, 1),
            export_id: (!export.is_empty()).then(|| export.to_string()),
            on: on.map(day),
            assumed: false,
            seen,
            settles: false,
            employee: None,
            author: String::new(),
            file: String::new(),
            sheet: None,
            told_on: day(1),
            recorded_at: String::new(),
            applied: false,
            values: values.iter().map(value).collect(),
        }
    }

    fn merged(answers: &[Answer]) -> Merged {
        merge(&answers.iter().collect::<Vec<_>>())
    }

    #[test]
    fn other_fields_merge_and_the_same_field_twice_is_a_conflict() {
        let one = answer(1, "A", None, 0, &[("result", Some("booked"), None), ("note", Some("周末"), None)]);
        let two = answer(2, "B", None, 0, &[("result", Some("booked"), None), ("amount", Some("500"), None)]);
        let all = merged(&[one.clone(), two]);
        assert_eq!(all.values.len(), 3);
        assert!(all.conflicts.is_empty());
        let other = answer(2, "B", None, 0, &[("result", Some("refused"), None)]);
        let conflict = &merged(&[one, other]).conflicts[0];
        assert_eq!(conflict.choices, [(Some("booked".into()), vec![1]), (Some("refused".into()), vec![2])]);
    }

    #[test]
    fn a_value_typed_over_another_takes_its_place() {
        let first = answer(1, "A", None, 0, &[("opinion", Some("confirm"), None)]);
        // The next copy was made when that was known, and shows it.
        let over = answer(2, "B", None, 1, &[("opinion", Some("strike"), Some("confirm"))]);
        let back = answer(3, "C", None, 2, &[("opinion", Some("confirm"), Some("strike"))]);
        assert_eq!(merged(&[first.clone(), over.clone()]).value("opinion"), Some("strike"));
        assert_eq!(merged(&[first.clone(), over.clone(), back]).value("opinion"), Some("confirm"));
        let emptied = answer(3, "C", None, 2, &[("opinion", None, Some("strike"))]);
        assert_eq!(merged(&[first.clone(), over.clone(), emptied]), Merged::default());
        // Two copies made at the same time.
        let beside = answer(3, "B2", None, 1, &[("opinion", None, Some("confirm"))]);
        assert_eq!(merged(&[first, over, beside]).conflicts[0].choices.len(), 2);
    }

    #[test]
    fn what_is_settled_stays_so_until_somebody_says_something_new() {
        let one = answer(1, "A", None, 0, &[("note", Some("甲"), None)]);
        let two = answer(2, "B", None, 0, &[("note", Some("乙"), None)]);
        let mut settled = answer(3, "", None, 2, &[("note", Some("乙"), None)]);
        settled.settles = true;
        assert_eq!(merged(&[one.clone(), two.clone(), settled.clone()]).value("note"), Some("乙"));
        let new = answer(4, "C", None, 0, &[("note", Some("丙"), None)]);
        assert_eq!(merged(&[one, two, settled, new]).conflicts[0].choices.len(), 2);
    }

    #[test]
    fn a_row_without_a_day_speaks_of_the_day_another_copy_gives() {
        let undated = Answer { assumed: true, ..answer(1, "A", Some(9), 0, &[("result", Some("booked"), None)]) };
        let again = Answer { assumed: true, ..answer(2, "A", Some(12), 0, &[("note", Some("周末"), None)]) };
        let days = |answers: &[Answer]| by_day(answers).into_iter().map(|(d, a)| (d, a.len())).collect::<Vec<_>>();
        assert_eq!(days(&[undated.clone(), again.clone()]), [(day(9), 2)]);
        let dated = answer(3, "A", Some(6), 0, &[("amount", Some("1"), None)]);
        assert_eq!(days(&[undated.clone(), again, dated]), [(day(6), 3)]);
        // Another workbook's day says nothing of this one's.
        assert_eq!(days(&[undated, answer(3, "B", Some(6), 0, &[])]), [(day(6), 1), (day(9), 1)]);
    }

    #[test]
    fn a_settlement_goes_with_what_it_settled() {
        let undated = |id, export: &str, value: &str| Answer {
            assumed: true,
            ..answer(id, export, Some(9), 0, &[("result", Some(value), None)])
        };
        let settled =
            |seen| Answer { settles: true, ..answer(3, "", Some(9), seen, &[("result", Some("booked"), None)]) };
        let two = [undated(1, "A", "booked"), undated(2, "A", "refused"), settled(2)];
        let held = |answers: &[Answer]| {
            let held = |(day, of): (NaiveDate, Vec<&Answer>)| (day, merge(&of).value("result").map(str::to_string));
            by_day(answers).into_iter().map(held).collect::<Vec<_>>()
        };
        let booked = || Some("booked".to_string());
        assert_eq!(held(&two), [(day(9), booked())]);
        // Another copy gives the day.
        let dated = answer(4, "A", Some(6), 0, &[("note", Some("周末"), None)]);
        assert_eq!(held(&[&two[..], &[dated]].concat()), [(day(6), booked())]);
        // One of the two was given that day: there it stays, and the other one goes alone.
        let given = answer(2, "B", Some(9), 0, &[("result", Some("refused"), None)]);
        let dated = answer(4, "A", Some(6), 0, &[("note", Some("周末"), None)]);
        let one = [undated(1, "A", "interested"), given, settled(2), dated];
        assert_eq!(held(&one), [(day(6), Some("interested".to_string())), (day(9), booked())]);
    }

    /// What two to four colleagues type into copies of one workbook, and in which order the copies come back.
    fn copies() -> impl Strategy<Value = (Vec<Vec<(usize, u8)>>, Vec<usize>)> {
        let copy = proptest::collection::vec((0..3usize, 0..3u8), 0..4);
        proptest::collection::vec(copy, 2..5)
            .prop_flat_map(|copies| (Just(copies.clone()), Just((0..copies.len()).collect::<Vec<_>>()).prop_shuffle()))
    }

    const FIELDS: [&str; 3] = ["note", "product", "result"];

    /// The answers of copies that come back in an order; the same twice brings nothing.
    fn returned(copies: &[Vec<(usize, u8)>], order: &[usize]) -> Vec<Answer> {
        let mut all: Vec<Answer> = Vec::new();
        for place in order.iter().chain(order) {
            let mut cells: BTreeMap<&str, String> = BTreeMap::new();
            for (field, value) in &copies[*place] {
                cells.insert(FIELDS[*field], format!("v{value}"));
            }
            let cells = cells.iter().map(|(field, value)| typed(field, Some(value), None)).collect();
            let values = news(&all, "X", Some(day(9)), cells);
            if !values.is_empty() {
                all.push(Answer { values, ..answer(all.len() as i64 + 1, "X", Some(9), 0, &[]) });
            }
        }
        all
    }

    /// Fields that hold, and those in conflict with all that is said of them.
    type State = (BTreeMap<String, String>, BTreeMap<String, BTreeSet<Option<String>>>);

    /// State and conflicts, without the numbers of the answers, which tell the order.
    fn state(answers: &[Answer]) -> State {
        let merged = merged(answers);
        let conflicts = merged.conflicts.into_iter();
        (merged.values, conflicts.map(|c| (c.field, c.choices.into_iter().map(|(v, _)| v).collect())).collect())
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter_and_nothing_typed_is_lost((copies, order) in copies()) {
            let straight: Vec<usize> = (0..copies.len()).collect();
            let (values, conflicts) = state(&returned(&copies, &order));
            prop_assert_eq!((values.clone(), conflicts.clone()), state(&returned(&copies, &straight)));
            // The last value of a cell in each copy is what was typed into it.
            for copy in &copies {
                let typed: BTreeMap<usize, u8> = copy.iter().copied().collect();
                for (field, value) in typed {
                    let (field, value) = (FIELDS[field], format!("v{value}"));
                    let listed = conflicts.get(field).is_some_and(|all| all.contains(&Some(value.clone())));
                    prop_assert!(values.get(field) == Some(&value) || listed, "{} {}", field, value);
                }
            }
        }

        #[test]
        fn copies_made_one_after_the_other_never_quarrel(typed in proptest::collection::vec(0..4u8, 1..6)) {
            // Each copy shows what the last one said.
            let mut all: Vec<Answer> = Vec::new();
            let mut shown: Option<String> = None;
            for (round, value) in typed.iter().enumerate() {
                let value = (*value > 0).then(|| format!("v{value}"));
                if value == shown {
                    continue;
                }
                let id = all.len() as i64 + 1;
                let cells = [("opinion", value.as_deref(), shown.as_deref())];
                all.push(answer(id, &format!("X{round}"), None, id - 1, &cells));
                shown = value;
                let now = merged(&all);
                prop_assert!(now.conflicts.is_empty());
                prop_assert_eq!(now.value("opinion"), shown.as_deref());
            }
        }
    }
}
