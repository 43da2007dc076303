//! Bad days: limits, broken answers, slow ones, redirects, servers that go away.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tagwarden_registries::http::{HttpSettings, Pacing};
use tagwarden_registries::{Cut, Registry as _, RegistryError, Trouble};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::Role;
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN};

use crate::canned::{Canned, http, json};
use crate::support::{
    NOW, World, apply, client, client_with, collect, create, immutable, protect, read_or, settings, trouble,
};

const METADATA: &str = "/api/v4/metadata";

async fn version(world: &World) -> (Result<Option<String>, RegistryError>, Vec<Duration>) {
    let (client, waits) = client(world.sim.base_url(), OWNER_TOKEN);
    let outcome = client.server().await.map(|server| server.version);
    let waits = waits.lock().unwrap().clone();
    (outcome, waits)
}

#[tokio::test]
async fn reads_wait_as_long_as_the_server_asks_and_tell_so() {
    let world = World::new().await;
    world
        .sim
        .faults()
        .add(Matcher::path(METADATA).nth(1), FaultKind::TooManyRequests { retry_after: Some(27) });
    let (outcome, waits) = version(&world).await;
    assert!(outcome.is_ok());
    assert_eq!(waits, [Duration::from_secs(27) + Duration::from_millis(300)]);
}

#[tokio::test]
async fn a_read_is_refused_more_often_than_it_may_fail() {
    let world = World::new().await;
    let refused = FaultKind::Status { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(2) };
    world.sim.faults().add(Matcher::path(METADATA).between(1, 40), refused);
    let (outcome, waits) = version(&world).await;
    assert!(outcome.is_ok());
    assert_eq!(waits.len(), 40);
}

#[tokio::test]
async fn what_one_request_is_told_holds_for_the_others() {
    let world = World::new().await;
    world
        .sim
        .faults()
        .add(Matcher::path(METADATA).nth(1), FaultKind::TooManyRequests { retry_after: Some(27) });
    let slept = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = std::sync::Arc::clone(&slept);
    let pacing = Pacing::fixed(
        move |pause| {
            noted.lock().unwrap().push(pause.as_secs());
            Box::pin(std::future::ready(()))
        },
        NOW,
    );
    let client = client(world.sim.base_url(), OWNER_TOKEN).0.with_pacing(pacing);
    client.server().await.unwrap();
    slept.lock().unwrap().clear();
    client.reach().await.unwrap();
    // Nobody really slept here, so the time that was asked for is not over.
    assert!(matches!(slept.lock().unwrap()[..], [20..=27]));
}

#[tokio::test]
async fn a_reset_time_is_as_good_as_a_number_of_seconds() {
    let reset = format!("RateLimit-Reset: {}\r\n", NOW + 9);
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Canned::start(move |_| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            http("429 Too Many Requests", &reset, "Retry later")
        } else {
            json(r#"{"version":"18.10.1"}"#)
        }
    })
    .await;
    let (client, waits) = client(&server.address, "secret");
    client.server().await.unwrap();
    assert_eq!(waits.lock().unwrap()[0].as_secs(), 9);
}

#[tokio::test]
async fn without_a_hint_the_pauses_double() {
    let world = World::new().await;
    world.sim.faults().add(Matcher::path(METADATA), FaultKind::TooManyRequests { retry_after: None });
    let (outcome, waits) = version(&world).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.trouble, error.status), (Trouble::RateLimited(None), Some(429)));
    assert_eq!(waits[..4], [300, 600, 1200, 2400].map(Duration::from_millis));
    assert!(waits.iter().max().unwrap() <= &Duration::from_secs(30), "{waits:?}");
    assert!(waits.iter().sum::<Duration>() <= Duration::from_secs(15 * 60));
}

#[tokio::test]
async fn a_wait_too_long_to_sit_out_is_handed_on() {
    let world = World::new().await;
    world.sim.faults().add(Matcher::path(METADATA), FaultKind::TooManyRequests { retry_after: Some(3600) });
    let (outcome, waits) = version(&world).await;
    assert_eq!(trouble(outcome), Trouble::RateLimited(Some(3600)));
    assert!(waits.is_empty());
}

#[tokio::test]
async fn graphqls_html_429_is_a_limit_too() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    world.sim.faults().add(Matcher::path("/api/graphql"), FaultKind::TooManyRequests { retry_after: None });
    let error = read_or(&client, &facts).await.unwrap_err();
    assert_eq!((error.trouble, error.words), (Trouble::RateLimited(None), None));
}

#[tokio::test]
async fn reads_survive_gateways_and_broken_connections() {
    for fault in [
        FaultKind::Status { status: StatusCode::BAD_GATEWAY, retry_after: None },
        FaultKind::Status { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(1) },
        FaultKind::Status { status: StatusCode::GATEWAY_TIMEOUT, retry_after: None },
        FaultKind::DropConnection,
        FaultKind::DropAfter,
        FaultKind::CutBody(10),
    ] {
        let world = World::new().await;
        world.sim.faults().add(Matcher::path(METADATA).between(1, 3), fault.clone());
        let (outcome, waits) = version(&world).await;
        assert!(outcome.is_ok(), "{fault:?} {outcome:?}");
        assert_eq!(waits.len(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn what_does_not_end_is_named() {
    for (fault, expected) in [
        (FaultKind::Status { status: StatusCode::BAD_GATEWAY, retry_after: None }, Trouble::ServerFailed),
        (
            FaultKind::Status { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None },
            Trouble::ServerFailed,
        ),
        (FaultKind::DropConnection, Trouble::Broken),
        (FaultKind::CutBody(10), Trouble::Garbled("cut-off".into())),
        (FaultKind::GarbageBody, Trouble::Garbled("not-json".into())),
    ] {
        let world = World::new().await;
        world.sim.faults().add(Matcher::path(METADATA), fault.clone());
        let error = version(&world).await.0.unwrap_err();
        assert_eq!(error.trouble, expected, "{fault:?}");
        assert_eq!(error.host, world.sim.host());
    }
}

#[tokio::test]
async fn the_deadline_holds_for_the_whole_body() {
    let world = World::new().await;
    let slow = FaultKind::SlowBody(1, Duration::from_millis(100));
    world.sim.faults().add(Matcher::path(METADATA), slow);
    let settings = HttpSettings { deadline: Duration::from_millis(300), ..settings() };
    let (client, waits) = client_with(world.sim.base_url(), OWNER_TOKEN, settings);
    assert_eq!(trouble(client.server().await), Trouble::TimedOut);
    assert!(waits.lock().unwrap().is_empty());
}

#[tokio::test]
async fn bodies_are_read_up_to_a_limit() {
    let long = format!(r#"{{"version":"{}"}}"#, "1".repeat(5000));
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n{:x}\r\n{long}\r\n0\r\n\r\n",
        long.len()
    );
    for answer in [json(&long), chunked] {
        let server = Canned::start(move |_| answer.clone()).await;
        let settings = HttpSettings { body_limit: 4096, ..settings() };
        let (client, _) = client_with(&server.address, "secret", settings);
        assert_eq!(trouble(client.server().await), Trouble::Garbled("too-long".into()));
    }
}

#[tokio::test]
async fn json_of_another_shape_is_not_taken_apart() {
    for body in ["[]", "null", r#"{"version":7}"#, r#"{"projects":[]}"#] {
        let server = Canned::start(move |_| json(body)).await;
        let error = client(&server.address, "secret").0.server().await.unwrap_err();
        assert_eq!(error.trouble, Trouble::Garbled("unexpected".into()), "{body}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_never_carries_the_token() {
    let (world, other) = (World::new().await, World::new().await);
    let (client, facts) = world.owner().await;
    let capabilities = crate::support::capabilities(&client, &facts).await;
    let elsewhere = other.sim.base_url().to_owned();
    world.sim.faults().add(Matcher::any(), FaultKind::Redirect(elsewhere.clone()));
    let redirected = Trouble::Redirected(elsewhere);
    assert_eq!(trouble(client.reach().await), redirected);
    assert_eq!(trouble(client.server().await), redirected);
    assert_eq!(trouble(collect(client.projects()).await), redirected);
    assert_eq!(trouble(read_or(&client, &facts).await), redirected);
    for rule in [protect("a", Role::Owner, Role::Owner), immutable("a")] {
        let outcome = client.change(&facts.project, &capabilities, &create(rule)).await;
        assert_eq!(trouble(outcome), redirected);
    }
    assert_eq!(other.sim.requests(), []);
}

#[tokio::test]
async fn redirects_at_home_are_followed_but_not_for_ever() {
    let server = Canned::start(|request| {
        if request.starts_with("GET /api/v4/metadata") {
            http("301 Moved Permanently", "Location: /moved\r\n", "")
        } else if request.starts_with("GET /moved") {
            json(r#"{"version":"18.10.1"}"#)
        } else {
            http("302 Found", "Location: /api/v4/version?again\r\n", "")
        }
    })
    .await;
    let (client, _) = client(&server.address, "secret");
    assert_eq!(client.server().await.unwrap().version.as_deref(), Some("18.10.1"));
    assert!(matches!(trouble(client.reach().await), Trouble::Redirected(_)));
    assert!(server.requests().len() < 10);
}

#[tokio::test]
async fn nothing_there_is_told_apart_from_an_unknown_name() {
    let world = World::new().await;
    world.sim.go_away().await;
    assert_eq!(trouble(version(&world).await.0), Trouble::Refused);
    // RFC 2606: never resolves.
    let (client, _) = client("https://gitlab.invalid", "secret");
    let error = client.reach().await.unwrap_err();
    assert_eq!((error.trouble, error.host.as_str()), (Trouble::UnknownHost, "gitlab.invalid"));
}

#[tokio::test]
async fn a_write_without_an_answer_is_unclear_and_never_repeated() {
    for (fault, carried_out) in [
        (FaultKind::DropAfter, true),
        (FaultKind::CutBody(5), true),
        (FaultKind::GarbageBody, true),
        (FaultKind::DropConnection, false),
        (FaultKind::Status { status: StatusCode::BAD_GATEWAY, retry_after: None }, false),
        (FaultKind::Status { status: StatusCode::GATEWAY_TIMEOUT, retry_after: None }, false),
    ] {
        for rule in [protect("^v", Role::Owner, Role::Owner), immutable("^v")] {
            let world = World::new().await;
            let (client, facts) = world.owner().await;
            let capabilities = crate::support::capabilities(&client, &facts).await;
            world.sim.forget_requests();
            world.sim.faults().add(Matcher::any().method(Method::POST), fault.clone());
            let outcome = client.change(&facts.project, &capabilities, &create(rule)).await;
            assert_eq!(trouble(outcome), Trouble::Unclear, "{fault:?}");
            let writes = world.sim.requests().iter().filter(|request| request.method == Method::POST).count();
            assert_eq!(writes, 1, "{fault:?}");
            assert_eq!(world.patterns().len(), usize::from(carried_out), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_write_that_never_left_or_was_turned_away_is_clear() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let capabilities = crate::support::capabilities(&client, &facts).await;
    let change = create(protect("^v", Role::Owner, Role::Owner));
    world.sim.faults().add(Matcher::any(), FaultKind::TooManyRequests { retry_after: Some(5) });
    let outcome = client.change(&facts.project, &capabilities, &change).await;
    assert_eq!(trouble(outcome), Trouble::RateLimited(Some(5)));
    world.sim.go_away().await;
    let (fresh, _) = crate::support::client(world.sim.base_url(), OWNER_TOKEN);
    let outcome = fresh.change(&facts.project, &capabilities, &change).await;
    assert_eq!(trouble(outcome), Trouble::Refused);
}

#[tokio::test]
async fn a_server_that_goes_away_in_the_middle_of_a_list_does_not_pass_for_its_end() {
    let world = World::new().await;
    world.sim.edit(|state| {
        for number in 0..150 {
            state.create_project(&format!("fleet/app-{number}"));
        }
    });
    world.sim.faults().add(Matcher::path("/api/v4/projects").nth(2), FaultKind::ServerGone);
    let outcome = collect(world.client(OWNER_TOKEN).projects()).await;
    let Trouble::ListCut(Cut::Failed(cause)) = trouble(outcome) else { panic!() };
    assert!(matches!(cause.trouble, Trouble::Broken | Trouble::Refused));
}

#[tokio::test]
async fn a_server_that_goes_away_between_two_changes_leaves_the_first() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let first =
        apply(&client, &facts, create(protect("^a", Role::Owner, Role::Owner))).await.unwrap().unwrap();
    let capabilities = crate::support::capabilities(&client, &facts).await;
    world.sim.faults().add(Matcher::any().method(Method::PATCH), FaultKind::ServerGone);
    let change = Change::Update { from: first, to: protect("^b", Role::Owner, Role::Owner) };
    assert_eq!(trouble(client.change(&facts.project, &capabilities, &change).await), Trouble::Unclear);
    world.sim.come_back().await;
    let found = crate::support::read(&client, &facts).await;
    assert_eq!(found.rules[0].rule.tags.pattern, "^a");
}
