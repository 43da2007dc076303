//! Care for machines where the web engine's fast path draws nothing.

/// On Linux without a render device the engine's buffer sharing leaves the window blank; the engine
/// reads its switch from the environment before anything else, so the program starts itself anew
/// with it. Does nothing where the user has set the switch either way.
#[cfg(target_os = "linux")]
pub fn restart_without_dmabuf_if_needed() {
    use std::os::unix::process::CommandExt as _;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_some() || has_render_device() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        // Only returns when it failed; then the window opens without the switch.
        let _ = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
    }
}

/// Nothing to take care of here.
#[cfg(not(target_os = "linux"))]
pub fn restart_without_dmabuf_if_needed() {}

#[cfg(target_os = "linux")]
fn has_render_device() -> bool {
    std::fs::read_dir("/dev/dri").is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
    })
}
