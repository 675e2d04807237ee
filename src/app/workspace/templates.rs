//! The process that fills a workspace's own templates: within its memory and its time, whatever they say.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use crate::intake::sandbox::memory;
pub use crate::render::templates::{FILL_COMMAND, FillLimits, fill_with};
use crate::render::templates::{Request, answer};
use crate::rules::visit::pack::documents::TemplateLimits;

/// Exit code of a process that worked longer than it may: its parent has ended it, or is gone.
const TIMED_OUT: i32 = 113;

/// Does what the parent asks and returns the process's exit code.
pub fn serve() -> i32 {
    // What a library has to say when it breaks would only be noise: the parent tells it in its own words.
    std::panic::set_hook(Box::new(|_| {}));
    let mut asked = Vec::new();
    let request = std::io::stdin().read_to_end(&mut asked).ok().and_then(|_| serde_json::from_slice(&asked).ok());
    let Some(request): Option<Request> = request else { return 2 };
    memory::arm(usize::try_from(request.limits.memory).unwrap_or(usize::MAX));
    let limit = Duration::from_secs(u64::from(request.limits.seconds));
    let clock = std::thread::Builder::new().spawn(move || {
        std::thread::sleep(limit);
        std::process::exit(TIMED_OUT);
    });
    if clock.is_err() {
        return 2;
    }
    let answer = serde_json::to_vec(&answer(&request)).unwrap_or_default();
    // A parent that went away is no fault of anybody.
    i32::from(std::io::stdout().write_all(&answer).is_err())
}

/// The limits of the rules as the engine takes them.
pub(crate) fn limits(rules: &TemplateLimits) -> FillLimits {
    let bytes = |megabytes: u32| u64::from(megabytes) << 20;
    FillLimits { seconds: rules.seconds, memory: bytes(rules.megabytes), output: bytes(rules.output_megabytes) }
}
