//! Patterns along RE2's grammar. Most are accepted, so that what they match can be compared.

use fastrand::Rng;

use crate::chance::{once_in, one_of};
use crate::soup::{piece, unicode_class};

/// A pattern.
pub(crate) fn pattern(rng: &mut Rng) -> String {
    let deepest = rng.u32(1..5);
    let inner = alternation(rng, deepest);
    let start = if once_in(rng, 3) { "^" } else { "" };
    let end = if once_in(rng, 3) { "$" } else { "" };
    format!("{start}{inner}{end}")
}

fn alternation(rng: &mut Rng, depth: u32) -> String {
    let branches = one_of(rng, &[1, 1, 1, 2, 2, 3]);
    (0..branches).map(|_| sequence(rng, depth)).collect::<Vec<_>>().join("|")
}

fn sequence(rng: &mut Rng, depth: u32) -> String {
    let parts = rng.u32(0..4);
    (0..=parts).map(|_| repeated(rng, depth)).collect()
}

fn repeated(rng: &mut Rng, depth: u32) -> String {
    let atom = atom(rng, depth);
    if !once_in(rng, 3) {
        return atom;
    }
    let lazy = if once_in(rng, 4) { "?" } else { "" };
    format!("{atom}{}{lazy}", operator(rng))
}

fn operator(rng: &mut Rng) -> String {
    let few = rng.u32(..4);
    match rng.u32(..12) {
        0..2 => "*".to_owned(),
        2..4 => "+".to_owned(),
        4..6 => "?".to_owned(),
        6 => format!("{{{few}}}"),
        7 => format!("{{{few},}}"),
        8 => format!("{{{few},{}}}", few + rng.u32(..4)),
        9 => format!("{{{}}}", one_of(rng, &[5, 7, 10, 40, 100])),
        10 if once_in(rng, 3) => format!("{{{few},{}}}", one_of(rng, &[10, 30, 100, 127, 1000])),
        _ => one_of(rng, &["{01}", "{,2}", "{1001}", "{2,1}", "{1000}", "{0,0}"]).to_owned(),
    }
}

fn atom(rng: &mut Rng, depth: u32) -> String {
    if depth > 0 && once_in(rng, 3) {
        return group(rng, depth - 1);
    }
    match rng.u32(..20) {
        0..6 => text(rng),
        6..9 => class(rng),
        9 => unicode_class(rng),
        10 => one_of(rng, &["^", "$", "\\A", "\\z"]).to_owned(),
        11 => one_of(rng, &["\\b", "\\B"]).to_owned(),
        12..14 => ".".to_owned(),
        14..16 => one_of(rng, &["\\d", "\\w", "\\D", "\\W", "\\s", "\\S"]).to_owned(),
        16 => one_of(rng, &["\\.", "\\-", "\\x2e", "\\056", "\\x{2D}", "\\x5F", "\\141"]).to_owned(),
        17 => format!("\\Q{}\\E", text(rng)),
        18 if once_in(rng, 3) => "\\C".to_owned(),
        19 if once_in(rng, 2) => piece(rng),
        _ => one_of(rng, &['a', 'k', 's', '1', '-', '_', 'é', 'ſ', 'K']).to_string(),
    }
}

fn group(rng: &mut Rng, depth: u32) -> String {
    let inner = alternation(rng, depth);
    let opening = match rng.u32(..12) {
        0..4 => "(",
        4..8 => "(?:",
        8 => one_of(rng, &["(?P<a>", "(?<b1>", "(?P<_>", "(?P<é>"]),
        9 => one_of(rng, &["(?i:", "(?i-s:", "(?-i:"]),
        10 => one_of(rng, &["(?s:", "(?m:", "(?U:", "(?smU-i:"]),
        _ => one_of(rng, &["((?i)", "((?m)", "((?U)", "((?i-m)"]),
    };
    format!("{opening}{inner})")
}

fn text(rng: &mut Rng) -> String {
    const TEXTS: &[&str] =
        &["a", "b", "ab", "aab", "v", "V1", "rc", "latest", "main", "1", "12", "x", "_", "-", "0a", "k", "S"];
    one_of(rng, TEXTS).to_owned()
}

fn class(rng: &mut Rng) -> String {
    let hat = if once_in(rng, 4) { "^" } else { "" };
    let first = if once_in(rng, 10) { one_of(rng, &["]", "-", "^", "[", "&"]) } else { "" };
    let items: String = (0..rng.u32(1..4)).map(|_| class_item(rng)).collect();
    let last = if once_in(rng, 8) { "-" } else { "" };
    format!("[{hat}{first}{items}{last}]")
}

fn class_item(rng: &mut Rng) -> String {
    const ENDS: &[char] = &[
        '\0', ' ', '!', '&', '+', '-', '.', '/', '0', '5', '9', ':', 'A', 'K', 'Z', '_', 'a', 'k', 'z', '~',
        'é', 'ſ', 'K',
    ];
    match rng.u32(..12) {
        0..3 => one_of(rng, &["a-z", "0-9", "A-Z", "a-f0-9", "-.", ".-_", "+--", "--/", "A-z"]).to_owned(),
        3..5 => {
            let mut ends = [one_of(rng, &ENDS[1..]), one_of(rng, &ENDS[1..])];
            if !once_in(rng, 6) {
                ends.sort_unstable();
            }
            format!("{}-{}", ends[0], ends[1])
        }
        5 => {
            const NAMES: &[&str] = &[
                "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
                "space", "upper", "word", "xdigit",
            ];
            let hat = if once_in(rng, 3) { "^" } else { "" };
            format!("[:{hat}{}:]", one_of(rng, NAMES))
        }
        6 => one_of(rng, &["\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\pL", "\\PN"]).to_owned(),
        7 => unicode_class(rng),
        8 => one_of(rng, &["&&", "--", "~~", "||", "[", "[a", "&&[", "[^", "{", "|", "\\]", "\\-", "\\^"])
            .to_owned(),
        9 => one_of(rng, &["\\n", "\\x41", "\\x{212A}", "\\056", "\\x00-\\x1f", "\\0-9", "\\.-_"]).to_owned(),
        _ => one_of(rng, &ENDS[1..]).to_string(),
    }
}
