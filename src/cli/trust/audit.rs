use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::Workspace;
use crate::app::trust::audit as app;
use crate::app::trust::audit::AuditEntry;
use crate::app::trust::audit::AuditFilter;
use crate::app::trust::audit::AuditHead;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::render::words::Words;

/// Show or verify who imported, exported and revealed what
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List the entries
    Show {
        /// Only this action: import, export, set_aside, reveal, rules, key, purge, archive, backup, restore
        #[arg(long, value_parser = ACTIONS)]
        action: Option<String>,
        /// Only from this day on (UTC)
        #[arg(long, value_name = "DATE")]
        since: Option<NaiveDate>,
        /// Only files or objects whose name contains this text
        #[arg(long, value_name = "TEXT")]
        subject: Option<String>,
    },
    /// Check the chain of hashes
    Verify {
        /// A head noted earlier, as audit head printed it: finds entries cut off or rewritten since
        #[arg(long, value_name = "HEAD", value_parser = parse_head)]
        head: Option<AuditHead>,
    },
    /// Print the number and hash of the last entry, to be kept elsewhere
    Head,
}

const ACTIONS: [&str; 14] = [
    "import",
    "export",
    "export_failed",
    "set_aside",
    "set_aside_failed",
    "match",
    "reveal",
    "rules",
    "key",
    "purge",
    "archive",
    "backup",
    "backup_failed",
    "restore",
];

fn parse_head(text: &str) -> Result<AuditHead, String> {
    let (seq, hash) = text.trim().split_once(':').ok_or("SEQ:HASH")?;
    let seq: i64 = seq.trim().parse().map_err(|_| "SEQ:HASH")?;
    let hash = hash.trim().to_ascii_lowercase();
    let whole = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    if whole { Ok(AuditHead { seq, hash }) } else { Err("SEQ:HASH".into()) }
}

pub fn run(args: &AuditArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let workspace = global.open()?;
    match &args.command {
        AuditCommand::Show { action, since, subject } => {
            let filter = AuditFilter { action: action.clone(), since: *since, subject: subject.clone() };
            show(&workspace, &filter, screen)?;
        }
        AuditCommand::Verify { head } => {
            let state = app::verify(&workspace, head.as_ref())?;
            screen.value(&state)?;
            screen.say("audit.sound", &[("entries", Param::Count(state.entries))]);
            if head.is_some() {
                screen.say("audit.kept", &[]);
            } else if let Some(head) = &state.head {
                screen.say("audit.keep", &[("head", Param::Text(shown(head)))]);
            }
        }
        AuditCommand::Head => {
            let head = app::head(&workspace)?;
            screen.value(&head)?;
            match &head {
                // Alone on its line: it is to be copied.
                Some(head) => screen.line(&shown(head)),
                None => screen.say("audit.empty", &[]),
            }
        }
    }
    Ok(0)
}

fn shown(head: &AuditHead) -> String {
    format!("{}:{}", head.seq, head.hash)
}

/// Each entry in full, in lines of its own: a table wide enough for who, what and why fits no terminal.
fn show(workspace: &Workspace, filter: &AuditFilter, screen: &Screen) -> Result<(), AppError> {
    let entries = app::entries(workspace, filter)?;
    screen.value(&entries)?;
    if entries.is_empty() {
        screen.say("audit.empty", &[]);
    }
    let words = &screen.words;
    let text = |text: &str| Param::Text(text.to_string());
    for e in &entries {
        let personal = personal(words, e);
        let params = [
            ("seq", Param::Count(e.seq)),
            ("at", text(&e.at)),
            ("actor", text(&e.actor)),
            ("action", text(words.word(&format!("audit_{}", e.action)))),
            ("rows", Param::Count(e.rows)),
            ("purpose", Param::Text(purpose(words, &e.purpose))),
            ("subject", text(&e.subject)),
        ];
        screen.wrapped("", &words.fill("audit.entry", &params));
        for (part, present) in [("audit.purpose", !e.purpose.is_empty()), ("audit.subject", !e.subject.is_empty())] {
            if present {
                screen.wrapped("    ", &words.fill(part, &params));
            }
        }
        if let Some(personal) = personal {
            screen.wrapped("    ", &personal);
        }
    }
    Ok(())
}

/// Which personal data were shown and how: once where all stand at one level, else beside each. Of an entry that has
/// kept one level for all, only the barest is known.
fn personal(words: &Words, entry: &AuditEntry) -> Option<String> {
    let keys: Vec<&str> = entry.columns.split(',').filter(|c| !c.is_empty()).collect();
    let first = keys.first()?;
    let name = |key: &str| known(words, "personal", key).to_string();
    let level = |key: &str| Param::Text(known(words, "mask_level", key).to_string());
    let joined = |list: Vec<String>| Param::Text(list.join(words.get("match.and")));
    let names = || joined(keys.iter().map(|k| name(k)).collect());
    Some(match &entry.levels {
        None => {
            let part = if keys.len() == 1 { "audit.personal" } else { "audit.personal_barest" };
            words.fill(part, &[("columns", names()), ("level", level(&entry.mask_level))])
        }
        Some(levels) if levels.values().all(|l| Some(l) == levels.get(*first)) => {
            words.fill("audit.personal", &[("columns", names()), ("level", level(&levels[*first]))])
        }
        Some(levels) => {
            let each = |key: &&str| {
                let shown = levels.get(*key).map_or("", String::as_str);
                words.fill("audit.personal_column", &[("column", Param::Text(name(key))), ("level", level(shown))])
            };
            words.fill("audit.personal_each", &[("columns", joined(keys.iter().map(each).collect()))])
        }
    })
}

/// The word of a key, or the key where there is none.
fn known<'w>(words: &'w Words, group: &str, key: &'w str) -> &'w str {
    let full = format!("{group}.{key}");
    if words.has(&full) { words.get(&full) } else { key }
}

/// What something was done for, in the user's words: keys of commands and kinds of sheets; own words stay.
fn purpose(words: &Words, text: &str) -> String {
    let known = |key: &str| {
        let mut groups = ["audit_purpose", "sheet"].iter().map(|group| format!("{group}.{key}"));
        let key = groups.find(|k| words.has(k));
        key.map(|k| words.get(&k).to_string())
    };
    let listed = |text: &str| {
        let parts: Option<Vec<String>> = text.split(',').map(known).collect();
        parts.map(|parts| parts.join(words.get("match.and")))
    };
    if let Some(whole) = known(text).or_else(|| listed(text)) {
        return whole;
    }
    if let Some((what, rest)) = text.split_once(':')
        && let Some(what) = known(what).or_else(|| listed(what))
    {
        let rest = rest.trim();
        return words.fill(
            "audit.purpose_of",
            &[("what", Param::Text(what)), ("rest", Param::Text(known(rest).unwrap_or_else(|| rest.to_string())))],
        );
    }
    text.to_string()
}
