//! The words for units of money: alone, with words around them, beside a number, in a sentence.

use memchr::memmem::Finder;

use crate::rules::Rules;
use crate::rules::import::UnitWords;

use crate::intake::value::amount::money::{self, Unit};
use crate::intake::value::amount::unit_sentences::{Said, Sentences, Units, pieces};
use crate::intake::value::key;

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
    sentences: Sentences,
    /// Of every note about a unit that stands among data.
    unit: Finder<'static>,
}

impl Units for UnitText {
    /// Whether a word is our own money's name and no unit: 人民币.
    fn is_own_money(&self, word: &str) -> bool {
        self.money_in(word).is_none() && self.own.iter().any(|w| *w == key(word))
    }

    /// What the words that a number format puts beside a number say of it.
    fn beside(&self, words: &str) -> Said {
        let units = pieces(words).filter_map(|p| self.money_in(p));
        match units.fold(Said::Nothing, |all, unit| all.and(Said::One(unit), words)) {
            Said::Nothing if self.is_other(words) => Said::Unclear(words.to_string()),
            said => said,
        }
    }
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
            sentences: Sentences::new(words),
            unit: Finder::new("单位").into_owned(),
        }
    }

    /// Unit of money a piece of a text names, with the words around it that do not change it.
    pub fn money_in(&self, piece: &str) -> Option<Unit> {
        let forms = self.forms(piece);
        forms.iter().find_map(|f| self.units.iter().find(|(w, _)| w == f)).and_then(|(_, unit)| *unit)
    }

    /// The unit that a text says in a sentence: `以下金额均以万元为单位`.
    pub fn sentence(&self, text: &str) -> Said {
        self.sentences.said(text, self)
    }

    /// Whether a text, be it a header or a name, says a unit that its numbers are not read in.
    pub fn needs_asking(&self, text: &str) -> bool {
        let text = key(text);
        // 金额(分), however the column was confirmed.
        let mut inside = text.split('(').skip(1).filter_map(|t| t.split_once(')')).map(|(inside, _)| inside);
        inside.any(|t| matches!(self.beside(t), Said::Unclear(_)))
            || !matches!(self.sentence(&text), Said::Nothing | Said::One(Unit::Yuan))
    }

    /// Whether a cell among data may be a note about the unit: no more than a look.
    pub fn may_be_note(&self, text: &str) -> bool {
        text.len() >= SHORTEST_NOTE && self.unit.find(text.as_bytes()).is_some() && self.sentence(text) != Said::Nothing
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

/// Bytes of the shortest note about a unit, 单位:分.
const SHORTEST_NOTE: usize = 10;

/// Forms of one piece that are looked up; a text made of nothing but such words is no unit.
const MOST_FORMS: usize = 40;

/// What a word of the rules names.
#[derive(Clone, Copy)]
pub(crate) enum UnitWord {
    Money(Unit),
    Share,
}

impl UnitWord {
    fn money(self) -> Option<Unit> {
        if let UnitWord::Money(unit) = self { Some(unit) } else { None }
    }
}

/// Unit words as compared: the unit of money, or `None` for a percentage.
pub(crate) fn unit_words(words: &UnitWords) -> Vec<(String, Option<Unit>)> {
    all_unit_words(words).into_iter().map(|(word, unit)| (word, unit.money())).collect()
}

/// The same, with what else they may name.
pub(crate) fn all_unit_words(words: &UnitWords) -> Vec<(String, UnitWord)> {
    let money = money::words(words).into_iter().map(|(group, unit)| (group, UnitWord::Money(unit)));
    let shares = [(&words.percent, UnitWord::Share), (&words.per_mille, UnitWord::Share)];
    money.chain(shares).flat_map(|(group, unit)| group.iter().map(move |w| (key(w), unit))).collect()
}
