//! A workspace's own templates are filled in a process of their own: the engine counts no steps, so that a template that
//! loops or doubles a text can only be stopped from outside. The parent gives it the values and takes the text.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::children::without_secrets;
use crate::render::templates::{TemplateError, Templates};
use crate::render::words::Lang;

/// First argument of the program when it is to fill a template for its parent; not a command for people.
pub const COMMAND: &str = "__fill-template";

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From now on a workspace's own templates are filled by this program called with [`COMMAND`]. Without it (in tests of the
/// library) they are filled in this process, and nothing but the length of the text is bounded.
pub fn fill_with(program: PathBuf) {
    PROGRAM.set(program).ok();
}

/// What filling one template may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillLimits {
    /// Time, in seconds.
    pub seconds: u32,
    /// Memory, in bytes.
    pub memory: u64,
    /// The text made, in bytes.
    pub output: u64,
}

/// What is asked of the process.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    lang: String,
    overlay: PathBuf,
    name: String,
    pub limits: FillLimits,
    context: serde_json::Value,
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    Text(String),
    Undefined { name: String, variable: String },
    TooMuch { name: String },
    Failed(String),
}

/// How to start the process for a workspace's templates.
#[derive(Debug)]
pub(super) struct Apart {
    lang: Lang,
    overlay: PathBuf,
    limits: FillLimits,
}

impl Apart {
    /// When there is a program to fill with.
    pub fn new(lang: Lang, overlay: &Path, limits: FillLimits) -> Option<Apart> {
        PROGRAM.get().map(|_| Apart { lang, overlay: overlay.to_path_buf(), limits })
    }

    /// Fills a template in a process of its own.
    ///
    /// # Errors
    /// What is wrong with the template; [`TemplateError::TooMuch`] when the process was stopped or broke down.
    pub fn fill(&self, name: &str, context: serde_json::Value) -> Result<String, TemplateError> {
        let too_much = || TemplateError::TooMuch { name: name.to_string() };
        let request = Request {
            lang: self.lang.tag().to_string(),
            overlay: self.overlay.clone(),
            name: name.to_string(),
            limits: self.limits,
            context,
        };
        let request = serde_json::to_vec(&request).map_err(|e| failed(&e))?;
        let mut child = Running(start().map_err(|e| failed(&e))?);
        let (sender, answer) = channel();
        if let (Some(mut to), Some(from)) = (child.0.stdin.take(), child.0.stdout.take()) {
            // One that has ended already is told by what it has answered.
            to.write_all(&request).ok();
            drop(to);
            // In JSON a character takes at most six bytes, and few do.
            let longest = self.limits.output.saturating_mul(6).saturating_add(1 << 10);
            let reader = std::thread::Builder::new().name("template".to_string()).spawn(move || {
                let mut bytes = Vec::new();
                let read = from.take(longest).read_to_end(&mut bytes);
                sender.send(read.map(|_| bytes)).ok();
            });
            reader.map_err(|e| failed(&e))?;
        }
        let patience = Duration::from_secs(u64::from(self.limits.seconds));
        let answered = answer.recv_timeout(patience).ok().and_then(Result::ok);
        match answered.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            Some(Answer::Text(text)) => Ok(text),
            Some(Answer::Undefined { name, variable }) => Err(TemplateError::Undefined { name, variable }),
            Some(Answer::Failed(reason)) => Err(failed(&reason)),
            Some(Answer::TooMuch { name }) => Err(TemplateError::TooMuch { name }),
            None => Err(too_much()),
        }
    }
}

/// Fills the template asked for, in this process.
pub fn answer(request: &Request) -> Answer {
    let lang = request.lang.parse().unwrap_or(Lang::ZhCn);
    let filled = Templates::load(lang, Some(&request.overlay))
        .and_then(|templates| templates.fill_here(&request.name, &request.context, request.limits.output));
    match filled {
        Ok(text) => Answer::Text(text),
        Err(TemplateError::Undefined { name, variable }) => Answer::Undefined { name, variable },
        Err(TemplateError::TooMuch { name }) => Answer::TooMuch { name },
        Err(error) => Answer::Failed(error.to_string()),
    }
}

/// Ended with this value, whatever it is doing.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn start() -> std::io::Result<Child> {
    let program = PROGRAM.get().ok_or(std::io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    without_secrets(&mut command).spawn()
}

fn failed(reason: &dyn std::fmt::Display) -> TemplateError {
    TemplateError::Tera(tera::Error::message(reason.to_string()))
}
