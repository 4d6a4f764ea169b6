//! Tests the client of Ittybit: its requests, how it reads answers, and that no output contains a secret.

use ittybit_uploader_backend::{
    ApiKey, ByteRange, ConfigError, Created, Metadata, MetadataError, NewUpload, Service,
    ServiceError, UploadTarget, Uuid,
};
use serde_json::{Value, json};

use ittybit_uploader_stand_in::testing::{API_KEY, Scripted, never_answers, service};

const URL: &str = "https://you.ittybit.net/store/single?key=secret-of-the-upload";

async fn created(status: u16, body: impl Into<String>) -> Result<Created, ServiceError> {
    let server = Scripted::new(status, body).await;
    service(server.url()).create_upload(&NewUpload::default(), None).await
}

#[tokio::test]
async fn sends_the_key_and_every_property() {
    let server = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let upload = NewUpload {
        workflow_id: Some("wf_1".into()),
        metadata: Some(Metadata::default().with("user", "42").with("paid", true).with("n", 7)),
        filename: Some("سلام \"😀\".mp4".into()),
        alias: Some("intro".into()),
        conditions: Some(json!([{ "prop": "duration", "op": "<", "value": 60 }])),
        resumable: Some(true),
    };
    service(&format!("{}/v1/", server.url())).create_upload(&upload, None).await.unwrap();

    let [seen] = &server.seen()[..] else { panic!("not one request") };
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/uploads"));
    assert_eq!(seen.headers["authorization"], format!("Bearer {API_KEY}"));
    assert_eq!(seen.headers["content-type"], "application/json");
    assert_eq!(
        seen.json(),
        json!({
            "workflow_id": "wf_1",
            "metadata": { "user": "42", "paid": true, "n": 7 },
            "filename": "سلام \"😀\".mp4",
            "alias": "intro",
            "conditions": [{ "prop": "duration", "op": "<", "value": 60 }],
            "resumable": true,
        })
    );
}

#[tokio::test]
async fn properties_that_are_not_set_are_not_sent() {
    let server = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    service(server.url()).create_upload(&NewUpload::default(), None).await.unwrap();
    assert_eq!(server.seen()[0].json(), json!({}));
}

#[tokio::test]
async fn reads_every_envelope() {
    for body in [
        json!({ "meta": {}, "data": { "url": URL }, "error": null, "links": {} }),
        json!({ "data": { "url": URL } }),
        json!({ "url": URL, "expires_at": "2030-01-01" }),
    ] {
        let target = Created::Target(UploadTarget::new(URL).unwrap());
        assert_eq!(created(200, body.to_string()).await.unwrap(), target, "{body}");
    }
}

#[tokio::test]
async fn reads_a_media_object_instead_of_a_url() {
    let media = json!({ "id": "med_1", "anything": [null, 1.50], "url": "http://x.example/" });
    for body in [
        json!({ "meta": {}, "data": { "media": media }, "error": null, "links": {} }),
        json!({ "media": media }),
        json!({ "url": URL, "media": media }),
    ] {
        let stored = Created::Stored(media.clone());
        assert_eq!(created(200, body.to_string()).await.unwrap(), stored, "{body}");
    }
}

#[tokio::test]
async fn reads_the_received_ranges() {
    for (received, ranges) in [
        (json!(null), vec![]),
        (json!([]), vec![]),
        (json!([[0, 0]]), vec![(0, 0)]),
        (json!([[9, 12], [0, 4]]), vec![(0, 4), (9, 12)]),
        (json!([[5, 9], [0, 4], [20, 29], [22, 23], [25, 31]]), vec![(0, 9), (20, 31)]),
        (json!([[0, 9_007_199_254_740_991_u64]]), vec![(0, 9_007_199_254_740_991)]),
    ] {
        let body = json!({ "data": { "url": URL, "received": received } }).to_string();
        let Created::Target(target) = created(200, body).await.unwrap() else { panic!("stored") };
        let ranges = ranges.into_iter().map(|(first, last)| ByteRange::new(first, last).unwrap());
        assert_eq!(target.received(), ranges.collect::<Vec<_>>(), "{received}");
    }
    let target = UploadTarget::new(URL).unwrap();
    assert_eq!(serde_json::to_value(&target).unwrap(), json!({ "url": URL }));
    let target = target.with_received(ByteRange::new(0, 4));
    assert_eq!(serde_json::to_value(target).unwrap(), json!({ "url": URL, "received": [[0, 4]] }));
}

#[tokio::test]
async fn refuses_malformed_ranges() {
    for received in [
        json!("0-4"),
        json!({ "0": 4 }),
        json!([0, 4]),
        json!([[0]]),
        json!([[0, 1, 2]]),
        json!([[4, 0]]),
        json!([[-1, 4]]),
        json!([[0, 4.5]]),
        json!([[0, 9_007_199_254_740_992_u64]]),
    ] {
        let body = json!({ "url": URL, "received": received }).to_string();
        let error = created(200, body).await.unwrap_err();
        assert!(matches!(error, ServiceError::NotAnUpload(_)), "{received}: {error}");
        assert!(error.to_string().contains("received"), "{error}");
    }
}

#[tokio::test]
async fn sends_the_idempotency_key_if_there_is_one() {
    let server = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let key = Uuid::new_v4();
    let upload = NewUpload::default();
    service(server.url()).create_upload(&upload, Some(key)).await.unwrap();
    service(server.url()).create_upload(&upload, None).await.unwrap();
    let [with, without] = &server.seen()[..] else { panic!("not two requests") };
    let sent = with.headers["idempotency-key"].to_str().unwrap();
    assert_eq!(sent.parse::<Uuid>().unwrap(), key);
    assert!((16..=32).contains(&sent.len()), "Ittybit takes 16 to 32 characters");
    assert!(!without.headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn a_refusal_has_the_status_and_the_message_of_ittybit() {
    for (body, words) in [
        (json!({ "data": null, "error": "no such workflow" }).to_string(), "no such workflow"),
        (json!({ "error": { "message": "no such workflow" } }).to_string(), "no such workflow"),
        (json!({ "message": "no such workflow" }).to_string(), "no such workflow"),
        (json!({ "kind": "bad", "message": "no such workflow" }).to_string(), "no such workflow"),
        ("<html>".into(), "bad request"),
        (String::new(), "bad request"),
    ] {
        match created(400, body.as_str()).await {
            Err(ServiceError::Refused { status, message, retry_after: None }) => {
                assert_eq!((status.as_u16(), message.as_str()), (400, words), "{body}");
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_refusal_keeps_retry_after() {
    let server = Scripted::with_headers(429, &[("retry-after", "17")], "{}").await;
    match service(server.url()).create_upload(&NewUpload::default(), None).await {
        Err(ServiceError::Refused { retry_after, .. }) => {
            assert_eq!(retry_after.as_deref(), Some("17"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_success_without_an_upload_url_is_an_error() {
    let too_long = "x".repeat(5 * 1024 * 1024);
    for (body, why) in [
        ("<html>sign in</html>", "not JSON"),
        ("", "not JSON"),
        ("[]", "no url"),
        ("null", "no url"),
        (r#"{"data":{"url":7}}"#, "no url"),
        (r#"{"kind":"x","message":"y"}"#, "no url"),
        (r#"{"error":"over the limit","data":{"url":"https://x.ittybit.net/"}}"#, "over the limit"),
        (r#"{"media":{}}"#, "no media object"),
        (r#"{"media":{"id":7},"url":"https://x.ittybit.net/"}"#, "no media object"),
        (r#"{"data":{"media":"med_1"}}"#, "no media object"),
        (r#"{"data":{"media":[]}}"#, "no media object"),
        (r#"{"error":"no","data":{"media":{"id":"med_1"}}}"#, "no"),
        (r#"{"url":"javascript:alert(1)"}"#, "not one that a file may be sent to"),
        (r#"{"url":"http://you.ittybit.net/"}"#, "not one that a file may be sent to"),
        (r#"{"url":"https://user:password@you.ittybit.net/"}"#, "not one that a file"),
        (too_long.as_str(), "too long"),
    ] {
        match created(200, body).await {
            Err(ServiceError::NotAnUpload(reason)) => assert!(reason.contains(why), "{reason}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Scripted::new(200, json!({ "url": URL }).to_string()).await;
    let location = elsewhere.url().to_owned().leak();
    let server = Scripted::with_headers(307, &[("location", location)], "").await;
    let result = service(server.url()).create_upload(&NewUpload::default(), None).await;
    assert!(matches!(result, Err(ServiceError::Refused { status, .. }) if status == 307));
    assert!(elsewhere.seen().is_empty(), "the key went elsewhere");
}

#[tokio::test]
async fn an_unreachable_service_is_an_error() {
    let url = Scripted::new(200, "").await.url().to_owned();
    tokio::task::yield_now().await;
    let result = service(&url).create_upload(&NewUpload::default(), None).await;
    assert!(matches!(result, Err(ServiceError::Unreachable(_))), "{result:?}");
}

#[tokio::test]
async fn a_timeout_is_an_error() {
    let server = never_answers().await;
    let result = service(&server.url).create_upload(&NewUpload::default(), None).await;
    assert!(matches!(result, Err(ServiceError::TimedOut)), "{result:?}");
}

#[tokio::test]
async fn no_output_contains_the_key_or_the_upload_url() {
    let echo = json!({ "message": format!("bad key {API_KEY}, ask https://ittybit.com") });
    let server = Scripted::new(401, echo.to_string()).await;
    let service = service(server.url());
    let refused = service.create_upload(&NewUpload::default(), None).await.unwrap_err();
    let target = UploadTarget::new(URL).unwrap();
    let shown = format!("{service:?} {service:#?} {refused} {refused:?} {target:?}");
    assert!(shown.contains("ApiKey(…)"), "{shown}");
    assert!(shown.contains("bad key [API key]"), "{shown}");
    assert!(!shown.contains(API_KEY), "{shown}");
    assert!(!shown.contains("secret-of-the-upload"), "{shown}");
}

#[test]
fn metadata_has_one_level() {
    let metadata = |value: Value| match value {
        Value::Object(map) => Metadata::try_from(map),
        _ => panic!("no object"),
    };
    assert!(metadata(json!({ "a": "text", "b": 1.5, "c": false })).is_ok());
    for nested in [json!({}), json!([1]), json!(null)] {
        let result = metadata(json!({ "fine": 1, "nested": nested }));
        assert_eq!(result, Err(MetadataError { key: "nested".into() }));
    }
    assert!(serde_json::from_value::<NewUpload>(json!({ "metadata": { "a": {} } })).is_err());
}

#[test]
fn a_key_is_only_sent_to_private_urls() {
    let new = |url| Service::new(ApiKey::new(API_KEY).unwrap(), url);
    for url in ["https://api.ittybit.com", "http://localhost:8081", "http://[::1]:1/"] {
        assert!(new(url).is_ok(), "{url}");
    }
    for url in [
        "http://api.ittybit.com",
        "http://localhost.example.com",
        "ftp://localhost",
        "api.ittybit.com",
        "https://api.ittybit.com/?a",
        "https://user@api.ittybit.com",
        "",
    ] {
        assert!(matches!(new(url), Err(ConfigError::BaseUrl)), "{url}");
    }
}

#[test]
fn a_key_must_be_one_word() {
    assert!(ApiKey::new(" key\n").is_ok());
    for key in ["", " ", "two words", "kéy", "a\nb"] {
        assert!(matches!(ApiKey::new(key), Err(ConfigError::KeyMalformed)), "{key:?}");
    }
}
