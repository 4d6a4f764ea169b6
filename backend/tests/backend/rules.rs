//! Tests the routes' limits, props and timeouts, and an app whose functions panic.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::request::Parts;
use ittybit_uploader_backend::{
    Grant, Handover, Limits, Metadata, NewUpload, PageProp, Protocol, Refusal, Storage,
    StorageSettings, Timeouts, UploadRequest, UploadRoutes, Uuid,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use ittybit_uploader_stand_in::testing::parts::{
    Page, SECRET, Store, content, post, refused, routes,
};
use ittybit_uploader_stand_in::testing::{Scripted, Server, never_answers, read, serve, service};

const URL: &str = "https://you.ittybit.net/store/single?key=abc";

async fn ask(app: &Server, body: &Value) -> reqwest::Response {
    let request = post(&app.url, body).header("idempotency-key", Uuid::new_v4().to_string());
    request.send().await.unwrap()
}

/// Returns the routes of an app that grants every upload with a note and an alias.
async fn granting() -> (UploadRoutes, Scripted, Arc<AtomicUsize>) {
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let authorize = move |_: Parts, _: UploadRequest| {
        count.fetch_add(1, Ordering::Relaxed);
        async {
            Ok(NewUpload {
                metadata: Some(Metadata::default().with("user", "42")),
                alias: Some("the app's".into()),
                ..NewUpload::default()
            })
        }
    };
    (UploadRoutes::new(service(ittybit.url()), authorize), ittybit, asked)
}

#[tokio::test]
async fn files_outside_the_limits_are_refused_before_authorize() {
    let (routes, ittybit, asked) = granting().await;
    let limits = Limits {
        max_file_size: Some(10),
        min_file_size: Some(2),
        allowed_file_types: vec!["image/*".into(), ".PDF".into()],
        ..Limits::default()
    };
    let app = serve(routes.with_limits(limits).into_router()).await;
    for (name, size, mime, status, words) in [
        ("a.png", 11, "image/png", 413, "The file has 11 bytes; uploads take at most 10."),
        ("a.png", 1, "image/png", 400, "The file has 1 bytes; uploads take at least 2."),
        ("a.exe", 5, "", 403, "Only these types of files are allowed: image/*, .PDF."),
        ("a.png", 5, "text/html", 403, "Only these types of files are allowed: image/*, .PDF."),
    ] {
        let body = json!({ "filename": name, "filesize": size, "type": mime });
        assert_eq!(refused(ask(&app, &body).await, status).await, words);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    for (name, size, mime) in [("a.png", 2, "image/png"), ("a.pdf", 10, ""), ("a.jpg", 5, "")] {
        let body = json!({ "filename": name, "filesize": size, "type": mime });
        assert_eq!(ask(&app, &body).await.status(), 200, "{name}");
    }
    assert_eq!(ittybit.seen().len(), 3);
}

#[tokio::test]
async fn a_page_can_set_only_listed_properties() {
    let (routes, ittybit, asked) = granting().await;
    let may_set = ["alias", "filename", "metadata.caption", "metadata.user"];
    let may_set: Vec<PageProp> = may_set.iter().map(|name| name.parse().unwrap()).collect();
    let app = serve(routes.taking_props(may_set).into_router()).await;
    let file = |props: Value| json!({ "filename": "a", "filesize": 1, "props": props });
    let props = json!({
        "alias": "the page's", "filename": "b.mp4", "workflow_id": "w", "conditions": [],
        "resumable": true, "protocol": "multipart",
        "metadata": { "caption": "a cat", "user": "admin", "role": { "deep": true } },
    });
    assert_eq!(ask(&app, &file(props)).await.status(), 200);
    assert_eq!(
        ittybit.seen()[0].json(),
        json!({
            "alias": "the app's", "filename": "b.mp4",
            "metadata": { "caption": "a cat", "user": "42" },
        })
    );
    for (props, name) in [
        (json!({ "filename": 7 }), "`props.filename`"),
        (json!({ "filename": "" }), "`props.filename`"),
        (json!({ "alias": {} }), "`props.alias`"),
        (json!({ "metadata": "x" }), "`props.metadata`"),
        (json!({ "metadata": { "caption": [] } }), "`props.metadata.caption`"),
    ] {
        let words = refused(ask(&app, &file(props)).await, 400).await;
        assert!(words.contains(name), "{words}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

/// The page's properties stay with the upload, and are part of the file's identity.
#[tokio::test]
async fn props_stay_with_a_multipart_upload() {
    let store = Store::local().await;
    let routes = routes(store.storage(), "http://127.0.0.1:9", Handover::Own);
    let caption = PageProp::Note("caption".into());
    let app = serve(routes.taking_props([caption]).passing_on_keys().into_router()).await;
    let key = Uuid::new_v4().to_string();
    let begin = async |caption: &str| {
        let props = json!({ "metadata": { "caption": caption, "user": "admin" } });
        let body = json!({ "filename": "a", "filesize": 10, "props": props });
        read(post(&app.url, &body).header("idempotency-key", &key).send().await.unwrap()).await
    };
    let id = begin("a cat").await["upload_id"].as_str().unwrap().to_owned();
    let page = Page { app: &app, id, part_size: 5 << 20, content: content(10) };
    let parts = page.send_all().await;
    let media = read(page.complete(&parts).await).await;
    assert_eq!(media["metadata"], json!({ "caption": "a cat", "user": "42" }));
    assert_eq!(begin("a cat").await["media"]["id"], media["id"]);
    assert!(begin("a dog").await["upload_id"].is_string(), "another file");
}

#[tokio::test]
async fn an_app_that_panics_refuses_the_upload() {
    async fn later(_: Parts, file: UploadRequest) -> Result<NewUpload, Refusal> {
        tokio::task::yield_now().await;
        assert!(file.filesize > 1, "this one panics");
        Ok(NewUpload::default())
    }
    let at_once = |_: Parts, file: UploadRequest| {
        assert!(file.filesize > 1, "this one panics");
        async { Ok::<_, Refusal>(NewUpload::default()) }
    };
    let ittybit = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    for routes in [
        UploadRoutes::new(service(ittybit.url()), later),
        UploadRoutes::new(service(ittybit.url()), at_once),
    ] {
        let app = serve(routes.into_router()).await;
        let file = |size: u64| json!({ "filename": "a", "filesize": size });
        let words = refused(ask(&app, &file(1)).await, 500).await;
        assert_eq!(words, "The app's backend could not decide about the upload.");
        assert_eq!(ask(&app, &file(2)).await.status(), 200, "it goes on");
    }
    assert_eq!(ittybit.seen().len(), 2);
}

/// Grants every file a multipart upload.
async fn in_parts(_: Parts, _: UploadRequest) -> Result<Grant, Refusal> {
    Ok(Grant { protocol: Some(Protocol::Multipart), ..Grant::default() })
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const MOMENT: Duration = Duration::from_millis(50);

/// Checks that the request times out. The clock is paused and jumps from timer to timer, so the elapsed
/// time shows which timer has fired.
async fn times_out_soon(answer: impl Future<Output = reqwest::Response>) {
    let before = Instant::now();
    refused(answer.await, 504).await;
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
}

#[tokio::test]
async fn a_service_that_does_not_answer_times_out() {
    let slow = never_answers().await;
    let service = service(&slow.url).with_timeouts(Timeouts { answer: MOMENT, fetch: HOUR });
    let authorize = |_: Parts, _: UploadRequest| async { Ok::<_, Refusal>(Grant::default()) };
    let app = serve(UploadRoutes::new(service, authorize).into_router()).await;
    times_out_soon(ask(&app, &json!({ "filename": "a", "filesize": 1 }))).await;
}

#[tokio::test]
async fn a_service_that_does_not_fetch_times_out() {
    let (store, slow) = (Store::local().await, never_answers().await);
    let service = service(&slow.url).with_timeouts(Timeouts { answer: HOUR, fetch: MOMENT });
    let routes = UploadRoutes::new(service, in_parts).with_storage(store.storage());
    let app = serve(routes.into_router()).await;
    let page = Page::begin(&app, content(10)).await;
    let parts = page.send_all().await;
    times_out_soon(page.complete(&parts)).await;
}

#[tokio::test]
async fn a_store_that_does_not_answer_times_out() {
    let slow = never_answers().await;
    let settings = StorageSettings::new(&slow.url, "local", "bucket", "key", SECRET);
    let storage = Storage::new(settings).unwrap();
    let storage = storage.with_timeouts(Timeouts { answer: MOMENT, fetch: HOUR });
    let routes = UploadRoutes::new(service("http://127.0.0.1:9"), in_parts).with_storage(storage);
    let app = serve(routes.into_router()).await;
    times_out_soon(ask(&app, &json!({ "filename": "a", "filesize": 1 }))).await;
}
