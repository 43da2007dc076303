//! What keeps the program's memory, and the secrets in it, out of files that crashes leave behind.

/// Forbids dumps of this process, and lets nobody but root look into its memory. Where the system refuses,
/// the program goes on.
///
/// Linux has both in one switch, which programs that are started do not inherit; the limit on core files
/// is inherited, and is all that other Unixes have. Windows writes none unless its registry says so.
pub fn forbid_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(%error, "core files are not forbidden");
        }
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::warn!(%error, "dumps are not forbidden");
        }
    }
}
