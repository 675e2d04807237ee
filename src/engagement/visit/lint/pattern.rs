//! Patterns of what must not be said, as `scripts_lint.toml` writes them.
//!
//! Characters stand for themselves, `(a|b)` for one of several, `?` behind a character or group makes it optional, `~8` is
//! up to eight characters of any kind, `#` a number, `<name>` a list of the file, `{!a|b}` and `{<a|b}` say what must not
//! follow and not come before, `$` is the end of a clause. A run of plain characters does not reach over a comma; between
//! the parts of a pattern one may stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::engagement::visit::lint::text::{self, Text};

/// A pattern that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// As it stands in the file.
    pub pattern: String,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Pattern {
    nodes: Vec<Node>,
    /// Characters a match can begin with.
    pub firsts: BTreeSet<char>,
}

#[derive(Debug, Clone)]
enum Node {
    Word(Vec<char>),
    Any { of: Vec<Vec<Node>>, optional: bool, by_first: ByFirst },
    Gap(usize),
    Number,
    NotAhead(Vec<Vec<Node>>),
    NotBehind(Vec<Vec<char>>),
    ClauseEnd,
}

/// Which of several alternatives begin with a character; `None`: one of them begins with any. Lists are long, and most of
/// what they hold begins with something else.
type ByFirst = Option<BTreeMap<char, Vec<usize>>>;

/// Named alternatives that patterns share.
pub type Lists = BTreeMap<String, Vec<String>>;

/// How deep lists may name lists and groups stand in groups.
const DEPTH: usize = 8;

impl Pattern {
    /// # Errors
    /// A bracket without its other half, a list nobody has written, an empty alternative, no character to begin with.
    pub fn parse(pattern: &str, lists: &Lists) -> Result<Pattern, PatternError> {
        let chars: Vec<char> = pattern.chars().collect();
        let mut parser = Parser { chars: &chars, at: 0, lists };
        let nodes = parser.sequence(0).filter(|nodes| parser.at == chars.len() && !nodes.is_empty());
        let found = nodes.and_then(|nodes| Some(Pattern { firsts: firsts(&nodes)?, nodes }));
        found.ok_or_else(|| PatternError { pattern: pattern.to_string() })
    }

    /// Where a match that begins at `start` ends, within the first `end` characters.
    pub fn at(&self, text: &Text, start: usize, end: usize) -> Option<usize> {
        let mut found = None;
        matches(&self.nodes, text, start, end, &mut |at| {
            found = Some(at);
            true
        });
        found
    }
}

struct Parser<'p> {
    chars: &'p [char],
    at: usize,
    lists: &'p Lists,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn taken(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        self.at += usize::from(there);
        there
    }

    fn alternatives(&mut self, end: char, depth: usize) -> Option<Vec<Vec<Node>>> {
        let mut all = Vec::new();
        loop {
            all.push(self.sequence(depth + 1).filter(|nodes| !nodes.is_empty())?);
            if self.taken(end) {
                return Some(all);
            }
            if !self.taken('|') {
                return None;
            }
        }
    }

    fn sequence(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut nodes: Vec<Node> = Vec::new();
        if depth > DEPTH {
            return None;
        }
        while let Some(c) = self.peek().filter(|c| !"|)}".contains(*c)) {
            self.at += 1;
            match c {
                '(' => {
                    let of = self.alternatives(')', depth)?;
                    nodes.push(any(of, self.taken('?')));
                }
                '{' if self.taken('!') => nodes.push(Node::NotAhead(self.alternatives('}', depth)?)),
                '{' if self.taken('<') => {
                    let plain = |nodes: Vec<Node>| match <[Node; 1]>::try_from(nodes) {
                        Ok([Node::Word(word)]) => Some(word),
                        _ => None,
                    };
                    let words: Option<Vec<_>> = self.alternatives('}', depth)?.into_iter().map(plain).collect();
                    nodes.push(Node::NotBehind(words?));
                }
                '<' => {
                    let rest = &self.chars[self.at..];
                    let end = rest.iter().position(|c| *c == '>')?;
                    let name: String = rest[..end].iter().collect();
                    self.at += end + 1;
                    let parse = |text: &String| {
                        let chars: Vec<char> = text.chars().collect();
                        let mut parser = Parser { chars: &chars, at: 0, lists: self.lists };
                        parser.sequence(depth + 1).filter(|nodes| parser.at == chars.len() && !nodes.is_empty())
                    };
                    let of: Option<Vec<_>> = self.lists.get(&name)?.iter().map(parse).collect();
                    nodes.push(any(of.filter(|of| !of.is_empty())?, self.taken('?')));
                }
                '~' => {
                    let from = self.at;
                    while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                        self.at += 1;
                    }
                    let reach: String = self.chars[from..self.at].iter().collect();
                    nodes.push(Node::Gap(reach.parse().ok()?));
                }
                '#' => nodes.push(Node::Number),
                '$' => nodes.push(Node::ClauseEnd),
                '?' | '>' | '{' => return None,
                c if self.taken('?') => nodes.push(any(vec![vec![Node::Word(vec![c])]], true)),
                c => match nodes.last_mut() {
                    Some(Node::Word(word)) => word.push(c),
                    _ => nodes.push(Node::Word(vec![c])),
                },
            }
        }
        Some(nodes)
    }
}

fn any(of: Vec<Vec<Node>>, optional: bool) -> Node {
    let mut by_first = Some(BTreeMap::<char, Vec<usize>>::new());
    for (i, one) in of.iter().enumerate() {
        match (&mut by_first, firsts(one)) {
            (Some(by_first), Some(firsts)) => firsts.into_iter().for_each(|c| by_first.entry(c).or_default().push(i)),
            _ => by_first = None,
        }
    }
    Node::Any { of, optional, by_first }
}

/// Characters a match can begin with; `None`: any.
fn firsts(nodes: &[Node]) -> Option<BTreeSet<char>> {
    let mut all = BTreeSet::new();
    for node in nodes {
        match node {
            Node::Word(word) => {
                all.extend(word.first());
                return Some(all);
            }
            Node::Any { of, optional, .. } => {
                for alternative in of {
                    all.extend(firsts(alternative)?);
                }
                if !optional {
                    return Some(all);
                }
            }
            Node::Number => {
                all.extend(text::DIGITS.chars());
                return Some(all);
            }
            Node::NotAhead(_) | Node::NotBehind(_) => {}
            Node::Gap(_) | Node::ClauseEnd => return None,
        }
    }
    None
}

/// Whether the nodes fit from `at`; `then` is asked about every end until it is content.
fn matches(nodes: &[Node], text: &Text, at: usize, end: usize, then: &mut dyn FnMut(usize) -> bool) -> bool {
    let Some((node, rest)) = nodes.split_first() else { return then(at) };
    match node {
        Node::Word(word) => text.has_word(word, at, end) && matches(rest, text, at + word.len(), end, then),
        Node::Any { of, optional, by_first } => {
            let mut fits = |one: &Vec<Node>| matches(one, text, at, end, &mut |to| matches(rest, text, to, end, then));
            let fits_one = match by_first {
                Some(by_first) => {
                    let here = text.chars[..end].get(at).and_then(|first| by_first.get(first));
                    here.into_iter().flatten().any(|i| fits(&of[*i]))
                }
                None => of.iter().any(fits),
            };
            fits_one || (*optional && matches(rest, text, at, end, then))
        }
        Node::Gap(reach) => (at..=end.min(at + reach)).any(|to| matches(rest, text, to, end, then)),
        Node::Number => {
            let digits = text.chars[at..end].iter().take_while(|c| text::DIGITS.contains(**c)).count();
            (1..=digits).rev().any(|n| matches(rest, text, at + n, end, then))
        }
        Node::NotAhead(of) => {
            !of.iter().any(|one| matches(one, text, at, end, &mut |_| true)) && matches(rest, text, at, end, then)
        }
        Node::NotBehind(words) => {
            let behind = |word: &Vec<char>| text.chars[..at].ends_with(word);
            !words.iter().any(behind) && matches(rest, text, at, end, then)
        }
        Node::ClauseEnd => text.clause_ends(at) && matches(rest, text, at, end, then),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<String> {
        let lists = Lists::from([("物".to_string(), vec!["米".to_string(), "油(卡)?".to_string()])]);
        let pattern = Pattern::parse(pattern, &lists).unwrap();
        let text = Text::of(text, &[]);
        let end = text.chars.len();
        (0..end).find_map(|at| Some(text.chars[at..pattern.at(&text, at, end)?].iter().collect()))
    }

    #[test]
    fn each_part_of_a_pattern_means_what_it_says() {
        assert_eq!(found("买~3送<物>", "买理财就送油卡"), Some("买理财就送油卡".into()));
        assert_eq!(found("买~3送<物>", "买一份理财就送米"), None, "four characters between");
        assert_eq!(found("(很|太)?好{!人}", "太好了"), Some("太好".into()));
        assert_eq!(found("好{!人}", "好人"), None);
        assert_eq!(found("{<不}行", "不行"), None);
        assert_eq!(found("剩#个", "只剩12个"), Some("剩12个".into()));
        assert_eq!(found("保本吗$", "保本吗,您说"), Some("保本吗".into()));
        assert_eq!(found("保本吗$", "保本吗啡"), None);
        assert_eq!(found("保本", "若要确保,本行可以"), None, "a word does not reach over a comma");
        assert_eq!(found("签了?(就)送", "签了,就送"), Some("签了就送".into()));
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        for wrong in ["", "(a", "a)", "a|b", "<无>", "(a|)", "~3a", "(a)?", "~", "?", "{a}", "{<(a|b)}"] {
            let error = Pattern::parse(wrong, &Lists::new()).unwrap_err();
            assert_eq!(error.pattern, wrong);
        }
    }
}
