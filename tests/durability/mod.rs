//! What lasts when the program is killed, the disk is full or the store is held by somebody else.

#[cfg(unix)]
mod faults;
pub mod kill;
mod moments;
pub mod stage;
mod state;
mod work;
