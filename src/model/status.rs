//! Words of fixed lists: kinds of sheets, states of visits, results of contacts, channels.

use serde::{Deserialize, Serialize};

/// Size of the sheet a document is printed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    #[default]
    A4,
    A3,
}

/// How a document looks: text to read at a desk, or a poster to read from afar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStyle {
    #[default]
    Text,
    Poster,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $key)] $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable key in JSON, SQL and rules files.
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }

            pub fn from_key(key: &str) -> Option<$name> {
                match key { $($key => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.key())
            }
        }
    };
}

words! {
    /// What a spreadsheet holds. The order is the order of import within one `cycle`.
    SheetKind {
        /// 代发单位
        Employers = "employers",
        /// 人员 (our own colleagues)
        Staff = "staff",
        /// 员工持有产品
        Holdings = "holdings",
        /// 代发批次
        Payroll = "payroll",
        /// 进企服务台账: visits already held, with what is known of their follow-up
        Visits = "visits",
        /// 发薪后资金流水
        Flows = "flows",
        /// 联系结果: what became of follow-up tasks, also worklists that come back
        Contacts = "contacts",
        /// 产品购买明细
        Sales = "sales",
        /// 指标任务表
        Targets = "targets",
        /// A workbook of ours that comes back with what was typed into it
        Returned = "returned",
    }
}

words! {
    /// What came of a contact (PRACTICE: follow-up rules).
    ContactResult {
        /// 有意向
        Interested = "interested",
        /// 考虑中
        Considering = "considering",
        /// 无需求: not now, which is no refusal
        NoNeed = "no_need",
        /// 未接
        NoAnswer = "no_answer",
        /// 空号
        WrongNumber = "wrong_number",
        /// 已预约
        Booked = "booked",
        /// 已成交
        Deal = "deal",
        /// 拒绝营销: for good, in that channel
        Refused = "refused",
        /// 已离职
        Left = "left",
        /// 接通, and nothing more is said
        Reached = "reached",
        /// 投诉
        Complaint = "complaint",
        /// 投诉已处理: the complaint is settled
        Settled = "settled",
        /// 已签授权书: marketing is allowed in that channel
        Consented = "consented",
    }
}

impl ContactResult {
    /// Whether the client was reached: nobody answered, or the number is nobody's, otherwise.
    pub fn reached(self) -> bool {
        !matches!(self, ContactResult::NoAnswer | ContactResult::WrongNumber)
    }
}

words! {
    /// What is kept of a client or an employer until it holds no more.
    NeedKind {
        /// 需求: something is wanted.
        Wish = "wish",
        /// 权益: what the client is entitled to, and uses or misses.
        Benefit = "benefit",
        /// 投资喜好
        Preference = "preference",
        /// 异议: what speaks against us.
        Objection = "objection",
        /// ☆ 重点关注
        Watch = "watch",
    }
}

words! {
    /// What ties a client to the bank (core-and-basics).
    RelationKind {
        /// 账户
        Account = "account",
        /// 契约
        Contract = "contract",
        /// 情感
        Personal = "personal",
    }
}

words! {
    /// Status of a visit (PRACTICE: order of work).
    VisitStatus {
        /// 待审批
        AwaitingApproval = "awaiting_approval",
        /// 待预约
        AwaitingBooking = "awaiting_booking",
        /// 已确认
        Confirmed = "confirmed",
        /// 筹备中
        Preparing = "preparing",
        /// 已进企
        Held = "held",
        /// 待回访
        AwaitingCall = "awaiting_call",
        /// 已闭环
        Closed = "closed",
        /// 已取消: nobody answered the proposal in time, and the employer has no new date.
        Moved = "moved",
        /// 婉拒
        Declined = "declined",
    }
}

words! {
    /// How one contact with one person is made.
    Channel {
        Sms = "sms",
        /// 企业微信
        Wecom = "wecom",
        Phone = "phone",
        /// 面访
        Meeting = "meeting",
    }
}

words! {
    /// What a payment to an employee was for.
    PayKind {
        Wage = "wage",
        /// 年终奖/绩效/十三薪/过节费/高温
        Bonus = "bonus",
        /// 补偿金, 报销 and the like: neither wage nor bonus
        Other = "other",
    }
}

words! {
    /// On what a retention figure rests (PRACTICE: retention after payday).
    RetentionBasis {
        Flows = "flows",
        Balances = "balances",
        /// 周期留存率, month end to month end
        Period = "period",
        Unknown = "unknown",
    }
}

words! {
    /// What became of somebody between two lists.
    ChangeStatus {
        Present = "present",
        Joined = "joined",
        /// Missing from a full list.
        Departed = "departed",
        /// Missing from a partial one, or not decided yet who a row is.
        Unknown = "unknown",
    }
}

words! {
    /// Which AUM a figure is. A table has one of them, by name.
    AumBasis {
        /// AUM余额: the balance of the day of the data.
        Balance = "balance",
        /// AUM月日均: the column of that name.
        MonthAverage = "month_average",
    }
}

words! {
    /// The two rates of what stays after payday. They are never added up, compared or held against the other's target.
    RateKind {
        /// 7日留存率: from the day before payday to a fixed day after it.
        Week = "retention",
        /// 周期留存率: from the month end before payday to the one after it.
        Period = "period_retention",
    }
}

impl RetentionBasis {
    /// Which rate a figure of this basis is; `None`: no figure.
    pub fn kind(self) -> Option<RateKind> {
        match self {
            RetentionBasis::Flows | RetentionBasis::Balances => Some(RateKind::Week),
            RetentionBasis::Period => Some(RateKind::Period),
            RetentionBasis::Unknown => None,
        }
    }
}

words! {
    /// Level of an employee inside the employer.
    Level {
        /// 高管
        Executive = "executive",
        /// 中层
        Manager = "manager",
        /// 员工
        Staff = "staff",
    }
}

words! {
    /// Answer to "may we contact you this way for marketing?".
    Consent {
        Given = "given",
        Refused = "refused",
    }
}
