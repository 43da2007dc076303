//! One rule, four modes: read, written, and never over what somebody else has set.

use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::capabilities::{CapabilityNote, RuleForm};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Blocks, Effect, Role, SelectorMode};
use tagwarden_simulator::ecr::{ACCESS_KEY, Fault, Mode, READ_ONLY_KEY, SECRET_KEY};

use super::{capabilities, change, client, client_of, empty, held, keys, project, rule, rules, set, with};
use crate::support::trouble;

const NAME: &str = "shop/basket";
const MATCHING: SelectorMode = SelectorMode::Matching;
const EXCLUDING: SelectorMode = SelectorMode::Excluding;

#[tokio::test]
async fn every_mode_is_read_as_its_one_rule() {
    for (mode, filters, expected) in [
        (Mode::Mutable, &[][..], None),
        (Mode::Immutable, &[], Some((MATCHING, "*"))),
        (Mode::MutableWithExclusion, &["v*", "r-*"], Some((MATCHING, "v*,r-*"))),
        (Mode::ImmutableWithExclusion, &["latest"], Some((EXCLUDING, "latest"))),
    ] {
        let running = with(NAME, mode, filters).await;
        let found = held(&client(&running), NAME).await;
        assert_eq!(found.as_ref().map(|(mode, pattern)| (*mode, pattern.as_str())), expected, "{mode:?}");
    }
}

#[tokio::test]
async fn every_rule_is_written_as_its_mode_and_read_back() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let client = client(&running);
    let mode =
        || running.edit(|state| state.repository(NAME).map(|one| (one.mode, one.filters.join(",")))).unwrap();
    for (wanted, expected) in [
        (Some(rule(MATCHING, "*")), (Mode::Immutable, "")),
        (Some(rule(EXCLUDING, "latest,dev-*")), (Mode::ImmutableWithExclusion, "latest,dev-*")),
        (Some(rule(MATCHING, "v*.*.0")), (Mode::MutableWithExclusion, "v*.*.0")),
        (None, (Mode::Mutable, "")),
        (Some(rule(EXCLUDING, "a,b,c,d,e")), (Mode::ImmutableWithExclusion, "a,b,c,d,e")),
    ] {
        let answered = set(&client, NAME, wanted.clone()).await.unwrap();
        assert_eq!(answered.map(|saved| saved.rule), wanted);
        assert_eq!(
            rules(&client, NAME).await.unwrap().rules.into_iter().next().map(|saved| saved.rule),
            wanted
        );
        let (now, filters) = mode();
        assert_eq!((now, filters.as_str()), expected);
    }
}

#[tokio::test]
async fn what_somebody_else_has_set_meanwhile_is_not_written_over() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let client = client(&running);
    let saved = set(&client, NAME, Some(rule(MATCHING, "v*"))).await.unwrap().unwrap();
    running.edit(|state| {
        let one = state.repository(NAME).unwrap();
        (one.mode, one.filters) = (Mode::Immutable, Vec::new());
    });
    for stale in [
        Change::Create { rule: rule(MATCHING, "x") },
        Change::Update { from: saved.clone(), to: rule(MATCHING, "x") },
        Change::Delete { rule: saved },
    ] {
        assert_eq!(trouble(change(&client, NAME, &stale).await), Trouble::Changed, "{stale:?}");
    }
    let written = running.requests().iter().filter(|one| one.operation == "PutImageTagMutability").count();
    assert_eq!(written, 1);
}

#[tokio::test]
async fn a_write_is_sent_once_and_an_unclear_one_is_said_to_be() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let client = client(&running);
    let put = Some("PutImageTagMutability");
    for (fault, expected, made) in [
        (Fault::CutAfter, Trouble::Unclear, true),
        (Fault::CutBefore, Trouble::Unclear, false),
        (Fault::failed(), Trouble::ServerFailed, false),
        (Fault::Garbage, Trouble::Unclear, true),
        (Fault::throttled(), Trouble::RateLimited(None), false),
        (Fault::expired(), Trouble::TokenExpired, false),
        (Fault::refused("InvalidParameterException", "no"), Trouble::Rejected, false),
    ] {
        set(&client, NAME, None).await.unwrap();
        let before = running.requests().len();
        running.fault(put, None, fault.clone());
        let error = set(&client, NAME, Some(rule(MATCHING, "v*"))).await.unwrap_err();
        running.mend();
        assert_eq!(error.trouble, expected, "{fault:?}");
        assert_eq!(held(&client, NAME).await.is_some(), made, "{fault:?}");
        let writes = running.requests().split_off(before);
        let writes = writes.iter().filter(|one| Some(one.operation.as_str()) == put).count();
        assert_eq!(writes, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_reader_is_denied_and_the_words_are_the_services() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let (reader, _) = client_of(running.base_url(), &keys(READ_ONLY_KEY, SECRET_KEY));
    let error = set(&reader, NAME, Some(rule(MATCHING, "*"))).await.unwrap_err();
    assert_eq!((error.trouble, error.status), (Trouble::Denied, Some(400)));
    assert!(error.words.unwrap().contains("ecr:PutImageTagMutability"));
}

#[tokio::test]
async fn rules_that_no_mode_can_say_are_not_sent() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let client = client(&running);
    let mut protect = rule(MATCHING, "v*");
    protect.effect = Effect::Protect { push: Role::Owner, delete: Role::Owner };
    let mut both = rule(MATCHING, "v*");
    both.effect = Effect::Immutable { blocks: Blocks::OverwriteAndDelete };
    for bad in [protect, both, rule(MATCHING, "a,b,c,d,e,f"), rule(EXCLUDING, "v?")] {
        assert_eq!(trouble(change(&client, NAME, &Change::Create { rule: bad }).await), Trouble::Rejected);
    }
    assert!(running.requests().is_empty());
}

#[tokio::test]
async fn what_a_rule_can_do_is_data() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let read = rules(&client(&running), NAME).await.unwrap();
    let capabilities = read.capabilities;
    assert_eq!((capabilities.product.as_str(), capabilities.rule_limit), ("AWS ECR", Some(1)));
    assert_eq!((capabilities.excluding, capabilities.switch), (true, false));
    assert_eq!(capabilities.kinds.len(), 1);
    assert_eq!(
        (capabilities.kinds[0].blocks, capabilities.kinds[0].editable),
        (Some(Blocks::Overwrite), true)
    );
    assert!(capabilities.protect_roles.is_empty());
    assert_eq!(capabilities.actors, [Actor::Permitted], "IAM is not asked");
    assert_eq!(capabilities.form, RuleForm::Mutability { exclusions: 5, wildcards: 2, characters: 128 });
    assert_eq!(
        capabilities.notes,
        [
            CapabilityNote::DeleteStaysPossible,
            CapabilityNote::SameImageRefused,
            CapabilityNote::WholeNameByExample
        ]
    );
}

#[tokio::test]
async fn the_call_and_the_command_say_what_will_be_sent() {
    let running = empty().await;
    let client = client(&running);
    let shop = project("shop/o'neil");
    let create = Change::Create { rule: rule(EXCLUDING, "latest,dev-*") };
    let calls = client.calls(&shop, &capabilities(), &create);
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].method, calls[0].operation), ("POST", Some("PutImageTagMutability")));
    let script = client.script(&shop, &capabilities(), &create);
    let line = format!(
        "aws ecr put-image-tag-mutability --region us-east-1 --endpoint-url '{}/' --repository-name 'shop/o'\\''neil' \
         --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters \
         'filterType=WILDCARD,filter=latest' 'filterType=WILDCARD,filter=dev-*'",
        running.base_url()
    );
    assert_eq!(script, [line]);
    let (public, _) = client_of("eu-central-1", &keys(ACCESS_KEY, SECRET_KEY));
    let script = public.script(&project("a"), &capabilities(), &Change::Create { rule: rule(MATCHING, "*") });
    let line = "aws ecr put-image-tag-mutability --region eu-central-1 --repository-name 'a' --image-tag-mutability IMMUTABLE";
    assert_eq!(script, [line]);
}
