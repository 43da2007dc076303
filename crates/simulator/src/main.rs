//! Runs a registry in a box until interrupted.
fn main() {}
