//! The patterns that are measured.

/// Fifteen of every kind: anchored, loose, literal, none of it.
pub(crate) const SUITE: [&str; 15] = [
    r"^(latest|v\d+\.\d+\.\d+)$",
    ".*",
    "^v.*",
    r"\d+\.\d+\.\d+",
    "^latest$",
    ".*-stable$",
    "stable|release",
    "(a|b|ab)*c{0,50}",
    r"\w+",
    "alpine|bookworm|bullseye|slim|buster|trixie|jammy|focal|noble|windowsservercore|nanoserver|distroless",
    "^(a|b|ab)*c{0,50}$",
    "(?i)RELEASE",
    "^[0-9a-f]{7,40}$",
    r"-rc\.?\d+$",
    r"^nightly-2024\d{4}",
];

/// Rules as people write them, typed letter by letter.
pub(crate) const TYPED: [&str; 7] = [
    r"^v\d+\.\d+\.\d+$",
    r"^(latest|stable)$",
    "^release-.*-stable$",
    r"-rc\.\d+$",
    "^[0-9a-f]{7,40}$",
    "alpine|bookworm",
    r"^nightly-2024\d{4}",
];

/// The rest of the set of rules while one is typed.
pub(crate) const OTHERS: [&str; 4] = [r"^\d+\.\d+\.\d+$", "^main-", "-slim$", "^latest$"];

/// Rules that are compared with one another, two by two: the suite and six more.
pub(crate) const MORE: [&str; 6] =
    [r"^v\d+\.\d+\.\d+-rc\.\d+$", "^v1", "release", "^sha-[0-9a-f]{40}$", r"^\d{8}$", "^(dev|main|master)$"];

/// Loose, and without a text that every match holds.
pub(crate) const EVERYWHERE: [&str; 6] =
    ["[0-9]{6}", "[a-f]{3}", r"\d[a-z]\d", "[1-4][xyz]", "(?i)[aeiou]{2}", r"\d{3}$"];
