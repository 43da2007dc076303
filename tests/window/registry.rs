//! Somebody who pushes images, as `docker push` does.

use reqwest::StatusCode;
use serde_json::Value;

/// A person with a token, at one registry.
pub(crate) struct Pusher {
    pub(crate) base_url: String,
    pub(crate) user: &'static str,
    pub(crate) token: &'static str,
}

impl Pusher {
    /// Names of tags in a repository.
    pub(crate) async fn tags(&self, repository: &str) -> Vec<String> {
        let url = format!("{}/v2/{repository}/tags/list?n=1000", self.base_url);
        let answer = http().get(url).bearer_auth(self.grant(repository).await).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["tags"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    /// Pushes a manifest under a tag; answers with the status and the registry's code for a refusal.
    pub(crate) async fn push(&self, repository: &str, tag: &str) -> (StatusCode, String) {
        let url = format!("{}/v2/{repository}/manifests/{tag}", self.base_url);
        let request = http().put(url).bearer_auth(self.grant(repository).await);
        let answer = request.body(r#"{"schemaVersion":2}"#).send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or(Value::Null);
        (status, body["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
    }

    async fn grant(&self, repository: &str) -> String {
        let url = format!(
            "{}/jwt/auth?service=container_registry&scope=repository:{repository}:push,pull",
            self.base_url
        );
        let answer = http().get(url).basic_auth(self.user, Some(self.token)).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["token"].as_str().unwrap().to_owned()
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
