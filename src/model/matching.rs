//! How people and employers of a sheet are found again: the order of the rules, what is known of those who may be
//! meant, the words for what stays unsure.

pub mod employer;
pub mod person;
pub mod remnant;

/// Defines an enum of words with their stable keys.
macro_rules! keyed {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $key)] $variant),+ }

        impl $name {
            /// The stable key in JSON, SQL and rules files.
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }

            pub fn from_key(key: &str) -> Option<$name> {
                match key { $($key => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

keyed! {
    /// By what a person is found.
    PersonRule {
        CustomerNumber = "customer_number",
        IdNumber = "id_number",
        Account = "account",
        /// The name among the people of one employer; only for rows that carry no number at all.
        NameAtEmployer = "name_at_employer",
    }
}

keyed! {
    /// By what an employer is found.
    EmployerRule {
        /// 统一社会信用代码
        CreditCode = "credit_code",
        /// 代发单位编号
        EmployerNumber = "employer_number",
        /// The name without 有限公司, (集团), brackets and blanks.
        NormalisedName = "normalised_name",
    }
}

keyed! {
    /// The kinds of rows that look for a person.
    RowKind {
        Holdings = "holdings",
        Payroll = "payroll",
    }
}

keyed! {
    /// What a match is about.
    MatchSubject {
        /// A row of a holdings sheet.
        Person = "person",
        /// 收款人: a payee of payroll runs.
        Payee = "payee",
        Employer = "employer",
    }
}

keyed! {
    /// Why it is asked for instead of taken.
    MatchReason {
        /// The numbers of one row belong to different people or employers.
        NumbersDisagree = "numbers_disagree",
        /// One number fits, another one is not the one known.
        NumberContradicts = "number_contradicts",
        /// Several have this name.
        SameName = "same_name",
        /// Nobody fits.
        Nobody = "nobody",
    }
}

keyed! {
    /// What a user decided.
    Verdict {
        /// It is this person or employer.
        Same = "same",
        /// It is somebody, or an employer, of its own.
        New = "new",
        /// Two people known so far, and this row, are one.
        Merge = "merge",
        /// Left as it is and no longer asked for.
        Skip = "skip",
        /// The last decision no longer holds.
        Undo = "undo",
    }
}

/// One rule for people, in its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonStep {
    pub rule: PersonRule,
    /// Rows it is used for.
    pub rows: Vec<RowKind>,
    /// Numbers that must not differ from those known of the person found.
    pub contradicted_by: Vec<PersonRule>,
}

/// One rule for employers, in its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerStep {
    pub rule: EmployerRule,
    pub contradicted_by: Vec<EmployerRule>,
}

/// The rules in force, each list in the order in which they are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchOrder {
    pub person: Vec<PersonStep>,
    pub employer: Vec<EmployerStep>,
}

/// A number or a name as its scheme and hash.
pub type Key = (&'static str, [u8; 16]);

/// A person or an employer: the number recorded, and the one that stands for it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose<Id> {
    pub recorded: Id,
    pub now: Id,
}

/// A number of a row, the rule that looks at it, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<Rule, Id> {
    pub rule: Rule,
    pub key: Key,
    /// `None`: nobody's yet.
    pub whose: Option<Whose<Id>>,
}
