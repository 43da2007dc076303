//! Advice about patterns that mean something else to the server than to their author.

use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Finding, Fix, Severity, What, findings};
use tagwarden_rules::moving::MovingReason;
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::preview::TagIndex;
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, Selector, SelectorMode};
use tagwarden_rules::state::CompiledRules;
use tagwarden_rules::translation::Syntax;

const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct Case {
    dialect: Dialect,
    mode: SelectorMode,
    immutable: bool,
}

impl Case {
    fn look(&self, pattern: &str, tags: &[&str]) -> Vec<Finding> {
        let effect = match self.immutable {
            true => Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
            false => Effect::Protect { push: Role::Maintainer, delete: Role::Maintainer },
        };
        let tags_of = Selector { mode: self.mode, dialect: self.dialect, pattern: pattern.to_owned() };
        let rules = [Rule { repositories: None, tags: tags_of, effect, enabled: true }];
        let names = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let index = TagIndex::build(vec![("app".to_owned(), names)]);
        let capabilities = Capabilities::of_dialect(self.dialect);
        let found = findings(&CompiledRules::compile(&rules), &rules, Some(&index), &capabilities);
        check_fixes(&found, self.dialect, pattern, &index);
        found
    }
}

/// Every number beside a fix is the number of tags that it matches, and the first one matches no fewer
/// than there are now, unless too many are what the finding is about.
fn check_fixes(found: &[Finding], dialect: Dialect, pattern: &str, index: &TagIndex) {
    let rows = |text: &str| {
        let pattern = Pattern::compile(dialect, text).unwrap();
        (0..index.len() as u32).filter(|row| pattern.is_match(index.tag(*row))).count()
    };
    for finding in found {
        let too_many = matches!(
            finding.what,
            What::MatchesEveryTag { .. }
                | What::BlocksMovingTags { .. }
                | What::UnescapedDot { .. }
                | What::ForeignSyntax { .. }
        );
        for (place, fix) in finding.fixes.iter().enumerate() {
            let Fix::ReplacePattern { pattern: text, matches, .. } = fix else { continue };
            assert_eq!(*matches as usize, rows(text), "the number beside {text}");
            if place == 0 && !too_many {
                assert!(rows(text) >= rows(pattern), "{text} after {pattern}: {:?}", finding.what);
            }
        }
    }
}

fn plain(dialect: Dialect) -> Case {
    Case { dialect, mode: SelectorMode::Matching, immutable: false }
}

fn immutable(dialect: Dialect) -> Case {
    Case { dialect, mode: SelectorMode::Matching, immutable: true }
}

fn fixes(finding: &Finding) -> Vec<(&str, u32)> {
    let pattern = |fix: &'_ Fix| match fix {
        Fix::ReplacePattern { .. } => Some(()),
        _ => None,
    };
    finding
        .fixes
        .iter()
        .filter(|fix| pattern(fix).is_some())
        .map(|fix| match fix {
            Fix::ReplacePattern { pattern, matches, .. } => (pattern.as_str(), *matches),
            _ => ("", 0),
        })
        .collect()
}

fn exact(found: &[Finding]) -> Option<(&Finding, &[String], u32)> {
    found.iter().find_map(|finding| match &finding.what {
        What::ExactNamesOnly { entries, beyond, .. } => Some((finding, entries.as_slice(), *beyond)),
        _ => None,
    })
}

#[test]
fn a_start_is_told_where_whole_names_are_compared() {
    let tags = ["dev-1", "dev-2", "v1.2.3", "v2.0.0", "main"];
    for (dialect, pattern, open, count) in [
        (Dialect::GitlabCleanup, "^v[0-9]", "^v[0-9].*", 2),
        (Dialect::GitlabCleanup, "dev-", "dev-.*", 2),
        (Dialect::GitlabCleanup, "(?:main|dev-|v)", "(?:main|dev-.*|v.*)", 5),
        (Dialect::Ecr, "dev-", "dev-*", 2),
        (Dialect::EcrFilters, "main,dev-", "main,dev-*", 3),
        (Dialect::EcrFilters, "v", "v*", 2),
        (Dialect::Harbor, "v", "v*", 2),
        (Dialect::Harbor, "{main,dev-}", "{main,dev-*}", 3),
        (Dialect::Harbor11, "v[0-9]", "v[0-9]*", 2),
    ] {
        let found = plain(dialect).look(pattern, &tags);
        let (finding, ..) = exact(&found).unwrap_or_else(|| panic!("{pattern}: {found:?}"));
        assert_eq!(finding.severity, Severity::Warning, "{pattern}");
        assert_eq!(fixes(finding).first(), Some(&(open, count)), "{pattern}");
        assert!(
            !found.iter().any(|finding| matches!(finding.what, What::MatchesNothing { .. })),
            "{pattern}"
        );
    }
}

#[test]
fn a_start_is_told_without_tags_where_it_looks_like_one() {
    for (dialect, pattern) in [
        (Dialect::GitlabCleanup, "^v[0-9]"),
        (Dialect::GitlabCleanup, "release-"),
        (Dialect::Ecr, "dev-"),
        (Dialect::EcrFilters, "latest,dev-"),
        (Dialect::Harbor, "v"),
        (Dialect::Harbor, "v[0-9]"),
    ] {
        assert!(exact(&plain(dialect).look(pattern, &[])).is_some(), "{pattern}");
    }
}

#[test]
fn names_that_are_meant_as_they_stand_are_left_alone() {
    let tags = ["latest", "latest-dev", "main", "v1.2.3", "v1.2.3-rc.1", "1.2", "1.2.3"];
    for (dialect, pattern) in [
        (Dialect::GitlabCleanup, r"v\d+\.\d+\.\d+"),
        (Dialect::GitlabCleanup, "(?:main|latest)"),
        (Dialect::GitlabCleanup, "v.*"),
        (Dialect::GitlabCleanup, ".*-rc.*"),
        (Dialect::Ecr, "latest"),
        (Dialect::EcrFilters, "latest,main"),
        (Dialect::EcrFilters, "v*,main"),
        (Dialect::Harbor, "1.2"),
        (Dialect::Harbor, "{latest,v*}"),
        (Dialect::Harbor, "v1.2.?"),
        (Dialect::Prefix, "v"),
    ] {
        let found = plain(dialect).look(pattern, &tags);
        assert_eq!(found, [], "{pattern}");
    }
}

#[test]
fn what_an_excluding_rule_names_is_looked_at_too() {
    let case = Case { mode: SelectorMode::Excluding, ..plain(Dialect::Harbor) };
    let found = case.look("dev-", &["dev-1", "v1"]);
    assert!(
        matches!(&exact(&found).unwrap().0.what, What::ExactNamesOnly { excluding: true, beyond: 1, .. }),
        "{found:?}"
    );
    let found = case.look(r"v\d+", &["dev-1", "v1"]);
    assert!(
        found.iter().any(|one| matches!(one.what, What::ForeignSyntax { excluding: true, .. })),
        "{found:?}"
    );
    let found = case.look("-x", &["v1"]);
    assert!(
        found.iter().any(|one| matches!(one.what, What::Unreachable { excluding: true, .. })),
        "{found:?}"
    );
}

#[test]
fn loose_alternatives_are_never_answered_with_fewer_tags_first() {
    let found = plain(Dialect::GitlabCleanup).look("staging-|v", &["staging-1", "v1.2.3"]);
    let loose = found.iter().find(|one| matches!(one.what, What::LooseAlternatives { .. })).unwrap();
    assert_eq!(fixes(loose).first(), Some(&("(?:staging-.*|v.*)", 2)));
    assert!(!fixes(loose).contains(&("(?:staging-|v)", 0)), "{loose:?}");

    let tags = ["main", "mainly", "old-latest", "master", "x-master-y"];
    let found = plain(Dialect::GitlabCleanup).look("main|master|latest", &tags);
    let loose = found.iter().find(|one| matches!(one.what, What::LooseAlternatives { .. })).unwrap();
    assert_eq!(fixes(loose), [("(?:main.*|.*master.*|.*latest)", 5), ("(?:main|master|latest)", 2)]);
}

fn foreign(found: &[Finding]) -> Option<(Syntax, Option<(&str, bool)>)> {
    found.iter().find_map(|finding| match &finding.what {
        What::ForeignSyntax { syntax, translation, .. } => {
            Some((*syntax, translation.as_ref().map(|one| (one.pattern.as_str(), one.equal))))
        }
        _ => None,
    })
}

#[test]
fn expressions_in_glob_fields_are_told_with_their_translation() {
    for (dialect, pattern, translation) in [
        (Dialect::Harbor, "^v.*$", Some(("v*", true))),
        (Dialect::Harbor, "^v", Some(("v*", true))),
        (Dialect::Harbor, "(latest|dev)", Some(("{latest,dev}", true))),
        (Dialect::Harbor, "^v|^release-", Some(("{v*,release-*}", true))),
        (Dialect::Harbor, ".*", Some(("*", true))),
        (Dialect::Harbor, "release-.*", Some(("release-*", true))),
        (Dialect::Harbor, "-rc$", Some(("*-rc", true))),
        (Dialect::Harbor, r"^v\d\.\d$", Some(("v[0-9].[0-9]", true))),
        (Dialect::Harbor, "^(rc-)?v[0-9]{2}$", Some(("{rc-,}v[0-9][0-9]", true))),
        (Dialect::Harbor, r"v\d+", Some(("v[0-9]*", false))),
        (Dialect::Harbor11, "^release-[0-9]+$", Some(("release-[0-9]*", false))),
        (Dialect::Harbor, r"{v\d,latest}", Some(("{v[0-9],latest}", true))),
        (Dialect::EcrFilters, "release-.*", Some(("release-*", true))),
        (Dialect::EcrFilters, "latest,v.*", Some(("latest,v*", true))),
        (Dialect::Prefix, "^v.*", Some(("v", true))),
    ] {
        let found = plain(dialect).look(pattern, &["main", "v1", "release-1"]);
        assert_eq!(foreign(&found), Some((Syntax::RegularExpression, translation)), "{pattern}: {found:?}");
    }
}

#[test]
fn globs_in_re2_fields_are_told_with_their_translation() {
    for (dialect, pattern, translation) in [
        (Dialect::Gitlab, "v*-release", Some(("^v.*-release$", true))),
        (Dialect::Gitlab, "release-*", Some(("^release-.*", true))),
        (Dialect::Gitlab, "{latest,dev}", Some(("^(?:latest|dev)$", true))),
        (Dialect::GitlabCleanup, "v*", Some(("v.*", true))),
        (Dialect::GitlabCleanup, "{latest,dev-*}", Some(("(?:latest|dev-.*)", true))),
        (Dialect::Prefix, "v*", Some(("v", true))),
    ] {
        let found = plain(dialect).look(pattern, &["main", "v1-release"]);
        assert_eq!(foreign(&found), Some((Syntax::Glob, translation)), "{pattern}: {found:?}");
    }
}

#[test]
fn a_translation_that_differs_comes_with_the_shortest_tags_that_do() {
    let found = plain(Dialect::Harbor).look(r"v\d+", &["v1"]);
    let Some(What::ForeignSyntax { translation: Some(translation), matches_none: true, .. }) =
        found.first().map(|one| &one.what)
    else {
        panic!("{found:?}")
    };
    assert!(translation.not.is_empty() && !translation.also.is_empty(), "{translation:?}");
    let pattern = Pattern::compile(Dialect::Harbor, &translation.pattern).unwrap();
    assert!(translation.also.iter().all(|tag| pattern.is_match(tag)));
}

#[test]
fn what_may_be_meant_as_it_stands_is_no_other_language() {
    for (dialect, pattern, tags) in [
        (Dialect::Harbor, "1.2.*", &["1.2.3"][..]),
        (Dialect::Harbor, "v*.*.*", &["v1.2.3"]),
        (Dialect::Harbor, "v[0-9]*", &["v1"]),
        (Dialect::Harbor, "v.*", &["v.1"]),
        (Dialect::Ecr, "9.*", &["9.1"]),
        (Dialect::Gitlab, r"^v?\d+\.\d+$", &["v1.2"]),
        (Dialect::Gitlab, "^v.*", &["v1.2"]),
        (Dialect::Gitlab, "^[0-9]{1,3}$", &["12"]),
        (Dialect::Gitlab, "^v1.*-rc", &["v1.2-rc"]),
    ] {
        let found = plain(dialect).look(pattern, tags);
        assert_eq!(foreign(&found), None, "{pattern}: {found:?}");
    }
}

#[test]
fn refused_texts_of_another_language_are_answered_with_a_translation() {
    let suggestion = |dialect, text: &str| Pattern::compile(dialect, text).unwrap_err().suggestion;
    for (dialect, text, better) in [
        (Dialect::Gitlab, "*-dev", ".*-dev$"),
        (Dialect::GitlabCleanup, "*-dev", ".*-dev"),
        (Dialect::GitlabCleanup, "?", "."),
        (Dialect::Ecr, "^v.*$", "v*"),
        (Dialect::Ecr, r"v\d+", "v*"),
        (Dialect::EcrFilters, "(latest|dev)", "latest,dev"),
        (Dialect::EcrFilters, "latest,^v", "latest,v*"),
    ] {
        assert_eq!(suggestion(dialect, text).as_deref(), Some(better), "{text}");
    }
}

fn unreachable(found: &[Finding]) -> Vec<(&str, Option<&str>, bool)> {
    let told = found.iter().filter_map(|finding| match &finding.what {
        What::Unreachable { text, character, whole, .. } => {
            Some((text.as_str(), character.as_deref(), *whole))
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn parts_that_no_tag_can_reach_are_told() {
    for (dialect, pattern, part, character, whole) in [
        (Dialect::Gitlab, r"^\d+(\+\w+)?$", r"(\+\w+)?", Some("+"), false),
        (Dialect::Gitlab, r"^v1( beta)?$", "( beta)?", Some(" "), false),
        (Dialect::Gitlab, "^(v1|team/app)$", "team/app", Some("/"), false),
        (Dialect::Gitlab, "^a[+]b$", "^a[+]b$", Some("+"), true),
        (Dialect::GitlabCleanup, "(?:v1|v2:x)", "v2:x", Some(":"), false),
        (Dialect::Harbor, "{v1,1.0+build}", "1.0+build", Some("+"), false),
        (Dialect::Harbor, "team/app", "team/app", Some("/"), true),
        (Dialect::EcrFilters, "v1,-dev", "-dev", None, false),
        (Dialect::Prefix, "v1:", "v1:", Some(":"), true),
    ] {
        let found = plain(dialect).look(pattern, &["v1", "12"]);
        assert_eq!(unreachable(&found), [(part, character, whole)], "{pattern}: {found:?}");
    }
    let found = plain(Dialect::Gitlab).look(r"^\d+(\+\w+)?$", &["12", "12_b1"]);
    let finding = found.iter().find(|one| matches!(one.what, What::Unreachable { .. })).unwrap();
    assert_eq!(fixes(finding), [(r"^\d+(_\w+)?$", 2), (r"^\d+$", 1)]);
}

#[test]
fn parts_that_tags_can_reach_are_not_told() {
    for (dialect, pattern) in [
        (Dialect::Gitlab, r"^\d+([+_]\w+)?$"),
        (Dialect::Gitlab, "-rc|-beta"),
        (Dialect::Gitlab, "^v1(\\.|-)"),
        (Dialect::Harbor, "{v1,*-rc}"),
        (Dialect::Harbor, "v[+1]"),
        (Dialect::GitlabCleanup, "(?:v1|.*-rc)"),
    ] {
        let found = plain(dialect).look(pattern, &["v1", "12"]);
        assert_eq!(unreachable(&found), [], "{pattern}: {found:?}");
    }
}

fn moving(found: &[Finding]) -> Option<(&Finding, Vec<&str>, Vec<MovingReason>)> {
    found.iter().find_map(|finding| match &finding.what {
        What::BlocksMovingTags { tags, reasons, .. } => {
            Some((finding, tags.iter().map(String::as_str).collect(), reasons.clone()))
        }
        _ => None,
    })
}

#[test]
fn immutable_rules_over_series_caches_and_signatures_are_told() {
    let found = immutable(Dialect::Gitlab).look("^1\\.", &["1.2", "1.2.10", "1.2.11"]);
    let (finding, tags, reasons) = moving(&found).unwrap();
    assert_eq!((tags, reasons), (vec!["1.2"], vec![MovingReason::Series]));
    assert_eq!(fixes(finding), [(r"^1\.\d+\.\d+$", 2)]);

    let signature = format!("sha256-{HEX}.att");
    let found = immutable(Dialect::Gitlab).look("^(v|sha256-)", &["v1", &signature]);
    let (finding, tags, reasons) = moving(&found).unwrap();
    assert_eq!((tags, reasons), (vec![signature.as_str()], vec![MovingReason::Attachment]));
    assert_eq!(fixes(finding).first(), Some(&("^v", 1)));

    let found = immutable(Dialect::Harbor).look("*", &["buildcache", "v1.2.3"]);
    let (finding, tags, _) = moving(&found).unwrap();
    assert_eq!(tags, ["latest", "buildcache"]);
    let Some(Fix::ReplaceSelector { tags, covers }) = finding.fixes.first() else { panic!("{finding:?}") };
    assert_eq!((tags.mode, tags.pattern.as_str(), *covers), (SelectorMode::Excluding, "buildcache", 1));
}

#[test]
fn an_exclusion_that_forgets_a_moving_tag_is_made_longer() {
    let case = Case { mode: SelectorMode::Excluding, ..immutable(Dialect::EcrFilters) };
    let found = case.look("latest", &["latest", "buildcache", "pr-12", "v1.2.3"]);
    let (finding, tags, _) = moving(&found).unwrap();
    assert_eq!(tags, ["pr-12", "buildcache"]);
    assert_eq!(fixes(finding), [("latest,pr-*,buildcache", 3)]);
}

#[test]
fn rules_over_releases_alone_block_nothing_that_moves() {
    let tags = ["1.2", "1.2.10", "latest", "v1.0.0", "nightly-20261119", "main-77d1c0e9"];
    for pattern in [r"^\d+\.\d+\.\d+$", r"^v\d", "^nightly-", "^main-[0-9a-f]{8}$"] {
        let found = immutable(Dialect::Gitlab).look(pattern, &tags);
        assert!(moving(&found).is_none(), "{pattern}: {found:?}");
    }
}

#[test]
fn globs_that_the_server_takes_very_long_for_are_told() {
    let slow = |pattern: &str| {
        let found = plain(Dialect::Harbor).look(pattern, &["v1"]);
        found.iter().any(|one| matches!(one.what, What::SlowPattern { steps: 10_000_000.., .. }))
    };
    assert!(slow("*a*a*a*a*a*a*a*a*a*a*a*ab"));
    assert!(slow("*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*x"));
    for pattern in ["v*.*.*", "{v*,release-*,*-hotfix-*}", "*-rc*", "**"] {
        assert!(!slow(pattern), "{pattern}");
    }
}

#[test]
fn what_was_saved_unchecked_is_read_as_it_runs_and_told() {
    for text in ["*-dev", "?", "+", "{2}", "v\\"] {
        let error = Pattern::compile(Dialect::GitlabCleanup, text).unwrap_err();
        assert!(error.column.is_some(), "{text}: {error:?}");
    }
    let text = "*-dev";
    let saved = Pattern::compile_saved(Dialect::GitlabCleanup, text).unwrap();
    assert!(saved.is_match("x-dev") && saved.refused_if_validated().is_some());
    let tags = Selector::matching(Dialect::GitlabCleanup, text);
    let effect = Effect::Protect { push: Role::Maintainer, delete: Role::Maintainer };
    let rules = [Rule { repositories: None, tags, effect, enabled: true }];
    let capabilities = Capabilities::of_dialect(Dialect::GitlabCleanup);
    let found = findings(&CompiledRules::compile_saved(&rules), &rules, None, &capabilities);
    assert!(
        found.iter().any(|one| matches!(one.what, What::NotValidated { column: Some(1), .. })),
        "{found:?}"
    );
}
