//! Rows → store, sheet by sheet, inside the transaction of their file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::error::AppError;
use crate::app::identify;
use crate::app::import::kinds::gathered::Activity;
use crate::app::import::kinds::gathered::Colleagues;
use crate::app::import::kinds::gathered::Elsewhere;
use crate::app::import::kinds::gathered::HoldingParts;
use crate::app::import::kinds::gathered::Runs;
use crate::app::import::kinds::gathered::SheetRun;
use crate::app::import::kinds::gathered::Visits;
use crate::engagement::import::repeats::Answer;
use crate::intake::{SheetHead, SheetReading, SkippedRow};
use crate::model::matching::MatchOrder;
use crate::model::matching::employer::{EmployerKeys, EmployerMatch};
use crate::model::problem::cell_name;
use crate::model::problem::codes::{self, Code};
use crate::model::rows::{EmployerRow, Rows};
use crate::model::status::SheetKind;
use crate::model::workdays::Workdays;
use crate::model::{EmployeeId, EmployerId, Param, Personal, Place, Problem, ProductSet, Products};
use crate::rules::Rules;
use crate::store::{Store, StoreError};

/// What every file is taken in with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) rules: &'a Rules,
    pub(super) products: &'a Products,
    pub(super) workdays: &'a Workdays,
    pub(super) branch: &'a str,
    pub(super) today: NaiveDate,
    pub(super) answer: Answer,
}

/// A good row that was not stored: nobody knows whose it is, or its day has not come.
pub(super) struct LeftOut {
    pub(super) sheet: String,
    pub(super) row: SkippedRow,
}

/// The taking in of one file, inside its transaction.
pub(super) struct Taking<'a> {
    pub(super) store: &'a Store,
    pub(super) rules: &'a Rules,
    /// By what people and employers are found.
    pub(super) order: MatchOrder,
    pub(super) products: &'a Products,
    pub(super) workdays: &'a Workdays,
    /// Name of the branch.
    pub(super) branch: &'a str,
    pub(super) today: NaiveDate,
    /// What the user has said of runs that repeat others.
    pub(super) answer: Answer,
    pub(super) import_id: i64,
    pub(super) file: &'a str,
    pub(super) found: Vec<Problem>,
    unmatched: usize,
    /// Lists from which rows of people were left out, of all sheets of the file.
    pub(super) short: BTreeSet<(NaiveDate, EmployerId)>,
    /// Lists without some outlets.
    pub(super) elsewhere: Vec<Elsewhere>,
    left_out: Vec<LeftOut>,
    /// Payroll runs of the sheets read so far.
    pub(super) runs: Vec<SheetRun>,
    /// The sheet whose rows come now.
    pub(super) sheet: SheetHead,
    /// What has been opened for it.
    pub(super) open: Open,
    /// Employers by the text that names them.
    pub(super) employers: BTreeMap<String, EmployerId>,
    /// Colleagues, of all sheets of the file.
    pub(super) colleagues: Colleagues,
    /// Problems of rows found in the sheet, by code.
    listed: BTreeMap<&'static str, usize>,
}

/// What a sheet's rows need that is only settled when all of them have come.
#[derive(Default)]
pub(super) struct Open {
    /// The list of employers, stored as a whole.
    employers: Vec<EmployerRow>,
    pub(super) holdings: HoldingParts,
    pub(super) runs: Runs,
    pub(super) visits: Visits,
    pub(super) activity: Activity,
}

impl<'a> Taking<'a> {
    pub(super) fn new(store: &'a Store, ground: Ground<'a>, import_id: i64, file: &'a str) -> Taking<'a> {
        let sheet = SheetHead {
            sheet: String::new(),
            kind: SheetKind::Employers,
            as_of: None,
            payday: None,
            employer: None,
            fallback_employer: None,
            covered: ProductSet::EMPTY,
        };
        Taking {
            store,
            rules: ground.rules,
            order: ground.rules.matching.in_order(),
            products: ground.products,
            workdays: ground.workdays,
            branch: ground.branch,
            today: ground.today,
            answer: ground.answer,
            import_id,
            file,
            found: Vec::new(),
            unmatched: 0,
            short: BTreeSet::new(),
            elsewhere: Vec::new(),
            left_out: Vec::new(),
            runs: Vec::new(),
            sheet,
            open: Open::default(),
            employers: BTreeMap::new(),
            colleagues: Colleagues::default(),
            listed: BTreeMap::new(),
        }
    }

    pub(super) fn begin_sheet(&mut self, head: SheetHead) {
        self.sheet = head;
        self.open = Open::default();
    }

    /// Stores the next rows of the sheet.
    pub(super) fn rows(&mut self, rows: &Rows) -> Result<(), AppError> {
        match rows {
            Rows::Employers(rows) => {
                self.open.employers.extend_from_slice(rows);
                Ok(())
            }
            Rows::Staff(rows) => self.staff_rows(rows),
            Rows::Holdings(rows) => self.holding_rows(rows),
            Rows::Payroll(rows) => self.payroll_rows(rows),
            Rows::Visits(rows) => self.visit_rows(rows),
            Rows::Flows(rows) => self.flow_rows(rows),
            Rows::Contacts(rows) => self.contact_rows(rows),
            Rows::Sales(rows) => self.sale_rows(rows),
            Rows::Targets(rows) => self.target_rows(rows),
        }
    }

    /// Settles what only all rows of a sheet together tell.
    pub(super) fn end_sheet(&mut self, sheet: &SheetReading) -> Result<(), AppError> {
        let open = std::mem::take(&mut self.open);
        self.settle_employers(open.employers)?;
        self.settle_holdings(open.holdings, sheet)?;
        self.unmatched += self.settle_runs(open.runs, sheet)?;
        self.settle_activity(open.activity)?;
        self.settle_listed();
        if open.visits.ahead > 0 {
            self.raise(codes::VISIT_NOT_HELD_YET, vec![("rows", Param::Count(open.visits.ahead))]);
        }
        Ok(())
    }

    /// Settles what only all sheets of a file together tell.
    pub(super) fn end_file(&mut self) -> Result<(), AppError> {
        self.tell_elsewhere()?;
        self.settle_staff();
        let runs = std::mem::take(&mut self.runs);
        self.settle_repeats(&runs)
    }

    /// Problems found while storing, how many payees match nobody, and good rows left out all the same.
    pub(super) fn finish(self) -> (Vec<Problem>, usize, Vec<LeftOut>) {
        (self.found, self.unmatched, self.left_out)
    }

    /// Notes that a good row could not be stored; `reason` as in `SkippedRow`.
    pub(super) fn leave_out(&mut self, row: u32, reason: &'static str) {
        self.left_out.push(LeftOut { sheet: self.sheet.sheet.clone(), row: SkippedRow { row, reason } });
    }

    /// Notes a problem of a row; beyond a number of them only their count is told.
    pub(super) fn list(&mut self, code: Code, row: u32) {
        let listed = self.listed.entry(code.id).or_insert(0);
        *listed += 1;
        if *listed <= self.rules.limits.max_problems_per_code {
            let cell = Some(cell_name(row, 0));
            let place = Place { file: self.file.to_string(), sheet: Some(self.sheet.sheet.clone()), cell };
            self.found.push(code.at(place, Vec::new()));
        }
    }

    fn settle_listed(&mut self) {
        for (code, listed) in std::mem::take(&mut self.listed) {
            let rest = listed.saturating_sub(self.rules.limits.max_problems_per_code);
            if rest > 0 {
                let title = Param::Word { word: format!("problem.{code}.title") };
                let params = vec![("code", title), ("count", Param::Count(rest as i64))];
                self.raise(codes::MORE_PROBLEMS, params);
            }
        }
    }

    /// Tells when the numbers of a row are known under another name: one of its digits may be somebody else's.
    pub(super) fn compare_name(
        &mut self,
        id: EmployeeId,
        name: Option<&Personal<String>>,
        row: u32,
    ) -> Result<(), AppError> {
        if let Some(name) = name
            && self.store.has_another_name(id, name)?
        {
            self.list(codes::NAME_DIFFERS, row);
        }
        Ok(())
    }

    /// Notes a problem of the sheet whose rows came last.
    pub(super) fn raise(&mut self, code: Code, params: Vec<(&'static str, Param)>) {
        let sheet = self.sheet.sheet.clone();
        self.raise_of(&sheet, code, params);
    }

    /// Notes a problem of one of the file's sheets.
    pub(super) fn raise_of(&mut self, sheet: &str, code: Code, params: Vec<(&'static str, Param)>) {
        let place = Place { file: self.file.to_string(), sheet: Some(sheet.to_string()), cell: None };
        self.found.push(code.at(place, params));
    }

    /// The employer a text of a row names; one nobody knows is added, with a note.
    pub(super) fn employer(&mut self, text: &str, row: u32) -> Result<EmployerId, AppError> {
        if let Some(id) = self.employers.get(text) {
            return Ok(*id);
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
        self.employers.insert(text.to_string(), id);
        Ok(id)
    }

    /// The employer a text names; nobody is added, nobody asked.
    pub(super) fn match_employer(&self, text: &str) -> Result<EmployerMatch, AppError> {
        match self.employers.get(text) {
            Some(id) => Ok(EmployerMatch::Found(*id)),
            None => Ok(identify::employer_by_text(self.store, &self.order.employer, text)?),
        }
    }
}

/// A row that lacks what intake promises: never silently dropped.
pub(super) fn lacking(what: &'static str) -> AppError {
    AppError::Store(StoreError::Damaged { what })
}
