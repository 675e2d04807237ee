//! People followed one by one, against the obvious way: all of every table in memory, joined there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::engagement::contact::track::{Track, TrackInput, TrackedEmployee, Tracker};
use crate::facts::employee::holding_change;
use crate::facts::employee::person_rows::{self, Who};
use crate::facts::pay::payday_retention;
use crate::facts::{self, ChangeWindow, FactSettings, PayWindow, Windows};
use crate::model::{EmployeeId, EmployerId, Fen};
use crate::rules::Rules;
use crate::store::trust::keys::SecretKey;
use crate::store::{Store, StoreError};

const DAYS: [&str; 3] = ["2026-01-31", "2026-02-28", "2026-03-10"];
const EMPLOYERS: i64 = 3;
const PEOPLE: i64 = 7;
const DESTINATIONS: [&str; 3] = ["other_bank", "payment", "own_product"];

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A small branch: who is on which list, who is paid, and where the money goes.
#[derive(Debug, Clone)]
struct Branch {
    /// Employer of each person.
    homes: Vec<i64>,
    /// The last person is another number of this one.
    alias: Option<i64>,
    unsure: Vec<bool>,
    /// Per employer and day: whether the list is whole, and whether an earlier one of the day was corrected by it.
    lists: Vec<(bool, bool)>,
    /// Person, employer, day, products, AUM, on the corrected list.
    holdings: Vec<(i64, i64, usize, i64, Option<i64>, bool)>,
    /// Employer, day of February, withdrawn.
    runs: Vec<(i64, u32, bool)>,
    /// Run, person, amount.
    payments: Vec<(usize, i64, i64)>,
    /// Person, day of February, destination, amount.
    flows: Vec<(i64, u32, usize, i64)>,
}

fn branch() -> impl Strategy<Value = Branch> {
    let person = 1..=PEOPLE;
    let employer = 1..=EMPLOYERS;
    let holding = (
        person.clone(),
        employer.clone(),
        0..DAYS.len(),
        (0i64..64).prop_map(|bits| bits << 1),
        proptest::option::weighted(0.8, 0i64..100_000),
        any::<bool>(),
    );
    (
        prop::collection::vec(employer.clone(), PEOPLE as usize),
        proptest::option::of(1..PEOPLE),
        prop::collection::vec(prop::bool::weighted(0.2), PEOPLE as usize),
        prop::collection::vec((any::<bool>(), any::<bool>()), EMPLOYERS as usize * DAYS.len()),
        prop::collection::vec(holding, 0..24),
        prop::collection::vec((employer, 8u32..20, prop::bool::weighted(0.2)), 1..6),
        prop::collection::vec((0usize..6, person.clone(), 1i64..9_000), 0..16),
        prop::collection::vec((person, 8u32..28, 0..DESTINATIONS.len(), 1i64..9_000), 0..12),
    )
        .prop_map(|(homes, alias, unsure, lists, holdings, runs, payments, flows)| Branch {
            homes,
            alias,
            unsure,
            lists,
            holdings,
            runs,
            payments,
            flows,
        })
}

impl Branch {
    /// Writes it into the tables as an import leaves them.
    fn write(&self, store: &Store) {
        let mut sql = String::from(
            "PRAGMA foreign_keys = off; DELETE FROM flow; DELETE FROM activity; DELETE FROM payment; DELETE FROM payroll_run;
             DELETE FROM holding; DELETE FROM snapshot_part; DELETE FROM snapshot; DELETE FROM employee_alias;
             DELETE FROM unsure_employee; DELETE FROM employee; DELETE FROM employer; DELETE FROM import;
             INSERT INTO import VALUES (1, 'a', 'a', 'holdings', 0, 0, 0, '2026-03-12', '2026-03-12T00:00:00Z');",
        );
        for e in 1..=EMPLOYERS {
            sql += &format!("INSERT INTO employer (employer_id, name, name_key) VALUES ({e}, '单位{e}', '单位{e}');");
        }
        for (p, home) in (1..).zip(&self.homes) {
            sql += &format!(
                "INSERT INTO employee (employee_id, employer_id, first_seen) VALUES ({p}, {home}, '2026-01-01');"
            );
            if self.unsure[p as usize - 1] {
                sql += &format!("INSERT INTO unsure_employee VALUES ({p});");
            }
        }
        if let Some(of) = self.alias {
            sql += &format!("INSERT INTO employee_alias VALUES ({PEOPLE}, {of});");
        }
        for (d, day) in DAYS.iter().enumerate() {
            sql += &format!(
                "INSERT INTO snapshot VALUES ({0}, 1, 'holdings', '{day}', {1});",
                d + 1,
                126 - 2 * (d as i64 % 2)
            );
            for e in 1..=EMPLOYERS {
                let (full, corrected) = self.lists[(e as usize - 1) * DAYS.len() + d];
                let (basis, part) = (if full { "full" } else { "partial" }, part(e, d));
                let was = if corrected { "100" } else { "0" };
                sql += &format!(
                    "INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision)
                       VALUES ({part}, {0}, {e}, '{basis}', 1);
                     INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision, superseded_by)
                       SELECT {part} + 100, {0}, {e}, 'full', 1, {part} WHERE {was} > 0;",
                    d + 1
                );
            }
        }
        for (p, e, d, products, aum, old) in &self.holdings {
            let corrected = self.lists[(*e as usize - 1) * DAYS.len() + d].1;
            let part = part(*e, *d) + if *old && corrected { 100 } else { 0 };
            let aum = aum.map_or("NULL".into(), |a| a.to_string());
            // Nobody is on a list twice, under whatever numbers.
            let known = |p: i64| self.alias.filter(|_| p == PEOPLE).unwrap_or(p);
            let same: Vec<String> = (1..=PEOPLE).filter(|q| known(*q) == known(*p)).map(|q| q.to_string()).collect();
            sql += &format!(
                "INSERT INTO holding (part_id, employee_id, aum_fen, demand_fen, products, product_count, asset_product_count)
                   SELECT {part}, {p}, {aum}, {aum}, {products}, {}, 0
                   WHERE NOT EXISTS (SELECT 1 FROM holding WHERE part_id = {part} AND employee_id IN ({}));",
                products.count_ones(),
                same.join(", ")
            );
        }
        for (n, (e, day, withdrawn)) in (1..).zip(&self.runs) {
            let by = if *withdrawn { n.to_string() } else { "NULL".into() };
            sql += &format!(
                "INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind, superseded_by)
                 VALUES ({n}, 1, {e}, '2026-02-{day:02}', 'wage', {by});"
            );
        }
        for (line, (run, p, fen)) in self.payments.iter().enumerate() {
            if *run < self.runs.len() {
                sql += &format!("INSERT INTO payment VALUES ({}, {line}, {p}, zeroblob(16), {fen});", run + 1);
            }
        }
        sql += "INSERT INTO activity VALUES (1, 1, 0);";
        for (line, (p, day, to, fen)) in self.flows.iter().enumerate() {
            sql += &format!(
                "INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, occurrence)
                 VALUES (1, {line}, {p}, '2026-02-{day:02}', 1, {fen}, '{}', {line});",
                DESTINATIONS[*to]
            );
        }
        sql += "PRAGMA foreign_keys = on;";
        store.conn.execute_batch(&sql).unwrap();
    }
}

/// The list in force of an employer and a day.
fn part(employer: i64, day: usize) -> i64 {
    employer * 10 + day as i64
}

fn change_windows(from: usize, to: usize) -> Vec<ChangeWindow> {
    // The last employer's lists are not compared.
    let (from, to) = (date(DAYS[from]), date(DAYS[to]));
    (1..EMPLOYERS).map(|e| ChangeWindow { employer_id: EmployerId(e), from, to }).collect()
}

fn windows() -> Windows {
    let pay = |employer: i64, slot: i64| PayWindow {
        employer_id: EmployerId(employer),
        slot,
        payday: date("2026-02-10"),
        window_end: date(if slot == 1 { "2026-02-18" } else { "2026-02-12" }),
        before_as_of: Some(date(DAYS[0])),
        after_as_of: Some(date(DAYS[1])),
        basis: if employer == 2 { "period" } else { "balances" },
        approximate: employer == 1,
    };
    let pay = (1..=EMPLOYERS).flat_map(|e| [pay(e, 1), pay(e, 2)]).collect();
    Windows { pay_periods: Vec::new(), pay, change: change_windows(1, 2) }
}

fn settings() -> FactSettings {
    FactSettings {
        as_of: date("2026-03-12"),
        oldest: date("2025-12-12"),
        attributes_oldest: date("2025-03-12"),
        affluent: Fen(400),
        of_months: 3,
        usual_months: 3,
        effective_months: 1,
        effective_month: Fen(60),
        many_products: 2,
    }
}

/// What tracking rests on beside the people.
struct Scene {
    rules: Rules,
    names: BTreeMap<EmployerId, String>,
}

impl Scene {
    fn new() -> Scene {
        let names = (1..=EMPLOYERS).map(|e| (EmployerId(e), format!("单位{e}"))).collect();
        Scene { rules: Rules::load(None).unwrap(), names }
    }

    fn names(&self, only: Option<i64>) -> BTreeMap<EmployerId, String> {
        self.names.iter().filter(|(id, _)| only.is_none_or(|o| id.0 == o)).map(|(id, n)| (*id, n.clone())).collect()
    }

    /// One by one.
    fn streamed(&self, store: &Store, only: Option<i64>, change: &[ChangeWindow]) -> Value {
        let products = self.rules.products.catalogue();
        let names = self.names(only);
        let windows = change.iter().map(|w| (w.employer_id, (w.from, w.to))).collect();
        let paydays = payday_retention::windows(store).unwrap().into_iter().filter(|p| p.slot == 1);
        let paydays = paydays.map(|p| (p.employer_id, p)).collect();
        let input = TrackInput {
            products: &products,
            names: &names,
            windows: &windows,
            paydays: &paydays,
            destinations: &self.rules.flows,
        };
        let mut tracker = Tracker::new(input);
        let mut people = Vec::new();
        let who = only.map_or(Who::All, |e| Who::OfEmployer(EmployerId(e)));
        person_rows::each::<StoreError>(store, who, |person| {
            tracker.person(person, |e: &TrackedEmployee| {
                people.push(serde_json::to_value(e).unwrap());
                Ok(())
            })
        })
        .unwrap();
        let Track { from, to, employers, totals } =
            tracker.finish(|rate| self.rules.retention.band(rate).map(str::to_string));
        json!({"from": from, "to": to, "employees": people, "employers": employers, "totals": totals})
    }

    /// The obvious way.
    fn joined(&self, store: &Store, only: Option<i64>, change: &[ChangeWindow]) -> Value {
        let rows = |sql: &str| -> Vec<Vec<Value>> {
            let mut statement = store.conn.prepare(sql).unwrap();
            let columns = statement.column_count();
            let cell = |v: rusqlite::types::Value| match v {
                rusqlite::types::Value::Null => Value::Null,
                rusqlite::types::Value::Integer(n) => json!(n),
                rusqlite::types::Value::Text(t) => json!(t),
                other => panic!("{other:?}"),
            };
            let row = |r: &rusqlite::Row<'_>| Ok((0..columns).map(|c| cell(r.get_unwrap(c))).collect());
            statement.query_map([], row).unwrap().map(Result::unwrap).collect()
        };
        let id = |v: &Value| v.as_i64().unwrap();
        let changes: BTreeMap<i64, Vec<Value>> = rows(
            "SELECT employee_id, employer_id, status, gained, lost, aum_before_fen, aum_after_fen FROM holding_change",
        )
        .into_iter()
        .map(|r| (id(&r[0]), r))
        .collect();
        let paid: BTreeMap<(i64, i64), Vec<Value>> = rows(
            "SELECT employee_id, employer_id, basis, approximate, counted_id, payroll_fen, retained_fen
             FROM payday_retention WHERE slot = 1",
        )
        .into_iter()
        .map(|r| ((id(&r[0]), id(&r[1])), r))
        .collect();
        let flows = rows(
            "SELECT employee_id, employer_id, destination, amount_fen FROM payday_outflow WHERE slot = 1
             ORDER BY employee_id, employer_id, destination",
        );
        let names = self.names(only);
        let at: BTreeSet<(i64, i64)> =
            paid.keys().copied().chain(changes.values().map(|c| (id(&c[0]), id(&c[1])))).collect();
        let shown: Vec<(i64, i64)> = at.into_iter().filter(|(_, e)| names.contains_key(&EmployerId(*e))).collect();
        let people: Vec<Value> =
            shown.iter().map(|(p, e)| self.person(*p, *e, changes.get(p), paid.get(&(*p, *e)), &flows)).collect();
        let employers: Vec<Value> = names
            .iter()
            .filter(|(e, _)| shown.iter().any(|(_, at)| *at == e.0))
            .map(|(e, name)| self.employer(store, *e, name, &people, change, &flows))
            .collect();
        let heads: BTreeSet<&str> =
            people.iter().filter(|p| p["status"] != "departed").map(|p| p["employee_id"].as_str().unwrap()).collect();
        let sum = |key: &str, of: &dyn Fn(&Value) -> bool| -> i64 {
            employers.iter().filter(|e| of(e)).map(|e| e[key].as_i64().unwrap()).sum()
        };
        let all = |_: &Value| true;
        let week = |e: &Value| !e["retention"].is_null() && e["basis"] != "period";
        let period = |e: &Value| !e["retention"].is_null() && e["basis"] == "period";
        let rate = |of: &dyn Fn(&Value) -> bool| Fen(sum("retained_fen", of)).share_of(Fen(sum("payroll_fen", of)));
        let days = |key: &str| -> Vec<String> {
            employers.iter().filter_map(|e| e[key].as_str().map(str::to_string)).collect()
        };
        json!({
            "from": days("from").into_iter().min(), "to": days("to").into_iter().max(), "employees": people,
            "totals": {
                "employers": employers.len(), "employees": heads.len(), "gained": sum("gained", &all),
                "lost": sum("lost", &all), "aum_before_fen": sum("aum_before_fen", &all),
                "aum_after_fen": sum("aum_after_fen", &all), "payroll_fen": sum("payroll_fen", &week),
                "retained_fen": sum("retained_fen", &week), "retention": rate(&week),
                "period_payroll_fen": sum("payroll_fen", &period),
                "period_retained_fen": sum("retained_fen", &period), "period_retention": rate(&period),
            },
            "employers": employers,
        })
    }

    fn person(
        &self,
        p: i64,
        e: i64,
        change: Option<&Vec<Value>>,
        paid: Option<&Vec<Value>>,
        flows: &[Vec<Value>],
    ) -> Value {
        let own = change.filter(|c| c[1] == json!(e));
        let status = match (own, change) {
            (Some(own), _) => own[2].clone(),
            (None, Some(other)) if other[2] == "present" || other[2] == "joined" => json!("present"),
            _ => json!("unknown"),
        };
        let products = self.rules.products.catalogue();
        let keys = |at: usize| -> Vec<String> {
            let set = own.map_or(0, |c| c[at].as_i64().unwrap());
            products.0.iter().filter(|p| set >> p.number & 1 == 1).map(|p| p.key.clone()).collect()
        };
        let of = |row: Option<&Vec<Value>>, at: usize| row.map_or(Value::Null, |r| r[at].clone());
        let known = paid.filter(|r| r[2] != "unknown" && !r[6].is_null());
        let retained = of(known, 6);
        let rate = retained.as_i64().zip(of(paid, 5).as_i64()).and_then(|(r, all)| Fen(r).share_of(Fen(all)));
        let order = |key: &str| self.rules.flows.destinations.get(key).map_or(i64::MAX, |d| d.order);
        let mut best: Option<(&str, i64)> = None;
        for flow in flows.iter().filter(|f| f[0] == json!(p)) {
            let (to, fen) = (flow[2].as_str().unwrap(), flow[3].as_i64().unwrap());
            if best.is_none_or(|(b, most)| fen > most || (fen == most && order(to) < order(b))) {
                best = Some((to, fen));
            }
        }
        let mut told = json!({
            "employee_id": EmployeeId(p), "employer_id": EmployerId(e), "status": status, "gained": keys(3), "lost": keys(4),
            "aum_before_fen": of(own, 5), "aum_after_fen": of(own, 6), "payroll_fen": of(paid, 5), "retained_fen": retained,
            "retention": rate, "basis": known.map_or(json!("unknown"), |r| r[2].clone()),
            "approximate": paid.is_some_and(|r| r[3] == json!(1)), "main_destination": best.map(|b| b.0),
        });
        if let Some(at) = paid.map(|r| r[4].as_i64().unwrap()).filter(|at| *at != e) {
            told["counted_at"] = json!(EmployerId(at));
        }
        told
    }

    fn employer(
        &self,
        store: &Store,
        id: EmployerId,
        name: &str,
        people: &[Value],
        change: &[ChangeWindow],
        flows: &[Vec<Value>],
    ) -> Value {
        let own: Vec<&Value> = people.iter().filter(|p| p["employer_id"] == json!(id)).collect();
        let with = |status: &str| own.iter().filter(|p| p["status"] == status).count();
        let count = |key: &str| own.iter().map(|p| p[key].as_array().unwrap().len()).sum::<usize>();
        let aum = |key: &str| -> i64 {
            let both = own.iter().filter(|p| !p["aum_before_fen"].is_null() && !p["aum_after_fen"].is_null());
            both.map(|p| p[key].as_i64().unwrap()).sum()
        };
        // As SQL adds it up.
        let (payday, basis, approximate, payroll, retained): (String, String, bool, i64, i64) = store
            .conn
            .query_row(
                "SELECT w.payday, w.basis, w.approximate,
                   COALESCE(sum(CASE WHEN r.retained_fen IS NOT NULL THEN r.payroll_fen END), 0),
                   COALESCE(sum(r.retained_fen), 0)
                 FROM pay_window w LEFT JOIN payday_retention r ON r.employer_id = w.employer_id AND r.slot = w.slot
                 WHERE w.employer_id = ?1 AND w.slot = 1 GROUP BY w.employer_id",
                [id.0],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)),
            )
            .unwrap();
        let rate = Fen(retained).share_of(Fen(payroll));
        let window = change.iter().find(|w| w.employer_id == id);
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for flow in flows.iter().filter(|f| f[1] == json!(id.0)) {
            *sums.entry(flow[2].as_str().unwrap()).or_default() += flow[3].as_i64().unwrap();
        }
        let all: i64 = sums.values().sum();
        let rule = |key: &str| self.rules.flows.destinations.get(key);
        let mut outflows: Vec<(&str, i64)> = sums.into_iter().collect();
        outflows.sort_by_key(|(to, fen)| (-fen, rule(to).map_or(i64::MAX, |r| r.order)));
        let outflow = |(to, fen): &(&str, i64)| {
            let share = Fen(*fen).share_of(Fen(all)).unwrap_or_default();
            json!({"destination": to, "amount_fen": fen, "share": share, "stays": rule(to).is_some_and(|r| r.stays)})
        };
        json!({
            "employer_id": id, "name": name, "from": window.map(|w| w.from), "to": window.map(|w| w.to),
            "employees": own.len() - with("departed"), "joined": with("joined"), "departed": with("departed"),
            "gained": count("gained"), "lost": count("lost"), "aum_before_fen": aum("aum_before_fen"),
            "aum_after_fen": aum("aum_after_fen"), "payday": payday, "payroll_fen": payroll, "retained_fen": retained,
            "retention": rate, "band": rate.filter(|_| basis != "period").and_then(|r| self.rules.retention.band(r)),
            "basis": basis, "approximate": approximate, "outflows": outflows.iter().map(outflow).collect::<Vec<_>>(),
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn people_followed_one_by_one_are_those_of_the_whole_tables(branch in branch()) {
        thread_local!(static PLACE: (tempfile::TempDir, Store, Scene) = {
            let folder = tempfile::tempdir().unwrap();
            let store =
                Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
            (folder, store, Scene::new())
        });
        PLACE.with(|(_, store, scene)| -> Result<(), TestCaseError> {
            branch.write(store);
            let products = scene.rules.products.catalogue();
            facts::rebuild(store, &settings(), &windows(), &products, "stamp").unwrap();
            let usual = windows().change;
            let before = scene.joined(store, None, &usual);
            prop_assert_eq!(scene.streamed(store, None, &usual), before.clone());
            for e in 1..=EMPLOYERS {
                let (streamed, joined) = (scene.streamed(store, Some(e), &usual), scene.joined(store, Some(e), &usual));
                prop_assert_eq!(streamed, joined, "employer {}", e);
                let anybody = before["employers"].as_array().unwrap().iter().any(|r| r["employer_id"] == json!(EmployerId(e)));
                prop_assert_eq!(person_rows::has_any(store, EmployerId(e)).unwrap(), anybody);
            }
            let other = change_windows(0, 1);
            holding_change::with_windows(store, &other, |store| {
                assert_eq!(scene.streamed(store, None, &other), scene.joined(store, None, &other));
                Ok::<(), StoreError>(())
            }).unwrap();
            // Other windows leave nothing behind.
            prop_assert_eq!(scene.streamed(store, None, &usual), before);
            Ok(())
        })?;
    }

    #[test]
    fn ranges_of_people_make_up_all_of_them(branch in branch(), cut in 0..PEOPLE) {
        thread_local!(static PLACE: (tempfile::TempDir, Store, Scene) = {
            let folder = tempfile::tempdir().unwrap();
            let store =
                Store::create(&folder.path().join("daifa.db"), &SecretKey::random().unwrap(), None).unwrap();
            (folder, store, Scene::new())
        });
        PLACE.with(|(_, store, scene)| -> Result<(), TestCaseError> {
            branch.write(store);
            facts::rebuild(store, &settings(), &windows(), &scene.rules.products.catalogue(), "stamp").unwrap();
            let of = |who: Who| {
                let mut people = Vec::new();
                person_rows::each::<StoreError>(store, who, |p| { people.push(p.clone()); Ok(()) }).unwrap();
                people
            };
            let (first, last) = (EmployeeId(i64::MIN), EmployeeId(i64::MAX));
            let (cut, next) = (EmployeeId(cut), EmployeeId(cut + 1));
            let parts = [of(Who::Between(first, cut)), of(Who::Between(next, last))].concat();
            prop_assert_eq!(parts, of(Who::All));
            Ok(())
        })?;
    }
}
