//! Tests resumable uploads to the stand-in, over HTTP.

mod chunks;
mod faults;
mod races;
mod sessions;

use serde_json::{Value, json};
use tokio::net::TcpStream;

use ittybit_uploader_stand_in::testing::{API_KEY, Server, client, connect_with, read};

/// An idempotency key.
const KEY: &str = "0f8fad5bd9cb469fa16570867728950e";

fn url(session: &Value) -> &str {
    session["url"].as_str().unwrap()
}

/// Sends a chunk that doesn't complete the file.
async fn received(url: &str, content_range: &str, chunk: &[u8]) -> Value {
    let response = put_chunk(url, content_range, chunk).await;
    assert_eq!(response.status(), 202, "{content_range}");
    let answer = read(response).await;
    assert!(answer["error"].is_null(), "{answer}");
    answer["data"]["received"].clone()
}

/// Sends the chunk that completes the file.
async fn completed(url: &str, content_range: &str, chunk: &[u8]) -> Value {
    let response = put_chunk(url, content_range, chunk).await;
    assert_eq!(response.status(), 201, "{content_range}");
    read(response).await["data"].take()
}

async fn stored_bytes(media: &Value) -> Vec<u8> {
    client().get(url(media)).send().await.unwrap().bytes().await.unwrap().into()
}

/// Creates an upload URL for chunks, and returns the answer's `data`.
async fn ask_for_session(server: &Server, key: Option<&str>, mut props: Value) -> Value {
    props["resumable"] = true.into();
    let mut request = client().post(format!("{}/uploads", server.url)).bearer_auth(API_KEY);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let response = request.body(props.to_string()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    read(response).await["data"].take()
}

async fn session_url(server: &Server) -> String {
    let session = ask_for_session(server, None, json!({})).await;
    session["url"].as_str().unwrap().into()
}

/// Sends a chunk of a file.
async fn put_chunk(url: &str, content_range: &str, chunk: &[u8]) -> reqwest::Response {
    let request = client().put(url).header("content-range", content_range);
    request.body(chunk.to_vec()).send().await.unwrap()
}

/// Sends the head of a request with a chunk. The test writes the body, so that it can stop anywhere.
async fn connect_chunk(url: &str, content_range: &str, size: usize) -> TcpStream {
    let headers = format!("Content-Range: {content_range}\r\nContent-Length: {size}\r\n");
    connect_with(url, "PUT", &headers).await
}
