//! The real program is killed at random moments of every kind of work. Afterwards each file of an import is in whole or
//! not at all, each decision is made or not, no half-written file lies in `out/`, the audit verifies, and the same
//! command run again ends where an undisturbed run ends.
//!
//! `DAIFA_KILLS` sets how often (60 unless given); `scripts/kill.sh` runs thousands.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::moments::Moments;
use super::stage::{Stage, copy_folder, scratch, told};
use super::state::State;
use super::work::{Work, works};

/// What the kills of one kind of work met.
#[derive(Default)]
struct Tally {
    kills: AtomicUsize,
    /// The process was still at work.
    alive: AtomicUsize,
    /// It had changed something by then.
    begun: AtomicUsize,
}

/// Kills one run at the moment `number` gives and checks what it left.
fn kill_once(work: &Work, number: usize, tally: &Tally) {
    let scratch = scratch();
    let root = scratch.path().join("ws");
    copy_folder(&work.base, &root);
    let mut child = work.command(&root).spawn().unwrap();
    // A thread empties the pipes, or a talkative run would wait for its reader for ever.
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let drain = std::thread::spawn(move || {
        std::io::copy(&mut out.unwrap(), &mut std::io::sink()).ok();
        std::io::copy(&mut err.unwrap(), &mut std::io::sink()).ok();
    });
    let wait = Instant::now();
    if number % 2 == 1 {
        // Reading takes longer than writing: every second kill waits for the first writing.
        let log = root.join("daifa.db-wal");
        while fs::metadata(&log).map_or(0, |m| m.len()) == 0 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    let rest = work.takes.lock().unwrap().saturating_sub(wait.elapsed());
    let moment = Moments::of(number as u64).within(rest);
    std::thread::sleep(moment);
    let moment = wait.elapsed();
    let alive = child.try_wait().unwrap().is_none();
    child.kill().ok();
    child.wait().unwrap();
    drain.join().unwrap();
    let case = format!("{} killed after {moment:?}, kill {number}", work.name);
    let left = State::read(&root, &work.key);
    let begun = left.groups != work.before.groups || left.out != work.before.out;
    work.is_old_or_new(&left, &case);
    let start = Instant::now();
    let again = work.run(&root);
    *work.takes.lock().unwrap() = start.elapsed();
    let (code, error) = told(&again);
    assert_eq!(code, work.code, "{case}: {error}");
    work.ends_as_undisturbed(&root, &case);
    if number.is_multiple_of(10) {
        assert_eq!(work.ask(&root), work.answers, "{case}");
    }
    tally.kills.fetch_add(1, Ordering::Relaxed);
    tally.alive.fetch_add(usize::from(alive), Ordering::Relaxed);
    tally.begun.fetch_add(usize::from(alive && begun), Ordering::Relaxed);
}

/// How many runs are to be killed.
fn kills() -> usize {
    std::env::var("DAIFA_KILLS").map_or(60, |n| n.parse().unwrap())
}

/// How many kills a test of its own makes: a tenth of all, at least so many.
pub fn a_tenth_or(least: u32) -> u32 {
    u32::try_from(kills() / 10).unwrap_or(u32::MAX).max(least)
}

#[test]
fn a_killed_run_leaves_the_old_state_or_the_new_and_the_next_run_ends_the_same() {
    let kills = kills();
    let works = works(Stage::get());
    let turns: Vec<usize> = works.iter().enumerate().flat_map(|(i, w)| vec![i; w.share]).collect();
    let tallies: Vec<Tally> = works.iter().map(|_| Tally::default()).collect();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Vec<String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= kills {
                        break;
                    }
                    let turn = turns[number % turns.len()];
                    // One bad kill must not hide the others: what they have in common tells the fault.
                    let kill = || kill_once(&works[turn], number, &tallies[turn]);
                    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(kill)).is_err() {
                        failed.lock().unwrap().push(format!("{} {number}", works[turn].name));
                    }
                }
            });
        }
    });
    let count = |n: &AtomicUsize| n.load(Ordering::Relaxed);
    println!("work            kills  at work  with something done");
    for (work, tally) in works.iter().zip(&tallies) {
        println!("{:<14} {:>6} {:>8} {:>20}", work.name, count(&tally.kills), count(&tally.alive), count(&tally.begun));
    }
    let sum = |of: fn(&Tally) -> &AtomicUsize| tallies.iter().map(|t| count(of(t))).sum::<usize>();
    assert_eq!(failed.into_inner().unwrap(), Vec::<String>::new());
    assert_eq!(sum(|t| &t.kills), kills);
    assert!(sum(|t| &t.alive) * 2 > kills, "most kills must meet a run at work, or nothing is tested");
    assert!(sum(|t| &t.begun) * 5 > kills, "many kills must meet a run that has changed something");
}
