//! What makes a firing of a rule the same task as one before, and when it is spoken of anew.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{FollowupInput, Heard, Ready};
use crate::engagement::contact::reminder::{self, PaydaysAround};
use crate::engagement::contact::task_id::task_id;
use crate::facts::employee::employee_facts::EmployeeFacts;
use crate::model::days::period::month_start;
use crate::model::status::ContactResult;
use crate::rules::contact::followup::{Episode, FollowupRule};

/// What makes a firing the same task again; `None`: a reminder that has no payday to stand before.
pub(super) fn episode(input: &FollowupInput, key: &str, rule: &FollowupRule, person: &EmployeeFacts) -> Option<String> {
    let text = |d: Option<NaiveDate>| d.map_or_else(|| "-".into(), |d| d.to_string());
    if rule.due.is_before_payday() {
        let paydays = paydays_around(input, person);
        // A day that was agreed upon in a contact outlives the payday; the reminder itself does not.
        let agreed = paydays.passed.map(|p| p.to_string()).filter(|p| {
            let id = task_id(key, person.employee_id, p);
            is_put_off(input.feedback, &id) && input.earlier.contains_key(&id)
        });
        if rule.episode == Episode::Payday {
            return agreed.or(paydays.ahead.map(|p| p.to_string()));
        }
        paydays.ahead?;
    }
    Some(match rule.episode {
        Episode::Payday => text(person.payday),
        Episode::Month => month_start(input.today).to_string(),
        Episode::State => "state".into(),
        Episode::DueDate => text(person.due_date),
        Episode::FirstPaid => text(person.first_paid),
        Episode::LastPaid => text(person.last_paid),
    })
}

/// The task of an episode and the episode itself; `None`: a contact has settled it. A state that lasts is spoken of anew
/// when the client said that nothing was needed and the rest after that is over, and when the contact did not come about
/// for a reason that passes (the policy says when).
pub(super) fn unsettled(
    input: &FollowupInput,
    ready: &Ready,
    person: &EmployeeFacts,
    first: String,
) -> Option<(String, String)> {
    let policy = &input.rules.contact_policy;
    let passes = |result: ContactResult, on: NaiveDate| match result {
        ContactResult::NoNeed => (input.today - on).num_days() >= policy.rest.no_need_days,
        // What was settled is the complaint, not the matter.
        ContactResult::Settled => true,
        result => policy.after.contains_key(&result),
    };
    let mut episode = first.clone();
    loop {
        let id = task_id(&ready.key, person.employee_id, &episode);
        match input.feedback.get(&id) {
            Some(Heard { result, on, due: None }) if ready.rule.episode == Episode::State && passes(*result, *on) => {
                episode = format!("{first}/{on}");
            }
            Some(Heard { due: None, .. }) => return None,
            _ => return Some((id, episode)),
        }
    }
}

/// Whether a contact left a next date for the task.
pub(super) fn is_put_off(feedback: &BTreeMap<String, Heard>, task: &str) -> bool {
    feedback.get(task).is_some_and(|heard| heard.due.is_some())
}

pub(super) fn paydays_around(input: &FollowupInput, person: &EmployeeFacts) -> PaydaysAround {
    let employer = input.employers.get(&person.employer_id);
    employer.map_or_else(PaydaysAround::default, |employer| {
        reminder::around(&input.rules.schedule, input.workdays, employer, person.payday, input.today)
    })
}
