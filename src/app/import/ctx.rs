//! What all kinds of sheets share while the rows of a file go into the store, inside its transaction; and what a kind has
//! to do.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::contact::answers;
use crate::app::error::AppError;
use crate::app::identify;
use crate::engagement::contact::answers::Conflict;
use crate::engagement::import::repeats::Answer;
use crate::intake::{SheetHead, SheetReading, SkippedRow};
use crate::model::days::workdays::Workdays;
use crate::model::matching::MatchOrder;
use crate::model::matching::employer::{EmployerKeys, EmployerMatch};
use crate::model::problem::cell_name;
use crate::model::problem::codes::{self, Code};
use crate::model::returns::answer::Subject;
use crate::model::status::SheetKind;
use crate::model::{EmployeeId, EmployerId, Param, Personal, Place, Problem, ProductSet, Products};
use crate::rules::Rules;
use crate::store::import::batch::PeopleBatch;
use crate::store::{Store, StoreError};

/// What every file is taken in with.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    pub rules: &'a Rules,
    pub products: &'a Products,
    pub workdays: &'a Workdays,
    pub branch: &'a str,
    pub today: NaiveDate,
    pub answer: Answer,
}

/// A good row that was not stored: nobody knows whose it is, or its day has not come.
pub struct LeftOut {
    pub sheet: String,
    pub row: SkippedRow,
}

/// What has come of a file beside its rows in the store.
#[derive(Default)]
pub struct Found {
    pub problems: Vec<Problem>,
    /// Payees that match nobody.
    pub unmatched: usize,
    /// Good rows left out all the same.
    pub left_out: Vec<LeftOut>,
}

/// What becomes of the rows of one kind of sheet. One value serves all sheets of the kind that a file has.
pub trait Kind: Default {
    /// A row as it was read.
    type Row;

    /// A sheet begins: what is left of one before that was not settled is forgotten.
    fn begin(&mut self) {
        *self = Self::default();
    }

    /// Stores the next rows of the sheet, or gathers them until all have come.
    fn rows(&mut self, ctx: &mut Ctx<'_>, rows: Vec<Self::Row>) -> Result<(), AppError>;

    /// Settles what only all rows of a sheet together tell.
    fn settle(&mut self, _ctx: &mut Ctx<'_>, _sheet: &SheetReading) -> Result<(), AppError> {
        Ok(())
    }

    /// Settles what only all sheets of a file together tell.
    fn finish(self, _ctx: &mut Ctx<'_>) -> Result<(), AppError> {
        Ok(())
    }
}

/// What all kinds share while one file is taken in.
pub struct Ctx<'a> {
    pub store: &'a Store,
    /// The people and their holdings, of which the latest are not in the store yet: whoever reads them there flushes first.
    pub people: PeopleBatch<'a>,
    pub rules: &'a Rules,
    /// By what people and employers are found.
    pub order: MatchOrder,
    pub products: &'a Products,
    pub workdays: &'a Workdays,
    /// Name of the branch.
    pub branch: &'a str,
    pub today: NaiveDate,
    /// What the user has said of runs that repeat others.
    pub answer: Answer,
    pub import_id: i64,
    pub file: &'a str,
    /// The sheet whose rows come now, or came last.
    pub sheet: SheetHead,
    found: Found,
    /// Problems of rows found in the sheet, by code.
    listed: BTreeMap<&'static str, usize>,
    /// Employers by the text that names them.
    employers: BTreeMap<String, EmployerId>,
}

impl<'a> Ctx<'a> {
    /// For one file, of which nothing has come yet.
    pub fn new(store: &'a Store, ground: Ground<'a>, import_id: i64, file: &'a str) -> Ctx<'a> {
        let sheet = SheetHead {
            sheet: String::new(),
            kind: SheetKind::Employers,
            as_of: None,
            payday: None,
            employer: None,
            fallback_employer: None,
            covered: ProductSet::EMPTY,
            mark: None,
        };
        let Ground { rules, products, workdays, branch, today, answer } = ground;
        Ctx {
            store,
            people: PeopleBatch::new(store, rules.limits.rows_held),
            rules,
            order: rules.matching.in_order(),
            products,
            workdays,
            branch,
            today,
            answer,
            import_id,
            file,
            sheet,
            found: Found::default(),
            listed: BTreeMap::new(),
            employers: BTreeMap::new(),
        }
    }

    /// What was found, when all is stored.
    pub fn finish(self) -> Found {
        self.found
    }

    /// Notes payees that match nobody.
    pub fn add_unmatched(&mut self, payees: usize) {
        self.found.unmatched += payees;
    }

    /// Notes that a good row could not be stored; `reason` as in `SkippedRow`.
    pub fn leave_out(&mut self, row: u32, reason: &'static str) {
        self.found.left_out.push(LeftOut { sheet: self.sheet.sheet.clone(), row: SkippedRow { row, reason } });
    }

    /// Notes a problem of a row; beyond a number of them only their count is told.
    pub fn list(&mut self, code: Code, row: u32) {
        self.list_at(code, (row, 0), Vec::new());
    }

    /// Notes a problem of a cell; beyond a number of them only their count is told.
    pub fn list_at(&mut self, code: Code, (row, column): (u32, u32), params: Vec<(&'static str, Param)>) {
        let listed = self.listed.entry(code.id).or_insert(0);
        *listed += 1;
        if *listed <= self.rules.limits.max_problems_per_code {
            let cell = Some(cell_name(row, column));
            let place = Place { file: self.file.to_string(), sheet: Some(self.sheet.sheet.clone()), cell };
            self.found.problems.push(code.at(place, params));
        }
    }

    /// Tells, at the end of a sheet, how many problems of its rows were not listed.
    pub fn settle_listed(&mut self) {
        for (code, listed) in std::mem::take(&mut self.listed) {
            let rest = listed.saturating_sub(self.rules.limits.max_problems_per_code);
            if rest > 0 {
                let title = Param::Word { word: format!("problem.{code}.title") };
                let params = vec![("code", title), ("count", Param::Count(rest as i64))];
                self.raise(codes::MORE_PROBLEMS, params);
            }
        }
    }

    /// What contacts are worked out with.
    pub fn contact_ground(&self) -> answers::Ground<'a> {
        answers::Ground { store: self.store, rules: self.rules, workdays: self.workdays, today: self.today }
    }

    /// Tells that a cell says otherwise than somebody else has said.
    pub fn conflict(&mut self, subject: &Subject, on: Option<NaiveDate>, conflict: &Conflict, at: (u32, u32)) {
        let column = Param::Word { word: format!("column.{}", conflict.field) };
        let id = answers::conflict_id(subject, on, &conflict.field);
        let params = vec![("column", column), ("conflict", Param::Text(id))];
        self.list_at(codes::CONTACT_CONFLICTS, at, params);
    }

    /// Tells when the numbers of a row are known under another name: one of its digits may be somebody else's.
    pub fn compare_name(&mut self, id: EmployeeId, name: Option<&Personal<String>>, row: u32) -> Result<(), AppError> {
        if let Some(name) = name
            && self.people.has_another_name(id, name)?
        {
            self.list(codes::NAME_DIFFERS, row);
        }
        Ok(())
    }

    /// Notes a problem of the sheet whose rows came last.
    pub fn raise(&mut self, code: Code, params: Vec<(&'static str, Param)>) {
        let sheet = self.sheet.sheet.clone();
        self.raise_of(&sheet, code, params);
    }

    /// Notes a problem of one of the file's sheets.
    pub fn raise_of(&mut self, sheet: &str, code: Code, params: Vec<(&'static str, Param)>) {
        let place = Place { file: self.file.to_string(), sheet: Some(sheet.to_string()), cell: None };
        self.found.problems.push(code.at(place, params));
    }

    /// The employer a text of a row names; one nobody knows is added, with a note.
    pub fn employer(&mut self, text: &str, row: u32) -> Result<EmployerId, AppError> {
        if let Some(id) = self.known_employer(text) {
            return Ok(id);
        }
        let id = match identify::employer_by_text(self.store, &self.order.employer, text)? {
            EmployerMatch::Found(id) => id,
            EmployerMatch::Unsure(unsure) => {
                self.unsure_employer(&unsure, EmployerKeys { name: Some(text), ..EmployerKeys::default() }, row)?
            }
            EmployerMatch::Nobody => {
                self.raise(codes::EMPLOYER_ADDED, vec![("employer", Param::Text(text.into()))]);
                self.store.add_employer(EmployerKeys::default(), text)?
            }
        };
        self.know_employer(text, id);
        Ok(id)
    }

    /// The employer a text of the file was found to name before.
    pub fn known_employer(&self, text: &str) -> Option<EmployerId> {
        self.employers.get(text).copied()
    }

    /// Keeps which employer a text of the file names.
    pub fn know_employer(&mut self, text: &str, id: EmployerId) {
        self.employers.insert(text.to_string(), id);
    }

    /// The employer a text names; nobody is added, nobody asked.
    pub fn match_employer(&self, text: &str) -> Result<EmployerMatch, AppError> {
        match self.known_employer(text) {
            Some(id) => Ok(EmployerMatch::Found(id)),
            None => Ok(identify::employer_by_text(self.store, &self.order.employer, text)?),
        }
    }
}

/// A row that lacks what intake promises: never silently dropped.
pub fn lacking(what: &'static str) -> AppError {
    AppError::Store(StoreError::Damaged { what })
}
