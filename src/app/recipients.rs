//! Names of the files and folders that are called after somebody: an employer, an outlet, a colleague. Different ones
//! never share a name.

use std::collections::BTreeMap;

use crate::app::directory::Directory;
use crate::model::StaffId;
use crate::model::text::file_name::{LONGEST_SAFE, folded, safe_name};
use crate::model::text::free_text::mask_numbers;
use crate::rules::hex_sha256;

/// Digits of the hash behind a name that is not safe or not alone; more only where these do not tell names apart.
const DIGITS: [usize; 3] = [6, 16, 64];

/// Whom a file is for.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'r> {
    pub name: &'r str,
    /// Tells recipients of one name apart, and stays the same from run to run: a staff number, the name itself.
    pub identity: &'r str,
}

/// A part of a file name for each of all recipients there are, in their order: the name itself where it is safe and no
/// other is the same file on Windows or macOS (capitals, widths, ways of writing a character). Else the safe form with
/// the first digits of the SHA-256 of the recipient's own identity behind it, so that the others do not change it.
/// Numbers of people in a name are masked.
pub fn file_names(recipients: &[Recipient<'_>]) -> Vec<String> {
    let bases: Vec<String> = recipients.iter().map(|r| safe_name(&mask_numbers(r.name))).collect();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    let safe = |(recipient, base): &(&Recipient<'_>, &String)| recipient.name == base.as_str();
    for (_, base) in recipients.iter().zip(&bases).filter(safe) {
        *uses.entry(folded(base)).or_default() += 1;
    }
    let named = |digits: usize| -> Vec<String> {
        let each = recipients.iter().zip(&bases).map(|(recipient, base)| {
            if base == recipient.name && uses.get(&folded(base)) == Some(&1) {
                return base.clone();
            }
            let tail = format!("_{}", &hex_sha256(recipient.identity.as_bytes())[..digits]);
            let end = base.floor_char_boundary(base.len().min(LONGEST_SAFE - tail.len()));
            format!("{}{tail}", &base[..end])
        });
        each.collect()
    };
    let differ = |names: &Vec<String>| {
        let mut all: Vec<String> = names.iter().map(|n| folded(n)).collect();
        all.sort_unstable();
        all.windows(2).all(|pair| pair[0] != pair[1])
    };
    DIGITS.into_iter().map(named).find(differ).unwrap_or_else(|| named(DIGITS[DIGITS.len() - 1]))
}

/// A part of a file name for every colleague, in the order of the directory; namesakes have their number behind.
pub fn colleague_names(directory: &Directory) -> Vec<String> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    directory.staff.values().for_each(|(name, _)| *times.entry(name).or_default() += 1);
    let name = |(id, (name, _)): (&StaffId, &(String, String))| match times.get(name.as_str()) {
        Some(2..) => format!("{name}{id}"),
        _ => name.clone(),
    };
    let names: Vec<String> = directory.staff.iter().map(name).collect();
    let identities: Vec<String> = directory.staff.iter().map(|(id, (name, _))| format!("{id} {name}")).collect();
    let all: Vec<Recipient<'_>> =
        names.iter().zip(&identities).map(|(name, identity)| Recipient { name, identity }).collect();
    file_names(&all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(of: &[&str]) -> Vec<String> {
        file_names(&of.iter().map(|name| Recipient { name, identity: name }).collect::<Vec<_>>())
    }

    #[test]
    fn a_safe_name_that_is_alone_stays() {
        assert_eq!(names(&["城东支行", "城西支行", "CONSOLE"]), ["城东支行", "城西支行", "CONSOLE"]);
    }

    /// Digits of SHA-256 worked out with another program.
    #[test]
    fn other_names_carry_a_hash_of_their_own() {
        assert_eq!(names(&["A/B支行", "A:B支行"]), ["A_B支行_6a5c5a", "A_B支行_ba9825"]);
        // Whoever else there is.
        assert_eq!(names(&["A/B支行"]), ["A_B支行_6a5c5a"]);
        assert_eq!(names(&["A_B支行", "A/B支行"]), ["A_B支行", "A_B支行_6a5c5a"]);
    }

    #[test]
    fn names_that_are_one_file_somewhere_differ() {
        let alike = [
            ["abc支行", "ABC支行"],
            ["Ａ支行", "A支行"],
            ["caf\u{e9}", "cafe\u{301}"],
            ["支行", "支行."],
            ["支行", "支行 "],
            ["NUL", "nul"],
            ["CON", "_CON"],
            ["Straße", "STRASSE"],
            ["甲\u{200b}", "甲_"],
        ];
        for pair in alike {
            let given = names(&pair);
            assert_ne!(folded(&given[0]), folded(&given[1]), "{given:?}");
            assert!(given.iter().all(|name| safe_name(name) == *name), "{given:?}");
        }
        let long = "长".repeat(100);
        let given = names(&[&format!("{long}甲"), &format!("{long}乙")]);
        assert!(given[0] != given[1] && given.iter().all(|n| n.len() <= LONGEST_SAFE), "{given:?}");
    }

    #[test]
    fn namesakes_are_told_apart_by_what_is_their_own() {
        let given =
            file_names(&[Recipient { name: "林一", identity: "001" }, Recipient { name: "林一", identity: "002" }]);
        assert_ne!(given[0], given[1]);
    }

    #[test]
    fn a_name_made_to_look_like_another_with_its_hash_is_no_use() {
        let made = names(&["A/B支行"]).remove(0);
        let given = names(&["A/B支行", &made]);
        assert_ne!(given[0], given[1]);
        assert_eq!(given[1], made);
    }

    #[test]
    fn a_number_in_a_name_is_masked() {
        let given = names(&["甲19900000002厂"]).remove(0);
        assert!(given.starts_with("甲199______02厂_"), "{given}");
    }

    proptest! {
        #[test]
        fn different_recipients_have_different_files(
            of in prop::collection::btree_set("([aAＡb]|[/:*. ]|é|e\u{301}|\u{200b}|支){1,4}", 1..12)
        ) {
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            let mut given: Vec<String> = names(&of).iter().map(|n| folded(n)).collect();
            given.sort_unstable();
            given.dedup();
            prop_assert_eq!(given.len(), of.len());
        }
    }
}
