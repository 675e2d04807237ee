//! clap's help in the user's language: its texts are overlaid from `messages` (`help.<command>.…`).

use std::ffi::OsString;

use clap::{Command, Error};
use unicode_width::UnicodeWidthStr as _;

use crate::cli::terminal;
use crate::render::console;
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

/// Lines of help grow no longer than this, however wide the terminal.
const WIDEST: usize = 100;

/// Prints help or the version. clap would break lines at blanks only, which Chinese does not have, and breaks none here.
pub fn print(error: &Error) {
    let (styled, width) = (error.render(), terminal::width().clamp(40, WIDEST));
    let plain = styled.to_string();
    if error.use_stderr() {
        terminal::err(&fitted(&plain, &plain, width));
    } else {
        let styled = if terminal::colour() { styled.ansi().to_string() } else { plain.clone() };
        terminal::table(&fitted(&styled, &plain, width));
    }
}

/// `styled` in lines of at most `width` columns: what goes on stands under where it began. `plain` is the same without
/// styles.
fn fitted(styled: &str, plain: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for (styled, plain) in styled.lines().zip(plain.lines()) {
        let said = said_at(plain);
        let column = plain[..said].width();
        let Some(before) = styled.strip_suffix(&plain[said..]).filter(|_| plain.width() > width && column + 20 < width)
        else {
            lines.push(styled.to_string());
            continue;
        };
        for (i, line) in console::wrap(&plain[said..], width - column).iter().enumerate() {
            let indent = " ".repeat(column);
            lines.push(format!("{}{line}", if i == 0 { before } else { indent.as_str() }));
        }
    }
    lines.join("\n")
}

/// Where in a line of help its text begins: behind the argument or the command it is about and the blanks after that.
fn said_at(line: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    let text = &line[indent..];
    match text.find("  ").filter(|_| indent > 0) {
        Some(end) => indent + end + (text[end..].len() - text[end..].trim_start().len()),
        None => indent,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_of_help_says_goes_on_under_its_beginning() {
        let plain = "选项:\n  -w, --workspace <文件夹>  工作区文件夹（不写则用当前文件夹）";
        let styled = plain.replace("--workspace", "\x1b[1m--workspace\x1b[0m");
        let expected = "选项:\n  -w, \x1b[1m--workspace\x1b[0m <文件夹>  工作区文件夹（不写则用\n".to_string()
            + &" ".repeat(28)
            + "当前文件夹）";
        assert_eq!(fitted(&styled, plain, 50), expected);
        assert_eq!(fitted(plain, plain, 80), plain);
    }

    #[test]
    fn a_text_without_an_argument_goes_on_at_its_indent() {
        assert_eq!(
            fitted("  一二三四五六七八九十一二三四五六", "  一二三四五六七八九十一二三四五六", 32),
            "  一二三四五六七八九十一二三四五\n  六"
        );
        assert_eq!((said_at("一  二"), said_at("  x  二"), said_at("")), (0, 5, 0));
    }
}
