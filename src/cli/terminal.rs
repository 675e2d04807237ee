//! The one way to the terminal: what files and people bring is text there and nothing more, whatever characters it has.

use std::io::{IsTerminal as _, Write};

use crate::model::text::{harmless, steers};

/// Columns where nobody says how many there are.
const USUAL: usize = 80;

/// Columns of the terminal: as the environment says, else as the one attached has.
pub fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    said.or_else(|| terminal_size::terminal_size().map(|(w, _)| usize::from(w.0))).unwrap_or(USUAL)
}

/// Whether stdout takes colours.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Prints lines to stdout, in which only their own ends act. A closed pipe (`| head`) is no error worth a word.
pub fn out(text: &str) {
    writeln!(std::io::stdout(), "{}", harmless(text)).ok();
}

/// As [`out()`], without a line end behind; whether anybody takes it still.
pub fn raw(text: &str) -> bool {
    write!(std::io::stdout(), "{}", harmless(text)).is_ok()
}

/// Prints a table or help, whose colours are our own and whose cells have been made harmless before they were given any.
pub fn table(text: &str) {
    writeln!(std::io::stdout(), "{text}").ok();
}

/// Prints JSON: what would act stands as `\u…`, which every reader takes for the character itself.
pub fn json(text: &str) {
    writeln!(std::io::stdout(), "{}", escaped(text)).ok();
}

/// Prints lines to stderr.
pub fn err(text: &str) {
    writeln!(std::io::stderr(), "{}", harmless(text)).ok();
}

/// Prints JSON to stderr.
pub fn err_json(text: &str) {
    writeln!(std::io::stderr(), "{}", escaped(text)).ok();
}

/// JSON on its way to stdout, piece by piece, as [`json`] prints it whole.
#[derive(Default)]
pub struct JsonOut {
    pending: Vec<u8>,
}

impl JsonOut {
    /// So much is printed at once.
    const PIECE: usize = 1 << 16;

    /// Prints what is left, and the line's end.
    pub fn end(mut self) {
        self.pending.push(b'\n');
        self.flush().ok();
    }
}

impl Write for JsonOut {
    // Whole characters come: JSON is made of them.
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.pending.extend_from_slice(text);
        if self.pending.len() > JsonOut::PIECE {
            self.flush()?;
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let harmless = self.pending.iter().all(|b| (b' '..0x7f).contains(b) || *b == b'\n');
        let mut stdout = std::io::stdout().lock();
        let done = if harmless {
            stdout.write_all(&self.pending)
        } else {
            stdout.write_all(escaped(&String::from_utf8_lossy(&self.pending)).as_bytes())
        };
        self.pending.clear();
        done.and_then(|()| stdout.flush())
    }
}

/// In JSON text such characters stand within strings only, but for the line ends between its parts.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && steers(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}
