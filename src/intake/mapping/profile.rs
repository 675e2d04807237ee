//! Mapping profiles: what a user says about the columns of a sheet, and what is remembered of a layout.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::problem::column_letters;
use crate::model::slip::line_of;
use crate::model::status::SheetKind;
use crate::rules::Rules;

use crate::intake::file::cell::Row;
use crate::intake::header::detect::Aliases;
use crate::intake::header::groups::header_cells;
use crate::intake::header::layout::{AumSource, ColumnReading, How, Layout, Meaning, Slot};
use crate::intake::header::shared_fields::in_several_columns;
use crate::intake::mapping::profile_fault::{ProfileFault, Slip};
use crate::intake::value::amount::money::Unit;
use crate::intake::value::date::DateOrder;
use crate::intake::value::key;
use crate::intake::value::lexicon::Lexicon;
use crate::intake::value::product::ProductWords;

/// What the columns of a sheet are, as a user writes it down (TOML) and as a layout is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub kind: SheetKind,
    /// Only this sheet; else every sheet that has the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// First row of the header as the spreadsheet program counts (from 1); else it is looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u32>,
    /// Rows of the header, 1 to 3; 0 for a sheet without one, whose columns are told by their letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<u32>,
    /// Unit of money columns that give none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub decimal: Decimal,
    #[serde(default, skip_serializing_if = "is_default")]
    pub date: DateOrder,
    /// Date of all holdings; a column of dates still wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payday: Option<NaiveDate>,
    /// Employer of all rows; a column of employers still wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer: Option<String>,
    /// Employer of rows that name none and whose people are not known from elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_employer: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub aum: AumSource,
    /// Further words for yes and no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no: Vec<String>,
    /// Words in the cells of a product column → product.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub products: BTreeMap<String, String>,
    #[serde(default, rename = "column", skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ProfileColumn>,
}

/// What marks the decimals in numbers written as text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    #[default]
    Point,
    Comma,
}

/// One column: exactly one of `field`, `product`, `ignore` is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileColumn {
    /// As in the sheet; levels of a header joined by a blank. Empty for a column without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub header: String,
    /// Letters of the column, where two have the same header, or where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Key in `columns.toml`, or any header that stands for it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Key in `products.toml`, or a word for the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// What a product's column holds.
    #[serde(default, rename = "as", skip_serializing_if = "is_default")]
    pub shape: ProductShape,
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore: bool,
    /// Words of a column of results: what they tell of happened, or ran through the bank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// It did not, or ran beside the bank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_done: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub date: DateOrder,
}

/// Yes or no, or how much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductShape {
    #[default]
    Flag,
    Balance,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Profile {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// The first thing in it that cannot be used.
    pub fn parse(text: &str, rules: &Rules) -> Result<Profile, ProfileFault> {
        let text = text.trim_start_matches('\u{feff}');
        let profile: Profile = toml::from_str(text).map_err(|e| {
            let line = line_of(text, e.span().map_or(0, |s| s.start));
            let (reason, name) = Slip::of(e.message());
            ProfileFault::Syntax { line, reason, name }
        })?;
        profile.check(rules, &Aliases::new(rules))?;
        Ok(profile)
    }

    /// A profile as [`Profile::to_toml`] wrote it; `None` for one of another version.
    pub fn from_stored(text: &str) -> Option<Profile> {
        toml::from_str(text).ok()
    }

    /// As TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    fn check(&self, rules: &Rules, aliases: &Aliases) -> Result<(), ProfileFault> {
        let words = ProductWords::new(rules, std::iter::empty());
        let unit = |unit: &Option<String>| match unit {
            Some(text) if unit_named(text, aliases).is_none() => Err(ProfileFault::Unit { unit: text.clone() }),
            _ => Ok(()),
        };
        let place = |value: String| ProfileFault::Place { value };
        unit(&self.unit)?;
        if let Some(row) = self.header_row.filter(|r| !(1..=rules.limits.header_depth).contains(r)) {
            return Err(place(format!("header_row = {row}")));
        }
        if let Some(rows) = self.header_rows.filter(|r| !(0..=3).contains(r)) {
            return Err(place(format!("header_rows = {rows}")));
        }
        for (word, product) in &self.products {
            if words.named(product).is_none() {
                return Err(ProfileFault::Product { column: word.clone(), product: product.clone() });
            }
        }
        let mut fields: Vec<&str> = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            if column.at.is_none() && (column.header.is_empty() || self.header_rows == Some(0)) {
                return Err(ProfileFault::Nameless { number: i + 1 });
            }
            let name = || match column.header.as_str() {
                "" => column.at.clone().unwrap_or_default(),
                header => header.to_string(),
            };
            let given = [column.field.is_some(), column.product.is_some(), column.ignore];
            if given.iter().filter(|g| **g).count() != 1 {
                return Err(ProfileFault::Column { column: name() });
            }
            unit(&column.unit)?;
            if let Some(at) = column.at.as_ref().filter(|a| column_index(a).is_none()) {
                return Err(place(format!("at = {at}")));
            }
            if let Some(field) = &column.field {
                let fault = || ProfileFault::Field { column: name(), field: field.clone(), kind: self.kind };
                let known = aliases.field_named(self.kind, field).ok_or_else(fault)?;
                let shaped = rules.columns.of(self.kind).get(known).is_some_and(|r| r.shape.is_some());
                if fields.contains(&known) && !shaped && !in_several_columns(known) {
                    return Err(ProfileFault::Twice { field: known.to_string() });
                }
                fields.push(known);
            }
            if let Some(product) = &column.product {
                let fault = || ProfileFault::Product { column: name(), product: product.clone() };
                let named = words.named(product).filter(|_| self.kind == SheetKind::Holdings).ok_or_else(fault)?;
                let fits = match column.shape {
                    ProductShape::Flag => named.product.is_some(),
                    ProductShape::Balance => named.amount.is_some(),
                };
                if !fits {
                    return Err(fault());
                }
            }
        }
        Ok(())
    }

    /// The layout of the rows the profile describes; the headers it names that are not there, if there are such.
    pub(crate) fn find(&self, rows: &[Row], rules: &Rules, aliases: &Aliases) -> Result<Layout, Vec<String>> {
        let all = || self.columns.iter().map(|c| c.header.clone()).collect::<Vec<_>>();
        let levels = self.header_rows.map_or(1..=3, |n| n..=n);
        let firsts = match self.header_row {
            Some(row) => match rows.iter().position(|r| r.index + 1 == row) {
                Some(at) => at..at + 1,
                None => return Err(all()),
            },
            None => 0..rows.len().min(rules.limits.header_depth as usize),
        };
        let mut best: Option<(usize, usize, Vec<String>)> = None;
        for first in firsts {
            for levels in levels.clone() {
                let levels = if self.header_row.is_some() && self.header_rows.is_none() { 1 } else { levels as usize };
                if first + levels > rows.len() {
                    continue;
                }
                let found = positions(&self.columns, &rows[first..first + levels]);
                let absent: Vec<String> = self
                    .columns
                    .iter()
                    .zip(&found)
                    .filter(|(c, at)| at.is_none() && !c.ignore)
                    .map(|(c, _)| c.header.clone())
                    .collect();
                if best.as_ref().is_none_or(|(_, _, least)| absent.len() < least.len()) {
                    best = Some((first, levels, absent));
                }
            }
        }
        match best {
            Some((first, levels, absent)) if absent.is_empty() => {
                self.apply(rows, first, levels, rules, aliases, How::Profile).ok_or_else(all)
            }
            Some((_, _, absent)) => Err(absent),
            None => Err(all()),
        }
    }

    /// The layout of a header at a known place. Columns the profile does not name are known by their headers, where
    /// those are in the alias table and their field is still free.
    pub(crate) fn apply(
        &self,
        rows: &[Row],
        first: usize,
        levels: usize,
        rules: &Rules,
        aliases: &Aliases,
        how: How,
    ) -> Option<Layout> {
        let mut layout = aliases.layout_of(self.kind, rows, first, levels)?;
        let found = positions(&self.columns, &rows[first..first + levels]);
        for column in found.iter().flatten() {
            layout.assign(Slot::of(*column), Meaning::Nothing, how);
            layout.twins.retain(|t| t.column != *column && t.first != *column);
        }
        let words = ProductWords::new(rules, std::iter::empty());
        let mut own: Vec<String> = Vec::new();
        for (column, at) in self.columns.iter().zip(found) {
            let Some(at) = at else { continue };
            if column.ignore {
                layout.ignored.push(at);
            }
            if !column.done.is_empty() || !column.not_done.is_empty() {
                layout.statuses.insert(at, (column.done.clone(), column.not_done.clone()));
            }
            self.place(column, at, &mut layout, &mut own, (rules, aliases, &words), how);
        }
        layout.products.clone_from(&self.products);
        layout.aum = self.aum;
        aliases.weigh(&mut layout);
        Some(layout)
    }

    fn place(
        &self,
        column: &ProfileColumn,
        at: usize,
        layout: &mut Layout,
        own: &mut Vec<String>,
        (rules, aliases, words): (&Rules, &Aliases, &ProductWords),
        how: How,
    ) {
        let own_unit = column.unit.as_deref().and_then(|u| unit_named(u, aliases));
        let header_unit = layout.column(at).and_then(ColumnReading::money_unit);
        let date = if column.date == DateOrder::Auto { self.date } else { column.date };
        let slot = Slot { column: at, unit: own_unit.or(header_unit), date };
        let named = column.product.as_deref().and_then(|p| words.named(p));
        let flag = named.as_ref().and_then(|n| n.product).filter(|_| column.shape == ProductShape::Flag);
        let shown = flag.and_then(|number| flag_field(rules, number));
        let field = match (&column.field, named) {
            (Some(field), _) => aliases.field_named(self.kind, field).map(str::to_string),
            (None, named) => named.and_then(|n| n.amount).filter(|_| column.shape == ProductShape::Balance),
        };
        let meaning = match (&field, flag) {
            (Some(field), _) if own.contains(field) => {
                let product = rules.columns.of(self.kind).get(field).and_then(|r| r.product.as_ref());
                match product.and_then(|p| rules.products.products.get(p)) {
                    Some(product) => Meaning::Flag(product.number, Some(field)),
                    None => Meaning::Further(field),
                }
            }
            // The profile's column takes the field from one the header names.
            (Some(field), _) => Meaning::Field(field),
            (None, Some(number)) => Meaning::Flag(number, shown.as_deref()),
            (None, None) => return,
        };
        layout.assign(slot, meaning, how);
        layout.set_confidence(at, rules.recognise.confidence.alias_fitting);
        let Some(field) = field else { return };
        if let Some(unit) = slot.unit {
            layout.set_unit(at, unit);
        }
        layout.twins.retain(|t| t.field != field);
        own.push(field);
    }

    /// What is worth remembering of a layout that was recognised: its columns, nothing of the data.
    pub(crate) fn of(layout: &Layout, levels: usize) -> Profile {
        // A header that is somebody's is not remembered: a column that is used is known by its place.
        let kept = |c: &&ColumnReading| !c.header.is_empty() && (c.withheld.is_none() || c.field.is_some());
        let columns = layout.columns().iter().filter(kept).map(|c| ProfileColumn {
            header: if c.withheld.is_some() { String::new() } else { c.header.clone() },
            at: Some(column_letters(c.index)),
            field: c.field.clone(),
            ignore: c.field.is_none(),
            ..ProfileColumn::default()
        });
        Profile { header_rows: Some(levels as u32), columns: columns.collect(), ..Profile::new(layout.kind) }
    }

    /// A profile that says only the kind.
    pub fn new(kind: SheetKind) -> Profile {
        Profile {
            kind,
            sheet: None,
            header_row: None,
            header_rows: None,
            unit: None,
            decimal: Decimal::Point,
            date: DateOrder::Auto,
            as_of: None,
            payday: None,
            employer: None,
            fallback_employer: None,
            aum: AumSource::Auto,
            yes: Vec::new(),
            no: Vec::new(),
            products: BTreeMap::new(),
            columns: Vec::new(),
        }
    }

    /// The part that holds for every file of the layout: no dates, no employer, no place in the file.
    pub(crate) fn lasting(&self) -> Profile {
        Profile { sheet: None, header_row: None, as_of: None, payday: None, employer: None, ..self.clone() }
    }

    /// The rules' words with its own for yes and no, if it has any.
    pub(crate) fn lexicon(&self, rules: &Rules) -> Option<Lexicon> {
        if self.yes.is_empty() && self.no.is_empty() {
            return None;
        }
        let mut lexicon = Lexicon::new(&rules.import);
        lexicon.add_flags(&self.yes, &self.no);
        Some(lexicon)
    }

    /// Unit of money columns that give none.
    pub(crate) fn unit(&self, aliases: &Aliases) -> Option<Unit> {
        self.unit.as_deref().and_then(|u| unit_named(u, aliases))
    }
}

/// `ten_thousand`, or 万元.
fn unit_named(text: &str, aliases: &Aliases) -> Option<Unit> {
    Unit::from_key(text).or_else(|| aliases.unit_of(text))
}

/// The yes/no field of a product, to show the column by.
fn flag_field(rules: &Rules, number: u8) -> Option<String> {
    let (product, _) = rules.products.products.iter().find(|(_, p)| p.number == number)?;
    let fields = rules.columns.of(SheetKind::Holdings);
    let known = fields.iter().find(|(_, r)| r.product.as_ref() == Some(product)).map(|(f, _)| f.clone());
    Some(known.unwrap_or_else(|| product.clone()))
}

/// Where in a header each column of a profile stands.
fn positions(columns: &[ProfileColumn], rows: &[Row]) -> Vec<Option<usize>> {
    let cells: Vec<(usize, String)> =
        header_cells(rows).into_iter().map(|(i, parts)| (i, key(&parts.concat()))).collect();
    let mut taken: Vec<usize> = Vec::new();
    columns
        .iter()
        .map(|column| {
            let wanted = key(&column.header);
            let at = column.at.as_deref().and_then(column_index);
            let same = || cells.iter().filter(|(i, text)| *text == wanted && !taken.contains(i));
            let found = same().find(|(i, _)| Some(*i) == at).or_else(|| same().next()).map(|(i, _)| *i);
            let found = if wanted.is_empty() { at.filter(|i| !taken.contains(i)) } else { found };
            taken.extend(found);
            found
        })
        .collect()
}

/// `AB` → 27.
pub(crate) fn column_index(letters: &str) -> Option<usize> {
    let letters = letters.trim().to_ascii_uppercase();
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    Some(letters.bytes().fold(0, |n, b| n * 26 + usize::from(b - b'A') + 1) - 1)
}
