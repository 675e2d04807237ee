//! What people have signed of how they may be contacted (签到暨营销授权登记表), by channel.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::engagement::contact::answers::merge;
use crate::engagement::contact::contact_policy::PastContact;
use crate::engagement::visit::planned::VisitPart;
use crate::model::EmployeeId;
use crate::model::returns::answer::{Answer, Subject};
use crate::model::status::{Channel, ContactResult};
use crate::store::Store;
use crate::store::answers::About;

/// Columns of the list that is signed, as in `workbooks.toml`.
const CONSENTS: [(&str, Channel); 3] =
    [("consent_phone", Channel::Phone), ("consent_sms", Channel::Sms), ("consent_wecom", Channel::Wecom)];
/// 不同意.
const NONE: &str = "consent_none";
const TICKED: &str = "ticked";
const CROSSED: &str = "crossed";
const ON: &str = "signed_on";

/// What was signed up to today, by person, as contacts that disturbed nobody.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn signed(
    store: &Store,
    today: NaiveDate,
) -> Result<BTreeMap<EmployeeId, Vec<PastContact>>, AppError> {
    let mut signed: BTreeMap<EmployeeId, Vec<PastContact>> = BTreeMap::new();
    for (subject, mut said) in store.answers_about(About::Visits)? {
        let Subject::Step(_, part) = &subject else { continue };
        said.retain(|answer| answer.told_on <= today);
        if let (VisitPart::Signer(_), Some(who)) = (VisitPart::of(part), said.iter().find_map(|a| a.employee)) {
            signed.entry(who).or_default().extend(of_one(&said, today));
        }
    }
    Ok(signed)
}

/// What the copies of one line say. A consent is one on which all agree, a refusal one that anybody tells.
fn of_one(said: &[Answer], today: NaiveDate) -> Vec<PastContact> {
    let merged = merge(&said.iter().collect::<Vec<_>>());
    let holds = |field: &str, value: &str| {
        let disputed = merged.conflicts.iter().filter(|c| c.field == field).flat_map(|c| &c.choices);
        (merged.value(field) == Some(value), disputed.into_iter().any(|(v, _)| v.as_deref() == Some(value)))
    };
    let told = said.iter().map(|a| a.told_on).min().unwrap_or(today);
    let on = merged.value(ON).and_then(|day| day.parse().ok()).unwrap_or(told);
    let contact = |channel, result| PastContact { on, channel, result: Some(result), counts: false, lifted: None };
    let mut list = Vec::new();
    if holds(NONE, TICKED) != (false, false) {
        list.push(contact(None, ContactResult::Refused));
    }
    for (field, channel) in CONSENTS {
        if holds(field, CROSSED) != (false, false) {
            list.push(contact(Some(channel), ContactResult::Refused));
        } else if holds(field, TICKED).0 {
            list.push(contact(Some(channel), ContactResult::Consented));
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::contact::answers::said;

    fn line(id: i64, values: &[(&str, &str)]) -> Answer {
        let told_on = NaiveDate::from_ymd_opt(2026, 3, 18).unwrap();
        Answer {
            answer_id: id,
            entry: (id, 1),
            export_id: Some("X1".into()),
            on: None,
            assumed: false,
            seen: 0,
            settles: false,
            employee: Some(EmployeeId(1)),
            author: String::new(),
            file: String::new(),
            sheet: None,
            told_on,
            recorded_at: String::new(),
            applied: false,
            values: values.iter().map(|(field, value)| said(field, *value)).collect(),
        }
    }

    fn shown(lines: &[Answer]) -> Vec<String> {
        let today = NaiveDate::from_ymd_opt(2026, 3, 20).unwrap();
        let word = |p: &PastContact| {
            format!("{} {} {}", p.on, p.channel.map_or("-", Channel::key), p.result.map_or("-", ContactResult::key))
        };
        of_one(lines, today).iter().map(word).collect()
    }

    #[test]
    fn each_tick_is_a_consent_and_the_last_column_refuses_all() {
        let ticks = [("consent_phone", "ticked"), ("consent_sms", "crossed"), ("signed_on", "2026-03-17")];
        assert_eq!(shown(&[line(1, &ticks)]), ["2026-03-17 phone consented", "2026-03-17 sms refused"]);
        assert_eq!(shown(&[line(1, &[("consent_none", "ticked")])]), ["2026-03-18 - refused"]);
        assert_eq!(shown(&[line(1, &[("signed_on", "2026-03-17")])]), Vec::<String>::new());
    }

    #[test]
    fn where_two_copies_differ_nobody_is_taken_to_have_agreed() {
        let copies = [line(1, &[("consent_wecom", "ticked")]), line(2, &[("consent_wecom", "crossed")])];
        assert_eq!(shown(&copies), ["2026-03-18 wecom refused"]);
    }
}
