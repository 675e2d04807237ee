//! 员工持有产品: one row per employee and date, a column per product.

use chrono::NaiveDate;

use crate::model::personal::Purpose;
use crate::model::product::{Amount, Amounts};
use crate::model::rows::HoldingRow;
use crate::model::status::{Consent, SheetKind};
use crate::model::{Fen, Personal, ProductSet};
use crate::rules::Rules;

use crate::intake::file::cell::Cell;
use crate::intake::header::layout::{Layout, Slot};
use crate::intake::issue::{self, Fault};
use crate::intake::kinds::builder::{Builder, Gathered, keeps_rows};
use crate::intake::kinds::dues::Dues;
use crate::intake::kinds::holdings_pivot::Long;
use crate::intake::rows::fields::{Fields, slots};
use crate::intake::rows::outcome::{Defaults, Outcome, Seen, Tally, hash_of};
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::{Read, identity};

slots!(Slots {
    customer_number,
    name,
    id_type,
    id_number,
    phone,
    account,
    account_class,
    employer,
    employer_number,
    gender,
    birth,
    level,
    grade,
    outlet,
    rm,
    as_of,
    mobile_active,
    last_login,
    last_transaction,
    risk_level,
    risk_until,
    consent_sms,
    consent_phone,
    consent_wecom,
    due_date,
    due_amount,
    product,
    balance,
});

/// The product everyone on a payroll holds.
const PAY_CARD: &str = "pay_card";
const MOBILE_BANK: &str = "mobile_bank";

pub(crate) struct Holdings {
    slots: Slots,
    /// Yes/no columns and the products they show.
    flags: Vec<(u8, Slot)>,
    /// Balance columns that show a product when above zero.
    shown: Vec<(u8, Amount)>,
    /// The columns of the amounts, in the order of [`Amount::ALL`].
    own: [Option<Slot>; Amount::COUNT],
    /// Columns whose balances add to an amount's own.
    sums: Vec<(Amount, Slot)>,
    /// Balance columns of further products.
    further: Vec<(u8, Slot)>,
    dues: Dues,
    pay_card: Option<u8>,
    mobile_bank: Option<u8>,
    defaults: Defaults,
    seen: Seen,
    /// Where each row is one product of a person.
    long: Option<Box<Long>>,
    /// A list of products beside columns of their own.
    list: Option<Box<Long>>,
    covered: ProductSet,
    tally: Tally,
    rows: Vec<HoldingRow>,
}

/// What a row tells of the products its sheet covers: held, or not told.
#[derive(Default)]
struct Told {
    held: ProductSet,
    untold: ProductSet,
}

impl Told {
    /// Takes a balance that shows a product when above zero.
    fn balance(&mut self, number: u8, balance: Option<Fen>) {
        match balance {
            Some(fen) if fen > Fen::ZERO => self.held = self.held.with(number),
            Some(_) => {}
            None => self.untold = self.untold.with(number),
        }
    }
}

impl Holdings {
    pub fn new(layout: &Layout, rules: &Rules, defaults: Defaults) -> Self {
        let slots = Slots::new(layout);
        let products = &rules.products.products;
        let number = |key: &str| products.get(key).map(|p| p.number);
        let mut flags = Vec::new();
        for (field, rule) in rules.columns.of(SheetKind::Holdings) {
            if let (Some(slot), Some(n)) = (layout.slot(field), rule.product.as_deref().and_then(number)) {
                flags.push((n, slot));
            }
        }
        flags.extend(layout.flags().iter().copied());
        let own = Amount::ALL.map(|amount| layout.slot(amount.key()));
        let with_column = Amount::ALL.into_iter().filter(|a| own[*a as usize].is_some());
        let shown: Vec<(u8, Amount)> =
            with_column.filter_map(|a| Some((rules.products.shown_by_amount(a.key())?, a))).collect();
        let further: Vec<(u8, Slot)> = products
            .values()
            .filter_map(|p| Some((p.number, p.amount.as_deref().filter(|f| Amount::from_key(f).is_none())?)))
            .filter_map(|(number, field)| Some((number, layout.slot(field)?)))
            .collect();
        let wide = !(flags.is_empty() && shown.is_empty() && further.is_empty()) || layout.slot("demand").is_some();
        let pay_card = number(PAY_CARD);
        let covered = further.iter().map(|f| f.0).chain(pay_card);
        let covered = covered.chain(flags.iter().map(|f| f.0)).chain(shown.iter().map(|s| s.0));
        let named = Long::new(slots.product, slots.balance, layout, rules).map(Box::new);
        let (long, list) = if wide { (None, named) } else { (named, None) };
        Holdings {
            slots,
            covered: covered.fold(ProductSet::EMPTY, ProductSet::with),
            flags,
            own,
            sums: layout.further().filter_map(|(f, s)| Some((Amount::from_key(f)?, s))).collect(),
            shown,
            further,
            dues: Dues::new(layout, &rules.import.due, [slots.due_date, slots.due_amount]),
            pay_card,
            mobile_bank: number(MOBILE_BANK),
            defaults,
            seen: Seen::default(),
            tally: Tally::default(),
            long,
            list,
            rows: Vec::new(),
        }
    }

    fn push(&mut self, f: &mut Fields<'_>) -> Outcome {
        let s = self.slots;
        let id = f.id_number(s.id_number, s.id_type);
        let customer = f.number(s.customer_number);
        let account = f.account(s.account);
        let name = f.name(s.name);
        let Some(key) = customer.as_ref().or(id.as_ref()).or(account.as_ref()).or(name.as_ref()).cloned() else {
            f.raise(issue::MISSING_VALUE, s.customer_number.or(s.id_number).or(s.account).or(s.name));
            return Outcome::Refused;
        };
        let mut amounts = Amounts::of(|amount| f.balance(self.own[amount as usize]));
        let has_column = |a: &Amount| self.own[*a as usize].is_some();
        let mut unknown: Vec<Amount> =
            Amount::ALL.into_iter().filter(|a| has_column(a) && amounts[*a].is_none()).collect();
        for (amount, slot) in &self.sums {
            match f.balance(Some(*slot)) {
                Some(balance) => amounts[*amount] = Some(amounts[*amount].unwrap_or_default() + balance),
                None => unknown.push(*amount),
            }
        }
        let mut products = self.products(f, &amounts);
        // A sum of which a part is unknown is unknown itself; what its other parts show is held all the same.
        for amount in unknown {
            amounts[amount] = None;
            let shown = self.shown.iter().filter(|(_, a)| *a == amount);
            shown.for_each(|(number, _)| products.balance(*number, None));
        }
        let mut further = Vec::new();
        for (number, slot) in &self.further {
            let balance = f.balance(Some(*slot));
            products.balance(*number, balance);
            further.extend(balance.map(|b| (*number, b)));
        }
        let listed = self.list.as_mut().map_or(ProductSet::EMPTY, |list| list.listed(f));
        if f.unreadable_balance {
            return Outcome::Refused;
        }
        products.held = listed.numbers().fold(products.held, ProductSet::with);
        let resident = id.as_deref().filter(|i| identity::is_id_number(i));
        let stated = f.snapshot_date(s.as_of);
        if stated.is_some_and(|day| !f.has_come(day, s.as_of)) {
            return Outcome::Refused;
        }
        let (employer, employer_number) = f.employer(s.employer, s.employer_number);
        let mut row = HoldingRow {
            row: 0,
            gender: f
                .word(s.gender, Lexicon::gender)
                .or_else(|| resident.and_then(identity::gender_of).map(str::to_string)),
            birth: f.date(s.birth).or_else(|| resident.and_then(identity::birth_of)),
            customer_number: customer.map(Personal::new),
            name: name.map(Personal::new),
            id_number: id.map(Personal::new),
            phone: f.phone(s.phone).map(Personal::new),
            account: account.map(Personal::new),
            left: f.remnants(s.customer_number, s.id_number, s.account),
            employer: employer.or_else(|| self.defaults.employer.clone()),
            employer_number,
            outlet: f.text(s.outlet),
            rm: f.name(s.rm),
            level: f.word(s.level, Lexicon::level),
            grade: f.text(s.grade),
            account_class: f.word(s.account_class, Lexicon::account_class),
            as_of: stated.or(self.defaults.as_of),
            amounts,
            products: products.held,
            untold: products.untold.minus(products.held),
            further,
            last_transaction: f.date(s.last_transaction),
            last_login: f.date(s.last_login),
            risk_level: f.word(s.risk_level, Lexicon::risk),
            risk_until: f.date(s.risk_until),
            consent_sms: consent(f, s.consent_sms),
            consent_phone: consent(f, s.consent_phone),
            consent_wecom: consent(f, s.consent_wecom),
            due_date: None,
            due_amount: None,
        };
        let base = row.as_of.or(f.sheet.today);
        if let Some((day, amount)) = self.dues.next(f, base) {
            (row.due_date, row.due_amount) = (Some(day), amount);
        }
        if let Some(long) = &mut self.long {
            // Of a name alone the employer says a little more.
            let alone = row.customer_number.is_none() && row.id_number.is_none() && row.account.is_none();
            let employer = row.employer.as_deref().filter(|_| alone).unwrap_or_default();
            let left = if alone { row.left.to_text() } else { String::new() };
            let key = format!("{key}{left}|{}|{employer}", date_key(row.as_of));
            row.row = f.row.index;
            return long.push(key, row, f);
        }
        // Names alone are no key: two people may share one.
        let keyed = row.customer_number.is_some() || row.id_number.is_some() || row.account.is_some();
        let outcome = if keyed {
            self.seen.check(&format!("{key}|{}", date_key(row.as_of)), hash_of(&row), f)
        } else {
            Outcome::Taken
        };
        if outcome == Outcome::Taken {
            row.row = f.row.index;
            self.tally.add(row.as_of, row.employer.is_some(), keyed);
            self.rows.push(row);
        }
        outcome
    }

    fn products(&self, f: &mut Fields<'_>, amounts: &Amounts) -> Told {
        let mut told = Told::default();
        if let Some(number) = self.pay_card {
            told.held = told.held.with(number);
        }
        for (number, slot) in &self.flags {
            match product_flag(f, *slot) {
                Read::Value(true) => told.held = told.held.with(*number),
                Read::Bad => told.untold = told.untold.with(*number),
                _ => {}
            }
        }
        for (number, amount) in &self.shown {
            told.balance(*number, Some(amounts[*amount].unwrap_or_default()));
        }
        // Whoever uses the mobile bank has it; who does not may have it all the same.
        if let Some(number) = self.mobile_bank.filter(|n| self.covered.has(*n))
            && f.flag(self.slots.mobile_active) == Some(true)
        {
            told.held = told.held.with(number);
        }
        told
    }

    /// Ends a sheet: the rows of a long one become those of people. Returns the rows (0-based) of people left out, and words for
    /// products that nobody knows.
    fn gathered(&mut self) -> (Vec<u32>, Vec<String>) {
        if let Some(list) = self.list.take() {
            let (products, unknown) = list.told();
            self.covered = products.numbers().fold(self.covered, ProductSet::with);
            return (Vec::new(), unknown);
        }
        let Some(long) = self.long.take() else { return (Vec::new(), Vec::new()) };
        let pivoted = long.finish();
        self.covered = pivoted.products.numbers().fold(self.covered, ProductSet::with);
        for row in &pivoted.rows {
            let keyed = row.customer_number.is_some() || row.id_number.is_some() || row.account.is_some();
            self.tally.add(row.as_of, row.employer.is_some(), keyed);
        }
        self.rows = pivoted.rows;
        (pivoted.dropped, pivoted.unknown)
    }
}

/// As [`Fields::flag`], told apart from a cell that says neither: unknown, or not readable.
fn product_flag(f: &mut Fields<'_>, slot: Slot) -> Read<bool> {
    if matches!(f.row.cell(slot.column), Cell::Text(text) if f.sheet.lexicon.is_unknown(text)) {
        f.raise(issue::NOT_A_FLAG, Some(slot));
    }
    match f.flag(Some(slot)) {
        Some(flag) => Read::Value(flag),
        None if !f.says_nothing(Some(slot)) => Read::Bad,
        None => Read::Nothing,
    }
}

fn consent(f: &mut Fields<'_>, slot: Option<Slot>) -> Option<Consent> {
    f.flag(slot).map(|given| if given { Consent::Given } else { Consent::Refused })
}

fn date_key(date: Option<NaiveDate>) -> String {
    date.map_or_else(String::new, |d| d.to_string())
}

/// Preference of the numbers that know a person, for telling doubles.
pub(crate) fn key_of(numbers: [Option<&Personal<String>>; 3]) -> Option<&str> {
    numbers.into_iter().flatten().next().map(|p| p.unmask(Purpose::Store).as_str())
}

impl Builder for Holdings {
    keeps_rows!(Holdings, defaults);

    fn money(&self, from: usize, each: &mut dyn FnMut(&'static str, Fen)) {
        let known = self.rows[from..].iter().flat_map(|r| r.amounts.known());
        known.for_each(|(amount, fen)| each(amount.key(), fen));
    }

    fn gather(&mut self) -> Gathered {
        let made = self.long.is_some();
        let (dropped, unknown) = self.gathered();
        Gathered { made, dropped, unknown }
    }

    fn covered(&self) -> ProductSet {
        self.covered
    }

    fn tally(&self) -> Option<&Tally> {
        Some(&self.tally)
    }

    fn is_unattached(&self, _has_fallback: bool) -> bool {
        self.tally.undated
    }

    fn lacks(&self, has_fallback: bool) -> Vec<Fault> {
        let lacks = [
            (self.tally.undated, issue::MISSING_AS_OF),
            (self.tally.names_only(), issue::NAMES_ONLY),
            (self.tally.without_employer && !has_fallback, issue::ROWS_NAME_NO_EMPLOYER),
        ];
        lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, code)| Fault::new(code)).collect()
    }
}

/// Keys in `columns.toml` of the columns that are read.
pub(crate) const FIELDS: &[&str] = &{
    let mut fields = [""; Slots::FIELDS.len() + Amount::COUNT];
    let (others, amounts) = fields.split_at_mut(Slots::FIELDS.len());
    others.copy_from_slice(Slots::FIELDS);
    let mut at = 0;
    while at < Amount::COUNT {
        amounts[at] = Amount::ALL[at].key();
        at += 1;
    }
    fields
};
