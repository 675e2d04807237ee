//! People, payees and employers that are not sure: shown masked, decided by the user, put into force at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::reveal;
use crate::app::workspace::open::Workspace;
use crate::model::matching::{MatchReason, MatchSubject, Verdict};
use crate::model::personal::{Purpose, mask_account};
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::matching::{Decision, OpenMatch};
use crate::store::import::people::Person;
use crate::store::trust::audit::AuditNote;

/// Of a candidate no number and no name speaks for (`match_rule.<key>`).
const SAME_SURNAME: &str = "same_surname";

/// Somebody as a match shows them: masked, the account by its last four digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// `P000123` or `E00045`; none for a payee.
    pub id: Option<String>,
    /// A person's name masked; an employer's whole.
    pub name: Option<String>,
    /// The person's employer.
    pub employer: Option<String>,
    pub account: Option<String>,
    /// Rules by which it is a candidate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// One match as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownMatch {
    pub number: i64,
    pub subject: MatchSubject,
    pub reason: MatchReason,
    /// File and row where it was first seen.
    pub file: String,
    pub line: i64,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    pub seen: Party,
    pub candidates: Vec<Party>,
    pub open: bool,
    /// What can be decided of it, as the options are called: only what works with the numbers shown.
    pub choices: Vec<&'static str>,
    pub decision: Option<ShownDecision>,
}

/// A decision as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownDecision {
    pub verdict: Verdict,
    pub target: Option<String>,
    pub other: Option<String>,
    pub date: NaiveDate,
}

/// What a user decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is this person.
    Same(EmployeeId),
    /// It is this employer.
    Employer(EmployerId),
    /// It is somebody, or an employer, of its own.
    New,
    /// The second person is the first, and so is this row.
    Merge(EmployeeId, EmployeeId),
    Skip,
    Undo,
}

impl Choice {
    fn verdict(self) -> Verdict {
        match self {
            Choice::Same(_) | Choice::Employer(_) => Verdict::Same,
            Choice::New => Verdict::New,
            Choice::Merge(..) => Verdict::Merge,
            Choice::Skip => Verdict::Skip,
            Choice::Undo => Verdict::Undo,
        }
    }

    /// As it is written on the command line.
    fn option(self) -> &'static str {
        match self {
            Choice::Same(_) => "--same",
            Choice::Employer(_) => "--employer",
            Choice::New => "--new",
            Choice::Merge(..) => "--merge",
            Choice::Skip => "--skip",
            Choice::Undo => "--undo",
        }
    }

    fn suits(self, subject: MatchSubject) -> bool {
        match self {
            Choice::Same(_) => subject != MatchSubject::Employer,
            Choice::Employer(_) => subject == MatchSubject::Employer,
            // A payee without a holdings row has nothing to be kept under a number for.
            Choice::New => subject != MatchSubject::Payee,
            Choice::Merge(..) => subject == MatchSubject::Person,
            Choice::Skip | Choice::Undo => true,
        }
    }
}

/// What can be decided of a match with so many candidates: `same` and `employer` only where somebody is shown, `merge` only
/// of two, taking back only what was decided. Of one that has settled since there is nothing to decide.
fn choices(subject: MatchSubject, candidates: usize, open: bool, decided: Option<Verdict>) -> Vec<&'static str> {
    if !open && decided.is_none() {
        return Vec::new();
    }
    let [any, two] = [1, 2].map(|least| candidates >= least);
    let offered = match subject {
        MatchSubject::Person => [("same", any), ("new", true), ("merge", two)],
        // A payee without a holdings row has nothing to be kept under a number for.
        MatchSubject::Payee => [("same", any), ("new", false), ("merge", false)],
        MatchSubject::Employer => [("employer", any), ("new", true), ("merge", false)],
    };
    let also = [("skip", decided != Some(Verdict::Skip)), ("undo", decided.is_some())];
    offered.into_iter().chain(also).filter(|(_, works)| *works).map(|(choice, _)| choice).collect()
}

/// Matches that are asked for; with `all` also those decided or settled since.
///
/// # Errors
/// The store cannot be read.
pub fn show(workspace: &Workspace, all: bool) -> Result<Vec<ShownMatch>, AppError> {
    let matches: Vec<OpenMatch> = workspace.store.matches()?.into_iter().filter(|m| all || m.is_open()).collect();
    let directory = People::load(workspace, !matches.is_empty())?;
    matches.iter().map(|m| directory.shown(workspace, m)).collect()
}

/// How many matches are asked for.
///
/// # Errors
/// The store cannot be read.
pub fn open_count(workspace: &Workspace) -> Result<i64, AppError> {
    let (known, payees) = workspace.store.open_matches()?;
    Ok(known + payees)
}

/// Records a decision, applies it to all rows so far, and notes it in the audit; returns the match as it then stands.
///
/// # Errors
/// No such match or person, a choice its subject does not allow, nothing to undo, or a store that cannot be written.
pub fn decide(workspace: &mut Workspace, number: i64, choice: Choice) -> Result<ShownMatch, AppError> {
    let text = number.to_string();
    let unknown = || AppError::UnknownMatch { text: number.to_string() };
    let found = workspace.store.matches()?.into_iter().find(|m| m.match_id == number).ok_or_else(unknown)?;
    if !choice.suits(found.subject) {
        return Err(AppError::MatchNotSo { text, subject: found.subject.key(), choice: choice.option() });
    }
    if choice == Choice::Undo && found.decision.is_none() {
        return Err(AppError::MatchNotDecided { text });
    }
    let (target, other) = targets(workspace, &found, choice)?;
    let decision = Decision { verdict: choice.verdict(), target, other, today: workspace.today };
    let order = workspace.rules.matching.in_order();
    workspace.store.transaction(|store| {
        store.decide_match(number, &decision)?;
        identify::rematch(store, &order)?;
        store.audit(&AuditNote {
            action: "match",
            purpose: decision.verdict.key().to_string(),
            subject: format!("{}#{number}", found.subject.key()),
            rows: 1,
            columns: Vec::new(),
            mask_level: "none",
            sha256: String::new(),
        })?;
        Ok::<(), AppError>(())
    })?;
    workspace.refresh_facts()?;
    let after = workspace.store.matches()?.into_iter().find(|m| m.match_id == number).ok_or_else(unknown)?;
    People::load(workspace, true)?.shown(workspace, &after)
}

/// The numbers a choice names, each checked to exist and to be another one than the match's own.
fn targets(workspace: &Workspace, found: &OpenMatch, choice: Choice) -> Result<(Option<i64>, Option<i64>), AppError> {
    let person = |id: EmployeeId| match workspace.store.canonical_employee(id)? {
        Some(canonical) => Ok(canonical),
        None => Err(AppError::UnknownPerson { text: id.to_string() }),
    };
    let not_so = || AppError::MatchNotSo {
        text: found.match_id.to_string(),
        subject: found.subject.key(),
        choice: choice.option(),
    };
    match choice {
        Choice::Same(id) => {
            let target = person(id)?;
            let itself = Some(target.0) == found.provisional || Some(id.0) == found.provisional;
            (!itself).then_some((Some(target.0), None)).ok_or_else(not_so)
        }
        Choice::Merge(first, second) => {
            let (into, from) = (person(first)?, person(second)?);
            (into != from).then_some((Some(into.0), Some(from.0))).ok_or_else(not_so)
        }
        Choice::Employer(id) => {
            let target = workspace.store.canonical_employer(id)?;
            let itself = Some(target.0) == found.provisional || Some(id.0) == found.provisional;
            (!itself).then_some((Some(target.0), None)).ok_or_else(not_so)
        }
        Choice::New | Choice::Skip | Choice::Undo => Ok((None, None)),
    }
}

/// What is needed to show people.
struct People {
    people: BTreeMap<EmployeeId, Person>,
    employers: BTreeMap<EmployeeId, EmployerId>,
    /// Whom a payroll run of an employer does not pay: payees of one run share it.
    unpaid: RefCell<BTreeMap<(EmployerId, i64), Vec<EmployeeId>>>,
}

impl People {
    fn load(workspace: &Workspace, wanted: bool) -> Result<People, AppError> {
        let unpaid = RefCell::default();
        if !wanted {
            return Ok(People { people: BTreeMap::new(), employers: BTreeMap::new(), unpaid });
        }
        Ok(People { people: workspace.store.people(None)?, employers: workspace.store.employers_of_people()?, unpaid })
    }

    /// People a payee nobody fits may be, should its name be misspelt: of its employer, with its surname, not paid with it.
    fn of_surname(&self, workspace: &Workspace, m: &OpenMatch) -> Result<Vec<EmployeeId>, AppError> {
        let (Some(at), Some(payee)) = (m.employer, m.payee) else { return Ok(Vec::new()) };
        let Some(run) = workspace.store.run_of_payee(at, payee)? else { return Ok(Vec::new()) };
        let Some(surname) = workspace.store.payee_shown(at, payee)?.name.as_ref().and_then(surname_of) else {
            return Ok(Vec::new());
        };
        let mut known = self.unpaid.borrow_mut();
        let unpaid = match known.entry((at, run)) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(free) => free.insert(workspace.store.unpaid_in(at, run)?),
        };
        let named =
            |id: &&EmployeeId| self.people.get(id).and_then(|p| p.name.as_ref()).and_then(surname_of) == Some(surname);
        Ok(unpaid.iter().filter(named).take(workspace.rules.matching.show.same_surname).copied().collect())
    }

    fn shown(&self, workspace: &Workspace, m: &OpenMatch) -> Result<ShownMatch, AppError> {
        let seen = match (m.subject, m.provisional) {
            (MatchSubject::Employer, Some(id)) => employer(workspace, EmployerId(id))?,
            (_, Some(id)) => self.person(workspace, EmployeeId(id), m.employer)?,
            _ => payee(workspace, m)?,
        };
        let mut candidates = Vec::new();
        for (id, rules) in &m.candidates {
            let mut party = match m.subject {
                MatchSubject::Employer => employer(workspace, EmployerId(*id))?,
                _ => self.person(workspace, EmployeeId(*id), None)?,
            };
            party.rules.clone_from(rules);
            candidates.push(party);
        }
        if candidates.is_empty() && m.subject == MatchSubject::Payee && m.is_open() {
            for id in self.of_surname(workspace, m)? {
                let party = self.person(workspace, id, None)?;
                candidates.push(Party { rules: vec![SAME_SURNAME.to_string()], ..party });
            }
        }
        let choices = choices(m.subject, candidates.len(), m.is_open(), m.decision.map(|d| d.verdict));
        let shown_id = |id: i64| match m.subject {
            MatchSubject::Employer => EmployerId(id).to_string(),
            _ => EmployeeId(id).to_string(),
        };
        Ok(ShownMatch {
            number: m.match_id,
            subject: m.subject,
            reason: m.reason,
            file: m.file.clone(),
            line: m.line,
            first_seen: m.first_seen,
            last_seen: m.last_seen,
            seen,
            candidates,
            open: m.is_open(),
            choices,
            decision: m.decision.map(|d| ShownDecision {
                verdict: d.verdict,
                target: d.target.map(shown_id),
                other: d.other.map(shown_id),
                date: d.today,
            }),
        })
    }

    fn person(&self, workspace: &Workspace, id: EmployeeId, at: Option<EmployerId>) -> Result<Party, AppError> {
        let known = self.people.get(&id);
        let name = reveal::show(known, &workspace.rules.masking.of("matching")).name;
        let employer = match at.or_else(|| self.employers.get(&id).copied()) {
            Some(employer) => workspace.store.employer_name(employer)?,
            None => None,
        };
        Ok(Party {
            id: Some(id.to_string()),
            name: (!name.is_empty()).then_some(name),
            employer,
            account: known.and_then(|p| p.account.as_ref()).map(last_four),
            rules: Vec::new(),
        })
    }
}

/// The first character of a name, whoever has it.
fn surname_of(name: &Personal<String>) -> Option<char> {
    name.unmask(Purpose::Mask).chars().find(|c| !c.is_whitespace())
}

fn employer(workspace: &Workspace, id: EmployerId) -> Result<Party, AppError> {
    Ok(Party { id: Some(id.to_string()), name: workspace.store.employer_name(id)?, ..Party::default() })
}

fn payee(workspace: &Workspace, m: &OpenMatch) -> Result<Party, AppError> {
    let (Some(at), Some(payee)) = (m.employer, m.payee) else { return Ok(Party::default()) };
    let person = workspace.store.payee_shown(at, payee)?;
    let name = reveal::show(Some(&person), &workspace.rules.masking.of("matching")).name;
    Ok(Party {
        id: None,
        name: (!name.is_empty()).then_some(name),
        employer: workspace.store.employer_name(at)?,
        account: person.account.as_ref().map(last_four),
        rules: Vec::new(),
    })
}

/// An account is only ever shown by its last four digits, whatever the rules say of the rest.
fn last_four(account: &Personal<String>) -> String {
    mask_account(account.unmask(Purpose::Mask))
}
