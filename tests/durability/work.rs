//! Kinds of work, the states they may leave behind, and what an undisturbed run makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::stage::{FIRST, SECOND, Stage, copy_folder, program, scratch, told};
use super::state::{State, files};

/// Files that tell of the run itself: a second run has less to tell.
const OF_THE_RUN: &[&str] = &["00_先看这里.html", "08_导入报告.xlsx"];

/// One kind of work to be disturbed.
pub struct Work {
    pub name: &'static str,
    pub base: PathBuf,
    pub key_file: PathBuf,
    pub key: String,
    pub arguments: Vec<String>,
    /// Of how many kills in twenty.
    pub share: usize,
    pub before: State,
    pub after: State,
    /// States of the inputs that may be met, in order: none, one, two … files taken.
    pub inputs: Vec<String>,
    /// States of visits, tasks and exports that may be met: sheets bring some of them too.
    pub known: BTreeSet<(String, String)>,
    /// Exit code, names in the inbox and answers of the undisturbed run.
    pub code: i32,
    pub inbox: BTreeSet<String>,
    pub answers: Vec<Value>,
    /// How long a run takes at present.
    pub takes: Mutex<Duration>,
}

impl Work {
    pub fn new(
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
            known: BTreeSet::new(),
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
        work.known.extend(work.before.groups.clone());
        work.known.extend(work.after.groups.clone());
        work
    }

    /// The states between: after the first file of an import, after the second …
    pub fn with_files_between(mut self, files_of: impl Fn(&Path) -> Vec<String>) -> Work {
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
            let state = State::read(&root, &self.key);
            inputs.push(state.groups["inputs"].clone());
            self.known.extend(state.groups);
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

    pub fn run(&self, root: &Path) -> std::process::Output {
        self.command(root).output().unwrap()
    }

    pub fn command(&self, root: &Path) -> std::process::Command {
        let mut arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        arguments.extend(["-w", root.to_str().unwrap()]);
        program(&self.key_file, &arguments)
    }

    /// What the program answers afterwards.
    pub fn ask(&self, root: &Path) -> Vec<Value> {
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

    pub fn is_old_or_new(&self, left: &State, case: &str) {
        assert!((self.before.schema_version..=self.after.schema_version).contains(&left.schema_version), "{case}");
        // Between two migrations the tables are those of neither end; that nothing was lost, the next run shows.
        if [self.before.schema_version, self.after.schema_version].contains(&left.schema_version) {
            assert!(self.inputs.contains(&left.groups["inputs"]), "{case}: a file is half in");
            // Workbooks leave some at a time, each with all of its values.
            let half: Vec<&String> =
                left.sent.iter().filter(|s| !self.before.sent.contains(*s) && !self.after.sent.contains(*s)).collect();
            assert_eq!(half, Vec::<&String>::new(), "{case}: exports are half made");
            for group in ["visits", "tasks"].map(str::to_string) {
                let met = (group.clone(), left.groups[&group].clone());
                assert!(self.known.contains(&met), "{case}: {group} are half made");
            }
        }
        for (path, hash) in &left.out {
            let known = [self.before.out.get(path), self.after.out.get(path)];
            assert!(known.contains(&Some(hash)), "{case}: {path} is neither the old file nor the new one");
            let noted = left.exported.contains(&(path.clone(), hash.clone()));
            assert!(noted, "{case}: the audit does not know {path}");
        }
    }

    pub fn ends_as_undisturbed(&self, root: &Path, case: &str) {
        let ended = State::read(root, &self.key);
        let differ = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| -> Vec<String> {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            // Marked copies go with the report: a file taken in before the kill needs none in the next run.
            let of_run = |n: &String| {
                n.contains("/08_标注/") || a.contains_key(n) && OF_THE_RUN.iter().any(|name| n.ends_with(name))
            };
            names.into_iter().filter(|n| a.get(*n) != b.get(*n) && !of_run(n)).cloned().collect()
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
pub fn works(stage: &Stage) -> Vec<Work> {
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
