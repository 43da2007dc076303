//! Deleting and copying, which rules can refuse.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tagwarden_simulator::Digest;
use tagwarden_simulator::harbor::RuleText;

use crate::support::{ADMIN, Harbor, OWNER, code, message, rule};

/// Both tags on one artifact.
async fn with_artifact(repository: &str, tags: &[&str]) -> Harbor {
    let harbor = Harbor::with_images(&[]).await;
    let name = format!("team/{repository}");
    harbor.running.edit(|state| state.put_image(&name, Digest([7; 32]), tags)).unwrap();
    harbor
}

fn flags(all: &[(&str, bool)]) -> Vec<(String, bool)> {
    all.iter().map(|(name, flag)| ((*name).to_owned(), *flag)).collect()
}

const RULES: &str = "/projects/team/immutabletagrules";

/// 7.6, cases 36 and 37: the rule is made by POST and changed by PUT.
#[tokio::test]
async fn a_disabled_rule_guards_nothing() {
    let harbor = with_artifact("image_disability_a", &["latest", "6.2.2"]).await;
    let mut wanted = rule("image_disability_a", "la*");
    harbor.post(OWNER, RULES, wanted.clone()).await;
    (wanted["id"], wanted["disabled"]) = (json!(1), json!(true));
    harbor.put(OWNER, &format!("{RULES}/1"), wanted.clone()).await;
    assert_eq!(harbor.flags("image_disability_a").await, flags(&[("6.2.2", false), ("latest", false)]));
    wanted["disabled"] = json!(false);
    harbor.put(OWNER, &format!("{RULES}/1"), wanted).await;
    assert_eq!(harbor.flags("image_disability_a").await, flags(&[("6.2.2", false), ("latest", true)]));
}

/// 7.6, case 38.
#[tokio::test]
async fn an_immutable_tag_holds_its_artifact_and_its_repository() {
    let harbor = with_artifact("image_repo_undeletable_a", &["latest", "1.3.2"]).await;
    harbor.rule(RuleText::matching("image_repo_undeletable_a", "la*"));
    assert_eq!(harbor.flags("image_repo_undeletable_a").await, flags(&[("1.3.2", false), ("latest", true)]));
    let repository = "/projects/team/repositories/image_repo_undeletable_a";
    for path in [
        format!("{repository}/artifacts/latest"),
        format!("{repository}/artifacts/1.3.2"),
        repository.to_owned(),
    ] {
        let (status, body) = harbor.delete(OWNER, &path).await;
        assert_eq!((status, code(&body)), (StatusCode::PRECONDITION_FAILED, "PRECONDITION"), "{path}");
        assert_eq!(message(&body), "the tag latest configured as immutable, cannot be deleted");
    }
    let left = harbor
        .running
        .inspect(|state| state.repository_at("team/image_repo_undeletable_a").unwrap().tags().count());
    assert_eq!(left, 2, "nothing was removed");
}

/// 7.6, case 39.
#[tokio::test]
async fn only_the_immutable_tag_stays() {
    let harbor = with_artifact("image_undeletable_a", &["latest", "9.3.2"]).await;
    harbor.rule(RuleText::matching("image_undeletable_a", "9.*"));
    let tags = "/projects/team/repositories/image_undeletable_a/artifacts/latest/tags";
    let (status, body) = harbor.delete(OWNER, &format!("{tags}/9.3.2")).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(message(&body), "the tag 9.3.2 configured as immutable, cannot be deleted");
    let (status, body) = harbor.delete(OWNER, &format!("{tags}/none")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(message(&body), "tag none attached to artifact 1 not found");
    assert_eq!(harbor.delete(OWNER, &format!("{tags}/latest")).await.0, StatusCode::OK);
    assert_eq!(harbor.flags("image_undeletable_a").await, flags(&[("9.3.2", true)]));
}

/// 7.6, case 41.
#[tokio::test]
async fn a_copy_does_not_move_an_immutable_tag() {
    let harbor = with_artifact("image_copy_disability_a", &["latest", "6.2.2"]).await;
    harbor.running.edit(|state| {
        state.create_project("source", false);
        state.put_image("source/image", Digest([9; 32]), &["latest", "6.2.2"]);
        state.put_image("source/new", Digest([9; 32]), &["new"]);
    });
    harbor.rule(RuleText::matching("image_copy_disability_a", "la*"));
    let path = "/projects/team/repositories/image_copy_disability_a/artifacts?from=";
    let from = format!("{path}source/image@{}", Digest([9; 32]));
    let (status, body) = harbor.api(Method::POST, OWNER, &from, None).await;
    assert_eq!((status, code(&body)), (StatusCode::PRECONDITION_FAILED, "PRECONDITION"));
    assert_eq!(message(&body), "the tag latest configured as immutable, cannot be updated");
    let (status, _) = harbor.api(Method::POST, OWNER, &format!("{path}source/new:new"), None).await;
    assert_eq!(status, StatusCode::CREATED);
    let same = format!("{path}team/image_copy_disability_a@{}", Digest([7; 32]));
    assert_eq!(harbor.api(Method::POST, OWNER, &same, None).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn open_things_are_deleted() {
    let harbor = Harbor::with_images(&["deep/app:v1", "deep/app:v2", "deep/app:v3"]).await;
    let repository = "/projects/team/repositories/deep%252Fapp";
    assert_eq!(harbor.delete(OWNER, &format!("{repository}/artifacts/v1/tags/v1")).await.0, StatusCode::OK);
    assert_eq!(harbor.delete(OWNER, &format!("{repository}/artifacts/v2")).await.0, StatusCode::OK);
    let counts = harbor.running.inspect(|state| {
        let found = state.repository_at("team/deep/app").unwrap();
        (found.tags().count(), found.artifacts().count())
    });
    assert_eq!(counts, (1, 2), "an artifact without tags stays");
    assert_eq!(harbor.delete(OWNER, repository).await.0, StatusCode::OK);
    assert_eq!(harbor.delete(OWNER, repository).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_data_plane_deletes_by_digest_only() {
    let harbor = with_artifact("app", &["v1", "open"]).await;
    let manifest = |reference: &str| format!("/v2/team/app/manifests/{reference}");
    let answer = harbor.send(Method::DELETE, OWNER, &manifest("open"), None).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(code(&answer.json().await.unwrap()), "UNSUPPORTED");
    let id = harbor.rule(RuleText::matching("app", "v*"));
    let digest = Digest([7; 32]).to_string();
    let answer = harbor.send(Method::DELETE, OWNER, &manifest(&digest), None).await;
    assert_eq!(answer.status(), StatusCode::PRECONDITION_FAILED);
    harbor.running.edit(|state| state.remove_rule(id));
    let answer = harbor.send(Method::DELETE, OWNER, &manifest(&digest), None).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_new_tag_must_be_new_and_well_formed() {
    let harbor = with_artifact("app", &["v1"]).await;
    harbor.rule(RuleText::matching("**", "**"));
    let path = "/projects/team/repositories/app/artifacts/v1/tags";
    let create = async |name: &str| harbor.post(ADMIN, path, json!({"name": name})).await;
    assert_eq!(create("v2").await.0, StatusCode::CREATED);
    let (status, body) = create("v1").await;
    assert_eq!((status, code(&body)), (StatusCode::CONFLICT, "CONFLICT"));
    let (status, body) = create("not good").await;
    assert_eq!(
        (status, message(&body)),
        (StatusCode::BAD_REQUEST, "bad request: invalid tag name: not good")
    );
}
