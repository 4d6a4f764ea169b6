//! Tests `examples/axum.rs`, which the documentation shows.

#[path = "../../examples/axum.rs"]
#[allow(dead_code, reason = "its `main` is for a person")]
mod axum_recipe;

use axum::http::request::Parts;
use reqwest::Response;
use serde_json::json;

use ittybit_uploader_stand_in::testing::parts::refused;
use ittybit_uploader_stand_in::testing::{Scripted, Server, client, read, serve, service};

const URL: &str = "https://you.ittybit.net/store/single?key=abc";
const SESSION: (&str, &str) = ("cookie", "session=alices");

/// The function as a reader finishes it.
fn user_of(request: &Parts) -> Option<String> {
    (request.headers.get("cookie")? == SESSION.1).then(|| "user_42".into())
}

async fn ask(app: &Server, headers: &[(&str, &str)], mime: &str) -> Response {
    let props = json!({ "metadata": { "caption": "a cat", "user": "admin" } });
    let body = json!({ "filename": "a", "filesize": 1, "type": mime, "props": props });
    let request = client()
        .post(format!("{}/api/uploads", app.url))
        .header("idempotency-key", "0f8fad5b-d9cb-469f-a165-70867728950e")
        .header("content-type", "application/json")
        .body(body.to_string());
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

#[tokio::test]
async fn unfinished_it_refuses_everyone() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let app = serve(axum_recipe::app(service(ittybit.url()), axum_recipe::user_of)).await;
    for cookie in ["", SESSION.1, "session=an-id-that-nobody-guesses", "user_id=1"] {
        refused(ask(&app, &[("cookie", cookie)], "image/png").await, 401).await;
    }
    assert!(ittybit.seen().is_empty());
}

#[tokio::test]
async fn finished_it_allows_signed_in_users() {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let app = serve(axum_recipe::app(service(ittybit.url()), user_of)).await;
    assert_eq!(read(ask(&app, &[SESSION], "image/png").await).await, json!({ "url": URL }));
    let granted = json!({ "metadata": { "user": "user_42", "caption": "a cat" } });
    assert_eq!(ittybit.seen()[0].json(), granted);

    refused(ask(&app, &[], "image/png").await, 401).await;
    refused(ask(&app, &[("cookie", "session=another")], "image/png").await, 401).await;
    refused(ask(&app, &[SESSION], "text/html").await, 403).await;
    let foreign = [SESSION, ("origin", "https://evil.example")];
    refused(ask(&app, &foreign, "image/png").await, 403).await;
    assert_eq!(ittybit.seen().len(), 1);
}
