//! Whom a visit invites by name: read for the choice, with what was answered and signed before.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::contact::follow_up::made;
use crate::app::contact::owners;
use crate::app::contact::signed::signed;
use crate::app::error::AppError;
use crate::app::outputs::packs::press::names;
use crate::app::reveal;
use crate::app::workspace::leaving::Dispatch;
use crate::app::workspace::open::{OutNote, Workspace};
use crate::engagement::contact::contact_policy::PastContact;
use crate::engagement::contact::owners::Owners;
use crate::engagement::visit::pack::invited::{self, Candidate, GuestView};
use crate::engagement::visit::pack::{PackContext, WRITE_IN};
use crate::engagement::visit::planned::{Visit, VisitPart};
use crate::engagement::visit::staffing::Colleague;
use crate::facts::EmployerProfile;
use crate::facts::employee::employee_facts::{self, EmployeeFacts};
use crate::model::returns::answer::Subject;
use crate::model::{EmployeeId, Param, VisitId};
use crate::output::Written;
use crate::render::books::visit::invited::invited_book;
use crate::render::books::visit::plan::Typed;
use crate::render::workbook;

/// What the lists of all visits are chosen from.
pub(super) struct Ground {
    /// Contacts made and what was signed, by person.
    past: BTreeMap<EmployeeId, Vec<PastContact>>,
    /// Nobody is contacted under a number that may turn out to be somebody else.
    unsure: BTreeSet<EmployeeId>,
    owners: Owners,
}

impl Ground {
    /// # Errors
    /// The store cannot be read.
    pub fn load(workspace: &Workspace, profiles: &[EmployerProfile]) -> Result<Ground, AppError> {
        let store = &workspace.store;
        let mut contacts = store.contacts(workspace.today, None)?;
        contacts.sort_by_key(|contact| contact.employee_id);
        let wrong = store.wrong_phones()?;
        let mut past: BTreeMap<EmployeeId, Vec<PastContact>> = contacts
            .chunk_by(|a, b| a.employee_id == b.employee_id)
            .map(|person| (person[0].employee_id, made(workspace, person, &wrong)))
            .collect();
        for (who, own) in signed(store, workspace.today)? {
            past.entry(who).or_default().extend(own);
        }
        let owners = owners::owners_with(workspace, profiles)?;
        Ok(Ground { past, unsure: store.provisional_people()?, owners })
    }

    /// The pack with whom it invites; `typed`: what was typed into the lists before.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn invite(
        &self,
        workspace: &Workspace,
        visit: &Visit,
        people: &[Colleague],
        typed: &Typed,
        context: PackContext,
    ) -> Result<PackContext, AppError> {
        let store = &workspace.store;
        let mut facts: Vec<EmployeeFacts> = Vec::new();
        let mut all = employee_facts::of_employer(store, visit.employer_id)?;
        all.retain(|id| !self.unsure.contains(id));
        employee_facts::each_of(store, all, |person| facts.push(person))?;
        let answers = of_visit(workspace, typed, visit.visit_id)?;
        let candidates: Vec<Candidate<'_>> = facts
            .iter()
            .map(|person| Candidate {
                person,
                past: self.past.get(&person.employee_id).map_or(&[][..], Vec::as_slice),
                answer: answers.answer(person.employee_id),
            })
            .collect();
        let chosen = invited::choose(&workspace.rules, &candidates, workspace.today);
        let rms: BTreeMap<EmployeeId, Option<&str>> = facts.iter().map(|f| (f.employee_id, f.rm.as_deref())).collect();
        let owner = |who: EmployeeId| {
            let id = self.owners.of(rms.get(&who).copied().flatten(), visit.employer_id)?;
            people.iter().find(|p| p.staff_id == id).map(|p| p.name.clone())
        };
        let mut guests = Vec::with_capacity(chosen.len());
        for one in chosen {
            guests.push(GuestView {
                employee_id: one.employee_id,
                name: name(workspace, one.employee_id)?,
                level: one.level,
                reasons: one.reasons,
                channels: one.channels,
                owner: owner(one.employee_id).unwrap_or_else(|| WRITE_IN.to_string()),
                answer: one.answer,
                by_letter: one.by_letter,
            });
        }
        let others = answers.signers.into_iter().filter(|id| guests.iter().all(|g| g.employee_id != *id));
        let others = others.map(|id| Ok((id, name(workspace, id)?))).collect::<Result<Vec<_>, AppError>>()?;
        Ok(context.with_guests(guests, others))
    }
}

/// What was typed into the lists of one visit.
#[derive(Default)]
struct Answers<'t> {
    answers: BTreeMap<EmployeeId, &'t str>,
    signers: BTreeSet<EmployeeId>,
}

impl<'t> Answers<'t> {
    fn answer(&self, who: EmployeeId) -> Option<&'t str> {
        self.answers.get(&who).copied()
    }
}

fn of_visit<'t>(workspace: &Workspace, typed: &'t Typed, visit: VisitId) -> Result<Answers<'t>, AppError> {
    let mut found = Answers::default();
    for (key, fields) in typed {
        let Some(Subject::Step(of, part)) = Subject::parse(key) else { continue };
        let (VisitPart::Guest(id) | VisitPart::Signer(id)) = VisitPart::of(&part) else { continue };
        // Somebody who was taken out of the data has no list any more.
        let Some(who) = workspace.store.canonical_employee(id)?.filter(|_| of == visit) else { continue };
        match VisitPart::of(&part) {
            VisitPart::Signer(_) if !fields.is_empty() => {
                found.signers.insert(who);
            }
            VisitPart::Guest(_) => found.answers.extend(fields.get("guest_answer").map(|a| (who, a.as_str()))),
            _ => {}
        }
    }
    Ok(found)
}

/// A client as the masking rules let the pack show them.
fn name(workspace: &Workspace, who: EmployeeId) -> Result<String, AppError> {
    let person = workspace.store.person(who)?;
    Ok(reveal::show(person.as_ref(), &workspace.rules.masking.of("pack")).name)
}

/// 邀约名单, which comes back with what was answered and signed.
pub(super) fn invited_workbook(
    workspace: &Workspace,
    context: &PackContext,
    typed: &Typed,
    name: &str,
) -> Result<Written, AppError> {
    let words = &workspace.words;
    let mut book = invited_book(context, typed, words);
    let recipient = words.fill("invited_book.recipient", &[("employer", Param::Text(context.unit.name.clone()))]);
    let leaving = Dispatch::of(workspace).ready(&mut book, "invited", name, &recipient);
    let bytes = workbook::write(&book, words)?;
    let (columns, mask_level) = reveal::columns(&workspace.rules.masking, &names(context));
    let note = OutNote { purpose: "pack", rows: leaving.rows, columns, mask_level };
    workspace.write_out_recorded(name, &bytes, note, |store| leaving.record(store))
}
