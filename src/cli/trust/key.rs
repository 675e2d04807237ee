use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::app::AppError;
use crate::app::Workspace;
use crate::app::trust::key as app;
use crate::app::trust::key::KeyChanged;
use crate::app::trust::key::KeyOptions;
use crate::app::trust::key::Protection;
use crate::app::workspace::open;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::cli::trust::opened::tell;
use crate::cli::trust::secret;
use crate::model::Param;

/// Show where the key is, change it, or set it up from a recovery copy
#[derive(Debug, Args)]
pub struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Show where the key is and of what kind (never the key)
    Show,
    /// Change the key file or passphrase
    Rotate {
        /// Also encrypt the database anew with a new key; older recovery copies no longer open it
        #[arg(long)]
        full: bool,
        #[command(flatten)]
        kind: KeyKind,
    },
    /// Open the workspace with a recovery copy and set up a new key file or passphrase
    Recover {
        /// The recovery copy
        file: PathBuf,
        #[command(flatten)]
        kind: KeyKind,
    },
}

#[derive(Debug, Args)]
struct KeyKind {
    /// Protect the key by a passphrase (asked for, or DAIFA_NEW_PASSPHRASE)
    #[arg(long, conflicts_with = "key_file")]
    passphrase: bool,
    /// Protect the key by a key file
    #[arg(long)]
    key_file: bool,
    /// File for the recovery copy of the key (keep it away from this PC)
    #[arg(long, value_name = "FILE")]
    recovery_copy: Option<PathBuf>,
}

impl KeyKind {
    /// `by_passphrase`: what the workspace has now.
    fn options(&self, full: bool, by_passphrase: bool, screen: &Screen) -> Result<KeyOptions, AppError> {
        let passphrase = self.passphrase || (by_passphrase && !self.key_file);
        let protection = if passphrase {
            Protection::Passphrase(secret::new_passphrase("DAIFA_NEW_PASSPHRASE", &screen.words)?)
        } else {
            Protection::KeyFile
        };
        Ok(KeyOptions { protection: Some(protection), full, recovery_copy: self.recovery_copy.clone() })
    }
}

pub fn run(args: &KeyArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let path = |p: &PathBuf| Param::Text(p.display().to_string());
    match &args.command {
        KeyCommand::Show => {
            let state = app::show(&open::read_workspace_file(&global.root())?)?;
            screen.value(&state)?;
            match &state.key_file {
                Some(file) if state.key_file_found => screen.say("key.by_file", &[("file", path(file))]),
                Some(file) => screen.say("key.no_file", &[("file", path(file))]),
                None => screen.say("key.by_passphrase", &[]),
            }
            for copy in &state.recovery_copies_here {
                screen.say("key.copy_here", &[("file", path(copy))]);
            }
            if state.changing {
                screen.say("key.changing", &[]);
            }
        }
        KeyCommand::Rotate { full, kind } => {
            let mut workspace = global.open()?;
            let options = kind.options(*full, workspace.file.key.salt.is_some(), screen)?;
            let purpose = if *full { "rotate_full" } else { "rotate" };
            changed(&app::change(&mut workspace, &options, purpose)?, screen)?;
        }
        KeyCommand::Recover { file, kind } => {
            let mut workspace = Workspace::open(&global.root(), &global.with_recovery(file))?;
            tell(&workspace, &screen.words);
            let options = kind.options(false, false, screen)?;
            changed(&app::change(&mut workspace, &options, "recover")?, screen)?;
        }
    }
    Ok(0)
}

fn changed(changed: &KeyChanged, screen: &Screen) -> Result<(), AppError> {
    screen.value(changed)?;
    let path = |p: &PathBuf| Param::Text(p.display().to_string());
    match &changed.key_file {
        Some(file) => screen.say("key.changed_file", &[("file", path(file))]),
        None => screen.say("key.changed_passphrase", &[]),
    }
    if changed.keys_kept > 0 {
        screen.say("key.kept", &[("keys", Param::Count(changed.keys_kept as i64))]);
    }
    if changed.full {
        screen.say("key.changed_full", &[]);
    }
    if let Some(copy) = &changed.recovery_copy {
        screen.say("init.recovery", &[("file", path(copy))]);
    }
    Ok(())
}
