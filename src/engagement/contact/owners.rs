//! Who is in charge of a client: his own manager, else his employer's. Whoever has taken over stands for both.

use std::collections::BTreeMap;

use crate::model::{EmployerId, StaffId};

/// Managers of clients and employers, as they stand today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners {
    named: BTreeMap<String, StaffId>,
    of_employers: BTreeMap<EmployerId, StaffId>,
}

impl Owners {
    /// `named`: our people by number, and by name where only one bears it; `of_employers`: the managers of employers.
    /// In both whoever has taken over stands for whom he has taken over from.
    pub fn new(named: BTreeMap<String, StaffId>, of_employers: BTreeMap<EmployerId, StaffId>) -> Owners {
        Owners { named, of_employers }
    }

    /// Whom a list means by a name or number; `None`: nobody for sure.
    pub fn named(&self, rm: &str) -> Option<StaffId> {
        self.named.get(rm).copied()
    }

    /// An employer's manager.
    pub fn of_employer(&self, employer: EmployerId) -> Option<StaffId> {
        self.of_employers.get(&employer).copied()
    }

    /// Who is in charge of a client of this employer whose own manager is written `rm`; `None`: nobody.
    pub fn of(&self, rm: Option<&str>, employer: EmployerId) -> Option<StaffId> {
        rm.and_then(|rm| self.named(rm)).or_else(|| self.of_employer(employer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_own_manager_comes_before_the_employers() {
        let named = BTreeMap::from([("林一".to_string(), StaffId(1)), ("001".to_string(), StaffId(1))]);
        let owners = Owners::new(named, BTreeMap::from([(EmployerId(1), StaffId(2))]));
        let of = |rm, employer| owners.of(rm, EmployerId(employer)).map(|id| id.0);
        assert_eq!([of(Some("林一"), 1), of(Some("001"), 2)], [Some(1), Some(1)]);
        // Nobody is named, or somebody who is not known for sure.
        assert_eq!([of(None, 1), of(Some("林九"), 1)], [Some(2), Some(2)]);
        assert_eq!([of(None, 2), of(Some("林九"), 2)], [None, None]);
    }
}
