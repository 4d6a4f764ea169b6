//! Tests idempotency keys: all attempts to upload a file lead to one media object.

use reqwest::{RequestBuilder, Response};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use ittybit_uploader_stand_in::testing::{
    API_KEY, Server, ask_app, client, connect, eventually, file_count, form, fresh_upload_url,
    granting_app, read, send, stand_in,
};

const KEY: &str = "0f8fad5bd9cb469fa16570867728950e";

fn ask(server: &Server, key: &str, props: &Value) -> RequestBuilder {
    client()
        .post(format!("{}/uploads", server.url))
        .bearer_auth(API_KEY)
        .header("idempotency-key", key)
        .body(props.to_string())
}

/// Requests an upload URL with a key, and returns `{"url":…}` or `{"media":…}`.
async fn created(server: &Server, key: &str) -> Value {
    let response = ask(server, key, &json!({})).send().await.unwrap();
    assert_eq!(response.status(), 200);
    read(response).await["data"].take()
}

async fn url_for(server: &Server, key: &str) -> String {
    created(server, key).await["url"].as_str().unwrap().into()
}

async fn stored(response: Response) -> Value {
    assert_eq!(response.status(), 201);
    read(response).await["data"].take()
}

async fn words(response: Response) -> String {
    read(response).await["error"]["message"].as_str().unwrap().into()
}

#[tokio::test]
async fn returns_the_media_object_of_a_stored_file_even_after_a_restart() {
    let dir = tempdir().unwrap();
    let first = stand_in(dir.path()).await;
    let media = stored(send(&url_for(&first, KEY).await, form("a", "", b"first")).await).await;
    assert_eq!(created(&first, KEY).await, json!({ "media": media }));
    drop(first);

    let second = stand_in(dir.path()).await;
    assert_eq!(created(&second, KEY).await, json!({ "media": media }));
    assert_eq!(file_count(&dir.path().join("files")), 1);
}

#[tokio::test]
async fn each_attempt_gets_its_own_url_until_the_file_is_stored() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let (one, two) = (url_for(&server, KEY).await, url_for(&server, KEY).await);
    assert_ne!(one, two);
    let broken = form("a", "", b"x")[..50].to_vec();
    assert_eq!(send(&one, broken).await.status(), 400);
    assert!(created(&server, KEY).await["url"].is_string(), "nothing is stored yet");

    let media = stored(send(&two, form("a", "", b"second")).await).await;
    // The first attempt arrives late, when the file is stored already.
    assert_eq!(stored(send(&one, form("a", "", b"first")).await).await, media);
    for url in [one, two] {
        let again = send(&url, form("a", "", b"again")).await;
        assert_eq!(again.status(), 410, "a URL works once");
    }
    assert_eq!(file_count(&dir.path().join("files")), 1);
    assert_eq!(file_count(&dir.path().join("incoming")), 0);
    let kept = client().get(media["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(kept.bytes().await.unwrap(), "second");
}

#[tokio::test]
async fn uploads_without_a_key_are_independent() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let other = "a".repeat(16);
    let urls = [
        url_for(&server, KEY).await,
        url_for(&server, &other).await,
        fresh_upload_url(&server).await,
        fresh_upload_url(&server).await,
    ];
    let mut ids = Vec::new();
    for url in urls {
        let media = stored(send(&url, form("a", "", b"same bytes")).await).await;
        ids.push(media["id"].as_str().unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_key_with_other_properties_is_refused() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let props =
        json!({ "metadata": { "user": "1", "paid": true }, "conditions": { "a": 1, "b": 2 } });
    let same = r#"{"alias":null,"conditions":{"b":2,"a":1},"metadata":{"paid":true,"user":"1"}}"#;
    let url = read(ask(&server, KEY, &props).send().await.unwrap()).await["data"]["url"].take();
    for store in [false, true] {
        if store {
            stored(send(url.as_str().unwrap(), form("a", "", b"x")).await).await;
        }
        for other in [json!({}), json!({ "metadata": { "user": "2", "paid": true } })] {
            let response = ask(&server, KEY, &other).send().await.unwrap();
            assert_eq!(response.status(), 422);
            let words = words(response).await;
            assert!(words.contains("other properties") && !words.contains(KEY), "{words}");
        }
        let response = ask(&server, KEY, &json!({})).body(same).send().await.unwrap();
        assert_eq!(response.status(), 200, "the same, written in another way");
    }
}

#[tokio::test]
async fn checks_the_length_of_a_key() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    for (key, status) in [
        ("x".repeat(15), 400),
        ("x".repeat(16), 200),
        ("x".repeat(32), 200),
        ("x".repeat(33), 400),
        ("ключ ключ ключ".into(), 400),
        (String::new(), 400),
    ] {
        let response = ask(&server, &key, &json!({})).send().await.unwrap();
        assert_eq!(response.status(), status, "{key}");
    }
}

/// Sends the end of an upload, and returns the status and the media object's id.
async fn end(stream: &mut TcpStream, last: &[u8]) -> (String, String) {
    stream.write_all(last).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    (head[9..12].to_owned(), body["data"]["id"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_uploads_of_a_key_make_one_media_object_on_two_instances() {
    let dir = tempdir().unwrap();
    let (one, two) = (stand_in(dir.path()).await, stand_in(dir.path()).await);
    let incoming = dir.path().join("incoming");
    for round in 1..=5 {
        let key = format!("race-number-{round:08}");
        let (first, second) = tokio::join!(url_for(&one, &key), url_for(&two, &key));
        let form = form("a", "", &[7; 300_000]);
        let (most, last) = form.split_at(form.len() - 10);
        let (mut a, mut b) = tokio::join!(connect(&first, &form), connect(&second, &form));
        a.write_all(most).await.unwrap();
        b.write_all(most).await.unwrap();
        eventually("both are being received", || file_count(&incoming) == 2).await;
        let (a, b) = tokio::join!(end(&mut a, last), end(&mut b, last));
        assert_eq!(a.0, "201");
        assert_eq!(a, b, "one media object for both");
        assert_eq!(file_count(&dir.path().join("files")), round);
        eventually("the other's bytes are gone", || file_count(&incoming) == 0).await;
        assert_eq!(created(&one, &key).await["media"]["id"], a.1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn many_instances_can_open_a_new_folder_at_once() {
    for _ in 0..5 {
        let dir = tempdir().unwrap();
        let open = |_| {
            let dir = dir.path().to_owned();
            tokio::spawn(async move { stand_in(&dir).await })
        };
        for server in (0..8).map(open).collect::<Vec<_>>() {
            created(&server.await.unwrap(), KEY).await;
        }
    }
}

#[tokio::test]
async fn migrates_a_database_without_keys() {
    let dir = tempdir().unwrap();
    let database = Connection::open(dir.path().join("records.sqlite")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE media (id TEXT PRIMARY KEY, object TEXT NOT NULL) STRICT;
             CREATE TABLE uploads (
                 key TEXT PRIMARY KEY, props TEXT NOT NULL, expires_at REAL NOT NULL,
                 media_id TEXT REFERENCES media (id)
             ) STRICT;
             INSERT INTO uploads VALUES ('old', '{\"alias\":\"intro\"}', 1e10, NULL);",
        )
        .unwrap();
    drop(database);
    for _ in 0..2 {
        let server = stand_in(dir.path()).await;
        created(&server, KEY).await;
    }
    let server = stand_in(dir.path()).await;
    let old = format!("{}/store/single?key=old", server.url);
    assert_eq!(stored(send(&old, form("a", "", b"x")).await).await["alias"], "intro");
}

#[tokio::test]
async fn after_a_lost_answer_a_page_gets_the_media_object() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let app = granting_app(&server).await;
    let ask = async || read(ask_app(&app, "0F8FAD5B-D9CB-469F-A165-70867728950E").await).await;
    let url = ask().await["url"].as_str().unwrap().to_owned();
    let media = stored(send(&url, form("a.txt", "", b"abc")).await).await;
    assert_eq!(ask().await, json!({ "media": media }));
}
