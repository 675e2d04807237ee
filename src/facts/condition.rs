//! Conditions of rules: SQL booleans over `employee_facts`, run where they can read that table and nothing else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::ErrorCode;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::Value;
use rusqlite::{Row, Statement};

use crate::facts::employee::employee_facts::{self, EmployeeFacts};
use crate::model::product::Product;
use crate::model::{EmployeeId, Products};
use crate::store::{Store, StoreError};

/// Functions a condition may use: the ones both engines share.
const FUNCTIONS: &[&str] = &["abs", "coalesce", "nullif", "length", "substr", "min", "max"];

/// Words that begin a query.
const QUERIES: &[&str] = &["select", "values", "with"];

/// Longest condition, in characters: the shipped ones are below 500.
const LONGEST: usize = 4_000;
/// Deepest nesting of an expression.
const DEEPEST: i32 = 100;
/// Longest text or number of a condition's own making, in bytes.
const LONGEST_VALUE: i32 = 100_000;
/// Steps of SQLite's virtual machine a rule may take, for a start and for each employee; the shipped ones need below 100.
const STEPS: u64 = 1_000_000;
const STEPS_EACH: u64 = 2_000;
/// After so many of them they are counted.
const COUNTED: i32 = 1_000;

/// A value a rule gives its conditions by name.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// Fen, a count, or a 0/1.
    Whole(i64),
    Ratio(f64),
    /// Text, or a date in ISO form.
    Text(String),
}

/// Why a condition cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A query inside the condition, or a table other than `employee_facts`.
    Query,
    /// A function that is not among those allowed.
    Function,
    /// Longer than a condition needs to be, nested deeper, or making texts that are too long.
    TooLong,
    TooManySteps,
    /// Empty, commented, or with brackets or quotes that do not fit.
    Form,
    /// A setting the rule does not set.
    Setting {
        name: String,
    },
    /// What SQLite says of it.
    Sql {
        reason: String,
    },
}

impl Why {
    /// Key of its word; what SQLite says has none.
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Why::Query => Some("condition_query"),
            Why::Function => Some("condition_function"),
            Why::TooLong => Some("condition_too_long"),
            Why::TooManySteps => Some("condition_too_many_steps"),
            Why::Form => Some("condition_form"),
            Why::Setting { .. } => Some("condition_setting"),
            Why::Sql { .. } => None,
        }
    }
}

/// A condition that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConditionError {
    #[error("rule {rule}, condition «{sql}»: {why:?}")]
    Unusable { rule: String, sql: String, why: Why },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The employees for whom all `conditions` of a rule hold, by id. An unknown (NULL) condition does not hold. Beside the
/// columns of `employee_facts` there is `has_<key>` of each product: 1, 0, or NULL where the sheet does not cover it.
///
/// # Errors
/// A condition that is not one boolean expression over the columns of `employee_facts` and the settings, or too costly.
pub fn evaluate(
    store: &mut Store,
    products: &Products,
    rule: &str,
    conditions: &[&str],
    settings: &[(String, Setting)],
) -> Result<Vec<EmployeeId>, ConditionError> {
    counted(store, products, rule, conditions, settings).0
}

/// [`evaluate`], with the steps it took (in units of [`COUNTED`]).
fn counted(
    store: &mut Store,
    products: &Products,
    rule: &str,
    conditions: &[&str],
    settings: &[(String, Setting)],
) -> (Result<Vec<EmployeeId>, ConditionError>, u64) {
    let steps = Arc::new(AtomicU64::new(0));
    let people = with_products(products);
    let found = guarded(store, &steps, |store, guard| {
        let all = all_of(store, guard, &people, rule, conditions, settings)?;
        let unusable = |why| ConditionError::Unusable { rule: rule.to_string(), sql: all.clone(), why };
        run(store, guard, (&people, &all), settings, true).map_err(unusable)
    });
    (found, steps.load(Ordering::Relaxed))
}

/// All conditions of a rule as one.
fn all_of(
    store: &Store,
    guard: &Guard,
    people: &str,
    rule: &str,
    conditions: &[&str],
    settings: &[(String, Setting)],
) -> Result<String, ConditionError> {
    let mut tests = Vec::new();
    for sql in conditions {
        let unusable = |why| ConditionError::Unusable { rule: rule.to_string(), sql: sql.to_string(), why };
        check_text(sql).map_err(unusable)?;
        // Each alone first: an error then names the one that is wrong.
        run(store, guard, (people, sql), settings, false).map_err(unusable)?;
        tests.push(format!("({sql})"));
    }
    Ok(if tests.is_empty() { "1 = 1".to_string() } else { tests.join(" AND ") })
}

/// A rule with its conditions and the values it gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule<'r> {
    pub key: &'r str,
    pub conditions: Vec<&'r str>,
    pub settings: Vec<(String, Setting)>,
}

/// Rules looked at in one go through the people: the bits of a number.
const TOGETHER: usize = 60;

/// Everybody for whom rules hold, by id, each with the places of those rules among `rules`.
///
/// # Errors
/// As [`evaluate`].
pub fn fired(
    store: &mut Store,
    products: &Products,
    rules: &[Rule<'_>],
) -> Result<Vec<(EmployeeId, usize)>, ConditionError> {
    let mut fired = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let people = evaluate(store, products, rule.key, &rule.conditions, &rule.settings)?;
        fired.extend(people.into_iter().map(|id| (id, at)));
    }
    fired.sort_unstable();
    Ok(fired)
}

/// Tells of those [`fired`] finds and their places, in one go through the people. Says whether all were told of: where
/// not, the rules do not fit into one statement or take too many steps in it, and what was told is to be forgotten.
///
/// # Errors
/// As [`evaluate`], for what is seen before people are looked at.
pub fn each(
    store: &mut Store,
    products: &Products,
    rules: &[Rule<'_>],
    mut see: impl FnMut(&EmployeeFacts, &[usize]),
) -> Result<bool, ConditionError> {
    if rules.is_empty() || rules.len() > TOGETHER {
        return Ok(rules.is_empty());
    }
    let people = with_products(products);
    let steps = Arc::new(AtomicU64::new(0));
    guarded(store, &steps, |store, guard| {
        let (mut tests, mut settings) = (Vec::new(), Vec::new());
        for (at, rule) in rules.iter().enumerate() {
            let all = all_of(store, guard, &people, rule.key, &rule.conditions, &rule.settings)?;
            let prefix = format!("r{at}_");
            tests.push(format!("({})", renamed(&all, &prefix)));
            settings.extend(rule.settings.iter().map(|(name, setting)| (format!("{prefix}{name}"), setting.clone())));
        }
        // One beside the other they nest deeper than each alone.
        let deeper = DEEPEST + 2 * rules.len() as i32;
        store.conn.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, deeper).map_err(StoreError::from)?;
        let bits: Vec<String> =
            tests.iter().enumerate().map(|(at, test)| format!("(({test} IS TRUE) << {at})")).collect();
        let (columns, bits) = (employee_facts::COLUMNS, bits.join(" | "));
        let any = tests.join(" OR ");
        let sql = format!("SELECT {bits}, {columns} FROM ({people}) WHERE {any} ORDER BY employee_id");
        let mut places = Vec::new();
        let told = rows(store, guard, &sql, &settings, |row| {
            let bits: i64 = row.get(0)?;
            places.clear();
            places.extend((0..rules.len()).filter(|at| (bits >> at) & 1 == 1));
            see(&employee_facts::read_from(row, 1)?, &places);
            Ok(())
        });
        Ok(told.is_ok())
    })
}

/// A condition whose settings have `prefix` before their names, so that those of several rules differ.
fn renamed(sql: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let (mut quote, mut before) = (None, ' ');
    for c in sql.chars() {
        out.push(c);
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None => match c {
                '\'' | '"' | '`' => quote = Some(c),
                '[' => quote = Some(']'),
                // Inside a name it is a letter like any other.
                '$' if !(before.is_alphanumeric() || before == '_' || before == '$') => out.push_str(prefix),
                _ => {}
            },
        }
        before = c;
    }
    out
}

/// What the authoriser has seen of a statement: how many of its own SELECTs have come, and why it was refused.
#[derive(Debug, Default)]
struct Seen {
    selects: u32,
    denied: Option<Why>,
}

type Guard = Arc<Mutex<Seen>>;

/// Does `work` where a statement can read `employee_facts` and nothing else, within limits of size and steps.
fn guarded<T>(
    store: &mut Store,
    steps: &Arc<AtomicU64>,
    work: impl FnOnce(&Store, &Guard) -> Result<T, ConditionError>,
) -> Result<T, ConditionError> {
    let employees: u64 = store
        .conn
        .query_row("SELECT count(*) FROM employee_facts", [], |r| r.get::<_, i64>(0))
        .map_err(StoreError::from)?
        .unsigned_abs();
    let most = STEPS + employees * STEPS_EACH;
    let taken = steps.clone();
    let stop = move || taken.fetch_add(COUNTED as u64, Ordering::Relaxed) >= most;
    let guard = Guard::default();
    let seen = guard.clone();
    let limits = [(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE), (Limit::SQLITE_LIMIT_EXPR_DEPTH, DEEPEST)];
    let before = limits.map(|(limit, _)| store.conn.limit(limit));
    store
        .conn
        .authorizer(Some(move |context: AuthContext<'_>| only_employee_facts(&seen, &context)))
        .map_err(StoreError::from)?;
    store.conn.progress_handler(COUNTED, Some(stop)).map_err(StoreError::from)?;
    for (limit, value) in limits {
        store.conn.set_limit(limit, value).map_err(StoreError::from)?;
    }
    let done = work(store, &guard);
    // All of it is taken back, whatever of it fails.
    let mut undone = Vec::new();
    for ((limit, _), value) in limits.into_iter().zip(before) {
        undone.push(value.and_then(|value| store.conn.set_limit(limit, value)).map(|_| ()));
    }
    undone.push(store.conn.progress_handler(0, None::<fn() -> bool>));
    undone.push(store.conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>));
    undone.into_iter().collect::<Result<(), _>>().map_err(StoreError::from)?;
    done
}

/// The query conditions are asked over. What it names first is what a name means: the table has some columns of its own
/// called so, which nobody fills.
fn with_products(products: &Products) -> String {
    let has = |p: &Product| {
        let (key, n) = (p.key.replace('"', "\"\""), p.number);
        format!("CASE WHEN (f.covered >> {n}) & 1 = 1 THEN (f.products >> {n}) & 1 END AS \"has_{key}\", ")
    };
    format!("SELECT {}f.* FROM employee_facts f", products.0.iter().map(has).collect::<String>())
}

/// Prepares a condition over people and, with `all`, gives the employees for whom it holds.
fn run(
    store: &Store,
    guard: &Guard,
    (people, test): (&str, &str),
    settings: &[(String, Setting)],
    all: bool,
) -> Result<Vec<EmployeeId>, Why> {
    let sql = format!("SELECT employee_id FROM ({people}) WHERE ({test}) ORDER BY employee_id");
    let mut found = Vec::new();
    if all {
        rows(store, guard, &sql, settings, |row| {
            found.push(EmployeeId(row.get(0)?));
            Ok(())
        })?;
    } else {
        prepared(store, guard, &sql, settings)?;
    }
    Ok(found)
}

/// Runs a statement and tells its rows.
fn rows(
    store: &Store,
    guard: &Guard,
    sql: &str,
    settings: &[(String, Setting)],
    mut see: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), Why> {
    let mut statement = prepared(store, guard, sql, settings)?;
    let mut rows = statement.raw_query();
    let mut all = || -> rusqlite::Result<()> {
        while let Some(row) = rows.next()? {
            see(row)?;
        }
        Ok(())
    };
    all().map_err(|e| why(guard, &e))
}

/// Why SQLite refused.
fn why(guard: &Guard, e: &rusqlite::Error) -> Why {
    let denied = guard.lock().unwrap_or_else(PoisonError::into_inner).denied.take();
    denied.unwrap_or_else(|| match e.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Why::TooManySteps,
        Some(ErrorCode::TooBig | ErrorCode::OutOfMemory) => Why::TooLong,
        _ if e.to_string().contains("Expression tree is too large") => Why::TooLong,
        _ if e.to_string().starts_with("no such function") => Why::Function,
        _ => Why::Sql { reason: e.to_string() },
    })
}

/// A statement with the settings it names.
fn prepared<'s>(
    store: &'s Store,
    guard: &Guard,
    sql: &str,
    settings: &[(String, Setting)],
) -> Result<Statement<'s>, Why> {
    *guard.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
    let mut statement = store.conn.prepare(sql).map_err(|e| why(guard, &e))?;
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).unwrap_or_default().trim_start_matches('$').to_string();
        let Some((_, setting)) = settings.iter().find(|(n, _)| *n == name) else {
            return Err(Why::Setting { name });
        };
        let value = match setting {
            Setting::Whole(n) => Value::Integer(*n),
            Setting::Ratio(x) => Value::Real(*x),
            Setting::Text(t) => Value::Text(t.clone()),
        };
        statement.raw_bind_parameter(index, value).map_err(|e| why(guard, &e))?;
    }
    Ok(statement)
}

/// The text is set between brackets: it must not close them itself, nor begin a second statement.
fn check_text(sql: &str) -> Result<(), Why> {
    if sql.chars().count() > LONGEST {
        return Err(Why::TooLong);
    }
    let mut depth = 0;
    let mut quoted = false;
    for c in sql.chars() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' if depth == 0 => return Err(Why::Form),
            ')' => depth -= 1,
            ';' => return Err(Why::Form),
            _ => {}
        }
    }
    // SQLite looks some of them up without asking the authoriser.
    let outside: String = sql.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let mut words = outside.split(|c: char| !c.is_alphanumeric() && c != '_');
    if words.any(|word| QUERIES.iter().any(|query| word.eq_ignore_ascii_case(query))) {
        return Err(Why::Query);
    }
    if quoted || depth != 0 || sql.contains("--") || sql.contains("/*") || sql.trim().is_empty() {
        return Err(Why::Form);
    }
    Ok(())
}

/// The SELECTs of the statement itself.
const SELECTS: u32 = 2;

/// Those SELECTs over the one table, with the functions allowed.
fn only_employee_facts(guard: &Guard, context: &AuthContext<'_>) -> Authorization {
    let mut seen = guard.lock().unwrap_or_else(PoisonError::into_inner);
    let denied = match context.action {
        AuthAction::Select if seen.selects < SELECTS => {
            seen.selects += 1;
            return Authorization::Allow;
        }
        AuthAction::Read { table_name: "employee_facts", .. } => return Authorization::Allow,
        AuthAction::Function { function_name } if FUNCTIONS.contains(&function_name.to_lowercase().as_str()) => {
            return Authorization::Allow;
        }
        AuthAction::Function { .. } => Why::Function,
        _ => Why::Query,
    };
    seen.denied.get_or_insert(denied);
    Authorization::Deny
}

#[cfg(test)]
mod tests;
