//! One person's history, or one employer's, on one page.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::contact::follow_up;
use crate::app::contact::needs;
use crate::app::contact::owners;
use crate::app::contact::stopped::stopped;
use crate::app::directory::Directory;
use crate::app::employers::employer_named;
use crate::app::error::AppError;
use crate::app::reveal;
use crate::app::visit::{answers, rank};
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::appointments::Appointment;
use crate::engagement::contact::followup::Heard;
pub use crate::engagement::contact::history::Candidate;
use crate::engagement::contact::history::{
    AppointmentTold, ContactTold, EmployerHistory, OfClient, PersonHistory, TaskState, TaskTold, VisitTold,
};
use crate::engagement::contact::opportunities::{self, Opportunity, Talked};
use crate::engagement::contact::relations::{self, Relation};
use crate::facts::employee::employee_facts;
use crate::facts::history::{self, TaskIssued};
use crate::facts::pay::payday_retention;
use crate::model::status::NeedKind;
use crate::model::{EmployeeId, EmployerId};
use crate::rules::contact::followup::Due;
use crate::store::contacts::{Feedback, StoredContact};

/// So many rows of each kind are told unless all are asked for.
const MOST: usize = 24;
/// More than any list has.
const ALL: usize = i32::MAX as usize;

/// How many rows of each kind are told, and how many more there are.
struct Told {
    most: usize,
    more: BTreeMap<&'static str, i64>,
}

impl Told {
    fn new(all: bool) -> Told {
        Told { most: if all { ALL } else { MOST }, more: BTreeMap::new() }
    }

    /// The first of a list.
    fn first<T>(&mut self, kind: &'static str, mut list: Vec<T>) -> Vec<T> {
        if list.len() > self.most {
            self.more.insert(kind, (list.len() - self.most) as i64);
            list.truncate(self.most);
        }
        list
    }
}

/// Whom a text means.
#[derive(Debug)]
pub enum Meant {
    /// Of this employer.
    Person(EmployeeId, EmployerId),
    Employer(EmployerId),
    /// Nobody, or several: all of them.
    Unclear(Vec<Candidate>),
}

/// Whom a text means: `P000123`, `E00045`, a number of the bank's, a name, the last digits of a phone.
///
/// # Errors
/// The store cannot be read.
pub fn meant(workspace: &Workspace, text: &str) -> Result<Meant, AppError> {
    let text = text.trim();
    if let Ok(id) = text.parse::<EmployeeId>() {
        let known = workspace.store.canonical_employee(id)?;
        let of = known.map(|id| workspace.store.employer_of_person(id)).transpose()?.flatten();
        return Ok(known.zip(of).map_or(Meant::Unclear(Vec::new()), |(id, of)| Meant::Person(id, of)));
    }
    let employer = match employer_named(workspace, text) {
        Ok(id) => Some(id),
        Err(AppError::UnknownEmployer { .. } | AppError::SeveralEmployers { .. }) => None,
        Err(error) => return Err(error),
    };
    let people = workspace.store.people_called(text)?;
    match (employer, &people[..]) {
        (Some(id), []) => return Ok(Meant::Employer(id)),
        (None, [only]) => {
            if let Some(of) = workspace.store.employer_of_person(*only)? {
                return Ok(Meant::Person(*only, of));
            }
        }
        _ => {}
    }
    let employers = workspace.store.employers()?;
    let fitting =
        employers.iter().filter(|(id, name)| Some(*id) == employer || (employer.is_none() && name.contains(text)));
    let mut candidates: Vec<Candidate> = fitting
        .map(|(id, name)| Candidate { id: id.to_string(), kind: "employer", name: name.clone(), employer: None })
        .collect();
    for id in people {
        let of = workspace.store.employer_of_person(id)?;
        let employer = of.and_then(|of| employers.iter().find(|(id, _)| *id == of)).map(|(_, name)| name.clone());
        candidates.push(Candidate { id: id.to_string(), kind: "employee", name: shown_name(workspace, id)?, employer });
    }
    Ok(Meant::Unclear(candidates))
}

/// Everything on one page about a person; of long lists the first rows, unless `all` are asked for.
///
/// # Errors
/// The store cannot be read, or facts not be brought up to date.
pub fn person(
    workspace: &mut Workspace,
    who: EmployeeId,
    employer: EmployerId,
    all: bool,
) -> Result<PersonHistory, AppError> {
    workspace.refresh_facts()?;
    let mut told = Told::new(all);
    let (store, today, products) = (&workspace.store, workspace.today, &workspace.products);
    let directory = Directory::load(workspace)?;
    let contacts = told.first("contacts", history::contacts(store, who, today, ALL)?);
    let open = follow_up::appointments(workspace, &store.contacts(today, Some(who))?).remove(&who).unwrap_or_default();
    let feedback = store.feedback(today)?;
    let issued = told.first("tasks", history::tasks(store, who, today, ALL)?);
    let tasks = issued.into_iter().map(|task| task_told(workspace, task, &feedback, who, &open));
    let needs = needs::told(workspace, &store.needs(today)?, |n| n.employee_id == Some(who))?;
    Ok(PersonHistory {
        id: who,
        kind: "employee",
        name: shown_name(workspace, who)?,
        employer_id: employer,
        employer: directory.names().employer(employer),
        owner: owner(workspace, who, &directory)?,
        watched: needs.iter().any(|n| n.kind == NeedKind::Watch && n.state != TaskState::Done),
        stopped: stopped(workspace, &BTreeSet::from([who]), store.contacts(today, Some(who))?)?
            .get(&who)
            .map(|b| b.key()),
        relations: relations_of(workspace, who, &store.contacts(today, Some(who))?)?,
        holdings: told.first("holdings", history::holdings(store, products, who, today, ALL)?),
        changes: history::change(store, products, who)?,
        paydays: told.first("paydays", history::paydays(store, who, today, ALL)?),
        contacts,
        opportunities: opportunities(workspace, &store.contacts(today, Some(who))?)?,
        needs,
        appointments: open.iter().map(|a| appointment_told(a, who)).collect(),
        visits: told.first("visits", visits(workspace, employer)?),
        tasks: tasks.collect(),
        more: told.more,
    })
}

/// What has become of a task of a client with whom `open` was agreed upon.
fn task_told(
    workspace: &Workspace,
    task: TaskIssued,
    feedback: &BTreeMap<String, Feedback>,
    who: EmployeeId,
    open: &[Appointment],
) -> TaskTold {
    let (rules, workdays, today) = (&workspace.rules.followup.rules, &workspace.workdays, workspace.today);
    let heard = feedback.get(&task.task_id).map(|f| Heard { on: f.on, result: f.result, due: f.due });
    // As the lists of the day have it; what a complaint leaves to be done is not put off by a contact.
    let put_off = || match rules.get(&task.rule) {
        Some(rule) if rule.after.is_some() => None,
        Some(rule) => heard?.deadline(workdays, rule),
        None => heard?.due,
    };
    let agreed = open.iter().find(|a| a.task_id(who) == task.task_id).map(|a| a.next);
    let due = agreed.or_else(put_off).unwrap_or(task.deadline);
    let state = match TaskState::of(heard.is_some_and(|f| f.due.is_none()), due, today) {
        TaskState::Done => TaskState::Done,
        _ if task.lapsed.is_some() => TaskState::Lapsed,
        state => state,
    };
    TaskTold { task_id: task.task_id, rule: task.rule, issued: task.issued, due, channel: task.channel, state }
}

fn appointment_told(of: &Appointment, who: EmployeeId) -> AppointmentTold {
    AppointmentTold {
        task_id: of.task_id(who),
        agreed_on: of.agreed_on,
        next: of.next,
        channel: of.channel,
        product: of.product.clone(),
    }
}

/// 账户, 契约, 情感; none where no list tells of the person.
fn relations_of(workspace: &Workspace, who: EmployeeId, contacts: &[StoredContact]) -> Result<Vec<Relation>, AppError> {
    let contacts: Vec<_> = contacts.iter().map(|c| (c.date, c.result)).collect();
    let days = workspace.rules.contacts.relations.personal_days;
    let mut told = Vec::new();
    employee_facts::each_of(&workspace.store, [who], |facts| {
        let known = relations::Known {
            held: facts.products,
            covered: facts.covered,
            paid: facts.last_paid,
            contacts: &contacts,
        };
        told = relations::relations(known, &workspace.products, days, workspace.today);
    })?;
    Ok(told)
}

/// What may be sold to one person, whose contacts are given by day. What the lists show since the first contact about a
/// product, and did not show before, was bought.
///
/// # Errors
/// The store cannot be read.
pub(in crate::app) fn opportunities(
    workspace: &Workspace,
    contacts: &[StoredContact],
) -> Result<Vec<Opportunity>, AppError> {
    let talked: Vec<Talked> = contacts
        .iter()
        .map(|c| Talked {
            on: c.date,
            result: c.result,
            product: c.deal_product.clone().or_else(|| c.wanted_product.clone()),
            amount: c.amount,
            next: c.next_contact,
        })
        .collect();
    let Some(who) = contacts.first().map(|c| c.employee_id).filter(|_| talked.iter().any(|t| t.product.is_some()))
    else {
        return Ok(Vec::new());
    };
    let lists = history::holdings(&workspace.store, &workspace.products, who, workspace.today, MOST)?;
    Ok(opportunities::of(who, &talked, |product, since, until| {
        let has = |list: &history::HoldingOn| list.products.iter().any(|p| p == product);
        let before = lists.iter().find(|list| list.as_of < since);
        let within = |list: &&history::HoldingOn| list.as_of >= since && until.is_none_or(|until| list.as_of < until);
        lists.iter().filter(within).any(has) && !before.is_some_and(has)
    }))
}

/// Everything on one page about an employer; of long lists the first rows, unless `all` are asked for.
///
/// # Errors
/// Nobody has the number, the store cannot be read, or facts not be brought up to date.
pub fn employer(workspace: &mut Workspace, id: EmployerId, all: bool) -> Result<EmployerHistory, AppError> {
    workspace.refresh_facts()?;
    let mut told = Told::new(all);
    let unknown = || AppError::UnknownEmployer { text: id.to_string() };
    let profile = rank::profiles(workspace)?.into_iter().find(|p| p.employer_id == id).ok_or_else(unknown)?;
    let directory = Directory::load(workspace)?;
    let retention = payday_retention::by_employer(&workspace.store)?;
    let Clients { contacts, appointments, opportunities, task_states, tasks } = clients(workspace, id, &mut told)?;
    Ok(EmployerHistory {
        id,
        kind: "employer",
        name: profile.name.clone(),
        owner: directory.colleague(owners::owners_with(workspace, [&profile])?.of_employer(id)),
        paydays: told.first("paydays", history::employer_paydays(&workspace.store, id, workspace.today, ALL)?),
        retention: retention.into_iter().filter(|r| r.employer_id == id).collect(),
        needs: needs::told(workspace, &workspace.store.needs(workspace.today)?, |n| n.employer_id == Some(id))?,
        visits: told.first("visits", visits(workspace, id)?),
        contacts,
        appointments,
        opportunities,
        task_states,
        tasks,
        profile,
        more: told.more,
    })
}

/// What is told of an employer's people.
struct Clients {
    contacts: Vec<OfClient<ContactTold>>,
    appointments: Vec<OfClient<AppointmentTold>>,
    opportunities: Vec<OfClient<Opportunity>>,
    task_states: BTreeMap<TaskState, i64>,
    tasks: Vec<OfClient<TaskTold>>,
}

fn clients(workspace: &Workspace, employer: EmployerId, told: &mut Told) -> Result<Clients, AppError> {
    let (store, today, rules) = (&workspace.store, workspace.today, &workspace.rules.followup.rules);
    let people = employee_facts::of_employer(store, employer)?;
    let mut made: Vec<StoredContact> = store.contacts(today, None)?;
    made.retain(|contact| people.contains(&contact.employee_id));
    let latest: Vec<_> = made.iter().rev().map(|c| (c.employee_id, c.contact_id)).collect();
    let latest = told.first("contacts", latest).into_iter().collect::<BTreeSet<_>>();
    made.sort_by_key(|contact| contact.employee_id);
    let agreed = follow_up::appointments(workspace, &made);
    let feedback = store.feedback(today)?;
    let (mut contacts, mut appointments, mut sales) = (Vec::new(), Vec::new(), Vec::new());
    let (mut task_states, mut tasks): (BTreeMap<TaskState, i64>, Vec<_>) = (BTreeMap::new(), Vec::new());
    for person in made.chunk_by(|a, b| a.employee_id == b.employee_id) {
        let who = person[0].employee_id;
        if latest.iter().any(|(id, _)| *id == who) {
            let of = history::contacts(store, who, today, ALL)?;
            contacts.extend(of.into_iter().filter(|c| latest.contains(&(who, c.contact_id))).map(|c| (who, c)));
        }
        sales.extend(opportunities(workspace, person)?.into_iter().filter(|o| o.stage.is_open()).map(|o| (who, o)));
    }
    for who in people {
        let open = agreed.get(&who).map(Vec::as_slice).unwrap_or_default();
        appointments.extend(open.iter().map(|a| (who, appointment_told(a, who))));
        for issued in history::tasks(store, who, today, ALL)? {
            let task = task_told(workspace, issued, &feedback, who, open);
            *task_states.entry(task.state).or_default() += 1;
            // What was to be done before a day that has come is missed for good.
            let passes = rules.get(&task.rule).is_some_and(|rule| matches!(rule.due, Due::Before { .. }));
            if task.state == TaskState::Open || (task.state == TaskState::Missed && !passes) {
                tasks.push((who, task));
            }
        }
    }
    contacts.sort_by_key(|(who, c)| (std::cmp::Reverse((c.on, c.contact_id)), *who));
    appointments.sort_by_key(|(who, a)| (a.next, *who));
    sales.sort_by_key(|(who, o)| (o.next.is_none(), o.next, o.since, *who));
    tasks.sort_by_key(|(who, t)| (t.due, *who));
    Ok(Clients {
        contacts: named(workspace, contacts)?,
        appointments: named(workspace, told.first("appointments", appointments))?,
        opportunities: named(workspace, told.first("opportunities", sales))?,
        task_states,
        tasks: named(workspace, told.first("tasks", tasks))?,
    })
}

/// A list with the names of those it tells of.
fn named<T>(workspace: &Workspace, list: Vec<(EmployeeId, T)>) -> Result<Vec<OfClient<T>>, AppError> {
    let all = list.into_iter();
    all.map(|(id, told)| Ok(OfClient { employee_id: id, name: shown_name(workspace, id)?, told })).collect()
}

/// Who is in charge of the person; where we know nobody, whom the lists name.
fn owner(workspace: &Workspace, who: EmployeeId, directory: &Directory) -> Result<Option<String>, AppError> {
    if let Some(owner) = owners::owner_of(workspace, &owners::owners(workspace)?, who)? {
        return Ok(directory.colleague(Some(owner)));
    }
    let mut own = None;
    employee_facts::each_of(&workspace.store, [who], |facts| own = facts.rm)?;
    Ok(own)
}

fn visits(workspace: &Workspace, employer: EmployerId) -> Result<Vec<VisitTold>, AppError> {
    let of = workspace.store.visits(workspace.today)?.into_iter().filter(|v| v.employer_id == employer);
    let mut parts = answers::parts_told(workspace)?;
    let mut told: Vec<VisitTold> = of
        .map(|v| VisitTold {
            visit_id: v.visit_id,
            on: v.date,
            status: v.status,
            told: parts.remove(&v.visit_id).unwrap_or_default(),
        })
        .collect();
    told.sort_by_key(|v| std::cmp::Reverse((v.on, v.visit_id)));
    Ok(told)
}

/// The name as the terminal may show it; the number where it may not.
pub(in crate::app) fn shown_name(workspace: &Workspace, who: EmployeeId) -> Result<String, AppError> {
    let levels = workspace.rules.masking.of("terminal");
    let shown = reveal::show(workspace.store.person(who)?.as_ref(), &levels).name;
    Ok(if shown.is_empty() { who.to_string() } else { shown })
}
