//! Tests the choice of the protocol, by the file's size or by the grant.

use axum::http::request::Parts;
use ittybit_uploader_backend::{
    Grant, Protocol, Refusal, Storage, StorageSettings, UploadRequest, UploadRoutes,
};
use serde_json::{Value, json};

use ittybit_uploader_stand_in::testing::parts::SECRET;
use ittybit_uploader_stand_in::testing::{Scripted, client, read, serve, service};

const KEY: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const URL: &str = "https://you.ittybit.net/store/resumable?key=abc";
const CREATED: &str = "<InitiateMultipartUploadResult><UploadId>u1</UploadId>\
                       </InitiateMultipartUploadResult>";

/// Returns the answer to the page, and the requests to the service.
async fn asked(
    protocol: Option<Protocol>,
    with_storage: bool,
    size: u64,
    target: Value,
) -> (u16, Value, Vec<Value>) {
    let ittybit = Scripted::new(200, target.to_string()).await;
    let store = Scripted::new(200, CREATED).await;
    let authorize = move |_: Parts, _: UploadRequest| async move {
        Ok::<_, Refusal>(Grant { protocol, ..Grant::default() })
    };
    let mut routes = UploadRoutes::new(service(ittybit.url()), authorize);
    if with_storage {
        let settings = StorageSettings::new(store.url(), "local", "bucket", "key", SECRET);
        routes = routes.with_storage(Storage::new(settings).unwrap());
    }
    let app = serve(routes.into_router()).await;
    let response = client()
        .post(&app.url)
        .header("idempotency-key", KEY)
        .header("content-type", "application/json")
        .body(json!({ "filename": "a.mp4", "filesize": size, "type": "video/mp4" }).to_string())
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    let answer = read(response).await;
    (
        status,
        answer,
        ittybit.seen().iter().map(ittybit_uploader_stand_in::testing::Seen::json).collect(),
    )
}

fn target() -> Value {
    json!({ "url": URL })
}

const SMALL: u64 = 1_000;
const LARGE: u64 = 67_108_864;

#[tokio::test]
async fn a_small_file_is_uploaded_in_one_request() {
    for with_storage in [false, true] {
        for size in [0, SMALL, 67_108_000] {
            let (status, answer, sent) = asked(None, with_storage, size, target()).await;
            assert_eq!((status, answer, sent), (200, target(), vec![json!({})]));
        }
    }
}

#[tokio::test]
async fn with_a_store_a_large_file_is_uploaded_in_parts() {
    for (size, part_size) in [(LARGE, 16 << 20), (1 << 40, 105 << 20), (5 << 40, 525 << 20)] {
        let (status, answer, sent) = asked(None, true, size, target()).await;
        assert_eq!((status, answer["protocol"].as_str()), (200, Some("multipart")));
        assert_eq!(answer["part_size"], json!(part_size));
        assert!(answer["upload_id"].is_string() && sent.is_empty());
    }
    let (status, ..) = asked(None, true, (5 << 40) + 1, target()).await;
    assert_eq!(status, 413);
}

#[tokio::test]
async fn without_a_store_a_large_file_is_uploaded_in_chunks() {
    let (status, answer, sent) = asked(None, false, LARGE, target()).await;
    let resumable = json!({ "url": URL, "protocol": "resumable", "chunk_size": 16_777_216 });
    assert_eq!(
        (status, answer, sent),
        (200, resumable, vec![json!({ "resumable": true, "filename": "a.mp4" })])
    );
    // The ranges that the host has already are passed on.
    let target = json!({ "url": URL, "received": [[0, 9], [20, 29]] });
    let (_, answer, _) = asked(None, false, LARGE, target).await;
    assert_eq!(answer["received"], json!([[0, 9], [20, 29]]));
}

#[tokio::test]
async fn a_granted_protocol_takes_precedence() {
    let protocol = |answer: &Value| answer["protocol"].as_str().map(String::from);
    let (_, answer, sent) = asked(Some(Protocol::Resumable), true, SMALL, target()).await;
    assert_eq!(protocol(&answer).as_deref(), Some("resumable"));
    assert_eq!(sent, [json!({ "resumable": true, "filename": "a.mp4" })]);
    let (_, answer, _) = asked(Some(Protocol::Multipart), true, SMALL, target()).await;
    assert_eq!(protocol(&answer).as_deref(), Some("multipart"));
    let (status, ..) = asked(Some(Protocol::Simple), true, LARGE + 1, target()).await;
    assert_eq!(status, 413);
    let (status, ..) = asked(Some(Protocol::Multipart), false, SMALL, target()).await;
    assert_eq!(status, 500, "there is no store");
}
