//! How long a new passphrase must be (`passphrase.toml`).

use serde::Deserialize;

/// See the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseRules {
    /// Least length as `PassphraseRules::length` counts it.
    pub least: usize,
    pub source: String,
}

impl PassphraseRules {
    /// Whether a new passphrase is long enough.
    pub fn admits(&self, passphrase: &str) -> bool {
        PassphraseRules::length(passphrase) >= self.least
    }

    /// Characters of a passphrase without the blanks around it; one that is not ASCII, of which there are thousands to guess
    /// from, counts twice.
    fn length(passphrase: &str) -> usize {
        passphrase.trim().chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_passphrases_are_not_admitted() {
        let rules = PassphraseRules { least: 8, source: String::new() };
        for short in ["", " ", "1", "  1234567  ", "一句话", "一句话1"] {
            assert!(!rules.admits(short), "{short}");
        }
        for good in ["12345678", "一句短话", "一句话12", "a b c d e"] {
            assert!(rules.admits(good), "{good}");
        }
    }
}
