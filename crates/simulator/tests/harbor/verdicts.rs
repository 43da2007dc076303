//! What rules make of tags, asked over HTTP. The cases are those of the emulation of Harbor's matcher.

use tagwarden_simulator::Version;
use tagwarden_simulator::harbor::{HarborConfig, RuleText, Selector};

use crate::support::Harbor;

/// `decoration pattern` for the repository, and for the tag.
type Line = (&'static str, &'static str, &'static str, &'static str);

const ALL: Line = ("repoMatches", "**", "matches", "**");

fn text((repository, name, tag, pattern): Line) -> RuleText {
    RuleText::new(Selector::new(repository, name), Selector::new(tag, pattern))
}

async fn harbor_of(version: Version, image: &str) -> Harbor {
    let harbor = Harbor::start(HarborConfig { version, ..HarborConfig::empty() }).await;
    let (repository, tag) = image.rsplit_once(':').unwrap();
    harbor.running.edit(|state| {
        state.create_project("team", false);
        state.put_tag(&format!("team/{repository}"), tag).unwrap();
    });
    harbor
}

async fn immutable(version: Version, rules: &[RuleText], image: &str) -> bool {
    let harbor = harbor_of(version, image).await;
    for rule in rules {
        harbor.rule(rule.clone());
    }
    let repository = image.rsplit_once(':').unwrap().0;
    harbor.flags(repository).await[0].1
}

async fn check(rules: &[Line], image: &str, wanted: bool) {
    let texts: Vec<RuleText> = rules.iter().map(|line| text(*line)).collect();
    let found = immutable(Version::new(2, 15, 2), &texts, image).await;
    assert_eq!(found, wanted, "{rules:?} {image}");
}

/// 7.10
#[tokio::test]
async fn patterns_mean_what_harbor_makes_of_them() {
    let without = |pattern: &'static str| ("repoExcludes", pattern, "matches", "**");
    let tags = |pattern: &'static str| ("repoMatches", "**", "excludes", pattern);
    let both = |repository: &'static str, tag: &'static str| ("repoMatches", repository, "matches", tag);
    check(&[without("{**/trigger-pipeline,**/builder-go}")], "builder-go:latest", true).await;
    check(&[without("**/builder-go")], "builder-go:x", false).await;
    check(&[without("**/builder-go")], "noroot/builder-go:x", false).await;
    check(&[tags("{rc,test,nightly}")], "app:rc", false).await;
    check(&[tags("{rc,test,nightly}")], "app:v1", true).await;
    check(&[tags("rc,test,nightly")], "app:rc", true).await;
    check(&[ALL, without("dev")], "dev:x", true).await;
    check(&[both("", "**")], "app:v1", true).await;
    check(&[both("**", "")], "app:v1", true).await;
    check(&[without("")], "app:v1", false).await;
    check(&[tags("")], "app:v1", false).await;
    check(&[both("*", "*")], "team/app:v1", false).await;
    check(&[both("{app,app/**}", "**")], "app:v1", false).await;
    check(&[both("{app,app/**}", "**")], "app/x:v1", true).await;
    check(&[both("team/app", "**")], "app:v1", false).await;
    check(&[both("App", "**")], "app:v1", false).await;
}

/// 7.10: a rule that errs hides the ones after it, and is hidden by the ones before it.
#[tokio::test]
async fn a_broken_rule_switches_off_what_comes_after_it() {
    let broken = |pattern: &'static str| ("repoMatches", pattern, "matches", "**");
    check(&[broken("{app"), ALL], "app:v1", false).await;
    check(&[ALL, broken("{app")], "app:v1", true).await;
    check(&[broken("v["), ALL], "app:v1", true).await;
    let tag = ("repoMatches", "app", "matches", "v[");
    check(&[tag, ALL], "app:v1", false).await;
    check(&[tag, ALL], "app:w1", true).await;
    check(&[tag, ALL], "other:v1", true).await;
}

#[tokio::test]
async fn unknown_kinds_and_decorations_err() {
    let now = Version::new(2, 15, 2);
    let all = text(ALL);
    let mut kind = all.clone();
    kind.tag_selectors.as_mut().unwrap()[0].kind = "doublestart".to_owned();
    let mut nothing = all.clone();
    nothing.tag_selectors.as_mut().unwrap()[0].decoration = String::new();
    let unknown = text(("matching", "**", "matches", "**"));
    for broken in [kind, nothing, unknown] {
        assert!(!immutable(now, &[broken.clone(), all.clone()], "app:v1").await, "{broken:?}");
        assert!(immutable(now, &[all.clone(), broken], "app:v1").await);
    }
}

#[tokio::test]
async fn only_first_selectors_count_and_missing_ones_are_passed_over() {
    let now = Version::new(2, 15, 2);
    let mut second = text(("repoMatches", "**", "matches", "w*"));
    second.tag_selectors.as_mut().unwrap().push(Selector::new("matches", "v*"));
    assert!(!immutable(now, &[second], "app:v1").await);
    for empty in [
        RuleText::default(),
        RuleText { tag_selectors: Some(vec![]), ..text(ALL) },
        RuleText { scope_selectors: Some([("moon".to_owned(), vec![])].into()), ..text(ALL) },
    ] {
        assert!(!immutable(now, std::slice::from_ref(&empty), "app:v1").await);
        assert!(immutable(now, &[empty, text(ALL)], "app:v1").await, "it is no error");
    }
    let namespace = text(("nsMatches", "**", "matches", "**"));
    assert!(!immutable(now, &[namespace], "app:v1").await);
}

#[tokio::test]
async fn older_harbors_cut_at_slashes_before_braces() {
    let slash = [text(("repoMatches", "{a/b,c}", "matches", "**")), text(ALL)];
    for (version, wanted) in [
        (Version::new(2, 8, 6), false),
        (Version::new(2, 9, 4), false),
        (Version::new(2, 9, 5), true),
        (Version::new(2, 10, 2), false),
        (Version::new(2, 10, 3), true),
        (Version::new(2, 11, 0), true),
    ] {
        assert_eq!(immutable(version, &slash, "c:v1").await, wanted, "{version}");
    }
}

/// 7.1
#[tokio::test]
async fn the_matchers_own_cases() {
    let rules =
        [("repoMatches", "redis", "matches", "release-**"), ("repoMatches", "mysql", "matches", "**")];
    check(&rules, "redis:release-1.10", true).await;
    check(&rules, "redis:1.10", false).await;
    check(&rules, "mysql:9.4.8", true).await;
    check(&rules, "hello:world", false).await;
}
