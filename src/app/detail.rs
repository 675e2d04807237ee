//! Details of errors in the user's language. The system and the libraries speak English: what they say is recognised here,
//! by its kind, and told in words of the catalogue (`detail.<key>`, `word.<key>`); what is not recognised is told as such.
//! Nothing of their own text is shown: it stands under `detail` in the JSON of the error.

use std::io::{self, ErrorKind};

use crate::model::Param;
use crate::model::slip::{Placed, Slip};
use crate::output::OutputError;
use crate::render::RenderError;
use crate::render::templates::TemplateError;
use crate::render::words::WordsError;
use crate::rules::visit::calendar::CalendarError;
use crate::rules::{Rules, RulesError};

fn word(key: &str) -> Param {
    Param::Word { word: key.to_string() }
}

fn text(text: &str) -> Param {
    Param::Text(text.to_string())
}

/// A sentence part of the catalogue with its arguments.
fn phrase(key: &str, params: &[(&str, Param)]) -> Param {
    let params = params.iter().map(|(name, p)| (name.to_string(), p.clone())).collect();
    Param::Phrase { phrase: key.to_string(), params }
}

/// A file and what is wrong with it.
fn of_file(file: &str, reason: Param) -> Param {
    phrase("of_file", &[("file", text(file)), ("reason", reason)])
}

/// What the system says of a file.
pub(super) fn io(error: &io::Error) -> Param {
    if let Some(key) = io_key(error.kind()).or_else(|| error.raw_os_error().and_then(system_key)) {
        return word(key);
    }
    match error.raw_os_error() {
        Some(code) => phrase("system", &[("code", text(&code.to_string()))]),
        None => said(&error.to_string()),
    }
}

fn io_key(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "io_not_found",
        ErrorKind::PermissionDenied => "io_denied",
        ErrorKind::AlreadyExists => "io_exists",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy | ErrorKind::WouldBlock => "io_in_use",
        ErrorKind::ReadOnlyFilesystem => "io_read_only",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "io_full",
        ErrorKind::FileTooLarge => "io_too_large",
        ErrorKind::InvalidFilename => "io_bad_name",
        ErrorKind::NotADirectory => "io_not_folder",
        ErrorKind::IsADirectory => "io_is_folder",
        ErrorKind::DirectoryNotEmpty => "io_not_empty",
        ErrorKind::InvalidData => "io_not_text",
        ErrorKind::UnexpectedEof => "io_cut_off",
        ErrorKind::TimedOut
        | ErrorKind::NetworkDown
        | ErrorKind::HostUnreachable
        | ErrorKind::StaleNetworkFileHandle => "io_away",
        ErrorKind::OutOfMemory => "io_memory",
        ErrorKind::Unsupported => "io_unsupported",
        _ => return None,
    })
}

/// What the library has no kind for.
fn system_key(code: i32) -> Option<&'static str> {
    #[cfg(unix)]
    let known = [
        (5, "io_device"),
        (23, "io_too_many"),
        (24, "io_too_many"),
        (if cfg!(any(target_os = "linux", target_os = "android")) { 40 } else { 62 }, "io_links"),
    ];
    // A file held by another program, a disk or a name that is not there, a device that fails.
    #[cfg(not(unix))]
    let known = [
        (4, "io_too_many"),
        (21, "io_away"),
        (32, "io_in_use"),
        (33, "io_in_use"),
        (53, "io_away"),
        (123, "io_bad_name"),
        (206, "io_bad_name"),
        (1117, "io_device"),
    ];
    known.into_iter().find(|(c, _)| *c == code).map(|(_, key)| key)
}

/// A text a library or the system has made.
pub(super) fn said(message: &str) -> Param {
    let code = message.rsplit_once("(os error ").and_then(|(_, rest)| rest.trim_end().strip_suffix(')')?.parse().ok());
    if let Some(code) = code {
        return io(&io::Error::from_raw_os_error(code));
    }
    match message {
        "no days" => word("no_days"),
        m if m.ends_with(" text") && m.starts_with("no ") => word("io_not_text"),
        m => slip(m),
    }
}

/// A fault in a text file: what, where, of which name.
fn slip(message: &str) -> Param {
    let Placed { slip, name, line } = Placed::of(message);
    let fault = match name.as_str() {
        "" => phrase(&format!("{}_somewhere", slip.key()), &[]),
        name => phrase(slip.key(), &[("name", text(name))]),
    };
    match line {
        Some(line) => phrase("at_line", &[("line", Param::Count(line)), ("reason", fault)]),
        None => fault,
    }
}

/// What SQLite says of a condition in a rules file.
pub(super) fn condition(message: &str) -> Param {
    let after = |start: &str| {
        let rest = message.strip_prefix(start)?;
        Some(rest.split([' ', '(', ';']).next().unwrap_or_default().trim_matches('"').to_string())
    };
    let known = [
        ("no such column: ", "sql_column"),
        ("no such function: ", "sql_function"),
        ("ambiguous column name: ", "sql_column"),
        ("wrong number of arguments to function ", "sql_arguments"),
        ("misuse of aggregate", "sql_aggregate"),
        ("near ", "sql_near"),
        ("unrecognized token: ", "sql_near"),
        ("incomplete input", "sql_incomplete"),
    ];
    let found = known.into_iter().find_map(|(start, key)| Some((key, after(start)?)));
    let (key, name) = found.unwrap_or(("sql_other", String::new()));
    phrase(key, &[("name", text(&name))])
}

/// What Tera says of a template, with file and line: `error: Unknown filter \`x\`` and ` --> start_here.md:1:15`.
fn template(message: &str) -> Param {
    let place = message.lines().find_map(|l| l.trim().strip_prefix("--> "));
    let mut parts = place.unwrap_or_default().rsplitn(3, ':').skip(1);
    let line: Option<i64> = parts.next().and_then(|l| l.parse().ok());
    let file = parts.next().unwrap_or_default();
    let error = message.split("error: ").nth(1).unwrap_or_default();
    let name = error.split('`').nth(1).unwrap_or_default();
    let fault = match error {
        e if e.starts_with("Unknown filter") => "template_filter",
        e if e.starts_with("Unknown function") => "template_function",
        e if e.starts_with("Unknown test") => "template_test",
        e if e.starts_with("Unknown template") => "template_include",
        e if e.starts_with("Field") || e.starts_with("Variable") => "template_field",
        e if e.starts_with("Found") => "template_form",
        _ => "template_other",
    };
    let fault = phrase(fault, &[("name", text(name))]);
    match line {
        Some(line) => phrase("at", &[("file", text(file)), ("line", Param::Count(line)), ("reason", fault)]),
        None => fault,
    }
}

pub(super) fn of_rules(error: &RulesError) -> Param {
    match error {
        RulesError::Unreadable { file, source } => of_file(file, io(source)),
        RulesError::Invalid { file, reason } => {
            let Placed { slip: kind, name, .. } = Placed::of(reason);
            let home = Some(&name).filter(|_| kind == Slip::Unknown).and_then(|name| Rules::file_of(name));
            match home {
                Some(home) => of_file(file, phrase("rule_elsewhere", &[("name", text(&name)), ("home", text(&home))])),
                None => of_file(file, slip(reason)),
            }
        }
        RulesError::UnknownFile { file, known } => {
            phrase("unknown_file", &[("file", text(file)), ("known", text(known))])
        }
    }
}

pub(super) fn of_calendar(error: &CalendarError) -> Param {
    of_file(&error.file, said(&error.reason))
}

pub(super) fn of_words(error: &WordsError) -> Param {
    match error {
        WordsError::Unreadable { file, source } => of_file(file, io(source)),
        WordsError::Invalid { file, reason } => of_file(file, slip(reason)),
        WordsError::Twice { file, key } => of_file(file, phrase("words_twice", &[("key", text(key))])),
        WordsError::UnknownKey { file, key } => of_file(file, phrase("words_key", &[("key", text(key))])),
        WordsError::UnknownPlaceholder { file, key, name } => {
            of_file(file, phrase("words_placeholder", &[("key", text(key)), ("name", text(&format!("{{{name}}}")))]))
        }
    }
}

pub(super) fn of_template(error: &TemplateError) -> Param {
    match error {
        TemplateError::Words(words) => of_words(words),
        TemplateError::Unreadable { file, source } => of_file(file, io(source)),
        TemplateError::PrintsAll { file } => of_file(file, word("template_prints_all")),
        TemplateError::Undefined { name, variable } => {
            of_file(name, phrase("template_variable", &[("name", text(variable))]))
        }
        TemplateError::TooMuch { name } => of_file(name, word("template_heavy")),
        TemplateError::Tera(error) => template(&error.to_string()),
    }
}

pub(super) fn of_render(error: &RenderError) -> Param {
    match error {
        RenderError::Workbook(_) => word("render_workbook"),
        RenderError::Full { path } => of_file(path, word("io_full")),
        RenderError::Document(_) => word("render_document"),
    }
}

pub(super) fn of_output(error: &OutputError) -> Param {
    match error {
        OutputError::Outside { path } => of_file(path, word("output_outside")),
        OutputError::Io { path, source } => of_file(path, io(source)),
        OutputError::InUse { path } => of_file(path, word("io_in_use")),
        OutputError::Full { path } => of_file(path, word("io_full")),
        OutputError::ReadOnly { path } => of_file(path, word("io_denied")),
        OutputError::Unfit { path, .. } => of_file(path, word("io_unfit")),
    }
}

/// A record of the database that cannot be read: `word.damaged_<what>`.
pub(super) fn damaged(what: &str) -> Param {
    match what {
        "task" | "visit" | "match" | "contact" | "staff" | "purge_work" | "purge_trace" | "hmac_key" | "migration"
        | "database" | "daifa.db" => word(&format!("damaged_{}", what.replace('.', "_"))),
        _ => word("damaged_other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::{Lang, Words};

    fn zh(param: &Param) -> String {
        Words::load(Lang::ZhCn, None).unwrap().param(param)
    }

    /// No English but names: files, keys, what stands between the signs of the text itself.
    fn is_chinese(text: &str) -> bool {
        let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty());
        let kept = [
            "TOML", "x", "toml", "md", "nofilter", "nix", "json", "start", "here", "aum", "abs", "UTF", "employee",
            "facts",
        ];
        words.into_iter().all(|w| kept.contains(&w))
    }

    #[test]
    fn what_the_system_says_is_told_in_chinese() {
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::AlreadyExists,
            ErrorKind::ResourceBusy,
            ErrorKind::StorageFull,
            ErrorKind::NotADirectory,
            ErrorKind::IsADirectory,
            ErrorKind::InvalidData,
            ErrorKind::UnexpectedEof,
            ErrorKind::Other,
        ] {
            let told = zh(&io(&kind.into()));
            assert!(is_chinese(&told) && !told.contains('⟦'), "{kind}: {told}");
        }
        for code in [1, 2, 5, 13, 20, 21, 24, 27, 28, 30, 36, 39, 40, 71, 110, 116, 122, 9_999] {
            let told = zh(&said(&io::Error::from_raw_os_error(code).to_string()));
            assert!(is_chinese(&told) && !told.contains('⟦'), "{code}: {told}");
        }
        assert_eq!(zh(&said("No such file or directory (os error 2)")), zh(&word("io_not_found")));
    }

    #[test]
    fn what_is_wrong_in_a_file_of_rules_is_told_with_its_line_and_name() {
        let invalid = |reason: &str| of_rules(&RulesError::Invalid { file: "x.toml".into(), reason: reason.into() });
        let told = zh(&invalid("TOML parse error at line 7, column 1\n  |\n7 | a=2\n  | ^\nduplicate key\n"));
        assert!(told.contains("x.toml") && told.contains("第7行") && is_chinese(&told), "{told}");
        let told = zh(&invalid("unknown field `nix`, expected one of `number`\nin `x.nix`\n"));
        assert!(told.contains("x.nix.nix") && is_chinese(&told), "{told}");
    }

    #[test]
    fn what_is_wrong_in_a_template_is_told_with_its_line() {
        let tera = "template cannot be used: error: Unknown filter `nofilter`\n --> start_here.md:3:15\n  |\n3 | a";
        let told = zh(&template(tera));
        assert!(told.contains("start_here.md") && told.contains("第3行") && told.contains("nofilter"), "{told}");
        assert!(is_chinese(&told), "{told}");
        assert!(is_chinese(&zh(&template("anything at all"))));
    }

    #[test]
    fn what_sqlite_says_of_a_condition_is_told() {
        for (message, name) in [
            ("no such column: nix in SELECT employee_id FROM employee_facts WHERE (nix = 1)", "nix"),
            ("no such function: nix", "nix"),
            ("near \"x\": syntax error in SELECT", "x"),
            ("wrong number of arguments to function abs() in SELECT", "abs"),
            ("unrecognized token: \"#\" in SELECT", "#"),
            ("row value misused", ""),
            ("incomplete input", ""),
        ] {
            let told = zh(&condition(message));
            assert!(told.contains(name) && is_chinese(&told), "{message}: {told}");
        }
    }
}
