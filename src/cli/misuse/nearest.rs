//! The commands nearest to one that does not exist: misspelt, one level too high, or called by what it does.

use std::cmp::Reverse;
use std::collections::VecDeque;

use clap::Command;

use crate::model::text::likeness::{ALIKE, distance};

/// Most commands named.
const NAMED: usize = 3;

/// How commands near to `typed` are called, the nearest first, below the command called by `path`. None when nothing is near.
pub fn commands(program: &Command, path: &str, typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    let mut near: Vec<(i64, String)> = Vec::new();
    let mut open = VecDeque::from([(program, program.get_name().to_string())]);
    while let Some((command, called)) = open.pop_front() {
        for inner in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let inner_called = format!("{called} {}", inner.get_name());
            let at_hand = if called == path { 1 } else { 0 };
            if let Some(likeness) = likeness(inner, &typed) {
                near.push(((likeness * 1_000.0) as i64 + at_hand * 100, inner_called.clone()));
            }
            open.push_back((inner, inner_called));
        }
    }
    // Equally near ones stay in the order of the help, which is that of the work.
    near.sort_by_key(|(likeness, _)| Reverse(*likeness));
    near.into_iter().map(|(_, called)| called).take(NAMED).collect()
}

/// How like a command is to what was typed, 0–1: by its name, or by what it says it does. `None`: not at all.
fn likeness(command: &Command, typed: &str) -> Option<f64> {
    let name = command.get_name();
    let longer = name.chars().count().max(typed.chars().count()).max(1);
    let by_name = 1.0 - distance(name, typed) as f64 / longer as f64;
    let about = command.get_about().map(|about| about.to_string().to_lowercase()).unwrap_or_default();
    let spoken = match typed.is_ascii() {
        true => about.split(|c: char| !c.is_alphanumeric()).position(|word| typed.len() > 3 && word == typed),
        false => about.find(typed).filter(|_| typed.chars().count() > 1).map(|at| about[..at].chars().count()),
    };
    // The first words say what it does, the later ones what it does it with.
    let by_words = spoken.map_or(0.0, |before| 0.9 - 0.01 * before.min(30) as f64);
    let begun = if typed.chars().count() > 2 && name.starts_with(typed) { 0.8 } else { 0.0 };
    Some(by_name.max(by_words).max(begun)).filter(|l| *l >= ALIKE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::{Lang, Words};

    fn near(path: &str, typed: &str) -> Vec<String> {
        let words = Words::load(Lang::ZhCn, None).unwrap();
        commands(&crate::cli::help::overlay(crate::cli::command(), &words), path, typed)
    }

    #[test]
    fn the_nearest_comes_first() {
        for (typed, expected) in [
            ("rnak", "daifa rank"),
            ("imprt", "daifa import"),
            ("exprot", "daifa export"),
            ("folowup", "daifa followup"),
            ("dotcor", "daifa doctor"),
            ("cycel", "daifa cycle"),
            ("Rank", "daifa rank"),
            ("confirm", "daifa plan confirm"),
            ("decide", "daifa match decide"),
            ("排名", "daifa rank"),
            ("导入", "daifa import"),
        ] {
            assert_eq!(near("daifa", typed).first().map(String::as_str), Some(expected), "{typed}");
        }
        assert!(near("daifa", "备份").contains(&"daifa backup".to_string()));
        assert_eq!(near("daifa key", "rotat").first().map(String::as_str), Some("daifa key rotate"));
        assert_eq!(near("daifa plan", "confrm"), ["daifa plan confirm"]);
    }

    #[test]
    fn nothing_is_near_to_anything() {
        assert!(near("daifa", "xyzzyxyzzy").is_empty());
        assert!(near("daifa match", "17").is_empty());
    }
}
