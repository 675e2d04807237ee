//! The real program is killed at random moments of every kind of work. Afterwards each file of an import is in whole or
//! not at all, each decision is made or not, no half-written file lies in `out/`, the audit verifies, and the same
//! command run again ends where an undisturbed run ends.
//!
//! `DAIFA_KILLS` sets how often (60 unless given); `scripts/kill.sh` runs thousands.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::moments::Moments;
use super::stage::{FIRST, SECOND, Stage, copy_folder, program, scratch, told};
use super::state::{State, files};

/// Files that tell of the run itself: a second run has less to tell.
const OF_THE_RUN: &[&str] = &["00_先看这里.html", "08_导入报告.xlsx"];

/// One kind of work to be disturbed.
struct Work {
    name: &'static str,
    base: PathBuf,
    key_file: PathBuf,
    key: String,
    arguments: Vec<String>,
    /// Of how many kills in twenty.
    share: usize,
    before: State,
    after: State,
    /// States of the inputs that may be met, in order: none, one, two … files taken.
    inputs: Vec<String>,
    /// Exit code, names in the inbox and answers of the undisturbed run.
    code: i32,
    inbox: BTreeSet<String>,
    answers: Vec<Value>,
    /// How long a run takes at present.
    takes: Mutex<Duration>,
}

/// What the kills of one kind of work met.
#[derive(Default)]
struct Tally {
    kills: AtomicUsize,
    /// The process was still at work.
    alive: AtomicUsize,
    /// It had changed something by then.
    begun: AtomicUsize,
}

impl Work {
    fn new(
        name: &'static str,
        base: PathBuf,
        (key_file, key): (PathBuf, String),
        arguments: &[&str],
        share: usize,
    ) -> Work {
        let scratch = scratch();
        let mut work = Work {
            name,
            before: State::read(&base, &key),
            base,
            key_file,
            key,
            arguments: arguments.iter().map(|a| a.to_string()).collect(),
            share,
            after: State::default(),
            inputs: Vec::new(),
            code: 0,
            inbox: BTreeSet::new(),
            answers: Vec::new(),
            takes: Mutex::new(Duration::ZERO),
        };
        let root = scratch.path().join("ws");
        copy_folder(&work.base, &root);
        let start = Instant::now();
        let output = work.run(&root);
        work.takes = Mutex::new(start.elapsed());
        let (code, error) = told(&output);
        assert!(code == 0 || code == 1, "{name}: {error}");
        work.code = code;
        work.after = State::read(&root, &work.key);
        work.inbox = files(&root, "inbox").into_keys().collect();
        work.answers = work.ask(&root);
        work.inputs = vec![work.before.groups["inputs"].clone(), work.after.groups["inputs"].clone()];
        work
    }

    /// The states between: after the first file of an import, after the second …
    fn with_files_between(mut self, files_of: impl Fn(&Path) -> Vec<String>) -> Work {
        let scratch = scratch();
        let folder = |name: &str| {
            let root = scratch.path().join(name);
            copy_folder(&self.base, &root);
            root
        };
        let import = |root: &Path, files: &[String]| -> Value {
            let mut arguments = vec!["import", "--json", "--today", SECOND, "-w", root.to_str().unwrap()];
            arguments.extend(files.iter().map(String::as_str));
            serde_json::from_slice(&program(&self.key_file, &arguments).output().unwrap().stdout).unwrap()
        };
        let all = folder("all");
        let given = files_of(&all);
        let report = import(&all, &given);
        let order: Vec<String> = report["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["file"].as_str().unwrap().to_string())
            .map(|name| given.iter().find(|g| g.ends_with(&name)).unwrap().clone())
            .collect();
        let mut inputs = vec![self.before.groups["inputs"].clone()];
        for taken in 1..=order.len() {
            let root = folder(&format!("{taken}"));
            // Files of the folder's own inbox lie in the copy of it.
            let files: Vec<String> =
                order[..taken].iter().map(|f| f.replace(all.to_str().unwrap(), root.to_str().unwrap())).collect();
            import(&root, &files);
            inputs.push(State::read(&root, &self.key).groups["inputs"].clone());
        }
        assert_eq!(inputs.last(), Some(&self.after.groups["inputs"]), "{}: all files", self.name);
        assert_eq!(
            inputs.iter().collect::<BTreeSet<_>>().len(),
            inputs.len(),
            "{}: each file changes something",
            self.name
        );
        self.inputs = inputs;
        self
    }

    fn run(&self, root: &Path) -> std::process::Output {
        self.command(root).output().unwrap()
    }

    fn command(&self, root: &Path) -> std::process::Command {
        let mut arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        arguments.extend(["-w", root.to_str().unwrap()]);
        program(&self.key_file, &arguments)
    }

    /// What the program answers afterwards.
    fn ask(&self, root: &Path) -> Vec<Value> {
        let ask = |question: &str| {
            let root = root.to_str().unwrap();
            let arguments = [question, "--json", "--today", SECOND, "-w", root];
            let output = program(&self.key_file, &arguments).output().unwrap();
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{question}: {e} {:?}", told(&output)))
        };
        let mut answers: Vec<Value> = ["rank", "track", "report"].map(ask).into();
        // Of the workspace's health only what must hold: how many entries the audit has depends on the runs.
        let doctor = ask("doctor");
        let whole =
            |f: &&Value| ["schema", "integrity", "foreign_keys", "audit"].contains(&f["check"].as_str().unwrap());
        let sound: Vec<Value> = doctor.as_array().unwrap().iter().filter(whole).map(|f| f["ok"].clone()).collect();
        assert_eq!(sound, vec![Value::Bool(true); 4], "{doctor}");
        answers.push(Value::Array(sound));
        answers
    }

    /// Kills one run at the moment `number` gives and checks what it left.
    fn kill_once(&self, number: usize, tally: &Tally) {
        let scratch = scratch();
        let root = scratch.path().join("ws");
        copy_folder(&self.base, &root);
        let mut child = self.command(&root).spawn().unwrap();
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
        let rest = self.takes.lock().unwrap().saturating_sub(wait.elapsed());
        let moment = Moments::of(number as u64).within(rest);
        std::thread::sleep(moment);
        let moment = wait.elapsed();
        let alive = child.try_wait().unwrap().is_none();
        child.kill().ok();
        child.wait().unwrap();
        drain.join().unwrap();
        let case = format!("{} killed after {moment:?}, kill {number}", self.name);
        let left = State::read(&root, &self.key);
        let begun = left.groups != self.before.groups || left.out != self.before.out;
        self.is_old_or_new(&left, &case);
        let start = Instant::now();
        let again = self.run(&root);
        *self.takes.lock().unwrap() = start.elapsed();
        let (code, error) = told(&again);
        assert_eq!(code, self.code, "{case}: {error}");
        self.ends_as_undisturbed(&root, &case);
        if number.is_multiple_of(10) {
            assert_eq!(self.ask(&root), self.answers, "{case}");
        }
        tally.kills.fetch_add(1, Ordering::Relaxed);
        tally.alive.fetch_add(usize::from(alive), Ordering::Relaxed);
        tally.begun.fetch_add(usize::from(alive && begun), Ordering::Relaxed);
    }

    fn is_old_or_new(&self, left: &State, case: &str) {
        assert!((self.before.schema_version..=self.after.schema_version).contains(&left.schema_version), "{case}");
        assert!(self.inputs.contains(&left.groups["inputs"]), "{case}: a file is half in");
        for group in ["visits", "tasks", "exports"] {
            let known = [&self.before.groups[group], &self.after.groups[group]];
            assert!(known.contains(&&left.groups[group]), "{case}: {group} are half made");
        }
        for (path, hash) in &left.out {
            let known = [self.before.out.get(path), self.after.out.get(path)];
            assert!(known.contains(&Some(hash)), "{case}: {path} is neither the old file nor the new one");
            let noted = left.exported.contains(&(path.clone(), hash.clone()));
            assert!(noted, "{case}: the audit does not know {path}");
        }
    }

    fn ends_as_undisturbed(&self, root: &Path, case: &str) {
        let ended = State::read(root, &self.key);
        let differ = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| -> Vec<String> {
            let own = |path: &String| OF_THE_RUN.iter().any(|name| path.ends_with(name));
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            names.into_iter().filter(|n| a.get(*n) != b.get(*n) && !(own(n) && a.contains_key(*n))).cloned().collect()
        };
        assert_eq!(differ(&ended.tables, &self.after.tables), Vec::<String>::new(), "{case}: tables differ");
        assert_eq!(differ(&ended.out, &self.after.out), Vec::<String>::new(), "{case}: outputs differ");
        assert_eq!(ended.schema_version, self.after.schema_version, "{case}");
        let inbox: BTreeSet<String> = files(root, "inbox").into_keys().collect();
        assert_eq!(inbox, self.inbox, "{case}: the inbox differs");
        assert_eq!(files(root, ".daifa/tmp"), BTreeMap::new(), "{case}: leftovers");
        for path in ended.out.keys().filter(|p| p.ends_with(".xlsx")) {
            let opened = zip::ZipArchive::new(fs::File::open(root.join(path)).unwrap());
            assert!(opened.is_ok(), "{case}: {path} does not open");
        }
    }
}

/// Every kind of work, with its share of the kills.
fn works(stage: &Stage) -> Vec<Work> {
    let keys = || (stage.path("test.key"), stage.database_key());
    let later = stage.files(SECOND);
    let import: Vec<&str> = ["import", "--today", SECOND].into_iter().chain(later.iter().map(String::as_str)).collect();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old/2");
    let old_key = fs::read_to_string(old.join("recovery.txt")).unwrap().trim().to_string();
    let inbox = |root: &Path| {
        files(root, "inbox")
            .keys()
            .filter(|f| !f.contains("done"))
            .map(|f| root.join(f).to_str().unwrap().to_string())
            .collect()
    };
    vec![
        Work::new("import", stage.path("new"), keys(), &import, 7).with_files_between(|_| stage.files(SECOND)),
        Work::new("plan", stage.path("known"), keys(), &["plan", "--today", FIRST], 2),
        Work::new("follow-up", stage.path("tracked"), keys(), &["followup", "--today", SECOND], 1),
        Work::new("pack", stage.path("scheduled"), keys(), &["pack", "--all", "--today", FIRST], 1),
        Work::new("export", stage.path("tracked"), keys(), &["export", "--today", SECOND], 2),
        Work::new("report", stage.path("tracked"), keys(), &["report", "--today", SECOND], 1),
        Work::new("cycle", stage.path("planned"), keys(), &["cycle", "--today", SECOND], 4).with_files_between(inbox),
        Work::new("migration", old.clone(), (old.join("test.key"), old_key), &["rank", "--today", SECOND], 2),
    ]
}

#[test]
fn a_killed_run_leaves_the_old_state_or_the_new_and_the_next_run_ends_the_same() {
    let kills: usize = std::env::var("DAIFA_KILLS").map_or(60, |n| n.parse().unwrap());
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
                    let kill = || works[turn].kill_once(number, &tallies[turn]);
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
