//! Rows in any order: who ends up under which number.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::app::identify;
use crate::model::matching::employer::EmployerKeys;
use crate::model::matching::person::{PersonKeys, PersonMatch};
use crate::model::matching::{MatchOrder, RowKind};
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::rules::Rules;
use crate::store::Store;
use crate::store::import::imports::ImportRecord;
use crate::store::import::matching::Seen;
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
        let store = Store::create(&dir.path().join("x.db"), &SecretKey::random().unwrap(), None).unwrap();
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
        let store = &self.store;
        let steps = &self.order.person;
        let found =
            identify::person(store, steps, RowKind::Holdings, self.employer, keys, person.name.as_ref()).unwrap();
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
