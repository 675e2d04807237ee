//! 05_每日工作清单 and 06_网点任务下发: a workbook for every colleague and every outlet, made side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use chrono::NaiveDate;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::app::contact::follow_up::FollowUp;
use crate::app::directory::Directory;
use crate::app::error::AppError;
use crate::app::outputs::clients::Clients;
use crate::app::outputs::shown::{Showing, TOGETHER, of_tasks, personal_note, remove_unchanged};
use crate::app::recipients::{self, Recipient, colleague_names};
use crate::app::report::dashboard;
use crate::app::scripts;
use crate::app::visit::{plan, rank};
use crate::app::workspace::leaving::{Dispatch, Leaving};
use crate::app::workspace::open::{OutNote, Workspace};
use crate::engagement::contact::followup::Task;
use crate::engagement::contact::track::{Track, TrackedEmployer};
use crate::engagement::contact::unowned::Lack;
use crate::engagement::contact::worklist::STAND_IN;
use crate::engagement::report::summary::{NextVisit, Report};
use crate::engagement::report::thresholds;
use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::timeline::{self, LateStep};
use crate::model::days::period::month_start;
use crate::model::{EmployerId, Param, Products, StaffId};
use crate::output::{self, Prepared, Written};
use crate::render::books::contact::tasks::TaskRow;
use crate::render::books::contact::worklist::{
    self, AwayNote, ColleagueTasks, LateNote, OutletInput, ScriptText, WorklistInput,
};
use crate::render::table::Cell;
use crate::render::templates::Templates;
use crate::render::words::Words;
use crate::render::workbook::{self, Book, mark};
use crate::rules::Rules;
use crate::rules::visit::pack::scripts::ScriptKind;

/// 05_每日工作清单_<姓名>_<日期>.xlsx for every colleague with tasks or overdue steps of visits, and
/// 06_网点任务下发_<网点>_<月份>.xlsx for every outlet. `watch` is told how many of how many are written.
///
/// # Errors
/// A file cannot be made or written; those before it are.
pub fn write_exports(
    workspace: &Workspace,
    track: &Track,
    report: &Report,
    follow_up: &FollowUp,
    directory: &Directory,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Written>, AppError> {
    let (own, all) = {
        let shown = |output: &str| {
            let levels = workspace.rules.masking.of(output);
            Showing::load(workspace, &levels, follow_up.tasks.iter().map(|task| task.employee_id))
        };
        (shown("worklist")?, shown("outlet")?)
    };
    let clients = Clients::load(workspace, follow_up.tasks.iter().map(|task| task.employee_id))?;
    let workbooks = workbooks(workspace, track, report, follow_up, directory)?;
    let mut written = Vec::new();
    for part in workbooks.chunks(TOGETHER) {
        watch(written.len(), workbooks.len());
        let maker = Maker::of(workspace, directory, (&own, &all), &clients)?;
        let (root, folder) = (&workspace.root, workspace.out_folder());
        let make = |of: &Workbook<'_>| {
            let (bytes, made) = maker.make(of)?;
            Ok((output::prepare(root, &format!("{folder}/{}", of.file), &bytes)?, made))
        };
        let made: Vec<(Prepared, Made)> = part.par_iter().map(make).collect::<Result<_, AppError>>()?;
        let (ready, leaving): (Vec<(Prepared, OutNote)>, Vec<Leaving>) = made
            .into_iter()
            .map(|(ready, made)| {
                let note = personal_note(workspace, &made.has, "export", made.rows);
                ((ready, note), made.leaving)
            })
            .unzip();
        written.extend(workspace.place_all(ready, |store| leaving.iter().try_for_each(|l| l.record(store)))?);
    }
    remove_outdated(workspace, &written)?;
    Ok(written)
}

/// A colleague's worklist of the day as it comes back: with what is `told` of its first rows typed in, by row and field.
/// `None` when nobody has so many tasks. For the demo, whose colleagues are invented.
///
/// # Errors
/// As [`write_exports`].
pub fn filled_worklist(
    workspace: &Workspace,
    stages: (&Track, &Report, &FollowUp),
    directory: &Directory,
    told: &[BTreeMap<String, Cell>],
) -> Result<Option<(String, Vec<u8>)>, AppError> {
    let (track, report, follow_up) = stages;
    let levels = workspace.rules.masking.of("worklist");
    let showing = Showing::load(workspace, &levels, follow_up.tasks.iter().map(|task| task.employee_id))?;
    let clients = Clients::load(workspace, follow_up.tasks.iter().map(|task| task.employee_id))?;
    let maker = Maker::of(workspace, directory, (&showing, &showing), &clients)?;
    let today = |of: &&Workbook<'_>| {
        let due = of.tasks.iter().filter(|t| t.on.is_some_and(|on| on <= workspace.today)).count();
        of.outlet.is_none() && due >= told.len()
    };
    let list = workbooks(workspace, track, report, follow_up, directory)?;
    let Some(of) = list.iter().find(today) else { return Ok(None) };
    let (mut book, _) = maker.book(of)?;
    mark::fill(&mut book, told);
    Ok(Some((of.file.clone(), workbook::write(&book, &workspace.words)?)))
}

/// A workbook to be made.
struct Workbook<'a> {
    file: String,
    recipient: String,
    tasks: Vec<&'a Task>,
    /// Of a colleague who is away today.
    away: Option<AwayNote>,
    /// Steps of visits that are overdue and a colleague is told of, and how many of them are others'.
    late: Vec<LateStep>,
    of_others: i64,
    /// What an outlet gets beside its tasks; `None`: the workbook of a colleague.
    outlet: Option<Outlet>,
}

/// What an outlet is told of its employers.
#[derive(Debug, Default)]
struct Outlet {
    colleagues: Vec<ColleagueTasks>,
    employers: Vec<TrackedEmployer>,
    visits: Vec<NextVisit>,
}

/// All workbooks, in the order in which they are written.
fn workbooks<'a>(
    workspace: &Workspace,
    track: &Track,
    report: &Report,
    follow_up: &'a FollowUp,
    directory: &Directory,
) -> Result<Vec<Workbook<'a>>, AppError> {
    let outlet_of: BTreeMap<EmployerId, String> =
        rank::profiles(workspace)?.into_iter().filter_map(|p| Some((p.employer_id, p.outlet?))).collect();
    let mut of_colleague: BTreeMap<StaffId, Vec<&Task>> = BTreeMap::new();
    let mut of_outlet: BTreeMap<&str, Vec<&Task>> = BTreeMap::new();
    // A task stands in one list: its owner's; without one in that of the employer's outlet, so that none is lost.
    for task in &follow_up.tasks {
        match (task.owner, outlet_of.get(&task.employer_id)) {
            (Some(owner), _) => of_colleague.entry(owner).or_default().push(task),
            (None, Some(outlet)) => of_outlet.entry(outlet).or_default().push(task),
            (None, None) => {}
        }
    }
    let mut colleagues: BTreeMap<&str, Vec<ColleagueTasks>> = BTreeMap::new();
    for (id, tasks) in &of_colleague {
        let Some((name, outlet)) = directory.staff.get(id).filter(|(_, outlet)| !outlet.is_empty()) else { continue };
        let count = |is: &dyn Fn(&&&Task) -> bool| tasks.iter().filter(is).count() as i64;
        colleagues.entry(outlet).or_default().push(ColleagueTasks {
            name: name.clone(),
            today: count(&|t| t.on.is_some_and(|d| d <= workspace.today)),
            later: count(&|t| t.on.is_some_and(|d| d > workspace.today)),
            waiting: count(&|t| t.on.is_none()),
            away_until: follow_up.away.get(id).map(|(_, until)| *until),
        });
    }
    let overdue = dashboard::overdue_steps(workspace)?;
    let manager = plan::manager(workspace, &plan::colleagues(workspace)?);
    let mut list = Vec::new();
    for ((id, (name, _)), shown) in directory.staff.iter().zip(colleague_names(directory)) {
        let tasks = of_colleague.remove(id).unwrap_or_default();
        let late = timeline::told_of(&workspace.rules.timeline, &overdue, *id, manager);
        if tasks.is_empty() && late.is_empty() {
            continue;
        }
        list.push(Workbook {
            file: format!("05_每日工作清单_{shown}_{}.xlsx", workspace.today),
            recipient: name.clone(),
            away: if tasks.is_empty() { None } else { away_note(*id, tasks.len(), follow_up, directory) },
            of_others: late.iter().filter(|step| step.owner != Some(*id)).count() as i64,
            late,
            tasks,
            outlet: None,
        });
    }
    let outlets: BTreeSet<&str> = directory.staff.values().map(|(_, o)| o.as_str()).filter(|o| !o.is_empty()).collect();
    let mut told: BTreeMap<&str, Outlet> = BTreeMap::new();
    for employer in &track.employers {
        if let Some(outlet) = outlet_of.get(&employer.employer_id) {
            told.entry(outlet).or_default().employers.push(employer.clone());
        }
    }
    for visit in &report.next_visits {
        if let Some(outlet) = outlet_of.get(&visit.employer_id) {
            told.entry(outlet).or_default().visits.push(visit.clone());
        }
    }
    let recipients: Vec<Recipient<'_>> = outlets.iter().map(|o| Recipient { name: o, identity: o }).collect();
    for (outlet, shown) in outlets.iter().zip(recipients::file_names(&recipients)) {
        list.push(Workbook {
            file: format!("06_网点任务下发_{shown}_{}.xlsx", workspace.today.format("%Y-%m")),
            recipient: outlet.to_string(),
            tasks: of_outlet.remove(outlet).unwrap_or_default(),
            away: None,
            late: Vec::new(),
            of_others: 0,
            outlet: Some(Outlet {
                colleagues: colleagues.remove(outlet).unwrap_or_default(),
                ..told.remove(outlet).unwrap_or_default()
            }),
        });
    }
    Ok(list)
}

/// What the list of a colleague says who is away today and has so many tasks.
fn away_note(id: StaffId, tasks: usize, follow_up: &FollowUp, directory: &Directory) -> Option<AwayNote> {
    let (from, until) = *follow_up.away.get(&id)?;
    let names = |ids: BTreeSet<StaffId>| ids.into_iter().filter_map(|id| directory.colleague(Some(id))).collect();
    let promised = follow_up.tasks.iter().filter(|t| {
        t.owner != Some(id)
            && t.credit.first().is_some_and(|share| share.staff_id == id)
            && t.reasons.iter().any(|r| &*r.rule == STAND_IN)
    });
    let to_assign = follow_up.unowned.iter().filter(|u| u.lack == Lack::Away && u.owners.contains(&id));
    Some(AwayNote {
        from,
        until,
        tasks: tasks as i64,
        decides: names(to_assign.filter_map(|u| u.decides).collect()),
        promised: promised.clone().count() as i64,
        stand_ins: names(promised.filter_map(|t| t.owner).collect()),
    })
}

/// What workbooks are made from; nothing of it is the store, so that several threads make them.
struct Maker<'a> {
    words: &'a Words,
    products: &'a Products,
    rules: &'a Rules,
    templates: &'a Templates,
    branch: &'a str,
    today: NaiveDate,
    directory: &'a Directory,
    own: &'a Showing,
    all: &'a Showing,
    clients: &'a Clients,
    thresholds: Vec<(&'static str, Param)>,
    linter: Linter<'a>,
    dispatch: Dispatch<'a>,
}

/// What is to be recorded of a workbook.
struct Made {
    has: Vec<(&'static str, crate::model::imported::PersonalField)>,
    rows: usize,
    leaving: Leaving,
}

impl<'a> Maker<'a> {
    fn of(
        workspace: &'a Workspace,
        directory: &'a Directory,
        (own, all): (&'a Showing, &'a Showing),
        clients: &'a Clients,
    ) -> Result<Maker<'a>, AppError> {
        Ok(Maker {
            words: &workspace.words,
            products: &workspace.products,
            rules: &workspace.rules,
            templates: &workspace.templates,
            branch: &workspace.file.branch,
            today: workspace.today,
            directory,
            own,
            all,
            clients,
            thresholds: thresholds::of(&workspace.rules),
            linter: scripts::linter(&workspace.rules)?,
            dispatch: Dispatch::of(workspace),
        })
    }

    fn make(&self, of: &Workbook<'_>) -> Result<(Vec<u8>, Made), AppError> {
        let (book, made) = self.book(of)?;
        Ok((workbook::write(&book, self.words)?, made))
    }

    /// The workbook, ready to leave.
    fn book(&self, of: &Workbook<'_>) -> Result<(Book, Made), AppError> {
        let (output, showing) = if of.outlet.is_some() { ("outlet", self.all) } else { ("worklist", self.own) };
        let row = |task: &&Task| TaskRow {
            client: self.clients.line(task.employee_id),
            ..showing.task(task, self.rules, self.directory)
        };
        let tasks: Vec<TaskRow> = of.tasks.iter().map(row).collect();
        let kind = if of.outlet.is_some() { "outlet" } else { "worklist" };
        let mut book = match &of.outlet {
            Some(outlet) => worklist::outlet_book(
                &OutletInput {
                    outlet: &of.recipient,
                    month: month_start(self.today),
                    tasks: &tasks,
                    colleagues: &outlet.colleagues,
                    employers: &outlet.employers,
                    visits: &outlet.visits,
                    names: self.directory.names(),
                    products: self.products,
                },
                self.words,
            ),
            None => worklist::worklist_book(
                &WorklistInput {
                    colleague: &of.recipient,
                    away: of.away.as_ref(),
                    date: self.today,
                    tasks: &tasks,
                    scripts: &self.script_texts(&tasks, &of.recipient)?,
                    thresholds: &self.thresholds,
                    products: self.products,
                    late: (!of.late.is_empty()).then_some(LateNote {
                        steps: &of.late,
                        of_others: of.of_others,
                        escalate_days: self.rules.timeline.overdue.escalate_days,
                        names: self.directory.names(),
                    }),
                },
                self.words,
            ),
        };
        let leaving = self.dispatch.ready(&mut book, kind, &of.file, &of.recipient);
        Ok((book, Made { has: of_tasks(output, &tasks), rows: tasks.len(), leaving }))
    }

    /// What to say for the tasks' scripts, channel by channel, in the colleague's name.
    fn script_texts(&self, tasks: &[TaskRow], colleague: &str) -> Result<Vec<ScriptText>, AppError> {
        let rules = &self.rules.scripts;
        let context = serde_json::json!({ "branch": self.branch, "rm": colleague, "spoken_only": false });
        let mut keys: Vec<&str> = Vec::new();
        for task in tasks {
            if !keys.contains(&task.script.as_str()) {
                keys.push(&task.script);
            }
        }
        let mut texts = Vec::new();
        for key in keys {
            // Scenes are filled for an employer, in its handbook alone.
            let script = rules.scripts.get(key).filter(|rule| rule.kind == ScriptKind::Rule);
            let Some(rule) = script else { continue };
            let rendered = self.templates.render(&rule.template, &context)?;
            // Shipped scripts of follow-up are filled with two names only; they are looked through before they are shipped.
            scripts::refuse(&self.linter, self.templates, (&rule.template, ""), &rendered)?;
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
}

/// Worklists and outlets' workbooks of an earlier run of the day whose recipient has nothing to do now: they hold whole names
/// and phones without a purpose. One that somebody has typed into stays.
fn remove_outdated(workspace: &Workspace, written: &[Written]) -> Result<(), AppError> {
    let folder = workspace.root.join(workspace.out_folder());
    let kept: BTreeSet<OsString> = written.iter().filter_map(|w| Some(w.path.file_name()?.to_os_string())).collect();
    for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ours = name.starts_with("05_") || name.starts_with("06_");
        if !ours || path.file_name().is_some_and(|name| kept.contains(name)) {
            continue;
        }
        remove_unchanged(workspace, &name)?;
    }
    Ok(())
}
