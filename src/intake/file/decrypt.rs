//! Workbooks with an opening password: the agile and the standard scheme of ECMA-376 (MS-OFFCRYPTO). What is
//! deciphered stays in memory.

use std::borrow::Cow;
use std::io::{Read, Seek};
use std::path::Path;

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use base64::Engine as _;
use hmac::{Hmac, Mac};
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::files;
use crate::intake::file::encoding::Text;
use crate::intake::file::input::Input;
use crate::intake::issue::{self, Fault};

/// Workbooks that are only protected against changes are enciphered with this password, and Excel opens them with it
/// without asking.
const EVERYBODYS: &str = "VelvetSweatshop";
/// Passwords of a file that are tried.
const MAX_PASSWORDS: usize = 50;
/// Rounds of hashing the standard allows.
const MAX_ROUNDS: u32 = 10_000_000;
/// Bytes of the package enciphered with one starting vector.
const SEGMENT: usize = 4096;
const BLOCK: usize = 16;

/// The passwords of a file: one a line.
///
/// # Errors
/// A file that cannot be read or is no text, and so holds no password that fits.
pub(crate) fn passwords(path: &Path) -> Result<Vec<String>, Fault> {
    let wrong = || Fault::new(issue::WRONG_PASSWORD);
    let bytes = files::read(path, files::LONGEST_KEY).map_err(|_| wrong())?;
    let text = Text::open(Input::memory(bytes)).and_then(Text::whole).map_err(|_| wrong())?;
    Ok(text.lines().filter(|l| !l.is_empty()).take(MAX_PASSWORDS).map(str::to_string).collect())
}

/// Deciphers the package of a compound file with the first password that fits.
///
/// # Errors
/// No password, none that fits, a scheme nobody uses any more, or a package that was changed.
pub(crate) fn decipher<F: Read + Seek>(
    compound: &mut cfb::CompoundFile<F>,
    passwords: &[String],
) -> Result<Vec<u8>, Fault> {
    let broken = |_| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts");
    let mut info = Vec::new();
    let mut package = Vec::new();
    compound.open_stream("/EncryptionInfo").map_err(broken)?.take(1 << 20).read_to_end(&mut info).map_err(broken)?;
    let scheme = Scheme::read(&info).ok_or_else(|| Fault::new(issue::ENCRYPTED_FILE))?;
    let everybodys = EVERYBODYS.to_string();
    let key = std::iter::once(&everybodys).chain(passwords).find_map(|p| scheme.key(p));
    let Some(key) = key else {
        let code = if passwords.is_empty() { issue::ENCRYPTED_FILE } else { issue::WRONG_PASSWORD };
        return Err(Fault::new(code));
    };
    compound.open_stream("/EncryptedPackage").map_err(broken)?.read_to_end(&mut package).map_err(broken)?;
    if !scheme.is_whole(&key, &package) {
        return Err(Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_changed_inside"));
    }
    scheme.open(&key, package).ok_or_else(|| Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_broken_parts"))
}

/// The ciphers a workbook may name.
enum Scheme {
    Agile(Box<Agile>),
    Standard(Standard),
}

impl Scheme {
    fn read(info: &[u8]) -> Option<Scheme> {
        let (version, rest) = info.split_at_checked(8)?;
        match (u16_at(version, 0)?, u16_at(version, 2)?) {
            (4, 4) => Agile::read(std::str::from_utf8(rest).ok()?).map(|a| Scheme::Agile(Box::new(a))),
            (2..=4, 2) => Standard::read(rest).map(Scheme::Standard),
            _ => None,
        }
    }

    /// The key of the package, if the password is right.
    fn key(&self, password: &str) -> Option<Vec<u8>> {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        match self {
            Scheme::Agile(agile) => agile.key(&password),
            Scheme::Standard(standard) => standard.key(&password),
        }
    }

    /// Whether nobody changed the package; the standard scheme cannot tell.
    fn is_whole(&self, key: &[u8], package: &[u8]) -> bool {
        match self {
            Scheme::Agile(agile) => agile.is_whole(key, package).unwrap_or(false),
            Scheme::Standard(_) => true,
        }
    }

    fn open(&self, key: &[u8], mut package: Vec<u8>) -> Option<Vec<u8>> {
        let length = usize::try_from(u64::from_le_bytes(package.get(..8)?.try_into().ok()?)).ok()?;
        package.drain(..8);
        // The last segment may lack the blanks that fill its last block; nothing is deciphered from half a block.
        package.truncate(package.len() / BLOCK * BLOCK);
        match self {
            Scheme::Agile(agile) => {
                for (i, segment) in package.chunks_mut(SEGMENT).enumerate() {
                    let number = u32::try_from(i).ok()?.to_le_bytes();
                    let vector = agile.data.vector(&number);
                    cbc(key, &vector, segment)?;
                }
            }
            Scheme::Standard(_) => ecb(key, &mut package)?,
        }
        if length > package.len() {
            return None;
        }
        package.truncate(length);
        Some(package)
    }
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Hash> {
        match name {
            "SHA1" | "SHA-1" => Some(Hash::Sha1),
            "SHA256" | "SHA-256" => Some(Hash::Sha256),
            "SHA384" | "SHA-384" => Some(Hash::Sha384),
            "SHA512" | "SHA-512" => Some(Hash::Sha512),
            _ => None,
        }
    }

    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hash = D::new();
            parts.iter().for_each(|p| hash.update(p));
            hash.finalize().to_vec()
        }
        match self {
            Hash::Sha1 => digest::<Sha1>(parts),
            Hash::Sha256 => digest::<Sha256>(parts),
            Hash::Sha384 => digest::<Sha384>(parts),
            Hash::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// A password hashed again and again, each time with the number of the round.
    fn rounds(self, salt: &[u8], password: &[u8], rounds: u32) -> Vec<u8> {
        let mut hash = self.of(&[salt, password]);
        for round in 0..rounds {
            hash = self.of(&[&round.to_le_bytes(), &hash]);
        }
        hash
    }

    fn is_mac(self, key: &[u8], message: &[u8], mac: &[u8]) -> bool {
        macro_rules! verified {
            ($hash:ty) => {
                Hmac::<$hash>::new_from_slice(key).is_ok_and(|h| h.chain_update(message).verify_slice(mac).is_ok())
            };
        }
        match self {
            Hash::Sha1 => verified!(Sha1),
            Hash::Sha256 => verified!(Sha256),
            Hash::Sha384 => verified!(Sha384),
            Hash::Sha512 => verified!(Sha512),
        }
    }
}

/// How keys and starting vectors are made; the package and the password have their own.
struct KeyData {
    hash: Hash,
    hash_size: usize,
    key_size: usize,
    salt: Vec<u8>,
}

impl KeyData {
    fn read(tag: &BytesStart<'_>) -> Option<KeyData> {
        let number = |name: &str| text(tag, name)?.parse::<usize>().ok();
        // Other block ciphers and modes were never written by any Excel.
        if text(tag, "cipherAlgorithm")? != "AES" || text(tag, "cipherChaining")? != "ChainingModeCBC" {
            return None;
        }
        let key_size = number("keyBits")? / 8;
        let hash_size = number("hashSize")?;
        let data = KeyData {
            hash: Hash::named(&text(tag, "hashAlgorithm")?)?,
            hash_size,
            key_size,
            salt: bytes(tag, "saltValue")?,
        };
        (matches!(key_size, 16 | 24 | 32) && number("blockSize")? == BLOCK && hash_size <= 64).then_some(data)
    }

    /// The starting vector for a part.
    fn vector(&self, part: &[u8]) -> Vec<u8> {
        fit(self.hash.of(&[&self.salt, part]), BLOCK)
    }
}

struct Agile {
    data: KeyData,
    password: KeyData,
    rounds: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
    mac_key: Vec<u8>,
    mac: Vec<u8>,
}

impl Agile {
    fn read(xml: &str) -> Option<Agile> {
        let mut reader = quick_xml::Reader::from_str(xml);
        let (mut data, mut integrity, mut password) = (None, None, None);
        loop {
            match reader.read_event().ok()? {
                Event::Eof | Event::DocType(_) => break,
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().into_inner() {
                    "keyData" => data = data.or(KeyData::read(&tag)),
                    "dataIntegrity" => {
                        integrity = Some((bytes(&tag, "encryptedHmacKey")?, bytes(&tag, "encryptedHmacValue")?));
                    }
                    "encryptedKey" if password.is_none() => {
                        let inner = |name: &str| bytes(&tag, name);
                        password = Some((
                            KeyData::read(&tag)?,
                            text(&tag, "spinCount")?.parse::<u32>().ok().filter(|n| *n <= MAX_ROUNDS)?,
                            inner("encryptedVerifierHashInput")?,
                            inner("encryptedVerifierHashValue")?,
                            inner("encryptedKeyValue")?,
                        ));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        let (mac_key, mac) = integrity?;
        let (password, rounds, verifier, verifier_hash, key) = password?;
        Some(Agile { data: data?, password, rounds, verifier, verifier_hash, key, mac_key, mac })
    }

    fn key(&self, password: &[u8]) -> Option<Vec<u8>> {
        let p = &self.password;
        let hash = p.hash.rounds(&p.salt, password, self.rounds);
        let vector = fit(p.salt.clone(), BLOCK);
        let opened = |purpose: [u8; 8], what: &[u8]| {
            let key = fit(p.hash.of(&[&hash, &purpose]), p.key_size);
            let mut what = what.to_vec();
            cbc(&key, &vector, &mut what)?;
            Some(what)
        };
        let verifier = opened([0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79], &self.verifier)?;
        let expected = opened([0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e], &self.verifier_hash)?;
        let verifier = verifier.get(..p.salt.len()).unwrap_or(&verifier);
        if p.hash.of(&[verifier]) != expected.get(..p.hash_size)? {
            return None;
        }
        let mut key = opened([0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6], &self.key)?;
        key.truncate(self.data.key_size);
        (key.len() == self.data.key_size).then_some(key)
    }

    fn is_whole(&self, key: &[u8], package: &[u8]) -> Option<bool> {
        let opened = |purpose: [u8; 8], what: &[u8]| {
            let mut what = what.to_vec();
            cbc(key, &self.data.vector(&purpose), &mut what)?;
            what.truncate(self.data.hash_size);
            Some(what)
        };
        let mac_key = opened([0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6], &self.mac_key)?;
        let mac = opened([0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33], &self.mac)?;
        Some(self.data.hash.is_mac(&mac_key, package, &mac))
    }
}

/// The scheme of Office 2007: AES in blocks that stand alone, SHA-1, 50,000 rounds.
struct Standard {
    key_size: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
}

impl Standard {
    fn read(info: &[u8]) -> Option<Standard> {
        let size = usize::try_from(u32_at(info, 0)?).ok()?;
        let header = info.get(4..4usize.checked_add(size)?)?;
        let (algorithm, bits) = (u32_at(header, 8)?, u32_at(header, 16)?);
        let key_size = match (algorithm, bits) {
            (0x660E, 0 | 128) => 16,
            (0x660F, 192) => 24,
            (0x6610, 256) => 32,
            _ => return None,
        };
        let rest = &info[4 + size..];
        let part = |from: usize, to: usize| rest.get(from..to).map(<[u8]>::to_vec);
        (u32_at(rest, 0)? == 16).then_some(())?;
        Some(Standard { key_size, salt: part(4, 20)?, verifier: part(20, 36)?, verifier_hash: part(40, 72)? })
    }

    fn key(&self, password: &[u8]) -> Option<Vec<u8>> {
        let hash = Hash::Sha1.rounds(&self.salt, password, 50_000);
        let hash = Hash::Sha1.of(&[&hash, &[0; 4]]);
        let half = |fill: u8| {
            let mut block = [fill; 64];
            block.iter_mut().zip(&hash).for_each(|(b, h)| *b ^= h);
            Hash::Sha1.of(&[&block])
        };
        let mut key = half(0x36);
        key.extend(half(0x5c));
        key.truncate(self.key_size);
        let (mut verifier, mut expected) = (self.verifier.clone(), self.verifier_hash.clone());
        ecb(&key, &mut verifier)?;
        ecb(&key, &mut expected)?;
        (Hash::Sha1.of(&[&verifier])[..] == expected[..20]).then_some(key)
    }
}

/// Deciphers whole blocks in place.
fn cbc(key: &[u8], vector: &[u8], bytes: &mut [u8]) -> Option<()> {
    macro_rules! deciphered {
        ($cipher:ty) => {
            cbc::Decryptor::<$cipher>::new_from_slices(key, vector).ok()?.decrypt_padded::<NoPadding>(bytes).ok()?
        };
    }
    match key.len() {
        16 => deciphered!(aes::Aes128),
        24 => deciphered!(aes::Aes192),
        _ => deciphered!(aes::Aes256),
    };
    Some(())
}

fn ecb(key: &[u8], bytes: &mut [u8]) -> Option<()> {
    macro_rules! deciphered {
        ($cipher:ty) => {{
            let cipher = <$cipher>::new_from_slice(key).ok()?;
            for block in bytes.chunks_exact_mut(BLOCK) {
                let block: &mut [u8; BLOCK] = block.try_into().ok()?;
                cipher.decrypt_block(block.into());
            }
        }};
    }
    match key.len() {
        16 => deciphered!(aes::Aes128),
        24 => deciphered!(aes::Aes192),
        _ => deciphered!(aes::Aes256),
    }
    Some(())
}

/// Cut or filled up with `0x36` to a length, as the scheme prescribes.
fn fit(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

fn text<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<Cow<'t, str>> {
    tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name).map(|a| a.value)
}

fn bytes(tag: &BytesStart<'_>, name: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text(tag, name)?.trim()).ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// `agile.xlsx` was made by msoffcrypto-tool, `excel.xlsx` by Excel, `standard.xlsx` by a script and checked with
    /// msoffcrypto-tool.
    fn opened(name: &str, passwords: &[&str]) -> Result<Vec<u8>, Fault> {
        let bytes = std::fs::read(format!("{}/tests/locked/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let passwords: Vec<String> = passwords.iter().map(|p| (*p).to_string()).collect();
        decipher(&mut cfb::CompoundFile::open(Cursor::new(bytes)).unwrap(), &passwords)
    }

    #[test]
    fn both_schemes_open_with_the_right_password_only() {
        for (name, password) in [("agile.xlsx", "正确密码1"), ("standard.xlsx", "正确密码2"), ("excel.xlsx", "123")]
        {
            let package = opened(name, &["x", password]).unwrap();
            assert!(package.starts_with(b"PK\x03\x04"), "{name}");
            assert!(zip::ZipArchive::new(Cursor::new(package)).is_ok(), "{name}");
            assert_eq!(opened(name, &["错"]).unwrap_err().code, issue::WRONG_PASSWORD, "{name}");
            assert_eq!(opened(name, &[]).unwrap_err().code, issue::ENCRYPTED_FILE, "{name}");
        }
    }

    #[test]
    fn a_package_that_was_changed_is_refused() {
        let path = format!("{}/tests/locked/agile.xlsx", env!("CARGO_MANIFEST_DIR"));
        let mut compound = cfb::CompoundFile::open(Cursor::new(std::fs::read(path).unwrap())).unwrap();
        let mut package = compound.open_stream("/EncryptedPackage").unwrap();
        std::io::Seek::seek(&mut package, std::io::SeekFrom::Start(1_000)).unwrap();
        std::io::Write::write_all(&mut package, b"0123456789").unwrap();
        drop(package);
        let fault = decipher(&mut compound, &["正确密码1".to_string()]).unwrap_err();
        assert_eq!(fault, Fault::new(issue::UNREADABLE_FILE).word("reason", "reason_changed_inside"));
    }

    #[test]
    fn no_scheme_panics() {
        for length in 0..200 {
            let mut info = vec![4, 0, 4, 0, 64, 0, 0, 0];
            info.resize(8 + length, b'<');
            assert!(Scheme::read(&info).is_none());
            info[..4].copy_from_slice(&[3, 0, 2, 0]);
            Scheme::read(&info);
        }
    }
}
