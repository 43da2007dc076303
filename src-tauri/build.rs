//! Declares every command of the wire to Tauri, so that a window can call only what its capability
//! lists, and groups them into the permission sets that the list names.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Commands of the shell itself, which no other host has.
const SHELL: &[&str] = &["jobs_listen", "app_ready", "app_restart"];

fn main() {
    let commands: Vec<&'static str> =
        tagwarden_ipc::COMMANDS.iter().copied().chain(SHELL.iter().copied()).collect();
    let manifest = tauri_build::AppManifest::new()
        .commands(Box::leak(commands.into_boxed_slice()))
        .permissions_path_pattern(Box::leak(write_sets().into_boxed_str()));
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}

/// Writes one permission set for each set named in the list, and answers with a glob for the files.
fn write_sets() -> String {
    let mut sets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (command, set) in tagwarden_ipc::commands::PERMISSIONS {
        sets.entry(set).or_default().push(command);
    }
    sets.entry("shell").or_default().extend(SHELL);
    let mut text = String::new();
    for (set, commands) in sets {
        let permissions: Vec<String> =
            commands.iter().map(|c| format!("\"allow-{}\"", c.replace('_', "-"))).collect();
        let _ = writeln!(
            text,
            "[[set]]\nidentifier = \"{set}\"\ndescription = \"Commands of the set {set}\"\npermissions = [{}]\n",
            permissions.join(", ")
        );
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("permission-sets");
    let written =
        std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join("sets.toml"), text));
    if let Err(error) = written {
        println!("cargo:warning=permission sets cannot be written: {error}");
        std::process::exit(1);
    }
    folder.join("*.toml").to_string_lossy().into_owned()
}
