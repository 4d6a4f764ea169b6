//! Servers that last as long as a test, a client to talk to them, and forms as browsers write them.
//! Everything here panics instead of returning an error, because a test that can't continue must fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]
#![allow(
    clippy::missing_panics_doc,
    reason = "every function here panics where a test cannot go on"
)]

pub mod parts;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::host::{DEFAULT_URL_TTL, Settings, StandIn};
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use ittybit_uploader_backend::{ApiKey, NewUpload, Refusal, Service, UploadRequest, UploadRoutes};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The key that a test's stand-in accepts.
pub const API_KEY: &str = "sk_test_never_shown";

/// A server on a free loopback port. It stops when it is dropped.
pub struct Server {
    /// The server's URL, without a slash at the end.
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Sends a preflight, as a browser does before a page of another origin may send these headers.
pub async fn preflight(url: &str, method: &str, headers: &str) -> reqwest::Response {
    client()
        .request(Method::OPTIONS, url)
        .header("origin", "https://app.example")
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .send()
        .await
        .unwrap()
}

/// Serves an app on a free port.
pub async fn serve(router: Router) -> Server {
    let (listener, url) = listen().await;
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Server { url, task }
}

/// Calls `serve` with a listener on a free port.
pub async fn serve_with<F>(serve: impl FnOnce(TcpListener) -> F) -> Server
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let (listener, url) = listen().await;
    let serving = serve(listener);
    let task = tokio::spawn(async move { serving.await.unwrap() });
    Server { url, task }
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// An HTTP client that uses no proxy.
pub fn client() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

/// A client for the service at `url`.
pub fn service(url: &str) -> Service {
    Service::new(ApiKey::new(API_KEY).unwrap(), url).unwrap()
}

/// A request that a [`Scripted`] server received.
#[derive(Clone)]
pub struct Seen {
    /// The request's method.
    pub method: Method,
    /// The request's path and query.
    pub path: String,
    /// The request's headers.
    pub headers: HeaderMap,
    /// The request's whole body.
    pub body: Bytes,
}

impl Seen {
    /// Parses the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A server that answers every request in the same way and records the requests.
pub struct Scripted {
    /// The server, which stops when `self` is dropped.
    pub server: Server,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Scripted {
    /// Answers every request with `status` and `body`.
    pub async fn new(status: u16, body: impl Into<String>) -> Self {
        Self::with_headers(status, &[], body).await
    }

    /// Answers every request with `status`, `headers` and `body`.
    pub async fn with_headers(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: impl Into<String>,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let status = StatusCode::from_u16(status).unwrap();
        let mut response_headers = HeaderMap::new();
        for (name, value) in headers {
            response_headers.insert(*name, value.parse().unwrap());
        }
        let body = body.into();
        let log = Arc::clone(&seen);
        let handler = move |request: Request| async move {
            let (parts, content) = request.into_parts();
            let content = to_bytes(content, usize::MAX).await.unwrap();
            log.lock().unwrap().push(Seen {
                method: parts.method,
                path: parts.uri.to_string(),
                headers: parts.headers,
                body: content,
            });
            (status, response_headers, body).into_response()
        };
        Self { server: serve(Router::new().fallback(handler)).await, seen }
    }

    /// Returns the server's URL.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Returns all requests so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Starts a server that accepts requests and never answers. From then on the test's clock jumps from timer to
/// timer, so that a timeout of minutes expires at once.
pub async fn never_answers() -> Server {
    async fn handler() -> Response {
        tokio::time::pause();
        std::future::pending().await
    }
    serve(Router::new().fallback(handler)).await
}

/// Starts a stand-in with this folder.
pub async fn stand_in(dir: &Path) -> Server {
    stand_in_with(dir, |_| ()).await
}

/// Starts a stand-in with this folder and with settings that `change` has changed.
pub async fn stand_in_with(dir: &Path, change: impl FnOnce(&mut Settings)) -> Server {
    let (listener, url) = listen().await;
    let mut settings = Settings {
        base_url: url.clone(),
        dir: dir.into(),
        url_ttl: DEFAULT_URL_TTL,
        api_key: Some(API_KEY.into()),
        faults: false,
    };
    change(&mut settings);
    let stand_in = StandIn::open(settings).unwrap();
    let task = tokio::spawn(async move { stand_in.serve(listener).await.unwrap() });
    Server { url, task }
}

/// Starts an app in front of a stand-in. The app accepts every file, and passes on idempotency keys.
pub async fn granting_app(stand_in: &Server) -> Server {
    async fn authorize(_: Parts, _: UploadRequest) -> Result<NewUpload, Refusal> {
        Ok(NewUpload::default())
    }
    let routes = UploadRoutes::new(service(&stand_in.url), authorize).passing_on_keys();
    serve(routes.into_router()).await
}

/// Asks the app about a file, as a page does.
pub async fn ask_app(app: &Server, key: &str) -> reqwest::Response {
    client()
        .post(&app.url)
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .body(json!({ "filename": "a.txt", "filesize": 3 }).to_string())
        .send()
        .await
        .unwrap()
}

/// Creates an upload URL with these properties.
pub async fn upload_url(server: &Server, props: Value) -> String {
    let response = client()
        .post(format!("{}/uploads", server.url))
        .bearer_auth(API_KEY)
        .body(props.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let answer = read(response).await;
    answer["data"]["url"].as_str().unwrap().into()
}

/// Creates an upload URL without properties.
pub async fn fresh_upload_url(server: &Server) -> String {
    upload_url(server, json!({})).await
}

/// Parses a response's body.
pub async fn read(response: reqwest::Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Checks a refusal of the stand-in, and returns its message.
pub async fn refused(response: reqwest::Response, status: u16) -> String {
    assert_eq!(response.status(), status);
    let answer = read(response).await;
    assert!(answer["data"].is_null(), "{answer}");
    assert_eq!(answer["meta"]["status"], status, "{answer}");
    answer["error"]["message"].as_str().unwrap().into()
}

/// The boundary of [`form`].
pub const BOUNDARY: &str = "----WebKitFormBoundaryuAKjtWgWo0fCBpr5";

/// Returns a form with one file, byte for byte as a browser sends it.
pub fn form(name: &str, mime: &str, content: &[u8]) -> Vec<u8> {
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let mime = if mime.is_empty() { "application/octet-stream" } else { mime };
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {mime}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Sends a form to an upload URL.
pub async fn send(url: &str, form: impl Into<reqwest::Body>) -> reqwest::Response {
    client()
        .post(url)
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(form)
        .send()
        .await
        .unwrap()
}

/// Sends the head of a request by hand, so that a test can stop its body anywhere.
pub async fn connect(url: &str, form: &[u8]) -> TcpStream {
    let headers = format!(
        "Content-Length: {}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n",
        form.len()
    );
    connect_with(url, "POST", &headers).await
}

/// Sends the head of a request with this method and these headers.
pub async fn connect_with(url: &str, method: &str, headers: &str) -> TcpStream {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head =
        format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Returns the number of entries in a folder.
pub fn file_count(dir: &Path) -> usize {
    std::fs::read_dir(dir).unwrap().count()
}

/// Waits until another task has made `is_so` true. Fails after ten seconds.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within ten seconds: {what}");
}
