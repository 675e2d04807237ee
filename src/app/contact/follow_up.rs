//! Who contacts whom today, why and with what.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::contact::owners;
use crate::app::contact::signed::signed;
use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::visit::rank;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::appointments::{self, Appointment, Contacted};
use crate::engagement::contact::contact_policy::{self, PastContact};
use crate::engagement::contact::followup::errands::Position;
use crate::engagement::contact::followup::{
    self, Blocked, Decider, Earlier, EndedTask, FollowupInput, Heard, Task, errands,
};
use crate::engagement::contact::history::TaskState;
use crate::engagement::contact::owners::Owners;
use crate::engagement::contact::unowned::{self, LargeClient, Unowned};
use crate::engagement::contact::worklist;
use crate::facts::EmployerProfile;
use crate::facts::condition::{self, Rule};
use crate::facts::employee::employee_facts;
use crate::model::days::period::{days_after, month_start};
use crate::model::status::Channel;
use crate::model::text::shared::Texts;
use crate::model::{EmployeeId, EmployerId, Fen, StaffId};
use crate::rules::contact::followup::{Due, FollowupRule};
use crate::store::StoreError;
use crate::store::contacts::{Feedback, StoredContact};
use crate::store::import::staff::StaffMember;
use crate::store::ledger::{IssuedTask, StoredTask, TaskMove};

/// Rules files follow-up rests on.
const RULES: &[&str] = &["followup", "contact_policy", "contacts", "worklist", "products"];

/// Open tasks in the order in which they are told of (see [`worklist::turn`]), and who may not be contacted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FollowUp {
    pub tasks: Vec<Task>,
    pub blocked: Vec<Blocked>,
    /// What has become of tasks since the month began: done, missed, or lapsed.
    pub ended: Vec<EndedTask>,
    /// Tasks of earlier days of which nothing was told (待反馈), by owner.
    pub awaiting: BTreeMap<Option<StaffId>, i64>,
    /// Whom nobody is in charge of today, and who names somebody.
    #[serde(skip)]
    pub unowned: Vec<Unowned>,
    /// Colleagues who are away today: from when until when.
    #[serde(skip)]
    pub away: BTreeMap<StaffId, (NaiveDate, NaiveDate)>,
}

/// Decides today's tasks, dates them within what an RM's day holds, and keeps them; tasks of earlier days whose rule
/// still holds stay open.
///
/// # Errors
/// Nothing has been imported, a rule's condition that cannot be used, or a store that cannot be written.
pub fn follow_up(workspace: &mut Workspace) -> Result<FollowUp, AppError> {
    workspace.refresh_facts()?;
    workspace.store.read_through()?;
    let employers: BTreeMap<EmployerId, EmployerProfile> =
        rank::profiles(workspace)?.into_iter().map(|p| (p.employer_id, p)).collect();
    let known = Known::load(workspace)?;
    let feedback = workspace.store.feedback(workspace.today)?;
    let mut contacts = workspace.store.contacts(workspace.today, None)?;
    contacts.sort_by_key(|contact| contact.employee_id);
    let past = past_contacts(workspace, &contacts, &known, &feedback)?;
    let heard = |f: Feedback| Heard { on: f.on, result: f.result, due: f.due };
    let feedback = feedback.into_iter().map(|(task, f)| (task, heard(f))).collect();
    let appointments = appointments(workspace, &contacts);
    let owners = owners::owners_with(workspace, employers.values())?;
    let positions = positions(workspace)?;
    let texts = Texts::default();
    let input = FollowupInput {
        rules: &workspace.rules,
        products: &workspace.products,
        workdays: &workspace.workdays,
        today: workspace.today,
        employers: &employers,
        past: &past,
        earlier: &known.earlier,
        feedback: &feedback,
        appointments: &appointments,
        owners: &owners,
        positions: &positions,
        texts: &texts,
    };
    let mut decider = Decider::new(input);
    let rules = rules_in_force(&workspace.rules.followup.rules, workspace.today);
    let key = |place: &usize| rules.get(*place).map(|rule| rule.key);
    let (store, products) = (&mut workspace.store, &workspace.products);
    // A promise is kept also where no rule speaks of the client any more.
    let left = || {
        let rules = &workspace.rules.followup.rules;
        let open = |p: &PastContact| rules.values().any(|rule| errands::is_open(rule, p));
        past.iter().filter(move |(_, contacts)| contacts.iter().any(|(_, p)| open(p))).map(|(id, _)| *id)
    };
    let owed: BTreeSet<EmployeeId> = appointments.keys().copied().chain(left()).collect();
    let mut promised = owed.clone();
    let whole = condition::each(store, products, &rules, |person, places| {
        promised.remove(&person.employee_id);
        decider.person(person, places.iter().filter_map(key));
    })?;
    if !whole {
        promised = owed;
        decider = Decider::new(input);
        let fired = condition::fired(store, products, &rules)?;
        let mut people = fired.chunk_by(|a, b| a.0 == b.0);
        let ids = fired.chunk_by(|a, b| a.0 == b.0).filter_map(|rules| Some(rules.first()?.0));
        employee_facts::each_of(store, ids, |person| {
            if let Some(own) = people.find(|rules| rules.first().is_some_and(|(id, _)| *id == person.employee_id)) {
                promised.remove(&person.employee_id);
                decider.person(&person, own.iter().filter_map(|(_, place)| key(place)));
            }
        })?;
    }
    employee_facts::each_of(store, promised, |person| decider.person(&person, std::iter::empty()))?;
    let (mut tasks, mut blocked, put_off) = decider.finish();
    drop(past);
    set_aside_unsure(workspace, &mut tasks, &mut blocked)?;
    let visit_days = visit_days(workspace)?;
    let leave: BTreeMap<StaffId, Vec<(NaiveDate, NaiveDate)>> =
        workspace.store.staff()?.into_iter().map(|s| (s.staff_id, s.row.leave)).collect();
    let away = |who: StaffId, day: NaiveDate| {
        leave.get(&who).is_some_and(|spans| spans.iter().any(|(from, to)| (*from..=*to).contains(&day)))
    };
    let (worklist_rules, workdays) = (&workspace.rules.worklist, &workspace.workdays);
    worklist::date_tasks(worklist_rules, workdays, workspace.today, &visit_days, away, &mut tasks);
    tasks.sort_by_key(worklist::turn);
    let mut ended = ended(workspace, &known, &feedback, &tasks, (&blocked, &put_off));
    let mut awaiting: BTreeMap<Option<StaffId>, i64> = BTreeMap::new();
    for task in &tasks {
        let dated = known.dated.get(&task.task_id).is_some_and(|dated| dated.on < workspace.today);
        if dated && !feedback.contains_key(&task.task_id) {
            *awaiting.entry(task.owner).or_default() += 1;
        }
    }
    let today = workspace.today;
    let span = |spans: &[(NaiveDate, NaiveDate)]| spans.iter().copied().find(|(a, b)| (*a..=*b).contains(&today));
    let away: BTreeMap<StaffId, (NaiveDate, NaiveDate)> =
        leave.iter().filter_map(|(id, spans)| Some((*id, span(spans)?))).collect();
    let unowned = unowned(workspace, &tasks, (&employers, &owners, &positions[..]), &away)?;
    keep(workspace, &tasks, &ended, &known)?;
    ended.retain(|e| e.on >= month_start(today));
    Ok(FollowUp { tasks, blocked, ended, awaiting, unowned, away })
}

/// What of a client's tasks lives today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::app) struct Living {
    /// Numbers of the tasks of today's follow-up, with those that keep an appointment.
    pub tasks: BTreeSet<String>,
    /// Nobody may contact the client now: the tasks wait.
    pub waits: bool,
}

/// What of a client's tasks lives today, without issuing any.
///
/// # Errors
/// As [`follow_up`].
pub(in crate::app) fn living(workspace: &mut Workspace, who: EmployeeId) -> Result<Living, AppError> {
    workspace.refresh_facts()?;
    let today = workspace.tried(true, follow_up)?;
    let own = today.tasks.into_iter().filter(|t| t.employee_id == who);
    let waits = today.blocked.iter().any(|b| b.employee_id == who);
    Ok(Living { tasks: own.map(|t| t.task_id).collect(), waits })
}

/// Tasks of earlier days that are open no more; of those that ended before this month only what is not recorded yet.
fn ended(
    workspace: &Workspace,
    known: &Known,
    feedback: &BTreeMap<String, Heard>,
    tasks: &[Task],
    (blocked, put_off): (&[Blocked], &BTreeSet<String>),
) -> Vec<EndedTask> {
    let open: HashSet<&str> = tasks.iter().map(|t| t.task_id.as_str()).collect();
    let waiting: HashSet<EmployeeId> = blocked.iter().map(|b| b.employee_id).collect();
    let since = month_start(workspace.today);
    let mut ended = Vec::new();
    for (id, earlier) in known.earlier.iter().filter(|(id, _)| !open.contains(id.as_str())) {
        let Some(dated) = known.dated.get(id) else { continue };
        let heard = feedback.get(id);
        let told = heard.filter(|heard| heard.due.is_none()).map(|heard| heard.on);
        let due = heard.and_then(|heard| heard.due).map_or(earlier.due, |next| next.max(earlier.due));
        let gone = known.moves.get(id).and_then(|moved| moved.lapsed);
        let (state, mut on) = TaskState::ended(told, gone, due, dated.passes, workspace.today);
        let is_new = state == TaskState::Lapsed && gone.is_none();
        // Whoever may not be contacted now may be later, and what something more urgent puts off comes again.
        if is_new && (waiting.contains(&dated.employee_id) || put_off.contains(id)) {
            continue;
        }
        // Nothing was ever recorded: what was due before this month did not end in it.
        if is_new && known.moves.is_empty() && due < since {
            on = due;
        }
        if on >= since || is_new {
            let (task_id, employee_id) = (id.clone(), dated.employee_id);
            ended.push(EndedTask { task_id, employee_id, owner: earlier.owner, dated: dated.on, state, on });
        }
    }
    ended
}

/// Nobody is contacted under a number that may turn out to be somebody else: their tasks wait for the decision.
fn set_aside_unsure(workspace: &Workspace, tasks: &mut Vec<Task>, blocked: &mut Vec<Blocked>) -> Result<(), AppError> {
    let unsure = workspace.store.provisional_people()?;
    if unsure.is_empty() {
        return Ok(());
    }
    let mut told: BTreeSet<EmployeeId> = blocked.iter().map(|b| b.employee_id).collect();
    for task in tasks.iter().filter(|t| unsure.contains(&t.employee_id)) {
        if told.insert(task.employee_id) {
            blocked.push(Blocked {
                employee_id: task.employee_id,
                employer_id: task.employer_id,
                rule: task.rule.clone(),
                by: "identity_open",
                owner: task.owner,
                rules: vec![task.rule.clone()],
                // Whenever somebody decides who it is.
                next_permitted: None,
            });
        }
    }
    tasks.retain(|t| !unsure.contains(&t.employee_id));
    Ok(())
}

/// The rules in force with what they ask.
fn rules_in_force(rules: &BTreeMap<String, FollowupRule>, today: NaiveDate) -> Vec<Rule<'_>> {
    let in_force = rules.iter().filter(|(_, rule)| followup::in_force(rule, today));
    in_force
        .map(|(key, rule)| Rule {
            key,
            conditions: rule.when.iter().map(|c| c.sql.as_str()).collect(),
            settings: followup::settings(rule, today),
        })
        .collect()
}

/// Tasks issued before.
struct Known {
    /// On this day or before, by number, and by which channel: they are not issued again.
    issued: HashMap<String, Option<Channel>>,
    /// On earlier days.
    earlier: BTreeMap<String, Earlier>,
    /// On earlier days.
    dated: BTreeMap<String, Dated>,
    /// What was recorded of them since.
    moves: BTreeMap<String, TaskMove>,
}

/// A task of an earlier day: whose it is, the day it was dated on, and how.
struct Dated {
    employee_id: EmployeeId,
    on: NaiveDate,
    channel: Option<Channel>,
    /// It was to be done before a day that ends it.
    passes: bool,
}

impl Known {
    fn load(workspace: &Workspace) -> Result<Known, AppError> {
        let mut known = Known {
            issued: HashMap::new(),
            earlier: BTreeMap::new(),
            dated: BTreeMap::new(),
            moves: workspace.store.task_moves(workspace.today)?,
        };
        let rules = &workspace.rules.followup.rules;
        let mut since: HashMap<String, NaiveDate> = HashMap::new();
        workspace.store.each_issued(workspace.today, |task| {
            // What was issued for a day ahead was issued anew when an earlier one came.
            if since.get(&task.task_id).is_some_and(|known| *known <= task.issued) {
                return Ok(());
            }
            let IssuedTask { due, channel, issued, employee_id, deadline, marketing, owner, .. } = task;
            if issued < workspace.today {
                let passes = rules.get(&task.rule).is_some_and(|rule| matches!(rule.due, Due::Before { .. }));
                // Nothing but a channel we know was ever issued.
                let by = channel.ok_or(StoreError::Damaged { what: "task" })?;
                known.earlier.insert(task.task_id.clone(), Earlier { channel: by, due: deadline, marketing, owner });
                known.dated.insert(task.task_id.clone(), Dated { employee_id, on: due, channel, passes });
                since.insert(task.task_id.clone(), issued);
            }
            known.issued.insert(task.task_id, channel);
            Ok(())
        })?;
        Ok(known)
    }

    /// Whether an open task that was issued is to be done otherwise than was last recorded, or is open again.
    fn has_changed(&self, task: &Task) -> bool {
        let Some(issued) = self.issued.get(&task.task_id) else { return false };
        let moved = self.moves.get(&task.task_id).copied().unwrap_or_default();
        moved.lapsed.is_some() || moved.channel.or(*issued) != Some(task.channel)
    }
}

/// What was agreed upon with clients and of which nothing has been heard since. `contacts` are given person by person.
pub(super) fn appointments(
    workspace: &Workspace,
    contacts: &[StoredContact],
) -> BTreeMap<EmployeeId, Vec<Appointment>> {
    let results = &workspace.rules.contacts.results;
    let contacted = |contact: &StoredContact| Contacted {
        on: contact.date,
        task: contact.task_id.clone().zip(contact.rule.clone()),
        closes: results.get(&contact.result).is_none_or(|rule| rule.closes),
        next: contact.next_contact,
        channel: contact.channel,
        product: contact.wanted_product.clone(),
    };
    let of = |person: &[StoredContact]| {
        let id = person.first()?.employee_id;
        let open = appointments::open(id, &person.iter().map(contacted).collect::<Vec<_>>());
        (!open.is_empty()).then_some((id, open))
    };
    contacts.chunk_by(|a, b| a.employee_id == b.employee_id).filter_map(of).collect()
}

fn past_contact(workspace: &Workspace, contact: &StoredContact) -> PastContact {
    let counts = workspace.rules.contacts.results.get(&contact.result).is_none_or(|r| r.counts);
    PastContact { on: contact.date, channel: contact.channel, result: Some(contact.result), counts, lifted: None }
}

/// One person's contacts, with what has been lifted of what they stop; `wrong`: contacts whose wrong number is still known.
pub(in crate::app) fn made(workspace: &Workspace, person: &[StoredContact], wrong: &BTreeSet<i64>) -> Vec<PastContact> {
    let mut made: Vec<PastContact> = person.iter().map(|contact| past_contact(workspace, contact)).collect();
    let mended = |place: usize| !wrong.contains(&person[place].contact_id);
    contact_policy::lift(&workspace.rules.contact_policy, &mut made, mended);
    made
}

/// Contacts made (person by person), and those dated on earlier days of which nothing has been heard.
fn past_contacts(
    workspace: &Workspace,
    contacts: &[StoredContact],
    known: &Known,
    feedback: &BTreeMap<String, Feedback>,
) -> Result<BTreeMap<EmployeeId, Vec<(String, PastContact)>>, AppError> {
    let mut past: BTreeMap<EmployeeId, Vec<(String, PastContact)>> = BTreeMap::new();
    let wrong = workspace.store.wrong_phones()?;
    for person in contacts.chunk_by(|a, b| a.employee_id == b.employee_id) {
        let made = made(workspace, person, &wrong);
        let tasks = person.iter().map(|contact| contact.task_id.clone().unwrap_or_default());
        past.insert(person[0].employee_id, tasks.zip(made).collect());
    }
    for (who, own) in signed(&workspace.store, workspace.today)? {
        past.entry(who).or_default().extend(own.into_iter().map(|contact| (String::new(), contact)));
    }
    for (task, dated) in known.dated.iter().filter(|(task, _)| !feedback.contains_key(*task)) {
        if let Some(channel) = dated.channel {
            let contact = PastContact::dated(dated.on, channel);
            past.entry(dated.employee_id).or_default().push((task.clone(), contact));
        }
    }
    Ok(past)
}

/// Whom nobody is in charge of, or more than one, and who names somebody; who is `away` today.
fn unowned(
    workspace: &Workspace,
    tasks: &[Task],
    (of, owners, positions): (&BTreeMap<EmployerId, EmployerProfile>, &Owners, &[Position]),
    away: &BTreeMap<StaffId, (NaiveDate, NaiveDate)>,
) -> Result<Vec<Unowned>, AppError> {
    let (rules, today) = (&workspace.rules.worklist, workspace.today);
    let aum = Fen::yuan(rules.two_owners.vip_aum_yuan);
    let oldest = days_after(today, -workspace.rules.facts.snapshot.max_age_days);
    let mut several: BTreeMap<EmployeeId, BTreeSet<StaffId>> = BTreeMap::new();
    employee_facts::named_managers(&workspace.store, aum, today, oldest, |who, rm| {
        several.entry(who).or_default().extend(owners.named(rm));
    })?;
    several.retain(|_, named| named.len() > 1);
    let least = Fen::yuan(rules.unowned.vip_aum_yuan);
    let outlet_of = |id: EmployerId| of.get(&id).and_then(|e| e.outlet.clone());
    let mut large = Vec::new();
    employee_facts::large(&workspace.store, aum.min(least), |employee_id, employer_id, outlet, rm, has| {
        let named = several.remove(&employee_id).unwrap_or_default();
        if named.len() > 1 || (has >= least && owners.of(rm, employer_id).is_none()) {
            let outlet = outlet.or_else(|| outlet_of(employer_id));
            large.push(LargeClient { employee_id, employer_id, outlet, owners: named.into_iter().collect() });
        }
    })?;
    Ok(unowned::list(rules, positions, tasks, &large, outlet_of, |who| away.contains_key(&who)))
}

/// What our people are, by number.
fn positions(workspace: &Workspace) -> Result<Vec<Position>, AppError> {
    let of = |s: StaffMember| Position {
        staff_id: s.staff_id,
        outlet: s.row.outlet.unwrap_or_default(),
        position: s.row.position.unwrap_or_default(),
    };
    Ok(workspace.store.staff()?.into_iter().map(of).collect())
}

/// Who is out on which day: on a visit day less fits in.
fn visit_days(workspace: &Workspace) -> Result<BTreeSet<(StaffId, NaiveDate)>, AppError> {
    let ahead = ledger::ahead(&workspace.store, workspace.today)?;
    Ok(ahead.iter().flat_map(|v| v.team.iter().map(|m| (m.staff_id, v.date))).collect())
}

/// Keeps tasks that were not issued before, and what has changed of the others.
fn keep(workspace: &mut Workspace, tasks: &[Task], ended: &[EndedTask], known: &Known) -> Result<(), AppError> {
    let new: Vec<&Task> = tasks.iter().filter(|task| !known.issued.contains_key(&task.task_id)).collect();
    let changed: Vec<&Task> = tasks.iter().filter(|task| known.has_changed(task)).collect();
    let recorded = |id: &str| known.moves.get(id).is_some_and(|moved| moved.lapsed.is_some());
    let gone = |e: &&EndedTask| e.state == TaskState::Lapsed && !recorded(&e.task_id);
    let gone: Vec<&EndedTask> = ended.iter().filter(gone).collect();
    if new.is_empty() && changed.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let (hash, today) = (workspace.rules.hash_of(RULES), workspace.today);
    workspace.store.transaction(|store| {
        for task in new {
            let payload =
                serde_json::to_string(task).map_err(|e| AppError::Inner { what: "task", reason: e.to_string() })?;
            let stored = StoredTask {
                task_id: task.task_id.clone(),
                rule: task.rule.to_string(),
                employee_id: task.employee_id,
                employer_id: task.employer_id,
                due: task.on.unwrap_or(task.due),
                deadline: task.due,
                marketing: task.marketing,
                channel: task.channel.key().to_string(),
                owner: task.owner,
                issued: today,
                payload,
            };
            store.issue_task(&stored, &task.episode, &hash, today)?;
        }
        for task in changed {
            store.move_task(&task.task_id, task.due, task.channel, today)?;
        }
        for task in gone {
            store.lapse_task(&task.task_id, task.on)?;
        }
        Ok(())
    })
}

/// Keys and labels of the follow-up rules, most urgent first.
pub fn labels(workspace: &Workspace) -> Vec<(String, String)> {
    let mut rules: Vec<_> = workspace.rules.followup.rules.iter().collect();
    rules.sort_by_key(|(key, rule)| (std::cmp::Reverse(rule.priority), (*key).clone()));
    rules.into_iter().map(|(key, rule)| (key.clone(), rule.label.clone())).collect()
}
