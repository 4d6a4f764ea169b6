//! Tests multipart uploads to the demo.

use std::fs;

use ittybit_uploader_backend::Uuid;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::demo::Demo;
#[cfg(target_os = "linux")]
use crate::demo::peak_memory;
use ittybit_uploader_stand_in::testing::parts::{bytes_of, content, crc32c, post, put, refused};
use ittybit_uploader_stand_in::testing::{client, read};

#[tokio::test]
async fn a_large_file_is_uploaded_in_parts_and_resumed_after_a_restart() {
    let dir = tempdir().unwrap();
    let stored = dir.path().to_str().unwrap();
    // A secret of an earlier version, which is too short now.
    fs::create_dir(dir.path().join("s3")).unwrap();
    fs::write(dir.path().join("s3/secret"), "0f8fad5bd9cb469f").unwrap();
    let variables = [("STAND_IN_DIR", stored), ("STAND_IN_FAULTS", "1")];
    let mut demo = Demo::start(&variables).await;
    let visitor = format!("theme=dark; visitor={}", Uuid::new_v4());
    let ask = |props: Value| {
        let body =
            json!({ "filename": "a.mp4", "filesize": 3, "type": "video/mp4", "props": props });
        client()
            .post(format!("{}/api/uploads", demo.url))
            .header("idempotency-key", "0f8fad5b-d9cb-469f-a165-70867728950e")
            .header("content-type", "application/json")
            .header("origin", &demo.url)
            .header("cookie", &visitor)
            .body(body.to_string())
            .send()
    };
    assert_eq!(ask(json!({ "protocol": "other" })).await.unwrap().status(), 400);
    let answer = read(ask(json!({ "protocol": "resumable" })).await.unwrap()).await;
    assert_eq!(answer["protocol"], "resumable");
    let answer = read(ask(json!({ "protocol": "multipart" })).await.unwrap()).await;
    let id = answer["upload_id"].as_str().unwrap();
    let (_, store) = (demo.line().await, demo.line().await);
    let store = store.split(' ').find(|word| word.starts_with("http")).unwrap();
    let faults = client().get(format!("{store}faults")).send().await.unwrap();
    assert_eq!(read(faults).await["open_uploads"], 1);
    assert!(demo.signal("-TERM").await.success());

    let demo = Demo::start(&variables).await;
    let url = format!("{}/api/uploads/{id}", demo.url);
    let page = format!("{url}/parts");
    let sum = crc32c(b"abc");
    let parts = json!({ "parts": [{ "part_number": 1, "checksum": sum }] });
    // Another visitor can't continue the upload.
    for cookie in [String::new(), format!("visitor={}", Uuid::new_v4()), "visitor=x".into()] {
        let response = post(&page, &parts).header("cookie", cookie).send().await.unwrap();
        refused(response, 404).await;
    }
    let signed = post(&page, &parts).header("cookie", &visitor).send().await.unwrap();
    let signed = read(signed).await;
    let response = put(&signed["parts"][0], b"abc".to_vec()).await;
    let etag = response.headers()["etag"].to_str().unwrap();
    let parts = json!({ "parts": [{ "part_number": 1, "etag": etag }] });
    let complete = post(&format!("{url}/complete"), &parts).header("cookie", &visitor);
    let response = complete.send().await.unwrap();
    let media = read(response).await;
    assert_eq!(bytes_of(&media).await, b"abc");
    assert_eq!(media["metadata"], json!({ "source": "demo" }));
}

/// Sends a part to the disk. Only a little of it may be in memory at any time.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_does_not_grow_with_a_part() {
    let demo = Demo::start(&[]).await;
    let peak = || peak_memory(demo.process.id().unwrap());
    let body = json!({ "filename": "big.mp4", "filesize": 600_000_000 });
    let request = post(&format!("{}/api/uploads", demo.url), &body)
        .header("idempotency-key", "0f8fad5b-d9cb-469f-a165-70867728950e")
        .header("origin", &demo.url);
    let response = request.send().await.unwrap();
    // The demo gives a new visitor an id.
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let answer = read(response).await;
    let bytes = content(answer["part_size"].as_u64().unwrap().try_into().unwrap());
    assert!(bytes.len() >= 16 << 20);
    let url = format!("{}/api/uploads/{}/parts", demo.url, answer["upload_id"].as_str().unwrap());
    let sum = crc32c(&bytes);
    let parts = [1, 2, 3].map(|number| json!({ "part_number": number, "checksum": sum }));
    let request = post(&url, &json!({ "parts": parts })).header("cookie", cookie);
    let signed = read(request.send().await.unwrap()).await;
    let before = peak();
    for signed in signed["parts"].as_array().unwrap() {
        assert_eq!(put(signed, bytes.clone()).await.status(), 200);
    }
    let grown = peak() - before;
    assert!(grown < 8 * 1024, "{grown} KiB more");
}
