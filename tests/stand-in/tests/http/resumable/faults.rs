//! Tests the stand-in's faults for chunks, and its records of chunks.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout};

use super::{
    KEY, ask_for_session, completed, connect_chunk, put_chunk, received, session_url, stored_bytes,
    url,
};
use ittybit_uploader_stand_in::testing::{Server, client, file_count, read, stand_in_with};

/// Long enough for pending events to happen.
const WHILE: Duration = Duration::from_millis(300);

async fn faulty(dir: &Path, chunk: Value) -> Server {
    let server = stand_in_with(dir, |settings| settings.faults = true).await;
    let plan = json!({ "chunk": chunk }).to_string();
    let response = client().put(format!("{}/faults", server.url)).body(plan).send().await;
    assert_eq!(response.unwrap().status(), 200);
    server
}

async fn state(server: &Server) -> Value {
    read(client().get(format!("{}/faults", server.url)).send().await.unwrap()).await
}

/// Sends a chunk, and expects a reset instead of an answer.
async fn is_reset(url: &str, content_range: &str, chunk: &[u8]) {
    let mut stream = connect_chunk(url, content_range, chunk.len()).await;
    stream.write_all(chunk).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn records_each_request_with_a_chunk() {
    let dir = tempdir().unwrap();
    let status = |status: u16| json!({ "kind": "status", "status": status, "retry_after": "1" });
    let server =
        faulty(dir.path(), json!([null, status(503), { "kind": "lost-after-storing" }])).await;
    let url = session_url(&server).await;
    received(&url, "bytes 2-3/6", b"cd").await;
    let refused = put_chunk(&url, "bytes 0-1/6", b"ab").await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (503, &"1".parse().unwrap())
    );
    is_reset(&url, "bytes=0-1/6", b"ab").await;
    assert_eq!(received(&url, "bytes 0-1/6", b"ab").await, json!([[0, 3]]), "it was stored");
    completed(&url, "bytes 4-5/6", b"ef").await;
    client().put(&url).body("no range").send().await.unwrap();
    client().get(&url).send().await.unwrap();
    let put = |content_range: Value, status: Value| json!({ "method": "PUT", "content_range": content_range, "status": status });
    let state = state(&server).await;
    assert_eq!(
        state["chunks"],
        json!([
            put("bytes 2-3/6".into(), 202.into()),
            put("bytes 0-1/6".into(), 503.into()),
            put("bytes=0-1/6".into(), json!(null)),
            put("bytes 0-1/6".into(), 202.into()),
            put("bytes 4-5/6".into(), 201.into()),
            put(json!(null), 400.into()),
            { "method": "GET", "content_range": null, "status": 405 },
        ])
    );
    assert_eq!(
        state["counts"],
        json!({
            "create_requests": 1, "store_requests": 0, "chunk_requests": 7,
            "urls_created": 1, "files_stored": 1,
        })
    );
}

#[tokio::test]
async fn a_fault_can_be_for_one_chunk() {
    let dir = tempdir().unwrap();
    let status = |status: u16, at: u64| json!({ "kind": "status", "status": status, "at": at });
    let twice = json!({ "kind": "status", "status": 500, "at": 1, "times": 2 });
    let plan = json!([status(502, 4), twice, status(504, 0), { "kind": "status", "status": 429 }]);
    let server = faulty(dir.path(), plan).await;
    let url = session_url(&server).await;
    let mut answers = Vec::new();
    for content_range in ["bytes 2-3/6", "bytes 0-1/6", "bytes 2-3/6", "bytes 0-1/6", "bytes 4-5/6"]
    {
        answers.push(put_chunk(&url, content_range, b"xx").await.status().as_u16());
    }
    assert_eq!(answers, [429, 500, 202, 500, 502]);
    let left = state(&server).await["plan"]["chunk"].take();
    assert_eq!(
        left,
        json!([{ "kind": "status", "status": 504, "at": 0, "body": "", "early": false }])
    );
    assert_eq!(put_chunk(&url, "bytes 0-1/6", b"xx").await.status(), 504);
    received(&url, "bytes 0-1/6", b"xx").await;
    completed(&url, "bytes 4-5/6", b"xx").await;
}

#[tokio::test]
async fn a_reset_discards_the_chunk() {
    let dir = tempdir().unwrap();
    let reset = json!({ "kind": "reset-in-body", "bytes": 100_000, "at": 0 });
    let server = faulty(dir.path(), json!([reset])).await;
    let session = ask_for_session(&server, Some(KEY), json!({})).await;
    received(url(&session), "bytes 200000-299999/300000", &[8; 100_000]).await;
    is_reset(url(&session), "bytes 0-199999/300000", &[7; 200_000]).await;
    let again = ask_for_session(&server, Some(KEY), json!({})).await;
    assert_eq!(again["received"], json!([[200_000, 299_999]]));
    assert_eq!(file_count(&dir.path().join("incoming")), 0);
    let media = completed(url(&again), "bytes 0-199999/300000", &[9; 200_000]).await;
    assert!(stored_bytes(&media).await == [vec![9; 200_000], vec![8; 100_000]].concat());
}

#[tokio::test]
async fn a_host_that_never_answers_a_chunk() {
    let dir = tempdir().unwrap();
    for fault in [json!({ "kind": "hang" }), json!({ "kind": "hang-in-body", "bytes": 1 })] {
        let server = faulty(dir.path(), json!([fault])).await;
        let url = session_url(&server).await;
        let mut stream = connect_chunk(&url, "bytes 0-3/4", 4).await;
        stream.write_all(b"abcd").await.unwrap();
        assert!(timeout(WHILE, stream.read_u8()).await.is_err());
        assert!(state(&server).await["chunks"][0]["status"].is_null());
        completed(&url, "bytes 0-3/4", b"abcd").await;
    }
}

#[tokio::test]
async fn a_url_that_expires_between_chunks() {
    let dir = tempdir().unwrap();
    let server = faulty(dir.path(), json!([null, { "kind": "expire" }])).await;
    let session = ask_for_session(&server, Some(KEY), json!({})).await;
    received(url(&session), "bytes 0-1/4", b"ab").await;
    assert_eq!(put_chunk(url(&session), "bytes 2-3/4", b"cd").await.status(), 410);
    let again = ask_for_session(&server, Some(KEY), json!({})).await;
    assert_eq!(again["received"], json!([[0, 1]]));
    completed(url(&again), "bytes 2-3/4", b"cd").await;
    let late = put_chunk(url(&session), "bytes 2-3/4", b"cd").await;
    assert_eq!(late.status(), 410, "it stays expired");
}

/// The paused clock jumps to the next timer if nothing else is left to do.
#[tokio::test]
async fn each_connection_is_read_at_its_own_pace() {
    let dir = tempdir().unwrap();
    let slow = json!({ "kind": "slow", "bytes_per_second": 100_000, "times": 1_000_000 });
    let server = faulty(dir.path(), json!([slow])).await;
    let url = session_url(&server).await;
    tokio::time::pause();
    let start = Instant::now();
    let chunk = vec![7; 1_000_000];
    let (one, two, three) = tokio::join!(
        put_chunk(&url, "bytes 0-999999/4000000", &chunk),
        put_chunk(&url, "bytes 1000000-1999999/4000000", &chunk),
        put_chunk(&url, "bytes 2000000-2999999/4000000", &chunk),
    );
    assert!([one, two, three].iter().all(|response| response.status() == 202));
    let together = start.elapsed().as_secs_f64();
    assert!((9.0..15.0).contains(&together), "three at once: {together} s");
    completed(&url, "bytes 3000000-3999999/4000000", &chunk).await;
    let in_turn = start.elapsed().as_secs_f64() - together;
    assert!((9.0..15.0).contains(&in_turn), "one more: {in_turn} s");
    assert_eq!(state(&server).await["plan"]["chunk"][0]["times"], 999_996);
}
