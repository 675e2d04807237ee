//! What is known of clients, for the lists of those who call them; and 04_员工营销维护表_<姓名>: a colleague's own clients,
//! which comes back with what was typed into it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::app::contact::answers::last_contacts;
use crate::app::contact::follow_up::FollowUp;
use crate::app::contact::owners;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::outputs::shown::{Showing, TOGETHER, data_date, personal_note, remove_unchanged, rule_label};
use crate::app::recipients::colleague_names;
use crate::app::workspace::leaving::{Dispatch, Leaving};
use crate::app::workspace::open::{OutNote, Workspace};
use crate::engagement::contact::followup::Task;
use crate::engagement::contact::history::TaskState;
use crate::engagement::contact::worklist;
use crate::facts::employee::employee_facts::{self, Balances, EmployeeFacts};
use crate::model::activity::LastContact;
use crate::model::days::period::{days_after, month_start};
use crate::model::imported::PersonalField;
use crate::model::product::ProductFamily;
use crate::model::status::NeedKind;
use crate::model::{EmployeeId, Fen, Products, StaffId};
use crate::output::{self, Prepared, Written};
use crate::render::books::contact::client_line::ClientLine;
use crate::render::books::contact::clients::{self, OwnClient, OwnClientsInput};
use crate::render::workbook;
use crate::rules::Rules;

/// What is known of some people.
pub(super) struct Clients {
    lines: BTreeMap<EmployeeId, ClientLine>,
}

impl Clients {
    /// # Errors
    /// The store cannot be read.
    pub fn load(workspace: &Workspace, people: impl IntoIterator<Item = EmployeeId>) -> Result<Clients, AppError> {
        let ids: BTreeSet<EmployeeId> = people.into_iter().collect();
        let said = Said::load(workspace)?;
        let mut lines = BTreeMap::new();
        employee_facts::each_of(&workspace.store, ids.iter().copied(), |facts| {
            lines.insert(facts.employee_id, line(&facts, &said, &workspace.products, workspace.today));
        })?;
        Ok(Clients { lines })
    }

    pub fn line(&self, id: EmployeeId) -> ClientLine {
        self.lines.get(&id).cloned().unwrap_or_default()
    }
}

/// What was said last with each client, and what is kept of them and holds.
struct Said {
    last: BTreeMap<EmployeeId, LastContact>,
    kept: BTreeMap<EmployeeId, Vec<(NeedKind, String)>>,
}

impl Said {
    fn load(workspace: &Workspace) -> Result<Said, AppError> {
        let mut kept: BTreeMap<EmployeeId, Vec<(NeedKind, String)>> = BTreeMap::new();
        for need in workspace.store.needs(workspace.today)?.into_iter().filter(|n| n.done_on.is_none()) {
            if let Some(who) = need.employee_id {
                kept.entry(who).or_default().push((need.kind, need.text));
            }
        }
        // Who is watched is said first.
        kept.values_mut().for_each(|kept| kept.sort_by_key(|(kind, _)| *kind != NeedKind::Watch));
        Ok(Said { last: last_contacts(&workspace.store, workspace.today)?, kept })
    }
}

fn line(facts: &EmployeeFacts, said: &Said, products: &Products, today: NaiveDate) -> ClientLine {
    // Everybody has the pay card.
    let told = products.0.iter().filter(|p| p.family != ProductFamily::Card);
    let held = told.filter(|p| facts.products.has(p.number)).map(|p| p.key.clone());
    let amount = facts.due_amount.filter(|fen| fen.0 > 0);
    ClientLine {
        aum: facts.aum,
        held: held.collect(),
        maturity: facts.due_date.filter(|day| *day >= today).map(|day| (day, amount)),
        last: said.last.get(&facts.employee_id).cloned(),
        kept: said.kept.get(&facts.employee_id).cloned().unwrap_or_default(),
    }
}

/// A colleague and his clients.
struct Own<'a> {
    file: String,
    staff_id: StaffId,
    name: &'a str,
    people: Vec<EmployeeId>,
}

/// 04_员工营销维护表_<姓名>.xlsx for every colleague with clients. `watch` is told how many of how many are written.
///
/// # Errors
/// A file cannot be made or written; those before it are.
pub fn write_own_clients(
    workspace: &Workspace,
    follow_up: &FollowUp,
    directory: &Directory,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Written>, AppError> {
    let tasks: Tasks<'_> = follow_up.tasks.iter().rev().map(|t| ((t.employee_id, t.owner), t)).collect();
    let mut of_colleague = clients_of(workspace, &tasks)?;
    let name = workspace.words.get("file.maintenance");
    let own: Vec<Own<'_>> = directory
        .staff
        .iter()
        .zip(colleague_names(directory))
        .filter_map(|((id, (colleague, _)), shown)| {
            let people = of_colleague.remove(id)?.into_iter().collect();
            Some(Own { file: format!("04_{name}_{shown}.xlsx"), staff_id: *id, name: colleague, people })
        })
        .collect();
    let month_end = days_after(month_start(workspace.today), -1);
    let oldest = days_after(month_end, -workspace.rules.facts.snapshot.max_age_days);
    let scene = Scene {
        rules: &workspace.rules,
        products: &workspace.products,
        directory,
        month_end,
        last_month: employee_facts::aum_at(&workspace.store, month_end, oldest, None)?,
    };
    let (words, data_date) = (&workspace.words, data_date(workspace)?);
    let levels = workspace.rules.masking.of("own_clients");
    let mut written = Vec::new();
    let said = Said::load(workspace)?;
    for part in own.chunks(TOGETHER) {
        watch(written.len(), own.len());
        let showing = Showing::load(workspace, &levels, part.iter().flat_map(|o| o.people.iter().copied()))?;
        let mut rows: Vec<Vec<OwnClient>> = Vec::new();
        for of in part {
            let mut clients = Vec::with_capacity(of.people.len());
            employee_facts::each_of(&workspace.store, of.people.iter().copied(), |facts| {
                let line = line(&facts, &said, &workspace.products, workspace.today);
                let task = tasks.get(&(facts.employee_id, Some(of.staff_id))).copied();
                clients.push((task.map(worklist::turn), scene.client(task, &facts, line, &showing)));
            })?;
            // Clients stand in the order of their tasks; those without one last.
            clients.sort_by_key(|(turn, _): &(Option<_>, OwnClient)| (turn.is_none(), *turn));
            rows.push(clients.into_iter().map(|(_, client)| client).collect());
        }
        let dispatch = Dispatch::of(workspace);
        let (root, folder) = (&workspace.root, workspace.out_folder());
        let pairs: Vec<(&Own<'_>, &Vec<OwnClient>)> = part.iter().zip(&rows).collect();
        let make = |(of, clients): &(&Own<'_>, &Vec<OwnClient>)| {
            let input = OwnClientsInput {
                colleague: of.name,
                data_date,
                clients: clients.as_slice(),
                products: scene.products,
            };
            let mut book = clients::own_clients_book(&input, words);
            let leaving = dispatch.ready(&mut book, "maintenance", &of.file, of.name);
            let bytes = workbook::write(&book, words)?;
            Ok((output::prepare(root, &format!("{folder}/{}", of.file), &bytes)?, leaving))
        };
        let made: Vec<(Prepared, Leaving)> = pairs.par_iter().map(make).collect::<Result<_, AppError>>()?;
        let (ready, leaving): (Vec<(Prepared, OutNote)>, Vec<Leaving>) = made
            .into_iter()
            .map(|(ready, leaving)| {
                let has = [("own_clients", PersonalField::Name), ("own_clients", PersonalField::Phone)];
                ((ready, personal_note(workspace, &has, "track", leaving.rows)), leaving)
            })
            .unzip();
        written.extend(workspace.place_all(ready, |store| leaving.iter().try_for_each(|l| l.record(store)))?);
    }
    remove_outdated(workspace, &own)?;
    Ok(written)
}

/// Of each client and owner the most urgent task.
type Tasks<'t> = BTreeMap<(EmployeeId, Option<StaffId>), &'t Task>;

/// Each colleague's clients by number: those he is in charge of, and those he has a task with although they are
/// somebody else's, as a stand-in has.
fn clients_of(workspace: &Workspace, tasks: &Tasks<'_>) -> Result<BTreeMap<StaffId, BTreeSet<EmployeeId>>, AppError> {
    let owners = owners::owners(workspace)?;
    let mut of: BTreeMap<StaffId, BTreeSet<EmployeeId>> = BTreeMap::new();
    for (id, owner) in tasks.keys() {
        if let Some(owner) = owner {
            of.entry(*owner).or_default().insert(*id);
        }
    }
    employee_facts::managers(&workspace.store, |id, employer, rm| {
        if let Some(owner) = owners.of(rm, employer) {
            of.entry(owner).or_default().insert(id);
        }
    })?;
    Ok(of)
}

/// What the rows are made from, beside what is read with them.
struct Scene<'a> {
    rules: &'a Rules,
    products: &'a Products,
    directory: &'a Directory,
    month_end: NaiveDate,
    last_month: Balances,
}

impl Scene<'_> {
    /// A client as one colleague sees him: with that colleague's `task`, not with another one's.
    fn client(&self, task: Option<&Task>, facts: &EmployeeFacts, line: ClientLine, showing: &Showing) -> OwnClient {
        let id = facts.employee_id;
        let since: Option<Fen> =
            (facts.as_of > self.month_end).then(|| Some(facts.aum? - self.last_month.get(id)?)).flatten();
        OwnClient {
            row_key: task.map_or_else(|| id.to_string(), |t| t.task_id.clone()),
            employer: self.directory.names().employer(facts.employer_id),
            name: showing.name(id),
            phone: showing.phone(id),
            level: facts.level,
            grade: facts.grade.clone(),
            client: line,
            since_last_month: since,
            next_step: task.map(|t| rule_label(self.rules, &t.rule)),
            reasons: task.map(|t| t.reasons.clone()).unwrap_or_default(),
            script: task.map(|t| t.script.to_string()),
            channel: task.map(|t| t.channel),
            on: task.and_then(|t| t.on),
            due: task.map(|t| t.due),
            missed: task.is_some_and(|t| t.state == TaskState::Missed),
        }
    }
}

/// Those of an earlier run of the day whose colleague has no clients now; one that somebody has typed into stays.
fn remove_outdated(workspace: &Workspace, own: &[Own<'_>]) -> Result<(), AppError> {
    let folder = workspace.root.join(workspace.out_folder());
    let begin = format!("04_{}_", workspace.words.get("file.maintenance"));
    let kept: BTreeSet<&str> = own.iter().map(|o| o.file.as_str()).collect();
    for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&begin) && !kept.contains(name.as_str()) {
            remove_unchanged(workspace, &name)?;
        }
    }
    Ok(())
}
