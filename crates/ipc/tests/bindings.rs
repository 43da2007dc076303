//! The window's types are the wire's types: `ui/src/ipc/bindings.ts` and `commands.ts` are written
//! from this crate, and this test fails when the committed ones are out of date.
//!
//! `TAGWARDEN_WRITE_BINDINGS=1 cargo test -p tagwarden-ipc --features typescript` writes them anew.
#![cfg(feature = "typescript")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[test]
fn committed_bindings_are_fresh() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bindings");
    let _ = std::fs::remove_dir_all(&folder);
    let config = ts_rs::Config::new().with_out_dir(&folder).with_large_int("number");
    tagwarden_ipc::commands::export(&config).expect("types can be exported");
    std::fs::write(folder.join("commands.ts"), commands(&config)).expect("folder is writable");

    let committed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc");
    for file in ["bindings.ts", "commands.ts"] {
        let fresh = std::fs::read_to_string(folder.join(file)).expect("just written");
        let path = committed.join(file);
        if std::env::var_os("TAGWARDEN_WRITE_BINDINGS").is_some() {
            std::fs::create_dir_all(&committed).expect("folder is writable");
            std::fs::write(&path, &fresh).expect("file is writable");
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(fresh == known, "{} is out of date; see the head of this test", path.display());
    }
}

fn commands(config: &ts_rs::Config) -> String {
    let signatures = tagwarden_ipc::commands::signatures(config);
    let mut names: Vec<&str> = Vec::new();
    for (_, request, answer) in &signatures {
        for word in [request, answer].into_iter().flat_map(|t| t.split(|c: char| !c.is_alphanumeric())) {
            if word.chars().next().is_some_and(char::is_uppercase)
                && word != "Array"
                && !names.contains(&word)
            {
                names.push(word);
            }
        }
    }
    names.sort_unstable();
    let mut text = String::from("// Written by crates/ipc/tests/bindings.rs. Do not edit.\n");
    let _ = writeln!(text, "import type {{ {} }} from \"./bindings\";\n", names.join(", "));
    text.push_str("/** Every command with its request and its answer. */\nexport type Commands = {\n");
    for (name, request, answer) in &signatures {
        let _ = writeln!(text, "  {name}: {{ request: {request}; answer: {answer} }};");
    }
    text.push_str("};\n");
    text
}
