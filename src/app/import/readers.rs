//! Files are read side by side and stored one after another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::app::error::AppError;
use crate::app::import::listing::file_name;
use crate::intake;
use crate::intake::Glance;
use crate::intake::{FileReading, Hints, Piece};
use crate::rules::Rules;

/// Name of the threads that read files: a library's panic on a hostile file is caught there and told as a problem.
pub const READER: &str = "reader";

/// Pieces that may wait between a reader and the store.
const QUEUE: usize = 2;

/// A file to be read.
#[derive(Debug)]
pub(super) struct Job {
    pub path: PathBuf,
    pub glance: Glance,
    /// The same content was taken in before.
    pub known: bool,
}

/// The files in the order in which they are to be stored, and those that bring nothing new.
pub(super) fn order(
    files: Vec<PathBuf>,
    rules: &Rules,
    hints: &Hints,
    again: bool,
    known: impl Fn(&str) -> Result<bool, AppError>,
) -> Result<(Vec<Job>, Vec<Job>), AppError> {
    let glances = side_by_side(&files, |path| intake::glance(path, rules, hints));
    let mut jobs = Vec::new();
    let mut unchanged = Vec::new();
    for (path, glance) in files.into_iter().zip(glances) {
        let job = Job { known: known(&glance.sha256)?, path, glance };
        if job.known && !again {
            unchanged.push(job);
        } else {
            jobs.push(job);
        }
    }
    jobs.sort_by_key(|j| (j.glance.kinds.first().copied(), file_name(&j.path)));
    Ok((jobs, unchanged))
}

/// What `work` makes of each item, with one thread per core; where it breaks down the default, of that item alone.
fn side_by_side<T: Sync, R: Send + Default>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut mine = Vec::new();
        while let Some((index, item)) = pick(items, &next) {
            mine.push((index, caught(|| work(item)).unwrap_or_default()));
        }
        mine
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads(items.len()))
            .filter_map(|_| std::thread::Builder::new().name(READER.to_string()).spawn_scoped(scope, worker).ok())
            .collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    let mut results = results.into_iter().peekable();
    (0..items.len()).map(|i| results.next_if(|(index, _)| *index == i).map_or_else(R::default, |(_, r)| r)).collect()
}

/// What `work` comes to; `None` when a library in it panics over a hostile file. The thread goes on with other files.
fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn pick<'t, T>(items: &'t [T], next: &AtomicUsize) -> Option<(usize, &'t T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

fn threads(items: usize) -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(items)
}

enum Message {
    Piece(Piece),
    Done(Box<FileReading>),
}

/// One file as it comes from its reader.
pub(super) struct Incoming<'j> {
    pub job: &'j Job,
    /// From 1.
    pub number: usize,
    receiver: Receiver<Message>,
    done: std::cell::RefCell<Option<FileReading>>,
}

impl Incoming<'_> {
    /// The next piece; `None` when the file is read to its end.
    pub fn next(&self) -> Option<Piece> {
        match self.receiver.recv() {
            Ok(Message::Piece(piece)) => Some(piece),
            Ok(Message::Done(reading)) => {
                self.done.replace(Some(*reading));
                None
            }
            Err(_) => None,
        }
    }

    /// What was read in all, after the last piece. A reader that broke off has read nothing that may be kept, and a
    /// file that changed since the first look at it is not the file that was looked at.
    pub fn reading(&self) -> FileReading {
        match self.done.take() {
            Some(reading) if reading.sha256 == self.job.glance.sha256 => reading,
            Some(reading) if reading.sha256.is_empty() => reading,
            Some(_) => intake::changed(&self.job.path),
            None => intake::unreadable(&self.job.path, "reason_broken_parts"),
        }
    }
}

/// Reads the files with one thread per core, each at most some pieces ahead, and gives them to `store` in order.
pub(super) fn read_side_by_side<E>(
    jobs: &[Job],
    rules: &Rules,
    hints: &Hints,
    mut store: impl FnMut(Incoming<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let (senders, receivers): (Vec<_>, Vec<_>) = jobs
        .iter()
        .map(|_| {
            let (sender, receiver) = sync_channel::<Message>(QUEUE);
            (Mutex::new(Some(sender)), receiver)
        })
        .unzip();
    let next = AtomicUsize::new(0);
    // Jobs are taken in order, so the file that is stored now is always being read by somebody.
    let worker = || {
        while let Some((index, job)) = pick(jobs, &next) {
            let sender: Option<SyncSender<Message>> = senders[index].lock().ok().and_then(|mut s| s.take());
            let Some(sender) = sender else { continue };
            let mut hand_on = |piece| sender.send(Message::Piece(piece)).is_ok();
            let reading = caught(|| match &job.glance.stuck {
                Some(problem) => intake::stuck(&job.path, &job.glance.sha256, problem),
                None => intake::read_in_pieces(&job.path, rules, hints, &job.glance.sheets, &mut hand_on),
            });
            // Without it the file is told to be broken.
            if let Some(reading) = reading {
                sender.send(Message::Done(Box::new(reading))).ok();
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads(jobs.len()) {
            std::thread::Builder::new().name(READER.to_string()).spawn_scoped(scope, worker).ok();
        }
        // Dropping the receivers, after a failure too, ends the readers.
        for ((index, receiver), job) in receivers.into_iter().enumerate().zip(jobs) {
            store(Incoming { job, number: index + 1, receiver, done: None.into() })?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_down_over_one_item_leaves_the_others_alone() {
        let items: Vec<usize> = (0..100).collect();
        let made = side_by_side(&items, |n| {
            assert!(n % 10 != 3);
            n + 1
        });
        let expected: Vec<usize> = items.iter().map(|n| if n % 10 == 3 { 0 } else { n + 1 }).collect();
        assert_eq!(made, expected);
    }
}
