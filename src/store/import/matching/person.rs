//! What is known of the people a row may speak of.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};

use crate::model::matching::person::{Namesake, Namesakes, PersonKeys, PersonNumbers, Reach};
use crate::model::matching::remnant::{Known, Remnants};
use crate::model::matching::{Hit, Key, PersonRule, Whose};
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::{Store, StoreError};

/// What is asked to decide whose a row is.
pub trait AskPeople {
    /// A number as it is looked for.
    fn key_of(&self, scheme: &'static str, value: &Personal<String>) -> Key;

    /// Who has this number.
    ///
    /// # Errors
    /// The database cannot be read.
    fn whose(&mut self, key: Key) -> Result<Option<Whose<EmployeeId>>, StoreError>;

    /// The numbers a person is known by, under all numbers that stand for them.
    ///
    /// # Errors
    /// The database cannot be read.
    fn known_numbers(&mut self, id: EmployeeId) -> Result<Vec<Known>, StoreError>;

    /// The people of a name at an employer, as far as `reach` goes; with `left` of a row's numbers also by what numbers
    /// they are known.
    ///
    /// # Errors
    /// The database cannot be read.
    fn namesakes(
        &mut self,
        employer: EmployerId,
        name: &Personal<String>,
        reach: &Reach,
        left: Option<&Remnants>,
    ) -> Result<Namesakes, StoreError>;

    /// The latest match that was opened for all of these numbers of a person, and the number its rows are kept under.
    ///
    /// # Errors
    /// The database cannot be read.
    fn asked_of_person(&mut self, sought: &[Key]) -> Result<Option<(i64, EmployeeId)>, StoreError>;

    /// Whose the numbers of a row are that these rules look at, in their order.
    ///
    /// # Errors
    /// The database cannot be read.
    fn person_numbers(
        &mut self,
        rules: impl Iterator<Item = PersonRule>,
        keys: PersonKeys,
    ) -> Result<PersonNumbers, StoreError> {
        let mut numbers = PersonNumbers::default();
        for rule in rules {
            if let Some((scheme, value)) = keys.of(rule) {
                let key = self.key_of(scheme, value);
                numbers.hits.push(Hit { rule, key, whose: self.whose(key)? });
            }
        }
        if numbers.hits.iter().any(|h| h.whose.is_none()) {
            let owners: BTreeSet<EmployeeId> = numbers.hits.iter().filter_map(|h| Some(h.whose?.now)).collect();
            for owner in owners {
                numbers.known.extend(self.known_numbers(owner)?);
            }
        }
        Ok(numbers)
    }
}

impl AskPeople for &Store {
    fn key_of(&self, scheme: &'static str, value: &Personal<String>) -> Key {
        (scheme, self.identity_hmac(scheme, value))
    }

    fn whose(&mut self, key: Key) -> Result<Option<Whose<EmployeeId>>, StoreError> {
        Store::whose(self, key)
    }

    fn known_numbers(&mut self, id: EmployeeId) -> Result<Vec<Known>, StoreError> {
        Store::known_numbers(self, id)
    }

    fn namesakes(
        &mut self,
        employer: EmployerId,
        name: &Personal<String>,
        reach: &Reach,
        left: Option<&Remnants>,
    ) -> Result<Namesakes, StoreError> {
        Store::namesakes(self, employer, name, reach, left)
    }

    fn asked_of_person(&mut self, sought: &[Key]) -> Result<Option<(i64, EmployeeId)>, StoreError> {
        Store::asked_of_person(self, sought)
    }
}

impl Store {
    /// Who has this number.
    pub(crate) fn whose(&self, (scheme, hmac): Key) -> Result<Option<Whose<EmployeeId>>, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT i.employee_id, COALESCE(a.canonical_id, i.employee_id) FROM identity i
                 LEFT JOIN employee_alias a ON a.employee_id = i.employee_id WHERE i.scheme = ?1 AND i.hmac = ?2",
            )?
            .query_row(params![scheme, hmac], |r| {
                Ok(Whose { recorded: EmployeeId(r.get(0)?), now: EmployeeId(r.get(1)?) })
            })
            .optional()?)
    }

    /// The numbers a person is known by, under all numbers that stand for them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn known_numbers(&self, id: EmployeeId) -> Result<Vec<Known>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT customer_number, id_number, account FROM person WHERE employee_id = ?1 OR employee_id IN
               (SELECT employee_id FROM employee_alias WHERE canonical_id = ?1) ORDER BY employee_id",
        )?;
        let number = |r: &rusqlite::Row, i: usize| r.get::<_, Option<String>>(i).map(|n| n.map(Personal::new));
        let rows = statement.query_map([id.0], |r| Ok([number(r, 0)?, number(r, 1)?, number(r, 2)?]))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The people of a name at an employer, as far as `reach` goes; with `left` of a row's numbers also by what numbers
    /// they are known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn namesakes(
        &self,
        employer: EmployerId,
        name: &Personal<String>,
        reach: &Reach,
        left: Option<&Remnants>,
    ) -> Result<Namesakes, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let hmac = self.name_hmac(name);
        let (unnumbered, alike) = match reach {
            Reach::Anybody => (false, None),
            Reach::Unnumbered => (true, None),
            Reach::Alike(bare) => (false, Some(bare)),
        };
        // `bare_number` in SQL: a name may be that of hundreds.
        let mut statement = self.conn.prepare_cached(
            "SELECT min(n.employee_id), COALESCE(a.canonical_id, n.employee_id) AS whose
             FROM name_at_employer n LEFT JOIN employee_alias a ON a.employee_id = n.employee_id
             JOIN person p ON p.employee_id = n.employee_id
             WHERE n.hmac = ?2
               AND n.employer_id IN (SELECT ?1 UNION SELECT employer_id FROM employer_alias WHERE canonical_id = ?1)
               AND (?3 = 0 OR NOT (COALESCE(instr(p.customer_number, '*') = 0, 0) OR COALESCE(instr(p.id_number, '*') = 0, 0)
                                   OR COALESCE(instr(p.account, '*') = 0, 0)))
               AND (?4 IS NULL OR ltrim(replace(lower(p.customer_number), '-', ''), '0') = ?4)
             GROUP BY whose ORDER BY whose",
        )?;
        let people = statement.query_map(params![employer.0, hmac, unnumbered, alike], |r| {
            let whose = Whose { recorded: EmployeeId(r.get(0)?), now: EmployeeId(r.get(1)?) };
            Ok(Namesake { whose, known: Vec::new() })
        })?;
        let mut people: Vec<Namesake> = people.collect::<Result<_, _>>()?;
        if left.is_some_and(|left| !left.is_empty()) {
            for person in &mut people {
                person.known = self.known_numbers(person.whose.now)?;
            }
        }
        Ok(Namesakes { people, keys: self.name_keys(employer, hmac) })
    }

    /// What a question about a name at an employer is found by.
    pub(in crate::store) fn name_keys(&self, employer: EmployerId, name: [u8; 16]) -> Vec<Key> {
        vec![("name", name), ("employer", self.hmac16("employer", &employer.to_string()))]
    }

    /// Who has been met by a name at an employer, both under the numbers recorded.
    pub(in crate::store) fn people_named(
        &self,
        employer: EmployerId,
        name: [u8; 16],
    ) -> Result<Vec<EmployeeId>, StoreError> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT employee_id FROM name_at_employer WHERE employer_id = ?1 AND hmac = ?2")?;
        let people = statement.query_map(params![employer.0, name], |r| Ok(EmployeeId(r.get(0)?)))?;
        Ok(people.collect::<Result<_, _>>()?)
    }

    /// The latest match that was opened for all of these numbers of a person, and the number its rows are kept under.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn asked_of_person(&self, sought: &[Key]) -> Result<Option<(i64, EmployeeId)>, StoreError> {
        let mut common: Option<Vec<(i64, i64)>> = None;
        for key in sought {
            let having = self.asked_for("person", *key)?;
            common = Some(match common {
                None => having,
                Some(before) => before.into_iter().filter(|m| having.contains(m)).collect(),
            });
        }
        Ok(common.and_then(|matches| matches.last().map(|(id, who)| (*id, EmployeeId(*who)))))
    }
}
