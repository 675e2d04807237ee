//! Signed keys of rows that leave and come back.

use hmac::Hmac;
use sha2::Sha256;

use crate::store::trust::keys::hex;
use crate::store::{Store, short_hmac};

/// Signs keys without the store, also in several threads.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// The signature of a text, as [`Store::sign`] gives it.
    pub fn sign(&self, text: &str) -> String {
        hex(&short_hmac(self.0.clone(), "sign", text)[..8])
    }

    /// An id with its signature, so that a changed or invented key is noticed when the workbook comes back.
    pub fn key(&self, id: &str) -> String {
        format!("{id}.{}", self.sign(id))
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Store {
    /// Signs as [`Store::sign`] does.
    pub fn signer(&self) -> Signer {
        Signer(self.mac.clone())
    }
}
