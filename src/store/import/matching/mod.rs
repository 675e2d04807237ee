//! Who a row speaks of: found by ordered rules, only when exactly one fits, else asked for.
//!
//! **What becomes of a row meanwhile.** A holdings row whose person is not sure is neither held back nor given to
//! somebody: it is kept under a *provisional* number of its own (a person nobody else's numbers point to). So the
//! employer's heads and sums are right on the day of the import, nothing waits outside the snapshots, and no money is
//! put to a wrong name. What would be wrong meanwhile is said to be unknown instead: neither the provisional person nor
//! the candidates count as joined or departed, and nobody contacts the provisional one. A decision then only adds an
//! alias from the provisional number (or, for a merge, from one known person) to another; everything read from the
//! store follows it, earlier and later rows alike, and undoing it takes the alias away again. A payment whose payee is
//! not sure counts for its employer and for nobody; the decision gives all payments of that payee to the person.
//! An employer that is not sure is kept under a provisional number in the same way; its parts, runs and visits
//! then move to the employer decided on, and back when that is undone.
//!
//! **Order does not matter.** No automatic match ever gives a person a second customer number or a second ID number
//! (unless a workspace's rules say so), whatever comes first. Matches on a name alone are worked out anew after every
//! import from all that is known then, so a second person of the name turns them into a question.

mod apply;
mod employer;
mod open;
mod payees;
mod person;
#[cfg(test)]
mod tests;

pub use crate::store::import::matching::employer::{EmployerMatch, NameFit, UnsureEmployer};
pub use crate::store::import::matching::open::{Decision, OpenMatch, Seen};
pub use crate::store::import::matching::person::{PersonMatch, UnsurePerson};

use rusqlite::params;

use crate::store::{Store, StoreError};

/// A number as its scheme and hash.
pub(super) type Key = (&'static str, [u8; 16]);

impl Store {
    /// The match that was opened for all of these numbers, the latest first.
    fn covering(&self, subject: &str, required: &[Key]) -> Result<Option<(i64, i64)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT m.match_id, m.provisional FROM match_key k JOIN open_match m ON m.match_id = k.match_id
             WHERE k.scheme = ?1 AND k.hmac = ?2 AND m.subject = ?3 ORDER BY m.match_id",
        )?;
        let mut common: Option<Vec<(i64, i64)>> = None;
        for (scheme, hmac) in required {
            let having: Vec<(i64, i64)> = statement
                .query_map(params![scheme, hmac, subject], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect::<Result<_, _>>()?;
            common = Some(match common {
                None => having,
                Some(before) => before.into_iter().filter(|m| having.contains(m)).collect(),
            });
        }
        Ok(common.and_then(|matches| matches.last().copied()))
    }
}
