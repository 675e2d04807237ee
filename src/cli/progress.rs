//! What takes long, on a terminal: an import with rows, rate, time left and a Ctrl-C that loses nothing; a search through
//! files.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::import::Progress;
use crate::app::trust::purge::Looking;
use crate::cli::screen::Screen;
use crate::model::Param;
use crate::render::console::clean;

/// What is shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(800);

/// A bar that is shown when stderr is a terminal and nobody reads JSON.
fn bar(screen: &Screen, template: &str) -> ProgressBar {
    let shown = std::io::stderr().is_terminal() && !screen.json;
    let target = if shown { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(None, target);
    set_template(&bar, template);
    bar
}

fn set_template(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("█▌░"));
    }
}

/// Says what is being done where nobody knows how far it is.
fn say_stage(bar: &ProgressBar, screen: &Screen, stage: &str) {
    set_template(bar, "{spinner} {msg}");
    bar.unset_length();
    bar.enable_steady_tick(PATIENCE);
    bar.set_message(clean(screen.words.get(&format!("word.stage_{stage}"))));
}

/// Says what is being done, stage after stage.
pub struct StageBar<'s> {
    screen: &'s Screen,
    bar: ProgressBar,
}

impl<'s> StageBar<'s> {
    /// Of nothing yet.
    pub fn new(screen: &'s Screen) -> StageBar<'s> {
        StageBar { screen, bar: bar(screen, "{spinner} {msg}") }
    }

    /// The next stage begins.
    pub fn see(&mut self, stage: &str) {
        if self.bar.is_finished() {
            self.bar.reset();
        }
        say_stage(&self.bar, self.screen, stage);
    }

    /// Nothing of it stays on the screen.
    pub fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for StageBar<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Says how many of so many are done, once it takes longer than a moment.
pub struct CountBar<'s> {
    screen: &'s Screen,
    bar: ProgressBar,
    began: Instant,
    stage: &'static str,
}

impl<'s> CountBar<'s> {
    /// `stage` names what is done (`word.stage_<stage>`).
    pub fn new(screen: &'s Screen, stage: &'static str) -> CountBar<'s> {
        CountBar { screen, bar: bar(screen, "{bar:20} {pos}/{len} {msg}"), began: Instant::now(), stage }
    }

    /// `done` of `all` are done.
    pub fn see(&mut self, done: usize, all: usize) {
        if self.began.elapsed() > PATIENCE {
            self.bar.set_length(all as u64);
            self.bar.set_message(clean(self.screen.words.get(&format!("word.stage_{}", self.stage))));
            self.bar.set_position(done as u64);
        }
    }

    /// Nothing of it stays on the screen.
    pub fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for CountBar<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Watches an import for the user.
pub struct Watch<'s> {
    screen: &'s Screen,
    bar: ProgressBar,
    began: Instant,
    stop: Arc<AtomicBool>,
}

impl<'s> Watch<'s> {
    /// Shows progress when stderr is a terminal and takes over Ctrl-C: the first one stops the import at the next
    /// piece, a second one ends the program at once, which loses nothing either.
    pub fn new(screen: &'s Screen) -> Watch<'s> {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        // Fails only when a handler is there already; then Ctrl-C ends the program, which is safe as well.
        ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        })
        .ok();
        let bar = bar(screen, "{spinner} {msg}");
        Watch { screen, bar, began: Instant::now(), stop }
    }

    /// Shows how far the import is; whether it is to go on.
    pub fn see(&self, progress: &Progress<'_>) -> bool {
        let spent = self.began.elapsed();
        if spent > PATIENCE {
            self.draw(progress, spent);
        }
        !self.stop.load(Ordering::SeqCst)
    }

    fn draw(&self, progress: &Progress<'_>, spent: Duration) {
        let words = &self.screen.words;
        if let Some(stage) = progress.stage {
            say_stage(&self.bar, self.screen, stage);
            return;
        }
        let rate = progress.rows as f64 / spent.as_secs_f64();
        let left =
            progress.expected.filter(|n| *n > progress.rows && rate > 0.0).map(|n| (n - progress.rows) as f64 / rate);
        let params = [
            ("file", Param::Text(progress.file.to_string())),
            ("number", Param::Count(progress.file_number as i64)),
            ("files", Param::Count(progress.files as i64)),
            ("rows", Param::Count(progress.rows as i64)),
            ("rate", Param::Count(rate as i64)),
            ("seconds", Param::Count(left.unwrap_or_default().ceil() as i64)),
        ];
        let key = if left.is_some() { "import.progress" } else { "import.progress_open" };
        if self.bar.length() != progress.expected {
            // The style first: a bar is drawn as soon as its length is known.
            let template = if progress.expected.is_some() { "{bar:20} {percent:>3}% {msg}" } else { "{spinner} {msg}" };
            set_template(&self.bar, template);
            match progress.expected {
                Some(rows) => self.bar.set_length(rows),
                None => self.bar.unset_length(),
            }
        }
        self.bar.set_message(clean(&words.fill(key, &params)));
        self.bar.set_position(progress.rows.min(progress.expected.unwrap_or(u64::MAX)));
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Watches how files, or rows of a file, are written. Ctrl-C needs no watching: a file that has its name is whole, and one
/// that has not is not there.
pub struct WriteBar<'s> {
    screen: &'s Screen,
    key: &'static str,
    bar: ProgressBar,
    began: Instant,
}

impl<'s> WriteBar<'s> {
    /// Shows progress in the words of `key` when stderr is a terminal.
    pub fn new(screen: &'s Screen, key: &'static str) -> WriteBar<'s> {
        let bar = bar(screen, "{bar:20} {percent:>3}% {wide_msg}");
        WriteBar { screen, key, bar, began: Instant::now() }
    }

    /// Shows how many of how many are written.
    pub fn see(&mut self, done: u64, all: u64) {
        let spent = self.began.elapsed();
        if spent < PATIENCE || done == 0 {
            return;
        }
        let rate = done as f64 / spent.as_secs_f64();
        let params = [
            ("done", Param::Count(done as i64)),
            ("all", Param::Count(all as i64)),
            ("rate", if rate < 10.0 { Param::Text(format!("{rate:.1}")) } else { Param::Count(rate as i64) }),
            ("seconds", Param::Count((all.saturating_sub(done) as f64 / rate).ceil() as i64)),
        ];
        self.bar.set_length(all);
        self.bar.set_message(clean(&self.screen.words.fill(self.key, &params)));
        self.bar.set_position(done);
    }

    /// Nothing of it stays on the screen.
    pub fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for WriteBar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Watches a search through the files of a workspace.
pub struct SearchBar<'s> {
    screen: &'s Screen,
    bar: ProgressBar,
    began: Instant,
}

impl<'s> SearchBar<'s> {
    /// Shows progress when stderr is a terminal.
    pub fn new(screen: &'s Screen) -> SearchBar<'s> {
        let bar = bar(screen, "{bar:20} {percent:>3}% {wide_msg}");
        SearchBar { screen, bar, began: Instant::now() }
    }

    /// Shows which file is being looked into.
    pub fn see(&mut self, looking: &Looking<'_>) {
        if self.began.elapsed() > PATIENCE {
            let params = [("file", Param::Text(looking.file.to_string()))];
            self.bar.set_length(looking.files as u64);
            self.bar.set_message(clean(&self.screen.words.fill("purge.progress", &params)));
            self.bar.set_position(looking.number as u64 - 1);
        }
    }
}

impl Drop for SearchBar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Watches the making of an invented branch.
pub struct MakingBar<'s> {
    screen: &'s Screen,
    bar: ProgressBar,
    began: Instant,
    stop: Arc<AtomicBool>,
}

impl<'s> MakingBar<'s> {
    /// Shows progress when stderr is a terminal and takes over Ctrl-C: what is being written is taken away first.
    pub fn new(screen: &'s Screen) -> MakingBar<'s> {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        // Fails only when a handler is there already; then Ctrl-C ends the program.
        ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst)).ok();
        let bar = bar(screen, "{bar:20} {percent:>3}% {wide_msg}");
        MakingBar { screen, bar, began: Instant::now(), stop }
    }

    /// Shows how many people are written, of how many; whether to go on.
    pub fn see(&mut self, people: usize, of: usize) -> bool {
        let spent = self.began.elapsed();
        if spent > PATIENCE && people > 0 {
            let rate = people as f64 / spent.as_secs_f64();
            let left = (of.saturating_sub(people) as f64 / rate).ceil();
            let params = [
                ("people", Param::Count(people as i64)),
                ("rate", Param::Count(rate as i64)),
                ("seconds", Param::Count(left as i64)),
            ];
            self.bar.set_length(of as u64);
            self.bar.set_message(clean(&self.screen.words.fill("simulate.progress", &params)));
            self.bar.set_position(people as u64);
        }
        !self.stop.load(Ordering::SeqCst)
    }
}

impl Drop for MakingBar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
