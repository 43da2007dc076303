//! The names that patterns are tried on.

use fastrand::Rng;

use crate::chance::one_of;

/// The names of one run.
pub(crate) struct Names {
    /// Names in ASCII, on which the engines have to agree; at most 64 of them.
    pub(crate) compared: Vec<String>,
    /// Names outside of it, which no registry stores. RE2 counts their characters and Tagwarden
    /// does not, so that only Tagwarden's own ways are compared.
    pub(crate) inside_only: Vec<String>,
}

const FIXED: &[&str] = &[
    "",
    "\n",
    "a\n",
    "\na",
    "v1.0\nlatest",
    "a\0b",
    "\0",
    "\r",
    " ",
    "v1.0 ",
    "a b",
    "a/b",
    "~",
    "[",
    "]",
    "\\",
    "&",
    "{1}",
    "a{01}",
    "latest",
    "v1.0.0",
    "1.0.0-rc.1",
    "V1",
    "v1",
    "a",
    "A",
    "aa",
    "aab",
    "k",
    "K",
    "s",
    "S",
    "_x",
    "a-b",
    "a.b",
    "1",
    "12",
    "-",
    ".",
    "release-1.2-stable",
    "main-0a1b2c3d",
    "20240101",
];
const OUTSIDE: &[&str] = &["é", "vé.1", "ſ", "K", "日本", "🦀", "a\u{301}", "\u{80}", "aé", "éa", "é\n"];
const PIECES: &[&str] = &[
    "a", "b", "ab", "aab", "v", "V", "1", "0", "12", "rc", "-rc.", ".", "-", "_", "k", "K", "s", "S",
    "latest", "main", "stable", "x", "z", "9f86d08", "2024", "RELEASE", "alpine",
];

impl Names {
    /// The usual ones and some of this run alone.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let mut compared: Vec<String> = FIXED.iter().map(|name| (*name).to_owned()).collect();
        for length in [127, 128, 129, 300] {
            compared.push("a".repeat(length));
        }
        compared.push(format!("{}-stable", "a1".repeat(64)));
        while compared.len() < 62 {
            let name: String = (0..rng.u32(1..6)).map(|_| one_of(rng, PIECES)).collect();
            if !compared.contains(&name) {
                compared.push(name);
            }
        }
        Self { compared, inside_only: OUTSIDE.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// Exactly these, to look into one of them.
    pub(crate) fn just(name: &str) -> Self {
        Self { compared: vec![name.to_owned()], inside_only: Vec::new() }
    }

    /// All of them, those that are compared first.
    pub(crate) fn all(&self) -> Vec<String> {
        [self.compared.as_slice(), self.inside_only.as_slice()].concat()
    }
}
