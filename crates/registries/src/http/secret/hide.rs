//! Secrets found in the layers of a text, and taken out of it.

use std::collections::HashSet;
use std::ops::Range;

use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;

use super::decode::{Layer, layers};
use super::{HIDDEN, Hidden};

/// Bytes of a secret that give it away in part. Servers and this program cut texts in the middle.
const PART: usize = 8;
/// Shorter secrets turn up by chance in decoded binary.
const SURE: usize = 6;

/// The text without what is to be hidden.
pub(super) fn hide(text: &str, hidden: &[Hidden]) -> String {
    let Some(layers) = layers(text) else { return HIDDEN.to_owned() };
    let mut places = Vec::new();
    let parts = parts_in(&layers, hidden);
    for layer in &layers {
        let windows = layer.bytes.windows(PART).enumerate();
        let found = windows.filter(|(_, window)| parts.contains(*window));
        places.extend(found.map(|(at, _)| layer.place(at..at + PART)));
        for one in hidden {
            let secret = lower(one);
            if one.parts && secret.len() > PART || layer.binary && secret.len() < SURE {
                continue;
            }
            let windows = layer.bytes.windows(secret.len()).enumerate();
            let found = windows.filter(|(_, window)| *window == secret.as_slice());
            places.extend(found.map(|(at, _)| layer.place(at..at + secret.len())));
        }
    }
    without(text, places)
}

/// The parts of secrets that stand in a layer. The text is short and the secrets can be many and long,
/// so it is the text's parts that are kept.
fn parts_in<'a>(layers: &'a [Layer], hidden: &[Hidden]) -> HashSet<&'a [u8]> {
    let said: HashSet<&[u8]> = layers.iter().flat_map(|layer| layer.bytes.windows(PART)).collect();
    let mut found = HashSet::new();
    for one in hidden.iter().filter(|one| one.parts) {
        let secret = lower(one);
        found.extend(secret.windows(PART).filter_map(|part| said.get(part).copied()));
    }
    found
}

fn lower(hidden: &Hidden) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(hidden.text.expose_secret().as_bytes().to_ascii_lowercase())
}

/// The text with one mark for each stretch that the places cover.
fn without(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_by_key(|place| place.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut places = places.into_iter().peekable();
    while let Some(place) = places.next() {
        let (start, mut end) = (text.floor_char_boundary(place.start), place.end);
        while let Some(next) = places.next_if(|next| next.start <= end) {
            end = end.max(next.end);
        }
        out.push_str(&text[at..start.max(at)]);
        out.push_str(HIDDEN);
        at = at.max(text.ceil_char_boundary(end));
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use secrecy::SecretString;

    use super::super::Secrets;
    use super::HIDDEN;
    use crate::http::words::{LONGEST, clean};

    const USER: &str = "robot$shop+ci";
    const SECRETS: [&str; 6] = [
        "glpat-CaNaRy_7f3e91c2.01",
        "C4n/ry+p@ss \"w\\ord'<&>?%41=",
        "kanarienvögel-ü-ß-雀",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY",
        "Zx9!q",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ",
    ];

    fn percent(secret: &str, all: bool, upper: bool) -> String {
        let encode = |byte: u8| match (all, upper) {
            (false, _) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                char::from(byte).to_string()
            }
            (_, true) => format!("%{byte:02X}"),
            (_, false) => format!("%{byte:02x}"),
        };
        secret.bytes().map(encode).collect()
    }

    fn json_units(secret: &str) -> String {
        secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
    }

    fn hex(secret: &str) -> String {
        secret.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A secret in the forms in which servers repeat it.
    fn encodings(secret: &str) -> Vec<String> {
        let pair = format!("{USER}:{secret}");
        let json = serde_json::to_string(secret).unwrap();
        let mut forms = vec![
            secret.to_owned(),
            json.trim_matches('"').to_owned(),
            json.trim_matches('"').replace('/', "\\/"),
            json_units(secret),
            json_units(secret).replace("\\u", "\\\\u"),
            percent(secret, false, true),
            percent(secret, false, false),
            percent(secret, true, true),
            percent(secret, true, false),
            percent(&percent(secret, false, true), false, true),
            percent(secret, false, true).replace("%20", "+"),
            format!(
                "https://{}:{}@registry.example.com/",
                percent(USER, false, true),
                percent(secret, false, true)
            ),
            secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
            secret.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect(),
            secret.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
            hex(secret),
            hex(secret).to_ascii_uppercase(),
            STANDARD.encode(&pair).to_ascii_lowercase(),
            percent(&STANDARD.encode(&pair), false, true),
            STANDARD.encode(STANDARD.encode(&pair)),
            STANDARD.encode(format!(
                "{{\"headers\":{{\"authorization\":\"Basic {}\"}}}}",
                STANDARD.encode(&pair)
            )),
            format!("path/{}", STANDARD.encode(&pair)),
        ];
        for text in [secret, &pair, &format!("x{pair}"), &format!("xy{pair}")] {
            forms.extend([
                STANDARD.encode(text),
                STANDARD_NO_PAD.encode(text),
                URL_SAFE.encode(text),
                URL_SAFE_NO_PAD.encode(text),
            ]);
        }
        forms
    }

    fn secrets(secret: &str) -> Secrets {
        Secrets::of_user(USER, &SecretString::from(secret))
    }

    #[test]
    fn every_encoding_of_every_secret_is_hidden() {
        for secret in SECRETS {
            let secrets = secrets(secret);
            for form in encodings(secret) {
                let text = clean(&format!("denied: (Basic {form}) for shop/web"), &secrets);
                assert!(text.contains(HIDDEN), "{secret} as {form}: {text}");
                assert!(
                    text.starts_with("denied: (Basic ") && text.ends_with(" for shop/web"),
                    "{form}: {text}"
                );
                let shown = text.replace(HIDDEN, "");
                assert!(
                    shown.len() < "denied: (Basic ) for shop/web".len() + 40,
                    "{secret} as {form}: {text}"
                );
                for part in form.as_bytes().windows(10) {
                    let part = String::from_utf8_lossy(part);
                    let harmless = "https://@registry.example.com/ path/ (Basic ".contains(&*part)
                        || percent(USER, false, true).contains(&*part);
                    assert!(harmless || !text.contains(&*part), "{secret} as {form}: {part} in {text}");
                }
            }
        }
    }

    /// Neither this program's own cut, nor a server's, nor a mark in between leaves a piece worth having.
    #[test]
    fn a_secret_across_a_cut_is_hidden() {
        for secret in SECRETS.into_iter().filter(|secret| secret.len() > 12) {
            let secrets = secrets(secret);
            for form in [secret.to_owned(), STANDARD.encode(format!("{USER}:{secret}"))] {
                for before in LONGEST.saturating_sub(form.len() + 30)..LONGEST + 2 {
                    let text = clean(&format!("{} {form} end", "x ".repeat(before / 2)), &secrets);
                    let start: String = form.chars().take(12).collect();
                    assert!(!text.contains(&start), "{before}: {text}");
                }
            }
            let whole = STANDARD.encode(format!("{USER}:{secret}"));
            let cut = &whole[..whole.len() - 5];
            assert!(clean(&format!("got Basic {cut}…"), &secrets).contains(HIDDEN), "{cut}");
            let broken: String = secret.chars().flat_map(|c| [c, '\u{200b}']).collect();
            assert!(clean(&broken, &secrets).contains(HIDDEN), "{broken:?}");
        }
    }

    #[test]
    fn texts_without_a_secret_stay_as_they_are() {
        let secrets = secrets("glpat-CaNaRy_7f3e91c2.01");
        for text in [
            "unauthorized: authentication required",
            "robot$shop+ci may not push to shop/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "100% of café, 5 + 5 = \\u0031 &amp; a/b%2Fc",
        ] {
            assert_eq!(clean(text, &secrets), text);
        }
        assert_eq!(clean("", &secrets), "");
    }

    #[test]
    fn a_short_secret_is_not_seen_in_every_checksum() {
        let secrets = secrets("pw");
        let text = "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 is gone";
        assert_eq!(clean(text, &secrets), text);
        assert!(clean(&format!("got {}", STANDARD.encode(format!("{USER}:pw"))), &secrets).contains(HIDDEN));
    }

    #[test]
    fn what_a_server_issued_is_hidden_too_and_the_oldest_are_forgotten() {
        let secrets = Secrets::default();
        for number in 0..super::super::MOST_ISSUED + 1 {
            secrets.add_issued(&format!("issued-token-{number:05}-{number:05}"));
        }
        let text = |number: usize| clean(&format!("-{number:05}-{number:05}"), &secrets);
        assert_eq!(text(super::super::MOST_ISSUED), HIDDEN);
        assert_eq!(text(0), "-00000-00000");
    }

    #[test]
    fn a_text_made_to_be_decoded_without_end_is_withheld_in_good_time() {
        let secrets = secrets("glpat-CaNaRy_7f3e91c2.01");
        let nested = (0..12).fold("aGVsbG8gd29ybGQh".to_owned(), |text, _| STANDARD.encode(text));
        assert!(!clean(&nested, &secrets).is_empty());
        assert!(!clean(&"%25".repeat(100_000), &secrets).is_empty());
    }
}
