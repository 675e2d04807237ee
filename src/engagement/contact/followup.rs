//! Who contacts whom, why, with what, by when: rules that fired → tasks, and who is blocked by what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::engagement::contact::appointments::{self, Appointment};
use crate::engagement::contact::contact_policy::{self, Block, PastContact};
use crate::engagement::contact::history::TaskState;
use crate::engagement::contact::owners::Owners;
use crate::engagement::contact::reminder;
use crate::engagement::contact::task_id::task_id;
use crate::facts::EmployerProfile;
use crate::facts::employee::employee_facts::EmployeeFacts;
use crate::model::days::period::{days_after, is_within};
use crate::model::days::workdays::Workdays;
use crate::model::money::split_exactly;
use crate::model::status::{Channel, RateKind};
use crate::model::text::shared::{SharedText, Texts};
use crate::model::{BasisPoints, EmployeeId, EmployerId, Param, Products, Reason, StaffId};
use crate::rules::Rules;
use crate::rules::contact::followup::{Before, Due, FollowupRule};

mod episode;
pub(crate) mod errands;
mod in_force;
mod labels;
mod told;

use errands::Position;

use episode::{episode, paydays_around, unsettled};
pub use in_force::{in_force, settings};
use labels::{Label, condition_reason};
pub use told::{Blocked, Earlier, EndedTask, Heard};

/// A colleague's share in what an employee brings; all shares of a task sum to 10,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditShare {
    pub staff_id: StaffId,
    pub basis_points: BasisPoints,
}

/// One contact to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub task_id: String,
    pub employee_id: EmployeeId,
    pub employer_id: EmployerId,
    /// 主维护人; `None` when the sheets name nobody we know.
    pub owner: Option<StaffId>,
    pub credit: Vec<CreditShare>,
    pub rule: SharedText,
    pub product: Option<SharedText>,
    pub script: SharedText,
    pub channel: Channel,
    /// By when, from the rule.
    pub due: NaiveDate,
    /// Not to be dated earlier: a hint before payday is none a month ahead.
    #[serde(default)]
    pub not_before: Option<NaiveDate>,
    /// The working day it is dated on, within what a day holds; `None` until there is room.
    pub on: Option<NaiveDate>,
    /// The day agreed upon with the client: nothing but the client moves it.
    #[serde(default)]
    pub appointment: Option<NaiveDate>,
    pub reasons: Vec<Reason>,
    /// Makes the task the same one in later runs.
    pub episode: String,
    pub priority: i64,
    /// Marketing is bound by consent and caps, service is not.
    pub marketing: bool,
    /// It stays on the list until it is done, however late.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must: bool,
    /// `open`, or `missed` when its own deadline, or the day agreed upon, has passed.
    #[serde(default)]
    pub state: TaskState,
}

/// What follow-up is decided from.
#[derive(Debug, Clone, Copy)]
pub struct FollowupInput<'a> {
    pub rules: &'a Rules,
    pub products: &'a Products,
    pub workdays: &'a Workdays,
    pub today: NaiveDate,
    pub employers: &'a BTreeMap<EmployerId, EmployerProfile>,
    /// Contacts made, and those dated on earlier days, per employee, with their tasks.
    pub past: &'a BTreeMap<EmployeeId, Vec<(String, PastContact)>>,
    /// Tasks issued on earlier days by id: one whose rule and episode still hold stays open as it was.
    pub earlier: &'a BTreeMap<String, Earlier>,
    /// What contacts left of tasks, by id.
    pub feedback: &'a BTreeMap<String, Heard>,
    /// What was agreed upon with clients and has not come about, per employee, by day.
    pub appointments: &'a BTreeMap<EmployeeId, Vec<Appointment>>,
    /// Who is in charge of clients and employers.
    pub owners: &'a Owners,
    /// Colleagues with their outlets and positions, by number: of them those are chosen who are in charge by their position.
    pub positions: &'a [Position],
    /// Texts that tasks share.
    pub texts: &'a Texts,
}

/// A rule made ready: what its tasks share.
#[derive(Debug)]
struct Ready<'r> {
    key: SharedText,
    rule: &'r FollowupRule,
    script: SharedText,
    products: Vec<SharedText>,
    /// Of each condition the label, and the one for a rate by month ends.
    labels: Vec<(Label, Option<Label>)>,
}

impl<'r> Ready<'r> {
    fn of(key: &str, rule: &'r FollowupRule, texts: &Texts) -> Ready<'r> {
        let label = |text: &String| Label::of(texts.of(text));
        Ready {
            key: texts.of(key),
            rule,
            script: texts.of(&rule.script),
            products: rule.products.iter().map(|p| texts.of(p)).collect(),
            labels: rule.when.iter().map(|c| (label(&c.label), c.period_label.as_ref().map(label))).collect(),
        }
    }
}

/// Decides person by person, in the order of their numbers.
#[derive(Debug)]
pub struct Decider<'a> {
    input: FollowupInput<'a>,
    rules: BTreeMap<&'a str, Ready<'a>>,
    tasks: Vec<Task>,
    blocked: Vec<Blocked>,
    put_off: BTreeSet<String>,
}

impl<'a> Decider<'a> {
    pub fn new(input: FollowupInput<'a>) -> Decider<'a> {
        let rules = input.rules.followup.rules.iter();
        let rules = rules.map(|(key, rule)| (key.as_str(), Ready::of(key, rule, input.texts))).collect();
        Decider { input, rules, tasks: Vec::new(), blocked: Vec::new(), put_off: BTreeSet::new() }
    }

    /// Takes in a person for whom the conditions of these rules hold.
    pub fn person<'r>(&mut self, person: &EmployeeFacts, fired: impl IntoIterator<Item = &'r str>) {
        let mut fired: Vec<&Ready> = fired.into_iter().filter_map(|key| self.rules.get(key)).collect();
        fired.sort_by_key(|ready| (std::cmp::Reverse(ready.rule.priority), ready.key.as_str()));
        let before = self.tasks.len();
        let wanted = decide_person(&self.input, person, &self.rules, &fired, &mut self.tasks, &mut self.blocked);
        let given = |id: &String| self.tasks[before..].iter().any(|task| task.task_id == *id);
        self.put_off.extend(wanted.into_iter().filter(|id| self.input.earlier.contains_key(id) && !given(id)));
    }

    /// Tasks of the day, most urgent first, who is blocked, and the numbers of tasks of earlier days whose reason holds but
    /// which something more urgent, or a cap, puts off.
    pub fn finish(self) -> (Vec<Task>, Vec<Blocked>, BTreeSet<String>) {
        let Decider { mut tasks, blocked, put_off, .. } = self;
        // No two are the same: a task's number ends every tie.
        tasks.sort_unstable_by(|a, b| {
            (b.priority, a.due, a.employee_id, &a.task_id).cmp(&(a.priority, b.due, b.employee_id, &b.task_id))
        });
        (tasks, blocked, put_off)
    }
}

/// The person's best rules up to the limit: a task of an earlier day goes on, another one is new. Returns the tasks there
/// is a reason for.
fn decide_person(
    input: &FollowupInput,
    person: &EmployeeFacts,
    all: &BTreeMap<&str, Ready>,
    rules: &[&Ready],
    tasks: &mut Vec<Task>,
    blocked: &mut Vec<Blocked>,
) -> Vec<String> {
    let appointments = input.appointments.get(&person.employee_id).map_or(&[][..], Vec::as_slice);
    let agreed: Vec<String> = appointments.iter().map(|a| a.task_id(person.employee_id)).collect();
    let candidates: Vec<(&Ready, String, String)> = rules
        .iter()
        .filter_map(|ready| {
            let episode = episode(input, &ready.key, ready.rule, person)?;
            let (id, episode) = unsettled(input, ready, person, episode)?;
            (!agreed.contains(&id)).then_some((*ready, id, episode))
        })
        .collect();
    // What is still open has not been a contact yet.
    let open = |id: &str| candidates.iter().any(|(_, c, _)| c == id);
    let dated = input.past.get(&person.employee_id).map_or(&[][..], Vec::as_slice);
    let made = |contact: &PastContact| contact.result.is_some();
    // A task that has gone before its day came has not led to one either.
    let come = |contact: &PastContact| contact.on <= input.today;
    let counted = dated.iter().filter(|(id, contact)| made(contact) || (come(contact) && !open(id)));
    let mut past: Vec<PastContact> = counted.map(|(_, contact)| *contact).collect();
    let owner = owner(input, person);
    let mut given = 0;
    let mut first_block = None;
    tasks.extend(all.values().filter_map(|ready| errand(input, person, ready, &past, owner)));
    for (appointment, id) in appointments.iter().zip(&agreed) {
        let Some(mut task) = promised(input, person, all, appointment) else { continue };
        let service = (task.channel, false);
        match contact_policy::permitted(&input.rules.contact_policy, person, &past, service, input.today) {
            Ok(()) => {
                (task.task_id, task.owner) = (id.clone(), owner);
                task.credit = credit(input, owner, person);
                task.reasons.extend(also(rules.iter().filter(|r| r.key != task.rule).map(|r| r.rule)));
                // What is agreed upon counts among what a client is asked.
                past.push(PastContact::dated(appointment.next.max(input.today), task.channel));
                given += 1;
                tasks.push(task);
            }
            Err(block) => {
                first_block.get_or_insert((blocked_by(person, task.rule, block, owner), block.passes()));
            }
        }
    }
    for (ready, id, episode) in &candidates {
        let rule = ready.rule;
        let others = || rules.iter().filter(|other| other.key != ready.key).map(|other| other.rule);
        if given >= input.rules.followup.limit.per_person {
            break;
        }
        let policy = &input.rules.contact_policy;
        // The caps hold on the day it is to be done, which a contact may have left ahead.
        let day = input.feedback.get(id).and_then(|heard| heard.due).map_or(input.today, |due| due.max(input.today));
        let allowed = |t: &&Earlier| contact_policy::may_go_on(policy, person, &past, (t.channel, t.marketing), day);
        if let Some(task) = input.earlier.get(id).filter(allowed) {
            given += 1;
            let mut task = go_on(input, person, ready, *task);
            (task.task_id, task.episode) = (id.clone(), episode.clone());
            date_anew(input, rule, &mut task);
            task.reasons.extend(also(others()));
            tasks.push(task);
            continue;
        }
        let employer = input.employers.get(&person.employer_id);
        let complaint = rule.marketing && employer.is_some_and(|e| e.open_complaint);
        let channel = if complaint {
            Err(Block::Complaint)
        } else {
            contact_policy::channel(policy, person, rule.marketing, &past, day)
        };
        match channel {
            Ok(channel) => {
                given += 1;
                // By another channel it is the same task still, to be done by the same day.
                let mut task = match input.earlier.get(id) {
                    Some(earlier) => go_on(input, person, ready, Earlier { channel, ..*earlier }),
                    None => task(input, person, ready, channel, None),
                };
                (task.task_id, task.episode, task.owner) = (id.clone(), episode.clone(), owner);
                task.credit = credit(input, owner, person);
                date_anew(input, rule, &mut task);
                task.reasons.extend(also(others()));
                tasks.push(task);
            }
            Err(block) => {
                first_block.get_or_insert((blocked_by(person, ready.key.clone(), block, owner), block.passes()));
            }
        }
    }
    if given == 0
        && let Some((mut block, passes)) = first_block
    {
        block.rules = rules.iter().map(|ready| ready.key.clone()).collect();
        let marketing = all.get(block.rule.as_str()).is_none_or(|ready| ready.rule.marketing);
        block.next_permitted = passes.then(|| next_permitted(input, person, marketing, &past)).flatten();
        blocked.push(block);
    }
    candidates.into_iter().map(|(_, id, _)| id).collect()
}

/// The first day on which somebody may be contacted, as far ahead as tasks are dated.
fn next_permitted(
    input: &FollowupInput,
    person: &EmployeeFacts,
    marketing: bool,
    past: &[PastContact],
) -> Option<NaiveDate> {
    let policy = &input.rules.contact_policy;
    if marketing && input.employers.get(&person.employer_id).is_some_and(|e| e.open_complaint) {
        return None;
    }
    let days = (1..=input.rules.worklist.horizon.permitted_days).map(|ahead| days_after(input.today, ahead));
    days.into_iter().find(|day| contact_policy::channel(policy, person, marketing, past, *day).is_ok())
}

fn blocked_by(person: &EmployeeFacts, rule: SharedText, block: Block, owner: Option<StaffId>) -> Blocked {
    Blocked {
        employee_id: person.employee_id,
        employer_id: person.employer_id,
        rule,
        by: block.key(),
        owner,
        rules: Vec::new(),
        next_permitted: None,
    }
}

/// The task that comes of what was said in a contact; no condition and no bound on contacts concerns it.
fn errand(
    input: &FollowupInput,
    person: &EmployeeFacts,
    ready: &Ready,
    past: &[PastContact],
    owner: Option<StaffId>,
) -> Option<Task> {
    let contact = errands::latest(ready.rule, past)?;
    let channel = ready.rule.channel.or(contact.channel).unwrap_or(Channel::Meeting);
    let mut task = task(input, person, ready, channel, None);
    task.episode = contact.on.to_string();
    task.task_id = task_id(ready.key.as_str(), person.employee_id, &task.episode);
    // Told that it is done with: what is stopped ends by itself.
    if input.feedback.get(&task.task_id).is_some_and(|heard| heard.due.is_none()) {
        return None;
    }
    if let Due::Workdays { workdays } = &ready.rule.due {
        task.due = input.workdays.add(contact.on, *workdays).unwrap_or(task.due);
    }
    task.owner = errands::in_charge(input.positions, ready.rule, person.outlet.as_deref()).or(owner);
    task.credit = credit(input, task.owner, person);
    task.must = true;
    task.reasons.insert(0, Reason::new(format!("errand_{}", ready.key)).date("date", contact.on));
    Some(task)
}

/// The task that keeps an appointment: its day, product and channel are those agreed upon.
fn promised(
    input: &FollowupInput,
    person: &EmployeeFacts,
    rules: &BTreeMap<&str, Ready>,
    appointment: &Appointment,
) -> Option<Task> {
    let general = rules.get(appointments::RULE);
    let ready = appointment.task.as_ref().and_then(|(_, rule)| rules.get(rule.as_str())).or(general)?;
    let channel = appointment
        .channel
        .or_else(|| contact_policy::suitable(&input.rules.contact_policy, person).first().copied())?;
    let known = appointment.product.as_ref().filter(|product| input.products.by_key(product).is_some());
    let mut task = task(input, person, ready, channel, known.map(|product| input.texts.of(product)));
    let missed = appointment.next < input.today;
    // What is no product of ours is told in words.
    let about = appointment.product.as_ref().filter(|_| known.is_none());
    let key = match (missed, about) {
        (false, None) => "appointment",
        (false, Some(_)) => "appointment_about",
        (true, None) => "appointment_missed",
        (true, Some(_)) => "appointment_missed_about",
    };
    let reason = Reason::new(key).date("agreed_on", appointment.agreed_on).date("next", appointment.next);
    let reason = about.into_iter().fold(reason, |reason, product| reason.text("product", product));
    task.reasons.insert(0, reason);
    task.priority = task.priority.max(general.map_or(task.priority, |general| general.rule.priority));
    task.episode = appointment.agreed_on.to_string();
    (task.due, task.not_before) = (appointment.next, Some(appointment.next));
    task.appointment = Some(appointment.next);
    Some(task)
}

/// The task of a rule, about the product `agreed` upon or the one the rule offers. What needs a risk test is not offered
/// without one; what was agreed upon begins with it.
fn task(
    input: &FollowupInput,
    person: &EmployeeFacts,
    ready: &Ready,
    channel: Channel,
    agreed: Option<SharedText>,
) -> Task {
    let rule = ready.rule;
    let by_period = person.retention_basis.kind() == Some(RateKind::Period);
    let labels = ready.labels.iter().map(|(label, period)| period.as_ref().filter(|_| by_period).unwrap_or(label));
    let labels = labels.filter(|label| !label.text.is_empty());
    let mut reasons = Vec::with_capacity(ready.labels.len() + 1);
    reasons.extend(labels.map(|label| condition_reason(&ready.key, label, rule, person)));
    let (not_before, due) = due(input, rule, person);
    let risk = &input.rules.followup.risk_test;
    let mut product = agreed.clone().or_else(|| product(input, person, &ready.products));
    let mut script = ready.script.clone();
    let tested = person.risk_until.is_some_and(|d| d >= input.today);
    if !tested && product.as_ref().is_some_and(|p| risk.products.iter().any(|r| *p == r.as_str())) {
        reasons.push(Reason::new("risk_test_first"));
        product = agreed;
        script = input.texts.of(&risk.script);
    }
    if product.is_some() && is_elder(input, person) {
        reasons.push(Reason::new("elder_care").count("age", i64::from(input.rules.followup.elder.age)));
    }
    Task {
        task_id: String::new(),
        employee_id: person.employee_id,
        employer_id: person.employer_id,
        owner: None,
        credit: Vec::new(),
        rule: ready.key.clone(),
        product,
        script,
        channel,
        due,
        not_before,
        on: None,
        appointment: None,
        reasons,
        episode: String::new(),
        priority: rule.priority,
        marketing: rule.marketing,
        must: false,
        state: TaskState::Open,
    }
}

/// A contact left a next date for the task.
fn date_anew(input: &FollowupInput, rule: &FollowupRule, task: &mut Task) {
    let heard = input.feedback.get(&task.task_id);
    if let Some((heard, by)) = heard.and_then(|heard| Some((heard, heard.deadline(input.workdays, rule)?))) {
        (task.not_before, task.due) = (heard.due, by);
    }
}

/// The other rules that fired, in one reason.
fn also<'r>(rules: impl Iterator<Item = &'r FollowupRule>) -> Option<Reason> {
    let labels: Vec<Param> = rules.map(|r| Param::Text(r.label.clone())).collect();
    (!labels.is_empty()).then(|| Reason::new("also_fired").with("rules", Param::List(labels)))
}

/// The first of the rule's products that is offered today, that the person does not hold and that is not above their risk level.
fn product(input: &FollowupInput, person: &EmployeeFacts, offered: &[SharedText]) -> Option<SharedText> {
    let suits = |key: &str| {
        input.rules.products.products.get(key).is_none_or(|p| {
            is_within(input.today, p.from, p.until)
                && person.risk_level.zip(p.risk).is_none_or(|(level, least)| level >= least)
        })
    };
    let free = |key: &str| input.products.by_key(key).is_some_and(|p| !person.products.has(p.number));
    offered.iter().find(|key| free(key) && suits(key)).cloned()
}

fn is_elder(input: &FollowupInput, person: &EmployeeFacts) -> bool {
    person.birth.and_then(|b| input.today.years_since(b)).is_some_and(|age| age >= input.rules.followup.elder.age)
}

/// A task of an earlier day with what is known today; its deadline and channel stay.
fn go_on(input: &FollowupInput, person: &EmployeeFacts, ready: &Ready, earlier: Earlier) -> Task {
    let today = task(input, person, ready, earlier.channel, None);
    let owner = owner(input, person);
    Task {
        due: if ready.rule.due.is_before_payday() { today.due } else { earlier.due },
        owner,
        credit: credit(input, owner, person),
        ..today
    }
}

fn owner(input: &FollowupInput, person: &EmployeeFacts) -> Option<StaffId> {
    input.owners.of(person.rm.as_deref(), person.employer_id)
}

/// The employee's own manager, and the employer's as assistant when that is somebody else.
fn credit(input: &FollowupInput, owner: Option<StaffId>, person: &EmployeeFacts) -> Vec<CreditShare> {
    let Some(owner) = owner else { return Vec::new() };
    let assistant = input.owners.of_employer(person.employer_id).filter(|a| *a != owner);
    let rules = &input.rules.followup.credit;
    let weights = if assistant.is_some() { vec![rules.main, rules.assistant] } else { vec![1] };
    let shares = split_exactly(BasisPoints::WHOLE.0, &weights);
    std::iter::once(owner)
        .chain(assistant)
        .zip(shares)
        .map(|(staff_id, bp)| CreditShare { staff_id, basis_points: BasisPoints(bp) })
        .collect()
}

/// Not before, and by when.
fn due(input: &FollowupInput, rule: &FollowupRule, person: &EmployeeFacts) -> (Option<NaiveDate>, NaiveDate) {
    let workday = |d: NaiveDate| input.workdays.on_or_before(d).unwrap_or(d);
    match &rule.due {
        Due::Workdays { workdays } => {
            let due = input.workdays.add(input.today, *workdays);
            (None, due.unwrap_or_else(|| days_after(input.today, *workdays)))
        }
        Due::Before { before: Before::DueDate, days } => {
            let last = person.due_date.map_or(input.today, |d| workday(days_after(d, -days)));
            (None, last.max(input.today))
        }
        Due::Before { before: Before::Payday, days } => match paydays_around(input, person).ahead {
            Some(payday) => {
                let first = workday(days_after(payday, -days));
                (Some(first), reminder::last_day(input.workdays, payday))
            }
            None => (None, input.today),
        },
    }
}

#[cfg(test)]
mod tests;
