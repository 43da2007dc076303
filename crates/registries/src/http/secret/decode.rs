//! A text in the layers that its escapes and encodings make, each byte with its place in the text.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Encodings inside encodings that are looked through.
const DEEPEST: usize = 4;
/// Layers of one text that are looked through: a server decides how many there could be.
const MOST_LAYERS: usize = 8192;
/// Shorter runs of letters and digits hold too few bytes to give anything away.
const SHORTEST_RUN: usize = 6;

/// Unpadded and forgiving: a run can be cut off anywhere.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// A decoded form of a text.
pub(super) struct Layer {
    /// Its bytes, letters in lower case.
    pub(super) bytes: Vec<u8>,
    /// Where each byte comes from.
    places: Vec<Range<usize>>,
    /// Whether the bytes are decoded binary that reads as no text: chance makes short words there.
    pub(super) binary: bool,
}

impl Layer {
    /// The part of the text that these bytes come from.
    pub(super) fn place(&self, bytes: Range<usize>) -> Range<usize> {
        let from = &self.places[bytes];
        let start = from.first().map_or(0, |place| place.start);
        start..from.iter().map(|place| place.end).max().unwrap_or(start)
    }
}

/// The text itself and everything that it can be decoded to; `None`: too much to look through.
pub(super) fn layers(text: &str) -> Option<Vec<Layer>> {
    let places: Vec<Range<usize>> = (0..text.len()).map(|at| at..at + 1).collect();
    let mut found = Vec::new();
    collect(text.as_bytes().to_vec(), places, false, 0, &mut found);
    (found.len() < MOST_LAYERS).then_some(found)
}

fn collect(bytes: Vec<u8>, places: Vec<Range<usize>>, binary: bool, depth: usize, found: &mut Vec<Layer>) {
    if depth < DEEPEST && found.len() < MOST_LAYERS {
        for plus_is_space in [false, true] {
            if let Some((bytes, places)) = unescaped(&bytes, &places, plus_is_space) {
                collect(bytes, places, binary, depth + 1, found);
            }
        }
        for run in runs(&bytes) {
            for decoded in decodings(&bytes[run.clone()]) {
                let whole = places[run.start].start..places[run.end - 1].end;
                let binary = !decoded.iter().all(|byte| (b' '..=b'~').contains(byte));
                let places = vec![whole; decoded.len()];
                collect(decoded, places, binary, depth + 1, found);
            }
        }
    }
    found.push(Layer { bytes: bytes.to_ascii_lowercase(), places, binary });
}

/// The bytes without one level of escapes: `%2F`, `\u002f`, `\x2f`, `\/`, `&#47;`, `&#x2f;`, `&amp;`.
/// In forms `+` is a space, elsewhere it is itself. `None` when that changes nothing.
fn unescaped(
    bytes: &[u8],
    places: &[Range<usize>],
    plus_is_space: bool,
) -> Option<(Vec<u8>, Vec<Range<usize>>)> {
    if plus_is_space && !bytes.contains(&b'+') {
        return None;
    }
    let (mut out, mut from) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
    let mut at = 0;
    let mut any = false;
    while at < bytes.len() {
        let plain = if plus_is_space && bytes[at] == b'+' { b' ' } else { bytes[at] };
        let (decoded, length) = escape(&bytes[at..]).unwrap_or_else(|| (vec![plain], 1));
        any |= length > 1 || decoded != [bytes[at]];
        let place = places[at].start..places[at + length - 1].end;
        from.extend(decoded.iter().map(|_| place.clone()));
        out.extend(decoded);
        at += length;
    }
    any.then_some((out, from))
}

/// What an escape at the start stands for, and its length.
fn escape(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    match bytes {
        [b'%', high, low, ..] => Some((vec![hex_byte(*high, *low)?], 3)),
        [b'\\', b'u' | b'U', rest @ ..] => {
            let unit = hex_unit(rest)?;
            let second = matches!(unit, 0xd800..=0xdbff)
                .then(|| rest.get(4..).and_then(|rest| hex_unit(rest.strip_prefix(b"\\u")?)))
                .flatten();
            let units: Vec<u16> = std::iter::once(unit).chain(second).collect();
            let text = String::from_utf16(&units).ok()?;
            Some((text.into_bytes(), 6 * units.len()))
        }
        [b'\\', b'x' | b'X', high, low, ..] => Some((vec![hex_byte(*high, *low)?], 4)),
        [b'\\', b'n' | b'r' | b't', ..] => Some((vec![b' '], 2)),
        [b'\\', c @ (b'"' | b'\\' | b'/' | b'\''), ..] => Some((vec![*c], 2)),
        [b'&', rest @ ..] => entity(rest),
        _ => None,
    }
}

fn entity(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let end = rest.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[..end]).ok()?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c.to_string().into_bytes(), end + 2))
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    Some(hex_digit(high)? * 16 + hex_digit(low)?)
}

fn hex_unit(bytes: &[u8]) -> Option<u16> {
    let digits: Option<Vec<u8>> = bytes.get(..4)?.iter().map(|byte| hex_digit(*byte)).collect();
    Some(digits?.iter().fold(0, |unit, digit| unit * 16 + u16::from(*digit)))
}

/// The longest stretches of what base64 and hexadecimal are written in.
fn runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let inside = bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'));
        if !inside {
            if at - start >= SHORTEST_RUN {
                // Padding belongs to what it pads.
                let pads = bytes[at..].iter().take(2).take_while(|byte| **byte == b'=').count();
                found.push(start..at + pads);
            }
            start = at + 1;
        }
    }
    found
}

/// What a run can stand for. It may begin with letters that belong to something before it.
fn decodings(run: &[u8]) -> Vec<Vec<u8>> {
    let letters: Vec<u8> = run.iter().filter(|byte| **byte != b'=').map(standard).collect();
    let mut found: Vec<Vec<u8>> = (0..4)
        .filter_map(|skipped| {
            let part = letters.get(skipped..)?;
            // One letter over is half a byte.
            let whole = part.len() - usize::from(part.len() % 4 == 1);
            BASE64.decode(&part[..whole]).ok()
        })
        .collect();
    for skipped in 0..2 {
        let digits: Option<Vec<u8>> =
            run.get(skipped..).unwrap_or_default().iter().map(|byte| hex_digit(*byte)).collect();
        found.extend(digits.map(|digits| digits.chunks_exact(2).map(|two| two[0] * 16 + two[1]).collect()));
    }
    found
}

/// The letter of the standard alphabet for one of the alphabet for addresses.
fn standard(byte: &u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    }
}
