//! The documents of a visit (进企资料包).

mod forms;
mod invited;

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::outputs::packs::forms::Languages;
use crate::app::outputs::packs::invited::{Ground, invited_workbook};
use crate::app::reveal;
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
use crate::model::text::file_name::safe_name;
use crate::model::{Param, VisitId};
use crate::output::Written;
use crate::render::books::visit::plan::Typed;
use crate::render::books::visit::team;
use crate::render::document::Document;
use crate::render::picture::Pictures;
use crate::render::words::Lang;
use crate::render::{docx, html, publicity, workbook};
use crate::rules::visit::pack::documents::OutputKind;
use crate::store::import::people::Person;

/// Makes the documents of one employer's visit, or of all visits still to come. Those of visits that were moved or cancelled
/// are set aside first.
///
/// # Errors
/// No such visit, a template that cannot be filled, or a file that cannot be written.
pub fn pack(workspace: &mut Workspace, employer: Option<&str>) -> Result<Packed, AppError> {
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
    made(workspace, &visits, void)
}

/// The packs that were made, and what became of others.
#[derive(Debug, Default)]
pub struct Packed {
    /// Whose they are.
    pub visits: BTreeSet<VisitId>,
    pub written: Vec<Written>,
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
    made(workspace, &visits, void)
}

fn made(workspace: &Workspace, visits: &[Visit], void: Void) -> Result<Packed, AppError> {
    let written = write(workspace, visits)?;
    Ok(Packed { visits: visits.iter().map(|visit| visit.visit_id).collect(), written, void })
}

/// Visits whose day has not passed.
fn to_come(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let mut visits = plan::show(workspace)?;
    visits.retain(|v| v.date >= workspace.today);
    Ok(visits)
}

fn write(workspace: &Workspace, visits: &[Visit]) -> Result<Vec<Written>, AppError> {
    let profiles = rank::profiles(workspace)?;
    let beside = rank::beside_peers(workspace)?;
    let needs_of = rank::needs_from(workspace, &profiles, &beside)?;
    let people = plan::colleagues(workspace)?;
    let folders = PackFolders::load(workspace)?;
    let typed = typed(workspace)?;
    let languages = Languages::load(workspace)?;
    let pictures = workspace.file.materials.pictures(&workspace.root)?;
    let ground = Ground::load(workspace, &profiles)?;
    let mut written = Vec::new();
    for visit in visits {
        let Some(profile) = profiles.iter().find(|p| p.employer_id == visit.employer_id) else { continue };
        let contact = key_person(workspace, visit)?;
        let branch = &workspace.file.branch;
        let (beside, needs) = (beside.get(&visit.employer_id), needs::of(&needs_of, visit.employer_id));
        let (rules, needs) = (&workspace.rules, &needs.on(visit.date));
        let input = PackInput { rules, branch, visit, profile, beside, needs, people: &people, contact };
        let mut context = ground.invite(workspace, visit, &people, &typed, pack::pack(&input))?;
        publicise(workspace, &mut context);
        let folder = folders.name(visit.employer_id, visit.date);
        written.extend(documents(workspace, &languages, &context, &typed, &pictures, &folder)?);
    }
    Ok(written)
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

/// Personal data in the documents of a visit: those of the employer's contact, where one is known.
fn contact_data(context: &PackContext) -> Vec<(&'static str, PersonalField)> {
    let phone = context.contact.as_ref().is_some_and(|c| !c.phone.is_empty());
    let name = context.contact.as_ref().map(|_| ("pack", PersonalField::Name));
    name.into_iter().chain(phone.then_some(("pack", PersonalField::Phone))).collect()
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

/// Writes the documents of a visit into its folder.
fn documents(
    workspace: &Workspace,
    languages: &Languages,
    context: &PackContext,
    typed: &Typed,
    pictures: &Pictures,
    folder: &str,
) -> Result<Vec<Written>, AppError> {
    let mut written = Vec::new();
    for (key, rule) in workspace.rules.documents.ordered() {
        if rule.letters && context.guests.letters.is_empty() {
            continue;
        }
        let file_name = match workspace.words.lang() {
            Lang::ZhCn => &rule.file_name,
            Lang::En => &rule.file_name_en,
        };
        let name = format!("{}/{folder}/{}.{}", pack_folders::FOLDER, safe_name(file_name), rule.output.extension());
        let Some(template) = &rule.template else {
            written.push(match (rule.form, key) {
                (Some(form), _) => {
                    forms::write(workspace, languages, context, (form, rule.audience.as_deref()), &name)?
                }
                (None, "invited") => invited_workbook(workspace, context, typed, &name)?,
                (None, _) => team_workbook(workspace, context, typed, &name)?,
            });
            continue;
        };
        let markdown = workspace.templates.render(template, &context.for_audience(rule.audience.as_deref()))?;
        let mut document = Document::new(format!("{} {file_name}", context.unit.name), &markdown);
        document.landscape = rule.landscape;
        document.paper = rule.paper;
        document.style = rule.style;
        document.accent = workspace.file.materials.accent();
        document.pictures = pictures.clone();
        let bytes = match rule.output {
            OutputKind::Html => html::write(&document, &workspace.words).into_bytes(),
            OutputKind::Txt => markdown.into_bytes(),
            _ => docx::write(&document, &workspace.words)?,
        };
        let data = if rule.guests { invited::names(context) } else { contact_data(context) };
        let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &data);
        let note = OutNote { purpose: "pack", rows: 1, columns, mask_level };
        written.push(workspace.write_out(&name, &bytes, note)?);
    }
    Ok(written)
}
