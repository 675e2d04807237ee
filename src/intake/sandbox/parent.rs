//! Reading in a process of its own: a file that crashes its reader, fills the memory or never ends takes only that
//! process down. The parent gives it the file as its input and takes frames of rows from its output.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use crate::children::without_secrets;
use crate::intake::file::cell::{Reading, Row};
use crate::intake::file::request::Request;
use crate::intake::issue::{self, Fault};
use crate::intake::sandbox::memory;
use crate::intake::sandbox::protocol::{self, Frame, Opened};
use crate::rules::import::limits::ReaderLimits;

/// First argument of the program when it is to read a file for its parent; not a command for people.
pub const COMMAND: &str = "__read-sheet";
/// Carries the request: an environment is not shown to other users, a command line is.
pub(crate) const REQUEST: &str = "DAIFA_READER_REQUEST";
/// Exit code of a reading process that worked longer than it may.
pub(crate) const TIMED_OUT: i32 = 113;
/// Frames that may wait for the parent.
const QUEUE: usize = 4;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From now on files are read in processes of their own, by this program called with [`COMMAND`]. Without it (in
/// tests and benches of the library) they are read in this process.
pub fn read_with(program: PathBuf) {
    PROGRAM.set(program).ok();
}

/// The program to read with, when files are to be read apart.
pub(crate) fn program() -> Option<&'static Path> {
    PROGRAM.get().map(PathBuf::as_path)
}

/// The parent's end.
pub(crate) struct Apart {
    child: Child,
    frames: Receiver<std::io::Result<Vec<u8>>>,
    limits: ReaderLimits,
    /// Seconds it may be silent with this file.
    silence: u32,
    max_columns: usize,
    /// Time spent waiting for the process.
    waited: Duration,
    /// Sheet whose rows come next, once it was announced.
    at: Option<u32>,
    ended: bool,
}

impl Apart {
    /// Starts a reading process on a file and waits until it has opened it.
    ///
    /// # Errors
    /// What is wrong with the file, or became of the process.
    pub fn start(program: &Path, file: File, request: &Request) -> Result<(Apart, Opened), Fault> {
        let not_started = || Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_reader_not_started");
        let wanted = serde_json::to_string(request).map_err(|_| not_started())?;
        let mib = file.metadata().map_or(0, |m| m.len() >> 20);
        let longer = u32::try_from(mib).unwrap_or(u32::MAX).saturating_mul(request.limits.silence_seconds_per_mib);
        let mut command = Command::new(program);
        command.arg(COMMAND).stdin(file).stdout(Stdio::piped()).stderr(Stdio::null());
        without_secrets(&mut command);
        own_group(&mut command);
        let mut child = command.env(REQUEST, wanted).spawn().map_err(|_| not_started())?;
        let (sender, frames) = sync_channel(QUEUE);
        let out = child.stdout.take();
        let pump = std::thread::Builder::new().name("frames".to_string()).spawn(move || {
            let Some(out) = out else { return };
            let mut out = BufReader::with_capacity(128 << 10, out);
            loop {
                let frame = match protocol::receive(&mut out) {
                    Ok(Some(frame)) => Ok(frame),
                    Ok(None) => return,
                    Err(error) => Err(error),
                };
                let last = frame.is_err();
                if sender.send(frame).is_err() || last {
                    return;
                }
            }
        });
        let mut apart = Apart {
            child,
            frames,
            limits: request.limits,
            silence: request.limits.silence_seconds.saturating_add(longer),
            max_columns: request.max_columns as usize,
            waited: Duration::ZERO,
            at: None,
            ended: false,
        };
        pump.map_err(|_| not_started())?;
        let body = apart.receive()?;
        match protocol::parse(&body) {
            Some((Frame::Opened(opened), _)) => Ok((apart, opened)),
            Some((Frame::Refused(fault), _)) => Err(fault.fault().unwrap_or_else(crashed)),
            _ => Err(crashed()),
        }
    }

    /// Hands over the rows of a sheet; sheets are asked for in their order, those between are passed over.
    ///
    /// # Errors
    /// What is wrong with the sheet, or became of the process.
    pub fn rows(&mut self, sheet: u32, each: &mut dyn FnMut(&mut Row) -> bool) -> Result<Reading, Fault> {
        while self.at != Some(sheet) {
            if self.ended || self.at.is_some_and(|at| at > sheet) {
                return Ok(Reading::default());
            }
            match protocol::parse(&self.receive()?) {
                Some((Frame::Sheet(at), _)) => self.at = Some(at),
                Some((Frame::Done, _)) => self.ended = true,
                Some((Frame::Rows(_) | Frame::End(_) | Frame::Broken(_), _)) => {}
                _ => return Err(self.nonsense()),
            }
        }
        loop {
            let body = self.receive()?;
            match protocol::parse(&body) {
                Some((Frame::Rows(count), mut rest)) => {
                    for _ in 0..count {
                        let Some(mut row) = protocol::next_row(&mut rest, self.max_columns) else {
                            return Err(self.nonsense());
                        };
                        if !each(&mut row) {
                            return Ok(Reading::default());
                        }
                    }
                }
                Some((Frame::End(reading), _)) => return Ok(reading),
                Some((Frame::Broken(fault), _)) => return Err(fault.fault().unwrap_or_else(crashed)),
                _ => return Err(self.nonsense()),
            }
        }
    }

    /// The next frame. Only the time spent here counts against the process: it may have to wait for us as well.
    fn receive(&mut self) -> Result<Vec<u8>, Fault> {
        let limits = self.limits;
        let total = Duration::from_secs(u64::from(limits.work_seconds));
        let silence = Duration::from_secs(u64::from(self.silence)).min(total.saturating_sub(self.waited));
        let since = Instant::now();
        let frame = self.frames.recv_timeout(silence);
        self.waited += since.elapsed();
        match frame {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(_)) => Err(self.nonsense()),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Err(timed_out(if silence < total { self.silence } else { limits.work_seconds }))
            }
            Err(RecvTimeoutError::Disconnected) => {
                self.ended = true;
                Err(match self.child.wait().ok().and_then(|status| status.code()) {
                    Some(memory::OVER_CEILING) => {
                        Fault::new(issue::READER_OUT_OF_MEMORY).count("megabytes", limits.max_memory.div_ceil(1 << 20))
                    }
                    Some(TIMED_OUT) => timed_out(limits.work_seconds),
                    _ => crashed(),
                })
            }
        }
    }

    /// The process says what it never says when it is well.
    fn nonsense(&mut self) -> Fault {
        self.end();
        crashed()
    }

    fn end(&mut self) {
        self.ended = true;
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ctrl-C on the terminal is for the parent alone: it ends its readers itself, and what it interrupts is no crash.
#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(windows)]
fn own_group(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

fn crashed() -> Fault {
    Fault::new(issue::READER_CRASHED)
}

fn timed_out(seconds: u32) -> Fault {
    Fault::new(issue::READER_TIMED_OUT).count("seconds", seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request::new("表", &crate::rules::Rules::load(None).unwrap().limits, None)
    }

    #[test]
    fn a_process_that_talks_nonsense_or_dies_is_told_as_a_crash() {
        // The test program knows no such command: it says something about no tests and ends.
        let program = std::env::current_exe().unwrap();
        let file = || File::open(&program).unwrap();
        let fault = Apart::start(&program, file(), &request()).err().unwrap();
        assert_eq!(fault.code, issue::READER_CRASHED);
        let fault = Apart::start(Path::new("no such program"), file(), &request()).err().unwrap();
        assert_eq!(fault, Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_reader_not_started"));
    }
}
