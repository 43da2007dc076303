//! The Tagwarden window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    tagwarden_shell::graphics::restart_without_dmabuf_if_needed();
    tagwarden_shell::run()
}
