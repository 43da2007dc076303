//! A Harbor with a client that shows status and JSON.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tagwarden_simulator::harbor::{
    HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HARBOR_DEVELOPER, HARBOR_GUEST, HARBOR_LIMITED_GUEST,
    HARBOR_MAINTAINER, HARBOR_OUTSIDER, HARBOR_OWNER, HARBOR_PASSWORD, HARBOR_ROBOT, HARBOR_ROBOT_SECRET,
    HarborBox, HarborConfig, RuleText, RunningHarbor,
};
use tagwarden_simulator::{ProjectId, RuleId};

/// Name and secret; nobody has none.
pub(crate) type Who = Option<(&'static str, &'static str)>;

pub(crate) const NOBODY: Who = None;
pub(crate) const ADMIN: Who = Some((HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD));
pub(crate) const OWNER: Who = Some((HARBOR_OWNER, HARBOR_PASSWORD));
pub(crate) const MAINTAINER: Who = Some((HARBOR_MAINTAINER, HARBOR_PASSWORD));
pub(crate) const DEVELOPER: Who = Some((HARBOR_DEVELOPER, HARBOR_PASSWORD));
pub(crate) const GUEST: Who = Some((HARBOR_GUEST, HARBOR_PASSWORD));
pub(crate) const LIMITED: Who = Some((HARBOR_LIMITED_GUEST, HARBOR_PASSWORD));
pub(crate) const OUTSIDER: Who = Some((HARBOR_OUTSIDER, HARBOR_PASSWORD));
pub(crate) const ROBOT: Who = Some((HARBOR_ROBOT, HARBOR_ROBOT_SECRET));

pub(crate) struct Harbor {
    pub(crate) running: RunningHarbor,
    pub(crate) http: reqwest::Client,
}

impl Harbor {
    pub(crate) async fn start(config: HarborConfig) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { running: HarborBox::start(config).await.unwrap(), http }
    }

    /// A private project `team` with the given images, like `app:v1`.
    pub(crate) async fn with_images(images: &[&str]) -> Self {
        // Wrong passwords are not held: few tests are about that.
        let config = HarborConfig { login_lock: std::time::Duration::ZERO, ..HarborConfig::empty() };
        let harbor = Self::start(config).await;
        harbor.running.edit(|state| {
            state.create_project("team", false);
            for image in images {
                let (repository, tag) = image.rsplit_once(':').unwrap();
                state.put_tag(&format!("team/{repository}"), tag).unwrap();
            }
        });
        harbor
    }

    pub(crate) fn project(&self) -> ProjectId {
        self.running.inspect(|state| state.project_named("team").unwrap().id)
    }

    pub(crate) fn rule(&self, text: RuleText) -> RuleId {
        let project = self.project();
        self.running.edit(|state| state.add_rule(project, text))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base_url())
    }

    pub(crate) async fn send(&self, method: Method, who: Who, path: &str, body: Option<Value>) -> Response {
        let mut request = self.http.request(method, self.url(path));
        if let Some((name, secret)) = who {
            request = request.basic_auth(name, Some(secret));
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    /// A call below `/api/v2.0`.
    pub(crate) async fn api(
        &self,
        method: Method,
        who: Who,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let answer = self.send(method, who, &format!("/api/v2.0{path}"), body).await;
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn get(&self, who: Who, path: &str) -> (StatusCode, Value) {
        self.api(Method::GET, who, path, None).await
    }

    pub(crate) async fn delete(&self, who: Who, path: &str) -> (StatusCode, Value) {
        self.api(Method::DELETE, who, path, None).await
    }

    pub(crate) async fn post(&self, who: Who, path: &str, body: Value) -> (StatusCode, Value) {
        self.api(Method::POST, who, path, Some(body)).await
    }

    pub(crate) async fn put(&self, who: Who, path: &str, body: Value) -> (StatusCode, Value) {
        self.api(Method::PUT, who, path, Some(body)).await
    }

    /// Pushes a manifest that is told apart from others by `content`.
    pub(crate) async fn push(
        &self,
        who: Who,
        repository: &str,
        reference: &str,
        content: &str,
    ) -> (StatusCode, Value) {
        let body = json!({"schemaVersion": 2, "annotations": {"content": content}});
        let path = format!("/v2/{repository}/manifests/{reference}");
        let answer = self.send(Method::PUT, who, &path, Some(body)).await;
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }

    /// The flags of a repository's tags, as the server tells them when it is asked.
    pub(crate) async fn flags(&self, repository: &str) -> Vec<(String, bool)> {
        let repository = repository.replace('/', "%252F");
        let path = format!("/projects/team/repositories/{repository}/artifacts?with_immutable_status=true");
        let (status, rows) = self.get(ADMIN, &path).await;
        assert_eq!(status, StatusCode::OK);
        let tags = rows.as_array().unwrap().iter().flat_map(|row| row["tags"].as_array().unwrap().clone());
        let mut flags: Vec<(String, bool)> = tags
            .map(|tag| (tag["name"].as_str().unwrap().to_owned(), tag["immutable"].as_bool().unwrap()))
            .collect();
        flags.sort();
        flags
    }
}

/// A rule as Harbor's own window sends it.
pub(crate) fn rule(repositories: &str, tags: &str) -> Value {
    json!({
        "disabled": false,
        "priority": 0,
        "action": "immutable",
        "template": "immutable_template",
        "scope_selectors": {
            "repository": [{"kind": "doublestar", "decoration": "repoMatches", "pattern": repositories}]
        },
        "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": tags}],
    })
}

pub(crate) fn code(body: &Value) -> &str {
    body["errors"][0]["code"].as_str().unwrap_or_default()
}

pub(crate) fn message(body: &Value) -> &str {
    body["errors"][0]["message"].as_str().unwrap_or_default()
}

pub(crate) fn names(body: &Value, key: &str) -> Vec<String> {
    body.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}
