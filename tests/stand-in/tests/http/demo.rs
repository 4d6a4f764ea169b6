//! Tests the demo's server as a person starts it: its ports, its output and its end.

use std::net::TcpListener;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use std::{env, fs};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use ittybit_uploader_stand_in::testing::{API_KEY, Scripted, client, form, read, send};

pub struct Demo {
    pub process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub url: String,
    dir: TempDir,
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.current_dir(dir).env_clear().env("PORT", "0").kill_on_drop(true);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Demo {
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        let dir = tempdir().unwrap();
        for (path, content) in [("www/index.html", "<p>hello"), ("dist/a.wasm", "\0asm")] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let mut process = command(dir.path()).envs(variables.iter().copied()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().unwrap();
        let url = line.strip_prefix("demo: http://localhost:").unwrap().strip_suffix('/').unwrap();
        let url = format!("http://localhost:{url}");
        Self { process, lines, url, dir }
    }

    pub async fn line(&mut self) -> String {
        self.lines.next_line().await.unwrap().unwrap()
    }

    async fn ask(&self, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = client()
            .post(format!("{}/api/uploads", self.url))
            .header("idempotency-key", "0f8fad5b-d9cb-469f-a165-70867728950e")
            .header("content-type", "application/json")
            .body(json!({ "filename": "a.txt", "filesize": 3, "type": "" }).to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    pub async fn signal(&mut self, name: &str) -> ExitStatus {
        let pid = self.process.id().unwrap().to_string();
        Command::new("kill").args([name, &pid]).status().await.unwrap();
        timeout(Duration::from_secs(3), self.process.wait()).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn serves_pages_backend_and_stand_in() {
    let mut demo = Demo::start(&[]).await;
    let line = demo.line().await;
    let stand_in = line.strip_prefix("stand-in for Ittybit: ").unwrap();
    let stand_in =
        stand_in.strip_suffix("/ (takes any API key; files in .stand-in)").unwrap().to_owned();
    let line = demo.line().await;
    let store = line.strip_prefix("local store for files in parts: ").unwrap();
    let store = store.strip_suffix("/ (in .stand-in/s3)").unwrap().to_owned();

    let page = client().get(format!("{}/", demo.url)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let headers = page.headers();
    assert_eq!(headers["content-type"], "text/html");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(
        headers["content-security-policy"],
        format!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
             connect-src 'self' {stand_in} {store}; img-src 'self' blob: {stand_in} {store}; \
             media-src 'self' blob: {stand_in} {store}; object-src 'none'; base-uri 'none'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'"
        )
    );
    let cookie = headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("visitor=") && cookie.ends_with("HttpOnly; SameSite=Strict"));
    assert_eq!(page.bytes().await.unwrap(), "<p>hello");
    // A known visitor, and a visitor from a link, get no new id.
    for (name, value) in [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")] {
        let page = client().get(format!("{}/", demo.url)).header(name, value).send().await.unwrap();
        assert!(!page.headers().contains_key("set-cookie"), "{name}");
    }
    let wasm = client().get(format!("{}/dist/a.wasm", demo.url)).send().await.unwrap();
    assert_eq!(wasm.headers()["content-type"], "application/wasm");
    assert!(wasm.headers().contains_key("content-security-policy"));
    for path in [
        "/missing",
        "/dist/missing",
        "/../Cargo.toml",
        "/.stand-in/records.sqlite",
        "/.stand-in/s3/secret",
    ] {
        let response = client().get(format!("{}{path}", demo.url)).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }

    let answer = read(demo.ask(&[("sec-fetch-site", "same-origin")]).await).await;
    let url = answer["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{stand_in}/store/single?key=")), "{url}");
    let media = read(send(url, form("a.txt", "text/plain", b"abc")).await).await["data"].take();
    assert_eq!(media["metadata"], json!({ "source": "demo" }));
    let stored = demo.dir.path().join(".stand-in/files").join(media["id"].as_str().unwrap());
    assert_eq!(fs::read(stored).unwrap(), b"abc");
}

#[tokio::test]
async fn foreign_pages_get_no_upload_urls() {
    let demo = Demo::start(&[]).await;
    let (own, port) = (demo.url.as_str(), demo.url.rsplit(':').next().unwrap());
    let rebound = format!("evil.example:{port}");
    for (headers, status) in [
        (vec![("origin", own)], 200),
        (vec![("origin", own), ("sec-fetch-site", "same-origin")], 200),
        (vec![], 403),
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site"), ("origin", own)], 403),
        (vec![("sec-fetch-site", "same-origin"), ("host", rebound.as_str())], 403),
    ] {
        assert_eq!(demo.ask(&headers).await.status(), status, "{headers:?}");
    }
}

#[tokio::test]
async fn injects_faults_only_if_enabled() {
    for (value, status) in [("", 404), ("0", 404), ("1", 200)] {
        let mut demo = Demo::start(&[("STAND_IN_FAULTS", value)]).await;
        let line = demo.line().await;
        let stand_in = line.strip_prefix("stand-in for Ittybit: ").unwrap();
        let stand_in = stand_in.split(' ').next().unwrap();
        let faults = client().get(format!("{stand_in}faults")).send().await.unwrap();
        assert_eq!(faults.status(), status, "{value:?}");
    }
}

#[tokio::test]
async fn with_a_key_it_uses_ittybit() {
    let url = "https://you.ittybit.net/store/single?key=abc";
    let ittybit = Scripted::new(200, json!({ "url": url }).to_string()).await;
    let mut demo =
        Demo::start(&[("ITTYBIT_API_KEY", API_KEY), ("ITTYBIT_API_URL", ittybit.url())]).await;
    assert_eq!(demo.line().await, format!("uploads go to Ittybit at {}", ittybit.url()));
    let answer: Value = read(demo.ask(&[("sec-fetch-site", "same-origin")]).await).await;
    assert_eq!(answer, json!({ "url": url }));
    assert_eq!(ittybit.seen()[0].headers["authorization"], format!("Bearer {API_KEY}"));

    let page = client().get(format!("{}/", demo.url)).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("connect-src 'self' https://*.ittybit.com https://*.ittybit.net "));
    assert!(!demo.dir.path().join(".stand-in").exists(), "no stand-in, no local store");
}

#[tokio::test]
async fn signals_end_it_at_once_with_open_connections() {
    for signal in ["-TERM", "-INT"] {
        let mut demo = Demo::start(&[]).await;
        let address = demo.url.strip_prefix("http://").unwrap().replace("localhost", "127.0.0.1");
        let _open = TcpStream::connect(address).await.unwrap();
        assert!(demo.signal(signal).await.success(), "{signal}");
    }
}

#[tokio::test]
async fn wrong_settings_are_reported_in_one_line() {
    let dir = tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    for (variables, words) in [
        (vec![("PORT", taken.as_str())], vec![taken.as_str(), "PORT"]),
        (vec![("STAND_IN_PORT", taken.as_str())], vec![taken.as_str(), "STAND_IN_PORT"]),
        (vec![("PORT", "http")], vec!["PORT"]),
        (vec![("PORT", "65535")], vec!["STAND_IN_PORT"]),
        (vec![("PORT", "0"), ("STAND_IN_PORT", "65535")], vec!["S3_PORT"]),
        (vec![("S3_PORT", taken.as_str())], vec![taken.as_str(), "S3_PORT"]),
        (vec![("S3_BUCKET", "bucket")], vec!["S3_REGION"]),
        (vec![("STAND_IN_URL_TTL", "-1")], vec!["STAND_IN_URL_TTL"]),
        (vec![("STAND_IN_DIR", "/dev/null")], vec!["folder"]),
        (vec![("STAND_IN_FAULTS", "yes")], vec!["STAND_IN_FAULTS"]),
        (vec![("ITTYBIT_API_KEY", "k"), ("ITTYBIT_API_URL", "http://x.example")], vec!["https:"]),
    ] {
        let mut process = command(dir.path()).envs(variables.iter().copied()).spawn().unwrap();
        let status = timeout(Duration::from_secs(5), process.wait()).await.unwrap().unwrap();
        assert_eq!(status.code(), Some(1), "{variables:?}");
        let mut message = String::new();
        process.stderr.take().unwrap().read_to_string(&mut message).await.unwrap();
        assert_eq!(message.lines().count(), 1, "{message}");
        for word in words {
            assert!(message.contains(word), "{message}");
        }
    }
}

/// Returns the peak memory of a process, in KiB.
#[cfg(target_os = "linux")]
pub fn peak_memory(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Uploads 60 MB. Only a few of them may be in memory at any time.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_does_not_grow_with_the_file() {
    let demo = Demo::start(&[]).await;
    let peak = || peak_memory(demo.process.id().unwrap());
    let before = peak();
    let answer = read(demo.ask(&[("origin", &demo.url)]).await).await;
    let content = form("big.mp4", "video/mp4", &vec![7; 60_000_000]);
    assert_eq!(send(answer["url"].as_str().unwrap(), content).await.status(), 201);
    let grown = peak() - before;
    assert!(grown < 16 * 1024, "{grown} KiB more");
}
