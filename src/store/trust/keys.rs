//! The database key: random, raw, and kept only wrapped: by a key file in the user's configuration folder,
//! or by a passphrase. A recovery copy lets another PC open the workspace.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use crate::files::{self, Unfit};
use crate::store::StoreError;

/// A 256-bit key. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// A new random key from the operating system.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn random() -> Result<SecretKey, StoreError> {
        let mut bytes = [0; 32];
        fill_random(&mut bytes)?;
        Ok(SecretKey(bytes))
    }

    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads 64 hexadecimal digits; blanks and dashes between them do not count.
    pub fn from_hex(text: &str) -> Option<SecretKey> {
        let digits: Vec<u32> =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks(2).map(|c| (c[0] * 16 + c.get(1).unwrap_or(&0)) as u8).collect();
        (digits.len() == 64).then_some(())?;
        bytes.try_into().ok().map(SecretKey)
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> SecretKey {
        SecretKey(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// How the database key lies in `daifa.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrappedKey {
    /// `key_file` or `passphrase`.
    pub by: String,
    /// XChaCha20-Poly1305 nonce, 24 bytes in hex.
    pub nonce: String,
    /// The database key and its tag, in hex.
    pub sealed: String,
    /// Argon2id salt in hex, with `by = "passphrase"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
}

/// Wraps `database` with `wrapping`; the workspace's uuid is bound in, so a key cannot be moved to another one.
pub fn wrap(database: &SecretKey, wrapping: &SecretKey, uuid: &str, by: &str) -> Result<WrappedKey, StoreError> {
    let mut nonce = [0; 24];
    fill_random(&mut nonce)?;
    let cipher = XChaCha20Poly1305::new(&Key::from(wrapping.0));
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: &database.0, aad: uuid.as_bytes() })
        .map_err(|_| StoreError::WrongKey)?;
    Ok(WrappedKey { by: by.into(), nonce: hex(&nonce), sealed: hex(&sealed), salt: None })
}

/// The database key again.
///
/// # Errors
/// [`StoreError::WrongKey`] when the wrapping key is another one or the wrapped text was changed.
pub fn unwrap(wrapped: &WrappedKey, wrapping: &SecretKey, uuid: &str) -> Result<SecretKey, StoreError> {
    let nonce: [u8; 24] = from_hex(&wrapped.nonce).and_then(|b| b.try_into().ok()).ok_or(StoreError::WrongKey)?;
    let sealed = from_hex(&wrapped.sealed).ok_or(StoreError::WrongKey)?;
    let cipher = XChaCha20Poly1305::new(&Key::from(wrapping.0));
    let bytes = cipher
        .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: uuid.as_bytes() })
        .map_err(|_| StoreError::WrongKey)?;
    bytes.try_into().map(SecretKey).map_err(|_| StoreError::WrongKey)
}

/// Wraps with a key made from a passphrase by Argon2id.
pub fn wrap_with_passphrase(database: &SecretKey, passphrase: &str, uuid: &str) -> Result<WrappedKey, StoreError> {
    let mut salt = [0; 16];
    fill_random(&mut salt)?;
    let mut wrapped = wrap(database, &from_passphrase(passphrase, &salt)?, uuid, "passphrase")?;
    wrapped.salt = Some(hex(&salt));
    Ok(wrapped)
}

/// The database key again, from the passphrase.
pub fn unwrap_with_passphrase(wrapped: &WrappedKey, passphrase: &str, uuid: &str) -> Result<SecretKey, StoreError> {
    let salt = wrapped.salt.as_deref().and_then(from_hex).ok_or(StoreError::WrongKey)?;
    unwrap(wrapped, &from_passphrase(passphrase, &salt)?, uuid)
}

fn from_passphrase(passphrase: &str, salt: &[u8]) -> Result<SecretKey, StoreError> {
    let mut key = [0; 32];
    argon2::Argon2::default()
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(|_| StoreError::WrongKey)?;
    Ok(SecretKey(key))
}

/// The key file the user names, whatever the workspace: others may use it too.
pub fn named_key_file() -> Option<PathBuf> {
    std::env::var_os("DAIFA_KEY_FILE").map(PathBuf::from)
}

/// Where the key file of a workspace lies: `DAIFA_KEY_FILE` if set, else `<config>/daifa/<uuid>.key`.
pub fn key_file(uuid: &str) -> Result<PathBuf, StoreError> {
    if let Some(path) = named_key_file() {
        return Ok(path);
    }
    let config = dirs::config_dir().ok_or(StoreError::NoConfigFolder)?;
    Ok(config.join("daifa").join(format!("{uuid}.key")))
}

/// Writes a key file that only its owner may read.
///
/// # Errors
/// There is a file already, or the folder cannot be written.
pub fn write_key_file(path: &Path, key: &SecretKey) -> Result<(), StoreError> {
    let failed = |e: std::io::Error| StoreError::KeyFile { path: path.to_path_buf(), reason: e.to_string() };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = files::create_new(path).map_err(failed)?;
    writeln!(file, "{}", key.to_hex()).and_then(|()| file.sync_all()).map_err(failed)
}

/// Writes a key file in the place of the one there may be, in one step: it may be another workspace's last copy.
///
/// # Errors
/// The folder cannot be written.
pub fn replace_key_file(path: &Path, keys: &[SecretKey]) -> Result<(), StoreError> {
    let failed = |e: std::io::Error| StoreError::KeyFile { path: path.to_path_buf(), reason: e.to_string() };
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // Such a file is its owner's alone from the beginning.
    let mut file = tempfile::Builder::new().prefix(".daifa-").tempfile_in(folder).map_err(failed)?;
    let text: String = keys.iter().map(|key| key.to_hex() + "\n").collect();
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map(|_| ()).map_err(|e| failed(e.error))
}

/// Takes a key file from other users of the PC who can read it; says whether somebody could. None when there is no such
/// file.
///
/// # Errors
/// [`StoreError::KeyFileOpen`]: it cannot be taken from them.
pub fn close_key_file(path: &Path) -> Result<bool, StoreError> {
    match files::make_private(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(_) => Err(StoreError::KeyFileOpen { path: path.to_path_buf() }),
        Ok(closed) => Ok(closed),
    }
}

/// Reads a key file or a recovery copy: the last line of 64 hexadecimal digits.
pub fn read_key_file(path: &Path) -> Result<SecretKey, StoreError> {
    read_keys(path)?.pop().ok_or(StoreError::WrongKey)
}

/// Every key in a key file, the newest last: one that several workspaces share keeps those of before.
///
/// # Errors
/// No such file, or one that cannot be read.
pub fn read_keys(path: &Path) -> Result<Vec<SecretKey>, StoreError> {
    let text = files::read_text(path, files::LONGEST_KEY).map_err(|e| match Unfit::of(&e) {
        Some(unfit) => StoreError::Unfit { path: path.to_path_buf(), unfit },
        None => StoreError::KeyFile { path: path.to_path_buf(), reason: e.to_string() },
    })?;
    Ok(text.lines().filter_map(SecretKey::from_hex).collect())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|c| (c[0] * 16 + c[1]) as u8).collect())
}

pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|_| StoreError::NoRandomness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_only_with_its_key_and_workspace() {
        let database = SecretKey::random().unwrap();
        let wrapping = SecretKey::random().unwrap();
        let wrapped = wrap(&database, &wrapping, "workspace-1", "key_file").unwrap();
        assert!(unwrap(&wrapped, &wrapping, "workspace-1").unwrap() == database);
        assert!(unwrap(&wrapped, &wrapping, "workspace-2").is_err());
        assert!(unwrap(&wrapped, &SecretKey::random().unwrap(), "workspace-1").is_err());
    }

    #[test]
    fn a_passphrase_wraps_and_unwraps() {
        let database = SecretKey::random().unwrap();
        let wrapped = wrap_with_passphrase(&database, "long enough", "workspace-1").unwrap();
        assert!(unwrap_with_passphrase(&wrapped, "long enough", "workspace-1").unwrap() == database);
        assert!(unwrap_with_passphrase(&wrapped, "long enoug", "workspace-1").is_err());
    }
}
