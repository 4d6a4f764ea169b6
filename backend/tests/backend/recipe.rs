//! `examples/axum.rs`, which the documentation shows: it does what it says.

#[path = "../../examples/axum.rs"]
#[allow(dead_code, reason = "its `main` is for a person")]
mod axum_recipe;

use serde_json::json;

use crate::s3_support::refused;
use crate::support::{Scripted, client, read, serve, service};

#[tokio::test]
async fn it_lets_in_who_is_signed_in() {
    let url = "https://you.ittybit.net/store/single?key=abc";
    let ittybit = Scripted::new(200, json!({ "url": url }).to_string()).await;
    let app = serve(axum_recipe::app(service(ittybit.url()))).await;
    let ask = |headers: &[(&str, &str)], mime: &str| {
        let props = json!({ "metadata": { "caption": "a cat", "user": "admin" } });
        let body = json!({ "filename": "a", "filesize": 1, "type": mime, "props": props });
        let request = client()
            .post(format!("{}/api/uploads", app.url))
            .header("idempotency-key", "0f8fad5b-d9cb-469f-a165-70867728950e")
            .header("content-type", "application/json")
            .body(body.to_string());
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        async { request.send().await.unwrap() }
    };
    let session = ("cookie", "theme=dark; session=an-id-that-nobody-guesses");
    assert_eq!(read(ask(&[session], "image/png").await).await, json!({ "url": url }));
    let granted = json!({ "metadata": { "user": "user_42", "caption": "a cat" } });
    assert_eq!(ittybit.seen()[0].json(), granted);

    refused(ask(&[], "image/png").await, 401).await;
    refused(ask(&[("cookie", "session=another")], "image/png").await, 401).await;
    refused(ask(&[session], "text/html").await, 403).await;
    refused(ask(&[session, ("origin", "https://evil.example")], "image/png").await, 403).await;
    assert_eq!(ittybit.seen().len(), 1);
}
