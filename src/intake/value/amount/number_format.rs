//! What a number format makes of the number it shows: another number (`0!.0000` shows 35000 as 3.5000), words beside it
//! (`0.00"万元"`), zeros in front (`000000`), a percentage. Dates are left to the readers of the formats.

/// One number format. Only formats that show a number otherwise than it is stored are kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NumberFormat {
    /// Those for numbers, three at most; the one for texts is left out.
    sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq)]
struct Section {
    condition: Option<Condition>,
    look: Look,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Condition {
    Below(f64),
    UpTo(f64),
    Equal(f64),
    Other(f64),
    From(f64),
    Above(f64),
}

/// How one section of a format shows a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Look {
    /// The number seen is the stored one divided by ten to this power.
    pub shift: i32,
    /// A sign of percent is seen.
    pub percent: bool,
    /// Text before and behind the digits.
    pub before: String,
    pub after: String,
    /// Digits an integer shows at least.
    pub zeros: u8,
    /// It shows digits at all.
    pub any: bool,
}

impl Look {
    /// Whether it has words beside the number: signs such as ￥ and brackets are none.
    pub fn says(&self) -> bool {
        self.before.chars().chain(self.after.chars()).any(char::is_alphabetic)
    }

    /// Whether a person sees the stored number and nothing else that counts.
    fn is_plain(&self) -> bool {
        !self.any || (self.shift == 0 && !self.percent && self.zeros <= 1 && !self.says())
    }

    /// The number as a person sees it, but for the decimals the format rounds off.
    pub fn seen(&self, value: f64) -> f64 {
        // Through the digits: 12345.67 shown in 万 is 1.234567, and not the nearest quotient to it.
        if self.shift == 0 { value } else { format!("{value}e{}", -self.shift).parse().unwrap_or(value) }
    }

    /// The digits of the number seen, with the zeros in front.
    pub fn digits(&self, value: f64) -> String {
        let padded = value.fract() == 0.0 && value >= 0.0 && self.shift == 0;
        if padded {
            format!("{value:0width$.0}", width = usize::from(self.zeros))
        } else {
            self.seen(value).to_string()
        }
    }

    /// What stands in the cell for a person, but for grouping and rounding: `3.5万元`, `KH0001`.
    pub fn text(&self, value: f64) -> String {
        let percent = if self.percent { "%" } else { "" };
        format!("{}{}{percent}{}", self.before, self.digits(value), self.after)
    }
}

impl NumberFormat {
    /// The format a code says; `None` for dates, texts, and whatever shows the stored number.
    pub fn parse(code: &str) -> Option<NumberFormat> {
        let code = code.replace("G/通用格式", "General");
        let mut sections = Vec::new();
        let mut rest: Vec<char> = code.chars().take(LONGEST).collect();
        while !rest.is_empty() && sections.len() < MOST_SECTIONS {
            let mut tokens = Vec::new();
            let (condition, taken) = tokenise(&rest, &mut tokens)?;
            rest.drain(..taken);
            if !tokens.contains(&Token::Text) {
                sections.push(Section { condition, look: look(&tokens) });
            }
        }
        NumberFormat::of(sections)
    }

    /// A format of one look for all numbers, but for those of which a condition (`>=1000`) says another.
    pub fn of_looks(others: impl Iterator<Item = (String, Look)>, main: Look) -> Option<NumberFormat> {
        let others = others.filter_map(|(condition, look)| Some((Some(Condition::parse(&condition)?), look)));
        let all = others.chain([(None, main)]);
        NumberFormat::of(all.map(|(condition, look)| Section { condition, look: Look { any: true, ..look } }).collect())
    }

    fn of(sections: Vec<Section>) -> Option<NumberFormat> {
        sections.iter().any(|s| !s.look.is_plain()).then_some(NumberFormat { sections })
    }

    /// How a number is shown; `None` when as it is stored.
    ///
    /// Where only some sections name what is counted (`[>=10000]0!.0,"万";0`), the others show numbers of the same kind:
    /// 5000 there is half a 万.
    pub fn look(&self, value: f64) -> Option<&Look> {
        let (at, section) = self.section(value)?;
        let by_size = self.sections.iter().any(|s| s.condition.is_some());
        let silent = section.look.any && !section.look.says() && (at > 0 || by_size);
        let named = self.sections.iter().find(|s| silent && s.look.any && s.look.says());
        Some(&named.unwrap_or(section).look).filter(|look| !look.is_plain())
    }

    /// The section that applies, as Excel chooses it.
    fn section(&self, value: f64) -> Option<(usize, &Section)> {
        let count = self.sections.len();
        self.sections.iter().enumerate().find_map(|(at, section)| {
            let holds = match section.condition {
                Some(condition) => condition.holds(value),
                None if at + 1 == count => true,
                None if at == 0 && count == 2 => value >= 0.0,
                None if at == 0 => value > 0.0,
                None => value < 0.0,
            };
            holds.then_some((at, section))
        })
    }
}

impl Condition {
    fn parse(text: &str) -> Option<Condition> {
        let end = text.find(|c: char| !matches!(c, '<' | '>' | '=' | '!')).filter(|at| *at > 0)?;
        let number: f64 = text[end..].trim().parse().ok()?;
        match &text[..end] {
            "<" => Some(Condition::Below(number)),
            "<=" => Some(Condition::UpTo(number)),
            "=" => Some(Condition::Equal(number)),
            "<>" => Some(Condition::Other(number)),
            "!=" => Some(Condition::Other(number)),
            ">=" => Some(Condition::From(number)),
            ">" => Some(Condition::Above(number)),
            _ => None,
        }
    }

    fn holds(self, value: f64) -> bool {
        match self {
            Condition::Below(n) => value < n,
            Condition::UpTo(n) => value <= n,
            Condition::Equal(n) => value == n,
            Condition::Other(n) => value != n,
            Condition::From(n) => value >= n,
            Condition::Above(n) => value > n,
        }
    }
}

/// Characters of a code looked at; Excel allows 255.
const LONGEST: usize = 1024;
const MOST_SECTIONS: usize = 4;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// `0`, `#`, `?`.
    Digit(char),
    /// All digits there are.
    General,
    Point,
    Comma,
    Percent,
    /// Digits behind are an exponent's.
    Exponent,
    /// `@`
    Text,
    Literal(char),
}

/// Cuts the first section into tokens; gives its condition and the characters taken. `None` for dates and times.
fn tokenise(chars: &[char], tokens: &mut Vec<Token>) -> Option<(Option<Condition>, usize)> {
    let mut condition = None;
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        at += 1;
        match c {
            ';' => break,
            '"' => {
                while let Some(c) = chars.get(at).copied().filter(|c| *c != '"') {
                    tokens.push(Token::Literal(c));
                    at += 1;
                }
                at += 1;
            }
            '\\' | '!' => {
                tokens.extend(chars.get(at).map(|c| Token::Literal(*c)));
                at += 1;
            }
            // As wide as the next character; filled up with it.
            '_' | '*' => at += 1,
            '[' => {
                let inside: String = chars[at..].iter().take_while(|c| **c != ']').collect();
                at += inside.chars().count() + 1;
                if let Some(money) = inside.strip_prefix('$') {
                    tokens.extend(money.split('-').next().unwrap_or("").chars().map(Token::Literal));
                } else if inside.to_ascii_lowercase().trim_matches(['h', 'm', 's']).is_empty() {
                    return None;
                } else {
                    condition = condition.or(Condition::parse(&inside));
                }
            }
            '0' | '#' | '?' => tokens.push(Token::Digit(c)),
            '.' => tokens.push(Token::Point),
            ',' => tokens.push(Token::Comma),
            '%' => tokens.push(Token::Percent),
            '@' => tokens.push(Token::Text),
            'E' | 'e' if matches!(chars.get(at), Some('+' | '-')) => {
                tokens.push(Token::Exponent);
                at += 1;
            }
            'G' | 'g' if starts(&chars[at - 1..], "general") => {
                tokens.push(Token::General);
                at += "general".len() - 1;
            }
            'y' | 'm' | 'd' | 'h' | 's' | 'e' | 'b' | 'Y' | 'M' | 'D' | 'H' | 'S' | 'B' => return None,
            c => tokens.push(Token::Literal(c)),
        }
    }
    Some((condition, at.min(chars.len())))
}

fn starts(chars: &[char], word: &str) -> bool {
    chars.len() >= word.len() && chars.iter().zip(word.chars()).all(|(a, b)| a.to_ascii_lowercase() == b)
}

fn look(tokens: &[Token]) -> Look {
    let is_digit = |t: &Token| matches!(t, Token::Digit(_) | Token::General);
    // What stands behind a line break is out of sight: `0.00,,⏎%` shows 万 by help of a % nobody sees.
    let seen = tokens.iter().position(|t| matches!(t, Token::Literal('\n' | '\r'))).unwrap_or(tokens.len());
    let end = tokens.iter().position(|t| *t == Token::Exponent).unwrap_or(tokens.len());
    let (Some(first), Some(last)) = (tokens[..end].iter().position(is_digit), tokens.iter().rposition(is_digit)) else {
        return Look::default();
    };
    let last_whole = last.min(end.saturating_sub(1));
    let point = tokens[..=last_whole].iter().skip(first).position(|t| *t == Token::Point).map(|at| at + first);
    let whole = &tokens[first..point.unwrap_or(last_whole + 1)];
    let whole_end = whole.iter().rposition(is_digit).map_or(0, |at| at + 1);
    // Between digits a comma groups, behind them it divides by a thousand.
    let behind = tokens[first + whole_end..].iter().filter(|t| **t == Token::Comma).count();
    let percents = tokens.iter().filter(|t| **t == Token::Percent).count();
    // A point that is only drawn: the digits behind it look like decimals.
    let drawn = whole[..whole_end].iter().position(|t| matches!(t, Token::Literal('.' | '．')));
    let drawn = drawn.filter(|_| point.is_none());
    let decimals = drawn.map_or(0, |at| whole[at..].iter().filter(|t| is_digit(t)).count());
    let zeros = whole.iter().filter(|t| **t == Token::Digit('0')).count();
    let only_zeros = whole.iter().filter(|t| is_digit(t)).count() == zeros;
    let grouped = whole[..whole_end].contains(&Token::Comma);
    let padded = only_zeros && !grouped && point.is_none() && drawn.is_none() && behind + percents == 0;
    let literal = |tokens: &[Token]| -> String {
        tokens.iter().filter_map(|t| if let Token::Literal(c) = t { Some(*c) } else { None }).collect()
    };
    Look {
        shift: (behind * 3 + decimals) as i32 - (percents * 2) as i32,
        percent: tokens[..seen].contains(&Token::Percent),
        // A minus is the number's own.
        before: literal(&tokens[..first]).trim().trim_end_matches('-').trim_end().to_string(),
        after: literal(&tokens[(last + 1).min(seen)..seen]).trim().to_string(),
        zeros: if padded { u8::try_from(zeros).unwrap_or(u8::MAX) } else { 0 },
        any: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(code: &str, value: f64) -> Option<String> {
        NumberFormat::parse(code).and_then(|f| f.look(value).map(|l| l.text(value)))
    }

    #[test]
    fn what_is_seen() {
        for (code, value, seen) in [
            ("0!.0000", 35_000.0, "3.5"),
            ("#!.0000", 35_000.0, "3.5"),
            ("0\\.0000", 35_000.0, "3.5"),
            ("0\".\"0000", 35_000.0, "3.5"),
            ("0!.0000;-0!.0000", -35_000.0, "-3.5"),
            ("0!.0,", 35_000.0, "3.5"),
            ("0!.0,\"万\"", 35_000.0, "3.5万"),
            ("0\".\"0,\"万元\"", 12_345.67, "1.234567万元"),
            ("0!.00,,\"亿\"", 320_000_000.0, "3.2亿"),
            ("0,", 35_000.0, "35"),
            ("#,##0,", 35_000.0, "35"),
            ("#,##0.00,", 35_400.0, "35.4"),
            ("#,##0,.00", 35_400.0, "35.4"),
            ("0.00,,", 3_500_000.0, "3.5"),
            ("#,##0.00,,\"百万\"", 3_500_000.0, "3.5百万"),
            ("0.00,,\n%", 35_000.0, "3.5"),
            ("0.00\"万元\"", 3.5, "3.5万元"),
            ("0.00万元", 3.5, "3.5万元"),
            ("General\"万元\"", 3.5, "3.5万元"),
            ("G/通用格式\"万元\"", 3.5, "3.5万元"),
            ("[$￥-804]#,##0.00\"万元\"", 3.5, "￥3.5万元"),
            ("_ * #,##0.00_ \"万\";_ * -#,##0.00_ \"万\";_ * \"-\"??_ ;_ @_ ", 3.5, "3.5万"),
            ("[Red]0.00\"万\"", 3.5, "3.5万"),
            ("[DBNum1][$-804]0.00\"万\"", 3.5, "3.5万"),
            ("[$USD] #,##0.00", 3.5, "USD3.5"),
            ("[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0", 320_000_000.0, "3.2亿"),
            ("[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0", 35_000.0, "3.5万"),
            ("0.00\"万\";[Red]-0.00", -3.5, "-3.5万"),
            ("0.00%", 0.032, "3.2%"),
            ("000000", 7.0, "000007"),
            ("\"KH\"0000", 1.0, "KH0001"),
            ("0\"人\"", 260.0, "260人"),
        ] {
            assert_eq!(text(code, value).as_deref(), Some(seen), "{code}");
        }
    }

    #[test]
    fn what_is_seen_as_it_is_stored() {
        for code in [
            "General",
            "0",
            "0.00",
            "#,##0",
            "#,##0.00",
            "#,##0.00_);[Red](#,##0.00)",
            "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
            "_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ",
            "[$￥-804]#,##0.00",
            "\"¥\"#,##0.00;\"¥\"-#,##0.00",
            "0.00E+00",
            "##0.0E+0",
            "# ?/?",
            "@",
            "@\"万元\"",
            "yyyy-mm-dd",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[h]:mm:ss",
            "[$-804]e\"年\"m\"月\"",
            ";;;",
            "0000\"年\"00\"月\"00\"日\"",
            "",
        ] {
            if code.contains("0000\"年\"") {
                // The words of a day stand beside the number, which stays what it is.
                assert_eq!(NumberFormat::parse(code).and_then(|f| f.look(1.0).map(|l| l.shift)), Some(0));
                continue;
            }
            for value in [0.0, 3.5, -3.5, 35_000.0] {
                assert_eq!(text(code, value), None, "{code} {value}");
            }
        }
    }

    #[test]
    fn the_other_sections_of_a_format_show_the_same_kind_of_number() {
        assert_eq!(text("[>=10000]0!.0,\"万\";0", 5_000.0).as_deref(), Some("0.5万"));
        // Nothing but a dash is seen of nothing.
        assert_eq!(text("0.00\"万元\";-0.00\"万元\";\"-\"", 0.0), None);
        assert_eq!(text("0.00;\"负\"0.00", 5.0), None);
    }

    proptest! {
        #[test]
        fn no_code_panics(code in "[0#?.,%@!\\\\\"\\[\\]>=;eE+$万元-]{0,24}\\PC{0,4}", value in any::<f64>()) {
            if let Some(look) = NumberFormat::parse(&code).and_then(|f| f.look(value).cloned()) {
                let _ = (look.text(value), look.seen(value));
            }
        }

        #[test]
        fn a_shift_keeps_every_digit(fen in -1_000_000_000_000i64..1_000_000_000_000) {
            let value = fen as f64 / 100.0;
            let format = NumberFormat::parse("0!.0,\"万\"").unwrap();
            let seen = format.look(value).unwrap().seen(value);
            let amount = crate::intake::value::amount::money::from_number(seen, crate::intake::value::amount::money::Unit::TenThousand);
            prop_assert_eq!(amount.unwrap().fen.0, fen);
        }
    }
}
