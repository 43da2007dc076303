//! What the tests of the simulator share: a client that shows status and JSON.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part")]

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tagwarden_simulator::{Config, Running, Simulator};

pub struct Gitlab {
    pub running: Running,
    pub http: reqwest::Client,
}

impl Gitlab {
    pub async fn start(config: Config) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { running: Simulator::start(config).await.unwrap(), http }
    }

    /// One project `team/app` with a repository `team/app/api`.
    pub async fn with_project() -> Self {
        let gitlab = Self::start(Config::empty()).await;
        gitlab.running.edit(|state| {
            let project = state.create_project("team/app");
            state.create_repository(project, "api").unwrap();
        });
        gitlab
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.base_url())
    }

    pub async fn send(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Response {
        let mut request = self.http.request(method, self.url(path)).header("PRIVATE-TOKEN", token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    pub async fn rest(
        &self,
        method: Method,
        token: &str,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let response = self.send(method, token, &format!("/api/v4{path}"), body).await;
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    pub async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        self.rest(Method::GET, token, path, None).await
    }

    pub async fn graphql(&self, token: &str, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables});
        let request = self.http.post(self.url("/api/graphql")).bearer_auth(token).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A token for the data plane.
    pub async fn registry_token(&self, user: &str, secret: &str, scope: &str) -> String {
        let url = self.url(&format!("/jwt/auth?service=container_registry&scope={scope}"));
        let answer = self.http.get(url).basic_auth(user, Some(secret)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Value = answer.json().await.unwrap();
        body["token"].as_str().unwrap().to_owned()
    }

    pub async fn push(&self, registry_token: &str, repository: &str, tag: &str) -> (StatusCode, Value) {
        let url = self.url(&format!("/v2/{repository}/manifests/{tag}"));
        let request = self.http.put(url).bearer_auth(registry_token);
        let answer = request.body(r#"{"schemaVersion":2}"#).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn delete(
        &self,
        registry_token: &str,
        repository: &str,
        reference: &str,
    ) -> (StatusCode, Value) {
        let url = self.url(&format!("/v2/{repository}/manifests/{reference}"));
        let answer = self.http.delete(url).bearer_auth(registry_token).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }
}
