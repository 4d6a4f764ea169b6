//! Tests the stand-in's size limit, and its CORS headers.

use futures_util::{StreamExt, stream};
use reqwest::Body;
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Duration, timeout};

use ittybit_uploader_stand_in::testing::{
    eventually, file_count, form, fresh_upload_url, preflight, read, send, stand_in,
};

const LIMIT: usize = 67_108_864;

/// Returns a form of exactly this many bytes.
fn form_of(size: usize) -> Vec<u8> {
    let envelope = form("big", "video/mp4", b"").len();
    form("big", "video/mp4", &vec![7; size - envelope])
}

/// Returns the form as a body without a Content-Length.
fn chunked(form: Vec<u8>) -> Body {
    let chunks: Vec<_> = form.chunks(256 * 1024).map(<[u8]>::to_vec).collect();
    Body::wrap_stream(stream::iter(chunks).map(Ok::<_, std::io::Error>))
}

#[tokio::test(flavor = "multi_thread")]
async fn accepts_the_limit_and_refuses_one_byte_more() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for is_chunked in [false, true] {
        let body = |size| match is_chunked {
            false => Body::from(form_of(size)),
            true => chunked(form_of(size)),
        };
        let url = fresh_upload_url(&server).await;
        let response = send(&url, body(LIMIT + 1)).await;
        assert_eq!(response.status(), 413);
        let answer = read(response).await;
        assert!(answer["error"]["message"].as_str().unwrap().contains("67108864"), "{answer}");
        eventually("cleaned up", || file_count(&dir.path().join("incoming")) == 0).await;

        let response = send(&url, body(LIMIT)).await;
        assert_eq!(response.status(), 201, "the URL is still good");
    }
    assert_eq!(file_count(&dir.path().join("files")), 2);
}

#[tokio::test]
async fn refuses_a_large_content_length_before_a_byte_is_sent() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let url = fresh_upload_url(&server).await;
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\n\r\n",
        LIMIT + 1
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    timeout(Duration::from_secs(5), stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn any_page_can_send_files_without_credentials() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let url = fresh_upload_url(&server).await;
    for (url, method) in [(url.as_str(), "POST"), (&format!("{}/store/single", server.url), "PUT")]
    {
        let preflight = preflight(url, method, "content-type,x-anything").await;
        assert_eq!(preflight.status(), 200);
        let headers = preflight.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-allow-methods"], "*");
        assert_eq!(headers["access-control-allow-headers"], "content-type,x-anything");
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
    for status in [201, 410] {
        let response = send(&url, form("a", "", b"x")).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }
}
