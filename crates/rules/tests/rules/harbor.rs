//! Sets of Harbor rules: one after another by id, until one covers the tag or errs.

use std::sync::Arc;

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::decision::{Actor, Attached, Operation, Outcome, Question, decide, decide_attached};
use tagwarden_rules::enforcement::Enforcement;
use tagwarden_rules::finding::{Fix, Severity, What, findings};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::preview::{Comparison, Edited, TagIndex};
use tagwarden_rules::rule::{
    Blocks, Effect, Role, Rule, RulePart, SavedRule, Selector, SelectorMode, UnreadSelector,
};
use tagwarden_rules::state::{CompiledRules, StateCounts, TagState};

use crate::support::{index, never};

/// The selectors of rules: repositories and tags of each.
type Parts = &'static [(&'static str, &'static str)];

/// A selector, with `!` in front where it excludes, and `~` before that where it is compared with the
/// name of the other part.
fn selector(text: &str) -> Selector {
    let (other, rest) = text.strip_prefix('~').map_or((false, text), |rest| (true, rest));
    let (excludes, pattern) = rest.strip_prefix('!').map_or((false, rest), |rest| (true, rest));
    let mode = match (other, excludes) {
        (false, false) => SelectorMode::Matching,
        (false, true) => SelectorMode::Excluding,
        (true, false) => SelectorMode::MatchingOtherPart,
        (true, true) => SelectorMode::ExcludingOtherPart,
    };
    Selector { mode, ..Selector::matching(Dialect::Harbor, pattern) }
}

fn rule(repositories: &str, tags: &str) -> Rule {
    Rule {
        repositories: Some(selector(repositories)),
        tags: selector(tags),
        effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        enabled: true,
    }
}

fn compile(rules: &[(&str, &str)]) -> CompiledRules {
    let rules: Vec<Rule> = rules.iter().map(|(repositories, tags)| rule(repositories, tags)).collect();
    CompiledRules::compile(&rules).enforced_by(Enforcement::Harbor)
}

fn is_immutable(rules: &[(&str, &str)], repository: &str, tag: &str) -> bool {
    compile(rules).standing(&format!("library/{repository}"), tag).state == TagState::Immutable
}

#[test]
fn verdicts_are_those_of_harbors_own_tests_and_of_its_users() {
    let mixed = [("redis", "release-**"), ("mysql", "**")];
    for (repository, tag, expected) in [
        ("redis", "release-1.10", true),
        ("redis", "1.10", false),
        ("mysql", "9.4.8", true),
        ("hello", "world", false),
    ] {
        assert_eq!(is_immutable(&mixed, repository, tag), expected, "{repository}:{tag}");
    }
    let table: &[(Parts, &str, &str, bool)] = &[
        (&[("!{**/trigger-pipeline,**/builder-go}", "**")], "builder-go", "latest", true),
        (&[("!**/builder-go", "**")], "builder-go", "v1", false),
        (&[("!**/builder-go", "**")], "noroot/builder-go", "v1", false),
        (&[("**", "!{rc,test,nightly}")], "app", "rc", false),
        (&[("**", "!{rc,test,nightly}")], "app", "v1", true),
        (&[("**", "!rc,test,nightly")], "app", "rc", true),
        (&[("**", "**"), ("!dev", "**")], "dev", "x", true),
        (&[("", "**")], "app", "v1", true),
        (&[("**", "")], "app", "v1", true),
        (&[("**", "!")], "app", "v1", false),
        (&[("*", "*")], "team/app", "v1", false),
        (&[("{app,app/**}", "**")], "app", "v1", false),
        (&[("{app,app/**}", "**")], "app/x", "v1", true),
        (&[("library/app", "**")], "app", "v1", false),
        (&[("App", "**")], "app", "v1", false),
        // A malformed rule switches itself and the later ones off where it errs.
        (&[("{app", "**"), ("**", "**")], "app", "v1", false),
        (&[("**", "**"), ("{app", "**")], "app", "v1", true),
        (&[("v[", "**"), ("**", "**")], "app", "v1", true),
        (&[("**", "v["), ("**", "**")], "app", "v1", false),
        (&[("**", "v["), ("**", "**")], "app", "x1", true),
        (&[("**", "!v["), ("**", "**")], "app", "v1", false),
        (&[("web", "v["), ("**", "**")], "app", "v1", true),
    ];
    for (rules, repository, tag, expected) in table {
        assert_eq!(is_immutable(rules, repository, tag), *expected, "{rules:?} {repository}:{tag}");
    }
}

#[test]
fn it_is_said_at_which_rule_the_server_gives_up() {
    let rules = compile(&[("**", "x"), ("**", "v["), ("**", "**")]);
    let standing = rules.standing("library/app", "v1");
    assert_eq!((standing.state, standing.given_up_at), (TagState::Open, Some(1)));
    assert_eq!(rules.standing("library/app", "x").given_up_at, None, "an earlier rule has decided");
}

#[test]
fn a_malformed_rule_that_is_switched_off_harms_nobody() {
    let off = Rule { enabled: false, ..rule("**", "v[") };
    let rules = CompiledRules::compile(&[off, rule("**", "**")]).enforced_by(Enforcement::Harbor);
    assert_eq!(rules.standing("library/app", "v1").state, TagState::Immutable);
}

#[test]
fn behind_a_rule_that_cannot_be_read_nothing_is_known() {
    let large = "{".repeat(600);
    let rules = compile(&[("**", "v1"), ("**", &large), ("**", "**")]);
    assert_eq!(rules.standing("library/app", "v1").state, TagState::Immutable);
    assert_eq!(rules.standing("library/app", "v2").state, TagState::Unknown);
}

fn ask(rules: &CompiledRules, actor: Actor, operation: Operation, tag: &str, others: &[&str]) -> Outcome {
    let others: Vec<String> = others.iter().map(|&tag| tag.to_owned()).collect();
    let question = Question {
        actor,
        operation,
        repository: "library/app",
        tag,
        exists: tag != "new",
        repository_has_tags: true,
        same_digest: &others,
        repository_tags: &others,
    };
    decide(rules, &question).outcome
}

#[test]
fn one_immutable_tag_holds_its_artifact_and_its_repository() {
    let rules = compile(&[("**", "v*")]);
    let maintainer = |operation, tag, others: &[&str]| ask(&rules, Actor::Maintainer, operation, tag, others);
    assert_eq!(maintainer(Operation::Push, "new", &[]), Outcome::Creates);
    assert_eq!(maintainer(Operation::Push, "v1", &[]), Outcome::TagImmutable);
    assert_eq!(maintainer(Operation::Push, "latest", &["v1"]), Outcome::Overwrites);
    assert_eq!(maintainer(Operation::DeleteTag, "latest", &["v1"]), Outcome::Deletes);
    assert_eq!(maintainer(Operation::DeleteTag, "v1", &[]), Outcome::TagImmutable);
    assert_eq!(maintainer(Operation::DeleteManifest, "latest", &["main"]), Outcome::Deletes);
    assert_eq!(maintainer(Operation::DeleteManifest, "latest", &["v1"]), Outcome::TagImmutable);
    assert_eq!(maintainer(Operation::DeleteRepository, "latest", &["v1"]), Outcome::HasTags);
    assert_eq!(maintainer(Operation::DeleteRepository, "latest", &["main"]), Outcome::Deletes);
}

#[test]
fn a_pattern_can_be_compared_with_the_name_of_the_other_part() {
    // Among tag selectors the repository is compared, among repository selectors the tag.
    assert!(is_immutable(&[("**", "~app")], "app", "v1"));
    assert!(!is_immutable(&[("**", "~app")], "web", "app"));
    assert!(is_immutable(&[("**", "~!app")], "web", "v1"));
    assert!(!is_immutable(&[("**", "~!app")], "app", "v1"));
    assert!(is_immutable(&[("~v*", "**")], "app", "v1"));
    assert!(!is_immutable(&[("~v*", "**")], "v1", "latest"));
    assert!(is_immutable(&[("~!v*", "**")], "app", "latest"));
    assert!(is_immutable(&[("~v*", "~team/*")], "team/app", "v1"));
    assert!(!is_immutable(&[("~v*", "~team/*")], "app", "v1"));
    assert!(is_immutable(&[("~v*", "*1")], "app", "v1"));
    assert!(!is_immutable(&[("~v*", "*2")], "app", "v1"));
    // An empty pattern matches whatever it is compared with.
    assert!(is_immutable(&[("~", "~")], "app", "v1"));
    assert!(!is_immutable(&[("~!", "**")], "app", "v1"));
}

#[test]
fn a_malformed_pattern_errs_at_the_name_it_is_compared_with() {
    // `v[` errs at repositories that begin with a v, though it stands among the tags.
    let tags = [("**", "~v["), ("**", "**")];
    assert!(!is_immutable(&tags, "v1", "x"));
    assert!(is_immutable(&tags, "app", "v1"));
    let repositories = [("~v[", "**"), ("**", "**")];
    assert!(!is_immutable(&repositories, "app", "v1"));
    assert!(is_immutable(&repositories, "v1", "x"));
    // The second selector is not asked where the first one does not cover.
    assert!(is_immutable(&[("~x*", "~v["), ("**", "**")], "v1", "y"));
    assert!(!is_immutable(&[("~x*", "~v["), ("**", "**")], "v1", "x"));
}

#[test]
fn nothing_is_advised_about_a_pattern_as_if_it_were_compared_with_names_of_its_own_part() {
    let rules = [rule("**", "~latest"), rule("~latest", "v*")];
    let compiled = CompiledRules::compile(&rules).enforced_by(Enforcement::Harbor);
    let index =
        TagIndex::build(vec![("library/latest".to_owned(), vec!["latest".to_owned(), "v1".to_owned()])]);
    let found = findings(&compiled, &rules, Some(&index), &Capabilities::of_dialect(Dialect::Harbor));
    assert_eq!(found, []);
}

fn refusal(
    operation: Operation,
    tag: &str,
    (same_digest, repository_tags): (&[&str], &[&str]),
    attached: Attached<'_>,
) -> (Outcome, Option<(u16, String)>) {
    let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<String>>();
    let (same_digest, repository_tags) = (owned(same_digest), owned(repository_tags));
    let question = Question {
        actor: Actor::Maintainer,
        operation,
        repository: "library/team/app",
        tag,
        exists: tag != "new",
        repository_has_tags: true,
        same_digest: &same_digest,
        repository_tags: &repository_tags,
    };
    let rules = compile(&[("**", "{v*,sha256-*.sig}")]);
    let decision = decide_attached(&rules, &question, attached);
    (decision.outcome, decision.answer.map(|answer| (answer.status, answer.words)))
}

fn deletion_of(tag: &str) -> Option<(u16, String)> {
    Some((412, format!("the tag {tag} configured as immutable, cannot be deleted")))
}

#[test]
fn a_refusal_names_the_newest_tag_that_is_immutable() {
    let none = Attached::default();
    let manifest = |tag, same: &[&str]| refusal(Operation::DeleteManifest, tag, (same, &[]), none);
    assert_eq!(manifest("v1", &["rc", "v3", "v2"]), (Outcome::TagImmutable, deletion_of("v3")));
    assert_eq!(manifest("v1", &["rc"]), (Outcome::TagImmutable, deletion_of("v1")));
    assert_eq!(manifest("v1", &["rc", "v1", "v0"]), (Outcome::TagImmutable, deletion_of("v1")));
    let repository = |tags: &[&str]| refusal(Operation::DeleteRepository, "rc", (&[], tags), none);
    assert_eq!(repository(&["dev", "v9", "v8"]), (Outcome::HasTags, deletion_of("v9")));
}

#[test]
fn a_signature_and_an_index_hold_their_images() {
    let signature = ["sha256-abc.sig".to_owned()];
    let signed = Attached { tags: &signature, in_index: false };
    let part = Attached { tags: &signature, in_index: true };
    let delete = |operation, attached| refusal(operation, "latest", (&["v1"], &[]), attached);
    assert_eq!(
        delete(Operation::DeleteManifest, signed),
        (Outcome::TagImmutable, deletion_of("sha256-abc.sig")),
        "what is attached goes first"
    );
    let referenced = "the deleting artifact is referenced by others".to_owned();
    assert_eq!(delete(Operation::DeleteManifest, part), (Outcome::InIndex, Some((412, referenced))));
    assert_eq!(delete(Operation::DeleteTag, part), (Outcome::Deletes, None), "the tag alone may go");
    assert_eq!(delete(Operation::Push, part), (Outcome::Overwrites, None));
}

#[test]
fn what_is_not_there_and_who_may_not_are_refused_in_harbors_words() {
    let gone = refusal(Operation::DeleteTag, "new", (&[], &[]), Attached::default());
    assert_eq!(gone, (Outcome::NotFound, Some((404, "artifact library/team/app:new not found".to_owned()))));
    let question = |actor, operation| Question {
        actor,
        operation,
        repository: "library/app",
        tag: "v1",
        exists: true,
        repository_has_tags: true,
        same_digest: &[],
        repository_tags: &[],
    };
    let rules = compile(&[]);
    let answer = |rules: &CompiledRules, actor, operation| {
        let answer = decide(rules, &question(actor, operation)).answer.unwrap();
        (answer.status, answer.words)
    };
    let words = "unauthorized to access repository: library/app, action: push";
    assert_eq!(answer(&rules, Actor::Reporter, Operation::Push), (401, format!("{words}: {words}")));
    assert_eq!(answer(&rules, Actor::Developer, Operation::DeleteTag), (403, "forbidden".to_owned()));
    let read_only = rules.on_server_in_read_only_mode(true);
    let denied = "The system is in read only mode. Any modification is prohibited.".to_owned();
    for operation in [Operation::Push, Operation::DeleteTag, Operation::DeleteRepository] {
        assert_eq!(answer(&read_only, Actor::Admin, operation), (403, denied.clone()));
        assert_eq!(decide(&read_only, &question(Actor::Guest, operation)).outcome, Outcome::ReadOnly);
    }
}

#[test]
fn a_long_rule_is_warned_about_before_the_server_fails_at_it() {
    let capabilities = Capabilities { rule_bytes: Some(2400), ..Capabilities::of_dialect(Dialect::Harbor) };
    let found = |rules: &[Rule]| {
        let compiled = CompiledRules::compile(rules).enforced_by(Enforcement::Harbor);
        let found = findings(&compiled, rules, None, &capabilities);
        found.into_iter().find_map(|finding| match finding.what {
            What::RuleMayBeTooLong { bytes, .. } => Some(bytes),
            _ => None,
        })
    };
    let list = |count: usize| format!("{{{}}}", vec!["v1.0.0"; count].join(","));
    assert_eq!(found(&[rule("**", &list(340))]), None, "{}", list(340).len());
    assert_eq!(found(&[rule("**", &list(350))]), Some(2453));
    assert_eq!(found(&[rule(&list(180), &list(180))]), Some(2522), "both patterns are kept in one text");
    // Go writes some characters in six.
    assert_eq!(found(&[rule("**", &"<".repeat(400))]), Some(2402));
}

#[test]
fn developers_push_and_maintainers_delete() {
    let rules = compile(&[]);
    let standing = rules.standing("library/app", "v1");
    assert_eq!((standing.push, standing.delete), (Some(Role::Developer), Some(Role::Maintainer)));
    assert_eq!(ask(&rules, Actor::Developer, Operation::Push, "v1", &[]), Outcome::Overwrites);
    assert_eq!(ask(&rules, Actor::Developer, Operation::DeleteTag, "v1", &[]), Outcome::NoAccess);
    assert_eq!(ask(&rules, Actor::Reporter, Operation::Push, "v1", &[]), Outcome::NoAccess);
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let text = || {
        prop_oneof![
            Just("**"),
            Just("a*"),
            Just("!a*"),
            Just("{a,b}"),
            Just("v["),
            Just("!v["),
            Just("{a"),
            Just("b{"),
            Just(""),
            Just("!"),
            Just("*1"),
            Just("[ab"),
            Just("a/**"),
            Just("~a*"),
            Just("~!v*"),
            Just("~v["),
            Just("~!{a"),
            Just("~"),
        ]
    };
    // Rules for all repositories take the quick way, those that choose take the slow one.
    let repositories = prop_oneof![4 => Just("**"), 1 => text()];
    (repositories, text(), any::<bool>())
        .prop_map(|(repositories, tags, enabled)| Rule { enabled, ..rule(repositories, tags) })
}

proptest! {
    #[test]
    fn all_tags_at_once_equal_tag_by_tag(
        before in proptest::collection::vec(any_rule(), 0..5),
        after in proptest::collection::vec(any_rule(), 0..5),
        tags in proptest::collection::vec("(v|x|a|b|1|-){1,3}", 0..40),
    ) {
        let repositories: Vec<(String, Vec<String>)> = ["p/a", "p/a/v", "p/v1", "p/x"]
            .iter().map(|path| ((*path).to_owned(), tags.clone())).collect();
        let index = Arc::new(TagIndex::build(repositories));
        let compile = |rules: &[Rule]| CompiledRules::compile(rules).enforced_by(Enforcement::Harbor);
        let (old, new) = (compile(&before), compile(&after));
        let edited = Edited { before: (!before.is_empty()).then_some(0), after: (!after.is_empty()).then_some(0) };
        let comparison = Comparison::new(&index, &old, &new, edited, &never).unwrap();
        let mut counts = (StateCounts::default(), StateCounts::default());
        let mut covered = vec![0; after.len()];
        for row in 0..index.len() as u32 {
            let repository = &index.repositories()[index.repository_of(row).unwrap()].name;
            let tag = index.tag(row);
            let (was, is) = (old.standing(repository, tag), new.standing(repository, tag));
            counts.0.add(was.state);
            counts.1.add(is.state);
            let found = comparison.after().standing(&index, row).unwrap();
            prop_assert_eq!((found.state, found.deciding, found.push, found.delete),
                (is.state, is.deciding, is.push, is.delete));
            for (place, count) in covered.iter_mut().enumerate() {
                let covers = new.rule(place).unwrap().is_ok_and(|rule| rule.covers(repository, tag));
                *count += u32::from(after[place].enabled && covers);
            }
        }
        prop_assert_eq!((comparison.summary().states_before, comparison.summary().states_after), counts);
        prop_assert_eq!(&comparison.summary().rule_tags, &covered);
    }
}

fn found(index: &Arc<TagIndex>, rules: &[(&str, &str)]) -> Vec<(Option<u32>, Severity, What)> {
    let rules: Vec<Rule> = rules.iter().map(|(repositories, tags)| rule(repositories, tags)).collect();
    let compiled = CompiledRules::compile(&rules).enforced_by(Enforcement::Harbor);
    let capabilities = Capabilities { rules_shown: Some(2), ..Capabilities::of_dialect(Dialect::Harbor) };
    let all = findings(&compiled, &rules, Some(index), &capabilities);
    all.into_iter().map(|finding| (finding.rule, finding.severity, finding.what)).collect()
}

#[test]
fn what_a_broken_rule_takes_from_later_ones_is_counted() {
    let index = index(&[("library/app", &["v1", "v2", "x"]), ("library/web", &["v1"])]);
    let all = found(&index, &[("app", "v["), ("{web", "**"), ("**", "v*")]);
    let app = What::SwitchesOffLaterRules { tags: 2, repository: "library/app".into(), example: "v1".into() };
    let web = What::SwitchesOffLaterRules { tags: 1, repository: "library/web".into(), example: "v1".into() };
    assert!(all.contains(&(Some(0), Severity::Incident, app)), "{all:?}");
    assert!(all.contains(&(Some(1), Severity::Incident, web)), "{all:?}");
    let malformed = |what: &What| matches!(what, What::MalformedRepositories { repositories: 2, .. });
    assert!(all.iter().any(|(rule, _, what)| *rule == Some(1) && malformed(what)), "{all:?}");
    assert!(all.iter().any(|(_, _, what)| *what == What::HiddenByProduct { used: 3, shown: 2 }));
}

#[test]
fn only_what_holds_somewhere_blocks_tags_that_move() {
    let index = index(&[("p/app", &["latest", "v1"]), ("p/web", &["latest"])]);
    let blocks = |repositories: &str| {
        let all = found(&index, &[(repositories, "**")]);
        all.iter().any(|(_, _, what)| matches!(what, What::BlocksMovingTags { .. }))
    };
    assert!(blocks("**") && blocks("app") && blocks("!app"));
    for nothing in ["{app", "app[", "other", "!**"] {
        assert!(!blocks(nothing), "{nothing}");
    }
    let index = crate::support::index(&[("p/app", &["v1"]), ("p/web", &["stable"])]);
    let all = found(&index, &[("app", "**")]);
    let latest = |what: &What| matches!(what, What::BlocksMovingTags { tags, .. } if *tags == ["latest"]);
    assert!(all.iter().any(|(_, _, what)| latest(what)), "stable is elsewhere: {all:?}");
}

#[test]
fn a_list_of_repositories_without_braces_is_told_with_the_list_that_is_meant() {
    let index = index(&[("p/app", &["v1"]), ("p/web", &["v1"])]);
    let told = |repositories: &str| {
        let rules = [rule(repositories, "v*")];
        let compiled = CompiledRules::compile(&rules).enforced_by(Enforcement::Harbor);
        let all = findings(&compiled, &rules, Some(&index), &Capabilities::of_dialect(Dialect::Harbor));
        let comma = |what: &What| *what == What::BareComma { part: RulePart::Repositories };
        all.into_iter().find(|finding| comma(&finding.what)).map(|finding| finding.fixes)
    };
    let list = |text: &str| Some(vec![Fix::ReplaceRepositories { pattern: text.to_owned() }]);
    assert_eq!(told("app, web"), list("{app,web}"));
    assert_eq!(told("app,{web,team/**}"), list("{app,web,team/**}"));
    assert_eq!(told("app,app/**"), Some(Vec::new()), "braces cannot say this");
    assert_eq!(told("{app,web}"), None);
}

#[test]
fn two_stars_behind_a_slash_are_what_they_are_elsewhere() {
    let index = index(&[("p/team/app/x", &["v1"])]);
    let told = |repositories: &str| {
        let all = found(&index, &[(repositories, "v*")]);
        all.iter().any(|(_, _, what)| matches!(what, What::DoubleStarInBraces { .. }))
    };
    assert!(is_immutable(&[("{team/**,web}", "v*")], "team/app/x", "v1") && !told("{team/**,web}"));
    assert!(!is_immutable(&[("{**/x,web}", "v*")], "team/app/x", "v1") && told("{**/x,web}"));
}

#[test]
fn what_is_saved_and_not_read_is_told_of_the_rule() {
    let unread = |part, first, decoration: &str, pattern: &str| UnreadSelector {
        part,
        first,
        selects_nothing: decoration.starts_with("ns"),
        kind: "doublestar".to_owned(),
        decoration: decoration.to_owned(),
        pattern: pattern.to_owned(),
    };
    let plain = SavedRule::new("1", rule("**", "v*"));
    let mut odd = SavedRule::new("2", rule("!", "v*"));
    odd.unread = vec![
        unread(RulePart::Repositories, true, "nsMatches", "shop"),
        unread(RulePart::Tags, false, "excludes", "x*"),
    ];
    let mut off = odd.clone();
    off.rule.enabled = false;
    let told = tagwarden_rules::finding::unread(&[plain, odd, off]);
    let namespace = What::NamespaceSelector { decoration: "nsMatches".into(), pattern: "shop".into() };
    let further = What::FurtherSelectors { patterns: vec!["x*".into()] };
    let said: Vec<_> = told.into_iter().map(|one| (one.rule, one.severity, one.what)).collect();
    let warning = Severity::Warning;
    assert_eq!(said[..2], [(Some(1), warning, namespace), (Some(1), warning, further)]);
    assert!(said[2..].iter().all(|(rule, severity, _)| (*rule, *severity) == (Some(2), Severity::Note)));
}

#[test]
fn a_rule_that_chooses_no_repository_is_told() {
    let index = index(&[("library/app", &["v1"])]);
    let none = found(&index, &[("library/app", "v*"), ("web", "v*")]);
    let project = What::ProjectInRepositories { project: "library".into() };
    assert!(none.contains(&(Some(0), Severity::Warning, project)), "{none:?}");
    assert!(none.contains(&(Some(1), Severity::Warning, What::NoRepository)), "{none:?}");
}

#[test]
fn a_rule_is_needless_only_where_the_other_holds_as_well() {
    let index = index(&[("p/app", &["v1", "latest"]), ("p/web", &["v1"])]);
    let needless = |rules: &[(&str, &str)]| {
        let all = found(&index, rules);
        let covered = |what: &What| {
            matches!(what, What::Covered { .. } | What::CoveredTogether { .. } | What::SameTags { .. })
        };
        all.iter().filter(|(_, _, what)| covered(what)).filter_map(|(rule, ..)| *rule).collect::<Vec<_>>()
    };
    assert_eq!(needless(&[("**", "v*"), ("app", "v1*")]), [1]);
    assert_eq!(needless(&[("app", "v*"), ("app", "v1*")]), [1]);
    assert_eq!(needless(&[("web", "v*"), ("app", "v1*")]), [0; 0]);
    assert_eq!(
        needless(&[("v[", "v*"), ("**", "v*"), ("app", "v1*")]),
        [0; 0],
        "the server may give up before"
    );
}

#[test]
fn a_selector_that_the_server_does_not_know_ends_all() {
    let index = index(&[("p/app", &["v1"])]);
    let mut broken = rule("**", "**");
    broken.tags.mode = SelectorMode::Unsupported;
    let rules = [broken, rule("**", "**")];
    let compiled = CompiledRules::compile(&rules).enforced_by(Enforcement::Harbor);
    assert_eq!(compiled.standing("p/app", "v1").given_up_at, Some(0));
    let capabilities = Capabilities::of_dialect(Dialect::Harbor);
    let all = findings(&compiled, &rules, Some(&index), &capabilities);
    assert!(all.iter().any(|finding| finding.what == What::UnsupportedSelector && finding.rule == Some(0)));
    let compared = Comparison::new(&index, &compiled, &compiled, Edited::default(), &never).unwrap();
    assert_eq!(compared.summary().states_after.open, 1);
    assert_eq!(compared.summary().rule_tags, [0, 1]);
}
