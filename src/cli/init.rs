use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::workspace::open;
use crate::app::workspace::open::InitOptions;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::cli::trust::secret;
use crate::model::Param;

/// Make a workspace: settings, folders, key, one-click start
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder to make
    dir: PathBuf,
    /// Name of the sub-branch, on documents
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// File for the recovery copy of the key (keep it away from this PC)
    #[arg(long, value_name = "FILE")]
    recovery_copy: Option<PathBuf>,
    /// Wrap the key with a passphrase (asked for, or DAIFA_PASSPHRASE) instead of a key file
    #[arg(long)]
    passphrase: bool,
}

pub fn run(args: &InitArgs, _global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let options = InitOptions {
        branch: args.branch.clone(),
        passphrase: args.passphrase.then(|| secret::new_passphrase("DAIFA_PASSPHRASE", &screen.words)).transpose()?,
        recovery_copy: args.recovery_copy.clone(),
        ..InitOptions::default()
    };
    let made = open::init(&args.dir, &options)?;
    screen.value(&made)?;
    let path = |p: &PathBuf| Param::Text(p.display().to_string());
    screen.say("init.made", &[("dir", path(&made.root))]);
    if let Some(file) = &made.key_file {
        screen.say("init.key", &[("file", path(file))]);
    }
    screen.say("init.recovery", &[("file", path(&made.recovery_copy))]);
    screen.say("init.next", &[]);
    Ok(0)
}
