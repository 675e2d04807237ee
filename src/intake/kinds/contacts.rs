//! 联系结果: one row per contact; also a worklist or an outlet's workbook that comes back filled in.

use crate::model::activity::ContactRow;
use crate::model::status::{Channel, ContactResult};
use crate::rules::Rules;

use crate::intake::header::layout::Layout;
use crate::intake::issue;
use crate::intake::kinds::builder::{Builder, keeps_rows};
use crate::intake::kinds::person_columns::{read_who, who_slots};
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Defaults, Outcome};
use crate::intake::value::mentions::WordList;
use crate::intake::value::product::ProductWords;

slots!(Slots {
    task,
    customer_number,
    name,
    id_type,
    id_number,
    account,
    employer,
    rule,
    result,
    date,
    channel,
    actual_channel,
    wanted_product,
    deal_product,
    amount,
    next_contact,
    remark,
});

pub(crate) struct Contacts {
    slots: Slots,
    defaults: Defaults,
    results: WordList,
    channels: WordList,
    products: ProductWords,
    rows: Vec<ContactRow>,
}

impl Contacts {
    pub fn new(layout: &Layout, rules: &Rules, defaults: Defaults) -> Self {
        let results = rules.contacts.results.iter().map(|(key, r)| (key.to_string(), r.words.as_slice()));
        let channels = rules.contacts.channels.iter().map(|(key, words)| (key.to_string(), words.as_slice()));
        Contacts {
            slots: Slots::new(layout),
            defaults,
            results: WordList::in_order(results),
            channels: WordList::longest_first(channels),
            products: ProductWords::new(rules, std::iter::empty()),
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        // A worklist comes back with rows nobody has got to yet.
        let Some(result) = f.text(s.result) else {
            let told = [s.wanted_product, s.deal_product, s.amount, s.next_contact, s.date, s.actual_channel];
            if told.into_iter().any(|slot| slot.is_some() && f.text(slot).is_some()) {
                f.raise(issue::CONTACT_WITHOUT_RESULT, s.result);
                return Outcome::Skipped("problem");
            }
            return Outcome::Skipped("no_result");
        };
        let Some(result) = self.results.find_whole(&result).and_then(ContactResult::from_key) else {
            f.raise(issue::UNKNOWN_RESULT, s.result);
            return Outcome::Refused;
        };
        let who = read_who(who_slots!(s), f, self.defaults.employer.as_ref());
        let task = f.text(s.task);
        if task.is_none() && !who.has_number() && who.name.is_none() {
            f.raise(issue::MISSING_VALUE, s.task.or(s.customer_number).or(s.name));
            return Outcome::Refused;
        }
        let mut channel_in = |slot| {
            f.text(slot).and_then(|text| {
                let found = self.channels.find(&text).and_then(Channel::from_key);
                if found.is_none() {
                    f.raise(issue::UNKNOWN_WORD, slot);
                }
                found
            })
        };
        let planned = channel_in(s.channel);
        let channel = channel_in(s.actual_channel).or(planned);
        let product = |text: Option<String>| text.map(|t| self.products.product(&t).map_or(t.clone(), str::to_string));
        let date = f.date(s.date).or(self.defaults.as_of);
        let row = ContactRow {
            row: f.row.index,
            task,
            who,
            rule: f.text(s.rule),
            result,
            date,
            channel,
            wanted_product: product(f.text(s.wanted_product)),
            deal_product: product(f.text(s.deal_product)),
            amount: f.money(s.amount),
            next_contact: f.date(s.next_contact).filter(|next| f.is_next_contact(*next, date, s.next_contact)),
            note: f.text(s.remark),
        };
        self.rows.push(row);
        Outcome::Taken
    }
}

impl Builder for Contacts {
    keeps_rows!(Contacts, defaults);
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = Slots::FIELDS;
