//! clap's help in the user's language: its texts are overlaid from `messages` (`help.<command>.…`).

use std::ffi::OsString;

use clap::Command;

use crate::render::words::{Lang, Words};

/// `--lang` before anything else is parsed: help and errors already need it.
pub fn language(arguments: &[OsString]) -> Lang {
    let texts: Vec<String> = arguments.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    let after = texts.iter().position(|a| a == "--lang").and_then(|i| texts.get(i + 1)).cloned();
    let joined = texts.iter().find_map(|a| a.strip_prefix("--lang=").map(str::to_string));
    after.or(joined).and_then(|l| l.parse().ok()).unwrap_or(Lang::ZhCn)
}

/// The command with its texts replaced by those of `words`.
pub fn overlay(command: Command, words: &Words) -> Command {
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{}\n  {{usage}}\n\n{{all-args}}{{after-help}}",
        words.get("help.usage")
    );
    let mut command = texts(command, "help.daifa", words, &template);
    command.build();
    usage(command, words)
}

/// Usage lines with the words clap sets itself in the user's language.
fn usage(mut command: Command, words: &Words) -> Command {
    let line = command.render_usage().to_string();
    let line = line.split_once(": ").map_or(line.as_str(), |(_, line)| line);
    command = command.override_usage(localised(line.trim(), words));
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_string()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |c| usage(c, words));
    }
    command
}

/// `text` with the words in brackets that clap sets itself in the user's language.
pub fn localised(text: &str, words: &Words) -> String {
    ["options", "command"].iter().fold(text.to_string(), |text, word| {
        let own = words.get(&format!("value_name.{word}"));
        let english = word.to_uppercase();
        text.replace(&format!("[{english}]"), &format!("[{own}]")).replace(&format!("<{english}>"), &format!("<{own}>"))
    })
}

fn texts(mut command: Command, key: &str, words: &Words, template: &str) -> Command {
    command = command
        .help_template(template.to_string())
        .disable_help_flag(true)
        .subcommand_help_heading(words.get("help.commands").to_string());
    let about = format!("{key}.about");
    if words.has(&about) {
        command = command.about(words.get(&about).to_string());
    }
    let example = format!("{key}.example");
    if words.has(&example) {
        command = command.after_help(format!("{}\n  {}", words.get("help.example"), words.get(&example)));
    }
    let ids: Vec<String> = command.get_arguments().map(|a| a.get_id().to_string()).collect();
    for id in ids {
        let own = format!("{key}.{id}");
        let shared = format!("help.option.{id}");
        let text = [own, shared].into_iter().find(|k| words.has(k));
        let heading = words.get("help.options").to_string();
        let arguments = words.get("help.arguments").to_string();
        command = command.mut_arg(&id, |arg| {
            // What they say stands in the text, in the user's language.
            let takes_values = arg.get_action().takes_values();
            let arg = if takes_values { arg.hide_default_value(true).hide_possible_values(true) } else { arg };
            let value =
                arg.get_value_names().and_then(|n| n.first()).map_or(id.as_str(), |n| n.as_str()).to_lowercase();
            let value = format!("value_name.{value}");
            let arg =
                if takes_values && words.has(&value) { arg.value_name(words.get(&value).to_string()) } else { arg };
            let arg = if arg.is_positional() { arg.help_heading(arguments) } else { arg.help_heading(heading) };
            match &text {
                Some(k) => arg.help(words.get(k).to_string()),
                None => arg,
            }
        });
    }
    let help = clap::Arg::new("help")
        .short('h')
        .long("help")
        .action(clap::ArgAction::Help)
        .help_heading(words.get("help.options").to_string())
        .help(words.get("help.option.help").to_string());
    command = command.arg(help);
    if command.get_version().is_some() {
        let version = clap::Arg::new("version")
            .short('V')
            .long("version")
            .action(clap::ArgAction::Version)
            .help_heading(words.get("help.options").to_string())
            .help(words.get("help.option.version").to_string());
        command = command.disable_version_flag(true).arg(version);
    }
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_string()).collect();
    for name in names {
        let inner = if key == "help.daifa" { format!("help.{name}") } else { format!("{key}.{name}") };
        command = command.mut_subcommand(&name, |c| texts(c, &inner, words, template));
    }
    command
}
