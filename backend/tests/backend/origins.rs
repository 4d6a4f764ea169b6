//! Tests whose pages each route accepts, and the CORS headers for pages of other origins.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::request::Parts;
use ittybit_uploader_backend::{NewUpload, Refusal, UploadRequest, UploadRoutes};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use ittybit_uploader_stand_in::testing::parts::{Store, refused};
use ittybit_uploader_stand_in::testing::{Scripted, Server, client, read, serve, service};

const KEY: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const URL: &str = "https://you.ittybit.net/store/single?key=abc";
const APP: &str = "https://app.example.com";

struct App {
    server: Server,
    ittybit: Scripted,
    asked: Arc<AtomicUsize>,
    _store: Store,
}

/// Starts an app with a store, which allows uploads to requests with a cookie.
async fn app(origins: &[&str]) -> App {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let store = Store::local().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let authorize = move |request: Parts, _: UploadRequest| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            if request.headers.contains_key("cookie") {
                return Ok(NewUpload::default());
            }
            let wait = std::time::Duration::from_millis(2500);
            Err(Refusal::unauthorized("Please sign in.").retry_after(wait))
        }
    };
    let routes = UploadRoutes::new(service(ittybit.url()), authorize)
        .with_storage(store.storage())
        .allowing_origins(origins.iter().copied())
        .unwrap();
    let server = serve(Router::new().nest("/api/uploads", routes.into_router())).await;
    App { server, ittybit, asked, _store: store }
}

impl App {
    fn request(&self, method: &Method, path: &str) -> RequestBuilder {
        client().request(method.clone(), format!("{}/api/uploads{path}", self.server.url))
    }

    fn ask(&self, headers: &[(&str, &str)]) -> RequestBuilder {
        let request = self
            .request(&Method::POST, "")
            .header("idempotency-key", KEY)
            .header("content-type", "application/json")
            .body(json!({ "filename": "a", "filesize": 1 }).to_string());
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn foreign_pages_are_refused_first() {
    let app = app(&[APP]).await;
    let other = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        for path in ["", "/2.e30", "/2.e30/parts", "/2.e30/complete", "/and/so/on", "/%ff"] {
            let mut request = app.request(&method, path).header("cookie", "session=1");
            for (name, value) in other {
                request = request.header(name, value);
            }
            let request = request.header("access-control-request-method", "POST");
            let response = request.send().await.unwrap();
            assert_eq!(header(&response, "access-control-allow-origin"), None);
            let words = refused(response, 403).await;
            assert_eq!(words, "Only this app's own pages can upload.", "{path}");
        }
    }
    for other in [
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "null")],
        vec![("origin", "https://app.example.com.evil.example")],
        vec![("origin", APP), ("origin", APP)],
        vec![("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin")],
    ] {
        refused(app.ask(&other).send().await.unwrap(), 403).await;
    }
    assert_eq!(app.asked.load(Ordering::Relaxed), 0);
    assert!(app.ittybit.seen().is_empty());
}

#[tokio::test]
async fn own_pages_and_programs_reach_authorize() {
    let app = app(&[]).await;
    let own = app.server.url.clone();
    for headers in [
        vec![],
        vec![("sec-fetch-site", "same-origin"), ("origin", "https://behind.a.proxy.example")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", own.as_str())],
    ] {
        let response = app.ask(&headers).header("cookie", "session=1").send().await.unwrap();
        assert_eq!(response.status(), 200, "{headers:?}");
        for name in ["access-control-allow-origin", "access-control-allow-credentials", "vary"] {
            assert_eq!(header(&response, name), None, "{name}");
        }
    }
    assert_eq!(app.asked.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_can_read_every_answer() {
    let app = app(&["https://other.example", APP]).await;
    let page = [("sec-fetch-site", "cross-site"), ("origin", APP)];
    let check = |response: &Response| {
        assert_eq!(header(response, "access-control-allow-origin"), Some(APP));
        assert_eq!(header(response, "access-control-allow-credentials"), Some("true"));
        assert_eq!(header(response, "access-control-expose-headers"), Some("retry-after"));
        assert_eq!(header(response, "vary"), Some("origin"));
        assert_eq!(header(response, "cache-control"), Some("no-store"));
    };
    let response = app.ask(&page).header("cookie", "session=1").send().await.unwrap();
    check(&response);
    assert_eq!(read(response).await, json!({ "url": URL }));

    let response = app.ask(&page).send().await.unwrap();
    check(&response);
    assert_eq!(header(&response, "retry-after"), Some("3"));
    assert_eq!(refused(response, 401).await, "Please sign in.");

    for (method, path, status) in [
        (Method::GET, "", 405),
        (Method::OPTIONS, "", 405),
        (Method::GET, "/2.e30/parts", 404),
        (Method::DELETE, "/%ff", 404),
        (Method::GET, "/and/so/on", 404),
    ] {
        let response = app.request(&method, path).header("origin", APP).send().await.unwrap();
        check(&response);
        refused(response, status).await;
    }
    assert_eq!(app.asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_preflight_is_answered_without_the_app() {
    let app = app(&[APP]).await;
    for path in ["", "/2.e30", "/2.e30/parts", "/2.e30/complete"] {
        let response = app
            .request(&Method::OPTIONS, path)
            .header("origin", APP)
            .header("sec-fetch-site", "cross-site")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "idempotency-key, X-Csrf,b@d,*, ,x\u{e4}")
            .header("access-control-request-headers", "x-more")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 204);
        assert_eq!(header(&response, "access-control-allow-origin"), Some(APP));
        assert_eq!(header(&response, "access-control-allow-credentials"), Some("true"));
        assert_eq!(header(&response, "access-control-allow-methods"), Some("GET, POST, DELETE"));
        assert_eq!(header(&response, "access-control-max-age"), Some("7200"));
        assert_eq!(header(&response, "vary"), Some("origin"));
        let allowed = header(&response, "access-control-allow-headers").unwrap();
        assert_eq!(allowed, "content-type, idempotency-key, x-more");
    }
    let response = app
        .request(&Method::OPTIONS, "")
        .header("origin", APP)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "idempotency-key, X-Csrf,b@d,*, ")
        .send()
        .await
        .unwrap();
    let allowed = header(&response, "access-control-allow-headers").unwrap();
    assert_eq!(allowed, "content-type, idempotency-key, x-csrf");
    assert_eq!(app.asked.load(Ordering::Relaxed), 0);
}

#[test]
fn a_malformed_origin_is_an_error() {
    async fn authorize(_: Parts, _: UploadRequest) -> Result<NewUpload, Refusal> {
        Ok(NewUpload::default())
    }
    let routes = UploadRoutes::new(service("http://127.0.0.1:9"), authorize);
    let error = routes.allowing_origins([APP, "*"]).err().unwrap();
    assert!(error.to_string().contains("\"*\""), "{error}");
}
