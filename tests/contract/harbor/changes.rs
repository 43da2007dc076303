//! Rules made, changed, switched and deleted.

use reqwest::StatusCode;
use tagwarden_registries::Registry as _;
use tagwarden_registries::error::Trouble;
use tagwarden_rules::plan::{Change, DraftObstacle, Obstacle, plan};
use tagwarden_rules::rule::{DraftRule, Role, Rule, SavedRule, SelectorMode};
use tagwarden_simulator::harbor::{
    HARBOR_DEVELOPER, HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborConfig, RuleText, RunningHarbor, Selector,
};
use tagwarden_simulator::{FaultKind, Matcher};

use super::{client_of, maintainer, project, rule, rules, with};
use crate::support::trouble;

async fn change(
    running: &RunningHarbor,
    change: Change,
) -> Result<Option<SavedRule>, tagwarden_registries::RegistryError> {
    let client = maintainer(running);
    let facts = project(&client, "shop").await;
    let capabilities = rules(&client, &facts).await.capabilities;
    client.change(&facts.project, &capabilities, &change).await
}

async fn now(running: &RunningHarbor) -> Vec<SavedRule> {
    let client = maintainer(running);
    let facts = project(&client, "shop").await;
    rules(&client, &facts).await.rules
}

fn writes(running: &RunningHarbor) -> usize {
    running.requests().iter().filter(|request| request.method != reqwest::Method::GET).count()
}

#[tokio::test]
async fn what_is_written_is_what_is_read_back() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let made = change(&running, Change::Create { rule: rule("!sandbox/**", "{release-*,lts-*}") })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(now(&running).await, std::slice::from_ref(&made));
    let to = rule("**", "!dev-*");
    let edited = change(&running, Change::Update { from: made, to: to.clone() }).await.unwrap().unwrap();
    assert_eq!(edited.rule, to);
    assert_eq!(now(&running).await, std::slice::from_ref(&edited));
    change(&running, Change::Delete { rule: edited }).await.unwrap();
    assert_eq!(now(&running).await, []);
}

#[tokio::test]
async fn a_new_rule_can_be_off_though_the_server_makes_it_on() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let wanted = Rule { enabled: false, ..rule("**", "v*") };
    let made = change(&running, Change::Create { rule: wanted.clone() }).await.unwrap().unwrap();
    assert_eq!(writes(&running), 2);
    assert_eq!(now(&running).await, [SavedRule::new(made.id, wanted)]);
}

#[tokio::test]
async fn what_the_server_makes_nothing_of_outlives_an_edit() {
    let running = with(HarborConfig::empty(), |state| {
        let project = state.project_named("shop").unwrap().id;
        let mut text = RuleText::new(Selector::new("nsMatches", "shop"), Selector::new("matches", "v*"));
        text.tag_selectors.as_mut().unwrap().push(Selector::new("excludes", "x*"));
        state.add_rule(project, text);
    })
    .await;
    let selectors = || {
        running.inspect(|state| {
            let project = state.project_named("shop").unwrap().id;
            let text = state.rules_of(project).next().unwrap().text.clone();
            let repositories = text.scope_selectors.unwrap().remove("repository").unwrap();
            (repositories, text.tag_selectors.unwrap())
        })
    };
    let from = now(&running).await.remove(0);
    // Nothing is wanted in the place of the namespace.
    let to = Rule { tags: rule("**", "w*").tags, ..from.rule.clone() };
    let edited = change(&running, Change::Update { from, to }).await.unwrap().unwrap();
    assert_eq!(now(&running).await, std::slice::from_ref(&edited));
    let further = Selector::new("excludes", "x*");
    let tags = vec![Selector::new("matches", "w*"), further];
    assert_eq!(selectors(), (vec![Selector::new("nsMatches", "shop")], tags.clone()));
    // A pattern of repositories takes its place.
    let edited =
        change(&running, Change::Update { from: edited, to: rule("app", "w*") }).await.unwrap().unwrap();
    assert_eq!(now(&running).await, std::slice::from_ref(&edited));
    assert_eq!(selectors(), (vec![Selector::new("repoMatches", "app")], tags));
}

#[tokio::test]
async fn switching_and_editing_at_once_takes_two_calls_and_loses_nothing() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let made = change(&running, Change::Create { rule: rule("**", "v*") }).await.unwrap().unwrap();
    for to in [Rule { enabled: false, ..rule("app", "x*") }, rule("web", "y*")] {
        let from = now(&running).await.remove(0);
        running.forget_requests();
        change(&running, Change::Update { from, to: to.clone() }).await.unwrap();
        assert_eq!(writes(&running), 2);
        assert_eq!(now(&running).await, [SavedRule::new(made.id.clone(), to)]);
    }
    // Switching alone is one.
    let from = now(&running).await.remove(0);
    running.forget_requests();
    let off = Rule { enabled: false, ..from.rule.clone() };
    change(&running, Change::Update { from, to: off.clone() }).await.unwrap();
    assert_eq!(writes(&running), 1);
    assert_eq!(now(&running).await[0].rule, off);
}

#[tokio::test]
async fn the_calls_shown_are_the_calls_made() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let capabilities = rules(&client, &facts).await.capabilities;
    let made = change(&running, Change::Create { rule: rule("**", "v*") }).await.unwrap().unwrap();
    let wanted = Change::Update { from: made, to: Rule { enabled: false, ..rule("**", "x'*") } };
    let shown = client.calls(&facts.project, &capabilities, &wanted);
    let script = client.script(&facts.project, &capabilities, &wanted);
    running.forget_requests();
    client.change(&facts.project, &capabilities, &wanted).await.unwrap();
    let sent: Vec<_> =
        running.requests().into_iter().filter(|request| request.method != reqwest::Method::GET).collect();
    let paths = |method: &str, path: &str| format!("{method} {path}");
    assert_eq!(
        shown.iter().map(|call| paths(call.method, &call.path)).collect::<Vec<_>>(),
        sent.iter().map(|request| paths(request.method.as_str(), &request.path)).collect::<Vec<_>>()
    );
    assert_eq!(script.len(), 2);
    assert!(script.iter().all(|line| line.contains("$HARBOR_PASSWORD") && !line.contains(HARBOR_PASSWORD)));
}

/// Everybody on a machine can read the arguments of its processes.
#[cfg(unix)]
#[tokio::test]
async fn a_script_line_carries_out_the_change_and_shows_no_process_the_password() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let capabilities = rules(&client, &facts).await.capabilities;
    let wanted = Change::Create { rule: rule("it's/**", "$(id)`id`-*") };
    let line = client.script(&facts.project, &capabilities, &wanted).remove(0);
    // curl as a function sees what a process would: its arguments, and what it reads.
    let shell = format!("curl() {{ printf '%s\n' \"$@\"; cat; }}\n{line}");
    let output = std::process::Command::new("sh")
        .args(["-c", &shell])
        .env("HARBOR_PASSWORD", "it's a \"pass\\word\" $(id)")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (words, header) = text.trim_end().rsplit_once('\n').unwrap();
    let encoded = header.strip_prefix("Authorization: Basic ").unwrap();
    let pair = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, encoded).unwrap();
    assert_eq!(String::from_utf8(pair).unwrap(), format!("{HARBOR_MAINTAINER}:it's a \"pass\\word\" $(id)"));
    assert!(!words.contains(encoded) && !words.contains("pass"), "{words}");
    assert!(words.contains("$(id)`id`-*"), "{words}");
}

#[tokio::test]
async fn the_same_rule_twice_is_a_duplicate_where_the_server_sees_it() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    change(&running, Change::Create { rule: rule("**", "v*") }).await.unwrap();
    let again = change(&running, Change::Create { rule: rule("**", "v*") }).await;
    assert_eq!(trouble(again), Trouble::Duplicate);
}

#[tokio::test]
async fn a_limit_of_the_vendor_is_told_as_one() {
    let config = HarborConfig { rule_limit: Some(15), ..HarborConfig::empty() };
    let running = with(config, |state| {
        let project = state.project_named("shop").unwrap().id;
        for n in 0..15 {
            state.add_rule(project, RuleText::matching("**", &format!("v{n}")));
        }
    })
    .await;
    let refused = change(&running, Change::Create { rule: rule("**", "one-more") }).await;
    assert_eq!(trouble(refused), Trouble::RuleLimit);
}

#[tokio::test]
async fn refusals_say_what_is_missing() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let client = client_of(&running, HARBOR_DEVELOPER, HARBOR_PASSWORD);
    let developer = maintainer(&running);
    let facts = project(&developer, "shop").await;
    let capabilities = rules(&developer, &facts).await.capabilities;
    let create = Change::Create { rule: rule("**", "v*") };
    let refused = client.change(&facts.project, &capabilities, &create).await;
    assert_eq!(trouble(refused), Trouble::RoleTooLow(Some(Role::Maintainer)));

    let gone = SavedRule::new("4711", rule("**", "v*"));
    assert_eq!(trouble(change(&running, Change::Delete { rule: gone }).await), Trouble::NotFound);

    let locked = with(HarborConfig { read_only: true, ..HarborConfig::empty() }, |_| {}).await;
    assert_eq!(trouble(change(&locked, create).await), Trouble::ReadOnly);
}

#[tokio::test]
async fn a_write_whose_outcome_is_not_known_is_not_sent_again() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let made = change(&running, Change::Create { rule: rule("**", "v*") }).await.unwrap().unwrap();
    let put = Matcher::path("/api/v2.0/projects/").method(reqwest::Method::PUT);
    let failed = FaultKind::Status { status: StatusCode::BAD_GATEWAY, retry_after: None };
    // The second of two calls: the first is carried out.
    running.faults().add(put.nth(2), failed);
    running.forget_requests();
    let to = Rule { enabled: false, ..rule("**", "x*") };
    let half = change(&running, Change::Update { from: made, to }).await;
    assert_eq!(trouble(half), Trouble::Unclear);
    assert_eq!(writes(&running), 2);
    assert!(!now(&running).await[0].rule.enabled, "switched off before it is changed");
}

#[tokio::test]
async fn decorations_of_the_other_list_are_read_and_written_as_they_are() {
    let running = with(HarborConfig::empty(), |state| {
        let project = state.project_named("shop").unwrap().id;
        for (repository, tag) in [
            (Selector::new("matches", "v*"), Selector::new("repoMatches", "app")),
            (Selector::new("excludes", "v*"), Selector::new("repoExcludes", "app")),
        ] {
            state.add_rule(project, RuleText::new(repository, tag));
        }
    })
    .await;
    let read = now(&running).await;
    let modes = |saved: &SavedRule| (saved.rule.repositories.as_ref().unwrap().mode, saved.rule.tags.mode);
    let other = (SelectorMode::MatchingOtherPart, SelectorMode::ExcludingOtherPart);
    assert_eq!((modes(&read[0]), modes(&read[1])), ((other.0, other.0), (other.1, other.1)));
    assert!(read.iter().all(|saved| saved.unread.is_empty()), "Harbor evaluates them");
    let mut to = read[0].rule.clone();
    to.tags.pattern = "{app,web}".to_owned();
    let edited = change(&running, Change::Update { from: read[0].clone(), to: to.clone() }).await.unwrap();
    assert_eq!(edited.map(|saved| saved.rule), Some(to));
    let kept = running.inspect(|state| {
        let text = &state.rule(tagwarden_simulator::RuleId(1)).unwrap().text;
        let scope = text.scope_selectors.as_ref().unwrap()["repository"][0].clone();
        (scope, text.tag_selectors.as_ref().unwrap()[0].clone())
    });
    assert_eq!(kept, (Selector::new("matches", "v*"), Selector::new("repoMatches", "{app,web}")));
}

#[tokio::test]
async fn a_rule_to_be_off_that_is_there_already_is_foreseen_as_it_would_be_refused() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let on = rule("**", "v*");
    let off = Rule { enabled: false, ..on.clone() };
    let made = change(&running, Change::Create { rule: on }).await.unwrap().unwrap();
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let read = rules(&client, &facts).await;
    let draft = [DraftRule { saved: None, wanted: Some(off.clone()) }];
    let foreseen = plan(&read.rules, &draft, &read.capabilities, facts.role);
    assert_eq!(foreseen.changes, []);
    let obstacle = Obstacle::SameRule { id: Some(made.id.clone()), enabled: true };
    assert_eq!(foreseen.obstacles, [DraftObstacle { draft: 0, obstacle }]);
    assert_eq!(trouble(change(&running, Change::Create { rule: off.clone() }).await), Trouble::Duplicate);
    // With the first one out of the way it is made, and in that order.
    let draft = [draft[0].clone(), DraftRule { saved: Some(made), wanted: None }];
    let foreseen = plan(&read.rules, &draft, &read.capabilities, facts.role);
    for step in foreseen.changes {
        change(&running, step).await.unwrap();
    }
    assert_eq!(now(&running).await.into_iter().map(|saved| saved.rule).collect::<Vec<_>>(), [off]);
}
