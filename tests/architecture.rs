//! The arrows between crates point one way, and each outside library is known in one place only.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Which of our crates each may use, tests included only where noted in [`Graph::read`].
const ARROWS: &[(&str, &[&str])] = &[
    ("tagwarden-rules", &[]),
    ("tagwarden-registries", &["tagwarden-rules"]),
    ("tagwarden-vault", &[]),
    ("tagwarden-archive", &["tagwarden-rules"]),
    ("tagwarden-simulator", &["tagwarden-rules"]),
    ("tagwarden-ipc", &["tagwarden-rules"]),
    (
        "tagwarden-console",
        &[
            "tagwarden-rules",
            "tagwarden-registries",
            "tagwarden-vault",
            "tagwarden-archive",
            "tagwarden-ipc",
            "tagwarden-simulator",
        ],
    ),
    ("tagwarden-cli", &["tagwarden-rules"]),
    ("tagwarden", &["tagwarden-console", "tagwarden-ipc"]),
];

/// Outside libraries that one crate alone may use.
const KEPT_INSIDE: &[(&str, &str)] = &[
    ("tauri", "tagwarden"),
    ("reqwest", "tagwarden-registries"),
    ("keyring", "tagwarden-vault"),
    ("keyring-core", "tagwarden-vault"),
    ("sqlx", "tagwarden-archive"),
    ("axum", "tagwarden-simulator"),
    ("aws-config", "tagwarden-registries"),
    ("aws-credential-types", "tagwarden-registries"),
    ("aws-runtime", "tagwarden-registries"),
    ("aws-sdk-ecr", "tagwarden-registries"),
    ("aws-smithy-runtime-api", "tagwarden-registries"),
    ("regex-automata", "tagwarden-rules"),
];

/// What each of our crates uses directly in its product, not in its tests.
fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    packages
        .iter()
        .map(|package| {
            let uses = package["dependencies"].as_array().into_iter().flatten();
            let uses = uses.filter(|dependency| dependency["kind"] != "dev").map(name).collect();
            (name(package), uses)
        })
        .collect()
}

#[test]
fn arrows_point_one_way() {
    let graph = graph();
    for (package, uses) in &graph {
        if package == "tagwarden-tests" {
            continue;
        }
        let allowed = ARROWS.iter().find(|(name, _)| name == package).map(|(_, allowed)| *allowed);
        let allowed = allowed.unwrap_or_else(|| panic!("{package} is missing from the list of arrows"));
        for used in uses.iter().filter(|used| used.starts_with("tagwarden")) {
            assert!(allowed.contains(&used.as_str()), "{package} must not use {used}");
        }
    }
}

#[test]
fn each_outside_library_is_known_in_one_place() {
    for (package, uses) in graph() {
        if package == "tagwarden-tests" {
            continue;
        }
        for used in uses {
            let kept = KEPT_INSIDE
                .iter()
                .find(|(library, _)| used == *library || (*library == "tauri" && used.starts_with("tauri")));
            if let Some((library, home)) = kept {
                assert_eq!(&package, home, "{library} belongs into {home}, not {package}");
            }
        }
    }
}

#[test]
fn every_command_is_granted_to_the_window() {
    let capability = include_str!("../src-tauri/capabilities/main.json");
    let capability: Value = serde_json::from_str(capability).expect("the capability is JSON");
    let granted: BTreeSet<&str> =
        capability["permissions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (command, set) in tagwarden_ipc::commands::PERMISSIONS {
        assert!(granted.contains(set), "{command} is in the set {set}, which the window does not have");
    }
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none(), "no remote page may call anything");
}

#[test]
fn no_page_knows_a_product_by_name() {
    // What a registry can do is data; a page that asks for the product would forget the next one.
    let mut offenders = Vec::new();
    visit(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src")), &mut |path, text| {
        let conditional = text.lines().any(|line| {
            ["gitlab", "oci", "ecr"].iter().any(|product| {
                line.contains(&format!("=== \"{product}\""))
                    || line.contains(&format!("== '{product}'"))
                    || line.contains(&format!("case \"{product}\""))
            })
        });
        if conditional {
            offenders.push(path.display().to_string());
        }
    });
    assert!(offenders.is_empty(), "{offenders:?}");
}

#[test]
fn only_one_folder_knows_tauri_in_the_pages() {
    let mut offenders = Vec::new();
    visit(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src")), &mut |path, text| {
        let inside = path.components().any(|part| part.as_os_str() == "ipc");
        if !inside && text.contains("@tauri-apps/") {
            offenders.push(path.display().to_string());
        }
    });
    assert!(offenders.is_empty(), "{offenders:?}");
}

fn visit(folder: &std::path::Path, look: &mut impl FnMut(&std::path::Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, look);
        } else if path.extension().is_some_and(|ending| ending == "ts" || ending == "tsx") {
            look(&path, &std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}
