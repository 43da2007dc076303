//! Servers that answer what a test says, word for word, for what no good GitLab does.

use std::sync::{Arc, Mutex};

use tagwarden_registries::Registry as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::client;

/// A server on 127.0.0.1 and the requests it got, as text.
pub(crate) struct Canned {
    pub(crate) address: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Canned {
    /// Answers each request with what `answer` makes of its text. An empty answer cuts the connection.
    pub(crate) async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut stream = stream;
                    while let Some(request) = read_request(&mut stream).await {
                        let text = answer(&request);
                        seen.lock().unwrap().push(request);
                        if text.is_empty() || stream.write_all(text.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, requests, task }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// A whole HTTP answer.
pub(crate) fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

/// A good answer of JSON.
pub(crate) fn json(body: &str) -> String {
    http("200 OK", "Content-Type: application/json\r\n", body)
}

/// An HTML page, as proxies and sign-in pages give.
pub(crate) fn html(status: &str) -> String {
    http(status, "Content-Type: text/html; charset=utf-8\r\n", "<!DOCTYPE html><b>Sign in</b>")
}

#[tokio::test]
async fn a_canned_server_answers_what_it_is_told() {
    let server = Canned::start(|_| json(r#"{"version":"18.10.1"}"#)).await;
    client(&server.address, "secret").0.reach().await.unwrap();
    assert!(server.requests()[0].starts_with("GET /api/v4/version HTTP/1.1"));
}
