//! Regular expressions in fields where the server reads globs, wildcards or prefixes.

use super::{Foreign, Syntax, Translation, translation};
use crate::blocks::shape::{Node, Set, TAG, Times, bit, read};
use crate::pattern::{Dialect, ECR_FILTERS, ECR_STARS, Pattern};

/// Longest run of a set that is written out.
const MOST_COPIES: u32 = 40;

/// The text as a regular expression in a dialect that reads none.
pub(super) fn foreign(dialect: Dialect, text: &str) -> Option<Foreign> {
    if let Some(list) = list(dialect, text) {
        return list;
    }
    let certain = signs(text)?;
    let meant = meant(text)?;
    let translation = translate(dialect, meant.text(), &meant);
    Some(Foreign { syntax: Syntax::RegularExpression, meant, translation, certain })
}

/// A list of which some entries are expressions; `None`: it is no list.
fn list(dialect: Dialect, text: &str) -> Option<Option<Foreign>> {
    let (inner, open, close) = match dialect {
        Dialect::EcrFilters if text.contains(',') => (text, "", ""),
        Dialect::Harbor | Dialect::Harbor11 => (text.strip_prefix('{')?.strip_suffix('}')?, "{", "}"),
        _ => return None,
    };
    if inner.contains(['{', '}', '(', ')']) || !inner.contains(',') {
        return None;
    }
    let entries: Vec<&str> = inner.split(',').collect();
    let signs: Vec<Option<bool>> = entries.iter().map(|entry| signs(entry)).collect();
    if signs.iter().all(Option::is_none) {
        return Some(None);
    }
    Some(foreign_list(dialect, &entries, &signs, [open, close]))
}

fn foreign_list(
    dialect: Dialect,
    entries: &[&str],
    signs: &[Option<bool>],
    [open, close]: [&str; 2],
) -> Option<Foreign> {
    let one = if dialect == Dialect::EcrFilters { Dialect::Ecr } else { dialect };
    let mut expressions = Vec::new();
    let mut written = Vec::new();
    for (entry, sign) in entries.iter().zip(signs) {
        if sign.is_some() {
            let meant = meant(entry)?;
            written.push(translate(one, meant.text(), &meant).map(|translated| translated.pattern));
            expressions.push(format!("(?:{})", meant.text()));
        } else {
            expressions.push(format!("(?:{})", Pattern::compile(one, entry).ok()?.as_re2()?));
            written.push(Some((*entry).to_owned()));
        }
    }
    let meant = Pattern::compile(Dialect::Gitlab, &expressions.join("|")).ok()?;
    let written: Option<Vec<String>> = written.into_iter().collect();
    let translation = written
        .and_then(|written| translation(dialect, format!("{open}{}{close}", written.join(",")), &meant));
    let certain = signs.contains(&Some(true));
    Some(Foreign { syntax: Syntax::RegularExpression, meant, translation, certain })
}

/// Whether the text has signs of a regular expression; `Some(false)`: such as have another meaning, too.
fn signs(text: &str) -> Option<bool> {
    let bytes = text.as_bytes();
    let (mut certain, mut likely) = (false, false);
    certain |= bytes.first() == Some(&b'^');
    certain |= text.ends_with('$') && !text.ends_with("\\$");
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at).copied());
        let next = bytes.get(at + 1).copied();
        match byte {
            b'\\' => {
                certain |= next.is_some_and(|next| b"dwsDWSbBAzQ".contains(&next));
                at += 1;
            }
            b'(' | b')' | b'|' => certain = true,
            b'+' if before.is_some_and(|before| b"]).".contains(&before)) => certain = true,
            b'+' if at >= 2 && bytes.get(at - 2) == Some(&b'\\') => certain = true,
            // `1.*` is a glob as people write it.
            b'*' if before == Some(b'.') => {
                let earlier = at.checked_sub(2).and_then(|at| bytes.get(at).copied());
                likely |= earlier.is_none_or(|c| !c.is_ascii_digit() && !b"*?]".contains(&c));
            }
            b'{' if before == Some(b']') => likely |= is_count(text.get(at..).unwrap_or_default()),
            _ => {}
        }
        at += 1;
    }
    (certain || likely).then_some(certain)
}

/// `{8}` or `{1,3}`.
fn is_count(text: &str) -> bool {
    let inside = text.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    inside.is_some_and(|(inside, _)| {
        !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
    })
}

/// What the author means: where there is no anchor, whole names, as the server compares them.
fn meant(text: &str) -> Option<Pattern> {
    let plain = Pattern::compile(Dialect::Gitlab, text).ok()?;
    let anchored = plain.hir().is_some_and(|hir| !hir.properties().look_set().is_empty());
    if anchored { Some(plain) } else { Pattern::compile(Dialect::Gitlab, &format!("^(?:{text})$")).ok() }
}

/// The expression in the server's language.
fn translate(dialect: Dialect, expression: &str, meant: &Pattern) -> Option<Translation> {
    let shape = read(Dialect::Gitlab, expression)?;
    if shape.ignores_case {
        return None;
    }
    let written = match dialect {
        Dialect::Harbor | Dialect::Harbor11 => as_glob(&shape.nodes)?,
        Dialect::Ecr | Dialect::EcrFilters => as_filters(dialect, &shape.nodes)?,
        Dialect::Prefix => as_prefix(&shape.nodes)?,
        Dialect::Gitlab | Dialect::GitlabCleanup => return None,
    };
    translation(dialect, written, meant)
}

/// The alternatives of a whole pattern, each with whether it is tied to the start and to the end.
fn ways(nodes: &[Node]) -> Option<Vec<(bool, &[Node], bool)>> {
    let (mut start, mut inner, mut end) = (false, nodes, false);
    while let [Node::Start, rest @ ..] = inner {
        (start, inner) = (true, rest);
    }
    while let [rest @ .., Node::End] = inner {
        (end, inner) = (true, rest);
    }
    if let [Node::Alternatives(branches)] = inner {
        let ways = branches.iter().map(|branch| Some((branch, ways(branch)?)));
        let ways = ways.collect::<Option<Vec<_>>>()?;
        let flat = ways.into_iter().flat_map(|(_, ways)| ways);
        return Some(flat.map(|(s, nodes, e)| (s || start, nodes, e || end)).collect());
    }
    // Anchors in the middle are beyond what can be said.
    let anchored = |node: &Node| matches!(node, Node::Start | Node::End);
    (!inner.iter().any(anchored)).then(|| vec![(start, inner, end)])
}

fn as_glob(nodes: &[Node]) -> Option<String> {
    let ways = ways(nodes)?;
    let mut written = Vec::with_capacity(ways.len());
    for (start, nodes, end) in ways {
        let mut glob = if start { String::new() } else { "*".to_owned() };
        push_glob(nodes, &mut glob)?;
        glob.push_str(if end { "" } else { "*" });
        written.push(single_stars(&glob));
    }
    match written.as_slice() {
        [one] => Some(one.clone()),
        _ => Some(format!("{{{}}}", written.join(","))),
    }
}

fn push_glob(nodes: &[Node], glob: &mut String) -> Option<()> {
    for node in nodes {
        match node {
            Node::Text(text) => text.chars().for_each(|c| push_character(c, glob)),
            Node::Chars(set, times) => push_set(*set, *times, glob)?,
            Node::Alternatives(branches) => push_list(branches.iter().map(Vec::as_slice), false, glob)?,
            Node::Repeated(inner, Times::ONCE) => push_glob(inner, glob)?,
            Node::Repeated(inner, Times::OPTIONAL) => push_list([inner.as_slice()], true, glob)?,
            Node::Repeated(inner, times) => {
                for _ in 0..times.least.min(MOST_COPIES) {
                    push_glob(inner, glob)?;
                }
                glob.push('*');
            }
            Node::Start | Node::End => return None,
        }
    }
    Some(())
}

fn push_list<'n>(
    branches: impl IntoIterator<Item = &'n [Node]>,
    or_nothing: bool,
    glob: &mut String,
) -> Option<()> {
    let mut texts = Vec::new();
    for branch in branches {
        let mut text = String::new();
        push_glob(branch, &mut text)?;
        texts.push(text);
    }
    if or_nothing {
        texts.push(String::new());
    }
    glob.push_str(&format!("{{{}}}", texts.join(",")));
    Some(())
}

fn push_set(set: Set, times: Times, glob: &mut String) -> Option<()> {
    let unit = unit(set)?;
    match times {
        Times::OPTIONAL => glob.push_str(&format!("{{{unit},}}")),
        Times { least, most } if most == Some(least) && least <= MOST_COPIES => {
            glob.push_str(&unit.repeat(least as usize));
        }
        Times { least, .. } => {
            glob.push_str(&unit.repeat(least.min(MOST_COPIES) as usize));
            glob.push('*');
        }
    }
    Some(())
}

/// One character of a set.
fn unit(set: Set) -> Option<String> {
    let set = set & TAG;
    if set == TAG {
        return Some("?".to_owned());
    }
    let members: Vec<u8> = (0..128).filter(|byte| set & bit(*byte) != 0).collect();
    let (first, last) = (members.first()?, members.last()?);
    if first == last {
        let mut one = String::new();
        push_character(char::from(*first), &mut one);
        return Some(one);
    }
    let mut class = String::from("[");
    let mut at = 0;
    while let Some(&low) = members.get(at) {
        let run = members.iter().skip(at).zip(low..).take_while(|(byte, wanted)| *byte == wanted).count();
        let high = low + u8::try_from(run.saturating_sub(1)).unwrap_or(0);
        let write = |byte: u8| if byte == b'-' { "\\-".to_owned() } else { char::from(byte).to_string() };
        match run {
            1 | 2 => (low..=high).for_each(|byte| class.push_str(&write(byte))),
            _ => class.push_str(&format!("{}-{}", write(low), write(high))),
        }
        at += run;
    }
    class.push(']');
    Some(class)
}

fn push_character(c: char, glob: &mut String) {
    if matches!(c, '\\' | '*' | '?' | '[' | '{' | '}' | ',') {
        glob.push('\\');
    }
    glob.push(c);
}

fn single_stars(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        let doubled = c == '*' && written.ends_with('*') && !written.ends_with("\\*");
        if !doubled || escaped {
            written.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    written
}

/// Filters know nothing but `*`, so that alternatives become filters of their own.
fn as_filters(dialect: Dialect, nodes: &[Node]) -> Option<String> {
    let mut filters: Vec<String> = Vec::new();
    for (start, nodes, end) in ways(nodes)? {
        let open = if start { "" } else { "*" };
        let mut texts = vec![open.to_owned()];
        push_filters(nodes, &mut texts)?;
        for text in texts {
            let text = few_stars(&single_stars(&format!("{text}{}", if end { "" } else { "*" })));
            if !filters.contains(&text) {
                filters.push(text);
            }
        }
    }
    match filters.as_slice() {
        [one] => Some(one.clone()),
        several => {
            (dialect == Dialect::EcrFilters && several.len() <= ECR_FILTERS).then(|| several.join(","))
        }
    }
}

fn push_filters(nodes: &[Node], texts: &mut Vec<String>) -> Option<()> {
    for node in nodes {
        let more: Vec<String> = match node {
            Node::Text(text) => vec![text.clone()],
            Node::Chars(set, Times::ONCE) if (*set & TAG).count_ones() == 1 => {
                let byte = u8::try_from((*set & TAG).trailing_zeros()).ok()?;
                vec![char::from(byte).to_string()]
            }
            Node::Alternatives(branches) => {
                let mut all = Vec::new();
                for branch in branches {
                    let mut inner = vec![String::new()];
                    push_filters(branch, &mut inner)?;
                    all.extend(inner);
                }
                all
            }
            Node::Chars(..) | Node::Repeated(..) => vec!["*".to_owned()],
            Node::Start | Node::End => return None,
        };
        if texts.len() * more.len() > ECR_FILTERS {
            return None;
        }
        *texts = texts.iter().flat_map(|text| more.iter().map(move |one| format!("{text}{one}"))).collect();
    }
    Some(())
}

/// The text with no more stars than a filter may have: the first and the last stay.
fn few_stars(text: &str) -> String {
    if text.matches('*').count() <= ECR_STARS {
        return text.to_owned();
    }
    let first = text.split('*').next().unwrap_or_default();
    let last = text.rsplit('*').next().unwrap_or_default();
    format!("{first}*{last}")
}

/// The text that every name starts with.
fn as_prefix(nodes: &[Node]) -> Option<String> {
    match ways(nodes)?.as_slice() {
        [(true, [Node::Text(text), ..], _)] => Some(text.clone()),
        _ => None,
    }
}
