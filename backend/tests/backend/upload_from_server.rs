//! Tests uploads from a server, to the stand-in and to hosts that fail.

use std::fs;
use std::io::Cursor;

use ittybit_uploader_backend::{
    Created, ErrorCode, FileInfo, NewUpload, Service, SourceFile, UploadTarget,
};
use serde_json::json;
use tempfile::tempdir;

use ittybit_uploader_stand_in::testing::{
    Scripted, client, file_count, never_answers, service, stand_in,
};

fn source(name: &str, size: u64, content: &[u8]) -> SourceFile {
    let info = FileInfo { name: name.into(), size, mime: String::new() };
    SourceFile::new(info, Cursor::new(content.to_vec()))
}

fn target(url: &str) -> UploadTarget {
    UploadTarget::new(&format!("{url}/store/single?key=secret-of-the-upload")).unwrap()
}

async fn upload_target(service: &Service) -> UploadTarget {
    match service.create_upload(&NewUpload::default(), None).await.unwrap() {
        Created::Target(target) => target,
        Created::Stored(media) => panic!("stored already: {media}"),
    }
}

#[tokio::test]
async fn stores_the_same_bytes() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let service = service(&server.url);
    let content: Vec<u8> = (0..1_500_000_u32).flat_map(u32::to_le_bytes).collect();
    let name = "a \"film\" with 😀, ملف and \\.mp4";
    let path = dir.path().join(name);
    fs::write(&path, &content).unwrap();

    let target = upload_target(&service).await;
    let file = SourceFile::open(&path, "video/mp4").await.unwrap();
    let media = service.upload_from_server(&target, file).await.unwrap();
    assert_eq!(media["filename"], name);
    assert_eq!(media["content_type"], "video/mp4");
    let stored = client().get(media["url"].as_str().unwrap()).send().await.unwrap();
    assert!(stored.bytes().await.unwrap() == content, "other bytes");

    let again = SourceFile::open(&path, "video/mp4").await.unwrap();
    let error = service.upload_from_server(&target, again).await.unwrap_err();
    assert_eq!((error.code, error.status), (ErrorCode::UrlExpired, Some(410)));
    assert!(error.message.contains("used already"), "{error}");
}

#[tokio::test]
async fn empty_files_and_unusual_names() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let service = service(&server.url);
    for name in ["empty", "line\r\nbreak\"", "ends in \\"] {
        let target = upload_target(&service).await;
        let media = service.upload_from_server(&target, source(name, 0, b"")).await.unwrap();
        assert_eq!((&media["filename"], &media["filesize"]), (&json!(name), &json!(0)));
    }
}

#[tokio::test]
async fn the_request_has_a_length_and_no_key() {
    let host = Scripted::new(201, json!({ "id": "med_1", "extra": [1] }).to_string()).await;
    let media = service(host.url())
        .upload_from_server(&target(host.url()), source("a", 3, b"abc"))
        .await
        .unwrap();
    assert_eq!(media, json!({ "id": "med_1", "extra": [1] }));
    let [seen] = &host.seen()[..] else { panic!("not one request") };
    assert!(seen.headers.get("authorization").is_none());
    assert_eq!(seen.headers["content-length"], seen.body.len().to_string());
    assert!(seen.headers.get("transfer-encoding").is_none());
}

#[tokio::test]
async fn an_answer_without_a_media_object_is_an_error() {
    for body in [
        "",
        "<html>",
        "[]",
        "null",
        "\"med_1\"",
        r#"{"message":"hello"}"#,
        r#"{"data":{"name":"no id"}}"#,
        r#"{"data":{"id":7}}"#,
        r#"{"data":{"id":"med_1"},"error":"failed"}"#,
    ] {
        let host = Scripted::new(200, body).await;
        let error = service(host.url())
            .upload_from_server(&target(host.url()), source("a", 1, b"a"))
            .await
            .unwrap_err();
        assert_eq!((error.code, error.status), (ErrorCode::BadResponse, Some(200)), "{body}");
    }
}

#[tokio::test]
async fn refusals_have_a_reason_and_no_upload_url() {
    for (status, code) in [
        (403, ErrorCode::UrlExpired),
        (413, ErrorCode::TooLarge),
        (422, ErrorCode::Rejected),
        (503, ErrorCode::Server),
        (307, ErrorCode::BadResponse),
    ] {
        let words = json!({ "error": { "message": "no secret-of-the-upload here" } }).to_string();
        let host =
            Scripted::with_headers(status, &[("location", "https://x.example/")], words).await;
        let error = service(host.url())
            .upload_from_server(&target(host.url()), source("a", 1, b"a"))
            .await
            .unwrap_err();
        assert_eq!((error.code, error.status), (code, Some(status)));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("secret-of-the-upload"), "{shown}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_fails_before_a_byte_is_sent() {
    let host = Scripted::new(201, r#"{"id":"med_1"}"#).await;
    let error = service(host.url())
        .upload_from_server(&target(host.url()), source("a", 67_108_864, b""))
        .await
        .unwrap_err();
    assert_eq!((error.code, error.status), (ErrorCode::TooLarge, None));
    assert!(error.message.contains("67108864 bytes"), "{error}");
    assert!(host.seen().is_empty());
}

#[tokio::test]
async fn a_changed_file_is_distinguished_from_a_broken_connection() {
    let dir = tempdir().unwrap();
    let server = stand_in(dir.path()).await;
    let service = service(&server.url);
    let upload = upload_target(&service).await;
    for (promised, why) in [(10, "7 bytes too early"), (2, "more bytes")] {
        let file = source("a", promised, b"abc");
        let error = service.upload_from_server(&upload, file).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::FileUnreadable);
        assert!(error.message.contains(why), "{error}");
    }
    let media = service.upload_from_server(&upload, source("a", 3, b"abc")).await;
    assert!(media.is_ok(), "the URL is still good");
    assert_eq!(file_count(&dir.path().join("files")), 1);

    let nobody = Scripted::new(200, "").await.url().to_owned();
    let error =
        service.upload_from_server(&target(&nobody), source("a", 1, b"a")).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::Network, true));
    assert!(!error.to_string().contains("secret-of-the-upload"), "{error}");
}

#[tokio::test]
async fn a_host_that_never_answers_times_out() {
    let host = never_answers().await;
    let error = service(&host.url)
        .upload_from_server(&target(&host.url), source("a", 1, b"a"))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::Network);
}
