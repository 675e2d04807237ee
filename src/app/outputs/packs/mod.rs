//! The documents of a visit (进企资料包).

mod forms;
mod invited;
mod press;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::app::error::AppError;
use crate::app::outputs::packs::invited::{Ground, invited_workbook};
use crate::app::outputs::packs::press::{Made, Press};
use crate::app::reveal;
use crate::app::scripts::Doubt;
use crate::app::visit::answers;
use crate::app::visit::pack_folders::{self, PackFolders, Void};
use crate::app::visit::plan;
use crate::app::visit::rank;
use crate::app::workspace::leaving::Dispatch;
use crate::app::workspace::materials::LinkSetting;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::pack::needs;
use crate::engagement::visit::pack::{self, KeyPerson, LinkView, MemberView, PackContext, PackInput};
use crate::engagement::visit::planned::Visit;
use crate::model::imported::PersonalField;
use crate::model::personal::MaskLevel;
use crate::model::{Param, VisitId};
use crate::output::Written;
use crate::render::books::visit::plan::Typed;
use crate::render::books::visit::team;
use crate::render::{publicity, workbook};
use crate::store::import::people::Person;

/// Makes the documents of one employer's visit, or of all visits still to come. Those of visits that were moved or cancelled
/// are set aside first. `seen` hears how many packs are written, and of how many.
///
/// # Errors
/// No such visit, a template that cannot be filled, or a file that cannot be written.
pub fn pack(
    workspace: &mut Workspace,
    employer: Option<&str>,
    seen: &mut dyn FnMut(usize, usize),
) -> Result<Packed, AppError> {
    workspace.refresh_facts()?;
    let void = pack_folders::set_aside(workspace)?;
    let mut visits = to_come(workspace)?;
    if let Some(text) = employer {
        let id = crate::app::employers::employer_named(workspace, text)?;
        visits.retain(|v| v.employer_id == id);
        if visits.is_empty() {
            return Err(AppError::UnknownVisit { text: text.to_string() });
        }
    }
    let all = visits.len();
    made(workspace, &visits, void, &mut |done| seen(done, all))
}

/// The packs that were made, and what became of others.
#[derive(Debug, Default)]
pub struct Packed {
    /// Whose they are.
    pub visits: BTreeSet<VisitId>,
    pub written: Vec<Written>,
    /// What of the texts is to be looked at before it leaves.
    pub doubts: BTreeSet<Doubt>,
    /// Those of visits that were moved or cancelled.
    pub void: Void,
}

/// Sets aside the packs of visits that were moved or cancelled, and makes those of `changed` visits anew: where one was made
/// before, or all of today's are there.
///
/// # Errors
/// As [`pack()`].
pub fn repack(workspace: &mut Workspace, changed: &BTreeSet<VisitId>) -> Result<Packed, AppError> {
    workspace.refresh_facts()?;
    let packed = pack_folders::packed(workspace, &PackFolders::load(workspace)?);
    let all = workspace.root.join(workspace.out_folder()).join(pack_folders::FOLDER).is_dir();
    let void = pack_folders::set_aside(workspace)?;
    let mut visits = to_come(workspace)?;
    visits.retain(|v| changed.contains(&v.visit_id) && (all || packed.contains(&v.employer_id)));
    if visits.is_empty() {
        return Ok(Packed { void, ..Packed::default() });
    }
    made(workspace, &visits, void, &mut |_| {})
}

fn made(workspace: &Workspace, visits: &[Visit], void: Void, seen: &mut dyn FnMut(usize)) -> Result<Packed, AppError> {
    let (written, doubts) = write(workspace, visits, seen)?;
    Ok(Packed { visits: visits.iter().map(|visit| visit.visit_id).collect(), written, doubts, void })
}

/// Visits whose day has not passed.
fn to_come(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let mut visits = plan::show(workspace)?;
    visits.retain(|v| v.date >= workspace.today);
    Ok(visits)
}

/// Visits whose documents are held at once.
const AT_ONCE: usize = 32;

/// Makes the documents of visits on all cores, and writes them in the order of the visits; `seen` hears how many are written.
fn write(
    workspace: &Workspace,
    visits: &[Visit],
    seen: &mut dyn FnMut(usize),
) -> Result<(Vec<Written>, BTreeSet<Doubt>), AppError> {
    let profiles = rank::profiles(workspace)?;
    let beside = rank::beside_peers(workspace)?;
    let needs_of = rank::needs_from(workspace, &profiles, &beside)?;
    let people = plan::colleagues(workspace)?;
    let folders = PackFolders::load(workspace)?;
    let typed = typed(workspace)?;
    let ground = Ground::load(workspace, &profiles)?;
    let press = Press::new(workspace)?;
    let (mut written, mut doubts, mut done) = (Vec::new(), BTreeSet::new(), 0);
    for some in visits.chunks(AT_ONCE) {
        let mut contexts = Vec::with_capacity(some.len());
        for visit in some {
            let Some(profile) = profiles.iter().find(|p| p.employer_id == visit.employer_id) else { continue };
            let contact = key_person(workspace, visit)?;
            let branch = &workspace.file.branch;
            let (beside, needs) = (beside.get(&visit.employer_id), needs::of(&needs_of, visit.employer_id));
            let (rules, needs) = (&workspace.rules, &needs.on(visit.date));
            let input = PackInput { rules, branch, visit, profile, beside, needs, people: &people, contact };
            let mut context = ground.invite(workspace, visit, &people, &typed, pack::pack(&input))?;
            publicise(workspace, &mut context);
            contexts.push((folders.name(visit.employer_id, visit.date), context));
        }
        let documents = contexts.par_iter().map(|(folder, context)| press.documents(context, folder));
        let made = documents.collect::<Result<Vec<(Vec<Made>, Vec<Doubt>)>, AppError>>()?;
        for ((_, context), (files, found)) in contexts.iter().zip(made) {
            doubts.extend(found);
            for file in files {
                written.push(place(workspace, context, &typed, file)?);
            }
            done += 1;
            seen(done);
        }
    }
    Ok((written, doubts))
}

/// Writes a file of a visit into its folder.
fn place(workspace: &Workspace, context: &PackContext, typed: &Typed, made: Made) -> Result<Written, AppError> {
    match made {
        Made::Ready { name, bytes, data } => {
            let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &data);
            workspace.write_out(&name, &bytes, OutNote { purpose: "pack", rows: 1, columns, mask_level })
        }
        Made::Team { name } => team_workbook(workspace, context, typed, &name),
        Made::Invited { name } => invited_workbook(workspace, context, typed, &name),
    }
}

/// Puts in what the branch has set for its publicity, and the text message in its words.
fn publicise(workspace: &Workspace, context: &mut PackContext) {
    let links = &workspace.file.materials.links;
    if !links.is_empty() {
        // One of the branch's own that has no label goes by its key.
        let known = |key: &str| workspace.words.has(&format!("material_link.{key}"));
        let label = |link: &LinkSetting| link.label.clone().or_else(|| (!known(&link.key)).then(|| link.key.clone()));
        context.links = links.iter().map(|l| LinkView { key: l.key.clone(), label: label(l) }).collect();
    }
    context.sms = publicity::sms(context, &workspace.words);
}

/// The contact as the masking rules let the pack show them.
fn key_person(workspace: &Workspace, visit: &Visit) -> Result<Option<KeyPerson>, AppError> {
    let known = workspace.store.key_person(visit.employer_id, workspace.today)?;
    let title = known.title.unwrap_or_default();
    let person = Person { name: known.name, phone: known.phone, ..Person::default() };
    let shown = reveal::show(Some(&person), &workspace.rules.masking.of("pack"));
    Ok((!shown.name.is_empty()).then_some(KeyPerson { name: shown.name, title, phone: shown.phone }))
}

/// What was typed into 人员分工表 before. Phones are shown whole or not at all: a masked one that comes back would pass for
/// another.
fn typed(workspace: &Workspace) -> Result<Typed, AppError> {
    let mut typed = answers::typed(&workspace.store, workspace.today)?;
    if workspace.rules.masking.of("team").phone != MaskLevel::Whole {
        typed.values_mut().for_each(|fields| {
            fields.remove("phone");
        });
    }
    Ok(typed)
}

/// 人员分工表, which comes back from those who go.
fn team_workbook(workspace: &Workspace, context: &PackContext, typed: &Typed, name: &str) -> Result<Written, AppError> {
    let words = &workspace.words;
    let mut book = team::team_book(context, typed, words);
    let recipient = words.fill("team_book.recipient", &[("employer", Param::Text(context.unit.name.clone()))]);
    let leaving = Dispatch::of(workspace).ready(&mut book, "team", name, &recipient);
    let bytes = workbook::write(&book, words)?;
    let key = |member: &MemberView| format!("{}/{}", context.visit.visit_id, member.part());
    let phones = context.team.iter().any(|m| typed.get(&key(m)).is_some_and(|fields| fields.contains_key("phone")));
    let has: Vec<(&str, PersonalField)> = phones.then_some(("team", PersonalField::Phone)).into_iter().collect();
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &has);
    let note = OutNote { purpose: "pack", rows: leaving.rows, columns, mask_level };
    workspace.write_out_recorded(name, &bytes, note, |store| leaving.record(store))
}
