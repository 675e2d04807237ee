//! The named list of a visit (邀约名单): who is invited by name in the rounds before it, and why.

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engagement::contact::contact_policy::{self, Block, PastContact};
use crate::engagement::visit::pack::PackContext;
use crate::facts::employee::employee_facts::EmployeeFacts;
use crate::model::status::{Channel, ContactResult, Level};
use crate::model::{EmployeeId, Fen, Reason};
use crate::rules::Rules;

/// Answers to an invitation after which nobody asks again.
pub const ANSWERED: [&str; 2] = ["yes", COMES_NOT];
/// 不来.
const COMES_NOT: &str = "no";
/// Results of a contact that show an interest.
const INTERESTS: [ContactResult; 3] = [ContactResult::Interested, ContactResult::Considering, ContactResult::Booked];

/// Somebody of the employer who may be invited.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub person: &'a EmployeeFacts,
    /// Contacts made, by day, and what was signed.
    pub past: &'a [PastContact],
    /// What was answered to the invitation to this visit (`guest_answer.<key>`).
    pub answer: Option<&'a str>,
}

/// Somebody on the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Invited {
    pub employee_id: EmployeeId,
    pub level: Option<Level>,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
    /// Channels that suit the person and are allowed, best first; none: only in person.
    pub channels: Vec<Channel>,
    /// An executive, or somebody with much: invited by letter as well.
    pub by_letter: bool,
    /// What was answered, if that ends the rounds.
    pub answer: Option<String>,
}

/// Who is invited: executives, those with much, those with an interest, each by AUM; at most as many as the rules say. Who may
/// not be offered anything is left out. Who has answered keeps the place and is asked no more.
pub fn choose(rules: &Rules, candidates: &[Candidate<'_>], today: NaiveDate) -> Vec<Invited> {
    let mut list: Vec<_> =
        candidates.iter().filter_map(|c| Some((turn(rules, c)?, invited(rules, c, today)?))).collect();
    list.sort_by_key(|(turn, invited)| (invited.answer.is_none(), *turn));
    list.truncate(usize::try_from(rules.timeline.invitation.list_limit).unwrap_or_default());
    list.sort_by_key(|(turn, _)| *turn);
    list.into_iter().map(|(_, invited)| invited).collect()
}

/// The place in the order; `None`: nothing speaks for an invitation.
fn turn(rules: &Rules, candidate: &Candidate<'_>) -> Option<(usize, Reverse<Fen>, EmployeeId)> {
    let person = candidate.person;
    let class =
        [is_executive(person), is_affluent(rules, person), interest(candidate).is_some(), answer(candidate).is_some()];
    let class = class.iter().position(|holds| *holds)?;
    Some((class, Reverse(aum(person)), person.employee_id))
}

fn aum(person: &EmployeeFacts) -> Fen {
    person.aum.or(person.aum_month_avg).unwrap_or(Fen::ZERO)
}

fn is_executive(person: &EmployeeFacts) -> bool {
    person.level == Some(Level::Executive)
}

fn is_affluent(rules: &Rules, person: &EmployeeFacts) -> bool {
    aum(person) >= Fen::yuan(rules.timeline.invitation.affluent_yuan)
}

/// The latest contact in which something was said, if it shows an interest.
fn interest(candidate: &Candidate<'_>) -> Option<(NaiveDate, ContactResult)> {
    let says = |result: &ContactResult| result.reached() && *result != ContactResult::Consented;
    let told = candidate.past.iter().filter_map(|p| Some((p.on, p.result.filter(says)?)));
    told.max_by_key(|(on, _)| *on).filter(|(_, result)| INTERESTS.contains(result))
}

fn answer<'a>(candidate: &Candidate<'a>) -> Option<&'a str> {
    candidate.answer.filter(|answer| ANSWERED.contains(answer))
}

/// The person as invited; `None` where nothing may be offered.
fn invited(rules: &Rules, candidate: &Candidate<'_>, today: NaiveDate) -> Option<Invited> {
    let Candidate { person, past, .. } = *candidate;
    let policy = &rules.contact_policy;
    let permitted = |channel: Channel| contact_policy::permitted(policy, person, past, (channel, true), today);
    // In person nobody needs a consent: what stands against that stands against everything.
    if permitted(Channel::Meeting).is_err() || contact_policy::is_resting(policy, past, today) {
        return None;
    }
    let asked = &policy.consent.channels;
    if !asked.is_empty() && asked.iter().all(|channel| permitted(*channel) == Err(Block::Refused)) {
        return None;
    }
    let mut reasons = Vec::new();
    if is_executive(person) {
        reasons.push(Reason::new("invited_executive"));
    }
    let least = Fen::yuan(rules.timeline.invitation.affluent_yuan);
    if is_affluent(rules, person) {
        reasons.push(Reason::new("invited_affluent").money("least", least));
    }
    if let Some((on, result)) = interest(candidate) {
        reasons.push(Reason::new("invited_interest").date("on", on).word("result", format!("contact_result.{result}")));
    }
    if reasons.is_empty() {
        reasons.push(Reason::new("invited_before"));
    }
    Some(Invited {
        employee_id: person.employee_id,
        level: person.level,
        reasons,
        channels: contact_policy::suitable(policy, person).into_iter().filter(|c| permitted(*c).is_ok()).collect(),
        by_letter: is_executive(person) || is_affluent(rules, person),
        answer: answer(candidate).map(str::to_string),
    })
}

/// Somebody on the list, with the name as the pack may show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GuestView {
    pub employee_id: EmployeeId,
    pub name: String,
    pub level: Option<Level>,
    pub reasons: Vec<Reason>,
    pub channels: Vec<Channel>,
    /// Name of who is in charge of the client, or a line to write it on.
    pub owner: String,
    /// Who has answered is asked no more.
    pub answer: Option<String>,
    #[serde(skip)]
    pub by_letter: bool,
}

/// A line of the list that is signed, from 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignerView {
    pub number: i64,
    /// Nobody on an empty line.
    pub employee_id: Option<EmployeeId>,
    pub name: String,
}

/// Who is invited by name, and what is made for them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GuestsView {
    pub invited: Vec<GuestView>,
    /// Those of them who are invited by letter and have not declined.
    pub letters: Vec<GuestView>,
    /// The invited, others who signed, and empty lines up to the attendance expected.
    pub signers: Vec<SignerView>,
    /// The day of the last round; by it a letter is to be answered.
    pub reply_by: Option<NaiveDate>,
}

impl PackContext {
    /// The pack with its named list; `signed`: others who have signed, by number and name.
    #[must_use]
    pub fn with_guests(mut self, invited: Vec<GuestView>, signed: Vec<(EmployeeId, String)>) -> PackContext {
        let letters = invited.iter().filter(|g| g.by_letter && g.answer.as_deref() != Some(COMES_NOT));
        let letters = letters.cloned().collect();
        let known = invited.iter().map(|g| (g.employee_id, g.name.clone())).chain(signed);
        let mut signers: Vec<SignerView> =
            (1..).zip(known).map(|(number, (id, name))| SignerView { number, employee_id: Some(id), name }).collect();
        let empty = |number| SignerView { number, employee_id: None, name: String::new() };
        signers.extend((signers.len() as i64 + 1..=self.visit.attendance).map(empty));
        self.invitation.people = invited.len() as i64;
        let reply_by = self.invitation.rounds.iter().map(|r| r.due).max();
        self.guests = GuestsView { invited, letters, signers, reply_by };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::{date, employee};
    use crate::engagement::visit::pack::tests::sample;
    use crate::model::status::Consent;

    const TODAY: &str = "2026-03-16";

    fn person(id: i64, yuan: i64) -> EmployeeFacts {
        EmployeeFacts { aum: Some(Fen::yuan(yuan)), ..employee(id) }
    }

    fn executive(id: i64, yuan: i64) -> EmployeeFacts {
        EmployeeFacts { level: Some(Level::Executive), ..person(id, yuan) }
    }

    fn said(on: &str, result: ContactResult) -> PastContact {
        let (on, channel) = (date(on), Some(Channel::Phone));
        PastContact { on, channel, result: Some(result), counts: true, lifted: None }
    }

    fn chosen(candidates: &[Candidate<'_>]) -> Vec<Invited> {
        choose(&Rules::load(None).unwrap(), candidates, date(TODAY))
    }

    fn numbers(list: &[Invited]) -> Vec<i64> {
        list.iter().map(|i| i.employee_id.0).collect()
    }

    fn plain(person: &EmployeeFacts) -> Candidate<'_> {
        Candidate { person, past: &[], answer: None }
    }

    #[test]
    fn executives_come_first_then_money_then_interest() {
        let interested = [said("2026-03-12", ContactResult::Interested), said("2026-03-13", ContactResult::NoAnswer)];
        let over = [said("2026-01-05", ContactResult::Interested), said("2026-01-12", ContactResult::NoNeed)];
        let people = [
            person(1, 49_999),
            person(2, 50_000),
            executive(3, 100),
            person(4, 800_000),
            executive(5, 9_000),
            person(6, 10),
            person(7, 20),
        ];
        let mut all: Vec<Candidate<'_>> = people.iter().map(plain).collect();
        all[5].past = &interested;
        all[6].past = &over;
        let list = chosen(&all);
        // 5 and 3 lead the employer; 4 and 2 have 50,000 and more; 6 said so last; 1 and 7 are nothing of it.
        assert_eq!(numbers(&list), [5, 3, 4, 2, 6]);
        let why = |i: usize| list[i].reasons.iter().map(|r| r.rule.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (why(0), why(2), why(4)),
            (vec!["invited_executive".into()], vec!["invited_affluent".into()], vec!["invited_interest".into()])
        );
        assert_eq!(list.iter().map(|i| i.by_letter).collect::<Vec<_>>(), [true, true, true, true, false]);
    }

    #[test]
    fn the_list_has_thirty_places_and_who_has_answered_keeps_his() {
        let people: Vec<EmployeeFacts> = (1..=40).map(|id| person(id, 50_000 + id)).collect();
        let mut all: Vec<Candidate<'_>> = people.iter().map(plain).collect();
        // The thirty with most: 40 down to 11.
        assert_eq!(numbers(&chosen(&all)), (11..=40).rev().collect::<Vec<_>>());
        all[1].answer = Some("yes");
        all[2].answer = Some("unanswered");
        let list = chosen(&all);
        assert_eq!(numbers(&list), (12..=40).rev().chain([2]).collect::<Vec<_>>());
        assert_eq!(list[29].answer.as_deref(), Some("yes"));
        assert!(list[..29].iter().all(|i| i.answer.is_none()));
    }

    #[test]
    fn nobody_who_is_to_be_left_alone_is_on_it() {
        let rich = executive(1, 900_000);
        let refused = EmployeeFacts {
            consent_sms: Some(Consent::Refused),
            consent_phone: Some(Consent::Refused),
            consent_wecom: Some(Consent::Refused),
            ..rich.clone()
        };
        assert!(chosen(&[plain(&refused)]).is_empty());
        // Nobody wrote down by what channel: of all of them.
        let everywhere = [PastContact { channel: None, ..said("2026-01-05", ContactResult::Refused) }];
        let gone = [said("2026-03-16", ContactResult::Left)];
        let complaint = [said("2026-02-20", ContactResult::Complaint)];
        let rests = [said("2026-03-01", ContactResult::NoNeed)];
        for past in [&everywhere, &gone, &complaint, &rests] {
            assert!(chosen(&[Candidate { past, ..plain(&rich) }]).is_empty(), "{past:?}");
        }
        // Refused by phone alone, the others are not: in person, as executives are.
        let by_phone = [said("2026-01-05", ContactResult::Refused)];
        assert_eq!(chosen(&[Candidate { past: &by_phone, ..plain(&rich) }])[0].channels, [Channel::Meeting]);
    }

    #[test]
    fn the_channel_is_one_that_was_agreed_to() {
        let rich = EmployeeFacts { consent_phone: Some(Consent::Given), ..person(1, 60_000) };
        let silent = person(2, 60_000);
        let list = chosen(&[plain(&rich), plain(&silent)]);
        assert_eq!((&list[0].channels[..], &list[1].channels[..]), (&[Channel::Phone][..], &[][..]));
    }

    #[test]
    fn the_list_that_is_signed_has_a_line_for_everybody_expected() {
        let guest = |id: i64, by_letter: bool, answer: Option<&str>| GuestView {
            employee_id: EmployeeId(id),
            name: format!("客{id}"),
            level: None,
            reasons: Vec::new(),
            channels: Vec::new(),
            owner: String::new(),
            answer: answer.map(str::to_string),
            by_letter,
        };
        let invited = vec![guest(1, true, None), guest(2, true, Some("no")), guest(3, false, None)];
        let pack = sample(260, 2).with_guests(invited, vec![(EmployeeId(9), "客9".into())]);
        let guests = &pack.guests;
        assert_eq!((pack.invitation.people, guests.letters.len(), guests.letters[0].employee_id.0), (3, 1, 1));
        assert_eq!((pack.visit.attendance, guests.signers.len()), (78, 78));
        assert_eq!(guests.signers.iter().filter(|s| s.employee_id.is_none()).count(), 74);
        assert_eq!((guests.signers[3].name.as_str(), guests.signers[77].number), ("客9", 78));
        // The day before the visit of 17 March.
        assert_eq!(guests.reply_by, Some(date("2026-03-16")));
    }
}
