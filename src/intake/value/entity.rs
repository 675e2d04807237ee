//! Characters written as HTML entities, as web systems leave them in exports: `甲&amp;乙`, `&#30002;`.

/// How often an export may have escaped a text: `&amp;amp;` is twice.
const ROUNDS: usize = 3;
/// Characters of the longest entity's name.
const LONGEST: usize = 8;

/// The text without entities; `None` when it has none.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut plain = once(text)?;
    for _ in 1..ROUNDS {
        match once(&plain) {
            Some(more) => plain = more,
            None => break,
        }
    }
    Some(plain)
}

fn once(text: &str) -> Option<String> {
    if !text.contains('&') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let Some(start) = rest.find('&') {
        let (before, tail) = rest.split_at(start);
        out.push_str(before);
        let end = tail.char_indices().take(LONGEST + 2).find(|(_, c)| *c == ';').map(|(i, _)| i);
        match end.and_then(|end| Some((character(&tail[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                found = true;
                rest = &tail[end + 1..];
            }
            None => {
                out.push('&');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name.to_ascii_lowercase().as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "middot" => '·',
        "bull" => '•',
        "times" => '×',
        "yen" => '¥',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_become_their_characters() {
        for (text, expected) in [
            ("甲&amp;乙测试厂", Some("甲&乙测试厂")),
            ("甲&amp;amp;乙测试厂", Some("甲&乙测试厂")),
            ("&#30002;&#x4E59;", Some("甲乙")),
            ("阿&middot;测试", Some("阿·测试")),
            ("甲&AMP;乙", Some("甲&乙")),
            ("甲&nbsp;一", Some("甲 一")),
            ("甲&乙", None),
            ("甲&乙;丙", None),
            ("A&B;", None),
            ("&#0;", None),
            ("&", None),
            ("甲&unknown;", None),
        ] {
            assert_eq!(decoded(text).as_deref(), expected, "{text}");
        }
    }
}
