//! The columns by which a row names its person.

use crate::model::Personal;
use crate::model::activity::Who;

use crate::intake::header::layout::Slot;
use crate::intake::rows::fields::Fields;

/// Columns of a person's numbers, where the sheet has them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WhoSlots {
    pub customer_number: Option<Slot>,
    pub name: Option<Slot>,
    pub id_type: Option<Slot>,
    pub id_number: Option<Slot>,
    pub account: Option<Slot>,
    pub employer: Option<Slot>,
}

/// The person's columns among the slots of a kind.
macro_rules! who_slots {
    ($slots:expr) => {
        $crate::intake::kinds::person_columns::WhoSlots {
            customer_number: $slots.customer_number,
            name: $slots.name,
            id_type: $slots.id_type,
            id_number: $slots.id_number,
            account: $slots.account,
            employer: $slots.employer,
        }
    };
}
pub(crate) use who_slots;

impl Fields<'_> {
    /// What a row says of its employer: its name with its number, or its number alone in the name's place.
    pub(crate) fn employer(&mut self, name: Option<Slot>, number: Option<Slot>) -> (Option<String>, Option<String>) {
        match (self.name(name), self.number(number)) {
            (None, number) => (number, None),
            named => named,
        }
    }
}

/// Reads them; `employer` stands in where the row names none.
pub(crate) fn read_who(s: WhoSlots, f: &mut Fields<'_>, employer: Option<&String>) -> Who {
    Who {
        customer_number: f.number(s.customer_number).map(Personal::new),
        name: f.name(s.name).map(Personal::new),
        id_number: f.id_number(s.id_number, s.id_type).map(Personal::new),
        account: f.account(s.account).map(Personal::new),
        left: f.remnants(s.customer_number, s.id_number, s.account),
        employer: f.name(s.employer).or_else(|| employer.cloned()),
    }
}
