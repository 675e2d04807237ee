//! Who a row speaks of: decided by ordered rules from what the store knows, only when exactly one fits, else asked for.
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

pub mod employer;
pub mod payee;
pub mod person;
