//! A line as patterns look at it: one width, small letters, no blanks and signs, usual characters; every character knows its
//! clause, its sentence and where it stood.

use unicode_normalization::UnicodeNormalization as _;

/// What a number is written with.
pub const DIGITS: &str = "0123456789.零一二三四五六七八九十百千万亿两几";

const SENTENCE_ENDS: &str = "。!;…|□☐☑■\n";
const CLAUSE_ENDS: &str = ",?:()[]";

/// A line made ready.
#[derive(Debug, Clone, Default)]
pub struct Text {
    pub chars: Vec<char>,
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// Which character of the line it was.
    origin: usize,
    clause: usize,
    sentence: usize,
    cell: usize,
}

impl Text {
    /// `variants`: what is written otherwise, and what it stands for.
    pub fn of(line: &str, variants: &[(Vec<char>, Vec<char>)]) -> Text {
        let line = line.replace("<br>", "\n\n\n\n");
        let written: Vec<(usize, char)> = line
            .chars()
            .enumerate()
            .flat_map(|(i, c)| std::iter::once(c).nfkc().flat_map(char::to_lowercase).map(move |c| (i, c)))
            .collect();
        let mut text = Text::default();
        let (mut clause, mut sentence, mut cell) = (0, 0, 0);
        for (i, (origin, c)) in written.iter().copied().enumerate() {
            let digit = |at: Option<usize>| at.and_then(|at| written.get(at)).is_some_and(|(_, c)| c.is_ascii_digit());
            let inside_number = digit(i.checked_sub(1)) && digit(Some(i + 1));
            let kept = c.is_alphanumeric() || c == '%' || (c == '.' && inside_number);
            if kept {
                text.chars.push(c);
                text.places.push(Place { origin, clause, sentence, cell });
            } else if SENTENCE_ENDS.contains(c) {
                sentence += 1;
                clause += 1;
                cell += usize::from(c == '|');
            } else if CLAUSE_ENDS.contains(c) && !inside_number {
                clause += 1;
            }
        }
        text.join_single_characters();
        for (from, to) in variants {
            text.replace(from, to);
        }
        text
    }

    /// 保,本,理,财 is one word to whoever reads it.
    fn join_single_characters(&mut self) {
        let clauses: Vec<usize> = self.places.iter().map(|p| p.clause).collect();
        let single = |i: usize| (i == 0 || clauses[i - 1] != clauses[i]) && clauses.get(i + 1) != Some(&clauses[i]);
        for i in 1..clauses.len() {
            if single(i - 1) && single(i) && self.places[i - 1].sentence == self.places[i].sentence {
                self.places[i].clause = self.places[i - 1].clause;
            }
        }
    }

    fn replace(&mut self, from: &[char], to: &[char]) {
        let mut at = 0;
        while at + from.len() <= self.chars.len() {
            if !self.chars[at..].starts_with(from) {
                at += 1;
                continue;
            }
            let place = self.places[at];
            self.chars.splice(at..at + from.len(), to.iter().copied());
            self.places.splice(at..at + from.len(), to.iter().map(|_| place));
            at += to.len().max(1);
        }
    }

    /// Where its sentences begin and end.
    pub fn sentences(&self) -> Vec<(usize, usize)> {
        self.parts(|place| place.sentence)
    }

    /// Where the cells of a row of a table begin and end; another line is one.
    pub fn cells(&self) -> Vec<(usize, usize)> {
        self.parts(|place| place.cell)
    }

    fn parts(&self, of: impl Fn(&Place) -> usize) -> Vec<(usize, usize)> {
        let mut all: Vec<(usize, usize)> = Vec::new();
        for (i, place) in self.places.iter().enumerate() {
            match all.last_mut() {
                Some((start, end)) if of(&self.places[*start]) == of(place) => *end = i + 1,
                _ => all.push((i, i + 1)),
            }
        }
        all
    }

    /// Whether this word stands here, in one clause and before `end`.
    pub fn has_word(&self, word: &[char], at: usize, end: usize) -> bool {
        at + word.len() <= end
            && self.chars[at..].starts_with(word)
            && self.places[at..at + word.len()].windows(2).all(|pair| pair[0].clause == pair[1].clause)
    }

    /// Whether a clause ends before this character.
    pub fn clause_ends(&self, at: usize) -> bool {
        match (at.checked_sub(1).and_then(|i| self.places.get(i)), self.places.get(at)) {
            (Some(before), Some(here)) => before.clause != here.clause,
            _ => true,
        }
    }

    /// The characters before `at` in its clause, at most `reach` of them.
    pub fn before(&self, at: usize, reach: usize) -> &[char] {
        let Some(here) = self.places.get(at) else { return &[] };
        let near = self.places[..at].iter().rev().take(reach).take_while(|p| p.clause == here.clause).count();
        &self.chars[at - near..at]
    }

    /// The characters behind `at` in the clause of the one before it, at most `reach` of them.
    pub fn behind(&self, at: usize, reach: usize) -> &[char] {
        let Some(last) = at.checked_sub(1).and_then(|i| self.places.get(i)) else { return &[] };
        let near = self.places[at..].iter().take(reach).take_while(|p| p.clause == last.clause).count();
        &self.chars[at..at + near]
    }

    /// What stood in the line from one character to before another.
    pub fn written(&self, line: &str, from: usize, to: usize) -> String {
        let (Some(first), Some(last)) = (self.places.get(from), self.places.get(to.saturating_sub(1))) else {
            return String::new();
        };
        line.chars().skip(first.origin).take(last.origin + 1 - first.origin).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(line: &str) -> String {
        let variants = [(vec!['薇', '信'], vec!['微', '信']), (vec!['證'], vec!['证'])];
        Text::of(line, &variants).chars.iter().collect()
    }

    #[test]
    fn width_case_blanks_and_signs_make_no_difference() {
        assert_eq!(ready("保 本-保*息"), "保本保息");
        assert_eq!(ready("ＶＩＰ３．５％，1,000元"), "vip3.5%1000元");
        assert_eq!(ready("加我薇信，保證"), "加我微信保证");
    }

    #[test]
    fn sentences_and_clauses_are_told_apart() {
        let text = Text::of("甲乙,丙丁。戊|己!保,本,金", &[]);
        assert_eq!(text.sentences(), [(0, 4), (4, 5), (5, 6), (6, 9)]);
        assert_eq!(text.cells(), [(0, 5), (5, 9)]);
        assert!(text.clause_ends(2) && !text.clause_ends(1) && text.clause_ends(9));
        assert!(text.has_word(&['保', '本', '金'], 6, 9), "single characters between commas are one word");
        assert!(!text.has_word(&['乙', '丙'], 1, 9));
        assert_eq!((text.before(3, 8), text.behind(1, 8)), (&['丙'][..], &['乙'][..]));
    }

    #[test]
    fn what_was_written_is_told_as_it_was() {
        let line = "这款 保 本，放心";
        let text = Text::of(line, &[]);
        assert_eq!(text.written(line, 2, 4), "保 本");
    }
}
