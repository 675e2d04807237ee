//! A sealed stream: bytes in pieces, each encrypted and bound to its place, so that a cut, swapped or changed piece
//! shows (the STREAM construction over XChaCha20-Poly1305). The header in front of it is bound in but readable.

use std::io::{self, Read, Write};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use crate::store::StoreError;
use crate::store::trust::keys::{SecretKey, fill_random};

const PIECE: usize = 1 << 16;
const TAG: usize = 16;
/// Random part of the nonce; four bytes count the pieces and one marks the last.
const PREFIX: usize = 19;

/// The key of a container that holds a copy of a database: derived, so that no key serves two ciphers.
pub fn container_key(database: &SecretKey) -> SecretKey {
    SecretKey::from_bytes(Sha256::new().chain_update(b"daifa backup").chain_update(database.bytes()).finalize().into())
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key.bytes()))
}

fn nonce(prefix: &[u8; PREFIX], piece: u32, last: bool) -> XNonce {
    let mut bytes = [0; 24];
    bytes[..PREFIX].copy_from_slice(prefix);
    bytes[PREFIX..23].copy_from_slice(&piece.to_be_bytes());
    bytes[23] = u8::from(last);
    XNonce::from(bytes)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "changed or cut")
}

/// Takes plain bytes, passes them on sealed. Ends with [`Sealer::finish`]; without it, the stream reads as cut.
pub struct Sealer<W: Write> {
    out: W,
    cipher: XChaCha20Poly1305,
    header: Vec<u8>,
    prefix: [u8; PREFIX],
    piece: u32,
    waiting: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// # Errors
    /// No randomness, or `out` cannot be written.
    pub fn new(mut out: W, key: &SecretKey, header: &[u8]) -> Result<Sealer<W>, StoreError> {
        let mut prefix = [0; PREFIX];
        fill_random(&mut prefix)?;
        out.write_all(&prefix).map_err(|_| StoreError::DiskFull)?;
        Ok(Sealer { out, cipher: cipher(key), header: header.into(), prefix, piece: 0, waiting: Vec::new() })
    }

    fn pass_on(&mut self, plain: &[u8], last: bool) -> io::Result<()> {
        let nonce = nonce(&self.prefix, self.piece, last);
        let sealed = self.cipher.encrypt(&nonce, Payload { msg: plain, aad: &self.header }).map_err(|_| damaged())?;
        self.piece = self.piece.checked_add(1).ok_or_else(damaged)?;
        self.out.write_all(&sealed)
    }

    /// # Errors
    /// The rest cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let rest = std::mem::take(&mut self.waiting);
        self.pass_on(&rest, true)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece is passed on only when more follows: the last one is marked.
        if self.waiting.len() == PIECE {
            let full = std::mem::take(&mut self.waiting);
            self.pass_on(&full, false)?;
        }
        let taken = bytes.len().min(PIECE - self.waiting.len());
        self.waiting.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Gives back the plain bytes of a sealed stream; a wrong key and a changed byte both read as `InvalidData`.
pub struct Opener<R: Read> {
    from: R,
    cipher: XChaCha20Poly1305,
    header: Vec<u8>,
    prefix: [u8; PREFIX],
    piece: u32,
    /// Sealed bytes read ahead: a piece is the last when nothing follows it.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    /// # Errors
    /// The stream is too short to be one.
    pub fn new(mut from: R, key: &SecretKey, header: &[u8]) -> io::Result<Opener<R>> {
        let mut prefix = [0; PREFIX];
        from.read_exact(&mut prefix)?;
        let (cipher, header) = (cipher(key), header.into());
        let (ahead, plain) = (Vec::new(), Vec::new());
        Ok(Opener { from, cipher, header, prefix, piece: 0, ahead, plain, given: 0, ended: false })
    }

    fn next_piece(&mut self) -> io::Result<()> {
        // One byte beyond the piece tells whether it is the last.
        let wanted = (PIECE + TAG + 1).saturating_sub(self.ahead.len()) as u64;
        (&mut self.from).take(wanted).read_to_end(&mut self.ahead)?;
        let rest = if self.ahead.len() > PIECE + TAG { self.ahead.split_off(PIECE + TAG) } else { Vec::new() };
        let sealed = std::mem::replace(&mut self.ahead, rest);
        let last = self.ahead.is_empty();
        let nonce = nonce(&self.prefix, self.piece, last);
        let payload = Payload { msg: &sealed, aad: &self.header };
        self.plain = self.cipher.decrypt(&nonce, payload).map_err(|_| damaged())?;
        self.piece = self.piece.checked_add(1).ok_or_else(damaged)?;
        self.given = 0;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() {
            if self.ended {
                return Ok(0);
            }
            self.next_piece()?;
        }
        let taken = to.len().min(self.plain.len() - self.given);
        to[..taken].copy_from_slice(&self.plain[self.given..self.given + taken]);
        self.given += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(plain: &[u8], key: &SecretKey) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), key, b"header").unwrap();
        sealer.write_all(plain).unwrap();
        sealer.finish().unwrap()
    }

    fn open(sealed: &[u8], key: &SecretKey, header: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Opener::new(sealed, key, header)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_comes_back_at_every_length_around_a_piece() {
        let key = SecretKey::random().unwrap();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7] {
            let plain: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            assert!(open(&seal(&plain, &key), &key, b"header").unwrap() == plain, "{length}");
        }
    }

    #[test]
    fn a_cut_changed_or_swapped_piece_another_key_and_another_header_are_refused() {
        let key = SecretKey::random().unwrap();
        let sealed = seal(&vec![7; 3 * PIECE], &key);
        let piece = PIECE + TAG;
        let refused = |bytes: &[u8]| assert!(open(bytes, &key, b"header").is_err());
        refused(&sealed[..sealed.len() - 1]);
        refused(&sealed[..PREFIX + 2 * piece]);
        refused(&sealed[..PREFIX]);
        refused(&[&sealed[..], b"x"].concat());
        let mut changed = sealed.clone();
        changed[PREFIX + piece + 5] ^= 1;
        refused(&changed);
        let (first, second) = (PREFIX..PREFIX + piece, PREFIX + piece..PREFIX + 2 * piece);
        refused(&[&sealed[..PREFIX], &sealed[second.clone()], &sealed[first], &sealed[second.end..]].concat());
        assert!(open(&sealed, &SecretKey::random().unwrap(), b"header").is_err());
        assert!(open(&sealed, &key, b"another").is_err());
    }
}
