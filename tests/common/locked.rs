//! A workbook saved with an opening password, after the standard scheme of MS-OFFCRYPTO that Office 2007 writes: AES-128
//! in blocks that stand alone, SHA-1, 50,000 rounds.

use std::io::{Cursor, Write as _};
use std::path::Path;

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use sha1::Sha1;
use sha2::Digest;

const SALT: [u8; 16] = *b"for these tests.";
const ROUNDS: u32 = 50_000;
const BLOCK: usize = 16;

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha1::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

/// The key a password makes.
fn key(password: &str) -> Vec<u8> {
    let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut made = hash(&[&SALT, &password]);
    for round in 0..ROUNDS {
        made = hash(&[&round.to_le_bytes(), &made]);
    }
    let made = hash(&[&made, &[0; 4]]);
    let mut block = [0x36_u8; 64];
    block.iter_mut().zip(&made).for_each(|(byte, other)| *byte ^= other);
    let mut key = hash(&[&block]);
    key.truncate(BLOCK);
    key
}

/// Enciphers bytes, filled up to whole blocks.
fn enciphered(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    let cipher = aes::Aes128::new_from_slice(key).unwrap();
    for block in bytes.chunks_exact_mut(BLOCK) {
        let block: &mut [u8; BLOCK] = block.try_into().unwrap();
        cipher.encrypt_block(block.into());
    }
    bytes
}

/// Saves the workbook at `path` with an opening password beside it, under `name`.
pub fn locked(path: &Path, name: &str, password: &str) -> String {
    let (package, key) = (std::fs::read(path).unwrap(), key(password));
    let verifier = [7_u8; 16];
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    // Flags, size, AES-128, SHA-1, bits of the key, AES provider, reserved twice; its name is left empty.
    let header = [words(&[0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0]), vec![0; 2]].concat();
    let info = [
        // Version 3.2, the flags once more.
        vec![3, 0, 2, 0],
        words(&[0x24, header.len() as u32]),
        header,
        words(&[SALT.len() as u32]),
        SALT.to_vec(),
        enciphered(&key, &verifier),
        words(&[20]),
        enciphered(&key, &hash(&[&verifier])),
    ];
    let enciphered = [(package.len() as u64).to_le_bytes().to_vec(), enciphered(&key, &package)].concat();
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/EncryptionInfo").unwrap().write_all(&info.concat()).unwrap();
    compound.create_stream("/EncryptedPackage").unwrap().write_all(&enciphered).unwrap();
    let to = path.with_file_name(name);
    std::fs::write(&to, compound.into_inner().into_inner()).unwrap();
    to.to_str().unwrap().to_string()
}
