//! Entries of a calendar (日历) in words.

use crate::engagement::visit::diary::{Entry, Part, Surety, is_offered};
use crate::engagement::visit::planned::{Step, Visit, time_of_day};
use crate::model::{Param, StaffId};
use crate::render::books::visit::context::{Places, role, team, where_at};
use crate::render::books::visit::part::step_name;
use crate::render::books::{Names, day};
use crate::render::calendar::{Event, Status, When};
use crate::render::words::Words;

/// What entries are told with.
#[derive(Debug, Clone, Copy)]
pub struct DiaryContext<'a> {
    pub names: Names<'a>,
    pub places: &'a Places,
    /// What tells the events of one workspace from those of another.
    pub workspace: &'a str,
    pub words: &'a Words,
}

/// The event of an entry. `own`: whose calendar it stands in; `None` for that of an outlet, whose events are others, so that
/// who is taken off a visit may have both.
pub fn event(entry: &Entry<'_>, own: Option<StaffId>, context: &DiaryContext<'_>) -> Event {
    let (visit, words) = (entry.visit, context.words);
    let title = summary(entry, context);
    let mut lines = vec![labelled(words, "visit_id", entry.visit_id.to_string())];
    match entry.step {
        Some(step) => lines.extend(of_step(visit, step, words)),
        None => lines.extend(of_day(entry, own, context)),
    }
    Event {
        uid: uid(entry, own, context.workspace),
        sequence: entry.sequence,
        when: when(entry),
        status: match entry.surety {
            Surety::Offered => Status::Tentative,
            Surety::Agreed => Status::Confirmed,
            Surety::Cancelled => Status::Cancelled,
        },
        summary: match entry.surety {
            // Some programs show a cancelled event as any other.
            Surety::Cancelled => words.fill("diary.cancelled", &[("title", Param::Text(title))]),
            _ => title,
        },
        description: lines.join("\n"),
        location: match entry.step {
            Some(_) => String::new(),
            None => where_at(visit, context.places).unwrap_or_default(),
        },
    }
}

fn uid(entry: &Entry<'_>, own: Option<StaffId>, workspace: &str) -> String {
    let whose = if own.is_some() { "" } else { "-team" };
    let part = match &entry.part {
        Part::Day(1) => String::new(),
        Part::Day(n) => format!("-{n}"),
        Part::Step(key) => format!("-step-{}", key.replace(':', "-")),
    };
    format!("{}{whose}{part}@{workspace}", entry.visit_id)
}

fn when(entry: &Entry<'_>) -> When {
    let (from, until) = (time_of_day(&entry.visit.start), time_of_day(&entry.visit.end));
    match (entry.step, from, until) {
        (None, Some(from), Some(until)) if from < until => When::Hours(entry.day, from, until),
        _ => When::Day(entry.day),
    }
}

fn summary(entry: &Entry<'_>, context: &DiaryContext<'_>) -> String {
    let (visit, words) = (entry.visit, context.words);
    let employer = ("employer", Param::Text(context.names.employer(visit.employer_id)));
    if let Some(step) = entry.step {
        let name = step_name(&step.step, step.channel.as_deref(), words);
        return words.fill("diary.step", &[("step", Param::Text(name)), employer]);
    }
    let key = match (&entry.part, is_offered(visit.status)) {
        (Part::Day(1), false) => "diary.visit",
        (Part::Day(1), true) => "diary.offered",
        _ => "diary.alternative",
    };
    words.fill(key, &[employer])
}

fn of_step(visit: &Visit, step: &Step, words: &Words) -> Vec<String> {
    let mut lines = vec![labelled(words, "date", day(words, visit.date))];
    let detail = format!("step_detail.{}", step.step);
    if words.has(&detail) {
        lines.push(words.get(&detail).to_string());
    }
    lines
}

fn of_day(entry: &Entry<'_>, own: Option<StaffId>, context: &DiaryContext<'_>) -> Vec<String> {
    let (visit, words) = (entry.visit, context.words);
    let mut lines = Vec::new();
    if entry.surety != Surety::Cancelled {
        lines.push(labelled(words, "status", words.word(visit.status.key()).to_string()));
    }
    if entry.surety == Surety::Offered {
        let offered: Vec<String> = [visit.date].iter().chain(&visit.alternatives).map(|d| day(words, *d)).collect();
        let offered = offered.join(words.get("common.list_separator"));
        lines.push(words.fill("diary.dates", &[("dates", Param::Text(offered))]));
    }
    let goes = visit.team_on(entry.day);
    if let Some(member) = goes.iter().find(|member| Some(member.staff_id) == own) {
        let params = [("role", Param::Text(role(words, member))), ("arrive", Param::Text(member.arrive.clone()))];
        lines.push(words.fill("diary.own", &params));
    }
    lines.push(team(words, &context.names, goes));
    lines
}

fn labelled(words: &Words, column: &str, text: String) -> String {
    let label = words.get(&format!("column.{column}")).to_string();
    words.fill("note.labelled", &[("label", Param::Text(label)), ("text", Param::Text(text))])
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::engagement::fixtures::{date, visit};
    use crate::engagement::visit::diary::{Reader, entries};
    use crate::model::EmployerId;
    use crate::model::status::VisitStatus;
    use crate::render::words::Lang;

    /// Events of a history in the calendar of 员工甲 or, without him, of his outlet.
    fn events(history: Vec<Visit>, own: Option<StaffId>) -> Vec<Event> {
        events_of(&[history], own)
    }

    /// The same of several visits.
    fn events_of(histories: &[Vec<Visit>], own: Option<StaffId>) -> Vec<Event> {
        let name = |id: i64, name: &str| (EmployerId(id), name.to_string());
        let employers = BTreeMap::from([name(1, "甲单位"), name(2, "乙单位")]);
        let person = |name: &str| (name.to_string(), "东网点".to_string());
        let staff = BTreeMap::from([(StaffId(1), person("员工甲")), (StaffId(2), person("员工乙"))]);
        let places = BTreeMap::from([(EmployerId(1), "临江路1号".to_string())]);
        let words = Words::load(Lang::ZhCn, None).unwrap();
        let names = Names { employers: &employers, staff: &staff };
        let context = DiaryContext { names, places: &places, workspace: "a1", words: &words };
        let people = BTreeSet::from([StaffId(1), StaffId(2)]);
        let reader = own.map_or(Reader::Outlet(&people), Reader::Colleague);
        let entries = entries(histories, reader, date("2026-03-02"));
        entries.iter().map(|entry| event(entry, own, &context)).collect()
    }

    #[test]
    fn an_offer_is_told_with_role_team_place_and_dates() {
        let offered = visit(7, 1, "2026-03-17", &[(1, "lead"), (2, "basic")]);
        let told = events(vec![offered.clone()], Some(StaffId(1)));
        let shown: Vec<(&str, &str)> = told.iter().map(|e| (e.uid.as_str(), e.summary.as_str())).collect();
        assert_eq!(shown, [("V0007@a1", "进企（待定） 甲单位"), ("V0007-2@a1", "进企备选 甲单位")]);
        assert_eq!((told[0].status, told[0].location.as_str()), (Status::Tentative, "临江路1号"));
        let (ten, noon) = (time_of_day("10:00").unwrap(), time_of_day("12:00").unwrap());
        assert_eq!(told[0].when, When::Hours(date("2026-03-17"), ten, noon));
        assert_eq!(
            told[0].description,
            "场次号：V0007\n状态：待预约\n已向单位报的日期：2026-03-17（周二）、2026-03-19（周四）\n\
             我的角色：现场负责人，09:15到场\n现场负责人：员工甲\n基础服务：员工乙"
        );
        let team = events(vec![offered], None);
        assert_eq!((team[0].uid.as_str(), team[1].uid.as_str()), ("V0007-team@a1", "V0007-team-2@a1"));
        assert!(!team[0].description.contains("我的角色"));
    }

    #[test]
    fn two_visits_of_one_day_stand_in_a_calendar_with_their_times() {
        let agreed = |id: i64, employer: i64, start: &str, end: &str| Visit {
            status: VisitStatus::Confirmed,
            alternatives: Vec::new(),
            start: start.into(),
            end: end.into(),
            ..visit(id, employer, "2026-03-17", &[(1, "lead")])
        };
        let histories = [vec![agreed(7, 1, "14:00", "16:00")], vec![agreed(8, 2, "09:30", "11:00")]];
        let at = |text: &str| time_of_day(text).unwrap();
        let day = date("2026-03-17");
        let expected = [
            ("进企 甲单位".to_string(), When::Hours(day, at("14:00"), at("16:00"))),
            ("进企 乙单位".to_string(), When::Hours(day, at("09:30"), at("11:00"))),
        ];
        for (own, uids) in [(Some(StaffId(1)), ["V0007@a1", "V0008@a1"]), (None, ["V0007-team@a1", "V0008-team@a1"])] {
            let told = events_of(&histories, own);
            assert_eq!(told.iter().map(|e| e.uid.as_str()).collect::<Vec<_>>(), uids);
            assert_eq!(told.into_iter().map(|e| (e.summary, e.when)).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_declined_visit_and_a_step_of_one_channel() {
        let mut offered = visit(7, 1, "2026-03-17", &[(1, "lead")]);
        offered.steps[0].step = "publicity".into();
        offered.steps[0].channel = Some("poster".into());
        offered.steps[0].owner = Some(StaffId(1));
        offered.steps[0].due = date("2026-03-09");
        let told = events(vec![offered.clone()], Some(StaffId(1)));
        assert_eq!(
            (told[0].uid.as_str(), told[0].when),
            ("V0007-step-publicity-poster@a1", When::Day(date("2026-03-09")))
        );
        assert!(told[0].summary.starts_with("宣传（") && told[0].summary.ends_with(" 甲单位"), "{}", told[0].summary);
        let declined = Visit { status: VisitStatus::Declined, ..offered.clone() };
        let told = events(vec![offered, declined], Some(StaffId(1)));
        assert_eq!(told.len(), 3);
        assert!(
            told.iter().all(|e| e.status == Status::Cancelled && e.sequence == 2 && e.summary.starts_with("【取消】"))
        );
        assert_eq!(told[1].summary, "【取消】进企（待定） 甲单位");
    }
}
