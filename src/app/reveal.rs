//! Who is behind the numbers: masked for people, whole only for a purpose that is put into the audit first.

use std::collections::BTreeMap;

use crate::app::error::AppError;
use crate::app::workspace::open::Workspace;
use crate::model::imported::PersonalField;
use crate::model::personal::{ColumnLevel, MaskLevel, Purpose, mask_account, mask_id_number, mask_name, mask_phone};
use crate::model::{EmployeeId, Personal};
use crate::rules::trust::masking::{MaskingRules, OutputMasking};
use crate::store::import::people::Person;
use crate::store::trust::audit::{AuditNote, ShownColumn};

/// A person as an output may show them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownPerson {
    pub name: String,
    pub phone: String,
    pub id_number: String,
    pub account: String,
    pub customer_number: String,
}

/// Records that customer numbers of so many rows are given out; to be called before they are.
///
/// # Errors
/// The audit cannot be written.
pub fn record(workspace: &Workspace, rows: i64, command: &str, purpose: Option<&str>) -> Result<(), AppError> {
    workspace.store.audit(&AuditNote {
        action: "reveal",
        purpose: purpose.map_or_else(|| command.to_string(), |p| format!("{command}: {p}")),
        subject: "customer_number".into(),
        rows,
        columns: vec![ShownColumn::new("customer_number", ColumnLevel::Whole)],
        mask_level: "whole",
        sha256: String::new(),
    })?;
    Ok(())
}

/// The bank's number of an employee, for `--reveal`, which is [`record`]ed before.
///
/// # Errors
/// The store cannot be read.
pub fn customer_number(workspace: &Workspace, employee: EmployeeId) -> Result<Option<String>, AppError> {
    let person = workspace.store.person(employee)?;
    Ok(person.and_then(|p| p.customer_number).map(|number| number.unmask(Purpose::Reveal).clone()))
}

/// Customer numbers of these employees, for `--reveal`; recorded before they are given out.
///
/// # Errors
/// The store cannot be read, or the audit not written.
pub fn customer_numbers(
    workspace: &Workspace,
    employees: impl Iterator<Item = EmployeeId>,
    command: &str,
    purpose: Option<&str>,
) -> Result<BTreeMap<EmployeeId, String>, AppError> {
    let wanted: Vec<EmployeeId> = employees.collect();
    record(workspace, wanted.len() as i64, command, purpose)?;
    let mut numbers = BTreeMap::new();
    for id in wanted {
        if let Some(number) = customer_number(workspace, id)? {
            numbers.insert(id, number);
        }
    }
    Ok(numbers)
}

/// A person's data at the levels an output allows. The caller's output is audited with [`columns`] when it is written.
pub fn show(person: Option<&Person>, levels: &OutputMasking) -> ShownPerson {
    let at = |value: &Option<Personal<String>>, level: MaskLevel, mask: fn(&str) -> String| match (value, level) {
        (Some(v), MaskLevel::Whole) => v.unmask(Purpose::Worklist).clone(),
        (Some(v), MaskLevel::Masked) => mask(v.unmask(Purpose::Mask)),
        _ => String::new(),
    };
    person.map_or_else(ShownPerson::default, |p| ShownPerson {
        name: at(&p.name, levels.name, mask_name),
        phone: at(&p.phone, levels.phone, mask_phone),
        id_number: at(&p.id_number, levels.id_number, mask_id_number),
        account: at(&p.account, levels.account, mask_account),
        customer_number: at(&p.customer_number, levels.customer_number, mask_account),
    })
}

/// Kinds of personal data a file really has, each with the output whose levels it is shown at: for the audit, with the
/// barest level among them.
pub fn columns(masking: &MaskingRules, has: &[(&str, PersonalField)]) -> (Vec<ShownColumn>, &'static str) {
    let mut columns: Vec<ShownColumn> = Vec::new();
    for (output, field) in has {
        let level = match masking.of(output).level(*field) {
            MaskLevel::Hidden => continue,
            MaskLevel::Masked => ColumnLevel::Masked,
            MaskLevel::Whole => ColumnLevel::Whole,
        };
        match columns.iter_mut().find(|c| c.key == field.key()) {
            Some(column) => column.level = column.level.with(level),
            None => columns.push(ShownColumn::new(field.key(), level)),
        }
    }
    let barest = barest(&columns);
    (columns, barest)
}

/// What the audit says of all columns together: `none`, `masked` or `whole`.
pub fn barest(columns: &[ShownColumn]) -> &'static str {
    match columns {
        [] => "none",
        _ if columns.iter().all(|c| c.level == ColumnLevel::Masked) => "masked",
        _ => "whole",
    }
}
