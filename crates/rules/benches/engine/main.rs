//! The engine beside its peers, in one run over the same names. Prints tables; nothing fails here.
//!
//! All times are milliseconds, medians of [`ROUNDS`] rounds unless said otherwise; the ratios are
//! what counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod corpus;
mod patterns;
mod peers;
mod sets;
mod times;
mod typing;

use std::cell::Cell;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::preview::{NameBits, TagIndex};

use crate::corpus::Corpus;
use crate::patterns::{EVERYWHERE, SUITE};
use crate::times::{median, timed};

pub(crate) const ROUNDS: usize = 5;

fn main() {
    let corpus = Corpus::mixed();
    let rows = corpus.rows();
    let index = build("1,000,000 tags, half of the names shared", corpus, "aims 400 ms, 25 MiB");
    let file = written(&rows);
    suite(&index, &rows, file.path());
    stopping(&index);
    together(&index, &rows);
    typing::measure(&index, "half shared", "aims p95 10, max 16");
    verbs(file.path());
    drop((index, rows, file));
    let index = build("1,000,000 tags, all different", Corpus::all_different(), "");
    typing::measure(&index, "all different", "aim max 25");
    sets::measure();
}

fn line(what: &str, value: &str, aim: &str) {
    println!("{what:<62} {value:>34}   {aim}");
}

fn build(what: &str, corpus: Corpus, aim: &str) -> Arc<TagIndex> {
    let mut repositories = corpus.repositories.clone();
    let (time, index) = timed(|| TagIndex::build(corpus.repositories));
    let mebibytes = index.bytes() as f64 / f64::from(1 << 20);
    let value = format!("{time:.0} ms, {mebibytes:.1} MiB, {} names", index.name_count());
    println!();
    line(&format!("index of {what}"), &value, aim);
    repositories[7].1 = (0..500).map(|number| format!("new-{number}")).collect();
    let (time, _) = timed(|| index.updated(repositories));
    line("… updated, one repository of 500 tags read anew", &format!("{time:.0} ms"), "");
    Arc::new(index)
}

fn written(rows: &[String]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all((rows.join("\n") + "\n").as_bytes()).unwrap();
    file
}

fn gitlab(text: &str) -> Pattern {
    Pattern::compile(Dialect::Gitlab, text).unwrap()
}

/// One pattern: compiled and counted over all rows.
fn suite(index: &TagIndex, rows: &[String], file: &Path) {
    let text = rows.join("\n") + "\n";
    let scan = median(
        (0..ROUNDS).map(|_| timed(|| memchr::memchr_iter(b'\n', text.as_bytes()).count()).0).collect(),
    );
    // Counting may skip over places; whoever reads lines has to find each.
    let find = || memchr::memchr_iter(b'\n', text.as_bytes()).fold(0, |sum, place| sum ^ place);
    let lines = median((0..ROUNDS).map(|_| timed(|| std::hint::black_box(find())).0).collect());
    let node = peers::node(file, &SUITE);
    let ripgrep = Path::new("rg");
    let start = peers::process(ripgrep, &["-c", "-e", "x", "/dev/null"]).map(|(time, _)| time);
    println!();
    println!(
        "{:<40} {:>8} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "one pattern, compiled and counted", "ours", "÷ regex", "÷ Node", "÷ rg net", "÷ scan", "regex"
    );
    let (mut ours_sum, mut regex_sum, mut node_sum) = (0.0, 0.0, 0.0);
    let (mut least, mut slowest) = (f64::INFINITY, 0.0f64);
    for (place, pattern) in SUITE.iter().enumerate() {
        let (mut ours, mut regex) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (time, found) = timed(|| {
                let bits = NameBits::of(index, &gitlab(pattern), &|| false).unwrap();
                bits.rows(index)
            });
            ours.push(time);
            let (time, wanted) = timed(|| {
                let regex = regex::Regex::new(pattern).unwrap();
                rows.iter().filter(|name| regex.is_match(name)).count()
            });
            regex.push(time);
            assert_eq!(found as usize, wanted, "{pattern}");
        }
        let (ours, regex) = (median(ours), median(regex));
        let node = node.as_ref().map_or(f64::NAN, |node| node[place]);
        let ripgrep = peers::process(ripgrep, &["-c", "-e", pattern, file.to_str().unwrap()]);
        let ripgrep = ripgrep.zip(start).map_or(f64::NAN, |((time, _), start)| time - start);
        let shown: String = pattern.chars().take(38).collect();
        println!(
            "{shown:<40} {ours:>8.2} {:>8.1}x {:>8.1}x {:>8.1}x {:>9.2} {regex:>8.1}",
            regex / ours,
            node / ours,
            ripgrep / ours,
            ours / scan,
        );
        ours_sum += ours;
        regex_sum += regex;
        node_sum += node;
        least = least.min(regex / ours);
        slowest = slowest.max(ours);
    }
    line("the suite: ours", &format!("{ours_sum:.1} ms"), "");
    line("… against the regex crate over Vec<String>", &format!("{:.1}x", regex_sum / ours_sum), "aim 10x");
    line("… against Node's RegExp", &format!("{:.1}x", node_sum / ours_sum), "aim 20x");
    line("… the pattern that gains least on the regex crate", &format!("{least:.1}x"), "aim 4x");
    let value = format!("{:.2} of {lines:.2} ms", slowest / lines);
    line("… the slowest pattern, in scans that find each newline", &value, "aim 4");
    let value = format!("{:.2} of {scan:.2} ms", slowest / scan);
    line("… in scans that only count them", &value, "");
    let strings = rows.iter().map(|row| row.capacity() + size_of::<String>()).sum::<usize>();
    line(
        "memory of the names as Vec<String>",
        &format!("{:.1} MiB", strings as f64 / f64::from(1 << 20)),
        "",
    );
}

/// How long the work of an older keystroke goes on once a newer one has come: the longest time between
/// two looks at whether it is still wanted.
fn stopping(index: &TagIndex) {
    stopping_of(index, "longest wait for the work of an older keystroke", &SUITE);
    let large = ["^[ab]*a[ab]{18}$", r"^(\w{1,30}-){1,8}\w{1,30}$", "(a.{20}b.{20}c)|x{500}"];
    stopping_of(index, "… with patterns too large for an automaton", &large);
}

fn stopping_of(index: &TagIndex, what: &str, texts: &[&str]) {
    let (mut longest, mut building) = (0.0f64, 0.0f64);
    for text in texts {
        let pattern = gitlab(text);
        let before = Cell::new(None::<Instant>);
        let longest_here = Cell::new(0.0f64);
        let asked = || {
            let now = Instant::now();
            if let Some(before) = before.replace(Some(now)) {
                longest_here.set(longest_here.get().max((now - before).as_secs_f64() * 1000.0));
            }
            false
        };
        let started = Instant::now();
        before.set(Some(started));
        pattern.prepare(&asked).unwrap();
        building = building.max(started.elapsed().as_secs_f64() * 1000.0);
        asked();
        NameBits::of(index, &pattern, &asked).unwrap();
        asked();
        longest = longest.max(longest_here.get());
    }
    line(what, &format!("{longest:.1} ms"), "aim 5 ms");
    line("… the longest building, if nobody stops it", &format!("{building:.1} ms"), "");
}

/// Many rules that nothing is known of yet.
fn together(index: &TagIndex, rows: &[String]) {
    println!();
    many(index, rows, "fifteen rules at once", &SUITE, "aim 15x");
    many(index, rows, "six rules at once that look into every name", &EVERYWHERE, "");
}

fn many(index: &TagIndex, rows: &[String], what: &str, texts: &[&str], aim: &str) {
    let (mut ours, mut set, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (time, bits) = timed(|| {
            let patterns: Vec<Pattern> = texts.iter().map(|text| gitlab(text)).collect();
            NameBits::of_all(index, &patterns.iter().collect::<Vec<_>>(), &|| false).unwrap()
        });
        ours.push(time);
        let (time, counts) = timed(|| {
            let set = regex::RegexSet::new(texts).unwrap();
            let mut counts = vec![0usize; texts.len()];
            for name in rows {
                for place in set.matches(name) {
                    counts[place] += 1;
                }
            }
            counts
        });
        set.push(time);
        assert!(bits.iter().zip(counts).all(|(bits, count)| bits.rows(index) as usize == count));
        let one = |text: &&str| NameBits::of(index, &gitlab(text), &|| false).unwrap().count();
        alone.push(timed(|| texts.iter().map(one).sum::<u32>()).0);
    }
    let (ours, set, alone) = (median(ours), median(set), median(alone));
    line(what, &format!("{ours:.1} ms ({alone:.1} one by one)"), "");
    line("… against RegexSet", &format!("{:.1}x of {set:.0} ms", set / ours), aim);
}

/// The program of the verbs against ripgrep, whole processes on the same file.
fn verbs(file: &Path) {
    let (program, file) = (peers::tagwarden(), file.to_str().unwrap());
    let mut faster = 0;
    println!();
    println!("{:<40} {:>10} {:>10} {:>8}", "tagwarden match --count, whole process", "ours", "rg -c", "÷ rg");
    for pattern in SUITE {
        let ours = ["match", "--dialect", "gitlab", "--count", "--pattern", pattern, file];
        let ours = peers::process(&program, &ours);
        let theirs = peers::process(Path::new("rg"), &["-c", "-e", pattern, file]);
        let Some(((ours, found), (theirs, wanted))) = ours.zip(theirs) else {
            line("tagwarden (cargo build --release -p tagwarden-cli) or rg", "not there", "");
            return;
        };
        // ripgrep says nothing when nothing matches.
        assert_eq!(found, if wanted.is_empty() { "0" } else { &wanted }, "{pattern}");
        faster += usize::from(ours < theirs);
        let shown: String = pattern.chars().take(38).collect();
        println!("{shown:<40} {ours:>10.1} {theirs:>10.1} {:>8.2}", ours / theirs);
    }
    line("patterns on which it is faster", &format!("{faster} of {}", SUITE.len()), "aim 12");
}
