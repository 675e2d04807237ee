//! What Chinese names look like.

use std::collections::HashSet;

use crate::rules::trust::masking::HeaderMasking;

/// What a name looks like, ready to compare.
pub(crate) struct NameWords {
    surnames: HashSet<char>,
    compound: Vec<String>,
    never: HashSet<char>,
}

/// Characters of a Chinese name.
pub(crate) const NAME: std::ops::RangeInclusive<usize> = 2..=4;
impl NameWords {
    pub fn new(rules: &HeaderMasking) -> NameWords {
        NameWords {
            surnames: rules.surnames.chars().collect(),
            compound: rules.compound.clone(),
            never: rules.never.chars().collect(),
        }
    }

    /// Whether a character never stands in a name after the first.
    pub fn is_never(&self, c: char) -> bool {
        self.never.contains(&c)
    }

    /// Whether a text begins with a surname and goes on as given names do.
    pub fn has_surname(&self, text: &str) -> bool {
        let compound = self.compound.iter().find_map(|s| text.strip_prefix(s.as_str()));
        let single = || text.chars().next().filter(|c| self.surnames.contains(c)).map(|c| &text[c.len_utf8()..]);
        compound.or_else(single).is_some_and(|given| (1..=2).contains(&given.chars().count()))
    }
}

/// Whether a character is Chinese.
pub(crate) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}
