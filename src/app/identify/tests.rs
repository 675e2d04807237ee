//! Rows in any order: who ends up under which number.

mod row_by_row;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::app::identify;
use crate::app::identify::tests::row_by_row::RowByRow as _;
use crate::model::matching::employer::EmployerKeys;
use crate::model::matching::person::{PersonKeys, PersonMatch};
use crate::model::matching::remnant::Remnants;
use crate::model::matching::{MatchOrder, RowKind, Verdict};
use crate::model::rows::HoldingRow;
use crate::model::{EmployeeId, EmployerId, Personal, ProductSet};
use crate::rules::Rules;
use crate::store::Store;
use crate::store::import::batch::PeopleBatch;
use crate::store::import::holdings::{Holding, ProductCounts};
use crate::store::import::imports::{ImportRecord, PartBasis};
use crate::store::import::matching::{Decision, Seen};
use crate::store::import::people::Person;
use crate::store::trust::keys::SecretKey;

/// Customer number, ID number, account, name: each one of a few, or none.
type Row = (Option<u8>, Option<u8>, Option<u8>, u8);

struct Books {
    store: Store,
    order: MatchOrder,
    employer: EmployerId,
    import_id: i64,
    day: NaiveDate,
    _dir: tempfile::TempDir,
}

impl Books {
    fn new() -> Books {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(
            &dir.path().join("x.db"),
            &SecretKey::random().unwrap(),
            Some(&SecretKey::from_hex(&"0b".repeat(32)).unwrap()),
        )
        .unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 3, 16).unwrap();
        let employer = store.add_employer(EmployerKeys::default(), "甲厂").unwrap();
        let record = ImportRecord {
            file: "a.xlsx".into(),
            sha256: "0".into(),
            kinds: "holdings".into(),
            rows_taken: 0,
            rows_skipped: 0,
            problems: 0,
            today: day,
        };
        let import_id = store.add_import(&record).unwrap();
        Books { store, order: Rules::load(None).unwrap().matching.in_order(), employer, import_id, day, _dir: dir }
    }

    /// Takes a row as an import does; returns the number it is kept under.
    fn take(&self, line: usize, row: Row) -> EmployeeId {
        let text = |scheme: &str, n: Option<u8>| n.map(|n| Personal::new(format!("{scheme}{n}")));
        let person = Person {
            customer_number: text("K", row.0),
            id_number: text("I", row.1),
            account: text("A", row.2),
            name: Some(Personal::new(format!("甲{}", row.3))),
            phone: None,
        };
        let keys = PersonKeys {
            customer_number: person.customer_number.as_ref(),
            id_number: person.id_number.as_ref(),
            account: person.account.as_ref(),
            left: None,
        };
        let mut store = &self.store;
        let steps = &self.order.person;
        let found =
            identify::person(&mut store, steps, RowKind::Holdings, self.employer, keys, person.name.as_ref()).unwrap();
        let (id, fresh) = match &found {
            PersonMatch::Found { id, fresh } => (*id, *fresh),
            PersonMatch::Zeros { id, fresh, .. } => (*id, *fresh),
            PersonMatch::Nobody => (store.add_employee(self.employer, self.day).unwrap(), true),
            PersonMatch::Unsure(unsure) => {
                let id = unsure.known.map(|(_, id)| id);
                let id = id.unwrap_or_else(|| store.add_employee(self.employer, self.day).unwrap());
                let seen = Seen { import_id: self.import_id, line: line as i64, today: self.day };
                store.open_person(unsure, self.employer, id, seen).unwrap();
                (id, true)
            }
        };
        store.remember_person(id, self.employer, &person, fresh).unwrap();
        id
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let number = |most: u8| prop::option::weighted(0.7, 0..most);
    prop::collection::vec((number(3), number(3), number(3), 0..2u8), 1..12)
}

fn shuffled() -> impl Strategy<Value = Vec<Row>> {
    rows().prop_flat_map(|rows| Just(rows).prop_shuffle())
}

/// The numbers of one kind of all rows kept under one number.
fn kinds_of<'r>(kept: &BTreeMap<EmployeeId, Vec<&'r Row>>, of: impl Fn(&'r Row) -> Option<u8>) -> Vec<BTreeSet<u8>> {
    kept.values().map(|rows| rows.iter().filter_map(|r| of(r)).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn in_no_order_do_two_customers_or_two_ids_become_one_person(rows in shuffled()) {
        let books = Books::new();
        let mut kept: BTreeMap<EmployeeId, Vec<&Row>> = BTreeMap::new();
        for (line, row) in rows.iter().enumerate() {
            kept.entry(books.take(line, *row)).or_default().push(row);
        }
        for numbers in kinds_of(&kept, |r| r.0).iter().chain(&kinds_of(&kept, |r| r.1)) {
            prop_assert!(numbers.len() <= 1, "{rows:?} → {kept:?}");
        }
    }

    #[test]
    fn a_second_reading_puts_every_row_where_it_was(rows in shuffled()) {
        let books = Books::new();
        for (line, row) in rows.iter().enumerate() {
            books.take(line, *row);
        }
        // By now all numbers are known: the rows settle, and reading them once more asks nothing new.
        let settled: Vec<EmployeeId> = rows.iter().enumerate().map(|(line, row)| books.take(line, *row)).collect();
        let asked = books.store.matches().unwrap().len();
        let again: Vec<EmployeeId> = rows.iter().enumerate().map(|(line, row)| books.take(line, *row)).collect();
        prop_assert_eq!(&settled, &again);
        prop_assert_eq!(books.store.matches().unwrap().len(), asked);
    }

    #[test]
    fn people_with_numbers_of_their_own_are_found_in_any_order(order in Just((0..6u8).collect::<Vec<_>>()).prop_shuffle()) {
        let books = Books::new();
        // Two rows each of three people, all of one name: one with all numbers, one with the account alone.
        let row = |n: u8| if n < 3 { (Some(n), Some(n), Some(n), 0) } else { (None, None, Some(n - 3), 0) };
        let mut kept: BTreeMap<u8, BTreeSet<EmployeeId>> = BTreeMap::new();
        for n in &order {
            kept.entry(n % 3).or_default().insert(books.take(usize::from(*n), row(*n)));
        }
        prop_assert!(kept.values().all(|ids| ids.len() == 1), "{order:?} → {kept:?}");
        prop_assert_eq!(kept.values().flatten().collect::<BTreeSet<_>>().len(), 3);
        prop_assert_eq!(books.store.matches().unwrap().len(), 0);
    }
}

/// A row of one of two employers' lists of one of two days: numbers, name, phone; `left` of a masked number.
#[derive(Debug, Clone)]
struct Listed {
    numbers: [Option<u8>; 3],
    left: Option<u8>,
    name: Option<u8>,
    phone: Option<u8>,
    employer: usize,
    day: usize,
}

fn listed() -> impl Strategy<Value = Listed> {
    let number = |most: u8| prop::option::weighted(0.6, 0..most);
    let numbers = [number(4), number(3), number(3)];
    (numbers, prop::option::weighted(0.2, 0..2u8), prop::option::weighted(0.9, 0..3u8), number(2), 0..2usize, 0..2usize)
        .prop_map(|(numbers, left, name, phone, employer, day)| Listed { numbers, left, name, phone, employer, day })
}

/// Who a row is kept as, and how many earlier rows of a part it replaced.
struct Lists {
    books: Books,
    employers: Vec<EmployerId>,
    days: Vec<NaiveDate>,
    /// By day and employer.
    parts: Vec<Vec<i64>>,
}

impl Lists {
    fn new() -> Lists {
        let books = Books::new();
        let employers = vec![books.employer, books.store.add_employer(EmployerKeys::default(), "乙厂").unwrap()];
        let days = vec![books.day, books.day.succ_opt().unwrap()];
        let mut parts = Vec::new();
        for day in &days {
            let snapshot = books.store.add_snapshot(books.import_id, "holdings", *day, ProductSet::EMPTY).unwrap();
            let part = |e: &EmployerId| books.store.add_part(snapshot, *e, PartBasis::Full, &[]).unwrap();
            parts.push(employers.iter().map(part).collect());
        }
        Lists { books, employers, days, parts }
    }

    fn row(row: &Listed) -> HoldingRow {
        let text = |scheme: &str, n: Option<u8>| n.map(|n| Personal::new(format!("{scheme}{n}")));
        let [customer_number, id_number, account] = row.numbers;
        HoldingRow {
            customer_number: text("00K-", customer_number),
            id_number: text("I", id_number),
            account: text("A", account),
            name: text("甲", row.name),
            phone: text("1380000000", row.phone),
            left: Remnants { account: text("*000", row.left), ..Remnants::default() },
            ..HoldingRow::default()
        }
    }

    fn keys(row: &HoldingRow) -> PersonKeys<'_> {
        PersonKeys {
            customer_number: row.customer_number.as_ref(),
            id_number: row.id_number.as_ref(),
            account: row.account.as_ref(),
            left: Some(&row.left),
        }
    }

    fn person(row: &HoldingRow) -> Person {
        Person {
            customer_number: row.customer_number.clone(),
            id_number: row.id_number.clone(),
            account: row.account.clone(),
            name: row.name.clone(),
            phone: row.phone.clone(),
        }
    }

    fn seen(&self, line: usize) -> Seen {
        Seen { import_id: self.books.import_id, line: line as i64, today: self.books.day }
    }

    /// Row by row; the numbers they are kept under.
    fn one_by_one(&self, rows: &[Listed]) -> Vec<EmployeeId> {
        let mut store = &self.books.store;
        let mut kept = Vec::new();
        for (line, listed) in rows.iter().enumerate() {
            let row = Lists::row(listed);
            let (employer, day) = (self.employers[listed.employer], self.days[listed.day]);
            let (keys, steps) = (Lists::keys(&row), &self.books.order.person);
            let found =
                identify::person(&mut store, steps, RowKind::Holdings, employer, keys, row.name.as_ref()).unwrap();
            let (id, fresh) = match &found {
                PersonMatch::Found { id, fresh } | PersonMatch::Zeros { id, fresh, .. } => {
                    store.see_employee(*id, employer, day).unwrap();
                    (*id, *fresh)
                }
                PersonMatch::Nobody => (store.add_employee(employer, day).unwrap(), true),
                PersonMatch::Unsure(unsure) => {
                    let id = match unsure.known {
                        Some((_, id)) => {
                            store.see_employee(id, employer, day).unwrap();
                            id
                        }
                        None => store.add_employee(employer, day).unwrap(),
                    };
                    store.open_person(unsure, employer, id, self.seen(line)).unwrap();
                    (id, true)
                }
            };
            store.remember_person(id, employer, &Lists::person(&row), fresh).unwrap();
            store.remember_remnants(id, &row.left).unwrap();
            let part = self.parts[listed.day][listed.employer];
            store.replace_holding(part, id).unwrap();
            kept.push(id);
        }
        kept
    }

    /// In batches of these sizes.
    fn in_batches(&self, rows: &[Listed], sizes: &[usize], most: usize) -> Vec<EmployeeId> {
        let store = &self.books.store;
        let mut people = PeopleBatch::new(store, most);
        let mut kept = Vec::new();
        let (mut rest, mut sizes) = (rows, sizes.iter().cycle());
        while !rest.is_empty() {
            let (batch, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            rest = after;
            let made: Vec<HoldingRow> = batch.iter().map(Lists::row).collect();
            people.fetch(made.iter().map(Lists::keys)).unwrap();
            for (listed, row) in batch.iter().zip(made) {
                let (employer, day) = (self.employers[listed.employer], self.days[listed.day]);
                let (keys, steps) = (Lists::keys(&row), &self.books.order.person);
                let found =
                    identify::person(&mut people, steps, RowKind::Holdings, employer, keys, row.name.as_ref()).unwrap();
                let (id, fresh) = match &found {
                    PersonMatch::Found { id, fresh } | PersonMatch::Zeros { id, fresh, .. } => {
                        people.see_employee(*id, employer, day).unwrap();
                        (*id, *fresh)
                    }
                    PersonMatch::Nobody => (people.add_employee(employer, day).unwrap(), true),
                    PersonMatch::Unsure(unsure) => {
                        let id = match unsure.known {
                            Some((_, id)) => {
                                people.see_employee(id, employer, day).unwrap();
                                id
                            }
                            None => people.add_employee(employer, day).unwrap(),
                        };
                        store.open_person(unsure, employer, id, self.seen(kept.len())).unwrap();
                        (id, true)
                    }
                };
                people.remember_person(id, employer, Lists::person(&row), fresh).unwrap();
                people.remember_remnants(id, &row.left).unwrap();
                let part = self.parts[listed.day][listed.employer];
                let counts = ProductCounts { all: 0, asset: 0 };
                people.put_holding(Holding { part, employee: id, row: HoldingRow::default(), counts }, day);
                kept.push(id);
            }
        }
        people.flush().unwrap();
        kept
    }

    /// Decides the first open question of a person: it is the first candidate.
    fn decide(&self) {
        let store = &self.books.store;
        let Some(open) = store.matches().unwrap().into_iter().find(|m| m.is_open() && !m.candidates.is_empty()) else {
            return;
        };
        let target = Some(open.candidates[0].0);
        let decision = Decision { verdict: Verdict::Same, target, other: None, today: self.books.day };
        store.decide_match(open.match_id, &decision).unwrap();
        store.apply_decisions().unwrap();
    }

    /// All that is known of people, table by table.
    fn written(&self) -> Vec<String> {
        [
            "employee",
            "person",
            "name_at_employer",
            "identity",
            "former_phone",
            "open_match",
            "match_key",
            "match_candidate",
            "holding",
        ]
        .into_iter()
        .flat_map(|table| self.books.store.rows_of(table))
        .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn batches_leave_the_store_that_rows_one_by_one_leave(
        first in prop::collection::vec(listed(), 1..24),
        then in prop::collection::vec(listed(), 0..24),
        sizes in prop::collection::vec(1..9usize, 1..4),
        most in 1..20usize,
    ) {
        let (slow, fast) = (Lists::new(), Lists::new());
        prop_assert_eq!(slow.one_by_one(&first), fast.in_batches(&first, &sizes, most));
        slow.decide();
        fast.decide();
        prop_assert_eq!(slow.one_by_one(&then), fast.in_batches(&then, &sizes, most));
        // Hashes differ from workspace to workspace: here both have one key.
        prop_assert_eq!(slow.written(), fast.written());
    }
}
