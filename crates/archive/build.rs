//! Rebuilds the crate when a migration is added: the macro that embeds them cannot ask for that.
#![allow(clippy::print_stdout)] // How a build script talks to cargo.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
