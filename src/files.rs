//! Files of a disk that others may have prepared. Only regular files are opened (a pipe, a device or a socket would keep
//! its reader waiting for ever), never more than a bound is read into memory, and what lies in a place of ours is not
//! reached through a link.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use sha2::{Digest as _, Sha256};

/// Longest text that is read (rules, words, templates, profiles, lists of people), in bytes.
pub const LONGEST_TEXT: u64 = 16 << 20;
/// Longest picture for documents, in bytes.
pub const LONGEST_PICTURE: u64 = 4 << 20;
/// Longest key, recovery copy or passphrase file, in bytes: a key file may hold the keys of many workspaces.
pub const LONGEST_KEY: u64 = 1 << 20;

/// Why something on the disk is not opened, although it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A folder, a pipe, a device or a socket where a file is wanted; a file where a folder is.
    #[error("of another kind than expected: no ordinary file or folder")]
    Kind,
    #[error("a link that leads elsewhere")]
    Link,
    #[error("longer than {limit} bytes")]
    TooLong { limit: u64 },
}

impl Unfit {
    /// The reason an error of this module carries.
    pub fn of(error: &io::Error) -> Option<Unfit> {
        error.get_ref()?.downcast_ref::<Unfit>().copied()
    }
}

impl From<Unfit> for io::Error {
    fn from(unfit: Unfit) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidInput, unfit)
    }
}

/// Opens a regular file somebody has named, for reading.
///
/// # Errors
/// [`Unfit::Kind`], or as the system has it.
pub fn open(path: &Path) -> io::Result<File> {
    // Looked at beforehand: opening alone does something to some devices.
    must_be_file(fs::metadata(path)?.file_type())?;
    opened(fs::OpenOptions::new().read(true), path, 0)
}

/// Opens a regular file of ours, for reading: one that is found and not named, so that a link in its place is none.
///
/// # Errors
/// [`Unfit::Link`], [`Unfit::Kind`], or as the system has it.
pub fn open_own(path: &Path) -> io::Result<File> {
    must_be_file(fs::symlink_metadata(path)?.file_type())?;
    opened(fs::OpenOptions::new().read(true), path, no_follow())
}

/// Opens a file of ours for writing, as it is; makes it, its owner's alone, when it is not there.
///
/// # Errors
/// As [`open_own`].
pub fn write_own(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(there) => must_be_file(there.file_type())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    opened(private(fs::OpenOptions::new().write(true).create(true).truncate(false)), path, no_follow())
}

/// Makes a file that must not be there yet, its owner's alone.
///
/// # Errors
/// Something has the name, also a link that leads nowhere; or as the system has it.
pub fn create_new(path: &Path) -> io::Result<File> {
    private(fs::OpenOptions::new().write(true).create_new(true)).open(path)
}

/// All bytes of a regular file somebody has named, at most `limit`.
///
/// # Errors
/// [`Unfit::TooLong`], or as [`open`].
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    bounded(open(path)?, limit)
}

/// Text of a regular file somebody has named: UTF-8, or what its byte order mark says (Notepad writes UTF-16 too).
///
/// # Errors
/// As [`read`]; text that is not what it says to be.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    text(&bounded(open(path)?, limit)?)
}

/// [`read`] of a file of ours.
///
/// # Errors
/// As [`read`] and [`open_own`].
pub fn read_own(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    bounded(open_own(path)?, limit)
}

/// [`read_text`] of a file of ours.
///
/// # Errors
/// As [`read_text`] and [`open_own`].
pub fn read_own_text(path: &Path, limit: u64) -> io::Result<String> {
    text(&read_own(path, limit)?)
}

/// Makes a folder below `root` and those on the way to it, their owner's alone; none is made behind a link.
///
/// # Errors
/// [`Unfit::Link`], [`Unfit::Kind`] when something else has the name, or as the system has it.
pub fn make_folder(root: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(root)?;
    let mut at = root.to_path_buf();
    for part in folder.strip_prefix(root).unwrap_or(folder).components() {
        at.push(part);
        match make_private_folder(&at) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => must_be_folder(&at)?,
            made => made?,
        }
    }
    Ok(())
}

/// The first link on the way from `root` (which may be one) to `path`, the path itself included.
///
/// # Errors
/// A folder on the way cannot be looked into.
pub fn link_on_the_way(root: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    let mut at = root.to_path_buf();
    for part in path.strip_prefix(root).unwrap_or(path).components() {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(there) if there.file_type().is_symlink() => return Ok(Some(at)),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// What lies in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    File,
    /// Not followed, wherever it leads.
    Link,
    /// A pipe, a device, a socket, a folder nobody may look into.
    Other,
}

/// All that lies below a folder but folders, in order of path; nothing when there is no such folder. Links are told and not
/// followed; only the folder itself may be one.
///
/// # Errors
/// A folder that cannot be looked into.
pub fn below(top: &Path) -> io::Result<Vec<(PathBuf, Found)>> {
    let mut found = Vec::new();
    let mut open = vec![top.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => continue,
            // What lies in it nobody can say: it is told itself.
            Err(_) if folder != top => {
                found.push((folder, Found::Other));
                continue;
            }
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            // Of the entry itself: on Windows a junction is a link too.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(entry.path());
            } else {
                let kind = if kind.is_symlink() {
                    Found::Link
                } else if kind.is_file() {
                    Found::File
                } else {
                    Found::Other
                };
                found.push((entry.path(), kind));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

/// Takes from everybody but the owner what they may do with a file or folder; says whether they could do anything. Windows
/// keeps such rights elsewhere.
///
/// # Errors
/// It is another user's, or its disk keeps no rights.
pub fn make_private(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = |path: &Path| fs::metadata(path).map(|m| m.permissions().mode() & 0o7777).map(|m| (m, m & 0o077));
        let (mode, others) = open(path)?;
        if others == 0 {
            return Ok(false);
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode & !0o077))?;
        // Some disks take the change without a word and keep nothing of it.
        if open(path)?.1 != 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(true)
    }
    #[cfg(not(unix))]
    {
        fs::metadata(path).map(|_| false)
    }
}

fn opened(options: &mut fs::OpenOptions, path: &Path, flags: i32) -> io::Result<File> {
    // One that was put in the file's place meanwhile must not keep us waiting either.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(flags | rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    #[cfg(not(unix))]
    let _ = flags;
    let file = options.open(path)?;
    must_be_file(file.metadata()?.file_type())?;
    Ok(file)
}

#[cfg(unix)]
fn no_follow() -> i32 {
    rustix::fs::OFlags::NOFOLLOW.bits() as i32
}

#[cfg(not(unix))]
fn no_follow() -> i32 {
    0
}

fn private(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn make_private_folder(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn must_be_file(kind: fs::FileType) -> io::Result<()> {
    if kind.is_symlink() {
        return Err(Unfit::Link.into());
    }
    if kind.is_file() { Ok(()) } else { Err(Unfit::Kind.into()) }
}

fn must_be_folder(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Err(Unfit::Link.into());
    }
    if kind.is_dir() { Ok(()) } else { Err(Unfit::Kind.into()) }
}

fn bounded(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(Unfit::TooLong { limit }.into()) } else { Ok(bytes) }
}

fn text(bytes: &[u8]) -> io::Result<String> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("no {} text", encoding.name()));
    decoded.map(std::borrow::Cow::into_owned).ok_or_else(wrong)
}

/// Length and SHA-256 (lower-case hexadecimal) of all that can be read.
///
/// # Errors
/// What reading ends with.
pub fn sha256(mut from: impl Read) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 << 10];
    let mut bytes = 0;
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok((bytes, hash.finalize().iter().map(|b| format!("{b:02x}")).collect())),
            Ok(n) => {
                hash.update(&piece[..n]);
                bytes += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests;
