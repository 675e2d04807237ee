//! Conditions of rules: SQL booleans over `employee_facts`, run where they can read that table and nothing else.

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::Value;

use crate::model::EmployeeId;
use crate::store::{Store, StoreError};

/// Functions a condition may use: the ones both engines share.
const FUNCTIONS: &[&str] = &["abs", "coalesce", "nullif", "length", "substr", "min", "max"];

/// A condition is stopped after so many virtual-machine steps …
const STEPS: i32 = 1_000_000;
/// … so many times over: minutes of work where a million employees need seconds.
const CALLBACKS: i32 = 10_000;

/// A value a rule gives its conditions by name.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// Fen, a count, or a 0/1.
    Whole(i64),
    Ratio(f64),
    /// Text, or a date in ISO form.
    Text(String),
}

/// Why a condition cannot be used: the rule's text and what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum ConditionError {
    #[error("condition «{sql}»: {reason}")]
    Unusable { sql: String, reason: String },
    #[error("condition «{sql}» names ${name}, which the rule does not set")]
    UnknownSetting { sql: String, name: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The employees for whom all `conditions` hold, by id. An unknown (NULL) condition does not hold.
///
/// # Errors
/// A condition that is not a boolean expression over the columns of `employee_facts` and the settings.
pub fn evaluate(
    store: &mut Store,
    conditions: &[&str],
    settings: &[(String, Setting)],
) -> Result<Vec<EmployeeId>, ConditionError> {
    for sql in conditions {
        check_text(sql)?;
    }
    let mut callbacks_left = CALLBACKS;
    let stop = move || {
        callbacks_left -= 1;
        callbacks_left < 0
    };
    store.conn.authorizer(Some(only_employee_facts)).map_err(StoreError::from)?;
    store.conn.progress_handler(STEPS, Some(stop)).map_err(StoreError::from)?;
    let found = run(store, conditions, settings);
    store.conn.progress_handler(0, None::<fn() -> bool>).map_err(StoreError::from)?;
    store.conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).map_err(StoreError::from)?;
    found
}

fn run(store: &Store, conditions: &[&str], settings: &[(String, Setting)]) -> Result<Vec<EmployeeId>, ConditionError> {
    let shown = conditions.join(" AND ");
    let unusable = |e: rusqlite::Error| ConditionError::Unusable { sql: shown.clone(), reason: e.to_string() };
    let tests: Vec<String> = conditions.iter().map(|c| format!("({c})")).collect();
    let all = if tests.is_empty() { "1 = 1".to_string() } else { tests.join(" AND ") };
    let sql = format!("SELECT employee_id FROM employee_facts WHERE {all} ORDER BY employee_id");
    let mut statement = store.conn.prepare(&sql).map_err(unusable)?;
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).unwrap_or_default().trim_start_matches('$').to_string();
        let Some((_, setting)) = settings.iter().find(|(n, _)| *n == name) else {
            return Err(ConditionError::UnknownSetting { sql: shown, name });
        };
        let value = match setting {
            Setting::Whole(n) => Value::Integer(*n),
            Setting::Ratio(x) => Value::Real(*x),
            Setting::Text(t) => Value::Text(t.clone()),
        };
        statement.raw_bind_parameter(index, value).map_err(unusable)?;
    }
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(unusable)? {
        found.push(EmployeeId(row.get(0).map_err(unusable)?));
    }
    Ok(found)
}

/// The text is set between brackets: it must not close them itself, nor begin a second statement.
fn check_text(sql: &str) -> Result<(), ConditionError> {
    let unusable = |reason: &str| ConditionError::Unusable { sql: sql.to_string(), reason: reason.to_string() };
    let mut depth = 0;
    let mut quoted = false;
    for c in sql.chars() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' if depth == 0 => return Err(unusable("unbalanced brackets")),
            ')' => depth -= 1,
            ';' => return Err(unusable("a semicolon")),
            _ => {}
        }
    }
    if quoted || depth != 0 || sql.contains("--") || sql.contains("/*") || sql.trim().is_empty() {
        return Err(unusable("unbalanced, commented or empty"));
    }
    Ok(())
}

fn only_employee_facts(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select => Authorization::Allow,
        AuthAction::Read { table_name: "employee_facts", .. } => Authorization::Allow,
        AuthAction::Function { function_name } if FUNCTIONS.contains(&function_name.to_lowercase().as_str()) => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}
