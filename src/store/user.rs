//! Who is at work, as the operating system says.

/// The name of the user this process runs as: out of the system's own accounts, for a variable of the environment says
/// whatever somebody sets it to.
pub fn name() -> String {
    // An account without a name (a container's bare number) has none to tell.
    whoami::username().unwrap_or_else(|_| "unknown".into())
}
