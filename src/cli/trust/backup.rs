use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::Workspace;
use crate::app::trust::backup as app;
use crate::app::trust::backup::Making;
use crate::cli::global::Global;
use crate::cli::progress::{StageBar, WriteBar};
use crate::cli::screen::Screen;
use crate::cli::trust::secret;
use crate::model::Param;

/// Write the workspace into one encrypted file
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// File to write (must not exist)
    file: PathBuf,
    /// Let a passphrase open it, the first line of this file, instead of the workspace's own key
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub fn run(args: &BackupArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let passphrase = args.passphrase_file.as_deref().map(secret::passphrase_of_file).transpose()?;
    let options = crate::app::workspace::open::OpenOptions { beside: true, ..global.open_options() };
    let workspace = Workspace::open(&global.root(), &options)?;
    crate::cli::trust::opened::tell(&workspace, &screen.words);
    let mut told = false;
    let mut stages = StageBar::new(screen);
    let mut bar = WriteBar::new(screen, "backup.progress");
    let mut see = |making| match making {
        Making::Copying => stages.see("backup_copy"),
        Making::Checking => {
            bar.end();
            stages.see("backup_check");
        }
        Making::Writing { done, bytes } => {
            stages.end();
            bar.see(done >> 20, bytes.div_ceil(1 << 20));
        }
        Making::Waiting => {
            stages.end();
            if !std::mem::replace(&mut told, true) {
                screen.aside("backup.waiting");
            }
        }
    };
    let made = app::backup(&workspace, &args.file, passphrase.as_deref(), &mut see)?;
    stages.end();
    screen.value(&made)?;
    let params = [
        ("file", Param::Text(made.file.display().to_string())),
        ("megabytes", Param::Count(made.bytes.div_ceil(1 << 20) as i64)),
        ("sha256", Param::Text(made.sha256.clone())),
    ];
    screen.say("backup.made", &params);
    screen.say(if made.by == "passphrase" { "backup.by_passphrase" } else { "backup.by_key_file" }, &[]);
    screen.say("backup.not_inside", &[]);
    Ok(0)
}
