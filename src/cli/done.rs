use chrono::NaiveDate;
use clap::Args;

/// How something was done
#[derive(Debug, Args)]
pub struct DoneArgs {
    /// The day; today unless given
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// What else there is to say
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Show what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
}
