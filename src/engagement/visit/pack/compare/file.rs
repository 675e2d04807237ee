//! The file of two products, read key by key: what is wrong in it is told with its line.

use chrono::NaiveDate;
use toml::de::{DeTable, DeValue};

use crate::engagement::visit::pack::compare::fault::Fault;
use crate::engagement::visit::pack::compare::{Lag, Product, Rate, Terms};
use crate::model::Fen;
use crate::model::slip::{Slip, line_of};
use crate::model::text::likeness;
use crate::rules::visit::pack::compare::CompareBounds;

const TOP: [&str; 5] = ["amount_yuan", "from", "own", "other", "notes"];
const PRODUCT: [&str; 10] = [
    "name",
    "rate",
    "days",
    "value_lag_days",
    "value_lag_workdays",
    "return_lag_days",
    "return_lag_workdays",
    "points_fen",
    "gifts",
    "notes",
];

/// Reads a file of two products.
///
/// # Errors
/// The first thing in it that cannot be used.
pub fn parse(text: &str, bounds: &CompareBounds) -> Result<Terms, Fault> {
    // Windows Notepad writes a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let document = DeTable::parse(text).map_err(|e| {
        let line = line_of(text, e.span().map_or(0, |s| s.start));
        let (reason, name) = Slip::of(e.message());
        Fault::Syntax { line, reason, name }
    })?;
    let top = Section { text, path: "", line: 1, table: document.get_ref() };
    top.refuse_others(&TOP)?;
    Ok(Terms {
        amount: amount(&top, bounds)?,
        from: top.date("from")?,
        own: product(&top, "own", bounds)?,
        other: product(&top, "other", bounds)?,
        notes: top.text("notes")?,
    })
}

fn amount(top: &Section, bounds: &CompareBounds) -> Result<Fen, Fault> {
    let key = "amount_yuan";
    let (line, value) = top.needed(key)?;
    let yuan = number(value).ok_or_else(|| top.kind(line, key, "number"))?;
    // The least is a fen.
    if !(0.01..=bounds.yuan_most as f64).contains(&yuan) {
        return Err(top.bound(line, key, yuan, "0.01", bounds.yuan_most));
    }
    Ok(Fen((yuan * 100.0).round_ties_even() as i64))
}

fn product(top: &Section, key: &'static str, bounds: &CompareBounds) -> Result<Product, Fault> {
    let (line, value) = top.needed(key)?;
    let table = value.as_table().ok_or_else(|| top.kind(line, key, "table"))?;
    let section = Section { text: top.text, path: key, line, table };
    section.refuse_others(&PRODUCT)?;
    let name = section.text("name")?.ok_or_else(|| section.missing("name"))?;
    Ok(Product {
        name,
        rate: rate(&section, bounds)?,
        days: section.whole("days", 1, bounds.days_most)?.ok_or_else(|| section.missing("days"))?,
        value_lag: section.lag("value_lag_days", "value_lag_workdays", bounds)?,
        return_lag: section.lag("return_lag_days", "return_lag_workdays", bounds)?,
        points: section.whole("points_fen", 0, bounds.yuan_most * 100)?.map(Fen),
        gifts: section.texts("gifts")?,
        notes: section.text("notes")?,
    })
}

fn rate(section: &Section, bounds: &CompareBounds) -> Result<Rate, Fault> {
    let (line, value) = section.needed("rate")?;
    let share = number(value).ok_or_else(|| section.kind(line, "rate", "number"))?;
    let (key, value) = (section.key("rate"), share.to_string());
    if share >= 1.0 {
        return Err(Fault::Percent { line, key, value, share: Rate::of(share / 100.0).share().to_string() });
    }
    let rate = Rate::of(share);
    if rate.share() <= 0.0 || share >= bounds.rate_below {
        return Err(Fault::Rate { line, key, value, below: bounds.rate_below });
    }
    Ok(rate)
}

/// A table of the file.
struct Section<'t> {
    text: &'t str,
    /// Its name; empty for the file itself.
    path: &'static str,
    line: usize,
    table: &'t DeTable<'t>,
}

impl<'t> Section<'t> {
    fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    fn missing(&self, key: &str) -> Fault {
        Fault::Missing { line: self.line, key: self.key(key) }
    }

    fn kind(&self, line: usize, key: &str, wanted: &'static str) -> Fault {
        Fault::Kind { line, key: self.key(key), wanted }
    }

    fn bound(&self, line: usize, key: &str, value: impl ToString, least: impl ToString, most: i64) -> Fault {
        Fault::Bound { line, key: self.key(key), value: value.to_string(), least: least.to_string(), most }
    }

    /// All keys with their lines, in the order of the file.
    fn entries(&self) -> impl Iterator<Item = (usize, &'t str, &'t DeValue<'t>)> {
        let text = self.text;
        self.table.iter().map(move |(k, v)| (line_of(text, k.span().start), &**k.get_ref(), v.get_ref()))
    }

    fn refuse_others(&self, known: &[&str]) -> Result<(), Fault> {
        match self.entries().find(|(_, key, _)| !known.contains(key)) {
            Some((line, key, _)) => Err(Fault::Unknown {
                line,
                key: self.key(key),
                nearest: likeness::nearest(key, known).map(str::to_string),
                known: known.join(", "),
            }),
            None => Ok(()),
        }
    }

    fn found(&self, key: &str) -> Option<(usize, &'t DeValue<'t>)> {
        self.entries().find(|(_, own, _)| *own == key).map(|(line, _, value)| (line, value))
    }

    fn needed(&self, key: &str) -> Result<(usize, &'t DeValue<'t>), Fault> {
        self.found(key).ok_or_else(|| self.missing(key))
    }

    /// A text that says something.
    fn text(&self, key: &str) -> Result<Option<String>, Fault> {
        let Some((line, value)) = self.found(key) else { return Ok(None) };
        let said = value.as_str().map(str::trim).filter(|t| !t.is_empty());
        said.map(|t| Some(t.to_string())).ok_or_else(|| self.kind(line, key, "text"))
    }

    /// A text or several.
    fn texts(&self, key: &str) -> Result<Vec<String>, Fault> {
        let Some((line, DeValue::Array(list))) = self.found(key) else {
            return Ok(self.text(key)?.into_iter().collect());
        };
        let texts = list.iter().map(|item| item.get_ref().as_str().map(str::to_string));
        texts.collect::<Option<Vec<String>>>().ok_or_else(|| self.kind(line, key, "text"))
    }

    fn whole(&self, key: &str, least: i64, most: i64) -> Result<Option<i64>, Fault> {
        let Some((line, value)) = self.found(key) else { return Ok(None) };
        let n = whole(value).ok_or_else(|| self.kind(line, key, "whole"))?;
        match (least..=most).contains(&n) {
            true => Ok(Some(n)),
            false => Err(self.bound(line, key, n, least, most)),
        }
    }

    /// A lag in one of its two forms; none is no day.
    fn lag(&self, days: &str, workdays: &str, bounds: &CompareBounds) -> Result<Lag, Fault> {
        if let (Some(_), Some((line, _))) = (self.found(days), self.found(workdays)) {
            return Err(Fault::Both { line, key: self.key(days), other: self.key(workdays) });
        }
        let most = bounds.lag_most;
        match (self.whole(workdays, 0, most)?, self.found(workdays)) {
            (Some(days), Some((line, _))) => Ok(Lag::Workdays { days, line }),
            _ => Ok(Lag::Days(self.whole(days, 0, most)?.unwrap_or_default())),
        }
    }

    /// A day, also between quotes.
    fn date(&self, key: &str) -> Result<NaiveDate, Fault> {
        let (line, value) = self.needed(key)?;
        let day = match value {
            DeValue::Datetime(at) if at.time.is_none() => {
                at.date.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()))
            }
            DeValue::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        day.ok_or_else(|| self.kind(line, key, "date"))
    }
}

fn whole(value: &DeValue) -> Option<i64> {
    let DeValue::Integer(n) = value else { return None };
    i64::from_str_radix(n.as_str(), n.radix()).ok()
}

fn number(value: &DeValue) -> Option<f64> {
    match value {
        DeValue::Float(n) => n.as_str().parse().ok().filter(|n: &f64| n.is_finite()),
        value => whole(value).map(|n| n as f64),
    }
}
