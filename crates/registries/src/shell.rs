//! Words of a POSIX shell, for scripts that people read and run.

use serde_json::Value;

/// A word for a POSIX shell. Inside single quotes nothing has a meaning but the quote itself.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The start of a call of curl with a header that ends in a secret, `secret` being the shell words for it.
///
/// Everybody on a machine can read the arguments of all processes on it. `printf` is part of the shell,
/// so it hands the secret to curl's standard input without being a process.
pub(crate) fn curl(method: &str, header: &str, secret: &str) -> String {
    let header = quoted(&format!("{header}%s\\n"));
    format!("printf {header} {secret} | curl --fail-with-body --request {method} --header @-")
}

/// JSON without any character that a terminal could act on or show in another place.
pub(crate) fn ascii_json(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() && !c.is_ascii_control() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}
