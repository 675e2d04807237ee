//! The workbooks of the day: values of the use cases, with names as each output may show them, written and recorded.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::contact::follow_up::FollowUp;
use crate::app::contact::unmatched::unmatched_rows;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::recipients;
use crate::app::recipients::Recipient;
use crate::app::reveal;
use crate::app::reveal::ShownPerson;
use crate::app::visit::plan::Plan;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::engagement::contact::followup::Task;
use crate::engagement::contact::track::Track;
use crate::engagement::report::summary::Report;
use crate::engagement::report::thresholds;
use crate::engagement::visit::ranking::Ranking;
use crate::facts::{employee_facts, inputs};
use crate::model::imported::PersonalField;
use crate::model::period::{days_after, month_start};
use crate::model::{EmployeeId, EmployerId, Fen, StaffId};
use crate::output::Written;
use crate::render::books::contact::maintenance::{self, BlockedRow, MaintenanceInput, MaintenanceRow};
use crate::render::books::contact::tasks::TaskRow;
use crate::render::books::contact::worklist::{self, OutletInput, ScriptText, WorklistInput};
use crate::render::books::destination_name;
use crate::render::books::report::dashboard;
use crate::render::books::visit::plan;
use crate::render::books::visit::rank::{self, RankContext};
use crate::render::workbook;
use crate::store::import::people::Person;

/// Date of the newest holdings snapshot.
pub fn data_date(workspace: &Workspace) -> Result<Option<NaiveDate>, AppError> {
    Ok(inputs::snapshot_coverage(&workspace.store, workspace.today)?.first().map(|c| c.as_of))
}

fn note(purpose: &'static str, rows: usize) -> OutNote {
    OutNote { purpose, rows, columns: Vec::new(), mask_level: "none" }
}

fn personal_note(workspace: &Workspace, has: &[(&str, PersonalField)], purpose: &'static str, rows: usize) -> OutNote {
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, has);
    OutNote { purpose, rows, columns, mask_level }
}

/// Personal data of a file of tasks: names, and phones where anybody has one.
fn of_tasks<'o>(output: &'o str, tasks: &[TaskRow]) -> Vec<(&'o str, PersonalField)> {
    let phones = tasks.iter().any(|t| t.phone.is_some());
    [(output, PersonalField::Name)].into_iter().chain(phones.then_some((output, PersonalField::Phone))).collect()
}

/// 01_目标单位名单.xlsx.
///
/// # Errors
/// The file cannot be made or written; so for all below.
pub fn write_rank(workspace: &Workspace, ranking: &Ranking) -> Result<Written, AppError> {
    let thresholds = thresholds::of(&workspace.rules);
    let context =
        RankContext { thresholds: &thresholds, products: &workspace.products, data_date: data_date(workspace)? };
    let book = rank::rank_book(ranking, &context, &workspace.words);
    let bytes = workbook::write(&book, &workspace.words)?;
    workspace.write_out("01_目标单位名单.xlsx", &bytes, note("rank", ranking.ranked.len()))
}

/// 02_进企计划表.xlsx.
pub fn write_plan(workspace: &Workspace, planned: &Plan, directory: &Directory) -> Result<Written, AppError> {
    let book = plan::plan_book(&planned.visits, &planned.unplanned, &directory.names(), &workspace.words);
    let bytes = workbook::write(&book, &workspace.words)?;
    workspace.write_out("02_进企计划表.xlsx", &bytes, note("plan", planned.visits.len()))
}

/// Tasks as rows, with names as `output` may show them.
pub fn task_rows(
    workspace: &Workspace,
    follow_up: &FollowUp,
    directory: &Directory,
    output: &str,
    people: &BTreeMap<EmployeeId, Person>,
) -> Vec<(Option<StaffId>, TaskRow)> {
    let levels = workspace.rules.masking.of(output);
    follow_up
        .tasks
        .iter()
        .map(|task| {
            let shown = reveal::show(people.get(&task.employee_id), &levels);
            let employer = directory.names().employer(task.employer_id);
            let rule = rule_label(workspace, &task.rule);
            let mut row = TaskRow::of(task, name_or_number(shown.clone(), task.employee_id), employer, rule);
            row.phone = (!shown.phone.is_empty()).then_some(shown.phone);
            row.owner = directory.colleague(task.owner);
            (task.owner, row)
        })
        .collect()
}

/// Tasks as rows for the terminal.
///
/// # Errors
/// The store cannot be read.
pub fn shown_tasks(
    workspace: &Workspace,
    follow_up: &FollowUp,
    directory: &Directory,
) -> Result<Vec<TaskRow>, AppError> {
    let people = workspace.store.people(None)?;
    let rows = task_rows(workspace, follow_up, directory, "terminal", &people);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn name_or_number(shown: ShownPerson, id: EmployeeId) -> String {
    if shown.name.is_empty() { id.to_string() } else { shown.name }
}

/// The label of a follow-up rule.
pub fn rule_label(workspace: &Workspace, key: &str) -> String {
    workspace.rules.followup.rules.get(key).map_or_else(|| key.to_string(), |r| r.label.clone())
}

/// 04_员工营销维护表.xlsx.
pub fn write_maintenance(
    workspace: &Workspace,
    track: &Track,
    follow_up: &FollowUp,
    directory: &Directory,
) -> Result<Written, AppError> {
    let people = workspace.store.people(None)?;
    let rows = maintenance_rows(workspace, track, follow_up, directory, &people)?;
    let tasks: Vec<TaskRow> =
        task_rows(workspace, follow_up, directory, "maintenance", &people).into_iter().map(|(_, r)| r).collect();
    let blocked = blocked_rows(workspace, follow_up, directory, &people);
    let unmatched = unmatched_rows(workspace)?;
    let thresholds = thresholds::of(&workspace.rules);
    let input = MaintenanceInput {
        thresholds: &thresholds,
        products: &workspace.products,
        data_date: data_date(workspace)?,
        rows: &rows,
        employers: &track.employers,
        tasks: &tasks,
        blocked: &blocked,
        unmatched: &unmatched,
    };
    let book = maintenance::maintenance_book(&input, &workspace.words);
    let bytes = workbook::write(&book, &workspace.words)?;
    let mut has = vec![("maintenance", PersonalField::Name)];
    if !unmatched.is_empty() {
        has.push(("unmatched", PersonalField::Name));
    }
    if unmatched.iter().any(|u| u.account.is_some()) {
        has.push(("unmatched", PersonalField::Account));
    }
    let note = personal_note(workspace, &has, "track", rows.len());
    workspace.write_out("04_员工营销维护表.xlsx", &bytes, note)
}

fn maintenance_rows(
    workspace: &Workspace,
    track: &Track,
    follow_up: &FollowUp,
    directory: &Directory,
    people: &BTreeMap<EmployeeId, Person>,
) -> Result<Vec<MaintenanceRow>, AppError> {
    let today = workspace.today;
    let max_age = workspace.rules.facts.snapshot.max_age_days;
    let at = |day: NaiveDate| employee_facts::aum_at(&workspace.store, day, days_after(day, -max_age));
    let month_end = days_after(month_start(today), -1);
    let last_month = at(month_end)?;
    let new_year = NaiveDate::from_ymd_opt(chrono::Datelike::year(&today), 1, 1).unwrap_or(today);
    let year_end = days_after(new_year, -1);
    let year_start = at(year_end)?;
    let visits = crate::app::ledger::last_held(&workspace.store, today)?;
    let mut before_visit: BTreeMap<(EmployerId, EmployeeId), Fen> = BTreeMap::new();
    for (employer, day) in &visits {
        let known = at(days_after(*day, -1))?;
        before_visit.extend(known.into_iter().map(|(id, fen)| ((*employer, id), fen)));
    }
    let facts: BTreeMap<EmployeeId, _> =
        employee_facts::all(&workspace.store)?.into_iter().map(|f| (f.employee_id, f)).collect();
    let tasks: BTreeMap<EmployeeId, _> = follow_up.tasks.iter().rev().map(|t| (t.employee_id, t)).collect();
    let levels = workspace.rules.masking.of("maintenance");
    let tracked: BTreeMap<(EmployeeId, EmployerId), &crate::engagement::contact::track::TrackedEmployee> =
        track.employees.iter().map(|e| ((e.employee_id, e.employer_id), e)).collect();
    // Everybody with a record has a row, also on the first day, when nothing can be compared yet.
    let row = |(id, fact): (&EmployeeId, &employee_facts::EmployeeFacts)| {
        let task = tasks.get(id);
        let seen = tracked.get(&(*id, fact.employer_id));
        // The same snapshot twice is no change.
        let since = |day: NaiveDate, then: Option<&Fen>| (fact.as_of > day).then(|| Some(fact.aum? - *then?)).flatten();
        let visited = visits.get(&fact.employer_id);
        MaintenanceRow {
            employer: directory.names().employer(fact.employer_id),
            name: name_or_number(reveal::show(people.get(id), &levels), *id),
            level: fact.level,
            outlet: fact.outlet.clone(),
            main_owner: task.and_then(|t| directory.colleague(t.owner)).or_else(|| fact.rm.clone()),
            assistant: task.and_then(|t| directory.colleague(t.credit.get(1).map(|c| c.staff_id))),
            credit: task.and_then(|t| maintenance::credit_text(&t.credit)),
            grade: fact.grade.clone(),
            payroll_month_avg: fact.wage_mean.or((fact.wage.0 > 0).then_some(fact.wage)),
            aum: fact.aum,
            aum_month_avg: fact.aum_month_avg,
            since_last_month: since(month_end, last_month.get(id)),
            since_year_start: since(year_end, year_start.get(id)),
            since_visit: visited.and_then(|v| since(*v, before_visit.get(&(fact.employer_id, *id)))),
            products: Some(fact.product_count),
            gained: seen.map(|e| e.gained.clone()).unwrap_or_default(),
            lost: seen.map(|e| e.lost.clone()).unwrap_or_default(),
            retention: seen.and_then(|e| e.retention),
            retention_kind: seen.and_then(|e| e.basis.kind()),
            main_destination: seen.and_then(|e| e.main_destination.as_deref()).map(|key| {
                let own = workspace.rules.flows.destinations.get(key).and_then(|d| d.label.as_deref());
                destination_name(&workspace.words, key, own)
            }),
            next_step: task.map(|t| rule_label(workspace, &t.rule)),
            reasons: task.map(|t| t.reasons.clone()).unwrap_or_default(),
            script: task.map(|t| t.script.clone()),
            channel: task.map(|t| t.channel),
            due: task.map(|t| t.due),
            row_key: Some(row_key(workspace, &id.to_string())),
        }
    };
    Ok(facts.iter().map(row).collect())
}

/// An id with its signature, so that a changed or invented key is noticed when the workbook comes back.
fn row_key(workspace: &Workspace, id: &str) -> String {
    format!("{id}.{}", workspace.store.sign(id))
}

fn blocked_rows(
    workspace: &Workspace,
    follow_up: &FollowUp,
    directory: &Directory,
    people: &BTreeMap<EmployeeId, Person>,
) -> Vec<BlockedRow> {
    let levels = workspace.rules.masking.of("maintenance");
    follow_up
        .blocked
        .iter()
        .map(|b| BlockedRow {
            name: name_or_number(reveal::show(people.get(&b.employee_id), &levels), b.employee_id),
            employer: directory.names().employer(b.employer_id),
            rule: rule_label(workspace, &b.rule),
            by: b.by,
            owner: directory.colleague(b.owner),
        })
        .collect()
}

/// 05_每日工作清单_<姓名>_<日期>.xlsx for every relationship manager with tasks, and
/// 06_网点任务下发_<网点>_<月份>.xlsx for every outlet.
pub fn write_exports(
    workspace: &mut Workspace,
    track: &Track,
    report: &Report,
    follow_up: &FollowUp,
    directory: &Directory,
) -> Result<Vec<Written>, AppError> {
    let people = workspace.store.people(None)?;
    let mut written = Vec::new();
    let mut values: Vec<(String, String, String, Vec<TaskRow>)> = Vec::new();
    let own = task_rows(workspace, follow_up, directory, "worklist", &people);
    let files = colleague_names(directory);
    for ((id, (name, _)), shown) in directory.staff.iter().zip(files) {
        let mut tasks: Vec<TaskRow> =
            own.iter().filter(|(owner, _)| *owner == Some(*id)).map(|(_, r)| r.clone()).collect();
        if tasks.is_empty() {
            continue;
        }
        sign(workspace, &mut tasks);
        let scripts = script_texts(workspace, &tasks, name)?;
        let input = WorklistInput {
            colleague: name,
            date: workspace.today,
            tasks: &tasks,
            scripts: &scripts,
            products: &workspace.products,
        };
        let bytes = workbook::write(&worklist::worklist_book(&input, &workspace.words), &workspace.words)?;
        let file = format!("05_每日工作清单_{shown}_{}.xlsx", workspace.today);
        let note = personal_note(workspace, &of_tasks("worklist", &tasks), "export", tasks.len());
        written.push(workspace.write_out(&file, &bytes, note)?);
        values.push((export_id(workspace, &id.to_string()), file, name.clone(), tasks));
    }
    let all = task_rows(workspace, follow_up, directory, "outlet", &people);
    let outlets: std::collections::BTreeSet<String> =
        directory.staff.values().map(|(_, o)| o.clone()).filter(|o| !o.is_empty()).collect();
    let outlet_of: BTreeMap<EmployerId, String> = crate::app::visit::rank::profiles(workspace)?
        .into_iter()
        .filter_map(|p| Some((p.employer_id, p.outlet?)))
        .collect();
    let all_outlets: Vec<Recipient<'_>> = outlets.iter().map(|o| Recipient { name: o, identity: o }).collect();
    let files = recipients::file_names(&all_outlets);
    for (outlet, shown) in outlets.iter().cloned().zip(files) {
        // A task without an owner goes to the employer's outlet, so that none is lost.
        let inside = |owner: Option<StaffId>, task: &Task| match owner {
            Some(o) => directory.staff.get(&o).is_some_and(|(_, o)| *o == outlet),
            None => outlet_of.get(&task.employer_id).is_some_and(|o| *o == outlet),
        };
        let mut tasks: Vec<TaskRow> = all
            .iter()
            .zip(&follow_up.tasks)
            .filter(|((owner, _), task)| inside(*owner, task))
            .map(|((_, row), _)| row.clone())
            .collect();
        sign(workspace, &mut tasks);
        let export_id = export_id(workspace, &outlet);
        let (employers, visits) = of_outlet(workspace, track, report, &outlet)?;
        let input = OutletInput {
            outlet: &outlet,
            month: month_start(workspace.today),
            export_id: &export_id,
            tasks: &tasks,
            employers: &employers,
            visits: &visits,
            names: directory.names(),
            products: &workspace.products,
        };
        let bytes = workbook::write(&worklist::outlet_book(&input, &workspace.words), &workspace.words)?;
        let file = format!("06_网点任务下发_{shown}_{}.xlsx", workspace.today.format("%Y-%m"));
        let note = personal_note(workspace, &of_tasks("outlet", &tasks), "export", tasks.len());
        written.push(workspace.write_out(&file, &bytes, note)?);
        values.push((export_id, file, outlet, tasks));
    }
    remember(workspace, values)?;
    remove_outdated(workspace, &written)?;
    Ok(written)
}

/// A part of a file name for every colleague, in the order of the directory; namesakes have their number behind.
fn colleague_names(directory: &Directory) -> Vec<String> {
    let twice = |name: &str| directory.staff.values().filter(|(other, _)| other == name).count() > 1;
    let name = |(id, (name, _)): (&StaffId, &(String, String))| match twice(name) {
        true => format!("{name}{id}"),
        false => name.clone(),
    };
    let names: Vec<String> = directory.staff.iter().map(name).collect();
    let identities: Vec<String> = directory.staff.iter().map(|(id, (name, _))| format!("{id} {name}")).collect();
    let all: Vec<Recipient<'_>> =
        names.iter().zip(&identities).map(|(name, identity)| Recipient { name, identity }).collect();
    recipients::file_names(&all)
}

/// Worklists and outlets' workbooks of an earlier run of the day whose recipient has none now: they hold whole names
/// and phones without a purpose. One that somebody has typed into stays.
fn remove_outdated(workspace: &Workspace, written: &[Written]) -> Result<(), AppError> {
    let folder = workspace.root.join(workspace.out_folder());
    for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ours = name.starts_with("05_") || name.starts_with("06_");
        if !ours || written.iter().any(|w| w.path.file_name() == path.file_name()) {
            continue;
        }
        remove_unchanged(workspace, &name)?;
    }
    Ok(())
}

/// Removes a file of the day (relative to its folder) unless somebody has typed into it since it was written.
///
/// # Errors
/// The file cannot be removed.
pub fn remove_unchanged(workspace: &Workspace, name: &str) -> Result<(), AppError> {
    let subject = format!("{}/{name}", workspace.out_folder());
    let path = workspace.root.join(&subject);
    let there = crate::files::open_own(&path).and_then(crate::files::sha256);
    let Ok((_, sha256)) = there else { return Ok(()) };
    if workspace.store.was_exported(&subject, &sha256)? {
        std::fs::remove_file(&path).map_err(|e| crate::app::workspace::open::failed(&path, &e))?;
    }
    Ok(())
}

/// What to say for the tasks' scripts, channel by channel, in the colleague's name.
fn script_texts(workspace: &Workspace, tasks: &[TaskRow], colleague: &str) -> Result<Vec<ScriptText>, AppError> {
    let rules = &workspace.rules.scripts;
    let context = serde_json::json!({ "branch": workspace.file.branch, "rm": colleague });
    let mut keys: Vec<&str> = Vec::new();
    for task in tasks {
        if !keys.contains(&task.script.as_str()) {
            keys.push(&task.script);
        }
    }
    let mut texts = Vec::new();
    for key in keys {
        let Some(rule) = rules.scripts.get(key) else { continue };
        let rendered = workspace.templates.render(&rule.template, &context)?;
        let sections = rule.channels.iter().map(String::as_str).chain(["points", "never"]);
        for section in sections {
            if let Some(text) = rules.section(&rendered, section) {
                let text = text.replace("<br>", "\n").replace('\\', "");
                texts.push(ScriptText { script: key.to_string(), section: section.to_string(), text });
            }
        }
    }
    Ok(texts)
}

fn sign(workspace: &Workspace, tasks: &mut [TaskRow]) {
    for task in tasks {
        task.row_key = Some(row_key(workspace, &task.task_id));
    }
}

/// Names an export: the same day and recipient give the same name, so that a second run is the same export.
fn export_id(workspace: &Workspace, recipient: &str) -> String {
    let text = format!("{}\n{recipient}", workspace.today);
    format!("X{}", &crate::rules::hex_sha256(text.as_bytes())[..10])
}

type OutletShare =
    (Vec<crate::engagement::contact::track::TrackedEmployer>, Vec<crate::engagement::report::summary::NextVisit>);

fn of_outlet(workspace: &Workspace, track: &Track, report: &Report, outlet: &str) -> Result<OutletShare, AppError> {
    let profiles = crate::app::visit::rank::profiles(workspace)?;
    let inside = |id| profiles.iter().any(|p| p.employer_id == id && p.outlet.as_deref() == Some(outlet));
    let employers = track.employers.iter().filter(|e| inside(e.employer_id)).cloned().collect();
    let visits = report.next_visits.iter().filter(|v| inside(v.employer_id)).cloned().collect();
    Ok((employers, visits))
}

/// The values sent are kept for the merge when a workbook comes back.
fn remember(workspace: &mut Workspace, exports: Vec<(String, String, String, Vec<TaskRow>)>) -> Result<(), AppError> {
    let today = workspace.today;
    workspace.store.transaction(|store| {
        for (export_id, file, recipient, tasks) in &exports {
            let values: Vec<(String, String, Option<String>)> = tasks
                .iter()
                .flat_map(|t| {
                    let key = t.row_key.clone().unwrap_or_default();
                    let fields = [("product", t.product.clone()), ("due", Some(t.due.to_string()))];
                    fields.map(|(field, value)| (key.clone(), field.to_string(), value))
                })
                .collect();
            store.record_export(export_id, file, recipient, today, &values)?;
        }
        Ok(())
    })
}

/// 07_督导看板.xlsx.
pub fn write_report(workspace: &Workspace, report: &Report, directory: &Directory) -> Result<Written, AppError> {
    let thresholds = thresholds::of(&workspace.rules);
    let context = dashboard::DashboardContext {
        thresholds: &thresholds,
        products: &workspace.products,
        top_alerts: workspace.rules.report.screen.top_alerts,
        branch: &workspace.file.branch,
        names: directory.names(),
    };
    let book = dashboard::dashboard_book(report, &context, &workspace.words);
    let bytes = workbook::write(&book, &workspace.words)?;
    workspace.write_out("07_督导看板.xlsx", &bytes, note("report", report.employers as usize))
}
