//! Days agreed upon with clients. An appointment is a promise: whoever made it keeps it, whatever the rules say by then.

use chrono::NaiveDate;

use crate::engagement::contact::task_id::task_id;
use crate::model::EmployeeId;
use crate::model::status::Channel;

/// Key of the rule under which an appointment without a task stands.
pub const RULE: &str = "appointment";

/// A contact as far as it may have left an appointment, or kept one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contacted {
    pub on: NaiveDate,
    /// Number of the task and key of its rule.
    pub task: Option<(String, String)>,
    /// The result ends the matter: no next day counts.
    pub closes: bool,
    pub next: Option<NaiveDate>,
    pub channel: Option<Channel>,
    /// Key of the product it was about, or its name as written.
    pub product: Option<String>,
}

/// A day agreed upon, of which nothing has been heard since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The task it came out of, and the key of its rule; `None`: a contact without a task.
    pub task: Option<(String, String)>,
    /// Day of the contact in which it was agreed upon.
    pub agreed_on: NaiveDate,
    pub next: NaiveDate,
    pub channel: Option<Channel>,
    /// Key of the product it is about, or its name as written.
    pub product: Option<String>,
}

impl Appointment {
    /// The task that keeps it: the one it came out of, or one of its own.
    pub fn task_id(&self, person: EmployeeId) -> String {
        let own = || task_id(RULE, person, &self.agreed_on.to_string());
        self.task.as_ref().map_or_else(own, |(id, _)| id.clone())
    }
}

/// What is still to be kept of one person's contacts, which are given in the order in which they were made; by day.
/// An appointment is over when its task has been told of again, or when there was any contact on its day or later.
pub fn open(person: EmployeeId, contacts: &[Contacted]) -> Vec<Appointment> {
    let mut open: Vec<Appointment> = Vec::new();
    for contact in contacts {
        let task = contact.task.as_ref().map(|(id, _)| id.as_str());
        let same = |a: &Appointment| match (&a.task, task) {
            (None, None) => true,
            (_, Some(told)) => a.task_id(person) == told,
            (Some(_), None) => false,
        };
        open.retain(|a| !same(a) && contact.on < a.next);
        if let Some(next) = contact.next.filter(|next| !contact.closes && *next > contact.on) {
            open.push(Appointment {
                task: contact.task.clone(),
                agreed_on: contact.on,
                next,
                channel: contact.channel,
                product: contact.product.clone(),
            });
        }
    }
    open.sort_by_key(|a| (a.next, a.agreed_on));
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagement::fixtures::date;

    fn contact(on: &str, task: Option<&str>, next: Option<&str>, closes: bool) -> Contacted {
        Contacted {
            on: date(on),
            task: task.map(|id| (id.to_string(), "bonus".to_string())),
            closes,
            next: next.map(date),
            channel: Some(Channel::Phone),
            product: None,
        }
    }

    /// The days still to be kept after these contacts.
    fn days(contacts: &[Contacted]) -> Vec<String> {
        open(EmployeeId(7), contacts).iter().map(|a| a.next.to_string()).collect()
    }

    #[test]
    fn a_day_is_kept_until_something_is_heard_of_it() {
        let agreed = contact("2026-03-02", Some("T1"), Some("2026-03-10"), false);
        assert_eq!(days(std::slice::from_ref(&agreed)), ["2026-03-10"]);
        // Put off: the later day holds. Told of another task before the day: it still stands.
        let put_off = contact("2026-03-05", Some("T1"), Some("2026-03-12"), false);
        assert_eq!(days(&[agreed.clone(), put_off]), ["2026-03-12"]);
        let other = contact("2026-03-05", Some("T2"), None, false);
        assert_eq!(days(&[agreed.clone(), other]), ["2026-03-10"]);
        // Settled, or somebody spoke with the client on the day, whatever it was put down under.
        assert_eq!(days(&[agreed.clone(), contact("2026-03-05", Some("T1"), None, true)]), [""; 0]);
        assert_eq!(days(&[agreed.clone(), contact("2026-03-10", None, None, false)]), [""; 0]);
        assert_eq!(days(&[agreed, contact("2026-03-09", None, None, false)]), ["2026-03-10"]);
        // What ends a matter agrees upon nothing.
        assert_eq!(days(&[contact("2026-03-02", Some("T1"), Some("2026-03-10"), true)]), [""; 0]);
    }

    #[test]
    fn an_appointment_without_a_task_ends_with_the_task_made_of_it() {
        let agreed = contact("2026-03-02", None, Some("2026-03-10"), false);
        let task = open(EmployeeId(7), std::slice::from_ref(&agreed))[0].task_id(EmployeeId(7));
        assert_eq!(days(&[agreed, contact("2026-03-06", Some(&task), None, true)]), [""; 0]);
    }
}
