//! A command line that cannot be understood, told in the user's language.

mod nearest;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use crate::cli::help;
use crate::model::Param;
use crate::render::words::Words;

/// What is wrong, how the argument is meant, and how the command is written. `None` when help or the version was asked
/// for: no mistake.
pub fn told(error: &Error, command: &Command, arguments: &[OsString], words: &Words) -> Option<String> {
    let (named, path) = named_command(command, arguments);
    let key = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return None;
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
            if context(error, ContextKind::InvalidValue).is_empty() =>
        {
            "misuse.value_missing"
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "misuse.value",
        ErrorKind::UnknownArgument => "misuse.argument_unknown",
        ErrorKind::InvalidSubcommand => "misuse.command_unknown",
        ErrorKind::MissingSubcommand => "misuse.command_missing",
        ErrorKind::MissingRequiredArgument => "misuse.argument_missing",
        ErrorKind::ArgumentConflict => "misuse.conflict",
        _ => "misuse.other",
    };
    let kinds = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand];
    let what = kinds.map(|k| context(error, k)).concat().join(words.get("profile.separator"));
    let list = |kind| context(error, kind).join(words.get("profile.separator"));
    let params = [
        ("what", Param::Text(help::localised(&what, words))),
        ("value", Param::Text(list(ContextKind::InvalidValue))),
        ("other", Param::Text(help::localised(&list(ContextKind::PriorArg), words))),
    ];
    let mut lines = vec![words.fill(key, &params)];
    let meant = named.get_arguments().find(|a| context(error, ContextKind::InvalidArg).contains(&a.to_string()));
    lines.extend(meant.and_then(clap::Arg::get_help).map(|h| format!("  {h}")));
    let date = meant.is_some_and(|a| a.to_string().contains(&format!("<{}>", words.get("value_name.date"))));
    lines.extend(date.then(|| format!("  {}", words.get("misuse.date"))));
    let near = match error.kind() {
        ErrorKind::InvalidSubcommand => nearest::commands(command, &path, &what),
        _ => context(error, ContextKind::SuggestedArg),
    };
    if !near.is_empty() {
        let near = near.join(words.get("profile.separator"));
        lines.push(words.fill("misuse.perhaps", &[("near", Param::Text(near))]));
    } else if error.kind() == ErrorKind::InvalidSubcommand {
        let all: Vec<&str> = named.get_subcommands().map(Command::get_name).collect();
        lines.push(words.fill("misuse.commands", &[("commands", Param::Text(all.join(" ")))]));
    }
    lines.push(words.fill("misuse.help", &[("command", Param::Text(path))]));
    Some(lines.join("\n"))
}

/// The command the arguments name, as far as they do, and how it is called.
fn named_command<'c>(command: &'c Command, arguments: &[OsString]) -> (&'c Command, String) {
    let (mut named, mut path) = (command, command.get_name().to_string());
    for argument in arguments.iter().skip(1).filter_map(|a| a.to_str()) {
        if let Some(inner) = named.find_subcommand(argument) {
            named = inner;
            path = format!("{path} {argument}");
        }
    }
    (named, path)
}

fn context(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) if !text.is_empty() => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
