//! 04_员工营销维护表.xlsx: everybody with a record, read and written some thousands at a time.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::app::contact::follow_up::FollowUp;
use crate::app::contact::owners;
use crate::app::contact::track::{TrackOptions, Tracking};
use crate::app::contact::unmatched::unmatched_rows;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::ledger;
use crate::app::outputs::shown::{Showing, data_date, personal_note, rule_label};
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::followup::Task;
use crate::engagement::contact::owners::Owners;
use crate::engagement::contact::track::{Track, TrackedEmployee};
use crate::engagement::contact::unowned::Unowned;
use crate::engagement::report::thresholds;
use crate::facts::employee::employee_facts::{self, Balances, EmployeeFacts};
use crate::model::days::period::{days_after, month_start};
use crate::model::imported::PersonalField;
use crate::model::status::RateKind;
use crate::model::{EmployeeId, EmployerId, StaffId};
use crate::output::{GROWING, Written};
use crate::render::RenderError;
use crate::render::books::contact::blocked::UnmatchedRow;
use crate::render::books::contact::maintenance::{
    self, BLOCKED, BlockedRow, EMPLOYEES, Lists, MaintenanceInput, MaintenanceRow, People, TASKS, UnownedRow,
};
use crate::render::books::destination_name;
use crate::render::workbook::{self, Take};

/// So many people are read at once.
const BATCH: usize = 5_000;

/// 04_员工营销维护表.xlsx. `watch` is told how many rows of how many are written.
///
/// # Errors
/// The file cannot be made or written, or the store not read.
pub fn write_maintenance(
    workspace: &mut Workspace,
    track: &Track,
    follow_up: &FollowUp,
    directory: &Directory,
    watch: &mut dyn FnMut(u64, u64),
) -> Result<Written, AppError> {
    let tracking = Tracking::begin(workspace, &TrackOptions::default())?;
    let workspace = tracking.workspace();
    let unmatched = unmatched_rows(workspace)?;
    let people = people(workspace)?;
    let mut blocked: BTreeMap<&'static str, i64> = BTreeMap::new();
    follow_up.blocked.iter().for_each(|b| *blocked.entry(b.by).or_default() += 1);
    let unowned = unowned(workspace, follow_up, directory)?;
    let thresholds = thresholds::of(&workspace.rules);
    let input = MaintenanceInput {
        thresholds: &thresholds,
        products: &workspace.products,
        data_date: data_date(workspace)?,
        people: &people,
        tasks: follow_up.tasks.len() as u64,
        blocked: &blocked,
        employers: &track.employers,
        unmatched: &unmatched,
        unowned: &unowned,
    };
    let book = maintenance::maintenance_book(&input, &workspace.words);
    let scene = Scene::load(&tracking, follow_up, directory)?;
    let lists = Lists::new(&people, &workspace.products, &thresholds, &workspace.words);
    let note = personal_note(workspace, &shown(&unmatched), "track", people.rows as usize);
    let (mut failed, mut done) = (None, 0);
    let all = people.rows + follow_up.tasks.len() as u64 + follow_up.blocked.len() as u64;
    let written = workspace.write_out_with("04_员工营销维护表.xlsx", note, |file| {
        let mut feed = |list: usize, take: Take<'_>| {
            let mut counted = |row| {
                done += 1;
                if done % 1_000 == 0 {
                    watch(done, all);
                }
                take(row)
            };
            scene.tell(&lists, list, &mut counted).map_err(|error| match error {
                AppError::Render(error) => error,
                other => {
                    let told = RenderError::Document(other.to_string());
                    failed = Some(other);
                    told
                }
            })
        };
        let folder = workspace.root.join(GROWING);
        Ok(workbook::write_long(book, &workspace.words, &folder, file, &mut feed)?)
    });
    written.map_err(|error| failed.unwrap_or(error))
}

/// Whom nobody is in charge of, or more than one, as the workbook may show them.
fn unowned(workspace: &Workspace, follow_up: &FollowUp, directory: &Directory) -> Result<Vec<UnownedRow>, AppError> {
    let list = &follow_up.unowned;
    let levels = workspace.rules.masking.of("maintenance");
    let showing = Showing::load(workspace, &levels, list.iter().map(|u| u.employee_id))?;
    let named = |owners: &[StaffId]| {
        let names: Vec<String> = owners.iter().filter_map(|id| directory.colleague(Some(*id))).collect();
        (!names.is_empty()).then(|| names.join(workspace.words.get("common.list_separator")))
    };
    let row = |u: &Unowned| UnownedRow {
        lack: u.lack.key(),
        name: showing.name(u.employee_id),
        employer: directory.names().employer(u.employer_id),
        rule: u.rule.as_ref().map(|rule| rule_label(&workspace.rules, rule)),
        owner: named(&u.owners),
        decides: directory.colleague(u.decides),
    };
    Ok(list.iter().map(row).collect())
}

/// Personal data the workbook has.
fn shown(unmatched: &[UnmatchedRow]) -> Vec<(&'static str, PersonalField)> {
    let mut has = vec![("maintenance", PersonalField::Name)];
    if !unmatched.is_empty() {
        has.push(("unmatched", PersonalField::Name));
    }
    if unmatched.iter().any(|u| u.account.is_some()) {
        has.push(("unmatched", PersonalField::Account));
    }
    has
}

/// How many there are, and which columns they need.
fn people(workspace: &Workspace) -> Result<People, AppError> {
    let outline = employee_facts::outline(&workspace.store)?;
    let rates = RateKind::ALL.iter().copied().filter(|kind| outline.bases.iter().any(|b| b.kind() == Some(*kind)));
    Ok(People { rows: outline.people, averages: outline.averages, rates: rates.collect() })
}

/// What the rows are made from, beside what is read with them.
struct Scene<'a> {
    tracking: &'a Tracking<'a>,
    workspace: &'a Workspace,
    directory: &'a Directory,
    follow_up: &'a FollowUp,
    owners: Owners,
    /// The most urgent task of each person.
    tasks: BTreeMap<EmployeeId, &'a Task>,
    month_end: NaiveDate,
    year_end: NaiveDate,
    last_month: Balances,
    year_start: Balances,
    visits: BTreeMap<EmployerId, NaiveDate>,
    before_visit: BTreeMap<EmployerId, Balances>,
}

impl<'a> Scene<'a> {
    fn load(
        tracking: &'a Tracking<'a>,
        follow_up: &'a FollowUp,
        directory: &'a Directory,
    ) -> Result<Scene<'a>, AppError> {
        let workspace = tracking.workspace();
        let today = workspace.today;
        let max_age = workspace.rules.facts.snapshot.max_age_days;
        let at = |day: NaiveDate, employer: Option<EmployerId>| {
            employee_facts::aum_at(&workspace.store, day, days_after(day, -max_age), employer)
        };
        let month_end = days_after(month_start(today), -1);
        let new_year = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
        let year_end = days_after(new_year, -1);
        let visits = ledger::last_held(&workspace.store, today)?;
        let mut before_visit = BTreeMap::new();
        for (employer, day) in &visits {
            before_visit.insert(*employer, at(days_after(*day, -1), Some(*employer))?);
        }
        Ok(Scene {
            tracking,
            workspace,
            directory,
            follow_up,
            owners: owners::owners(workspace)?,
            tasks: follow_up.tasks.iter().rev().map(|t| (t.employee_id, t)).collect(),
            month_end,
            year_end,
            last_month: at(month_end, None)?,
            year_start: at(year_end, None)?,
            visits,
            before_visit,
        })
    }

    /// Tells the rows of a list.
    fn tell(&self, lists: &Lists, list: usize, take: Take<'_>) -> Result<(), AppError> {
        match list {
            EMPLOYEES => self.employees(lists, take),
            TASKS => self.tasks(lists, take),
            BLOCKED => self.blocked(lists, take),
            _ => Ok(()),
        }
    }

    /// Everybody with a record has a row, also on the first day, when nothing can be compared yet.
    fn employees(&self, lists: &Lists, take: Take<'_>) -> Result<(), AppError> {
        let levels = self.workspace.rules.masking.of("maintenance");
        let mut after = EmployeeId(i64::MIN);
        loop {
            let facts = employee_facts::after(&self.workspace.store, after, BATCH)?;
            let (Some(first), Some(last)) = (facts.first(), facts.last()) else { return Ok(()) };
            let showing = Showing::load(self.workspace, &levels, facts.iter().map(|f| f.employee_id))?;
            let mut tracked: BTreeMap<(EmployeeId, EmployerId), TrackedEmployee<'_>> = BTreeMap::new();
            self.tracking.between(first.employee_id, last.employee_id, |e| {
                tracked.insert((e.employee_id, e.employer_id), e.clone());
                Ok(())
            })?;
            for fact in &facts {
                let seen = tracked.get(&(fact.employee_id, fact.employer_id));
                take(lists.employees.row(&self.row(fact, seen, &showing)))?;
            }
            after = last.employee_id;
        }
    }

    fn row(&self, fact: &EmployeeFacts, seen: Option<&TrackedEmployee>, showing: &Showing) -> MaintenanceRow {
        let (workspace, directory) = (self.workspace, self.directory);
        let id = fact.employee_id;
        let task = self.tasks.get(&id);
        let owner = task.and_then(|t| t.owner).or_else(|| self.owners.of(fact.rm.as_deref(), fact.employer_id));
        // The same snapshot twice is no change.
        let since =
            |day: NaiveDate, then: &Balances| (fact.as_of > day).then(|| Some(fact.aum? - then.get(id)?)).flatten();
        let visited = self.visits.get(&fact.employer_id).zip(self.before_visit.get(&fact.employer_id));
        let keys = |keys: &[&str]| keys.iter().map(|k| k.to_string()).collect();
        MaintenanceRow {
            employer: directory.names().employer(fact.employer_id),
            name: showing.name(id),
            level: fact.level,
            outlet: fact.outlet.clone(),
            main_owner: directory.colleague(owner).or_else(|| fact.rm.clone()),
            assistant: task.and_then(|t| directory.colleague(t.credit.get(1).map(|c| c.staff_id))),
            credit: task.and_then(|t| maintenance::credit_text(&t.credit)),
            grade: fact.grade.clone(),
            payroll_month_avg: fact.wage_mean.or((fact.wage.0 > 0).then_some(fact.wage)),
            aum: fact.aum,
            aum_month_avg: fact.aum_month_avg,
            since_last_month: since(self.month_end, &self.last_month),
            since_year_start: since(self.year_end, &self.year_start),
            since_visit: visited.and_then(|(day, before)| since(*day, before)),
            products: Some(fact.product_count),
            gained: seen.map(|e| keys(&e.gained)).unwrap_or_default(),
            lost: seen.map(|e| keys(&e.lost)).unwrap_or_default(),
            retention: seen.and_then(|e| e.retention),
            retention_kind: seen.and_then(|e| e.basis.kind()),
            main_destination: seen.and_then(|e| e.main_destination.as_deref()).map(|key| {
                let own = workspace.rules.flows.destinations.get(key).and_then(|d| d.label.as_deref());
                destination_name(&workspace.words, key, own)
            }),
            next_step: task.map(|t| rule_label(&workspace.rules, &t.rule)),
            reasons: task.map(|t| t.reasons.clone()).unwrap_or_default(),
            script: task.map(|t| t.script.to_string()),
            channel: task.map(|t| t.channel),
            due: task.map(|t| t.due),
            person: Some(id.to_string()),
        }
    }

    fn tasks(&self, lists: &Lists, take: Take<'_>) -> Result<(), AppError> {
        let levels = self.workspace.rules.masking.of("maintenance");
        for tasks in self.follow_up.tasks.chunks(BATCH) {
            let showing = Showing::load(self.workspace, &levels, tasks.iter().map(|t| t.employee_id))?;
            for task in tasks {
                take(lists.tasks.row(&showing.task(task, &self.workspace.rules, self.directory)))?;
            }
        }
        Ok(())
    }

    fn blocked(&self, lists: &Lists, take: Take<'_>) -> Result<(), AppError> {
        let levels = self.workspace.rules.masking.of("maintenance");
        for blocked in self.follow_up.blocked.chunks(BATCH) {
            let showing = Showing::load(self.workspace, &levels, blocked.iter().map(|b| b.employee_id))?;
            for b in blocked {
                let row = BlockedRow {
                    name: showing.name(b.employee_id),
                    employer: self.directory.names().employer(b.employer_id),
                    rule: rule_label(&self.workspace.rules, &b.rule),
                    by: b.by,
                    owner: self.directory.colleague(b.owner),
                };
                take(lists.blocked.row(&row))?;
            }
        }
        Ok(())
    }
}
