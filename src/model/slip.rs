//! What is wrong in a text file somebody has written (TOML, JSON), read off what the reader says of it. The readers speak
//! English; a slip is a word of the catalogue (`word.slip_<key>`), with its line, its place and the name it is about.

/// The kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// A key that must be there is not.
    Missing,
    /// A key nobody knows.
    Unknown,
    /// A value of the wrong type, or none of those allowed.
    Value,
    /// A key written twice.
    Twice,
    /// Not the way such a file is written.
    Form,
}

impl Slip {
    /// Key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Slip::Missing => "slip_missing",
            Slip::Unknown => "slip_unknown",
            Slip::Value => "slip_value",
            Slip::Twice => "slip_twice",
            Slip::Form => "slip_form",
        }
    }

    /// From a reader's message: the slip and the name it puts between backquotes.
    pub fn of(message: &str) -> (Slip, String) {
        let name = message.split('`').nth(1).unwrap_or_default().to_string();
        match message {
            m if m.starts_with("missing field") => (Slip::Missing, name),
            m if m.starts_with("unknown field") => (Slip::Unknown, name),
            m if m.starts_with("duplicate") => (Slip::Twice, name),
            m if m.starts_with("unknown variant")
                || m.starts_with("invalid type")
                || m.starts_with("invalid value")
                || m.starts_with("invalid length")
                || m.starts_with("data did not match")
                || m.starts_with("input ") =>
            {
                (Slip::Value, name)
            }
            m if m.starts_with("invalid") && m.contains("expected") && !m.starts_with("invalid key-value") => {
                (Slip::Value, name)
            }
            _ => (Slip::Form, String::new()),
        }
    }
}

/// A slip with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub slip: Slip,
    /// The key or word it is about; empty when none is.
    pub name: String,
    /// Line of the text, from 1, where the reader says it.
    pub line: Option<i64>,
}

impl Placed {
    /// From all a reader says, over several lines: `TOML parse error at line 3, column 5 …`, `… in \`products.fund\``,
    /// `missing field \`year\` at line 1 column 2`. A place within the file goes before the name: `products.fund.number`.
    pub fn of(message: &str) -> Placed {
        let line = message.split("at line ").nth(1).and_then(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        let within = message.lines().find_map(|l| l.strip_prefix("in `")?.strip_suffix('`'));
        let said = message.lines().map(str::trim).filter(|l| !l.is_empty());
        let slips = said.map(Slip::of);
        let (slip, name) =
            slips.fold((Slip::Form, String::new()), |kept, next| if kept.0 == Slip::Form { next } else { kept });
        // What it says of a value is about the value: the place is the name.
        let name = match (within, slip) {
            (Some(within), Slip::Value) => within.to_string(),
            (Some(within), _) if !name.is_empty() => format!("{within}.{name}"),
            (Some(within), _) => within.to_string(),
            (None, Slip::Value) => String::new(),
            (None, _) => name,
        };
        Placed { slip, name, line }
    }
}

/// The line of a text, from 1, in which a byte stands.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_readers_say_is_a_slip_with_its_place() {
        let placed = |slip, name: &str, line| Placed { slip, name: name.to_string(), line };
        let cases = [
            (
                "unknown field `stikiness`, expected one of `number`, `family`\nin `products.fund`\n",
                placed(Slip::Unknown, "products.fund.stikiness", None),
            ),
            ("missing field `family`\nin `products.neu`\n", placed(Slip::Missing, "products.neu.family", None)),
            (
                "invalid type: string \"a\", expected i64\nin `products.fund.stickiness`\n",
                placed(Slip::Value, "products.fund.stickiness", None),
            ),
            (
                "TOML parse error at line 2, column 1\n  |\n2 | a=2\n  | ^\nduplicate key\n",
                placed(Slip::Twice, "", Some(2)),
            ),
            (
                "TOML parse error at line 1, column 15\n  |\n1 | [a\n  |   ^\nunclosed table, expected `]`\n",
                placed(Slip::Form, "", Some(1)),
            ),
            ("missing field `year` at line 1 column 2", placed(Slip::Missing, "year", Some(1))),
            ("expected value at line 3 column 1", placed(Slip::Form, "", Some(3))),
            ("invalid type: string \"x\", expected i32 at line 1 column 11", placed(Slip::Value, "", Some(1))),
            ("input is out of range at line 1 column 52", placed(Slip::Value, "", Some(1))),
            ("invalid key-value pair, expected key", placed(Slip::Form, "", None)),
        ];
        for (message, expected) in cases {
            assert_eq!(Placed::of(message), expected, "{message}");
        }
    }
}
