//! Names as they are given: one a line, bytes as they are.

use std::io::Read;
use std::path::Path;

use crate::failure::Failure;

/// The names in a file; in standard input when it is `-` or none.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let (name, answer) = match file {
        Some(path) if path.as_os_str() != "-" => (path.display().to_string(), std::fs::read(path)),
        _ => {
            let mut names = Vec::new();
            let answer = std::io::stdin().lock().read_to_end(&mut names).map(|_| names);
            ("standard input".to_owned(), answer)
        }
    };
    answer.map_err(|error| Failure::Read { name, error })
}

/// Each name, without its newline. The last one need not have one.
pub(crate) fn lines(names: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = names.strip_suffix(b"\n").unwrap_or(names);
    let mut rest = (!names.is_empty()).then_some(whole);
    std::iter::from_fn(move || {
        let now = rest?;
        match memchr::memchr(b'\n', now) {
            Some(end) => {
                rest = now.get(end + 1..);
                now.get(..end)
            }
            None => {
                rest = None;
                Some(now)
            }
        }
    })
}
