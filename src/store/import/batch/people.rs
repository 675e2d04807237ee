//! The people of a batch: asked, added, moved, told of.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::matching::person::{Namesake, Namesakes, PersonKeys, Reach, bare_number};
use crate::model::matching::remnant::{Known, Remnants, is_remnant};
use crate::model::matching::{Key, Whose};
use crate::model::personal::Purpose;
use crate::model::{EmployeeId, EmployerId, Personal};
use crate::store::StoreError;
use crate::store::import::batch::{Aliases, Kept, Named, PeopleBatch};
use crate::store::import::holdings::Holding;
use crate::store::import::matching::AskPeople;
use crate::store::import::people::Person;
use crate::store::trust::purge::PHONE;

impl PeopleBatch<'_> {
    /// The employer that now stands for `id`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn canonical_employer(&mut self, id: EmployerId) -> Result<EmployerId, StoreError> {
        Ok(self.aliases()?.employers.get(&id).copied().unwrap_or(id))
    }

    /// The employer of a person already known: for rows that do not name one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn employer_of(&mut self, keys: PersonKeys) -> Result<Option<EmployerId>, StoreError> {
        let Some(id) = self.find_employee(keys)? else { return Ok(None) };
        Ok(self.kept(id)?.map(|kept| kept.employer))
    }

    /// The employee whom all numbers given speak of that are known at all; `None` when they speak of several.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn find_employee(&mut self, keys: PersonKeys) -> Result<Option<EmployeeId>, StoreError> {
        let mut found = None;
        for (scheme, value) in keys.by_scheme() {
            let Some(value) = value else { continue };
            let Some(whose) = self.whose((scheme, self.store.identity_hmac(scheme, value)))? else { continue };
            if found.is_some_and(|known| known != whose.now) {
                return Ok(None);
            }
            found = Some(whose.now);
        }
        Ok(found)
    }

    /// Adds an employee first seen on `seen`; who it is tells [`PeopleBatch::remember_person`].
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn add_employee(&mut self, employer: EmployerId, seen: NaiveDate) -> Result<EmployeeId, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let last = match self.last {
            Some(last) => last,
            None => self.store.last_employee()?,
        };
        let id = EmployeeId(last + 1);
        self.last = Some(id.0);
        self.waiting.added.insert(id);
        self.people.insert(id, Kept { employer, first_seen: seen, person: None, bare: None });
        Ok(id)
    }

    /// Moves the employee to `employer` when `seen` is no older than all snapshots in force that know them, and keeps the
    /// earliest date.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn see_employee(&mut self, id: EmployeeId, employer: EmployerId, seen: NaiveDate) -> Result<(), StoreError> {
        let employer = self.canonical_employer(employer)?;
        let Some(kept) = self.kept(id)? else { return Ok(()) };
        let (known, first_seen) = (kept.employer, kept.first_seen);
        if known == employer && first_seen <= seen {
            return Ok(());
        }
        let moves = known != employer && {
            let latest = self.store.last_seen(id)?.max(self.waiting.seen.get(&id).copied());
            latest.is_none_or(|latest| seen >= latest)
        };
        if let Some(kept) = self.people.get_mut(&id) {
            kept.first_seen = first_seen.min(seen);
            kept.employer = if moves { employer } else { known };
        }
        if !self.waiting.added.contains(&id) {
            self.waiting.moved.insert(id);
        }
        Ok(())
    }

    /// Whether the vault knows the person by another name. A name with a star in it was masked by whoever sent it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_another_name(&mut self, id: EmployeeId, name: &Personal<String>) -> Result<bool, StoreError> {
        let name = name.unmask(Purpose::Store);
        let known = self.kept(id)?.and_then(|kept| kept.person.as_ref()?.name.as_ref());
        let known = known.map(|known| known.unmask(Purpose::Store));
        Ok(known.is_some_and(|known| known != name && !known.contains('*') && !name.contains('*')))
    }

    /// Keeps who the employee is: known values are kept where the sheet is silent. With `fresh` numbers among them every
    /// number that is nobody's yet finds them from now on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn remember_person(
        &mut self,
        id: EmployeeId,
        employer: EmployerId,
        person: Person,
        fresh: bool,
    ) -> Result<(), StoreError> {
        let hmac = person.name.as_ref().map(|name| self.store.name_hmac(name));
        if let Some(hmac) = hmac {
            let at = (self.canonical_employer(employer)?, hmac);
            // Where the people of the name were looked up, this is one of them from now on.
            match self.named.get_mut(&at) {
                Some(people) => drop(people.insert(id)),
                None => self.met.entry(at).or_default().push(id),
            }
            self.waiting.names.push(((employer, hmac), id));
        }
        if fresh {
            self.bind_keys(id, person.keys())?;
        }
        let Some(kept) = self.kept(id)? else { return Ok(()) };
        let mut told = kept.person.is_none();
        let known = kept.person.get_or_insert_default();
        let former = known.phone.clone();
        let mut put = |own: &mut Option<Personal<String>>, other: Option<Personal<String>>| {
            if other.is_some() && *own != other {
                *own = other;
                told = true;
            }
        };
        put(&mut known.customer_number, person.customer_number);
        put(&mut known.name, person.name);
        put(&mut known.id_number, person.id_number);
        put(&mut known.phone, person.phone);
        put(&mut known.account, person.account);
        let replaced = former.filter(|former| known.phone.as_ref() != Some(former));
        kept.bare = known.customer_number.as_ref().map(bare_number);
        // A phone that is replaced stays known by its hash: a removal of the person looks for it too.
        if let Some(former) = replaced {
            let hmac = self.store.hmac16(PHONE, former.unmask(Purpose::Store));
            self.waiting.former_phones.push((id, hmac));
        }
        if told {
            self.waiting.told.insert(id);
        }
        Ok(())
    }

    /// Keeps what is left of a person's masked numbers where no whole number is known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn remember_remnants(&mut self, id: EmployeeId, left: &Remnants) -> Result<(), StoreError> {
        if left.is_empty() {
            return Ok(());
        }
        let masked =
            |known: &Option<Personal<String>>| known.as_ref().is_none_or(|n| is_remnant(n.unmask(Purpose::Store)));
        self.change_numbers(id, left.by_scheme(), |known, left| masked(known).then(|| left.clone()))
    }

    /// Numbers a payment shows of somebody known by another number find them from now on; none that is known changes.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn learn_keys(&mut self, id: EmployeeId, keys: PersonKeys) -> Result<(), StoreError> {
        let masked =
            |known: &Option<Personal<String>>| known.as_ref().is_none_or(|n| is_remnant(n.unmask(Purpose::Store)));
        self.change_numbers(id, keys.by_scheme(), |known, number| masked(known).then(|| number.clone()))?;
        self.bind_keys(id, keys)
    }
}

impl PeopleBatch<'_> {
    /// Puts a row into a part of `as_of`.
    pub fn put_holding(&mut self, mut holding: Holding, as_of: NaiveDate) {
        holding.row.forget_person();
        let seen = self.waiting.seen.entry(holding.employee).or_insert(as_of);
        *seen = as_of.max(*seen);
        self.waiting.holdings.push(holding);
    }

    /// Gives a person the numbers `put` says for those known, each of its kind.
    fn change_numbers(
        &mut self,
        id: EmployeeId,
        numbers: [(&'static str, Option<&Personal<String>>); 3],
        put: impl Fn(&Option<Personal<String>>, &Personal<String>) -> Option<Personal<String>>,
    ) -> Result<(), StoreError> {
        let Some(kept) = self.kept(id)? else { return Ok(()) };
        let Some(person) = &mut kept.person else { return Ok(()) };
        let mut told = false;
        let own = [&mut person.customer_number, &mut person.id_number, &mut person.account];
        for (own, (_, number)) in own.into_iter().zip(numbers) {
            if let Some(new) = number.and_then(|number| put(own, number)).filter(|new| own.as_ref() != Some(new)) {
                *own = Some(new);
                told = true;
            }
        }
        kept.bare = person.customer_number.as_ref().map(bare_number);
        if told {
            self.waiting.told.insert(id);
        }
        Ok(())
    }

    fn bind_keys(&mut self, id: EmployeeId, keys: PersonKeys) -> Result<(), StoreError> {
        for (scheme, value) in keys.by_scheme() {
            let Some(value) = value else { continue };
            let key = (scheme, self.store.identity_hmac(scheme, value));
            if self.whose(key)?.is_none() {
                let now = self.aliases()?.canonical.get(&id).copied().unwrap_or(id);
                self.whose.insert(key, Some(Whose { recorded: id, now }));
                self.waiting.keys.push((key, id));
            }
        }
        Ok(())
    }

    pub(super) fn kept(&mut self, id: EmployeeId) -> Result<Option<&mut Kept>, StoreError> {
        Ok(match self.people.entry(id) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(new) => self.store.employee(id)?.map(|(employer, first_seen, person)| {
                let bare = person.as_ref().and_then(|p| p.customer_number.as_ref()).map(bare_number);
                new.insert(Kept { employer, first_seen, person, bare })
            }),
        })
    }

    fn aliases(&mut self) -> Result<&Aliases, StoreError> {
        if self.aliases.is_none() {
            let mut aliases = Aliases {
                employers: self.store.employer_aliases()?,
                people: BTreeMap::new(),
                canonical: BTreeMap::new(),
            };
            for (id, canonical) in self.store.employee_aliases()? {
                aliases.people.entry(canonical).or_default().push(id);
                aliases.canonical.insert(id, canonical);
            }
            self.aliases = Some(aliases);
        }
        self.aliases.as_ref().ok_or(StoreError::Damaged { what: "employee_alias" })
    }

    /// Looks up who has been met by a name at an employer that stands for itself.
    fn look_up_name(&mut self, at: Named) -> Result<(), StoreError> {
        if !self.named.contains_key(&at) {
            let aliases =
                self.aliases()?.employers.iter().filter(|(_, canonical)| **canonical == at.0).map(|(id, _)| *id);
            let mut people = BTreeSet::new();
            for employer in aliases.chain([at.0]).collect::<Vec<_>>() {
                people.extend(self.store.people_named(employer, at.1)?);
            }
            people.extend(self.met.get(&at).into_iter().flatten());
            self.named.insert(at, people);
        }
        Ok(())
    }

    /// Whether somebody recorded under `id` is within `reach`.
    fn reaches(&mut self, id: EmployeeId, reach: &Reach) -> Result<bool, StoreError> {
        let Some(kept) = self.kept(id)? else { return Ok(false) };
        Ok(match (reach, &kept.person) {
            (_, None) => false,
            (Reach::Anybody, _) => true,
            (Reach::Alike(bare), _) => kept.bare.as_ref() == Some(bare),
            (Reach::Unnumbered, Some(person)) => {
                let whole =
                    |n: &Option<Personal<String>>| n.as_ref().is_some_and(|n| !is_remnant(n.unmask(Purpose::Store)));
                !(whole(&person.customer_number) || whole(&person.id_number) || whole(&person.account))
            }
        })
    }
}

impl AskPeople for PeopleBatch<'_> {
    fn key_of(&self, scheme: &'static str, value: &Personal<String>) -> Key {
        (scheme, self.store.identity_hmac(scheme, value))
    }

    fn whose(&mut self, key: Key) -> Result<Option<Whose<EmployeeId>>, StoreError> {
        Ok(match self.whose.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(self.store.whose(key)?),
        })
    }

    fn namesakes(
        &mut self,
        employer: EmployerId,
        name: &Personal<String>,
        reach: &Reach,
        left: Option<&Remnants>,
    ) -> Result<Namesakes, StoreError> {
        let employer = self.canonical_employer(employer)?;
        let hmac = self.store.name_hmac(name);
        // Under the number that stands for each now, the lowest of those recorded.
        let mut people: BTreeMap<EmployeeId, EmployeeId> = BTreeMap::new();
        let at = (employer, hmac);
        self.look_up_name(at)?;
        let named = self.named.remove(&at).unwrap_or_default();
        for recorded in &named {
            if self.reaches(*recorded, reach)? {
                let now = self.aliases()?.canonical.get(recorded).copied().unwrap_or(*recorded);
                people.entry(now).or_insert(*recorded);
            }
        }
        self.named.insert(at, named);
        let mut found = Vec::with_capacity(people.len());
        for (now, recorded) in people {
            let known = if left.is_some_and(|left| !left.is_empty()) { self.known_numbers(now)? } else { Vec::new() };
            found.push(Namesake { whose: Whose { recorded, now }, known });
        }
        Ok(Namesakes { people: found, keys: self.store.name_keys(employer, hmac) })
    }

    fn known_numbers(&mut self, id: EmployeeId) -> Result<Vec<Known>, StoreError> {
        let mut ids = self.aliases()?.people.get(&id).cloned().unwrap_or_default();
        ids.push(id);
        ids.sort_unstable();
        let mut known = Vec::with_capacity(ids.len());
        for id in ids {
            known.extend(self.kept(id)?.and_then(|kept| kept.numbers()));
        }
        Ok(known)
    }

    fn asked_of_person(&mut self, sought: &[Key]) -> Result<Option<(i64, EmployeeId)>, StoreError> {
        self.store.asked_of_person(sought)
    }
}
