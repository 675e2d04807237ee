use std::path::PathBuf;

use clap::Args;

use crate::app::AppError;
use crate::app::simulate as app;
use crate::app::simulate::{Format, SimulateOptions};
use crate::cli::global::Global;
use crate::cli::progress::MakingBar;
use crate::cli::screen::Screen;
use crate::model::Param;

/// Generate the spreadsheets of an invented branch, with the truth beside them
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Seed of the generator: same seed, same bytes
    #[arg(long, default_value_t = 20_260_302)]
    seed: u64,
    /// Number of employers
    #[arg(long, default_value_t = 30)]
    employers: usize,
    /// Number of employees
    #[arg(long, default_value_t = 2_400)]
    employees: usize,
    /// Months of payroll
    #[arg(long, default_value_t = 4)]
    months: u32,
    /// Workbooks as people have them (xlsx), or plain text of everybody at any size (csv)
    #[arg(long, value_name = "FORMAT", default_value = "xlsx", value_parser = ["xlsx", "csv"])]
    format: String,
    /// Folder to write into
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Leave out the hand-set story of the samples
    #[arg(long)]
    no_story: bool,
}

pub fn run(args: &SimulateArgs, _global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let options = SimulateOptions {
        seed: args.seed,
        employers: args.employers,
        employees: args.employees,
        months: args.months,
        story: !args.no_story,
        format: if args.format == "csv" { Format::Csv } else { Format::Sample },
    };
    let mut watch = MakingBar::new(screen);
    let written = app::simulate(&args.out, &options, &mut |people, of| watch.see(people, of))?;
    drop(watch);
    screen.value(&written)?;
    let files = Param::Count(written.len() as i64);
    screen.say("simulate.made", &[("files", files), ("dir", Param::Text(args.out.display().to_string()))]);
    if options.format == Format::Csv {
        screen.say("simulate.apart", &[]);
    }
    Ok(0)
}
