//! How a person may be contacted: consent, refusal, caps. Refusal is absolute; an unknown consent counts as none.

use chrono::NaiveDate;

use crate::facts::employee::employee_facts::EmployeeFacts;
use crate::model::Fen;
use crate::model::days::period::{days_after, is_within};
use crate::model::status::{Channel, Consent, ContactResult, Level};
use crate::rules::contact::contact_policy::{ContactPolicy, Stops, Until};

/// A contact that has been made or dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastContact {
    pub on: NaiveDate,
    /// `None`: nobody wrote it down; it counts among all, and a refusal for every channel.
    pub channel: Option<Channel>,
    /// What came of it; `None` for one that is only dated.
    pub result: Option<ContactResult>,
    /// Whether the person was disturbed by it.
    pub counts: bool,
    /// The day from which on what its result stops goes on again ([`lift`]); `None`: as yet nothing has ended the stop.
    pub lifted: Option<NaiveDate>,
}

impl PastContact {
    /// A contact that is dated but of which nothing is known yet.
    pub fn dated(on: NaiveDate, channel: Channel) -> PastContact {
        PastContact { on, channel: Some(channel), result: None, counts: true, lifted: None }
    }
}

/// Why nobody may contact the person on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// 拒绝营销 in every suitable channel.
    Refused,
    /// 待取得同意.
    ConsentMissing,
    /// 无需求静默期.
    Resting,
    /// 触达上限, by contacts that were made.
    CapReached,
    /// The caps would be reached if the contacts dated on earlier days were made, of which nothing has been told.
    ResultMissing,
    /// 单位有未结投诉: nothing is sold until it is closed.
    Complaint,
    /// 空号: the number is to be mended first.
    WrongNumber,
    /// Another result that stops contacts (`contact_policy.toml`).
    Stopped,
    /// 客户有未结投诉.
    ClientComplaint,
    /// 已离职, and no later list has the person.
    Left,
}

impl Block {
    /// Whether it may pass by itself as days go by.
    pub fn passes(self) -> bool {
        matches!(
            self,
            Block::Resting | Block::CapReached | Block::ResultMissing | Block::ClientComplaint | Block::Stopped
        )
    }

    /// Key of the word for it.
    pub fn key(self) -> &'static str {
        match self {
            Block::Refused => "refused",
            Block::ConsentMissing => "consent_missing",
            Block::Resting => "resting",
            Block::CapReached => "cap_reached",
            Block::ResultMissing => "result_missing",
            Block::Complaint => "open_complaint",
            Block::WrongNumber => "wrong_number",
            Block::Stopped => "stopped",
            Block::ClientComplaint => "client_complaint",
            Block::Left => "left",
        }
    }
}

/// Channels that suit the person, best first.
pub fn suitable(policy: &ContactPolicy, person: &EmployeeFacts) -> Vec<Channel> {
    if person.level == Some(Level::Executive) {
        return policy.channel_by_aum.executive.clone();
    }
    let aum = person.aum_month_avg.or(person.aum).unwrap_or(Fen::ZERO);
    let tier = policy.channel_by_aum.tiers.iter().find(|t| aum >= Fen::yuan(t.aum_yuan));
    tier.map(|t| t.channels.clone()).unwrap_or_default()
}

/// The best channel for a contact on `day`, or why there is none.
pub fn channel(
    policy: &ContactPolicy,
    person: &EmployeeFacts,
    marketing: bool,
    past: &[PastContact],
    day: NaiveDate,
) -> Result<Channel, Block> {
    let mut blocks = Vec::new();
    for channel in suitable(policy, person) {
        match permitted(policy, person, past, (channel, marketing), day) {
            Err(block) => blocks.push(block),
            Ok(()) if marketing && is_resting(policy, past, day) => blocks.push(Block::Resting),
            Ok(()) if marketing && !within_caps(policy, past, channel, day) => {
                blocks.push(capped(policy, past, channel, day));
            }
            Ok(()) => return Ok(channel),
        }
    }
    // What can be changed soonest is what is told: a cap passes, a consent can be asked for.
    Err(blocks.into_iter().max().unwrap_or(Block::ConsentMissing))
}

/// Whether it is contacts that were made that fill the caps, or some of which nothing is known.
fn capped(policy: &ContactPolicy, past: &[PastContact], channel: Channel, day: NaiveDate) -> Block {
    let made: Vec<PastContact> = past.iter().filter(|p| p.result.is_some()).copied().collect();
    if within_caps(policy, &made, channel, day) { Block::ResultMissing } else { Block::CapReached }
}

/// Marketing needs a given consent, told by a sheet or signed; service only the absence of a refusal, told by a sheet or in
/// a contact. What was refused stays refused.
///
/// # Errors
/// What forbids the channel.
pub fn consent(
    policy: &ContactPolicy,
    person: &EmployeeFacts,
    past: &[PastContact],
    channel: Channel,
    marketing: bool,
) -> Result<(), Block> {
    let refusal = |p: &PastContact| {
        p.result == Some(ContactResult::Refused) && p.channel.is_none_or(|refused| refused == channel)
    };
    if past.iter().any(refusal) {
        return Err(Block::Refused);
    }
    let said = match channel {
        Channel::Sms => person.consent_sms,
        Channel::Phone => person.consent_phone,
        Channel::Wecom => person.consent_wecom,
        Channel::Meeting => None,
    };
    let signed = past.iter().any(|p| p.result == Some(ContactResult::Consented) && p.channel == Some(channel));
    match said {
        Some(Consent::Refused) => Err(Block::Refused),
        None if marketing && !signed && policy.consent.channels.contains(&channel) => Err(Block::ConsentMissing),
        _ => Ok(()),
    }
}

/// Whether a task of an earlier day may still be carried out.
pub fn may_go_on(
    policy: &ContactPolicy,
    person: &EmployeeFacts,
    past: &[PastContact],
    (channel, marketing): (Channel, bool),
    day: NaiveDate,
) -> bool {
    permitted(policy, person, past, (channel, marketing), day).is_ok()
        && !(marketing && (is_resting(policy, past, day) || !within_caps(policy, past, channel, day)))
}

/// Whether neither what came of earlier contacts nor a missing consent forbids the channel on `day`.
///
/// # Errors
/// What forbids it.
pub fn permitted(
    policy: &ContactPolicy,
    person: &EmployeeFacts,
    past: &[PastContact],
    (channel, marketing): (Channel, bool),
    day: NaiveDate,
) -> Result<(), Block> {
    match stop(policy, person, past, (channel, marketing), day) {
        Some(block) => Err(block),
        None => consent(policy, person, past, channel, marketing),
    }
}

/// What an earlier result stops of a channel on `day`.
fn stop(
    policy: &ContactPolicy,
    person: &EmployeeFacts,
    past: &[PastContact],
    (channel, marketing): (Channel, bool),
    day: NaiveDate,
) -> Option<Block> {
    let stopping = past.iter().filter(|p| p.on <= day).filter_map(|p| {
        let result = p.result?;
        let rule = policy.after.get(&result)?;
        let concerns =
            (rule.stops == Stops::All || marketing) && (rule.channels.is_empty() || rule.channels.contains(&channel));
        let ended = p.lifted.is_some_and(|lifted| lifted <= day)
            || (rule.until == Until::List && person.as_of > days_after(p.on, rule.days));
        (concerns && !ended).then_some(match result {
            ContactResult::Left => Block::Left,
            ContactResult::WrongNumber => Block::WrongNumber,
            ContactResult::Complaint => Block::ClientComplaint,
            _ => Block::Stopped,
        })
    });
    stopping.max()
}

/// Says of each of a person's contacts when what it stopped goes on again, as far as later contacts tell: a complaint was
/// settled, somebody was reached under a number that was wrong. `mended`: contacts whose wrong number is another one now.
pub fn lift(policy: &ContactPolicy, contacts: &mut [PastContact], mended: impl Fn(usize) -> bool) {
    let known = contacts.to_vec();
    for (place, contact) in contacts.iter_mut().enumerate() {
        let Some(rule) = contact.result.and_then(|result| policy.after.get(&result)) else { continue };
        let later = |fits: &dyn Fn(&PastContact) -> bool| {
            known.iter().filter(|p| p.on >= contact.on && fits(p)).map(|p| p.on).min()
        };
        let ended = match rule.until {
            Until::List => None,
            Until::Settled => later(&|p| p.result == Some(ContactResult::Settled)),
            Until::Number if mended(place) => Some(contact.on),
            Until::Number => {
                let reached = |p: &PastContact| {
                    p.channel.is_some_and(|c| rule.channels.contains(&c))
                        && p.counts
                        && p.result.is_some_and(|r| r != ContactResult::NoAnswer)
                };
                later(&|p| p.on > contact.on && reached(p))
            }
        };
        contact.lifted = ended.map(|day| days_after(day, rule.days));
    }
}

/// Whether the person said not long ago that nothing is needed.
pub fn is_resting(policy: &ContactPolicy, past: &[PastContact], day: NaiveDate) -> bool {
    let rest = &policy.rest;
    let since = |p: &&PastContact| p.result == Some(ContactResult::NoNeed) && p.on <= day;
    past.iter().filter(since).any(|p| (day - p.on).num_days() < rest.no_need_days)
}

/// What somebody has said or become stops offers to him by one channel at least; missing consents and caps do not count.
pub fn stopped(policy: &ContactPolicy, person: &EmployeeFacts, past: &[PastContact], day: NaiveDate) -> Option<Block> {
    let by = |channel: &Channel| permitted(policy, person, past, (*channel, true), day).err();
    let said = Channel::ALL.iter().filter_map(by).filter(|block| *block != Block::ConsentMissing).max();
    said.or_else(|| is_resting(policy, past, day).then_some(Block::Resting))
}

/// Whether one more contact on `day` keeps every sliding window.
pub fn within_caps(policy: &ContactPolicy, past: &[PastContact], channel: Channel, day: NaiveDate) -> bool {
    let fits = |key: &str, counted: &dyn Fn(&PastContact) -> bool| {
        policy.caps.get(key).is_none_or(|cap| {
            cap.windows.iter().filter(|w| is_within(day, w.from, w.until)).all(|w| {
                let near = past.iter().filter(|p| p.counts && counted(p) && (day - p.on).num_days().abs() < w.days);
                (near.count() as i64) < w.most
            })
        })
    };
    fits(channel.key(), &|p| p.channel == Some(channel)) && fits("all", &|_| true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engagement::fixtures::date;
    use crate::engagement::fixtures::employee;
    use crate::model::days::period::days_after;
    use crate::rules::Rules;
    use crate::rules::contact::contact_policy::Window;

    fn policy() -> ContactPolicy {
        Rules::load(None).unwrap().contact_policy
    }

    fn choose(person: &EmployeeFacts, marketing: bool) -> Result<Channel, Block> {
        channel(&policy(), person, marketing, &[], date("2026-03-18"))
    }

    #[test]
    fn the_channel_follows_the_money() {
        let with = |yuan: i64| EmployeeFacts {
            aum: Some(Fen::yuan(yuan)),
            aum_month_avg: None,
            consent_phone: Some(Consent::Given),
            consent_wecom: Some(Consent::Given),
            ..employee(1)
        };
        assert_eq!(choose(&with(9_999), true), Ok(Channel::Wecom));
        assert_eq!(choose(&with(10_000), true), Ok(Channel::Phone));
        assert_eq!(choose(&with(200_000), true), Ok(Channel::Meeting));
    }

    #[test]
    fn without_consent_nothing_is_sold_but_service_goes_on() {
        let silent = EmployeeFacts { aum: Some(Fen::yuan(20_000)), aum_month_avg: None, ..employee(1) };
        assert_eq!(choose(&silent, true), Err(Block::ConsentMissing));
        assert_eq!(choose(&silent, false), Ok(Channel::Phone));
        let refused = EmployeeFacts {
            consent_phone: Some(Consent::Refused),
            consent_wecom: Some(Consent::Refused),
            consent_sms: Some(Consent::Refused),
            ..silent
        };
        assert_eq!(choose(&refused, true), Err(Block::Refused));
        assert_eq!(choose(&refused, false), Err(Block::Refused));
    }

    #[test]
    fn what_was_said_in_a_contact_counts() {
        let person = EmployeeFacts {
            aum: Some(Fen::yuan(20_000)),
            aum_month_avg: None,
            consent_phone: Some(Consent::Given),
            consent_wecom: Some(Consent::Given),
            ..employee(1)
        };
        let said = |on: &str, channel, result| PastContact {
            on: date(on),
            channel,
            result: Some(result),
            counts: true,
            lifted: None,
        };
        let on_the_18th =
            |past: &[PastContact], marketing| channel(&policy(), &person, marketing, past, date("2026-03-18"));
        // Refused by phone: for good, and only by phone.
        let refused = [said("2025-06-01", Some(Channel::Phone), ContactResult::Refused)];
        assert_eq!(on_the_18th(&refused, true), Ok(Channel::Wecom));
        let refused = [said("2025-06-01", None, ContactResult::Refused)];
        assert_eq!(on_the_18th(&refused, true), Err(Block::Refused));
        assert_eq!(on_the_18th(&refused, false), Err(Block::Refused));
        let signed = |on| said(on, Some(Channel::Phone), ContactResult::Consented);
        let silent = EmployeeFacts { consent_phone: None, ..employee(1) };
        let phone = |past: &[PastContact]| consent(&policy(), &silent, past, Channel::Phone, true);
        assert_eq!(phone(&[]), Err(Block::ConsentMissing));
        assert_eq!(phone(&[signed("2026-03-17")]), Ok(()));
        // What was signed for calls is none for messages, and takes back no refusal.
        assert_eq!(
            consent(&policy(), &silent, &[signed("2026-03-17")], Channel::Sms, true),
            Err(Block::ConsentMissing)
        );
        assert_eq!(phone(&[refused[0], signed("2026-03-17")]), Err(Block::Refused));
        // Nothing needed: thirty days of rest from selling, in every channel; the day after they are over.
        let no_need = |on| [said(on, Some(Channel::Phone), ContactResult::NoNeed)];
        assert_eq!(on_the_18th(&no_need("2026-02-17"), true), Err(Block::Resting));
        assert_eq!(on_the_18th(&no_need("2026-02-17"), false), Ok(Channel::Phone));
        assert_eq!(on_the_18th(&no_need("2026-02-16"), true), Ok(Channel::Phone));
        // What disturbed nobody fills no cap.
        let unheard =
            PastContact { counts: false, ..said("2026-03-16", Some(Channel::Phone), ContactResult::NoAnswer) };
        assert_eq!(on_the_18th(&[unheard], true), Ok(Channel::Phone));
        assert_eq!(on_the_18th(&[PastContact { counts: true, ..unheard }], true), Ok(Channel::Wecom));
    }

    #[test]
    fn a_contact_nobody_told_of_is_not_called_one_that_was_made() {
        let person = EmployeeFacts {
            aum: Some(Fen::yuan(20_000)),
            aum_month_avg: None,
            consent_phone: Some(Consent::Given),
            ..employee(1)
        };
        let dated = PastContact::dated(date("2026-03-16"), Channel::Phone);
        let made = PastContact { result: Some(ContactResult::NoAnswer), ..dated };
        let on = |day: &str, past: &[PastContact]| channel(&policy(), &person, true, past, date(day));
        // One call in seven days: on the 22nd the one of the 16th still counts, on the 23rd no more.
        assert_eq!(on("2026-03-22", &[dated]), Err(Block::ResultMissing));
        assert_eq!(on("2026-03-22", &[made]), Err(Block::CapReached));
        assert_eq!(on("2026-03-22", &[made, dated]), Err(Block::CapReached));
        assert_eq!(on("2026-03-23", &[made, dated]), Ok(Channel::Phone));
    }

    /// What a call on the 18th of March comes to after these contacts.
    fn after(contacts: &[(&str, Option<Channel>, ContactResult)], mended: bool, list: &str) -> Result<Channel, Block> {
        let person = EmployeeFacts {
            aum: Some(Fen::yuan(20_000)),
            aum_month_avg: None,
            consent_phone: Some(Consent::Given),
            consent_wecom: Some(Consent::Given),
            as_of: date(list),
            ..employee(1)
        };
        let mut past: Vec<PastContact> = contacts
            .iter()
            .map(|(on, channel, result)| PastContact {
                on: date(on),
                channel: *channel,
                result: Some(*result),
                counts: false,
                lifted: None,
            })
            .collect();
        lift(&policy(), &mut past, |_| mended);
        channel(&policy(), &person, false, &past, date("2026-03-18"))
    }

    #[test]
    fn nobody_calls_those_who_have_left_until_a_later_list_has_them() {
        let left = [("2026-03-10", Some(Channel::Phone), ContactResult::Left)];
        assert_eq!(after(&left, false, "2026-02-28"), Err(Block::Left));
        // A list of that very day may have been made before the call.
        assert_eq!(after(&left, false, "2026-03-10"), Err(Block::Left));
        assert_eq!(after(&left, false, "2026-03-11"), Ok(Channel::Phone));
    }

    #[test]
    fn a_wrong_number_is_not_called_again_before_it_is_mended() {
        let wrong = ("2026-03-10", Some(Channel::Phone), ContactResult::WrongNumber);
        assert_eq!(after(&[wrong], false, "2026-02-28"), Ok(Channel::Wecom));
        assert_eq!(after(&[wrong], true, "2026-02-28"), Ok(Channel::Phone));
        // Reached by phone a day later after all, though not by WeCom.
        let reached = |channel| PastContact {
            on: date("2026-03-11"),
            channel: Some(channel),
            result: Some(ContactResult::Reached),
            counts: true,
            lifted: None,
        };
        let lifted = |later: PastContact| {
            let (on, channel, result) = wrong;
            let first = PastContact { on: date(on), channel, result: Some(result), counts: false, lifted: None };
            let mut past = [first, later];
            lift(&policy(), &mut past, |_| false);
            past[0].lifted
        };
        assert_eq!(lifted(reached(Channel::Phone)), Some(date("2026-03-11")));
        assert_eq!(lifted(reached(Channel::Wecom)), None);
    }

    #[test]
    fn a_complaint_stops_all_until_it_is_settled_and_thirty_days_have_gone() {
        let complaint = ("2026-01-10", Some(Channel::Phone), ContactResult::Complaint);
        assert_eq!(after(&[complaint], false, "2026-02-28"), Err(Block::ClientComplaint));
        let settled = |on| [complaint, (on, None, ContactResult::Settled)];
        // 30 days after the 17th of February are over on the 19th of March.
        assert_eq!(after(&settled("2026-02-17"), false, "2026-02-28"), Err(Block::ClientComplaint));
        assert_eq!(after(&settled("2026-02-16"), false, "2026-02-28"), Ok(Channel::Phone));
        // What was settled before was another one.
        assert_eq!(after(&settled("2026-01-09"), false, "2026-02-28"), Err(Block::ClientComplaint));
    }

    #[test]
    fn a_cap_with_dates_holds_between_them() {
        let mut policy = policy();
        let none = Window { days: 1, most: 0, from: Some(date("2026-02-16")), until: Some(date("2026-02-23")) };
        policy.caps.get_mut("phone").unwrap().windows.push(none);
        let may = |day: &str| within_caps(&policy, &[], Channel::Phone, date(day));
        assert_eq!(["2026-02-15", "2026-02-16", "2026-02-23", "2026-02-24"].map(may), [true, false, false, true]);
    }

    proptest! {
        #[test]
        fn no_window_is_ever_overrun(days in prop::collection::vec(0i64..60, 1..40)) {
            let policy = policy();
            let mut past: Vec<PastContact> = Vec::new();
            for offset in days {
                let on = days_after(date("2026-03-01"), offset);
                let near = |n: i64| past.iter().filter(|p| (on - p.on).num_days().abs() < n).count();
                // Refused only with a contact less than a week or three less than thirty days away.
                prop_assert_eq!(within_caps(&policy, &past, Channel::Phone, on), near(7) < 1 && near(30) < 3);
                if within_caps(&policy, &past, Channel::Phone, on) {
                    past.push(PastContact::dated(on, Channel::Phone));
                }
            }
            prop_assert!(!past.is_empty());
            for start in 0..60 {
                let from = days_after(date("2026-03-01"), start);
                let within = |n: i64| past.iter().filter(|p| (0..n).contains(&(p.on - from).num_days())).count();
                prop_assert!(within(7) <= 1);
                prop_assert!(within(30) <= 3);
            }
        }

        #[test]
        fn a_refused_channel_is_never_chosen(aum in 0i64..1_000_000, marketing: bool) {
            let person = EmployeeFacts {
                aum: Some(Fen::yuan(aum)),
                aum_month_avg: None,
                consent_phone: Some(Consent::Refused),
                consent_sms: Some(Consent::Given),
                consent_wecom: Some(Consent::Refused),
                ..employee(1)
            };
            let chosen = choose(&person, marketing);
            // From 200,000 yuan a meeting comes first, which needs no consent.
            prop_assert_eq!(chosen, Ok(if aum >= 200_000 { Channel::Meeting } else { Channel::Sms }));
        }
    }
}
