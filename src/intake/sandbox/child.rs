//! The reading process: opens the file it was given as its input and sends what is in it to its parent.

use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::intake::file::cell::{Cell, Reading, Row};
use crate::intake::file::input::Input;
use crate::intake::file::open::Book;
use crate::intake::file::request::{Request, Sheets};
use crate::intake::file::text_of;
use crate::intake::issue::{self, Fault};
use crate::intake::sandbox::memory;
use crate::intake::sandbox::parent::{REQUEST, TIMED_OUT};
use crate::intake::sandbox::protocol::{Frame, Opened, Sender};

/// How often the clock of the work is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Waiting for the parent to take what was written is no work.
static WRITING: AtomicBool = AtomicBool::new(false);

/// Does what the parent asks and returns the process's exit code.
pub fn serve() -> i32 {
    let request = std::env::var(REQUEST).ok().and_then(|text| serde_json::from_str::<Request>(&text).ok());
    let Some(request) = request else { return 2 };
    // What a library has to say when it breaks would only be noise: the parent tells it in its own words.
    std::panic::set_hook(Box::new(|_| {}));
    memory::arm(usize::try_from(request.limits.max_memory).unwrap_or(usize::MAX));
    let limit = Duration::from_secs(u64::from(request.limits.work_seconds));
    let clock = std::thread::Builder::new().spawn(move || {
        let mut worked = Duration::ZERO;
        while worked < limit {
            std::thread::sleep(TICK);
            if !WRITING.load(Ordering::Relaxed) {
                worked += TICK;
            }
        }
        std::process::exit(TIMED_OUT);
    });
    let (Ok(_), Ok(input), Ok(output)) = (clock, given_input(), own_output()) else { return 2 };
    // A parent that went away is no fault of anybody.
    i32::from(converse(Input::file(input), &request, Sender::new(Output(output))).is_err())
}

fn converse<W: Write>(input: Input, request: &Request, mut out: Sender<W>) -> io::Result<()> {
    if request.sheets == Sheets::Text {
        return converse_in_text(input, request, out);
    }
    let mut book = match Book::open(input, request) {
        Ok(book) => book,
        Err(fault) => return out.send(&Frame::Refused(fault.into())),
    };
    let opened = Opened {
        sheets: book.sheets.clone(),
        date1904: book.date1904,
        notes: book.notes.drain(..).map(Into::into).collect(),
    };
    out.send(&Frame::Opened(opened))?;
    for index in 0..book.sheets.len() {
        let info = &book.sheets[index];
        let wanted = match &request.sheets {
            Sheets::Shown => !info.hidden,
            Sheets::First => index == 0,
            Sheets::Named(name) => *name == info.name,
            Sheets::All | Sheets::Text => true,
        };
        if !wanted {
            continue;
        }
        out.send(&Frame::Sheet(u32::try_from(index).unwrap_or(u32::MAX)))?;
        let mut left = request.rows.unwrap_or(u32::MAX);
        let mut sent = Ok(());
        let reading = book.rows(index, &mut |row| {
            sent = out.row(row);
            left -= 1;
            sent.is_ok() && left > 0
        });
        match sent {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => {
                out.send(&Frame::Broken(Fault::new(issue::UNREADABLE_SHEET).into()))?;
                continue;
            }
            sent => sent?,
        }
        match reading {
            Ok(reading) => out.send(&Frame::End(reading))?,
            Err(fault) => out.send(&Frame::Broken(fault.into()))?,
        }
    }
    out.send(&Frame::Done)
}

/// Sends the text of a file as rows of one cell.
fn converse_in_text<W: Write>(input: Input, request: &Request, mut out: Sender<W>) -> io::Result<()> {
    out.send(&Frame::Opened(Opened { sheets: Vec::new(), date1904: false, notes: Vec::new() }))?;
    out.send(&Frame::Sheet(0))?;
    let mut sent = Ok(());
    let walked = text_of::pieces_of(input, request, &mut |text| {
        sent = out.row(&Row::new(0, vec![Cell::Text(text.to_string())]));
        sent.is_ok()
    });
    sent?;
    match walked {
        Ok(_) => out.send(&Frame::End(Reading::default()))?,
        Err(fault) => out.send(&Frame::Broken(fault.into()))?,
    }
    out.send(&Frame::Done)
}

/// The pipe to the parent, with the clock stopped while it is full.
struct Output(File);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITING.store(true, Ordering::Relaxed);
        let written = self.0.write(bytes);
        WRITING.store(false, Ordering::Relaxed);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(unix)]
fn given_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(unix)]
fn own_output() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn given_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn own_output() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdout().as_handle().try_clone_to_owned().map(File::from)
}
