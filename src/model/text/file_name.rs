//! Names of files made from text that others wrote: every system takes them, and no text leads out of its folder.

use unicode_normalization::UnicodeNormalization as _;

/// Longest name of a file, in bytes of UTF-8, that all file systems take.
pub const LONGEST: usize = 255;
/// Longest name [`safe_name`] gives, in bytes: what stands around it (a number, a day, an extension) needs room too.
pub const LONGEST_SAFE: usize = 200;

/// `text` as one part of a file name: `\ / : * ? " < > |`, control characters and those that are not seen become `_`,
/// blanks and dots at the ends go, names Windows keeps for devices (whatever their extension) get a `_` in front, long
/// names are cut to [`LONGEST_SAFE`] bytes. Never empty; a safe name stays as it is.
///
/// Different texts may give one name: who writes several files compares them with [`folded`].
pub fn safe_name(text: &str) -> String {
    let name: String = text.chars().map(|c| if is_bad(c) { '_' } else { c }).collect();
    let name = trimmed(&name, LONGEST_SAFE);
    if name.is_empty() {
        return "_".to_string();
    }
    if is_device(name) {
        let name = format!("_{name}");
        return trimmed(&name, LONGEST_SAFE).to_string();
    }
    name.to_string()
}

/// `stem` with `tail` (a number, an extension) behind it, cut so that both together are a name file systems take.
pub fn with_tail(stem: &str, tail: &str) -> String {
    let room = LONGEST.saturating_sub(tail.len());
    let end = stem.floor_char_boundary(room.min(stem.len()));
    let stem = if end < stem.len() { stem[..end].trim_end_matches(is_end) } else { stem };
    format!("{stem}{tail}")
}

/// The form in which names are compared: two names of one form are one file where capitals (Windows) or ways of
/// writing a character (macOS) are not told apart.
pub fn folded(name: &str) -> String {
    name.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

/// At most so many bytes of a name, without what may not stand at its ends.
fn trimmed(name: &str, bytes: usize) -> &str {
    let name = name.trim_start_matches(is_end);
    name[..name.floor_char_boundary(bytes.min(name.len()))].trim_end_matches(is_end)
}

/// Windows drops them at the end of a name; a dot at the beginning hides the file.
fn is_end(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

fn is_bad(c: char) -> bool {
    c.is_control()
        || matches!(c, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        // Not seen, or turning what stands around them: `gnp.xslx` would read as something else.
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether Windows takes the name for a device: what counts stands before the first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim().to_ascii_uppercase();
    let numbered =
        |number: &str| matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³");
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(numbered)
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_the_field_are_kept_and_bad_ones_mended() {
        assert_eq!(safe_name("04_员工营销维护表.xlsx"), "04_员工营销维护表.xlsx");
        assert_eq!(safe_name("云启/信息:*?\"<>|\\."), "云启_信息________");
        assert_eq!(safe_name("  ..  "), "_");
        assert_eq!(safe_name(""), "_");
        assert_eq!(safe_name(".hidden"), "hidden");
        assert_eq!(safe_name("甲\n乙\u{202e}\u{2028}\u{ad}"), "甲_乙___");
        assert_eq!(safe_name("甲. \u{3000}."), "甲");
    }

    #[test]
    fn devices_of_windows_are_no_names() {
        for (text, name) in [
            ("CON", "_CON"),
            ("con.xlsx", "_con.xlsx"),
            ("con .xlsx", "_con .xlsx"),
            ("CON.2026.xlsx", "_CON.2026.xlsx"),
            (" nul ", "_nul"),
            ("COM1", "_COM1"),
            ("LPT³.txt", "_LPT³.txt"),
            ("CONIN$", "_CONIN$"),
            ("aux:", "aux_"),
            ("comma.txt", "comma.txt"),
            ("COM10", "COM10"),
            ("CONSOLE.xlsx", "CONSOLE.xlsx"),
        ] {
            assert_eq!(safe_name(text), name);
        }
    }

    #[test]
    fn length_is_counted_in_bytes() {
        // 84 characters of three bytes: 252.
        let long = "长".repeat(84);
        assert_eq!(safe_name(&long), "长".repeat(66));
        assert_eq!(with_tail(&long, "(2).xlsx"), format!("{}(2).xlsx", "长".repeat(82)));
        assert_eq!(with_tail("短", "(2).xlsx"), "短(2).xlsx");
        // Cut behind a blank.
        assert_eq!(with_tail(&format!("{} 长", "x".repeat(250)), ".xlsx"), format!("{}.xlsx", "x".repeat(250)));
    }

    #[test]
    fn names_are_one_where_capitals_are_not_told_apart() {
        assert_eq!(folded("Report.XLSX"), folded("rEPORT.xlsx"));
        assert_eq!(folded("Straße"), folded("STRASSE"));
        // One character, and a letter with a mark of its own.
        assert_eq!(folded("caf\u{e9}"), folded("cafe\u{301}"));
        assert_ne!(folded("东支行"), folded("西支行"));
    }

    /// Texts near what is not allowed: parts that mean something to a file system, in any order.
    fn texts() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            ".{0,20}",
            "[a-zA-Z0-9 ._-]{0,80}",
            "(长|汉字|é|😀|ß){0,60}",
            "(con|CON|Prn|aux|NUL|COM[0-9¹²³]|lpt[0-9]|CONIN\\$)",
            "[\\\\/:*?\"<>|\u{0}-\u{1f}\u{7f}\u{200b}\u{202e}\u{feff}]{1,4}",
            "[. \u{3000}]{1,3}",
            "(\\.\\./|\\.\\.\\\\|C:|\\.xlsx|\\.toml)",
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    /// What the documentation of Windows lists.
    const DEVICES: [&str; 30] = [
        "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "com¹", "com²", "com³", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹",
        "lpt²", "lpt³",
    ];

    proptest! {
        #[test]
        fn a_safe_name_is_taken_by_every_system_with_every_tail(text in texts()) {
            let safe = safe_name(&text);
            prop_assert_eq!(&safe_name(&safe), &safe);
            prop_assert!(safe.len() <= LONGEST_SAFE, "{} bytes", safe.len());
            for tail in ["", ".xlsx", ".toml", "_10000.toml", "_标注.xlsx", "_标注(100).xlsx", "_2026-03-18.xlsx"] {
                let name = with_tail(&safe, tail);
                prop_assert!(!name.is_empty() && name.len() <= LONGEST);
                let parts: Vec<_> = Path::new(&name).components().collect();
                prop_assert!(matches!(parts[..], [Component::Normal(_)]), "{name:?}");
                prop_assert!(!name.chars().any(|c| c < ' ' || "\\/:*?\"<>|\u{7f}\u{202e}\u{feff}".contains(c)), "{name:?}");
                prop_assert!(!name.ends_with(['.', ' ']) && !name.starts_with('.'), "{name:?}");
                let stem = name.split('.').next().unwrap().trim_end().to_lowercase();
                prop_assert!(!DEVICES.contains(&stem.as_str()), "{name:?}");
            }
        }

        #[test]
        fn a_tail_is_kept_whole(stem in "(.|长){0,300}", tail in "(\\([0-9]{1,5}\\))?\\.[a-z]{3,4}") {
            let name = with_tail(&stem, &tail);
            prop_assert!(name.len() <= LONGEST && name.ends_with(&tail));
            prop_assert!(stem.starts_with(&name[..name.len() - tail.len()]));
        }

        #[test]
        fn capitals_never_make_another_name(name in "[a-zA-Zà-öø-ÿÀ-ÖØ-Þα-ωΑ-Ρа-яА-Я一-十ß. ]{0,40}") {
            prop_assert_eq!(folded(&name.to_lowercase()), folded(&name.to_uppercase()));
            prop_assert_eq!(folded(&folded(&name)), folded(&name));
        }
    }
}
