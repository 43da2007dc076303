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

/// An image `app:v1` with its digest, and a signature of it.
async fn signed() -> (Harbor, Digest, String) {
    let harbor = with_artifact("app", &["v1"]).await;
    let digest = Digest([7; 32]);
    harbor.running.edit(|state| state.put_signature("team/app", digest)).unwrap();
    (harbor, digest, format!("sha256-{}.sig", digest.hex()))
}

#[tokio::test]
async fn a_signature_is_in_no_list_of_artifacts_and_in_the_list_of_tags() {
    let (harbor, digest, tag) = signed().await;
    let path = "/projects/team/repositories/app/artifacts?with_accessory=true";
    let (_, rows) = harbor.get(OWNER, path).await;
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["accessories"][0]["subject_artifact_digest"], digest.to_string());
    assert!(rows[0]["accessories"][0].get("tags").is_none());
    let (_, plain) = harbor.get(OWNER, "/projects/team/repositories/app/artifacts").await;
    assert!(plain[0]["accessories"].is_null(), "nobody asked");
    let names = harbor.send(Method::GET, OWNER, "/v2/team/app/tags/list", None).await;
    assert_eq!(names.json::<serde_json::Value>().await.unwrap()["tags"], json!([tag, "v1"]));
}

#[tokio::test]
async fn a_rule_over_a_signature_holds_the_image_and_the_repository() {
    let (harbor, digest, tag) = signed().await;
    let id = harbor.rule(RuleText::matching("**", "sha256-*"));
    let refused = format!("the tag {tag} configured as immutable, cannot be deleted");
    for path in ["/projects/team/repositories/app/artifacts/v1", "/projects/team/repositories/app"] {
        let (status, body) = harbor.delete(OWNER, path).await;
        assert_eq!((status, message(&body)), (StatusCode::PRECONDITION_FAILED, refused.as_str()), "{path}");
    }
    let tag_alone = "/projects/team/repositories/app/artifacts/v1/tags/v1";
    assert_eq!(harbor.delete(OWNER, tag_alone).await.0, StatusCode::OK, "a tag is not its image");
    harbor.running.edit(|state| state.remove_rule(id));
    let image = format!("/projects/team/repositories/app/artifacts/{digest}");
    assert_eq!(harbor.delete(OWNER, &image).await.0, StatusCode::OK);
    let left = harbor.running.inspect(|state| state.repository_at("team/app").unwrap().artifacts().count());
    assert_eq!(left, 0, "the signature goes with its image");
}

#[tokio::test]
async fn what_cosign_pushes_is_an_accessory_where_there_is_such_an_image() {
    let harbor = with_artifact("app", &["v1"]).await;
    let signature = format!("sha256-{}.sig", Digest([7; 32]).hex());
    let stray = format!("sha256-{}.sig", Digest([8; 32]).hex());
    for tag in [&signature, &stray] {
        assert_eq!(harbor.push(OWNER, "team/app", tag, tag).await.0, StatusCode::CREATED);
    }
    let listed: Vec<String> = harbor.flags("app").await.into_iter().map(|(tag, _)| tag).collect();
    assert_eq!(listed, [stray, "v1".to_owned()]);
}

#[tokio::test]
async fn a_part_of_an_index_goes_only_with_it() {
    let harbor = with_artifact("app", &["amd64"]).await;
    harbor.running.edit(|state| state.put_index("team/app", "v1", &[Digest([7; 32])])).unwrap();
    let part = "/projects/team/repositories/app/artifacts/amd64";
    let (status, body) = harbor.delete(OWNER, part).await;
    assert_eq!(
        (status, message(&body)),
        (StatusCode::PRECONDITION_FAILED, "the deleting artifact is referenced by others")
    );
    assert_eq!(harbor.delete(OWNER, "/projects/team/repositories/app/artifacts/v1").await.0, StatusCode::OK);
    assert_eq!(harbor.delete(OWNER, part).await.0, StatusCode::OK, "it had a tag of its own and stayed");
    harbor.running.edit(|state| {
        state.put_image("team/app", Digest([7; 32]), &["amd64"]);
        state.put_index("team/app", "v1", &[Digest([7; 32])]);
    });
    let repository = "/projects/team/repositories/app";
    assert_eq!(harbor.delete(OWNER, repository).await.0, StatusCode::OK, "the index goes first");
}

#[tokio::test]
async fn the_newest_immutable_tag_is_named() {
    let harbor = with_artifact("app", &["m1", "v9-m", "m-rc"]).await;
    let image = "/projects/team/repositories/app/artifacts/m1";
    let named = async || message(&harbor.delete(OWNER, image).await.1).to_owned();
    let id = harbor.rule(RuleText::matching("**", "**"));
    assert_eq!(named().await, "the tag m-rc configured as immutable, cannot be deleted");
    harbor.running.edit(|state| state.remove_rule(id));
    harbor.rule(RuleText::matching("**", "{m1,v*}"));
    assert_eq!(named().await, "the tag v9-m configured as immutable, cannot be deleted");
}
