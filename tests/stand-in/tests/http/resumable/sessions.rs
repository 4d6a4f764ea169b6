//! Tests the sessions of resumable uploads, and their URLs.

use std::fs;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tempfile::tempdir;

use super::{KEY, ask_for_session, completed, put_chunk, received, session_url, stored_bytes, url};
use ittybit_uploader_stand_in::testing::{
    API_KEY, Server, client, file_count, form, fresh_upload_url, refused, send, stand_in,
    stand_in_with,
};

#[tokio::test]
async fn a_key_has_one_session_and_one_media_object() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let first = ask_for_session(&server, Some(KEY), json!({ "alias": "a" })).await;
    received(url(&first), "bytes 2-3/6", b"cd").await;
    let second = ask_for_session(&server, Some(KEY), json!({ "alias": "a" })).await;
    assert_ne!(url(&first), url(&second));
    assert_eq!(second["received"], json!([[2, 3]]));
    assert_eq!(received(url(&second), "bytes 0-1/6", b"ab").await, json!([[0, 3]]));
    let media = completed(url(&first), "bytes 4-5/6", b"ef").await;
    assert_eq!(completed(url(&second), "bytes 4-5/6", b"ef").await, media);
    assert_eq!(stored_bytes(&media).await, b"abcdef");
    let third = ask_for_session(&server, Some(KEY), json!({ "alias": "a" })).await;
    assert_eq!(third, json!({ "media": media }));

    // Sessions without a key are independent.
    received(&session_url(&server).await, "bytes 0-1/6", b"ab").await;
    let fresh = ask_for_session(&server, None, json!({})).await;
    assert!(fresh.get("received").is_none(), "{fresh}");
    let ask = client().post(format!("{}/uploads", server.url)).bearer_auth(API_KEY);
    let simple = ask.header("idempotency-key", KEY).body(json!({ "alias": "a" }).to_string());
    refused(simple.send().await.unwrap(), 422).await;
}

#[tokio::test]
async fn each_kind_of_url_refuses_requests_for_the_other() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let (simple, resumable) = (fresh_upload_url(&server).await, session_url(&server).await);
    let response = send(&resumable, form("a", "", b"abcd")).await;
    assert_eq!(response.headers()["allow"], "PUT");
    assert!(refused(response, 405).await.contains("Content-Range"));
    let response = put_chunk(&simple, "bytes 0-3/4", b"abcd").await;
    assert_eq!(response.headers()["allow"], "POST");
    assert!(refused(response, 405).await.contains("form"));
    // A key doesn't work at the other path either.
    let moved = |url: &str, from: &str, to: &str| url.replace(from, to);
    let chunk = put_chunk(&moved(&simple, "single", "resumable"), "bytes 0-3/4", b"abcd").await;
    refused(chunk, 404).await;
    refused(send(&moved(&resumable, "resumable", "single"), form("a", "", b"x")).await, 404).await;
    completed(&resumable, "bytes 0-3/4", b"abcd").await;
    assert_eq!(send(&simple, form("a", "", b"abcd")).await.status(), 201);
}

#[tokio::test]
async fn refuses_unknown_and_expired_urls() {
    let dir = tempdir().unwrap();
    let server = stand_in_with(dir.path(), |settings| settings.url_ttl = Duration::ZERO).await;
    let expired = session_url(&server).await;
    let words = refused(put_chunk(&expired, "bytes 0-3/4", b"abcd").await, 410).await;
    assert!(words.contains("expired"), "{words}");
    for query in ["?key=0", "?key=", "", "?other=1"] {
        let url = format!("{}/store/resumable{query}", server.url);
        refused(put_chunk(&url, "bytes 0-3/4", b"abcd").await, 404).await;
    }
    assert_eq!(file_count(&dir.path().join("files")), 0);
}

#[tokio::test]
async fn a_file_is_served_once_it_is_complete() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let session = session_url(&server).await;
    received(&session, "bytes 0-1/4", b"ab").await;
    let entry = fs::read_dir(dir.path().join("files")).unwrap().next().unwrap().unwrap();
    let id = entry.file_name().into_string().unwrap();
    let file = format!("{}/files/{id}", server.url);
    refused(client().get(&file).send().await.unwrap(), 404).await;
    let media = client().get(format!("{}/media/{id}", server.url)).bearer_auth(API_KEY);
    refused(media.send().await.unwrap(), 404).await;
    assert_eq!(url(&completed(&session, "bytes 2-3/4", b"cd").await), file);
    assert_eq!(client().get(&file).send().await.unwrap().bytes().await.unwrap(), "abcd");
}

#[tokio::test]
async fn a_page_can_send_chunks() {
    async fn allowed(server: &Server, url: &str) {
        let preflight = client()
            .request(Method::OPTIONS, url)
            .header("origin", "http://localhost:1")
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "content-range,content-type")
            .send()
            .await
            .unwrap();
        assert_eq!(preflight.status(), 200, "{}", server.url);
        let headers = preflight.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-allow-methods"], "*");
        assert_eq!(headers["access-control-allow-headers"], "content-range,content-type");
        let put = client().put(url).header("origin", "http://localhost:1");
        let put = put.header("content-range", "bytes 0-0/2").body("a").send().await.unwrap();
        assert_eq!(put.status(), 202);
        assert_eq!(put.headers()["access-control-allow-origin"], "*");
    }
    for faults in [false, true] {
        let dir = tempdir().unwrap();
        let server = stand_in_with(dir.path(), |settings| settings.faults = faults).await;
        allowed(&server, &session_url(&server).await).await;
    }
}
