//! Tests stores that fail: the answers to the page, and that no output contains a secret.

use axum::Router;
use axum::extract::Request;
use ittybit_uploader_backend::{
    Handover, Storage, StorageConfigError, StorageSettings, UploadRoutes,
};
use serde_json::json;

use ittybit_uploader_stand_in::testing::parts;
use ittybit_uploader_stand_in::testing::parts::{
    MIB, Page, SECRET, Store, app, content, post, refused,
};
use ittybit_uploader_stand_in::testing::{Scripted, Server, never_answers, read, serve, service};

const KEY: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

async fn app_of(store: &str) -> Server {
    let settings = StorageSettings::new(store, "local", "bucket", "key-id", SECRET);
    app(Storage::new(settings).unwrap(), "http://127.0.0.1:9", Handover::Own).await
}

async fn begin(app: &Server) -> reqwest::Response {
    post(&app.url, &json!({ "filename": "a", "filesize": 1 }))
        .header("idempotency-key", KEY)
        .send()
        .await
        .unwrap()
}

fn error(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>{SECRET}</Message></Error>"
    )
}

#[tokio::test]
async fn a_failure_is_passed_on_without_the_stores_message() {
    for (status, body, ours) in [
        (503, error("SlowDown"), 503),
        (503, String::new(), 503),
        (429, String::new(), 503),
        (400, error("SlowDown"), 503),
        (500, error("InternalError"), 502),
        (403, error("SignatureDoesNotMatch"), 502),
        (301, error("PermanentRedirect"), 502),
        (404, error("NoSuchBucket"), 502),
        (200, "<html>".into(), 502),
        (200, "<InitiateMultipartUploadResult/>".into(), 502),
        (200, String::new(), 502),
    ] {
        let store = Scripted::with_headers(status, &[("retry-after", "7")], body).await;
        let response = begin(&app_of(store.url()).await).await;
        if status != 200 {
            assert_eq!(response.headers()["retry-after"], "7", "{status}");
        }
        let words = refused(response, ours).await;
        assert!(!words.contains(SECRET) && !words.contains("http"), "{words}");
    }
}

#[tokio::test]
async fn a_store_that_is_unreachable() {
    let nobody = Scripted::new(200, "").await.url().to_owned();
    refused(begin(&app_of(&nobody).await).await, 502).await;
}

#[tokio::test]
async fn a_store_that_times_out() {
    let store = never_answers().await;
    refused(begin(&app_of(&store.url).await).await, 504).await;
}

/// The store fails after the upload has begun.
#[tokio::test]
async fn later_failures_are_passed_on_too() {
    let good = Store::local().await;
    let app = good.app().await;
    let page = Page::begin(&app, content(10)).await;
    let parts = page.send_all().await;
    for (status, body, ours) in [
        (404, error("NoSuchUpload"), 404),
        (500, error("InternalError"), 502),
        (200, "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>".into(), 502),
        (200, "no list".into(), 502),
    ] {
        let store = Scripted::new(status, body).await;
        let settings = StorageSettings { endpoint: store.url().into(), ..good.settings.clone() };
        let app =
            parts::app(Storage::new(settings).unwrap(), "http://127.0.0.1:9", Handover::Own).await;
        let page = Page { app: &app, id: page.id.clone(), part_size: 1, content: Vec::new() };
        refused(page.list().await, ours).await;
        refused(page.complete(&parts).await, ours).await;
    }
}

/// Stores list at most a thousand parts at a time.
#[tokio::test]
async fn a_list_of_several_pages_is_read_completely() {
    let good = Store::local().await;
    let granting = good.app().await;
    let page = Page::begin(&granting, content(15 * MIB)).await;
    let listed = |request: Request| async move {
        let (number, more) = match request.uri().query().unwrap() {
            query if query.contains("part-number-marker=2") => (3, ""),
            query if query.contains("part-number-marker=1") => {
                (2, "<IsTruncated>true</IsTruncated>")
            }
            _ => (1, "<IsTruncated>true</IsTruncated>"),
        };
        format!(
            "<ListPartsResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Part>\
             <PartNumber>{number}</PartNumber><ETag>&quot;e&quot;</ETag><Size>7</Size></Part>\
             <NextPartNumberMarker>{number}</NextPartNumberMarker>{more}</ListPartsResult>"
        )
    };
    let store = serve(Router::new().fallback(listed)).await;
    let settings = StorageSettings { endpoint: store.url.clone(), ..good.settings.clone() };
    let storage = Storage::new(settings).unwrap();
    let app = app(storage, "http://127.0.0.1:9", Handover::Own).await;
    let page = Page { app: &app, ..page };
    let part = |number| json!({ "part_number": number, "size": 7, "etag": "\"e\"" });
    assert_eq!(read(page.list().await).await, json!({ "parts": [part(1), part(2), part(3)] }));
    // The refusal names a part that has another size than planned.
    let claimed = |number| json!({ "part_number": number, "etag": "e" });
    let words =
        refused(page.complete(&json!([claimed(1), claimed(2), claimed(3)])).await, 409).await;
    assert!(words.contains("Part 1 has 7 bytes; it should have 5242880"), "{words}");
}

#[tokio::test]
async fn without_a_store_these_routes_do_not_exist() {
    let authorize = |_, _| async { Ok(ittybit_uploader_backend::NewUpload::default()) };
    let routes = UploadRoutes::new(service("http://127.0.0.1:9"), authorize);
    let app = serve(routes.into_router()).await;
    let page = Page { app: &app, id: "2.e30".into(), part_size: 1, content: Vec::new() };
    assert_eq!(page.list().await.status(), 404);
    assert_eq!(page.abort().await.status(), 404);
}

fn variables(set: &[(&str, &str)]) -> Result<Option<Storage>, StorageConfigError> {
    let find = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, v)| (*v).to_owned());
    StorageSettings::from_variables(find)?.map(Storage::new).transpose()
}

#[test]
fn short_secrets_are_refused() {
    let settings = |secret: &str, upload_secrets: Option<&[&str]>| {
        let settings =
            StorageSettings::new("https://store.example", "eu", "films", "key-id", secret);
        let Some(secrets) = upload_secrets else { return Storage::new(settings) };
        let upload_secrets = secrets.iter().map(|secret| (*secret).into()).collect();
        Storage::new(StorageSettings { upload_secrets, ..settings })
    };
    let long = "é".repeat(16);
    assert!(settings(SECRET, None).is_ok());
    assert!(settings("short", Some(&[&long])).is_ok(), "bytes of UTF-8");
    assert!(settings("short", Some(&[&long, SECRET])).is_ok());
    for refused in [
        settings("short", None),
        settings(SECRET, Some(&[])),
        settings(SECRET, Some(&["short"])),
        settings(SECRET, Some(&[&long, "short"])),
    ] {
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("openssl rand -base64 32") && words.contains("32 bytes"), "{words}");
        assert!(!words.contains("short"), "{words}");
    }
}

#[test]
fn reads_the_settings_of_a_store_from_the_environment() {
    assert!(variables(&[("S3_BUCKET", " ")]).unwrap().is_none());
    let amazon = [
        ("S3_BUCKET", "films"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", "session-token"),
    ];
    let storage = variables(&amazon).unwrap().unwrap();
    assert_eq!(storage.public_origin(), "https://films.s3.eu-central-1.amazonaws.com");
    let shown = format!("{storage:?} {storage:#?}");
    assert!(shown.contains("films"), "{shown}");
    assert!(!shown.contains(SECRET) && !shown.contains("session-token"), "{shown}");

    let mut own = amazon.to_vec();
    own.extend([
        ("S3_ENDPOINT", "http://store.internal:9000"),
        ("S3_PUBLIC_ENDPOINT", "https://store.example"),
        ("S3_PART_URL_TTL", "60"),
    ]);
    let storage = variables(&own).unwrap().unwrap();
    assert_eq!(storage.public_origin(), "https://store.example");

    for (name, value, word) in [
        ("AWS_REGION", "", "S3_REGION"),
        ("AWS_ACCESS_KEY_ID", "", "S3_ACCESS_KEY_ID"),
        ("AWS_SECRET_ACCESS_KEY", "", "S3_SECRET_ACCESS_KEY"),
        ("AWS_SECRET_ACCESS_KEY", "two words", "credentials"),
        ("S3_BUCKET", "a/b", "bucket"),
        ("S3_ENDPOINT", "store.internal", "endpoint"),
        ("S3_ENDPOINT", "https://u:p@store.example", "endpoint"),
        ("S3_PUBLIC_ENDPOINT", "http://store.internal:9000", "https:"),
        ("S3_PREFIX", "../other/", "prefix"),
        ("S3_URL_STYLE", "any", "S3_URL_STYLE"),
        ("S3_PART_URL_TTL", "soon", "S3_PART_URL_TTL"),
        ("S3_PART_URL_TTL", "0", "S3_PART_URL_TTL"),
        ("S3_PART_URL_TTL", "604801", "S3_PART_URL_TTL"),
        ("AWS_SECRET_ACCESS_KEY", "of-a-store-that-has-a-short-one", "UPLOAD_SECRET"),
        ("UPLOAD_SECRET", "of thirty-one bytes and no more", "openssl rand -base64 32"),
        ("UPLOAD_SECRET", "this one has thirty-two of them.,", "openssl rand -base64 32"),
    ] {
        let mut set: Vec<_> = own.iter().copied().filter(|(set, _)| *set != name).collect();
        set.push((name, value));
        let words = variables(&set).unwrap_err().to_string();
        assert!(words.contains(word), "{name}={value}: {words}");
        assert!(!words.contains(SECRET), "{words}");
    }
}
