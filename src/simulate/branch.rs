//! The truth behind the sheets. All people are invented, so nothing here is wrapped as personal data.

use chrono::NaiveDate;

use crate::model::money::Fen;
use crate::model::status::{Consent, Level, PayKind};

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchSpec {
    pub seed: u64,
    pub employers: usize,
    /// Employees with a holding record; people paid without one come on top.
    pub employees: usize,
    /// Months with a wage run, up to the rules' last month; at most 24.
    pub months: u32,
    /// With the employers of the story; left out without a word when there is no room for them
    /// (see [`super::room_for_story`]).
    pub story: bool,
}

impl BranchSpec {
    /// The branch of the shipped `samples/`.
    pub const SAMPLE: BranchSpec =
        BranchSpec { seed: 20_260_302, employers: 30, employees: 2_400, months: 4, story: true };
}

/// A branch over its months without the people it pays: all that must be known before any of them can be made. It grows
/// with the number of employers only.
#[derive(Debug, Clone)]
pub struct Outline {
    pub spec: BranchSpec,
    pub outlets: Vec<String>,
    pub staff: Vec<Staff>,
    pub employers: Vec<Employer>,
    /// By employer, how many people all employers before it have.
    pub people_before: Vec<usize>,
    /// People of all employers.
    pub people: usize,
    pub runs: Vec<Run>,
    /// Dates with holdings, ascending.
    pub snapshots: Vec<Snapshot>,
    /// Paydays with a snapshot before and after.
    pub windows: Vec<Window>,
    pub visits: Vec<Visit>,
}

/// The people of one employer and what they are paid.
#[derive(Debug, Clone)]
pub struct Workforce {
    /// Index into employers.
    pub employer: usize,
    /// People of all employers before this one: the first person here is the branch's person of that number.
    pub before: usize,
    pub employees: Vec<Employee>,
    /// In order of run.
    pub payments: Vec<Payment>,
}

/// One of our own people.
#[derive(Debug, Clone)]
pub struct Staff {
    pub number: String,
    pub name: String,
    pub outlet: usize,
    /// Key of the role in the rules.
    pub role: String,
    pub position: String,
    pub qualifications: String,
    pub may_go_out: bool,
    pub leave: Option<(NaiveDate, NaiveDate)>,
    pub daily_limit: i64,
}

/// A payroll employer.
#[derive(Debug, Clone)]
pub struct Employer {
    pub number: String,
    /// Key in the rules' `story`.
    pub story: Option<String>,
    pub name: String,
    pub credit_code: String,
    /// Key of the industry in the rules.
    pub industry: String,
    pub nature: String,
    pub payroll_type: String,
    pub pension: bool,
    pub address: String,
    pub district: String,
    /// People with a record, those who left and joined included.
    pub heads: usize,
    pub executives: usize,
    pub rich: Vec<i64>,
    pub wage: Fen,
    pub aum_per_head: Fen,
    /// Rate aimed at by window, in ten-thousandths; the early window only where visited, and in the
    /// industries of those: what a visit achieved is seen beside employers not visited.
    pub retention: RetentionTarget,
    pub bonus: bool,
    pub unpaid_last: usize,
    /// Chance of a gain between two snapshots, percent.
    pub gain_percent: i64,
    pub contact: String,
    pub contact_title: String,
    pub contact_phone: String,
    pub outlet: usize,
    /// Index into staff.
    pub rm: usize,
    pub payday: String,
    pub last_visit: Option<NaiveDate>,
    pub agreement_end: Option<NaiveDate>,
    pub open_complaint: bool,
}

/// Ten-thousandths of the payroll that should still be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionTarget {
    pub early: Option<i64>,
    pub previous: i64,
    pub last: i64,
}

/// One person paid by an employer.
#[derive(Debug, Clone)]
pub struct Employee {
    pub employer: usize,
    pub customer_number: String,
    pub name: String,
    pub id_number: String,
    pub phone: String,
    pub card: String,
    /// 1 or 2.
    pub account_class: i64,
    pub level: Level,
    pub birth: NaiveDate,
    /// Index into staff; nobody yet for some.
    pub rm: Option<usize>,
    /// First and last wage run that pays this person.
    pub first_run: usize,
    pub last_run: usize,
    /// The record ends with the month-end snapshot: the account was closed.
    pub closed: bool,
    pub inactive: bool,
    pub base_pay: i64,
    pub risk: Option<(i64, NaiveDate)>,
    pub consent_sms: Option<Consent>,
    pub consent_phone: Option<Consent>,
    pub consent_wecom: Option<Consent>,
    pub mortgage: Fen,
    pub consumer_loan: Fen,
    /// One per snapshot; `None` without a record at that date.
    pub holdings: Vec<Option<Holding>>,
}

/// A disbursement of all employers on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub date: NaiveDate,
    /// First day of the month it pays.
    pub month: NaiveDate,
    pub kind: PayKind,
}

/// One payment to one payee.
#[derive(Debug, Clone)]
pub struct Payment {
    pub run: usize,
    pub employer: usize,
    /// Index into the employees of the workforce; `None` for a payee whom no record matches.
    pub employee: Option<usize>,
    pub name: String,
    pub account: String,
    pub amount: Fen,
    pub purpose: String,
}

/// What a snapshot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotRole {
    EarlyBefore,
    EarlyAfter,
    PreviousBefore,
    PreviousAfter,
    MonthEnd,
    LastBefore,
    LastAfter,
}

/// One date with holdings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    pub role: SnapshotRole,
    pub date: NaiveDate,
}

/// A payday between two snapshots (indexes into [`Outline::snapshots`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub payday: NaiveDate,
    pub before: usize,
    pub after: usize,
}

/// Number of asset classes; demand deposits are class 0.
pub const CLASSES: usize = 9;

/// Places in [`Holding::assets`].
pub mod class {
    pub const DEMAND: usize = 0;
    pub const TERM: usize = 1;
    pub const LARGE_CD: usize = 2;
    pub const WEALTH: usize = 3;
    pub const CASH_MANAGEMENT: usize = 4;
    pub const FUND: usize = 5;
    pub const INSURANCE: usize = 6;
    pub const METAL: usize = 7;
    pub const BOND: usize = 8;
}

/// Number of yes-or-no products.
pub const FLAGS: usize = 8;

/// Places in [`Holding::flags`].
pub mod flag {
    pub const FUND_PLAN: usize = 0;
    pub const MOBILE_BANK: usize = 1;
    pub const ONLINE_BANK: usize = 2;
    pub const QUICK_PAY: usize = 3;
    pub const WECOM: usize = 4;
    pub const CREDIT_CARD: usize = 5;
    pub const CUSTODY: usize = 6;
    pub const PENSION: usize = 7;
}

/// What one person holds at one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// By [`class`]; their sum is the AUM.
    pub assets: [Fen; CLASSES],
    /// By [`flag`].
    pub flags: [bool; FLAGS],
    pub month_average: Fen,
    /// Last transaction of one's own.
    pub last_transaction: NaiveDate,
    /// `None` without mobile bank.
    pub last_login: Option<NaiveDate>,
    /// Next maturity and its amount.
    pub due: Option<(NaiveDate, Fen)>,
}

impl Holding {
    /// Managed assets: all classes, no loans.
    pub fn aum(&self) -> Fen {
        self.assets.iter().copied().sum()
    }
}

/// A visit that was held.
#[derive(Debug, Clone)]
pub struct Visit {
    pub employer: usize,
    pub short_name: String,
    pub date: NaiveDate,
    pub staff: i64,
    pub attendance: i64,
    pub interested: i64,
    pub deals: i64,
    pub first_follow_up: Option<NaiveDate>,
    pub key_person_call: Option<NaiveDate>,
    pub note: String,
}
