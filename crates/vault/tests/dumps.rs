//! A process that holds secrets leaves no dump. In a file of its own: the switch is the whole process's.

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_memory_behind() {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
    tagwarden_vault::forbid_dumps();
    assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    let limit = getrlimit(Resource::Core);
    assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
}
