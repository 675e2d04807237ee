//! What is left of a person's numbers that were masked before they came: enough to tell people of one name apart.
//!
//! A remnant is written with one star for each masked stretch: `6222********0001` is `6222*0001`, `尾号0001` is `*0001`.

use crate::model::personal::{Personal, Purpose};

/// Signs that stand for masked characters, in full-width and other forms narrowed before.
pub const SIGNS: [char; 6] = ['*', '×', '●', '•', '■', '○'];

/// So many X in a row stand for masked characters too; one alone ends an ID number.
const CROSSES: usize = 4;

/// Characters that show enough of a number to tell it from most others: a payslip's last four.
const TELLING: usize = 4;

/// The remnants a row carries beside a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Remnants {
    pub customer_number: Option<Personal<String>>,
    pub id_number: Option<Personal<String>>,
    pub account: Option<Personal<String>>,
}

impl Remnants {
    /// By scheme, as identities are: `customer`, `id_number`, `account`.
    pub fn by_scheme(&self) -> [(&'static str, Option<&Personal<String>>); 3] {
        [
            ("customer", self.customer_number.as_ref()),
            ("id_number", self.id_number.as_ref()),
            ("account", self.account.as_ref()),
        ]
    }

    pub fn is_empty(&self) -> bool {
        self.by_scheme().iter().all(|(_, left)| left.is_none())
    }

    /// Whether at least one shows as much as a payslip shows of an account.
    pub fn is_telling(&self) -> bool {
        let shown = |left: &Personal<String>| left.unmask(Purpose::Store).bytes().filter(|b| *b != b'*').count();
        self.by_scheme().into_iter().any(|(_, left)| left.is_some_and(|left| shown(left) >= TELLING))
    }

    /// One text for all of them, the same for the same remnants; empty without any.
    pub fn to_text(&self) -> String {
        let parts = self.by_scheme().into_iter().filter_map(|(scheme, left)| Some((scheme, left?)));
        parts.map(|(scheme, left)| format!("|{scheme}:{}", left.unmask(Purpose::Store))).collect()
    }

    /// Whether somebody with these numbers may be meant: `Some(true)` where a remnant fits and none contradicts,
    /// `Some(false)` where one contradicts, `None` where nothing can be compared. A person may have several of a kind.
    pub fn fit(&self, known: &[Known]) -> Option<bool> {
        let mut found = None;
        for (place, (_, left)) in self.by_scheme().into_iter().enumerate() {
            let Some(left) = left else { continue };
            let numbers = known.iter().filter_map(|k| k[place].as_ref());
            let agreeing: Vec<bool> =
                numbers.filter_map(|n| agree(n.unmask(Purpose::Store), left.unmask(Purpose::Store))).collect();
            if agreeing.is_empty() {
                continue;
            }
            let fits = agreeing.contains(&true);
            found = Some(found.unwrap_or(true) && fits);
        }
        found
    }
}

/// Numbers somebody is known by, in the order of [`Remnants::by_scheme`], whole or masked themselves.
pub type Known = [Option<Personal<String>>; 3];

/// Whether a number is only what is left of one.
pub fn is_remnant(number: &str) -> bool {
    number.contains('*')
}

/// Whether a text, narrowed and without blanks, has signs that stand for masked characters.
pub fn is_masked(text: &str) -> bool {
    text.contains(SIGNS) || text.as_bytes().windows(CROSSES).any(|w| w.iter().all(|b| b.eq_ignore_ascii_case(&b'X')))
}

/// What is left of a masked number; `None` when the text is not masked, or nothing is left.
pub fn left_of(text: &str) -> Option<String> {
    let mut plain: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    plain.iter_mut().for_each(|c| c.make_ascii_uppercase());
    let crossed = |i: usize| {
        let run = plain[i..].iter().take_while(|c| **c == 'X').count()
            + plain[..i].iter().rev().take_while(|c| **c == 'X').count();
        plain[i] == 'X' && run >= CROSSES
    };
    let mut left = String::new();
    for (i, c) in plain.iter().enumerate() {
        if SIGNS.contains(c) || crossed(i) {
            if !left.ends_with('*') {
                left.push('*');
            }
        } else if c.is_ascii_alphanumeric() {
            left.push(*c);
        }
    }
    (left.contains('*') && left.len() > 1).then_some(left)
}

/// The last characters of a number as a remnant.
pub fn tail(digits: &str) -> Option<String> {
    let digits: String = digits.chars().filter(char::is_ascii_alphanumeric).collect();
    (!digits.is_empty()).then(|| format!("*{}", digits.to_ascii_uppercase()))
}

/// Whether a known number may be the one of which `left` is left; `None` when they share no visible place. Only what
/// stands before the first star and after the last is compared: how many characters a star stands for is not known.
pub fn agree(known: &str, left: &str) -> Option<bool> {
    let known: String = known.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '*').collect();
    let known = known.to_ascii_uppercase();
    let (head, tail) = ends(left)?;
    let (known_head, known_tail) = ends(&known).unwrap_or((&known, &known));
    if !is_remnant(&known) && known.len() < head.len() + tail.len() {
        return Some(false);
    }
    let heads = head.bytes().zip(known_head.bytes());
    let tails = tail.bytes().rev().zip(known_tail.bytes().rev());
    let (mut compared, mut same) = (0, true);
    for (one, other) in heads.chain(tails) {
        compared += 1;
        same &= one == other;
    }
    (compared > 0).then_some(same)
}

/// What stands before the first star and after the last.
fn ends(left: &str) -> Option<(&str, &str)> {
    Some((&left[..left.find('*')?], &left[left.rfind('*')? + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_written_one_way() {
        for (text, left) in [
            ("6222********0001", Some("6222*0001")),
            ("6222 **** **** 0001", Some("6222*0001")),
            ("6222-****-****-0001", Some("6222*0001")),
            ("****0001", Some("*0001")),
            ("6222xxxxxxxx0001", Some("6222*0001")),
            ("622202●●●●●●0001", Some("622202*0001")),
            ("3****************X", Some("3*X")),
            ("3****************x", Some("3*X")),
            ("6222**00**0001", Some("6222*00*0001")),
            ("XX0001", None),
            ("******", None),
            ("6222000000000001", None),
            ("11010519491231002X", None),
            ("", None),
        ] {
            assert_eq!(left_of(text).as_deref(), left, "{text}");
        }
        assert_eq!(tail("0001").as_deref(), Some("*0001"));
    }

    #[test]
    fn a_remnant_is_compared_where_both_show_something() {
        for (known, left, expected) in [
            ("6222000000000001", "6222*0001", Some(true)),
            ("6222000000000001", "*0001", Some(true)),
            ("6222000000000001", "*0003", Some(false)),
            ("6222000000000001", "6217*0001", Some(false)),
            ("6222000000000001", "6222*", Some(true)),
            // Another program masks more.
            ("6222*0001", "*0001", Some(true)),
            ("6222*0001", "622200*01", Some(true)),
            ("6222*0001", "6222*0003", Some(false)),
            ("6222*", "*0001", None),
            ("0001", "6222*0001", Some(false)),
            ("6222 0000 0000 0001", "6222*0001", Some(true)),
        ] {
            assert_eq!(agree(known, left), expected, "{known} {left}");
        }
    }

    #[test]
    fn one_contradiction_is_enough_and_the_unknown_decides_nothing() {
        let number = |text: &str| Some(Personal::new(text.to_string()));
        let left = Remnants { account: number("*0001"), id_number: number("3*X"), ..Remnants::default() };
        let known = |id: Option<&str>, account: Option<&str>| [None, id.and_then(number), account.and_then(number)];
        assert_eq!(left.fit(&[known(None, Some("6222000000000001"))]), Some(true));
        assert_eq!(left.fit(&[known(Some("30000000000000000X"), Some("6222000000000003"))]), Some(false));
        assert_eq!(left.fit(&[known(None, None)]), None);
        // Somebody kept under two numbers has two accounts.
        let both = [known(None, Some("6222000000000003")), known(None, Some("6222000000000001"))];
        assert_eq!(left.fit(&both), Some(true));
    }
}
