//! A pattern, its first line, over names, one a line: the fast ways give what asking one by one gives.
//!
//! Nothing of ours is unsafe, so it runs without a sanitizer, which is faster.
//!
//! ```sh
//! cargo install cargo-fuzz
//! cd crates/rules && cargo +nightly fuzz run -s none engine -- -dict=fuzz/re2.dict -timeout=5 -max_len=400
//! ```

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::preview::{NameBits, TagIndex};

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let place = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (text, lines) = (&rest[..place], rest.get(place + 1..).unwrap_or_default());
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(pattern) = Pattern::compile(Dialect::ALL[usize::from(*first) % Dialect::ALL.len()], text) else {
        return;
    };
    check_lines(&pattern, lines);
    let names: Vec<String> =
        lines.split(|byte| *byte == b'\n').filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect();
    check_sweep(&pattern, names);
});

fn check_lines(pattern: &Pattern, lines: &[u8]) {
    let mut found = Vec::new();
    pattern.matching_lines(lines, |place| found.push(place));
    let mut wanted = Vec::new();
    let mut start = 0;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let name = line.strip_suffix(b"\n").unwrap_or(line);
        if one(pattern, name) {
            wanted.push(start..start + name.len());
        }
        start += line.len();
    }
    assert_eq!(found, wanted, "{:?} over lines", pattern.text());
}

/// The plainest way for one name. What is no text has only one way.
fn one(pattern: &Pattern, name: &[u8]) -> bool {
    let found = pattern.is_match_bytes(name);
    if let Ok(name) = std::str::from_utf8(name) {
        assert_eq!(found, pattern.is_match(name), "{:?} on {name:?}", pattern.text());
    }
    found
}

fn check_sweep(pattern: &Pattern, names: Vec<String>) {
    let index = TagIndex::build(vec![("one".to_owned(), names)]);
    let bits = NameBits::of(&index, pattern, &|| false).expect("not cancelled");
    for (id, name) in (0..).zip(index.names()) {
        assert_eq!(bits.get(id), pattern.is_match(name), "{:?} on {name:?}", pattern.text());
    }
}
