//! Takes what is told of a visit's steps.

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::visit::answers;
use crate::app::visit::named::find_any;
use crate::app::visit::plan::tell_done;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::planned::{Step, Visit};
use crate::engagement::visit::withdrawn;
use crate::intake::same_words;
use crate::model::returns::answer::{Answer, Subject};
use crate::render::books::visit::part::step_name;

/// A step of a visit is done.
///
/// # Errors
/// No such visit or step, a day that has not come, or the store cannot be written.
pub fn step_done(
    workspace: &mut Workspace,
    visit: &str,
    step: &str,
    on: Option<NaiveDate>,
    note: Option<String>,
    dry_run: bool,
) -> Result<Visit, AppError> {
    let on = on.unwrap_or(workspace.today);
    if on > workspace.today {
        return Err(AppError::DayAhead { field: "done_on".into(), date: on });
    }
    let (_, mut plan) = find_any(workspace, visit)?;
    withdrawn::leave_notice(&mut plan, workspace.today);
    let key = step_named(workspace, &plan, step)?;
    let due = plan.steps.iter().find(|s| s.key() == key).map(|s| s.due);
    if on < plan.date && due.is_some_and(|due| due >= plan.date) {
        return Err(AppError::StepTooEarly { visit: plan.visit_id, date: plan.date });
    }
    let subject = Subject::Step(plan.visit_id, key);
    workspace.tried(dry_run, |workspace| {
        let values = [("done", Some("yes".to_string())), ("done_on", Some(on.to_string())), ("remark", note)];
        answers::say(workspace, &subject, &values)?;
        with_steps_told(workspace, plan)
    })
}

/// A step of a visit that was ticked off by mistake is open again; what was said before stays in the history. A note that
/// came with the tick goes with it.
///
/// # Errors
/// No such visit or step, one that is open, or the store cannot be written.
pub fn step_undone(workspace: &mut Workspace, visit: &str, step: &str, dry_run: bool) -> Result<Visit, AppError> {
    let (_, mut plan) = find_any(workspace, visit)?;
    withdrawn::leave_notice(&mut plan, workspace.today);
    let plan = with_steps_told(workspace, plan)?;
    let key = step_named(workspace, &plan, step)?;
    let told = |s: &&Step| s.key() == key && s.done.as_ref().is_some_and(|done| done.state != "no");
    let Some(ticked) = plan.steps.iter().find(told) else {
        return Err(AppError::StepOpen { visit: plan.visit_id, step: step.to_string() });
    };
    let subject = Subject::Step(plan.visit_id, ticked.key());
    workspace.tried(dry_run, |workspace| {
        let said = workspace.store.answers_of(&subject)?;
        let says = |answer: &Answer, field: &str, text: Option<&str>| {
            answer.values.iter().any(|v| v.field == field && (text.is_none() || v.value.as_deref() == text))
        };
        let with_tick = |note: &str| said.iter().any(|a| says(a, "done", None) && says(a, "remark", Some(note)));
        let holds = |field: &str, value: &str| match field {
            "done" | "done_on" => false,
            "remark" => !with_tick(value),
            _ => true,
        };
        answers::unsay(workspace, &subject, holds)?;
        with_steps_told(workspace, plan)
    })
}

/// A visit with what was told of its steps.
fn with_steps_told(workspace: &Workspace, plan: Visit) -> Result<Visit, AppError> {
    let mut plans = [plan];
    tell_done(workspace, &mut plans)?;
    let [plan] = plans;
    Ok(plan)
}

/// The key of the step of a visit that a text names: by its key, its name, or the words of the name before a bracket. One
/// of several, such as publicity by different channels, is named with its channel.
fn step_named(workspace: &Workspace, plan: &Visit, text: &str) -> Result<String, AppError> {
    let words = &workspace.words;
    let shown = |s: &Step| step_name(&s.step, s.channel.as_deref(), words);
    let exactly = plan.steps.iter().find(|s| s.key() == text.trim() || same_words(&shown(s), text));
    let alike = |s: &&Step| {
        let name = step_name(&s.step, None, words);
        let short = name.split(['（', '(']).next().unwrap_or_default();
        s.step == text.trim() || same_words(&name, text) || same_words(short, text)
    };
    let alike: Vec<&Step> = plan.steps.iter().filter(alike).collect();
    match (exactly, alike.as_slice()) {
        (Some(step), _) => Ok(step.key()),
        (None, [only]) => Ok(only.key()),
        (None, several) => {
            let list = if several.is_empty() { plan.steps.iter().collect() } else { several.to_vec() };
            let list = list.into_iter().map(shown).collect();
            Err(AppError::NotListed { field: "step".into(), text: text.to_string(), list })
        }
    }
}
