//! The Tagwarden window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Wipes memory when it is freed. A secret goes through the buffers of many libraries on its way from the
/// window to the keychain and to a registry, and none of them knows that it is one.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    tagwarden_shell::graphics::restart_without_dmabuf_if_needed();
    tagwarden_shell::run()
}
