//! The documents of a visit (进企资料包).

use super::error::AppError;
use super::plan;
use super::rank;
use super::reveal;
use super::workspace::{OutNote, Workspace};
use crate::engagement::pack::{self, KeyPerson, PackContext, PackInput};
use crate::engagement::visit::Visit;
use crate::model::file_name::safe_name;
use crate::model::imported::PersonalField;
use crate::output::Written;
use crate::render::document::Document;
use crate::render::{books, docx, html, workbook};
use crate::rules::documents::OutputKind;
use crate::store::people::Person;

/// Folder of the packs inside the day's outputs.
pub const FOLDER: &str = "03_进企资料包";

/// Makes the documents of one employer's visit, or of all visits still to come.
///
/// # Errors
/// No such visit, a template that cannot be filled, or a file that cannot be written.
pub fn pack(workspace: &mut Workspace, employer: Option<&str>) -> Result<Vec<Written>, AppError> {
    workspace.refresh_facts()?;
    let mut visits = plan::show(workspace)?;
    visits.retain(|v| v.date >= workspace.today);
    if let Some(text) = employer {
        let id = super::employer_named(workspace, text)?;
        visits.retain(|v| v.employer_id == id);
        if visits.is_empty() {
            return Err(AppError::UnknownVisit { text: text.to_string() });
        }
    }
    let profiles = rank::profiles(workspace)?;
    let people = plan::colleagues(workspace)?;
    let mut written = Vec::new();
    for visit in &visits {
        let Some(profile) = profiles.iter().find(|p| p.employer_id == visit.employer_id) else { continue };
        let contact = key_person(workspace, visit)?;
        let branch = workspace.file.branch.clone();
        let input = PackInput { rules: &workspace.rules, branch: &branch, visit, profile, people: &people, contact };
        let context = pack::pack(&input);
        written.extend(documents(workspace, &context)?);
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

fn documents(workspace: &Workspace, context: &PackContext) -> Result<Vec<Written>, AppError> {
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &contact_data(context));
    let folder = safe_name(&format!("{}_{}", context.visit.date, context.unit.name));
    let mut written = Vec::new();
    for (_, rule) in workspace.rules.documents.ordered() {
        let bytes = match (&rule.template, rule.output) {
            (Some(template), kind) => {
                let markdown = workspace.templates.render(template, &context.for_audience(rule.audience.as_deref()))?;
                let mut document = Document::new(format!("{} {}", context.unit.name, rule.file_name), &markdown);
                document.landscape = rule.landscape;
                match kind {
                    OutputKind::Html => html::write(&document, &workspace.words).into_bytes(),
                    _ => docx::write(&document, &workspace.words)?,
                }
            }
            (None, _) => workbook::write(&books::team::team_book(context, &workspace.words), &workspace.words)?,
        };
        let name = format!("{FOLDER}/{folder}/{}.{}", safe_name(&rule.file_name), rule.output.extension());
        let note = OutNote { purpose: "pack", rows: 1, columns: columns.clone(), mask_level };
        written.push(workspace.write_out(&name, &bytes, note)?);
    }
    Ok(written)
}
