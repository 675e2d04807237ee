//! What is gathered of rows until their sheet, or their file, has come to its end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::model::matching::PersonRule;
use crate::model::rows::HoldingRow;
use crate::model::runs::Purpose;
use crate::model::status::PayKind;
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::import::people::Person;
use crate::store::import::staff::StaffMember;
use crate::store::ledger::StoredVisit;

/// The parts a sheet has opened: one per date and employer.
#[derive(Default)]
pub(crate) struct HoldingParts {
    pub(crate) snapshots: BTreeMap<NaiveDate, i64>,
    pub(crate) parts: BTreeMap<(NaiveDate, EmployerId), i64>,
    /// Who a name alone was taken for: the next row of the name is somebody else.
    pub(crate) named: BTreeSet<(NaiveDate, EmployeeId)>,
    /// Outlets of the rows, of all employers.
    pub(crate) outlets: BTreeMap<NaiveDate, BTreeSet<String>>,
    /// Rows of somebody the part had already.
    pub(crate) twice: i64,
    /// Rows of people whose employer nobody knows.
    pub(crate) without_employer: i64,
    /// What those rows know the people by.
    pub(crate) strangers: Strangers,
    /// Rows of people somebody has to decide on.
    pub(crate) unsure: i64,
    /// People whose number is the known one but for leading zeros, by the number's kind.
    pub(crate) zeros: BTreeMap<PersonRule, i64>,
}

/// The runs a sheet has opened.
#[derive(Default)]
pub(crate) struct Runs {
    pub(crate) runs: BTreeMap<(EmployerId, NaiveDate, PayKind, Purpose), i64>,
    /// What the texts of the purpose column say.
    pub(crate) purposes: BTreeMap<String, Purpose>,
    pub(crate) unmatched: usize,
}

/// A run of a sheet that is read to its end.
pub(crate) struct SheetRun {
    pub(crate) run_id: i64,
    pub(crate) sheet: String,
    pub(crate) employer: EmployerId,
    pub(crate) payday: NaiveDate,
    pub(crate) kind: PayKind,
    pub(crate) purpose: Purpose,
    pub(crate) planned: Option<bool>,
}

/// Visits of each employer: read once for a sheet, kept up with its rows.
pub(crate) type Known = BTreeMap<EmployerId, Vec<StoredVisit>>;

/// What is gathered while the rows of a sheet come.
#[derive(Default)]
pub(crate) struct Visits {
    pub(crate) known: Option<Known>,
    /// Visits that lie ahead.
    pub(crate) ahead: i64,
}

/// What is gathered while the rows of a sheet come.
#[derive(Default)]
pub(crate) struct Activity {
    /// The rows' own entry in the store.
    pub(crate) id: Option<i64>,
    /// Equal rows of the sheet, to tell them apart.
    pub(crate) seen: HashMap<[u8; 32], i64>,
    pub(crate) unknown: i64,
    pub(crate) undated: i64,
    pub(crate) ahead: i64,
    pub(crate) changed: i64,
    pub(crate) outlets: BTreeSet<String>,
}

/// People missing from an employer's list who belong to outlets it does not have.
pub(crate) struct Elsewhere {
    pub(crate) sheet: String,
    pub(crate) as_of: NaiveDate,
    pub(crate) employer: EmployerId,
    pub(crate) people: i64,
}

/// Rows of people that a sheet's lists may lack.
pub(crate) struct LeftOut {
    /// Rows with an error or hidden, of which an employer is named.
    pub(crate) of: BTreeMap<EmployerId, i64>,
    /// Such rows that may be any employer's.
    pub(crate) anybodys: i64,
    pub(crate) strangers: Strangers,
    /// Lists that lack some.
    pub(crate) short: i64,
    pub(crate) rows: i64,
}

/// Rows whose employer nobody knows: by which of customer, ID and account number they know their people, and the names.
#[derive(Default)]
pub(crate) struct Strangers {
    pub(crate) rows: i64,
    pub(crate) names: BTreeMap<[bool; 3], BTreeSet<Option<Personal<String>>>>,
}

impl Strangers {
    pub(crate) fn add(&mut self, row: &HoldingRow) {
        self.rows += 1;
        let by = [row.customer_number.is_some(), row.id_number.is_some(), row.account.is_some()];
        self.names.entry(by).or_default().insert(row.name.clone());
    }

    /// Whether one of them may be this person: known by none of the row's numbers, which would have found them, nor by
    /// another name.
    pub(crate) fn may_be(&self, person: &Person) -> bool {
        let known = [person.customer_number.is_some(), person.id_number.is_some(), person.account.is_some()];
        let named =
            |names: &BTreeSet<_>| person.name.is_none() || names.contains(&None) || names.contains(&person.name);
        self.names.iter().any(|(by, names)| !(0..3).any(|i| by[i] && known[i]) && named(names))
    }
}

/// The colleagues of a file, of all its sheets.
#[derive(Default)]
pub(crate) struct Colleagues {
    /// Those known before; `None` until the first row of the file.
    pub(crate) known: Option<Vec<StaffMember>>,
    /// Numbers and names of its rows.
    pub(crate) listed: BTreeSet<String>,
    /// Outlets its rows name.
    pub(crate) outlets: BTreeSet<String>,
}
