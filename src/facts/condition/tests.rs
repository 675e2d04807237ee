//! Conditions made to do harm: each is refused, or holds or not within a number of steps.

use super::*;
use crate::model::Fen;
use crate::model::product::ProductFamily;
use crate::store::trust::keys::SecretKey;

const EMPLOYEES: u64 = 3_000;

fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
    store
        .conn
        .execute_batch(&format!(
            "PRAGMA foreign_keys = off;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {EMPLOYEES})
             INSERT INTO employee_facts (employee_id, employer_id, as_of, first_seen, outlet, aum_fen, products, covered,
               product_count, asset_product_count, wage_fen, bonus_fen, paid_months, retention_basis)
             SELECT i, 1, '2026-03-10', '2026-02-10', '甲网点', i, 0, 0, 0, 0, 0, 0, 0, '' FROM n"
        ))
        .unwrap();
    store
}

/// The catalogue with one of a branch's own.
fn products() -> Products {
    let product = |number, key: &str| Product { number, key: key.into(), family: ProductFamily::Asset, name: None };
    Products(vec![product(1, "mobile_bank"), product(40, "gold")])
}

/// Why a condition is refused, or how many people it finds; and the steps it took.
fn tried(store: &mut Store, sql: &str) -> (Result<usize, Why>, u64) {
    let (found, steps) =
        counted(store, &products(), "rule", &["aum_fen > 0", sql], &[("limit".into(), Setting::Whole(7))]);
    let found = found.map(|people| people.len()).map_err(|e| match e {
        ConditionError::Unusable { why, .. } => why,
        ConditionError::Store(e) => panic!("{e}"),
    });
    (found, steps)
}

/// What becomes of a condition.
enum Wanted {
    For(Why),
    Refused,
    /// It is worked out in few steps.
    Few,
}
use Wanted::{Few, For, Refused};

#[test]
fn conditions_made_to_do_harm_are_refused_or_take_few_steps() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let nested = |inner: &str, times: usize| format!("{}{inner}{}", "(".repeat(times), ")".repeat(times));
    let long = |piece: &str, times: usize| vec![piece; times].join(" ");
    let cases: Vec<(String, Wanted)> = vec![
        ("aum_fen > (SELECT avg(aum_fen) FROM employee_facts)".into(), For(Why::Query)),
        ("EXISTS (SELECT 1 FROM employee_facts a, employee_facts b, employee_facts c)".into(), For(Why::Query)),
        ("(sElEcT count(*) FROM employee_facts a, employee_facts b) > 0".into(), For(Why::Query)),
        ("outlet = 'select' OR outlet = 'it''s with values'".into(), Few),
        ("employee_id IN (SELECT employee_id FROM employee_facts)".into(), For(Why::Query)),
        ("employee_id IN (VALUES (1), (2))".into(), For(Why::Query)),
        ("employee_id IN employee_facts".into(), Refused),
        ("employee_id IN person".into(), Refused),
        ("employee_id IN sqlite_schema".into(), Refused),
        (
            "1 IN (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)".into(),
            For(Why::Query),
        ),
        ("(1, 2) = (SELECT employee_id, aum_fen FROM employee_facts)".into(), For(Why::Query)),
        ("length(zeroblob(1000000000)) > 0".into(), For(Why::Function)),
        ("length(randomblob(1000000000)) > 0".into(), For(Why::Function)),
        ("length(hex(outlet)) > 0".into(), For(Why::Function)),
        ("printf('%1000000000d', aum_fen) > ''".into(), For(Why::Function)),
        ("format('%.*c', 1000000000, 'x') > ''".into(), For(Why::Function)),
        ("length(replace(replace('aaaa', 'a', 'aaaaaaaa'), 'a', 'aaaaaaaa')) > 0".into(), For(Why::Function)),
        ("group_concat(outlet) > ''".into(), For(Why::Function)),
        ("json_extract(outlet, '$') IS NULL".into(), For(Why::Function)),
        ("outlet -> '$' IS NULL".into(), For(Why::Function)),
        ("outlet LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%b'".into(), For(Why::Function)),
        ("outlet GLOB '*a*a*a*a*a*a*a*a*a*a*b'".into(), For(Why::Function)),
        ("outlet REGEXP '(a+)+$'".into(), For(Why::Function)),
        ("outlet MATCH 'x'".into(), For(Why::Function)),
        ("load_extension('x')".into(), For(Why::Function)),
        ("randomblob(9) IS NOT NULL".into(), For(Why::Function)),
        ("row_number() OVER () > 0".into(), For(Why::Function)),
        ("max(aum_fen) > 0".into(), Refused),
        ("max(aum_fen) OVER () > 0".into(), Refused),
        (nested("aum_fen > 0", 1_500), Few),
        (long("NOT", 990) + " aum_fen", For(Why::TooLong)),
        (long("aum_fen > 0 OR", 500) + " 1", For(Why::TooLong)),
        (long("aum_fen +", 200) + " 1 > 0", For(Why::TooLong)),
        (format!("aum_fen IN ({} 1)", "1,".repeat(1_900)), Few),
        (format!("coalesce({} 1) = 1", "NULL,".repeat(700)), Few),
        (format!("length({} '') > 0", "outlet||".repeat(80)), Few),
        (format!("aum_fen > '{}'", "x".repeat(5_000)), For(Why::TooLong)),
        ("abs(-9223372036854775807 - 1) > 0".into(), Refused),
        ("aum_fen > 0; DROP TABLE person".into(), For(Why::Form)),
        ("1) OR (1".into(), For(Why::Form)),
        ("1 -- ".into(), For(Why::Form)),
        ("1 /* ".into(), For(Why::Form)),
        ("aum_fen > '".into(), For(Why::Form)),
        (String::new(), For(Why::Form)),
        ("aum_fen > $nowhere".into(), For(Why::Setting { name: "nowhere".into() })),
        ("\"aum_fenn\" > 0".into(), Refused),
        ("aum_fen > RAISE(ABORT, 'x')".into(), Refused),
    ];
    for (sql, wanted) in cases {
        let shown = sql.chars().take(80).collect::<String>();
        let (found, steps) = tried(&mut store, &sql);
        assert!(steps <= 300 * EMPLOYEES, "{shown}: {steps} steps, {found:?}");
        match wanted {
            For(why) => assert_eq!(found, Err(why), "{shown}"),
            Refused => assert!(found.is_err(), "{shown}: {found:?}"),
            Few => assert!(found.is_ok(), "{shown}: {found:?}"),
        }
    }
}

#[test]
fn an_ordinary_condition_holds_within_a_few_steps_for_each_employee() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let sql = "aum_fen <= $limit AND (outlet IS NOT NULL OR coalesce(wage_fen, 0) BETWEEN 1 AND 2) \
               AND CASE WHEN aum_fen IN (1, 2) THEN 0 ELSE 1 END = 1 AND substr(first_seen, 1, 4) = '2026'";
    let (found, steps) = tried(&mut store, sql);
    assert_eq!(found, Ok(5));
    assert!(steps <= 100 * EMPLOYEES, "{steps}");
    // Nothing of the guard stays behind.
    let others: i64 = store.conn.query_row("SELECT count(*) FROM person", [], |r| r.get(0)).unwrap();
    assert_eq!(others, 0);
}

#[test]
fn a_condition_that_takes_too_many_steps_is_stopped_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let steps = Arc::new(AtomicU64::new(STEPS + EMPLOYEES * STEPS_EACH));
    let stopped = guarded(&mut store, &steps, |store, guard| {
        run(store, guard, ("SELECT * FROM employee_facts", "aum_fen > 0"), &[], true)
            .map_err(|why| ConditionError::Unusable { rule: "r".into(), sql: "s".into(), why })
    });
    assert!(matches!(stopped, Err(ConditionError::Unusable { why: Why::TooManySteps, .. })), "{stopped:?}");
}

#[test]
fn each_product_of_the_catalogue_can_be_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    // One has gold, one is known to have none; of the others the sheet does not tell.
    let gold = "UPDATE employee_facts SET covered = 1 << 40 WHERE employee_id <= 2;
                UPDATE employee_facts SET products = 1 << 40 WHERE employee_id = 1;";
    store.conn.execute_batch(gold).unwrap();
    let mut found = |sql: &str| tried(&mut store, sql).0;
    assert_eq!(["has_gold = 1", "has_gold = 0"].map(&mut found), [Ok(1), Ok(1)]);
    assert_eq!(found("has_gold IS NULL"), Ok(EMPLOYEES as usize - 2));
    assert_eq!(found("has_mobile_bank = 0"), Ok(0));
    assert!(matches!(found("has_silver = 0"), Err(Why::Sql { .. })));
}

#[test]
fn rules_looked_at_together_hold_for_whom_they_hold_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    store
        .conn
        .execute_batch(
            "UPDATE employee_facts SET covered = 2, products = 2 * (employee_id % 2) WHERE employee_id % 5 > 0;
             UPDATE employee_facts SET outlet = NULL WHERE employee_id % 3 = 0;
             UPDATE employee_facts SET grade = '$limit' WHERE employee_id % 7 = 0;",
        )
        .unwrap();
    let products = products();
    let rule = |key, conditions: &[&'static str], limit: i64| Rule {
        key,
        conditions: conditions.to_vec(),
        settings: vec![
            ("limit".to_string(), Setting::Whole(limit)),
            ("day".to_string(), Setting::Text("2026-02-10".into())),
        ],
    };
    // The same names mean something else in each; one is unknown for many; texts and names with a sign are none of them.
    let mut rules = vec![
        rule("few", &["aum_fen <= $limit"], 40),
        rule("more", &["aum_fen > $limit", "has_mobile_bank = 0"], 2_000),
        rule("day", &["first_seen = $day AND outlet = '甲网点'"], 0),
        rule("text", &["grade = '$limit' OR aum_fen=$limit"], 11),
        rule("number", &["abs(aum_fen) % $limit"], 1_000),
        rule("nobody", &["outlet = 'x'"], 0),
        rule("all", &[], 0),
    ];
    let together = |store: &mut Store, rules: &[Rule<'_>]| {
        let mut told = Vec::new();
        let whole = each(store, &products, rules, |person, places| {
            told.extend(places.iter().map(|place| (person.employee_id, *place, person.aum)));
        });
        whole.map(|whole| whole.then_some(told))
    };
    let mut alone: Vec<(EmployeeId, usize, Option<Fen>)> = Vec::new();
    for (at, r) in rules.iter().enumerate() {
        let people = evaluate(&mut store, &products, r.key, &r.conditions, &r.settings).unwrap();
        // Somebody's AUM is their number.
        alone.extend(people.into_iter().map(|id| (id, at, Some(Fen(id.0)))));
    }
    alone.sort_unstable();
    assert!(alone.len() > EMPLOYEES as usize);
    assert_eq!(together(&mut store, &rules).unwrap(), Some(alone.clone()));
    let one_by_one = fired(&mut store, &products, &rules).unwrap();
    assert_eq!(one_by_one, alone.iter().map(|(id, at, _)| (*id, *at)).collect::<Vec<_>>());
    assert_eq!(together(&mut store, &[]).unwrap(), Some(Vec::new()));
    // More than one statement holds; an overflow on the way.
    let many: Vec<Rule<'_>> = (0..20).flat_map(|_| rules.clone()).collect();
    assert_eq!(together(&mut store, &many).unwrap(), None);
    let overflow = rule("overflow", &["abs(-9223372036854775807 - (aum_fen > 9)) > 0"], 0);
    assert_eq!(together(&mut store, &[rules[0].clone(), overflow]).unwrap(), None);
    // One that cannot be used is named, also among others.
    rules.insert(3, rule("wrong", &["aum_fen > 0", "nowhere = 1"], 0));
    let Err(ConditionError::Unusable { rule, sql, .. }) = together(&mut store, &rules) else { panic!() };
    assert_eq!((rule.as_str(), sql.as_str()), ("wrong", "nowhere = 1"));
}

#[test]
fn settings_are_renamed_where_they_are_settings() {
    assert_eq!(renamed("a > $x AND $x_1<b", "r0_"), "a > $r0_x AND $r0_x_1<b");
    assert_eq!(renamed("a$b = '$x' || \"c$d$\" || [$e] || `$f`", "r0_"), "a$b = '$x' || \"c$d$\" || [$e] || `$f`");
    assert_eq!(renamed("'it''s $x'=$x", "r1_"), "'it''s $x'=$r1_x");
}
