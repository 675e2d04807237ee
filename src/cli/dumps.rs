//! No picture of the memory when the program crashes: it would hold the key of the workspace and people's data.

/// Switches dumps off for this process and those it starts; where the system does not let it, they stay as they are.
/// Windows is asked by its own settings (Windows Error Reporting).
pub fn switch_off() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).ok();
    }
    // The limit does not hold for dumps that are handed to another program; this does, and keeps other programs of the user
    // from reading the memory. A process started from here has to do it itself.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).ok();
}
