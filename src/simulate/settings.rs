//! Parameters of the generated branch (`settings.toml`): its cast, its proportions, and how its sheets look.
//! Amounts are in yuan, percentages whole, retention in ten-thousandths.

pub mod activity;
pub mod exports;
pub mod file;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::rules::RulesError;
use crate::simulate::settings::activity::{ActivityRule, FlowColumn, SaleColumn};
use crate::simulate::settings::exports::ExportRules;
use crate::simulate::settings::file::FileRule;

/// Everything the generator is told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub branch: BranchRule,
    pub people: PeopleRule,
    pub classes: Classes,
    pub flags: Flags,
    /// Employers without a story, by industry.
    pub industries: BTreeMap<String, IndustryRule>,
    /// Employers with a story.
    pub story: BTreeMap<String, StoryRule>,
    /// Visits held, by story employer.
    pub visits: BTreeMap<String, VisitRule>,
    pub staff: StaffRules,
    pub words: Words,
    pub headers: Headers,
    pub files: Files,
    pub activity: ActivityRule,
    pub exports: ExportRules,
    /// Plain text files of everybody, as [`Settings::exporting`] makes them.
    #[serde(skip)]
    pub exporting: bool,
}

impl Settings {
    /// The settings compiled in; a workspace has none of its own.
    ///
    /// # Errors
    /// The file and this type do not fit each other.
    pub fn shipped() -> Result<Settings, RulesError> {
        toml::from_str(include_str!("settings/settings.toml")).map_err(|e| RulesError::Invalid {
            file: "simulate/settings/settings.toml".to_string(),
            reason: e.to_string().trim().to_string(),
        })
    }

    /// The same branch as plain text, of everybody.
    pub fn exporting(mut self) -> Settings {
        let f = &mut self.files;
        f.employers.plain();
        f.staff.plain();
        f.visits.plain();
        f.visits_last.plain();
        for file in [&mut f.wage, &mut f.wage_text, &mut f.wage_last, &mut f.bonus] {
            file.plain();
        }
        for file in [&mut f.early, &mut f.previous, &mut f.month_end, &mut f.last_before, &mut f.last_after] {
            file.plain();
        }
        let a = &mut self.activity.files;
        a.flows.plain();
        a.contacts.plain();
        a.sales.plain();
        a.targets.plain();
        let yuan = |header: &mut String| *header = self.exports.yuan.replace("{header}", header);
        self.headers.holdings.iter_mut().filter(|(c, _)| c.is_money()).for_each(|(_, header)| yuan(header));
        self.headers.payroll.get_mut(&PayrollColumn::Amount).map(yuan);
        self.activity.flow_headers.get_mut(&FlowColumn::Amount).map(yuan);
        self.activity.sale_headers.get_mut(&SaleColumn::Amount).map(yuan);
        self.exporting = true;
        self
    }
}

/// The branch and its dates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchRule {
    pub name: String,
    pub outlets: Vec<String>,
    pub employers_per_outlet: usize,
    pub districts: Vec<String>,
    pub streets: Vec<String>,
    /// Day of the month, moved earlier on weekends.
    pub payday: u32,
    /// First day of the last month with a wage run.
    pub last_month: NaiveDate,
    pub bonus_day: NaiveDate,
    /// Sheets of the `plan` folder are at hand on this day, those of `report` on the next.
    pub plan_day: NaiveDate,
    pub report_day: NaiveDate,
    /// Calendar days from payday to the second snapshot.
    pub window_days: i64,
    pub bonus_employers: usize,
    pub unmatched_payees: usize,
    pub min_heads: usize,
    /// The sexagenary cycle: names nobody would give a company.
    pub stems: Vec<String>,
    pub branches: Vec<String>,
    /// The nature whose credit codes begin with 12.
    pub institution: String,
    pub source: String,
}

/// How people are drawn.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleRule {
    pub surnames: Vec<String>,
    pub digits: Vec<String>,
    /// First three digits of every mobile number; no such prefix is given out.
    pub phone_prefix: String,
    pub executive_percent: usize,
    pub manager_percent: usize,
    pub executive_pay: i64,
    pub manager_pay: i64,
    pub executive_aum: i64,
    pub manager_aum: i64,
    pub pay_spread: i64,
    /// Quantiles of AUM inside an employer, in percent of the mean.
    pub aum_spread: Vec<i64>,
    /// Quantiles of what is kept after payday, in percent of the employer's rate.
    pub keep_spread: Vec<i64>,
    pub working_age: [i64; 2],
    pub pension_age: [i64; 2],
    pub leaver_percent: i64,
    pub joiner_percent: i64,
    pub inactive_percent: i64,
    pub second_class_percent: i64,
    pub risk_missing_percent: i64,
    pub consent_missing_percent: i64,
    pub consent_refused_percent: i64,
    pub mortgage_percent: i64,
    pub consumer_loan_percent: i64,
    pub wealth_manager_from: i64,
    /// Chance that somebody takes up (loses) a product between two snapshots.
    pub gain_percent: i64,
    pub loss_percent: i64,
    /// Grade by AUM from that many yuan on.
    pub grades: BTreeMap<String, String>,
    pub source: String,
}

/// One asset class other than demand deposits.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Drawn in this order.
    pub order: usize,
    /// Share of people who hold it at 50,000 yuan per head.
    pub percent: i64,
    pub min: i64,
    pub step: i64,
}

/// The asset classes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    pub term: ClassRule,
    pub large_cd: ClassRule,
    pub wealth: ClassRule,
    pub cash_management: ClassRule,
    pub fund: ClassRule,
    pub insurance: ClassRule,
    pub metal: ClassRule,
    pub bond: ClassRule,
}

/// A product one has or has not.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagRule {
    pub percent: i64,
    /// The share of `percent` that follows the employer's AUM per head.
    pub sway: i64,
}

/// The yes-or-no products.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    pub fund_plan: FlagRule,
    pub mobile_bank: FlagRule,
    pub online_bank: FlagRule,
    pub quick_pay: FlagRule,
    pub wecom: FlagRule,
    pub credit_card: FlagRule,
    pub custody: FlagRule,
    pub pension: FlagRule,
}

/// An industry and the ranges its employers are drawn from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndustryRule {
    pub order: usize,
    pub name: String,
    pub nature: String,
    pub suffixes: Vec<String>,
    /// Employers in one round of dealing out.
    pub share: usize,
    pub wage: [i64; 2],
    pub aum: [i64; 2],
    pub retention: [i64; 2],
    pub source: String,
}

/// Retention after the last three paydays.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// Two months before the last; only visited employers have snapshots then.
    pub early: Option<i64>,
    pub previous: i64,
    pub last: i64,
}

/// An employer with a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryRule {
    pub order: usize,
    pub name: String,
    pub industry: String,
    pub nature: Option<String>,
    pub payroll_type: Option<String>,
    pub heads: usize,
    pub wage: i64,
    /// AUM per head at month end.
    pub aum: i64,
    pub executives: Option<usize>,
    /// AUM of the executives that are named one by one.
    #[serde(default)]
    pub rich: Vec<i64>,
    pub retention: RetentionRule,
    pub agreement_end: Option<NaiveDate>,
    #[serde(default)]
    pub open_complaint: bool,
    pub last_visit: Option<NaiveDate>,
    /// People paid before but not in the last run.
    #[serde(default)]
    pub unpaid_last: usize,
    /// Multiplies `gain_percent`.
    pub gain_factor: Option<i64>,
    pub source: String,
}

/// A visit that was held.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitRule {
    pub order: usize,
    /// The employer as a register writes it.
    pub short_name: String,
    pub date: NaiveDate,
    pub staff: i64,
    pub attendance: i64,
    pub interested: i64,
    pub deals: i64,
    pub first_follow_up: Option<NaiveDate>,
    pub key_person_call: Option<NaiveDate>,
    pub note: String,
    pub source: String,
}

/// Our own people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffRules {
    /// Names of the first; later ones are a surname and a number.
    pub names: Vec<String>,
    pub surnames: Vec<String>,
    pub on_leave: LeaveRule,
    pub roles: BTreeMap<String, RoleRule>,
    pub source: String,
}

/// One absence: 1-based place in the staff list, first and last day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveRule {
    pub member: usize,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

/// A position and where it exists.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    pub order: usize,
    pub position: String,
    /// Outlets (0–2) with one such person for each mention.
    pub at: Vec<usize>,
    /// People in each further outlet.
    pub per_outlet: usize,
    pub qualifications: String,
    pub may_go_out: bool,
    pub daily_limit: i64,
}

/// Words inside cells; `{…}` are filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub yes: String,
    pub no: String,
    pub staff: String,
    pub manager: String,
    pub executive: String,
    pub first_class: String,
    pub second_class: String,
    pub risk: String,
    pub wage_type: String,
    pub wage_purpose: String,
    pub back_pay_purpose: String,
    pub pension_purpose: String,
    pub bonus_purpose: String,
    pub pension_type: String,
    pub total: String,
    pub footer: String,
    pub note_sheet: String,
    pub no_visit: String,
    /// Stands where nothing is held, in files that write it.
    pub nothing: String,
    /// A date written out.
    pub date: String,
    pub paydays: Vec<String>,
    pub contact_titles: Vec<String>,
    pub leave: String,
    pub address: String,
    pub closed_employer: String,
    pub employer_note: String,
    pub unmatched_surname: String,
}

/// The heading of each column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headers {
    pub employers: BTreeMap<EmployerColumn, String>,
    pub staff: BTreeMap<StaffColumn, String>,
    pub visits: BTreeMap<VisitColumn, String>,
    pub payroll: BTreeMap<PayrollColumn, String>,
    pub holdings: BTreeMap<HoldingColumn, String>,
}

/// Every file of the set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    pub employers: FileRule<EmployerColumn>,
    pub staff: FileRule<StaffColumn>,
    pub visits: FileRule<VisitColumn>,
    /// The same list as it stands on the report day.
    pub visits_last: FileRule<VisitColumn>,
    /// Wage runs before the last; every second month is `wage_text`.
    pub wage: FileRule<PayrollColumn>,
    pub wage_text: FileRule<PayrollColumn>,
    pub wage_last: FileRule<PayrollColumn>,
    pub bonus: FileRule<PayrollColumn>,
    pub early: FileRule<HoldingColumn>,
    pub previous: FileRule<HoldingColumn>,
    pub month_end: FileRule<HoldingColumn>,
    pub last_before: FileRule<HoldingColumn>,
    pub last_after: FileRule<HoldingColumn>,
}

macro_rules! keys {
    ($(#[$doc:meta])* $name:ident: $($variant:ident),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }
    };
}

keys!(
    /// Columns of 代发单位清单.
    EmployerColumn: Number, Name, CreditCode, Industry, Nature, PayrollType, Address, District, Heads, Payroll, Payday,
    Contact, ContactTitle, ContactPhone, Outlet, Rm, LastVisit, AgreementEnd, Complaint, Note
);
keys!(
    /// Columns of the staff sheet.
    StaffColumn: Number, Name, Outlet, Position, Qualifications, MayGoOut, Leave, DailyLimit
);
keys!(
    /// Columns of 进企服务台账.
    VisitColumn: Employer, Date, Staff, Attendance, Interested, Deals, FirstFollowUp, KeyPersonCall, Note
);
keys!(
    /// Columns of a payroll run.
    PayrollColumn: Serial, Name, Account, Amount, Purpose, Date, Employer
);
keys!(
    /// Columns of employee holdings.
    HoldingColumn: CustomerNumber, Name, IdNumber, Phone, Account, AccountClass, Employer, Outlet, Rm, Level, Grade,
    Date, Aum, AumMonthAvg, Demand, Term, LargeCd, Wealth, CashManagement, Fund, Insurance, Metal, Bond, FundPlan,
    MobileBank, OnlineBank, QuickPay, Wecom, CreditCard, Custody, Pension, Mortgage, ConsumerLoan, LastTransaction,
    LastLogin, RiskLevel, RiskUntil, ConsentSms, ConsentPhone, ConsentWecom, DueDate, DueAmount
);

impl HoldingColumn {
    fn is_money(self) -> bool {
        use HoldingColumn::{
            Aum, AumMonthAvg, Bond, CashManagement, ConsumerLoan, Demand, DueAmount, Fund, Insurance, LargeCd, Metal,
            Mortgage, Term, Wealth,
        };
        matches!(
            self,
            Aum | AumMonthAvg
                | Demand
                | Term
                | LargeCd
                | Wealth
                | CashManagement
                | Fund
                | Insurance
                | Metal
                | Bond
                | Mortgage
                | ConsumerLoan
                | DueAmount
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn every_column_of_every_file_has_a_heading() {
        let s = Settings::shipped().unwrap();
        let h = &s.headers;
        assert!(s.files.employers.columns.iter().all(|c| h.employers.contains_key(c)));
        assert!(s.files.staff.columns.iter().all(|c| h.staff.contains_key(c)));
        assert!(s.files.visits.columns.iter().all(|c| h.visits.contains_key(c)));
        for f in [&s.files.wage, &s.files.wage_text, &s.files.wage_last, &s.files.bonus] {
            assert!(f.columns.iter().all(|c| h.payroll.contains_key(c)));
        }
        for f in [&s.files.early, &s.files.previous, &s.files.month_end, &s.files.last_before, &s.files.last_after] {
            assert!(f.columns.iter().all(|c| h.holdings.contains_key(c)));
        }
        let spans: usize = s.files.employers.groups.iter().map(|g| g.span).sum();
        assert_eq!(spans, s.files.employers.columns.len());
    }

    #[test]
    fn stories_name_known_industries_and_visits_known_employers() {
        let s = Settings::shipped().unwrap();
        assert!(s.story.values().all(|e| s.industries.contains_key(&e.industry)));
        assert!(s.visits.keys().all(|k| s.story.contains_key(k)));
    }
}
