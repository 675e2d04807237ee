//! The number of a task.

use sha2::{Digest as _, Sha256};

use crate::model::EmployeeId;

/// Twelve hexadecimal digits of a hash over rule, employee and episode: the same firing is the same task.
pub fn task_id(rule: &str, employee: EmployeeId, episode: &str) -> String {
    let digest = Sha256::digest(format!("{rule}\n{employee}\n{episode}").as_bytes());
    let number = digest.iter().take(6).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    format!("T{number:012x}")
}
