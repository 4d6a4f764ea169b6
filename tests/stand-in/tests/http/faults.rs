//! Tests each fault of the stand-in, on a real connection.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use ittybit_uploader_stand_in::testing::{
    BOUNDARY, Server, client, connect, eventually, file_count, form, fresh_upload_url, read, send,
    stand_in_with,
};

/// Long enough for pending events to happen.
const WHILE: Duration = Duration::from_millis(300);

/// More than the socket buffers of both sides hold.
const LARGE: usize = 20_000_000;

struct Faulty {
    server: Server,
    dir: TempDir,
}

impl Faulty {
    async fn new(fault: Value) -> Self {
        let dir = tempdir().unwrap();
        let server = stand_in_with(dir.path(), |settings| settings.faults = true).await;
        let plan = json!({ "store": [fault] }).to_string();
        let response = client().put(format!("{}/faults", server.url)).body(plan).send().await;
        assert_eq!(response.unwrap().status(), 200);
        Self { server, dir }
    }

    fn stored(&self) -> usize {
        file_count(&self.dir.path().join("files"))
    }

    fn arriving(&self) -> usize {
        file_count(&self.dir.path().join("incoming"))
    }

    /// Checks that the faulty request has stored nothing, and that the next one succeeds.
    async fn is_as_before(&self, url: &str) {
        assert_eq!((self.stored(), self.arriving()), (0, 0));
        let response = send(url, form("a", "", b"x")).await;
        assert_eq!(response.status(), 201, "the URL is still good");
    }
}

async fn send_and_wait(url: &str, form: &[u8]) -> (TcpStream, ErrorKind) {
    let mut stream = connect(url, form).await;
    stream.write_all(form).await.unwrap();
    let error = stream.read_u8().await.unwrap_err();
    (stream, error.kind())
}

#[tokio::test]
async fn a_reset_in_the_middle_of_the_body() {
    for fault in [
        json!({ "kind": "reset-before-body" }),
        json!({ "kind": "reset-in-body", "bytes": 99_999 }),
    ] {
        let faulty = Faulty::new(fault).await;
        let url = fresh_upload_url(&faulty.server).await;
        let form = form("a", "", &vec![7; LARGE]);
        let mut stream = connect(&url, &form).await;
        let error = stream.write_all(&form).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
            "{error}"
        );
        faulty.is_as_before(&url).await;
    }
}

#[tokio::test]
async fn a_reset_in_the_body_is_not_early() {
    let form = form("a", "", &vec![7; 200_000]);
    let faulty = Faulty::new(json!({ "kind": "reset-in-body", "bytes": 150_000 })).await;
    let url = fresh_upload_url(&faulty.server).await;
    let mut stream = connect(&url, &form).await;
    stream.write_all(&form[..149_999]).await.unwrap();
    assert!(timeout(WHILE, stream.read_u8()).await.is_err(), "one byte is missing");
    stream.write_all(&form[149_999..150_000]).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    faulty.is_as_before(&url).await;
}

#[tokio::test]
async fn a_reset_after_the_body() {
    let faulty = Faulty::new(json!({ "kind": "reset-after-body" })).await;
    let url = fresh_upload_url(&faulty.server).await;
    let (_, error) = send_and_wait(&url, &form("a", "", &vec![7; LARGE])).await;
    assert_eq!(error, ErrorKind::ConnectionReset);
    faulty.is_as_before(&url).await;
}

#[tokio::test]
async fn an_answer_that_is_lost_after_storing() {
    let faulty = Faulty::new(json!({ "kind": "lost-after-storing" })).await;
    let url = fresh_upload_url(&faulty.server).await;
    let (_, error) = send_and_wait(&url, &form("a", "", b"content")).await;
    assert_eq!(error, ErrorKind::ConnectionReset);
    assert_eq!(faulty.stored(), 1);
    assert_eq!(send(&url, form("a", "", b"content")).await.status(), 410);
}

#[tokio::test]
async fn a_host_that_never_answers() {
    let faulty = Faulty::new(json!({ "kind": "hang" })).await;
    let url = fresh_upload_url(&faulty.server).await;
    let form = form("a", "", &vec![7; LARGE]);
    let mut stream = connect(&url, &form).await;
    stream.write_all(&form).await.unwrap();
    assert!(timeout(WHILE, stream.read_u8()).await.is_err());
    drop(stream);
    faulty.is_as_before(&url).await;
}

#[tokio::test]
async fn a_host_that_stops_reading() {
    let faulty = Faulty::new(json!({ "kind": "hang-in-body", "bytes": 100_000 })).await;
    let url = fresh_upload_url(&faulty.server).await;
    let form = form("a", "", &vec![7; LARGE]);
    let mut stream = connect(&url, &form).await;
    let mut sent = 0;
    while let Ok(count) = timeout(WHILE, stream.write(&form[sent..])).await {
        sent += count.unwrap();
    }
    assert!((100_000..LARGE / 2).contains(&sent), "{sent} bytes were taken");
    assert!(timeout(WHILE, stream.read_u8()).await.is_err(), "neither an answer nor an end");
    faulty.is_as_before(&url).await;
}

/// The paused clock jumps to the next timer if nothing else is left to do.
#[tokio::test]
async fn a_slow_host() {
    let faulty = Faulty::new(json!({ "kind": "slow", "bytes_per_second": 100_000 })).await;
    let url = fresh_upload_url(&faulty.server).await;
    tokio::time::pause();
    let start = Instant::now();
    assert_eq!(send(&url, form("a", "", &vec![7; 1_000_000])).await.status(), 201);
    // The host waits after each chunk but the last.
    assert!(start.elapsed() >= Duration::from_secs(9), "{:?}", start.elapsed());
    assert_eq!(faulty.stored(), 1);
}

#[tokio::test]
async fn a_slow_host_that_keeps_up() {
    let faulty =
        Faulty::new(json!({ "kind": "slow", "bytes_per_second": 1_000_000_000_000_u64 })).await;
    let url = fresh_upload_url(&faulty.server).await;
    assert_eq!(send(&url, form("a", "", &vec![7; LARGE])).await.status(), 201);
}

#[tokio::test]
async fn a_slow_answer() {
    let faulty = Faulty::new(json!({ "kind": "slow-answer", "ms": 60_000 })).await;
    let url = fresh_upload_url(&faulty.server).await;
    tokio::time::pause();
    let start = Instant::now();
    let answer = tokio::spawn({
        let url = url.clone();
        async move { send(&url, form("a", "", b"x")).await.status() }
    });
    assert_eq!(answer.await.unwrap(), 201);
    assert!(start.elapsed() >= Duration::from_secs(60), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_planned_answer() {
    for (fault, status, retry_after, content_type, body) in [
        (json!({ "status": 500 }), 500, None, None, ""),
        (json!({ "status": 429, "retry_after": "7" }), 429, Some("7"), None, ""),
        (
            json!({ "status": 200, "body": "<p>Sign in", "content_type": "text/html" }),
            200,
            None,
            Some("text/html"),
            "<p>Sign in",
        ),
        (
            json!({ "status": 503, "body": "ساعت دیگر", "retry_after": "Fri, 31 Dec 2027 23:59:59 GMT" }),
            503,
            Some("Fri, 31 Dec 2027 23:59:59 GMT"),
            None,
            "ساعت دیگر",
        ),
    ] {
        let mut fault = fault;
        fault["kind"] = json!("status");
        let faulty = Faulty::new(fault).await;
        let url = fresh_upload_url(&faulty.server).await;
        let response = send(&url, form("a", "", &vec![7; LARGE])).await;
        assert_eq!(response.status(), status);
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("retry-after"), retry_after);
        assert_eq!(header("content-type"), content_type);
        assert_eq!(header("access-control-allow-origin"), Some("*"));
        assert_eq!(header("access-control-expose-headers"), Some("*"));
        assert_eq!(response.bytes().await.unwrap(), body);
        faulty.is_as_before(&url).await;
    }
}

#[tokio::test]
async fn an_early_and_a_late_answer() {
    let form = form("a", "", &vec![7; LARGE]);
    let (start, rest) = form.split_at(100_000);
    for early in [true, false] {
        let faulty = Faulty::new(json!({ "kind": "status", "status": 413, "early": early })).await;
        let url = fresh_upload_url(&faulty.server).await;
        let mut stream = connect(&url, &form).await;
        stream.write_all(start).await.unwrap();
        let mut answer = [0; 12];
        if early {
            stream.read_exact(&mut answer).await.unwrap();
            stream.write_all(rest).await.unwrap();
        } else {
            assert!(timeout(WHILE, stream.read_u8()).await.is_err());
            stream.write_all(rest).await.unwrap();
            stream.read_exact(&mut answer).await.unwrap();
        }
        assert_eq!(&answer, b"HTTP/1.1 413");
        faulty.is_as_before(&url).await;
    }
}

#[tokio::test]
async fn a_url_that_expires_before_the_end_of_the_body() {
    let faulty = Faulty::new(json!({ "kind": "expire" })).await;
    let url = fresh_upload_url(&faulty.server).await;
    for _ in 0..2 {
        let response = send(&url, form("a", "", b"x")).await;
        assert_eq!(response.status(), 410);
        let answer = read(response).await;
        assert_eq!(answer["error"]["message"], "This upload URL has expired.");
    }
    assert_eq!((faulty.stored(), faulty.arriving()), (0, 0));
}

#[tokio::test]
async fn a_connection_that_closes_when_it_is_reused() {
    /// Writes a request on a connection that must stay open.
    async fn ask(stream: &mut TcpStream, method: &str, url: &str, body: &[u8]) {
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let head = format!(
            "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    }
    /// Reads an answer, which is small enough to arrive in one piece.
    async fn status(stream: &mut TcpStream) -> String {
        let mut answer = [0; 4096];
        let count = stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..count])[9..12].to_owned()
    }
    let faulty = Faulty::new(json!({ "kind": "close-reused" })).await;
    let (one, two) =
        (fresh_upload_url(&faulty.server).await, fresh_upload_url(&faulty.server).await);
    let form = form("a", "", b"content");
    let host = one.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    ask(&mut stream, "POST", &one, &form).await;
    assert_eq!(status(&mut stream).await, "201");
    assert!(timeout(WHILE, stream.read_u8()).await.is_err(), "it stays open");
    ask(&mut stream, "OPTIONS", &two, b"").await;
    assert_eq!(status(&mut stream).await, "200", "a preflight is answered");
    ask(&mut stream, "POST", &two, &form).await;
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(faulty.stored(), 1);

    assert_eq!(send(&two, form.clone()).await.status(), 201, "nothing came of it");
    eventually("both are stored", || faulty.stored() == 2).await;
}
