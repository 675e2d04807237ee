//! The options every command takes, and the workspace they name.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::app::AppError;
use crate::app::Workspace;
use crate::app::workspace::open;
use crate::app::workspace::open::OpenOptions;
use crate::cli::screen::Screen;
use crate::cli::trust::opened::tell;
use crate::cli::trust::secret;
use crate::cli::{progress, terminal};
use crate::model::Param;
use crate::render::words::{Lang, Words};

/// Options every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Workspace folder (default: this folder or the nearest one above it)
    #[arg(short, long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// Day the work is done for (default: today)
    #[arg(long, global = true, value_name = "DATE")]
    pub today: Option<NaiveDate>,
    /// Language of words: zh-CN or en
    #[arg(long, global = true, value_name = "LANG", default_value = "zh-CN", value_parser = ["zh-CN", "en"])]
    pub lang: String,
    /// Print JSON instead of tables
    #[arg(long, global = true)]
    pub json: bool,
}

impl Global {
    pub fn lang(&self) -> Lang {
        self.lang.parse().unwrap_or(Lang::ZhCn)
    }

    /// As said, else as the workspace remembers it, else today. The only place that reads the clock.
    pub fn today(&self) -> NaiveDate {
        let said = self.today.or_else(|| self.remembered_day());
        said.unwrap_or_else(|| chrono::Local::now().date_naive())
    }

    /// The day the workspace here remembers, unless another one is said.
    fn remembered_day(&self) -> Option<NaiveDate> {
        if self.today.is_some() {
            return None;
        }
        open::read_workspace_file(&self.found_root()?).ok()?.today
    }

    /// Says on stderr that the work is done for the day the workspace remembers.
    pub fn tell_day(&self) -> Result<(), AppError> {
        let Some(day) = self.remembered_day() else { return Ok(()) };
        let screen = Screen::new(Words::load(self.lang(), None)?, self.json);
        screen.aside_notice("demo_day", "demo.works_for", &[("date", Param::Date(day))]);
        Ok(())
    }

    pub fn open_options(&self) -> OpenOptions {
        OpenOptions { lang: self.lang(), today: self.today(), passphrase: None, recovery: None, beside: false }
    }

    /// As [`Global::open_options`], with a recovery copy.
    pub fn with_recovery(&self, file: &std::path::Path) -> OpenOptions {
        OpenOptions { recovery: Some(file.to_path_buf()), ..self.open_options() }
    }

    /// The workspace named, or the nearest one from here upwards.
    pub fn root(&self) -> PathBuf {
        self.found_root().unwrap_or_else(|| PathBuf::from("."))
    }

    pub fn found_root(&self) -> Option<PathBuf> {
        if let Some(root) = &self.workspace {
            return Some(root.clone());
        }
        let here = std::env::current_dir().ok()?;
        here.ancestors().find(|d| d.join("daifa.toml").exists()).map(PathBuf::from)
    }

    pub fn open(&self) -> Result<Workspace, AppError> {
        let mut workspace = self.open_as_left()?;
        if crate::app::trust::purge::waits(&workspace)? {
            self.go_on_with_removal(&mut workspace)?;
        }
        Ok(workspace)
    }

    /// [`Global::open`] without going on with a removal that was cut off: for the command that does so itself.
    pub fn open_as_left(&self) -> Result<Workspace, AppError> {
        let root = self.root();
        let mut options = self.open_options();
        if open::read_workspace_file(&root)?.key.salt.is_some() {
            options.passphrase = secret::passphrase("DAIFA_PASSPHRASE", &Words::load(self.lang(), None)?);
        }
        let workspace = Workspace::open(&root, &options)?;
        tell(&workspace, &Words::load(self.lang(), None)?);
        self.tell_day()?;
        Ok(workspace)
    }
}

impl Global {
    /// A removal that was cut off is gone on with, and it is said that this is what takes so long. Where it cannot be, as
    /// while a file is open elsewhere, the next opening tries again, and `purge` says why.
    fn go_on_with_removal(&self, workspace: &mut Workspace) -> Result<(), AppError> {
        let screen = Screen::new(Words::load(self.lang(), None)?, self.json);
        // Also where JSON is wanted: whoever waits is to know what for.
        terminal::err(screen.words.get("purge.going_on"));
        let mut bar = progress::SearchBar::new(&screen);
        if let Err(error) = crate::app::trust::purge::resume(workspace, &mut |looking| bar.see(looking)) {
            drop(bar);
            terminal::err(screen.words.get("purge.goes_on_later"));
            screen.error(&error);
        }
        Ok(())
    }
}
