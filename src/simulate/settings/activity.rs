//! Parameters of the generated flows, contacts, purchases and targets (`settings.toml`, `[activity]`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::simulate::settings::file::FileRule;

/// What people did after payday and after visits, and what is asked of outlets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityRule {
    pub out: String,
    /// Where the last payday's money went, by story employer.
    pub flows: BTreeMap<String, FlowRule>,
    /// Contacts told, one after the other in this order, over and over.
    pub contacts: Vec<ContactRule>,
    /// How many contacts.
    pub contacts_told: usize,
    /// What each class of assets is called when it is bought, by class key.
    pub products: BTreeMap<String, ProductName>,
    pub targets: Vec<TargetRule>,
    pub flow_headers: BTreeMap<FlowColumn, String>,
    pub contact_headers: BTreeMap<ContactColumn, String>,
    pub sale_headers: BTreeMap<SaleColumn, String>,
    pub target_headers: BTreeMap<TargetColumn, String>,
    pub files: ActivityFiles,
    pub source: String,
}

/// Two destinations of an employer's money.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowRule {
    pub main: String,
    pub other: String,
    /// Share of the main one.
    pub main_percent: i64,
}

/// One contact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactRule {
    pub date: chrono::NaiveDate,
    pub channel: String,
    pub result: String,
    #[serde(default)]
    pub wanted: String,
    pub next: Option<chrono::NaiveDate>,
    #[serde(default)]
    pub note: String,
}

/// What a purchase is called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductName {
    pub name: String,
    pub kind: String,
    /// As written: `3.2%`.
    #[serde(default)]
    pub expected_yield: String,
}

/// One indicator of the target sheet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRule {
    pub indicator: String,
    pub period: String,
    pub unit: String,
    /// The whole branch's value, where it has one.
    pub branch: Option<f64>,
    /// Values of the outlets, one after the other, over and over; none where only the branch has one.
    #[serde(default)]
    pub outlets: Vec<f64>,
}

/// The files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityFiles {
    pub flows: FileRule<FlowColumn>,
    pub contacts: FileRule<ContactColumn>,
    pub sales: FileRule<SaleColumn>,
    pub targets: FileRule<TargetColumn>,
}

/// Columns of 资金流水.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowColumn {
    CustomerNumber,
    Employer,
    Date,
    Direction,
    Amount,
    Counterparty,
    Reference,
}

/// Columns of 联系结果.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactColumn {
    CustomerNumber,
    Employer,
    Date,
    Channel,
    Result,
    Wanted,
    Next,
    Note,
}

/// Columns of 产品购买明细.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleColumn {
    CustomerNumber,
    Product,
    Kind,
    Date,
    Amount,
    ExpectedYield,
    DueDate,
}

/// Columns of 指标任务表.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetColumn {
    Outlet,
    Indicator,
    Period,
    Value,
    Unit,
}

#[cfg(test)]
mod tests {
    use crate::simulate::settings::Settings;

    #[test]
    fn every_column_has_a_heading_and_flows_know_their_employers() {
        let s = Settings::shipped().unwrap();
        let a = &s.activity;
        assert!(a.files.flows.columns.iter().all(|c| a.flow_headers.contains_key(c)));
        assert!(a.files.contacts.columns.iter().all(|c| a.contact_headers.contains_key(c)));
        assert!(a.files.sales.columns.iter().all(|c| a.sale_headers.contains_key(c)));
        assert!(a.files.targets.columns.iter().all(|c| a.target_headers.contains_key(c)));
        assert!(a.flows.keys().all(|k| s.story.contains_key(k)));
    }
}
