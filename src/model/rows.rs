//! One typed row per kind of sheet: what intake hands to the store.
//! `None` means the column is absent or the cell says nothing; the two differ where it matters ([`HoldingRow`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::activity::{ContactRow, FlowRow, SaleRow, TargetRow};
use crate::model::days::hours::Hours;
use crate::model::matching::remnant::Remnants;
use crate::model::money::Fen;
use crate::model::personal::Personal;
use crate::model::product::Amounts;
use crate::model::product::ProductSet;
use crate::model::returns::book::ReturnedRow;
use crate::model::status::{Consent, Level, PayKind};

/// What becomes of a payday on a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// 提前: paid on the working day before.
    Earlier,
    /// 顺延: paid on the working day after.
    Later,
    /// 照发: paid on the day all the same.
    Unmoved,
}

impl Shift {
    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Shift::Earlier => "earlier",
            Shift::Later => "later",
            Shift::Unmoved => "unmoved",
        }
    }

    /// The rule that stands in a text of [`Paydays::with_shift`].
    pub fn from_text(text: &str) -> Option<Shift> {
        let all = [Shift::Earlier, Shift::Later, Shift::Unmoved];
        text.split(',').find_map(|word| all.into_iter().find(|shift| shift.key() == word.trim()))
    }
}

/// When an employer pays: days of the month, 31 standing for the last day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Paydays(pub Vec<u32>);

impl Paydays {
    /// `10` or `10,25`; the month's last day is `31`.
    pub fn to_text(&self) -> String {
        self.0.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }

    /// The same with the employer's own rule for days off, where it states one: `15,later`.
    pub fn with_shift(&self, shift: Option<Shift>) -> String {
        let shift = shift.map(|s| format!(",{}", s.key())).unwrap_or_default();
        self.to_text() + &shift
    }

    /// The days of either text.
    pub fn from_text(text: &str) -> Paydays {
        Paydays(text.split(',').filter_map(|d| d.trim().parse().ok()).filter(|d| (1..=31).contains(d)).collect())
    }
}

/// 代发单位.
#[derive(Debug, Clone, Default, PartialEq, Hash)]
pub struct EmployerRow {
    /// 0-based row of the sheet.
    pub row: u32,
    pub bank_number: Option<String>,
    pub name: String,
    pub credit_code: Option<String>,
    pub industry: Option<String>,
    /// 企业性质: 国有, 民营, 事业单位, 劳务派遣 …
    pub nature: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    /// 可进企时段: when its people are free.
    pub visit_hours: Option<Hours>,
    /// 私密区: whether there is a room to talk to one person alone.
    pub private_corner: Option<bool>,
    /// The sheet's own number of people (代发人数).
    pub stated_headcount: Option<i64>,
    /// 代发类型: 工资, 农民工工资专户, 养老金 …; decides whether the employer is left out of the ranking.
    pub payroll_type: Option<String>,
    pub monthly_payroll: Option<Fen>,
    pub paydays: Option<Paydays>,
    /// The employer's own rule for paydays on a day off, where the sheet states one.
    pub payday_shift: Option<Shift>,
    pub contact_name: Option<Personal<String>>,
    pub contact_title: Option<String>,
    pub contact_phone: Option<Personal<String>>,
    pub outlet: Option<String>,
    /// Name or staff number of the relationship manager.
    pub rm: Option<String>,
    pub last_visit: Option<NaiveDate>,
    pub agreement_end: Option<NaiveDate>,
    pub open_complaint: Option<bool>,
    pub note: Option<String>,
}

/// 员工持有产品: one employee at one date.
#[derive(Debug, Clone, Default, PartialEq, Hash)]
pub struct HoldingRow {
    pub row: u32,
    pub customer_number: Option<Personal<String>>,
    pub name: Option<Personal<String>>,
    pub id_number: Option<Personal<String>>,
    pub phone: Option<Personal<String>>,
    pub account: Option<Personal<String>>,
    /// What is left of numbers that came masked.
    pub left: Remnants,
    /// The employer's name, number or credit code as the row has it.
    pub employer: Option<String>,
    /// The employer's number, where the row names it too.
    pub employer_number: Option<String>,
    pub outlet: Option<String>,
    pub rm: Option<String>,
    pub level: Option<Level>,
    /// 客户等级 as written.
    pub grade: Option<String>,
    /// 1 = Ⅰ类户, 2 = Ⅱ类户.
    pub account_class: Option<i64>,
    /// F or M, from its own column or the ID number.
    pub gender: Option<String>,
    pub birth: Option<NaiveDate>,
    pub as_of: Option<NaiveDate>,
    pub amounts: Amounts,
    /// Products held, among those the file covers.
    pub products: ProductSet,
    /// Products the file covers but this row says nothing of, its cell being unknown or unreadable; none that is held.
    pub untold: ProductSet,
    /// Balances of further products, by product number: those a workspace adds beside the fixed classes.
    pub further: Vec<(u8, Fen)>,
    pub last_transaction: Option<NaiveDate>,
    pub last_login: Option<NaiveDate>,
    /// 1 (lowest) to 5.
    pub risk_level: Option<i64>,
    pub risk_until: Option<NaiveDate>,
    pub consent_sms: Option<Consent>,
    pub consent_phone: Option<Consent>,
    pub consent_wecom: Option<Consent>,
    /// Next maturity of a term deposit or wealth product.
    pub due_date: Option<NaiveDate>,
    pub due_amount: Option<Fen>,
}

impl HoldingRow {
    /// Keeps what is held; who it is and of which employer has been told.
    pub fn forget_person(&mut self) {
        let person =
            [&mut self.customer_number, &mut self.name, &mut self.id_number, &mut self.phone, &mut self.account];
        person.into_iter().for_each(|field| *field = None);
        self.left = Remnants::default();
        self.employer = None;
        self.employer_number = None;
    }
}

/// 代发批次: one payment to one payee.
#[derive(Debug, Clone, Default, PartialEq, Hash)]
pub struct PayrollRow {
    pub row: u32,
    pub customer_number: Option<Personal<String>>,
    pub name: Option<Personal<String>>,
    pub account: Option<Personal<String>>,
    pub id_number: Option<Personal<String>>,
    /// What is left of numbers that came masked.
    pub left: Remnants,
    pub employer: Option<String>,
    /// The employer's number, where the row names it too.
    pub employer_number: Option<String>,
    /// The employer's 统一社会信用代码, where the row or its sheet names it.
    pub credit_code: Option<String>,
    pub amount: Fen,
    pub purpose: Option<String>,
    pub pay_kind: Option<PayKind>,
    pub payday: Option<NaiveDate>,
}

/// 人员: a colleague.
#[derive(Debug, Clone, Default, PartialEq, Hash)]
pub struct StaffRow {
    pub row: u32,
    pub number: String,
    pub name: String,
    pub outlet: Option<String>,
    /// 岗位 as written: 支行行长, 客户经理, 理财经理, 个贷经理, 大堂经理, 柜员 …
    pub position: Option<String>,
    /// 专长/资质: 理财, 基金, 保险, 个贷 …
    pub qualifications: Vec<String>,
    /// 可外出.
    pub may_go_out: Option<bool>,
    pub leave: Vec<(NaiveDate, NaiveDate)>,
    /// 每日上限 of contacts.
    pub daily_limit: Option<i64>,
    /// What the sheet does not tell of this colleague.
    pub untold: StaffUntold,
}

impl StaffRow {
    /// The leave of a colleague who has left: every day there is.
    pub fn always() -> Option<(NaiveDate, NaiveDate)> {
        NaiveDate::from_ymd_opt(1900, 1, 1).zip(NaiveDate::from_ymd_opt(9999, 12, 31))
    }

    /// Whether the colleague is known to be there no more.
    pub fn is_away_always(&self) -> bool {
        StaffRow::always().is_some_and(|always| self.leave.contains(&always))
    }
}

/// What a row of 人员 does not tell, because the column is absent or the cell cannot be read: what was known holds. A
/// blank cell tells that there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct StaffUntold {
    pub outlet: bool,
    pub position: bool,
    pub qualifications: bool,
    pub may_go_out: bool,
    pub leave: bool,
    pub daily_limit: bool,
}

/// 进企服务台账: a visit that was held.
#[derive(Debug, Clone, Default, PartialEq, Hash)]
pub struct VisitRow {
    pub row: u32,
    pub employer: String,
    pub date: NaiveDate,
    /// Our own people on site.
    pub staff_count: Option<i64>,
    /// People who came.
    pub attendance: Option<i64>,
    /// Interested people (意向客户).
    pub interested: Option<i64>,
    pub deals: Option<i64>,
    /// First follow-up contact with an interested person.
    pub first_follow_up: Option<NaiveDate>,
    /// 关键人回访.
    pub key_person_call: Option<NaiveDate>,
    pub note: Option<String>,
}

macro_rules! rows {
    ($($kind:ident($row:ty),)+) => {
        /// The rows of one sheet.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Rows {
            $($kind(Vec<$row>),)+
        }

        impl Rows {
            pub fn len(&self) -> usize {
                match self {
                    $(Rows::$kind(rows) => rows.len(),)+
                }
            }

            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Adds further rows of the same kind; rows of another kind are not taken.
            pub fn append(&mut self, further: Rows) {
                match (self, further) {
                    $((Rows::$kind(rows), Rows::$kind(more)) => rows.extend(more),)+
                    _ => {}
                }
            }
        }
    };
}

rows! {
    Employers(EmployerRow),
    Holdings(HoldingRow),
    Payroll(PayrollRow),
    Staff(StaffRow),
    Visits(VisitRow),
    Flows(FlowRow),
    Contacts(ContactRow),
    Sales(SaleRow),
    Targets(TargetRow),
    Returned(ReturnedRow),
}
