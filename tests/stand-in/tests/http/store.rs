//! Tests the local store: it is as strict as real ones, and accepts pages of other origins.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use sha2::{Digest, Sha256};

use ittybit_uploader_stand_in::testing::parts::{Page, Store, content};
use ittybit_uploader_stand_in::testing::{client, preflight, read};

#[tokio::test]
async fn a_preflight_lets_a_page_send_a_part_and_read_its_etag() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(10)).await;
    let signed = page.signed(1).await;
    let url = signed["url"].as_str().unwrap();
    let preflight = preflight(url, "PUT", "content-md5,content-type,x-amz-checksum-crc32c").await;
    assert_eq!(preflight.status(), 200);
    let headers = preflight.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(headers["access-control-allow-methods"].to_str().unwrap().contains("PUT"));
    assert_eq!(
        headers["access-control-allow-headers"],
        "content-md5,content-type,x-amz-checksum-crc32c"
    );

    let request = client().put(signed["url"].as_str().unwrap()).body(page.content.clone());
    let sum = signed["headers"]["x-amz-checksum-crc32c"].as_str().unwrap();
    let request =
        request.header("origin", "http://localhost:1").header("x-amz-checksum-crc32c", sum);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.contains("etag"), "{exposed}");
}

/// Tests checksums that our pages don't send.
#[tokio::test]
async fn md5_and_sha256_are_verified_too() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(10)).await;
    let signed = page.signed(1).await;
    let send = |name: &'static str, value: String| {
        let mut request = client().put(signed["url"].as_str().unwrap()).body(page.content.clone());
        for (name, value) in signed["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        request.header(name, value).send()
    };
    let wrong = BASE64.encode([0; 16]);
    let response = send("content-md5", wrong).await.unwrap();
    assert_eq!(response.status(), 400);
    let body = response.bytes().await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("<Code>BadDigest</Code>"));
    let right = BASE64.encode(md5::Md5::digest(&page.content));
    assert_eq!(send("content-md5", right).await.unwrap().status(), 200);
    let right = BASE64.encode(Sha256::digest(&page.content));
    assert_eq!(send("x-amz-checksum-sha256", right).await.unwrap().status(), 200);
    let wrong = BASE64.encode([0; 32]);
    assert_eq!(send("x-amz-checksum-sha256", wrong).await.unwrap().status(), 400);
}

#[tokio::test]
async fn nothing_in_a_stored_file_runs() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, b"<script>alert(1)</script>".to_vec()).await;
    let parts = page.send_all().await;
    let media = read(page.complete(&parts).await).await;
    let response = client().get(media["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.headers()["content-disposition"], "attachment");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.headers()["content-security-policy"], "sandbox; default-src 'none'");
}

#[tokio::test]
async fn refuses_requests_without_a_signature() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(10)).await;
    let signed = page.signed(1).await;
    let url = signed["url"].as_str().unwrap();
    let bare = url.split('?').next().unwrap();
    let tampered = url.replacen("partNumber=1", "partNumber=2", 1);
    assert_ne!(url, tampered);
    for url in [bare, &tampered] {
        for method in [Method::PUT, Method::GET, Method::DELETE] {
            let response = client().request(method.clone(), url).send().await.unwrap();
            assert!(response.status().is_client_error(), "{method}: {}", response.status());
        }
    }
}

/// Otherwise the connection would be reset, and the sender would not get the answer.
#[tokio::test]
async fn a_refused_large_part_is_read_completely() {
    let store = Store::local().await;
    let app = store.app().await;
    let page = Page::begin(&app, content(20_000_000)).await;
    let signed = page.signed(1).await;
    let url = signed["url"].as_str().unwrap().replacen("X-Amz-Expires=900", "X-Amz-Expires=901", 1);
    for _ in 0..5 {
        let response = client().put(&url).body(page.content.clone()).send().await.unwrap();
        assert_eq!(response.status(), 403);
    }
}
