//! Phrases as an English sentence.

use tagwarden_rules::blocks::Phrase;

/// The sentence for a whole pattern.
pub(crate) fn sentence(phrases: &[Phrase]) -> String {
    if phrases.contains(&Phrase::Everything) {
        return "Every tag.".to_owned();
    }
    format!("Tags {}.", clause(phrases))
}

fn clause(phrases: &[Phrase]) -> String {
    if let [Phrase::Either { ways }] = phrases {
        return ways.iter().map(|way| clause(way)).collect::<Vec<_>>().join("; or ");
    }
    let start = phrases.first() == Some(&Phrase::Start);
    let end = phrases.last() == Some(&Phrase::End);
    let inner: Vec<&Phrase> =
        phrases.iter().filter(|phrase| !matches!(phrase, Phrase::Start | Phrase::End)).collect();
    if inner.is_empty() {
        return if start && end { "that are empty" } else { "of any text" }.to_owned();
    }
    let verb = match (start, end) {
        (true, true) => "that are exactly",
        (true, false) => "that start with",
        (false, true) => "that end with",
        (false, false) => "that contain",
    };
    format!("{verb} {}", sequence(inner))
}

fn sequence<'p>(phrases: impl IntoIterator<Item = &'p Phrase>) -> String {
    phrases.into_iter().map(noun).collect::<Vec<_>>().join(", then ")
}

fn noun(phrase: &Phrase) -> String {
    match phrase {
        Phrase::Start => "the start".to_owned(),
        Phrase::End => "the end".to_owned(),
        Phrase::Text { text, any_case: false } => format!("{text:?}"),
        Phrase::Text { text, any_case: true } => format!("{text:?} in upper or lower case"),
        Phrase::OneOf { texts } => {
            texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(" or ")
        }
        Phrase::Number { least: 1, most: None } => "a number".to_owned(),
        Phrase::Number { least, most } => counted("digit", *least, *most),
        Phrase::DottedNumbers { count } => format!("{count} numbers with dots between"),
        Phrase::Hex { least, most } => counted("hexadecimal digit", *least, *most),
        Phrase::Characters { set, least, most } => {
            format!("{} of {set:?}", counted("character", *least, *most))
        }
        Phrase::AnyText => "any text".to_owned(),
        Phrase::AnyPart => "any text without a slash".to_owned(),
        Phrase::Folders => "any folders".to_owned(),
        Phrase::AnyCharacter => "any one character".to_owned(),
        Phrase::Optional { phrases } => format!("maybe ({})", sequence(phrases)),
        Phrase::Either { ways } => {
            ways.iter().map(|way| format!("({})", sequence(way))).collect::<Vec<_>>().join(" or ")
        }
        Phrase::Repeated { phrases, least, most } => {
            format!("({}) {}", sequence(phrases), times(*least, *most))
        }
        Phrase::Everything => "any text".to_owned(),
    }
}

fn counted(what: &str, least: u32, most: Option<u32>) -> String {
    match (least, most) {
        (least, Some(most)) if least == most => format!("{least} {what}{}", plural(least)),
        (0, None) => format!("any number of {what}s"),
        (least, None) => format!("{least} or more {what}s"),
        (0, Some(most)) => format!("at most {most} {what}{}", plural(most)),
        (least, Some(most)) => format!("{least} to {most} {what}s"),
    }
}

fn times(least: u32, most: Option<u32>) -> String {
    match (least, most) {
        (least, Some(most)) if least == most => format!("{least} times"),
        (0, None) => "any number of times".to_owned(),
        (least, None) => format!("{least} or more times"),
        (least, Some(most)) => format!("{least} to {most} times"),
    }
}

fn plural(count: u32) -> &'static str {
    if count == 1 { "" } else { "s" }
}
