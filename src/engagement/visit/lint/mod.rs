//! Finds what a script must not say (`scripts_lint.toml`): promised returns, gifts tied to investments, pressure and the like.

mod lines;
mod pattern;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Mutex;

use serde::Serialize;

use crate::engagement::visit::lint::lines::Line;
use crate::engagement::visit::lint::pattern::Pattern;
use crate::engagement::visit::lint::text::Text;
use crate::rules::visit::pack::scripts_lint::ScriptLintRules;

pub use crate::engagement::visit::lint::pattern::PatternError;

/// One fault of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Key of the rule broken (`script_fault.<rule>`).
    pub rule: String,
    /// What the script says there, as it is written.
    pub words: String,
    /// 1-based line.
    pub line: usize,
}

/// The rules made ready to look through texts.
#[derive(Debug)]
pub struct Linter<'r> {
    rules: &'r ScriptLintRules,
    variants: Vec<(Vec<char>, Vec<char>)>,
    not_negations: Vec<Vec<char>>,
    negations: Vec<Vec<char>>,
    strong_negations: Vec<Vec<char>>,
    turned_after: Vec<Pattern>,
    notices: Vec<Pattern>,
    in_sentence: Index<'r>,
    in_line: Index<'r>,
    /// Lines without any match: the documents of many visits say the same.
    clean: Mutex<HashSet<String>>,
}

/// What a match means for its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Soft,
    Always,
    Excuse,
    Absolve,
    Despite,
}

/// Patterns by the character they begin with. A rule without a name is everybody's.
#[derive(Debug, Default)]
struct Index<'r> {
    patterns: Vec<(Pattern, &'r str, Role)>,
    by_first: BTreeMap<char, Vec<usize>>,
}

/// What the patterns find in a piece of text: faults by rule, where they begin and end; and what else there is.
#[derive(Debug, Default)]
struct Hits<'r> {
    faults: BTreeMap<&'r str, (usize, usize)>,
    roles: BTreeSet<(&'r str, Role)>,
}

impl Hits<'_> {
    fn is_excused(&self, rule: &str) -> bool {
        let has = |rule, role| self.roles.contains(&(rule, role));
        has("", Role::Excuse) || has(rule, Role::Absolve) || (has(rule, Role::Excuse) && !has(rule, Role::Despite))
    }
}

impl<'r> Linter<'r> {
    /// # Errors
    /// A pattern that cannot be understood.
    pub fn new(rules: &'r ScriptLintRules) -> Result<Linter<'r>, PatternError> {
        let parse = |text: &String| Pattern::parse(text, &rules.lists);
        let words = |words: &[String]| words.iter().map(|w| w.chars().collect()).collect();
        let mut linter = Linter {
            rules,
            variants: rules.variants.iter().map(|(a, b)| (a.chars().collect(), b.chars().collect())).collect(),
            not_negations: words(&rules.general.not_negations),
            negations: words(&rules.general.negations),
            strong_negations: words(&rules.general.strong_negations),
            turned_after: rules.general.turned_after.iter().map(parse).collect::<Result<_, _>>()?,
            notices: rules.general.notices.iter().map(parse).collect::<Result<_, _>>()?,
            in_sentence: Index::default(),
            in_line: Index::default(),
            clean: Mutex::default(),
        };
        // What is longer is meant rather than its part.
        linter.variants.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        for text in &rules.general.excuse {
            linter.in_sentence.add(parse(text)?, "", Role::Excuse);
        }
        for (key, rule) in &rules.rules {
            let index = if rule.whole_line { &mut linter.in_line } else { &mut linter.in_sentence };
            let roles = [
                (&rule.patterns, Role::Soft),
                (&rule.always, Role::Always),
                (&rule.excuse, Role::Excuse),
                (&rule.absolve, Role::Absolve),
                (&rule.despite, Role::Despite),
            ];
            for (texts, role) in roles {
                for text in texts {
                    index.add(parse(text)?, key, role);
                }
            }
        }
        Ok(linter)
    }

    /// Faults of a script, in the order of its lines: one of each rule and sentence (or cell of a table).
    pub fn lint(&self, script: &str) -> Vec<Finding> {
        let lines = lines::of(script, &self.rules.general);
        let mut findings = Vec::new();
        for (i, line) in lines.iter().enumerate().filter(|(_, line)| !line.exempt) {
            if self.clean.lock().is_ok_and(|clean| clean.contains(&line.text)) {
                continue;
            }
            let text = Text::of(&line.text, &self.variants);
            let mut matched = false;
            let mut add = |rule: &str, (from, to): (usize, usize)| {
                let words = text.written(&line.text, from, to);
                findings.push(Finding { rule: rule.to_string(), words, line: line.number });
            };
            for (start, end) in text.sentences() {
                let hits = self.look(&self.in_sentence, &text, start, end);
                matched |= !hits.faults.is_empty();
                for (rule, found) in hits.faults.iter().filter(|(rule, _)| !hits.is_excused(rule)) {
                    add(rule, *found);
                }
            }
            let hits = self.look(&self.in_line, &text, 0, text.chars.len());
            if !hits.faults.is_empty() {
                matched = true;
                // Cells of a table tell apart things; what excuses one may stand in another.
                for (start, end) in text.cells() {
                    let cell = self.look(&self.in_line, &text, start, end);
                    for (rule, found) in cell.faults.iter().filter(|(rule, _)| !hits.is_excused(rule)) {
                        if !self.is_excused_near(rule, &lines, i) {
                            add(rule, *found);
                        }
                    }
                }
            }
            if !matched && let Ok(mut clean) = self.clean.lock() {
                clean.insert(line.text.clone());
            }
        }
        findings
    }

    /// Faults of a text message: those of any script, its length, its ending.
    pub fn lint_sms(&self, text: &str) -> Vec<Finding> {
        let mut findings = self.lint(text);
        let length = text.chars().count();
        let sms = &self.rules.sms;
        if length > sms.limit {
            findings.push(Finding { rule: "sms_too_long".into(), words: length.to_string(), line: 1 });
        }
        if !text.starts_with('【') {
            findings.push(Finding { rule: "sms_unsigned".into(), words: text.chars().take(4).collect(), line: 1 });
        }
        if !text.ends_with(&sms.ending) {
            findings.push(Finding { rule: "sms_no_refusal".into(), words: sms.ending.clone(), line: 1 });
        }
        findings
    }

    /// Whether what belongs to a line excuses it: its notice behind it, the rest of its short section.
    fn is_excused_near(&self, rule: &str, lines: &[Line], at: usize) -> bool {
        let excuses = |line: &Line| {
            let text = Text::of(&line.text, &self.variants);
            self.look(&self.in_line, &text, 0, text.chars.len()).is_excused(rule)
        };
        let section = lines[at].section;
        let same = || lines.iter().filter(|line| section.is_some() && line.section == section);
        if same().count() <= self.rules.general.section_lines && same().any(excuses) {
            return true;
        }
        lines.get(at + 1).is_some_and(|next| self.is_notice(next) && excuses(next))
    }

    fn is_notice(&self, line: &Line) -> bool {
        let text = Text::of(&line.text, &self.variants);
        self.notices.iter().any(|notice| notice.at(&text, 0, text.chars.len()).is_some())
    }

    fn look(&self, index: &Index<'r>, text: &Text, start: usize, end: usize) -> Hits<'r> {
        let mut hits = Hits::default();
        for at in start..end {
            for (pattern, rule, role) in index.beginning_with(text.chars[at]) {
                if matches!(role, Role::Soft | Role::Always) && hits.faults.contains_key(rule) {
                    continue;
                }
                let Some(to) = pattern.at(text, at, end) else { continue };
                if !matches!(role, Role::Soft | Role::Always) {
                    hits.roles.insert((*rule, *role));
                } else if !self.is_turned(*role, text, at, to) {
                    hits.faults.insert(*rule, (at, to));
                }
            }
        }
        hits
    }

    /// Whether a negation turns round what stands between these characters.
    fn is_turned(&self, role: Role, text: &Text, from: usize, to: usize) -> bool {
        let general = &self.rules.general;
        let contains = |chars: &[char], words: &[Vec<char>]| {
            words.iter().any(|word| chars.windows(word.len()).any(|part| part == word.as_slice()))
        };
        let mut near = text.before(from, general.strong_reach).to_vec();
        for word in &self.not_negations {
            for i in 0..near.len().saturating_sub(word.len() - 1) {
                if near[i..].starts_with(word) {
                    near[i..i + word.len()].fill(' ');
                }
            }
        }
        if contains(&near, &self.strong_negations) {
            return true;
        }
        let nearer = &near[near.len().saturating_sub(general.reach)..];
        if role == Role::Soft && contains(nearer, &self.negations) {
            return true;
        }
        let behind = text.behind(to, general.reach).len();
        (to..=to + behind).any(|at| self.turned_after.iter().any(|p| p.at(text, at, to + behind).is_some()))
    }
}

impl<'r> Index<'r> {
    fn add(&mut self, pattern: Pattern, rule: &'r str, role: Role) {
        let number = self.patterns.len();
        for first in &pattern.firsts {
            self.by_first.entry(*first).or_default().push(number);
        }
        self.patterns.push((pattern, rule, role));
    }

    fn beginning_with(&self, first: char) -> impl Iterator<Item = &(Pattern, &'r str, Role)> {
        self.by_first.get(&first).into_iter().flatten().map(|number| &self.patterns[*number])
    }
}

#[cfg(test)]
mod tests;
