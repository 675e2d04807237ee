//! The documents of a visit (进企资料包).

use std::collections::{BTreeMap, BTreeSet};

use crate::app::error::AppError;
use crate::app::reveal;
use crate::app::scripts;
use crate::app::visit::answers;
use crate::app::visit::pack_folders::{self, PackFolders};
use crate::app::visit::plan;
use crate::app::visit::rank;
use crate::app::workspace::leaving::Dispatch;
use crate::app::workspace::open::OutNote;
use crate::app::workspace::open::Workspace;
use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::pack::{self, KeyPerson, MemberView, PackContext, PackInput};
use crate::engagement::visit::planned::Visit;
use crate::model::imported::PersonalField;
use crate::model::personal::MaskLevel;
use crate::model::text::file_name::safe_name;
use crate::model::{Param, VisitId};
use crate::output::Written;
use crate::render::books::visit::plan::Typed;
use crate::render::books::visit::team;
use crate::render::document::Document;
use crate::render::{docx, html, workbook};
use crate::rules::visit::pack::documents::OutputKind;
use crate::store::import::people::Person;

/// Makes the documents of one employer's visit, or of all visits still to come. Those of visits that were moved or cancelled
/// are set aside first.
///
/// # Errors
/// No such visit, a template that cannot be filled, or a file that cannot be written.
pub fn pack(workspace: &mut Workspace, employer: Option<&str>) -> Result<Vec<Written>, AppError> {
    workspace.refresh_facts()?;
    pack_folders::set_aside(workspace)?;
    let mut visits = to_come(workspace)?;
    if let Some(text) = employer {
        let id = crate::app::employers::employer_named(workspace, text)?;
        visits.retain(|v| v.employer_id == id);
        if visits.is_empty() {
            return Err(AppError::UnknownVisit { text: text.to_string() });
        }
    }
    write(workspace, &visits)
}

/// The packs that were made anew after a change of the plan.
#[derive(Debug, Default)]
pub struct Repacked {
    pub written: Vec<Written>,
    /// Where the packs of visits that were moved or cancelled lie now, relative to the workspace.
    pub set_aside: Vec<String>,
}

/// Sets aside the packs of visits that were moved or cancelled, and makes those of `changed` visits anew: where one was made
/// before, or all of today's are there.
///
/// # Errors
/// As [`pack()`].
pub fn repack(workspace: &mut Workspace, changed: &BTreeSet<VisitId>) -> Result<Repacked, AppError> {
    workspace.refresh_facts()?;
    let packed = pack_folders::packed(workspace, &PackFolders::load(workspace)?);
    let all = workspace.root.join(workspace.out_folder()).join(pack_folders::FOLDER).is_dir();
    let set_aside = pack_folders::set_aside(workspace)?;
    let mut visits = to_come(workspace)?;
    visits.retain(|v| changed.contains(&v.visit_id) && (all || packed.contains(&v.employer_id)));
    let written = if visits.is_empty() { Vec::new() } else { write(workspace, &visits)? };
    Ok(Repacked { written, set_aside })
}

/// Visits whose day has not passed.
fn to_come(workspace: &Workspace) -> Result<Vec<Visit>, AppError> {
    let mut visits = plan::show(workspace)?;
    visits.retain(|v| v.date >= workspace.today);
    Ok(visits)
}

fn write(workspace: &Workspace, visits: &[Visit]) -> Result<Vec<Written>, AppError> {
    let profiles = rank::profiles(workspace)?;
    let people = plan::colleagues(workspace)?;
    let folders = PackFolders::load(workspace)?;
    let typed = typed(workspace)?;
    let linter = scripts::linter(&workspace.rules)?;
    let mut written = Vec::new();
    for visit in visits {
        let Some(profile) = profiles.iter().find(|p| p.employer_id == visit.employer_id) else { continue };
        let contact = key_person(workspace, visit)?;
        let branch = &workspace.file.branch;
        let input = PackInput { rules: &workspace.rules, branch, visit, profile, people: &people, contact };
        let context = pack::pack(&input);
        let folder = folders.name(visit.employer_id, visit.date);
        written.extend(documents(workspace, &context, (&typed, &linter), &folder)?);
    }
    Ok(written)
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

/// The text of each document of a visit that has a template, by its key.
///
/// # Errors
/// A template that cannot be filled, or that says what must not be said: then none of the visit's documents is written.
fn texts<'w>(
    workspace: &'w Workspace,
    context: &PackContext,
    linter: &Linter<'_>,
) -> Result<BTreeMap<&'w str, String>, AppError> {
    let mut texts = BTreeMap::new();
    for (key, rule) in workspace.rules.documents.ordered() {
        let Some(template) = &rule.template else { continue };
        let markdown = workspace.templates.render(template, &context.for_audience(rule.audience.as_deref()))?;
        // An employer may be called whatever it likes.
        let said = markdown.replace(&context.unit.name, "");
        scripts::refuse(linter, &workspace.templates, template, &said)?;
        texts.insert(key, markdown);
    }
    Ok(texts)
}

/// Writes the documents of a visit into its folder.
fn documents(
    workspace: &Workspace,
    context: &PackContext,
    (typed, linter): (&Typed, &Linter<'_>),
    folder: &str,
) -> Result<Vec<Written>, AppError> {
    let texts = texts(workspace, context, linter)?;
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &contact_data(context));
    let mut written = Vec::new();
    for (key, rule) in workspace.rules.documents.ordered() {
        let name =
            format!("{}/{folder}/{}.{}", pack_folders::FOLDER, safe_name(&rule.file_name), rule.output.extension());
        let Some(markdown) = texts.get(key) else {
            written.push(team_workbook(workspace, context, typed, &name)?);
            continue;
        };
        let mut document = Document::new(format!("{} {}", context.unit.name, rule.file_name), markdown);
        document.landscape = rule.landscape;
        let bytes = match rule.output {
            OutputKind::Html => html::write(&document, &workspace.words).into_bytes(),
            _ => docx::write(&document, &workspace.words)?,
        };
        let note = OutNote { purpose: "pack", rows: 1, columns: columns.clone(), mask_level };
        written.push(workspace.write_out(&name, &bytes, note)?);
    }
    Ok(written)
}
