//! A file that is read: what it was when its reading began, so that one somebody writes to meanwhile is noticed.
//!
//! A file is gone over several times (its hash, its encoding, its rows), by two processes. What was read counts only when
//! the file is still the same afterwards: the same bytes, and not written to in between, for it may have been changed
//! and changed back.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::files::{self, Unfit};
use crate::intake::issue::{self, Fault};
use crate::rules::import::limits::ImportLimits;

/// What a file was when it was opened.
pub(crate) struct Source {
    /// The file that is read, whatever is put under its name meanwhile.
    file: File,
    /// Lower-case hexadecimal.
    pub sha256: String,
    stamp: Stamp,
}

/// How long a file is and when it was last written to, where the system tells.
type Stamp = (u64, Option<SystemTime>);

impl Source {
    /// Opens a file and goes over all of it once; gives the file to be read from its start, too.
    ///
    /// # Errors
    /// A file that cannot be read, or is too large.
    pub fn open(path: &Path, limits: &ImportLimits) -> Result<(File, Source), Fault> {
        // Not through a link: it may lead elsewhere tomorrow.
        let file = files::open_own(path).map_err(|e| reason(&e))?;
        let stamp = stamp(&file).map_err(|e| reason(&e))?;
        let size = stamp.0;
        if size > limits.max_bytes {
            let fault = Fault::new(issue::FILE_TOO_LARGE);
            return Err(fault.count("megabytes", size >> 20).count("limit", limits.max_bytes >> 20));
        }
        let sha256 = digest(&file).map_err(|e| reason(&e))?;
        let read = file.try_clone().map_err(|e| reason(&e))?;
        Ok((read, Source { file, sha256, stamp }))
    }

    /// Whether nobody has written to the file since it was opened. To be asked when all of it was read: on Windows the
    /// question moves the place where reading goes on.
    pub fn is_unchanged(&self) -> bool {
        let same = || stamp(&self.file).is_ok_and(|now| now == self.stamp);
        same() && digest(&self.file).is_ok_and(|now| now == self.sha256) && same()
    }
}

fn reason(error: &io::Error) -> Fault {
    let word = match error.kind() {
        _ if Unfit::of(error) == Some(Unfit::Link) => "reason_link",
        _ if Unfit::of(error).is_some() => "reason_not_a_file",
        io::ErrorKind::NotFound => "reason_not_found",
        io::ErrorKind::PermissionDenied => "reason_no_permission",
        _ => "reason_io",
    };
    Fault::new(issue::UNREADABLE_FILE).word("reason", word)
}

fn stamp(file: &File) -> io::Result<Stamp> {
    let known = file.metadata()?;
    Ok((known.len(), known.modified().ok()))
}

/// SHA-256 of a file from its start, wherever reading it has got to.
fn digest(file: &File) -> io::Result<String> {
    let (_, hash) = files::sha256(FromStart { file, at: 0 })?;
    #[cfg(windows)]
    io::Seek::rewind(&mut &*file)?;
    Ok(hash)
}

/// Reads a file without moving the place where others read on.
struct FromStart<'f> {
    file: &'f File,
    at: u64,
}

impl io::Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = read_at(self.file, buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// The name of a file without its folders.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The name of a file without folders and extension.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::rules::Rules;

    const OLD: &str = "old,1\nold,2\n";
    const NEW: &str = "new,1\nnew,2\n";

    /// A file last written to some time ago, as files are.
    fn written() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, OLD).unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
        (folder, path)
    }

    /// Writes over the beginning of a file, as programs do that save in place.
    fn overwrite(path: &Path, text: &str) {
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn open(path: &Path) -> (File, Source) {
        Source::open(path, &Rules::load(None).unwrap().limits).ok().unwrap()
    }

    #[test]
    fn a_file_nobody_touches_is_unchanged_however_far_it_was_read() {
        let (_folder, path) = written();
        let (mut file, source) = open(&path);
        let mut text = [0; 6];
        file.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"old,1\n", "read from its start");
        assert!(source.is_unchanged());
        assert_eq!(source.sha256, crate::rules::hex_sha256(OLD.as_bytes()));
    }

    #[test]
    fn a_file_written_to_is_changed() {
        let (_folder, path) = written();
        type Change = fn(&Path);
        let changes: [(&str, Change); 4] = [
            ("in place", |path| overwrite(path, NEW)),
            ("cut short", |path| fs::write(path, &OLD[..6]).unwrap()),
            ("longer", |path| OpenOptions::new().append(true).open(path).unwrap().write_all(b"x").unwrap()),
            ("changed and changed back", |path| {
                overwrite(path, NEW);
                overwrite(path, OLD);
            }),
        ];
        for (what, change) in changes {
            let (_file, source) = open(&path);
            assert!(source.is_unchanged(), "{what}");
            // Systems that count time in coarse steps would not tell two writes within one of them apart.
            std::thread::sleep(Duration::from_millis(30));
            change(&path);
            assert!(!source.is_unchanged(), "{what}");
            fs::write(&path, OLD).unwrap();
        }
    }

    #[test]
    fn a_file_whose_time_was_set_back_is_known_by_its_bytes() {
        let (_folder, path) = written();
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        let (_file, source) = open(&path);
        overwrite(&path, NEW);
        OpenOptions::new().write(true).open(&path).unwrap().set_modified(before).unwrap();
        assert!(!source.is_unchanged());
    }

    #[test]
    fn another_file_put_under_the_name_is_no_change_of_the_one_that_is_read() {
        let (folder, path) = written();
        let (mut file, source) = open(&path);
        fs::write(folder.path().join("b.csv"), NEW).unwrap();
        fs::rename(folder.path().join("b.csv"), &path).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, OLD);
        assert!(source.is_unchanged());
    }
}
