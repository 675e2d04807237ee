use std::cell::RefCell;

use chrono::NaiveDate;
use clap::Args;
use serde::ser::{Error as _, SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};

use crate::app::AppError;
use crate::app::contact::follow_up;
use crate::app::contact::track::{Track, TrackOptions, TrackedEmployee, Tracking};
use crate::app::directory::Directory;
use crate::app::freshness;
use crate::app::outputs;
use crate::app::reveal;
use crate::cli::global::Global;
use crate::cli::progress::WriteBar;
use crate::cli::screen::Screen;
use crate::render::books::contact::track as books;

/// Track products gained and lost, AUM, and the money of the latest payday
#[derive(Debug, Args)]
pub struct TrackArgs {
    /// Only this employer: number or name
    employer: Option<String>,
    /// Only this employer, as an option
    #[arg(long = "employer", value_name = "EMPLOYER", conflicts_with = "employer")]
    of: Option<String>,
    /// In the JSON only people with a change: products gained or lost, joined, departed; writes no workbook
    #[arg(long)]
    changed: bool,
    /// Compare with the latest snapshot up to this day
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Up to this day (default: the newest snapshot)
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Add the bank's customer numbers to the JSON (recorded in the audit)
    #[arg(long, requires = "json", requires = "purpose")]
    reveal: bool,
    /// What the customer numbers are needed for (recorded in the audit)
    #[arg(long, value_name = "TEXT", requires = "reveal")]
    purpose: Option<String>,
}

pub fn run(args: &TrackArgs, global: &Global, screen: &Screen) -> Result<i32, AppError> {
    let mut workspace = global.open()?;
    let freshness = freshness::freshness(&workspace)?;
    screen.stale(freshness);
    let employer = args.employer.clone().or_else(|| args.of.clone());
    let options = TrackOptions { employer, from: args.from, to: args.to };
    // Of data that are too old nobody would stand in the workbook.
    let all = options.employer.is_none() && args.from.is_none() && args.to.is_none() && !args.changed;
    let book = all && !freshness.is_stale();
    let track = Tracking::begin(&mut workspace, &options)?.run(|tracking| answer(args, tracking, screen))?;
    screen.table(&books::track_table(&track, &screen.words));
    if book {
        let follow_up = follow_up::follow_up(&mut workspace)?;
        let directory = Directory::load(&workspace)?;
        let mut bar = WriteBar::new(screen, "track.progress");
        let written = outputs::write_maintenance(&mut workspace, &track, &follow_up, &directory, &mut |done, all| {
            bar.see(done, all)
        })?;
        drop(bar);
        screen.wrote(&written);
    }
    Ok(0)
}

/// Prints the JSON, if it is wanted, while the people are read; gives their sums.
fn answer(args: &TrackArgs, tracking: &Tracking, screen: &Screen) -> Result<Track, AppError> {
    if !screen.json {
        return tracking.each(|_| Ok(()));
    }
    if args.reveal {
        let mut rows = 0;
        tracking.each(|person| {
            rows += i64::from(!args.changed || person.is_changed());
            Ok(())
        })?;
        reveal::record(tracking.workspace(), rows, "track", args.purpose.as_deref())?;
    }
    let answer = Answer { args, tracking, screen, track: RefCell::default(), failed: RefCell::default() };
    screen.stream(&answer).map_err(|error| answer.failed.take().unwrap_or(error))?;
    // Nobody reads on: the people after that were not looked at.
    answer.track.take().map_or_else(|| tracking.each(|_| Ok(())), Ok)
}

/// The JSON of `track`: people one by one as they are read, then what they add up to.
struct Answer<'a> {
    args: &'a TrackArgs,
    tracking: &'a Tracking<'a>,
    screen: &'a Screen,
    track: RefCell<Option<Track>>,
    failed: RefCell<Option<AppError>>,
}

impl Answer<'_> {
    /// Keeps what went wrong for whoever asked; JSON has no place for it.
    fn kept<E: serde::ser::Error>(&self, error: AppError) -> E {
        let told = E::custom(error.to_string());
        *self.failed.borrow_mut() = Some(error);
        told
    }
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (from, to) = self.tracking.span().map_err(|e| self.kept(e))?;
        let mut answer = serializer.serialize_struct("Track", 5)?;
        answer.serialize_field("from", &from)?;
        answer.serialize_field("to", &to)?;
        answer.serialize_field("employees", &People(self))?;
        let track = self.track.borrow();
        let track = track.as_ref().ok_or_else(|| S::Error::custom("nobody was read"))?;
        answer.serialize_field("employers", &screen_rows(self.screen, &track.employers))?;
        answer.serialize_field("totals", &track.totals)?;
        answer.end()
    }
}

/// Rows that hold text of files, each masked and labelled before it is printed.
fn screen_rows<'a, T: Serialize>(screen: &'a Screen, rows: &'a [T]) -> Labelled<'a, T> {
    Labelled { screen, rows }
}

struct Labelled<'a, T> {
    screen: &'a Screen,
    rows: &'a [T],
}

impl<T: Serialize> Serialize for Labelled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            list.serialize_element(&self.screen.labelled(row).map_err(|e| S::Error::custom(e.to_string()))?)?;
        }
        list.end()
    }
}

/// Everybody, or those with a change. They hold numbers and fixed words, nothing that would have to be masked.
struct People<'a>(&'a Answer<'a>);

#[derive(Serialize)]
struct Revealed<'a> {
    #[serde(flatten)]
    person: &'a TrackedEmployee<'a>,
    customer_number: Option<String>,
}

impl Serialize for People<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Answer { args, tracking, track, .. } = self.0;
        let mut list = serializer.serialize_seq(None)?;
        let mut refused = None;
        let read = tracking.each(|person| {
            if args.changed && !person.is_changed() {
                return Ok(());
            }
            let done = if args.reveal {
                let customer_number = reveal::customer_number(tracking.workspace(), person.employee_id)?;
                list.serialize_element(&Revealed { person, customer_number })
            } else {
                list.serialize_element(person)
            };
            done.map_err(|error| {
                let inner = AppError::Inner { what: "JSON", reason: error.to_string() };
                refused = Some(error);
                inner
            })
        });
        let sums = read.map_err(|error| refused.unwrap_or_else(|| self.0.kept(error)))?;
        *track.borrow_mut() = Some(sums);
        list.end()
    }
}
