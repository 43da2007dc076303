//! Who may do what: the rows of GitLab's decision table and the examples of its documentation.

use tagwarden_rules::decision::{
    Actor, Attached, Attempt, Check, Decision, Operation, Outcome, Question, StepResult, Subject, decide,
    deny_patterns, matrix,
};
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule};
use tagwarden_rules::state::{CompiledRules, TagState};

use crate::support::{immutable, protected};

fn ask(rules: &[Rule], actor: Actor, operation: Operation, tag: &str, exists: bool) -> Decision {
    let question = Question {
        actor,
        operation,
        repository: "api",
        tag,
        exists,
        repository_has_tags: true,
        same_digest: &[],
        repository_tags: &[],
    };
    decide(&CompiledRules::compile(rules), &question)
}

fn outcome(rules: &[Rule], actor: Actor, operation: Operation, tag: &str, exists: bool) -> Outcome {
    ask(rules, actor, operation, tag, exists).outcome
}

/// Row, rules, who, what, whether the tag exists, and what comes of it.
type Row<'a> = (&'a str, &'a [Rule], Actor, Operation, bool, Outcome);

#[test]
fn every_row_of_the_decision_table() {
    use Actor::{Admin, CleanupPolicy, DeployToken, Developer, Guest, Maintainer, Owner, Reporter};
    use Operation::{DeleteManifest, DeleteRepository, DeleteTag, Push};
    let none: Vec<Rule> = Vec::new();
    let guarded = vec![protected("^v", Role::Owner, Role::Owner)];
    let fixed = vec![immutable("^v")];
    let both = vec![protected("^v", Role::Maintainer, Role::Maintainer), immutable("^v")];
    let elsewhere = vec![protected("^release", Role::Owner, Role::Owner)];
    let fixed_elsewhere = vec![immutable("^release")];
    let table: [Row<'_>; 40] = [
        ("1", &none, Guest, Push, false, Outcome::NoAccess),
        ("1", &none, Reporter, Push, true, Outcome::NoAccess),
        ("1", &guarded, Guest, Push, true, Outcome::NoAccess),
        ("2", &none, Developer, Push, false, Outcome::Creates),
        ("2", &none, Developer, Push, true, Outcome::Overwrites),
        ("3", &guarded, Maintainer, Push, false, Outcome::RoleTooLow),
        ("3", &guarded, Maintainer, Push, true, Outcome::RoleTooLow),
        ("3, immutable not evaluated", &both, Developer, Push, true, Outcome::RoleTooLow),
        ("4", &guarded, Owner, Push, false, Outcome::Creates),
        ("4", &guarded, Owner, Push, true, Outcome::Overwrites),
        ("5", &fixed, Developer, Push, false, Outcome::Creates),
        ("5", &both, Maintainer, Push, false, Outcome::Creates),
        ("6", &both, Maintainer, Push, true, Outcome::TagImmutable),
        ("6", &fixed, Admin, Push, true, Outcome::TagImmutable),
        ("6", &fixed, DeployToken, Push, true, Outcome::TagImmutable),
        ("7", &guarded, Admin, Push, true, Outcome::Overwrites),
        ("deploy tokens pass protected rules", &guarded, DeployToken, Push, true, Outcome::Overwrites),
        ("8", &guarded, Maintainer, DeleteTag, true, Outcome::RoleTooLow),
        ("9", &guarded, Owner, DeleteTag, true, Outcome::Deletes),
        ("9", &none, Developer, DeleteTag, true, Outcome::Deletes),
        ("10", &fixed, Developer, DeleteTag, true, Outcome::TagImmutable),
        ("10", &fixed, Admin, DeleteTag, true, Outcome::TagImmutable),
        ("11", &none, Maintainer, DeleteTag, false, Outcome::NotFound),
        ("11, a matching rule answers first", &fixed, Maintainer, DeleteTag, false, Outcome::TagImmutable),
        ("11, a matching rule answers first", &guarded, Maintainer, DeleteTag, false, Outcome::RoleTooLow),
        ("manifest", &none, Maintainer, DeleteManifest, true, Outcome::Deletes),
        ("manifest", &none, Developer, DeleteManifest, true, Outcome::NoAccess),
        ("manifest, matching or not", &elsewhere, Maintainer, DeleteManifest, true, Outcome::AnyDigest),
        ("manifest, matching or not", &fixed_elsewhere, Admin, DeleteManifest, true, Outcome::AnyDigest),
        ("manifest, nothing in the token", &elsewhere, Owner, DeleteManifest, true, Outcome::Deletes),
        ("13", &guarded, CleanupPolicy, DeleteTag, true, Outcome::Skipped),
        ("13", &fixed, CleanupPolicy, DeleteTag, true, Outcome::Skipped),
        ("13", &elsewhere, CleanupPolicy, DeleteTag, true, Outcome::Deletes),
        ("cleanup pushes nothing", &none, CleanupPolicy, Push, true, Outcome::NotUsed),
        ("15", &fixed_elsewhere, Admin, DeleteRepository, true, Outcome::HasTags),
        ("15, protected", &elsewhere, Maintainer, DeleteRepository, true, Outcome::HasTags),
        ("15, protected", &elsewhere, Owner, DeleteRepository, true, Outcome::Deletes),
        ("15, protected", &elsewhere, Admin, DeleteRepository, true, Outcome::Deletes),
        ("repository", &none, Developer, DeleteRepository, true, Outcome::NoAccess),
        ("deploy tokens only push", &none, DeployToken, DeleteTag, true, Outcome::NoAccess),
    ];
    for (row, rules, actor, operation, exists, expected) in table {
        let found = outcome(rules, actor, operation, "v1.0.0", exists);
        assert_eq!(found, expected, "row {row}: {actor:?} {operation:?}, tag exists: {exists}");
    }
}

#[test]
fn the_rows_of_the_documentation() {
    let rules = [protected("v.*", Role::Maintainer, Role::Maintainer), immutable(r"v\d+\.\d+\.\d+")];
    let push = |actor, tag, exists| ask(&rules, actor, Operation::Push, tag, exists);
    let developer = push(Actor::Developer, "v1.0.0", false);
    assert_eq!(developer.outcome, Outcome::RoleTooLow);
    let immutable_step = developer.steps.iter().find(|step| step.check == Check::Immutable).unwrap();
    assert_eq!(immutable_step.result, StepResult::NotReached);
    assert_eq!(push(Actor::Maintainer, "v1.0.0", false).outcome, Outcome::Creates);
    assert_eq!(push(Actor::Maintainer, "v1.0.0", true).outcome, Outcome::TagImmutable);
    assert_eq!(push(Actor::Maintainer, "v-beta", false).outcome, Outcome::Creates);
}

#[test]
fn tokens_carry_what_gitlab_writes_into_them() {
    let rules = CompiledRules::compile(&[
        protected("v1.*", Role::Maintainer, Role::Maintainer),
        protected("latest", Role::Owner, Role::Maintainer),
        protected("admin-only", Role::Admin, Role::Owner),
        immutable("^release$"),
    ]);
    let of = |actor| deny_patterns(&rules, actor);
    assert_eq!(of(Actor::Developer).push, ["v1.*", "latest", "admin-only"]);
    assert_eq!(of(Actor::Maintainer).push, ["latest", "admin-only"]);
    assert_eq!(of(Actor::Maintainer).delete, ["admin-only"]);
    assert_eq!(of(Actor::Owner).push, ["admin-only"]);
    assert!(of(Actor::Owner).delete.is_empty());
    assert!(of(Actor::Admin).push.is_empty() && of(Actor::Admin).delete.is_empty());
    assert!(of(Actor::DeployToken).push.is_empty());
    for actor in [Actor::Developer, Actor::Admin, Actor::DeployToken] {
        assert_eq!(of(actor).immutable, ["^release$"]);
    }
}

#[test]
fn a_refused_push_shows_the_whole_path_and_the_servers_words() {
    let rules = [protected("^v", Role::Maintainer, Role::Owner), immutable(r"^v\d+\.\d+\.\d+$")];
    let decision = ask(&rules, Actor::Maintainer, Operation::Push, "v3.22.1", true);
    let steps: Vec<_> =
        decision.steps.iter().map(|step| (step.check, step.result, step.rule, step.needed)).collect();
    assert_eq!(
        steps,
        [
            (Check::Role, StepResult::Passed, Some(0), Some(Role::Maintainer)),
            (Check::Exists, StepResult::Yes, None, None),
            (Check::Immutable, StepResult::Stopped, Some(1), None),
            (Check::Write, StepResult::NotReached, None, None),
        ]
    );
    let answer = decision.answer.unwrap();
    assert_eq!((answer.status, answer.words.as_str()), (401, "tag \"v3.22.1\" is immutable"));
    let answer = ask(&rules, Actor::Developer, Operation::Push, "v3", false).answer.unwrap();
    assert_eq!((answer.status, answer.words.as_str()), (401, "tag \"v3\" is protected"));
}

#[test]
fn every_path_names_each_check_once() {
    let rules = [protected("^v", Role::Owner, Role::Owner), immutable("^v1")];
    let operations =
        [Operation::Push, Operation::DeleteTag, Operation::DeleteManifest, Operation::DeleteRepository];
    for actor in
        [Actor::Guest, Actor::Developer, Actor::Owner, Actor::Admin, Actor::DeployToken, Actor::CleanupPolicy]
    {
        for operation in operations {
            for (tag, exists) in [("v1", true), ("v1", false), ("v2", true), ("x", true), ("x", false)] {
                let mut checks: Vec<String> = ask(&rules, actor, operation, tag, exists)
                    .steps
                    .iter()
                    .map(|step| format!("{:?}", step.check))
                    .collect();
                checks.sort();
                assert_eq!(checks, ["Exists", "Immutable", "Role", "Write"], "{actor:?} {operation:?} {tag}");
            }
        }
    }
}

#[test]
fn a_token_with_six_patterns_is_refused_but_only_for_those_it_concerns() {
    let rules: Vec<Rule> =
        (0..6).map(|n| protected(&format!("^never{n}$"), Role::Owner, Role::Owner)).collect();
    let maintainer = ask(&rules, Actor::Maintainer, Operation::Push, "v1", false);
    assert_eq!(maintainer.outcome, Outcome::PatternsRefused);
    assert_eq!(maintainer.answer.unwrap().status, 400);
    assert_eq!(outcome(&rules, Actor::Owner, Operation::Push, "v1", false), Outcome::Creates);
}

#[test]
fn a_pattern_too_long_in_bytes_is_refused_unless_another_answers_first() {
    let long = format!("^({})$", "ä".repeat(60));
    let rules = [protected(&long, Role::Owner, Role::Owner)];
    assert_eq!(outcome(&rules, Actor::Maintainer, Operation::Push, "v1", false), Outcome::PatternsRefused);
    assert_eq!(outcome(&rules, Actor::Owner, Operation::Push, "v1", false), Outcome::Creates);
    let behind = [protected("^v1$", Role::Owner, Role::Owner), protected(&long, Role::Owner, Role::Owner)];
    assert_eq!(outcome(&behind, Actor::Maintainer, Operation::Push, "v1", false), Outcome::RoleTooLow);
}

#[test]
fn cleanup_leaves_latest_alone_without_any_rule() {
    assert_eq!(outcome(&[], Actor::CleanupPolicy, Operation::DeleteTag, "latest", true), Outcome::Skipped);
    assert_eq!(outcome(&[], Actor::CleanupPolicy, Operation::DeleteTag, "latest-1", true), Outcome::Deletes);
}

#[test]
fn the_matrix_reads_as_in_the_simulator() {
    let rules = CompiledRules::compile(&[
        protected("^v", Role::Maintainer, Role::Maintainer),
        immutable(r"^v\d+\.\d+\.\d+$"),
    ]);
    let actors = [Actor::Developer, Actor::Maintainer, Actor::DeployToken, Actor::CleanupPolicy];
    let subject = Subject {
        repository: "alpine",
        tag: "v3.22.1",
        exists: true,
        same_digest: &[],
        repository_tags: &[],
        attached: Attached::default(),
    };
    let outcomes: Vec<Vec<Outcome>> = matrix(&rules, &subject, &actors)
        .rows
        .iter()
        .map(|row| {
            assert_eq!(row.cells.iter().map(|cell| cell.attempt).collect::<Vec<_>>(), Attempt::ALL);
            row.cells.iter().map(|cell| cell.outcome).collect()
        })
        .collect();
    use Outcome::{AnyDigest, Creates, HasTags, NoAccess, NotUsed, RoleTooLow, Skipped, TagImmutable};
    assert_eq!(outcomes[0], [RoleTooLow, RoleTooLow, RoleTooLow, NoAccess, NoAccess]);
    assert_eq!(outcomes[1], [Creates, TagImmutable, TagImmutable, AnyDigest, HasTags]);
    assert_eq!(outcomes[2], [Creates, TagImmutable, NoAccess, NoAccess, NoAccess]);
    assert_eq!(outcomes[3], [NotUsed, NotUsed, Skipped, NotUsed, NotUsed]);
}

#[test]
fn without_roles_whoever_is_permitted_is_asked_about() {
    use tagwarden_rules::enforcement::Enforcement;
    let frozen = Rule { effect: Effect::Immutable { blocks: Blocks::Overwrite }, ..immutable("^v") };
    let ask = |enforcement: Enforcement, operation: Operation, exists: bool| {
        let rules = if enforcement == Enforcement::Ecr { vec![frozen.clone()] } else { Vec::new() };
        let question = Question {
            actor: Actor::Permitted,
            operation,
            repository: "api",
            tag: "v1",
            exists,
            repository_has_tags: true,
            same_digest: &[],
            repository_tags: &[],
        };
        decide(&CompiledRules::compile(&rules).enforced_by(enforcement), &question).outcome
    };
    assert_eq!(ask(Enforcement::Ecr, Operation::Push, false), Outcome::Creates);
    assert_eq!(ask(Enforcement::Ecr, Operation::Push, true), Outcome::TagImmutable);
    assert_eq!(
        ask(Enforcement::Ecr, Operation::DeleteTag, true),
        Outcome::Deletes,
        "deleting stays possible"
    );
    assert_eq!(ask(Enforcement::Nothing, Operation::Push, true), Outcome::Overwrites);
    assert_eq!(ask(Enforcement::Nothing, Operation::DeleteManifest, false), Outcome::NotFound);
}

#[test]
fn rules_that_are_not_known_leave_only_what_is_denied_without_any() {
    use tagwarden_rules::enforcement::Enforcement;
    let unseen = CompiledRules::unseen();
    let may = |actor, operation, exists| {
        let question = Question {
            actor,
            operation,
            repository: "api",
            tag: "v1",
            exists,
            repository_has_tags: true,
            same_digest: &[],
            repository_tags: &[],
        };
        decide(&unseen, &question)
    };
    for actor in [Actor::Developer, Actor::Owner, Actor::Admin, Actor::DeployToken] {
        for exists in [true, false] {
            assert_eq!(may(actor, Operation::Push, exists).outcome, Outcome::Unknown, "{actor:?}");
        }
    }
    for actor in [Actor::Developer, Actor::Owner, Actor::Admin] {
        for exists in [true, false] {
            assert_eq!(may(actor, Operation::DeleteTag, exists).outcome.allowed(), None, "{actor:?}");
        }
    }
    // GitLab lets no deploy token delete, whatever the rules say.
    assert_eq!(may(Actor::DeployToken, Operation::DeleteTag, true).outcome, Outcome::NoAccess);
    let guest = may(Actor::Guest, Operation::Push, true);
    assert_eq!((guest.outcome, guest.answer), (Outcome::NoAccess, None));
    let standing = unseen.enforced_by(Enforcement::Harbor).standing("api", "v1");
    assert_eq!((standing.state, standing.deciding), (TagState::Unknown, None));
}
