//! Any text in every dialect: an answer or a reason, no panic, and soon.
//!
//! Nothing of ours is unsafe, so it runs without a sanitizer, which is faster.
//!
//! ```sh
//! cargo install cargo-fuzz
//! cd crates/rules && cargo +nightly fuzz run -s none parse -- -dict=fuzz/re2.dict -timeout=5 -max_len=600
//! ```

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwarden_rules::blocks::explain;
use tagwarden_rules::pattern::{Dialect, Pattern};

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    for dialect in Dialect::ALL {
        match Pattern::compile(dialect, &text) {
            Ok(pattern) => read(&pattern),
            Err(error) => {
                let end = text.chars().count() + 1;
                assert!(error.column.is_none_or(|column| (1..=end).contains(&(column as usize))));
                if let Some(better) = error.suggestion {
                    assert!(Pattern::compile(dialect, &better).is_ok(), "{better:?} is suggested");
                }
            }
        }
    }
});

fn read(pattern: &Pattern) {
    explain(pattern.dialect(), pattern.text());
    let (every, none) = (pattern.matches_every_tag(), pattern.matches_no_tag());
    assert!(every != Some(true) || none != Some(true));
    let tags = pattern.shortest_tags(3);
    assert!(tags.is_empty() || none != Some(true));
    for tag in tags {
        assert!(pattern.is_match(&tag), "{tag:?} is no match");
        assert!(pattern.find(&tag).is_some_and(|place| place.end <= tag.len()));
    }
}
