//! Tests the routes: how they validate a page's request, and what they pass to the app and to Ittybit.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::http::request::Parts;
use ittybit_uploader_backend::{Metadata, NewUpload, Refusal, UploadRequest, UploadRoutes};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use ittybit_uploader_stand_in::testing::{
    Scripted, Server, client, never_answers, read, serve, service,
};

const KEY: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const URL: &str = "https://you.ittybit.net/store/single?key=abc";

type Asked = Arc<Mutex<Vec<(Parts, UploadRequest)>>>;

/// Starts an app that grants every upload with the same properties, and records the calls of `authorize`.
async fn app(ittybit: &str) -> (Server, Asked) {
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    let authorize = move |parts: Parts, request: UploadRequest| {
        log.lock().unwrap().push((parts, request));
        async {
            Ok(NewUpload {
                metadata: Some(Metadata::default().with("user", "from the session")),
                resumable: Some(true),
                ..NewUpload::default()
            })
        }
    };
    let routes = UploadRoutes::new(service(ittybit), authorize).into_router();
    (serve(Router::new().nest("/api/uploads", routes)).await, asked)
}

async fn refusing(refusal: Refusal) -> (Server, Scripted) {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let authorize = move |_, _| {
        let refusal = refusal.clone();
        async move { Err::<NewUpload, _>(refusal) }
    };
    let routes = UploadRoutes::new(service(ittybit.url()), authorize).into_router();
    (serve(Router::new().nest("/api/uploads", routes)).await, ittybit)
}

fn ask(app: &Server) -> RequestBuilder {
    client().post(format!("{}/api/uploads", app.url))
}

fn ask_for(app: &Server, body: &Value) -> RequestBuilder {
    ask(app)
        .header("idempotency-key", KEY)
        .header("content-type", "application/json")
        .body(body.to_string())
}

fn clip() -> Value {
    json!({ "filename": "clip.mp4", "filesize": 3_145_728, "type": "video/mp4" })
}

/// Sends a request, checks what every refusal must have, and returns the message.
async fn refused(request: RequestBuilder, status: u16) -> String {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body = read(response).await;
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    body["error"]["message"].as_str().unwrap().into()
}

#[tokio::test]
async fn answers_with_an_upload_url() {
    let ittybit = Scripted::new(200, json!({ "data": { "url": URL } }).to_string()).await;
    let (app, _) = app(ittybit.url()).await;
    let response = ask_for(&app, &clip()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(read(response).await, json!({ "url": URL }));
}

#[tokio::test]
async fn answers_with_the_media_object_of_a_file_that_is_stored_already() {
    let media = json!({ "id": "med_1", "anything": [1, null] });
    let ittybit = Scripted::new(200, json!({ "data": { "media": media } }).to_string()).await;
    let (app, _) = app(ittybit.url()).await;
    let response = ask_for(&app, &clip()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(read(response).await, json!({ "media": media }));
}

#[tokio::test]
async fn only_granted_properties_reach_ittybit() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let (app, asked) = app(ittybit.url()).await;
    let body = json!({
        "filename": "قط \"😀\"\r\n.mp4", "filesize": 0, "type": "",
        "props": { "workflow_id": "someone else's", "metadata": { "user": "admin" }, "deep": [{}] },
    });
    let response = ask_for(&app, &body).header("cookie", "session=1").send().await.unwrap();
    assert_eq!(response.status(), 200);

    let asked = asked.lock().unwrap();
    let [(parts, request)] = &asked[..] else { panic!("asked {} times", asked.len()) };
    assert_eq!(parts.headers["cookie"], "session=1");
    assert_eq!(request.idempotency_key.to_string(), KEY);
    assert_eq!(request.filename, "قط \"😀\"\r\n.mp4");
    assert_eq!((request.filesize, request.mime.as_str()), (0, ""));
    assert_eq!(Value::from(request.props.clone()), body["props"]);

    // The service gets neither the page's props nor a protocol.
    let sent = ittybit.seen()[0].json();
    assert_eq!(sent, json!({ "metadata": { "user": "from the session" } }));
    let headers = &ittybit.seen()[0].headers;
    assert!(headers.get("cookie").is_none());
    assert!(headers.get("idempotency-key").is_none());
}

/// The service's key reveals nothing, and no page can choose it.
#[tokio::test]
async fn a_key_is_passed_on_if_the_app_enables_it() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let authorize = |_, _| async { Ok(NewUpload::default()) };
    let routes = UploadRoutes::new(service(ittybit.url()), authorize).passing_on_keys();
    let users = routes.clone().identifying(async |request: Parts| {
        let user = request.headers.get("x-user").and_then(|user| user.to_str().ok());
        Ok(user.map(String::from))
    });
    let mut keys = Vec::new();
    for (routes, user, size) in [
        (&routes, "", 1),
        (&routes, "alice", 1),
        (&routes, "", 2),
        (&routes.clone().named("films"), "", 1),
        (&users, "alice", 1),
        (&users, "bob", 1),
    ] {
        let routes = routes.clone().into_router();
        let app = serve(Router::new().nest("/api/uploads", routes)).await;
        let body = json!({ "filename": "a", "filesize": size });
        let response = ask_for(&app, &body).header("x-user", user).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let key = ittybit.seen().last().unwrap().headers["idempotency-key"].clone();
        assert_eq!(key.len(), 32);
        keys.push(key);
    }
    assert_eq!(keys[0], keys[1], "nobody asks who asks");
    keys.dedup();
    assert_eq!(keys.len(), 5);
    assert!(keys.iter().all(|key| *key != KEY.replace('-', "")));
}

#[tokio::test]
async fn a_refusal_is_passed_on_without_calling_ittybit() {
    let (app, ittybit) = refusing(Refusal::forbidden("Only pictures, please.")).await;
    assert_eq!(refused(ask_for(&app, &clip()), 403).await, "Only pictures, please.");
    assert!(ittybit.seen().is_empty());

    let (app, _) = refusing(Refusal::unauthorized("Please sign in.")).await;
    assert_eq!(refused(ask_for(&app, &clip()), 401).await, "Please sign in.");
    let (app, _) = refusing(Refusal::new(StatusCode::PAYMENT_REQUIRED, "Your plan is full.")).await;
    assert_eq!(refused(ask_for(&app, &clip()), 402).await, "Your plan is full.");
}

#[tokio::test]
async fn a_refusal_never_looks_like_success() {
    let (app, _) = refusing(Refusal::new(StatusCode::OK, "No.")).await;
    assert_eq!(refused(ask_for(&app, &clip()), 403).await, "No.");
}

#[tokio::test]
async fn malformed_requests_reach_neither_app_nor_service() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let (app, asked) = app(ittybit.url()).await;
    let with = |field: &str, value: Value| {
        let mut body = clip();
        body[field] = value;
        body
    };
    for body in [
        json!(null),
        json!([]),
        json!(["clip.mp4", 3_145_728, "video/mp4", {}]),
        json!({}),
        json!({ "filename": "a", "type": "" }),
        with("filename", json!("")),
        with("filename", json!(7)),
        with("filename", json!("x".repeat(1025))),
        with("filename", json!("a\0b")),
        with("filesize", json!(-1)),
        with("filesize", json!(1.5)),
        with("filesize", json!("3")),
        with("filesize", json!(1_u64 << 53)),
        with("type", json!(7)),
        with("type", json!("x".repeat(513))),
        with("type", json!("image/png\r\nx: y")),
        with("type", json!("bild/grün")),
        with("props", json!("text")),
        with("props", json!([])),
    ] {
        let message = refused(ask_for(&app, &body), 400).await;
        assert!(!message.is_empty(), "{body}");
    }
    refused(ask_for(&app, &clip()).body("{"), 400).await;
    assert!(asked.lock().unwrap().is_empty());
    assert!(ittybit.seen().is_empty());

    for body in [with("type", json!(null)), with("props", json!(null)), with("later", json!(1))] {
        assert_eq!(ask_for(&app, &body).send().await.unwrap().status(), 200, "{body}");
    }
}

#[tokio::test]
async fn the_idempotency_key_is_one_uuid() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let (app, asked) = app(ittybit.url()).await;
    let request = || ask(&app).header("content-type", "application/json").body(clip().to_string());
    for request in [
        request(),
        request().header("idempotency-key", ""),
        request().header("idempotency-key", "mine"),
        request().header("idempotency-key", KEY).header("idempotency-key", KEY),
    ] {
        assert!(refused(request, 400).await.contains("Idempotency-Key"));
    }
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn other_methods_and_types_are_refused() {
    let (app, ittybit) = refusing(Refusal::forbidden("never asked")).await;
    let url = format!("{}/api/uploads", app.url);
    for request in [client().get(&url), client().put(&url), client().delete(&url)] {
        refused(request, 405).await;
    }
    let response = client().get(&url).send().await.unwrap();
    assert_eq!(response.headers()["allow"], "POST");
    let request = ask(&app).header("idempotency-key", KEY).body(clip().to_string());
    let text = request.try_clone().unwrap().header("content-type", "text/plain");
    assert!(refused(text, 415).await.contains("application/json"));
    assert!(refused(request, 415).await.contains("application/json"));
    assert!(ittybit.seen().is_empty());
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let (app, asked) = app(ittybit.url()).await;
    let long = json!({ "filename": "a", "filesize": 1, "props": { "a": "x".repeat(70_000) } });
    refused(ask_for(&app, &long), 413).await;
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn failures_of_ittybit_are_passed_on_without_its_message() {
    for (theirs, ours) in [
        (400, 502),
        (401, 502),
        (403, 502),
        (404, 502),
        (413, 413),
        (429, 429),
        (500, 502),
        (503, 502),
        (504, 502),
    ] {
        let headers = [("retry-after", "17")];
        let words = json!({ "error": { "message": "internal detail" } }).to_string();
        let ittybit = Scripted::with_headers(theirs, &headers, words).await;
        let (app, _) = app(ittybit.url()).await;
        let response = ask_for(&app, &clip()).send().await.unwrap();
        assert_eq!(response.headers()["retry-after"], "17", "{theirs}");
        let message = refused(ask_for(&app, &clip()), ours).await;
        assert!(!message.contains("internal detail"), "{theirs}: {message}");
    }
}

#[tokio::test]
async fn an_answer_of_ittybit_without_an_upload_url() {
    for body in ["<html>", r#"{"media":{}}"#] {
        let ittybit = Scripted::new(200, body).await;
        let (app, _) = app(ittybit.url()).await;
        refused(ask_for(&app, &clip()), 502).await;
    }
}

#[tokio::test]
async fn ittybit_unreachable() {
    let nobody = Scripted::new(200, "").await.url().to_owned();
    let (app, _) = app(&nobody).await;
    refused(ask_for(&app, &clip()), 502).await;
}

#[tokio::test]
async fn ittybit_times_out() {
    let ittybit = never_answers().await;
    let (app, _) = app(&ittybit.url).await;
    refused(ask_for(&app, &clip()), 504).await;
}
