use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::trust::restore as app;
use crate::app::workspace::open::OpenOptions;
use crate::cli::global::Global;
use crate::cli::screen::Screen;
use crate::cli::trust::{doctor, secret};
use crate::model::Param;

/// Make a workspace again from a backup
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Folder for the workspace: empty or new
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The backup's passphrase is the first line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Open it with this recovery copy of the key
    #[arg(long, value_name = "FILE")]
    recovery: Option<PathBuf>,
}

pub fn run(args: &RestoreArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let given = args.passphrase_file.as_deref().map(secret::passphrase_of_file).transpose()?;
    let passphrase = given.or_else(|| std::env::var("DAIFA_PASSPHRASE").ok());
    let options = OpenOptions { passphrase, recovery: args.recovery.clone(), ..global.open_options() };
    let restored = app::restore(&args.file, &args.into, &options)?;
    screen.value(&restored)?;
    let params = [
        ("dir", Param::Text(restored.root.display().to_string())),
        ("created", Param::Text(restored.header.created.clone())),
    ];
    screen.say("restore.made", &params);
    if restored.needs_key {
        screen.say("restore.needs_key", &[]);
    }
    doctor::show(&restored.findings, screen);
    Ok(i32::from(restored.findings.iter().any(|f| !f.ok)))
}
