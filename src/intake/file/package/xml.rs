//! Tags and attributes of XML that is gone through once, in pieces and without a tree.

/// Cuts a stream of XML into the insides of its tags. Only good enough to look for attributes and short texts.
#[derive(Default)]
pub(crate) struct Tags {
    inside: bool,
    held: Vec<u8>,
    /// Bytes since the last tag began or ended, and the most there ever were.
    run: usize,
    pub longest: usize,
    /// Whether the text after the last tag is wanted.
    wanted: bool,
    text: Vec<u8>,
}

/// Longest tag looked at; hostile longer ones are cut, not kept.
const TAG_LIMIT: usize = 4096;
/// Longest text kept: no number has more digits.
const TEXT_LIMIT: usize = 32;

impl Tags {
    fn pass(&mut self, bytes: usize, ended: bool) {
        self.run += bytes;
        self.longest = self.longest.max(self.run);
        if ended {
            self.run = 0;
        }
    }

    /// Gives each tag with the text before it; the answer says whether the text after it is wanted.
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8], &[u8]) -> bool) {
        while !bytes.is_empty() {
            if self.inside {
                let end = memchr::memchr(b'>', bytes);
                let piece = &bytes[..end.unwrap_or(bytes.len())];
                self.pass(piece.len(), end.is_some());
                let room = TAG_LIMIT.saturating_sub(self.held.len());
                if self.held.is_empty() && end.is_some() {
                    self.wanted = each(piece, &self.text);
                    self.text.clear();
                } else {
                    self.held.extend_from_slice(&piece[..piece.len().min(room)]);
                    if end.is_some() {
                        self.wanted = each(&self.held, &self.text);
                        self.held.clear();
                        self.text.clear();
                    }
                }
                self.inside = end.is_none();
                bytes = end.map_or(&[], |e| &bytes[e + 1..]);
            } else {
                let start = memchr::memchr(b'<', bytes);
                if self.wanted {
                    let text = &bytes[..start.unwrap_or(bytes.len())];
                    let room = TEXT_LIMIT.saturating_sub(self.text.len());
                    self.text.extend_from_slice(&text[..text.len().min(room)]);
                }
                self.pass(start.unwrap_or(bytes.len()), start.is_some());
                match start {
                    Some(start) => {
                        self.inside = true;
                        bytes = &bytes[start + 1..];
                    }
                    None => return,
                }
            }
        }
    }
}

/// The tag's name without its namespace prefix.
pub(crate) fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
    // A closing tag begins with the slash and so has no name here, which is wanted.
    let name = &tag[..end];
    match name.iter().position(|b| *b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Value of the attribute with this local name.
pub(crate) fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut at = 0;
    while let Some(offset) = tag[at..].windows(name.len()).position(|w| w == name) {
        let start = at + offset;
        let after = start + name.len();
        let before = start.checked_sub(1).and_then(|i| tag.get(i));
        at = after;
        if !before.is_some_and(|b| b.is_ascii_whitespace() || *b == b':') {
            continue;
        }
        let rest = tag[after..].trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else { continue };
        let rest = rest.trim_ascii_start();
        let quote = *rest.first()?;
        if quote != b'"' && quote != b'\'' {
            continue;
        }
        let value = &rest[1..];
        let end = value.iter().position(|b| *b == quote)?;
        return Some(&value[..end]);
    }
    None
}

pub(crate) fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true" | b"on")
}

pub(crate) fn number(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// `B2:C5` as top, left, bottom, right.
pub(crate) fn region(text: &[u8]) -> Option<(u32, u32, u32, u32)> {
    let text = std::str::from_utf8(text).ok()?;
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (position(from)?, position(to)?);
    (top <= bottom && left <= right).then_some((top, left, bottom, right))
}

/// `AB12` (or `$AB$12`) as 0-based row and column.
pub(crate) fn position(text: &str) -> Option<(u32, u32)> {
    let text: String = text.chars().filter(|c| *c != '$').collect();
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0u32;
    for c in letters.chars() {
        if !c.is_ascii_alphabetic() {
            return None;
        }
        column = column * 26 + (c.to_ascii_uppercase() as u32 - 'A' as u32 + 1);
    }
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

pub(crate) fn unescape(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    if !text.contains('&') {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let tail = &rest[start + 1..];
        let Some(end) = tail.find(';') else {
            out.push_str(&rest[start..]);
            return out;
        };
        let entity = &tail[..end];
        let code = match entity.strip_prefix('#') {
            Some(n) => match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => n.parse().ok().and_then(char::from_u32),
            },
            None => match entity {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            },
        };
        out.extend(code);
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_cut_by_the_buffer_is_whole_again() {
        let mut tags = Tags::default();
        let mut seen = Vec::new();
        for piece in [&b"<row r=\"1"[..], &b"2\" hidd"[..], &b"en=\"1\"><c/>"[..]] {
            tags.feed(piece, |t, _| {
                seen.push(t.to_vec());
                false
            });
        }
        assert_eq!(seen, vec![b"row r=\"12\" hidden=\"1\"".to_vec(), b"c/".to_vec()]);
    }

    #[test]
    fn cells_are_located() {
        assert_eq!(position("A1"), Some((0, 0)));
        assert_eq!(position("$XFD$1048576"), Some((1_048_575, 16_383)));
        assert_eq!(position("A0"), None);
        assert_eq!(position("12"), None);
    }
}
