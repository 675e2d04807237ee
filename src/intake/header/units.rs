//! Units of money: which column has which, and where it is said.

use crate::model::status::SheetKind;
use crate::rules::Rules;
use crate::rules::import::columns::Shape;

use crate::intake::header::detect::{Aliases, unit_words};
use crate::intake::value::lexicon::key;
use crate::intake::value::money::Unit;

/// What a text says of the unit of money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Said {
    #[default]
    Nothing,
    One(Unit),
    /// There is a unit's word, but it does not say one unit.
    Unclear(String),
}

impl Said {
    pub fn unit(&self) -> Option<Unit> {
        if let Said::One(unit) = self { Some(*unit) } else { None }
    }

    /// What two places say together; two units are none.
    pub fn and(self, other: Said, text: &str) -> Said {
        match (self, other) {
            (Said::One(a), Said::One(b)) if a != b => Said::Unclear(text.to_string()),
            (Said::One(unit), _) | (_, Said::One(unit)) => Said::One(unit),
            (Said::Unclear(text), _) | (_, Said::Unclear(text)) => Said::Unclear(text),
            (Said::Nothing, Said::Nothing) => Said::Nothing,
        }
    }
}

/// The unit a text names: alone, or as one of its pieces (`万元、人`, `人民币(万元)`, `均以万元为单位`). `labelled`: it stands
/// where a unit belongs, so that 万 alone means one.
pub(crate) fn said(text: &str, aliases: &Aliases, labelled: bool) -> Said {
    if labelled && let Some(unit) = aliases.unit_of(text) {
        return Said::One(unit);
    }
    let words = &aliases.unit_text;
    let named = pieces(text).filter(|p| labelled || p.contains('元')).filter_map(|p| words.money_in(p));
    match named.fold(Said::Nothing, |all, unit| all.and(Said::One(unit), text)) {
        Said::Nothing if words.mentions(text) || (labelled && words.is_other(text)) => {
            Said::Unclear(text.trim().to_string())
        }
        said => said,
    }
}

/// Parts of a text between blanks and signs.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '%' | '‰'))).filter(|p| !p.is_empty())
}

/// Words of units with what may stand around them.
pub(crate) struct UnitText {
    /// `None` for a percentage.
    units: Vec<(String, Option<Unit>)>,
    plain: Vec<String>,
    around: Vec<String>,
    not_before: Vec<char>,
    not_after: Vec<String>,
    /// Our own money.
    own: Vec<String>,
    /// Units that no amount may be in.
    other: Vec<String>,
}

impl UnitText {
    pub fn new(rules: &Rules) -> UnitText {
        let words = &rules.import.units;
        let keys = |list: &[String]| list.iter().map(|w| key(w)).collect();
        UnitText {
            units: unit_words(words),
            plain: keys(&words.plain),
            around: keys(&words.around),
            not_before: words.not_before.iter().flat_map(|w| w.chars()).collect(),
            not_after: keys(&words.not_after),
            own: keys(&words.own),
            other: keys(&words.other),
        }
    }

    /// Unit of money a piece of a text names, with the words around it that do not change it.
    fn money_in(&self, piece: &str) -> Option<Unit> {
        let forms = self.forms(piece);
        forms.iter().find_map(|f| self.units.iter().find(|(w, _)| w == f)).and_then(|(_, unit)| *unit)
    }

    /// The first word for a unit.
    pub fn name(&self, unit: Unit) -> &str {
        self.units.iter().find(|(_, u)| *u == Some(unit)).map_or(unit.key(), |(word, _)| word)
    }

    /// Whether a text says a unit and nothing else: `(单位:万元)`.
    pub fn is_only_unit(&self, text: &str) -> bool {
        let told = |p: &str| self.money_in(p).is_some() || self.around.iter().any(|w| *w == key(p));
        pieces(text).all(told)
    }

    /// Whether a text says only in what something is counted: `户`, `人、%`.
    pub fn is_measure(&self, text: &str) -> bool {
        pieces(text).map(key).all(|p| self.plain.contains(&p) || self.units.iter().any(|(w, _)| *w == p))
    }

    /// Whether a text names our own money and nothing else: `人民币`, `CNY-人民币`.
    pub fn is_own(&self, text: &str) -> bool {
        pieces(text).map(key).all(|p| self.own.contains(&p))
    }

    /// Whether a text names other money, or a unit that amounts must not be in: `分`, `百元`, `美元`.
    pub fn is_other(&self, text: &str) -> bool {
        pieces(text).any(|p| self.forms(p).iter().any(|f| self.other.contains(f)))
    }

    /// Whether a text is a unit of whatever kind.
    pub fn is_unit(&self, text: &str) -> bool {
        self.money_in(text).is_some() || self.is_own(text) || self.is_other(text) || self.is_measure(text)
    }

    /// What stands in a header's brackets beside a unit of money: the unit, and the rest, which may tell the column
    /// (`万元,月日均`).
    pub fn in_brackets(&self, inside: &str) -> Option<(Unit, String)> {
        let parts: Vec<(&str, Option<Unit>)> = pieces(inside).map(|p| (p, self.money_in(p))).collect();
        let mut units = parts.iter().filter_map(|(_, unit)| *unit);
        let (Some(unit), None) = (units.next(), units.next()) else { return None };
        let told = |p: &str| !self.plain.iter().any(|w| w == p) && !self.units.iter().any(|(w, _)| w == p);
        let rest: Vec<&str> = parts.iter().filter(|(p, u)| u.is_none() && told(p)).map(|(p, _)| *p).collect();
        Some((unit, rest.join(",")))
    }

    /// A piece, and what is left of it when words around are taken off.
    fn forms(&self, piece: &str) -> Vec<String> {
        let mut forms = vec![key(piece)];
        let mut at = 0;
        while let Some(form) = forms.get(at).cloned().filter(|_| forms.len() < MOST_FORMS) {
            at += 1;
            for word in &self.around {
                for shorter in [form.strip_prefix(word.as_str()), form.strip_suffix(word.as_str())] {
                    if let Some(shorter) = shorter.filter(|s| !s.is_empty() && !forms.iter().any(|f| f == s)) {
                        forms.push(shorter.to_string());
                    }
                }
            }
        }
        forms
    }

    /// Whether a unit's word of several characters (万元) stands in a text, understood or not, and not as part of an
    /// amount.
    pub fn mentions(&self, text: &str) -> bool {
        let text = key(text);
        let long = |w: &str| w.ends_with('元') && w.chars().count() > 1;
        self.units.iter().filter(|(w, _)| long(w)).any(|(word, _)| {
            text.match_indices(word.as_str()).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = &text[at + word.len()..];
                !before.is_some_and(|c| c.is_numeric() || self.not_before.contains(&c))
                    && !self.not_after.iter().any(|w| after.starts_with(w.as_str()))
            })
        })
    }
}

/// Forms of one piece that are looked up; a text made of nothing but such words is no unit.
const MOST_FORMS: usize = 40;

/// Whether a field holds money.
pub(crate) fn is_money(rules: &Rules, kind: SheetKind, field: &str) -> bool {
    matches!(field, "aum" | "aum_month_avg" | "monthly_payroll" | "due_amount" | "amount" | "amount_out" | "amount_in")
        || rules.columns.of(kind).get(field).is_some_and(|r| r.shape == Some(Shape::Amount))
}
