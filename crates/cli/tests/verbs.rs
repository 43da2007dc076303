//! The verbs as a script uses them: what they print, and what they end with.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Stdio};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn tagwarden(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tagwarden"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).ok();
    let output = child.wait_with_output().expect("the program ends");
    Ran {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

const NAMES: &[u8] = b"latest\nv1.0.0\nv1.0.1\n\ndev\na/b";

#[test]
fn match_prints_the_names_that_match_in_their_order() {
    let ran = tagwarden(&["match", "--dialect", "gitlab", "--pattern", "^v"], NAMES);
    assert_eq!((ran.code, ran.out.as_str()), (0, "v1.0.0\nv1.0.1\n"));
    let ran = tagwarden(
        &["match", "--dialect", "gitlab", "--pattern", "^dev$", "--pattern", "^[lv].*[t0]$"],
        NAMES,
    );
    assert_eq!((ran.code, ran.out.as_str()), (0, "latest\nv1.0.0\ndev\n"));
    let ran = tagwarden(&["match", "--dialect", "gitlab", "--pattern", "^$", "--json"], NAMES);
    assert_eq!((ran.code, ran.out.as_str()), (0, "{\"matches\":[\"\"]}\n"));
}

#[test]
fn match_reads_more_than_one_block_and_long_lines() {
    let long = "x".repeat(4000);
    let many: String = (0..100_000).map(|number| format!("v{number}\n")).collect();
    let text = format!("{many}{long}\n{many}last");
    let arguments = ["match", "--dialect", "gitlab", "--count", "--pattern"];
    for (pattern, count) in [("^v", "200000\n"), ("^v99999$", "2\n"), ("^x+$", "1\n"), ("^last$", "1\n")] {
        let ran = tagwarden(&[&arguments[..], &[pattern, "-"]].concat(), text.as_bytes());
        assert_eq!((ran.code, ran.out.as_str()), (0, count), "{pattern}");
    }
}

#[test]
fn a_line_that_is_no_name_ends_the_reading_and_is_named() {
    let count = ["match", "--dialect", "gitlab", "--count", "--pattern", "^v"];
    let many: String = (0..100_000).map(|number| format!("v{number}\n")).collect();
    for length in [4097, 5000, 300_000, 5_000_000] {
        for end in ["", "\nv1\n"] {
            let text = format!("{many}{}{end}", "v".repeat(length));
            let ran = tagwarden(&count, text.as_bytes());
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{length}");
            assert!(
                ran.err.contains("line 100001 of standard input is longer than 4096 bytes"),
                "{}",
                ran.err
            );
        }
    }
    let longest = tagwarden(&count, "v".repeat(4096).as_bytes());
    assert_eq!((longest.code, longest.out.as_str()), (0, "1\n"));
    let lint = ["lint", "--dialect", "gitlab", "--pattern", "^v", "--tags", "-"];
    let ran = tagwarden(&lint, "v".repeat(10_000).as_bytes());
    assert!(ran.code == 2 && ran.err.contains("line 1 of standard input"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_without_an_end_does_not_fill_the_memory() {
    // With less address space than the line is long.
    let script = format!(
        "ulimit -v 600000; head -c 1073741824 /dev/zero | tr '\\0' v | '{}' match --dialect gitlab --pattern ^v",
        env!("CARGO_BIN_EXE_tagwarden")
    );
    let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 1"));
}

#[test]
fn what_a_text_file_has_around_its_names_is_left_out_and_told() {
    let exact = ["match", "--dialect", "gitlab", "--pattern", "^v[12]$"];
    let ran = tagwarden(&exact, b"\xef\xbb\xbfv1\r\nv2\r\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "v1\nv2\n"));
    assert!(ran.err.contains("starts with a byte order mark"), "{}", ran.err);
    assert_eq!(ran.err.matches("CR LF").count(), 1, "{}", ran.err);
    // In the middle of a name a carriage return stays: such a name is no tag.
    let ran = tagwarden(&exact, b"v1\rx\nv2");
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("v2\n", ""));
    let lint =
        tagwarden(&["lint", "--dialect", "gitlab", "--pattern", "^v1$", "--tags", "-"], b"v1\r\nv2\r\n");
    assert_eq!(lint.out, "matches 1 of the given tags\n");
}

#[test]
fn a_name_that_is_no_text_is_told_with_its_line() {
    let all = ["match", "--dialect", "gitlab", "--count", "--pattern", ".*"];
    let ran = tagwarden(&all, b"v1\nv\xff\nv\xfe\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "3\n"));
    assert!(ran.err.contains("line 2 of standard input is not UTF-8"), "{}", ran.err);
    assert_eq!(ran.err.matches("UTF-8").count(), 1, "{}", ran.err);
    let ran = tagwarden(&all, b"v1\nv2\nv\0\n");
    assert!(ran.out == "3\n" && ran.err.contains("line 3 of standard input has a NUL"), "{}", ran.err);
}

#[test]
fn match_reads_a_file_and_a_dash_alike() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(NAMES).expect("written");
    let path = file.path().to_str().expect("text");
    let named = tagwarden(&["match", "--dialect", "gitlab", "--pattern", "e", path], b"");
    let piped = tagwarden(&["match", "--dialect", "gitlab", "--pattern", "e", "-"], NAMES);
    assert_eq!((named.out.as_str(), named.code), ("latest\ndev\n", 0));
    assert_eq!(named.out, piped.out);
    let missing = tagwarden(&["match", "--dialect", "gitlab", "--pattern", "e", "/no/such/file"], b"");
    assert_eq!((missing.code, missing.out.as_str()), (2, ""));
    assert!(missing.err.contains("/no/such/file"), "{}", missing.err);
}

#[test]
fn count_prints_a_number_for_each_pattern() {
    let two = ["match", "--dialect", "gitlab", "--count", "--pattern", "^v", "--pattern", ".*"];
    let ran = tagwarden(&two, NAMES);
    assert_eq!((ran.code, ran.out.as_str()), (0, "2\n6\n"));
    let none = tagwarden(&["match", "--dialect", "gitlab", "--count", "--pattern", "^x"], NAMES);
    assert_eq!((none.code, none.out.as_str()), (1, "0\n"));
}

#[test]
fn verdicts_prints_every_name() {
    let ran =
        tagwarden(&["match", "--dialect", "gitlab-cleanup", "--verdicts", "--pattern", "main|dev|v1"], NAMES);
    // Cleanup puts \A and \z around the text without a group: `dev` may stand anywhere.
    assert_eq!(ran.out, "no\tlatest\nno\tv1.0.0\nno\tv1.0.1\nno\t\nmatch\tdev\nno\ta/b\n");
    assert_eq!(ran.code, 0);
}

#[test]
fn a_bad_pattern_ends_with_two_and_says_where() {
    let ran = tagwarden(&["match", "--dialect", "gitlab", "--pattern", "^v(rc|beta"], NAMES);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("missing )") && ran.err.contains("column 3"), "{}", ran.err);
}

#[test]
fn a_pattern_that_the_registry_cannot_read_matches_with_a_warning() {
    let ran = tagwarden(&["match", "--dialect", "gitlab", "--pattern", r"^d\Cv"], NAMES);
    assert_eq!((ran.code, ran.out.as_str()), (0, "dev\n"));
    assert!(ran.err.contains(r"\C"), "{}", ran.err);
}

#[test]
fn every_dialect_reads_a_star_in_its_own_way() {
    let matched =
        |dialect, pattern| tagwarden(&["match", "--dialect", dialect, "--pattern", pattern], NAMES).out;
    assert_eq!(matched("ecr", "v*.0"), "v1.0.0\n");
    assert_eq!(matched("ecr", "v1.0"), "");
    assert_eq!(matched("ecr-filters", "dev,v*.0"), "v1.0.0\ndev\n");
    assert_eq!(matched("prefix", "v1.0"), "v1.0.0\nv1.0.1\n");
    assert_eq!(matched("prefix", "v*"), "");
    assert_eq!(matched("gitlab-cleanup", "v.*1"), "v1.0.1\n");
}

fn compare(a: &str, b: &str) -> String {
    let arguments =
        ["compare", "--a", a, "--dialect-a", "gitlab", "--b", b, "--dialect-b", "gitlab", "--json"];
    let ran = tagwarden(&arguments, b"");
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn compare_tells_how_two_patterns_lie_and_shows_the_shortest_tags() {
    assert_eq!(
        compare("^v", "^v[0-9]"),
        "{\"relation\":\"b-in-a\",\"only_a\":[\"v\",\"va\",\"vb\"],\"only_b\":[],\"both\":[\"v0\",\"v1\",\"v2\"]}\n"
    );
    assert!(
        compare("^a$", "^[a]$")
            .starts_with("{\"relation\":\"equal\",\"only_a\":[],\"only_b\":[],\"both\":[\"a\"]")
    );
    assert!(compare("^a", "^b").contains("\"relation\":\"disjoint\""));
    assert!(compare("^a", "b$").contains("\"relation\":\"overlap\""));
    assert!(compare("^a$", "a").contains("\"relation\":\"a-in-b\""));
    // A tag has at most 128 characters, and does not start with a dot.
    assert!(compare("^.{129}", "^\\.").contains("\"relation\":\"equal\""));
    assert!(compare("^.{128}$", "^.{128}").contains("\"relation\":\"equal\""));
    assert!(compare("^[ab]*a[ab]{18}$", "^a").contains("\"relation\":\"undecided\""));
}

#[test]
fn explain_says_a_pattern_in_words() {
    let explain = |pattern| tagwarden(&["explain", "--dialect", "gitlab", "--pattern", pattern], b"").out;
    assert_eq!(
        explain(r"^v\d+\.\d+\.\d+$"),
        "Tags that are exactly \"v\", then 3 numbers with dots between.\n"
    );
    assert_eq!(explain("-(rc|beta)"), "Tags that contain \"-rc\" or \"-beta\".\n");
    assert_eq!(explain("v*"), "Every tag.\n");
}

#[test]
fn lint_warns_of_what_is_not_meant_and_offers_what_is() {
    let ran = tagwarden(&["lint", "--dialect", "gitlab", "--pattern", "v*"], b"");
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.starts_with("warning: v* matches every tag: * repeats"), "{}", ran.out);
    assert!(ran.out.contains("\n  try ^v.*\n"), "{}", ran.out);

    let ran = tagwarden(&["lint", "--dialect", "gitlab", "--pattern", "^v1", "--tags", "-"], NAMES);
    assert_eq!((ran.code, ran.out.as_str()), (0, "matches 2 of the given tags\n"));

    let tags = b"main\nmainly\nold-latest\nmaster\n";
    let loose = ["lint", "--dialect", "gitlab-cleanup", "--pattern", "main|master|latest", "--tags", "-"];
    let ran = tagwarden(&loose, tags);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("mainly is matched too"), "{}", ran.out);
    assert!(ran.out.contains("try (?:main|master|latest) (matches 2)"), "{}", ran.out);

    let ran = tagwarden(&["lint", "--dialect", "gitlab", "--pattern", r"^\C$"], b"");
    assert!(ran.code == 1 && ran.out.contains(r"cannot read \C"), "{}", ran.out);
    let ran = tagwarden(&["lint", "--dialect", "gitlab", "--pattern", "^latest$", "--immutable"], b"");
    assert!(ran.code == 1 && ran.out.contains("tags that move"), "{}", ran.out);
}

#[test]
fn lint_in_json_has_codes_and_the_error_with_its_column() {
    let ran = tagwarden(&["lint", "--dialect", "gitlab", "--pattern", "v*", "--json"], b"");
    let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(answer["findings"][0]["code"], "matches_every_tag");
    assert_eq!(answer["findings"][0]["severity"], "warning");
    assert_eq!(answer["findings"][0]["fixes"][0]["pattern"], "^v.*");
    let ran = tagwarden(&["lint", "--dialect", "gitlab", "--pattern", "^v(", "--json"], b"");
    let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((ran.code, &answer["error"]["code"]), (2, &"missing_paren".into()));
    assert!(answer["error"]["column"].is_u64(), "{}", ran.out);
}

const REPOSITORIES: &[u8] = b"v\nv1\na/b\napp";

#[test]
fn a_glob_has_three_verdicts_also_where_it_is_malformed() {
    let verdicts = |dialect: &str, pattern: &str| {
        let ran =
            tagwarden(&["match", "--dialect", dialect, "--pattern", pattern, "--verdicts"], REPOSITORIES);
        (ran.code, ran.out)
    };
    assert_eq!(verdicts("harbor", "v["), (1, "no\tv\nerror\tv1\nno\ta/b\nno\tapp\n".to_owned()));
    assert_eq!(verdicts("harbor", "{v,a/b}"), (0, "match\tv\nno\tv1\nmatch\ta/b\nno\tapp\n".to_owned()));
    let all = "error\tv\nerror\tv1\nerror\ta/b\nerror\tapp\n".to_owned();
    assert_eq!(verdicts("harbor-1.1", "{v,a/b}"), (1, all));
    let ran = tagwarden(&["match", "--dialect", "harbor", "--pattern", "**"], REPOSITORIES);
    assert_eq!((ran.code, ran.out.as_bytes()), (0, [REPOSITORIES, b"\n"].concat().as_slice()));
    let ran =
        tagwarden(&["match", "--dialect", "harbor", "--pattern", "v[", "--verdicts", "--json"], b"v1\n");
    assert_eq!(ran.out, "{\"name\":\"v1\",\"verdict\":\"error\"}\n");
    let both = ["match", "--dialect", "harbor", "--pattern", "v[", "--pattern", "v?", "--verdicts"];
    assert_eq!(tagwarden(&both, b"v1\nv12\n").out, "match\tv1\nerror\tv12\n");
}

#[test]
fn globs_are_compared_linted_and_explained() {
    let compared = |a: &str, b: &str| {
        let arguments = ["compare", "--a", a, "--dialect-a", "harbor", "--b", b, "--dialect-b", "harbor-1.1"];
        tagwarden(&arguments, b"").out
    };
    assert_eq!(compared("{v1,v2}", "v[12]"), "equal\nboth: v1 v2\n");
    assert_eq!(compared("{a,{b,c}}", "{a,{b,c}}"), "b-in-a\nonly a: a c\nboth: b\n");
    let lint = |pattern: &str| tagwarden(&["lint", "--dialect", "harbor", "--pattern", pattern], b"");
    let ran = lint("{app");
    assert_eq!(ran.code, 1);
    let wanted = "warning: {app is malformed, a { is never closed (column 1); Harbor saves it, but for a tag \
                  such as a this rule does nothing and switches off every later rule, and in a retention policy it \
                  stops the run of every repository that the rule is about\n  try {app}\nwarning: {app matches no tag\n";
    assert_eq!(ran.out, wanted);
    let ran = lint("rc,test");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("try {rc,test}"), "{}", ran.out);
    assert_eq!(lint("{rc,test}").code, 0);
    let ran = tagwarden(&["explain", "--dialect", "harbor", "--pattern", "{rc,test}"], b"");
    assert_eq!(ran.out, "Tags that are exactly \"rc\" or \"test\".\n");
}

fn lint(arguments: &[&str], tags: &str) -> Ran {
    tagwarden(&[&["lint"], arguments, &["--tags", "-"]].concat(), tags.as_bytes())
}

#[test]
fn lint_warns_of_a_start_where_whole_names_are_compared() {
    let tags = "staging-1\nv1.2.3\n";
    let ran = lint(&["--dialect", "gitlab-cleanup", "--pattern", "^v[0-9]"], tags);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("only the exact name matches ^v[0-9]"), "{}", ran.out);
    assert!(ran.out.contains("\n  try ^v[0-9].* (matches 1)\n"), "{}", ran.out);
    let ran = lint(&["--dialect", "gitlab-cleanup", "--pattern", "staging-|v"], tags);
    let tries: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("  try")).collect();
    assert_eq!(tries.first(), Some(&"  try (?:staging-.*|v.*) (matches 2)"), "{}", ran.out);
    let ran = lint(&["--dialect", "ecr-filters", "--pattern", "v1.2.3", "--excluding"], tags);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn lint_tells_what_moves_and_how_to_leave_it_out() {
    let ran = lint(
        &["--dialect", "gitlab", "--pattern", "^1\\.", "--immutable", "--json"],
        "1.2\n1.2.10\n1.2.11\n",
    );
    let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let finding = &answer["findings"][0];
    assert_eq!((ran.code, &finding["code"]), (1, &"blocks_moving_tags".into()), "{}", ran.out);
    assert_eq!((&finding["tags"][0], &finding["reasons"][0]), (&"1.2".into(), &"series".into()));
    assert_eq!(finding["fixes"][0]["matches"], 2, "{}", ran.out);
    let ran = lint(&["--dialect", "harbor", "--pattern", "**", "--immutable"], "buildcache\nv1.2.3\n");
    assert!(ran.out.contains("\n  try excluding buildcache (matches 1)\n"), "{}", ran.out);
}

#[test]
fn lint_tells_expressions_from_globs() {
    let ran = lint(&["--dialect", "harbor", "--pattern", r"v\d+"], "v1\n");
    assert!(
        ran.code == 1 && ran.out.contains("regular expression") && ran.out.contains("globs"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("\n  try v[0-9]* (matches 1)\n"), "{}", ran.out);
    let ran = lint(&["--dialect", "ecr", "--pattern", r"^v\d+$"], "v1\n");
    assert!(ran.code == 2 && ran.err.contains("regular expression") && ran.err.contains("v*"), "{}", ran.err);
    let ran = lint(&["--dialect", "gitlab", "--pattern", r"^\d+(\+\w+)?$"], "12\n");
    assert!(ran.code == 1 && ran.out.contains("no tag contains a +"), "{}", ran.out);
}

#[test]
fn a_cleanup_pattern_is_validated_bare_unless_the_policy_is_off() {
    for pattern in ["*-dev", "?", "+", "{2}", "v\\"] {
        let ran = tagwarden(&["match", "--dialect", "gitlab-cleanup", "--pattern", pattern], b"x-dev\n");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{pattern}");
        assert!(ran.err.contains("column"), "{}", ran.err);
    }
    let off = ["match", "--dialect", "gitlab-cleanup", "--off", "--pattern", "*-dev"];
    let ran = tagwarden(&off, b"x-dev\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "x-dev\n"));
    assert!(ran.err.contains("when the policy is switched on"), "{}", ran.err);
    let ran = lint(&["--dialect", "gitlab-cleanup", "--off", "--pattern", "*-dev"], "x-dev\n");
    assert!(ran.code == 1 && ran.out.contains("without validating it"), "{}", ran.out);
}
